/*
 * core.h
 *	  What every core file stands on: PostgreSQL's base types, an error value,
 *	  and the two things core asks of the program it runs in.
 *
 * Core is ordinary C: it builds with the server and, with -DFRONTEND, without
 * it.  It calls only what PostgreSQL offers to both sides (palloc, the JSON
 * parser, HMAC, sort and hash templates).  It never raises an error: it fills
 * a CoreError and returns false, and the caller decides.
 */
#ifndef CORE_BASE_CORE_H
#define CORE_BASE_CORE_H

#ifdef FRONTEND
#include "postgres_fe.h"
#else
#include "postgres.h"
#endif

/* Instead of a number that counts from 0: there is none. */
#define NONE			(-1)

/* What kind of mistake; report.c gives each its SQLSTATE. */
typedef enum CoreCode
{
	CORE_SYNTAX,				/* text that is not JSON */
	CORE_INVALID,				/* a value without sense */
	CORE_OUT_OF_RANGE,			/* a number too large to be counted with */
	CORE_TYPE,					/* a value of a kind that cannot be compared */
	CORE_DATE,					/* a text that should be a date and is none */
	CORE_NULL,					/* NULL where a value is needed */
	CORE_DUPLICATE,				/* a key that comes twice */
	CORE_UNKNOWN,				/* a reference to nothing */
	CORE_UNSUPPORTED,			/* a wish that cannot be honoured */
	CORE_MEMORY,				/* more memory than was allowed */
	CORE_INTERNAL				/* a library that should not fail has failed */
} CoreCode;

typedef struct CoreError
{
	CoreCode	code;
	char	   *message;
	char	   *detail;			/* or NULL */
	char	   *hint;			/* or NULL */
} CoreError;

/* Fill the error and return false, so that a check reads `return core_fail(…)`. */
extern bool core_fail(CoreError *error, CoreCode code, const char *format,...)
			pg_attribute_printf(3, 4);
extern bool core_detail(CoreError *error, const char *format,...) pg_attribute_printf(2, 3);
extern bool core_hint(CoreError *error, const char *format,...) pg_attribute_printf(2, 3);

/* False, with the error, when so many bytes are more than the caller allows. */
extern bool core_check_memory(CoreError *error, const char *what, Size needed, Size allowed);

/* Provided by the host program: the server, a unit test, a fuzzer. */
extern void host_check_interrupts(void);
extern void *host_alloc(Size size); /* may pass 1 GB; freed with pfree */
extern void *host_realloc(void *block, Size size);

extern void *core_alloc_zero(Size size);

/* The next room of an array that grows: a quarter more, so that little of it stays empty. */
static inline int32
core_more_room(int32 room)
{
	return (int32) Min(room + room / INT64CONST(4) + 1024, PG_INT32_MAX);
}

/* In a loop over many: ask now and then whether to stop. */
#define check_interrupts_at(i) \
	do { \
		if (((i) & 0xFFFF) == 0) \
			host_check_interrupts(); \
	} while (0)

#endif							/* CORE_BASE_CORE_H */
