/*
 * asked_programmes.c
 *	  Who asks for which programme: the choices of a round, each applicant and programme once.
 *
 * Choices mostly come in the order of their applicants.  So what an applicant has asked for
 * before stands just behind, and nothing is looked up or sorted; rows that come otherwise
 * are put in order at the end.
 */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/base/idmap.h"
#include "core/base/words.h"
#include "reader.h"
#include "report.h"
#include "settings.h"

typedef struct Asked
{
	int64		applicant_id;
	int32		programme;
} Asked;

typedef struct AskedReader
{
	idmap_hash *pools;			/* the number of the programme of each */
	WordTable  *programmes;
	Asked	   *asked;
	int64		count;
	int64		room;
	bool		in_order;		/* of applicants, so far */
} AskedReader;

/* ---- pools ---- */

enum
{
	POOL_ID,
	POOL_PROGRAMME,
	POOL_COLUMNS
};

static void
take_pool(void *state, const Row *row)
{
	AskedReader *reader = state;
	bool		found;
	IdEntry    *entry = idmap_insert(reader->pools, row_id(row, POOL_ID), &found);

	entry->number = words_add(reader->programmes, row_word(row, POOL_PROGRAMME));
}

/* ---- choices ---- */

enum
{
	CHOICE_APPLICANT,
	CHOICE_POOL,
	CHOICE_COLUMNS
};

/* Whether the applicant of the last choices, still the same, has asked for it before. */
static bool
is_known(const AskedReader *reader, const Asked *asked)
{
	for (int64 i = reader->count; i > 0; i--)
	{
		const Asked *before = &reader->asked[i - 1];

		if (before->applicant_id != asked->applicant_id)
			return false;
		if (before->programme == asked->programme)
			return true;
	}
	return false;
}

static void
make_room(AskedReader *reader)
{
	CoreError	error;

	if (reader->count < reader->room)
		return;
	reader->room *= 2;
	if (!core_check_memory(&error, "reading who asks for which programme",
						   sizeof(Asked) * reader->room, (Size) equity_max_memory_kb * 1024))
		report_core_error(&error);
	reader->asked = repalloc_huge(reader->asked, sizeof(Asked) * reader->room);
}

static void
take_choice(void *state, const Row *row)
{
	AskedReader *reader = state;
	const IdEntry *pool = idmap_lookup(reader->pools, row_id(row, CHOICE_POOL));
	Asked		asked = {.applicant_id = row_id(row, CHOICE_APPLICANT)};

	if (pool == NULL)
		return;
	asked.programme = pool->number;
	if (is_known(reader, &asked))
		return;
	if (reader->count > 0 && reader->asked[reader->count - 1].applicant_id > asked.applicant_id)
		reader->in_order = false;
	make_room(reader);
	reader->asked[reader->count++] = asked;
}

static int
compare_asked(const void *a, const void *b)
{
	const Asked *left = a;
	const Asked *right = b;

	CHECK_FOR_INTERRUPTS();
	if (left->applicant_id != right->applicant_id)
		return left->applicant_id < right->applicant_id ? -1 : 1;
	return left->programme < right->programme ? -1 : left->programme > right->programme;
}

static bool
is_again(const AskedReader *reader, int64 i)
{
	return i > 0 && compare_asked(&reader->asked[i - 1], &reader->asked[i]) == 0;
}

/* The codes of the programmes, as the rows of the answer have them */
static Datum *
programme_codes(const WordTable *programmes)
{
	int32		count = words_count(programmes);
	Datum	   *codes = palloc(sizeof(Datum) * (count + 1));

	for (int32 i = 0; i < count; i++)
	{
		Word		code = words_get(programmes, i);

		codes[i] = PointerGetDatum(cstring_to_text_with_len(code.text, code.length));
	}
	return codes;
}

static void
emit(const AskedReader *reader, const ReturnSetInfo *result)
{
	const Datum *codes = programme_codes(reader->programmes);

	for (int64 i = 0; i < reader->count; i++)
	{
		const Asked *asked = &reader->asked[i];
		Datum		values[] = {Int64GetDatum(asked->applicant_id), codes[asked->programme]};
		bool		nulls[] = {false, false};

		CHECK_FOR_INTERRUPTS();
		if (!is_again(reader, i))
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(equity_asked_programmes);

Datum
equity_asked_programmes(PG_FUNCTION_ARGS)
{
	char	   *choices = query_argument(fcinfo, 0, "choices");
	char	   *pools = query_argument(fcinfo, 1, "pools");
	Column		choice_columns[CHOICE_COLUMNS] = {{"applicant_id", COLUMN_ID}, {"pool_id", COLUMN_ID}};
	Column		pool_columns[POOL_COLUMNS] = {{"pool_id", COLUMN_ID}, {"programme_code", COLUMN_TEXT}};
	AskedReader reader = {.in_order = true, .room = 1024};
	MemoryContext memory;
	MemoryContext before;

	InitMaterializedSRF(fcinfo, 0);
	memory = AllocSetContextCreate(CurrentMemoryContext, "equity asked programmes",
								   ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(memory);
	reader.pools = idmap_create(1024, NULL);
	reader.programmes = words_create();
	reader.asked = palloc(sizeof(Asked) * reader.room);
	read_query(pools, "pools", pool_columns, POOL_COLUMNS, take_pool, &reader);
	read_query(choices, "choices", choice_columns, CHOICE_COLUMNS, take_choice, &reader);
	if (!reader.in_order)
		qsort(reader.asked, reader.count, sizeof(Asked), compare_asked);
	emit(&reader, (ReturnSetInfo *) fcinfo->resultinfo);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	return (Datum) 0;
}
