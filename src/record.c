/*
 * record.c
 *	  Any record's values into the slots of a scorecard's program.
 *
 * Types are settled once for a row type; then each record is taken apart once.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "record.h"
#include "field_value.h"

typedef struct FieldReader
{
	int			column;			/* of the values, from 0 */
	ValueKind	kind;
	Oid			type;			/* without domains */
	ValueLoader load;
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
static const ProgramCriterion *
refusing_criterion(const Program *program, int index, ValueKind kind)
{
	const ProgramField *field = program_field(program, index);

	for (int i = 0; i < program->criterion_count; i++)
		if (criterion_reads(program, i, index) &&
			!value_serves(kind, field, program_criterion(program, i)->needs))
			return program_criterion(program, i);
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
			 errdetail("Criterion \"%s\" of the scorecard reads it.",
					   program_user_code(program, field))));
}

/* Settle one field whose column is of this type. */
static void
settle_type(RecordReader *reader, int index, Oid type)
{
	const Program *program = reader->program;
	const ProgramField *field = program_field(program, index);
	FieldReader *field_reader = &reader->fields[index];
	const ProgramCriterion *refusing;

	field_reader->type = getBaseType(type);
	field_reader->kind = value_kind(field_reader->type);
	field_reader->load = value_loader(field_reader->kind, field);
	if (field->path_count > 0 && field_reader->kind != VALUE_JSONB)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("field \"%s\" is a path, but column \"%s\" is not of type jsonb",
							   program_field_name(program, field),
							   program_column(program, field->column)),
						errdetail("Criterion \"%s\" of the scorecard reads it.",
								  program_user_code(program, field))));
	refusing = refusing_criterion(program, index, field_reader->kind);
	if (refusing)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("field \"%s\" of type %s cannot be judged by criterion \"%s\"",
						program_field_name(program, field), format_type_be(field_reader->type),
						program_string(program, refusing->code)),
				 errhint("The criterion needs %s: cast the column, or change the criterion.",
						 value_needed(field, refusing->needs))));
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
	const ProgramCriterion *refusing;
	Oid			type;

	*criterion = program_user_code(program, field);
	if (column < 0)
		return psprintf("there is no column \"%s\"", column_name);
	type = getBaseType(TupleDescAttr(row_type, column)->atttypid);
	if (field->path_count > 0 && value_kind(type) != VALUE_JSONB)
		return psprintf("\"%s\" is a path, but column \"%s\" is not of type jsonb",
						program_field_name(program, field), column_name);
	refusing = refusing_criterion(program, index, value_kind(type));
	if (refusing == NULL)
		return NULL;
	*criterion = program_string(program, refusing->code);
	return psprintf("it needs %s, and column \"%s\" is of type %s",
					value_needed(field, refusing->needs), column_name, format_type_be(type));
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
		field_reader->load(slot, program, field, field_reader->kind,
						   reader->values[field_reader->column]);
	}
}

char *
record_value_text(const RecordReader *reader, int index)
{
	const FieldReader *field_reader = &reader->fields[index];

	if (reader->nulls[field_reader->column])
		return NULL;
	return value_text(reader->program, program_field(reader->program, index), field_reader->kind,
					  field_reader->type, reader->values[field_reader->column]);
}
