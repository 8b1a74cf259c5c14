/*
 * indices.c
 *	  Measures of inequality and poverty that need the whole distribution.
 *
 * Gini, by ranks (Lerman and Yitzhaki 1984); concentration with the mean rank of
 * ties (Kakwani 1980); Hoover (1936); Sen (1976), for many people.  Sums of a
 * distribution are taken in its order, so that they do not depend on that of the
 * rows.
 *
 * Values count from one of them, by their difference: where all are equal nothing
 * is rounded, and the measure is exactly 0.  What rounding brings below the least
 * value of a measure, or above the greatest, is that value.
 */
#include "core/measures/indices.h"

#include <math.h>

#include "core/measures/observation_sort.h"

/* A part of the weights this near to a sum of them is the sum. */
#define PART_TOLERANCE		1e-12

Distribution
distribution_of(Observation *observations, int64 count, Observation *spare)
{
	Distribution distribution = {.observations = observations, .count = count};

	observations_sort(observations, count, spare);
	if (count > 0)
		distribution.reference = distribution.lowest = observations[0].value;
	for (int64 i = 0; i < count; i++)
	{
		const Observation *one = &observations[i];

		check_interrupts_at(i);
		distribution.weight += one->weight;
		distribution.value += one->weight * one->value;
		distribution.excess += one->weight * (one->value - distribution.reference);
		distribution.lowest = Min(distribution.lowest, one->value);
	}
	return distribution;
}

/*
 * The mean of the values above the reference times twice their rank's distance
 * from the middle, where a rank is a part of the weights and ties have the mean
 * one.  Ranks' distances add up to 0, so that any reference gives the same.
 */
double
distribution_absolute_concentration(const Distribution *distribution)
{
	const Observation *all = distribution->observations;
	double		below = 0;
	double		sum = 0;

	for (int64 i = 0; i < distribution->count;)
	{
		double		rank = all[i].rank;
		double		weight = 0;
		double		excess = 0;

		for (; i < distribution->count && all[i].rank == rank; i++)
		{
			check_interrupts_at(i);
			weight += all[i].weight;
			excess += all[i].weight * (all[i].value - distribution->reference);
		}
		sum += excess * ((2 * below + weight) / distribution->weight - 1);
		below += weight;
	}
	return sum / distribution->weight;
}

double
distribution_concentration(const Distribution *distribution)
{
	double		concentration = distribution_absolute_concentration(distribution) /
		(distribution->value / distribution->weight);

	return distribution->lowest < 0 ? concentration : Min(Max(concentration, -1), 1);
}

double
distribution_gini(const Distribution *distribution)
{
	return Max(distribution_concentration(distribution), 0);
}

double
distribution_hoover(const Distribution *distribution)
{
	double		mean = distribution->excess / distribution->weight;
	double		apart = 0;
	double		hoover;

	for (int64 i = 0; i < distribution->count; i++)
	{
		const Observation *one = &distribution->observations[i];

		check_interrupts_at(i);
		apart += one->weight * fabs(one->value - distribution->reference - mean);
	}
	hoover = apart / (2 * distribution->value);
	return distribution->lowest < 0 ? hoover : Min(hoover, 1);
}

void
distribution_shares(const Distribution *distribution, const double *parts, int count,
					double *shares)
{
	double		weight = 0;
	double		value = 0;
	int64		i = 0;

	for (int j = 0; j < count; j++)
	{
		double		wanted = parts[j] * distribution->weight;
		const Observation *one = distribution->observations;
		double		share;

		for (; i < distribution->count && weight + one[i].weight < wanted; i++)
		{
			check_interrupts_at(i);
			weight += one[i].weight;
			value += one[i].weight * one[i].value;
		}
		share = parts[j] >= 1 || i == distribution->count ? 1 :
			(value + (wanted - weight) * one[i].value) / distribution->value;
		shares[j] = Min(share, 1);
	}
}

double
distribution_quantile(const Distribution *distribution, double part)
{
	const Observation *all = distribution->observations;
	double		wanted = part * distribution->weight;
	double		tolerance = PART_TOLERANCE * distribution->weight;
	double		weight = 0;

	for (int64 i = 0; i + 1 < distribution->count; i++)
	{
		check_interrupts_at(i);
		weight += all[i].weight;
		if (weight > wanted + tolerance)
			return all[i].value;
		if (weight >= wanted - tolerance)
			return all[i].value + (all[i + 1].value - all[i].value) / 2;
	}
	return all[distribution->count - 1].value;
}

/*
 * H * (I + (1 - I) * G): the share of the poor, their mean gap, and Gini's
 * coefficient among them, who come first.
 */
double
distribution_sen(const Distribution *distribution, double line)
{
	int64		count = 0;
	Distribution poor;
	double		gap;

	while (count < distribution->count && distribution->observations[count].value < line)
		check_interrupts_at(++count);
	if (count == 0)
		return 0;
	poor = distribution_of(distribution->observations, count, NULL);
	gap = 1 - poor.value / poor.weight / line;
	return poor.weight / distribution->weight *
		(gap + (poor.value > 0 ? (1 - gap) * distribution_gini(&poor) : 0));
}

/*
 * Gini's coefficient is D / (2·W·S), with D the sum of the differences of all
 * pairs.  Without an observation it loses twice its own, which the sums up to
 * it tell: the jackknife of Ogwang (2000), in one walk.
 */
double
distribution_gini_error(const Distribution *distribution, double gini)
{
	double		pairs = 2 * gini * distribution->weight * distribution->value;
	double		count = (double) distribution->count;
	double		weight = 0;
	double		excess = 0;
	double		mean = 0;
	double		squares = 0;

	for (int64 i = 0; i < distribution->count; i++)
	{
		const Observation *one = &distribution->observations[i];
		double		value = one->value - distribution->reference;
		double		own;
		double		without;
		double		step;

		check_interrupts_at(i);
		weight += one->weight;
		excess += one->weight * value;
		own = value * (2 * weight - distribution->weight) + distribution->excess - 2 * excess;
		without = (pairs - 2 * one->weight * own) /
			(2 * (distribution->weight - one->weight) *
			 (distribution->value - one->weight * one->value));
		step = without - mean;
		mean += step / (double) (i + 1);
		squares += step * (without - mean);
	}
	return sqrt(Max(squares, 0) * (count - 1) / count);
}
