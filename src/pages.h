/*
 * pages.h
 *	  Lines of text, a page for each pool: what the digests of a round are of.
 *
 * A page has its lines in the order of applicant ids, however they came.  A line
 * ends with a line feed; its values are parted by commas, NULL is nothing, a text
 * is a JSON string and an array a JSON array.
 */
#ifndef PAGES_H
#define PAGES_H

#include "core/base/market_rows.h"

typedef struct Pages Pages;

typedef struct PageText
{
	bool		whole;			/* of the page of pages, not of a pool's */
	int64		pool_id;
	int64		line_count;
	text	   *digest;
	text	   *content;		/* or NULL, when it is not asked for */
} PageText;

/* What is taken of one page lives for the call. */
typedef void (*PageFunction) (void *state, const PageText *page);

/* In the current memory context; adding is an error above equity.max_memory. */
extern Pages *pages_begin(void);

/* The lines "applicant_id,choice" */
extern void pages_add_choice(Pages *pages, int64 pool_id, int64 applicant_id, int64 choice);

/* The lines "applicant_id,choice,score,tie,groups"; groups as JSON, or NULL */
extern void pages_add_application(Pages *pages, const ApplicationRow *row, const char *groups);

/* The lines "applicant_id,choice,seat,tier,score" */
extern void pages_add_placement(Pages *pages, const PlacementRow *row);

/*
 * Hand over each page in the order of pool ids, with or without its content, and at
 * last the whole, whose lines are "pool_id,digest".
 */
extern void pages_end(Pages *pages, bool with_contents, PageFunction take, void *state);

#endif							/* PAGES_H */
