/*
 * seating.h
 *	  The seats there are: pools, the groups of seats of each, the caps above.
 *
 * A pool's seats stand in groups, in the order in which the pool fills them: the
 * reserves that come before the open seats, the open seats, the reserves that
 * come after.  Caps are ceilings over pools and over other caps: a forest.
 */
#ifndef CORE_ALLOCATION_SEATING_H
#define CORE_ALLOCATION_SEATING_H

#include "core/base/market_rows.h"
#include "core/base/near_ids.h"

#define ANYONE			(-1)	/* in a cascade, instead of a group's word */

#define LEAST_FLOOR		2		/* the smallest that can close: somebody is there, but too few */

typedef struct Pool
{
	int64		id;
	int32		seats;
	int32		floor;			/* closes with fewer holders, unless it has none */
	int32		cap;			/* right above, or NONE */
	int32		first_group;	/* of the groups of all pools; also after the last pool */
} Pool;

typedef struct Cap
{
	int64		id;
	int32		seats;
	int32		floor;
	int32		parent;			/* the cap right above, or NONE */
	bool		has_parent;
	int64		parent_id;
} Cap;

typedef struct Reserve
{
	int32		pool;
	int32		seats;
	int32		name;			/* a word: the group the seats are for */
	bool		before_open;
	bool		has_position;
	int64		position;
	int32		cascade_count;
	int32	   *cascade;		/* words; ANYONE can be the last */
} Reserve;

typedef struct SeatGroup
{
	int32		pool;
	int32		seats;
	int32		reserve;		/* or NONE: the open seats */
} SeatGroup;

typedef struct Seating
{
	int32		cap_count;
	Cap		   *caps;
	int32		pool_count;
	Pool	   *pools;
	int32		reserve_count;
	Reserve    *reserves;
	int64		cascade_length; /* of all reserves together */
	bool		has_floors;		/* of pools or caps */
	int32		group_count;
	SeatGroup  *groups;
	WordTable  *words;			/* of reserves and cascades */
	WordTable  *sets;			/* sets of these words, as arrays of their numbers; 0 is empty */
	idmap_hash *cap_numbers;
	idmap_hash *pool_numbers;
	NearIds		near_pools;
} Seating;

/* ---- building: all caps, then pools, then reserves, then the end ---- */

extern Seating *seating_begin(void);
extern bool seating_add_cap(Seating *seating, const CapRow *row, CoreError *error);
extern bool seating_add_pool(Seating *seating, const PoolRow *row, CoreError *error);
extern bool seating_add_reserve(Seating *seating, const ReserveRow *row, CoreError *error);
extern bool seating_end(Seating *seating, CoreError *error);

/* Bytes taken so far */
extern Size seating_memory(const Seating *seating);

/* ---- reading ---- */

/* NULL when there is no such pool */
extern const Pool *seating_find_pool(const Seating *seating, int64 pool_id);

/* Number the set of groups of an applicant; those that no reserve names are left out. */
extern int32 seating_set(Seating *seating, const Word *words, int count);

/* The words of such a set, by their numbers, and how many they are */
extern const int32 *seating_set_words(const Seating *seating, int32 set, int *count);

/* Find a pool's group of seats by the name of the seat; NONE when there is none. */
extern int32 seating_find_group(const Seating *seating, const Pool *pool, Word seat);

/* "open" or the reserve's name */
extern Word seating_seat(const Seating *seating, int32 group);

/*
 * The place in the group's cascade of someone who belongs to a set of groups: 0
 * for those whom the seats are for, after the last place when there is none.
 */
extern int32 seating_tier(const Seating *seating, int32 group, int32 set);

/* Whether that tier is open to everyone: open seats and ANYONE */
static inline bool
seating_for_anyone(const Seating *seating, int32 group, int32 tier)
{
	const Reserve *reserve;

	if (seating->groups[group].reserve == NONE)
		return true;
	reserve = &seating->reserves[seating->groups[group].reserve];
	return tier > 0 && tier <= reserve->cascade_count && reserve->cascade[tier - 1] == ANYONE;
}

/* After the last place of the group's cascade: only a holder has a seat of it */
static inline bool
seating_is_nobodys(const Seating *seating, int32 group, int32 tier)
{
	int32		reserve = seating->groups[group].reserve;

	return reserve != NONE && tier > seating->reserves[reserve].cascade_count;
}

#endif							/* CORE_ALLOCATION_SEATING_H */
