/*
 * market_query.c
 *	  The queries of a market, read into rows: for allocate and for verify alike.
 *
 * Pools are read before reserves and applications, so that each row finds its pool.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "market_query.h"
#include "reader.h"
#include "report.h"

/* Arrays of groups that have been seen: how many are kept, and how long one may be */
#define SEEN_GROUPS			1024
#define SEEN_LENGTH			1024

typedef struct SeenGroups
{
	Word		bytes;			/* as they are stored */
	int32		set;
	const char *json;			/* NULL when no lines are written */
} SeenGroups;

typedef struct MarketReader
{
	const MarketSink *sink;
	InputPages	pages;
	SeenGroups	seen[SEEN_GROUPS];
} MarketReader;

/* ---- arguments ---- */

MarketQueries
market_query_arguments(FunctionCallInfo fcinfo)
{
	return (MarketQueries) {
		.applications = query_argument(fcinfo, 0, "applications"),
		.pools = query_argument(fcinfo, 1, "pools"),
		.reserves = optional_query_argument(fcinfo, 2),
		.caps = optional_query_argument(fcinfo, 3)
	};
}

static Word
word_argument(FunctionCallInfo fcinfo, int argument, const char *what)
{
	text	   *value;

	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s is NULL", what)));
	value = PG_GETARG_TEXT_PP(argument);
	return (Word) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

Mechanism
mechanism_argument(FunctionCallInfo fcinfo, int argument)
{
	Mechanism	mechanism;
	CoreError	error;

	if (!mechanism_from_word(word_argument(fcinfo, argument, "mechanism"), &mechanism, &error))
		report_core_error(&error);
	return mechanism;
}

TieBreak
tie_break_argument(FunctionCallInfo fcinfo, int argument)
{
	TieBreak	tie_break;
	CoreError	error;

	if (!tie_break_from_word(word_argument(fcinfo, argument, "tie_break"), &tie_break, &error))
		report_core_error(&error);
	return tie_break;
}

/* ---- seats ---- */

/* A number that may be missing, 0 where it is */
static int64
optional_id(const Row *row, int column)
{
	return row->nulls[column] ? 0 : row_id(row, column);
}

static void
read_cap_row(void *state, const Row *row)
{
	enum { ID, SEATS, PARENT, MIN_SEATS };
	const MarketSink *sink = ((MarketReader *) state)->sink;

	sink->add_cap(sink->state, &(CapRow) {
		.id = row_id(row, ID), .seats = row_id(row, SEATS),
		.floor = optional_id(row, MIN_SEATS),
		.has_parent = !row->nulls[PARENT], .parent_id = optional_id(row, PARENT)
	});
}

static void
read_caps(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"cap_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"parent_id", COLUMN_ID, .optional = true, .nullable = true},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "caps", columns, lengthof(columns), read_cap_row, reader);
}

static void
read_pool_row(void *state, const Row *row)
{
	enum { ID, SEATS, MIN_SEATS, CAP };
	const MarketSink *sink = ((MarketReader *) state)->sink;

	sink->add_pool(sink->state, &(PoolRow) {
		.id = row_id(row, ID), .seats = row_id(row, SEATS),
		.floor = optional_id(row, MIN_SEATS),
		.has_cap = !row->nulls[CAP], .cap_id = optional_id(row, CAP)
	});
}

static void
read_pools(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"pool_id", COLUMN_ID},
		{"seats", COLUMN_ID},
		{"min_seats", COLUMN_ID, .optional = true, .nullable = true},
		{"cap_id", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "pools", columns, lengthof(columns), read_pool_row, reader);
}

static void
read_reserve_row(void *state, const Row *row)
{
	enum { POOL, NAME, SEATS, MODE, CASCADE, POSITION };
	const MarketSink *sink = ((MarketReader *) state)->sink;
	Word		mode;
	Word	   *cascade = NULL;
	ReserveRow	reserve = {
		.pool_id = row_id(row, POOL), .name = row_word(row, NAME), .seats = row_id(row, SEATS),
		.has_position = !row->nulls[POSITION], .position = optional_id(row, POSITION)
	};

	if (!row->nulls[MODE])
	{
		mode = row_word(row, MODE);
		reserve.mode = &mode;
	}
	if (!row->nulls[CASCADE])
		reserve.cascade_count = row_words(row, CASCADE, &cascade);
	reserve.cascade = cascade;
	sink->add_reserve(sink->state, &reserve);
}

static void
read_reserves(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"pool_id", COLUMN_ID},
		{"reserve", COLUMN_TEXT},
		{"seats", COLUMN_ID},
		{"mode", COLUMN_TEXT, .optional = true, .nullable = true},
		{"cascade", COLUMN_WORDS, .optional = true, .nullable = true},
		{"position", COLUMN_ID, .optional = true, .nullable = true}
	};

	read_query(query, "reserves", columns, lengthof(columns), read_reserve_row, reader);
}

/* ---- applications ---- */

enum
{
	APPLICATION_APPLICANT,
	APPLICATION_POOL,
	APPLICATION_CHOICE,
	APPLICATION_SCORE,
	APPLICATION_TIE,
	APPLICATION_GROUPS,
	APPLICATION_HOLDS,
	APPLICATION_TAKES_PART		/* where lines are written of others too */
};

/* Keep an array of groups with its number, in place of what stood there. */
static void
remember(SeenGroups *seen, Word bytes, int32 set, const char *json)
{
	char	   *copy;

	if (bytes.length > SEEN_LENGTH)
		return;
	copy = palloc(bytes.length);
	memcpy(copy, bytes.text, bytes.length);
	if (seen->bytes.text)
		pfree(unconstify(char *, seen->bytes.text));
	if (seen->json)
		pfree(unconstify(char *, seen->json));
	*seen = (SeenGroups) {{copy, bytes.length}, set, json ? pstrdup(json) : NULL};
}

/* An array of words in JSON; it lives for the row. */
static const char *
groups_json(const Row *row, const Word *groups, int count)
{
	MemoryContext before = MemoryContextSwitchTo(row->memory);
	StringInfoData json;

	initStringInfo(&json);
	for (int i = 0; i < count; i++)
	{
		appendStringInfoChar(&json, i == 0 ? '[' : ',');
		escape_json(&json, pnstrdup(groups[i].text, groups[i].length));
	}
	appendStringInfoString(&json, count == 0 ? "[]" : "]");
	MemoryContextSwitchTo(before);
	return json.data;
}

/* The same arrays come again and again, and need not be taken apart each time. */
static int32
number_groups(MarketReader *reader, const Row *row, const char **json)
{
	SeenGroups *seen;
	Word		bytes;
	Word	   *groups;
	int			count;
	int32		set;

	*json = NULL;
	if (row->nulls[APPLICATION_GROUPS])
		return 0;
	bytes = row_bytes(row, APPLICATION_GROUPS);
	seen = &reader->seen[hash_bytes((const unsigned char *) bytes.text, bytes.length) %
						 SEEN_GROUPS];
	if (seen->bytes.text && words_equal(seen->bytes, bytes))
	{
		*json = seen->json;
		return seen->set;
	}
	count = row_words(row, APPLICATION_GROUPS, &groups);
	set = reader->sink->number_groups(reader->sink->state, groups, count);
	if (reader->pages.applications)
		*json = groups_json(row, groups, count);
	remember(seen, bytes, set, *json);
	return set;
}

/* A seat held from before is in no lines: they are of who asks, as if nobody had a standing. */
static bool
holds_seat(const Row *row)
{
	return !row->nulls[APPLICATION_HOLDS];
}

static bool
takes_part(const Row *row)
{
	return row->count <= APPLICATION_TAKES_PART || row->nulls[APPLICATION_TAKES_PART] ||
		row_flag(row, APPLICATION_TAKES_PART);
}

static void
add_choice(Pages *pages, const Row *row)
{
	pages_add_choice(pages, row_id(row, APPLICATION_POOL), row_id(row, APPLICATION_APPLICANT),
					 row_id(row, APPLICATION_CHOICE));
}

static void
add_competing(MarketReader *reader, const Row *row)
{
	ExactNumber tie;
	Word		holds;
	const char *groups;
	ApplicationRow application = {
		.applicant_id = row_id(row, APPLICATION_APPLICANT),
		.pool_id = row_id(row, APPLICATION_POOL),
		.choice = row_id(row, APPLICATION_CHOICE),
		.score = row_number(row, APPLICATION_SCORE),
		.set = number_groups(reader, row, &groups)
	};

	if (row->columns[APPLICATION_TIE].given)
	{
		tie = row_number(row, APPLICATION_TIE);
		application.tie = &tie;
	}
	if (holds_seat(row))
	{
		holds = row_word(row, APPLICATION_HOLDS);
		application.holds = &holds;
	}
	if (reader->pages.applications && !holds_seat(row))
		pages_add_application(reader->pages.applications, &application, groups);
	if (takes_part(row))
		reader->sink->add_application(reader->sink->state, &application);
}

static void
read_application_row(void *state, const Row *row)
{
	MarketReader *reader = state;

	if (reader->pages.choices && !holds_seat(row))
		add_choice(reader->pages.choices, row);
	if (!row->nulls[APPLICATION_SCORE])
		add_competing(reader, row);
}

static void
read_applications(MarketReader *reader, const char *query)
{
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"choice", COLUMN_ID},
		{"score", COLUMN_NUMBER, .nullable = reader->pages.choices != NULL},
		{"tie", COLUMN_NUMBER, .optional = true, .nullable = true},
		{"groups", COLUMN_WORDS, .optional = true, .nullable = true},
		{"holds", COLUMN_TEXT, .optional = true, .nullable = true},
		{"takes_part", COLUMN_FLAG, .optional = true}
	};
	int			count = lengthof(columns);

	if (reader->pages.applications == NULL)
		count--;
	read_query(query, "applications", columns, count, read_application_row, reader);
}

/* ---- all of it ---- */

void
market_query_read(const MarketQueries *queries, const MarketSink *sink)
{
	MarketReader *reader = palloc0(sizeof(MarketReader));

	reader->sink = sink;
	reader->pages = queries->pages;
	if (queries->caps)
		read_caps(reader, queries->caps);
	read_pools(reader, queries->pools);
	if (queries->reserves)
		read_reserves(reader, queries->reserves);
	sink->end_seats(sink->state);
	read_applications(reader, queries->applications);
}

/* ---- lines alone ---- */

static int32
no_number(void *state, const Word *groups, int count)
{
	return 0;
}

static void
no_application(void *state, const ApplicationRow *row)
{
}

static InputPages
begin_pages(bool with_choices)
{
	return (InputPages) {pages_begin(), with_choices ? pages_begin() : NULL};
}

static InputPages
query_pages(const char *query, bool with_choices)
{
	const MarketSink nobody = {.number_groups = no_number, .add_application = no_application};
	MarketReader *reader = palloc0(sizeof(MarketReader));

	reader->sink = &nobody;
	reader->pages = begin_pages(with_choices);
	read_applications(reader, query);
	return reader->pages;
}

Pages *
application_query_pages(const char *query)
{
	return query_pages(query, false).applications;
}

static void
read_choice_row(void *state, const Row *row)
{
	enum { APPLICANT, POOL, CHOICE };

	pages_add_choice(state, row_id(row, POOL), row_id(row, APPLICANT), row_id(row, CHOICE));
}

Pages *
choice_query_pages(const char *query)
{
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"choice", COLUMN_ID}
	};
	Pages	   *pages = pages_begin();

	read_query(query, "choices", columns, lengthof(columns), read_choice_row, pages);
	return pages;
}

InputPages
market_query_pages(MarketQueries *queries, const char *applications, bool with_choices)
{
	if (applications == NULL)
		return (InputPages) {NULL, NULL};
	if (strcmp(applications, queries->applications) != 0)
		return query_pages(applications, with_choices);
	queries->pages = begin_pages(with_choices);
	return queries->pages;
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

typedef struct PlacementReader
{
	PlacementFunction take;
	void	   *state;
} PlacementReader;

/* A number, or NULL when the column is not there */
static const int64 *
given_id(const Row *row, int column, int64 *id)
{
	if (!row->columns[column].given)
		return NULL;
	*id = row_id(row, column);
	return id;
}

static void
read_placement_row(void *state, const Row *row)
{
	const PlacementReader *reader = state;
	int64		choice;
	int64		tier;
	ExactNumber score;
	PlacementRow placement = {
		.applicant_id = row_id(row, PLACEMENT_APPLICANT),
		.pool_id = row_id(row, PLACEMENT_POOL), .seat = row_word(row, PLACEMENT_SEAT),
		.choice = given_id(row, PLACEMENT_CHOICE, &choice),
		.tier = given_id(row, PLACEMENT_TIER, &tier)
	};

	if (row->columns[PLACEMENT_SCORE].given)
	{
		score = row_number(row, PLACEMENT_SCORE);
		placement.score = &score;
	}
	reader->take(reader->state, &placement);
}

void
placement_query_read(const char *query, PlacementFunction take, void *state)
{
	PlacementReader reader = {take, state};
	Column		columns[] = {
		{"applicant_id", COLUMN_ID},
		{"pool_id", COLUMN_ID},
		{"seat", COLUMN_TEXT},
		{"choice", COLUMN_ID, .optional = true},
		{"tier", COLUMN_ID, .optional = true},
		{"score", COLUMN_NUMBER, .optional = true, .nullable = true}
	};

	read_query(query, "placements", columns, lengthof(columns), read_placement_row, &reader);
}
