-- Files as they come: a heading behind a byte order mark, Thai digits, years of two kinds, glued titles, a dash for
-- nothing; who is known and who is not; and that a load tells what it did.
\ir ../lib/refusal.psql
BEGIN;
SELECT plan(59);

SELECT set_config('timezone', 'Asia/Bangkok', true);
INSERT INTO equity.round (round_id, round_code, academic_year, name_th)
OVERRIDING SYSTEM VALUE
VALUES (1, '2566/1', 2566, 'รอบที่ 1');
INSERT INTO equity.round_programme (round_id, programme_code) VALUES
  (1, 'innovation_general'), (1, 'innovation_special');
INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
VALUES ('1310010001', 'วิทยาลัยตัวอย่าง', '10', 'general', 'state', 'ovec');
INSERT INTO equity.field_of_study (field_code, name_th) VALUES ('F1', 'หนึ่ง'), ('F2', 'สอง'), ('F3', 'สาม');
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
SELECT v.pool_id, 1, v.programme_code, i.institution_id, v.field_code, 'two_year', 2
  FROM (VALUES (11, 'innovation_general', 'F1'), (12, 'innovation_general', 'F2'), (13, 'innovation_general', 'F3'),
               (14, 'innovation_special', 'F3')) AS v (pool_id, programme_code, field_code), equity.institution AS i;

-- The counts of a load as "read = inserted + updated + unchanged + rejected", and its findings as "line field reason"
CREATE FUNCTION pg_temp.load(kind text, source text, dry_run boolean DEFAULT false) RETURNS text
  LANGUAGE sql
AS $$
  SELECT format('%s = %s + %s + %s + %s', rows_read, inserted, updated, unchanged, rejected)
    FROM equity.load_rows(kind, source, 'test', dry_run)
$$;
CREATE FUNCTION pg_temp.findings(kind text) RETURNS SETOF text
  LANGUAGE sql
AS $$
  SELECT concat_ws(' ', line, field, reason_code, masked_value)
    FROM equity.import_reject AS r
   WHERE r.kind = findings.kind
$$;

-- ---- persons ----

CREATE TABLE public.person (
  line integer,
  "﻿เลขประจำตัวประชาชน" text,
  "ชื่อ - สกุล" text,
  "วัน/เดือน/ปี เกิด" text,
  "เพศ" text,
  "จังหวัด" text,
  "หมายเหตุ" text,
  _mine text
);
INSERT INTO public.person VALUES
  (2, '1-1000-00000-01-6', 'นายสมชาย  ใจดี ', '1 มี.ค. 2548', 'ช', 'กทม.', 'x'),
  (3, '๑๕๐๐๐๐๐๐๐๐๐๒๑', 'น.ส.สมหญิง ณ อยุธยา', '๑๕/๐๗/๒๕๔๘', 'หญิง', 'จ.เชียงใหม่', ''),
  (4, ' G123456789012', 'ด.ช. นาวิน', '-', '–', '-', NULL),
  (5, '1960000000036', 'นางสาวิตรี ดีใจ', '30/02/2547', 'ญ', 'นราธิวาส', ''),
  (6, '', 'นายไม่มี เลข', '1/1/2548', 'ช', '10', ''),
  (7, '1.10003E+12', 'นายตัวเลข ย่อ', '1/1/48', 'x', 'ไม่รู้', '');

SELECT is(pg_temp.load('applicant', 'SELECT * FROM public.person', true), '6 = 3 + 0 + 0 + 3', 'a dry run counts');
SELECT is_empty('SELECT FROM equity.applicant', 'and leaves the registry as it is');
SELECT set_eq(
  $$SELECT pg_temp.findings('applicant')$$,
  ARRAY['5 citizen_id ROW_IDENTITY x-xxxx-xxxxx-03-6', '5 birth_date ROW_DATE 99/99/9999',
        '6 citizen_id ROW_NO_PERSON', '7 citizen_id ROW_IDENTITY x-xxxx-xxxxx-xx-x',
        '7 birth_date ROW_DATE 9/9/99', '7 sex ROW_WORD x', '7 province_code ROW_PROVINCE xxxxxx'],
  'it tells each cell that is wrong, masked');
SELECT is(ignored_columns, ARRAY['หมายเหตุ'], 'a column that is no field is told')
  FROM equity.import_batch;
SELECT is(pg_temp.load('applicant', 'SELECT * FROM public.person'), '6 = 3 + 0 + 0 + 3', 'the good rows go in');
SELECT results_eq(
  $$SELECT i.identity, i.title, i.given_name, i.family_name, a.birth_date, a.sex, a.province_code
      FROM equity.applicant AS a
      JOIN equity.applicant_identity AS i USING (applicant_id)
     ORDER BY i.identity COLLATE "C"$$,
  $$VALUES ('1100000000016', 'นาย', 'สมชาย', 'ใจดี', date '2005-03-01', 'male', '10'),
           ('1500000000021', 'น.ส.', 'สมหญิง', 'ณ อยุธยา', '2005-07-15', 'female', '50'),
           ('G123456789012', 'ด.ช.', 'นาวิน', NULL, NULL, NULL, NULL)$$,
  'as they were meant');
SELECT is(pg_temp.load('applicant', 'SELECT * FROM public.person'), '6 = 0 + 0 + 3 + 3', 'once more changes nothing');
UPDATE public.person SET "จังหวัด" = 'ลำพูน' WHERE line = 3;
UPDATE public.person SET "﻿เลขประจำตัวประชาชน" = '1960000000035', "วัน/เดือน/ปี เกิด" = '28/02/2547' WHERE line = 5;
SELECT is(
  pg_temp.load('applicant', 'SELECT * FROM public.person ORDER BY line DESC'), '6 = 1 + 1 + 2 + 2',
  'a corrected file changes what it corrects, in whatever order');
SELECT is(province_code, '51', 'the corrected province')
  FROM equity.applicant JOIN equity.applicant_identity USING (applicant_id)
 WHERE identity = '1500000000021';

-- names that are hard
SELECT results_eq(
  $$SELECT (equity_internal.split_name(f, t, g, s)).*
      FROM (VALUES ('นางสาวิตรี ดีใจ', NULL, NULL, NULL),
                   ('นายิกา ดีใจ', NULL, NULL, NULL),
                   (NULL, 'น.ส.', 'นางนวล', 'ดี'),
                   (NULL, 'นาย', 'นายสมชาย', 'ดี'),
                   ('Mr. John  Smith', NULL, NULL, NULL),
                   ('Mrinal Sen', NULL, NULL, NULL),
                   ('ว่าที่ ร.ต.สมชาย ดี มาก', NULL, NULL, NULL),
                   (NULL, NULL, NULL, NULL)) AS v (f, t, g, s)$$,
  $$VALUES ('นาง', 'สาวิตรี', 'ดีใจ'), (NULL, 'นายิกา', 'ดีใจ'), ('น.ส.', 'นางนวล', 'ดี'),
           ('นาย', 'สมชาย', 'ดี'), ('Mr.', 'John', ' Smith'), (NULL, 'Mrinal', 'Sen'),
           ('ว่าที่ ร.ต.', 'สมชาย', 'ดี มาก'), (NULL, NULL, NULL)$$,
  'a title comes off a name only where a name is left');
CREATE TABLE public.hostile (citizen_id text, given_name text, family_name text);
INSERT INTO public.hostile VALUES
  ('1200000000023', $$O'Brien'); DROP TABLE equity.applicant; --$$, 'ดี'),
  ('1300000000031', '<script>alert(1)</script>', 'ดี'),
  ('1400000000048', E'\u202Eสม\u0001หมาย\u200B', E'\uFEFFดี\tมาก');
SELECT is(
  pg_temp.load('applicant', 'SELECT * FROM public.hostile'), '3 = 3 + 0 + 0 + 0',
  'names with quotes, HTML, control characters and direction marks are names');
SELECT set_eq(
  $$SELECT i.given_name || ' ' || i.family_name
      FROM equity.applicant_identity AS i
     WHERE i.identity IN ('1200000000023', '1300000000031', '1400000000048')$$,
  ARRAY[$$O'Brien'); DROP TABLE equity.applicant; -- ดี$$, '<script>alert(1)</script> ดี', 'สมหมาย ดี มาก'],
  'and go in without what nobody sees');

-- ---- who it is ----

CREATE TABLE public.pair (g_code text, citizen_id text, given_name text, birth_date text);
INSERT INTO public.pair VALUES ('G123456789012', '1600000000069', 'นาวิน', NULL);
UPDATE public.pair SET citizen_id = d || (11 - (SELECT sum((14 - i) * substr(d, i, 1)::int)
                                                 FROM generate_series(1, 12) AS i) % 11) % 10
  FROM (VALUES ('160000000006')) AS v (d);
UPDATE equity.applicant_identity SET valid_from = '2020-01-01' WHERE identity = 'G123456789012';
SELECT is(
  pg_temp.load('applicant', 'SELECT g_code, citizen_id FROM public.pair'), '1 = 0 + 1 + 0 + 0',
  'a child with a G-code gets a citizen id');
SELECT results_eq(
  $$SELECT identity_kind, given_name, valid_to = CURRENT_DATE
      FROM equity.applicant_identity
     WHERE applicant_id = (SELECT applicant_id FROM equity.applicant_identity WHERE identity = 'G123456789012')
     ORDER BY identity_kind$$,
  $$VALUES ('citizen_id', 'นาวิน', NULL::boolean), ('g_code', 'นาวิน', true)$$,
  'which takes the place of it, with the name, and the history stays');
SELECT is(
  pg_temp.load('applicant', 'SELECT g_code, ''แม่ฮ่องสอน'' AS จังหวัด FROM public.pair'), '1 = 0 + 1 + 0 + 0',
  'and is found by the old code still');
SELECT is(
  pg_temp.load('applicant', $$SELECT '1100000000016' AS citizen_id, '1500000000021' AS passport, 'x' AS name
                              UNION ALL SELECT '1100000000016', NULL, 'y'$$), '2 = 0 + 0 + 0 + 2',
  'two lines that contradict each other are both left to a person');
SELECT set_eq(
  $$SELECT pg_temp.findings('applicant')$$,
  ARRAY['1 citizen_id ROW_CONTRADICTED', '2 citizen_id ROW_CONTRADICTED'], 'and told');
SELECT is(
  pg_temp.load('applicant', $$SELECT '1100000000016' AS citizen_id, 'เชียงราย' AS province
                                FROM generate_series(1, 3)$$), '3 = 0 + 1 + 2 + 0',
  'lines that say the same count once');
SELECT is(
  pg_temp.load('applicant', $$SELECT '1100000000016' AS citizen_id, 'G123456789012' AS g_code$$),
  '1 = 0 + 0 + 0 + 1', 'a line that names two persons is refused');
SELECT is(reason, 'identities', 'and the two may be one') FROM equity.duplicate_candidate;
SELECT is(
  pg_temp.load('applicant', $$SELECT 'G123456789012' AS g_code, '1300000000031' AS citizen_id
                               WHERE false
                              UNION ALL SELECT 'G123456789012', '1960000000035'$$),
  '1 = 0 + 0 + 0 + 1', 'nor does a person get the id of another');
SELECT is(
  pg_temp.load('applicant', $$SELECT 'G123456789012' AS g_code, '2200000000013' AS citizen_id$$),
  '1 = 0 + 0 + 0 + 1', 'nor a second one');
SELECT set_eq(
  $$SELECT pg_temp.findings('applicant')$$, ARRAY['1 citizen_id ROW_IDENTITY_DIFFERS x-xxxx-xxxxx-01-3'],
  'unless the system that the person comes from says so');

-- source keys
SELECT is(
  pg_temp.load('applicant', $$SELECT 's1' AS source, k AS source_key, c AS citizen_id, 'ก' AS given_name,
                                     '1/1/2550' AS birth_date
                                FROM (VALUES ('A', '2200000000013'), ('B', NULL)) AS v (k, c)$$),
  '2 = 2 + 0 + 0 + 0', 'a person may be known by the key of another system');
SELECT set_eq(
  $$SELECT pg_temp.findings('applicant')$$, ARRAY['2 given_name ROW_NAME_NOT_KEPT ก***'],
  'a name without an identity has no place');
SELECT is(
  pg_temp.load('applicant', $$SELECT 's1' AS source, 'A' AS source_key, '2200000000021' AS citizen_id$$),
  '1 = 0 + 1 + 0 + 0', 'and gets the identity that this system corrects');
SELECT set_eq(
  $$SELECT pg_temp.findings('applicant')$$, ARRAY['1 citizen_id ROW_IDENTITY_REPLACED x-xxxx-xxxxx-02-1'],
  'with a remark');
SELECT is(
  pg_temp.load('applicant', $$SELECT 's2' AS source, 'Z' AS source_key, '2200000000021' AS citizen_id$$),
  '1 = 0 + 0 + 1 + 0', 'a key of a second system is not kept');
SELECT is(
  pg_temp.load('applicant', $$SELECT '2200000000030' AS citizen_id, ' ก ' AS ชื่อ, '1 ม.ค. 2550' AS วันเกิด$$),
  '1 = 1 + 0 + 0 + 0', 'somebody of the same name and birth date is another person');
SELECT is(
  (SELECT count(*) FROM equity.duplicate_candidate WHERE reason = 'name_and_birth_date'), 1::bigint,
  'whom a person compares');
UPDATE equity.duplicate_candidate SET decision = 'different', decided_by = 'office', decided_at = now();
SELECT is(
  (SELECT candidates FROM equity.load_rows('applicant', $$SELECT '2200000000030' AS citizen_id, 'หญิง' AS เพศ$$)),
  0::bigint, 'once');

-- ---- applications ----

CREATE TABLE public.entry (
  cid text, "รอบ" text, "เลขที่ใบสมัคร" text, "วันที่สมัคร" text, "GPAX" text, "จำนวนสมาชิก" text, "รายได้" text,
  "พื้นบ้าน" text, "อันดับที่ 1" text, "อันดับที่ 2" text, "answers.vehicles" text, "บัตรสวัสดิการแห่งรัฐ" text
);
INSERT INTO public.entry VALUES
  ('1100000000016', '2566/1', 'A1', '20/5/2566 10:30', '๓.๑๐', '๕ คน', '12,500 บาท', 'ปูน', '1310010001/F1',
   ' 1310010001 / F2', '2', 'ใช่'),
  ('1500000000021', '2566/1', 'A2', '45067', '-', '-', '-', NULL, '1310010001/F3/two_year/innovation_special', '',
   '0812', 'ไม่มี'),
  ('1300000000031', '2566/1', 'A3', '20/5/2566', '4.5', '5', '12500', '', '1310010001/F3', '1310010001/F9', '', '?'),
  ('1400000000048', '2566/9', 'A4', '', '3.105', '0', '1,25', '', '11', '11', '', 'Y'),
  ('2300000000016', '2566/1', 'A5', '', '', '', '', '', '', '', '', '');
SELECT is(
  pg_temp.load('application', 'SELECT * FROM public.entry ORDER BY เลขที่ใบสมัคร'),
  '5 = 2 + 0 + 0 + 3', 'applications with all their parts');
SELECT results_eq(
  $$SELECT a.source_key, a.status, a.submitted_at, a.gpa, a.answers, a.welfare_card, h.household_size,
           h.monthly_income, d.floor, ARRAY(SELECT c.pool_id FROM equity.choice AS c
                                             WHERE c.applicant_id = a.applicant_id ORDER BY c.choice)
      FROM equity.application AS a
      LEFT JOIN equity.household AS h USING (applicant_id, round_id)
      LEFT JOIN equity.dwelling AS d USING (applicant_id, round_id)
     ORDER BY a.source_key$$,
  $$VALUES ('A1', 'submitted', timestamptz '2023-05-20 10:30+07', 3.10, jsonb '{"vehicles": 2}', true, 5,
            12500.00, 'ปูน', ARRAY[11, 12]::bigint[]),
           ('A2', 'submitted', '2023-05-21 00:00+07', NULL, '{"vehicles": "0812"}', false, NULL, NULL, NULL, '{14}')$$,
  'where they belong');
SELECT set_eq(
  $$SELECT pg_temp.findings('application')$$,
  ARRAY['3 gpa ROW_GPA 9.9', '3 welfare_card ROW_YES_NO x', '3 choice1 ROW_POOL_SEVERAL 1310010001/F3',
        '3 choice2 ROW_POOL 1310010001/F9', '4 round ROW_ROUND 2566/9', '4 gpa ROW_GPA 9.999',
        '4 household_size ROW_COUNT 9', '4 monthly_income ROW_AMOUNT 9,99',
        '5 citizen_id ROW_IDENTITY x-xxxx-xxxxx-01-6'],
  'and all that is wrong with the others at once');
UPDATE public.entry SET "GPAX" = '2.00', "บัตรสวัสดิการแห่งรัฐ" = NULL WHERE "เลขที่ใบสมัคร" = 'A3';
UPDATE public.entry SET "รอบ" = '2566/1', "GPAX" = '', "จำนวนสมาชิก" = '', "รายได้" = ''
 WHERE "เลขที่ใบสมัคร" = 'A4';
SELECT is(
  pg_temp.load('application', 'SELECT * FROM public.entry ORDER BY เลขที่ใบสมัคร'),
  '5 = 0 + 0 + 2 + 3', 'choices are judged, too');
SELECT set_eq(
  $$SELECT pg_temp.findings('application')$$,
  ARRAY['3 choice1 ROW_POOL_SEVERAL 1310010001/F3', '3 choice2 ROW_POOL 1310010001/F9', '4 choice1 ROW_CHOICE_TWICE 11',
        '5 citizen_id ROW_IDENTITY x-xxxx-xxxxx-01-6'],
  'unknown, several and twice');
UPDATE public.entry SET "อันดับที่ 1" = '12', "อันดับที่ 2" = '11' WHERE "เลขที่ใบสมัคร" = 'A1';
SELECT is(
  pg_temp.load('application', 'SELECT * FROM public.entry ORDER BY เลขที่ใบสมัคร'),
  '5 = 0 + 1 + 1 + 3', 'two choices change places');
SELECT is(
  pg_temp.load('application', $$SELECT 'A1' AS เลขที่ใบสมัคร, '3.5' AS gpa$$), '1 = 0 + 1 + 0 + 0',
  'an application may be named by its number alone, and what is not said stays');
SELECT is(answers, '{"vehicles": 2}', 'such as its answers') FROM equity.application WHERE source_key = 'A1';
SELECT is(
  pg_temp.load('application', $$SELECT 'B7' AS source_key, '1100000000016' AS cid, '2566/1' AS รอบ$$),
  '1 = 0 + 0 + 0 + 1', 'nobody applies twice in a round');
SELECT is(
  pg_temp.load('application', $$SELECT 'B8' AS source_key, cid, '2566/1' AS รอบ
                                  FROM (VALUES ('1300000000031'), ('1400000000048')) AS v (cid)$$),
  '2 = 0 + 0 + 0 + 2', 'and one number is of one application');

-- choices one by one
SELECT is(
  pg_temp.load('choice', $$SELECT '1100000000016' AS cid, '2566/1' AS รอบ, r AS อันดับ, p AS pool
                             FROM (VALUES (1, '11'), (2, '12'), (3, '13'), (4, '13'), (0, '13')) AS v (r, p)$$),
  '5 = 0 + 2 + 0 + 3', 'a swap is no repetition');
SELECT set_eq(
  $$SELECT pg_temp.findings('choice')$$,
  ARRAY['3 pool ROW_CHOICE_TWICE 13', '4 pool ROW_CHOICE_TWICE 13', '5 choice ROW_COUNT 0'], 'a repetition is');

-- members of a household
CREATE TABLE public.member (cid text, "รอบ" text, "คนที่" text, "ความสัมพันธ์" text, "รายได้" text, "พิการ" text);
INSERT INTO public.member VALUES
  ('1100000000016', '2566/1', '1', 'บิดา', '10,000', 'ไม่'), ('1100000000016', '2566/1', '2', 'แม่', '๒๕๐๐', '-'),
  ('1100000000016', '2566/1', '3', 'ตัวเอง', '0', 'พิการมาก'), ('1300000000031', '2566/1', '1', 'บิดา', '1', '');
SELECT is(
  pg_temp.load('household_member', 'SELECT * FROM public.member ORDER BY cid, คนที่'),
  '4 = 2 + 0 + 0 + 2', 'members');
SELECT set_eq(
  $$SELECT severity || ' ' || concat_ws(' ', line, field, reason_code, masked_value)
      FROM equity.import_reject
     WHERE kind = 'household_member'$$,
  ARRAY['error 3 relation ROW_WORD xxxxxx', 'error 3 disabled ROW_YES_NO ***', 'error 4 round ROW_NO_APPLICATION',
        'warning 1 member_number ROW_MEMBERS_DIFFER'],
  'are counted against what was declared, and a sensitive answer is not shown');
DELETE FROM public.member WHERE cid <> '1100000000016';
UPDATE public.member SET "ความสัมพันธ์" = 'ตนเอง', "พิการ" = '' WHERE "คนที่" = '3';
UPDATE public.member SET "รายได้" = '9,000' WHERE "คนที่" = '1';
INSERT INTO public.member SELECT '1100000000016', '2566/1', n, 'พี่', '0' FROM unnest(ARRAY['4', '5']) AS n;
SELECT is(
  pg_temp.load('household_member', 'SELECT * FROM public.member ORDER BY cid, คนที่'),
  '5 = 3 + 1 + 1 + 0', 'all five');
SELECT set_eq(
  $$SELECT pg_temp.findings('household_member')$$, ARRAY['1 monthly_income ROW_INCOME_DIFFERS'],
  'whose incomes are not what was declared');

-- ---- other kinds ----
SELECT is(
  pg_temp.load('institution', $$SELECT c AS รหัสสถานศึกษา, n AS ชื่อสถานศึกษา, 'ตาก' AS จังหวัด, 'ทั่วไป' AS ประเภท,
                                       'เอกชน' AS "รัฐ/เอกชน", 'สอศ.' AS สังกัด
                                  FROM (VALUES ('13-1001-0002', 'ก'), ('1310010001', 'ข'),
                                               ('1310010003', '')) AS v (c, n)$$),
  '3 = 1 + 1 + 0 + 1', 'institutions');
SELECT is(
  pg_temp.load('institution', $$SELECT '1310010009' AS institution_code, 'ค' AS name_th$$), '1 = 0 + 0 + 0 + 1',
  'a new row needs what its table needs');
SELECT is(
  pg_temp.load('applicant_group', $$SELECT '1100000000016' AS cid, g AS กลุ่ม
                                      FROM (VALUES ('กลุ่มชาติพันธุ์'), ('orphan_or_abandoned'), ('x')) v (g)$$),
  '3 = 2 + 0 + 0 + 1', 'groups by code or name');

-- ---- rounds that are closed ----
UPDATE equity.round SET status = 'open', seed_commitment = equity.commitment('s');
UPDATE equity.round SET status = 'closed', seed = 's';
SELECT is(
  pg_temp.load('application', $$SELECT k AS source_key, g AS gpa FROM (VALUES ('A1', '3.5'), ('A2', '1')) v (k, g)$$),
  '2 = 0 + 0 + 1 + 1', 'a closed round takes no more changes');
SELECT equity.amend_round(1, 'the office decided');
SELECT is(
  pg_temp.load('application', $$SELECT k AS source_key, g AS gpa FROM (VALUES ('A1', '3.5'), ('A2', '1')) v (k, g)$$),
  '2 = 0 + 1 + 1 + 0', 'unless it is amended');

-- ---- a person who is forgotten ----
SELECT equity.forget_applicant(applicant_id, 'the person asked') FROM equity.applicant WHERE source_key = 'A';
SELECT is_empty(
  $$SELECT FROM equity.applicant WHERE source_key = 'A'
    UNION ALL SELECT FROM equity.duplicate_candidate WHERE reason = 'name_and_birth_date'$$,
  'leaves no key of another system and no candidate');

-- ---- numbers that somebody gave by hand ----
SAVEPOINT numbers;
INSERT INTO equity.applicant (applicant_id)
SELECT last_value + 2 FROM equity.applicant_applicant_id_seq;
SELECT matches(
  pg_temp.refusal($$SELECT equity.load_rows('applicant',
                      'SELECT * FROM (VALUES (''H1''), (''H2'')) AS v (source_key)')$$),
  '^55000 the next number of equity[.]applicant is taken [(].*applicant_id.*ahead of the sequence.*setval',
  'the number of a new person that somebody has given by hand is no conflict with another transaction');
SELECT setval('equity.applicant_applicant_id_seq', max(applicant_id)) FROM equity.applicant;
SELECT is(
  pg_temp.load('applicant', $$SELECT * FROM (VALUES ('H1'), ('H2')) AS v (source_key)$$), '2 = 2 + 0 + 0 + 0',
  'what the hint says helps');
INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership, affiliation)
SELECT last_value + 1, '1310019999', 'ง', '10', 'general', 'state', 'ovec' FROM equity.institution_institution_id_seq;
SELECT matches(
  pg_temp.refusal($$SELECT equity.load_rows('institution',
                      'SELECT ''จ'' AS name_th, ''10'' AS province_code, ''general'' AS kind, ''state'' AS ownership,
                              ''ovec'' AS affiliation, ''1310019998'' AS institution_code')$$),
  '^55000 the next number of equity[.]institution is taken', 'of an institution alike');
ROLLBACK TO numbers;

-- ---- what is left behind ----
SELECT set_eq(
  $$SELECT DISTINCT operation FROM equity.audit_event WHERE detail ->> 'kind' = 'applicant'$$, ARRAY['load_rows'],
  'each load is in the audit trail');
SELECT is_empty(
  $$SELECT FROM equity.import_batch WHERE rows_read <> inserted + updated + unchanged + rejected$$,
  'all counts add up');
SELECT is_empty(
  $$SELECT FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname LIKE 'equity%'$$,
  'no table of the load');

SELECT * FROM finish();
ROLLBACK;
