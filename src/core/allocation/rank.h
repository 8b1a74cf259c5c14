/*
 * rank.h
 *	  The one order in which seats are given: who asks, and who ranks above whom.
 *
 * Holders of a seat from before come first; then tier, score descending, tie
 * ascending, lottery ascending, applicant id.  Open seats and seats for anyone
 * count as one last tier.  In a group of seats this is the group's own order,
 * because the tier for anyone is always its last; across groups it is the order
 * of the caps.  So all nodes agree.
 */
#ifndef CORE_ALLOCATION_RANK_H
#define CORE_ALLOCATION_RANK_H

#include "core/allocation/market.h"
#include "core/allocation/rules.h"

/* A contract that asks for a seat of one group */
typedef struct Bid
{
	int64		score;
	int32		contract;
	int32		owner;			/* the applicant */
	int32		tier;			/* as above: the place in the cascade, or TIER_ANYONE; a holder's
								 * counts from TIER_HELD, and so is below 0 */
	int32		group;
} Bid;

#define TIER_HELD		PG_INT32_MIN
#define TIER_ANYONE		PG_INT32_MAX

typedef struct Ranking
{
	const Market *market;
	Rules		rules;
	int64	   *lottery;		/* by applicant, or by contract when each pool draws; or NULL */
} Ranking;

extern Ranking rank_open(const Market *market, const Rules *rules);
extern void rank_close(Ranking *ranking);

/* Bytes that it takes */
extern Size rank_memory(const Market *market, TieBreak tie_break);

/* What a contract is worth in a group; false when it cannot ask there. */
extern bool rank_bid(const Ranking *ranking, int32 owner, int32 contract, int32 group, Bid *bid);

/* The lottery number of a bid; 0 when none are drawn */
extern int64 rank_lottery(const Ranking *ranking, const Bid *bid);

/* The order between two of equal tier and score */
extern bool rank_above_equal(const Ranking *ranking, const Bid *a, const Bid *b);

/* Does the bid's applicant have the seat from before? */
static inline bool
rank_is_held(const Bid *bid)
{
	return bid->tier < 0;
}

/* Does the bid ask for open seats, or in the tier for anyone? */
static inline bool
rank_is_anyones(const Bid *bid)
{
	return bid->tier == (rank_is_held(bid) ? TIER_HELD + TIER_ANYONE : TIER_ANYONE);
}

static inline bool
rank_above(const Ranking *ranking, const Bid *a, const Bid *b)
{
	if (a->tier != b->tier)
		return a->tier < b->tier;
	if (a->score != b->score)
		return a->score > b->score;
	return rank_above_equal(ranking, a, b);
}

/* Equal but for lottery and id */
static inline bool
rank_tied(const Ranking *ranking, const Bid *a, const Bid *b)
{
	const int64 *ties = ranking->market->tie.keys;

	return a->tier == b->tier && a->score == b->score &&
		(ties == NULL || ties[a->contract] == ties[b->contract]);
}

#endif							/* CORE_ALLOCATION_RANK_H */
