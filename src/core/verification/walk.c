/*
 * walk.c
 *	  Each applicant's own applications and placements.
 *
 * One pass over the applicants with their rows: no pool and no choice comes
 * twice, each placement has its application, and the first place in the walk
 * that is held is kept.  A row of the applicant to a pool is found by a mark
 * that the pool keeps, so that the pass is linear however many placements
 * somebody has; only the choices of one applicant are sorted.
 */
#include "core/verification/walk.h"

#include "core/base/market_errors.h"
#include "core/verification/seats.h"

/* ---- rows by key ---- */

static bool
ascends(const int32 *keys, int32 count)
{
	for (int32 i = 1; i < count; i++)
	{
		check_interrupts_at(i);
		if (keys[i] < keys[i - 1])
			return false;
	}
	return true;
}

/* Group rows by a counting sort, in which the rows of a key keep their order. */
static Grouping
grouping_make(const int32 *keys, int32 count, int32 key_count)
{
	Grouping	grouping = {0};
	int32	   *starts = core_alloc_zero(sizeof(int32) * ((Size) key_count + 2));

	for (int32 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		starts[keys[i] + 2]++;
	}
	for (int32 key = 0; key < key_count; key++)
		starts[key + 2] += starts[key + 1];
	if (!ascends(keys, count))
	{
		grouping.rows = host_alloc(sizeof(int32) * (Size) Max(count, 1));
		for (int32 i = 0; i < count; i++)
		{
			check_interrupts_at(i);
			grouping.rows[starts[keys[i] + 1]++] = i;
		}
		grouping.starts = starts;
		return grouping;
	}
	memmove(starts, starts + 1, sizeof(int32) * ((Size) key_count + 1));
	grouping.starts = starts;
	return grouping;
}

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
	int32	   *choices;		/* of one applicant */
	int32		room;
} Walker;

static int
compare_choices(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	host_check_interrupts();
	return (left > right) - (left < right);
}

/* No choice number comes twice in the list of an applicant. */
static bool
check_choices(Walker *walker, int32 applicant)
{
	const Verification *check = walker->check;
	int32		start = check->application.by_applicant.starts[applicant];
	int32		count = check->application.by_applicant.starts[applicant + 1] - start;
	bool		ascending = true;

	if (count > walker->room)
	{
		walker->room = Max(count, walker->room * 2);
		walker->choices = table_resize(walker->choices, sizeof(int32) * (Size) walker->room);
	}
	for (int32 i = 0; i < count; i++)
	{
		int32		row = grouping_row(&check->application.by_applicant, start + i);

		walker->choices[i] = check->application.wish[row].choice;
		ascending = ascending && (i == 0 || walker->choices[i] > walker->choices[i - 1]);
	}
	if (ascending)
		return true;
	qsort(walker->choices, count, sizeof(int32), compare_choices);
	for (int32 i = 1; i < count; i++)
		if (walker->choices[i] == walker->choices[i - 1])
			return refuse_duplicate_choice(check->applicants.ids[applicant], walker->choices[i],
										   check->error);
	return true;
}

/* Leave a mark at each pool, which must not have one of this applicant. */
static bool
mark_pools(Walker *walker, int32 applicant)
{
	const Verification *check = walker->check;
	const Grouping *lists = &check->application.by_applicant;

	for (int32 i = lists->starts[applicant]; i < lists->starts[applicant + 1]; i++)
	{
		int32		row = grouping_row(lists, i);
		Mark	   *mark = &walker->marks[check->application.wish[row].pool];

		check_interrupts_at(i);
		if (mark->applicant == applicant)
			return refuse_duplicate_pool_choice(check->applicants.ids[applicant],
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
	int32		start = check->placement.by_applicant.starts[applicant];
	int32		end = check->placement.by_applicant.starts[applicant + 1];

	check->walk.held[applicant] = (Place) {PG_INT32_MAX, true, PG_INT32_MAX};
	check->walk.suspect[applicant] = end - start > 1;
	for (int32 i = start; i < end; i++)
	{
		int32		placement = grouping_row(&check->placement.by_applicant, i);
		Place		place;

		check_interrupts_at(i);
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
	int32		applicants = check->applicants.count;

	check->application.by_applicant =
		grouping_make(check->application.applicant, check->application.count, applicants);
	check->placement.by_applicant =
		grouping_make(check->placement.applicant, check->placement.count, applicants);
	check->placement.source = host_alloc(sizeof(int32) * Max(check->placement.count, 1));
	check->placement.group = host_alloc(sizeof(int32) * Max(check->placement.count, 1));
	check->walk.held = host_alloc(sizeof(Place) * Max(applicants, 1));
	check->walk.suspect = host_alloc(Max(applicants, 1));
	walker.marks = host_alloc(sizeof(Mark) * Max(check->pool.count, 1));
	memset(walker.marks, 0xFF, sizeof(Mark) * check->pool.count);	/* by nobody */
	for (int32 applicant = 0; applicant < applicants; applicant++)
	{
		check_interrupts_at(applicant);
		if (!check_choices(&walker, applicant) || !mark_pools(&walker, applicant))
			return false;
		walk_placements(&walker, applicant);
	}
	find_worse_holders(check);
	pfree(walker.marks);
	return true;
}
