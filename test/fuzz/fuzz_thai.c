/*
 * fuzz_thai.c
 *	  Any bytes as an identity, a name and a date.
 *
 * Normal text is no longer than what it is made from, stays as it is, and has
 * nothing left of what it is without.  Identities and dates are the same when
 * they are written anew from what was read.
 */
#include "arena.h"
#include "core/base/calendar.h"
#include "core/thai/thai.h"
#include "mb/pg_wchar.h"

/* A copy without a zero behind, so that reading beyond the end is seen */
static char *
exact_copy(const char *text, int length)
{
	char	   *copy = palloc(length);

	memcpy(copy, text, length);
	return copy;
}

static bool
has_text(const char *text, int length, const char *part)
{
	return memmem(text, length, part, strlen(part)) != NULL;
}

static void
check_normal(const char *normal, int length)
{
	static const char *const gone[] = {
		"  ", "\t", "\n", "\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE0\xB9\x80\xE0\xB9\x80",
		"\xE0\xB9\x8D\xE0\xB8\xB2", "\xE0\xB8\xB3\xE0\xB9\x89", "\xE0\xB9\x89\xE0\xB8\xB4",
		"\xE0\xB9\x89\xE0\xB9\x89", "\xE0\xB9\x90", "\xE0\xB9\x99", "\xE0\xB8\xB2\xE0\xB9\x89",
		"\xE0\xB8\xB0\xE0\xB9\x88", "\xE2\x80\xAA", "\xE2\x81\xA9", "\xCD\x8F"
	};
	char	   *again = palloc(length);
	int			length_again = thai_normal(normal, length, again);

	fuzz_expect(length_again == length && memcmp(again, normal, length) == 0, "normal text stays");
	for (int i = 0; i < lengthof(gone); i++)
		fuzz_expect(!has_text(normal, length, gone[i]), "normal text is without");
	fuzz_expect(length == 0 || (normal[0] != ' ' && normal[length - 1] != ' '), "no space at the ends");
}

static void
check_date(const char *normal, int length)
{
	int32		days;
	int32		again;
	CivilDate	date;
	char	   *written;

	if (thai_date_parse(exact_copy(normal, length), length, THAI_NO_CENTURY, &days) != THAI_DATE_READ)
		return;
	date = date_to_civil(days);
	written = psprintf("%d/%d/%d", date.day, date.month, thai_year(days));
	fuzz_expect(thai_year(days) >= THAI_YEAR_FIRST && thai_year(days) <= THAI_YEAR_LAST,
				"the year is in range");
	fuzz_expect(thai_date_parse(written, (int) strlen(written), THAI_NO_CENTURY, &again) ==
				THAI_DATE_READ && again == days, "a date is the same in digits");
}

/* Amounts read as themselves again; nothing that is read is out of range. */
static void
check_readers(const char *normal, int length)
{
	char		amount[THAI_AMOUNT_SIZE];
	char		again[THAI_AMOUNT_SIZE];
	char	   *copy = exact_copy(normal, length);
	int32		days;
	bool		value;

	if (thai_amount_read(copy, length, amount))
		fuzz_expect(thai_amount_read(amount, (int) strlen(amount), again) &&
					strcmp(amount, again) == 0, "an amount is its own plain form");
	if (thai_date_from_serial(copy, length, &days) == THAI_DATE_READ)
		fuzz_expect(thai_year(days) >= THAI_YEAR_FIRST && thai_year(days) <= THAI_YEAR_LAST,
					"the year of a number of days is in range");
	if (thai_boolean_read(copy, length, &value))
		fuzz_expect(thai_province_code(copy, length) == NULL, "yes and no are no provinces");
}

static void
check_identities(const char *text, int length)
{
	char		id[CITIZEN_ID_LENGTH];
	char		again[CITIZEN_ID_LENGTH];
	char		mask[CITIZEN_ID_MASK_SIZE];
	bool		is_id = citizen_id_read(text, length, id);

	if (is_id)
	{
		fuzz_expect(citizen_id_read(id, sizeof(id), again) && memcmp(id, again, sizeof(id)) == 0,
					"the plain form of an id is its own");
		id[12] = (char) (id[12] == '9' ? '0' : id[12] + 1);
		fuzz_expect(!(citizen_id_check(again) && citizen_id_check(id)), "an id has one check digit");
	}
	citizen_id_mask(text, length, mask);
	if (g_code_read(text, length, id))
	{
		fuzz_expect(!is_id, "a G-code is no citizen id");
		fuzz_expect(g_code_read(id, sizeof(id), again) && memcmp(id, again, sizeof(id)) == 0,
					"the plain form of a G-code is its own");
		fuzz_expect(strlen(mask) == G_CODE_LENGTH, "and it is masked as one");
	}
	else
		fuzz_expect(strlen(mask) == CITIZEN_ID_MASK_SIZE - 1, "a mask has one form");
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	char	   *text = exact_copy((const char *) data, (int) size);
	char	   *normal = palloc(size);
	int			length = thai_normal(text, (int) size, normal);

	fuzz_expect(length <= size, "normal text is not longer");
	if (pg_encoding_verifymbstr(PG_UTF8, text, (int) size) == size)
	{
		fuzz_expect(pg_encoding_verifymbstr(PG_UTF8, normal, length) == length,
					"normal text is UTF-8");
		check_normal(normal, length);
	}
	check_date(normal, length);
	check_readers(normal, length);
	check_identities(text, (int) size);
	arena_reset();
	return 0;
}
