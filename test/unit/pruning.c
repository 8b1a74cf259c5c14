/*
 * pruning.c
 *	  Random markets cut at random into parts: what survives of the parts, with cut-offs and
 *	  without, is allocated as the whole is.
 */
#include "helper/host.h"
#include "helper/market_rows.h"
#include "helper/tap.h"

#include "core/allocation/pruning.h"
#include "core/allocation/tally.h"

#define MOST_PARTS		8
#define MOST_CUTOFFS	(MOST_POOLS + MOST_RESERVES + MOST_CAPS)

static Random generator = {61};

/* What there was among all cases, so that none of it goes untried */
typedef struct Seen
{
	int			markets;
	int			refused;		/* floors below caps */
	int			wrong;
	int			applications;
	int			survivors;
	int			spared;			/* by cut-offs, of these */
	int			held_before;
	int			closed;
	int			capped_reserves;
	int			careless;		/* wrong if all that was refused were dropped */
} Seen;

/* ---- parts ---- */

/* The rows of the applicants that fall to a part */
static Rows
part_of(const Rows *rows, int parts, int part, uint64 salt)
{
	Rows		result = *rows;

	result.count = 0;
	for (int i = 0; i < rows->count; i++)
	{
		Random		fate = {salt + (uint64) rows->applications[i].applicant};

		if (random_below(&fate, parts) == part)
			result.applications[result.count++] = rows->applications[i];
	}
	return result;
}

static const ApplicationLine *
find_line(const Rows *rows, int64 applicant, int64 pool)
{
	for (int i = 0; i < rows->count; i++)
		if (rows->applications[i].applicant == applicant && rows->applications[i].pool == pool)
			return &rows->applications[i];
	return NULL;
}

/* What one part keeps, and who holds a seat there */
typedef struct Kept
{
	Rows	   *survivors;
	Rows	   *holders;
	Rows	   *careless;		/* all from the seat held on */
} Kept;

static void
keep(Rows *rows, const ApplicationLine *line)
{
	if (rows)
		rows->applications[rows->count++] = *line;
}

/* The cut-offs that the parts are told */
typedef struct Exchange
{
	int			count;
	CutoffRow	rows[MOST_CUTOFFS];
} Exchange;

/* Prune a part; false with the error. */
static bool
prune_part(const Rows *part, const Exchange *exchange, const Kept *kept, CoreError *error)
{
	Market	   *market = rows_market(part, error);
	Ranking		ranking =
		rank_open(market, &(Rules) {part->mechanism, part->tie_break, part->draw});
	Cutoffs    *cutoffs = cutoffs_begin(&ranking, error);
	bool	   *survives = palloc(market->contract_count + 1);
	Seat	   *seats = palloc(sizeof(Seat) * (market->applicant_count + 1));

	for (int i = 0; exchange && i < exchange->count; i++)
		if (!cutoffs_add(cutoffs, &exchange->rows[i]))
			return false;
	if (!prune(&ranking, exchange ? cutoffs : NULL, survives, seats, error))
		return false;
	for (int i = 0; i < market->applicant_count; i++)
		for (int32 j = market->first[i]; j < market->first[i + 1]; j++)
		{
			int64		pool = market->seating->pools[market->pool[j]].id;
			const ApplicationLine *line = find_line(part, market->applicant_ids[i], pool);

			if (survives[j])
				keep(kept->survivors, line);
			if (seats[i].contract == j)
				keep(kept->holders, line);
			if (seats[i].contract != NONE && j >= seats[i].contract)
				keep(kept->careless, line);
		}
	rank_close(&ranking);
	return true;
}

static Rows
no_applications(const Rows *rows)
{
	Rows		result = *rows;

	result.count = 0;
	return result;
}

/* ---- cut-offs ---- */

static ExactNumber
number_of(const NumberColumn *column, int64 key)
{
	return (ExactNumber) {key == NUMBER_NULL, key == NUMBER_NULL ? 0 : numbers_value(column, key),
						  column->scale};
}

static void
add_cutoff(Exchange *exchange, const Ranking *ranking, const Tally *tally, const Cap *cap)
{
	const Market *market = ranking->market;
	const Seating *seating = market->seating;
	const Bid  *last = &tally->worst;
	int32		set = market->set ? market->set[last->contract] : 0;
	CutoffRow	row = {
		.is_cap = cap != NULL,
		.id = cap ? cap->id : seating->pools[seating->groups[last->group].pool].id,
		.seat = word_copy(seating_seat(seating, last->group)),
		.is_kept = rank_is_held(last), .is_anyones = cap && rank_is_anyones(last),
		.tier = seating_tier(seating, last->group, set),
		.score = number_of(&market->score, last->score),
		.tie = number_of(&market->tie, market->tie.keys ? market->tie.keys[last->contract] :
						 NUMBER_NULL),
		.lottery = rank_lottery(ranking, last),
		.applicant_id = market->applicant_ids[last->owner]
	};

	exchange->rows[exchange->count++] = row;
}

/* The cut-offs of a market of holders */
static Exchange
exchange_of(const Rows *holders)
{
	Exchange	exchange = {0};
	CoreError	error = {0};
	Market	   *market = rows_market(holders, &error);
	Ranking		ranking =
		rank_open(market, &(Rules) {holders->mechanism, holders->tie_break, holders->draw});
	Seat	   *seats = palloc(sizeof(Seat) * (market->applicant_count + 1));
	Tallies		tallies;

	allocate_without_floors(&ranking, seats);
	tallies = tally_open(&ranking, seats);
	for (int i = 0; i < market->seating->group_count; i++)
		if (tallies.groups[i].filled > 0 &&
			tallies.groups[i].filled >= market->seating->groups[i].seats)
			add_cutoff(&exchange, &ranking, &tallies.groups[i], NULL);
	for (int i = 0; i < market->seating->cap_count; i++)
		if (tallies.caps[i].filled > 0 && tallies.caps[i].filled >= market->seating->caps[i].seats)
			add_cutoff(&exchange, &ranking, &tallies.caps[i], &market->seating->caps[i]);
	tally_close(&tallies);
	rank_close(&ranking);
	return exchange;
}

/* ---- comparing ---- */

static bool
same_line(const ApplicationLine *a, const ApplicationLine *b)
{
	return a->applicant == b->applicant && a->pool == b->pool;
}

/* Are the same applications granted, with the same seats? Rows come by applicant. */
static bool
same_awards(const Rows *a, const Placements *granted_a, const Rows *b, const Placements *granted_b)
{
	if (granted_a->count != granted_b->count)
		return false;
	for (int i = 0; i < granted_a->count; i++)
		if (!same_line(&a->applications[granted_a->rows[i]],
					   &b->applications[granted_b->rows[i]]) ||
			!words_equal(granted_a->seats[i], granted_b->seats[i]))
			return false;
	return true;
}

static bool
gives_the_same(const Rows *whole, const Placements *wanted, const Rows *rest)
{
	Placements	got;
	CoreError	error = {0};

	return rows_allocate(rest, &got, &error) && same_awards(whole, wanted, rest, &got);
}

/* ---- random markets ---- */

static void
note_kinds(const Rows *rows, Seen *seen)
{
	for (int i = 0; i < rows->count; i++)
		seen->held_before += rows->applications[i].holds.text != NULL;
	seen->capped_reserves += rows->cap_count > 0 && rows->reserve_count > 0;
	for (int i = 0; i < rows->pool_count; i++)
		seen->closed += rows->pools[i].floor >= LEAST_FLOOR;
}

static void
check_parts(const Rows *rows, const Placements *wanted, Seen *seen)
{
	int			parts = 1 + random_below(&generator, MOST_PARTS);
	uint64		salt = (uint64) random_below(&generator, 1000000);
	Rows		survivors = no_applications(rows);
	Rows		holders = survivors;
	Rows		careless = survivors;
	Rows		spared = survivors;
	Exchange	exchange;
	CoreError	error = {0};

	for (int i = 0; i < parts; i++)
	{
		Rows		part = part_of(rows, parts, i, salt);

		if (!prune_part(&part, NULL, &(Kept) {&survivors, &holders, &careless}, &error))
		{
			seen->refused++;
			seen->wrong += error.code != CORE_UNSUPPORTED;
			return;
		}
	}
	exchange = exchange_of(&holders);
	for (int i = 0; i < parts; i++)
	{
		Rows		part = part_of(rows, parts, i, salt);

		seen->wrong += !prune_part(&part, &exchange, &(Kept) {&spared}, &error);
	}
	rows_shuffle(&survivors, &generator);
	rows_shuffle(&spared, &generator);
	seen->wrong += !gives_the_same(rows, wanted, &survivors);
	seen->wrong += !gives_the_same(rows, wanted, &spared);
	seen->careless += !gives_the_same(rows, wanted, &careless);
	seen->markets++;
	seen->applications += rows->count;
	seen->survivors += survivors.count;
	seen->spared += survivors.count - spared.count;
	note_kinds(rows, seen);
}

static void
test_markets(TieBreak tie_break, const char *what)
{
	Draw		draw = draw_open("pruning", 7);
	Seen		seen = {0};

	for (int turn = 0; turn < 1500; turn++)
	{
		Rows		rows = {.tie_break = tie_break, .draw = &draw};
		Placements	wanted;
		CoreError	error = {0};

		rows_random_seating(&rows, &generator, 4 + random_below(&generator, 24));
		if (rows_allocate(&rows, &wanted, &error))
			check_parts(&rows, &wanted, &seen);
	}
	draw_close(&draw);
	is_int(seen.wrong, 0, "%s: survivors of parts are allocated as the whole", what);
	ok(seen.markets > 500 && seen.closed > 100 && seen.held_before > 100,
	   "%s: in many markets, with floors and seats from before", what);
	ok(seen.survivors < seen.applications * 3 / 4 && seen.spared > seen.survivors / 20,
	   "%s: most are pruned, more with cut-offs", what);
	note("%s: %d of %d survive, %d fewer with cut-offs", what, seen.survivors, seen.applications,
		 seen.spared);
	if (!tie_break_keeps_classes(tie_break))
		ok(seen.refused > 25 && seen.capped_reserves > 250 && seen.careless > 0,
		   "%s: under caps floors are refused, and not all that was refused can be dropped", what);
}

/* ---- what comes back ---- */

/*
 * Two seats under a cap over pools 10 and 20, each with an open seat and one for group a.  3
 * asks for 20 first, and while there takes the cap's last seat from 1, who comes back with
 * the reserved seat of 10 and takes it from 2, who takes the reserved one of 20 from 3.
 */
static const Rows passing = {
	.cap_count = 1, .caps = {{5, 2}},
	.pool_count = 3, .pools = {{10, 2, 0, true, 5}, {20, 2, 0, true, 5}, {30, 1}},
	.reserve_count = 2,
	.reserves = {{.row = {10, {"a", 1}, 1}}, {.row = {20, {"a", 1}, 1}}},
	.count = 4, .applications = {
		{1, 10, 1, WHOLE(5), .group_count = 1, .groups = {{"a", 1}}},
		{2, 20, 1, WHOLE(6), .group_count = 1, .groups = {{"a", 1}}},
		{3, 20, 1, WHOLE(4), .group_count = 1, .groups = {{"a", 1}}},
		{3, 30, 2, WHOLE(4), .group_count = 1, .groups = {{"a", 1}}}
	},
	.tie_break = TIE_BREAK_LOTTERY_PER_POOL
};

static void
test_passing(void)
{
	Draw		draw = draw_open("passing", 7);
	Rows		rows = passing;
	Rows		survivors = no_applications(&rows);
	Rows		careless = survivors;
	Placements	wanted;
	CoreError	error = {0};

	rows.draw = survivors.draw = careless.draw = &draw;
	ok(rows_allocate(&rows, &wanted, &error) && wanted.count == 3, "three are placed");
	is_text(word_copy(wanted.seats[0]).text, "a", "1 with a reserved seat");
	ok(prune_part(&rows, NULL, &(Kept) {&survivors, NULL, &careless}, &error) &&
	   gives_the_same(&rows, &wanted, &survivors), "as without what does not survive");
	ok(!gives_the_same(&rows, &wanted, &careless),
	   "who takes the seat of another and then loses it has to be kept");
	draw_close(&draw);
}

/* ---- refusals ---- */

static void
refuses(Rows rows, const CutoffRow *cutoff, int count, CoreCode code, const char *message)
{
	Draw		draw = draw_open("refusals", 8);
	Exchange	exchange = {count};
	CoreError	error = {0};

	rows.draw = &draw;
	for (int i = 0; i < count; i++)
		exchange.rows[i] = *cutoff;
	ok(!prune_part(&rows, &exchange, &(Kept) {NULL}, &error) && error.code == code,
	   "refused: %s", message);
	is_text(error.message, message, "in these words");
	draw_close(&draw);
}

static void
test_refusals(void)
{
	const CutoffRow fine = {.id = 10, .seat = {"a", 1}, .score = WHOLE(5), .applicant_id = 1};
	const CutoffRow cap = {.is_cap = true, .id = 5, .is_anyones = true, .score = WHOLE(5)};
	CutoffRow	row;
	Rows		rows = passing;

	rows.tie_break = TIE_BREAK_STRICT;
	refuses(rows, NULL, 0, CORE_UNSUPPORTED,
			"applications cannot be pruned with tie_break admit_none or strict");
	rows = passing;
	rows.pools[1].floor = LEAST_FLOOR;
	refuses(rows, NULL, 0, CORE_UNSUPPORTED,
			"applications cannot be pruned where a floor is below a cap");
	refuses(passing, &fine, 2, CORE_DUPLICATE, "duplicate cut-off of seat \"a\" of pool 10");
	refuses(passing, &cap, 2, CORE_DUPLICATE, "duplicate cut-off of cap 5");
	row = fine;
	row.seat = word_of("b");
	refuses(passing, &row, 1, CORE_UNKNOWN, "seat \"b\" of pool 10 of a cut-off does not exist");
	row = fine;
	row.id = 11;
	refuses(passing, &row, 1, CORE_UNKNOWN, "seat \"a\" of pool 11 of a cut-off does not exist");
	row = cap;
	row.id = 6;
	refuses(passing, &row, 1, CORE_UNKNOWN, "cap 6 of a cut-off does not exist");
	row = fine;
	row.tier = -1;
	refuses(passing, &row, 1, CORE_INVALID, "tier -1 of a cut-off is not the place in a cascade");
}

/* A floor whose cap has a seat for everybody below it sets nothing free. */
static void
test_idle_cap(void)
{
	Draw		draw = draw_open("idle", 4);
	Rows		rows = passing;
	Rows		survivors;
	Placements	wanted;
	CoreError	error = {0};

	rows.draw = &draw;
	rows.caps[0].seats = 4;
	rows.pools[1].floor = LEAST_FLOOR;
	survivors = no_applications(&rows);
	ok(rows_allocate(&rows, &wanted, &error) &&
	   prune_part(&rows, NULL, &(Kept) {&survivors}, &error) &&
	   gives_the_same(&rows, &wanted, &survivors), "a floor below a cap that never is full");
	draw_close(&draw);
}

int
main(void)
{
	test_markets(TIE_BREAK_LOTTERY, "lottery");
	test_markets(TIE_BREAK_LOTTERY_PER_POOL, "lottery_per_pool");
	test_markets(TIE_BREAK_ADMIT_ALL, "admit_all");
	test_passing();
	test_refusals();
	test_idle_cap();
	return finish();
}
