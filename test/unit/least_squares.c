/*
 * least_squares.c
 *	  Fits against certified values, and against the normal equations solved
 *	  with 113 bits, which share no code with it.  Robust errors against
 *	  their definition.
 */
#include "core/measures/least_squares.h"

#include <math.h>

#include "core/measures/robust_errors.h"

#include "helper/random.h"
#include "helper/tap.h"

#define MOST	12				/* columns */

typedef __float128 Wide;

typedef struct Reference
{
	Wide		coefficients[MOST + 1];
	Wide		inverse[MOST + 1][MOST + 1];
	Wide		residual;
} Reference;

typedef struct Data
{
	int			rows;
	int			columns;
	double	   *x;				/* row by row */
	double	   *y;
	double	   *weights;
} Data;

/* ---- the reference ---- */

static Wide
cell(const Data *data, int row, int column)
{
	return column == 0 ? 1 : data->x[row * data->columns + column - 1];
}

/* Gauss and Jordan, pivots by size */
static void
invert(Wide matrix[][MOST + 1], Wide inverse[][MOST + 1], int count)
{
	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++)
			inverse[i][j] = i == j;
	for (int i = 0; i < count; i++)
	{
		int			pivot = i;
		Wide		scale;

		for (int k = i; k < count; k++)
			if (matrix[k][i] * matrix[k][i] > matrix[pivot][i] * matrix[pivot][i])
				pivot = k;
		scale = 1 / matrix[pivot][i];
		for (int j = 0; j < count; j++)
		{
			Wide		held = matrix[i][j];
			Wide		held_inverse = inverse[i][j];

			matrix[i][j] = matrix[pivot][j] * scale;
			inverse[i][j] = inverse[pivot][j] * scale;
			if (pivot != i)
			{
				matrix[pivot][j] = held;
				inverse[pivot][j] = held_inverse;
			}
		}
		for (int k = 0; k < count; k++)
		{
			Wide		factor = matrix[k][i];

			for (int j = 0; j < count && k != i; j++)
			{
				matrix[k][j] -= factor * matrix[i][j];
				inverse[k][j] -= factor * inverse[i][j];
			}
		}
	}
}

static void
refer(const Data *data, Reference *reference)
{
	int			count = data->columns + 1;
	Wide		products[MOST + 1][MOST + 1] = {0};
	Wide		right[MOST + 1] = {0};

	for (int row = 0; row < data->rows; row++)
		for (int i = 0; i < count; i++)
		{
			Wide		weighted = data->weights[row] * cell(data, row, i);

			for (int j = 0; j < count; j++)
				products[i][j] += weighted * cell(data, row, j);
			right[i] += weighted * data->y[row];
		}
	invert(products, reference->inverse, count);
	for (int i = 0; i < count; i++)
	{
		reference->coefficients[i] = 0;
		for (int j = 0; j < count; j++)
			reference->coefficients[i] += reference->inverse[i][j] * right[j];
	}
	reference->residual = 0;
	for (int row = 0; row < data->rows; row++)
	{
		Wide		left = data->y[row];

		for (int i = 0; i < count; i++)
			left -= reference->coefficients[i] * cell(data, row, i);
		reference->residual += data->weights[row] * left * left;
	}
}

/* ---- the fit ---- */

static double *
start(int columns)
{
	double	   *state = palloc(sizeof(double) * least_squares_state_length(columns));

	least_squares_start(state, columns);
	return state;
}

static void
take(double *state, const Data *data, int from, int until)
{
	double		row[MOST + 2];

	for (int i = from; i < until; i++)
	{
		row[0] = 1;
		memcpy(row + 1, data->x + i * data->columns, sizeof(double) * data->columns);
		row[data->columns + 1] = data->y[i];
		least_squares_add(state, row, data->weights[i]);
	}
}

static double
distance(double got, Wide wanted)
{
	return wanted == 0 ? fabs(got) : fabs((double) ((got - wanted) / wanted));
}

/* The largest relative error of coefficients and of the inverse's diagonal */
static double
error_of(const double *state, const Reference *reference, double *residual_error)
{
	LeastSquaresFactors factors;
	LeastSquaresFit fit;
	double		worst = 0;

	factors = least_squares_factor(state);
	least_squares_solve(&factors, &fit);
	for (int i = 0; i < fit.count; i++)
	{
		worst = fmax(worst, distance(fit.coefficients[i], reference->coefficients[i]));
		worst = fmax(worst, distance(fit.inverse[i * fit.count + i], reference->inverse[i][i]));
	}
	*residual_error = distance(fit.residual, reference->residual);
	return worst;
}

/* ---- Longley (1967), with the values that NIST certifies ---- */

static double longley_y[] = {
	60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761,
	66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551
};

static double longley_x[] = {
	83.0, 234289, 2356, 1590, 107608, 1947, 88.5, 259426, 2325, 1456, 108632, 1948,
	88.2, 258054, 3682, 1616, 109773, 1949, 89.5, 284599, 3351, 1650, 110929, 1950,
	96.2, 328975, 2099, 3099, 112075, 1951, 98.1, 346999, 1932, 3594, 113270, 1952,
	99.0, 365385, 1870, 3547, 115094, 1953, 100.0, 363112, 3578, 3350, 116219, 1954,
	101.2, 397469, 2904, 3048, 117388, 1955, 104.6, 419180, 2822, 2857, 118734, 1956,
	108.4, 442769, 2936, 2798, 120445, 1957, 110.8, 444546, 4681, 2637, 121950, 1958,
	112.6, 482704, 3813, 2552, 123366, 1959, 114.2, 502601, 3931, 2514, 125368, 1960,
	115.7, 518173, 4806, 2572, 127852, 1961, 116.9, 554894, 4007, 2827, 130081, 1962
};

static const double longley_coefficients[] = {
	-3482258.63459582, 15.0618722713733, -0.358191792925910E-01, -2.02022980381683,
	-1.03322686717359, -0.511041056535807E-01, 1829.15146461355
};

static const double longley_errors[] = {
	890420.383607373, 84.9149257747669, 0.334910077722432E-01, 0.488399681651699,
	0.214274163161675, 0.226073200069370, 455.478499142212
};

static void
test_longley(void)
{
	double		ones[16];
	Data		data = {16, 6, longley_x, longley_y, ones};
	double	   *state = start(6);
	double		worst = 0;
	LeastSquaresFactors factors;
	LeastSquaresFit fit;

	for (int i = 0; i < 16; i++)
		ones[i] = 1;
	take(state, &data, 0, 16);
	factors = least_squares_factor(state);
	least_squares_solve(&factors, &fit);
	for (int i = 0; i < 7; i++)
	{
		double		variance = fit.residual / 9 * fit.inverse[i * 7 + i];

		worst = fmax(worst, distance(fit.coefficients[i], longley_coefficients[i]));
		worst = fmax(worst, distance(sqrt(variance), longley_errors[i]));
	}
	note("largest relative error %.1e", worst);
	ok(worst < 1e-9, "the certified coefficients and standard errors");
	ok(distance(sqrt(fit.residual / 9), 304.854073561965) < 1e-11, "the residual standard deviation");
	ok(distance(fit.explained / (fit.explained + fit.residual), 0.995479004577296) < 1e-13, "the R squared");
}

/* ---- random data ---- */

static double
uniform(Random *random)
{
	return (double) (random_bits(random) >> 11) / (double) (INT64CONST(1) << 53);
}

/* Columns with large means, the later ones partly made of the earlier */
static Data
roll_data(Random *random, int rows, int columns, double mean, double likeness)
{
	Data		data = {rows, columns};

	data.x = palloc(sizeof(double) * rows * columns);
	data.y = palloc(sizeof(double) * rows);
	data.weights = palloc(sizeof(double) * rows);
	for (int i = 0; i < rows; i++)
	{
		double	   *x = data.x + i * columns;

		data.weights[i] = 0.1 + 3 * uniform(random);
		data.y[i] = uniform(random);
		for (int j = 0; j < columns; j++)
		{
			x[j] = mean + uniform(random) + (j > 0 ? likeness * (x[j - 1] - mean) : 0);
			data.y[i] += (j + 1) * (x[j] - mean);
		}
	}
	return data;
}

static void
test_random(const char *what, int rows, int columns, double mean, double likeness, double limit)
{
	Random		random = {7};
	double		worst = 0;
	double		worst_residual = 0;
	double		worst_merged = 0;
	int			miscounted = 0;

	for (int turn = 0; turn < 20; turn++)
	{
		Data		data = roll_data(&random, rows, columns, mean, likeness);
		double	   *whole = start(columns);
		double	   *parts[3] = {start(columns), start(columns), start(columns)};
		int			cuts[4] = {0, random_below(&random, rows), 0, rows};
		double		residual;
		Reference	reference;

		cuts[2] = cuts[1] + random_below(&random, rows - cuts[1] + 1);
		refer(&data, &reference);
		take(whole, &data, 0, rows);
		for (int i = 0; i < 3; i++)
			take(parts[i], &data, cuts[i], cuts[i + 1]);
		least_squares_combine(parts[1], parts[2]);
		least_squares_combine(parts[0], parts[1]);
		worst = fmax(worst, error_of(whole, &reference, &residual));
		worst_residual = fmax(worst_residual, residual);
		worst_merged = fmax(worst_merged, error_of(parts[0], &reference, &residual));
		miscounted += least_squares_rows(parts[0]) != rows;
	}
	note("%s: largest relative error %.1e, merged %.1e, residual %.1e", what, worst, worst_merged,
		 worst_residual);
	ok(worst < limit, "%s: as with 113 bits", what);
	ok(worst_merged < limit, "%s: also in three parts", what);
	ok(worst_residual < limit, "%s: and what is left", what);
	is_int(miscounted, 0, "%s: the rows are counted", what);
}

/* To the last digit the same, in any order and in up to eight parts */
static void
test_spread(void)
{
	Random		random = {13};
	int			differ = 0;

	for (int turn = 0; turn < 200; turn++)
	{
		int			columns = 1 + random_below(&random, 6);
		Data		data = roll_data(&random, 30 + random_below(&random, 100), columns, 100, 0.5);
		double	   *whole = start(columns);
		double	   *parts[8];
		LeastSquaresFactors factors[2];
		LeastSquaresFit fits[2];

		take(whole, &data, 0, data.rows);
		for (int i = 0; i < 8; i++)
			parts[i] = start(columns);
		for (int i = data.rows - 1; i >= 0; i--)
			take(parts[random_below(&random, 8)], &data, i, i + 1);
		for (int i = 1; i < 8; i++)
			least_squares_combine(parts[0], parts[i]);
		for (int i = 0; i < 2; i++)
		{
			factors[i] = least_squares_factor(i == 0 ? whole : parts[0]);
			least_squares_solve(&factors[i], &fits[i]);
		}
		for (int i = 0; i < fits[0].count; i++)
			differ += fits[0].coefficients[i] != fits[1].coefficients[i];
		for (int i = 0; i < fits[0].count * fits[0].count; i++)
			differ += fits[0].inverse[i] != fits[1].inverse[i];
		differ += fits[0].residual != fits[1].residual || fits[0].explained != fits[1].explained;
	}
	is_int(differ, 0, "to the last digit the same however the rows are spread");
}

/* ---- robust errors ---- */

static RobustErrorsModel
model_of(const Data *data, RobustErrorsKind kind)
{
	double	   *state = start(data->columns);
	LeastSquaresFactors factors;
	LeastSquaresFit fit;

	take(state, data, 0, data->rows);
	factors = least_squares_factor(state);
	least_squares_solve(&factors, &fit);
	return (RobustErrorsModel) {kind, fit.count, data->rows, fit.coefficients, fit.inverse};
}

static double *
robust_errors_over(const Data *data, const RobustErrorsModel *model, int from, int until)
{
	double	   *state = palloc(sizeof(double) * robust_errors_state_length(model->count));
	double		row[MOST + 2];

	robust_errors_start(state, model);
	for (int i = from; i < until; i++)
	{
		for (int j = 0; j < model->count; j++)
			row[j] = (double) cell(data, i, j);
		row[model->count] = data->y[i];
		if (!robust_errors_add(state, row, data->weights[i]))
			return NULL;
	}
	return state;
}

/* The sum over the rows of what each moves a coefficient by, squared */
static double
robust_error(const Data *data, const RobustErrorsModel *model, int coefficient)
{
	double		sum = 0;

	for (int row = 0; row < data->rows; row++)
	{
		double		left = data->y[row];
		double		pull = 0;
		double		leverage = 0;

		for (int i = 0; i < model->count; i++)
		{
			double		x = (double) cell(data, row, i);

			left -= model->coefficients[i] * x;
			pull += model->inverse[coefficient * model->count + i] * x;
			for (int j = 0; j < model->count; j++)
				leverage += x * (double) cell(data, row, j) *
					model->inverse[i * model->count + j];
		}
		if (model->kind == ROBUST_ERRORS_HC3)
			left /= 1 - data->weights[row] * leverage;
		sum += pow(data->weights[row] * left * pull, 2);
	}
	if (model->kind == ROBUST_ERRORS_HC1)
		sum *= (double) data->rows / (data->rows - model->count);
	return sqrt(sum);
}

static void
test_robust(RobustErrorsKind kind)
{
	Random		random = {11};
	Data		data = roll_data(&random, 60, 4, 2, 0.5);
	Data		other = roll_data(&random, 60, 4, 2, 0.5);
	RobustErrorsModel model = model_of(&data, kind);
	RobustErrorsModel other_model = model_of(&other, kind);
	double	   *state = robust_errors_over(&data, &model, 0, 25);
	double		errors[MOST + 1];
	double		worst = 0;

	ok(!robust_errors_solve(state, errors), "HC%d: some of the rows are not enough", kind);
	ok(!robust_errors_combine(state, robust_errors_over(&other, &other_model, 25, 60)), "HC%d: nor those of another model", kind);
	ok(robust_errors_combine(state, robust_errors_over(&data, &model, 25, 60)) &&
		   robust_errors_solve(state, errors),
	   "HC%d: parts add up to all rows", kind);
	for (int i = 0; i < model.count; i++)
		worst = fmax(worst, distance(errors[i], robust_error(&data, &model, i)));
	ok(worst < 1e-12, "HC%d: errors by their definition", kind);
	ok(robust_errors_is_state(state, robust_errors_state_length(model.count)) &&
	   !robust_errors_is_state(state, robust_errors_state_length(model.count) - 1) &&
	   !robust_errors_is_state(state, 0),
	   "HC%d: a state is known by its length", kind);
	for (int i = 0; i < data.rows; i++)
		data.x[i * 4] = i == 7;
	model = model_of(&data, kind);
	ok((robust_errors_over(&data, &model, 0, 60) == NULL) == (kind == ROBUST_ERRORS_HC3),
	   "HC%d: a coefficient that hangs on one row", kind);
}

/* ---- columns that say nothing new ---- */

static int
singular_columns(const Data *data, int *columns)
{
	double	   *state = start(data->columns);
	LeastSquaresFactors factors;

	take(state, data, 0, data->rows);
	factors = least_squares_factor(state);
	return least_squares_singular(&factors, columns);
}

static void
test_singular(void)
{
	Random		random = {3};
	Data		data = roll_data(&random, 1000, 6, 1e6, 0);
	int			columns[MOST];

	is_int(singular_columns(&data, columns), 0, "columns with means of a million times their spread are kept apart");
	for (int i = 0; i < data.rows; i++)
		data.x[i * 6 + 3] = 0.1;
	ok(singular_columns(&data, columns) == 1 && columns[0] == 4, "a constant column");
	for (int i = 0; i < data.rows; i++)
		data.x[i * 6 + 3] = 0;
	ok(singular_columns(&data, columns) == 1 && columns[0] == 4, "a column of zeros");
	for (int i = 0; i < data.rows; i++)
		data.x[i * 6 + 3] = data.x[i * 6] / 3 - data.x[i * 6 + 2] * 0.7;
	ok(singular_columns(&data, columns) == 1 && columns[0] == 4, "a column made of two others");
	for (int i = 0; i < data.rows; i++)
		data.x[i * 6 + 5] = 1 - data.x[i * 6 + 1];
	ok(singular_columns(&data, columns) == 2 && columns[0] == 4 && columns[1] == 6, "two at once");
	data.rows = 3;
	ok(singular_columns(&data, columns) > 0, "fewer rows than coefficients");
}

static void
test_states(void)
{
	double	   *state = start(4);
	int			length = least_squares_state_length(4);

	is_int(length, 2 + 2 * 21, "the length of a state");
	ok(least_squares_is_state(state, length), "a state is known");
	ok(!least_squares_is_state(state, length - 1) && !least_squares_is_state(state, 0), "by its length");
	state[0] = 4.5;
	ok(!least_squares_is_state(state, length), "whole columns");
	state[0] = NAN;
	ok(!least_squares_is_state(state, length), "that are a number");
	state[0] = 1e9;
	ok(!least_squares_is_state(state, length), "and not too many");
}

int
main(void)
{
	test_longley();
	test_random("plain", 200, 5, 0, 0, 1e-11);
	test_random("large means", 200, 5, 1e5, 0, 1e-7);
	test_random("alike", 200, MOST, 10, 4, 1e-5);
	test_random("many rows", 20000, 3, 3, 0.5, 1e-10);
	test_spread();
	test_robust(ROBUST_ERRORS_HC1);
	test_robust(ROBUST_ERRORS_HC3);
	test_singular();
	test_states();
	return finish();
}
