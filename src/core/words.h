/*
 * words.h
 *	  Words as the caller gave them: names of groups, reserves and seats.
 */
#ifndef WORDS_H
#define WORDS_H

#include "core/core.h"

/* Bytes that belong to somebody else; no terminating zero */
typedef struct Word
{
	const char *text;
	int			length;
} Word;

static inline Word
word_of(const char *text)
{
	return (Word) {text, (int) strlen(text)};
}

/* Below 0, 0 or above it, in the order of bytes */
static inline int
words_compare(Word a, Word b)
{
	int			order = memcmp(a.text, b.text, Min(a.length, b.length));

	return order ? order : a.length - b.length;
}

static inline bool
words_equal(Word a, Word b)
{
	return a.length == b.length && words_compare(a, b) == 0;
}

#endif							/* WORDS_H */
