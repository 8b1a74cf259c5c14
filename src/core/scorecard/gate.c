/*
 * gate.c
 *	  Whether a gate's comparison holds.
 */
#include "core/scorecard/eval.h"

#include "core/base/calendar.h"
#include "core/scorecard/lookup.h"

/* Whether a comparison that came out below, at or above zero is what the op asks. */
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

/* Whether a number, day or truth value passes, by integer keys. */
static bool
keys_pass(const BoundCriterion *bound)
{
	const int64 *keys = bound->keys;
	int64		key = bound->value->key;
	int			below;

	switch (bound->criterion->op)
	{
		case OP_BETWEEN:
			return keys[0] <= key && key <= keys[1];
		case OP_IN:
		case OP_NOT_IN:
			below = count_not_above(keys, bound->criterion->count, key);
			return (below > 0 && keys[below - 1] == key) == (bound->criterion->op == OP_IN);
		default:
			return order_passes(bound->criterion->op, (key > keys[0]) - (key < keys[0]));
	}
}

/* Whether a text passes, by the order of bytes. */
static bool
texts_pass(const Program *program, const BoundCriterion *bound)
{
	const ProgramCriterion *criterion = bound->criterion;
	const TextKey *texts = program_at(program, TextKey, criterion->keys);
	TextItem	item = bound->value->text;

	switch (criterion->op)
	{
		case OP_BETWEEN:
			return compare_text(item, key_item(program, &texts[0])) >= 0 &&
				compare_text(item, key_item(program, &texts[1])) <= 0;
		case OP_IN:
		case OP_NOT_IN:
			return (find_text(program, criterion, bound->keys, item) >= 0) ==
				(criterion->op == OP_IN);
		default:
			return order_passes(criterion->op,
								compare_text(item, key_item(program, &texts[0])));
	}
}

static bool
holds_item(const FieldValue *value, TextItem item)
{
	for (int i = 0; i < value->item_count; i++)
		if (compare_text(value->items[i], item) == 0)
			return true;
	return false;
}

/* Whether the value holds any (overlaps), all (contains) or none (disjoint) of the gate's texts. */
static bool
items_pass(const Program *program, const BoundCriterion *bound)
{
	const ProgramCriterion *criterion = bound->criterion;
	const TextKey *texts = program_at(program, TextKey, criterion->keys);
	bool		all = criterion->op == OP_CONTAINS;

	for (int i = 0; i < criterion->count; i++)
		if (holds_item(bound->value, key_item(program, &texts[i])) != all)
			return criterion->op == OP_OVERLAPS;
	return criterion->op != OP_OVERLAPS;
}

bool
gate_passes(const Program *program, const BoundCriterion *bound)
{
	const ProgramCriterion *criterion = bound->criterion;

	if (criterion->op == OP_IS_NULL || criterion->op == OP_NOT_NULL)
		return bound->value->missing == (criterion->op == OP_IS_NULL);
	if (op_reads_items(criterion->op))
		return items_pass(program, bound);
	if (criterion->compares_text)
		return texts_pass(program, bound);
	return keys_pass(bound);
}

/* ---- two fields ---- */

bool
gate_check_kinds(const Program *program, const ProgramCriterion *gate, ConstantKind value,
				 ConstantKind than, CoreError *error)
{
	static const char *const kinds[] = {"number", "date", "boolean", "text"};

	if (value == than ? value != CONSTANT_BOOLEAN || gate->op < OP_LESS :
		Min(value, than) == CONSTANT_DATE && Max(value, than) == CONSTANT_TEXT)
		return true;
	core_fail(error, CORE_TYPE, "criterion \"%s\" cannot compare field \"%s\" with field \"%s\"",
			  program_string(program, gate->code),
			  program_field_name(program, program_field(program, gate->field)),
			  program_field_name(program, program_field(program, gate->than)));
	if (value == than)
		return core_detail(error, "Booleans have no order.");
	return core_detail(error, "The one is a %s, the other a %s.", kinds[value], kinds[than]);
}

static bool
refuse_both_beyond(Evaluator *evaluator, const BoundCriterion *bound)
{
	const Program *program = evaluator->program;
	const ProgramCriterion *criterion = bound->criterion;

	core_fail(&evaluator->error, CORE_OUT_OF_RANGE,
			  "values of fields \"%s\" and \"%s\" are too large for criterion \"%s\"",
			  program_field_name(program, program_field(program, criterion->field)),
			  program_field_name(program, program_field(program, criterion->than)),
			  program_string(program, criterion->code));
	return core_detail(&evaluator->error, "Two numbers of 10^%d or more cannot be compared.",
					   FIXED_MAGNITUDE_DIGITS);
}

/* The day that a date, or a text compared with one, stands for; false when the text is no day. */
static bool
read_day(Evaluator *evaluator, const BoundCriterion *bound, const FieldValue *value, int32 *day)
{
	const Program *program = evaluator->program;
	int			index = (int) (value - evaluator->values);

	*day = (int32) (value->key / 2);
	if (value->kind == CONSTANT_DATE || date_parse(value->text.text, value->text.length, day))
		return true;
	core_fail(&evaluator->error, CORE_DATE, "field \"%s\" holds a text that is not a date",
			  program_field_name(program, program_field(program, index)));
	core_detail(&evaluator->error, "Criterion \"%s\" compares it with a date.",
				program_string(program, bound->criterion->code));
	return core_hint(&evaluator->error, "Write dates as YYYY-MM-DD, or use a column of type date.");
}

/* Compares a date with a text that is one; false, the error set, when it is not. */
static bool
compare_days(Evaluator *evaluator, const BoundCriterion *bound, int *order)
{
	int32		day;
	int32		other;

	if (!read_day(evaluator, bound, bound->value, &day) ||
		!read_day(evaluator, bound, bound->than, &other))
		return false;
	*order = (day > other) - (day < other);
	return true;
}

bool
judge_two_fields(Evaluator *evaluator, const BoundCriterion *bound)
{
	GateOp		op = (GateOp) bound->criterion->op;
	int			order;

	if (!gate_check_kinds(evaluator->program, bound->criterion, bound->value->kind,
						  bound->than->kind, &evaluator->error))
		return false;
	if (bound->value->kind != bound->than->kind)
	{
		if (!compare_days(evaluator, bound, &order))
			return false;
	}
	else if (!field_value_compare(bound->value, bound->than, &order))
		return refuse_both_beyond(evaluator, bound);
	bound->judgement->outcome = order_passes(op, order) ? OUTCOME_PASSED : OUTCOME_FAILED;
	return true;
}
