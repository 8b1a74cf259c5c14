/*
 * floor_closing.c
 *	  Floors: pools and caps that hold somebody, but too few, close one by one.
 *
 * When proposals end, the pool or cap furthest below its floor closes, a cap with
 * all its pools, and proposals start anew without it, until no floor is broken.
 * A heuristic: which closures are best is NP-hard (Biró, Fleiner, Irving and
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

typedef struct Closure
{
	Solver	   *solver;
	const Seating *seating;
	bool	   *closed;			/* by pool */
	bool	   *pool_stays;		/* by pool: somebody held a seat before */
	bool	   *cap_stays;		/* by cap: below it somebody did */
	int32	   *in_cap;			/* by cap: holders */
} Closure;

/* A pool or a cap; neither: nothing is below its floor */
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

static void
find_what_stays(const Closure *closure)
{
	const Market *market = closure->solver->market;
	const Seating *seating = closure->seating;

	for (int32 i = 0; market->held && i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		if (market->held[i] != NONE)
			closure->pool_stays[market->pool[i]] = true;
	}
	for (int32 i = 0; i < seating->pool_count; i++)
		for (int32 cap = closure->pool_stays[i] ? seating->pools[i].cap : NONE;
			 cap != NONE && !closure->cap_stays[cap]; cap = seating->caps[cap].parent)
			closure->cap_stays[cap] = true;
}

static int32
count_pool(const Closure *closure, int32 number)
{
	const Pool *pool = &closure->seating->pools[number];
	int32		holders = 0;

	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		holders += closure->solver->nodes.nodes[group].filled;
	return holders;
}

/* Is one further below its floor? Else pools come before caps, then smaller ids. */
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

static BelowFloor
find_furthest(const Closure *closure)
{
	const Seating *seating = closure->seating;
	BelowFloor	furthest = {NONE, NONE, 0, 0};

	memset(closure->in_cap, 0, sizeof(int32) * seating->cap_count);
	for (int32 i = 0; i < seating->pool_count; i++)
	{
		const Pool *pool = &seating->pools[i];
		int32		holders = count_pool(closure, i);

		host_check_interrupts();
		if (holders > 0 && holders < pool->floor && !closure->pool_stays[i])
			consider(&furthest, (BelowFloor) {i, NONE, pool->floor - holders, pool->id});
		for (int32 cap = holders > 0 ? pool->cap : NONE; cap != NONE;
			 cap = seating->caps[cap].parent)
			closure->in_cap[cap] += holders;
	}
	for (int32 i = 0; i < seating->cap_count; i++)
	{
		const Cap  *cap = &seating->caps[i];
		int32		holders = closure->in_cap[i];

		if (holders > 0 && holders < cap->floor && !closure->cap_stays[i])
			consider(&furthest, (BelowFloor) {NONE, i, cap->floor - holders, cap->id});
	}
	return furthest;
}

/* Has a cap above refused anybody? Then its refusals may have stood on what closes. */
static bool
must_start_anew(const Closure *closure, const BelowFloor *what)
{
	const Nodes *nodes = &closure->solver->nodes;
	int32		node = what->cap != NONE ? nodes->group_count + what->cap :
		closure->seating->pools[what->pool].first_group;

	for (node = nodes->nodes[node].parent; node != NONE; node = nodes->nodes[node].parent)
		if (nodes->nodes[node].has_refused)
			return true;
	return false;
}

/* Close a pool; its holders wait. */
static void
close_pool(Closure *closure, int32 number)
{
	const Pool *pool = &closure->seating->pools[number];

	closure->closed[number] = true;
	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
	{
		int32		holders = nodes_empty(&closure->solver->nodes, group);

		for (int32 i = 0; i < holders; i++)
			solver_wait(closure->solver, &closure->solver->nodes.nodes[group].bids[i]);
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

static void
close_candidate(Closure *closure, const BelowFloor *what)
{
	Solver	   *solver = closure->solver;
	bool		anew = must_start_anew(closure, what);

	solver->closed = closure->closed;
	if (what->pool != NONE)
		close_pool(closure, what->pool);
	else
		for (int32 i = 0; i < closure->seating->pool_count; i++)
		{
			host_check_interrupts();
			if (lies_under(closure->seating, i, what->cap))
				close_pool(closure, i);
		}
	if (anew)
	{
		solver->waiting_count = 0;
		solver_start(solver);
	}
	else
		solver_go_on(solver);
}

void
close_below_floors(Solver *solver)
{
	const Seating *seating = solver->market->seating;
	Closure		closure = {solver, seating};
	BelowFloor	what;

	if (!has_floors(seating))
		return;
	closure.closed = core_alloc_zero(Max(seating->pool_count, 1));
	closure.pool_stays = core_alloc_zero(Max(seating->pool_count, 1));
	closure.cap_stays = core_alloc_zero(Max(seating->cap_count, 1));
	closure.in_cap = host_alloc(sizeof(int32) * Max(seating->cap_count, 1));
	find_what_stays(&closure);
	while (what = find_furthest(&closure), what.missing > 0)
		close_candidate(&closure, &what);
	pfree(closure.pool_stays);
	pfree(closure.cap_stays);
	pfree(closure.in_cap);
}
