-- What the catalogs must say of every object of the extension. The text of the scripts has promises
-- of its own: test/lint/functions.
BEGIN;
SELECT plan(18);

CREATE TEMPORARY VIEW member AS
  SELECT d.classid, d.objid
    FROM pg_depend AS d
    JOIN pg_extension AS e ON e.oid = d.refobjid
   WHERE d.refclassid = 'pg_extension'::regclass
     AND d.deptype = 'e'
     AND e.extname = 'equity';

CREATE TEMPORARY VIEW function AS
  SELECT p.*, l.lanname
    FROM member AS m
    JOIN pg_proc AS p ON p.oid = m.objid
    JOIN pg_language AS l ON l.oid = p.prolang
   WHERE m.classid = 'pg_proc'::regclass;

CREATE TEMPORARY VIEW relation AS
  SELECT c.*
    FROM member AS m
    JOIN pg_class AS c ON c.oid = m.objid
   WHERE m.classid = 'pg_class'::regclass;

SELECT is_empty($$
  SELECT pg_describe_object(classid, objid, 0)
    FROM member
   WHERE classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_namespace'::regclass)
     AND obj_description(objid, classid::regclass::name) IS NULL
     -- from 17 on, the types of rows and arrays are members too
     AND NOT (classid = 'pg_type'::regclass AND EXISTS (
       SELECT FROM pg_type AS t
         LEFT JOIN pg_class AS c ON c.oid = t.typrelid
        WHERE t.oid = objid AND (t.typcategory = 'A' OR c.relkind <> 'c')))
$$, 'each function, type, operator and schema has a comment');

SELECT is_empty($$
  SELECT oid::regclass
    FROM relation
   WHERE relkind IN ('r', 'v', 'm', 'p', 'c')
     AND obj_description(oid, 'pg_class') IS NULL
$$, 'each table and view has a comment');

SELECT is_empty($$
  SELECT r.oid::regclass, a.attname
    FROM relation AS r
    JOIN pg_attribute AS a ON a.attrelid = r.oid
   WHERE r.relkind IN ('r', 'v', 'm', 'p')
     AND a.attnum > 0
     AND NOT a.attisdropped
     AND col_description(a.attrelid, a.attnum) IS NULL
$$, 'each column has a comment');

SELECT is_empty($$
  SELECT pg_describe_object(m.classid, m.objid, 0)
    FROM member AS m
   CROSS JOIN pg_identify_object(m.classid, m.objid, 0) AS i
   WHERE i.schema NOT IN ('equity', 'equity_internal')
$$, 'nothing is outside the two schemas');

SELECT is_empty($$
  SELECT p.oid::regprocedure
    FROM function AS p
   WHERE p.pronamespace = 'equity'::regnamespace
     AND (p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype)
          OR 'internal'::regtype = ANY (p.proargtypes)
          OR 'cstring'::regtype = ANY (p.proargtypes)
          OR EXISTS (SELECT FROM pg_operator AS o WHERE o.oprcode = p.oid)
          OR EXISTS (SELECT FROM pg_aggregate AS g WHERE p.oid IN (g.aggtransfn, g.aggfinalfn, g.aggcombinefn)))
$$, 'what only the server calls is in equity_internal');

SELECT is_empty($$
  SELECT oid::regclass
    FROM relation
   WHERE relnamespace = 'equity_internal'::regnamespace
     AND relkind NOT IN ('v', 'c')
$$, 'equity_internal holds no rows');

SELECT is_empty($$
  SELECT oid::regclass
    FROM relation
   WHERE relnamespace = 'equity_internal'::regnamespace
     AND has_table_privilege('public', oid, 'SELECT')
     AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
$$, 'what anybody may read of it has the rights of its reader');

SELECT is_empty($$
  SELECT oid::regprocedure
    FROM function
   WHERE lanname = 'plpgsql'
     AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
     -- one that commits cannot have settings: it qualifies every name
     AND NOT (prokind = 'p' AND prosrc ~ 'COMMIT;')
$$, 'each plpgsql function pins its search_path');

SELECT is_empty($$
  SELECT oid::regprocedure FROM function WHERE lanname = 'sql' AND prosqlbody IS NULL
$$, 'each SQL function has a parsed body');

SELECT is_empty($$
  SELECT oid::regprocedure FROM function WHERE lanname NOT IN ('c', 'sql', 'plpgsql', 'internal')
$$, 'no other language is needed');

SELECT is_empty($$
  SELECT r.oid::regclass
    FROM relation AS r
   WHERE r.relkind = 'r'
     AND NOT EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'equity' AND r.oid = ANY (e.extconfig))
$$, 'each table is dumped');

SELECT is_empty($$
  SELECT r.oid::regclass
    FROM relation AS r
   WHERE r.relkind = 'S'
     AND NOT EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'equity' AND r.oid = ANY (e.extconfig))
$$, 'each sequence is dumped');

SELECT is_empty($$
  SELECT r.oid::regclass
    FROM relation AS r
   WHERE r.relkind = 'r'
     AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conrelid = r.oid AND c.contype = 'p')
$$, 'each table has a primary key');

SELECT is_empty($$
  SELECT r.oid::regclass, a.privilege_type
    FROM relation AS r
   CROSS JOIN aclexplode(r.relacl) AS a
   WHERE a.grantee = 0
     AND NOT (r.relnamespace = 'equity_internal'::regnamespace AND a.privilege_type = 'SELECT')
$$, 'the public may not read or write a table or view of equity');

-- Facts and reports are for whoever is granted them alone, and levels follow from rows that nobody else reads; any
-- other view shows what its reader may read.
SELECT set_eq(
  $$SELECT relname::text
      FROM relation
     WHERE relkind = 'v'
       AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)$$,
  ARRAY['application_facts', 'current_run', 'programme_summary', 'application_end', 'funnel_stage', 'funnel_count',
        'application_funnel', 'calendar', 'round_summary', 'run_proof', 'seat_use', 'choice_outcome', 'reserve_fill',
        'income_curve', 'entry_year_count', 'entry_year_outcome', 'pool_label', 'pool_cutoff', 'pool_fill',
        'pool_count', 'pool_refused', 'asking', 'round_person', 'person_category', 'person_cell',
        'category_label', 'category_count', 'equity_gap', 'targeting',
        'province_coverage', 'composition_change', 'scholar', 'cohort', 'cohort_outcome', 'quality_area',
        'mentored', 'institution_facts', 'card_class', 'newest_recognition', 'institution_recognition', 'learner_count',
        'report_due', 'watch_facts', 'dropout_watch', 'term_rate', 'budget_projection',
        'adjustment_summary', 'own_level', 'applicant_institution', 'own_applicant', 'reason_dictionary'],
  'each view but facts, reports and levels has the rights of its reader');

SELECT ok(NOT has_schema_privilege('public', s, 'CREATE'), 'the public may not create in the schema ' || s)
  FROM unnest(ARRAY['equity', 'equity_internal']) AS s;

SELECT is_empty($$
  SELECT r.oid::regclass, a.attname, a.atttypid::regtype
    FROM relation AS r
    JOIN pg_attribute AS a ON a.attrelid = r.oid
   WHERE r.relkind = 'r'
     AND a.attnum > 0
     AND a.atttypid IN ('regproc'::regtype, 'regprocedure'::regtype, 'regoper'::regtype, 'regoperator'::regtype,
                        'regconfig'::regtype, 'regdictionary'::regtype, 'regnamespace'::regtype,
                        'regcollation'::regtype, 'real'::regtype, 'double precision'::regtype, 'money'::regtype)
$$, 'no column has a type that pg_upgrade refuses or that cannot hold an amount exactly');

SELECT finish();
ROLLBACK;
