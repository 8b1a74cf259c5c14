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

/*
 * After evaluate found a score below a cut-off by the gap: what this criterion alone
 * would need to make it up; false when it cannot.
 */
extern bool find_shortfall(const Evaluator *evaluator, int criterion, int64 gap,
						   Shortfall *shortfall);

#endif							/* CORE_SCORECARD_SHORTFALL_H */
