/*
 * scorecard_type.c
 *	  Type scorecard: text and binary form, comparison, digest.
 *
 * Binary input is a format number and the JSON text, so that bytes from outside
 * meet the same parser and the same checks as text does.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "catalog/pg_type.h"

#include "compat.h"
#include "digest.h"
#include "report.h"
#include "scorecard.h"

/* Parse, check, compile and lay out one value. */
static Scorecard *
scorecard_make(const char *text, int length)
{
	CoreError	error;
	Card	   *card = card_parse(text, length, GetDatabaseEncoding(), &error);
	Program    *program = card ? card_compile(card, &error) : NULL;
	char	   *canonical;
	Scorecard  *result;
	int			text_length;
	int			offset;

	if (program == NULL)
		report_core_error(&error);
	canonical = card_canonical(card);
	text_length = (int) strlen(canonical);
	offset = MAXALIGN(offsetof(Scorecard, text) + text_length);
	result = palloc0(offset + program->size);
	SET_VARSIZE(result, offset + program->size);
	result->format = SCORECARD_FORMAT;
	result->text_length = text_length;
	result->program_offset = offset;
	memcpy(result->text, canonical, text_length);
	memcpy((char *) result + offset, program, program->size);
	return result;
}

/* A value of an older format is compiled anew, in the current memory context. */
const Program *
scorecard_program(const Scorecard *card)
{
	if (card->format != SCORECARD_FORMAT)
		card = scorecard_make(card->text, card->text_length);
	return program_at(card, Program, card->program_offset);
}

PG_FUNCTION_INFO_V1(equity_scorecard_in);

Datum
equity_scorecard_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);

	PG_RETURN_POINTER(scorecard_make(text, (int) strlen(text)));
}

PG_FUNCTION_INFO_V1(equity_scorecard_out);

Datum
equity_scorecard_out(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);

	PG_RETURN_CSTRING(pnstrdup(card->text, card->text_length));
}

PG_FUNCTION_INFO_V1(equity_scorecard_recv);

Datum
equity_scorecard_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			format = pq_getmsgint(message, 2);
	char	   *text;
	int			length;

	if (format < 1 || format > SCORECARD_FORMAT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unrecognized binary format %d of scorecard", format)));
	text = pq_getmsgtext(message, message->len - message->cursor, &length);
	PG_RETURN_POINTER(scorecard_make(text, length));
}

PG_FUNCTION_INFO_V1(equity_scorecard_send);

Datum
equity_scorecard_send(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendint16(&message, SCORECARD_FORMAT);
	pq_sendtext(&message, card->text, card->text_length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* Byte order of the canonical texts. */
static int
compare_scorecards(FunctionCallInfo fcinfo)
{
	Scorecard  *left = PG_GETARG_SCORECARD_P(0);
	Scorecard  *right = PG_GETARG_SCORECARD_P(1);
	int			shorter = Min(left->text_length, right->text_length);
	int			order = memcmp(left->text, right->text, shorter);

	if (order == 0)
		order = (left->text_length > right->text_length) - (left->text_length < right->text_length);
	PG_FREE_IF_COPY(left, 0);
	PG_FREE_IF_COPY(right, 1);
	return order;
}

#define SCORECARD_COMPARISON(name, result) \
PG_FUNCTION_INFO_V1(equity_scorecard_##name); \
Datum \
equity_scorecard_##name(PG_FUNCTION_ARGS) \
{ \
	int			order = compare_scorecards(fcinfo); \
\
	result; \
}

SCORECARD_COMPARISON(eq, PG_RETURN_BOOL(order == 0))
SCORECARD_COMPARISON(ne, PG_RETURN_BOOL(order != 0))
SCORECARD_COMPARISON(lt, PG_RETURN_BOOL(order < 0))
SCORECARD_COMPARISON(le, PG_RETURN_BOOL(order <= 0))
SCORECARD_COMPARISON(gt, PG_RETURN_BOOL(order > 0))
SCORECARD_COMPARISON(ge, PG_RETURN_BOOL(order >= 0))
SCORECARD_COMPARISON(cmp, PG_RETURN_INT32(order))

PG_FUNCTION_INFO_V1(equity_scorecard_hash);

Datum
equity_scorecard_hash(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);

	return hash_any((unsigned char *) card->text, card->text_length);
}

PG_FUNCTION_INFO_V1(equity_scorecard_hash_extended);

Datum
equity_scorecard_hash_extended(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);

	return hash_any_extended((unsigned char *) card->text, card->text_length, PG_GETARG_INT64(1));
}

PG_FUNCTION_INFO_V1(equity_scorecard_digest);

Datum
equity_scorecard_digest(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);

	PG_RETURN_TEXT_P(digest_text(card->text, card->text_length));
}

PG_FUNCTION_INFO_V1(equity_scorecard_fields);

Datum
equity_scorecard_fields(PG_FUNCTION_ARGS)
{
	const Program *program = scorecard_program(PG_GETARG_SCORECARD_P(0));
	Datum	   *columns = palloc(sizeof(Datum) * Max(program->column_count, 1));

	for (int i = 0; i < program->column_count; i++)
		columns[i] = CStringGetTextDatum(program_column(program, i));
	PG_RETURN_ARRAYTYPE_P(
		construct_array(columns, program->column_count, TEXTOID, -1, false, TYPALIGN_INT));
}
