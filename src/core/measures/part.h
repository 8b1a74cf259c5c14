/*
 * part.h
 *	  The state of a measure as bytes that go from server to server: what it is, then its
 *	  numbers, the highest byte first.
 */
#ifndef CORE_MEASURES_PART_H
#define CORE_MEASURES_PART_H

#include "core/base/core.h"

/* Of the sums MeasureKind has the kinds. */
#define PART_PMT_FIT		64
#define PART_ROBUST_ERRORS	65

/* The bytes of so many numbers */
extern size_t part_size(int count);

extern void part_write(uint8 kind, const double *numbers, int count, uint8 *bytes);

/* The kind of so many bytes, and how many numbers they hold; -1 when they are no part. */
extern int	part_kind(const uint8 *bytes, size_t size, int *count);

/* The numbers of a part; they can be any. */
extern void part_read(const uint8 *bytes, int count, double *numbers);

#endif							/* CORE_MEASURES_PART_H */
