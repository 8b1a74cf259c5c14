/*
 * reference_allocator.c
 *	  A market of rows allocated step by step, as the rules are worded.
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
add_group(Reference *reference, int pool, int64 seats, const ReserveLine *reserve)
{
	reference->nodes[reference->group_count++] = (ReferenceNode) {
		.id = reference->rows->pools[pool].id, .seats = seats, .parent = -1, .reserve = reserve
	};
}

/* Again and again the first of those not taken yet */
static void
add_reserves(Reference *reference, int pool, bool before_open, int64 *left)
{
	const Rows *rows = reference->rows;
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
		add_group(reference, pool, rows->reserves[best].row.seats, &rows->reserves[best]);
	}
}

static void
add_pool(Reference *reference, int pool)
{
	int64		seats = reference->rows->pools[pool].seats;
	int			open;

	add_reserves(reference, pool, true, &seats);
	open = reference->group_count;
	add_group(reference, pool, 0, NULL);
	add_reserves(reference, pool, false, &seats);
	reference->nodes[open].seats = seats;
}

static int
cap_node(const Reference *reference, bool has_cap, int64 cap_id)
{
	for (int i = 0; has_cap && i < reference->rows->cap_count; i++)
		if (reference->rows->caps[i].id == cap_id)
			return reference->group_count + i;
	return -1;
}

static void
add_nodes(Reference *reference)
{
	const Rows *rows = reference->rows;

	for (int i = 0; i < rows->pool_count; i++)
		add_pool(reference, i);
	for (int i = 0; i < reference->group_count; i++)
		for (int j = 0; j < rows->pool_count; j++)
			if (rows->pools[j].id == reference->nodes[i].id)
				reference->nodes[i].parent = cap_node(reference, rows->pools[j].has_cap,
												  rows->pools[j].cap_id);
	reference->node_count = reference->group_count + rows->cap_count;
	for (int i = 0; i < rows->cap_count; i++)
		reference->nodes[reference->group_count + i] = (ReferenceNode) {
			.id = rows->caps[i].id, .seats = rows->caps[i].seats, .floor = rows->caps[i].floor,
			.parent = cap_node(reference, rows->caps[i].has_parent, rows->caps[i].parent_id)
		};
	for (int i = 0; i < reference->node_count; i++)
		for (int j = reference->nodes[i].parent; j >= 0; j = reference->nodes[j].parent)
			reference->nodes[i].depth++;
}

static bool
belongs_to(const ApplicationLine *row, Word group)
{
	for (int i = 0; i < row->group_count; i++)
		if (words_equal(row->groups[i], group))
			return true;
	return false;
}

/* Whether an application may ask for a seat of a group, and with which tier */
static bool
find_step(const Reference *reference, int row, int node, Step *step)
{
	const ApplicationLine *application = &reference->rows->applications[row];
	const ReserveLine *line = reference->nodes[node].reserve;
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

/* The steps of an application to the own seats of its pool, or to those that a cascade opens */
static void
add_steps(Reference *reference, int applicant, int row, bool own)
{
	for (int node = 0; node < reference->group_count; node++)
	{
		Step	   *step = &reference->steps[reference->step_count];

		if (reference->nodes[node].id != reference->rows->applications[row].pool ||
			!find_step(reference, row, node, step) || (step->tier == 0) != own)
			continue;
		step->applicant = applicant;
		reference->step_count++;
	}
}

static void
add_walk(Reference *reference, int applicant)
{
	const Rows *rows = reference->rows;
	int64		choice = -1;

	for (;;)
	{
		int			row = -1;

		for (int i = 0; i < rows->count; i++)
			if (rows->applications[i].applicant == reference->applicants[applicant] &&
				rows->applications[i].choice > choice &&
				(row < 0 || rows->applications[i].choice < rows->applications[row].choice))
				row = i;
		if (row < 0)
			return;
		choice = rows->applications[row].choice;
		add_steps(reference, applicant, row, true);
		add_steps(reference, applicant, row, false);
	}
}

void
reference_open(Reference *reference, const Rows *rows)
{
	memset(reference, 0, sizeof(Reference));
	reference->rows = rows;
	add_nodes(reference);
	for (int i = 0; i < rows->count; i++)
	{
		int			known = 0;

		while (known < reference->applicant_count &&
			   reference->applicants[known] != rows->applications[i].applicant)
			known++;
		if (known < reference->applicant_count)
			continue;
		reference->applicants[reference->applicant_count++] = rows->applications[i].applicant;
	}
	for (int i = 0; i < reference->applicant_count; i++)
		add_walk(reference, i);
}

/* ---- the order of a node ---- */

static bool
is_cap(const Reference *reference, int node)
{
	return node >= reference->group_count;
}

/* In a cap, what is for anyone comes after every other tier. */
static int
tier_at(const Reference *reference, int node, const Step *step)
{
	return is_cap(reference, node) && step->for_anyone ? 1000 : step->tier;
}

static bool
are_tied(const Reference *reference, int node, int a, int b)
{
	const Step *left = &reference->steps[a];
	const Step *right = &reference->steps[b];
	const ApplicationLine *rows = reference->rows->applications;

	return left->is_holder == right->is_holder &&
		tier_at(reference, node, left) == tier_at(reference, node, right) &&
		compare_numbers(rows[left->row].score, rows[right->row].score) == 0 &&
		(!reference->rows->has_ties ||
		 compare_numbers(rows[left->row].tie, rows[right->row].tie) == 0);
}

bool
reference_outranks(const Reference *reference, int node, int a, int b)
{
	const Step *left = &reference->steps[a];
	const Step *right = &reference->steps[b];
	int			tier = tier_at(reference, node, left) - tier_at(reference, node, right);

	if (left->is_holder != right->is_holder)
		return left->is_holder;
	return tier != 0 ? tier < 0 : row_outranks(reference->rows, left->row, right->row);
}

static bool
lies_under(const Reference *reference, int node, int above)
{
	while (node >= 0 && node != above)
		node = reference->nodes[node].parent;
	return node == above;
}

bool
reference_holders_fit(const Reference *reference)
{
	for (int node = 0; node < reference->node_count; node++)
	{
		int			holders = 0;

		for (int i = 0; i < reference->step_count; i++)
			holders += reference->steps[i].is_holder &&
				lies_under(reference, reference->steps[i].node, node);
		if (holders > reference->nodes[node].seats)
			return false;
	}
	return true;
}

/* ---- one round ---- */

/* What a node may choose from, in its order */
static int
list_of(const Reference *reference, int node, const bool *alive, int *list)
{
	int			count = 0;

	for (int i = 0; i < reference->step_count; i++)
	{
		int			at = count;

		if (!alive[i] || !lies_under(reference, reference->steps[i].node, node))
			continue;
		for (; at > 0 && reference_outranks(reference, node, i, list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = i;
		count++;
	}
	return count;
}

/* How many of a list are kept when classes are not parted */
static int
whole_classes(const Reference *reference, int node, const int *list, int count)
{
	bool		all = reference->rows->tie_break == TIE_BREAK_ADMIT_ALL;
	int			kept = 0;

	while (kept < count)
	{
		int			end = kept;

		while (end < count && are_tied(reference, node, list[kept], list[end]))
			end++;
		if (all ? kept >= reference->nodes[node].seats : end > reference->nodes[node].seats)
			break;
		kept = end;
	}
	return kept;
}

/* With admit_none, who is not above the best refused stays out. */
static int
above_barrier(const Reference *reference, int node, const int *list, int count, int barrier)
{
	int			kept = 0;

	while (kept < count && barrier != NO_STEP && !are_tied(reference, node, list[kept], barrier) &&
		   reference_outranks(reference, node, list[kept], barrier))
		kept++;
	return barrier == NO_STEP ? count : kept;
}

static void
choose(const Reference *reference, int node, bool *alive, int *barrier)
{
	int			list[MOST_STEPS];
	int			count = list_of(reference, node, alive, list);
	int			kept = Min(count, (int) reference->nodes[node].seats);

	if (reference->rows->tie_break >= TIE_BREAK_ADMIT_ALL)
	{
		kept = above_barrier(reference, node, list, count, barrier[node]);
		kept = whole_classes(reference, node, list, kept);
	}
	for (int i = kept; i < count; i++)
		alive[list[i]] = false;
	if (reference->rows->tie_break == TIE_BREAK_ADMIT_NONE && kept < count &&
		(barrier[node] == NO_STEP ||
		 reference_outranks(reference, node, list[kept], barrier[node])))
		barrier[node] = list[kept];
}

/* Groups first, then the deepest caps. */
static void
choose_everywhere(const Reference *reference, bool *alive, int *barrier)
{
	for (int node = 0; node < reference->group_count; node++)
		choose(reference, node, alive, barrier);
	for (int depth = reference->node_count; depth >= 0; depth--)
		for (int node = reference->group_count; node < reference->node_count; node++)
			if (reference->nodes[node].depth == depth)
				choose(reference, node, alive, barrier);
}

/* The next step of a walk in what is not closed */
static int
step_from(const Reference *reference, int applicant, int step)
{
	for (; step < reference->step_count; step++)
		if (reference->steps[step].applicant == applicant &&
			!reference->closed[reference->steps[step].node])
			return step;
	return NO_STEP;
}

static void
propose_in_rounds(Reference *reference)
{
	int			barrier[MOST_NODES];
	bool		done = false;

	for (int i = 0; i < reference->node_count; i++)
		barrier[i] = NO_STEP;
	for (int i = 0; i < reference->applicant_count; i++)
		reference->held[i] = step_from(reference, i, 0);
	while (!done)
	{
		bool		alive[MOST_STEPS] = {false};

		for (int i = 0; i < reference->applicant_count; i++)
			if (reference->held[i] != NO_STEP)
				alive[reference->held[i]] = true;
		choose_everywhere(reference, alive, barrier);
		done = true;
		for (int i = 0; i < reference->applicant_count; i++)
			if (reference->held[i] != NO_STEP && !alive[reference->held[i]])
			{
				reference->held[i] = step_from(reference, i, reference->held[i] + 1);
				done = false;
			}
	}
}

/* ---- closures ---- */

static int
count_under(const Reference *reference, const int *held, int node)
{
	int			count = 0;

	for (int i = 0; i < reference->applicant_count; i++)
		count += held[i] != NO_STEP && lies_under(reference, reference->steps[held[i]].node, node);
	return count;
}

static bool
has_right(const Reference *reference, int node)
{
	for (int i = 0; i < reference->step_count; i++)
		if (reference->steps[i].is_holder && lies_under(reference, reference->steps[i].node, node))
			return true;
	return false;
}

/* How far a pool is below its floor; 0 when it need not close. */
static int64
pool_misses(const Reference *reference, const PoolRow *pool)
{
	int64		holders = 0;

	for (int node = 0; node < reference->group_count; node++)
		if (reference->nodes[node].id == pool->id)
		{
			holders += count_under(reference, reference->held, node);
			if (has_right(reference, node))
				return 0;
		}
	return holders == 0 ? 0 : Max(pool->floor - holders, 0);
}

static int64
cap_misses(const Reference *reference, int node)
{
	int			holders = count_under(reference, reference->held, node);

	return holders == 0 || has_right(reference, node) ? 0 :
		Max(reference->nodes[node].floor - holders, 0);
}

static bool
close_one(Reference *reference)
{
	const Rows *rows = reference->rows;
	int64		most = 0;
	int64		id = 0;
	int			cap = -1;

	for (int i = 0; i < rows->pool_count; i++)
	{
		int64		misses = pool_misses(reference, &rows->pools[i]);

		if (misses > most || (misses == most && misses > 0 && rows->pools[i].id < id))
		{
			most = misses;
			id = rows->pools[i].id;
		}
	}
	for (int i = reference->group_count; i < reference->node_count; i++)
	{
		int64		misses = cap_misses(reference, i);

		if (misses > most ||
			(misses == most && cap >= 0 && reference->nodes[i].id < reference->nodes[cap].id))
		{
			most = misses;
			cap = i;
		}
	}
	for (int i = 0; most > 0 && i < reference->group_count; i++)
		if (cap >= 0 ? lies_under(reference, i, cap) : reference->nodes[i].id == id)
			reference->closed[i] = true;
	return most > 0;
}

/* ---- the other mechanisms ---- */

static int64
seats_left(const Reference *reference, int node)
{
	return reference->nodes[node].seats - count_under(reference, reference->held, node);
}

/* The best in rank takes what is left of the own list, then the next. */
static void
dictate(Reference *reference)
{
	bool		done[MOST_APPLICATIONS] = {false};

	for (;;)
	{
		int			first = NO_STEP;
		int			step;

		for (int i = 0; i < reference->step_count; i++)
			if (!done[reference->steps[i].applicant] &&
				(first == NO_STEP || row_outranks(reference->rows, reference->steps[i].row,
												  reference->steps[first].row)))
				first = i;
		if (first == NO_STEP)
			return;
		done[reference->steps[first].applicant] = true;
		step = step_from(reference, reference->steps[first].applicant, 0);
		while (step != NO_STEP && seats_left(reference, reference->steps[step].node) == 0)
			step = step_from(reference, reference->steps[first].applicant, step + 1);
		reference->held[reference->steps[first].applicant] = step;
	}
}

/* In each round everybody without a seat asks once, and the best are in for good. */
static void
accept_immediately(Reference *reference)
{
	int			next[MOST_APPLICATIONS];

	for (int i = 0; i < reference->applicant_count; i++)
		next[i] = step_from(reference, i, 0);
	for (int round = 0; round < reference->step_count; round++)
	{
		int64		left[MOST_NODES];

		for (int node = 0; node < reference->group_count; node++)
			left[node] = seats_left(reference, node);
		for (int node = 0; node < reference->group_count; node++)
		{
			bool		asks[MOST_STEPS] = {false};
			int			list[MOST_STEPS];
			int			count;

			for (int i = 0; i < reference->applicant_count; i++)
				if (reference->held[i] == NO_STEP && next[i] != NO_STEP)
					asks[next[i]] = true;
			count = list_of(reference, node, asks, list);
			for (int i = 0; i < Min(count, left[node]); i++)
				reference->held[reference->steps[list[i]].applicant] = list[i];
		}
		for (int i = 0; i < reference->applicant_count; i++)
			if (reference->held[i] == NO_STEP && next[i] != NO_STEP)
				next[i] = step_from(reference, i, next[i] + 1);
	}
}

/* The best step of an applicant to a pool with a seat left */
static int
points_to(const Reference *reference, const bool *gone, int applicant)
{
	int			step = step_from(reference, applicant, 0);

	while (step != NO_STEP && seats_left(reference, reference->steps[step].node) == 0)
		step = step_from(reference, applicant, step + 1);
	return gone[applicant] ? NO_STEP : step;
}

static int
best_in_pool(const Reference *reference, const bool *gone, int node)
{
	int			best = NO_STEP;

	for (int i = 0; i < reference->step_count; i++)
		if (reference->steps[i].node == node && !gone[reference->steps[i].applicant] &&
			(best == NO_STEP || reference_outranks(reference, node, i, best)))
			best = i;
	return reference->steps[best].applicant;
}

/* From anyone who points somewhere, as many pointers as there are applicants end in a cycle. */
static void
trade(Reference *reference)
{
	bool		gone[MOST_APPLICATIONS] = {false};

	for (;;)
	{
		int			at = 0;
		int			wishes[MOST_APPLICATIONS];

		for (int i = 0; i < reference->applicant_count; i++)
			wishes[i] = points_to(reference, gone, i);
		while (at < reference->applicant_count && wishes[at] == NO_STEP)
			gone[at++] = true;
		if (at == reference->applicant_count)
			return;
		for (int i = 0; i < reference->applicant_count; i++)
			gone[i] |= wishes[i] == NO_STEP;
		for (int i = 0; i < reference->applicant_count; i++)
			at = best_in_pool(reference, gone, reference->steps[wishes[at]].node);
		for (int start = at, turn = 0; turn == 0 || at != start; turn++)
		{
			int			next = best_in_pool(reference, gone, reference->steps[wishes[at]].node);

			reference->held[at] = wishes[at];
			at = next;
		}
		for (int i = 0; i < reference->applicant_count; i++)
			gone[i] |= reference->held[i] != NO_STEP;
	}
}

void
reference_allocate(Reference *reference)
{
	memset(reference->closed, 0, sizeof(reference->closed));
	for (int i = 0; i < reference->applicant_count; i++)
		reference->held[i] = NO_STEP;
	switch (reference->rows->mechanism)
	{
		case MECHANISM_SERIAL_DICTATORSHIP:
			dictate(reference);
			return;
		case MECHANISM_IMMEDIATE_ACCEPTANCE:
			accept_immediately(reference);
			return;
		case MECHANISM_TOP_TRADING_CYCLES:
			trade(reference);
			return;
		default:
			do
				propose_in_rounds(reference);
			while (close_one(reference));
	}
}

/* ---- judging who holds what ---- */

/* Full, and all that it holds rank above the step */
static bool
refuses(const Reference *reference, const int *held, int node, int step)
{
	if (count_under(reference, held, node) < reference->nodes[node].seats)
		return false;
	for (int i = 0; i < reference->applicant_count; i++)
		if (held[i] != NO_STEP && lies_under(reference, reference->steps[held[i]].node, node) &&
			!reference_outranks(reference, node, held[i], step))
			return false;
	return true;
}

/* A step before what its applicant holds, in a pool that is open */
static bool
is_missed(const Reference *reference, const int *held, int step)
{
	int			own = held[reference->steps[step].applicant];

	return !reference->closed[reference->steps[step].node] && (own == NO_STEP || step < own);
}

/* Does a node hold anybody who is tied with the step? */
static bool
holds_tied(const Reference *reference, int node, int step)
{
	for (int i = 0; i < reference->applicant_count; i++)
		if (reference->held[i] != NO_STEP &&
			lies_under(reference, reference->steps[reference->held[i]].node, node) &&
			are_tied(reference, node, reference->held[i], step))
			return true;
	return false;
}

/* Asks of each step that is missed the innermost node that refuses it. */
bool
reference_sees_tie(const Reference *reference)
{
	for (int step = 0; step < reference->step_count; step++)
	{
		int			node = reference->steps[step].node;

		if (!is_missed(reference, reference->held, step))
			continue;
		while (node >= 0 && !refuses(reference, reference->held, node, step))
			node = reference->nodes[node].parent;
		if (node >= 0 && holds_tied(reference, node, step))
			return true;
	}
	return false;
}

bool
reference_is_stable(const Reference *reference, const int *held)
{
	for (int node = 0; node < reference->node_count; node++)
		if (count_under(reference, held, node) > reference->nodes[node].seats)
			return false;
	for (int step = 0; step < reference->step_count; step++)
	{
		bool		refused = !is_missed(reference, held, step);

		for (int node = reference->steps[step].node; node >= 0;
			 node = reference->nodes[node].parent)
			refused |= refuses(reference, held, node, step);
		if (!refused)
			return false;
	}
	return true;
}

bool
reference_agrees(const Reference *reference, const Placements *placements)
{
	int			held = 0;

	for (int i = 0; i < reference->applicant_count; i++)
	{
		const Step *step = &reference->steps[Max(reference->held[i], 0)];
		bool		found = reference->held[i] == NO_STEP;

		held += !found;
		for (int j = 0; j < placements->count && !found; j++)
			found = placements->rows[j] == step->row &&
				words_equal(placements->seats[j], reference->nodes[step->node].reserve ?
							reference->nodes[step->node].reserve->row.name : word_of("open"));
		if (!found)
			return false;
	}
	return held == placements->count;
}
