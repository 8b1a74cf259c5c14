/*
 * json.c
 *	  A JSON text as a small tree.
 *
 * PostgreSQL's parser does the reading; its callbacks hang the nodes together.
 * A key that comes twice is noted, where jsonb would keep the last one in
 * silence.  Depth is limited before the parser recurses.
 */
#include "core/base/json.h"

#include "compat.h"

#define MAX_DEPTH	16

typedef struct Builder
{
	JsonNode   *open;			/* the container being filled */
	JsonNode   *root;
	char	   *key;			/* of the member that comes next */
} Builder;

static bool
depth_is_allowed(const char *text, int length)
{
	int			depth = 0;
	bool		quoted = false;

	for (int i = 0; i < length; i++)
	{
		char		c = text[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
		{
			if (++depth > MAX_DEPTH)
				return false;
		}
		else if (!quoted && (c == '}' || c == ']'))
			depth--;
	}
	return true;
}

/* Hang a new node into the open container. */
static JsonNode *
add_node(Builder *builder, JsonKind kind)
{
	JsonNode   *node = palloc0(sizeof(JsonNode));
	JsonNode   *parent = builder->open;

	node->kind = kind;
	node->key = builder->key;
	builder->key = NULL;
	node->parent = parent;
	if (parent == NULL)
		builder->root = node;
	else
	{
		if (parent->last == NULL)
			parent->children = (JsonNode **) node;	/* first of a list, until closed */
		else
			parent->last->next = node;
		parent->last = node;
		parent->count++;
	}
	return node;
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp((*(JsonNode *const *) a)->key, (*(JsonNode *const *) b)->key);
}

/* Turn the list of children into an array and step back to the parent. */
static void
close_node(Builder *builder)
{
	JsonNode   *node = builder->open;
	JsonNode   *child = (JsonNode *) node->children;

	builder->open = node->parent;
	node->children = palloc(sizeof(JsonNode *) * Max(node->count, 1));
	for (int i = 0; i < node->count; i++, child = child->next)
		node->children[i] = child;

	if (node->kind != JSON_OBJECT)
		return;
	qsort(node->children, node->count, sizeof(JsonNode *), compare_keys);
	for (int i = 1; i < node->count; i++)
		if (compare_keys(&node->children[i - 1], &node->children[i]) == 0)
			node->twice = node->children[i]->key;
}

static JsonActionResult
object_start(void *state)
{
	Builder    *builder = state;

	builder->open = add_node(builder, JSON_OBJECT);
	JSON_ACTION_DONE;
}

static JsonActionResult
array_start(void *state)
{
	Builder    *builder = state;

	builder->open = add_node(builder, JSON_ARRAY);
	JSON_ACTION_DONE;
}

static JsonActionResult
container_end(void *state)
{
	close_node(state);
	JSON_ACTION_DONE;
}

static JsonActionResult
member_start(void *state, char *key, bool isnull)
{
	((Builder *) state)->key = key;
	JSON_ACTION_DONE;
}

static JsonActionResult
scalar(void *state, char *token, JsonTokenType type)
{
	JsonKind	kind;

	switch (type)
	{
		case JSON_TOKEN_STRING:
			kind = JSON_STRING;
			break;
		case JSON_TOKEN_NUMBER:
			kind = JSON_NUMBER;
			break;
		case JSON_TOKEN_NULL:
			kind = JSON_NULL;
			break;
		default:
			kind = JSON_BOOLEAN;
			break;
	}
	add_node(state, kind)->text = token;
	JSON_ACTION_DONE;
}

JsonNode *
json_parse(const char *text, int length, int encoding, CoreError *error)
{
	Builder		builder = {0};
	JsonSemAction actions = {0};
	JsonLexContext *lexer;
	JsonParseErrorType result;

	if (!depth_is_allowed(text, length))
	{
		core_fail(error, CORE_INVALID, "scorecard is nested too deeply");
		return NULL;
	}
	lexer = json_lexer(unconstify(char *, text), length, encoding);
	actions.semstate = &builder;
	actions.object_start = object_start;
	actions.object_end = container_end;
	actions.array_start = array_start;
	actions.array_end = container_end;
	actions.object_field_start = member_start;
	actions.scalar = scalar;

	result = pg_parse_json(lexer, &actions);
	if (result != JSON_SUCCESS)
	{
		core_fail(error, CORE_SYNTAX, "invalid JSON in scorecard");
		core_detail(error, "%s", json_problem(result, lexer));
		return NULL;
	}
	return builder.root;
}

/* The member of that name, or NULL. */
JsonNode *
json_member(const JsonNode *object, const char *key)
{
	for (int i = 0; i < object->count; i++)
		if (strcmp(object->children[i]->key, key) == 0)
			return object->children[i];
	return NULL;
}

bool
json_is_true(const JsonNode *node)
{
	return node->text[0] == 't';
}

const char *
json_kind_name(JsonKind kind)
{
	static const char *const names[] = {"null",		"a boolean", "a number",
										"a string", "an array",	 "an object"};

	return names[kind];
}

void
json_write_string(StringInfo out, const char *text)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";

	appendStringInfoChar(out, '"');
	for (; *text; text++)
	{
		const char *special = strchr(escaped, *text);

		if (special)
		{
			appendStringInfoChar(out, '\\');
			appendStringInfoChar(out, letters[special - escaped]);
		}
		else if ((unsigned char) *text < 0x20)
			appendStringInfo(out, "\\u%04x", (unsigned char) *text);
		else
			appendStringInfoChar(out, *text);
	}
	appendStringInfoChar(out, '"');
}
