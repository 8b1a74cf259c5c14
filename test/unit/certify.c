/*
 * certify.c
 *	  The certifier against an oracle that looks at every pair, over right placements,
 *	  single changes of them, and any at all; and what it refuses to read.
 */
#include "host.h"
#include "scene.h"
#include "tap.h"

#define MARKETS				3000
#define CHANGES				8

static Dice dice = {40};

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

	scene_shuffle(scene, &dice);
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
	const SceneRow *row = &scene->rows[dice_roll(&dice, scene->row_count)];
	ScenePlacement placement = {
		row->applicant, row->pool, dice_roll(&dice, NAME_STRANGE + 1), row->choice,
		dice_roll(&dice, 3), row->score
	};

	if (dice_roll(&dice, 3))
		placement.tier = placement.seat = 0;
	if (dice_roll(&dice, 12) == 0)
		placement.pool = dice_roll(&dice, scene->pool_count + 1);
	if (dice_roll(&dice, 12) == 0)
		placement.applicant = dice_roll(&dice, scene->applicant_count + 2);
	return placement;
}

static void
change_once(Scene *scene)
{
	ScenePlacement *one = &scene->placements[dice_roll(&dice, scene->placement_count)];
	ScenePlacement *other = &scene->placements[dice_roll(&dice, scene->placement_count)];
	int			applicant = one->applicant;

	switch (dice_roll(&dice, 9))
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
			one->seat = dice_roll(&dice, NAME_STRANGE + 1);
			break;
		case 5:
			one->pool = dice_roll(&dice, scene->pool_count + 1);
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
	return (TieBreak) dice_roll(&dice, TIE_BREAK_ADMIT_NONE + 1);
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
		scene_random(&scene, &dice);
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
		scene_random(&right, &dice);
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
		scene_random(&scene, &dice);
		if (scene.row_count == 0)
			continue;
		for (int i = dice_roll(&dice, SCENE_PLACEMENTS / 2); i > 0; i--)
			scene.placements[scene.placement_count++] = random_placement(&scene);
		compare(&scene, &tally);
	}
	draw_close(&draw);
	is_int(tally.wrong, 0, "of any placements the oracle says the same");
	for (int i = 0; i < lengthof(violation_names); i++)
		ok(tally.seen[i], "%s came up", violation_names[i]);
}

int
main(void)
{
	test_right_ones();
	test_single_changes();
	test_any();
	return finish();
}
