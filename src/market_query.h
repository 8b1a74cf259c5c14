/*
 * market_query.h
 *	  The queries of a market, read into rows: for allocate and for verify alike.
 *
 * Only the reading is shared: which columns a query has, and the row that they
 * make.  What a row is worth each of the two decides by itself, beyond MarketSink.
 */
#ifndef MARKET_QUERY_H
#define MARKET_QUERY_H

#include "fmgr.h"

#include "core/base/market_rows.h"
#include "core/base/policy.h"
#include "pages.h"

/* Who takes the rows; each function raises an error for a row that cannot be. */
typedef struct MarketSink
{
	void	   *state;
	void		(*add_cap) (void *state, const CapRow *row);
	void		(*add_pool) (void *state, const PoolRow *row);
	void		(*add_reserve) (void *state, const ReserveRow *row);
	void		(*end_seats) (void *state);

	/* Give a set of groups its number; called once for groups that come again and again. */
	int32		(*number_groups) (void *state, const Word *groups, int count);
	void		(*add_application) (void *state, const ApplicationRow *row);
} MarketSink;

/* Where the lines of applications go, and those of who asks for what; NULL for nowhere */
typedef struct InputPages
{
	Pages	   *applications;
	Pages	   *choices;
} InputPages;

typedef struct MarketQueries
{
	const char *applications;
	const char *pools;
	const char *reserves;		/* or NULL */
	const char *caps;			/* or NULL */
	InputPages	pages;			/* of the applications as they are read */
} MarketQueries;

/* The first four arguments of a function; 22004 when the queries that it needs are NULL */
extern MarketQueries market_query_arguments(FunctionCallInfo fcinfo);

/* The words of an argument that must be given; 22004, or 22023 when they name nothing */
extern Mechanism mechanism_argument(FunctionCallInfo fcinfo, int argument);
extern TieBreak tie_break_argument(FunctionCallInfo fcinfo, int argument);

/* Read caps, pools, reserves and applications, in this order, and hand over their rows. */
extern void market_query_read(const MarketQueries *queries, const MarketSink *sink);

/* Read applications, or who asks for which pool, for their lines alone. */
extern Pages *application_query_pages(const char *query);
extern Pages *choice_query_pages(const char *query);

/*
 * The lines of an applications query, or NULL for none.  When it is the market's own
 * it is read once only: the pages are filled by market_query_read.  With choices an
 * application without a score is a choice that does not compete.
 */
extern InputPages market_query_pages(MarketQueries *queries, const char *applications,
									 bool with_choices);

typedef void (*PlacementFunction) (void *state, const PlacementRow *placement);

/* Read placements and hand over their rows. */
extern void placement_query_read(const char *query, PlacementFunction take, void *state);

#endif							/* MARKET_QUERY_H */
