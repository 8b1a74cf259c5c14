/*
 * slot.c
 *	  One field's value in the forms that criteria use.
 */
#include "core/eval.h"

void
slot_set_beyond(Slot *slot, bool negative)
{
	slot->missing = false;
	slot->beyond = negative ? -1 : 1;
	slot->fine = 0;
	slot->key = negative ? -KEY_LIMIT : KEY_LIMIT;
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
	whole = 2 * whole + (rest != 0 || !exact);
	return (int64) Max(Min(whole, KEY_LIMIT), -KEY_LIMIT);
}

/* The same for a number of at most nine digits and decimals, as nearly all are, in 64 bits. */
static inline int64
small_number_key(const ProgramField *field, int64 digits, int scale)
{
	int64		unit;
	int64		whole;

	if (field->key_scale >= scale)
		return 2 * digits * (int64) fixed_power10(field->key_scale - scale);
	unit = (int64) fixed_power10(scale - field->key_scale);
	whole = digits / unit - (digits % unit < 0);
	return 2 * whole + (digits % unit != 0);
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
	bool		small = digits < SMALL_LIMIT && digits > -SMALL_LIMIT && rest == 0 &&
		scale <= SMALL_SCALE && field->key_scale <= SMALL_SCALE;

	if (!small && Max(digits, -digits) >= fixed_power10(FIXED_MAGNITUDE_DIGITS + scale))
	{
		slot_set_beyond(slot, digits < 0);
		return;
	}
	slot->missing = false;
	slot->beyond = 0;
	if (field->needs & NEED_KEY)
		slot->key = small ? small_number_key(field, (int64) digits, scale) :
			number_key(field, digits, scale, rest);
	if (field->needs & NEED_WIDE)
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
slot_set_truth(Slot *slot, bool truth)
{
	slot->missing = false;
	slot->beyond = 0;
	slot->key = 2 * (int64) truth;
	slot->wide = truth ? fixed_power10(WIDE_SCALE) : 0;
	slot->fine = 0;
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
