/*
 * biproportional_flow.c
 *	  Meeting both totals by augmenting paths.
 *
 * A path begins at a row that lacks seats or a column that has too many, adds a
 * seat in a row's cell, removes one in a column's cell, and so on, and ends at a
 * column that lacks seats or a row that has too many.  Paths are found breadth
 * first, so the shortest come first (Edmonds and Karp 1972).  Where no path goes
 * on, the rows reached need more seats than all columns in which they have a
 * weight can give: then no matrix meets both totals (Ford and Fulkerson 1956).
 */
#include "core/apportionment/biproportional_steps.h"

#include "lib/stringinfo.h"

#define MAX_KEYS_SHOWN	5

#define NOT_REACHED		(-2)
#define NO_PARENT		(-1)

/* Rows are nodes 0, 1, …; columns follow them. */
typedef struct PathSearch
{
	Biproportion *matrix;
	int64	   *lack;			/* by node: seats that are missing; below 0, too many */
	int32	   *parent;			/* by node */
	int32	   *queue;
	int32		head;
	int32		tail;
	int32		nodes;
} PathSearch;

static void
count_lacks(PathSearch *search)
{
	const Biproportion *matrix = search->matrix;

	for (int32 i = 0; i < matrix->rows.count; i++)
		search->lack[i] = matrix->rows.seats[i];
	for (int32 j = 0; j < matrix->columns.count; j++)
		search->lack[matrix->rows.count + j] = matrix->columns.seats[j];
	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 j = 0; j < matrix->columns.count; j++)
		{
			int32		seats = matrix->seats[biproportional_cell(matrix, i, j)];

			search->lack[i] -= seats;
			search->lack[matrix->rows.count + j] -= seats;
		}
}

static bool
is_row(const PathSearch *search, int32 node)
{
	return node < search->matrix->rows.count;
}

static Size
cell_between(const PathSearch *search, int32 a, int32 b)
{
	int32		rows = search->matrix->rows.count;

	return a < rows ? biproportional_cell(search->matrix, a, b - rows) :
		biproportional_cell(search->matrix, b, a - rows);
}

static void
reach(PathSearch *search, int32 node, int32 parent)
{
	search->parent[node] = parent;
	search->queue[search->tail++] = node;
}

/* Go on from a node to those not reached yet. */
static void
expand(PathSearch *search, int32 node)
{
	const Biproportion *matrix = search->matrix;
	bool		from_row = is_row(search, node);
	int32		first = from_row ? matrix->rows.count : 0;
	int32		end = from_row ? search->nodes : matrix->rows.count;

	for (int32 next = first; next < end; next++)
	{
		Size		cell = cell_between(search, node, next);

		if (search->parent[next] == NOT_REACHED &&
			(from_row ? matrix->weights[cell] > 0 : matrix->seats[cell] > 0))
			reach(search, next, node);
	}
}

static bool
is_source(const PathSearch *search, int32 node)
{
	return is_row(search, node) ? search->lack[node] > 0 : search->lack[node] < 0;
}

static bool
is_sink(const PathSearch *search, int32 node)
{
	return is_row(search, node) ? search->lack[node] < 0 : search->lack[node] > 0;
}

/* A node where a path ends; NO_PARENT when nothing is missing, NOT_REACHED when none is left */
static int32
find_path(PathSearch *search)
{
	search->head = search->tail = 0;
	for (int32 node = 0; node < search->nodes; node++)
	{
		search->parent[node] = NOT_REACHED;
		if (is_source(search, node))
			reach(search, node, NO_PARENT);
	}
	if (search->tail == 0)
		return NO_PARENT;
	while (search->head < search->tail)
	{
		int32		node = search->queue[search->head++];

		host_check_interrupts();
		if (is_sink(search, node))
			return node;
		expand(search, node);
	}
	return NOT_REACHED;
}

static int64
seats_off(const PathSearch *search, int32 node)
{
	return Max(search->lack[node], -search->lack[node]);
}

/* Move as many seats along the path as it bears. */
static void
augment(PathSearch *search, int32 sink)
{
	int32	   *seats = search->matrix->seats;
	int64		amount = seats_off(search, sink);
	int32		source = sink;

	for (; search->parent[source] != NO_PARENT; source = search->parent[source])
		if (is_row(search, source))
			amount = Min(amount, seats[cell_between(search, source, search->parent[source])]);
	amount = Min(amount, seats_off(search, source));
	for (int32 node = sink; search->parent[node] != NO_PARENT; node = search->parent[node])
		seats[cell_between(search, node, search->parent[node])] +=
			(int32) (is_row(search, node) ? -amount : amount);
	search->lack[sink] += is_row(search, sink) ? amount : -amount;
	search->lack[source] -= is_row(search, source) ? amount : -amount;
}

/* The nodes of one side that were reached, with their seats, as "a", "b", … */
static char *
reached_keys(const PathSearch *search, const Margin *margin, int32 offset, int64 *seats)
{
	StringInfoData text;
	int			shown = 0;

	initStringInfo(&text);
	*seats = 0;
	for (int32 i = 0; i < margin->count; i++)
	{
		if (search->parent[offset + i] == NOT_REACHED)
			continue;
		*seats += margin->seats[i];
		if (++shown <= MAX_KEYS_SHOWN)
			appendStringInfo(&text, "%s\"%.*s\"", shown > 1 ? ", " : "", margin->keys[i].length,
							 margin->keys[i].text);
	}
	if (shown > MAX_KEYS_SHOWN)
		appendStringInfo(&text, " and %d more", shown - MAX_KEYS_SHOWN);
	return text.data;
}

static bool
refuse_totals(const PathSearch *search)
{
	const Biproportion *matrix = search->matrix;
	int64		needed;
	int64		offered;
	char	   *rows = reached_keys(search, &matrix->rows, 0, &needed);
	char	   *columns =
		reached_keys(search, &matrix->columns, matrix->rows.count, &offered);

	core_fail(matrix->error, CORE_INVALID, "no matrix of seats meets both totals");
	return core_detail(matrix->error,
					   "The rows %s have " INT64_FORMAT " seats, and the columns in which they have a "
					   "weight (%s) have " INT64_FORMAT ".", rows, needed, *columns ? columns : "none", offered);
}

bool
biproportional_meet_totals(Biproportion *matrix)
{
	PathSearch	search = {.matrix = matrix, .nodes = matrix->rows.count + matrix->columns.count};
	int32		sink;

	search.lack = host_alloc(sizeof(int64) * Max(search.nodes, 1));
	search.parent = host_alloc(sizeof(int32) * Max(search.nodes, 1));
	search.queue = host_alloc(sizeof(int32) * Max(search.nodes, 1));
	count_lacks(&search);
	while ((sink = find_path(&search)) >= 0)
		augment(&search, sink);
	if (sink == NOT_REACHED)
		return refuse_totals(&search);
	pfree(search.lack);
	pfree(search.parent);
	pfree(search.queue);
	return true;
}
