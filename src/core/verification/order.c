/*
 * order.c
 *	  How a seat group or a cap ranks applications.
 *
 * A seat group: holders from before, then by tier; score, more is better; tie,
 * less is better and NULL is last; lottery number, smaller wins; applicant id.
 * A cap ranks alike, but takes open seats and the tier of anyone as one last
 * tier.  One whom the seat is not for at all ranks below all whom it is for.
 */
#include "core/verification/claim.h"

Contender
contender_make(const Claim *claim, int32 row, int32 group)
{
	const SeatGroup *seats = &claim->groups[group];
	bool		is_holder = claim_is_holder(claim, row, group);
	int32		tier = claim_placed_tier(claim, row, group);
	bool		for_anyone = seats->name == OPEN_NAME ||
		(tier > 0 && tier <= seats->rungs && claim->ladders[seats->ladder + tier - 1] == ANYONE);
	Contender	contender = {
		.row = row, .score = claim->score.keys[row],
		.tie = claim->tie.keys ? claim->tie.keys[row] : 0, .number = -1
	};

	contender.level = tier == NONE ? OUTSIDE_LEVEL : tier;
	contender.cap_level = for_anyone ? LAST_LEVEL : contender.level;
	if (is_holder)
	{
		contender.level -= HOLDER_LEAD;
		contender.cap_level -= HOLDER_LEAD;
	}
	return contender;
}

static int
compare_numbers(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* Level, score and tie */
static int
compare_class(const Contender *one, const Contender *other, bool at_cap)
{
	int			order = at_cap ? compare_numbers(one->cap_level, other->cap_level) :
		compare_numbers(one->level, other->level);

	if (order == 0)
		order = compare_numbers(other->score, one->score);
	return order ? order : compare_numbers(one->tie, other->tie);
}

int
contender_compare(const Contender *one, const Contender *other)
{
	return compare_class(one, other, false);
}

/* Drawn once, when a tie asks for it */
static int64
lottery_number(const Claim *claim, Contender *contender)
{
	int64		applicant_id = claim->applicants.ids[claim->applicant[contender->row]];
	int64		pool_id = claim->pools.ids[claim->wishes[contender->row].pool];

	if (contender->number >= 0)
		return contender->number;
	if (claim->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		contender->number = draw_number_in_pool(claim->draw, applicant_id, pool_id);
	else
		contender->number = draw_number(claim->draw, applicant_id);
	return contender->number;
}

bool
contender_outranks(const Claim *claim, Contender *one, Contender *other, bool at_cap)
{
	int			order = compare_class(one, other, at_cap);

	if (order != 0 || one->row == other->row)
		return order < 0;
	if (claim->draw)
		order = compare_numbers(lottery_number(claim, one), lottery_number(claim, other));
	if (order == 0)
		order = compare_numbers(claim->applicants.ids[claim->applicant[one->row]],
								claim->applicants.ids[claim->applicant[other->row]]);
	return order < 0;
}
