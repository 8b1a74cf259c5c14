/*
 * arena.c
 *	  PostgreSQL's front-end allocator with an end to every run.
 *
 * Defines what libpgcommon's fe_memutils.o does, so that it stays out of the
 * program.  Blocks hang in a list and are freed together; each is a malloc of
 * its own, so that AddressSanitizer sees where it ends.
 */
#include "arena.h"

typedef struct Block
{
	struct Block *next;
	struct Block *previous;
	Size		size;
	Size		unused;			/* keeps what follows aligned for an int128 */
} Block;

static Block blocks = {&blocks, &blocks};

static Block *
block_of(void *pointer)
{
	return (Block *) pointer - 1;
}

static void *
link_block(Block *block, Size size)
{
	if (block == NULL)
		fuzz_fail("out of memory");
	block->size = size;
	block->next = blocks.next;
	block->previous = &blocks;
	block->next->previous = block;
	blocks.next = block;
	return block + 1;
}

static void
unlink_block(Block *block)
{
	block->next->previous = block->previous;
	block->previous->next = block->next;
}

void
arena_reset(void)
{
	while (blocks.next != &blocks)
		pfree(blocks.next + 1);
}

void
fuzz_fail(const char *what)
{
	fprintf(stderr, "FAILED: %s\n", what);
	abort();
}

void
fuzz_expect(bool holds, const char *what)
{
	if (!holds)
		fuzz_fail(what);
}

/* ---- as in common/fe_memutils.h ---- */

void *
palloc(Size size)
{
	return link_block(malloc(sizeof(Block) + size), size);
}

void *
palloc0(Size size)
{
	return memset(palloc(size), 0, size);
}

void *
palloc_extended(Size size, int flags)
{
	return flags & MCXT_ALLOC_ZERO ? palloc0(size) : palloc(size);
}

void
pfree(void *pointer)
{
	unlink_block(block_of(pointer));
	free(block_of(pointer));
}

void *
repalloc(void *pointer, Size size)
{
	void	   *moved = palloc(size);

	memcpy(moved, pointer, Min(size, block_of(pointer)->size));
	pfree(pointer);
	return moved;
}

char *
pnstrdup(const char *text, Size size)
{
	Size		length = strnlen(text, size);
	char	   *copy = palloc(length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *
pstrdup(const char *text)
{
	return pnstrdup(text, strlen(text));
}

void *
pg_malloc(size_t size)
{
	return palloc(size);
}

void *
pg_malloc0(size_t size)
{
	return palloc0(size);
}

void *
pg_malloc_extended(size_t size, int flags)
{
	return palloc_extended(size, flags);
}

void *
pg_realloc(void *pointer, size_t size)
{
	return pointer ? repalloc(pointer, size) : palloc(size);
}

char *
pg_strdup(const char *text)
{
	return pstrdup(text);
}

void
pg_free(void *pointer)
{
	if (pointer)
		pfree(pointer);
}
