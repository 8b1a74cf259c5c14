/*
 * allocate.c
 *	  Deferred acceptance over a market.
 *
 * An applicant's walk goes down the own list, and at each pool through its groups
 * of seats, the own ones first (proposal.h).  A step of the walk is a contract
 * (applicant, pool, group).  Applicants propose along their walks; a node, that is a group of
 * seats or a cap above it, holds the best it has seen, up to its seats, and
 * refuses its worst; who is refused goes on from there.  This is deferred
 * acceptance (Gale and Shapley 1962; many seats a pool: Roth 1985) with
 * slot-specific priorities (Kominers and Sönmez 2016; Dur, Kominers, Pathak and
 * Sönmez 2018).
 *
 * When a proposal would overfill a node, the innermost such node drops the worst
 * it holds, the newcomer included, and then every node above is as full as it
 * was.  The sets of contracts that fit all nodes are the independent sets of a
 * laminar matroid, and all nodes rank by one total order (rank.h), so what is
 * held at any time is what the greedy choice from all proposals so far would
 * hold: the newcomer closes one circuit, whose worst element goes.  Choice by a
 * matroid's greedy rule is substitutable: who is refused once would be refused
 * from any larger set of proposals (Fleiner 2001, 2003).  Hence
 *
 *	- the result is stable: whoever was refused a step would be refused it again
 *	  by what is held in the end;
 *	- it is the best stable one for every applicant at once: by induction no step
 *	  is refused that some stable result grants (Gale and Shapley; Fleiner);
 *	- it does not depend on the order of proposals (McVitie and Wilson 1971),
 *	  for the same induction holds in any order;
 *	- no applicant gains by a false list (Dubins and Freedman 1981; Roth 1982;
 *	  for such choice rules Hatfield and Milgrom 2005), but for floors,
 *	  admit_all and admit_none.
 *
 * Serial dictatorship is deferred acceptance where all pools rank alike, and
 * immediate acceptance is it where a pool looks first at the place that it has on
 * an applicant's list (Ergin and Sönmez 2006): both are run that way.
 *
 * One applicant at a time proposes until settled; who is displaced goes on from
 * the seat that is lost, which tells the place in the walk, so that chains of any
 * length take no stack and no memory.  Each step is proposed at most once: time
 * n log s for n steps and s seats a group, log c more for a cap of c children
 * whose worst holder changes; memory 36 bytes an applicant who is seated, 40 a
 * group or cap, 8 an applicant for lottery numbers.  Floors: see floor_closing.c.
 */
#include "core/allocation/allocate.h"

#include "core/allocation/proposal.h"
#include "core/allocation/staging.h"

/* ---- proposals ---- */

/* Make a seat for a bid at a full node by dropping the worst there, which the bid ranks above. */
static Bid
displace(CapacityTree *tree, const Bid *bid, int32 full)
{
	int32		worst_group = tree->nodes[full].worst_group;
	Bid			worst;

	if (worst_group == bid->group)
		return tree_replace(tree, bid);
	worst = tree_unseat(tree, worst_group);
	tree_seat(tree, bid);
	return worst;
}

static inline void
note_held(Solver *solver, const Bid *bid)
{
	if (solver->has_held)
		solver->has_held[bid->contract] = true;
}

bool
solver_propose(Solver *solver, Bid *bid)
{
	CapacityTree *tree = &solver->tree;
	int32		full;

	if (solver->classes)
		return tied_classes_propose(solver, bid);
	full = tree_innermost_full(tree, bid->group);
	if (full == NONE)
	{
		note_held(solver, bid);
		tree_seat(tree, bid);
		return false;
	}
	tree->nodes[full].has_refused = true;
	if (tree->nodes[full].filled > 0 &&
		rank_above(&solver->ranking, bid, tree_worst(tree, full)))
	{
		note_held(solver, bid);
		*bid = displace(tree, bid, full);
	}
	return true;
}

void
solver_wait(Solver *solver, const Bid *bid)
{
	if (solver->waiting_count == solver->waiting_room)
	{
		solver->waiting_room = core_more_room(solver->waiting_room);
		solver->waiting = solver->waiting ?
			host_realloc(solver->waiting, sizeof(Bid) * solver->waiting_room) :
			host_alloc(sizeof(Bid) * solver->waiting_room);
	}
	solver->waiting[solver->waiting_count++] = *bid;
}

/* Let someone propose from a place in the walk, then who is displaced by that, to the end. */
static void
settle(Solver *solver, Bid bid)
{
	if (solver->staging)
	{
		staging_settle(solver->staging, bid);
		return;
	}
	while (proposal_next(&solver->ranking, solver->closed, &bid))
	{
		host_check_interrupts();
		if (!solver_propose(solver, &bid))
			return;
	}
}

void
solver_continue(Solver *solver)
{
	while (solver->waiting_count > 0)
		settle(solver, solver->waiting[--solver->waiting_count]);
}

void
solver_start(Solver *solver)
{
	tree_clear(&solver->tree);
	for (int32 i = 0; i < solver->market->applicant_count; i++)
	{
		host_check_interrupts();
		settle(solver, proposal_before(solver->market, i, solver->market->first[i]));
		solver_continue(solver);
	}
}

/* ---- before and after ---- */

Solver
solver_open(const Ranking *ranking)
{
	Solver		solver = {
		.market = ranking->market, .ranking = *ranking, .tree = tree_open(ranking)
	};

	if (tie_break_keeps_classes(ranking->rules.tie_break))
		solver.classes = core_alloc_zero(sizeof(TiedClass) * Max(solver.tree.group_count, 1));
	return solver;
}

void
solver_close(Solver *solver)
{
	if (solver->classes)
		pfree(solver->classes);
	if (solver->waiting)
		pfree(solver->waiting);
	tree_close(&solver->tree);
}

/* Read off the tree what each applicant holds in the end. */
void
solver_collect(const Solver *solver, Seat *seats)
{
	for (int32 i = 0; i < solver->market->applicant_count; i++)
		seats[i] = (Seat) {NONE, NONE};
	for (int32 i = 0; i < solver->tree.group_count; i++)
	{
		const Node *group = &solver->tree.nodes[i];

		for (int32 j = 0; j < group->filled; j++)
			seats[group->bids[j].owner] = (Seat) {group->bids[j].contract, i};
	}
}

/* Run deferred acceptance; false with the error for a tie that strict does not allow. */
static bool
propose_all(const Ranking *ranking, Seat *seats, CoreError *error)
{
	TieBreak	tie_break = ranking->rules.tie_break;
	Solver		solver = solver_open(ranking);
	bool		done;

	solver_start(&solver);
	solver_collect(&solver, seats);
	close_below_floors(&solver, seats);
	done = tie_break != TIE_BREAK_STRICT || strict_check_ties(ranking, solver.closed, seats, error);
	solver_close(&solver);
	return done;
}

/* ---- what a mechanism can do ---- */

/* What the market has that not every mechanism can honour. */
static MarketFeatures
features_of(const Market *market)
{
	const Seating *seating = market->seating;

	return (MarketFeatures) {
		.has_reserves = seating->reserve_count > 0, .has_caps = seating->cap_count > 0,
		.has_floors = seating->has_floors, .has_holders = market->held != NULL
	};
}

/* Has each applicant one score and tie in all pools? */
static bool
check_one_score(const Market *market, CoreError *error)
{
	const int64 *scores = market->score.keys;
	const int64 *ties = market->tie.keys;

	for (int32 i = 0; i < market->applicant_count; i++)
		for (int32 j = market->first[i] + 1; j < market->first[i + 1]; j++)
		{
			check_interrupts_at(j);
			if (scores[j] == scores[j - 1] && (ties == NULL || ties[j] == ties[j - 1]))
				continue;
			core_fail(error, CORE_INVALID,
					  "mechanism serial_dictatorship needs one score and tie for each applicant");
			return core_detail(error, "Applicant " INT64_FORMAT " has more than one.",
							   market->applicant_ids[i]);
		}
	return true;
}

bool
allocate(const Market *market, const Rules *rules, Seat *seats, CoreError *error)
{
	MarketFeatures features = features_of(market);
	Ranking		ranking;
	bool		done;

	if (!market_check_holders(market, error) ||
		!policy_check(rules->mechanism, rules->tie_break, &features, error))
		return false;
	if (rules->mechanism == MECHANISM_SERIAL_DICTATORSHIP && !check_one_score(market, error))
		return false;
	ranking = rank_open(market, rules);
	done = rules->mechanism == MECHANISM_TOP_TRADING_CYCLES ?
		top_trading_cycles(&ranking, seats, error) : propose_all(&ranking, seats, error);
	rank_close(&ranking);
	return done && draw_check(rules->draw, error);
}
