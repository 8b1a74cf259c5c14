/*
 * near_ids.c
 *	  The numbers of ids that leave few gaps, found in an array without hashing.
 */
#include "core/base/near_ids.h"

/* Ids are near each other when there is one in each so many. */
#define MOST_GAPS		4

/* The least and the greatest id; false when there is none. */
static bool
find_ends(idmap_hash *ids, int64 *least, int64 *most)
{
	idmap_iterator iterator;
	IdEntry    *entry;

	*least = PG_INT64_MAX;
	*most = PG_INT64_MIN;
	idmap_start_iterate(ids, &iterator);
	while ((entry = idmap_iterate(ids, &iterator)) != NULL)
	{
		*least = Min(*least, entry->id);
		*most = Max(*most, entry->id);
	}
	return *least <= *most;
}

NearIds
near_ids_make(idmap_hash *ids)
{
	NearIds		near = {0};
	int64		most;
	uint64		span;
	idmap_iterator iterator;
	IdEntry    *entry;

	if (!find_ends(ids, &near.least, &most))
		return near;
	span = (uint64) most - (uint64) near.least;
	if (span >= Min((uint64) ids->members * MOST_GAPS, (uint64) PG_INT32_MAX))
		return near;
	near.span = (int32) span + 1;
	near.numbers = host_alloc(sizeof(int32) * near.span);
	memset(near.numbers, 0xFF, sizeof(int32) * near.span);	/* NONE */
	idmap_start_iterate(ids, &iterator);
	while ((entry = idmap_iterate(ids, &iterator)) != NULL)
		near.numbers[entry->id - near.least] = entry->number;
	return near;
}
