/*
 * applicants.h
 *	  A verification's rows by applicant.
 */
#ifndef CORE_VERIFICATION_APPLICANTS_H
#define CORE_VERIFICATION_APPLICANTS_H

#include "core/verification/input.h"

/*
 * Bring applications in the order of applicants and choices, placements in that of
 * applicants, and number the applicants; after the last row, whose numbers are final.
 * False without memory.
 */
extern bool applicants_number(Verification *check);

/* Each application of an applicant, the best liked first */
#define foreach_row(row, check, number) \
	for (int32 row = (check)->applicant.first_row[number]; \
		 row < (check)->applicant.first_row[(number) + 1]; row++)

#define foreach_placement(placement, check, number) \
	for (int32 placement = (check)->applicant.first_placement[number]; \
		 placement < (check)->applicant.first_placement[(number) + 1]; placement++)

#endif							/* CORE_VERIFICATION_APPLICANTS_H */
