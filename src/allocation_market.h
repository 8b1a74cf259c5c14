/*
 * allocation_market.h
 *	  A market from a caller's queries: for allocate and for what reads its result.
 */
#ifndef ALLOCATION_MARKET_H
#define ALLOCATION_MARKET_H

#include "fmgr.h"
#include "portability/instr_time.h"

#include "core/allocation/market.h"
#include "market_query.h"

/* In the current memory context; an error for rows that cannot be, or too many. */
extern Market *read_market(const MarketQueries *queries, const Rules *rules, instr_time *since);

/* Report at DEBUG1 what a step took since the last one. */
extern void report_step(const char *step, instr_time *since);

#endif							/* ALLOCATION_MARKET_H */
