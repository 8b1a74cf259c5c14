/*
 * lottery.h
 *	  The lottery that breaks ties, such that anyone can draw it again.
 */
#ifndef CORE_BASE_LOTTERY_H
#define CORE_BASE_LOTTERY_H

#include "core/base/core.h"

struct pg_hmac_ctx;

typedef struct Draw
{
	struct pg_hmac_ctx *context;
	const char *seed;
	int			seed_length;
	bool		failed;			/* the hash library has, once: no number is worth anything */
} Draw;

/* The seed stays the caller's, in UTF-8. */
extern Draw draw_open(const char *seed, int seed_length);
extern void draw_close(Draw *draw);

/* True unless drawing has failed; for the end of all that draws. */
extern bool draw_check(const Draw *draw, CoreError *error);

/* First 63 bits of HMAC-SHA256(seed, "id"); negative when the hash library fails. */
extern int64 draw_number(Draw *draw, int64 id);

/* The same over "id/pool". */
extern int64 draw_number_in_pool(Draw *draw, int64 id, int64 pool_id);

#endif							/* CORE_BASE_LOTTERY_H */
