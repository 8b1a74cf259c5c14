/*
 * allocate.c
 *	  Deferred acceptance over a market.
 *
 * Applicants propose down their own lists; a pool keeps the best proposals it
 * has seen, up to its seats, and refuses the rest (Gale and Shapley 1962; many
 * seats a pool: Roth 1985).  A pool ranks by score descending, tie ascending,
 * lottery ascending, applicant id: one strict order, so the result is the one
 * stable allocation that is best for every applicant at once, no matter in which
 * order proposals are made (McVitie and Wilson 1971), and no applicant gains by
 * a false list (Dubins and Freedman 1981; Roth 1982).
 *
 * One applicant at a time proposes until settled; whom that displaces goes on
 * from where it stood, so that chains of any length take no stack.  A pool's
 * holders are a heap with the worst on top.  Each contract is proposed at most
 * once: time n log s for n contracts and s seats a pool; memory 16 bytes a seat
 * that can be filled, 12 an applicant.  Lottery numbers are drawn only for the
 * ties that come up.
 */
#include "core/allocate.h"

#define NOT_DRAWN			(-1)

typedef struct Holder
{
	int64		score;
	int32		contract;
} Holder;

typedef struct Solver
{
	const Market *market;
	TieBreak	tie_break;
	Draw	   *draw;
	CoreError  *error;
	int64	   *lottery;		/* by applicant, or by contract when each pool draws */
	int32	   *next;			/* by applicant: the contract to propose next */
	Holder	   *holders;		/* the pools' heaps, one behind the other */
	Size	   *heap;			/* by pool: where its heap begins */
	int32	   *filled;			/* by pool */
	uint32		proposals;
} Solver;

/* ---- the one order ---- */

static int64
draw_lottery(Solver *solver, int32 contract)
{
	const Market *market = solver->market;
	int32		owner = market->owner[contract];
	bool		per_pool = solver->tie_break == TIE_BREAK_LOTTERY_PER_POOL;
	int64	   *number = &solver->lottery[per_pool ? contract : owner];

	if (*number == NOT_DRAWN)
		*number = per_pool ? draw_number_in_pool(solver->draw, market->applicant_ids[owner],
												 market->pool_ids[market->pool[contract]])
						   : draw_number(solver->draw, market->applicant_ids[owner]);
	return *number;
}

/* Does a rank above b, when their scores are equal? */
static bool
ranks_above_tied(Solver *solver, int32 a, int32 b)
{
	const Market *market = solver->market;

	if (market->tie.keys && market->tie.keys[a] != market->tie.keys[b])
		return market->tie.keys[a] < market->tie.keys[b];
	if (solver->tie_break != TIE_BREAK_STRICT)
	{
		int64		number_a = draw_lottery(solver, a);
		int64		number_b = draw_lottery(solver, b);

		if (number_a != number_b)
			return number_a < number_b;
	}
	return market->applicant_ids[market->owner[a]] < market->applicant_ids[market->owner[b]];
}

static inline bool
ranks_above(Solver *solver, Holder a, Holder b)
{
	if (a.score != b.score)
		return a.score > b.score;
	return ranks_above_tied(solver, a.contract, b.contract);
}

/* ---- a pool's heap, the worst on top ---- */

static void
sift_up(Solver *solver, Holder *heap, int32 at)
{
	Holder		moved = heap[at];

	while (at > 0)
	{
		int32		parent = (at - 1) / 2;

		if (!ranks_above(solver, heap[parent], moved))
			break;
		heap[at] = heap[parent];
		at = parent;
	}
	heap[at] = moved;
}

static void
sift_down(Solver *solver, Holder *heap, int32 count)
{
	Holder		moved = heap[0];
	int32		at = 0;

	for (int64 child = 1; child < count; child = 2 * (int64) at + 1)
	{
		if (child + 1 < count && ranks_above(solver, heap[child], heap[child + 1]))
			child++;
		if (!ranks_above(solver, moved, heap[child]))
			break;
		heap[at] = heap[child];
		at = (int32) child;
	}
	heap[at] = moved;
}

/* ---- proposals ---- */

/* A pool answers a contract; who is without a seat now, if anyone, comes back. */
static int32
propose(Solver *solver, int32 contract)
{
	const Market *market = solver->market;
	int32		pool = market->pool[contract];
	Holder	   *heap = solver->holders + solver->heap[pool];
	Holder		proposer = {market->score.keys[contract], contract};
	int32		refused;

	if (solver->filled[pool] < market->seats[pool])
	{
		heap[solver->filled[pool]] = proposer;
		sift_up(solver, heap, solver->filled[pool]++);
		return NO_CONTRACT;
	}
	if (market->seats[pool] == 0 || !ranks_above(solver, proposer, heap[0]))
		return contract;
	refused = heap[0].contract;
	heap[0] = proposer;
	sift_down(solver, heap, solver->filled[pool]);
	return refused;
}

/* Let an applicant propose, then whom that displaces, until all have a seat or an empty list. */
static void
settle(Solver *solver, int32 applicant)
{
	const Market *market = solver->market;

	while (solver->next[applicant] < market->first[applicant + 1])
	{
		int32		refused = propose(solver, solver->next[applicant]++);

		check_interrupts_at(++solver->proposals);
		if (refused == NO_CONTRACT)
			return;
		applicant = market->owner[refused];
	}
}

/* ---- before and after ---- */

/* A pool needs no more room than it has applications. */
static void
lay_out_heaps(Solver *solver)
{
	const Market *market = solver->market;
	int32	   *asked = core_alloc_zero(sizeof(int32) * Max(market->pool_count, 1));
	Size		room = 0;

	for (int32 i = 0; i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		asked[market->pool[i]]++;
	}
	solver->heap = host_alloc(sizeof(Size) * Max(market->pool_count, 1));
	for (int32 i = 0; i < market->pool_count; i++)
	{
		solver->heap[i] = room;
		room += Min(asked[i], market->seats[i]);
	}
	solver->holders = host_alloc(sizeof(Holder) * Max(room, 1));
	pfree(asked);
}

static void
init_solver(Solver *solver)
{
	const Market *market = solver->market;
	Size		numbers = solver->tie_break == TIE_BREAK_LOTTERY_PER_POOL ?
		market->contract_count : market->applicant_count;

	lay_out_heaps(solver);
	solver->filled = core_alloc_zero(sizeof(int32) * Max(market->pool_count, 1));
	solver->next = host_alloc(sizeof(int32) * Max(market->applicant_count, 1));
	memcpy(solver->next, market->first, sizeof(int32) * market->applicant_count);
	if (solver->tie_break != TIE_BREAK_STRICT)
	{
		solver->lottery = host_alloc(sizeof(int64) * Max(numbers, 1));
		for (Size i = 0; i < numbers; i++)
			solver->lottery[i] = NOT_DRAWN;
	}
}

static void
free_solver(Solver *solver)
{
	pfree(solver->heap);
	pfree(solver->holders);
	pfree(solver->filled);
	pfree(solver->next);
	if (solver->lottery)
		pfree(solver->lottery);
}

static void
collect_holders(const Solver *solver, int32 *held)
{
	const Market *market = solver->market;

	for (int32 i = 0; i < market->applicant_count; i++)
		held[i] = NO_CONTRACT;
	for (int32 i = 0; i < market->pool_count; i++)
		for (int32 j = 0; j < solver->filled[i]; j++)
		{
			int32		contract = solver->holders[solver->heap[i] + j].contract;

			held[market->owner[contract]] = contract;
		}
}

static bool
is_tied(const Market *market, int32 a, int32 b)
{
	return market->score.keys[a] == market->score.keys[b] &&
		(market->tie.keys == NULL || market->tie.keys[a] == market->tie.keys[b]);
}

static bool
refuse_tie(const Solver *solver, int32 contract)
{
	const Market *market = solver->market;
	int128		score = numbers_value(&market->score, market->score.keys[contract]);

	core_fail(solver->error, CORE_INVALID, "tie at the cut-off of a pool");
	core_detail(solver->error, "Pool " INT64_FORMAT ", score %s.",
				market->pool_ids[market->pool[contract]],
				fixed_long_text(score, market->score.scale));
	return core_hint(solver->error, "Give a tie that differs, or break ties by lottery.");
}

/* With strict, no refused contract may be tied with the worst that its pool holds. */
static bool
check_ties(const Solver *solver, const int32 *held)
{
	const Market *market = solver->market;

	for (int32 i = 0; i < market->contract_count; i++)
	{
		int32		own = held[market->owner[i]];
		int32		pool = market->pool[i];

		if ((own != NO_CONTRACT && own <= i) || solver->filled[pool] == 0)
			continue;
		if (is_tied(market, i, solver->holders[solver->heap[pool]].contract))
			return refuse_tie(solver, i);
	}
	return true;
}

bool
allocate(const Market *market, TieBreak tie_break, Draw *draw, int32 *held, CoreError *error)
{
	Solver		solver = {.market = market, .tie_break = tie_break, .draw = draw, .error = error};
	bool		done;

	init_solver(&solver);
	for (int32 i = 0; i < market->applicant_count; i++)
		settle(&solver, i);
	collect_holders(&solver, held);
	done = draw_check(draw, error) &&
		(tie_break != TIE_BREAK_STRICT || check_ties(&solver, held));
	free_solver(&solver);
	return done;
}
