/*
 * keys.c
 *	  Foreign keys checked once a statement instead of once a row.
 *
 * An operation writes hundreds of thousands of rows that name a few dozen
 * pools, programmes and institutions; PostgreSQL looks each of them up for each
 * row.  Here the row's check of a key (RI_FKey_check_ins) is turned off, and a
 * statement trigger does the same for all new rows at once: it locks every row
 * that they name, FOR KEY SHARE as PostgreSQL does, so that none can go before
 * this transaction ends, and refuses the statement when there are fewer of
 * them than names.
 *
 * The key itself stays: deleting or changing what is named, updates of rows
 * that name it, TRUNCATE, the order in a dump are PostgreSQL's own work.  Where
 * somebody turns a row's check on again (ENABLE TRIGGER ALL does), it is done a
 * row at a time, and here no longer.
 *
 * As PostgreSQL's check, this one reads with the rights of the owner of what is
 * named: who may add an award need not be able to read applicants.  So no name
 * in its query may be looked up by the caller's search_path; the function sets
 * its own.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "compat.h"

enum
{
	FEW_ROWS = 100				/* a new plan costs more than looking them up by a kept one */
};

typedef struct PlanKey
{
	Oid			key;
	Oid			trigger;
} PlanKey;

typedef struct KeptPlan
{
	PlanKey		of;
	SPIPlanPtr	plan;
} KeptPlan;

static bool
row_check_is_off(const TriggerDesc *triggers, Oid key)
{
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgfoid == F_RI_FKEY_CHECK_INS && trigger->tgconstraint == key)
			return trigger->tgenabled == TRIGGER_DISABLED;
	}
	return false;
}

static const char *
column_name(Oid relation, AttrNumber column)
{
	return quote_identifier(get_attname(relation, column, false));
}

static char *
table_name(Oid relation)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
									  get_rel_name(relation));
}

/*
 * The query for what new rows name that is not there: NULL when all is, and
 * then all of it is locked.  A row that leaves a column of the key empty names
 * nothing (MATCH SIMPLE).
 */
static char *
missing_query(const ForeignKeyCacheInfo *key, const char *new_rows)
{
	StringInfoData asked;
	StringInfoData whole;
	StringInfoData found;
	StringInfoData equal;
	StringInfoData names;

	initStringInfo(&asked);
	initStringInfo(&whole);
	initStringInfo(&found);
	initStringInfo(&equal);
	initStringInfo(&names);
	for (int i = 0; i < key->nkeys; i++)
	{
		const char *own = column_name(key->conrelid, key->conkey[i]);
		const char *named = column_name(key->confrelid, key->confkey[i]);
		const char *comma = i > 0 ? ", " : "";
		const char *and = i > 0 ? " AND " : "";

		appendStringInfo(&asked, "%sn.%s AS k%d", comma, own, i);
		appendStringInfo(&whole, "%sn.%s IS NOT NULL", and, own);
		appendStringInfo(&found, "%sp.%s", comma, named);
		appendStringInfo(&equal, "%sp.%s = a.k%d", and, named, i);
		appendStringInfo(&names, ", m.k%d", i);
	}
	return psprintf("WITH asked AS MATERIALIZED (SELECT DISTINCT %s FROM %s AS n WHERE %s),"
					" found AS MATERIALIZED (SELECT %s FROM asked AS a JOIN ONLY %s AS p ON %s"
					" FOR KEY SHARE OF p)"
					" SELECT min(concat_ws(', '%s) COLLATE \"C\")"
					" FROM (SELECT * FROM asked EXCEPT SELECT * FROM found) AS m"
					" WHERE (SELECT count(*) FROM asked) > (SELECT count(*) FROM found)",
					asked.data, quote_identifier(new_rows), whole.data,
					found.data, table_name(key->confrelid), equal.data, names.data);
}

static Oid
owner_of(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relation);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* The query's plan for few rows, which is made once a session. */
static SPIPlanPtr
plan_for_few(const ForeignKeyCacheInfo *key, const Trigger *trigger)
{
	static HTAB *plans = NULL;
	KeptPlan   *kept;
	PlanKey		of = {key->conoid, trigger->tgoid};

	if (plans == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(PlanKey), .entrysize = sizeof(KeptPlan)};

		plans = hash_create("equity keys", 16, &control, HASH_ELEM | HASH_BLOBS);
	}
	kept = hash_search(plans, &of, HASH_FIND, NULL);
	if (kept == NULL)
	{
		SPIPlanPtr	plan = SPI_prepare(missing_query(key, trigger->tgnewtable), 0, NULL);

		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "a foreign key's check could not be prepared");
		kept = hash_search(plans, &of, HASH_ENTER, NULL);
		kept->plan = plan;
	}
	return kept->plan;
}

/*
 * Run the query.  Planning takes longer than looking up a few keys, and for
 * many rows the plan must know how many.
 */
static void
run_query(const ForeignKeyCacheInfo *key, const TriggerData *call)
{
	int			result;

	if (tuplestore_tuple_count(call->tg_newtable) <= FEW_ROWS)
		result = SPI_execute_plan(plan_for_few(key, call->tg_trigger), NULL, NULL, false, 0);
	else
		result = SPI_execute(missing_query(key, call->tg_trigger->tgnewtable), false, 0);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "a foreign key could not be checked");
}

/* What the query finds, as text, or NULL; with the rights of who owns what is named. */
static char *
find_missing(const ForeignKeyCacheInfo *key, const TriggerData *call)
{
	Oid			user;
	int			context;
	char	   *missing;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner_of(key->confrelid),
						   context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	run_query(key, call);
	missing = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	SPI_freetuptable(SPI_tuptable);
	SetUserIdAndSecContext(user, context);
	return missing;
}

static char *
key_columns(const ForeignKeyCacheInfo *key)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < key->nkeys; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
						 get_attname(key->conrelid, key->conkey[i], false));
	return text.data;
}

/* As PostgreSQL says it */
static void
check_key(const ForeignKeyCacheInfo *key, const TriggerData *call)
{
	Relation	relation = call->tg_relation;
	char	   *missing = find_missing(key, call);
	char	   *name;

	if (missing == NULL)
		return;
	name = get_constraint_name(key->conoid);
	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("insert or update on table \"%s\" violates foreign key constraint \"%s\"",
					RelationGetRelationName(relation), name),
			 errdetail("Key (%s)=(%s) is not present in table \"%s\".",
					   key_columns(key), missing, get_rel_name(key->confrelid)),
			 errtableconstraint(relation, name)));
}

PG_FUNCTION_INFO_V1(equity_check_keys);

Datum
equity_check_keys(PG_FUNCTION_ARGS)
{
	TriggerData *call = (TriggerData *) fcinfo->context;
	List	   *keys;
	ListCell   *cell;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BY_INSERT(call->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(call->tg_event) || call->tg_newtable == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("check_keys must be a trigger AFTER INSERT FOR EACH STATEMENT"),
				 errhint("Let it have the new rows by REFERENCING NEW TABLE.")));

	SPI_connect();
	SPI_register_trigger_data(call);
	/* copied, since a query may have the relation's description read anew */
	keys = copyObject(RelationGetFKeyList(call->tg_relation));
	foreach(cell, keys)
	{
		const ForeignKeyCacheInfo *key = lfirst(cell);

		if (row_check_is_off(call->tg_relation->trigdesc, key->conoid))
			check_key(key, call);
	}
	SPI_finish();
	PG_RETURN_POINTER(NULL);
}
