/*
 * decimal.c
 *	  PostgreSQL's numbers as digits.
 *
 * A numeric is read where it lies: its storage format (base 10,000 digits behind
 * a short or a long header) is kept by every server since 9.1, as pg_upgrade
 * relies on it, but has no public accessor that is quick enough for each value
 * of each row.  The regression test compares this reader with numeric_out.
 */
#include "postgres.h"

#include "core/fixed.h"
#include "decimal.h"

#define NUMERIC_FORM_MASK	0xC000
#define NUMERIC_FORM_NEGATIVE 0x4000
#define NUMERIC_FORM_SHORT	0x8000
#define NUMERIC_FORM_SPECIAL 0xC000

#define SHORT_NEGATIVE		0x2000
#define SHORT_WEIGHT_SIGN	0x0040
#define SHORT_WEIGHT_MASK	0x003F

#define BASE				10000
#define BASE_DIGITS			4

/* At and above this weight a number is 10^12 or more. */
#define WEIGHT_TOO_LARGE	(FIXED_MAGNITUDE_DIGITS / BASE_DIGITS)

/* Base-10,000 digits that are kept behind the point: 24 decimals */
#define FRACTION_GROUPS		6

static uint16
read_uint16(const char *at)
{
	uint16		value;

	memcpy(&value, at, sizeof(value));
	return value;
}

bool
decimal_is_undefined(Numeric number)
{
	return (read_uint16(VARDATA_ANY(number)) & NUMERIC_FORM_MASK) == NUMERIC_FORM_SPECIAL;
}

void
decimal_from_numeric(Numeric number, NumericDigits *result)
{
	const char *at = VARDATA_ANY(number);
	int			size = VARSIZE_ANY_EXHDR(number);
	uint16		header = read_uint16(at);
	int			weight;
	int			groups;
	int			kept;

	Assert(!decimal_is_undefined(number));
	memset(result, 0, sizeof(*result));
	if (header & NUMERIC_FORM_SHORT)
	{
		result->negative = (header & SHORT_NEGATIVE) != 0;
		weight = (header & SHORT_WEIGHT_MASK) | (header & SHORT_WEIGHT_SIGN ? ~SHORT_WEIGHT_MASK : 0);
		at += sizeof(uint16);
		size -= sizeof(uint16);
	}
	else
	{
		result->negative = (header & NUMERIC_FORM_MASK) == NUMERIC_FORM_NEGATIVE;
		weight = (int16) read_uint16(at + sizeof(uint16));
		at += 2 * sizeof(uint16);
		size -= 2 * sizeof(uint16);
	}
	groups = size / (int) sizeof(uint16);
	if (groups == 0)
		return;
	if (weight >= WEIGHT_TOO_LARGE)
	{
		result->too_large = true;
		return;
	}
	kept = Max(Min(groups, weight + 1 + FRACTION_GROUPS), 0);
	for (int i = 0; i < kept; i++)
		result->digits = result->digits * BASE + read_uint16(at + i * sizeof(uint16));
	for (int i = kept; i <= weight; i++)
		result->digits *= BASE;
	if (kept > 0)
		result->scale = Max(kept - 1 - weight, 0) * BASE_DIGITS;
	if (kept < groups)
		result->rest = result->negative ? -1 : 1;
	if (result->negative)
		result->digits = -result->digits;
}

/* digits / 10^scale, printed with all decimals of the scale. */
Numeric
decimal_to_numeric(int64 digits, int scale)
{
	return scale == 0 ? int64_to_numeric(digits) : int64_div_fast_to_numeric(digits, scale);
}
