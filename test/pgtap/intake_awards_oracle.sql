-- Random files of results of terms, loaded into one registry: what a load says and what it leaves is what an oracle
-- says, which made the files and so knows whose result each line is. Awards are named in several ways, some of which
-- name none or several; lines repeat and contradict each other; results come again in later files, changed or not;
-- files are loaded twice, in any order of rows, and in two halves.
\ir fixture/random.psql
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(7);

-- ---- the awards: everybody has one, a third another one that was taken up, a quarter one that was not ----

SELECT make_scholars(24);
UPDATE equity.applicant SET source = 'hr', source_key = 'K' || applicant_id * 7919;
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
SELECT 100 + n, n, 'full_potential', 'two_year', 1 + n % 2, 2560, 'graduated' FROM generate_series(3, 24, 3) AS n
 UNION ALL
SELECT 200 + n, n, 'innovation_innovation', 'two_year', 1, 2564, 'declined' FROM generate_series(4, 24, 4) AS n;
-- some left when the second term had opened: they have results of it, and of no later one
INSERT INTO equity.award_event (award_id, event, at, note)
SELECT n, 'left', '2021-11-02 12:00+07', 'test' FROM generate_series(5, 24, 5) AS n;

-- ---- the files ----

-- what a line means: NULL for a blank cell; award is NULL when none or several are named
CREATE TEMPORARY TABLE meant AS
SELECT f AS file, l AS line, n, way, t AS term_id,
       CASE WHEN way IN (0, 2, 6) THEN n
            WHEN way = 1 AND n % 3 > 0 THEN n
            WHEN way IN (3, 4) AND n % 3 = 0 THEN 100 + n END AS award_id,
       pg_temp.roll('bad' || f || '.' || l, 7) = 0 AS bad, pg_temp.roll('which' || f || '.' || l, 5) AS bad_cell,
       pg_temp.roll(say || 'enrolled', 4) > 0 AS enrolled,
       CASE WHEN pg_temp.roll(say || 'gpa', 5) > 0 THEN (150 + pg_temp.roll(say || 'g', 5) * 50) / 100.0 END AS gpa,
       CASE WHEN pg_temp.roll(say || 'credits', 5) > 0 THEN 15 + pg_temp.roll(say || 'c', 3) * 1.5 END AS attempted,
       CASE WHEN pg_temp.roll(say || 'earned', 5) > 0 THEN 6 + pg_temp.roll(say || 'e', 4) * 3 END AS earned,
       CASE WHEN pg_temp.roll(say || 'attendance', 3) > 0 THEN 70 + pg_temp.roll(say || 'a', 3) * 7.25 END AS attendance
  FROM generate_series(1, 24) AS f
 CROSS JOIN generate_series(1, 40) AS l
 CROSS JOIN LATERAL (SELECT 1 + pg_temp.roll('n' || f || '.' || l, 24) AS n, pg_temp.roll('way' || f || '.' || l,
     8) AS way,
                            1 + pg_temp.roll('t' || f || '.' || l, 3) AS t) AS v
 -- what is said of a term changes every eight files; now and then a line says otherwise
 CROSS JOIN LATERAL (SELECT concat_ws('.', n, t, (f + n) / 8, CASE WHEN pg_temp.roll('odd' || f || '.' || l, 9) = 0
                                                                   THEN l END)) AS s (say);
UPDATE meant SET bad = true
 WHERE award_id IS NULL                                                          -- none or several
    OR award_id < 100 AND n % 5 = 0 AND term_id > 2                              -- left before
    OR earned > attempted;

CREATE FUNCTION pg_temp.thai(given text) RETURNS text LANGUAGE sql AS $$
  SELECT translate(given, '0123456789', '๐๑๒๓๔๕๖๗๘๙')
$$;
CREATE FUNCTION pg_temp.shown(key text, given numeric) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN given IS NULL THEN pg_temp.pick(key, '', '-', '–', '  ', NULL)
              ELSE pg_temp.pick(key, given::text, pg_temp.thai(given::text), ' ' || given, trim_scale(given)::text) END
$$;
CREATE TABLE public.file (file integer, line integer, "รหัสทุน" text, "รหัสนักศึกษา" text, source text, "โครงการ" text,
                          "ปีที่รับทุน" text, "ภาคเรียน" text, "ลงทะเบียนเรียน" text, "เกรดเฉลี่ย" text,
                          "หน่วยกิตที่ลงทะเบียน" text, "หน่วยกิตที่ได้" text, "เวลาเรียน" text);
INSERT INTO public.file
SELECT file, line,
       CASE way WHEN 0 THEN pg_temp.shown(k || 'id', n) WHEN 4 THEN (100 + n)::text WHEN 5 THEN (n % 24 + 1)::text
                WHEN 7 THEN pg_temp.pick(k || 'id', '999', '-1', 'สิบ') END,
       CASE WHEN way NOT IN (0, 4, 7) OR pg_temp.roll(k || 'both', 3) = 0 THEN 'K' || n * 7919 END,
       'hr',
       CASE way WHEN 2 THEN CASE n % 3 WHEN 0 THEN pg_temp.pick(k || 'p', 'innovation_special', ' INNOVATION_SPECIAL')
                                       ELSE 'innovation_general' END
                WHEN 3 THEN 'full_potential' END,
       CASE way WHEN 6 THEN pg_temp.pick(k || 'y', '2564', '๒๕๖๔', 'พ.ศ. 2564') END,
       CASE WHEN bad AND bad_cell = 0 AND award_id IS NOT NULL THEN pg_temp.pick(k || 't', '3/2564', '9/2564', 'x', '')
            ELSE pg_temp.pick(k || 't', y || '/' || x, x || '/' || y, pg_temp.thai(x || '/' || y),
                'ภาคเรียนที่ ' || x || '/' || y) END,
       CASE WHEN bad AND bad_cell = 1 THEN pg_temp.pick(k || 'e', '', '?', '-')
            ELSE CASE WHEN enrolled THEN pg_temp.pick(k || 'e', 'ใช่', 'Y', '1') ELSE pg_temp.pick(k || 'e',
                'ไม่', 'N', '0') END END,
       CASE WHEN bad AND bad_cell = 2 THEN pg_temp.pick(k || 'g', '4.01', '-1', 'ดี', '2.125')
            ELSE pg_temp.shown(k || 'g', gpa) END,
       CASE WHEN bad AND bad_cell = 3 THEN pg_temp.pick(k || 'c', '15.25', 'สิบ',
           '-3') ELSE pg_temp.shown(k || 'c', attempted) END,
       pg_temp.shown(k || 'f', earned),
       CASE WHEN bad AND bad_cell = 4 THEN pg_temp.pick(k || 'a', '100.01', 'มาก',
           '-5') ELSE pg_temp.shown(k || 'a', attendance) END
  FROM (SELECT m.*, file || '.' || line || 'k' AS k, 2564 + (term_id - 1) / 2 AS y, 1 + (term_id - 1) % 2 AS x
          FROM meant AS m) AS m;

-- ---- the oracle ----

CREATE TEMPORARY TABLE known (award_id bigint, term_id bigint, enrolled boolean, gpa numeric, attempted numeric,
                              earned numeric, attendance numeric, PRIMARY KEY (award_id, term_id));
CREATE TEMPORARY TABLE changed (award_id bigint, term_id bigint);

-- Takes some lines of a file into known, and tells "read = inserted + updated + unchanged + rejected".
CREATE FUNCTION pg_temp.expect(given integer, halves integer[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  total integer := (SELECT count(*) FROM meant AS t WHERE t.file = given AND t.line % 2 = ANY (halves));
  rejected integer;
  inserted integer;
  updated integer;
BEGIN
  CREATE TEMPORARY TABLE good ON COMMIT DROP AS
  SELECT m.*, min(content) OVER w = max(content) OVER w AS agrees, row_number() OVER (w ORDER BY line) AS place
    FROM (SELECT t.*, format('%s|%s|%s|%s|%s', enrolled, gpa, attempted, earned, attendance) AS content
            FROM meant AS t WHERE t.file = given AND NOT t.bad AND t.line % 2 = ANY (halves)) AS m
  WINDOW w AS (PARTITION BY award_id, term_id);
  rejected := total - (SELECT count(*) FROM good WHERE agrees);
  DELETE FROM good WHERE NOT agrees OR place > 1;
  TRUNCATE changed;
  INSERT INTO changed
  SELECT award_id, term_id FROM good AS g JOIN known AS k USING (award_id, term_id)
   WHERE (k.enrolled, k.gpa, k.attempted, k.earned, k.attendance)
         IS DISTINCT FROM (g.enrolled, g.gpa, g.attempted, g.earned, g.attendance);
  GET DIAGNOSTICS updated = ROW_COUNT;
  INSERT INTO changed SELECT award_id, term_id FROM good
      WHERE (award_id, term_id) NOT IN (SELECT k.award_id, k.term_id FROM known AS k);
  GET DIAGNOSTICS inserted = ROW_COUNT;
  DELETE FROM known WHERE (award_id, term_id) IN (TABLE changed);
  INSERT INTO known SELECT award_id, term_id, enrolled, gpa, attempted, earned, attendance
      FROM good JOIN changed USING (award_id, term_id);
  DROP TABLE good;
  RETURN format('%s = %s + %s + %s + %s', total, inserted, updated, total - inserted - updated - rejected, rejected);
END;
$$;

-- ---- the loads ----

CREATE TEMPORARY VIEW registry AS
SELECT award_id, term_id, enrolled, gpa, credits_attempted, credits_earned, attendance FROM equity.term_result;
CREATE TEMPORARY VIEW version AS SELECT award_id, term_id, t.ctid::text AS version FROM equity.term_result AS t;
CREATE TEMPORARY TABLE outcome (file integer, way text, told text, expected text, same_rows boolean,
    others_untouched boolean);

CREATE FUNCTION pg_temp.try(file integer, way text, source text, halves integer[] DEFAULT '{0, 1}') RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  told text;
  expected text := pg_temp.expect(file, halves);
BEGIN
  CREATE TEMPORARY TABLE before ON COMMIT DROP AS TABLE version;
  SELECT format('%s = %s + %s + %s + %s', rows_read, inserted, updated, unchanged, rejected) INTO told
    FROM equity.load_rows('term_result', source, 'random');
  INSERT INTO outcome
  SELECT try.file, way, told, expected,
         NOT EXISTS (TABLE registry EXCEPT ALL TABLE known) AND NOT EXISTS (TABLE known EXCEPT ALL TABLE registry),
         NOT EXISTS (SELECT FROM before AS b LEFT JOIN version AS v USING (award_id, term_id)
                      WHERE (award_id, term_id) NOT IN (TABLE changed)
                        AND v.version IS DISTINCT FROM b.version);
  DROP TABLE before;
END;
$$;

DO $$
DECLARE
  whole text;
BEGIN
  FOR f IN 1 .. 24 LOOP
    whole := format('SELECT * FROM public.file WHERE file = %s', f);
    CASE f % 3
      WHEN 0 THEN
        PERFORM pg_temp.try(f, 'first half', whole || ' AND line % 2 = 0', '{0}');
        PERFORM pg_temp.try(f, 'second half', whole || ' AND line % 2 = 1', '{1}');
      WHEN 1 THEN
        PERFORM pg_temp.try(f, 'in any order', whole || ' ORDER BY md5(line::text)');
        PERFORM pg_temp.try(f, 'again', whole || ' ORDER BY line DESC');
      ELSE
        PERFORM pg_temp.try(f, 'in order', whole || ' ORDER BY line');
    END CASE;
  END LOOP;
END;
$$;

SELECT cmp_ok((SELECT count(*) FROM outcome), '>', 35::bigint, 'files were loaded');
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
SELECT cmp_ok((SELECT count(DISTINCT reason_code) FROM equity.import_reject), '>', 4::bigint, 'for several reasons');

SELECT * FROM finish();
ROLLBACK;
