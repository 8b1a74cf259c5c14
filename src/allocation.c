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
#include "portability/instr_time.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/allocation/allocate.h"
#include "allocation.h"
#include "decimal.h"
#include "settings.h"
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

typedef struct MarketReader
{
	MarketBuilder *builder;
	CoreError	error;
	Word		last_groups;	/* as stored: rows of an applicant mostly have the same */
	int			last_room;
	int32		last_set;
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

static char *
optional_query(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

static Mechanism
mechanism_from_text(text *word)
{
	static const char *const words[] = {"deferred_acceptance", "serial_dictatorship",
										"immediate_acceptance", "top_trading_cycles"};
	char	   *wanted = text_to_cstring(word);

	for (int i = 0; i < lengthof(words); i++)
		if (strcmp(wanted, words[i]) == 0)
			return (Mechanism) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown mechanism \"%s\"", wanted),
			 errhint("Use deferred_acceptance, serial_dictatorship, immediate_acceptance or "
					 "top_trading_cycles.")));
}

/* ---- reading the seats ---- */

static void
demand(MarketReader *reader, bool taken)
{
	if (!taken)
		report_core_error(&reader->error);
}

/* 0 where there is none */
static int64
optional_id(const Row *row, int column)
{
	return row->nulls[column] ? 0 : row_id(row, column);
}

static void
take_cap(void *state, const Row *row)
{
	enum { ID, SEATS, PARENT, MIN_SEATS };
	MarketReader *reader = state;
	CapRow		cap = {
		.id = row_id(row, ID), .seats = row_id(row, SEATS),
		.floor = optional_id(row, MIN_SEATS),
		.has_parent = !row->nulls[PARENT], .parent_id = optional_id(row, PARENT)
	};

	demand(reader, market_add_cap(reader->builder, &cap));
}

static void
read_caps(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"cap_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"parent_id", COLUMN_ID, .optional = true, .nullable = true},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "caps", columns, lengthof(columns), take_cap, reader);
}

static void
take_pool(void *state, const Row *row)
{
	enum { ID, SEATS, MIN_SEATS, CAP };
	MarketReader *reader = state;
	PoolRow		pool = {
		.id = row_id(row, ID), .seats = row_id(row, SEATS),
		.floor = optional_id(row, MIN_SEATS),
		.has_cap = !row->nulls[CAP], .cap_id = optional_id(row, CAP)
	};

	demand(reader, market_add_pool(reader->builder, &pool));
}

static void
read_pools(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"pool_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true},
		{"cap_id", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "pools", columns, lengthof(columns), take_pool, reader);
}

static void
take_reserve(void *state, const Row *row)
{
	enum { POOL, NAME, SEATS, MODE, CASCADE, POSITION };
	MarketReader *reader = state;
	Word		mode;
	Word	   *cascade = NULL;
	ReserveRow	reserve = {
		.pool_id = row_id(row, POOL), .name = row_word(row, NAME), .seats = row_id(row, SEATS),
		.has_position = !row->nulls[POSITION], .position = optional_id(row, POSITION)
	};

	if (!row->nulls[MODE])
	{
		mode = row_word(row, MODE);
		reserve.mode = &mode;
	}
	if (!row->nulls[CASCADE])
		reserve.cascade_count = row_words(row, CASCADE, &cascade);
	reserve.cascade = cascade;
	demand(reader, market_add_reserve(reader->builder, &reserve));
}

static void
read_reserves(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"pool_id", COLUMN_ID},
		{"reserve", COLUMN_TEXT},
		{"seats", COLUMN_ID},
		{"mode", COLUMN_TEXT, .optional = true, .nullable = true},
		{"cascade", COLUMN_WORDS, .optional = true, .nullable = true},
		{"position", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "reserves", columns, lengthof(columns), take_reserve, reader);
}

/* ---- reading the applications ---- */

enum
{
	APPLICATION_APPLICANT,
	APPLICATION_POOL,
	APPLICATION_CHOICE,
	APPLICATION_SCORE,
	APPLICATION_TIE,
	APPLICATION_GROUPS,
	APPLICATION_HOLDS
};

/* Keep the stored groups of a row, to be compared with those of the next. */
static void
keep_groups(MarketReader *reader, Word stored)
{
	if (stored.length > reader->last_room)
	{
		reader->last_room = stored.length * 2;
		reader->last_groups.text = palloc(reader->last_room);
	}
	reader->last_groups.length = stored.length;
	memcpy(unconstify(char *, reader->last_groups.text), stored.text, stored.length);
}

static int32
groups_of(MarketReader *reader, const Row *row)
{
	Word		stored;
	Word	   *words;
	int			count;

	if (row->nulls[APPLICATION_GROUPS])
		return 0;
	stored = row_bytes(row, APPLICATION_GROUPS);
	if (reader->last_room > 0 && words_equal(stored, reader->last_groups))
		return reader->last_set;
	count = row_words(row, APPLICATION_GROUPS, &words);
	keep_groups(reader, stored);
	reader->last_set = market_set(reader->builder, words, count);
	return reader->last_set;
}

static void
take_application(void *state, const Row *row)
{
	MarketReader *reader = state;
	ExactNumber tie;
	Word		holds;
	ContractRow contract = {
		.applicant_id = row_id(row, APPLICATION_APPLICANT),
		.pool_id = row_id(row, APPLICATION_POOL),
		.choice = row_id(row, APPLICATION_CHOICE),
		.score = row_number(row, APPLICATION_SCORE),
		.set = groups_of(reader, row)
	};

	if (row->columns[APPLICATION_TIE].given)
	{
		tie = row_number(row, APPLICATION_TIE);
		contract.tie = &tie;
	}
	if (!row->nulls[APPLICATION_HOLDS])
	{
		holds = row_word(row, APPLICATION_HOLDS);
		contract.holds = &holds;
	}
	demand(reader, market_add_contract(reader->builder, &contract));
}

static void
read_applications(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"choice", COLUMN_ID},
		{"score", COLUMN_NUMBER},
		{"tie", COLUMN_NUMBER, .optional = true, .nullable = true},
		{"groups", COLUMN_WORDS, .optional = true, .nullable = true},
		{"holds", COLUMN_TEXT, .optional = true, .nullable = true}
	};

	read_query(query, "applications", columns, lengthof(columns), take_application, reader);
}

/* Tell what a step took since the last one, to whoever asks for DEBUG1. */
static void
tell_time(const char *step, instr_time *since)
{
	instr_time	now;
	instr_time	taken;

	INSTR_TIME_SET_CURRENT(now);
	taken = now;
	INSTR_TIME_SUBTRACT(taken, *since);
	*since = now;
	ereport(DEBUG1, (errmsg_internal("allocation: %s %.3f s", step, INSTR_TIME_GET_DOUBLE(taken))));
}

typedef struct Queries
{
	const char *applications;
	const char *pools;
	const char *reserves;		/* or NULL */
	const char *caps;			/* or NULL */
} Queries;

static Market *
read_market(const Queries *queries, instr_time *since)
{
	MarketReader reader = {0};
	Market	   *market;

	reader.builder = market_begin((Size) equity_max_memory_kb * 1024, &reader.error);
	if (queries->caps)
		read_caps(&reader, queries->caps);
	read_pools(&reader, queries->pools);
	if (queries->reserves)
		read_reserves(&reader, queries->reserves);
	demand(&reader, market_end_seating(reader.builder));
	read_applications(&reader, queries->applications);
	tell_time("reading", since);
	market = market_end(reader.builder);
	demand(&reader, market != NULL);
	tell_time("ordering", since);
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
put_placement(ReturnSetInfo *result, const Market *market, int32 owner, Seat seat)
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

static void
put_placements(ReturnSetInfo *result, const Market *market, const Seat *seats)
{
	int32	   *order = applicants_by_id(market);
	MemoryContext row =
		AllocSetContextCreate(CurrentMemoryContext, "equity placement", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(row);

	for (int32 i = 0; i < market->applicant_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (seats[order[i]].contract != NONE)
			put_placement(result, market, order[i], seats[order[i]]);
		MemoryContextReset(row);
	}
	MemoryContextSwitchTo(before);
}

PG_FUNCTION_INFO_V1(equity_allocate);

Datum
equity_allocate(PG_FUNCTION_ARGS)
{
	Rules		rules = {
		.mechanism = mechanism_from_text(required_word(fcinfo, ARGUMENT_MECHANISM, "mechanism")),
		.tie_break = tie_break_from_text(required_word(fcinfo, ARGUMENT_TIE_BREAK, "tie_break"))
	};
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	Queries		queries = {
		.applications = required_query(fcinfo, ARGUMENT_APPLICATIONS, "applications"),
		.pools = required_query(fcinfo, ARGUMENT_POOLS, "pools"),
		.reserves = optional_query(fcinfo, ARGUMENT_RESERVES),
		.caps = optional_query(fcinfo, ARGUMENT_CAPS)
	};
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
	seats = host_alloc(sizeof(Seat) * Max(market->applicant_count, 1));
	if (!allocate(market, &rules, seats, &error))
		report_core_error(&error);
	tell_time("solving", &since);
	put_placements((ReturnSetInfo *) fcinfo->resultinfo, market, seats);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	tell_time("returning", &since);
	if (rules.draw)
		draw_close(rules.draw);
	return (Datum) 0;
}
