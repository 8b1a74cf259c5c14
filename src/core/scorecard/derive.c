/*
 * derive.c
 *	  Derived fields: numbers made of other fields, for later criteria.
 *
 * A derived field is missing when one of its arguments is.  Fields stand in the
 * order in which they were derived, so one walk computes them all.  Numbers count
 * with 24 decimals; a ratio of small numbers is kept as a fraction too, so that
 * a third of three is one.
 */
#include "core/scorecard/eval.h"

#include "core/base/calendar.h"

/* A number as FieldValue keeps it: wide at twelve decimals, rounded down, and twelve more. */
typedef struct Parts
{
	int128		wide;
	int64		fine;
} Parts;

static Parts
argument_parts(const Evaluator *evaluator, const ProgramField *field, int index)
{
	const int32 *arguments = program_at(evaluator->program, int32, field->arguments);
	const FieldValue *target = &evaluator->values[arguments[index]];

	return (Parts) {target->wide, target->fine};
}

/* wide is rounded down, so of a number with finer digits it is not just negated. */
static Parts
negate(Parts number)
{
	if (number.fine == 0)
		return (Parts) {-number.wide, 0};
	return (Parts) {-number.wide - 1, FINE_UNIT - number.fine};
}

static bool
is_less(Parts a, Parts b)
{
	return a.wide != b.wide ? a.wide < b.wide : a.fine < b.fine;
}

/*
 * The next twelve digits of a quotient by long division.  *rest, the remainder so
 * far, is below the denominator and is replaced by what remains after them.
 */
static int64
next_digits(int128 *rest, int128 denominator)
{
	int64		digits = 0;

	if (denominator <= fixed_power10(FIELD_VALUE_MAX_SCALE))
	{
		digits = (int64) (*rest * FINE_UNIT / denominator);
		*rest = *rest * FINE_UNIT % denominator;
		return digits;
	}
	for (int i = 0; i < WIDE_SCALE; i++)
	{
		*rest *= 10;
		digits = digits * 10 + (int64) (*rest / denominator);
		*rest %= denominator;
	}
	return digits;
}

/* Keeps the fraction itself when its lowest terms are small, found by Euclid's algorithm. */
static void
set_fraction(FieldValue *target, int128 top, int128 bottom)
{
	int128		a = Max(top, -top);
	int128		b = bottom;

	while (b != 0)
	{
		int128		rest = a <= PG_INT64_MAX && b <= PG_INT64_MAX ? (int64) a % (int64) b : a % b;

		a = b;
		b = rest;
	}
	top /= a;
	bottom /= a;
	if (Max(top, -top) < MAX_TOP && bottom < MAX_BOTTOM)
	{
		target->top = (int64) top;
		target->bottom = (int64) bottom;
	}
}

/* Sets the quotient to 24 decimals, cut toward zero; missing when the denominator is zero. */
static void
derive_ratio(FieldValue *target, const ProgramField *field, Parts numerator, Parts denominator)
{
	bool		fine = numerator.fine != 0 || denominator.fine != 0;
	bool		negative = (numerator.wide < 0) != (denominator.wide < 0);
	int128		top;
	int128		bottom;
	int128		rest;
	int64		decimals;
	Parts		quotient;

	target->bottom = 0;
	target->missing = denominator.wide == 0 && denominator.fine == 0;
	if (target->missing)
		return;
	if (numerator.wide < 0)
		numerator = negate(numerator);
	if (denominator.wide < 0)
		denominator = negate(denominator);
	top = fine ? numerator.wide * FINE_UNIT + numerator.fine : numerator.wide;
	bottom = fine ? denominator.wide * FINE_UNIT + denominator.fine : denominator.wide;
	if (top / bottom >= FINE_UNIT)
	{
		field_value_set_beyond(target, negative);
		return;
	}
	rest = top % bottom;
	decimals = next_digits(&rest, bottom);
	quotient.wide = top / bottom * FINE_UNIT + decimals;
	quotient.fine = next_digits(&rest, bottom);
	if (negative)
		quotient = negate(quotient);
	field_value_set_parts(target, field, quotient.wide, quotient.fine,
						  negative ? -(rest != 0) : rest != 0);
	set_fraction(target, negative ? -top : top, bottom);
}

/* Completed years at as_of, by the birthday or as Thai law counts. */
static void
derive_age(FieldValue *target, const ProgramField *field, const FieldValue *birth, int32 as_of)
{
	int32		born = (int32) (birth->key / 2);

	field_value_set_digits(target, field,
						   field->function == DERIVE_AGE_YEARS ? date_completed_years(born, as_of) :
						   date_completed_years_thai(born, as_of), 0);
}

static Parts
add(Parts a, Parts b)
{
	int64		fine = a.fine + b.fine;

	return (Parts) {a.wide + b.wide + fine / FINE_UNIT, fine % FINE_UNIT};
}

/* Computes sum, min, max or count_true of arguments none of which is missing. */
static Parts
fold(const Evaluator *evaluator, const ProgramField *field)
{
	Parts		result = {0, 0};

	for (int i = 0; i < field->argument_count; i++)
	{
		Parts		value = argument_parts(evaluator, field, i);

		if (field->function == DERIVE_COUNT_TRUE)
			result.wide += value.wide != 0 || value.fine != 0 ? FINE_UNIT : 0;
		else if (field->function == DERIVE_SUM)
			result = add(result, value);
		else if (i == 0 || (field->function == DERIVE_MIN ? is_less(value, result) :
							is_less(result, value)))
			result = value;
	}
	return result;
}

/* Writes a derived number as a text, for an enum to look up. */
static void
set_label(FieldValue *target)
{
	target->text.text = field_value_text(target);
	target->text.length = (int) strlen(target->text.text);
}

static bool
refuse_beyond(Evaluator *evaluator, const ProgramField *field, const ProgramField *argument)
{
	core_fail(&evaluator->error, CORE_OUT_OF_RANGE,
			  "value of field \"%s\" is too large for the derived field \"%s\"",
			  program_string(evaluator->program, argument->name),
			  program_string(evaluator->program, field->name));
	return core_detail(&evaluator->error, "Numbers of 10^%d or more cannot be computed with.",
					   FIXED_MAGNITUDE_DIGITS);
}

/* Computes one derived field; false, the error set, when an argument is too large. */
static bool
derive(Evaluator *evaluator, const ProgramField *field, FieldValue *target)
{
	const Program *program = evaluator->program;
	const int32 *arguments = program_at(program, int32, field->arguments);
	Parts		result;

	target->missing = true;
	for (int i = 0; i < field->argument_count; i++)
	{
		if (evaluator->values[arguments[i]].missing)
			return true;
		if (evaluator->values[arguments[i]].beyond != 0)
			return refuse_beyond(evaluator, field, program_field(program, arguments[i]));
	}
	if (field->function == DERIVE_RATIO)
		derive_ratio(target, field, argument_parts(evaluator, field, 0),
					 argument_parts(evaluator, field, 1));
	else if (derive_is_age(field->function))
		derive_age(target, field, &evaluator->values[arguments[0]], program->as_of);
	else
	{
		result = fold(evaluator, field);
		field_value_set_parts(target, field, result.wide, result.fine, 0);
	}
	if ((field->needs & NEED_LABEL) && !target->missing)
		set_label(target);
	return true;
}

bool
derive_fields(Evaluator *evaluator, uint8 purposes)
{
	for (int i = 0; i < evaluator->program->field_count; i++)
	{
		const ProgramField *field = program_field(evaluator->program, i);

		if (field->column < 0 && (field->purposes & purposes) != 0 &&
			!derive(evaluator, field, &evaluator->values[i]))
			return false;
	}
	return true;
}
