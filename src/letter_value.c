/*
 * letter_value.c
 *	  Values of a record as people read them: days by the name of the month, amounts
 *	  with commas between thousands, and no more decimals than are of use.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "core/base/calendar.h"
#include "letter.h"

/* What of a number is written: zeros after the second decimal are not, nor what follows the fourth.
 */
#define TRIMMED_DECIMALS 2
#define MOST_DECIMALS 4

#define DATE_LENGTH 10 /* YYYY-MM-DD */

static const char *const english_months[] = {"January",	  "February", "March",	  "April",
											 "May",		  "June",	  "July",	  "August",
											 "September", "October",  "November", "December"};

/* thai.c */
extern Datum equity_thai_date(PG_FUNCTION_ARGS);

static char *
day_words(int32 day, bool english)
{
	CivilDate civil = date_to_civil(day);

	if (english)
		return psprintf("%d %s %d", civil.day, english_months[civil.month - 1], civil.year);
	return TextDatumGetCString(DirectFunctionCall1(equity_thai_date, DateADTGetDatum(day)));
}

/* A sign of UTF-8 in the encoding of the database */
static char *
sign(const char *utf8)
{
	return pg_any_to_server(utf8, strlen(utf8), PG_UTF8);
}

/* The lengths of the parts of a decimal number: sign and digits, and decimals after the point */
static bool
measure_number(const char *value, int *whole, int *decimals)
{
	const char *digits = value + (*value == '-');
	const char *fraction;

	*whole = (int) (digits - value) + (int) strspn(digits, "0123456789");
	*decimals = 0;
	if (value + *whole == digits)
		return false;
	fraction = value + *whole;
	if (*fraction == '\0')
		return true;
	if (*fraction != '.')
		return false;
	*decimals = (int) strspn(fraction + 1, "0123456789");
	return *decimals > 0 && fraction[1 + *decimals] == '\0';
}

static bool
only_zeros(const char *digits, int count)
{
	return (int) strspn(digits, "0") >= count;
}

static void
append_grouped(StringInfo out, const char *digits, int count)
{
	for (int i = 0; i < count; i++)
	{
		appendStringInfoChar(out, digits[i]);
		if (digits[i] != '-' && i + 1 < count && (count - i - 1) % 3 == 0)
			appendStringInfoChar(out, ',');
	}
}

static char *
number_words(const char *value, int whole, int decimals, bool is_amount)
{
	const char	  *fraction = value + whole + 1;
	StringInfoData out;

	initStringInfo(&out);
	if (is_amount)
		append_grouped(&out, value, whole);
	else
		appendBinaryStringInfo(&out, value, whole);
	if (decimals == 0)
		return out.data;
	appendStringInfoChar(&out, '.');
	if (decimals > TRIMMED_DECIMALS &&
		only_zeros(fraction + TRIMMED_DECIMALS, decimals - TRIMMED_DECIMALS))
		appendBinaryStringInfo(&out, fraction, TRIMMED_DECIMALS);
	else
		appendBinaryStringInfo(&out, fraction, Min(decimals, MOST_DECIMALS));
	if (decimals > MOST_DECIMALS &&
		!only_zeros(fraction + TRIMMED_DECIMALS, decimals - TRIMMED_DECIMALS))
		appendStringInfoString(&out, sign("…"));
	return out.data;
}

char *
value_words(const char *value, bool is_amount, bool english)
{
	int	  whole;
	int	  decimals;
	int32 day;

	if (strcmp(value, "{}") == 0 || strcmp(value, "[]") == 0)
		return sign("–");
	if (strlen(value) == DATE_LENGTH && date_parse(value, DATE_LENGTH, &day))
		return day_words(day, english);
	if (measure_number(value, &whole, &decimals))
		return number_words(value, whole, decimals, is_amount);
	return pstrdup(value);
}

PG_FUNCTION_INFO_V1(equity_value_words);

Datum
equity_value_words(PG_FUNCTION_ARGS)
{
	char *value = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bool  english = strcmp(text_to_cstring(PG_GETARG_TEXT_PP(2)), "en") == 0;

	PG_RETURN_TEXT_P(cstring_to_text(value_words(value, PG_GETARG_BOOL(1), english)));
}
