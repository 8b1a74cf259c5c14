/*
 * indices.h
 *	  Measures of inequality, poverty and targeting: population formulas with
 *	  weights, where a weight is so many equal persons.
 *
 * Those that need no order are made from sums, a few numbers that add up over
 * any division of the rows.  The others need the whole distribution, sorted.
 */
#ifndef CORE_MEASURES_INDICES_H
#define CORE_MEASURES_INDICES_H

#include "core/base/core.h"

/* ---- from sums ---- */

enum
{
	SUM_PARAMETER,				/* the same in all rows */
	SUM_WEIGHT,
	SUM_VALUE,
	SUM_TERM,					/* of what the measure adds up */
	SUMS_LENGTH
};

/* Not a number where the measure is not defined: no rows, or nothing to share. */
extern double theil_t_term(double x);
extern double theil_t(const double *sums);
extern double theil_l(const double *sums);
extern double atkinson_term(double x, double aversion);
extern double atkinson(const double *sums);
extern double fgt_term(double x, double line, double alpha);
extern double mean_term(const double *sums);

/* ---- from distributions ---- */

typedef struct Observation
{
	double		rank;			/* what they are ordered by: the value itself, or another */
	double		value;
	double		weight;			/* above zero */
} Observation;

typedef struct Distribution
{
	Observation *observations;
	int64		count;
	double		weight;			/* sums over all, in order */
	double		value;			/* weighted */
} Distribution;

/* Sort them and add them up. */
extern Distribution distribution_of(Observation *observations, int64 count);

/* Twice the area between the concentration curve and the diagonal; by its own values: Gini's. */
extern double distribution_concentration(const Distribution *distribution);
extern double distribution_hoover(const Distribution *distribution);

/* The share of all values that the lowest part of the weights has; parts ascend. */
extern void distribution_shares(const Distribution *distribution, const double *parts, int count,
								double *shares);

/* Standard error of Gini's coefficient by leaving out each observation */
extern double distribution_gini_error(const Distribution *distribution, double gini);

#endif							/* CORE_MEASURES_INDICES_H */
