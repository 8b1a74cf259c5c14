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

static void
raise_bid(const Nodes *nodes, Bid *heap, int32 at)
{
	Bid			moved = heap[at];

	while (at > 0)
	{
		int32		above = (at - 1) / 2;

		if (!rank_above(nodes->ranking, &heap[above], &moved))
			break;
		heap[at] = heap[above];
		at = above;
	}
	heap[at] = moved;
}

static void
sink_bid(const Nodes *nodes, Bid *heap, int32 count)
{
	Bid			moved = heap[0];
	int32		at = 0;

	for (;;)
	{
		int32		below = 2 * at + 1;

		if (below >= count)
			break;
		if (below + 1 < count && rank_above(nodes->ranking, &heap[below], &heap[below + 1]))
			below++;
		if (!rank_above(nodes->ranking, &moved, &heap[below]))
			break;
		heap[at] = heap[below];
		at = below;
	}
	heap[at] = moved;
}

/* Half as much again, but no more than the seats, unless these are exceeded. */
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

static inline bool
child_is_worse(const Nodes *nodes, const Child *a, const Child *b)
{
	if (a->tier != b->tier)
		return a->tier > b->tier;
	if (a->score != b->score)
		return a->score < b->score;
	return rank_above_equal(nodes->ranking, nodes_worst(nodes, b->node),
							nodes_worst(nodes, a->node));
}

static inline void
put_child(Nodes *nodes, Node *cap, int32 place, const Child *child)
{
	cap->children[place] = *child;
	nodes->nodes[child->node].place = place;
}

/* Bring a child of the heap from a place where it may stay to its own, up or down. */
static void
sift_child(Nodes *nodes, Node *cap, int32 at, Child moved)
{
	while (at > 0 && child_is_worse(nodes, &moved, &cap->children[(at - 1) / 2]))
	{
		put_child(nodes, cap, at, &cap->children[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (;;)
	{
		int32		below = 2 * at + 1;

		if (below >= cap->child_count)
			break;
		if (below + 1 < cap->child_count &&
			child_is_worse(nodes, &cap->children[below + 1], &cap->children[below]))
			below++;
		if (!child_is_worse(nodes, &cap->children[below], &moved))
			break;
		put_child(nodes, cap, at, &cap->children[below]);
		at = below;
	}
	put_child(nodes, cap, at, &moved);
}

static void
remove_child(Nodes *nodes, Node *cap, int32 place)
{
	Child		last = cap->children[--cap->child_count];

	nodes->nodes[cap->children[place].node].place = NONE;
	if (place < cap->child_count)
		sift_child(nodes, cap, place, last);
}

/* A node's worst holder has changed: give the node its place in the parent's heap. */
static void
place_child(Nodes *nodes, Node *cap, int32 child)
{
	Node	   *node = &nodes->nodes[child];
	const Bid  *worst;

	if (node->filled == 0)
	{
		if (node->place != NONE)
			remove_child(nodes, cap, node->place);
		return;
	}
	if (node->place == NONE)
		node->place = cap->child_count++;
	worst = nodes_worst(nodes, child);
	sift_child(nodes, cap, node->place, (Child) {worst->score, worst->tier, child});
}

/* Repair the caps above a group whose top has changed. */
static void
repair_path(Nodes *nodes, int32 group)
{
	int32		child = group;

	while (nodes->nodes[child].parent != NONE)
	{
		int32		parent = nodes->nodes[child].parent;
		Node	   *cap = &nodes->nodes[parent];
		int32		before = nodes->nodes[child].place;

		place_child(nodes, cap, child);
		if (before != 0 && nodes->nodes[child].place != 0)
			return;				/* neither was nor is the cap's worst here */
		if (cap->child_count > 0)
			cap->worst_group = nodes->nodes[cap->children[0].node].worst_group;
		child = parent;
	}
}

static void
count_on_path(Nodes *nodes, int32 group, int32 change)
{
	for (int32 node = group; node != NONE; node = nodes->nodes[node].parent)
		nodes->nodes[node].filled += change;
}

/* ---- what the allocator does with them ---- */

int32
nodes_innermost_full(const Nodes *nodes, int32 group)
{
	int32		node = group;

	while (node != NONE && nodes->nodes[node].filled < nodes->nodes[node].seats)
		node = nodes->nodes[node].parent;
	return node;
}

void
nodes_seat(Nodes *nodes, const Bid *bid)
{
	Node	   *group = &nodes->nodes[bid->group];
	int32		at = group->filled;

	make_room(group);
	group->bids[at] = *bid;
	raise_bid(nodes, group->bids, at);
	count_on_path(nodes, bid->group, 1);
	if (group->parent != NONE && group->bids[0].contract == bid->contract)
		repair_path(nodes, bid->group);
}

Bid
nodes_unseat(Nodes *nodes, int32 number)
{
	Node	   *group = &nodes->nodes[number];
	Bid			worst = group->bids[0];

	count_on_path(nodes, number, -1);
	group->bids[0] = group->bids[group->filled];
	if (group->filled > 0)
		sink_bid(nodes, group->bids, group->filled);
	repair_path(nodes, number);
	return worst;
}

Bid
nodes_replace(Nodes *nodes, const Bid *bid)
{
	Node	   *group = &nodes->nodes[bid->group];
	Bid			worst = group->bids[0];

	group->bids[0] = *bid;
	sink_bid(nodes, group->bids, group->filled);
	repair_path(nodes, bid->group);
	return worst;
}

int32
nodes_empty(Nodes *nodes, int32 group)
{
	int32		filled = nodes->nodes[group].filled;

	if (filled == 0)
		return 0;
	count_on_path(nodes, group, -filled);
	repair_path(nodes, group);
	return filled;
}

/* ---- before and after ---- */

static void
init_nodes(Nodes *nodes)
{
	const Seating *seating = nodes->ranking->market->seating;

	for (int32 i = 0; i < nodes->group_count; i++)
	{
		const SeatGroup *group = &seating->groups[i];
		int32		cap = seating->pools[group->pool].cap;

		nodes->nodes[i].seats = group->seats;
		nodes->nodes[i].parent = cap == NONE ? NONE : nodes->group_count + cap;
		nodes->nodes[i].worst_group = i;
	}
	for (int32 i = 0; i < seating->cap_count; i++)
	{
		const Cap  *cap = &seating->caps[i];

		nodes->nodes[nodes->group_count + i].seats = cap->seats;
		nodes->nodes[nodes->group_count + i].parent =
			cap->parent == NONE ? NONE : nodes->group_count + cap->parent;
	}
}

/* How many could lie under each cap, were it not there; caps in an order, children first */
static void
count_below(const Nodes *nodes, int64 *below, int32 *order)
{
	int32	   *waits_for = core_alloc_zero(sizeof(int32) * Max(nodes->count, 1));
	int32		known = 0;

	for (int32 i = 0; i < nodes->count; i++)
		if (nodes->nodes[i].parent != NONE && i < nodes->group_count)
			below[nodes->nodes[i].parent] += nodes->nodes[i].seats;
		else if (nodes->nodes[i].parent != NONE)
			waits_for[nodes->nodes[i].parent]++;
	for (int32 i = nodes->group_count; i < nodes->count; i++)
		if (waits_for[i] == 0)
			order[known++] = i;
	for (int32 i = 0; i < known; i++)
	{
		int32		parent = nodes->nodes[order[i]].parent;

		check_interrupts_at(i);
		if (parent == NONE)
			continue;
		below[parent] += Min(below[order[i]], nodes->nodes[order[i]].seats);
		if (--waits_for[parent] == 0)
			order[known++] = parent;
	}
	pfree(waits_for);
}

/* A cap with seats for all that could lie under it never refuses anybody: nothing need ask it. */
static void
skip_idle_caps(Nodes *nodes)
{
	int64	   *below = core_alloc_zero(sizeof(int64) * Max(nodes->count, 1));
	int32	   *order = host_alloc(sizeof(int32) * Max(nodes->count - nodes->group_count, 1));

	count_below(nodes, below, order);
	for (int32 i = nodes->count - 1; i >= 0; i--)	/* parents come before their children */
	{
		int32		number = i < nodes->group_count ? i : order[i - nodes->group_count];
		Node	   *node = &nodes->nodes[number];

		if (node->parent != NONE && nodes->nodes[node->parent].seats >= below[node->parent])
			node->parent = nodes->nodes[node->parent].parent;
	}
	pfree(below);
	pfree(order);
}

/* Room in each cap's heap for all its children */
static void
make_heaps_of_children(Nodes *nodes)
{
	for (int32 i = 0; i < nodes->count; i++)
		if (nodes->nodes[i].parent != NONE)
			nodes->nodes[nodes->nodes[i].parent].child_count++;
	for (int32 i = nodes->group_count; i < nodes->count; i++)
	{
		Node	   *cap = &nodes->nodes[i];

		cap->children = host_alloc(sizeof(Child) * Max(cap->child_count, 1));
	}
}

Nodes
nodes_open(const Ranking *ranking)
{
	const Seating *seating = ranking->market->seating;
	Nodes		nodes = {
		.ranking = ranking,
		.group_count = seating->group_count,
		.count = seating->group_count + seating->cap_count
	};

	nodes.nodes = core_alloc_zero(sizeof(Node) * Max(nodes.count, 1));
	init_nodes(&nodes);
	skip_idle_caps(&nodes);
	make_heaps_of_children(&nodes);
	nodes_clear(&nodes);
	return nodes;
}

void
nodes_clear(Nodes *nodes)
{
	for (int32 i = 0; i < nodes->count; i++)
	{
		nodes->nodes[i].filled = 0;
		nodes->nodes[i].place = NONE;
		nodes->nodes[i].child_count = 0;
		nodes->nodes[i].has_refused = false;
	}
}

void
nodes_close(Nodes *nodes)
{
	for (int32 i = 0; i < nodes->count; i++)
		if (nodes->nodes[i].bids)
			pfree(nodes->nodes[i].bids);
	pfree(nodes->nodes);
}
