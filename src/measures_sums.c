/*
 * measures_sums.c
 *	  The measures that are made from sums: Theil, Atkinson, Foster-Greer-
 *	  Thorbecke, and the errors of targeting.
 *
 * The state of each is an array of numbers (core/measures/sums.h), so that one
 * function adds up the parts of a plan with workers and another one tells any of the
 * measures.  As bytes (core/measures/part.h) a state goes from server to server: the
 * aggregates NAME_part give it, NAME_merge take it.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"

#include "compat.h"
#include "core/measures/part.h"
#include "core/measures/sums.h"
#include "doubles.h"
#include "measures_part.h"

/* ---- states ---- */

/* In the order of MeasureKind */
static const char *const measure_names[MEASURE_KINDS] = {
	"fgt", "inclusion_error", "exclusion_error", "theil_t", "theil_l", "atkinson"
};

NO_RETURN static void
refuse_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("array is not a transition state of a measure")));
}

NO_RETURN static void
refuse_large(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("values are too large to add up")));
}

/* The orders of a state that an aggregate has made: an error only for what is none by its length */
static int
orders_of(ArrayType *state)
{
	int			orders = sums_orders(count_doubles(state));

	if (orders == 0)
		refuse_state();
	return orders;
}

/* The numbers of a state, which may come from anybody's SQL */
static double *
sums_of(ArrayType *state)
{
	double	   *sums = doubles_of(state);
	int			length = sums_length(orders_of(state));

	if (!sums_are_finite(sums, length))
		refuse_large();
	if (!sums_are_state(sums, length))
		refuse_state();
	return sums;
}

static void
check_parameter(double parameter, double wanted)
{
	if (parameter != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the parameter of a measure must be the same in all rows"),
				 errdetail("It is %g in one row and %g in another.", wanted, parameter)));
}

static void
check_kind(const double *sums, double kind)
{
	if (sums[SUM_KIND] != kind)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("array is the transition state of another measure")));
}

/* The state with an order for a row: a new array where there was none. */
static ArrayType *
with_order(ArrayType *state, const SumsRow *row, int *place)
{
	int			orders = orders_of(state);
	ArrayType  *wider;

	if (sums_find_order(doubles_of(state), orders, row, place))
		return state;
	wider = new_doubles(1, sums_length(orders + 1));
	sums_insert_order(doubles_of(wider), doubles_of(state), orders, row, *place);
	return wider;
}

static Datum
accumulate(FunctionCallInfo fcinfo, MeasureKind kind, double parameter, double value,
		   double weight)
{
	SumsRow		row = sums_row(kind, parameter, value, weight);
	ArrayType  *state;
	int			place = 0;

	if (PG_ARGISNULL(0))
	{
		state = new_doubles(1, sums_length(1));
		sums_start(doubles_of(state), kind, parameter, &row);
	}
	else
	{
		state = with_order(own_state(fcinfo, 0), &row, &place);
		check_kind(doubles_of(state), kind);
		check_parameter(parameter, doubles_of(state)[SUM_PARAMETER]);
	}
	sums_add(doubles_of(state), place, &row);
	PG_RETURN_ARRAYTYPE_P(state);
}

/* Two states of one measure put together */
static ArrayType *
combine(ArrayType *state, ArrayType *other)
{
	double	   *sums = sums_of(state);
	double	   *others = sums_of(other);
	int			orders = orders_of(state);
	int			other_orders = orders_of(other);
	double	   *both = palloc(sizeof(double) * sums_length(orders + other_orders));
	ArrayType  *result;

	check_kind(others, sums[SUM_KIND]);
	check_parameter(others[SUM_PARAMETER], sums[SUM_PARAMETER]);
	orders = sums_combine(both, sums, orders, others, other_orders);
	result = new_doubles(1, sums_length(orders));
	memcpy(doubles_of(result), both, sizeof(double) * sums_length(orders));
	pfree(both);
	return result;
}

PG_FUNCTION_INFO_V1(equity_sums_combine);

Datum
equity_sums_combine(PG_FUNCTION_ARGS)
{
	PG_RETURN_ARRAYTYPE_P(combine(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1)));
}

PG_FUNCTION_INFO_V1(equity_sums_final);

/* NULL where the measure is not defined */
Datum
equity_sums_final(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);
	double	   *sums = sums_of(state);
	double		result = sums_measure(sums, orders_of(state));

	if (isinf(result))
		refuse_large();
	if (isnan(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/* ---- parts ---- */

PG_FUNCTION_INFO_V1(equity_sums_part);

Datum
equity_sums_part(PG_FUNCTION_ARGS)
{
	ArrayType  *state = PG_GETARG_ARRAYTYPE_P(0);
	double	   *sums = sums_of(state);

	PG_RETURN_BYTEA_P(measure_part((uint8) sums[SUM_KIND], state));
}

/* Add a part to the state of a measure; NULL is a part without rows. */
static Datum
merge(FunctionCallInfo fcinfo, MeasureKind kind)
{
	ArrayType  *part;

	if (PG_ARGISNULL(1))
		return state_or_null(fcinfo);
	part = measure_part_state(PG_GETARG_BYTEA_PP(1), kind, measure_names[kind]);
	if (!sums_are_state(doubles_of(part), count_doubles(part)) ||
		!sums_are_finite(doubles_of(part), count_doubles(part)) ||
		doubles_of(part)[SUM_KIND] != kind)
		refuse_measure_part(measure_names[kind]);
	PG_RETURN_ARRAYTYPE_P(PG_ARGISNULL(0) ? part : combine(PG_GETARG_ARRAYTYPE_P(0), part));
}

PG_FUNCTION_INFO_V1(equity_fgt_merge);

Datum
equity_fgt_merge(PG_FUNCTION_ARGS)
{
	return merge(fcinfo, MEASURE_FGT);
}

PG_FUNCTION_INFO_V1(equity_inclusion_error_merge);

Datum
equity_inclusion_error_merge(PG_FUNCTION_ARGS)
{
	return merge(fcinfo, MEASURE_INCLUSION_ERROR);
}

PG_FUNCTION_INFO_V1(equity_exclusion_error_merge);

Datum
equity_exclusion_error_merge(PG_FUNCTION_ARGS)
{
	return merge(fcinfo, MEASURE_EXCLUSION_ERROR);
}

PG_FUNCTION_INFO_V1(equity_theil_t_merge);

Datum
equity_theil_t_merge(PG_FUNCTION_ARGS)
{
	return merge(fcinfo, MEASURE_THEIL_T);
}

PG_FUNCTION_INFO_V1(equity_theil_l_merge);

Datum
equity_theil_l_merge(PG_FUNCTION_ARGS)
{
	return merge(fcinfo, MEASURE_THEIL_L);
}

PG_FUNCTION_INFO_V1(equity_atkinson_merge);

Datum
equity_atkinson_merge(PG_FUNCTION_ARGS)
{
	return merge(fcinfo, MEASURE_ATKINSON);
}

/* ---- Theil and Atkinson ---- */

/* An argument that the formula allows: finite and above zero, or zero where it may be */
static double
value_argument(FunctionCallInfo fcinfo, int argument, const char *name, bool zero)
{
	double		value = PG_GETARG_FLOAT8(argument);

	check_finite(value, name);
	if (value < 0 || (value == 0 && !zero))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 zero ? errmsg("%s must not be negative", name) : errmsg("%s must be above 0", name),
				 errhint("A row with NULL takes no part.")));
	return value;
}

PG_FUNCTION_INFO_V1(equity_theil_t_accum);

Datum
equity_theil_t_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 2);

	if (PG_ARGISNULL(1) || weight == 0)
		return state_or_null(fcinfo);
	return accumulate(fcinfo, MEASURE_THEIL_T, 0, value_argument(fcinfo, 1, "x", true), weight);
}

PG_FUNCTION_INFO_V1(equity_theil_l_accum);

Datum
equity_theil_l_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 2);

	if (PG_ARGISNULL(1) || weight == 0)
		return state_or_null(fcinfo);
	return accumulate(fcinfo, MEASURE_THEIL_L, 0, value_argument(fcinfo, 1, "x", false), weight);
}

PG_FUNCTION_INFO_V1(equity_atkinson_accum);

Datum
equity_atkinson_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);
	double		aversion;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	aversion = value_argument(fcinfo, 2, "e", true);
	return accumulate(fcinfo, MEASURE_ATKINSON, aversion, value_argument(fcinfo, 1, "x", true),
					  weight);
}

/* ---- poverty and targeting: the mean of a term ---- */

PG_FUNCTION_INFO_V1(equity_fgt_accum);

Datum
equity_fgt_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 4);
	double		x;
	double		line;
	double		alpha;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || weight == 0)
		return state_or_null(fcinfo);
	x = PG_GETARG_FLOAT8(1);
	check_finite(x, "x");
	line = value_argument(fcinfo, 2, "line", false);
	alpha = value_argument(fcinfo, 3, "alpha", true);
	return accumulate(fcinfo, MEASURE_FGT, alpha, fgt_term(x, line, alpha), weight);
}

/* Of the rows in which the argument counted is true, the share in which right is not */
static Datum
accumulate_error(FunctionCallInfo fcinfo, MeasureKind kind, int counted, int right)
{
	double		weight = weight_argument(fcinfo, 3);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0 || !PG_GETARG_BOOL(counted))
		return state_or_null(fcinfo);
	return accumulate(fcinfo, kind, 0, !PG_GETARG_BOOL(right), weight);
}

PG_FUNCTION_INFO_V1(equity_inclusion_error_accum);

Datum
equity_inclusion_error_accum(PG_FUNCTION_ARGS)
{
	return accumulate_error(fcinfo, MEASURE_INCLUSION_ERROR, 1, 2);
}

PG_FUNCTION_INFO_V1(equity_exclusion_error_accum);

Datum
equity_exclusion_error_accum(PG_FUNCTION_ARGS)
{
	return accumulate_error(fcinfo, MEASURE_EXCLUSION_ERROR, 2, 1);
}
