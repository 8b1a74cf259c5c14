/*
 * proposal.c
 *	  The walk of an applicant: for which seats, one after the other.
 *
 * It goes down the own list; at each pool first to the seats that are the
 * applicant's own, which are the open ones and those of the groups that the
 * applicant belongs to, in their precedence, then to those that a cascade opens,
 * again in precedence.  So what a group leaves passes on after its members were
 * served, and nobody takes a seat of others while one of the own would do.
 */
#include "core/allocation/proposal.h"

/* Are the seats that a bid asks for open ones, or those of a group of the applicant's? */
static inline bool
is_own(const Seating *seating, const Bid *bid)
{
	return bid->tier == 0 || seating->groups[bid->group].reserve == NONE;
}

/* Find the first group of a pool, from one on, with seats that are the own, or that are not. */
static bool
find_group(const Ranking *ranking, int32 contract, int32 from, bool own, Bid *bid)
{
	const Seating *seating = ranking->market->seating;
	int32		end = seating->pools[ranking->market->pool[contract] + 1].first_group;

	for (int32 group = from; group < end; group++)
		if ((own || seating->groups[group].reserve != NONE) &&
			rank_bid(ranking, bid->owner, contract, group, bid) && is_own(seating, bid) == own)
			return true;
	return false;
}

Bid
proposal_before(const Market *market, int32 owner, int32 contract)
{
	return (Bid) {
		.owner = owner, .contract = contract, .tier = 0,
		.group = market->seating->pools[market->pool[contract]].first_group - 1
	};
}

bool
proposal_next(const Ranking *ranking, const bool *closed, Bid *bid)
{
	const Market *market = ranking->market;
	int32		contract = bid->contract;
	int32		group = bid->group + 1;
	bool		own = is_own(market->seating, bid);

	for (; contract < market->first[bid->owner + 1]; contract++)
	{
		int32		pool = market->pool[contract];

		if (contract != bid->contract)
		{
			group = market->seating->pools[pool].first_group;
			own = true;
		}
		if (closed && closed[pool])
			continue;
		if (own && find_group(ranking, contract, group, true, bid))
			return true;
		if (own)
			group = market->seating->pools[pool].first_group;
		if (find_group(ranking, contract, group, false, bid))
			return true;
	}
	return false;
}
