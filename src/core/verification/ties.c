/*
 * ties.c
 *	  Whom a seat group refuses, as each way to break ties has it.
 *
 * lottery, lottery_per_pool, strict: a full group refuses whoever ranks below all
 * that it holds.  admit_all: the same, but nobody who is tied with the last class.
 * admit_none: a group refuses a class of equals that does not fit beside those
 * above it, and all worse ones.  The first such class is found by putting those
 * who hold the group's seats or like them better than what they hold in order:
 * n log n time for n of them, and 48 bytes each.
 */
#include "core/verification/occupancy.h"
#include "core/verification/seats.h"
#include "core/verification/walk.h"

/* ---- admit_none ---- */

/* One who holds seats of a group, or would rather */
typedef struct Bidder
{
	Contender	contender;
	bool		held;
} Bidder;

static int
by_class(const void *a, const void *b)
{
	host_check_interrupts();
	return contender_compare(&((const Bidder *) a)->contender,
							 &((const Bidder *) b)->contender);
}

/* Of the bidders of one group: the best class that does not fit, or none */
static Contender
find_unfit(Bidder *bidders, int64 count, int32 seats)
{
	int64		holders_above = 0;

	qsort(bidders, count, sizeof(Bidder), by_class);
	for (int64 start = 0, end = 0; start < count; start = end)
	{
		int64		holders = 0;

		while (end < count &&
			   contender_compare(&bidders[start].contender, &bidders[end].contender) == 0)
			holders += bidders[end++].held;
		if (holders_above + end - start > seats)
			return bidders[start].contender;
		holders_above += holders;
	}
	return (Contender) {.row = NONE};
}

/* Count a bidder at a group; in the second pass write it down there as well. */
static void
put_bidder(const Verification *check, int64 *ends, Bidder *bidders, int32 row, int32 group,
			 bool held)
{
	if (bidders)
		bidders[ends[group]] = (Bidder) {contender_make(check, row, group), held};
	ends[group]++;
}

/* What an applicant likes better than what is held */
static void
visit_preferred(const Verification *check, int64 *ends, Bidder *bidders)
{
	for (int32 row = 0; row < check->application.count; row++)
	{
		int32		pool = check->application.wish[row].pool;

		host_check_interrupts();
		foreach_group(group, check, pool)
			if (walk_prefers(check, row, group) && seats_asks(check, row, group))
				put_bidder(check, ends, bidders, row, group, false);
	}
}

/* Count each bidder at a group, or put it down where those of its group begin. */
static void
visit_bidders(const Verification *check, int64 *ends, Bidder *bidders)
{
	for (int32 i = 0; i < check->placement.count; i++)
	{
		check_interrupts_at(i);
		if (check->placement.source[i] != NONE)
			put_bidder(check, ends, bidders, check->placement.source[i],
					   check->placement.group[i], true);
	}
	visit_preferred(check, ends, bidders);
}

/* Find for each group the best class that does not fit; false without memory. */
static bool
find_all_unfit(Verification *check)
{
	int64	   *ends = core_alloc_zero(sizeof(int64) * (Size) check->group_count);
	int64		total = 0;
	Bidder   *bidders;

	check->ties.unfit = host_alloc(sizeof(Contender) * (Size) check->group_count);
	visit_bidders(check, ends, NULL);
	for (int32 group = 0; group < check->group_count; group++)
	{
		int64		count = ends[group];

		ends[group] = total;
		total += count;
	}
	if (!verification_reserve_memory(check, sizeof(Bidder) * total))
		return false;
	bidders = host_alloc(sizeof(Bidder) * Max(total, 1));
	visit_bidders(check, ends, bidders);
	for (int32 group = 0; group < check->group_count; group++)
	{
		int64		start = group == 0 ? 0 : ends[group - 1];

		check_interrupts_at(group);
		check->ties.unfit[group] = find_unfit(bidders + start, ends[group] - start,
										 check->groups[group].seats);
	}
	pfree(bidders);
	pfree(ends);
	return true;
}

/* ---- admit_all ---- */

/* How many of each group are above its last class */
static void
count_above_last(Verification *check)
{
	check->ties.above_last = core_alloc_zero(sizeof(int32) * (Size) check->group_count);
	for (int32 i = 0; i < check->placement.count; i++)
	{
		int32		group = check->placement.group[i];
		Contender	contender;

		check_interrupts_at(i);
		if (check->placement.source[i] == NONE)
			continue;
		contender = contender_make(check, check->placement.source[i], group);
		if (contender_compare(&contender, &check->occupancy.group[group].worst) < 0)
			check->ties.above_last[group]++;
	}
}

/* ---- all of them ---- */

bool
ties_find(Verification *check)
{
	if (check->tie_break == TIE_BREAK_ADMIT_ALL && check->group_count > 0)
		count_above_last(check);
	if (check->tie_break == TIE_BREAK_ADMIT_NONE && check->group_count > 0)
		return find_all_unfit(check);
	return true;
}

bool
ties_group_refuses(const Verification *check, int32 group, Contender *contender)
{
	Holders  *node = &check->occupancy.group[group];

	if (check->tie_break == TIE_BREAK_ADMIT_NONE)
		return check->ties.unfit[group].row != NONE &&
			contender_compare(&check->ties.unfit[group], contender) <= 0;
	if (!occupancy_group_is_full(check, group))
		return false;
	if (node->count == 0)
		return true;
	if (check->tie_break == TIE_BREAK_ADMIT_ALL)
		return contender_compare(&node->worst, contender) < 0;
	return contender_outranks(check, &node->worst, contender, false);
}

bool
ties_group_overflows(const Verification *check, int32 group)
{
	const Holders *node = &check->occupancy.group[group];
	int32		seats = check->groups[group].seats;

	if (check->tie_break == TIE_BREAK_ADMIT_ALL)
		return node->count > seats && check->ties.above_last[group] >= seats;
	if (node->count > seats)
		return true;
	return check->tie_break == TIE_BREAK_ADMIT_NONE && node->count > 0 &&
		check->ties.unfit[group].row != NONE &&
		contender_compare(&check->ties.unfit[group], &node->worst) <= 0;
}
