/*
 * biproportional_divisors.c
 *	  Divisors of rows and columns that anyone can check a matrix of seats with.
 *
 * A cell of weight w and x seats is right when w / (r * c) lies between x - 1/2 and
 * x + 1/2, r and c being the divisors of its row and column (Balinski and Demange
 * 1989).  With the potentials u = log r of rows and v = -log c of columns that is an
 * interval for u - v.  The cheapest walks give potentials that keep all intervals,
 * but on the ends of many.
 *
 * Cells whose seats a tie decided lie on a cycle of steps that cost nothing, and so
 * on an end whatever the potentials: they bind rows and columns to each other.  Such
 * components take turns in going to the middle of what the others leave them, which
 * moves all other cells away from their ends.
 */
#include "core/apportionment/biproportional.h"

#include <math.h>

#define TURNS				400

/* Turns end when no component moves by more, as a logarithm. */
#define SETTLED				1e-12

/* How far a component goes from the end of its leeway that has no other end */
#define ONE_SIDED			0.5

#define NONE				(-1)

/* Rows are nodes 0, 1, ...; columns follow them. */
typedef struct Components
{
	const Biproportion *matrix;
	int32		nodes;
	int32	   *component;		/* by node, the number of one of its nodes, or NONE */
	int32	   *first;			/* by component, one of its nodes, or NONE */
	int32	   *other;			/* by node, a further one of its component, or NONE */

	/* while components are found */
	int32	   *order;			/* as nodes are finished */
	int32		finished;
	int32	   *stack;
	int32	   *next;			/* by node: the neighbour to be tried next */
} Components;

/* ---- components: what ties bind together ---- */

/* True when a step that costs nothing leads from one node to another. */
static bool
is_step(const Biproportion *matrix, int32 from, int32 to)
{
	int32		rows = matrix->rows.count;

	if ((from < rows) == (to < rows))
		return false;
	return from < rows ?
		matrix->tight[biproportional_cell(matrix, from, to - rows)] == 1 :
		matrix->tight[biproportional_cell(matrix, to, from - rows)] == -1;
}

/* Walk depth first, in the direction of steps or against it; reached nodes get the number. */
static void
walk_from(Components *components, int32 start, bool forward, int32 number)
{
	int32		depth = 0;

	components->stack[depth++] = start;
	components->component[start] = number;
	components->next[start] = 0;
	while (depth > 0)
	{
		int32		node = components->stack[depth - 1];
		int32		to = components->next[node]++;

		check_interrupts_at(to);
		if (to == components->nodes)
		{
			depth--;
			if (forward)
				components->order[components->finished++] = node;
		}
		else if (components->component[to] == NONE &&
				 (forward ? is_step(components->matrix, node, to) :
				  is_step(components->matrix, to, node)))
		{
			components->stack[depth++] = to;
			components->component[to] = number;
			components->next[to] = 0;
		}
	}
}

static void
forget_components(Components *components)
{
	for (int32 node = 0; node < components->nodes; node++)
		components->component[node] = NONE;
}

/* Kosaraju's algorithm: nodes that can reach each other are one component. */
static void
find_components(Components *components)
{
	forget_components(components);
	for (int32 node = 0; node < components->nodes; node++)
		if (components->component[node] == NONE)
			walk_from(components, node, true, 0);
	forget_components(components);
	for (int32 i = components->nodes - 1; i >= 0; i--)
		if (components->component[components->order[i]] == NONE)
			walk_from(components, components->order[i], false, components->order[i]);
}

static void
list_members(Components *components)
{
	for (int32 node = 0; node < components->nodes; node++)
		components->first[node] = NONE;
	for (int32 node = 0; node < components->nodes; node++)
	{
		int32		component = components->component[node];

		components->other[node] = components->first[component];
		components->first[component] = node;
	}
}

static Components
components_of(const Biproportion *matrix)
{
	int32		nodes = matrix->rows.count + matrix->columns.count;
	Size		size = sizeof(int32) * Max(nodes, 1);
	Components	components = {
		.matrix = matrix, .nodes = nodes, .component = host_alloc(size),
		.first = host_alloc(size), .other = host_alloc(size), .order = host_alloc(size),
		.stack = host_alloc(size), .next = host_alloc(size)
	};

	find_components(&components);
	list_members(&components);
	pfree(components.order);
	pfree(components.stack);
	pfree(components.next);
	return components;
}

static bool *
find_tied_cells(const Components *components)
{
	const Biproportion *matrix = components->matrix;
	bool	   *tied = core_alloc_zero(Max(biproportional_cells(matrix), 1));

	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 j = 0; j < matrix->columns.count; j++)
		{
			Size		cell = biproportional_cell(matrix, i, j);

			tied[cell] = matrix->tight[cell] != 0 &&
				components->component[i] == components->component[matrix->rows.count + j];
		}
	return tied;
}

/* ---- potentials ---- */

/* What a component may move by */
typedef struct Leeway
{
	double		low;
	double		high;
} Leeway;

/* Narrow the leeway by a cell that joins a node of the component to one of another. */
static void
narrow_leeway(Leeway *leeway, const Biproportion *matrix, const double *logs,
				const double *potentials, int32 node, int32 other)
{
	bool		is_row = node < matrix->rows.count;
	int32		row = is_row ? node : other;
	int32		column = (is_row ? other : node) - matrix->rows.count;
	Size		cell = biproportional_cell(matrix, row, column);
	int32		seats = matrix->seats[cell];
	double		share;
	double		low;
	double		high;

	if (matrix->weights[cell] == 0)
		return;
	share = logs[cell] - potentials[row] + potentials[matrix->rows.count + column];
	low = share - log(seats + 0.5);
	high = seats > 0 ? share - log(seats - 0.5) : INFINITY;
	leeway->low = Max(leeway->low, is_row ? low : -high);
	leeway->high = Min(leeway->high, is_row ? high : -low);
}

static double
middle_of(Leeway leeway)
{
	if (isinf(leeway.low) && isinf(leeway.high))
		return 0;
	if (isinf(leeway.high))
		return leeway.low + ONE_SIDED;
	if (isinf(leeway.low))
		return leeway.high - ONE_SIDED;
	return (leeway.low + leeway.high) / 2;
}

/* Move a component to the middle of its leeway; returns how far that was. */
static double
move_component(const Components *components, const double *logs, double *potentials,
			   int32 component)
{
	const Biproportion *matrix = components->matrix;
	int32		rows = matrix->rows.count;
	Leeway		leeway = {-INFINITY, INFINITY};
	double		move;

	host_check_interrupts();
	for (int32 node = components->first[component]; node != NONE; node = components->other[node])
		for (int32 other = node < rows ? rows : 0;
			 other < (node < rows ? components->nodes : rows); other++)
			if (components->component[other] != component)
				narrow_leeway(&leeway, matrix, logs, potentials, node, other);
	move = middle_of(leeway);
	for (int32 node = components->first[component]; node != NONE; node = components->other[node])
		potentials[node] += move;
	return fabs(move);
}

static void
settle_potentials(const Components *components, const double *logs, double *potentials)
{
	double		moved = INFINITY;

	for (int turn = 0; turn < TURNS && moved > SETTLED; turn++)
	{
		moved = 0;
		for (int32 component = 0; component < components->nodes; component++)
		{
			double		move;

			if (components->first[component] == NONE)
				continue;
			move = move_component(components, logs, potentials, component);
			moved = Max(moved, move);
		}
	}
}

/* ---- divisors ---- */

static bool
has_weight(const Biproportion *matrix, bool of_rows, int32 line)
{
	int32		crossing = of_rows ? matrix->columns.count : matrix->rows.count;

	for (int32 i = 0; i < crossing; i++)
		if (matrix->weights[of_rows ? biproportional_cell(matrix, line, i) :
							biproportional_cell(matrix, i, line)] > 0)
			return true;
	return false;
}

/* The geometric mean of rows' divisors is 1, so that a column's is the weight of about a seat. */
static void
set_divisors(BiproportionalDivisors *divisors, const Biproportion *matrix,
			 const double *potentials)
{
	double		sum = 0;
	int32		count = 0;

	for (int32 i = 0; i < matrix->rows.count; i++)
		if (has_weight(matrix, true, i))
		{
			sum += potentials[i];
			count++;
		}
	for (int32 i = 0; i < matrix->rows.count; i++)
		divisors->rows[i] = has_weight(matrix, true, i) ? exp(potentials[i] - sum / count) : NAN;
	for (int32 j = 0; j < matrix->columns.count; j++)
		divisors->columns[j] = has_weight(matrix, false, j) ?
			exp(sum / count - potentials[matrix->rows.count + j]) : NAN;
}

BiproportionalDivisors
biproportional_divisors(const Biproportion *matrix)
{
	Components	components = components_of(matrix);
	double	   *logs = host_alloc(sizeof(double) * Max(biproportional_cells(matrix), 1));
	double	   *potentials = host_alloc(sizeof(double) * Max(components.nodes, 1));
	double		unit = matrix->scale * log(10);
	BiproportionalDivisors divisors = {
		.rows = host_alloc(sizeof(double) * Max(matrix->rows.count, 1)),
		.columns = host_alloc(sizeof(double) * Max(matrix->columns.count, 1)),
		.tied = find_tied_cells(&components)
	};

	for (Size i = 0; i < biproportional_cells(matrix); i++)
		logs[i] = matrix->weights[i] > 0 ? log((double) matrix->weights[i]) - unit : 0;
	/* d(k) is 2k + 1 on the walks, twice k + 1/2 */
	for (int32 node = 0; node < components.nodes; node++)
		potentials[node] = matrix->potentials[node] -
			(node < matrix->rows.count ? 0 : log(2) - unit);
	settle_potentials(&components, logs, potentials);
	set_divisors(&divisors, matrix, potentials);
	pfree(components.component);
	pfree(components.first);
	pfree(components.other);
	pfree(potentials);
	pfree(logs);
	return divisors;
}
