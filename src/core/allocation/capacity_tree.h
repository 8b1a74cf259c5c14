/*
 * capacity_tree.h
 *	  Groups of seats and the caps above them, each knowing the worst it holds.
 *
 * The nodes form a forest: its leaves are the groups of seats, its inner nodes caps.
 * A group keeps its holders in a heap, the worst on top.  A cap keeps a heap of
 * its children, the one with the worst holder on top, so no holder is stored
 * twice, and the worst of any cap is the top of some group below it.
 */
#ifndef CORE_ALLOCATION_CAPACITY_TREE_H
#define CORE_ALLOCATION_CAPACITY_TREE_H

#include "core/allocation/rank.h"

/* A child in a cap's heap, with the tier and score of its worst holder, which mostly decide */
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
typedef struct CapacityTree
{
	const Ranking *ranking;
	int32		group_count;
	int32		count;
	Node	   *nodes;
} CapacityTree;

extern CapacityTree tree_open(const Ranking *ranking);
extern void tree_close(CapacityTree *tree);

/* Empty every node, and forget that it has refused anybody. */
extern void tree_clear(CapacityTree *tree);

/* Find the full node nearest to a group, from itself upward; NONE when none is full. */
extern int32 tree_innermost_full(const CapacityTree *tree, int32 group);

/* The worst holder of a node, which must hold somebody; valid until the tree changes */
static inline const Bid *
tree_worst(const CapacityTree *tree, int32 node)
{
	return &tree->nodes[tree->nodes[node].worst_group].bids[0];
}

/* Take a bid into its group, which need not have a seat for it. */
extern void tree_seat(CapacityTree *tree, const Bid *bid);

/* Take the worst out of a group and give it to the caller. */
extern Bid	tree_unseat(CapacityTree *tree, int32 group);

/* Take a bid into its group, which is full, for the worst there. */
extern Bid	tree_replace(CapacityTree *tree, const Bid *bid);

/* Empty a group and count whom it held; they can be read in its heap until the next is seated. */
extern int32 tree_empty(CapacityTree *tree, int32 group);

/* Fill a group that is empty: any bids, then once all is brought in order. */
extern void tree_append(CapacityTree *tree, const Bid *bid);
extern void tree_restore(CapacityTree *tree, int32 group);

#endif							/* CORE_ALLOCATION_CAPACITY_TREE_H */
