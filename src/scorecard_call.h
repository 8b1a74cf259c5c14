/*
 * scorecard_call.h
 *	  A call of a scorecard's function: what is settled once and kept with it.
 */
#ifndef SCORECARD_CALL_H
#define SCORECARD_CALL_H

#include "fmgr.h"

#include "core/scorecard/eval.h"
#include "record.h"

typedef struct CallSite
{
	MemoryContext memory;		/* holds the rest; emptied when card or row type change */
	struct varlena *card;		/* as it was passed, toasted or not */
	bool		card_is_constant;
	uint64		row_type;		/* of the typcache: changes when the type is altered */
	Evaluator  *evaluator;
	RecordReader *reader;
	TupleDesc	result;			/* of functions that give back a row; made when it is needed */
} CallSite;

/*
 * Judge the record of the second argument, or the values after the first.  The site
 * and what hangs on it live until the query ends; its values, until the row does.
 */
extern CallSite *call_site_run(FunctionCallInfo fcinfo, uint8 purposes, Assessment *assessment);
extern CallSite *call_site_run_over_columns(FunctionCallInfo fcinfo, uint8 purposes,
											Assessment *assessment);

/* The row type of the result, blessed, ready for heap_form_tuple. */
extern TupleDesc call_site_result(FunctionCallInfo fcinfo, CallSite *site);

extern Datum points_datum(const Program *program, int64 points);

#endif							/* SCORECARD_CALL_H */
