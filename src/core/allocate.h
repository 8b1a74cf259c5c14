/*
 * allocate.h
 *	  Deferred acceptance over a market.
 */
#ifndef ALLOCATE_H
#define ALLOCATE_H

#include "core/draw.h"
#include "core/market.h"

#define NO_CONTRACT		(-1)

/*
 * The contract that each applicant holds in the end, by applicant, or
 * NO_CONTRACT.  draw may be NULL with TIE_BREAK_STRICT.
 */
extern bool allocate(const Market *market, TieBreak tie_break, Draw *draw, int32 *held,
					 CoreError *error);

#endif							/* ALLOCATE_H */
