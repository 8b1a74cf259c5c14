/*
 * letter_print.c
 *	  The lines of a letter as JSON and as a text to print.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "letter.h"

/* How a column of a line is written */
typedef enum ColumnStyle
{
	STYLE_TEXT,
	STYLE_BOOLEAN,
	STYLE_INTEGER,
	STYLE_BIGINT,
	STYLE_NUMERIC
} ColumnStyle;

typedef struct LineColumn
{
	const char *name;
	ColumnStyle style;
	int			column;
} LineColumn;

/* In the order in which jsonb keeps keys: shorter ones first, then by bytes */
static const LineColumn line_columns[] = {
	{"line", STYLE_INTEGER, LINE_NUMBER},		{"rule", STYLE_TEXT, LINE_RULE},
	{"asked", STYLE_BIGINT, LINE_ASKED},		{"label", STYLE_TEXT, LINE_LABEL},
	{"place", STYLE_BIGINT, LINE_PLACE},		{"seats", STYLE_INTEGER, LINE_SEATS},
	{"value", STYLE_TEXT, LINE_VALUE},			{"advice", STYLE_TEXT, LINE_ADVICE},
	{"cutoff", STYLE_NUMERIC, LINE_CUTOFF},		{"passed", STYLE_BOOLEAN, LINE_PASSED},
	{"points", STYLE_NUMERIC, LINE_POINTS},		{"reason", STYLE_TEXT, LINE_REASON},
	{"message", STYLE_TEXT, LINE_MESSAGE},		{"section", STYLE_TEXT, LINE_SECTION},
	{"distance", STYLE_NUMERIC, LINE_DISTANCE}, {"criterion", STYLE_TEXT, LINE_CRITERION},
	{"programme", STYLE_TEXT, LINE_PROGRAMME},	{"max_points", STYLE_NUMERIC, LINE_MAX_POINTS}};

typedef struct PrintedLine
{
	Datum values[LINE_COLUMNS];
	bool  nulls[LINE_COLUMNS];
} PrintedLine;

/* The lines of an array, numbered; the row type is kept with the call. */
static PrintedLine *
read_lines(FunctionCallInfo fcinfo, int *count)
{
	ArrayType	*given = PG_GETARG_ARRAYTYPE_P(0);
	TupleDesc	 type = fcinfo->flinfo->fn_extra;
	Datum		*rows;
	bool		*nulls;
	PrintedLine *lines;

	if (type == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		type = lookup_rowtype_tupdesc_copy(ARR_ELEMTYPE(given), -1);
		fcinfo->flinfo->fn_extra = type;
		MemoryContextSwitchTo(before);
	}
	deconstruct_array(given, ARR_ELEMTYPE(given), -1, false, TYPALIGN_DOUBLE, &rows, &nulls, count);
	lines = palloc(sizeof(PrintedLine) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		HeapTupleHeader row = DatumGetHeapTupleHeader(rows[i]);
		HeapTupleData	tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};

		heap_deform_tuple(&tuple, type, lines[i].values, lines[i].nulls);
		lines[i].values[LINE_NUMBER] = Int32GetDatum(i + 1);
		lines[i].nulls[LINE_NUMBER] = false;
	}
	return lines;
}

static Word
line_word(const PrintedLine *line, int column)
{
	text *value = DatumGetTextPP(line->values[column]);

	return (Word){VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

/* Whether two lines have the same of a column */
static bool
same_word(const PrintedLine *a, const PrintedLine *b, int column)
{
	if (a->nulls[column] || b->nulls[column])
		return a->nulls[column] == b->nulls[column];
	return words_equal(line_word(a, column), line_word(b, column));
}

/* ---- JSON ---- */

static JsonbValue
json_word(Word word)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = unconstify(char *, word.text);
	value.val.string.len = word.length;
	return value;
}

static JsonbValue
json_number(Numeric number)
{
	JsonbValue value = {.type = jbvNumeric};

	value.val.numeric = number;
	return value;
}

static JsonbValue
json_value(const PrintedLine *line, const LineColumn *column)
{
	Datum	   value = line->values[column->column];
	JsonbValue boolean = {.type = jbvBool};

	switch (column->style)
	{
		case STYLE_BOOLEAN:
			boolean.val.boolean = DatumGetBool(value);
			return boolean;
		case STYLE_INTEGER:
			return json_number(int64_to_numeric(DatumGetInt32(value)));
		case STYLE_BIGINT:
			return json_number(int64_to_numeric(DatumGetInt64(value)));
		case STYLE_NUMERIC:
			return json_number(DatumGetNumeric(value));
		default:
			return json_word(line_word(line, column->column));
	}
}

static void
push(JsonbParseState **state, JsonbIteratorToken token, JsonbValue value)
{
	pushJsonbValue(state, token, &value);
}

static void
push_line(JsonbParseState **state, const PrintedLine *line)
{
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < lengthof(line_columns); i++)
	{
		const LineColumn *column = &line_columns[i];

		if (line->nulls[column->column])
			continue;
		push(state, WJB_KEY, json_word(word_of(column->name)));
		push(state, WJB_VALUE, json_value(line, column));
	}
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

static void
begin_section(JsonbParseState **state, const PrintedLine *line)
{
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	push(state, WJB_KEY, json_word(word_of("section")));
	push(state, WJB_VALUE, json_word(line_word(line, LINE_SECTION)));
	push(state, WJB_KEY, json_word(word_of("lines")));
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
}

static void
end_section(JsonbParseState **state)
{
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

PG_FUNCTION_INFO_V1(equity_letter_sections);

/* Neighbouring lines of one section are a group. */
Datum
equity_letter_sections(PG_FUNCTION_ARGS)
{
	int				 count;
	PrintedLine		*lines = read_lines(fcinfo, &count);
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < count; i++)
	{
		if (i == 0 || !same_word(&lines[i], &lines[i - 1], LINE_SECTION))
		{
			if (i > 0)
				end_section(&state);
			begin_section(&state, &lines[i]);
		}
		push_line(&state, &lines[i]);
	}
	if (count > 0)
		end_section(&state);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}

/* ---- text ---- */

static void
append_word(StringInfo out, const char *before, const PrintedLine *line, int column,
			const char *after)
{
	Word word;

	if (line->nulls[column])
		return;
	word = line_word(line, column);
	if (word.length == 0)
		return;
	appendStringInfoString(out, before);
	appendBinaryStringInfo(out, word.text, word.length);
	appendStringInfoString(out, after);
}

static void
append_number(StringInfo out, const char *before, const PrintedLine *line, int column)
{
	if (line->nulls[column])
		return;
	appendStringInfo(out, "%s%s", before,
					 DatumGetCString(DirectFunctionCall1(numeric_out, line->values[column])));
}

static void
append_points(StringInfo out, const PrintedLine *line)
{
	if (line->nulls[LINE_POINTS])
		return;
	append_number(out, ": ", line, LINE_POINTS);
	append_number(out, " / ", line, LINE_MAX_POINTS);
}

static void
append_line(StringInfo out, const PrintedLine *line)
{
	append_word(out, "", line, LINE_LABEL, "");
	append_word(out, ": ", line, LINE_VALUE, "");
	append_word(out, " (", line, LINE_RULE, ")");
	append_points(out, line);
	appendStringInfoChar(out, '\n');
	append_word(out, "  ", line, LINE_MESSAGE, "\n");
	append_word(out, "  ", line, LINE_ADVICE, "\n");
}

/* Does a paragraph begin?  What is said of a programme stands together, and each choice with its
 * queues. */
static bool
begins_paragraph(const PrintedLine *line, const PrintedLine *before)
{
	return words_equal(line_word(line, LINE_SECTION), word_of("choice")) ||
		   !same_word(line, before, LINE_PROGRAMME) ||
		   (words_equal(line_word(line, LINE_SECTION), word_of("rule")) &&
			!same_word(line, before, LINE_SECTION));
}

PG_FUNCTION_INFO_V1(equity_letter_text);

Datum
equity_letter_text(PG_FUNCTION_ARGS)
{
	int			   count;
	PrintedLine	  *lines = read_lines(fcinfo, &count);
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < count; i++)
	{
		if (i > 0 && begins_paragraph(&lines[i], &lines[i - 1]))
			appendStringInfoChar(&out, '\n');
		append_line(&out, &lines[i]);
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
