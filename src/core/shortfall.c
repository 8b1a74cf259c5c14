/*
 * shortfall.c
 *	  Which single criterion, moved how far, would reach a cut-off.
 *
 * The others stay as they are.  Of several values that would do, the nearest to
 * the present one is told; a value on a line or of a coefficient is rounded to
 * the card's decimals, to the side that suffices.
 */
#include "core/shortfall.h"

typedef struct Search
{
	const Program *program;
	const ProgramCriterion *criterion;
	const ProgramField *field;
	const Slot *slot;
	int64		target;			/* points that the criterion must give */
} Search;

static int64
key_at(const Search *search, int index)
{
	return program_at(search->program, int64, search->criterion->keys)[index];
}

static int64
points_at(const Search *search, int index)
{
	return program_at(search->program, int64, search->criterion->points)[index];
}

static char *
key_text(const Search *search, int64 key)
{
	return decimal_text((Decimal) {key / 2, search->field->key_scale});
}

/* ---- bands: segment i lies below cut i, the last above all ---- */

static bool
remedy_by_band(const Search *search, Remedy *remedy)
{
	int			count = search->criterion->count;
	int			here = 0;
	int			above;
	int			below;

	while (here < count && key_at(search, here) <= search->slot->key)
		here++;
	above = here + 1;
	while (above <= count && points_at(search, above) < search->target)
		above++;
	below = here - 1;
	while (below >= 0 && points_at(search, below) < search->target)
		below--;
	if (above > count && below < 0)
		return false;
	if (below < 0 || (above <= count && (int128) key_at(search, above - 1) - search->slot->key <
					  (int128) search->slot->key - key_at(search, below)))
		remedy->needed = psprintf(">= %s", key_text(search, key_at(search, above - 1)));
	else
		remedy->needed = psprintf("< %s", key_text(search, key_at(search, below)));
	remedy->points = points_at(search, remedy->needed[0] == '>' ? above : below);
	return true;
}

/* ---- numbers at the card's decimals ---- */

/* numerator / denominator at the card's decimals, toward the side that suffices; denominator > 0 */
static int128
round_to_side(int128 numerator, int128 denominator, bool upward)
{
	bool		exact;
	int128		floor = fixed_floor(numerator, denominator, &exact);

	return upward && !exact ? floor + 1 : floor;
}

static char *
side_text(const Search *search, int128 value, bool upward)
{
	return psprintf("%s %s", upward ? ">=" : "<=",
					wide_text(value * fixed_power10(WIDE_SCALE - search->program->scale)));
}

/* ---- lines ---- */

/* Where between knot i and the next the points reach the target, in the card's decimals. */
static int128
reach_on_line(const Search *search, int i, bool upward)
{
	int128		to_wide = fixed_power10(WIDE_SCALE - search->field->key_scale);
	int128		to_card = fixed_power10(WIDE_SCALE - search->program->scale);
	int128		from = key_at(search, i) / 2 * to_wide;
	int128		length = key_at(search, i + 1) / 2 * to_wide - from;
	int128		rise = (int128) points_at(search, i + 1) - points_at(search, i);
	int128		need = (int128) search->target - points_at(search, i);

	if (rise < 0)
	{
		rise = -rise;
		need = -need;
	}
	return round_to_side(from + round_to_side(length * need, rise, upward), to_card, upward);
}

static bool
remedy_by_line(const Search *search, Remedy *remedy)
{
	int			last = search->criterion->count - 1;
	int			here = 0;
	int			i;

	while (here <= last && key_at(search, here) <= search->slot->key)
		here++;
	for (i = Max(here - 1, 0); i < last; i++)
		if (points_at(search, i + 1) >= search->target)
		{
			remedy->needed = side_text(search, reach_on_line(search, i, true), true);
			return true;
		}
	for (i = Min(here, last) - 1; i >= 0; i--)
		if (points_at(search, i) >= search->target)
		{
			remedy->needed = side_text(search, reach_on_line(search, i, false), false);
			return true;
		}
	return false;
}

/* ---- enums and coefficients ---- */

/* The listed text with the fewest points that suffice. */
static bool
remedy_by_enum(const Search *search, Remedy *remedy)
{
	int			best = -1;

	for (int i = 0; i < search->criterion->count; i++)
		if (points_at(search, i) >= search->target &&
			(best < 0 || points_at(search, i) < points_at(search, best)))
			best = i;
	if (best < 0)
		return false;
	remedy->points = points_at(search, best);
	remedy->needed = pstrdup(program_text(search->program, search->criterion, best));
	return true;
}

static bool
remedy_by_coefficient(const Search *search, Remedy *remedy)
{
	const ProgramCriterion *criterion = search->criterion;
	bool		upward = criterion->coefficient > 0;
	int128		size = upward ? criterion->coefficient : -(int128) criterion->coefficient;
	int128		target = upward ? search->target : -(int128) search->target;
	int128		value;

	if (size == 0 || search->target > criterion->high)
		return false;
	value = round_to_side(target * fixed_power10(criterion->coefficient_scale), size, upward);
	remedy->needed = side_text(search, value, upward);
	return true;
}

/* ---- the whole ---- */

/* The points that a criterion must give so that the score rises by the gap; false if none do. */
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
find_remedy(const Evaluator *evaluator, int index, int64 gap, Remedy *remedy)
{
	const ProgramCriterion *criterion = program_criterion(evaluator->program, index);
	Search		search = {.program = evaluator->program, .criterion = criterion};

	if (criterion->field < 0 || criterion->kind == KIND_GATE ||
		evaluator->slots[criterion->field].missing ||
		!target_points(evaluator, index, gap, &search.target))
		return false;
	search.field = program_field(evaluator->program, criterion->field);
	search.slot = &evaluator->slots[criterion->field];
	remedy->points = search.target;
	switch ((CriterionKind) criterion->kind)
	{
		case KIND_BAND:
			return remedy_by_band(&search, remedy);
		case KIND_LINEAR:
			return remedy_by_line(&search, remedy);
		case KIND_ENUM:
			return remedy_by_enum(&search, remedy);
		case KIND_COEF:
			return remedy_by_coefficient(&search, remedy);
		default:
			return false;
	}
}
