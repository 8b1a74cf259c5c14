/*
 * small_market.c
 *	  A small market with everything in it, at random and as the verifier reads it.
 */
#include "helper/small_market.h"

#include "helper/tap.h"

/* In byte order capitals come first. */
const char *const small_names[] = {"open", "poor", "far", "Girls", "farther", "strange", "*"};

int64
small_applicant_id(int applicant)
{
	return applicant * 7 - 3;
}

int64
small_pool_id(int pool)
{
	return pool * 10 - 10;
}

int64
small_cap_id(int cap)
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
random_nodes(SmallMarket *market, Random *random, bool with_caps, bool with_floors)
{
	market->cap_count = with_caps ? 1 + random_below(random, SMALL_CAPS) : 0;
	for (int i = 0; i < market->cap_count; i++)
		market->caps[i] = (SmallCap) {
			random_below(random, 6), with_floors && one_in(random, 2) ? random_below(random, 4) : 0,
			i > 0 && !one_in(random, 3) ? random_below(random, i) : NOTHING
		};
	market->pool_count = 1 + random_below(random, SMALL_POOLS);
	for (int i = 0; i < market->pool_count; i++)
		market->pools[i] = (SmallPool) {
			random_below(random, 4), with_floors && one_in(random, 2) ? random_below(random, 4) : 0,
			with_caps && !one_in(random, 4) ? random_below(random, market->cap_count) : NOTHING
		};
}

static void
random_cascade(SmallReserve *reserve, Random *random)
{
	int			names[] = {1, 2, 3, 4};

	reserve->cascade_length = random_below(random, SMALL_CASCADE + 2) - 1;
	random_shuffle(random, names, lengthof(names));
	for (int i = 0; i < reserve->cascade_length; i++)
		reserve->cascade[i] = names[i];
	if (reserve->cascade_length > 0 && one_in(random, 2))
		reserve->cascade[reserve->cascade_length - 1] = NAME_ANYONE;
}

static void
random_reserves(SmallMarket *market, Random *random)
{
	market->reserve_count = 0;
	for (int pool = 0; pool < market->pool_count; pool++)
	{
		int			left = market->pools[pool].seats;

		for (int name = NAME_FIRST_GROUP; name <= NAME_LAST_GROUP; name++)
		{
			SmallReserve *reserve = &market->reserves[market->reserve_count];
			int			seats = random_below(random, left + 1);

			if (!one_in(random, 2) || market->reserve_count == SMALL_RESERVES)
				continue;
			*reserve = (SmallReserve) {
				.pool = pool, .name = name, .seats = seats, .before_open = one_in(random, 2),
				.position = random_below(random, 3) - 1
			};
			random_cascade(reserve, random);
			left -= seats;
			market->reserve_count++;
		}
	}
}

static void
random_rows(SmallMarket *market, Random *random)
{
	int			pools[SMALL_POOLS];

	for (int i = 0; i < market->pool_count; i++)
		pools[i] = i;
	market->row_count = 0;
	for (int applicant = 0; applicant < market->applicant_count; applicant++)
	{
		int			choice = random_below(random, 3);
		unsigned	groups = random_below(random, 32) & ~1;

		random_shuffle(random, pools, market->pool_count);
		for (int i = random_below(random, market->pool_count + 1); i > 0; i--)
		{
			market->rows[market->row_count++] = (SmallRow) {
				.applicant = applicant, .pool = pools[i - 1], .choice = choice,
				.score = random_below(random, 4) - 1, .tie = random_below(random, 3) - 1,
				.groups = one_in(random, 8) ? random_below(random, 32) : groups, .holds = NOTHING
			};
			choice += 1 + random_below(random, 2);
		}
	}
}

/* Take this seat as held from before, unless the check is then refused. */
static void
try_hold(SmallMarket *market, int row, int name)
{
	CoreError	error;

	market->rows[row].holds = name;
	if (small_market_verify(market, &error).count == NOTHING)
		market->rows[row].holds = NOTHING;
}

void
small_market_random(SmallMarket *market, Random *random)
{
	bool		keeps_classes = market->tie_break == TIE_BREAK_ADMIT_ALL ||
		market->tie_break == TIE_BREAK_ADMIT_NONE;

	market->has_ties = one_in(random, 2);
	market->placement_count = 0;
	market->applicant_count = 1 + random_below(random, 9);
	random_nodes(market, random, !keeps_classes && !one_in(random, 3), one_in(random, 3));
	market->reserve_count = 0;
	if (!one_in(random, 4))
		random_reserves(market, random);
	random_rows(market, random);
	if (one_in(random, 3))
		for (int i = 0; i < market->row_count; i++)
			if (one_in(random, 4))
				try_hold(market, i, random_below(random, NAME_LAST_GROUP + 1));
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
small_market_shuffle(SmallMarket *market, Random *random)
{
	shuffle_array(market->rows, market->row_count, random);
	shuffle_array(market->reserves, market->reserve_count, random);
	shuffle_array(market->placements, market->placement_count, random);
}

/* ---- for the verifier ---- */

static ExactNumber
whole(int number)
{
	return (ExactNumber) {number == NOTHING, number * 10, 1};
}

static bool
add_nodes(Verification *check, const SmallMarket *market)
{
	for (int i = 0; i < market->cap_count; i++)
	{
		const SmallCap *cap = &market->caps[i];

		if (!verification_add_cap(check, &(CapRow) {
			small_cap_id(i), cap->seats, cap->min_seats, cap->parent != NOTHING,
			small_cap_id(cap->parent)
		}))
			return false;
	}
	for (int i = 0; i < market->pool_count; i++)
	{
		const SmallPool *pool = &market->pools[i];

		if (!verification_add_pool(check, &(PoolRow) {
			small_pool_id(i), pool->seats, pool->min_seats, pool->cap != NOTHING,
			small_cap_id(pool->cap)
		}))
			return false;
	}
	return true;
}

static bool
add_reserves(Verification *check, const SmallMarket *market)
{
	static const Word before_open = {"before_open", 11};

	for (int i = 0; i < market->reserve_count; i++)
	{
		const SmallReserve *reserve = &market->reserves[i];
		Word		cascade[SMALL_CASCADE];

		for (int j = 0; j < reserve->cascade_length; j++)
			cascade[j] = word_of(small_names[reserve->cascade[j]]);
		if (!verification_add_reserve(check, &(ReserveRow) {
			.pool_id = small_pool_id(reserve->pool), .name = word_of(small_names[reserve->name]),
			.seats = reserve->seats, .mode = reserve->before_open ? &before_open : NULL,
			.cascade = reserve->cascade_length == NOTHING ? NULL : cascade,
			.cascade_count = reserve->cascade_length,
			.has_position = reserve->position != NOTHING, .position = reserve->position
		}))
			return false;
	}
	return verification_end_seats(check);
}

static bool
add_row(Verification *check, const SmallMarket *market, const SmallRow *row)
{
	ExactNumber tie = whole(row->tie);
	Word		holds = word_of(small_names[Max(row->holds, 0)]);
	Word		groups[NAME_ANYONE];
	int			count = 0;
	int32		set;

	for (int name = 0; name < NAME_ANYONE; name++)
		if (row->groups & 1 << name)
			groups[count++] = word_of(small_names[name]);
	return verification_number_groups(check, groups, count, &set) &&
		verification_add_application(check, &(ApplicationRow) {
			.applicant_id = small_applicant_id(row->applicant),
			.pool_id = small_pool_id(row->pool), .choice = row->choice,
			.score = {false, row->score, 0}, .tie = market->has_ties ? &tie : NULL,
			.set = set, .holds = row->holds == NOTHING ? NULL : &holds
		});
}

static bool
add_placed(Verification *check, const SmallPlacement *placement)
{
	int64		choice = placement->choice;
	int64		tier = placement->tier;
	ExactNumber score = {false, placement->score, 0};

	return verification_add_placement(check, &(PlacementRow) {
		small_applicant_id(placement->applicant), small_pool_id(placement->pool),
		word_of(small_names[placement->seat]), &choice, &tier, &score
	});
}

Verification *
small_market_verification(const SmallMarket *market, CoreError *error)
{
	Verification *check = verification_begin(market->tie_break, market->draw, SIZE_MAX, error);

	if (!add_nodes(check, market) || !add_reserves(check, market))
		return NULL;
	for (int i = 0; i < market->row_count; i++)
		if (!add_row(check, market, &market->rows[i]))
			return NULL;
	for (int i = 0; i < market->placement_count; i++)
		if (!add_placed(check, &market->placements[i]))
			return NULL;
	return check;
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
small_market_verify(const SmallMarket *market, CoreError *error)
{
	Findings	findings = {0};
	Verification *check = small_market_verification(market, error);

	if (check == NULL || !verify(check, take_finding, &findings))
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
