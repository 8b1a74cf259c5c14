/*
 * measures_sorted.c
 *	  The measures that need values in order: Gini and its interval, Hoover,
 *	  Palma, quantiles and their shares, Sen, concentration, the Lorenz curve.
 *
 * The state gathers the rows, 24 bytes each, within equity.max_memory; the
 * final functions sort them, by as much memory again where there is so much left,
 * else in place.  Aggregates with the same arguments in one query share the state,
 * and the second finds it sorted.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/memutils.h"

#include "compat.h"
#include "core/measures/indices.h"
#include "doubles.h"
#include "settings.h"
#include "report.h"

#define FIRST_ROOM			16
#define MOST_POINTS			10000
#define USUAL_POINTS		100

/* For 95 %: the normal distribution's quantile at 0.975 */
#define TWO_SIDED			1.959963984540054

typedef struct Sample
{
	double		parameters[2];	/* the same in all rows */
	int64		count;
	int64		room;
	MemoryContext memory;
	Observation *observations;
} Sample;

/* ---- gathering ---- */

static Sample *
sample_create(MemoryContext memory, double first, double second)
{
	Sample	   *sample = MemoryContextAllocZero(memory, sizeof(Sample));

	sample->parameters[0] = first;
	sample->parameters[1] = second;
	sample->memory = memory;
	return sample;
}

/* Make room for so many observations at least. */
static void
sample_reserve(Sample *sample, int64 count)
{
	Size		limit = (Size) equity_max_memory_kb * 1024;
	int64		room = Max(Max(count, 2 * sample->room), FIRST_ROOM);
	CoreError	error;

	if (count <= sample->room)
		return;
	if (!core_check_memory(&error, "a measure", sizeof(Observation) * (Size) room, limit))
		report_core_error(&error);
	if (sample->observations)
		sample->observations =
			repalloc_huge(sample->observations, sizeof(Observation) * (Size) room);
	else
		sample->observations =
			MemoryContextAllocHuge(sample->memory, sizeof(Observation) * (Size) room);
	sample->room = room;
}

static void
check_parameters(const Sample *sample, const double *parameters)
{
	if (sample->parameters[0] == parameters[0] && sample->parameters[1] == parameters[1])
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the parameters of a measure must be the same in all rows")));
}

static MemoryContext
aggregate_memory(FunctionCallInfo fcinfo)
{
	MemoryContext memory;

	if (!AggCheckCallContext(fcinfo, &memory))
		elog(ERROR, "called outside of an aggregate");
	return memory;
}

static Datum
accumulate(FunctionCallInfo fcinfo, Observation one, double first, double second)
{
	MemoryContext memory = aggregate_memory(fcinfo);
	Sample	   *sample = PG_ARGISNULL(0) ? sample_create(memory, first, second) :
		(Sample *) PG_GETARG_POINTER(0);

	check_finite(one.value, "x");
	check_parameters(sample, (double[]) {first, second});
	sample_reserve(sample, sample->count + 1);
	sample->observations[sample->count++] = one;
	PG_RETURN_POINTER(sample);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum);

Datum
equity_distribution_accum(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 2);

	if (PG_ARGISNULL(1) || weight == 0)
		return state_or_null(fcinfo);
	return accumulate(fcinfo, (Observation) {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(1), weight},
					  0, 0);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_rank);

Datum
equity_distribution_accum_rank(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	check_finite(PG_GETARG_FLOAT8(2), "rank_by");
	return accumulate(fcinfo, (Observation) {PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(1), weight},
					  0, 0);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_range);

Datum
equity_distribution_accum_range(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 4);
	double		low;
	double		high;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || weight == 0)
		return state_or_null(fcinfo);
	low = PG_GETARG_FLOAT8(2);
	high = PG_GETARG_FLOAT8(3);
	if (!(low >= 0 && low <= high && high <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lo and hi must be from 0 to 1, and lo must not be above hi"),
				 errdetail("They are %g and %g.", low, high)));
	return accumulate(fcinfo, (Observation) {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(1), weight},
				low, high);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_points);

Datum
equity_distribution_accum_points(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	if (PG_GETARG_INT32(2) < 1 || PG_GETARG_INT32(2) > MOST_POINTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("points must be from 1 to %d", MOST_POINTS)));
	return accumulate(fcinfo, (Observation) {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(1), weight},
				PG_GETARG_INT32(2), 0);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_quantile);

Datum
equity_distribution_accum_quantile(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);
	double		part;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	part = PG_GETARG_FLOAT8(2);
	if (!(part >= 0 && part <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("p must be from 0 to 1"),
				 errdetail("It is %g.", part)));
	return accumulate(fcinfo, (Observation) {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(1), weight},
					  part, 0);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_line);

Datum
equity_distribution_accum_line(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);
	double		x;
	double		line;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	x = PG_GETARG_FLOAT8(1);
	line = PG_GETARG_FLOAT8(2);
	check_finite(line, "line");
	if (line <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("line must be above 0")));
	if (x < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("x must not be negative"),
				 errhint("A row with NULL takes no part.")));
	return accumulate(fcinfo, (Observation) {x, x, weight}, line, 0);
}

/* Take a row with an outcome between no (0) and yes (1). */
static Datum
accumulate_outcome(FunctionCallInfo fcinfo, double outcome, double weight)
{
	double		rank_by = PG_GETARG_FLOAT8(2);

	check_finite(rank_by, "rank_by");
	return accumulate(fcinfo, (Observation) {rank_by, outcome, weight}, 0, 0);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_outcome);

Datum
equity_distribution_accum_outcome(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	return accumulate_outcome(fcinfo, PG_GETARG_BOOL(1), weight);
}

PG_FUNCTION_INFO_V1(equity_distribution_accum_share);

Datum
equity_distribution_accum_share(PG_FUNCTION_ARGS)
{
	double		weight = weight_argument(fcinfo, 3);
	double		outcome;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || weight == 0)
		return state_or_null(fcinfo);
	outcome = PG_GETARG_FLOAT8(1);
	if (!(outcome >= 0 && outcome <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("outcome must be from 0 (no) to 1 (yes)"),
				 errhint("For a value that has no upper bound use equity.concentration_index.")));
	return accumulate_outcome(fcinfo, outcome, weight);
}

/* ---- parts of a parallel plan ---- */

PG_FUNCTION_INFO_V1(equity_distribution_combine);

Datum
equity_distribution_combine(PG_FUNCTION_ARGS)
{
	MemoryContext memory = aggregate_memory(fcinfo);
	Sample	   *sample;
	Sample	   *other;

	if (PG_ARGISNULL(1))
		return state_or_null(fcinfo);
	other = (Sample *) PG_GETARG_POINTER(1);
	sample = PG_ARGISNULL(0) ? sample_create(memory, other->parameters[0], other->parameters[1]) :
		(Sample *) PG_GETARG_POINTER(0);
	check_parameters(sample, other->parameters);
	sample_reserve(sample, sample->count + other->count);
	memcpy(sample->observations + sample->count, other->observations,
		   sizeof(Observation) * other->count);
	sample->count += other->count;
	PG_RETURN_POINTER(sample);
}

#define SERIALIZED_HEADER		(VARHDRSZ + sizeof(double[2]))

PG_FUNCTION_INFO_V1(equity_distribution_serialize);

Datum
equity_distribution_serialize(PG_FUNCTION_ARGS)
{
	Sample	   *sample = (Sample *) PG_GETARG_POINTER(0);
	Size		size = SERIALIZED_HEADER + sizeof(Observation) * (Size) sample->count;
	bytea	   *serialized;

	aggregate_memory(fcinfo);
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows for one parallel worker"),
				 errhint("Set max_parallel_workers_per_gather to 0 for this query.")));
	serialized = palloc(size);
	SET_VARSIZE(serialized, size);
	memcpy(VARDATA(serialized), sample->parameters, sizeof(double[2]));
	memcpy((char *) serialized + SERIALIZED_HEADER, sample->observations,
		   sizeof(Observation) * sample->count);
	PG_RETURN_BYTEA_P(serialized);
}

PG_FUNCTION_INFO_V1(equity_distribution_deserialize);

Datum
equity_distribution_deserialize(PG_FUNCTION_ARGS)
{
	bytea	   *serialized = PG_GETARG_BYTEA_P(0);
	Size		length = VARSIZE(serialized) - SERIALIZED_HEADER;
	Sample	   *sample;

	aggregate_memory(fcinfo);
	if (VARSIZE(serialized) < SERIALIZED_HEADER || length % sizeof(Observation) != 0)
		elog(ERROR, "not a serialized distribution");
	sample = sample_create(CurrentMemoryContext, 0, 0);
	memcpy(sample->parameters, VARDATA(serialized), sizeof(double[2]));
	sample_reserve(sample, length / sizeof(Observation));
	sample->count = length / sizeof(Observation);
	memcpy(sample->observations, (char *) serialized + SERIALIZED_HEADER, length);
	PG_RETURN_POINTER(sample);
}

/* ---- results ---- */

/* Room to sort a sample, or NULL when that is not allowed. */
static Observation *
spare_room(const Sample *sample)
{
	Size		taken = sizeof(Observation) * (Size) sample->room;
	Size		size = sizeof(Observation) * (Size) sample->count;

	return taken + size > (Size) equity_max_memory_kb * 1024 ? NULL : host_alloc(size);
}

static Distribution
sorted_argument(FunctionCallInfo fcinfo)
{
	Sample	   *sample = (Sample *) PG_GETARG_POINTER(0);
	Observation *spare = spare_room(sample);
	Distribution distribution;

	aggregate_memory(fcinfo);
	distribution = distribution_of(sample->observations, sample->count, spare);
	if (spare)
		pfree(spare);
	if (!isfinite(distribution.weight * distribution.value) || !isfinite(distribution.excess))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("values are too large to add up")));
	return distribution;
}

/*
 * Sort the state's observations into a distribution.  False when they sum up to
 * 0: there is nothing to share, and so no measure.
 */
static bool
distribution_argument(FunctionCallInfo fcinfo, Distribution *distribution)
{
	*distribution = sorted_argument(fcinfo);
	if (distribution->value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the sum of the values must not be negative"),
				 errdetail("Nobody has a share of less than nothing.")));
	return distribution->value > 0;
}

PG_FUNCTION_INFO_V1(equity_gini_final);

Datum
equity_gini_final(PG_FUNCTION_ARGS)
{
	Distribution distribution;

	if (!distribution_argument(fcinfo, &distribution))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(distribution_gini(&distribution));
}

PG_FUNCTION_INFO_V1(equity_concentration_final);

Datum
equity_concentration_final(PG_FUNCTION_ARGS)
{
	Distribution distribution;

	if (!distribution_argument(fcinfo, &distribution))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(distribution_concentration(&distribution));
}

static double
from_minus_one_to_one(double index)
{
	return Min(Max(index, -1), 1);
}

PG_FUNCTION_INFO_V1(equity_erreygers_final);

Datum
equity_erreygers_final(PG_FUNCTION_ARGS)
{
	Distribution distribution = sorted_argument(fcinfo);

	PG_RETURN_FLOAT8(from_minus_one_to_one(4 *
										   distribution_absolute_concentration(&distribution)));
}

PG_FUNCTION_INFO_V1(equity_wagstaff_final);

/* Not defined where all say yes, or all no */
Datum
equity_wagstaff_final(PG_FUNCTION_ARGS)
{
	Distribution distribution = sorted_argument(fcinfo);
	double		mean = distribution.value / distribution.weight;

	if (mean <= 0 || mean >= 1)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(from_minus_one_to_one(distribution_absolute_concentration(&distribution) /
										   (mean * (1 - mean))));
}

PG_FUNCTION_INFO_V1(equity_quantile_final);

Datum
equity_quantile_final(PG_FUNCTION_ARGS)
{
	Sample	   *sample = (Sample *) PG_GETARG_POINTER(0);
	Distribution distribution = sorted_argument(fcinfo);

	PG_RETURN_FLOAT8(distribution_quantile(&distribution, sample->parameters[0]));
}

PG_FUNCTION_INFO_V1(equity_sen_final);

Datum
equity_sen_final(PG_FUNCTION_ARGS)
{
	Sample	   *sample = (Sample *) PG_GETARG_POINTER(0);
	Distribution distribution = sorted_argument(fcinfo);

	PG_RETURN_FLOAT8(distribution_sen(&distribution, sample->parameters[0]));
}

PG_FUNCTION_INFO_V1(equity_hoover_final);

Datum
equity_hoover_final(PG_FUNCTION_ARGS)
{
	Distribution distribution;

	if (!distribution_argument(fcinfo, &distribution))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(distribution_hoover(&distribution));
}

PG_FUNCTION_INFO_V1(equity_palma_final);

Datum
equity_palma_final(PG_FUNCTION_ARGS)
{
	static const double parts[] = {0.4, 0.9};
	double		shares[2];
	Distribution distribution;

	if (!distribution_argument(fcinfo, &distribution))
		PG_RETURN_NULL();
	distribution_shares(&distribution, parts, 2, shares);
	if (shares[0] <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((1 - shares[1]) / shares[0]);
}

PG_FUNCTION_INFO_V1(equity_quantile_share_final);

Datum
equity_quantile_share_final(PG_FUNCTION_ARGS)
{
	Sample	   *sample = (Sample *) PG_GETARG_POINTER(0);
	double		shares[2];
	Distribution distribution;

	if (!distribution_argument(fcinfo, &distribution))
		PG_RETURN_NULL();
	distribution_shares(&distribution, sample->parameters, 2, shares);
	PG_RETURN_FLOAT8(shares[1] - shares[0]);
}

PG_FUNCTION_INFO_V1(equity_lorenz_final);

Datum
equity_lorenz_final(PG_FUNCTION_ARGS)
{
	int			given = (int) ((Sample *) PG_GETARG_POINTER(0))->parameters[0];
	int			steps = given > 0 ? given : USUAL_POINTS;
	double	   *parts = palloc(sizeof(double) * (steps + 1));
	ArrayType  *curve;
	Distribution distribution;

	if (!distribution_argument(fcinfo, &distribution))
		PG_RETURN_NULL();
	for (int i = 0; i <= steps; i++)
		parts[i] = (double) i / steps;
	curve = new_doubles(1, steps + 1);
	distribution_shares(&distribution, parts, steps + 1, doubles_of(curve));
	PG_RETURN_ARRAYTYPE_P(curve);
}

PG_FUNCTION_INFO_V1(equity_gini_interval_final);

Datum
equity_gini_interval_final(PG_FUNCTION_ARGS)
{
	ArrayType  *interval = new_doubles(1, 2);
	Distribution distribution;
	double		gini;
	double		margin;

	if (!distribution_argument(fcinfo, &distribution) || distribution.count < 2)
		PG_RETURN_NULL();
	gini = distribution_gini(&distribution);
	margin = TWO_SIDED * distribution_gini_error(&distribution, gini);
	if (!isfinite(margin))		/* leaving out one leaves nothing to share */
		PG_RETURN_NULL();
	doubles_of(interval)[0] = Max(gini - margin, 0);
	doubles_of(interval)[1] = distribution.lowest < 0 ? gini + margin : Min(gini + margin, 1);
	PG_RETURN_ARRAYTYPE_P(interval);
}
