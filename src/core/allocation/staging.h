/*
 * staging.h
 *	  A run that can go back to before certain pools took proposals.
 */
#ifndef CORE_ALLOCATION_STAGING_H
#define CORE_ALLOCATION_STAGING_H

#include "core/allocation/floor_contest.h"
#include "core/allocation/solver.h"

/* A pool began to take proposals when the log was so long. */
typedef struct Stage
{
	int32		pool;
	int64		mark;
} Stage;

/* Where an applicant stood before a move */
typedef struct Move
{
	int32		owner;
	Seat		from;
} Move;

typedef struct Staging
{
	Solver	   *solver;
	FloorContest *contest;		/* is told in which pools seats change hands */
	Seat	   *seats;			/* by applicant: the seat, or the contract alone at whose pool the
								 * applicant is kept back */
	bool	   *keeps_back;		/* by pool: its proposals wait for its stage; NULL without stages */
	int32	   *kept_back;		/* by pool: an applicant, or NONE, */
	int32	   *next_kept_back;	/* and by applicant: the next one */
	Stage	   *stages;
	int32		stage_count;
	int32	   *stage_of;		/* by pool that has one */
	Move	   *log;			/* since the first stage */
	int64		log_count;
	int64		log_room;
	bool	   *is_touched;		/* by group, while going back */
	int32	   *touched;
} Staging;

/* Take over a run that has come to its end, with what each applicant has. */
extern Staging staging_open(Solver *solver, FloorContest *contest, Seat *seats);
extern void staging_close(Staging *staging);

/* Let someone propose from a place in the walk, then who is displaced by that, to the end. */
extern void staging_settle(Staging *staging, Bid bid);

/* Begin anew, and stop where all that is left is kept back at some pools. */
extern void staging_start(Staging *staging, const bool *keeps_back);

/* Let a pool take its proposals, as a new stage, until nobody waits. */
extern void staging_enter(Staging *staging, int32 pool);

/*
 * Go back to before a stage and all after it; their pools keep back proposals again.  Who
 * is kept back at a closed pool, or has a seat of it, waits to go on from there.
 */
extern void staging_go_back(Staging *staging, int32 stage);

#endif							/* CORE_ALLOCATION_STAGING_H */
