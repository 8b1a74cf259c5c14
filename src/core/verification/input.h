/*
 * input.h
 *	  What a verification has read: columns of caps, pools, reserves, applications and
 *	  placements, by their numbers, with what each step of it adds.
 *
 * Ids of caps and pools become numbers 0, 1, 2, … in order of first appearance, those of
 * applicants in their own order (applicants.h).  A struct of columns is named in the
 * singular, so that check->cap.seats[cap] is the seats of a cap.
 */
#ifndef CORE_VERIFICATION_INPUT_H
#define CORE_VERIFICATION_INPUT_H

#include "core/verification/ids.h"
#include "core/verification/verify.h"

#define OPEN_NAME			0	/* the number of the name of open seats */
#define OPEN_TO_ALL			(-1)	/* in a cascade: whoever comes */

/* Those seats of a pool that rank applicants by themselves: a reserve, or the open ones */
typedef struct CheckedGroup
{
	int32		pool;
	int32		name;
	int32		seats;
	int32		cascade;		/* where it begins in the entries, */
	int32		cascade_length; /* and how many are its own */
} CheckedGroup;

/* A reserve before the seats of its pool are put in their order */
typedef struct CheckedReserve
{
	CheckedGroup group;
	bool		before_open;
	int64		position;		/* PG_INT64_MAX for none */
} CheckedReserve;

/* What an application is for */
typedef struct Wish
{
	int32		pool;
	int32		choice;
} Wish;

typedef struct CapColumns
{
	int32		room;
	int32	   *seats;			/* NONE while only named as a parent */
	int32	   *floor;
	int32	   *parent;			/* or NONE */
	bool	   *has_holders;	/* somebody has a seat under it from before */
	int32	   *order;			/* numbers of caps, children before their parents */
} CapColumns;

typedef struct PoolColumns
{
	int32		count;			/* of rows: placements may name further pools */
	int32		room;
	int32	   *seats;
	int32	   *floor;
	int32	   *cap;			/* or NONE */
	bool	   *has_holders;
	int32	   *first_group;	/* by pool, and the end of the last */
	int32	   *open_group;
} PoolColumns;

typedef struct ReserveColumns
{
	int32		count;
	int32		room;
	CheckedReserve *rows;
	IdTable		keys;			/* pool << 32 | name, numbered as the rows are */
	int32	   *group;			/* where each has come to stand */
} ReserveColumns;

typedef struct CascadeColumns
{
	int32	   *entries;		/* names, or OPEN_TO_ALL */
	int64		length;
	int64		room;
} CascadeColumns;

typedef struct ApplicationColumns
{
	int32		count;
	int32		room;
	bool		in_order;		/* so far they came by applicant and choice */
	int64	   *owner_ids;		/* of applicants; NULL once these are numbered */
	int32	   *applicant;
	Wish	   *wish;
	NumberColumn score;
	NumberColumn tie;
	int32	   *set;			/* of groups; NULL while nobody has any */
	int32	   *holds;			/* seat group or NONE; NULL while nobody holds any */
} ApplicationColumns;

typedef struct PlacementColumns
{
	int32		count;
	int32		room;
	bool		in_order;		/* so far they came by applicant */
	int64	   *owner_ids;		/* of applicants; NULL once these are numbered */
	int32	   *applicant;
	int32	   *pool;
	int32	   *name;			/* of the seat, or NONE when no seat has it */
	int64	   *choice;			/* these three: NULL when not given */
	int64	   *tier;
	NumberColumn score;
	int32	   *source;			/* the application that it grants, or NONE */
	int32	   *group;			/* the seat group that it takes, or NONE */
} PlacementColumns;

/* Those who apply, and those that only placements name */
typedef struct ApplicantColumns
{
	int32		count;
	int32		room;
	int64	   *ids;			/* ascending */
	int32	   *first_row;		/* by applicant, and after the last: application */
	int32	   *first_placement;
} ApplicantColumns;

/* By applicant (walk.h) */
typedef struct WalkColumns
{
	struct Place *held;			/* the first in the own walk */
	bool	   *suspect;		/* there is something to report */
} WalkColumns;

/* Who sits where (occupancy.h) */
typedef struct OccupancyColumns
{
	struct Holders *group;
	struct Holders *cap;
	int32	   *strictest_cap;	/* by cap: the full one from there up that admits fewest, or NONE */
	int32	   *innermost_cap;	/* by cap: the first full one from there up, or NONE */
	bool	   *pool_closed;
} OccupancyColumns;

/* Where classes of equals end, by seat group (occupancy.h) */
typedef struct TieColumns
{
	int32	   *above_last;		/* with admit_all: holders above the last class */
	struct Contender *unfit;	/* with admit_none: the best of those who don't fit */
} TieColumns;

/* By seat group, once nothing else is wrong (improvement.h) */
typedef struct ImprovementColumns
{
	struct Contender *first;	/* of those who would rather sit there, the first in rank */
	int32		count;			/* of cycles */
	int32	   *cycles;			/* by cycle: the group to which its smallest id would come */
} ImprovementColumns;

struct Verification
{
	TieBreak	tie_break;
	Draw	   *draw;
	CoreError  *error;
	Size		limit;
	Size		reserved;		/* bytes, by estimate */

	IdTable		caps;			/* those that are only named as a parent, too */
	IdTable		pools;			/* after the pools' own, those that only placements name */
	WordTable  *names;			/* of reserves, and in cascades */
	SetTable	sets;			/* of names */

	CapColumns	cap;
	PoolColumns pool;
	ReserveColumns reserve;
	CascadeColumns cascade;
	int32		group_count;
	CheckedGroup *groups;		/* pool by pool, in precedence */
	ApplicationColumns application;
	PlacementColumns placement;

	ApplicantColumns applicant;
	WalkColumns walk;
	OccupancyColumns occupancy;
	TieColumns	ties;
	ImprovementColumns improvement;
};

/* Count in memory that is about to be taken; false when it would pass the limit. */
extern bool verification_reserve_memory(Verification *check, Size bytes);

static inline int64
row_applicant_id(const Verification *check, int32 row)
{
	return check->applicant.ids[check->application.applicant[row]];
}

static inline int64
row_pool_id(const Verification *check, int32 row)
{
	return check->pools.ids[check->application.wish[row].pool];
}

/* Each seat group of a pool, in precedence */
#define foreach_group(group, check, the_pool) \
	for (int32 group = (check)->pool.first_group[the_pool]; \
		 group < (check)->pool.first_group[(the_pool) + 1]; group++)

#endif							/* CORE_VERIFICATION_INPUT_H */
