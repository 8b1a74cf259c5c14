/*
 * gate.c
 *	  Whether a gate's comparison holds.
 */
#include "core/scorecard/eval.h"

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

/* Whether the value holds any (overlaps) or all (contains) of the gate's texts. */
static bool
items_pass(const Program *program, const BoundCriterion *bound)
{
	const ProgramCriterion *criterion = bound->criterion;
	const TextKey *texts = program_at(program, TextKey, criterion->keys);
	bool		any = criterion->op == OP_OVERLAPS;

	for (int i = 0; i < criterion->count; i++)
		if (holds_item(bound->value, key_item(program, &texts[i])) == any)
			return any;
	return !any;
}

bool
gate_passes(const Program *program, const BoundCriterion *bound)
{
	const ProgramCriterion *criterion = bound->criterion;

	if (criterion->op == OP_IS_NULL || criterion->op == OP_NOT_NULL)
		return bound->value->missing == (criterion->op == OP_IS_NULL);
	if (criterion->op >= OP_OVERLAPS)
		return items_pass(program, bound);
	if (criterion->compares_text)
		return texts_pass(program, bound);
	return keys_pass(bound);
}
