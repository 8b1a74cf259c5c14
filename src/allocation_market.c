/*
 * allocation_market.c
 *	  A market from a caller's queries.
 */
#include "postgres.h"

#include "allocation_market.h"
#include "report.h"
#include "settings.h"

typedef struct AllocationReader
{
	MarketBuilder *builder;
	CoreError	error;
} AllocationReader;

/* Raise the error of a row that was not added. */
static void
check_added(const AllocationReader *reader, bool added)
{
	if (!added)
		report_core_error(&reader->error);
}

static void
add_cap(void *state, const CapRow *row)
{
	AllocationReader *reader = state;

	check_added(reader, market_add_cap(reader->builder, row));
}

static void
add_pool(void *state, const PoolRow *row)
{
	AllocationReader *reader = state;

	check_added(reader, market_add_pool(reader->builder, row));
}

static void
add_reserve(void *state, const ReserveRow *row)
{
	AllocationReader *reader = state;

	check_added(reader, market_add_reserve(reader->builder, row));
}

static void
end_seats(void *state)
{
	AllocationReader *reader = state;

	check_added(reader, market_end_seating(reader->builder));
}

static int32
number_groups(void *state, const Word *groups, int count)
{
	return market_set(((AllocationReader *) state)->builder, groups, count);
}

static void
add_application(void *state, const ApplicationRow *row)
{
	AllocationReader *reader = state;

	check_added(reader, market_add_application(reader->builder, row));
}

void
report_step(const char *step, instr_time *since)
{
	instr_time	now;
	instr_time	taken;

	INSTR_TIME_SET_CURRENT(now);
	taken = now;
	INSTR_TIME_SUBTRACT(taken, *since);
	*since = now;
	ereport(DEBUG1, (errmsg_internal("allocation: %s %.3f s", step, INSTR_TIME_GET_DOUBLE(taken))));
}

Market *
read_market(const MarketQueries *queries, const Rules *rules, instr_time *since)
{
	AllocationReader reader = {0};
	MarketSink	sink = {
		&reader, add_cap, add_pool, add_reserve, end_seats, number_groups, add_application
	};
	Market	   *market;

	reader.builder = market_begin((Size) equity_max_memory_kb * 1024, &reader.error);
	market_expect(reader.builder, rules);
	market_query_read(queries, &sink);
	report_step("reading", since);
	market = market_end(reader.builder);
	check_added(&reader, market != NULL);
	report_step("ordering", since);
	return market;
}
