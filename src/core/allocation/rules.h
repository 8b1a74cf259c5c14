/*
 * rules.h
 *	  By which rules seats are given.
 */
#ifndef CORE_ALLOCATION_RULES_H
#define CORE_ALLOCATION_RULES_H

#include "core/base/lottery.h"
#include "core/base/policy.h"

typedef struct Rules
{
	Mechanism	mechanism;
	TieBreak	tie_break;
	Draw	   *draw;			/* for the lotteries, else NULL */
} Rules;

#endif							/* CORE_ALLOCATION_RULES_H */
