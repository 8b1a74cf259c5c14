/*
 * improvement.h
 *	  Is a stable allocation the best stable one for applicants?
 */
#ifndef CORE_VERIFICATION_IMPROVEMENT_H
#define CORE_VERIFICATION_IMPROVEMENT_H

#include "core/verification/order.h"

/*
 * Find the stable improvement cycles of an allocation that is known to be stable; none
 * where caps, floors, admit_all or admit_none are in play.  False without memory.
 */
extern bool improvement_find(Verification *check);

/* The seat group in which the first who would rather sit in a group sits now, or NONE */
extern int32 improvement_next(const Verification *check, int32 group);

#endif							/* CORE_VERIFICATION_IMPROVEMENT_H */
