/*
 * allocate_floors.c
 *	  Floors: what closes, and how much is done anew for it.
 *
 * The oracle allocates without floors, drops from all lists the pool or cap that is
 * furthest below its floor, and starts anew, as the rule is worded.
 */
#include "core/allocation/allocate.h"
#include "helper/host.h"
#include "helper/random.h"
#include "helper/tap.h"

#define MOST_POOLS 1000
#define MOST_CAPS 300
#define MOST_APPLICANTS 20000
#define LIST 5

typedef struct Wanted
{
	int			pool;
	int			score;
	int			tie;
	bool		holds;			/* an open seat from before */
} Wanted;

typedef struct Contest
{
	int			pool_count;
	int			seats[MOST_POOLS];
	int			floors[MOST_POOLS];
	int			reserved[MOST_POOLS]; /* seats for the group "near" */
	int			caps[MOST_POOLS]; /* or NONE */
	int			cap_count;
	int			cap_seats[MOST_CAPS];
	int			cap_floors[MOST_CAPS];
	int			parents[MOST_CAPS]; /* or NONE */
	int			applicant_count;
	Wanted		lists[MOST_APPLICANTS][LIST];
	int			lengths[MOST_APPLICANTS];
} Contest;

typedef struct Outcome
{
	int			closings;
	int64		work;			/* how often the core let itself be interrupted */
	int			pools[MOST_APPLICANTS]; /* or NONE */
	bool		reserved[MOST_APPLICANTS];
} Outcome;

static Random generator = {11};

/* ---- allocating ---- */

static bool
add_seats(MarketBuilder *builder, const Contest *contest, bool with_floors)
{
	bool		added = true;

	for (int i = 0; i < contest->cap_count; i++)
		added = added && market_add_cap(builder, &(CapRow){i, contest->cap_seats[i],
														   with_floors ? contest->cap_floors[i] : 0,
														   contest->parents[i] != NONE,
														   contest->parents[i]});
	for (int i = 0; i < contest->pool_count; i++)
		added = added &&
				market_add_pool(builder, &(PoolRow){i, contest->seats[i],
													with_floors ? contest->floors[i] : 0,
													contest->caps[i] != NONE, contest->caps[i]});
	for (int i = 0; i < contest->pool_count; i++)
		if (contest->reserved[i] > 0)
			added = added && market_add_reserve(
								 builder, &(ReserveRow){i, word_of("near"), contest->reserved[i]});
	return added && market_end_seating(builder);
}

/* False when there are more holders than seats.  Closed pools are in nobody's list. */
static bool
run(const Contest *contest, bool with_floors, const bool *closed, Outcome *outcome)
{
	static const Rules rules = {MECHANISM_DEFERRED_ACCEPTANCE, TIE_BREAK_LOTTERY};
	Rules		drawn = rules;
	Draw		draw = draw_open("floors", 6);
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	Market	   *market;
	Seat	   *seats;
	Word		near = word_of("near");
	Word		open = word_of("open");

	add_seats(builder, contest, with_floors);
	for (int i = 0; i < contest->applicant_count; i++)
		for (int j = 0; j < contest->lengths[i]; j++)
		{
			const Wanted *wanted = &contest->lists[i][j];

			if (!closed[wanted->pool])
				market_add_application(
					builder, &(ApplicationRow){i,
											   wanted->pool,
											   j,
											   {false, wanted->score, 0},
											   .set = market_set(builder, &near, i % 3 == 0),
											   .holds = wanted->holds ? &open : NULL});
		}
	market = market_end(builder);
	if (market == NULL)
		return false;
	seats = palloc(sizeof(Seat) * (market->applicant_count + 1));
	drawn.draw = &draw;
	outcome->work = -host_interrupts;
	if (!allocate(market, &drawn, seats, &error))
		return false;
	outcome->work += host_interrupts;
	draw_close(&draw);
	for (int i = 0; i < contest->applicant_count; i++)
		outcome->pools[i] = NONE;
	for (int i = 0; i < market->applicant_count; i++)
	{
		int64		id = market->applicant_ids[i];

		if (seats[i].contract == NONE)
			continue;
		outcome->pools[id] = (int) market->seating->pools[market->pool[seats[i].contract]].id;
		outcome->reserved[id] = market->seating->groups[seats[i].group].reserve != NONE;
	}
	return true;
}

/* ---- the oracle ---- */

static bool
is_under(const Contest *contest, int pool, int cap)
{
	int			at = contest->caps[pool];

	while (at != NONE && at != cap)
		at = contest->parents[at];
	return at != NONE;
}

/* Find what is furthest below its floor, pools before caps, then the smaller number. */
static bool
find_furthest(const Contest *contest, const Outcome *outcome, int *pool, int *cap)
{
	static int	in_pool[MOST_POOLS];
	static int	in_cap[MOST_CAPS];
	static bool	pool_stays[MOST_POOLS];
	static bool	cap_stays[MOST_CAPS];
	int			most = 0;

	memset(in_pool, 0, sizeof(in_pool));
	memset(in_cap, 0, sizeof(in_cap));
	memset(pool_stays, 0, sizeof(pool_stays));
	memset(cap_stays, 0, sizeof(cap_stays));
	for (int i = 0; i < contest->applicant_count; i++)
	{
		for (int j = 0; j < contest->lengths[i]; j++)
			if (contest->lists[i][j].holds)
			{
				pool_stays[contest->lists[i][j].pool] = true;
				for (int at = contest->caps[contest->lists[i][j].pool]; at != NONE;
					 at = contest->parents[at])
					cap_stays[at] = true;
			}
		if (outcome->pools[i] == NONE)
			continue;
		in_pool[outcome->pools[i]]++;
		for (int at = contest->caps[outcome->pools[i]]; at != NONE; at = contest->parents[at])
			in_cap[at]++;
	}
	*pool = *cap = NONE;
	for (int i = 0; i < contest->pool_count; i++)
		if (in_pool[i] > 0 && !pool_stays[i] && contest->floors[i] - in_pool[i] > most)
		{
			most = contest->floors[i] - in_pool[i];
			*pool = i;
		}
	for (int i = 0; i < contest->cap_count; i++)
		if (in_cap[i] > 0 && !cap_stays[i] && contest->cap_floors[i] - in_cap[i] > most)
		{
			most = contest->cap_floors[i] - in_cap[i];
			*pool = NONE;
			*cap = i;
		}
	return most > 0;
}

static bool
run_anew_each_time(const Contest *contest, Outcome *outcome)
{
	bool		closed[MOST_POOLS] = {false};
	int			pool;
	int			cap;

	outcome->closings = 0;
	if (!run(contest, false, closed, outcome))
		return false;
	while (find_furthest(contest, outcome, &pool, &cap))
	{
		outcome->closings++;
		if (pool != NONE)
			closed[pool] = true;
		for (int i = 0; i < contest->pool_count; i++)
			closed[i] = closed[i] || (cap != NONE && is_under(contest, i, cap));
		run(contest, false, closed, outcome);
	}
	return true;
}

/* ---- the same as the oracle ---- */

static int
random_from_to(int from, int to)
{
	return from + random_below(&generator, to - from + 1);
}

/* Caps hold somewhat more or less than what comes to them; floors are mostly just missed or met. */
static void
make_contest(Contest *contest, int applicants)
{
	int			pools = random_from_to(2, 20);
	int			load = applicants / pools + 1;
	bool		has_reserves = random_below(&generator, 3) == 0;
	bool		has_holders = random_below(&generator, 4) == 0;
	int			scores = random_below(&generator, 2) ? 5 : 1000;

	contest->applicant_count = applicants;
	contest->pool_count = pools;
	contest->cap_count = random_below(&generator, 8);
	for (int i = 0; i < contest->cap_count; i++)
	{
		contest->parents[i] =
			i == 0 || random_below(&generator, 4) == 0 ? NONE : random_below(&generator, i);
		contest->cap_seats[i] = random_from_to(1, i == 0 ? applicants : 3 * load);
		contest->cap_floors[i] =
			random_below(&generator, 3) ? 0 : random_below(&generator, 2 * load);
	}
	for (int i = 0; i < pools; i++)
	{
		contest->seats[i] = random_from_to(1, 2 * load);
		contest->floors[i] = random_below(&generator, 3) ? random_below(&generator, load + 2) : 0;
		contest->reserved[i] = has_reserves ? random_below(&generator, contest->seats[i] + 1) : 0;
		contest->caps[i] = contest->cap_count == 0 || random_below(&generator, 8) == 0
							   ? NONE
							   : random_below(&generator, contest->cap_count);
	}
	for (int i = 0; i < applicants; i++)
	{
		contest->lengths[i] = 0;
		for (int j = 0; j < LIST; j++)
		{
			Wanted		wanted = {random_below(&generator, pools),
								  random_below(&generator, scores)};
			bool		again = false;

			for (int k = 0; k < contest->lengths[i]; k++)
				again = again || contest->lists[i][k].pool == wanted.pool;
			wanted.holds = has_holders && j == 0 && random_below(&generator, applicants) == 0 &&
						   contest->seats[wanted.pool] > contest->reserved[wanted.pool];
			if (!again)
				contest->lists[i][contest->lengths[i]++] = wanted;
		}
	}
}

static void
test_random(int applicants, int turns)
{
	static Contest contest;
	static Outcome wanted;
	static Outcome got;
	bool		closed[MOST_POOLS] = {false};
	int			wrong = 0;
	int			several = 0;

	for (int turn = 0; turn < turns; turn++)
	{
		make_contest(&contest, applicants);
		if (!run_anew_each_time(&contest, &wanted))
			continue;
		several += wanted.closings > 2;
		run(&contest, true, closed, &got);
		for (int i = 0; i < contest.applicant_count; i++)
			if (got.pools[i] != wanted.pools[i] ||
				(got.pools[i] != NONE && got.reserved[i] != wanted.reserved[i]))
			{
				wrong++;
				break;
			}
	}
	is_int(wrong, 0, "%d applicants: the end is that of starting anew after each closing",
		   applicants);
	ok(several > turns / 10, "of many markets in which several pools close");
}

/* ---- how much is done anew ---- */

/* A ceiling over all that holds a third of the applicants; many pools stay below their floors. */
static void
make_large_contest(Contest *contest, bool has_ceiling)
{
	int			applicants = MOST_APPLICANTS;
	int			pools = MOST_POOLS;

	*contest =
		(Contest){.applicant_count = applicants, .pool_count = pools, .cap_count = has_ceiling};
	contest->parents[0] = NONE;
	contest->cap_seats[0] = applicants / 3;
	for (int i = 0; i < pools; i++)
	{
		contest->seats[i] = 2 * applicants / pools;
		contest->floors[i] = random_below(&generator, applicants / pools);
		contest->caps[i] = has_ceiling ? 0 : NONE;
	}
	for (int i = 0; i < applicants; i++)
		for (int j = 0; j < LIST; j++)
			contest->lists[i][contest->lengths[i]++] =
				(Wanted){(i * 7 + j * (j + i % 11 + 1)) % pools, random_below(&generator, 1000)};
}

static void
test_work_under_a_ceiling(void)
{
	static Contest contest;
	static Outcome with_floors;
	static Outcome without;
	static int	holders[MOST_POOLS];
	bool		closed[MOST_POOLS] = {false};
	int			empty = 0;

	make_large_contest(&contest, true);
	run(&contest, false, closed, &without);
	run(&contest, true, closed, &with_floors);
	for (int i = 0; i < contest.applicant_count; i++)
		if (with_floors.pools[i] != NONE)
			holders[with_floors.pools[i]]++;
	for (int i = 0; i < contest.pool_count; i++)
		empty += holders[i] == 0;
	ok(empty > contest.pool_count / 4, "under a ceiling that binds %d pools close", empty);
	ok(with_floors.work < 40 * without.work,
	   "which takes less than forty runs (" INT64_FORMAT " proposals, not " INT64_FORMAT ")",
	   with_floors.work, without.work);
}

/* Twenty thousand pools that need two and have one each: all close, one after the other. */
static void
test_many_closings(void)
{
	enum
	{
		POOLS = 20000
	};
	const Rules	rules = {MECHANISM_DEFERRED_ACCEPTANCE, TIE_BREAK_STRICT};
	CoreError	error = {0};
	MarketBuilder *builder = market_begin(SIZE_MAX, &error);
	Market	   *market;
	Seat	   *seats = palloc(sizeof(Seat) * POOLS);
	int64		before = host_interrupts;
	int			placed = 0;

	for (int64 i = 0; i < POOLS; i++)
		market_add_pool(builder, &(PoolRow){i, 1, .floor = 2});
	market_end_seating(builder);
	for (int64 i = 0; i < POOLS; i++)
		market_add_application(builder, &(ApplicationRow){i, i, 1, {false, 1, 0}});
	market = market_end(builder);
	allocate(market, &rules, seats, &error);
	for (int i = 0; i < POOLS; i++)
		placed += seats[i].contract != NONE;
	is_int(placed, 0, "every pool closes that has one of two");
	ok(host_interrupts - before < 20 * POOLS,
	   "which takes a few steps for each pool (" INT64_FORMAT ")", host_interrupts - before);
}

int
main(void)
{
	test_random(8, 3000);
	test_random(60, 1500);
	test_random(300, 200);
	test_work_under_a_ceiling();
	test_many_closings();
	return finish();
}
