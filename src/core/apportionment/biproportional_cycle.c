/*
 * biproportional_cycle.c
 *	  Improving a matrix of seats along alternating cycles, exactly.
 *
 * Going from a row to a column adds a seat to their cell and costs d(x) / w, going
 * back removes one and costs w / d(x - 1); costs multiply, d(k) = 2k + 1.  A cycle
 * of a product below 1 makes the matrix better.  Cheapest walks to every node,
 * from anywhere, are found by repeated relaxing (Bellman 1958; Ford 1956): it ends,
 * and then no such cycle is left, unless a walk comes by a node twice, whose loop
 * is a cycle that improves.
 *
 * A walk is a label that names its last node and the label of the walk before; it
 * never changes, so its product is known exactly: the factors along it.  The sum
 * of logarithms decides where it can, else the products of whole numbers.  Labels
 * that two walks have in common cancel out.
 */
#include "core/apportionment/biproportional_steps.h"

#include <math.h>

#include "core/base/natural.h"

#define FIRST_ROOM			1024
#define NO_LABEL			(-1)

/*
 * A bound for the error of a difference of costs: terms are below 110, as weights
 * have up to 36 digits and d 10, and each addition may be off by 2^-53 of the sum.
 */
#define ERROR_OF_COST		1e-13

typedef struct Label
{
	double		cost;			/* logarithm of the product, about */
	int32		node;
	int32		parent;			/* the walk before the last step, or NO_LABEL */
	int32		length;			/* steps */
} Label;

/* Rows are nodes 0, 1, …; columns follow them. */
typedef struct Tour
{
	Biproportion *matrix;
	double	   *logs;			/* by cell: of the weight */
	Label	   *labels;
	int32		label_count;
	int32		label_room;
	int32	   *current;		/* by node: its cheapest walk */
	int32		nodes;
	uint64	   *limbs[2];		/* for products */
	int			limb_room;
} Tour;

/* A step from node to node */
typedef struct CycleStep
{
	Size		cell;
	bool		adds;
} CycleStep;

static CycleStep
step_between(const Tour *tour, int32 from, int32 to)
{
	int32		rows = tour->matrix->rows.count;

	if (from < rows)
		return (CycleStep) {biproportional_cell(tour->matrix, from, to - rows), true};
	return (CycleStep) {biproportional_cell(tour->matrix, to, from - rows), false};
}

/* d of the seat that is added or removed */
static uint64
step_divisor(const Tour *tour, CycleStep step)
{
	int64		seats = tour->matrix->seats[step.cell];

	return 2 * (step.adds ? seats : seats - 1) + 1;
}

static double
step_cost(const Tour *tour, CycleStep step)
{
	double		cost = log((double) step_divisor(tour, step)) - tour->logs[step.cell];

	return step.adds ? cost : -cost;
}

static bool
may_step(const Tour *tour, CycleStep step)
{
	return step.adds ? tour->matrix->weights[step.cell] > 0 : tour->matrix->seats[step.cell] > 0;
}

/* ---- comparing walks ---- */

/* Two products that are compared: the walk's costs above and below the line */
typedef struct Balance
{
	Natural		left;
	Natural		right;
} Balance;

static Balance
open_balance(Tour *tour, int steps)
{
	int			room = 2 * (steps + 1) * NATURAL_LIMBS_A_FACTOR;
	Balance		balance;

	if (room > tour->limb_room)
	{
		tour->limb_room = room * 2;
		for (int i = 0; i < 2; i++)
			tour->limbs[i] = tour->limbs[i] ?
				host_realloc(tour->limbs[i], sizeof(uint64) * tour->limb_room) :
				host_alloc(sizeof(uint64) * tour->limb_room);
	}
	balance.left = natural_one(tour->limbs[0], tour->limb_room);
	balance.right = natural_one(tour->limbs[1], tour->limb_room);
	return balance;
}

/* Weigh the cost of a step on one side: what is below the line goes to the other. */
static void
weigh(const Tour *tour, Balance *balance, CycleStep step, bool on_left)
{
	bool		divisor_left = on_left == step.adds;

	natural_times(divisor_left ? &balance->left : &balance->right, step_divisor(tour, step));
	natural_times(divisor_left ? &balance->right : &balance->left,
				  tour->matrix->weights[step.cell]);
}

static int32
weigh_last(const Tour *tour, Balance *balance, int32 label, bool on_left)
{
	int32		parent = tour->labels[label].parent;

	weigh(tour, balance,
		  step_between(tour, tour->labels[parent].node, tour->labels[label].node), on_left);
	return parent;
}

/* Exactly: the walk of one label and a step more, against the walk of another label. */
static int
compare_exactly(Tour *tour, int32 walk, CycleStep step, int32 other)
{
	const Label *labels = tour->labels;
	Balance		balance = open_balance(tour, labels[walk].length + 1 + labels[other].length);

	weigh(tour, &balance, step, true);
	while (walk != other && (labels[walk].length > 0 || labels[other].length > 0))
		if (labels[walk].length >= labels[other].length)
			walk = weigh_last(tour, &balance, walk, true);
		else
			other = weigh_last(tour, &balance, other, false);
	return natural_compare(&balance.left, &balance.right);
}

/* Below 0 when the walk with the step costs less than the walk known to the step's end */
static int
compare_walks(Tour *tour, int32 walk, CycleStep step, int32 other)
{
	double		difference =
		tour->labels[walk].cost + step_cost(tour, step) - tour->labels[other].cost;
	double		steps = 2.0 + tour->labels[walk].length + tour->labels[other].length;

	if (fabs(difference) > steps * steps * ERROR_OF_COST)
		return difference < 0 ? -1 : 1;
	return compare_exactly(tour, walk, step, other);
}

/* ---- relaxing ---- */

/* What trying a step has come to, in the order in which all of them count */
typedef enum Relaxation
{
	RELAX_UNCHANGED,
	RELAX_CHEAPER,				/* a node has a cheaper walk */
	RELAX_CYCLE,				/* a cycle was found and carried out: begin anew */
	RELAX_REFUSED				/* no memory for more walks */
} Relaxation;

static bool
make_room_for_label(Tour *tour)
{
	if (tour->label_count < tour->label_room)
		return true;
	if (!biproportional_check_memory(tour->matrix, sizeof(Label) * 2 * tour->label_room +
									 2 * sizeof(uint64) * tour->limb_room))
		return false;
	if (tour->label_room > PG_INT32_MAX / 2)
		return core_fail(tour->matrix->error, CORE_MEMORY, "more than %d walks", tour->label_room);
	tour->label_room *= 2;
	tour->labels = host_realloc(tour->labels, sizeof(Label) * tour->label_room);
	return true;
}

/* Make this the walk of its last node. */
static void
set_walk(Tour *tour, Label label)
{
	tour->labels[tour->label_count] = label;
	tour->current[label.node] = tour->label_count++;
}

/* The label of a walk at which it was at a node, or NO_LABEL */
static int32
find_node(const Tour *tour, int32 walk, int32 node)
{
	while (walk != NO_LABEL && tour->labels[walk].node != node)
		walk = tour->labels[walk].parent;
	return walk;
}

/* Carry out the cycle that the walk and a step back to one of its nodes make. */
static void
apply_cycle(Tour *tour, int32 walk, int32 node)
{
	int32		to = node;

	while (true)
	{
		int32		from = tour->labels[walk].node;
		CycleStep	step = step_between(tour, from, to);

		tour->matrix->seats[step.cell] += step.adds ? 1 : -1;
		if (from == node)
			return;
		to = from;
		walk = tour->labels[walk].parent;
	}
}

/* Try whether the walk to a node and a step on is the cheapest to where it leads. */
static Relaxation
relax(Tour *tour, int32 from, int32 to)
{
	CycleStep	step = step_between(tour, from, to);
	int32		walk = tour->current[from];

	if (!may_step(tour, step) || compare_walks(tour, walk, step, tour->current[to]) >= 0)
		return RELAX_UNCHANGED;
	if (find_node(tour, walk, to) != NO_LABEL)
	{
		apply_cycle(tour, walk, to);
		return RELAX_CYCLE;
	}
	if (!make_room_for_label(tour))
		return RELAX_REFUSED;
	set_walk(tour, (Label) {
		.cost = tour->labels[walk].cost + step_cost(tour, step), .node = to, .parent = walk,
		.length = tour->labels[walk].length + 1});
	return RELAX_CHEAPER;
}

/* Try all steps once, from rows, then from columns, up to a cycle. */
static Relaxation
relax_all(Tour *tour)
{
	int32		rows = tour->matrix->rows.count;
	Relaxation	result = RELAX_UNCHANGED;

	for (int32 from = 0; from < tour->nodes; from++)
	{
		host_check_interrupts();
		for (int32 to = from < rows ? rows : 0; to < (from < rows ? tour->nodes : rows); to++)
		{
			Relaxation	one = relax(tour, from, to);

			if (one > RELAX_CHEAPER)
				return one;
			result = Max(result, one);
		}
	}
	return result;
}

/* Relax until nothing changes, beginning with the walks that stay where they are. */
static Relaxation
improve_once(Tour *tour)
{
	Relaxation	result;

	tour->label_count = 0;
	for (int32 node = 0; node < tour->nodes; node++)
		set_walk(tour, (Label) {.cost = 0, .node = node, .parent = NO_LABEL, .length = 0});
	do
		result = relax_all(tour);
	while (result == RELAX_CHEAPER);
	return result;
}

/* ---- all of it ---- */

/*
 * Mark the steps that cost just the difference of the cheapest walks to their
 * ends: a cycle of product 1 has no others.
 */
static void
mark_tight(Tour *tour)
{
	int8	   *tight = tour->matrix->tight;

	for (int32 i = 0; i < tour->matrix->rows.count; i++)
		for (int32 node = tour->matrix->rows.count; node < tour->nodes; node++)
		{
			CycleStep	add = step_between(tour, i, node);
			CycleStep	take = step_between(tour, node, i);

			host_check_interrupts();
			if (may_step(tour, add) &&
				compare_walks(tour, tour->current[i], add, tour->current[node]) == 0)
				tight[add.cell] = 1;
			else if (may_step(tour, take) &&
					 compare_walks(tour, tour->current[node], take, tour->current[i]) == 0)
				tight[take.cell] = -1;
			else
				tight[add.cell] = 0;
		}
}

static void
free_tour(Tour *tour)
{
	for (int i = 0; i < 2; i++)
		if (tour->limbs[i])
			pfree(tour->limbs[i]);
	pfree(tour->logs);
	pfree(tour->labels);
	pfree(tour->current);
}

bool
biproportional_improve(Biproportion *matrix)
{
	Tour		tour = {.matrix = matrix, .nodes = matrix->rows.count + matrix->columns.count};
	Relaxation	result;

	tour.label_room = Max(tour.nodes, FIRST_ROOM);
	tour.logs = host_alloc(sizeof(double) * Max(biproportional_cells(matrix), 1));
	tour.labels = host_alloc(sizeof(Label) * tour.label_room);
	tour.current = host_alloc(sizeof(int32) * Max(tour.nodes, 1));
	for (Size i = 0; i < biproportional_cells(matrix); i++)
		tour.logs[i] = matrix->weights[i] > 0 ? log((double) matrix->weights[i]) : 0;
	do
	{
		host_check_interrupts();
		result = improve_once(&tour);
	} while (result == RELAX_CYCLE);
	if (result == RELAX_UNCHANGED)
		mark_tight(&tour);
	for (int32 node = 0; node < tour.nodes; node++)
		matrix->potentials[node] = tour.labels[tour.current[node]].cost;
	free_tour(&tour);
	return result == RELAX_UNCHANGED;
}
