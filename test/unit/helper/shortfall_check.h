/*
 * shortfall_check.h
 *	  Trying out what shortfall promises.
 */
#ifndef UNIT_HELPER_SHORTFALL_CHECK_H
#define UNIT_HELPER_SHORTFALL_CHECK_H

#include "core/scorecard/shortfall.h"
#include "helper/values.h"

/*
 * After evaluate gave a score: do what each criterion's shortfall for this gap says
 * and score again; try other values where there is none.  Counts into tried, and
 * returns how many promises were broken.  Slots and judgements stay as they were.
 */
extern int	count_broken_shortfalls(Evaluator *evaluator, const Card *card, int64 gap,
									Random *random, int *tried);

#endif							/* UNIT_HELPER_SHORTFALL_CHECK_H */
