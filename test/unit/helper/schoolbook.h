/*
 * schoolbook.h
 *	  Whole numbers of many digits, computed as at school, digit by digit: slow,
 *	  and too simple to be wrong in the way of quick arithmetic.
 */
#ifndef UNIT_HELPER_SCHOOLBOOK_H
#define UNIT_HELPER_SCHOOLBOOK_H

#include "core/base/fixed.h"

#define SCHOOLBOOK_DIGITS	128

typedef struct LongNumber
{
	bool		negative;
	int			count;
	uint8		digits[SCHOOLBOOK_DIGITS];	/* ones first, no zero last */
} LongNumber;

extern LongNumber schoolbook_of(int128 number);
extern LongNumber schoolbook_add(LongNumber a, LongNumber b);
extern LongNumber schoolbook_minus(LongNumber a, LongNumber b);
extern LongNumber schoolbook_times(LongNumber a, LongNumber b);

/* a / b, b above 0, as a whole number; floor goes down and tells if it had to */
extern LongNumber schoolbook_divide(LongNumber a, LongNumber b, Rounding rounding);
extern LongNumber schoolbook_floor(LongNumber a, LongNumber b, bool *exact);

/* Back again; ends the test when it does not fit. */
extern int128 schoolbook_number(LongNumber long_number);

#endif							/* UNIT_HELPER_SCHOOLBOOK_H */
