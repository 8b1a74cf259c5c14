/*
 * canonical.c
 *	  The one text of a card: no spaces, keys in byte order, defaults left out,
 *	  numbers trimmed, criteria in their order.  Two cards are equal when these
 *	  texts are; the digest is taken of it.
 */
#include "core/base/calendar.h"
#include "core/scorecard/card.h"
#include "core/base/json.h"

typedef struct Writer
{
	StringInfoData out;
	const Card *card;
	bool		first;			/* no member of the open object is written yet */
} Writer;

/* A key of the open object, with the comma before it where one is due. */
static void
write_key(Writer *writer, const char *key)
{
	if (!writer->first)
		appendStringInfoChar(&writer->out, ',');
	writer->first = false;
	json_write_string(&writer->out, key);
	appendStringInfoChar(&writer->out, ':');
}

static void
write_text_member(Writer *writer, const char *key, const char *text)
{
	write_key(writer, key);
	json_write_string(&writer->out, text);
}

static void
write_decimal(Writer *writer, Decimal number)
{
	appendStringInfoString(&writer->out, decimal_text(number));
}

static void
write_points(Writer *writer, int64 points)
{
	write_decimal(writer, (Decimal) {points, writer->card->scale});
}

static void
write_points_member(Writer *writer, const char *key, int64 points)
{
	write_key(writer, key);
	write_points(writer, points);
}

static void
write_comma(Writer *writer, int index)
{
	if (index > 0)
		appendStringInfoChar(&writer->out, ',');
}

/* One end of a step, and the comma after it. */
static void
write_end(Writer *writer, bool given, Decimal end)
{
	if (given)
		write_decimal(writer, end);
	else
		appendStringInfoString(&writer->out, "null");
	appendStringInfoChar(&writer->out, ',');
}

/* Bands or classes, each as [low, high, points or label] in rising order. */
static void
write_steps(Writer *writer, const char *key, const Step *steps, int count)
{
	write_key(writer, key);
	appendStringInfoChar(&writer->out, '[');
	for (int i = 0; i < count; i++)
	{
		write_comma(writer, i);
		appendStringInfoChar(&writer->out, '[');
		write_end(writer, steps[i].has_low, steps[i].low);
		write_end(writer, steps[i].has_high, steps[i].high);
		if (steps[i].label)
			json_write_string(&writer->out, steps[i].label);
		else
			write_points(writer, steps[i].points);
		appendStringInfoChar(&writer->out, ']');
	}
	appendStringInfoChar(&writer->out, ']');
}

static void
write_knots(Writer *writer, const Criterion *criterion)
{
	write_key(writer, "points");
	appendStringInfoChar(&writer->out, '[');
	for (int i = 0; i < criterion->knot_count; i++)
	{
		write_comma(writer, i);
		appendStringInfoChar(&writer->out, '[');
		write_decimal(writer, criterion->knots[i].value);
		appendStringInfoChar(&writer->out, ',');
		write_points(writer, criterion->knots[i].points);
		appendStringInfoChar(&writer->out, ']');
	}
	appendStringInfoChar(&writer->out, ']');
}

static void
write_enum_keys(Writer *writer, const Criterion *criterion)
{
	write_key(writer, "points");
	appendStringInfoChar(&writer->out, '{');
	for (int i = 0; i < criterion->key_count; i++)
	{
		write_comma(writer, i);
		json_write_string(&writer->out, criterion->keys[i].text);
		appendStringInfoChar(&writer->out, ':');
		write_points(writer, criterion->keys[i].points);
	}
	appendStringInfoChar(&writer->out, '}');
}

static void
write_names(Writer *writer, const char *key, const Criterion *criterion)
{
	write_key(writer, key);
	appendStringInfoChar(&writer->out, '[');
	for (int i = 0; i < criterion->name_count; i++)
	{
		write_comma(writer, i);
		json_write_string(&writer->out, criterion->names[i]);
	}
	appendStringInfoChar(&writer->out, ']');
}

static void
write_constant(Writer *writer, const Constant *constant)
{
	switch (constant->kind)
	{
		case CONSTANT_NUMBER:
			write_decimal(writer, constant->number);
			break;
		case CONSTANT_BOOLEAN:
			appendStringInfoString(&writer->out, constant->truth ? "true" : "false");
			break;
		default:
			json_write_string(&writer->out, constant->text);
			break;
	}
}

/* The constants of a gate: an array where the op takes several, else one value. */
static void
write_value(Writer *writer, const Criterion *criterion)
{
	bool		many = criterion->op == OP_BETWEEN || criterion->op == OP_IN ||
		criterion->op == OP_NOT_IN || op_reads_items(criterion->op);

	write_key(writer, "value");
	if (many)
		appendStringInfoChar(&writer->out, '[');
	for (int i = 0; i < criterion->constant_count; i++)
	{
		write_comma(writer, i);
		write_constant(writer, &criterion->constants[i]);
	}
	if (many)
		appendStringInfoChar(&writer->out, ']');
}

/* The policy for a missing value, left out when it is the default. */
static void
write_missing(Writer *writer, const Criterion *criterion)
{
	if (criterion->missing == MISSING_UNDETERMINED)
		return;
	write_key(writer, "missing");
	if (criterion->missing != MISSING_POINTS)
	{
		json_write_string(&writer->out, missing_policy_names[criterion->missing]);
		return;
	}
	appendStringInfoString(&writer->out, "{\"points\":");
	write_points(writer, criterion->missing_points);
	appendStringInfoChar(&writer->out, '}');
}

static void
write_limit(Writer *writer, const char *key, bool given, Decimal limit)
{
	if (!given)
		return;
	write_key(writer, key);
	write_decimal(writer, limit);
}

/* The member "points", which means another thing in each kind that has it. */
static void
write_points_by_kind(Writer *writer, const Criterion *criterion)
{
	if (criterion->kind == KIND_LINEAR)
		write_knots(writer, criterion);
	else if (criterion->kind == KIND_ENUM)
		write_enum_keys(writer, criterion);
	else if (criterion->kind == KIND_CONST)
		write_points_member(writer, "points", criterion->points);
}

/* Writes one criterion; the calls stand in the byte order of the keys that they write. */
static void
write_criterion(Writer *writer, const Criterion *criterion)
{
	bool		one_field = derive_is_age(criterion->function);

	appendStringInfoChar(&writer->out, '{');
	writer->first = true;
	if (criterion->kind == KIND_BAND)
		write_steps(writer, "bands", criterion->steps, criterion->step_count);
	write_text_member(writer, "code", criterion->code);
	if (criterion->kind == KIND_COEF)
	{
		write_key(writer, "coef");
		write_decimal(writer, criterion->coefficient);
	}
	if (criterion->field)
		write_text_member(writer, "field", criterion->field);
	if (criterion->kind == KIND_DERIVE && one_field)
		write_text_member(writer, "field", criterion->names[0]);
	if (criterion->kind == KIND_DERIVE && !one_field)
		write_names(writer, "fields", criterion);
	if (criterion->kind == KIND_DERIVE)
		write_text_member(writer, "fn", derive_function_names[criterion->function]);
	if (criterion->group)
		write_text_member(writer, "group", criterion->group);
	write_text_member(writer, "kind", criterion_kind_names[criterion->kind]);
	write_limit(writer, "max", criterion->has_max, criterion->max);
	if (criterion->kind == KIND_SECTION)
		write_names(writer, "members", criterion);
	write_limit(writer, "min", criterion->has_min, criterion->min);
	write_missing(writer, criterion);
	if (criterion->kind == KIND_GATE)
		write_text_member(writer, "op", gate_op_names[criterion->op]);
	if (criterion->has_otherwise)
		write_points_member(writer, "otherwise", criterion->otherwise);
	write_points_by_kind(writer, criterion);
	if (strcmp(criterion->reason, criterion->code) != 0)
		write_text_member(writer, "reason", criterion->reason);
	if (criterion->than)
		write_text_member(writer, "than", criterion->than);
	if (criterion->upper)
	{
		write_key(writer, "upper");
		appendStringInfoString(&writer->out, "true");
	}
	if (criterion->constant_count > 0)
		write_value(writer, criterion);
	appendStringInfoChar(&writer->out, '}');
}

char *
card_canonical(const Card *card)
{
	Writer		writer = {.card = card, .first = true};

	initStringInfo(&writer.out);
	appendStringInfoChar(&writer.out, '{');
	if (card->has_as_of)
		write_text_member(&writer, "as_of", date_text(card->as_of));
	if (card->class_count > 0)
		write_steps(&writer, "classes", card->classes, card->class_count);
	write_text_member(&writer, "code", card->code);
	write_key(&writer, "criteria");
	appendStringInfoChar(&writer.out, '[');
	for (int i = 0; i < card->criterion_count; i++)
	{
		write_comma(&writer, i);
		write_criterion(&writer, &card->criteria[i]);
	}
	appendStringInfoChar(&writer.out, ']');
	writer.first = false;
	if (card->rounding != ROUND_HALF_UP)
		write_text_member(&writer, "rounding", rounding_names[card->rounding]);
	if (card->scale != CARD_DEFAULT_SCALE)
	{
		write_key(&writer, "scale");
		appendStringInfo(&writer.out, "%d", card->scale);
	}
	appendStringInfoChar(&writer.out, '}');
	return writer.out.data;
}
