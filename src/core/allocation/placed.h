/*
 * placed.h
 *	  Who was placed where, as rows say it, in the terms of a market.
 *
 * The rows come from anywhere: what would make no sense in this market is refused.
 * Whether they are right is not asked: that is verification.
 */
#ifndef CORE_ALLOCATION_PLACED_H
#define CORE_ALLOCATION_PLACED_H

#include "core/allocation/allocate.h"

typedef struct Placed Placed;

/* None so far; the market and the error stay the caller's.  Freed with the current memory. */
extern Placed *placed_begin(const Market *market, CoreError *error);

/*
 * Take a row; false with the error when there is no such application, the applicant is
 * placed already, or cannot ask for that seat.
 */
extern bool placed_add(Placed *placed, const PlacementRow *row);

/* What a row was refused for */
extern const CoreError *placed_error(const Placed *placed);

/* By applicant */
extern const Seat *placed_seats(const Placed *placed);

/* Find an applicant by id; NONE when there is none. */
extern int32 placed_applicant(Placed *placed, int64 applicant_id);

/* Bytes that placements in a market take */
extern Size placed_memory(const Market *market);

#endif							/* CORE_ALLOCATION_PLACED_H */
