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
 * Often nothing has to start anew.  Take a refusal by a node that does not lie
 * above the closed pools: it stood on better proposals to that node.  Without
 * the closed pools each of these comes too, because all that its applicant tried
 * before was refused (by induction, again) or is closed.  So the refusal comes
 * again, and when no cap above what closes has ever refused anybody, all
 * refusals so far do: the holders thrown out go on from where they stand, and
 * the end is that of starting anew.
 */
#include "core/allocation/solver.h"

typedef struct FloorClosing
{
	Solver	   *solver;
	const Seating *seating;
	bool	   *closed;			/* by pool */
	bool	   *pool_stays;		/* by pool: somebody held a seat before */
	bool	   *cap_stays;		/* by cap: below it somebody did */
	int32	   *in_cap;			/* by cap: holders */
} FloorClosing;

/* A pool or a cap that might close; both are NONE when nothing is below its floor */
typedef struct BelowFloor
{
	int32		pool;
	int32		cap;
	int64		missing;
	int64		id;
} BelowFloor;

static bool
has_floors(const Seating *seating)
{
	for (int32 i = 0; i < seating->pool_count; i++)
		if (seating->pools[i].floor > 0)
			return true;
	for (int32 i = 0; i < seating->cap_count; i++)
		if (seating->caps[i].floor > 0)
			return true;
	return false;
}

/* Mark the pools, and the caps above them, that a seat held from before keeps open. */
static void
find_what_stays(const FloorClosing *closing)
{
	const Market *market = closing->solver->market;
	const Seating *seating = closing->seating;

	for (int32 i = 0; market->held && i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		if (market->held[i] != NONE)
			closing->pool_stays[market->pool[i]] = true;
	}
	for (int32 i = 0; i < seating->pool_count; i++)
		for (int32 cap = closing->pool_stays[i] ? seating->pools[i].cap : NONE;
			 cap != NONE && !closing->cap_stays[cap]; cap = seating->caps[cap].parent)
			closing->cap_stays[cap] = true;
}

static int32
count_pool(const FloorClosing *closing, int32 number)
{
	const Pool *pool = &closing->seating->pools[number];
	int32		holders = 0;

	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		holders += closing->solver->tree.nodes[group].filled;
	return holders;
}

/* Keep the one further below its floor; of two alike a pool before a cap, then the smaller id. */
static void
consider(BelowFloor *furthest, BelowFloor other)
{
	bool		is_cap = furthest->cap != NONE;
	bool		other_is_cap = other.cap != NONE;

	if (other.missing < furthest->missing)
		return;
	if (other.missing == furthest->missing &&
		(other_is_cap != is_cap ? other_is_cap : other.id >= furthest->id))
		return;
	*furthest = other;
}

/* Find what is furthest below its floor and may close. */
static BelowFloor
find_furthest(const FloorClosing *closing)
{
	const Seating *seating = closing->seating;
	BelowFloor	furthest = {NONE, NONE, 0, 0};

	memset(closing->in_cap, 0, sizeof(int32) * seating->cap_count);
	for (int32 i = 0; i < seating->pool_count; i++)
	{
		const Pool *pool = &seating->pools[i];
		int32		holders = count_pool(closing, i);

		host_check_interrupts();
		if (holders > 0 && holders < pool->floor && !closing->pool_stays[i])
			consider(&furthest, (BelowFloor) {i, NONE, pool->floor - holders, pool->id});
		for (int32 cap = holders > 0 ? pool->cap : NONE; cap != NONE;
			 cap = seating->caps[cap].parent)
			closing->in_cap[cap] += holders;
	}
	for (int32 i = 0; i < seating->cap_count; i++)
	{
		const Cap  *cap = &seating->caps[i];
		int32		holders = closing->in_cap[i];

		if (holders > 0 && holders < cap->floor && !closing->cap_stays[i])
			consider(&furthest, (BelowFloor) {NONE, i, cap->floor - holders, cap->id});
	}
	return furthest;
}

/* Has a cap above refused anybody? Its refusals may have stood on who is about to leave. */
static bool
must_start_anew(const FloorClosing *closing, const BelowFloor *what)
{
	const CapacityTree *tree = &closing->solver->tree;
	int32		node = what->cap != NONE ? tree->group_count + what->cap :
		closing->seating->pools[what->pool].first_group;

	for (node = tree->nodes[node].parent; node != NONE; node = tree->nodes[node].parent)
		if (tree->nodes[node].has_refused)
			return true;
	return false;
}

/* Close a pool, and let its holders go on from their seats. */
static void
close_pool(FloorClosing *closing, int32 number)
{
	const Pool *pool = &closing->seating->pools[number];

	closing->closed[number] = true;
	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
	{
		int32		holders = tree_empty(&closing->solver->tree, group);

		for (int32 i = 0; i < holders; i++)
			solver_wait(closing->solver, &closing->solver->tree.nodes[group].bids[i]);
	}
}

static bool
lies_under(const Seating *seating, int32 pool, int32 wanted)
{
	int32		cap = seating->pools[pool].cap;

	while (cap != NONE && cap != wanted)
		cap = seating->caps[cap].parent;
	return cap != NONE;
}

/* Close a pool, or all pools under a cap, and let proposals go on or start anew. */
static void
close_candidate(FloorClosing *closing, const BelowFloor *what)
{
	Solver	   *solver = closing->solver;
	bool		anew = must_start_anew(closing, what);

	solver->closed = closing->closed;
	if (what->pool != NONE)
		close_pool(closing, what->pool);
	else
		for (int32 i = 0; i < closing->seating->pool_count; i++)
		{
			host_check_interrupts();
			if (lies_under(closing->seating, i, what->cap))
				close_pool(closing, i);
		}
	if (anew)
	{
		solver->waiting_count = 0;
		solver_start(solver);
	}
	else
		solver_continue(solver);
}

void
close_below_floors(Solver *solver)
{
	const Seating *seating = solver->market->seating;
	FloorClosing closing = {solver, seating};
	BelowFloor	what;

	if (!has_floors(seating))
		return;
	closing.closed = core_alloc_zero(Max(seating->pool_count, 1));
	closing.pool_stays = core_alloc_zero(Max(seating->pool_count, 1));
	closing.cap_stays = core_alloc_zero(Max(seating->cap_count, 1));
	closing.in_cap = host_alloc(sizeof(int32) * Max(seating->cap_count, 1));
	find_what_stays(&closing);
	while (what = find_furthest(&closing), what.missing > 0)
		close_candidate(&closing, &what);
	pfree(closing.pool_stays);
	pfree(closing.cap_stays);
	pfree(closing.in_cap);
}
