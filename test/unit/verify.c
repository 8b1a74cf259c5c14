/*
 * verify.c
 *	  The verifier against an oracle that looks at every pair, over right placements,
 *	  single changes of them, and any at all; and what it refuses to read.
 */
#include "helper/host.h"
#include "helper/small_market.h"
#include "helper/tap.h"

#define MARKETS				3000
#define CHANGES				8

static Random generator = {40};

/* ---- at random ---- */

typedef struct Tally
{
	int			wrong;			/* the oracle says otherwise */
	int			found;
	int			silent;
	int			not_best;		/* stable, but not the best for applicants */
	bool		seen[16];		/* names that came up */
} Tally;

static const char *const violation_names[] = {
	"below_minimum", "double_placement", "holder_worse", "justified_envy", "over_cap",
	"over_capacity", "unknown_application", "wasted_seat", "wrong_seat", "wrong_tier"
};

/* Are the placements those of deferred acceptance on paper? */
static bool
is_on_paper(const SmallMarket *market)
{
	SmallMarket paper = *market;
	int			same = 0;

	small_market_place(&paper);
	for (int i = 0; i < market->placement_count; i++)
		for (int j = 0; j < paper.placement_count; j++)
			same += market->placements[i].applicant == paper.placements[j].applicant &&
				market->placements[i].pool == paper.placements[j].pool &&
				market->placements[i].seat == paper.placements[j].seat;
	return same == market->placement_count && same == paper.placement_count;
}

/* In any order of rows: what the verifier says and what there is to say */
static void
compare(SmallMarket *market, Tally *tally)
{
	CoreError	error = {0};
	Findings	wanted = small_market_expected(market);
	Findings	got;

	small_market_shuffle(market, &generator);
	got = small_market_verify(market, &error);
	findings_sort(&got);
	if (wanted.count == 0 && small_market_is_plain(market) && !is_on_paper(market))
	{
		tally->not_best++;
		tally->wrong += got.count == 0 || strcmp(got.told[0].name, "not_applicant_best") != 0;
	}
	else if (!findings_agree(&got, &wanted))
		tally->wrong++;
	tally->found += wanted.count > 0;
	tally->silent += wanted.count == 0;
	for (int i = 0; i < wanted.count; i++)
		for (int j = 0; j < lengthof(violation_names); j++)
			if (strcmp(wanted.told[i].name, violation_names[j]) == 0)
				tally->seen[j] = true;
}

/* A placement of a random row in a random seat, mostly with what the row says */
static SmallPlacement
random_placement(const SmallMarket *market)
{
	const SmallRow *row = &market->rows[random_below(&generator, market->row_count)];
	SmallPlacement placement = {
		row->applicant, row->pool, random_below(&generator, NAME_STRANGE + 1), row->choice,
		random_below(&generator, 3), row->score
	};

	if (random_below(&generator, 3))
		placement.tier = placement.seat = 0;
	if (random_below(&generator, 12) == 0)
		placement.pool = random_below(&generator, market->pool_count + 1);
	if (random_below(&generator, 12) == 0)
		placement.applicant = random_below(&generator, market->applicant_count + 2);
	return placement;
}

static void
change_once(SmallMarket *market)
{
	SmallPlacement *one = &market->placements[random_below(&generator, market->placement_count)];
	SmallPlacement *other = &market->placements[random_below(&generator, market->placement_count)];
	int			applicant = one->applicant;

	switch (random_below(&generator, 9))
	{
		case 0:
			*one = market->placements[--market->placement_count];
			break;
		case 1:
			market->placements[market->placement_count++] = random_placement(market);
			break;
		case 2:
			*one = random_placement(market);
			break;
		case 3:					/* swap two */
			one->applicant = other->applicant;
			other->applicant = applicant;
			break;
		case 4:
			one->seat = random_below(&generator, NAME_STRANGE + 1);
			break;
		case 5:
			one->pool = random_below(&generator, market->pool_count + 1);
			break;
		case 6:
			one->choice++;
			break;
		case 7:
			one->tier++;
			break;
		default:
			one->score++;
	}
}

static TieBreak
random_tie_break(void)
{
	return (TieBreak) random_below(&generator, TIE_BREAK_ADMIT_NONE + 1);
}

static void
set_lottery(SmallMarket *market, Draw *draw)
{
	*market = (SmallMarket) {.tie_break = random_tie_break()};
	if (market->tie_break == TIE_BREAK_LOTTERY || market->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		market->draw = draw;
}

static void
test_right_ones(void)
{
	Draw		draw = draw_open("right", 5);
	Tally		tally = {0};
	int			placed = 0;

	for (int turn = 0; turn < MARKETS; turn++)
	{
		SmallMarket market;

		set_lottery(&market, &draw);
		small_market_random(&market, &generator);
		small_market_place(&market);
		placed += market.placement_count;
		compare(&market, &tally);
	}
	draw_close(&draw);
	is_int(tally.wrong, 0, "of right placements the oracle says the same");
	is_int(tally.found, 0, "which is nothing");
	ok(placed > MARKETS, "there are many");
}

static void
test_single_changes(void)
{
	Draw		draw = draw_open("changes", 7);
	Tally		tally = {0};

	for (int turn = 0; turn < MARKETS; turn++)
	{
		SmallMarket		right;

		set_lottery(&right, &draw);
		small_market_random(&right, &generator);
		small_market_place(&right);
		for (int i = 0; i < CHANGES && right.placement_count > 0; i++)
		{
			SmallMarket market = right;

			change_once(&market);
			compare(&market, &tally);
		}
	}
	draw_close(&draw);
	is_int(tally.wrong, 0, "of a single change the oracle says the same");
	ok(tally.found > MARKETS * CHANGES / 3, "mostly something");
	ok(tally.silent > 10, "or that the change is right");
	for (int i = 0; i < lengthof(violation_names); i++)
		ok(tally.seen[i], "%s came up", violation_names[i]);
}

static void
test_any(void)
{
	Draw		draw = draw_open("any", 3);
	Tally		tally = {0};

	for (int turn = 0; turn < MARKETS * 3; turn++)
	{
		SmallMarket market;

		set_lottery(&market, &draw);
		small_market_random(&market, &generator);
		if (market.row_count == 0)
			continue;
		for (int i = random_below(&generator, SMALL_PLACEMENTS / 2); i > 0; i--)
			market.placements[market.placement_count++] = random_placement(&market);
		compare(&market, &tally);
	}
	draw_close(&draw);
	is_int(tally.wrong, 0, "of any placements the oracle says the same");
	for (int i = 0; i < lengthof(violation_names); i++)
		ok(tally.seen[i], "%s came up", violation_names[i]);
}

/* ---- one thing at a time ---- */

/*
 * Pool 1: a seat for the poor before an open one, under cap 99 of 2 seats under
 * cap 100 of 3; pool 2: two open seats under cap 100, but at least 2 or none.
 * Applicants 0 and 1 are poor; 3 holds a seat of pool 2 from before.
 */
static SmallMarket
example_market(void)
{
	return (SmallMarket) {
		.tie_break = TIE_BREAK_STRICT,
		.cap_count = 2, .caps = {{3, 0, NOTHING}, {2, 0, 0}},
		.pool_count = 3, .pools = {{0, 0, NOTHING}, {2, 0, 1}, {2, 2, 0}},
		.reserve_count = 1, .reserves = {{1, 1, 1, true, NOTHING, {NAME_ANYONE}, 1}},
		.applicant_count = 6, .row_count = 8, .rows = {
			{0, 1, 1, 50, NOTHING, 2, NOTHING}, {1, 1, 1, 40, NOTHING, 2, NOTHING},
			{2, 1, 1, 90, NOTHING, 0, NOTHING}, {2, 2, 2, 90, NOTHING, 0, NOTHING},
			{3, 2, 1, 10, NOTHING, 0, NAME_OPEN}, {4, 2, 1, 20, NOTHING, 0, NOTHING},
			{5, 1, 1, 30, NOTHING, 0, NOTHING}, {5, 2, 2, 30, NOTHING, 0, NOTHING}
		},
		/* the poor one, the best one, and the holder: cap 100 is full */
		.placement_count = 3, .placements = {
			{0, 1, 1, 1, 0, 50}, {2, 1, NAME_OPEN, 1, 0, 90}, {3, 2, NAME_OPEN, 1, 0, 10}
		}
	};
}

static void
add_text(void *state, const Violation *violation)
{
	char	  **text = state;
	char	   *ids = psprintf("%s%s%s",
							   violation->applicant_id ?
							   psprintf(" " INT64_FORMAT, *violation->applicant_id) : " -",
							   violation->pool_id ?
							   psprintf(" at " INT64_FORMAT, *violation->pool_id) : "",
							   violation->other_applicant_id ?
							   psprintf(" for " INT64_FORMAT, *violation->other_applicant_id) : "");

	*text = psprintf("%s%s%s%s: %s", *text, **text ? "; " : "", violation->name, ids,
					 violation->detail);
}

static void
is_told(SmallMarket market, const char *wanted, const char *what)
{
	char	   *text = "";
	CoreError	error = {0};
	Verification *check;
	Findings	findings = small_market_expected(&market);
	Findings	got;

	for (int turn = 0; turn < 2; turn++)
	{
		text = "";
		check = small_market_verification(&market, &error);
		if (check == NULL || !verify(check, add_text, &text))
			text = error.message;
		is_text(text, wanted, "%s%s", what, turn ? ", in another order" : "");
		small_market_shuffle(&market, &generator);
	}
	got = small_market_verify(&market, &error);
	findings_sort(&got);
	ok(findings_agree(&got, &findings), "%s, says the oracle too", what);
}

static void
test_placements(void)
{
	SmallMarket market = example_market();

	is_told(market, "", "right placements");
	market.placement_count = 2;
	is_told(market, "holder_worse 18 at 10: choice 1, seat open, was held before; "
			"wasted_seat 18 at 10: choice 1, seat open, was refused with 0 of 2 seats held; "
			"wasted_seat 25 at 10: choice 1, seat open, was refused with 0 of 2 seats held; "
			"wasted_seat 32 at 10: choice 2, seat open, was refused with 0 of 2 seats held",
			"one is left out, who held the seat before");

	market = example_market();
	market.placements[0] = (SmallPlacement) {1, 1, 1, 1, 0, 40};
	is_told(market, "justified_envy -3 at 0 for 4: choice 1, seat poor, was refused but does not "
			"rank below applicant 4 there",
			"one of the group for a better one of the group");

	market = example_market();
	market.placements[0] = (SmallPlacement) {5, 1, 1, 1, 1, 30};
	is_told(market, "justified_envy -3 at 0 for 32: choice 1, seat poor, was refused but does not "
			"rank below applicant 32 there; justified_envy 4 at 0 for 32: choice 1, seat "
			"poor, was refused but does not rank below applicant 32 there",
			"one of none for those of the group, and for a better one of none");

	market = example_market();
	market.placements[market.placement_count++] = (SmallPlacement) {4, 2, NAME_OPEN, 1, 0, 20};
	is_told(market, "over_cap -: cap 100: 4 hold 3 seats; justified_envy 32 at 10 for 25: choice "
			"2, seat open, was refused but does not rank below applicant 25 there",
			"one more than a cap has seats, and not the best");

	market = example_market();
	market.placements[market.placement_count++] = (SmallPlacement) {0, 1, 1, 1, 0, 50};
	is_told(market, "over_capacity - at 0: seat poor: 2 hold 1 seats; "
			"over_cap -: cap 99: 3 hold 2 seats; over_cap -: cap 100: 4 hold 3 seats; "
			"double_placement -3 at 0: the applicant has another placement",
			"a placement twice");

	market = example_market();
	market.placements[0] = (SmallPlacement) {0, 2, NAME_OPEN, 1, 0, 50};
	is_told(market, "unknown_application -3 at 10: the applicant did not apply to the pool; "
			"wasted_seat -3 at 0: choice 1, seat poor, was refused with 0 of 1 seats held; "
			"wasted_seat 4 at 0: choice 1, seat poor, was refused with 0 of 1 seats held; "
			"wasted_seat 25 at 10: choice 1, seat open, was refused with 1 of 2 seats "
			"held; wasted_seat 32 at 0: choice 1, seat poor, was refused with 0 of 1 seats "
			"held; wasted_seat 32 at 10: choice 2, seat open, was refused with 1 of 2 "
			"seats held",
			"where nobody asked");
}

static void
test_seats(void)
{
	SmallMarket market = example_market();

	market.placements[0] = (SmallPlacement) {2, 1, 1, 1, 1, 90};
	market.placements[1] = (SmallPlacement) {0, 1, NAME_OPEN, 1, 0, 50};
	is_told(market, "wrong_seat -3 at 0: choice 1, seat poor, was refused but does not rank below "
			"applicant 11 there; justified_envy 4 at 0 for 11: choice 1, seat poor, was "
			"refused but does not rank below applicant 11 there; wrong_seat 11 at 0: choice "
			"1, seat open, was refused but does not rank below applicant -3 there",
			"two change seats in a pool");

	market = example_market();
	market.placements[0].seat = NAME_STRANGE;
	market.placements[1].tier = 1;
	market.placements[2].choice = 7;
	is_told(market, "over_capacity - at 0: seat open: 2 hold 1 seats; wrong_tier -3 at 0: the pool "
			"has no such seat; wrong_seat -3 at 0: choice 1, seat poor, was refused but "
			"does not rank below applicant -3 under cap 99; justified_envy 4 at 0 for -3: "
			"choice 1, seat poor, was refused but does not rank below applicant -3 under "
			"cap 99; wrong_tier 11 at 0: tier is 0, not 1; wrong_tier 18 at 10: choice is 1, not 7",
			"seat, tier and choice");
	market = example_market();
	market.placements[1].score++;
	is_told(market, "wrong_tier 11 at 0: score is not that of the application", "the score");

	market = example_market();
	market.reserves[0].cascade_length = 0;
	market.placements[0] = (SmallPlacement) {5, 1, 1, 1, 1, 30};
	is_told(market, "justified_envy -3 at 0 for 32: choice 1, seat poor, was refused but does not "
			"rank below applicant 32 there; justified_envy 4 at 0 for 32: choice 1, seat "
			"poor, was refused but does not rank below applicant 32 there; justified_envy "
			"25 at 10 for 32: choice 1, seat open, was refused but does not rank below "
			"applicant 32 under cap 100; wrong_tier 32 at 0: seat poor is not for the "
			"applicant",
			"a seat that is not for the applicant");

	market = example_market();
	market.rows[0].holds = NAME_OPEN;
	is_told(market, "wrong_tier -3 at 0: seat is poor, not seat open that is held from before; "
			"holder_worse -3 at 0: choice 1, seat open, was held before",
			"another seat than held from before");
}

/* Nobody gets out of a full cap to make room for the same applicant's better choice. */
static void
test_nodes(void)
{
	SmallMarket market = example_market();

	market.pools[2] = (SmallPool) {2, 3, 0};
	market.rows[4].holds = NOTHING;
	is_told(market, "below_minimum - at 10: 1 hold seats where 3 are the minimum; justified_envy "
			"25 at 10 for 18: choice 1, seat open, was refused but does not rank below "
			"applicant 18 under cap 100; justified_envy 32 at 10 for 18: choice 2, seat "
			"open, was refused but does not rank below applicant 18 under cap 100",
			"a floor");
	market.placement_count = 2;
	is_told(market, "", "which closes the pool when nobody holds it");
	market.caps[0].min_seats = 3;
	is_told(market, "below_minimum -: cap 100: 2 hold seats where 3 are the minimum",
			"the floor of a cap");
	market.pools[2].min_seats = 0;
	market.placement_count = 0;
	is_told(market, "", "all that is under a closed cap is closed");

	market = example_market();
	market.pools[2] = (SmallPool) {2, 0, 0};
	market.caps[0].seats = 1;
	market.rows[4].holds = NOTHING;
	market.row_count = 4;
	market.placement_count = 1;
	market.placements[0] = (SmallPlacement) {2, 2, NAME_OPEN, 2, 0, 90};
	is_told(market, "justified_envy -3 at 0 for 11: choice 1, seat poor, was refused but does not "
			"rank below applicant 11 under cap 100; justified_envy 4 at 0 for 11: choice "
			"1, seat poor, was refused but does not rank below applicant 11 under cap 100; "
			"justified_envy 11 at 0 for 11: choice 1, seat poor, was refused but does not "
			"rank below applicant 11 under cap 100; justified_envy 11 at 0 for 11: choice "
			"1, seat open, was refused but does not rank below applicant 11 under cap 100",
			"the own seat counts under a cap");
}

/* Three equals for two seats, and one below them */
static void
test_equals(void)
{
	SmallMarket market = {
		.tie_break = TIE_BREAK_ADMIT_NONE, .pool_count = 1, .pools = {{2, 0, NOTHING}},
		.applicant_count = 4, .row_count = 4, .rows = {
			{0, 0, 1, 5, NOTHING, 0, NOTHING}, {1, 0, 1, 5, NOTHING, 0, NOTHING},
			{2, 0, 1, 5, NOTHING, 0, NOTHING}, {3, 0, 1, 4, NOTHING, 0, NOTHING}
		}
	};
	const char *unfit = "over_capacity - at -10: seat open: a holder is of a class of equals that "
		"does not fit in 2 seats, or below it";

	is_told(market, "", "nobody has a seat where equals don't fit");
	market.placement_count = 1;
	market.placements[0] = (SmallPlacement) {3, 0, NAME_OPEN, 1, 0, 4};
	is_told(market, unfit, "nor one below them");
	market.placements[0] = (SmallPlacement) {1, 0, NAME_OPEN, 1, 0, 5};
	is_told(market, unfit, "nor one of them");
	market.rows[2].score = 3;
	market.placements[1] = (SmallPlacement) {0, 0, NAME_OPEN, 1, 0, 5};
	market.placement_count = 2;
	is_told(market, "", "two have");

	market.tie_break = TIE_BREAK_ADMIT_ALL;
	market.rows[3].score = 5;
	is_told(market, "justified_envy 18 at -10 for 4: choice 1, seat open, was refused but does not "
			"rank below applicant 4 there",
			"an equal must be let in");
	market.placements[2] = (SmallPlacement) {3, 0, NAME_OPEN, 1, 0, 5};
	market.placement_count = 3;
	is_told(market, "", "beyond the seats");
	market.placements[3] = (SmallPlacement) {2, 0, NAME_OPEN, 1, 0, 3};
	market.placement_count = 4;
	is_told(market, "over_capacity - at -10: seat open: 4 hold 2 seats", "but nobody below");
}

/* ---- what cannot be read ---- */

static void
is_refused(SmallMarket market, CoreCode code, const char *message, const char *detail)
{
	CoreError	error = {0};

	is_int(small_market_verify(&market, &error).count, NOTHING, "refused: %s", message);
	is_text(error.message, message, "named");
	is_text(error.detail, detail, "with the ids");
	is_int(error.code, code, "as what it is");
}

static void
test_refused_nodes(void)
{
	SmallMarket market = example_market();

	market.caps[0].parent = 1;
	is_refused(market, CORE_INVALID, "cap 99 is its own ancestor",
			   "Cap 99 has parent_id 100, which leads back to it.");
	market.caps[0].parent = 7;
	is_refused(market, CORE_UNKNOWN, "cap 93 does not exist", "Cap 100 has parent_id 93.");
	market = example_market();
	market.caps[1].seats = -1;
	is_refused(market, CORE_INVALID, "seats of cap 99 must be 0 to 2147483647",
			   "The row of cap 99 has seats -1.");
	market = example_market();
	market.pools[1].min_seats = -2;
	is_refused(market, CORE_INVALID, "min_seats of pool 0 must be 0 to 2147483647",
			   "The row of pool 0 has min_seats -2.");
	market.pools[1] = (SmallPool) {-3, 0, NOTHING};
	is_refused(market, CORE_INVALID, "seats of pool 0 must be 0 to 2147483647",
			   "The row of pool 0 has seats -3.");
	market.pools[1] = (SmallPool) {2, 0, 9};
	is_refused(market, CORE_UNKNOWN, "cap 91 does not exist", "Pool 0 has cap_id 91.");
	market = example_market();
	market.tie_break = TIE_BREAK_ADMIT_ALL;
	is_refused(market, CORE_UNSUPPORTED, "tie_break admit_all cannot honour caps", NULL);
	market.tie_break = TIE_BREAK_ADMIT_NONE;
	is_refused(market, CORE_UNSUPPORTED, "tie_break admit_none cannot honour caps", NULL);
}

static void
test_refused_reserves(void)
{
	SmallMarket market = example_market();
	SmallReserve *reserve = &market.reserves[0];

	reserve->pool = 5;
	is_refused(market, CORE_UNKNOWN, "pool 40 does not exist",
			   "Reserve \"poor\" has pool_id 40.");
	reserve->pool = 1;
	reserve->seats = 3;
	is_refused(market, CORE_INVALID, "reserves of pool 0 exceed its seats",
			   "The number of seats of pool 0 is 2, that of its reserved seats 3.");
	reserve->seats = -1;
	is_refused(market, CORE_INVALID,
			   "seats of reserve \"poor\" of pool 0 must be 0 to 2147483647",
			   "The row of reserve \"poor\" of pool 0 has seats -1.");
	reserve->seats = 1;
	reserve->name = NAME_OPEN;
	is_refused(market, CORE_INVALID, "reserve of pool 0 cannot be called \"open\"",
			   "In the placements of pool 0 \"open\" is a seat without a reserve.");
	reserve->name = 1;
	reserve->cascade_length = 2;
	is_refused(market, CORE_INVALID, "entry \"*\" must be the last of a cascade",
			   "The cascade of reserve \"poor\" of pool 0 goes on after it.");
	reserve->cascade[0] = reserve->cascade[1] = 2;
	is_refused(market, CORE_INVALID, "duplicate entry \"far\" in a cascade",
			   "The cascade of reserve \"poor\" of pool 0 has it twice.");
	reserve->cascade_length = 1;
	market.reserves[market.reserve_count++] = *reserve;
	is_refused(market, CORE_DUPLICATE, "duplicate reserve \"poor\" of pool 0",
			   "Pool 0 has reserve \"poor\" more than once.");
}

static void
test_refused_rows(void)
{
	SmallMarket market = example_market();

	market.rows[3].pool = 9;
	is_refused(market, CORE_UNKNOWN, "pool 80 does not exist", "Applicant 11 applies to pool 80.");
	market.rows[3].choice = -1;
	is_refused(market, CORE_INVALID, "choice must be 0 to 2147483647",
			   "Applicant 11 applies to pool 80 with choice -1.");
	market = example_market();
	market.rows[3].choice = 1;
	is_refused(market, CORE_DUPLICATE, "duplicate choice 1 of an applicant",
			   "Applicant 11 has choice 1 twice.");
	market.rows[3].choice = 2;
	market.rows[3].pool = 1;
	is_refused(market, CORE_DUPLICATE, "duplicate application to pool 0",
			   "Applicant 11 applies to pool 0 twice.");
	market = example_market();
	market.rows[0].holds = NAME_STRANGE;
	is_refused(market, CORE_INVALID, "seat \"strange\" of pool 0 does not exist",
			   "Applicant -3 holds it from before, by column \"holds\".");
	market.rows[0].holds = market.rows[1].holds = 1;
	is_refused(market, CORE_INVALID, "more holders than seats in pool 0",
			   "The number of holders of seat \"poor\" in pool 0 is 2, that of its seats 1.");
	market.rows[1].holds = NAME_OPEN;
	market.caps[1].seats = 1;
	is_refused(market, CORE_INVALID, "more holders than seats under cap 99",
			   "The number of holders under cap 99 is 2, that of its seats 1.");
	market.caps[1].seats = 2;
	market.caps[0].seats = 2;
	is_refused(market, CORE_INVALID, "more holders than seats under cap 100",
			   "The number of holders under cap 100 is 3, that of its seats 2.");
}

static void
test_twice(void)
{
	CoreError	error = {0};
	Verification *check = verification_begin(TIE_BREAK_STRICT, NULL, SIZE_MAX, &error);
	const CapRow cap = {1, 5};
	const PoolRow pool = {2, 5};

	ok(verification_add_cap(check, &cap) && !verification_add_cap(check, &cap),
	   "a cap comes twice");
	is_text(error.detail, "The caps query has more than one row for cap 1.", "named");
	ok(verification_add_pool(check, &pool) && !verification_add_pool(check, &pool),
	   "a pool comes twice");
	is_text(error.detail, "The pools query has more than one row for pool 2.", "named");
	is_int(error.code, CORE_DUPLICATE, "as what it is");
}

static void
test_broken_lottery(void)
{
	Draw		draw = {NULL, "equity", 6};
	SmallMarket market = example_market();
	CoreError	error = {0};

	market.tie_break = TIE_BREAK_LOTTERY;
	market.draw = &draw;
	is_int(small_market_verify(&market, &error).count, 0, "no tie, no need of a hash library");
	market.rows[1].score = market.rows[0].score;
	is_int(small_market_verify(&market, &error).count, NOTHING, "a tie cannot be broken without");
	is_int(error.code, CORE_INTERNAL, "which is told");
}

int
main(void)
{
	test_placements();
	test_seats();
	test_nodes();
	test_equals();
	test_refused_nodes();
	test_refused_reserves();
	test_refused_rows();
	test_twice();
	test_broken_lottery();
	test_right_ones();
	test_single_changes();
	test_any();
	return finish();
}
