/*
 * report.h
 *	  From core's results to PostgreSQL's errors.
 */
#ifndef REPORT_H
#define REPORT_H

#include "compat.h"
#include "core/base/core.h"

NO_RETURN extern void report_core_error(const CoreError *error);

#endif							/* REPORT_H */
