/*
 * tally.c
 *	  Who holds what in the end, node by node.
 *
 * Linear time but for the height of the caps.
 */
#include "core/allocation/tally.h"

static void
count_holder(const Ranking *ranking, Tally *tally, const Bid *bid, bool is_member)
{
	if (tally->filled++ == 0 || rank_above(ranking, &tally->worst, bid))
		tally->worst = *bid;
	tally->members += is_member;
}

/* Count a holder at the group of the seat and at each cap above. */
static void
count_seat(const Tallies *tallies, int32 owner, Seat seat)
{
	const Market *market = tallies->ranking->market;
	const Seating *seating = market->seating;
	int32		set = market->set ? market->set[seat.contract] : 0;
	bool		is_member = seating_tier(seating, seat.group, set) == 0;
	Bid			bid;

	rank_bid(tallies->ranking, owner, seat.contract, seat.group, &bid);
	count_holder(tallies->ranking, &tallies->groups[seat.group], &bid, is_member);
	for (int32 cap = seating->pools[seating->groups[seat.group].pool].cap; cap != NONE;
		 cap = seating->caps[cap].parent)
		count_holder(tallies->ranking, &tallies->caps[cap], &bid, is_member);
}

Tallies
tally_open(const Ranking *ranking, const Seat *seats)
{
	const Seating *seating = ranking->market->seating;
	Tallies		tallies = {
		.ranking = ranking,
		.groups = core_alloc_zero(sizeof(Tally) * Max(seating->group_count, 1)),
		.caps = core_alloc_zero(sizeof(Tally) * Max(seating->cap_count, 1))
	};

	for (int32 i = 0; i < ranking->market->applicant_count; i++)
	{
		host_check_interrupts();
		if (seats[i].contract != NONE)
			count_seat(&tallies, i, seats[i]);
	}
	return tallies;
}

void
tally_close(Tallies *tallies)
{
	pfree(tallies->groups);
	pfree(tallies->caps);
}

Size
tally_memory(const Seating *seating)
{
	return sizeof(Tally) * ((Size) seating->group_count + seating->cap_count);
}

int32
tally_full_cap(const Tallies *tallies, int32 pool)
{
	const Seating *seating = tallies->ranking->market->seating;
	int32		cap = seating->pools[pool].cap;

	while (cap != NONE && tallies->caps[cap].filled < seating->caps[cap].seats)
		cap = seating->caps[cap].parent;
	return cap;
}

static bool
is_empty(const Tallies *tallies, const Pool *pool)
{
	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		if (tallies->groups[group].filled > 0)
			return false;
	return true;
}

bool
tally_is_closed(const Tallies *tallies, int32 number)
{
	const Seating *seating = tallies->ranking->market->seating;
	const Pool *pool = &seating->pools[number];

	if (pool->floor >= LEAST_FLOOR && is_empty(tallies, pool))
		return true;
	for (int32 cap = pool->cap; cap != NONE; cap = seating->caps[cap].parent)
		if (seating->caps[cap].floor >= LEAST_FLOOR && tallies->caps[cap].filled == 0)
			return true;
	return false;
}
