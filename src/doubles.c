/*
 * doubles.c
 *	  Arrays of double precision, as the states and results of aggregates.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"

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

Datum
state_or_null(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

void
check_finite(double value, const char *name)
{
	if (isfinite(value))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is NaN or infinite", name),
			 errhint("Use NULL for a value that is not known: its row then takes no part.")));
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
				 errmsg("weight must not be negative"),
				 errhint("A row of weight 0 or NULL takes no part.")));
	return weight;
}
