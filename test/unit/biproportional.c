/*
 * biproportional.c
 *	  Biproportional matrices against all matrices with the same totals, one by one,
 *	  their products compared with schoolbook arithmetic; large ones by searching
 *	  for a cycle that improves with the algorithm of Floyd and Warshall.
 */
#include <math.h>

#include "helper/schoolbook.h"
#include "core/apportionment/biproportional.h"
#include "helper/random.h"
#include "helper/tap.h"

#define MAX_LINES	4
#define MEMORY		(256 * 1024 * 1024)

typedef struct Table
{
	int			rows;
	int			columns;
	int			weight[MAX_LINES][MAX_LINES];
	int			row_seats[MAX_LINES];
	int			column_seats[MAX_LINES];

	/* for schoolbook arithmetic */
	int			now[MAX_LINES][MAX_LINES];
	int			best[MAX_LINES][MAX_LINES];
	bool		tied[MAX_LINES][MAX_LINES]; /* others that are as good have other seats */
	bool		found;
	LongNumber	best_above;
	LongNumber	best_below;
} Table;

/* ---- schoolbook arithmetic ---- */

static void
weigh(Table *table)
{
	LongNumber	above = schoolbook_of(1);
	LongNumber	below = schoolbook_of(1);
	LongNumber	difference;

	for (int i = 0; i < table->rows; i++)
		for (int j = 0; j < table->columns; j++)
			for (int k = 0; k < table->now[i][j]; k++)
			{
				above = schoolbook_times(above, schoolbook_of(table->weight[i][j]));
				below = schoolbook_times(below, schoolbook_of(2 * k + 1));
			}
	difference = table->found ? schoolbook_minus(schoolbook_times(above, table->best_below),
												 schoolbook_times(table->best_above, below)) :
		schoolbook_of(1);
	for (int i = 0; i < table->rows; i++)
		for (int j = 0; j < table->columns; j++)
			if (difference.count == 0)
				table->tied[i][j] |= table->now[i][j] != table->best[i][j];
			else if (!difference.negative)
				table->tied[i][j] = false;
	/* later ones are lexicographically larger: they win when they are as good */
	if (!difference.negative)
	{
		memcpy(table->best, table->now, sizeof(table->best));
		table->best_above = above;
		table->best_below = below;
		table->found = true;
	}
}

/* Fill cell after cell, few seats first, with what is left of both totals. */
static void
go_through(Table *table, int cell)
{
	int			i = cell / table->columns;
	int			j = cell % table->columns;
	int			most;

	if (i == table->rows)
	{
		for (int k = 0; k < table->rows + table->columns; k++)
			if ((k < table->rows ? table->row_seats[k] : table->column_seats[k - table->rows]) > 0)
				return;
		weigh(table);
		return;
	}
	most = table->weight[i][j] > 0 ? Min(table->row_seats[i], table->column_seats[j]) : 0;
	for (int seats = 0; seats <= most; seats++)
	{
		if (j == table->columns - 1 && seats < table->row_seats[i])
			continue;
		table->now[i][j] = seats;
		table->row_seats[i] -= seats;
		table->column_seats[j] -= seats;
		go_through(table, cell + 1);
		table->row_seats[i] += seats;
		table->column_seats[j] += seats;
	}
}

/* ---- small tables ---- */

static Word
key_of(int number)
{
	static char keys[128][4];

	snprintf(keys[number], sizeof(keys[number]), "%03d", number);
	return word_of(keys[number]);
}

static Table
roll_table(Random *random)
{
	Table		table = {.rows = 1 + random_below(random, 3),
						 .columns = 1 + random_below(random, MAX_LINES)};
	int			sides = random_below(random, 2) ? 3 : 40;
	int			seats = random_below(random, 10);

	for (int i = 0; i < table.rows; i++)
		for (int j = 0; j < table.columns; j++)
			table.weight[i][j] = random_below(random, sides);
	for (int k = 0; k < seats; k++)
	{
		table.row_seats[random_below(random, table.rows)]++;
		table.column_seats[random_below(random, table.columns)]++;
	}
	return table;
}

/* Keys come in backwards, weights with different scales. */
static Biproportion *
fill(const Table *table, CoreError *error)
{
	Biproportion *matrix = biproportional_begin(MEMORY, error);

	for (int i = table->rows - 1; i >= 0; i--)
		biproportional_add_row(matrix, key_of(i), table->row_seats[i]);
	for (int j = table->columns - 1; j >= 0; j--)
		biproportional_add_column(matrix, key_of(j), table->column_seats[j]);
	biproportional_end_margins(matrix);
	for (int i = 0; i < table->rows; i++)
		for (int j = 0; j < table->columns; j++)
			if (table->weight[i][j] > 0 || (i + j) % 2)
				biproportional_add_cell(matrix, key_of(i), key_of(j), (ExactNumber) {
					.digits = table->weight[i][j] * fixed_power10(j), .scale = j});
	return matrix;
}

/* A cell is its weight over both divisors, rounded; just between two where a tie decided. */
static bool
divides(const Table *table, const Biproportion *matrix)
{
	BiproportionalDivisors divisors = biproportional_divisors(matrix);
	bool		right = true;

	for (int i = 0; i < table->rows; i++)
		for (int j = 0; j < table->columns; j++)
		{
			Size		cell = biproportional_cell(matrix, i, j);
			double		quotient = table->weight[i][j] / (divisors.rows[i] * divisors.columns[j]);
			double		away = fabs(quotient - matrix->seats[cell]);

			right &= divisors.tied[cell] == table->tied[i][j];
			if (table->weight[i][j] > 0)
				right &= table->tied[i][j] ? fabs(away - 0.5) < 1e-9 : away < 0.5 - 1e-6;
		}
	return right;
}

static bool
agrees(Table *table)
{
	CoreError	error = {0};
	Biproportion *matrix = fill(table, &error);
	bool		solved = biproportional_solve(matrix);

	go_through(table, 0);
	if (!table->found)
		return !solved && error.code == CORE_INVALID;
	for (int i = 0; i < table->rows && solved; i++)
		for (int j = 0; j < table->columns; j++)
			solved &= matrix->seats[biproportional_cell(matrix, i, j)] == table->best[i][j];
	return solved && divides(table, matrix);
}

static void
test_small_tables(void)
{
	Random		random = {11};
	int			wrong = 0;
	int			impossible = 0;

	for (int n = 0; n < 4000; n++)
	{
		Table		table = roll_table(&random);

		wrong += !agrees(&table);
		impossible += !table.found;
	}
	is_int(wrong, 0, "4000 small tables are the best and largest of all, and their divisors tell so");
	ok(impossible > 100, "of them %d are none at all", impossible);
}

/* ---- large tables ---- */

static Biproportion *
roll_matrix(Random *random, int rows, int columns, int seats, int sides, CoreError *error)
{
	Biproportion *matrix = biproportional_begin(MEMORY, error);
	int			row_seats[128] = {0};
	int			column_seats[128] = {0};
	int			share = 20;

	for (int k = 0; k < seats; k += Min(share, seats - k))
	{
		row_seats[random_below(random, rows)] += Min(share, seats - k);
		column_seats[random_below(random, columns)] += Min(share, seats - k);
	}
	for (int i = 0; i < rows; i++)
		biproportional_add_row(matrix, key_of(i), row_seats[i]);
	for (int j = 0; j < columns; j++)
		biproportional_add_column(matrix, key_of(j), column_seats[j]);
	biproportional_end_margins(matrix);
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < columns; j++)
			biproportional_add_cell(matrix, key_of(i), key_of(j),
							(ExactNumber) {.digits = 1 + random_below(random, sides)});
	return matrix;
}

static bool
totals_hold(const Biproportion *matrix)
{
	for (int i = 0; i < matrix->rows.count; i++)
	{
		int64		sum = 0;

		for (int j = 0; j < matrix->columns.count; j++)
			sum += matrix->seats[biproportional_cell(matrix, i, j)];
		if (sum != matrix->rows.seats[i])
			return false;
	}
	for (int j = 0; j < matrix->columns.count; j++)
	{
		int64		sum = 0;

		for (int i = 0; i < matrix->rows.count; i++)
			sum += matrix->seats[biproportional_cell(matrix, i, j)];
		if (sum != matrix->columns.seats[j])
			return false;
	}
	return true;
}

/* The least logarithm of a product around a node, over all pairs by Floyd and Warshall */
static double
worst_cycle(const Biproportion *matrix)
{
	static double way[128][128];
	int			rows = matrix->rows.count;
	int			nodes = rows + matrix->columns.count;
	double		worst = INFINITY;

	for (int a = 0; a < nodes; a++)
		for (int b = 0; b < nodes; b++)
			way[a][b] = INFINITY;
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < matrix->columns.count; j++)
		{
			Size		cell = biproportional_cell(matrix, i, j);
			double		weight = (double) matrix->weights[cell];
			int			seats = matrix->seats[cell];

			way[i][rows + j] = log((2 * seats + 1) / weight);
			if (seats > 0)
				way[rows + j][i] = log(weight / (2 * seats - 1));
		}
	for (int k = 0; k < nodes; k++)
		for (int a = 0; a < nodes; a++)
			for (int b = 0; b < nodes; b++)
				way[a][b] = Min(way[a][b], way[a][k] + way[k][b]);
	for (int a = 0; a < nodes; a++)
		worst = Min(worst, way[a][a]);
	return worst;
}

static void
test_large(int count, int rows, int columns, int seats, int sides)
{
	Random		random = {(uint64) rows * sides};
	int			wrong = 0;
	double		worst = INFINITY;

	for (int n = 0; n < count; n++)
	{
		CoreError	error = {0};
		Biproportion *matrix = roll_matrix(&random, rows, columns, seats, sides, &error);

		wrong += !biproportional_solve(matrix) || !totals_hold(matrix);
		worst = Min(worst, worst_cycle(matrix));
	}
	is_int(wrong, 0, "%d x %d, %d seats, weights to %d: both totals hold", rows, columns, seats, sides);
	ok(worst > -1e-9, "and no cycle improves (%g)", worst);
}

/* Weights that doubles cannot tell apart decide. */
static void
test_last_digit(void)
{
	for (int which = 0; which < 2; which++)
	{
		CoreError	error = {0};
		Biproportion *matrix = biproportional_begin(MEMORY, &error);
		int128		large = fixed_power10(30);

		for (int i = 0; i < 2; i++)
		{
			biproportional_add_row(matrix, key_of(i), 1);
			biproportional_add_column(matrix, key_of(i), 1);
		}
		biproportional_end_margins(matrix);
		for (int i = 0; i < 2; i++)
			for (int j = 0; j < 2; j++)
				biproportional_add_cell(matrix, key_of(i), key_of(j), (ExactNumber) {
					.digits = large + (which && i == 0 && j == 1)});
		biproportional_solve(matrix);
		is_int(matrix->seats[0], !which, "the diagonal that is larger, or as large");
	}
}

static void
test_refusals(void)
{
	CoreError	error = {0};
	Biproportion *matrix = biproportional_begin(MEMORY, &error);
	ExactNumber one = {.digits = 1};
	ExactNumber below = {.digits = -1};
	ExactNumber large = {.digits = fixed_power10(36) - 1};
	ExactNumber fine = {.digits = 1, .scale = 1};

	ok(!biproportional_add_row(matrix, word_of("a"), -1) && error.code == CORE_INVALID, "seats below 0");
	biproportional_add_row(matrix, word_of("a"), 3);
	biproportional_add_column(matrix, word_of("b"), 3);
	biproportional_add_column(matrix, word_of("c"), 0);
	ok(biproportional_end_margins(matrix), "equal totals");
	ok(!biproportional_add_cell(matrix, word_of("b"), word_of("b"), one) && error.code == CORE_UNKNOWN, "an unknown row");
	ok(!biproportional_add_cell(matrix, word_of("a"), word_of("a"), one) && error.code == CORE_UNKNOWN, "an unknown column");
	ok(!biproportional_add_cell(matrix, word_of("a"), word_of("b"), below) && error.code == CORE_INVALID, "a weight below 0");
	biproportional_add_cell(matrix, word_of("a"), word_of("b"), fine);
	ok(!biproportional_add_cell(matrix, word_of("a"), word_of("b"), one) && error.code == CORE_DUPLICATE, "a cell twice");
	biproportional_add_cell(matrix, word_of("a"), word_of("c"), large);
	ok(!biproportional_solve(matrix) && error.code == CORE_OUT_OF_RANGE, "weights of too many digits together");
	matrix = biproportional_begin(MEMORY, &error);
	biproportional_add_row(matrix, word_of("a"), 3);
	ok(!biproportional_end_margins(matrix) && error.code == CORE_INVALID, "totals that differ");
	matrix = biproportional_begin(MEMORY, &error);
	biproportional_add_row(matrix, word_of("a"), 0);
	biproportional_add_row(matrix, word_of("a"), 0);
	ok(!biproportional_end_margins(matrix) && error.code == CORE_DUPLICATE, "a row twice");
	matrix = biproportional_begin(MEMORY, &error);
	ok(biproportional_end_margins(matrix) && biproportional_solve(matrix), "an empty matrix");
}

int
main(void)
{
	test_small_tables();
	test_large(20, 77, 12, 5000, 1000000);
	test_large(5, 77, 12, 100000, 1000000000);
	test_large(5, 77, 12, 1000, 3);
	test_large(3, 60, 60, 100000000, 1000);
	test_last_digit();
	test_refusals();
	return finish();
}
