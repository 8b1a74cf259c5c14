-- What tools find in the catalog of the views that a reader may read: plain types, scales, comments, labels in both
-- languages, years in both eras; and a calendar without gaps.
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(12);

SELECT is_empty('SELECT * FROM equity.calendar', 'without rounds and awards there is no calendar');
SELECT make_levels();
CREATE TEMPORARY VIEW report AS
SELECT c.oid, c.relname::text AS name, a.attname::text AS column_name, a.attnum,
       format_type(a.atttypid, a.atttypmod) AS type, col_description(c.oid, a.attnum) AS comment
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'equity'::regnamespace
   AND c.relkind = 'v'
   AND (has_table_privilege('regress_reader', c.oid, 'SELECT') OR c.relname = 'data_quality');
SELECT cmp_ok((SELECT count(DISTINCT name) FROM report), '>=', 20::bigint, 'there are many');
SELECT is_empty($$SELECT name FROM report WHERE name IN (SELECT relname FROM pg_class WHERE relkind = 'r')$$,
                'all views');
SELECT is_empty(
  $$SELECT name, column_name, type FROM report
     WHERE type !~ '^(text|boolean|integer|bigint|numeric\(\d+,\d+\)|date|timestamp with time zone)$'
       AND name NOT IN ('current_run')$$, 'columns have plain types, and numbers a scale');
SELECT is_empty($$SELECT name, column_name FROM report WHERE coalesce(comment, '') !~ '\.$'$$,
                'each has a sentence for a comment');
SELECT is_empty($$SELECT DISTINCT name FROM report WHERE obj_description(oid, 'pg_class') IS NULL$$,
                'so has each view');
SELECT is_empty(
  $$SELECT r.name, r.column_name FROM report AS r
     WHERE r.column_name ~ '_th$'
       AND NOT EXISTS (SELECT FROM report AS e
                        WHERE e.name = r.name AND e.column_name = regexp_replace(r.column_name, '_th$', '_en'))$$,
  'where there is a Thai label there is an English one');
SELECT is_empty(
  $$SELECT r.name FROM report AS r
     WHERE r.column_name = 'academic_year'
       AND NOT EXISTS (SELECT FROM report AS e WHERE e.name = r.name AND e.column_name ~ '_year_ce$')$$,
  'where there is a year of one era there is that of the other');
SELECT is_empty($$SELECT name, column_name FROM report
                   WHERE column_name !~ '^[a-z][a-z0-9_]*$' OR length(column_name) > 40$$,
                'names need no quotes');

INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
VALUES (1, 'innovation_general', 2563, 'graduated');
SELECT results_eq('SELECT min(day), max(day), count(*) FROM equity.calendar',
                  $$VALUES (date '2020-01-01', date '2024-12-31', 1827::bigint)$$,
                  'the calendar has every day from the first award to the year after the last round');
SELECT results_eq(
  $$SELECT academic_year, calendar_year, calendar_year_ce, month, month_th, month_en FROM equity.calendar
     WHERE day IN ('2023-05-15', '2023-05-16') ORDER BY day$$,
  $$VALUES (2565, 2566, 2023, 5, 'พฤษภาคม', 'May'), (2566, 2566, 2023, 5, 'พฤษภาคม', 'May')$$,
  'the academic year begins on 16 May');
SET LOCAL ROLE regress_reader;
SELECT isnt_empty('SELECT * FROM equity.calendar', 'a reader has it');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
