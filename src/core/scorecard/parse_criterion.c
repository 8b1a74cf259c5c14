/*
 * parse_criterion.c
 *	  One criterion of a scorecard's JSON.
 */
#include "core/base/calendar.h"
#include "core/scorecard/parser.h"

/* Keys by kind; those after the bar may be left out. */
static const char *const kind_keys[] = {
	"code kind field op | group value than missing reason",
	"code kind field bands | upper otherwise missing reason",
	"code kind field points | missing reason",
	"code kind field points | otherwise missing reason",
	"code kind field coef | min max missing reason",
	"code kind points",
	"code kind members | min max",
	"code kind fn | field fields"
};

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
	if (!parser_expect(parser, node, JSON_ARRAY, labelled ? "a class" : "a band"))
		return false;
	if (node->count != 3)
		return parser_refuse(parser, labelled ? "a class is [low, high, label]"
											  : "a band is [low, high, points]");
	step->has_low = node->children[0]->kind != JSON_NULL;
	step->has_high = node->children[1]->kind != JSON_NULL;
	if (step->has_low &&
		!parser_read_number(parser, node->children[0], "a low end", FIXED_MAX_SCALE, &step->low))
		return false;
	if (step->has_high &&
		!parser_read_number(parser, node->children[1], "a high end", FIXED_MAX_SCALE, &step->high))
		return false;
	if (step->has_low && step->has_high && !decimal_below(step->low, step->high))
		return parser_refuse(parser, "a low end is not below its high end");
	if (labelled)
		return parser_read_name(parser, node->children[2], "a class label", &step->label);
	return parser_read_points(parser, node->children[2], "the points of a band", &step->points);
}

/* Refuses a gap between steps, or below or above all of them. */
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
			return refuse_gap(parser, labelled,
							  psprintf("between %s and", decimal_text(before->high)), steps[i].low);
	}
	if (!gaps_allowed && steps[0].has_low)
		return refuse_gap(parser, labelled, "below", steps[0].low);
	if (!gaps_allowed && steps[count - 1].has_high)
		return refuse_gap(parser, labelled, "above", steps[count - 1].high);
	return true;
}

/* Reads bands or classes and sorts them by low end, so that overlaps and gaps are neighbours. */
bool
parser_read_steps(Parser *parser, const JsonNode *node, bool labelled, bool gaps_allowed,
				  Step **steps, int *count)
{
	const char *what = labelled ? "classes" : "bands";

	if (!parser_expect(parser, node, JSON_ARRAY, what))
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

/* A constant of a gate: a string that is a date stands for the day. */
static bool
read_constant(Parser *parser, const JsonNode *node, Constant *constant)
{
	switch (node->kind)
	{
		case JSON_NUMBER:
			constant->kind = CONSTANT_NUMBER;
			return parser_read_number(parser, node, "value", FIXED_MAX_SCALE, &constant->number);
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
			return parser_refuse(parser, "value must be a number, a string or a boolean");
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
				return parser_refuse(parser, "values are of different kinds");
			for (int j = 0; j <= i; j++)
				criterion->constants[j].kind = CONSTANT_TEXT;
		}
	}
	for (int i = 0; i < criterion->constant_count; i++)
		if (criterion->constants[i].kind == CONSTANT_DATE &&
			!parser_check_era(parser, "the date", criterion->constants[i].days))
			return false;
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
				return parser_refuse(parser, "between takes [low, high]");
			if ((kind == CONSTANT_NUMBER &&
				 decimal_below(constants[1].number, constants[0].number)) ||
				(kind == CONSTANT_DATE && constants[1].days < constants[0].days) ||
				(kind == CONSTANT_TEXT && strcmp(constants[1].text, constants[0].text) < 0))
				return parser_refuse(parser, "the low end of between is above its high end");
			return true;
		case OP_IN:
		case OP_NOT_IN:
		case OP_OVERLAPS:
		case OP_CONTAINS:
		case OP_DISJOINT:
			if (!is_array || criterion->constant_count == 0)
				return parser_refuse(parser, "value must be an array that is not empty");
			if (op_reads_items(criterion->op) && constants[0].text == NULL)
				return parser_refuse(parser, "overlaps, contains and disjoint take strings");
			return true;
		default:
			if (is_array)
				return parser_refuse(parser, "value must be one value");
			if (criterion->op >= OP_LESS && kind == CONSTANT_BOOLEAN)
				return parser_refuse(parser, "booleans have no order");
			return true;
	}
}

/* The other field of a gate that compares two. */
static bool
read_than(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	if (json_member(node, "value"))
		return parser_refuse(parser, "a gate has \"value\" or \"than\", not both");
	if (criterion->op > OP_GREATER_EQUAL)
		return parser_refuse(parser, "\"than\" goes with =, <>, <, <=, > and >= only");
	if (!parser_read_name(parser, json_member(node, "than"), "than", &criterion->than))
		return false;
	if (strcmp(criterion->than, criterion->field) == 0)
		return parser_refuse(parser, "a field cannot be compared with itself");
	return true;
}

static bool
read_gate(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *value = json_member(node, "value");
	const JsonNode *than = json_member(node, "than");
	const JsonNode *group = json_member(node, "group");
	int			op;

	if (!parser_read_word(parser, json_member(node, "op"), "op", gate_op_names, &op))
		return false;
	criterion->op = (GateOp) op;
	if (group && !parser_read_name(parser, group, "group", &criterion->group))
		return false;
	if (op == OP_IS_NULL || op == OP_NOT_NULL)
	{
		if (value || than || json_member(node, "missing"))
			return parser_refuse(parser, "isnull and notnull take no value, than or missing");
		return true;
	}
	if (than)
		return read_than(parser, node, criterion);
	if (value == NULL)
		return parser_refuse(parser, "\"value\" is missing");
	return read_constants(parser, value, criterion) &&
		check_constants(parser, criterion, value->kind == JSON_ARRAY);
}

static bool
read_otherwise(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *otherwise = json_member(node, "otherwise");

	criterion->has_otherwise = otherwise != NULL;
	return otherwise == NULL ||
		parser_read_points(parser, otherwise, "otherwise", &criterion->otherwise);
}

static bool
read_band(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *upper = json_member(node, "upper");

	if (upper && !parser_expect(parser, upper, JSON_BOOLEAN, "upper"))
		return false;
	criterion->upper = upper && json_is_true(upper);
	return read_otherwise(parser, node, criterion) &&
		parser_read_steps(parser, json_member(node, "bands"), false, criterion->has_otherwise,
				   &criterion->steps, &criterion->step_count);
}

static bool
read_linear(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *points = json_member(node, "points");

	if (!parser_expect(parser, points, JSON_ARRAY, "points"))
		return false;
	if (points->count < 2)
		return parser_refuse(parser, "linear needs at least two points");
	criterion->knot_count = points->count;
	criterion->knots = palloc0(sizeof(Knot) * points->count);
	for (int i = 0; i < points->count; i++)
	{
		const JsonNode *pair = points->children[i];
		Knot	   *knot = &criterion->knots[i];

		if (!parser_expect(parser, pair, JSON_ARRAY, "a point"))
			return false;
		if (pair->count != 2)
			return parser_refuse(parser, "a point is [value, points]");
		if (!parser_read_number(parser, pair->children[0], "the value of a point", FIXED_MAX_SCALE,
								&knot->value) ||
			!parser_read_points(parser, pair->children[1], "the points of a point", &knot->points))
			return false;
		if (i > 0 && !decimal_below(knot[-1].value, knot->value))
			return parser_refuse(parser, "the values of linear must rise");
	}
	return true;
}

/* A text that is no decimal keeps its length. */
int
trimmed_number_length(const char *text, int length)
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

	if (!parser_expect(parser, points, JSON_OBJECT, "points") ||
		!parser_check_duplicate_keys(parser, points) || !read_otherwise(parser, node, criterion))
		return false;
	if (points->count == 0)
		return parser_refuse(parser, "points is empty");
	criterion->key_count = points->count;
	criterion->keys = palloc0(sizeof(EnumKey) * points->count);
	for (int i = 0; i < points->count; i++)
	{
		const JsonNode *member = points->children[i];
		EnumKey    *key = &criterion->keys[i];

		key->text = pnstrdup(member->key, enum_text_length(member->key, (int) strlen(member->key)));
		if (!parser_read_points(parser, member, psprintf("the value of key \"%s\"", key->text),
								&key->points))
			return false;
	}
	qsort(criterion->keys, criterion->key_count, sizeof(EnumKey), compare_enum_keys);
	for (int i = 1; i < criterion->key_count; i++)
		if (compare_enum_keys(&criterion->keys[i - 1], &criterion->keys[i]) == 0)
			return core_fail(parser->error, CORE_INVALID, "%s: duplicate key \"%s\"",
							 parser->where, criterion->keys[i].text);
	return true;
}

static bool
read_limits(Parser *parser, const JsonNode *node, Criterion *criterion, int max_scale)
{
	const JsonNode *min = json_member(node, "min");
	const JsonNode *max = json_member(node, "max");

	criterion->has_min = min != NULL;
	criterion->has_max = max != NULL;
	if ((min && !parser_read_number(parser, min, "min", max_scale, &criterion->min)) ||
		(max && !parser_read_number(parser, max, "max", max_scale, &criterion->max)))
		return false;
	if (min && max && decimal_below(criterion->max, criterion->min))
		return parser_refuse(parser, "min is above max");
	return true;
}

static bool
read_coef(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	return parser_read_number(parser, json_member(node, "coef"), "coef", FIXED_MAX_SCALE,
							  &criterion->coefficient) &&
		   read_limits(parser, node, criterion, FIXED_MAX_SCALE);
}

static bool
read_names(Parser *parser, const JsonNode *node, const char *what, Criterion *criterion)
{
	if (!parser_expect(parser, node, JSON_ARRAY, what))
		return false;
	if (node->count == 0)
		return core_fail(parser->error, CORE_INVALID, "%s: %s is empty", parser->where, what);
	criterion->name_count = node->count;
	criterion->names = palloc(sizeof(char *) * node->count);
	for (int i = 0; i < node->count; i++)
		if (!parser_read_name(parser, node->children[i], what, &criterion->names[i]))
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
		return parser_refuse(parser, "a section has a min, a max or both");
	return true;
}

static bool
refuse_without_as_of(Parser *parser, const char *function)
{
	core_fail(parser->error, CORE_INVALID, "%s: %s needs the \"as_of\" of the scorecard",
			  parser->where, function);
	return core_hint(parser->error,
					 "Give the day as \"as_of\": \"YYYY-MM-DD\" beside \"criteria\"; "
					 "of a scorecard in rows it stands in equity.scorecard_version.as_of.");
}

static bool
read_derive(Parser *parser, const JsonNode *node, Criterion *criterion)
{
	const JsonNode *field = json_member(node, "field");
	const JsonNode *fields = json_member(node, "fields");
	int			function;

	if (!parser_read_word(parser, json_member(node, "fn"), "fn", derive_function_names, &function))
		return false;
	criterion->function = (DeriveFunction) function;
	if (derive_is_age(function))
	{
		if (field == NULL || fields != NULL)
			return core_fail(parser->error, CORE_INVALID, "%s: %s reads one \"field\"",
							 parser->where, derive_function_names[function]);
		if (!parser->card->has_as_of)
			return refuse_without_as_of(parser, derive_function_names[function]);
		criterion->name_count = 1;
		criterion->names = palloc(sizeof(char *));
		return parser_read_name(parser, field, "field", &criterion->names[0]);
	}
	if (field != NULL || fields == NULL)
		return parser_refuse(parser, "this fn reads \"fields\"");
	if (!read_names(parser, fields, "fields", criterion))
		return false;
	if (function == DERIVE_RATIO && criterion->name_count != 2)
		return parser_refuse(parser, "ratio reads two fields");
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
			return parser_refuse(parser, "a gate gives no points when missing");
		criterion->missing = MISSING_POINTS;
		return parser_check_keys(parser, node, "points") &&
			parser_read_points(parser, json_member(node, "points"), "the points when missing",
						&criterion->missing_points);
	}
	if (!parser_read_word(parser, node, "missing", missing_policy_names, &policy))
		return core_hint(parser->error, "missing is undetermined, reject, worst or best, "
						 "or of a criterion that gives points {\"points\": n}.");
	if (policy == MISSING_POINTS)
		return parser_refuse(parser, "points when missing are written {\"points\": n}");
	criterion->missing = (MissingPolicy) policy;
	return true;
}

/* Reads what a criterion has by its kind, beside code, field, reason and missing. */
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
			return parser_read_points(parser, json_member(node, "points"), "points",
									  &criterion->points);
		case KIND_SECTION:
			return read_section(parser, node, criterion);
		default:
			return read_derive(parser, node, criterion);
	}
}

bool
parser_read_criterion(Parser *parser, const JsonNode *node, int number, Criterion *criterion)
{
	const JsonNode *code;
	const JsonNode *kind_node;
	const JsonNode *reason;
	int			kind;

	parser->where = psprintf("criterion %d", number);
	if (!parser_expect(parser, node, JSON_OBJECT, "the criterion"))
		return false;
	code = json_member(node, "code");
	kind_node = json_member(node, "kind");
	if (code == NULL || kind_node == NULL)
		return parser_refuse(parser, "\"code\" and \"kind\" are needed");
	if (!parser_read_name(parser, code, "code", &criterion->code))
		return false;

	parser->where = psprintf("criterion \"%s\"", criterion->code);
	if (!parser_read_word(parser, kind_node, "kind", criterion_kind_names, &kind))
		return false;
	criterion->kind = (CriterionKind) kind;
	if (!parser_check_keys(parser, node, kind_keys[kind]))
		return false;
	if (kind != KIND_DERIVE && json_member(node, "field") &&
		!parser_read_name(parser, json_member(node, "field"), "field", &criterion->field))
		return false;
	reason = json_member(node, "reason");
	criterion->reason = criterion->code;
	if (reason && !parser_read_name(parser, reason, "reason", &criterion->reason))
		return false;
	return read_by_kind(parser, node, criterion) &&
		read_missing(parser, json_member(node, "missing"), criterion);
}
