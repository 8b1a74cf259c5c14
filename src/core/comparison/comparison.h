/*
 * comparison.h
 *	  Who gains and who loses between two sets of placements, counted by a value of
 *	  the applications.
 */
#ifndef CORE_COMPARISON_COMPARISON_H
#define CORE_COMPARISON_COMPARISON_H

#include "core/base/market_rows.h"

typedef enum ComparisonSide
{
	COMPARISON_BEFORE,
	COMPARISON_AFTER,
	COMPARISON_SIDES
} ComparisonSide;

/* The set of an application without values */
#define COMPARISON_NO_VALUE (-1)

typedef struct ComparisonSum
{
	bool  has_value;
	Word  value;
	int64 applicants;
	int64 admitted[COMPARISON_SIDES];
	int64 first_choices[COMPARISON_SIDES];
	int64 choices[COMPARISON_SIDES]; /* the sum of the choices of those admitted */
	int64 gains;
	int64 loses;
} ComparisonSum;

typedef struct Comparison Comparison;

extern Comparison *comparison_begin(Size memory_limit, CoreError *error);

/* The number of a set of values, for row->set; words may come twice in it. */
extern bool comparison_number_set(Comparison *comparison, const Word *words, int count, int32 *set);

/* All applications, then placements of either side, each in any order. */
extern bool comparison_add_application(Comparison *comparison, const ApplicationRow *row);
extern bool comparison_add_placement(Comparison *comparison, ComparisonSide side,
									 int64 applicant_id, int64 pool_id, const int64 *choice);

/* The sums, by value in the order of bytes, those without a value last */
extern bool comparison_count(Comparison *comparison, const ComparisonSum **sums, int32 *count);

#endif /* CORE_COMPARISON_COMPARISON_H */
