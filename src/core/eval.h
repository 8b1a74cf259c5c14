/*
 * eval.h
 *	  Running a scorecard's program over the values of one record.
 *
 * The caller fills a slot for each column field; derived fields fill their own.
 */
#ifndef EVAL_H
#define EVAL_H

#include "core/program.h"

typedef struct TextItem
{
	const char *text;
	int			length;
} TextItem;

/* One field's value.  Only what the field needs is set. */
typedef struct Slot
{
	bool		missing;
	int8		beyond;			/* -1, 1: a number too large to multiply, and its sign */
	int64		key;
	int128		wide;			/* at twelve decimals, rounded down */
	int64		fine;			/* the twelve decimals behind those */
	int64		top;			/* of a ratio in small numbers: the fraction itself, */
	int64		bottom;			/* lowest terms; 0 otherwise */
	TextItem	text;
	TextItem   *items;
	int			item_count;
} Slot;

typedef enum Outcome
{
	OUTCOME_FAILED,				/* a gate not passed, or missing and rejected */
	OUTCOME_PASSED,				/* a gate passed, or points given */
	OUTCOME_UNDETERMINED
} Outcome;

typedef struct Judgement
{
	Outcome		outcome;
	int64		points;			/* when a criterion with points has passed */
} Judgement;

typedef struct CriterionList
{
	int			count;
	int		   *criteria;
} CriterionList;

/* Scratch space of one program; made once, used for each record. */
typedef struct Evaluator
{
	const Program *program;
	Slot	   *slots;			/* by field */
	Judgement  *judgements;		/* by criterion */
	Outcome    *groups;
	CriterionList gates;
	CriterionList givers;		/* of points, sections too */
	CriterionList rejecters;	/* those givers whose missing value makes ineligible */
	CoreError	error;
} Evaluator;

typedef struct Assessment
{
	Outcome		eligible;
	bool		scored;
	int64		score;
	int			class_index;	/* -1 without classes or score */
} Assessment;

extern Evaluator *evaluator_create(const Program *program);

/* Judge what the purposes ask for; false with evaluator->error set when a number is too large. */
extern bool evaluate(Evaluator *evaluator, uint8 purposes, Assessment *result);

/* derive.c: fill the slots of the derived fields that serve the purposes; false as evaluate */
extern bool derive_fields(Evaluator *evaluator, uint8 purposes);

/* After evaluate for the score: what it could be if missing fields had values. */
typedef struct ScoreBounds
{
	bool		has_low;		/* false: a coef without limits can go anywhere */
	bool		has_high;
	int64		low;
	int64		high;
} ScoreBounds;

extern ScoreBounds score_bounds(const Evaluator *evaluator);

/* After evaluate with both purposes: does the criterion belong into the reasons? */
extern bool is_reason(const Evaluator *evaluator, int criterion);

/* Below these, twice a number at its field's scale fits 64 bits and stays within KEY_LIMIT. */
#define SMALL_LIMIT		1000000000
#define SMALL_SCALE		9

/*
 * slot.c.  Put a number into a slot: digits / 10^scale, with scale at most SLOT_MAX_SCALE
 * and digits below 10^36.  rest is the sign of what was cut off behind the last
 * digit, 0 when nothing was.
 */
#define SLOT_MAX_SCALE	24
#define FINE_UNIT		INT64CONST(1000000000000)

/* A ratio is multiplied as a fraction while its terms are below these. */
#define MAX_TOP			INT64CONST(1000000000000000)
#define MAX_BOTTOM		1000000000
extern void slot_set_number(Slot *slot, const ProgramField *field, int128 digits, int scale,
							int rest);

/* The same in the parts of a slot */
extern void slot_set_parts(Slot *slot, const ProgramField *field, int128 wide, int64 fine,
						   int rest);
extern void slot_set_beyond(Slot *slot, bool negative);
extern void slot_set_truth(Slot *slot, bool truth);
extern void slot_set_days(Slot *slot, int32 days);

/* The number of a slot with NEED_WIDE */
extern char *slot_text(const Slot *slot);

#endif							/* EVAL_H */
