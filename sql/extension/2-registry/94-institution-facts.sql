-- What cards of recognition read: one row for each institution and academic year.
--
-- Cohorts that had entered by the year count together, as they are now: rates come with the lower end of
-- Wilson's interval, so that three graduates do not beat three hundred. What was assessed in the year counts
-- as the rows of equity.quality_indicator weigh it.

CREATE VIEW equity_internal.quality_area AS
  SELECT q.institution_id,
         q.academic_year,
         round(sum(q.weight * q.points) FILTER (WHERE q.area = 'curriculum')
               / nullif(sum(q.weight) FILTER (WHERE q.area = 'curriculum'), 0), 6) AS curriculum_score,
         round(sum(q.weight * q.points) FILTER (WHERE q.area = 'wellbeing')
               / nullif(sum(q.weight) FILTER (WHERE q.area = 'wellbeing'), 0), 6) AS wellbeing_score,
         round(sum(q.weight * q.points) FILTER (WHERE q.area = 'employment')
               / nullif(sum(q.weight) FILTER (WHERE q.area = 'employment'), 0), 6) AS employment_score,
         count(*) FILTER (WHERE q.weight > 0) AS assessed,
         jsonb_object_agg(q.indicator_code, q.value) AS indicators
    FROM (SELECT a.institution_id,
                 a.academic_year,
                 a.indicator_code,
                 a.value,
                 i.area,
                 i.weight,
                 100 * greatest(0, least(1, (a.value - i.worst) / (i.best - i.worst))) AS points
            FROM equity.quality_assessment AS a
            JOIN equity.quality_indicator AS i ON i.indicator_code = a.indicator_code) AS q
   GROUP BY q.institution_id, q.academic_year;

COMMENT ON VIEW equity_internal.quality_area IS
  'The three areas of quality of each institution and academic year, as the indicators assessed then weigh.';
COMMENT ON COLUMN equity_internal.quality_area.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity_internal.quality_area.academic_year IS 'Academic year (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity_internal.quality_area.curriculum_score IS 'Weighted mean of the area curriculum, 0 to 100, six decimals; NULL when nothing of it was assessed.';
COMMENT ON COLUMN equity_internal.quality_area.wellbeing_score IS 'The same of the area wellbeing.';
COMMENT ON COLUMN equity_internal.quality_area.employment_score IS 'The same of the area employment.';
COMMENT ON COLUMN equity_internal.quality_area.assessed IS 'Number of indicators with a weight that were assessed.';
COMMENT ON COLUMN equity_internal.quality_area.indicators IS 'The values by indicator, a JSON object.';

CREATE VIEW equity_internal.mentored AS
  SELECT w.institution_id,
         count(*) AS scholars,
         count(m.mentor_id) AS with_mentor
    FROM equity.award AS w
    LEFT JOIN equity.mentor_assignment AS m
           ON m.award_id = w.award_id
          AND m.valid_to IS NULL
   WHERE w.status IN ('studying', 'suspended')
   GROUP BY w.institution_id;

COMMENT ON VIEW equity_internal.mentored IS
  'How many scholars of each institution have a teacher who looks after them now.';
COMMENT ON COLUMN equity_internal.mentored.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity_internal.mentored.scholars IS 'Scholars who study, or are suspended (ผู้รับทุนที่กำลังศึกษา).';
COMMENT ON COLUMN equity_internal.mentored.with_mentor IS 'Of them, with a teacher (มีครูผู้ดูแล).';

CREATE VIEW equity.institution_facts WITH (security_barrier = true) AS
  WITH entered AS MATERIALIZED (
    SELECT c.institution_id,
           c.entry_year,
           sum(c.entrants - c.moved_within) AS entrants,
           sum(c.studying) AS studying,
           sum(c.graduated) AS graduated,
           sum(c.dropped_out) AS dropped_out,
           sum(c.transferred - c.moved_within) AS transferred,
           sum(c.deceased) AS deceased,
           sum(c.work_alone + c.study_alone + c.work_and_study) AS placed,
           sum(c.neither) AS neither,
           sum(c.income) AS income,
           sum(c.income_known) AS income_known,
           sum(c.income_compared) AS income_compared,
           sum(c.income_before) AS income_before
      FROM equity_internal.cohort AS c
     WHERE c.institution_id IS NOT NULL
     GROUP BY c.institution_id, c.entry_year
  ), year AS (
    SELECT a.institution_id, a.academic_year FROM equity.quality_assessment AS a
    UNION
    SELECT n.institution_id, e.entry_year
      FROM equity.institution AS n
     CROSS JOIN (SELECT DISTINCT c.entry_year FROM entered AS c) AS e
  ), so_far AS (
    SELECT y.institution_id,
           y.academic_year,
           coalesce(sum(c.entrants), 0)::bigint AS entrants,
           coalesce(sum(c.studying), 0)::bigint AS studying,
           coalesce(sum(c.graduated), 0)::bigint AS graduated,
           coalesce(sum(c.dropped_out), 0)::bigint AS dropped_out,
           coalesce(sum(c.transferred), 0)::bigint AS transferred,
           coalesce(sum(c.deceased), 0)::bigint AS deceased,
           coalesce(sum(c.placed), 0)::bigint AS placed,
           coalesce(sum(c.placed + c.neither), 0)::bigint AS followed,
           sum(c.income) AS income,
           sum(c.income_known) AS income_known,
           sum(c.income_compared) AS income_compared,
           sum(c.income_before) AS income_before
      FROM year AS y
      LEFT JOIN entered AS c
             ON c.institution_id = y.institution_id
            AND c.entry_year <= y.academic_year
     GROUP BY y.institution_id, y.academic_year
  )
  SELECT k.institution_id,
         k.academic_year::integer AS academic_year,
         i.province_code,
         i.kind,
         i.ownership,
         i.affiliation,
         k.entrants,
         k.studying,
         k.graduated,
         k.dropped_out,
         k.transferred,
         k.deceased,
         round((k.studying + k.graduated)::numeric / nullif(k.entrants, 0), 6) AS retention_rate,
         equity.wilson_low(k.studying + k.graduated, k.entrants) AS retention_low,
         k.followed,
         round(k.followed::numeric / nullif(k.graduated, 0), 6) AS followed_rate,
         k.placed,
         round(k.placed::numeric / nullif(k.followed, 0), 6) AS placement_rate,
         equity.wilson_low(k.placed, k.followed) AS placement_low,
         round(k.placed::numeric / nullif(k.graduated, 0), 6) AS placement_rate_all,
         round(k.income / nullif(k.income_known, 0), 2) AS mean_income,
         round(k.income_compared / nullif(k.income_before, 0), 4) AS income_ratio,
         round(m.with_mentor::numeric / nullif(m.scholars, 0), 6) AS mentored_rate,
         q.curriculum_score,
         q.wellbeing_score,
         q.employment_score,
         (n.indicators - coalesce(q.assessed, 0))::integer AS indicators_missing,
         coalesce(q.indicators, '{}') AS indicators
    FROM so_far AS k
    JOIN equity.institution AS i ON i.institution_id = k.institution_id
    LEFT JOIN equity_internal.mentored AS m ON m.institution_id = k.institution_id
    LEFT JOIN equity_internal.quality_area AS q
           ON q.institution_id = k.institution_id
          AND q.academic_year = k.academic_year
   CROSS JOIN (SELECT count(*) AS indicators FROM equity.quality_indicator AS a WHERE a.weight > 0) AS n
   WHERE (SELECT equity_internal.sees_whole('institution_facts'))
      OR k.institution_id = ANY ((SELECT equity_internal.own_institutions())::bigint[]);

COMMENT ON VIEW equity.institution_facts IS
  'What cards of recognition read: each institution in each academic year in which somebody entered or something was assessed. Cohorts that entered by that year count together, as they are now. A rate without a denominator is NULL.';
COMMENT ON COLUMN equity.institution_facts.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity.institution_facts.academic_year IS 'Academic year (ปีการศึกษา), พ.ศ.; filter by it.';
COMMENT ON COLUMN equity.institution_facts.province_code IS 'Province (จังหวัด).';
COMMENT ON COLUMN equity.institution_facts.kind IS 'general, innovation or institute.';
COMMENT ON COLUMN equity.institution_facts.ownership IS 'state or private.';
COMMENT ON COLUMN equity.institution_facts.affiliation IS 'ovec, community_college, mhesi or other.';
COMMENT ON COLUMN equity.institution_facts.entrants IS 'Scholars who entered by that year (ผู้รับทุนแรกเข้า).';
COMMENT ON COLUMN equity.institution_facts.studying IS 'Of them, studying, or suspended (กำลังศึกษา).';
COMMENT ON COLUMN equity.institution_facts.graduated IS 'Of them, graduated (สำเร็จการศึกษา).';
COMMENT ON COLUMN equity.institution_facts.dropped_out IS 'Of them, left without graduating (ออกกลางคัน).';
COMMENT ON COLUMN equity.institution_facts.transferred IS 'Of them, went on at another institution (ย้ายสถานศึกษา).';
COMMENT ON COLUMN equity.institution_facts.deceased IS 'Of them, died (เสียชีวิต).';
COMMENT ON COLUMN equity.institution_facts.retention_rate IS '(studying + graduated) / entrants (อัตราการคงอยู่), 0 to 1, six decimals.';
COMMENT ON COLUMN equity.institution_facts.retention_low IS 'Lower end of its 95 % interval (Wilson 1927), six decimals: what a few scholars prove less of than many.';
COMMENT ON COLUMN equity.institution_facts.followed IS 'Graduates whom a survey reached (ผู้สำเร็จการศึกษาที่ติดตามได้).';
COMMENT ON COLUMN equity.institution_facts.followed_rate IS 'followed / graduated (ความครอบคลุมของการติดตาม), 0 to 1, six decimals.';
COMMENT ON COLUMN equity.institution_facts.placed IS 'Of those followed, with work or studying further (มีงานทำหรือศึกษาต่อ).';
COMMENT ON COLUMN equity.institution_facts.placement_rate IS 'placed / followed, 0 to 1, six decimals.';
COMMENT ON COLUMN equity.institution_facts.placement_low IS 'Lower end of its 95 % interval (Wilson 1927), six decimals.';
COMMENT ON COLUMN equity.institution_facts.placement_rate_all IS 'placed / graduated, 0 to 1, six decimals: the least that it can be.';
COMMENT ON COLUMN equity.institution_facts.mean_income IS 'Mean income from work a month of those who told it (รายได้เฉลี่ยต่อเดือน), baht.';
COMMENT ON COLUMN equity.institution_facts.income_ratio IS 'Their income / their households income per head at the application, of those with both, four decimals.';
COMMENT ON COLUMN equity.institution_facts.mentored_rate IS 'Scholars with a teacher who looks after them / scholars who study now (สัดส่วนที่มีครูผู้ดูแล), six decimals.';
COMMENT ON COLUMN equity.institution_facts.curriculum_score IS 'Curriculum and teaching (หลักสูตรและการจัดการเรียนการสอน) of the year, 0 to 100, six decimals; NULL when nothing of it was assessed.';
COMMENT ON COLUMN equity.institution_facts.wellbeing_score IS 'Care for wellbeing (การดูแลความเป็นอยู่) of the year, likewise.';
COMMENT ON COLUMN equity.institution_facts.employment_score IS 'Chances of employment (โอกาสการมีงานทำ) of the year, likewise.';
COMMENT ON COLUMN equity.institution_facts.indicators_missing IS 'Number of indicators with a weight that were not assessed in the year; an area is the mean of those that were.';
COMMENT ON COLUMN equity.institution_facts.indicators IS 'The values of the year by indicator, a JSON object; a scorecard reads indicators.CODE.';
