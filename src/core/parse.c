/*
 * parse.c
 *	  Scorecard JSON to Card: names, kinds and numbers of each part alone.
 *
 * What one criterion says of itself is checked here; what several say together
 * (codes, sections, fields, limits) is checked by compile.c.  Every refusal
 * names the criterion.  All memory stays with the caller's context.
 */
#include "core/calendar.h"
#include "core/card.h"
#include "core/json.h"

const char *const criterion_kind_names[] =
{"gate", "band", "linear", "enum", "coef", "const", "section", "derive", NULL};

const char *const gate_op_names[] =
{"=", "<>", "<", "<=", ">", ">=", "between", "in", "notin", "isnull", "notnull", "overlaps",
"contains", NULL};

const char *const missing_policy_names[] =
{"undetermined", "reject", "points", "worst", "best", NULL};

const char *const derive_function_names[] =
{"ratio", "sum", "min", "max", "count_true", "age_years", NULL};

const char *const rounding_names[] = {"half_up", "half_even", "down", NULL};

/* Keys by kind; the ones after the bar may be left out. */
static const char *const kind_keys[] = {
	"code kind field op | group value missing reason",
	"code kind field bands | otherwise missing reason",
	"code kind field points | missing reason",
	"code kind field points | otherwise missing reason",
	"code kind field coef | min max missing reason",
	"code kind points",
	"code kind members | min max",
	"code kind fn | field fields"
};

typedef struct Parser
{
	Card	   *card;
	const char *where;			/* "scorecard" or "criterion X", for messages */
	CoreError  *error;
} Parser;

static bool
refuse(Parser *parser, const char *what)
{
	return core_fail(parser->error, CORE_INVALID, "%s: %s", parser->where, what);
}

static bool
expect(Parser *parser, const JsonNode *node, JsonKind kind, const char *what)
{
	if (node->kind == kind)
		return true;
	return core_fail(parser->error, CORE_INVALID, "%s: %s must be %s", parser->where, what,
					 json_kind_name(kind));
}

/* Whether a list of words holds this one. */
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

static bool
check_no_key_twice(Parser *parser, const JsonNode *object)
{
	if (object->twice == NULL)
		return true;
	return core_fail(parser->error, CORE_INVALID, "%s: key \"%s\" comes twice", parser->where,
					 object->twice);
}

/* No key that the list does not name, none twice, and every key before its bar. */
static bool
check_keys(Parser *parser, const JsonNode *object, const char *list)
{
	const char *bar = strchr(list, '|');
	const char *word = list;

	if (!check_no_key_twice(parser, object))
		return false;
	for (int i = 0; i < object->count; i++)
		if (!list_holds(list, object->children[i]->key))
			return core_fail(parser->error, CORE_INVALID, "%s: unknown key \"%s\"",
							 parser->where, object->children[i]->key);
	while (*word && (bar == NULL || word < bar))
	{
		int			length = (int) strcspn(word, " ");
		char	   *key = pnstrdup(word, length);

		if (json_member(object, key) == NULL)
			return core_fail(parser->error, CORE_INVALID, "%s: \"%s\" is missing", parser->where, key);
		word += length + strspn(word + length, " ");
	}
	return true;
}

/* The text of a string that is not empty. */
static bool
read_name(Parser *parser, const JsonNode *node, const char *what, const char **name)
{
	if (!expect(parser, node, JSON_STRING, what))
		return false;
	if (node->text[0] == '\0')
		return core_fail(parser->error, CORE_INVALID, "%s: %s is empty", parser->where, what);
	*name = node->text;
	return true;
}

static bool
read_word(Parser *parser, const JsonNode *node, const char *what, const char *const *words, int *found)
{
	if (!expect(parser, node, JSON_STRING, what))
		return false;
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], node->text) == 0)
		{
			*found = i;
			return true;
		}
	return core_fail(parser->error, CORE_INVALID, "%s: unknown %s \"%s\"", parser->where, what,
					 node->text);
}

static bool
read_number(Parser *parser, const JsonNode *node, const char *what, int max_scale, Decimal *number)
{
	int64		limit;

	if (!expect(parser, node, JSON_NUMBER, what))
		return false;
	if (!decimal_parse(node->text, max_scale, number))
	{
		core_fail(parser->error, CORE_INVALID, "%s: %s is beyond the numbers of a scorecard",
				  parser->where, what);
		return core_detail(parser->error,
						   "It reads %s; here at most %d decimals and %d digits are possible.",
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
static bool
read_points(Parser *parser, const JsonNode *node, const char *what, int64 *points)
{
	Decimal		number;

	if (!read_number(parser, node, what, parser->card->scale, &number))
		return false;
	if (!decimal_rescale(number, parser->card->scale, points))
		return refuse(parser, "points need more than 18 digits");
	return true;
}

static bool
decimal_below(Decimal a, Decimal b)
{
	return a.digits * fixed_power10(FIXED_MAX_SCALE - a.scale) <
		b.digits * fixed_power10(FIXED_MAX_SCALE - b.scale);
}

static bool
decimals_equal(Decimal a, Decimal b)
{
	return !decimal_below(a, b) && !decimal_below(b, a);
}

static int
compare_steps(const void *a, const void *b)
{
	const Step *left = a;
	const Step *right = b;

	if (left->has_low != right->has_low)
		return left->has_low ? 1 : -1;
	if (!left->has_low)
		return 0;
	return decimal_below(left->low, right->low) ? -1 : decimal_below(right->low, left->low);
}

/* One [low, high, points] or [low, high, label]. */
static bool
read_step(Parser *parser, const JsonNode *node, bool labelled, Step *step)
{
	if (!expect(parser, node, JSON_ARRAY, labelled ? "a class" : "a band"))
		return false;
	if (node->count != 3)
		return refuse(parser, labelled ? "a class is [low, high, label]" : "a band is [low, high, points]");
	step->has_low = node->children[0]->kind != JSON_NULL;
	step->has_high = node->children[1]->kind != JSON_NULL;
	if (step->has_low && !read_number(parser, node->children[0], "a low end", FIXED_MAX_SCALE, &step->low))
		return false;
	if (step->has_high && !read_number(parser, node->children[1], "a high end", FIXED_MAX_SCALE, &step->high))
		return false;
	if (step->has_low && step->has_high && !decimal_below(step->low, step->high))
		return refuse(parser, "a low end is not below its high end");
	if (labelled)
		return read_name(parser, node->children[2], "a class label", &step->label);
	return read_points(parser, node->children[2], "the points of a band", &step->points);
}

/* A step stands where there is none before it: an error unless something else covers the gap. */
static bool
refuse_gap(Parser *parser, bool labelled, const char *place, Decimal end)
{
	return core_fail(parser->error, CORE_INVALID, labelled ? "%s: classes leave a gap %s %s" :
					 "%s: gap %s %s, and no otherwise", parser->where, place, decimal_text(end));
}

/* The steps are sorted; they must not overlap and, without otherwise, leave nothing out. */
static bool
check_cover(Parser *parser, const Step *steps, int count, bool labelled, bool gaps_allowed)
{
	for (int i = 1; i < count; i++)
	{
		const Step *before = &steps[i - 1];

		if (!before->has_high || !steps[i].has_low || decimal_below(steps[i].low, before->high))
			return core_fail(parser->error, CORE_INVALID, "%s: %s overlap at %s", parser->where,
							 labelled ? "classes" : "bands",
							 steps[i].has_low ? decimal_text(steps[i].low) : "the low end");
		if (!gaps_allowed && !decimals_equal(before->high, steps[i].low))
			return refuse_gap(parser, labelled, psprintf("between %s and", decimal_text(before->high)),
							  steps[i].low);
	}
	if (!gaps_allowed && steps[0].has_low)
		return refuse_gap(parser, labelled, "below", steps[0].low);
	if (!gaps_allowed && steps[count - 1].has_high)
		return refuse_gap(parser, labelled, "above", steps[count - 1].high);
	return true;
}

static bool
read_steps(Parser *parser, const JsonNode *node, bool labelled, bool gaps_allowed, Step **steps, int *count)
{
	const char *what = labelled ? "classes" : "bands";

	if (!expect(parser, node, JSON_ARRAY, what))
		return false;
	if (node->count == 0)
		return core_fail(parser->error, CORE_INVALID, "%s: %s is empty", parser->where, what);
	*count = node->count;
	*steps = palloc0(sizeof(Step) * node->count);
	for (int i = 0; i < node->count; i++)
		if (!read_step(parser, node->children[i], labelled, &(*steps)[i]))
			return false;
	qsort(*steps, *count, sizeof(Step), compare_steps);
	return check_cover(parser, *steps, *count, labelled, gaps_allowed);
}

static bool
read_constant(Parser *parser, const JsonNode *node, Constant *constant)
{
	switch (node->kind)
	{
		case JSON_NUMBER:
			constant->kind = CONSTANT_NUMBER;
			return read_number(parser, node, "value", FIXED_MAX_SCALE, &constant->number);
		case JSON_BOOLEAN:
			constant->kind = CONSTANT_BOOLEAN;
			constant->truth = json_is_true(node);
			return true;
		case JSON_STRING:
			constant->text = node->text;
			constant->kind = date_parse(node->text, (int) strlen(node->text), &constant->days) ?
				CONSTANT_DATE : CONSTANT_TEXT;
			return true;
		default:
			return refuse(parser, "value must be a number, a string or a boolean");
	}
}

/* The constants of a gate: one, or an array of them. */
static bool
read_constants(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	bool		many = node->kind == JSON_ARRAY;

	criterion->constant_count = many ? node->count : 1;
	criterion->constants = palloc0(sizeof(Constant) * Max(criterion->constant_count, 1));
	for (int i = 0; i < criterion->constant_count; i++)
	{
		Constant   *constant = &criterion->constants[i];

		if (!read_constant(parser, many ? node->children[i] : node, constant))
			return false;
		if (constant->kind != criterion->constants[0].kind)
		{
			/* a date among texts is a text */
			if (constant->text == NULL || criterion->constants[0].text == NULL)
				return refuse(parser, "values are of different kinds");
			for (int j = 0; j <= i; j++)
				criterion->constants[j].kind = CONSTANT_TEXT;
		}
	}
	return true;
}

/* Number and kind of the constants that each op takes. */
static bool
check_constants(Parser *parser, const Criterion *criterion, bool is_array)
{
	const Constant *constants = criterion->constants;
	ConstantKind kind = constants[0].kind;

	switch (criterion->op)
	{
		case OP_BETWEEN:
			if (!is_array || criterion->constant_count != 2 || kind == CONSTANT_BOOLEAN)
				return refuse(parser, "between takes [low, high]");
			if ((kind == CONSTANT_NUMBER && decimal_below(constants[1].number, constants[0].number)) ||
				(kind == CONSTANT_DATE && constants[1].days < constants[0].days) ||
				(kind == CONSTANT_TEXT && strcmp(constants[1].text, constants[0].text) < 0))
				return refuse(parser, "the low end of between is above its high end");
			return true;
		case OP_IN:
		case OP_NOT_IN:
		case OP_OVERLAPS:
		case OP_CONTAINS:
			if (!is_array || criterion->constant_count == 0)
				return refuse(parser, "value must be an array that is not empty");
			if (criterion->op >= OP_OVERLAPS && constants[0].text == NULL)
				return refuse(parser, "overlaps and contains take strings");
			return true;
		default:
			if (is_array)
				return refuse(parser, "value must be one value");
			if (criterion->op >= OP_LESS && kind == CONSTANT_BOOLEAN)
				return refuse(parser, "booleans have no order");
			return true;
	}
}

static bool
read_gate(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *value = json_member(node, "value");
	const JsonNode *group = json_member(node, "group");
	int			op;

	if (!read_word(parser, json_member(node, "op"), "op", gate_op_names, &op))
		return false;
	criterion->op = (GateOp) op;
	if (group && !read_name(parser, group, "group", &criterion->group))
		return false;
	if (op == OP_IS_NULL || op == OP_NOT_NULL)
	{
		if (value || json_member(node, "missing"))
			return refuse(parser, "isnull and notnull take neither value nor missing");
		return true;
	}
	if (value == NULL)
		return refuse(parser, "\"value\" is missing");
	return read_constants(parser, value, criterion) &&
		check_constants(parser, criterion, value->kind == JSON_ARRAY);
}

static bool
read_otherwise(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *otherwise = json_member(node, "otherwise");

	criterion->has_otherwise = otherwise != NULL;
	return otherwise == NULL ||
		read_points(parser, otherwise, "otherwise", &criterion->otherwise);
}

static bool
read_band(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	return read_otherwise(parser, node, criterion) &&
		read_steps(parser, json_member(node, "bands"), false, criterion->has_otherwise,
				   &criterion->steps, &criterion->step_count);
}

static bool
read_linear(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *points = json_member(node, "points");

	if (!expect(parser, points, JSON_ARRAY, "points"))
		return false;
	if (points->count < 2)
		return refuse(parser, "linear needs at least two points");
	criterion->knot_count = points->count;
	criterion->knots = palloc0(sizeof(Knot) * points->count);
	for (int i = 0; i < points->count; i++)
	{
		const JsonNode *pair = points->children[i];
		Knot	   *knot = &criterion->knots[i];

		if (!expect(parser, pair, JSON_ARRAY, "a point"))
			return false;
		if (pair->count != 2)
			return refuse(parser, "a point is [value, points]");
		if (!read_number(parser, pair->children[0], "the value of a point", FIXED_MAX_SCALE, &knot->value) ||
			!read_points(parser, pair->children[1], "the points of a point", &knot->points))
			return false;
		if (i > 0 && !decimal_below(knot[-1].value, knot->value))
			return refuse(parser, "the values of linear must rise");
	}
	return true;
}

int
enum_text_length(const char *text, int length)
{
	int			at = length > 0 && text[0] == '-';
	int			point;

	while (at < length && text[at] >= '0' && text[at] <= '9')
		at++;
	point = at;
	if (point == length || text[point] != '.' || point == (text[0] == '-'))
		return length;
	while (++at < length)
		if (text[at] < '0' || text[at] > '9')
			return length;
	while (text[length - 1] == '0')
		length--;
	return length - (length - 1 == point);
}

static int
compare_enum_keys(const void *a, const void *b)
{
	return strcmp(((const EnumKey *) a)->text, ((const EnumKey *) b)->text);
}

static bool
read_enum(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *points = json_member(node, "points");

	if (!expect(parser, points, JSON_OBJECT, "points") || !check_no_key_twice(parser, points) ||
		!read_otherwise(parser, node, criterion))
		return false;
	if (points->count == 0)
		return refuse(parser, "points is empty");
	criterion->key_count = points->count;
	criterion->keys = palloc0(sizeof(EnumKey) * points->count);
	for (int i = 0; i < points->count; i++)
	{
		const JsonNode *member = points->children[i];
		EnumKey    *key = &criterion->keys[i];

		key->text = pnstrdup(member->key, enum_text_length(member->key, (int) strlen(member->key)));
		if (!read_points(parser, member, "the points of a key", &key->points))
			return false;
	}
	qsort(criterion->keys, criterion->key_count, sizeof(EnumKey), compare_enum_keys);
	for (int i = 1; i < criterion->key_count; i++)
		if (compare_enum_keys(&criterion->keys[i - 1], &criterion->keys[i]) == 0)
			return core_fail(parser->error, CORE_INVALID, "%s: key \"%s\" comes twice", parser->where,
							 criterion->keys[i].text);
	return true;
}

static bool
read_limits(Parser *parser, const JsonNode *node, Criterion *criterion, int max_scale)
{
	const JsonNode *min = json_member(node, "min");
	const JsonNode *max = json_member(node, "max");

	criterion->has_min = min != NULL;
	criterion->has_max = max != NULL;
	if ((min && !read_number(parser, min, "min", max_scale, &criterion->min)) ||
		(max && !read_number(parser, max, "max", max_scale, &criterion->max)))
		return false;
	if (min && max && decimal_below(criterion->max, criterion->min))
		return refuse(parser, "min is above max");
	return true;
}

static bool
read_coef(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	return read_number(parser, json_member(node, "coef"), "coef", FIXED_MAX_SCALE, &criterion->coefficient) &&
		read_limits(parser, node, criterion, FIXED_MAX_SCALE);
}

static bool
read_names(Parser *parser, const JsonNode *node, const char *what, Criterion *criterion)
{
	if (!expect(parser, node, JSON_ARRAY, what))
		return false;
	if (node->count == 0)
		return core_fail(parser->error, CORE_INVALID, "%s: %s is empty", parser->where, what);
	criterion->name_count = node->count;
	criterion->names = palloc(sizeof(char *) * node->count);
	for (int i = 0; i < node->count; i++)
		if (!read_name(parser, node->children[i], what, &criterion->names[i]))
			return false;
	return true;
}

static bool
read_section(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	if (!read_names(parser, json_member(node, "members"), "members", criterion) ||
		!read_limits(parser, node, criterion, parser->card->scale))
		return false;
	if (!criterion->has_min && !criterion->has_max)
		return refuse(parser, "a section has a min, a max or both");
	return true;
}

static bool
read_derive(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *field = json_member(node, "field");
	const JsonNode *fields = json_member(node, "fields");
	int			function;

	if (!read_word(parser, json_member(node, "fn"), "fn", derive_function_names, &function))
		return false;
	criterion->function = (DeriveFunction) function;
	if (function == DERIVE_AGE_YEARS)
	{
		if (field == NULL || fields != NULL)
			return refuse(parser, "age_years reads one \"field\"");
		if (!parser->card->has_as_of)
			return refuse(parser, "age_years needs the \"as_of\" of the scorecard");
		criterion->name_count = 1;
		criterion->names = palloc(sizeof(char *));
		return read_name(parser, field, "field", &criterion->names[0]);
	}
	if (field != NULL || fields == NULL)
		return refuse(parser, "this fn reads \"fields\"");
	if (!read_names(parser, fields, "fields", criterion))
		return false;
	if (function == DERIVE_RATIO && criterion->name_count != 2)
		return refuse(parser, "ratio reads two fields");
	return true;
}

/* "reject" and its like, or {"points": n}. */
static bool
read_missing(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	int			policy;

	if (node == NULL)
		return true;
	if (node->kind == JSON_OBJECT)
	{
		if (criterion->kind == KIND_GATE)
			return refuse(parser, "a gate gives no points when missing");
		criterion->missing = MISSING_POINTS;
		return check_keys(parser, node, "points") &&
			read_points(parser, json_member(node, "points"), "the points when missing",
						&criterion->missing_points);
	}
	if (!read_word(parser, node, "missing", missing_policy_names, &policy))
		return false;
	if (policy == MISSING_POINTS)
		return refuse(parser, "points when missing are written {\"points\": n}");
	criterion->missing = (MissingPolicy) policy;
	return true;
}

static bool
read_by_kind(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	switch (criterion->kind)
	{
		case KIND_GATE:
			return read_gate(parser, node, criterion);
		case KIND_BAND:
			return read_band(parser, node, criterion);
		case KIND_LINEAR:
			return read_linear(parser, node, criterion);
		case KIND_ENUM:
			return read_enum(parser, node, criterion);
		case KIND_COEF:
			return read_coef(parser, node, criterion);
		case KIND_CONST:
			return read_points(parser, json_member(node, "points"), "points", &criterion->points);
		case KIND_SECTION:
			return read_section(parser, node, criterion);
		default:
			return read_derive(parser, node, criterion);
	}
}

static bool
read_criterion(Parser *parser, const JsonNode *node, int number, Criterion *criterion)
{
	const JsonNode *code;
	const JsonNode *kind_node;
	const JsonNode *reason;
	int			kind;

	parser->where = psprintf("criterion %d", number);
	if (!expect(parser, node, JSON_OBJECT, "it"))
		return false;
	code = json_member(node, "code");
	kind_node = json_member(node, "kind");
	if (code == NULL || kind_node == NULL)
		return refuse(parser, "\"code\" and \"kind\" are needed");
	if (!read_name(parser, code, "code", &criterion->code))
		return false;

	parser->where = psprintf("criterion \"%s\"", criterion->code);
	if (!read_word(parser, kind_node, "kind", criterion_kind_names, &kind))
		return false;
	criterion->kind = (CriterionKind) kind;
	if (!check_keys(parser, node, kind_keys[kind]))
		return false;
	if (kind != KIND_DERIVE && json_member(node, "field") &&
		!read_name(parser, json_member(node, "field"), "field", &criterion->field))
		return false;
	reason = json_member(node, "reason");
	criterion->reason = criterion->code;
	if (reason && !read_name(parser, reason, "reason", &criterion->reason))
		return false;
	return read_by_kind(parser, node, criterion) &&
		read_missing(parser, json_member(node, "missing"), criterion);
}

static bool
read_head(Parser *parser, const JsonNode *root)
{
	Card	   *card = parser->card;
	const JsonNode *scale = json_member(root, "scale");
	const JsonNode *rounding = json_member(root, "rounding");
	const JsonNode *as_of = json_member(root, "as_of");
	int			word;

	card->scale = CARD_DEFAULT_SCALE;
	if (!check_keys(parser, root, "code criteria | scale rounding as_of classes") ||
		!read_name(parser, json_member(root, "code"), "code", &card->code))
		return false;
	if (scale)
	{
		Decimal		number;

		if (!read_number(parser, scale, "scale", 0, &number))
			return false;
		if (number.digits < 0 || number.digits > CARD_MAX_SCALE)
			return refuse(parser, "scale must be 0 to 6");
		card->scale = (int) number.digits;
	}
	if (rounding)
	{
		if (!read_word(parser, rounding, "rounding", rounding_names, &word))
			return false;
		card->rounding = (Rounding) word;
	}
	if (as_of)
	{
		if (!expect(parser, as_of, JSON_STRING, "as_of"))
			return false;
		if (!date_parse(as_of->text, (int) strlen(as_of->text), &card->as_of))
			return refuse(parser, "as_of must be a date, YYYY-MM-DD");
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

	if (!expect(parser, root, JSON_OBJECT, "it") || !read_head(parser, root))
		return false;
	criteria = json_member(root, "criteria");
	if (!expect(parser, criteria, JSON_ARRAY, "criteria"))
		return false;
	if (criteria->count == 0 || criteria->count > CARD_MAX_CRITERIA)
		return core_fail(parser->error, CORE_INVALID, "scorecard: 1 to %d criteria are possible",
						 CARD_MAX_CRITERIA);
	classes = json_member(root, "classes");
	if (classes && !read_steps(parser, classes, true, false, &card->classes, &card->class_count))
		return false;

	card->criterion_count = criteria->count;
	card->criteria = palloc0(sizeof(Criterion) * criteria->count);
	for (int i = 0; i < criteria->count; i++)
		if (!read_criterion(parser, criteria->children[i], i + 1, &card->criteria[i]))
			return false;
	return true;
}

Card *
card_parse(const char *text, int length, int encoding, CoreError *error)
{
	Parser		parser = {.card = palloc0(sizeof(Card)), .where = "scorecard", .error = error};
	JsonNode   *root;

	if (length > CARD_MAX_LENGTH)
	{
		core_fail(error, CORE_INVALID, "scorecard is longer than %d bytes", CARD_MAX_LENGTH);
		return NULL;
	}
	root = json_parse(text, length, encoding, error);
	if (root == NULL || !read_card(&parser, root))
		return NULL;
	return parser.card;
}
