/*
 * row_order.h
 *	  Rows of flat arrays in the order of whole numbers.
 */
#ifndef CORE_BASE_ROW_ORDER_H
#define CORE_BASE_ROW_ORDER_H

#include "core/base/core.h"

/* What an order takes for each row while it is being made; half of that once it is */
#define BYTES_TO_ORDER_ROW	8

/* Which row comes first, second, …; nothing but the count while they stand so already. */
typedef struct RowOrder
{
	int32		count;
	int32	   *rows;
} RowOrder;

/*
 * Order rows by their keys; those of equal keys stay as they are.  So order by what
 * matters least first.
 */
extern void row_order_by_int32(RowOrder *order, const int32 *keys);
extern void row_order_by_int64(RowOrder *order, const int64 *keys);

/* An array with its elements in that order, in the place of one that is freed; NULL of NULL */
extern void *row_order_apply_4(const RowOrder *order, void *array);
extern void *row_order_apply_8(const RowOrder *order, void *array);

extern void row_order_free(RowOrder *order);

static inline int32
row_order_row(const RowOrder *order, int32 place)
{
	return order->rows ? order->rows[place] : place;
}

/* How many rounds before it is read an element is asked for */
#define ROW_ORDER_AHEAD		24

/* Ask for the element of an array that a loop over places in order reads some rounds later. */
static inline void
row_order_prefetch(const RowOrder *order, int32 place, const void *array, Size size)
{
	if (order->rows && order->count - place > ROW_ORDER_AHEAD)
		__builtin_prefetch((const char *) array + size * order->rows[place + ROW_ORDER_AHEAD]);
}

#endif							/* CORE_BASE_ROW_ORDER_H */
