/*
 * apportion_steps.c
 *	  apportion_steps: why each seat of an apportionment went where it did.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "apportion.h"
#include "core/apportionment/claim.h"
#include "decimal.h"
#include "settings.h"
#include "reader.h"
#include "report.h"

#define FIRST_ROOM		1024

/* Decimals of a quotient that is shown */
#define QUOTIENT_SCALE	12

enum
{
	ARGUMENT_WEIGHTS,
	ARGUMENT_SEATS,
	ARGUMENT_METHOD
};

enum
{
	WEIGHT_KEY,
	WEIGHT_WEIGHT,
	WEIGHT_MINIMUM,
	WEIGHT_MAXIMUM,
	WEIGHT_POSITION
};

enum
{
	STEP_SEAT,
	STEP_KEY,
	STEP_HELD,
	STEP_WEIGHT,
	STEP_DIVISOR,
	STEP_QUOTIENT,
	STEP_RULE,
	STEP_TIED,
	STEP_COUNT
};

/* A row of the query */
typedef struct Entry
{
	Word		key;
	ExactNumber weight;
	int32		minimum;
	int32		maximum;
	int64		position;
} Entry;

#define BYTES_PER_ENTRY	(sizeof(Entry) + APPORTION_BYTES_PER_ROW)

typedef struct Entries
{
	Entry	   *entries;
	int32		count;
	int32		room;
	Size		key_bytes;
} Entries;

/* ---- reading ---- */

static int32
bound_of(const Row *row, int column, int32 otherwise)
{
	int64		bound;

	if (row->nulls[column])
		return otherwise;
	bound = row_id(row, column);
	if (bound < PG_INT32_MIN || bound > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("column \"%s\" is out of range", row->columns[column].name)));
	return (int32) bound;
}

static void
take_entry(void *state, const Row *row)
{
	Entries    *all = state;
	Word		key = row_word(row, WEIGHT_KEY);
	Entry	   *entry;

	all->key_bytes += word_copy_memory(key);
	apportion_check_memory(all->room, BYTES_PER_ENTRY, all->key_bytes);
	if (all->count == all->room)
	{
		apportion_check_memory((int64) all->room * 2, BYTES_PER_ENTRY, all->key_bytes);
		all->room *= 2;
		all->entries = repalloc_huge(all->entries, sizeof(Entry) * all->room);
	}
	entry = &all->entries[all->count++];
	entry->key = word_copy(key);
	entry->weight = row_number(row, WEIGHT_WEIGHT);
	entry->minimum = bound_of(row, WEIGHT_MINIMUM, 0);
	entry->maximum = bound_of(row, WEIGHT_MAXIMUM, APPORTION_NO_MAXIMUM);
	entry->position = row->nulls[WEIGHT_POSITION] ? PG_INT64_MAX : row_id(row, WEIGHT_POSITION);
}

/* By key, to find duplicates. */
static int
compare_keys(const void *a, const void *b)
{
	CHECK_FOR_INTERRUPTS();
	return words_compare(((const Entry *) a)->key, ((const Entry *) b)->key);
}

static int
compare_positions(const void *a, const void *b)
{
	const Entry *left = a;
	const Entry *right = b;

	if (left->position != right->position)
		return left->position < right->position ? -1 : 1;
	return compare_keys(a, b);
}

static void
read_entries(Entries *all, const char *query)
{
	Column		columns[] = {
		{"row_key", COLUMN_TEXT},
		{"weight", COLUMN_NUMBER, .nullable = true},
		{"minimum", COLUMN_ID, .optional = true, .nullable = true},
		{"maximum", COLUMN_ID, .optional = true, .nullable = true},
		{"position", COLUMN_ID, .optional = true, .nullable = true}
	};

	all->room = FIRST_ROOM;
	all->entries = palloc(sizeof(Entry) * all->room);
	read_query(query, "weights", columns, lengthof(columns), take_entry, all);
	qsort(all->entries, all->count, sizeof(Entry), compare_keys);
	for (int32 i = 1; i < all->count; i++)
		if (words_equal(all->entries[i - 1].key, all->entries[i].key))
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("duplicate row key \"%s\"",
							report_excerpt(all->entries[i].key.text, all->entries[i].key.length))));
	qsort(all->entries, all->count, sizeof(Entry), compare_positions);
}

static bool
have_one_position(void *host, int32 a, int32 b)
{
	const Entries *all = host;

	return all->entries[a].position == all->entries[b].position;
}

static Apportionment *
apportion_entries(Entries *all, ApportionMethod method, int32 seats)
{
	CoreError	error;
	Apportionment *rows =
		apportion_begin(method, seats, all->count, have_one_position, all, &error);

	for (int32 i = 0; i < all->count; i++)
		if (!apportion_add(rows, all->entries[i].weight, all->entries[i].minimum,
						   all->entries[i].maximum))
			report_core_error(&error);
	if (!apportion_solve(rows))
		report_core_error(&error);
	apportion_warn_empty(rows->empty);
	return rows;
}

/* ---- numbers to be read ---- */

static Numeric
divide(Numeric a, Numeric b)
{
	return DatumGetNumeric(
		DirectFunctionCall2(numeric_div, NumericGetDatum(a), NumericGetDatum(b)));
}

static Numeric
multiply(Numeric a, Numeric b)
{
	return DatumGetNumeric(
		DirectFunctionCall2(numeric_mul, NumericGetDatum(a), NumericGetDatum(b)));
}

/* d(held); NULL where it is infinite to claim, and by Hamilton's method */
static Numeric
divisor_of(ApportionMethod method, int64 held)
{
	Numeric		square;

	switch (method)
	{
		case APPORTION_HAMILTON:
			return NULL;
		case APPORTION_DHONDT:
			return int64_to_numeric(held + 1);
		case APPORTION_SAINTE_LAGUE:
			return int64_to_numeric(2 * held + 1);
		case APPORTION_ADAMS:
			return int64_to_numeric(held);
		case APPORTION_DEAN:
			return divide(multiply(int64_to_numeric(2 * held), int64_to_numeric(held + 1)),
						  int64_to_numeric(2 * held + 1));
		default:
			square = multiply(int64_to_numeric(held), int64_to_numeric(held + 1));
			return DatumGetNumeric(DirectFunctionCall1(numeric_sqrt, NumericGetDatum(square)));
	}
}

static Numeric
quotient_of(const Apportionment *rows, const Claim *claim, Numeric weight, Numeric divisor)
{
	Datum		quotient;

	if (rows->method != APPORTION_HAMILTON)
		quotient = NumericGetDatum(divide(weight, divisor));
	else
	{
		Numeric		quota = divide(multiply(weight, int64_to_numeric(rows->quota_seats)),
								   decimal_from_digits(rows->total, rows->weights.scale));

		quotient = DirectFunctionCall2(numeric_sub, NumericGetDatum(quota),
									   NumericGetDatum(int64_to_numeric(claim->held)));
	}
	return DatumGetNumeric(
		DirectFunctionCall2(numeric_round, quotient, Int32GetDatum(QUOTIENT_SCALE)));
}

/* ---- giving back ---- */

typedef struct Steps
{
	ReturnSetInfo *result;
	const Entries *all;
	const Apportionment *rows;
	int32		seat;
} Steps;

static void
put_step(Steps *steps, const Claim *claim, const char *rule, bool by_bound, bool tied)
{
	const Entry *entry = &steps->all->entries[claim->row];
	Numeric		weight = decimal_from_digits(entry->weight.digits, entry->weight.scale);
	Numeric		divisor = divisor_of(steps->rows->method, claim->held);
	bool		infinite = !by_bound && isinf(claim->value);
	Datum		values[STEP_COUNT] = {0};
	bool		nulls[STEP_COUNT] = {false};

	values[STEP_SEAT] = Int32GetDatum(++steps->seat);
	values[STEP_KEY] =
		PointerGetDatum(cstring_to_text_with_len(entry->key.text, entry->key.length));
	values[STEP_HELD] = Int32GetDatum(claim->held);
	values[STEP_WEIGHT] = NumericGetDatum(weight);
	nulls[STEP_DIVISOR] = by_bound || divisor == NULL;
	if (!nulls[STEP_DIVISOR])
		values[STEP_DIVISOR] = NumericGetDatum(divisor);
	nulls[STEP_QUOTIENT] = by_bound || infinite;
	if (!nulls[STEP_QUOTIENT])
		values[STEP_QUOTIENT] = NumericGetDatum(quotient_of(steps->rows, claim, weight, divisor));
	values[STEP_RULE] = CStringGetTextDatum(rule);
	values[STEP_TIED] = BoolGetDatum(tied);
	tuplestore_putvalues(steps->result->setResult, steps->result->setDesc, values, nulls);
}

/* The seats that bounds gave: minima, and maxima that bound a row while quotas were renewed */
static void
put_bounds(Steps *steps, MemoryContext scratch)
{
	for (int32 i = 0; i < steps->rows->count; i++)
		for (int32 held = 0; held < steps->rows->minimum[i]; held++)
		{
			Claim		claim = {.row = i, .held = held};

			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(scratch);
			put_step(steps, &claim,
					 held < steps->all->entries[i].minimum ? "minimum" : "maximum", true, false);
		}
}

/* What put the claim before the next one, which is equal */
static const char *
deciding_rule(const Apportionment *rows, const Claim *claim, const Claim *next)
{
	return claims_tie(rows, claim, next) ? "earlier_row" : "larger_weight";
}

static void
put_awards(Steps *steps, MemoryContext scratch, const Claim *claims, int64 honoured, int64 count)
{
	for (int64 i = 0; i < honoured; i++)
	{
		const Claim *claim = &claims[i];
		bool		tied_before = i > 0 && claims_equal(steps->rows, claim - 1, claim);
		bool		tied_after = i + 1 < count && claims_equal(steps->rows, claim, claim + 1);
		const char *rule =
			tied_after ? deciding_rule(steps->rows, claim, claim + 1) : "quotient";

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(scratch);
		put_step(steps, claim, rule, false, tied_before || tied_after);
	}
}

static void
put_steps(Steps *steps)
{
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "equity apportion step", ALLOCSET_SMALL_SIZES);
	int64		honoured;
	int64		count;
	Claim	   *claims;
	MemoryContext before;

	apportion_check_memory((int64) steps->rows->seats + steps->rows->count, sizeof(Claim),
						   steps->all->key_bytes);
	claims = apportion_awards(steps->rows, &honoured, &count);
	before = MemoryContextSwitchTo(scratch);
	put_bounds(steps, scratch);
	put_awards(steps, scratch, claims, honoured, count);
	MemoryContextSwitchTo(before);
}

static int32
required_seats(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(ARGUMENT_SEATS))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("seats are NULL")));
	return apportion_check_seats(PG_GETARG_INT32(ARGUMENT_SEATS));
}

PG_FUNCTION_INFO_V1(equity_apportion_steps);

Datum
equity_apportion_steps(PG_FUNCTION_ARGS)
{
	char	   *query = query_argument(fcinfo, ARGUMENT_WEIGHTS, "weights");
	int32		seats = required_seats(fcinfo);
	char	   *word = query_argument(fcinfo, ARGUMENT_METHOD, "method");
	Entries		all = {0};
	Steps		steps = {.all = &all};
	ApportionMethod method;
	MemoryContext memory;
	MemoryContext before;
	CoreError	error;

	if (!apportion_method_of(word_of(word), &method, &error))
		report_core_error(&error);
	InitMaterializedSRF(fcinfo, 0);
	steps.result = (ReturnSetInfo *) fcinfo->resultinfo;
	memory = AllocSetContextCreate(CurrentMemoryContext, "equity apportion steps",
								   ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	read_entries(&all, query);
	steps.rows = apportion_entries(&all, method, seats);
	put_steps(&steps);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}
