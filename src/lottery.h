/*
 * lottery.h
 *	  The lottery of a seed given as text.
 */
#ifndef LOTTERY_H
#define LOTTERY_H

#include "core/base/lottery.h"
#include "core/base/policy.h"

/* The draw for a way to break ties, or NULL when it needs none; 22023 when it needs a seed. */
extern Draw *tie_break_draw(TieBreak tie_break, text *seed);

#endif							/* LOTTERY_H */
