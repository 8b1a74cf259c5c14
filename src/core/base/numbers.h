/*
 * numbers.h
 *	  A column of exact numbers as int64 keys in the same order.
 */
#ifndef CORE_BASE_NUMBERS_H
#define CORE_BASE_NUMBERS_H

#include "core/base/fixed.h"

/* The key of a NULL, which sorts after every number */
#define NUMBER_NULL		PG_INT64_MAX

/* Numbers are taken in with at most this many digits. */
#define NUMBER_MAX_DIGITS	36

/* digits / 10^scale, or none */
typedef struct ExactNumber
{
	bool		is_null;
	int128		digits;
	int			scale;
} ExactNumber;

typedef struct NumberColumn
{
	int64	   *keys;			/* number * 10^scale, or in the end a rank */
	int128	   *wide;			/* instead of keys, once a number does not fit them */
	int128	   *distinct;		/* the numbers by rank, when keys are ranks */
	int32		count;
	int32		room;
	int			scale;			/* decimals of every number */
} NumberColumn;

/* Append digits / 10^scale; false when the numbers would need more than 36 digits together. */
extern bool numbers_add(NumberColumn *column, int128 digits, int scale);
extern void numbers_add_null(NumberColumn *column);

/* Make the keys final; after the last number. */
extern void numbers_finish(NumberColumn *column);

/* The number of a key, as digits at the column's scale */
extern int128 numbers_value(const NumberColumn *column, int64 key);

/* Whether keys of two columns stand for the same number */
extern bool numbers_equal(const NumberColumn *a, int64 key_a, const NumberColumn *b, int64 key_b);

/* Below 0 when the number of a key is the smaller, above when the larger; NULL is the largest. */
extern int	numbers_compare(const NumberColumn *column, int64 key, const ExactNumber *number);

#endif							/* CORE_BASE_NUMBERS_H */
