/*
 * near_ids.c
 *	  The numbers of ids in an array, against the hash table that they come from.
 */
#include "core/base/near_ids.h"
#include "helper/random.h"
#include "helper/tap.h"

#define MOST_IDS		40

static Random generator = {71};

static idmap_hash *
ids_make(const int64 *ids, int count)
{
	idmap_hash *table = idmap_create(4, NULL);
	bool		found;

	for (int i = 0; i < count; i++)
		idmap_insert(table, ids[i], &found)->number = i;
	return table;
}

/* Each id near the ends of a range, and whether it is found with the number of its own */
static int
count_wrong(const NearIds *near, idmap_hash *table, int64 from, int64 to)
{
	int			wrong = 0;

	for (int64 id = from; id < to; id++)
	{
		IdEntry    *entry = idmap_lookup(table, id);

		wrong += near_ids_find(near, id) != (entry ? entry->number : NONE);
	}
	return wrong;
}

static void
test_random_ids(void)
{
	int			wrong = 0;
	int			near_ones = 0;

	for (int turn = 0; turn < 2000; turn++)
	{
		int64		ids[MOST_IDS];
		int			count = random_below(&generator, MOST_IDS) + 1;
		int64		from = turn % 2 ? -50 : PG_INT64_MIN;
		NearIds		near;
		idmap_hash *table;

		for (int i = 0; i < count; i++)
			ids[i] = from + 3 * i + random_below(&generator, 3);
		table = ids_make(ids, count);
		near = near_ids_make(table);
		near_ones += near.numbers != NULL;
		wrong += count_wrong(&near, table, from, from + 4 * MOST_IDS);
		wrong += near_ids_find(&near, PG_INT64_MAX) != NONE;
	}
	is_int(near_ones, 2000, "ids with few gaps are lined up");
	is_int(wrong, 0, "each is found, and nothing else");
}

static void
test_far_ids(void)
{
	const int64 ends[] = {PG_INT64_MIN, PG_INT64_MAX};
	const int64 gaps[] = {1, 2, 10};

	ok(near_ids_make(ids_make(ends, 0)).numbers == NULL, "there is nothing to line up");
	ok(near_ids_make(ids_make(ends, 1)).numbers != NULL, "one is near itself");
	ok(near_ids_make(ids_make(ends, 2)).numbers == NULL, "the two ends are far apart");
	ok(near_ids_make(ids_make(gaps, 3)).numbers != NULL, "three of ten are near");
	ok(near_ids_make(ids_make(gaps, 2)).numbers != NULL, "two of two are");
}

int
main(void)
{
	test_random_ids();
	test_far_ids();
	return finish();
}
