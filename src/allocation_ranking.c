/*
 * allocation_ranking.c
 *	  A call over a market in its order.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "allocation_market.h"
#include "allocation_ranking.h"
#include "compat.h"
#include "core/allocation/placed.h"
#include "core/allocation/queue.h"
#include "core/allocation/tally.h"
#include "decimal.h"
#include "lottery.h"
#include "report.h"
#include "settings.h"

/* ---- reading ---- */

/* Refuse what the whole will take, before it is taken. */
static void
check_memory(RankingCall *call)
{
	const Market *market = call->market;
	Size		needed = market_memory(market) + rank_memory(market, call->rules.tie_break) +
		placed_memory(market) + queue_memory(market) + tally_memory(market->seating);

	if (!core_check_memory(&call->error, "ranking", needed, (Size) equity_max_memory_kb * 1024))
		report_core_error(&call->error);
}

void
ranking_call_begin(FunctionCallInfo fcinfo, RankingCall *call, int tie_break, const char *read)
{
	int			seed_argument = tie_break + 1;
	text	   *seed = PG_ARGISNULL(seed_argument) ? NULL : PG_GETARG_TEXT_PP(seed_argument);
	MarketQueries queries = market_query_arguments(fcinfo);
	instr_time	since;

	*call = (RankingCall) {.rules.tie_break = tie_break_argument(fcinfo, tie_break)};
	call->rules.draw = tie_break_draw(call->rules.tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);
	call->result = (ReturnSetInfo *) fcinfo->resultinfo;
	call->memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity ranking", ALLOCSET_DEFAULT_SIZES);
	call->row = AllocSetContextCreate(call->memory, "equity rank", ALLOCSET_SMALL_SIZES);
	call->before = MemoryContextSwitchTo(call->memory);
	if (read)
		call->pages = market_query_pages(&queries, read, true);
	INSTR_TIME_SET_CURRENT(since);
	call->market = read_market(&queries, &call->rules, &since);
	check_memory(call);
	call->ranking = rank_open(call->market, &call->rules);
}

Datum
ranking_call_end(RankingCall *call)
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

const Seat *
ranking_call_seats(RankingCall *call, const char *placements)
{
	Placed	   *placed = placed_begin(call->market, &call->error);

	placement_query_read(placements, add_placement, placed);
	return placed_seats(placed);
}

/* ---- values of rows ---- */

Datum
ranking_pool_datum(const RankingCall *call, int32 group)
{
	const Seating *seating = call->market->seating;

	return Int64GetDatum(seating->pools[seating->groups[group].pool].id);
}

Datum
ranking_seat_datum(const RankingCall *call, int32 group)
{
	Word		name = seating_seat(call->market->seating, group);

	return PointerGetDatum(cstring_to_text_with_len(name.text, name.length));
}

static Datum
number_datum(const NumberColumn *column, int64 key)
{
	return NumericGetDatum(decimal_from_digits(numbers_value(column, key), column->scale));
}

Datum
ranking_score_datum(const RankingCall *call, int32 contract)
{
	return number_datum(&call->market->score, call->market->score.keys[contract]);
}

Datum
ranking_tie_datum(const RankingCall *call, int32 contract, bool *is_null)
{
	const NumberColumn *tie = &call->market->tie;

	*is_null = tie->keys == NULL || tie->keys[contract] == NUMBER_NULL;
	return *is_null ? (Datum) 0 : number_datum(tie, tie->keys[contract]);
}

void
ranking_set_bid(const RankingCall *call, const Bid *bid, Datum *values, bool *nulls)
{
	const Market *market = call->market;
	int32		set = market->set ? market->set[bid->contract] : 0;

	values[0] = Int32GetDatum(seating_tier(market->seating, bid->group, set));
	values[1] = ranking_score_datum(call, bid->contract);
	values[2] = ranking_tie_datum(call, bid->contract, &nulls[2]);
	nulls[3] = call->ranking.lottery == NULL;
	values[3] = Int64GetDatum(rank_lottery(&call->ranking, bid));
}

void
ranking_put_row(const RankingCall *call, const Datum *values, const bool *nulls)
{
	tuplestore_putvalues(call->result->setResult, call->result->setDesc,
						 unconstify(Datum *, values), unconstify(bool *, nulls));
}
