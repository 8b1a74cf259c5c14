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

typedef enum MeasureKind
{
	MEASURE_MEAN,				/* of terms: poverty, errors of targeting */
	MEASURE_THEIL_T,
	MEASURE_THEIL_L,
	MEASURE_ATKINSON,
	MEASURE_KINDS
} MeasureKind;

/*
 * Where the numbers of a state are.  Values count relative to one of them, the
 * reference, so that a measure is the same in any unit and equal values give
 * exactly 0.
 */
enum
{
	SUM_KIND,
	SUM_PARAMETER,				/* the same in all rows */
	SUM_REFERENCE,				/* 0 as long as all values are */
	SUM_WEIGHT,
	SUM_VALUE,					/* of values over the reference */
	SUM_TERM,					/* of what the measure adds up */
	SUMS_LENGTH
};

extern void sums_start(double *sums, MeasureKind kind, double parameter);

/* True when so many numbers could be a state. */
extern bool sums_are_state(const double *sums, int length);

/* Add a row with a weight: its value, or for the mean its term. */
extern void sums_add(double *sums, double value, double weight);

/* Add the rows of another state of the same kind and parameter. */
extern void sums_combine(double *sums, const double *others);

/* The measure; NaN where it is not defined: no rows, or nothing to share. */
extern double sums_measure(const double *sums);

/* The term of Foster, Greer and Thorbecke: the gap below the line to the power of alpha */
extern double fgt_term(double x, double line, double alpha);

/* ---- from distributions ---- */

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
