/*
 * schoolbook.c
 *	  Whole numbers of many digits, reckoned digit by digit.
 */
#include "helper/schoolbook.h"

Paper
paper_of(int128 number)
{
	Paper		paper = {number < 0};
	uint128		size = paper.negative ? -(uint128) number : (uint128) number;

	for (; size > 0; size /= 10)
		paper.digits[paper.count++] = (uint8) (size % 10);
	return paper;
}

int128
paper_number(Paper paper)
{
	int128		number = 0;

	if (paper.count > 38)
	{
		printf("Bail out! a number of %d digits\n", paper.count);
		exit(1);
	}
	for (int i = paper.count - 1; i >= 0; i--)
		number = number * 10 + paper.digits[i];
	return paper.negative ? -number : number;
}

static Paper
trim(Paper paper)
{
	while (paper.count > 0 && paper.digits[paper.count - 1] == 0)
		paper.count--;
	paper.negative &= paper.count > 0;
	return paper;
}

static int
digit_at(const Paper *paper, int at)
{
	return at < paper->count ? paper->digits[at] : 0;
}

/* Of their sizes, whatever the signs */
static int
compare_sizes(const Paper *a, const Paper *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (int i = a->count - 1; i >= 0; i--)
		if (a->digits[i] != b->digits[i])
			return a->digits[i] < b->digits[i] ? -1 : 1;
	return 0;
}

static Paper
add_sizes(Paper a, const Paper *b)
{
	int			carry = 0;

	for (int i = 0; i < Max(a.count, b->count) || carry > 0; i++)
	{
		int			sum = carry + digit_at(&a, i) + digit_at(b, i);

		a.digits[i] = (uint8) (sum % 10);
		carry = sum / 10;
		a.count = Max(a.count, i + 1);
	}
	return a;
}

/* The greater less the smaller */
static Paper
subtract_sizes(Paper a, const Paper *b)
{
	int			borrow = 0;

	for (int i = 0; i < a.count; i++)
	{
		int			left = a.digits[i] - borrow - digit_at(b, i);

		borrow = left < 0;
		a.digits[i] = (uint8) (left + 10 * borrow);
	}
	return trim(a);
}

Paper
paper_add(Paper a, Paper b)
{
	if (a.negative == b.negative)
		return add_sizes(a, &b);
	return compare_sizes(&a, &b) >= 0 ? subtract_sizes(a, &b) : subtract_sizes(b, &a);
}

Paper
paper_minus(Paper a, Paper b)
{
	b.negative = !b.negative && b.count > 0;
	return paper_add(a, b);
}

Paper
paper_times(Paper a, Paper b)
{
	Paper		product = {a.negative != b.negative};

	for (int i = 0; i < a.count; i++)
	{
		int			carry = 0;

		for (int j = 0; j < b.count || carry > 0; j++)
		{
			int			sum = product.digits[i + j] + carry + a.digits[i] * digit_at(&b, j);

			product.digits[i + j] = (uint8) (sum % 10);
			carry = sum / 10;
			product.count = Max(product.count, i + j + 1);
		}
	}
	return trim(product);
}

/* Long division of sizes: the quotient, and the rest below b. */
static Paper
divide_sizes(const Paper *a, const Paper *b, Paper *rest)
{
	Paper		quotient = {false};

	*rest = (Paper) {false};
	quotient.count = a->count;
	for (int i = a->count - 1; i >= 0; i--)
	{
		memmove(rest->digits + 1, rest->digits, rest->count);
		rest->digits[0] = a->digits[i];
		rest->count++;
		*rest = trim(*rest);
		while (compare_sizes(rest, b) >= 0)
		{
			*rest = subtract_sizes(*rest, b);
			quotient.digits[i]++;
		}
	}
	return trim(quotient);
}

static Paper
one_more(Paper paper)
{
	Paper		one = paper_of(1);

	return add_sizes(paper, &one);
}

Paper
paper_divide(Paper a, Paper b, Rounding rounding)
{
	Paper		rest;
	Paper		quotient = divide_sizes(&a, &b, &rest);
	Paper		twice = add_sizes(rest, &rest);
	int			order = compare_sizes(&twice, &b);

	if (rounding != ROUND_DOWN &&
		(order > 0 || (order == 0 && (rounding == ROUND_HALF_UP || quotient.digits[0] % 2 == 1))))
		quotient = one_more(quotient);
	quotient.negative = a.negative && quotient.count > 0;
	return quotient;
}

Paper
paper_floor(Paper a, Paper b, bool *exact)
{
	Paper		rest;
	Paper		quotient = divide_sizes(&a, &b, &rest);

	*exact = rest.count == 0;
	if (a.negative && !*exact)
		quotient = one_more(quotient);
	quotient.negative = a.negative && quotient.count > 0;
	return quotient;
}
