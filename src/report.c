/*
 * report.c
 *	  From core's results to PostgreSQL's errors, and what core asks of its host.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "report.h"

/* Bytes of a text that an error quotes, and of a message with all that it quotes */
#define MOST_QUOTED		100
#define MOST_TOLD		2000

static int
sqlstate(CoreCode code)
{
	switch (code)
	{
		case CORE_SYNTAX:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
		case CORE_OUT_OF_RANGE:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case CORE_TYPE:
			return ERRCODE_DATATYPE_MISMATCH;
		case CORE_DATE:
			return ERRCODE_INVALID_DATETIME_FORMAT;
		case CORE_NULL:
			return ERRCODE_NULL_VALUE_NOT_ALLOWED;
		case CORE_DUPLICATE:
			return ERRCODE_UNIQUE_VIOLATION;
		case CORE_UNKNOWN:
			return ERRCODE_FOREIGN_KEY_VIOLATION;
		case CORE_UNSUPPORTED:
			return ERRCODE_FEATURE_NOT_SUPPORTED;
		case CORE_INTERNAL:
			return ERRCODE_INTERNAL_ERROR;
		case CORE_MEMORY:
			return ERRCODE_CONFIGURATION_LIMIT_EXCEEDED;
		default:
			return ERRCODE_INVALID_PARAMETER_VALUE;
	}
}

static char *
cut_text(const char *text, int length, int limit)
{
	if (length <= limit)
		return pnstrdup(text, length);
	return psprintf("%.*s...", pg_mbcliplen(text, length, limit), text);
}

char *
report_excerpt(const char *text, int length)
{
	return cut_text(text, length, MOST_QUOTED);
}

char *
report_name(const char *name)
{
	return report_excerpt(name, (int) strlen(name));
}

/* Core quotes words whole: only the host knows where a character of the server's encoding ends. */
static const char *
told(const char *text)
{
	return cut_text(text, (int) strlen(text), MOST_TOLD);
}

void
report_core_error(const CoreError *error)
{
	ereport(ERROR,
			(errcode(sqlstate(error->code)),
			 errmsg_internal("%s", told(error->message)),
			 error->detail ? errdetail_internal("%s", told(error->detail)) : 0,
			 error->hint ? errhint("%s", error->hint) : 0));
	pg_unreachable();
}

void
host_check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

void *
host_alloc(Size size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

void *
host_realloc(void *block, Size size)
{
	return repalloc_huge(block, size);
}
