-- Random dirty files of persons, loaded into one registry: what a load says and what it leaves is what an oracle
-- says, which made the files and so knows what each cell means without reading it. Lines repeat and contradict
-- each other; persons come again in later files, changed or not; files are loaded twice, in any order of rows,
-- and in two halves.
\ir fixture/random.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(8);

-- ---- the files ----

-- what a line means: NULL for a blank cell, and whether some cell is wrong
CREATE TEMPORARY TABLE meant AS
SELECT f AS file, l AS line, p, pg_temp.roll('bad' || f || '.' || l, 5) = 0 AS bad,
       pg_temp.roll('which' || f || '.' || l, 4) AS bad_cell,
       d || (11 - (SELECT sum((14 - i) * substr(d, i, 1)::int) FROM generate_series(1, 12) AS i) % 11) % 10
         AS citizen_id,
       CASE WHEN pg_temp.roll(say || 'title', 6) > 0
            THEN pg_temp.pick(say || 'title', 'นาย', 'น.ส.', 'ด.ช.') END AS title,
       CASE WHEN pg_temp.roll(say || 'name', 6) > 0
            THEN pg_temp.pick(say || 'given', 'สมชาย', 'มาลี', 'ปรีชา') END AS given_name,
       pg_temp.pick(say || 'family', 'ใจดี', 'ณ อยุธยา') AS family_name,
       CASE WHEN pg_temp.roll(say || 'birth', 6) > 0
            THEN date '2004-01-31' + pg_temp.roll(say || 'day', 3) * 59 END AS birth_date,
       CASE WHEN pg_temp.roll(say || 'sex', 6) > 0 THEN pg_temp.pick(say || 'sex', 'male', 'female') END AS sex,
       CASE WHEN pg_temp.roll(say || 'province', 6) > 0
            THEN pg_temp.pick(say || 'p', '10', '50', '96') END AS province_code
  FROM generate_series(1, 24) AS f
 CROSS JOIN generate_series(1, 40) AS l
 CROSS JOIN LATERAL pg_temp.roll('p' || f || '.' || l, 60) AS p
 CROSS JOIN LATERAL (SELECT '3' || lpad((p * 7919)::text, 11, '0')) AS i (d)
 -- a person's answers change every six files; now and then a line says otherwise
 CROSS JOIN LATERAL (SELECT concat_ws('.', p, (f + p) / 6, CASE WHEN pg_temp.roll('odd' || f || '.' || l, 9) = 0
                                                                THEN l END)) AS s (say);
UPDATE meant SET title = NULL, family_name = NULL WHERE given_name IS NULL;

CREATE FUNCTION pg_temp.blank(key text) RETURNS text LANGUAGE sql AS $$
  SELECT pg_temp.pick(key, '', '-', '–', '  ', NULL)
$$;
CREATE FUNCTION pg_temp.thai(given text) RETURNS text LANGUAGE sql AS $$
  SELECT translate(given, '0123456789', '๐๑๒๓๔๕๖๗๘๙')
$$;
CREATE TABLE public.file (file integer, line integer, "เลขบัตรประชาชน" text, "ชื่อ - สกุล" text,
                          "วันเกิด" text, "เพศ" text, "จังหวัด" text);
INSERT INTO public.file
SELECT file, line,
       CASE WHEN bad AND bad_cell = 0
            THEN pg_temp.pick(k || 'a', overlay(citizen_id PLACING ((right(citizen_id, 1)::int + 1) % 10)::text
                                                      FROM 13),
                      '123', pg_temp.blank(k))
            ELSE pg_temp.pick(k || 'a', citizen_id, pg_temp.thai(citizen_id), ' ' || citizen_id || E'\u200B',
                      regexp_replace(citizen_id, '^(.)(.{4})(.{5})(..)(.)$', '\1-\2-\3-\4-\5')) END,
       CASE WHEN given_name IS NULL THEN pg_temp.blank(k || 'b')
            ELSE concat(title, pg_temp.pick(k || 'b', '', CASE WHEN title IS NULL THEN '' ELSE ' ' END), given_name,
                        pg_temp.pick(k || 'c', ' ', '   ', E'\t'), family_name, pg_temp.pick(k || 'd', '', ' ')) END,
       CASE WHEN bad AND bad_cell = 1 THEN pg_temp.pick(k || 'e', '30/02/2547', '1/1/47', 'ไม่ทราบ', '2004-01-31')
            WHEN birth_date IS NULL THEN pg_temp.blank(k || 'e')
            ELSE pg_temp.pick(k || 'e', day || '/' || month || '/' || year,
                      year || '-' || lpad(month, 2, '0') || '-' || lpad(day, 2, '0'),
                      pg_temp.thai(day || '/' || month || '/' || year), day || ' ' || short || ' ' || year,
                      day || ' ' || short || right(year, 2),
                      'วันที่ ' || day || ' ' || long || ' พ.ศ. ' || pg_temp.thai(year)) END,
       CASE WHEN bad AND bad_cell = 2 THEN pg_temp.pick(k || 'f', '?', 'x', 'ชญ')
            WHEN sex IS NULL THEN pg_temp.blank(k || 'f')
            WHEN sex = 'male' THEN pg_temp.pick(k || 'f', 'ช', 'ชาย', 'M', 'เพศชาย ')
            ELSE pg_temp.pick(k || 'f', 'ญ.', 'หญิง', 'female', ' F') END,
       CASE WHEN bad AND bad_cell = 3 THEN pg_temp.pick(k || 'g', 'ไม่รู้', '01', 'Siam')
            WHEN province_code IS NULL THEN pg_temp.blank(k || 'g')
            WHEN province_code = '10' THEN pg_temp.pick(k || 'g', 'กทม.', 'กรุงเทพมหานคร', '10', 'Bangkok')
            WHEN province_code = '50'
            THEN pg_temp.pick(k || 'g', 'จ.เชียงใหม่', 'จังหวัดเชียงใหม่', 'TH-50', 'chiang  mai')
            ELSE pg_temp.pick(k || 'g', 'นราธิวาส', '๙๖', 'Narathiwat') END
  FROM (SELECT m.*, file || '.' || line || 'k' AS k, extract(day FROM birth_date)::text AS day,
               extract(month FROM birth_date)::text AS month, (extract(year FROM birth_date) + 543)::text AS year,
               (ARRAY['ม.ค.', NULL, 'มี.ค.', NULL, 'พ.ค.'])[extract(month FROM birth_date)::int] AS short,
               (ARRAY['มกราคม', NULL, 'มีนาคม', NULL, 'พฤษภาคม'])[extract(month FROM birth_date)::int] AS long
          FROM meant AS m) AS m;

-- ---- the oracle ----

CREATE TEMPORARY TABLE known (citizen_id text PRIMARY KEY, title text, given_name text, family_name text,
                              birth_date date, sex text, province_code text);
CREATE TEMPORARY TABLE alike (one text, other text, PRIMARY KEY (one, other));
CREATE TEMPORARY TABLE changed (citizen_id text PRIMARY KEY);

-- Takes some lines of a file into known, and tells "read = inserted + updated + unchanged + rejected".
CREATE FUNCTION pg_temp.expect(given integer, halves integer[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  total integer;
  rejected integer;
  repeated integer;
  inserted integer;
  updated integer;
BEGIN
  CREATE TEMPORARY TABLE good ON COMMIT DROP AS
  SELECT m.*, count(*) OVER w AS lines, min(content) OVER w = max(content) OVER w AS agrees,
         row_number() OVER (w ORDER BY line) AS place
    FROM (SELECT t.*, concat_ws('|', coalesce(title, '~'), coalesce(given_name, '~'), coalesce(family_name, '~'),
                                coalesce(birth_date::text, '~'), coalesce(sex, '~'),
                                coalesce(province_code, '~')) AS content
            FROM meant AS t WHERE t.file = given AND NOT t.bad AND t.line % 2 = ANY (halves)) AS m
  WINDOW w AS (PARTITION BY citizen_id);
  total := (SELECT count(*) FROM meant AS t WHERE t.file = given AND t.line % 2 = ANY (halves));
  repeated := (SELECT count(*) FROM good WHERE agrees AND place > 1);
  rejected := total - (SELECT count(*) FROM good WHERE agrees);
  DELETE FROM good WHERE NOT agrees OR place > 1;
  TRUNCATE changed;
  INSERT INTO changed
  SELECT g.citizen_id FROM good AS g JOIN known AS k USING (citizen_id)
   WHERE (k.birth_date, k.sex, k.province_code) IS DISTINCT FROM (g.birth_date, g.sex, g.province_code)
      OR k.title <> g.title OR k.given_name <> g.given_name OR k.family_name <> g.family_name
      OR k.title IS NULL AND g.title IS NOT NULL OR k.given_name IS NULL AND g.given_name IS NOT NULL;
  GET DIAGNOSTICS updated = ROW_COUNT;
  INSERT INTO changed SELECT citizen_id FROM good WHERE citizen_id NOT IN (SELECT citizen_id FROM known);
  GET DIAGNOSTICS inserted = ROW_COUNT;
  INSERT INTO known AS k
  SELECT citizen_id, title, given_name, family_name, birth_date, sex, province_code FROM good
      ON CONFLICT (citizen_id) DO UPDATE
     SET title = coalesce(excluded.title, k.title), given_name = coalesce(excluded.given_name, k.given_name),
         family_name = coalesce(excluded.family_name, k.family_name), birth_date = excluded.birth_date,
         sex = excluded.sex, province_code = excluded.province_code;
  INSERT INTO alike
  SELECT a.citizen_id, b.citizen_id FROM known AS a JOIN known AS b USING (given_name, family_name, birth_date)
   WHERE a.citizen_id < b.citizen_id
      ON CONFLICT DO NOTHING;
  DROP TABLE good;
  RETURN format('%s = %s + %s + %s + %s', total, inserted, updated, total - inserted - updated - rejected, rejected);
END;
$$;

-- ---- the loads ----

CREATE FUNCTION pg_temp.load(source text) RETURNS text LANGUAGE sql AS $$
  SELECT format('%s = %s + %s + %s + %s', rows_read, inserted, updated, unchanged, rejected)
    FROM equity.load_rows('applicant', source, 'random')
$$;
CREATE TEMPORARY VIEW registry AS
SELECT i.identity AS citizen_id, i.title, i.given_name, i.family_name, a.birth_date, a.sex, a.province_code
  FROM equity.applicant AS a LEFT JOIN equity.applicant_identity AS i USING (applicant_id);
CREATE TEMPORARY VIEW version AS
SELECT i.identity AS citizen_id, md5(concat(i.*, i.ctid, a.*, a.ctid)) AS version
  FROM equity.applicant AS a JOIN equity.applicant_identity AS i USING (applicant_id);
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
  told := pg_temp.load(source);
  INSERT INTO outcome
  SELECT try.file, way, told, expected,
         NOT EXISTS (TABLE registry EXCEPT ALL TABLE known) AND NOT EXISTS (TABLE known EXCEPT ALL TABLE registry),
         NOT EXISTS (SELECT FROM before AS b LEFT JOIN version AS v USING (citizen_id)
                      WHERE citizen_id NOT IN (SELECT citizen_id FROM changed)
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
    IF f % 3 = 0 THEN
      PERFORM pg_temp.try(f, 'first half', whole || ' AND line % 2 = 0', '{0}');
      PERFORM pg_temp.try(f, 'second half', whole || ' AND line % 2 = 1', '{1}');
    ELSIF f % 3 = 1 THEN
      PERFORM pg_temp.try(f, 'in any order', whole || ' ORDER BY md5(line::text)');
    ELSE
      PERFORM pg_temp.try(f, 'in order', whole || ' ORDER BY line');
    END IF;
    IF f % 3 > 0 THEN
      CREATE TEMPORARY TABLE told ON COMMIT DROP AS TABLE equity.import_reject;
      PERFORM pg_temp.try(f, 'again', whole || ' ORDER BY line DESC');
      UPDATE outcome SET same_rows = false
       WHERE EXISTS (SELECT line, field, reason_code, masked_value FROM told WHERE severity = 'error'
                     EXCEPT SELECT line, field, reason_code, masked_value FROM equity.import_reject);
      DROP TABLE told;
    END IF;
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
SELECT cmp_ok((SELECT count(*) FROM alike), '>', 20::bigint, 'persons were alike');
SELECT set_eq(
  $$SELECT least(i.identity, o.identity), greatest(i.identity, o.identity)
      FROM equity.duplicate_candidate AS c
      JOIN equity.applicant_identity AS i ON i.applicant_id = c.applicant_id
      JOIN equity.applicant_identity AS o ON o.applicant_id = c.other_applicant_id$$,
  'TABLE alike', 'and are candidates, no others');

SELECT * FROM finish();
ROLLBACK;
