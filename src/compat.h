/*
 * compat.h
 *	  Differences between PostgreSQL 15 to 18.  Nowhere else does the code ask
 *	  for a version.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include "common/jsonapi.h"

/* From 16 on, an action of the JSON parser says whether to go on. */
#if PG_VERSION_NUM >= 160000
#define JsonActionResult	JsonParseErrorType
#define JSON_ACTION_DONE	return JSON_SUCCESS
#else
#define JsonActionResult	void
#define JSON_ACTION_DONE	return
#endif

/* From 17 on, the caller may give the lexer's memory. */
#if PG_VERSION_NUM >= 170000
#define json_lexer(text, length, encoding) \
	makeJsonLexContextCstringLen(NULL, text, length, encoding, true)
#else
#define json_lexer(text, length, encoding) \
	makeJsonLexContextCstringLen(text, length, encoding, true)
#endif

/* Before 16, only the server can say what is wrong with a JSON text. */
#if defined(FRONTEND) && PG_VERSION_NUM < 160000
#define json_problem(result, lexer)		"The text is not JSON."
#else
#define json_problem(result, lexer)		json_errdetail(result, lexer)
#endif

#endif							/* COMPAT_H */
