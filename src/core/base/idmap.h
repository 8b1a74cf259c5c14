/*
 * idmap.h
 *	  From ids to numbers 0, 1, 2, … : an instance of PostgreSQL's hash table.
 */
#ifndef CORE_BASE_IDMAP_H
#define CORE_BASE_IDMAP_H

#include "core/base/core.h"
#include "common/hashfn.h"
#ifdef FRONTEND
#include "common/logging.h"
#endif

typedef struct IdEntry
{
	int64		id;
	int32		number;
	char		status;
} IdEntry;

#define SH_PREFIX			idmap
#define SH_ELEMENT_TYPE		IdEntry
#define SH_KEY_TYPE			int64
#define SH_KEY				id
#define SH_HASH_KEY(tb, key) \
	hash_combine(murmurhash32((uint32) (key)), murmurhash32((uint32) ((uint64) (key) >> 32)))
#define SH_EQUAL(tb, a, b)	((a) == (b))
#define SH_SCOPE			static inline
#define SH_RAW_ALLOCATOR	core_alloc_zero
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#endif							/* CORE_BASE_IDMAP_H */
