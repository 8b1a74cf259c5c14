/*
 * lottery.c
 *	  Lottery numbers against what openssl says:
 *
 *	  printf 1001/77 | openssl dgst -sha256 -hmac equity
 *
 * whose first 16 hex digits, halved, are the number.
 */
#include "core/base/lottery.h"
#include "helper/tap.h"

typedef struct Known
{
	const char *seed;
	int64		id;
	int64		pool_id;		/* NO_POOL: not in the message */
	uint64		hash;			/* its first 8 bytes */
} Known;

#define NO_POOL		PG_INT64_MAX
#define THAI		"ทุนเสมอภาค"
#define TEN			"kkkkkkkkkk"

static const Known known[] = {
	{"equity", 1, NO_POOL, UINT64CONST(0x3532b039841df531)},
	{"equity", 0, NO_POOL, UINT64CONST(0x062fe9b934570575)},
	{"equity", -7, NO_POOL, UINT64CONST(0xf9be82db5fd21c98)},
	{"equity", PG_INT64_MAX, NO_POOL, UINT64CONST(0xeedd07271fbc0f8c)},
	{"equity", PG_INT64_MIN, NO_POOL, UINT64CONST(0x2594e2e710d8db3a)},
	{"equity", 1, 2, UINT64CONST(0x021ea649852b78a0)},
	{"equity", 1001, 77, UINT64CONST(0x294e1c39b178acac)},
	{"equity", -3, -9, UINT64CONST(0x1b5d123b522c3c06)},
	{THAI, 1, NO_POOL, UINT64CONST(0xed35fea202c37e4e)},
	{THAI, -7, NO_POOL, UINT64CONST(0xddab174d1dad55df)},
	{THAI, 1001, 77, UINT64CONST(0xf4866b7806c446f3)},
	/* without a seed, with one that fills the hash's block, and one that must itself be hashed */
	{"", 42, NO_POOL, UINT64CONST(0x96ce0a5a8208370a)},
	{TEN TEN TEN TEN TEN TEN "kkkk", 42, NO_POOL, UINT64CONST(0xea4565f477e82c5b)},
	{TEN TEN TEN TEN TEN TEN "kkkkk", 42, NO_POOL, UINT64CONST(0x183b8192f1bfdde3)}
};

static int64
number_of(Draw *draw, const Known *one)
{
	return one->pool_id == NO_POOL ? draw_number(draw, one->id) :
		draw_number_in_pool(draw, one->id, one->pool_id);
}

static void
test_known_numbers(void)
{
	for (int i = 0; i < lengthof(known); i++)
	{
		Draw		draw = draw_open(known[i].seed, (int) strlen(known[i].seed));

		is_int(number_of(&draw, &known[i]), (int64) (known[i].hash >> 1), "number of " INT64_FORMAT " with seed \"%s\"",
			   known[i].id, known[i].seed);
		draw_close(&draw);
	}
}

static void
test_one_draw_for_all(void)
{
	Draw		draw = draw_open("equity", 6);
	int			wrong = 0;
	int			negative = 0;

	for (int turn = 0; turn < 100; turn++)
		for (int i = 0; i < lengthof(known); i++)
			if (strcmp(known[i].seed, "equity") == 0)
				wrong += number_of(&draw, &known[i]) != (int64) (known[i].hash >> 1);
	is_int(wrong, 0, "a number does not depend on those drawn before");
	for (int i = 0; i < 1000; i++)
		negative += draw_number(&draw, i) < 0;
	is_int(negative, 0, "no number is negative");
	draw_close(&draw);
}

static void
test_seed_length(void)
{
	Draw		whole = draw_open("equity", 6);
	Draw		cut = draw_open("equity and more", 6);

	is_int(draw_number(&cut, 1), draw_number(&whole, 1), "the seed ends where its length says");
	draw_close(&whole);
	draw_close(&cut);
}

static void
test_broken_hash(void)
{
	Draw		draw = {NULL, "equity", 6};
	CoreError	error = {0};

	ok(draw_check(&draw, &error), "nothing has failed before the first number");
	ok(draw_number(&draw, 1) < 0, "without a hash library the number is negative");
	ok(draw_number_in_pool(&draw, 1, 2) < 0, "also in a pool");
	ok(!draw_check(&draw, &error), "and that is an error in the end");
	ok(error.message && error.message[0], "with a message");
}

int
main(void)
{
	test_known_numbers();
	test_one_draw_for_all();
	test_seed_length();
	test_broken_hash();
	return finish();
}
