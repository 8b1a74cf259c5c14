/*
 * lottery.c
 *	  The lottery that breaks ties.
 *
 * A number is the first 8 bytes, big-endian, shifted right by one, of
 * HMAC-SHA256 (RFC 2104; FIPS 180-4) with the seed as key and the id in decimal
 * ASCII as message.  With the seed committed to before applications close,
 * nobody can choose it to suit an applicant, and everybody can check it.
 */
#include "core/base/lottery.h"

#include "common/hmac.h"
#include "common/sha2.h"

Draw
draw_open(const char *seed, int seed_length)
{
	return (Draw) {.context = pg_hmac_create(PG_SHA256), .seed = seed, .seed_length = seed_length};
}

void
draw_close(Draw *draw)
{
	pg_hmac_free(draw->context);
	draw->context = NULL;
}

bool
draw_check(const Draw *draw, CoreError *error)
{
	if (draw == NULL || !draw->failed)
		return true;
	return core_fail(error, CORE_INTERNAL, "could not compute an HMAC for the lottery");
}

static int64
draw_message(Draw *draw, const char *message, int length)
{
	uint8		hash[PG_SHA256_DIGEST_LENGTH];
	uint64		number = 0;

	if (draw->context == NULL ||
		pg_hmac_init(draw->context, (const uint8 *) draw->seed, draw->seed_length) < 0 ||
		pg_hmac_update(draw->context, (const uint8 *) message, length) < 0 ||
		pg_hmac_final(draw->context, hash, sizeof(hash)) < 0)
	{
		draw->failed = true;
		return -1;
	}
	for (int i = 0; i < 8; i++)
		number = number << 8 | hash[i];
	return (int64) (number >> 1);
}

int64
draw_number(Draw *draw, int64 id)
{
	char		message[32];

	return draw_message(draw, message, snprintf(message, sizeof(message), INT64_FORMAT, id));
}

int64
draw_number_in_pool(Draw *draw, int64 id, int64 pool_id)
{
	char		message[64];

	return draw_message(
		draw, message,
		snprintf(message, sizeof(message), INT64_FORMAT "/" INT64_FORMAT, id, pool_id));
}
