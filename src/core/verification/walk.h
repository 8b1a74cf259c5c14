/*
 * walk.h
 *	  Each applicant's own applications and placements, and what there is to complain of.
 */
#ifndef CORE_VERIFICATION_WALK_H
#define CORE_VERIFICATION_WALK_H

#include "core/verification/input.h"

/* A place in an applicant's walk */
typedef struct Place
{
	int32		choice;
	int32		group;			/* groups of a pool are numbered in their precedence */
} Place;

/* Is one place in a walk before another? */
static inline bool
place_before(Place a, Place b)
{
	return a.choice != b.choice ? a.choice < b.choice : a.group < b.group;
}

/* Check each applicant's own rows, find what placements grant, and who holds what. */
extern bool walk_check(Verification *check);

/* Is it a seat from before, and the applicant has neither it nor a better choice? */
extern bool walk_is_worse(const Verification *check, int32 row);

/* verify.c: is a seat group asked for, better liked than what is held, and no node refuses? */
extern bool walk_is_complaint(const Verification *check, int32 row, int32 group);

#endif							/* CORE_VERIFICATION_WALK_H */
