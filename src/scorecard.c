/*
 * scorecard.c
 *	  eligible, score, assess and explain: a scorecard over any record.
 *
 * Card, program, row type and scratch space are settled once and kept with the
 * call site; a row then costs taking it apart and one walk over the criteria.
 * A card that changes from row to row is noticed by its bytes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "decimal.h"
#include "record.h"
#include "report.h"
#include "scorecard.h"

typedef struct CallSite
{
	MemoryContext memory;		/* holds the rest; emptied when card or row type change */
	struct varlena *card;		/* as it was passed, toasted or not */
	bool		card_is_constant;
	uint64		row_type;		/* of the typcache: changes when the type is altered */
	Evaluator  *evaluator;
	RecordReader *reader;
	TupleDesc	result;			/* of assess */
} CallSite;

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

static bool
first_argument_is_constant(FmgrInfo *function)
{
	Node	   *call = function->fn_expr;

	return call && IsA(call, FuncExpr) && IsA(linitial(((FuncExpr *) call)->args), Const);
}

static CallSite *
get_call_site(FunctionCallInfo fcinfo)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
		site->memory = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "equity scorecard",
											 ALLOCSET_SMALL_SIZES);
		site->card_is_constant = first_argument_is_constant(fcinfo->flinfo);
		fcinfo->flinfo->fn_extra = site;
	}
	return site;
}

/* Begin anew with a card; the caller gives the reader and switches back. */
static MemoryContext
settle_card(CallSite *site, struct varlena *card)
{
	MemoryContext before;

	site->card = NULL;			/* should the rest fail */
	MemoryContextReset(site->memory);
	before = MemoryContextSwitchTo(site->memory);
	site->evaluator = evaluator_create(scorecard_program(DatumGetScorecardP(PointerGetDatum(copy_bytes(card)))));
	site->result = NULL;
	return before;
}

static void
settle_for_row(CallSite *site, struct varlena *card, Oid type, int32 typmod)
{
	MemoryContext before = settle_card(site, card);
	TupleDesc	row = lookup_rowtype_tupdesc(type, typmod);

	site->reader = record_reader_for_row(site->evaluator->program, row);
	ReleaseTupleDesc(row);
	site->row_type = assign_record_type_identifier(type, typmod);
	site->card = copy_bytes(card);
	MemoryContextSwitchTo(before);
}

static void
settle_for_columns(CallSite *site, struct varlena *card, FunctionCallInfo fcinfo)
{
	MemoryContext before = settle_card(site, card);
	const Program *program = site->evaluator->program;
	Oid		   *types = palloc(sizeof(Oid) * Max(program->column_count, 1));

	if (get_fn_expr_variadic(fcinfo->flinfo) || PG_NARGS() - 1 != program->column_count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the scorecard reads %d columns, but %d values are given", program->column_count,
						get_fn_expr_variadic(fcinfo->flinfo) ? 0 : PG_NARGS() - 1),
				 errhint("Pass a value for each of equity.fields(card), in that order.")));
	for (int i = 0; i < program->column_count; i++)
		types[i] = get_fn_expr_argtype(fcinfo->flinfo, i + 1);
	site->reader = record_reader_for_columns(program, types);
	site->card = copy_bytes(card);
	MemoryContextSwitchTo(before);
}

static bool
is_settled(const CallSite *site, const struct varlena *card)
{
	return site->card && (site->card_is_constant || same_bytes(site->card, card));
}

/* Judge the record of the second argument. */
static CallSite *
run(FunctionCallInfo fcinfo, uint8 purposes, Assessment *assessment)
{
	struct varlena *card = (struct varlena *) PG_GETARG_POINTER(0);
	HeapTupleHeader record = PG_GETARG_HEAPTUPLEHEADER(1);
	CallSite   *site = get_call_site(fcinfo);
	Oid			type = HeapTupleHeaderGetTypeId(record);
	int32		typmod = HeapTupleHeaderGetTypMod(record);

	if (!is_settled(site, card) || site->row_type != assign_record_type_identifier(type, typmod))
		settle_for_row(site, card, type, typmod);
	record_load(site->reader, record);
	record_read(site->reader, purposes, site->evaluator->slots);
	if (!evaluate(site->evaluator, purposes, assessment))
		report_core_error(&site->evaluator->error);
	return site;
}

/* Judge the values behind the first argument. */
static CallSite *
run_over_columns(FunctionCallInfo fcinfo, uint8 purposes, Assessment *assessment)
{
	struct varlena *card = (struct varlena *) PG_GETARG_POINTER(0);
	CallSite   *site = get_call_site(fcinfo);

	if (!is_settled(site, card))
		settle_for_columns(site, card, fcinfo);
	record_load_columns(site->reader, &fcinfo->args[1]);
	record_read(site->reader, purposes, site->evaluator->slots);
	if (!evaluate(site->evaluator, purposes, assessment))
		report_core_error(&site->evaluator->error);
	return site;
}

static Datum
points_datum(const Program *program, int64 points)
{
	return NumericGetDatum(decimal_to_numeric(points, program->scale));
}

static Datum
eligible_datum(FunctionCallInfo fcinfo, const Assessment *assessment)
{
	if (assessment->eligible == OUTCOME_UNDETERMINED)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(assessment->eligible == OUTCOME_PASSED);
}

static Datum
score_datum(FunctionCallInfo fcinfo, const CallSite *site, const Assessment *assessment)
{
	if (!assessment->scored)
		PG_RETURN_NULL();
	return points_datum(site->evaluator->program, assessment->score);
}

PG_FUNCTION_INFO_V1(equity_eligible);

Datum
equity_eligible(PG_FUNCTION_ARGS)
{
	Assessment	assessment;

	run(fcinfo, FOR_ELIGIBLE, &assessment);
	return eligible_datum(fcinfo, &assessment);
}

PG_FUNCTION_INFO_V1(equity_score);

Datum
equity_score(PG_FUNCTION_ARGS)
{
	Assessment	assessment;
	CallSite   *site = run(fcinfo, FOR_SCORE, &assessment);

	return score_datum(fcinfo, site, &assessment);
}

PG_FUNCTION_INFO_V1(equity_eligible_fields);

Datum
equity_eligible_fields(PG_FUNCTION_ARGS)
{
	Assessment	assessment;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	run_over_columns(fcinfo, FOR_ELIGIBLE, &assessment);
	return eligible_datum(fcinfo, &assessment);
}

PG_FUNCTION_INFO_V1(equity_score_fields);

Datum
equity_score_fields(PG_FUNCTION_ARGS)
{
	Assessment	assessment;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return score_datum(fcinfo, run_over_columns(fcinfo, FOR_SCORE, &assessment), &assessment);
}

/* ---- assess ---- */

static TupleDesc
result_type(FunctionCallInfo fcinfo, CallSite *site)
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

static Datum
reasons_datum(const Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	Datum	   *reasons = palloc(sizeof(Datum) * program->criterion_count);
	int			count = 0;

	for (int i = 0; i < program->criterion_count; i++)
		if (is_reason(evaluator, i))
			reasons[count++] = CStringGetTextDatum(program_string(program, program_criterion(program, i)->reason));
	return PointerGetDatum(construct_array(reasons, count, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(equity_assess);

Datum
equity_assess(PG_FUNCTION_ARGS)
{
	Assessment	assessment;
	CallSite   *site = run(fcinfo, FOR_ELIGIBLE | FOR_SCORE, &assessment);
	const Program *program = site->evaluator->program;
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	nulls[0] = assessment.eligible == OUTCOME_UNDETERMINED;
	values[0] = BoolGetDatum(assessment.eligible == OUTCOME_PASSED);
	nulls[1] = !assessment.scored;
	if (assessment.scored)
		values[1] = points_datum(program, assessment.score);
	nulls[2] = assessment.class_index < 0;
	if (!nulls[2])
		values[2] = CStringGetTextDatum(program_string(program,
													   program_at(program, int32, program->class_labels)[assessment.class_index]));
	values[3] = reasons_datum(site->evaluator);
	return HeapTupleGetDatum(heap_form_tuple(result_type(fcinfo, site), values, nulls));
}

/* ---- explain ---- */

enum
{
	EXPLAIN_SEQ,
	EXPLAIN_CRITERION,
	EXPLAIN_KIND,
	EXPLAIN_FIELD,
	EXPLAIN_VALUE,
	EXPLAIN_RULE,
	EXPLAIN_PASSED,
	EXPLAIN_POINTS,
	EXPLAIN_MAX_POINTS,
	EXPLAIN_REASON,
	EXPLAIN_COLUMNS
};

/* The field that a criterion reads or, for derive, makes; -1 for const and section. */
static int
shown_field(const Program *program, int index)
{
	const ProgramCriterion *criterion = program_criterion(program, index);

	if (criterion->kind != KIND_DERIVE)
		return criterion->field;
	for (int i = 0; i < program->field_count; i++)
		if (program_field(program, i)->column < 0 && program_field(program, i)->user == index)
			return i;
	return -1;
}

static char *
shown_value(const CallSite *site, int field)
{
	const Program *program = site->evaluator->program;
	const Slot *slot = &site->evaluator->slots[field];

	if (program_field(program, field)->column >= 0)
		return record_value_text(site->reader, field);
	return slot->missing ? NULL : slot_text(slot);
}

static void
explain_criterion(const CallSite *site, int index, Datum *values, bool *nulls)
{
	const Program *program = site->evaluator->program;
	const ProgramCriterion *criterion = program_criterion(program, index);
	const Judgement *judgement = &site->evaluator->judgements[index];
	bool		is_gate = criterion->kind == KIND_GATE;
	bool		has_points = !is_gate && criterion->kind != KIND_DERIVE;
	int			field = shown_field(program, index);
	char	   *value = field >= 0 ? shown_value(site, field) : NULL;

	memset(nulls, true, sizeof(bool) * EXPLAIN_COLUMNS);
#define GIVE(column, datum) (values[column] = (datum), nulls[column] = false)
	GIVE(EXPLAIN_SEQ, Int32GetDatum(index + 1));
	GIVE(EXPLAIN_CRITERION, CStringGetTextDatum(program_string(program, criterion->code)));
	GIVE(EXPLAIN_KIND, CStringGetTextDatum(criterion_kind_names[criterion->kind]));
	GIVE(EXPLAIN_RULE, CStringGetTextDatum(program_rule(program, index)));
	if (field >= 0)
		GIVE(EXPLAIN_FIELD, CStringGetTextDatum(program_string(program, program_field(program, field)->name)));
	if (value)
		GIVE(EXPLAIN_VALUE, CStringGetTextDatum(value));
	if (judgement->outcome == OUTCOME_FAILED || (is_gate && judgement->outcome == OUTCOME_PASSED))
		GIVE(EXPLAIN_PASSED, BoolGetDatum(judgement->outcome == OUTCOME_PASSED));
	if (has_points && judgement->outcome == OUTCOME_PASSED)
		GIVE(EXPLAIN_POINTS, points_datum(program, judgement->points));
	if (has_points && !criterion->unbounded)
		GIVE(EXPLAIN_MAX_POINTS, points_datum(program, criterion->high));
	if (is_reason(site->evaluator, index))
		GIVE(EXPLAIN_REASON, CStringGetTextDatum(program_string(program, criterion->reason)));
#undef GIVE
}

PG_FUNCTION_INFO_V1(equity_explain);

Datum
equity_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Assessment	assessment;
	CallSite   *site;
	Datum		values[EXPLAIN_COLUMNS] = {0};
	bool		nulls[EXPLAIN_COLUMNS];

	InitMaterializedSRF(fcinfo, 0);
	site = run(fcinfo, FOR_ELIGIBLE | FOR_SCORE, &assessment);
	for (int i = 0; i < site->evaluator->program->criterion_count; i++)
	{
		explain_criterion(site, i, values, nulls);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
