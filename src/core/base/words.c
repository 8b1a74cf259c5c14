/*
 * words.c
 *	  Words as numbers: a hash table over bytes, each different word kept once.
 */
#include "core/base/words.h"

#include "common/hashfn.h"
#ifdef FRONTEND
#include "common/logging.h"
#endif

#define FIRST_ROOM		64

typedef struct WordEntry
{
	Word		word;
	int32		number;
	char		status;
} WordEntry;

static inline uint32
word_hash(Word word)
{
	return hash_bytes((const unsigned char *) word.text, word.length);
}

#define SH_PREFIX			wordmap
#define SH_ELEMENT_TYPE		WordEntry
#define SH_KEY_TYPE			Word
#define SH_KEY				word
#define SH_HASH_KEY(tb, key) word_hash(key)
#define SH_EQUAL(tb, a, b)	words_equal(a, b)
#define SH_SCOPE			static inline
#define SH_RAW_ALLOCATOR	core_alloc_zero
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct WordTable
{
	wordmap_hash *map;
	Word	   *words;			/* by number */
	int32		count;
	int32		room;
	Size		bytes;			/* of the words themselves */
};

Word
word_copy(Word word)
{
	char	   *text = palloc(word.length + 1);

	memcpy(text, word.text, word.length);
	text[word.length] = '\0';
	return (Word) {text, word.length};
}

WordTable *
words_create(void)
{
	WordTable  *table = palloc0(sizeof(WordTable));

	table->map = wordmap_create(FIRST_ROOM, NULL);
	table->room = FIRST_ROOM;
	table->words = host_alloc(sizeof(Word) * table->room);
	return table;
}

int32
words_find(WordTable *table, Word word)
{
	WordEntry  *entry = wordmap_lookup(table->map, word);

	return entry ? entry->number : -1;
}

int32
words_add(WordTable *table, Word word)
{
	int32		number = words_find(table, word);
	bool		found;

	if (number >= 0)
		return number;
	if (table->count == table->room)
	{
		table->room *= 2;
		table->words = host_realloc(table->words, sizeof(Word) * table->room);
	}
	number = table->count++;
	table->words[number] = word_copy(word);
	table->bytes += word.length + 1;
	wordmap_insert(table->map, table->words[number], &found)->number = number;
	return number;
}

Word
words_get(const WordTable *table, int32 number)
{
	return table->words[number];
}

int32
words_count(const WordTable *table)
{
	return table->count;
}

Size
words_memory(const WordTable *table)
{
	return table->bytes + table->map->size * sizeof(WordEntry) + table->room * sizeof(Word);
}
