/*
 * date.c
 *	  Dates of the Buddhist era, as Thai letters and forms have them, and their years.
 *
 * A date is day, month and year (16 พฤษภาคม 2566, 16 พ.ค. 66, 16/05/2566), month,
 * day and year (พ.ค. 16, 2566), or year, month and day in figures (2566-05-16).  A
 * day of the week before it and a time of day after it are read over.  A year of
 * two digits is one of 2500 to 2599 where the month is named or พ.ศ. stands before
 * it; in figures alone nobody knows whether 66 is one of the Buddhist era, of the
 * common era, or a day, so the caller must name the century.
 *
 * Until 2483 a year began on 1 April, so that January to March came last in it,
 * and 2483 had nine months, for the years after it to begin on 1 January (law on
 * the calendar year, B.E. 2483).  Which days a month has is reckoned in the common
 * era: leap years are those of the Gregorian calendar.
 */
#include "core/thai/thai.h"
#include "core/base/calendar.h"

#define CENTURY			2500	/* of a year of two digits after a month's name */
#define LAST_APRIL_YEAR	2483	/* the last one that began on 1 April; it had nine months */
#define APRIL			4

/* Days from Excel's day 0, 1899-12-30, to 2000-01-01 */
#define SERIAL_SHIFT	36526

typedef struct Cursor
{
	const char *at;
	const char *end;
} Cursor;

/* A date as it is written */
typedef struct WrittenDate
{
	int			day;
	int			month;
	int			year;
	bool		short_year;		/* of two digits */
	bool		in_words;		/* the month is named, or the era */
} WrittenDate;

/* In the texts that are read a full stop is optional. */
static const char *const months[] = {
	"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
	"กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
	"มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา",
	"กรกฎา", "สิงหา", "กันยา", "ตุลา", "พฤศจิกา", "ธันวา",
	"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
	"ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."
};

static const char *const weekdays[] = {
	"อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "พฤหัส", "ศุกร์", "เสาร์",
	"อา.", "จ.", "อ.", "พฤ.", "พ.", "ศ.", "ส."
};

/* ---- what a text is made of ---- */

static void
skip_spaces(Cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at == ' ')
		cursor->at++;
}

static bool
skip_character(Cursor *cursor, char character)
{
	if (cursor->at == cursor->end || *cursor->at != character)
		return false;
	cursor->at++;
	return true;
}

/* Skip a word and the spaces after it; false, with the cursor where it was, for other text. */
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

/* Skip a separator and spaces around it; 0 when there are only spaces, or nothing. */
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

static bool
at_digit(const Cursor *cursor)
{
	return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

/* Read up to four digits, and return how many there were. */
static int
read_number(Cursor *cursor, int *number)
{
	int			digits = 0;

	for (*number = 0; at_digit(cursor) && digits < 4; digits++)
		*number = *number * 10 + (*cursor->at++ - '0');
	return digits;
}

static bool
read_one_or_two_digits(Cursor *cursor, int *number)
{
	int			digits = read_number(cursor, number);

	return digits == 1 || digits == 2;
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

/* ---- what stands around a date ---- */

/* Skip the day of the week, if a number follows: some are abbreviated as months begin. */
static void
skip_weekday(Cursor *cursor)
{
	for (int i = 0; i < lengthof(weekdays); i++)
	{
		Cursor		after = *cursor;

		if (!skip_word(&after, weekdays[i]))
			continue;
		skip_word(&after, "ที่");
		skip_word(&after, ",");
		if (!at_digit(&after))
			continue;
		*cursor = after;
		return;
	}
}

static void
skip_introduction(Cursor *cursor)
{
	skip_spaces(cursor);
	skip_word(cursor, "วัน");
	skip_weekday(cursor);
	skip_word(cursor, "ที่");
}

/* Read a colon or full stop and a number below 60. */
static bool
read_part_of_time(Cursor *cursor)
{
	int			number;

	return (skip_character(cursor, ':') || skip_character(cursor, '.')) &&
		read_number(cursor, &number) == 2 && number < 60;
}

/* Skip hours, minutes and seconds, if there are any; false for what is no time. */
static bool
skip_time(Cursor *cursor)
{
	int			hours;

	skip_spaces(cursor);
	skip_word(cursor, ",");
	skip_word(cursor, "เวลา");
	skip_character(cursor, 'T');
	if (!at_digit(cursor))
		return true;
	if (!read_one_or_two_digits(cursor, &hours) || hours > 24 || !read_part_of_time(cursor))
		return false;
	if (read_part_of_time(cursor) && skip_character(cursor, '.'))
		while (at_digit(cursor))
			cursor->at++;
	skip_spaces(cursor);
	if (!skip_word(cursor, "AM") && !skip_word(cursor, "PM") && !skip_word(cursor, "นาฬิกา"))
		skip_word(cursor, "น.");
	return true;
}

/* ---- dates ---- */

/* Read the year, with or without its era. */
static bool
read_year(Cursor *cursor, WrittenDate *date)
{
	int			digits;

	skip_word(cursor, "ปี");
	date->in_words |= skip_word(cursor, "พ.ศ.") || skip_word(cursor, "พุทธศักราช");
	digits = read_number(cursor, &date->year);
	date->short_year = digits == 2;
	return digits == 2 || digits == 4;
}

/* Month and year after the day */
static bool
read_after_day(Cursor *cursor, WrittenDate *date)
{
	char		separator = skip_separator(cursor);

	skip_word(cursor, "เดือน");
	date->in_words = read_month_name(cursor, &date->month);
	if (date->in_words)
	{
		if (skip_separator(cursor) == 0)
			skip_word(cursor, ",");
	}
	else if (separator == 0 || !read_one_or_two_digits(cursor, &date->month) ||
			 skip_separator(cursor) != separator)
		return false;
	return read_year(cursor, date);
}

/* Day and year after the month's name */
static bool
read_after_month(Cursor *cursor, WrittenDate *date)
{
	date->in_words = true;
	skip_separator(cursor);
	if (!read_one_or_two_digits(cursor, &date->day))
		return false;
	if (skip_separator(cursor) == 0)
		skip_word(cursor, ",");
	return read_year(cursor, date);
}

/* Month and day after the year */
static bool
read_after_year(Cursor *cursor, WrittenDate *date)
{
	char		separator = skip_separator(cursor);

	return separator != 0 && read_one_or_two_digits(cursor, &date->month) &&
		skip_separator(cursor) == separator && read_one_or_two_digits(cursor, &date->day);
}

static bool
read_date(Cursor *cursor, WrittenDate *date)
{
	int			digits;

	skip_introduction(cursor);
	if (read_month_name(cursor, &date->month))
		return read_after_month(cursor, date);
	digits = read_number(cursor, &date->day);
	if (digits == 4)
	{
		date->year = date->day;
		return read_after_year(cursor, date);
	}
	return (digits == 1 || digits == 2) && read_after_day(cursor, date);
}

static ThaiDateResult
date_of_buddhist_era(CivilDate date, int32 *days)
{
	if (date.year < THAI_YEAR_FIRST || date.year > THAI_YEAR_LAST)
		return THAI_DATE_NO_YEAR;
	if (date.month < APRIL && date.year == LAST_APRIL_YEAR)
		return THAI_DATE_SKIPPED;
	date.year -= BUDDHIST_ERA_OFFSET - (date.month < APRIL && date.year < LAST_APRIL_YEAR);
	return date_from_civil(date, days) ? THAI_DATE_READ : THAI_DATE_NO_DAY;
}

static ThaiDateResult
date_of_common_era(CivilDate date, int32 *days)
{
	if (!date_from_civil(date, days))
		return THAI_DATE_NO_DAY;
	if (thai_year(*days) < THAI_YEAR_FIRST || thai_year(*days) > THAI_YEAR_LAST)
		return THAI_DATE_NO_YEAR;
	return THAI_DATE_READ;
}

ThaiDateResult
thai_date_parse(const char *text, int length, int century, int32 *days)
{
	Cursor		cursor = {text, text + length};
	WrittenDate written = {0};
	CivilDate	date;

	if (!read_date(&cursor, &written) || !skip_time(&cursor) || cursor.at < cursor.end)
		return THAI_DATE_NOT_READ;
	date = (CivilDate) {written.year, written.month, written.day};
	if (!written.short_year)
		return date_of_buddhist_era(date, days);
	if (!written.in_words && century == THAI_NO_CENTURY)
		return THAI_DATE_SHORT_YEAR;
	date.year += written.in_words ? CENTURY : century;
	return date.year < THAI_YEAR_FIRST ? date_of_common_era(date, days) :
		date_of_buddhist_era(date, days);
}

ThaiDateResult
thai_date_from_serial(const char *text, int length, int32 *days)
{
	Cursor		cursor = {text, text + length};
	int32		serial = 0;
	int			digits = 0;
	CivilDate	date;

	for (; at_digit(&cursor) && digits < 7; digits++)
		serial = serial * 10 + (*cursor.at++ - '0');
	if (digits < 5 || digits > 6)
		return THAI_DATE_NOT_READ;
	if (skip_character(&cursor, '.'))
		while (at_digit(&cursor))
			cursor.at++;
	if (cursor.at < cursor.end)
		return THAI_DATE_NOT_READ;
	*days = serial - SERIAL_SHIFT;
	date = date_to_civil(*days);
	return digits == 5 ? date_of_common_era(date, days) : date_of_buddhist_era(date, days);
}

/* ---- years ---- */

static int
year_of_buddhist_era(CivilDate date)
{
	int			year = date.year + BUDDHIST_ERA_OFFSET;

	return year - (year <= LAST_APRIL_YEAR && date.month < APRIL);
}

int
thai_year(int32 days)
{
	return year_of_buddhist_era(date_to_civil(days));
}

const char *
thai_month(int month)
{
	return months[month - 1];
}

int
thai_academic_year(int32 days, int month, int day)
{
	CivilDate	date = date_to_civil(days);
	bool		opened = date.month > month || (date.month == month && date.day >= day);

	return year_of_buddhist_era((CivilDate) {date.year - !opened, month, day});
}
