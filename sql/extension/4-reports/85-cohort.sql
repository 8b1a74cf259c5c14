-- What became of those who got an award, cohort by cohort, in the form of the fund's own follow-up.
--
-- Whoever may read the awards themselves reads every count; for others counts of one to four are withheld, with
-- the next smallest where a sum would tell them.

CREATE FUNCTION equity_internal.shown_counts(counts bigint[]) RETURNS bigint[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_agg(CASE
                     WHEN c.n BETWEEN 1 AND 4 THEN NULL
                     WHEN c.n > 4 AND c.tells AND c.place = 1 THEN NULL
                     ELSE c.n
                   END ORDER BY c.position)
    FROM (SELECT u.n,
                 u.position,
                 equity_internal.sum_tells(count(*) FILTER (WHERE u.n BETWEEN 1 AND 4) OVER (),
                                           sum(u.n) FILTER (WHERE u.n BETWEEN 1 AND 4) OVER ()) AS tells,
                 row_number() OVER (PARTITION BY u.n > 4 ORDER BY u.n, u.position) AS place
            FROM unnest(counts) WITH ORDINALITY AS u (n, position)) AS c;
END;

COMMENT ON FUNCTION equity_internal.shown_counts(bigint[]) IS
  'The parts of a whole that is told, without those of one to four and without the next smallest part where what is withheld would follow from the whole (equity_internal.sum_tells).';

--- entrants = studying + graduated + dropped_out + transferred + deceased: balanced says that it holds.
--- retention_rate is retained / entrants. placed = employed + further_study - work_and_study;
--- placement_rate_followed divides it by the graduates whom a survey reached, placement_rate_all by all
--- graduates, as if nobody else were placed. Intervals are those of Wilson (1927), 95 %.
---
--- Whoever may read awards and outcomes reads every count, an officer those of the own institutions. For others
--- cohorts of fewer than five are withheld, and counts of one to four, each with the next
--- smallest where a sum would tell them; what is reckoned with them is withheld too.
CREATE VIEW equity.cohort_outcome WITH (security_barrier = true) AS
  SELECT m.institution_id,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         m.field_code,
         f.name_th AS field_th,
         f.name_en AS field_en,
         m.entry_year::integer AS entry_year,
         m.entry_year - 543 AS entry_year_ce,
         m.entrants,
         m.came_by_transfer,
         m.part[1] AS studying,
         m.part[2] AS graduated,
         m.part[3] AS dropped_out,
         m.part[4] AS transferred,
         m.part[5] AS deceased,
         m.balanced,
         m.part[1] + m.part[2] AS retained,
         ((m.part[1] + m.part[2])::numeric / m.entrants)::numeric(7,4) AS retention_rate,
         equity.wilson_low(m.part[1] + m.part[2], m.entrants)::numeric(7,4) AS retention_rate_low,
         equity.wilson_high(m.part[1] + m.part[2], m.entrants)::numeric(7,4) AS retention_rate_high,
         m.part[2] - m.found[5] AS followed,
         ((m.part[2] - m.found[5])::numeric / nullif(m.part[2], 0))::numeric(7,4) AS followed_rate,
         m.found[1] + m.found[3] AS employed,
         m.found[2] + m.found[3] AS further_study,
         m.found[3] AS work_and_study,
         m.found[4] AS neither,
         m.found[1] + m.found[2] + m.found[3] AS placed,
         ((m.found[1] + m.found[2] + m.found[3])::numeric / nullif(m.part[2] - m.found[5], 0))::numeric(7,4) AS placement_rate_followed,
         equity.wilson_low(m.found[1] + m.found[2] + m.found[3], m.part[2] - m.found[5])::numeric(7,4) AS placement_rate_low,
         equity.wilson_high(m.found[1] + m.found[2] + m.found[3], m.part[2] - m.found[5])::numeric(7,4) AS placement_rate_high,
         ((m.found[1] + m.found[2] + m.found[3])::numeric / nullif(m.part[2], 0))::numeric(7,4) AS placement_rate_all,
         CASE WHEN m.tells_income THEN m.income_known END AS income_known,
         CASE WHEN m.tells_income THEN m.income / nullif(m.income_known, 0) END::numeric(12,2) AS mean_income,
         CASE WHEN m.tells_compared THEN m.compared END AS compared,
         CASE WHEN m.tells_compared THEN m.income_before / nullif(m.compared, 0) END::numeric(12,2) AS mean_income_before,
         CASE WHEN m.tells_compared THEN m.income_compared / nullif(m.income_before, 0) END::numeric(12,4) AS income_ratio,
         CASE WHEN m.found IS NOT NULL THEN m.source END AS source,
         m.hidden
    FROM (SELECT k.institution_id,
                 k.field_code,
                 k.entry_year,
                 k.hidden,
                 CASE WHEN NOT k.hidden THEN k.entrants END AS entrants,
                 CASE WHEN k.open OR NOT k.hidden AND k.came_by_transfer NOT BETWEEN 1 AND 4 THEN k.came_by_transfer END AS came_by_transfer,
                 k.entrants = k.studying + k.graduated + k.dropped_out + k.transferred + k.deceased AS balanced,
                 p.part,
                 g.found,
                 k.income,
                 k.income_known,
                 k.open OR g.found[1] + g.found[3] IS NOT NULL AND k.income_known > 4
                           AND k.work_alone + k.work_and_study - k.income_known NOT BETWEEN 1 AND 4 AS tells_income,
                 k.compared,
                 k.income_before,
                 k.income_compared,
                 k.open OR g.found[1] + g.found[3] IS NOT NULL AND k.compared > 4
                           AND k.income_known - k.compared NOT BETWEEN 1 AND 4 AS tells_compared,
                 k.source
            FROM (SELECT c.*,
                         v.open,
                         NOT v.open
                         AND (c.entrants < 5
                              OR equity_internal.sum_tells(count(*) FILTER (WHERE c.entrants < 5) OVER of_institution,
                                                           sum(c.entrants) FILTER (WHERE c.entrants < 5) OVER of_institution)
                                 AND row_number() OVER (PARTITION BY c.institution_id, c.entry_year, c.entrants < 5
                                                        ORDER BY c.entrants, c.field_code COLLATE "C") = 1) AS hidden
                    FROM equity_internal.cohort AS c
                   CROSS JOIN (SELECT equity_internal.counts_scholars() AS whole, equity_internal.own_institutions() AS own) AS w
                   CROSS JOIN LATERAL (SELECT w.whole OR coalesce(c.institution_id = ANY (w.own), false) AS open) AS v
                  WINDOW of_institution AS (PARTITION BY c.institution_id, c.entry_year)) AS k
           CROSS JOIN LATERAL (SELECT ARRAY[k.studying, k.graduated, k.dropped_out, k.transferred, k.deceased] AS counts,
                                      ARRAY[k.work_alone, k.study_alone, k.work_and_study, k.neither,
                                            k.graduated - k.work_alone - k.study_alone - k.work_and_study - k.neither] AS answers) AS t
           CROSS JOIN LATERAL (SELECT CASE WHEN k.open THEN t.counts
                                           WHEN NOT k.hidden THEN equity_internal.shown_counts(t.counts) END AS part) AS p
           CROSS JOIN LATERAL (SELECT CASE WHEN k.open THEN t.answers
                                           WHEN p.part[2] IS NOT NULL THEN equity_internal.shown_counts(t.answers) END AS found) AS g) AS m
    LEFT JOIN equity.institution AS i ON i.institution_id = m.institution_id
    LEFT JOIN equity.field_of_study AS f ON f.field_code = m.field_code;

COMMENT ON VIEW equity.cohort_outcome IS
  'What became of each cohort, institution by field by year of entry, as the fund''s own form has it (แบบติดตามผลลัพธ์): who stayed, graduated, left, has work or studies further, with the mean income and every denominator.';
COMMENT ON COLUMN equity.cohort_outcome.institution_id IS 'Institution (สถานศึกษา); NULL when old records do not say.';
COMMENT ON COLUMN equity.cohort_outcome.institution_code IS 'Official code of the institution (รหัสสถานศึกษา).';
COMMENT ON COLUMN equity.cohort_outcome.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.cohort_outcome.institution_en IS 'English name of the institution.';
COMMENT ON COLUMN equity.cohort_outcome.field_code IS 'Field of study (สาขาวิชา); NULL when old records do not say.';
COMMENT ON COLUMN equity.cohort_outcome.field_th IS 'Thai name of the field (ชื่อสาขาวิชา).';
COMMENT ON COLUMN equity.cohort_outcome.field_en IS 'English name of the field.';
COMMENT ON COLUMN equity.cohort_outcome.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.cohort_outcome.entry_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.cohort_outcome.entrants IS 'Scholars who took the award up (ผู้รับทุนแรกเข้า).';
COMMENT ON COLUMN equity.cohort_outcome.came_by_transfer IS 'Of them, those who came by transfer (ย้ายเข้า) from another institution or field, where they are entrants too: entrants without them are persons.';
COMMENT ON COLUMN equity.cohort_outcome.studying IS 'Of them, studying, or suspended (กำลังศึกษา).';
COMMENT ON COLUMN equity.cohort_outcome.graduated IS 'Of them, graduated (สำเร็จการศึกษา).';
COMMENT ON COLUMN equity.cohort_outcome.dropped_out IS 'Of them, left without graduating (ออกกลางคัน).';
COMMENT ON COLUMN equity.cohort_outcome.transferred IS 'Of them, went on at another institution or in another field (ย้ายสถานศึกษาหรือสาขา).';
COMMENT ON COLUMN equity.cohort_outcome.deceased IS 'Of them, died (เสียชีวิต).';
COMMENT ON COLUMN equity.cohort_outcome.balanced IS 'True when the five add up to the entrants (ยอดสมดุล).';
COMMENT ON COLUMN equity.cohort_outcome.retained IS 'studying + graduated (คงอยู่).';
COMMENT ON COLUMN equity.cohort_outcome.retention_rate IS 'retained / entrants (อัตราการคงอยู่), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.cohort_outcome.retention_rate_low IS 'Lower end of the 95 % interval of retention_rate (Wilson 1927).';
COMMENT ON COLUMN equity.cohort_outcome.retention_rate_high IS 'Upper end of the 95 % interval of retention_rate (Wilson 1927).';
COMMENT ON COLUMN equity.cohort_outcome.followed IS 'Graduates whom a survey reached (ผู้สำเร็จการศึกษาที่ติดตามได้).';
COMMENT ON COLUMN equity.cohort_outcome.followed_rate IS 'followed / graduated (ความครอบคลุมของการติดตาม), 0 to 1, four decimals; NULL without graduates.';
COMMENT ON COLUMN equity.cohort_outcome.employed IS 'Of those followed, with work, employed or self-employed (มีงานทำ).';
COMMENT ON COLUMN equity.cohort_outcome.further_study IS 'Of those followed, studying further (ศึกษาต่อ): an outcome, not a failure.';
COMMENT ON COLUMN equity.cohort_outcome.work_and_study IS 'Of those followed, both (ทำงานและศึกษาต่อ); in employed and in further_study too.';
COMMENT ON COLUMN equity.cohort_outcome.neither IS 'Of those followed, neither (ไม่มีงานทำและไม่ศึกษาต่อ).';
COMMENT ON COLUMN equity.cohort_outcome.placed IS 'employed + further_study - work_and_study.';
COMMENT ON COLUMN equity.cohort_outcome.placement_rate_followed IS 'placed / followed (อัตราการมีงานทำหรือศึกษาต่อ ต่อผู้ที่ติดตามได้), 0 to 1, four decimals; NULL when nobody was followed.';
COMMENT ON COLUMN equity.cohort_outcome.placement_rate_low IS 'Lower end of the 95 % interval of placement_rate_followed (Wilson 1927).';
COMMENT ON COLUMN equity.cohort_outcome.placement_rate_high IS 'Upper end of the 95 % interval of placement_rate_followed (Wilson 1927).';
COMMENT ON COLUMN equity.cohort_outcome.placement_rate_all IS 'placed / graduated (ต่อผู้สำเร็จการศึกษาทั้งหมด), 0 to 1, four decimals: the least that it can be. NULL without graduates.';
COMMENT ON COLUMN equity.cohort_outcome.income_known IS 'Of those with work, those who told their income: the denominator of mean_income.';
COMMENT ON COLUMN equity.cohort_outcome.mean_income IS 'Mean income from work a month (รายได้เฉลี่ยต่อเดือน), baht; NULL when nobody told it, and for readers when fewer than five did.';
COMMENT ON COLUMN equity.cohort_outcome.compared IS 'Of them, those whose household''s income per head at the application is known: the denominator of the next two.';
COMMENT ON COLUMN equity.cohort_outcome.mean_income_before IS 'Mean of their households'' income per head and month at the application (รายได้ต่อหัวเมื่อสมัคร), baht.';
COMMENT ON COLUMN equity.cohort_outcome.income_ratio IS 'Their mean income now / mean_income_before, four decimals.';
COMMENT ON COLUMN equity.cohort_outcome.source IS 'Surveys and registers that the follow-up is from (แหล่งข้อมูล), in the order of their names; NULL when nobody was followed.';
COMMENT ON COLUMN equity.cohort_outcome.hidden IS 'True when the figures are withheld because the cohort is small, or because a small one would follow from it.';
