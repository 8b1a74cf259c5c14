/*
 * thai.c
 *	  Citizen ids, Thai text, dates of the Buddhist era, and tolerant readers of
 *	  what files hold, in SQL.
 *
 * The core reads UTF-8: texts of another encoding are converted on the way in
 * and out, and the bytes of an SQL_ASCII database must be UTF-8.
 */
#include "postgres.h"

#include "common/unicode_norm.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"

#include "compat.h"
#include "core/base/calendar.h"
#include "core/thai/char.h"
#include "core/thai/thai.h"
#include "report.h"

typedef struct Utf8
{
	char	   *data;
	int			length;
} Utf8;

static Utf8
utf8_of(text *string)
{
	Utf8		utf8 = {VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string)};
	char	   *converted = pg_server_to_any(utf8.data, utf8.length, PG_UTF8);

	if (converted != utf8.data)
		utf8 = (Utf8) {converted, (int) strlen(converted)};
	return utf8;
}

static Utf8
normal_utf8(Utf8 given)
{
	char	   *normal = palloc(given.length + 1);
	int			length = thai_normal(given.data, given.length, normal);

	normal[length] = '\0';
	return (Utf8) {normal, length};
}

static Utf8
normal_of(text *string)
{
	return normal_utf8(utf8_of(string));
}

/* ---- identities ---- */

PG_FUNCTION_INFO_V1(equity_citizen_id_valid);

Datum
equity_citizen_id_valid(PG_FUNCTION_ARGS)
{
	Utf8		given = utf8_of(PG_GETARG_TEXT_PP(0));
	char		id[CITIZEN_ID_LENGTH];

	PG_RETURN_BOOL(citizen_id_read(given.data, given.length, id) && citizen_id_check(id));
}

PG_FUNCTION_INFO_V1(equity_citizen_id_normal);

Datum
equity_citizen_id_normal(PG_FUNCTION_ARGS)
{
	Utf8		given = utf8_of(PG_GETARG_TEXT_PP(0));
	char		id[CITIZEN_ID_LENGTH];

	if (!citizen_id_read(given.data, given.length, id))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(id, sizeof(id)));
}

PG_FUNCTION_INFO_V1(equity_citizen_id_mask);

Datum
equity_citizen_id_mask(PG_FUNCTION_ARGS)
{
	Utf8		given = utf8_of(PG_GETARG_TEXT_PP(0));
	char		mask[CITIZEN_ID_MASK_SIZE];

	citizen_id_mask(given.data, given.length, mask);
	PG_RETURN_TEXT_P(cstring_to_text(mask));
}

PG_FUNCTION_INFO_V1(equity_g_code_valid);

Datum
equity_g_code_valid(PG_FUNCTION_ARGS)
{
	Utf8		given = utf8_of(PG_GETARG_TEXT_PP(0));
	char		code[G_CODE_LENGTH];

	PG_RETURN_BOOL(g_code_read(given.data, given.length, code));
}

PG_FUNCTION_INFO_V1(equity_g_code_normal);

Datum
equity_g_code_normal(PG_FUNCTION_ARGS)
{
	Utf8		given = utf8_of(PG_GETARG_TEXT_PP(0));
	char		code[G_CODE_LENGTH];

	if (!g_code_read(given.data, given.length, code))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(code, sizeof(code)));
}

/* ---- text ---- */

/*
 * At most so many characters are composed at once.  A longer run without any
 * character of begins_composition() is no text of a language.
 */
#define MOST_COMPOSED		256

/* True for characters that no composition joins to what stands before them, as most are. */
static bool
begins_composition(uint32 character)
{
	return character < 0x300 || (character >= 0x0E01 && character < SARA_U) ||
		(character > PHINTHU && character < MAI_EK) ||
		(character >= THANTHAKHAT && character <= 0x0E7F) ||
		(character >= 0x3400 && character <= 0x9FFF) ||
		(character >= 0xAC00 && character <= 0xD7A3);
}

static void
append_composed(StringInfo text, pg_wchar *characters, int count)
{
	pg_wchar   *composed;

	characters[count] = 0;
	composed = unicode_normalize(UNICODE_NFC, characters);
	for (pg_wchar *at = composed; *at; at++)
	{
		unsigned char bytes[4];

		unicode_to_utf8(*at, bytes);
		appendBinaryStringInfo(text, (char *) bytes, pg_utf_mblen(bytes));
	}
	pfree(composed);
}

/* True when a text has nothing but Thai and ASCII, which composes nothing. */
static bool
is_thai_only(Utf8 given)
{
	Utf8Reader	reader = {given.data, given.data + given.length};
	uint32		character;

	while (utf8_next(&reader, &character))
		if (character >= 0x80 && (character & ~0x7F) != 0x0E00)
			return false;
	return true;
}

/*
 * Bring text into NFC: it may come in another form, and taking invisible
 * characters away may leave marks of other scripts out of order, or side by side
 * with what they compose.  In an SQL_ASCII database bytes may be no UTF-8; such
 * text stays as it is.
 */
static Utf8
composed_of(Utf8 given)
{
	Utf8Reader	reader = {given.data, given.data + given.length};
	pg_wchar	characters[MOST_COMPOSED + 1];
	int			count = 0;
	uint32		character;
	StringInfoData text;

	if (is_thai_only(given))
		return given;
	initStringInfo(&text);
	while (utf8_next(&reader, &character))
	{
		if (character == NO_CHARACTER)
			return given;
		if (count == MOST_COMPOSED || (count > 0 && begins_composition(character)))
		{
			CHECK_FOR_INTERRUPTS();
			append_composed(&text, characters, count);
			count = 0;
		}
		characters[count++] = character;
	}
	append_composed(&text, characters, count);
	return (Utf8) {text.data, text.len};
}

/*
 * Normal text in NFC, the same for texts that Unicode takes for equal.  Composing
 * may bring marks of Thai next to each other, which then have an order.
 */
static Utf8
normal_in_nfc(Utf8 text)
{
	text = composed_of(text);
	while (true)
	{
		Utf8		normal = normal_utf8(text);

		text = composed_of(normal);
		if (text.length == normal.length && memcmp(text.data, normal.data, text.length) == 0)
			return text;
	}
}

PG_FUNCTION_INFO_V1(equity_thai_normal);

Datum
equity_thai_normal(PG_FUNCTION_ARGS)
{
	Utf8		normal = normal_in_nfc(utf8_of(PG_GETARG_TEXT_PP(0)));
	char	   *converted = pg_any_to_server(normal.data, normal.length, PG_UTF8);

	if (converted != normal.data)
		normal.length = (int) strlen(converted);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(converted, normal.length));
}

/* ---- dates ---- */

static DateADT
finite_date(DateADT date)
{
	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite date has no year")));
	return date;
}

PG_FUNCTION_INFO_V1(equity_be_year);

Datum
equity_be_year(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(thai_year(finite_date(PG_GETARG_DATEADT(0))));
}

PG_FUNCTION_INFO_V1(equity_thai_date);

/* The month's name is UTF-8, whatever the encoding of the database. */
Datum
equity_thai_date(PG_FUNCTION_ARGS)
{
	DateADT		day = finite_date(PG_GETARG_DATEADT(0));
	CivilDate	civil = date_to_civil(day);
	char	   *written = psprintf("%d %s %d", civil.day, thai_month(civil.month), thai_year(day));

	PG_RETURN_TEXT_P(cstring_to_text(pg_any_to_server(written, (int) strlen(written), PG_UTF8)));
}

static Datum
academic_year(DateADT day, DateADT starts)
{
	CivilDate	opening = date_to_civil(finite_date(starts));

	return Int32GetDatum(thai_academic_year(finite_date(day), opening.month, opening.day));
}

PG_FUNCTION_INFO_V1(equity_academic_year);

Datum
equity_academic_year(PG_FUNCTION_ARGS)
{
	return academic_year(PG_GETARG_DATEADT(0), PG_GETARG_DATEADT(1));
}

/* Read MM-DD; of a whole date month and day count. */
static DateADT
day_of_opening(text *string)
{
	char	   *given = text_to_cstring(string);
	char	   *whole = strlen(given) == 5 ? psprintf("2000-%s", given) : given;
	int32		days;

	if (!date_parse(whole, (int) strlen(whole), &days))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is not a day of the year", report_excerpt(given, (int) strlen(given))),
				 errhint("Give month and day as 05-16, or a date.")));
	return days;
}

PG_FUNCTION_INFO_V1(equity_academic_year_text);

Datum
equity_academic_year_text(PG_FUNCTION_ARGS)
{
	return academic_year(PG_GETARG_DATEADT(0), day_of_opening(PG_GETARG_TEXT_PP(1)));
}

static void
report_date(ThaiDateResult result, text *string)
{
	char	   *given = report_excerpt(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));

	switch (result)
	{
		case THAI_DATE_NO_DAY:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errmsg("date \"%s\" does not exist", given)));
			break;
		case THAI_DATE_SKIPPED:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errmsg("date \"%s\" does not exist", given),
					 errdetail("The year 2483 lasted from April to December: until then years began on 1 April.")));
			break;
		case THAI_DATE_NO_YEAR:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errmsg("the year of date \"%s\" is out of range", given),
					 errdetail("Years of the Buddhist era are %d to %d.", THAI_YEAR_FIRST,
							   THAI_YEAR_LAST),
					 errhint("Add %d to a year of the common era.", BUDDHIST_ERA_OFFSET)));
			break;
		case THAI_DATE_SHORT_YEAR:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("the year of date \"%s\" has two digits", given),
					 errhint("Write the year with four digits, or use equity.try_date_be with a century.")));
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
					 errmsg("\"%s\" is not a Thai date", given),
					 errhint("Write it as 16/05/2566 or 2566-05-16, or with the month's Thai name or abbreviation.")));
	}
}

PG_FUNCTION_INFO_V1(equity_parse_date_be);

Datum
equity_parse_date_be(PG_FUNCTION_ARGS)
{
	text	   *string = PG_GETARG_TEXT_PP(0);
	Utf8		normal = normal_of(string);
	int32		days = 0;
	ThaiDateResult result =
		thai_date_parse(normal.data, normal.length, THAI_NO_CENTURY, &days);

	if (result != THAI_DATE_READ)
		report_date(result, string);
	PG_RETURN_DATEADT(days);
}

/* ---- tolerant readers ---- */

static int
century_argument(FunctionCallInfo fcinfo, int argument)
{
	int			century;

	if (PG_ARGISNULL(argument))
		return THAI_NO_CENTURY;
	century = PG_GETARG_INT32(argument);
	if (century % 100 != 0 || century <= 0 || century > THAI_YEAR_LAST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%d is not the first year of a century", century),
				 errhint("Use 2500 for years of the Buddhist era, or 2000 for the common era.")));
	return century;
}

PG_FUNCTION_INFO_V1(equity_try_date_be);

Datum
equity_try_date_be(PG_FUNCTION_ARGS)
{
	int			century = century_argument(fcinfo, 1);
	Utf8		normal;
	int32		days;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	normal = normal_of(PG_GETARG_TEXT_PP(0));
	if (thai_date_parse(normal.data, normal.length, century, &days) == THAI_DATE_READ ||
		thai_date_from_serial(normal.data, normal.length, &days) == THAI_DATE_READ)
		PG_RETURN_DATEADT(days);
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(equity_try_amount);

Datum
equity_try_amount(PG_FUNCTION_ARGS)
{
	Utf8		normal = normal_of(PG_GETARG_TEXT_PP(0));
	char		amount[THAI_AMOUNT_SIZE];

	if (!thai_amount_read(normal.data, normal.length, amount))
		PG_RETURN_NULL();
	return DirectFunctionCall3(numeric_in, CStringGetDatum(amount), ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(-1));
}

PG_FUNCTION_INFO_V1(equity_try_boolean);

Datum
equity_try_boolean(PG_FUNCTION_ARGS)
{
	Utf8		normal = normal_of(PG_GETARG_TEXT_PP(0));
	bool		value;

	if (!thai_boolean_read(normal.data, normal.length, &value))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(value);
}

PG_FUNCTION_INFO_V1(equity_province_code_of);

Datum
equity_province_code_of(PG_FUNCTION_ARGS)
{
	Utf8		normal = normal_of(PG_GETARG_TEXT_PP(0));
	const char *code = thai_province_code(normal.data, normal.length);

	if (code == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(code));
}
