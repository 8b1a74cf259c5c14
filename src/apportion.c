/*
 * apportion.c
 *	  apportion: a window function that gives seats to the rows of a partition.
 *
 * The first call in a partition reads all of its rows and settles all seats;
 * each call returns its row's.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "apportion.h"
#include "compat.h"
#include "core/apportionment/apportion.h"
#include "decimal.h"
#include "settings.h"
#include "report.h"

enum
{
	ARGUMENT_WEIGHT,
	ARGUMENT_SEATS,
	ARGUMENT_METHOD,
	ARGUMENT_MINIMUM,
	ARGUMENT_MAXIMUM,
	ARGUMENT_COUNT
};

/* Values of a row take memory until they are reset, each so many rows. */
#define ROWS_A_RESET		256

/* Kept for the partition */
typedef struct Partition
{
	bool		solved;
	bool		no_seats;		/* seats are NULL: so is every result */
	int32	   *awarded;
} Partition;

/* The arguments of one row, none of them a pointer into the row */
typedef struct Arguments
{
	ExactNumber weight;
	bool		no_seats;
	int32		seats;
	ApportionMethod method;
	int32		minimum;
	int32		maximum;
} Arguments;

/* Reads the arguments of any row of the partition. */
typedef struct RowReader
{
	WindowObject window;
	Oid			weight_type;	/* numeric, bigint or double precision */
	int64		row;
	bool		stable[ARGUMENT_COUNT]; /* the same in every row: read once */
	Arguments	arguments;
} RowReader;

/* ---- arguments ---- */

static void
refuse_undefined(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("weight is NaN or infinite")));
}

static ExactNumber
digits_of(Numeric number)
{
	ExactNumber result = {.is_null = false};

	if (decimal_is_undefined(number))
		refuse_undefined();
	if (decimal_digits(number, &result.digits, &result.scale))
		return result;
	number = DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(number)));
	if (!decimal_digits(number, &result.digits, &result.scale))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("weight has more than 36 digits"),
				 errhint("Round the weights to the decimals that matter.")));
	return result;
}

/* A float counts as its shortest decimal, as it is printed. */
static ExactNumber
digits_of_float(double real)
{
	if (!isfinite(real))
		refuse_undefined();
	return digits_of(decimal_from_float(real, false));
}

static ExactNumber
weight_of(Datum value, bool is_null, Oid type)
{
	if (is_null)
		return (ExactNumber) {.is_null = true};
	switch (type)
	{
		case INT8OID:
			return (ExactNumber) {.digits = DatumGetInt64(value)};
		case FLOAT8OID:
			return digits_of_float(DatumGetFloat8(value));
		default:
			return digits_of((Numeric) PG_DETOAST_DATUM_PACKED(value));
	}
}

static ApportionMethod
method_of(Datum value, bool is_null)
{
	ApportionMethod method;
	CoreError	error;
	text	   *word;

	if (is_null)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("method is NULL")));
	word = (text *) PG_DETOAST_DATUM_PACKED(value);
	if (!apportion_method_of((Word) {VARDATA_ANY(word), (int) VARSIZE_ANY_EXHDR(word)}, &method,
							 &error))
		report_core_error(&error);
	return method;
}

static void
read_argument(RowReader *reader, int argument)
{
	Arguments  *arguments = &reader->arguments;
	bool		is_null;
	bool		outside;
	Datum		value = WinGetFuncArgInPartition(reader->window, argument, (int) reader->row,
												 WINDOW_SEEK_HEAD, false, &is_null, &outside);

	switch (argument)
	{
		case ARGUMENT_WEIGHT:
			arguments->weight = weight_of(value, is_null, reader->weight_type);
			break;
		case ARGUMENT_SEATS:
			arguments->no_seats = is_null;
			arguments->seats = is_null ? 0 : apportion_check_seats(DatumGetInt32(value));
			break;
		case ARGUMENT_METHOD:
			arguments->method = method_of(value, is_null);
			break;
		case ARGUMENT_MINIMUM:
			arguments->minimum = is_null ? 0 : DatumGetInt32(value);
			break;
		case ARGUMENT_MAXIMUM:
			arguments->maximum = is_null ? APPORTION_NO_MAXIMUM : DatumGetInt32(value);
			break;
	}
}

/*
 * Read a row's arguments one after another.  A number or text lies in the
 * window's copy of the row, which the next call of WinGetFuncArgInPartition may
 * free, so each is taken apart before the next is asked for.
 */
static void
read_row(RowReader *reader, int64 row)
{
	reader->row = row;
	for (int i = 0; i < ARGUMENT_COUNT; i++)
		if (row == 0 || !reader->stable[i])
			read_argument(reader, i);
}

static void
refuse_varying(const RowReader *reader, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be the same in all rows of a partition", what),
			 errdetail("Row " INT64_FORMAT " differs from the row before.", reader->row + 1),
			 errhint("Name what it depends on in PARTITION BY.")));
}

/* Refuse a row whose seats or method are not those of the first. */
static void
check_same(const RowReader *reader, const Arguments *first)
{
	const Arguments *here = &reader->arguments;

	if (here->no_seats != first->no_seats || here->seats != first->seats)
		refuse_varying(reader, "seats");
	if (here->method != first->method)
		refuse_varying(reader, "method");
}

int32
apportion_check_seats(int32 seats)
{
	if (seats < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("seats must not be negative"),
				 errdetail("The argument is %d.", seats)));
	return seats;
}

/* ---- a partition ---- */

void
apportion_check_memory(int64 count, Size bytes, Size others)
{
	CoreError	error;

	if (count > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("an apportionment can have at most %d rows or seats", PG_INT32_MAX)));
	if (!core_check_memory(&error, "apportionment", count * bytes + others,
						   (Size) equity_max_memory_kb * 1024))
		report_core_error(&error);
}

void
apportion_warn_empty(int64 empty)
{
	if (empty > 0)
		ereport(WARNING,
				(errmsg_plural(INT64_FORMAT " seat stays empty", INT64_FORMAT " seats stay empty",
							   empty, empty),
				 errdetail("Each row with a weight has its maximum; a row with weight 0 keeps its minimum.")));
}

static bool
rows_are_peers(void *window, int32 a, int32 b)
{
	return WinRowsArePeers((WindowObject) window, a, b);
}

/* Read all rows, of which the reader holds the first; their values' memory is freed on the way. */
static Apportionment *
read_rows(RowReader *reader, int32 count, CoreError *error)
{
	Arguments	first = reader->arguments;
	Apportionment *rows = apportion_begin(first.method, first.seats, count, rows_are_peers,
										  reader->window, error);
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "equity apportion row", ALLOCSET_SMALL_SIZES);
	MemoryContext before = CurrentMemoryContext;

	for (int32 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i % ROWS_A_RESET == 0)
			MemoryContextReset(scratch);
		MemoryContextSwitchTo(scratch);
		if (i > 0)
			read_row(reader, i);
		MemoryContextSwitchTo(before);
		check_same(reader, &first);
		if (!apportion_add(rows, reader->arguments.weight, reader->arguments.minimum,
						   reader->arguments.maximum))
			report_core_error(error);
	}
	MemoryContextDelete(scratch);
	return rows;
}

static void
solve_partition(Partition *partition, FunctionCallInfo fcinfo)
{
	RowReader	reader = {
		.window = PG_WINDOW_OBJECT(),
		.weight_type = get_fn_expr_argtype(fcinfo->flinfo, ARGUMENT_WEIGHT)
	};
	int64		count = WinGetPartitionRowCount(reader.window);
	Apportionment *rows;
	CoreError	error;

	apportion_check_memory(count, APPORTION_BYTES_PER_ROW, 0);
	for (int i = 0; i < ARGUMENT_COUNT; i++)
		reader.stable[i] = get_fn_expr_arg_stable(fcinfo->flinfo, i);
	read_row(&reader, 0);
	partition->no_seats = reader.arguments.no_seats;
	rows = read_rows(&reader, (int32) count, &error);
	partition->awarded = rows->awarded;
	if (partition->no_seats)
		return;
	if (!apportion_solve(rows))
		report_core_error(&error);
	apportion_warn_empty(rows->empty);
}

PG_FUNCTION_INFO_V1(equity_apportion);

Datum
equity_apportion(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Partition  *partition = WinGetPartitionLocalMemory(window, sizeof(Partition));
	int64		row = WinGetCurrentPosition(window);

	if (!partition->solved)
	{
		MemoryContext before = MemoryContextSwitchTo(GetMemoryChunkContext(partition));

		solve_partition(partition, fcinfo);
		partition->solved = true;
		MemoryContextSwitchTo(before);
	}
	if (partition->no_seats || partition->awarded[row] == APPORTION_ABSENT)
		PG_RETURN_NULL();
	PG_RETURN_INT32(partition->awarded[row]);
}
