/*
 * gate.c
 *	  Whether a gate's comparison holds.
 */
#include "core/scorecard/criterion_eval.h"

#include "core/scorecard/lookup.h"

int
find_long_text(const Program *program, const ProgramCriterion *criterion, TextItem item)
{
	const ProgramText *texts = program_at(program, ProgramText, criterion->keys);
	int			low = 0;
	int			high = criterion->count - 1;

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
keys_pass(const Rule *rule)
{
	const int64 *keys = rule->keys;
	int64		key = rule->slot->key;
	int			below;

	switch (rule->criterion->op)
	{
		case OP_BETWEEN:
			return keys[0] <= key && key <= keys[1];
		case OP_IN:
		case OP_NOT_IN:
			below = count_not_above(keys, rule->criterion->count, key);
			return (below > 0 && keys[below - 1] == key) == (rule->criterion->op == OP_IN);
		default:
			return order_passes(rule->criterion->op, (key > keys[0]) - (key < keys[0]));
	}
}

static bool
texts_pass(const Program *program, const Rule *rule)
{
	const ProgramCriterion *criterion = rule->criterion;
	const ProgramText *texts = program_at(program, ProgramText, criterion->keys);
	TextItem	item = rule->slot->text;

	switch (criterion->op)
	{
		case OP_BETWEEN:
			return compare_text(item, constant_text(program, &texts[0])) >= 0 &&
				compare_text(item, constant_text(program, &texts[1])) <= 0;
		case OP_IN:
		case OP_NOT_IN:
			return (find_text(program, criterion, rule->keys, item) >= 0) ==
				(criterion->op == OP_IN);
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
items_pass(const Program *program, const Rule *rule)
{
	const ProgramCriterion *criterion = rule->criterion;
	const ProgramText *texts = program_at(program, ProgramText, criterion->keys);
	bool		any = criterion->op == OP_OVERLAPS;

	for (int i = 0; i < criterion->count; i++)
		if (slot_holds(rule->slot, constant_text(program, &texts[i])) == any)
			return any;
	return !any;
}

bool
gate_passes(const Program *program, const Rule *rule)
{
	const ProgramCriterion *criterion = rule->criterion;

	if (criterion->op == OP_IS_NULL || criterion->op == OP_NOT_NULL)
		return rule->slot->missing == (criterion->op == OP_IS_NULL);
	if (criterion->op >= OP_OVERLAPS)
		return items_pass(program, rule);
	if (criterion->compares_text)
		return texts_pass(program, rule);
	return keys_pass(rule);
}
