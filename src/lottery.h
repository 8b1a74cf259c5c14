/*
 * lottery.h
 *	  The lottery of a seed given as text.
 */
#ifndef LOTTERY_H
#define LOTTERY_H

#include "core/base/lottery.h"

/* The words of the argument tie_break, as allocate and verify know them. */
extern TieBreak tie_break_from_text(text *word);

/* The draw for a way to break ties, or NULL when it needs none. */
extern Draw *tie_break_draw(TieBreak tie_break, text *seed);

#endif							/* LOTTERY_H */
