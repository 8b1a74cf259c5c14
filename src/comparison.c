/*
 * comparison.c
 *	  compare_placements: queries in, what two sets of placements mean for whom out.
 *
 * The queries run with the caller's rights and search_path and may only read.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "core/comparison/comparison.h"
#include "reader.h"
#include "report.h"
#include "settings.h"

/* Decimals of a mean */
#define MEAN_SCALE 4

enum
{
	ARGUMENT_APPLICATIONS,
	ARGUMENT_BEFORE,
	ARGUMENT_AFTER,
	ARGUMENT_DIMENSION
};

typedef struct ComparisonReader
{
	Comparison	  *comparison;
	ComparisonSide side;
	int			   dimension; /* the column of the applications, or NONE */
	CoreError	   error;
} ComparisonReader;

static void
check_done(const ComparisonReader *reader, bool done)
{
	if (!done)
		report_core_error(&reader->error);
}

/* ---- applications ---- */

enum
{
	WISH_APPLICANT,
	WISH_POOL,
	WISH_CHOICE,
	WISH_GROUPS,
	WISH_SCORE,
	WISH_TIE,
	WISH_HOLDS,
	WISH_OWN, /* the dimension, when it is a column of the caller's own */
	WISH_COLUMNS
};

/* The number of the values that an application counts for */
static int32
number_values(ComparisonReader *reader, const Row *row)
{
	Word  value;
	Word *values = &value;
	int	  count = 1;
	int32 set;

	if (reader->dimension == NONE)
		return COMPARISON_NO_VALUE;
	if (reader->dimension == WISH_GROUPS)
		count = row->nulls[WISH_GROUPS] ? 0 : row_words(row, WISH_GROUPS, &values);
	else if (row->nulls[reader->dimension])
		return COMPARISON_NO_VALUE;
	else
		value = row_label(row, reader->dimension);
	check_done(reader, comparison_number_set(reader->comparison, values, count, &set));
	return set;
}

static void
take_application(void *state, const Row *row)
{
	ComparisonReader *reader = state;
	ApplicationRow	  application = {.applicant_id = row_id(row, WISH_APPLICANT),
									 .pool_id = row_id(row, WISH_POOL),
									 .choice = row_id(row, WISH_CHOICE),
									 .set = number_values(reader, row)};

	check_done(reader, comparison_add_application(reader->comparison, &application));
}

static int
dimension_column(const char *dimension)
{
	if (dimension == NULL)
		return NONE;
	if (strcmp(dimension, "groups") == 0)
		return WISH_GROUPS;
	if (strcmp(dimension, "pool_id") == 0)
		return WISH_POOL;
	if (dimension[0] == '_')
		return WISH_OWN;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("placements cannot be compared by \"%s\"", report_name(dimension)),
					errhint("Name pool_id, groups, or a column of your own, whose name begins with "
							"\"_\".")));
}

static void
read_applications(ComparisonReader *reader, const char *query, const char *dimension)
{
	Column columns[WISH_COLUMNS] = {{"applicant_id", COLUMN_ID},
									{"pool_id", COLUMN_ID},
									{"choice", COLUMN_ID},
									{"groups", COLUMN_WORDS, .optional = true, .nullable = true},
									{"score", COLUMN_NUMBER, .optional = true, .nullable = true},
									{"tie", COLUMN_NUMBER, .optional = true, .nullable = true},
									{"holds", COLUMN_TEXT, .optional = true, .nullable = true},
									{dimension, COLUMN_LABEL, .nullable = true}};

	reader->dimension = dimension_column(dimension);
	if (reader->dimension == WISH_GROUPS)
		columns[WISH_GROUPS].optional = false;
	read_query(query, "applications", columns,
			   reader->dimension == WISH_OWN ? WISH_COLUMNS : WISH_OWN, take_application, reader);
}

/* ---- placements ---- */

enum
{
	GIVEN_APPLICANT,
	GIVEN_POOL,
	GIVEN_CHOICE
};

static void
take_placement_row(void *state, const Row *row)
{
	ComparisonReader *reader = state;
	int64			  choice;

	if (row->columns[GIVEN_CHOICE].given)
		choice = row_id(row, GIVEN_CHOICE);
	check_done(reader,
			   comparison_add_placement(reader->comparison, reader->side,
										row_id(row, GIVEN_APPLICANT), row_id(row, GIVEN_POOL),
										row->columns[GIVEN_CHOICE].given ? &choice : NULL));
}

/* What else allocate gives back may stand beside. */
static void
read_placements(ComparisonReader *reader, ComparisonSide side, const char *query, const char *what)
{
	Column columns[] = {{"applicant_id", COLUMN_ID},
						{"pool_id", COLUMN_ID},
						{"choice", COLUMN_ID, .optional = true},
						{"seat", COLUMN_TEXT, .optional = true, .nullable = true},
						{"tier", COLUMN_ID, .optional = true, .nullable = true},
						{"score", COLUMN_NUMBER, .optional = true, .nullable = true}};

	reader->side = side;
	read_query(query, what, columns, lengthof(columns), take_placement_row, reader);
}

/* ---- the answer ---- */

enum
{
	SUM_VALUE,
	SUM_APPLICANTS,
	SUM_ADMITTED_BEFORE,
	SUM_ADMITTED_AFTER,
	SUM_FIRST_BEFORE,
	SUM_FIRST_AFTER,
	SUM_MEAN_BEFORE,
	SUM_MEAN_AFTER,
	SUM_GAINS,
	SUM_LOSES,
	SUM_COLUMNS
};

static Datum
mean_choice(const ComparisonSum *sum, ComparisonSide side)
{
	Datum mean =
		DirectFunctionCall2(numeric_div, NumericGetDatum(int64_to_numeric(sum->choices[side])),
							NumericGetDatum(int64_to_numeric(Max(sum->admitted[side], 1))));

	return DirectFunctionCall2(numeric_round, mean, Int32GetDatum(MEAN_SCALE));
}

static void
put_sum(ReturnSetInfo *result, const ComparisonSum *sum)
{
	Datum values[SUM_COLUMNS] = {
		[SUM_APPLICANTS] = Int64GetDatum(sum->applicants),
		[SUM_ADMITTED_BEFORE] = Int64GetDatum(sum->admitted[COMPARISON_BEFORE]),
		[SUM_ADMITTED_AFTER] = Int64GetDatum(sum->admitted[COMPARISON_AFTER]),
		[SUM_FIRST_BEFORE] = Int64GetDatum(sum->first_choices[COMPARISON_BEFORE]),
		[SUM_FIRST_AFTER] = Int64GetDatum(sum->first_choices[COMPARISON_AFTER]),
		[SUM_MEAN_BEFORE] = mean_choice(sum, COMPARISON_BEFORE),
		[SUM_MEAN_AFTER] = mean_choice(sum, COMPARISON_AFTER),
		[SUM_GAINS] = Int64GetDatum(sum->gains),
		[SUM_LOSES] = Int64GetDatum(sum->loses)};
	bool nulls[SUM_COLUMNS] = {[SUM_VALUE] = !sum->has_value,
							   [SUM_MEAN_BEFORE] = sum->admitted[COMPARISON_BEFORE] == 0,
							   [SUM_MEAN_AFTER] = sum->admitted[COMPARISON_AFTER] == 0};

	if (sum->has_value)
		values[SUM_VALUE] =
			PointerGetDatum(cstring_to_text_with_len(sum->value.text, sum->value.length));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Read, count and answer; everything is taken in the current memory context. */
static void
compare_queries(FunctionCallInfo fcinfo)
{
	char			*applications = query_argument(fcinfo, ARGUMENT_APPLICATIONS, "applications");
	char			*before = query_argument(fcinfo, ARGUMENT_BEFORE, "before");
	char			*after = query_argument(fcinfo, ARGUMENT_AFTER, "after");
	char			*dimension = optional_query_argument(fcinfo, ARGUMENT_DIMENSION);
	ComparisonReader reader = {0};
	const ComparisonSum *sums;
	int32				 count;

	reader.comparison = comparison_begin((Size) equity_max_memory_kb * 1024, &reader.error);
	read_applications(&reader, applications, dimension);
	read_placements(&reader, COMPARISON_BEFORE, before, "before");
	read_placements(&reader, COMPARISON_AFTER, after, "after");
	check_done(&reader, comparison_count(reader.comparison, &sums, &count));
	for (int32 i = 0; i < count; i++)
		if (sums[i].applicants > 0 || dimension == NULL)
			put_sum((ReturnSetInfo *) fcinfo->resultinfo, &sums[i]);
}

PG_FUNCTION_INFO_V1(equity_compare_placements);

Datum
equity_compare_placements(PG_FUNCTION_ARGS)
{
	MemoryContext memory;
	MemoryContext before;

	InitMaterializedSRF(fcinfo, 0);
	memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity comparison", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	compare_queries(fcinfo);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}
