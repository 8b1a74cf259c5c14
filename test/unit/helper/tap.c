/*
 * tap.c
 *	  What a unit test reports, in the Test Anything Protocol.
 */
#include "helper/tap.h"

static int	tests = 0;
static int	failures = 0;

static bool
report(bool passed, const char *format, va_list arguments)
{
	printf("%sok %d - ", passed ? "" : "not ", ++tests);
	vprintf(format, arguments);
	printf("\n");
	failures += !passed;
	fflush(stdout);
	return passed;
}

bool
ok(bool passed, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	report(passed, format, arguments);
	va_end(arguments);
	return passed;
}

bool
is_int(int64 got, int64 wanted, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	report(got == wanted, format, arguments);
	va_end(arguments);
	if (got != wanted)
		note("got " INT64_FORMAT ", wanted " INT64_FORMAT, got, wanted);
	return got == wanted;
}

bool
is_text(const char *got, const char *wanted, const char *format,...)
{
	va_list		arguments;
	bool		passed = got && wanted ? strcmp(got, wanted) == 0 : got == wanted;

	va_start(arguments, format);
	report(passed, format, arguments);
	va_end(arguments);
	if (!passed)
		note("got    %s\n# wanted %s", got ? got : "nothing", wanted ? wanted : "nothing");
	return passed;
}

void
note(const char *format,...)
{
	va_list		arguments;

	printf("# ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
}

int
finish(void)
{
	printf("1..%d\n", tests);
	return failures > 0 || tests == 0;
}

char *
digits_text(int128 number)
{
	char		text[48];
	char	   *at = text + sizeof(text);
	bool		negative = number < 0;

	*--at = '\0';
	do
	{
		*--at = (char) ('0' + (negative ? -(number % 10) : number % 10));
		number /= 10;
	} while (number != 0);
	if (negative)
		*--at = '-';
	return pstrdup(at);
}
