/*
 * allocation.c
 *	  allocate: queries in, placements out; or with counts, and the text of both.
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
#include "pages.h"
#include "progress.h"
#include "reader.h"
#include "report.h"

enum
{
	ARGUMENT_MECHANISM = 4,		/* after the queries */
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED,
	ARGUMENT_READ				/* of allocate_and_read alone */
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

/* The columns of allocate_and_read after those of allocate */
enum
{
	COLUMN_INPUT = 6,
	COLUMN_WHOLE,
	COLUMN_LINES,
	COLUMN_DIGEST,
	COLUMN_CONTENT,
	COLUMN_APPLICANTS,
	COLUMN_CHOICES,
	COLUMNS
};

typedef struct Solution
{
	ReturnSetInfo *result;
	const Market *market;
	const Seat *seats;			/* by applicant */
	Pages	   *pages;			/* of the placements, or NULL */
	const char *input;			/* whose pages are given back */
} Solution;

/* Give back a row with the columns from first on and before end; the others are NULL. */
static void
put_row(const Solution *solution, Datum *values, int first, int end)
{
	bool		nulls[COLUMNS];

	for (int i = 0; i < COLUMNS; i++)
		nulls[i] = i < first || i >= end;
	tuplestore_putvalues(solution->result->setResult, solution->result->setDesc, values, nulls);
}

static void
emit_placement(const Solution *solution, int32 owner)
{
	const Market *market = solution->market;
	Seat		seat = solution->seats[owner];
	int32		set = market->set ? market->set[seat.contract] : 0;
	int64		choice = market->choice[seat.contract];
	int64		tier = seating_tier(market->seating, seat.group, set);
	ExactNumber score = {
		.digits = numbers_value(&market->score, market->score.keys[seat.contract]),
		.scale = market->score.scale
	};
	PlacementRow row = {
		.applicant_id = market->applicant_ids[owner],
		.pool_id = market->seating->pools[market->pool[seat.contract]].id,
		.seat = seating_seat(market->seating, seat.group),
		.choice = &choice, .tier = &tier, .score = &score
	};
	Datum		values[COLUMNS];

	values[0] = Int64GetDatum(row.applicant_id);
	values[1] = Int64GetDatum(row.pool_id);
	values[2] = Int32GetDatum((int32) choice);
	values[3] = PointerGetDatum(cstring_to_text_with_len(row.seat.text, row.seat.length));
	values[4] = Int32GetDatum((int32) tier);
	values[5] = NumericGetDatum(decimal_from_digits(score.digits, score.scale));
	put_row(solution, values, 0, COLUMN_INPUT);
	if (solution->pages)
		pages_add_placement(solution->pages, &row);
}

/* Give back a row for each applicant with a seat, in the order of ids. */
static void
emit_placements(const Solution *solution)
{
	MemoryContext row =
		AllocSetContextCreate(CurrentMemoryContext, "equity placement", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(row);

	for (int32 i = 0; i < solution->market->applicant_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (solution->seats[i].contract != NONE)
			emit_placement(solution, i);
		MemoryContextReset(row);
	}
	MemoryContextSwitchTo(before);
}

static void
emit_page(void *state, const PageText *page)
{
	const Solution *solution = state;
	Datum		values[COLUMNS];

	values[COLUMN_INPUT] = CStringGetTextDatum(solution->input);
	values[COLUMN_WHOLE] = BoolGetDatum(page->whole);
	values[COLUMN_LINES] = Int64GetDatum(page->line_count);
	values[COLUMN_DIGEST] = PointerGetDatum(page->digest);
	values[COLUMN_CONTENT] = PointerGetDatum(page->content);
	put_row(solution, values, COLUMN_INPUT, page->content ? COLUMN_APPLICANTS : COLUMN_CONTENT);
}

static void
emit_counts(const Solution *solution)
{
	Datum		values[COLUMNS];

	values[COLUMN_APPLICANTS] = Int64GetDatum(solution->market->applicant_count);
	values[COLUMN_CHOICES] = Int64GetDatum(solution->market->contract_count);
	put_row(solution, values, COLUMN_APPLICANTS, COLUMNS);
}

/* ---- allocating ---- */

/* Read, allocate and give back the placements; with pages their lines too. */
static Solution
allocate_queries(FunctionCallInfo fcinfo, const Rules *rules, const MarketQueries *queries,
				 Pages *pages)
{
	instr_time	since;
	Market	   *market;
	Seat	   *seats;
	Solution	solution;
	CoreError	error;

	progress_begin_alone("allocate");
	INSTR_TIME_SET_CURRENT(since);
	market = read_market(queries, rules, &since);
	notice_oversights(market);
	progress_phase("solving", 0);
	seats = host_alloc(sizeof(Seat) * Max(market->applicant_count, 1));
	if (!allocate(market, rules, seats, &error))
		report_core_error(&error);
	report_step("solving", &since);
	solution = (Solution) {(ReturnSetInfo *) fcinfo->resultinfo, market, seats, pages};
	progress_phase("returning", 0);
	emit_placements(&solution);
	report_step("returning", &since);
	return solution;
}

/* Answer allocate. */
static void
answer_placements(FunctionCallInfo fcinfo, const Rules *rules, MarketQueries *queries)
{
	allocate_queries(fcinfo, rules, queries, NULL);
}

/* Answer allocate_and_read: placements, counts, and the pages of what was read and came out. */
static void
answer_solution(FunctionCallInfo fcinfo, const Rules *rules, MarketQueries *queries)
{
	char	   *applications = optional_query_argument(fcinfo, ARGUMENT_READ);
	Pages	   *read = market_query_pages(queries, applications, false).applications;
	Pages	   *placed = read ? pages_begin() : NULL;
	Solution	solution = allocate_queries(fcinfo, rules, queries, placed);

	emit_counts(&solution);
	if (read == NULL)
		return;
	solution.input = "applications";
	pages_end(read, true, emit_page, &solution);
	solution.input = "placements";
	pages_end(placed, false, emit_page, &solution);
}

typedef void (*AnswerFunction) (FunctionCallInfo fcinfo, const Rules *rules,
								MarketQueries *queries);

/* Take the arguments that both functions have alike, and answer in memory of its own. */
static Datum
answer_arguments(FunctionCallInfo fcinfo, AnswerFunction answer)
{
	Rules		rules = {
		.mechanism = mechanism_argument(fcinfo, ARGUMENT_MECHANISM),
		.tie_break = tie_break_argument(fcinfo, ARGUMENT_TIE_BREAK)
	};
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	MarketQueries queries = market_query_arguments(fcinfo);
	MemoryContext memory;
	MemoryContext before;

	rules.draw = tie_break_draw(rules.tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);

	memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity allocation", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	answer(fcinfo, &rules, &queries);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	if (rules.draw)
		draw_close(rules.draw);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(equity_allocate);

Datum
equity_allocate(PG_FUNCTION_ARGS)
{
	return answer_arguments(fcinfo, answer_placements);
}

PG_FUNCTION_INFO_V1(equity_allocate_and_read);

Datum
equity_allocate_and_read(PG_FUNCTION_ARGS)
{
	return answer_arguments(fcinfo, answer_solution);
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
