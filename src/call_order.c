/*
 * call_order.c
 *	  call_order: queries in, the order of a waiting list out.
 *
 * Shares are read first, so that of a candidate's groups only those are kept
 * that have one.  Rows come back by pool and position.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "core/apportionment/call_order.h"
#include "settings.h"
#include "reader.h"
#include "report.h"

enum
{
	ARGUMENT_CANDIDATES,
	ARGUMENT_SHARES,
	ARGUMENT_ROUNDING
};

enum
{
	CANDIDATE_POOL,
	CANDIDATE_APPLICANT,
	CANDIDATE_RANK,
	CANDIDATE_GROUPS
};

enum
{
	SHARE_POOL,
	SHARE_RESERVE,
	SHARE_PERCENT,
	SHARE_POSITION
};

typedef struct CallReader
{
	CallOrder  *order;
	CoreError	error;
} CallReader;

static void
take_share(void *state, const Row *row)
{
	CallReader *reader = state;
	int64		position =
		row->nulls[SHARE_POSITION] ? CALL_NO_POSITION : row_id(row, SHARE_POSITION);

	if (!call_order_add_share(reader->order, row_id(row, SHARE_POOL), row_word(row, SHARE_RESERVE),
							  row_number(row, SHARE_PERCENT), position))
		report_core_error(&reader->error);
}

static void
take_candidate(void *state, const Row *row)
{
	CallReader *reader = state;
	Word	   *groups = NULL;
	int			count =
		row->nulls[CANDIDATE_GROUPS] ? 0 : row_words(row, CANDIDATE_GROUPS, &groups);

	if (!call_order_add_candidate(reader->order, row_id(row, CANDIDATE_POOL),
								  row_id(row, CANDIDATE_APPLICANT), row_id(row, CANDIDATE_RANK),
								  groups, count))
		report_core_error(&reader->error);
}

static void
read_order(CallReader *reader, const char *candidates, const char *shares, CallRounding rounding)
{
	Column		share_columns[] = {
		{"pool_id", COLUMN_ID},
		{"reserve", COLUMN_TEXT},
		{"min_percent", COLUMN_NUMBER},
		{"position", COLUMN_ID, .optional = true, .nullable = true}
	};
	Column		candidate_columns[] = {
		{"pool_id", COLUMN_ID},
		{"applicant_id", COLUMN_ID},
		{"rank", COLUMN_ID},
		{"groups", COLUMN_WORDS, .nullable = true}
	};

	reader->order = call_order_begin(rounding, (Size) equity_max_memory_kb * 1024, &reader->error);
	read_query(shares, "shares", share_columns, lengthof(share_columns), take_share, reader);
	if (!call_order_end_shares(reader->order))
		report_core_error(&reader->error);
	read_query(candidates, "candidates", candidate_columns, lengthof(candidate_columns),
			   take_candidate, reader);
}

static void
put_calls(ReturnSetInfo *result, const Candidate *candidates, const int32 *called, int32 count)
{
	int32		position = 0;

	for (int32 i = 0; i < count; i++)
	{
		const Candidate *candidate = &candidates[called[i]];
		Datum		values[3];
		bool		nulls[3] = {false};

		CHECK_FOR_INTERRUPTS();
		if (i == 0 || candidate->pool_id != candidates[called[i - 1]].pool_id)
			position = 0;
		values[0] = Int64GetDatum(candidate->pool_id);
		values[1] = Int64GetDatum(candidate->applicant_id);
		values[2] = Int32GetDatum(++position);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

static CallRounding
rounding_argument(FunctionCallInfo fcinfo)
{
	CallRounding rounding;
	CoreError	error;

	if (PG_ARGISNULL(ARGUMENT_ROUNDING))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("rounding is NULL")));
	if (!call_rounding_of(word_of(text_to_cstring(PG_GETARG_TEXT_PP(ARGUMENT_ROUNDING))),
						  &rounding, &error))
		report_core_error(&error);
	return rounding;
}

PG_FUNCTION_INFO_V1(equity_call_order);

Datum
equity_call_order(PG_FUNCTION_ARGS)
{
	char	   *candidates = query_argument(fcinfo, ARGUMENT_CANDIDATES, "candidates");
	char	   *shares = query_argument(fcinfo, ARGUMENT_SHARES, "shares");
	CallRounding rounding = rounding_argument(fcinfo);
	MemoryContext memory;
	MemoryContext before;
	CallReader	reader;
	const Candidate *ordered;
	int32	   *called;
	int32		count;

	InitMaterializedSRF(fcinfo, 0);
	memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity call order", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	read_order(&reader, candidates, shares, rounding);
	if (!call_order_solve(reader.order, &ordered, &called, &count))
		report_core_error(&reader.error);
	put_calls((ReturnSetInfo *) fcinfo->resultinfo, ordered, called, count);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}
