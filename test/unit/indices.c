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
		Distribution own = distribution_of(sorted.all, sorted.count);
		Distribution other = distribution_of(ranked_sorted.all, ranked_sorted.count);
		double		gini = distribution_concentration(&own);
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

static void
test_sums(void)
{
	const double equal[] = {0, 4, 40, 4 * 10 * log(10)};
	const double logs[] = {0, 4, 40, 4 * log(10)};
	const double none[] = {0, 4, 0, 0};
	const double geometric[] = {1, 2, 10, log(2) + log(8)};

	ok(fabs(theil_t(equal)) < 1e-15 && fabs(theil_l(logs)) < 1e-15, "equal values, no inequality");
	ok(isnan(theil_t(none)) && isnan(atkinson(none)), "nothing to share, no measure");
	ok(near(atkinson(geometric), 1 - 4.0 / 5), "Atkinson's index by the geometric mean");
	ok(fgt_term(3000, 3000, 0) == 0 && fgt_term(2999, 3000, 0) == 1, "on the line is not below it");
	ok(near(fgt_term(1500, 3000, 2), 0.25), "the gap squared");
}

int
main(void)
{
	test_random();
	test_sums();
	return finish();
}
