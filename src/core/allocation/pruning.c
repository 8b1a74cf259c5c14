/*
 * pruning.c
 *	  What of a part of a market can still win in the whole of it.
 *
 * The part's own run.  Deferred acceptance refuses a step whenever the choice from all
 * proposals so far does without it, and that choice is substitutable (allocate.c): what is
 * refused with fewer applicants is refused with more.  So in the whole market everybody
 * proposes at least what he proposed in the part.  Write O for these proposals, H for those
 * of them that the part holds in the end, C for the choice.
 *
 * Where no cap can refuse, or no pool has more than one kind of seat, all of O before H can
 * go.  C is path independent (Plott 1973; for matroids Fleiner 2001), so C(O and more) =
 * C(H and more): whoever begins at the seat held is as well off as whoever came to it.
 * That is said of steps, and what is dropped are applications: an applicant walks through a
 * pool from its first kind of seat again.  Let somebody be taken there by seats that refused
 * him.  Then one of those who filled them has a kind of seat that he wants more, and so on,
 * in a circle: each ranks above the one before him at the seats that this one has now.  In a
 * walk own seats come before others, and each of these by precedence; who ranks above
 * somebody whose own the seats are is one whose own they are, too.  So going round the circle
 * all wish for own seats, or all for others', each for seats of lower precedence than the
 * last: there is no such circle.
 *
 * Where a cap is above several kinds of seat that does not hold: open seats rank last under
 * it, so somebody whom it refused an open seat comes back with a reserved one, and who made
 * it refuse him may have lost his own since.  There an application goes only when it never
 * held a seat in the part's run.  Without these the same run is made of the same steps, less
 * some that changed nothing.
 *
 * Cut-offs.  Let the holders of all parts, each with the one application that holds the seat,
 * be a market of its own: again all of its proposals are made in the whole.  Who ranks below
 * all that a full node holds there is refused by it at once.  So an application that was
 * never proposed in the part can go when each of its steps is below a cut-off.  An
 * application that was held can go, too, where O before H can: C is path independent.
 *
 * Floors close pools; then the walk goes past them.  Where no cap is above what closes nothing
 * is set free by that, all other proposals stay and more are made, and what was refused is
 * refused still.  Floors below a cap that can refuse are an error.  So are two ways of breaking
 * ties: admit_none refuses a class because of bids that were refused themselves, and strict
 * looks at the best that was refused.
 *
 * Time and memory are those of allocating the part.
 */
#include "core/allocation/pruning.h"

#include "core/allocation/solver.h"

/* ---- what cannot be pruned ---- */

static bool
check_tie_break(TieBreak tie_break, CoreError *error)
{
	if (tie_break != TIE_BREAK_ADMIT_NONE && tie_break != TIE_BREAK_STRICT)
		return true;
	core_fail(error, CORE_UNSUPPORTED,
			  "applications cannot be pruned with tie_break admit_none or strict");
	core_detail(error, "What these refuse depends on applications that were refused themselves.");
	return core_hint(error, "Use lottery, lottery_per_pool or admit_all, or allocate the whole.");
}

static bool
refuse_floor(const char *node, int64 id, CoreError *error)
{
	core_fail(error, CORE_UNSUPPORTED,
			  "applications cannot be pruned where a floor is below a cap");
	core_detail(error, "%s " INT64_FORMAT " has min_seats, and a cap above it can be full.", node,
				id);
	return core_hint(error, "Allocate the whole, or leave out the floor or the cap.");
}

/* Are all floors where closing sets nothing free? */
static bool
check_floors(const CapacityTree *tree, CoreError *error)
{
	const Seating *seating = tree->ranking->market->seating;

	for (int32 i = 0; i < seating->pool_count; i++)
		if (seating->pools[i].floor >= LEAST_FLOOR &&
			tree->nodes[seating->pools[i].first_group].parent != NONE)
			return refuse_floor("Pool", seating->pools[i].id, error);
	for (int32 i = 0; i < seating->cap_count; i++)
		if (seating->caps[i].floor >= LEAST_FLOOR &&
			tree->nodes[tree->group_count + i].parent != NONE)
			return refuse_floor("Cap", seating->caps[i].id, error);
	return true;
}

/* ---- who survives ---- */

typedef struct Pruning
{
	const Ranking *ranking;
	const CapacityTree *tree;
	const Cutoffs *cutoffs;		/* or NULL */
	const bool *has_held;		/* by contract */
} Pruning;

/* Can the part's run do without the steps that it took to a pool before those held? */
static bool
forgets(const Pruning *pruning, int32 pool)
{
	const Seating *seating = pruning->ranking->market->seating;

	return seating->reserve_count == 0 ||
		pruning->tree->nodes[seating->pools[pool].first_group].parent == NONE;
}

/* Is every step of a contract below a cut-off? */
static bool
is_below_cutoffs(const Pruning *pruning, int32 owner, int32 contract)
{
	const Market *market = pruning->ranking->market;
	const Pool *pool = &market->seating->pools[market->pool[contract]];
	Bid			bid;

	if (pruning->cutoffs == NULL)
		return false;
	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		if (rank_bid(pruning->ranking, owner, contract, group, &bid) &&
			!cutoffs_refuse(pruning->cutoffs, &bid))
			return false;
	return true;
}

/* Can a contract win, when its applicant's seat in the part is at another or the same? */
static bool
can_win(const Pruning *pruning, int32 owner, int32 contract, int32 seat)
{
	bool		was_refused = seat == NONE || contract < seat;
	bool		was_proposed = was_refused || contract == seat;

	if (was_proposed && !forgets(pruning, pruning->ranking->market->pool[contract]))
		return pruning->has_held[contract];
	return !was_refused && !is_below_cutoffs(pruning, owner, contract);
}

static void
find_survivors(const Pruning *pruning, const Seat *seats, bool *survives)
{
	const Market *market = pruning->ranking->market;

	for (int32 i = 0; i < market->applicant_count; i++)
	{
		host_check_interrupts();
		for (int32 j = market->first[i]; j < market->first[i + 1]; j++)
			survives[j] = can_win(pruning, i, j, seats[i].contract);
	}
}

bool
prune(const Ranking *ranking, const Cutoffs *cutoffs, bool *survives, Seat *seats,
	  CoreError *error)
{
	Solver		solver;
	Pruning		pruning = {.ranking = ranking, .cutoffs = cutoffs};

	if (!check_tie_break(ranking->rules.tie_break, error))
		return false;
	solver = solver_open(ranking);
	if (!check_floors(&solver.tree, error))
		return false;
	solver.has_held = core_alloc_zero(Max(ranking->market->contract_count, 1));
	solver_start(&solver);
	solver_collect(&solver, seats);
	pruning.tree = &solver.tree;
	pruning.has_held = solver.has_held;
	find_survivors(&pruning, seats, survives);
	pfree(solver.has_held);
	solver_close(&solver);
	return true;
}

void
allocate_without_floors(const Ranking *ranking, Seat *seats)
{
	Solver		solver = solver_open(ranking);

	solver_start(&solver);
	solver_collect(&solver, seats);
	solver_close(&solver);
}
