/*
 * arena.h
 *	  PostgreSQL's front-end allocator with an end to every run.
 */
#ifndef FUZZ_ARENA_H
#define FUZZ_ARENA_H

#include "core/base/core.h"

/* Free all that was allocated since the last time. */
extern void arena_reset(void);

/* Tell what is wrong and stop, so that the fuzzer keeps the input. */
extern void fuzz_fail(const char *what) pg_attribute_noreturn();
extern void fuzz_expect(bool holds, const char *what);

#endif							/* FUZZ_ARENA_H */
