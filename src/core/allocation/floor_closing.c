/*
 * floor_closing.c
 *	  Floors: pools and caps that hold somebody, but too few, close one by one.
 *
 * When proposals end, the pool or cap furthest below its floor closes, a cap with
 * all its pools, and proposals start anew without it, until no floor is broken.
 * A heuristic: which of them should close is NP-hard (Biró, Fleiner, Irving and
 * Manlove 2010).  What holds a seat from before keeps its pool, and the caps
 * above, open.
 *
 * What is the end of starting anew is reached without it, in one of two ways.
 *
 * Going on.  Take a refusal by a node that does not lie above the closed pools: it
 * stood on better proposals to that node.  Without the closed pools each of these
 * comes too, because all that its applicant tried before was refused (by induction,
 * again) or is closed.  So the refusal comes again, and when no cap above what closes
 * has ever refused anybody, all refusals so far do: the holders thrown out go on from
 * where they stand, and the end is that of starting anew.
 *
 * Going back.  Else refusals may have stood on who is about to leave, but only those
 * that came after the closed pools took their first proposal.  What was done before
 * is the beginning of a run without them, which may have any order (allocate.c): it is
 * kept, and only what came later is done again.  So that this is little, pools that
 * stand under a cap and may close take their proposals last, in stages, the likeliest to
 * close at the very end: those furthest below their floors, as the run before has shown.
 * A guess that fails costs time and changes nothing.  Where guesses hold, k closings of
 * pools that few propose to take as much as log k runs; at worst each takes a run.
 */
#include "core/allocation/staging.h"

typedef struct FloorClosing
{
	Solver	   *solver;
	FloorContest contest;
	Staging		staging;
	bool	   *closed;			/* by pool */
	int32	   *first_below;	/* by cap, of the units right below: one, or NONE, */
	int32	   *next_beside;	/* and by unit: the next one */
	int32	   *units;			/* that are on the way while a cap closes */
	int32	   *closing;		/* the pools that close together */
	int32		closing_count;
	int32	   *entering;		/* pools to take proposals next, the likeliest to close last */
	int32		entering_count;
	int32	   *likeliest;		/* by pool among them: the unit it is likeliest to close with */
} FloorClosing;

/* ---- what closes ---- */

/* No cap above has refused anybody, who may come when others leave. */
static bool
refusals_stand(const FloorClosing *closing, int32 unit)
{
	const CapacityTree *tree = &closing->solver->tree;
	int32		node = unit_node(&closing->contest, tree, unit);

	for (node = tree->nodes[node].parent; node != NONE; node = tree->nodes[node].parent)
		if (tree->nodes[node].has_refused)
			return false;
	return true;
}

/* Close a pool, or all that is open under a cap. */
static void
close_pools(FloorClosing *closing, int32 unit)
{
	int32		waiting = 0;

	closing->closing_count = 0;
	closing->units[waiting++] = unit;
	while (waiting > 0)
	{
		int32		at = closing->units[--waiting];
		int32		cap = at - closing->contest.seating->pool_count;

		host_check_interrupts();
		if (!unit_is_cap(&closing->contest, at))
		{
			if (!closing->closed[at])
				closing->closing[closing->closing_count++] = at;
			closing->closed[at] = true;
			continue;
		}
		for (int32 below = closing->first_below[cap]; below != NONE;
			 below = closing->next_beside[below])
			closing->units[waiting++] = below;
		closing->first_below[cap] = NONE;
	}
	closing->solver->closed = closing->closed;
	contest_drop(&closing->contest, unit);
}

/* Let the holders of a pool that has closed go on from their seats. */
static void
throw_out(FloorClosing *closing, int32 number)
{
	const Pool *pool = &closing->contest.seating->pools[number];

	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
	{
		int32		holders = tree_empty(&closing->solver->tree, group);

		for (int32 i = 0; i < holders; i++)
			solver_wait(closing->solver, &closing->solver->tree.nodes[group].bids[i]);
	}
}

/* ---- stages ---- */

/* Of a pool and the caps above it, the likeliest to close so that others may come; or NONE. */
static int32
likeliest_unit(const FloorClosing *closing, int32 pool)
{
	const FloorContest *contest = &closing->contest;
	const CapacityTree *tree = &closing->solver->tree;
	int32		likeliest = NONE;

	for (int32 unit = pool; unit != NONE; unit = unit_above(contest, unit))
		if (contest->may_close[unit] &&
			tree->nodes[unit_node(contest, tree, unit)].parent != NONE &&
			(likeliest == NONE || contest_is_further(contest, unit, likeliest)))
			likeliest = unit;
	return likeliest;
}

/* Add a pool to those that take proposals last, when it is open and may close. */
static bool
add_entering(FloorClosing *closing, int32 pool)
{
	closing->likeliest[pool] = closing->closed[pool] ? NONE : likeliest_unit(closing, pool);
	if (closing->likeliest[pool] == NONE)
		return false;
	closing->entering[closing->entering_count++] = pool;
	return true;
}

/* The less likely to close first */
static int
by_likelihood(const void *a, const void *b, void *floor_closing)
{
	const FloorClosing *closing = floor_closing;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int32		left_unit = closing->likeliest[left];
	int32		right_unit = closing->likeliest[right];

	host_check_interrupts();
	if (left_unit == right_unit)
		return (left > right) - (left < right);
	return contest_is_further(&closing->contest, left_unit, right_unit) ? 1 : -1;
}

/* The run so far knew no stages: start a new one that has them. */
static void
start_in_stages(FloorClosing *closing)
{
	int32		pools = closing->contest.seating->pool_count;
	bool	   *keeps_back = core_alloc_zero(Max(pools, 1));

	for (int32 pool = 0; pool < pools; pool++)
		keeps_back[pool] = add_entering(closing, pool);
	staging_start(&closing->staging, keeps_back);
	pfree(keeps_back);
}

/*
 * The stage to go back to, which is that of one of the pools that close, or an earlier
 * one.  What goes on after a closing is done again whenever a later one goes back beyond
 * it, and so are stages that have lost their place in the order; so as much again as must
 * be taken back is taken back too: both come to lie deeper each time, by doubling.
 */
static int32
find_stage(const FloorClosing *closing)
{
	const Staging *staging = &closing->staging;
	int32		first = staging->stage_count - 1;
	int64		most;

	for (int32 i = 0; i < closing->closing_count; i++)
		first = Min(first, staging->stage_of[closing->closing[i]]);
	most = 2 * (staging->log_count - staging->stages[first].mark);
	while (first > 0 && staging->log_count - staging->stages[first - 1].mark <= most)
		first--;
	return first;
}

/* Go back to before any of the pools that close took proposals, and on without them. */
static void
go_back(FloorClosing *closing)
{
	const Staging *staging = &closing->staging;
	int32		first = find_stage(closing);

	for (int32 i = first; i < staging->stage_count; i++)
		add_entering(closing, staging->stages[i].pool);
	staging_go_back(&closing->staging, first);
	solver_continue(closing->solver);
}

static void
enter_stages(FloorClosing *closing)
{
	qsort_arg(closing->entering, closing->entering_count, sizeof(int32), by_likelihood, closing);
	for (int32 i = 0; i < closing->entering_count; i++)
		staging_enter(&closing->staging, closing->entering[i]);
}

/* ---- closing one after the other ---- */

/* Close a unit, and let proposals come to the end that they have without it. */
static void
close_unit(FloorClosing *closing, int32 unit)
{
	bool		stand = refusals_stand(closing, unit);

	close_pools(closing, unit);
	if (stand)
	{
		for (int32 i = 0; i < closing->closing_count; i++)
			throw_out(closing, closing->closing[i]);
		solver_continue(closing->solver);
		return;
	}
	closing->entering_count = 0;
	if (closing->staging.keeps_back == NULL)
		start_in_stages(closing);
	else
		go_back(closing);
	enter_stages(closing);
}

/* List for each cap what lies right below. */
static void
list_below(FloorClosing *closing)
{
	const FloorContest *contest = &closing->contest;

	for (int32 i = 0; i < contest->seating->cap_count; i++)
		closing->first_below[i] = NONE;
	for (int32 unit = 0; unit < contest->unit_count; unit++)
	{
		int32		above = unit_above(contest, unit);
		int32	   *first;

		if (above == NONE)
			continue;
		first = &closing->first_below[above - contest->seating->pool_count];
		closing->next_beside[unit] = *first;
		*first = unit;
	}
}

static void
closing_open(FloorClosing *closing, Solver *solver, Seat *seats)
{
	Size		pools = Max(solver->market->seating->pool_count, 1);
	Size		units;

	*closing = (FloorClosing){solver, contest_open(solver->market)};
	closing->staging = staging_open(solver, &closing->contest, seats);
	units = Max((Size) closing->contest.unit_count, 1);
	closing->closed = core_alloc_zero(pools); /* stays with the solver */
	closing->first_below = host_alloc(sizeof(int32) * units);
	closing->next_beside = host_alloc(sizeof(int32) * units);
	closing->units = host_alloc(sizeof(int32) * units);
	closing->closing = host_alloc(sizeof(int32) * pools);
	closing->entering = host_alloc(sizeof(int32) * pools);
	closing->likeliest = host_alloc(sizeof(int32) * pools);
	list_below(closing);
}

static void
closing_close(FloorClosing *closing)
{
	staging_close(&closing->staging);
	contest_close(&closing->contest);
	pfree(closing->first_below);
	pfree(closing->next_beside);
	pfree(closing->units);
	pfree(closing->closing);
	pfree(closing->entering);
	pfree(closing->likeliest);
}

void
close_below_floors(Solver *solver, Seat *seats)
{
	FloorClosing closing;
	int32		unit;

	if (!solver->market->seating->has_floors)
		return;
	closing_open(&closing, solver, seats);
	solver->staging = &closing.staging;
	while (unit = contest_furthest(&closing.contest, &solver->tree), unit != NONE)
		close_unit(&closing, unit);
	solver->staging = NULL;
	closing_close(&closing);
}
