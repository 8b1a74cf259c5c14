-- Who may be about to leave, and whom to visit first: the sealed card that a programme's policy names for the
-- watch, over equity.watch_facts as things stand today.

--- The classes of the card are degrees of risk, a larger score is more of it; gates that fail give the reasons. A
--- programme without a policy for the watch has rows without a score, so that nobody is left out. Places are by
--- score, an undetermined one first, and then by how long nobody has looked after the scholar.
CREATE VIEW equity.dropout_watch WITH (security_barrier = true) AS
  WITH judged AS MATERIALIZED (
    SELECT (d.facts).award_id,
           (d.facts).applicant_id,
           (d.facts).programme_code,
           (d.facts).institution_id,
           (d.facts).mentor_id,
           (d.facts).entry_year,
           (d.facts).academic_year,
           (d.facts).term,
           (d.facts).status,
           (d.facts).has_mentor,
           (d.facts).days_since_care,
           (d.facts).last_care_result,
           (d.facts).care_overdue,
           d.card_code, d.card_version, d.digest, (d.result).score, (d.result).class, (d.result).reasons
      FROM (SELECT f AS facts, p.card_code, p.card_version, v.digest,
                   equity.assess(v.card, f) AS result
              FROM equity.watch_facts AS f
              LEFT JOIN equity_internal.policy_span AS p
                     ON p.purpose = 'watch'
                    AND p.programme_code = f.programme_code
                    AND f.academic_year BETWEEN p.from_year AND p.to_year
              LEFT JOIN equity.scorecard_version AS v
                     ON v.card_code = p.card_code
                    AND v.version = p.card_version
            OFFSET 0) AS d                     -- assess once a row, not once a column
  ), word AS (
    SELECT n.reasons, equity_internal.reason_words(n.reasons, r.words_th) AS reasons_th,
           equity_internal.reason_words(n.reasons, r.words_en) AS reasons_en
      FROM (SELECT DISTINCT j.reasons FROM judged AS j) AS n
     CROSS JOIN equity_internal.reason_dictionary AS r
  ), place AS (                                -- of the few columns that decide it: sorts are cheaper so
    SELECT j.award_id,
           row_number() OVER (PARTITION BY j.institution_id
                              ORDER BY j.card_code IS NULL, j.score DESC NULLS FIRST, j.days_since_care DESC NULLS FIRST, j.award_id) AS at_institution,
           row_number() OVER (PARTITION BY j.mentor_id
                              ORDER BY j.card_code IS NULL, j.score DESC NULLS FIRST, j.days_since_care DESC NULLS FIRST, j.award_id) AS of_mentor
      FROM judged AS j
  )
  SELECT j.award_id,
         j.applicant_id,
         j.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         j.institution_id,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         j.mentor_id,
         j.entry_year,
         j.academic_year,
         j.academic_year - 543 AS academic_year_ce,
         j.term,
         j.status,
         j.class AS risk,
         c.class_th AS risk_th,
         c.class_en AS risk_en,
         j.score::numeric(18,6) AS score,
         j.card_code IS NOT NULL AND j.score IS NULL AS undetermined,
         w.reasons_th,
         w.reasons_en,
         p.at_institution AS place_at_institution,
         CASE WHEN j.has_mentor THEN p.of_mentor END AS place_of_mentor,
         j.days_since_care,
         j.last_care_result,
         j.care_overdue,
         j.card_code,
         j.card_version,
         j.digest AS card_digest,
         j.entry_year - 543 AS entry_year_ce
    FROM judged AS j
    JOIN place AS p ON p.award_id = j.award_id
    JOIN equity.programme AS g ON g.programme_code = j.programme_code
    LEFT JOIN equity.institution AS i ON i.institution_id = j.institution_id
    LEFT JOIN equity_internal.card_class AS c
           ON c.card_code = j.card_code
          AND c.version = j.card_version
          AND c.class = j.class
    LEFT JOIN word AS w ON w.reasons = j.reasons;

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
COMMENT ON COLUMN equity.dropout_watch.entry_year_ce IS 'The year of entry in the common era, ค.ศ.';

--- The lines are those of equity.explain_renewal, over equity.watch_facts as they stand today. Of an officer only own
--- scholars.
---
--- Errors: 22023 another language; P0002 no such award that is studying or suspended, or no card watches its programme.
CREATE FUNCTION equity.explain_watch(award_id bigint, lang text DEFAULT 'th') RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
DECLARE
  facts equity.watch_facts;
  rule equity.scorecard_version;
  verdict record;
  last_line integer;
  code text;
BEGIN
  PERFORM equity_internal.require_language(lang, 'explanations');
  SELECT f.* INTO facts FROM equity.watch_facts AS f WHERE f.award_id = explain_watch.award_id;
  SELECT v.* INTO rule
    FROM equity.programme_policy AS y
    JOIN equity.scorecard_version AS v
      ON v.card_code = y.card_code
     AND v.version = y.card_version
   WHERE y.policy_id = equity_internal.policy_card(facts.programme_code, 'watch', facts.academic_year);
  IF facts.award_id IS NULL OR rule.card IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('award %s is not watched', coalesce(explain_watch.award_id::text, 'NULL')),
      HINT = CASE WHEN facts.award_id IS NULL THEN 'Those that are studying or suspended are in equity.watch_facts.'
                  ELSE format('No card watches programme %s: equity.programme_policy.', facts.programme_code) END;
  END IF;
  verdict := equity.assess(rule.card, facts);
  code := CASE WHEN verdict.score IS NULL THEN 'RISK undetermined' ELSE 'RISK' END;

  RETURN QUERY SELECT r.* FROM equity_internal.card_lines(rule, facts, facts.programme_code, lang) AS r;
  GET DIAGNOSTICS last_line = ROW_COUNT;
  RETURN NEXT equity_internal.closing_line('score', last_line + 1, facts.programme_code, equity.reason_text('SCORE', lang),
                                           verdict.score, 'SCORE', NULL, NULL);
  RETURN NEXT equity_internal.closing_line('result', last_line + 2, facts.programme_code, equity.reason_text('RISK', lang), NULL, code,
                                           CASE code WHEN 'RISK' THEN equity_internal.class_word(rule, verdict.class, lang)
                                             ELSE equity.reason_text(code, lang) END,
                                           equity.reason_advice(code, lang));
END;
$$;

COMMENT ON FUNCTION equity.explain_watch(bigint, text) IS
  'Why a scholar is watched or not, line by line, in Thai (th) or English (en): each rule with what was read, the score, and the degree of risk. Personal data. Reads the registry.';
