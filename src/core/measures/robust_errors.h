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

typedef enum SandwichKind
{
	SANDWICH_HC1 = 1,			/* scaled by rows / (rows - coefficients) */
	SANDWICH_HC3 = 3			/* each row by its leverage: for few rows */
} SandwichKind;

typedef struct SandwichModel
{
	SandwichKind kind;
	int			count;			/* of coefficients */
	double		rows;			/* of the fit */
	const double *coefficients;
	const double *inverse;		/* of the cross products; count by count */
} SandwichModel;

extern int	sandwich_state_length(int count);
extern void sandwich_start(double *state, const SandwichModel *model);
extern bool sandwich_is_state(const double *state, int length);
extern int	sandwich_count(const double *state);

/* Take a row of 1, x and y; false when HC3 is not defined, as the row alone tells a coefficient. */
extern bool sandwich_add(double *state, const double *row, double weight);

/* False when the other state is of another model. */
extern bool sandwich_merge(double *state, const double *other);

/* The errors, one for each coefficient; false when the rows are not as many as the fit's. */
extern bool sandwich_end(const double *state, double *errors);

#endif							/* CORE_MEASURES_ROBUST_ERRORS_H */
