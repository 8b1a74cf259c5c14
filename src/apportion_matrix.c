/*
 * apportion_matrix.c
 *	  apportion_matrix: queries in, a matrix of seats out; apportion_divisors, by
 *	  which anyone checks it.
 *
 * Totals are read first, so that every weight finds its row and column.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "core/apportionment/biproportional.h"
#include "decimal.h"
#include "settings.h"
#include "reader.h"
#include "report.h"

enum
{
	ARGUMENT_WEIGHTS,
	ARGUMENT_ROW_SEATS,
	ARGUMENT_COLUMN_SEATS
};

enum
{
	TOTAL_KEY,
	TOTAL_SEATS
};

enum
{
	WEIGHT_ROW,
	WEIGHT_COLUMN,
	WEIGHT_WEIGHT
};

typedef struct MatrixReader
{
	Biproportion *matrix;
	CoreError	error;
} MatrixReader;

static void
take_row(void *state, const Row *row)
{
	MatrixReader *reader = state;

	if (!biproportional_add_row(reader->matrix, row_word(row, TOTAL_KEY), row_id(row, TOTAL_SEATS)))
		report_core_error(&reader->error);
}

static void
take_column(void *state, const Row *row)
{
	MatrixReader *reader = state;

	if (!biproportional_add_column(reader->matrix, row_word(row, TOTAL_KEY),
								   row_id(row, TOTAL_SEATS)))
		report_core_error(&reader->error);
}

static void
take_weight(void *state, const Row *row)
{
	MatrixReader *reader = state;

	if (!biproportional_add_cell(reader->matrix, row_word(row, WEIGHT_ROW),
								 row_word(row, WEIGHT_COLUMN), row_number(row, WEIGHT_WEIGHT)))
		report_core_error(&reader->error);
}

static void
read_matrix(MatrixReader *reader, const char *weights, const char *row_seats,
			const char *column_seats)
{
	Column		row_columns[] = {{"row_key", COLUMN_TEXT}, {"seats", COLUMN_ID}};
	Column		column_columns[] = {{"col_key", COLUMN_TEXT}, {"seats", COLUMN_ID}};
	Column		weight_columns[] = {
		{"row_key", COLUMN_TEXT},
		{"col_key", COLUMN_TEXT},
		{"weight", COLUMN_NUMBER}
	};

	reader->matrix = biproportional_begin((Size) equity_max_memory_kb * 1024, &reader->error);
	read_query(row_seats, "row_seats", row_columns, lengthof(row_columns), take_row, reader);
	read_query(column_seats, "col_seats", column_columns, lengthof(column_columns), take_column,
			   reader);
	if (!biproportional_end_margins(reader->matrix))
		report_core_error(&reader->error);
	read_query(weights, "weights", weight_columns, lengthof(weight_columns), take_weight, reader);
}

static Datum
text_datum(Word word)
{
	return PointerGetDatum(cstring_to_text_with_len(word.text, word.length));
}

static void
put_seats(ReturnSetInfo *result, const Biproportion *matrix, int32 row, int32 column)
{
	Datum		values[3];
	bool		nulls[3] = {false};

	values[0] = text_datum(matrix->rows.keys[row]);
	values[1] = text_datum(matrix->columns.keys[column]);
	values[2] = Int32GetDatum(matrix->seats[biproportional_cell(matrix, row, column)]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_matrix(ReturnSetInfo *result, const Biproportion *matrix)
{
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "equity matrix row", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(scratch);

	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 j = 0; j < matrix->columns.count; j++)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(scratch);
			put_seats(result, matrix, i, j);
		}
	MemoryContextSwitchTo(before);
}

/* ---- divisors ---- */

/* Decimals of a quotient that is shown */
#define QUOTIENT_SCALE	12

enum
{
	CELL_ROW,
	CELL_COLUMN,
	CELL_SEATS,
	CELL_WEIGHT,
	CELL_ROW_DIVISOR,
	CELL_COLUMN_DIVISOR,
	CELL_QUOTIENT,
	CELL_TIED,
	CELL_COUNT
};

/* weight / (row divisor * column divisor), by the divisors as they are shown */
static Datum
quotient_of(const Datum *values)
{
	Datum		product = DirectFunctionCall2(numeric_mul, values[CELL_ROW_DIVISOR],
											  values[CELL_COLUMN_DIVISOR]);
	Datum		quotient = DirectFunctionCall2(numeric_div, values[CELL_WEIGHT], product);

	return DirectFunctionCall2(numeric_round, quotient, Int32GetDatum(QUOTIENT_SCALE));
}

static void
put_divisors(ReturnSetInfo *result, const Biproportion *matrix,
			 const BiproportionalDivisors *divisors, int32 row, int32 column)
{
	Size		cell = biproportional_cell(matrix, row, column);
	Datum		values[CELL_COUNT] = {0};
	bool		nulls[CELL_COUNT] = {false};

	values[CELL_ROW] = text_datum(matrix->rows.keys[row]);
	values[CELL_COLUMN] = text_datum(matrix->columns.keys[column]);
	values[CELL_SEATS] = Int32GetDatum(matrix->seats[cell]);
	values[CELL_WEIGHT] =
		NumericGetDatum(decimal_from_digits(matrix->weights[cell], matrix->scale));
	nulls[CELL_ROW_DIVISOR] = isnan(divisors->rows[row]);
	nulls[CELL_COLUMN_DIVISOR] = isnan(divisors->columns[column]);
	nulls[CELL_QUOTIENT] = nulls[CELL_ROW_DIVISOR] || nulls[CELL_COLUMN_DIVISOR];
	values[CELL_ROW_DIVISOR] =
		DirectFunctionCall1(float8_numeric, Float8GetDatum(divisors->rows[row]));
	values[CELL_COLUMN_DIVISOR] =
		DirectFunctionCall1(float8_numeric, Float8GetDatum(divisors->columns[column]));
	if (!nulls[CELL_QUOTIENT])
		values[CELL_QUOTIENT] = quotient_of(values);
	values[CELL_TIED] = BoolGetDatum(divisors->tied[cell]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_all_divisors(ReturnSetInfo *result, const Biproportion *matrix)
{
	BiproportionalDivisors divisors = biproportional_divisors(matrix);
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "equity divisors", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(scratch);

	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 j = 0; j < matrix->columns.count; j++)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(scratch);
			put_divisors(result, matrix, &divisors, i, j);
		}
	MemoryContextSwitchTo(before);
}

/* ---- calls ---- */

/* Read and solve the matrix of the arguments, and hand it to what puts it into the result. */
static Datum
solve_matrix(FunctionCallInfo fcinfo,
			 void (*put) (ReturnSetInfo *result, const Biproportion *matrix))
{
	char	   *weights = query_argument(fcinfo, ARGUMENT_WEIGHTS, "weights");
	char	   *row_seats = query_argument(fcinfo, ARGUMENT_ROW_SEATS, "row_seats");
	char	   *column_seats = query_argument(fcinfo, ARGUMENT_COLUMN_SEATS, "col_seats");
	MatrixReader reader;
	MemoryContext memory;
	MemoryContext before;

	InitMaterializedSRF(fcinfo, 0);
	memory = AllocSetContextCreate(CurrentMemoryContext, "equity apportion matrix",
								   ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	read_matrix(&reader, weights, row_seats, column_seats);
	if (!biproportional_solve(reader.matrix))
		report_core_error(&reader.error);
	put((ReturnSetInfo *) fcinfo->resultinfo, reader.matrix);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(equity_apportion_matrix);

Datum
equity_apportion_matrix(PG_FUNCTION_ARGS)
{
	return solve_matrix(fcinfo, put_matrix);
}

PG_FUNCTION_INFO_V1(equity_apportion_divisors);

Datum
equity_apportion_divisors(PG_FUNCTION_ARGS)
{
	return solve_matrix(fcinfo, put_all_divisors);
}
