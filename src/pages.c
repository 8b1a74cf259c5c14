/*
 * pages.c
 *	  Lines of text, a page for each pool: what the digests of a round are of.
 *
 * Lines are written as rows are read and stand as text from the first, so that
 * nothing but the text is kept of them.  A query that gives the applicants of a
 * pool in order, as nearly all do, needs no sort; the page of another is sorted by
 * the ids that its lines begin with.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "core/base/idmap.h"
#include "digest.h"
#include "pages.h"
#include "report.h"
#include "settings.h"

/* Room for the values of a line but for groups and seat */
#define VALUES_ROOM		192

typedef struct OnePage
{
	int64		pool_id;
	int64		last_applicant;
	int64		line_count;
	bool		in_order;
	StringInfoData text;
} OnePage;

struct Pages
{
	MemoryContext memory;
	idmap_hash *numbers;		/* by pool id */
	OnePage    *pages;
	int32		count;
	int32		room;
	Size		used;			/* bytes of all pages */
};

/* ---- adding ---- */

Pages *
pages_begin(void)
{
	Pages	   *pages = palloc0(sizeof(Pages));

	pages->memory = CurrentMemoryContext;
	pages->numbers = idmap_create(256, NULL);
	pages->room = 256;
	pages->pages = palloc(sizeof(OnePage) * pages->room);
	return pages;
}

static void
new_page(Pages *pages, int64 pool_id)
{
	OnePage    *page;

	if (pages->count == pages->room)
	{
		pages->room *= 2;
		pages->pages = repalloc_huge(pages->pages, sizeof(OnePage) * pages->room);
	}
	page = &pages->pages[pages->count++];
	*page = (OnePage) {.pool_id = pool_id, .in_order = true};
	initStringInfo(&page->text);
	pages->used += page->text.maxlen;
}

static OnePage *
page_of(Pages *pages, int64 pool_id)
{
	MemoryContext before = MemoryContextSwitchTo(pages->memory);
	bool		found;
	IdEntry    *entry = idmap_insert(pages->numbers, pool_id, &found);

	if (!found)
	{
		entry->number = pages->count;
		new_page(pages, pool_id);
	}
	MemoryContextSwitchTo(before);
	return &pages->pages[entry->number];
}

static void
append(Pages *pages, OnePage *page, const char *text, int length)
{
	int			before = page->text.maxlen;
	CoreError	error;

	appendBinaryStringInfo(&page->text, text, length);
	if (page->text.maxlen == before)
		return;
	pages->used += page->text.maxlen - before;
	if (!core_check_memory(&error, "the text of the applications", pages->used,
						   (Size) equity_max_memory_kb * 1024))
		report_core_error(&error);
}

static char *
write_id(char *at, int64 id)
{
	return at + pg_lltoa(id, at);
}

/* As numeric_out writes it: all decimals of the scale */
static char *
write_number(char *at, const ExactNumber *number)
{
	int128		size = number->digits < 0 ? -number->digits : number->digits;
	char		digits[MAXINT8LEN + 1];
	int			length;
	int			whole;

	if (number->is_null)
		return at;
	if (size > PG_INT64_MAX || number->scale >= MAXINT8LEN)
	{
		char	   *text = fixed_text(number->digits, number->scale);

		at = stpcpy(at, text);
		pfree(text);
		return at;
	}
	if (number->digits < 0)
		*at++ = '-';
	length = pg_ulltoa_n((uint64) size, digits);
	whole = length - number->scale;
	if (whole <= 0)
		*at++ = '0';
	else
		at = (char *) memcpy(at, digits, whole) + whole;
	if (number->scale == 0)
		return at;
	*at++ = '.';
	for (int zeros = whole; zeros < 0; zeros++)
		*at++ = '0';
	length = Min(length, number->scale);
	return (char *) memcpy(at, digits + Max(whole, 0), length) + length;
}

/* Note the next line of a page, and write its first value. */
static char *
begin_line(OnePage *page, char *at, int64 applicant_id)
{
	page->in_order &= page->line_count == 0 || page->last_applicant < applicant_id;
	page->last_applicant = applicant_id;
	page->line_count++;
	at = write_id(at, applicant_id);
	*at++ = ',';
	return at;
}

void
pages_add_choice(Pages *pages, int64 pool_id, int64 applicant_id, int64 choice)
{
	OnePage    *page = page_of(pages, pool_id);
	char		values[VALUES_ROOM];
	char	   *at = begin_line(page, values, applicant_id);

	at = write_id(at, choice);
	*at++ = '\n';
	append(pages, page, values, at - values);
}

void
pages_add_application(Pages *pages, const ApplicationRow *row, const char *groups)
{
	OnePage    *page = page_of(pages, row->pool_id);
	char		values[VALUES_ROOM];
	char	   *at = begin_line(page, values, row->applicant_id);

	at = write_id(at, row->choice);
	*at++ = ',';
	at = write_number(at, &row->score);
	*at++ = ',';
	if (row->tie)
		at = write_number(at, row->tie);
	*at++ = ',';
	if (groups)
	{
		append(pages, page, values, at - values);
		append(pages, page, groups, strlen(groups));
		at = values;
	}
	*at++ = '\n';
	append(pages, page, values, at - values);
}

static void
append_word(Pages *pages, OnePage *page, Word word)
{
	StringInfoData json;
	char	   *copy = pnstrdup(word.text, word.length);

	initStringInfo(&json);
	escape_json(&json, copy);
	append(pages, page, json.data, json.len);
	pfree(json.data);
	pfree(copy);
}

void
pages_add_placement(Pages *pages, const PlacementRow *row)
{
	OnePage    *page = page_of(pages, row->pool_id);
	char		values[VALUES_ROOM];
	char	   *at = begin_line(page, values, row->applicant_id);

	if (row->choice)
		at = write_id(at, *row->choice);
	*at++ = ',';
	append(pages, page, values, at - values);
	append_word(pages, page, row->seat);
	at = values;
	*at++ = ',';
	if (row->tier)
		at = write_id(at, *row->tier);
	*at++ = ',';
	if (row->score)
		at = write_number(at, row->score);
	*at++ = '\n';
	append(pages, page, values, at - values);
}

/* ---- in order ---- */

typedef struct Line
{
	int64		applicant_id;
	const char *text;
	int			length;
} Line;

/* Two lines of one applicant, which no table of ours has, go by their text. */
static int
compare_lines(const void *a, const void *b)
{
	const Line *left = a;
	const Line *right = b;

	CHECK_FOR_INTERRUPTS();
	if (left->applicant_id != right->applicant_id)
		return left->applicant_id < right->applicant_id ? -1 : 1;
	return words_compare((Word) {left->text, left->length}, (Word) {right->text, right->length});
}

static Line *
page_lines(const OnePage *page)
{
	Line	   *lines = palloc_extended(sizeof(Line) * page->line_count, MCXT_ALLOC_HUGE);
	const char *at = page->text.data;

	for (int64 i = 0; i < page->line_count; i++)
	{
		const char *end = strchr(at, '\n') + 1;

		lines[i] = (Line) {strtoi64(at, NULL, 10), at, (int) (end - at)};
		at = end;
	}
	return lines;
}

static void
sort_page(OnePage *page)
{
	Line	   *lines = page_lines(page);
	char	   *sorted = palloc(page->text.len + 1);
	char	   *at = sorted;

	qsort(lines, page->line_count, sizeof(Line), compare_lines);
	for (int64 i = 0; i < page->line_count; i++)
		at = (char *) memcpy(at, lines[i].text, lines[i].length) + lines[i].length;
	memcpy(page->text.data, sorted, page->text.len);
	pfree(sorted);
	pfree(lines);
}

static int
compare_pages(const void *a, const void *b)
{
	int64		left = ((const OnePage *) a)->pool_id;
	int64		right = ((const OnePage *) b)->pool_id;

	return (left > right) - (left < right);
}

/* ---- giving back ---- */

static text *
hand_over(PageText page, const StringInfo content, bool with_content, PageFunction take,
		  void *state)
{
	page.digest = digest_text(content->data, content->len);
	if (with_content)
		page.content = cstring_to_text_with_len(content->data, content->len);
	take(state, &page);
	return page.digest;
}

void
pages_end(Pages *pages, bool with_contents, PageFunction take, void *state)
{
	MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "equity page", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = CurrentMemoryContext;
	PageText	whole = {.whole = true};
	StringInfoData lines;

	initStringInfo(&lines);
	qsort(pages->pages, pages->count, sizeof(OnePage), compare_pages);
	MemoryContextSwitchTo(memory);
	for (int32 i = 0; i < pages->count; i++)
	{
		OnePage    *page = &pages->pages[i];
		text	   *digest;

		CHECK_FOR_INTERRUPTS();
		if (!page->in_order)
			sort_page(page);
		digest = hand_over((PageText) {.pool_id = page->pool_id, .line_count = page->line_count},
						   &page->text, with_contents, take, state);
		appendStringInfo(&lines, INT64_FORMAT ",%s\n", page->pool_id, text_to_cstring(digest));
		whole.line_count += page->line_count;
		pfree(page->text.data);
		MemoryContextReset(memory);
	}
	hand_over(whole, &lines, true, take, state);
	MemoryContextSwitchTo(before);
	MemoryContextDelete(memory);
	pfree(lines.data);
}
