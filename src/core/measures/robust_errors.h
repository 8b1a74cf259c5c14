/*
 * robust_errors.h
 *	  Standard errors of a least squares fit that hold when the spread of what
 *	  is left differs from row to row.
 *
 * They need a second pass, because what is left is known only after the first.
 * The state is an array of doubles that holds the fit as well.
 */
#ifndef CORE_MEASURES_ROBUST_ERRORS_H
#define CORE_MEASURES_ROBUST_ERRORS_H

#include "core/base/core.h"

typedef enum RobustErrorsKind
{
	ROBUST_ERRORS_HC1 = 1,			/* scaled by rows / (rows - coefficients) */
	ROBUST_ERRORS_HC3 = 3			/* each row by its leverage: for few rows */
} RobustErrorsKind;

typedef struct RobustErrorsModel
{
	RobustErrorsKind kind;
	int			count;			/* of coefficients */
	double		rows;			/* of the fit */
	const double *coefficients;
	const double *inverse;		/* of the cross products; count by count */
} RobustErrorsModel;

extern int	robust_errors_state_length(int count);
extern void robust_errors_start(double *state, const RobustErrorsModel *model);
extern bool robust_errors_is_state(const double *state, int length);
extern int	robust_errors_count(const double *state);

/* False when something was too large to add up, or the rows are no number of rows. */
extern bool robust_errors_is_finite(const double *state, int length);

/* Take a row of 1, x and y; false when HC3 is not defined, as the row alone tells a coefficient. */
extern bool robust_errors_add(double *state, const double *row, double weight);

/* False when the other state is of another model. */
extern bool robust_errors_combine(double *state, const double *other);

/* The errors, one for each coefficient; false when the rows are not as many as the fit's. */
extern bool robust_errors_solve(const double *state, double *errors);

#endif							/* CORE_MEASURES_ROBUST_ERRORS_H */
