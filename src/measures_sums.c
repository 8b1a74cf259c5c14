/*
 * measures_sums.c
 *	  The measures that are made from sums: Theil, Atkinson, Foster-Greer-
 *	  Thorbecke, and the errors of targeting.
 *
 * The state of each is an array of the same four numbers (core/measures/indices.h), so
 * that one function adds up the parts of a plan with workers, or over shards.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"

#include "compat.h"
#include "core/measures/indices.h"
#include "doubles.h"

static double *
sums_of(ArrayType *state)
{
	if (ARR_NDIM(state) != 1 || ARR_DIMS(state)[0] != SUMS_LENGTH || ARR_HASNULL(state))
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

static Datum
accumulate_term(FunctionCallInfo fcinfo, double parameter, double weight, double value, double term)
{
	ArrayType  *state;
	double	   *sums;

	if (PG_ARGISNULL(0))
	{
		state = new_doubles(1, SUMS_LENGTH);
		doubles_of(state)[SUM_PARAMETER] = parameter;
	}
	else
		state = own_state(fcinfo, 0);
	sums = sums_of(state);
	check_parameter(parameter, sums[SUM_PARAMETER]);
	sums[SUM_WEIGHT] += weight;
	sums[SUM_VALUE] += weight * value;
	sums[SUM_TERM] += weight * term;
	PG_RETURN_ARRAYTYPE_P(state);
}

PG_FUNCTION_INFO_V1(equity_sums_combine);

Datum
equity_sums_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *state = own_state(fcinfo, 0);
	double	   *sums = sums_of(state);
	double	   *others = sums_of(PG_GETARG_ARRAYTYPE_P(1));

	check_parameter(others[SUM_PARAMETER], sums[SUM_PARAMETER]);
	for (int i = SUM_PARAMETER + 1; i < SUMS_LENGTH; i++)
		sums[i] += others[i];
	PG_RETURN_ARRAYTYPE_P(state);
}

/* NULL where the measure is not defined */
static Datum
final_measure(FunctionCallInfo fcinfo, double (*measure) (const double *sums))
{
	double	   *sums = sums_of(PG_GETARG_ARRAYTYPE_P(0));
	double		result = measure(sums);

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
	double		x;

	if (PG_ARGISNULL(1) || weight == 0)
		return state_or_null(fcinfo);
	x = value_argument(fcinfo, 1, "x", true);
	return accumulate_term(fcinfo, 0, weight, x, theil_t_term(x));
}

PG_FUNCTION_INFO_V1(equity_theil_l_accum);

Datum
equity_theil_l_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 2);
	double		x;

	if (PG_ARGISNULL(1) || weight == 0)
		return state_or_null(fcinfo);
	x = value_argument(fcinfo, 1, "x", false);
	return accumulate_term(fcinfo, 0, weight, x, log(x));
}

PG_FUNCTION_INFO_V1(equity_atkinson_accum);

Datum
equity_atkinson_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);
	double		x;
	double		aversion;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	x = value_argument(fcinfo, 1, "x", true);
	aversion = value_argument(fcinfo, 2, "e", true);
	return accumulate_term(fcinfo, aversion, weight, x, atkinson_term(x, aversion));
}

PG_FUNCTION_INFO_V1(equity_theil_t_final);

Datum
equity_theil_t_final(PG_FUNCTION_ARGS)
{
	return final_measure(fcinfo, theil_t);
}

PG_FUNCTION_INFO_V1(equity_theil_l_final);

Datum
equity_theil_l_final(PG_FUNCTION_ARGS)
{
	return final_measure(fcinfo, theil_l);
}

PG_FUNCTION_INFO_V1(equity_atkinson_final);

Datum
equity_atkinson_final(PG_FUNCTION_ARGS)
{
	return final_measure(fcinfo, atkinson);
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
	return accumulate_term(fcinfo, alpha, weight, 0, fgt_term(x, line, alpha));
}

/* Of those that are counted, the share that is wrong */
static Datum
accumulate_error(FunctionCallInfo fcinfo, int counted, int right)
{
	double		weight = weight_argument(fcinfo, 3);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0 || !PG_GETARG_BOOL(counted))
		return state_or_null(fcinfo);
	return accumulate_term(fcinfo, 0, weight, 0, !PG_GETARG_BOOL(right));
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

PG_FUNCTION_INFO_V1(equity_mean_term_final);

Datum
equity_mean_term_final(PG_FUNCTION_ARGS)
{
	return final_measure(fcinfo, mean_term);
}
