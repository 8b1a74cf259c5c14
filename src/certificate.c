/*
 * certificate.c
 *	  verify: queries and placements in, violations out.
 *
 * Reads the rows as they are, into arrays of their own; all judgement is
 * certify's, which shares no code with the allocator.
 */
#include "postgres.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/certify.h"
#include "allocation.h"
#include "decimal.h"
#include "equity.h"
#include "lottery.h"
#include "reader.h"
#include "report.h"

#define FIRST_ROOM	1024

enum
{
	ARGUMENT_APPLICATIONS,
	ARGUMENT_POOLS,
	ARGUMENT_RESERVES,
	ARGUMENT_CAPS,
	ARGUMENT_PLACEMENTS,
	ARGUMENT_TIE_BREAK,
	ARGUMENT_SEED
};

typedef struct ClaimReader
{
	Claim		claim;
	int32		room;			/* of the arrays that are being filled */
	Size		taken;			/* bytes for the rows of the queries before */
} ClaimReader;

/* What a row takes with all that is made of it. */
#define BYTES_PER_POOL			48
#define BYTES_PER_APPLICATION	56
#define BYTES_PER_PLACEMENT		48


/* ---- growing arrays ---- */

/* Refuse to grow beyond what the caller allows, before it is taken. */
static void
check_memory(const ClaimReader *reader, Size bytes_per_row)
{
	Size		limit = (Size) equity_max_memory_kb * 1024;
	Size		estimate = reader->taken + reader->room * bytes_per_row;

	if (estimate > limit)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("verification needs more memory than equity.max_memory allows"),
				 errdetail("It would need %zu kB; %zu kB are allowed.", estimate >> 10,
						   limit >> 10),
				 errhint("Raise equity.max_memory, if the machine has the memory.")));
}

/* Room for one more row; true when the arrays must grow to reader->room. */
static bool
must_grow(ClaimReader *reader, int32 count, Size bytes_per_row)
{
	if (count < reader->room)
		return false;
	if (reader->room > PG_INT32_MAX / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d rows to verify", PG_INT32_MAX / 2)));
	reader->room = Max(reader->room * 2, FIRST_ROOM);
	check_memory(reader, bytes_per_row);
	return true;
}

/* Begin with the next query's rows. */
static void
begin_rows(ClaimReader *reader, int32 count, Size bytes_per_row)
{
	reader->taken += count * bytes_per_row;
	reader->room = 0;
}

static void *
grow(void *array, int32 room, Size size)
{
	return array ? host_realloc(array, room * size) : host_alloc(room * size);
}

static void
grow_ids(int64 **array, int32 room)
{
	*array = grow(*array, room, sizeof(int64));
}

static void
add_number(NumberColumn *column, const Row *row, int index)
{
	ExactNumber number = row_number(row, index);

	if (number.is_null)
		numbers_add_null(column);
	else if (!numbers_add(column, number.digits, number.scale))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("numbers of column \"%s\" need more than %d digits together",
						row->columns[index].name, NUMBER_MAX_DIGITS),
				 errhint("Round them to the decimals that matter.")));
}

/* ---- pools ---- */

enum
{
	POOL_ID,
	POOL_SEATS,
	POOL_MIN_SEATS,
	POOL_CAP
};

static void
take_pool(void *state, const Row *row)
{
	ClaimReader *reader = state;
	Claim	   *claim = &reader->claim;

	if (!row->nulls[POOL_MIN_SEATS] && row_id(row, POOL_MIN_SEATS) != 0)
		refuse_unsupported_column("min_seats");
	if (!row->nulls[POOL_CAP])
		refuse_unsupported_column("cap_id");
	if (must_grow(reader, claim->pool_count, BYTES_PER_POOL))
	{
		grow_ids(&claim->pool_ids, reader->room);
		grow_ids(&claim->pool_seats, reader->room);
	}
	claim->pool_ids[claim->pool_count] = row_id(row, POOL_ID);
	claim->pool_seats[claim->pool_count++] = row_id(row, POOL_SEATS);
}

static void
read_pools(ClaimReader *reader, const char *query)
{
	Column		columns[] = {
		{"pool_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true},
		{"cap_id", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "pools", columns, lengthof(columns), take_pool, reader);
}

/* ---- applications ---- */

enum
{
	APPLICATION_APPLICANT,
	APPLICATION_POOL,
	APPLICATION_CHOICE,
	APPLICATION_SCORE,
	APPLICATION_TIE,
	APPLICATION_HOLDS
};

static void
take_application(void *state, const Row *row)
{
	ClaimReader *reader = state;
	Claim	   *claim = &reader->claim;

	if (!row->nulls[APPLICATION_HOLDS])
		refuse_unsupported_column("holds");
	if (must_grow(reader, claim->application_count, BYTES_PER_APPLICATION))
	{
		grow_ids(&claim->applicants, reader->room);
		grow_ids(&claim->pools, reader->room);
		grow_ids(&claim->choices, reader->room);
	}
	claim->applicants[claim->application_count] = row_id(row, APPLICATION_APPLICANT);
	claim->pools[claim->application_count] = row_id(row, APPLICATION_POOL);
	claim->choices[claim->application_count++] = row_id(row, APPLICATION_CHOICE);
	add_number(&claim->scores, row, APPLICATION_SCORE);
	if (row->columns[APPLICATION_TIE].given)
		add_number(&claim->ties, row, APPLICATION_TIE);
}

static void
read_applications(ClaimReader *reader, const char *query)
{
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"choice", COLUMN_ID},
		{"score", COLUMN_NUMBER},
		{"tie", COLUMN_NUMBER, .optional = true, .nullable = true},
		{"holds", COLUMN_TEXT, .optional = true, .nullable = true}
	};

	begin_rows(reader, reader->claim.pool_count, BYTES_PER_POOL);
	read_query(query, "applications", columns, lengthof(columns), take_application, reader);
	numbers_finish(&reader->claim.scores);
	numbers_finish(&reader->claim.ties);
}

/* ---- placements ---- */

enum
{
	PLACEMENT_APPLICANT,
	PLACEMENT_POOL,
	PLACEMENT_SEAT,
	PLACEMENT_CHOICE,
	PLACEMENT_TIER,
	PLACEMENT_SCORE
};

static bool
is_open_seat(const Row *row)
{
	return row_text_is(row, PLACEMENT_SEAT, "open") &&
		(row->nulls[PLACEMENT_TIER] || row_id(row, PLACEMENT_TIER) == 0);
}

static void
take_placement(void *state, const Row *row)
{
	ClaimReader *reader = state;
	Claim	   *claim = &reader->claim;
	int32		at = claim->placement_count;

	if (must_grow(reader, at, BYTES_PER_PLACEMENT))
	{
		grow_ids(&claim->placed_applicants, reader->room);
		grow_ids(&claim->placed_pools, reader->room);
		claim->placed_open = grow(claim->placed_open, reader->room, sizeof(bool));
		if (row->columns[PLACEMENT_CHOICE].given)
			grow_ids(&claim->placed_choices, reader->room);
	}
	claim->placed_applicants[at] = row_id(row, PLACEMENT_APPLICANT);
	claim->placed_pools[at] = row_id(row, PLACEMENT_POOL);
	claim->placed_open[at] = is_open_seat(row);
	if (row->columns[PLACEMENT_CHOICE].given)
		claim->placed_choices[at] = row_id(row, PLACEMENT_CHOICE);
	if (row->columns[PLACEMENT_SCORE].given)
		add_number(&claim->placed_scores, row, PLACEMENT_SCORE);
	claim->placement_count++;
}

static void
read_placements(ClaimReader *reader, const char *query)
{
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"seat", COLUMN_TEXT},
		{"choice", COLUMN_ID, .optional = true},
		{"tier", COLUMN_ID, .optional = true},
		{"score", COLUMN_NUMBER, .optional = true, .nullable = true}
	};

	begin_rows(reader, reader->claim.application_count, BYTES_PER_APPLICATION);
	read_query(query, "placements", columns, lengthof(columns), take_placement, reader);
	numbers_finish(&reader->claim.placed_scores);
}

/* ---- the answer ---- */

static void
put_violation(void *state, const Violation *violation)
{
	ReturnSetInfo *result = state;
	Datum		values[5] = {0};
	bool		nulls[5] = {false};

	values[0] = CStringGetTextDatum(violation->name);
	nulls[1] = violation->applicant_id == NULL;
	if (!nulls[1])
		values[1] = Int64GetDatum(*violation->applicant_id);
	values[2] = Int64GetDatum(violation->pool_id);
	nulls[3] = violation->other_applicant_id == NULL;
	if (!nulls[3])
		values[3] = Int64GetDatum(*violation->other_applicant_id);
	values[4] = CStringGetTextDatum(violation->detail);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(equity_verify);

Datum
equity_verify(PG_FUNCTION_ARGS)
{
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	char	   *applications = required_query(fcinfo, ARGUMENT_APPLICATIONS, "applications");
	char	   *pools = required_query(fcinfo, ARGUMENT_POOLS, "pools");
	char	   *placements = required_query(fcinfo, ARGUMENT_PLACEMENTS, "placements");
	ClaimReader reader = {0};
	MemoryContext memory;
	MemoryContext before;
	CoreError	error;

	if (PG_ARGISNULL(ARGUMENT_TIE_BREAK))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("tie_break is NULL")));
	refuse_unsupported(fcinfo, ARGUMENT_RESERVES, ARGUMENT_CAPS);
	reader.claim.tie_break = tie_break_from_text(PG_GETARG_TEXT_PP(ARGUMENT_TIE_BREAK));
	reader.claim.draw = tie_break_draw(reader.claim.tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);

	memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity verification", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	read_pools(&reader, pools);
	read_applications(&reader, applications);
	read_placements(&reader, placements);
	if (!certify(&reader.claim, put_violation, fcinfo->resultinfo, &error))
		report_core_error(&error);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	if (reader.claim.draw)
		draw_close(reader.claim.draw);
	return (Datum) 0;
}
