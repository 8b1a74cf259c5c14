/*
 * scorecard_call.c
 *	  A call of a scorecard's function: what is settled once and kept with it.
 *
 * Card, program, row type and scratch space are settled at the first row; a row
 * then costs taking it apart and one walk over the criteria.  A card that
 * changes from row to row is noticed by its bytes, a row type by its number in
 * the type cache.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "compat.h"
#include "decimal.h"
#include "report.h"
#include "scorecard.h"
#include "scorecard_call.h"

/* Whether two datums are the same bytes; those of one toasted value are. */
static bool
same_bytes(const struct varlena *a, const struct varlena *b)
{
	return VARSIZE_ANY(a) == VARSIZE_ANY(b) && memcmp(a, b, VARSIZE_ANY(a)) == 0;
}

static struct varlena *
copy_bytes(const struct varlena *value)
{
	struct varlena *copy = palloc(VARSIZE_ANY(value));

	memcpy(copy, value, VARSIZE_ANY(value));
	return copy;
}

/* A constant card needs no comparing in each row. */
static bool
first_argument_is_constant(FmgrInfo *function)
{
	Node *call = function->fn_expr;

	return call && IsA(call, FuncExpr) && IsA(linitial(((FuncExpr *) call)->args), Const);
}

CallSite *
call_site_create(MemoryContext memory)
{
	CallSite *site = MemoryContextAllocZero(memory, sizeof(CallSite));

	site->memory = AllocSetContextCreate(memory, "equity scorecard", ALLOCSET_SMALL_SIZES);
	return site;
}

/* The site of this call in the query, made at the first row. */
static CallSite *
get_call_site(FunctionCallInfo fcinfo)
{
	CallSite *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
	{
		site = call_site_create(fcinfo->flinfo->fn_mcxt);
		site->card_is_constant = first_argument_is_constant(fcinfo->flinfo);
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}

/*
 * Begins anew with a card, in the site's own memory.  The caller makes the reader, keeps
 * a copy of the card, and switches back to the context that is returned.
 */
static MemoryContext
settle_card(CallSite *site, struct varlena *card)
{
	MemoryContext before;

	site->card = NULL; /* should the rest fail */
	MemoryContextReset(site->memory);
	before = MemoryContextSwitchTo(site->memory);
	site->evaluator =
		evaluator_create(scorecard_program(DatumGetScorecardP(PointerGetDatum(copy_bytes(card)))));
	site->result = NULL;
	return before;
}

static void
settle_for_row(CallSite *site, struct varlena *card, Oid type, int32 typmod)
{
	MemoryContext before = settle_card(site, card);
	TupleDesc	  row = lookup_rowtype_tupdesc(type, typmod);

	site->reader = record_reader_for_row(site->evaluator->program, row);
	ReleaseTupleDesc(row);
	site->row_type = assign_record_type_identifier(type, typmod);
	site->card = copy_bytes(card);
	MemoryContextSwitchTo(before);
}

/* The type of a value: a literal without one is NULL, or a C string. */
static Oid
argument_type(FunctionCallInfo fcinfo, int argument)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, argument);

	return type == UNKNOWNOID && !PG_ARGISNULL(argument) ? CSTRINGOID : type;
}

static void
settle_for_columns(CallSite *site, struct varlena *card, FunctionCallInfo fcinfo)
{
	MemoryContext  before = settle_card(site, card);
	const Program *program = site->evaluator->program;
	Oid			  *types = palloc(sizeof(Oid) * Max(program->column_count, 1));

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the values for a scorecard are given as one array"),
						errhint("Pass each value by itself, without VARIADIC.")));
	if (PG_NARGS() - 1 != program->column_count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_plural("the scorecard reads %d column, but %d values are given",
							   "the scorecard reads %d columns, but %d values are given",
							   program->column_count, program->column_count, PG_NARGS() - 1),
				 errhint("Pass a value for each of equity.fields(card), in that order.")));
	for (int i = 0; i < program->column_count; i++)
		types[i] = argument_type(fcinfo, i + 1);
	site->reader = record_reader_for_columns(program, types);
	site->card = copy_bytes(card);
	MemoryContextSwitchTo(before);
}

/* Whether the site is ready for this card. */
static bool
is_settled(const CallSite *site, const struct varlena *card)
{
	return site->card && (site->card_is_constant || same_bytes(site->card, card));
}

void
call_site_judge(CallSite *site, struct varlena *card, HeapTupleHeader record, uint8 purposes,
				Assessment *assessment)
{
	Oid	  type = HeapTupleHeaderGetTypeId(record);
	int32 typmod = HeapTupleHeaderGetTypMod(record);

	if (!is_settled(site, card) || site->row_type != assign_record_type_identifier(type, typmod))
		settle_for_row(site, card, type, typmod);
	record_load(site->reader, record);
	record_read(site->reader, purposes, site->evaluator->values);
	if (!evaluate(site->evaluator, purposes, assessment))
		report_core_error(&site->evaluator->error);
}

CallSite *
call_site_run(FunctionCallInfo fcinfo, uint8 purposes, Assessment *assessment)
{
	CallSite *site = get_call_site(fcinfo);

	call_site_judge(site, (struct varlena *) PG_GETARG_POINTER(0), PG_GETARG_HEAPTUPLEHEADER(1),
					purposes, assessment);
	return site;
}

CallSite *
call_site_run_over_columns(FunctionCallInfo fcinfo, uint8 purposes, Assessment *assessment)
{
	struct varlena *card = (struct varlena *) PG_GETARG_POINTER(0);
	CallSite	   *site = get_call_site(fcinfo);

	if (!is_settled(site, card))
		settle_for_columns(site, card, fcinfo);
	record_load_columns(site->reader, &fcinfo->args[1]);
	record_read(site->reader, purposes, site->evaluator->values);
	if (!evaluate(site->evaluator, purposes, assessment))
		report_core_error(&site->evaluator->error);
	return site;
}

TupleDesc
call_site_result(FunctionCallInfo fcinfo, CallSite *site)
{
	MemoryContext before;

	if (site->result == NULL)
	{
		before = MemoryContextSwitchTo(site->memory);
		if (get_call_result_type(fcinfo, NULL, &site->result) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		site->result = BlessTupleDesc(site->result);
		MemoryContextSwitchTo(before);
	}
	return site->result;
}

Datum
points_datum(const Program *program, int64 points)
{
	return NumericGetDatum(decimal_to_numeric(points, program->scale));
}
