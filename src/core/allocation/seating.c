/*
 * seating.c
 *	  The seats there are, from rows that come in any order.
 *
 * Ids and words become numbers as rows come; what needs all rows, the order of
 * reserves and the tree of caps, is settled at the end.  Time n log n for the
 * reserves, else linear.
 */
#include "core/allocation/seating.h"

#include "core/base/market_errors.h"

#define FIRST_ROOM		64

/* An entry of a hash table and what is kept beside it */
#define BYTES_PER_ID	32

/* A group of seats, and what solving keeps of it; of a cap, the place in the heap above */
#define BYTES_PER_GROUP	64

/* What floors take for each pool and cap */
#define BYTES_PER_FLOOR	64

Seating *
seating_begin(void)
{
	Seating    *seating = palloc0(sizeof(Seating));

	seating->caps = host_alloc(sizeof(Cap) * FIRST_ROOM);
	seating->pools = host_alloc(sizeof(Pool) * FIRST_ROOM);
	seating->reserves = host_alloc(sizeof(Reserve) * FIRST_ROOM);
	seating->cap_numbers = idmap_create(FIRST_ROOM, NULL);
	seating->pool_numbers = idmap_create(FIRST_ROOM, NULL);
	seating->words = words_create();
	seating->sets = words_create();
	words_add(seating->sets, (Word) {"", 0});
	return seating;
}

/* Room for one more, and one after the last: arrays grow when their count is a power of two. */
static void *
make_room(void *array, int32 count, Size size)
{
	int32		next = count + 1;

	if (next < FIRST_ROOM || (next & (next - 1)) != 0)
		return array;
	return host_realloc(array, size * 2 * next);
}

/* The bytes of an array that make_room has grown for so many. */
static Size
room_for(int32 count, Size size)
{
	Size		room = FIRST_ROOM;

	while (room <= (Size) count + 1)
		room *= 2;
	return room * size;
}

Size
seating_memory(const Seating *seating)
{
	Size		floor = seating->has_floors ? BYTES_PER_FLOOR : 0;

	return room_for(seating->pool_count, sizeof(Pool) + BYTES_PER_ID + BYTES_PER_GROUP + floor) +
		room_for(seating->cap_count, sizeof(Cap) + BYTES_PER_ID + BYTES_PER_GROUP + floor) +
		room_for(seating->reserve_count, sizeof(Reserve) + BYTES_PER_ID + BYTES_PER_GROUP) +
		seating->cascade_length * sizeof(int32) +
		words_memory(seating->words) + words_memory(seating->sets);
}

/* ---- caps and pools ---- */

static bool
in_range(int64 number)
{
	return number >= 0 && number <= PG_INT32_MAX;
}

/* Give a new id its number; false when it is there already. */
static bool
add_id(idmap_hash *numbers, int64 id, int32 number)
{
	bool		found;
	IdEntry    *entry = idmap_insert(numbers, id, &found);

	if (!found)
		entry->number = number;
	return !found;
}

/* The parent may come later: its number is found at the end. */
bool
seating_add_cap(Seating *seating, const CapRow *row, CoreError *error)
{
	int32		at = seating->cap_count;

	if (!in_range(row->seats) || !in_range(row->floor))
		return refuse_cap_range(row, error);
	if (!add_id(seating->cap_numbers, row->id, at))
		return refuse_duplicate_cap(row->id, error);
	seating->caps = make_room(seating->caps, at, sizeof(Cap));
	seating->caps[at] = (Cap) {
		.id = row->id, .seats = (int32) row->seats, .floor = (int32) row->floor,
		.parent = NONE, .has_parent = row->has_parent, .parent_id = row->parent_id
	};
	seating->cap_count++;
	seating->has_floors |= row->floor > 0;
	return true;
}

bool
seating_add_pool(Seating *seating, const PoolRow *row, CoreError *error)
{
	int32		at = seating->pool_count;
	IdEntry    *cap = row->has_cap ? idmap_lookup(seating->cap_numbers, row->cap_id) : NULL;

	if (!in_range(row->seats) || !in_range(row->floor))
		return refuse_pool_range(row, error);
	if (!add_id(seating->pool_numbers, row->id, at))
		return refuse_duplicate_pool(row->id, error);
	if (row->has_cap && cap == NULL)
		return refuse_missing_cap(row->id, row->cap_id, error);
	seating->pools = make_room(seating->pools, at, sizeof(Pool));
	seating->pools[at] = (Pool) {
		.id = row->id, .seats = (int32) row->seats, .floor = (int32) row->floor,
		.cap = cap ? cap->number : NONE
	};
	seating->pool_count++;
	seating->has_floors |= row->floor > 0;
	return true;
}

const Pool *
seating_find_pool(const Seating *seating, int64 pool_id)
{
	IdEntry    *entry;

	if (seating->near_pools.numbers)
	{
		int32		number = near_ids_find(&seating->near_pools, pool_id);

		return number == NONE ? NULL : &seating->pools[number];
	}
	entry = idmap_lookup(seating->pool_numbers, pool_id);
	return entry ? &seating->pools[entry->number] : NULL;
}

/* ---- reserves ---- */

static bool
is_before_open(const ReserveRow *row)
{
	return row->mode && words_equal(*row->mode, word_of("before_open"));
}

static bool
check_reserve(const Seating *seating, const ReserveRow *row, CoreError *error)
{
	if (seating_find_pool(seating, row->pool_id) == NULL)
		return refuse_reserve_pool(row, error);
	if (words_equal(row->name, word_of("open")))
		return refuse_reserve_name(row, error);
	if (!in_range(row->seats))
		return refuse_reserve_range(row, error);
	if (row->mode && !is_before_open(row) && !words_equal(*row->mode, word_of("after_open")))
		return refuse_reserve_mode(row, error);
	return true;
}

/* Take over the words of a cascade; nobody comes twice in it, and nothing after anyone. */
static bool
read_cascade(Seating *seating, const ReserveRow *row, Reserve *reserve, CoreError *error)
{
	static const Word anyone = {"*", 1};
	const Word *words = row->cascade ? row->cascade : &anyone;

	reserve->cascade_count = row->cascade ? row->cascade_count : 1;
	reserve->cascade = palloc(sizeof(int32) * Max(reserve->cascade_count, 1));
	for (int32 i = 0; i < reserve->cascade_count; i++)
	{
		bool		is_anyone = words_equal(words[i], anyone);

		host_check_interrupts();
		reserve->cascade[i] = is_anyone ? ANYONE : words_add(seating->words, words[i]);
		for (int32 j = 0; j < i; j++)
			if (reserve->cascade[j] == reserve->cascade[i])
				return refuse_cascade_entry(row, words[i], error);
		if (is_anyone && i < reserve->cascade_count - 1)
			return refuse_cascade_order(row, error);
	}
	return true;
}

bool
seating_add_reserve(Seating *seating, const ReserveRow *row, CoreError *error)
{
	Reserve		reserve = {
		.before_open = is_before_open(row), .has_position = row->has_position,
		.position = row->position
	};

	if (!check_reserve(seating, row, error) ||
		!read_cascade(seating, row, &reserve, error))
		return false;
	reserve.pool = seating_find_pool(seating, row->pool_id) - seating->pools;
	reserve.seats = (int32) row->seats;
	reserve.name = words_add(seating->words, row->name);
	seating->reserves = make_room(seating->reserves, seating->reserve_count, sizeof(Reserve));
	seating->reserves[seating->reserve_count++] = reserve;
	seating->cascade_length += reserve.cascade_count;
	return true;
}

/* ---- at the end: the order of reserves ---- */

static int
compare_integers(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* By pool, those before the open seats first, position, those without one last. */
static int
compare_precedence(const Reserve *a, const Reserve *b)
{
	if (a->pool != b->pool)
		return compare_integers(a->pool, b->pool);
	if (a->before_open != b->before_open)
		return a->before_open ? -1 : 1;
	if (a->has_position != b->has_position)
		return a->has_position ? -1 : 1;
	return a->has_position ? compare_integers(a->position, b->position) : 0;
}

static int
by_precedence(const void *a, const void *b, void *words)
{
	const Reserve *left = a;
	const Reserve *right = b;
	int			order = compare_precedence(left, right);

	host_check_interrupts();
	return order ? order : words_compare(words_get(words, left->name),
										 words_get(words, right->name));
}

/* No pool has two reserves of one name. */
static bool
check_different(const Seating *seating, CoreError *error)
{
	WordTable  *seen = words_create();

	for (int32 i = 0; i < seating->reserve_count; i++)
	{
		const Reserve *reserve = &seating->reserves[i];
		int32		key[2] = {reserve->pool, reserve->name};
		Word		name = words_get(seating->words, reserve->name);

		check_interrupts_at(i);
		if (words_add(seen, (Word) {(const char *) key, sizeof(key)}) == i)
			continue;
		return refuse_duplicate_reserve(seating->pools[reserve->pool].id, name, error);
	}
	return true;
}

/* What is left of a pool's seats when its reserves have theirs. */
static bool
count_open(const Seating *seating, const Pool *pool, int32 first, int32 last, int32 *open,
		   CoreError *error)
{
	int64		reserved = 0;

	for (int32 i = first; i < last; i++)
		reserved += seating->reserves[i].seats;
	*open = (int32) (pool->seats - reserved);
	return reserved <= pool->seats ||
		refuse_reserved_seats(pool->id, pool->seats, reserved, error);
}

/* The groups of one pool, whose reserves are those from first to before last. */
static bool
lay_out_pool(Seating *seating, int32 number, int32 first, int32 last, CoreError *error)
{
	Pool	   *pool = &seating->pools[number];
	int32		open;
	int32		i = first;

	if (!count_open(seating, pool, first, last, &open, error))
		return false;
	pool->first_group = seating->group_count;
	for (; i < last && seating->reserves[i].before_open; i++)
		seating->groups[seating->group_count++] =
			(SeatGroup) {number, seating->reserves[i].seats, i};
	seating->groups[seating->group_count++] = (SeatGroup) {number, open, NONE};
	for (; i < last; i++)
		seating->groups[seating->group_count++] =
			(SeatGroup) {number, seating->reserves[i].seats, i};
	return true;
}

/* Put the groups of all pools next to each other, pool by pool. */
static bool
lay_out_groups(Seating *seating, CoreError *error)
{
	Size		count = (Size) seating->pool_count + seating->reserve_count;
	int32		next = 0;

	if (count > PG_INT32_MAX)
		return core_fail(error, CORE_MEMORY, "more than %d groups of seats", PG_INT32_MAX);
	qsort_arg(seating->reserves, seating->reserve_count, sizeof(Reserve), by_precedence,
			  seating->words);
	seating->groups = host_alloc(sizeof(SeatGroup) * Max(count, 1));
	for (int32 i = 0; i < seating->pool_count; i++)
	{
		int32		first = next;

		check_interrupts_at(i);
		while (next < seating->reserve_count && seating->reserves[next].pool == i)
			next++;
		if (!lay_out_pool(seating, i, first, next, error))
			return false;
	}
	seating->pools[seating->pool_count].first_group = seating->group_count;
	return true;
}

/* ---- at the end: the tree of caps ---- */

/* Number the parents; of several caps whose parent has no row, the smallest id is named. */
static bool
find_parents(Seating *seating, CoreError *error)
{
	const Cap  *orphan = NULL;

	for (int32 i = 0; i < seating->cap_count; i++)
	{
		Cap		   *cap = &seating->caps[i];
		IdEntry    *parent;

		check_interrupts_at(i);
		if (!cap->has_parent)
			continue;
		parent = idmap_lookup(seating->cap_numbers, cap->parent_id);
		if (parent)
			cap->parent = parent->number;
		else if (orphan == NULL || cap->id < orphan->id)
			orphan = cap;
	}
	return orphan == NULL || refuse_missing_parent(orphan->id, orphan->parent_id, error);
}

/* The cap of the smallest id on a cycle through a cap */
static const Cap *
first_on_cycle(const Seating *seating, int32 inside)
{
	const Cap  *caps = seating->caps;
	int32		first = inside;

	for (int32 i = caps[inside].parent; i != inside; i = caps[i].parent)
		if (caps[i].id < caps[first].id)
			first = i;
	return &caps[first];
}

/* Climb from each cap until the top or a cap that another climb has passed. */
static bool
check_cycles(const Seating *seating, CoreError *error)
{
	int32	   *climb = host_alloc(sizeof(int32) * Max(seating->cap_count, 1));
	const Cap  *first = NULL;

	for (int32 i = 0; i < seating->cap_count; i++)
		climb[i] = NONE;
	for (int32 i = 0; i < seating->cap_count; i++)
	{
		int32		at = i;

		check_interrupts_at(i);
		for (; at != NONE && climb[at] == NONE; at = seating->caps[at].parent)
			climb[at] = i;
		if (at != NONE && climb[at] == i)
		{
			const Cap  *cap = first_on_cycle(seating, at);

			if (first == NULL || cap->id < first->id)
				first = cap;
		}
	}
	pfree(climb);
	return first == NULL || refuse_cap_cycle(first->id, first->parent_id, error);
}

bool
seating_end(Seating *seating, CoreError *error)
{
	seating->near_pools = near_ids_make(seating->pool_numbers);
	return find_parents(seating, error) && check_cycles(seating, error) &&
		check_different(seating, error) && lay_out_groups(seating, error);
}

/* ---- reading ---- */

static int
compare_words(const void *a, const void *b)
{
	return compare_integers(*(const int32 *) a, *(const int32 *) b);
}

int32
seating_set(Seating *seating, const Word *words, int count)
{
	int32	   *numbers = palloc(sizeof(int32) * Max(count, 1));
	int			known = 0;
	int			different = 0;
	int32		set;

	for (int i = 0; i < count; i++)
	{
		int32		number = words_find(seating->words, words[i]);

		if (number != NONE)
			numbers[known++] = number;
	}
	qsort(numbers, known, sizeof(int32), compare_words);
	for (int i = 0; i < known; i++)
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[different++] = numbers[i];
	set = words_add(seating->sets,
					(Word) {(const char *) numbers, different * (int) sizeof(int32)});
	pfree(numbers);
	return set;
}

const int32 *
seating_set_words(const Seating *seating, int32 set, int *count)
{
	Word		numbers = words_get(seating->sets, set);

	*count = numbers.length / (int) sizeof(int32);
	return (const int32 *) numbers.text;
}

int32
seating_find_group(const Seating *seating, const Pool *pool, Word seat)
{
	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		if (words_equal(seating_seat(seating, group), seat))
			return group;
	return NONE;
}

Word
seating_seat(const Seating *seating, int32 group)
{
	int32		reserve = seating->groups[group].reserve;

	return reserve == NONE ? word_of("open") :
		words_get(seating->words, seating->reserves[reserve].name);
}

static inline bool
is_in_set(const int32 *words, int count, int32 word)
{
	for (int i = 0; i < count; i++)
		if (words[i] == word)
			return true;
	return false;
}

int32
seating_tier(const Seating *seating, int32 group, int32 set)
{
	const Reserve *reserve;
	const int32 *words;			/* a table keeps what it copies aligned */
	int			count;
	int32		tier = 0;

	if (seating->groups[group].reserve == NONE)
		return 0;
	reserve = &seating->reserves[seating->groups[group].reserve];
	words = seating_set_words(seating, set, &count);
	if (is_in_set(words, count, reserve->name))
		return 0;
	while (tier < reserve->cascade_count && reserve->cascade[tier] != ANYONE &&
		   !is_in_set(words, count, reserve->cascade[tier]))
		tier++;
	return tier + 1;
}
