/*
 * schoolbook.h
 *	  Whole numbers of many digits, reckoned as a clerk does on paper: digit by
 *	  digit.  Slow, and too simple to be wrong in the way of quick arithmetic.
 */
#ifndef UNIT_HELPER_SCHOOLBOOK_H
#define UNIT_HELPER_SCHOOLBOOK_H

#include "core/base/fixed.h"

#define CLERK_DIGITS	128

typedef struct Paper
{
	bool		negative;
	int			count;
	uint8		digits[CLERK_DIGITS];	/* ones first, no zero last */
} Paper;

extern Paper paper_of(int128 number);
extern Paper paper_add(Paper a, Paper b);
extern Paper paper_minus(Paper a, Paper b);
extern Paper paper_times(Paper a, Paper b);

/* a / b, b above 0, as a whole number; floor goes down and tells if it had to */
extern Paper paper_divide(Paper a, Paper b, Rounding rounding);
extern Paper paper_floor(Paper a, Paper b, bool *exact);

/* Back again; ends the test when it does not fit. */
extern int128 paper_number(Paper paper);

#endif							/* UNIT_HELPER_SCHOOLBOOK_H */
