/*
 * verification.c
 *	  verify: queries and placements in, violations out; or with the digests of both.
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
#include "pages.h"
#include "progress.h"
#include "reader.h"
#include "report.h"
#include "settings.h"

enum
{
	ARGUMENT_PLACEMENTS = 4,	/* after the queries of the market */
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED,
	ARGUMENT_READ				/* of verify_and_read alone */
};

typedef struct VerificationReader
{
	Verification *check;
	Pages	   *pages;			/* of the placements, or NULL */
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
	if (reader->pages)
		pages_add_placement(reader->pages, row);
}

/* ---- the answer ---- */

/* The columns of verify_and_read after those of verify */
enum
{
	COLUMN_INPUT = 5,
	COLUMN_DIGEST,
	COLUMNS
};

typedef struct Answer
{
	ReturnSetInfo *result;
	MemoryContext memory;		/* of one row */
	const char *input;			/* whose digest is given back */
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
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {[COLUMN_INPUT] = true, [COLUMN_DIGEST] = true};

	values[0] = CStringGetTextDatum(violation->name);
	set_id(&values[1], &nulls[1], violation->applicant_id);
	set_id(&values[2], &nulls[2], violation->pool_id);
	set_id(&values[3], &nulls[3], violation->other_applicant_id);
	values[4] = CStringGetTextDatum(violation->detail);
	tuplestore_putvalues(answer->result->setResult, answer->result->setDesc, values, nulls);
	MemoryContextSwitchTo(before);
	MemoryContextReset(answer->memory);
}

/* Give back the digest of the whole as a row. */
static void
emit_digest(void *state, const PageText *page)
{
	const Answer *answer = state;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {true, true, true, true, true};

	if (!page->whole)
		return;
	values[COLUMN_INPUT] = CStringGetTextDatum(answer->input);
	values[COLUMN_DIGEST] = PointerGetDatum(page->digest);
	tuplestore_putvalues(answer->result->setResult, answer->result->setDesc, values, nulls);
}

/* ---- judging ---- */

/* Read, judge and answer; with pages the placements' lines too. */
static void
verify_queries(FunctionCallInfo fcinfo, TieBreak tie_break, Draw *draw,
			   const MarketQueries *queries, Pages *pages)
{
	char	   *placements = query_argument(fcinfo, ARGUMENT_PLACEMENTS, "placements");
	VerificationReader reader = {.pages = pages};
	MarketSink	sink = {
		&reader, add_cap, add_pool, add_reserve, end_seats, number_groups, add_application
	};
	Answer		answer = {(ReturnSetInfo *) fcinfo->resultinfo};

	progress_begin_alone("verify");
	reader.check = verification_begin(tie_break, draw, (Size) equity_max_memory_kb * 1024,
									  &reader.error);
	market_query_read(queries, &sink);
	placement_query_read(placements, add_placement, &reader);

	answer.memory = AllocSetContextCreate(CurrentMemoryContext, "equity violation",
										  ALLOCSET_SMALL_SIZES);
	progress_phase("judging", 0);
	check_added(&reader, verify(reader.check, emit_violation, &answer));
}

/* Answer verify. */
static void
answer_violations(FunctionCallInfo fcinfo, TieBreak tie_break, Draw *draw)
{
	MarketQueries queries = market_query_arguments(fcinfo);

	verify_queries(fcinfo, tie_break, draw, &queries, NULL);
}

/* Answer verify_and_read: violations, and the digests of applications, choices and placements. */
static void
answer_with_digests(FunctionCallInfo fcinfo, TieBreak tie_break, Draw *draw)
{
	MarketQueries queries = market_query_arguments(fcinfo);
	InputPages	read =
		market_query_pages(&queries, query_argument(fcinfo, ARGUMENT_READ, "read"), true);
	Pages	   *placed = pages_begin();
	Answer		answer = {(ReturnSetInfo *) fcinfo->resultinfo};

	verify_queries(fcinfo, tie_break, draw, &queries, placed);
	answer.input = "applications";
	pages_end(read.applications, false, emit_digest, &answer);
	answer.input = "choices";
	pages_end(read.choices, false, emit_digest, &answer);
	answer.input = "placements";
	pages_end(placed, false, emit_digest, &answer);
}

typedef void (*AnswerFunction) (FunctionCallInfo fcinfo, TieBreak tie_break, Draw *draw);

/* Take the arguments that both functions have alike, and answer in memory of its own. */
static Datum
answer_arguments(FunctionCallInfo fcinfo, AnswerFunction answer_queries)
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
	answer_queries(fcinfo, tie_break, draw);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	if (draw)
		draw_close(draw);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(equity_verify);

Datum
equity_verify(PG_FUNCTION_ARGS)
{
	return answer_arguments(fcinfo, answer_violations);
}

PG_FUNCTION_INFO_V1(equity_verify_and_read);

Datum
equity_verify_and_read(PG_FUNCTION_ARGS)
{
	return answer_arguments(fcinfo, answer_with_digests);
}
