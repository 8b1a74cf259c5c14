/*
 * row_order.c
 *	  Rows in the order of their keys, against an insertion sort.
 */
#include "core/base/row_order.h"
#include "helper/host.h"
#include "helper/random.h"
#include "helper/tap.h"

#define MOST_ROWS		60
#define MANY_ROWS		300000

static Random generator = {33};

/* Of few values, of all, or around one far away, so that keys are alike and are not. */
static int64
roll_key(int kind)
{
	int64		far = PG_INT64_MIN + 100;

	switch (kind)
	{
		case 0:
			return (int64) random_below(&generator, 3) - 1;
		case 1:
			return (int64) random_bits(&generator);
		case 2:
			return far + random_below(&generator, 5000);
		default:
			return random_below(&generator, 2) ? PG_INT64_MIN : PG_INT64_MAX;
	}
}

/* Whether one row stands before another: by both keys, then as they came */
static bool
stands_before(const int64 *first, const int32 *second, int a, int b)
{
	if (first[a] != first[b])
		return first[a] < first[b];
	return second[a] != second[b] ? second[a] < second[b] : a < b;
}

static void
test_random_rows(void)
{
	int			wrong = 0;

	for (int turn = 0; turn < 2000; turn++)
	{
		int64		first[MOST_ROWS];
		int32		second[MOST_ROWS];
		int			sorted[MOST_ROWS];
		RowOrder	order = {(int32) random_below(&generator, MOST_ROWS + 1)};

		for (int i = 0; i < order.count; i++)
		{
			int			j = i;

			first[i] = roll_key(turn % 4);
			second[i] = (int32) roll_key(turn / 4 % 4);
			for (; j > 0 && stands_before(first, second, i, sorted[j - 1]); j--)
				sorted[j] = sorted[j - 1];
			sorted[j] = i;
		}
		row_order_by_int32(&order, second);
		row_order_by_int64(&order, first);
		for (int i = 0; i < order.count; i++)
			wrong += row_order_row(&order, i) != sorted[i];
		row_order_free(&order);
	}
	is_int(wrong, 0, "rows stand in the order of two keys, those alike as they came");
}

static void
test_applying(void)
{
	RowOrder	order = {3};
	const int32 keys[] = {5, -7, 0};
	int32	   *narrow = host_alloc(sizeof(keys));
	int64	   *wide = host_alloc(sizeof(int64) * 3);

	memcpy(narrow, keys, sizeof(keys));
	for (int i = 0; i < 3; i++)
		wide[i] = INT64CONST(1) << 40 | i;
	ok(row_order_apply_4(&order, narrow) == narrow, "rows that stand in order stay");
	row_order_by_int32(&order, keys);
	narrow = row_order_apply_4(&order, narrow);
	wide = row_order_apply_8(&order, wide);
	ok(narrow[0] == -7 && narrow[1] == 0 && narrow[2] == 5, "numbers of 4 bytes");
	ok(wide[0] == (INT64CONST(1) << 40 | 1) && wide[2] == INT64CONST(1) << 40, "and of 8");
	ok(row_order_apply_8(&order, NULL) == NULL, "and a column that is not there");
}

static void
test_interruption(void)
{
	RowOrder	order = {MANY_ROWS};
	int64	   *keys = host_alloc(sizeof(int64) * MANY_ROWS);
	int64		before = host_interrupts;
	int			wrong = 0;

	for (int i = 0; i < MANY_ROWS; i++)
		keys[i] = (int64) random_bits(&generator);
	row_order_by_int64(&order, keys);
	ok(host_interrupts > before, "ordering can be interrupted");
	for (int i = 1; i < MANY_ROWS; i++)
		wrong += keys[order.rows[i]] < keys[order.rows[i - 1]];
	is_int(wrong, 0, "many rows stand in order");
}

int
main(void)
{
	test_random_rows();
	test_applying();
	test_interruption();
	return finish();
}
