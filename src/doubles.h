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

/* A new array of zeros, with one dimension or with two of the same length */
extern ArrayType *new_doubles(int dimensions, int length);

/* The length of an array of one dimension without NULLs; -1 for any other array. */
extern int	count_doubles(ArrayType *array);

/* The state to be changed in place: an aggregate's own, or a copy for any other caller. */
extern ArrayType *own_state(FunctionCallInfo fcinfo, int argument);

/* The unchanged state: what a transition function returns for a row that takes no part. */
extern Datum state_or_null(FunctionCallInfo fcinfo);

/* Raise an error for NaN and infinity, naming the argument. */
extern void check_finite(double value, const char *name);

/* The weight argument: 1 where there is none, 0 for NULL; a row of weight 0 takes no part. */
extern double weight_argument(FunctionCallInfo fcinfo, int argument);

#endif							/* DOUBLES_H */
