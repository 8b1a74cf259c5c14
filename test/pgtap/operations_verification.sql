-- Verification finds what was changed by hand after a run: scores, seats, placements and the seed; what
-- was announced, changed in spite of the triggers; and who applied after the round was closed.
\ir fixture/round.psql
BEGIN;
SELECT plan(20);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'allocate');
SELECT is_empty('SELECT * FROM equity.run_violations(newest_run(1))', 'nothing is wrong');
SAVEPOINT honest;
UPDATE equity.assessment
   SET score = score + 1
 WHERE applicant_id = (SELECT min(applicant_id) FROM equity.placement);
SELECT set_has(
  'SELECT violation FROM equity.run_violations(newest_run(1))',
  'VALUES (''wrong_assessment''), (''applications_changed'')',
  'a score that does not follow from the card');
ROLLBACK TO honest;
UPDATE equity.assessment
   SET reasons = '{x}', class = 'RICH'
 WHERE ctid = (SELECT min(ctid) FROM equity.assessment WHERE NOT eligible);
SELECT results_eq(
  'SELECT violation, split_part(detail, '': '', 2) FROM equity.run_violations(newest_run(1))',
  $$SELECT 'wrong_assessment',
           format('stored not eligible with %1$s points in class RICH because of x,'
                  ' the scorecard gives not eligible with %1$s points because of GPA_BELOW',
                  coalesce(score::text, 'no'))
      FROM equity.assessment
     WHERE class = 'RICH'$$,
  'class and reasons that do not');
ROLLBACK TO honest;
DELETE FROM equity.assessment
 WHERE NOT eligible
   AND applicant_id = (SELECT min(applicant_id) FROM equity.assessment WHERE NOT eligible);
SELECT set_eq(
  'SELECT DISTINCT violation FROM equity.run_violations(newest_run(1))',
  ARRAY['missing_assessment'],
  'an assessment taken away');
ROLLBACK TO honest;
SET LOCAL session_replication_role = replica;
UPDATE equity.seat_pool SET seats = 0 WHERE pool_id = 11;
SET LOCAL session_replication_role = origin;
SELECT set_has(
  'SELECT violation FROM equity.run_violations(newest_run(1))',
  'VALUES (''pools_changed''), (''over_capacity'')',
  'seats taken away');
ROLLBACK TO honest;
INSERT INTO equity.placement (run_id, applicant_id, pool_id, choice, seat, tier, score) VALUES
  (newest_run(1), 999, 11, 1, 'open', 0, 1), (newest_run(1), 1000, 99, 1, 'open', 0, 1);
SELECT results_eq(
  $$SELECT applicant_id, pool_id
      FROM equity.run_violations(newest_run(1))
     WHERE violation = 'unknown_application'
     ORDER BY applicant_id$$,
  'VALUES (999::bigint, 11::bigint), (1000, 99)',
  'placements of nobody, and in no pool');
ROLLBACK TO honest;
UPDATE equity.allocation_run SET seed = 'other seed';
SELECT ok('seed_changed' IN (SELECT violation FROM equity.run_violations(newest_run(1))), 'another seed');
ROLLBACK TO honest;

-- what was announced, changed in spite of the triggers
SELECT throws_ok(
  'UPDATE equity.round SET mechanism = ''serial_dictatorship''', '55000', NULL, 'the mechanism is fixed');
SELECT throws_ok(
  'UPDATE equity.round_programme SET card_code = NULL, card_version = NULL', '55000', NULL,
  'the cards are fixed');
SET LOCAL session_replication_role = replica;
UPDATE equity.round SET tie_break = 'lottery_per_pool';
SET LOCAL session_replication_role = origin;
SELECT lives_ok('SELECT equity.allocate_round(1)', 'another tie break allocates');
SELECT results_eq(
  'SELECT violation, detail FROM equity.verify_run(newest_run(1))',
  'VALUES (''rules_changed'', ''tie_break: announced lottery, used lottery_per_pool'')',
  'but is no longer what was announced');
ROLLBACK TO honest;
SET LOCAL session_replication_role = replica;
UPDATE equity.round SET seed = 'chosen', seed_commitment = equity.commitment('chosen');
SET LOCAL session_replication_role = origin;
SELECT equity.allocate_round(1);
SELECT set_eq(
  'SELECT violation FROM equity.verify_run(newest_run(1))',
  ARRAY['rules_changed'],
  'a seed and commitment chosen later');
ROLLBACK TO honest;
INSERT INTO equity.scorecard_version (card_code, version, card, valid_from)
SELECT card_code, 2, replace(card::text, '20', '21')::equity.scorecard, NULL
  FROM equity.scorecard_version
 WHERE card_code = 'test';
SET LOCAL session_replication_role = replica;
UPDATE equity.scorecard_version
   SET valid_to = '2023-12-31'
 WHERE card_code = 'test'
   AND version = 1;
UPDATE equity.scorecard_version
   SET valid_from = '2024-01-01'
 WHERE card_code = 'test'
   AND version = 2;
UPDATE equity.round_programme SET card_version = 2;
SET LOCAL session_replication_role = origin;
SELECT equity.score_round(1);
SELECT isnt(
  sealed_at,
  NULL,
  'scoring seals what it scores by')
  FROM equity.scorecard_version
 WHERE card_code = 'test'
   AND version = 2;
SELECT equity.allocate_round(1);
SELECT set_eq(
  'SELECT violation FROM equity.verify_run(newest_run(1))',
  ARRAY['rules_changed'],
  'a card chosen later');
ROLLBACK TO honest;

-- who applies after the round was closed
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE VALUES (4711);
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa) VALUES
  (4711, 1, 'submitted', '2023-05-01', 4);
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income) VALUES
  (4711, 1, 2, 0);
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id) VALUES
  (4711, 1, 1, 11);
SELECT equity.score_round(1);
SELECT equity.allocate_round(1);
SELECT set_eq(
  'SELECT violation FROM equity.verify_run(newest_run(1))',
  ARRAY['applications_changed'],
  'a late applicant is seen');
SELECT throws_ok('SELECT equity.amend_round(1, '''')', '22023', NULL, 'and not let in without a note');
SELECT lives_ok('SELECT equity.amend_round(1, ''a decision'')', 'with a note');
SELECT is_empty('SELECT * FROM equity.verify_run(newest_run(1))', 'it is let in');
SELECT is(
  detail ->> 'note',
  'a decision',
  'and everybody may see that')
  FROM equity.audit_event
 WHERE operation = 'amend_round';
ROLLBACK TO honest;
ALTER TABLE equity.audit_event DISABLE TRIGGER audit_event_append_only;
DELETE FROM equity.audit_event;
SELECT is_empty(
  'SELECT * FROM equity.run_violations(newest_run(1))',
  'without an audit trail there is nothing to compare with');

SELECT * FROM finish();
ROLLBACK;
