/*
 * record.c
 *	  Reading the fields of a scorecard from any record, or from separate columns.
 *
 * Types are settled once for a row type; then each record is taken apart once.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "record.h"
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
	if (field->path_count > 0 && value_kind(type) != VALUE_JSONB)
		return MISMATCH_PATH;
	refusing = value_refuser(program, field, value_kind(type));
	if (refusing == NULL)
		return MISMATCH_NONE;
	*criterion = refusing;
	return MISMATCH_TYPE;
}

static void
refuse_column(const Program *program, const ProgramField *field, const char *criterion)
{
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("record has no field \"%s\"", program_column(program, field->column)),
					errdetail("Criterion \"%s\" of the scorecard reads it.", criterion)));
}

static void
refuse_path(const Program *program, const ProgramField *field, const char *criterion)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("field \"%s\" is a path, but column \"%s\" is not of type jsonb",
					program_field_name(program, field), program_column(program, field->column)),
			 errdetail("Criterion \"%s\" of the scorecard reads it.", criterion)));
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
					program_field_name(program, field), format_type_be(type),
					program_string(program, criterion->code)),
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
		refuse_column(program, field, code);
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
mismatch_text(const Program *program, const ProgramField *field, Mismatch mismatch, Oid type,
			  const ProgramCriterion *criterion)
{
	const char *column = program_column(program, field->column);

	switch (mismatch)
	{
		case MISMATCH_COLUMN:
			return psprintf("there is no column \"%s\"", column);
		case MISMATCH_PATH:
			return psprintf("\"%s\" is a path, but column \"%s\" is not of type jsonb",
							program_field_name(program, field), column);
		default:
			return type_text(program, field, type, criterion);
	}
}

void
record_check_row(const Program *program, TupleDesc row_type, MismatchFunction report, void *state)
{
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const ProgramCriterion *criterion;
		Mismatch	mismatch;
		Oid			type;

		if (field->column < 0)
			continue;
		type = column_type(row_type, find_column(row_type, program_column(program, field->column)));
		mismatch = find_mismatch(program, i, type, &criterion);
		if (mismatch != MISMATCH_NONE)
			report(state, program_string(program, criterion->code),
				 mismatch_text(program, field, mismatch, type, criterion));
	}
}

static RecordReader *
create_reader(const Program *program)
{
	RecordReader *reader = palloc0(sizeof(RecordReader));

	reader->program = program;
	reader->fields = palloc0(sizeof(FieldReader) * Max(program->field_count, 1));
	return reader;
}

RecordReader *
record_reader_for_row(const Program *program, TupleDesc row_type)
{
	RecordReader *reader = create_reader(program);

	reader->attributes = palloc(sizeof(int) * Max(program->column_count, 1));
	reader->gathered = palloc(sizeof(NullableDatum) * Max(program->column_count, 1));
	reader->values = palloc(sizeof(Datum) * Max(row_type->natts, 1));
	reader->nulls = palloc(sizeof(bool) * Max(row_type->natts, 1));
	reader->row_type = CreateTupleDescCopy(row_type);
	for (int i = 0; i < program->column_count; i++)
		reader->attributes[i] = find_column(row_type, program_column(program, i));
	for (int i = 0; i < program->field_count; i++)
	{
		int			column = program_field(program, i)->column;

		if (column >= 0)
			settle_type(reader, i, column_type(row_type, reader->attributes[column]));
	}
	return reader;
}

RecordReader *
record_reader_for_columns(const Program *program, const Oid *types)
{
	RecordReader *reader = create_reader(program);

	for (int i = 0; i < program->field_count; i++)
	{
		int			column = program_field(program, i)->column;

		if (column >= 0)
			settle_type(reader, i, getBaseType(types[column]));
	}
	return reader;
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
