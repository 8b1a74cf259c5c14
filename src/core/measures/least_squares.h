/*
 * least_squares.h
 *	  Weighted least squares in one pass over the rows.
 *
 * The state is an array of doubles, so that it can travel: the number of
 * columns, the rows taken, and the sums of the products of the constant, the
 * columns of x, and y, each with what is left of it.  Its size does not depend
 * on the rows.
 */
#ifndef CORE_MEASURES_LEAST_SQUARES_H
#define CORE_MEASURES_LEAST_SQUARES_H

#include "core/base/core.h"

#define LEAST_SQUARES_MOST_COLUMNS	500

/* A row is 1, the columns of x, and y. */
static inline int
least_squares_row_length(int columns)
{
	return columns + 2;
}

extern int	least_squares_state_length(int columns);
extern void least_squares_start(double *state, int columns);

/* Could so many numbers be a state? */
extern bool least_squares_is_state(const double *state, int length);
extern int	least_squares_columns(const double *state);
extern double least_squares_rows(const double *state);

/* False when something was too large to add up, or the rows are no number of rows. */
extern bool least_squares_is_finite(const double *state, int length);

/* Take a row of a weight above zero. */
extern void least_squares_add(double *state, const double *row, double weight);

/* Take the rows of another state of as many columns. */
extern void least_squares_combine(double *state, const double *other);

/* R above a diagonal D: what makes the sums as R'·D·R */
typedef struct LeastSquaresFactors
{
	int			length;			/* of a row */
	struct Doubled *numbers;	/* row by row */
} LeastSquaresFactors;

extern LeastSquaresFactors least_squares_factor(const double *state);

typedef struct LeastSquaresFit
{
	int			count;			/* of coefficients: the constant, then a column each */
	double	   *coefficients;
	double	   *inverse;		/* of the cross products of the columns; count by count */
	double		residual;		/* weighted sums of squares: what is left, */
	double		explained;		/* and what the columns explain about the mean */
} LeastSquaresFit;

/*
 * The columns that those before them make up but for rounding: their numbers
 * from 1, into room for all columns.  Returns how many; 0 when there is a fit.
 */
extern int	least_squares_singular(const LeastSquaresFactors *factors, int *columns);
extern void least_squares_solve(const LeastSquaresFactors *factors, LeastSquaresFit *fit);

#endif							/* CORE_MEASURES_LEAST_SQUARES_H */
