-- What the planner makes of score and eligible: the form over fields, indexes, workers, cost and how many
-- rows pass; and where it must leave a call as it is.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on

CREATE TABLE kept (card equity.scorecard);
INSERT INTO kept VALUES
  ('{"code":"C","criteria":[
     {"code":"G","kind":"gate","field":"income","op":"<=","value":3000},
     {"code":"N","kind":"linear","field":"income","points":[[0,50],[10000,0]]},
     {"code":"D","kind":"enum","field":"dwelling","points":{"rent":6,"none":10},"otherwise":0,
      "missing":{"points":3}}]}');

CREATE TABLE person (id integer PRIMARY KEY, gone integer, income numeric, size integer, dwelling text,
                     welfare boolean, born date, groups text[], answers jsonb);
ALTER TABLE person DROP COLUMN gone;
CREATE TYPE pair AS (income numeric, dwelling text);
INSERT INTO person
SELECT i, i * 7919 % 10000, i % 5, CASE i % 3 WHEN 0 THEN 'rent' WHEN 1 THEN 'own' END, i % 10 = 0,
       date '2000-01-01' + i % 4000, CASE WHEN i % 2 = 0 THEN '{poor}'::text[] ELSE '{}' END,
       jsonb_build_object('km', i)
  FROM generate_series(1, 10000) AS i;
ANALYZE person;

-- A query in which CARD stands for the card as a constant, and its plan, written the same way and without
-- what only versions before 17 say
CREATE FUNCTION pg_temp.with_card(query text) RETURNS text LANGUAGE sql AS $$
  SELECT replace(query, 'CARD', quote_literal(card) || '::equity.scorecard') FROM kept
$$;
CREATE FUNCTION pg_temp.plan_of(query text, options text DEFAULT 'COSTS OFF, VERBOSE') RETURNS SETOF text
  LANGUAGE plpgsql
AS $$
DECLARE
  line text;
BEGIN
  FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, pg_temp.with_card(query)) LOOP
    CONTINUE WHEN line ~ '^ *Params Evaluated:';
    line := regexp_replace(replace(line, 'EXISTS(SubPlan', '(SubPlan'), ' \(returns \$\d+\)$', '');
    RETURN NEXT (SELECT replace(line, quote_literal(card) || '::equity.scorecard', 'CARD') FROM kept);
  END LOOP;
END $$;

--
-- The form over fields: only the columns that the card reads are asked of the table
--

SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM person AS p');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p.*) FROM person AS p WHERE equity.eligible(CARD, p)');
SELECT pg_temp.plan_of('SELECT (equity.assess(CARD, person)).class FROM person');
SELECT pg_temp.plan_of('SELECT (equity.assess_typed(CARD, person)).class FROM person');

-- rows of every kind: other names for the columns, a view, VALUES, a row that is written out with and without
-- names, a function's row, a CTE, a join
CREATE VIEW person_view AS SELECT dwelling, income, id AS number FROM person WHERE size > 1;
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM person AS p (x, income, y)');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, person_view) FROM person_view');
SELECT pg_temp.plan_of($$SELECT equity.score(CARD, v)
                           FROM (VALUES (1000, 'rent'), (2000, NULL)) AS v (income, dwelling)$$);
SELECT pg_temp.plan_of($$SELECT equity.score(CARD, q)
                           FROM (SELECT income * 2 AS income, upper(dwelling) AS dwelling
                                   FROM person) AS q$$);
SELECT pg_temp.plan_of('SELECT equity.score(CARD, ROW(p.*)::person) FROM person AS p');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, ROW(p.income, p.dwelling)) FROM person AS p');
SELECT pg_temp.plan_of($$SELECT equity.score(CARD, r)
                           FROM jsonb_to_record('{"income": 10}') AS r (income numeric, dwelling text)$$);
SELECT pg_temp.plan_of('WITH q AS MATERIALIZED (
                          SELECT income, dwelling FROM person
                        )
                        SELECT equity.score(CARD, q)
                          FROM q');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, q) FROM (SELECT income, dwelling FROM person OFFSET 0) AS q');
-- of a view that is planned by itself too, and then it reads only what the card needs
CREATE VIEW guarded WITH (security_barrier) AS
  SELECT p.income, p.dwelling, p.id, w.size
    FROM person AS p
    LEFT JOIN person AS w ON w.id = p.id + 1;
CREATE VIEW both_ends AS
  SELECT income, dwelling FROM person WHERE id < 3
  UNION ALL
  SELECT income, dwelling FROM person WHERE id > 9998;
SELECT pg_temp.plan_of('SELECT equity.score(CARD, g) FROM guarded AS g');
SELECT pg_temp.with_card('SELECT count(*) FILTER (WHERE equity.score(CARD, e)
                                                       = equity.score(CARD, ROW(e.income, e.dwelling)::pair))
                            FROM both_ends AS e') AS query \gset
:query;
SELECT bool_or(line ~ 'score\(') AS by_row, bool_or(line ~ 'score_fields') AS by_fields
  FROM pg_temp.plan_of('SELECT equity.score(CARD, g) FROM kept LEFT JOIN guarded AS g ON g.id = 1') AS line;
-- a column may be computed by something that must not be left out or done twice: then the row is built as it is written
SELECT pg_temp.plan_of('SELECT equity.score(CARD, q)
                          FROM (SELECT random() AS income, dwelling, size FROM person) AS q');
SELECT pg_temp.plan_of('SELECT equity.score(CARD,
                                            ROW(1, income, random(), NULL, true, NULL, NULL, NULL)::person)
                          FROM person');
-- the planner says nothing of a column that is not there: execution names it
SELECT pg_temp.plan_of('SELECT equity.score(CARD, q) FROM (SELECT id, income FROM person OFFSET 0) AS q');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, q) FROM (SELECT id, income FROM person) AS q');
SELECT pg_temp.with_card('SELECT equity.score(CARD, q) FROM (SELECT id, income FROM person) AS q') \gexec

--
-- No rewrite where the row may be NULL as a whole, or is another query's
--

SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM kept LEFT JOIN person AS p ON p.id = 1');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p), equity.score(CARD, q)
                          FROM person AS p
                          RIGHT JOIN person AS q USING (id)');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM person AS p FULL JOIN kept ON true');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p)
                          FROM kept
                          LEFT JOIN (person AS p JOIN person AS q USING (id))
                            ON p.id = 1');
-- an inner join nulls nothing; an outer join that a strict condition makes an inner one is still left alone
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM kept JOIN person AS p ON p.id = 1');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM kept LEFT JOIN person AS p ON p.id = 1 WHERE p.id > 0');
-- a subquery under an outer join: computed on either side of it, but never over fields that it made NULL
SELECT bool_or(line ~ 'score\(') AS by_row, bool_or(line ~ 'score_fields') AS by_fields
  FROM pg_temp.plan_of('SELECT s.points
                          FROM kept
                          LEFT JOIN (SELECT p.id, equity.score(CARD, p) AS points FROM person AS p) AS s
                            ON s.id = 1') AS line;
-- a row of an outer query, and its own rows in a sublink
SELECT pg_temp.plan_of('SELECT (SELECT equity.score(CARD, p) FROM kept) FROM person AS p');
SELECT pg_temp.plan_of('SELECT id
                          FROM person AS p
                         WHERE EXISTS (SELECT FROM person AS q
                                        WHERE q.id = p.id + 1
                                          AND equity.score(CARD, q) > 40
                                       OFFSET 0)');

-- An EXISTS that is tried as an ANY is simplified in the name of the query around it, whose tables have other numbers:
-- none of that number, one of it that an outer join inside makes NULL, and the same where a UNION ALL was pulled up
CREATE TABLE one (n integer);
INSERT INTO one VALUES (1);
ANALYZE one;
SELECT pg_temp.with_card('SELECT count(*) FILTER (WHERE found)
                            FROM (SELECT EXISTS (SELECT FROM one AS a, one AS b, person AS q
                                                  WHERE q.id = p.id + 1
                                                    AND equity.score(CARD, q) > 40) AS found
                                    FROM person AS p) AS x') \gexec
SELECT pg_temp.with_card('SELECT count(*) FROM person AS p WHERE equity.score(CARD, p) > 40 AND id > 1') \gexec
SELECT pg_temp.with_card('SELECT DISTINCT EXISTS (SELECT FROM one
                                                    LEFT JOIN person AS q
                                                      ON q.id = 0, person AS r
                                                   WHERE r.id = p.id
                                                     AND (equity.assess(CARD, q)).reasons IS NOT NULL)
                            FROM person AS p, person AS o
                           WHERE o.id = 1') \gexec
SELECT pg_temp.with_card('SELECT DISTINCT found
                            FROM (SELECT EXISTS (SELECT FROM one
                                                   LEFT JOIN person AS q
                                                     ON q.id = 0, person AS r
                                                  WHERE r.id = p.id
                                                    AND (equity.assess(CARD, q)).reasons IS NOT NULL) AS found
                                    FROM person AS p, person AS o
                                   WHERE o.id = 1
                                  UNION ALL
                                  SELECT EXISTS (SELECT FROM one
                                                   LEFT JOIN person AS q
                                                     ON q.id = 0, person AS r
                                                  WHERE r.id = p.id
                                                    AND (equity.assess(CARD, q)).reasons IS NOT NULL)
                                    FROM person AS p, person AS o
                                   WHERE o.id = 2) AS u') \gexec

--
-- Nor above grouping sets, which make the row NULL, or one column of it beside the row
--

SELECT pg_temp.with_card('SELECT grouping(p), equity.score(CARD, p)
                            FROM person AS p
                           WHERE id = 2
                           GROUP BY ROLLUP (p)
                           ORDER BY 1') \gexec
SELECT pg_temp.with_card('SELECT id, income, equity.score(CARD, p)
                            FROM person AS p
                           WHERE id = 2
                           GROUP BY id, ROLLUP (income)
                           ORDER BY income') \gexec
SELECT pg_temp.with_card('SELECT grouping(ROW(income, dwelling)::pair),
                                 equity.score(CARD, ROW(income, dwelling)::pair)
                            FROM person
                           WHERE id = 2
                           GROUP BY ROLLUP (ROW(income, dwelling)::pair)
                           ORDER BY 1') \gexec

--
-- Indexes over the form with fields serve the form over the row
--

DO $$
BEGIN
  EXECUTE pg_temp.with_card(
    'CREATE INDEX person_score ON person (equity.score_fields(CARD, income, dwelling) DESC NULLS LAST)');
  EXECUTE pg_temp.with_card(
    'CREATE INDEX person_eligible ON person (id) WHERE equity.eligible_fields(CARD, income, dwelling)');
END $$;
ANALYZE person;
SELECT pg_temp.plan_of('SELECT id FROM person AS p ORDER BY equity.score(CARD, p) DESC NULLS LAST LIMIT 10');
SELECT pg_temp.plan_of('SELECT id
                          FROM person AS p
                         WHERE equity.score(CARD, p) > 59.9
                         ORDER BY equity.score(CARD, p)
                         LIMIT 10');
SELECT pg_temp.plan_of('SELECT number FROM person_view AS v WHERE equity.score(CARD, v) = 59.9');
SELECT pg_temp.plan_of('SELECT id FROM person AS p WHERE equity.eligible(CARD, p) ORDER BY id LIMIT 10');
SELECT pg_temp.with_card('SELECT id, equity.score(CARD, p), equity.eligible(CARD, p)
                            FROM person AS p
                           ORDER BY equity.score(CARD, p) DESC NULLS LAST, id
                           LIMIT 3') AS query \gset
:query;
-- with the rows of the index and with those of a sort
SET enable_indexscan = off;
:query;
RESET enable_indexscan;
-- the collation of the rewritten call is the one that the parser gives, or the index would not be found
CREATE TABLE small (income numeric, dwelling text COLLATE "C");
INSERT INTO small SELECT i, NULL FROM generate_series(1, 1000) AS i;
DO $$
BEGIN
  EXECUTE pg_temp.with_card('CREATE INDEX small_score ON small (equity.score_fields(CARD, income, dwelling))');
END $$;
ANALYZE small;
SELECT pg_temp.plan_of('SELECT income FROM small AS s WHERE equity.score(CARD, s) = 52.99');
CREATE TABLE two_collations (income numeric, dwelling text COLLATE "C", tenure text COLLATE "POSIX");
CREATE INDEX two_collations_score ON two_collations (
  equity.score_fields('{"code":"C","criteria":[
                        {"code":"D","kind":"enum","field":"dwelling","points":{"a":1}},
                        {"code":"T","kind":"enum","field":"tenure","points":{"a":1}}]}',
                      dwelling, tenure));
SET enable_seqscan = off;
EXPLAIN (COSTS OFF)
SELECT income
  FROM two_collations AS s
 WHERE equity.score('{"code":"C","criteria":[
                      {"code":"D","kind":"enum","field":"dwelling","points":{"a":1}},
                      {"code":"T","kind":"enum","field":"tenure","points":{"a":1}}]}',
                    s) = 2;
RESET enable_seqscan;

-- an index over the row: its expression is rewritten too, with no query about it
DO $$
BEGIN
  EXECUTE pg_temp.with_card('CREATE INDEX small_row ON small (equity.score(CARD, small))');
  DROP INDEX small_score;
END $$;
SELECT pg_temp.plan_of('SELECT income FROM small AS s WHERE equity.score(CARD, s) = 52.99');
SELECT pg_temp.with_card('SELECT income FROM small AS s WHERE equity.score(CARD, s) = 52.99') \gexec

-- a generated column, and an index over it
DO $$
BEGIN
  EXECUTE pg_temp.with_card('ALTER TABLE person ADD COLUMN points numeric
                               GENERATED ALWAYS AS (equity.score_fields(CARD, income, dwelling)) STORED');
END $$;
CREATE INDEX person_points ON person (points DESC NULLS LAST);
ANALYZE person;
SELECT pg_temp.plan_of('SELECT id, points FROM person ORDER BY points DESC NULLS LAST LIMIT 10');
SELECT pg_temp.with_card('SELECT count(*), count(points)
                            FROM person AS p
                           WHERE points IS DISTINCT FROM equity.score(CARD, p)') \gexec
UPDATE person SET income = income + 1 WHERE id = 1;
SELECT pg_temp.with_card('SELECT points = equity.score(CARD, p) AS follows FROM person AS p WHERE id = 1') \gexec

--
-- Partitions: each index and each column where it lies
--

CREATE TABLE part (id integer, income numeric, dwelling text) PARTITION BY RANGE (id);
CREATE TABLE part_a PARTITION OF part FOR VALUES FROM (1) TO (5001);
CREATE TABLE part_b (dwelling text, gone integer, id integer, income numeric);
ALTER TABLE part_b DROP COLUMN gone;
ALTER TABLE part ATTACH PARTITION part_b FOR VALUES FROM (5001) TO (20000);
INSERT INTO part SELECT id, income, dwelling FROM person;
DO $$
BEGIN
  EXECUTE pg_temp.with_card('CREATE INDEX part_score ON part (equity.score_fields(CARD, income, dwelling))');
END $$;
ANALYZE part;
SELECT pg_temp.plan_of('SELECT id FROM part AS p ORDER BY equity.score(CARD, p) LIMIT 5');
SELECT pg_temp.plan_of('SELECT equity.score(CARD, p) FROM part AS p WHERE id > 6000');

--
-- Row security: the policy is asked first, as a score could tell of a row that is not to be seen
--

CREATE ROLE regress_equity_officer;
ALTER TABLE part ENABLE ROW LEVEL SECURITY;
CREATE POLICY even ON part FOR SELECT USING (id % 2 = 0);
GRANT SELECT ON part TO regress_equity_officer;
GRANT USAGE ON SCHEMA equity TO regress_equity_officer;
GRANT SELECT ON kept TO regress_equity_officer;
SET ROLE regress_equity_officer;
SELECT pg_temp.plan_of('SELECT id FROM part AS p WHERE equity.score(CARD, p) > 59.9 AND equity.eligible(CARD, p)');
SELECT pg_temp.with_card('SELECT count(*) FROM part AS p WHERE equity.score(CARD, p) > 0 AND id % 2 = 1') \gexec
RESET ROLE;

--
-- Workers
--

BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL enable_indexonlyscan = off;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT pg_temp.plan_of('SELECT sum(equity.score(CARD, p)) FROM person AS p WHERE equity.eligible(CARD, p)',
                       'COSTS OFF');
SELECT pg_temp.plan_of('SELECT sum(equity.score((SELECT card FROM kept), p)) FROM person AS p', 'COSTS OFF');
SELECT pg_temp.plan_of('SELECT id FROM person AS p ORDER BY equity.score(CARD, p), id', 'COSTS OFF');
COMMIT;

--
-- Cost and selectivity
--

CREATE FUNCTION pg_temp.planned(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || pg_temp.with_card(query) INTO plan;
  RETURN plan -> 0 -> 'Plan';
END $$;
-- a long card costs more than a short one, and the cheap condition is asked first
CREATE FUNCTION pg_temp.card_of(n integer) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"code":"C","criteria":[%s]}',
                string_agg(format('{"code":"G%s","kind":"gate","field":"size","op":"<","value":%1$s}', i),
                           ','))
    FROM generate_series(1, n) AS i
$$;
SELECT (long ->> 'Total Cost')::numeric > (short ->> 'Total Cost')::numeric AS long_costs_more
  FROM pg_temp.planned(format('SELECT equity.score(%L, p) FROM person AS p', pg_temp.card_of(50))) AS long,
       pg_temp.planned(format('SELECT equity.score(%L, p) FROM person AS p', pg_temp.card_of(2))) AS short;
EXPLAIN (COSTS OFF)
SELECT id
  FROM person AS p
 WHERE equity.eligible(
         '{"code":"C","criteria":[{"code":"G","kind":"gate","field":"size","op":"<","value":4}]}', p)
   AND size > 1;

-- rows that pass are estimated from the statistics: within a fifth of those that do
CREATE FUNCTION pg_temp.estimate(gates text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  condition text := format('equity.eligible(%L, p)', format('{"code":"C","criteria":[%s]}', gates));
  really bigint;
  estimated numeric;
BEGIN
  EXECUTE 'SELECT count(*) FROM person AS p WHERE ' || condition INTO really;
  estimated := (pg_temp.planned('SELECT FROM person AS p WHERE ' || condition) ->> 'Plan Rows')::numeric;
  RETURN CASE WHEN abs(estimated - really) <= 0.2 * really + 5 THEN 'near'
              ELSE format('%s for %s', estimated, really) END;
END $$;
SELECT pg_temp.estimate(g), g
  FROM unnest(ARRAY['{"code":"G","kind":"gate","field":"income","op":"<=","value":3000}',
                    '{"code":"G","kind":"gate","field":"income","op":"between","value":[2000,2999.5]}',
                    '{"code":"G","kind":"gate","field":"size","op":"=","value":3}',
                    '{"code":"G","kind":"gate","field":"size","op":"<>","value":3}',
                    '{"code":"G","kind":"gate","field":"size","op":"in","value":[0,4,9]}',
                    '{"code":"G","kind":"gate","field":"size","op":"notin","value":[0,4,9]}',
                    '{"code":"G","kind":"gate","field":"size","op":">=","value":2.5}',
                    '{"code":"G","kind":"gate","field":"size","op":">","value":2.5}',
                    '{"code":"G","kind":"gate","field":"size","op":"<","value":2.5}',
                    '{"code":"G","kind":"gate","field":"size","op":"=","value":2.5}',
                    '{"code":"G","kind":"gate","field":"dwelling","op":"=","value":"rent"}',
                    '{"code":"G","kind":"gate","field":"dwelling","op":"isnull"}',
                    '{"code":"G","kind":"gate","field":"dwelling","op":"notnull"}',
                    '{"code":"G","kind":"gate","field":"welfare","op":"=","value":true}',
                    '{"code":"G","kind":"gate","field":"born","op":">","value":"2008-01-01"}',
                    '{"code":"G","kind":"gate","field":"size","op":"=","value":3},
                     {"code":"H","kind":"gate","field":"welfare","op":"=","value":false}',
                    '{"code":"G","kind":"gate","field":"size","op":"=","value":3,"group":"g"},
                     {"code":"H","kind":"gate","field":"dwelling","op":"=","value":"rent",
                      "group":"g"}']) AS g;
-- two fields count as the planner counts two columns of one table
SELECT gate ->> 'op' AS op,
       pg_temp.planned(format('SELECT FROM person AS p WHERE equity.eligible(%L, p)',
                              jsonb_build_object('code', 'C', 'criteria', ARRAY[gate]))) -> 'Plan Rows'
         = pg_temp.planned('SELECT FROM person AS p WHERE ' || condition) -> 'Plan Rows' AS as_planned
  FROM (VALUES ('{"code":"G","kind":"gate","field":"income","op":"<","than":"size"}'::jsonb, 'income < size'),
               ('{"code":"G","kind":"gate","field":"size","op":"=","than":"answers.km"}', 'size = id'),
               ('{"code":"G","kind":"gate","field":"size","op":"<>","than":"id"}', 'size <> id'))
         AS v (gate, condition);
-- what statistics do not tell counts as one half
SELECT pg_temp.planned(format('SELECT FROM person AS p WHERE equity.eligible(%L, p)',
                              format('{"code":"C","criteria":[%s]}', g))) ->> 'Plan Rows' AS rows
  FROM unnest(ARRAY['{"code":"G","kind":"gate","field":"groups","op":"overlaps","value":["poor"]}',
                    '{"code":"G","kind":"gate","field":"groups","op":"disjoint","value":["poor"]}',
                    '{"code":"G","kind":"gate","field":"answers.km","op":">","value":3}']) AS g;

-- an estimator compares a column's values as they are: with char(n) ignoring blanks at the end, and
-- never through a cast
CREATE TABLE code (padded char(5), letter "char", tags varchar(4)[]);
INSERT INTO code SELECT 'ab', 'a', '{ab,cd}' FROM generate_series(1, 100);
ANALYZE code;
SELECT gate ->> 'field' AS field,
       pg_temp.planned(format('SELECT FROM code AS c WHERE equity.eligible(%L, c)',
                              jsonb_build_object('code', 'C',
                                                 'criteria', ARRAY[gate]))) ->> 'Plan Rows' AS rows
  FROM unnest(ARRAY['{"code":"G","kind":"gate","field":"padded","op":"=","value":"ab"}',
                    '{"code":"G","kind":"gate","field":"letter","op":"=","value":"a"}']::jsonb[]) AS gate;
-- and varchar[] is an array of texts
SELECT count(*)
  FROM code AS c
 WHERE equity.eligible('{"code":"C",
                         "criteria":[{"code":"G","kind":"gate","field":"tags","op":"contains",
                                      "value":["cd","ab"]}]}',
                       c);

--
-- A card that the planner cannot see
--

SELECT pg_temp.plan_of('SELECT equity.score(card, p) FROM person AS p, kept');
PREPARE scores(equity.scorecard) AS SELECT count(equity.score($1, p)) FROM person AS p;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF, VERBOSE) EXECUTE scores(
  '{"code":"C","criteria":[{"code":"X","kind":"coef","field":"income","coef":1}]}');
RESET plan_cache_mode;
-- one that is kept out of line is fetched once, not once a row
CREATE TABLE long_card (card equity.scorecard);
ALTER TABLE long_card ALTER COLUMN card SET STORAGE EXTERNAL;
INSERT INTO long_card SELECT pg_temp.card_of(300)::equity.scorecard;
SELECT pg_stat_force_next_flush();
SELECT sum(toast_blks_hit + toast_blks_read) AS before FROM pg_statio_user_tables WHERE relname = 'long_card' \gset
SELECT count(equity.eligible(card, p)), count(*) FROM person AS p, long_card;
SELECT pg_stat_force_next_flush();
SELECT sum(toast_blks_hit + toast_blks_read) - :before BETWEEN 1 AND 1000 AS fetched_once
  FROM pg_statio_user_tables
 WHERE relname = 'long_card';

DROP TABLE part, kept, long_card, small, two_collations, one, code;
DROP TYPE pair;
DROP VIEW person_view, guarded, both_ends;
DROP TABLE person;
REVOKE USAGE ON SCHEMA equity FROM regress_equity_officer;
DROP ROLE regress_equity_officer;
