/*
 * calendar.h
 *	  Dates as days since 2000-01-01, the way PostgreSQL counts them.
 */
#ifndef CORE_BASE_CALENDAR_H
#define CORE_BASE_CALENDAR_H

#include "core/base/core.h"

typedef struct CivilDate
{
	int			year;			/* 1 BC is 0 */
	int			month;
	int			day;
} CivilDate;

extern CivilDate date_to_civil(int32 days);

/* False for a day that there is not: 31 April, 29 February of a common year. */
extern bool date_from_civil(CivilDate date, int32 *days);

/* Exactly YYYY-MM-DD, a day that exists; false otherwise. */
extern bool date_parse(const char *text, int length, int32 *days);
extern char *date_text(int32 days);
extern int	date_completed_years(int32 from, int32 until);

#endif							/* CORE_BASE_CALENDAR_H */
