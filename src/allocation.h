/*
 * allocation.h
 *	  What functions over queries ask of their arguments alike.
 */
#ifndef ALLOCATION_H
#define ALLOCATION_H

#include "fmgr.h"

/* The text of a query that must be given. */
extern char *required_query(FunctionCallInfo fcinfo, int argument, const char *what);

#endif							/* ALLOCATION_H */
