-- Nothing is published that was not verified, and nothing twice.
\ir fixture/round.psql
\ir fixture/no_trace.psql
BEGIN;
SELECT plan(7);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'score');
CREATE TEMPORARY TABLE made AS SELECT * FROM equity.allocate_round(1);
SELECT throws_ok(
  'SELECT equity.publish_run(newest_run(1))', '55000', NULL, 'publish a run that is not verified');
SELECT is_empty('SELECT * FROM equity.verify_run(newest_run(1))', 'verify');
SAVEPOINT verified;
UPDATE equity.application
   SET status = 'withdrawn'
 WHERE applicant_id = (SELECT min(applicant_id) FROM equity.placement);
SELECT throws_ok(
  'SELECT equity.publish_run(newest_run(1))', '55000', NULL, 'publish when an applicant has withdrawn since');
ROLLBACK TO verified;
SELECT results_eq(
  'SELECT equity.publish_run(newest_run(1))',
  'SELECT admitted FROM made',
  'publish: an offer for each placement');
SELECT results_eq(
  'SELECT equity.publish_run(newest_run(1))',
  'SELECT admitted FROM made',
  'publish again: the same number');
SELECT pg_temp.leaves_no_trace('SELECT equity.publish_run(newest_run(1))',
                               'publishing twice leaves no trace');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the audit trail is whole');

SELECT * FROM finish();
ROLLBACK;
