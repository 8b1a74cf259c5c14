/*
 * program.h
 *	  A compiled scorecard: one block of memory without pointers, so that it can
 *	  be stored, sent to a worker and run where it lies.
 *
 * Numbers that are only compared become int64 keys: twice the value at the
 * field's scale, rounded down, plus one when digits were left over.  A constant
 * is then always even, a value that lies between two constants is odd, and one
 * integer comparison decides exactly.  Dates and booleans use the same keys.
 * A number whose key is even is half its key, so nearly all that are multiplied
 * are so in int64; the others are kept at twelve decimals in an int128.
 */
#ifndef CORE_SCORECARD_PROGRAM_H
#define CORE_SCORECARD_PROGRAM_H

#include "core/scorecard/card.h"

#define WIDE_SCALE		FIXED_MAX_SCALE

/* Keys of numbers too large for the field's scale */
#define KEY_LIMIT		INT64CONST(2000000000000000000)

/* A narrow_limit that no key lies within */
#define NARROW_NONE		INT64CONST(-1)

/* What a field's value must hold, for those who read it */
#define NEED_KEY		0x01
#define NEED_WIDE		0x02
#define NEED_TEXT		0x04
#define NEED_LABEL		0x08	/* any value as a text: true, 3, rent */
#define NEED_ITEMS		0x10	/* an array of texts */
#define NEED_COMPARE	0x20	/* any number, date, boolean or text, and which of these it is */

/* Which call reads a field: eligible() and score() read only their own, explain() all */
#define FOR_ELIGIBLE	0x01
#define FOR_SCORE		0x02
#define FOR_EXPLAIN		0x04

/* A text that values are compared with: the key of a criterion over texts */
typedef struct TextKey
{
	int32		offset;			/* of a string of the program */
	int32		length;
} TextKey;

typedef struct ProgramField
{
	int32		name;			/* as the card writes it: a string of the program */
	int32		column;			/* index of the column, or -1 for a derived field */
	int32		path;			/* first of path_count strings: keys into a jsonb column */
	int32		path_count;
	int32		user;			/* the first criterion that reads it, for messages */
	uint8		needs;
	uint8		purposes;
	uint8		key_class;		/* ConstantKind, when needs has NEED_KEY */
	uint8		key_scale;		/* decimals of its keys */
	uint8		function;		/* DeriveFunction of a derived field */
	int32		arguments;		/* first of argument_count field indexes */
	int32		argument_count;
} ProgramField;

typedef struct ProgramCriterion
{
	int32		code;			/* strings of the program */
	int32		reason;
	int32		group_name;		/* or -1 */
	uint8		kind;
	uint8		op;
	uint8		missing;
	uint8		needs;			/* what its field's value must hold */
	bool		has_otherwise;
	bool		compares_text;	/* a gate over texts, not keys */
	bool		upper;			/* a band whose steps hold their high ends: cuts are odd keys */
	bool		low_unbounded;	/* a coef without min or max: low says nothing, */
	bool		high_unbounded; /* high says nothing */
	int32		field;			/* index, or -1 */
	int32		than;			/* of a gate between two fields: the other one, else -1 */
	int32		group;			/* index of the gate's group, or -1 */
	int32		section;		/* of a member: index of its section, else -1 */
	int32		count;			/* of keys: constants, cuts, knots or texts */
	int32		keys;			/* offset of int64 keys, or of TextKey */
	int32		prefixes;		/* of texts: offset of their first eight bytes as int64 */
	int32		points;			/* offset of int64 points */
	int64		otherwise;
	int64		missing_points;
	int64		low;			/* the points that it can give, */
	int64		high;			/* at the least and at the most */
	int64		narrow_limit;	/* even keys up to this, of either sign, are multiplied in int64 */
	int64		min_key;		/* of coef, in int64: between these limits, */
	int64		max_key;
	int64		factor;			/* points are factor * number / divisor, */
	int64		divisor;		/* the number counted in units of the field's scale */
	int64		coefficient;
	int32		coefficient_scale;
	bool		has_min;
	bool		has_max;
	int128		min;			/* of coef: at twelve decimals; of a section: points */
	int128		max;
} ProgramCriterion;

typedef struct Program
{
	int32		size;
	uint8		scale;
	uint8		rounding;
	bool		has_as_of;
	uint8		reserved;
	int32		as_of;
	int32		column_count;
	int32		columns;		/* offset of int32 strings */
	int32		field_count;
	int32		derived_count;	/* of these, the derived ones */
	int32		fields;			/* offset of ProgramField */
	int32		criterion_count;
	int32		criteria;		/* offset of ProgramCriterion */
	int32		group_count;
	int32		section_count;
	int32		class_count;
	int32		class_cuts;		/* offset of class_count - 1 int64 points */
	int32		class_labels;	/* offset of int32 strings */
} Program;

#define program_at(program, type, offset)	((const type *) ((const char *) (program) + (offset)))
#define program_string(program, offset)		program_at(program, char, offset)
#define program_key_text(program, criterion, i) \
	program_string(program, program_at(program, TextKey, (criterion)->keys)[i].offset)
#define program_field(program, i) \
	(program_at(program, ProgramField, (program)->fields) + (i))
#define program_criterion(program, i) \
	(program_at(program, ProgramCriterion, (program)->criteria) + (i))
#define program_column(program, i) \
	program_string(program, program_at(program, int32, (program)->columns)[i])

#define program_field_name(program, field)	program_string(program, (field)->name)

/* The first criterion that reads a field, for messages */
#define program_user_code(program, field) \
	program_string(program, program_criterion(program, (field)->user)->code)

#define program_class_label(program, i) \
	program_string(program, program_at(program, int32, (program)->class_labels)[i])

/* compile.c: in the current memory context; NULL with the error set when the card is refused */
extern Program *card_compile(const Card *card, CoreError *error);

/* criterion_text.c: what a criterion says, readable and in no language; the caller frees it */
extern char *criterion_text(const Program *program, int criterion);

#endif							/* CORE_SCORECARD_PROGRAM_H */
