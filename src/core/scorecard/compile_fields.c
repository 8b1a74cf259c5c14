/*
 * compile_fields.c
 *	  The first pass over a card: which fields it reads, for whom, and how finely.
 *
 * A field that is compared takes the scale of its finest constant, so that all
 * its keys agree; a derived field hides a column of its name from the criteria
 * that come after it.
 */
#include "core/scorecard/compiler.h"

/* ---- fields ---- */

/* The index of the latest field derived before the user, else of the column's field, or -1. */
static int
find_field(Compiler *compiler, const char *name, int user)
{
	for (int i = user - 1; i >= 0; i--)
		if (compiler->derived[i] >= 0 && strcmp(compiler->card->criteria[i].code, name) == 0)
			return compiler->derived[i];
	for (int i = 0; i < compiler->field_count; i++)
		if (compiler->fields[i].column >= 0 &&
			strcmp(program_string(compiler->out.data, compiler->fields[i].name), name) == 0)
			return i;
	return -1;
}

/* The index of a column, in order of first use, which is the order of equity.fields(). */
static int
find_or_add_column(Compiler *compiler, const char *name)
{
	for (int i = 0; i < compiler->column_count; i++)
		if (strcmp(compiler->columns[i], name) == 0)
			return i;
	compiler->columns[compiler->column_count] = name;
	return compiler->column_count++;
}

/* Adds a field; the pointer is good until the next one is added. */
static ProgramField *
new_field(Compiler *compiler, const char *name, int user)
{
	ProgramField *field;

	if (compiler->field_count == compiler->field_room)
	{
		compiler->field_room *= 2;
		compiler->fields = repalloc(compiler->fields, sizeof(ProgramField) * compiler->field_room);
		compiler->columns = repalloc(compiler->columns, sizeof(char *) * compiler->field_room);
	}
	field = &compiler->fields[compiler->field_count++];
	memset(field, 0, sizeof(ProgramField));
	field->name = compiler_emit_string(compiler, name);
	field->user = user;
	field->column = -1;
	field->key_class = CONSTANT_TEXT;	/* not compared yet */
	return field;
}

/* Adds the field of a column or of a path "column.key.key"; an empty part is refused. */
static bool
add_column_field(Compiler *compiler, const char *name, int user, int *index)
{
	ProgramField *field = new_field(compiler, name, user);
	char	   *part = pstrdup(name);
	int32		path[64];

	*index = compiler->field_count - 1;
	for (bool first = true; part; first = false)
	{
		char	   *dot = strchr(part, '.');

		if (dot)
			*dot = '\0';
		if (*part == '\0' || field->path_count == lengthof(path))
			return compiler_refuse(compiler, &compiler->card->criteria[user],
								   "\"field\" is not a path of names");
		if (first)
			field->column = find_or_add_column(compiler, part);
		else
			path[field->path_count++] = compiler_emit_string(compiler, part);
		part = dot ? dot + 1 : NULL;
	}
	field->path = compiler_emit(compiler, path, sizeof(int32) * field->path_count);
	return true;
}

/* Finds or adds a field and notes who reads it and what for. */
static bool
use_field(Compiler *compiler, const char *name, int user, uint8 needs, uint8 purposes, int *index)
{
	*index = find_field(compiler, name, user);
	if (*index < 0 && compiler->field_count == CARD_MAX_FIELDS)
		return compiler_refuse(compiler, &compiler->card->criteria[user],
							   "too many fields are read");
	if (*index < 0 && !add_column_field(compiler, name, user, index))
		return false;
	if (compiler->fields[*index].column < 0 && (needs & (NEED_TEXT | NEED_ITEMS)))
		return compiler_refuse(compiler, &compiler->card->criteria[user],
							   "a derived field is a number, not a text");
	compiler->fields[*index].needs |= needs;
	compiler->fields[*index].purposes |= purposes;
	compiler->criteria[user].needs = needs;
	return true;
}

/* Notes that a field is compared: with values of one kind only, at the scale of the finest. */
static bool
use_keys(Compiler *compiler, int field_index, const Criterion *criterion, ConstantKind kind,
		 int scale)
{
	ProgramField *field = &compiler->fields[field_index];

	if (field->key_class != CONSTANT_TEXT && field->key_class != kind)
	{
		compiler_refuse(compiler, criterion,
						"its field is compared with values of another kind elsewhere");
		return core_detail(compiler->error, "A field is either a number, a date or a boolean.");
	}
	if (field->column < 0 && kind != CONSTANT_NUMBER)
		return compiler_refuse(compiler, criterion, "a derived field is a number");
	field->key_class = kind;
	field->key_scale = Max(field->key_scale, scale);
	return true;
}

/* Bring the purposes and the work of derived fields down to their arguments. */
static void
propagate_purposes(Compiler *compiler)
{
	for (int i = compiler->field_count - 1; i >= 0; i--)
	{
		ProgramField *field = &compiler->fields[i];
		const int32 *arguments = program_at(compiler->out.data, int32, field->arguments);

		for (int j = 0; j < field->argument_count; j++)
			compiler->fields[arguments[j]].purposes |= field->purposes;
	}
}

/* ---- finer keys ---- */

/*
 * A column that is multiplied gets keys with the card's decimals at least, so
 * that few of its values lie between keys; there is always room for these.
 */
static void
refine_keys(Compiler *compiler)
{
	StaticAssertStmt(FIXED_MAGNITUDE_DIGITS + CARD_MAX_SCALE <= FIXED_MAX_DIGITS,
					 "a constant at the card's scale must fit a key");

	for (int i = 0; i < compiler->field_count; i++)
	{
		ProgramField *field = &compiler->fields[i];

		if (field->column >= 0 && (field->needs & NEED_WIDE) &&
			field->key_class != CONSTANT_BOOLEAN && field->key_class != CONSTANT_DATE)
			field->key_scale = Max(field->key_scale, compiler->card->scale);
	}
}

/* ---- first pass: which fields there are, and at which scale they compare ---- */

/* A gate reads its field as a key, a text, items or, beside another field, as any value. */
static bool
scan_gate(Compiler *compiler, const Criterion *criterion, int number, int *field)
{
	bool		items = op_reads_items(criterion->op);
	bool		keys =
		criterion->constant_count > 0 && criterion->constants[0].kind != CONSTANT_TEXT && !items;
	bool		text = criterion->constant_count > 0 && !keys && !items;
	int			scale = 0;

	if (criterion->than)
		return use_field(compiler, criterion->field, number, NEED_COMPARE, FOR_ELIGIBLE, field) &&
			use_field(compiler, criterion->than, number, NEED_COMPARE, FOR_ELIGIBLE,
					  &compiler->criteria[number].than);
	if (!use_field(compiler, criterion->field, number,
				   (items ? NEED_ITEMS : 0) | (keys ? NEED_KEY : 0) | (text ? NEED_TEXT : 0),
				   FOR_ELIGIBLE, field))
		return false;
	for (int i = 0; keys && i < criterion->constant_count; i++)
		scale = Max(scale, criterion->constants[i].number.scale);
	return !keys || use_keys(compiler, *field, criterion, criterion->constants[0].kind, scale);
}

/* A band compares its field; a linear multiplies it too. */
static bool
scan_numbers(Compiler *compiler, const Criterion *criterion, int number, uint8 purposes, int *field)
{
	int			scale = 0;

	for (int i = 0; i < criterion->step_count; i++)
		scale = Max(scale, Max(criterion->steps[i].low.scale, criterion->steps[i].high.scale));
	for (int i = 0; i < criterion->knot_count; i++)
		scale = Max(scale, criterion->knots[i].value.scale);
	return use_field(compiler, criterion->field, number,
					 criterion->kind == KIND_LINEAR ? NEED_KEY | NEED_WIDE : NEED_KEY, purposes,
					 field) &&
		   use_keys(compiler, *field, criterion, CONSTANT_NUMBER, scale);
}

/* A derived field reads its arguments, and is a new field for the criteria that follow. */
static bool
scan_derive(Compiler *compiler, const Criterion *criterion, int number)
{
	int32	   *arguments = palloc(sizeof(int32) * criterion->name_count);
	bool		is_age = derive_is_age(criterion->function);
	int			index;
	ProgramField *field;

	for (int i = 0; i < criterion->name_count; i++)
	{
		if (!use_field(compiler, criterion->names[i], number, is_age ? NEED_KEY : NEED_WIDE, 0,
					   &index))
			return false;
		if (is_age && !use_keys(compiler, index, criterion, CONSTANT_DATE, 0))
			return false;
		arguments[i] = index;
	}
	field = new_field(compiler, criterion->code, number);
	compiler->derived[number] = compiler->field_count - 1;
	field->needs = NEED_WIDE;	/* explain shows it, even when no criterion reads it */
	field->purposes = FOR_EXPLAIN;
	field->function = criterion->function;
	field->argument_count = criterion->name_count;
	field->arguments = compiler_emit(compiler, arguments, sizeof(int32) * criterion->name_count);
	return true;
}

/* Notes the fields of one criterion, by its kind. */
static bool
scan_criterion(Compiler *compiler, int number)
{
	const Criterion *criterion = &compiler->card->criteria[number];
	uint8		purposes = FOR_SCORE | (criterion->missing == MISSING_REJECT ? FOR_ELIGIBLE : 0);
	int			field = -1;
	bool		done = true;

	compiler->criteria[number].than = -1;
	switch (criterion->kind)
	{
		case KIND_GATE:
			done = scan_gate(compiler, criterion, number, &field);
			break;
		case KIND_BAND:
		case KIND_LINEAR:
			done = scan_numbers(compiler, criterion, number, purposes, &field);
			break;
		case KIND_ENUM:
			done = use_field(compiler, criterion->field, number, NEED_LABEL, purposes, &field);
			break;
		case KIND_COEF:
			done = use_field(compiler, criterion->field, number, NEED_WIDE, purposes, &field);
			break;
		case KIND_DERIVE:
			done = scan_derive(compiler, criterion, number);
			break;
		default:
			break;
	}
	compiler->criteria[number].field = field;
	return done;
}

bool
compile_fields(Compiler *compiler)
{
	for (int i = 0; i < compiler->card->criterion_count; i++)
		if (!scan_criterion(compiler, i))
			return false;
	propagate_purposes(compiler);
	refine_keys(compiler);
	return true;
}
