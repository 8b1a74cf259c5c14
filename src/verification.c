/*
 * verification.c
 *	  verify: queries and placements in, violations out.
 *
 * Reads the rows as they are and hands them to the certifier; all judgement is
 * its own, and it shares no code with the allocator.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/verification/verify.h"
#include "allocation.h"
#include "settings.h"
#include "lottery.h"
#include "reader.h"
#include "report.h"

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

/* Arrays of groups that have been seen: how many are kept, and how long one may be */
#define SEEN_GROUPS			1024
#define SEEN_LENGTH			1024

typedef struct SeenGroups
{
	Word		bytes;			/* as they are stored */
	int32		number;
} SeenGroups;

typedef struct ClaimReader
{
	Claim	   *claim;
	CoreError	error;
	SeenGroups	seen[SEEN_GROUPS];
} ClaimReader;

static void
require(const ClaimReader *reader, bool taken)
{
	if (!taken)
		report_core_error(&reader->error);
}

/* A number, or NULL when there is none */
static const int64 *
id_or_null(const Row *row, int column, int64 *id)
{
	if (row->nulls[column])
		return NULL;
	*id = row_id(row, column);
	return id;
}

static int64
id_or_zero(const Row *row, int column)
{
	return row->nulls[column] ? 0 : row_id(row, column);
}

/* ---- caps ---- */

static void
take_cap(void *state, const Row *row)
{
	enum { CAP_ID, SEATS, PARENT_ID, MIN_SEATS };
	ClaimReader *reader = state;
	int64		parent;

	require(reader, claim_cap(reader->claim, row_id(row, CAP_ID), row_id(row, SEATS),
							  id_or_zero(row, MIN_SEATS), id_or_null(row, PARENT_ID, &parent)));
}

static void
read_caps(ClaimReader *reader, const char *query)
{
	Column		columns[] = {
		{"cap_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"parent_id", COLUMN_ID, .optional = true, .nullable = true},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "caps", columns, lengthof(columns), take_cap, reader);
}

/* ---- pools ---- */

static void
take_pool(void *state, const Row *row)
{
	enum { POOL_ID, SEATS, MIN_SEATS, CAP_ID };
	ClaimReader *reader = state;
	int64		cap;

	require(reader, claim_pool(reader->claim, row_id(row, POOL_ID), row_id(row, SEATS),
							   id_or_zero(row, MIN_SEATS), id_or_null(row, CAP_ID, &cap)));
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

/* ---- reserves ---- */

enum
{
	RESERVE_POOL,
	RESERVE_NAME,
	RESERVE_SEATS,
	RESERVE_MODE,
	RESERVE_CASCADE,
	RESERVE_POSITION
};

static bool
is_before_open(const Row *row)
{
	Word		mode;

	if (row->nulls[RESERVE_MODE])
		return false;
	mode = row_word(row, RESERVE_MODE);
	if (!words_equal(mode, word_of("before_open")) && !words_equal(mode, word_of("after_open")))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown mode \"%.*s\" of a reserve", mode.length, mode.text),
				 errdetail("Pool " INT64_FORMAT ", reserve \"%.*s\".",
						   row_id(row, RESERVE_POOL), row_word(row, RESERVE_NAME).length,
						   row_word(row, RESERVE_NAME).text),
				 errhint("Use after_open or before_open.")));
	return words_equal(mode, word_of("before_open"));
}

static void
take_reserve(void *state, const Row *row)
{
	ClaimReader *reader = state;
	int64		position;
	Word	   *cascade = NULL;
	ReserveClaim reserve = {
		.pool_id = row_id(row, RESERVE_POOL), .name = row_word(row, RESERVE_NAME),
		.seats = row_id(row, RESERVE_SEATS), .before_open = is_before_open(row),
		.is_for_anyone = row->nulls[RESERVE_CASCADE],
		.position = id_or_null(row, RESERVE_POSITION, &position)
	};

	if (!reserve.is_for_anyone)
		reserve.cascade_length = row_words(row, RESERVE_CASCADE, &cascade);
	reserve.cascade = cascade;
	require(reader, claim_reserve(reader->claim, &reserve));
}

static void
read_reserves(ClaimReader *reader, const char *query)
{
	Column		columns[] = {
		{"pool_id", COLUMN_ID},
		{"reserve", COLUMN_TEXT},
		{"seats", COLUMN_ID},
		{"mode", COLUMN_TEXT, .optional = true, .nullable = true},
		{"cascade", COLUMN_WORDS, .optional = true, .nullable = true},
		{"position", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "reserves", columns, lengthof(columns), take_reserve, reader);
}

/* ---- applications ---- */

enum
{
	APPLICATION_APPLICANT,
	APPLICATION_POOL,
	APPLICATION_CHOICE,
	APPLICATION_SCORE,
	APPLICATION_GROUPS,
	APPLICATION_TIE,
	APPLICATION_HOLDS
};

static void
remember(SeenGroups *seen, Word bytes, int32 number)
{
	char	   *copy;

	if (bytes.length > SEEN_LENGTH)
		return;
	copy = palloc(bytes.length);
	memcpy(copy, bytes.text, bytes.length);
	if (seen->bytes.text)
		pfree(unconstify(char *, seen->bytes.text));
	*seen = (SeenGroups) {{copy, bytes.length}, number};
}

/* The same arrays come again and again, and need not be taken apart each time. */
static int32
number_groups(ClaimReader *reader, const Row *row)
{
	SeenGroups *seen;
	Word		bytes;
	Word	   *groups;
	int			count;
	int32		number;

	if (row->nulls[APPLICATION_GROUPS])
		return 0;
	bytes = row_bytes(row, APPLICATION_GROUPS);
	seen = &reader->seen[hash_bytes((const unsigned char *) bytes.text, bytes.length) %
						 SEEN_GROUPS];
	if (seen->bytes.text && words_equal(seen->bytes, bytes))
		return seen->number;
	count = row_words(row, APPLICATION_GROUPS, &groups);
	require(reader, claim_groups(reader->claim, groups, count, &number));
	remember(seen, bytes, number);
	return number;
}

static void
take_application(void *state, const Row *row)
{
	ClaimReader *reader = state;
	ExactNumber tie;
	Word		holds;
	ApplicationClaim application = {
		.applicant_id = row_id(row, APPLICATION_APPLICANT),
		.pool_id = row_id(row, APPLICATION_POOL), .choice = row_id(row, APPLICATION_CHOICE),
		.score = row_number(row, APPLICATION_SCORE), .groups = number_groups(reader, row)
	};

	if (row->columns[APPLICATION_TIE].given)
	{
		tie = row_number(row, APPLICATION_TIE);
		application.tie = &tie;
	}
	if (!row->nulls[APPLICATION_HOLDS])
	{
		holds = row_word(row, APPLICATION_HOLDS);
		application.holds = &holds;
	}
	require(reader, claim_application(reader->claim, &application));
}

static void
read_applications(ClaimReader *reader, const char *query)
{
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"choice", COLUMN_ID},
		{"score", COLUMN_NUMBER},
		{"groups", COLUMN_WORDS, .optional = true, .nullable = true},
		{"tie", COLUMN_NUMBER, .optional = true, .nullable = true},
		{"holds", COLUMN_TEXT, .optional = true, .nullable = true}
	};

	read_query(query, "applications", columns, lengthof(columns), take_application, reader);
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

static void
take_placement(void *state, const Row *row)
{
	ClaimReader *reader = state;
	int64		choice;
	int64		tier;
	ExactNumber score;
	PlacementClaim placement = {
		.applicant_id = row_id(row, PLACEMENT_APPLICANT),
		.pool_id = row_id(row, PLACEMENT_POOL), .seat = row_word(row, PLACEMENT_SEAT),
		.choice = id_or_null(row, PLACEMENT_CHOICE, &choice),
		.tier = id_or_null(row, PLACEMENT_TIER, &tier)
	};

	if (row->columns[PLACEMENT_SCORE].given)
	{
		score = row_number(row, PLACEMENT_SCORE);
		placement.score = &score;
	}
	require(reader, claim_placement(reader->claim, &placement));
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

	read_query(query, "placements", columns, lengthof(columns), take_placement, reader);
}

/* ---- the answer ---- */

typedef struct Answer
{
	ReturnSetInfo *result;
	MemoryContext memory;		/* of one row */
} Answer;

static void
put_id(Datum *value, bool *null, const int64 *id)
{
	*null = id == NULL;
	*value = id ? Int64GetDatum(*id) : (Datum) 0;
}

static void
put_violation(void *state, const Violation *violation)
{
	const Answer *answer = state;
	MemoryContext before = MemoryContextSwitchTo(answer->memory);
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = CStringGetTextDatum(violation->name);
	put_id(&values[1], &nulls[1], violation->applicant_id);
	put_id(&values[2], &nulls[2], violation->pool_id);
	put_id(&values[3], &nulls[3], violation->other_applicant_id);
	values[4] = CStringGetTextDatum(violation->detail);
	tuplestore_putvalues(answer->result->setResult, answer->result->setDesc, values, nulls);
	MemoryContextSwitchTo(before);
	MemoryContextReset(answer->memory);
}

static char *
query_or_null(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/* Everything is taken in the current memory context. */
static void
verify(FunctionCallInfo fcinfo, TieBreak tie_break, Draw *draw)
{
	char	   *applications = required_query(fcinfo, ARGUMENT_APPLICATIONS, "applications");
	char	   *pools = required_query(fcinfo, ARGUMENT_POOLS, "pools");
	char	   *placements = required_query(fcinfo, ARGUMENT_PLACEMENTS, "placements");
	char	   *reserves = query_or_null(fcinfo, ARGUMENT_RESERVES);
	char	   *caps = query_or_null(fcinfo, ARGUMENT_CAPS);
	ClaimReader *reader = palloc0(sizeof(ClaimReader));
	Answer		answer = {(ReturnSetInfo *) fcinfo->resultinfo};

	reader->claim = claim_begin(tie_break, draw, (Size) equity_max_memory_kb * 1024,
								&reader->error);
	if (caps)
		read_caps(reader, caps);
	read_pools(reader, pools);
	if (reserves)
		read_reserves(reader, reserves);
	read_applications(reader, applications);
	read_placements(reader, placements);

	answer.memory = AllocSetContextCreate(CurrentMemoryContext, "equity violation",
										  ALLOCSET_SMALL_SIZES);
	require(reader, certify(reader->claim, put_violation, &answer));
}

PG_FUNCTION_INFO_V1(equity_verify);

Datum
equity_verify(PG_FUNCTION_ARGS)
{
	text	   *seed = PG_ARGISNULL(ARGUMENT_SEED) ? NULL : PG_GETARG_TEXT_PP(ARGUMENT_SEED);
	TieBreak	tie_break;
	Draw	   *draw;
	MemoryContext memory;
	MemoryContext before;

	if (PG_ARGISNULL(ARGUMENT_TIE_BREAK))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("tie_break is NULL")));
	tie_break = tie_break_from_text(PG_GETARG_TEXT_PP(ARGUMENT_TIE_BREAK));
	draw = tie_break_draw(tie_break, seed);
	InitMaterializedSRF(fcinfo, 0);

	memory = AllocSetContextCreate(CurrentMemoryContext, "equity verification",
								   ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	verify(fcinfo, tie_break, draw);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	if (draw)
		draw_close(draw);
	return (Datum) 0;
}
