/*
 * observation_sort.c
 *	  Observations dealt out by digits, against a sort of the library.
 */
#include "core/measures/observation_sort.h"

#include <float.h>
#include <math.h>

#include "helper/host.h"
#include "helper/random.h"
#include "helper/tap.h"

#define SHAPES			8
#define MANY			200000

static Random generator = {24};

/* Alike and not, near and far, of all signs and sizes */
static double
roll_number(int shape)
{
	double		part = (double) random_below(&generator, 1000003) / 1000003;

	switch (shape)
	{
		case 0:
			return random_below(&generator, 3) - 1.0;
		case 1:
			return part;
		case 2:
			return random_below(&generator, 4) ? exp(20 * part) : 0;
		case 3:
			return ldexp(part - 0.5, (int) random_below(&generator, 2090) - 1070);
		case 4:
			return random_below(&generator, 2) ? 0.0 : -0.0;
		case 5:
			return random_below(&generator, 2) ? DBL_MAX : -DBL_MAX;
		case 6:
			return 1 + DBL_EPSILON * random_below(&generator, 5000);
		default:
			return 7;
	}
}

static int
by_number(double a, double b)
{
	return (a > b) - (a < b);
}

static int
in_order(const void *a, const void *b)
{
	const Observation *left = a;
	const Observation *right = b;
	int			order = by_number(left->rank, right->rank);

	if (order == 0)
		order = by_number(left->value, right->value);
	return order ? order : by_number(left->weight, right->weight);
}

/* How many stand elsewhere than the library puts them */
static int64
count_wrong(Observation *all, int64 count, bool has_spare)
{
	Size		size = sizeof(Observation) * Max(count, 1);
	Observation *wanted = host_alloc(size);
	Observation *spare = has_spare ? host_alloc(size) : NULL;
	int64		wrong = 0;

	memcpy(wanted, all, sizeof(Observation) * count);
	qsort(wanted, count, sizeof(Observation), in_order);
	observations_sort(all, count, spare);
	for (int64 i = 0; i < count; i++)
		wrong += in_order(&all[i], &wanted[i]) != 0;
	pfree(wanted);
	if (spare)
		pfree(spare);
	return wrong;
}

static void
roll(Observation *all, int64 count, int rank, int value, int weight)
{
	for (int64 i = 0; i < count; i++)
		all[i] = (Observation) {roll_number(rank), roll_number(value), roll_number(weight)};
}

static void
test_shapes(void)
{
	enum { MOST = 3000 };
	Observation *all = host_alloc(sizeof(Observation) * MOST);
	int64		wrong = 0;

	for (int turn = 0; turn < SHAPES * SHAPES * SHAPES; turn++)
	{
		int64		count = random_below(&generator, turn % 2 ? MOST : 200);

		roll(all, count, turn % SHAPES, turn / SHAPES % SHAPES, turn / SHAPES / SHAPES);
		wrong += count_wrong(all, count, true);
		wrong += count_wrong(all, count, true);
		roll(all, count, turn % SHAPES, turn / SHAPES % SHAPES, turn / SHAPES / SHAPES);
		wrong += count_wrong(all, count, false);
	}
	is_int(wrong, 0, "few stand in order of rank, value and weight");
	pfree(all);
}

static void
test_many(void)
{
	Observation *all = host_alloc(sizeof(Observation) * MANY);
	int64		wrong = 0;
	int64		before = host_interrupts;

	for (int shape = 0; shape < SHAPES; shape++)
	{
		roll(all, MANY, shape, 1, 0);
		wrong += count_wrong(all, MANY, true);
	}
	is_int(wrong, 0, "and many");
	ok(host_interrupts - before > SHAPES, "which can be interrupted");
	pfree(all);
}

int
main(void)
{
	test_shapes();
	test_many();
	return finish();
}
