-- What became of everybody who has taken an award up. Whoever did is an entrant, and is one of five: studying,
-- graduated, dropped out, transferred, deceased. Who transfers is an entrant where they came from, transferred,
-- and an entrant again where they went, under the year in which they first entered. Of graduates those are
-- followed whom a survey reached, and the latest answer counts.

CREATE VIEW equity_internal.scholar AS
  WITH transfer AS (
    SELECT e.award_id,
           e.from_institution_id,
           e.from_field_code,
           coalesce(e.to_institution_id = e.from_institution_id, true) AS within,
           row_number() OVER (PARTITION BY e.award_id ORDER BY e.event_number) AS place
      FROM equity.award_event AS e
     WHERE e.event = 'transferred'
       AND NOT EXISTS (SELECT                               -- taken back by the next event
                         FROM equity.award_event AS n
                        WHERE n.award_id = e.award_id
                          AND n.event = 'corrected'
                          AND n.from_status = n.to_status
                          AND n.event_number = (SELECT min(x.event_number)
                                                  FROM equity.award_event AS x
                                                 WHERE x.award_id = e.award_id
                                                   AND x.event_number > e.event_number))
  ), death AS (
    SELECT e.award_id
      FROM equity.award_event AS e
     WHERE e.event = 'deceased'
       AND NOT EXISTS (SELECT FROM equity.award_event AS n
                        WHERE n.award_id = e.award_id
                          AND n.event_number > e.event_number
                          AND n.from_status <> n.to_status)
  )
  SELECT w.award_id,
         w.applicant_id,
         w.programme_code,
         w.grant_type,
         w.institution_id,
         w.field_code,
         w.academic_year AS entry_year,
         w.status,
         CASE
           WHEN w.status IN ('studying', 'suspended') THEN 'studying'
           WHEN w.status = 'graduated' THEN 'graduated'
           WHEN d.award_id IS NOT NULL THEN 'deceased'
           ELSE 'dropped_out'
         END AS became,
         m.award_id IS NOT NULL AS came_by_transfer,
         false AS within,
         o.followed_on,
         o.source,
         o.employed,
         o.further_study,
         o.monthly_income,
         o.in_field,
         h.monthly_income / h.household_size AS income_per_head_before
    FROM equity.award AS w
    LEFT JOIN (SELECT DISTINCT t.award_id FROM transfer AS t) AS m ON m.award_id = w.award_id
    LEFT JOIN death AS d
           ON d.award_id = w.award_id
          AND w.status = 'discontinued'
    LEFT JOIN (SELECT DISTINCT ON (f.award_id) f.*
                 FROM equity.outcome AS f
                ORDER BY f.award_id, f.followed_on DESC) AS o
           ON o.award_id = w.award_id
          AND w.status = 'graduated'
    LEFT JOIN equity.household AS h
           ON h.applicant_id = w.applicant_id
          AND h.round_id = w.round_id
   WHERE w.status IN ('studying', 'suspended', 'graduated', 'discontinued', 'terminated')
  UNION ALL
  SELECT w.award_id, w.applicant_id, w.programme_code, w.grant_type, t.from_institution_id, t.from_field_code, w.academic_year,
         w.status, 'transferred', t.place > 1, t.within, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM transfer AS t
    JOIN equity.award AS w ON w.award_id = t.award_id
   WHERE w.status IN ('studying', 'suspended', 'graduated', 'discontinued', 'terminated');

COMMENT ON VIEW equity_internal.scholar IS
  'Each award that was taken up, with what became of its holder and the latest follow-up; of one that was transferred, a row for each place. Personal data, for who may read awards; the reports count it.';
COMMENT ON COLUMN equity_internal.scholar.award_id IS 'Award (ทุน).';
COMMENT ON COLUMN equity_internal.scholar.applicant_id IS 'Scholar (ผู้รับทุน).';
COMMENT ON COLUMN equity_internal.scholar.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity_internal.scholar.grant_type IS 'Kind of grant (ประเภททุน); NULL when an old record does not say.';
COMMENT ON COLUMN equity_internal.scholar.institution_id IS 'Institution (สถานศึกษา); NULL when an old record does not say.';
COMMENT ON COLUMN equity_internal.scholar.field_code IS 'Field of study (สาขาวิชา); NULL when an old record does not say.';
COMMENT ON COLUMN equity_internal.scholar.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า), พ.ศ.';
COMMENT ON COLUMN equity_internal.scholar.status IS 'Status of the award.';
COMMENT ON COLUMN equity_internal.scholar.became IS 'studying (กำลังศึกษา), graduated (สำเร็จการศึกษา), dropped_out (ออกกลางคัน), transferred (ย้ายสถานศึกษาหรือสาขา) or deceased (เสียชีวิต).';
COMMENT ON COLUMN equity_internal.scholar.came_by_transfer IS 'True when a transfer led there (ย้ายเข้า).';
COMMENT ON COLUMN equity_internal.scholar.within IS 'True of one who is transferred within the institution, to another field.';
COMMENT ON COLUMN equity_internal.scholar.followed_on IS 'Day of the latest follow-up; NULL when not reached, and unless graduated.';
COMMENT ON COLUMN equity_internal.scholar.source IS 'Where that is from; NULL with followed_on.';
COMMENT ON COLUMN equity_internal.scholar.employed IS 'Has work, employed or self-employed (มีงานทำ); NULL with followed_on.';
COMMENT ON COLUMN equity_internal.scholar.further_study IS 'Studies further (ศึกษาต่อ); NULL with followed_on.';
COMMENT ON COLUMN equity_internal.scholar.monthly_income IS 'Income from work a month (รายได้ต่อเดือน), baht; NULL without work or when not told.';
COMMENT ON COLUMN equity_internal.scholar.in_field IS 'Whether the work is in the field studied (ทำงานตรงสาขา); NULL when not known.';
COMMENT ON COLUMN equity_internal.scholar.income_per_head_before IS 'The household''s income per head and month at the application (รายได้ต่อหัวเมื่อสมัคร), baht; NULL when not known.';

CREATE VIEW equity_internal.cohort AS
  SELECT s.institution_id,
         s.field_code,
         s.entry_year,
         count(*) AS entrants,
         count(*) FILTER (WHERE s.came_by_transfer) AS came_by_transfer,
         count(*) FILTER (WHERE s.within) AS moved_within,
         count(*) FILTER (WHERE s.became = 'studying') AS studying,
         count(*) FILTER (WHERE s.became = 'graduated') AS graduated,
         count(*) FILTER (WHERE s.became = 'dropped_out') AS dropped_out,
         count(*) FILTER (WHERE s.became = 'transferred') AS transferred,
         count(*) FILTER (WHERE s.became = 'deceased') AS deceased,
         count(*) FILTER (WHERE s.employed AND NOT s.further_study) AS work_alone,
         count(*) FILTER (WHERE s.further_study AND NOT s.employed) AS study_alone,
         count(*) FILTER (WHERE s.employed AND s.further_study) AS work_and_study,
         count(*) FILTER (WHERE NOT s.employed AND NOT s.further_study) AS neither,
         count(s.monthly_income) AS income_known,
         sum(s.monthly_income) AS income,
         count(*) FILTER (WHERE s.monthly_income IS NOT NULL AND s.income_per_head_before IS NOT NULL) AS compared,
         sum(s.monthly_income) FILTER (WHERE s.income_per_head_before IS NOT NULL) AS income_compared,
         sum(s.income_per_head_before) FILTER (WHERE s.monthly_income IS NOT NULL) AS income_before,
         string_agg(DISTINCT s.source COLLATE "C", ', ' ORDER BY s.source COLLATE "C") COLLATE "default" AS source
    FROM equity_internal.scholar AS s
   GROUP BY s.institution_id, s.field_code, s.entry_year;

COMMENT ON VIEW equity_internal.cohort IS
  'Counts of equity_internal.scholar by institution, field and year of entry, the source of the reports on outcomes and of equity.institution_facts. Small counts are shown: for analysts.';
COMMENT ON COLUMN equity_internal.cohort.institution_id IS 'Institution (สถานศึกษา); NULL when old records do not say.';
COMMENT ON COLUMN equity_internal.cohort.field_code IS 'Field of study (สาขาวิชา); NULL when old records do not say.';
COMMENT ON COLUMN equity_internal.cohort.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า), พ.ศ.';
COMMENT ON COLUMN equity_internal.cohort.entrants IS 'Awards taken up (ผู้รับทุนแรกเข้า).';
COMMENT ON COLUMN equity_internal.cohort.came_by_transfer IS 'Of them, those who came by transfer (ย้ายเข้า), and are entrants elsewhere too.';
COMMENT ON COLUMN equity_internal.cohort.moved_within IS 'Of them, those who went on in another field of the institution; transferred counts them.';
COMMENT ON COLUMN equity_internal.cohort.studying IS 'Of them, studying, or suspended (กำลังศึกษา).';
COMMENT ON COLUMN equity_internal.cohort.graduated IS 'Of them, graduated (สำเร็จการศึกษา).';
COMMENT ON COLUMN equity_internal.cohort.dropped_out IS 'Of them, left without graduating (ออกกลางคัน).';
COMMENT ON COLUMN equity_internal.cohort.transferred IS 'Of them, went on at another institution or in another field (ย้ายสถานศึกษาหรือสาขา).';
COMMENT ON COLUMN equity_internal.cohort.deceased IS 'Of them, died (เสียชีวิต).';
COMMENT ON COLUMN equity_internal.cohort.work_alone IS 'Of graduates followed, with work and not studying (ทำงานอย่างเดียว).';
COMMENT ON COLUMN equity_internal.cohort.study_alone IS 'Of graduates followed, studying without work (ศึกษาต่ออย่างเดียว).';
COMMENT ON COLUMN equity_internal.cohort.work_and_study IS 'Of graduates followed, with both (ทำงานและศึกษาต่อ).';
COMMENT ON COLUMN equity_internal.cohort.neither IS 'Of graduates followed, with neither (ไม่มีงานทำและไม่ศึกษาต่อ).';
COMMENT ON COLUMN equity_internal.cohort.income_known IS 'Of those with work, those who told their income.';
COMMENT ON COLUMN equity_internal.cohort.income IS 'Their income a month together, baht; NULL when there are none.';
COMMENT ON COLUMN equity_internal.cohort.compared IS 'Of them, those whose household''s income per head at the application is known.';
COMMENT ON COLUMN equity_internal.cohort.income_compared IS 'The income of these a month together, baht; NULL when there are none.';
COMMENT ON COLUMN equity_internal.cohort.income_before IS 'Their households'' income per head at the application, baht, added up and not rounded; NULL when there are none.';
COMMENT ON COLUMN equity_internal.cohort.source IS 'Sources of the follow-up, in the order of their names.';
