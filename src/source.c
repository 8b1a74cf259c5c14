/*
 * source.c
 *	  The rows of any query as texts: what an import reads.
 *
 * The query runs as reader.c runs queries, with the caller's rights, and with the
 * search_path that is passed on: the operations around it have their own.  What is
 * no text comes as its type prints it, dates as YYYY-MM-DD.  The whole result is in
 * a tuplestore, which goes to disk above work_mem.
 */
#include "postgres.h"

#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"
#include "utils/varlena.h"

#include "compat.h"
#include "reader.h"

/* Texts that are compared by letters are cut to so many bytes, at the end of a character. */
#define LONGEST_WORD	255

/* ---- settings of the caller ---- */

static void
set_for_now(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

/* Until leave_settings(), or an error */
static int
enter_settings(text *search_path)
{
	int			level = NewGUCNestLevel();

	set_for_now("search_path", text_to_cstring(search_path));
	set_for_now("datestyle", "ISO");
	return level;
}

static void
leave_settings(int level)
{
	AtEOXact_GUC(true, level);
}

/* ---- columns ---- */

PG_FUNCTION_INFO_V1(equity_source_columns);

Datum
equity_source_columns(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int			level;
	TupleDesc	columns;

	InitMaterializedSRF(fcinfo, 0);
	level = enter_settings(PG_GETARG_TEXT_PP(1));
	columns = query_columns(query, "source");
	leave_settings(level);
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);
		bool		nulls[3] = {false};
		Datum		values[3] = {
			Int32GetDatum(i + 1),
			CStringGetTextDatum(NameStr(column->attname)),
			CStringGetTextDatum(format_type_be(getBaseType(column->atttypid)))
		};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}

/* ---- rows ---- */

typedef struct CellReceiver
{
	DestReceiver pub;
	ReturnSetInfo *result;
	const Datum *positions;		/* of the columns that are wanted */
	int			count;
	FmgrInfo   *print;			/* by wanted column: the output function of its type */
	MemoryContext row_memory;
	int64		line;
	Datum	   *values;
	bool	   *nulls;
} CellReceiver;

static void
cells_startup(DestReceiver *self, int operation, TupleDesc row_type)
{
	CellReceiver *receiver = (CellReceiver *) self;

	for (int i = 0; i < receiver->count; i++)
	{
		int			position = DatumGetInt32(receiver->positions[i]);
		Oid			function;
		bool		is_varlena;

		if (position < 1 || position > row_type->natts)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("the source query has no column %d", position)));
		getTypeOutputInfo(TupleDescAttr(row_type, position - 1)->atttypid, &function,
						  &is_varlena);
		fmgr_info(function, &receiver->print[i]);
	}
}

static bool
receive_cells(TupleTableSlot *slot, DestReceiver *self)
{
	CellReceiver *receiver = (CellReceiver *) self;
	MemoryContext before = MemoryContextSwitchTo(receiver->row_memory);

	slot_getallattrs(slot);
	receiver->values[0] = Int64GetDatum(++receiver->line);
	for (int i = 0; i < receiver->count; i++)
	{
		int			attribute = DatumGetInt32(receiver->positions[i]) - 1;

		receiver->nulls[i + 1] = slot->tts_isnull[attribute];
		if (!slot->tts_isnull[attribute])
			receiver->values[i + 1] = CStringGetTextDatum(
				OutputFunctionCall(&receiver->print[i], slot->tts_values[attribute]));
	}
	MemoryContextSwitchTo(before);
	tuplestore_putvalues(receiver->result->setResult, receiver->result->setDesc,
						 receiver->values, receiver->nulls);
	MemoryContextReset(receiver->row_memory);
	return true;
}

static void
cells_shutdown(DestReceiver *self)
{
}

static void
check_result_columns(TupleDesc columns, int cells)
{
	bool		fits = columns->natts == cells + 1 &&
		TupleDescAttr(columns, 0)->atttypid == INT8OID;

	for (int i = 1; i < columns->natts && fits; i++)
		fits = TupleDescAttr(columns, i)->atttypid == TEXTOID;
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the source's rows are a bigint and a text for each position")));
}

PG_FUNCTION_INFO_V1(equity_source_rows);

Datum
equity_source_rows(PG_FUNCTION_ARGS)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	CellReceiver receiver = {
		.pub = {receive_cells, cells_startup, cells_shutdown, cells_shutdown, DestNone},
		.result = (ReturnSetInfo *) fcinfo->resultinfo
	};
	Datum	   *positions;
	int			level;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), INT4OID, sizeof(int32), true, TYPALIGN_INT,
					  &positions, NULL, &receiver.count);
	check_result_columns(receiver.result->setDesc, receiver.count);
	receiver.positions = positions;
	receiver.print = palloc0(sizeof(FmgrInfo) * Max(receiver.count, 1));
	receiver.values = palloc0(sizeof(Datum) * (receiver.count + 1));
	receiver.nulls = palloc0(sizeof(bool) * (receiver.count + 1));
	receiver.row_memory = AllocSetContextCreate(CurrentMemoryContext, "equity source row",
												ALLOCSET_SMALL_SIZES);
	level = enter_settings(PG_GETARG_TEXT_PP(1));
	run_query(query, "source", &receiver.pub);
	leave_settings(level);
	MemoryContextDelete(receiver.row_memory);
	PG_RETURN_NULL();
}

/* ---- names ---- */

PG_FUNCTION_INFO_V1(equity_word_distance);

Datum
equity_word_distance(PG_FUNCTION_ARGS)
{
	char *one = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *other = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int	  one_length = pg_mbcliplen(one, (int) strlen(one), LONGEST_WORD);
	int	  other_length = pg_mbcliplen(other, (int) strlen(other), LONGEST_WORD);

	PG_RETURN_INT32(varstr_levenshtein(one, one_length, other, other_length, 1, 1, 1, true));
}
