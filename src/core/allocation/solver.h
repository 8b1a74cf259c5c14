/*
 * solver.h
 *	  A run of deferred acceptance, between the files that make it up.
 */
#ifndef CORE_ALLOCATION_SOLVER_H
#define CORE_ALLOCATION_SOLVER_H

#include "core/allocation/allocate.h"
#include "core/allocation/capacity_tree.h"

/* With admit_all and admit_none, what a group knows of its classes of equals */
typedef struct TiedClass
{
	int32		worst_size;		/* admit_all: how many are tied with the worst held */
	bool		has_refused;
	Bid			refused;		/* admit_none: one of the best class refused */
} TiedClass;

typedef struct Solver
{
	const Market *market;
	Ranking		ranking;
	CapacityTree tree;
	TiedClass  *classes;		/* by group, or NULL when classes can be parted */
	bool	   *closed;			/* by pool, or NULL while none is */
	bool	   *has_held;		/* by contract: had a seat at some time; NULL when nobody asks */
	struct Staging *staging;	/* while pools close, or NULL */
	Bid		   *waiting;		/* lost their seat, go on from there */
	int32		waiting_count;
	int32		waiting_room;
} Solver;

/* allocate.c: offer a bid; true when that leaves someone without a seat, who is then in the bid. */
extern bool solver_propose(Solver *solver, Bid *bid);

/* allocate.c: let somebody who lost a seat go on from there, once solver_continue is called. */
extern void solver_wait(Solver *solver, const Bid *bid);

/* allocate.c: let all who wait propose, until nobody waits; or everybody, from the beginning. */
extern void solver_continue(Solver *solver);
extern void solver_start(Solver *solver);

/* allocate.c: a run over a market that has not begun; what each applicant has at its end. */
extern Solver solver_open(const Ranking *ranking);
extern void solver_collect(const Solver *solver, Seat *seats);
extern void solver_close(Solver *solver);

/*
 * tied_classes.c: propose where equals are treated alike.  True when the bid itself is
 * refused; others who lose their seat by it wait.
 */
extern bool tied_classes_propose(Solver *solver, const Bid *bid);

/*
 * floor_closing.c: close what stays below its floor, until nothing does; keeps what each
 * applicant has.
 */
extern void close_below_floors(Solver *solver, Seat *seats);

/* strict_ties.c: refuse an allocation in which an applicant's id has decided. */
extern bool strict_check_ties(const Ranking *ranking, const bool *closed, const Seat *seats,
							  CoreError *error);

/* top_trading_cycles.c: trade seats in cycles; false with the error for a tie with strict. */
extern bool top_trading_cycles(const Ranking *ranking, Seat *seats, CoreError *error);

#endif							/* CORE_ALLOCATION_SOLVER_H */
