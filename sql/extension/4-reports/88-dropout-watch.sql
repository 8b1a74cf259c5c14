-- Who may be about to leave, and whom to visit first: the sealed card that a programme's policy names for the
-- watch, over equity.watch_facts as things stand today.

--- The classes of the card are degrees of risk, a larger score is more of it; gates that fail give the reasons. A
--- programme without a policy for the watch has rows without a score, so that nobody is left out. Places are by
--- score, an undetermined one first, and then by how long nobody has looked after the scholar.
CREATE VIEW equity.dropout_watch WITH (security_barrier = true) AS
  WITH scholar AS MATERIALIZED (
    SELECT f AS facts FROM equity.watch_facts AS f
  ), policy AS (
    SELECT k.programme_code, k.academic_year, y.card_code, y.card_version, v.card, v.digest
      FROM (SELECT DISTINCT (s.facts).programme_code, (s.facts).academic_year FROM scholar AS s) AS k
     CROSS JOIN LATERAL (
       SELECT p.card_code, p.card_version
         FROM equity.programme_policy AS p
        WHERE p.purpose = 'watch'
          AND (p.programme_code = k.programme_code OR p.programme_code IS NULL)
          AND p.from_year <= k.academic_year
        ORDER BY p.programme_code IS NULL, p.from_year DESC
        LIMIT 1) AS y
      JOIN equity.scorecard_version AS v
        ON v.card_code = y.card_code
       AND v.version = y.card_version
  ), judged AS (
    SELECT s.facts, p.card_code, p.card_version, p.digest, a.score, a.class, a.reasons
      FROM scholar AS s
      LEFT JOIN policy AS p
             ON p.programme_code = (s.facts).programme_code
            AND p.academic_year = (s.facts).academic_year
      LEFT JOIN LATERAL equity.assess(p.card, s.facts) AS a ON p.card IS NOT NULL
  )
  SELECT (j.facts).award_id,
         (j.facts).applicant_id,
         (j.facts).programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         (j.facts).institution_id,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         (j.facts).mentor_id,
         (j.facts).entry_year,
         (j.facts).academic_year,
         (j.facts).academic_year - 543 AS academic_year_ce,
         (j.facts).term,
         (j.facts).status,
         j.class AS risk,
         c.class_th AS risk_th,
         c.class_en AS risk_en,
         j.score::numeric(18,6) AS score,
         j.card_code IS NOT NULL AND j.score IS NULL AS undetermined,
         w.reasons_th,
         w.reasons_en,
         row_number() OVER (PARTITION BY (j.facts).institution_id
                            ORDER BY j.card_code IS NULL, j.score DESC NULLS FIRST, (j.facts).days_since_care DESC NULLS FIRST,
                                     (j.facts).award_id) AS place_at_institution,
         CASE WHEN (j.facts).has_mentor
           THEN row_number() OVER (PARTITION BY (j.facts).mentor_id
                                   ORDER BY j.card_code IS NULL, j.score DESC NULLS FIRST, (j.facts).days_since_care DESC NULLS FIRST,
                                            (j.facts).award_id)
         END AS place_of_mentor,
         (j.facts).days_since_care,
         (j.facts).last_care_result,
         (j.facts).care_overdue,
         j.card_code,
         j.card_version,
         j.digest AS card_digest
    FROM judged AS j
    JOIN equity.programme AS g ON g.programme_code = (j.facts).programme_code
    LEFT JOIN equity.institution AS i ON i.institution_id = (j.facts).institution_id
    LEFT JOIN equity_internal.card_class AS c
           ON c.card_code = j.card_code
          AND c.version = j.card_version
          AND c.class = j.class
    LEFT JOIN LATERAL (
      SELECT string_agg(coalesce(e.text_th, u.code), '; ' ORDER BY u.place) AS reasons_th,
             string_agg(coalesce(e.text_en, u.code), '; ' ORDER BY u.place) AS reasons_en
        FROM unnest(j.reasons) WITH ORDINALITY AS u (code, place)
        LEFT JOIN equity.reason AS e ON e.reason_code = u.code) AS w ON j.reasons <> '{}';

COMMENT ON VIEW equity.dropout_watch IS
  'Scholars who study, by how likely they are to leave (การเฝ้าระวังการออกกลางคัน): score and reasons of the programme''s card, and whom to visit first at each institution and for each teacher. Personal data.';
COMMENT ON COLUMN equity.dropout_watch.award_id IS 'Award (ทุน); a visit is a row of equity.care_record.';
COMMENT ON COLUMN equity.dropout_watch.applicant_id IS 'Scholar (ผู้รับทุน).';
COMMENT ON COLUMN equity.dropout_watch.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.dropout_watch.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.dropout_watch.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.dropout_watch.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity.dropout_watch.institution_code IS 'Official code of the institution (รหัสสถานศึกษา).';
COMMENT ON COLUMN equity.dropout_watch.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.dropout_watch.institution_en IS 'English name of the institution.';
COMMENT ON COLUMN equity.dropout_watch.mentor_id IS 'The teacher who looks after the scholar now (ครูผู้ดูแล); NULL when nobody does.';
COMMENT ON COLUMN equity.dropout_watch.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.dropout_watch.academic_year IS 'Academic year of the present term (ปีการศึกษา), พ.ศ.; NULL when no term has opened.';
COMMENT ON COLUMN equity.dropout_watch.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.dropout_watch.term IS 'The present term (ภาคเรียนที่).';
COMMENT ON COLUMN equity.dropout_watch.status IS 'studying or suspended.';
COMMENT ON COLUMN equity.dropout_watch.risk IS 'Degree of risk (ระดับความเสี่ยง): class of the card; NULL without a score or classes.';
COMMENT ON COLUMN equity.dropout_watch.risk_th IS 'The degree in Thai, as the card''s row labels it.';
COMMENT ON COLUMN equity.dropout_watch.risk_en IS 'The degree in English.';
COMMENT ON COLUMN equity.dropout_watch.score IS 'Points by the card (คะแนนความเสี่ยง); NULL without a policy, and when undetermined.';
COMMENT ON COLUMN equity.dropout_watch.undetermined IS 'True when facts are missing that the card needs (ข้อมูลไม่ครบ).';
COMMENT ON COLUMN equity.dropout_watch.reasons_th IS 'Gates of the card that fail or are undetermined, in Thai (เหตุผล); NULL when none.';
COMMENT ON COLUMN equity.dropout_watch.reasons_en IS 'The same in English.';
COMMENT ON COLUMN equity.dropout_watch.place_at_institution IS 'Order of visits at the institution (ลำดับการเยี่ยม), 1 first: by score, undetermined ones before, then by how long nobody looked after the scholar.';
COMMENT ON COLUMN equity.dropout_watch.place_of_mentor IS 'Order of visits for the teacher; NULL when there is none.';
COMMENT ON COLUMN equity.dropout_watch.days_since_care IS 'Days since the last record of care (วันนับจากการดูแลครั้งล่าสุด); NULL when there is none.';
COMMENT ON COLUMN equity.dropout_watch.last_care_result IS 'Its result, as in equity.care_record.';
COMMENT ON COLUMN equity.dropout_watch.care_overdue IS 'Whether the day it planned to look again has passed (เลยกำหนดติดตาม); NULL when none was planned.';
COMMENT ON COLUMN equity.dropout_watch.card_code IS 'Code of the card (เกณฑ์); NULL without a policy for the watch.';
COMMENT ON COLUMN equity.dropout_watch.card_version IS 'Its version.';
COMMENT ON COLUMN equity.dropout_watch.card_digest IS 'Its digest, sha256.';
