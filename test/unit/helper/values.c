/*
 * values.c
 *	  Values of a record, put into the values of a program as the server does.
 */
#include "helper/values.h"

#include "core/base/calendar.h"

/* ---- kinds ---- */

ValueType
value_type(const ProgramField *field)
{
	static const ValueType compared[] = {VALUE_NUMBER, VALUE_TEXT, VALUE_TRUTH, VALUE_DATE};
	bool		keys = (field->needs & NEED_KEY) != 0;
	bool		wide = (field->needs & NEED_WIDE) != 0;
	bool		texts = (field->needs & NEED_TEXT) != 0;

	if (field->needs & NEED_ITEMS)
		return field->needs == NEED_ITEMS ? VALUE_ITEM_LIST : VALUE_NONE;
	if (keys && field->key_class == CONSTANT_DATE)
		return wide ? VALUE_NONE : VALUE_DATE;
	if ((keys || wide) && texts)
		return VALUE_NONE;
	if (keys && field->key_class == CONSTANT_BOOLEAN)
		return VALUE_TRUTH;
	if (field->needs == NEED_COMPARE)	/* the fields of one gate agree */
		return compared[field->user % lengthof(compared)];
	return keys || wide ? VALUE_NUMBER : VALUE_TEXT;
}

/* ---- from texts ---- */

static void
read_number(Value *value, const char *text)
{
	bool		negative = *text == '-';
	int			decimals = -1;

	for (const char *at = text + negative; *at; at++)
	{
		if (*at == '.')
			decimals = 0;
		else if (decimals == VALUE_SCALE)
			value->rest |= *at != '0';
		else if (value->number >= fixed_power10(35))
			value->beyond = 1;
		else
		{
			value->number = value->number * 10 + (*at - '0');
			decimals += decimals >= 0;
		}
	}
	if (value->beyond || value->number >= fixed_power10(FIXED_MAGNITUDE_DIGITS + Max(decimals, 0)))
		value->beyond = negative ? -1 : 1;
	else
		value->number *= fixed_power10(VALUE_SCALE - Max(decimals, 0));
	if (negative)
	{
		value->number = -value->number;
		value->rest = -value->rest;
	}
}

static void
read_items(Value *value, const char *text)
{
	char	   *rest = pnstrdup(text + 1, strlen(text) - 2);

	while (*rest && value->item_count < VALUE_ITEMS)
	{
		char	   *comma = rest + strcspn(rest, ",");
		bool		more = *comma == ',';

		*comma = '\0';
		value->items[value->item_count++] = rest;
		rest = comma + more;
	}
}

Value
value_of(ValueType type, const char *text)
{
	Value		value = {.type = type, .missing = text == NULL, .text = text};

	if (text == NULL)
		return value;
	if (type == VALUE_NUMBER)
		read_number(&value, text);
	else if (type == VALUE_TRUTH)
		value.number = text[0] == 't' ? fixed_power10(VALUE_SCALE) : 0;
	else if (type == VALUE_DATE)
		date_parse(text, (int) strlen(text), &value.days);
	else if (type == VALUE_ITEM_LIST)
		read_items(&value, text);
	return value;
}

/* ---- into values ---- */

static void
fill_number(FieldValue *result, const ProgramField *field, const Value *value)
{
	int128		digits = value->number;
	int			scale = VALUE_SCALE;

	if (value->beyond)
	{
		field_value_set_beyond(result, value->beyond < 0);
		return;
	}
	/* now with all decimals, now with only those that it needs */
	if (value->rest == 0 && (value->text == NULL || strlen(value->text) % 2))
		for (; scale > 0 && digits % 10 == 0; scale--)
			digits /= 10;
	field_value_set_number(result, field, digits, scale, value->rest);
}

void
fill_field_value(FieldValue *result, const ProgramField *field, const Value *value)
{
	static const ConstantKind kinds[] = {CONSTANT_NUMBER, CONSTANT_BOOLEAN, CONSTANT_DATE,
	CONSTANT_TEXT, CONSTANT_TEXT, CONSTANT_TEXT};

	result->missing = value->missing;
	result->kind = kinds[value->type];
	if (value->missing)
		return;
	if (value->type == VALUE_NUMBER)
		fill_number(result, field, value);
	else if (value->type == VALUE_TRUTH)
		field_value_set_truth(result, field, value->number != 0);
	else if (value->type == VALUE_DATE)
		field_value_set_days(result, value->days);
	result->text.text = value->text;
	result->text.length = value->text ? (int) strlen(value->text) : 0;
	result->items = palloc(sizeof(TextItem) * VALUE_ITEMS);
	result->item_count = value->item_count;
	for (int i = 0; i < value->item_count; i++)
		result->items[i] = (TextItem) {value->items[i], (int) strlen(value->items[i])};
}

void
set_field(Evaluator *evaluator, const char *name, const char *text)
{
	const Program *program = evaluator->program;

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		Value		value;

		if (field->column < 0 || strcmp(program_string(program, field->name), name) != 0)
			continue;
		value = value_of(value_type(field), text);
		fill_field_value(&evaluator->values[i], field, &value);
		return;
	}
	printf("Bail out! the program reads no field %s\n", name);
	exit(1);
}

/* ---- at random ---- */

/* The numbers that the card compares the field with. */
static int
collect_numbers(const Card *card, const char *name, Decimal *numbers, int room)
{
	int			count = 0;

	for (int i = 0; i < card->criterion_count; i++)
	{
		const Criterion *criterion = &card->criteria[i];

		if (criterion->field == NULL || strcmp(criterion->field, name) != 0)
			continue;
		for (int j = 0; j < criterion->constant_count && count < room; j++)
			if (criterion->constants[j].kind == CONSTANT_NUMBER)
				numbers[count++] = criterion->constants[j].number;
		for (int j = 0; j < criterion->step_count && count + 1 < room; j++)
		{
			numbers[count++] = criterion->steps[j].low;
			numbers[count++] = criterion->steps[j].high;
		}
		for (int j = 0; j < criterion->knot_count && count < room; j++)
			numbers[count++] = criterion->knots[j].value;
		if (criterion->kind == KIND_COEF && count + 1 < room)
		{
			numbers[count++] = criterion->min;
			numbers[count++] = criterion->max;
		}
	}
	return count;
}

static const char *
collect_text(Random *random, const Card *card, const char *name)
{
	const char *found = "none";
	int			seen = 0;

	for (int i = 0; i < card->criterion_count; i++)
	{
		const Criterion *criterion = &card->criteria[i];

		if (criterion->field == NULL || strcmp(criterion->field, name) != 0)
			continue;
		for (int j = 0; j < criterion->constant_count; j++)
			if (criterion->constants[j].text && random_below(random, ++seen) == 0)
				found = criterion->constants[j].text;
		for (int j = 0; j < criterion->key_count; j++)
			if (random_below(random, ++seen) == 0)
				found = criterion->keys[j].text;
	}
	return found;
}

/* All decimals of a number, and sometimes zeros behind them. */
static char *
number_text(Random *random, int128 number)
{
	int128		unit = fixed_power10(VALUE_SCALE);
	int128		size = Max(number, -number);
	char		fraction[VALUE_SCALE + 1] = "";
	int			length = VALUE_SCALE;
	int128		rest = size % unit;

	for (int i = VALUE_SCALE; i > 0; rest /= 10)
		fraction[--i] = (char) ('0' + (int) (rest % 10));
	while (length > 0 && fraction[length - 1] == '0')
		length--;
	length = Min(length + (random_below(random, 3) ? 0 : random_below(random, 4)), VALUE_SCALE);
	return psprintf("%s" INT64_FORMAT "%s%.*s", number < 0 ? "-" : "", (int64) (size / unit),
					length > 0 ? "." : "", length, fraction);
}

static Value
random_number(Random *random, const Card *card, const char *name, int max_scale)
{
	Decimal		numbers[256];
	int			count = collect_numbers(card, name, numbers, lengthof(numbers));
	int128		number =
		random_digits(random, 6) * fixed_power10(VALUE_SCALE - random_below(random, 4));

	if (count > 0 && random_below(random, 8))
	{
		Decimal		near = numbers[random_below(random, count)];

		number = near.digits * fixed_power10(VALUE_SCALE - near.scale) +
			(random_below(random, 3) - 1) *
			fixed_power10(VALUE_SCALE - random_below(random, max_scale + 1));
	}
	if (random_below(random, 50) == 0)
		return value_of(VALUE_NUMBER, random_below(random, 2) ? "1000000000000" : "-99999999999999999999999999");
	return value_of(VALUE_NUMBER, number_text(random, number));
}

Value
value_random(Random *random, const Card *card, const ProgramField *field, const char *name,
			 int max_scale)
{
	ValueType	type = value_type(field);
	const char *text = collect_text(random, card, name);
	int32		days;

	if (random_below(random, 6) == 0)
		return value_of(type, NULL);
	if (type == VALUE_TEXT && field->needs == NEED_LABEL && random_below(random, 2))
		return random_number(random, card, name, max_scale);
	switch (type)
	{
		case VALUE_NUMBER:
			return random_number(random, card, name, max_scale);
		case VALUE_TRUTH:
			return value_of(type, random_below(random, 2) ? "true" : "false");
		case VALUE_DATE:
			if (!date_parse(text, (int) strlen(text), &days))
				days = 8536;
			return value_of(type, date_text(days + random_below(random, 3) - 1));
		case VALUE_ITEM_LIST:
			return value_of(type, psprintf("{%s,%s}", random_below(random, 2) ? text : "other",
										   collect_text(random, card, name)));
		default:
			return value_of(type, random_below(random, 3) ? text : psprintf("%sx", text));
	}
}

bool
value_fill(Evaluator *evaluator, const Card *card, Random *random)
{
	const Program *program = evaluator->program;

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		Value		value;

		if (field->column < 0)
			continue;
		if (value_type(field) == VALUE_NONE)
			return false;
		value = value_random(random, card, field, program_string(program, field->name),
							 VALUE_SCALE);
		fill_field_value(&evaluator->values[i], field, &value);
	}
	return true;
}
