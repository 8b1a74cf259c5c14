/*
 * claim.h
 *	  A claim inside: what the files of the certifier hand to each other.
 */
#ifndef CORE_VERIFICATION_CLAIM_H
#define CORE_VERIFICATION_CLAIM_H

#include "core/verification/verify.h"
#include "core/verification/ids.h"

#define NONE				(-1)	/* no cap, row, tier, … */
#define OPEN_NAME			0	/* the number of the name of open seats */
#define ANYONE				(-1)	/* on a ladder: whoever comes */

/* Levels order contenders before scores do. */
#define LAST_LEVEL			(1 << 29)	/* at a cap: open seats, and seats left to anyone */
#define OUTSIDE_LEVEL		(LAST_LEVEL + 1)	/* one whom the seat is not for */
#define HOLDER_LEAD			(1 << 30)	/* holders from before come first */

/* Some seats of a pool with a ranking of their own */
typedef struct SeatGroup
{
	int32		pool;
	int32		name;
	int32		seats;
	int32		ladder;			/* its cascade: where on the ladders, and how long */
	int32		rungs;
} SeatGroup;

/* An application as a seat group or a cap ranks it */
typedef struct Contender
{
	int32		row;			/* of the application */
	int32		level;			/* in the seat group; smaller is better */
	int32		cap_level;
	int64		score;			/* keys of the columns: equal rank, equal keys */
	int64		tie;
	int64		number;			/* of the lottery, or negative when not drawn yet */
} Contender;

/* Who sits on a node */
typedef struct Occupancy
{
	int32		count;
	Contender	worst;			/* row is NONE when there is nobody */
} Occupancy;

/* What an application is for */
typedef struct Wish
{
	int32		pool;
	int32		choice;
} Wish;

/* A place in an applicant's walk */
typedef struct Place
{
	int32		choice;
	int32		group;			/* groups of a pool are numbered in their precedence */
} Place;

/* Rows that belong together, one after the other */
typedef struct Grouping
{
	int32	   *starts;			/* by key, and the end of the last */
	int32	   *rows;			/* or NULL when the rows stand so already */
} Grouping;

/* A reserve before the seats of its pool are put in their order */
typedef struct Reserve
{
	SeatGroup	group;
	bool		before_open;
	int64		position;		/* PG_INT64_MAX for none */
} Reserve;

struct Claim
{
	TieBreak	tie_break;
	Draw	   *draw;
	CoreError  *error;
	Size		limit;
	Size		taken;			/* bytes, by estimate */

	/* caps */
	IdTable		caps;			/* those that are only named as a parent, too */
	int32		cap_room;
	int32	   *cap_seats;		/* NONE while only named */
	int32	   *cap_floor;
	int32	   *cap_parent;		/* or NONE */
	bool	   *cap_has_holders;	/* somebody has a seat under it from before */
	int32	   *cap_order;		/* children before their parents */

	/* pools */
	IdTable		pools;			/* behind the pools' own, those that only placements name */
	int32		pool_count;
	int32		pool_room;
	int32	   *pool_seats;
	int32	   *pool_floor;
	int32	   *pool_cap;		/* or NONE */
	bool	   *pool_has_holders;
	bool	   *pool_closed;
	int32	   *first_group;	/* by pool, and the end of the last */
	int32	   *open_group;

	/* seat groups */
	NameTable	names;
	int32	   *ladders;		/* names, or ANYONE */
	int64		ladder_length;
	int64		ladder_room;
	int32		reserve_count;
	int32		reserve_room;
	Reserve    *reserves;
	IdTable		seats;			/* pool << 32 | name of each reserve, numbered as reserves are */
	int32	   *reserve_group;	/* by reserve */
	int32		group_count;
	SeatGroup  *groups;

	/* applications */
	IdTable		applicants;		/* those that only placements name, too */
	int32		row_count;
	int32		row_room;
	int32	   *applicant;
	Wish	   *wishes;
	NumberColumn score;
	NumberColumn tie;
	SetTable	sets;
	int32	   *set;			/* of groups; NULL while nobody has any */
	int32	   *holds;			/* seat group or NONE; NULL while nobody holds any */
	Grouping	walks;			/* rows by applicant */

	/* placements */
	int32		placement_count;
	int32		placement_room;
	int32	   *placed_applicant;
	int32	   *placed_pool;
	int32	   *placed_name;	/* of the seat, or UNLISTED */
	int64	   *placed_choice;	/* these: NULL when not given */
	int64	   *placed_tier;
	NumberColumn placed_score;
	Grouping	placed;			/* by applicant */
	int32	   *source;			/* the row that a placement grants, or NONE */
	int32	   *seat;			/* the seat group that it takes, or NONE */

	/* the judgement */
	Place	   *held;			/* by applicant: the first in the own walk */
	bool	   *suspect;		/* by applicant: there is something to tell */
	Occupancy  *on_group;
	Occupancy  *on_cap;
	int32	   *strictest_cap;	/* by cap: the full one from there up that admits fewest, or NONE */
	int32	   *innermost_cap;	/* by cap: the first full one from there up, or NONE */
	int32	   *above_last;		/* by group, with admit_all: holders above the last class */
	Contender  *unfit;			/* by group, with admit_none: the best of those who don't fit */
};

/* input.c */

/* Count in what is about to be taken. */
extern bool claim_take(Claim *claim, Size bytes);

/* seats.c */

/* Put the seats of each pool and the caps in their order; after the last reserve. */
extern bool claim_order(Claim *claim);

/* The seat group of a pool by its name, or NONE */
extern int32 claim_find_seat(const Claim *claim, int32 pool, int32 name);

/* The tier of an application there, or NONE */
extern int32 claim_tier(const Claim *claim, int32 row, int32 group);

/* The same for one who sits there: behind all tiers when a holder from before has none */
extern int32 claim_placed_tier(const Claim *claim, int32 row, int32 group);

/* Is it the applicant's own seat from before? */
extern bool claim_is_holder(const Claim *claim, int32 row, int32 group);

/* Does the applicant ask for this seat group? */
extern bool claim_asks(const Claim *claim, int32 row, int32 group);

/* Nowhere more holders from before than seats; after the last application. */
extern bool claim_check_holders(Claim *claim);

/* walk.c */

/* The i-th of the rows that are grouped */
static inline int32
grouping_row(const Grouping *grouping, int32 i)
{
	return grouping->rows ? grouping->rows[i] : i;
}

extern Grouping grouping_make(const int32 *keys, int32 count, int32 key_count);

/* Check each applicant's own rows, find what placements grant, and who holds what. */
extern bool claim_walk(Claim *claim);

/* Is it a seat from before, and the applicant has neither it nor a better choice? */
extern bool claim_is_worse(const Claim *claim, int32 row);

/* Is one place in a walk before another? */
static inline bool
place_before(Place a, Place b)
{
	return a.choice != b.choice ? a.choice < b.choice : a.group < b.group;
}

/* order.c */

extern Contender contender_make(const Claim *claim, int32 row, int32 group);

/* Does one rank above another?  At a cap, or in a seat group. */
extern bool contender_outranks(const Claim *claim, Contender *one, Contender *other, bool at_cap);

/* In a seat group, before lottery and id: below 0 when one is better, 0 when they are tied */
extern int	contender_compare(const Contender *one, const Contender *other);

/* occupancy.c */

/* Count who holds what, find the worst of each node, and which pools are closed. */
extern void claim_occupy(Claim *claim);

extern int32 claim_pool_holders(const Claim *claim, int32 pool);
extern bool claim_group_is_full(const Claim *claim, int32 group);

/* The caps above a pool let nobody in, or nobody of this rank. */
extern bool claim_caps_refuse(const Claim *claim, int32 pool, Contender *contender);

/* ties.c */

/* With admit_all and admit_none: find where the classes of equals end. */
extern bool claim_find_ties(Claim *claim);

extern bool claim_group_refuses(const Claim *claim, int32 group, Contender *contender);

/* Does a seat group hold more than it may, or others? */
extern bool claim_group_overflows(const Claim *claim, int32 group);

/* verify.c */

/* Is a seat group asked for, better liked than what is held, and no node refuses? */
extern bool claim_is_complaint(const Claim *claim, int32 row, int32 group);

/* report.c */

extern void claim_tell(const Claim *claim, ViolationFunction tell, void *state);

#endif							/* CORE_VERIFICATION_CLAIM_H */
