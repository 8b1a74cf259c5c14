-- Nobody has two awards in use that pay one cost item, unless the rate says so: the second is not taken up, whatever
-- lives people lead.
\ir fixture/random.psql
\ir fixture/scholars.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(20);

SELECT make_scholars(3);
INSERT INTO equity.rate_item (programme_code, item, level, period, amount, valid_from, combinable) VALUES
  ('innovation_general', 'living', NULL, 'month', 7500, '2020-01-01', false),
  ('innovation_general', 'equipment', NULL, 'once', 3000, '2020-01-01', true),
  ('full_potential', 'living', 'high_vocational', 'month', 9000, '2020-01-01', false),
  ('full_potential', 'equipment', NULL, 'once', 3000, '2020-01-01', false),
  ('innovation_innovation', 'tuition', NULL, 'term', 9000, '2020-01-01', false);
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
SELECT 10 + n, 1, p, g, 1, 2565, 'accepted'
  FROM (VALUES (1, 'full_potential', 'two_year'), (2, 'full_potential', 'five_year'),
               (3, 'innovation_innovation', 'two_year'), (4, 'innovation_general', 'two_year')) AS v (n, p, g);

SELECT is(pg_temp.refusal('SELECT equity.record_event(11, ''enrolled'', ''2022-05-16'')'),
          '55000 award 11 would be paid beside award 1 '
          '(Both are of one person and pay living, and award 1 is studying.) '
          '[Record first how the other one ended; or say in equity.rate_item.combinable that both may be paid.]',
          'a second award that pays the same is not taken up');
SELECT is((SELECT status FROM equity.award WHERE award_id = 11), 'accepted', 'and stays as it was');
SELECT is(pg_temp.state_of('SELECT equity.record_event(14, ''enrolled'')'), '55000', 'nor one of the same programme');
SELECT lives_ok('SELECT equity.record_event(12, ''enrolled'', ''2022-05-16'')',
                'one of a level that is paid otherwise is');
SELECT lives_ok('SELECT equity.record_event(13, ''enrolled'', ''2022-05-16'')', 'and one that pays for something else');
SELECT equity.record_event(12, 'graduated', '2022-06-01'),
       equity.record_event(1, 'suspended', '2022-06-01', 'test') \g /dev/null
SELECT is(pg_temp.state_of('SELECT equity.record_event(11, ''enrolled'')'), '55000', 'who is suspended may come back');
SELECT lives_ok($$INSERT INTO equity.award_event (award_id, event, from_status, to_status, at, note) VALUES
                    (1, 'left', 'suspended', 'discontinued', '2022-07-01', 'test'),
                    (11, 'enrolled', 'accepted', 'studying', '2022-07-01', NULL)$$, 'one may follow the other at once');
SELECT is(pg_temp.state_of('SELECT equity.record_event(1, ''resumed'', note => ''test'')'), '55000',
          'and the first does not come back beside it');
UPDATE equity.rate_item SET combinable = true WHERE programme_code = 'full_potential' AND item = 'living';
SELECT lives_ok('SELECT equity.record_event(1, ''resumed'', note => ''test'')', 'unless both may be paid');
UPDATE equity.rate_item SET combinable = false WHERE programme_code = 'full_potential' AND item = 'living';
SELECT lives_ok('SELECT equity.record_event(1, ''warned'')', 'what is so already goes on');

-- an item that has ended, and one that comes; rates of the first kind
INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
VALUES ('innovation_special', 'living', 'month', 7500, '2020-01-01'),
       ('innovation_special', 'living', 'month', 0, '2021-01-01');
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
VALUES (21, 2, 'innovation_special', 'two_year', 1, 2565, 'accepted'),
       (22, 2, 'innovation_general', 'two_year', 1, 2566, 'accepted');
SELECT lives_ok('SELECT equity.record_event(21, ''enrolled'', ''2022-05-16'')',
                'an item that has ended is no hindrance');
DELETE FROM equity.rate_item WHERE programme_code = 'innovation_special';
INSERT INTO equity.rate (programme_code, grant_type, academic_year, monthly_amount)
VALUES ('innovation_special', 'two_year', 2600, 7000);
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
VALUES (23, 2, 'innovation_special', 'two_year', 1, 2565, 'accepted');
SELECT is(pg_temp.state_of('SELECT equity.record_event(23, ''enrolled'')'), '55000', 'a monthly rate pays for living');

-- awards that come in while they are used
INSERT INTO equity.applicant (applicant_id) VALUES (90), (91);
CREATE FUNCTION pg_temp.come_in(VARIADIC rows text[]) RETURNS text LANGUAGE sql AS $$
  SELECT pg_temp.refusal('INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, academic_year, '
                         'status) VALUES ' || array_to_string(rows, ', ') || ' RETURNING ''in''')
$$;
SELECT is(pg_temp.come_in('(90, 90, ''innovation_general'', ''two_year'', 2560, ''studying'')',
                          '(91, 90, ''full_potential'', ''two_year'', 2560, ''suspended'')'),
          '55000 award 90 would be paid beside award 91 '
          '(Both are of one person and pay living, and award 91 is suspended.) '
          '[Record first how the other one ended; or say in equity.rate_item.combinable that both may be paid.]',
          'two that pay the same do not come in together');
SELECT is(pg_temp.come_in('(92, 90, ''innovation_general'', ''two_year'', 2560, ''studying'')',
                          '(93, 90, ''innovation_innovation'', ''two_year'', 2560, ''studying'')',
                          '(94, 90, ''full_potential'', ''two_year'', 2558, ''graduated'')',
                          '(95, 91, ''full_potential'', ''two_year'', 2560, ''studying'')'), 'accepted: in',
          'two of other items do, and one that is over');
SELECT is(left(pg_temp.come_in('(96, 90, ''full_potential'', ''two_year'', 2560, ''studying'')'), 5), '55000',
          'nor one beside one that is there');
SELECT is(pg_temp.come_in('(97, 90, ''full_potential'', ''two_year'', 2560, ''accepted'')'), 'accepted: in',
          'while it is not taken up it may come');
DELETE FROM equity.award WHERE award_id BETWEEN 90 AND 99;

-- random lives
INSERT INTO equity.applicant (applicant_id) SELECT n FROM generate_series(101, 120) AS n;
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
SELECT 1000 + 10 * n + k, 100 + n, p, 'two_year', 1, 2565, 'accepted'
  FROM generate_series(1, 20) AS n
 CROSS JOIN unnest(ARRAY['innovation_general', 'full_potential', 'innovation_innovation', 'innovation_general'])
         WITH ORDINALITY AS v (p, k);
CREATE FUNCTION pg_temp.live(seed integer, steps integer, OUT done integer, OUT refused integer)
  LANGUAGE plpgsql AS $$
DECLARE
  w record;
  chosen text;
BEGIN
  done := 0;
  refused := 0;
  FOR step IN 1 .. steps LOOP
    SELECT * INTO w FROM equity.award WHERE award_id > 1000
     ORDER BY equity.lottery('life ' || seed || '/' || step, award_id) LIMIT 1;
    SELECT t.event INTO chosen FROM equity.award_transition AS t
     WHERE t.from_status = w.status AND t.event NOT IN ('moved', 'transferred', 'decided')
     ORDER BY t.event <> 'enrolled',
              equity.lottery('event ' || seed || '/' || step, hashtext(t.from_status || t.event || t.to_status))
     LIMIT 1;
    CONTINUE WHEN chosen IS NULL;
    BEGIN
      PERFORM equity.record_event(w.award_id, chosen, note => 'test');
      done := done + 1;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
      refused := refused + 1;
    END;
    ASSERT NOT EXISTS (
      SELECT FROM equity.award AS a
        JOIN equity.award AS b ON b.applicant_id = a.applicant_id AND b.award_id > a.award_id
       WHERE a.award_id > 1000 AND a.status IN ('studying', 'suspended') AND b.status IN ('studying', 'suspended')
         AND (a.programme_code = b.programme_code
              OR a.programme_code <> 'innovation_innovation' AND b.programme_code <> 'innovation_innovation'));
  END LOOP;
END $$;
CREATE TEMPORARY TABLE lived AS SELECT * FROM pg_temp.live(1, 400);
SELECT cmp_ok((SELECT done FROM lived), '>', 100, 'random lives are lived');
SELECT cmp_ok((SELECT refused FROM lived), '>', 20, 'and second awards refused');
SELECT cmp_ok((SELECT count(*) FROM (SELECT applicant_id FROM equity.award
                WHERE award_id > 1000 AND status IN ('studying', 'suspended')
                GROUP BY applicant_id HAVING count(*) > 1) AS s), '>', 0::bigint,
              'while awards of other items go together');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the trail holds');

SELECT * FROM finish();
ROLLBACK;
