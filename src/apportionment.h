/*
 * apportionment.h
 *	  What the functions that apportion seats have in common.
 */
#ifndef APPORTIONMENT_H
#define APPORTIONMENT_H

#include "core/numbers.h"
#include "utils/numeric.h"

/* The digits of a weight; NaN and more than 36 digits are errors. */
extern ExactNumber apportion_weight_of(Numeric number);

/* Refuse more rows than equity.max_memory allows. */
extern void apportion_check_memory(int64 count);

/* Tell how many seats nobody could take. */
extern void apportion_warn_empty(int64 empty);

#endif							/* APPORTIONMENT_H */
