/*
 * seats.h
 *	  The verifier's seat groups and caps in their order, and who asks for which seats.
 */
#ifndef CORE_VERIFICATION_SEATS_H
#define CORE_VERIFICATION_SEATS_H

#include "core/verification/input.h"

/* Find the seat group of a pool by the number of its name; NONE when it has no such seats. */
extern int32 seats_find(const Verification *check, int32 pool, int32 name);

/* The place in the cascade by which an application may sit in a seat group, or NONE */
extern int32 seats_tier(const Verification *check, int32 row, int32 group);

/* That of one who sits there, which for a holder of no tier comes after all of them */
extern int32 seats_placed_tier(const Verification *check, int32 row, int32 group);

/* Is it the applicant's own seat from before? */
extern bool seats_is_holder(const Verification *check, int32 row, int32 group);

/* Does the applicant ask for this seat group? */
extern bool seats_asks(const Verification *check, int32 row, int32 group);

/* False when somewhere more hold seats from before than there are; after the last application. */
extern bool seats_check_holders(Verification *check);

#endif							/* CORE_VERIFICATION_SEATS_H */
