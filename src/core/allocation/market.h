/*
 * market.h
 *	  Who applies where, as flat arrays.
 *
 * Applicants and pools are numbered from 0, applicants in the order of their ids; a
 * contract is one application of an applicant to a pool.  The contracts of an applicant
 * stand together, best choice first.  16 bytes a contract; 8 more with ties of the
 * caller's own, 4 more with groups, 4 more with seats that are held from before.
 */
#ifndef CORE_ALLOCATION_MARKET_H
#define CORE_ALLOCATION_MARKET_H

#include "core/base/numbers.h"
#include "core/allocation/rules.h"
#include "core/allocation/seating.h"

typedef struct Market
{
	Seating    *seating;
	int32		applicant_count;
	int64	   *applicant_ids;
	int32	   *first;			/* by applicant, and one after the last: first contract */
	int32		contract_count;
	int32	   *pool;			/* by contract */
	int32	   *choice;			/* by contract: its number in the applicant's list */
	NumberColumn score;			/* by contract: more is better */
	NumberColumn tie;			/* by contract: less is better; no keys when not given */
	int32	   *set;			/* by contract: the groups of the applicant; NULL when not given */
	int32	   *held;			/* by contract: group of the seat held from before, or NONE;
								 * NULL when nobody holds any */
} Market;

typedef struct MarketBuilder MarketBuilder;

/*
 * Add all caps first, then pools, then reserves; then applications, each in any order.
 * False, or NULL, with the error that market_begin was given; the builder is of no use
 * then.  The market lives in the caller's memory context.
 */
extern MarketBuilder *market_begin(Size memory_limit, CoreError *error);

/* Count in what solving by these rules takes of memory for each contract. */
extern void market_expect(MarketBuilder *builder, const Rules *rules);
extern bool market_add_cap(MarketBuilder *builder, const CapRow *row);
extern bool market_add_pool(MarketBuilder *builder, const PoolRow *row);
extern bool market_add_reserve(MarketBuilder *builder, const ReserveRow *row);
extern bool market_end_seating(MarketBuilder *builder);

/* Number the groups of an applicant, for the set of application rows. */
extern int32 market_set(MarketBuilder *builder, const Word *words, int count);
extern bool market_add_application(MarketBuilder *builder, const ApplicationRow *row);
extern Market *market_end(MarketBuilder *builder);

/* Is there a seat for everybody who holds one from before, in the group and under its caps? */
extern bool market_check_holders(const Market *market, CoreError *error);

/* Bytes that a market takes, at most */
extern Size market_memory(const Market *market);

#endif							/* CORE_ALLOCATION_MARKET_H */
