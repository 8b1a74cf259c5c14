/*
 * solver.h
 *	  A run of deferred acceptance, between the files that make it up.
 */
#ifndef CORE_ALLOCATION_SOLVER_H
#define CORE_ALLOCATION_SOLVER_H

#include "core/allocation/allocate.h"
#include "core/allocation/capacity_tree.h"

/* With admit_all and admit_none, what a group knows of its classes of equals */
typedef struct ClassState
{
	int32		worst_size;		/* admit_all: how many are tied with the worst held */
	bool		has_refused;
	Bid			refused;		/* admit_none: one of the best class refused */
} ClassState;

typedef struct Solver
{
	const Market *market;
	Ranking		ranking;
	Nodes		nodes;
	ClassState *classes;		/* by group, or NULL when classes can be parted */
	bool	   *closed;			/* by pool, or NULL while none is */
	Bid		   *waiting;		/* lost their seat, go on from there */
	int32		waiting_count;
	int32		waiting_room;
} Solver;

/* allocate.c */
extern void solver_wait(Solver *solver, const Bid *bid);
extern void solver_go_on(Solver *solver);
extern void solver_start(Solver *solver);

/*
 * tied_classes.c: the same as a proposal where equals are treated alike.  True when the
 * bid is refused; others who are wait.
 */
extern bool classes_propose(Solver *solver, const Bid *bid);

/* floor_closing.c: close what stays below its floor, until nothing does. */
extern void close_below_floors(Solver *solver);

/* strict_ties.c: refuse an allocation in which an applicant's id has decided. */
extern bool check_ties(const Ranking *ranking, const bool *closed, const Seat *seats,
					   CoreError *error);

/* top_trading_cycles.c: top trading cycles. */
extern bool trade_in_cycles(const Ranking *ranking, Seat *seats, CoreError *error);

#endif							/* CORE_ALLOCATION_SOLVER_H */
