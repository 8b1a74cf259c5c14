/*
 * verify.h
 *	  Proving or refuting an allocation, without the allocator.
 *
 * Rows are told in this order: caps, pools, reserves, applications, placements;
 * within each in any order.  Every function that returns bool returns false
 * with the error that claim_begin was given, and then the claim is of no use.
 */
#ifndef CORE_VERIFICATION_VERIFY_H
#define CORE_VERIFICATION_VERIFY_H

#include "core/base/lottery.h"
#include "core/base/numbers.h"
#include "core/base/words.h"

/* The rows to be checked, and what is made of them */
typedef struct Claim Claim;

/* draw is NULL when the way to break ties needs none; limit is in bytes. */
extern Claim *claim_begin(TieBreak tie_break, Draw *draw, Size limit, CoreError *error);

/* A parent may come after its children; NULL for none. */
extern bool claim_cap(Claim *claim, int64 cap_id, int64 seats, int64 min_seats,
					  const int64 *parent_id);

extern bool claim_pool(Claim *claim, int64 pool_id, int64 seats, int64 min_seats,
					   const int64 *cap_id);

typedef struct ReserveClaim
{
	int64		pool_id;
	Word		name;
	int64		seats;
	bool		before_open;
	bool		is_for_anyone;	/* without a cascade: who else may take an unfilled seat */
	const Word *cascade;
	int			cascade_length;
	const int64 *position;		/* or NULL */
} ReserveClaim;

extern bool claim_reserve(Claim *claim, const ReserveClaim *reserve);

/* A number for these groups, for application rows; 0 is for none */
extern bool claim_groups(Claim *claim, const Word *groups, int count, int32 *number);

typedef struct ApplicationClaim
{
	int64		applicant_id;
	int64		pool_id;
	int64		choice;
	ExactNumber score;
	const ExactNumber *tie;		/* NULL when no row has the column */
	int32		groups;			/* from claim_groups */
	const Word *holds;			/* or NULL */
} ApplicationClaim;

extern bool claim_application(Claim *claim, const ApplicationClaim *application);

typedef struct PlacementClaim
{
	int64		applicant_id;
	int64		pool_id;
	Word		seat;
	const int64 *choice;		/* these: NULL when no row has the column */
	const int64 *tier;
	const ExactNumber *score;
} PlacementClaim;

extern bool claim_placement(Claim *claim, const PlacementClaim *placement);

typedef struct Violation
{
	const char *name;
	const int64 *applicant_id;	/* these three: NULL when it concerns none */
	const int64 *pool_id;
	const int64 *other_applicant_id;
	const char *detail;			/* lives for the call */
} Violation;

typedef void (*ViolationFunction) (void *state, const Violation *violation);

/* Tell every violation, in an order that does not depend on that of the rows. */
extern bool certify(Claim *claim, ViolationFunction tell, void *state);

#endif							/* CORE_VERIFICATION_VERIFY_H */
