-- The list that is posted names who got an award and nothing else of anybody, in the order of a Thai dictionary; it
-- stays as it was published, and whatever is changed of it afterwards shows.
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(45);

SELECT make_levels();
-- names whose order in a dictionary is not that of their bytes
UPDATE equity.institution SET name_th = CASE institution_code WHEN '1300000001' THEN 'วิทยาลัยน่าน'
                                                              ELSE 'วิทยาลัยเชียงราย' END;
UPDATE equity.applicant_identity SET identity_kind = 'g_code', identity = 'G000000000007' WHERE applicant_id = 7;
DELETE FROM equity.applicant_identity WHERE applicant_id % 5 = 1;
UPDATE equity.round SET offer_days = NULL WHERE round_id = 1;
SELECT run_as_far(1, 'verify');
SELECT is_empty('SELECT * FROM equity.published_list(1)', 'before publication there is none');
SELECT is_empty('SELECT * FROM equity.published_list_problems(1)', 'nor a problem');
SELECT equity.publish_round(1) \g /dev/null
SELECT max(run_id) AS run FROM equity.allocation_run \gset

-- ---- what is in it ----

CREATE TEMPORARY TABLE list AS SELECT row_number() OVER () AS place, l.* FROM equity.published_list(1) AS l;
SELECT bag_eq(
  'SELECT application_id, institution_code, institution_th, programme_code, programme_th, result, result_th, run_id
     FROM list',
  $$SELECT a.application_id, i.institution_code, i.name_th AS institution, p.programme_code, g.name_th,
           'admitted', 'ได้รับทุน' AS result, t.run_id
      FROM equity.placement AS t
      JOIN equity.seat_pool AS p USING (pool_id)
      JOIN equity.institution AS i USING (institution_id)
      JOIN equity.programme AS g USING (programme_code)
      JOIN equity.application AS a ON (a.applicant_id, a.round_id) = (t.applicant_id, p.round_id)$$,
  'who was admitted, where and to what');
SELECT set_eq(
  'SELECT application_id, masked_id FROM list',
  $$SELECT a.application_id, CASE WHEN a.applicant_id = 7 THEN 'Gxxxxxxxxx007'
                                  WHEN a.applicant_id % 5 = 1 THEN 'x-xxxx-xxxxx-xx-x'
                                  ELSE format('x-xxxx-xxxxx-%s-%s', substr(to_char(a.applicant_id, 'FM000'), 1, 2),
                                              a.applicant_id % 10) END
      FROM equity.placement AS t JOIN equity.application AS a USING (applicant_id)
     WHERE a.round_id = 1$$,
  'with three digits of an identity, or none');
SELECT results_eq(
  'SELECT place FROM list ORDER BY institution_th COLLATE "th-x-icu", programme_th COLLATE "th-x-icu", application_id',
  'SELECT place FROM list ORDER BY place', 'in the order of a Thai dictionary, then of the numbers');
SELECT isnt(
  (SELECT array_agg(place ORDER BY institution_th COLLATE "C", programme_th COLLATE "C", application_id) FROM list),
  (SELECT array_agg(place ORDER BY place) FROM list), 'which is not that of bytes');
SELECT is((SELECT count(*) FROM list), (SELECT count(DISTINCT (institution_code, programme_code, line)) FROM list),
          'each list is numbered for itself');
SELECT is_empty(
  $$SELECT l.institution_id FROM equity.published_list AS l
     WHERE l.content ~ 'สกุล|ชื่อ[0-9]|female|stateless|[0-9]{9}'
        OR l.content ~ '[0-9]\.[0-9]'$$, 'no name, group, kind of seat, identity or score is in it');
SELECT results_eq(
  'SELECT sum(entries) FROM equity.published_list', 'SELECT count(*) FROM equity.award WHERE round_id = 1',
  'the entries are counted');
SELECT throws_ok('SELECT equity.published_list(9)', 'P0002', 'round 9 does not exist', 'no such round');
SELECT throws_ok('SELECT equity.published_list_problems(9)', 'P0002', 'round 9 does not exist', 'nor to be checked');

-- ---- its digests, by hand ----

SELECT results_eq(
  $$SELECT detail FROM equity.audit_event WHERE operation = 'published_list'$$,
  $$SELECT jsonb_build_object('lists', 3, 'entries', (SELECT count(*) FROM list),
             'digest', encode(sha256(convert_to(string_agg(concat_ws(',', institution_id, programme_code,
                                                                     institution_th, programme_th, digest) || E'\n', ''
                                                           ORDER BY institution_id, programme_code COLLATE "C"),
                                                'UTF8')), 'hex'))
      FROM (SELECT i.institution_id, l.programme_code, l.institution_th, l.programme_th,
                   encode(sha256(convert_to(string_agg(concat_ws(E'\t', l.application_id, l.masked_id, l.result)
                                                       || E'\n', '' ORDER BY l.line), 'UTF8')), 'hex') AS digest
              FROM list AS l JOIN equity.institution AS i USING (institution_code)
             GROUP BY i.institution_id, l.programme_code, l.institution_th, l.programme_th) AS d$$,
  'the trail has the digest of the lines of all lists');
SELECT is(l.digest, encode(sha256(convert_to(l.content, 'UTF8')), 'hex'), 'and each list that of its own')
  FROM equity.published_list AS l;
SELECT is_empty('SELECT * FROM equity.published_list_problems(1)', 'a list that is as it was has no problem');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the trail holds');

-- ---- it stays ----

UPDATE equity.institution SET name_th = 'วิทยาลัยอื่น' WHERE institution_code = '1300000001';
UPDATE equity.applicant_identity SET valid_to = '2030-01-01';
SELECT set_eq('SELECT application_id, institution_th, masked_id FROM equity.published_list(1)',
              'SELECT application_id, institution_th, masked_id FROM list',
              'what is renamed or has another identity since then is listed as it was');
SELECT equity.publish_round(1) \g /dev/null
SELECT is((SELECT count(*) FROM equity.published_list), 3::bigint, 'a second publication keeps none');

-- ---- a forgery shows ----

CREATE FUNCTION pg_temp.problems_after(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  BEGIN
    EXECUTE statement;
    SELECT string_agg(DISTINCT p.problem, ' ' ORDER BY p.problem) INTO found
      FROM equity.published_list_problems(1) AS p;
    RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
  EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN NULL;
  END;
  RETURN found;
END $$;
SELECT min(application_id) AS admitted FROM list \gset
SELECT max(application_id) AS refused FROM equity.application
 WHERE round_id = 1 AND application_id NOT IN (SELECT application_id FROM list) \gset
SELECT set_config('test.swapped',
                  format($$regexp_replace(content, '(^|\n)%s\t', E'\\1%s\t')$$, :admitted, :refused), true)
\g /dev/null
SELECT is(pg_temp.problems_after(replace(statement, 'SWAPPED', current_setting('test.swapped'))), problems, what)
  FROM (VALUES
    ('UPDATE equity.published_list SET content = SWAPPED',
     'content_changed entry_without_placement placement_without_entry', 'another application in the place of one'),
    ('UPDATE equity.published_list SET content = SWAPPED, digest = equity.text_digest(SWAPPED)',
     'entry_without_placement lists_changed placement_without_entry', 'also with a digest to it'),
    ($$UPDATE equity.published_list SET content = replace(content, '-xx-x', '-11-1'),
                                        digest = equity.text_digest(replace(content, '-xx-x', '-11-1'))$$,
     'lists_changed', 'another mask'),
    ($$UPDATE equity.published_list SET institution_th = 'อื่น'$$, 'lists_changed', 'another name'),
    ('DELETE FROM equity.published_list WHERE institution_id = (SELECT min(institution_id) FROM equity.published_list)',
     'lists_changed placement_without_entry', 'a list taken away'),
    ('DELETE FROM equity.published_list', 'lists_missing placement_without_entry', 'all of them'),
    ($$WITH moved AS (UPDATE equity.placement SET pool_id = 14 WHERE pool_id = 11)
       SELECT 1$$, 'entry_without_placement placement_without_entry', 'placements that are no longer those'),
    ('SELECT 1', NULL, 'and nothing without any')) AS v (statement, problems, what);
INSERT INTO equity.allocation_run (run_id, round_id, mechanism, tie_break, equity_version)
VALUES (8001, 1, 'deferred_acceptance', 'lottery', '0');
SELECT is(pg_temp.problems_after(
  $$INSERT INTO equity.published_list
    SELECT 8001, institution_id, programme_code, institution_th, programme_th, entries, content, digest, published_at
      FROM equity.published_list
     ORDER BY institution_id LIMIT 1$$),
  'entry_without_placement lists_unannounced', 'a list of a run that published none');
DELETE FROM equity.allocation_run WHERE run_id = 8001;
UPDATE equity.published_list SET entries = entries;
SELECT is((SELECT detail ->> 'table' FROM equity.audit_event WHERE operation = 'direct_write'
            ORDER BY event_id DESC LIMIT 1),
          'published_list', 'and whoever writes to it is in the trail');

-- ---- refills ----

SELECT equity.accept_award(award_id, 'float') FROM equity.award WHERE pool_id <> 11 AND award_id % 3 = 0 \g /dev/null
SELECT equity.decline_award(award_id) FROM equity.award WHERE pool_id = 11 \g /dev/null
SELECT run_id AS refill, moved, offered FROM equity.refill_round(1) \gset
SELECT cmp_ok(:moved::bigint, '>', 0::bigint, 'a refill moves some');
SELECT results_eq(
  format('SELECT count(*) FILTER (WHERE result = ''moved''), count(*) FILTER (WHERE result = ''admitted'')
            FROM equity.published_list(1) WHERE run_id = %s', :refill),
  format('VALUES (%s::bigint, %s::bigint)', :moved, :offered), 'its lists have those whom it moved, and who is new');
SELECT bag_eq(
  format('SELECT application_id, institution_code FROM equity.published_list(1) WHERE run_id = %s', :refill),
  format($$SELECT a.application_id, i.institution_code
             FROM equity.award AS w
             JOIN equity.institution AS i USING (institution_id)
             JOIN equity.application AS a USING (applicant_id, round_id)
            WHERE w.run_id = %s$$, :refill), 'where they are now');
SELECT bag_eq(format('SELECT application_id, line FROM equity.published_list(1) WHERE run_id = %s', :run),
              'SELECT application_id, line FROM list', 'the first lists stay');
SELECT is_empty('SELECT * FROM equity.published_list_problems(1)', 'and nothing is amiss');

-- ---- who reads it ----

SET LOCAL ROLE regress_officer_b;
SELECT set_eq('SELECT institution_code FROM equity.published_list(1)', ARRAY['1300000002'],
              'an officer has the list of the own institution');
RESET ROLE;
SET LOCAL ROLE regress_auditor;
SELECT is_empty('SELECT * FROM equity.published_list_problems(1)', 'an auditor checks it');
RESET ROLE;
SELECT make_round(5, 2569::smallint);
GRANT ALL ON ALL TABLES IN SCHEMA equity TO regress_reader;
REVOKE ALL ON equity.applicant_identity FROM regress_reader;
SELECT equity.revoke_access('regress_reader', 'reader') \g /dev/null
GRANT ALL ON ALL TABLES IN SCHEMA equity TO regress_reader;
REVOKE ALL ON equity.applicant_identity FROM regress_reader;
SELECT run_as_far(5, 'verify');
SET LOCAL ROLE regress_reader;
SELECT lives_ok('SELECT equity.publish_round(5)', 'who may not read identities publishes all the same');
RESET ROLE;
SELECT set_eq('SELECT masked_id FROM equity.published_list(5)', ARRAY['x-xxxx-xxxxx-xx-x'], 'with nothing of them');

-- ---- an empty round ----

SELECT make_round(6, 2570::smallint);
DELETE FROM equity.choice WHERE round_id = 6;
SELECT run_as_far(6, 'publish');
SELECT is_empty('SELECT * FROM equity.published_list(6)', 'where nobody is admitted nothing is listed');
SELECT is_empty('SELECT * FROM equity.published_list_problems(6)', 'and nothing is amiss');

-- ---- the order of a Thai dictionary ----

SELECT results_eq(
  'SELECT name_th FROM equity.province ORDER BY equity.thai_sort_key(name_th) COLLATE "C"',
  'SELECT name_th FROM equity.province ORDER BY name_th COLLATE "th-x-icu"', 'provinces');
CREATE TEMPORARY TABLE word AS
SELECT unnest(
  '{แพะ,เก้า,เกา,แก,กา,ก่า,กาน,ไก่,ใกล้,โก,เปล,ปลา,ฤดู,ลิง,ริม,ฦ,หมู,แม่,มา,อา,เอา,เฮ,ฮา,น้ำ,นำ,นาม}'::text[]) AS w;
SELECT is(
  (SELECT array_agg(w ORDER BY equity.thai_sort_key(w) COLLATE "C") FROM word),
  '{กา,ก่า,กาน,เกา,เก้า,แก,โก,ใกล้,ไก่,นาม,นำ,น้ำ,ปลา,เปล,แพะ,มา,แม่,ริม,ฤดู,ลิง,ฦ,หมู,อา,เอา,ฮา,เฮ}'::text[],
  'words');
SELECT results_eq(
  'SELECT w FROM word ORDER BY equity.thai_sort_key(w) COLLATE "C"',
  'SELECT w FROM word ORDER BY w COLLATE "th-x-icu"', 'as ICU has them');
SELECT is(equity.thai_sort_key('วิทยาลัย ก'), equity.thai_sort_key('วิทยาลัย  ก'), 'blanks are as many as one');
SELECT ok(equity.thai_sort_key(NULL) IS NULL, 'nothing is nothing');

SELECT * FROM finish();
ROLLBACK;
