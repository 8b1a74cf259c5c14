/*
 * eval.h
 *	  Running a scorecard's program over the values of one record.
 *
 * The caller fills a slot for each column field; derived fields fill their own.
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

/* A criterion, and what it points to */
typedef struct Rule
{
	const ProgramCriterion *criterion;
	const Slot *slot;			/* of its field; of const and section one that is not missing */
	const int64 *keys;			/* of numbers, or words of texts */
	const int64 *points;
	Judgement  *judgement;
} Rule;

typedef struct RuleList
{
	int			count;
	Rule	   *rules;
} RuleList;

/* Scratch space of one program; made once, used for each record. */
typedef struct Evaluator
{
	const Program *program;
	Slot	   *slots;			/* by field */
	Judgement  *judgements;		/* by criterion */
	Outcome    *groups;
	RuleList	gates;
	RuleList	givers;			/* of points, sections too */
	RuleList	rejecters;		/* those givers whose missing value makes ineligible */
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

/* A ratio is multiplied as a fraction while its terms are below these. */
#define MAX_TOP			INT64CONST(1000000000000000)
#define MAX_BOTTOM		1000000000

#endif							/* CORE_SCORECARD_EVAL_H */
