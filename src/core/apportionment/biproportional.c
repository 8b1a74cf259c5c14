/*
 * biproportional.c
 *	  Biproportional apportionment: a matrix of seats with both totals fixed.
 *
 * Rows and columns have their seats; within these the cells are to be as
 * proportional to their weights as whole numbers allow: there are divisors of
 * rows and columns such that each cell is its weight over both, rounded as
 * Sainte-Laguë does (Balinski and Demange 1989).  Equivalently the product over
 * all seats of w / d(k), d(k) = 2k + 1 for the seat after k others, is greatest
 * among the matrices with these totals: no alternating cycle of added and
 * removed seats has a product above 1.
 *
 * 1. Alternating scaling (Pukelsheim 2004) with doubles leads near or to it.
 * 2. Shortest augmenting paths move what seats are still missing (Ford and
 *    Fulkerson 1956); when there is no path there is no such matrix.
 * 3. Cycles that improve are looked for and carried out until there is none
 *    (Klein 1967), with products compared exactly: that proves the optimum.
 * 4. Of all optima the lexicographically largest is taken.
 *
 * Steps 1 and 2 only save time: the result is what 3 and 4 prove.  For R rows and
 * C columns each takes a few passes over the R * C cells.
 */
#include "core/apportionment/biproportional.h"

#define FIRST_ROOM			64

/* Weight, its logarithm, seats, marks */
#define BYTES_PER_CELL		(sizeof(int128) + sizeof(double) + sizeof(int32) + 4)

#define BYTES_PER_KEY		(sizeof(Word) + sizeof(int64))

/* A cell that was not given */
#define NO_SCALE			(-1)

Matrix *
matrix_begin(Size memory_limit, CoreError *error)
{
	Matrix	   *matrix = palloc0(sizeof(Matrix));

	matrix->rows.side = "row";
	matrix->columns.side = "column";
	matrix->memory_limit = memory_limit;
	matrix->error = error;
	return matrix;
}

/* False when the keys and so many bytes more are above the limit. */
static bool
check_memory(Matrix *matrix, Size bytes)
{
	return core_check_memory(matrix->error, "an apportionment matrix", matrix->key_bytes + bytes,
							 matrix->memory_limit);
}

/* ---- margins ---- */

static bool
make_room_for_key(Matrix *matrix, Margin *margin)
{
	bool		full = margin->count == margin->room;
	int32		room = full ? Max(margin->room * 2, FIRST_ROOM) : margin->room;

	if (!check_memory(matrix, room * BYTES_PER_KEY))
		return false;
	if (!full)
		return true;
	margin->keys = margin->keys ? host_realloc(margin->keys, sizeof(Word) * room) :
		host_alloc(sizeof(Word) * room);
	margin->seats = margin->seats ? host_realloc(margin->seats, sizeof(int64) * room) :
		host_alloc(sizeof(int64) * room);
	margin->room = room;
	return true;
}

static bool
add_key(Matrix *matrix, Margin *margin, Word key, int64 seats)
{
	if (seats < 0 || seats > PG_INT32_MAX)
	{
		core_fail(matrix->error, CORE_INVALID, "seats of a %s must be 0 to %d", margin->side,
				  PG_INT32_MAX);
		return core_detail(matrix->error, "The %s \"%.*s\" has " INT64_FORMAT ".", margin->side,
						   key.length, key.text, seats);
	}
	matrix->key_bytes += word_copy_memory(key);
	if (!make_room_for_key(matrix, margin))
		return false;
	margin->keys[margin->count] = word_copy(key);
	margin->seats[margin->count++] = seats;
	return true;
}

bool
matrix_add_row(Matrix *matrix, Word key, int64 seats)
{
	return add_key(matrix, &matrix->rows, key, seats);
}

bool
matrix_add_column(Matrix *matrix, Word key, int64 seats)
{
	return add_key(matrix, &matrix->columns, key, seats);
}

static int
compare_places(const void *a, const void *b, void *keys)
{
	host_check_interrupts();
	return words_compare(((const Word *) keys)[*(const int32 *) a],
						 ((const Word *) keys)[*(const int32 *) b]);
}

/* Bring keys in order; no key comes twice. */
static bool
sort_margin(Matrix *matrix, Margin *margin)
{
	int32	   *order = host_alloc(sizeof(int32) * Max(margin->count, 1));
	Word	   *keys = host_alloc(sizeof(Word) * Max(margin->count, 1));
	int64	   *seats = host_alloc(sizeof(int64) * Max(margin->count, 1));

	for (int32 i = 0; i < margin->count; i++)
		order[i] = i;
	qsort_arg(order, margin->count, sizeof(int32), compare_places, margin->keys);
	for (int32 i = 0; i < margin->count; i++)
	{
		keys[i] = margin->keys[order[i]];
		seats[i] = margin->seats[order[i]];
		if (i > 0 && words_equal(keys[i - 1], keys[i]))
		{
			core_fail(matrix->error, CORE_DUPLICATE, "a %s comes twice", margin->side);
			return core_detail(matrix->error, "The %s \"%.*s\".", margin->side, keys[i].length,
							   keys[i].text);
		}
	}
	margin->keys = keys;
	margin->seats = seats;
	pfree(order);
	return true;
}

static int64
sum_margin(const Margin *margin)
{
	int64		sum = 0;

	for (int32 i = 0; i < margin->count; i++)
		sum += margin->seats[i];
	return sum;
}

bool
matrix_end_margins(Matrix *matrix)
{
	Size		cells = matrix_cells(matrix);

	if (!sort_margin(matrix, &matrix->rows) || !sort_margin(matrix, &matrix->columns))
		return false;
	if (sum_margin(&matrix->rows) != sum_margin(&matrix->columns))
	{
		core_fail(matrix->error, CORE_INVALID, "the totals of rows and columns differ");
		return core_detail(matrix->error,
						   "Rows have " INT64_FORMAT " seats, columns " INT64_FORMAT ".",
						   sum_margin(&matrix->rows), sum_margin(&matrix->columns));
	}
	if (!check_memory(matrix, cells * BYTES_PER_CELL))
		return false;
	matrix->weights = core_alloc_zero(sizeof(int128) * Max(cells, 1));
	matrix->seats = core_alloc_zero(sizeof(int32) * Max(cells, 1));
	matrix->scales = host_alloc(Max(cells, 1));
	memset(matrix->scales, NO_SCALE, cells);
	return true;
}

/* ---- cells ---- */

static int32
find_key(const Margin *margin, Word key)
{
	int32		low = 0;
	int32		high = margin->count;

	while (low < high)
	{
		int32		middle = low + (high - low) / 2;

		if (words_compare(margin->keys[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < margin->count && words_equal(margin->keys[low], key) ? low : -1;
}

static bool
refuse_cell(Matrix *matrix, CoreCode code, const char *message, Word row_key, Word column_key)
{
	core_fail(matrix->error, code, "%s", message);
	return core_detail(matrix->error, "Row \"%.*s\", column \"%.*s\".", row_key.length,
					   row_key.text, column_key.length, column_key.text);
}

bool
matrix_add_cell(Matrix *matrix, Word row_key, Word column_key, ExactNumber weight)
{
	int32		row = find_key(&matrix->rows, row_key);
	int32		column = find_key(&matrix->columns, column_key);
	Size		cell;

	if (row < 0 || column < 0)
		return refuse_cell(matrix, CORE_UNKNOWN,
						   row < 0 ? "a weight in an unknown row" : "a weight in an unknown column",
						   row_key, column_key);
	if (weight.digits < 0)
	{
		refuse_cell(matrix, CORE_INVALID, "weight is negative", row_key, column_key);
		return core_hint(matrix->error, "equity.apportion_matrix takes weights of 0 or more.");
	}
	cell = matrix_cell(matrix, row, column);
	if (matrix->scales[cell] != NO_SCALE)
		return refuse_cell(matrix, CORE_DUPLICATE, "a cell comes twice", row_key, column_key);
	matrix->weights[cell] = weight.digits;
	matrix->scales[cell] = (int8) weight.scale;
	return true;
}

/* Bring all weights to the finest scale. */
static bool
align_scales(Matrix *matrix)
{
	int128		limit = fixed_power10(NUMBER_MAX_DIGITS);
	int			finest = 0;

	for (Size i = 0; i < matrix_cells(matrix); i++)
		if (matrix->weights[i] > 0)
			finest = Max(finest, matrix->scales[i]);
	for (Size i = 0; i < matrix_cells(matrix); i++)
	{
		int128		factor;

		if (matrix->weights[i] == 0)
			continue;
		factor = fixed_power10(finest - matrix->scales[i]);
		if (matrix->weights[i] >= limit / factor)
		{
			core_fail(matrix->error, CORE_OUT_OF_RANGE,
					  "weights need more than %d digits together", NUMBER_MAX_DIGITS);
			return core_hint(matrix->error, "Round the weights to the decimals that matter.");
		}
		matrix->weights[i] *= factor;
	}
	return true;
}

bool
matrix_solve(Matrix *matrix)
{
	int8	   *tight;

	if (!align_scales(matrix))
		return false;
	matrix_scale(matrix);
	if (!matrix_meet_totals(matrix))
		return false;
	tight = core_alloc_zero(Max(matrix_cells(matrix), 1));
	matrix_improve(matrix, tight);
	matrix_break_ties(matrix, tight);
	pfree(tight);
	return true;
}
