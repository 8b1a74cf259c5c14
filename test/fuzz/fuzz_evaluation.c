/*
 * fuzz_evaluation.c
 *	  Evaluation: scorecards that are rolled for, so that most are taken, over
 *	  values that are rolled for.
 */
#include "arena.h"
#include "card_checks.h"
#include "helper/card_random.h"
#include "mb/pg_wchar.h"

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Random		matter = {size, data, size};
	Random		spelling = {size};
	char	   *text = card_random(&matter, &spelling);

	check_card(text, strlen(text), PG_UTF8, &matter);
	arena_reset();
	return 0;
}
