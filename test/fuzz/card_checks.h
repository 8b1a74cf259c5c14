/*
 * card_checks.h
 *	  Whatever is taken as a scorecard keeps its promises.
 */
#ifndef FUZZ_CARD_CHECKS_H
#define FUZZ_CARD_CHECKS_H

#include "helper/random.h"

/* Any bytes as a card in a server of this encoding; the random give the values of records. */
extern void check_card(const char *text, size_t length, int server_encoding, Random *random);

#endif							/* FUZZ_CARD_CHECKS_H */
