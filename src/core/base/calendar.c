/*
 * calendar.c
 *	  Dates as days since 2000-01-01 in the proleptic Gregorian calendar.
 *
 * The conversion counts years from 1 March, so that the leap day is the last
 * of its year and every month's start follows from one formula.
 */
#include "core/base/calendar.h"

#define DAYS_PER_ERA		146097	/* 400 years */
#define EPOCH_SHIFT			730425	/* 0000-03-01 to 2000-01-01 */

static int32
days_from_civil(CivilDate date)
{
	int			year = date.year - (date.month <= 2);
	int			era = (year >= 0 ? year : year - 399) / 400;
	int			year_of_era = year - era * 400;
	int			month_from_march = date.month + (date.month > 2 ? -3 : 9);
	int			day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
	int			leap_days = year_of_era / 4 - year_of_era / 100;
	int			day_of_era = year_of_era * 365 + leap_days + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

CivilDate
date_to_civil(int32 days)
{
	int64		shifted = (int64) days + EPOCH_SHIFT;
	int64		rounded = shifted >= 0 ? shifted : shifted - DAYS_PER_ERA + 1;
	int			era = (int) (rounded / DAYS_PER_ERA);
	int			day_of_era = (int) (shifted - (int64) era * DAYS_PER_ERA);
	int			year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
							   day_of_era / 146096) / 365;
	int			leap_days = year_of_era / 4 - year_of_era / 100;
	int			day_of_year = day_of_era - (365 * year_of_era + leap_days);
	int			month_from_march = (5 * day_of_year + 2) / 153;
	CivilDate	date;

	date.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	date.month = month_from_march + (month_from_march < 10 ? 3 : -9);
	date.year = year_of_era + era * 400 + (date.month <= 2);
	return date;
}

/* 9999 is nobody's year either, but it means "never". */
bool
date_is_buddhist(int32 days)
{
	int			year = date_to_civil(days).year;

	return year >= 2400 && year <= 2700;
}

bool
date_from_civil(CivilDate date, int32 *days)
{
	CivilDate	back;

	if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31)
		return false;
	*days = days_from_civil(date);
	back = date_to_civil(*days);
	return back.day == date.day && back.month == date.month;
}

static bool
read_digits(const char *text, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (text[i] - '0');
	}
	return true;
}

bool
date_parse(const char *text, int length, int32 *days)
{
	CivilDate	date;

	return length == 10 && text[4] == '-' && text[7] == '-' &&
		read_digits(text, 4, &date.year) && read_digits(text + 5, 2, &date.month) &&
		read_digits(text + 8, 2, &date.day) &&
		date.year >= 1 && date_from_civil(date, days);
}

char *
date_text(int32 days)
{
	CivilDate	date = date_to_civil(days);

	if (date.year < 1)			/* there is no year 0 */
		return psprintf("%04d-%02d-%02d BC", 1 - date.year, date.month, date.day);
	return psprintf("%04d-%02d-%02d", date.year, date.month, date.day);
}

int
date_completed_years(int32 from, int32 until)
{
	CivilDate	start = date_to_civil(from);
	CivilDate	end = date_to_civil(until);
	bool		before_birthday = end.month < start.month ||
		(end.month == start.month && end.day < start.day);

	return end.year - start.year - before_birthday;
}

int
date_completed_years_thai(int32 from, int32 until)
{
	return date_completed_years(from, until + 1);
}
