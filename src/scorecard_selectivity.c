/*
 * scorecard_selectivity.c
 *	  Which share of rows passes a scorecard's gates.
 *
 * Each gate is written as the SQL condition that it resembles and the planner's
 * own estimators are asked about it.  Gates count as independent; what has no
 * such condition (paths, arrays, derived fields) counts as one half.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "decimal.h"
#include "scorecard_planner.h"

#define UNKNOWN_SELECTIVITY		0.5

typedef struct Estimator
{
	PlannerInfo *root;
	const Program *program;
	List	   *columns;
	int			relation;
} Estimator;

/* ---- a gate as a condition ---- */

static Const *
make_constant(Oid type, Datum value)
{
	int16		length;
	bool		by_value;

	get_typlenbyval(type, &length, &by_value);
	return makeConst(type, -1, get_typcollation(type), length, value, false, by_value);
}

static bool
is_whole_type(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/* A number's constant in a type that has operators with the column's type. */
static Const *
number_constant(Oid column_type, int64 digits, int scale)
{
	Numeric		number = decimal_to_numeric(digits, scale);
	bool		exact;

	if (is_whole_type(getBaseType(column_type)))
		return make_constant(
			INT8OID, Int64GetDatum((int64) fixed_floor(digits, fixed_power10(scale), &exact)));
	switch (getBaseType(column_type))
	{
		case FLOAT4OID:
		case FLOAT8OID:
			return make_constant(FLOAT8OID,
								 DirectFunctionCall1(numeric_float8, NumericGetDatum(number)));
		default:
			return make_constant(NUMERICOID, NumericGetDatum(number));
	}
}

/* A constant of a gate in a type that has operators with the column's type. */
static Const *
gate_constant(const Estimator *estimator, const ProgramCriterion *gate, int index, Oid column_type)
{
	const Program *program = estimator->program;
	const ProgramField *field = program_field(program, gate->field);
	int64		key;

	if (gate->compares_text)
		return make_constant(getBaseType(column_type) == BPCHAROID ? BPCHAROID : TEXTOID,
							 CStringGetTextDatum(program_key_text(program, gate, index)));
	key = program_at(program, int64, gate->keys)[index] / 2;
	switch ((ConstantKind) field->key_class)
	{
		case CONSTANT_DATE:
			return make_constant(DATEOID, DateADTGetDatum((DateADT) key));
		case CONSTANT_BOOLEAN:
			return make_constant(BOOLOID, BoolGetDatum(key != 0));
		default:
			return number_constant(column_type, key, field->key_scale);
	}
}

/* Whether whole numbers are compared with one that lies between two of them. */
static bool
lies_between(const Program *program, const ProgramCriterion *gate, int index, Oid column_type)
{
	int64		unit = (int64) fixed_power10(program_field(program, gate->field)->key_scale);

	return is_whole_type(getBaseType(column_type)) && !gate->compares_text &&
		program_at(program, int64, gate->keys)[index] / 2 % unit != 0;
}

/*
 * The operator of that name, or InvalidOid.  One that takes the column only after
 * a cast does not count: estimators hand it the statistics' values as they are.
 */
static Oid
find_operator(const char *name, Oid column_type, Oid constant_type)
{
	Operator	found = oper(NULL, list_make2(makeString("pg_catalog"), makeString(pstrdup(name))),
							 column_type, constant_type, true, -1);
	Form_pg_operator form;
	Oid			result = InvalidOid;

	if (!HeapTupleIsValid(found))
		return InvalidOid;
	form = (Form_pg_operator) GETSTRUCT(found);
	if (IsBinaryCoercible(column_type, form->oprleft) &&
		IsBinaryCoercible(constant_type, form->oprright))
		result = oprid(found);
	ReleaseSysCache(found);
	return result;
}

/* Builds "column op constant", or NULL when there is no such operator. */
static Node *
make_condition(const Estimator *estimator, const ProgramCriterion *gate, const char *name,
			   int index)
{
	const ProgramField *field = program_field(estimator->program, gate->field);
	Expr	   *column = list_nth(estimator->columns, field->column);
	Oid			type = exprType((Node *) column);
	Const	   *constant = gate_constant(estimator, gate, index, type);
	Oid			operator;

	if (lies_between(estimator->program, gate, index, type))
	{
		/* none is equal, and the rest compare as with the whole number below */
		if (strcmp(name, "=") == 0 || strcmp(name, "<>") == 0)
			return makeBoolConst(strcmp(name, "<>") == 0, false);
		name = name[0] == '<' ? "<=" : ">";
	}
	operator = find_operator(name, type, constant->consttype);
	if (!OidIsValid(operator))
		return NULL;
	return (Node *) make_opclause(operator, BOOLOID, false, column, (Expr *) constant, InvalidOid,
								  exprCollation((Node *) column));
}

/* ---- estimates ---- */

/* The share of rows that fulfil all conditions; one half when some condition is NULL. */
static Selectivity
estimate(const Estimator *estimator, List *conditions)
{
	if (list_member_ptr(conditions, NULL))
		return UNKNOWN_SELECTIVITY;
	return clauselist_selectivity(estimator->root, conditions, estimator->relation, JOIN_INNER,
								  NULL);
}

static Selectivity
condition_selectivity(const Estimator *estimator, const ProgramCriterion *gate, const char *name,
					  int index)
{
	return estimate(estimator, list_make1(make_condition(estimator, gate, name, index)));
}

/* Values of a set exclude each other, so their shares add up. */
static Selectivity
set_selectivity(const Estimator *estimator, const ProgramCriterion *gate)
{
	Selectivity sum = 0;

	for (int i = 0; i < gate->count; i++)
		sum += condition_selectivity(estimator, gate, "=", i);
	sum = Min(sum, 1.0);
	return gate->op == OP_IN ? sum : 1.0 - sum;
}

static Selectivity
null_selectivity(const Estimator *estimator, const ProgramCriterion *gate)
{
	NullTest   *test = makeNode(NullTest);

	test->arg =
		list_nth(estimator->columns, program_field(estimator->program, gate->field)->column);
	test->nulltesttype = gate->op == OP_IS_NULL ? IS_NULL : IS_NOT_NULL;
	test->argisrow = false;
	test->location = -1;
	return estimate(estimator, list_make1(test));
}

/* Of a gate between two fields, as the planner's own estimators have it of two columns */
static Selectivity
than_selectivity(GateOp op)
{
	switch (op)
	{
		case OP_EQUAL:
			return DEFAULT_EQ_SEL;
		case OP_NOT_EQUAL:
			return 1.0 - DEFAULT_EQ_SEL;
		default:
			return DEFAULT_INEQ_SEL;
	}
}

static Selectivity
gate_selectivity(const Estimator *estimator, const ProgramCriterion *gate)
{
	const ProgramField *field = program_field(estimator->program, gate->field);

	if (gate->than >= 0)
		return than_selectivity((GateOp) gate->op);
	if (field->column < 0 || field->path_count > 0)
		return UNKNOWN_SELECTIVITY;
	switch ((GateOp) gate->op)
	{
		case OP_IS_NULL:
		case OP_NOT_NULL:
			return null_selectivity(estimator, gate);
		case OP_BETWEEN:
			return estimate(estimator, list_make2(make_condition(estimator, gate, ">=", 0),
												  make_condition(estimator, gate, "<=", 1)));
		case OP_IN:
		case OP_NOT_IN:
			return set_selectivity(estimator, gate);
		case OP_OVERLAPS:
		case OP_CONTAINS:
		case OP_DISJOINT:
			return UNKNOWN_SELECTIVITY;
		default:
			return condition_selectivity(estimator, gate, gate_op_names[gate->op], 0);
	}
}

/* A group fails when all its gates do; groups and lone gates count as independent. */
Selectivity
gates_selectivity(PlannerInfo *root, const Program *program, List *columns, int relation)
{
	Estimator	estimator = {root, program, columns, relation};
	Selectivity result = 1.0;
	Selectivity *all_fail = palloc(sizeof(Selectivity) * Max(program->group_count, 1));

	for (int i = 0; i < program->group_count; i++)
		all_fail[i] = 1.0;
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);

		if (criterion->kind != KIND_GATE)
			continue;
		if (criterion->group >= 0)
			all_fail[criterion->group] *= 1.0 - gate_selectivity(&estimator, criterion);
		else
			result *= gate_selectivity(&estimator, criterion);
	}
	for (int i = 0; i < program->group_count; i++)
		result *= 1.0 - all_fail[i];
	CLAMP_PROBABILITY(result);
	return result;
}
