/*
 * report.h
 *	  From core's results to PostgreSQL's errors.
 */
#ifndef REPORT_H
#define REPORT_H

#include "compat.h"
#include "core/base/core.h"

NO_RETURN extern void report_core_error(const CoreError *error);

/* A caller's text as an error quotes it: cut short, at the end of a character. */
extern char *report_excerpt(const char *text, int length);

/* report_excerpt() of a string that ends with a zero */
extern char *report_name(const char *name);

#endif							/* REPORT_H */
