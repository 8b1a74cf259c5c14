/*
 * scorecard_planner.h
 *	  Which share of rows passes a scorecard's gates, by the planner's statistics.
 */
#ifndef SCORECARD_PLANNER_H
#define SCORECARD_PLANNER_H

#include "nodes/pathnodes.h"

#include "core/scorecard/program.h"

/* columns are the expressions of the program's columns, in their order. */
extern Selectivity gates_selectivity(PlannerInfo *root, const Program *program, List *columns,
									 int relation);

#endif							/* SCORECARD_PLANNER_H */
