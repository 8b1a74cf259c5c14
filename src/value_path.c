/*
 * value_path.c
 *	  The values at the ends of paths into jsonb columns: their types are known only
 *	  when they are there.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "report.h"
#include "value_loader.h"
#include "value_path.h"

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

/* Loads a JSON array of strings and nulls; false when it holds anything else. */
static bool
set_json_items(FieldValue *result, JsonbContainer *container)
{
	int			count = JsonContainerSize(container);

	result->items = palloc(sizeof(TextItem) * Max(count, 1));
	result->item_count = 0;
	result->missing = false;
	for (int i = 0; i < count; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(container, i);

		if (element->type == jbvNull)
			continue;
		if (element->type != jbvString)
			return false;
		result->items[result->item_count].text = element->val.string.val;
		result->items[result->item_count++].length = element->val.string.len;
	}
	return true;
}

/* Loads a JSON value; false when some criterion cannot judge one of its kind. */
static bool
set_json(FieldValue *result, const Program *program, const ProgramField *field, JsonbValue *value)
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
				return set_json_items(result, value->val.binary.data);
			result->missing = false;
			return field->needs == 0;
	}
	if (!value_serves(kind, field, field->needs))
		return false;
	value_load_compared(result, program, field, kind, datum);
	return true;
}

/* The kind of a column that would hold such values; VALUE_OTHER for an array of refused items. */
static ValueKind
json_kind(const ProgramField *field, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNumeric:
			return VALUE_NUMERIC;
		case jbvBool:
			return VALUE_BOOLEAN;
		case jbvString:
			return VALUE_TEXT;
		default:
			return JsonContainerIsArray(value->val.binary.data) && field->needs != NEED_ITEMS ?
				VALUE_TEXT_ARRAY : VALUE_OTHER;
	}
}

/* The name that jsonb_typeof() gives the type */
static const char *
json_type(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNumeric:
			return "number";
		case jbvBool:
			return "boolean";
		case jbvString:
			return "string";
		default:
			return JsonContainerIsArray(value->val.binary.data) ? "array" : "object";
	}
}

/* The value of a path as SQL reads it: ans -> 'income' -> 'per_head' */
static char *
json_expression(const Program *program, const ProgramField *field)
{
	StringInfoData text;
	const int32 *path = program_at(program, int32, field->path);

	initStringInfo(&text);
	appendStringInfoString(&text, quote_identifier(program_column(program, field->column)));
	for (int i = 0; i < field->path_count; i++)
		appendStringInfo(&text, " -> %s", quote_literal_cstr(program_string(program, path[i])));
	return text.data;
}

static char *
json_advice(const Program *program, const ProgramField *field, const JsonbValue *value,
			uint8 needs)
{
	const char *type = json_type(value);
	bool		items = (needs & NEED_ITEMS) != 0;

	if (items && strcmp(type, "array") == 0)
		return "Each of its elements must be a string or null.";
	return psprintf("Write %s%s, or keep such rows out with "
					"jsonb_typeof(%s) IS DISTINCT FROM '%s'.",
					value_needed(field, needs),
					value->type == jbvString && !items ? " without quotes" : "",
					report_name(json_expression(program, field)), type);
}

/* Raises what was found and what is needed, never the value: it is somebody's answer. */
static void
refuse_json(const Program *program, const ProgramField *field, const JsonbValue *value)
{
	const ProgramCriterion *refuser = value_refuser(program, field, json_kind(field, value),
													  NULL);

	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("field \"%s\" holds a JSON value that criterion \"%s\" cannot judge",
					report_name(program_field_name(program, field)),
					report_name(program_string(program, refuser->code))),
			 errdetail("It is a JSON %s, and the criterion needs %s.", json_type(value),
					   value_needed(field, refuser->needs)),
			 errhint("%s", json_advice(program, field, value, refuser->needs))));
}

/* Finds the value at the end of a path first; what type it has is known only then. */
void
path_load(FieldValue *result, const Program *program, const ProgramField *field, ValueKind kind,
		  Datum value)
{
	JsonbValue *found = find_json(program, field, DatumGetJsonbP(value));

	result->missing = found == NULL;
	if (found && !set_json(result, program, field, found))
		refuse_json(program, field, found);
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
path_value_text(const Program *program, const ProgramField *field, Datum value)
{
	JsonbValue *found = find_json(program, field, DatumGetJsonbP(value));

	return found ? json_value_text(found) : NULL;
}
