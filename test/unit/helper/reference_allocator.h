/*
 * reference_allocator.h
 *	  A market of rows judged step by step, as DESIGN.md words it.
 */
#ifndef UNIT_HELPER_REFERENCE_ALLOCATOR_H
#define UNIT_HELPER_REFERENCE_ALLOCATOR_H

#include "helper/market_rows.h"

#define MOST_GROUPS		(MOST_POOLS + MOST_RESERVES)
#define MOST_NODES		(MOST_GROUPS + MOST_CAPS)
#define MOST_STEPS		(MOST_APPLICATIONS * 3)

#define NO_STEP			(-1)

/* A group of seats, or behind those a cap */
typedef struct JudgeNode
{
	int64		id;				/* of the pool or cap */
	int64		seats;
	int			parent;			/* a node, or -1 */
	int			depth;			/* caps above it */
	const ReserveLine *reserve; /* NULL: open seats */
	int64		floor;			/* of a cap */
} JudgeNode;

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

typedef struct Judge
{
	const Rows *rows;
	int			group_count;
	int			node_count;
	JudgeNode	nodes[MOST_NODES];
	int			applicant_count;
	int64		applicants[MOST_APPLICATIONS];
	int			step_count;
	Step		steps[MOST_STEPS];	/* walk by walk, each in its order */
	bool		closed[MOST_GROUPS];
	int			held[MOST_APPLICATIONS];	/* by applicant: a step, or NO_STEP */
} Judge;

extern void judge_open(Judge *judge, const Rows *rows);

/* Whether those who hold a seat from before have room */
extern bool judge_holders_fit(const Judge *judge);

/* Give the seats, slowly; leaves who holds what, and what is closed. */
extern void judge_allocate(Judge *judge);

/* Whether someone held is tied with a step refused */
extern bool judge_sees_tie(const Judge *judge);

/* Whether these steps fit, and nobody has a better one that no node refuses */
extern bool judge_is_stable(const Judge *judge, const int *held);

/* Whether the placements are what the judge holds */
extern bool judge_agrees(const Judge *judge, const Placements *placements);

#endif							/* UNIT_HELPER_REFERENCE_ALLOCATOR_H */
