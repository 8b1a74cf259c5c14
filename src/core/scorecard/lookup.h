/*
 * lookup.h
 *	  Finding a value among sorted constants, in logarithmic time.
 *
 * Values differ from row to row as people do, so a processor that guesses how a
 * comparison will end is wrong half of the time, and one wrong guess takes as
 * long as the whole search.  Halves are therefore chosen by arithmetic, without
 * a branch.  Texts are searched the same way by their first eight bytes, read
 * as a number that sorts as the bytes do.
 */
#ifndef CORE_SCORECARD_LOOKUP_H
#define CORE_SCORECARD_LOOKUP_H

#include "core/scorecard/value.h"

#include "port/pg_bswap.h"

/* How many of the sorted keys are at or below this one. */
static inline int
count_not_above(const int64 *keys, int count, int64 key)
{
	const int64 *low = keys;

	while (count > 1)
	{
		int			half = count / 2;

		low += (low[half - 1] <= key) * half;
		count -= half;
	}
	return (int) (low - keys) + (count > 0 && *low <= key);
}

/*
 * The start of a text as a number in byte order.  Shorter texts are filled up with
 * zeros, which no text holds, so only a text of eight bytes or more can share its
 * number with another.
 */
static inline int64
first_eight_bytes(const char *text, int length)
{
	uint64		bytes = 0;
	uint32		head;
	uint32		tail;

	if (length >= (int) sizeof(bytes))
	{
		memcpy(&bytes, text, sizeof(bytes));
		bytes = pg_ntoh64(bytes);
	}
	else if (length >= (int) sizeof(head))	/* two halves, which may overlap */
	{
		memcpy(&head, text, sizeof(head));
		memcpy(&tail, text + length - sizeof(tail), sizeof(tail));
		bytes = (uint64) pg_ntoh32(head) << 32 | (uint64) pg_ntoh32(tail) << (64 - 8 * length);
	}
	else
		for (int i = 0; i < length; i++)
			bytes |= (uint64) (uint8) text[i] << (56 - 8 * i);
	return (int64) (bytes ^ ((uint64) 1 << 63));
}

/* A text of the program, as values are compared with it. */
static inline TextItem
key_item(const Program *program, const TextKey *text)
{
	return (TextItem) {program_string(program, text->offset), text->length};
}

/* Byte order, the shorter first. */
static inline int
compare_text(TextItem a, TextItem b)
{
	int			order = memcmp(a.text, b.text, Min(a.length, b.length));

	return order != 0 ? order : a.length - b.length;
}

/* lookup.c: as find_text, by whole texts */
extern int	find_long_text(const Program *program, const ProgramCriterion *criterion,
						   TextItem item);

/*
 * Where a text stands among a criterion's sorted texts, or -1.  prefixes are those of the
 * criterion; they decide alone but for texts of eight bytes and more.
 */
static inline int
find_text(const Program *program, const ProgramCriterion *criterion, const int64 *prefixes,
		  TextItem item)
{
	int64		prefix = first_eight_bytes(item.text, item.length);
	int			at = Max(count_not_above(prefixes, criterion->count, prefix) - 1, 0);

	if (item.length >= (int) sizeof(prefix))
		return find_long_text(program, criterion, item);
	return at | -(prefixes[at] != prefix);
}

#endif							/* CORE_SCORECARD_LOOKUP_H */
