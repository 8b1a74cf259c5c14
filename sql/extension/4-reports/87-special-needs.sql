-- Learners with special needs, counted: by type of disability, and what became of the adjustments they asked for.
-- Sensitive, so counts of one to four are withheld from whoever may not read the rows themselves.

CREATE FUNCTION equity_internal.counts_learners() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN has_table_privilege('equity.applicant_disability', 'SELECT')
       AND has_table_privilege('equity.adjustment', 'SELECT')
       AND equity_internal.sees_whole('applicant_disability');

COMMENT ON FUNCTION equity_internal.counts_learners() IS
  'Whether the caller may read all disabilities and adjustments, and so count them: then reports withhold no count.';

--- A learner with several types counts in each, so that rows do not add up to learners.
CREATE VIEW equity.learner_count WITH (security_barrier = true) AS
  SELECT k.institution_id,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         t.scheme,
         k.disability_code,
         t.name_th AS disability_th,
         t.name_en AS disability_en,
         CASE WHEN o.whole OR k.institution_id = ANY (o.own) OR k.learners > 4 THEN k.learners END AS learners
    FROM (SELECT w.institution_id, d.disability_code, count(DISTINCT w.applicant_id) AS learners
            FROM equity.award AS w
            JOIN equity.applicant_disability AS d
              ON d.applicant_id = w.applicant_id
             AND d.verified
           WHERE w.status IN ('accepted', 'studying', 'suspended')
           GROUP BY w.institution_id, d.disability_code) AS k
    JOIN equity.disability_type AS t ON t.disability_code = k.disability_code
    LEFT JOIN equity.institution AS i ON i.institution_id = k.institution_id
   CROSS JOIN (SELECT equity_internal.counts_learners() AS whole, equity_internal.own_institutions() AS own) AS o;

COMMENT ON VIEW equity.learner_count IS
  'Scholars of each institution by type of disability, of both schemes (จำนวนผู้เรียนที่มีความต้องการจำเป็นพิเศษ); counts of one to four are withheld from readers.';
COMMENT ON COLUMN equity.learner_count.institution_id IS 'Institution (สถานศึกษา); NULL when old records do not say.';
COMMENT ON COLUMN equity.learner_count.institution_code IS 'Official code of the institution (รหัสสถานศึกษา).';
COMMENT ON COLUMN equity.learner_count.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.learner_count.institution_en IS 'English name of the institution.';
COMMENT ON COLUMN equity.learner_count.scheme IS 'education or card, as in equity.disability_type.';
COMMENT ON COLUMN equity.learner_count.disability_code IS 'Type of disability (รหัสประเภทความพิการ).';
COMMENT ON COLUMN equity.learner_count.disability_th IS 'Thai name of the type (ประเภทความพิการ).';
COMMENT ON COLUMN equity.learner_count.disability_en IS 'English name of the type.';
COMMENT ON COLUMN equity.learner_count.learners IS 'Scholars with an award that is accepted, studying or suspended and with the type, verified (ผู้รับทุน).';

CREATE VIEW equity.adjustment_summary WITH (security_barrier = true) AS
  SELECT k.institution_id,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         k.kind,
         CASE WHEN v.open OR k.asked > 4 THEN k.asked END AS asked,
         CASE WHEN v.open THEN p.parts[1] ELSE s.parts[1] END AS given,
         CASE WHEN v.open THEN p.parts[2] ELSE s.parts[2] END AS refused,
         CASE WHEN v.open THEN p.parts[3] ELSE s.parts[3] END AS waiting,
         CASE WHEN v.open OR s.parts[1] > 4 THEN k.mean_days END::numeric(9,1) AS mean_days
    FROM (SELECT a.institution_id,
                 a.kind,
                 count(*) AS asked,
                 count(a.given_on) AS given,
                 count(a.refused_on) AS refused,
                 avg(a.given_on - a.asked_on) AS mean_days
            FROM equity.adjustment AS a
           GROUP BY a.institution_id, a.kind) AS k
    LEFT JOIN equity.institution AS i ON i.institution_id = k.institution_id
   CROSS JOIN (SELECT equity_internal.counts_learners() AS whole, equity_internal.own_institutions() AS own) AS o
   CROSS JOIN LATERAL (SELECT o.whole OR coalesce(k.institution_id = ANY (o.own), false) AS open) AS v
   CROSS JOIN LATERAL (SELECT ARRAY[k.given, k.refused, k.asked - k.given - k.refused] AS parts) AS p
   CROSS JOIN LATERAL (SELECT CASE WHEN k.asked > 4 THEN equity_internal.shown_counts(p.parts) END AS parts) AS s;

COMMENT ON VIEW equity.adjustment_summary IS
  'Adjustments for learners with special needs at each institution by kind: asked for, given, refused, waiting (สิ่งอำนวยความสะดวกที่ขอและได้รับ); counts of one to four are withheld from readers.';
COMMENT ON COLUMN equity.adjustment_summary.institution_id IS 'Institution that is to give it (สถานศึกษา); NULL when a centre does alone.';
COMMENT ON COLUMN equity.adjustment_summary.institution_code IS 'Official code of the institution (รหัสสถานศึกษา).';
COMMENT ON COLUMN equity.adjustment_summary.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.adjustment_summary.institution_en IS 'English name of the institution.';
COMMENT ON COLUMN equity.adjustment_summary.kind IS 'What is asked for, a code.';
COMMENT ON COLUMN equity.adjustment_summary.asked IS 'How often it was asked for (จำนวนที่ขอ).';
COMMENT ON COLUMN equity.adjustment_summary.given IS 'Of these, given, whether it has ended or not (ได้รับ).';
COMMENT ON COLUMN equity.adjustment_summary.refused IS 'Of these, refused (ไม่ได้รับ).';
COMMENT ON COLUMN equity.adjustment_summary.waiting IS 'Of these, neither yet (รอดำเนินการ).';
COMMENT ON COLUMN equity.adjustment_summary.mean_days IS 'Mean days from asking to giving, of those given (จำนวนวันเฉลี่ยที่รอ).';
