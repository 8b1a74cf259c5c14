-- The audit trail: append-only, chained, and proved by SELECT alone.

BEGIN;

SELECT plan(30);

CREATE FUNCTION pg_temp.problems() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT coalesce(event_id::text, '-') || ': ' || problem FROM equity.audit_check()
$$;

SELECT is_empty('SELECT * FROM equity.audit_check()', 'an empty trail holds');
SELECT is(
  equity.audit_append('open_round', 7, NULL, '{"pools": 3, "code": "รอบ"}'),
  1::bigint,
  'events are numbered from 1');
SELECT is(equity.audit_append('score_round', 7, NULL, NULL), 2::bigint, 'and without gaps');
SELECT is(equity.audit_append('allocate_round', 7, 9, '{}'), 3::bigint, 'one by one');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the chain holds');
SELECT is(
  previous_hash,
  repeat('0', 64),
  'the first event follows 64 zeros')
  FROM equity.audit_event
 WHERE event_id = 1;
SELECT is(
  b.previous_hash,
  a.hash,
  'the second follows the first')
  FROM equity.audit_event AS a, equity.audit_event AS b
 WHERE a.event_id = 1
   AND b.event_id = 2;
SELECT is(detail, '{}'::jsonb, 'no detail is an empty object') FROM equity.audit_event WHERE event_id = 2;
SELECT is(
  ARRAY[actor, acting_as],
  ARRAY[session_user, current_user]::text[],
  'who did it')
  FROM equity.audit_event
 WHERE event_id = 1;

-- The hash as an outsider computes it from the documented text.

SELECT is(
  hash,
  encode(sha256(convert_to(
    format('[1, "%s", "%s", "%s", "open_round", 7, null, {"code": "รอบ", "pools": 3}, "%s"]',
           to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, acting_as, repeat('0', 64)),
    'UTF8')), 'hex'),
  'the hash is that of the documented text')
  FROM equity.audit_event
 WHERE event_id = 1;
SET LOCAL TimeZone = 'Asia/Bangkok';
SET LOCAL DateStyle = 'SQL, DMY';
SET LOCAL lc_time = 'C';
SELECT is_empty(
  'SELECT * FROM equity.audit_check()',
  'the time zone and the date style of the reader do not matter');

-- Refusals, also for a superuser and in a session that replays changes.

SELECT throws_ok(
  statement, '42501', 'audit events cannot be changed or removed', statement || ' is refused')
  FROM (VALUES ('UPDATE equity.audit_event SET actor = actor'),
               ('DELETE FROM equity.audit_event'),
               ('DELETE FROM equity.audit_event WHERE false'),
               ('TRUNCATE equity.audit_event')) AS v (statement);
SET LOCAL session_replication_role = 'replica';
SELECT throws_ok('DELETE FROM equity.audit_event', '42501', NULL, 'also in replica mode');
SET LOCAL session_replication_role = 'origin';
SELECT throws_ok(
  $$SELECT equity.audit_append(NULL, NULL, NULL, '{}')$$, '22004', 'an audit event needs an operation',
  'no operation');
SELECT throws_ok(
  $$SELECT equity.audit_append('x', NULL, NULL, '[]')$$, '23514', NULL, 'a detail that is no object');
SET LOCAL check_function_bodies = off;
SELECT throws_ok(
  $$INSERT INTO equity.audit_event
    SELECT 4, at, actor, acting_as, operation, round_id, run_id, detail, previous_hash, hash
      FROM equity.audit_event
     WHERE event_id = 3$$,
  '23505', NULL, 'no event has two successors, not even in a dump that is restored');
SET LOCAL check_function_bodies = on;

-- Who switches the trigger off is found. Each tampering is undone by its savepoint.

SAVEPOINT tamper;
ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
UPDATE equity.audit_event SET detail = '{"pools": 4}' WHERE event_id = 1;
SELECT results_eq(
  'SELECT pg_temp.problems()',
  ARRAY['1: hash does not match the row'],
  'a changed row is found');
UPDATE equity.audit_event AS e SET hash = equity.audit_hash(e) WHERE event_id = 1;
SELECT results_eq(
  'SELECT pg_temp.problems()',
  ARRAY['2: previous_hash is not the hash of the event before'],
  'a changed row with a new hash is found');
ROLLBACK TO tamper;

ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
DELETE FROM equity.audit_event WHERE event_id = 2;
SELECT results_eq(
  'SELECT pg_temp.problems()',
  ARRAY['3: events before it are missing', '3: previous_hash is not the hash of the event before'],
  'a row taken out is found');
ROLLBACK TO tamper;

ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
DELETE FROM equity.audit_event WHERE event_id = 1;
SELECT results_eq(
  'SELECT pg_temp.problems()',
  ARRAY['2: events before it are missing', '2: previous_hash is not the hash of the event before'],
  'a first row taken out is found');
ROLLBACK TO tamper;

ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_filled;
INSERT INTO equity.audit_event
SELECT 4, at, actor, acting_as, 'forged', round_id, run_id, detail, hash, repeat('f', 64)
  FROM equity.audit_event
 WHERE event_id = 3;
SELECT results_eq(
  'SELECT pg_temp.problems()',
  ARRAY['4: hash does not match the row'],
  'a forged row is found');
ROLLBACK TO tamper;

CREATE TEMPORARY TABLE noted AS SELECT hash FROM equity.audit_event WHERE event_id = 3;
SAVEPOINT tamper;
SELECT is_empty(
  'SELECT c.* FROM noted, equity.audit_check(noted.hash) AS c',
  'the noted hash is in the chain');
ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
DELETE FROM equity.audit_event WHERE event_id = 3;
SELECT is_empty('SELECT * FROM equity.audit_check()', 'events cut off at the end leave a proper chain');
SELECT results_eq(
  'SELECT c.problem FROM noted, equity.audit_check(noted.hash) AS c',
  ARRAY['no event has the known hash'],
  'but not for who noted the last hash');
ROLLBACK TO tamper;

-- A restored dump inserts rows with their numbers and hashes; its script turns this setting off.

CREATE TEMPORARY TABLE dumped AS SELECT * FROM equity.audit_event;
ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
DELETE FROM equity.audit_event;
ALTER TABLE equity.audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;
SET LOCAL check_function_bodies = off;
INSERT INTO equity.audit_event SELECT * FROM dumped ORDER BY event_id DESC;
SET LOCAL check_function_bodies = on;
SELECT results_eq(
  'SELECT * FROM equity.audit_event ORDER BY event_id',
  'SELECT * FROM dumped ORDER BY event_id',
  'a restored trail is what it was');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'and holds');
SELECT is(equity.audit_append('publish_run', 7, 9, '{}'), 4::bigint, 'and goes on');

SELECT * FROM finish();

ROLLBACK;
