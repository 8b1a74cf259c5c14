-- What a load refuses as a whole, with its advice; and each thing that it finds wrong with a row.
\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
\pset null '(null)'
BEGIN;
SET client_min_messages = warning;

-- ---- refused as a whole ----
SELECT pg_temp.refusal($$SELECT equity.load_rows('pupil', 'SELECT 1')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows(NULL, 'SELECT 1')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', NULL)$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'DELETE FROM equity.applicant RETURNING 1')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'SELECT 1; SELECT 2')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'SELECT FROM nowhere')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'SELECT 1/0 AS citizen_id')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'SELECT 1 AS "เลขบัตรประชาชนน"')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('application', 'SELECT 1 AS citizen_id, 2 AS รอบบ')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('institution', 'SELECT 1 AS name_th')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'SELECT 1 AS citizen_id, 2 AS "เลขบัตรประชาชน"')$$);
SELECT pg_temp.refusal($$
  SELECT equity.load_rows('applicant', 'SELECT 1 AS citizen_id, 7 AS line FROM generate_series(1, 2)')$$);
SELECT pg_temp.refusal($$SELECT equity.load_rows('applicant', 'SELECT 1 AS citizen_id, ''two'' AS line')$$);
SELECT pg_temp.refusal($$SELECT * FROM equity_internal.load_kept('applicant', 'x', true, NULL)$$);

-- an empty source is no error
SELECT * FROM equity.load_rows('applicant', 'SELECT 1 AS citizen_id WHERE false', 'empty');

-- ---- each reason ----
INSERT INTO equity.round (round_id, round_code, academic_year, name_th, status, seed_commitment, seed)
OVERRIDING SYSTEM VALUE
VALUES (9401, 'intake', 2601, 'รอบทดสอบ', 'draft', NULL, NULL),
       (9402, 'intake-closed', 2601, 'รอบทดสอบ', 'draft', NULL, NULL);
UPDATE equity.round SET status = 'open', seed_commitment = equity.commitment('s') WHERE round_id = 9402;
UPDATE equity.round SET status = 'closed', seed = 's' WHERE round_id = 9402;
INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership, affiliation)
OVERRIDING SYSTEM VALUE VALUES (9401, '1394000001', 'วิทยาลัยตัวอย่าง', '10', 'general', 'state', 'ovec');
INSERT INTO equity.field_of_study (field_code, name_th) VALUES ('intake', 'สาขา');
INSERT INTO equity.round_programme (round_id, programme_code)
VALUES (9401, 'innovation_general'), (9401, 'innovation_special');
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
VALUES (9401, 9401, 'innovation_general', 9401, 'intake', 'two_year', 1),
       (9402, 9401, 'innovation_special', 9401, 'intake', 'two_year', 1);
ALTER TABLE equity.applicant ALTER COLUMN applicant_id RESTART WITH 9401;
CREATE TEMPORARY TABLE seen (reason_code text);

-- persons; 'known' is what the registry has before
SELECT inserted FROM equity.load_rows('applicant', $$
  SELECT * FROM (VALUES ('a', 'K1', '1100000000016', NULL), ('a', 'K2', '1500000000021', NULL), ('a', 'K3', NULL, NULL),
                        ('a', 'K4', NULL, 'AB12345')) AS v (source, source_key, citizen_id, passport)$$, 'known');
SELECT rows_read, inserted, updated, unchanged, rejected, warnings FROM equity.load_rows('applicant', $$
  SELECT * FROM (VALUES
    (1, 'b', NULL, '1100000000017', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (2, 'b', NULL, NULL, 'G12', NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 'b', NULL, NULL, NULL, '?', NULL, NULL, NULL, NULL, NULL),
    (4, 'b', 'L4', NULL, NULL, NULL, NULL, '31/04/2548', 'maybe', 'Siam', '12'),
    (5, NULL, NULL, NULL, NULL, NULL, 'ชื่อ สกุล', NULL, NULL, NULL, NULL),
    (6, NULL, NULL, '1100000000016', NULL, 'AB12345', NULL, NULL, NULL, NULL, NULL),
    (7, NULL, NULL, '1500000000021', NULL, NULL, NULL, '1/1/2548', NULL, NULL, NULL),
    (8, NULL, NULL, '1500000000021', NULL, NULL, NULL, '2/1/2548', NULL, NULL, NULL),
    (9, NULL, NULL, 'G123456789012', NULL, NULL, 'นาย1 สกุล', NULL, NULL, NULL, NULL),
    (10, NULL, NULL, 'G123456789012', NULL, NULL, 'นาย1 สกุล', NULL, NULL, NULL, NULL),
    (11, 'a', 'K3', NULL, NULL, NULL, 'ชื่อ สกุล', NULL, NULL, NULL, NULL)
  ) AS v (line, source, source_key, citizen_id, g_code, passport, full_name, birth_date, sex, province_code,
          intake_institution)$$, 'persons');
SELECT line, field, reason_code, severity, masked_value, reason_en
  FROM equity.import_reject WHERE batch = 'persons' ORDER BY line, field COLLATE "C", reason_code COLLATE "C";
INSERT INTO seen SELECT reason_code FROM equity.import_reject;
SELECT rows_read, inserted, updated, unchanged, rejected, warnings FROM equity.load_rows('applicant', $$
  SELECT * FROM (VALUES (1, NULL, NULL, 'AB12345', 'G123456789012', NULL), (2, 'b', 'L2', 'AB12345', NULL, NULL),
                        (3, 'a', 'K2', NULL, NULL, '1100000000024'), (4, 'b', 'L4', NULL, NULL, '1100000000016'))
    AS v (line, source, source_key, passport, g_code, citizen_id)$$, 'persons again');
SELECT rows_read, inserted, updated, unchanged, rejected, warnings FROM equity.load_rows('applicant', $$
  SELECT 'AB12345' AS passport, '1100000000032' AS citizen_id, NULL AS g_code
   UNION ALL SELECT NULL, '1100000000041', 'G123456789012'$$, 'second ids');
SELECT rows_read, inserted, updated, unchanged, rejected, warnings FROM equity.load_rows('applicant', $$
  SELECT 'AB12345' AS passport, '1100000000059' AS citizen_id$$, 'third ids');
SELECT batch, line, field, reason_code, severity, masked_value, reason_en
  FROM equity.import_reject WHERE batch IN ('persons again', 'second ids', 'third ids')
 ORDER BY batch COLLATE "C", line, field COLLATE "C", reason_code COLLATE "C";
INSERT INTO seen SELECT reason_code FROM equity.import_reject;

-- applications, choices and members
SELECT rows_read, inserted, updated, unchanged, rejected, warnings FROM equity.load_rows('application', $$
  SELECT 'a' AS source, v.* FROM (VALUES
    (1, 'K1', 'nowhere', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (2, 'K1', 'intake', 'F1', 'submitted', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 'K2', 'intake', NULL, NULL, NULL, '4.01', '66', 'maybe', '0', '1,25', NULL, NULL),
    (4, 'K9', 'intake', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (5, 'K3', 'intake', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1394000001/intake', '9999'),
    (6, 'K4', 'intake', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '9401',
     '1394000001/intake/two_year/innovation_general'),
    (7, 'K1', 'intake-closed', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (8, 'K2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
  ) AS v (line, applicant_key, round, source_key, status, submitted_at, gpa, graduated_year, welfare_card,
          household_size, monthly_income, choice1, choice2)$$, 'applications');
SELECT inserted FROM equity.load_rows('application', $$
  SELECT 'a' AS source, 'K1' AS applicant_key, 'intake' AS round, 'F1' AS source_key, 3 AS household_size,
         9000 AS monthly_income$$, 'one');
SELECT rejected FROM equity.load_rows('application', $$
  SELECT 'b' AS source, 'F2' AS source_key, '1100000000016' AS citizen_id, 'intake' AS round$$, 'another');
-- who names no number says nothing of it
SELECT updated FROM equity.load_rows('application', $$
  SELECT '1100000000016' AS citizen_id, 'intake' AS round, 3.5 AS gpa$$, 'by person');
SELECT rejected FROM equity.load_rows('choice', $$
  SELECT 'a' AS source, 'K2' AS applicant_key, 'intake' AS round, 1 AS choice, '9401' AS pool$$, 'choices');
SELECT warnings FROM equity.load_rows('household_member', $$
  SELECT 'a' AS source, 'K1' AS applicant_key, 'intake' AS round, 1 AS member_number, 4000 AS monthly_income$$,
  'members');
SELECT rejected FROM equity.load_rows('applicant_group', $$
  SELECT 'a' AS source, 'K1' AS applicant_key, 'heroes' AS group_code$$, 'groups');
SELECT rejected FROM equity.load_rows('institution', $$
  SELECT '12' AS institution_code UNION ALL SELECT '1394000009'$$, 'institutions');
SELECT batch, line, field, reason_code, severity, masked_value, reason_en
  FROM equity.import_reject
 WHERE batch IN ('applications', 'another', 'choices', 'members', 'groups', 'institutions')
 ORDER BY batch COLLATE "C", line, field COLLATE "C", reason_code COLLATE "C";
INSERT INTO seen SELECT reason_code FROM equity.import_reject;

-- ROW_NOT_OWN is an officer's: see the test intake_access; the others are of what is about awards: intake_awards
SELECT r.reason_code FROM equity_internal.import_reason AS r
 WHERE r.reason_code NOT IN (SELECT s.reason_code FROM seen AS s)
 ORDER BY r.reason_code COLLATE "C";
ROLLBACK;
