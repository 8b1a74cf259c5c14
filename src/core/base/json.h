/*
 * json.h
 *	  A JSON text as a small tree, read by PostgreSQL's own parser.
 */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include "core/base/core.h"
#include "lib/stringinfo.h"

typedef enum JsonKind
{
	JSON_NULL,
	JSON_BOOLEAN,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
} JsonKind;

typedef struct JsonNode
{
	JsonKind	kind;
	const char *key;			/* of a member of an object, else NULL */
	const char *text;			/* of a scalar: the string, or the token as written */
	int			count;			/* of an array or object */
	struct JsonNode **children; /* of an object: sorted by key */
	const char *twice;			/* a key that comes twice in the object, or NULL */
	struct JsonNode *next;		/* while the parent is still open */
	struct JsonNode *last;
	struct JsonNode *parent;
} JsonNode;

extern JsonNode *json_parse(const char *text, int length, int encoding, CoreError *error);
extern JsonNode *json_member(const JsonNode *object, const char *key);
extern bool json_is_true(const JsonNode *node);
extern const char *json_kind_name(JsonKind kind);

/* The canonical writing of a string, in quotes. */
extern void json_write_string(StringInfo out, const char *text);

#endif							/* CORE_BASE_JSON_H */
