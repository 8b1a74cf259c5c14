/*
 * reference_allocator.h
 *	  A market of rows allocated step by step, as the rules are worded.
 */
#ifndef UNIT_HELPER_REFERENCE_ALLOCATOR_H
#define UNIT_HELPER_REFERENCE_ALLOCATOR_H

#include "helper/market_rows.h"

#define MOST_GROUPS		(MOST_POOLS + MOST_RESERVES)
#define MOST_NODES		(MOST_GROUPS + MOST_CAPS)
#define MOST_STEPS		(MOST_APPLICATIONS * 3)

#define NO_STEP			(-1)

/* A group of seats, or behind those a cap */
typedef struct ReferenceNode
{
	int64		id;				/* of the pool or cap */
	int64		seats;
	int			parent;			/* a node, or -1 */
	int			depth;			/* caps above it */
	const ReserveLine *reserve; /* NULL: open seats */
	int64		floor;			/* of a cap */
} ReferenceNode;

/* An application that asks for a seat of one group */
typedef struct Step
{
	int			row;
	int			node;
	int			applicant;		/* number */
	int			tier;
	bool		for_anyone;
	bool		is_holder;
} Step;

typedef struct Reference
{
	const Rows *rows;
	int			group_count;
	int			node_count;
	ReferenceNode	nodes[MOST_NODES];
	int			applicant_count;
	int64		applicants[MOST_APPLICATIONS];
	int			step_count;
	Step		steps[MOST_STEPS];	/* walk by walk, each in its order */
	bool		closed[MOST_GROUPS];
	int			held[MOST_APPLICATIONS];	/* by applicant: a step, or NO_STEP */
} Reference;

extern void reference_open(Reference *reference, const Rows *rows);

/* Whether those who hold a seat from before have room */
extern bool reference_holders_fit(const Reference *reference);

/* Give the seats, slowly; leaves who holds what, and what is closed. */
extern void reference_allocate(Reference *reference);

/* Does one step rank above another at a node? */
extern bool reference_outranks(const Reference *reference, int node, int a, int b);

/* Whether someone held is tied with a step refused */
extern bool reference_sees_tie(const Reference *reference);

/* Whether these steps fit, and nobody has a better one that no node refuses */
extern bool reference_is_stable(const Reference *reference, const int *held);

/* Whether the placements are what the reference holds */
extern bool reference_agrees(const Reference *reference, const Placements *placements);

#endif							/* UNIT_HELPER_REFERENCE_ALLOCATOR_H */
