/*
 * walk.c
 *	  Each applicant's own applications and placements.
 *
 * One pass over the applicants with their rows: no pool and no choice comes
 * twice, each placement has its application, and the first place in the walk
 * that is held is kept.  A row of the applicant to a pool is found by a mark
 * that the pool keeps, so that the pass is linear however many placements
 * somebody has.
 */
#include "core/verification/walk.h"

#include "core/base/market_errors.h"
#include "core/verification/applicants.h"
#include "core/verification/seats.h"

/* ---- an applicant's applications ---- */

/* Which applicant came by a pool last, and with which row */
typedef struct Mark
{
	int32		applicant;
	int32		row;
} Mark;

typedef struct Walker
{
	Verification *check;
	Mark	   *marks;			/* by pool */
} Walker;

/* No choice number comes twice in the list of an applicant. */
static bool
check_choices(const Verification *check, int32 applicant)
{
	const Wish *wishes = check->application.wish;

	foreach_row(row, check, applicant)
		if (row > check->applicant.first_row[applicant] &&
			wishes[row].choice == wishes[row - 1].choice)
			return refuse_duplicate_choice(check->applicant.ids[applicant], wishes[row].choice,
										   check->error);
	return true;
}

/* Leave a mark at each pool, which must not have one of this applicant. */
static bool
mark_pools(Walker *walker, int32 applicant)
{
	const Verification *check = walker->check;

	foreach_row(row, check, applicant)
	{
		Mark	   *mark = &walker->marks[check->application.wish[row].pool];

		check_interrupts_at(row);
		if (mark->applicant == applicant)
			return refuse_duplicate_pool_choice(check->applicant.ids[applicant],
												row_pool_id(check, row), check->error);
		*mark = (Mark) {applicant, row};
	}
	return true;
}

/* ---- and placements ---- */

Place
place_make(const Verification *check, int32 row, int32 group)
{
	return (Place) {
		check->application.wish[row].choice, seats_tier(check, row, group) != 0, group
	};
}


/* Find the application that a placement grants, and its seats, or open ones for want of them. */
static void
find_source(const Walker *walker, int32 placement)
{
	Verification *check = walker->check;
	int32		applicant = check->placement.applicant[placement];
	int32		pool = check->placement.pool[placement];
	int32		seat;

	if (pool >= check->pool.count || walker->marks[pool].applicant != applicant)
	{
		check->placement.source[placement] = NONE;
		check->placement.group[placement] = NONE;
		return;
	}
	seat = seats_find(check, pool, check->placement.name[placement]);
	check->placement.source[placement] = walker->marks[pool].row;
	check->placement.group[placement] = seat == NONE ? check->pool.open_group[pool] : seat;
}

/* Is the placement what the inputs say? */
static bool
is_right(const Verification *check, int32 placement)
{
	int32		row = check->placement.source[placement];
	int32		seat = check->placement.group[placement];

	if (row == NONE || check->placement.name[placement] != check->groups[seat].name ||
		!seats_asks(check, row, seat))
		return false;
	if (check->placement.choice &&
		check->placement.choice[placement] != check->application.wish[row].choice)
		return false;
	if (check->placement.tier &&
		check->placement.tier[placement] != seats_placed_tier(check, row, seat))
		return false;
	return check->placement.score.count == 0 ||
		numbers_equal(&check->placement.score, check->placement.score.keys[placement],
					  &check->application.score, check->application.score.keys[row]);
}

/* Find what the placements of an applicant grant, and the first place held in the own walk. */
static void
walk_placements(const Walker *walker, int32 applicant)
{
	Verification *check = walker->check;
	const int32 *first = &check->applicant.first_placement[applicant];

	check->walk.held[applicant] = (Place) {PG_INT32_MAX, true, PG_INT32_MAX};
	check->walk.suspect[applicant] = first[1] - first[0] > 1;
	foreach_placement(placement, check, applicant)
	{
		Place		place;

		check_interrupts_at(placement);
		find_source(walker, placement);
		if (!is_right(check, placement))
			check->walk.suspect[applicant] = true;
		if (check->placement.source[placement] == NONE)
			continue;
		place = place_make(check, check->placement.source[placement],
						   check->placement.group[placement]);
		if (place_before(place, check->walk.held[applicant]))
			check->walk.held[applicant] = place;
	}
}

/* ---- seats from before ---- */

bool
walk_is_worse(const Verification *check, int32 row)
{
	Place		held = check->walk.held[check->application.applicant[row]];

	if (check->application.holds == NULL || check->application.holds[row] == NONE)
		return false;
	return held.choice > check->application.wish[row].choice ||
		(held.choice == check->application.wish[row].choice &&
		 held.group != check->application.holds[row]);
}

/* Mark the applicants who lost a seat held from before. */
static void
find_worse_holders(const Verification *check)
{
	if (check->application.holds == NULL)
		return;
	for (int32 row = 0; row < check->application.count; row++)
	{
		check_interrupts_at(row);
		if (walk_is_worse(check, row))
			check->walk.suspect[check->application.applicant[row]] = true;
	}
}

bool
walk_check(Verification *check)
{
	Walker		walker = {.check = check};
	int32		applicants = check->applicant.count;

	check->placement.source = host_alloc(sizeof(int32) * Max(check->placement.count, 1));
	check->placement.group = host_alloc(sizeof(int32) * Max(check->placement.count, 1));
	check->walk.held = host_alloc(sizeof(Place) * Max(applicants, 1));
	check->walk.suspect = host_alloc(Max(applicants, 1));
	walker.marks = host_alloc(sizeof(Mark) * Max(check->pool.count, 1));
	memset(walker.marks, 0xFF, sizeof(Mark) * check->pool.count);	/* by nobody */
	for (int32 applicant = 0; applicant < applicants; applicant++)
	{
		check_interrupts_at(applicant);
		if (!check_choices(check, applicant) || !mark_pools(&walker, applicant))
			return false;
		walk_placements(&walker, applicant);
	}
	find_worse_holders(check);
	pfree(walker.marks);
	return true;
}
