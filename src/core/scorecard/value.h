/*
 * value.h
 *	  One field's value in the forms that criteria use.
 */
#ifndef CORE_SCORECARD_VALUE_H
#define CORE_SCORECARD_VALUE_H

#include "core/scorecard/program.h"

typedef struct TextItem
{
	const char *text;
	int			length;
} TextItem;

/* Only what the field needs is set; a number always has its key and is wide. */
typedef struct FieldValue
{
	bool		missing;
	int8		beyond;			/* -1, 1: a number too large to multiply, and its sign */
	int8		rest;			/* sign of the digits of a number after fine; 0 for none */
	uint8		kind;			/* ConstantKind, where the field has NEED_COMPARE */
	int64		key;
	int128		wide;			/* at twelve decimals, rounded down */
	int64		fine;			/* the twelve decimals after those */
	int64		top;			/* of a ratio in small numbers: the fraction itself, */
	int64		bottom;			/* lowest terms; 0 otherwise */
	TextItem	text;
	TextItem   *items;
	int			item_count;
} FieldValue;

/* Sets digits / 10^scale, with scale at most WIDE_SCALE, as nearly all numbers are. */
extern void field_value_set_digits(FieldValue *value, const ProgramField *field, int64 digits,
								   int scale);

/*
 * Sets any number: scale at most FIELD_VALUE_MAX_SCALE, digits below 10^36.  rest is
 * the sign of the digits that were cut off after the last one, 0 when none were.
 */
#define FIELD_VALUE_MAX_SCALE	24
extern void field_value_set_number(FieldValue *value, const ProgramField *field, int128 digits,
								   int scale, int rest);

/* Sets a number given as FieldValue keeps it: wide + fine / FINE_UNIT at twelve decimals. */
#define FINE_UNIT		INT64CONST(1000000000000)
extern void field_value_set_parts(FieldValue *value, const ProgramField *field, int128 wide,
								  int64 fine, int rest);

/* Sets a number of 10^12 or more, which can be compared but not multiplied. */
extern void field_value_set_beyond(FieldValue *value, bool negative);
extern void field_value_set_truth(FieldValue *value, const ProgramField *field, bool truth);
extern void field_value_set_days(FieldValue *value, int32 days);

/*
 * Compares two values of one kind that are there: below 0, 0 or above it in *order.
 * False when both are numbers too large to tell which is the larger.
 */
extern bool field_value_compare(const FieldValue *a, const FieldValue *b, int *order);

/* The number in decimals, with twelve at most and cut toward zero; the caller frees it. */
extern char *field_value_text(const FieldValue *value);

#endif							/* CORE_SCORECARD_VALUE_H */
