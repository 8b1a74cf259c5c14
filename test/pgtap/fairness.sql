-- The reports on fairness against plain counts of the rows: two rounds of 60 generated applicants.
\ir fixture/round.psql
BEGIN;
SELECT plan(29);

SELECT make_round(1, 2566::smallint);
SELECT make_round(2, 2567::smallint);
UPDATE equity.applicant
   SET sex = CASE WHEN applicant_id % 2 = 0 THEN 'female' ELSE 'male' END,
       province_code = CASE WHEN applicant_id <= 20 THEN '10'
                            WHEN applicant_id <= 24 THEN '11'
                            WHEN applicant_id <= 40 THEN '50'
                            ELSE '30' END;
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT n, 'stateless', true
  FROM generate_series(1, 30, 3) AS n
UNION ALL
SELECT n, 'out_of_school', true
  FROM generate_series(1, 60, 6) AS n
UNION ALL
SELECT n, 'teenage_mother', false
  FROM generate_series(1, 60) AS n;
UPDATE equity.application
   SET verified_need = applicant_id % 3 = 0
 WHERE applicant_id % 4 <> 0
   AND round_id = 1;
UPDATE equity.application
   SET disability_registered = applicant_id % 6 = 0
 WHERE round_id = 1;
UPDATE equity.application SET status = 'draft' WHERE applicant_id = 60 AND round_id = 1;
INSERT INTO equity.reference_population (academic_year, dimension, category, persons, source) VALUES
  (2566, 'province', '10', 400, 'generated'), (2566, 'whole', 'all', 3000, 'generated');
SELECT run_as_far(1, 'publish');
SELECT run_as_far(2, 'allocate');

CREATE TEMPORARY VIEW plain AS
SELECT a.applicant_id, p.sex, p.province_code, a.disability_registered, a.verified_need,
       round(h.monthly_income / h.household_size, 6) AS income,
       a.applicant_id IN (SELECT s.applicant_id
                            FROM equity.assessment AS s
                           WHERE s.round_id = 1
                             AND s.eligible
                             AND s.score IS NOT NULL) AS eligible,
       a.applicant_id IN (SELECT t.applicant_id
                            FROM equity.placement AS t
                            JOIN equity.round AS r
                              ON r.published_run_id = t.run_id
                           WHERE r.round_id = 1) AS awarded
  FROM equity.application AS a
  JOIN equity.applicant AS p USING (applicant_id)
  LEFT JOIN equity.household AS h USING (applicant_id, round_id)
 WHERE a.round_id = 1
   AND a.status = 'submitted';

-- form
SELECT is_empty(
  $$SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
      FROM pg_class AS c
      JOIN pg_attribute AS a
        ON a.attrelid = c.oid
     WHERE c.oid IN ('equity.equity_gap'::regclass, 'equity.targeting'::regclass,
                     'equity.province_coverage'::regclass, 'equity.composition_change'::regclass)
       AND a.attnum > 0
       AND format_type(a.atttypid, a.atttypmod)
           !~ '^(text|boolean|integer|bigint|numeric\(\d+,\d+\)|date|timestamp with time zone)$'$$,
  'columns of plain types');
SELECT is_empty(
  $$SELECT *
      FROM equity.equity_gap
     WHERE category_th IS NULL
        OR category_th !~ '[ก-๙]'
        OR category_en !~ '[A-Za-z]'$$,
  'labels in both languages');

-- counting
SELECT results_eq(
  $$SELECT category, applicants, eligible, awarded
      FROM equity_internal.category_count
     WHERE round_id = 1
       AND dimension = 'sex'
     ORDER BY category COLLATE "C"$$,
  $$SELECT sex, count(*), count(*) FILTER (WHERE eligible), count(*) FILTER (WHERE awarded)
      FROM plain
     GROUP BY sex
     ORDER BY sex COLLATE "C"$$,
  'by sex');
SELECT results_eq(
  $$SELECT category, applicants, eligible, awarded
      FROM equity_internal.category_count
     WHERE round_id = 1
       AND dimension = 'province'
     ORDER BY category COLLATE "C"$$,
  $$SELECT province_code, count(*), count(*) FILTER (WHERE eligible), count(*) FILTER (WHERE awarded)
      FROM plain
     GROUP BY province_code
     ORDER BY province_code COLLATE "C"$$,
  'by province');
SELECT results_eq(
  $$SELECT category, applicants, awarded
      FROM equity_internal.category_count
     WHERE round_id = 1
       AND dimension = 'disability'
     ORDER BY category COLLATE "C"$$,
  $$SELECT CASE WHEN disability_registered THEN 'registered' ELSE 'not_registered' END, count(*),
           count(*) FILTER (WHERE awarded)
      FROM plain
     GROUP BY 1
     ORDER BY 1$$,
  'by disability');
SELECT results_eq(
  $$SELECT category, applicants
      FROM equity_internal.category_count
     WHERE round_id = 1
       AND dimension = 'group'
     ORDER BY category COLLATE "C"$$,
  $$VALUES ('none',
            59
            - (SELECT count(DISTINCT n)
                 FROM (SELECT generate_series(1, 30, 3) AS n UNION SELECT generate_series(1, 59, 6)) AS u)),
           ('out_of_school', 10::bigint), ('stateless', 10::bigint)$$,
  'by verified group, in both when in two');
SELECT results_eq(
  $$SELECT poverty_quintile, count(*)
      FROM equity_internal.round_person
     WHERE round_id = 1
     GROUP BY 1
     ORDER BY 1$$,
  $$SELECT q, count(*)
      FROM (SELECT CASE WHEN p.income IS NOT NULL THEN
                          1
                          + 5 * (SELECT count(*) FROM plain AS o WHERE o.income < p.income)
                            / (SELECT count(income) FROM plain) END AS q
              FROM plain AS p) AS r
     GROUP BY 1
     ORDER BY 1$$,
  'quintiles: by how many are poorer');
SELECT is(
  (SELECT count(*)
     FROM equity_internal.round_person
    WHERE round_id = 1
      AND applicant_id = 60),
  0::bigint,
  'a draft is no application');
SELECT is_empty(
  $$SELECT dimension
      FROM equity_internal.category_count
     WHERE round_id = 1
       AND dimension NOT IN ('group', 'whole')
     GROUP BY dimension
    HAVING sum(applicants) <> max(all_applicants)
        OR sum(awarded) <> max(all_awarded)$$,
  'each dimension but groups adds up to the whole');

-- guarding
SELECT results_eq(
  $$SELECT category, hidden
      FROM equity.equity_gap
     WHERE round_id = 1
       AND dimension = 'province'
     ORDER BY category COLLATE "C"$$,
  $$VALUES ('10', false), ('11', true), ('30', false), ('50', true)$$,
  'four from a province are hidden, and the next smallest that would tell them');
SELECT is_empty(
  $$SELECT *
      FROM equity.equity_gap
     WHERE hidden
       AND num_nonnulls(applicants, application_rate, eligible, eligible_rate, awarded, award_rate,
                        award_rate_low, award_rate_high, ratio_to_whole, below_four_fifths) > 0$$,
  'what is hidden shows nothing');
SELECT is_empty(
  $$SELECT *
      FROM equity.equity_gap
     WHERE applicants BETWEEN 1 AND 4
        OR eligible BETWEEN 1 AND 4
        OR awarded BETWEEN 1 AND 4$$,
  'no count below five');
SELECT is_empty(
  $$SELECT *
      FROM equity.equity_gap
     WHERE awarded IS NULL
       AND num_nonnulls(award_rate, award_rate_low, award_rate_high, ratio_to_whole) > 0$$,
  'nor a rate that tells it');
SELECT is_empty(
  $$SELECT c.*
      FROM equity.province_coverage AS c
      JOIN equity.equity_gap AS g
        ON g.round_id = c.round_id
       AND g.dimension = 'province'
       AND g.category = c.province_code
     WHERE g.hidden
       AND num_nonnulls(c.applicants, c.eligible, c.awarded) > 0$$,
  'the other reports hide the same provinces');
SELECT is_empty(
  $$SELECT t.*
      FROM equity.targeting AS t
      JOIN equity.equity_gap AS g
        ON g.round_id = t.round_id
       AND g.dimension = 'province'
       AND g.category = t.province_code
     WHERE g.hidden
       AND num_nonnulls(t.applicants, t.checked, t.undercoverage, t.leakage) > 0$$,
  'targeting too');

SELECT is_empty(
  $$SELECT m.measure, g.round_id, g.dimension
      FROM equity.equity_gap AS g
      JOIN equity_internal.category_count AS c USING (round_id, dimension, category)
     CROSS JOIN LATERAL (VALUES ('applicants', g.applicants, c.applicants),
                                ('eligible', g.eligible, c.eligible),
                                ('awarded', g.awarded, c.awarded)) AS m (measure, shown, count)
     WHERE g.dimension <> 'whole'
     GROUP BY 1, 2, 3
    HAVING count(*) FILTER (WHERE m.shown IS NULL) = 1
       AND count(*) FILTER (WHERE m.count > 0) > 1$$,
  'no single count is withheld that would follow from the whole');
SELECT isnt_empty(
  $$SELECT *
      FROM equity_internal.category_count
     WHERE awarded_hidden
       AND awarded >= 5
       AND NOT hidden$$,
  'so others are withheld with it');
SELECT is_empty(
  $$SELECT *
      FROM equity.equity_gap
     WHERE award_rate IS NULL
       AND below_four_fifths IS NOT NULL$$,
  'nor does the sign tell a rate that is withheld');

-- rates
SELECT results_eq(
  $$SELECT award_rate, ratio_to_whole, below_four_fifths
      FROM equity.equity_gap
     WHERE round_id = 1
       AND dimension = 'sex'
     ORDER BY category COLLATE "C"$$,
  $$SELECT round(a / n, 4),
           round(a / n / (SELECT count(*) FILTER (WHERE awarded)::numeric / count(*) FROM plain), 4),
           a / n < 0.8 * max(a / n) OVER ()
      FROM (SELECT sex, count(*)::numeric AS n, count(*) FILTER (WHERE awarded)::numeric AS a
              FROM plain
             GROUP BY sex) AS s
     ORDER BY sex COLLATE "C"$$,
  'rate, ratio to the whole and the four-fifths sign');
SELECT is(
  (SELECT application_rate FROM equity.equity_gap WHERE round_id = 1 AND category = '10'),
  round(20 / 400.0, 4),
  'rate of application where the population is known');
SELECT is(
  (SELECT awarded_per_thousand
     FROM equity.province_coverage
    WHERE round_id = 1
      AND province_code = '10'),
  (SELECT round(2.5 * nullif(count(*) FILTER (WHERE awarded), 0), 2)
     FROM plain
    WHERE province_code = '10'
   HAVING count(*) FILTER (WHERE awarded) >= 5),
  'awards for a thousand of population');
SELECT is(
  (SELECT count(*) FROM equity.province_coverage WHERE round_id = 1),
  77::bigint,
  'every province, also without applicants');
SELECT results_eq(
  $$SELECT checked, in_need, awarded_checked, undercoverage, leakage
      FROM equity.targeting
     WHERE round_id = 1
       AND whole$$,
  $$SELECT count(verified_need), count(*) FILTER (WHERE verified_need),
           count(verified_need) FILTER (WHERE awarded),
           round(1
                 - count(*) FILTER (WHERE verified_need AND awarded)
                   / count(*) FILTER (WHERE verified_need)::numeric,
                 4),
           round(count(*) FILTER (WHERE NOT verified_need AND awarded)
                 / count(verified_need) FILTER (WHERE awarded)::numeric,
                 4)
      FROM plain$$,
  'undercoverage and leakage, each over its own denominator');

-- the interval of Wilson: 4 of 10 and 0 of 20 worked by hand
SELECT results_eq(
  'SELECT equity.wilson_low(4, 10), equity.wilson_high(4, 10), equity.wilson_low(0, 20),
          equity.wilson_high(0, 20)',
  'SELECT 0.168180, 0.687326, 0.000000, 0.161125',
  'the interval of Wilson');
SELECT results_eq(
  'SELECT equity.wilson_low(0, 0), equity.wilson_high(3, 2), equity.wilson_high(7, 7)',
  'SELECT NULL::numeric, NULL::numeric, 1::numeric',
  'no interval without trials; never above 1');

-- intersections
SELECT results_eq(
  $$SELECT categories, coalesce(applicants, 0)
      FROM equity.equity_gap_by(1, ARRAY['sex', 'disability'])$$,
  $$SELECT c, CASE WHEN n >= 5 THEN n ELSE 0 END
      FROM (SELECT ARRAY[sex,
                         CASE WHEN disability_registered THEN 'registered' ELSE 'not_registered' END] AS c,
                   count(*) AS n
              FROM plain
             GROUP BY 1) AS s
     ORDER BY c$$,
  'sex by disability');
SELECT throws_ok(
  $$SELECT * FROM equity.equity_gap_by(1, ARRAY['sex', 'age'])$$, '22023', 'unrecognized dimension "age"',
  'an unrecognized dimension');

-- composition beside the round before
SELECT results_eq(
  $$SELECT award_percent, previous_award_percent, change_points
      FROM equity.composition_change
     WHERE round_id = 2
       AND dimension = 'sex'
     ORDER BY category COLLATE "C"$$,
  $$SELECT round(100.0 * n.awarded / n.all_awarded, 2), round(100.0 * o.awarded / o.all_awarded, 2),
           round(100.0 * n.awarded / n.all_awarded - 100.0 * o.awarded / o.all_awarded, 2)
      FROM equity_internal.category_count AS n
      JOIN equity_internal.category_count AS o USING (dimension, category)
     WHERE n.round_id = 2
       AND o.round_id = 1
       AND dimension = 'sex'
     ORDER BY category COLLATE "C"$$,
  'shares of two rounds');
SELECT is_empty(
  'SELECT * FROM equity.composition_change WHERE round_id = 1',
  'the first round has nothing before it');
SELECT * FROM finish();
ROLLBACK;
