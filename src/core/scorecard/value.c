/*
 * value.c
 *	  One field's value in the forms that criteria use.
 */
#include "core/scorecard/value.h"

/* Numbers that are not beyond fit an int64 with this many decimals, and so do their keys. */
#define DECIMALS_IN_INT64	(FIXED_MAX_DIGITS - FIXED_MAGNITUDE_DIGITS)

void
slot_set_beyond(Slot *slot, bool negative)
{
	slot->missing = false;
	slot->beyond = negative ? -1 : 1;
	slot->fine = 0;
	slot->key = negative ? -KEY_LIMIT : KEY_LIMIT;
}

static inline int64
limited_key(int128 key)
{
	return (int64) Max(Min(key, KEY_LIMIT), -KEY_LIMIT);
}

/* The key of a number: twice its floor at the field's scale, and one for what is left over. */
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

/* The same for a number that is not beyond, in the processor's own integers. */
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
slot_set_digits(Slot *slot, const ProgramField *field, int64 digits, int scale)
{
	Assert(scale <= WIDE_SCALE);
	if (is_beyond(digits, scale))
	{
		slot_set_beyond(slot, digits < 0);
		return;
	}
	slot->missing = false;
	slot->beyond = 0;
	slot->key = digits_key(field, digits, scale);
	slot->wide = (int128) digits * (int64) fixed_power10(WIDE_SCALE - scale);
	slot->fine = 0;
}

/* Split a number behind the twelfth decimal. */
static void
set_wide(Slot *slot, int128 digits, int scale)
{
	int128		unit;
	bool		exact;

	slot->fine = 0;
	if (scale <= WIDE_SCALE)
	{
		slot->wide = digits * fixed_power10(WIDE_SCALE - scale);
		return;
	}
	unit = fixed_power10(scale - WIDE_SCALE);
	slot->wide = fixed_floor(digits, unit, &exact);
	if (!exact)
		slot->fine = (int64) ((digits - slot->wide * unit) * fixed_power10(SLOT_MAX_SCALE - scale));
}

void
slot_set_number(Slot *slot, const ProgramField *field, int128 digits, int scale, int rest)
{
	if (Max(digits, -digits) >= fixed_power10(FIXED_MAGNITUDE_DIGITS + scale))
	{
		slot_set_beyond(slot, digits < 0);
		return;
	}
	slot->missing = false;
	slot->beyond = 0;
	slot->key = number_key(field, digits, scale, rest);
	set_wide(slot, digits, scale);
}

void
slot_set_parts(Slot *slot, const ProgramField *field, int128 wide, int64 fine, int rest)
{
	int128		limit = fixed_power10(FIXED_MAGNITUDE_DIGITS + WIDE_SCALE);

	if (wide >= limit || wide <= -limit)
	{
		slot_set_beyond(slot, wide < 0);
		return;
	}
	slot->missing = false;
	slot->beyond = 0;
	slot->key = number_key(field, wide, WIDE_SCALE, fine != 0 ? 1 : rest);
	slot->wide = wide;
	slot->fine = fine;
}

void
slot_set_truth(Slot *slot, const ProgramField *field, bool truth)
{
	slot_set_digits(slot, field, truth, 0);
}

/* With twelve decimals, cut off toward zero. */
char *
slot_text(const Slot *slot)
{
	if (slot->beyond == 0)
		return wide_text(slot->wide + (slot->wide < 0 && slot->fine != 0));
	return psprintf("%s10^%d", slot->beyond > 0 ? ">= " : "<= -", FIXED_MAGNITUDE_DIGITS);
}

void
slot_set_days(Slot *slot, int32 days)
{
	slot->missing = false;
	slot->beyond = 0;
	slot->key = 2 * (int64) days;
}
