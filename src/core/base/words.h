/*
 * words.h
 *	  Words as the caller gave them: names of groups, reserves and seats.
 */
#ifndef CORE_BASE_WORDS_H
#define CORE_BASE_WORDS_H

#include "core/base/core.h"

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

/* A copy of its own, ended by a zero; freed with the current memory */
extern Word word_copy(Word word);

/* About what such a copy takes, with the allocator's own bytes */
static inline Size
word_copy_memory(Word word)
{
	return (Size) word.length + 32;
}

/* Each different word once, numbered 0, 1, 2, … as they come */
typedef struct WordTable WordTable;

extern WordTable *words_create(void);

/* The word's number; the table keeps a copy of a new one. */
extern int32 words_add(WordTable *table, Word word);

/* The word's number, or -1 */
extern int32 words_find(WordTable *table, Word word);

extern Word words_get(const WordTable *table, int32 number);
extern int32 words_count(const WordTable *table);

/* Bytes taken */
extern Size words_memory(const WordTable *table);

#endif							/* CORE_BASE_WORDS_H */
