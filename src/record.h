/*
 * record.h
 *	  Any record's values into the slots of a scorecard's program.
 */
#ifndef RECORD_H
#define RECORD_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "core/eval.h"

typedef struct RecordReader RecordReader;

/* Check that the row type has every field, of a type that can be judged. */
extern RecordReader *record_reader_create(const Program *program, TupleDesc row_type);

/* Fill the slots of the fields that serve the purposes.  Texts live as long as the record. */
extern void record_read(RecordReader *reader, HeapTupleHeader record, uint8 purposes, Slot *slots);

/* After record_read: a column field's value in a fixed form, or NULL when missing. */
extern char *record_value_text(const RecordReader *reader, int field);

#endif							/* RECORD_H */
