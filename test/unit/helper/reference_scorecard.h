/*
 * reference_scorecard.h
 *	  A second opinion on a scorecard: judged from the card as it was parsed,
 *	  criterion by criterion, without a program.
 */
#ifndef UNIT_HELPER_REFERENCE_SCORECARD_H
#define UNIT_HELPER_REFERENCE_SCORECARD_H

#include "helper/values.h"

typedef struct ReferenceAssessment
{
	bool		too_large;		/* a number that cannot be computed with, or compared */
	Outcome	   *outcomes;		/* by criterion */
	int64	   *points;			/* by criterion; of a section after its limits */
	bool	   *reasons;
	Outcome		eligible;
	bool		scored;
	int64		score;
	const char *label;			/* of the class, or NULL */
} ReferenceAssessment;

/* The values of the card's fields, by name */
typedef struct Record
{
	int			count;
	const char **names;
	Value	   *values;
} Record;

/* Judges a record by the card as it was parsed. */
extern void reference_assess(const Card *card, const Record *record,
							 ReferenceAssessment *reference);

/* Whether the evaluator, having judged both, came to the same; notes what differs. */
extern bool assessment_agrees(const Card *card, const ReferenceAssessment *reference,
							  const Evaluator *evaluator, const Assessment *assessment);

#endif							/* UNIT_HELPER_REFERENCE_SCORECARD_H */
