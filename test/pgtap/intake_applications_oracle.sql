-- Random dirty files of applications with wide choices, loaded into one round: what a load says and what it leaves
-- is what an oracle says, which made the files and so knows what each cell means without reading it. Pools are
-- written in several ways; lines repeat and contradict each other; applications come again in later files, changed
-- or not; files are loaded twice, in any order of rows, and in two halves.
\ir fixture/random.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'Asia/Bangkok';
SELECT plan(7);

-- ---- the round, and who may apply ----

INSERT INTO equity.round (round_id, round_code, academic_year, name_th) OVERRIDING SYSTEM VALUE
VALUES (1, '2566/1', 2566, 'รอบที่ 1');
INSERT INTO equity.round_programme (round_id, programme_code)
VALUES (1, 'innovation_general'), (1, 'innovation_special');
INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership, affiliation)
OVERRIDING SYSTEM VALUE VALUES (1, '1310010001', 'วิทยาลัย', '10', 'general', 'state', 'ovec');
INSERT INTO equity.field_of_study (field_code, name_th) VALUES ('F1', 'หนึ่ง'), ('F2', 'สอง'), ('F3', 'สาม');
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
VALUES (11, 1, 'innovation_general', 1, 'F1', 'two_year', 2), (12, 1, 'innovation_general', 1, 'F2', 'two_year', 2),
       (13, 1, 'innovation_general', 1, 'F3', 'two_year', 2), (14, 1, 'innovation_special', 1, 'F3', 'two_year', 2);

CREATE TEMPORARY TABLE person AS
SELECT p, p + 100 AS applicant_id,
       d || (11 - (SELECT sum((14 - i) * substr(d, i, 1)::int) FROM generate_series(1, 12) AS i) % 11) % 10
         AS citizen_id
  FROM generate_series(0, 49) AS p
 CROSS JOIN LATERAL (SELECT '3' || lpad((p * 7919)::text, 11, '0')) AS i (d);
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE SELECT applicant_id FROM person WHERE p < 45;
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity)
SELECT applicant_id, 'citizen_id', citizen_id FROM person WHERE p < 45;

-- ---- the files ----

-- what a line means: NULL for a blank cell; the persons from 45 on are in no registry
CREATE TEMPORARY TABLE meant AS
SELECT f AS file, l AS line, n.p, n.citizen_id, n.applicant_id,
       pg_temp.roll('bad' || f || '.' || l, 6) = 0 OR n.p >= 45 AS bad,
       pg_temp.roll('which' || f || '.' || l, 6) AS bad_cell,
       CASE WHEN pg_temp.roll(say || 'at', 5) > 0
            THEN timestamptz '2023-05-20 08:30+07' + pg_temp.roll(say || 'day', 9) * interval '1 day' END
         AS submitted_at,
       CASE WHEN pg_temp.roll(say || 'gpa', 5) > 0 THEN (200 + pg_temp.roll(say || 'g', 5) * 45) / 100.0 END AS gpa,
       CASE WHEN pg_temp.roll(say || 'card', 5) > 0 THEN pg_temp.roll(say || 'c', 2) = 0 END AS welfare_card,
       CASE WHEN pg_temp.roll(say || 'size', 4) > 0 THEN 1 + pg_temp.roll(say || 's', 4) END AS household_size,
       CASE WHEN pg_temp.roll(say || 'income', 4) > 0 THEN pg_temp.roll(say || 'i', 4) * 4250.5 END AS monthly_income,
       CASE WHEN pg_temp.roll(say || 'c1', 7) > 0 THEN 11 + pg_temp.roll(say || 'c', 4) END AS choice1,
       CASE WHEN pg_temp.roll(say || 'c2', 3) > 0 THEN 11 + (pg_temp.roll(say || 'c', 4) + 1) % 4 END AS choice2,
       CASE WHEN pg_temp.roll(say || 'c3', 2) > 0 THEN 11 + (pg_temp.roll(say || 'c', 4) + 3) % 4 END AS choice3
  FROM generate_series(1, 24) AS f
 CROSS JOIN generate_series(1, 40) AS l
  JOIN person AS n ON n.p = pg_temp.roll('p' || f || '.' || l, 50)
 -- what a person says changes every six files; now and then a line says otherwise
 CROSS JOIN LATERAL (SELECT concat_ws('.', n.p, (f + n.p) / 6, CASE WHEN pg_temp.roll('odd' || f || '.' || l, 9) = 0
                                                                    THEN l END)) AS s (say);
UPDATE meant SET choice3 = choice1 WHERE bad AND bad_cell = 5 AND p < 45;
UPDATE meant SET bad = p >= 45 WHERE bad AND bad_cell = 5 AND choice1 IS NULL;

CREATE FUNCTION pg_temp.blank(key text) RETURNS text LANGUAGE sql AS $$
  SELECT pg_temp.pick(key, '', '-', '–', '  ', NULL)
$$;
CREATE FUNCTION pg_temp.thai(given text) RETURNS text LANGUAGE sql AS $$
  SELECT translate(given, '0123456789', '๐๑๒๓๔๕๖๗๘๙')
$$;
CREATE FUNCTION pg_temp.pool(key text, pool_id integer) RETURNS text LANGUAGE sql AS $$
  SELECT CASE
           WHEN pool_id IS NULL THEN pg_temp.blank(key)
           WHEN pool_id >= 13 THEN
             pg_temp.pick(key, pool_id::text, pg_temp.thai(pool_id::text),
                          '1310010001/F3/two_year/' || CASE pool_id WHEN 13 THEN 'innovation_general'
                                                                    ELSE 'innovation_special' END)
           ELSE pg_temp.pick(key, pool_id::text, ' ' || pool_id || ' ', '1310010001/F' || pool_id - 10,
                             '1310010001 / F' || pool_id - 10, '1310010001/F' || pool_id - 10 || '/two_year')
         END
$$;
CREATE TABLE public.file (file integer, line integer, "เลขบัตรประชาชน" text, "รอบ" text, "วันที่สมัคร" text,
                          "GPAX" text, "บัตรสวัสดิการ" text, "สมาชิก" text, "รายได้" text,
                          "อันดับที่ 1" text, "อันดับที่ 2" text, "อันดับที่ 3" text);
INSERT INTO public.file
SELECT file, line,
       CASE WHEN bad AND bad_cell = 0 AND p < 45
            THEN pg_temp.pick(k || 'a', '123', pg_temp.blank(k), reverse(citizen_id) || '0')
            ELSE pg_temp.pick(k || 'a', citizen_id, pg_temp.thai(citizen_id), citizen_id || E'\u200B') END,
       pg_temp.pick(k || 'b', '2566/1', ' 2566/1 ', '๒๕๖๖/๑'),
       CASE WHEN submitted_at IS NULL THEN pg_temp.blank(k || 'c')
            ELSE pg_temp.pick(k || 'c', to_char(submitted_at, 'FMDD/FMMM/') || '2566 8:30',
                              pg_temp.thai(to_char(submitted_at, 'FMDD/FMMM/') || '2566 08:30'),
                              to_char(submitted_at, 'FMDD') || ' พ.ค. 2566 08:30 น.') END,
       CASE WHEN bad AND bad_cell = 1 THEN pg_temp.pick(k || 'd', '4.01', 'ดี', '-1', '2.505')
            WHEN gpa IS NULL THEN pg_temp.blank(k || 'd')
            ELSE pg_temp.pick(k || 'd', gpa::numeric(3, 2)::text, trim_scale(gpa)::text,
                              pg_temp.thai(gpa::numeric(3, 2)::text)) END,
       CASE WHEN bad AND bad_cell = 2 THEN pg_temp.pick(k || 'e', 'อาจจะ', '2', '?')
            WHEN welfare_card IS NULL THEN pg_temp.blank(k || 'e')
            WHEN welfare_card THEN pg_temp.pick(k || 'e', 'ใช่', 'มี', 'Y', '1')
            ELSE pg_temp.pick(k || 'e', 'ไม่', 'ไม่มี', 'N', '0') END,
       CASE WHEN household_size IS NULL THEN pg_temp.blank(k || 'f')
            ELSE pg_temp.pick(k || 'f', household_size::text, household_size || ' คน',
                              pg_temp.thai(household_size::text)) END,
       CASE WHEN bad AND bad_cell = 3 THEN pg_temp.pick(k || 'g', 'ไม่แน่นอน', '-500', '1.234')
            WHEN monthly_income IS NULL THEN pg_temp.blank(k || 'g')
            ELSE pg_temp.pick(k || 'g', trim_scale(monthly_income)::text,
                              to_char(monthly_income, 'FM999,990.00') || ' บาท',
                              pg_temp.thai(to_char(monthly_income, 'FM999,990.00'))) END,
       pg_temp.pool(k || 'h', choice1),
       CASE WHEN bad AND bad_cell = 4 THEN pg_temp.pick(k || 'i', '15', '1310010001/F9', '1310010001/F3/two_year')
            ELSE pg_temp.pool(k || 'i', choice2) END,
       pg_temp.pool(k || 'j', choice3)
  FROM (SELECT m.*, file || '.' || line || 'k' AS k FROM meant AS m) AS m;

-- ---- the oracle ----

CREATE TEMPORARY TABLE known (applicant_id bigint PRIMARY KEY, status text, submitted_at timestamptz, gpa numeric,
                              welfare_card boolean, has_household boolean, household_size integer,
                              monthly_income numeric, choice1 integer, choice2 integer, choice3 integer);
CREATE TEMPORARY TABLE changed (applicant_id bigint PRIMARY KEY);

-- Takes some lines of a file into known, and tells "read = inserted + updated + unchanged + rejected". A blank
-- empties what it can, but no time of submission; a line with nothing about the household makes none.
CREATE FUNCTION pg_temp.expect(given integer, halves integer[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  total integer;
  rejected integer;
  inserted integer;
  updated integer;
BEGIN
  CREATE TEMPORARY TABLE good ON COMMIT DROP AS
  SELECT m.*, count(*) OVER w AS lines, min(content) OVER w = max(content) OVER w AS agrees,
         row_number() OVER (w ORDER BY line) AS place
    FROM (SELECT t.*, concat_ws('|', coalesce(submitted_at::text, '~'), coalesce(gpa::text, '~'),
                                coalesce(welfare_card::text, '~'), coalesce(household_size::text, '~'),
                                coalesce(monthly_income::text, '~'), coalesce(choice1, 0), coalesce(choice2, 0),
                                coalesce(choice3, 0)) AS content
            FROM meant AS t WHERE t.file = given AND NOT t.bad AND t.line % 2 = ANY (halves)) AS m
  WINDOW w AS (PARTITION BY applicant_id);
  total := (SELECT count(*) FROM meant AS t WHERE t.file = given AND t.line % 2 = ANY (halves));
  rejected := total - (SELECT count(*) FROM good WHERE agrees);
  DELETE FROM good WHERE NOT agrees OR place > 1;
  TRUNCATE changed;
  INSERT INTO changed
  SELECT applicant_id FROM good AS g JOIN known AS k USING (applicant_id)
   WHERE (k.submitted_at, k.gpa, k.welfare_card, k.choice1, k.choice2, k.choice3)
         IS DISTINCT FROM (coalesce(g.submitted_at, k.submitted_at), g.gpa, g.welfare_card,
                           g.choice1, g.choice2, g.choice3)
      OR (k.household_size, k.monthly_income) IS DISTINCT FROM (g.household_size, g.monthly_income);
  GET DIAGNOSTICS updated = ROW_COUNT;
  INSERT INTO changed SELECT applicant_id FROM good WHERE applicant_id NOT IN (SELECT applicant_id FROM known);
  GET DIAGNOSTICS inserted = ROW_COUNT;
  INSERT INTO known AS k
  SELECT applicant_id, CASE WHEN submitted_at IS NULL THEN 'draft' ELSE 'submitted' END, submitted_at, gpa,
         welfare_card, num_nonnulls(household_size, monthly_income) > 0, household_size, monthly_income,
         choice1, choice2, choice3
    FROM good
      ON CONFLICT (applicant_id) DO UPDATE
     SET status = CASE WHEN excluded.submitted_at IS NOT NULL THEN 'submitted' ELSE k.status END,
         submitted_at = coalesce(excluded.submitted_at, k.submitted_at), gpa = excluded.gpa,
         welfare_card = excluded.welfare_card, has_household = k.has_household OR excluded.has_household,
         household_size = excluded.household_size, monthly_income = excluded.monthly_income,
         choice1 = excluded.choice1, choice2 = excluded.choice2, choice3 = excluded.choice3;
  DROP TABLE good;
  RETURN format('%s = %s + %s + %s + %s', total, inserted, updated, total - inserted - updated - rejected, rejected);
END;
$$;

-- ---- the loads ----

CREATE FUNCTION pg_temp.load(source text) RETURNS text LANGUAGE sql AS $$
  SELECT format('%s = %s + %s + %s + %s', rows_read, inserted, updated, unchanged, rejected)
    FROM equity.load_rows('application', source, 'random')
$$;
CREATE TEMPORARY VIEW chosen AS SELECT applicant_id, choice, pool_id FROM equity.choice;
CREATE TEMPORARY VIEW registry AS
SELECT a.applicant_id, a.status, a.submitted_at, a.gpa, a.welfare_card, h.applicant_id IS NOT NULL AS has_household,
       h.household_size::integer, h.monthly_income,
       (SELECT pool_id::integer FROM chosen AS c WHERE c.applicant_id = a.applicant_id AND choice = 1) AS choice1,
       (SELECT pool_id::integer FROM chosen AS c WHERE c.applicant_id = a.applicant_id AND choice = 2) AS choice2,
       (SELECT pool_id::integer FROM chosen AS c WHERE c.applicant_id = a.applicant_id AND choice = 3) AS choice3
  FROM equity.application AS a LEFT JOIN equity.household AS h USING (applicant_id, round_id);
CREATE TEMPORARY VIEW version AS
SELECT a.applicant_id, md5(concat(a.*, a.ctid, h.*, h.ctid,
                                  (SELECT string_agg(concat(c.*, c.ctid), '; ' ORDER BY choice) FROM equity.choice AS c
                                    WHERE c.applicant_id = a.applicant_id))) AS version
  FROM equity.application AS a LEFT JOIN equity.household AS h USING (applicant_id, round_id);
CREATE TEMPORARY TABLE outcome (file integer, way text, told text, expected text, same_rows boolean,
                                others_untouched boolean);

CREATE TEMPORARY TABLE reason (reason_code text);

CREATE FUNCTION pg_temp.try(file integer, way text, source text, halves integer[] DEFAULT '{0, 1}') RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  told text;
  expected text := pg_temp.expect(file, halves);
BEGIN
  CREATE TEMPORARY TABLE before ON COMMIT DROP AS TABLE version;
  told := pg_temp.load(source);
  INSERT INTO outcome
  SELECT try.file, way, told, expected,
         NOT EXISTS (TABLE registry EXCEPT ALL TABLE known) AND NOT EXISTS (TABLE known EXCEPT ALL TABLE registry),
         NOT EXISTS (SELECT FROM before AS b LEFT JOIN version AS v USING (applicant_id)
                      WHERE applicant_id NOT IN (SELECT applicant_id FROM changed)
                        AND v.version IS DISTINCT FROM b.version);
  DROP TABLE before;
  INSERT INTO reason SELECT r.reason_code FROM equity.import_reject AS r;
END;
$$;

DO $$
DECLARE
  whole text;
BEGIN
  FOR f IN 1 .. 24 LOOP
    whole := format('SELECT * FROM public.file WHERE file = %s', f);
    IF f % 3 = 0 THEN
      PERFORM pg_temp.try(f, 'first half', whole || ' AND line % 2 = 0', '{0}');
      PERFORM pg_temp.try(f, 'second half', whole || ' AND line % 2 = 1', '{1}');
    ELSE
      PERFORM pg_temp.try(f, 'first', whole || CASE f % 3 WHEN 1 THEN ' ORDER BY md5(line::text)'
                                                          ELSE ' ORDER BY line' END);
      PERFORM pg_temp.try(f, 'again', whole || ' ORDER BY line DESC');
    END IF;
  END LOOP;
END;
$$;

SELECT is((SELECT count(*) FROM outcome), 48::bigint, 'files were loaded');
SELECT set_eq('SELECT file, way, told FROM outcome', 'SELECT file, way, expected FROM outcome',
              'each load says what the oracle says');
SELECT is_empty('SELECT file, way FROM outcome WHERE NOT same_rows', 'and leaves what it says');
SELECT is_empty('SELECT file, way FROM outcome WHERE NOT others_untouched',
                'without writing to rows that it does not change');
SELECT is_empty($$SELECT * FROM outcome WHERE way = 'again' AND told !~ '= 0 \+ 0 \+'$$,
                'a file loaded again changes nothing');
SELECT cmp_ok((SELECT count(*) FROM outcome
                WHERE way <> 'again' AND told ~ '= [1-9]\d* \+ [1-9]\d* \+ [1-9]\d* \+ [1-9]'),
              '>', 5::bigint, 'while first loads insert, update, leave and reject');
SELECT set_has('SELECT DISTINCT reason_code FROM reason',
               $$VALUES ('ROW_PERSON_UNKNOWN'), ('ROW_GPA'), ('ROW_POOL'), ('ROW_POOL_SEVERAL'),
                        ('ROW_CHOICE_TWICE'), ('ROW_CONTRADICTED')$$,
               'for many reasons');

SELECT * FROM finish();
ROLLBACK;
