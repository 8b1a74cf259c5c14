/*
 * queue.c
 *	  cutoffs and waitlist: queries and placements in; up to whom the seats went and
 *	  who waits, in order, out.
 *
 * Placements come in two kinds: those of the same market, which must make sense in
 * it; or, for rounds, no more than which choice each applicant has, also of those who
 * ask for nothing in this market.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/varbit.h"

#include "allocation_ranking.h"
#include "compat.h"
#include "core/allocation/placed.h"
#include "core/allocation/queue.h"
#include "core/allocation/tally.h"
#include "reader.h"

enum
{
	ARGUMENT_PLACEMENTS = 4,	/* after the queries of the market */
	ARGUMENT_TIE_BREAK,			/* then the seed */
	ARGUMENT_READ = 7			/* of packed_ranking alone */
};

/* A call, with what its placements say */
typedef struct Call
{
	RankingCall ranked;
	int32	   *choice;			/* by applicant: the choice that was granted, or NONE */
} Call;

/* ---- reading ---- */

/* Read the market; the query of placements is given back. */
static const char *
begin(FunctionCallInfo fcinfo, RankingCall *call)
{
	const char *placements = query_argument(fcinfo, ARGUMENT_PLACEMENTS, "placements");
	const char *read =
		PG_NARGS() > ARGUMENT_READ ? optional_query_argument(fcinfo, ARGUMENT_READ) : NULL;

	ranking_call_begin(fcinfo, call, ARGUMENT_TIE_BREAK, read);
	return placements;
}

/* Note which choice of each applicant the seat is; none without seats. */
static void
note_choices(Call *call, const Seat *seats)
{
	const Market *market = call->ranked.market;

	call->choice = host_alloc(sizeof(int32) * Max(market->applicant_count, 1));
	for (int32 i = 0; i < market->applicant_count; i++)
	{
		check_interrupts_at(i);
		call->choice[i] = seats && seats[i].contract != NONE ?
			market->choice[seats[i].contract] : NONE;
	}
}

typedef struct ChoiceReader
{
	Call	   *call;
	Placed	   *placed;
} ChoiceReader;

static void
read_choice_row(void *state, const Row *row)
{
	enum { APPLICANT, CHOICE };
	const ChoiceReader *reader = state;
	int32		applicant = placed_applicant(reader->placed, row_id(row, APPLICANT));

	if (applicant != NONE)
		reader->call->choice[applicant] = (int32) row_id(row, CHOICE);
}

/* Read which choice each applicant has, whether or not it is in this market. */
static void
read_choices(Call *call, const char *placements)
{
	ChoiceReader reader = {call, placed_begin(call->ranked.market, &call->ranked.error)};
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"choice", COLUMN_ID}
	};

	note_choices(call, NULL);
	read_query(placements, "placements", columns, lengthof(columns), read_choice_row, &reader);
}

/* ---- giving back ---- */

static bool
waits(const Call *call, const Bid *bid)
{
	return call->choice[bid->owner] == NONE ||
		call->ranked.market->choice[bid->contract] < call->choice[bid->owner];
}

/* Set who a bid is from, and all that ranks it. */
static void
set_bid(const RankingCall *call, const Bid *bid, Datum *values, bool *nulls)
{
	values[0] = Int64GetDatum(call->market->applicant_ids[bid->owner]);
	values[1] = Int32GetDatum(call->market->choice[bid->contract]);
	ranking_set_bid(call, bid, &values[2], &nulls[2]);
}

/* ---- cut-offs ---- */

/* Tier, score, tie and lottery of the last holder, and whether even that one has it from before */
static void
set_last(const RankingCall *call, const Tally *tally, Datum *values, bool *nulls)
{
	if (tally->filled == 0)
	{
		memset(nulls, true, 5);
		return;
	}
	ranking_set_bid(call, &tally->worst, values, nulls);
	values[4] = BoolGetDatum(rank_is_held(&tally->worst));
}

/* The word for what turns away who comes next; NULL when nothing does. */
static const char *
stopped_by(const Tallies *tallies, int32 group, int32 full_cap)
{
	const SeatGroup *seats = &tallies->ranking->market->seating->groups[group];

	if (tallies->groups[group].filled >= seats->seats)
		return "seat";
	if (full_cap != NONE)
		return "cap";
	return tally_is_closed(tallies, seats->pool) ? "floor" : NULL;
}

static void
emit_cutoff(const RankingCall *call, const Tallies *tallies, int32 group)
{
	enum
	{
		POOL, SEAT, PRECEDENCE, SEATS, HELD, MEMBERS, IS_FULL,
		LAST,					/* tier, score, tie, lottery, kept */
		STOPPED_BY = LAST + 5, CAP, COLUMNS
	};
	const Seating *seating = call->market->seating;
	const SeatGroup *seats = &seating->groups[group];
	const Tally *tally = &tallies->groups[group];
	int32		full_cap = tally_full_cap(tallies, seats->pool);
	const char *stop = stopped_by(tallies, group, full_cap);
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	values[POOL] = ranking_pool_datum(call, group);
	values[SEAT] = ranking_seat_datum(call, group);
	values[PRECEDENCE] = Int32GetDatum(group - seating->pools[seats->pool].first_group + 1);
	values[SEATS] = Int32GetDatum(seats->seats);
	values[HELD] = Int64GetDatum(tally->filled);
	values[MEMBERS] = Int64GetDatum(tally->members);
	values[IS_FULL] = BoolGetDatum(tally->filled >= seats->seats);
	set_last(call, tally, &values[LAST], &nulls[LAST]);
	nulls[STOPPED_BY] = stop == NULL;
	values[STOPPED_BY] = stop ? CStringGetTextDatum(stop) : (Datum) 0;
	nulls[CAP] = full_cap == NONE;
	values[CAP] = full_cap == NONE ? (Datum) 0 : Int64GetDatum(seating->caps[full_cap].id);
	ranking_put_row(call, values, nulls);
}

/* Give back a row for each group of seats, by pool id and precedence. */
static void
emit_cutoffs(const RankingCall *call, const Tallies *tallies)
{
	const Seating *seating = call->market->seating;
	int32	   *order = queue_pools(seating);

	MemoryContextSwitchTo(call->row);
	for (int32 i = 0; i < seating->pool_count; i++)
	{
		const Pool *pool = &seating->pools[order[i]];

		CHECK_FOR_INTERRUPTS();
		for (int32 group = pool->first_group; group < pool[1].first_group; group++)
			emit_cutoff(call, tallies, group);
		MemoryContextReset(call->row);
	}
	MemoryContextSwitchTo(call->memory);
}

PG_FUNCTION_INFO_V1(equity_cutoffs);

Datum
equity_cutoffs(PG_FUNCTION_ARGS)
{
	RankingCall call;
	const char *placements = begin(fcinfo, &call);
	Tallies		tallies = tally_open(&call.ranking, ranking_call_seats(&call, placements));

	emit_cutoffs(&call, &tallies);
	return ranking_call_end(&call);
}

static void
emit_cap_cutoff(const RankingCall *call, const Cap *cap, const Tally *tally)
{
	enum
	{
		ID, SEATS, HELD, IS_FULL, LAST_POOL, LAST_SEAT,
		LAST,					/* tier, score, tie, lottery, kept */
		COLUMNS = LAST + 5
	};
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS] = {false};

	values[ID] = Int64GetDatum(cap->id);
	values[SEATS] = Int32GetDatum(cap->seats);
	values[HELD] = Int64GetDatum(tally->filled);
	values[IS_FULL] = BoolGetDatum(tally->filled >= cap->seats);
	nulls[LAST_POOL] = nulls[LAST_SEAT] = tally->filled == 0;
	set_last(call, tally, &values[LAST], &nulls[LAST]);
	if (tally->filled > 0)
	{
		values[LAST_POOL] = ranking_pool_datum(call, tally->worst.group);
		values[LAST_SEAT] = ranking_seat_datum(call, tally->worst.group);
		nulls[LAST] = rank_is_anyones(&tally->worst);
	}
	ranking_put_row(call, values, nulls);
}

PG_FUNCTION_INFO_V1(equity_cap_cutoffs);

/* The same of each cap, where the tier that is open to everyone is NULL. */
Datum
equity_cap_cutoffs(PG_FUNCTION_ARGS)
{
	RankingCall call;
	const char *placements = begin(fcinfo, &call);
	Tallies		tallies = tally_open(&call.ranking, ranking_call_seats(&call, placements));

	for (int32 i = 0; i < call.market->seating->cap_count; i++)
		emit_cap_cutoff(&call, &call.market->seating->caps[i], &tallies.caps[i]);
	return ranking_call_end(&call);
}

/* ---- waiting lists ---- */

/* Give back a row for each who waits in a queue. */
static void
emit_waiting(void *state, const Queue *queue)
{
	enum
	{
		POOL, SEAT, POSITION,
		BID,					/* applicant, choice, tier, score, tie, lottery */
		COLUMNS = BID + 6
	};
	const Call *call = state;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};
	int64		position = 0;

	values[POOL] = ranking_pool_datum(&call->ranked, queue->group);
	values[SEAT] = ranking_seat_datum(&call->ranked, queue->group);
	MemoryContextSwitchTo(call->ranked.row);
	for (int32 i = 0; i < queue->count; i++)
	{
		const Bid  *bid = &queue->bids[i];

		CHECK_FOR_INTERRUPTS();
		if (!waits(call, bid))
			continue;
		values[POSITION] = Int64GetDatum(++position);
		set_bid(&call->ranked, bid, &values[BID], &nulls[BID]);
		ranking_put_row(&call->ranked, values, nulls);
		MemoryContextReset(call->ranked.row);
	}
	MemoryContextSwitchTo(call->ranked.memory);
}

PG_FUNCTION_INFO_V1(equity_waitlist);

Datum
equity_waitlist(PG_FUNCTION_ARGS)
{
	Call		call;
	const char *placements;

	placements = begin(fcinfo, &call.ranked);
	note_choices(&call, ranking_call_seats(&call.ranked, placements));
	queue_each(&call.ranked.ranking, emit_waiting, &call);
	return ranking_call_end(&call.ranked);
}

/* ---- rankings ---- */

/* Give back a row for each in a queue, waiting or not. */
static void
emit_ranking(void *state, const Queue *queue)
{
	enum
	{
		POOL, SEAT, PRECEDENCE, PLACE, POSITION,
		BID,					/* applicant, choice, tier, score, tie, lottery */
		COLUMNS = BID + 6
	};
	const Call *call = state;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};
	int64		position = 0;

	values[POOL] = ranking_pool_datum(&call->ranked, queue->group);
	values[SEAT] = ranking_seat_datum(&call->ranked, queue->group);
	values[PRECEDENCE] = Int32GetDatum(queue->precedence);
	MemoryContextSwitchTo(call->ranked.row);
	for (int32 i = 0; i < queue->count; i++)
	{
		const Bid  *bid = &queue->bids[i];

		CHECK_FOR_INTERRUPTS();
		nulls[POSITION] = !waits(call, bid);
		position += !nulls[POSITION];
		values[PLACE] = Int64GetDatum((int64) i + 1);
		values[POSITION] = Int64GetDatum(position);
		set_bid(&call->ranked, bid, &values[BID], &nulls[BID]);
		ranking_put_row(&call->ranked, values, nulls);
		MemoryContextReset(call->ranked.row);
	}
	MemoryContextSwitchTo(call->ranked.memory);
}

PG_FUNCTION_INFO_V1(equity_ranking);

Datum
equity_ranking(PG_FUNCTION_ARGS)
{
	Call		call;

	read_choices(&call, begin(fcinfo, &call.ranked));
	queue_each(&call.ranked.ranking, emit_ranking, &call);
	return ranking_call_end(&call.ranked);
}

/* The ids in a queue, in its order */
static Datum
applicants_datum(const RankingCall *call, const Queue *queue)
{
	Datum	   *ids = host_alloc(sizeof(Datum) * Max(queue->count, 1));

	for (int32 i = 0; i < queue->count; i++)
		ids[i] = Int64GetDatum(call->market->applicant_ids[queue->bids[i].owner]);
	return PointerGetDatum(construct_array(ids, queue->count, INT8OID, sizeof(int64),
										   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* A bit for each in a queue: does this one wait? */
static Datum
waiting_datum(const Call *call, const Queue *queue)
{
	Size		size = VARBITTOTALLEN(queue->count);
	VarBit	   *bits = core_alloc_zero(size);

	SET_VARSIZE(bits, size);
	VARBITLEN(bits) = queue->count;
	for (int32 i = 0; i < queue->count; i++)
		if (waits(call, &queue->bids[i]))
			VARBITS(bits)[i / BITS_PER_BYTE] |= HIGHBIT >> (i % BITS_PER_BYTE);
	return VarBitPGetDatum(bits);
}

/* The columns of packed_ranking */
enum
{
	PACKED_POOL,
	PACKED_SEAT,
	PACKED_APPLICANTS,
	PACKED_WAITING,
	PACKED_INPUT,
	PACKED_DIGEST,
	PACKED_COLUMNS
};

/* Give back a queue in one row; one in which nobody is has none. */
static void
emit_packed_ranking(void *state, const Queue *queue)
{
	const Call *call = state;
	Datum		values[PACKED_COLUMNS];
	bool		nulls[PACKED_COLUMNS] = {[PACKED_INPUT] = true, [PACKED_DIGEST] = true};

	if (queue->count == 0)
		return;
	MemoryContextSwitchTo(call->ranked.row);
	values[PACKED_POOL] = ranking_pool_datum(&call->ranked, queue->group);
	values[PACKED_SEAT] = ranking_seat_datum(&call->ranked, queue->group);
	values[PACKED_APPLICANTS] = applicants_datum(&call->ranked, queue);
	values[PACKED_WAITING] = waiting_datum(call, queue);
	ranking_put_row(&call->ranked, values, nulls);
	MemoryContextReset(call->ranked.row);
	MemoryContextSwitchTo(call->ranked.memory);
}

typedef struct Digests
{
	const RankingCall *call;
	const char *input;			/* whose digest is given back */
} Digests;

/* Give back the digest of the whole as a row. */
static void
emit_digest(void *state, const PageText *page)
{
	const Digests *digests = state;
	Datum		values[PACKED_COLUMNS];
	bool		nulls[PACKED_COLUMNS] = {true, true, true, true};

	if (!page->whole)
		return;
	values[PACKED_INPUT] = CStringGetTextDatum(digests->input);
	values[PACKED_DIGEST] = PointerGetDatum(page->digest);
	ranking_put_row(digests->call, values, nulls);
}

/* Give back the digests of what was read. */
static void
emit_digests(const RankingCall *call)
{
	Digests		digests = {call};

	if (call->pages.applications == NULL)
		return;
	digests.input = "applications";
	pages_end(call->pages.applications, false, emit_digest, &digests);
	digests.input = "choices";
	pages_end(call->pages.choices, false, emit_digest, &digests);
}

PG_FUNCTION_INFO_V1(equity_packed_ranking);

Datum
equity_packed_ranking(PG_FUNCTION_ARGS)
{
	Call		call;

	read_choices(&call, begin(fcinfo, &call.ranked));
	queue_each(&call.ranked.ranking, emit_packed_ranking, &call);
	emit_digests(&call.ranked);
	return ranking_call_end(&call.ranked);
}
