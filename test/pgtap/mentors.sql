-- Teachers who look after scholars: what they did is evidence, in Thai and English, for whom in masked form, with
-- the result and no score; an officer writes care of the own scholars, and sees no other.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(32);

SELECT make_levels();
SELECT institution_id AS a FROM equity.institution WHERE institution_code = '1300000001' \gset
SELECT institution_id AS b FROM equity.institution WHERE institution_code = '1300000002' \gset
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, academic_year, status)
SELECT n, n, 'innovation_general', CASE WHEN n <= 3 THEN :a ELSE :b END, 2566,
       CASE n WHEN 1 THEN 'graduated' WHEN 3 THEN 'discontinued' ELSE 'studying' END
  FROM unnest(ARRAY[1, 2, 3, 50, 51]) AS n;
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study) VALUES
  (1, '2025-01-01', 'survey', false, false), (1, '2025-06-01', 'survey', true, true);
INSERT INTO equity.mentor (mentor_id, institution_id, title, given_name, family_name, position_th, source, source_key)
VALUES (1, :a, 'นาง', 'ใจดี', 'รักศิษย์', 'ครูชำนาญการ', 'hr', '77'), (2, :b, 'นาย', 'มานะ', NULL, NULL, NULL, NULL);
INSERT INTO equity.mentor_assignment (award_id, mentor_id, valid_from, valid_to) VALUES
  (1, 1, '2023-05-16', '2025-04-01'), (2, 1, '2023-05-16', NULL), (3, 1, '2023-05-16', '2023-06-01'),
  (50, 2, '2023-05-16', NULL);
INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind, concern, result, note) VALUES
  (2, 1, '2023-08-01', 'home_visit', 'ATTENDANCE_LOW', 'stays', 'secret of the family'),
  (2, 1, '2023-08-01', 'referral', NULL, 'referred', NULL),
  (3, 1, '2023-05-31', 'call', NULL, 'not_reached', NULL),
  (2, NULL, '2023-08-02', 'meeting', NULL, 'stays', NULL),
  (2, 1, '2024-08-01', 'meeting', NULL, 'open', NULL),
  (50, 2, '2023-08-01', 'meeting', NULL, 'stays', NULL);

CREATE TEMPORARY TABLE evidence AS SELECT * FROM equity.mentor_record(1, '2023-06-01', '2024-07-31');
SELECT results_eq(
  'SELECT line, day, what_th, what_en, award_id, scholar, result_th, result_en FROM evidence ORDER BY line',
  $$VALUES (1::bigint, date '2023-06-01', 'ดูแลผู้รับทุน', 'looked after the scholar', 1::bigint,
            equity.citizen_id_mask('1000000000001'), 'สำเร็จการศึกษา, มีงานทำและศึกษาต่อ',
            'graduated, has work and studies further'),
           (2, '2023-06-01', 'ดูแลผู้รับทุน', 'looked after the scholar', 2, equity.citizen_id_mask('1000000000002'),
            'กำลังศึกษา', 'studying'),
           (3, '2023-08-01', 'เยี่ยมบ้าน', 'home visit', 2, equity.citizen_id_mask('1000000000002'), 'เรียนต่อตามปกติ',
            'stays in school'),
           (4, '2023-08-01', 'ส่งต่อ', 'referral', 2, equity.citizen_id_mask('1000000000002'),
            'ส่งต่อหน่วยงานที่เกี่ยวข้อง', 'referred')$$,
  'what, when, for whom, with what result; the last day of an assignment is the day before its end');
SELECT results_eq('SELECT DISTINCT programme_en FROM evidence', $$SELECT name_en FROM equity.programme
    WHERE programme_code = 'innovation_general'$$, 'and in which programme');
SELECT is_empty($$SELECT * FROM evidence WHERE evidence::text ~ 'secret|1000000000002|ชื่อ2|สกุล2'$$,
                'neither notes nor names are in it');
SELECT is((SELECT count(*) FROM equity.mentor_record(1, '2023-05-16', '2023-05-31')), 4::bigint,
          'both days count, and only what touches them');
SELECT is_empty($$SELECT * FROM equity.mentor_record(1, '2020-01-01', '2020-12-31')$$, 'or nothing');
SELECT is(pg_temp.refusal($$SELECT equity.mentor_record(9, '2023-01-01', '2023-12-31')$$),
          'P0002 mentor 9 does not exist [The ids are in equity.mentor; '
          'an officer sees those of the own institutions.]',
          'of whom there is none');
SELECT is(pg_temp.refusal($$SELECT equity.mentor_record(1, '2023-12-31', '2023-01-01')$$),
          '22023 the last day is before the first (From 2023-12-31 to 2023-01-01.) '
          '[Days are of the common era, for example 2023-05-16.]', 'with days in order');
SELECT is(pg_temp.state_of($$SELECT equity.mentor_record(1, NULL, '2023-01-01')$$), '22004', 'and both of them');
SELECT is_empty($$
  SELECT c.conname, v.code FROM pg_constraint AS c
   CROSS JOIN LATERAL regexp_matches(pg_get_constraintdef(c.oid), '''(\w+)''::text', 'g') AS m (code)
   CROSS JOIN LATERAL (SELECT m.code[1] AS code) AS v
   WHERE c.conname IN ('care_record_kind_known', 'care_record_result_known')
     AND v.code NOT IN ('care_record', c.conname)
     AND v.code NOT IN (SELECT w.code FROM equity_internal.care_word AS w)$$, 'every code has its words');

-- rules
SELECT is(pg_temp.state_of(statement), state, statement)
  FROM (VALUES ('INSERT INTO equity.mentor_assignment (award_id, mentor_id) VALUES (2, 2)', '23505'),
               ('UPDATE equity.care_record SET kind = ''party''', '23514'),
               ('UPDATE equity.care_record SET result = ''won''', '23514'),
               ('UPDATE equity.care_record SET next_on = cared_on - 1', '23514'),
               ('INSERT INTO equity.mentor (institution_id, given_name, source, source_key)
                 SELECT institution_id, ''x'', ''hr'', ''77'' FROM equity.institution LIMIT 1', '23505'),
               ('DELETE FROM equity.mentor', '23503')) AS v (statement, state);
SELECT unalike(pg_temp.refusal(statement), '%secret%', 'a refusal prints no note: ' || statement)
  FROM (VALUES ('UPDATE equity.care_record SET kind = ''party'''), ('UPDATE equity.care_record SET cared_on = NULL'))
       AS v (statement);

-- who
SET LOCAL ROLE regress_officer;
SELECT set_eq('SELECT award_id FROM equity.care_record', 'VALUES (2::bigint), (3)', 'an officer sees care of the own');
SELECT set_eq('SELECT mentor_id FROM equity.mentor', 'VALUES (1::bigint)', 'and the own teachers');
SELECT set_eq('SELECT award_id FROM equity.outcome', 'VALUES (1::bigint)', 'and outcomes');
SELECT lives_ok($$INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind)
                  VALUES (2, 1, '2024-01-01', 'call')$$, 'writes care');
SELECT is(pg_temp.state_of($$INSERT INTO equity.care_record (award_id, cared_on, kind)
                             VALUES (50, '2024-01-01', 'call')$$), '42501', 'of no other');
SELECT is(pg_temp.state_of(format('INSERT INTO equity.mentor (institution_id, given_name) VALUES (%s, ''x'')', :b)),
          '42501', 'and enters no teacher of another');
SELECT is((SELECT max(recorded_by) FROM equity.care_record), session_user::text, 'with who wrote it');
SELECT isnt((SELECT max(scholar) FROM equity.mentor_record(1, '2023-06-01', '2024-07-31')), NULL,
            'has the evidence with masked ids');
SELECT is(pg_temp.state_of($$SELECT equity.mentor_record(2, '2023-06-01', '2024-07-31')$$), 'P0002',
          'of no other teacher');
SET LOCAL ROLE regress_operator;
SELECT results_eq($$SELECT count(*), max(scholar) FROM equity.mentor_record(1, '2023-06-01', '2024-07-31')$$,
                  'VALUES (5::bigint, NULL::text)', 'an operator has it by the numbers of awards');
SELECT is(pg_temp.state_of('UPDATE equity.care_record SET note = NULL'), '42501', 'and writes no care');
SET LOCAL ROLE regress_analyst;
SELECT is(pg_temp.state_of(statement), '42501', 'an analyst does not read: ' || statement)
  FROM (VALUES ('SELECT * FROM equity.care_record'), ('SELECT * FROM equity.mentor'),
               ('SELECT * FROM equity.mentor_record(1, ''2023-06-01'', ''2024-07-31'')')) AS v (statement);
RESET ROLE;

-- forgetting
SELECT equity.forget_applicant(3, 'asked') \g /dev/null
UPDATE equity.care_record SET note = 'x', concern = 'Y' WHERE award_id = 2;
SELECT is((SELECT count(*) FROM equity.care_record WHERE award_id = 3 AND num_nonnulls(note, concern) = 0), 1::bigint,
          'who is forgotten keeps the day, and no word');

SELECT * FROM finish();
ROLLBACK;
