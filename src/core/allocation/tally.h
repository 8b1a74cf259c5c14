/*
 * tally.h
 *	  Who holds what in the end, node by node: how many, and the last of them.
 *
 * A node is a group of seats or a cap.
 */
#ifndef CORE_ALLOCATION_TALLY_H
#define CORE_ALLOCATION_TALLY_H

#include "core/allocation/allocate.h"
#include "core/allocation/rank.h"

typedef struct Tally
{
	int32		filled;
	int32		members;		/* of them, those whom the seats are for: tier 0 */
	Bid			worst;			/* who ranks last; meaningless when nothing is held */
} Tally;

typedef struct Tallies
{
	const Ranking *ranking;
	Tally	   *groups;
	Tally	   *caps;
} Tallies;

/* Count seats by applicant; each is one that its contract can ask for. */
extern Tallies tally_open(const Ranking *ranking, const Seat *seats);
extern void tally_close(Tallies *tallies);

/* Bytes that tallies of a market take */
extern Size tally_memory(const Seating *seating);

/* Find the full cap nearest to a pool; NONE when none is full. */
extern int32 tally_full_cap(const Tallies *tallies, int32 pool);

/* Is a pool empty under a floor that a first holder would break, its own or that of a cap? */
extern bool tally_is_closed(const Tallies *tallies, int32 pool);

#endif							/* CORE_ALLOCATION_TALLY_H */
