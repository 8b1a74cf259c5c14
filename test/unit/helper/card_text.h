/*
 * card_text.h
 *	  Scorecards for tests.  Their texts may have ' where JSON has ", which reads
 *	  better in C.
 */
#ifndef UNIT_HELPER_CARD_TEXT_H
#define UNIT_HELPER_CARD_TEXT_H

#include "core/scorecard/program.h"

extern char *json_of(const char *quoted);

/* A card called T with these criteria */
extern char *with_criteria(const char *criteria);

/* NULL and an error when it is refused by parser or compiler */
extern Card *read_card_text(const char *json, CoreError *error);

/* The message of a refusal, or NULL when the card is taken */
extern const char *refusal_of(const char *quoted);

/* In ' quotes again, or "refused: message" */
extern char *canonical_of(const char *quoted);

/* Of a card that must be right; ends the test when it is not */
extern Card *card_of(const char *quoted);
extern Program *program_of(const char *quoted);

#endif							/* UNIT_HELPER_CARD_TEXT_H */
