/*
 * rank.c
 *	  The one order in which seats are given.
 *
 * Lottery numbers are drawn only for the ties that come up, each once.
 */
#include "core/allocation/rank.h"

#define NOT_DRAWN		(-1)

Ranking
rank_open(const Market *market, const Rules *rules)
{
	Ranking		ranking = {market, *rules};
	Size		count = rules->tie_break == TIE_BREAK_LOTTERY_PER_POOL ?
		market->contract_count : market->applicant_count;

	if (!tie_break_is_lottery(rules->tie_break))
		return ranking;
	ranking.lottery = host_alloc(sizeof(int64) * Max(count, 1));
	for (Size i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		ranking.lottery[i] = NOT_DRAWN;
	}
	return ranking;
}

void
rank_close(Ranking *ranking)
{
	if (ranking->lottery)
		pfree(ranking->lottery);
	ranking->lottery = NULL;
}

/* The tier of a contract in a group, as the order counts it; false when there is none. */
static bool
find_tier(const Market *market, int32 contract, int32 group, int32 *tier)
{
	const Seating *seating = market->seating;

	if (market->held && market->held[contract] != NONE)
	{
		*tier = TIER_HELD;
		return market->held[contract] == group;
	}
	*tier = TIER_ANYONE;
	if (seating->reserve_count == 0 || seating->groups[group].reserve == NONE)
		return true;
	*tier = seating_tier(seating, group, market->set ? market->set[contract] : 0);
	if (seating_is_nobodys(seating, group, *tier))
		return false;
	if (seating_for_anyone(seating, group, *tier))
		*tier = TIER_ANYONE;
	return true;
}

bool
rank_bid(const Ranking *ranking, int32 owner, int32 contract, int32 group, Bid *bid)
{
	const Market *market = ranking->market;

	bid->score = market->score.keys[contract];
	bid->contract = contract;
	bid->owner = owner;
	bid->group = group;
	if (ranking->rules.mechanism == MECHANISM_IMMEDIATE_ACCEPTANCE)
	{
		bid->tier = contract - market->first[owner];
		return true;
	}
	return find_tier(market, contract, group, &bid->tier);
}

/* The number of a bid, drawn when it is first asked for. */
static int64
draw_lottery(const Ranking *ranking, const Bid *bid)
{
	const Market *market = ranking->market;
	int64		id = market->applicant_ids[bid->owner];
	bool		per_pool = ranking->rules.tie_break == TIE_BREAK_LOTTERY_PER_POOL;
	int64	   *number = &ranking->lottery[per_pool ? bid->contract : bid->owner];

	if (*number == NOT_DRAWN)
		*number = per_pool ?
			draw_number_in_pool(ranking->rules.draw, id,
								market->seating->pools[market->pool[bid->contract]].id) :
			draw_number(ranking->rules.draw, id);
	return *number;
}

bool
rank_above_equal(const Ranking *ranking, const Bid *a, const Bid *b)
{
	const Market *market = ranking->market;
	const int64 *ties = market->tie.keys;

	if (ties && ties[a->contract] != ties[b->contract])
		return ties[a->contract] < ties[b->contract];
	if (ranking->lottery)
	{
		int64		number_a = draw_lottery(ranking, a);
		int64		number_b = draw_lottery(ranking, b);

		if (number_a != number_b)
			return number_a < number_b;
	}
	return market->applicant_ids[a->owner] < market->applicant_ids[b->owner];
}
