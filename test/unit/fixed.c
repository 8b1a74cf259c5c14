/*
 * fixed.c
 *	  Rounding against schoolbook arithmetic; reading and printing decimals against
 *	  digits that are moved as text.
 */
#include "core/base/fixed.h"
#include "helper/schoolbook.h"
#include "helper/random.h"
#include "helper/tap.h"

#define WIDEST		((int128) (~(uint128) 0 >> 1))

static Random generator = {1};

/* ---- rounding ---- */

static int128
size_of(int128 number)
{
	return number < 0 ? -number : number;
}

static int
count_wrong(int128 numerator, int128 denominator)
{
	int			wrong = 0;

	for (Rounding rounding = ROUND_HALF_UP; rounding <= ROUND_DOWN; rounding++)
	{
		int128		quotient = fixed_divide(numerator, denominator, rounding);
		LongNumber	wanted = schoolbook_divide(schoolbook_of(numerator), schoolbook_of(denominator),
											   rounding);

		if (quotient == schoolbook_number(wanted))
			continue;
		wrong++;
		note("%s / %s by rounding %d gives %s", digits_text(numerator), digits_text(denominator),
			 rounding, digits_text(quotient));
	}
	return wrong;
}

/* With something behind the numerator: a tenth, a half, nine tenths are all the same. */
static int
count_wrong_with_more(int128 numerator, int128 denominator)
{
	int			wrong = 0;

	for (Rounding rounding = ROUND_HALF_UP; rounding <= ROUND_DOWN; rounding++)
	{
		int128		quotient = fixed_divide_more(numerator, true, denominator, rounding);

		for (int tenths = 1; tenths <= 9; tenths += 4)
			wrong += quotient !=
				schoolbook_number(schoolbook_divide(schoolbook_of(numerator * 10 + tenths),
													schoolbook_of(denominator * 10), rounding));
	}
	return wrong;
}

static void
test_halves(void)
{
	static const int table[][5] = {
		/* numerator, denominator, half up, half even, down */
		{5, 10, 1, 0, 0}, {15, 10, 2, 2, 1}, {25, 10, 3, 2, 2}, {35, 10, 4, 4, 3},
		{-5, 10, -1, 0, 0}, {-15, 10, -2, -2, -1}, {-25, 10, -3, -2, -2}, {-35, 10, -4, -4, -3},
		{14, 10, 1, 1, 1}, {16, 10, 2, 2, 1}, {-14, 10, -1, -1, -1}, {-16, 10, -2, -2, -1},
		{0, 3, 0, 0, 0}, {1, 1, 1, 1, 1}, {-1, 1, -1, -1, -1}, {1, 2, 1, 0, 0}, {3, 2, 2, 2, 1},
		{1, 3, 0, 0, 0}, {2, 3, 1, 1, 0}, {-1, 3, 0, 0, 0}, {-2, 3, -1, -1, 0}
	};

	for (int i = 0; i < lengthof(table); i++)
		for (Rounding rounding = ROUND_HALF_UP; rounding <= ROUND_DOWN; rounding++)
			is_int((int64) fixed_divide(table[i][0], table[i][1], rounding), table[i][2 + rounding],
				   "%d / %d, rounding %d", table[i][0], table[i][1], rounding);
}

static void
test_small_quotients(void)
{
	int			wrong = 0;

	for (int numerator = -150; numerator <= 150; numerator++)
		for (int denominator = 1; denominator <= 60; denominator++)
			wrong += count_wrong(numerator, denominator);
	is_int(wrong, 0, "all small quotients are rounded as at school");
	wrong = 0;
	for (int numerator = -150; numerator <= 150; numerator++)
		for (int denominator = 2; denominator <= 60; denominator += 2)
			wrong += count_wrong_with_more(numerator, denominator);
	is_int(wrong, 0, "also with more behind them");
}

static void
test_random_quotients(void)
{
	int			wrong = 0;
	int			wrong_with_more = 0;

	for (int i = 0; i < 8000; i++)
	{
		int128		denominator = size_of(random_digits(&generator, 37)) + 1;
		int128		numerator = random_digits(&generator, 36);

		if (random_below(&generator, 4) == 0)	/* a half, or one beside it */
		{
			denominator = 2 * (size_of(random_digits(&generator, 17)) + 1);
			numerator = random_digits(&generator, 18) * denominator + denominator / 2;
			numerator += random_below(&generator, 3) - 1;
		}
		wrong += count_wrong(numerator, denominator);
		denominator = 2 * size_of(random_digits(&generator, 35)) + 2;
		wrong_with_more += count_wrong_with_more(numerator, denominator);
	}
	is_int(wrong, 0, "random quotients are rounded as at school");
	is_int(wrong_with_more, 0, "also with more behind them");
}

static void
test_extremes(void)
{
	int128		least = -WIDEST;

	ok(fixed_divide(WIDEST, 1, ROUND_HALF_UP) == WIDEST, "the widest number over 1");
	ok(fixed_divide(least, 1, ROUND_HALF_EVEN) == least, "the least number over 1");
	ok(fixed_divide(WIDEST, WIDEST, ROUND_HALF_UP) == 1, "the widest number over itself");
	ok(fixed_divide(WIDEST - 1, WIDEST, ROUND_HALF_UP) == 1, "nearly 1, half up");
	ok(fixed_divide(WIDEST - 1, WIDEST, ROUND_HALF_EVEN) == 1, "nearly 1, half even");
	ok(fixed_divide(WIDEST - 1, WIDEST, ROUND_DOWN) == 0, "nearly 1, down");
	ok(fixed_divide(WIDEST / 2, WIDEST, ROUND_HALF_UP) == 0, "just below a half");
	ok(fixed_divide(WIDEST / 2 + 1, WIDEST, ROUND_HALF_UP) == 1, "just above a half");
	ok(fixed_divide(-(WIDEST / 2) - 1, WIDEST, ROUND_HALF_EVEN) == -1, "just above a negative half");
	ok(fixed_divide(WIDEST, 2, ROUND_HALF_UP) == WIDEST / 2 + 1, "half of the widest number");
	ok(fixed_divide(least, 2, ROUND_HALF_UP) == least / 2 - 1, "half of the least number");
}

static void
test_floor(void)
{
	int			wrong = 0;

	for (int i = 0; i < 100000; i++)
	{
		int128		denominator = size_of(random_digits(&generator, i % 2 ? 36 : 2)) + 1;
		int128		numerator = random_digits(&generator, i % 2 ? 36 : 3);
		bool		exact;
		int128		floor = fixed_floor(numerator, denominator, &exact);
		int128		rest = numerator - floor * denominator;

		wrong += rest < 0 || rest >= denominator || exact != (rest == 0);
	}
	is_int(wrong, 0, "the floor leaves a rest from 0 to below the denominator, and knows if it is 0");
}

static void
test_powers(void)
{
	int			wrong = 0;

	for (int exponent = 0; exponent <= 38; exponent++)
	{
		char	   *text = digits_text(fixed_power10(exponent));

		wrong += (int) strlen(text) != exponent + 1 || text[0] != '1' ||
			strspn(text + 1, "0") != exponent;
	}
	is_int(wrong, 0, "powers of ten are a 1 and zeros, up to 10^38");
}

/* ---- decimals ---- */

/*
 * What a decimal should read as, by moving the point through the digits: the
 * shortest text, or NULL when it needs more than 18 digits or max_scale decimals.
 */
static char *
moved_point(bool negative, const char *digits, int point, int max_scale)
{
	int			count;
	char	   *whole;
	char	   *text;

	while (*digits == '0')
	{
		digits++;
		point--;
	}
	for (count = (int) strlen(digits); count > 0 && digits[count - 1] == '0';)
		count--;
	if (count == 0)
		return pstrdup("0");
	if (count - point > max_scale || Max(count, point) > FIXED_MAX_DIGITS)
		return NULL;
	if (point > 0)
		whole = psprintf("%.*s%.*s", Min(count, point), digits, Max(point - count, 0), "000000000000000000");
	else
		whole = pstrdup("0");
	if (count <= point)
		text = psprintf("%s%s", negative ? "-" : "", whole);
	else
		text = psprintf("%s%s.%.*s%.*s", negative ? "-" : "", whole, Max(-point, 0), "000000000000",
						count - Max(point, 0), digits + Max(point, 0));
	pfree(whole);
	return text;
}

static char *
read_and_print(const char *text, int max_scale)
{
	Decimal		number;

	return decimal_parse(text, max_scale, &number) ? decimal_text(number) : NULL;
}

static void
test_known_decimals(void)
{
	static const char *const table[][2] = {
		{"0", "0"}, {"-0", "0"}, {"-0.000", "0"}, {"0e99999999999999999999", "0"},
		{"1", "1"}, {"-1", "-1"}, {"10", "10"}, {"1.50", "1.5"}, {"-0.1183", "-0.1183"},
		{"100e-2", "1"}, {"1.25e1", "12.5"}, {"1.25E+2", "125"}, {"125e-12", "0.000000000125"},
		{"1e17", "100000000000000000"}, {"1e18", NULL}, {"999999999999999999", "999999999999999999"},
		{"-999999999999999999", "-999999999999999999"}, {"1000000000000000000", NULL},
		{"0.000000000001", "0.000000000001"}, {"0.0000000000001", NULL},
		{"0.0000000000010000000000000000000000000000000000", "0.000000000001"},
		{"999999.999999999999", "999999.999999999999"}, {"1000000.999999999999", NULL},
		{"1e-12", "0.000000000001"}, {"1e-13", NULL}, {"10e-13", "0.000000000001"},
		{"1e1000000", NULL}, {"1e-1000000", NULL}, {"1e99999999999999999999", NULL},
		{"123456789012345678901234567890123456789012345678901234567890", NULL},
		{"100000000000000000000000000000000000000000000000000000000000e-59", "1"},
		{"0.00000000000000000000000000000000000000000000000000000000001e59", "1"}
	};

	for (int i = 0; i < lengthof(table); i++)
		is_text(read_and_print(table[i][0], FIXED_MAX_SCALE), table[i][1], "%s", table[i][0]);
	is_text(read_and_print("1.5", 0), NULL, "no decimals where none are allowed");
	is_text(read_and_print("15e-1", 0), NULL, "nor with an exponent");
	is_text(read_and_print("1.000", 0), "1", "zeros behind the point are none");
}

/* Random digits with a point and an exponent somewhere; now and then none of them. */
static void
test_random_decimals(void)
{
	int			wrong = 0;

	for (int i = 0; i < 50000; i++)
	{
		char		digits[48] = "";
		int			count = 1 + random_below(&generator, 22);
		int			point = 1 + random_below(&generator, count);
		int			exponent = random_below(&generator, 2) ? random_below(&generator, 41) - 20 : 0;
		int			max_scale = random_below(&generator, FIXED_MAX_SCALE + 1);
		bool		negative = random_below(&generator, 2);
		bool		sparse = random_below(&generator, 2);
		char	   *text;
		char	   *wanted;
		char	   *got;

		for (int j = 0; j < count; j++)
			digits[j] = (char) ('0' + (sparse && random_below(&generator, 4) ? 0 :
									   random_below(&generator, 10)));
		text = psprintf("%s%.*s%s%s", negative ? "-" : "", point, digits, point < count ? "." : "",
						digits + point);
		if (exponent != 0)
			text = psprintf("%se%s%d", text, random_below(&generator, 2) && exponent > 0 ? "+" : "", exponent);
		wanted = moved_point(negative, digits, point + exponent, max_scale);
		got = read_and_print(text, max_scale);
		if ((got == NULL) == (wanted == NULL) && (got == NULL || strcmp(got, wanted) == 0))
			continue;
		if (wrong++ < 5)
			note("%s with %d decimals: %s, not %s", text, max_scale, got ? got : "refused",
				 wanted ? wanted : "refused");
	}
	is_int(wrong, 0, "random decimals read and print as their digits say");
}

static void
test_rescale(void)
{
	int64		digits = 0;

	ok(decimal_rescale((Decimal) {15, 1}, 4, &digits) && digits == 15000, "1.5 with four decimals");
	ok(decimal_rescale((Decimal) {-999999, 0}, 12, &digits) &&
	   digits == INT64CONST(-999999000000000000),
	   "the least whole number that has twelve decimals");
	ok(!decimal_rescale((Decimal) {1000000, 0}, 12, &digits), "a million has not");
	ok(!decimal_rescale((Decimal) {-1000000, 0}, 12, &digits), "nor less a million");
	ok(decimal_rescale((Decimal) {0, 0}, 12, &digits) && digits == 0, "zero has");
}

static void
test_printing(void)
{
	is_text(fixed_text(0, 4), "0.0000", "zero has all decimals");
	is_text(fixed_text(200000, 4), "20.0000", "so has a whole number");
	is_text(fixed_text(-1, 6), "-0.000001", "the sign stands before the zeros");
	is_text(fixed_text(-1234567, 6), "-1.234567", "a negative number");
	is_text(fixed_text(5, 0), "5", "without decimals there is no point");
	is_text(fixed_text(PG_INT64_MAX, 18), "9.223372036854775807", "the greatest");
	is_text(fixed_text(PG_INT64_MIN, 18), "-9.223372036854775808", "the least");
	is_text(fixed_text(PG_INT64_MIN, 0), "-9223372036854775808", "the least without decimals");
	is_text(decimal_text((Decimal) {-1500, 3}), "-1.5", "zeros are trimmed");
	is_text(decimal_text((Decimal) {1500, 0}), "1500", "but not before the point");
	is_text(decimal_text((Decimal) {0, 12}), "0", "zero is short");
	is_text(wide_text(0), "0", "wide zero");
	is_text(wide_text(3 * fixed_power10(12)), "3", "a wide whole number");
	is_text(wide_text(-fixed_power10(12) / 2), "-0.5", "a wide half");
	is_text(wide_text(fixed_power10(24) - 1), "999999999999.999999999999", "the widest");
	is_text(wide_text(1 - fixed_power10(24)), "-999999999999.999999999999", "and its opposite");
}

int
main(void)
{
	test_powers();
	test_halves();
	test_small_quotients();
	test_random_quotients();
	test_extremes();
	test_floor();
	test_known_decimals();
	test_random_decimals();
	test_rescale();
	test_printing();
	return finish();
}
