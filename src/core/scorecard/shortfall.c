/*
 * shortfall.c
 *	  Which single criterion, moved how far, would reach a cut-off.
 *
 * The other criteria stay as they are.  Of several values that would do, the
 * nearest to the present one is given; a value on a line or under a coefficient
 * is rounded to the card's decimals, or the knots' where these are finer, to the
 * side that suffices.  Of a field of whole numbers the value is a whole number.
 */
#include "core/scorecard/shortfall.h"

typedef struct ShortfallSearch
{
	const Program *program;
	const ProgramCriterion *criterion;
	const ProgramField *field;
	const FieldValue *value;
	int64		target;			/* points that the criterion must give */
	bool		whole;			/* the field holds whole numbers only */
	int128		step;			/* between values that can be given, at twelve decimals */
} ShortfallSearch;

static int64
points_at(const ShortfallSearch *search, int index)
{
	return program_at(search->program, int64, search->criterion->points)[index];
}

static bool
reaches(const ShortfallSearch *search, int index)
{
	return points_at(search, index) >= search->target;
}

/* ---- numbers: all at twelve decimals ---- */

/* The number of a knot or a cut */
static int128
number_at(const ShortfallSearch *search, int index)
{
	int64		key = program_at(search->program, int64, search->criterion->keys)[index];

	return (key - search->criterion->upper) / 2 *
		fixed_power10(WIDE_SCALE - search->field->key_scale);
}

/* numerator / denominator as a whole number, toward the side that suffices; denominator > 0 */
static int128
round_to_side(int128 numerator, int128 denominator, bool upward)
{
	bool		exact;
	int128		floor = fixed_floor(numerator, denominator, &exact);

	return upward && !exact ? floor + 1 : floor;
}

/*
 * Decimals of a number that can be given: none of whole numbers, else the card's, or
 * those of the knots where these are finer.
 */
static int
step_scale(const ShortfallSearch *search)
{
	return search->whole ? 0 : Max(search->program->scale, search->field->key_scale);
}

/* The nearest number that can be given, toward the side that suffices */
static int128
given_number(const ShortfallSearch *search, int128 number, bool upward)
{
	return round_to_side(number, search->step, upward) * search->step;
}

/* Twice as far as the value would have to move; a number of 10^12 or more counts by its key. */
static int128
distance(const ShortfallSearch *search, int128 number)
{
	int128		moved = 2 * number -
		search->value->key * fixed_power10(WIDE_SCALE - search->field->key_scale);

	return Max(moved, -moved);
}

/* ---- bands: segment i lies below cut i, the last above all ---- */

/* The lowest number of a segment but the first, or the highest of one but the last, to be given */
static int128
segment_end(const ShortfallSearch *search, int segment, bool lowest)
{
	bool		upper = search->criterion->upper;
	int128		cut = number_at(search, lowest ? segment - 1 : segment);

	if (!search->whole)
		return cut;
	if (lowest)
		return upper ? given_number(search, cut, false) + search->step :
			given_number(search, cut, true);
	return upper ? given_number(search, cut, false) :
		given_number(search, cut, true) - search->step;
}

/* Whether a segment suffices and, of whole numbers, holds one. */
static bool
segment_reaches(const ShortfallSearch *search, int segment)
{
	return reaches(search, segment) &&
		(segment == 0 || segment == search->criterion->count ||
		 segment_end(search, segment, true) <= segment_end(search, segment, false));
}

/* The lowest or highest number of a segment as a bound. */
static char *
segment_text(const ShortfallSearch *search, int segment, bool lowest)
{
	bool		upper = search->criterion->upper;
	const char *sign = lowest ? ">=" : "<=";

	if (!search->whole && lowest == upper)
		sign = lowest ? ">" : "<";
	return psprintf("%s %s", sign, wide_text(segment_end(search, segment, lowest)));
}

/* The nearest segment above or below that suffices; at equal distance the lower one. */
static bool
shortfall_by_band(const ShortfallSearch *search, Shortfall *shortfall)
{
	const int64 *keys = program_at(search->program, int64, search->criterion->keys);
	int			count = search->criterion->count;
	int			here = 0;
	int			above;
	int			below;
	bool		upward;

	while (here < count && keys[here] <= search->value->key)
		here++;
	above = here + 1;
	while (above <= count && !segment_reaches(search, above))
		above++;
	below = here - 1;
	while (below >= 0 && !segment_reaches(search, below))
		below--;
	if (above > count && below < 0)
		return false;
	upward = below < 0 ||
		(above <= count && distance(search, segment_end(search, above, true)) <
		 distance(search, segment_end(search, below, false)));
	shortfall->needed = segment_text(search, upward ? above : below, upward);
	shortfall->points = points_at(search, upward ? above : below);
	return true;
}

/* ---- lines ---- */

static char *
bound_text(int128 number, bool upward)
{
	return psprintf("%s %s", upward ? ">=" : "<=", wide_text(number));
}

/* Where between knot i and the next, one of which falls short, the points reach the target */
static int128
reach_on_line(const ShortfallSearch *search, int i, bool upward)
{
	int128		from = number_at(search, i);
	int128		length = number_at(search, i + 1) - from;
	int128		rise = (int128) points_at(search, i + 1) - points_at(search, i);
	int128		need = (int128) search->target - points_at(search, i);

	if (rise < 0)
	{
		rise = -rise;
		need = -need;
	}
	return from + round_to_side(length * need, rise, upward);
}

/* Whether a number between knot i and the next gives the points. */
static bool
suffices_on_line(const ShortfallSearch *search, int i, int128 number)
{
	int128		from = number_at(search, i);
	int128		to = number_at(search, i + 1);
	int128		rise = (int128) points_at(search, i + 1) - points_at(search, i);

	return number >= from && number <= to &&
		(number - from) * rise >= ((int128) search->target - points_at(search, i)) * (to - from);
}

/*
 * The first number on line i, seen from below or from above, that can be given and
 * suffices.  On the line of the value itself only its far end can reach the target.
 */
static bool
find_on_line(const ShortfallSearch *search, int i, bool is_here, bool upward, int128 *number)
{
	int			near = upward ? i : i + 1;
	int			far = upward ? i + 1 : i;

	if (!is_here && reaches(search, near))
		*number = number_at(search, near);
	else if (reaches(search, far))
		*number = reach_on_line(search, i, upward);
	else
		return false;
	*number = given_number(search, *number, upward);
	return suffices_on_line(search, i, *number);
}

/* here knots are at or below the value */
static bool
find_above(const ShortfallSearch *search, int here, int128 *number)
{
	int			last = search->criterion->count - 1;

	for (int i = Max(here - 1, 0); i < last; i++)
		if (find_on_line(search, i, i == here - 1, true, number))
			return true;
	*number = given_number(search, number_at(search, last), true);
	return reaches(search, last);
}

/* find_above() downward: the first number below the value that suffices. */
static bool
find_below(const ShortfallSearch *search, int here, int128 *number)
{
	int			last = search->criterion->count - 1;

	for (int i = Min(here, last) - 1; i >= 0; i--)
		if (find_on_line(search, i, i == here - 1, false, number))
			return true;
	*number = given_number(search, number_at(search, 0), false);
	return reaches(search, 0);
}

/* The nearest number above or below that suffices; at equal distance the higher one. */
static bool
shortfall_by_line(const ShortfallSearch *search, Shortfall *shortfall)
{
	const int64 *keys = program_at(search->program, int64, search->criterion->keys);
	int			here = 0;
	int128		high;
	int128		low;
	bool		is_above;
	bool		is_below;
	bool		upward;

	while (here < search->criterion->count && keys[here] <= search->value->key)
		here++;
	is_above = find_above(search, here, &high);
	is_below = find_below(search, here, &low);
	if (!is_above && !is_below)
		return false;
	upward = !is_below || (is_above && distance(search, high) <= distance(search, low));
	shortfall->needed = bound_text(upward ? high : low, upward);
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
	int			finer = step_scale(search) - search->program->scale;
	int128		given;

	if (size == 0 || points_at_limit(search, limit) < search->target)
		return false;
	/* the quotient of target and coefficient, counted in steps */
	given = round_to_side(target * fixed_power10(criterion->coefficient_scale) *
						  fixed_power10(Max(finer, 0)), size * fixed_power10(Max(-finer, 0)),
						  upward) * search->step;
	if (upward ? given > limit : given < limit)
		given = search->whole ? given_number(search, limit, upward) : limit;
	shortfall->needed = bound_text(given, upward);
	return true;
}

/* ---- the whole ---- */

void
mark_whole_fields(const Program *program, bool *whole)
{
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const int32 *arguments = program_at(program, int32, field->arguments);

		if (field->column >= 0)
			continue;
		whole[i] = field->function != DERIVE_RATIO;
		for (int j = 0; j < field->argument_count; j++)
			if (field->function != DERIVE_COUNT_TRUE && !derive_is_age(field->function))
				whole[i] &= whole[arguments[j]];
	}
}

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
find_shortfall(const Evaluator *evaluator, int index, int64 gap, const bool *whole,
			   Shortfall *shortfall)
{
	const ProgramCriterion *criterion = program_criterion(evaluator->program, index);
	ShortfallSearch search = {.program = evaluator->program, .criterion = criterion};

	if (criterion->field < 0 || criterion->kind == KIND_GATE ||
		evaluator->values[criterion->field].missing ||
		!target_points(evaluator, index, gap, &search.target))
		return false;
	search.field = program_field(evaluator->program, criterion->field);
	search.value = &evaluator->values[criterion->field];
	search.whole = whole[criterion->field];
	search.step = fixed_power10(WIDE_SCALE - step_scale(&search));
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
