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
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/varbit.h"

#include "allocation_market.h"
#include "compat.h"
#include "core/allocation/placed.h"
#include "core/allocation/queue.h"
#include "core/allocation/tally.h"
#include "decimal.h"
#include "lottery.h"
#include "reader.h"
#include "report.h"
#include "settings.h"

enum
{
	ARGUMENT_PLACEMENTS = 4,	/* after the queries of the market */
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED,
	ARGUMENT_READ				/* of packed_ranking alone */
};

/* A call, from the reading of its queries to the last row */
typedef struct Call
{
	ReturnSetInfo *result;
	MemoryContext memory;		/* of all but the result; current while the call lasts */
	MemoryContext before;
	MemoryContext row;			/* of one row or queue */
	Rules		rules;
	char	   *placements;		/* the query */
	InputPages	pages;			/* of packed_ranking, when asked for */
	Market	   *market;
	Ranking		ranking;
	CoreError	error;
	int32	   *choice;			/* by applicant: the choice that was granted, or NONE */
} Call;

/* ---- reading ---- */

/* Refuse what the whole will take, before it is taken. */
static void
check_memory(Call *call)
{
	const Market *market = call->market;
	Size		needed = market_memory(market) + rank_memory(market, call->rules.tie_break) +
		placed_memory(market) + queue_memory(market) + tally_memory(market->seating);

	if (!core_check_memory(&call->error, "ranking", needed, (Size) equity_max_memory_kb * 1024))
		report_core_error(&call->error);
}

/* Read the market; from here on everything is taken in the call's memory. */
static void
begin(FunctionCallInfo fcinfo, Call *call)
{
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	MarketQueries queries = market_query_arguments(fcinfo);
	instr_time	since;

	*call = (Call) {.placements = query_argument(fcinfo, ARGUMENT_PLACEMENTS, "placements")};
	call->rules.tie_break = tie_break_argument(fcinfo, ARGUMENT_TIE_BREAK);
	call->rules.draw = tie_break_draw(call->rules.tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);
	call->result = (ReturnSetInfo *) fcinfo->resultinfo;
	call->memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity ranking", ALLOCSET_DEFAULT_SIZES);
	call->row = AllocSetContextCreate(call->memory, "equity rank", ALLOCSET_SMALL_SIZES);
	call->before = MemoryContextSwitchTo(call->memory);
	if (PG_NARGS() > ARGUMENT_READ)
		call->pages =
			market_query_pages(&queries, optional_query_argument(fcinfo, ARGUMENT_READ), true);
	INSTR_TIME_SET_CURRENT(since);
	call->market = read_market(&queries, &call->rules, &since);
	check_memory(call);
	call->ranking = rank_open(call->market, &call->rules);
}

static Datum
end(Call *call)
{
	Draw	   *draw = call->rules.draw;

	if (!draw_check(draw, &call->error))
		report_core_error(&call->error);
	MemoryContextSwitchTo(call->before);
	MemoryContextDelete(call->memory);
	if (draw)
		draw_close(draw);
	return (Datum) 0;
}

static void
add_placement(void *state, const PlacementRow *row)
{
	Placed	   *placed = state;

	if (!placed_add(placed, row))
		report_core_error(placed_error(placed));
}

/* Read placements of the same market: by applicant, the seat. */
static const Seat *
read_seats(Call *call)
{
	Placed	   *placed = placed_begin(call->market, &call->error);

	placement_query_read(call->placements, add_placement, placed);
	return placed_seats(placed);
}

/* Note which choice of each applicant the seat is; none without seats. */
static void
note_choices(Call *call, const Seat *seats)
{
	const Market *market = call->market;

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
read_choices(Call *call)
{
	ChoiceReader reader = {call, placed_begin(call->market, &call->error)};
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"choice", COLUMN_ID}
	};

	note_choices(call, NULL);
	read_query(call->placements, "placements", columns, lengthof(columns), read_choice_row,
			   &reader);
}

/* ---- giving back ---- */

static bool
waits(const Call *call, const Bid *bid)
{
	return call->choice[bid->owner] == NONE ||
		call->market->choice[bid->contract] < call->choice[bid->owner];
}

static Datum
pool_datum(const Call *call, int32 group)
{
	const Seating *seating = call->market->seating;

	return Int64GetDatum(seating->pools[seating->groups[group].pool].id);
}

static Datum
seat_datum(const Call *call, int32 group)
{
	Word		name = seating_seat(call->market->seating, group);

	return PointerGetDatum(cstring_to_text_with_len(name.text, name.length));
}

static Datum
number_datum(const NumberColumn *column, int64 key)
{
	return NumericGetDatum(decimal_from_digits(numbers_value(column, key), column->scale));
}

/* What ranks a bid: tier, score, tie, lottery */
static void
set_rank(const Call *call, const Bid *bid, Datum *values, bool *nulls)
{
	const Market *market = call->market;
	int64		tie = market->tie.keys ? market->tie.keys[bid->contract] : NUMBER_NULL;
	int32		set = market->set ? market->set[bid->contract] : 0;

	values[0] = Int32GetDatum(seating_tier(market->seating, bid->group, set));
	values[1] = number_datum(&market->score, bid->score);
	nulls[2] = tie == NUMBER_NULL;
	values[2] = nulls[2] ? (Datum) 0 : number_datum(&market->tie, tie);
	nulls[3] = call->ranking.lottery == NULL;
	values[3] = Int64GetDatum(rank_lottery(&call->ranking, bid));
}

/* Who a bid is from, and all that ranks it */
static void
set_bid(const Call *call, const Bid *bid, Datum *values, bool *nulls)
{
	values[0] = Int64GetDatum(call->market->applicant_ids[bid->owner]);
	values[1] = Int32GetDatum(call->market->choice[bid->contract]);
	set_rank(call, bid, &values[2], &nulls[2]);
}

static void
put_row(const Call *call, const Datum *values, const bool *nulls)
{
	tuplestore_putvalues(call->result->setResult, call->result->setDesc,
						 unconstify(Datum *, values), unconstify(bool *, nulls));
}

/* ---- cut-offs ---- */

/* Tier, score, tie and lottery of the last holder, and whether even that one has it from before */
static void
set_last(const Call *call, const Tally *tally, Datum *values, bool *nulls)
{
	if (tally->filled == 0)
	{
		memset(nulls, true, 5);
		return;
	}
	set_rank(call, &tally->worst, values, nulls);
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
emit_cutoff(const Call *call, const Tallies *tallies, int32 group)
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

	values[POOL] = pool_datum(call, group);
	values[SEAT] = seat_datum(call, group);
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
	put_row(call, values, nulls);
}

/* Give back a row for each group of seats, by pool id and precedence. */
static void
emit_cutoffs(const Call *call, const Tallies *tallies)
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
	Call		call;
	Tallies		tallies;

	begin(fcinfo, &call);
	tallies = tally_open(&call.ranking, read_seats(&call));
	emit_cutoffs(&call, &tallies);
	return end(&call);
}

static void
emit_cap_cutoff(const Call *call, const Cap *cap, const Tally *tally)
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
		values[LAST_POOL] = pool_datum(call, tally->worst.group);
		values[LAST_SEAT] = seat_datum(call, tally->worst.group);
		nulls[LAST] = rank_is_anyones(&tally->worst);
	}
	put_row(call, values, nulls);
}

PG_FUNCTION_INFO_V1(equity_cap_cutoffs);

/* The same of each cap, where the tier that is open to everyone is NULL. */
Datum
equity_cap_cutoffs(PG_FUNCTION_ARGS)
{
	Call		call;
	Tallies		tallies;

	begin(fcinfo, &call);
	tallies = tally_open(&call.ranking, read_seats(&call));
	for (int32 i = 0; i < call.market->seating->cap_count; i++)
		emit_cap_cutoff(&call, &call.market->seating->caps[i], &tallies.caps[i]);
	return end(&call);
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

	values[POOL] = pool_datum(call, queue->group);
	values[SEAT] = seat_datum(call, queue->group);
	MemoryContextSwitchTo(call->row);
	for (int32 i = 0; i < queue->count; i++)
	{
		const Bid  *bid = &queue->bids[i];

		CHECK_FOR_INTERRUPTS();
		if (!waits(call, bid))
			continue;
		values[POSITION] = Int64GetDatum(++position);
		set_bid(call, bid, &values[BID], &nulls[BID]);
		put_row(call, values, nulls);
		MemoryContextReset(call->row);
	}
	MemoryContextSwitchTo(call->memory);
}

PG_FUNCTION_INFO_V1(equity_waitlist);

Datum
equity_waitlist(PG_FUNCTION_ARGS)
{
	Call		call;

	begin(fcinfo, &call);
	note_choices(&call, read_seats(&call));
	queue_each(&call.ranking, emit_waiting, &call);
	return end(&call);
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

	values[POOL] = pool_datum(call, queue->group);
	values[SEAT] = seat_datum(call, queue->group);
	values[PRECEDENCE] = Int32GetDatum(queue->precedence);
	MemoryContextSwitchTo(call->row);
	for (int32 i = 0; i < queue->count; i++)
	{
		const Bid  *bid = &queue->bids[i];

		CHECK_FOR_INTERRUPTS();
		nulls[POSITION] = !waits(call, bid);
		position += !nulls[POSITION];
		values[PLACE] = Int64GetDatum((int64) i + 1);
		values[POSITION] = Int64GetDatum(position);
		set_bid(call, bid, &values[BID], &nulls[BID]);
		put_row(call, values, nulls);
		MemoryContextReset(call->row);
	}
	MemoryContextSwitchTo(call->memory);
}

PG_FUNCTION_INFO_V1(equity_ranking);

Datum
equity_ranking(PG_FUNCTION_ARGS)
{
	Call		call;

	begin(fcinfo, &call);
	read_choices(&call);
	queue_each(&call.ranking, emit_ranking, &call);
	return end(&call);
}

/* The ids in a queue, in its order */
static Datum
applicants_datum(const Call *call, const Queue *queue)
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
	MemoryContextSwitchTo(call->row);
	values[PACKED_POOL] = pool_datum(call, queue->group);
	values[PACKED_SEAT] = seat_datum(call, queue->group);
	values[PACKED_APPLICANTS] = applicants_datum(call, queue);
	values[PACKED_WAITING] = waiting_datum(call, queue);
	put_row(call, values, nulls);
	MemoryContextReset(call->row);
	MemoryContextSwitchTo(call->memory);
}

typedef struct Digests
{
	const Call *call;
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
	put_row(digests->call, values, nulls);
}

/* Give back the digests of what was read. */
static void
emit_digests(const Call *call)
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

	begin(fcinfo, &call);
	read_choices(&call);
	queue_each(&call.ranking, emit_packed_ranking, &call);
	emit_digests(&call);
	return end(&call);
}
