/*
 * lottery.c
 *	  lottery and commitment: tie-breaking numbers that anyone can redo.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "compat.h"
#include "core/base/lottery.h"
#include "digest.h"
#include "lottery.h"
#include "report.h"

/* A seed is text; the key is its UTF-8, whatever the database's encoding. */
static Draw
lottery_open(text *seed)
{
	int			length = VARSIZE_ANY_EXHDR(seed);
	char	   *key = pg_server_to_any(VARDATA_ANY(seed), length, PG_UTF8);

	if (key != VARDATA_ANY(seed))
		length = (int) strlen(key);
	return draw_open(key, length);
}

Draw *
tie_break_draw(TieBreak tie_break, text *seed)
{
	Draw	   *draw;

	if (!tie_break_is_lottery(tie_break))
		return NULL;
	if (seed == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a lottery needs a seed"),
				 errhint("Give the argument seed, or tie_break strict.")));
	draw = palloc(sizeof(Draw));
	*draw = lottery_open(seed);
	return draw;
}

static Datum
close_with_number(Draw *draw, int64 number)
{
	CoreError	error;

	draw_close(draw);
	if (!draw_check(draw, &error))
		report_core_error(&error);
	return Int64GetDatum(number);
}

PG_FUNCTION_INFO_V1(equity_lottery);

Datum
equity_lottery(PG_FUNCTION_ARGS)
{
	Draw		draw = lottery_open(PG_GETARG_TEXT_PP(0));
	int64		number = draw_number(&draw, PG_GETARG_INT64(1));

	return close_with_number(&draw, number);
}

PG_FUNCTION_INFO_V1(equity_lottery_in_pool);

Datum
equity_lottery_in_pool(PG_FUNCTION_ARGS)
{
	Draw		draw = lottery_open(PG_GETARG_TEXT_PP(0));
	int64		number = draw_number_in_pool(&draw, PG_GETARG_INT64(1), PG_GETARG_INT64(2));

	return close_with_number(&draw, number);
}

PG_FUNCTION_INFO_V1(equity_commitment);

Datum
equity_commitment(PG_FUNCTION_ARGS)
{
	text	   *seed = PG_GETARG_TEXT_PP(0);

	PG_RETURN_TEXT_P(digest_text(VARDATA_ANY(seed), VARSIZE_ANY_EXHDR(seed)));
}
