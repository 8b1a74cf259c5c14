/*
 * card_dice.h
 *	  Random scorecards.
 */
#ifndef CARD_DICE_H
#define CARD_DICE_H

#include "dice.h"

/*
 * A card as JSON.  matter decides what it says, spelling how: spaces, the order
 * of keys, zeros and exponents of numbers.  Most, not all, can be compiled.
 */
extern char *card_random(Dice *matter, Dice *spelling);

#endif							/* CARD_DICE_H */
