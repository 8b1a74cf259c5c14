/*
 * card.h
 *	  A scorecard as its author wrote it: what parse makes, canonical writes
 *	  and compile turns into a program.
 */
#ifndef CORE_SCORECARD_CARD_H
#define CORE_SCORECARD_CARD_H

#include "core/base/fixed.h"

typedef enum CriterionKind
{
	KIND_GATE,
	KIND_BAND,
	KIND_LINEAR,
	KIND_ENUM,
	KIND_COEF,
	KIND_CONST,
	KIND_SECTION,
	KIND_DERIVE
} CriterionKind;

typedef enum GateOp
{
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_BETWEEN,
	OP_IN,
	OP_NOT_IN,
	OP_IS_NULL,
	OP_NOT_NULL,
	OP_OVERLAPS,
	OP_CONTAINS,
	OP_DISJOINT
} GateOp;

typedef enum MissingPolicy
{
	MISSING_UNDETERMINED,
	MISSING_REJECT,
	MISSING_POINTS,
	MISSING_WORST,
	MISSING_BEST
} MissingPolicy;

typedef enum DeriveFunction
{
	DERIVE_RATIO,
	DERIVE_SUM,
	DERIVE_MIN,
	DERIVE_MAX,
	DERIVE_COUNT_TRUE,
	DERIVE_AGE_YEARS,
	DERIVE_AGE_YEARS_THAI
} DeriveFunction;

/* What a gate compares with.  A string that is a date stands for the day. */
typedef enum ConstantKind
{
	CONSTANT_NUMBER,
	CONSTANT_DATE,
	CONSTANT_BOOLEAN,
	CONSTANT_TEXT
} ConstantKind;

typedef struct Constant
{
	ConstantKind kind;
	Decimal		number;
	int32		days;
	bool		truth;
	const char *text;			/* as written, of a date or a text */
} Constant;

/* A band [low, high) or (low, high] with points, or a class [low, high) with a label */
typedef struct Step
{
	bool		has_low;
	bool		has_high;
	Decimal		low;
	Decimal		high;
	int64		points;			/* at the card's scale, as all points are */
	const char *label;
} Step;

typedef struct Knot
{
	Decimal		value;
	int64		points;
} Knot;

typedef struct EnumKey
{
	const char *text;
	int64		points;
} EnumKey;

typedef struct Criterion
{
	const char *code;
	CriterionKind kind;
	const char *field;			/* NULL where the kind reads none or several */
	const char *reason;			/* its code when none is given */
	MissingPolicy missing;
	int64		missing_points;

	/* gate */
	GateOp		op;
	const char *group;
	const char *than;			/* the field to compare with, instead of constants; or NULL */
	int			constant_count;
	Constant   *constants;

	/* band */
	int			step_count;
	Step	   *steps;			/* by low end */
	bool		upper;			/* a step holds its high end, not its low end */

	/* linear */
	int			knot_count;
	Knot	   *knots;

	/* enum */
	int			key_count;
	EnumKey    *keys;			/* by text, byte order */

	/* band, enum */
	bool		has_otherwise;
	int64		otherwise;

	/* coef; section, whose limits are points */
	Decimal		coefficient;
	bool		has_min;
	bool		has_max;
	Decimal		min;
	Decimal		max;

	/* const */
	int64		points;

	/* section: codes; derive: fields */
	int			name_count;
	const char **names;

	/* derive */
	DeriveFunction function;
} Criterion;

typedef struct Card
{
	const char *code;
	int			scale;
	Rounding	rounding;
	bool		has_as_of;
	int32		as_of;
	int			criterion_count;
	Criterion  *criteria;
	int			class_count;
	Step	   *classes;		/* by low end */
} Card;

/* These read one date; the others read any number of fields. */
#define derive_is_age(function)	((function) >= DERIVE_AGE_YEARS)

/* These ask for an array of texts. */
#define op_reads_items(op)		((op) >= OP_OVERLAPS)

#define CARD_MAX_SCALE		6
#define CARD_DEFAULT_SCALE	4
#define CARD_MAX_LENGTH		(1024 * 1024)
#define CARD_MAX_CRITERIA	1000
#define CARD_MAX_FIELDS		1600	/* as columns of a table */

extern const char *const criterion_kind_names[];
extern const char *const gate_op_names[];
extern const char *const missing_policy_names[];
extern const char *const derive_function_names[];
extern const char *const rounding_names[];

/*
 * parse.c: a card of a JSON text, in the current memory context.  NULL with the error
 * set when it is not JSON, or some criterion is wrong by itself.
 */
extern Card *card_parse(const char *text, int length, int encoding, CoreError *error);

/* canonical.c: the one text of a card, in the current memory context */
extern char *card_canonical(const Card *card);

/* The length of a text without the trailing zeros of a decimal: 3.00 and 3 are one enum key. */
extern int	trimmed_number_length(const char *text, int length);

static inline int
enum_text_length(const char *text, int length)
{
	char		last = length > 0 ? text[length - 1] : '\0';

	/* only what ends in a zero, or in the point itself, can have some to lose */
	return last == '0' || last == '.' ? trimmed_number_length(text, length) : length;
}

#endif							/* CORE_SCORECARD_CARD_H */
