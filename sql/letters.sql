-- Reasons as data, and a letter to each kind of applicant. Ids from 9500 up, so that they are the same
-- whatever other tests leave behind.
\set SHOW_CONTEXT never
\pset null ''

-- The sentences
SELECT count(*) > 40 AS shipped, bool_and(shipped) AS all_shipped FROM equity.reason;
SELECT equity.reason_text('GPA_BELOW', 'th'), equity.reason_text('GPA_BELOW', 'en'),
       equity.reason_advice('GPA_BELOW', 'en'), equity.reason_text('NO SUCH', 'en');
SELECT equity.reason_text('PLACE', 'en', '{"place": 3, "asked": 10, "seats": 2, "cutoff": 41.50}'),
       equity.reason_text('PLACE', 'th', '{"place": null}');

-- A round with one programme, three pools and five applicants
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('LETTER', 1,
   '{"code": "LETTER", "scale": 2, "as_of": "2023-05-16", "criteria": [
     {"code": "E1", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.00, "reason": "GPA_BELOW"},
     {"code": "E2", "kind": "gate", "group": "need", "field": "income_per_head", "op": "<=", "value": 3000,
      "reason": "INCOME_ABOVE"},
     {"code": "E3", "kind": "gate", "group": "need", "field": "disability_registered", "op": "=",
      "value": true, "reason": "NO_REGISTRATION"},
     {"code": "E4", "kind": "gate", "field": "answers.motive", "op": "notnull", "reason": "OWN_CODE"},
     {"code": "N1", "kind": "band", "field": "income_per_head",
      "bands": [[null, 1000, 20], [1000, 3000, 10], [3000, null, 0]]},
     {"code": "H1", "kind": "enum", "field": "tenure", "points": {"rent": 6, "none": 10}, "otherwise": 0,
      "missing": "worst"},
     {"code": "DEP", "kind": "derive", "fn": "sum", "fields": ["members_disabled", "members_elderly"]},
     {"code": "N2", "kind": "band", "field": "DEP", "bands": [[null, 1, 0], [1, null, 5]],
      "missing": {"points": 0}},
     {"code": "HOME", "kind": "section", "members": ["H1", "N2"], "max": 12},
     {"code": "M1", "kind": "linear", "field": "gpa", "points": [[2, 0], [4, 40]]}]}');
INSERT INTO equity.institution (institution_id, institution_code, name_th, name_en, province_code, kind,
                                ownership, affiliation)
OVERRIDING SYSTEM VALUE
VALUES (9501, '1395000001', 'วิทยาลัยจดหมาย', 'Letter College', '50', 'general', 'state', 'ovec');
INSERT INTO equity.field_of_study (field_code, name_th, name_en)
VALUES ('letter-a', 'ช่างยนต์', 'Auto mechanics'), ('letter-b', 'อาหาร', 'Food'), ('letter-c', 'บัญชี', NULL);
INSERT INTO equity.round (round_id, round_code, academic_year, name_th)
OVERRIDING SYSTEM VALUE
VALUES (9501, 'letter', 2602, 'รอบทดสอบ');
INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version) VALUES
  (9501, 'innovation_general', 'LETTER', 1);
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
VALUES (9501, 9501, 'innovation_general', 9501, 'letter-a', 'two_year', 1),
       (9502, 9501, 'innovation_general', 9501, 'letter-b', 'two_year', 1),
       (9503, 9501, 'innovation_general', 9501, 'letter-c', 'two_year', 0);
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE SELECT n FROM generate_series(9501, 9506) AS n;
INSERT INTO equity.application (applicant_id, round_id, application_id, status, submitted_at, gpa,
                                disability_registered, answers)
OVERRIDING SYSTEM VALUE
VALUES (9501, 9501, 9501, 'submitted', now(), 3.60, false, '{"motive": "x"}'),   -- gets the first choice
       (9502, 9501, 9502, 'submitted', now(), 3.00, true, '{"motive": "x"}'),    -- too much income, but registered
       (9503, 9501, 9503, 'submitted', now(), 2.50, false, '{"motive": "x"}'),   -- below both cut-offs
       (9504, 9501, 9504, 'submitted', now(), 1.99, NULL, NULL),                 -- not eligible
       (9505, 9501, 9505, 'submitted', now(), NULL, NULL, '{"motive": "x"}'),    -- undetermined
       (9506, 9501, 9506, 'draft', NULL, 4.00, NULL, NULL);                      -- not submitted, no choice
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income) VALUES
  (9501, 9501, 4, 3000), (9502, 9501, 2, 8000), (9503, 9501, 3, 9000), (9504, 9501, 1, 9000.01),
  (9505, 9501, 5, NULL);
INSERT INTO equity.household_member (applicant_id, round_id, member_number, disabled, elderly)
VALUES (9501, 9501, 1, false, true), (9502, 9501, 1, true, false);
INSERT INTO equity.dwelling (applicant_id, round_id, tenure) VALUES
  (9501, 9501, 'rent'), (9502, 9501, 'none'), (9503, 9501, 'own');
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
SELECT n, 9501, c, p FROM generate_series(9501, 9505) AS n, (VALUES (1, 9501), (2, 9502), (3, 9503)) AS v (c, p);

-- Before the round opens, and before it is scored
SELECT section, criterion, label, points, reason, message
  FROM equity.explain_application(9501, 'en')
 WHERE section <> 'rule';
SELECT equity.open_round(9501, equity.commitment('letter'));
SELECT section, label, points, max_points, place, asked, reason, message
  FROM equity.explain_application(9501, 'en')
 WHERE section <> 'rule';

-- Labels are given to the sealed rows
UPDATE equity.criterion AS c
   SET label_th = v.label_th, label_en = v.label_en
  FROM (VALUES ('E1', 'เกรดเฉลี่ยสะสม', 'Grade point average'),
               ('E2', 'รายได้ต่อคนต่อเดือน', 'Income a head and month'),
               ('E3', 'จดทะเบียนคนพิการ', 'Registered disability'),
               ('E4', 'เหตุผลที่สมัคร', NULL),
               ('N1', 'รายได้', 'Income'),
               ('H1', 'การอยู่อาศัย', 'Tenure'),
               ('DEP', 'ภาระพึ่งพิง (คน)', 'Dependants'),
               ('N2', 'ภาระพึ่งพิง', 'Dependency'),
               ('HOME', 'ครัวเรือน', 'Household'),
               ('M1', 'ผลการเรียน', 'Grades')) AS v (criterion, label_th, label_en)
 WHERE c.card_code = 'LETTER'
   AND c.criterion = v.criterion;
UPDATE equity.criterion
   SET value_th = 'เช่า', value_en = 'rented'
 WHERE card_code = 'LETTER'
   AND criterion = 'H1'
   AND value = 'rent';
UPDATE equity.criterion
   SET value_th = '3,000 บาท', value_en = '3,000 baht'
 WHERE card_code = 'LETTER'
   AND criterion = 'E2';

SELECT equity.close_round(9501, 'letter');
SELECT * FROM equity.score_round(9501);
SELECT admitted FROM equity.allocate_round(9501);
SELECT applicant_id, pool_id, score
  FROM equity.placement AS p
  JOIN equity.current_run AS c USING (run_id)
 WHERE c.round_id = 9501
 ORDER BY 1;

-- The letters
SELECT section, line, criterion, label, value, rule, passed, points, max_points, reason, message
  FROM equity.explain_application(9501, 'en');
SELECT section, line, criterion, label, value, rule, passed, points, max_points, reason, message
  FROM equity.explain_application(9502);
SELECT line, label, passed, points, place, asked, seats, cutoff, distance, reason, message
  FROM equity.explain_application(9502)
 WHERE section IN ('choice', 'result');
SELECT line, label, passed, points, place, asked, seats, cutoff, distance, reason, message
  FROM equity.explain_application(9503, 'en')
 WHERE section IN ('score', 'choice', 'result');
SELECT section, label, value, rule, passed, points, reason, message, advice FROM equity.explain_application(9504, 'en');
SELECT section, label, value, passed, points, reason, message, advice FROM equity.explain_application(9505, 'th');
SELECT section, line, label, value, reason, message, advice FROM equity.explain_application(9506, 'en');

-- Facts that changed after they were scored
UPDATE equity.application SET gpa = 4.00 WHERE application_id = 9503;
SELECT points, max_points, reason, message FROM equity.explain_application(9503, 'en') WHERE section = 'score';

-- What is refused, without anything of a person
SELECT * FROM equity.explain_application(9501, 'fr');
SELECT * FROM equity.explain_application(9501, NULL);
SELECT * FROM equity.explain_application(-1);
SELECT * FROM equity.explain_application(NULL);

-- Sensitive values are withheld from who may not read the column
CREATE ROLE regress_letter;
GRANT SELECT ON ALL TABLES IN SCHEMA equity TO regress_letter;
REVOKE SELECT ON equity.application, equity.household_member FROM regress_letter;
GRANT SELECT (applicant_id, round_id, application_id, status, submitted_at, gpa,
              answers) ON equity.application TO regress_letter;
SET ROLE regress_letter;
SELECT criterion, label, value, passed, points, max_points, reason, message
  FROM equity.explain_application(9502, 'en')
 WHERE section = 'rule';
RESET ROLE;
GRANT SELECT (disability_registered) ON equity.application TO regress_letter;
GRANT SELECT (disabled, elderly) ON equity.household_member TO regress_letter;
SET ROLE regress_letter;
SELECT criterion, value, passed, points
  FROM equity.explain_application(9502, 'en')
 WHERE criterion IN ('E3', 'DEP', 'N2', 'HOME');
RESET ROLE;
-- a criterion that the card's rows mark
UPDATE equity.criterion SET sensitive = true WHERE card_code = 'LETTER' AND criterion = 'E4';
REVOKE SELECT (answers) ON equity.application FROM regress_letter;
SET ROLE regress_letter;
SELECT criterion, value, passed, reason FROM equity.explain_application(9502, 'en') WHERE criterion IN ('E1', 'E4');
RESET ROLE;
REVOKE ALL ON ALL TABLES IN SCHEMA equity FROM regress_letter;
DROP ROLE regress_letter;
