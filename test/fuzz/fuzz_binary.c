/*
 * fuzz_binary.c
 *	  Binary input: any bytes as what stands behind a message's format number, in
 *	  a server of any encoding.
 *
 * The first byte chooses the encoding.  The text has a length of its own, ends
 * without a zero, and may hold some.
 */
#include "arena.h"
#include "card_checks.h"
#include "mb/pg_wchar.h"

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Random		random = {size};
	char	   *text;

	if (size == 0)
		return 0;
	text = palloc(size - 1);
	memcpy(text, data + 1, size - 1);
	check_card(text, size - 1, data[0] % (PG_ENCODING_BE_LAST + 1), &random);
	arena_reset();
	return 0;
}
