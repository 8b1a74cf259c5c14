/*
 * natural.c
 *	  Products of natural numbers against the clerk's.
 */
#include "helper/schoolbook.h"
#include "core/base/natural.h"
#include "helper/random.h"
#include "helper/tap.h"

#define FACTORS		6
#define LIMBS		(FACTORS * NATURAL_LIMBS_A_FACTOR)

typedef struct Product
{
	uint64		limbs[LIMBS];
	Natural		number;
	LongNumber	paper;
} Product;

static void
multiply(Product *product, const int128 *factors, int count)
{
	product->number = natural_one(product->limbs, LIMBS);
	product->paper = schoolbook_of(1);
	for (int i = 0; i < count; i++)
	{
		natural_times(&product->number, factors[i]);
		product->paper = schoolbook_times(product->paper, schoolbook_of(factors[i]));
	}
}

static int
paper_order(LongNumber a, LongNumber b)
{
	LongNumber	difference = schoolbook_minus(a, b);

	return difference.count == 0 ? 0 : difference.negative ? -1 : 1;
}

static int128
roll_factor(Random *random)
{
	int128		factor = random_digits(random, 20);

	return factor < 0 ? -factor : factor;
}

static void
test_random_products(void)
{
	Random		random = {7};
	int			wrong = 0;

	for (int i = 0; i < 20000; i++)
	{
		int128		factors[2][FACTORS];
		Product		a;
		Product		b;
		int			count = 1 + random_below(&random, FACTORS);

		for (int j = 0; j < count; j++)
		{
			factors[0][j] = roll_factor(&random);
			factors[1][count - 1 - j] = factors[0][j];
		}
		factors[1][0] += random_below(&random, 3) - 1 > 0;
		multiply(&a, factors[0], count);
		multiply(&b, factors[1], count);
		wrong += Max(Min(natural_compare(&a.number, &b.number), 1), -1) !=
			paper_order(a.paper, b.paper);
	}
	is_int(wrong, 0, "20000 pairs of products, many of them equal, are in the clerk's order");
}

static void
test_largest(void)
{
	int128		largest[FACTORS];
	Product		a;
	Natural		nothing;
	uint64		limbs[LIMBS];

	for (int i = 0; i < FACTORS; i++)
		largest[i] = -1;		/* 2^128 - 1 as it is taken in */
	a.number = natural_one(a.limbs, LIMBS);
	for (int i = 0; i < FACTORS; i++)
		natural_times(&a.number, (uint128) largest[i]);
	is_int(a.number.count, LIMBS, "the largest factors fill the room and no more");
	/* (2^128 - 1)^6 ends in 1 and begins with 2^128 - 6 */
	ok(a.limbs[0] == 1 && a.limbs[LIMBS - 1] == PG_UINT64_MAX &&
	   a.limbs[LIMBS - 2] == PG_UINT64_MAX - 5, "and are the power that they should be");
	nothing = natural_one(limbs, LIMBS);
	natural_times(&nothing, (uint128) 1 << 100);
	natural_times(&nothing, 0);
	is_int(nothing.count, 0, "zero has no limbs");
	natural_times(&nothing, 5);
	is_int(natural_compare(&nothing, &a.number), -1, "and stays the smallest");
}

int
main(void)
{
	test_random_products();
	test_largest();
	return finish();
}
