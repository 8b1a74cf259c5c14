/*
 * scorecard_planner.c
 *	  Planner support for score and eligible: rewriting, cost and selectivity.
 *
 * A call over a whole row reads every column and builds the row anew.  When the
 * card is a constant and the row is a table's or a view's, or is written out by
 * its columns, the call becomes score_fields or eligible_fields over just the
 * columns that the card reads: an index on those serves both forms.
 *
 * It stays as it is where the row could be NULL as a whole (the nullable side of
 * an outer join: the function is strict, the form over fields is not), where
 * grouping sets could make one column of it NULL, for a row of an outer query,
 * and where a column is not found, so that execution says so.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "compat.h"
#include "scorecard.h"
#include "scorecard_planner.h"

/* A call takes a card and at most this many columns. */
#define MAX_COLUMNS		(FUNC_MAX_ARGS - 2)

/* ---- may the row be NULL as a whole? ---- */

/* Whether a join tree holds a relation. */
static bool
join_tree_holds(Node *tree, int relation)
{
	ListCell   *cell;

	if (tree == NULL)
		return false;
	if (IsA(tree, RangeTblRef))
		return ((RangeTblRef *) tree)->rtindex == relation;
	if (IsA(tree, JoinExpr))
		return join_tree_holds(((JoinExpr *) tree)->larg, relation) ||
			join_tree_holds(((JoinExpr *) tree)->rarg, relation);
	foreach(cell, castNode(FromExpr, tree)->fromlist)
		if (join_tree_holds(lfirst(cell), relation))
			return true;
	return false;
}

/* Whether some outer join above a relation can make its rows NULL. */
static bool
is_nullable(Node *tree, int relation)
{
	ListCell   *cell;

	if (tree == NULL || IsA(tree, RangeTblRef))
		return false;
	if (IsA(tree, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) tree;
		bool		on_left = join_tree_holds(join->larg, relation);

		if (!on_left && !join_tree_holds(join->rarg, relation))
			return false;
		if (join->jointype == JOIN_FULL || (join->jointype == JOIN_LEFT && !on_left) ||
			(join->jointype == JOIN_RIGHT && on_left))
			return true;
		return is_nullable(on_left ? join->larg : join->rarg, relation);
	}
	foreach(cell, castNode(FromExpr, tree)->fromlist)
		if (is_nullable(lfirst(cell), relation))
			return true;
	return false;
}

/* ---- the columns of a row ---- */

/* A column of a table's row, or NULL when the row type has none of that name. */
static Expr *
column_of_table(const Var *row, TupleDesc row_type, const char *name)
{
	for (int i = 0; i < row_type->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row_type, i);

		if (!attribute->attisdropped && strcmp(NameStr(attribute->attname), name) == 0)
			return (Expr *) makeVar(row->varno, attribute->attnum, attribute->atttypid,
									attribute->atttypmod, attribute->attcollation, 0);
	}
	return NULL;
}

/*
 * Whether a number means a table of this query, or a view that is planned by itself, as one
 * with a security barrier is, and no outer join makes its rows NULL.
 */
static bool
is_present_table(const Query *query, int relation)
{
	RTEKind		kind;

	if (relation > list_length(query->rtable))
		return false;
	kind = rt_fetch(relation, query->rtable)->rtekind;
	return (kind == RTE_RELATION || kind == RTE_SUBQUERY) &&
		!is_nullable((Node *) query->jointree, relation);
}

/*
 * The planner simplifies the condition of an EXISTS with the root of the query
 * around it (convert_EXISTS_to_ANY), so a row's number may belong to either.
 * Finds an EXISTS whose own table of that number rules the rewrite out.
 */
static bool
is_other_in_exists(Node *node, void *relation)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubLink) && ((SubLink *) node)->subLinkType == EXISTS_SUBLINK)
	{
		const Query *inner = castNode(Query, ((SubLink *) node)->subselect);

		if (*(int *) relation <= list_length(inner->rtable) &&
			!is_present_table(inner, *(int *) relation))
			return true;
	}
	return expression_tree_walker(node, is_other_in_exists, relation);
}

/* Expressions of a UNION ALL that was pulled up are kept beside the query. */
static bool
any_exists_has_other(PlannerInfo *root, int relation)
{
	return root->parse->hasSubLinks &&
		(query_tree_walker(root->parse, is_other_in_exists, &relation,
						   QTW_IGNORE_RT_SUBQUERIES | QTW_IGNORE_CTE_SUBQUERIES) ||
		 is_other_in_exists((Node *) root->append_rel_list, &relation));
}

/* The row of a table of this query, whose columns can be had one by one. */
static bool
is_table_row(PlannerInfo *root, const Var *row)
{
	if (row->varattno != InvalidAttrNumber || row->varlevelsup > 0 ||
		row->vartype == RECORDOID || !var_is_present_row(row))
		return false;
	if (root == NULL || root->parse == NULL)
		return true;			/* the expression of an index or a constraint */
	return is_present_table(root->parse, row->varno) && !any_exists_has_other(root, row->varno);
}

/* Above grouping sets a row, or one of its columns by itself, may be NULL. */
static bool
has_grouping_sets(const PlannerInfo *root)
{
	return root != NULL && root->parse != NULL && root->parse->groupingSets != NIL;
}

/* The columns of a table's row that a card reads, or NIL when one is not there. */
static List *
columns_of_table(const Var *row, const Program *program)
{
	TupleDesc	row_type = lookup_rowtype_tupdesc(row->vartype, -1);
	List	   *columns = NIL;

	for (int i = 0; i < program->column_count; i++)
	{
		Expr	   *column = column_of_table(row, row_type, program_column(program, i));

		if (column == NULL)
		{
			columns = NIL;
			break;
		}
		columns = lappend(columns, column);
	}
	ReleaseTupleDesc(row_type);
	return columns;
}

/* The names that a written-out row gives to its columns. */
static List *
names_of_row(const RowExpr *row)
{
	TupleDesc	row_type;
	List	   *names = NIL;

	if (row->row_typeid == RECORDOID)
		return row->colnames;
	row_type = lookup_rowtype_tupdesc(row->row_typeid, -1);
	for (int i = 0; i < row_type->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row_type, i);

		names = lappend(
			names, makeString(pstrdup(attribute->attisdropped ? "" : NameStr(attribute->attname))));
	}
	ReleaseTupleDesc(row_type);
	return names;
}

/* The expressions of a written-out row that a card reads, or NIL when one is not there. */
static List *
columns_of_row(const RowExpr *row, const Program *program)
{
	List	   *names = names_of_row(row);
	List	   *columns = NIL;

	if (list_length(names) != list_length(row->args))
		return NIL;
	for (int i = 0; i < program->column_count; i++)
	{
		Expr	   *column = NULL;
		ListCell   *name;
		ListCell   *value;

		forboth(name, names, value, row->args)
			if (column == NULL && strcmp(strVal(lfirst(name)), program_column(program, i)) == 0)
				column = lfirst(value);
		if (column == NULL)
			return NIL;
		columns = lappend(columns, column);
	}
	return columns;
}

/*
 * The expressions of the program's columns, or NIL when the row cannot be taken apart.
 * Of a written-out row, dropping the other columns must drop no side effect and no rows.
 */
static List *
columns_of(PlannerInfo *root, Node *row, const Program *program)
{
	if (program->column_count == 0 || program->column_count > MAX_COLUMNS ||
		has_grouping_sets(root))
		return NIL;
	if (IsA(row, Var) && is_table_row(root, (Var *) row))
		return columns_of_table((Var *) row, program);
	if (IsA(row, RowExpr) && !contain_volatile_functions(row) && !expression_returns_set(row))
		return columns_of_row((RowExpr *) row, program);
	return NIL;
}

/* ---- the call over fields ---- */

/*
 * The collation that the parser would settle for these arguments: all are
 * columns, so equal ones stay, a default gives way, and different ones cancel.
 */
static Oid
common_collation(List *columns)
{
	Oid			result = InvalidOid;
	ListCell   *cell;

	foreach(cell, columns)
	{
		Oid			collation = exprCollation(lfirst(cell));

		if (!OidIsValid(collation) || collation == result)
			continue;
		if (!OidIsValid(result) || result == DEFAULT_COLLATION_OID)
			result = collation;
		else if (collation != DEFAULT_COLLATION_OID)
			return InvalidOid;
	}
	return result;
}

/* The function of the same name with _fields, in the same schema. */
static Oid
fields_function(const FuncExpr *call)
{
	char	   *name = psprintf("%s_fields", get_func_name(call->funcid));
	Oid			types[] = {exprType(linitial(call->args)), ANYOID};

	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						   PointerGetDatum(buildoidvector(types, lengthof(types))),
						   ObjectIdGetDatum(get_func_namespace(call->funcid)));
}

/* The program of a card that is a constant, or NULL. */
static const Program *
constant_program(List *arguments)
{
	Const	   *card = linitial(arguments);

	if (!IsA(card, Const) || card->constisnull)
		return NULL;
	return scorecard_program(DatumGetScorecardP(card->constvalue));
}

/* The call over fields that stands for a call over a row, or NULL to leave the call. */
static Node *
simplify(SupportRequestSimplify *request)
{
	FuncExpr   *call = request->fcall;
	const Program *program = constant_program(call->args);
	List	   *columns;
	Oid			function;
	FuncExpr   *result;

	if (program == NULL)
		return NULL;
	columns = columns_of(request->root, lsecond(call->args), program);
	function = fields_function(call);
	if (columns == NIL || !OidIsValid(function))
		return NULL;
	result = makeFuncExpr(function, call->funcresulttype, lcons(linitial(call->args), columns),
						  InvalidOid, common_collation(columns), COERCE_EXPLICIT_CALL);
	result->location = call->location;
	return (Node *) result;
}

/* ---- cost ---- */

/* A criterion costs about as much as an operator, and so does reading a column. */
static Node *
estimate_cost(SupportRequestCost *request)
{
	const Program *program;

	if (request->node == NULL || !IsA(request->node, FuncExpr))
		return NULL;
	program = constant_program(((FuncExpr *) request->node)->args);
	if (program == NULL)
		return NULL;
	request->startup = 0;
	request->per_tuple = cpu_operator_cost * (program->criterion_count + program->column_count);
	return (Node *) request;
}

/* ---- selectivity ---- */

/* Of eligible_fields in a WHERE of one relation; joins are left to the default. */
static Node *
estimate_selectivity(SupportRequestSelectivity *request)
{
	const Program *program = constant_program(request->args);

	if (request->is_join || program == NULL ||
		list_length(request->args) != program->column_count + 1)
		return NULL;
	request->selectivity = gates_selectivity(request->root, program,
											 list_copy_tail(request->args, 1), request->varRelid);
	return (Node *) request;
}

PG_FUNCTION_INFO_V1(equity_scorecard_support);

Datum
equity_scorecard_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	if (IsA(request, SupportRequestSimplify))
		answer = simplify((SupportRequestSimplify *) request);
	else if (IsA(request, SupportRequestCost))
		answer = estimate_cost((SupportRequestCost *) request);
	PG_RETURN_POINTER(answer);
}

PG_FUNCTION_INFO_V1(equity_scorecard_fields_support);

Datum
equity_scorecard_fields_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	if (IsA(request, SupportRequestCost))
		answer = estimate_cost((SupportRequestCost *) request);
	else if (IsA(request, SupportRequestSelectivity))
		answer = estimate_selectivity((SupportRequestSelectivity *) request);
	PG_RETURN_POINTER(answer);
}
