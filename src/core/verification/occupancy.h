/*
 * occupancy.h
 *	  Who sits on seat groups and caps, and whom they refuse for that.
 */
#ifndef CORE_VERIFICATION_OCCUPANCY_H
#define CORE_VERIFICATION_OCCUPANCY_H

#include "core/verification/order.h"

/* Who sits on a node, that is a seat group or a cap */
typedef struct Holders
{
	int32		count;
	Contender	worst;			/* row is NONE when there is nobody */
} Holders;

/* ---- occupancy.c ---- */

/* Count who holds what, find the worst of each node, and which pools are closed. */
extern void occupancy_count(Verification *check);

extern int32 occupancy_pool_holders(const Verification *check, int32 pool);
extern bool occupancy_group_is_full(const Verification *check, int32 group);

/* Do the caps above a pool let nobody in, or nobody of this rank? */
extern bool occupancy_caps_refuse(const Verification *check, int32 pool, Contender *contender);

/* ---- ties.c ---- */

/* With admit_all and admit_none, find where the classes of equals end; false without memory. */
extern bool ties_find(Verification *check);

extern bool ties_group_refuses(const Verification *check, int32 group, Contender *contender);

/* Does a seat group hold more than it may, or others? */
extern bool ties_group_overflows(const Verification *check, int32 group);

#endif							/* CORE_VERIFICATION_OCCUPANCY_H */
