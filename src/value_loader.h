/*
 * value_loader.h
 *	  Converting a value of any SQL type to what a field of a scorecard needs.
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
	VALUE_NAME,					/* name, and a literal without a type, 'rent': C strings */
	VALUE_ENUM,
	VALUE_TEXT_ARRAY,
	VALUE_JSONB,
	VALUE_OTHER,				/* only isnull and notnull can ask for it */
	VALUE_NULL					/* NULL without a type: missing, whoever asks */
} ValueKind;

extern ValueKind value_kind(Oid type);

/* Whether values of this kind can give what is needed of a field. */
extern bool value_serves(ValueKind kind, const ProgramField *field, uint8 needs);

/* The first criterion after another, or of all, that cannot judge a field's values of this kind. */
extern const ProgramCriterion *value_refuser(const Program *program, const ProgramField *field,
											 ValueKind kind, const ProgramCriterion *after);

extern bool value_is_text(ValueKind kind);

/* As what a gate between two fields compares values of a kind */
extern ConstantKind value_compared_as(ValueKind kind);

/* What is needed of a field, for messages: "a number". */
extern const char *value_needed(const ProgramField *field, uint8 needs);

/*
 * Fills result from a datum that is not NULL.  Texts point into the datum, or into the
 * current memory context.  Chosen once for a row type, so that no row asks for the kind.
 */
typedef void (*ValueLoader) (FieldValue *result, const Program *program, const ProgramField *field,
							 ValueKind kind, Datum value);

extern ValueLoader value_loader(ValueKind kind, const ProgramField *field);

/* Loads a value that serves, and notes as what a gate between two fields compares it. */
extern void value_load_compared(FieldValue *result, const Program *program,
								const ProgramField *field, ValueKind kind, Datum value);

/* A column's value in a fixed form that no setting changes, or NULL when missing. */
extern char *value_text(const Program *program, const ProgramField *field, ValueKind kind, Oid type,
						Datum value);

#endif							/* VALUE_LOADER_H */
