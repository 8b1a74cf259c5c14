/*
 * eval.c
 *	  Running a scorecard's program over the values of one record.
 *
 * Truth has three values (Kleene 1938): passed, failed, undetermined.  Gates of
 * one group are joined by OR, groups and lone gates by AND.  A band, an enum, a
 * linear and a set are searched in logarithmic time.
 */
#include "core/eval.h"

#define FEW_TEXTS		8

static void
add_to_list(CriterionList *list, int criterion)
{
	list->criteria[list->count++] = criterion;
}

static CriterionList
empty_list(int room)
{
	return (CriterionList) {0, palloc(sizeof(int) * room)};
}

/* Sort the criteria by what they are judged for, once. */
static void
list_criteria(Evaluator *evaluator)
{
	const Program *program = evaluator->program;

	evaluator->gates = empty_list(program->criterion_count);
	evaluator->givers = empty_list(program->criterion_count);
	evaluator->rejecters = empty_list(program->criterion_count);
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);

		if (criterion->kind == KIND_GATE)
			add_to_list(&evaluator->gates, i);
		else if (criterion->kind != KIND_DERIVE)
		{
			add_to_list(&evaluator->givers, i);
			if (criterion->missing == MISSING_REJECT)
				add_to_list(&evaluator->rejecters, i);
		}
	}
}

Evaluator *
evaluator_create(const Program *program)
{
	Evaluator  *evaluator = palloc0(sizeof(Evaluator));

	evaluator->program = program;
	evaluator->slots = palloc0(sizeof(Slot) * Max(program->field_count, 1));
	evaluator->judgements = palloc0(sizeof(Judgement) * program->criterion_count);
	evaluator->groups = palloc0(sizeof(Outcome) * Max(program->group_count, 1));
	list_criteria(evaluator);
	return evaluator;
}

/* ---- searching ---- */

/* How many of the sorted keys are at or below this one. */
static int
count_not_above(const int64 *keys, int count, int64 key)
{
	int			low = 0;

	while (count > 0)
	{
		int			half = count / 2;

		if (keys[low + half] <= key)
		{
			low += half + 1;
			count -= half + 1;
		}
		else
			count = half;
	}
	return low;
}

static inline TextItem
constant_text(const Program *program, const ProgramText *text)
{
	return (TextItem) {program_string(program, text->offset), text->length};
}

/* Byte order, the shorter first. */
static inline int
compare_text(TextItem a, TextItem b)
{
	int			order = memcmp(a.text, b.text, Min(a.length, b.length));

	return order != 0 ? order : a.length - b.length;
}

/* Where the text stands among sorted texts, or -1; by halves. */
static int
search_text(const Program *program, const ProgramText *texts, int count, TextItem item)
{
	int			low = 0;
	int			high = count - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			order = compare_text(item, constant_text(program, &texts[middle]));

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return -1;
}

/* The same for a criterion's texts; a few are quicker looked at one by one. */
static int
find_text(const Program *program, const ProgramCriterion *criterion, TextItem item)
{
	const ProgramText *texts = program_at(program, ProgramText, criterion->keys);

	if (criterion->count > FEW_TEXTS)
		return search_text(program, texts, criterion->count, item);
	for (int i = 0; i < criterion->count; i++)
		if (texts[i].length == item.length &&
			memcmp(program_string(program, texts[i].offset), item.text, item.length) == 0)
			return i;
	return -1;
}

/* ---- gates ---- */

static bool
order_passes(GateOp op, int order)
{
	switch (op)
	{
		case OP_EQUAL:
			return order == 0;
		case OP_NOT_EQUAL:
			return order != 0;
		case OP_LESS:
			return order < 0;
		case OP_LESS_EQUAL:
			return order <= 0;
		case OP_GREATER:
			return order > 0;
		default:
			return order >= 0;
	}
}

static bool
keys_pass(const Program *program, const ProgramCriterion *criterion, int64 key)
{
	const int64 *keys = program_at(program, int64, criterion->keys);
	int			below;

	switch (criterion->op)
	{
		case OP_BETWEEN:
			return keys[0] <= key && key <= keys[1];
		case OP_IN:
		case OP_NOT_IN:
			below = count_not_above(keys, criterion->count, key);
			return (below > 0 && keys[below - 1] == key) == (criterion->op == OP_IN);
		default:
			return order_passes(criterion->op, (key > keys[0]) - (key < keys[0]));
	}
}

static bool
texts_pass(const Program *program, const ProgramCriterion *criterion, TextItem item)
{
	const ProgramText *texts = program_at(program, ProgramText, criterion->keys);

	switch (criterion->op)
	{
		case OP_BETWEEN:
			return compare_text(item, constant_text(program, &texts[0])) >= 0 &&
				compare_text(item, constant_text(program, &texts[1])) <= 0;
		case OP_IN:
		case OP_NOT_IN:
			return (find_text(program, criterion, item) >= 0) == (criterion->op == OP_IN);
		default:
			return order_passes(criterion->op,
								compare_text(item, constant_text(program, &texts[0])));
	}
}

static bool
slot_holds(const Slot *slot, TextItem item)
{
	for (int i = 0; i < slot->item_count; i++)
		if (compare_text(slot->items[i], item) == 0)
			return true;
	return false;
}

/* overlaps: any of the texts is held; contains: all are */
static bool
items_pass(const Program *program, const ProgramCriterion *criterion, const Slot *slot)
{
	const ProgramText *texts = program_at(program, ProgramText, criterion->keys);
	bool		any = criterion->op == OP_OVERLAPS;

	for (int i = 0; i < criterion->count; i++)
		if (slot_holds(slot, constant_text(program, &texts[i])) == any)
			return any;
	return !any;
}

static bool
gate_passes(const Program *program, const ProgramCriterion *criterion, const Slot *slot)
{
	if (criterion->op == OP_IS_NULL || criterion->op == OP_NOT_NULL)
		return slot->missing == (criterion->op == OP_IS_NULL);
	if (criterion->op >= OP_OVERLAPS)
		return items_pass(program, criterion, slot);
	if (criterion->compares_text)
		return texts_pass(program, criterion, slot->text);
	return keys_pass(program, criterion, slot->key);
}

/* ---- points ---- */

/* (numerator + small / FINE_UNIT) / denominator, rounded once */
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

/* Where a fraction lies between two knots, in one division; false when numbers are too large. */
static bool
interpolate_fraction(const Slot *slot, const int64 *keys, const int64 *points, int scale,
					 Rounding rounding, int64 *result)
{
	int64		from = keys[0] / 2;
	int64		length = keys[1] / 2 - from;
	int128		rise = (int128) points[1] - points[0];
	int128		unit = fixed_power10(scale);

	if (slot->bottom == 0 || Max(from, -from) > MAX_BOTTOM || length > MAX_BOTTOM || scale > 3 ||
		Max(points[0], -points[0]) > MAX_TOP || Max(rise, -rise) > MAX_TOP)
		return false;
	*result = (int64) fixed_divide((int128) points[0] * length * slot->bottom +
								   (slot->top * unit - (int128) from * slot->bottom) * rise,
								   (int128) length * slot->bottom, rounding);
	return true;
}

static int64
interpolate(const Program *program, const ProgramCriterion *criterion, const Slot *slot)
{
	const int64 *keys = program_at(program, int64, criterion->keys);
	const int64 *points = program_at(program, int64, criterion->points);
	const ProgramField *field = program_field(program, criterion->field);
	int			after = count_not_above(keys, criterion->count, slot->key);
	int128		unit;
	int128		from;
	int128		length;
	int128		rise;
	int64		result;

	if (after == 0)
		return points[0];
	if (after == criterion->count)
		return points[after - 1];
	if (interpolate_fraction(slot, keys + after - 1, points + after - 1, field->key_scale,
							 (Rounding) program->rounding, &result))
		return result;
	unit = fixed_power10(WIDE_SCALE - field->key_scale);
	from = keys[after - 1] / 2 * unit;
	length = keys[after] / 2 * unit - from;
	rise = (int128) points[after] - points[after - 1];
	return divide_with_fine(points[after - 1] * length + (slot->wide - from) * rise,
							slot->fine * rise, length, (Rounding) program->rounding);
}

/* coefficient * fraction in one division; false when the slot holds no fraction. */
static bool
multiply_fraction(const Program *program, const ProgramCriterion *criterion, const Slot *slot,
				  int64 *points)
{
	int			drop = criterion->coefficient_scale - program->scale;
	int128		numerator = (int128) criterion->coefficient * slot->top;
	int128		denominator = slot->bottom;

	if (slot->bottom == 0)
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
	core_detail(&evaluator->error, "Numbers from 10^%d on cannot be multiplied.",
				FIXED_MAGNITUDE_DIGITS);
	return core_hint(&evaluator->error, "Give min and max to the criterion.");
}

/* coefficient * value, the value held between min and max */
static bool
multiply(Evaluator *evaluator, const ProgramCriterion *criterion, const Slot *slot, int64 *points)
{
	const Program *program = evaluator->program;
	int128		wide = slot->wide;
	int64		fine = slot->fine;
	int			drop = WIDE_SCALE + criterion->coefficient_scale - program->scale;

	if (slot->beyond != 0)
	{
		if (!(slot->beyond > 0 ? criterion->has_max : criterion->has_min))
			return refuse_beyond(evaluator, criterion);
		wide = slot->beyond > 0 ? criterion->max : criterion->min;
	}
	if (wide < criterion->min || wide >= criterion->max)
	{
		wide = wide < criterion->min ? criterion->min : criterion->max;
		fine = 0;
	}
	else if (multiply_fraction(program, criterion, slot, points))
		return true;
	*points = divide_with_fine(criterion->coefficient * wide,
							   (int128) criterion->coefficient * fine, fixed_power10(drop),
							   (Rounding) program->rounding);
	return true;
}

/* ---- one criterion ---- */

static Judgement
judge_missing(const ProgramCriterion *criterion)
{
	Judgement	judgement = {OUTCOME_PASSED, 0};

	switch (criterion->missing)
	{
		case MISSING_REJECT:
			judgement.outcome = OUTCOME_FAILED;
			break;
		case MISSING_UNDETERMINED:
			judgement.outcome = OUTCOME_UNDETERMINED;
			break;
		case MISSING_POINTS:
			judgement.points = criterion->missing_points;
			break;
		case MISSING_WORST:
			judgement.points = criterion->low;
			if (criterion->kind == KIND_GATE)
				judgement.outcome = OUTCOME_FAILED;
			break;
		case MISSING_BEST:
			judgement.points = criterion->high;
			break;
	}
	return judgement;
}

/* A value that no key names counts as missing when there is no otherwise. */
static Judgement
judge_enum(const Program *program, const ProgramCriterion *criterion, const Slot *slot)
{
	Judgement	judgement = {OUTCOME_PASSED, criterion->otherwise};
	TextItem	item = slot->text;
	int			found;

	item.length = enum_text_length(item.text, item.length);
	found = find_text(program, criterion, item);
	if (found >= 0)
		judgement.points = program_at(program, int64, criterion->points)[found];
	else if (!criterion->has_otherwise)
		return judge_missing(criterion);
	return judgement;
}

static bool
judge(Evaluator *evaluator, const ProgramCriterion *criterion, Judgement *judgement)
{
	const Program *program = evaluator->program;
	const Slot *slot = criterion->field >= 0 ? &evaluator->slots[criterion->field] : NULL;
	const int64 *points = program_at(program, int64, criterion->points);

	judgement->outcome = OUTCOME_PASSED;
	judgement->points = 0;
	if (slot && slot->missing && criterion->op != OP_IS_NULL && criterion->op != OP_NOT_NULL)
	{
		*judgement = judge_missing(criterion);
		return true;
	}
	switch ((CriterionKind) criterion->kind)
	{
		case KIND_GATE:
			if (!gate_passes(program, criterion, slot))
				judgement->outcome = OUTCOME_FAILED;
			return true;
		case KIND_BAND:
			judgement->points = points[count_not_above(program_at(program, int64, criterion->keys),
													   criterion->count, slot->key)];
			return true;
		case KIND_LINEAR:
			judgement->points = interpolate(program, criterion, slot);
			return true;
		case KIND_ENUM:
			*judgement = judge_enum(program, criterion, slot);
			return true;
		case KIND_COEF:
			return multiply(evaluator, criterion, slot, &judgement->points);
		case KIND_CONST:
			judgement->points = criterion->low;
			return true;
		default:
			return true;		/* section and derive judge nothing by themselves */
	}
}

/* ---- the whole card ---- */

static Outcome
both(Outcome a, Outcome b)
{
	if (a == OUTCOME_FAILED || b == OUTCOME_FAILED)
		return OUTCOME_FAILED;
	return a == OUTCOME_PASSED ? b : a;
}

static Outcome
either(Outcome a, Outcome b)
{
	if (a == OUTCOME_PASSED || b == OUTCOME_PASSED)
		return OUTCOME_PASSED;
	return a == OUTCOME_FAILED ? b : a;
}

static bool
judge_all(Evaluator *evaluator, const CriterionList *list)
{
	for (int i = 0; i < list->count; i++)
		if (!judge(evaluator, program_criterion(evaluator->program, list->criteria[i]),
				   &evaluator->judgements[list->criteria[i]]))
			return false;
	return true;
}

static Outcome
combine_gates(Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	Outcome		eligible = OUTCOME_PASSED;

	for (int i = 0; i < program->group_count; i++)
		evaluator->groups[i] = OUTCOME_FAILED;
	for (int i = 0; i < evaluator->gates.count; i++)
	{
		int			gate = evaluator->gates.criteria[i];
		int			group = program_criterion(program, gate)->group;
		Outcome		outcome = evaluator->judgements[gate].outcome;

		if (group >= 0)
			evaluator->groups[group] = either(evaluator->groups[group], outcome);
		else
			eligible = both(eligible, outcome);
	}
	for (int i = 0; i < program->group_count; i++)
		eligible = both(eligible, evaluator->groups[i]);
	for (int i = 0; i < evaluator->rejecters.count; i++)
		if (evaluator->judgements[evaluator->rejecters.criteria[i]].outcome == OUTCOME_FAILED)
			eligible = OUTCOME_FAILED;
	return eligible;
}

/* A section's points are its members' sum, held between its limits. */
static void
sum_sections(Evaluator *evaluator)
{
	const Program *program = evaluator->program;

	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);
		Judgement  *section;

		if (criterion->section < 0)
			continue;
		section = &evaluator->judgements[criterion->section];
		section->points += evaluator->judgements[i].points;
		if (evaluator->judgements[i].outcome != OUTCOME_PASSED)
			section->outcome = OUTCOME_UNDETERMINED;
	}
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);
		Judgement  *section = &evaluator->judgements[i];

		if (criterion->kind == KIND_SECTION)
			section->points =
				(int64) Min(Max((int128) section->points, criterion->min), criterion->max);
	}
}

static bool
sum_points(const Evaluator *evaluator, int64 *score)
{
	*score = 0;
	for (int i = 0; i < evaluator->givers.count; i++)
	{
		int			giver = evaluator->givers.criteria[i];

		if (evaluator->judgements[giver].outcome != OUTCOME_PASSED)
			return false;
		if (program_criterion(evaluator->program, giver)->section < 0)
			*score += evaluator->judgements[giver].points;
	}
	return true;
}

static int
find_class(const Program *program, int64 score)
{
	if (program->class_count == 0)
		return -1;
	return count_not_above(program_at(program, int64, program->class_cuts),
						   program->class_count - 1, score);
}

static bool
judge_for(Evaluator *evaluator, uint8 purposes)
{
	if ((purposes & FOR_ELIGIBLE) && !judge_all(evaluator, &evaluator->gates))
		return false;
	if (purposes & FOR_SCORE)
		return judge_all(evaluator, &evaluator->givers);
	return judge_all(evaluator, &evaluator->rejecters);
}

bool
evaluate(Evaluator *evaluator, uint8 purposes, Assessment *result)
{
	const Program *program = evaluator->program;

	if (program->derived_count > 0 && !derive_fields(evaluator, purposes))
		return false;
	if (!judge_for(evaluator, purposes))
		return false;
	result->class_index = -1;
	result->scored = false;
	if (purposes & FOR_ELIGIBLE)
		result->eligible = combine_gates(evaluator);
	if (purposes & FOR_SCORE)
	{
		if (program->section_count > 0)
			sum_sections(evaluator);
		result->scored = sum_points(evaluator, &result->score);
		if (result->scored)
			result->class_index = find_class(program, result->score);
	}
	return true;
}

bool
is_reason(const Evaluator *evaluator, int index)
{
	const ProgramCriterion *criterion = program_criterion(evaluator->program, index);

	if (criterion->kind == KIND_SECTION || criterion->kind == KIND_DERIVE)
		return false;
	if (evaluator->judgements[index].outcome == OUTCOME_PASSED)
		return false;
	return criterion->group < 0 || evaluator->groups[criterion->group] != OUTCOME_PASSED;
}
