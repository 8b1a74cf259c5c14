/*
 * value.c
 *	  One field's value in the forms that criteria use.
 */
#include "core/scorecard/lookup.h"

/* Numbers that are not beyond fit an int64 with this many decimals, and so do their keys. */
#define DECIMALS_IN_INT64	(FIXED_MAX_DIGITS - FIXED_MAGNITUDE_DIGITS)

void
field_value_set_beyond(FieldValue *value, bool negative)
{
	value->missing = false;
	value->beyond = negative ? -1 : 1;
	value->rest = 0;
	value->fine = 0;
	value->key = negative ? -KEY_LIMIT : KEY_LIMIT;
}

static inline int64
limited_key(int128 key)
{
	return (int64) Max(Min(key, KEY_LIMIT), -KEY_LIMIT);
}

/* The key of a number: twice its floor at the field's scale, plus one when digits are left over. */
static int64
number_key(const ProgramField *field, int128 digits, int scale, int rest)
{
	bool		exact = true;
	int128		whole = field->key_scale >= scale ?
		digits * fixed_power10(field->key_scale - scale) :
		fixed_floor(digits, fixed_power10(scale - field->key_scale), &exact);

	if (rest < 0 && exact)
		whole--;
	return limited_key(2 * whole + (rest != 0 || !exact));
}

/* number_key() of a number below 10^12, in the processor's own integers. */
static inline int64
digits_key(const ProgramField *field, int64 digits, int scale)
{
	int			drop = scale - field->key_scale;
	int64		unit;
	int64		rest;

	if (drop <= 0 && field->key_scale <= DECIMALS_IN_INT64)
		return digits * (2 * (int64) fixed_power10(-drop));
	if (drop <= 0)
		return number_key(field, digits, scale, 0);
	unit = (int64) fixed_power10(drop);
	rest = digits % unit;
	return 2 * (digits / unit - (rest < 0)) + (rest != 0);
}

/* Whether a number is 10^12 or more, and can only be compared. */
static inline bool
is_beyond(int64 digits, int scale)
{
	int64		limit;

	if (scale > DECIMALS_IN_INT64)
		return false;
	limit = (int64) fixed_power10(FIXED_MAGNITUDE_DIGITS + scale);
	return digits >= limit || digits <= -limit;
}

void
field_value_set_digits(FieldValue *value, const ProgramField *field, int64 digits, int scale)
{
	Assert(scale <= WIDE_SCALE);
	if (is_beyond(digits, scale))
	{
		field_value_set_beyond(value, digits < 0);
		return;
	}
	value->missing = false;
	value->beyond = 0;
	value->rest = 0;
	value->key = digits_key(field, digits, scale);
	value->wide = (int128) digits * (int64) fixed_power10(WIDE_SCALE - scale);
	value->fine = 0;
}

/* Splits a number after its twelfth decimal into wide and fine. */
static void
set_wide(FieldValue *value, int128 digits, int scale)
{
	int128		unit;
	bool		exact;

	value->fine = 0;
	if (scale <= WIDE_SCALE)
	{
		value->wide = digits * fixed_power10(WIDE_SCALE - scale);
		return;
	}
	unit = fixed_power10(scale - WIDE_SCALE);
	value->wide = fixed_floor(digits, unit, &exact);
	if (!exact)
		value->fine = (int64) ((digits - value->wide * unit) *
							   fixed_power10(FIELD_VALUE_MAX_SCALE - scale));
}

void
field_value_set_number(FieldValue *value, const ProgramField *field, int128 digits, int scale,
					   int rest)
{
	if (Max(digits, -digits) >= fixed_power10(FIXED_MAGNITUDE_DIGITS + scale))
	{
		field_value_set_beyond(value, digits < 0);
		return;
	}
	value->missing = false;
	value->beyond = 0;
	value->rest = (int8) rest;
	value->key = number_key(field, digits, scale, rest);
	set_wide(value, digits, scale);
}

void
field_value_set_parts(FieldValue *value, const ProgramField *field, int128 wide, int64 fine,
					  int rest)
{
	int128		limit = fixed_power10(FIXED_MAGNITUDE_DIGITS + WIDE_SCALE);

	if (wide >= limit || wide <= -limit)
	{
		field_value_set_beyond(value, wide < 0);
		return;
	}
	value->missing = false;
	value->beyond = 0;
	value->rest = (int8) rest;
	value->key = number_key(field, wide, WIDE_SCALE, fine != 0 ? 1 : rest);
	value->wide = wide;
	value->fine = fine;
}

void
field_value_set_truth(FieldValue *value, const ProgramField *field, bool truth)
{
	field_value_set_digits(value, field, truth, 0);
}

char *
field_value_text(const FieldValue *value)
{
	if (value->beyond == 0)
		return wide_text(value->wide + (value->wide < 0 && value->fine != 0));
	return psprintf("%s10^%d", value->beyond > 0 ? ">= " : "<= -", FIXED_MAGNITUDE_DIGITS);
}

void
field_value_set_days(FieldValue *value, int32 days)
{
	value->missing = false;
	value->beyond = 0;
	value->key = 2 * (int64) days;
}

static inline int
order_of(int128 a, int128 b)
{
	return (a > b) - (a < b);
}

/* By 24 decimals, then by the sign of what follows; false when both are beyond. */
static bool
compare_numbers(const FieldValue *a, const FieldValue *b, int *order)
{
	*order = order_of(a->beyond, b->beyond);
	if (a->beyond != 0 || b->beyond != 0)
		return *order != 0;
	*order = order_of(a->wide, b->wide);
	if (*order == 0)
		*order = order_of(a->fine, b->fine);
	if (*order == 0)
		*order = order_of(a->rest, b->rest);
	return true;
}

bool
field_value_compare(const FieldValue *a, const FieldValue *b, int *order)
{
	switch ((ConstantKind) a->kind)
	{
		case CONSTANT_DATE:
			*order = order_of(a->key, b->key);
			return true;
		case CONSTANT_TEXT:
			*order = compare_text(a->text, b->text);
			return true;
		default:
			return compare_numbers(a, b, order);
	}
}
