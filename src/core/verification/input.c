/*
 * input.c
 *	  A claim's rows, as they come: numbered, checked each by itself, kept.
 *
 * Memory is counted before it is taken: 24 bytes an application (8 more with
 * ties, 4 with groups, 4 with seats from before), 45 an applicant and 48 a
 * placement, with all that is made of them later.
 */
#include "core/verification/claim.h"

#define FIRST_ROOM				64
#define MOST_ROWS				(PG_INT32_MAX / 2)

#define BYTES_PER_CAP			(BYTES_PER_ID + 80)
#define BYTES_PER_POOL			(BYTES_PER_ID + 100)
#define BYTES_PER_RESERVE		200
#define BYTES_PER_APPLICATION	24
#define BYTES_PER_TIE			8
#define BYTES_PER_WIDE_NUMBER	40
#define BYTES_PER_APPLICANT		(BYTES_PER_ID + 21)
#define BYTES_PER_PLACEMENT		48
#define BYTES_PER_SET			32

/* ---- memory ---- */

bool
claim_take(Claim *claim, Size bytes)
{
	Size		needed = claim->taken + bytes;

	if (needed > claim->limit || needed < bytes)
	{
		core_fail(claim->error, CORE_MEMORY,
				  "verification needs more memory than equity.max_memory allows");
		core_detail(claim->error, "It would need %zu kB or more; %zu kB are allowed.",
					needed >> 10, claim->limit >> 10);
		return core_hint(claim->error,
						 "Raise equity.max_memory, if the machine has the memory.");
	}
	claim->taken = needed;
	return true;
}

/* Room for one row more, half as much again as before */
static bool
make_room(Claim *claim, int32 count, int32 *room, Size bytes_per_row)
{
	int32		before = *room;

	if (count == MOST_ROWS)
		return core_fail(claim->error, CORE_MEMORY, "more than %d rows to verify", MOST_ROWS);
	*room = before == 0 ? FIRST_ROOM : Min(before + before / 2, MOST_ROWS);
	return claim_take(claim, (Size) (*room - before) * bytes_per_row);
}

static void
grow_numbers(int32 **array, int32 room)
{
	*array = table_resize(*array, sizeof(int32) * room);
}

/* An array that begins when it is first needed: what came before has the same value. */
static bool
put_rare(Claim *claim, int32 **array, int32 value, int32 usual)
{
	if (*array == NULL && value == usual)
		return true;
	if (*array == NULL)
	{
		if (!claim_take(claim, sizeof(int32) * (Size) claim->row_room))
			return false;
		*array = host_alloc(sizeof(int32) * (Size) claim->row_room);
		for (int32 i = 0; i < claim->row_count; i++)
			(*array)[i] = usual;
	}
	(*array)[claim->row_count] = value;
	return true;
}

/* ---- what a row may say ---- */

static bool
in_range(int64 number)
{
	return number >= 0 && number <= PG_INT32_MAX;
}

/* Seats, and the floor below them */
static bool
check_seats(Claim *claim, const char *what, int64 id, int64 seats, int64 min_seats)
{
	bool		is_floor = in_range(seats);

	if (is_floor && in_range(min_seats))
		return true;
	core_fail(claim->error, CORE_INVALID, "%s of a %s must be 0 to %d",
			  is_floor ? "min_seats" : "seats", what, PG_INT32_MAX);
	return core_detail(claim->error, "The %s " INT64_FORMAT " has " INT64_FORMAT ".", what, id,
					   is_floor ? min_seats : seats);
}

static bool
add_number(Claim *claim, NumberColumn *column, const ExactNumber *number, const char *name)
{
	bool		was_wide = column->wide != NULL;

	if (number->is_null)
		numbers_add_null(column);
	else if (!numbers_add(column, number->digits, number->scale))
	{
		core_fail(claim->error, CORE_OUT_OF_RANGE,
				  "numbers of column \"%s\" need more than %d digits together", name,
				  NUMBER_MAX_DIGITS);
		return core_hint(claim->error, "Round them to the decimals that matter.");
	}
	if (column->wide && (!was_wide || column->count == column->room))
		return claim_take(claim, (Size) column->room * BYTES_PER_WIDE_NUMBER);
	return true;
}

/* ---- the beginning ---- */

Claim *
claim_begin(TieBreak tie_break, Draw *draw, Size limit, CoreError *error)
{
	Claim	   *claim = core_alloc_zero(sizeof(Claim));

	claim->tie_break = tie_break;
	claim->draw = draw;
	claim->limit = limit;
	claim->error = error;
	name_table_add(&claim->names, word_of("open"));
	set_table_add(&claim->sets, NULL, 0);
	return claim;
}

/* Whole classes of equals can't be let in or kept out at several nodes at once. */
static bool
refuse_caps(Claim *claim)
{
	if (claim->tie_break != TIE_BREAK_ADMIT_ALL && claim->tie_break != TIE_BREAK_ADMIT_NONE)
		return true;
	return core_fail(claim->error, CORE_UNSUPPORTED, "tie_break \"%s\" does not go with caps",
					 claim->tie_break == TIE_BREAK_ADMIT_ALL ? "admit_all" : "admit_none");
}

/* ---- caps ---- */

/* The number of a cap that is told or named */
static bool
name_cap(Claim *claim, int64 cap_id, int32 *number)
{
	*number = id_table_add(&claim->caps, cap_id);
	if (*number < claim->cap_room)
		return true;
	if (!make_room(claim, *number, &claim->cap_room, BYTES_PER_CAP))
		return false;
	grow_numbers(&claim->cap_seats, claim->cap_room);
	grow_numbers(&claim->cap_floor, claim->cap_room);
	grow_numbers(&claim->cap_parent, claim->cap_room);
	for (int32 i = *number; i < claim->cap_room; i++)
		claim->cap_seats[i] = NONE;
	return true;
}

bool
claim_cap(Claim *claim, int64 cap_id, int64 seats, int64 min_seats, const int64 *parent_id)
{
	int32		cap;
	int32		parent = NONE;

	if (!refuse_caps(claim) || !check_seats(claim, "cap", cap_id, seats, min_seats) ||
		!name_cap(claim, cap_id, &cap))
		return false;
	if (claim->cap_seats[cap] != NONE)
	{
		core_fail(claim->error, CORE_DUPLICATE, "cap comes twice");
		return core_detail(claim->error, "Cap " INT64_FORMAT ".", cap_id);
	}
	if (parent_id && !name_cap(claim, *parent_id, &parent))
		return false;
	claim->cap_seats[cap] = (int32) seats;
	claim->cap_floor[cap] = (int32) min_seats;
	claim->cap_parent[cap] = parent;
	return true;
}

/* ---- pools ---- */

static bool
grow_pools(Claim *claim)
{
	if (claim->pool_count < claim->pool_room)
		return true;
	if (!make_room(claim, claim->pool_count, &claim->pool_room, BYTES_PER_POOL))
		return false;
	grow_numbers(&claim->pool_seats, claim->pool_room);
	grow_numbers(&claim->pool_floor, claim->pool_room);
	grow_numbers(&claim->pool_cap, claim->pool_room);
	return true;
}

static bool
find_cap(Claim *claim, int64 pool_id, const int64 *cap_id, int32 *cap)
{
	*cap = NONE;
	if (cap_id == NULL)
		return true;
	if (!refuse_caps(claim))
		return false;
	*cap = id_table_find(&claim->caps, *cap_id);
	if (*cap != UNLISTED)
		return true;
	core_fail(claim->error, CORE_UNKNOWN, "pool under an unknown cap");
	return core_detail(claim->error, "Pool " INT64_FORMAT ", cap " INT64_FORMAT ".", pool_id,
					   *cap_id);
}

bool
claim_pool(Claim *claim, int64 pool_id, int64 seats, int64 min_seats, const int64 *cap_id)
{
	int32		cap;

	if (!check_seats(claim, "pool", pool_id, seats, min_seats) ||
		!find_cap(claim, pool_id, cap_id, &cap) || !grow_pools(claim))
		return false;
	if (id_table_add(&claim->pools, pool_id) != claim->pool_count)
	{
		core_fail(claim->error, CORE_DUPLICATE, "pool comes twice");
		return core_detail(claim->error, "Pool " INT64_FORMAT ".", pool_id);
	}
	claim->pool_seats[claim->pool_count] = (int32) seats;
	claim->pool_floor[claim->pool_count] = (int32) min_seats;
	claim->pool_cap[claim->pool_count++] = cap;
	return true;
}

/* ---- reserves ---- */

static bool
refuse_reserve(Claim *claim, const ReserveClaim *reserve, CoreCode code, const char *what)
{
	core_fail(claim->error, code, "%s", what);
	return core_detail(claim->error, "Pool " INT64_FORMAT ", reserve \"%.*s\".", reserve->pool_id,
					   reserve->name.length, reserve->name.text);
}

/* Anyone comes last, and nobody twice. */
static bool
check_cascade(Claim *claim, const ReserveClaim *reserve)
{
	for (int i = 0; i < reserve->cascade_length; i++)
	{
		if (words_equal(reserve->cascade[i], word_of("*")) && i < reserve->cascade_length - 1)
			return refuse_reserve(claim, reserve, CORE_INVALID,
								  "* must be the last entry of a cascade");
		for (int j = 0; j < i; j++)
			if (words_equal(reserve->cascade[i], reserve->cascade[j]))
				return refuse_reserve(claim, reserve, CORE_INVALID,
									  "a cascade has an entry twice");
		host_check_interrupts();
	}
	return true;
}

static bool
check_reserve(Claim *claim, const ReserveClaim *reserve, int32 pool)
{
	if (pool == UNLISTED)
		return refuse_reserve(claim, reserve, CORE_UNKNOWN, "reserve of an unknown pool");
	if (words_equal(reserve->name, word_of("open")))
		return refuse_reserve(claim, reserve, CORE_INVALID, "a reserve must not be called open");
	if (!in_range(reserve->seats))
		return refuse_reserve(claim, reserve, CORE_INVALID,
							  psprintf("seats of a reserve must be 0 to %d", PG_INT32_MAX));
	return check_cascade(claim, reserve);
}

/* Put a cascade on the ladders. */
static bool
add_ladder(Claim *claim, const ReserveClaim *reserve, SeatGroup *group)
{
	int			rungs = reserve->is_for_anyone ? 1 : reserve->cascade_length;

	if (claim->ladder_length + rungs > MOST_ROWS)
		return core_fail(claim->error, CORE_MEMORY, "more than %d cascade entries", MOST_ROWS);
	if (claim->ladder_length + rungs > claim->ladder_room)
	{
		int64		room = Max(claim->ladder_room * 2, claim->ladder_length + rungs);

		if (!claim_take(claim, sizeof(int32) * (room - claim->ladder_room)))
			return false;
		claim->ladder_room = room;
		claim->ladders = table_resize(claim->ladders, sizeof(int32) * room);
	}
	group->ladder = (int32) claim->ladder_length;
	group->rungs = rungs;
	for (int i = 0; i < rungs; i++)
		claim->ladders[claim->ladder_length++] =
			reserve->is_for_anyone || words_equal(reserve->cascade[i], word_of("*")) ? ANYONE :
			name_table_add(&claim->names, reserve->cascade[i]);
	return true;
}

/* Names are copied. */
static Size
names_size(const ReserveClaim *reserve)
{
	Size		size = reserve->name.length;

	for (int i = 0; i < reserve->cascade_length; i++)
		size += reserve->cascade[i].length + sizeof(Word) + BYTES_PER_ID;
	return size;
}

bool
claim_reserve(Claim *claim, const ReserveClaim *reserve)
{
	int32		pool = id_table_find(&claim->pools, reserve->pool_id);
	int32		name;
	SeatGroup	group;

	if (!check_reserve(claim, reserve, pool) || !claim_take(claim, names_size(reserve)))
		return false;
	if (claim->reserve_count == claim->reserve_room)
	{
		if (!make_room(claim, claim->reserve_count, &claim->reserve_room, BYTES_PER_RESERVE))
			return false;
		claim->reserves =
			table_resize(claim->reserves, sizeof(Reserve) * (Size) claim->reserve_room);
	}
	name = name_table_add(&claim->names, reserve->name);
	if (id_table_add(&claim->seats, (int64) pool << 32 | name) != claim->reserve_count)
		return refuse_reserve(claim, reserve, CORE_DUPLICATE, "a pool has a reserve twice");
	group = (SeatGroup) {.pool = pool, .name = name, .seats = (int32) reserve->seats};
	if (!add_ladder(claim, reserve, &group))
		return false;
	claim->reserves[claim->reserve_count++] = (Reserve) {
		group, reserve->before_open, reserve->position ? *reserve->position : PG_INT64_MAX
	};
	return true;
}

/* ---- applications ---- */

bool
claim_groups(Claim *claim, const Word *groups, int count, int32 *number)
{
	int32	   *members = palloc(sizeof(int32) * Max(count, 1));
	int			known = 0;
	int32		sets = claim->sets.count;

	for (int i = 0; i < count; i++)
	{
		int32		name = name_table_find(&claim->names, groups[i]);

		if (name != UNLISTED)
			members[known++] = name;
	}
	*number = set_table_add(&claim->sets, members, known);
	pfree(members);
	return claim->sets.count == sets || claim_take(claim, BYTES_PER_SET + sizeof(int32) * known);
}

static bool
refuse_application(Claim *claim, const ApplicationClaim *application, CoreCode code,
				   const char *what)
{
	core_fail(claim->error, code, "%s", what);
	return core_detail(claim->error,
					   "Applicant " INT64_FORMAT ", pool " INT64_FORMAT ", choice " INT64_FORMAT ".",
					   application->applicant_id, application->pool_id, application->choice);
}

static bool
grow_rows(Claim *claim, bool has_ties)
{
	Size		bytes = BYTES_PER_APPLICATION + (has_ties ? BYTES_PER_TIE : 0) +
		(claim->set ? sizeof(int32) : 0) + (claim->holds ? sizeof(int32) : 0);

	if (claim->row_count < claim->row_room)
		return true;
	if (!make_room(claim, claim->row_count, &claim->row_room, bytes))
		return false;
	grow_numbers(&claim->applicant, claim->row_room);
	claim->wishes = table_resize(claim->wishes, sizeof(Wish) * claim->row_room);
	if (claim->set)
		grow_numbers(&claim->set, claim->row_room);
	if (claim->holds)
		grow_numbers(&claim->holds, claim->row_room);
	return true;
}

static bool
number_id(Claim *claim, IdTable *table, int64 id, Size bytes, int32 *number)
{
	int32		room = table->room;

	*number = id_table_add(table, id);
	return table->room == room || claim_take(claim, (Size) (table->room - room) * bytes);
}

/* Rows of one applicant often follow each other. */
static bool
number_applicant(Claim *claim, int64 applicant_id, int32 row)
{
	claim->applicant[row] = row > 0 ? claim->applicant[row - 1] : NONE;
	if (row > 0 && claim->applicants.ids[claim->applicant[row]] == applicant_id)
		return true;
	return number_id(claim, &claim->applicants, applicant_id, BYTES_PER_APPLICANT,
					 &claim->applicant[row]);
}

/* The seat group that is held from before */
static bool
find_held_seat(Claim *claim, const ApplicationClaim *application, int32 pool, int32 *group)
{
	*group = NONE;
	if (application->holds == NULL)
		return true;
	*group = claim_find_seat(claim, pool, name_table_find(&claim->names, *application->holds));
	if (*group == NONE)
		return refuse_application(claim, application, CORE_INVALID,
								  "holds names no seat of the pool");
	return true;
}

bool
claim_application(Claim *claim, const ApplicationClaim *application)
{
	int32		row = claim->row_count;
	int32		pool = id_table_find(&claim->pools, application->pool_id);
	int32		group;

	if (claim->groups == NULL && !claim_order(claim))
		return false;
	if (!in_range(application->choice))
		return refuse_application(claim, application, CORE_INVALID,
								  psprintf("choice must be 0 to %d", PG_INT32_MAX));
	if (pool == UNLISTED)
		return refuse_application(claim, application, CORE_UNKNOWN,
								  "application to an unknown pool");
	if (!grow_rows(claim, application->tie) ||
		!number_applicant(claim, application->applicant_id, row) ||
		!find_held_seat(claim, application, pool, &group) ||
		!put_rare(claim, &claim->set, application->groups, 0) ||
		!put_rare(claim, &claim->holds, group, NONE) ||
		!add_number(claim, &claim->score, &application->score, "score"))
		return false;
	if (application->tie && !add_number(claim, &claim->tie, application->tie, "tie"))
		return false;
	claim->wishes[row] = (Wish) {pool, (int32) application->choice};
	claim->row_count++;
	return true;
}

/* ---- placements ---- */

static bool
grow_placements(Claim *claim, const PlacementClaim *placement)
{
	if (claim->placement_count < claim->placement_room)
		return true;
	if (!make_room(claim, claim->placement_count, &claim->placement_room, BYTES_PER_PLACEMENT))
		return false;
	grow_numbers(&claim->placed_applicant, claim->placement_room);
	grow_numbers(&claim->placed_pool, claim->placement_room);
	grow_numbers(&claim->placed_name, claim->placement_room);
	if (placement->choice)
		claim->placed_choice =
			table_resize(claim->placed_choice, sizeof(int64) * claim->placement_room);
	if (placement->tier)
		claim->placed_tier = table_resize(claim->placed_tier,
										  sizeof(int64) * claim->placement_room);
	return true;
}

bool
claim_placement(Claim *claim, const PlacementClaim *placement)
{
	int32		at = claim->placement_count;

	if (!grow_placements(claim, placement) ||
		!number_id(claim, &claim->applicants, placement->applicant_id, BYTES_PER_APPLICANT,
				   &claim->placed_applicant[at]) ||
		!number_id(claim, &claim->pools, placement->pool_id, BYTES_PER_ID,
				   &claim->placed_pool[at]))
		return false;
	claim->placed_name[at] = name_table_find(&claim->names, placement->seat);
	if (placement->choice)
		claim->placed_choice[at] = *placement->choice;
	if (placement->tier)
		claim->placed_tier[at] = *placement->tier;
	if (placement->score &&
		!add_number(claim, &claim->placed_score, placement->score, "score"))
		return false;
	claim->placement_count++;
	return true;
}
