/*
 * verify.c
 *	  Proving or refuting an allocation, without the allocator.
 *
 * An allocation is right when every placement is what the inputs report, no node (a
 * seat group or a cap) holds more than its seats, and no applicant has a reason
 * to complain: for each place of the own walk that is better liked than the one
 * held, some node is full and all that it holds rank above (no justified envy, no
 * wasted seat; Balinski and Sönmez 1999, for seats with priorities of their own
 * Kominers and Sönmez 2016).  Such an allocation is stable; whether it is the best
 * stable one for applicants is asked then (improvement.c).
 *
 * Nothing is shared with the allocator but numbers, words and the lottery: rows
 * are numbered, ranked and counted here anew, and no proposal is made.  Time is
 * linear in applications (times the seat groups of their pools), placements and
 * nodes, but for the sorting of seats by precedence, of equals with admit_none, and
 * of what there is to report; lottery numbers are drawn for ties with the worst
 * of a node only.  Memory: see input.c.
 */
#include "core/verification/applicants.h"
#include "core/verification/improvement.h"
#include "core/verification/occupancy.h"
#include "core/verification/report.h"
#include "core/verification/seats.h"
#include "core/verification/walk.h"

/* A node on the path that refuses answers a complaint; so does a closed pool. */
bool
walk_is_complaint(const Verification *check, int32 row, int32 group)
{
	int32		pool = check->application.wish[row].pool;
	Contender	contender;

	if (!walk_prefers(check, row, group) || check->occupancy.pool_closed[pool] ||
		!seats_asks(check, row, group))
		return false;
	contender = contender_make(check, row, group);
	return !ties_group_refuses(check, group, &contender) &&
		!occupancy_caps_refuse(check, pool, &contender);
}

/* Was an applicant refused something better than what is held, and wrongly? */
static bool
has_complaint(const Verification *check, int32 applicant)
{
	foreach_row(row, check, applicant)
	{
		host_check_interrupts();
		if (check->application.wish[row].choice > check->walk.held[applicant].choice)
			return false;
		foreach_group(group, check, check->application.wish[row].pool)
			if (walk_is_complaint(check, row, group))
				return true;
	}
	return false;
}

/* Mark the applicants who were refused something wrongly. */
static void
find_complaints(const Verification *check)
{
	for (int32 applicant = 0; applicant < check->applicant.count; applicant++)
		if (has_complaint(check, applicant))
			check->walk.suspect[applicant] = true;
}

/* Is every placement right, no seat group too full, and no complaint left? */
static bool
is_stable(const Verification *check)
{
	for (int32 applicant = 0; applicant < check->applicant.count; applicant++)
	{
		check_interrupts_at(applicant);
		if (check->walk.suspect[applicant])
			return false;
	}
	for (int32 group = 0; group < check->group_count; group++)
	{
		check_interrupts_at(group);
		if (ties_group_overflows(check, group))
			return false;
	}
	return true;
}

bool
verify(Verification *check, ViolationFunction report, void *state)
{
	numbers_finish(&check->application.score);
	numbers_finish(&check->application.tie);
	numbers_finish(&check->placement.score);
	if (!seats_check_holders(check) || !applicants_number(check) || !walk_check(check))
		return false;
	occupancy_count(check);
	if (!ties_find(check))
		return false;
	find_complaints(check);
	if (!draw_check(check->draw, check->error) ||
		(is_stable(check) && !improvement_find(check)))
		return false;
	report_violations(check, report, state);
	return draw_check(check->draw, check->error);
}
