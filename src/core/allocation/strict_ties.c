/*
 * strict_ties.c
 *	  Refuses an allocation in which an applicant's id has decided.
 *
 * Looks only at who holds what in the end.  A node, that is a group of seats or a
 * cap above it, refuses a step of an applicant's walk before the seat held when
 * it is full and all that it holds rank above.  The innermost node that refuses
 * the step may hold nobody who is tied with it: equal in all but lottery and id.
 * As all rank above, whoever is tied stands last, so the worst of a node tells.
 * Linear time.
 */
#include "core/allocation/proposal.h"
#include "core/allocation/solver.h"
#include "core/allocation/tally.h"

#include "core/base/fixed.h"
#include "core/base/market_errors.h"

typedef struct TieCheck
{
	const Ranking *ranking;
	const Seating *seating;
	Tallies		tallies;
	CoreError  *error;
} TieCheck;

/* Is a node full, and does all that it holds rank above a bid? */
static bool
refuses(const TieCheck *check, const Tally *tally, int32 seats, const Bid *bid)
{
	return tally->filled >= seats &&
		(tally->filled == 0 || rank_above(check->ranking, &tally->worst, bid));
}

/* Is the worst holder of a node, which stands last, tied with a bid? */
static bool
holds_tied(const TieCheck *check, const Tally *tally, const Bid *bid)
{
	return tally->filled > 0 && rank_tied(check->ranking, &tally->worst, bid);
}

/* Name pool and score of the step that was refused, and the cap that refused it. */
static bool
refuse_tie(const TieCheck *check, const Bid *bid, const Cap *cap)
{
	const Market *market = check->ranking->market;
	int128		score = numbers_value(&market->score, bid->score);
	char	   *text = fixed_text(score, market->score.scale);
	int64		pool_id = check->seating->pools[market->pool[bid->contract]].id;

	return cap ? refuse_cap_tie(cap->id, pool_id, text, check->error) :
		refuse_pool_tie(pool_id, text, check->error);
}

/* A step that its applicant would rather have: is anything tied with it where it is refused? */
static bool
check_step(const TieCheck *check, const Bid *bid)
{
	const Seating *seating = check->seating;
	const SeatGroup *group = &seating->groups[bid->group];
	const Tally *tally = &check->tallies.groups[bid->group];

	if (refuses(check, tally, group->seats, bid))
		return !holds_tied(check, tally, bid) || refuse_tie(check, bid, NULL);
	for (int32 cap = seating->pools[group->pool].cap; cap != NONE; cap = seating->caps[cap].parent)
	{
		tally = &check->tallies.caps[cap];
		if (refuses(check, tally, seating->caps[cap].seats, bid))
			return !holds_tied(check, tally, bid) ||
				refuse_tie(check, bid, &seating->caps[cap]);
	}
	return true;
}

/* Check the steps of one walk up to the seat held. */
static bool
check_walk(const TieCheck *check, const bool *closed, int32 owner, Seat held)
{
	const Market *market = check->ranking->market;
	Bid			bid = proposal_before(market, owner, market->first[owner]);

	while (proposal_next(check->ranking, closed, &bid) &&
		   (bid.contract != held.contract || bid.group != held.group))
	{
		host_check_interrupts();
		if (!check_step(check, &bid))
			return false;
	}
	return true;
}

bool
strict_check_ties(const Ranking *ranking, const bool *closed, const Seat *seats, CoreError *error)
{
	TieCheck	check = {
		ranking, ranking->market->seating, .tallies = tally_open(ranking, seats), .error = error
	};
	bool		result = true;

	for (int32 i = 0; i < ranking->market->applicant_count && result; i++)
		result = check_walk(&check, closed, i, seats[i]);
	tally_close(&check.tallies);
	return result;
}
