/*
 * oversights.c
 *	  What a market has that is most likely a mistake of its queries.
 *
 * Linear time; a byte for each pool, cap and word while it counts.
 */
#include "core/allocation/oversights.h"

/* Count the pools to which nobody applies. */
static int32
count_unwanted_pools(const Market *market)
{
	int32		count = market->seating->pool_count;
	bool	   *wanted = core_alloc_zero(Max(count, 1));
	int32		unwanted = count;

	for (int32 i = 0; i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		unwanted -= !wanted[market->pool[i]];
		wanted[market->pool[i]] = true;
	}
	pfree(wanted);
	return unwanted;
}

/* Count the caps that no pool is under, at any depth. */
static int32
count_idle_caps(const Seating *seating)
{
	bool	   *used = core_alloc_zero(Max(seating->cap_count, 1));
	int32		idle = seating->cap_count;

	for (int32 i = 0; i < seating->pool_count; i++)
		for (int32 cap = seating->pools[i].cap; cap != NONE && !used[cap];
			 cap = seating->caps[cap].parent)
		{
			used[cap] = true;
			idle--;
		}
	pfree(used);
	return idle;
}

/* Every set of groups is that of some applicant, less the groups that no reserve names. */
static int32
count_foreign_reserves(const Seating *seating)
{
	bool	   *known = core_alloc_zero(Max(words_count(seating->words), 1));
	int32		foreign = 0;

	for (int32 set = 0; set < words_count(seating->sets); set++)
	{
		Word		words = words_get(seating->sets, set);

		for (int i = 0; i < words.length / (int) sizeof(int32); i++)
			known[((const int32 *) words.text)[i]] = true;
	}
	for (int32 i = 0; i < seating->reserve_count; i++)
		foreign += !known[seating->reserves[i].name];
	pfree(known);
	return foreign;
}

Oversights
oversights_count(const Market *market)
{
	return (Oversights) {
		.idle_caps = count_idle_caps(market->seating),
		.foreign_reserves = count_foreign_reserves(market->seating),
		.unwanted_pools = count_unwanted_pools(market)
	};
}
