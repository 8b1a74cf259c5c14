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
#include "core/apportionment/biproportional_steps.h"

#define FIRST_ROOM			64

/* Weight, its logarithm, seats, marks */
#define BYTES_PER_CELL		(sizeof(int128) + sizeof(double) + sizeof(int32) + 4)

#define BYTES_PER_KEY		(sizeof(Word) + sizeof(int64))

/* A cell that was not given */
#define NO_SCALE			(-1)

Biproportion *
biproportional_begin(Size memory_limit, CoreError *error)
{
	Biproportion *matrix = palloc0(sizeof(Biproportion));

	matrix->rows.side = "row";
	matrix->columns.side = "column";
	matrix->memory_limit = memory_limit;
	matrix->error = error;
	return matrix;
}

bool
biproportional_check_memory(Biproportion *matrix, Size bytes)
{
	return core_check_memory(matrix->error, "an apportionment matrix", matrix->memory + bytes,
							 matrix->memory_limit);
}

/* ---- margins ---- */

/* Check the memory of all keys, and make room for one more where the margin is full. */
static bool
make_room_for_key(Biproportion *matrix, Margin *margin)
{
	bool		full = margin->count == margin->room;
	int32		room = full ? Max(margin->room * 2, FIRST_ROOM) : margin->room;

	if (!biproportional_check_memory(matrix, room * BYTES_PER_KEY))
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
add_key(Biproportion *matrix, Margin *margin, Word key, int64 seats)
{
	if (seats < 0 || seats > PG_INT32_MAX)
	{
		core_fail(matrix->error, CORE_INVALID, "seats of %s \"%.*s\" must be 0 to %d", margin->side,
				  key.length, key.text, PG_INT32_MAX);
		return core_detail(matrix->error, "There are " INT64_FORMAT ".", seats);
	}
	matrix->memory += word_copy_memory(key);
	if (!make_room_for_key(matrix, margin))
		return false;
	margin->keys[margin->count] = word_copy(key);
	margin->seats[margin->count++] = seats;
	return true;
}

bool
biproportional_add_row(Biproportion *matrix, Word key, int64 seats)
{
	return add_key(matrix, &matrix->rows, key, seats);
}

bool
biproportional_add_column(Biproportion *matrix, Word key, int64 seats)
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

/* Sort the keys; false when there is a duplicate. */
static bool
sort_margin(Biproportion *matrix, Margin *margin)
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
			return core_fail(matrix->error, CORE_DUPLICATE, "duplicate %s key \"%.*s\"",
							 margin->side, keys[i].length, keys[i].text);
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
biproportional_end_margins(Biproportion *matrix)
{
	Size		cells = biproportional_cells(matrix);

	if (!sort_margin(matrix, &matrix->rows) || !sort_margin(matrix, &matrix->columns))
		return false;
	if (sum_margin(&matrix->rows) != sum_margin(&matrix->columns))
	{
		core_fail(matrix->error, CORE_INVALID, "row and column seats must have the same sum");
		return core_detail(matrix->error,
						   "The rows have " INT64_FORMAT " seats, the columns " INT64_FORMAT ".",
						   sum_margin(&matrix->rows), sum_margin(&matrix->columns));
	}
	matrix->memory += cells * BYTES_PER_CELL;
	if (!biproportional_check_memory(matrix, 0))
		return false;
	matrix->weights = core_alloc_zero(sizeof(int128) * Max(cells, 1));
	matrix->seats = core_alloc_zero(sizeof(int32) * Max(cells, 1));
	matrix->scales = host_alloc(Max(cells, 1));
	memset(matrix->scales, NO_SCALE, cells);
	return true;
}

/* ---- cells ---- */

/* The number of a key by binary search, or -1 */
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

/* Refuse a weight whose row or column has no seats. */
static bool
refuse_key(Biproportion *matrix, const Margin *margin, Word key)
{
	core_fail(matrix->error, CORE_UNKNOWN, "%s key \"%.*s\" does not exist", margin->side,
			  key.length, key.text);
	return core_hint(matrix->error, "Each key of the weights must be in row_seats or col_seats.");
}

static bool
refuse_cell(Biproportion *matrix, CoreCode code, const char *message, Word row_key,
			Word column_key)
{
	core_fail(matrix->error, code, "%s", message);
	return core_detail(matrix->error, "The cell is in row \"%.*s\" and column \"%.*s\".",
					   row_key.length, row_key.text, column_key.length, column_key.text);
}

bool
biproportional_add_cell(Biproportion *matrix, Word row_key, Word column_key, ExactNumber weight)
{
	int32		row = find_key(&matrix->rows, row_key);
	int32		column = find_key(&matrix->columns, column_key);
	Size		cell;

	if (row < 0)
		return refuse_key(matrix, &matrix->rows, row_key);
	if (column < 0)
		return refuse_key(matrix, &matrix->columns, column_key);
	if (weight.digits < 0)
	return refuse_cell(matrix, CORE_INVALID, "weight must not be negative", row_key,
						   column_key);
	cell = biproportional_cell(matrix, row, column);
	if (matrix->scales[cell] != NO_SCALE)
		return refuse_cell(matrix, CORE_DUPLICATE, "duplicate cell", row_key, column_key);
	matrix->weights[cell] = weight.digits;
	matrix->scales[cell] = (int8) weight.scale;
	return true;
}

/* Bring all weights to the finest scale. */
static bool
align_scales(Biproportion *matrix)
{
	int128		limit = fixed_power10(NUMBER_MAX_DIGITS);
	int			finest = 0;

	for (Size i = 0; i < biproportional_cells(matrix); i++)
		if (matrix->weights[i] > 0)
			finest = Max(finest, matrix->scales[i]);
	for (Size i = 0; i < biproportional_cells(matrix); i++)
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
	matrix->scale = finest;
	return true;
}

bool
biproportional_solve(Biproportion *matrix)
{
	if (!align_scales(matrix))
		return false;
	biproportional_scale(matrix);
	if (!biproportional_meet_totals(matrix))
		return false;
	matrix->tight = core_alloc_zero(Max(biproportional_cells(matrix), 1));
	matrix->potentials =
		core_alloc_zero(sizeof(double) * Max(matrix->rows.count + matrix->columns.count, 1));
	if (!biproportional_improve(matrix))
		return false;
	biproportional_break_ties(matrix);
	return true;
}
