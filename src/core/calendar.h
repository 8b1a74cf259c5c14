/*
 * calendar.h
 *	  Dates as days since 2000-01-01, the way PostgreSQL counts them.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "core/core.h"

/* Exactly YYYY-MM-DD, a day that exists; false otherwise. */
extern bool date_parse(const char *text, int length, int32 *days);
extern char *date_text(int32 days);
extern int	date_completed_years(int32 from, int32 until);

#endif							/* CALENDAR_H */
