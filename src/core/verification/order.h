/*
 * order.h
 *	  How a seat group or a cap ranks applications.
 */
#ifndef CORE_VERIFICATION_ORDER_H
#define CORE_VERIFICATION_ORDER_H

#include "core/verification/input.h"

/* An application as a seat group or a cap ranks it */
typedef struct Contender
{
	int32		row;			/* of the application; NONE for nobody */
	int32		level;			/* in the seat group; smaller is better */
	int32		cap_level;
	int64		score;			/* keys of the columns: equal rank, equal keys */
	int64		tie;
	int64		number;			/* of the lottery, or negative when not drawn yet */
} Contender;

extern Contender contender_make(const Verification *check, int32 row, int32 group);

/* Does one rank above another?  At a cap, or in a seat group; draws numbers as it needs them. */
extern bool contender_outranks(const Verification *check, Contender *one, Contender *other,
							   bool at_cap);

/* In a seat group, before lottery and id: below 0 when one is better, 0 when they are tied */
extern int	contender_compare(const Contender *one, const Contender *other);

#endif							/* CORE_VERIFICATION_ORDER_H */
