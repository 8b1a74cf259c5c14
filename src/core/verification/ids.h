/*
 * ids.h
 *	  The verifier's ids and sets of names as 0, 1, 2, …
 *
 * Both look up in instances of PostgreSQL's hash table (idmap.h, words.h).
 */
#ifndef CORE_VERIFICATION_IDS_H
#define CORE_VERIFICATION_IDS_H

#include "core/base/near_ids.h"
#include "core/base/words.h"

/* A larger block for an array that may not be there yet */
static inline void *
table_resize(void *array, Size size)
{
	return array ? host_realloc(array, size) : host_alloc(size);
}

/* Ids by number, in order of first appearance, and numbers by id */
typedef struct IdTable
{
	int64	   *ids;
	int32		count;
	int32		room;
	idmap_hash *numbers;
	NearIds		near;			/* those that were there when the table was lined up */
} IdTable;

/* By room: the id, its entry in a hash table that may be half empty, and that in an array */
#define BYTES_PER_ID		(sizeof(int64) + 2 * sizeof(IdEntry) + 16)

extern IdTable id_table_create(void);

/* The number of an id, or NONE */
extern int32 id_table_find(const IdTable *table, int64 id);

/* The id's number, which is the count of before when it is new */
extern int32 id_table_add(IdTable *table, int64 id);

/* Find those that are there without hashing from now on, if they leave few gaps. */
extern void id_table_line_up(IdTable *table);

/* Sets of small numbers; equal ones are one.  Set 0 is the empty one. */
typedef struct SetTable
{
	WordTable  *sets;			/* arrays of ascending members, as bytes */
} SetTable;

extern SetTable set_table_create(void);

/* The number of a set; sorts the members and drops repeated ones. */
extern int32 set_table_add(SetTable *table, int32 *members, int32 count);

extern bool set_has(const SetTable *table, int32 set, int32 member);

#endif							/* CORE_VERIFICATION_IDS_H */
