/*
 * values.h
 *	  Values of a record, put into the values of a program as the server does.
 */
#ifndef UNIT_HELPER_VALUES_H
#define UNIT_HELPER_VALUES_H

#include "core/scorecard/eval.h"
#include "helper/random.h"

#define VALUE_SCALE		FIELD_VALUE_MAX_SCALE
#define VALUE_ITEMS		4

/* What kind of column can give a field all that it needs */
typedef enum ValueType
{
	VALUE_NUMBER,
	VALUE_TRUTH,
	VALUE_DATE,
	VALUE_TEXT,
	VALUE_ITEM_LIST,
	VALUE_NONE					/* no kind can */
} ValueType;

typedef struct Value
{
	ValueType	type;
	bool		missing;
	int			beyond;			/* -1, 1: of that sign, and 10^12 or more */
	int128		number;			/* at VALUE_SCALE decimals; a truth is 0 or 1 */
	int			rest;			/* sign of further digits */
	int64		top;			/* of a small fraction, in lowest terms, */
	int64		bottom;			/* or 0 */
	int32		days;
	const char *text;			/* any value's */
	int			item_count;
	const char *items[VALUE_ITEMS];
} Value;

extern ValueType value_type(const ProgramField *field);

/* From a text: 12.5, true, 2023-05-16, rent, {a,b}; NULL is missing */
extern Value value_of(ValueType type, const char *text);

/* One that lies at or beside what the card compares the field with */
extern Value value_random(Random *random, const Card *card, const ProgramField *field,
						  const char *name, int max_scale);

/* Random values for all columns; false when no kind of column could give what a field needs. */
extern bool value_fill(Evaluator *evaluator, const Card *card, Random *random);

extern void fill_field_value(FieldValue *result, const ProgramField *field, const Value *value);

/* Set a column's field by its name. */
extern void set_field(Evaluator *evaluator, const char *name, const char *text);

#endif							/* UNIT_HELPER_VALUES_H */
