/*
 * lint.c
 *	  What a scorecard says that its author may not mean.
 *
 * All of it is allowed; none of it changes a score.
 */
#include "core/scorecard/lint.h"

const char *const lint_severity_names[] = {"error", "warning", "info"};

typedef struct Linter
{
	const Program *program;
	LintFunction report;
	void	   *state;
} Linter;

static const char *
code_of(const Linter *linter, int index)
{
	return program_string(linter->program, program_criterion(linter->program, index)->code);
}

static void
warn(const Linter *linter, int index, const char *message)
{
	linter->report(linter->state, LINT_WARNING, code_of(linter, index), message);
}

static void
inform(const Linter *linter, int index, const char *message)
{
	linter->report(linter->state, LINT_INFO, code_of(linter, index), message);
}

/* ---- gates ---- */

/* A group of one gate has no alternative, which its author may have meant to write. */
static void
check_group(const Linter *linter, int index)
{
	const ProgramCriterion *gate = program_criterion(linter->program, index);
	int			members = 0;

	for (int i = 0; gate->group >= 0 && i < linter->program->criterion_count; i++)
		members += program_criterion(linter->program, i)->group == gate->group;
	if (members == 1)
		warn(linter, index,
			 psprintf("it is the only gate of group \"%s\", so there is no alternative",
					  program_string(linter->program, gate->group_name)));
}

/* The keys that a lone gate lets pass; false when it is no range. */
static bool
gate_range(const Program *program, const ProgramCriterion *gate, int64 *low, int64 *high)
{
	const int64 *keys = program_at(program, int64, gate->keys);

	if (gate->kind != KIND_GATE || gate->group >= 0 || gate->compares_text || gate->count == 0 ||
		gate->op == OP_NOT_EQUAL || gate->op > OP_BETWEEN)
		return false;
	*low = -KEY_LIMIT;
	*high = KEY_LIMIT;
	if (gate->op == OP_EQUAL || gate->op == OP_GREATER_EQUAL || gate->op == OP_BETWEEN)
		*low = keys[0];
	if (gate->op == OP_GREATER)
		*low = keys[0] + 1;
	if (gate->op == OP_EQUAL || gate->op == OP_LESS_EQUAL)
		*high = keys[0];
	if (gate->op == OP_BETWEEN)
		*high = keys[1];
	if (gate->op == OP_LESS)
		*high = keys[0] - 1;
	return true;
}

/* Two lone gates over one field that no value can pass both */
static void
check_contradiction(const Linter *linter, int index)
{
	const Program *program = linter->program;
	const ProgramCriterion *gate = program_criterion(program, index);
	int64		low;
	int64		high;

	if (!gate_range(program, gate, &low, &high))
		return;
	for (int i = 0; i < index; i++)
	{
		const ProgramCriterion *other = program_criterion(program, i);
		int64		other_low;
		int64		other_high;

		if (other->field == gate->field && gate_range(program, other, &other_low, &other_high) &&
			Max(low, other_low) > Min(high, other_high))
			warn(linter, index, psprintf("nobody can pass both this gate and \"%s\"", code_of(linter, i)));
	}
}

/* ---- criteria with points ---- */

/* Criteria with points that cannot tell people apart, or outweigh all others. */
static void
check_points(const Linter *linter, int index)
{
	const ProgramCriterion *criterion = program_criterion(linter->program, index);

	if (criterion->kind != KIND_CONST && criterion->low == criterion->high)
		warn(linter, index, "it gives everybody the same points");
	if (criterion->missing == MISSING_REJECT)
		inform(linter, index, "who has no value is not eligible and has no score");
	if (criterion->low_unbounded || criterion->high_unbounded)
		warn(linter, index, "without min and max one value outweighs all other criteria");
	if (criterion->kind == KIND_ENUM && !criterion->has_otherwise)
		inform(linter, index, "a value that it does not list counts as missing");
}

/* Limits that the members' points never reach */
static void
check_section(const Linter *linter, int index)
{
	const Program *program = linter->program;
	const ProgramCriterion *section = program_criterion(program, index);
	int128		low = 0;
	int128		high = 0;
	bool		bounded = true;

	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *member = program_criterion(program, i);

		if (member->section != index)
			continue;
		low += member->low;
		high += member->high;
		bounded &= !member->low_unbounded && !member->high_unbounded;
	}
	if (bounded && section->has_max && high <= section->max)
		warn(linter, index, "its members never reach its max");
	if (bounded && section->has_min && low >= section->min)
		warn(linter, index, "its members never fall below its min");
}

/* Whether a criterion, or another derived field, reads a field. */
static bool
field_is_used(const Program *program, int field)
{
	for (int i = 0; i < program->criterion_count; i++)
		if (program_criterion(program, i)->field == field ||
			program_criterion(program, i)->than == field)
			return true;
	for (int i = 0; i < program->field_count; i++)
		for (int j = 0; j < program_field(program, i)->argument_count; j++)
			if (program_at(program, int32, program_field(program, i)->arguments)[j] == field)
				return true;
	return false;
}

static void
check_derived(const Linter *linter, int index)
{
	for (int i = 0; i < linter->program->field_count; i++)
	{
		const ProgramField *field = program_field(linter->program, i);

		if (field->column < 0 && field->user == index && !field_is_used(linter->program, i))
			warn(linter, index, "no criterion reads the field that it makes");
	}
}

/* ---- the whole ---- */

/* Classes that no score can fall into */
static void
check_classes(const Linter *linter)
{
	const Program *program = linter->program;
	const int64 *cuts = program_at(program, int64, program->class_cuts);
	int128		low = 0;
	int128		high = 0;

	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);

		if (criterion->low_unbounded || criterion->high_unbounded)
			return;
		if (criterion->kind != KIND_GATE && criterion->section < 0)
		{
			low += criterion->low;
			high += criterion->high;
		}
	}
	for (int i = 0; i < program->class_count; i++)
		if ((i > 0 && high < cuts[i - 1]) || (i + 1 < program->class_count && low >= cuts[i]))
			linter->report(linter->state, LINT_WARNING, NULL,
						 psprintf("no score reaches class \"%s\"",
								  program_class_label(program, i)));
}

static void
check_criterion(const Linter *linter, int index)
{
	switch ((CriterionKind) program_criterion(linter->program, index)->kind)
	{
		case KIND_GATE:
			check_group(linter, index);
			check_contradiction(linter, index);
			break;
		case KIND_SECTION:
			check_section(linter, index);
			break;
		case KIND_DERIVE:
			check_derived(linter, index);
			break;
		default:
			check_points(linter, index);
			break;
	}
}

void
program_lint(const Program *program, LintFunction report, void *state)
{
	Linter		linter = {program, report, state};

	for (int i = 0; i < program->criterion_count; i++)
		check_criterion(&linter, i);
	check_classes(&linter);
}
