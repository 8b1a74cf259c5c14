/*
 * measures_sums.c
 *	  The measures that are made from sums: Theil, Atkinson, Foster-Greer-
 *	  Thorbecke, and the errors of targeting.
 *
 * The state of each is an array of the same few numbers (core/measures/indices.h),
 * so that one function adds up the parts of a plan with workers, or over shards,
 * and another one tells any of the measures.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"

#include "compat.h"
#include "core/measures/indices.h"
#include "doubles.h"

/* The numbers of a state, which may come from anybody's SQL */
static double *
sums_of(ArrayType *state)
{
	if (!sums_are_state(doubles_of(state), count_doubles(state)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("array is not a transition state of a measure")));
	return doubles_of(state);
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

static Datum
accumulate(FunctionCallInfo fcinfo, MeasureKind kind, double parameter, double value,
		   double weight)
{
	ArrayType  *state;
	double	   *sums;

	if (PG_ARGISNULL(0))
	{
		state = new_doubles(1, SUMS_LENGTH);
		sums_start(doubles_of(state), kind, parameter);
	}
	else
		state = own_state(fcinfo, 0);
	sums = sums_of(state);
	check_kind(sums, kind);
	check_parameter(parameter, sums[SUM_PARAMETER]);
	sums_add(sums, value, weight);
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(equity_sums_combine);

Datum
equity_sums_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = own_state(fcinfo, 0);
	double	   *sums = sums_of(state);
	double	   *others = sums_of(PG_GETARG_ARRAYTYPE_P(1));

	check_kind(others, sums[SUM_KIND]);
	check_parameter(others[SUM_PARAMETER], sums[SUM_PARAMETER]);
	sums_combine(sums, others);
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(equity_sums_final);

/* NULL where the measure is not defined */
Datum
equity_sums_final(PG_FUNCTION_ARGS)
{
	double	   *sums = sums_of(PG_GETARG_ARRAYTYPE_P(0));
	double		result = sums_measure(sums);

	if (!isfinite(sums[SUM_VALUE]) || !isfinite(sums[SUM_WEIGHT]) || isinf(result))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("values are too large to add up")));
	if (isnan(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
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
	return accumulate(fcinfo, MEASURE_MEAN, alpha, fgt_term(x, line, alpha), weight);
}

/* Of the rows in which the argument counted is true, the share in which right is not */
static Datum
accumulate_error(FunctionCallInfo fcinfo, int counted, int right)
{
	double		weight = weight_argument(fcinfo, 3);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0 || !PG_GETARG_BOOL(counted))
		return state_or_null(fcinfo);
	return accumulate(fcinfo, MEASURE_MEAN, 0, !PG_GETARG_BOOL(right), weight);
}

PG_FUNCTION_INFO_V1(equity_inclusion_error_accum);

Datum
equity_inclusion_error_accum(PG_FUNCTION_ARGS)
{
	return accumulate_error(fcinfo, 1, 2);
}

PG_FUNCTION_INFO_V1(equity_exclusion_error_accum);

Datum
equity_exclusion_error_accum(PG_FUNCTION_ARGS)
{
	return accumulate_error(fcinfo, 2, 1);
}
