-- How unequal the incomes of those who applied are, and of those who got a seat: Lorenz curves.

CREATE VIEW equity_internal.income_step (percent) WITH (security_invoker = true) AS
  SELECT 5 * n FROM pg_catalog.generate_series(0, 20) AS n;

COMMENT ON VIEW equity_internal.income_step IS
  'The points at which equity.income_curve is told.';
COMMENT ON COLUMN equity_internal.income_step.percent IS 'Percent of persons, 0 to 100 in steps of 5.';

--- Income is that of the household a head. A curve has a row for each twentieth of persons, from the poorest on; who
--- has not told the income is not in it. For readers a curve of fewer than a hundred persons is NULL: a step would
--- tell of fewer than five.
CREATE VIEW equity.income_curve WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         v.persons_of,
         CASE v.persons_of WHEN 'awarded' THEN 'ผู้ได้รับการจัดสรร' ELSE 'ผู้สมัคร' END AS persons_of_th,
         CASE v.persons_of WHEN 'awarded' THEN 'Awarded' ELSE 'Applicants' END AS persons_of_en,
         CASE WHEN v.persons NOT BETWEEN 1 AND 4 OR equity_internal.may_count() THEN v.persons END AS persons,
         s.percent AS poorest_percent,
         (CASE WHEN t.told THEN 100 * v.curve[1 + s.percent / 5] END)::numeric(7,2) AS income_percent,
         (CASE WHEN t.told THEN v.gini END)::numeric(7,4) AS gini
    FROM (SELECT p.round_id,
                 count(p.income) AS applicants,
                 count(p.income) FILTER (WHERE p.awarded) AS awarded,
                 equity.lorenz(p.income, 20) AS applicants_curve,
                 equity.lorenz(p.income, 20) FILTER (WHERE p.awarded) AS awarded_curve,
                 equity.gini(p.income) AS applicants_gini,
                 equity.gini(p.income) FILTER (WHERE p.awarded) AS awarded_gini
            FROM (SELECT a.round_id,
                         (h.monthly_income / h.household_size)::double precision AS income,
                         t.applicant_id IS NOT NULL AS awarded
                    FROM equity_internal.asking AS a
                    JOIN equity.household AS h
                      ON h.applicant_id = a.applicant_id
                     AND h.round_id = a.round_id
                    LEFT JOIN equity.current_run AS c ON c.round_id = a.round_id
                    LEFT JOIN equity.placement AS t
                           ON t.run_id = c.run_id
                          AND t.applicant_id = a.applicant_id
                   WHERE h.monthly_income >= 0) AS p
           GROUP BY p.round_id) AS k
   CROSS JOIN LATERAL (VALUES ('applicants', k.applicants, k.applicants_curve, k.applicants_gini),
                              ('awarded', k.awarded, k.awarded_curve, k.awarded_gini)) AS v (persons_of, persons, curve, gini)
   CROSS JOIN LATERAL (SELECT v.persons >= 100 OR equity_internal.may_count() AS told) AS t
   CROSS JOIN equity_internal.income_step AS s
    JOIN equity.round AS r ON r.round_id = k.round_id;

COMMENT ON VIEW equity.income_curve IS
  'Lorenz curves of the household income a head in each round, of the applicants and of those awarded: what share of all income the poorest have.';
COMMENT ON COLUMN equity.income_curve.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.income_curve.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.income_curve.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.income_curve.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.income_curve.persons_of IS 'Whose incomes: applicants (ผู้สมัคร), or awarded (ผู้ได้รับการจัดสรร) in the current run.';
COMMENT ON COLUMN equity.income_curve.persons_of_th IS 'The same in Thai.';
COMMENT ON COLUMN equity.income_curve.persons_of_en IS 'The same in English.';
COMMENT ON COLUMN equity.income_curve.persons IS 'How many of them told their income (ผู้ที่ทราบรายได้); NULL where it is withheld.';
COMMENT ON COLUMN equity.income_curve.poorest_percent IS 'Percent of these persons, the poorest first (ร้อยละสะสมของคน): 0, 5, 10 to 100.';
COMMENT ON COLUMN equity.income_curve.income_percent IS 'Percent of all their income that these have (ร้อยละสะสมของรายได้), two decimals; NULL where it is withheld.';
COMMENT ON COLUMN equity.income_curve.gini IS 'Gini coefficient of the whole curve (สัมประสิทธิ์จีนี), four decimals, the same on each of its rows; NULL where it is withheld.';
