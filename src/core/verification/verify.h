/*
 * verify.h
 *	  Proving or refuting an allocation, without the allocator.
 *
 * Rows are added in this order: caps, pools, reserves, applications, placements;
 * within each in any order.  Every function that returns bool returns false with
 * the error that verification_begin was given, and then the verification is of no
 * use.  Everything is taken in the memory context of the caller, who drops it.
 */
#ifndef CORE_VERIFICATION_VERIFY_H
#define CORE_VERIFICATION_VERIFY_H

#include "core/base/lottery.h"
#include "core/base/market_rows.h"
#include "core/base/policy.h"

/* The rows to be checked, and what is made of them */
typedef struct Verification Verification;

/* draw is NULL when the way to break ties needs none; limit is in bytes. */
extern Verification *verification_begin(TieBreak tie_break, Draw *draw, Size limit,
										CoreError *error);

/* A parent may come after its children. */
extern bool verification_add_cap(Verification *check, const CapRow *row);
extern bool verification_add_pool(Verification *check, const PoolRow *row);
extern bool verification_add_reserve(Verification *check, const ReserveRow *row);

/* After the last reserve: put the seats in their order. */
extern bool verification_end_seats(Verification *check);

/* Give these groups a number, for the set of application rows; 0 is for none. */
extern bool verification_number_groups(Verification *check, const Word *groups, int count,
									   int32 *number);
extern bool verification_add_application(Verification *check, const ApplicationRow *row);
extern bool verification_add_placement(Verification *check, const PlacementRow *row);

typedef struct Violation
{
	const char *name;
	const int64 *applicant_id;	/* these three: NULL when it concerns none */
	const int64 *pool_id;
	const int64 *other_applicant_id;
	const char *detail;			/* lives for the call */
} Violation;

typedef void (*ViolationFunction) (void *state, const Violation *violation);

/* Hand over every violation, in an order that does not depend on that of the rows. */
extern bool verify(Verification *check, ViolationFunction report, void *state);

#endif							/* CORE_VERIFICATION_VERIFY_H */
