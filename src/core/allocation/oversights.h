/*
 * oversights.h
 *	  What a market has that is most likely a mistake of its queries.
 */
#ifndef CORE_ALLOCATION_OVERSIGHTS_H
#define CORE_ALLOCATION_OVERSIGHTS_H

#include "core/allocation/market.h"

/* How many there are of each */
typedef struct Oversights
{
	int32		idle_caps;		/* without a pool under them */
	int32		foreign_reserves;	/* for groups that no applicant belongs to */
	int32		unwanted_pools; /* that nobody asks for */
} Oversights;

extern Oversights oversights_count(const Market *market);

#endif							/* CORE_ALLOCATION_OVERSIGHTS_H */
