-- Rights: a role that sees only some rows gets an error and not a smaller round, and views of who takes
-- part show what their reader may read.
\ir fixture/round.psql
BEGIN;
SELECT plan(10);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
SELECT make_round(3, 2568::smallint);
SELECT run_as_far(3, 'score');
CREATE ROLE equity_test_officer;
GRANT USAGE ON SCHEMA equity TO equity_test_officer;
GRANT SELECT ON equity.round TO equity_test_officer;
SET ROLE equity_test_officer;
SELECT throws_ok(
  'SELECT equity.allocate_round(3)', '42501', NULL, 'operations have the rights of their caller');
RESET ROLE;
GRANT ALL ON ALL TABLES IN SCHEMA equity TO equity_test_officer;
SET ROLE equity_test_officer;
SELECT lives_ok('SELECT equity.allocate_round(3, dry_run => true)', 'which are enough with all tables');
RESET ROLE;
ALTER TABLE equity.seat_pool ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_pool ON equity.seat_pool TO equity_test_officer USING (pool_id = 31);
SET ROLE equity_test_officer;
SELECT throws_ok('SELECT equity.allocate_round(3)', '42501', NULL, 'rows that a policy hides make it stop');
SELECT throws_ok(
  'SELECT * FROM equity_internal.round_solution(3)', '42501', NULL, 'and so does the solution on its own');
RESET ROLE;

-- views of who takes part show what their reader may read
ALTER TABLE equity.application ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_application ON equity.application TO equity_test_officer USING (applicant_id = 7);
SET ROLE equity_test_officer;
SELECT results_eq(
  'SELECT DISTINCT applicant_id FROM equity_internal.programme_application',
  ARRAY[7::bigint],
  'programmes that the applications of a policy ask for');
SET row_security = off;
SELECT throws_ok(
  'SELECT count(*) FROM equity.allocation_input', '42501', NULL,
  'and no silent part where the whole is asked for');
RESET row_security;
RESET ROLE;
CREATE ROLE equity_test_reader;
GRANT USAGE ON SCHEMA equity TO equity_test_reader;
GRANT SELECT ON equity.programme_summary, equity.pool_cutoff, equity.pool_fill TO equity_test_reader;
SET ROLE equity_test_reader;
SELECT results_eq(
  $$SELECT applicants
      FROM equity.programme_summary
     WHERE programme_code = 'innovation_special'
       AND academic_year = 2566$$,
  ARRAY[60::bigint],
  'who may read a report reads the whole');
SELECT lives_ok('SELECT * FROM equity.pool_cutoff', 'cut-offs');
SELECT lives_ok('SELECT * FROM equity.pool_fill', 'and fill');
SELECT throws_ok(
  'SELECT * FROM equity.application_facts', '42501', NULL, 'but no facts, which are not granted');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
