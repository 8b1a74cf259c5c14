/*
 * pmt.c
 *	  Proxy means tests calibrated where the data lives: pmt_fit, its robust
 *	  standard errors, and predictions.
 *
 * The states of the aggregates are arrays of double precision, so that a plan
 * with workers, or one over shards, may add up parts.  No award is decided
 * here: a card made from a fit rounds its last digits away.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "compat.h"
#include "core/measures/least_squares.h"
#include "core/measures/part.h"
#include "core/measures/robust_errors.h"
#include "doubles.h"
#include "measures_part.h"
#include "report.h"

/* ---- rows ---- */

static void
check_column(double value, int column)
{
	char		name[16];

	if (isfinite(value))
		return;
	snprintf(name, sizeof(name), "x[%d]", column);
	check_finite(value, name);
}

/*
 * Gather the numbers 1, x[1], x[2], …, y from the arguments y and x, of which y
 * has the number first, and the weight from the argument after them.  The caller
 * frees the row; NULL means that it takes no part.
 */
static double *
row_of(FunctionCallInfo fcinfo, int first, int *columns, double *weight)
{
	ArrayType  *x;
	double	   *row;

	*weight = weight_argument(fcinfo, first + 2);
	if (PG_ARGISNULL(first) || PG_ARGISNULL(first + 1) || *weight == 0)
		return NULL;
	x = PG_GETARG_ARRAYTYPE_P(first + 1);
	if (array_contains_nulls(x))
		return NULL;
	*columns = count_doubles(x);
	if (*columns < 0 || *columns > LEAST_SQUARES_MOST_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("x must be an array of one dimension and at most %d numbers",
						LEAST_SQUARES_MOST_COLUMNS)));
	row = palloc(sizeof(double) * least_squares_row_length(*columns));
	row[0] = 1;
	memcpy(row + 1, doubles_of(x), sizeof(double) * *columns);
	row[*columns + 1] = PG_GETARG_FLOAT8(first);
	for (int i = 1; i <= *columns; i++)
		check_column(row[i], i);
	check_finite(row[*columns + 1], "y");
	return row;
}

static void
refuse_columns(int columns, int wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("x has %d numbers in one row and %d in another", columns, wanted)));
}

/* ---- pmt_fit ---- */

static void
check_fit_state(ArrayType *state)
{
	if (!least_squares_is_state(doubles_of(state), count_doubles(state)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("array is not a transition state of pmt_fit")));
}

PG_FUNCTION_INFO_V1(equity_pmt_fit_accum);

Datum
equity_pmt_fit_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_ARGISNULL(0) ? NULL : own_state(fcinfo, 0);
	int			columns;
	double		weight;
	double	   *row = row_of(fcinfo, 1, &columns, &weight);

	if (state)
		check_fit_state(state);
	if (row == NULL)
		return state_or_null(fcinfo);
	if (state == NULL)
	{
		state = new_doubles(1, least_squares_state_length(columns));
		least_squares_start(doubles_of(state), columns);
	}
	if (least_squares_columns(doubles_of(state)) != columns)
		refuse_columns(columns, least_squares_columns(doubles_of(state)));
	least_squares_add(doubles_of(state), row, weight);
	pfree(row);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* The first state, with the rows of the other */
static ArrayType *
combine_fits(ArrayType *state, ArrayType *other)
{
	int			columns;

	check_fit_state(state);
	check_fit_state(other);
	columns = least_squares_columns(doubles_of(other));
	if (least_squares_columns(doubles_of(state)) != columns)
		refuse_columns(columns, least_squares_columns(doubles_of(state)));
	least_squares_combine(doubles_of(state), doubles_of(other));
	return state;
}

PG_FUNCTION_INFO_V1(equity_pmt_fit_combine);

Datum
equity_pmt_fit_combine(PG_FUNCTION_ARGS)
{
	PG_RETURN_ARRAYTYPE_P(combine_fits(own_state(fcinfo, 0), PG_GETARG_ARRAYTYPE_P(1)));
}

NO_RETURN static void
refuse_large(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("values are too large to add up their squares")));
}

PG_FUNCTION_INFO_V1(equity_pmt_fit_part);

Datum
equity_pmt_fit_part(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);

	check_fit_state(state);
	if (!least_squares_is_finite(doubles_of(state), count_doubles(state)))
		refuse_large();
	PG_RETURN_BYTEA_P(measure_part(PART_PMT_FIT, state));
}

PG_FUNCTION_INFO_V1(equity_pmt_fit_merge);

/* NULL is a part without rows. */
Datum
equity_pmt_fit_merge(PG_FUNCTION_ARGS)
{
	ArrayType  *part;

	if (PG_ARGISNULL(1))
		return state_or_null(fcinfo);
	part = measure_part_state(PG_GETARG_BYTEA_PP(1), PART_PMT_FIT, "pmt_fit");
	if (!least_squares_is_state(doubles_of(part), count_doubles(part)) ||
		!least_squares_is_finite(doubles_of(part), count_doubles(part)))
		refuse_measure_part("pmt_fit");
	PG_RETURN_ARRAYTYPE_P(PG_ARGISNULL(0) ? part : combine_fits(own_state(fcinfo, 0), part));
}

static void
check_solvable(const double *state, const LeastSquaresFactors *factors)
{
	int			needed = least_squares_columns(state) + 1;
	int		   *columns = palloc(sizeof(int) * needed);
	int			count;
	StringInfoData names;

	if (least_squares_rows(state) < needed)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a fit of %d coefficients needs at least as many rows, but there are %.0f",
						needed, least_squares_rows(state)),
				 errhint("Give equity.pmt_fit more rows without NULLs, or fewer columns in x.")));
	count = least_squares_singular(factors, columns);
	if (count == 0)
		return;
	initStringInfo(&names);
	for (int i = 0; i < count; i++)
		appendStringInfo(&names, "%sx[%d]", i > 0 ? ", " : "", columns[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the coefficients of %s cannot be estimated", names.data),
			 errdetail("Each of these columns is constant, or a linear combination of the columns before it."),
			 errhint("Leave these columns out; of the indicators of one attribute, leave out one.")));
}

/* In the order of the type pmt_model */
enum
{
	MODEL_COEFFICIENTS,
	MODEL_STANDARD_ERRORS,
	MODEL_R_SQUARED,
	MODEL_N,
	MODEL_ADJUSTED_R_SQUARED,
	MODEL_RESIDUAL_ERROR,
	MODEL_INVERSE,
	MODEL_LENGTH
};

/* Set what is known only when there are more rows than coefficients. */
static void
set_errors(const LeastSquaresFit *fit, double freedom, Datum *values, bool *nulls)
{
	ArrayType  *errors = new_doubles(1, fit->count);
	double		variance = fit->residual / freedom;
	double		whole = fit->residual + fit->explained;
	double		rows_but_one = freedom + fit->count - 1;

	for (int i = 0; i < fit->count; i++)
		doubles_of(errors)[i] = sqrt(variance * fit->inverse[i * fit->count + i]);
	values[MODEL_STANDARD_ERRORS] = PointerGetDatum(errors);
	values[MODEL_RESIDUAL_ERROR] = Float8GetDatum(sqrt(variance));
	values[MODEL_ADJUSTED_R_SQUARED] = Float8GetDatum(1 - variance / (whole / rows_but_one));
	nulls[MODEL_STANDARD_ERRORS] = nulls[MODEL_RESIDUAL_ERROR] = freedom <= 0;
	nulls[MODEL_ADJUSTED_R_SQUARED] = freedom <= 0 || whole == 0;
}

static Datum
model_of(const LeastSquaresFit *fit, double rows, TupleDesc type)
{
	Datum		values[MODEL_LENGTH];
	bool		nulls[MODEL_LENGTH] = {false};
	ArrayType  *coefficients = new_doubles(1, fit->count);
	ArrayType  *inverse = new_doubles(2, fit->count);
	double		whole = fit->residual + fit->explained;

	memcpy(doubles_of(coefficients), fit->coefficients, sizeof(double) * fit->count);
	memcpy(doubles_of(inverse), fit->inverse, sizeof(double) * fit->count * fit->count);
	values[MODEL_COEFFICIENTS] = PointerGetDatum(coefficients);
	values[MODEL_R_SQUARED] = Float8GetDatum(fit->explained / whole);
	nulls[MODEL_R_SQUARED] = whole == 0;
	values[MODEL_N] = Int64GetDatum((int64) rows);
	values[MODEL_INVERSE] = PointerGetDatum(inverse);
	set_errors(fit, rows - fit->count, values, nulls);
	return HeapTupleGetDatum(heap_form_tuple(type, values, nulls));
}

PG_FUNCTION_INFO_V1(equity_pmt_fit_final);

Datum
equity_pmt_fit_final(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);
	LeastSquaresFactors factors;
	LeastSquaresFit fit;
	TupleDesc	type;

	check_fit_state(state);
	if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "pmt_fit must return a composite type");
	factors = least_squares_factor(doubles_of(state));
	check_solvable(doubles_of(state), &factors);
	least_squares_solve(&factors, &fit);
	if (!isfinite(fit.residual + fit.explained))
		refuse_large();
	return model_of(&fit, least_squares_rows(doubles_of(state)), BlessTupleDesc(type));
}

/* ---- models ---- */

static ArrayType *
model_array(HeapTupleHeader model, const char *name)
{
	bool		is_null;
	Datum		value = GetAttributeByName(model, name, &is_null);

	if (is_null)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model has no %s", name)));
	return DatumGetArrayTypeP(value);
}

/* The constant and a coefficient for each column, within the model's memory. */
static double *
model_coefficients(HeapTupleHeader model, int *count)
{
	ArrayType  *coefficients = model_array(model, "coefficients");

	*count = count_doubles(coefficients);
	if (*count < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model has no coefficients")));
	return doubles_of(coefficients);
}

static double
predict(const double *coefficients, const double *x, int count)
{
	double		sum = coefficients[0];

	for (int i = 1; i < count; i++)
		sum += coefficients[i] * x[i - 1];
	return sum;
}

PG_FUNCTION_INFO_V1(equity_pmt_predict);

Datum
equity_pmt_predict(PG_FUNCTION_ARGS)
{
	int			count;
	double	   *coefficients = model_coefficients(PG_GETARG_HEAPTUPLEHEADER(0), &count);
	ArrayType  *x = PG_GETARG_ARRAYTYPE_P(1);

	if (array_contains_nulls(x))
		PG_RETURN_NULL();
	if (count_doubles(x) != count - 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("x has %d numbers and the model %d columns",
						ArrayGetNItems(ARR_NDIM(x), ARR_DIMS(x)), count - 1)));
	PG_RETURN_FLOAT8(predict(coefficients, doubles_of(x), count));
}

/* ---- robust standard errors ---- */

static RobustErrorsKind
kind_of(text *word)
{
	char	   *kind = text_to_cstring(word);

	if (strcmp(kind, "HC1") == 0)
		return ROBUST_ERRORS_HC1;
	if (strcmp(kind, "HC3") == 0)
		return ROBUST_ERRORS_HC3;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized kind of standard error \"%s\"",
					report_excerpt(kind, (int) strlen(kind))),
			 errhint("Use HC1 or HC3.")));
}

static ArrayType *
start_robust(HeapTupleHeader tuple, RobustErrorsKind kind)
{
	RobustErrorsModel model = {kind};
	ArrayType  *inverse = model_array(tuple, "inverse");
	ArrayType  *state;
	bool		is_null;

	model.coefficients = model_coefficients(tuple, &model.count);
	model.inverse = doubles_of(inverse);
	model.rows = (double) DatumGetInt64(GetAttributeByName(tuple, "n", &is_null));
	if (ARR_NDIM(inverse) != 2 || ARR_ELEMTYPE(inverse) != FLOAT8OID ||
		array_contains_nulls(inverse) || model.count > LEAST_SQUARES_MOST_COLUMNS + 1 ||
		ARR_DIMS(inverse)[0] != model.count || ARR_DIMS(inverse)[1] != model.count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model was not made by pmt_fit")));
	state = new_doubles(1, robust_errors_state_length(model.count));
	robust_errors_start(doubles_of(state), &model);
	return state;
}

static void
check_robust_state(ArrayType *state)
{
	if (!robust_errors_is_state(doubles_of(state), count_doubles(state)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("array is not a transition state of pmt_robust_errors")));
}

/* The kind in the last argument, HC1 where there is none. */
static RobustErrorsKind
kind_argument(FunctionCallInfo fcinfo)
{
	if (PG_NARGS() <= 5)
		return ROBUST_ERRORS_HC1;
	if (PG_ARGISNULL(5))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the kind of standard error is NULL")));
	return kind_of(PG_GETARG_TEXT_PP(5));
}

PG_FUNCTION_INFO_V1(equity_pmt_robust_accum);

Datum
equity_pmt_robust_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_ARGISNULL(0) ? NULL : own_state(fcinfo, 0);
	int			columns;
	double		weight;
	double	   *row = row_of(fcinfo, 2, &columns, &weight);

	if (state)
		check_robust_state(state);
	else if (row && !PG_ARGISNULL(1))
		state = start_robust(PG_GETARG_HEAPTUPLEHEADER(1), kind_argument(fcinfo));
	if (state == NULL)
		PG_RETURN_NULL();
	if (row == NULL)
		PG_RETURN_ARRAYTYPE_P(state);
	if (columns + 1 != robust_errors_count(doubles_of(state)))
		refuse_columns(columns, robust_errors_count(doubles_of(state)) - 1);
	if (!robust_errors_add(doubles_of(state), row, weight))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("HC3 is not defined for these rows"),
				 errdetail("One row alone determines a coefficient."),
				 errhint("Use HC1, or leave out the column that differs from 0 in one row only.")));
	pfree(row);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* The first state, with the rows of the other */
static ArrayType *
combine_robust(ArrayType *state, ArrayType *other)
{
	check_robust_state(state);
	check_robust_state(other);
	if (robust_errors_count(doubles_of(state)) != robust_errors_count(doubles_of(other)) ||
		!robust_errors_combine(doubles_of(state), doubles_of(other)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model must be the same in all rows")));
	return state;
}

PG_FUNCTION_INFO_V1(equity_pmt_robust_combine);

Datum
equity_pmt_robust_combine(PG_FUNCTION_ARGS)
{
	PG_RETURN_ARRAYTYPE_P(combine_robust(own_state(fcinfo, 0), PG_GETARG_ARRAYTYPE_P(1)));
}

PG_FUNCTION_INFO_V1(equity_pmt_robust_part);

Datum
equity_pmt_robust_part(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);

	check_robust_state(state);
	if (!robust_errors_is_finite(doubles_of(state), count_doubles(state)))
		refuse_large();
	PG_RETURN_BYTEA_P(measure_part(PART_ROBUST_ERRORS, state));
}

PG_FUNCTION_INFO_V1(equity_pmt_robust_merge);

/* NULL is a part without rows. */
Datum
equity_pmt_robust_merge(PG_FUNCTION_ARGS)
{
	ArrayType  *part;

	if (PG_ARGISNULL(1))
		return state_or_null(fcinfo);
	part = measure_part_state(PG_GETARG_BYTEA_PP(1), PART_ROBUST_ERRORS, "pmt_robust_errors");
	if (!robust_errors_is_state(doubles_of(part), count_doubles(part)) ||
		!robust_errors_is_finite(doubles_of(part), count_doubles(part)))
		refuse_measure_part("pmt_robust_errors");
	PG_RETURN_ARRAYTYPE_P(PG_ARGISNULL(0) ? part : combine_robust(own_state(fcinfo, 0), part));
}

PG_FUNCTION_INFO_V1(equity_pmt_robust_final);

Datum
equity_pmt_robust_final(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);
	ArrayType  *errors;

	check_robust_state(state);
	errors = new_doubles(1, robust_errors_count(doubles_of(state)));
	if (!robust_errors_solve(doubles_of(state), doubles_of(errors)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the rows must be those of the fit, and more than its coefficients"),
				 errhint("Use the same rows as in the query that called pmt_fit.")));
	PG_RETURN_ARRAYTYPE_P(errors);
}
