/*
 * pruning.h
 *	  What of a part of a market can still win in the whole of it.
 *
 * A part has some of the applicants, with all their applications, and all of the seats.
 */
#ifndef CORE_ALLOCATION_PRUNING_H
#define CORE_ALLOCATION_PRUNING_H

#include "core/allocation/allocate.h"
#include "core/allocation/cutoffs.h"

/* What each applicant would have if nothing closed, whatever the floors say */
extern void allocate_without_floors(const Ranking *ranking, Seat *seats);

/*
 * Find which contracts the whole market can do without, and what each applicant of the
 * part would have in it alone.  Cutoffs are those of a market of holders of all parts, or
 * NULL.  Allocating what survives of all parts gives what allocating the whole gives.
 * False with the error for rules and floors of which this is not so.
 */
extern bool prune(const Ranking *ranking, const Cutoffs *cutoffs, bool *survives, Seat *seats,
				  CoreError *error);

#endif							/* CORE_ALLOCATION_PRUNING_H */
