-- Whether the awards of a round reach those in need: against what was verified afterwards, across the
-- country, and beside the round before. Counts below five are hidden.

--- Undercoverage is FN / (TP + FN), leakage FP / (TP + FP), each with its denominator and 95
--- % interval.
---
--- Says nothing of those who never applied; a check of awarded applicants alone says nothing
--- of undercoverage. Counts below five and rates over them are NULL, and those of the next
--- smallest province where what is hidden would follow from the whole
--- (equity_internal.sum_tells); provinces that equity_internal.category_count hides show no
--- applicants.
CREATE VIEW equity.targeting WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         t.province_code,
         coalesce(v.name_th, CASE WHEN t.whole THEN 'ทั้งหมด' ELSE 'ไม่ทราบจังหวัด' END) AS province_th,
         coalesce(v.name_en, CASE WHEN t.whole THEN 'All' ELSE 'Province unknown' END) AS province_en,
         t.whole,
         CASE WHEN k.hidden IS NOT TRUE THEN t.applicants END AS applicants,
         CASE WHEN NOT t.checked_small
                   AND NOT (equity_internal.sum_tells(count(*) FILTER (WHERE t.checked_small AND t.checked > 0) OVER of_kind,
                                                      sum(t.checked) FILTER (WHERE t.checked_small) OVER of_kind)
                            AND t.checked = min(t.checked) FILTER (WHERE NOT t.checked_small) OVER of_kind)
           THEN t.checked
         END AS checked,
         CASE WHEN NOT t.in_need_hidden THEN t.in_need END AS in_need,
         CASE WHEN NOT t.awarded_hidden THEN t.awarded END AS awarded_checked,
         (CASE WHEN NOT t.in_need_hidden THEN t.missed::numeric / t.in_need END)::numeric(7,4) AS undercoverage,
         (CASE WHEN NOT t.in_need_hidden THEN equity.wilson_low(t.missed, t.in_need) END)::numeric(7,4) AS undercoverage_low,
         (CASE WHEN NOT t.in_need_hidden THEN equity.wilson_high(t.missed, t.in_need) END)::numeric(7,4) AS undercoverage_high,
         (CASE WHEN NOT t.awarded_hidden THEN t.leaked::numeric / t.awarded END)::numeric(7,4) AS leakage,
         (CASE WHEN NOT t.awarded_hidden THEN equity.wilson_low(t.leaked, t.awarded) END)::numeric(7,4) AS leakage_low,
         (CASE WHEN NOT t.awarded_hidden THEN equity.wilson_high(t.leaked, t.awarded) END)::numeric(7,4) AS leakage_high
    FROM (SELECT h.*,
                 h.in_need_hidden OR h.awarded_hidden OR h.checked < 5 AS checked_small
            FROM (SELECT n.*,
                         n.in_need < 5
                           OR equity_internal.sum_tells(count(*) FILTER (WHERE n.in_need BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole),
                                                        sum(n.in_need) FILTER (WHERE n.in_need BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole))
                              AND row_number() OVER (PARTITION BY n.round_id, n.whole, n.in_need < 5
                                                     ORDER BY n.in_need, n.province_code COLLATE "C") = 1 AS in_need_hidden,
                         n.awarded < 5
                           OR equity_internal.sum_tells(count(*) FILTER (WHERE n.awarded BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole),
                                                        sum(n.awarded) FILTER (WHERE n.awarded BETWEEN 1 AND 4) OVER (PARTITION BY n.round_id, n.whole))
                              AND row_number() OVER (PARTITION BY n.round_id, n.whole, n.awarded < 5
                                                     ORDER BY n.awarded, n.province_code COLLATE "C") = 1 AS awarded_hidden
                    FROM (SELECT p.round_id,
                                 p.province_code,
                                 grouping(p.province_code) = 1 AS whole,
                                 count(*) AS applicants,
                                 count(p.verified_need) AS checked,
                                 count(*) FILTER (WHERE p.verified_need) AS in_need,
                                 count(p.verified_need) FILTER (WHERE p.awarded) AS awarded,
                                 count(*) FILTER (WHERE p.verified_need AND NOT p.awarded) AS missed,
                                 count(*) FILTER (WHERE NOT p.verified_need AND p.awarded) AS leaked
                            FROM equity_internal.round_person AS p
                           GROUP BY GROUPING SETS ((p.round_id), (p.round_id, p.province_code))) AS n) AS h) AS t
    JOIN equity.round AS r ON r.round_id = t.round_id
    LEFT JOIN equity.province AS v ON v.province_code = t.province_code
    LEFT JOIN equity_internal.category_count AS k
           ON k.round_id = t.round_id
          AND k.dimension = CASE WHEN t.whole THEN 'whole' ELSE 'province' END
          AND k.category = CASE WHEN t.whole THEN 'all' ELSE coalesce(t.province_code, 'unknown') END
  WINDOW of_kind AS (PARTITION BY t.round_id, t.whole);

COMMENT ON VIEW equity.targeting IS
  'The two errors of targeting in each round, as a whole and by home province, among applicants whose need was checked (equity.application.verified_need).';
COMMENT ON COLUMN equity.targeting.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.targeting.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.targeting.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.targeting.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.targeting.province_code IS 'Home province (จังหวัดภูมิลำเนา); NULL for the whole round and where it is unknown.';
COMMENT ON COLUMN equity.targeting.province_th IS 'Thai name of the province.';
COMMENT ON COLUMN equity.targeting.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.targeting.whole IS 'True in the row of the whole round.';
COMMENT ON COLUMN equity.targeting.applicants IS 'Submitted applications (ผู้สมัคร).';
COMMENT ON COLUMN equity.targeting.checked IS 'Of them, those whose need was checked (ตรวจสอบแล้ว).';
COMMENT ON COLUMN equity.targeting.in_need IS 'Of the checked, those in need (ยากจนจริง), TP + FN: the denominator of undercoverage.';
COMMENT ON COLUMN equity.targeting.awarded_checked IS 'Of the checked, those with a seat in the current run, TP + FP: the denominator of leakage.';
COMMENT ON COLUMN equity.targeting.undercoverage IS 'Exclusion error (ตกหล่น): share of those in need without a seat, 0 to 1, four decimals.';
COMMENT ON COLUMN equity.targeting.undercoverage_low IS 'Lower end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.targeting.undercoverage_high IS 'Upper end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.targeting.leakage IS 'Inclusion error (รั่วไหล): share of those with a seat who are not in need, 0 to 1, four decimals.';
COMMENT ON COLUMN equity.targeting.leakage_low IS 'Lower end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.targeting.leakage_high IS 'Upper end of its 95 % interval (Wilson 1927).';

CREATE VIEW equity.province_coverage WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         v.province_code,
         v.name_th AS province_th,
         v.name_en AS province_en,
         coalesce(i.institutions, 0)::bigint AS institutions,
         coalesce(i.seats, 0)::bigint AS seats,
         b.persons AS population,
         CASE WHEN a.hidden IS NOT TRUE THEN coalesce(a.applicants, 0) END AS applicants,
         CASE WHEN a.eligible_hidden IS NOT TRUE THEN coalesce(a.eligible, 0) END AS eligible,
         CASE WHEN a.awarded_hidden IS NOT TRUE THEN coalesce(a.awarded, 0) END AS awarded,
         (CASE WHEN a.awarded_hidden IS NOT TRUE
           THEN 1000 * coalesce(a.awarded, 0)::numeric / nullif(b.persons, 0) END)::numeric(9,2) AS awarded_per_thousand,
         (CASE WHEN a.awarded_hidden IS NOT TRUE THEN a.awarded::numeric / a.applicants END)::numeric(7,4) AS award_rate
    FROM equity.round AS r
   CROSS JOIN equity.province AS v
    LEFT JOIN (SELECT p.round_id,
                      n.province_code,
                      count(DISTINCT p.institution_id) AS institutions,
                      sum(p.seats) AS seats
                 FROM equity.seat_pool AS p
                 JOIN equity.institution AS n ON n.institution_id = p.institution_id
                GROUP BY p.round_id, n.province_code) AS i
           ON i.round_id = r.round_id
          AND i.province_code = v.province_code
    -- one row each, so that PostgreSQL reads no persons when none of their columns is asked for
    LEFT JOIN (SELECT k.round_id, k.category, max(k.applicants) AS applicants, max(k.eligible) AS eligible, max(k.awarded) AS awarded,
                      bool_or(k.hidden) AS hidden, bool_or(k.eligible_hidden) AS eligible_hidden, bool_or(k.awarded_hidden) AS awarded_hidden
                 FROM equity_internal.category_count AS k
                WHERE k.dimension = 'province'
                GROUP BY k.round_id, k.category) AS a
           ON a.round_id = r.round_id
          AND a.category = v.province_code
    LEFT JOIN equity.reference_population AS b
           ON b.academic_year = r.academic_year
          AND b.dimension = 'province'
          AND b.category = v.province_code;

COMMENT ON VIEW equity.province_coverage IS
  'What each round brings to each of the provinces, also those where nobody applied: institutions and seats there, and the applicants who come from there. What equity_internal.category_count hides is NULL; none is 0.';
COMMENT ON COLUMN equity.province_coverage.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.province_coverage.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.province_coverage.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.province_coverage.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.province_coverage.province_code IS 'Province (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.province_coverage.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.province_coverage.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.province_coverage.institutions IS 'Institutions of the province with a seat pool in the round (สถานศึกษา).';
COMMENT ON COLUMN equity.province_coverage.seats IS 'Seats of these pools (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.province_coverage.population IS 'Persons who could apply (ประชากรกลุ่มเป้าหมาย), from equity.reference_population; NULL when not given.';
COMMENT ON COLUMN equity.province_coverage.applicants IS 'Submitted applications from the province (ผู้สมัคร), wherever they want to study.';
COMMENT ON COLUMN equity.province_coverage.eligible IS 'Of them, those eligible with a score for some programme (ผู้มีสิทธิ์).';
COMMENT ON COLUMN equity.province_coverage.awarded IS 'Of them, those with a seat in the current run (ผู้ได้รับการจัดสรร).';
COMMENT ON COLUMN equity.province_coverage.awarded_per_thousand IS 'awarded for each thousand of population, two decimals; NULL without a population.';
COMMENT ON COLUMN equity.province_coverage.award_rate IS 'awarded / applicants (อัตราการได้รับทุน), 0 to 1, four decimals; NULL where nobody applied, and where awarded is.';

--- The first round has no rows.
---
--- Shares that equity_internal.category_count hides in either round are NULL; a category that
--- is absent has 0.
CREATE VIEW equity.composition_change WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         b.round_id AS previous_round_id,
         b.round_code AS previous_round_code,
         k.dimension,
         k.category,
         l.name_th AS category_th,
         l.name_en AS category_en,
         (CASE WHEN NOT k.hidden THEN 100 * k.applicant_share END)::numeric(7,2) AS applicant_percent,
         (CASE WHEN NOT k.awarded_hidden THEN 100 * k.award_share END)::numeric(7,2) AS award_percent,
         (CASE WHEN NOT k.awarded_hidden THEN 100 * k.award_share_before END)::numeric(7,2) AS previous_award_percent,
         (CASE WHEN NOT k.awarded_hidden
           THEN 100 * (k.award_share - k.award_share_before) END)::numeric(7,2) AS change_points
    FROM equity.round AS r
    JOIN equity.current_run AS c ON c.round_id = r.round_id
   CROSS JOIN LATERAL (SELECT e.round_id, e.round_code
                         FROM equity.round AS e
                         JOIN equity.current_run AS u ON u.round_id = e.round_id
                        WHERE (e.academic_year, e.call_number, e.round_id) < (r.academic_year, r.call_number, r.round_id)
                        ORDER BY e.academic_year DESC, e.call_number DESC, e.round_id DESC
                        LIMIT 1) AS b
   CROSS JOIN LATERAL (SELECT w.dimension,
                              w.category,
                              bool_or(w.hidden) AS hidden,
                              bool_or(w.awarded_hidden) AS awarded_hidden,
                              coalesce(max(w.applicants / w.all_applicants::numeric) FILTER (WHERE w.present), 0) AS applicant_share,
                              coalesce(max(w.awarded / nullif(w.all_awarded, 0)::numeric) FILTER (WHERE w.present), 0) AS award_share,
                              coalesce(max(w.awarded / nullif(w.all_awarded, 0)::numeric) FILTER (WHERE NOT w.present), 0) AS award_share_before
                         FROM (SELECT true AS present, n.*
                                 FROM equity_internal.category_count AS n
                                WHERE n.round_id = r.round_id
                                UNION ALL
                               SELECT false, o.*
                                 FROM equity_internal.category_count AS o
                                WHERE o.round_id = b.round_id) AS w
                        WHERE w.dimension <> 'whole'
                        GROUP BY w.dimension, w.category) AS k
    LEFT JOIN equity_internal.category_label AS l
           ON l.dimension = k.dimension
          AND l.category = k.category;

COMMENT ON VIEW equity.composition_change IS
  'The composition of the seats given in each round beside that of the round allocated before it (by academic_year, call_number), so that a category that crowds out another is seen.';
COMMENT ON COLUMN equity.composition_change.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.composition_change.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.composition_change.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.composition_change.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.composition_change.previous_round_id IS 'The round before (รอบก่อนหน้า).';
COMMENT ON COLUMN equity.composition_change.previous_round_code IS 'Code of the round before.';
COMMENT ON COLUMN equity.composition_change.dimension IS 'province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity.composition_change.category IS 'Category in the dimension, see equity_internal.person_category.';
COMMENT ON COLUMN equity.composition_change.category_th IS 'Thai name of the category.';
COMMENT ON COLUMN equity.composition_change.category_en IS 'English name of the category.';
COMMENT ON COLUMN equity.composition_change.applicant_percent IS 'Percent of the round''s submitted applications (ร้อยละของผู้สมัคร), two decimals.';
COMMENT ON COLUMN equity.composition_change.award_percent IS 'Percent of the seats given in the round''s current run (ร้อยละของผู้ได้รับการจัดสรร), two decimals.';
COMMENT ON COLUMN equity.composition_change.previous_award_percent IS 'The same in the round before.';
COMMENT ON COLUMN equity.composition_change.change_points IS 'award_percent less previous_award_percent, in percentage points (จุดร้อยละ), computed before rounding.';
