/*
 * calendar.c
 *	  Dates against a walk through every day of the years 1 to 9999, and ages
 *	  against a count of birthdays.
 */
#include "core/base/calendar.h"
#include "helper/tap.h"

/* 0001-01-01 as days before 2000-01-01 */
#define FIRST_DAY		(-730119)
#define NO_DAY			PG_INT32_MIN

typedef struct Walk
{
	int			year;
	int			month;
	int			day;
	int32		days;
} Walk;

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
month_length(int year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return lengths[month - 1] + (month == 2 && is_leap(year));
}

static void
step(Walk *walk)
{
	walk->days++;
	if (++walk->day <= month_length(walk->year, walk->month))
		return;
	walk->day = 1;
	if (++walk->month <= 12)
		return;
	walk->month = 1;
	walk->year++;
}

static void
write_digits(char *at, int count, int number)
{
	for (; count > 0; number /= 10)
		at[--count] = (char) ('0' + number % 10);
}

static void
write_date(char text[11], const Walk *walk)
{
	memcpy(text, "0000-00-00", 11);
	write_digits(text, 4, walk->year);
	write_digits(text + 5, 2, walk->month);
	write_digits(text + 8, 2, walk->day);
}

static int32
days_of(const char *text)
{
	int32		days;

	return date_parse(text, (int) strlen(text), &days) ? days : NO_DAY;
}

/* Every day is read and written, and the day behind a month's last is refused. */
static void
test_every_day(void)
{
	int			misread = 0;
	int			miswritten = 0;
	int			accepted = 0;
	char		text[11];
	Walk		walk = {1, 1, 1, FIRST_DAY};

	for (; walk.year <= 9999; step(&walk))
	{
		char	   *written = date_text(walk.days);

		write_date(text, &walk);
		misread += days_of(text) != walk.days;
		miswritten += strcmp(written, text) != 0;
		pfree(written);
		if (walk.day == month_length(walk.year, walk.month))
			for (Walk after = walk; ++after.day <= 32;)
			{
				write_date(text, &after);
				accepted += days_of(text) != NO_DAY;
			}
	}
	is_int(misread, 0, "every day from 0001-01-01 to 9999-12-31 is read");
	is_int(miswritten, 0, "and written");
	is_int(accepted, 0, "no day behind the end of a month is read");
	is_int(walk.days - FIRST_DAY, 3652059, "the walk has seen all of them");
}

static void
test_known_dates(void)
{
	is_int(days_of("2000-01-01"), 0, "the first of 2000 is day 0");
	is_int(days_of("1970-01-01"), -10957, "the first of 1970");
	is_int(days_of("2000-02-29"), 59, "2000 is a leap year");
	is_int(days_of("2023-05-16"), 8536, "a call opens");
	is_int(days_of("2566-01-01"), 206728, "a year of the Buddhist era, read as one of the common era");
	is_text(date_text(8536), "2023-05-16", "and back");
	is_text(date_text(days_of("9999-12-31") + 1), "10000-01-01", "five digits where they are needed");
	is_text(date_text(FIRST_DAY - 1), "0001-12-31 BC", "the day before the first");
	is_text(date_text(FIRST_DAY - 367), "0002-12-31 BC", "a year before, which was a leap year");
}

static void
test_refusals(void)
{
	static const char *const texts[] = {
		"", "2023", "2023-05", "2023-5-16", "2023-05-1", "23-05-16", "2023-05-161", " 2023-05-16",
		"2023-05-16 ", "2023-05-16\n", "2023/05/16", "2023-05/16", "20230-5-16", "16-05-2023",
		"2023-13-01", "2023-00-01", "2023-01-00", "2023-01-32", "2023-04-31", "2023-02-29",
		"1900-02-29", "2100-02-29", "0000-01-01", "-001-01-01", "+001-01-01", "2023-+5-16",
		"2023-05-1a", "yyyy-mm-dd", "2023-05-16T00:00:00", "infinity", "๒๕๖๖-๐๕-๑๖"
	};
	int32		days;

	for (int i = 0; i < lengthof(texts); i++)
		ok(!date_parse(texts[i], (int) strlen(texts[i]), &days), "\"%s\" is no date",
		   strcmp(texts[i], "2023-05-16\n") == 0 ? "2023-05-16\\n" : texts[i]);
	ok(!date_parse("2023-05-16", 9, &days), "the length counts, not the text's end");
	ok(date_parse("2023-05-16T12", 10, &days) && days == 8536, "also where text goes on");
}

/* From a birth on, 40 years of days, of which each birthday makes a year older. */
static int
count_wrong_ages(const char *birth, int month, int day)
{
	Walk		walk;
	int			age = 0;
	int			wrong = 0;
	int32		born = days_of(birth);

	walk.days = born;
	walk.year = atoi(birth);
	walk.month = atoi(birth + 5);
	walk.day = atoi(birth + 8);
	while (age < 40)
	{
		bool		leaped = month == 2 && day == 29 && !is_leap(walk.year);

		if (walk.days > born &&
			(leaped ? walk.month == 3 && walk.day == 1 : walk.month == month && walk.day == day))
			age++;
		wrong += date_completed_years(born, walk.days) != age;
		step(&walk);
	}
	return wrong;
}

static void
test_ages(void)
{
	is_int(count_wrong_ages("2004-05-16", 5, 16), 0, "a year older at each birthday");
	is_int(count_wrong_ages("2004-01-01", 1, 1), 0, "born on the first day of a year");
	is_int(count_wrong_ages("2003-12-31", 12, 31), 0, "born on the last day of a year");
	is_int(count_wrong_ages("2004-02-28", 2, 28), 0, "born on 28 February");
	is_int(count_wrong_ages("2004-02-29", 2, 29), 0, "born on 29 February: older on 1 March of other years");
	is_int(count_wrong_ages("1896-02-29", 2, 29), 0, "also in 1900, which has none");
	is_int(count_wrong_ages("2004-03-01", 3, 1), 0, "born on 1 March");
	is_int(date_completed_years(days_of("2004-02-29"), days_of("2022-02-28")), 17, "17 on the day before");
	is_int(date_completed_years(days_of("2004-02-29"), days_of("2022-03-01")), 18, "18 on 1 March");
	is_int(date_completed_years(days_of("2004-02-29"), days_of("2024-02-29")), 20, "20 on 29 February");
	is_int(date_completed_years(days_of("2023-05-16"), days_of("2023-05-15")), -1, "not yet born");
	is_int(date_completed_years_thai(days_of("1949-10-01"), days_of("2009-09-30")), 60, "by Thai law 60 on the day before");
	is_int(date_completed_years_thai(days_of("1949-10-01"), days_of("2009-09-29")), 59, "and not before that");
	is_int(date_completed_years_thai(days_of("2005-01-01"), days_of("2022-12-31")), 18, "born on New Year's Day");
	is_int(date_completed_years_thai(days_of("2004-03-01"), days_of("2022-02-28")), 18, "born on 1 March");
	is_int(date_completed_years_thai(days_of("2004-02-29"), days_of("2022-02-28")), 18,
		   "born on 29 February: on the last day of a shorter one");
	is_int(date_completed_years_thai(days_of("2004-02-29"), days_of("2022-02-27")), 17, "and not before that");
	is_int(date_completed_years_thai(days_of("2004-02-29"), days_of("2024-02-28")), 20, "on 28 February of a leap year");
	is_int(date_completed_years(days_of("0001-01-01"), days_of("9999-12-31")), 9998, "very old");
}

int
main(void)
{
	test_every_day();
	test_known_dates();
	test_refusals();
	test_ages();
	return finish();
}
