/*
 * record.c
 *	  Reading the fields of a scorecard from any record, or from separate columns.
 *
 * Types are settled once for a row type; then each record is taken apart once.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "record.h"
#include "report.h"
#include "value_loader.h"

typedef struct FieldReader
{
	ValueKind	kind;
	Oid			type;			/* without domains */
	ValueLoader load;
} FieldReader;

struct RecordReader
{
	const Program *program;
	FieldReader *fields;
	const NullableDatum *columns;	/* the values at hand, by the program's columns */

	/* of records */
	TupleDesc	row_type;
	int		   *attributes;		/* by the program's columns */
	NullableDatum *gathered;
	Datum	   *values;			/* all of the row */
	bool	   *nulls;
};

/* ---- settling types ---- */

/* The index of an attribute, or -1; dropped ones have no name. */
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

/*
 * The column of a row whose name is nearest to a name that none has, for a hint: the
 * same but for upper and lower case, or few letters off.  NULL when none is near.
 */
static const char *
nearest_column(TupleDesc row_type, const char *name)
{
	int			length = (int) strlen(name);
	int			nearest = Min(length / 3, 3) + 1;
	const char *result = NULL;
	char	   *lower = asc_tolower(name, length);

	for (int i = 0; length < NAMEDATALEN && i < row_type->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row_type, i);
		char	   *other = NameStr(attribute->attname);
		int			other_length = (int) strlen(other);
		int			distance;

		if (attribute->attisdropped)
			continue;
		distance = varstr_levenshtein_less_equal(lower, length, asc_tolower(other, other_length),
												 other_length, 1, 1, 1, nearest, true);
		if (distance < nearest)
		{
			nearest = distance;
			result = other;
		}
	}
	return result;
}

/* Why a field cannot be read */
typedef enum Mismatch
{
	MISMATCH_NONE,
	MISMATCH_COLUMN,			/* no column has its name */
	MISMATCH_PATH,				/* it is a path into a column that is not jsonb */
	MISMATCH_TYPE				/* a criterion cannot judge such values */
} Mismatch;

/* What is wrong with a field whose column is of this type, or absent, and for which criterion. */
static Mismatch
find_mismatch(const Program *program, int index, Oid type, const ProgramCriterion **criterion)
{
	const ProgramField *field = program_field(program, index);
	const ProgramCriterion *refusing;

	*criterion = program_criterion(program, field->user);
	if (!OidIsValid(type))
		return MISMATCH_COLUMN;
	if (field->path_count > 0 && value_kind(type) != VALUE_JSONB && value_kind(type) != VALUE_NULL)
		return MISMATCH_PATH;
	refusing = value_refuser(program, field, value_kind(type), NULL);
	if (refusing == NULL)
		return MISMATCH_NONE;
	*criterion = refusing;
	return MISMATCH_TYPE;
}

static void
refuse_column(const RecordReader *reader, const ProgramField *field, const char *criterion)
{
	const char *column = program_column(reader->program, field->column);
	const char *nearest = nearest_column(reader->row_type, column);

	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("record has no field \"%s\"", report_name(column)),
					errdetail("Criterion \"%s\" of the scorecard reads it.", report_name(criterion)),
					nearest ? errhint("Perhaps you mean the field \"%s\".", nearest) : 0));
}

static void
refuse_path(const Program *program, const ProgramField *field, const char *criterion)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("field \"%s\" is a path, but column \"%s\" is not of type jsonb",
					report_name(program_field_name(program, field)),
					report_name(program_column(program, field->column))),
			 errdetail("Criterion \"%s\" of the scorecard reads it.", report_name(criterion))));
}

/* How a gate should write its values for a column of this kind; NULL when that is not at fault. */
static const char *
better_writing(const ProgramCriterion *criterion, ValueKind kind)
{
	if (criterion->kind != KIND_GATE || (criterion->needs & (NEED_TEXT | NEED_KEY)) == 0)
		return NULL;
	if (criterion->needs & NEED_KEY)
		return value_is_text(kind) ? "as a text, in double quotes, such as \"10\"" : NULL;
	if (kind == VALUE_DATE)
		return "as a date of the Common Era, YYYY-MM-DD";
	if (kind == VALUE_BOOLEAN)
		return "as true or false, without quotes";
	return kind <= VALUE_FLOAT8 ? "as a number, without quotes" : NULL;
}

static void
refuse_type(const Program *program, const ProgramField *field, Oid type,
			const ProgramCriterion *criterion)
{
	const char *writing = better_writing(criterion, value_kind(type));
	const char *needed = value_needed(field, criterion->needs);

	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("field \"%s\" of type %s cannot be judged by criterion \"%s\"",
					report_name(program_field_name(program, field)), format_type_be(type),
					report_name(program_string(program, criterion->code))),
			 writing ?
			 errhint("As its values are written, it needs %s: write each %s, or cast the column.",
					 needed, writing) :
			 errhint("The criterion needs %s: cast the column, or change the criterion.", needed)));
}

/* Chooses the loader of a field whose column is of this type; raises what find_mismatch finds. */
static void
settle_type(RecordReader *reader, int index, Oid type)
{
	const Program *program = reader->program;
	const ProgramField *field = program_field(program, index);
	FieldReader *field_reader = &reader->fields[index];
	const ProgramCriterion *criterion;
	Mismatch	mismatch = find_mismatch(program, index, type, &criterion);
	const char *code = program_string(program, criterion->code);

	if (mismatch == MISMATCH_COLUMN)
		refuse_column(reader, field, code);
	if (mismatch == MISMATCH_PATH)
		refuse_path(program, field, code);
	if (mismatch == MISMATCH_TYPE)
		refuse_type(program, field, type, criterion);
	field_reader->type = type;
	field_reader->kind = value_kind(type);
	field_reader->load = value_loader(field_reader->kind, field);
}

/* The type of a row's column without domains, or InvalidOid. */
static Oid
column_type(TupleDesc row_type, int attribute)
{
	return attribute < 0 ? InvalidOid : getBaseType(TupleDescAttr(row_type, attribute)->atttypid);
}

static char *
type_text(const Program *program, const ProgramField *field, Oid type,
		  const ProgramCriterion *criterion)
{
	const char *writing = better_writing(criterion, value_kind(type));

	return psprintf("it needs %s, and column \"%s\" is of type %s%s%s",
					value_needed(field, criterion->needs), program_column(program, field->column),
					format_type_be(type), writing ? ": write each value " : "",
					writing ? writing : "");
}

static char *
mismatch_text(const Program *program, const ProgramField *field, Mismatch mismatch,
			  TupleDesc row_type, Oid type, const ProgramCriterion *criterion)
{
	const char *column = program_column(program, field->column);
	const char *nearest;

	switch (mismatch)
	{
		case MISMATCH_COLUMN:
			nearest = nearest_column(row_type, column);
			return psprintf("there is no column \"%s\"%s%s%s", column,
							nearest ? "; perhaps \"" : "", nearest ? nearest : "",
							nearest ? "\" is meant" : "");
		case MISMATCH_PATH:
			return psprintf("\"%s\" is a path, but column \"%s\" is not of type jsonb",
							program_field_name(program, field), column);
		default:
			return type_text(program, field, type, criterion);
	}
}

/* ---- gates between two fields ---- */

/* What a gate compares a field as; false where only the value tells. */
static bool
compared_as(const Program *program, int index, const Oid *types, ConstantKind *kind)
{
	const ProgramField *field = program_field(program, index);

	ValueKind	column;

	*kind = CONSTANT_NUMBER;	/* as all derived fields are */
	if (field->path_count > 0)
		return false;
	if (field->column < 0)
		return true;
	column = value_kind(types[field->column]);
	*kind = value_compared_as(column);
	return column != VALUE_NULL;
}

/* Whether a criterion can compare its two fields; the error says why not. */
static bool
check_fields(const Program *program, const ProgramCriterion *criterion, const Oid *types,
			 CoreError *error)
{
	ConstantKind value;
	ConstantKind than;

	return criterion->than < 0 || !compared_as(program, criterion->field, types, &value) ||
		!compared_as(program, criterion->than, types, &than) ||
		gate_check_kinds(program, criterion, value, than, error);
}

/* ---- all fields ---- */

/* The types of a row by the program's columns; InvalidOid where the row has none. */
static Oid *
types_of_row(const Program *program, TupleDesc row_type)
{
	Oid		   *types = palloc(sizeof(Oid) * Max(program->column_count, 1));

	for (int i = 0; i < program->column_count; i++)
		types[i] = column_type(row_type, find_column(row_type, program_column(program, i)));
	return types;
}

/* Whether every field that a criterion compares is there, of a type that can be compared. */
static bool
types_are_comparable(const Program *program, const ProgramCriterion *criterion, const Oid *types)
{
	const ProgramField *fields[] = {program_field(program, criterion->field),
									program_field(program, criterion->than)};

	for (int i = 0; i < lengthof(fields); i++)
		if (fields[i]->column >= 0 && (!OidIsValid(types[fields[i]->column]) ||
									   !value_serves(value_kind(types[fields[i]->column]),
													 fields[i], criterion->needs)))
			return false;
	return true;
}

/* Reports a field that cannot be read once, and one of a wrong type for each criterion. */
static void
check_field(const Program *program, int index, TupleDesc row_type, Oid type,
			MismatchFunction report, void *state)
{
	const ProgramField *field = program_field(program, index);
	const ProgramCriterion *criterion;
	Mismatch	mismatch = find_mismatch(program, index, type, &criterion);

	while (mismatch != MISMATCH_NONE && criterion)
	{
		report(state, program_string(program, criterion->code),
			   mismatch_text(program, field, mismatch, row_type, type, criterion));
		criterion = mismatch == MISMATCH_TYPE ?
			value_refuser(program, field, value_kind(type), criterion) : NULL;
	}
}

void
record_check_row(const Program *program, TupleDesc row_type, MismatchFunction report, void *state)
{
	const Oid  *types = types_of_row(program, row_type);

	for (int i = 0; i < program->field_count; i++)
		if (program_field(program, i)->column >= 0)
			check_field(program, i, row_type, types[program_field(program, i)->column], report,
						state);
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);
		CoreError	error;

		if (criterion->than >= 0 && types_are_comparable(program, criterion, types) &&
			!check_fields(program, criterion, types, &error))
			report(state, program_string(program, criterion->code),
				   psprintf("it cannot compare \"%s\" with \"%s\": %s",
							program_field_name(program, program_field(program, criterion->field)),
							program_field_name(program, program_field(program, criterion->than)),
							error.detail));
	}
}

/* Settles types alone: how values are gathered depends on where they come from. */
static RecordReader *
create_reader(const Program *program, TupleDesc row_type, const Oid *types)
{
	RecordReader *reader = palloc0(sizeof(RecordReader));

	reader->program = program;
	reader->row_type = row_type;
	reader->fields = palloc0(sizeof(FieldReader) * Max(program->field_count, 1));
	for (int i = 0; i < program->field_count; i++)
		if (program_field(program, i)->column >= 0)
			settle_type(reader, i, types[program_field(program, i)->column]);
	for (int i = 0; i < program->criterion_count; i++)
	{
		CoreError	error;

		if (!check_fields(program, program_criterion(program, i), types, &error))
			report_core_error(&error);
	}
	return reader;
}

RecordReader *
record_reader_for_row(const Program *program, TupleDesc row_type)
{
	RecordReader *reader = create_reader(program, CreateTupleDescCopy(row_type),
										 types_of_row(program, row_type));

	reader->attributes = palloc(sizeof(int) * Max(program->column_count, 1));
	reader->gathered = palloc(sizeof(NullableDatum) * Max(program->column_count, 1));
	reader->values = palloc(sizeof(Datum) * Max(row_type->natts, 1));
	reader->nulls = palloc(sizeof(bool) * Max(row_type->natts, 1));
	for (int i = 0; i < program->column_count; i++)
		reader->attributes[i] = find_column(row_type, program_column(program, i));
	return reader;
}

RecordReader *
record_reader_for_columns(const Program *program, const Oid *types)
{
	Oid		   *base_types = palloc(sizeof(Oid) * Max(program->column_count, 1));

	for (int i = 0; i < program->column_count; i++)
		base_types[i] = getBaseType(types[i]);
	return create_reader(program, NULL, base_types);
}

/* ---- records ---- */

void
record_load(RecordReader *reader, HeapTupleHeader record)
{
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(record), .t_data = record};

	ItemPointerSetInvalid(&tuple.t_self);
	heap_deform_tuple(&tuple, reader->row_type, reader->values, reader->nulls);
	for (int i = 0; i < reader->program->column_count; i++)
	{
		reader->gathered[i].value = reader->values[reader->attributes[i]];
		reader->gathered[i].isnull = reader->nulls[reader->attributes[i]];
	}
	reader->columns = reader->gathered;
}

void
record_load_columns(RecordReader *reader, const NullableDatum *values)
{
	reader->columns = values;
}

void
record_read(RecordReader *reader, uint8 purposes, FieldValue *values)
{
	const Program *program = reader->program;

	int			count = program->field_count;
	const ProgramField *field = program_field(program, 0);
	const FieldReader *field_reader = reader->fields;

	for (; count > 0; count--, field++, field_reader++, values++)
	{
		const NullableDatum *column = &reader->columns[field->column];

		if (field->column < 0 || (field->purposes & purposes) == 0)
			continue;
		if (column->isnull)
			values->missing = true;
		else
			field_reader->load(values, program, field, field_reader->kind, column->value);
	}
}

/* numeric(p), or numeric(p, s) without decimals: the scale is in the modifier's low bits. */
static bool
is_whole_numeric(int32 typmod)
{
	return typmod >= (int32) VARHDRSZ && (((typmod - VARHDRSZ) & 0x7FF) ^ 1024) - 1024 <= 0;
}

bool
record_field_is_whole(const RecordReader *reader, int index)
{
	const ProgramField *field = program_field(reader->program, index);
	Form_pg_attribute attribute;
	int32		typmod;

	if (field->column < 0 || field->path_count > 0)
		return false;
	if (reader->fields[index].kind <= VALUE_INT8)
		return true;
	attribute = TupleDescAttr(reader->row_type, reader->attributes[field->column]);
	typmod = attribute->atttypmod;
	return getBaseTypeAndTypmod(attribute->atttypid, &typmod) == NUMERICOID &&
		is_whole_numeric(typmod);
}

char *
record_value_text(const RecordReader *reader, int index)
{
	const FieldReader *field_reader = &reader->fields[index];
	const ProgramField *field = program_field(reader->program, index);
	const NullableDatum *column = &reader->columns[field->column];

	if (column->isnull)
		return NULL;
	return value_text(reader->program, field, field_reader->kind, field_reader->type,
					  column->value);
}
