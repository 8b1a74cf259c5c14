/*
 * least_squares.c
 *	  Weighted least squares by sums of squares and products of twice a double's digits.
 *
 * Such sums lose half of the digits that they have, when columns are nearly alike, and
 * then still have those of a double; and to its last digit they are the same in
 * whatever order the rows come and however they are divided.  The fit is R'·D·R, the
 * factors of the sums, where D is diagonal and R has a unit diagonal; the constant
 * comes first, so that the others are taken about their means.
 *
 * A row takes time (columns + 2)² and no memory, the fit columns³.
 */
#include "core/measures/least_squares.h"

#include <math.h>

#include "core/measures/doubled.h"

/* A column of which so little is left beside the columns before it is one of them, rounded. */
#define SINGULAR_RATIO		1e-11

/* Where the numbers of a state are */
enum
{
	STATE_COLUMNS,
	STATE_ROWS,
	STATE_NUMBERS				/* the products on and above the diagonal, row by row */
};

/* Where the products of a row and the columns from itself on are */
static int
products_start(int length, int row)
{
	return row * length - row * (row - 1) / 2;
}

static int
state_row_length(const double *state)
{
	return least_squares_row_length(least_squares_columns(state));
}

int
least_squares_state_length(int columns)
{
	int			length = least_squares_row_length(columns);

	return STATE_NUMBERS + 2 * products_start(length, length);
}

void
least_squares_start(double *state, int columns)
{
	memset(state, 0, sizeof(double) * least_squares_state_length(columns));
	state[STATE_COLUMNS] = columns;
}

bool
least_squares_is_state(const double *state, int length)
{
	return length > STATE_NUMBERS &&
		state[STATE_COLUMNS] >= 0 && state[STATE_COLUMNS] <= LEAST_SQUARES_MOST_COLUMNS &&
		state[STATE_COLUMNS] == (int) state[STATE_COLUMNS] &&
		length == least_squares_state_length((int) state[STATE_COLUMNS]);
}

bool
least_squares_is_finite(const double *state, int length)
{
	return doubled_are_finite(state, length) &&
		state[STATE_ROWS] >= 0 && state[STATE_ROWS] < 0x1p62;
}

int
least_squares_columns(const double *state)
{
	return (int) state[STATE_COLUMNS];
}

double
least_squares_rows(const double *state)
{
	return state[STATE_ROWS];
}

/* ---- taking rows ---- */

void
least_squares_add(double *state, const double *row, double weight)
{
	int			length = state_row_length(state);
	double	   *at = state + STATE_NUMBERS;

	for (int i = 0; i < length; at += 2 * (length - i), i++)
	{
		Doubled		weighted = doubled_of_product(weight, row[i]);

		for (int j = i; j < length && row[i] != 0; j++)
			if (row[j] != 0)
				doubled_add_at(at + 2 * (j - i), doubled_times(weighted, row[j]));
	}
	state[STATE_ROWS]++;
}

void
least_squares_combine(double *state, const double *other)
{
	int			length = least_squares_state_length(least_squares_columns(state));

	for (int i = STATE_NUMBERS; i < length; i += 2)
		doubled_add_at(state + i, (Doubled) {other[i], other[i + 1]});
	state[STATE_ROWS] += other[STATE_ROWS];
}

/* ---- the factors ---- */

static inline Doubled *
factor_row(const LeastSquaresFactors *factors, int row)
{
	return factors->numbers + (size_t) row * factors->length;
}

/* An element over the pivot; nothing where the pivot is nothing */
static Doubled
explained_part(const Doubled *pivot, int row, int column)
{
	return pivot[row].high > 0 ? doubled_divide(pivot[column], pivot[row]) : (Doubled) {0};
}

/* Take from the rows below one what it explains of them. */
static void
sweep(const LeastSquaresFactors *factors, int row)
{
	Doubled    *pivot = factor_row(factors, row);

	host_check_interrupts();
	for (int i = row + 1; i < factors->length; i++)
	{
		Doubled		share = explained_part(pivot, row, i);
		Doubled		taken = {-share.high, -share.low};
		Doubled    *below = factor_row(factors, i);

		for (int j = i; j < factors->length; j++)
			below[j] = doubled_add(below[j], doubled_multiply(taken, pivot[j]));
	}
	for (int i = row + 1; i < factors->length; i++)
		pivot[i] = explained_part(pivot, row, i);
}

LeastSquaresFactors
least_squares_factor(const double *state)
{
	LeastSquaresFactors factors = {state_row_length(state)};
	const double *at = state + STATE_NUMBERS;

	factors.numbers = core_alloc_zero(sizeof(Doubled) * factors.length * factors.length);
	for (int i = 0; i < factors.length; i++)
		for (int j = i; j < factors.length; j++, at += 2)
			factor_row(&factors, i)[j] = (Doubled) {at[0], at[1]};
	for (int i = 0; i < factors.length; i++)
	{
		sweep(&factors, i);
		if (factor_row(&factors, i)[i].high < 0)
			factor_row(&factors, i)[i] = (Doubled) {0};
	}
	return factors;
}

int
least_squares_singular(const LeastSquaresFactors *factors, int *columns)
{
	int			found = 0;

	for (int j = 1; j < factors->length - 1; j++)
	{
		double		left = factor_row(factors, j)[j].high;
		double		whole = left;

		for (int i = 0; i < j; i++)
		{
			double		share = factor_row(factors, i)[j].high;

			whole += factor_row(factors, i)[i].high * share * share;
		}
		if (left <= whole * SINGULAR_RATIO * SINGULAR_RATIO)
			columns[found++] = j;
	}
	return found;
}

/* ---- the fit ---- */

/* R·b is the last column of R. */
static void
solve_coefficients(const LeastSquaresFactors *factors, LeastSquaresFit *fit)
{
	Doubled    *solved = host_alloc(sizeof(Doubled) * fit->count);

	for (int i = fit->count - 1; i >= 0; i--)
	{
		const Doubled *row = factor_row(factors, i);

		solved[i] = row[fit->count];
		for (int j = i + 1; j < fit->count; j++)
			solved[i] = doubled_subtract(solved[i], doubled_multiply(row[j], solved[j]));
		fit->coefficients[i] = solved[i].high;
	}
	pfree(solved);
}

/* The inverse of R, upper triangular with a unit diagonal, row by row */
static Doubled *
inverse_of_triangle(const LeastSquaresFactors *factors, int count)
{
	Doubled    *inverse = core_alloc_zero(sizeof(Doubled) * count * count);

	for (int j = 0; j < count; j++)
	{
		host_check_interrupts();
		inverse[j * count + j].high = 1;
		for (int i = j - 1; i >= 0; i--)
		{
			const Doubled *row = factor_row(factors, i);
			Doubled		sum = {0};

			for (int k = i + 1; k <= j; k++)
				sum = doubled_subtract(sum, doubled_multiply(row[k], inverse[k * count + j]));
			inverse[i * count + j] = sum;
		}
	}
	return inverse;
}

/* The inverse of R'·D·R */
static void
solve_inverse(const LeastSquaresFactors *factors, LeastSquaresFit *fit)
{
	int			count = fit->count;
	Doubled    *inverse = inverse_of_triangle(factors, count);
	Doubled    *scaled = host_alloc(sizeof(Doubled) * count);

	for (int i = 0; i < count; i++)
	{
		host_check_interrupts();
		for (int k = i; k < count; k++)
			scaled[k] = doubled_divide(inverse[i * count + k], factor_row(factors, k)[k]);
		for (int j = i; j < count; j++)
		{
			Doubled		sum = {0};

			for (int k = j; k < count; k++)
				sum = doubled_add(sum, doubled_multiply(scaled[k], inverse[j * count + k]));
			fit->inverse[i * count + j] = fit->inverse[j * count + i] = sum.high;
		}
	}
	pfree(scaled);
	pfree(inverse);
}

void
least_squares_solve(const LeastSquaresFactors *factors, LeastSquaresFit *fit)
{
	Doubled		explained = {0};

	fit->count = factors->length - 1;
	fit->coefficients = host_alloc(sizeof(double) * fit->count);
	fit->inverse = host_alloc(sizeof(double) * fit->count * fit->count);
	solve_coefficients(factors, fit);
	solve_inverse(factors, fit);
	fit->residual = factor_row(factors, fit->count)[fit->count].high;
	for (int i = 1; i < fit->count; i++)
	{
		Doubled		share = factor_row(factors, i)[fit->count];

		explained = doubled_add(explained, doubled_multiply(factor_row(factors, i)[i],
															doubled_multiply(share, share)));
	}
	fit->explained = explained.high;
}
