/*
 * decimal.h
 *	  PostgreSQL's numbers as digits.
 */
#ifndef DECIMAL_H
#define DECIMAL_H

#include "utils/numeric.h"

/* digits / 10^scale, and what was cut off after them */
typedef struct NumericDigits
{
	bool		negative;
	bool		too_large;		/* 10^12 or more: no digits are given */
	int128		digits;			/* signed, below 10^36 */
	int			scale;			/* 0 to 24 */
	int			rest;			/* sign of the digits cut off */
} NumericDigits;

/* NaN or an infinity */
extern bool decimal_is_undefined(Numeric number);

/* Takes apart a number of few digits, as nearly all are; false for others, NaN and infinities. */
extern bool decimal_small(Numeric number, int max_scale, int64 *digits, int *scale);

/* Any finite number */
extern void decimal_from_numeric(Numeric number, NumericDigits *result);

extern Numeric decimal_to_numeric(int64 digits, int scale);

/* All of a finite number's digits, at its display scale; false when there are more than 36. */
extern bool decimal_digits(Numeric number, int128 *digits, int *scale);
extern Numeric decimal_from_digits(int128 digits, int scale);

/* The shortest decimal that reads back as the same float; value is finite. */
extern Numeric decimal_from_float(double value, bool is_float4);

#endif							/* DECIMAL_H */
