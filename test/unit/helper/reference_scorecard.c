/*
 * reference_scorecard.c
 *	  A second opinion on a scorecard.
 *
 * Slow and plain: every list is walked, every number is computed as at school, with
 * 24 decimals.  Only the calendar is the core's, which has tests of its own.
 * A quotient whose lowest terms are small is multiplied as the fraction that it
 * is, another is cut to 24 decimals; compared it is exactly in either case.
 */
#include "helper/reference_scorecard.h"

#include "helper/schoolbook.h"
#include "core/base/calendar.h"

typedef struct Judge
{
	const Card *card;
	const Record *record;
	ReferenceAssessment *reference;
	Value	   *derived;		/* by criterion */
	const bool *used;			/* by criterion: a derived number that is read */
} Judge;

static int
sign_of(int128 number)
{
	return (number > 0) - (number < 0);
}

static int128
wide_of(Decimal number)
{
	return number.digits * fixed_power10(VALUE_SCALE - number.scale);
}

static LongNumber
power_of_ten(int exponent)
{
	return schoolbook_of(fixed_power10(exponent));
}

/* ---- values ---- */

/* The latest derived number of that name before a criterion, or -1. */
static int
provider(const Card *card, int reader, const char *name)
{
	for (int i = reader - 1; i >= 0; i--)
		if (card->criteria[i].kind == KIND_DERIVE && strcmp(card->criteria[i].code, name) == 0)
			return i;
	return -1;
}

/* What a criterion reads: such a number, or the column. */
static const Value *
find_value(const Judge *judge, int reader, const char *name)
{
	static const Value missing = {.missing = true};
	int			derived = provider(judge->card, reader, name);

	if (derived >= 0)
		return &judge->derived[derived];
	for (int i = 0; i < judge->record->count; i++)
		if (strcmp(judge->record->names[i], name) == 0)
			return &judge->record->values[i];
	return &missing;
}

/* Which derived numbers anything depends on. */
static bool *
find_used(const Card *card)
{
	bool	   *used = palloc0(card->criterion_count + 1) + 1;	/* used[-1] is for columns */

	for (int i = card->criterion_count - 1; i >= 0; i--)
	{
		const Criterion *criterion = &card->criteria[i];

		if (criterion->field)
			used[provider(card, i, criterion->field)] = true;
		if (criterion->than)
			used[provider(card, i, criterion->than)] = true;
		for (int j = 0; criterion->kind == KIND_DERIVE && used[i] && j < criterion->name_count; j++)
			used[provider(card, i, criterion->names[j])] = true;
	}
	return used;
}

static int
compare_number(const Value *value, Decimal constant)
{
	int			order = sign_of(value->number - wide_of(constant));

	if (value->beyond)
		return value->beyond;
	return order ? order : value->rest;
}

/* Against a constant: below, equal, above. */
static int
compare_value(const Value *value, const Constant *constant)
{
	switch (constant->kind)
	{
		case CONSTANT_NUMBER:
			return compare_number(value, constant->number);
		case CONSTANT_DATE:
			return sign_of((int128) value->days - constant->days);
		case CONSTANT_BOOLEAN:
			return (value->number != 0) - constant->truth;
		default:
			return sign_of(strcmp(value->text, constant->text));
	}
}

/* What people see of a derived number: twelve decimals, cut off. */
static char *
shown(int128 number)
{
	return wide_text(number / fixed_power10(VALUE_SCALE - FIXED_MAX_SCALE));
}

/* Below 10^12, also when its sign is changed and the part behind 12 decimals rounded up. */
static bool
is_within(int128 number, int rest)
{
	int128		limit = fixed_power10(FIXED_MAGNITUDE_DIGITS + VALUE_SCALE);
	int128		least = fixed_power10(VALUE_SCALE - FIXED_MAX_SCALE) - limit;

	return number < limit && (number > least || (number == least && rest >= 0));
}

static void
set_derived(Value *value, int128 number, int rest)
{
	value->type = VALUE_NUMBER;
	value->missing = false;
	value->number = number;
	value->rest = rest;
	value->text = shown(number);
	if (is_within(number, rest))
		return;
	value->beyond = sign_of(number);
	value->number = 0;
	value->text = psprintf("%s10^12", number > 0 ? ">= " : "<= -");
}

static int128
common_divisor(int128 a, int128 b)
{
	return b == 0 ? a : common_divisor(b, a % b);
}

static void
set_fraction(Value *value, int128 top, int128 bottom)
{
	int128		divisor = common_divisor(Max(top, -top), Max(bottom, -bottom));

	if (bottom < 0)
		divisor = -divisor;
	top /= divisor;
	bottom /= divisor;
	if (Max(top, -top) < fixed_power10(15) && bottom < fixed_power10(9))
	{
		value->top = (int64) top;
		value->bottom = (int64) bottom;
	}
}

static void
derive_ratio(Value *result, const Value *top, const Value *bottom)
{
	LongNumber	numerator = schoolbook_times(schoolbook_of(top->number), power_of_ten(VALUE_SCALE));
	LongNumber	denominator = schoolbook_of(bottom->number);
	bool		negative = numerator.negative != denominator.negative;
	LongNumber	quotient;
	bool		exact;

	if (bottom->number == 0)
		return;
	numerator.negative = denominator.negative = false;
	quotient = schoolbook_floor(numerator, denominator, &exact);
	if (quotient.count > 37)
		quotient = (LongNumber) {false, 37, {[36] = 1}};
	quotient.negative = negative;
	set_derived(result, schoolbook_number(quotient), negative ? -!exact : !exact);
	set_fraction(result, top->number, bottom->number);
}

static void
derive(Judge *judge, int number)
{
	const Criterion *criterion = &judge->card->criteria[number];
	Value	   *result = &judge->derived[number];
	const Value *first = find_value(judge, number, criterion->names[0]);
	int128		total = 0;

	result->missing = true;
	for (int i = 0; i < criterion->name_count; i++)
	{
		const Value *value = find_value(judge, number, criterion->names[i]);
		int128		part = value->number;

		if (value->missing)
			return;
		if (value->beyond)
		{
			judge->reference->too_large = true;
			return;
		}
		if (criterion->function == DERIVE_SUM)
			total += part;
		else if (criterion->function == DERIVE_COUNT_TRUE)
			total += part != 0 ? fixed_power10(VALUE_SCALE) : 0;
		else if (i == 0 || (criterion->function == DERIVE_MIN) == (part < total))
			total = part;
	}
	if (criterion->function == DERIVE_RATIO)
		derive_ratio(result, first, find_value(judge, number, criterion->names[1]));
	else if (criterion->function == DERIVE_AGE_YEARS)
		set_derived(result, date_completed_years(first->days, judge->card->as_of) *
					fixed_power10(VALUE_SCALE), 0);
	else if (criterion->function == DERIVE_AGE_YEARS_THAI)
		set_derived(result, date_completed_years(first->days - 1, judge->card->as_of) *
					fixed_power10(VALUE_SCALE), 0);
	else
		set_derived(result, total, 0);
}

/* ---- gates ---- */

static bool
holds(const Value *value, const char *text)
{
	for (int i = 0; i < value->item_count; i++)
		if (strcmp(value->items[i], text) == 0)
			return true;
	return false;
}

static bool
passes(const Criterion *criterion, const Value *value)
{
	const Constant *constants = criterion->constants;
	int			equal = 0;
	int			held = 0;

	for (int i = 0; i < criterion->constant_count; i++)
	{
		if (op_reads_items(criterion->op))
			held += holds(value, constants[i].text);
		else
			equal += compare_value(value, &constants[i]) == 0;
	}
	switch (criterion->op)
	{
		case OP_EQUAL:
		case OP_IN:
			return equal > 0;
		case OP_NOT_EQUAL:
		case OP_NOT_IN:
			return equal == 0;
		case OP_LESS:
			return compare_value(value, constants) < 0;
		case OP_LESS_EQUAL:
			return compare_value(value, constants) <= 0;
		case OP_GREATER:
			return compare_value(value, constants) > 0;
		case OP_GREATER_EQUAL:
			return compare_value(value, constants) >= 0;
		case OP_BETWEEN:
			return compare_value(value, &constants[0]) >= 0 &&
				compare_value(value, &constants[1]) <= 0;
		case OP_OVERLAPS:
			return held > 0;
		case OP_CONTAINS:
			return held == criterion->constant_count;
		case OP_DISJOINT:
			return held == 0;
		default:
			return value->missing == (criterion->op == OP_IS_NULL);
	}
}

/* Against another field; false when they cannot be compared. */
static bool
passes_than(GateOp op, const Value *value, const Value *than, bool *passed)
{
	int			order = 0;

	if (value->type != than->type || (value->type == VALUE_TRUTH && op >= OP_LESS))
		return false;
	if (value->beyond || than->beyond)
		order = value->beyond - than->beyond;
	else if (value->type == VALUE_DATE)
		order = sign_of((int128) value->days - than->days);
	else if (value->type == VALUE_TEXT)
		order = sign_of(strcmp(value->text, than->text));
	else
		order = sign_of(value->number - than->number);
	if (value->beyond && order == 0)
		return false;
	if (order == 0)
		order = sign_of(value->rest - than->rest);
	*passed = (order < 0 && (op == OP_LESS || op == OP_LESS_EQUAL || op == OP_NOT_EQUAL)) ||
		(order == 0 && (op == OP_EQUAL || op == OP_LESS_EQUAL || op == OP_GREATER_EQUAL)) ||
		(order > 0 && (op == OP_GREATER || op == OP_GREATER_EQUAL || op == OP_NOT_EQUAL));
	return true;
}

/* ---- points ---- */

static const Step *
find_step(const Criterion *criterion, const Value *value)
{
	const Step *steps = criterion->steps;
	int			below = criterion->upper ? 1 : 0;

	/* of whole numbers, above is at least one above */
	for (int i = 0; i < criterion->step_count; i++)
		if ((!steps[i].has_low || compare_number(value, steps[i].low) >= below) &&
			(!steps[i].has_high || compare_number(value, steps[i].high) < below))
			return &steps[i];
	return NULL;
}

/* In units of 10^-24, over a denominator */
typedef struct Fraction
{
	LongNumber	top;
	LongNumber	bottom;
} Fraction;

static Fraction
fraction_of(const Value *value)
{
	if (value->bottom == 0)
		return (Fraction) {schoolbook_of(value->number), schoolbook_of(1)};
	return (Fraction) {schoolbook_times(schoolbook_of(value->top), power_of_ten(VALUE_SCALE)),
					   schoolbook_of(value->bottom)};
}

/* p + (x - a) * (q - p) / (b - a) over one denominator */
static int64
linear_points(const Judge *judge, const Criterion *criterion, const Value *value)
{
	const Knot *knot = criterion->knots;
	const Knot *last = knot + criterion->knot_count - 1;
	Fraction	part = fraction_of(value);
	LongNumber	from;
	LongNumber	length;
	LongNumber	numerator;

	if (compare_number(value, knot->value) <= 0)
		return knot->points;
	if (compare_number(value, last->value) >= 0)
		return last->points;
	while (compare_number(value, knot[1].value) >= 0)
		knot++;
	from = schoolbook_of(wide_of(knot[0].value));
	length = schoolbook_of(wide_of(knot[1].value) - wide_of(knot[0].value));
	numerator = schoolbook_times(schoolbook_minus(part.top, schoolbook_times(from, part.bottom)),
							schoolbook_of((int128) knot[1].points - knot[0].points));
	length = schoolbook_times(length, part.bottom);
	numerator = schoolbook_add(numerator, schoolbook_times(schoolbook_of(knot[0].points), length));
	return (int64) schoolbook_number(schoolbook_divide(numerator, length, judge->card->rounding));
}

static bool
coef_points(const Judge *judge, const Criterion *criterion, const Value *value, int64 *points)
{
	Fraction	factor = fraction_of(value);
	int			drop = VALUE_SCALE + criterion->coefficient.scale - judge->card->scale;

	if (value->beyond && !(value->beyond > 0 ? criterion->has_max : criterion->has_min))
		return false;
	if (criterion->has_min && compare_number(value, criterion->min) < 0)
		factor = (Fraction) {schoolbook_of(wide_of(criterion->min)), schoolbook_of(1)};
	if (criterion->has_max && compare_number(value, criterion->max) > 0)
		factor = (Fraction) {schoolbook_of(wide_of(criterion->max)), schoolbook_of(1)};
	factor.top = schoolbook_times(schoolbook_of(criterion->coefficient.digits), factor.top);
	factor.bottom = schoolbook_times(power_of_ten(drop), factor.bottom);
	*points = (int64) schoolbook_number(schoolbook_divide(factor.top, factor.bottom,
												judge->card->rounding));
	return true;
}

/* A number's text without the zeros behind its fraction. */
static char *
trimmed(const char *text)
{
	const char *at = text + (*text == '-');
	size_t		whole = strspn(at, "0123456789");
	size_t		fraction = at[whole] == '.' ? strspn(at + whole + 1, "0123456789") : 0;
	char	   *copy = pstrdup(text);
	char	   *end = copy + strlen(copy);

	if (whole == 0 || fraction == 0 || at[whole + 1 + fraction] != '\0')
		return copy;
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
	return copy;
}

static const EnumKey *
find_key(const Criterion *criterion, const Value *value)
{
	char	   *text = trimmed(value->text);

	for (int i = 0; i < criterion->key_count; i++)
		if (strcmp(criterion->keys[i].text, text) == 0)
			return &criterion->keys[i];
	return NULL;
}

/* Can a value fall between or beside the steps? */
static bool
has_gap(const Criterion *criterion)
{
	const Step *steps = criterion->steps;
	int			count = criterion->step_count;

	for (int i = 1; i < count; i++)
		if (wide_of(steps[i - 1].high) != wide_of(steps[i].low))
			return true;
	return steps[0].has_low || steps[count - 1].has_high;
}

/* Points that a value can get at the ends of what is possible. */
static int
collect_points(const Judge *judge, const Criterion *criterion, int64 *points)
{
	Value		end = {.type = VALUE_NUMBER};
	int			count = 0;

	for (int i = 0; i < criterion->step_count; i++)
		points[count++] = criterion->steps[i].points;
	for (int i = 0; i < criterion->knot_count; i++)
		points[count++] = criterion->knots[i].points;
	for (int i = 0; i < criterion->key_count; i++)
		points[count++] = criterion->keys[i].points;
	for (int i = 0; i < 2 && criterion->kind == KIND_COEF; i++)
	{
		end.number = wide_of(i ? criterion->max : criterion->min);
		if (i ? criterion->has_max : criterion->has_min)
			coef_points(judge, criterion, &end, &points[count++]);
	}
	if (criterion->has_otherwise && (criterion->kind == KIND_ENUM || has_gap(criterion)))
		points[count++] = criterion->otherwise;
	return count;
}

static int64
extreme_points(const Judge *judge, const Criterion *criterion, int direction)
{
	int			room = criterion->step_count + criterion->knot_count + criterion->key_count + 3;
	int64	   *points = palloc(sizeof(int64) * room);
	int			count = collect_points(judge, criterion, points);
	int64		best = points[0];

	for (int i = 1; i < count; i++)
		best = direction > 0 ? Max(best, points[i]) : Min(best, points[i]);
	return best;
}

/* ---- a criterion ---- */

static Outcome
judge_missing(const Judge *judge, const Criterion *criterion, int64 *points)
{
	bool		gate = criterion->kind == KIND_GATE;

	switch (criterion->missing)
	{
		case MISSING_REJECT:
			return OUTCOME_FAILED;
		case MISSING_POINTS:
			*points = criterion->missing_points;
			return OUTCOME_PASSED;
		case MISSING_WORST:
			*points = gate ? 0 : extreme_points(judge, criterion, -1);
			return gate ? OUTCOME_FAILED : OUTCOME_PASSED;
		case MISSING_BEST:
			*points = gate ? 0 : extreme_points(judge, criterion, 1);
			return OUTCOME_PASSED;
		default:
			return OUTCOME_UNDETERMINED;
	}
}

static Outcome
judge_value(Judge *judge, const Criterion *criterion, const Value *value, int64 *points)
{
	const Step *step;
	const EnumKey *key;

	switch (criterion->kind)
	{
		case KIND_GATE:
			return passes(criterion, value) ? OUTCOME_PASSED : OUTCOME_FAILED;
		case KIND_BAND:
			step = find_step(criterion, value);
			*points = step ? step->points : criterion->otherwise;
			break;
		case KIND_LINEAR:
			*points = linear_points(judge, criterion, value);
			break;
		case KIND_ENUM:
			key = find_key(criterion, value);
			if (key == NULL && !criterion->has_otherwise)
				return judge_missing(judge, criterion, points);
			*points = key ? key->points : criterion->otherwise;
			break;
		default:
			judge->reference->too_large |= !coef_points(judge, criterion, value, points);
	}
	return OUTCOME_PASSED;
}

static void
judge_criterion(Judge *judge, int number)
{
	const Criterion *criterion = &judge->card->criteria[number];
	int64	   *points = &judge->reference->points[number];
	Outcome    *outcome = &judge->reference->outcomes[number];
	const Value *value;

	*outcome = OUTCOME_PASSED;
	if (criterion->kind == KIND_DERIVE && judge->used[number])
		derive(judge, number);
	if (criterion->kind == KIND_CONST)
		*points = criterion->points;
	if (criterion->field == NULL)
		return;
	value = find_value(judge, number, criterion->field);
	if (criterion->than)
	{
		const Value *than = find_value(judge, number, criterion->than);
		bool		passed = false;

		if (value->missing || than->missing)
			*outcome = judge_missing(judge, criterion, points);
		else
		{
			judge->reference->too_large |= !passes_than(criterion->op, value, than, &passed);
			*outcome = passed ? OUTCOME_PASSED : OUTCOME_FAILED;
		}
		return;
	}
	if (value->missing && criterion->op != OP_IS_NULL && criterion->op != OP_NOT_NULL)
		*outcome = judge_missing(judge, criterion, points);
	else
		*outcome = judge_value(judge, criterion, value, points);
}

/* ---- the whole card ---- */

/* Does any gate of the group pass; if not, could one? */
static Outcome
group_outcome(const Judge *judge, const char *group)
{
	Outcome		outcome = OUTCOME_FAILED;

	for (int i = 0; i < judge->card->criterion_count; i++)
	{
		const Criterion *criterion = &judge->card->criteria[i];

		if (criterion->group == NULL || strcmp(criterion->group, group) != 0)
			continue;
		if (judge->reference->outcomes[i] == OUTCOME_PASSED)
			return OUTCOME_PASSED;
		if (judge->reference->outcomes[i] == OUTCOME_UNDETERMINED)
			outcome = OUTCOME_UNDETERMINED;
	}
	return outcome;
}

static void
judge_eligible(Judge *judge)
{
	ReferenceAssessment *reference = judge->reference;
	int			failed = 0;
	int			unknown = 0;

	for (int i = 0; i < judge->card->criterion_count; i++)
	{
		const Criterion *criterion = &judge->card->criteria[i];
		Outcome		outcome = reference->outcomes[i];

		reference->reasons[i] = outcome != OUTCOME_PASSED && criterion->kind != KIND_SECTION;
		if (criterion->group)
		{
			outcome = group_outcome(judge, criterion->group);
			reference->reasons[i] &= outcome != OUTCOME_PASSED;
		}
		else if (criterion->kind != KIND_GATE && criterion->missing != MISSING_REJECT)
			continue;
		failed += outcome == OUTCOME_FAILED;
		unknown += outcome == OUTCOME_UNDETERMINED;
	}
	reference->eligible = failed ? OUTCOME_FAILED : unknown ? OUTCOME_UNDETERMINED : OUTCOME_PASSED;
}

static int
section_of(const Card *card, const char *code)
{
	for (int i = 0; i < card->criterion_count; i++)
	{
		const Criterion *criterion = &card->criteria[i];

		for (int j = 0; criterion->kind == KIND_SECTION && j < criterion->name_count; j++)
			if (strcmp(criterion->names[j], code) == 0)
				return i;
	}
	return -1;
}

static int128
points_limit(const Judge *judge, Decimal limit)
{
	return limit.digits * fixed_power10(judge->card->scale - limit.scale);
}

static void
judge_score(Judge *judge)
{
	const Card *card = judge->card;
	ReferenceAssessment *reference = judge->reference;
	int128	   *sums = palloc0(sizeof(int128) * card->criterion_count);
	int128		total = 0;

	reference->scored = true;
	for (int i = 0; i < card->criterion_count; i++)
	{
		int			section = section_of(card, card->criteria[i].code);

		if (card->criteria[i].kind != KIND_GATE && reference->outcomes[i] != OUTCOME_PASSED)
			reference->scored = false;
		if (card->criteria[i].kind != KIND_GATE && section >= 0)
			sums[section] += reference->points[i];
		else
			total += card->criteria[i].kind == KIND_GATE ? 0 : reference->points[i];
	}
	for (int i = 0; i < card->criterion_count; i++)
	{
		const Criterion *criterion = &card->criteria[i];

		if (criterion->kind != KIND_SECTION)
			continue;
		if (criterion->has_min)
			sums[i] = Max(sums[i], points_limit(judge, criterion->min));
		if (criterion->has_max)
			sums[i] = Min(sums[i], points_limit(judge, criterion->max));
		reference->points[i] = (int64) sums[i];
		total += sums[i];
	}
	reference->score = (int64) total;
}

static const char *
class_label(const Judge *judge)
{
	for (int i = 0; i < judge->card->class_count; i++)
	{
		const Step *step = &judge->card->classes[i];

		if (!step->has_high || judge->reference->score < points_limit(judge, step->high))
			return step->label;
	}
	return NULL;
}

void
reference_assess(const Card *card, const Record *record, ReferenceAssessment *reference)
{
	Judge		judge = {card, record, reference, palloc0(sizeof(Value) * card->criterion_count),
	find_used(card)};

	memset(reference, 0, sizeof(*reference));
	reference->outcomes = palloc0(sizeof(Outcome) * card->criterion_count);
	reference->points = palloc0(sizeof(int64) * card->criterion_count);
	reference->reasons = palloc0(sizeof(bool) * card->criterion_count);
	for (int i = 0; i < card->criterion_count; i++)
		judge_criterion(&judge, i);
	judge_eligible(&judge);
	judge_score(&judge);
	reference->label = reference->scored ? class_label(&judge) : NULL;
}
