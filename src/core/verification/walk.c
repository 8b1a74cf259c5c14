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
#include "core/verification/claim.h"

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

/* A counting sort; the rows of a key keep their order. */
Grouping
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
	Claim	   *claim;
	Mark	   *marks;			/* by pool */
	int32	   *choices;		/* of one applicant */
	int32		room;
} Walker;

static bool
refuse_row(const Claim *claim, int32 row, const char *what)
{
	core_fail(claim->error, CORE_DUPLICATE, "%s", what);
	return core_detail(claim->error,
					   "Applicant " INT64_FORMAT ", pool " INT64_FORMAT ", choice %d.",
					   claim->applicants.ids[claim->applicant[row]],
					   claim->pools.ids[claim->wishes[row].pool], claim->wishes[row].choice);
}

static int
compare_choices(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	host_check_interrupts();
	return (left > right) - (left < right);
}

/* The row of an applicant that gives a choice number a second time */
static int32
find_choice(const Claim *claim, int32 applicant, int32 choice)
{
	int32		found = NONE;

	for (int32 i = claim->walks.starts[applicant]; i < claim->walks.starts[applicant + 1]; i++)
		if (claim->wishes[grouping_row(&claim->walks, i)].choice == choice)
			found = grouping_row(&claim->walks, i);
	return found;
}

static bool
check_choices(Walker *walker, int32 applicant)
{
	const Claim *claim = walker->claim;
	int32		start = claim->walks.starts[applicant];
	int32		count = claim->walks.starts[applicant + 1] - start;
	bool		ascending = true;

	if (count > walker->room)
	{
		walker->room = Max(count, walker->room * 2);
		walker->choices = table_resize(walker->choices, sizeof(int32) * (Size) walker->room);
	}
	for (int32 i = 0; i < count; i++)
	{
		walker->choices[i] = claim->wishes[grouping_row(&claim->walks, start + i)].choice;
		ascending = ascending && (i == 0 || walker->choices[i] > walker->choices[i - 1]);
	}
	if (ascending)
		return true;
	qsort(walker->choices, count, sizeof(int32), compare_choices);
	for (int32 i = 1; i < count; i++)
		if (walker->choices[i] == walker->choices[i - 1])
			return refuse_row(claim, find_choice(claim, applicant, walker->choices[i]),
							  "applicant gives a choice number twice");
	return true;
}

/* Leave a mark at each pool, which must not have one of this applicant. */
static bool
mark_pools(Walker *walker, int32 applicant)
{
	const Claim *claim = walker->claim;

	for (int32 i = claim->walks.starts[applicant]; i < claim->walks.starts[applicant + 1]; i++)
	{
		int32		row = grouping_row(&claim->walks, i);
		Mark	   *mark = &walker->marks[claim->wishes[row].pool];

		check_interrupts_at(i);
		if (mark->applicant == applicant)
			return refuse_row(claim, row, "applicant applies to a pool twice");
		*mark = (Mark) {applicant, row};
	}
	return true;
}

/* ---- and placements ---- */

/* The application that a placement grants, and the seats that it takes: open ones if unknown. */
static void
find_source(const Walker *walker, int32 placement)
{
	Claim	   *claim = walker->claim;
	int32		applicant = claim->placed_applicant[placement];
	int32		pool = claim->placed_pool[placement];
	int32		seat;

	if (pool >= claim->pool_count || walker->marks[pool].applicant != applicant)
	{
		claim->source[placement] = NONE;
		claim->seat[placement] = NONE;
		return;
	}
	seat = claim_find_seat(claim, pool, claim->placed_name[placement]);
	claim->source[placement] = walker->marks[pool].row;
	claim->seat[placement] = seat == NONE ? claim->open_group[pool] : seat;
}

/* Is the placement what the inputs say? */
static bool
is_right(const Claim *claim, int32 placement)
{
	int32		row = claim->source[placement];
	int32		seat = claim->seat[placement];

	if (row == NONE || claim->placed_name[placement] != claim->groups[seat].name ||
		!claim_asks(claim, row, seat))
		return false;
	if (claim->placed_choice && claim->placed_choice[placement] != claim->wishes[row].choice)
		return false;
	if (claim->placed_tier &&
		claim->placed_tier[placement] != claim_placed_tier(claim, row, seat))
		return false;
	return claim->placed_score.count == 0 ||
		numbers_equal(&claim->placed_score, claim->placed_score.keys[placement],
					  &claim->score, claim->score.keys[row]);
}

static void
walk_placements(const Walker *walker, int32 applicant)
{
	Claim	   *claim = walker->claim;
	int32		start = claim->placed.starts[applicant];
	int32		end = claim->placed.starts[applicant + 1];

	claim->held[applicant] = (Place) {PG_INT32_MAX, PG_INT32_MAX};
	claim->suspect[applicant] = end - start > 1;
	for (int32 i = start; i < end; i++)
	{
		int32		placement = grouping_row(&claim->placed, i);
		Place		place;

		check_interrupts_at(i);
		find_source(walker, placement);
		if (!is_right(claim, placement))
			claim->suspect[applicant] = true;
		if (claim->source[placement] == NONE)
			continue;
		place = (Place) {claim->wishes[claim->source[placement]].choice, claim->seat[placement]};
		if (place_before(place, claim->held[applicant]))
			claim->held[applicant] = place;
	}
}

/* ---- seats from before ---- */

bool
claim_is_worse(const Claim *claim, int32 row)
{
	Place		held = claim->held[claim->applicant[row]];

	if (claim->holds == NULL || claim->holds[row] == NONE)
		return false;
	return held.choice > claim->wishes[row].choice ||
		(held.choice == claim->wishes[row].choice && held.group != claim->holds[row]);
}

static void
find_worse_holders(const Claim *claim)
{
	if (claim->holds == NULL)
		return;
	for (int32 row = 0; row < claim->row_count; row++)
	{
		check_interrupts_at(row);
		if (claim_is_worse(claim, row))
			claim->suspect[claim->applicant[row]] = true;
	}
}

bool
claim_walk(Claim *claim)
{
	Walker		walker = {.claim = claim};
	int32		applicants = claim->applicants.count;

	claim->walks = grouping_make(claim->applicant, claim->row_count, applicants);
	claim->placed = grouping_make(claim->placed_applicant, claim->placement_count, applicants);
	claim->source = host_alloc(sizeof(int32) * Max(claim->placement_count, 1));
	claim->seat = host_alloc(sizeof(int32) * Max(claim->placement_count, 1));
	claim->held = host_alloc(sizeof(Place) * Max(applicants, 1));
	claim->suspect = host_alloc(Max(applicants, 1));
	walker.marks = host_alloc(sizeof(Mark) * Max(claim->pool_count, 1));
	memset(walker.marks, 0xFF, sizeof(Mark) * claim->pool_count);	/* by nobody */
	for (int32 applicant = 0; applicant < applicants; applicant++)
	{
		check_interrupts_at(applicant);
		if (!check_choices(&walker, applicant) || !mark_pools(&walker, applicant))
			return false;
		walk_placements(&walker, applicant);
	}
	find_worse_holders(claim);
	pfree(walker.marks);
	return true;
}
