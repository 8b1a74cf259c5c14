-- What is odd in the data of a round is counted, each oddity by itself; what is right is not, nor who takes no part.
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(17);

SELECT make_levels();
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('odd', 1,
  '{"code": "odd", "scale": 0, "criteria": [
     {"code": "H1", "kind": "enum", "field": "tenure", "points": {"own": 0, "rent": 6}, "otherwise": 1,
      "missing": "worst"},
     {"code": "A1", "kind": "enum", "field": "answers.kind.of", "points": {"1": 1, "2.5": 2}, "otherwise": 0,
      "missing": "worst"},
     {"code": "W1", "kind": "enum", "field": "welfare_card", "points": {"true": 1}, "otherwise": 0, "missing": "worst"},
     {"code": "D1", "kind": "derive", "fn": "sum", "fields": ["vehicles", "gpa"]},
     {"code": "D2", "kind": "enum", "field": "D1", "points": {"1": 1}, "otherwise": 0, "missing": "worst"},
     {"code": "K0", "kind": "const", "points": 1}]}');
UPDATE equity.round_programme SET card_code = 'odd' WHERE programme_code = 'innovation_general';
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, points, label_th)
SELECT 'test', 1, n, c, 'const', 1, 'ชื่อ' FROM unnest('{G1,N1,M1}'::text[]) WITH ORDINALITY AS v (c, n);
UPDATE equity.household_member SET relation = 'self';
UPDATE equity.household SET household_size = 1;
CREATE TEMPORARY VIEW found AS
SELECT problem, criterion, value, cases FROM equity.data_quality
 WHERE round_id = 1 AND problem <> 'missing_label';

SELECT is_empty('TABLE found', 'nothing is odd');
SELECT set_eq(
  $$SELECT programme_code, criterion, cases FROM equity.data_quality WHERE problem = 'missing_label'$$,
  $$SELECT 'innovation_general', c, 1::bigint FROM unnest('{H1,A1,W1,D1,D2,K0}'::text[]) AS c$$,
  'but criteria without a label, of the card that has none');

-- answers
UPDATE equity.dwelling SET tenure = CASE WHEN applicant_id <= 2 THEN 'hut' WHEN applicant_id = 3 THEN 'Rent'
                                         WHEN applicant_id = 4 THEN NULL ELSE 'own' END;
SELECT set_eq('TABLE found',
              $$VALUES ('unlisted_answer', 'H1', 'hut', 2::bigint), ('unlisted_answer', 'H1', 'Rent', 1)$$,
              'an answer that the card does not list, to the letter; one that is missing is none');
UPDATE equity.dwelling SET tenure = 'rent';
UPDATE equity.application
   SET answers = jsonb_build_object('kind', jsonb_build_object('of', v.answer))
  FROM (VALUES (1, '1.00'::jsonb), (2, '2.5'), (3, '"1"'), (4, '3'), (5, '"x"'), (6, 'null'), (7, 'true'))
         AS v (n, answer)
 WHERE applicant_id = v.n;
SELECT set_eq('TABLE found', $$VALUES ('unlisted_answer', 'A1', '3', 1::bigint), ('unlisted_answer', 'A1', 'x', 1),
                                      ('unlisted_answer', 'A1', 'true', 1)$$,
              'in a path too, where numbers are numbers');
UPDATE equity.application SET answers = NULL;
UPDATE equity.application SET welfare_card = applicant_id <> 9;
SELECT set_eq('TABLE found', $$VALUES ('unlisted_answer', 'W1', 'false', 1::bigint)$$, 'and yes and no');
UPDATE equity.application SET welfare_card = NULL;
UPDATE equity.dwelling SET vehicles = 1;
SELECT is_empty('TABLE found', 'a derived number is no answer');
UPDATE equity.dwelling SET tenure = 'hut' WHERE applicant_id IN (10, 11, 12);
UPDATE equity.application SET status = 'draft' WHERE applicant_id = 10;
UPDATE equity.application SET late = true WHERE applicant_id = 11;
DELETE FROM equity.choice AS c USING equity.seat_pool AS p
 WHERE p.pool_id = c.pool_id AND p.programme_code = 'innovation_general' AND c.applicant_id = 12;
SELECT is_empty('TABLE found', 'nor is that of whoever takes no part, or does not ask for the programme');

-- choices
DELETE FROM equity.choice WHERE applicant_id IN (10, 11, 13, 14);
SELECT set_eq('TABLE found', $$VALUES ('no_choice', NULL, NULL, 2::bigint)$$, 'who takes part and asks for nothing');
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id) VALUES (13, 1, 1, 11), (14, 1, 1, 11);

-- households
UPDATE equity.household SET household_size = 3 WHERE applicant_id = 20;
UPDATE equity.household SET household_size = 2 WHERE applicant_id = 21;
UPDATE equity.household_member SET relation = 'mother' WHERE applicant_id = 21;
UPDATE equity.household SET household_size = NULL WHERE applicant_id = 22;
DELETE FROM equity.household_member WHERE applicant_id = 23;
UPDATE equity.household SET household_size = 4 WHERE applicant_id = 23;
SELECT set_eq('TABLE found', $$VALUES ('members_miscounted', NULL, NULL, 1::bigint)$$,
              'members are as many as the household has, or the applicant is not among them, or nobody is listed');
UPDATE equity.household SET household_size = 1;
UPDATE equity.household SET monthly_income = 1000;
INSERT INTO equity.household_member (applicant_id, round_id, member_number, monthly_income)
SELECT n, 1, 2, v.income FROM (VALUES (30, 1000), (31, 1000.01), (32, NULL)) AS v (n, income);
UPDATE equity.household SET household_size = 2 WHERE applicant_id IN (30, 31, 32);
SELECT set_eq('TABLE found', $$VALUES ('income_below_members', NULL, NULL, 1::bigint)$$,
              'members that earn more than the household');
UPDATE equity.household SET monthly_income = NULL;
UPDATE equity.household_member SET without_income = true,
       monthly_income = CASE applicant_id WHEN 30 THEN 5 WHEN 31 THEN 0 END
 WHERE member_number = 2;
SELECT set_eq('TABLE found', $$VALUES ('member_contradicted', NULL, NULL, 1::bigint)$$, 'who has no income and earns');

-- words, rights
SELECT is_empty($$SELECT problem FROM equity.data_quality WHERE problem_th !~ '[ก-๙]' OR problem_en !~ '^[A-Z]'$$,
                'in Thai and English');
UPDATE equity.household_member SET monthly_income = 5 WHERE applicant_id = 50 OR member_number = 2;
UPDATE equity.household_member SET without_income = true WHERE applicant_id = 50;
SELECT results_eq('SELECT cases FROM found', ARRAY[4::bigint], 'four in all');
SET LOCAL ROLE regress_auditor;
SELECT results_eq($$SELECT cases FROM equity.data_quality WHERE round_id = 1 AND problem = 'member_contradicted'$$,
                  ARRAY[4::bigint], 'an auditor sees all of them');
RESET ROLE;
SET LOCAL ROLE regress_officer;
SELECT results_eq($$SELECT cases FROM equity.data_quality WHERE round_id = 1 AND problem = 'member_contradicted'$$,
                  ARRAY[3::bigint], 'an officer those of the own applicants');
RESET ROLE;
SET LOCAL ROLE regress_reader;
SELECT throws_ok('SELECT * FROM equity.data_quality', '42501', NULL, 'a reader none');
RESET ROLE;
SELECT is((SELECT count(*) FROM equity.data_quality WHERE round_id = 0), 0::bigint, 'no round, nothing');

SELECT * FROM finish();
ROLLBACK;
