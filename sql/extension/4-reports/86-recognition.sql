-- Levels of recognition, with what led to them and what is missing to the next.

CREATE VIEW equity_internal.card_class AS
  SELECT c.card_code,
         c.version,
         c.criterion AS class,
         c.low,
         coalesce(c.label_th, c.criterion) AS class_th,
         coalesce(c.label_en, c.criterion) AS class_en
    FROM equity.criterion AS c
   WHERE c.kind = 'class';

COMMENT ON VIEW equity_internal.card_class IS
  'The classes of scorecards, with the score from which each holds.';
COMMENT ON COLUMN equity_internal.card_class.card_code IS 'Code of the scorecard.';
COMMENT ON COLUMN equity_internal.card_class.version IS 'Version of the scorecard.';
COMMENT ON COLUMN equity_internal.card_class.class IS 'The class.';
COMMENT ON COLUMN equity_internal.card_class.low IS 'The lowest score of the class; NULL when it has no lower end.';
COMMENT ON COLUMN equity_internal.card_class.class_th IS 'Its Thai label, or else its code.';
COMMENT ON COLUMN equity_internal.card_class.class_en IS 'Its English label, or else its code.';

CREATE VIEW equity_internal.newest_recognition AS
  SELECT DISTINCT ON (r.institution_id, r.academic_year)
         r.*,
         count(*) OVER (PARTITION BY r.institution_id, r.academic_year) - 1 AS earlier
    FROM equity.recognition AS r
   ORDER BY r.institution_id, r.academic_year, r.recognized_at DESC;

COMMENT ON VIEW equity_internal.newest_recognition IS
  'The newest recognition of each institution and academic year, as in equity.recognition.';
COMMENT ON COLUMN equity_internal.newest_recognition.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity_internal.newest_recognition.academic_year IS 'Academic year (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity_internal.newest_recognition.recognized_at IS 'When the card was applied.';
COMMENT ON COLUMN equity_internal.newest_recognition.card_code IS 'Code of the card.';
COMMENT ON COLUMN equity_internal.newest_recognition.card_version IS 'Its version.';
COMMENT ON COLUMN equity_internal.newest_recognition.card_digest IS 'Its digest, sha256.';
COMMENT ON COLUMN equity_internal.newest_recognition.eligible IS 'Whether the gates hold; NULL when undetermined.';
COMMENT ON COLUMN equity_internal.newest_recognition.score IS 'Points by the card; NULL when undetermined.';
COMMENT ON COLUMN equity_internal.newest_recognition.level IS 'Class of the card; NULL when not eligible or undetermined.';
COMMENT ON COLUMN equity_internal.newest_recognition.reasons IS 'Codes of the rules that failed or were undetermined.';
COMMENT ON COLUMN equity_internal.newest_recognition.facts IS 'The row of equity.institution_facts that the card read.';
COMMENT ON COLUMN equity_internal.newest_recognition.recognized_by IS 'Database role of the session that applied it.';
COMMENT ON COLUMN equity_internal.newest_recognition.earlier IS 'Number of earlier ones of the year.';

--- missing_th and missing_en tell which single criterion, moved how far, would reach the next level, the others
--- staying as they are (equity.shortfall); without gates that fail. They hold rates: whoever may not read awards and
--- outcomes reads them only of institutions with five scholars and more.
CREATE VIEW equity.institution_recognition WITH (security_barrier = true) AS
  SELECT r.institution_id,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         i.province_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         r.level,
         l.class_th AS level_th,
         l.class_en AS level_en,
         r.score::numeric(18,6) AS score,
         r.eligible,
         r.eligible IS NULL OR r.eligible AND r.score IS NULL AS undetermined,
         equity_internal.reason_words(r.reasons, w.words_th) AS reasons_th,
         equity_internal.reason_words(r.reasons, w.words_en) AS reasons_en,
         (SELECT b.level
            FROM equity_internal.newest_recognition AS b
           WHERE b.institution_id = r.institution_id
             AND b.academic_year < r.academic_year
           ORDER BY b.academic_year DESC
           LIMIT 1) AS previous_level,
         n.class AS next_level,
         n.class_th AS next_level_th,
         n.class_en AS next_level_en,
         (n.low - r.score)::numeric(18,6) AS points_missing,
         CASE WHEN v.tells THEN s.missing_th END AS missing_th,
         CASE WHEN v.tells THEN s.missing_en END AS missing_en,
         r.earlier,
         r.recognized_at,
         r.card_code,
         r.card_version,
         r.card_digest
    FROM equity_internal.newest_recognition AS r
    JOIN equity.institution AS i ON i.institution_id = r.institution_id
    JOIN equity.scorecard_version AS c
      ON c.card_code = r.card_code
     AND c.version = r.card_version
   CROSS JOIN (SELECT equity_internal.counts_scholars() AS whole, equity_internal.own_institutions() AS own) AS o
   CROSS JOIN LATERAL (SELECT o.whole
                              OR r.institution_id = ANY (o.own)
                              OR (r.facts ->> 'entrants')::bigint >= 5 AS tells) AS v
    LEFT JOIN equity_internal.card_class AS l
           ON l.card_code = r.card_code
          AND l.version = r.card_version
          AND l.class = r.level
    LEFT JOIN LATERAL (
      SELECT k.class, k.class_th, k.class_en, k.low
        FROM equity_internal.card_class AS k
       WHERE k.card_code = r.card_code
         AND k.version = r.card_version
         AND k.low > r.score
       ORDER BY k.low
       LIMIT 1) AS n ON true
   CROSS JOIN equity_internal.reason_dictionary AS w
    LEFT JOIN LATERAL (
      SELECT string_agg(format('%s: %s ต้องได้ %s', coalesce(q.label_th, f.field), f.value, f.needed), '; '
                        ORDER BY f.criterion COLLATE "C") AS missing_th,
             string_agg(format('%s: %s, needs %s', coalesce(q.label_en, q.label_th, f.field), f.value, f.needed), '; '
                        ORDER BY f.criterion COLLATE "C") AS missing_en
        FROM equity.shortfall(c.card, jsonb_populate_record(NULL::equity.institution_facts, r.facts), n.low) AS f
        LEFT JOIN LATERAL (
          SELECT max(t.label_th) AS label_th, max(t.label_en) AS label_en
            FROM equity.criterion AS t
           WHERE t.card_code = r.card_code
             AND t.version = r.card_version
             AND t.criterion = f.criterion
             AND t.kind <> 'class') AS q ON true) AS s ON true;

COMMENT ON VIEW equity.institution_recognition IS
  'How institutions are recognized in each academic year (การยกย่องสถานศึกษา): the level by a sealed card, the reasons, the level before, and what is missing to the next.';
COMMENT ON COLUMN equity.institution_recognition.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity.institution_recognition.institution_code IS 'Official code of the institution (รหัสสถานศึกษา).';
COMMENT ON COLUMN equity.institution_recognition.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.institution_recognition.institution_en IS 'English name of the institution.';
COMMENT ON COLUMN equity.institution_recognition.province_code IS 'Province (จังหวัด).';
COMMENT ON COLUMN equity.institution_recognition.academic_year IS 'Academic year (ปีการศึกษา) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.institution_recognition.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.institution_recognition.level IS 'Level (ระดับ): class of the card; NULL when the institution is not eligible or it is undetermined.';
COMMENT ON COLUMN equity.institution_recognition.level_th IS 'The level in Thai, as the card''s row labels it.';
COMMENT ON COLUMN equity.institution_recognition.level_en IS 'The level in English.';
COMMENT ON COLUMN equity.institution_recognition.score IS 'Points by the card (คะแนน); NULL when undetermined.';
COMMENT ON COLUMN equity.institution_recognition.eligible IS 'Whether the gates of the card hold (ผ่านเกณฑ์เบื้องต้น); NULL when undetermined.';
COMMENT ON COLUMN equity.institution_recognition.undetermined IS 'True when facts are missing that the card needs (ข้อมูลไม่ครบ).';
COMMENT ON COLUMN equity.institution_recognition.reasons_th IS 'Why not, in Thai (เหตุผล): the rules that failed or were undetermined; NULL when there are none.';
COMMENT ON COLUMN equity.institution_recognition.reasons_en IS 'Why not, in English.';
COMMENT ON COLUMN equity.institution_recognition.previous_level IS 'Level of the newest earlier academic year (ระดับเดิม); NULL when there was none.';
COMMENT ON COLUMN equity.institution_recognition.next_level IS 'The next level of the card above the score; NULL at the top, and when undetermined.';
COMMENT ON COLUMN equity.institution_recognition.next_level_th IS 'The next level in Thai (ระดับถัดไป).';
COMMENT ON COLUMN equity.institution_recognition.next_level_en IS 'The next level in English.';
COMMENT ON COLUMN equity.institution_recognition.points_missing IS 'Points from the score to the next level (คะแนนที่ขาด).';
COMMENT ON COLUMN equity.institution_recognition.missing_th IS 'Each criterion that alone would reach the next level, with its value and the one needed, in Thai; NULL when none can.';
COMMENT ON COLUMN equity.institution_recognition.missing_en IS 'The same in English.';
COMMENT ON COLUMN equity.institution_recognition.earlier IS 'Number of earlier decisions of the year (equity.recognition).';
COMMENT ON COLUMN equity.institution_recognition.recognized_at IS 'When the card was applied.';
COMMENT ON COLUMN equity.institution_recognition.card_code IS 'Code of the card (เกณฑ์).';
COMMENT ON COLUMN equity.institution_recognition.card_version IS 'Its version.';
COMMENT ON COLUMN equity.institution_recognition.card_digest IS 'Its digest, sha256.';

--- The lines are those of equity.explain_renewal, over the facts that the card read when it was applied last
--- (equity.recognition), so that they say why the level is what it is.
---
--- Errors: 22023 another language; P0002 the institution was not put to a card for that year.
CREATE FUNCTION equity.explain_recognition(institution_id bigint, academic_year integer, lang text DEFAULT 'th') RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
DECLARE
  recorded equity.recognition;
  rule equity.scorecard_version;
  last_line integer;
  code text;
BEGIN
  PERFORM equity_internal.require_language(lang, 'explanations');
  SELECT r.* INTO recorded
    FROM equity.recognition AS r
   WHERE r.institution_id = explain_recognition.institution_id
     AND r.academic_year = explain_recognition.academic_year
   ORDER BY r.recognized_at DESC
   LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('institution %s has no recognition of academic year %s', coalesce(explain_recognition.institution_id::text, 'NULL'),
                       coalesce(explain_recognition.academic_year::text, 'NULL')),
      HINT = 'equity.recognize_institutions(academic_year) puts all institutions to the card.';
  END IF;
  SELECT v.* INTO rule
    FROM equity.scorecard_version AS v
   WHERE v.card_code = recorded.card_code
     AND v.version = recorded.card_version;
  code := CASE WHEN recorded.level IS NOT NULL THEN 'LEVEL' WHEN recorded.eligible IS FALSE THEN 'LEVEL none' ELSE 'LEVEL undetermined' END;

  RETURN QUERY SELECT r.* FROM equity_internal.card_lines(rule, jsonb_populate_record(NULL::equity.institution_facts, recorded.facts), NULL, lang) AS r;
  GET DIAGNOSTICS last_line = ROW_COUNT;
  RETURN NEXT equity_internal.closing_line('score', last_line + 1, NULL, equity.reason_text('SCORE', lang), recorded.score, 'SCORE', NULL, NULL);
  RETURN NEXT equity_internal.closing_line('result', last_line + 2, NULL, equity.reason_text('LEVEL', lang), NULL, code,
                                           CASE code WHEN 'LEVEL' THEN equity_internal.class_word(rule, recorded.level, lang)
                                             ELSE equity.reason_text(code, lang) END,
                                           equity.reason_advice(code, lang));
END;
$$;

COMMENT ON FUNCTION equity.explain_recognition(bigint, integer, text) IS
  'Why an institution has its level of recognition in an academic year, line by line, in Thai (th) or English (en): each rule with what was read, the score, and the level. Reads the registry.';
