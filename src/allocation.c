/*
 * allocation.c
 *	  allocate: queries in, placements out.
 *
 * The queries run with the caller's rights and search_path and may only read.
 * Rows come back in the order of applicant ids, whatever order the queries have.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "allocation_market.h"
#include "core/allocation/allocate.h"
#include "core/allocation/oversights.h"
#include "decimal.h"
#include "lottery.h"
#include "report.h"

enum
{
	ARGUMENT_MECHANISM = 4,		/* after the queries */
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED
};

/* Notice what single rows do not show: what may well be a mistake of the queries, by count. */
static void
notice_oversights(const Market *market)
{
	Oversights	found = oversights_count(market);

	if (found.idle_caps > 0)
		ereport(NOTICE,
				(errmsg_plural("%d cap is above no pool", "%d caps are above no pool",
							   found.idle_caps, found.idle_caps),
				 errhint("A pool is under the cap that its column \"cap_id\" names.")));
	if (found.foreign_reserves > 0)
		ereport(NOTICE,
				(errmsg_plural("%d reserve is for a group that no applicant belongs to",
							   "%d reserves are for groups that no applicant belongs to",
							   found.foreign_reserves, found.foreign_reserves),
				 errhint("An applicant belongs to the groups in column \"groups\".")));
	if (found.unwanted_pools > 0)
		ereport(NOTICE,
				(errmsg_plural("%d pool is asked for by nobody", "%d pools are asked for by nobody",
							   found.unwanted_pools, found.unwanted_pools)));
}

/* ---- giving back ---- */

static int
compare_by_id(const void *a, const void *b, void *ids)
{
	int64		left = ((const int64 *) ids)[*(const int32 *) a];
	int64		right = ((const int64 *) ids)[*(const int32 *) b];

	CHECK_FOR_INTERRUPTS();
	return (left > right) - (left < right);
}

/* Number the applicants in the order of their ids; the caller frees. */
static int32 *
applicants_by_id(const Market *market)
{
	int32	   *order = host_alloc(sizeof(int32) * Max(market->applicant_count, 1));
	bool		in_order = true;

	for (int32 i = 0; i < market->applicant_count; i++)
	{
		order[i] = i;
		in_order &= i == 0 || market->applicant_ids[i - 1] < market->applicant_ids[i];
	}
	if (!in_order)
		qsort_arg(order, market->applicant_count, sizeof(int32), compare_by_id,
				  market->applicant_ids);
	return order;
}

static void
emit_placement(ReturnSetInfo *result, const Market *market, int32 owner, Seat seat)
{
	int128		score = numbers_value(&market->score, market->score.keys[seat.contract]);
	Word		name = seating_seat(market->seating, seat.group);
	int32		set = market->set ? market->set[seat.contract] : 0;
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = Int64GetDatum(market->applicant_ids[owner]);
	values[1] = Int64GetDatum(market->seating->pools[market->pool[seat.contract]].id);
	values[2] = Int32GetDatum(market->choice[seat.contract]);
	values[3] = PointerGetDatum(cstring_to_text_with_len(name.text, name.length));
	values[4] = Int32GetDatum(seating_tier(market->seating, seat.group, set));
	values[5] = NumericGetDatum(decimal_from_digits(score, market->score.scale));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Give back a row for each applicant with a seat, in the order of ids. */
static void
emit_placements(ReturnSetInfo *result, const Market *market, const Seat *seats)
{
	int32	   *order = applicants_by_id(market);
	MemoryContext row =
		AllocSetContextCreate(CurrentMemoryContext, "equity placement", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(row);

	for (int32 i = 0; i < market->applicant_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (seats[order[i]].contract != NONE)
			emit_placement(result, market, order[i], seats[order[i]]);
		MemoryContextReset(row);
	}
	MemoryContextSwitchTo(before);
}

PG_FUNCTION_INFO_V1(equity_allocate);

Datum
equity_allocate(PG_FUNCTION_ARGS)
{
	Rules		rules = {
		.mechanism = mechanism_argument(fcinfo, ARGUMENT_MECHANISM),
		.tie_break = tie_break_argument(fcinfo, ARGUMENT_TIE_BREAK)
	};
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	MarketQueries queries = market_query_arguments(fcinfo);
	MemoryContext memory;
	MemoryContext before;
	Market	   *market;
	Seat	   *seats;
	CoreError	error;
	instr_time	since;

	rules.draw = tie_break_draw(rules.tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);

	memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity allocation", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	INSTR_TIME_SET_CURRENT(since);
	market = read_market(&queries, &since);
	notice_oversights(market);
	seats = host_alloc(sizeof(Seat) * Max(market->applicant_count, 1));
	if (!allocate(market, &rules, seats, &error))
		report_core_error(&error);
	report_step("solving", &since);
	emit_placements((ReturnSetInfo *) fcinfo->resultinfo, market, seats);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	report_step("returning", &since);
	if (rules.draw)
		draw_close(rules.draw);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(equity_check_policy);

/* Why allocate refuses a mechanism and a tie break for what a market has; NULL when it does not. */
Datum
equity_check_policy(PG_FUNCTION_ARGS)
{
	Mechanism	mechanism = mechanism_argument(fcinfo, 0);
	TieBreak	tie_break = tie_break_argument(fcinfo, 1);
	MarketFeatures features = {
		.has_reserves = PG_GETARG_BOOL(2), .has_caps = PG_GETARG_BOOL(3),
		.has_floors = PG_GETARG_BOOL(4)
	};
	CoreError	error;

	if (policy_check(mechanism, tie_break, &features, &error))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(error.message));
}
