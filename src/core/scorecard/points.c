/*
 * points.c
 *	  The points of a number: on a line, or by a coefficient.
 *
 * They are computed exactly and rounded once, in one of three ways.  A number
 * with no more decimals than its field's keys is computed in int64, where the
 * compiler has found that every product fits; nearly all numbers are such.  A
 * ratio of small numbers is multiplied as the fraction it is.  Any other number
 * counts with its 24 decimals, in int128.
 */
#include "core/scorecard/eval.h"

#include "core/scorecard/lookup.h"

/* Whether half the key is the number itself, and its products fit an int64. */
static inline bool
is_narrow(const ProgramCriterion *criterion, int64 key)
{
	return key % 2 == 0 && key <= criterion->narrow_limit && key >= -criterion->narrow_limit;
}

/* Computes (numerator + small / FINE_UNIT) / denominator, rounded once. */
static int64
divide_with_fine(int128 numerator, int128 small, int128 denominator, Rounding rounding)
{
	bool		exact;
	int128		carry;

	if (small == 0)
		return (int64) fixed_divide(numerator, denominator, rounding);
	/* doubled, as the denominator must be even */
	carry = fixed_floor(2 * small, FINE_UNIT, &exact);
	return (int64) fixed_divide_more(2 * numerator + carry, !exact, 2 * denominator, rounding);
}

/* Interpolates a fraction in one division; false for no fraction, or too large numbers. */
static bool
interpolate_fraction(const FieldValue *value, const int64 *keys, const int64 *points, int scale,
					 Rounding rounding, int64 *result)
{
	int64		from = keys[0] / 2;
	int64		length = keys[1] / 2 - from;
	int128		rise = (int128) points[1] - points[0];
	int128		unit = fixed_power10(scale);

	if (value->bottom == 0 || Max(from, -from) > MAX_BOTTOM || length > MAX_BOTTOM || scale > 3 ||
		Max(points[0], -points[0]) > MAX_TOP || Max(rise, -rise) > MAX_TOP)
		return false;
	*result = (int64) fixed_divide((int128) points[0] * length * value->bottom +
								   (value->top * unit - (int128) from * value->bottom) * rise,
								   (int128) length * value->bottom, rounding);
	return true;
}

/* Interpolates any number, by its 24 decimals. */
static int64
interpolate_wide(const FieldValue *value, const int64 *keys, const int64 *points, int scale,
				 Rounding rounding)
{
	int128		unit = fixed_power10(WIDE_SCALE - scale);
	int128		from = keys[0] / 2 * unit;
	int128		length = keys[1] / 2 * unit - from;
	int128		rise = (int128) points[1] - points[0];

	return divide_with_fine(points[0] * length + (value->wide - from) * rise, value->fine * rise,
							length, rounding);
}

/* Interpolates one of the few numbers that are not narrow. */
static pg_noinline int64
interpolate_other(const FieldValue *value, const int64 *keys, const int64 *points, int scale,
				  Rounding rounding)
{
	int64		result;

	if (interpolate_fraction(value, keys, points, scale, rounding, &result))
		return result;
	return interpolate_wide(value, keys, points, scale, rounding);
}

/* Points on the line through the knots; a number outside them counts as the nearest knot. */
int64
interpolate(const Program *program, const BoundCriterion *bound)
{
	const int64 *keys = bound->keys;
	const int64 *points = bound->points;
	int			last = bound->criterion->count - 1;
	int64		key = Min(Max(bound->value->key, keys[0]), keys[last]);
	int			at = count_not_above(keys + 1, last - 1, key);
	Rounding	rounding = (Rounding) program->rounding;
	int64		length = (keys[at + 1] - keys[at]) / 2;

	if (is_narrow(bound->criterion, key))
		return fixed_divide_small(points[at] * length + (key - keys[at]) / 2 *
								  (points[at + 1] - points[at]), length, rounding);
	if (key != bound->value->key)
		return key == keys[0] ? points[0] : points[last];
	return interpolate_other(bound->value, keys + at, points + at,
							 program_field(program, bound->criterion->field)->key_scale, rounding);
}

/* Computes coefficient * fraction in one division; false when the value holds no fraction. */
static bool
multiply_fraction(const Program *program, const ProgramCriterion *criterion,
				  const FieldValue *value, int64 *points)
{
	int			drop = criterion->coefficient_scale - program->scale;
	int128		numerator = (int128) criterion->coefficient * value->top;
	int128		denominator = value->bottom;

	if (value->bottom == 0)
		return false;
	if (drop > 0)
		denominator *= fixed_power10(drop);
	else if (Max(numerator, -numerator) >= fixed_power10(31))
		return false;
	else
		numerator *= fixed_power10(-drop);
	*points = (int64) fixed_divide(numerator, denominator, (Rounding) program->rounding);
	return true;
}

static bool
refuse_beyond(Evaluator *evaluator, const ProgramCriterion *criterion)
{
	const Program *program = evaluator->program;

	core_fail(&evaluator->error, CORE_OUT_OF_RANGE,
			  "value of field \"%s\" is too large for criterion \"%s\"",
			  program_string(program, program_field(program, criterion->field)->name),
			  program_string(program, criterion->code));
	core_detail(&evaluator->error, "Numbers of 10^%d or more cannot be multiplied.",
				FIXED_MAGNITUDE_DIGITS);
	return core_hint(&evaluator->error, "Give min and max to the criterion.");
}

/* Multiplies one of the few numbers that are not narrow; false when it is too large. */
static pg_noinline bool
multiply_other(Evaluator *evaluator, const ProgramCriterion *criterion, const FieldValue *value,
			  int64 *points)
{
	const Program *program = evaluator->program;
	int128		wide = value->wide;
	int64		fine = value->fine;
	int			drop = WIDE_SCALE + criterion->coefficient_scale - program->scale;

	if (value->beyond != 0)
	{
		if (!(value->beyond > 0 ? criterion->has_max : criterion->has_min))
			return refuse_beyond(evaluator, criterion);
		wide = value->beyond > 0 ? criterion->max : criterion->min;
	}
	if (wide < criterion->min || wide >= criterion->max)
	{
		wide = wide < criterion->min ? criterion->min : criterion->max;
		fine = 0;
	}
	else if (multiply_fraction(program, criterion, value, points))
		return true;
	*points = divide_with_fine(criterion->coefficient * wide,
							   (int128) criterion->coefficient * fine, fixed_power10(drop),
							   (Rounding) program->rounding);
	return true;
}

/* Points are the coefficient times the number, which is first held between min and max. */
bool
multiply(Evaluator *evaluator, const BoundCriterion *bound, int64 *points)
{
	const ProgramCriterion *criterion = bound->criterion;
	int64		key = Min(Max(bound->value->key, criterion->min_key), criterion->max_key);

	if (!is_narrow(criterion, key))
		return multiply_other(evaluator, criterion, bound->value, points);
	*points = fixed_divide_small(criterion->factor * (key / 2), criterion->divisor,
								 (Rounding) evaluator->program->rounding);
	return true;
}
