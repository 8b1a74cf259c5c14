/*
 * numbers.c
 *	  Columns of exact numbers against the same numbers written out at one scale.
 */
#include "core/base/numbers.h"
#include "helper/random.h"
#include "helper/tap.h"

#define MOST		200

typedef struct Input
{
	bool		is_null;
	int128		digits;
	int			scale;
} Input;

static Random generator = {2};

static void
add(NumberColumn *column, Input input)
{
	if (input.is_null)
		numbers_add_null(column);
	else if (!numbers_add(column, input.digits, input.scale))
		note("%s / 10^%d was refused", digits_text(input.digits), input.scale);
}

static int128
at_scale(Input input, int scale)
{
	return input.digits * fixed_power10(scale - input.scale);
}

/* Negative, zero or positive, NULL last: the order that keys must have. */
static int
order_of(Input a, Input b, int scale)
{
	int128		left;
	int128		right;

	if (a.is_null || b.is_null)
		return a.is_null - b.is_null;
	left = at_scale(a, scale);
	right = at_scale(b, scale);
	return (left > right) - (left < right);
}

static int
count_wrong(const Input *inputs, int count)
{
	NumberColumn column = {0};
	int			scale = 0;
	int			wrong = 0;

	for (int i = 0; i < count; i++)
	{
		add(&column, inputs[i]);
		scale = inputs[i].is_null ? scale : Max(scale, inputs[i].scale);
	}
	numbers_finish(&column);
	wrong += column.count != count || column.scale != scale || column.wide != NULL;
	for (int i = 0; i < count && wrong == 0; i++)
	{
		wrong += (column.keys[i] == NUMBER_NULL) != inputs[i].is_null;
		if (!inputs[i].is_null)
			wrong += numbers_value(&column, column.keys[i]) != at_scale(inputs[i], scale);
		for (int j = 0; j < count; j++)
			wrong += (column.keys[i] > column.keys[j]) - (column.keys[i] < column.keys[j]) !=
				order_of(inputs[i], inputs[j], scale);
	}
	return wrong;
}

static void
test_random_columns(const char *what, int max_digits, int max_scale, int null_sides)
{
	Input		inputs[MOST];
	int			wrong = 0;

	for (int turn = 0; turn < 200; turn++)
	{
		int			count = 1 + random_below(&generator, 40);

		for (int i = 0; i < count; i++)
		{
			inputs[i].is_null = random_below(&generator, null_sides) == 0;
			inputs[i].digits = random_digits(&generator, max_digits);
			inputs[i].scale = random_below(&generator, max_scale + 1);
			if (i > 0 && random_below(&generator, 5) == 0)
				inputs[i] = inputs[random_below(&generator, i)];
		}
		wrong += count_wrong(inputs, count);
	}
	is_int(wrong, 0, "%s keep their order and value", what);
}

static void
test_promotion(void)
{
	static const int64 extremes[] = {PG_INT64_MAX, PG_INT64_MIN};
	Input		inputs[MOST];

	for (int i = 0; i < MOST; i++)
		inputs[i] = (Input) {i % 7 == 3, random_digits(&generator, 3), i % 3};
	is_int(count_wrong(inputs, MOST), 0, "small numbers fit keys");
	inputs[100].is_null = false;
	for (int i = 0; i < lengthof(extremes); i++)
	{
		inputs[100].digits = extremes[i];
		inputs[100].scale = 2;
		is_int(count_wrong(inputs, MOST), 0, "a number that does not is ranked, and so are those before");
	}
	inputs[100].digits = PG_INT64_MAX - 1;
	is_int(count_wrong(inputs, MOST), 0, "the greatest that fits");
	inputs[100].digits = PG_INT64_MIN + 1;
	is_int(count_wrong(inputs, MOST), 0, "the least that fits");
	inputs[100].digits = 1;
	inputs[100].scale = 30;
	is_int(count_wrong(inputs, MOST), 0, "a fine number makes the others too long for keys");
	inputs[MOST - 1] = (Input) {false, 1, 33};
	is_int(count_wrong(inputs, MOST), 0, "and a finer one what is wide already");
}

static void
test_growth(void)
{
	NumberColumn column = {0};
	int			wrong = 0;

	for (int i = 0; i < 5000; i++)
		add(&column, (Input) {i % 11 == 10, i, 0});
	add(&column, (Input) {false, fixed_power10(30), 0});
	for (int i = 0; i < 5000; i++)
		add(&column, (Input) {i % 11 == 10, i, 1});
	numbers_finish(&column);
	is_int(column.count, 10001, "a column grows");
	for (int i = 0; i < 5000; i++)
		wrong += i % 11 == 10 ? column.keys[i] != NUMBER_NULL :
			numbers_value(&column, column.keys[i]) != 10 * i;
	is_int(wrong, 0, "and keeps what it had");
}

/* ---- refusals ---- */

static bool
takes(Input first, Input second)
{
	NumberColumn column = {0};

	return numbers_add(&column, first.digits, first.scale) &&
		numbers_add(&column, second.digits, second.scale);
}

static void
test_digits_limit(void)
{
	int128		limit = fixed_power10(NUMBER_MAX_DIGITS);
	Input		one = {false, 1, 0};
	Input		least = {false, 1, NUMBER_MAX_DIGITS};

	ok(takes(one, (Input) {false, limit - 1, 0}), "36 digits are taken");
	ok(takes(one, (Input) {false, 1 - limit, 0}), "also below zero");
	ok(!takes(one, (Input) {false, limit, 0}), "37 are not");
	ok(!takes(one, (Input) {false, -limit, 0}), "nor below zero");
	ok(takes((Input) {false, 0, 0}, least), "36 decimals are taken beside zero");
	ok(takes(least, (Input) {false, 0, 0}), "in either order");
	ok(!takes(one, least), "beside one they make 37 digits");
	ok(!takes(least, one), "in either order");
	ok(takes((Input) {false, limit - 1, 10}, (Input) {false, 9, 10}), "36 digits, 10 of them decimals");
	ok(!takes((Input) {false, limit - 1, 10}, (Input) {false, 9, 11}), "one decimal more is too many");
	ok(!takes((Input) {false, PG_INT64_MAX, 0}, (Input) {false, 9, 36}), "a key and 36 decimals");
	ok(!takes((Input) {false, 9, 36}, (Input) {false, PG_INT64_MAX, 0}), "in either order");
	ok(!takes((Input) {false, PG_INT64_MIN, 0}, (Input) {false, 9, 20}), "a key and 20 decimals");
	ok(!takes((Input) {false, 5, 100}, one), "a hundred decimals");

	/* times 10^31 this is a small number modulo 2^128 */
	ok(!takes((Input) {false, INT64CONST(2920466568876776671), 0}, (Input) {false, 1, 31}),
	   "a product that leaves an int128 is not taken for one that fits");
}

/* ---- two columns ---- */

static Input
random_input(int length)
{
	return (Input) {
		random_below(&generator, 8) == 0, random_digits(&generator, length),
		random_below(&generator, 4)
	};
}

static void
test_equal(void)
{
	int			wrong = 0;

	for (int turn = 0; turn < 2000; turn++)
	{
		int			length = turn % 2 ? 2 : 18;
		Input		a = random_input(length);
		Input		b = random_input(length);
		NumberColumn left = {0};
		NumberColumn right = {0};
		bool		same;

		if (random_below(&generator, 3) == 0)
			b = a;
		add(&left, a);
		add(&right, b);
		if (random_below(&generator, 2))	/* ranks on one side */
			add(&right, (Input) {false, fixed_power10(25), 6});
		numbers_finish(&left);
		numbers_finish(&right);
		same = order_of(a, b, 6) == 0;
		wrong += numbers_equal(&left, left.keys[0], &right, right.keys[0]) != same;
		wrong += numbers_equal(&right, right.keys[0], &left, left.keys[0]) != same;
	}
	is_int(wrong, 0, "numbers of two columns are equal when they are the same number");
}

int
main(void)
{
	test_random_columns("whole numbers", 6, 0, 1000);
	test_random_columns("scores of mixed scale", 6, 6, 1000);
	test_random_columns("ties that may be NULL", 9, 4, 4);
	test_random_columns("numbers about as long as a key", 19, 3, 9);
	test_random_columns("wide numbers", 28, 8, 9);
	test_promotion();
	test_growth();
	test_digits_limit();
	test_equal();
	return finish();
}
