/*
 * thai.c
 *	  Citizen ids, Thai text and dates of the Buddhist era in SQL.
 *
 * The core reads UTF-8: texts of another encoding are converted on the way in
 * and out, and the bytes of an SQL_ASCII database must be UTF-8.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "compat.h"
#include "core/base/calendar.h"
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
normal_of(text *string)
{
	Utf8		utf8 = utf8_of(string);
	char	   *normal = palloc(utf8.length + 1);

	utf8.length = thai_normal(utf8.data, utf8.length, normal);
	normal[utf8.length] = '\0';
	utf8.data = normal;
	return utf8;
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

PG_FUNCTION_INFO_V1(equity_thai_normal);

Datum
equity_thai_normal(PG_FUNCTION_ARGS)
{
	Utf8		normal = normal_of(PG_GETARG_TEXT_PP(0));
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

/* MM-DD; a whole date counts with its month and day. */
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

	if (result == THAI_DATE_NO_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("there is no day \"%s\"", given)));
	if (result == THAI_DATE_NO_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("the year of \"%s\" is not one of the Buddhist era", given),
				 errdetail("Years are %d to %d.", THAI_YEAR_FIRST, THAI_YEAR_LAST),
				 errhint("Add %d to a year of the common era.", THAI_YEAR_SHIFT)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
			 errmsg("\"%s\" is not a Thai date", given),
			 errhint("Write it as 16/05/2566 or 2566-05-16, or with the month's Thai name or abbreviation.")));
}

PG_FUNCTION_INFO_V1(equity_parse_date_be);

Datum
equity_parse_date_be(PG_FUNCTION_ARGS)
{
	text	   *string = PG_GETARG_TEXT_PP(0);
	Utf8		normal = normal_of(string);
	int32		days = 0;
	ThaiDateResult result = thai_date_parse(normal.data, normal.length, &days);

	if (result != THAI_DATE_READ)
		report_date(result, string);
	PG_RETURN_DATEADT(days);
}
