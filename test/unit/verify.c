/*
 * verify.c
 *	  The certifier against an oracle that looks at every pair, over right placements,
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
	bool		seen[16];		/* names that came up */
} Tally;

static const char *const violation_names[] = {
	"below_minimum", "double_placement", "holder_worse", "justified_envy", "over_cap",
	"over_capacity", "unknown_application", "wasted_seat", "wrong_seat", "wrong_tier"
};

/* In any order of rows: what the certifier says and what there is to say */
static void
compare(Scene *scene, Tally *tally)
{
	CoreError	error = {0};
	Findings	wanted = scene_judge(scene);
	Findings	got;

	scene_shuffle(scene, &generator);
	got = scene_certify(scene, &error);
	findings_sort(&got);
	if (!findings_agree(&got, &wanted))
		tally->wrong++;
	tally->found += wanted.count > 0;
	tally->silent += wanted.count == 0;
	for (int i = 0; i < wanted.count; i++)
		for (int j = 0; j < lengthof(violation_names); j++)
			if (strcmp(wanted.told[i].name, violation_names[j]) == 0)
				tally->seen[j] = true;
}

/* A placement of a random row in a random seat, mostly with what the row says */
static ScenePlacement
random_placement(const Scene *scene)
{
	const SceneRow *row = &scene->rows[random_below(&generator, scene->row_count)];
	ScenePlacement placement = {
		row->applicant, row->pool, random_below(&generator, NAME_STRANGE + 1), row->choice,
		random_below(&generator, 3), row->score
	};

	if (random_below(&generator, 3))
		placement.tier = placement.seat = 0;
	if (random_below(&generator, 12) == 0)
		placement.pool = random_below(&generator, scene->pool_count + 1);
	if (random_below(&generator, 12) == 0)
		placement.applicant = random_below(&generator, scene->applicant_count + 2);
	return placement;
}

static void
change_once(Scene *scene)
{
	ScenePlacement *one = &scene->placements[random_below(&generator, scene->placement_count)];
	ScenePlacement *other = &scene->placements[random_below(&generator, scene->placement_count)];
	int			applicant = one->applicant;

	switch (random_below(&generator, 9))
	{
		case 0:
			*one = scene->placements[--scene->placement_count];
			break;
		case 1:
			scene->placements[scene->placement_count++] = random_placement(scene);
			break;
		case 2:
			*one = random_placement(scene);
			break;
		case 3:					/* swap two */
			one->applicant = other->applicant;
			other->applicant = applicant;
			break;
		case 4:
			one->seat = random_below(&generator, NAME_STRANGE + 1);
			break;
		case 5:
			one->pool = random_below(&generator, scene->pool_count + 1);
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
set_lottery(Scene *scene, Draw *draw)
{
	*scene = (Scene) {.tie_break = random_tie_break()};
	if (scene->tie_break == TIE_BREAK_LOTTERY || scene->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		scene->draw = draw;
}

static void
test_right_ones(void)
{
	Draw		draw = draw_open("right", 5);
	Tally		tally = {0};
	int			placed = 0;

	for (int turn = 0; turn < MARKETS; turn++)
	{
		Scene		scene;

		set_lottery(&scene, &draw);
		scene_random(&scene, &generator);
		scene_place(&scene);
		placed += scene.placement_count;
		compare(&scene, &tally);
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
		Scene		right;

		set_lottery(&right, &draw);
		scene_random(&right, &generator);
		scene_place(&right);
		for (int i = 0; i < CHANGES && right.placement_count > 0; i++)
		{
			Scene		scene = right;

			change_once(&scene);
			compare(&scene, &tally);
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
		Scene		scene;

		set_lottery(&scene, &draw);
		scene_random(&scene, &generator);
		if (scene.row_count == 0)
			continue;
		for (int i = random_below(&generator, SCENE_PLACEMENTS / 2); i > 0; i--)
			scene.placements[scene.placement_count++] = random_placement(&scene);
		compare(&scene, &tally);
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
static Scene
small_scene(void)
{
	return (Scene) {
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
is_told(Scene scene, const char *wanted, const char *what)
{
	char	   *text = "";
	CoreError	error = {0};
	Claim	   *claim;
	Findings	findings = scene_judge(&scene);
	Findings	got;

	for (int turn = 0; turn < 2; turn++)
	{
		text = "";
		claim = scene_claim(&scene, &error);
		if (claim == NULL || !certify(claim, add_text, &text))
			text = error.message;
		is_text(text, wanted, "%s%s", what, turn ? ", in another order" : "");
		scene_shuffle(&scene, &generator);
	}
	got = scene_certify(&scene, &error);
	findings_sort(&got);
	ok(findings_agree(&got, &findings), "%s, says the oracle too", what);
}

static void
test_placements(void)
{
	Scene		scene = small_scene();

	is_told(scene, "", "right placements");
	scene.placement_count = 2;
	is_told(scene, "holder_worse 18 at 10: choice 1, seat open, was held before; "
			"wasted_seat 18 at 10: choice 1, seat open, was refused with 0 of 2 seats held; "
			"wasted_seat 25 at 10: choice 1, seat open, was refused with 0 of 2 seats held; "
			"wasted_seat 32 at 10: choice 2, seat open, was refused with 0 of 2 seats held",
			"one is left out, who held the seat before");

	scene = small_scene();
	scene.placements[0] = (ScenePlacement) {1, 1, 1, 1, 0, 40};
	is_told(scene, "justified_envy -3 at 0 for 4: choice 1, seat poor, was refused but does not "
			"rank below applicant 4 there",
			"one of the group for a better one of the group");

	scene = small_scene();
	scene.placements[0] = (ScenePlacement) {5, 1, 1, 1, 1, 30};
	is_told(scene, "justified_envy -3 at 0 for 32: choice 1, seat poor, was refused but does not "
			"rank below applicant 32 there; justified_envy 4 at 0 for 32: choice 1, seat "
			"poor, was refused but does not rank below applicant 32 there; wrong_seat 11 "
			"at 0: choice 1, seat poor, was refused but does not rank below applicant 32 "
			"there",
			"one of none for those of the group, and for a better one of none");

	scene = small_scene();
	scene.placements[scene.placement_count++] = (ScenePlacement) {4, 2, NAME_OPEN, 1, 0, 20};
	is_told(scene, "over_cap -: cap 100: 4 hold 3 seats; justified_envy 32 at 10 for 25: choice "
			"2, seat open, was refused but does not rank below applicant 25 there",
			"one more than a cap has seats, and not the best");

	scene = small_scene();
	scene.placements[scene.placement_count++] = (ScenePlacement) {0, 1, 1, 1, 0, 50};
	is_told(scene, "over_capacity - at 0: seat poor: 2 hold 1 seats; "
			"over_cap -: cap 99: 3 hold 2 seats; over_cap -: cap 100: 4 hold 3 seats; "
			"double_placement -3 at 0: the applicant has another placement",
			"a placement twice");

	scene = small_scene();
	scene.placements[0] = (ScenePlacement) {0, 2, NAME_OPEN, 1, 0, 50};
	is_told(scene, "unknown_application -3 at 10: the applicant did not apply to the pool; "
			"wasted_seat -3 at 0: choice 1, seat poor, was refused with 0 of 1 seats held; "
			"wasted_seat 4 at 0: choice 1, seat poor, was refused with 0 of 1 seats held; "
			"wrong_seat 11 at 0: choice 1, seat poor, was refused with 0 of 1 seats held; "
			"wasted_seat 25 at 10: choice 1, seat open, was refused with 1 of 2 seats "
			"held; wasted_seat 32 at 0: choice 1, seat poor, was refused with 0 of 1 seats "
			"held; wasted_seat 32 at 10: choice 2, seat open, was refused with 1 of 2 "
			"seats held",
			"where nobody asked");
}

static void
test_seats(void)
{
	Scene		scene = small_scene();

	scene.placements[0] = (ScenePlacement) {2, 1, 1, 1, 1, 90};
	scene.placements[1] = (ScenePlacement) {0, 1, NAME_OPEN, 1, 0, 50};
	is_told(scene, "wrong_seat -3 at 0: choice 1, seat poor, was refused but does not rank below "
			"applicant 11 there; justified_envy 4 at 0 for 11: choice 1, seat poor, was "
			"refused but does not rank below applicant 11 there",
			"two change seats in a pool");

	scene = small_scene();
	scene.placements[0].seat = NAME_STRANGE;
	scene.placements[1].tier = 1;
	scene.placements[2].choice = 7;
	is_told(scene, "over_capacity - at 0: seat open: 2 hold 1 seats; wrong_tier -3 at 0: the pool "
			"has no such seat; wrong_seat -3 at 0: choice 1, seat poor, was refused but "
			"does not rank below applicant -3 under cap 99; justified_envy 4 at 0 for -3: "
			"choice 1, seat poor, was refused but does not rank below applicant -3 under "
			"cap 99; wrong_tier 11 at 0: tier is 0, not 1; wrong_seat 11 at 0: choice 1, "
			"seat poor, was refused but does not rank below applicant -3 under cap 99; "
			"wrong_tier 18 at 10: choice is 1, not 7",
			"seat, tier and choice");
	scene = small_scene();
	scene.placements[1].score++;
	is_told(scene, "wrong_tier 11 at 0: score is not that of the application", "the score");

	scene = small_scene();
	scene.reserves[0].cascade_length = 0;
	scene.placements[0] = (ScenePlacement) {5, 1, 1, 1, 1, 30};
	is_told(scene, "justified_envy -3 at 0 for 32: choice 1, seat poor, was refused but does not "
			"rank below applicant 32 there; justified_envy 4 at 0 for 32: choice 1, seat "
			"poor, was refused but does not rank below applicant 32 there; justified_envy "
			"25 at 10 for 32: choice 1, seat open, was refused but does not rank below "
			"applicant 32 under cap 100; wrong_tier 32 at 0: seat poor is not for the "
			"applicant",
			"a seat that is not for the applicant");

	scene = small_scene();
	scene.rows[0].holds = NAME_OPEN;
	is_told(scene, "wrong_tier -3 at 0: seat is poor, not seat open that is held from before; "
			"holder_worse -3 at 0: choice 1, seat open, was held before",
			"another seat than held from before");
}

/* Nobody gets out of a full cap to make room for the same applicant's better choice. */
static void
test_nodes(void)
{
	Scene		scene = small_scene();

	scene.pools[2] = (ScenePool) {2, 3, 0};
	scene.rows[4].holds = NOTHING;
	is_told(scene, "below_minimum - at 10: 1 hold seats where 3 are the minimum; justified_envy "
			"25 at 10 for 18: choice 1, seat open, was refused but does not rank below "
			"applicant 18 under cap 100; justified_envy 32 at 10 for 18: choice 2, seat "
			"open, was refused but does not rank below applicant 18 under cap 100",
			"a floor");
	scene.placement_count = 2;
	is_told(scene, "", "which closes the pool when nobody holds it");
	scene.caps[0].min_seats = 3;
	is_told(scene, "below_minimum -: cap 100: 2 hold seats where 3 are the minimum",
			"the floor of a cap");
	scene.pools[2].min_seats = 0;
	scene.placement_count = 0;
	is_told(scene, "", "all that is under a closed cap is closed");

	scene = small_scene();
	scene.pools[2] = (ScenePool) {2, 0, 0};
	scene.caps[0].seats = 1;
	scene.rows[4].holds = NOTHING;
	scene.row_count = 4;
	scene.placement_count = 1;
	scene.placements[0] = (ScenePlacement) {2, 2, NAME_OPEN, 2, 0, 90};
	is_told(scene, "justified_envy -3 at 0 for 11: choice 1, seat poor, was refused but does not "
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
	Scene		scene = {
		.tie_break = TIE_BREAK_ADMIT_NONE, .pool_count = 1, .pools = {{2, 0, NOTHING}},
		.applicant_count = 4, .row_count = 4, .rows = {
			{0, 0, 1, 5, NOTHING, 0, NOTHING}, {1, 0, 1, 5, NOTHING, 0, NOTHING},
			{2, 0, 1, 5, NOTHING, 0, NOTHING}, {3, 0, 1, 4, NOTHING, 0, NOTHING}
		}
	};
	const char *unfit = "over_capacity - at -10: seat open: a holder is of a class of equals that "
		"does not fit in 2 seats, or below it";

	is_told(scene, "", "nobody has a seat where equals don't fit");
	scene.placement_count = 1;
	scene.placements[0] = (ScenePlacement) {3, 0, NAME_OPEN, 1, 0, 4};
	is_told(scene, unfit, "nor one below them");
	scene.placements[0] = (ScenePlacement) {1, 0, NAME_OPEN, 1, 0, 5};
	is_told(scene, unfit, "nor one of them");
	scene.rows[2].score = 3;
	scene.placements[1] = (ScenePlacement) {0, 0, NAME_OPEN, 1, 0, 5};
	scene.placement_count = 2;
	is_told(scene, "", "two have");

	scene.tie_break = TIE_BREAK_ADMIT_ALL;
	scene.rows[3].score = 5;
	is_told(scene, "justified_envy 18 at -10 for 4: choice 1, seat open, was refused but does not "
			"rank below applicant 4 there",
			"an equal must be let in");
	scene.placements[2] = (ScenePlacement) {3, 0, NAME_OPEN, 1, 0, 5};
	scene.placement_count = 3;
	is_told(scene, "", "beyond the seats");
	scene.placements[3] = (ScenePlacement) {2, 0, NAME_OPEN, 1, 0, 3};
	scene.placement_count = 4;
	is_told(scene, "over_capacity - at -10: seat open: 4 hold 2 seats", "but nobody below");
}

/* ---- what cannot be read ---- */

static void
is_refused(Scene scene, CoreCode code, const char *message, const char *detail)
{
	CoreError	error = {0};

	is_int(scene_certify(&scene, &error).count, NOTHING, "refused: %s", message);
	is_text(error.message, message, "named");
	is_text(error.detail, detail, "with the ids");
	is_int(error.code, code, "as what it is");
}

static void
test_refused_nodes(void)
{
	Scene		scene = small_scene();

	scene.caps[0].parent = 1;
	is_refused(scene, CORE_INVALID, "caps are above themselves", "Cap 99, parent 100.");
	scene.caps[0].parent = 7;
	is_refused(scene, CORE_UNKNOWN, "cap under an unknown cap", "Cap 100, parent 93.");
	scene = small_scene();
	scene.caps[1].seats = -1;
	is_refused(scene, CORE_INVALID, "seats of a cap must be 0 to 2147483647", "The cap 99 has -1.");
	scene = small_scene();
	scene.pools[1].min_seats = -2;
	is_refused(scene, CORE_INVALID, "min_seats of a pool must be 0 to 2147483647",
			   "The pool 0 has -2.");
	scene.pools[1] = (ScenePool) {-3, 0, NOTHING};
	is_refused(scene, CORE_INVALID, "seats of a pool must be 0 to 2147483647",
			   "The pool 0 has -3.");
	scene.pools[1] = (ScenePool) {2, 0, 9};
	is_refused(scene, CORE_UNKNOWN, "pool under an unknown cap", "Pool 0, cap 91.");
	scene = small_scene();
	scene.tie_break = TIE_BREAK_ADMIT_ALL;
	is_refused(scene, CORE_UNSUPPORTED, "tie_break \"admit_all\" does not go with caps", NULL);
	scene.cap_count = 0;
	scene.tie_break = TIE_BREAK_ADMIT_NONE;
	is_refused(scene, CORE_UNSUPPORTED, "tie_break \"admit_none\" does not go with caps", NULL);
}

static void
test_refused_reserves(void)
{
	Scene		scene = small_scene();
	SceneReserve *reserve = &scene.reserves[0];

	reserve->pool = 5;
	is_refused(scene, CORE_UNKNOWN, "reserve of an unknown pool", "Pool 40, reserve \"poor\".");
	reserve->pool = 1;
	reserve->seats = 3;
	is_refused(scene, CORE_INVALID, "a pool has more reserved seats than seats",
			   "Pool 0 has 2 seats and 3 reserved.");
	reserve->seats = -1;
	is_refused(scene, CORE_INVALID, "seats of a reserve must be 0 to 2147483647",
			   "Pool 0, reserve \"poor\".");
	reserve->seats = 1;
	reserve->name = NAME_OPEN;
	is_refused(scene, CORE_INVALID, "a reserve must not be called open",
			   "Pool 0, reserve \"open\".");
	reserve->name = 1;
	reserve->cascade_length = 2;
	is_refused(scene, CORE_INVALID, "* must be the last entry of a cascade",
			   "Pool 0, reserve \"poor\".");
	reserve->cascade[0] = reserve->cascade[1] = 2;
	is_refused(scene, CORE_INVALID, "a cascade has an entry twice", "Pool 0, reserve \"poor\".");
	reserve->cascade_length = 1;
	scene.reserves[scene.reserve_count++] = *reserve;
	is_refused(scene, CORE_DUPLICATE, "a pool has a reserve twice", "Pool 0, reserve \"poor\".");
}

static void
test_refused_rows(void)
{
	Scene		scene = small_scene();

	scene.rows[3].pool = 9;
	is_refused(scene, CORE_UNKNOWN, "application to an unknown pool",
			   "Applicant 11, pool 80, choice 2.");
	scene.rows[3].choice = -1;
	is_refused(scene, CORE_INVALID, "choice must be 0 to 2147483647",
			   "Applicant 11, pool 80, choice -1.");
	scene = small_scene();
	scene.rows[3].choice = 1;
	is_refused(scene, CORE_DUPLICATE, "applicant gives a choice number twice",
			   "Applicant 11, pool 10, choice 1.");
	scene.rows[3].choice = 2;
	scene.rows[3].pool = 1;
	is_refused(scene, CORE_DUPLICATE, "applicant applies to a pool twice",
			   "Applicant 11, pool 0, choice 2.");
	scene = small_scene();
	scene.rows[0].holds = NAME_STRANGE;
	is_refused(scene, CORE_INVALID, "holds names no seat of the pool",
			   "Applicant -3, pool 0, choice 1.");
	scene.rows[0].holds = scene.rows[1].holds = 1;
	is_refused(scene, CORE_INVALID, "more hold seats from before than there are",
			   "Pool 0: 2 hold 1 seats.");
	scene.rows[1].holds = NAME_OPEN;
	scene.caps[1].seats = 1;
	is_refused(scene, CORE_INVALID, "more hold seats from before than there are",
			   "Cap 99: 2 hold 1 seats.");
	scene.caps[1].seats = 2;
	scene.caps[0].seats = 2;
	is_refused(scene, CORE_INVALID, "more hold seats from before than there are",
			   "Cap 100: 3 hold 2 seats.");
}

static void
test_twice(void)
{
	CoreError	error = {0};
	Claim	   *claim = claim_begin(TIE_BREAK_STRICT, NULL, SIZE_MAX, &error);

	ok(claim_cap(claim, 1, 5, 0, NULL) && !claim_cap(claim, 1, 5, 0, NULL), "a cap comes twice");
	is_text(error.detail, "Cap 1.", "named");
	ok(claim_pool(claim, 2, 5, 0, NULL) && !claim_pool(claim, 2, 5, 0, NULL), "a pool comes twice");
	is_text(error.detail, "Pool 2.", "named");
	is_int(error.code, CORE_DUPLICATE, "as what it is");
}

static void
test_broken_lottery(void)
{
	Draw		draw = {NULL, "equity", 6};
	Scene		scene = small_scene();
	CoreError	error = {0};

	scene.tie_break = TIE_BREAK_LOTTERY;
	scene.draw = &draw;
	is_int(scene_certify(&scene, &error).count, 0, "no tie, no need of a hash library");
	scene.rows[1].score = scene.rows[0].score;
	is_int(scene_certify(&scene, &error).count, NOTHING, "a tie cannot be judged without");
	is_int(error.code, CORE_INTERNAL, "which is told");
}

/* ---- many ---- */

static void
count_told(void *state, const Violation *violation)
{
	++*(int64 *) state;
}

/* One pool with so many applicants; false when that is refused. */
static bool
many_applicants(int applicants, int64 seats, Size limit, int64 *told, CoreError *error)
{
	Claim	   *claim = claim_begin(TIE_BREAK_STRICT, NULL, limit, error);
	bool		taken = claim_pool(claim, 1, seats, 0, NULL);

	for (int i = 0; i < applicants && taken; i++)
		taken = claim_application(claim, &(ApplicationClaim) {
			.applicant_id = i * INT64CONST(-8), .pool_id = 1, .choice = 1, .score = {false, i, 0}
		});
	return taken && certify(claim, count_told, told);
}

static void
test_many_applicants(void)
{
	enum { APPLICANTS = 200000 };
	int64		before = host_interrupts;
	int64		told = 0;
	CoreError	error = {0};

	ok(many_applicants(APPLICANTS, 0, SIZE_MAX, &told, &error), "many rows");
	is_int(told, 0, "without a seat are right");
	ok(host_interrupts > before, "reading them can be interrupted");
	ok(many_applicants(APPLICANTS, 1, SIZE_MAX, &told, &error), "the same rows");
	is_int(told, APPLICANTS, "with a seat that nobody has are wronged");

	ok(many_applicants(APPLICANTS, 1, 40 << 20, &told, &error), "40 MB are enough");
	ok(!many_applicants(APPLICANTS, 1, 4 << 20, &told, &error), "4 MB are not");
	is_int(error.code, CORE_MEMORY, "which is told");
	ok(error.hint != NULL, "with a hint");
}

/* One applicant with very many applications and as many placements, in other orders */
static void
test_many_placements(void)
{
	enum { POOLS = 60000 };
	CoreError	error = {0};
	Claim	   *claim = claim_begin(TIE_BREAK_STRICT, NULL, SIZE_MAX, &error);
	int64		told = 0;
	bool		taken = true;

	for (int64 i = 0; i < POOLS; i++)
		taken = taken && claim_pool(claim, i, 1, 0, NULL);
	for (int64 i = 0; i < POOLS; i++)
		taken = taken && claim_application(claim, &(ApplicationClaim) {
			.applicant_id = 1, .pool_id = i * 7 % POOLS, .choice = i * 11 % POOLS,
			.score = {false, 5, 0}
		});
	for (int64 i = 0; i < POOLS; i++)
		taken = taken && claim_placement(claim, &(PlacementClaim) {
			1, i * 13 % POOLS, word_of("open"), NULL, NULL, NULL
		});
	ok(taken && certify(claim, count_told, &told), "one with many placements");
	is_int(told, POOLS - 1, "has all but one too many");
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
	test_many_applicants();
	test_many_placements();
	test_right_ones();
	test_single_changes();
	test_any();
	return finish();
}
