/*
 * fuzz_text.c
 *	  Text input: any text as a scorecard, and any values for its fields.
 *
 * The input is the text up to a zero byte, and then what falls when values are
 * rolled for.
 */
#include "arena.h"
#include "card_checks.h"
#include "mb/pg_wchar.h"

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	size_t		length = strnlen((const char *) data, size);
	char	   *text = palloc(length);	/* no zero behind it */
	Random		random = {size, data + length, size - length};

	memcpy(text, data, length);
	check_card(text, length, PG_UTF8, &random);
	arena_reset();
	return 0;
}
