/*
 * decimal.c
 *	  PostgreSQL's numbers as digits.
 *
 * A numeric is read where it lies: its storage format (base 10,000 digits after
 * a short or a long header) is kept by every server since 9.1, as pg_upgrade
 * relies on it, but has no public accessor that is quick enough for each value
 * of each row.  The regression test compares this reader with numeric_out.
 */
#include "postgres.h"

#include "common/shortest_dec.h"
#include "utils/builtins.h"

#include "compat.h"
#include "core/base/numbers.h"
#include "decimal.h"

#define NUMERIC_FORM_MASK	0xC000
#define NUMERIC_FORM_NEGATIVE 0x4000
#define NUMERIC_FORM_SHORT	0x8000
#define NUMERIC_FORM_SPECIAL 0xC000

#define SHORT_NEGATIVE		0x2000
#define SHORT_SCALE_MASK	0x1F80
#define SHORT_SCALE_SHIFT	7
#define SHORT_WEIGHT_SIGN	0x0040
#define SHORT_WEIGHT_MASK	0x003F
#define LONG_SCALE_MASK		0x3FFF

#define BASE				10000
#define BASE_DIGITS			4
#define GROUPS_IN_INT64		4	/* that it always holds, */
#define GROUPS_OF_INT64		6	/* and that it can have, as its point may lie within one */

/* At and above this weight a number is 10^12 or more. */
#define WEIGHT_TOO_LARGE	(FIXED_MAGNITUDE_DIGITS / BASE_DIGITS)

/* Base-10,000 digits that are kept after the point: 24 decimals */
#define FRACTION_GROUPS		6

/* A numeric taken apart: groups of four digits, the first worth BASE^weight */
typedef struct NumericParts
{
	bool		negative;
	int			weight;
	int			display_scale;
	int			group_count;
	const char *groups;
} NumericParts;

static inline uint16
read_uint16(const char *at)
{
	uint16		value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline bool
is_special(Numeric number)
{
	return (read_uint16(VARDATA_ANY(number)) & NUMERIC_FORM_MASK) == NUMERIC_FORM_SPECIAL;
}

bool
decimal_is_undefined(Numeric number)
{
	return is_special(number);
}

static inline NumericParts
take_apart(Numeric number)
{
	const char *at = VARDATA_ANY(number);
	int			size = VARSIZE_ANY_EXHDR(number);
	uint16		header = read_uint16(at);
	int			header_size = sizeof(uint16);
	NumericParts parts;

	Assert(!is_special(number));
	if (header & NUMERIC_FORM_SHORT)
	{
		parts.negative = (header & SHORT_NEGATIVE) != 0;
		parts.display_scale = (header & SHORT_SCALE_MASK) >> SHORT_SCALE_SHIFT;
		parts.weight =
			(header & SHORT_WEIGHT_MASK) | (header & SHORT_WEIGHT_SIGN ? ~SHORT_WEIGHT_MASK : 0);
	}
	else
	{
		parts.negative = (header & NUMERIC_FORM_MASK) == NUMERIC_FORM_NEGATIVE;
		parts.display_scale = header & LONG_SCALE_MASK;
		parts.weight = (int16) read_uint16(at + sizeof(uint16));
		header_size += sizeof(uint16);
	}
	parts.groups = at + header_size;
	parts.group_count = (size - header_size) / (int) sizeof(uint16);
	return parts;
}

/* The first groups as one number. */
static int128
join_groups(const NumericParts *parts, int count)
{
	int64		head = 0;
	int128		digits;
	int			i;

	for (i = 0; i < Min(count, GROUPS_IN_INT64); i++)
		head = head * BASE + read_uint16(parts->groups + i * sizeof(uint16));
	digits = head;
	for (; i < count; i++)
		digits = digits * BASE + read_uint16(parts->groups + i * sizeof(uint16));
	return digits;
}

/* The decimals of the last group; negative when zeros before the point were left out. */
static inline int
group_scale(const NumericParts *parts)
{
	return (parts->group_count - 1 - parts->weight) * BASE_DIGITS;
}

bool
decimal_small(Numeric number, int max_scale, int64 *digits, int *scale)
{
	NumericParts parts;
	int64		size = 0;

	if (is_special(number))
		return false;
	parts = take_apart(number);
	*scale = group_scale(&parts);
	if (parts.group_count > GROUPS_IN_INT64 || parts.weight >= GROUPS_IN_INT64 ||
		*scale > max_scale)
		return false;
	for (int i = 0; i < parts.group_count; i++)
		size = size * BASE + read_uint16(parts.groups + i * sizeof(uint16));
	for (; *scale < 0; *scale += BASE_DIGITS)
		size *= BASE;
	*digits = parts.negative ? -size : size;
	return true;
}

void
decimal_from_numeric(Numeric number, NumericDigits *result)
{
	NumericParts parts = take_apart(number);
	int			kept;

	memset(result, 0, sizeof(*result));
	result->negative = parts.negative;
	if (parts.group_count == 0)
		return;
	if (parts.weight >= WEIGHT_TOO_LARGE)
	{
		result->too_large = true;
		return;
	}
	kept = Max(Min(parts.group_count, parts.weight + 1 + FRACTION_GROUPS), 0);
	result->digits = join_groups(&parts, kept);
	for (int i = kept; i <= parts.weight; i++)
		result->digits *= BASE;
	if (kept > 0)
		result->scale = Max(kept - 1 - parts.weight, 0) * BASE_DIGITS;
	if (kept < parts.group_count)
		result->rest = parts.negative ? -1 : 1;
	if (parts.negative)
		result->digits = -result->digits;
}

/* The short header before groups of which the first is worth BASE^weight */
static uint16
short_header(bool negative, int scale, int weight)
{
	return (uint16) (NUMERIC_FORM_SHORT | (negative ? SHORT_NEGATIVE : 0) |
					 scale << SHORT_SCALE_SHIFT | (weight < 0 ? SHORT_WEIGHT_SIGN : 0) |
					 (weight & SHORT_WEIGHT_MASK));
}

/* digits / 10^scale, printed with all decimals of the scale: what the server itself would make. */
Numeric
decimal_to_numeric(int64 digits, int scale)
{
	uint64		rest = digits < 0 ? -(uint64) digits : (uint64) digits;
	int			fraction_groups = (scale + BASE_DIGITS - 1) / BASE_DIGITS;
	int			odd_decimals = scale % BASE_DIGITS;
	uint16		groups[GROUPS_OF_INT64];
	int			first = GROUPS_OF_INT64;
	int			end = GROUPS_OF_INT64;
	uint16	   *result;

	if (odd_decimals > 0)		/* the last group is filled up with zeros */
	{
		uint64		unit = (uint64) fixed_power10(odd_decimals);

		groups[--first] = (uint16) (rest % unit * (BASE / unit));
		rest /= unit;
	}
	for (; rest > 0; rest /= BASE)
		groups[--first] = (uint16) (rest % BASE);
	while (end > first && groups[end - 1] == 0)
		end--;
	result = palloc(VARHDRSZ + sizeof(uint16) * (1 + end - first));
	SET_VARSIZE(result, VARHDRSZ + sizeof(uint16) * (1 + end - first));
	result[VARHDRSZ / sizeof(uint16)] =
		short_header(digits < 0, scale,
					 first == end ? 0 : GROUPS_OF_INT64 - 1 - first - fraction_groups);
	memcpy(&result[VARHDRSZ / sizeof(uint16) + 1], &groups[first], sizeof(uint16) * (end - first));
	return (Numeric) result;
}

/* Whether all groups together fit an int128: nine do, and a tenth if it begins with two digits. */
static bool
groups_fit(const NumericParts *parts)
{
	int			whole = (NUMBER_MAX_DIGITS / BASE_DIGITS);

	return parts->group_count <= whole ||
		(parts->group_count == whole + 1 && read_uint16(parts->groups) < 100);
}

/*
 * The same as below for a number of few groups, without a wide division: the
 * last group reaches behind the scale by less than its own digits, or zeros are
 * to be added.
 */
static bool
short_digits(const NumericParts *parts, int128 *digits)
{
	static const int powers[] = {1, 10, 100, 1000};
	int			behind = (parts->group_count - 1 - parts->weight) * BASE_DIGITS -
		parts->display_scale;

	if (parts->group_count > GROUPS_IN_INT64 || behind >= BASE_DIGITS || behind < -FIXED_MAX_DIGITS)
		return false;
	*digits = join_groups(parts, parts->group_count);
	if (behind >= 0)
		*digits = (int64) *digits / powers[behind];
	else
		*digits *= fixed_power10(-behind);
	if (parts->negative)
		*digits = -*digits;
	return true;
}

bool
decimal_digits(Numeric number, int128 *digits, int *scale)
{
	NumericParts parts = take_apart(number);
	int			have = group_scale(&parts);
	int128		limit = fixed_power10(NUMBER_MAX_DIGITS);

	*digits = 0;
	*scale = parts.display_scale;
	if (parts.display_scale > NUMBER_MAX_DIGITS)
		return false;
	if (parts.group_count == 0 || short_digits(&parts, digits))
		return true;
	if (!groups_fit(&parts) || *scale - have > NUMBER_MAX_DIGITS)
		return false;
	*digits = join_groups(&parts, parts.group_count);
	if (have > *scale)			/* the last group reaches behind the scale by zeros */
		*digits /= fixed_power10(have - *scale);
	else if (*digits >= limit / fixed_power10(*scale - have))
		return false;
	else
		*digits *= fixed_power10(*scale - have);
	if (*digits >= limit)
		return false;
	if (parts.negative)
		*digits = -*digits;
	return true;
}

Numeric
decimal_from_digits(int128 digits, int scale)
{
	char	   *text;

	if (scale <= FIXED_MAX_DIGITS && digits <= PG_INT64_MAX && digits >= PG_INT64_MIN)
		return decimal_to_numeric((int64) digits, scale);
	text = fixed_text(digits, scale);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* So two different floats are never the same number. */
Numeric
decimal_from_float(double value, bool is_float4)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (is_float4)
		float_to_shortest_decimal_buf((float) value, text);
	else
		double_to_shortest_decimal_buf(value, text);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}
