/*
 * shortfall.h
 *	  Which single criterion, moved how far, would reach a cut-off.
 */
#ifndef CORE_SCORECARD_SHORTFALL_H
#define CORE_SCORECARD_SHORTFALL_H

#include "core/scorecard/eval.h"

typedef struct Shortfall
{
	int64		points;			/* that the criterion must give */
	char	   *needed;			/* the nearest value that gives them: ">= 3.2", "none" */
} Shortfall;

/* Of fields, given which columns hold whole numbers only: marks the derived ones that do. */
extern void mark_whole_fields(const Program *program, bool *whole);

/*
 * After evaluate found a score below a cut-off by the gap: what this criterion alone
 * would need to make it up; false when it cannot.  whole says by field which hold
 * whole numbers only: of those a whole number is given.
 */
extern bool find_shortfall(const Evaluator *evaluator, int criterion, int64 gap,
						   const bool *whole, Shortfall *shortfall);

#endif							/* CORE_SCORECARD_SHORTFALL_H */
