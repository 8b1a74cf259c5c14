/*
 * allocation.c
 *	  allocate: queries in, placements out.
 *
 * The queries run with the caller's rights and search_path and may only read.
 * Pools are read first, so that every application finds its pool.  Rows come
 * back in the order of applicant ids, whatever order the queries have.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/allocate.h"
#include "allocation.h"
#include "decimal.h"
#include "equity.h"
#include "lottery.h"
#include "reader.h"
#include "report.h"

enum
{
	ARGUMENT_APPLICATIONS,
	ARGUMENT_POOLS,
	ARGUMENT_RESERVES,
	ARGUMENT_CAPS,
	ARGUMENT_MECHANISM,
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED
};

enum
{
	POOL_ID,
	POOL_SEATS,
	POOL_MIN_SEATS,
	POOL_CAP
};

enum
{
	APPLICATION_APPLICANT,
	APPLICATION_POOL,
	APPLICATION_CHOICE,
	APPLICATION_SCORE,
	APPLICATION_TIE,
	APPLICATION_HOLDS
};

typedef struct MarketReader
{
	MarketBuilder *builder;
	CoreError	error;
} MarketReader;

/* ---- arguments ---- */

char *
required_query(FunctionCallInfo fcinfo, int argument, const char *what)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s query is NULL", what)));
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

static text *
required_word(FunctionCallInfo fcinfo, int argument, const char *what)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", what)));
	return PG_GETARG_TEXT_PP(argument);
}

void
refuse_unsupported(FunctionCallInfo fcinfo, int reserves, int caps)
{
	if (!PG_ARGISNULL(reserves))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("reserves are not supported")));
	if (!PG_ARGISNULL(caps))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("caps are not supported")));
}

void
refuse_unsupported_column(const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("column \"%s\" is not supported", column)));
}

static void
check_mechanism(text *word)
{
	static const char *const others[] = {"serial_dictatorship", "immediate_acceptance",
										 "top_trading_cycles"};
	char	   *mechanism = text_to_cstring(word);

	if (strcmp(mechanism, "deferred_acceptance") == 0)
		return;
	for (int i = 0; i < lengthof(others); i++)
		if (strcmp(mechanism, others[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("mechanism \"%s\" is not supported", mechanism),
					 errhint("Use deferred_acceptance.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown mechanism \"%s\"", mechanism),
			 errhint("Use deferred_acceptance.")));
}

/* ---- reading the market ---- */

static void
take_pool(void *state, const Row *row)
{
	MarketReader *reader = state;

	if (!row->nulls[POOL_MIN_SEATS] && row_id(row, POOL_MIN_SEATS) != 0)
		refuse_unsupported_column("min_seats");
	if (!row->nulls[POOL_CAP])
		refuse_unsupported_column("cap_id");
	if (!market_add_pool(reader->builder, row_id(row, POOL_ID), row_id(row, POOL_SEATS)))
		report_core_error(&reader->error);
}

static void
take_application(void *state, const Row *row)
{
	MarketReader *reader = state;
	ExactNumber tie;

	if (!row->nulls[APPLICATION_HOLDS])
		refuse_unsupported_column("holds");
	if (row->columns[APPLICATION_TIE].given)
		tie = row_number(row, APPLICATION_TIE);
	if (!market_add_contract(reader->builder, row_id(row, APPLICATION_APPLICANT),
							 row_id(row, APPLICATION_POOL), row_id(row, APPLICATION_CHOICE),
							 row_number(row, APPLICATION_SCORE),
							 row->columns[APPLICATION_TIE].given ? &tie : NULL))
		report_core_error(&reader->error);
}

static Market *
read_market(const char *applications, const char *pools)
{
	Column		pool_columns[] = {
		{"pool_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true},
		{"cap_id", COLUMN_ID, .optional = true, .nullable = true}
	};
	Column		application_columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"choice", COLUMN_ID},
		{"score", COLUMN_NUMBER},
		{"tie", COLUMN_NUMBER, .optional = true, .nullable = true},
		{"holds", COLUMN_TEXT, .optional = true, .nullable = true}
	};
	MarketReader reader;
	Market	   *market;

	reader.builder = market_begin((Size) equity_max_memory_kb * 1024, &reader.error);
	read_query(pools, "pools", pool_columns, lengthof(pool_columns), take_pool, &reader);
	read_query(applications, "applications", application_columns, lengthof(application_columns),
			   take_application, &reader);
	market = market_end(reader.builder);
	if (market == NULL)
		report_core_error(&reader.error);
	return market;
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

/* Applicants in the order of their ids. */
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
put_placement(ReturnSetInfo *result, const Market *market, int32 contract)
{
	int128		score = numbers_value(&market->score, market->score.keys[contract]);
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = Int64GetDatum(market->applicant_ids[market->owner[contract]]);
	values[1] = Int64GetDatum(market->pool_ids[market->pool[contract]]);
	values[2] = Int32GetDatum(market->choice[contract]);
	values[3] = CStringGetTextDatum("open");
	values[4] = Int32GetDatum(0);
	values[5] = NumericGetDatum(decimal_from_digits(score, market->score.scale));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_placements(ReturnSetInfo *result, const Market *market, const int32 *held)
{
	int32	   *order = applicants_by_id(market);
	MemoryContext row =
		AllocSetContextCreate(CurrentMemoryContext, "equity placement", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(row);

	for (int32 i = 0; i < market->applicant_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (held[order[i]] != NO_CONTRACT)
			put_placement(result, market, held[order[i]]);
		MemoryContextReset(row);
	}
	MemoryContextSwitchTo(before);
}

PG_FUNCTION_INFO_V1(equity_allocate);

Datum
equity_allocate(PG_FUNCTION_ARGS)
{
	TieBreak	tie_break =
		tie_break_from_text(required_word(fcinfo, ARGUMENT_TIE_BREAK, "tie_break"));
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	char	   *applications = required_query(fcinfo, ARGUMENT_APPLICATIONS, "applications");
	char	   *pools = required_query(fcinfo, ARGUMENT_POOLS, "pools");
	MemoryContext memory;
	MemoryContext before;
	Market	   *market;
	Draw	   *draw;
	int32	   *held;
	CoreError	error;

	check_mechanism(required_word(fcinfo, ARGUMENT_MECHANISM, "mechanism"));
	refuse_unsupported(fcinfo, ARGUMENT_RESERVES, ARGUMENT_CAPS);
	draw = tie_break_draw(tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);

	memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity allocation", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	market = read_market(applications, pools);
	held = host_alloc(sizeof(int32) * Max(market->applicant_count, 1));
	if (!allocate(market, tie_break, draw, held, &error))
		report_core_error(&error);
	put_placements((ReturnSetInfo *) fcinfo->resultinfo, market, held);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	if (draw)
		draw_close(draw);
	return (Datum) 0;
}
