-- Copies of reports: what each says, to whom it says it, renewed by whoever owns them, and by nobody else.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(23);

SELECT make_levels();
SELECT run_as_far(1, 'publish');
CREATE SCHEMA dashboard AUTHORIZATION regress_reader;
CREATE SCHEMA whole AUTHORIZATION CURRENT_USER;

SELECT set_eq(
  'SELECT equity_internal.copied_reports()',
  $$SELECT object FROM equity_internal.level_right WHERE kind = 'table' AND reader = 'r' AND object <> 'calendar'$$,
  'the reports of a reader are copied, but for the days of the calendar');

-- rows in which a copy and its report differ
CREATE FUNCTION pg_temp.differences(schema_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  one bigint;
  whole bigint := 0;
  report text;
BEGIN
  FOR report IN SELECT * FROM equity_internal.copied_reports() LOOP
    EXECUTE format('SELECT count(*) FROM ((TABLE %1$I.%2$I EXCEPT ALL TABLE equity.%2$I)
                                          UNION ALL (TABLE equity.%2$I EXCEPT ALL TABLE %1$I.%2$I)) AS d',
                   schema_name, report) INTO one;
    whole := whole + one;
  END LOOP;
  RETURN whole;
END $$;

-- ---- what is in them ----

SET LOCAL ROLE regress_reader;
SELECT bag_eq(
  'SELECT report, copied FROM equity.refresh_reports() WHERE report IN (''pool_fill'', ''seat_use'')',
  $$SELECT 'pool_fill', count(*) FROM equity.pool_fill UNION ALL SELECT 'seat_use', count(*) FROM equity.seat_use$$,
  'it tells how many rows each has');
SELECT is(pg_temp.differences('dashboard'), 0::bigint, 'a reader''s copies say what the reports say to a reader');
RESET ROLE;
SELECT cmp_ok(pg_temp.differences('dashboard'), '>', 0::bigint, 'which is less than they say to who counts the rows');
SELECT equity.refresh_reports('whole') \g /dev/null
SELECT is(pg_temp.differences('whole'), 0::bigint, 'whose own copies say all of it');
SELECT is(obj_description('whole.pool_fill'::regclass), 'A copy of equity.pool_fill, by equity.refresh_reports.',
          'a copy says what it is');
SELECT is(
  (SELECT array_agg(col_description(attrelid, attnum) ORDER BY attname) FROM pg_attribute
    WHERE attrelid = 'whole.pool_cutoff'::regclass AND attnum > 0),
  (SELECT array_agg(col_description(attrelid, attnum) ORDER BY attname) FROM pg_attribute
    WHERE attrelid = 'equity.pool_cutoff'::regclass AND attnum > 0), 'and its columns what they are');

CREATE ROLE "regress Board";
CREATE SCHEMA board AUTHORIZATION "regress Board";
SELECT equity.grant_access('regress Board', 'reader') \g /dev/null
SET LOCAL ROLE "regress Board";
SELECT lives_ok($$SELECT equity.refresh_reports('board', '{round_summary}')$$, 'a role of any name has copies');
RESET ROLE;

-- ---- renewed ----

SELECT equity.decline_award(min(award_id)) FROM equity.award WHERE round_id = 1 \g /dev/null
SELECT equity.refill_round(1) \g /dev/null
SELECT cmp_ok(pg_temp.differences('whole'), '>', 0::bigint, 'a copy says what was');
CREATE VIEW whole.mine AS SELECT pool_id, seats FROM whole.pool_fill;
CREATE INDEX ON whole.pool_fill (pool_id);
SELECT equity.refresh_reports('whole', '{pool_fill}') \g /dev/null
SELECT bag_eq('TABLE whole.pool_fill', 'TABLE equity.pool_fill', 'one is renewed');
SELECT cmp_ok(pg_temp.differences('whole'), '>', 0::bigint, 'and no other');
SELECT equity.refresh_reports('whole') \g /dev/null
SELECT is(pg_temp.differences('whole'), 0::bigint, 'or all are, with views and indexes that are on them');
SELECT is((SELECT count(*) FROM whole.mine), (SELECT count(*) FROM equity.pool_fill), 'which go on');
DROP VIEW whole.mine;
ALTER TABLE whole.pool_fill DROP COLUMN unfilled, DROP COLUMN fill_percent;
SELECT equity.refresh_reports('whole', '{pool_fill}') \g /dev/null
SELECT bag_eq('TABLE whole.pool_fill', 'TABLE equity.pool_fill', 'columns that a report has got since come too');

-- ---- refused ----

SELECT is(pg_temp.refusal('SELECT equity.refresh_reports(''nowhere'')'),
          format('3F000 schema ''nowhere'' does not exist [Make it first: CREATE SCHEMA nowhere AUTHORIZATION %I.]',
                 current_user), 'no such schema');
SELECT matches(pg_temp.refusal('SELECT equity.refresh_reports(NULL)'), '^3F000 schema NULL does not exist', 'nor none');
SELECT is(pg_temp.refusal('SELECT equity.refresh_reports()'),
          format('42501 schema "dashboard" is not that of role "%s" [Copies are made by the role that owns their '
                 'schema: SET ROLE to it, or name a schema of your own.]', current_user),
          'not even a superuser writes where another could lay a trigger');
SELECT matches(pg_temp.refusal('SELECT equity.refresh_reports(''whole'', ''{pool_fill,application_facts}'')'),
               '^22023 there is no report "application_facts" to copy \[Reports are adjustment_summary, ',
               'what is not counted is not copied');
SELECT lives_ok('SELECT equity.refresh_reports(''whole'', ''{}'')', 'none of them');
CREATE VIEW whole.other AS SELECT 1;
ALTER TABLE whole.seat_use RENAME TO seat_use_copy;
ALTER VIEW whole.other RENAME TO seat_use;
SELECT is(pg_temp.refusal('SELECT equity.refresh_reports(''whole'')'),
          format('42809 "whole.seat_use" is not a table of role "%s" [A copy would have that name: give the other one '
                 'another name, or choose another schema.]', current_user), 'something else of that name');
CREATE SCHEMA "Zwei ""Worte""" AUTHORIZATION CURRENT_USER;
SELECT lives_ok($$SELECT equity.refresh_reports('Zwei "Worte"', '{pool_fill}')$$, 'a name that needs quotes');
CREATE ROLE regress_nobody;
CREATE SCHEMA nobodys AUTHORIZATION regress_nobody;
SET LOCAL ROLE regress_nobody;
SELECT throws_ok('SELECT equity.refresh_reports(''nobodys'', ''{pool_fill}'')', '42501', NULL,
                 'who may read no report');
RESET ROLE;
SELECT is(to_regclass('nobodys.pool_fill'), NULL, 'has no copy');

SELECT * FROM finish();
ROLLBACK;
