/*
 * date.c
 *	  Dates of the Buddhist era, as Thai forms have them, and their years.
 *
 * A date is day, month and year (16 พฤษภาคม 2566, 16 พ.ค. 66, 16/05/2566) or
 * year, month and day in digits (2566-05-16).  A year of two digits is one of
 * 2500 to 2599, whatever the clock says.  Which days there are is reckoned in
 * the common era: the leap years are those of the Gregorian calendar.
 */
#include "core/thai/thai.h"
#include "core/base/calendar.h"

#define CENTURY			2500	/* of a year of two digits */

typedef struct Cursor
{
	const char *at;
	const char *end;
} Cursor;

/* A full stop is optional in the texts that are read. */
static const char *const months[] = {
	"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
	"กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
	"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
	"ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."
};

/* ---- what a text is made of ---- */

static void
skip_spaces(Cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at == ' ')
		cursor->at++;
}

static bool
skip_word(Cursor *cursor, const char *word)
{
	const char *at = cursor->at;

	for (; *word; word++)
		if (at < cursor->end && *at == *word)
			at++;
		else if (*word != '.')
			return false;
	cursor->at = at;
	skip_spaces(cursor);
	return true;
}

/* A separator, or no character and spaces: 0 */
static char
skip_separator(Cursor *cursor)
{
	char		separator = 0;

	skip_spaces(cursor);
	if (cursor->at < cursor->end &&
		(*cursor->at == '/' || *cursor->at == '-' || *cursor->at == '.'))
		separator = *cursor->at++;
	skip_spaces(cursor);
	return separator;
}

/* Up to four digits; returns how many. */
static int
read_number(Cursor *cursor, int *number)
{
	int			digits = 0;

	for (*number = 0; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9' &&
		 digits < 4; digits++)
		*number = *number * 10 + (*cursor->at++ - '0');
	return digits;
}

static bool
read_month_name(Cursor *cursor, int *month)
{
	for (int i = 0; i < lengthof(months); i++)
		if (skip_word(cursor, months[i]))
		{
			*month = i % 12 + 1;
			return true;
		}
	return false;
}

/* ---- dates ---- */

/* Month and year behind the day */
static bool
read_after_day(Cursor *cursor, CivilDate *date)
{
	char		separator = skip_separator(cursor);
	int			digits;

	skip_word(cursor, "เดือน");
	if (read_month_name(cursor, &date->month))
		skip_separator(cursor);
	else
	{
		digits = read_number(cursor, &date->month);
		if (separator == 0 || digits < 1 || digits > 2 || skip_separator(cursor) != separator)
			return false;
	}
	skip_word(cursor, "พ.ศ.");
	digits = read_number(cursor, &date->year);
	if (digits == 2)
		date->year += CENTURY;
	return digits == 2 || digits == 4;
}

/* Month and day behind the year */
static bool
read_after_year(Cursor *cursor, CivilDate *date)
{
	char		separator = skip_separator(cursor);
	int			digits = read_number(cursor, &date->month);

	if (separator == 0 || digits < 1 || digits > 2 || skip_separator(cursor) != separator)
		return false;
	digits = read_number(cursor, &date->day);
	return digits == 1 || digits == 2;
}

static bool
read_date(Cursor *cursor, CivilDate *date)
{
	int			number;
	int			digits;

	skip_spaces(cursor);
	skip_word(cursor, "วันที่");
	digits = read_number(cursor, &number);
	date->day = date->year = number;
	if (!(digits == 4 ? read_after_year(cursor, date) :
		  (digits == 1 || digits == 2) && read_after_day(cursor, date)))
		return false;
	skip_spaces(cursor);
	return cursor->at == cursor->end;
}

/* The text is as thai_normal writes it. */
ThaiDateResult
thai_date_parse(const char *text, int length, int32 *days)
{
	Cursor		cursor = {text, text + length};
	CivilDate	date;

	if (!read_date(&cursor, &date))
		return THAI_DATE_NOT_READ;
	if (date.year < THAI_YEAR_FIRST || date.year > THAI_YEAR_LAST)
		return THAI_DATE_NO_YEAR;
	date.year -= THAI_YEAR_SHIFT;
	return date_from_civil(date, days) ? THAI_DATE_READ : THAI_DATE_NO_DAY;
}

/* ---- years ---- */

int
thai_year(int32 days)
{
	return date_to_civil(days).year + THAI_YEAR_SHIFT;
}

int
thai_academic_year(int32 days, int month, int day)
{
	CivilDate	date = date_to_civil(days);
	bool		opened = date.month > month || (date.month == month && date.day >= day);

	return date.year + THAI_YEAR_SHIFT - !opened;
}
