/*
 * card_random.h
 *	  Random scorecards.
 */
#ifndef UNIT_HELPER_CARD_RANDOM_H
#define UNIT_HELPER_CARD_RANDOM_H

#include "helper/random.h"

/*
 * A card as JSON.  matter decides what it says, spelling how: spaces, the order
 * of keys, zeros and exponents of numbers.  Most, not all, can be compiled.
 */
extern char *card_random(Random *matter, Random *spelling);

#endif							/* UNIT_HELPER_CARD_RANDOM_H */
