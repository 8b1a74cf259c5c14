/*
 * json.c
 *	  JSON texts as trees: what is read, and what is refused.
 */
#include "core/base/json.h"
#include "mb/pg_wchar.h"
#include "helper/tap.h"

static JsonNode *
parse(const char *text, CoreError *error)
{
	return json_parse(text, (int) strlen(text), PG_UTF8, error);
}

/* The tree as text again, members in the order in which they hang. */
static void
write_tree(StringInfo out, const JsonNode *node)
{
	bool		is_object = node->kind == JSON_OBJECT;

	if (node->kind == JSON_STRING)
		json_write_string(out, node->text);
	else if (node->kind < JSON_ARRAY)
		appendStringInfoString(out, node->kind == JSON_NULL ? "null" : node->text);
	else
	{
		appendStringInfoChar(out, is_object ? '{' : '[');
		for (int i = 0; i < node->count; i++)
		{
			if (i > 0)
				appendStringInfoChar(out, ',');
			if (is_object)
			{
				json_write_string(out, node->children[i]->key);
				appendStringInfoChar(out, ':');
			}
			write_tree(out, node->children[i]);
		}
		appendStringInfoChar(out, is_object ? '}' : ']');
	}
}

static char *
written(const char *text)
{
	CoreError	error = {0};
	JsonNode   *root = parse(text, &error);
	StringInfoData out;

	if (root == NULL)
		return psprintf("refused: %s", error.message);
	initStringInfo(&out);
	write_tree(&out, root);
	return out.data;
}

static void
test_trees(void)
{
	static const char *const table[][2] = {
		{"{}", "{}"}, {" [ ] ", "[]"}, {"null", "null"}, {"true", "true"}, {"\"\"", "\"\""},
		{"[1,-2.50,1e3,1E-3,0]", "[1,-2.50,1e3,1E-3,0]"},
		{"{\"b\":1,\"a\":[{\"d\":null,\"c\":false}]}", "{\"a\":[{\"c\":false,\"d\":null}],\"b\":1}"},
		{"{\"aa\":1,\"a\":2,\"\":3,\"B\":4}", "{\"\":3,\"B\":4,\"a\":2,\"aa\":1}"},
		{"\n{ \"x\" :\t[ 1 , 2 ] }\r\n", "{\"x\":[1,2]}"}
	};

	for (int i = 0; i < lengthof(table); i++)
		is_text(written(table[i][0]), table[i][1], "%s", table[i][1]);
}

static void
test_strings(void)
{
	static const char *const table[][2] = {
		{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
		{"\"\\u0041\\u00e9\"", "\"Aé\""},
		{"\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\x7f\""},
		{"\"\\u0E17\\u0e38\\u0E19\"", "\"ทุน\""},
		{"\"\\ud83d\\ude00\"", "\"😀\""},
		{"\"ทุนเสมอภาค 😀\"", "\"ทุนเสมอภาค 😀\""},
		{"{\"รายได้\":\"น้อย\"}", "{\"รายได้\":\"น้อย\"}"}
	};

	for (int i = 0; i < lengthof(table); i++)
		is_text(written(table[i][0]), table[i][1], "string %d: %s", i + 1, table[i][1]);
}

static void
test_members(void)
{
	CoreError	error = {0};
	JsonNode   *root = parse("{\"b\":true,\"a\":[1,\"x\"],\"c\":false}", &error);

	is_int(root->count, 3, "three members");
	is_text(json_member(root, "a")->children[1]->text, "x", "a member is found by its key");
	ok(json_member(root, "d") == NULL, "one that is not there is not");
	ok(json_member(root, "") == NULL, "nor one without a name");
	ok(json_is_true(json_member(root, "b")), "true is true");
	ok(!json_is_true(json_member(root, "c")), "false is not");
	ok(json_member(root, "a")->key && !json_member(root, "a")->children[0]->key,
	   "only members of objects have keys");
}

/* The first object in the tree that has a key twice. */
static const char *
key_twice(const JsonNode *node)
{
	const char *found = node->twice;

	for (int i = 0; node->kind >= JSON_ARRAY && i < node->count && found == NULL; i++)
		found = key_twice(node->children[i]);
	return found;
}

static void
test_duplicates(void)
{
	static const char *const table[][2] = {
		{"{\"a\":1,\"a\":1}", "a"}, {"{\"x\":[{\"k\":1,\"j\":2,\"k\":3}]}", "k"},
		{"{\"a\":1,\"b\":2,\"\\u0061\":3}", "a"}, {"{\"\":1,\"\":2}", ""},
		{"{\"ทุน\":1,\"\\u0e17\\u0e38\\u0e19\":2}", "ทุน"},
		{"[{\"a\":1,\"a\":2},{\"b\":1,\"b\":2}]", "a"},
		{"[{\"a\":1},{\"a\":1}]", NULL}, {"{\"a\":{\"a\":1}}", NULL}, {"{\"a\":1,\"A\":1}", NULL}
	};

	for (int i = 0; i < lengthof(table); i++)
	{
		CoreError	error = {0};

		is_text(key_twice(parse(table[i][0], &error)), table[i][1], "key twice: %s", table[i][0]);
	}
}

static void
test_syntax(void)
{
	static const char *const texts[] = {
		"", " ", "{", "}", "[", "]", "{]", "[}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
		"{a:1}", "{'a':1}", "{1:2}", "[1 2]", "1 2", "nul", "tru", "True", "NaN", "Infinity", "-", "+1", "01",
		"1.", ".5", "1e", "1e+", "0x10", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
		"\"\\u0000\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83dx\"", "\"\n\"", "\"\t\"", "// x\n1", "[1]]",
		"{\"a\":1}{\"b\":2}"
	};
	int			others = 0;

	for (int i = 0; i < lengthof(texts); i++)
	{
		CoreError	error = {0};

		ok(parse(texts[i], &error) == NULL, "text %d is no JSON", i);
		others += error.code != CORE_SYNTAX || strcmp(error.message, "invalid JSON in scorecard") != 0 ||
			error.detail == NULL;
	}
	is_int(others, 0, "all are mistakes of syntax, with a detail");
}

/* ---- depth ---- */

static char *
nested(int depth, const char *open, const char *inside, const char *close)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < depth; i++)
		appendStringInfoString(&out, open);
	appendStringInfoString(&out, inside);
	for (int i = 0; i < depth; i++)
		appendStringInfoString(&out, close);
	return out.data;
}

static bool
is_read(const char *text)
{
	CoreError	error = {0};

	return parse(text, &error) != NULL;
}

static void
test_depth(void)
{
	CoreError	error = {0};

	ok(is_read(nested(16, "[", "1", "]")), "16 arrays in one another");
	ok(!is_read(nested(17, "[", "1", "]")), "17 are too many");
	ok(is_read(nested(16, "{\"a\":", "1", "}")), "16 objects in one another");
	ok(!is_read(nested(17, "{\"a\":", "1", "}")), "17 are too many");
	ok(!is_read(nested(100000, "[", "", "]")), "100,000 neither overflow the stack");
	ok(!is_read(nested(100000, "[", "", "")), "nor when nothing closes them");
	ok(!is_read(psprintf("]]]]]]]]]]%s", nested(25, "[", "1", "]"))), "nor after what closes nothing");
	ok(is_read(nested(1, "[", "\"[[[[[[[[[[[[[[[[[[[[\",\"\\\"{{{{{{{{{{{{{{{{{{{{\"", "]")),
	   "brackets in strings do not count");
	ok(is_read(nested(1000, "[],", "1", "")) == false, "and brackets side by side neither");
	ok(is_read(psprintf("[%s1]", nested(1000, "[],", "", ""))), "a thousand in one array");
	parse(nested(17, "[", "1", "]"), &error);
	ok(error.message && error.message[0], "a text that is too deep has a message");
}

/* The text ends where its length says, not at a zero byte. */
static void
test_length(void)
{
	CoreError	error = {0};
	char	   *exact = malloc(5);
	JsonNode   *root;

	memcpy(exact, "[1,2]", 5);
	root = json_parse(exact, 5, PG_UTF8, &error);
	ok(root && root->count == 2, "a text without an end");
	ok(json_parse(exact, 4, PG_UTF8, &error) == NULL, "one byte less is no JSON");
	ok(json_parse(exact, 0, PG_UTF8, &error) == NULL, "nor is nothing");
	free(exact);
}

int
main(void)
{
	test_trees();
	test_strings();
	test_members();
	test_duplicates();
	test_syntax();
	test_depth();
	test_length();
	return finish();
}
