-- Applicants, their identities with history, groups, households and applications.

BEGIN;

SELECT plan(39);

INSERT INTO equity.round (round_code, academic_year, name_th) VALUES
  ('R1', 2566, 'รอบทดสอบ');
INSERT INTO equity.applicant (birth_date, sex, province_code) VALUES
  ('2005-05-16', 'female', '50'), (NULL, NULL, NULL);
CREATE TEMPORARY TABLE known AS
SELECT min(applicant_id) AS a, max(applicant_id) AS b, (SELECT round_id FROM equity.round) AS r
  FROM equity.applicant;

SELECT throws_ok($$INSERT INTO equity.applicant (sex) VALUES ('f')$$, '23514', NULL, 'an unknown sex');
SELECT throws_ok(
  $$INSERT INTO equity.applicant (province_code) VALUES ('00')$$, '23503', NULL, 'an unknown province');
SELECT throws_ok(
  $$INSERT INTO equity.applicant (birth_date) VALUES ('2548-05-16')$$, '23514', NULL,
  'a birth date with its year in พ.ศ.');
SELECT lives_ok(
  $$INSERT INTO equity.applicant (applicant_id) VALUES (4711)$$,
  'the database gives the key, but takes one that a file brings');
SELECT columns_are('equity', 'applicant',
                   ARRAY['applicant_id', 'birth_date', 'sex', 'province_code', 'created_at',
                         'intake_institution_id', 'forgotten_at', 'source', 'source_key'],
                   'nothing in applicant names a person');

-- Identities: form.

SELECT throws_ok(
  format('INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity)
          SELECT a, %L, %L
            FROM known',
         kind, identity),
  '23514', NULL, format('%s %s is refused', kind, identity))
  FROM (VALUES ('citizen_id', '1-1120-34563-56-2'),
               ('citizen_id', '111203456356'),
               ('citizen_id', '๑๑๑๒๐๓๔๕๖๓๕๖๒'),
               ('g_code', '1112034563562'),
               ('g_code', 'g123456789012'),
               ('passport', 'aa 123'),
               ('student_id', '1')) AS v (kind, identity);

CREATE FUNCTION pg_temp.words_of_refusal() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
  hint text;
BEGIN
  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, given_name)
  SELECT a, 'citizen_id', '111203456', 'สมหญิง'
    FROM known;
  RETURN NULL;
EXCEPTION WHEN check_violation THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(' ', SQLERRM, detail, hint);
END; $$;
SELECT ok(
  w.words !~ '111203456|สมหญิง' AND w.words ~ 'Applicant [0-9]+',
  'a refusal names the applicant by key, not the identity or the name')
  FROM pg_temp.words_of_refusal() AS w (words);

-- Identities: history.

SELECT lives_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, valid_from)
    SELECT a, 'g_code', 'G123456789012', '2015-05-16'
      FROM known$$,
  'a child starts with a G-code');
SELECT throws_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, valid_from)
    SELECT a, 'g_code', 'G123456789013', '2020-01-01'
      FROM known$$,
  '23505', NULL, 'a person has one current identity of a kind');
SELECT throws_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, valid_from)
    SELECT b, 'g_code', 'G123456789012', '2020-01-01'
      FROM known$$,
  '23505', NULL, 'an identity has one current owner');
SELECT throws_ok(
  $$UPDATE equity.applicant_identity SET valid_to = valid_from$$, '23514', NULL, 'a period is not empty');
UPDATE equity.applicant_identity SET valid_to = '2021-06-01';
SELECT lives_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name,
                                           family_name, valid_from)
    SELECT a, 'citizen_id', '0112034563562', 'น.ส.', 'ตัวอย่าง', 'ทดสอบ', '2021-06-01'
      FROM known$$,
  'the citizen id comes when the G-code ends; a leading 0 is kept');
UPDATE equity.applicant_identity
   SET valid_to = '2023-01-01'
 WHERE identity_kind = 'citizen_id';
SELECT lives_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name,
                                           family_name, valid_from)
    SELECT a, 'citizen_id', '0112034563562', 'น.ส.', 'ตัวอย่าง', 'ทดสอบใหม่', '2023-01-01'
      FROM known$$,
  'a new name is a new row of the same identity');
SELECT is(count(*), 3::bigint, 'the history is kept') FROM equity.applicant_identity;
SELECT is(count(*), 1::bigint, 'one of it is current') FROM equity.applicant_identity WHERE valid_to IS NULL;
SELECT lives_ok(
  $$INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, valid_from)
    SELECT b, 'g_code', 'G123456789012', '2022-01-01'
      FROM known$$,
  'a past identity may get another owner');

-- Groups.

SELECT throws_ok(
  $$INSERT INTO equity.applicant_group (applicant_id, group_code)
    SELECT a, 'rich'
      FROM known$$,
  '23503', NULL, 'an unknown group');
INSERT INTO equity.applicant_group (applicant_id, group_code)
SELECT a, 'stateless'
  FROM known;
SELECT is(verified, false, 'a group is a claim until it is verified') FROM equity.applicant_group;

-- Applications.

SELECT throws_ok(
  format('INSERT INTO equity.application (applicant_id, round_id, %I) SELECT a, r, %L FROM known', field,
         value),
  '23514', NULL, format('%s = %s is refused', field, value))
  FROM (VALUES ('gpa', '4.01'), ('gpa', '-0.01'), ('graduated_year', '2023'), ('status', 'sent'),
               ('status', 'submitted'), ('answers', '[1]')) AS v (field, value);
SELECT throws_ok(
  $$INSERT INTO equity.application (applicant_id, round_id) SELECT a, r + 1 FROM known$$, '23503', NULL,
  'an unknown round');
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa)
SELECT a, r, 'submitted', now(), 4
  FROM known;
SELECT throws_ok(
  $$INSERT INTO equity.application (applicant_id, round_id) SELECT a, r FROM known$$, '23505', NULL,
  'one application a person and round');

-- Household and dwelling.

SELECT throws_ok(
  $$INSERT INTO equity.household (applicant_id, round_id) SELECT b, r FROM known$$, '23503', NULL,
  'a household belongs to an application');
SELECT throws_ok(
  $$INSERT INTO equity.household SELECT a, r, 0, 100 FROM known$$, '23514', NULL, 'a household of nobody');
SELECT throws_ok(
  $$INSERT INTO equity.household SELECT a, r, 1, -1 FROM known$$, '23514', NULL, 'a negative income');
INSERT INTO equity.household SELECT a, r, NULL, NULL FROM known;
SELECT throws_ok(
  $$INSERT INTO equity.household_member (applicant_id, round_id, member_number)
    SELECT a, r, 0
      FROM known$$,
  '23514', NULL, 'members are numbered from 1');
SELECT throws_ok(
  $$INSERT INTO equity.household_member (applicant_id, round_id, member_number, birth_year)
    SELECT a, r, 1, 1970
      FROM known$$,
  '23514', NULL, 'a birth year that is not พ.ศ.');
SELECT throws_ok(
  $$INSERT INTO equity.dwelling (applicant_id, round_id, farm_land_rai)
    SELECT a, r, -1
      FROM known$$,
  '23514', NULL, 'negative farm land');
SELECT throws_ok(
  $$INSERT INTO equity.dwelling (applicant_id, round_id, vehicles)
    SELECT a, r, -1
      FROM known$$,
  '23514', NULL, 'a negative number of vehicles');

SELECT * FROM finish();

ROLLBACK;
