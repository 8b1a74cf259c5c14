/*
 * derive.c
 *	  Derived fields: numbers made of other fields, for later criteria.
 *
 * A derived field is missing when one of its arguments is.  Fields stand in the
 * order in which they were derived, so one walk makes them all.
 */
#include "core/eval.h"

#include "core/calendar.h"

/* numerator / denominator, exact for comparing; nothing when the denominator is zero */
static void
derive_ratio(Slot *slot, const ProgramField *field, const Slot *numerator, const Slot *denominator)
{
	int128		unit = fixed_power10(WIDE_SCALE);
	int128		top = numerator->wide;
	int128		bottom = denominator->wide;
	int128		rest;

	if (bottom == 0)
	{
		slot->missing = true;
		return;
	}
	if (bottom < 0)
	{
		top = -top;
		bottom = -bottom;
	}
	rest = top * unit % bottom;
	slot_set_number(slot, field, top * unit / bottom, WIDE_SCALE, (rest > 0) - (rest < 0));
}

static void
derive_age(Slot *slot, const ProgramField *field, const Slot *birth, int32 as_of)
{
	slot_set_number(slot, field, date_completed_years((int32) (birth->key / 2), as_of), 0, 0);
}

/* sum, min, max and count_true of arguments none of which is missing */
static int128
fold(const Evaluator *evaluator, const ProgramField *field)
{
	const int32 *arguments = program_at(evaluator->program, int32, field->arguments);
	int128		result = 0;

	for (int i = 0; i < field->argument_count; i++)
	{
		int128		value = evaluator->slots[arguments[i]].wide;

		if (field->function == DERIVE_COUNT_TRUE)
			result += value != 0 ? fixed_power10(WIDE_SCALE) : 0;
		else if (field->function == DERIVE_SUM)
			result += value;
		else if (i == 0 || (field->function == DERIVE_MIN ? value < result : value > result))
			result = value;
	}
	return result;
}

/* The text of a derived number, for an enum. */
static void
set_label(Slot *slot)
{
	slot->text.text = slot_text(slot);
	slot->text.length = (int) strlen(slot->text.text);
}

static bool
derive(Evaluator *evaluator, const ProgramField *field, Slot *slot)
{
	const Program *program = evaluator->program;
	const int32 *arguments = program_at(program, int32, field->arguments);

	slot->missing = true;
	for (int i = 0; i < field->argument_count; i++)
	{
		const Slot *argument = &evaluator->slots[arguments[i]];

		if (argument->missing)
			return true;
		if (argument->beyond != 0)
		{
			core_fail(&evaluator->error, CORE_OUT_OF_RANGE,
					  "value of field \"%s\" is too large for the derived field \"%s\"",
					  program_string(program, program_field(program, arguments[i])->name),
					  program_string(program, field->name));
			return core_detail(&evaluator->error, "Numbers from 10^%d on cannot be counted with.",
							   FIXED_MAGNITUDE_DIGITS);
		}
	}
	if (field->function == DERIVE_RATIO)
		derive_ratio(slot, field, &evaluator->slots[arguments[0]], &evaluator->slots[arguments[1]]);
	else if (field->function == DERIVE_AGE_YEARS)
		derive_age(slot, field, &evaluator->slots[arguments[0]], program->as_of);
	else
		slot_set_number(slot, field, fold(evaluator, field), WIDE_SCALE, 0);
	if ((field->needs & NEED_LABEL) && !slot->missing)
		set_label(slot);
	return true;
}

bool
derive_fields(Evaluator *evaluator, uint8 purposes)
{
	for (int i = 0; i < evaluator->program->field_count; i++)
	{
		const ProgramField *field = program_field(evaluator->program, i);

		if (field->column < 0 && (field->purposes & purposes) != 0 &&
			!derive(evaluator, field, &evaluator->slots[i]))
			return false;
	}
	return true;
}
