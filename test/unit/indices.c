/*
 * indices.c
 *	  Measures of random distributions, with ties, weights and zeros, against
 *	  their definitions over all pairs.
 */
#include "core/measures/indices.h"

#include <math.h>

#include "helper/random.h"
#include "helper/tap.h"

#define MOST	40

typedef struct Sample
{
	int			count;
	Observation all[MOST];
} Sample;

static Sample
roll_sample(Random *random, bool by_itself)
{
	Sample		sample = {2 + random_below(random, MOST - 1)};

	for (int i = 0; i < sample.count; i++)
	{
		Observation *one = &sample.all[i];

		one->value = random_below(random, 3) ? random_below(random, 20) :
			random_below(random, 100000) / 7.0;
		one->rank = by_itself ? one->value : random_below(random, 10);
		one->weight = random_below(random, 2) ? 1 : (1 + random_below(random, 50)) / 8.0;
	}
	sample.all[0].value += 1;
	if (by_itself)
		sample.all[0].rank = sample.all[0].value;
	return sample;
}

static double
weight_of(const Sample *sample, int left_out)
{
	double		sum = 0;

	for (int i = 0; i < sample->count; i++)
		sum += i == left_out ? 0 : sample->all[i].weight;
	return sum;
}

static double
value_of(const Sample *sample, int left_out)
{
	double		sum = 0;

	for (int i = 0; i < sample->count; i++)
		sum += i == left_out ? 0 : sample->all[i].weight * sample->all[i].value;
	return sum;
}

/* Differences of all pairs, counted up when the higher rank has more */
static double
concentration(const Sample *sample, int left_out)
{
	double		sum = 0;

	for (int i = 0; i < sample->count; i++)
		for (int j = 0; j < sample->count; j++)
		{
			const Observation *a = &sample->all[i];
			const Observation *b = &sample->all[j];

			if (i != left_out && j != left_out && a->rank > b->rank)
				sum += a->weight * b->weight * (a->value - b->value);
		}
	return sum / (weight_of(sample, left_out) * value_of(sample, left_out));
}

static double
gini_error(const Sample *sample)
{
	double		mean = 0;
	double		squares = 0;

	for (int i = 0; i < sample->count; i++)
		mean += concentration(sample, i) / sample->count;
	for (int i = 0; i < sample->count; i++)
		squares += pow(concentration(sample, i) - mean, 2);
	return sqrt(squares * (sample->count - 1) / sample->count);
}

/* What the lowest part has: each in turn gives what is wanted still, from the smallest up. */
static double
share(const Sample *sample, double part)
{
	bool		taken[MOST] = {false};
	double		wanted = part * weight_of(sample, -1);
	double		sum = 0;

	for (int turn = 0; turn < sample->count; turn++)
	{
		int			least = -1;
		double		some;

		for (int i = 0; i < sample->count; i++)
			if (!taken[i] && (least < 0 || sample->all[i].value < sample->all[least].value))
				least = i;
		taken[least] = true;
		some = fmin(wanted, sample->all[least].weight);
		wanted -= some;
		sum += some * sample->all[least].value;
	}
	return sum / value_of(sample, -1);
}

static double
hoover(const Sample *sample)
{
	double		mean = value_of(sample, -1) / weight_of(sample, -1);
	double		sum = 0;

	for (int i = 0; i < sample->count; i++)
		sum += sample->all[i].weight * fabs(sample->all[i].value - mean);
	return sum / (2 * value_of(sample, -1));
}

static bool
near(double got, double wanted)
{
	return fabs(got - wanted) < 1e-10 * fmax(1, fabs(wanted));
}

static void
test_random(void)
{
	static const double parts[] = {0, 0.1, 0.25, 0.4, 0.4, 0.9, 0.999, 1};
	Random		random = {5};
	int			wrong_gini = 0;
	int			wrong_rank = 0;
	int			wrong_hoover = 0;
	int			wrong_share = 0;
	int			wrong_error = 0;

	for (int turn = 0; turn < 3000; turn++)
	{
		Sample		sample = roll_sample(&random, true);
		Sample		sorted = sample;
		Sample		ranked = roll_sample(&random, false);
		Sample		ranked_sorted = ranked;
		Distribution own = distribution_of(sorted.all, sorted.count, NULL);
		Distribution other = distribution_of(ranked_sorted.all, ranked_sorted.count,
												 NULL);
		double		gini = distribution_gini(&own);
		double		shares[lengthof(parts)];

		wrong_gini += !near(gini, concentration(&sample, -1));
		wrong_rank += !near(distribution_concentration(&other), concentration(&ranked, -1));
		wrong_hoover += !near(distribution_hoover(&own), hoover(&sample));
		distribution_shares(&own, parts, lengthof(parts), shares);
		for (int i = 0; i < lengthof(parts); i++)
			wrong_share += !near(shares[i], share(&sample, parts[i]));
		if (value_of(&sample, 0) > 0)
			wrong_error += !near(distribution_gini_error(&own, gini), gini_error(&sample));
	}
	is_int(wrong_gini, 0, "Gini's coefficient is that of all pairs");
	is_int(wrong_rank, 0, "so is concentration, ties in rank counting for nothing");
	is_int(wrong_hoover, 0, "Hoover's index is half the mean distance from the mean");
	is_int(wrong_share, 0, "the lowest have what is counted out to them");
	is_int(wrong_error, 0, "the error is that of leaving out each");
}

/* ---- distributions ---- */

static Distribution
distribution_from(Observation *room, const double *values, int count)
{
	for (int i = 0; i < count; i++)
		room[i] = (Observation) {values[i], values[i], 1};
	return distribution_of(room, count, NULL);
}

static void
test_distributions(void)
{
	const double equal[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
	const double four[] = {4, 1, 3, 2};
	const double ten[] = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
	Observation room[10];
	Distribution distribution = distribution_from(room, equal, 10);

	ok(distribution_gini(&distribution) == 0 && distribution_hoover(&distribution) == 0 &&
	   distribution_gini_error(&distribution, 0) == 0, "equal values, no inequality");
	distribution = distribution_from(room, four, 4);
	ok(distribution_quantile(&distribution, 0) == 1 &&
	   distribution_quantile(&distribution, 1) == 4, "ends");
	ok(distribution_quantile(&distribution, 0.5) == 2.5 &&
	   distribution_quantile(&distribution, 0.25) == 1.5, "between two");
	ok(distribution_quantile(&distribution, 0.6) == 3 &&
	   distribution_quantile(&distribution, 0.1) == 1, "within one");
	distribution = distribution_from(room, ten, 10);
	ok(distribution_quantile(&distribution, 0.3) == 35 &&
	   distribution_quantile(&distribution, 0.7) == 75, "parts that no double is");
	/* the poor are 10, 20 and 30: H = 0.3, I = 0.5, G = 2/9 */
	ok(near(distribution_sen(&distribution, 40), 0.3 * (0.5 + 0.5 * 2 / 9.0)), "Sen's index");
	ok(distribution_sen(&distribution, 10) == 0, "nobody is poor");
	ok(near(distribution_sen(&distribution, 1000), 1 - 0.055 * (1 - 0.3)), "all are");
}

int
main(void)
{
	test_random();
	test_distributions();
	return finish();
}
