/*
 * card_checks.h
 *	  Whatever is taken as a scorecard keeps its promises.
 */
#ifndef CARD_CHECKS_H
#define CARD_CHECKS_H

#include "dice.h"

/* Any bytes as a card in a server of this encoding; the dice give the values of records. */
extern void check_card(const char *text, size_t length, int server_encoding, Dice *dice);

#endif							/* CARD_CHECKS_H */
