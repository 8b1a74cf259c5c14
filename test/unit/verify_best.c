/*
 * verify_best.c
 *	  The verifier over every stable allocation of small markets: it refutes each of
 *	  them but the one that is best for all applicants.
 */
#include "helper/small_market.h"
#include "helper/tap.h"

static Random generator = {50};

/* A seat of an application; the row is NOTHING for no seat at all */
typedef struct Choice
{
	int			row;
	int			seat;
} Choice;

typedef struct Search
{
	SmallMarket market;			/* its placements are those of the moment */
	Choice		now[SMALL_PLACEMENTS];	/* by applicant */
	Choice		best[SMALL_PLACEMENTS]; /* by applicant: of all stable allocations so far */
	int			stable;			/* allocations */
	int			refuted;		/* of these, in the second pass */
	int			wrong;
	bool		comparing;		/* the second pass, when the best are known */
} Search;

static bool
is_better(const Search *search, Choice one, Choice other)
{
	if (one.row == NOTHING || other.row == NOTHING)
		return one.row != NOTHING && other.row == NOTHING;
	return small_market_prefers(&search->market, one.row, one.seat, other.row, other.seat);
}

/* Write the allocation of the moment as placements. */
static void
place_all(Search *search)
{
	SmallMarket *market = &search->market;

	market->placement_count = 0;
	for (int applicant = 0; applicant < market->applicant_count; applicant++)
	{
		Choice		choice = search->now[applicant];

		if (choice.row != NOTHING)
			market->placements[market->placement_count++] = (SmallPlacement) {
				applicant, market->rows[choice.row].pool, choice.seat,
				market->rows[choice.row].choice,
				small_market_tier(market, choice.row, choice.seat),
				market->rows[choice.row].score
			};
	}
}

static void
compare_with_best(Search *search)
{
	CoreError	error = {0};
	Findings	findings = small_market_verify(&search->market, &error);
	bool		is_best = true;
	bool		refuted = findings.count > 0;

	for (int applicant = 0; applicant < search->market.applicant_count; applicant++)
		is_best = is_best && !is_better(search, search->best[applicant], search->now[applicant]);
	for (int i = 0; i < findings.count; i++)
		search->wrong += strcmp(findings.told[i].name, "not_applicant_best") != 0;
	search->wrong += refuted == is_best;
	search->refuted += refuted;
}

static void
try_allocation(Search *search)
{
	place_all(search);
	if (small_market_expected(&search->market).count > 0)
		return;
	if (search->comparing)
	{
		compare_with_best(search);
		return;
	}
	search->stable++;
	for (int applicant = 0; applicant < search->market.applicant_count; applicant++)
		if (search->stable == 1 ||
			is_better(search, search->now[applicant], search->best[applicant]))
			search->best[applicant] = search->now[applicant];
}

/* Give each applicant from one on each seat of the own walk, and none. */
static void
try_from(Search *search, int applicant)
{
	const SmallMarket *market = &search->market;

	if (applicant == market->applicant_count)
	{
		try_allocation(search);
		return;
	}
	search->now[applicant] = (Choice) {NOTHING, 0};
	try_from(search, applicant + 1);
	for (int row = 0; row < market->row_count; row++)
		for (int seat = NAME_OPEN; seat <= NAME_LAST_GROUP; seat++)
			if (market->rows[row].applicant == applicant && small_market_asks(market, row, seat))
			{
				search->now[applicant] = (Choice) {row, seat};
				try_from(search, applicant + 1);
			}
}

/* How many allocations a search would try */
static double
size_of(const SmallMarket *market)
{
	double		size = 1;

	for (int applicant = 0; applicant < market->applicant_count; applicant++)
	{
		int			steps = 1;

		for (int row = 0; row < market->row_count; row++)
			for (int seat = NAME_OPEN; seat <= NAME_LAST_GROUP; seat++)
				steps += market->rows[row].applicant == applicant &&
					small_market_asks(market, row, seat);
		size *= steps;
	}
	return size;
}

/* Few applicants who ask for every pool and rank higher where they want less: wishes cross */
static void
random_wishes(SmallMarket *market)
{
	int			pools[SMALL_POOLS] = {0, 1, 2, 3};

	market->cap_count = 0;
	for (int pool = 0; pool < market->pool_count; pool++)
		market->pools[pool] = (SmallPool) {Max(market->pools[pool].seats, 1), 0, NOTHING};
	market->applicant_count = 2 + random_below(&generator, 3);
	market->row_count = 0;
	for (int applicant = 0; applicant < market->applicant_count; applicant++)
	{
		unsigned	groups = random_below(&generator, 32) & ~1;

		random_shuffle(&generator, pools, market->pool_count);
		for (int i = 0; i < market->pool_count; i++)
			market->rows[market->row_count++] = (SmallRow) {
				.applicant = applicant, .pool = pools[i], .choice = i,
				.score = i * 2 + random_below(&generator, 4), .groups = groups, .holds = NOTHING
			};
	}
}

static void
test_random_markets(void)
{
	Draw		draw = draw_open("best", 4);
	int			tried = 0;
	int			several = 0;
	int			refuted = 0;
	int			wrong = 0;

	for (int turn = 0; turn < 2000; turn++)
	{
		TieBreak	tie_break = (TieBreak) (turn % 3);
		Search		search = {
			.market.tie_break = tie_break,
			.market.draw = tie_break_is_lottery(tie_break) ? &draw : NULL
		};

		small_market_random(&search.market, &generator);
		if (turn % 2)
			random_wishes(&search.market);
		if (!small_market_is_plain(&search.market) || size_of(&search.market) > 3000)
			continue;
		try_from(&search, 0);
		search.comparing = true;
		try_from(&search, 0);
		tried++;
		several += search.stable > 1;
		refuted += search.refuted;
		wrong += search.wrong + (search.refuted != search.stable - 1);
	}
	draw_close(&draw);
	is_int(wrong, 0, "of the stable allocations of a market all but the best are refuted");
	ok(tried > 300, "in many markets: %d", tried);
	ok(several > 20 && refuted > 20, "of which %d have several, %d not the best", several, refuted);
}

/* Two applicants and two pools whose wishes are crossed, stable both ways */
static void
test_crossed_wishes(void)
{
	CoreError	error = {0};
	SmallMarket market = {
		.tie_break = TIE_BREAK_STRICT, .pool_count = 2,
		.pools = {{1, 0, NOTHING}, {1, 0, NOTHING}}, .applicant_count = 2, .row_count = 4, .rows = {
			{0, 0, 1, 1, NOTHING, 0, NOTHING}, {0, 1, 2, 2, NOTHING, 0, NOTHING},
			{1, 1, 1, 1, NOTHING, 0, NOTHING}, {1, 0, 2, 2, NOTHING, 0, NOTHING}
		},
		.placement_count = 2, .placements = {{0, 0, NAME_OPEN, 1, 0, 1}, {1, 1, NAME_OPEN, 1, 0, 1}}
	};
	Findings	findings = small_market_verify(&market, &error);

	is_int(findings.count, 0, "everybody has the first choice");
	market.placements[0] = (SmallPlacement) {0, 1, NAME_OPEN, 2, 0, 2};
	market.placements[1] = (SmallPlacement) {1, 0, NAME_OPEN, 2, 0, 2};
	findings = small_market_verify(&market, &error);
	is_int(findings.count, 1, "everybody has the second, and nobody envies anybody");
	is_text(findings.told[0].name, "not_applicant_best", "which is not the best for them");
	is_int(findings.told[0].applicant, small_applicant_id(0), "the smallest id is named");
	is_int(findings.told[0].pool, small_pool_id(0), "with the pool that is preferred");
	is_int(findings.told[0].other, small_applicant_id(1), "and who would leave it");
}

int
main(void)
{
	test_crossed_wishes();
	test_random_markets();
	return finish();
}
