/*
 * page_functions.c
 *	  The digests of the lines of a query, pool by pool and as a whole.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "market_query.h"
#include "pages.h"
#include "reader.h"

/* Give back a page as a row; of the pages of pools the digest alone. */
static void
emit_page(void *state, const PageText *page)
{
	const ReturnSetInfo *result = state;
	Datum		values[] = {
		BoolGetDatum(page->whole), Int64GetDatum(page->pool_id),
		Int64GetDatum(page->line_count), PointerGetDatum(page->digest),
		PointerGetDatum(page->content)
	};
	bool		nulls[] = {false, page->whole, false, false, page->content == NULL};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static Datum
answer_pages(FunctionCallInfo fcinfo, const char *what, Pages *(*read) (const char *query))
{
	char	   *query = query_argument(fcinfo, 0, what);
	MemoryContext memory;
	MemoryContext before;

	InitMaterializedSRF(fcinfo, 0);

	memory = AllocSetContextCreate(CurrentMemoryContext, "equity pages", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	pages_end(read(query), false, emit_page, fcinfo->resultinfo);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(equity_application_pages);

Datum
equity_application_pages(PG_FUNCTION_ARGS)
{
	return answer_pages(fcinfo, "applications", application_query_pages);
}

PG_FUNCTION_INFO_V1(equity_choice_pages);

Datum
equity_choice_pages(PG_FUNCTION_ARGS)
{
	return answer_pages(fcinfo, "choices", choice_query_pages);
}

static void
add_placement(void *state, const PlacementRow *row)
{
	pages_add_placement(state, row);
}

static Pages *
placement_query_pages(const char *query)
{
	Pages	   *pages = pages_begin();

	placement_query_read(query, add_placement, pages);
	return pages;
}

PG_FUNCTION_INFO_V1(equity_placement_pages);

Datum
equity_placement_pages(PG_FUNCTION_ARGS)
{
	return answer_pages(fcinfo, "placements", placement_query_pages);
}
