/*
 * indices.h
 *	  Measures of inequality and poverty that need the whole distribution, sorted:
 *	  population formulas with weights, where a weight is so many equal persons.
 *	  Those that need no order are in sums.h.
 */
#ifndef CORE_MEASURES_INDICES_H
#define CORE_MEASURES_INDICES_H

#include "core/base/core.h"

typedef struct Observation
{
	double		rank;			/* what they are ordered by: the value itself, or another */
	double		value;
	double		weight;			/* above zero */
} Observation;

typedef struct Distribution
{
	Observation *observations;	/* in the order of rank, value and weight */
	int64		count;
	double		weight;			/* sum over all, in order */
	double		value;			/* sum of weighted values, in order */
	double		reference;		/* the first value, from which others are told apart exactly */
	double		excess;			/* sum of weighted values above the reference */
	double		lowest;			/* of the values */
} Distribution;

/* Sort the observations and add them up; spare as in observation_sort.h, or NULL. */
extern Distribution distribution_of(Observation *observations, int64 count, Observation *spare);

/*
 * Twice the area between the diagonal and the curve of absolute concentration:
 * the concentration index times the mean.
 */
extern double distribution_absolute_concentration(const Distribution *distribution);
extern double distribution_concentration(const Distribution *distribution);

/* The concentration of values by themselves */
extern double distribution_gini(const Distribution *distribution);

/* Standard error of Gini's coefficient by leaving out each observation */
extern double distribution_gini_error(const Distribution *distribution, double gini);
extern double distribution_hoover(const Distribution *distribution);

/* The share of all values that the lowest part of the weights has; parts ascend. */
extern void distribution_shares(const Distribution *distribution, const double *parts, int count,
								double *shares);

/*
 * The value below which a part of the weights lies; the mean of two neighbours
 * where it lies just between them.
 */
extern double distribution_quantile(const Distribution *distribution, double part);

/* Sen's index of poverty below a line */
extern double distribution_sen(const Distribution *distribution, double line);

#endif							/* CORE_MEASURES_INDICES_H */
