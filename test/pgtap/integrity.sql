-- What no foreign key refuses is found, in its round and in no other, and fails the run; an application that is
-- assessed stays where it is; and of rows that came unchecked key_violations tells what PostgreSQL would.
\ir fixture/round.psql
BEGIN;
SELECT plan(30);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
SELECT make_round(2, 2567::smallint);
SELECT run_as_far(2, 'score');
SELECT is_empty('SELECT * FROM equity.check_integrity()', 'rows that operations wrote refer to what is there');

-- after a rule was broken in round 1: what is found, that the run fails by it, and nothing elsewhere
CREATE FUNCTION pg_temp.finds(VARIADIC expected text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  SET LOCAL session_replication_role = origin;
  RETURN NEXT set_eq(
    'SELECT concat_ws('' '', violation, run_id, applicant_id, pool_id, detail) FROM equity.check_integrity(1)',
    expected, array_to_string(expected, '; '));
  RETURN NEXT set_has(
    'SELECT violation, applicant_id FROM equity.run_violations(newest_run(1))',
    'SELECT violation, applicant_id FROM equity.check_integrity(1)', 'fails the run');
  RETURN NEXT is_empty('SELECT * FROM equity.check_integrity(2)', 'and concerns no other round');
END;
$$;

SAVEPOINT honest;
SET LOCAL session_replication_role = replica;   -- which checks no key
INSERT INTO equity.assessment
SELECT 999, round_id, programme_code, eligible, score, class, reasons, card_code, card_version, card_digest
  FROM equity.assessment WHERE round_id = 1 LIMIT 1;
RESET session_replication_role;
SELECT pg_temp.finds('orphan_assessment 999 no application in round 1');
ROLLBACK TO honest;
UPDATE equity.assessment SET programme_code = 'none' WHERE round_id = 1 AND applicant_id = 7
   AND programme_code = 'innovation_general';
SELECT pg_temp.finds('orphan_assessment 7 no programme none in round 1');
ROLLBACK TO honest;
UPDATE equity.assessment SET card_version = 2 WHERE round_id = 1 AND applicant_id = 7
   AND programme_code = 'innovation_general';
SELECT pg_temp.finds('orphan_assessment 7 no version 2 of scorecard test with the digest stored');
ROLLBACK TO honest;
UPDATE equity.assessment SET card_digest = repeat('0', 64) WHERE round_id = 1 AND applicant_id = 7
   AND programme_code = 'innovation_general';
SELECT pg_temp.finds('orphan_assessment 7 no version 1 of scorecard test with the digest stored');
ROLLBACK TO honest;
INSERT INTO equity.placement (run_id, applicant_id, pool_id, choice, seat, tier, score)
SELECT newest_run(1), 999, 11, 1, 'open', 0, 1;
SELECT pg_temp.finds(format('orphan_placement %s 999 11 no application in round 1', newest_run(1)));
ROLLBACK TO honest;
UPDATE equity.placement SET pool_id = 21
 WHERE applicant_id = (SELECT min(applicant_id) FROM equity.placement);
SELECT pg_temp.finds(format('orphan_placement %s %s 21 no such pool in round 1', newest_run(1), min(applicant_id)))
  FROM equity.placement;
ROLLBACK TO honest;
UPDATE equity.run_ranking SET applicants[1] = 999 WHERE pool_id = 11;
SELECT pg_temp.finds(format('orphan_ranking %s 999 11 no application in round 1', newest_run(1)));
ROLLBACK TO honest;

-- the application that an assessment is of
SET LOCAL session_replication_role = replica;
DELETE FROM equity.choice WHERE applicant_id = 7;
DELETE FROM equity.household WHERE applicant_id = 7;
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE VALUES (999);
SET LOCAL session_replication_role = origin;
SELECT throws_like(
  'DELETE FROM equity.application WHERE applicant_id = 7 AND round_id = 1', '%assessment_application_fkey%',
  'it is not deleted');
SELECT throws_like(
  'UPDATE equity.application SET applicant_id = 999 WHERE applicant_id = 7 AND round_id = 1',
  '%assessment_application_fkey%', 'nor given to somebody else');
SELECT lives_ok(
  'UPDATE equity.application SET applicant_id = applicant_id, gpa = 4 WHERE applicant_id = 7',
  'but changed otherwise');
SELECT throws_ok(
  'TRUNCATE equity.application, equity.choice, equity.household, equity.household_member, equity.dwelling', '0A000',
  NULL, 'nor are all of them emptied away');

-- rows that came unchecked: PostgreSQL, asked to make the same keys anew, refuses those that do not hold
ROLLBACK TO honest;
SELECT is_empty('SELECT * FROM equity.key_violations()', 'every foreign key holds');
CREATE TEMPORARY TABLE refused (relation text, foreign_key text);
CREATE FUNCTION pg_temp.make_keys_anew() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key record;
BEGIN
  FOR key IN SELECT k.conrelid::regclass AS relation, c.relname, k.conname, pg_get_constraintdef(k.oid) AS definition
               FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
              WHERE k.contype = 'f' AND k.connamespace = 'equity'::regnamespace LOOP
    BEGIN
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT anew %s', key.relation, key.definition);
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT anew', key.relation);
    EXCEPTION WHEN foreign_key_violation THEN
      INSERT INTO refused VALUES (key.relname, key.conname);
    END;
  END LOOP;
END;
$$;
SET LOCAL session_replication_role = replica;
DELETE FROM equity.applicant WHERE applicant_id % 3 = 0;
DELETE FROM equity.application WHERE applicant_id % 5 = 0;
DELETE FROM equity.round WHERE round_id = 2;
DELETE FROM equity.seat_pool WHERE pool_id = 11;
DELETE FROM equity.award WHERE applicant_id % 2 = 0;
DELETE FROM equity.province WHERE province_code = '50';
SET LOCAL session_replication_role = origin;
SELECT pg_temp.make_keys_anew();
SELECT cmp_ok((SELECT count(*) FROM refused), '>', 8::bigint, 'rows that name what is gone break keys');
SELECT set_eq('SELECT relation, foreign_key FROM equity.key_violations()', 'TABLE refused',
              'those that PostgreSQL would refuse are told, and no other');
SELECT is(
  (SELECT orphans FROM equity.key_violations() WHERE foreign_key = 'round_programme_round_fkey'),
  (SELECT count(*) FROM equity.round_programme WHERE round_id = 2), 'each with the number of its rows');

SELECT * FROM finish();
ROLLBACK;
