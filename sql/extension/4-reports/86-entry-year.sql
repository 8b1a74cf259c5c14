-- What became of all who entered in a year, wherever they study: retention, graduation and work of each year.

-- What equity.cohort_outcome withholds from the caller must not follow from the sum over all cohorts.
CREATE VIEW equity_internal.entry_year_count AS
  SELECT c.entry_year,
         v.figure,
         sum(v.counted)::bigint AS counted,
         equity_internal.sum_tells(count(*) FILTER (WHERE v.shown IS NULL AND v.counted > 0),
                                   coalesce(sum(v.counted) FILTER (WHERE v.shown IS NULL), 0)) AS tells
    FROM equity_internal.cohort AS c
    JOIN equity.cohort_outcome AS o
      ON o.institution_id IS NOT DISTINCT FROM c.institution_id
     AND o.field_code IS NOT DISTINCT FROM c.field_code
     AND o.entry_year = c.entry_year
   CROSS JOIN LATERAL (VALUES ('entrants', c.entrants, o.entrants),
                              ('came_by_transfer', c.came_by_transfer, o.came_by_transfer),
                              ('studying', c.studying, o.studying),
                              ('graduated', c.graduated, o.graduated),
                              ('dropped_out', c.dropped_out, o.dropped_out),
                              ('transferred', c.transferred, o.transferred),
                              ('deceased', c.deceased, o.deceased),
                              ('work_alone', c.work_alone, o.employed - o.work_and_study),
                              ('study_alone', c.study_alone, o.further_study - o.work_and_study),
                              ('work_and_study', c.work_and_study, o.work_and_study),
                              ('neither', c.neither, o.neither),
                              ('income_known', c.income_known, o.income_known)) AS v (figure, counted, shown)
   GROUP BY c.entry_year, v.figure;

COMMENT ON VIEW equity_internal.entry_year_count IS
  'The counts of all cohorts of a year of entry (equity_internal.cohort) added up. Small counts are shown: for analysts.';
COMMENT ON COLUMN equity_internal.entry_year_count.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า), พ.ศ.';
COMMENT ON COLUMN equity_internal.entry_year_count.figure IS 'What is counted, as the columns of equity_internal.cohort.';
COMMENT ON COLUMN equity_internal.entry_year_count.counted IS 'How many there are.';
COMMENT ON COLUMN equity_internal.entry_year_count.tells IS 'Whether the sum would tell a count that equity.cohort_outcome withholds from the caller.';

--- As equity.cohort_outcome, for the whole of each year. For readers counts of one to four are NULL, with the next
--- smallest where a sum would tell them, and what would tell a count that equity.cohort_outcome withholds.
CREATE VIEW equity.entry_year_outcome WITH (security_barrier = true) AS
  SELECT m.entry_year::integer AS entry_year,
         m.entry_year - 543 AS entry_year_ce,
         m.entrants,
         m.came_by_transfer,
         m.part[1] AS studying,
         m.part[2] AS graduated,
         m.part[3] AS dropped_out,
         m.part[4] AS transferred,
         m.part[5] AS deceased,
         m.part[1] + m.part[2] AS retained,
         ((m.part[1] + m.part[2])::numeric / m.entrants)::numeric(7,4) AS retention_rate,
         equity.wilson_low(m.part[1] + m.part[2], m.entrants)::numeric(7,4) AS retention_rate_low,
         equity.wilson_high(m.part[1] + m.part[2], m.entrants)::numeric(7,4) AS retention_rate_high,
         (m.part[2]::numeric / m.entrants)::numeric(7,4) AS graduation_rate,
         m.part[2] - m.found[5] AS followed,
         m.found[1] + m.found[3] AS employed,
         m.found[2] + m.found[3] AS further_study,
         m.found[3] AS work_and_study,
         m.found[4] AS neither,
         m.found[1] + m.found[2] + m.found[3] AS placed,
         ((m.found[1] + m.found[2] + m.found[3])::numeric / nullif(m.part[2] - m.found[5], 0))::numeric(7,4) AS placement_rate_followed,
         equity.wilson_low(m.found[1] + m.found[2] + m.found[3], m.part[2] - m.found[5])::numeric(7,4) AS placement_rate_low,
         equity.wilson_high(m.found[1] + m.found[2] + m.found[3], m.part[2] - m.found[5])::numeric(7,4) AS placement_rate_high
    FROM (SELECT y.entry_year,
                 CASE WHEN w.whole OR NOT y.entrants_tell AND y.entrants > 4 THEN y.entrants END AS entrants,
                 CASE WHEN w.whole OR NOT y.entrants_tell AND y.came_by_transfer NOT BETWEEN 1 AND 4 THEN y.came_by_transfer END AS came_by_transfer,
                 CASE WHEN w.whole THEN y.became
                      WHEN NOT y.entrants_tell AND NOT y.became_tell AND y.entrants > 4 THEN equity_internal.shown_counts(y.became) END AS part,
                 CASE WHEN w.whole THEN y.found
                      WHEN NOT y.entrants_tell AND NOT y.became_tell AND NOT y.found_tell AND y.entrants > 4
                           AND (equity_internal.shown_counts(y.became))[2] IS NOT NULL
                        THEN equity_internal.shown_counts(y.found) END AS found
            FROM (SELECT p.*,
                         ARRAY[p.work_alone, p.study_alone, p.work_and_study, p.neither,
                               p.became[2] - p.work_alone - p.study_alone - p.work_and_study - p.neither] AS found
                    FROM (SELECT n.entry_year,
                                 max(n.counted) FILTER (WHERE n.figure = 'entrants') AS entrants,
                                 max(n.counted) FILTER (WHERE n.figure = 'came_by_transfer') AS came_by_transfer,
                                 ARRAY[max(n.counted) FILTER (WHERE n.figure = 'studying'), max(n.counted) FILTER (WHERE n.figure = 'graduated'),
                                       max(n.counted) FILTER (WHERE n.figure = 'dropped_out'), max(n.counted) FILTER (WHERE n.figure = 'transferred'),
                                       max(n.counted) FILTER (WHERE n.figure = 'deceased')] AS became,
                                 max(n.counted) FILTER (WHERE n.figure = 'work_alone') AS work_alone,
                                 max(n.counted) FILTER (WHERE n.figure = 'study_alone') AS study_alone,
                                 max(n.counted) FILTER (WHERE n.figure = 'work_and_study') AS work_and_study,
                                 max(n.counted) FILTER (WHERE n.figure = 'neither') AS neither,
                                 bool_or(n.tells) FILTER (WHERE n.figure IN ('entrants', 'came_by_transfer')) AS entrants_tell,
                                 bool_or(n.tells) FILTER (WHERE n.figure IN ('studying', 'graduated', 'dropped_out', 'transferred', 'deceased')) AS became_tell,
                                 bool_or(n.tells) FILTER (WHERE n.figure IN ('work_alone', 'study_alone', 'work_and_study', 'neither')) AS found_tell
                            FROM equity_internal.entry_year_count AS n
                           GROUP BY n.entry_year) AS p) AS y
           CROSS JOIN (SELECT equity_internal.counts_scholars() AS whole) AS w) AS m;

COMMENT ON VIEW equity.entry_year_outcome IS
  'What became of all scholars of each year of entry: who stayed, graduated, left, has work or studies further, with every denominator.';
COMMENT ON COLUMN equity.entry_year_outcome.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.entry_year_outcome.entry_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.entry_year_outcome.entrants IS 'Scholars who took the award up (ผู้รับทุนแรกเข้า), as in equity.cohort_outcome: who transferred is an entrant in both places.';
COMMENT ON COLUMN equity.entry_year_outcome.came_by_transfer IS 'Of them, those who came by transfer (ย้ายเข้า): entrants without them are persons.';
COMMENT ON COLUMN equity.entry_year_outcome.studying IS 'Of the entrants, studying, or suspended (กำลังศึกษา).';
COMMENT ON COLUMN equity.entry_year_outcome.graduated IS 'Of the entrants, graduated (สำเร็จการศึกษา).';
COMMENT ON COLUMN equity.entry_year_outcome.dropped_out IS 'Of the entrants, left without graduating (ออกกลางคัน).';
COMMENT ON COLUMN equity.entry_year_outcome.transferred IS 'Of the entrants, went on at another institution or in another field (ย้ายสถานศึกษาหรือสาขา).';
COMMENT ON COLUMN equity.entry_year_outcome.deceased IS 'Of the entrants, died (เสียชีวิต).';
COMMENT ON COLUMN equity.entry_year_outcome.retained IS 'studying + graduated (คงอยู่).';
COMMENT ON COLUMN equity.entry_year_outcome.retention_rate IS 'retained / entrants (อัตราการคงอยู่), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.entry_year_outcome.retention_rate_low IS 'Lower end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.entry_year_outcome.retention_rate_high IS 'Upper end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.entry_year_outcome.graduation_rate IS 'graduated / entrants (อัตราการสำเร็จการศึกษา), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.entry_year_outcome.followed IS 'Graduates whom a survey reached (ผู้สำเร็จการศึกษาที่ติดตามได้).';
COMMENT ON COLUMN equity.entry_year_outcome.employed IS 'Of those followed, with work (มีงานทำ).';
COMMENT ON COLUMN equity.entry_year_outcome.further_study IS 'Of those followed, studying further (ศึกษาต่อ).';
COMMENT ON COLUMN equity.entry_year_outcome.work_and_study IS 'Of those followed, both; in employed and in further_study too.';
COMMENT ON COLUMN equity.entry_year_outcome.neither IS 'Of those followed, neither (ไม่มีงานทำและไม่ศึกษาต่อ).';
COMMENT ON COLUMN equity.entry_year_outcome.placed IS 'employed + further_study - work_and_study.';
COMMENT ON COLUMN equity.entry_year_outcome.placement_rate_followed IS 'placed / followed (อัตราการมีงานทำหรือศึกษาต่อ), 0 to 1, four decimals; NULL when nobody was followed.';
COMMENT ON COLUMN equity.entry_year_outcome.placement_rate_low IS 'Lower end of its 95 % interval (Wilson 1927).';
COMMENT ON COLUMN equity.entry_year_outcome.placement_rate_high IS 'Upper end of its 95 % interval (Wilson 1927).';
