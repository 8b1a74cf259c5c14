/*
 * certify.h
 *	  Proving or refuting an allocation, without the allocator.
 */
#ifndef CERTIFY_H
#define CERTIFY_H

#include "core/draw.h"
#include "core/numbers.h"

/* The rows to be checked, as they were read: flat arrays, one entry a row, in any order. */
typedef struct Claim
{
	int32		pool_count;
	int64	   *pool_ids;
	int64	   *pool_seats;

	int32		application_count;
	int64	   *applicants;		/* ids */
	int64	   *pools;			/* ids */
	int64	   *choices;
	NumberColumn scores;
	NumberColumn ties;			/* no keys when not given */

	int32		placement_count;
	int64	   *placed_applicants;
	int64	   *placed_pools;
	bool	   *placed_open;	/* the seat is called open, and its tier, where given, is 0 */
	int64	   *placed_choices; /* NULL when not given */
	NumberColumn placed_scores; /* no keys when not given */

	TieBreak	tie_break;
	Draw	   *draw;			/* NULL with TIE_BREAK_STRICT */
} Claim;

typedef struct Violation
{
	const char *name;
	const int64 *applicant_id;	/* NULL when it concerns none */
	int64		pool_id;
	const int64 *other_applicant_id;	/* NULL when it concerns none */
	const char *detail;
} Violation;

typedef void (*ViolationFunction) (void *state, const Violation *violation);

/* Tell every violation; false when the claim cannot be read at all. */
extern bool certify(const Claim *claim, ViolationFunction tell, void *state, CoreError *error);

#endif							/* CERTIFY_H */
