/*
 * biproportional_tie.c
 *	  Of the matrices that are as good, the lexicographically largest.
 *
 * Matrices with the same product differ by cycles of product 1, and these run
 * through tight cells alone, each of which holds its lesser number of seats or
 * one more.  Cell by cell, row after row, one that holds the lesser number gets
 * the seat if a cycle through it and later tight cells brings it there; it is
 * then settled.
 */
#include "core/apportionment/biproportional_steps.h"

#define NOT_REACHED		(-1)

/* Rows are nodes 0, 1, …; columns follow them. */
typedef struct Exchange
{
	Biproportion *matrix;
	int8	   *tight;			/* by cell: +1 may get a seat, -1 may give one */
	int32	   *parent;
	int32	   *queue;
	int32		nodes;
} Exchange;

static Size
cell_of(const Exchange *exchange, int32 from, int32 to)
{
	int32		rows = exchange->matrix->rows.count;

	return from < rows ? biproportional_cell(exchange->matrix, from, to - rows) :
		biproportional_cell(exchange->matrix, to, from - rows);
}

/* A way from a node to another through tight cells after a given one */
static bool
find_way(Exchange *exchange, int32 start, int32 goal, Size after)
{
	int32		rows = exchange->matrix->rows.count;
	int32		head = 0;
	int32		tail = 0;

	for (int32 node = 0; node < exchange->nodes; node++)
		exchange->parent[node] = NOT_REACHED;
	exchange->parent[start] = start;
	exchange->queue[tail++] = start;
	while (head < tail && exchange->parent[goal] == NOT_REACHED)
	{
		int32		from = exchange->queue[head++];
		int8		wanted = from < rows ? 1 : -1;

		host_check_interrupts();
		for (int32 to = from < rows ? rows : 0; to < (from < rows ? exchange->nodes : rows); to++)
		{
			Size		cell = cell_of(exchange, from, to);

			if (cell > after && exchange->tight[cell] == wanted &&
				exchange->parent[to] == NOT_REACHED)
			{
				exchange->parent[to] = from;
				exchange->queue[tail++] = to;
			}
		}
	}
	return exchange->parent[goal] != NOT_REACHED;
}

/* A tight cell that gets its seat may give it again, and the other way round. */
static void
toggle(Exchange *exchange, Size cell)
{
	exchange->matrix->seats[cell] += exchange->tight[cell];
	exchange->tight[cell] = -exchange->tight[cell];
}

void
biproportional_break_ties(Biproportion *matrix)
{
	Exchange	exchange = {.matrix = matrix, .tight = matrix->tight,
							.nodes = matrix->rows.count + matrix->columns.count};

	exchange.parent = host_alloc(sizeof(int32) * Max(exchange.nodes, 1));
	exchange.queue = host_alloc(sizeof(int32) * Max(exchange.nodes, 1));
	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 node = matrix->rows.count; node < exchange.nodes; node++)
		{
			Size		cell = cell_of(&exchange, i, node);

			if (matrix->tight[cell] != 1 || !find_way(&exchange, node, i, cell))
				continue;
			toggle(&exchange, cell);
			for (int32 to = i; to != node; to = exchange.parent[to])
				toggle(&exchange, cell_of(&exchange, exchange.parent[to], to));
		}
	pfree(exchange.parent);
	pfree(exchange.queue);
}
