/*
 * fixed.h
 *	  Exact decimal numbers: int64 digits with a scale, int128 products.
 */
#ifndef CORE_BASE_FIXED_H
#define CORE_BASE_FIXED_H

#include "core/base/core.h"

#define FIXED_MAX_SCALE		12	/* decimals of a number in a card */
#define FIXED_MAX_DIGITS	18	/* digits that an int64 always holds */

/* Numbers at or above 10^12 compare, but cannot be multiplied. */
#define FIXED_MAGNITUDE_DIGITS	12

typedef enum Rounding
{
	ROUND_HALF_UP,				/* halves away from zero, as round(numeric) */
	ROUND_HALF_EVEN,
	ROUND_DOWN					/* toward zero */
} Rounding;

/* digits / 10^scale, trailing zeros of the fraction trimmed */
typedef struct Decimal
{
	int64		digits;
	int			scale;
} Decimal;

extern const int128 fixed_powers_of_ten[];

/* 10^exponent, for 0 to 38 */
static inline int128
fixed_power10(int exponent)
{
	Assert(exponent >= 0 && exponent <= 38);
	return fixed_powers_of_ten[exponent];
}

/*
 * Does what is left of a division round the quotient away from zero?  order says
 * whether it is less than half of the denominator (-1), half (0) or more (1);
 * more, that yet something follows.
 */
static inline bool
fixed_rounds_away(int order, bool more, bool quotient_is_odd, Rounding rounding)
{
	switch (rounding)
	{
		case ROUND_HALF_UP:
			return order >= 0;
		case ROUND_HALF_EVEN:
			return order > 0 || (order == 0 && (more || quotient_is_odd));
		default:
			return false;
	}
}

/* numerator / denominator as a whole number; denominator > 0 */
static inline int64
fixed_divide_small(int64 numerator, int64 denominator, Rounding rounding)
{
	int64		quotient = numerator / denominator;
	int64		rest = numerator % denominator;
	int64		size = rest < 0 ? -rest : rest;
	int64		lack = denominator - size;	/* twice the rest could overflow */
	int			order = (size > lack) - (size < lack);
	int			away = fixed_rounds_away(order, false, quotient % 2 != 0, rounding);

	return quotient + (numerator < 0 ? -away : away);
}

/*
 * The same for large numbers.  With more, the
 * numerator is followed by something between 0 and 1, and the denominator is
 * even, so that a half is still seen exactly.
 */
extern int128 fixed_divide_more(int128 numerator, bool more, int128 denominator,
								Rounding rounding);

static inline int128
fixed_divide(int128 numerator, int128 denominator, Rounding rounding)
{
	return fixed_divide_more(numerator, false, denominator, rounding);
}

extern int128 fixed_floor(int128 numerator, int128 denominator, bool *exact);

/* The number of a JSON text; false when it needs more digits or decimals than we keep. */
extern bool decimal_parse(const char *text, int max_scale, Decimal *result);
extern bool decimal_rescale(Decimal number, int scale, int64 *digits);
extern char *decimal_text(Decimal number);

/* At FIXED_MAX_SCALE decimals */
static inline int128
decimal_widen(Decimal number)
{
	return number.digits * fixed_power10(FIXED_MAX_SCALE - number.scale);
}

/* All decimals of the scale; up to 36 digits */
extern char *fixed_text(int128 digits, int scale);

/* A number at FIXED_MAX_SCALE decimals, zeros trimmed */
extern char *wide_text(int128 number);

#endif							/* CORE_BASE_FIXED_H */
