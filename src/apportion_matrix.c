/*
 * apportion_matrix.c
 *	  apportion_matrix: queries in, a matrix of seats out.
 *
 * Totals are read first, so that every weight finds its row and column.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "core/apportionment/biproportional.h"
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
put_matrix(ReturnSetInfo *result, const Biproportion *matrix)
{
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "equity matrix row", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(scratch);

	for (int32 i = 0; i < matrix->rows.count; i++)
		for (int32 j = 0; j < matrix->columns.count; j++)
		{
			Datum		values[3];
			bool		nulls[3] = {false};

			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(scratch);
			values[0] = text_datum(matrix->rows.keys[i]);
			values[1] = text_datum(matrix->columns.keys[j]);
			values[2] = Int32GetDatum(matrix->seats[biproportional_cell(matrix, i, j)]);
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	MemoryContextSwitchTo(before);
}

PG_FUNCTION_INFO_V1(equity_apportion_matrix);

Datum
equity_apportion_matrix(PG_FUNCTION_ARGS)
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
	put_matrix((ReturnSetInfo *) fcinfo->resultinfo, reader.matrix);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}
