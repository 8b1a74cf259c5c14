-- What the coming years cost is what a clerk counts who goes through awards, terms and months one by one: committed
-- when everybody stays, and expected with the share of renewals that kept the award and the share of terms after
-- which nobody left, whatever lives people have lived.
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(8);

SELECT make_scholars(150), make_progress_card(), make_credit_card() \g /dev/null
UPDATE equity.award SET academic_year = 2564 + dice('entry', award_id, 3),
                        grant_type = CASE dice('grant', award_id, 4) WHEN 0 THEN 'five_year' WHEN 1 THEN 'one_year'
                                                                     ELSE 'two_year' END;
DELETE FROM equity.academic_term WHERE term_id = 8;
INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes)
VALUES (11, 'community_college', 2566, 1, '2023-06-01', '2023-10-31'),
       (12, 'community_college', 2566, 3, '2024-03-15', '2024-05-10');
INSERT INTO equity.rate_item (programme_code, item, level, period, amount, valid_from) VALUES
  ('innovation_general', 'living', NULL, 'month', 6500, '2020-05-16'),
  ('innovation_general', 'living', 'high_vocational', 'month', 7500.25, '2020-05-16'),
  ('innovation_general', 'tuition', NULL, 'term', 9999.99, '2020-05-16'),
  ('innovation_general', 'equipment', NULL, 'once', 3000, '2020-05-16'),
  ('innovation_special', 'tuition', NULL, 'term', 12000, '2020-05-16');
INSERT INTO equity.rate (programme_code, grant_type, academic_year, monthly_amount)
VALUES ('innovation_special', 'two_year', 2566, 6500);

-- random lives of four terms: results, who leaves, renewals, who is ended by hand
CREATE FUNCTION pg_temp.live(term_no bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  closes date := (SELECT t.closes FROM equity.academic_term AS t WHERE t.term_id = term_no);
BEGIN
  PERFORM report_results(term_no);
  INSERT INTO equity.award_event (award_id, event, at, note)
  SELECT w.award_id,
         CASE dice('how' || term_no, w.award_id, 4) WHEN 0 THEN 'deceased' WHEN 1 THEN 'terminated' ELSE 'left' END,
         closes - 30, 'test'
    FROM equity.award AS w
   WHERE w.status = 'studying' AND dice('leaves' || term_no, w.award_id, 12) = 0;
  PERFORM equity.renew_term(term_no);
  UPDATE equity.award SET status_since = closes WHERE status_since > now() - interval '1 day';
END $$;
SELECT pg_temp.live(n) FROM generate_series(1, 4) AS n \g /dev/null
UPDATE equity.award SET institution_id = 3 WHERE dice('at', award_id, 4) = 0;

-- ---- the clerk ----

CREATE TEMPORARY TABLE clerk (programme_code text, fiscal_year integer, committed numeric, expected numeric,
                              PRIMARY KEY (programme_code, fiscal_year));
CREATE TEMPORARY TABLE share (programme_code text, kept bigint, decided bigint, stayed bigint, enrolled bigint);
DO $$
DECLARE
  p text;
  w record;
  t record;
  i record;
  place integer;
  month date;
  factor numeric;
BEGIN
  FOREACH p IN ARRAY '{innovation_general, innovation_special}'::text[] LOOP
    INSERT INTO share VALUES (p, 0, 0, 0, 0);
    FOR w IN SELECT * FROM equity.award AS a WHERE a.programme_code = p LOOP
      FOR t IN SELECT r.enrolled, n.outcome,
                      NOT EXISTS (SELECT FROM equity.term_result AS l JOIN equity.academic_term AS x USING (term_id)
                                   WHERE l.award_id = w.award_id AND l.enrolled AND x.opens > a.opens) AS is_last,
                      (SELECT l.outcome FROM equity.renewal AS l JOIN equity.academic_term AS x USING (term_id)
                        WHERE l.award_id = w.award_id ORDER BY x.opens DESC LIMIT 1) AS last_outcome
                 FROM equity.academic_term AS a
                 LEFT JOIN equity.term_result AS r ON r.term_id = a.term_id AND r.award_id = w.award_id
                 LEFT JOIN equity.renewal AS n ON n.term_id = a.term_id AND n.award_id = w.award_id LOOP
        UPDATE share AS s
           SET decided = s.decided + (t.outcome IS NOT NULL)::int,
               kept = s.kept + coalesce(t.outcome NOT IN ('suspend', 'terminate'), false)::int,
               enrolled = s.enrolled + coalesce(t.enrolled, false)::int,
               stayed = s.stayed + (coalesce(t.enrolled, false)
                                    AND NOT (t.is_last AND w.status IN ('discontinued', 'terminated')
                                             AND coalesce(t.last_outcome NOT IN ('suspend', 'terminate'), true)))::int
         WHERE s.programme_code = p;
      END LOOP;
    END LOOP;
  END LOOP;

  FOR w IN SELECT a.*, g.years, g.level, n.affiliation FROM equity.award AS a
             JOIN equity.grant_type AS g USING (grant_type) JOIN equity.institution AS n USING (institution_id)
            WHERE a.status IN ('accepted', 'studying', 'suspended') LOOP
    place := 0;
    FOR t IN SELECT y AS ahead, a.* FROM generate_series(1, 5) AS y
              CROSS JOIN (SELECT * FROM equity.academic_term AS n
                           WHERE n.affiliation = w.affiliation AND n.academic_year = 2566) AS a
              ORDER BY y, a.term LOOP
      place := place + 1;
      CONTINUE WHEN 2566 + t.ahead - w.academic_year >= w.years;
      SELECT s.kept::numeric / s.decided * (s.stayed::numeric / s.enrolled) INTO factor
        FROM share AS s WHERE s.programme_code = w.programme_code;
      FOR i IN SELECT 'term' AS period, r.amount FROM equity.rate_item AS r
                WHERE r.programme_code = w.programme_code AND r.period = 'term'
                UNION ALL
               SELECT 'month', CASE WHEN w.programme_code = 'innovation_special' THEN 6500
                                    WHEN w.level = 'high_vocational' THEN 7500.25 ELSE 6500 END
                WHERE w.programme_code = 'innovation_general' OR w.grant_type = 'two_year' LOOP
        month := t.opens;
        LOOP
          INSERT INTO clerk AS c
          VALUES (w.programme_code, extract(year FROM month + make_interval(years => t.ahead, months => 3)) + 543,
                  i.amount, i.amount * power(factor, place))
              ON CONFLICT (programme_code, fiscal_year) DO UPDATE
             SET committed = c.committed + excluded.committed, expected = c.expected + excluded.expected;
          month := (month + interval '1 month')::date;
          EXIT WHEN i.period = 'term' OR month > t.closes;
        END LOOP;
      END LOOP;
    END LOOP;
  END LOOP;
END $$;

SELECT set_eq('SELECT DISTINCT programme_code, renewals_kept, renewals_decided, terms_stayed, terms_enrolled '
              'FROM equity.budget_projection', 'SELECT * FROM share', 'the shares are those of the clerk');
SELECT set_eq('SELECT programme_code, fiscal_year, committed FROM equity.budget_projection',
              'SELECT programme_code, fiscal_year, committed FROM clerk', 'so is what everybody would cost who stays');
SELECT is_empty($$SELECT * FROM equity.budget_projection AS b JOIN clerk AS c USING (programme_code, fiscal_year)
                   WHERE abs(b.expected - c.expected) > 0.01$$, 'and what is expected');
SELECT is_empty('SELECT * FROM equity.budget_projection WHERE expected >= committed', 'which is less');
SELECT is_empty('SELECT * FROM share WHERE kept = decided OR stayed = enrolled', 'for both reasons');
SELECT cmp_ok((SELECT count(*) FROM clerk), '>', 5::bigint, 'of several years');
SELECT cmp_ok((SELECT count(*) FROM equity.award WHERE status = 'terminated'), '>', 5::bigint, 'awards were ended');
SELECT ok((SELECT count(DISTINCT outcome) FROM equity.renewal) > 3, 'for many reasons');

SELECT * FROM finish();
ROLLBACK;
