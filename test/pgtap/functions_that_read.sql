-- On a shard the registry's tables are another server's, or empty: a function that reads them and is sent there
-- answers wrongly without a word. So each function that reads a table is found here, by what it depends on and what it
-- says, and none may be one that a server sends elsewhere: postgres_fdw sends what is IMMUTABLE, and nothing else.
BEGIN;
SELECT plan(6);

CREATE TEMPORARY TABLE body AS
SELECT p.oid, p.proname AS name, p.pronamespace::regnamespace::text AS schema, p.provolatile AS volatility,
       CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE '' END AS text
  FROM pg_proc AS p
 WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace);
CREATE TEMPORARY TABLE relation AS
SELECT c.relnamespace::regnamespace || '.' || c.relname AS name
  FROM pg_class AS c
 WHERE c.relnamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace) AND c.relkind IN ('r', 'v');

-- Which functions name a relation after FROM, JOIN and the like, or call one that does. What only makes the text of
-- a query is taken for one that reads, too.
CREATE TEMPORARY TABLE reader AS
WITH RECURSIVE named AS (
  SELECT DISTINCT b.oid, m.word[1] AS name
    FROM body AS b
   CROSS JOIN LATERAL regexp_matches(b.text, '\m(equity(?:_internal)?\.\w+)', 'g') AS m (word)
), direct AS (
  SELECT b.oid
    FROM body AS b
   WHERE EXISTS (SELECT
                   FROM regexp_matches(b.text, '\m(?:FROM|JOIN|INTO|UPDATE|ONLY) +(equity(?:_internal)?\.\w+)(?! *\()',
                                       'g') AS m (word)
                   JOIN relation AS r ON r.name = m.word[1])
), reads AS (
  SELECT oid FROM direct
  UNION
  SELECT n.oid
    FROM reads AS r
    JOIN body AS b ON b.oid = r.oid
    JOIN named AS n ON n.name = b.schema || '.' || b.name
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

SELECT * FROM finish();
ROLLBACK;
