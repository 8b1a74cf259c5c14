/*
 * row_order.c
 *	  Rows of flat arrays in the order of whole numbers.
 *
 * Sorted by counting, digit by digit from the lowest (Seward 1954): linear time
 * whatever the keys are.  Only the digits in which keys can differ are looked at, so
 * that ids from a sequence take two or three passes.  A pass reads keys out of order
 * but writes into as many streams as there are digits, which caches bear.  And it is
 * known long before which keys will be read, so they are asked for in time; a hash
 * table would be waited for at every row.
 */
#include "core/base/row_order.h"

#include "port/pg_bitutils.h"

#define MOST_DIGIT_BITS		11
#define MOST_DIGITS			(1 << MOST_DIGIT_BITS)

/* A column of keys; each is counted from the least, so that it is not negative. */
typedef struct Keys
{
	const void *values;
	bool		wide;			/* int64, else int32 */
	uint64		least;
	int			bits;			/* that the largest has, counted so */
} Keys;

static inline int64
key_value(const Keys *keys, int32 row)
{
	return keys->wide ? ((const int64 *) keys->values)[row] : ((const int32 *) keys->values)[row];
}

static Keys
keys_make(const void *values, bool wide, int32 count)
{
	Keys		keys = {values, wide};
	int64		least = PG_INT64_MAX;
	int64		most = PG_INT64_MIN;

	for (int32 i = 0; i < count; i++)
	{
		int64		value = key_value(&keys, i);

		check_interrupts_at(i);
		least = Min(least, value);
		most = Max(most, value);
	}
	keys.least = (uint64) least;
	if (most > least)
		keys.bits = pg_leftmost_one_pos64((uint64) most - keys.least) + 1;
	return keys;
}

/* Some bits of a key: a digit of it */
static inline uint32
key_digit(const Keys *keys, int32 row, int shift, uint32 mask)
{
	return (uint32) (((uint64) key_value(keys, row) - keys->least) >> shift) & mask;
}

/* How many rows have a lower digit, by digit: where those who have it begin. */
static void
find_starts(const Keys *keys, int32 count, int shift, uint32 mask, int32 *starts)
{
	int32		before = 0;

	memset(starts, 0, sizeof(int32) * (mask + 1));
	for (int32 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		starts[key_digit(keys, i, shift, mask)]++;
	}
	for (uint32 digit = 0; digit <= mask; digit++)
	{
		int32		here = starts[digit];

		starts[digit] = before;
		before += here;
	}
}

/* Order rows anew into an array. */
static void
order_by_digit(const RowOrder *order, const Keys *keys, int shift, uint32 mask, int32 *rows)
{
	int32		starts[MOST_DIGITS];

	find_starts(keys, order->count, shift, mask, starts);
	for (int32 i = 0; i < order->count; i++)
	{
		int32		row = row_order_row(order, i);

		check_interrupts_at(i);
		row_order_prefetch(order, i, keys->values, keys->wide ? sizeof(int64) : sizeof(int32));
		rows[starts[key_digit(keys, row, shift, mask)]++] = row;
	}
}

static void
order_by(RowOrder *order, const void *values, bool wide)
{
	Keys		keys = keys_make(values, wide, order->count);
	int			passes = (keys.bits + MOST_DIGIT_BITS - 1) / MOST_DIGIT_BITS;
	int			digit_bits = passes > 0 ? (keys.bits + passes - 1) / passes : 0;
	int32	   *spare = NULL;

	for (int pass = 0; pass < passes; pass++)
	{
		int32	   *rows = spare ? spare : host_alloc(sizeof(int32) * order->count);

		order_by_digit(order, &keys, pass * digit_bits, (1u << digit_bits) - 1, rows);
		spare = order->rows;
		order->rows = rows;
	}
	if (spare)
		pfree(spare);
}

void
row_order_by_int32(RowOrder *order, const int32 *keys)
{
	order_by(order, keys, false);
}

void
row_order_by_int64(RowOrder *order, const int64 *keys)
{
	order_by(order, keys, true);
}

/* ---- what is ordered ---- */

static inline void *
apply(const RowOrder *order, void *array, Size size)
{
	const char *from = array;
	char	   *result;

	if (array == NULL || order->rows == NULL)
		return array;
	result = host_alloc(size * Max(order->count, 1));
	for (int32 i = 0; i < order->count; i++)
	{
		check_interrupts_at(i);
		row_order_prefetch(order, i, from, size);
		memcpy(result + size * i, from + size * order->rows[i], size);
	}
	pfree(array);
	return result;
}

void *
row_order_apply_4(const RowOrder *order, void *array)
{
	return apply(order, array, 4);
}

void *
row_order_apply_8(const RowOrder *order, void *array)
{
	return apply(order, array, 8);
}

void
row_order_free(RowOrder *order)
{
	if (order->rows)
		pfree(order->rows);
	order->rows = NULL;
}
