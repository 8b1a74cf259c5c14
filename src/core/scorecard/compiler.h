/*
 * compiler.h
 *	  What the passes of compilation share.
 */
#ifndef CORE_SCORECARD_COMPILER_H
#define CORE_SCORECARD_COMPILER_H

#include "core/scorecard/program.h"

#include "lib/stringinfo.h"

/* No sum of points may pass this: half of what an int64 holds. */
#define POINTS_LIMIT	INT64CONST(4000000000000000000)

typedef struct Compiler
{
	const Card *card;
	CoreError  *error;
	ProgramField *fields;
	int			field_count;
	int			field_room;
	ProgramCriterion *criteria;
	const char **columns;
	int			column_count;
	const char **groups;
	int			group_count;
	int		   *derived;		/* by criterion: the field it makes, or -1 */
	StringInfoData out;			/* the program so far */
} Compiler;

/* compile.c: append aligned bytes, or a string, to the program; they return its offset */
extern int32 compiler_emit(Compiler *compiler, const void *data, Size size);
extern int32 compiler_emit_string(Compiler *compiler, const char *text);

/* compile.c: fills the error with what is wrong, naming the criterion, and returns false */
extern bool compiler_refuse(Compiler *compiler, const Criterion *criterion, const char *what);

/* compile.c: the key of a number at the field's scale; false with the error set when it has none */
extern bool compiler_number_key(Compiler *compiler, const Criterion *criterion,
								const ProgramField *field, Decimal number, int64 *key);

/* compile.c: notes that a criterion can give these points too */
extern void compiler_widen_range(ProgramCriterion *out, int64 points);

/* compile_fields.c: the first pass, which settles fields, columns and the scales of keys */
extern bool compile_fields(Compiler *compiler);

/* compile_points.c: criteria that multiply; false, the error set, when products could overflow */
extern bool compile_linear(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out);
extern bool compile_coef(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out);

#endif							/* CORE_SCORECARD_COMPILER_H */
