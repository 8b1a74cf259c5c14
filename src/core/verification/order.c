/*
 * order.c
 *	  How a seat group or a cap ranks applications.
 *
 * A seat group: holders from before, then by tier; score, more is better; tie,
 * less is better and NULL is last; lottery number, smaller wins; applicant id.
 * A cap ranks alike, but takes open seats and the tier of anyone as one last
 * tier.  One whom the seat is not for at all ranks below all whom it is for.
 */
#include "core/verification/order.h"

#include "core/verification/seats.h"

/* Levels order contenders before scores do. */
#define LAST_LEVEL			(1 << 29)	/* at a cap: open seats, and seats left to anyone */
#define OUTSIDE_LEVEL		(LAST_LEVEL + 1)	/* one whom the seat is not for */
#define HOLDER_LEAD			(1 << 30)	/* holders from before come first */

Contender
contender_make(const Verification *check, int32 row, int32 group)
{
	const CheckedGroup *seats = &check->groups[group];
	bool		is_holder = seats_is_holder(check, row, group);
	int32		tier = seats_placed_tier(check, row, group);
	bool		for_anyone = seats->name == OPEN_NAME ||
		(tier > 0 && tier <= seats->cascade_length &&
		 check->cascade.entries[seats->cascade + tier - 1] == OPEN_TO_ALL);
	Contender	contender = {
		.row = row, .score = check->application.score.keys[row],
		.tie = check->application.tie.keys ? check->application.tie.keys[row] : 0, .number = -1
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

/* Compare by level, score and tie: 0 when only a lottery or the id can decide. */
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

/* Draw the number of a contender once, when a tie asks for it. */
static int64
lottery_number(const Verification *check, Contender *contender)
{
	int64		applicant_id = row_applicant_id(check, contender->row);
	int64		pool_id = row_pool_id(check, contender->row);

	if (contender->number >= 0)
		return contender->number;
	if (check->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		contender->number = draw_number_in_pool(check->draw, applicant_id, pool_id);
	else
		contender->number = draw_number(check->draw, applicant_id);
	return contender->number;
}

bool
contender_outranks(const Verification *check, Contender *one, Contender *other, bool at_cap)
{
	int			order = compare_class(one, other, at_cap);

	if (order != 0 || one->row == other->row)
		return order < 0;
	if (check->draw)
		order = compare_numbers(lottery_number(check, one), lottery_number(check, other));
	if (order == 0)
		order = compare_numbers(row_applicant_id(check, one->row),
								row_applicant_id(check, other->row));
	return order < 0;
}
