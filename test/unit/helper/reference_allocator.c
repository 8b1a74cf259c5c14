/*
 * reference_allocator.c
 *	  A market of rows judged step by step, as DESIGN.md words it.
 *
 * Slow and plain.  In rounds: all who are without a seat propose at once; then
 * each group keeps the best of what lies before it, each cap, from below, the
 * best of what its children keep, by lists that are sorted anew; who is left out
 * goes one step on.  Every closure starts anew.
 */
#include "helper/reference_allocator.h"

/* ---- groups, caps, walks ---- */

static bool
comes_before(const ReserveLine *a, const ReserveLine *b)
{
	if (a->row.has_position != b->row.has_position)
		return a->row.has_position;
	if (a->row.has_position && a->row.position != b->row.position)
		return a->row.position < b->row.position;
	return words_compare(a->row.name, b->row.name) < 0;
}

static bool
is_before_open(const ReserveLine *line)
{
	return line->mode.text && words_equal(line->mode, word_of("before_open"));
}

static void
add_group(Judge *judge, int pool, int64 seats, const ReserveLine *reserve)
{
	judge->nodes[judge->group_count++] = (JudgeNode) {
		.id = judge->rows->pools[pool].id, .seats = seats, .parent = -1, .reserve = reserve
	};
}

/* Again and again the first of those not taken yet */
static void
add_reserves(Judge *judge, int pool, bool before_open, int64 *left)
{
	const Rows *rows = judge->rows;
	bool		taken[MOST_RESERVES] = {false};

	for (;;)
	{
		int			best = -1;

		for (int i = 0; i < rows->reserve_count; i++)
			if (!taken[i] && rows->reserves[i].row.pool_id == rows->pools[pool].id &&
				is_before_open(&rows->reserves[i]) == before_open &&
				(best < 0 || comes_before(&rows->reserves[i], &rows->reserves[best])))
				best = i;
		if (best < 0)
			return;
		taken[best] = true;
		*left -= rows->reserves[best].row.seats;
		add_group(judge, pool, rows->reserves[best].row.seats, &rows->reserves[best]);
	}
}

static void
add_pool(Judge *judge, int pool)
{
	int64		seats = judge->rows->pools[pool].seats;
	int			open;

	add_reserves(judge, pool, true, &seats);
	open = judge->group_count;
	add_group(judge, pool, 0, NULL);
	add_reserves(judge, pool, false, &seats);
	judge->nodes[open].seats = seats;
}

static int
cap_node(const Judge *judge, bool has_cap, int64 cap_id)
{
	for (int i = 0; has_cap && i < judge->rows->cap_count; i++)
		if (judge->rows->caps[i].id == cap_id)
			return judge->group_count + i;
	return -1;
}

static void
add_nodes(Judge *judge)
{
	const Rows *rows = judge->rows;

	for (int i = 0; i < rows->pool_count; i++)
		add_pool(judge, i);
	for (int i = 0; i < judge->group_count; i++)
		for (int j = 0; j < rows->pool_count; j++)
			if (rows->pools[j].id == judge->nodes[i].id)
				judge->nodes[i].parent = cap_node(judge, rows->pools[j].has_cap,
												  rows->pools[j].cap_id);
	judge->node_count = judge->group_count + rows->cap_count;
	for (int i = 0; i < rows->cap_count; i++)
		judge->nodes[judge->group_count + i] = (JudgeNode) {
			.id = rows->caps[i].id, .seats = rows->caps[i].seats, .floor = rows->caps[i].floor,
			.parent = cap_node(judge, rows->caps[i].has_parent, rows->caps[i].parent_id)
		};
	for (int i = 0; i < judge->node_count; i++)
		for (int j = judge->nodes[i].parent; j >= 0; j = judge->nodes[j].parent)
			judge->nodes[i].depth++;
}

static bool
belongs_to(const ApplicationRow *row, Word group)
{
	for (int i = 0; i < row->group_count; i++)
		if (words_equal(row->groups[i], group))
			return true;
	return false;
}

/* Whether an application may ask for a seat of a group, and with which tier */
static bool
find_step(const Judge *judge, int row, int node, Step *step)
{
	const ApplicationRow *application = &judge->rows->applications[row];
	const ReserveLine *line = judge->nodes[node].reserve;
	Word		seat = line ? line->row.name : word_of("open");
	int			count = line ? line->row.cascade_count : 0;

	*step = (Step) {row, node};
	step->is_holder = application->holds.text && words_equal(application->holds, seat);
	if (application->holds.text && !step->is_holder)
		return false;
	step->for_anyone = line == NULL;
	if (line == NULL || belongs_to(application, line->row.name))
		return true;
	step->tier = 1;
	step->for_anyone = count < 0;
	for (; step->tier <= count; step->tier++)
	{
		step->for_anyone = words_equal(line->cascade[step->tier - 1], word_of("*"));
		if (step->for_anyone || belongs_to(application, line->cascade[step->tier - 1]))
			return true;
	}
	return count < 0 || step->is_holder;
}

static void
add_walk(Judge *judge, int applicant)
{
	const Rows *rows = judge->rows;
	int64		choice = -1;

	for (;;)
	{
		int			row = -1;

		for (int i = 0; i < rows->count; i++)
			if (rows->applications[i].applicant == judge->applicants[applicant] &&
				rows->applications[i].choice > choice &&
				(row < 0 || rows->applications[i].choice < rows->applications[row].choice))
				row = i;
		if (row < 0)
			return;
		choice = rows->applications[row].choice;
		for (int node = 0; node < judge->group_count; node++)
		{
			Step	   *step = &judge->steps[judge->step_count];

			if (judge->nodes[node].id != rows->applications[row].pool ||
				!find_step(judge, row, node, step))
				continue;
			step->applicant = applicant;
			judge->step_count++;
		}
	}
}

void
judge_open(Judge *judge, const Rows *rows)
{
	memset(judge, 0, sizeof(Judge));
	judge->rows = rows;
	add_nodes(judge);
	for (int i = 0; i < rows->count; i++)
	{
		int			known = 0;

		while (known < judge->applicant_count &&
			   judge->applicants[known] != rows->applications[i].applicant)
			known++;
		if (known < judge->applicant_count)
			continue;
		judge->applicants[judge->applicant_count++] = rows->applications[i].applicant;
	}
	for (int i = 0; i < judge->applicant_count; i++)
		add_walk(judge, i);
}

/* ---- the order of a node ---- */

static bool
is_cap(const Judge *judge, int node)
{
	return node >= judge->group_count;
}

/* In a cap, what is for anyone comes after every other tier. */
static int
tier_at(const Judge *judge, int node, const Step *step)
{
	return is_cap(judge, node) && step->for_anyone ? 1000 : step->tier;
}

static bool
are_tied(const Judge *judge, int node, int a, int b)
{
	const Step *left = &judge->steps[a];
	const Step *right = &judge->steps[b];
	const ApplicationRow *rows = judge->rows->applications;

	return left->is_holder == right->is_holder &&
		tier_at(judge, node, left) == tier_at(judge, node, right) &&
		compare_numbers(rows[left->row].score, rows[right->row].score) == 0 &&
		(!judge->rows->has_ties || compare_numbers(rows[left->row].tie, rows[right->row].tie) == 0);
}

static bool
outranks(const Judge *judge, int node, int a, int b)
{
	const Step *left = &judge->steps[a];
	const Step *right = &judge->steps[b];
	int			tier = tier_at(judge, node, left) - tier_at(judge, node, right);

	if (left->is_holder != right->is_holder)
		return left->is_holder;
	return tier != 0 ? tier < 0 : row_outranks(judge->rows, left->row, right->row);
}

static bool
lies_under(const Judge *judge, int node, int above)
{
	while (node >= 0 && node != above)
		node = judge->nodes[node].parent;
	return node == above;
}

bool
judge_holders_fit(const Judge *judge)
{
	for (int node = 0; node < judge->node_count; node++)
	{
		int			holders = 0;

		for (int i = 0; i < judge->step_count; i++)
			holders += judge->steps[i].is_holder && lies_under(judge, judge->steps[i].node, node);
		if (holders > judge->nodes[node].seats)
			return false;
	}
	return true;
}

/* ---- one round ---- */

/* What a node may choose from, in its order */
static int
list_of(const Judge *judge, int node, const bool *alive, int *list)
{
	int			count = 0;

	for (int i = 0; i < judge->step_count; i++)
	{
		int			at = count;

		if (!alive[i] || !lies_under(judge, judge->steps[i].node, node))
			continue;
		for (; at > 0 && outranks(judge, node, i, list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = i;
		count++;
	}
	return count;
}

/* How many of a list are kept when classes are not parted */
static int
whole_classes(const Judge *judge, int node, const int *list, int count)
{
	bool		all = judge->rows->tie_break == TIE_BREAK_ADMIT_ALL;
	int			kept = 0;

	while (kept < count)
	{
		int			end = kept;

		while (end < count && are_tied(judge, node, list[kept], list[end]))
			end++;
		if (all ? kept >= judge->nodes[node].seats : end > judge->nodes[node].seats)
			break;
		kept = end;
	}
	return kept;
}

/* With admit_none, who is not above the best refused stays out. */
static int
above_barrier(const Judge *judge, int node, const int *list, int count, int barrier)
{
	int			kept = 0;

	while (kept < count && barrier != NO_STEP && !are_tied(judge, node, list[kept], barrier) &&
		   outranks(judge, node, list[kept], barrier))
		kept++;
	return barrier == NO_STEP ? count : kept;
}

static void
choose(const Judge *judge, int node, bool *alive, int *barrier)
{
	int			list[MOST_STEPS];
	int			count = list_of(judge, node, alive, list);
	int			kept = Min(count, (int) judge->nodes[node].seats);

	if (judge->rows->tie_break >= TIE_BREAK_ADMIT_ALL)
	{
		kept = above_barrier(judge, node, list, count, barrier[node]);
		kept = whole_classes(judge, node, list, kept);
	}
	for (int i = kept; i < count; i++)
		alive[list[i]] = false;
	if (judge->rows->tie_break == TIE_BREAK_ADMIT_NONE && kept < count &&
		(barrier[node] == NO_STEP || outranks(judge, node, list[kept], barrier[node])))
		barrier[node] = list[kept];
}

/* Groups first, then the deepest caps. */
static void
choose_everywhere(const Judge *judge, bool *alive, int *barrier)
{
	for (int node = 0; node < judge->group_count; node++)
		choose(judge, node, alive, barrier);
	for (int depth = judge->node_count; depth >= 0; depth--)
		for (int node = judge->group_count; node < judge->node_count; node++)
			if (judge->nodes[node].depth == depth)
				choose(judge, node, alive, barrier);
}

/* The next step of a walk in what is not closed */
static int
step_from(const Judge *judge, int applicant, int step)
{
	for (; step < judge->step_count; step++)
		if (judge->steps[step].applicant == applicant && !judge->closed[judge->steps[step].node])
			return step;
	return NO_STEP;
}

static void
propose_in_rounds(Judge *judge)
{
	int			barrier[MOST_NODES];
	bool		done = false;

	for (int i = 0; i < judge->node_count; i++)
		barrier[i] = NO_STEP;
	for (int i = 0; i < judge->applicant_count; i++)
		judge->held[i] = step_from(judge, i, 0);
	while (!done)
	{
		bool		alive[MOST_STEPS] = {false};

		for (int i = 0; i < judge->applicant_count; i++)
			if (judge->held[i] != NO_STEP)
				alive[judge->held[i]] = true;
		choose_everywhere(judge, alive, barrier);
		done = true;
		for (int i = 0; i < judge->applicant_count; i++)
			if (judge->held[i] != NO_STEP && !alive[judge->held[i]])
			{
				judge->held[i] = step_from(judge, i, judge->held[i] + 1);
				done = false;
			}
	}
}

/* ---- closures ---- */

static int
count_under(const Judge *judge, const int *held, int node)
{
	int			count = 0;

	for (int i = 0; i < judge->applicant_count; i++)
		count += held[i] != NO_STEP && lies_under(judge, judge->steps[held[i]].node, node);
	return count;
}

static bool
has_right(const Judge *judge, int node)
{
	for (int i = 0; i < judge->step_count; i++)
		if (judge->steps[i].is_holder && lies_under(judge, judge->steps[i].node, node))
			return true;
	return false;
}

/* How far a pool is below its floor; 0 when it need not close. */
static int64
pool_misses(const Judge *judge, const PoolRow *pool)
{
	int64		holders = 0;

	for (int node = 0; node < judge->group_count; node++)
		if (judge->nodes[node].id == pool->id)
		{
			holders += count_under(judge, judge->held, node);
			if (has_right(judge, node))
				return 0;
		}
	return holders == 0 ? 0 : Max(pool->floor - holders, 0);
}

static int64
cap_misses(const Judge *judge, int node)
{
	int			holders = count_under(judge, judge->held, node);

	return holders == 0 || has_right(judge, node) ? 0 :
		Max(judge->nodes[node].floor - holders, 0);
}

static bool
close_one(Judge *judge)
{
	const Rows *rows = judge->rows;
	int64		most = 0;
	int64		id = 0;
	int			cap = -1;

	for (int i = 0; i < rows->pool_count; i++)
	{
		int64		misses = pool_misses(judge, &rows->pools[i]);

		if (misses > most || (misses == most && misses > 0 && rows->pools[i].id < id))
		{
			most = misses;
			id = rows->pools[i].id;
		}
	}
	for (int i = judge->group_count; i < judge->node_count; i++)
	{
		int64		misses = cap_misses(judge, i);

		if (misses > most ||
			(misses == most && cap >= 0 && judge->nodes[i].id < judge->nodes[cap].id))
		{
			most = misses;
			cap = i;
		}
	}
	for (int i = 0; most > 0 && i < judge->group_count; i++)
		if (cap >= 0 ? lies_under(judge, i, cap) : judge->nodes[i].id == id)
			judge->closed[i] = true;
	return most > 0;
}

/* ---- the other mechanisms ---- */

static int64
seats_left(const Judge *judge, int node)
{
	return judge->nodes[node].seats - count_under(judge, judge->held, node);
}

/* The best in rank takes what is left of the own list, then the next. */
static void
dictate(Judge *judge)
{
	bool		done[MOST_APPLICATIONS] = {false};

	for (;;)
	{
		int			first = NO_STEP;
		int			step;

		for (int i = 0; i < judge->step_count; i++)
			if (!done[judge->steps[i].applicant] &&
				(first == NO_STEP || row_outranks(judge->rows, judge->steps[i].row,
												  judge->steps[first].row)))
				first = i;
		if (first == NO_STEP)
			return;
		done[judge->steps[first].applicant] = true;
		step = step_from(judge, judge->steps[first].applicant, 0);
		while (step != NO_STEP && seats_left(judge, judge->steps[step].node) == 0)
			step = step_from(judge, judge->steps[first].applicant, step + 1);
		judge->held[judge->steps[first].applicant] = step;
	}
}

/* In each round everybody without a seat asks once, and the best are in for good. */
static void
accept_immediately(Judge *judge)
{
	int			next[MOST_APPLICATIONS];

	for (int i = 0; i < judge->applicant_count; i++)
		next[i] = step_from(judge, i, 0);
	for (int round = 0; round < judge->step_count; round++)
	{
		int64		left[MOST_NODES];

		for (int node = 0; node < judge->group_count; node++)
			left[node] = seats_left(judge, node);
		for (int node = 0; node < judge->group_count; node++)
		{
			bool		asks[MOST_STEPS] = {false};
			int			list[MOST_STEPS];
			int			count;

			for (int i = 0; i < judge->applicant_count; i++)
				if (judge->held[i] == NO_STEP && next[i] != NO_STEP)
					asks[next[i]] = true;
			count = list_of(judge, node, asks, list);
			for (int i = 0; i < Min(count, left[node]); i++)
				judge->held[judge->steps[list[i]].applicant] = list[i];
		}
		for (int i = 0; i < judge->applicant_count; i++)
			if (judge->held[i] == NO_STEP && next[i] != NO_STEP)
				next[i] = step_from(judge, i, next[i] + 1);
	}
}

/* The best step of an applicant to a pool with a seat left */
static int
points_to(const Judge *judge, const bool *gone, int applicant)
{
	int			step = step_from(judge, applicant, 0);

	while (step != NO_STEP && seats_left(judge, judge->steps[step].node) == 0)
		step = step_from(judge, applicant, step + 1);
	return gone[applicant] ? NO_STEP : step;
}

static int
best_in_pool(const Judge *judge, const bool *gone, int node)
{
	int			best = NO_STEP;

	for (int i = 0; i < judge->step_count; i++)
		if (judge->steps[i].node == node && !gone[judge->steps[i].applicant] &&
			(best == NO_STEP || outranks(judge, node, i, best)))
			best = i;
	return judge->steps[best].applicant;
}

/* From anyone who points somewhere, as many pointers as there are applicants end in a cycle. */
static void
trade(Judge *judge)
{
	bool		gone[MOST_APPLICATIONS] = {false};

	for (;;)
	{
		int			at = 0;
		int			wishes[MOST_APPLICATIONS];

		for (int i = 0; i < judge->applicant_count; i++)
			wishes[i] = points_to(judge, gone, i);
		while (at < judge->applicant_count && wishes[at] == NO_STEP)
			gone[at++] = true;
		if (at == judge->applicant_count)
			return;
		for (int i = 0; i < judge->applicant_count; i++)
			gone[i] |= wishes[i] == NO_STEP;
		for (int i = 0; i < judge->applicant_count; i++)
			at = best_in_pool(judge, gone, judge->steps[wishes[at]].node);
		for (int start = at, turn = 0; turn == 0 || at != start; turn++)
		{
			int			next = best_in_pool(judge, gone, judge->steps[wishes[at]].node);

			judge->held[at] = wishes[at];
			at = next;
		}
		for (int i = 0; i < judge->applicant_count; i++)
			gone[i] |= judge->held[i] != NO_STEP;
	}
}

void
judge_allocate(Judge *judge)
{
	memset(judge->closed, 0, sizeof(judge->closed));
	for (int i = 0; i < judge->applicant_count; i++)
		judge->held[i] = NO_STEP;
	switch (judge->rows->mechanism)
	{
		case MECHANISM_SERIAL_DICTATORSHIP:
			dictate(judge);
			return;
		case MECHANISM_IMMEDIATE_ACCEPTANCE:
			accept_immediately(judge);
			return;
		case MECHANISM_TOP_TRADING_CYCLES:
			trade(judge);
			return;
		default:
			do
				propose_in_rounds(judge);
			while (close_one(judge));
	}
}

/* ---- judging who holds what ---- */

/* Full, and all that it holds rank above the step */
static bool
refuses(const Judge *judge, const int *held, int node, int step)
{
	if (count_under(judge, held, node) < judge->nodes[node].seats)
		return false;
	for (int i = 0; i < judge->applicant_count; i++)
		if (held[i] != NO_STEP && lies_under(judge, judge->steps[held[i]].node, node) &&
			!outranks(judge, node, held[i], step))
			return false;
	return true;
}

/* A step before what its applicant holds, in a pool that is open */
static bool
is_missed(const Judge *judge, const int *held, int step)
{
	int			own = held[judge->steps[step].applicant];

	return !judge->closed[judge->steps[step].node] && (own == NO_STEP || step < own);
}

/* Does a node hold anybody who is tied with the step? */
static bool
holds_tied(const Judge *judge, int node, int step)
{
	for (int i = 0; i < judge->applicant_count; i++)
		if (judge->held[i] != NO_STEP &&
			lies_under(judge, judge->steps[judge->held[i]].node, node) &&
			are_tied(judge, node, judge->held[i], step))
			return true;
	return false;
}

/* Asks of each step that is missed the innermost node that refuses it. */
bool
judge_sees_tie(const Judge *judge)
{
	for (int step = 0; step < judge->step_count; step++)
	{
		int			node = judge->steps[step].node;

		if (!is_missed(judge, judge->held, step))
			continue;
		while (node >= 0 && !refuses(judge, judge->held, node, step))
			node = judge->nodes[node].parent;
		if (node >= 0 && holds_tied(judge, node, step))
			return true;
	}
	return false;
}

bool
judge_is_stable(const Judge *judge, const int *held)
{
	for (int node = 0; node < judge->node_count; node++)
		if (count_under(judge, held, node) > judge->nodes[node].seats)
			return false;
	for (int step = 0; step < judge->step_count; step++)
	{
		bool		refused = !is_missed(judge, held, step);

		for (int node = judge->steps[step].node; node >= 0; node = judge->nodes[node].parent)
			refused |= refuses(judge, held, node, step);
		if (!refused)
			return false;
	}
	return true;
}

bool
judge_agrees(const Judge *judge, const Placements *placements)
{
	int			held = 0;

	for (int i = 0; i < judge->applicant_count; i++)
	{
		const Step *step = &judge->steps[Max(judge->held[i], 0)];
		bool		found = judge->held[i] == NO_STEP;

		held += !found;
		for (int j = 0; j < placements->count && !found; j++)
			found = placements->rows[j] == step->row &&
				words_equal(placements->seats[j], judge->nodes[step->node].reserve ?
							judge->nodes[step->node].reserve->row.name : word_of("open"));
		if (!found)
			return false;
	}
	return held == placements->count;
}
