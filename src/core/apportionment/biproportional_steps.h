/*
 * biproportional_steps.h
 *	  The steps of solving a biproportional apportionment, in their order, for
 *	  the files that take them.
 */
#ifndef CORE_APPORTIONMENT_BIPROPORTIONAL_STEPS_H
#define CORE_APPORTIONMENT_BIPROPORTIONAL_STEPS_H

#include "core/apportionment/biproportional.h"

/* False, with the error, when so many bytes beside the matrix itself are above the limit. */
extern bool biproportional_check_memory(Biproportion *matrix, Size bytes);

/* Put seats into the cells that are near the solution, by alternating scaling with doubles. */
extern void biproportional_scale(Biproportion *matrix);

/* Move as few seats as it takes to meet both totals; false, with the error, when nothing does. */
extern bool biproportional_meet_totals(Biproportion *matrix);

/*
 * Move seats around cycles as long as one makes the matrix better, compared
 * exactly.  Sets tight for each cell: +1 or -1 when a cycle that makes the matrix
 * no worse may give the cell a seat or take one from it, else 0.  Sets potentials,
 * the logarithms of the products of the cheapest walks to each node.  False, with
 * the error, when the walks that are compared need more memory than is allowed.
 */
extern bool biproportional_improve(Biproportion *matrix);

/* Of all matrices that are as good, take the lexicographically largest; keeps tight right. */
extern void biproportional_break_ties(Biproportion *matrix);

#endif							/* CORE_APPORTIONMENT_BIPROPORTIONAL_STEPS_H */
