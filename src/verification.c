/*
 * verification.c
 *	  verify: queries and placements in, violations out.
 *
 * Rows are read as allocate reads them (market_query.h) and handed to the verifier;
 * all judgement is its own, and it shares no code with the allocator.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/verification/verify.h"
#include "lottery.h"
#include "market_query.h"
#include "reader.h"
#include "report.h"
#include "settings.h"

enum
{
	ARGUMENT_PLACEMENTS = 4,	/* after the queries of the market */
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED
};

typedef struct VerificationReader
{
	Verification *check;
	CoreError	error;
} VerificationReader;

/* Raise the error of a row that was not added. */
static void
check_added(const VerificationReader *reader, bool added)
{
	if (!added)
		report_core_error(&reader->error);
}

/* ---- reading ---- */

static void
add_cap(void *state, const CapRow *row)
{
	VerificationReader *reader = state;

	check_added(reader, verification_add_cap(reader->check, row));
}

static void
add_pool(void *state, const PoolRow *row)
{
	VerificationReader *reader = state;

	check_added(reader, verification_add_pool(reader->check, row));
}

static void
add_reserve(void *state, const ReserveRow *row)
{
	VerificationReader *reader = state;

	check_added(reader, verification_add_reserve(reader->check, row));
}

static void
end_seats(void *state)
{
	VerificationReader *reader = state;

	check_added(reader, verification_end_seats(reader->check));
}

static int32
number_groups(void *state, const Word *groups, int count)
{
	VerificationReader *reader = state;
	int32		number;

	check_added(reader, verification_number_groups(reader->check, groups, count, &number));
	return number;
}

static void
add_application(void *state, const ApplicationRow *row)
{
	VerificationReader *reader = state;

	check_added(reader, verification_add_application(reader->check, row));
}

static void
add_placement(void *state, const PlacementRow *row)
{
	VerificationReader *reader = state;

	check_added(reader, verification_add_placement(reader->check, row));
}

/* ---- the answer ---- */

typedef struct Answer
{
	ReturnSetInfo *result;
	MemoryContext memory;		/* of one row */
} Answer;

static void
set_id(Datum *value, bool *null, const int64 *id)
{
	*null = id == NULL;
	*value = id ? Int64GetDatum(*id) : (Datum) 0;
}

/* Give back a violation as a row. */
static void
emit_violation(void *state, const Violation *violation)
{
	const Answer *answer = state;
	MemoryContext before = MemoryContextSwitchTo(answer->memory);
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = CStringGetTextDatum(violation->name);
	set_id(&values[1], &nulls[1], violation->applicant_id);
	set_id(&values[2], &nulls[2], violation->pool_id);
	set_id(&values[3], &nulls[3], violation->other_applicant_id);
	values[4] = CStringGetTextDatum(violation->detail);
	tuplestore_putvalues(answer->result->setResult, answer->result->setDesc, values, nulls);
	MemoryContextSwitchTo(before);
	MemoryContextReset(answer->memory);
}

/* Read, judge and answer; everything is taken in the current memory context. */
static void
verify_queries(FunctionCallInfo fcinfo, TieBreak tie_break, Draw *draw)
{
	MarketQueries queries = market_query_arguments(fcinfo);
	char	   *placements = query_argument(fcinfo, ARGUMENT_PLACEMENTS, "placements");
	VerificationReader reader = {0};
	MarketSink	sink = {
		&reader, add_cap, add_pool, add_reserve, end_seats, number_groups, add_application
	};
	Answer		answer = {(ReturnSetInfo *) fcinfo->resultinfo};

	reader.check = verification_begin(tie_break, draw, (Size) equity_max_memory_kb * 1024,
									  &reader.error);
	market_query_read(&queries, &sink);
	placement_query_read(placements, add_placement, &reader);

	answer.memory = AllocSetContextCreate(CurrentMemoryContext, "equity violation",
										  ALLOCSET_SMALL_SIZES);
	check_added(&reader, verify(reader.check, emit_violation, &answer));
}

PG_FUNCTION_INFO_V1(equity_verify);

Datum
equity_verify(PG_FUNCTION_ARGS)
{
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	TieBreak	tie_break = tie_break_argument(fcinfo, ARGUMENT_TIE_BREAK);
	Draw	   *draw = tie_break_draw(tie_break, seed);
	MemoryContext memory;
	MemoryContext before;

	InitMaterializedSRF(fcinfo, 0);

	memory = AllocSetContextCreate(CurrentMemoryContext, "equity verification",
								   ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	verify_queries(fcinfo, tie_break, draw);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	if (draw)
		draw_close(draw);
	return (Datum) 0;
}
