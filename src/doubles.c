/*
 * doubles.c
 *	  Arrays of double precision, as the states and results of aggregates.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "doubles.h"

ArrayType *
new_doubles(int dimensions, int length)
{
	int			count = dimensions == 1 ? length : length * length;
	Size		size = ARR_OVERHEAD_NONULLS(dimensions) + sizeof(double) * count;
	ArrayType  *array = palloc0(size);

	SET_VARSIZE(array, size);
	array->ndim = dimensions;
	array->elemtype = FLOAT8OID;
	for (int i = 0; i < dimensions; i++)
	{
		ARR_DIMS(array)[i] = length;
		ARR_LBOUND(array)[i] = 1;
	}
	return array;
}

int
count_doubles(ArrayType *array)
{
	if (ARR_NDIM(array) > 1 || ARR_ELEMTYPE(array) != FLOAT8OID || array_contains_nulls(array))
		return -1;
	return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

ArrayType *
own_state(FunctionCallInfo fcinfo, int argument)
{
	if (AggCheckCallContext(fcinfo, NULL))
		return PG_GETARG_ARRAYTYPE_P(argument);
	return PG_GETARG_ARRAYTYPE_P_COPY(argument);
}

char *
called_name(FunctionCallInfo fcinfo)
{
	Aggref	   *aggregate = AggGetAggref(fcinfo);
	char	   *name = get_func_name(aggregate ? aggregate->aggfnoid : fcinfo->flinfo->fn_oid);

	return name ? name : "";	/* dropped meanwhile */
}

void
check_finite(double value, const char *name)
{
	if (isfinite(value))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is NaN or infinite", name),
			 errhint("Give NULL for what is not known: the row then takes no part.")));
}

double
weight_argument(FunctionCallInfo fcinfo, int argument)
{
	double		weight = 1;

	if (PG_NARGS() > argument)
		weight = PG_ARGISNULL(argument) ? 0 : PG_GETARG_FLOAT8(argument);
	check_finite(weight, "weight");
	if (weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a weight is negative"),
				 errhint("equity.%s takes weights of 0 or more; a row of weight 0 or NULL "
						 "takes no part.",
						 called_name(fcinfo))));
	return weight;
}
