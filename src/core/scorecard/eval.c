/*
 * eval.c
 *	  Running a scorecard's program over the values of one record.
 *
 * Truth has three values (Kleene 1938): passed, failed, undetermined.  Gates of
 * one group are joined by OR, groups and lone gates by AND.  A band, an enum, a
 * linear and a set are searched in logarithmic time.
 */
#include "core/scorecard/eval.h"
#include "core/scorecard/lookup.h"

/* What criteria that read no field are bound to */
static const FieldValue no_value = {.missing = false};

/* Resolves the offsets of a criterion once, so that judging follows pointers only. */
static void
bind_criterion(BoundCriteria *list, const Evaluator *evaluator, int index)
{
	const Program *program = evaluator->program;
	const ProgramCriterion *criterion = program_criterion(program, index);
	int32		keys = criterion->prefixes > 0 ? criterion->prefixes : criterion->keys;

	list->items[list->count++] = (BoundCriterion) {
		.criterion = criterion,
		.value = criterion->field < 0 ? &no_value : &evaluator->values[criterion->field],
		.than = criterion->than < 0 ? NULL : &evaluator->values[criterion->than],
		.keys = program_at(program, int64, keys),
		.points = program_at(program, int64, criterion->points),
		.judgement = &evaluator->judgements[index]
	};
}

static BoundCriteria
empty_list(int room)
{
	return (BoundCriteria) {0, palloc(sizeof(BoundCriterion) * room)};
}

/* Sorts the criteria by what they are judged for, once for all records. */
static void
bind_criteria(Evaluator *evaluator)
{
	const Program *program = evaluator->program;

	evaluator->gates = empty_list(program->criterion_count);
	evaluator->givers = empty_list(program->criterion_count);
	evaluator->rejecters = empty_list(program->criterion_count);
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);

		if (criterion->kind == KIND_GATE)
			bind_criterion(&evaluator->gates, evaluator, i);
		else if (criterion->kind != KIND_DERIVE)
		{
			bind_criterion(&evaluator->givers, evaluator, i);
			if (criterion->missing == MISSING_REJECT)
				bind_criterion(&evaluator->rejecters, evaluator, i);
		}
	}
}

Evaluator *
evaluator_create(const Program *program)
{
	Evaluator  *evaluator = palloc0(sizeof(Evaluator));

	evaluator->program = program;
	evaluator->values = palloc0(sizeof(FieldValue) * Max(program->field_count, 1));
	evaluator->judgements = palloc0(sizeof(Judgement) * program->criterion_count);
	evaluator->groups = palloc0(sizeof(Outcome) * Max(program->group_count, 1));
	bind_criteria(evaluator);
	return evaluator;
}

/* ---- one criterion ---- */

/* What the policy of a criterion makes of a missing value. */
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
judge_enum(const Program *program, const BoundCriterion *bound)
{
	TextItem	item = bound->value->text;
	int			found;

	item.length = enum_text_length(item.text, item.length);
	found = find_text(program, bound->criterion, bound->keys, item);
	if (!bound->criterion->has_otherwise && found < 0)
		return judge_missing(bound->criterion);
	return (Judgement) {OUTCOME_PASSED, bound->points[found]};
}

static inline bool
asks_for_missing(const ProgramCriterion *criterion)
{
	return criterion->op == OP_IS_NULL || criterion->op == OP_NOT_NULL;
}

/* A gate between two fields is missing when either value is. */
static bool
judge_than(Evaluator *evaluator, const BoundCriterion *bound)
{
	if (!bound->than->missing)
		return judge_two_fields(evaluator, bound);
	*bound->judgement = judge_missing(bound->criterion);
	return true;
}

/* Judges one criterion; false, the error set, for numbers too large or kinds that differ. */
static inline bool
judge(Evaluator *evaluator, const BoundCriterion *bound)
{
	const ProgramCriterion *criterion = bound->criterion;
	Judgement  *judgement = bound->judgement;

	judgement->outcome = OUTCOME_PASSED;
	judgement->points = 0;
	if (bound->value->missing && !asks_for_missing(criterion))
	{
		*judgement = judge_missing(criterion);
		return true;
	}
	switch ((CriterionKind) criterion->kind)
	{
		case KIND_GATE:
			if (bound->than)
				return judge_than(evaluator, bound);
			if (!gate_passes(evaluator->program, bound))
				judgement->outcome = OUTCOME_FAILED;
			return true;
		case KIND_BAND:
			judgement->points =
				bound->points[count_not_above(bound->keys, criterion->count, bound->value->key)];
			return true;
		case KIND_LINEAR:
			judgement->points = interpolate(evaluator->program, bound);
			return true;
		case KIND_ENUM:
			*judgement = judge_enum(evaluator->program, bound);
			return true;
		case KIND_COEF:
			return multiply(evaluator, bound, &judgement->points);
		case KIND_CONST:
			judgement->points = criterion->low;
			return true;
		default:
			return true;		/* section and derive judge nothing by themselves */
	}
}

/* ---- the whole card ---- */

/* AND of Kleene: failed decides, then undetermined. */
static Outcome
both(Outcome a, Outcome b)
{
	if (a == OUTCOME_FAILED || b == OUTCOME_FAILED)
		return OUTCOME_FAILED;
	return a == OUTCOME_PASSED ? b : a;
}

/* OR of Kleene: passed decides, then undetermined. */
static Outcome
either(Outcome a, Outcome b)
{
	if (a == OUTCOME_PASSED || b == OUTCOME_PASSED)
		return OUTCOME_PASSED;
	return a == OUTCOME_FAILED ? b : a;
}

static bool
judge_all(Evaluator *evaluator, const BoundCriteria *list)
{
	for (int i = 0; i < list->count; i++)
		if (!judge(evaluator, &list->items[i]))
			return false;
	return true;
}

/* Groups and lone gates must all pass; a criterion with points fails when it rejects. */
static Outcome
combine_gates(Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	Outcome		eligible = OUTCOME_PASSED;

	for (int i = 0; i < program->group_count; i++)
		evaluator->groups[i] = OUTCOME_FAILED;
	for (int i = 0; i < evaluator->gates.count; i++)
	{
		const BoundCriterion *gate = &evaluator->gates.items[i];
		int			group = gate->criterion->group;
		Outcome		outcome = gate->judgement->outcome;

		if (group >= 0)
			evaluator->groups[group] = either(evaluator->groups[group], outcome);
		else
			eligible = both(eligible, outcome);
	}
	for (int i = 0; i < program->group_count; i++)
		eligible = both(eligible, evaluator->groups[i]);
	for (int i = 0; i < evaluator->rejecters.count; i++)
		if (evaluator->rejecters.items[i].judgement->outcome == OUTCOME_FAILED)
			eligible = OUTCOME_FAILED;
	return eligible;
}

/* Gives each section its members' sum, held between its limits; undetermined when a member is. */
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

/* Adds up what is in no section, and sections; false when some criterion is undetermined. */
static bool
sum_points(const Evaluator *evaluator, int64 *score)
{
	bool		determined = true;
	int64		sum = 0;

	for (int i = 0; i < evaluator->givers.count; i++)
	{
		const BoundCriterion *giver = &evaluator->givers.items[i];

		determined &= giver->judgement->outcome == OUTCOME_PASSED;
		if (giver->criterion->section < 0)
			sum += giver->judgement->points;
	}
	*score = sum;
	return determined;
}

/* The index of the class of a score, or -1 when the card has no classes. */
static int
find_class(const Program *program, int64 score)
{
	if (program->class_count == 0)
		return -1;
	return count_not_above(program_at(program, int64, program->class_cuts),
						   program->class_count - 1, score);
}

/* Of criteria with points, eligible needs only those that can reject. */
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
