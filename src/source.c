/*
 * source.c
 *	  The rows of any query as texts, kept for an import to read.
 *
 * The query runs as reader.c runs queries, with the caller's rights, and with the
 * search_path that is passed on: the operations around it have their own.  What is
 * no text comes as its type prints it, dates as YYYY-MM-DD.
 *
 * What it gave is kept by the backend, until it is dropped or the transaction, or
 * a part of it, ends: so a delegate that has other rights than the caller is handed
 * rows and no text to run.  Above work_mem they go to disk.
 */
#include "postgres.h"

#include "access/xact.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/tuplestore.h"
#include "utils/varlena.h"

#include "compat.h"
#include "progress.h"
#include "reader.h"

/* Texts that are compared by letters are cut to so many bytes, at the end of a character. */
#define LONGEST_WORD	255

typedef struct Source
{
	MemoryContext memory;		/* holds all of it, this too */
	TupleDesc	columns;		/* as the query has them */
	TupleDesc	texts;			/* the same, each as a text */
	Tuplestorestate *rows;
} Source;

static Source *kept;			/* NULL when there is none */

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

/* ---- keeping ---- */

static void
drop_source(Source *source)
{
	tuplestore_end(source->rows);
	MemoryContextDelete(source->memory);
}

static void
drop_kept(void)
{
	Source	   *source = kept;

	kept = NULL;
	if (source != NULL)
		drop_source(source);
}

static void
at_end_of_transaction(XactEvent event, void *arg)
{
	drop_kept();
}

/* What a part of a transaction kept may be more than the rest of it may read. */
static void
at_end_of_part(SubXactEvent event, SubTransactionId part, SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		drop_kept();
}

static void
watch_transactions(void)
{
	static bool watching = false;

	if (watching)
		return;
	RegisterXactCallback(at_end_of_transaction, NULL);
	RegisterSubXactCallback(at_end_of_part, NULL);
	watching = true;
}

/* Files of the rows live as long as the transaction, not only as the statement. */
static Tuplestorestate *
begin_rows(void)
{
	ResourceOwner before = CurrentResourceOwner;
	Tuplestorestate *rows;

	CurrentResourceOwner = TopTransactionResourceOwner;
	rows = tuplestore_begin_heap(false, false, work_mem);
	CurrentResourceOwner = before;
	return rows;
}

static Source *
begin_source(TupleDesc columns)
{
	MemoryContext memory = AllocSetContextCreate(TopTransactionContext, "equity source",
												 ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(memory);
	Source	   *source = palloc0(sizeof(Source));

	source->memory = memory;
	source->columns = CreateTupleDescCopy(columns);
	source->texts = CreateTemplateTupleDesc(columns->natts);
	for (int i = 0; i < columns->natts; i++)
		TupleDescInitEntry(source->texts, i + 1, NameStr(TupleDescAttr(columns, i)->attname),
						   TEXTOID, -1, 0);
	source->rows = begin_rows();
	MemoryContextSwitchTo(before);
	return source;
}

typedef struct RowKeeper
{
	DestReceiver pub;
	Source	   *source;
	FmgrInfo   *print;			/* by column: the output function of its type */
	MemoryContext row_memory;
	Datum	   *values;
} RowKeeper;

static void
keeper_startup(DestReceiver *self, int operation, TupleDesc row_type)
{
	RowKeeper  *keeper = (RowKeeper *) self;

	for (int i = 0; i < row_type->natts; i++)
	{
		Oid			function;
		bool		is_varlena;

		getTypeOutputInfo(TupleDescAttr(row_type, i)->atttypid, &function, &is_varlena);
		fmgr_info(function, &keeper->print[i]);
	}
}

static bool
keep_row(TupleTableSlot *slot, DestReceiver *self)
{
	RowKeeper  *keeper = (RowKeeper *) self;
	Source	   *source = keeper->source;
	MemoryContext before = MemoryContextSwitchTo(keeper->row_memory);

	slot_getallattrs(slot);
	for (int i = 0; i < source->texts->natts; i++)
	{
		if (!slot->tts_isnull[i])
			keeper->values[i] = CStringGetTextDatum(
				OutputFunctionCall(&keeper->print[i], slot->tts_values[i]));
	}
	MemoryContextSwitchTo(before);
	tuplestore_putvalues(source->rows, source->texts, keeper->values, slot->tts_isnull);
	MemoryContextReset(keeper->row_memory);
	progress_count_row();
	return true;
}

static void
keeper_shutdown(DestReceiver *self)
{
}

PG_FUNCTION_INFO_V1(equity_keep_source);

/* The query is a caller's, and may keep another one while it runs. */
Datum
equity_keep_source(PG_FUNCTION_ARGS)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int			level = enter_settings(PG_GETARG_TEXT_PP(1));
	TupleDesc	columns = query_columns(query, "source");
	RowKeeper	keeper = {
		.pub = {keep_row, keeper_startup, keeper_shutdown, keeper_shutdown, DestNone},
		.source = begin_source(columns),
		.print = palloc0(sizeof(FmgrInfo) * Max(columns->natts, 1)),
		.row_memory = AllocSetContextCreate(CurrentMemoryContext, "equity source row",
											ALLOCSET_SMALL_SIZES),
		.values = palloc0(sizeof(Datum) * Max(columns->natts, 1))
	};

	watch_transactions();
	PG_TRY();
	{
		run_query(query, "source", &keeper.pub);
	}
	PG_CATCH();
	{
		drop_source(keeper.source);
		PG_RE_THROW();
	}
	PG_END_TRY();
	leave_settings(level);
	MemoryContextDelete(keeper.row_memory);
	drop_kept();
	kept = keeper.source;
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(equity_drop_source);

Datum
equity_drop_source(PG_FUNCTION_ARGS)
{
	drop_kept();
	PG_RETURN_VOID();
}

/* ---- reading what is kept ---- */

static Source *
kept_source(void)
{
	if (kept == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no source has been read"),
				 errhint("Call equity.load_rows.")));
	return kept;
}

PG_FUNCTION_INFO_V1(equity_source_size);

Datum
equity_source_size(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(tuplestore_tuple_count(kept_source()->rows));
}

PG_FUNCTION_INFO_V1(equity_source_columns);

Datum
equity_source_columns(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TupleDesc	columns = kept_source()->columns;

	InitMaterializedSRF(fcinfo, 0);
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

static void
check_positions(const Datum *positions, int count, int columns)
{
	for (int i = 0; i < count; i++)
		if (DatumGetInt32(positions[i]) < 1 || DatumGetInt32(positions[i]) > columns)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("the source query has no column %d", DatumGetInt32(positions[i]))));
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
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Source	   *source = kept_source();
	TupleTableSlot *slot = MakeSingleTupleTableSlot(source->texts, &TTSOpsMinimalTuple);
	Datum	   *positions;
	int			count;
	Datum	   *values;
	bool	   *nulls;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), INT4OID, sizeof(int32), true, TYPALIGN_INT,
					  &positions, NULL, &count);
	check_positions(positions, count, source->texts->natts);
	check_result_columns(result->setDesc, count);
	values = palloc0(sizeof(Datum) * (count + 1));
	nulls = palloc0(sizeof(bool) * (count + 1));
	tuplestore_rescan(source->rows);
	for (int64 line = 1; tuplestore_gettupleslot(source->rows, true, false, slot); line++)
	{
		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		values[0] = Int64GetDatum(line);
		for (int i = 0; i < count; i++)
		{
			int			attribute = DatumGetInt32(positions[i]) - 1;

			values[i + 1] = slot->tts_values[attribute];
			nulls[i + 1] = slot->tts_isnull[attribute];
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	ExecDropSingleTupleTableSlot(slot);
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
