/*
 * schoolbook.c
 *	  Whole numbers of many digits, reckoned digit by digit.
 */
#include "helper/schoolbook.h"

LongNumber
schoolbook_of(int128 number)
{
	LongNumber	long_number = {number < 0};
	uint128		size = long_number.negative ? -(uint128) number : (uint128) number;

	for (; size > 0; size /= 10)
		long_number.digits[long_number.count++] = (uint8) (size % 10);
	return long_number;
}

int128
schoolbook_number(LongNumber long_number)
{
	int128		number = 0;

	if (long_number.count > 38)
	{
		printf("Bail out! a number of %d digits\n", long_number.count);
		exit(1);
	}
	for (int i = long_number.count - 1; i >= 0; i--)
		number = number * 10 + long_number.digits[i];
	return long_number.negative ? -number : number;
}

static LongNumber
trim(LongNumber long_number)
{
	while (long_number.count > 0 && long_number.digits[long_number.count - 1] == 0)
		long_number.count--;
	long_number.negative &= long_number.count > 0;
	return long_number;
}

static int
digit_at(const LongNumber *long_number, int at)
{
	return at < long_number->count ? long_number->digits[at] : 0;
}

/* Of their sizes, whatever the signs */
static int
compare_sizes(const LongNumber *a, const LongNumber *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (int i = a->count - 1; i >= 0; i--)
		if (a->digits[i] != b->digits[i])
			return a->digits[i] < b->digits[i] ? -1 : 1;
	return 0;
}

static LongNumber
add_sizes(LongNumber a, const LongNumber *b)
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
static LongNumber
subtract_sizes(LongNumber a, const LongNumber *b)
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

LongNumber
schoolbook_add(LongNumber a, LongNumber b)
{
	if (a.negative == b.negative)
		return add_sizes(a, &b);
	return compare_sizes(&a, &b) >= 0 ? subtract_sizes(a, &b) : subtract_sizes(b, &a);
}

LongNumber
schoolbook_minus(LongNumber a, LongNumber b)
{
	b.negative = !b.negative && b.count > 0;
	return schoolbook_add(a, b);
}

LongNumber
schoolbook_times(LongNumber a, LongNumber b)
{
	LongNumber	product = {a.negative != b.negative};

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
static LongNumber
divide_sizes(const LongNumber *a, const LongNumber *b, LongNumber *rest)
{
	LongNumber	quotient = {false};

	*rest = (LongNumber) {false};
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

static LongNumber
one_more(LongNumber long_number)
{
	LongNumber	one = schoolbook_of(1);

	return add_sizes(long_number, &one);
}

LongNumber
schoolbook_divide(LongNumber a, LongNumber b, Rounding rounding)
{
	LongNumber	rest;
	LongNumber	quotient = divide_sizes(&a, &b, &rest);
	LongNumber	twice = add_sizes(rest, &rest);
	int			order = compare_sizes(&twice, &b);

	if (rounding != ROUND_DOWN &&
		(order > 0 || (order == 0 && (rounding == ROUND_HALF_UP || quotient.digits[0] % 2 == 1))))
		quotient = one_more(quotient);
	quotient.negative = a.negative && quotient.count > 0;
	return quotient;
}

LongNumber
schoolbook_floor(LongNumber a, LongNumber b, bool *exact)
{
	LongNumber	rest;
	LongNumber	quotient = divide_sizes(&a, &b, &rest);

	*exact = rest.count == 0;
	if (a.negative && !*exact)
		quotient = one_more(quotient);
	quotient.negative = a.negative && quotient.count > 0;
	return quotient;
}
