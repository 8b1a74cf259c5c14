/*
 * parse.c
 *	  Scorecard JSON to Card: names, kinds and numbers of each part alone.
 *
 * What one criterion says by itself is checked here; what several say together
 * (codes, sections, fields, limits) is checked by compile.c.  Every refusal
 * names the criterion.  All memory stays with the caller's context.
 */
#include "core/base/calendar.h"
#include "core/scorecard/parser.h"
#include "lib/stringinfo.h"

const char *const criterion_kind_names[] =
{"gate", "band", "linear", "enum", "coef", "const", "section", "derive", NULL};

const char *const gate_op_names[] =
{"=", "<>", "<", "<=", ">", ">=", "between", "in", "notin", "isnull", "notnull", "overlaps",
"contains", "disjoint", NULL};

const char *const missing_policy_names[] =
{"undetermined", "reject", "points", "worst", "best", NULL};

const char *const derive_function_names[] =
{"ratio", "sum", "min", "max", "count_true", "age_years", "age_years_thai", NULL};

const char *const rounding_names[] = {"half_up", "half_even", "down", NULL};

bool
parser_refuse(Parser *parser, const char *what)
{
	return core_fail(parser->error, CORE_INVALID, "%s: %s", parser->where, what);
}

bool
parser_expect(Parser *parser, const JsonNode *node, JsonKind kind, const char *what)
{
	if (node->kind == kind)
		return true;
	return core_fail(parser->error, CORE_INVALID, "%s: %s must be %s", parser->where, what,
					 json_kind_name(kind));
}

/* Whether a list of words, separated by blanks, holds this one. */
static bool
list_holds(const char *list, const char *word)
{
	size_t		length = strlen(word);

	if (length == 0 || strpbrk(word, " |"))
		return false;
	for (const char *at = list; (at = strstr(at, word)) != NULL; at++)
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

bool
parser_check_duplicate_keys(Parser *parser, const JsonNode *object)
{
	if (object->twice == NULL)
		return true;
	return core_fail(parser->error, CORE_INVALID, "%s: duplicate key \"%s\"", parser->where,
					 object->twice);
}

/* The words of a list with commas between. */
static char *
list_text(const char *list)
{
	StringInfoData text;

	initStringInfo(&text);
	while (*list)
	{
		int			length = (int) strcspn(list, " ");

		appendStringInfo(&text, "%s%.*s", text.len > 0 ? ", " : "", length, list);
		list += length;
		list += strspn(list, " |");
	}
	return text.data;
}

static bool
refuse_key(Parser *parser, const char *key, const char *list)
{
	core_fail(parser->error, CORE_INVALID, "%s: unrecognized key \"%s\"", parser->where, key);
	return core_hint(parser->error, "The keys of this object are: %s.", list_text(list));
}

/*
 * Refuses an object with a key that the list does not name, with a duplicate key, or
 * without a key that the list names before its bar.
 */
bool
parser_check_keys(Parser *parser, const JsonNode *object, const char *list)
{
	const char *bar = strchr(list, '|');
	const char *word = list;

	if (!parser_check_duplicate_keys(parser, object))
		return false;
	for (int i = 0; i < object->count; i++)
		if (!list_holds(list, object->children[i]->key))
			return refuse_key(parser, object->children[i]->key, list);
	while (*word && (bar == NULL || word < bar))
	{
		int			length = (int) strcspn(word, " ");
		char	   *key = pnstrdup(word, length);

		if (json_member(object, key) == NULL)
			return core_fail(parser->error, CORE_INVALID, "%s: \"%s\" is missing", parser->where,
							 key);
		word += length + strspn(word + length, " ");
	}
	return true;
}

/* The text of a string that is not empty. */
bool
parser_read_name(Parser *parser, const JsonNode *node, const char *what, const char **name)
{
	if (!parser_expect(parser, node, JSON_STRING, what))
		return false;
	if (node->text[0] == '\0')
		return core_fail(parser->error, CORE_INVALID, "%s: %s is empty", parser->where, what);
	*name = node->text;
	return true;
}

static bool
refuse_word(Parser *parser, const char *what, const char *word, const char *const *words)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; words[i]; i++)
		appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", words[i]);
	core_fail(parser->error, CORE_INVALID, "%s: unrecognized %s \"%s\"", parser->where, what, word);
	return core_hint(parser->error, "Use one of: %s.", known.data);
}

bool
parser_read_word(Parser *parser, const JsonNode *node, const char *what, const char *const *words,
				 int *found)
{
	if (!parser_expect(parser, node, JSON_STRING, what))
		return false;
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], node->text) == 0)
		{
			*found = i;
			return true;
		}
	return refuse_word(parser, what, node->text, words);
}

bool
parser_read_number(Parser *parser, const JsonNode *node, const char *what, int max_scale,
				   Decimal *number)
{
	int64		limit;

	if (!parser_expect(parser, node, JSON_NUMBER, what))
		return false;
	if (!decimal_parse(node->text, max_scale, number))
	{
		core_fail(parser->error, CORE_INVALID, "%s: %s is beyond the numbers of a scorecard",
				  parser->where, what);
		return core_detail(parser->error,
						   "The number is %s; at most %d decimals and %d digits are possible here.",
						   node->text, max_scale, FIXED_MAX_DIGITS);
	}
	limit = (int64) fixed_power10(FIXED_MAGNITUDE_DIGITS);
	if (number->digits / (int64) fixed_power10(number->scale) >= limit ||
		number->digits / (int64) fixed_power10(number->scale) <= -limit)
		return core_fail(parser->error, CORE_INVALID, "%s: %s must be below 10^%d", parser->where,
						 what, FIXED_MAGNITUDE_DIGITS);
	return true;
}

/* A number of points, at the card's scale. */
bool
parser_read_points(Parser *parser, const JsonNode *node, const char *what, int64 *points)
{
	Decimal		number;

	if (!parser_read_number(parser, node, what, parser->card->scale, &number))
		return false;
	if (!decimal_rescale(number, parser->card->scale, points))
		return parser_refuse(parser, "points need more than 18 digits");
	return true;
}

/*
 * Refuses a day in a year that only a Thai calendar can mean: read as one of the
 * Common Era it would make everybody centuries old.
 */
bool
parser_check_era(Parser *parser, const char *what, int32 days)
{
	int			year = date_to_civil(days).year;

	if (!date_is_buddhist(days))
		return true;
	core_fail(parser->error, CORE_INVALID, "%s: %s %s is in a year of the Buddhist era",
			  parser->where, what, date_text(days));
	return core_hint(parser->error, "Write the year of the Common Era: %d is %d.", year,
					 year - BUDDHIST_ERA_OFFSET);
}

/* What the card says as a whole; criteria need its scale and as_of. */
static bool
read_head(Parser *parser, const JsonNode *root)
{
	Card	   *card = parser->card;
	const JsonNode *scale = json_member(root, "scale");
	const JsonNode *rounding = json_member(root, "rounding");
	const JsonNode *as_of = json_member(root, "as_of");
	int			word;

	card->scale = CARD_DEFAULT_SCALE;
	if (!parser_check_keys(parser, root, "code criteria | scale rounding as_of classes") ||
		!parser_read_name(parser, json_member(root, "code"), "code", &card->code))
		return false;
	if (scale)
	{
		Decimal		number;

		if (!parser_read_number(parser, scale, "scale", 0, &number))
			return false;
		if (number.digits < 0 || number.digits > CARD_MAX_SCALE)
			return parser_refuse(parser, "scale must be 0 to 6");
		card->scale = (int) number.digits;
	}
	if (rounding)
	{
		if (!parser_read_word(parser, rounding, "rounding", rounding_names, &word))
			return false;
		card->rounding = (Rounding) word;
	}
	if (as_of)
	{
		if (!parser_expect(parser, as_of, JSON_STRING, "as_of"))
			return false;
		if (!date_parse(as_of->text, (int) strlen(as_of->text), &card->as_of))
			return parser_refuse(parser, "as_of must be a date, YYYY-MM-DD");
		if (!parser_check_era(parser, "as_of", card->as_of))
			return false;
		card->has_as_of = true;
	}
	return true;
}

static bool
read_card(Parser *parser, const JsonNode *root)
{
	Card	   *card = parser->card;
	const JsonNode *criteria;
	const JsonNode *classes;

	if (!parser_expect(parser, root, JSON_OBJECT, "the card") || !read_head(parser, root))
		return false;
	criteria = json_member(root, "criteria");
	if (!parser_expect(parser, criteria, JSON_ARRAY, "criteria"))
		return false;
	if (criteria->count == 0 || criteria->count > CARD_MAX_CRITERIA)
		return core_fail(parser->error, CORE_INVALID, "scorecard: 1 to %d criteria are possible",
						 CARD_MAX_CRITERIA);
	classes = json_member(root, "classes");
	if (classes &&
		!parser_read_steps(parser, classes, true, false, &card->classes, &card->class_count))
		return false;

	card->criterion_count = criteria->count;
	card->criteria = palloc0(sizeof(Criterion) * criteria->count);
	for (int i = 0; i < criteria->count; i++)
		if (!parser_read_criterion(parser, criteria->children[i], i + 1, &card->criteria[i]))
			return false;
	return true;
}

/* Whether a text of this length can be a card; false with the error set. */
static bool
check_length(CoreError *error, size_t length)
{
	if (length <= CARD_MAX_LENGTH)
		return true;
	return core_fail(error, CORE_INVALID, "scorecard is longer than %d bytes", CARD_MAX_LENGTH);
}

/* Numbers can grow when they are written out, so the canonical text is measured too. */
Card *
card_parse(const char *text, int length, int encoding, CoreError *error)
{
	Parser		parser = {.card = palloc0(sizeof(Card)), .where = "scorecard", .error = error};
	JsonNode   *root;

	if (!check_length(error, length))
		return NULL;
	root = json_parse(text, length, encoding, error);
	if (root == NULL || !read_card(&parser, root) ||
		!check_length(error, strlen(card_canonical(parser.card))))
		return NULL;
	return parser.card;
}
