/*
 * claim.h
 *	  Claims of rows for a further seat, and which of two is the stronger.
 */
#ifndef CORE_APPORTIONMENT_CLAIM_H
#define CORE_APPORTIONMENT_CLAIM_H

#include "core/apportionment/apportion.h"

/* What a row that holds so many seats has to say for getting one more */
typedef struct Claim
{
	double		value;			/* near the quotient, or the quota's remainder */
	int32		row;
	int32		held;
} Claim;

/* d(held), by which the method divides a row's weight, rounded to a double */
extern double claim_divisor(ApportionMethod method, int32 held);

/*
 * Count the claims of a weight at or above a quotient.  The count may be off as
 * if the quotient were changed in its last digits.
 */
extern int64 claims_above(ApportionMethod method, double weight, double quotient);

/* Hamilton: the whole part of seats * weight / total; sets the remainder, below total. */
extern int32 claim_quota(const Apportionment *rows, int128 weight, int128 *remainder);

/* The claim of a row that holds so many seats to the next one */
extern Claim claim_of(const Apportionment *rows, int32 row, int32 held);

/* Below 0 when a is stronger, 0 when they are equal; exact. */
extern int	claim_compare(const Apportionment *rows, const Claim *a, const Claim *b);

/* Sort by strength; of equal claims the one of the larger weight is first, then the earlier row. */
extern void claims_sort(Claim *claims, size_t count, Apportionment *rows);

/* True when two claims are equal; infinite claims are equal to each other. */
extern bool claims_equal(const Apportionment *rows, const Claim *a, const Claim *b);

/* True when two claims are equal and their rows' weights too, so that only position decides. */
extern bool claims_tie(const Apportionment *rows, const Claim *a, const Claim *b);

/*
 * The claims beyond the minima of rows that are solved, in order of award: first
 * the *honoured ones, then what each row would have claimed next; *count in all.
 */
extern Claim *apportion_awards(const Apportionment *rows, int64 *honoured, int64 *count);

#endif							/* CORE_APPORTIONMENT_CLAIM_H */
