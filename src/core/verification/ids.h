/*
 * ids.h
 *	  The certifier's own tables: ids, names and sets of names as 0, 1, 2, …
 */
#ifndef CORE_VERIFICATION_IDS_H
#define CORE_VERIFICATION_IDS_H

#include "core/base/words.h"

/* No such id or name */
#define UNLISTED			(-1)

/* A larger block for an array that may not be there yet */
static inline void *
table_resize(void *array, Size size)
{
	return array ? host_realloc(array, size) : host_alloc(size);
}

/* Numbers by hash value */
typedef struct Slot
{
	uint32		hash;
	int32		number;			/* and 1, or 0 when the slot is free */
} Slot;

typedef struct Slots
{
	Slot	   *slots;
	uint32		count;			/* a power of two */
} Slots;

/* Ids by number, in order of first appearance, and numbers by id */
typedef struct IdTable
{
	int64	   *ids;
	int32		count;
	int32		room;
	Slots		slots;
} IdTable;

#define BYTES_PER_ID		(sizeof(int64) + 2 * sizeof(Slot))

extern int32 id_table_find(const IdTable *table, int64 id);

/* The id's number, which is the count of before when it is new */
extern int32 id_table_add(IdTable *table, int64 id);

/* Names by number, copied, and numbers by name */
typedef struct NameTable
{
	Word	   *names;
	int32		count;
	int32		room;
	Slots		slots;
} NameTable;

extern int32 name_table_find(const NameTable *table, Word name);
extern int32 name_table_add(NameTable *table, Word name);

/* Sets of small numbers; equal ones are one.  Set 0 is the empty one. */
typedef struct SetTable
{
	int32	   *members;		/* of all sets, ascending in each */
	int64		member_count;
	int64		member_room;
	int64	   *starts;			/* by set, and the end of the last */
	int32		count;
	int32		room;
	Slots		slots;
} SetTable;

/* The number of a set; sorts the members and drops repeated ones. */
extern int32 set_table_add(SetTable *table, int32 *members, int32 count);

extern bool set_has(const SetTable *table, int32 set, int32 member);

#endif							/* CORE_VERIFICATION_IDS_H */
