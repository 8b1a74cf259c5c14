/*
 * shortfall.c
 *	  Which single criterion, moved how far, would reach a cut-off.
 *
 * The other criteria stay as they are.  Of several values that would do, the
 * nearest to the present one is given; a value on a line or under a coefficient
 * is rounded to the card's decimals, or the knots' where these are finer, to the
 * side that suffices.
 */
#include "core/scorecard/shortfall.h"

typedef struct ShortfallSearch
{
	const Program *program;
	const ProgramCriterion *criterion;
	const ProgramField *field;
	const FieldValue *value;
	int64		target;			/* points that the criterion must give */
} ShortfallSearch;

static int64
key_at(const ShortfallSearch *search, int index)
{
	return program_at(search->program, int64, search->criterion->keys)[index];
}

static int64
points_at(const ShortfallSearch *search, int index)
{
	return program_at(search->program, int64, search->criterion->points)[index];
}

static char *
key_text(const ShortfallSearch *search, int64 key)
{
	return decimal_text((Decimal) {key / 2, search->field->key_scale});
}

/* ---- bands: segment i lies below cut i, the last above all ---- */

static bool
shortfall_by_band(const ShortfallSearch *search, Shortfall *shortfall)
{
	int			count = search->criterion->count;
	int			here = 0;
	int			above;
	int			below;

	while (here < count && key_at(search, here) <= search->value->key)
		here++;
	above = here + 1;
	while (above <= count && points_at(search, above) < search->target)
		above++;
	below = here - 1;
	while (below >= 0 && points_at(search, below) < search->target)
		below--;
	if (above > count && below < 0)
		return false;
	if (below < 0 || (above <= count && (int128) key_at(search, above - 1) - search->value->key <
					  (int128) search->value->key - key_at(search, below)))
		shortfall->needed = psprintf(">= %s", key_text(search, key_at(search, above - 1)));
	else
		shortfall->needed = psprintf("< %s", key_text(search, key_at(search, below)));
	shortfall->points = points_at(search, shortfall->needed[0] == '>' ? above : below);
	return true;
}

/* ---- numbers ---- */

/* Decimals of a value that is given: the card's, or those of the knots where these are finer. */
static int
given_scale(const ShortfallSearch *search)
{
	return Max(search->program->scale, search->field->key_scale);
}

/* Divides to a whole number on the side that suffices; denominator > 0. */
static int128
round_to_side(int128 numerator, int128 denominator, bool upward)
{
	bool		exact;
	int128		floor = fixed_floor(numerator, denominator, &exact);

	return upward && !exact ? floor + 1 : floor;
}

/* Writes a value of given_scale decimals as a bound. */
static char *
side_text(const ShortfallSearch *search, int128 value, bool upward)
{
	return psprintf("%s %s", upward ? ">=" : "<=",
					wide_text(value * fixed_power10(WIDE_SCALE - given_scale(search))));
}

/* ---- lines ---- */

/* The value between knot i and the next at which the points reach the target. */
static int128
reach_on_line(const ShortfallSearch *search, int i, bool upward)
{
	int128		to_wide = fixed_power10(WIDE_SCALE - search->field->key_scale);
	int128		to_given = fixed_power10(WIDE_SCALE - given_scale(search));
	int128		from = key_at(search, i) / 2 * to_wide;
	int128		length = key_at(search, i + 1) / 2 * to_wide - from;
	int128		rise = (int128) points_at(search, i + 1) - points_at(search, i);
	int128		need = (int128) search->target - points_at(search, i);

	if (rise < 0)
	{
		rise = -rise;
		need = -need;
	}
	return round_to_side(from + round_to_side(length * need, rise, upward), to_given, upward);
}

/* The first line above the value that reaches the target, or -1. */
static int
line_above(const ShortfallSearch *search, int here)
{
	for (int i = Max(here - 1, 0); i < search->criterion->count - 1; i++)
		if (points_at(search, i + 1) >= search->target)
			return i;
	return -1;
}

static int
line_below(const ShortfallSearch *search, int here)
{
	for (int i = Min(here, search->criterion->count - 1) - 1; i >= 0; i--)
		if (points_at(search, i) >= search->target)
			return i;
	return -1;
}

/* How far the value would have to move, in keys of given_scale decimals. */
static int128
distance(const ShortfallSearch *search, int128 given)
{
	int128		unit = fixed_power10(given_scale(search) - search->field->key_scale);
	int128		moved = 2 * given - search->value->key * unit;

	return Max(moved, -moved);
}

static bool
shortfall_by_line(const ShortfallSearch *search, Shortfall *shortfall)
{
	int			here = 0;
	int			above;
	int			below;
	int128		high = 0;
	int128		low = 0;

	while (here < search->criterion->count && key_at(search, here) <= search->value->key)
		here++;
	above = line_above(search, here);
	below = line_below(search, here);
	if (above < 0 && below < 0)
		return false;
	if (above >= 0)
		high = reach_on_line(search, above, true);
	if (below >= 0)
		low = reach_on_line(search, below, false);
	if (below < 0 || (above >= 0 && distance(search, high) <= distance(search, low)))
		shortfall->needed = side_text(search, high, true);
	else
		shortfall->needed = side_text(search, low, false);
	return true;
}

/* ---- enums and coefficients ---- */

/* The listed text with the fewest points that suffice. */
static bool
shortfall_by_enum(const ShortfallSearch *search, Shortfall *shortfall)
{
	int			best = -1;

	for (int i = 0; i < search->criterion->count; i++)
		if (points_at(search, i) >= search->target &&
			(best < 0 || points_at(search, i) < points_at(search, best)))
			best = i;
	if (best < 0)
		return false;
	shortfall->points = points_at(search, best);
	shortfall->needed = pstrdup(program_key_text(search->program, search->criterion, best));
	return true;
}

/* The points at a limit of the value, as evaluation gives them. */
static int128
points_at_limit(const ShortfallSearch *search, int128 limit)
{
	const ProgramCriterion *criterion = search->criterion;
	int			drop = WIDE_SCALE + criterion->coefficient_scale - search->program->scale;

	return fixed_divide(criterion->coefficient * limit, fixed_power10(drop),
						(Rounding) search->program->rounding);
}

/* The value whose points are the target, or the limit at which it is held if that will do. */
static bool
shortfall_by_coefficient(const ShortfallSearch *search, Shortfall *shortfall)
{
	const ProgramCriterion *criterion = search->criterion;
	bool		upward = criterion->coefficient > 0;
	int128		size = upward ? criterion->coefficient : -(int128) criterion->coefficient;
	int128		target = upward ? search->target : -(int128) search->target;
	int128		limit = upward ? criterion->max : criterion->min;
	int128		to_wide = fixed_power10(WIDE_SCALE - given_scale(search));
	int128		to_given = fixed_power10(given_scale(search) - search->program->scale);
	int128		value;

	if (size == 0 || points_at_limit(search, limit) < search->target)
		return false;
	value = round_to_side(target * fixed_power10(criterion->coefficient_scale) * to_given, size,
						  upward);
	if (upward ? value * to_wide > limit : value * to_wide < limit)
		shortfall->needed = psprintf("%s %s", upward ? ">=" : "<=", wide_text(limit));
	else
		shortfall->needed = side_text(search, value, upward);
	return true;
}

/* ---- the whole ---- */

/*
 * The points that a criterion must give so that the score rises by the gap, through
 * its section where it has one; false when the section's limit keeps it from that.
 */
static bool
target_points(const Evaluator *evaluator, int index, int64 gap, int64 *target)
{
	const Program *program = evaluator->program;
	const ProgramCriterion *criterion = program_criterion(program, index);
	int128		section_sum = 0;
	int128		wanted;

	*target = evaluator->judgements[index].points + gap;
	if (criterion->section < 0)
		return true;
	for (int i = 0; i < program->criterion_count; i++)
		if (program_criterion(program, i)->section == criterion->section)
			section_sum += evaluator->judgements[i].points;
	wanted = (int128) evaluator->judgements[criterion->section].points + gap;
	*target = (int64) (evaluator->judgements[index].points + wanted - section_sum);
	return wanted <= program_criterion(program, criterion->section)->max;
}

bool
find_shortfall(const Evaluator *evaluator, int index, int64 gap, Shortfall *shortfall)
{
	const ProgramCriterion *criterion = program_criterion(evaluator->program, index);
	ShortfallSearch search = {.program = evaluator->program, .criterion = criterion};

	if (criterion->field < 0 || criterion->kind == KIND_GATE ||
		evaluator->values[criterion->field].missing ||
		!target_points(evaluator, index, gap, &search.target))
		return false;
	search.field = program_field(evaluator->program, criterion->field);
	search.value = &evaluator->values[criterion->field];
	shortfall->points = search.target;
	switch ((CriterionKind) criterion->kind)
	{
		case KIND_BAND:
			return shortfall_by_band(&search, shortfall);
		case KIND_LINEAR:
			return shortfall_by_line(&search, shortfall);
		case KIND_ENUM:
			return shortfall_by_enum(&search, shortfall);
		case KIND_COEF:
			return shortfall_by_coefficient(&search, shortfall);
		default:
			return false;
	}
}
