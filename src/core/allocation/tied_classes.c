/*
 * tied_classes.c
 *	  Proposals where equals are treated alike: admit_all and admit_none.
 *
 * A class is a set of bids of one group that are equal in tier, score and tie.
 * admit_all takes a class as long as those above it do not fill the seats, and
 * so refuses the worst class once the others fill them.  admit_none refuses the
 * worst class whole once the seats do not hold it, and remembers the best class
 * refused: whoever is not above it is refused, though seats stand empty.  Either
 * way a refusal depends on all proposals to the group so far and never has to be
 * taken back, so the order of proposals has no say (Biró and Kiselgof 2015).
 *
 * The tops of a heap that are equal are connected, so that a class is counted by
 * walking over it; admit_all counts the worst class anew only after it refused
 * one.  Time as for other proposals.
 */
#include "core/allocation/solver.h"

/* How many in the part of a heap under a place are tied with the worst. */
static int32
count_tied(const Solver *solver, const Node *group, int32 at)
{
	int32		count = 0;
	int32		under = at;

	/* depth first, without a stack: the way back is by the numbers of the places */
	while (true)
	{
		if (under < group->filled && rank_tied(&solver->ranking, &group->bids[under], group->bids))
		{
			count++;
			under = 2 * under + 1;
			continue;
		}
		while (under != at && under % 2 == 0)
			under = (under - 1) / 2;
		if (under == at)
			return count;
		under++;
	}
}

/* Take the worst class out of a group; all of it goes on from there. */
static void
drop_worst_class(Solver *solver, int32 number)
{
	const Node *group = &solver->tree.nodes[number];
	Bid			worst = group->bids[0];

	while (group->filled > 0 && rank_tied(&solver->ranking, &worst, group->bids))
	{
		Bid			dropped = tree_unseat(&solver->tree, number);

		check_interrupts_at(group->filled);
		solver_wait(solver, &dropped);
	}
}

/* Take a bid unless those above its class fill the seats; true when it is refused. */
static bool
admit_all(Solver *solver, const Bid *bid)
{
	const Node *group = &solver->tree.nodes[bid->group];
	TiedClass *class = &solver->classes[bid->group];
	bool		joins = group->filled > 0 && rank_tied(&solver->ranking, bid, group->bids);

	if (group->filled >= group->seats && !joins &&
		(group->filled == 0 || !rank_above(&solver->ranking, bid, group->bids)))
		return true;
	if (joins)
		class->worst_size++;
	else if (group->filled == 0 || !rank_above(&solver->ranking, bid, group->bids))
		class->worst_size = 1;
	tree_seat(&solver->tree, bid);
	if (group->filled - class->worst_size >= group->seats)
	{
		drop_worst_class(solver, bid->group);
		class->worst_size = count_tied(solver, group, 0);
	}
	return false;
}

/* Take a bid unless its class, or a better one, did not fit; true when it is refused. */
static bool
admit_none(Solver *solver, const Bid *bid)
{
	const Node *group = &solver->tree.nodes[bid->group];
	TiedClass *class = &solver->classes[bid->group];

	if (class->has_refused && (rank_tied(&solver->ranking, bid, &class->refused) ||
							   !rank_above(&solver->ranking, bid, &class->refused)))
		return true;
	tree_seat(&solver->tree, bid);
	if (group->filled > group->seats)
	{
		class->has_refused = true;
		class->refused = group->bids[0];
		drop_worst_class(solver, bid->group);
	}
	return false;
}

bool
tied_classes_propose(Solver *solver, const Bid *bid)
{
	return solver->ranking.rules.tie_break == TIE_BREAK_ADMIT_ALL ? admit_all(solver, bid) :
		admit_none(solver, bid);
}
