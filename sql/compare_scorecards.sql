-- What another card would change, on rows whose every change can be counted by hand.
\set SHOW_CONTEXT never
\pset null '(null)'

CREATE TABLE "Odd table" (id integer, gpa numeric, income integer, "Home ""province""" text, t text);
INSERT INTO "Odd table" VALUES
  (1, 3.0, 1000, 'A', 'x'),       -- stays eligible, 15 -> 20
  (2, 2.1, 1000, 'A', 'x'),       -- eligible -> ineligible, 10.5 -> 15.5
  (3, 2.5, 4000, 'A', 'x'),       -- ineligible -> eligible: the limit of income rises, 12.5 -> 12.5
  (4, NULL, 1000, 'B', 'x'),      -- undetermined -> ineligible
  (5, 3.5, NULL, 'B', 'x'),       -- stays undetermined: no income; the score moves by nothing
  (6, 1.0, 9000, 'B', 'x'),       -- stays ineligible
  (7, 4.0, 2000, NULL, 'x');      -- stays eligible, 20 -> 20

CREATE FUNCTION pg_temp.card(gpa text, missing text, income text, bonus text) RETURNS equity.scorecard
  LANGUAGE sql
AS $$
  SELECT format('{"code": "C", "scale": 1, "criteria": [
                  {"code": "G", "kind": "gate", "field": "gpa", "op": ">=", "value": %s, "missing": "%s"},
                  {"code": "I", "kind": "gate", "field": "income", "op": "<=", "value": %s},
                  {"code": "L", "kind": "linear", "field": "gpa", "points": [[0, 0], [4, 20]]},
                  {"code": "B", "kind": "band", "field": "income",
                   "bands": [[null, 1500, %s], [1500, null, 0]], "missing": "worst"}]}',
                gpa, missing, income, bonus)::equity.scorecard
$$;
SELECT pg_temp.card('2.0', 'undetermined', '3000', '0') AS a, pg_temp.card('2.2', 'reject', '5000', '5') AS b \gset

SELECT * FROM equity.compare_scorecards(:'a', :'b', '"Odd table"');
SELECT group_value, from_status, to_status, records, moved, least_move, round(mean_move, 2) AS mean_move, greatest_move
  FROM equity.compare_scorecards(:'a', :'b', '"Odd table"', 'Home "province"');
-- a card against itself moves nobody
SELECT from_status = to_status AS same, sum(records), sum(moved), min(least_move), max(greatest_move)
  FROM equity.compare_scorecards(:'a', :'a', '"Odd table"', 't') GROUP BY 1;
-- no rows, no lines
CREATE TEMPORARY VIEW nobody AS SELECT * FROM "Odd table" WHERE false;
SELECT * FROM equity.compare_scorecards(:'a', :'b', 'nobody');

-- One scan of the relation
CREATE SEQUENCE reads;
CREATE VIEW counted AS SELECT o.*, nextval('reads') AS read FROM "Odd table" AS o;
SELECT sum(records) FROM equity.compare_scorecards(:'a', :'b', 'counted', 'id');
SELECT last_value FROM reads;

-- What is refused; nothing of a name is run
SELECT * FROM equity.compare_scorecards(NULL, :'b', 'pg_class');
SELECT * FROM equity.compare_scorecards(:'a', NULL, 'pg_class');
SELECT * FROM equity.compare_scorecards(:'a', :'b', NULL);
SELECT * FROM equity.compare_scorecards(:'a', :'b', 'reads');
SELECT * FROM equity.compare_scorecards(:'a', :'b', '"Odd table"; DROP TABLE "Odd table"');
SELECT * FROM equity.compare_scorecards(:'a', :'b', '"Odd table"', 'id, (SELECT 1)');
SELECT * FROM equity.compare_scorecards(:'a', :'b', '"Odd table"', 'text');
SELECT * FROM equity.compare_scorecards(:'a', :'b', '"Odd table"', 'ctid');
SELECT * FROM equity.compare_scorecards(:'a', :'b', 'pg_catalog.pg_am');

-- With the caller's rights
CREATE ROLE regress_compare;
SET ROLE regress_compare;
SELECT * FROM equity.compare_scorecards(:'a', :'b', '"Odd table"');
RESET ROLE;
DROP ROLE regress_compare;
DROP VIEW counted;
DROP SEQUENCE reads;
DROP TABLE "Odd table" CASCADE;
