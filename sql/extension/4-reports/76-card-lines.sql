-- What every card over a view of facts is explained by: a line for each rule, and lines of what follows from them.

CREATE FUNCTION equity_internal.card_lines(rule equity.scorecard_version, facts record, programme_code text, lang text) RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT 'rule', e.seq, card_lines.programme_code, e.criterion, w.label,
         coalesce(w."values" ->> e.value, equity_internal.plain_value(e.value, e.field, lang)),
         w.rule, e.passed, e.points, e.max_points,
         NULL::bigint, NULL::bigint, NULL::integer, NULL::numeric, NULL::numeric,
         e.reason, CASE WHEN e.reason IS NOT NULL THEN coalesce(equity.reason_text(e.reason, lang), e.reason) END, equity.reason_advice(e.reason, lang)
    FROM equity.explain(rule.card, facts) AS e
    LEFT JOIN equity_internal.criterion_words(rule.card, rule.version, lang) AS w ON w.criterion = e.criterion
   ORDER BY e.seq;
END;
$$;

COMMENT ON FUNCTION equity_internal.card_lines(equity.scorecard_version, record, text, text) IS
  'A line for each criterion of a card: what was read, what is asked, the points, and the reason where a gate does not hold.';

CREATE FUNCTION equity_internal.closing_line(section text, line integer, programme text, label text, points numeric, reason text, message text, advice text)
  RETURNS equity.explanation_line
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ROW(section, line, programme, NULL, label, NULL, NULL, NULL, points, NULL, NULL, NULL, NULL, NULL, NULL, reason, message, advice)::equity.explanation_line;

COMMENT ON FUNCTION equity_internal.closing_line(text, integer, text, text, numeric, text, text, text) IS
  'A line of what follows from the rules of a card: the score, or the result.';

CREATE FUNCTION equity_internal.class_word(rule equity.scorecard_version, class text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce((SELECT CASE class_word.lang WHEN 'en' THEN c.label_en ELSE c.label_th END
                     FROM equity.criterion AS c
                    WHERE c.card_code = (class_word.rule).card_code
                      AND c.version = (class_word.rule).version
                      AND c.criterion = class_word.class
                      AND c.kind = 'class'), class_word.class);
END;

COMMENT ON FUNCTION equity_internal.class_word(equity.scorecard_version, text, text) IS
  'The label of a class of a card in the given language, or else its code.';
