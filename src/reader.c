/*
 * reader.c
 *	  The rows of a caller's query, column by column by name.
 *
 * The query runs through SPI with a receiver of our own, so that rows pass by
 * once and nothing is gathered.  What the callback allocates belongs to the
 * memory context in which read_query was called; values live for the row.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/varlena.h"

#include "compat.h"
#include "decimal.h"
#include "progress.h"
#include "reader.h"
#include "report.h"

typedef struct Receiver
{
	DestReceiver pub;
	const char *what;
	Column	   *columns;
	int			count;
	RowFunction take;
	void	   *state;
	MemoryContext memory;		/* of the callback's own data */
	MemoryContext row_memory;	/* of what is taken apart for one row */
	int		   *attributes;		/* by column: its number in the query, or 0 */
	int			last_attribute; /* none is read after it */
	Datum	   *values;
	bool	   *nulls;
} Receiver;

/* ---- arguments ---- */

char *
query_argument(FunctionCallInfo fcinfo, int argument, const char *what)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s query is NULL", what)));
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

char *
optional_query_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/* ---- columns ---- */

static bool
type_serves(Oid type, ColumnKind kind)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return kind == COLUMN_ID || kind == COLUMN_NUMBER || kind == COLUMN_LABEL;
		case NUMERICOID:
			return kind == COLUMN_NUMBER || kind == COLUMN_LABEL;
		case FLOAT8OID:
		case FLOAT4OID:
			return kind == COLUMN_NUMBER;
		case TEXTOID:
		case VARCHAROID:
			return kind == COLUMN_TEXT || kind == COLUMN_LABEL;
		case BOOLOID:
			return kind == COLUMN_FLAG || kind == COLUMN_LABEL;
		case TEXTARRAYOID:
		case VARCHARARRAYOID:
			return kind == COLUMN_WORDS;
		default:
			return false;
	}
}

static const char *
kind_name(ColumnKind kind)
{
	static const char *const names[] = {
		"an integer", "a number", "text", "an array of text",
		"text, an integer, numeric or boolean", "boolean"};

	return names[kind];
}

/* What to do about a column of a type that does not serve. */
static const char *
type_advice(Oid type, ColumnKind kind)
{
	static const char *const advice[] = {
		"Cast it to bigint.", "Give numbers, for example by a cast to numeric.",
		"Cast it to text.", "Cast it to text[].", "Cast it to text.", "Cast it to boolean."};

	if (kind == COLUMN_ID && !type_serves(type, COLUMN_NUMBER))
		return "Give each a number, for example from a table of ids; digits can be cast to bigint.";
	return advice[kind];
}

static void
refuse_type(const Receiver *receiver, const Column *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of the %s query must be %s, not of type %s", column->name,
					receiver->what, kind_name(column->kind), format_type_be(column->type)),
			 errhint("%s", type_advice(column->type, column->kind))));
}

/* Find the column in the query's rows and see that its type serves. */
static void
settle_column(const Receiver *receiver, Column *column, int *attribute, TupleDesc row_type)
{
	*attribute = 0;
	for (int i = 0; i < row_type->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(row_type, i)->attname), column->name) != 0)
			continue;
		if (*attribute != 0)
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_COLUMN),
					 errmsg("the %s query has column \"%s\" more than once", receiver->what,
							column->name)));
		*attribute = i + 1;
	}
	column->given = *attribute != 0;
	if (!column->given)
		return;
	column->type = getBaseType(TupleDescAttr(row_type, *attribute - 1)->atttypid);
	column->untyped = column->nullable && column->type == TEXTOID &&
		!type_serves(TEXTOID, column->kind);
	if (!column->untyped && !type_serves(column->type, column->kind))
		refuse_type(receiver, column);
}

/* The column that a name was most likely meant for: of those not given, the nearest by letters */
static const Column *
nearest_column(const Receiver *receiver, const char *name)
{
	const Column *nearest = NULL;
	int			least = 0;

	for (int i = 0; i < receiver->count; i++)
	{
		const Column *column = &receiver->columns[i];
		int			distance;

		if (column->given)
			continue;
		distance = varstr_levenshtein(name, strlen(name), column->name, strlen(column->name),
									  1, 1, 1, true);
		if (nearest == NULL || distance < least)
		{
			nearest = column;
			least = distance;
		}
	}
	return nearest;
}

/* Refuse a column that is not read, which may be a misspelt one: a cap_id, say, called cap. */
static void
refuse_unread_column(const Receiver *receiver, const char *name)
{
	const Column *nearest = nearest_column(receiver, name);

	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("the %s query has a column \"%s\" that is not read", receiver->what, name),
			 nearest ?
			 errhint("Perhaps you meant \"%s\"; a column for your own use has a name that begins "
					 "with \"_\".", nearest->name) :
			 errhint("A column for your own use has a name that begins with \"_\".")));
}

/* Has the query every column that it needs, and none that would not be read? */
static void
check_columns(const Receiver *receiver, TupleDesc row_type)
{
	for (int i = 0; i < receiver->count; i++)
		if (!receiver->columns[i].given && !receiver->columns[i].optional)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("the %s query has no column \"%s\"", receiver->what,
							receiver->columns[i].name),
					 errhint("Columns are found by name; name it with AS %s.",
							 receiver->columns[i].name)));
	for (int i = 0; i < row_type->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(row_type, i)->attname);
		bool		is_read = name[0] == '_';

		for (int j = 0; j < receiver->count && !is_read; j++)
			is_read = receiver->attributes[j] == i + 1;
		if (!is_read)
			refuse_unread_column(receiver, name);
	}
}

static void
receiver_startup(DestReceiver *self, int operation, TupleDesc row_type)
{
	Receiver   *receiver = (Receiver *) self;

	for (int i = 0; i < receiver->count; i++)
	{
		settle_column(receiver, &receiver->columns[i], &receiver->attributes[i], row_type);
		receiver->last_attribute = Max(receiver->last_attribute, receiver->attributes[i]);
	}
	check_columns(receiver, row_type);
}

/* ---- rows ---- */

/* Tell which row it is by the ids and words that it has. */
static char *
row_name(const Row *row)
{
	StringInfoData name;

	initStringInfo(&name);
	for (int i = 0; i < row->count; i++)
	{
		const Column *column = &row->columns[i];

		if (row->nulls[i] || (column->kind != COLUMN_ID && column->kind != COLUMN_TEXT))
			continue;
		appendStringInfo(&name, "%s%s ", name.len > 0 ? ", " : "", column->name);
		if (column->kind == COLUMN_ID)
			appendStringInfo(&name, INT64_FORMAT, row_id(row, i));
		else
			appendStringInfo(&name, "\"%s\"",
							 report_excerpt(row_word(row, i).text, row_word(row, i).length));
	}
	return name.data;
}

static int
row_detail(const Row *row)
{
	char	   *name = row_name(row);

	return *name ? errdetail("In the row with %s.", name) : 0;
}

static void
refuse_null(const Row *row, int column)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("column \"%s\" of the %s query is NULL", row->columns[column].name,
					row->what),
			 row_detail(row)));
}

/* Hand a row to the callback: its values where a column is given, NULL where not. */
static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver   *receiver = (Receiver *) self;
	Row			row = {
		receiver->columns, receiver->count, receiver->values, receiver->nulls,
		receiver->row_memory, receiver->what
	};
	MemoryContext before;

	progress_count_row();
	slot_getsomeattrs(slot, receiver->last_attribute);
	for (int i = 0; i < receiver->count; i++)
	{
		int			attribute = receiver->attributes[i];

		receiver->nulls[i] = attribute == 0 || slot->tts_isnull[attribute - 1];
		if (attribute != 0)
			receiver->values[i] = slot->tts_values[attribute - 1];
		if (receiver->columns[i].untyped && !receiver->nulls[i])
			refuse_type(receiver, &receiver->columns[i]);
	}
	for (int i = 0; i < receiver->count; i++)
		if (receiver->nulls[i] && receiver->columns[i].given && !receiver->columns[i].nullable)
			refuse_null(&row, i);
	before = MemoryContextSwitchTo(receiver->memory);
	receiver->take(receiver->state, &row);
	MemoryContextSwitchTo(before);
	MemoryContextReset(receiver->row_memory);
	return true;
}

static void
receiver_shutdown(DestReceiver *self)
{
}

static void
name_query(void *what)
{
	errcontext("%s query", (const char *) what);
}

/* One statement: the rows of two would run together without a word. */
static SPIPlanPtr
prepare_query(const char *query, const char *what)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(query, 0, NULL, CURSOR_OPT_PARALLEL_OK);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s", SPI_result_code_string(SPI_result));
	if (list_length(SPI_plan_get_plan_sources(plan)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the %s query must be one statement", what)));
	return plan;
}

/* About how many rows a query will have, by the plan that runs next; 0 when that says nothing */
static double
expected_rows(SPIPlanPtr plan)
{
	CachedPlan *cached = SPI_plan_get_cached_plan(plan);
	const PlannedStmt *statement = linitial_node(PlannedStmt, cached->stmt_list);
	double		rows = statement->planTree ? statement->planTree->plan_rows : 0;

	ReleaseCachedPlan(cached, NULL);
	return rows;
}

static void
enter_query(ErrorContextCallback *context, const char *what)
{
	context->previous = error_context_stack;
	context->callback = name_query;
	context->arg = unconstify(char *, what);
	error_context_stack = context;
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

static void
leave_query(const ErrorContextCallback *context)
{
	SPI_finish();
	error_context_stack = context->previous;
}

void
run_query(const char *query, const char *what, DestReceiver *receiver)
{
	SPIExecuteOptions options = {
		.read_only = true, .must_return_tuples = true, .dest = receiver};
	ErrorContextCallback context;
	bool		was_read_only = XactReadOnly;
	SPIPlanPtr	plan;
	int			result;

	enter_query(&context, what);
	plan = prepare_query(query, what);

	/*
	 * A read-only plan may still call a volatile function that writes, but not in a
	 * read-only transaction.  An error puts this back with its (sub)transaction.
	 */
	XactReadOnly = true;
	progress_phase(psprintf("reading %s", what), expected_rows(plan));
	result = SPI_execute_plan_extended(plan, &options);
	XactReadOnly = was_read_only;
	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s", SPI_result_code_string(result));
	leave_query(&context);
}

/* Is it one SELECT that changes nothing, as far as its text tells? */
static bool
is_select(const CachedPlanSource *source)
{
	Query	   *query;

	if (list_length(source->query_list) != 1)
		return false;
	query = linitial_node(Query, source->query_list);
	return query->commandType == CMD_SELECT && !query->hasModifyingCTE;
}

TupleDesc
query_columns(const char *query, const char *what)
{
	MemoryContext memory = CurrentMemoryContext;
	ErrorContextCallback context;
	CachedPlanSource *source;
	TupleDesc	columns;

	enter_query(&context, what);
	source = linitial(SPI_plan_get_plan_sources(prepare_query(query, what)));
	if (!is_select(source))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the %s query must be a SELECT", what)));
	MemoryContextSwitchTo(memory);
	columns = CreateTupleDescCopy(source->resultDesc);
	leave_query(&context);
	return columns;
}

void
read_query(const char *query, const char *what, Column *columns, int count, RowFunction take,
		   void *state)
{
	Receiver	receiver = {
		.pub = {receive_row, receiver_startup, receiver_shutdown, receiver_shutdown, DestNone},
		.what = what, .columns = columns, .count = count, .take = take, .state = state,
		.memory = CurrentMemoryContext,
		.row_memory = AllocSetContextCreate(CurrentMemoryContext, "equity row",
											ALLOCSET_SMALL_SIZES),
		.attributes = palloc0(sizeof(int) * count),
		.values = palloc0(sizeof(Datum) * count),
		.nulls = palloc0(sizeof(bool) * count)
	};

	run_query(query, what, &receiver.pub);
	MemoryContextDelete(receiver.row_memory);
}

/* ---- values ---- */

int64
row_id(const Row *row, int column)
{
	switch (row->columns[column].type)
	{
		case INT2OID:
			return DatumGetInt16(row->values[column]);
		case INT4OID:
			return DatumGetInt32(row->values[column]);
		default:
			return DatumGetInt64(row->values[column]);
	}
}

bool
row_flag(const Row *row, int column)
{
	return DatumGetBool(row->values[column]);
}

/* The value of a column, whole; it lives for the row. */
static struct varlena *
detoasted(const Row *row, int column)
{
	MemoryContext before = MemoryContextSwitchTo(row->memory);
	struct varlena *value = PG_DETOAST_DATUM_PACKED(row->values[column]);

	MemoryContextSwitchTo(before);
	return value;
}

Word
row_word(const Row *row, int column)
{
	struct varlena *value = detoasted(row, column);

	return (Word) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

Word
row_label(const Row *row, int column)
{
	Oid			type = row->columns[column].type;
	MemoryContext before;
	Oid			output;
	bool		is_varlena;
	Word		label;

	if (type == TEXTOID || type == VARCHAROID)
		return row_word(row, column);
	if (type == BOOLOID)
		return word_of(DatumGetBool(row->values[column]) ? "true" : "false");
	before = MemoryContextSwitchTo(row->memory);
	getTypeOutputInfo(type, &output, &is_varlena);
	label = word_of(OidOutputFunctionCall(output, row->values[column]));
	MemoryContextSwitchTo(before);
	return label;
}

Word
row_bytes(const Row *row, int column)
{
	return row_word(row, column);
}

static void
refuse_null_word(const Row *row, int column)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("column \"%s\" of the %s query has a NULL in its array",
					row->columns[column].name, row->what),
			 row_detail(row)));
}

int
row_words(const Row *row, int column, Word **words)
{
	MemoryContext before = MemoryContextSwitchTo(row->memory);
	ArrayType  *array = DatumGetArrayTypeP(row->values[column]);
	Datum	   *values;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT, &values, &nulls, &count);
	*words = palloc(sizeof(Word) * Max(count, 1));
	MemoryContextSwitchTo(before);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			refuse_null_word(row, column);
		(*words)[i] = (Word) {VARDATA_ANY(DatumGetPointer(values[i])),
							  VARSIZE_ANY_EXHDR(DatumGetPointer(values[i]))};
	}
	return count;
}

static void
refuse_number(const Row *row, int column, const char *what, const char *advice)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("column \"%s\" %s", row->columns[column].name, what),
			 row_detail(row), errhint("%s", advice)));
}

/* The digits of a float, read through the numeric of its shortest text. */
static bool
float_digits(Oid type, Datum value, ExactNumber *result, const Row *row, int column)
{
	double		real = type == FLOAT4OID ? DatumGetFloat4(value) : DatumGetFloat8(value);
	Numeric		number;
	bool		fits;

	if (!isfinite(real))
		refuse_number(row, column, "is NaN or infinite",
					  "Give a finite number, or leave out the row.");
	number = decimal_from_float(real, type == FLOAT4OID);
	fits = decimal_digits(number, &result->digits, &result->scale);
	pfree(number);
	return fits;
}

static bool
numeric_digits(Datum value, ExactNumber *result, const Row *row, int column)
{
	Numeric		number = (Numeric) PG_DETOAST_DATUM_PACKED(value);
	bool		fits;

	if (decimal_is_undefined(number))
		refuse_number(row, column, "is NaN or infinite",
					  "Give a finite number, or leave out the row.");
	fits = decimal_digits(number, &result->digits, &result->scale);
	if (number != (Numeric) DatumGetPointer(value))
		pfree(number);
	return fits;
}

ExactNumber
row_number(const Row *row, int column)
{
	ExactNumber result = {.is_null = row->nulls[column]};
	Oid			type = row->columns[column].type;
	Datum		value = row->values[column];
	bool		fits = true;

	if (result.is_null)
		return result;
	if (type == NUMERICOID)
		fits = numeric_digits(value, &result, row, column);
	else if (type == FLOAT8OID || type == FLOAT4OID)
		fits = float_digits(type, value, &result, row, column);
	else
		result.digits = row_id(row, column);
	if (!fits)
		refuse_number(row, column, "has more than 36 digits",
					  "Round the numbers to the decimals that matter.");
	return result;
}
