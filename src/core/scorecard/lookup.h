/*
 * lookup.h
 *	  Finding a value among sorted constants, in logarithmic time.
 *
 * Values differ from row to row as people do, so a processor that guesses how a
 * comparison will end is wrong half of the time, and one wrong guess takes as
 * long as the whole search.  Halves are therefore chosen by arithmetic, without
 * a branch.  Texts are searched the same way by their words: the first eight
 * bytes as a number in byte order.
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

/* Shorter texts are filled up with zeros, which no text holds. */
static inline int64
text_word(const char *text, int length)
{
	uint64		word = 0;
	uint32		head;
	uint32		tail;

	if (length >= (int) sizeof(word))
	{
		memcpy(&word, text, sizeof(word));
		word = pg_ntoh64(word);
	}
	else if (length >= (int) sizeof(head))	/* two halves, which may overlap */
	{
		memcpy(&head, text, sizeof(head));
		memcpy(&tail, text + length - sizeof(tail), sizeof(tail));
		word = (uint64) pg_ntoh32(head) << 32 | (uint64) pg_ntoh32(tail) << (64 - 8 * length);
	}
	else
		for (int i = 0; i < length; i++)
			word |= (uint64) (uint8) text[i] << (56 - 8 * i);
	return (int64) (word ^ ((uint64) 1 << 63));
}

static inline TextItem
constant_text(const Program *program, const ProgramText *text)
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

/* Where the text stands among a criterion's sorted texts, or -1. */
extern int	find_long_text(const Program *program, const ProgramCriterion *criterion,
						   TextItem item);

/* A text that leaves a zero in its word is its word: no other text shares it. */
static inline int
find_text(const Program *program, const ProgramCriterion *criterion, const int64 *words,
		  TextItem item)
{
	int64		word = text_word(item.text, item.length);
	int			at = Max(count_not_above(words, criterion->count, word) - 1, 0);

	if (item.length >= (int) sizeof(word))
		return find_long_text(program, criterion, item);
	return at | -(words[at] != word);
}

#endif							/* CORE_SCORECARD_LOOKUP_H */
