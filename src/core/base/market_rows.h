/*
 * market_rows.h
 *	  The rows of a market as queries give them: for the allocator to build from, and
 *	  for the verifier to judge by.
 *
 * Words in a row belong to the caller and live for the call.
 */
#ifndef CORE_BASE_MARKET_ROWS_H
#define CORE_BASE_MARKET_ROWS_H

#include "core/base/numbers.h"
#include "core/base/words.h"

typedef struct CapRow
{
	int64		id;
	int64		seats;
	int64		floor;			/* 0: none */
	bool		has_parent;
	int64		parent_id;
} CapRow;

typedef struct PoolRow
{
	int64		id;
	int64		seats;
	int64		floor;			/* 0: none */
	bool		has_cap;
	int64		cap_id;
} PoolRow;

typedef struct ReserveRow
{
	int64		pool_id;
	Word		name;
	int64		seats;
	const Word *mode;			/* NULL: after_open */
	bool		has_position;
	int64		position;
	int32		cascade_count;
	const Word *cascade;		/* NULL: anyone */
} ReserveRow;

typedef struct ApplicationRow
{
	int64		applicant_id;
	int64		pool_id;
	int64		choice;
	ExactNumber score;
	const ExactNumber *tie;		/* NULL in every row when the input has none */
	int32		set;			/* the number that the reader of the row gave to its groups */
	const Word *holds;			/* NULL: no seat from before */
} ApplicationRow;

typedef struct PlacementRow
{
	int64		applicant_id;
	int64		pool_id;
	Word		seat;
	const int64 *choice;		/* these three: NULL in every row when the input has none */
	const int64 *tier;
	const ExactNumber *score;
} PlacementRow;

#endif							/* CORE_BASE_MARKET_ROWS_H */
