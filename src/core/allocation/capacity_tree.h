/*
 * capacity_tree.h
 *	  Groups of seats and the caps above them, each knowing the worst it holds.
 *
 * Nodes form a forest: the leaves are the groups of seats, the inner nodes caps.
 * A group keeps its holders in a heap, the worst on top.  A cap keeps a heap of
 * its children, the one with the worst holder on top, so no holder is stored
 * twice, and the worst of any cap is the top of some group below it.
 */
#ifndef CORE_ALLOCATION_CAPACITY_TREE_H
#define CORE_ALLOCATION_CAPACITY_TREE_H

#include "core/allocation/rank.h"

/* A child in a cap's heap, with what mostly decides of its worst holder's rank */
typedef struct Child
{
	int64		score;
	int32		tier;
	int32		node;
} Child;

typedef struct Node
{
	int32		seats;
	int32		filled;			/* holders in it or below it */
	int32		parent;			/* the cap above, or NONE */
	int32		place;			/* in the parent's heap, or NONE: nothing held */
	int32		worst_group;	/* whose top is the worst held; meaningless when nothing is held */
	int32		room;			/* of a group's heap */
	int32		child_count;	/* in a cap's heap */
	bool		has_refused;
	union
	{
		Bid		   *bids;		/* of a group */
		Child	   *children;	/* of a cap */
	};
} Node;

/* Groups first, then caps: node group_count + i is cap i. */
typedef struct Nodes
{
	const Ranking *ranking;
	int32		group_count;
	int32		count;
	Node	   *nodes;
} Nodes;

extern Nodes nodes_open(const Ranking *ranking);
extern void nodes_close(Nodes *nodes);

/* Everything empty again, no refusal remembered */
extern void nodes_clear(Nodes *nodes);

/* The full node nearest to a group, from itself upward, or NONE */
extern int32 nodes_innermost_full(const Nodes *nodes, int32 group);

/* The worst that a node holds, which holds something */
static inline const Bid *
nodes_worst(const Nodes *nodes, int32 node)
{
	return &nodes->nodes[nodes->nodes[node].worst_group].bids[0];
}

/* Take a bid into its group, which need not have a seat for it. */
extern void nodes_seat(Nodes *nodes, const Bid *bid);

/* Take the worst out of a group and give it to the caller. */
extern Bid	nodes_unseat(Nodes *nodes, int32 group);

/* Take a bid into its group, which is full, for the worst there. */
extern Bid	nodes_replace(Nodes *nodes, const Bid *bid);

/* Throw all holders out of a group; they stand in its heap until the next is seated. */
extern int32 nodes_empty(Nodes *nodes, int32 group);

#endif							/* CORE_ALLOCATION_CAPACITY_TREE_H */
