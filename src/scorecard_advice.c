/*
 * scorecard_advice.c
 *	  score_bounds, shortfall and lint: what could be, and what was hardly meant.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "core/scorecard/lint.h"
#include "core/scorecard/shortfall.h"
#include "decimal.h"
#include "scorecard.h"
#include "scorecard_call.h"

/* ---- score_bounds ---- */

PG_FUNCTION_INFO_V1(equity_score_bounds);

Datum
equity_score_bounds(PG_FUNCTION_ARGS)
{
	Assessment	assessment;
	CallSite   *site = call_site_run(fcinfo, FOR_SCORE, &assessment);
	ScoreBounds bounds = score_bounds(site->evaluator);
	Datum		values[2] = {0};
	bool		nulls[2] = {!bounds.has_low, !bounds.has_high};

	if (bounds.has_low)
		values[0] = points_datum(site->evaluator->program, bounds.low);
	if (bounds.has_high)
		values[1] = points_datum(site->evaluator->program, bounds.high);
	return HeapTupleGetDatum(heap_form_tuple(call_site_result(fcinfo, site), values, nulls));
}

/* ---- shortfall ---- */

/* The cut-off at the card's decimals; a finer one is only reached by the next point above. */
static bool
cutoff_points(Numeric cutoff, int scale, int64 *points)
{
	NumericDigits digits;
	int128		value;
	bool		exact;

	if (decimal_is_undefined(cutoff))
		return false;
	decimal_from_numeric(cutoff, &digits);
	if (digits.too_large)
		return false;
	value = fixed_floor(digits.digits * fixed_power10(scale), fixed_power10(digits.scale), &exact);
	*points = (int64) (exact && digits.rest <= 0 ? value : value + 1);
	return true;
}

static void
put_shortfall(ReturnSetInfo *result, const CallSite *site, int index, const Shortfall *shortfall)
{
	const Program *program = site->evaluator->program;
	const ProgramCriterion *criterion = program_criterion(program, index);
	const ProgramField *field = program_field(program, criterion->field);
	char	   *value = field->column >= 0 ? record_value_text(site->reader, criterion->field) :
		field_value_text(&site->evaluator->values[criterion->field]);
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = CStringGetTextDatum(program_string(program, criterion->code));
	values[1] = CStringGetTextDatum(program_string(program, field->name));
	nulls[2] = value == NULL;
	values[2] = value ? CStringGetTextDatum(value) : (Datum) 0;
	values[3] = CStringGetTextDatum(shortfall->needed);
	values[4] = points_datum(program, site->evaluator->judgements[index].points);
	values[5] = points_datum(program, shortfall->points);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* By field, whether it holds whole numbers only */
static const bool *
whole_fields(const CallSite *site)
{
	const Program *program = site->evaluator->program;
	bool	   *whole = palloc(sizeof(bool) * Max(program->field_count, 1));

	for (int i = 0; i < program->field_count; i++)
		whole[i] = record_field_is_whole(site->reader, i);
	mark_whole_fields(program, whole);
	return whole;
}

PG_FUNCTION_INFO_V1(equity_shortfall);

Datum
equity_shortfall(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Numeric		cutoff = PG_GETARG_NUMERIC(2);
	Assessment	assessment;
	CallSite   *site;
	Shortfall	shortfall;
	const bool *whole;
	int64		points;

	InitMaterializedSRF(fcinfo, 0);
	site = call_site_run(fcinfo, FOR_SCORE, &assessment);
	if (!cutoff_points(cutoff, site->evaluator->program->scale, &points))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the cut-off must be a number below 10^%d", FIXED_MAGNITUDE_DIGITS)));
	if (!assessment.scored || assessment.score >= points)
		return (Datum) 0;
	whole = whole_fields(site);
	for (int i = 0; i < site->evaluator->program->criterion_count; i++)
		if (find_shortfall(site->evaluator, i, points - assessment.score, whole, &shortfall))
			put_shortfall(result, site, i, &shortfall);
	return (Datum) 0;
}

/* ---- lint ---- */

static void
put_finding(void *state, LintSeverity severity, const char *criterion, const char *message)
{
	ReturnSetInfo *result = state;
	Datum		values[3] = {0};
	bool		nulls[3] = {false};

	values[0] = CStringGetTextDatum(lint_severity_names[severity]);
	nulls[1] = criterion == NULL;
	if (criterion)
		values[1] = CStringGetTextDatum(criterion);
	values[2] = CStringGetTextDatum(message);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_mismatch(void *state, const char *criterion, const char *message)
{
	put_finding(state, LINT_ERROR, criterion, message);
}

/* A number that is no table's is the caller's mistake, not an internal error. */
static void
lint_for_table(const Program *program, Oid table, void *result)
{
	Relation	relation = try_table_open(table, AccessShareLock);

	if (relation == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation with OID %u does not exist", table)));
	record_check_row(program, RelationGetDescr(relation), put_mismatch, result);
	table_close(relation, AccessShareLock);
}

PG_FUNCTION_INFO_V1(equity_lint);

Datum
equity_lint(PG_FUNCTION_ARGS)
{
	const Program *program = scorecard_program(PG_GETARG_SCORECARD_P(0));

	InitMaterializedSRF(fcinfo, 0);
	program_lint(program, put_finding, fcinfo->resultinfo);
	if (PG_NARGS() > 1)
		lint_for_table(program, PG_GETARG_OID(1), fcinfo->resultinfo);
	return (Datum) 0;
}
