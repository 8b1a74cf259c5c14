/*
 * report.c
 *	  Saying what is wrong with a claim.
 *
 * Most often nothing is, so that only nodes and applicants that have something to
 * tell are put in order and looked at again: first nodes, by the ids of pools and
 * caps, then applicants by id, each with placements by pool and seat and then
 * complaints in the order of the walk.
 */
#include "core/verification/claim.h"

typedef struct Teller
{
	const Claim *claim;
	ViolationFunction tell;
	void	   *state;
} Teller;

/* Numbers that are put in order, and the ids they are put in order by */
typedef struct Listing
{
	int32	   *numbers;
	int32		count;
	int32		room;
	const int64 *ids;			/* by number, or by that of its pool */
	const SeatGroup *groups;	/* of the numbers, or NULL */
} Listing;

/* ---- saying one thing ---- */

static void
say(const Teller *teller, const char *name, const int64 *applicant_id, const int64 *pool_id,
	const int64 *other_applicant_id, char *detail)
{
	Violation	violation = {name, applicant_id, pool_id, other_applicant_id, detail};

	host_check_interrupts();
	teller->tell(teller->state, &violation);
	pfree(detail);
}

static const char *
seat_name(const Claim *claim, int32 group)
{
	return claim->names.names[claim->groups[group].name].text;
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

static char *
excess_detail(const Claim *claim, int32 group)
{
	int32		count = claim->on_group[group].count;
	int32		seats = claim->groups[group].seats;

	if (count <= seats)
		return psprintf("seat %s: a holder is of a class of equals that does not fit in %d seats, "
						"or below it", seat_name(claim, group), seats);
	return psprintf("seat %s: %d hold %d seats", seat_name(claim, group), count, seats);
}

static void
tell_full_groups(const Teller *teller)
{
	const Claim *claim = teller->claim;
	Listing		list = {.ids = claim->pools.ids, .groups = claim->groups};

	for (int32 group = 0; group < claim->group_count; group++)
		if (claim_group_overflows(claim, group))
			list_add(&list, group);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		say(teller, "over_capacity", NULL, &list.ids[claim->groups[list.numbers[i]].pool], NULL,
			excess_detail(claim, list.numbers[i]));
	list_end(&list);
}

static void
tell_full_caps(const Teller *teller)
{
	const Claim *claim = teller->claim;
	Listing		list = {.ids = claim->caps.ids};

	for (int32 cap = 0; cap < claim->caps.count; cap++)
		if (claim->on_cap[cap].count > claim->cap_seats[cap])
			list_add(&list, cap);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		say(teller, "over_cap", NULL, NULL, NULL,
			psprintf("cap " INT64_FORMAT ": %d hold %d seats", list.ids[list.numbers[i]],
					 claim->on_cap[list.numbers[i]].count, claim->cap_seats[list.numbers[i]]));
	list_end(&list);
}

static bool
is_below_floor(int32 holders, int32 floor, bool has_holders)
{
	return holders > 0 && holders < floor && !has_holders;
}

static void
tell_low_pools(const Teller *teller)
{
	const Claim *claim = teller->claim;
	Listing		list = {.ids = claim->pools.ids};

	for (int32 pool = 0; pool < claim->pool_count; pool++)
		if (is_below_floor(claim_pool_holders(claim, pool), claim->pool_floor[pool],
						   claim->pool_has_holders[pool]))
			list_add(&list, pool);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		say(teller, "below_minimum", NULL, &list.ids[list.numbers[i]], NULL,
			psprintf("%d hold seats where %d are the minimum",
					 claim_pool_holders(claim, list.numbers[i]),
					 claim->pool_floor[list.numbers[i]]));
	list_end(&list);
}

static void
tell_low_caps(const Teller *teller)
{
	const Claim *claim = teller->claim;
	Listing		list = {.ids = claim->caps.ids};

	for (int32 cap = 0; cap < claim->caps.count; cap++)
		if (is_below_floor(claim->on_cap[cap].count, claim->cap_floor[cap],
						   claim->cap_has_holders[cap]))
			list_add(&list, cap);
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
		say(teller, "below_minimum", NULL, NULL, NULL,
			psprintf("cap " INT64_FORMAT ": %d hold seats where %d are the minimum",
					 list.ids[list.numbers[i]], claim->on_cap[list.numbers[i]].count,
					 claim->cap_floor[list.numbers[i]]));
	list_end(&list);
}

/* ---- placements ---- */

static void
say_placement(const Teller *teller, const char *name, int32 placement, char *detail)
{
	const Claim *claim = teller->claim;

	say(teller, name, &claim->applicants.ids[claim->placed_applicant[placement]],
		&claim->pools.ids[claim->placed_pool[placement]], NULL, detail);
}

/* The seat is not one that the applicant asks for. */
static void
tell_seat(const Teller *teller, int32 placement)
{
	const Claim *claim = teller->claim;
	int32		row = claim->source[placement];
	int32		seat = claim->seat[placement];
	char	   *detail;

	if (claim->placed_name[placement] != claim->groups[seat].name)
		detail = psprintf("the pool has no such seat");
	else if (claim->holds && claim->holds[row] != NONE && claim->holds[row] != seat)
		detail = psprintf("seat is %s, not seat %s that is held from before",
						  seat_name(claim, seat), seat_name(claim, claim->holds[row]));
	else if (!claim_asks(claim, row, seat))
		detail = psprintf("seat %s is not for the applicant", seat_name(claim, seat));
	else
		return;
	say_placement(teller, "wrong_tier", placement, detail);
}

/* The columns that may be there are not what the inputs say. */
static void
tell_statement(const Teller *teller, int32 placement)
{
	const Claim *claim = teller->claim;
	int32		row = claim->source[placement];
	int32		tier = claim_placed_tier(claim, row, claim->seat[placement]);

	if (claim->placed_choice && claim->placed_choice[placement] != claim->wishes[row].choice)
		say_placement(teller, "wrong_tier", placement,
					  psprintf("choice is %d, not " INT64_FORMAT, claim->wishes[row].choice,
							   claim->placed_choice[placement]));
	if (claim->placed_tier && tier != NONE && claim->placed_tier[placement] != tier &&
		claim->placed_name[placement] == claim->groups[claim->seat[placement]].name)
		say_placement(teller, "wrong_tier", placement,
					  psprintf("tier is %d, not " INT64_FORMAT, tier,
							   claim->placed_tier[placement]));
	if (claim->placed_score.count > 0 &&
		!numbers_equal(&claim->placed_score, claim->placed_score.keys[placement], &claim->score,
					   claim->score.keys[row]))
		say_placement(teller, "wrong_tier", placement,
					  psprintf("score is not that of the application"));
}

/* By pool and seat */
static int
by_pool_and_seat(const void *a, const void *b, void *claim)
{
	const Claim *rows = claim;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int64		left_id = rows->pools.ids[rows->placed_pool[left]];
	int64		right_id = rows->pools.ids[rows->placed_pool[right]];

	host_check_interrupts();
	if (left_id != right_id)
		return left_id < right_id ? -1 : 1;
	return rows->seat[left] - rows->seat[right];
}

static void
tell_placements(const Teller *teller, int32 applicant)
{
	const Claim *claim = teller->claim;
	Listing		list = {0};

	for (int32 i = claim->placed.starts[applicant]; i < claim->placed.starts[applicant + 1]; i++)
		list_add(&list, grouping_row(&claim->placed, i));
	qsort_arg(list.numbers, list.count, sizeof(int32), by_pool_and_seat,
			  unconstify(Claim *, claim));
	for (int32 i = 0; i < list.count; i++)
	{
		int32		placement = list.numbers[i];

		if (claim->source[placement] == NONE)
			say_placement(teller, "unknown_application", placement,
						  psprintf("the applicant did not apply to the pool"));
		else
		{
			tell_seat(teller, placement);
			tell_statement(teller, placement);
		}
		if (i > 0)
			say_placement(teller, "double_placement", placement,
						  psprintf("the applicant has another placement"));
	}
	list_end(&list);
}

/* ---- complaints ---- */

static void
say_of_row(const Teller *teller, const char *name, int32 row, const Contender *other, char *detail)
{
	const Claim *claim = teller->claim;

	say(teller, name, &claim->applicants.ids[claim->applicant[row]],
		&claim->pools.ids[claim->wishes[row].pool],
		other ? &claim->applicants.ids[claim->applicant[other->row]] : NULL, detail);
}

/* The worst of the innermost full node on the path, its seat group or a cap; NULL when none is */
static const Contender *
find_other(const Claim *claim, int32 group, int32 *cap)
{
	int32		above = claim->pool_cap[claim->groups[group].pool];

	*cap = NONE;
	if (claim_group_is_full(claim, group))
		return &claim->on_group[group].worst;
	if (above != NONE)
		*cap = claim->innermost_cap[above];
	return *cap == NONE ? NULL : &claim->on_cap[*cap].worst;
}

static char *
refusal_detail(const Claim *claim, int32 row, int32 group, const Contender *other, int32 cap)
{
	char	   *what = psprintf("choice %d, seat %s, was refused", claim->wishes[row].choice,
								seat_name(claim, group));
	char	   *detail;

	if (other == NULL)
		detail = psprintf("%s with %d of %d seats held", what, claim->on_group[group].count,
						  claim->groups[group].seats);
	else if (cap == NONE)
		detail = psprintf("%s but does not rank below applicant " INT64_FORMAT " there", what,
						  claim->applicants.ids[claim->applicant[other->row]]);
	else
		detail = psprintf("%s but does not rank below applicant " INT64_FORMAT " under cap " INT64_FORMAT,
						  what, claim->applicants.ids[claim->applicant[other->row]],
						  claim->caps.ids[cap]);
	pfree(what);
	return detail;
}

static void
tell_complaint(const Teller *teller, int32 row, int32 group)
{
	const Claim *claim = teller->claim;
	Place		held = claim->held[claim->applicant[row]];
	int32		cap;
	const Contender *other = find_other(claim, group, &cap);
	char	   *detail = refusal_detail(claim, row, group, other, cap);

	if (held.choice == claim->wishes[row].choice && held.group != PG_INT32_MAX)
		say_of_row(teller, "wrong_seat", row, NULL, detail);
	else
		say_of_row(teller, other ? "justified_envy" : "wasted_seat", row, other, detail);
}

static int
by_choice(const void *a, const void *b, void *claim)
{
	const Wish *wishes = ((const Claim *) claim)->wishes;
	int32		left = wishes[*(const int32 *) a].choice;
	int32		right = wishes[*(const int32 *) b].choice;

	host_check_interrupts();
	return (left > right) - (left < right);
}

/* Along the walk of an applicant */
static void
tell_walk(const Teller *teller, int32 applicant)
{
	const Claim *claim = teller->claim;
	Listing		list = {0};

	for (int32 i = claim->walks.starts[applicant]; i < claim->walks.starts[applicant + 1]; i++)
		list_add(&list, grouping_row(&claim->walks, i));
	qsort_arg(list.numbers, list.count, sizeof(int32), by_choice, unconstify(Claim *, claim));
	for (int32 i = 0; i < list.count; i++)
	{
		int32		row = list.numbers[i];
		int32		pool = claim->wishes[row].pool;

		check_interrupts_at(i);
		if (claim_is_worse(claim, row))
			say_of_row(teller, "holder_worse", row, NULL,
					   psprintf("choice %d, seat %s, was held before", claim->wishes[row].choice,
								seat_name(claim, claim->holds[row])));
		for (int32 group = claim->first_group[pool]; group < claim->first_group[pool + 1]; group++)
			if (claim_is_complaint(claim, row, group))
				tell_complaint(teller, row, group);
	}
	list_end(&list);
}

void
claim_tell(const Claim *claim, ViolationFunction tell, void *state)
{
	Teller		teller = {claim, tell, state};
	Listing		list = {.ids = claim->applicants.ids};

	tell_full_groups(&teller);
	tell_full_caps(&teller);
	tell_low_pools(&teller);
	tell_low_caps(&teller);
	for (int32 applicant = 0; applicant < claim->applicants.count; applicant++)
	{
		check_interrupts_at(applicant);
		if (claim->suspect[applicant])
			list_add(&list, applicant);
	}
	list_sort(&list);
	for (int32 i = 0; i < list.count; i++)
	{
		tell_placements(&teller, list.numbers[i]);
		tell_walk(&teller, list.numbers[i]);
	}
	list_end(&list);
}
