/*
 * occupancy.c
 *	  Who sits on seat groups and caps, and what that means for others.
 *
 * A node that is full refuses whoever ranks below all that it holds, so its worst
 * holder speaks for it.  All caps rank alike, so of the full ones above a pool the
 * one with the best worst holder speaks for all: an application is tested once at
 * its seat group and once for all caps, however deep their tree is.
 */
#include "core/verification/claim.h"

/* ---- who sits where ---- */

static void
sit(const Claim *claim, Occupancy *node, Contender *contender, int32 count, bool at_cap)
{
	if (node->count == 0 || contender_outranks(claim, &node->worst, contender, at_cap))
		node->worst = *contender;
	node->count += count;
}

static void
occupy_groups(Claim *claim)
{
	for (int32 i = 0; i < claim->placement_count; i++)
	{
		Contender	contender;

		check_interrupts_at(i);
		if (claim->source[i] == NONE)
			continue;
		contender = contender_make(claim, claim->source[i], claim->seat[i]);
		sit(claim, &claim->on_group[claim->seat[i]], &contender, 1, false);
	}
}

/* Holders go up the tree; within a seat group both orders agree on who is worst. */
static void
occupy_caps(Claim *claim)
{
	for (int32 i = 0; i < claim->group_count; i++)
	{
		Occupancy  *group = &claim->on_group[i];
		int32		cap = claim->pool_cap[claim->groups[i].pool];

		check_interrupts_at(i);
		if (cap != NONE && group->count > 0)
			sit(claim, &claim->on_cap[cap], &group->worst, group->count, true);
	}
	for (int32 i = 0; i < claim->caps.count; i++)
	{
		Occupancy  *cap = &claim->on_cap[claim->cap_order[i]];
		int32		parent = claim->cap_parent[claim->cap_order[i]];

		check_interrupts_at(i);
		if (parent != NONE && cap->count > 0)
			sit(claim, &claim->on_cap[parent], &cap->worst, cap->count, true);
	}
}

bool
claim_group_is_full(const Claim *claim, int32 group)
{
	return claim->on_group[group].count >= claim->groups[group].seats;
}

static bool
cap_is_full(const Claim *claim, int32 cap)
{
	return claim->on_cap[cap].count >= claim->cap_seats[cap];
}

/* ---- what caps refuse ---- */

/* Does a full cap let in fewer than another does?  One that holds nobody lets nobody in. */
static bool
is_stricter(const Claim *claim, int32 cap, int32 other)
{
	if (claim->on_cap[cap].count == 0 || claim->on_cap[other].count == 0)
		return claim->on_cap[cap].count == 0;
	return contender_outranks(claim, &claim->on_cap[cap].worst, &claim->on_cap[other].worst, true);
}

/* Parents before their children */
static void
find_strictest_caps(Claim *claim)
{
	for (int32 i = claim->caps.count - 1; i >= 0; i--)
	{
		int32		cap = claim->cap_order[i];
		int32		parent = claim->cap_parent[cap];
		int32		above = parent == NONE ? NONE : claim->strictest_cap[parent];

		check_interrupts_at(i);
		claim->strictest_cap[cap] = above;
		claim->innermost_cap[cap] = parent == NONE ? NONE : claim->innermost_cap[parent];
		if (!cap_is_full(claim, cap))
			continue;
		claim->innermost_cap[cap] = cap;
		if (above == NONE || is_stricter(claim, cap, above))
			claim->strictest_cap[cap] = cap;
	}
}

bool
claim_caps_refuse(const Claim *claim, int32 pool, Contender *contender)
{
	int32		cap = claim->pool_cap[pool];

	if (cap == NONE || claim->strictest_cap[cap] == NONE)
		return false;
	cap = claim->strictest_cap[cap];
	return claim->on_cap[cap].count == 0 ||
		contender_outranks(claim, &claim->on_cap[cap].worst, contender, true);
}

/* ---- floors ---- */

int32
claim_pool_holders(const Claim *claim, int32 pool)
{
	int32		holders = 0;

	for (int32 group = claim->first_group[pool]; group < claim->first_group[pool + 1]; group++)
		holders += claim->on_group[group].count;
	return holders;
}

/* Empty, with a floor that one alone would break, and nobody has a seat from before */
static bool
is_closed(int32 holders, int32 min_seats, bool has_holders)
{
	return holders == 0 && min_seats >= 2 && !has_holders;
}

static void
find_closed_pools(Claim *claim)
{
	bool	   *cap_closed = host_alloc(Max(claim->caps.count, 1));

	for (int32 i = claim->caps.count - 1; i >= 0; i--)
	{
		int32		cap = claim->cap_order[i];
		int32		parent = claim->cap_parent[cap];

		check_interrupts_at(i);
		cap_closed[cap] = (parent != NONE && cap_closed[parent]) ||
			is_closed(claim->on_cap[cap].count, claim->cap_floor[cap], claim->cap_has_holders[cap]);
	}
	for (int32 pool = 0; pool < claim->pool_count; pool++)
	{
		check_interrupts_at(pool);
		claim->pool_closed[pool] =
			(claim->pool_cap[pool] != NONE && cap_closed[claim->pool_cap[pool]]) ||
			is_closed(claim_pool_holders(claim, pool), claim->pool_floor[pool],
					  claim->pool_has_holders[pool]);
	}
	pfree(cap_closed);
}

void
claim_occupy(Claim *claim)
{
	Size		caps = Max(claim->caps.count, 1);

	claim->on_group = core_alloc_zero(sizeof(Occupancy) * Max(claim->group_count, 1));
	claim->on_cap = core_alloc_zero(sizeof(Occupancy) * caps);
	claim->strictest_cap = host_alloc(sizeof(int32) * caps);
	claim->innermost_cap = host_alloc(sizeof(int32) * caps);
	claim->pool_closed = host_alloc(Max(claim->pool_count, 1));
	occupy_groups(claim);
	occupy_caps(claim);
	find_strictest_caps(claim);
	find_closed_pools(claim);
}
