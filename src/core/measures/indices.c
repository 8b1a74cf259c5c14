/*
 * indices.c
 *	  Measures of inequality, poverty and targeting.
 *
 * Theil (1967); Atkinson (1970); Foster, Greer and Thorbecke (1984); Gini, by
 * the Lorenz curve (Gastwirth 1972); concentration with the mean rank of ties
 * (Kakwani 1980); Hoover (1936).  Sums of a distribution are taken in its
 * order, so that they do not depend on that of the rows.
 */
#include "core/measures/indices.h"

#include <math.h>

/* ---- from sums ---- */

double
theil_t_term(double x)
{
	return x > 0 ? x * log(x) : 0;
}

double
theil_t(const double *sums)
{
	return sums[SUM_TERM] / sums[SUM_VALUE] - log(sums[SUM_VALUE] / sums[SUM_WEIGHT]);
}

double
theil_l(const double *sums)
{
	return log(sums[SUM_VALUE] / sums[SUM_WEIGHT]) - sums[SUM_TERM] / sums[SUM_WEIGHT];
}

double
atkinson_term(double x, double aversion)
{
	return aversion == 1 ? log(x) : pow(x, 1 - aversion);
}

double
atkinson(const double *sums)
{
	double		aversion = sums[SUM_PARAMETER];
	double		mean = sums[SUM_VALUE] / sums[SUM_WEIGHT];
	double		term = sums[SUM_TERM] / sums[SUM_WEIGHT];
	double		equivalent = aversion == 1 ? exp(term) : pow(term, 1 / (1 - aversion));

	return mean > 0 ? 1 - equivalent / mean : NAN;
}

double
fgt_term(double x, double line, double alpha)
{
	double		gap = (line - x) / line;

	if (x >= line)
		return 0;
	if (alpha == 0)
		return 1;
	return alpha == 1 ? gap : alpha == 2 ? gap * gap : pow(gap, alpha);
}

double
mean_term(const double *sums)
{
	return sums[SUM_TERM] / sums[SUM_WEIGHT];
}

/* ---- from distributions ---- */

/* Total, so that equal sets of observations are summed up alike */
static inline int
compare_observations(const Observation *a, const Observation *b, uint32 *turns)
{
	check_interrupts_at(++*turns);
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return a->weight < b->weight ? -1 : a->weight > b->weight;
}

#define ST_SORT				sort_observations
#define ST_ELEMENT_TYPE		Observation
#define ST_COMPARE(a, b, turns)	compare_observations(a, b, turns)
#define ST_COMPARE_ARG_TYPE	uint32
#define ST_SCOPE			static
#define ST_DEFINE
#include "lib/sort_template.h"

Distribution
distribution_of(Observation *observations, int64 count)
{
	Distribution distribution = {observations, count};
	uint32		turns = 0;

	sort_observations(observations, count, &turns);
	for (int64 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		distribution.weight += observations[i].weight;
		distribution.value += observations[i].weight * observations[i].value;
	}
	return distribution;
}

/*
 * The curve is straight across those of one rank.  Their part of the area is
 * the weight times the sum of the heights at both ends.
 */
double
distribution_concentration(const Distribution *distribution)
{
	const Observation *all = distribution->observations;
	double		below = 0;
	double		area = 0;

	for (int64 i = 0; i < distribution->count;)
	{
		double		rank = all[i].rank;
		double		weight = 0;
		double		value = 0;

		for (; i < distribution->count && all[i].rank == rank; i++)
		{
			check_interrupts_at(i);
			weight += all[i].weight;
			value += all[i].weight * all[i].value;
		}
		area += weight * (2 * below + value);
		below += value;
	}
	return 1 - area / (distribution->weight * distribution->value);
}

double
distribution_hoover(const Distribution *distribution)
{
	double		mean = distribution->value / distribution->weight;
	double		apart = 0;

	for (int64 i = 0; i < distribution->count; i++)
	{
		const Observation *one = &distribution->observations[i];

		check_interrupts_at(i);
		apart += one->weight * fabs(one->value - mean);
	}
	return apart / (2 * distribution->value);
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

		for (; i < distribution->count && weight + one[i].weight < wanted; i++)
		{
			check_interrupts_at(i);
			weight += one[i].weight;
			value += one[i].weight * one[i].value;
		}
		shares[j] = parts[j] >= 1 || i == distribution->count ? 1 :
			(value + (wanted - weight) * one[i].value) / distribution->value;
	}
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
	double		value = 0;
	double		mean = 0;
	double		squares = 0;

	for (int64 i = 0; i < distribution->count; i++)
	{
		const Observation *one = &distribution->observations[i];
		double		own;
		double		without;
		double		step;

		check_interrupts_at(i);
		weight += one->weight;
		value += one->weight * one->value;
		own = one->value * (2 * weight - distribution->weight) + distribution->value - 2 * value;
		without = (pairs - 2 * one->weight * own) /
			(2 * (distribution->weight - one->weight) *
			 (distribution->value - one->weight * one->value));
		step = without - mean;
		mean += step / (double) (i + 1);
		squares += step * (without - mean);
	}
	return sqrt(squares * (count - 1) / count);
}
