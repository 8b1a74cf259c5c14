-- Who may append to the audit trail writes what was done, and nothing else: number, time, roles and
-- hashes of an event are filled in, whatever was given. Nor can anything appended stop who comes next.
BEGIN;
SELECT plan(18);

CREATE ROLE regress_operator;
GRANT USAGE ON SCHEMA equity, equity_internal TO regress_operator;
GRANT SELECT, INSERT ON equity.audit_event TO regress_operator;
SELECT equity.audit_append('open_round', 1, NULL, '{}') \g /dev/null

-- each column as a forger would like it; the hash is right for them
CREATE TEMPORARY VIEW forged AS
SELECT (jsonb_populate_record(x.e, jsonb_build_object('hash', equity.audit_hash(x.e)))).*
  FROM (SELECT jsonb_populate_record(NULL::equity.audit_event,
                                     jsonb_build_object(
                                       'event_id', l.event_id + 1, 'at', '2020-01-01 00:00+00',
                                       'actor', 'postgres', 'acting_as', 'postgres',
                                       'operation', 'withdraw_award', 'round_id', 1,
                                       'detail', '{"award": 7}'::jsonb, 'previous_hash', l.hash)) AS e
          FROM (SELECT * FROM equity.audit_event ORDER BY event_id DESC LIMIT 1) AS l) AS x;
GRANT SELECT ON forged TO regress_operator;
CREATE TEMPORARY VIEW last_event AS
SELECT event_id, at >= now() AS of_now, actor, acting_as, operation, detail
  FROM equity.audit_event
 ORDER BY event_id DESC
 LIMIT 1;
GRANT SELECT ON last_event TO regress_operator;

SET LOCAL ROLE regress_operator;
SELECT throws_ok(
  'INSERT INTO equity.audit_event SELECT * FROM forged', '42501', NULL,
  'who may insert but not take the trail appends nothing');
RESET ROLE;
GRANT SELECT, UPDATE ON equity.audit_lock TO regress_operator;
SET LOCAL ROLE regress_operator;
SELECT lives_ok(
  'INSERT INTO equity.audit_event SELECT * FROM forged',
  'an event of the past, of another role, with its right hash');
SELECT results_eq(
  'SELECT * FROM last_event',
  format('VALUES (2::bigint, true, %L, ''regress_operator'', ''withdraw_award'', ''{"award": 7}''::jsonb)',
         session_user),
  'is one of now, of the roles that did it');
SET LOCAL check_function_bodies = off;
SELECT lives_ok('INSERT INTO equity.audit_event SELECT * FROM forged', 'also where a dump could be restored');
SELECT results_eq(
  'SELECT event_id, of_now, acting_as FROM last_event',
  $$VALUES (3::bigint, true, 'regress_operator')$$,
  'because the role owns nothing');
RESET check_function_bodies;

SELECT lives_ok(
  $$INSERT INTO equity.audit_event (event_id, at, actor, acting_as, operation, detail, previous_hash, hash) VALUES
      (9223372036854775807, 'infinity', '', '', 'x', '{}', repeat('f', 64), repeat('f', 64)),
      (-1, '-infinity', '', '', 'y', '{}', '', '')$$,
  'numbers, times and hashes at the end of their ranges');
SELECT results_eq(
  'SELECT event_id, of_now FROM last_event',
  'VALUES (5::bigint, true)',
  'are numbered like any others');
SELECT throws_ok(
  $$UPDATE equity.audit_lock SET only_row = false$$, '23514', NULL,
  'the row that is locked stays what it is');
SELECT throws_ok('DELETE FROM equity.audit_lock', '42501', NULL, 'and where it is');
SELECT throws_ok('UPDATE equity.audit_event SET actor = ''x''', '42501', NULL, 'no event is changed');
SELECT throws_ok($$SELECT setval('equity.audit_event', 1)$$, NULL, NULL, 'and there is no counter to turn');
RESET ROLE;

-- the owner, outside a restore
SELECT lives_ok(
  'INSERT INTO equity.audit_event SELECT * FROM forged',
  'a forged event of the owner of the extension');
SELECT results_eq(
  'SELECT event_id, of_now, acting_as FROM last_event',
  format('VALUES (6::bigint, true, %L)', current_user),
  'is filled in too');

SELECT is(
  equity.audit_append('close_round', 1, NULL, '{}'),
  7::bigint,
  'whatever was given, the next operation appends');
SET LOCAL check_function_bodies = off;
SELECT is(
  equity.audit_append('score_round', 1, NULL, '{}'),
  8::bigint,
  'also where the owner of the extension could restore a dump');
RESET check_function_bodies;
SELECT is_empty('SELECT * FROM equity.audit_check()', 'and the chain holds');

SAVEPOINT gone;
DELETE FROM equity.audit_lock;
SELECT throws_ok(
  $$SELECT equity.audit_append('x', NULL, NULL, NULL)$$, '55000', 'the row of equity.audit_lock is gone',
  'without the row nobody appends');
ROLLBACK TO gone;
SELECT is(
  (SELECT tgenabled FROM pg_trigger WHERE tgname = 'audit_event_filled'),
  'O'::"char",
  'replicated events come as they were');

SELECT * FROM finish();
ROLLBACK;
