/*
 * random.h
 *	  Random numbers that are the same in every run: splitmix64 (Steele, Lea and
 *	  Flood 2014) from a fixed seed.  A fuzzer may give the first rolls itself.
 */
#ifndef UNIT_HELPER_RANDOM_H
#define UNIT_HELPER_RANDOM_H

#include "core/base/core.h"

typedef struct Dice
{
	uint64		state;
	const uint8 *bytes;			/* what falls first, a byte or two a roll */
	size_t		left;			/* of these */
} Dice;

extern uint64 dice_bits(Dice *dice);

/* 0 to sides - 1 */
extern int	dice_roll(Dice *dice, int sides);

/* A number of up to so many digits, short ones as likely as long ones, of either sign */
extern int128 dice_digits(Dice *dice, int max_digits);

/* Bring numbers into a random order. */
extern void dice_shuffle(Dice *dice, int *numbers, int count);

#endif							/* UNIT_HELPER_RANDOM_H */
