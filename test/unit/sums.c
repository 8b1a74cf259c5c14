/*
 * sums.c
 *	  Measures from sums against their definitions, and however the rows are spread.
 */
#include "core/measures/sums.h"

#include <math.h>

#include "core/measures/part.h"

#include "helper/random.h"
#include "helper/tap.h"

#define MOST		40
#define MOST_PARTS	8

/* A state with what the server's side does for it */
typedef struct Sums
{
	double	   *numbers;		/* NULL without rows */
	int			orders;
} Sums;

static void
take(Sums *sums, MeasureKind kind, double parameter, double value, double weight)
{
	SumsRow		row = sums_row(kind, parameter, value, weight);
	int			place;

	if (sums->numbers == NULL)
	{
		*sums = (Sums) {palloc(sizeof(double) * sums_length(1)), 1};
		sums_start(sums->numbers, kind, parameter, &row);
	}
	if (!sums_find_order(sums->numbers, sums->orders, &row, &place))
	{
		double	   *wider = palloc(sizeof(double) * sums_length(sums->orders + 1));

		sums_insert_order(wider, sums->numbers, sums->orders, &row, place);
		*sums = (Sums) {wider, sums->orders + 1};
	}
	sums_add(sums->numbers, place, &row);
}

static Sums
both(Sums a, Sums b)
{
	Sums		sums;

	if (a.numbers == NULL || b.numbers == NULL)
		return a.numbers ? a : b;
	sums.numbers = palloc(sizeof(double) * sums_length(a.orders + b.orders));
	sums.orders = sums_combine(sums.numbers, a.numbers, a.orders, b.numbers, b.orders);
	return sums;
}

static double
measure_of(MeasureKind kind, double parameter, const double *values, int count)
{
	Sums		sums = {NULL};

	for (int i = 0; i < count; i++)
		take(&sums, kind, parameter, values[i], 1);
	return sums_measure(sums.numbers, sums.orders);
}

static bool
near(double got, double wanted)
{
	return fabs(got - wanted) < 1e-13 * fmax(1, fabs(wanted));
}

/* ---- definitions ---- */

typedef struct Sample
{
	MeasureKind kind;
	double		parameter;
	int			count;
	double		values[MOST];
	double		weights[MOST];
} Sample;

static Sample
roll_sample(Random *random)
{
	static const double aversions[] = {
		0, 0.3, 0.49, 0.5, 0.51, 0.9, 1, 1.1, 1.49, 1.5, 1.51, 2, 7.5, 30
	};
	Sample		sample = {MEASURE_THEIL_T + random_below(random, 3)};
	double		unit = pow(10, random_below(random, 200) - 100.0);

	if (sample.kind == MEASURE_ATKINSON)
		sample.parameter = aversions[random_below(random, lengthof(aversions))];
	sample.count = 1 + random_below(random, MOST);
	for (int i = 0; i < sample.count; i++)
	{
		sample.values[i] = random_below(random, 9) == 0 && sample.kind == MEASURE_THEIL_T ? 0 :
			unit * (1 + random_below(random, random_below(random, 2) ? 3 : 100000));
		sample.weights[i] = random_below(random, 2) ? 1 : (1 + random_below(random, 50)) / 7.0;
	}
	return sample;
}

/* The means of y·ln y and -ln y with values over their mean, and Atkinson's definition */
static long double
definition(const Sample *sample)
{
	long double weight = 0;
	long double mean = 0;
	long double sum = 0;
	long double e = sample->parameter;

	for (int i = 0; i < sample->count; i++)
	{
		weight += sample->weights[i];
		mean += (long double) sample->weights[i] * sample->values[i];
	}
	mean /= weight;
	for (int i = 0; i < sample->count; i++)
	{
		long double y = sample->values[i] / mean;

		if (sample->kind == MEASURE_THEIL_T)
			sum += y > 0 ? sample->weights[i] * y * logl(y) : 0;
		else if (sample->kind == MEASURE_THEIL_L || e == 1)
			sum -= sample->weights[i] * logl(y);
		else
			sum += sample->weights[i] * powl(y, 1 - e);
	}
	sum /= weight;
	if (sample->kind != MEASURE_ATKINSON)
		return sum;
	return e == 1 ? 1 - expl(-sum) : 1 - powl(sum, 1 / (1 - e));
}

static Sums
sums_of(const Sample *sample, const int *order, int from, int until)
{
	Sums		sums = {NULL};

	for (int i = from; i < until; i++)
		take(&sums, sample->kind, sample->parameter, sample->values[order[i]],
			 sample->weights[order[i]]);
	return sums;
}

static void
shuffle(Random *random, int *order, int count)
{
	for (int i = 0; i < count; i++)
		order[i] = i;
	for (int i = count - 1; i > 0; i--)
	{
		int			j = random_below(random, i + 1);
		int			held = order[i];

		order[i] = order[j];
		order[j] = held;
	}
}

/* In parts, in any order, which travel as bytes and are put together in any order */
static double
spread(Random *random, const Sample *sample)
{
	int			order[MOST];
	Sums		parts[MOST_PARTS];
	int			count = 1 + random_below(random, MOST_PARTS);

	shuffle(random, order, sample->count);
	for (int i = 0; i < count; i++)
	{
		uint8	   *bytes;
		int			length;
		int			numbers;

		parts[i] = sums_of(sample, order, sample->count * i / count,
						   sample->count * (i + 1) / count);
		if (parts[i].numbers == NULL)
			continue;
		length = sums_length(parts[i].orders);
		bytes = palloc(part_size(length));
		part_write(sample->kind, parts[i].numbers, length, bytes);
		memset(parts[i].numbers, 0, sizeof(double) * length);
		if (part_kind(bytes, part_size(length), &numbers) != (int) sample->kind ||
			numbers != length)
			return NAN;
		part_read(bytes, numbers, parts[i].numbers);
		if (!sums_are_state(parts[i].numbers, length))
			return NAN;
	}
	while (count > 1)
	{
		int			with = random_below(random, count - 1);

		parts[with] = both(parts[with], parts[count - 1]);
		count--;
	}
	return sums_measure(parts[0].numbers, parts[0].orders);
}

static void
test_random(void)
{
	Random		random = {6};
	int			wrong = 0;
	int			differ = 0;

	for (int turn = 0; turn < 5000; turn++)
	{
		Sample		sample = roll_sample(&random);
		double		wanted = (double) definition(&sample);
		int			order[MOST];
		Sums		sums;
		double		whole;

		shuffle(&random, order, sample.count);
		sums = sums_of(&sample, order, 0, sample.count);
		whole = sums_measure(sums.numbers, sums.orders);
		wrong += fabs(whole - wanted) > 1e-14 * sample.count;
		for (int i = 0; i < 4; i++)
		{
			double		parts = spread(&random, &sample);

			differ += memcmp(&parts, &whole, sizeof(whole)) != 0 && !(isnan(parts) && isnan(whole));
		}
	}
	is_int(wrong, 0, "Theil's and Atkinson's measures are what their definitions give");
	is_int(differ, 0, "to the last digit the same however the rows are spread");
}

static void
test_many(void)
{
	Random		random = {9};
	Sums		up = {NULL};
	Sums		down = {NULL};
	double	   *values = palloc(sizeof(double) * 100000);

	for (int i = 0; i < 100000; i++)
		values[i] = exp(random_below(&random, 1000000) / 70000.0) / 3;
	for (int i = 0; i < 100000; i++)
	{
		take(&up, MEASURE_THEIL_T, 0, values[i], 1 / 3.0);
		take(&down, MEASURE_THEIL_T, 0, values[99999 - i], 1 / 3.0);
	}
	ok(sums_measure(up.numbers, up.orders) == sums_measure(down.numbers, down.orders),
	   "a hundred thousand rows, up or down");
	note("%d orders", up.orders);
}

/* ---- the ends ---- */

static void
test_ends(void)
{
	const double equal[] = {3000.1, 3000.1, 3000.1, 3000.1, 3000.1, 3000.1, 3000.1};
	const double none[] = {0, 0};
	const double some[] = {0, 0, 0, 9};
	const double two[] = {2, 8};
	const double large[] = {1e8, 2e8};
	const double apart[] = {0.02, 0.5};
	const double huge[] = {1e308, 1e308, 1.5e308};
	const double far[] = {5e-324, 1.7e308};

	ok(measure_of(MEASURE_THEIL_T, 0, equal, 7) == 0 &&
	   measure_of(MEASURE_THEIL_L, 0, equal, 7) == 0 &&
	   measure_of(MEASURE_ATKINSON, 1, equal, 7) == 0 &&
	   measure_of(MEASURE_ATKINSON, 0.7, equal, 7) == 0 &&
	   measure_of(MEASURE_ATKINSON, 50, equal, 7) == 0, "equal values, no inequality");
	ok(isnan(measure_of(MEASURE_THEIL_T, 0, none, 2)) &&
	   isnan(measure_of(MEASURE_ATKINSON, 2, none, 2)) &&
	   isnan(measure_of(MEASURE_ATKINSON, 0.5, none, 2)), "nothing to share, no measure");
	ok(near(measure_of(MEASURE_THEIL_T, 0, some, 4), log(4)), "one has all");
	ok(measure_of(MEASURE_ATKINSON, 1, some, 4) == 1 &&
	   measure_of(MEASURE_ATKINSON, 1.2, some, 4) == 1 &&
	   measure_of(MEASURE_ATKINSON, 9, some, 4) == 1, "who abhors that some have nothing");
	ok(near(measure_of(MEASURE_ATKINSON, 0.75, some, 4), 1 - pow(0.25, 3)) &&
	   near(measure_of(MEASURE_ATKINSON, 0.5, some, 4), 1 - 0.25) &&
	   measure_of(MEASURE_ATKINSON, 0, some, 4) == 0, "and who minds it less");
	ok(near(measure_of(MEASURE_ATKINSON, 1, two, 2), 1 - 4.0 / 5),
	   "Atkinson's index by the geometric mean");
	ok(near(measure_of(MEASURE_ATKINSON, 1 + 1e-9, two, 2), 0.2 + 0.4 * pow(log(2), 2) * 1e-9),
	   "and just beside it");
	ok(near(measure_of(MEASURE_ATKINSON, 45, large, 2),
			1 - pow((1 + pow(2, -44)) / 2, -1 / 44.0) / 1.5), "a great aversion");
	ok(near(measure_of(MEASURE_ATKINSON, 200, apart, 2), 1 - pow(0.5, -1 / 199.0) / 13),
	   "a greater one");
	ok(near(measure_of(MEASURE_ATKINSON, 1e6, apart, 2), 1 - 1 / 13.0), "the greatest sees the least alone");
	ok(near(measure_of(MEASURE_THEIL_T, 0, huge, 3), 0.019620080790526368),
	   "values whose sum is beyond a double");
	ok(near(measure_of(MEASURE_THEIL_T, 0, far, 2), log(2)) &&
	   measure_of(MEASURE_THEIL_L, 0, far, 2) > 700, "values as far apart as can be");
	ok(fgt_term(3000, 3000, 0) == 0 && fgt_term(2999, 3000, 0) == 1, "on the line is not below it");
	ok(near(fgt_term(1500, 3000, 2), 0.25), "the gap squared");
}

/* ---- what is a state ---- */

static void
test_states(void)
{
	Sums		sums = {NULL};
	double		kept[64];
	uint8		bytes[1024];
	int			count;
	int			length = sums_length(2);

	take(&sums, MEASURE_THEIL_T, 0, 3, 1);
	take(&sums, MEASURE_THEIL_T, 0, 100, 2);
	is_int(sums.orders, 2, "values far from each other are of different orders");
	ok(sums_are_state(sums.numbers, length) && sums_are_finite(sums.numbers, length), "a state");
	ok(!sums_are_state(sums.numbers, length - 1) && !sums_are_state(sums.numbers, 0) &&
	   sums_orders(length + 1) == 0, "of a certain length");
	memcpy(kept, sums.numbers, sizeof(double) * length);
#define BREAK(index, number, what) \
	(kept[index] = (number), ok(!sums_are_state(kept, length), what), \
	 memcpy(kept, sums.numbers, sizeof(double) * length))
	BREAK(SUM_ORDERS, kept[SUM_ORDERS + ORDER_LENGTH], "without one order twice");
	BREAK(SUM_ORDERS, kept[SUM_ORDERS] + 0.5, "a key is whole");
	BREAK(SUM_ORDERS, NAN, "and a number");
	BREAK(SUM_ORDERS, -1, "of exponents");
	BREAK(SUM_ORDERS, 1, "that doubles have");
	BREAK(SUM_ORDERS + ORDER_WEIGHT, 0, "an order has rows");
	BREAK(SUM_ORDERS + ORDER_TERM + 1, 1, "what is left of a sum is little");
	BREAK(SUM_KIND, MEASURE_KINDS, "there is such a measure");
	BREAK(SUM_KIND, 0.5, "a whole one");
	BREAK(SUM_PARAMETER, -1, "of such a parameter");
	kept[SUM_MOST] = INFINITY;
	ok(!sums_are_finite(kept, length), "what is too large is seen");

	part_write(MEASURE_THEIL_T, sums.numbers, length, bytes);
	is_int(part_kind(bytes, part_size(length), &count), MEASURE_THEIL_T, "bytes say what they are");
	is_int(count, length, "and how many numbers");
	is_int(part_kind(bytes, part_size(length) - 1, &count), -1, "not half of one");
	is_int(part_kind(bytes, 3, &count), -1, "nor of nothing");
	bytes[2] = 9;
	is_int(part_kind(bytes, part_size(length), &count), -1, "a later format is not misread");
}

int
main(void)
{
	test_random();
	test_many();
	test_ends();
	test_states();
	return finish();
}
