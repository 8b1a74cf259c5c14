/*
 * value_path.h
 *	  The values at the ends of paths into jsonb columns.
 */
#ifndef VALUE_PATH_H
#define VALUE_PATH_H

#include "value_loader.h"

/* The loader of a field that is a path; raises an error for a value that no criterion can judge. */
extern void path_load(FieldValue *result, const Program *program, const ProgramField *field,
					  ValueKind kind, Datum value);

/* The value as text, or NULL when it is not there. */
extern char *path_value_text(const Program *program, const ProgramField *field, Datum value);

#endif							/* VALUE_PATH_H */
