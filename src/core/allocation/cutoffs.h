/*
 * cutoffs.h
 *	  Up to whom the full groups of seats and caps of a market went, as rows say it: who
 *	  ranks below that is refused.
 */
#ifndef CORE_ALLOCATION_CUTOFFS_H
#define CORE_ALLOCATION_CUTOFFS_H

#include "core/allocation/rank.h"

/* The last holder of a group of seats, or of a cap */
typedef struct CutoffRow
{
	bool		is_cap;
	int64		id;				/* of the cap or the pool */
	Word		seat;			/* of the pool */
	bool		is_kept;		/* the seat is held from before */
	bool		is_anyones;		/* of a cap: open seats, or the tier for anyone; no tier */
	int64		tier;
	ExactNumber score;
	ExactNumber tie;			/* may be NULL */
	int64		lottery;		/* 0 without lottery */
	int64		applicant_id;
} CutoffRow;

typedef struct Cutoffs Cutoffs;

/* None so far; the ranking and the error stay the caller's. */
extern Cutoffs *cutoffs_begin(const Ranking *ranking, CoreError *error);

/* Take a row; false with the error when it names nothing, or what another row did. */
extern bool cutoffs_add(Cutoffs *cutoffs, const CutoffRow *row);

/* What a row was refused for */
extern const CoreError *cutoffs_error(const Cutoffs *cutoffs);

/* Does a bid rank below the last holder of its group, or of a cap above it? */
extern bool cutoffs_refuse(const Cutoffs *cutoffs, const Bid *bid);

#endif							/* CORE_ALLOCATION_CUTOFFS_H */
