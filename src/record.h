/*
 * record.h
 *	  Reading the fields of a scorecard from any record, or from separate columns.
 */
#ifndef RECORD_H
#define RECORD_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "core/scorecard/eval.h"

typedef struct RecordReader RecordReader;

/*
 * Make a reader for a row type, or for columns given by their types in the order of
 * the program's columns.  Raises an error when a field is absent or of a type that
 * a criterion cannot judge.  The reader lives in the current memory context.
 */
extern RecordReader *record_reader_for_row(const Program *program, TupleDesc row_type);
extern RecordReader *record_reader_for_columns(const Program *program, const Oid *types);

/* Reports all that record_reader_for_row would refuse, without an error. */
typedef void (*MismatchFunction) (void *state, const char *criterion, const char *message);

extern void record_check_row(const Program *program, TupleDesc row_type, MismatchFunction report,
							 void *state);

/* Keep a record, or the columns' values, to be read; they must outlive the reading. */
extern void record_load(RecordReader *reader, HeapTupleHeader record);
extern void record_load_columns(RecordReader *reader, const NullableDatum *values);

/* Fills the values of the fields that serve the purposes; texts live as long as the record. */
extern void record_read(RecordReader *reader, uint8 purposes, FieldValue *values);

/* Whether a field is a column of a record that holds whole numbers only. */
extern bool record_field_is_whole(const RecordReader *reader, int field);

/* A column field's value in a form that no setting changes, or NULL when missing. */
extern char *record_value_text(const RecordReader *reader, int field);

#endif							/* RECORD_H */
