/*
 * biproportional.h
 *	  Biproportional apportionment: a matrix of seats with both totals fixed.
 */
#ifndef CORE_APPORTIONMENT_BIPROPORTIONAL_H
#define CORE_APPORTIONMENT_BIPROPORTIONAL_H

#include "core/base/numbers.h"
#include "core/base/words.h"

/* One side's keys in the order of bytes, each with its seats */
typedef struct Margin
{
	const char *side;			/* row or column, for errors */
	int32		count;
	int32		room;
	Word	   *keys;
	int64	   *seats;
} Margin;

/* A matrix of seats, its weights and its margins */
typedef struct Biproportion
{
	Margin		rows;
	Margin		columns;
	int128	   *weights;		/* by cell, row after row, at one scale; 0 where nobody may sit */
	int			scale;			/* of all weights, once they are aligned */
	int32	   *seats;			/* by cell: found */
	int8	   *tight;			/* by cell: see biproportional_improve() */
	double	   *potentials;		/* by node, rows first: likewise */
	Size		memory_limit;
	Size		memory;			/* taken so far: keys, then cells too */
	CoreError  *error;

	/* while weights come in */
	int8	   *scales;			/* by cell: decimals of the weight, or less than 0 when not given */
} Biproportion;

static inline Size
biproportional_cell(const Biproportion *matrix, int32 row, int32 column)
{
	return (Size) row * matrix->columns.count + column;
}

static inline Size
biproportional_cells(const Biproportion *matrix)
{
	return (Size) matrix->rows.count * matrix->columns.count;
}

/*
 * Begin without rows and columns.  Add all of these, end the margins, then add
 * cells in any order, of which those not added have weight 0, and solve.  Each
 * step is false, with the error, when it refuses what it was given.
 */
extern Biproportion *biproportional_begin(Size memory_limit, CoreError *error);
extern bool biproportional_add_row(Biproportion *matrix, Word key, int64 seats);
extern bool biproportional_add_column(Biproportion *matrix, Word key, int64 seats);
extern bool biproportional_end_margins(Biproportion *matrix);
extern bool biproportional_add_cell(Biproportion *matrix, Word row_key, Word column_key,
									ExactNumber weight);

/* Find the seats. */
extern bool biproportional_solve(Biproportion *matrix);

/* What each row and each column is divided by, so that a cell is one division and a rounding */
typedef struct BiproportionalDivisors
{
	double	   *rows;			/* NaN for a line without any weight */
	double	   *columns;
	bool	   *tied;			/* by cell: the seats could be others that are as good */
} BiproportionalDivisors;

/* Find the divisors of a matrix that is solved. */
extern BiproportionalDivisors biproportional_divisors(const Biproportion *matrix);

#endif							/* CORE_APPORTIONMENT_BIPROPORTIONAL_H */
