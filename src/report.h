/*
 * report.h
 *	  From core's results to PostgreSQL's errors.
 */
#ifndef REPORT_H
#define REPORT_H

#include "core/core.h"

extern void report_core_error(const CoreError *error) pg_attribute_noreturn();

#endif							/* REPORT_H */
