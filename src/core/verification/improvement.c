/*
 * improvement.c
 *	  Is a stable allocation the best stable one for applicants?
 *
 * Without caps, floors and classes kept whole each seat group is a school of its own
 * with strict priorities, and the walk of an applicant is a strict list of them.
 * Let the best of those who would rather sit in a group point from it to the group
 * that they sit in.  A cycle of these is a stable improvement cycle: all on it can
 * change seats, each for a better one, and nobody has a reason to complain, for
 * nobody who ranks higher wants the seats.  Erdil and Ergin (2008) prove that a
 * stable allocation has such a cycle unless no stable one is better for anybody
 * and worse for nobody; with strict priorities that is the best stable one for all
 * applicants at once.
 *
 * Each group points to one other at most, so that all cycles are found in linear
 * time; 48 bytes a seat group, and 8 more.
 */
#include "core/verification/improvement.h"

#include "core/verification/seats.h"
#include "core/verification/walk.h"

/* Do seats and priorities decide alone, in each group by itself?  A floor of 1 closes nothing. */
static bool
is_plain(const Verification *check)
{
	if (tie_break_keeps_classes(check->tie_break))
		return false;
	for (int32 pool = 0; pool < check->pool.count; pool++)
		if (check->pool.cap[pool] != NONE || check->pool.floor[pool] > 1)
			return false;
	return true;
}

/* Of those who would rather sit in each group, keep the one who ranks first there. */
static void
find_first_wanting(Verification *check)
{
	for (int32 row = 0; row < check->application.count; row++)
	{
		int32		pool = check->application.wish[row].pool;

		host_check_interrupts();
		foreach_group(group, check, pool)
		{
			Contender  *first = &check->improvement.first[group];
			Contender	contender;

			if (!walk_prefers(check, row, group) || !seats_asks(check, row, group))
				continue;
			contender = contender_make(check, row, group);
			if (first->row == NONE || contender_outranks(check, &contender, first, false))
				*first = contender;
		}
	}
}

int32
improvement_next(const Verification *check, int32 group)
{
	int32		row = check->improvement.first[group].row;
	Place		held;

	if (row == NONE)
		return NONE;
	held = check->walk.held[check->application.applicant[row]];
	return held.group == PG_INT32_MAX ? NONE : held.group;
}

/* Find the group on a cycle to which the applicant of the smallest id would come. */
static int32
smallest_on_cycle(const Verification *check, int32 inside)
{
	const Contender *first = check->improvement.first;
	int32		smallest = inside;

	for (int32 group = improvement_next(check, inside); group != inside;
		 group = improvement_next(check, group))
		if (row_applicant_id(check, first[group].row) <
			row_applicant_id(check, first[smallest].row))
			smallest = group;
	return smallest;
}

/* Follow the pointers from each group until a group that was passed before. */
static void
find_cycles(Verification *check)
{
	int32	   *passed = host_alloc(sizeof(int32) * (Size) check->group_count);

	for (int32 group = 0; group < check->group_count; group++)
		passed[group] = NONE;
	for (int32 start = 0; start < check->group_count; start++)
	{
		int32		group = start;

		check_interrupts_at(start);
		for (; group != NONE && passed[group] == NONE; group = improvement_next(check, group))
			passed[group] = start;
		if (group != NONE && passed[group] == start)
			check->improvement.cycles[check->improvement.count++] = smallest_on_cycle(check, group);
	}
	pfree(passed);
}

bool
improvement_find(Verification *check)
{
	Size		groups = Max(check->group_count, 1);

	if (!is_plain(check))
		return true;
	if (!verification_reserve_memory(check, groups * (sizeof(Contender) + 2 * sizeof(int32))))
		return false;
	check->improvement.first = host_alloc(sizeof(Contender) * groups);
	check->improvement.cycles = host_alloc(sizeof(int32) * groups);
	for (int32 group = 0; group < check->group_count; group++)
		check->improvement.first[group].row = NONE;
	find_first_wanting(check);
	find_cycles(check);
	return true;
}
