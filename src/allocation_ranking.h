/*
 * allocation_ranking.h
 *	  A call over a market in its order: queries in; who ranks where, and who holds what,
 *	  out.
 */
#ifndef ALLOCATION_RANKING_H
#define ALLOCATION_RANKING_H

#include "fmgr.h"
#include "nodes/execnodes.h"

#include "core/allocation/allocate.h"
#include "core/allocation/rank.h"
#include "market_query.h"

/* A call, from the reading of its queries to the last row */
typedef struct RankingCall
{
	ReturnSetInfo *result;
	MemoryContext memory;		/* of all but the result; current while the call lasts */
	MemoryContext before;
	MemoryContext row;			/* of one row or queue */
	Rules		rules;
	InputPages	pages;			/* of what was to be read for its lines, when asked for */
	Market	   *market;
	Ranking		ranking;
	CoreError	error;
} RankingCall;

/*
 * Read the market of the first four arguments; the tie break is the argument of that
 * number, the seed the next one.  read is the applications query whose lines are wanted,
 * or NULL.  From here on everything is taken in the call's memory.
 */
extern void ranking_call_begin(FunctionCallInfo fcinfo, RankingCall *call, int tie_break,
							   const char *read);
extern Datum ranking_call_end(RankingCall *call);

/* Read placements of the same market: by applicant, the seat. */
extern const Seat *ranking_call_seats(RankingCall *call, const char *placements);

/* ---- values of rows ---- */

/* The id of a group's pool, and the name of its seats */
extern Datum ranking_pool_datum(const RankingCall *call, int32 group);
extern Datum ranking_seat_datum(const RankingCall *call, int32 group);

/* The score and the tie of a contract; a tie may be NULL */
extern Datum ranking_score_datum(const RankingCall *call, int32 contract);
extern Datum ranking_tie_datum(const RankingCall *call, int32 contract, bool *is_null);

/* Set what ranks a bid: tier, score, tie, lottery. */
extern void ranking_set_bid(const RankingCall *call, const Bid *bid, Datum *values, bool *nulls);

extern void ranking_put_row(const RankingCall *call, const Datum *values, const bool *nulls);

#endif							/* ALLOCATION_RANKING_H */
