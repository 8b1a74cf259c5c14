-- On a shard the registry's tables are another server's, or empty: a function that reads them and is sent there
-- answers wrongly without a word. So each function that reads a table is found here, by what it depends on and what it
-- says; its comment tells, and none may be one that a server sends elsewhere: postgres_fdw sends what is IMMUTABLE,
-- and nothing else. Nor may it say of a round or run that is not there that there is nothing to be said.
BEGIN;
SELECT plan(11);

-- What plpgsql says, without the hints and other texts of its errors. What an SQL body uses the catalog knows; C has
-- queries of its caller alone.
CREATE TEMPORARY TABLE body AS
SELECT p.oid, p.proname AS name, p.pronamespace::regnamespace::text AS schema, p.provolatile AS volatility,
       CASE WHEN l.lanname = 'plpgsql'
         THEN regexp_replace(p.prosrc, '\m(HINT|DETAIL|MESSAGE) = [^\n]*', '', 'g') END AS text
  FROM pg_proc AS p
  JOIN pg_language AS l ON l.oid = p.prolang
 WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace);
CREATE TEMPORARY TABLE relation AS
SELECT c.oid, c.relnamespace::regnamespace || '.' || c.relname AS name
  FROM pg_class AS c
 WHERE c.relnamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace) AND c.relkind IN ('r', 'v');

-- Which functions name a relation after FROM, JOIN and the like, or call one that does. What only makes the text of
-- a query is taken for one that reads, too.
CREATE TEMPORARY TABLE reader AS
WITH RECURSIVE calls AS (
  SELECT d.objid AS oid, d.refobjid AS called
    FROM pg_depend AS d
    JOIN body AS b ON b.oid = d.objid
   WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
  UNION
  SELECT b.oid, c.oid
    FROM body AS b
   CROSS JOIN LATERAL regexp_matches(b.text, '\m(equity(?:_internal)?\.\w+)(?= *\()', 'g') AS m (word)
    JOIN body AS c ON c.schema || '.' || c.name = m.word[1]
), reads AS (
  SELECT d.objid AS oid
    FROM pg_depend AS d
    JOIN body AS b ON b.oid = d.objid
    JOIN relation AS r ON r.oid = d.refobjid
   WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_class'::regclass
     AND pg_get_function_sqlbody(d.objid) ~ '\m(FROM|JOIN)\M'
  UNION
  SELECT b.oid
    FROM body AS b
   CROSS JOIN LATERAL regexp_matches(b.text, '\m(?:FROM|JOIN|INTO|UPDATE|ONLY) +(equity(?:_internal)?\.\w+)(?! *\()',
                                     'g') AS m (word)
    JOIN relation AS r ON r.name = m.word[1]
  UNION
  SELECT c.oid
    FROM reads AS r
    JOIN calls AS c ON c.called = r.oid
)
SELECT b.* FROM reads JOIN body AS b USING (oid);

SELECT cmp_ok((SELECT count(*) FROM reader WHERE schema = 'equity'), '>', 60::bigint,
  'functions that read tables are found');
SELECT ok(
  EXISTS (SELECT FROM reader WHERE name = 'reason_text') AND EXISTS (SELECT FROM reader WHERE name = 'card_from_rows'),
  'among them those that a query over shards might call for each row');
SELECT ok(NOT EXISTS (SELECT FROM reader
                       WHERE name IN ('score', 'score_fields', 'eligible', 'lottery', 'explain', 'assess_typed')),
  'a card judges a row without any table');
SELECT is_empty($$SELECT oid::regprocedure FROM reader WHERE volatility = 'i' AND schema = 'equity'$$,
  'no function that reads a table is IMMUTABLE: postgres_fdw sends none of them to a shard');
SELECT is_empty($$
  SELECT p.oid::regprocedure
    FROM pg_proc AS p
    JOIN pg_aggregate AS a ON a.aggfnoid = p.oid
   WHERE p.pronamespace = 'equity'::regnamespace
     AND EXISTS (SELECT FROM reader AS r WHERE r.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn))$$,
  'nor does an aggregate read one');
SELECT is_empty($$
  SELECT o.oid::regoperator FROM pg_operator AS o JOIN reader AS r ON r.oid = o.oprcode
   WHERE o.oprnamespace = 'equity'::regnamespace$$,
  'nor an operator');

SELECT is_empty($$
  SELECT oid::regprocedure
    FROM reader
   WHERE schema = 'equity' AND obj_description(oid, 'pg_proc') NOT LIKE '% Reads the registry.'$$,
  'its comment tells that it reads the registry');
SELECT is_empty($$
  SELECT b.oid::regprocedure
    FROM body AS b
   WHERE b.schema = 'equity' AND obj_description(b.oid, 'pg_proc') LIKE '%Reads the registry.%'
     AND b.oid NOT IN (SELECT oid FROM reader)$$,
  'and no other comment does');

-- ---- what is not there ----

CREATE FUNCTION pg_temp.answer(function regprocedure, id text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  given text;
BEGIN
  SELECT string_agg(CASE t.name WHEN 'bigint' THEN id WHEN 'text' THEN '''en''' WHEN 'text[]' THEN '''{sex}'''
                                WHEN 'jsonb' THEN '''{}''' WHEN 'date' THEN '''2023-05-16''' ELSE 'NULL' END
                    || '::' || t.name, ', ' ORDER BY a.place)
    INTO given
    FROM pg_proc AS p
   CROSS JOIN unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
   CROSS JOIN format_type(a.type, NULL) AS t (name)
   WHERE p.oid = function;
  EXECUTE format('SELECT count(*) FROM %s(%s) AS q', function::regproc, given);
  RETURN 'an answer';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END $$;
CREATE TEMPORARY TABLE of_an_id AS
SELECT p.oid, p.proargnames[1] AS asked
  FROM reader AS r
  JOIN pg_proc AS p ON p.oid = r.oid
 WHERE r.schema = 'equity' AND p.provolatile = 's' AND p.proargtypes[0] = 'bigint'::regtype;
SELECT cmp_ok((SELECT count(*) FROM of_an_id WHERE asked IN ('application_id', 'round_id', 'run_id')), '>', 20::bigint,
  'functions of a round, a run, an application are found');
SELECT is_empty($$
  SELECT oid::regprocedure, pg_temp.answer(oid, '99') FROM of_an_id WHERE pg_temp.answer(oid, '99') <> 'P0002'$$,
  'an id that is not there is no data found, and not an empty answer');
SELECT is_empty($$
  SELECT oid::regprocedure, pg_temp.answer(oid, 'NULL')
    FROM of_an_id
   WHERE oid <> 'equity.check_integrity'::regproc   -- NULL is all rounds
     AND pg_temp.answer(oid, 'NULL') <> 'P0002'$$,
  'nor is NULL');

SELECT * FROM finish();
ROLLBACK;
