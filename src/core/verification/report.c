/*
 * report.c
 *	  Handing over the violations that a verification has found.
 *
 * Most often there are none, so that only nodes with something to report are put in
 * order, and only such applicants looked at again: first nodes, by the ids of pools
 * and caps, then applicants by id, each with placements by pool and seat and then
 * complaints in the order of the walk.
 */
#include "core/verification/report.h"

#include "core/verification/applicants.h"
#include "core/verification/improvement.h"
#include "core/verification/occupancy.h"
#include "core/verification/seats.h"
#include "core/verification/walk.h"

typedef struct Reporter
{
	const Verification *check;
	ViolationFunction report;
	void	   *state;
} Reporter;

/* Numbers that are put in order, and the ids they are put in order by */
typedef struct Listing
{
	int32	   *numbers;
	int32		count;
	int32		room;
	const int64 *ids;			/* by number, or by that of its pool */
	const CheckedGroup *groups;	/* of the numbers, or NULL */
} Listing;

/* ---- one violation ---- */

/* Hand over one violation, and free its detail. */
static void
hand_over(const Reporter *reporter, const char *name, const int64 *applicant_id,
		  const int64 *pool_id, const int64 *other_applicant_id, char *detail)
{
	Violation	violation = {name, applicant_id, pool_id, other_applicant_id, detail};

	host_check_interrupts();
	reporter->report(reporter->state, &violation);
	pfree(detail);
}

static const char *
seat_name(const Verification *check, int32 group)
{
	return words_get(check->names, check->groups[group].name).text;
}

/* ---- lists ---- */

static void
list_add(Listing *list, int32 number)
{
	if (list->count == list->room)
	{
		list->room = Max(list->room * 2, 64);
		list->numbers = table_resize(list->numbers, sizeof(int32) * (Size) list->room);
	}
	list->numbers[list->count++] = number;
}

static int
by_id(const void *a, const void *b, void *listing)
{
	const Listing *list = listing;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int64		left_id = list->ids[list->groups ? list->groups[left].pool : left];
	int64		right_id = list->ids[list->groups ? list->groups[right].pool : right];

	host_check_interrupts();
	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	return (left > right) - (left < right);
}

static void
list_sort(Listing *list)
{
	qsort_arg(list->numbers, list->count, sizeof(int32), by_id, list);
}

static void
list_end(Listing *list)
{
	if (list->numbers)
		pfree(list->numbers);
}

/* ---- nodes ---- */

/* Say by how much a seat group is too full, or that it holds a class that does not fit. */
static char *
excess_detail(const Verification *check, int32 group)
{
	int32		count = check->occupancy.group[group].count;
	int32		seats = check->groups[group].seats;

	if (count <= seats)
		return psprintf("seat %s: a holder is of a class of equals that does not fit in %d seats, "
						"or below it", seat_name(check, group), seats);
	return psprintf("seat %s: %d hold %d seats", seat_name(check, group), count, seats);
}

static void
report_full_groups(const Reporter *reporter)
{
	const Verification *check = reporter->check;
	Listing		list = {.ids = check->pools.ids, .groups = check->groups};

	for (int32 group = 0; group < check->group_count; group++)
		if (ties_group_overflows(check, group))
			list_add(&list, group);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		hand_over(reporter, "over_capacity", NULL,
				  &list.ids[check->groups[list.numbers[i]].pool], NULL,
				  excess_detail(check, list.numbers[i]));
	list_end(&list);
}

static void
report_full_caps(const Reporter *reporter)
{
	const Verification *check = reporter->check;
	Listing		list = {.ids = check->caps.ids};

	for (int32 cap = 0; cap < check->caps.count; cap++)
		if (check->occupancy.cap[cap].count > check->cap.seats[cap])
			list_add(&list, cap);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		hand_over(reporter, "over_cap", NULL, NULL, NULL,
				  psprintf("cap " INT64_FORMAT ": %d hold %d seats", list.ids[list.numbers[i]],
						   check->occupancy.cap[list.numbers[i]].count,
						   check->cap.seats[list.numbers[i]]));
	list_end(&list);
}

static bool
is_below_floor(int32 holders, int32 floor, bool has_holders)
{
	return holders > 0 && holders < floor && !has_holders;
}

static void
report_low_pools(const Reporter *reporter)
{
	const Verification *check = reporter->check;
	Listing		list = {.ids = check->pools.ids};

	for (int32 pool = 0; pool < check->pool.count; pool++)
		if (is_below_floor(occupancy_pool_holders(check, pool), check->pool.floor[pool],
						   check->pool.has_holders[pool]))
			list_add(&list, pool);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		hand_over(reporter, "below_minimum", NULL, &list.ids[list.numbers[i]], NULL,
				  psprintf("%d hold seats where %d are the minimum",
						   occupancy_pool_holders(check, list.numbers[i]),
						   check->pool.floor[list.numbers[i]]));
	list_end(&list);
}

static void
report_low_caps(const Reporter *reporter)
{
	const Verification *check = reporter->check;
	Listing		list = {.ids = check->caps.ids};

	for (int32 cap = 0; cap < check->caps.count; cap++)
		if (is_below_floor(check->occupancy.cap[cap].count, check->cap.floor[cap],
						   check->cap.has_holders[cap]))
			list_add(&list, cap);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		hand_over(reporter, "below_minimum", NULL, NULL, NULL,
				  psprintf("cap " INT64_FORMAT ": %d hold seats where %d are the minimum",
						   list.ids[list.numbers[i]], check->occupancy.cap[list.numbers[i]].count,
						   check->cap.floor[list.numbers[i]]));
	list_end(&list);
}

/* ---- placements ---- */

static void
report_placement(const Reporter *reporter, const char *name, int32 placement, char *detail)
{
	const Verification *check = reporter->check;

	hand_over(reporter, name, &check->applicant.ids[check->placement.applicant[placement]],
		&check->pools.ids[check->placement.pool[placement]], NULL, detail);
}

/* Report a seat that is not one that the applicant asks for. */
static void
report_seat(const Reporter *reporter, int32 placement)
{
	const Verification *check = reporter->check;
	int32		row = check->placement.source[placement];
	int32		seat = check->placement.group[placement];
	int32		holds = check->application.holds ? check->application.holds[row] : NONE;
	char	   *detail;

	if (check->placement.name[placement] != check->groups[seat].name)
		detail = psprintf("the pool has no such seat");
	else if (holds != NONE && holds != seat)
		detail = psprintf("seat is %s, not seat %s that is held from before",
						  seat_name(check, seat), seat_name(check, holds));
	else if (!seats_asks(check, row, seat))
		detail = psprintf("seat %s is not for the applicant", seat_name(check, seat));
	else
		return;
	report_placement(reporter, "wrong_tier", placement, detail);
}

/* Report optional columns of a placement that differ from what the inputs say. */
static void
report_statement(const Reporter *reporter, int32 placement)
{
	const Verification *check = reporter->check;
	const PlacementColumns *stated = &check->placement;
	int32		row = stated->source[placement];
	int32		group = stated->group[placement];
	int32		choice = check->application.wish[row].choice;
	int32		tier = seats_placed_tier(check, row, group);

	if (stated->choice && stated->choice[placement] != choice)
		report_placement(reporter, "wrong_tier", placement,
						 psprintf("choice is %d, not " INT64_FORMAT, choice,
								  stated->choice[placement]));
	if (stated->tier && tier != NONE && stated->tier[placement] != tier &&
		stated->name[placement] == check->groups[group].name)
		report_placement(reporter, "wrong_tier", placement,
						 psprintf("tier is %d, not " INT64_FORMAT, tier, stated->tier[placement]));
	if (stated->score.count > 0 &&
		!numbers_equal(&stated->score, stated->score.keys[placement], &check->application.score,
					   check->application.score.keys[row]))
		report_placement(reporter, "wrong_tier", placement,
						 psprintf("score is not that of the application"));
}

/* By pool and seat */
static int
by_pool_and_seat(const void *a, const void *b, void *verification)
{
	const Verification *check = verification;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int64		left_id = check->pools.ids[check->placement.pool[left]];
	int64		right_id = check->pools.ids[check->placement.pool[right]];

	host_check_interrupts();
	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	return check->placement.group[left] - check->placement.group[right];
}

/* Report what is wrong with the placements of an applicant, by pool and seat. */
static void
report_placements(const Reporter *reporter, int32 applicant)
{
	const Verification *check = reporter->check;
	Listing		list = {0};

	foreach_placement(placement, check, applicant)
		list_add(&list, placement);
	qsort_arg(list.numbers, list.count, sizeof(int32), by_pool_and_seat,
			  unconstify(Verification *, check));
	for (int32 i = 0; i < list.count; i++)
	{
		int32		placement = list.numbers[i];

		if (check->placement.source[placement] == NONE)
			report_placement(reporter, "unknown_application", placement,
							 psprintf("the applicant did not apply to the pool"));
		else
		{
			report_seat(reporter, placement);
			report_statement(reporter, placement);
		}
		if (i > 0)
			report_placement(reporter, "double_placement", placement,
							 psprintf("the applicant has another placement"));
	}
	list_end(&list);
}

/* ---- complaints ---- */

static const int64 *
applicant_of(const Verification *check, int32 row)
{
	return &check->applicant.ids[check->application.applicant[row]];
}

/* Report a violation that concerns an application, against another applicant or nobody. */
static void
report_of_row(const Reporter *reporter, const char *name, int32 row, const Contender *other,
			  char *detail)
{
	const Verification *check = reporter->check;

	hand_over(reporter, name, applicant_of(check, row),
			  &check->pools.ids[check->application.wish[row].pool],
			  other ? applicant_of(check, other->row) : NULL, detail);
}

/* The worst of the innermost full node on the path, its seat group or a cap; NULL when none is */
static const Contender *
find_other(const Verification *check, int32 group, int32 *cap)
{
	int32		above = check->pool.cap[check->groups[group].pool];

	*cap = NONE;
	if (occupancy_group_is_full(check, group))
		return &check->occupancy.group[group].worst;
	if (above != NONE)
		*cap = check->occupancy.innermost_cap[above];
	return *cap == NONE ? NULL : &check->occupancy.cap[*cap].worst;
}

/* Say what was refused, and who or what did not justify it. */
static char *
refusal_detail(const Verification *check, int32 row, int32 group, const Contender *other, int32 cap)
{
	int32		choice = check->application.wish[row].choice;
	const char *seat = seat_name(check, group);

	if (other == NULL)
		return psprintf("choice %d, seat %s, was refused with %d of %d seats held", choice, seat,
						check->occupancy.group[group].count, check->groups[group].seats);
	if (cap == NONE)
		return psprintf("choice %d, seat %s, was refused but does not rank below applicant "
						INT64_FORMAT " there",
						choice, seat, row_applicant_id(check, other->row));
	return psprintf("choice %d, seat %s, was refused but does not rank below applicant "
					INT64_FORMAT " under cap " INT64_FORMAT,
					choice, seat, row_applicant_id(check, other->row), check->caps.ids[cap]);
}

/* Report a seat that was refused, by what the applicant holds and what is full. */
static void
report_complaint(const Reporter *reporter, int32 row, int32 group)
{
	const Verification *check = reporter->check;
	Place		held = check->walk.held[check->application.applicant[row]];
	int32		cap;
	const Contender *other = find_other(check, group, &cap);
	char	   *detail = refusal_detail(check, row, group, other, cap);

	if (held.choice == check->application.wish[row].choice && held.group != PG_INT32_MAX)
		report_of_row(reporter, "wrong_seat", row, NULL, detail);
	else
		report_of_row(reporter, other ? "justified_envy" : "wasted_seat", row, other, detail);
}

/* Report along the walk of an applicant. */
static void
report_walk(const Reporter *reporter, int32 applicant)
{
	const Verification *check = reporter->check;

	foreach_row(row, check, applicant)
	{
		check_interrupts_at(row);
		if (walk_is_worse(check, row))
			report_of_row(reporter, "holder_worse", row, NULL,
						  psprintf("choice %d, seat %s, was held before",
								   check->application.wish[row].choice,
								   seat_name(check, check->application.holds[row])));
		foreach_group(group, check, check->application.wish[row].pool)
			if (walk_is_complaint(check, row, group))
				report_complaint(reporter, row, group);
	}
}

/* ---- improvements ---- */

/* Compare two cycles, each given by a group, by the applicant who would come to it. */
static int
by_comer(const void *a, const void *b, void *verification)
{
	const Contender *first = ((const Verification *) verification)->improvement.first;
	int64		left = row_applicant_id(verification, first[*(const int32 *) a].row);
	int64		right = row_applicant_id(verification, first[*(const int32 *) b].row);

	host_check_interrupts();
	return (left > right) - (left < right);
}

/* Report one cycle: who would come to a group of it, and who would leave that group. */
static void
report_cycle(const Reporter *reporter, int32 group)
{
	const Verification *check = reporter->check;
	const Contender *first = check->improvement.first;
	int32		leaver = group;
	int32		length = 0;

	for (int32 at = group; length == 0 || at != group; at = improvement_next(check, at))
	{
		check_interrupts_at(length);
		length++;
		if (improvement_next(check, at) == group)
			leaver = at;
	}
	report_of_row(reporter, "not_applicant_best", first[group].row, &first[leaver],
				  psprintf("choice %d, seat %s, could be held: %d applicants can exchange seats, "
						   "each for one preferred, and nobody is refused wrongly",
						   check->application.wish[first[group].row].choice,
						   seat_name(check, group), length));
}

static void
report_cycles(const Reporter *reporter)
{
	const Verification *check = reporter->check;
	ImprovementColumns cycles = check->improvement;

	qsort_arg(cycles.cycles, cycles.count, sizeof(int32), by_comer,
			  unconstify(Verification *, check));
	for (int32 i = 0; i < cycles.count; i++)
		report_cycle(reporter, cycles.cycles[i]);
}

void
report_violations(const Verification *check, ViolationFunction report, void *state)
{
	Reporter	reporter = {check, report, state};

	report_full_groups(&reporter);
	report_full_caps(&reporter);
	report_low_pools(&reporter);
	report_low_caps(&reporter);
	for (int32 applicant = 0; applicant < check->applicant.count; applicant++)
	{
		check_interrupts_at(applicant);
		if (!check->walk.suspect[applicant])
			continue;
		report_placements(&reporter, applicant);
		report_walk(&reporter, applicant);
	}
	report_cycles(&reporter);
}
