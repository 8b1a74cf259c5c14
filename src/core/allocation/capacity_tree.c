/*
 * capacity_tree.c
 *	  Groups of seats and the caps above them.
 *
 * When the top of a group changes, the path to the root is repaired, as far as a
 * cap's worst holder changes with it: time log s in the group and log c in each
 * cap of c children.  Memory 40 bytes a group or cap, and 24 a holder with some
 * room to grow.
 */
#include "core/allocation/capacity_tree.h"

#define FIRST_ROOM		4

/* ---- a group's heap of bids, the worst on top ---- */

/* Sift a bid up from a place: the heap has the worst on top. */
static void
raise_bid(const CapacityTree *tree, Bid *heap, int32 at)
{
	Bid			moved = heap[at];

	while (at > 0)
	{
		int32		above = (at - 1) / 2;

		if (!rank_above(tree->ranking, &heap[above], &moved))
			break;
		heap[at] = heap[above];
		at = above;
	}
	heap[at] = moved;
}

/* Sift a bid down from a place: below that, the heap has the worst on top. */
static void
sink_bid(const CapacityTree *tree, Bid *heap, int32 count, int32 at)
{
	Bid			moved = heap[at];

	for (;;)
	{
		int32		below = 2 * at + 1;

		if (below >= count)
			break;
		if (below + 1 < count && rank_above(tree->ranking, &heap[below], &heap[below + 1]))
			below++;
		if (!rank_above(tree->ranking, &moved, &heap[below]))
			break;
		heap[at] = heap[below];
		at = below;
	}
	heap[at] = moved;
}

/* Grow by half, up to the seat count; admit_all, which may exceed it, grows on. */
static void
make_room(Node *group)
{
	int64		room = group->room;
	int32		most = group->filled < group->seats ? group->seats : PG_INT32_MAX;

	if (group->filled < room)
		return;
	group->room = (int32) Min(room == 0 ? FIRST_ROOM : room + room / 2 + 1, most);
	group->bids = group->bids ? host_realloc(group->bids, sizeof(Bid) * group->room) :
		host_alloc(sizeof(Bid) * group->room);
}

/* ---- a cap's heap of children, the one with the worst holder on top ---- */

/* Does the worst holder of one child rank below that of another? */
static inline bool
child_is_worse(const CapacityTree *tree, const Child *a, const Child *b)
{
	if (a->tier != b->tier)
		return a->tier > b->tier;
	if (a->score != b->score)
		return a->score < b->score;
	return rank_above_equal(tree->ranking, tree_worst(tree, b->node),
							tree_worst(tree, a->node));
}

/* Put a child into a place of the heap, which its node remembers. */
static inline void
put_child(CapacityTree *tree, Node *cap, int32 place, const Child *child)
{
	cap->children[place] = *child;
	tree->nodes[child->node].place = place;
}

/* Bring a child of the heap from a place where it may stay to its own, up or down. */
static void
sift_child(CapacityTree *tree, Node *cap, int32 at, Child moved)
{
	while (at > 0 && child_is_worse(tree, &moved, &cap->children[(at - 1) / 2]))
	{
		put_child(tree, cap, at, &cap->children[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (;;)
	{
		int32		below = 2 * at + 1;

		if (below >= cap->child_count)
			break;
		if (below + 1 < cap->child_count &&
			child_is_worse(tree, &cap->children[below + 1], &cap->children[below]))
			below++;
		if (!child_is_worse(tree, &cap->children[below], &moved))
			break;
		put_child(tree, cap, at, &cap->children[below]);
		at = below;
	}
	put_child(tree, cap, at, &moved);
}

/* Take out a child that holds nobody any more. */
static void
remove_child(CapacityTree *tree, Node *cap, int32 place)
{
	Child		last = cap->children[--cap->child_count];

	tree->nodes[cap->children[place].node].place = NONE;
	if (place < cap->child_count)
		sift_child(tree, cap, place, last);
}

/* A node's worst holder has changed: give the node its place in the parent's heap. */
static void
place_child(CapacityTree *tree, Node *cap, int32 child)
{
	Node	   *node = &tree->nodes[child];
	const Bid  *worst;

	if (node->filled == 0)
	{
		if (node->place != NONE)
			remove_child(tree, cap, node->place);
		return;
	}
	if (node->place == NONE)
		node->place = cap->child_count++;
	worst = tree_worst(tree, child);
	sift_child(tree, cap, node->place, (Child) {worst->score, worst->tier, child});
}

/* Repair the caps above a group whose top has changed. */
static void
repair_path(CapacityTree *tree, int32 group)
{
	int32		child = group;

	while (tree->nodes[child].parent != NONE)
	{
		int32		parent = tree->nodes[child].parent;
		Node	   *cap = &tree->nodes[parent];
		int32		before = tree->nodes[child].place;

		place_child(tree, cap, child);
		if (before != 0 && tree->nodes[child].place != 0)
			return;				/* neither was nor is the cap's worst here */
		if (cap->child_count > 0)
			cap->worst_group = tree->nodes[cap->children[0].node].worst_group;
		child = parent;
	}
}

/* Add to the holders of a group and of every cap above it. */
static void
count_on_path(CapacityTree *tree, int32 group, int32 change)
{
	for (int32 node = group; node != NONE; node = tree->nodes[node].parent)
		tree->nodes[node].filled += change;
}

/* ---- seating and unseating ---- */

int32
tree_innermost_full(const CapacityTree *tree, int32 group)
{
	int32		node = group;

	while (node != NONE && tree->nodes[node].filled < tree->nodes[node].seats)
		node = tree->nodes[node].parent;
	return node;
}

void
tree_seat(CapacityTree *tree, const Bid *bid)
{
	Node	   *group = &tree->nodes[bid->group];
	int32		at = group->filled;

	make_room(group);
	group->bids[at] = *bid;
	raise_bid(tree, group->bids, at);
	count_on_path(tree, bid->group, 1);
	if (group->parent != NONE && group->bids[0].contract == bid->contract)
		repair_path(tree, bid->group);
}

Bid
tree_unseat(CapacityTree *tree, int32 number)
{
	Node	   *group = &tree->nodes[number];
	Bid			worst = group->bids[0];

	count_on_path(tree, number, -1);
	group->bids[0] = group->bids[group->filled];
	if (group->filled > 0)
		sink_bid(tree, group->bids, group->filled, 0);
	repair_path(tree, number);
	return worst;
}

Bid
tree_replace(CapacityTree *tree, const Bid *bid)
{
	Node	   *group = &tree->nodes[bid->group];
	Bid			worst = group->bids[0];

	group->bids[0] = *bid;
	sink_bid(tree, group->bids, group->filled, 0);
	repair_path(tree, bid->group);
	return worst;
}

int32
tree_empty(CapacityTree *tree, int32 group)
{
	int32		filled = tree->nodes[group].filled;

	if (filled == 0)
		return 0;
	count_on_path(tree, group, -filled);
	repair_path(tree, group);
	return filled;
}

void
tree_append(CapacityTree *tree, const Bid *bid)
{
	Node	   *group = &tree->nodes[bid->group];

	make_room(group);
	group->bids[group->filled++] = *bid;
}

void
tree_restore(CapacityTree *tree, int32 number)
{
	Node	   *group = &tree->nodes[number];

	if (group->filled == 0)
		return;
	for (int32 at = group->filled / 2 - 1; at >= 0; at--)
	{
		check_interrupts_at(at);
		sink_bid(tree, group->bids, group->filled, at);
	}
	if (group->parent == NONE)
		return;
	count_on_path(tree, group->parent, group->filled);
	repair_path(tree, number);
}

/* ---- before and after ---- */

/* Give each node its seats and the cap right above. */
static void
link_nodes(CapacityTree *tree)
{
	const Seating *seating = tree->ranking->market->seating;

	for (int32 i = 0; i < tree->group_count; i++)
	{
		const SeatGroup *group = &seating->groups[i];
		int32		cap = seating->pools[group->pool].cap;

		tree->nodes[i].seats = group->seats;
		tree->nodes[i].parent = cap == NONE ? NONE : tree->group_count + cap;
		tree->nodes[i].worst_group = i;
	}
	for (int32 i = 0; i < seating->cap_count; i++)
	{
		const Cap  *cap = &seating->caps[i];

		tree->nodes[tree->group_count + i].seats = cap->seats;
		tree->nodes[tree->group_count + i].parent =
			cap->parent == NONE ? NONE : tree->group_count + cap->parent;
	}
}

/* Count how many could lie under each cap, were it not there, and order caps, children first. */
static void
count_below(const CapacityTree *tree, int64 *below, int32 *order)
{
	int32	   *waits_for = core_alloc_zero(sizeof(int32) * Max(tree->count, 1));
	int32		known = 0;

	for (int32 i = 0; i < tree->count; i++)
		if (tree->nodes[i].parent != NONE && i < tree->group_count)
			below[tree->nodes[i].parent] += tree->nodes[i].seats;
		else if (tree->nodes[i].parent != NONE)
			waits_for[tree->nodes[i].parent]++;
	for (int32 i = tree->group_count; i < tree->count; i++)
		if (waits_for[i] == 0)
			order[known++] = i;
	for (int32 i = 0; i < known; i++)
	{
		int32		parent = tree->nodes[order[i]].parent;

		check_interrupts_at(i);
		if (parent == NONE)
			continue;
		below[parent] += Min(below[order[i]], tree->nodes[order[i]].seats);
		if (--waits_for[parent] == 0)
			order[known++] = parent;
	}
	pfree(waits_for);
}

/* Unlink caps with seats for all that could lie under them, because they never refuse anybody. */
static void
skip_idle_caps(CapacityTree *tree)
{
	int64	   *below = core_alloc_zero(sizeof(int64) * Max(tree->count, 1));
	int32	   *order = host_alloc(sizeof(int32) * Max(tree->count - tree->group_count, 1));

	count_below(tree, below, order);
	for (int32 i = tree->count - 1; i >= 0; i--)	/* parents come before their children */
	{
		int32		number = i < tree->group_count ? i : order[i - tree->group_count];
		Node	   *node = &tree->nodes[number];

		if (node->parent != NONE && tree->nodes[node->parent].seats >= below[node->parent])
			node->parent = tree->nodes[node->parent].parent;
	}
	pfree(below);
	pfree(order);
}

/* Make room in each cap's heap for all its children. */
static void
make_heaps_of_children(CapacityTree *tree)
{
	for (int32 i = 0; i < tree->count; i++)
		if (tree->nodes[i].parent != NONE)
			tree->nodes[tree->nodes[i].parent].child_count++;
	for (int32 i = tree->group_count; i < tree->count; i++)
	{
		Node	   *cap = &tree->nodes[i];

		cap->children = host_alloc(sizeof(Child) * Max(cap->child_count, 1));
	}
}

CapacityTree
tree_open(const Ranking *ranking)
{
	const Seating *seating = ranking->market->seating;
	CapacityTree tree = {
		.ranking = ranking,
		.group_count = seating->group_count,
		.count = seating->group_count + seating->cap_count
	};

	tree.nodes = core_alloc_zero(sizeof(Node) * Max(tree.count, 1));
	link_nodes(&tree);
	skip_idle_caps(&tree);
	make_heaps_of_children(&tree);
	tree_clear(&tree);
	return tree;
}

void
tree_clear(CapacityTree *tree)
{
	for (int32 i = 0; i < tree->count; i++)
	{
		tree->nodes[i].filled = 0;
		tree->nodes[i].place = NONE;
		tree->nodes[i].child_count = 0;
		tree->nodes[i].has_refused = false;
	}
}

void
tree_close(CapacityTree *tree)
{
	for (int32 i = 0; i < tree->count; i++)
		if (tree->nodes[i].bids)
			pfree(tree->nodes[i].bids);
	pfree(tree->nodes);
}
