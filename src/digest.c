/*
 * digest.c
 *	  SHA-256 of a text, in hex, by PostgreSQL's own hash.
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "digest.h"

text *
digest_text(const char *string, int length)
{
	char	   *utf8 = pg_server_to_any(string, length, PG_UTF8);
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
	uint8		hash[PG_SHA256_DIGEST_LENGTH];
	char		hex[2 * PG_SHA256_DIGEST_LENGTH];

	if (utf8 != string)
		length = (int) strlen(utf8);
	if (pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (const uint8 *) utf8, length) < 0 ||
		pg_cryptohash_final(context, hash, sizeof(hash)) < 0)
		elog(ERROR, "could not compute a SHA-256 hash: %s", pg_cryptohash_error(context));
	pg_cryptohash_free(context);
	hex_encode((const char *) hash, sizeof(hash), hex);
	return cstring_to_text_with_len(hex, sizeof(hex));
}
