/*
 * report.c
 *	  From core's results to PostgreSQL's errors, and what core asks of its host.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "report.h"

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

void
report_core_error(const CoreError *error)
{
	ereport(ERROR,
			(errcode(sqlstate(error->code)),
			 errmsg_internal("%s", error->message),
			 error->detail ? errdetail_internal("%s", error->detail) : 0,
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
