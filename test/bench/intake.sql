-- Loading files: :rows persons, their applications and their results of a term from a staging table of texts, as
-- files come, beside the same rows by plain INSERT ... SELECT from a table that has them read, typed and matched
-- already. Each is done once, in a registry that has nobody, then once more with the rows in it.
SET client_min_messages = warning;
CREATE EXTENSION equity;
SET max_parallel_workers_per_gather = 0;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th)
OVERRIDING SYSTEM VALUE VALUES (1, '2566/1', 2566, 'รอบที่ 1');
INSERT INTO equity.round_programme (round_id, programme_code) VALUES (1, 'innovation_general');
INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
SELECT 1310010000 + i, 'วิทยาลัย ' || i, '10', 'general', 'state', 'ovec' FROM generate_series(1, 200) AS i;
INSERT INTO equity.field_of_study (field_code, name_th) SELECT 'F' || i, 'สาขา ' || i FROM generate_series(1, 10) AS i;
INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
SELECT 1, 'innovation_general', i.institution_id, f.field_code, 'two_year', 5
  FROM equity.institution AS i CROSS JOIN equity.field_of_study AS f;

CREATE TABLE file AS
SELECT n AS line,
       d || (11 - (SELECT sum((14 - i) * substr(d, i, 1)::int) FROM generate_series(1, 12) AS i) % 11) % 10
         AS citizen_id,
       (ARRAY['นาย', 'น.ส.', 'นางสาว'])[1 + n % 3] || 'ชื่อ' || chr(3585 + n % 40) || chr(3585 + n / 40 % 40)
         || '  สกุล' || chr(3585 + n / 1600 % 40) || chr(3585 + n / 64000 % 40) AS "ชื่อ-สกุล",
       (1 + n % 28) || ' ' || (ARRAY['ม.ค.', 'ก.พ.', 'พ.ย.'])[1 + n % 3] || ' ' || 2545 + n % 8 AS "วันเกิด",
       (ARRAY['ชาย', 'ญ', 'หญิง'])[1 + n % 3] AS "เพศ",
       (ARRAY['จ.เชียงใหม่', 'กทม.', 'นราธิวาส'])[1 + n % 3] AS "จังหวัด",
       '2566/1' AS "รอบ", 'A' || n AS "เลขที่ใบสมัคร", (1 + n % 28) || '/5/2566 10:30' AS "วันที่สมัคร",
       (2 + n % 200 / 100.0)::numeric(3, 2)::text AS "GPAX", (1 + n % 7)::text AS "จำนวนสมาชิก",
       to_char(n % 200 * 100, 'FM99,999') || ' บาท' AS "รายได้",
       (ARRAY['ใช่', 'ไม่', '-'])[1 + n % 3] AS "บัตรสวัสดิการ",
       1310010001 + n % 200 || '/F' || 1 + n % 10 AS "อันดับที่ 1",
       1310010001 + n * 7 % 200 || '/F' || 1 + n % 9 AS "อันดับที่ 2"
  FROM (SELECT n, (100000000000 + n::bigint * 7)::text AS d FROM generate_series(1, :rows) AS n) AS v;
VACUUM (ANALYZE, FREEZE) file;

CREATE TEMP TABLE contestant (position integer GENERATED ALWAYS AS IDENTITY, name text, beside text, seconds numeric,
                              answer text);
CREATE FUNCTION pg_temp.run(name text, beside text, statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  started timestamptz := clock_timestamp();
  answer text;
BEGIN
  EXECUTE statement INTO answer;
  INSERT INTO contestant (name, beside, seconds, answer)
  VALUES (name, beside, extract(epoch FROM clock_timestamp() - started), answer);
END;
$$;
CREATE FUNCTION pg_temp.load(kind text, source text DEFAULT 'file') RETURNS text LANGUAGE sql AS $$
  SELECT format($f$SELECT format('%%s = %%s + %%s + %%s + %%s', rows_read, inserted, updated, unchanged, rejected)
                     FROM equity.load_rows(%L, 'SELECT * FROM %I')$f$, kind, source)
$$;

SELECT pg_temp.run('persons, new', 'persons, INSERT', pg_temp.load('applicant')) \g /dev/null
SELECT pg_temp.run('persons, the same again', 'persons, INSERT', pg_temp.load('applicant')) \g /dev/null
SELECT pg_temp.run('applications, new', 'applications, INSERT', pg_temp.load('application')) \g /dev/null
SELECT pg_temp.run('applications, the same again', 'applications, INSERT', pg_temp.load('application')) \g /dev/null

-- everybody has an award, and a result of the first term
INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes) OVERRIDING SYSTEM VALUE
VALUES (1, 'ovec', 2566, 1, '2023-05-16', '2023-10-10'), (2, 'ovec', 2566, 2, '2023-11-01', '2024-03-31');
INSERT INTO equity.award (applicant_id, programme_code, grant_type, institution_id, academic_year, status)
SELECT a.applicant_id, 'innovation_general', 'two_year', 1 + a.applicant_id % 200, 2566, 'studying'
  FROM equity.applicant AS a;
ANALYZE equity.award;
CREATE TABLE result AS
SELECT f.citizen_id, '1/2566' AS "ภาคเรียน", 'ใช่' AS "ลงทะเบียนเรียน", f."GPAX" AS "เกรดเฉลี่ย",
       '18' AS "หน่วยกิตที่ลงทะเบียน", '18' AS "หน่วยกิตที่ได้"
  FROM file AS f;
VACUUM (ANALYZE, FREEZE) result;
SELECT pg_temp.run('results, new', 'results, INSERT', pg_temp.load('term_result', 'result')) \g /dev/null
SELECT pg_temp.run('results, the same again', 'results, INSERT', pg_temp.load('term_result', 'result')) \g /dev/null

-- the same rows, read already
ANALYZE equity.applicant, equity.applicant_identity, equity.application, equity.household, equity.choice;
CREATE TABLE ready AS
SELECT a.applicant_id + 10 * (SELECT max(applicant_id) FROM equity.applicant) AS applicant_id, a.birth_date, a.sex,
       a.province_code, i.title, i.given_name, i.family_name,
       overlay(i.identity PLACING '9' FROM 1) AS identity, e.status, e.submitted_at, e.gpa, e.welfare_card, e.source,
       'B' || e.source_key AS source_key, h.household_size, h.monthly_income
  FROM equity.applicant AS a
  JOIN equity.applicant_identity AS i USING (applicant_id)
  JOIN equity.application AS e USING (applicant_id)
  JOIN equity.household AS h USING (applicant_id, round_id);
CREATE TABLE ready_choice AS
SELECT c.applicant_id + 10 * (SELECT max(applicant_id) FROM equity.applicant) AS applicant_id, c.choice, c.pool_id
  FROM equity.choice AS c;
CREATE TABLE ready_result AS SELECT * FROM equity.term_result;
VACUUM (ANALYZE, FREEZE) ready, ready_choice, ready_result;
SELECT pg_temp.run('persons, INSERT', NULL, $$
  WITH a AS (INSERT INTO equity.applicant (applicant_id, birth_date, sex, province_code)
             SELECT applicant_id, birth_date, sex, province_code FROM ready RETURNING 1),
       i AS (INSERT INTO equity.applicant_identity
                    (applicant_id, identity_kind, identity, title, given_name, family_name)
             SELECT applicant_id, 'citizen_id', identity, title, given_name, family_name FROM ready RETURNING 1)
  SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM i)$$) \g /dev/null
SELECT pg_temp.run('applications, INSERT', NULL, $$
  WITH a AS (INSERT INTO equity.application
                    (applicant_id, round_id, status, submitted_at, gpa, welfare_card, source, source_key)
             SELECT applicant_id, 1, status, submitted_at, gpa, welfare_card, source, source_key
               FROM ready RETURNING 1),
       h AS (INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
             SELECT applicant_id, 1, household_size, monthly_income FROM ready RETURNING 1),
       c AS (INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
             SELECT applicant_id, 1, choice, pool_id FROM ready_choice RETURNING 1)
  SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM h) + (SELECT count(*) FROM c)$$) \g /dev/null
SELECT pg_temp.run('results, INSERT', NULL, $$
  WITH r AS (INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa, credits_attempted, credits_earned)
             SELECT award_id, 2, enrolled, gpa, credits_attempted, credits_earned FROM ready_result RETURNING 1)
  SELECT count(*) FROM r$$) \g /dev/null

\echo
\echo Loading :rows persons, their applications and results; each once
SELECT c.name, round(c.seconds, 1) AS seconds, round(c.seconds * 1000000 / :rows) AS "µs a row",
       round(c.seconds / b.seconds, 1) AS "times the INSERT", c.answer
  FROM contestant AS c
  LEFT JOIN contestant AS b ON b.name = c.beside
 ORDER BY c.position;
