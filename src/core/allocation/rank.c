/*
 * rank.c
 *	  The one order in which seats are given.
 *
 * Lottery numbers are drawn only for the ties that come up, each once.
 */
#include "core/allocation/rank.h"

#define NOT_DRAWN		(-1)

/* How many lottery numbers there are at most. */
static Size
lottery_count(const Market *market, TieBreak tie_break)
{
	return tie_break == TIE_BREAK_LOTTERY_PER_POOL ? market->contract_count :
		market->applicant_count;
}

Size
rank_memory(const Market *market, TieBreak tie_break)
{
	return tie_break_is_lottery(tie_break) ?
		lottery_count(market, tie_break) * sizeof(int64) : 0;
}

Ranking
rank_open(const Market *market, const Rules *rules)
{
	Ranking		ranking = {market, *rules};
	Size		count = lottery_count(market, rules->tie_break);

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

/* The tier of a contract in a group, as the order counts it: open seats and ANYONE are one. */
static int32
ordered_tier(const Market *market, int32 contract, int32 group)
{
	const Seating *seating = market->seating;
	int32		tier;

	if (seating->reserve_count == 0 || seating->groups[group].reserve == NONE)
		return TIER_ANYONE;
	tier = seating_tier(seating, group, market->set ? market->set[contract] : 0);
	return seating_for_anyone(seating, group, tier) ? TIER_ANYONE : tier;
}

/* The tier with which a contract asks in a group; false when it cannot. */
static bool
find_tier(const Market *market, int32 contract, int32 group, int32 *tier)
{
	*tier = ordered_tier(market, contract, group);
	if (market->held && market->held[contract] != NONE)
	{
		*tier += TIER_HELD;
		return market->held[contract] == group;
	}
	return *tier == TIER_ANYONE || !seating_is_nobodys(market->seating, group, *tier);
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

/* Drawn when it is first asked for. */
int64
rank_lottery(const Ranking *ranking, const Bid *bid)
{
	const Market *market = ranking->market;
	int64		id = market->applicant_ids[bid->owner];
	bool		per_pool = ranking->rules.tie_break == TIE_BREAK_LOTTERY_PER_POOL;
	int64	   *number;

	if (ranking->lottery == NULL)
		return 0;
	number = &ranking->lottery[per_pool ? bid->contract : bid->owner];
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
		int64		number_a = rank_lottery(ranking, a);
		int64		number_b = rank_lottery(ranking, b);

		if (number_a != number_b)
			return number_a < number_b;
	}
	return market->applicant_ids[a->owner] < market->applicant_ids[b->owner];
}
