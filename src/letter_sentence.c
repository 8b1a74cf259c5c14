/*
 * letter_sentence.c
 *	  Sentences of equity.reason with their figures.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "letter.h"

#define ONE_POINT "1 points"

static const Figure *
find_figure(const Figure *figures, int count, const char *name, int length)
{
	for (int i = 0; i < count; i++)
		if (strncmp(figures[i].name, name, length) == 0 && figures[i].name[length] == '\0')
			return &figures[i];
	return NULL;
}

/* Put the singular where a number is 1, and not the end of another. */
static void
mend_points(StringInfo out, int start)
{
	char *at = out->data + start;

	while ((at = strstr(at, ONE_POINT)) != NULL)
	{
		bool is_end = at > out->data + start && strchr("0123456789.,", at[-1]) != NULL;

		at += strlen(ONE_POINT);
		if (is_end)
			continue;
		memmove(at - 1, at, out->data + out->len + 1 - at);
		out->len--;
		at--;
	}
}

void
sentence_append(StringInfo out, Word sentence, const Figure *figures, int count, bool english)
{
	int			start = out->len;
	const char *at = sentence.text;
	const char *end = at + sentence.length;
	const char *brace;

	while ((brace = memchr(at, '{', end - at)) != NULL)
	{
		const char	 *close = memchr(brace, '}', end - brace);
		const Figure *figure =
			close ? find_figure(figures, count, brace + 1, close - brace - 1) : NULL;

		appendBinaryStringInfo(out, at, brace - at);
		if (figure)
			appendStringInfoString(out, figure->value ? figure->value : "-");
		else
			appendStringInfoChar(out, '{');
		at = figure ? close + 1 : brace + 1;
	}
	appendBinaryStringInfo(out, at, end - at);
	if (english && at != sentence.text)
		mend_points(out, start);
}

char *
sentences_join(const char *separator, char *first, char *second)
{
	if (first == NULL || second == NULL)
		return first ? first : second;
	return psprintf("%s%s%s", first, separator, second);
}

/* ---- in SQL ---- */

static char *
figure_text(JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			return NULL;
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			return JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	}
}

/* The members of a JSON object as figures */
static int
read_figures(Jsonb *object, Figure **figures)
{
	JsonbIterator	  *iterator = JsonbIteratorInit(&object->root);
	JsonbIteratorToken token;
	JsonbValue		   part;
	int				   count = 0;

	if (!JB_ROOT_IS_OBJECT(object))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the figures of a sentence are not a JSON object")));
	*figures = palloc(sizeof(Figure) * Max(JB_ROOT_COUNT(object), 1));
	while ((token = JsonbIteratorNext(&iterator, &part, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			(*figures)[count].name = pnstrdup(part.val.string.val, part.val.string.len);
		else if (token == WJB_VALUE)
			(*figures)[count++].value = figure_text(&part);
	}
	return count;
}

PG_FUNCTION_INFO_V1(equity_fill_sentence);

Datum
equity_fill_sentence(PG_FUNCTION_ARGS)
{
	text		  *sentence;
	Figure		  *figures = NULL;
	int			   count;
	StringInfoData out;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sentence = PG_GETARG_TEXT_PP(0);
	count = PG_ARGISNULL(1) ? 0 : read_figures(PG_GETARG_JSONB_P(1), &figures);
	initStringInfo(&out);
	sentence_append(&out, (Word){VARDATA_ANY(sentence), VARSIZE_ANY_EXHDR(sentence)}, figures,
					count,
					!PG_ARGISNULL(2) && strcmp(text_to_cstring(PG_GETARG_TEXT_PP(2)), "en") == 0);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
