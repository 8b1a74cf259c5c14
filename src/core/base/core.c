/*
 * core.c
 *	  Filling a CoreError, and zeroed memory.
 */
#include "core/base/core.h"

#include "lib/stringinfo.h"

static char *format_text(const char *format, va_list arguments) pg_attribute_printf(1, 0);

/* The whole text, however long: cut short it could end inside a character. */
static char *
format_text(const char *format, va_list arguments)
{
	StringInfoData text;
	va_list		again;
	int			needed;

	initStringInfo(&text);
	do
	{
		va_copy(again, arguments);
		needed = appendStringInfoVA(&text, format, again);
		va_end(again);
		if (needed > 0)
			enlargeStringInfo(&text, needed);
	} while (needed > 0);
	return text.data;
}

bool
core_fail(CoreError *error, CoreCode code, const char *format,...)
{
	va_list		arguments;

	error->code = code;
	error->detail = NULL;
	error->hint = NULL;
	va_start(arguments, format);
	error->message = format_text(format, arguments);
	va_end(arguments);
	return false;
}

bool
core_detail(CoreError *error, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	error->detail = format_text(format, arguments);
	va_end(arguments);
	return false;
}

bool
core_hint(CoreError *error, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	error->hint = format_text(format, arguments);
	va_end(arguments);
	return false;
}

bool
core_check_memory(CoreError *error, const char *what, Size needed, Size allowed)
{
	if (needed <= allowed)
		return true;
	core_fail(error, CORE_MEMORY, "%s needs more memory than equity.max_memory allows", what);
	core_detail(error, "%zu kB are needed; %zu kB are allowed.", needed >> 10, allowed >> 10);
	return core_hint(error, "Raise equity.max_memory, if the machine has the memory.");
}

void *
core_alloc_zero(Size size)
{
	void	   *block = host_alloc(size);

	memset(block, 0, size);
	return block;
}
