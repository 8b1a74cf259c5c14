/*
 * doubles.h
 *	  Arrays of double precision, as the states and results of aggregates.
 */
#ifndef DOUBLES_H
#define DOUBLES_H

#include "fmgr.h"
#include "utils/array.h"

static inline double *
doubles_of(ArrayType *array)
{
	return (double *) ARR_DATA_PTR(array);
}

/* Zeros, with one dimension or with two of the same length */
extern ArrayType *new_doubles(int dimensions, int length);

/* How many numbers an array of one dimension without NULLs has; -1 for another. */
extern int	count_doubles(ArrayType *array);

/* The state that an aggregate may change, or a copy for anybody else */
extern ArrayType *own_state(FunctionCallInfo fcinfo, int argument);

/* The name of the aggregate, or function, that is being called, for messages */
extern char *called_name(FunctionCallInfo fcinfo);

/* Refuse NaN and infinity of what has a name. */
extern void check_finite(double value, const char *name);

/* The weight in an argument, 1 without it; zero when it is NULL: the row takes no part. */
extern double weight_argument(FunctionCallInfo fcinfo, int argument);

#endif							/* DOUBLES_H */
