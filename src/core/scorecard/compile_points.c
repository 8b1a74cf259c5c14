/*
 * compile_points.c
 *	  Criteria that multiply: linear and coef.
 *
 * Numbers whose products could leave an int128 are refused.  Which products stay
 * in an int64 is found here too: evaluation tries those first.
 */
#include "core/scorecard/compiler.h"

/* ---- linear ---- */

/* Whether every product of a length between knots and points stays in an int128. */
static bool
linear_fits(const Criterion *criterion, const ProgramCriterion *bounds)
{
	int128		room = fixed_power10(37);
	int128		length = 0;

	for (int i = 1; i < criterion->knot_count; i++)
	{
		int128		step = decimal_widen(criterion->knots[i].value) -
			decimal_widen(criterion->knots[i - 1].value);

		length = Max(length, step);
	}
	return Max(-(int128) bounds->low, bounds->high) + 1 <= room / (2 * length);
}

/* KEY_LIMIT when the same products stay in an int64, which makes all keys between knots narrow. */
static int64
linear_narrow_limit(const int64 *keys, const int64 *points, int count)
{
	for (int i = 1; i < count; i++)
	{
		int128		length = ((int128) keys[i] - keys[i - 1]) / 2;
		int128		rise = (int128) points[i] - points[i - 1];
		int128		from = points[i - 1];

		if ((Max(from, -from) + Max(rise, -rise)) * length > PG_INT64_MAX)
			return NARROW_NONE;
	}
	return KEY_LIMIT;
}

/* Knots become keys and points, checked so that interpolation cannot overflow. */
bool
compile_linear(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out)
{
	const ProgramField *field = &compiler->fields[out->field];
	int			count = criterion->knot_count;
	int64	   *keys = palloc(sizeof(int64) * count);
	int64	   *points = palloc(sizeof(int64) * count);

	out->low = out->high = criterion->knots[0].points;
	for (int i = 0; i < count; i++)
	{
		if (!compiler_number_key(compiler, criterion, field, criterion->knots[i].value, &keys[i]))
			return false;
		points[i] = criterion->knots[i].points;
		compiler_widen_range(out, points[i]);
	}
	if (!linear_fits(criterion, out))
		return compiler_refuse(compiler, criterion,
							   "its values and points are too large to be multiplied");
	out->narrow_limit = linear_narrow_limit(keys, points, count);
	out->count = count;
	out->keys = compiler_emit(compiler, keys, sizeof(int64) * count);
	out->points = compiler_emit(compiler, points, sizeof(int64) * count);
	return true;
}

/* ---- coef ---- */

/* Twice a product must stay in an int128, as rounding may double it. */
#define PRODUCT_LIMIT	(8 * fixed_power10(37))

/* Computes the points of coefficient * value; false when they could leave an int64. */
static bool
coef_points(const Compiler *compiler, const ProgramCriterion *criterion, int128 value,
			int64 *points)
{
	int			drop = WIDE_SCALE + criterion->coefficient_scale - compiler->card->scale;
	int128		size = Max(criterion->coefficient, -criterion->coefficient);
	int128		product;

	if (size != 0 && Max(value, -value) > PRODUCT_LIMIT / size)
		return false;
	product =
		fixed_divide(criterion->coefficient * value, fixed_power10(drop), compiler->card->rounding);
	if (product > POINTS_LIMIT || product < -POINTS_LIMIT)
		return false;
	*points = (int64) product;
	return true;
}

/* Converts a limit of the value to a key; false when it lies between keys or beyond them. */
static bool
limit_key(const ProgramField *field, int128 limit, int64 *key)
{
	int128		unit = fixed_power10(WIDE_SCALE - field->key_scale);
	int128		wide_key = limit / unit * 2;

	*key = (int64) wide_key;
	return limit % unit == 0 && wide_key < KEY_LIMIT && wide_key > -KEY_LIMIT;
}

/* Finds the factor of numbers in units of the field's scale, and how far products fit an int64. */
static void
narrow_coef(const Compiler *compiler, ProgramCriterion *out)
{
	const ProgramField *field = &compiler->fields[out->field];
	int			drop = out->coefficient_scale + field->key_scale - compiler->card->scale;
	int128		factor = out->coefficient * fixed_power10(Max(-drop, 0));
	int128		size = Max(factor, -factor);

	out->min_key = -KEY_LIMIT;
	out->max_key = KEY_LIMIT;
	out->narrow_limit = NARROW_NONE;
	if ((out->has_min && !limit_key(field, out->min, &out->min_key)) ||
		(out->has_max && !limit_key(field, out->max, &out->max_key)) ||
		drop > FIXED_MAX_DIGITS || size >= fixed_power10(FIXED_MAX_DIGITS))
		return;
	out->factor = (int64) factor;
	out->divisor = (int64) fixed_power10(Max(drop, 0));
	out->narrow_limit = (int64) Min(PG_INT64_MAX / Max(size, 1) * 2, KEY_LIMIT - 1);
}

/* A limit that is not given is the largest number that can be multiplied. */
bool
compile_coef(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out)
{
	int128		beyond = fixed_power10(FIXED_MAGNITUDE_DIGITS + WIDE_SCALE);
	int64		at_min;
	int64		at_max;

	out->coefficient = criterion->coefficient.digits;
	out->coefficient_scale = criterion->coefficient.scale;
	out->has_min = criterion->has_min;
	out->has_max = criterion->has_max;
	out->min = criterion->has_min ? decimal_widen(criterion->min) : -beyond;
	out->max = criterion->has_max ? decimal_widen(criterion->max) : beyond;
	if (!coef_points(compiler, out, out->min, &at_min) ||
		!coef_points(compiler, out, out->max, &at_max))
	{
		compiler_refuse(compiler, criterion, "coefficient times value can be too large");
		return core_hint(compiler->error, "Give min and max to the value.");
	}
	narrow_coef(compiler, out);
	out->low = Min(at_min, at_max);
	out->high = Max(at_min, at_max);
	out->low_unbounded = out->coefficient > 0 ? !out->has_min : !out->has_max;
	out->high_unbounded = out->coefficient > 0 ? !out->has_max : !out->has_min;
	if ((out->low_unbounded && criterion->missing == MISSING_WORST) ||
		(out->high_unbounded && criterion->missing == MISSING_BEST))
	{
		compiler_refuse(compiler, criterion, "without min and max there is no worst and no best");
		return core_hint(compiler->error,
						 "Give min and max to the value, or another policy for missing.");
	}
	return true;
}

