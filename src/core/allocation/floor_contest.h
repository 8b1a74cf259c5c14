/*
 * floor_contest.h
 *	  Which pool or cap is furthest below its floor, while seats change hands.
 *
 * Pools and caps are numbered together as units: pool i is unit i, cap i is unit
 * pool_count + i.
 */
#ifndef CORE_ALLOCATION_FLOOR_CONTEST_H
#define CORE_ALLOCATION_FLOOR_CONTEST_H

#include "core/allocation/capacity_tree.h"

typedef struct FloorContest
{
	const Seating *seating;
	int32		unit_count;
	bool	   *may_close;		/* by unit */
	int32	   *holders;		/* by unit, as last counted */
	int32	   *winners;		/* a tournament: unit i is at unit_count + i, the winner at 1 */
	int32	   *changed;		/* pools to count anew */
	int32		changed_count;
	bool	   *is_changed;		/* by pool */
} FloorContest;

/* What holds a seat from before keeps its pool, and the caps above, open. */
extern FloorContest contest_open(const Market *market);
extern void contest_close(FloorContest *contest);

/* The holders of a pool may be others than when it was counted. */
extern void contest_note(FloorContest *contest, int32 pool);

/* Find what must close next, among all that still may; NONE when no floor is broken. */
extern int32 contest_furthest(FloorContest *contest, const CapacityTree *tree);

/* A unit has closed, and does not close again. */
extern void contest_drop(FloorContest *contest, int32 unit);

/* Would one unit close before another, if both held somebody? */
extern bool contest_is_further(const FloorContest *contest, int32 unit, int32 other);

static inline int32
unit_of_cap(const FloorContest *contest, int32 cap)
{
	return contest->seating->pool_count + cap;
}

static inline bool
unit_is_cap(const FloorContest *contest, int32 unit)
{
	return unit >= contest->seating->pool_count;
}

/* The unit right above, or NONE */
static inline int32
unit_above(const FloorContest *contest, int32 unit)
{
	const Seating *seating = contest->seating;
	int32		cap = unit_is_cap(contest, unit) ? seating->caps[unit - seating->pool_count].parent
										   : seating->pools[unit].cap;

	return cap == NONE ? NONE : unit_of_cap(contest, cap);
}

/* The node of a unit's first seats in a tree; all groups of a pool have the same parents. */
static inline int32
unit_node(const FloorContest *contest, const CapacityTree *tree, int32 unit)
{
	return unit_is_cap(contest, unit) ? tree->group_count + unit - contest->seating->pool_count
									  : contest->seating->pools[unit].first_group;
}

#endif							/* CORE_ALLOCATION_FLOOR_CONTEST_H */
