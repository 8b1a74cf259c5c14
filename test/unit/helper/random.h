/*
 * random.h
 *	  Random numbers that are the same in every run: splitmix64 (Steele, Lea and
 *	  Flood 2014) from a fixed seed.  A fuzzer may give the first numbers itself.
 */
#ifndef UNIT_HELPER_RANDOM_H
#define UNIT_HELPER_RANDOM_H

#include "core/base/core.h"

typedef struct Random
{
	uint64		state;
	const uint8 *bytes;			/* of the first numbers, one or two each */
	size_t		left;			/* of these */
} Random;

extern uint64 random_bits(Random *random);

/* 0 to limit - 1 */
extern int	random_below(Random *random, int limit);

/* A number of up to so many digits, short ones as likely as long ones, of either sign */
extern int128 random_digits(Random *random, int max_digits);

/* Bring numbers into a random order. */
extern void random_shuffle(Random *random, int *numbers, int count);

#endif							/* UNIT_HELPER_RANDOM_H */
