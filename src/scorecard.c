/*
 * scorecard.c
 *	  eligible, score, assess and explain: a scorecard over any record.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "scorecard.h"
#include "scorecard_call.h"

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
	Assessment assessment;

	call_site_run(fcinfo, FOR_ELIGIBLE, &assessment);
	return eligible_datum(fcinfo, &assessment);
}

PG_FUNCTION_INFO_V1(equity_score);

Datum
equity_score(PG_FUNCTION_ARGS)
{
	Assessment assessment;
	CallSite  *site = call_site_run(fcinfo, FOR_SCORE, &assessment);

	return score_datum(fcinfo, site, &assessment);
}

PG_FUNCTION_INFO_V1(equity_eligible_fields);

Datum
equity_eligible_fields(PG_FUNCTION_ARGS)
{
	Assessment assessment;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	call_site_run_over_columns(fcinfo, FOR_ELIGIBLE, &assessment);
	return eligible_datum(fcinfo, &assessment);
}

PG_FUNCTION_INFO_V1(equity_score_fields);

Datum
equity_score_fields(PG_FUNCTION_ARGS)
{
	Assessment assessment;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return score_datum(fcinfo, call_site_run_over_columns(fcinfo, FOR_SCORE, &assessment),
					   &assessment);
}

/* ---- assess ---- */

/* The reason codes of the criteria that speak against the record, as text[]. */
static Datum
reasons_datum(const Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	Datum		  *reasons = palloc(sizeof(Datum) * program->criterion_count);
	int			   count = 0;

	for (int i = 0; i < program->criterion_count; i++)
		if (is_reason(evaluator, i))
			reasons[count++] =
				CStringGetTextDatum(program_string(program, program_criterion(program, i)->reason));
	if (count == 0)
		return PointerGetDatum(construct_empty_array(TEXTOID));
	return PointerGetDatum(construct_array(reasons, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* An assessment as the row that assess() returns. */
static Datum
assessment_datum(FunctionCallInfo fcinfo, CallSite *site, const Assessment *assessment)
{
	const Program *program = site->evaluator->program;
	Datum		   values[4] = {0};
	bool		   nulls[4] = {false};

	nulls[0] = assessment->eligible == OUTCOME_UNDETERMINED;
	values[0] = BoolGetDatum(assessment->eligible == OUTCOME_PASSED);
	nulls[1] = !assessment->scored;
	if (assessment->scored)
		values[1] = points_datum(program, assessment->score);
	nulls[2] = assessment->class_index < 0;
	if (!nulls[2])
		values[2] = CStringGetTextDatum(program_class_label(program, assessment->class_index));
	values[3] = reasons_datum(site->evaluator);
	return HeapTupleGetDatum(heap_form_tuple(call_site_result(fcinfo, site), values, nulls));
}

PG_FUNCTION_INFO_V1(equity_assess);

Datum
equity_assess(PG_FUNCTION_ARGS)
{
	Assessment assessment;
	CallSite  *site = call_site_run(fcinfo, FOR_ELIGIBLE | FOR_SCORE, &assessment);

	return assessment_datum(fcinfo, site, &assessment);
}

PG_FUNCTION_INFO_V1(equity_assess_fields);

Datum
equity_assess_fields(PG_FUNCTION_ARGS)
{
	Assessment assessment;
	CallSite  *site;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	site = call_site_run_over_columns(fcinfo, FOR_ELIGIBLE | FOR_SCORE, &assessment);
	return assessment_datum(fcinfo, site, &assessment);
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

/* The value of a field for people, or NULL when it is missing. */
static char *
shown_value(const CallSite *site, int field)
{
	const Program	 *program = site->evaluator->program;
	const FieldValue *value = &site->evaluator->values[field];

	if (program_field(program, field)->column >= 0)
		return record_value_text(site->reader, field);
	return value->missing ? NULL : field_value_text(value);
}

ExplainedCriterion
explain_criterion(const CallSite *site, int index)
{
	const Program		   *program = site->evaluator->program;
	const ProgramCriterion *criterion = program_criterion(program, index);
	const Judgement		   *judgement = &site->evaluator->judgements[index];
	int						field = shown_field(program, index);
	ExplainedCriterion		explained = {
			 .code = program_string(program, criterion->code),
			 .has_field = field >= 0,
			 .compared = criterion->than >= 0 ? shown_value(site, criterion->than) : NULL,
			 .is_gate = criterion->kind == KIND_GATE,
			 .is_derived = criterion->kind == KIND_DERIVE,
			 .outcome = judgement->outcome,
			 .points = judgement->points,
			 .max_points = criterion->high};

	if (explained.has_field)
	{
		explained.field = program_string(program, program_field(program, field)->name);
		explained.value = shown_value(site, field);
	}
	explained.has_points = !explained.is_gate && !explained.is_derived;
	explained.has_max_points = explained.has_points && !criterion->high_unbounded;
	explained.asks_for_null =
		explained.is_gate && (criterion->op == OP_IS_NULL || criterion->op == OP_NOT_NULL);
	if (is_reason(site->evaluator, index))
		explained.reason = program_string(program, criterion->reason);
	return explained;
}

/* A criterion as a row of explain(). */
static void
put_criterion(const CallSite *site, int index, Datum *values, bool *nulls)
{
	const Program	  *program = site->evaluator->program;
	ExplainedCriterion rule = explain_criterion(site, index);
	uint8			   kind = program_criterion(program, index)->kind;
	char			  *text = criterion_text(program, index);

	memset(nulls, true, sizeof(bool) * EXPLAIN_COLUMNS);
#define GIVE(column, datum) (values[column] = (datum), nulls[column] = false)
	GIVE(EXPLAIN_SEQ, Int32GetDatum(index + 1));
	GIVE(EXPLAIN_CRITERION, CStringGetTextDatum(rule.code));
	GIVE(EXPLAIN_KIND, CStringGetTextDatum(criterion_kind_names[kind]));
	GIVE(EXPLAIN_RULE,
		 CStringGetTextDatum(rule.compared ? psprintf("%s (%s)", text, rule.compared) : text));
	if (rule.has_field)
		GIVE(EXPLAIN_FIELD, CStringGetTextDatum(rule.field));
	if (rule.value)
		GIVE(EXPLAIN_VALUE, CStringGetTextDatum(rule.value));
	if (rule.is_gate ? rule.outcome != OUTCOME_UNDETERMINED
					 : rule.has_points && rule.outcome == OUTCOME_FAILED)
		GIVE(EXPLAIN_PASSED, BoolGetDatum(rule.outcome == OUTCOME_PASSED));
	if (rule.has_points && rule.outcome == OUTCOME_PASSED)
		GIVE(EXPLAIN_POINTS, points_datum(program, rule.points));
	if (rule.has_max_points)
		GIVE(EXPLAIN_MAX_POINTS, points_datum(program, rule.max_points));
	if (rule.reason)
		GIVE(EXPLAIN_REASON, CStringGetTextDatum(rule.reason));
#undef GIVE
}

PG_FUNCTION_INFO_V1(equity_explain);

Datum
equity_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Assessment	   assessment;
	CallSite	  *site;
	Datum		   values[EXPLAIN_COLUMNS] = {0};
	bool		   nulls[EXPLAIN_COLUMNS];

	InitMaterializedSRF(fcinfo, 0);
	site = call_site_run(fcinfo, FOR_ELIGIBLE | FOR_SCORE | FOR_EXPLAIN, &assessment);
	for (int i = 0; i < site->evaluator->program->criterion_count; i++)
	{
		put_criterion(site, i, values, nulls);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
