-- Learners with special needs: types of both schemes, as many as there are; a card and reserves of their
-- programme; centres and the institutions they serve; adjustments asked for and given. All of it is sensitive.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(36);

SELECT results_eq('SELECT scheme, count(*) FROM equity.disability_type GROUP BY scheme ORDER BY scheme COLLATE "C"',
                  $$VALUES ('card', 7::bigint), ('education', 9)$$, 'nine types of education, seven of the card');
SELECT make_levels();
SELECT institution_id AS a FROM equity.institution WHERE institution_code = '1300000001' \gset
SELECT institution_id AS b FROM equity.institution WHERE institution_code = '1300000002' \gset
-- every sixth hears badly, and of these every second has a card that says the same and one that says more
INSERT INTO equity.applicant_disability (applicant_id, disability_code, verified)
SELECT n, 'education_hearing', true FROM generate_series(6, 60, 6) AS n
UNION ALL SELECT n, c, true FROM generate_series(12, 60, 12) AS n
           CROSS JOIN unnest('{card_hearing, card_mind}'::text[]) AS c
UNION ALL SELECT n, 'education_multiple', false FROM generate_series(7, 60, 7) AS n;

SELECT results_eq(
  'SELECT applicant_id, disabilities FROM equity.application_facts WHERE applicant_id IN (1, 6, 7, 12) ORDER BY 1',
  $$VALUES (1::bigint, '{}'::text[]), (6, '{education_hearing}'), (7, '{}'),
           (12, '{card_hearing,card_mind,education_hearing}')$$,
  'cards read the verified types of both schemes');
SELECT is(pg_temp.state_of(statement), state, statement)
  FROM (VALUES ('INSERT INTO equity.applicant_disability VALUES (1, ''education_flying'')', '23503'),
               ('INSERT INTO equity.disability_type VALUES (''card_x'', ''education'', ''x'', ''x'')', '23514'),
               ('DELETE FROM equity.disability_type', '55000')) AS v (statement, state);
SELECT is(pg_temp.refusal('INSERT INTO equity.applicant_disability VALUES (6, ''education_hearing'')'),
          '23505 duplicate key value violates unique constraint "applicant_disability_once" (Key (applicant_id, '
          '(disability_code::equity_internal.unprinted))=(6, ) already exists.)', 'no message says which type');

-- the card: a type of either scheme, or a card of some kind; those who have more of them come first
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('SPECIAL', 1, '{"code": "SPECIAL", "scale": 2,
  "criteria": [
    {"code": "S1", "kind": "gate", "group": "need", "field": "disabilities", "op": "overlaps",
     "reason": "NO_REGISTRATION",
     "value": ["education_seeing", "education_hearing", "education_intellect", "education_body", "education_learning",
               "education_speech", "education_behaviour", "education_autism", "education_multiple"]},
    {"code": "S2", "kind": "gate", "group": "need", "field": "disability_registered", "op": "=", "value": true,
     "missing": "reject", "reason": "NO_REGISTRATION"},
    {"code": "S3", "kind": "gate", "group": "need", "field": "welfare_card", "op": "=", "value": true,
     "missing": "reject", "reason": "NO_WELFARE_CARD"},
    {"code": "N1", "kind": "linear", "field": "income_per_head", "points": [[0, 40], [6000, 0]],
     "missing": "worst"}]}');
UPDATE equity.application SET welfare_card = applicant_id % 10 = 1, disability_registered = applicant_id % 12 = 0;
UPDATE equity.round_programme SET card_code = 'SPECIAL' WHERE programme_code = 'innovation_special';
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (13, 'disability_registered', 2);
SELECT is_empty('SELECT equity.round_gaps(1)', 'a round with the card and the reserve is whole');
SELECT run_as_far(1, 'verify');
SELECT is_empty($$
  SELECT s.applicant_id, s.eligible
    FROM equity.assessment AS s
   WHERE s.programme_code = 'innovation_special'
     AND s.eligible IS DISTINCT FROM (s.applicant_id % 6 = 0 OR s.applicant_id % 10 = 1)$$, 'the card decides by them');
SELECT cmp_ok((SELECT count(*) FROM equity.assessment WHERE programme_code = 'innovation_special' AND eligible), '>',
              5::bigint, 'for many');
SELECT results_eq(
  $$SELECT seat, count(*) FROM equity.placement AS p WHERE pool_id = 13 GROUP BY seat ORDER BY seat COLLATE "C"$$,
  $$VALUES ('disability_registered', 2::bigint), ('open', 3)$$, 'reserved seats are filled');
SELECT is_empty($$SELECT * FROM equity.placement WHERE seat = 'disability_registered' AND applicant_id % 12 <> 0
                   AND tier = 0$$, 'by those whom they are for');
SELECT is_empty('SELECT * FROM equity.run_violations(equity.newest_run(1))', 'and the round verifies');
SELECT equity.publish_round(1) \g /dev/null

-- centres
INSERT INTO equity.support_centre (centre_id, centre_code, name_th, province_code, institution_id)
VALUES (1, 'C-N', 'ศูนย์ภาคเหนือ', '50', :b);
INSERT INTO equity.centre_institution (centre_id, institution_id, valid_from) VALUES (1, :a, '2023-05-16'),
  (1, :b, '2023-05-16');
SELECT is(pg_temp.state_of(format('INSERT INTO equity.centre_institution (centre_id, institution_id) VALUES (1, %s)',
                                  :a)), '23505', 'a centre serves an institution once at a time');
UPDATE equity.centre_institution SET valid_to = '2024-05-16' WHERE institution_id = :a;
SELECT lives_ok(format('INSERT INTO equity.centre_institution (centre_id, institution_id, valid_from)
                        VALUES (1, %s, ''2025-05-16'')', :a), 'and again later');

-- adjustments
INSERT INTO equity.adjustment (applicant_id, kind, asked_on, institution_id, centre_id, given_on, refused_on, note)
VALUES (6, 'sign_interpreter', '2023-06-01', :a, 1, '2023-07-01', NULL, NULL),
       (6, 'note_taker', '2023-06-01', :a, NULL, NULL, NULL, NULL),
       (60, 'more_time', '2023-06-01', :b, NULL, NULL, '2023-06-15', 'no room, said of somebody by name');
SELECT is(pg_temp.state_of(format('UPDATE equity.adjustment SET %s WHERE applicant_id = 6 AND given_on IS NOT NULL',
                                  change)), '23514', change)
  FROM (VALUES ('refused_on = ''2023-07-02'''), ('given_on = ''2023-05-31'''), ('ended_on = ''2023-06-30'''),
               ('given_on = NULL, ended_on = ''2023-08-01'''), ('kind = ''A ramp''')) AS v (change);
SELECT unalike(pg_temp.refusal('UPDATE equity.adjustment SET kind = ''A'' WHERE applicant_id = 60'), '%by name%',
               'a refusal prints no note');
CREATE TEMPORARY TABLE known AS SELECT * FROM equity.adjustment_summary;
SELECT results_eq(
  'SELECT institution_id, kind, asked, given, refused, waiting, mean_days FROM known ORDER BY 1, kind COLLATE "C"',
  format($$VALUES (%s::bigint, 'note_taker', 1::bigint, 0::bigint, 0::bigint, 1::bigint, NULL::numeric(9,1)),
                  (%1$s, 'sign_interpreter', 1, 1, 0, 0, 30.0),
                  (%2$s, 'more_time', 1, 0, 1, 0, NULL)$$, :a, :b), 'what was asked for, and what came of it');
SELECT results_eq(
  $$SELECT institution_id, disability_code, learners FROM equity.learner_count WHERE scheme = 'card' ORDER BY 1, 2$$,
  $$SELECT w.institution_id, d.disability_code, count(DISTINCT w.applicant_id)
      FROM equity.award AS w JOIN equity.applicant_disability AS d USING (applicant_id)
     WHERE w.status IN ('accepted', 'studying', 'suspended') AND d.verified AND d.disability_code LIKE 'card%'
     GROUP BY 1, 2 ORDER BY 1, 2$$, 'learners are counted by type');

-- who
CREATE FUNCTION pg_temp.as_role(role text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  answer text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  answer := pg_temp.refusal(statement);
  RESET ROLE;
  RETURN answer;
END $$;
SELECT is(pg_temp.as_role(role, statement), answer, role || ': ' || statement)
  FROM (VALUES ('regress_officer', 'SELECT count(*) FROM equity.adjustment', 'accepted: 2'),
               ('regress_officer_b', 'SELECT count(*) FROM equity.adjustment', 'accepted: 1'),
               ('regress_officer', 'SELECT count(*) FROM equity.applicant_disability WHERE applicant_id > 40',
                'accepted: 0'),
               ('regress_auditor', 'SELECT count(*) FROM equity.adjustment', 'accepted: 3'),
               ('regress_analyst', 'SELECT bool_or(disabilities IS NOT NULL) FROM equity.application_facts',
                'accepted: false'),
               ('regress_auditor', 'SELECT bool_and(disabilities IS NOT NULL) FROM equity.application_facts',
                'accepted: true'),
               ('regress_reader', 'SELECT count(*) FROM equity.adjustment_summary WHERE asked < 5', 'accepted: 0'))
       AS v (role, statement, answer);
SELECT matches(pg_temp.as_role(role, 'SELECT * FROM equity.' || relation), '^42501', role || ' reads no ' || relation)
  FROM unnest(ARRAY['regress_reader', 'regress_analyst']) AS role,
       unnest(ARRAY['applicant_disability', 'adjustment']) AS relation;
SELECT matches(pg_temp.as_role('regress_officer',
  'INSERT INTO equity.adjustment (applicant_id, kind, asked_on) VALUES (60, ''ramp'', ''2023-06-01'')'),
  '^42501', 'an officer writes none of another institution');
SELECT is(pg_temp.as_role('regress_officer',
  'INSERT INTO equity.adjustment (applicant_id, kind, asked_on) VALUES (1, ''ramp'', ''2023-06-01'') RETURNING kind'),
  'accepted: ramp', 'but of the own');

-- forgetting
UPDATE equity.application SET status = 'submitted' WHERE applicant_id = 60;
SELECT equity.withdraw_award(award_id, 'asked') FROM equity.award WHERE applicant_id = 60 \g /dev/null
SELECT equity.forget_applicant(60, 'asked') \g /dev/null
SELECT is_empty('SELECT applicant_id FROM equity.adjustment WHERE applicant_id = 60 UNION ALL
                 SELECT applicant_id FROM equity.applicant_disability WHERE applicant_id = 60',
                'who is forgotten leaves nothing of it');

SELECT * FROM finish();
ROLLBACK;
