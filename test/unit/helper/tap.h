/*
 * tap.h
 *	  What a unit test reports, in the Test Anything Protocol.
 */
#ifndef UNIT_HELPER_TAP_H
#define UNIT_HELPER_TAP_H

#include "core/base/core.h"

extern bool ok(bool passed, const char *format,...) pg_attribute_printf(2, 3);
extern bool is_int(int64 got, int64 wanted, const char *format,...) pg_attribute_printf(3, 4);
extern bool is_text(const char *got, const char *wanted, const char *format,...)
			pg_attribute_printf(3, 4);

/* A line of explanation. */
extern void note(const char *format,...) pg_attribute_printf(1, 2);

/* The plan, and the status to exit with. */
extern int	finish(void);

/* All digits of a wide number. */
extern char *digits_text(int128 number);

#endif							/* UNIT_HELPER_TAP_H */
