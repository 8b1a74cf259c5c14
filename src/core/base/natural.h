/*
 * natural.h
 *	  Natural numbers of any size, to compare products exactly.
 */
#ifndef CORE_BASE_NATURAL_H
#define CORE_BASE_NATURAL_H

#include "core/base/core.h"

/* Limbs of 64 bits, the lowest first, no zero on top; the caller's memory */
typedef struct Natural
{
	int			count;
	int			room;
	uint64	   *limbs;
} Natural;

/* A product of so many factors below 2^128 has room. */
#define NATURAL_LIMBS_A_FACTOR	2

extern Natural natural_one(uint64 *limbs, int room);
extern void natural_times(Natural *number, uint128 factor);

/* Below 0, 0 or above it */
extern int	natural_compare(const Natural *a, const Natural *b);

#endif							/* CORE_BASE_NATURAL_H */
