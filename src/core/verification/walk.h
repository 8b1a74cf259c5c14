/*
 * walk.h
 *	  Each applicant's own applications and placements, and what there is to complain of.
 */
#ifndef CORE_VERIFICATION_WALK_H
#define CORE_VERIFICATION_WALK_H

#include "core/verification/input.h"

/*
 * A place in an applicant's walk, which goes down the own list, and in a pool first to
 * the seats that are the own, then to those that a cascade opens.
 */
typedef struct Place
{
	int32		choice;
	bool		by_cascade;		/* not open, nor for a group of the applicant's */
	int32		group;			/* groups of a pool are numbered in their precedence */
} Place;

extern Place place_make(const Verification *check, int32 row, int32 group);

/* Is one place in a walk before another? */
static inline bool
place_before(Place a, Place b)
{
	if (a.choice != b.choice)
		return a.choice < b.choice;
	return a.by_cascade != b.by_cascade ? b.by_cascade : a.group < b.group;
}

/* Is a seat group of an application before what its applicant holds? */
static inline bool
walk_prefers(const Verification *check, int32 row, int32 group)
{
	Place		held = check->walk.held[check->application.applicant[row]];
	int32		choice = check->application.wish[row].choice;

	return choice < held.choice ||
		(choice == held.choice && place_before(place_make(check, row, group), held));
}

/* Check each applicant's own rows, find what placements grant, and who holds what. */
extern bool walk_check(Verification *check);

/* Is it a seat from before, and the applicant has neither it nor a better choice? */
extern bool walk_is_worse(const Verification *check, int32 row);

/* verify.c: is a seat group asked for, better liked than what is held, and no node refuses? */
extern bool walk_is_complaint(const Verification *check, int32 row, int32 group);

#endif							/* CORE_VERIFICATION_WALK_H */
