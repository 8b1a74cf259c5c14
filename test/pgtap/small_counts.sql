-- What readers see holds no count of one to four persons, no score of so few, and nothing from which such a
-- count follows: what is hidden of a whole is of two categories or more, and five persons or more.
\ir fixture/round.psql
BEGIN;
SELECT plan(19);

SELECT ok(equity_internal.sum_tells(n, s) IS NOT DISTINCT FROM told, format('%s hidden counts of %s together', n, s))
  FROM (VALUES (0, NULL, false), (1, 4, true), (2, 4, true), (2, 5, false), (3, 4, true)) AS v (n, s, told);

-- provinces with 1, 1, 5, 6 and 40 applicants; 2 and 7 without
SELECT make_round(1, 2566::smallint);
UPDATE equity.applicant
   SET province_code = CASE WHEN applicant_id <= 1 THEN '10'
                            WHEN applicant_id <= 2 THEN '11'
                            WHEN applicant_id <= 7 THEN '12'
                            WHEN applicant_id <= 13 THEN '13'
                            WHEN applicant_id <= 53 THEN '14' END,
       sex = CASE WHEN applicant_id <= 3 THEN 'other' WHEN applicant_id % 2 = 0 THEN 'female' ELSE 'male' END;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (12, 'female', 2), (13, 'female', 1), (13, 'male', 1);
SELECT run_as_far(1, 'publish');

SELECT set_eq(
  $$SELECT category, applicants FROM equity.equity_gap WHERE dimension = 'province'$$,
  $$VALUES ('10', NULL::bigint), ('11', NULL), ('12', NULL), ('13', 6::bigint), ('14', 40), ('unknown', 7)$$,
  'two provinces of one applicant each do not follow from the whole');
SELECT set_eq($$SELECT category, applicants IS NULL FROM equity.equity_gap WHERE dimension = 'sex'$$,
              $$VALUES ('other', true), ('female', false), ('male', true)$$, 'nor does a single small one');
CREATE TEMPORARY VIEW truth AS
SELECT dimension, category, count(*) AS applicants, count(*) FILTER (WHERE eligible) AS eligible,
       count(*) FILTER (WHERE awarded) AS awarded
  FROM equity_internal.person_category
 WHERE round_id = 1
 GROUP BY dimension, category;
CREATE TEMPORARY VIEW withheld AS
SELECT t.dimension, f.figure, count(*) AS counts, sum(f.of_truth) AS total
  FROM truth AS t
  JOIN equity.equity_gap AS g USING (dimension, category)
 CROSS JOIN LATERAL (VALUES ('applicants', g.applicants, t.applicants), ('eligible', g.eligible, t.eligible),
                            ('awarded', g.awarded, t.awarded)) AS f (figure, told, of_truth)
 WHERE f.told IS NULL
   AND g.round_id = 1
 GROUP BY t.dimension, f.figure;
SELECT is_empty($$SELECT * FROM withheld WHERE counts < 2 OR total < 5$$, 'no sum tells what is withheld');
SELECT cmp_ok((SELECT count(*) FROM withheld), '>=', 4::bigint, 'and something is, in several dimensions');
SELECT is_empty($$
  SELECT g.* FROM equity.equity_gap AS g
   WHERE applicants < 5 OR eligible BETWEEN 1 AND 4 OR awarded BETWEEN 1 AND 4
$$, 'no small count is told');
SELECT is_empty(
  $$SELECT g.category, c.province_code
      FROM equity.equity_gap AS g
      JOIN equity.province_coverage AS c
        ON c.round_id = g.round_id
       AND c.province_code = g.category
     WHERE g.dimension = 'province'
       AND (g.applicants, g.eligible, g.awarded) IS DISTINCT FROM (c.applicants, c.eligible, c.awarded)$$,
  'and another report does not tell it either');

-- of those whose need was checked, one in each of two provinces is in need, five and six in two others
UPDATE equity.application AS a
   SET verified_need = a.applicant_id NOT BETWEEN 20 AND 53
  FROM equity.applicant AS p
 WHERE p.applicant_id = a.applicant_id
   AND p.province_code IS NOT NULL;
SELECT set_eq(
  $$SELECT province_code, in_need FROM equity.targeting WHERE NOT whole AND province_code IS NOT NULL$$,
  $$VALUES ('10', NULL::bigint), ('11', NULL), ('12', NULL), ('13', 6::bigint), ('14', 6)$$,
  'two provinces where one each is in need do not follow from the whole');
SELECT is_empty(
  $$SELECT *
      FROM equity.targeting
     WHERE in_need IS NULL
       AND num_nonnulls(checked, undercoverage, undercoverage_low, undercoverage_high) > 0$$,
  'nor from what is reckoned with them');

-- in one province three were checked, none in need and none awarded; in another nobody was, in all others many
UPDATE equity.application AS a
   SET verified_need = CASE p.province_code
                         WHEN '13' THEN CASE WHEN (SELECT count(*) FROM equity.application AS b
                             JOIN equity.applicant AS q USING (applicant_id)
                                                    WHERE q.province_code = '13' AND b.applicant_id <= a.applicant_id
                                                      AND NOT EXISTS (SELECT FROM equity.placement AS t
                                                          WHERE t.applicant_id = b.applicant_id)) <= 3
                                                  AND NOT EXISTS (SELECT FROM equity.placement AS t
                                                      WHERE t.applicant_id = a.applicant_id)
                                          THEN false END
                         WHEN '12' THEN NULL
                         ELSE true
                       END
  FROM equity.applicant AS p
 WHERE p.applicant_id = a.applicant_id;
UPDATE equity.applicant SET province_code = CASE WHEN applicant_id > 30 THEN '15' ELSE '14' END
 WHERE province_code IS NULL OR province_code IN ('10', '11', '14');
SELECT set_eq(
  $$SELECT coalesce(province_code, 'all'), checked IS NULL FROM equity.targeting$$,
  $$VALUES ('12', true), ('13', true), ('14', true), ('15', false), ('all', false)$$,
  'how many were checked of few does not follow from the whole');
SELECT is(sum(checked) FILTER (WHERE whole) > sum(checked) FILTER (WHERE NOT whole) + 4, true,
    'of which much is told all the same')
  FROM equity.targeting;

-- pools
SELECT set_eq(
  'SELECT pool_id, seat, seats, admitted, last_admitted_score IS NULL
     FROM equity.pool_cutoff
    WHERE round_id = 1',
  $$VALUES (11::bigint, 'open', 5, 5::bigint, false),
           (12, 'open', 5, NULL, false),
           (12, 'female', 2, NULL, true),
           (13, 'open', 3, 3, true),
           (13, 'female', 1, NULL, true),
           (13, 'male', 1, NULL, true)$$,
  'reserves of few tell neither how many nor with which score, and open seats do not tell it of a single one');
SELECT is_empty(
  'SELECT *
     FROM equity.pool_cutoff
    WHERE (last_admitted IS NULL) <> (last_admitted_score IS NULL)',
  'in no form');

-- few were refused
SELECT make_round(2, 2567::smallint);
DELETE FROM equity.choice WHERE round_id = 2 AND NOT (pool_id = 21 AND applicant_id <= 11);
SELECT run_as_far(2, 'publish');
SELECT results_eq($$
  SELECT count(*) FROM equity.competing_choice AS c JOIN equity.round AS r USING (round_id)
    LEFT JOIN equity.placement AS t ON t.run_id = r.published_run_id AND t.applicant_id = c.applicant_id
   WHERE round_id = 2 AND t.applicant_id IS NULL
$$, ARRAY[4::bigint], 'four are refused');
SELECT results_eq(
  'SELECT admitted, last_admitted_score IS NULL, highest_refused_score
     FROM equity.pool_cutoff
    WHERE pool_id = 21',
  'VALUES (5::bigint, false, NULL::numeric(18,6))',
  'and their highest score is not told');

SELECT * FROM finish();
ROLLBACK;
