/*
 * audit.c
 *	  Tells the audit trail whether an operation of the extension writes, or somebody by hand.
 *
 * Functions in progress stand in the chain of error contexts, where each gives the text of its line
 * of CONTEXT. The caller of in_operation is a function in PL/pgSQL, the innermost one in the chain,
 * and its callback is that of all functions in PL/pgSQL: so no line of another kind, such as the
 * text of somebody's statement, can be taken for one of theirs. Nobody but the owner of the schemas
 * makes functions in them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/elog.h"

PG_FUNCTION_INFO_V1(equity_in_operation);

/* The triggers that ask. */
static const char *const asking_triggers[] = {
	"equity_internal.record_direct_write()",
	"equity_internal.keep_award_status()",
	"equity_internal.keep_award_event()",
};

/* Where a line names one of the triggers that ask, or NULL. */
static const char *
find_asking(const char *line)
{
	for (size_t i = 0; i < lengthof(asking_triggers); i++)
	{
		const char *found = strstr(line, asking_triggers[i]);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/* The line of CONTEXT of one function, without those around it. */
static char *
context_line(const ErrorContextCallback *frame)
{
	ErrorContextCallback alone = *frame;
	ErrorContextCallback *chain = error_context_stack;
	char	   *line;

	alone.previous = NULL;
	error_context_stack = &alone;
	line = GetErrorContextStack();
	error_context_stack = chain;
	return line ? line : pstrdup("");
}

static bool
names_extension(const char *line, size_t prefix, const char *asking)
{
	if (strncmp(line, asking, prefix) != 0)
		return false;
	line += prefix;
	return strncmp(line, "equity.", strlen("equity.")) == 0 ||
		strncmp(line, "equity_internal.", strlen("equity_internal.")) == 0;
}

Datum
equity_in_operation(PG_FUNCTION_ARGS)
{
	const ErrorContextCallback *frame;
	void		(*plpgsql) (void *) = NULL;
	char	   *asking = NULL;
	size_t		prefix = 0;

	for (frame = error_context_stack; frame != NULL; frame = frame->previous)
	{
		char	   *line;
		const char *found;

		if (plpgsql != NULL && frame->callback != plpgsql)
			continue;
		line = context_line(frame);
		if (plpgsql != NULL && names_extension(line, prefix, asking))
			PG_RETURN_BOOL(true);
		found = plpgsql == NULL ? find_asking(line) : NULL;
		if (found != NULL)
		{
			plpgsql = frame->callback;
			asking = line;
			prefix = found - line;
		}
	}
	PG_RETURN_BOOL(false);
}
