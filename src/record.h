/*
 * record.h
 *	  Any record's values into the slots of a scorecard's program.
 */
#ifndef RECORD_H
#define RECORD_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "core/scorecard/eval.h"

typedef struct RecordReader RecordReader;

/*
 * Check that a row type, or columns given by their types in the order of the
 * program's columns, have every field, of a type that can be judged.
 */
extern RecordReader *record_reader_for_row(const Program *program, TupleDesc row_type);
extern RecordReader *record_reader_for_columns(const Program *program, const Oid *types);

/* Tell what record_reader_for_row would refuse, all of it, without an error. */
typedef void (*MismatchFunction) (void *state, const char *criterion, const char *message);

extern void record_check_row(const Program *program, TupleDesc row_type, MismatchFunction tell,
							 void *state);

/* Take in a record, or the columns' values. */
extern void record_load(RecordReader *reader, HeapTupleHeader record);
extern void record_load_columns(RecordReader *reader, const NullableDatum *values);

/* Fill the slots of the fields that serve the purposes.  Texts live as long as the values. */
extern void record_read(RecordReader *reader, uint8 purposes, Slot *slots);

/* A column field's value in a fixed form, or NULL when missing. */
extern char *record_value_text(const RecordReader *reader, int field);

#endif							/* RECORD_H */
