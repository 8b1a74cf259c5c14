/*
 * compile.c
 *	  Card to program, and what can only be said of a whole card.
 *
 * Refused here: duplicate codes, sections that name no criterion or share a
 * member, fields compared with values of two kinds, and numbers whose products
 * or sums could leave their integers.  The last is what lets evaluation run
 * without one check for overflow.
 */
#include "core/scorecard/compiler.h"

#include "core/scorecard/lookup.h"

/* ---- the block ---- */

int32
compiler_emit(Compiler *compiler, const void *data, Size size)
{
	static const char zeros[MAXIMUM_ALIGNOF] = {0};
	StringInfo	out = &compiler->out;
	int32		offset;

	appendBinaryStringInfo(out, zeros, (int) (MAXALIGN(out->len) - out->len));
	offset = out->len;
	appendBinaryStringInfo(out, data, (int) size);
	return offset;
}

int32
compiler_emit_string(Compiler *compiler, const char *text)
{
	int32		offset = compiler->out.len;

	appendBinaryStringInfo(&compiler->out, text, (int) strlen(text) + 1);
	return offset;
}

/* ---- refusals that name the criterion ---- */

bool
compiler_refuse(Compiler *compiler, const Criterion *criterion, const char *what)
{
	return core_fail(compiler->error, CORE_INVALID, "criterion \"%s\": %s", criterion->code, what);
}

/* ---- criteria ---- */

bool
compiler_number_key(Compiler *compiler, const Criterion *criterion, const ProgramField *field,
					Decimal number, int64 *key)
{
	if (!decimal_rescale(number, field->key_scale, key))
	{
		compiler_refuse(compiler, criterion,
						"the numbers of its field need more than 18 digits together");
		return core_detail(compiler->error,
						   "%s with %d decimals, as other numbers of the field have, does not fit.",
						   decimal_text(number), field->key_scale);
	}
	*key *= 2;
	return true;
}

/* The key of a gate's constant: a number, a day or a truth value. */
static bool
constant_key(Compiler *compiler, const Criterion *criterion, const ProgramField *field,
			 const Constant *constant, int64 *key)
{
	if (constant->kind == CONSTANT_NUMBER)
		return compiler_number_key(compiler, criterion, field, constant->number, key);
	*key = 2 * (int64) (constant->kind == CONSTANT_DATE ? constant->days : constant->truth);
	return true;
}

static int
compare_int64(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return (left > right) - (left < right);
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Emits texts, sorted already, and their prefixes as the keys of a criterion. */
static void
emit_strings(Compiler *compiler, ProgramCriterion *out, const char **texts, int count)
{
	TextKey	   *strings = palloc(sizeof(TextKey) * count);
	int64	   *prefixes = palloc(sizeof(int64) * count);

	for (int i = 0; i < count; i++)
	{
		strings[i].offset = compiler_emit_string(compiler, texts[i]);
		strings[i].length = (int32) strlen(texts[i]);
		prefixes[i] = first_eight_bytes(texts[i], strings[i].length);
	}
	out->count = count;
	out->prefixes = compiler_emit(compiler, prefixes, sizeof(int64) * count);
	out->keys = compiler_emit(compiler, strings, sizeof(TextKey) * count);
}

/* Compiles a gate's constants; those of sets are sorted, so that they can be searched. */
static bool
compile_gate(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out)
{
	int			count = criterion->constant_count;
	bool		is_set = criterion->op >= OP_IN;
	const ProgramField *field = &compiler->fields[out->field];
	int64	   *keys;
	const char **texts;

	out->op = criterion->op;
	if (count == 0)
		return true;
	if (criterion->constants[0].kind == CONSTANT_TEXT || op_reads_items(criterion->op))
	{
		texts = palloc(sizeof(char *) * count);
		for (int i = 0; i < count; i++)
			texts[i] = criterion->constants[i].text;
		if (is_set)
			qsort(texts, count, sizeof(char *), compare_strings);
		out->compares_text = true;
		emit_strings(compiler, out, texts, count);
		return true;
	}
	keys = palloc(sizeof(int64) * count);
	for (int i = 0; i < count; i++)
		if (!constant_key(compiler, criterion, field, &criterion->constants[i], &keys[i]))
			return false;
	if (is_set)
		qsort(keys, count, sizeof(int64), compare_int64);
	out->count = count;
	out->keys = compiler_emit(compiler, keys, sizeof(int64) * count);
	return true;
}

void
compiler_widen_range(ProgramCriterion *out, int64 points)
{
	out->low = Min(out->low, points);
	out->high = Max(out->high, points);
}

/*
 * Steps become cuts and the points between them: below the first cut, from each cut to
 * the next, from the last on.  Gaps between steps give the points of otherwise.  Steps
 * that hold their high ends are cut just above them, at the odd keys that follow.
 */
static bool
compile_band(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out)
{
	const ProgramField *field = &compiler->fields[out->field];
	int64	   *cuts = palloc(sizeof(int64) * 2 * criterion->step_count);
	int64	   *points = palloc(sizeof(int64) * (2 * criterion->step_count + 1));
	int			count = 0;
	int64		last = 0;
	bool		open = true;	/* no cut stands at the last step's high end */

	points[0] = criterion->otherwise;
	for (int i = 0; i < criterion->step_count; i++)
	{
		const Step *step = &criterion->steps[i];
		int64		low = 0;

		if (step->has_low && !compiler_number_key(compiler, criterion, field, step->low, &low))
			return false;
		if (step->has_low && (open || low != last))
			cuts[count++] = low;
		points[count] = step->points;
		open = !step->has_high;
		if (step->has_high)
		{
			if (!compiler_number_key(compiler, criterion, field, step->high, &last))
				return false;
			cuts[count++] = last;
			points[count] = criterion->otherwise;
		}
	}
	out->low = out->high = points[0];
	for (int i = 1; i <= count; i++)
		compiler_widen_range(out, points[i]);
	out->upper = criterion->upper;
	for (int i = 0; i < count; i++)
		cuts[i] += criterion->upper;
	out->count = count;
	out->keys = compiler_emit(compiler, cuts, sizeof(int64) * count);
	out->points = compiler_emit(compiler, points, sizeof(int64) * (count + 1));
	return true;
}

/* Points of a text that is not a key stand before those of the keys, at index -1. */
static void
compile_enum(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out)
{
	int			count = criterion->key_count;
	int64	   *points = palloc(sizeof(int64) * (count + 1));
	const char **texts = palloc(sizeof(char *) * count);

	points[0] = criterion->otherwise;
	out->low = out->high =
		criterion->has_otherwise ? criterion->otherwise : criterion->keys[0].points;
	for (int i = 0; i < count; i++)
	{
		texts[i] = criterion->keys[i].text;
		points[i + 1] = criterion->keys[i].points;
		compiler_widen_range(out, criterion->keys[i].points);
	}
	emit_strings(compiler, out, texts, count);
	out->points = compiler_emit(compiler, points, sizeof(int64) * (count + 1)) + sizeof(int64);
}

static int
find_criterion(const Card *card, const char *code)
{
	for (int i = 0; i < card->criterion_count; i++)
		if (strcmp(card->criteria[i].code, code) == 0)
			return i;
	return -1;
}

static bool
gives_points(CriterionKind kind)
{
	return kind >= KIND_BAND && kind <= KIND_CONST;
}

/* A section takes its members' points out of the sum of the card and adds its own. */
static bool
compile_section(Compiler *compiler, const Criterion *criterion, int number, ProgramCriterion *out)
{
	int			scale = compiler->card->scale;
	int128		unit = fixed_power10(WIDE_SCALE - scale);
	int128		low = 0;
	int128		high = 0;
	int64		limit;

	for (int i = 0; i < criterion->name_count; i++)
	{
		int			member = find_criterion(compiler->card, criterion->names[i]);

		if (member < 0 || !gives_points(compiler->card->criteria[member].kind))
			return core_fail(compiler->error, CORE_INVALID,
							 "criterion \"%s\": member \"%s\" is not a criterion that gives points",
							 criterion->code, criterion->names[i]);
		if (compiler->criteria[member].section >= 0)
			return core_fail(compiler->error, CORE_INVALID,
							 "criterion \"%s\": member \"%s\" is in a section already",
							 criterion->code, criterion->names[i]);
		compiler->criteria[member].section = number;
		low += compiler->criteria[member].low;
		high += compiler->criteria[member].high;
		out->low_unbounded |= compiler->criteria[member].low_unbounded && !criterion->has_min;
		out->high_unbounded |= compiler->criteria[member].high_unbounded && !criterion->has_max;
	}
	out->has_min = criterion->has_min;
	out->has_max = criterion->has_max;
	if ((out->has_min && !decimal_rescale(criterion->min, scale, &limit)) ||
		(out->has_max && !decimal_rescale(criterion->max, scale, &limit)))
		return compiler_refuse(compiler, criterion, "its limits need more than 18 digits");
	/* a limit that is not given must not cut off the one that is */
	out->min = criterion->has_min ? decimal_widen(criterion->min) / unit : low;
	out->max = criterion->has_max ? decimal_widen(criterion->max) / unit : Max(high, out->min);
	if (!criterion->has_min)
		out->min = Min(low, out->max);
	low = Min(Max(low, out->min), out->max);
	high = Min(Max(high, out->min), out->max);
	out->low = (int64) low;
	out->high = (int64) high;
	return true;
}

/* The index of a group of gates, in order of first use. */
static int
find_or_add_group(Compiler *compiler, const char *name)
{
	for (int i = 0; i < compiler->group_count; i++)
		if (strcmp(compiler->groups[i], name) == 0)
			return i;
	compiler->groups[compiler->group_count] = name;
	return compiler->group_count++;
}

static bool
compile_by_kind(Compiler *compiler, const Criterion *criterion, ProgramCriterion *out)
{
	switch (criterion->kind)
	{
		case KIND_GATE:
			return compile_gate(compiler, criterion, out);
		case KIND_BAND:
			return compile_band(compiler, criterion, out);
		case KIND_LINEAR:
			return compile_linear(compiler, criterion, out);
		case KIND_ENUM:
			compile_enum(compiler, criterion, out);
			return true;
		case KIND_COEF:
			return compile_coef(compiler, criterion, out);
		case KIND_CONST:
			out->low = out->high = criterion->points;
			return true;
		default:
			return true;
	}
}

/* Fills what all kinds share, then what the kind has by itself. */
static bool
compile_criterion(Compiler *compiler, int number)
{
	const Criterion *criterion = &compiler->card->criteria[number];
	ProgramCriterion *out = &compiler->criteria[number];

	out->kind = criterion->kind;
	out->missing = criterion->missing;
	out->missing_points = criterion->missing_points;
	out->has_otherwise = criterion->has_otherwise;
	out->otherwise = criterion->otherwise;
	out->code = compiler_emit_string(compiler, criterion->code);
	out->reason = compiler_emit_string(compiler, criterion->reason);
	out->section = -1;
	out->group = -1;
	out->group_name = -1;
	if (criterion->group)
	{
		out->group = find_or_add_group(compiler, criterion->group);
		out->group_name = compiler_emit_string(compiler, criterion->group);
	}
	if (!compile_by_kind(compiler, criterion, out))
		return false;
	if (criterion->missing == MISSING_POINTS)
		compiler_widen_range(out, criterion->missing_points);
	return true;
}

/* ---- the whole ---- */

static bool
check_codes(Compiler *compiler)
{
	const Card *card = compiler->card;

	for (int i = 0; i < card->criterion_count; i++)
		if (find_criterion(card, card->criteria[i].code) != i)
			return core_fail(compiler->error, CORE_INVALID, "duplicate criterion \"%s\"",
							 card->criteria[i].code);
	return true;
}

/* Refuses a card whose points could add up to more than an int64 holds. */
static bool
check_sum(Compiler *compiler)
{
	int128		sum = 0;

	for (int i = 0; i < compiler->card->criterion_count; i++)
	{
		const ProgramCriterion *criterion = &compiler->criteria[i];

		sum += Max(Max(-(int128) criterion->low, criterion->high), 0);
		if (sum > POINTS_LIMIT)
			return compiler_refuse(compiler, &compiler->card->criteria[i],
								   "the sum of points can be too large");
	}
	return true;
}

/* Fields come first, for scales; sections last, as they need what their members can give. */
static bool
compile_criteria(Compiler *compiler)
{
	int			count = compiler->card->criterion_count;

	if (!compile_fields(compiler))
		return false;
	for (int i = 0; i < count; i++)
		if (!compile_criterion(compiler, i))
			return false;
	for (int i = 0; i < count; i++)
		if (compiler->card->criteria[i].kind == KIND_SECTION &&
			!compile_section(compiler, &compiler->card->criteria[i], i, &compiler->criteria[i]))
			return false;
	return check_sum(compiler);
}

/* Emits classes as cuts: class i holds the scores from cut i - 1 up to, not including, cut i. */
static bool
emit_classes(Compiler *compiler, Program *program)
{
	const Card *card = compiler->card;
	int64	   *cuts = palloc(sizeof(int64) * Max(card->class_count, 1));
	int32	   *labels = palloc(sizeof(int32) * Max(card->class_count, 1));

	for (int i = 0; i < card->class_count; i++)
	{
		labels[i] = compiler_emit_string(compiler, card->classes[i].label);
		if (i + 1 == card->class_count)
			break;
		if (card->classes[i].high.scale > card->scale ||
			!decimal_rescale(card->classes[i].high, card->scale, &cuts[i]))
			return core_fail(compiler->error, CORE_INVALID,
							 "class \"%s\": its end has more decimals than the scale",
							 card->classes[i].label);
	}
	program->class_count = card->class_count;
	program->class_cuts =
		compiler_emit(compiler, cuts, sizeof(int64) * Max(card->class_count - 1, 0));
	program->class_labels = compiler_emit(compiler, labels, sizeof(int32) * card->class_count);
	return true;
}

static void
emit_columns(Compiler *compiler, Program *program)
{
	int32	   *strings = palloc(sizeof(int32) * Max(compiler->column_count, 1));

	for (int i = 0; i < compiler->column_count; i++)
		strings[i] = compiler_emit_string(compiler, compiler->columns[i]);
	program->column_count = compiler->column_count;
	program->columns = compiler_emit(compiler, strings, sizeof(int32) * compiler->column_count);
}

/* Rooms are for one field a criterion; new_field() makes more where a criterion reads several. */
static void
init_compiler(Compiler *compiler, const Card *card, CoreError *error)
{
	int			count = card->criterion_count;

	memset(compiler, 0, sizeof(Compiler));
	compiler->card = card;
	compiler->error = error;
	compiler->field_room = count + 1;
	compiler->fields = palloc0(sizeof(ProgramField) * compiler->field_room);
	compiler->columns = palloc0(sizeof(char *) * compiler->field_room);
	compiler->criteria = palloc0(sizeof(ProgramCriterion) * count);
	compiler->groups = palloc0(sizeof(char *) * count);
	compiler->derived = palloc(sizeof(int) * count);
	for (int i = 0; i < count; i++)
		compiler->derived[i] = -1;
	initStringInfo(&compiler->out);
}

/* Lays the block out: the head, then what the passes emit, then the arrays the head points to. */
Program *
card_compile(const Card *card, CoreError *error)
{
	Compiler	compiler;
	Program		head = {0};
	Program    *program;

	init_compiler(&compiler, card, error);
	compiler_emit(&compiler, &head, sizeof(Program));
	if (!check_codes(&compiler) || !compile_criteria(&compiler) || !emit_classes(&compiler, &head))
		return NULL;
	emit_columns(&compiler, &head);

	head.scale = (uint8) card->scale;
	head.rounding = card->rounding;
	head.has_as_of = card->has_as_of;
	head.as_of = card->as_of;
	head.group_count = compiler.group_count;
	for (int i = 0; i < card->criterion_count; i++)
		head.section_count += card->criteria[i].kind == KIND_SECTION;
	head.field_count = compiler.field_count;
	for (int i = 0; i < compiler.field_count; i++)
		head.derived_count += compiler.fields[i].column < 0;
	head.fields =
		compiler_emit(&compiler, compiler.fields, sizeof(ProgramField) * compiler.field_count);
	head.criterion_count = card->criterion_count;
	head.criteria = compiler_emit(&compiler, compiler.criteria,
								  sizeof(ProgramCriterion) * card->criterion_count);
	head.size = compiler.out.len;

	program = (Program *) compiler.out.data;
	*program = head;
	return program;
}
