/*
 * staging.c
 *	  A run that can go back to before certain pools took proposals.
 *
 * A pool can keep back all who would propose to it, until its stage begins; the order of
 * proposals has no say in the end of a run (allocate.c).  From the first stage on each
 * move of an applicant, from a seat or from being kept back to another or to nothing, is
 * logged.  To go back, moves are taken back from the last; the groups of seats that they
 * touched are sorted out, each once: who came leaves, who left returns.  Time is that of
 * the moves since the stage and of the holders in the groups touched.  Memory: 12 bytes a
 * move, and no applicant moves more often than the own walk has steps.
 */
#include "core/allocation/staging.h"

#include "core/allocation/proposal.h"

#define FIRST_ROOM 1024

static const Seat nowhere = {NONE, NONE};

static inline bool
is_seat(Seat seat)
{
	return seat.group != NONE;
}

/* ---- going on ---- */

static void
add_to_log(Staging *staging, int32 owner)
{
	if (staging->log_count == staging->log_room)
	{
		staging->log_room = Max(staging->log_room + staging->log_room / 2, FIRST_ROOM);
		staging->log = staging->log ? host_realloc(staging->log, sizeof(Move) * staging->log_room)
									: host_alloc(sizeof(Move) * staging->log_room);
	}
	staging->log[staging->log_count++] = (Move){owner, staging->seats[owner]};
}

static void
note_seat(Staging *staging, Seat seat)
{
	if (is_seat(seat))
		contest_note(staging->contest, staging->solver->market->seating->groups[seat.group].pool);
}

static void
move(Staging *staging, int32 owner, Seat to)
{
	if (staging->stage_count > 0)
		add_to_log(staging, owner);
	note_seat(staging, staging->seats[owner]);
	note_seat(staging, to);
	staging->seats[owner] = to;
}

static void
keep_back(Staging *staging, int32 owner, int32 contract)
{
	int32		pool = staging->solver->market->pool[contract];

	staging->next_kept_back[owner] = staging->kept_back[pool];
	staging->kept_back[pool] = owner;
}

void
staging_settle(Staging *staging, Bid bid)
{
	Solver	   *solver = staging->solver;
	int32		owner = bid.owner;

	while (proposal_next(&solver->ranking, solver->closed, &bid))
	{
		Seat		seat = {bid.contract, bid.group};
		bool		refused;

		host_check_interrupts();
		if (staging->keeps_back && staging->keeps_back[solver->market->pool[bid.contract]])
		{
			move(staging, owner, (Seat){bid.contract, NONE});
			keep_back(staging, owner, bid.contract);
			return;
		}
		refused = solver_propose(solver, &bid);
		if (!refused || bid.owner != owner)
			move(staging, owner, seat);
		if (!refused)
			return;
		owner = bid.owner;
	}
	move(staging, owner, nowhere);
}

/* ---- stages ---- */

void
staging_start(Staging *staging, const bool *keeps_back)
{
	const Market *market = staging->solver->market;
	Size		pools = Max((Size) market->seating->pool_count, 1);

	staging->keeps_back = host_alloc(pools);
	memcpy(staging->keeps_back, keeps_back, market->seating->pool_count);
	staging->kept_back = host_alloc(sizeof(int32) * pools);
	memset(staging->kept_back, 0xFF, sizeof(int32) * pools); /* NONE */
	staging->next_kept_back = host_alloc(sizeof(int32) * Max(market->applicant_count, 1));
	staging->stages = host_alloc(sizeof(Stage) * pools);
	staging->stage_of = host_alloc(sizeof(int32) * pools);
	for (int32 i = 0; i < market->applicant_count; i++)
		staging->seats[i] = nowhere;
	for (int32 i = 0; i < market->seating->pool_count; i++)
		contest_note(staging->contest, i);
	solver_start(staging->solver);
}

/* Let all who are kept back at a pool wait for their turn. */
static void
let_go(Staging *staging, int32 pool)
{
	int32		owner = staging->kept_back[pool];

	staging->keeps_back[pool] = false;
	staging->kept_back[pool] = NONE;
	for (; owner != NONE; owner = staging->next_kept_back[owner])
	{
		Bid			bid = proposal_before(staging->solver->market, owner,
										  staging->seats[owner].contract);

		host_check_interrupts();
		solver_wait(staging->solver, &bid);
	}
}

void
staging_enter(Staging *staging, int32 pool)
{
	staging->stage_of[pool] = staging->stage_count;
	staging->stages[staging->stage_count++] = (Stage){pool, staging->log_count};
	let_go(staging, pool);
	solver_continue(staging->solver);
}

/* ---- going back ---- */

static void
touch(Staging *staging, Seat seat, int32 *touched)
{
	if (!is_seat(seat) || staging->is_touched[seat.group])
		return;
	staging->is_touched[seat.group] = true;
	staging->touched[(*touched)++] = seat.group;
}

/* Take back all moves since a mark, and count the groups that are touched by that. */
static int32
take_back(Staging *staging, int64 mark)
{
	int32		touched = 0;

	for (int64 i = staging->log_count - 1; i >= mark; i--)
	{
		const Move *last = &staging->log[i];

		check_interrupts_at(i);
		touch(staging, staging->seats[last->owner], &touched);
		touch(staging, last->from, &touched);
		staging->seats[last->owner] = last->from;
	}
	return touched;
}

/* Let all leave a group who had come to it since. */
static void
drop_comers(const Staging *staging, int32 group)
{
	CapacityTree *tree = &staging->solver->tree;
	int32		holders = tree_empty(tree, group);

	for (int32 i = 0; i < holders; i++)
	{
		Bid			bid = tree->nodes[group].bids[i];
		Seat		seat = staging->seats[bid.owner];

		check_interrupts_at(i);
		if (seat.contract == bid.contract && seat.group == group)
			tree_append(tree, &bid);
	}
}

/* Bring an applicant back to where the first of the moves taken back began. */
static void
bring_back(Staging *staging, int32 owner)
{
	Solver	   *solver = staging->solver;
	Seat		seat = staging->seats[owner];
	bool		closed = solver->closed[solver->market->pool[seat.contract]];
	Bid			bid;

	if (!is_seat(seat) && !closed)
	{
		keep_back(staging, owner, seat.contract);
		return;
	}
	if (is_seat(seat))
		rank_bid(&solver->ranking, owner, seat.contract, seat.group, &bid);
	else
		bid = proposal_before(solver->market, owner, seat.contract);
	if (closed)
		solver_wait(solver, &bid);
	else
		tree_append(&solver->tree, &bid);
}

void
staging_go_back(Staging *staging, int32 stage)
{
	int64		mark = staging->stages[stage].mark;
	int32		touched = take_back(staging, mark);

	for (int32 i = 0; i < touched; i++)
		drop_comers(staging, staging->touched[i]);
	for (int64 i = mark; i < staging->log_count; i++)
	{
		const Move *first = &staging->log[i];

		check_interrupts_at(i);
		if (staging->seats[first->owner].contract == first->from.contract &&
			staging->seats[first->owner].group == first->from.group)
			bring_back(staging, first->owner);
	}
	for (int32 i = 0; i < touched; i++)
	{
		host_check_interrupts();
		tree_restore(&staging->solver->tree, staging->touched[i]);
		staging->is_touched[staging->touched[i]] = false;
		note_seat(staging, (Seat){0, staging->touched[i]});
	}
	for (int32 i = stage; i < staging->stage_count; i++)
		staging->keeps_back[staging->stages[i].pool] =
			!staging->solver->closed[staging->stages[i].pool];
	staging->stage_count = stage;
	staging->log_count = mark;
}

/* ---- before and after ---- */

Staging
staging_open(Solver *solver, FloorContest *contest, Seat *seats)
{
	Size		groups = Max((Size) solver->tree.group_count, 1);

	return (Staging){.solver = solver,
					 .contest = contest,
					 .seats = seats,
					 .is_touched = core_alloc_zero(groups),
					 .touched = host_alloc(sizeof(int32) * groups)};
}

void
staging_close(Staging *staging)
{
	pfree(staging->is_touched);
	pfree(staging->touched);
	if (staging->log)
		pfree(staging->log);
	if (staging->keeps_back == NULL)
		return;
	pfree(staging->keeps_back);
	pfree(staging->kept_back);
	pfree(staging->next_kept_back);
	pfree(staging->stages);
	pfree(staging->stage_of);
}
