/*
 * numbers.c
 *	  A column of exact numbers as int64 keys in the same order.
 *
 * All numbers share one scale, the finest seen so far; a finer one scales up
 * what is there.  When 64 bits don't hold them, they are kept in 128 and are
 * replaced in the end by their ranks, so that those who compare see int64 in
 * every case.  Scores of a scorecard always fit 64 bits.
 */
#include "core/base/numbers.h"

#define FIRST_ROOM		1024

static void
make_room(NumberColumn *column)
{
	if (column->count < column->room)
		return;
	if (column->room == 0)
	{
		column->room = FIRST_ROOM;
		column->keys = host_alloc(sizeof(int64) * column->room);
		return;
	}
	column->room = core_more_room(column->room);
	if (column->wide)
		column->wide = host_realloc(column->wide, sizeof(int128) * column->room);
	else
		column->keys = host_realloc(column->keys, sizeof(int64) * column->room);
}

static bool
fits_key(int128 number)
{
	return number < PG_INT64_MAX && number > PG_INT64_MIN;
}

static int128
wide_of_key(int64 key)
{
	return key == NUMBER_NULL ? fixed_power10(NUMBER_MAX_DIGITS) : key;
}

static void
widen_to_int128(NumberColumn *column)
{
	column->wide = host_alloc(sizeof(int128) * column->room);
	for (int32 i = 0; i < column->count; i++)
	{
		check_interrupts_at(i);
		column->wide[i] = wide_of_key(column->keys[i]);
	}
	pfree(column->keys);
	column->keys = NULL;
}

/* Would all numbers of the column stay within 64 bits when multiplied? */
static bool
keys_scale(const NumberColumn *column, int128 factor)
{
	int128		limit = (PG_INT64_MAX - 1) / factor;

	for (int32 i = 0; i < column->count; i++)
	{
		check_interrupts_at(i);
		if (column->keys[i] != NUMBER_NULL &&
			Max(column->keys[i], -(int128) column->keys[i]) > limit)
			return false;
	}
	return true;
}

/* Multiply all numbers, so that one of a finer scale can join; false when they leave 36 digits. */
static bool
rescale(NumberColumn *column, int scale)
{
	int128		limit = fixed_power10(NUMBER_MAX_DIGITS);
	int128		factor;

	if (scale - column->scale > NUMBER_MAX_DIGITS)
		return false;
	factor = fixed_power10(scale - column->scale);
	if (column->wide == NULL && !keys_scale(column, factor))
		widen_to_int128(column);
	for (int32 i = 0; i < column->count; i++)
	{
		check_interrupts_at(i);
		if (column->wide == NULL)
		{
			if (column->keys[i] != NUMBER_NULL)
				column->keys[i] = (int64) (column->keys[i] * factor);
			continue;
		}
		if (column->wide[i] == limit)
			continue;			/* a NULL */
		if (Max(column->wide[i], -column->wide[i]) >= limit / factor)
			return false;
		column->wide[i] *= factor;
	}
	column->scale = scale;
	return true;
}

bool
numbers_add(NumberColumn *column, int128 digits, int scale)
{
	int128		limit = fixed_power10(NUMBER_MAX_DIGITS);

	make_room(column);
	if (scale == column->scale && column->wide == NULL && fits_key(digits))
	{
		column->keys[column->count++] = (int64) digits;
		return true;
	}
	if (scale > column->scale && !rescale(column, scale))
		return false;
	if (column->scale - scale > NUMBER_MAX_DIGITS ||
		Max(digits, -digits) >= limit / fixed_power10(column->scale - scale))
		return false;
	digits *= fixed_power10(column->scale - scale);
	if (column->wide == NULL && !fits_key(digits))
		widen_to_int128(column);
	if (column->wide)
		column->wide[column->count++] = digits;
	else
		column->keys[column->count++] = (int64) digits;
	return true;
}

void
numbers_add_null(NumberColumn *column)
{
	make_room(column);
	if (column->wide)
		column->wide[column->count++] = wide_of_key(NUMBER_NULL);
	else
		column->keys[column->count++] = NUMBER_NULL;
}

static int
compare_wide(const void *a, const void *b)
{
	int128		left = *(const int128 *) a;
	int128		right = *(const int128 *) b;

	host_check_interrupts();
	return (left > right) - (left < right);
}

static int64
rank_of(const int128 *distinct, int32 count, int128 number)
{
	int32		low = 0;

	while (low < count)
	{
		int32		middle = low + (count - low) / 2;

		if (distinct[middle] < number)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/* Give back what is left of the room to grow. */
static void
give_back_room(NumberColumn *column)
{
	column->room = Max(column->count, 1);
	if (column->wide)
		column->wide = host_realloc(column->wide, sizeof(int128) * column->room);
	else if (column->keys)
		column->keys = host_realloc(column->keys, sizeof(int64) * column->room);
}

void
numbers_finish(NumberColumn *column)
{
	int32		distinct = 0;
	int128		null = wide_of_key(NUMBER_NULL);

	give_back_room(column);
	if (column->wide == NULL)
		return;
	column->distinct = host_alloc(sizeof(int128) * column->room);
	memcpy(column->distinct, column->wide, sizeof(int128) * column->count);
	qsort(column->distinct, column->count, sizeof(int128), compare_wide);
	for (int32 i = 0; i < column->count; i++)
		if (i == 0 || column->distinct[i] != column->distinct[distinct - 1])
			column->distinct[distinct++] = column->distinct[i];

	column->keys = host_alloc(sizeof(int64) * column->room);
	for (int32 i = 0; i < column->count; i++)
	{
		check_interrupts_at(i);
		column->keys[i] = column->wide[i] == null ? NUMBER_NULL :
			rank_of(column->distinct, distinct, column->wide[i]);
	}
	pfree(column->wide);
	column->wide = NULL;
}

int128
numbers_value(const NumberColumn *column, int64 key)
{
	return column->distinct ? column->distinct[key] : key;
}

/* Compare fine / 10^shift with coarse. */
static int
compare_shifted(int128 fine, int shift, int128 coarse)
{
	int128		unit = shift > NUMBER_MAX_DIGITS ? 0 : fixed_power10(shift);
	int128		whole = unit == 0 ? 0 : fine / unit;
	int128		rest = unit == 0 ? fine : fine % unit;

	if (whole != coarse)
		return whole > coarse ? 1 : -1;
	return (rest > 0) - (rest < 0);
}

int
numbers_compare(const NumberColumn *column, int64 key, const ExactNumber *number)
{
	int			finer = column->scale - number->scale;

	if (key == NUMBER_NULL || number->is_null)
		return (key == NUMBER_NULL) - number->is_null;
	if (finer >= 0)
		return compare_shifted(numbers_value(column, key), finer, number->digits);
	return -compare_shifted(number->digits, -finer, numbers_value(column, key));
}

bool
numbers_equal(const NumberColumn *a, int64 key_a, const NumberColumn *b, int64 key_b)
{
	ExactNumber number = {.is_null = key_b == NUMBER_NULL, .scale = b->scale};

	if (!number.is_null)
		number.digits = numbers_value(b, key_b);
	return numbers_compare(a, key_a, &number) == 0;
}
