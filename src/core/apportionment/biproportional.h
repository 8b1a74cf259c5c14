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

typedef struct Matrix
{
	Margin		rows;
	Margin		columns;
	int128	   *weights;		/* by cell, row after row, at one scale; 0 where nobody may sit */
	int32	   *seats;			/* by cell: found */
	Size		memory_limit;
	Size		key_bytes;		/* of both margins */
	CoreError  *error;

	/* while weights come in */
	int8	   *scales;			/* by cell: decimals of the weight, or less than 0 when not given */
} Matrix;

static inline Size
matrix_cell(const Matrix *matrix, int32 row, int32 column)
{
	return (Size) row * matrix->columns.count + column;
}

static inline Size
matrix_cells(const Matrix *matrix)
{
	return (Size) matrix->rows.count * matrix->columns.count;
}

extern Matrix *matrix_begin(Size memory_limit, CoreError *error);

/* All rows and columns first, then cells, in any order; a cell not given has weight 0. */
extern bool matrix_add_row(Matrix *matrix, Word key, int64 seats);
extern bool matrix_add_column(Matrix *matrix, Word key, int64 seats);
extern bool matrix_end_margins(Matrix *matrix);
extern bool matrix_add_cell(Matrix *matrix, Word row_key, Word column_key, ExactNumber weight);
extern bool matrix_solve(Matrix *matrix);

/* ---- the steps of solving ---- */

/* Seats near the solution by alternating scaling with doubles (biproportional_scale.c). */
extern void matrix_scale(Matrix *matrix);

/* biproportional_flow.c: move as few seats as it takes to meet both totals; false when none do */
extern bool matrix_meet_totals(Matrix *matrix);

/*
 * Move seats around cycles while that makes the matrix better, exactly
 * (biproportional_cycle.c).  In the end tells for each cell whether a seat more (+1), a
 * seat less (-1) or neither may be part of a cycle that makes it no worse.
 */
extern void matrix_improve(Matrix *matrix, int8 *tight);

/* Of the matrices that are as good, take the lexicographically largest (biproportional_tie.c). */
extern void matrix_break_ties(Matrix *matrix, int8 *tight);

#endif							/* CORE_APPORTIONMENT_BIPROPORTIONAL_H */
