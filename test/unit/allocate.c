/*
 * allocate.c
 *	  Deferred acceptance against published examples and, on small markets,
 *	  against every allocation there is.
 */
#include "core/allocation/allocate.h"
#include "helper/host.h"
#include "helper/market_rows.h"
#include "helper/tap.h"

static Random generator = {30};
static const Rules strict = {MECHANISM_DEFERRED_ACCEPTANCE, TIE_BREAK_STRICT};

/* ---- published examples ---- */

typedef struct Example
{
	const char *source;
	const char *applicants;		/* each a letter and its pools, best first */
	const char *pools;			/* each a letter, its seats and its applicants, best first */
	const char *wanted;			/* applicant and pool, in the order of applicants */
} Example;

static const Example examples[] = {
	{"Gale and Shapley 1962, example 1", "aABC bBCA cCAB", "A1bca B1cab C1abc", "aA bB cC"},
	{"Gale and Shapley 1962, example 3", "aABCD bADCB cBACD dDBCA", "A1dcab B1bdac C1dabc D1cbad",
	"aC bD cA dB"},
	{"Abdulkadiroglu and Sonmez 2003, example 1", "aBAC bABC cABC", "A1acb B1bac C1bac", "aA bB cC"},
	{"Kojima and Unver 2014", "aABC bABC cABC dBAC eBAC", "A2adbce B2ebcda C1abcde", "aA bB cC dA eB"},
	{"hospitals and residents", "aC bCA cCAB dCBA eACB", "A2cebd C2cabed B2cde", "aC bA cC dB eA"},
	{"all alike", "aABCD bABCD cABCD dABCD eABCD", "A2abcde B2abcde C2abcde D2abcde", "aA bA cB dB eC"},
	{"lists that end", "aA bA cA", "A2cba", "bA cA"},
	{"no seat", "aAB bA", "A0ab B1ab", "aB"}
};

/* Scores so that the pool ranks its applicants as they stand. */
static ExactNumber
score_at(const Example *example, char pool, char applicant)
{
	const char *list = strchr(example->pools, pool) + 2;

	return WHOLE(100 - (strchr(list, applicant) - list));
}

static void
read_example(const Example *example, Rows *rows)
{
	*rows = (Rows) {.tie_break = TIE_BREAK_STRICT};
	for (const char *at = example->pools; *at; at += strcspn(at, " "), at += *at == ' ')
		rows->pools[rows->pool_count++] = (PoolRow) {at[0], at[1] - '0'};
	for (const char *at = example->applicants; *at; at += *at == ' ')
	{
		char		applicant = *at++;

		for (int choice = 1; *at && *at != ' '; at++)
			rows->applications[rows->count++] = (ApplicationLine) {
				applicant, *at, choice++, score_at(example, *at, applicant)
			};
	}
}

static char *
placements_text(const Rows *rows, const Placements *placements)
{
	char	   *text = "";

	for (char applicant = 'a'; applicant <= 'z'; applicant++)
		for (int i = 0; i < placements->count; i++)
		{
			const ApplicationLine *row = &rows->applications[placements->rows[i]];

			if (row->applicant == applicant)
				text = psprintf("%s%s%c%c", text, text[0] ? " " : "", applicant, (char) row->pool);
		}
	return text;
}

static void
test_examples(void)
{
	for (int i = 0; i < lengthof(examples); i++)
	{
		Rows		rows;
		Placements	placements;
		CoreError	error = {0};
		int			different = 0;

		read_example(&examples[i], &rows);
		rows_allocate(&rows, &placements, &error);
		is_text(placements_text(&rows, &placements), examples[i].wanted, "%s", examples[i].source);
		for (int turn = 0; turn < 20; turn++)
		{
			rows_shuffle(&rows, &generator);
			rows_allocate(&rows, &placements, &error);
			different += strcmp(placements_text(&rows, &placements), examples[i].wanted) != 0;
		}
		is_int(different, 0, "the same in any order of rows");
	}
}

/* ---- every allocation of a small market ---- */

typedef struct Search
{
	const Rows *rows;
	int64		applicants[MOST_APPLICATIONS];
	int			applicant_count;
	Placements	current;
	int			stable;			/* how many allocations are */
	int64		best[MOST_APPLICATIONS];	/* by applicant: the best choice in any of them */
} Search;

static int64
placed_choice(const Rows *rows, const Placements *placements, int64 applicant)
{
	for (int i = 0; i < placements->count; i++)
		if (rows->applications[placements->rows[i]].applicant == applicant)
			return rows->applications[placements->rows[i]].choice;
	return PG_INT64_MAX;
}

/* Give the applicant each of its pools and none, and go on to the next. */
static void
search_from(Search *search, int number)
{
	const Rows *rows = search->rows;

	if (number == search->applicant_count)
	{
		if (!rows_are_stable(rows, &search->current))
			return;
		search->stable++;
		for (int i = 0; i < number; i++)
			search->best[i] = Min(search->best[i],
								  placed_choice(rows, &search->current, search->applicants[i]));
		return;
	}
	search_from(search, number + 1);
	for (int i = 0; i < rows->count; i++)
		if (rows->applications[i].applicant == search->applicants[number])
		{
			search->current.rows[search->current.count++] = i;
			search_from(search, number + 1);
			search->current.count--;
		}
}

static void
search_all(Search *search, const Rows *rows)
{
	memset(search, 0, sizeof(Search));
	search->rows = rows;
	for (int i = 0; i < rows->count; i++)
	{
		bool		known = false;

		for (int j = 0; j < search->applicant_count; j++)
			known |= search->applicants[j] == rows->applications[i].applicant;
		if (!known)
		{
			search->best[search->applicant_count] = PG_INT64_MAX;
			search->applicants[search->applicant_count++] = rows->applications[i].applicant;
		}
	}
	search_from(search, 0);
}

/* Stable, and for each applicant the best that any stable allocation has. */
static bool
is_best_stable(const Rows *rows, const Placements *placements, int *several)
{
	Search		search;

	search_all(&search, rows);
	*several += search.stable > 1;
	if (search.stable == 0 || !rows_are_stable(rows, placements))
		return false;
	for (int i = 0; i < search.applicant_count; i++)
		if (placed_choice(rows, placements, search.applicants[i]) != search.best[i])
			return false;
	return true;
}

static void
test_small_markets(TieBreak tie_break, const char *what)
{
	Draw		draw = draw_open("small markets", 13);
	int			wrong = 0;
	int			several = 0;

	for (int turn = 0; turn < 500; turn++)
	{
		Rows		rows = {.tie_break = tie_break, .draw = &draw};
		Placements	placements;
		CoreError	error = {0};

		rows_random(&rows, &generator, 5);
		rows_allocate(&rows, &placements, &error);
		wrong += !is_best_stable(&rows, &placements, &several);
	}
	draw_close(&draw);
	is_int(wrong, 0, "%s: the best stable allocation for applicants, of all there are", what);
	ok(several > 5, "%s: often there are several", what);
}

/* ---- no applicant gains by another list ---- */

/* The list of applicant 0 as the digits of a number say: which pools, in which order. */
static void
misreport(Rows *rows, const Rows *truth, int number)
{
	*rows = *truth;
	rows->count = 0;
	for (int i = 0; i < truth->count; i++)
	{
		ApplicationLine row = truth->applications[i];

		if (row.applicant == 0)
		{
			row.choice = number % 4;	/* 0: not at all */
			number /= 4;
			if (row.choice == 0)
				continue;
			row.choice = row.choice * 10 + row.pool;
		}
		rows->applications[rows->count++] = row;
	}
}

static void
random_truth(Rows *rows)
{
	int			order[] = {0, 1, 2};

	rows->pool_count = 3;
	rows->count = 0;
	for (int i = 0; i < 3; i++)
		rows->pools[i] = (PoolRow) {i, 1 + random_below(&generator, 2)};
	for (int applicant = 0; applicant < 6; applicant++)
	{
		random_shuffle(&generator, order, 3);
		for (int i = 0; i < 3; i++)
			rows->applications[rows->count++] = (ApplicationLine) {
				applicant, order[i], i + 1, WHOLE(random_below(&generator, 3))
			};
	}
}

static int64
true_choice(const Rows *truth, const Rows *rows, const Placements *placements)
{
	for (int i = 0; i < placements->count; i++)
	{
		const ApplicationLine *placed = &rows->applications[placements->rows[i]];

		if (placed->applicant != 0)
			continue;
		for (int j = 0; j < truth->count; j++)
		{
			const ApplicationLine *wish = &truth->applications[j];

			if (wish->applicant == 0 && wish->pool == placed->pool)
				return wish->choice;
		}
	}
	return PG_INT64_MAX;
}

static void
test_misreports(void)
{
	Draw		draw = draw_open("misreports", 10);
	int			gains = 0;
	int			differ = 0;

	for (int turn = 0; turn < 100; turn++)
	{
		Rows		truth = {.tie_break = TIE_BREAK_LOTTERY, .draw = &draw};
		Placements	placements;
		CoreError	error = {0};
		int64		honest;

		random_truth(&truth);
		rows_allocate(&truth, &placements, &error);
		honest = true_choice(&truth, &truth, &placements);
		for (int number = 0; number < 64; number++)
		{
			Rows		rows;
			int64		choice;

			misreport(&rows, &truth, number);
			rows_allocate(&rows, &placements, &error);
			choice = true_choice(&truth, &rows, &placements);
			gains += choice < honest;
			differ += choice != honest;
		}
	}
	draw_close(&draw);
	is_int(gains, 0, "no list but the true one gains anything");
	ok(differ > 500, "many lists lose");
}

/* ---- strict ---- */

static void
test_strict(void)
{
	Rows		rows = {1, {{10, 1}}, 2, {{1, 10, 1, {false, 250, 1}}, {2, 10, 1, {false, 25, 0}}},
	.tie_break = TIE_BREAK_STRICT};
	Placements	placements;
	CoreError	error = {0};

	ok(!rows_allocate(&rows, &placements, &error), "a tie at the cut-off is refused");
	is_int(error.code, CORE_INVALID, "as a value without sense");
	is_text(error.message, "tie at the cut-off of pool 10", "by name");
	is_text(error.detail, "Applicants with score 25.0 in pool 10 are equal, and not all of them fit.",
			"with pool and score");
	ok(error.hint != NULL, "and a hint");
	rows.pools[0].seats = 2;
	ok(rows_allocate(&rows, &placements, &error) && placements.count == 2, "not when both have a seat");
	rows.pools[0].seats = 0;
	ok(rows_allocate(&rows, &placements, &error) && placements.count == 0, "nor when there is none");
	rows.pools[0].seats = 1;
	rows.has_ties = true;
	rows.applications[0].tie = WHOLE(2);
	rows.applications[1].tie = WHOLE(1);
	ok(rows_allocate(&rows, &placements, &error) && placements.rows[0] == 1, "nor when another number differs");
	rows.applications[1].tie.is_null = true;
	ok(rows_allocate(&rows, &placements, &error) && placements.rows[0] == 0, "NULL is behind all");
	rows.applications[0].tie.is_null = true;
	ok(!rows_allocate(&rows, &placements, &error), "two NULLs are a tie");
	rows.applications[0].score = WHOLE(fixed_power10(30));
	rows.applications[1].score = WHOLE(fixed_power10(30));
	ok(!rows_allocate(&rows, &placements, &error), "so are two wide numbers");
	is_text(error.detail, "Applicants with score 1000000000000000000000000000000 in pool 10 are "
			"equal, and not all of them fit.", "with all digits");
}

/* ---- ties by lottery ---- */

static void
test_lottery(void)
{
	Draw		draw = draw_open("equity", 6);
	Rows		rows = {1, {{2, 1}}, 2, {{1, 2, 1, WHOLE(5)}, {1001, 2, 1, WHOLE(5)}},
	.tie_break = TIE_BREAK_LOTTERY, .draw = &draw};
	Placements	placements;
	CoreError	error = {0};
	int64		first = draw_number(&draw, 1);
	int64		second = draw_number(&draw, 1001);

	rows_allocate(&rows, &placements, &error);
	is_int(placements.rows[0], first < second ? 0 : 1, "the smaller number wins");
	rows.tie_break = TIE_BREAK_LOTTERY_PER_POOL;
	first = draw_number_in_pool(&draw, 1, 2);
	second = draw_number_in_pool(&draw, 1001, 2);
	rows_allocate(&rows, &placements, &error);
	is_int(placements.rows[0], first < second ? 0 : 1, "also with a number for each pool");
	rows.applications[0].score = WHOLE(6);
	rows_allocate(&rows, &placements, &error);
	is_int(placements.rows[0], 0, "but the score comes first");
	rows.applications[1].score = WHOLE(7);
	rows_allocate(&rows, &placements, &error);
	is_int(placements.rows[0], 1, "of either");
	draw_close(&draw);
}

/* A lottery that cannot be drawn is no reason to prefer anybody. */
static void
test_broken_lottery(void)
{
	Draw		draw = {NULL, "equity", 6};
	Rows		rows = {1, {{2, 1}}, 2, {{1, 2, 1, WHOLE(5)}, {1001, 2, 1, WHOLE(5)}},
	.tie_break = TIE_BREAK_LOTTERY, .draw = &draw};
	Placements	placements;
	CoreError	error = {0};

	ok(!rows_allocate(&rows, &placements, &error) && error.message, "no hash library, no allocation");
	draw.failed = false;
	rows.applications[0].score = WHOLE(6);
	ok(rows_allocate(&rows, &placements, &error), "unless nobody is tied");
}

/* ---- long chains ---- */

/*
 * Each applicant holds a pool of one seat and, thrown out, takes the next one's.
 * The last to come throws out the first.
 */
static Market *
chain(int length)
{
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);

	for (int i = 0; i <= length; i++)
		market_add_pool(builder, &(PoolRow) {i, 1});
	market_end_seating(builder);
	for (int i = 0; i < length; i++)
	{
		market_add_application(builder, &(ApplicationRow) {i, i, 1, WHOLE(1)});
		market_add_application(builder, &(ApplicationRow) {i, i + 1, 2, WHOLE(2)});
	}
	market_add_application(builder, &(ApplicationRow) {length, 0, 1, WHOLE(2)});
	return market_end(builder);
}

static void
test_chain(void)
{
	enum { LENGTH = 1000000 };
	Market	   *market = chain(LENGTH);
	Seat	   *seats = palloc(sizeof(Seat) * market->applicant_count);
	CoreError	error = {0};
	uintptr_t	here = (uintptr_t) __builtin_frame_address(0);
	int64		before = host_interrupts;
	int			wrong = 0;

	host_deepest = here;
	ok(allocate(market, &strict, seats, &error), "a chain of a million rejections");
	for (int i = 0; i < LENGTH; i++)
		wrong += market->pool[seats[i].contract] != i + 1;
	is_int(wrong, 0, "moves everybody to the next pool");
	is_int(market->pool[seats[LENGTH].contract], 0, "for the last who came");
	ok(here - host_deepest < 64 * 1024, "it takes no stack");
	ok(host_interrupts - before >= LENGTH / 20000, "it can be interrupted");
}

/* One pool, many seats, many who ask: the best are in, whatever the order. */
static void
test_large_pool(void)
{
	enum { APPLICANTS = 200000, SEATS = 50000 };
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	Market	   *market;
	Seat	   *seats = palloc(sizeof(Seat) * APPLICANTS);
	int			placed = 0;
	int			wrong = 0;

	market_add_pool(builder, &(PoolRow) {1, SEATS});
	market_end_seating(builder);
	for (int64 i = 0; i < APPLICANTS; i++)	/* 7919 is prime: scores come mixed, each once */
		market_add_application(builder, &(ApplicationRow) {i, 1, 1, WHOLE(i * 7919 % APPLICANTS)});
	market = market_end(builder);
	ok(allocate(market, &strict, seats, &error), "200,000 ask for 50,000 seats");
	for (int64 i = 0; i < APPLICANTS; i++)
	{
		placed += seats[i].contract != NONE;
		wrong += (seats[i].contract != NONE) != (i * 7919 % APPLICANTS >= APPLICANTS - SEATS);
	}
	is_int(placed, SEATS, "every seat is taken");
	is_int(wrong, 0, "by the best");
}

/* A proposal under many caps takes long: it must be possible to stop between any two. */
static void
test_deep_caps(void)
{
	enum { DEPTH = 2000, APPLICANTS = 2000, SEATS = 100 };
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	Market	   *market;
	Seat	   *seats = palloc(sizeof(Seat) * APPLICANTS);
	int64		before;
	int			wrong = 0;

	for (int64 i = 0; i < DEPTH; i++)
		market_add_cap(builder, &(CapRow) {i, SEATS, .has_parent = i > 0, .parent_id = i - 1});
	market_add_pool(builder, &(PoolRow) {1, APPLICANTS, .has_cap = true, .cap_id = DEPTH - 1});
	market_end_seating(builder);
	for (int64 i = 0; i < APPLICANTS; i++)
		market_add_application(builder, &(ApplicationRow) {i, 1, 1, WHOLE(i)});
	market = market_end(builder);
	before = host_interrupts;
	ok(allocate(market, &strict, seats, &error), "2,000 ask under 2,000 caps");
	ok(host_interrupts - before >= 2 * APPLICANTS, "each proposal and each check can be stopped");
	for (int i = 0; i < APPLICANTS; i++)
		wrong += (seats[i].contract != NONE) != (i >= APPLICANTS - SEATS);
	is_int(wrong, 0, "the best are in");
}

int
main(void)
{
	test_examples();
	test_small_markets(TIE_BREAK_LOTTERY, "lottery");
	test_small_markets(TIE_BREAK_LOTTERY_PER_POOL, "lottery per pool");
	test_misreports();
	test_strict();
	test_lottery();
	test_broken_lottery();
	test_chain();
	test_large_pool();
	test_deep_caps();
	return finish();
}
