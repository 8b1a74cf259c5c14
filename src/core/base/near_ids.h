/*
 * near_ids.h
 *	  The numbers of ids that leave few gaps, found in an array without hashing.
 */
#ifndef CORE_BASE_NEAR_IDS_H
#define CORE_BASE_NEAR_IDS_H

#include "core/base/idmap.h"

typedef struct NearIds
{
	int64		least;			/* by id from here, */
	int32		span;			/* so many of them: */
	int32	   *numbers;		/* NONE in the gaps; NULL when gaps are too many */
} NearIds;

/* Line up the ids of a hash table, in at most 16 bytes for each. */
extern NearIds near_ids_make(idmap_hash *ids);

/* The number of an id, or NONE, where ids are lined up */
static inline int32
near_ids_find(const NearIds *near, int64 id)
{
	uint64		at = (uint64) id - (uint64) near->least;

	return at < (uint64) near->span ? near->numbers[at] : NONE;
}

#endif							/* CORE_BASE_NEAR_IDS_H */
