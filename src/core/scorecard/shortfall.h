/*
 * shortfall.h
 *	  Which single criterion, moved how far, would reach a cut-off.
 */
#ifndef CORE_SCORECARD_SHORTFALL_H
#define CORE_SCORECARD_SHORTFALL_H

#include "core/scorecard/eval.h"

typedef struct Remedy
{
	int64		points;			/* that the criterion must give */
	char	   *needed;			/* the nearest value that gives them: ">= 3.2", "none" */
} Remedy;

/* After evaluate found a score below the cut-off: can this criterion alone make it up? */
extern bool find_remedy(const Evaluator *evaluator, int criterion, int64 gap, Remedy *remedy);

#endif							/* CORE_SCORECARD_SHORTFALL_H */
