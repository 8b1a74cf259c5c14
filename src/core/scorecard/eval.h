/*
 * eval.h
 *	  Running a scorecard's program over the values of one record.
 *
 * The caller fills evaluator->values for each column field; evaluate fills those
 * of the derived fields, then judges the criteria.
 */
#ifndef CORE_SCORECARD_EVAL_H
#define CORE_SCORECARD_EVAL_H

#include "core/scorecard/value.h"

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

/* A criterion with all that judging it touches, so that the loop over criteria looks nothing up */
typedef struct BoundCriterion
{
	const ProgramCriterion *criterion;
	const FieldValue *value;	/* of its field; of const and section one that is not missing */
	const FieldValue *than;		/* of a gate between two fields, else NULL */
	const int64 *keys;			/* of numbers, or prefixes of texts */
	const int64 *points;
	Judgement  *judgement;
} BoundCriterion;

typedef struct BoundCriteria
{
	int			count;
	BoundCriterion *items;
} BoundCriteria;

/* Scratch space of one program; made once, used for each record. */
typedef struct Evaluator
{
	const Program *program;
	FieldValue *values;			/* by field */
	Judgement  *judgements;		/* by criterion */
	Outcome    *groups;
	BoundCriteria gates;
	BoundCriteria givers;		/* of points, sections too */
	BoundCriteria rejecters;	/* those givers whose missing value makes ineligible */
	CoreError	error;
} Evaluator;

typedef struct Assessment
{
	Outcome		eligible;
	bool		scored;
	int64		score;
	int			class_index;	/* -1 without classes or score */
} Assessment;

/* Allocates in the current memory context; the program must outlive the evaluator. */
extern Evaluator *evaluator_create(const Program *program);

/* Judges what the purposes ask for; false with evaluator->error set when a number is too large. */
extern bool evaluate(Evaluator *evaluator, uint8 purposes, Assessment *result);

/*
 * derive.c: fills the values of the derived fields that serve the purposes; false
 * with evaluator->error set when an argument is too large to compute with.
 */
extern bool derive_fields(Evaluator *evaluator, uint8 purposes);

/* gate.c: whether a gate passes a value that is there, or asks whether there is one */
extern bool gate_passes(const Program *program, const BoundCriterion *bound);

/*
 * gate.c: whether a gate can compare values of two kinds: of the same one, or a date with
 * a text, which JSON has instead; false with the error set when it cannot.
 */
extern bool gate_check_kinds(const Program *program, const ProgramCriterion *gate,
							 ConstantKind value, ConstantKind than, CoreError *error);

/*
 * gate.c: judges a gate between two fields whose values are there; false with
 * evaluator->error set when they cannot be compared.
 */
extern bool judge_two_fields(Evaluator *evaluator, const BoundCriterion *bound);

/*
 * points.c: points on a line, and by a coefficient; multiply returns false with
 * evaluator->error set when the value is too large.
 */
extern int64 interpolate(const Program *program, const BoundCriterion *bound);
extern bool multiply(Evaluator *evaluator, const BoundCriterion *bound, int64 *points);

/* After evaluate for the score: what it could be if missing fields had values. */
typedef struct ScoreBounds
{
	bool		has_low;		/* false: a coef without limits can go anywhere */
	bool		has_high;
	int64		low;
	int64		high;
} ScoreBounds;

extern ScoreBounds score_bounds(const Evaluator *evaluator);

/* Whether a criterion belongs to the reasons, after evaluate for eligible and score. */
extern bool is_reason(const Evaluator *evaluator, int criterion);

/* A ratio is multiplied as a fraction while its terms are below these. */
#define MAX_TOP			INT64CONST(1000000000000000)
#define MAX_BOTTOM		1000000000

#endif							/* CORE_SCORECARD_EVAL_H */
