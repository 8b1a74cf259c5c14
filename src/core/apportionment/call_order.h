/*
 * call_order.h
 *	  The order of a waiting list that keeps a minimum share of each group.
 */
#ifndef CORE_APPORTIONMENT_CALL_ORDER_H
#define CORE_APPORTIONMENT_CALL_ORDER_H

#include "core/base/numbers.h"
#include "core/base/words.h"

/* At most so many shares in a pool: the groups of a candidate are a set of 63 bits */
#define CALL_MAX_SHARES		63

/* The position of a share that has none: after all others */
#define CALL_NO_POSITION	PG_INT64_MAX

typedef struct Candidate
{
	int64		pool_id;
	int64		applicant_id;
	int64		rank;			/* smaller is called first */
	uint64		groups;			/* those with a share in the pool, a bit each */
} Candidate;

typedef struct CallOrder CallOrder;

typedef enum CallRounding
{
	CALL_ROUND_UP,				/* of k calls at least ceil(percent * k / 100) */
	CALL_ROUND_DOWN				/* at least floor(percent * k / 100) */
} CallRounding;

extern bool call_rounding_of(Word word, CallRounding *rounding, CoreError *error);

extern CallOrder *call_order_begin(CallRounding rounding, Size memory_limit, CoreError *error);

/* All shares first, then candidates, both in any order. */
extern bool call_order_add_share(CallOrder *order, int64 pool_id, Word reserve,
								 ExactNumber percent, int64 position);
extern bool call_order_end_shares(CallOrder *order);

/* Words that have no share in the pool say nothing. */
extern bool call_order_add_candidate(CallOrder *order, int64 pool_id, int64 applicant_id,
									 int64 rank, const Word *groups, int group_count);

/*
 * The order of calls: by pool id, and in each pool as its candidates are called;
 * the numbers of candidates are put to *called.
 */
extern bool call_order_solve(CallOrder *order, const Candidate **candidates, int32 **called,
							 int32 *count);

#endif							/* CORE_APPORTIONMENT_CALL_ORDER_H */
