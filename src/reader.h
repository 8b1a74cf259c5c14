/*
 * reader.h
 *	  The rows of a caller's query, column by column by name.
 */
#ifndef READER_H
#define READER_H

#include "access/tupdesc.h"
#include "fmgr.h"
#include "tcop/dest.h"

#include "core/base/numbers.h"
#include "core/base/words.h"

/* The text of a query among the arguments; 22004 when it is NULL */
extern char *query_argument(FunctionCallInfo fcinfo, int argument, const char *what);

/* The text of a query that may be left out, or NULL */
extern char *optional_query_argument(FunctionCallInfo fcinfo, int argument);

typedef enum ColumnKind
{
	COLUMN_ID,					/* bigint, integer or smallint */
	COLUMN_NUMBER,				/* those, numeric or double precision */
	COLUMN_TEXT,				/* text or varchar */
	COLUMN_WORDS,				/* an array of these, without NULLs */
	COLUMN_LABEL,				/* text, varchar, whole numbers, numeric or boolean, as text */
	COLUMN_FLAG					/* boolean */
} ColumnKind;

typedef struct Column
{
	const char *name;
	ColumnKind	kind;
	bool		optional;		/* the query may do without it */
	bool		nullable;		/* its values may be NULL, also without a type: NULL AS tie */

	/* filled by the reader */
	bool		given;
	bool		untyped;		/* text, as a NULL without a type is: nothing but NULL will do */
	Oid			type;
} Column;

/* A value for each column of the list: NULL where the column is not given. */
typedef struct Row
{
	const Column *columns;
	int			count;
	const Datum *values;
	const bool *nulls;
	MemoryContext memory;		/* what the accessors below take: lives for the row */
	const char *what;			/* names the query */
} Row;

typedef void (*RowFunction) (void *state, const Row *row);

/*
 * Run a query of one statement with the caller's rights and search_path, and hand over
 * each row.  Nothing that it calls may write, as in a read-only transaction.  A column
 * that is not read is an error, unless its name begins with _.  what names the query in
 * errors.
 */
extern void read_query(const char *query, const char *what, Column *columns, int count,
					   RowFunction take, void *state);

/* Run such a query and hand over its rows as they are. */
extern void run_query(const char *query, const char *what, DestReceiver *receiver);

/* The columns of such a query, without running it; an error unless it is a SELECT. */
extern TupleDesc query_columns(const char *query, const char *what);

/* Values that are not NULL; a number may be. What they point to lives for the row. */
extern int64 row_id(const Row *row, int column);
extern ExactNumber row_number(const Row *row, int column);
extern Word row_word(const Row *row, int column);
extern Word row_label(const Row *row, int column);
extern bool row_flag(const Row *row, int column);

/* How many words an array has, and these; a NULL among them is an error. */
extern int	row_words(const Row *row, int column, Word **words);

/* The value as it is stored, to see whether two rows have the same without taking it apart */
extern Word row_bytes(const Row *row, int column);

#endif							/* READER_H */
