/*
 * ids.c
 *	  The verifier's ids and sets of names as 0, 1, 2, …
 *
 * Nothing is removed.
 */
#include "core/verification/ids.h"

#define FIRST_ROOM		64

/* ---- ids ---- */

int32
id_table_find(const IdTable *table, int64 id)
{
	IdEntry    *entry = idmap_lookup(table->numbers, id);

	return entry ? entry->number : NONE;
}

void
id_table_hash(IdTable *table)
{
	bool		found;

	table->numbers = idmap_create(Max(table->count, FIRST_ROOM), NULL);
	for (int32 i = 0; i < table->count; i++)
	{
		check_interrupts_at(i);
		idmap_insert(table->numbers, table->ids[i], &found)->number = i;
	}
}

static int32
append_id(IdTable *table, int64 id)
{
	if (table->count == table->room)
	{
		table->room = Max(table->room * 2, FIRST_ROOM);
		table->ids = table_resize(table->ids, sizeof(int64) * table->room);
	}
	table->ids[table->count] = id;
	table->last = table->count;
	return table->count++;
}

/* Search ascending ids by strides that double, from the last number on, then by halves. */
static int32
search_ascending(const IdTable *table, int64 id)
{
	int32		low = table->ids[table->last] <= id ? table->last : 0;
	int32		high = table->ids[table->last] <= id ? table->count : table->last;
	int64		stride = 1;

	for (; low + stride < high && table->ids[low + stride] <= id; stride *= 2)
		low += (int32) stride;
	high = (int32) Min(high, low + stride);
	while (high - low > 1)
	{
		int32		middle = low + (high - low) / 2;

		if (table->ids[middle] <= id)
			low = middle;
		else
			high = middle;
	}
	return table->ids[low] == id ? low : NONE;
}

int32
id_table_add(IdTable *table, int64 id)
{
	IdEntry    *entry;
	bool		found;

	if (table->numbers == NULL)
	{
		int32		number;

		if (table->count == 0 || id > table->ids[table->count - 1])
			return append_id(table, id);
		number = search_ascending(table, id);
		if (number != NONE)
			return table->last = number;
		id_table_hash(table);
	}
	entry = idmap_insert(table->numbers, id, &found);
	if (!found)
		entry->number = append_id(table, id);
	return entry->number;
}

/* ---- sets ---- */

SetTable
set_table_create(void)
{
	SetTable	table = {words_create()};

	words_add(table.sets, (Word) {"", 0});
	return table;
}

static int
compare_members(const void *a, const void *b)
{
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;

	return (left > right) - (left < right);
}

int32
set_table_add(SetTable *table, int32 *members, int32 count)
{
	int32		kept = 0;

	qsort(members, count, sizeof(int32), compare_members);
	for (int32 i = 0; i < count; i++)
		if (i == 0 || members[i] != members[kept - 1])
			members[kept++] = members[i];
	return words_add(table->sets, (Word) {(const char *) members, kept * (int) sizeof(int32)});
}

/* By halving */
bool
set_has(const SetTable *table, int32 set, int32 member)
{
	Word		word = words_get(table->sets, set);
	const int32 *members = (const int32 *) word.text;	/* a table keeps copies aligned */
	int			low = 0;
	int			high = word.length / (int) sizeof(int32);

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (members[middle] == member)
			return true;
		if (members[middle] < member)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
