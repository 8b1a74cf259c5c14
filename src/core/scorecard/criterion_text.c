/*
 * criterion_text.c
 *	  What a criterion says, as a short text for people: signs and numbers, in no
 *	  language.  SQL turns it into words.
 */
#include "core/scorecard/program.h"

#include "core/base/calendar.h"
#include "lib/stringinfo.h"

typedef struct CriterionWriter
{
	StringInfoData out;
	const Program *program;
	const ProgramCriterion *criterion;
} CriterionWriter;

static const char *
string_at(const CriterionWriter *writer, int index)
{
	return program_key_text(writer->program, writer->criterion, index);
}

static int64
points_at(const CriterionWriter *writer, int index)
{
	return program_at(writer->program, int64, writer->criterion->points)[index];
}

static const char *
field_name(const CriterionWriter *writer)
{
	return program_string(writer->program,
						  program_field(writer->program, writer->criterion->field)->name);
}

static char *
points_text(const CriterionWriter *writer, int64 points)
{
	return decimal_text((Decimal) {points, writer->program->scale});
}

/* Writes the constant that a key stands for; the cuts of a band with upper ends lie just above. */
static char *
key_text(const CriterionWriter *writer, int index)
{
	const ProgramField *field = program_field(writer->program, writer->criterion->field);
	int64		key = program_at(writer->program, int64, writer->criterion->keys)[index];
	int64		value = (key - writer->criterion->upper) / 2;

	switch ((ConstantKind) field->key_class)
	{
		case CONSTANT_DATE:
			return date_text((int32) value);
		case CONSTANT_BOOLEAN:
			return pstrdup(value ? "true" : "false");
		default:
			return decimal_text((Decimal) {value, field->key_scale});
	}
}

/* A gate's constant, be it a text or a key. */
static const char *
constant_text(const CriterionWriter *writer, int index)
{
	return writer->criterion->compares_text ? string_at(writer, index) : key_text(writer, index);
}

/* A gate as "field op value", lists in parentheses. */
static void
write_gate(CriterionWriter *writer)
{
	const ProgramCriterion *criterion = writer->criterion;
	StringInfo	out = &writer->out;

	appendStringInfoString(out, field_name(writer));
	if (criterion->than >= 0)
	{
		appendStringInfo(out, " %s %s", gate_op_names[criterion->op],
						 program_field_name(writer->program,
											program_field(writer->program, criterion->than)));
		return;
	}
	switch ((GateOp) criterion->op)
	{
		case OP_IS_NULL:
			appendStringInfoString(out, " is null");
			break;
		case OP_NOT_NULL:
			appendStringInfoString(out, " is not null");
			break;
		case OP_BETWEEN:
			appendStringInfo(out, " between %s and %s", constant_text(writer, 0),
							 constant_text(writer, 1));
			break;
		case OP_IN:
		case OP_NOT_IN:
		case OP_OVERLAPS:
		case OP_CONTAINS:
		case OP_DISJOINT:
			appendStringInfo(out, " %s (",
							 criterion->op == OP_NOT_IN ? "not in" : gate_op_names[criterion->op]);
			for (int i = 0; i < criterion->count; i++)
				appendStringInfo(out, "%s%s", i > 0 ? ", " : "", constant_text(writer, i));
			appendStringInfoChar(out, ')');
			break;
		default:
			appendStringInfo(out, " %s %s", gate_op_names[criterion->op], constant_text(writer, 0));
			break;
	}
}

/* Each segment between two cuts and its points: ">= 1000 < 2000: 12". */
static void
write_band(CriterionWriter *writer)
{
	int			cuts = writer->criterion->count;
	bool		upper = writer->criterion->upper;

	for (int i = 0; i <= cuts; i++)
	{
		if (i > 0)
			appendStringInfoString(&writer->out, "; ");
		if (i > 0)
			appendStringInfo(&writer->out, "%s %s", upper ? ">" : ">=", key_text(writer, i - 1));
		if (i > 0 && i < cuts)
			appendStringInfoChar(&writer->out, ' ');
		if (i < cuts)
			appendStringInfo(&writer->out, "%s %s", upper ? "<=" : "<", key_text(writer, i));
		appendStringInfo(&writer->out, ": %s", points_text(writer, points_at(writer, i)));
	}
}

/* The knots as "value: points", joined by lines. */
static void
write_linear(CriterionWriter *writer)
{
	for (int i = 0; i < writer->criterion->count; i++)
		appendStringInfo(&writer->out, "%s%s: %s", i > 0 ? " -- " : "", key_text(writer, i),
						 points_text(writer, points_at(writer, i)));
}

/* The keys and their points, and * for all other values. */
static void
write_enum(CriterionWriter *writer)
{
	for (int i = 0; i < writer->criterion->count; i++)
		appendStringInfo(&writer->out, "%s%s: %s", i > 0 ? "; " : "", string_at(writer, i),
						 points_text(writer, points_at(writer, i)));
	if (writer->criterion->has_otherwise)
		appendStringInfo(&writer->out, "; *: %s",
						 points_text(writer, writer->criterion->otherwise));
}

/* The coefficient times the field, and the limits of the field. */
static void
write_coef(CriterionWriter *writer)
{
	const ProgramCriterion *criterion = writer->criterion;

	appendStringInfo(&writer->out, "%s * %s",
					 decimal_text((Decimal) {criterion->coefficient, criterion->coefficient_scale}),
					 field_name(writer));
	if (criterion->has_min)
		appendStringInfo(&writer->out, " >= %s", wide_text(criterion->min));
	if (criterion->has_max)
		appendStringInfo(&writer->out, " <= %s", wide_text(criterion->max));
}

/* The members' codes as a sum, and the limits on it. */
static void
write_section(CriterionWriter *writer, int index)
{
	const ProgramCriterion *criterion = writer->criterion;
	bool		first = true;

	for (int i = 0; i < writer->program->criterion_count; i++)
	{
		const ProgramCriterion *member = program_criterion(writer->program, i);

		if (member->section != index)
			continue;
		appendStringInfo(&writer->out, "%s%s", first ? "" : " + ",
						 program_string(writer->program, member->code));
		first = false;
	}
	if (criterion->has_min)
		appendStringInfo(&writer->out, " >= %s", points_text(writer, (int64) criterion->min));
	if (criterion->has_max)
		appendStringInfo(&writer->out, " <= %s", points_text(writer, (int64) criterion->max));
}

/* The function as a call on its fields: "ratio(income, size)". */
static void
write_derive(CriterionWriter *writer, int index)
{
	const Program *program = writer->program;

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const int32 *arguments = program_at(program, int32, field->arguments);

		if (field->column >= 0 || field->user != index)
			continue;
		appendStringInfo(&writer->out, "%s(", derive_function_names[field->function]);
		for (int j = 0; j < field->argument_count; j++)
			appendStringInfo(&writer->out, "%s%s", j > 0 ? ", " : "",
							 program_string(program, program_field(program, arguments[j])->name));
		appendStringInfoChar(&writer->out, ')');
		if (derive_is_age(field->function))
			appendStringInfo(&writer->out, " @ %s", date_text(program->as_of));
	}
}

char *
criterion_text(const Program *program, int index)
{
	CriterionWriter writer = {.program = program, .criterion = program_criterion(program, index)};

	initStringInfo(&writer.out);
	switch ((CriterionKind) writer.criterion->kind)
	{
		case KIND_GATE:
			write_gate(&writer);
			break;
		case KIND_BAND:
			write_band(&writer);
			break;
		case KIND_LINEAR:
			write_linear(&writer);
			break;
		case KIND_ENUM:
			write_enum(&writer);
			break;
		case KIND_COEF:
			write_coef(&writer);
			break;
		case KIND_CONST:
			appendStringInfoString(&writer.out, points_text(&writer, writer.criterion->low));
			break;
		case KIND_SECTION:
			write_section(&writer, index);
			break;
		case KIND_DERIVE:
			write_derive(&writer, index);
			break;
	}
	return writer.out.data;
}
