/*
 * occupancy.c
 *	  Who sits on seat groups and caps, and what that means for others.
 *
 * A node that is full refuses whoever ranks below all that it holds, so its worst
 * holder speaks for it.  All caps rank alike, so of the full ones above a pool the
 * one with the best worst holder speaks for all: an application is tested once at
 * its seat group and once for all caps, however deep their tree is.
 */
#include "core/verification/occupancy.h"

/* ---- who sits where ---- */

/* Count holders at a node, and keep the worst of them. */
static void
sit(const Verification *check, Holders *node, Contender *contender, int32 count, bool at_cap)
{
	if (node->count == 0 || contender_outranks(check, &node->worst, contender, at_cap))
		node->worst = *contender;
	node->count += count;
}

/* Seat every placement that has an application on its seat group. */
static void
occupy_groups(Verification *check)
{
	for (int32 i = 0; i < check->placement.count; i++)
	{
		Contender	contender;

		check_interrupts_at(i);
		if (check->placement.source[i] == NONE)
			continue;
		contender = contender_make(check, check->placement.source[i], check->placement.group[i]);
		sit(check, &check->occupancy.group[check->placement.group[i]], &contender, 1, false);
	}
}

/* Holders go up the tree; within a seat group both orders agree on who is worst. */
static void
occupy_caps(Verification *check)
{
	for (int32 i = 0; i < check->group_count; i++)
	{
		Holders  *group = &check->occupancy.group[i];
		int32		cap = check->pool.cap[check->groups[i].pool];

		check_interrupts_at(i);
		if (cap != NONE && group->count > 0)
			sit(check, &check->occupancy.cap[cap], &group->worst, group->count, true);
	}
	for (int32 i = 0; i < check->caps.count; i++)
	{
		Holders  *cap = &check->occupancy.cap[check->cap.order[i]];
		int32		parent = check->cap.parent[check->cap.order[i]];

		check_interrupts_at(i);
		if (parent != NONE && cap->count > 0)
			sit(check, &check->occupancy.cap[parent], &cap->worst, cap->count, true);
	}
}

bool
occupancy_group_is_full(const Verification *check, int32 group)
{
	return check->occupancy.group[group].count >= check->groups[group].seats;
}

static bool
cap_is_full(const Verification *check, int32 cap)
{
	return check->occupancy.cap[cap].count >= check->cap.seats[cap];
}

/* ---- what caps refuse ---- */

/* Does a full cap let in fewer than another does?  One that holds nobody lets nobody in. */
static bool
is_stricter(const Verification *check, int32 cap, int32 other)
{
	if (check->occupancy.cap[cap].count == 0 || check->occupancy.cap[other].count == 0)
		return check->occupancy.cap[cap].count == 0;
	return contender_outranks(check, &check->occupancy.cap[cap].worst,
							  &check->occupancy.cap[other].worst, true);
}

/* Parents before their children */
static void
find_strictest_caps(Verification *check)
{
	for (int32 i = check->caps.count - 1; i >= 0; i--)
	{
		int32		cap = check->cap.order[i];
		int32		parent = check->cap.parent[cap];
		int32		above = parent == NONE ? NONE : check->occupancy.strictest_cap[parent];

		check_interrupts_at(i);
		check->occupancy.strictest_cap[cap] = above;
		check->occupancy.innermost_cap[cap] =
			parent == NONE ? NONE : check->occupancy.innermost_cap[parent];
		if (!cap_is_full(check, cap))
			continue;
		check->occupancy.innermost_cap[cap] = cap;
		if (above == NONE || is_stricter(check, cap, above))
			check->occupancy.strictest_cap[cap] = cap;
	}
}

bool
occupancy_caps_refuse(const Verification *check, int32 pool, Contender *contender)
{
	int32		cap = check->pool.cap[pool];

	if (cap == NONE || check->occupancy.strictest_cap[cap] == NONE)
		return false;
	cap = check->occupancy.strictest_cap[cap];
	return check->occupancy.cap[cap].count == 0 ||
		contender_outranks(check, &check->occupancy.cap[cap].worst, contender, true);
}

/* ---- floors ---- */

int32
occupancy_pool_holders(const Verification *check, int32 pool)
{
	int32		holders = 0;

	foreach_group(group, check, pool)
		holders += check->occupancy.group[group].count;
	return holders;
}

/* Empty, with a floor that one alone would break, and nobody has a seat from before */
static bool
is_closed(int32 holders, int32 min_seats, bool has_holders)
{
	return holders == 0 && min_seats >= 2 && !has_holders;
}

/* Find the pools that are closed, by a floor of their own or of a cap above. */
static void
find_closed_pools(Verification *check)
{
	bool	   *cap_closed = host_alloc(Max(check->caps.count, 1));

	for (int32 i = check->caps.count - 1; i >= 0; i--)
	{
		int32		cap = check->cap.order[i];
		int32		parent = check->cap.parent[cap];

		check_interrupts_at(i);
		cap_closed[cap] = (parent != NONE && cap_closed[parent]) ||
			is_closed(check->occupancy.cap[cap].count, check->cap.floor[cap],
					  check->cap.has_holders[cap]);
	}
	for (int32 pool = 0; pool < check->pool.count; pool++)
	{
		check_interrupts_at(pool);
		check->occupancy.pool_closed[pool] =
			(check->pool.cap[pool] != NONE && cap_closed[check->pool.cap[pool]]) ||
			is_closed(occupancy_pool_holders(check, pool), check->pool.floor[pool],
					  check->pool.has_holders[pool]);
	}
	pfree(cap_closed);
}

void
occupancy_count(Verification *check)
{
	Size		caps = Max(check->caps.count, 1);

	check->occupancy.group = core_alloc_zero(sizeof(Holders) * Max(check->group_count, 1));
	check->occupancy.cap = core_alloc_zero(sizeof(Holders) * caps);
	check->occupancy.strictest_cap = host_alloc(sizeof(int32) * caps);
	check->occupancy.innermost_cap = host_alloc(sizeof(int32) * caps);
	check->occupancy.pool_closed = host_alloc(Max(check->pool.count, 1));
	occupy_groups(check);
	occupy_caps(check);
	find_strictest_caps(check);
	find_closed_pools(check);
}
