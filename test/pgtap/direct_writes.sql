-- What operations write is written by hand only in the open: a statement that does is an event that names the role, the
-- table and the kind of statement; an operation is not, and nobody can look like one.
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(16);

SELECT make_levels();
SELECT run_as_far(1, 'publish');
CREATE TEMPORARY VIEW direct AS
SELECT event_id, detail ->> 'table' AS name, detail ->> 'statement' AS statement, detail ->> 'role' AS role
  FROM equity.audit_event WHERE operation = 'direct_write';
SET LOCAL ROLE regress_operator;
SELECT equity.withdraw_award(min(award_id), 'note') FROM equity.award \g /dev/null
SELECT equity.refill_round(1) \g /dev/null
RESET ROLE;
SELECT is_empty('SELECT * FROM direct', 'operations are no direct writes');
SELECT set_eq(
  $$SELECT c.relname::text FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
     WHERE t.tgname = 'direct_write'$$,
  ARRAY['assessment', 'allocation_run', 'placement', 'run_standing', 'run_input', 'digest_source', 'run_ranking',
        'published_list', 'refill_move', 'recognition',
        'award', 'award_event', 'renewal', 'payment_batch', 'payment',
        'access_grant', 'audit_checkpoint', 'kept_seed', 'round'], 'these are the tables');

CREATE ROLE regress_plain;
GRANT SELECT, INSERT, UPDATE, DELETE ON equity.award, equity.assessment, equity.round TO regress_plain;
GRANT CREATE ON SCHEMA public TO regress_plain;
SET LOCAL ROLE regress_plain;
UPDATE equity.award SET decided_at = now() WHERE award_id = 0;
DELETE FROM equity.assessment WHERE false;
UPDATE equity.round SET status = status;
UPDATE equity.round SET name_en = 'x';
RESET ROLE;
SELECT results_eq(
  'SELECT name, statement, role FROM direct ORDER BY event_id',
  $$VALUES ('award', 'UPDATE', 'regress_plain'), ('assessment', 'DELETE', 'regress_plain'),
           ('round', 'UPDATE', 'regress_plain')$$,
  'a statement by hand is recorded, whatever rows it finds; the name of a round is nobody''s secret');
UPDATE equity.award SET decided_at = decided_at;
SELECT is((SELECT count(*) FROM direct), 4::bigint, 'that of a superuser too');

-- as if it were an operation
SET LOCAL ROLE regress_plain;
SET LOCAL equity_internal.whole_rows = on;
CREATE FUNCTION public."equity.publish_run"() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE equity.award SET decided_at = now() WHERE award_id = 0 /*
PL/pgSQL function equity_internal.record_decision(bigint) line 3 at SQL statement
PL/pgSQL function equity.publish_run(bigint) line 3 at SQL statement
SQL statement "SELECT equity_internal.record_direct_write()"
*/;
END $$;
SELECT "equity.publish_run"() \g /dev/null
DO $$
BEGIN
  PERFORM "equity.publish_run"();
END $$;
RESET ROLE;
SELECT is((SELECT count(*) FROM direct), 6::bigint, 'a function that looks like one deceives nobody');
CREATE FUNCTION public.wrapped() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM equity.withdraw_award(max(award_id), 'note') FROM equity.award WHERE status = 'offered';
END $$;
SELECT wrapped() \g /dev/null
SELECT is((SELECT count(*) FROM direct), 6::bigint, 'and an operation is one wherever it is called');
SET LOCAL check_function_bodies = off;
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
VALUES (1, 'innovation_general', 2550, 'graduated');
SET LOCAL check_function_bodies = on;
SELECT is((SELECT count(*) FROM direct), 6::bigint, 'a dump that its owner restores is taken as it is');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the trail holds');

-- checkpoints
SELECT is((SELECT h.hash FROM equity.audit_head() AS h),
          (SELECT hash FROM equity.audit_event ORDER BY event_id DESC LIMIT 1), 'the head is the last event');
SET LOCAL ROLE regress_auditor;
SELECT is(equity.audit_checkpoint(), (SELECT max(event_id) FROM equity.audit_event), 'an auditor makes a checkpoint');
SELECT is(equity.audit_checkpoint(), (SELECT max(event_id) FROM equity.audit_checkpoint),
          'a second one needs new events');
RESET ROLE;
SELECT is((SELECT checked_by FROM equity.audit_checkpoint), session_user::text, 'it says who had it made');
SELECT is_empty('SELECT * FROM equity.audit_check((SELECT hash FROM equity.audit_event WHERE event_id = 2))',
                'an older hash is known still');
ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
UPDATE equity.audit_event SET detail = '{"x": 1}' WHERE event_id = 3;
SELECT results_eq('SELECT * FROM equity.audit_check_whole()', $$VALUES (3::bigint, 'hash does not match the row')$$,
                  'what was tampered with before a checkpoint the whole check finds');
UPDATE equity.audit_event SET detail = '{"x": 1}' WHERE event_id = (SELECT max(event_id) FROM equity.audit_checkpoint);
SELECT results_eq('SELECT problem FROM equity.audit_check()', ARRAY['the event is not the one of its checkpoint'],
                  'the event of a checkpoint every check');
SELECT throws_ok('SELECT equity.audit_checkpoint()', '55000', 'the audit trail does not hold',
                 'and there is no further one');

SELECT * FROM finish();
ROLLBACK;
