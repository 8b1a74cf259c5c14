/*
 * market.c
 *	  Markets from rows in any order: numbered, sorted, checked.
 */
#include "helper/host.h"
#include "helper/market_rows.h"
#include "helper/tap.h"

static Random generator = {20};

/* ---- order ---- */

/* The market as text: each applicant's pools with choice and score, in order. */
static char *
market_text(const Market *market)
{
	char	   *text = "";

	for (int i = 0; i < market->applicant_count; i++)
	{
		text = psprintf("%s%s" INT64_FORMAT ":", text, i > 0 ? "; " : "", market->applicant_ids[i]);
		for (int j = market->first[i]; j < market->first[i + 1]; j++)
			text = psprintf("%s %d=" INT64_FORMAT "/%s", text, market->choice[j],
							market->seating->pools[market->pool[j]].id,
							digits_text(numbers_value(&market->score, market->score.keys[j])));
	}
	return text;
}

static void
test_order(void)
{
	static const Rows sorted = {2, {{10, 1}, {20, 2}}, 4, {
		{1, 10, 1, {false, 5, 0}}, {1, 20, 2, {false, 6, 0}},
		{2, 20, 1, {false, 7, 0}}, {9, 10, 3, {false, 8, 0}}
	}};
	Rows		mixed = sorted;
	CoreError	error = {0};
	const Market *market = rows_market(&sorted, &error);

	is_text(market_text(market), "1: 1=10/5 2=20/6; 2: 1=20/7; 9: 3=10/8", "rows in order");
	is_int(market->seating->pools[1].seats, 2, "a pool has its seats");
	mixed.applications[0] = sorted.applications[3];
	mixed.applications[3] = sorted.applications[0];
	is_text(market_text(rows_market(&mixed, &error)), "1: 1=10/5 2=20/6; 2: 1=20/7; 9: 3=10/8",
			"rows in another: applicants and their choices sorted");
	mixed = sorted;
	mixed.applications[0] = sorted.applications[1];
	mixed.applications[1] = sorted.applications[0];
	is_text(market_text(rows_market(&mixed, &error)), "1: 1=10/5 2=20/6; 2: 1=20/7; 9: 3=10/8",
			"choices of one applicant the wrong way round");
	mixed.count = 0;
	market = rows_market(&mixed, &error);
	ok(market && market->applicant_count == 0 && market->first[0] == 0, "no application at all");
	mixed.pool_count = 0;
	ok(rows_market(&mixed, &error) != NULL, "no pool either");
}

static bool
is_contract(const Market *market, int owner, int contract, const ApplicationLine *row)
{
	int128		unit = fixed_power10(market->score.scale - row->score.scale);

	return row->applicant == market->applicant_ids[owner] &&
		row->pool == market->seating->pools[market->pool[contract]].id &&
		row->choice == market->choice[contract] &&
		row->score.digits * unit == numbers_value(&market->score, market->score.keys[contract]);
}

/* Whatever the order of rows, each applicant has the same list. */
static void
test_random_orders(void)
{
	int			wrong = 0;

	for (int turn = 0; turn < 500; turn++)
	{
		Rows		rows;
		CoreError	error = {0};
		const Market *market;

		rows_random(&rows, &generator, 9);
		market = rows_market(&rows, &error);
		wrong += market == NULL || market->contract_count != rows.count;
		for (int owner = 0; market && owner < market->applicant_count; owner++)
			for (int i = market->first[owner]; i < market->first[owner + 1]; i++)
			{
				int			found = 0;

				wrong += i > market->first[owner] && market->choice[i] <= market->choice[i - 1];
				for (int j = 0; j < rows.count; j++)
					found += is_contract(market, owner, i, &rows.applications[j]);
				wrong += found != 1;
			}
	}
	is_int(wrong, 0, "every row is a contract in its place");
}

/* ---- long lists, many rows ---- */

static void
test_long_lists(void)
{
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	const Market *market;
	int			order[5000];
	int			wrong = 0;

	for (int i = 0; i < lengthof(order); i++)
	{
		order[i] = i;
		market_add_pool(builder, &(PoolRow) {i, 1});
	}
	market_end_seating(builder);
	random_shuffle(&generator, order, lengthof(order));
	for (int i = 0; i < lengthof(order); i++)
		for (int applicant = 0; applicant < 3; applicant++)
			market_add_application(builder, &(ApplicationRow) {
				applicant, order[i], PG_INT32_MAX - order[i], WHOLE(order[i])
			});
	market = market_end(builder);
	is_int(market->contract_count, 3 * lengthof(order), "three lists of 5,000 choices");
	for (int i = 0; i < market->contract_count; i++)
		wrong += market->choice[i] != PG_INT32_MAX - (4999 - i % 5000) ||
			market->pool[i] != 4999 - i % 5000 || market->score.keys[i] != 4999 - i % 5000;
	is_int(wrong, 0, "each in the order of its choices");
}

static void
test_many_rows(void)
{
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	const Market *market;
	int64		before = host_interrupts;
	int			wrong = 0;

	market_add_pool(builder, &(PoolRow) {1, 5});
	market_add_pool(builder, &(PoolRow) {2, 5});
	market_end_seating(builder);
	for (int choice = 2; choice >= 1; choice--)
		for (int64 i = 0; i < 200000; i++)
			market_add_application(builder, &(ApplicationRow) {
				i * INT64CONST(1000003), choice, choice, WHOLE(i)
			});
	market = market_end(builder);
	is_int(market->applicant_count, 200000, "applicants are counted once");
	for (int i = 0; i < market->applicant_count; i++)
		wrong += market->first[i + 1] - market->first[i] != 2 ||
			market->choice[market->first[i]] != 1;
	is_int(wrong, 0, "with their two choices in order");
	ok(host_interrupts > before, "sorting can be interrupted");
}

/* Ids that are alike in one half are told apart as quickly as others. */
static void
test_alike_ids(void)
{
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	int64		halves = (INT64CONST(1) << 32) + 1;
	const Market *market;

	market_add_pool(builder, &(PoolRow) {1, 5});
	market_end_seating(builder);
	for (int64 i = 0; i < 100000; i++)
		market_add_application(builder, &(ApplicationRow) {i * halves, 1, 1, WHOLE(1)});
	for (int64 i = 0; i < 10000; i++)
		market_add_application(builder, &(ApplicationRow) {
			(i % 100) << 32 | (i / 100 + 20000), 1, 1, WHOLE(1)
		});
	market = market_end(builder);
	is_int(market->applicant_count, 110000, "ids of two like halves, or two short ones");
}

/* ---- refusals ---- */

static void
is_refused(const Rows *rows, CoreCode code, const char *message, const char *detail)
{
	CoreError	error = {0};
	Market	   *market = rows_market(rows, &error);

	is_text(market ? "taken" : error.message, message, "refused: %s", detail);
	is_text(error.detail, detail, "with the ids");
	is_int(error.code, code, "as what it is");
}

static Rows
two_rows(int64 pool, int64 choice)
{
	return (Rows) {2, {{10, 1}, {20, 2}}, 2, {{7, 10, 1, WHOLE(5)}, {7, pool, choice, WHOLE(6)}}};
}

static void
test_refusals(void)
{
	Rows		rows = two_rows(10, 2);

	is_refused(&rows, CORE_DUPLICATE, "duplicate application to pool 10",
			   "Applicant 7 applies to pool 10 twice.");
	rows = two_rows(20, 1);
	is_refused(&rows, CORE_DUPLICATE, "duplicate choice 1 of an applicant",
			   "Applicant 7 has choice 1 twice.");
	rows = two_rows(30, 2);
	is_refused(&rows, CORE_UNKNOWN, "pool 30 does not exist", "Applicant 7 applies to pool 30.");
	rows = two_rows(20, -1);
	is_refused(&rows, CORE_INVALID, "choice must be 0 to 2147483647",
			   "Applicant 7 applies to pool 20 with choice -1.");
	rows = two_rows(20, PG_INT32_MAX + INT64CONST(1));
	is_refused(&rows, CORE_INVALID, "choice must be 0 to 2147483647",
			   "Applicant 7 applies to pool 20 with choice 2147483648.");
	rows = two_rows(20, 2);
	rows.pools[1].id = 10;
	is_refused(&rows, CORE_DUPLICATE, "duplicate pool 10",
			   "The pools query has more than one row for pool 10.");
	rows.pools[1] = (PoolRow) {20, -1};
	is_refused(&rows, CORE_INVALID, "seats of pool 20 must be 0 to 2147483647",
			   "The row of pool 20 has seats -1.");
	rows.pools[1].seats = INT64CONST(1) << 40;
	is_refused(&rows, CORE_INVALID, "seats of pool 20 must be 0 to 2147483647",
			   "The row of pool 20 has seats 1099511627776.");
	rows.pools[1].seats = PG_INT32_MAX;
	rows.applications[1].score = (ExactNumber) {false, 1, 36};
	is_refused(&rows, CORE_OUT_OF_RANGE,
			   "numbers of column \"score\" need more than 36 digits together",
			   "The number of applicant 7 in pool 20 does not fit with the others.");
	rows.applications[1].score = WHOLE(1);
	ok(rows_market(&rows, &(CoreError) {0}) != NULL, "nothing else is wrong with them");
}

/* A duplicate is found wherever its rows lie. */
static void
test_random_duplicates(void)
{
	int			taken = 0;
	int			tried = 0;

	for (int turn = 0; turn < 500; turn++)
	{
		Rows		rows;
		CoreError	error = {0};
		ApplicationLine *copy;

		rows_random(&rows, &generator, 8);
		if (rows.count == 0)
			continue;
		copy = &rows.applications[rows.count];
		*copy = rows.applications[random_below(&generator, rows.count++)];
		if (random_below(&generator, 2))
			copy->choice = 1000;	/* the pool twice */
		else
		{
			copy->pool = 777;	/* the choice twice */
			rows.pools[rows.pool_count++] = (PoolRow) {777, 1};
		}
		rows_shuffle(&rows, &generator);
		tried++;
		taken += rows_market(&rows, &error) != NULL || error.code != CORE_DUPLICATE;
	}
	ok(tried > 400, "many duplicates");
	is_int(taken, 0, "none is taken");
}

/* ---- memory ---- */

static bool
fits(Size limit, int applications, TieBreak tie_break)
{
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(limit, &error);

	market_expect(builder, &(Rules) {.tie_break = tie_break});
	market_add_pool(builder, &(PoolRow) {1, 100});
	market_end_seating(builder);
	for (int i = 0; i < applications; i++)
		if (!market_add_application(builder, &(ApplicationRow) {i, 1, 1, WHOLE(i)}))
			break;
	if (error.message == NULL && market_end(builder) != NULL)
		return true;
	is_int(error.code, CORE_MEMORY, "too much memory is refused as such");
	is_text(error.message, "allocation needs more memory than equity.max_memory allows", "by name");
	ok(error.detail && error.hint, "with figures and a hint");
	return false;
}

static void
test_memory_limit(void)
{
	ok(fits((Size) 64 << 20, 100000, TIE_BREAK_LOTTERY), "100,000 applications fit 64 MB");
	ok(!fits((Size) 4 << 20, 100000, TIE_BREAK_LOTTERY), "but not 4");
	ok(!fits(1024, 1, TIE_BREAK_LOTTERY), "one does not fit a kilobyte");
}

/* Bytes that a million applications of applicants with five each take at most. */
static Size
least_limit(TieBreak tie_break)
{
	enum { APPLICATIONS = 1000000, EACH = 5 };
	Size		limit = 0;
	bool		taken = false;

	while (!taken)
	{
		CoreError	error = {0};
		MarketBuilder *builder = market_begin(limit += 1 << 20, &error);

		taken = true;
		market_expect(builder, &(Rules) {.tie_break = tie_break});
		for (int64 i = 0; i < EACH; i++)
			market_add_pool(builder, &(PoolRow) {i, 100});
		market_end_seating(builder);
		for (int64 i = 0; i < APPLICATIONS && taken; i++)
			taken = market_add_application(builder, &(ApplicationRow) {
				i * 7919 % (APPLICATIONS / EACH), i / (APPLICATIONS / EACH),
				i / (APPLICATIONS / EACH), WHOLE(i)
			});
		taken = taken && market_end(builder) != NULL;
	}
	return limit / APPLICATIONS;
}

static void
test_least_memory(void)
{
	Size		plain = least_limit(TIE_BREAK_LOTTERY);

	ok(plain <= 35, "an application takes 35 bytes at most, it is %zu", plain);
	ok(least_limit(TIE_BREAK_LOTTERY_PER_POOL) <= 43, "and 8 more with a lottery for each pool");
}

int
main(void)
{
	test_order();
	test_random_orders();
	test_long_lists();
	test_many_rows();
	test_alike_ids();
	test_refusals();
	test_random_duplicates();
	test_memory_limit();
	test_least_memory();
	return finish();
}
