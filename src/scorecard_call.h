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
	MemoryContext	memory; /* holds the rest; emptied when card or row type change */
	struct varlena *card;	/* as it was passed, toasted or not */
	bool			card_is_constant;
	uint64			row_type; /* of the typcache: changes when the type is altered */
	Evaluator	   *evaluator;
	RecordReader   *reader;
	TupleDesc		result; /* of functions that give back a row; made when it is needed */
} CallSite;

/* A site that is not bound to a call of its own; the card may change from row to row. */
extern CallSite *call_site_create(MemoryContext memory);

/* Judge a record; the card may be toasted. */
extern void call_site_judge(CallSite *site, struct varlena *card, HeapTupleHeader record,
							uint8 purposes, Assessment *assessment);

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

/* What one criterion says of the record last judged, for people; texts are palloc'd. */
typedef struct ExplainedCriterion
{
	const char *code;
	bool		has_field; /* of its own, or one that it makes */
	const char *field;
	char	   *value;	  /* NULL when it is missing */
	char	   *compared; /* of a gate between two fields: the other one's value */
	bool		is_gate;
	bool		is_derived;
	bool		has_points;
	bool		asks_for_null; /* a gate that asks whether there is a value */
	Outcome		outcome;
	int64		points; /* when it has some and has passed */
	bool		has_max_points;
	int64		max_points;
	const char *reason; /* when it speaks against the record */
} ExplainedCriterion;

/* scorecard.c */
extern ExplainedCriterion explain_criterion(const CallSite *site, int index);

#endif /* SCORECARD_CALL_H */
