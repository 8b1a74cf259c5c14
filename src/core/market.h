/*
 * market.h
 *	  Who applies where, as flat arrays.
 *
 * Applicants and pools are numbered from 0; a contract is one application of an
 * applicant to a pool.  The contracts of an applicant stand together, best
 * choice first.  20 bytes a contract, and 8 more with ties of the caller's own.
 */
#ifndef MARKET_H
#define MARKET_H

#include "core/numbers.h"

typedef struct Market
{
	int32		pool_count;
	int64	   *pool_ids;
	int32	   *seats;			/* by pool */
	int32		applicant_count;
	int64	   *applicant_ids;
	int32	   *first;			/* by applicant, and one behind the last: first contract */
	int32		contract_count;
	int32	   *owner;			/* by contract: the applicant */
	int32	   *pool;			/* by contract */
	int32	   *choice;			/* by contract: its number in the applicant's list */
	NumberColumn score;			/* by contract: more is better */
	NumberColumn tie;			/* by contract: less is better; no keys when not given */
} Market;

typedef struct MarketBuilder MarketBuilder;

extern MarketBuilder *market_begin(Size memory_limit, CoreError *error);
extern bool market_add_pool(MarketBuilder *builder, int64 pool_id, int64 seats);

/* All pools first, then contracts in any order; tie is NULL when the input has none. */
extern bool market_add_contract(MarketBuilder *builder, int64 applicant_id, int64 pool_id,
								int64 choice, ExactNumber score, const ExactNumber *tie);
extern Market *market_end(MarketBuilder *builder);

#endif							/* MARKET_H */
