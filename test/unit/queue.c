/*
 * queue.c
 *	  Who asks for the seats of a group, in which order, and up to whom the seats went, in
 *	  random small markets, by looking at each pair; and placements that make no sense.
 */
#include "helper/host.h"
#include "helper/reference_allocator.h"
#include "helper/tap.h"

#include "core/allocation/placed.h"
#include "core/allocation/queue.h"
#include "core/allocation/tally.h"

static Random generator = {35};

/* A market, how it is to be read by the reference, and who has which step there */
typedef struct Case
{
	Reference	reference;
	Market	   *market;
	Ranking		ranking;
	int			held[MOST_APPLICATIONS];	/* by applicant of the reference */
	int			wrong;
	int			queues;
	int			last_pool;		/* number of the last pool that was handed over, by id */
} Case;

/* What there was among all cases, so that none of it goes untried */
typedef struct Seen
{
	int			wrong;
	int			long_queues;
	int			holders;
	int			kept_last;		/* groups and caps where even the last has the seat from before */
	int			full_caps;
	int			closed;
	int			others;			/* who hold a seat that is for a group of others */
} Seen;

/* ---- from the engine's terms to those of the reference ---- */

static Word
seat_name(const Reference *reference, int node)
{
	const ReserveLine *reserve = reference->nodes[node].reserve;

	return reserve ? reserve->row.name : word_of("open");
}

/* The node of a group of the market */
static int
node_of(const Case *test, int32 group)
{
	const Seating *seating = test->market->seating;
	int			node = 0;

	while (test->reference.nodes[node].id != seating->pools[seating->groups[group].pool].id ||
		   !words_equal(seat_name(&test->reference, node), seating_seat(seating, group)))
		node++;
	return node;
}

static bool
is_step(const Case *test, const Bid *bid, const Step *step)
{
	const ApplicationLine *row = &test->reference.rows->applications[step->row];

	return row->applicant == test->market->applicant_ids[bid->owner] &&
		row->choice == test->market->choice[bid->contract] &&
		node_of(test, bid->group) == step->node;
}

/* ---- queues ---- */

/* How many steps to a node rank above one of them */
static int
count_above(const Reference *reference, int step)
{
	int			node = reference->steps[step].node;
	int			above = 0;

	for (int i = 0; i < reference->step_count; i++)
		above += i != step && reference->steps[i].node == node &&
			reference_outranks(reference, node, i, step);
	return above;
}

static int
count_steps(const Reference *reference, int node)
{
	int			count = 0;

	for (int i = 0; i < reference->step_count; i++)
		count += reference->steps[i].node == node;
	return count;
}

static void
take_queue(void *state, const Queue *queue)
{
	Case	   *test = state;
	const Reference *reference = &test->reference;
	const Seating *seating = test->market->seating;
	const Pool *pool = &seating->pools[seating->groups[queue->group].pool];
	int			node = node_of(test, queue->group);

	test->queues++;
	test->wrong += queue->precedence != queue->group - pool->first_group + 1;
	test->wrong += test->last_pool != NONE && seating->pools[test->last_pool].id > pool->id;
	test->last_pool = pool - seating->pools;
	test->wrong += queue->count != count_steps(reference, node);
	for (int i = 0; i < reference->step_count; i++)
		if (reference->steps[i].node == node)
			test->wrong += !is_step(test, &queue->bids[count_above(reference, i)],
									&reference->steps[i]);
}

static void
check_queues(Case *test)
{
	test->queues = 0;
	test->last_pool = NONE;
	queue_each(&test->ranking, take_queue, test);
	test->wrong += test->queues != test->market->seating->group_count;
}

/* ---- cut-offs ---- */

static bool
lies_under(const Reference *reference, int node, int above)
{
	while (node >= 0 && node != above)
		node = reference->nodes[node].parent;
	return node == above;
}

/* Compare what is held at a node with a tally of it. */
static void
check_tally(Case *test, int node, const Tally *tally, Seen *seen)
{
	const Reference *reference = &test->reference;
	int			filled = 0;
	int			members = 0;
	int			last = NO_STEP;

	for (int i = 0; i < reference->applicant_count; i++)
	{
		int			step = test->held[i];

		if (step == NO_STEP || !lies_under(reference, reference->steps[step].node, node))
			continue;
		filled++;
		members += reference->steps[step].tier == 0;
		if (last == NO_STEP || reference_outranks(reference, node, last, step))
			last = step;
	}
	test->wrong += tally->filled != filled || tally->members != members;
	test->wrong += filled > 0 && !is_step(test, &tally->worst, &reference->steps[last]);
	test->wrong += filled > 0 && rank_is_held(&tally->worst) != reference->steps[last].is_holder;
	test->wrong += filled > 0 &&
		rank_is_anyones(&tally->worst) != reference->steps[last].for_anyone;
	seen->kept_last += filled > 0 && reference->steps[last].is_holder;
	seen->others += filled - members;
	seen->holders += filled;
}

static int
count_held(const Case *test, int node)
{
	int			count = 0;

	for (int i = 0; i < test->reference.applicant_count; i++)
		count += test->held[i] != NO_STEP &&
			lies_under(&test->reference, test->reference.steps[test->held[i]].node, node);
	return count;
}

/* The nearest cap above a node with no seat left */
static int
full_cap_above(const Case *test, int node)
{
	do
		node = test->reference.nodes[node].parent;
	while (node >= 0 && count_held(test, node) < test->reference.nodes[node].seats);
	return node;
}

/* Nobody in the pool although two are the least; or nobody under a cap above it */
static bool
is_closed(const Case *test, const Pool *pool)
{
	int			first = node_of(test, pool->first_group);
	int			in_pool = 0;

	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		in_pool += count_held(test, node_of(test, group));
	if (pool->floor > 1 && in_pool == 0)
		return true;
	for (int node = test->reference.nodes[first].parent; node >= 0;
		 node = test->reference.nodes[node].parent)
		if (test->reference.nodes[node].floor > 1 && count_held(test, node) == 0)
			return true;
	return false;
}

static void
check_pool(Case *test, const Tallies *tallies, int32 number, Seen *seen)
{
	const Seating *seating = test->market->seating;
	const Pool *pool = &seating->pools[number];
	int32		cap = tally_full_cap(tallies, number);
	int			node = full_cap_above(test, node_of(test, pool->first_group));
	bool		closed = is_closed(test, pool);

	test->wrong += (cap == NONE) != (node < 0);
	test->wrong += cap != NONE && node >= 0 &&
		seating->caps[cap].id != test->reference.nodes[node].id;
	test->wrong += tally_is_closed(tallies, number) != closed;
	seen->full_caps += cap != NONE;
	seen->closed += closed;
}

static void
check_tallies(Case *test, const Seat *seats, Seen *seen)
{
	const Seating *seating = test->market->seating;
	Tallies		tallies = tally_open(&test->ranking, seats);

	for (int32 i = 0; i < seating->group_count; i++)
		check_tally(test, node_of(test, i), &tallies.groups[i], seen);
	for (int32 i = 0; i < seating->cap_count; i++)
		for (int node = test->reference.group_count; node < test->reference.node_count; node++)
			if (test->reference.nodes[node].id == seating->caps[i].id)
				check_tally(test, node, &tallies.caps[i], seen);
	for (int32 i = 0; i < seating->pool_count; i++)
		check_pool(test, &tallies, i, seen);
	tally_close(&tallies);
}

/* ---- placements at random ---- */

/* Give each applicant the seat from before, or any of the own walk; from few to everybody. */
static void
place(Case *test)
{
	const Reference *reference = &test->reference;
	int			one_of = 1 + random_below(&generator, 12);

	for (int i = 0; i < reference->applicant_count; i++)
		test->held[i] = NO_STEP;
	for (int i = 0; i < reference->step_count; i++)
		if (reference->steps[i].is_holder || random_below(&generator, one_of) == 0)
			test->held[reference->steps[i].applicant] = i;
}

static PlacementRow
placement_row(const Reference *reference, const Step *step)
{
	const ApplicationLine *row = &reference->rows->applications[step->row];

	return (PlacementRow) {row->applicant, row->pool, seat_name(reference, step->node)};
}

static Placed *
add_placements(Case *test, CoreError *error)
{
	Placed	   *placed = placed_begin(test->market, error);

	for (int i = 0; i < test->reference.applicant_count; i++)
		if (test->held[i] != NO_STEP)
		{
			PlacementRow row = placement_row(&test->reference,
											 &test->reference.steps[test->held[i]]);

			test->wrong += !placed_add(placed, &row);
		}
	return placed;
}

/* A case with placements; false for a market whose holders have no room. */
static bool
make_case(Case *test, Rows *rows)
{
	Rules		rules = {.tie_break = rows->tie_break, .draw = rows->draw};
	CoreError	error = {0};

	rows_random_seating(rows, &generator, 4 + random_below(&generator, 20));
	rows_shuffle(rows, &generator);
	test->wrong = 0;
	reference_open(&test->reference, rows);
	test->market = rows_market(rows, &error);
	if (test->market == NULL)
		return false;
	test->ranking = rank_open(test->market, &rules);
	place(test);
	return true;
}

static void
test_markets(TieBreak tie_break, const char *what)
{
	Draw		draw = draw_open("queue", 5);
	Seen		seen = {0};
	static Case	test;

	for (int turn = 0; turn < 1500; turn++)
	{
		Rows		rows = {.tie_break = tie_break, .draw = &draw};
		CoreError	error = {0};

		if (!make_case(&test, &rows))
			continue;
		check_queues(&test);
		check_tallies(&test, placed_seats(add_placements(&test, &error)), &seen);
		seen.wrong += test.wrong;
		seen.long_queues += test.reference.step_count > 20;
		rank_close(&test.ranking);
	}
	draw_close(&draw);
	is_int(seen.wrong, 0, "%s: order, holders, the last of them, what is full or closed", what);
	ok(seen.long_queues > 200 && seen.holders > 2000, "%s: of many who ask", what);
	ok(seen.kept_last > 50 && seen.others > 100 && seen.closed > 50,
	   "%s: with seats from before, with seats of other groups, in closed pools", what);
	if (!tie_break_keeps_classes(tie_break))
		ok(seen.full_caps > 100, "%s: under full caps", what);
}

/* ---- placements without sense ---- */

/* Two pools; seat a of pool 10 is for group a, then for group b */
static const Rows small = {
	.pool_count = 2, .pools = {{10, 3}, {20, 3}},
	.reserve_count = 1,
	.reserves = {{.row = {10, {"a", 1}, 1, .cascade_count = 1}, .cascade = {{"b", 1}}}},
	.count = 4, .applications = {
		{1, 10, 1, {false, 5, 0}, .group_count = 1, .groups = {{"a", 1}}},
		{1, 20, 2, {false, 5, 0}, .group_count = 1, .groups = {{"a", 1}}},
		{2, 10, 1, {false, 4, 0}},
		{3, 10, 1, {false, 3, 0}, .holds = {"open", 4}}
	}
};

static void
refuses(const PlacementRow *first, const PlacementRow *row, CoreCode code, const char *message)
{
	CoreError	error = {0};
	Placed	   *placed = placed_begin(rows_market(&small, &error), &error);

	ok(first == NULL || placed_add(placed, first), "what comes before is taken");
	ok(!placed_add(placed, row) && placed_error(placed)->code == code, "refused: %s", message);
	is_text(error.message, message, "in these words");
}

static void
test_refusals(void)
{
	PlacementRow fine = {1, 10, {"a", 1}};
	PlacementRow stranger = {9, 10, {"open", 4}};
	PlacementRow elsewhere = {2, 20, {"open", 4}};
	PlacementRow nowhere = {2, 30, {"open", 4}};
	PlacementRow again = {1, 20, {"open", 4}};
	PlacementRow no_seat = {2, 10, {"b", 1}};
	PlacementRow not_open = {2, 10, {"a", 1}};
	PlacementRow not_held = {3, 10, {"a", 1}};

	refuses(NULL, &stranger, CORE_UNKNOWN, "application to pool 10 does not exist");
	refuses(&fine, &elsewhere, CORE_UNKNOWN, "application to pool 20 does not exist");
	refuses(&fine, &nowhere, CORE_UNKNOWN, "application to pool 30 does not exist");
	refuses(&fine, &again, CORE_DUPLICATE, "duplicate placement of an applicant");
	refuses(&fine, &fine, CORE_DUPLICATE, "duplicate placement of an applicant");
	refuses(&fine, &no_seat, CORE_INVALID, "seat \"b\" of pool 10 does not exist");
	refuses(&fine, &not_open, CORE_INVALID,
			"seat \"a\" of pool 10 is not for everybody who is placed there");
	refuses(&fine, &not_held, CORE_INVALID,
			"seat \"a\" of pool 10 is not for everybody who is placed there");
}

/* ---- who is placed ---- */

/* A market of applicants with random ids, in their order */
static Market *
market_of_many(int count, CoreError *error)
{
	MarketBuilder *builder = market_begin(SIZE_MAX, error);
	int64		id = -5000;

	market_add_pool(builder, &(PoolRow) {10, 3});
	market_end_seating(builder);
	for (int i = 0; i < count; i++)
	{
		id += 1 + random_below(&generator, random_below(&generator, 8) ? 3 : 5000);
		market_add_application(builder, &(ApplicationRow) {
			.applicant_id = id, .pool_id = 10, .choice = 1, .score = {false, i, 0}
		});
	}
	return market_end(builder);
}

static int32
find_one_by_one(const Market *market, int64 id)
{
	for (int32 i = 0; i < market->applicant_count; i++)
		if (market->applicant_ids[i] == id)
			return i;
	return NONE;
}

/* Ids near others and near the ends, in ascending order and in none */
static void
test_applicants(void)
{
	CoreError	error = {0};
	int			wrong = 0;
	int			found = 0;

	for (int turn = 0; turn < 60; turn++)
	{
		Market	   *market = market_of_many(turn, &error);
		Placed	   *placed = placed_begin(market, &error);

		for (int i = 0; i < 200; i++)
		{
			int			near = turn == 0 ? 0 : i < turn ? i : random_below(&generator, turn);
			int64		id = (turn == 0 ? 0 : market->applicant_ids[near]) +
				random_below(&generator, 3) - 1;
			int32		number = placed_applicant(placed, id);

			wrong += number != find_one_by_one(market, id);
			found += number != NONE;
		}
		wrong += placed_applicant(placed, PG_INT64_MIN) != NONE;
		wrong += placed_applicant(placed, PG_INT64_MAX) != NONE;
	}
	is_int(wrong, 0, "applicants are found by their ids, and nobody else");
	ok(found > 4000, "many are");
}

/* ---- an empty market ---- */

static void
count_queue(void *state, const Queue *queue)
{
	*(int *) state += 1 + queue->count;
}

static void
test_empty(void)
{
	Rows		rows = {.pool_count = 1, .pools = {{10, 3}}};
	CoreError	error = {0};
	Rules		rules = {.tie_break = TIE_BREAK_STRICT};
	Market	   *market = rows_market(&rows, &error);
	Ranking		ranking = rank_open(market, &rules);
	Tallies		tallies = tally_open(&ranking, placed_seats(placed_begin(market, &error)));
	int			count = 0;

	queue_each(&ranking, count_queue, &count);
	is_int(count, 1, "a pool that nobody asks for has an empty queue");
	is_int(tallies.groups[0].filled, 0, "and no holder");
}

int
main(void)
{
	test_markets(TIE_BREAK_LOTTERY, "lottery");
	test_markets(TIE_BREAK_LOTTERY_PER_POOL, "lottery_per_pool");
	test_markets(TIE_BREAK_STRICT, "strict");
	test_markets(TIE_BREAK_ADMIT_ALL, "admit_all");
	test_markets(TIE_BREAK_ADMIT_NONE, "admit_none");
	test_refusals();
	test_applicants();
	test_empty();
	return finish();
}
