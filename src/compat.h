/*
 * compat.h
 *	  Differences between PostgreSQL 15 to 18.  Nowhere else does the code ask
 *	  for a version.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "common/jsonapi.h"

/* From 16 on, the VAR… macros have a header of their own. */
#if PG_VERSION_NUM >= 160000 && !defined(FRONTEND)
#include "varatt.h"
#endif

/* From 18 on, the mark of a function that does not return stands before it. */
#if PG_VERSION_NUM >= 180000
#define NO_RETURN			pg_noreturn
#else
#define NO_RETURN			pg_attribute_noreturn()
#endif

/* From 18 on, RETURNING can mean the old row, or the new one where there may be none. */
#if PG_VERSION_NUM >= 180000
#define var_is_present_row(var)	((var)->varreturningtype == VAR_RETURNING_DEFAULT)
#else
#define var_is_present_row(var)	true
#endif

/* From 16 on, an action of the JSON parser says whether to go on. */
#if PG_VERSION_NUM >= 160000
#define JsonActionResult	JsonParseErrorType
#define JSON_ACTION_DONE	return JSON_SUCCESS
#else
#define JsonActionResult	void
#define JSON_ACTION_DONE	return
#endif

/* From 16 on, what is kept of the status of backends says whose it is. */
#if PG_VERSION_NUM >= 160000
#define backend_status(index) \
	(&pgstat_get_local_beentry_by_index(index)->backendStatus)
#else
#define backend_status(index) (&pgstat_fetch_stat_local_beentry(index)->backendStatus)
#endif

/* From 17 on, the caller may give the lexer's memory. */
#if PG_VERSION_NUM >= 170000
#define json_lexer(text, length, encoding) \
	makeJsonLexContextCstringLen(NULL, text, length, encoding, true)
#else
#define json_lexer(text, length, encoding) \
	makeJsonLexContextCstringLen(text, length, encoding, true)
#endif

/* Before 17, only the server can say what is wrong with a JSON text. */
#if defined(FRONTEND) && PG_VERSION_NUM < 170000
#define json_problem(result, lexer)		"The text is not JSON."
#else
#define json_problem(result, lexer)		json_errdetail(result, lexer)
#endif

#endif							/* COMPAT_H */
