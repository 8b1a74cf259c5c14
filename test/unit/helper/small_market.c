/*
 * small_market.c
 *	  A small market with everything in it, at random and as a claim.
 */
#include "helper/small_market.h"

#include "helper/tap.h"

/* In byte order capitals come first. */
const char *const scene_names[] = {"open", "poor", "far", "Girls", "farther", "strange", "*"};

int64
scene_applicant_id(int applicant)
{
	return applicant * 7 - 3;
}

int64
scene_pool_id(int pool)
{
	return pool * 10 - 10;
}

int64
scene_cap_id(int cap)
{
	return 100 - cap;
}

/* ---- at random ---- */

static bool
one_in(Random *random, int sides)
{
	return random_below(random, sides) == 0;
}

static void
random_nodes(Scene *scene, Random *random, bool with_caps, bool with_floors)
{
	scene->cap_count = with_caps ? 1 + random_below(random, SCENE_CAPS) : 0;
	for (int i = 0; i < scene->cap_count; i++)
		scene->caps[i] = (SceneCap) {
			random_below(random, 6), with_floors && one_in(random, 2) ? random_below(random, 4) : 0,
			i > 0 && !one_in(random, 3) ? random_below(random, i) : NOTHING
		};
	scene->pool_count = 1 + random_below(random, SCENE_POOLS);
	for (int i = 0; i < scene->pool_count; i++)
		scene->pools[i] = (ScenePool) {
			random_below(random, 4), with_floors && one_in(random, 2) ? random_below(random, 4) : 0,
			with_caps && !one_in(random, 4) ? random_below(random, scene->cap_count) : NOTHING
		};
}

static void
random_cascade(SceneReserve *reserve, Random *random)
{
	int			names[] = {1, 2, 3, 4};

	reserve->cascade_length = random_below(random, SCENE_CASCADE + 2) - 1;
	random_shuffle(random, names, lengthof(names));
	for (int i = 0; i < reserve->cascade_length; i++)
		reserve->cascade[i] = names[i];
	if (reserve->cascade_length > 0 && one_in(random, 2))
		reserve->cascade[reserve->cascade_length - 1] = NAME_ANYONE;
}

static void
random_reserves(Scene *scene, Random *random)
{
	scene->reserve_count = 0;
	for (int pool = 0; pool < scene->pool_count; pool++)
	{
		int			left = scene->pools[pool].seats;

		for (int name = NAME_FIRST_GROUP; name <= NAME_LAST_GROUP; name++)
		{
			SceneReserve *reserve = &scene->reserves[scene->reserve_count];
			int			seats = random_below(random, left + 1);

			if (!one_in(random, 2) || scene->reserve_count == SCENE_RESERVES)
				continue;
			*reserve = (SceneReserve) {
				.pool = pool, .name = name, .seats = seats, .before_open = one_in(random, 2),
				.position = random_below(random, 3) - 1
			};
			random_cascade(reserve, random);
			left -= seats;
			scene->reserve_count++;
		}
	}
}

static void
random_rows(Scene *scene, Random *random)
{
	int			pools[SCENE_POOLS];

	for (int i = 0; i < scene->pool_count; i++)
		pools[i] = i;
	scene->row_count = 0;
	for (int applicant = 0; applicant < scene->applicant_count; applicant++)
	{
		int			choice = random_below(random, 3);
		unsigned	groups = random_below(random, 32) & ~1;

		random_shuffle(random, pools, scene->pool_count);
		for (int i = random_below(random, scene->pool_count + 1); i > 0; i--)
		{
			scene->rows[scene->row_count++] = (SceneRow) {
				.applicant = applicant, .pool = pools[i - 1], .choice = choice,
				.score = random_below(random, 4) - 1, .tie = random_below(random, 3) - 1,
				.groups = one_in(random, 8) ? random_below(random, 32) : groups, .holds = NOTHING
			};
			choice += 1 + random_below(random, 2);
		}
	}
}

/* Take this seat as held from before, unless the claim is then refused. */
static void
try_hold(Scene *scene, int row, int name)
{
	CoreError	error;

	scene->rows[row].holds = name;
	if (scene_certify(scene, &error).count == NOTHING)
		scene->rows[row].holds = NOTHING;
}

void
scene_random(Scene *scene, Random *random)
{
	bool		keeps_classes = scene->tie_break == TIE_BREAK_ADMIT_ALL ||
		scene->tie_break == TIE_BREAK_ADMIT_NONE;

	scene->has_ties = one_in(random, 2);
	scene->placement_count = 0;
	scene->applicant_count = 1 + random_below(random, 9);
	random_nodes(scene, random, !keeps_classes && !one_in(random, 3), one_in(random, 3));
	scene->reserve_count = 0;
	if (!one_in(random, 4))
		random_reserves(scene, random);
	random_rows(scene, random);
	if (one_in(random, 3))
		for (int i = 0; i < scene->row_count; i++)
			if (one_in(random, 4))
				try_hold(scene, i, random_below(random, NAME_LAST_GROUP + 1));
}

#define shuffle_array(array, count, random) \
	for (int i_ = (count) - 1; i_ > 0; i_--) \
	{ \
		int			j_ = random_below(random, i_ + 1); \
		typeof((array)[0]) moved_ = (array)[i_]; \
		(array)[i_] = (array)[j_]; \
		(array)[j_] = moved_; \
	}

void
scene_shuffle(Scene *scene, Random *random)
{
	shuffle_array(scene->rows, scene->row_count, random);
	shuffle_array(scene->reserves, scene->reserve_count, random);
	shuffle_array(scene->placements, scene->placement_count, random);
}

/* ---- as a claim ---- */

static ExactNumber
whole(int number)
{
	return (ExactNumber) {number == NOTHING, number * 10, 1};
}

static bool
claim_nodes(Claim *claim, const Scene *scene)
{
	for (int i = 0; i < scene->cap_count; i++)
	{
		const SceneCap *cap = &scene->caps[i];
		int64		parent = scene_cap_id(cap->parent);

		if (!claim_cap(claim, scene_cap_id(i), cap->seats, cap->min_seats,
					   cap->parent == NOTHING ? NULL : &parent))
			return false;
	}
	for (int i = 0; i < scene->pool_count; i++)
	{
		const ScenePool *pool = &scene->pools[i];
		int64		cap = scene_cap_id(pool->cap);

		if (!claim_pool(claim, scene_pool_id(i), pool->seats, pool->min_seats,
						pool->cap == NOTHING ? NULL : &cap))
			return false;
	}
	return true;
}

static bool
claim_reserves(Claim *claim, const Scene *scene)
{
	for (int i = 0; i < scene->reserve_count; i++)
	{
		const SceneReserve *reserve = &scene->reserves[i];
		int64		position = reserve->position;
		Word		cascade[SCENE_CASCADE];

		for (int j = 0; j < reserve->cascade_length; j++)
			cascade[j] = word_of(scene_names[reserve->cascade[j]]);
		if (!claim_reserve(claim, &(ReserveClaim) {
			.pool_id = scene_pool_id(reserve->pool), .name = word_of(scene_names[reserve->name]),
			.seats = reserve->seats, .before_open = reserve->before_open,
			.is_for_anyone = reserve->cascade_length == NOTHING, .cascade = cascade,
			.cascade_length = Max(reserve->cascade_length, 0),
			.position = reserve->position == NOTHING ? NULL : &position
		}))
			return false;
	}
	return true;
}

static bool
claim_row(Claim *claim, const Scene *scene, const SceneRow *row)
{
	ExactNumber tie = whole(row->tie);
	Word		holds = word_of(scene_names[Max(row->holds, 0)]);
	Word		groups[NAME_ANYONE];
	int			count = 0;
	int32		set;

	for (int name = 0; name < NAME_ANYONE; name++)
		if (row->groups & 1 << name)
			groups[count++] = word_of(scene_names[name]);
	return claim_groups(claim, groups, count, &set) &&
		claim_application(claim, &(ApplicationClaim) {
			.applicant_id = scene_applicant_id(row->applicant),
			.pool_id = scene_pool_id(row->pool), .choice = row->choice,
			.score = {false, row->score, 0}, .tie = scene->has_ties ? &tie : NULL,
			.groups = set, .holds = row->holds == NOTHING ? NULL : &holds
		});
}

static bool
claim_placed(Claim *claim, const ScenePlacement *placement)
{
	int64		choice = placement->choice;
	int64		tier = placement->tier;
	ExactNumber score = {false, placement->score, 0};

	return claim_placement(claim, &(PlacementClaim) {
		scene_applicant_id(placement->applicant), scene_pool_id(placement->pool),
		word_of(scene_names[placement->seat]), &choice, &tier, &score
	});
}

Claim *
scene_claim(const Scene *scene, CoreError *error)
{
	Claim	   *claim = claim_begin(scene->tie_break, scene->draw, SIZE_MAX, error);

	if (!claim_nodes(claim, scene) || !claim_reserves(claim, scene))
		return NULL;
	for (int i = 0; i < scene->row_count; i++)
		if (!claim_row(claim, scene, &scene->rows[i]))
			return NULL;
	for (int i = 0; i < scene->placement_count; i++)
		if (!claim_placed(claim, &scene->placements[i]))
			return NULL;
	return claim;
}

/* ---- findings ---- */

static void
take_finding(void *state, const Violation *violation)
{
	Findings   *findings = state;

	findings->told[findings->count++] = (Told) {
		violation->name, violation->applicant_id ? *violation->applicant_id : NOTHING,
		violation->pool_id ? *violation->pool_id : NOTHING,
		violation->other_applicant_id ? *violation->other_applicant_id : NOTHING
	};
}

Findings
scene_certify(const Scene *scene, CoreError *error)
{
	Findings	findings = {0};
	Claim	   *claim = scene_claim(scene, error);

	if (claim == NULL || !certify(claim, take_finding, &findings))
		findings.count = NOTHING;
	return findings;
}

static int
compare_told(const void *a, const void *b)
{
	const Told *left = a;
	const Told *right = b;
	int			order = strcmp(left->name, right->name);

	if (order == 0)
		order = (left->applicant > right->applicant) - (left->applicant < right->applicant);
	if (order == 0)
		order = (left->pool > right->pool) - (left->pool < right->pool);
	return order ? order : (left->other > right->other) - (left->other < right->other);
}

void
findings_sort(Findings *findings)
{
	if (findings->count > 0)
		qsort(findings->told, findings->count, sizeof(Told), compare_told);
}

static char *
told_text(const Findings *findings, int i)
{
	const Told *told = &findings->told[i];

	if (i >= findings->count)
		return "nothing";
	return psprintf("%s of " INT64_FORMAT " at " INT64_FORMAT " against " INT64_FORMAT, told->name,
					told->applicant, told->pool, told->other);
}

bool
findings_agree(const Findings *got, const Findings *wanted)
{
	for (int i = 0; i < Max(got->count, wanted->count); i++)
		if (i >= got->count || i >= wanted->count ||
			compare_told(&got->told[i], &wanted->told[i]) != 0)
		{
			note("got %s, wanted %s", told_text(got, i), told_text(wanted, i));
			return false;
		}
	return got->count == wanted->count;
}
