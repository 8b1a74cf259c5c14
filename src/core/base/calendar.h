/*
 * calendar.h
 *	  Dates as days since 2000-01-01, the way PostgreSQL counts them.
 */
#ifndef CORE_BASE_CALENDAR_H
#define CORE_BASE_CALENDAR_H

#include "core/base/core.h"

/* A year of the Buddhist era is so much later than that of the Common Era. */
#define BUDDHIST_ERA_OFFSET		543

typedef struct CivilDate
{
	int			year;			/* 1 BC is 0 */
	int			month;
	int			day;
} CivilDate;

extern CivilDate date_to_civil(int32 days);

/* Whether a day is in a year, 2400 to 2700, that only a Thai calendar can mean. */
extern bool date_is_buddhist(int32 days);

/* False for a day that there is not: 31 April, 29 February of a common year. */
extern bool date_from_civil(CivilDate date, int32 *days);

/* Exactly YYYY-MM-DD, a day that exists; false otherwise. */
extern bool date_parse(const char *text, int length, int32 *days);
extern char *date_text(int32 days);

/* Completed years: a year is complete on the birthday, that of 29 February on 1 March. */
extern int	date_completed_years(int32 from, int32 until);

/*
 * Completed years as Thai law counts them (Civil and Commercial Code, sections 16 and
 * 193/5): the day of birth is the first, so a year is complete the day before the birthday.
 */
extern int	date_completed_years_thai(int32 from, int32 until);

#endif							/* CORE_BASE_CALENDAR_H */
