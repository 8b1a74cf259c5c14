/*
 * card_text.c
 *	  Scorecards for tests.
 */
#include "helper/card_text.h"

#include "mb/pg_wchar.h"

static char *
replaced(const char *text, char from, char to)
{
	char	   *copy = pstrdup(text);

	for (char *at = copy; *at; at++)
		if (*at == from)
			*at = to;
	return copy;
}

char *
json_of(const char *quoted)
{
	return replaced(quoted, '\'', '"');
}

char *
with_criteria(const char *criteria)
{
	return psprintf("{'code':'T','criteria':[%s]}", criteria);
}

Card *
read_card_text(const char *json, CoreError *error)
{
	Card	   *card = card_parse(json, (int) strlen(json), PG_UTF8, error);

	return card && card_compile(card, error) ? card : NULL;
}

const char *
refusal_of(const char *quoted)
{
	CoreError	error = {0};

	return read_card_text(json_of(quoted), &error) ? NULL : error.message;
}

char *
canonical_of(const char *quoted)
{
	CoreError	error = {0};
	Card	   *card = read_card_text(json_of(quoted), &error);

	return card ? replaced(card_canonical(card), '"', '\'') : psprintf("refused: %s", error.message);
}

Card *
card_of(const char *quoted)
{
	CoreError	error = {0};
	Card	   *card = read_card_text(json_of(quoted), &error);

	if (card)
		return card;
	printf("Bail out! %s in %s\n", error.message, quoted);
	exit(1);
}

Program *
program_of(const char *quoted)
{
	CoreError	error = {0};

	return card_compile(card_of(quoted), &error);
}
