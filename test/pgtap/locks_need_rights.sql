-- Who may not do an operation cannot hold it up: each lock is one on a row, which takes a right to
-- change a row of its table. That these locks are enough is shown by the isolation tests.
\ir fixture/round.psql
BEGIN;
SELECT plan(20);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
SELECT min(award_id) AS award, max(run_id) AS run FROM equity.award \gset

SELECT is_empty(
  $$SELECT p.oid::regprocedure
      FROM pg_proc AS p
     WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
       AND p.prokind = 'f'
       -- these lock a table in a mode that takes the right to change it
       AND p.proname NOT IN ('take_loads', 'refresh_reports')
       AND pg_get_functiondef(p.oid) ~* '\madvisory|\mlock table'$$,
  'no function takes an advisory lock or locks a table');

CREATE ROLE regress_outsider;
SET LOCAL ROLE regress_outsider;
SELECT throws_ok(
  format('SELECT %s', f), '42501', NULL, f || ' needs more than nothing')
  FROM unnest(ARRAY['equity_internal.lock_round(1)', 'equity_internal.lock_awards_shared(1)',
                    'equity_internal.lock_awards(1)', 'equity_internal.lock_audit()']) AS f;
RESET ROLE;

-- who reads all and runs every function, but may change nothing
GRANT USAGE ON SCHEMA equity, equity_internal TO regress_outsider;
GRANT SELECT ON ALL TABLES IN SCHEMA equity, equity_internal TO regress_outsider;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA equity, equity_internal TO regress_outsider;
SET LOCAL ROLE regress_outsider;
SELECT throws_ok(
  format('SELECT %s', f), '42501', NULL, f || ' needs more than to read')
  FROM unnest(ARRAY['equity_internal.lock_round(1)', format('equity_internal.lock_run(%s)', :run),
                    'equity_internal.lock_awards_shared(1)', 'equity_internal.lock_awards(1)',
                    format('equity_internal.lock_award(%s)', :award), 'equity_internal.lock_audit()']) AS f;
RESET ROLE;

-- what the operations need for their locks, and no more
GRANT UPDATE (only_row) ON equity.audit_lock TO regress_outsider;
SET LOCAL ROLE regress_outsider;
SELECT lives_ok('SELECT equity_internal.lock_audit()', 'who may append takes the trail');
SELECT throws_ok(
  format('SELECT %s', f), '42501', NULL, 'and not by it ' || f)
  FROM unnest(ARRAY['equity_internal.lock_round(1)', 'equity_internal.lock_awards_shared(1)']) AS f;
RESET ROLE;
GRANT UPDATE (status) ON equity.round TO regress_outsider;
SET LOCAL ROLE regress_outsider;
SELECT lives_ok('SELECT equity_internal.lock_round(1)', 'who may move a round on takes the round');
RESET ROLE;
GRANT UPDATE (status, decision, decided_at) ON equity.award TO regress_outsider;
GRANT INSERT ON equity.award_event, equity.audit_event TO regress_outsider;
SET LOCAL ROLE regress_outsider;
SELECT lives_ok(
  format('SELECT equity.accept_award(%s)', :award),
  'who may decide takes what a decision needs');
RESET ROLE;

-- who may not is told who may, and no table that nobody knows
CREATE FUNCTION pg_temp.hint(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  hint text;
BEGIN
  EXECUTE statement;
  RETURN NULL;
EXCEPTION WHEN insufficient_privilege THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN hint;
END $$;
CREATE ROLE regress_analyst;
SELECT equity.grant_access('regress_analyst', 'analyst') \g /dev/null
SET LOCAL ROLE regress_analyst;
SELECT is_empty(
  $$SELECT f FROM unnest(ARRAY['renew_term(1)', 'plan_payments(1)', 'open_batch(1)', 'approve_batch(1)',
                              'pay_batch(1, ''KTB'')', 'return_payment(1, ''closed'')', 'receive_refund(1, ''KTB'')',
                              'copy_round(1, ''c'', 2570)']) AS f
     WHERE pg_temp.hint('SELECT equity.' || f) IS DISTINCT FROM
           'Operations on rounds and awards are for a role with the level operator (equity.grant_access).'$$,
  'an analyst hears that operators pay and renew');
RESET ROLE;

SELECT throws_ok('SELECT equity_internal.lock_round(0)', 'P0002', 'round 0 does not exist', 'no such round');
SELECT is(
  (SELECT status FROM equity.round WHERE round_id = 1),
  (SELECT (equity_internal.lock_round(1)).status),
  'the locked row is returned');
SELECT lives_ok(
  'SELECT equity_internal.lock_awards_shared(0)',
  'a round without awards has nothing to share');

SELECT * FROM finish();
ROLLBACK;
