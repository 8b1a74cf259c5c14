/*
 * allocate.h
 *	  Giving the seats of a market to its applicants.
 */
#ifndef CORE_ALLOCATION_ALLOCATE_H
#define CORE_ALLOCATION_ALLOCATE_H

#include "core/allocation/market.h"
#include "core/allocation/rules.h"

/* What an applicant has in the end: a contract and the group of the seat, or NONE and NONE */
typedef struct Seat
{
	int32		contract;
	int32		group;
} Seat;

/* By applicant; false with an error, for one when the rules cannot be kept in this market. */
extern bool allocate(const Market *market, const Rules *rules, Seat *seats, CoreError *error);

#endif							/* CORE_ALLOCATION_ALLOCATE_H */
