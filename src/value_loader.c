/*
 * value_loader.c
 *	  Converting a value of any SQL type to what a field of a scorecard needs.
 *
 * SQL NULL is the caller's; JSON null, NaN and infinity are missing.  A float
 * stands for the shortest decimal that reads back as it.  Texts are compared by
 * bytes, dates as days: no collation, no DateStyle and no time zone has a say.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "core/base/calendar.h"
#include "decimal.h"
#include "report.h"
#include "value_loader.h"
#include "value_path.h"

/* ---- kinds ---- */

ValueKind
value_kind(Oid type)
{
	switch (type)
	{
		case INT2OID:
			return VALUE_INT2;
		case INT4OID:
			return VALUE_INT4;
		case INT8OID:
			return VALUE_INT8;
		case NUMERICOID:
			return VALUE_NUMERIC;
		case FLOAT4OID:
			return VALUE_FLOAT4;
		case FLOAT8OID:
			return VALUE_FLOAT8;
		case BOOLOID:
			return VALUE_BOOLEAN;
		case DATEOID:
			return VALUE_DATE;
		case TEXTOID:
		case VARCHAROID:
			return VALUE_TEXT;
		case BPCHAROID:
			return VALUE_CHAR;
		case NAMEOID:
		case CSTRINGOID:
			return VALUE_NAME;
		case UNKNOWNOID:
			return VALUE_NULL;
		case TEXTARRAYOID:
		case VARCHARARRAYOID:
			return VALUE_TEXT_ARRAY;
		case JSONBOID:
			return VALUE_JSONB;
		default:
			return type_is_enum(type) ? VALUE_ENUM : VALUE_OTHER;
	}
}

static bool
is_number(ValueKind kind)
{
	return kind <= VALUE_FLOAT8;
}

bool
value_is_text(ValueKind kind)
{
	return kind >= VALUE_TEXT && kind <= VALUE_ENUM;
}

bool
value_serves(ValueKind kind, const ProgramField *field, uint8 needs)
{
	if (kind == VALUE_NULL || (kind == VALUE_JSONB && field->path_count > 0))
		return true;			/* known only when the value is there */
	if (needs & NEED_KEY)
	{
		if (field->key_class == CONSTANT_NUMBER && !is_number(kind))
			return false;
		if (field->key_class == CONSTANT_BOOLEAN && kind != VALUE_BOOLEAN)
			return false;
		if (field->key_class == CONSTANT_DATE && kind != VALUE_DATE && !value_is_text(kind))
			return false;
	}
	if ((needs & NEED_WIDE) && !is_number(kind) && kind != VALUE_BOOLEAN)
		return false;
	if ((needs & NEED_TEXT) && !value_is_text(kind))
		return false;
	if ((needs & (NEED_LABEL | NEED_COMPARE)) && kind > VALUE_ENUM)
		return false;
	return !(needs & NEED_ITEMS) || kind == VALUE_TEXT_ARRAY;
}

/* Whether a criterion reads a field: itself, as the other one, or as an argument of derive. */
static bool
criterion_reads(const Program *program, int criterion, int field)
{
	if (program_criterion(program, criterion)->field == field ||
		program_criterion(program, criterion)->than == field)
		return true;
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *derived = program_field(program, i);

		for (int j = 0; derived->user == criterion && j < derived->argument_count; j++)
			if (program_at(program, int32, derived->arguments)[j] == field)
				return true;
	}
	return false;
}

const ProgramCriterion *
value_refuser(const Program *program, const ProgramField *field, ValueKind kind,
			  const ProgramCriterion *after)
{
	int			index = (int) (field - program_field(program, 0));
	int			first = after ? (int) (after - program_criterion(program, 0)) + 1 : 0;

	for (int i = first; i < program->criterion_count; i++)
		if (criterion_reads(program, i, index) &&
			!value_serves(kind, field, program_criterion(program, i)->needs))
			return program_criterion(program, i);
	return NULL;
}

const char *
value_needed(const ProgramField *field, uint8 needs)
{
	if (needs & NEED_ITEMS)
		return "an array of texts";
	if (needs & NEED_TEXT)
		return "a text";
	if ((needs & NEED_KEY) && field->key_class == CONSTANT_DATE)
		return "a date";
	if ((needs & NEED_KEY) && field->key_class == CONSTANT_BOOLEAN)
		return "a boolean";
	if (needs & NEED_COMPARE)
		return "a number, date, boolean or text";
	return needs & NEED_LABEL ? "a value with a text" : "a number";
}

/* ---- values of each kind ---- */

/* The value where it lies, or a copy in the current memory context of what is toasted. */
static inline struct varlena *
packed(Datum value)
{
	struct varlena *pointer = (struct varlena *) DatumGetPointer(value);

	return VARATT_IS_EXTERNAL(pointer) || VARATT_IS_COMPRESSED(pointer) ?
		pg_detoast_datum_packed(pointer) : pointer;
}

static Numeric
float_to_numeric(ValueKind kind, Datum value)
{
	if (kind == VALUE_FLOAT4)
		return decimal_from_float(DatumGetFloat4(value), true);
	return decimal_from_float(DatumGetFloat8(value), false);
}

static inline TextItem
packed_item(Datum value)
{
	struct varlena *text = packed(value);

	return (TextItem) {VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text)};
}

/* The bytes of a text of any kind, without the blanks that pad char(n). */
static TextItem
text_item(ValueKind kind, Datum value)
{
	TextItem	item;

	switch (kind)
	{
		case VALUE_NAME:
			item.text = NameStr(*DatumGetName(value));
			item.length = (int) strlen(item.text);
			break;
		case VALUE_ENUM:
			item.text = DatumGetCString(DirectFunctionCall1(enum_out, value));
			item.length = (int) strlen(item.text);
			break;
		default:
			item = packed_item(value);
			if (kind == VALUE_CHAR)
				item.length = bpchartruelen(unconstify(char *, item.text), item.length);
			break;
	}
	return item;
}

static inline TextItem
truth_item(bool truth)
{
	return truth ? (TextItem) {"true", 4} : (TextItem) {"false", 5};
}

/* A value as the text that an enum looks up, the same under every setting. */
static TextItem
label_item(ValueKind kind, Datum value)
{
	TextItem	item;

	if (value_is_text(kind))
		return text_item(kind, value);
	switch (kind)
	{
		case VALUE_BOOLEAN:
			return truth_item(DatumGetBool(value));
		case VALUE_DATE:
			item.text = date_text(DatumGetDateADT(value));
			break;
		case VALUE_NUMERIC:
			item.text = DatumGetCString(DirectFunctionCall1(numeric_out, value));
			break;
		case VALUE_FLOAT4:
		case VALUE_FLOAT8:
			item.text = DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(float_to_numeric(kind, value))));
			break;
		case VALUE_INT2:
			item.text = DatumGetCString(DirectFunctionCall1(int2out, value));
			break;
		case VALUE_INT4:
			item.text = DatumGetCString(DirectFunctionCall1(int4out, value));
			break;
		default:
			item.text = DatumGetCString(DirectFunctionCall1(int8out, value));
			break;
	}
	item.length = (int) strlen(item.text);
	return item;
}

static bool
is_json_null(Jsonb *document)
{
	JsonbValue	value;

	return JsonbExtractScalar(&document->root, &value) && value.type == jbvNull;
}

/* Whether a value that is not NULL counts as missing: NaN, infinity, JSON null. */
static bool
is_undefined(ValueKind kind, Datum value)
{
	switch (kind)
	{
		case VALUE_FLOAT4:
			return !isfinite(DatumGetFloat4(value));
		case VALUE_FLOAT8:
			return !isfinite(DatumGetFloat8(value));
		case VALUE_NUMERIC:
			return decimal_is_undefined((Numeric) packed(value));
		case VALUE_DATE:
			return DATE_NOT_FINITE(DatumGetDateADT(value));
		case VALUE_JSONB:
			return is_json_null(DatumGetJsonbP(value));
		default:
			return false;
	}
}

/* ---- loaders ---- */

static inline void
add_label(FieldValue *result, const ProgramField *field, ValueKind kind, Datum value)
{
	if (field->needs & NEED_LABEL)
		result->text = label_item(kind, value);
}

static void
load_int2(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	field_value_set_digits(result, field, DatumGetInt16(value), 0);
	add_label(result, field, kind, value);
}

static void
load_int4(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	field_value_set_digits(result, field, DatumGetInt32(value), 0);
	add_label(result, field, kind, value);
}

static void
load_int8(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	field_value_set_digits(result, field, DatumGetInt64(value), 0);
	add_label(result, field, kind, value);
}

/* Loads one of the few numerics that decimal_small() cannot take. */
static pg_noinline void
set_other_numeric(FieldValue *result, const ProgramField *field, Numeric number)
{
	NumericDigits digits;

	result->missing = decimal_is_undefined(number);
	if (result->missing)
		return;
	decimal_from_numeric(number, &digits);
	if (digits.too_large)
		field_value_set_beyond(result, digits.negative);
	else
		field_value_set_number(result, field, digits.digits, digits.scale, digits.rest);
}

static void
load_numeric(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
			 Datum value)
{
	Numeric		number = (Numeric) packed(value);
	int64		digits;
	int			scale;

	if (decimal_small(number, WIDE_SCALE, &digits, &scale))
		field_value_set_digits(result, field, digits, scale);
	else
		set_other_numeric(result, field, number);
	if (!result->missing)
		add_label(result, field, kind, value);
}

static void
load_float(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		   Datum value)
{
	result->missing = is_undefined(kind, value);
	if (!result->missing)
		load_numeric(result, program, field, VALUE_NUMERIC,
					 NumericGetDatum(float_to_numeric(kind, value)));
}

static void
load_boolean(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
			 Datum value)
{
	result->missing = false;
	if (field->needs & (NEED_KEY | NEED_WIDE | NEED_COMPARE))
		field_value_set_truth(result, field, DatumGetBool(value));
	result->text = truth_item(DatumGetBool(value));
}

static void
refuse_date(const Program *program, const ProgramField *field, int code, const char *held,
			const char *advice)
{
	ereport(ERROR,
			(errcode(code),
			 errmsg("field \"%s\" holds %s", report_name(program_field_name(program, field)), held),
			 errdetail("Criterion \"%s\" compares it with a date.",
					   report_name(program_user_code(program, field))),
			 errhint("%s", advice)));
}

/* A year that only a Thai calendar can mean would make an age of centuries below 0. */
static void
set_days(FieldValue *result, const Program *program, const ProgramField *field, int32 days)
{
	if ((field->needs & (NEED_KEY | NEED_COMPARE)) && date_is_buddhist(days))
		refuse_date(program, field, ERRCODE_INVALID_PARAMETER_VALUE,
					"a date in a year of the Buddhist era",
					"Keep dates of the Common Era, whose years are 543 less.");
	field_value_set_days(result, days);
}

static void
load_date(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	result->missing = is_undefined(kind, value);
	if (result->missing)
		return;
	set_days(result, program, field, DatumGetDateADT(value));
	add_label(result, field, kind, value);
}

static void
set_date_from_text(FieldValue *result, const Program *program, const ProgramField *field,
				   TextItem item)
{
	int32		days;

	if (!date_parse(item.text, item.length, &days))
		refuse_date(program, field, ERRCODE_INVALID_DATETIME_FORMAT, "a text that is not a date",
					"Write dates as YYYY-MM-DD, or use a column of type date.");
	set_days(result, program, field, days);
}

static void
load_text(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	result->missing = false;
	result->text = kind == VALUE_TEXT ? packed_item(value) : text_item(kind, value);
	if (field->needs & NEED_KEY)
		set_date_from_text(result, program, field, result->text);
}

static void
load_items(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		   Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT, &elements, &nulls,
					  &count);
	result->items = palloc(sizeof(TextItem) * Max(count, 1));
	result->item_count = 0;
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			result->items[result->item_count++] = text_item(VALUE_TEXT, elements[i]);
	result->missing = false;
}

/* Of a value that is only asked for it matters whether it is there. */
static void
load_presence(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
			  Datum value)
{
	result->missing = is_undefined(kind, value);
}

ConstantKind
value_compared_as(ValueKind kind)
{
	if (kind == VALUE_BOOLEAN)
		return CONSTANT_BOOLEAN;
	if (kind == VALUE_DATE)
		return CONSTANT_DATE;
	return is_number(kind) ? CONSTANT_NUMBER : CONSTANT_TEXT;
}

static const ValueLoader loaders[] = {
	[VALUE_INT2] = load_int2,
	[VALUE_INT4] = load_int4,
	[VALUE_INT8] = load_int8,
	[VALUE_NUMERIC] = load_numeric,
	[VALUE_FLOAT4] = load_float,
	[VALUE_FLOAT8] = load_float,
	[VALUE_BOOLEAN] = load_boolean,
	[VALUE_DATE] = load_date,
	[VALUE_TEXT] = load_text,
	[VALUE_CHAR] = load_text,
	[VALUE_NAME] = load_text,
	[VALUE_ENUM] = load_text,
	[VALUE_TEXT_ARRAY] = load_items,
	[VALUE_JSONB] = load_presence,
	[VALUE_OTHER] = load_presence,
	[VALUE_NULL] = load_presence
};

/* Of a value that is compared with another field it is noted what it is. */
void
value_load_compared(FieldValue *result, const Program *program, const ProgramField *field,
					ValueKind kind, Datum value)
{
	result->kind = value_compared_as(kind);
	loaders[kind](result, program, field, kind, value);
}

ValueLoader
value_loader(ValueKind kind, const ProgramField *field)
{
	if (field->path_count > 0)
		return path_load;
	if (field->needs & NEED_COMPARE)
		return value_load_compared;
	return field->needs == 0 ? load_presence : loaders[kind];
}

/* ---- for people ---- */

char *
value_text(const Program *program, const ProgramField *field, ValueKind kind, Oid type, Datum value)
{
	TextItem	item;
	Oid			output;
	bool		is_varlena;

	if (is_undefined(kind, value))
		return NULL;
	if (field->path_count > 0)
		return path_value_text(program, field, value);
	if (kind > VALUE_ENUM)
	{
		getTypeOutputInfo(type, &output, &is_varlena);
		return OidOutputFunctionCall(output, value);
	}
	item = label_item(kind, value);
	return pnstrdup(item.text, item.length);
}
