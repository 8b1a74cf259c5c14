/*
 * observation_sort.c
 *	  Observations in order of rank, value and weight.
 *
 * Numbers in order are integers in order when their bits are read so, once those of
 * negative ones are turned around.  So observations are dealt out by the first digit
 * in which their ranks differ, each part then by the next one, until few are left,
 * which are compared (a radix sort from the highest digit; the digits are as wide as
 * there are observations to tell apart).  A part of equal ranks goes on by values,
 * one of equal values by weights.  Every round sets apart the lowest and the highest,
 * and takes off at least FEWEST_BITS of the 64 that a number has: linear time.
 */
#include "core/measures/observation_sort.h"

#include "port/pg_bitutils.h"

/* So few are compared. */
#define FEW				48

/* A digit, in bits: 2 or 3 observations for each of its values, but a cache's worth at most */
#define FEWEST_BITS		5
#define MOST_BITS		11

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

#define ST_SORT				sort_by_comparing
#define ST_ELEMENT_TYPE		Observation
#define ST_COMPARE(a, b, turns)	compare_observations(a, b, turns)
#define ST_COMPARE_ARG_TYPE	uint32
#define ST_SCOPE			static
#define ST_DEFINE
#include "lib/sort_template.h"

/* What is compared, the first one first */
typedef enum Field
{
	FIELD_RANK,
	FIELD_VALUE,
	FIELD_WEIGHT,
	FIELDS
} Field;

/* An integer for each number, in the same order; 0 and -0 are one. */
static inline uint64
image(const Observation *one, Field field)
{
	const uint64 sign = UINT64CONST(1) << 63;
	double		number = (field == FIELD_RANK ? one->rank :
						  field == FIELD_VALUE ? one->value : one->weight) + 0.0;
	uint64		bits;

	memcpy(&bits, &number, sizeof(bits));
	return bits & sign ? ~bits : bits | sign;
}

/* Observations to be dealt out anew, and how */
typedef struct Deal
{
	Field		field;
	uint64		least;			/* of the images */
	int			shift;			/* the digit is what is left of an image above the least */
	int			bits;
} Deal;

static inline uint32
digit(const Deal *deal, const Observation *one)
{
	return (uint32) ((image(one, deal->field) - deal->least) >> deal->shift);
}

static int
bit_length(uint64 number)
{
	return number == 0 ? 0 : pg_leftmost_one_pos64(number) + 1;
}

/* Find the first field in which observations differ, and a digit there; false when in none. */
static bool
deal_find(Deal *deal, const Observation *all, int64 count)
{
	for (; deal->field < FIELDS; deal->field++)
	{
		uint64		most = 0;

		deal->least = PG_UINT64_MAX;
		for (int64 i = 0; i < count; i++)
		{
			uint64		number = image(&all[i], deal->field);

			check_interrupts_at(i);
			deal->least = Min(deal->least, number);
			most = Max(most, number);
		}
		if (most == deal->least)
			continue;
		deal->bits = Min(Max(bit_length(count) - 2, FEWEST_BITS), MOST_BITS);
		deal->shift = Max(bit_length(most - deal->least) - deal->bits, 0);
		return true;
	}
	return false;
}

/* Deal observations out; ends are where those of each digit end. */
static void
deal_out(const Deal *deal, const Observation *from, int64 count, Observation *to, int64 *ends)
{
	int64		before = 0;

	memset(ends, 0, sizeof(int64) << deal->bits);
	for (int64 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		ends[digit(deal, &from[i])]++;
	}
	for (int i = 0; i < 1 << deal->bits; i++)
	{
		int64		here = ends[i];

		ends[i] = before;
		before += here;
	}
	for (int64 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		to[ends[digit(deal, &from[i])]++] = from[i];
	}
}

/* Sort a part, which then is in `here` or, when that is wanted, in `there`. */
static void
sort_part(Observation *here, Observation *there, int64 count, Field field, bool wanted_there)
{
	Deal		deal = {field};
	int64	   *ends;
	int64		start = 0;
	uint32		turns = 0;

	if (count <= FEW || !deal_find(&deal, here, count))
	{
		if (wanted_there)
			memcpy(there, here, sizeof(Observation) * count);
		if (count <= FEW)
			sort_by_comparing(wanted_there ? there : here, count, &turns);
		return;
	}
	ends = palloc(sizeof(int64) << deal.bits);
	deal_out(&deal, here, count, there, ends);
	for (int i = 0; i < 1 << deal.bits; i++)
	{
		if (ends[i] > start)
			sort_part(there + start, here + start, ends[i] - start, deal.field, !wanted_there);
		start = ends[i];
	}
	pfree(ends);
}

static bool
is_sorted(const Observation *observations, int64 count)
{
	uint32		turns = 0;

	for (int64 i = 1; i < count; i++)
		if (compare_observations(&observations[i - 1], &observations[i], &turns) > 0)
			return false;
	return true;
}

void
observations_sort(Observation *observations, int64 count, Observation *spare)
{
	uint32		turns = 0;

	if (spare == NULL)
		sort_by_comparing(observations, count, &turns);
	else if (!is_sorted(observations, count))
		sort_part(observations, spare, count, FIELD_RANK, false);
}
