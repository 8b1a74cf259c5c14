/*
 * doubled.h
 *	  Numbers of twice a double's digits, as the unrounded sum of two (Dekker 1971).
 *
 * A sum of them is off by 2^-104 of its terms at most, so that it is the same to a
 * double's last digit in whatever order they come; sums that need no more than 106
 * bits are exact.  fma() is exact on every processor.
 */
#ifndef CORE_MEASURES_DOUBLED_H
#define CORE_MEASURES_DOUBLED_H

#include <math.h>

typedef struct Doubled
{
	double		high;			/* the number, rounded */
	double		low;			/* and what is left of it */
} Doubled;

/* The first is the larger one, or they do not overlap. */
static inline Doubled
doubled_normal(double high, double low)
{
	double		sum = high + low;

	return (Doubled) {sum, low - (sum - high)};
}

static inline Doubled
doubled_of_sum(double a, double b)
{
	double		sum = a + b;
	double		part = sum - a;

	return (Doubled) {sum, (a - (sum - part)) + (b - part)};
}

static inline Doubled
doubled_of_product(double a, double b)
{
	double		product = a * b;

	return (Doubled) {product, fma(a, b, -product)};
}

static inline Doubled
doubled_add(Doubled a, Doubled b)
{
	Doubled		high = doubled_of_sum(a.high, b.high);
	Doubled		low = doubled_of_sum(a.low, b.low);

	high = doubled_normal(high.high, high.low + low.high);
	return doubled_normal(high.high, high.low + low.low);
}

static inline Doubled
doubled_subtract(Doubled a, Doubled b)
{
	return doubled_add(a, (Doubled) {-b.high, -b.low});
}

static inline Doubled
doubled_times(Doubled a, double b)
{
	Doubled		product = doubled_of_product(a.high, b);

	return doubled_normal(product.high, fma(a.low, b, product.low));
}

static inline Doubled
doubled_multiply(Doubled a, Doubled b)
{
	Doubled		product = doubled_of_product(a.high, b.high);

	return doubled_normal(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static inline Doubled
doubled_divide(Doubled a, Doubled b)
{
	double		first = a.high / b.high;
	Doubled		left = doubled_subtract(a, doubled_times(b, first));
	double		second = left.high / b.high;

	left = doubled_subtract(left, doubled_times(b, second));
	return doubled_add(doubled_normal(first, second), (Doubled) {left.high / b.high, 0});
}

/* False when one of the numbers of some sums is too large. */
static inline bool
doubled_are_finite(const double *numbers, int count)
{
	for (int i = 0; i < count; i++)
		if (!isfinite(numbers[i]))
			return false;
	return true;
}

/* Add to a sum that lies in an array, as two numbers. */
static inline void
doubled_add_at(double *at, Doubled some)
{
	Doubled		sum = doubled_add((Doubled) {at[0], at[1]}, some);

	at[0] = sum.high;
	at[1] = sum.low;
}

/* Times a power of two */
static inline Doubled
doubled_scale(Doubled a, int exponent)
{
	return (Doubled) {ldexp(a.high, exponent), ldexp(a.low, exponent)};
}

#endif							/* CORE_MEASURES_DOUBLED_H */
