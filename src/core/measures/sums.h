/*
 * sums.h
 *	  Measures of inequality, poverty and targeting that need no order: numbers that
 *	  add up over any division of the rows, and give the same to the last digit.
 *
 * Rows of one binary order of magnitude, in value, weight and term, are summed together
 * by their mantissas, which is exact; the orders are put together at the end.  So nothing
 * overflows, a unit does not count, and what a row adds hangs on this row alone.
 */
#ifndef CORE_MEASURES_SUMS_H
#define CORE_MEASURES_SUMS_H

#include "core/base/core.h"

typedef enum MeasureKind
{
	MEASURE_FGT,				/* the first three are means of terms */
	MEASURE_INCLUSION_ERROR,
	MEASURE_EXCLUSION_ERROR,
	MEASURE_THEIL_T,
	MEASURE_THEIL_L,
	MEASURE_ATKINSON,
	MEASURE_KINDS
} MeasureKind;

/* Where the numbers of a state are: these, then those of each order, the smallest first. */
enum
{
	SUM_KIND,
	SUM_PARAMETER,				/* the same in all rows */
	SUM_LEAST,					/* of the values */
	SUM_MOST,
	SUM_ORDERS
};

/* Each sum of an order is a number and what is left of it. */
enum
{
	ORDER_KEY,					/* the exponents of value, term and weight */
	ORDER_WEIGHT,
	ORDER_VALUE = ORDER_WEIGHT + 2,
	ORDER_TERM = ORDER_VALUE + 2,	/* of what the measure adds up */
	ORDER_LENGTH = ORDER_TERM + 2
};

/* What one row adds, and to which order */
typedef struct SumsRow
{
	double		value;
	double		key;
	double		weight;			/* these three by their mantissas */
	double		mantissa;
	double		term;
} SumsRow;

static inline int
sums_length(int orders)
{
	return SUM_ORDERS + orders * ORDER_LENGTH;
}

/* Of a row with a weight above zero: its value, or for the means its term */
extern SumsRow sums_row(MeasureKind kind, double parameter, double value, double weight);

/* Start a state of one order, for a first row that is added afterwards. */
extern void sums_start(double *sums, MeasureKind kind, double parameter, const SumsRow *row);

/* The number of orders of a state that is so long; 0 when none is */
extern int	sums_orders(int length);

/* True when so many numbers are a state. */
extern bool sums_are_state(const double *sums, int length);

/* True unless something was too large to add up. */
extern bool sums_are_finite(const double *sums, int length);

/* The place of a row's order; false when there is none yet, and it would come there. */
extern bool sums_find_order(const double *sums, int orders, const SumsRow *row, int *place);

/* Make an order for a row in that place: a copy of the state in room for one more. */
extern void sums_insert_order(double *sums, const double *old, int orders, const SumsRow *row,
							  int place);

/* Add a row in its order. */
extern void sums_add(double *sums, int place, const SumsRow *row);

/*
 * Put two states of the same kind and parameter together, in room for the orders of
 * both; returns how many orders that are.
 */
extern int	sums_combine(double *sums, const double *a, int a_orders, const double *b,
						 int b_orders);

/* The measure; NaN where it is not defined: there is nothing to share. */
extern double sums_measure(const double *sums, int orders);

/* The term of Foster, Greer and Thorbecke: the gap below the line to the power of alpha */
extern double fgt_term(double x, double line, double alpha);

#endif							/* CORE_MEASURES_SUMS_H */
