/*
 * allocation.h
 *	  What allocate and verify ask of their arguments alike.
 */
#ifndef ALLOCATION_H
#define ALLOCATION_H

#include "fmgr.h"

/* The text of a query that must be given. */
extern char *required_query(FunctionCallInfo fcinfo, int argument, const char *what);

/* Refuse reserves, caps and what belongs to them. */
extern void refuse_unsupported(FunctionCallInfo fcinfo, int reserves, int caps);
extern void refuse_unsupported_column(const char *column);

#endif							/* ALLOCATION_H */
