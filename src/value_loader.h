/*
 * value_loader.h
 *	  One value of any type into the slot of a field.
 */
#ifndef VALUE_LOADER_H
#define VALUE_LOADER_H

#include "core/scorecard/eval.h"

typedef enum ValueKind
{
	VALUE_INT2,
	VALUE_INT4,
	VALUE_INT8,
	VALUE_NUMERIC,
	VALUE_FLOAT4,
	VALUE_FLOAT8,
	VALUE_BOOLEAN,
	VALUE_DATE,
	VALUE_TEXT,					/* text, varchar */
	VALUE_CHAR,					/* char(n): trailing blanks do not count */
	VALUE_NAME,
	VALUE_ENUM,
	VALUE_TEXT_ARRAY,
	VALUE_JSONB,
	VALUE_OTHER					/* only isnull and notnull can ask for it */
} ValueKind;

extern ValueKind value_kind(Oid type);

/* Whether values of this kind can give what is needed of a field. */
extern bool value_serves(ValueKind kind, const ProgramField *field, uint8 needs);

/* The first criterion that cannot judge a field's values of this kind, or NULL. */
extern const ProgramCriterion *value_refuser(const Program *program, const ProgramField *field,
											 ValueKind kind);

extern bool value_is_text(ValueKind kind);

/* What is needed of a field, in words. */
extern const char *value_needed(const ProgramField *field, uint8 needs);

/* Fills a slot from a value that is not NULL; which one is quickest is settled once. */
typedef void (*ValueLoader) (Slot *slot, const Program *program, const ProgramField *field,
							 ValueKind kind, Datum value);

extern ValueLoader value_loader(ValueKind kind, const ProgramField *field);

/* A column's value in a fixed form, or NULL when missing. */
extern char *value_text(const Program *program, const ProgramField *field, ValueKind kind, Oid type,
						Datum value);

#endif							/* VALUE_LOADER_H */
