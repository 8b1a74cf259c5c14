/*
 * fixed.c
 *	  Exact decimal numbers.
 *
 * Nothing here rounds but fixed_divide_more, and it rounds once, the way a clerk
 * would: by the remainder, never by a float.
 */
#include "core/base/fixed.h"

#define TEN_18		((int128) INT64CONST(1000000000000000000))

const int128 fixed_powers_of_ten[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000),
	INT64CONST(10000000000000), INT64CONST(100000000000000), INT64CONST(1000000000000000),
	INT64CONST(10000000000000000), INT64CONST(100000000000000000), TEN_18,
	TEN_18 * 10, TEN_18 * 100, TEN_18 * 1000, TEN_18 * 10000, TEN_18 * 100000, TEN_18 * 1000000,
	TEN_18 * 10000000, TEN_18 * 100000000, TEN_18 * 1000000000,
	TEN_18 * INT64CONST(10000000000), TEN_18 * INT64CONST(100000000000),
	TEN_18 * INT64CONST(1000000000000), TEN_18 * INT64CONST(10000000000000),
	TEN_18 * INT64CONST(100000000000000), TEN_18 * INT64CONST(1000000000000000),
	TEN_18 * INT64CONST(10000000000000000), TEN_18 * INT64CONST(100000000000000000),
	TEN_18 * TEN_18, TEN_18 * TEN_18 * 10, TEN_18 * TEN_18 * 100
};

int128
fixed_divide_more(int128 numerator, bool more, int128 denominator, Rounding rounding)
{
	bool		negative = numerator < 0;
	uint128		size = negative ? -(uint128) numerator : (uint128) numerator;
	uint128		by = (uint128) denominator;
	uint128		quotient;
	uint128		rest;
	uint128		lack;

	Assert(!more || denominator % 2 == 0);
	if (negative && more)
		size--;					/* what follows brings it nearer to zero */

	/* most numbers fit the processor's own division, which is ten times as quick */
	if (size <= PG_UINT64_MAX && by <= PG_UINT64_MAX)
	{
		quotient = (uint64) size / (uint64) by;
		rest = (uint64) size % (uint64) by;
	}
	else
	{
		quotient = size / by;
		rest = size % by;
	}
	lack = by - rest;			/* twice the rest could overflow */
	if (fixed_rounds_away((rest > lack) - (rest < lack), more, (quotient & 1) != 0, rounding))
		quotient++;
	return negative ? -(int128) quotient : (int128) quotient;
}

/* The greatest whole number not above numerator / denominator; denominator > 0. */
int128
fixed_floor(int128 numerator, int128 denominator, bool *exact)
{
	int128		quotient = numerator / denominator;
	int128		rest = numerator % denominator;

	*exact = rest == 0;
	return rest < 0 ? quotient - 1 : quotient;
}

/* The digits of a JSON number without sign, point and exponent, and where the point stands. */
static bool
scan_digits(const char *text, int128 *digits, int *scale)
{
	bool		fraction = false;
	int			count = 0;
	int			pending_zeros = 0;
	long		exponent = 0;

	*digits = 0;
	*scale = 0;
	for (; *text && *text != 'e' && *text != 'E'; text++)
	{
		if (*text == '.')
		{
			fraction = true;
			continue;
		}
		if (fraction)
			(*scale)++;
		if (*text == '0')
		{
			pending_zeros += count > 0;
			continue;
		}
		count += pending_zeros + 1;
		if (count > 2 * FIXED_MAX_DIGITS)
			return false;
		*digits = *digits * fixed_power10(pending_zeros + 1) + (*text - '0');
		pending_zeros = 0;
	}
	if (*text)
		exponent = strtol(text + 1, NULL, 10);
	if (*digits == 0)
	{
		*scale = 0;
		return true;
	}
	/* zeros at the end only move the point */
	if (exponent < -1000 || exponent > 1000 || *scale > 1000)
		return false;
	*scale -= pending_zeros + (int) exponent;
	return true;
}

bool
decimal_parse(const char *text, int max_scale, Decimal *result)
{
	bool		negative = *text == '-';
	int128		digits;
	int			scale;

	if (!scan_digits(text + negative, &digits, &scale))
		return false;
	if (scale > max_scale || scale < -FIXED_MAX_DIGITS)
		return false;
	if (scale < 0 && digits < fixed_power10(FIXED_MAX_DIGITS))
	{
		digits *= fixed_power10(-scale);
		scale = 0;
	}
	if (digits >= fixed_power10(FIXED_MAX_DIGITS))
		return false;
	result->digits = (int64) (negative ? -digits : digits);
	result->scale = scale;
	return true;
}

/* The digits at a scale not below the number's own; false when they pass 18. */
bool
decimal_rescale(Decimal number, int scale, int64 *digits)
{
	int128		wide = number.digits * fixed_power10(scale - number.scale);
	int128		limit = fixed_power10(FIXED_MAX_DIGITS);

	if (wide >= limit || wide <= -limit)
		return false;
	*digits = (int64) wide;
	return true;
}

char *
fixed_text(int128 digits, int scale)
{
	char		text[64];
	char	   *at = text + sizeof(text) - 1;
	int128		rest = Max(digits, -digits);

	*at = '\0';
	for (int i = 0; i <= scale || rest != 0; i++)
	{
		if (i > 0 && i == scale)
			*--at = '.';
		*--at = (char) ('0' + (int) (rest % 10));
		rest /= 10;
	}
	return psprintf("%s%s", digits < 0 ? "-" : "", at);
}

/* The shortest text of the number. */
char *
decimal_text(Decimal number)
{
	while (number.scale > 0 && number.digits % 10 == 0)
	{
		number.digits /= 10;
		number.scale--;
	}
	return fixed_text(number.digits, number.scale);
}

char *
wide_text(int128 number)
{
	int128		unit = fixed_power10(FIXED_MAX_SCALE);
	int128		size = Max(number, -number);
	char	   *whole = fixed_text((int64) (size / unit), 0);
	char	   *fraction = decimal_text((Decimal) {(int64) (size % unit), FIXED_MAX_SCALE});

	return psprintf("%s%s%s", number < 0 ? "-" : "", whole, fraction + 1);
}
