/*
 * record.c
 *	  Any record's values into the slots of a scorecard's program.
 *
 * Types are settled once for a row type; then each record is taken apart once.
 * SQL NULL, JSON null, NaN and infinity are missing.  A float stands for the
 * decimal that its cast to numeric gives.  Texts are compared by bytes, dates as
 * days: no collation, no DateStyle and no time zone has a say.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "core/calendar.h"
#include "decimal.h"
#include "record.h"
#include "report.h"

typedef enum ValueKind
{
	VALUE_INT2,
	VALUE_INT4,
	VALUE_INT8,
	VALUE_NUMERIC,
	VALUE_FLOAT4,
	VALUE_FLOAT8,
	VALUE_BOOLEAN,
	VALUE_DATE,
	VALUE_TEXT,					/* text, varchar */
	VALUE_CHAR,					/* char(n): trailing blanks do not count */
	VALUE_NAME,
	VALUE_ENUM,
	VALUE_TEXT_ARRAY,
	VALUE_JSONB,
	VALUE_OTHER					/* only isnull and notnull can ask for it */
} ValueKind;

typedef struct FieldReader
{
	int			column;			/* of the values, from 0 */
	ValueKind	kind;
	Oid			type;			/* without domains */
} FieldReader;

struct RecordReader
{
	const Program *program;
	TupleDesc	row_type;		/* of records */
	FieldReader *fields;
	Datum	   *values;			/* of the record at hand, or of the columns */
	bool	   *nulls;
};

/* ---- settling types ---- */

static ValueKind
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
			return VALUE_NAME;
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

static bool
is_text(ValueKind kind)
{
	return kind >= VALUE_TEXT && kind <= VALUE_ENUM;
}

/* Whether values of this kind can give what is needed of a field. */
static bool
kind_serves(ValueKind kind, const ProgramField *field, uint8 needs)
{
	if (kind == VALUE_JSONB && field->path_count > 0)
		return true;			/* known only when the value is there */
	if (needs & NEED_KEY)
	{
		if (field->key_class == CONSTANT_NUMBER && !is_number(kind))
			return false;
		if (field->key_class == CONSTANT_BOOLEAN && kind != VALUE_BOOLEAN)
			return false;
		if (field->key_class == CONSTANT_DATE && kind != VALUE_DATE && !is_text(kind))
			return false;
	}
	if ((needs & NEED_WIDE) && !is_number(kind) && kind != VALUE_BOOLEAN)
		return false;
	if ((needs & NEED_TEXT) && !is_text(kind))
		return false;
	if ((needs & NEED_LABEL) && (kind > VALUE_ENUM))
		return false;
	return !(needs & NEED_ITEMS) || kind == VALUE_TEXT_ARRAY;
}

static const char *
field_name(const Program *program, const ProgramField *field)
{
	return program_string(program, field->name);
}

/* The first criterion that reads a field. */
static const char *
user_code(const Program *program, const ProgramField *field)
{
	return program_string(program, program_criterion(program, field->user)->code);
}

static bool
criterion_reads(const Program *program, int criterion, int field)
{
	if (program_criterion(program, criterion)->field == field)
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

/* The first criterion that cannot judge values of this kind, or NULL. */
static const char *
refusing_code(const Program *program, int index, ValueKind kind)
{
	const ProgramField *field = program_field(program, index);

	for (int i = 0; i < program->criterion_count; i++)
		if (criterion_reads(program, i, index) &&
			!kind_serves(kind, field, program_criterion(program, i)->needs))
			return program_string(program, program_criterion(program, i)->code);
	return NULL;
}

static int
find_column(TupleDesc row_type, const char *name)
{
	for (int i = 0; i < row_type->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row_type, i);

		if (!attribute->attisdropped && strcmp(NameStr(attribute->attname), name) == 0)
			return i;
	}
	return -1;
}

static void
refuse_column(const Program *program, const ProgramField *field)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("record has no field \"%s\"", program_column(program, field->column)),
			 errdetail("Criterion \"%s\" of the scorecard reads it.", user_code(program, field))));
}

/* Settle one field whose column is of this type. */
static void
settle_type(RecordReader *reader, int index, Oid type)
{
	const Program *program = reader->program;
	const ProgramField *field = program_field(program, index);
	FieldReader *field_reader = &reader->fields[index];
	const char *refusing;

	field_reader->type = getBaseType(type);
	field_reader->kind = value_kind(field_reader->type);
	if (field->path_count > 0 && field_reader->kind != VALUE_JSONB)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("field \"%s\" is a path, but column \"%s\" is not of type jsonb",
							   field_name(program, field), program_column(program, field->column)),
						errdetail("Criterion \"%s\" of the scorecard reads it.",
								  user_code(program, field))));
	refusing = refusing_code(program, index, field_reader->kind);
	if (refusing)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("field \"%s\" of type %s cannot be judged by criterion \"%s\"",
						field_name(program, field), format_type_be(field_reader->type), refusing),
				 errhint("Cast the column, or change the criterion.")));
}

static RecordReader *
create_reader(const Program *program, int value_count)
{
	RecordReader *reader = palloc0(sizeof(RecordReader));

	reader->program = program;
	reader->fields = palloc0(sizeof(FieldReader) * Max(program->field_count, 1));
	reader->values = palloc0(sizeof(Datum) * Max(value_count, 1));
	reader->nulls = palloc0(sizeof(bool) * Max(value_count, 1));
	return reader;
}

RecordReader *
record_reader_for_row(const Program *program, TupleDesc row_type)
{
	RecordReader *reader = create_reader(program, row_type->natts);

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		int			column;

		if (field->column < 0)
			continue;
		column = find_column(row_type, program_column(program, field->column));
		if (column < 0)
			refuse_column(program, field);
		reader->fields[i].column = column;
		settle_type(reader, i, TupleDescAttr(row_type, column)->atttypid);
	}
	reader->row_type = CreateTupleDescCopy(row_type);
	return reader;
}

/* What is wrong with the column of a field; NULL when nothing is. */
static const char *
column_mismatch(const Program *program, int index, TupleDesc row_type, const char **criterion)
{
	const ProgramField *field = program_field(program, index);
	const char *column_name = program_column(program, field->column);
	int			column = find_column(row_type, column_name);
	Oid			type;

	*criterion = user_code(program, field);
	if (column < 0)
		return psprintf("there is no column \"%s\"", column_name);
	type = getBaseType(TupleDescAttr(row_type, column)->atttypid);
	if (field->path_count > 0 && value_kind(type) != VALUE_JSONB)
		return psprintf("\"%s\" is a path, but column \"%s\" is not of type jsonb",
						field_name(program, field), column_name);
	*criterion = refusing_code(program, index, value_kind(type));
	if (*criterion == NULL)
		return NULL;
	return psprintf("it cannot judge column \"%s\" of type %s", column_name, format_type_be(type));
}

void
record_check_row(const Program *program, TupleDesc row_type, MismatchFunction tell, void *state)
{
	for (int i = 0; i < program->field_count; i++)
	{
		const char *criterion;
		const char *message;

		if (program_field(program, i)->column < 0)
			continue;
		message = column_mismatch(program, i, row_type, &criterion);
		if (message)
			tell(state, criterion, message);
	}
}

RecordReader *
record_reader_for_columns(const Program *program, const Oid *types)
{
	RecordReader *reader = create_reader(program, program->column_count);

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);

		if (field->column < 0)
			continue;
		reader->fields[i].column = field->column;
		settle_type(reader, i, types[field->column]);
	}
	return reader;
}

/* ---- values of each kind ---- */

/* The value itself, unless it is compressed or kept elsewhere. */
static inline struct varlena *
packed(Datum value)
{
	struct varlena *pointer = (struct varlena *) DatumGetPointer(value);

	return VARATT_IS_EXTERNAL(pointer) || VARATT_IS_COMPRESSED(pointer) ?
		pg_detoast_datum_packed(pointer) : pointer;
}

static void
set_numeric(Slot *slot, const ProgramField *field, Numeric number)
{
	NumericDigits digits;

	decimal_from_numeric(number, &digits);
	if (digits.too_large)
		slot_set_beyond(slot, digits.negative);
	else
		slot_set_number(slot, field, digits.digits, digits.scale, digits.rest);
}

static Numeric
float_to_numeric(ValueKind kind, Datum value)
{
	return DatumGetNumeric(
		DirectFunctionCall1(kind == VALUE_FLOAT4 ? float4_numeric : float8_numeric, value));
}

static void
set_number(Slot *slot, const ProgramField *field, ValueKind kind, Datum value)
{
	switch (kind)
	{
		case VALUE_INT2:
			slot_set_number(slot, field, DatumGetInt16(value), 0, 0);
			break;
		case VALUE_INT4:
			slot_set_number(slot, field, DatumGetInt32(value), 0, 0);
			break;
		case VALUE_INT8:
			slot_set_number(slot, field, DatumGetInt64(value), 0, 0);
			break;
		case VALUE_NUMERIC:
			set_numeric(slot, field, (Numeric) packed(value));
			break;
		default:
			set_numeric(slot, field, float_to_numeric(kind, value));
			break;
	}
}

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
			value = PointerGetDatum(packed(value));
			item.text = VARDATA_ANY(DatumGetPointer(value));
			item.length = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
			if (kind == VALUE_CHAR)
				item.length = bpchartruelen(unconstify(char *, item.text), item.length);
			break;
	}
	return item;
}

static TextItem
label_item(ValueKind kind, Datum value)
{
	TextItem	item;

	if (is_text(kind))
		return text_item(kind, value);
	switch (kind)
	{
		case VALUE_BOOLEAN:
			item.text = DatumGetBool(value) ? "true" : "false";
			break;
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

static void
set_date_from_text(Slot *slot, const Program *program, const ProgramField *field, TextItem item)
{
	int32		days;

	if (!date_parse(item.text, item.length, &days))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("field \"%s\" holds a text that is no date", field_name(program, field)),
				 errdetail("Criterion \"%s\" compares it with a date.", user_code(program, field)),
				 errhint("Write dates as YYYY-MM-DD, or use a column of type date.")));
	slot_set_days(slot, days);
}

static void
set_items(Slot *slot, Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT, &elements, &nulls,
					  &count);
	slot->items = palloc(sizeof(TextItem) * Max(count, 1));
	slot->item_count = 0;
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			slot->items[slot->item_count++] = text_item(VALUE_TEXT, elements[i]);
	slot->missing = false;
}

static bool
is_json_null(Jsonb *document)
{
	JsonbValue	value;

	return JsonbExtractScalar(&document->root, &value) && value.type == jbvNull;
}

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

/* The forms of a value that are compared or multiplied. */
static void
set_comparable(Slot *slot, const Program *program, const ProgramField *field, ValueKind kind,
			   Datum value)
{
	if (is_number(kind))
		set_number(slot, field, kind, value);
	else if (kind == VALUE_BOOLEAN)
		slot_set_truth(slot, DatumGetBool(value));
	else if (kind == VALUE_DATE)
		slot_set_days(slot, DatumGetDateADT(value));
	else
		set_date_from_text(slot, program, field, text_item(kind, value));
}

/* A value of a settled kind, in every form that the field needs. */
static void
set_value(Slot *slot, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	slot->missing = is_undefined(kind, value);
	if (slot->missing)
		return;
	if (field->needs & (NEED_KEY | NEED_WIDE))
		set_comparable(slot, program, field, kind, value);
	if (field->needs & NEED_TEXT)
		slot->text = text_item(kind, value);
	if (field->needs & NEED_LABEL)
		slot->text = label_item(kind, value);
	if (field->needs & NEED_ITEMS)
		set_items(slot, value);
}

/* ---- jsonb paths ---- */

/* The value at the end of the path, or NULL when it is not there or null. */
static JsonbValue *
find_json(const Program *program, const ProgramField *field, Jsonb *document)
{
	const int32 *path = program_at(program, int32, field->path);
	JsonbContainer *container = &document->root;
	JsonbValue *value = NULL;

	for (int i = 0; i < field->path_count; i++)
	{
		const char *key = program_string(program, path[i]);

		if (!JsonContainerIsObject(container))
			return NULL;
		value = getKeyJsonValueFromContainer(container, key, (int) strlen(key), NULL);
		if (value == NULL || value->type == jbvNull)
			return NULL;
		if (value->type == jbvBinary)
			container = value->val.binary.data;
		else if (i + 1 < field->path_count)
			return NULL;
	}
	return value;
}

/* A JSON array of strings as items. */
static bool
set_json_items(Slot *slot, JsonbContainer *container)
{
	int			count = JsonContainerSize(container);

	slot->items = palloc(sizeof(TextItem) * Max(count, 1));
	slot->item_count = 0;
	slot->missing = false;
	for (int i = 0; i < count; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(container, i);

		if (element->type == jbvNull)
			continue;
		if (element->type != jbvString)
			return false;
		slot->items[slot->item_count].text = element->val.string.val;
		slot->items[slot->item_count++].length = element->val.string.len;
	}
	return true;
}

/* False when some criterion cannot judge a value of this kind. */
static bool
set_json(Slot *slot, const Program *program, const ProgramField *field, JsonbValue *value)
{
	ValueKind	kind;
	Datum		datum;

	switch (value->type)
	{
		case jbvNumeric:
			kind = VALUE_NUMERIC;
			datum = NumericGetDatum(value->val.numeric);
			break;
		case jbvBool:
			kind = VALUE_BOOLEAN;
			datum = BoolGetDatum(value->val.boolean);
			break;
		case jbvString:
			kind = VALUE_TEXT;
			datum = PointerGetDatum(
				cstring_to_text_with_len(value->val.string.val, value->val.string.len));
			break;
		default:
			if (field->needs == NEED_ITEMS && JsonContainerIsArray(value->val.binary.data))
				return set_json_items(slot, value->val.binary.data);
			slot->missing = false;
			return field->needs == 0;
	}
	if (!kind_serves(kind, field, field->needs))
		return false;
	set_value(slot, program, field, kind, datum);
	return true;
}

static void
read_json(Slot *slot, const Program *program, const ProgramField *field, Datum document)
{
	JsonbValue *value = find_json(program, field, DatumGetJsonbP(document));

	slot->missing = value == NULL;
	if (value && !set_json(slot, program, field, value))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("field \"%s\" holds a JSON value that criterion \"%s\" cannot judge",
						field_name(program, field), user_code(program, field))));
}

/* ---- records ---- */

void
record_load(RecordReader *reader, HeapTupleHeader record)
{
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(record), .t_data = record};

	ItemPointerSetInvalid(&tuple.t_self);
	heap_deform_tuple(&tuple, reader->row_type, reader->values, reader->nulls);
}

void
record_load_columns(RecordReader *reader, const NullableDatum *values)
{
	for (int i = 0; i < reader->program->column_count; i++)
	{
		reader->values[i] = values[i].value;
		reader->nulls[i] = values[i].isnull;
	}
}

void
record_read(RecordReader *reader, uint8 purposes, Slot *slots)
{
	const Program *program = reader->program;

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const FieldReader *field_reader = &reader->fields[i];
		Slot	   *slot = &slots[i];

		if (field->column < 0 || (field->purposes & purposes) == 0)
			continue;
		slot->missing = reader->nulls[field_reader->column];
		if (slot->missing)
			continue;
		if (field->path_count > 0)
			read_json(slot, program, field, reader->values[field_reader->column]);
		else
			set_value(slot, program, field, field_reader->kind,
					  reader->values[field_reader->column]);
	}
}

static char *
json_value_text(JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		case jbvNumeric:
			return DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
		default:
			return JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	}
}

char *
record_value_text(const RecordReader *reader, int index)
{
	const ProgramField *field = program_field(reader->program, index);
	const FieldReader *field_reader = &reader->fields[index];
	Datum		value = reader->values[field_reader->column];
	TextItem	item;
	Oid			output;
	bool		is_varlena;

	if (reader->nulls[field_reader->column] || is_undefined(field_reader->kind, value))
		return NULL;
	if (field->path_count > 0)
	{
		JsonbValue *found = find_json(reader->program, field, DatumGetJsonbP(value));

		return found ? json_value_text(found) : NULL;
	}
	if (field_reader->kind > VALUE_ENUM)
	{
		getTypeOutputInfo(field_reader->type, &output, &is_varlena);
		return OidOutputFunctionCall(output, value);
	}
	item = label_item(field_reader->kind, value);
	return pnstrdup(item.text, item.length);
}
