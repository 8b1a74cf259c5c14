/*
 * input.c
 *	  The rows of a verification as they come: numbered, checked each by itself, kept.
 *
 * Memory is counted before it is taken: 32 bytes an application (8 more with
 * ties, 4 with groups, 4 with seats from before) and 48 a placement, while they are
 * brought in order (applicants.c) and with all that is made of them later.
 */
#include "core/verification/input.h"

#include "core/base/market_errors.h"
#include "core/verification/seats.h"

#define FIRST_ROOM				64
#define MOST_ROWS				(PG_INT32_MAX / 2)

#define BYTES_PER_CAP			(BYTES_PER_ID + 80)
#define BYTES_PER_POOL			(BYTES_PER_ID + 100)
#define BYTES_PER_RESERVE		200
#define BYTES_PER_APPLICATION	32
#define BYTES_PER_TIE			8
#define BYTES_PER_WIDE_NUMBER	40
#define BYTES_PER_PLACEMENT		48
#define BYTES_PER_NAME			(sizeof(Word) + 2 * BYTES_PER_ID)

/* ---- memory ---- */

bool
verification_reserve_memory(Verification *check, Size bytes)
{
	Size		needed = check->reserved + bytes;

	if (needed < bytes)
		needed = SIZE_MAX;		/* it has run over */
	check->reserved = needed;
	return core_check_memory(check->error, "verification", needed, check->limit);
}

/* Make room for one row more, by half as much again as there is. */
static bool
make_room(Verification *check, int32 count, int32 *room, Size bytes_per_row)
{
	int32		before = *room;

	if (count == MOST_ROWS)
		return core_fail(check->error, CORE_MEMORY, "more than %d rows to verify", MOST_ROWS);
	*room = before == 0 ? FIRST_ROOM : Min(before + before / 2, MOST_ROWS);
	return verification_reserve_memory(check, (Size) (*room - before) * bytes_per_row);
}

static void
grow_ids(int64 **array, int32 room)
{
	*array = table_resize(*array, sizeof(int64) * room);
}

static void
grow_numbers(int32 **array, int32 room)
{
	*array = table_resize(*array, sizeof(int32) * room);
}

/* Set the last row's value in a column that begins when it is first needed. */
static bool
put_rare(Verification *check, int32 **array, int32 value, int32 usual)
{
	if (*array == NULL && value == usual)
		return true;
	if (*array == NULL)
	{
		if (!verification_reserve_memory(check, sizeof(int32) * (Size) check->application.room))
			return false;
		*array = host_alloc(sizeof(int32) * (Size) check->application.room);
		for (int32 i = 0; i < check->application.count; i++)
			(*array)[i] = usual;
	}
	(*array)[check->application.count] = value;
	return true;
}

/* ---- what a row may say ---- */

static bool
in_range(int64 number)
{
	return number >= 0 && number <= PG_INT32_MAX;
}

/* Add a score or tie to its column; the ids are those of the row, for the error. */
static bool
add_number(Verification *check, NumberColumn *column, const ExactNumber *number, const char *name,
		   int64 applicant_id, int64 pool_id)
{
	bool		was_wide = column->wide != NULL;

	if (number->is_null)
		numbers_add_null(column);
	else if (!numbers_add(column, number->digits, number->scale))
		return refuse_digits(name, applicant_id, pool_id, check->error);
	if (column->wide && (!was_wide || column->count == column->room))
		return verification_reserve_memory(check, (Size) column->room * BYTES_PER_WIDE_NUMBER);
	return true;
}

/* ---- the beginning ---- */

Verification *
verification_begin(TieBreak tie_break, Draw *draw, Size limit, CoreError *error)
{
	Verification *check = core_alloc_zero(sizeof(Verification));

	check->tie_break = tie_break;
	check->draw = draw;
	check->limit = limit;
	check->error = error;
	check->names = words_create();
	words_add(check->names, word_of("open"));
	check->sets = set_table_create();
	check->caps = id_table_create();
	check->pools = id_table_create();
	check->reserve.keys = id_table_create();
	check->application.in_order = check->placement.in_order = true;
	return check;
}

/* ---- caps ---- */

/* Number a cap that has a row or is named as a parent. */
static bool
name_cap(Verification *check, int64 cap_id, int32 *number)
{
	*number = id_table_add(&check->caps, cap_id);
	if (*number < check->cap.room)
		return true;
	if (!make_room(check, *number, &check->cap.room, BYTES_PER_CAP))
		return false;
	grow_numbers(&check->cap.seats, check->cap.room);
	grow_numbers(&check->cap.floor, check->cap.room);
	grow_numbers(&check->cap.parent, check->cap.room);
	for (int32 i = *number; i < check->cap.room; i++)
		check->cap.seats[i] = NONE;
	return true;
}

bool
verification_add_cap(Verification *check, const CapRow *row)
{
	const MarketFeatures features = {.has_caps = true};
	int32		cap;
	int32		parent = NONE;

	if (!policy_check(MECHANISM_DEFERRED_ACCEPTANCE, check->tie_break, &features, check->error))
		return false;
	if (!in_range(row->seats) || !in_range(row->floor))
		return refuse_cap_range(row, check->error);
	if (!name_cap(check, row->id, &cap))
		return false;
	if (check->cap.seats[cap] != NONE)
		return refuse_duplicate_cap(row->id, check->error);
	if (row->has_parent && !name_cap(check, row->parent_id, &parent))
		return false;
	check->cap.seats[cap] = (int32) row->seats;
	check->cap.floor[cap] = (int32) row->floor;
	check->cap.parent[cap] = parent;
	return true;
}

/* ---- pools ---- */

static bool
grow_pools(Verification *check)
{
	if (check->pool.count < check->pool.room)
		return true;
	if (!make_room(check, check->pool.count, &check->pool.room, BYTES_PER_POOL))
		return false;
	grow_numbers(&check->pool.seats, check->pool.room);
	grow_numbers(&check->pool.floor, check->pool.room);
	grow_numbers(&check->pool.cap, check->pool.room);
	return true;
}

bool
verification_add_pool(Verification *check, const PoolRow *row)
{
	int32		cap = row->has_cap ? id_table_find(&check->caps, row->cap_id) : NONE;

	if (!in_range(row->seats) || !in_range(row->floor))
		return refuse_pool_range(row, check->error);
	if (id_table_find(&check->pools, row->id) != NONE)
		return refuse_duplicate_pool(row->id, check->error);
	if (row->has_cap && cap == NONE)
		return refuse_missing_cap(row->id, row->cap_id, check->error);
	if (!grow_pools(check))
		return false;
	id_table_add(&check->pools, row->id);
	check->pool.seats[check->pool.count] = (int32) row->seats;
	check->pool.floor[check->pool.count] = (int32) row->floor;
	check->pool.cap[check->pool.count++] = cap;
	return true;
}

/* ---- reserves ---- */

/* Nobody comes twice in a cascade, and nothing after anyone. */
static bool
check_cascade(Verification *check, const ReserveRow *row)
{
	for (int i = 0; row->cascade && i < row->cascade_count; i++)
	{
		host_check_interrupts();
		for (int j = 0; j < i; j++)
			if (words_equal(row->cascade[i], row->cascade[j]))
				return refuse_cascade_entry(row, row->cascade[i], check->error);
		if (words_equal(row->cascade[i], word_of("*")) && i < row->cascade_count - 1)
			return refuse_cascade_order(row, check->error);
	}
	return true;
}

static bool
is_before_open(const ReserveRow *row)
{
	return row->mode && words_equal(*row->mode, word_of("before_open"));
}

static bool
check_reserve(Verification *check, const ReserveRow *row, int32 pool)
{
	if (pool == NONE)
		return refuse_reserve_pool(row, check->error);
	if (words_equal(row->name, word_of("open")))
		return refuse_reserve_name(row, check->error);
	if (!in_range(row->seats))
		return refuse_reserve_range(row, check->error);
	if (row->mode && !is_before_open(row) && !words_equal(*row->mode, word_of("after_open")))
		return refuse_reserve_mode(row, check->error);
	return check_cascade(check, row);
}

/* Append the cascade of a reserve to the entries; without one, anyone may come. */
static bool
add_cascade(Verification *check, const ReserveRow *row, CheckedGroup *group)
{
	CascadeColumns *cascade = &check->cascade;
	int			length = row->cascade ? row->cascade_count : 1;

	if (cascade->length + length > MOST_ROWS)
		return core_fail(check->error, CORE_MEMORY, "more than %d cascade entries", MOST_ROWS);
	if (cascade->length + length > cascade->room)
	{
		int64		room = Max(cascade->room * 2, cascade->length + length);

		if (!verification_reserve_memory(check, sizeof(int32) * (room - cascade->room)))
			return false;
		cascade->room = room;
		cascade->entries = table_resize(cascade->entries, sizeof(int32) * room);
	}
	group->cascade = (int32) cascade->length;
	group->cascade_length = length;
	for (int i = 0; i < length; i++)
		cascade->entries[cascade->length++] =
			row->cascade == NULL || words_equal(row->cascade[i], word_of("*")) ? OPEN_TO_ALL :
			words_add(check->names, row->cascade[i]);
	return true;
}

/* Names are copied. */
static Size
names_size(const ReserveRow *row)
{
	Size		size = row->name.length;

	for (int i = 0; row->cascade && i < row->cascade_count; i++)
		size += row->cascade[i].length + BYTES_PER_NAME;
	return size;
}

bool
verification_add_reserve(Verification *check, const ReserveRow *row)
{
	ReserveColumns *reserve = &check->reserve;
	int32		pool = id_table_find(&check->pools, row->pool_id);
	int32		name;
	CheckedGroup group;

	if (!check_reserve(check, row, pool) || !verification_reserve_memory(check, names_size(row)))
		return false;
	if (reserve->count == reserve->room)
	{
		if (!make_room(check, reserve->count, &reserve->room, BYTES_PER_RESERVE))
			return false;
		reserve->rows = table_resize(reserve->rows, sizeof(CheckedReserve) * (Size) reserve->room);
	}
	name = words_add(check->names, row->name);
	if (id_table_add(&reserve->keys, (int64) pool << 32 | name) != reserve->count)
		return refuse_duplicate_reserve(row->pool_id, row->name, check->error);
	group = (CheckedGroup) {.pool = pool, .name = name, .seats = (int32) row->seats};
	if (!add_cascade(check, row, &group))
		return false;
	reserve->rows[reserve->count++] = (CheckedReserve) {
		group, is_before_open(row), row->has_position ? row->position : PG_INT64_MAX
	};
	return true;
}

/* ---- applications ---- */

bool
verification_number_groups(Verification *check, const Word *groups, int count, int32 *number)
{
	int32	   *members = palloc(sizeof(int32) * Max(count, 1));
	int			known = 0;
	Size		before = words_memory(check->sets.sets);

	for (int i = 0; i < count; i++)
	{
		int32		name = words_find(check->names, groups[i]);

		if (name != NONE)
			members[known++] = name;
	}
	*number = set_table_add(&check->sets, members, known);
	pfree(members);
	return verification_reserve_memory(check, words_memory(check->sets.sets) - before);
}

static bool
grow_applications(Verification *check, bool has_ties)
{
	ApplicationColumns *application = &check->application;
	Size		bytes = BYTES_PER_APPLICATION + (has_ties ? BYTES_PER_TIE : 0) +
		(application->set ? sizeof(int32) : 0) + (application->holds ? sizeof(int32) : 0);

	if (application->count < application->room)
		return true;
	if (!make_room(check, application->count, &application->room, bytes))
		return false;
	grow_ids(&application->owner_ids, application->room);
	application->wish = table_resize(application->wish, sizeof(Wish) * application->room);
	if (application->set)
		grow_numbers(&application->set, application->room);
	if (application->holds)
		grow_numbers(&application->holds, application->room);
	return true;
}

/* Find the seat group that is held from before, NONE for no such right. */
static bool
find_held_seat(Verification *check, const ApplicationRow *row, int32 pool, int32 *group)
{
	*group = NONE;
	if (row->holds == NULL)
		return true;
	*group = seats_find(check, pool, words_find(check->names, *row->holds));
	return *group != NONE || refuse_held_seat(row, check->error);
}

/* Does a row come after the last one in the order that rows shall have? */
static bool
comes_after_last(const ApplicationColumns *application, const ApplicationRow *row)
{
	int32		last = application->count - 1;

	if (row->applicant_id != application->owner_ids[last])
		return row->applicant_id > application->owner_ids[last];
	return row->choice > application->wish[last].choice;
}

bool
verification_add_application(Verification *check, const ApplicationRow *row)
{
	ApplicationColumns *application = &check->application;
	int32		at = application->count;
	int32		pool = id_table_find(&check->pools, row->pool_id);
	int32		group;

	if (!in_range(row->choice))
		return refuse_choice_range(row, check->error);
	if (pool == NONE)
		return refuse_application_pool(row, check->error);
	if (!grow_applications(check, row->tie) ||
		!find_held_seat(check, row, pool, &group) ||
		!put_rare(check, &application->set, row->set, 0) ||
		!put_rare(check, &application->holds, group, NONE) ||
		!add_number(check, &application->score, &row->score, "score", row->applicant_id,
					row->pool_id))
		return false;
	if (row->tie && !add_number(check, &application->tie, row->tie, "tie", row->applicant_id,
								row->pool_id))
		return false;
	if (at > 0 && !comes_after_last(application, row))
		application->in_order = false;
	application->owner_ids[at] = row->applicant_id;
	application->wish[at] = (Wish) {pool, (int32) row->choice};
	application->count++;
	return true;
}

/* ---- placements ---- */

static bool
grow_placements(Verification *check, const PlacementRow *row)
{
	PlacementColumns *placement = &check->placement;

	if (placement->count < placement->room)
		return true;
	if (!make_room(check, placement->count, &placement->room, BYTES_PER_PLACEMENT))
		return false;
	grow_ids(&placement->owner_ids, placement->room);
	grow_numbers(&placement->pool, placement->room);
	grow_numbers(&placement->name, placement->room);
	if (row->choice)
		grow_ids(&placement->choice, placement->room);
	if (row->tier)
		grow_ids(&placement->tier, placement->room);
	return true;
}

/* Number a pool that need not have a row of its own. */
static bool
name_pool(Verification *check, int64 id, int32 *number)
{
	int32		room = check->pools.room;

	*number = id_table_find(&check->pools, id);
	if (*number != NONE)
		return true;
	*number = id_table_add(&check->pools, id);
	return check->pools.room == room ||
		verification_reserve_memory(check, (Size) (check->pools.room - room) * BYTES_PER_ID);
}

bool
verification_add_placement(Verification *check, const PlacementRow *row)
{
	PlacementColumns *placement = &check->placement;
	int32		at = placement->count;

	if (!grow_placements(check, row) || !name_pool(check, row->pool_id, &placement->pool[at]))
		return false;
	if (at > 0 && row->applicant_id < placement->owner_ids[at - 1])
		placement->in_order = false;
	placement->owner_ids[at] = row->applicant_id;
	placement->name[at] = words_find(check->names, row->seat);
	if (row->choice)
		placement->choice[at] = *row->choice;
	if (row->tier)
		placement->tier[at] = *row->tier;
	if (row->score && !add_number(check, &placement->score, row->score, "score",
								  row->applicant_id, row->pool_id))
		return false;
	placement->count++;
	return true;
}
