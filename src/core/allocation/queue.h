/*
 * queue.h
 *	  Who asks for the seats of each group, in their order.
 */
#ifndef CORE_ALLOCATION_QUEUE_H
#define CORE_ALLOCATION_QUEUE_H

#include "core/allocation/rank.h"

/* Everybody who can ask for seats of a group, the first in the order first */
typedef struct Queue
{
	int32		group;
	int32		precedence;		/* of the group in its pool, from 1 */
	int32		count;
	const Bid  *bids;
} Queue;

typedef void (*QueueFunction)(void *state, const Queue *queue);

/* Hand over the queue of each group, by pool id and precedence; it lives for the call. */
extern void queue_each(const Ranking *ranking, QueueFunction take, void *state);

/* Number the pools by id; the caller frees. */
extern int32 *queue_pools(const Seating *seating);

/* Bytes that it takes */
extern Size queue_memory(const Market *market);

#endif							/* CORE_ALLOCATION_QUEUE_H */
