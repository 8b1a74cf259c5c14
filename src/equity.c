/*
 * equity.c
 *	  Module magic, settings, and the library's own version.
 *
 * The settings are the only state here: an award never depends on one.
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "progress.h"
#include "settings.h"

PG_MODULE_MAGIC;

int			equity_max_memory_kb = 4 * 1024 * 1024;

void		_PG_init(void);

void
_PG_init(void)
{
	DefineCustomIntVariable("equity.max_memory",
							"Largest amount of memory that one allocation may take.",
							"An allocation estimates its memory and is refused above this.",
							&equity_max_memory_kb,
							4 * 1024 * 1024, 1024, MAX_KILOBYTES,
							PGC_USERSET, GUC_UNIT_KB,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("equity.progress_notices",
							 "Whether long operations say once a second how far they are.",
							 "Other sessions see it in equity.progress, whatever this is.",
							 &equity_progress_notices,
							 false,
							 PGC_USERSET, 0,
							 NULL, NULL, NULL);
	MarkGUCPrefixReserved("equity");
}

PG_FUNCTION_INFO_V1(equity_library_version);

Datum
equity_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(EQUITY_VERSION));
}
