/*
 * policy.h
 *	  By which mechanism seats are given and how ties are broken: the words for
 *	  both, and which of them go together.
 */
#ifndef CORE_BASE_POLICY_H
#define CORE_BASE_POLICY_H

#include "core/base/words.h"

typedef enum Mechanism
{
	MECHANISM_DEFERRED_ACCEPTANCE,
	MECHANISM_SERIAL_DICTATORSHIP,
	MECHANISM_IMMEDIATE_ACCEPTANCE,
	MECHANISM_TOP_TRADING_CYCLES
} Mechanism;

typedef enum TieBreak
{
	TIE_BREAK_LOTTERY,			/* one number an applicant */
	TIE_BREAK_LOTTERY_PER_POOL, /* one number an applicant and pool */
	TIE_BREAK_STRICT,			/* none: a tie at a cut-off is an error */
	TIE_BREAK_ADMIT_ALL,		/* none: all of the last class have a seat */
	TIE_BREAK_ADMIT_NONE		/* none: nobody of a class that does not fit has one */
} TieBreak;

/* What a market has that not every policy can honour */
typedef struct MarketFeatures
{
	bool		has_reserves;
	bool		has_caps;
	bool		has_floors;
	bool		has_holders;
} MarketFeatures;

static inline bool
tie_break_is_lottery(TieBreak tie_break)
{
	return tie_break == TIE_BREAK_LOTTERY || tie_break == TIE_BREAK_LOTTERY_PER_POOL;
}

/* Does it admit or refuse all who are equal alike? */
static inline bool
tie_break_keeps_classes(TieBreak tie_break)
{
	return tie_break == TIE_BREAK_ADMIT_ALL || tie_break == TIE_BREAK_ADMIT_NONE;
}

/* Find what a word names; false with the error, which lists the words there are. */
extern bool mechanism_from_word(Word word, Mechanism *mechanism, CoreError *error);
extern bool tie_break_from_word(Word word, TieBreak *tie_break, CoreError *error);

/* False with the error when the two do not go together or cannot honour what the market has. */
extern bool policy_check(Mechanism mechanism, TieBreak tie_break, const MarketFeatures *features,
						 CoreError *error);

#endif							/* CORE_BASE_POLICY_H */
