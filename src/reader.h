/*
 * reader.h
 *	  The rows of a caller's query, column by column by name.
 */
#ifndef READER_H
#define READER_H

#include "core/market.h"

typedef enum ColumnKind
{
	COLUMN_ID,					/* bigint, integer or smallint */
	COLUMN_NUMBER,				/* those, numeric or double precision */
	COLUMN_TEXT
} ColumnKind;

typedef struct Column
{
	const char *name;
	ColumnKind	kind;
	bool		optional;		/* the query may do without it */
	bool		nullable;		/* its values may be NULL */

	/* filled by the reader */
	bool		given;
	Oid			type;
} Column;

/* A value for each column of the list: NULL where the column is not given. */
typedef struct Row
{
	const Column *columns;
	int			count;
	const Datum *values;
	const bool *nulls;
} Row;

typedef void (*RowFunction) (void *state, const Row *row);

/*
 * Run a query with the caller's rights and search_path, reading only, and hand
 * over each row.  what names the query in errors.
 */
extern void read_query(const char *query, const char *what, Column *columns, int count,
					   RowFunction take, void *state);

extern int64 row_id(const Row *row, int column);
extern ExactNumber row_number(const Row *row, int column);
extern bool row_text_is(const Row *row, int column, const char *text);

#endif							/* READER_H */
