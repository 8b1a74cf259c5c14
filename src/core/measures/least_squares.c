/*
 * least_squares.c
 *	  Weighted least squares by planar rotations without square roots.
 *
 * Each row is rotated into the triangle R of X = Q·sqrt(D)·R, where D is
 * diagonal and R has a unit diagonal (Gentleman 1973, 1974; Miller 1992).  Sums
 * of squares and products are never formed, which would lose half of the digits;
 * the constant comes first, so that the others are taken about their means.
 * Two triangles merge as the rows of one are rotated into the other.
 *
 * A row takes time (columns + 2)² and no memory.  The last digits depend on the
 * order of the rows and on how they are divided among workers.
 */
#include "core/measures/least_squares.h"

/* A column of which so little is left beside the columns before it is one of them, rounded. */
#define SINGULAR_RATIO		1e-11

/* Where the numbers of a state are */
enum
{
	STATE_COLUMNS,
	STATE_ROWS,
	STATE_NUMBERS				/* D, then R above its diagonal, row by row */
};

static int
triangle_start(int length, int row)
{
	return row * (2 * length - row - 1) / 2;
}

static inline double *
diagonal_of(const double *state)
{
	return unconstify(double *, state) + STATE_NUMBERS;
}

static inline double *
triangle_of(const double *state)
{
	return diagonal_of(state) + least_squares_row_length(least_squares_columns(state));
}

/* The element of a row of R; the column is above the row. */
static inline double
element(const double *state, int row, int column)
{
	int			length = least_squares_row_length(least_squares_columns(state));

	return triangle_of(state)[triangle_start(length, row) + column - row - 1];
}

int
least_squares_state_length(int columns)
{
	int			length = least_squares_row_length(columns);

	return STATE_NUMBERS + length + triangle_start(length, length);
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

/* Rotate a row of a weight into the triangle, from its first element that is not zero. */
static void
rotate(double *diagonal, double *triangle, int length, double *row, int first, double weight)
{
	triangle += triangle_start(length, first);
	for (int i = first; i < length && weight > 0; triangle += length - i - 1, i++)
	{
		double		here = row[i];
		double		before = diagonal[i];
		double		cosine;
		double		sine;

		if (here == 0)
			continue;
		diagonal[i] = before + weight * here * here;
		cosine = before / diagonal[i];
		sine = weight * here / diagonal[i];
		weight *= cosine;
		for (int j = i + 1; j < length; j++)
		{
			double		old = triangle[j - i - 1];
			double		left = row[j];

			row[j] = left - here * old;
			triangle[j - i - 1] = cosine * old + sine * left;
		}
	}
}

void
least_squares_add(double *state, double *row, double weight)
{
	rotate(diagonal_of(state), triangle_of(state),
		   least_squares_row_length(least_squares_columns(state)), row, 0, weight);
	state[STATE_ROWS]++;
}

void
least_squares_combine(double *state, const double *other)
{
	int			length = least_squares_row_length(least_squares_columns(state));
	const double *triangle = triangle_of(other);
	double	   *row = host_alloc(sizeof(double) * length);

	for (int i = 0; i < length; triangle += length - i - 1, i++)
	{
		host_check_interrupts();
		row[i] = 1;
		memcpy(row + i + 1, triangle, sizeof(double) * (length - i - 1));
		rotate(diagonal_of(state), triangle_of(state), length, row, i, diagonal_of(other)[i]);
	}
	pfree(row);
	state[STATE_ROWS] += other[STATE_ROWS];
}

/* ---- the fit ---- */

int
least_squares_singular(const double *state, int *columns)
{
	int			found = 0;

	for (int j = 1; j <= least_squares_columns(state); j++)
	{
		double		left = diagonal_of(state)[j];
		double		whole = left;

		for (int i = 0; i < j; i++)
			whole += diagonal_of(state)[i] * element(state, i, j) * element(state, i, j);
		if (left <= whole * SINGULAR_RATIO * SINGULAR_RATIO)
			columns[found++] = j;
	}
	return found;
}

/* R·b is the last column of R. */
static void
solve_coefficients(const double *state, LeastSquaresFit *fit)
{
	for (int i = fit->count - 1; i >= 0; i--)
	{
		fit->coefficients[i] = element(state, i, fit->count);
		for (int j = i + 1; j < fit->count; j++)
			fit->coefficients[i] -= element(state, i, j) * fit->coefficients[j];
	}
}

/* The inverse of R, upper triangular with a unit diagonal, row by row */
static double *
inverse_of_triangle(const double *state, int count)
{
	double	   *inverse = core_alloc_zero(sizeof(double) * count * count);

	for (int j = 0; j < count; j++)
	{
		host_check_interrupts();
		inverse[j * count + j] = 1;
		for (int i = j - 1; i >= 0; i--)
			for (int k = i + 1; k <= j; k++)
				inverse[i * count + j] -= element(state, i, k) * inverse[k * count + j];
	}
	return inverse;
}

/* The inverse of R'·D·R */
static void
solve_inverse(const double *state, LeastSquaresFit *fit)
{
	int			count = fit->count;
	double	   *inverse = inverse_of_triangle(state, count);

	for (int i = 0; i < count; i++)
	{
		host_check_interrupts();
		for (int j = i; j < count; j++)
		{
			double		sum = 0;

			for (int k = j; k < count; k++)
				sum += inverse[i * count + k] * inverse[j * count + k] / diagonal_of(state)[k];
			fit->inverse[i * count + j] = fit->inverse[j * count + i] = sum;
		}
	}
	pfree(inverse);
}

void
least_squares_solve(const double *state, LeastSquaresFit *fit)
{
	fit->count = least_squares_columns(state) + 1;
	fit->coefficients = host_alloc(sizeof(double) * fit->count);
	fit->inverse = host_alloc(sizeof(double) * fit->count * fit->count);
	solve_coefficients(state, fit);
	solve_inverse(state, fit);
	fit->residual = diagonal_of(state)[fit->count];
	fit->explained = 0;
	for (int i = 1; i < fit->count; i++)
	{
		double		share = element(state, i, fit->count);

		fit->explained += diagonal_of(state)[i] * share * share;
	}
}
