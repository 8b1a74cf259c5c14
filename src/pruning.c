/*
 * pruning.c
 *	  survivors and allocation_cutoffs: a market in parts, each on another server; what of a
 *	  part can still win, and what to tell the parts so that less can.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "allocation_ranking.h"
#include "compat.h"
#include "core/allocation/pruning.h"
#include "core/allocation/tally.h"
#include "reader.h"
#include "report.h"

/* ---- cut-offs out ---- */

/* The columns of a cut-off, in and out */
enum
{
	CUTOFF_POOL,
	CUTOFF_SEAT,
	CUTOFF_CAP,
	CUTOFF_KEPT,
	CUTOFF_RANK,				/* tier, score, tie, lottery */
	CUTOFF_APPLICANT = CUTOFF_RANK + 4,
	CUTOFF_COLUMNS
};

/* Give back the last holder of a full node: of a group, or of a cap when one is given. */
static void
emit_last(const RankingCall *call, const Bid *last, const Cap *cap)
{
	Datum		values[CUTOFF_COLUMNS] = {0};
	bool		nulls[CUTOFF_COLUMNS] = {false};

	nulls[CUTOFF_POOL] = nulls[CUTOFF_SEAT] = cap != NULL;
	nulls[CUTOFF_CAP] = cap == NULL;
	if (cap)
		values[CUTOFF_CAP] = Int64GetDatum(cap->id);
	else
	{
		values[CUTOFF_POOL] = ranking_pool_datum(call, last->group);
		values[CUTOFF_SEAT] = ranking_seat_datum(call, last->group);
	}
	values[CUTOFF_KEPT] = BoolGetDatum(rank_is_held(last));
	ranking_set_bid(call, last, &values[CUTOFF_RANK], &nulls[CUTOFF_RANK]);
	if (cap)
		nulls[CUTOFF_RANK] = rank_is_anyones(last);
	values[CUTOFF_APPLICANT] = Int64GetDatum(call->market->applicant_ids[last->owner]);
	ranking_put_row(call, values, nulls);
}

/* Give back the last holder of a node that is full and holds somebody. */
static void
emit_if_full(const RankingCall *call, const Tally *tally, int32 seats, const Cap *cap)
{
	if (tally->filled == 0 || tally->filled < seats)
		return;
	emit_last(call, &tally->worst, cap);
	MemoryContextReset(call->row);
}

static void
emit_cutoffs(const RankingCall *call, const Tallies *tallies)
{
	const Seating *seating = call->market->seating;

	MemoryContextSwitchTo(call->row);
	for (int32 i = 0; i < seating->group_count; i++)
		emit_if_full(call, &tallies->groups[i], seating->groups[i].seats, NULL);
	for (int32 i = 0; i < seating->cap_count; i++)
		emit_if_full(call, &tallies->caps[i], seating->caps[i].seats, &seating->caps[i]);
	MemoryContextSwitchTo(call->memory);
}

/* Who has which seat: as placements say, or, where floors may have closed some, without them. */
static const Seat *
find_seats(RankingCall *call, const char *placements)
{
	const Seat *placed = ranking_call_seats(call, placements);
	Seat	   *seats;

	if (!call->market->seating->has_floors)
		return placed;
	seats = host_alloc(sizeof(Seat) * Max(call->market->applicant_count, 1));
	allocate_without_floors(&call->ranking, seats);
	return seats;
}

PG_FUNCTION_INFO_V1(equity_allocation_cutoffs);

Datum
equity_allocation_cutoffs(PG_FUNCTION_ARGS)
{
	enum { PLACEMENTS = 4, TIE_BREAK };
	const char *placements = query_argument(fcinfo, PLACEMENTS, "placements");
	RankingCall call;
	Tallies		tallies;

	ranking_call_begin(fcinfo, &call, TIE_BREAK, NULL);
	tallies = tally_open(&call.ranking, find_seats(&call, placements));
	emit_cutoffs(&call, &tallies);
	return ranking_call_end(&call);
}

/* ---- cut-offs in ---- */

/* The seat or the cap of a row; an error unless it names one of the two. */
static void
set_node(const Row *row, CutoffRow *cutoff)
{
	cutoff->is_cap = !row->nulls[CUTOFF_CAP];
	if (row->nulls[CUTOFF_POOL] != cutoff->is_cap || row->nulls[CUTOFF_SEAT] != cutoff->is_cap)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a cut-off is neither that of a seat nor that of a cap"),
				 errhint("Give either pool_id and seat, or cap_id.")));
	cutoff->id = row_id(row, cutoff->is_cap ? CUTOFF_CAP : CUTOFF_POOL);
	if (!cutoff->is_cap)
		cutoff->seat = row_word(row, CUTOFF_SEAT);
}

static void
refuse_null(const Row *row, int column)
{
	if (row->nulls[column])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("column \"%s\" of the cutoffs query is NULL", row->columns[column].name),
				 errhint("Give the rows of equity.allocation_cutoffs as they are.")));
}

typedef struct CutoffReader
{
	const RankingCall *call;
	Cutoffs    *cutoffs;
} CutoffReader;

static void
read_cutoff_row(void *state, const Row *row)
{
	enum { TIER = CUTOFF_RANK, SCORE, TIE, LOTTERY };
	const CutoffReader *reader = state;
	CutoffRow	cutoff = {.applicant_id = row_id(row, CUTOFF_APPLICANT)};

	set_node(row, &cutoff);
	cutoff.is_kept = row_flag(row, CUTOFF_KEPT);
	if (!cutoff.is_cap)
		refuse_null(row, TIER);
	cutoff.is_anyones = row->nulls[TIER];
	cutoff.tier = cutoff.is_anyones ? 0 : row_id(row, TIER);
	cutoff.score = row_number(row, SCORE);
	cutoff.tie = row_number(row, TIE);
	if (reader->call->ranking.lottery)
	{
		refuse_null(row, LOTTERY);
		cutoff.lottery = row_id(row, LOTTERY);
	}
	if (!cutoffs_add(reader->cutoffs, &cutoff))
		report_core_error(cutoffs_error(reader->cutoffs));
}

/* NULL without a query */
static const Cutoffs *
read_cutoffs(RankingCall *call, const char *query)
{
	CutoffReader reader = {call};
	Column		columns[] = {
		{"pool_id", COLUMN_ID, .nullable = true},
		{"seat", COLUMN_TEXT, .nullable = true},
		{"cap_id", COLUMN_ID, .nullable = true},
		{"kept", COLUMN_FLAG},
		{"tier", COLUMN_ID, .nullable = true},
		{"score", COLUMN_NUMBER},
		{"tie", COLUMN_NUMBER, .nullable = true},
		{"lottery", COLUMN_ID, .nullable = true},
		{"applicant_id", COLUMN_ID}
	};

	if (query == NULL)
		return NULL;
	reader.cutoffs = cutoffs_begin(&call->ranking, &call->error);
	read_query(query, "cutoffs", columns, lengthof(columns), read_cutoff_row, &reader);
	return reader.cutoffs;
}

/* ---- survivors ---- */

/* The groups of a contract's applicant that some reserve or cascade names */
static Datum
groups_datum(const RankingCall *call, int32 contract)
{
	const Seating *seating = call->market->seating;
	int			count;
	const int32 *words =
		seating_set_words(seating, call->market->set ? call->market->set[contract] : 0, &count);
	Datum	   *groups = palloc(sizeof(Datum) * Max(count, 1));

	for (int i = 0; i < count; i++)
	{
		Word		word = words_get(seating->words, words[i]);

		groups[i] = PointerGetDatum(cstring_to_text_with_len(word.text, word.length));
	}
	return PointerGetDatum(construct_array(groups, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The name of a contract's seat of a group; NULL without one. */
static Datum
optional_seat_datum(const RankingCall *call, int32 group, bool *is_null)
{
	*is_null = group == NONE;
	return *is_null ? (Datum) 0 : ranking_seat_datum(call, group);
}

/* Give back a contract as an application, with the seat of it that its part alone gives. */
static void
emit_survivor(const RankingCall *call, int32 owner, int32 contract, Seat seat)
{
	enum { APPLICANT, POOL, CHOICE, SCORE, TIE, GROUPS, HOLDS, SEAT, COLUMNS };
	const Market *market = call->market;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	values[APPLICANT] = Int64GetDatum(market->applicant_ids[owner]);
	values[POOL] = Int64GetDatum(market->seating->pools[market->pool[contract]].id);
	values[CHOICE] = Int32GetDatum(market->choice[contract]);
	values[SCORE] = ranking_score_datum(call, contract);
	values[TIE] = ranking_tie_datum(call, contract, &nulls[TIE]);
	values[GROUPS] = groups_datum(call, contract);
	values[HOLDS] = optional_seat_datum(call, market->held ? market->held[contract] : NONE,
										&nulls[HOLDS]);
	values[SEAT] = optional_seat_datum(call, seat.contract == contract ? seat.group : NONE,
									   &nulls[SEAT]);
	ranking_put_row(call, values, nulls);
}

static void
emit_survivors(const RankingCall *call, const bool *survives, const Seat *seats)
{
	const Market *market = call->market;

	MemoryContextSwitchTo(call->row);
	for (int32 i = 0; i < market->applicant_count; i++)
	{
		host_check_interrupts();
		for (int32 j = market->first[i]; j < market->first[i + 1]; j++)
			if (survives[j])
				emit_survivor(call, i, j, seats[i]);
		MemoryContextReset(call->row);
	}
	MemoryContextSwitchTo(call->memory);
}

PG_FUNCTION_INFO_V1(equity_survivors);

Datum
equity_survivors(PG_FUNCTION_ARGS)
{
	enum { TIE_BREAK = 4, CUTOFFS = 6 };
	const char *query = optional_query_argument(fcinfo, CUTOFFS);
	RankingCall call;
	bool	   *survives;
	Seat	   *seats;

	ranking_call_begin(fcinfo, &call, TIE_BREAK, NULL);
	survives = host_alloc(Max(call.market->contract_count, 1));
	seats = host_alloc(sizeof(Seat) * Max(call.market->applicant_count, 1));
	if (!prune(&call.ranking, read_cutoffs(&call, query), survives, seats, &call.error))
		report_core_error(&call.error);
	emit_survivors(&call, survives, seats);
	return ranking_call_end(&call);
}
