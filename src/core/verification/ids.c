/*
 * ids.c
 *	  The verifier's ids and sets of names as 0, 1, 2, …
 *
 * Nothing is removed.
 */
#include "core/verification/ids.h"

#define FIRST_ROOM		64

/* ---- ids ---- */

IdTable
id_table_create(void)
{
	return (IdTable) {
		host_alloc(sizeof(int64) * FIRST_ROOM), .room = FIRST_ROOM,
		.numbers = idmap_create(FIRST_ROOM, NULL)
	};
}

int32
id_table_find(const IdTable *table, int64 id)
{
	int32		number = table->near.numbers ? near_ids_find(&table->near, id) : NONE;
	IdEntry    *entry;

	if (number != NONE)
		return number;
	entry = idmap_lookup(table->numbers, id);
	return entry ? entry->number : NONE;
}

static int32
append_id(IdTable *table, int64 id)
{
	if (table->count == table->room)
	{
		table->room *= 2;
		table->ids = host_realloc(table->ids, sizeof(int64) * table->room);
	}
	table->ids[table->count] = id;
	return table->count++;
}

int32
id_table_add(IdTable *table, int64 id)
{
	bool		found;
	IdEntry    *entry = idmap_insert(table->numbers, id, &found);

	if (!found)
		entry->number = append_id(table, id);
	return entry->number;
}

void
id_table_line_up(IdTable *table)
{
	table->near = near_ids_make(table->numbers);
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
