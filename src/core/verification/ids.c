/*
 * ids.c
 *	  The certifier's own tables: ids, names and sets of names as 0, 1, 2, …
 *
 * Each is an array of what was seen and a hash table of numbers into it, with
 * linear probing and at least half of its slots free.  Nothing is removed.
 */
#include "core/verification/ids.h"

#include "common/hashfn.h"

#define FIRST_SLOTS			128

/* ---- slots ---- */

static void
take_free_slot(Slots *table, uint32 hash, int32 number)
{
	uint32		at = hash & (table->count - 1);

	while (table->slots[at].number != 0)
		at = (at + 1) & (table->count - 1);
	table->slots[at] = (Slot) {hash, number};
}

/* Put in one more, the last of so many; twice the slots when half of them are taken. */
static void
add_slot(Slots *table, uint32 hash, int32 number)
{
	Slots		before = *table;

	if ((uint64) number * 2 >= before.count)
	{
		table->count = Max(before.count * 2, FIRST_SLOTS);
		table->slots = core_alloc_zero(sizeof(Slot) * (Size) table->count);
		for (uint32 i = 0; i < before.count; i++)
		{
			check_interrupts_at(i);
			if (before.slots[i].number != 0)
				take_free_slot(table, before.slots[i].hash, before.slots[i].number);
		}
		if (before.slots)
			pfree(before.slots);
	}
	take_free_slot(table, hash, number + 1);
}

/*
 * Look at each number that may be it: those of the same hash value, as candidate.
 * Ends when there is none left.
 */
#define foreach_candidate(candidate, table, wanted) \
	for (uint32 at_ = (table)->count ? (wanted) & ((table)->count - 1) : 0; \
		 (table)->count && ((candidate) = (table)->slots[at_].number - 1) >= 0; \
		 at_ = (at_ + 1) & ((table)->count - 1)) \
		if ((table)->slots[at_].hash == (wanted))

/* ---- ids ---- */

/*
 * Eight ids in a row stand in eight slots in a row, so that ids that were given
 * one after the other are found in the same line of the cache; all other bits are
 * mixed (the finalizer of splitmix64; Steele, Lea and Flood 2014).
 */
static uint32
hash_id(int64 id)
{
	uint64		bits = (uint64) id >> 3;

	bits = (bits ^ (bits >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	bits = (bits ^ (bits >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return (uint32) (bits ^ (bits >> 31)) << 3 | ((uint32) id & 7);
}

static int32
find_id(const IdTable *table, int64 id, uint32 hash)
{
	int32		candidate;

	foreach_candidate(candidate, &table->slots, hash)
		if (table->ids[candidate] == id)
			return candidate;
	return UNLISTED;
}

int32
id_table_find(const IdTable *table, int64 id)
{
	return find_id(table, id, hash_id(id));
}

int32
id_table_add(IdTable *table, int64 id)
{
	uint32		hash = hash_id(id);
	int32		number = find_id(table, id, hash);

	if (number != UNLISTED)
		return number;
	if (table->count == table->room)
	{
		table->room = Max(table->room * 2, FIRST_SLOTS / 2);
		table->ids = table_resize(table->ids, sizeof(int64) * table->room);
	}
	add_slot(&table->slots, hash, table->count);
	table->ids[table->count] = id;
	return table->count++;
}

/* ---- names ---- */

static uint32
hash_name(Word name)
{
	return hash_bytes((const unsigned char *) name.text, name.length);
}

int32
name_table_find(const NameTable *table, Word name)
{
	uint32		hash = hash_name(name);
	int32		candidate;

	foreach_candidate(candidate, &table->slots, hash)
		if (words_equal(table->names[candidate], name))
			return candidate;
	return UNLISTED;
}

static Word
copy_word(Word word)
{
	char	   *text = palloc(word.length + 1);

	memcpy(text, word.text, word.length);
	text[word.length] = '\0';
	return (Word) {text, word.length};
}

int32
name_table_add(NameTable *table, Word name)
{
	int32		number = name_table_find(table, name);

	if (number != UNLISTED)
		return number;
	if (table->count == table->room)
	{
		table->room = Max(table->room * 2, FIRST_SLOTS / 2);
		table->names = table_resize(table->names, sizeof(Word) * table->room);
	}
	add_slot(&table->slots, hash_name(name), table->count);
	table->names[table->count] = copy_word(name);
	return table->count++;
}

/* ---- sets ---- */

static int
compare_members(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	return (left > right) - (left < right);
}

static uint32
hash_members(const int32 *members, int64 count)
{
	return hash_bytes((const unsigned char *) members, (int) (sizeof(int32) * count));
}

static int64
set_size(const SetTable *table, int32 set)
{
	return table->starts[set + 1] - table->starts[set];
}

static void
set_table_grow(SetTable *table, int32 count)
{
	if (table->count + 1 >= table->room)
	{
		table->room = Max(table->room * 2, FIRST_SLOTS / 2);
		table->starts = table_resize(table->starts, sizeof(int64) * table->room);
	}
	if (table->member_count + count > table->member_room)
	{
		table->member_room = Max(table->member_room * 2, table->member_count + count);
		table->members = table_resize(table->members, sizeof(int32) * table->member_room);
	}
}

/* Put in one that is not there yet. */
static int32
set_table_append(SetTable *table, const int32 *members, int32 count)
{
	set_table_grow(table, count);
	add_slot(&table->slots, hash_members(members, count), table->count);
	table->starts[table->count] = table->member_count;
	if (count > 0)
		memcpy(table->members + table->member_count, members, sizeof(int32) * count);
	table->member_count += count;
	table->starts[table->count + 1] = table->member_count;
	return table->count++;
}

int32
set_table_add(SetTable *table, int32 *members, int32 count)
{
	int32		kept = 0;
	int32		candidate;
	uint32		hash;

	if (table->count == 0)
		set_table_append(table, NULL, 0);
	if (count == 0)
		return 0;
	qsort(members, count, sizeof(int32), compare_members);
	for (int32 i = 0; i < count; i++)
		if (i == 0 || members[i] != members[kept - 1])
			members[kept++] = members[i];

	hash = hash_members(members, kept);
	foreach_candidate(candidate, &table->slots, hash)
		if (set_size(table, candidate) == kept &&
			memcmp(table->members + table->starts[candidate], members,
				   sizeof(int32) * kept) == 0)
			return candidate;
	return set_table_append(table, members, kept);
}

bool
set_has(const SetTable *table, int32 set, int32 member)
{
	int64		low = table->starts[set];
	int64		high = table->starts[set + 1];

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (table->members[middle] < member)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->starts[set + 1] && table->members[low] == member;
}
