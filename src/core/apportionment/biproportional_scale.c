/*
 * biproportional_scale.c
 *	  Seats near the biproportional solution, by alternating scaling.
 *
 * Rows and columns take turns in choosing a multiplier with which their cells,
 * rounded to the nearest whole number, sum up to their seats.  In most cases both
 * are met after some turns; with ties it can stall.  Doubles will do: what is
 * wrong in the end is put right by exact steps.
 */
#include "core/apportionment/biproportional_steps.h"

#include <math.h>

#define MAX_TURNS		100
#define MAX_HALVINGS	60

/* A line of cells, a row or a column, and what multiplies each of them */
typedef struct CellLine
{
	const int128 *weights;
	Size		step;			/* from one cell to the next */
	int32		count;
	const double *others;		/* the multipliers of the lines that cross */
} CellLine;

static inline double
line_share(const CellLine *line, int32 i)
{
	return (double) line->weights[i * line->step] * line->others[i];
}

static double
line_sum(const CellLine *line)
{
	double		sum = 0;

	for (int32 i = 0; i < line->count; i++)
		sum += line_share(line, i);
	return sum;
}

static double
line_seats(const CellLine *line, double multiplier)
{
	double		sum = 0;

	for (int32 i = 0; i < line->count; i++)
		sum += floor(line_share(line, i) * multiplier + 0.5);
	return sum;
}

/* A multiplier that gives a line its seats, or where none does because of a tie, a few less. */
static double
line_multiplier(const CellLine *line, int64 seats)
{
	double		sum = line_sum(line);
	double		low = 0;
	double		high;

	if (seats == 0 || !(sum > 0) || isinf(sum))
		return seats == 0 ? 0 : 1;
	/* each cell gains or loses at most a half by rounding */
	high = (seats + line->count) / sum;
	for (int i = 0; i < MAX_HALVINGS; i++)
	{
		double		middle = i == 0 ? seats / sum : (low + high) / 2;
		double		got = line_seats(line, middle);

		if (got == seats)
			return middle;
		if (got < seats)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* One turn of all rows, or of all columns; says whether a multiplier changed its seats. */
static bool
scale_lines(const Biproportion *matrix, bool of_rows, double *mine, const double *others)
{
	const Margin *margin = of_rows ? &matrix->rows : &matrix->columns;
	bool		changed = false;

	for (int32 i = 0; i < margin->count; i++)
	{
		CellLine	line = {
			.weights = matrix->weights + (of_rows ? biproportional_cell(matrix, i, 0) : (Size) i),
			.step = of_rows ? 1 : matrix->columns.count,
			.count = of_rows ? matrix->columns.count : matrix->rows.count,
			.others = others};

		host_check_interrupts();
		if (line_seats(&line, mine[i]) == margin->seats[i])
			continue;
		mine[i] = line_multiplier(&line, margin->seats[i]);
		changed = true;
	}
	return changed;
}

static double *
ones(int32 count)
{
	double	   *numbers = host_alloc(sizeof(double) * Max(count, 1));

	for (int32 i = 0; i < count; i++)
		numbers[i] = 1;
	return numbers;
}

void
biproportional_scale(Biproportion *matrix)
{
	double	   *of_rows = ones(matrix->rows.count);
	double	   *of_columns = ones(matrix->columns.count);
	bool		changed = true;

	for (int turn = 0; turn < MAX_TURNS && changed; turn++)
	{
		changed = scale_lines(matrix, true, of_rows, of_columns);
		changed |= scale_lines(matrix, false, of_columns, of_rows);
	}
	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 j = 0; j < matrix->columns.count; j++)
		{
			Size		cell = biproportional_cell(matrix, i, j);
			double		share = (double) matrix->weights[cell] * of_rows[i] * of_columns[j];
			int64		most = Min(matrix->rows.seats[i], matrix->columns.seats[j]);

			if (share < most)
				matrix->seats[cell] = (int32) (share + 0.5);
			else if (share >= most) /* and not undefined, where multipliers have run away */
				matrix->seats[cell] = (int32) most;
		}
}
