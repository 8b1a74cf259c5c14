-- Rules in words of a language, for letters: what equity.explain() says in signs. The sentences are rows
-- of equity.reason, the labels and the words of values those of equity.criterion.

CREATE FUNCTION equity_internal.range_words(low numeric, high numeric, upper boolean, field text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity.reason_text(CASE
                              WHEN low IS NULL AND high IS NULL THEN 'RANGE all'
                              WHEN low IS NULL THEN CASE WHEN upper THEN 'RANGE up to' ELSE 'RANGE below' END
                              WHEN high IS NULL THEN CASE WHEN upper THEN 'RANGE above' ELSE 'RANGE from' END
                              ELSE CASE WHEN upper THEN 'RANGE within upper' ELSE 'RANGE within' END
                            END, lang, jsonb_build_object('low', equity_internal.plain_value(low::text, field, lang),
                                                             'high', equity_internal.plain_value(high::text, field, lang)));
END;

COMMENT ON FUNCTION equity_internal.range_words(numeric, numeric, boolean, text, text) IS
  'A range of values of a field in the given language, NULL for no limit. low is included and high not, or with upper the other way round.';

CREATE FUNCTION equity_internal.name_words(cell text, names jsonb) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT string_agg(coalesce(names ->> n.name, n.name), ', ' ORDER BY n.i)
    FROM jsonb_array_elements_text(equity_internal.read_names(cell, '')) WITH ORDINALITY AS n (name, i);
END;

COMMENT ON FUNCTION equity_internal.name_words(text, jsonb) IS
  'The names of a cell of equity.criterion, each in the words that names, a JSON object, has for it.';

CREATE FUNCTION equity_internal.gate_words(line equity.criterion, words text, names jsonb, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT equity.reason_text('OP ' || (line).op, lang, jsonb_build_object(
           'value', coalesce(words, names ->> (line).than, (line).than, string_agg(v.word, ', ' ORDER BY v.n)),
           'low', min(v.word) FILTER (WHERE v.n = 1),
           'high', min(v.word) FILTER (WHERE v.n = 2)))
    FROM (SELECT equity_internal.plain_value(e.value, (line).field, lang) AS word, e.n
            FROM jsonb_array_elements_text(CASE WHEN (line).op IN ('between', 'in', 'notin', 'overlaps', 'contains', 'disjoint')
                                             THEN equity_internal.read_words((line).value, '')
                                             ELSE jsonb_build_array(equity_internal.read_word((line).value, ''))
                                           END) WITH ORDINALITY AS e (value, n)) AS v;
END;

COMMENT ON FUNCTION equity_internal.gate_words(equity.criterion, text, jsonb, text) IS
  'What a gate asks, in the given language; words, where there are some, stand for its value, and names (a JSON object) for the field that it compares with.';

CREATE FUNCTION equity_internal.line_words(line equity.criterion, words text, names jsonb, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT CASE (line).kind
           WHEN 'gate' THEN equity_internal.gate_words(line, words, names, lang)
           WHEN 'band' THEN equity.reason_text('RULE points', lang, jsonb_build_object(
             'value', equity_internal.range_words((line).low, (line).high, (line).upper, (line).field, lang), 'points', (line).points))
           WHEN 'linear' THEN equity.reason_text('RULE points', lang, jsonb_build_object(
             'value', equity_internal.plain_value((line).value, (line).field, lang), 'points', (line).points))
           WHEN 'enum' THEN equity.reason_text('RULE points', lang, jsonb_build_object(
             'value', coalesce(words, equity_internal.plain_value(equity_internal.read_word((line).value, '') #>> '{}', (line).field, lang)), 'points', (line).points))
           WHEN 'const' THEN equity.reason_text('RULE const', lang, jsonb_build_object('points', (line).points))
           WHEN 'coef' THEN concat_ws(', ',
             equity.reason_text('RULE coef', lang, jsonb_build_object('points', (line).coef)),
             CASE WHEN (line).minimum IS NOT NULL THEN equity.reason_text('RULE coef minimum', lang, jsonb_build_object('low', (line).minimum)) END,
             CASE WHEN (line).maximum IS NOT NULL THEN equity.reason_text('RULE coef maximum', lang, jsonb_build_object('high', (line).maximum)) END)
           WHEN 'section' THEN concat_ws('; ',
             equity.reason_text('RULE section', lang, jsonb_build_object('value', equity_internal.name_words((line).members, names))),
             CASE WHEN (line).minimum IS NOT NULL THEN equity.reason_text('RULE section minimum', lang, jsonb_build_object('low', (line).minimum)) END,
             CASE WHEN (line).maximum IS NOT NULL THEN equity.reason_text('RULE section maximum', lang, jsonb_build_object('high', (line).maximum)) END)
           WHEN 'derive' THEN equity.reason_text('RULE ' || (line).fn, lang, jsonb_build_object(
             'value', equity_internal.name_words((line).field, names),
             'first', equity_internal.name_words(equity_internal.read_names((line).field, '') ->> 0, names),
             'second', equity_internal.name_words(equity_internal.read_names((line).field, '') ->> 1, names)))
         END;
END;

COMMENT ON FUNCTION equity_internal.line_words(equity.criterion, text, jsonb, text) IS
  'What one row of equity.criterion says, in the given language. words stand for its value, names (a JSON object) for the criteria and facts that it counts with.';

CREATE FUNCTION equity_internal.criterion_words(card equity.scorecard, version integer, lang text)
  RETURNS TABLE (criterion text, label text, rule text, "values" jsonb, than text)
  LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  names jsonb;
BEGIN
  SELECT coalesce(jsonb_object_agg(k.fact, CASE criterion_words.lang WHEN 'en' THEN k.label_en ELSE k.label_th END), '{}') INTO names
    FROM equity.fact_column AS k;
  names := names || coalesce((
    SELECT jsonb_object_agg(c.criterion, c.label)
      FROM (SELECT c.criterion,
                   max(CASE criterion_words.lang WHEN 'en' THEN coalesce(c.label_en, c.label_th) ELSE coalesce(c.label_th, c.label_en) END) AS label
              FROM equity.criterion AS c
             WHERE c.card_code = (SELECT h.card_code FROM equity.scorecard_header(card) AS h)
               AND c.version = criterion_words.version
             GROUP BY c.criterion) AS c
     WHERE c.label IS NOT NULL), '{}');

  RETURN QUERY
  WITH value_words AS MATERIALIZED (
    SELECT c.criterion, c.kind,
           CASE WHEN c.kind <> 'gate' THEN equity_internal.read_word(c.value, '') #>> '{}' ELSE '' END AS value,
           max(CASE criterion_words.lang WHEN 'en' THEN coalesce(c.value_en, c.value_th) ELSE coalesce(c.value_th, c.value_en) END) AS words
      FROM equity.criterion AS c
     WHERE c.card_code = (SELECT h.card_code FROM equity.scorecard_header(card) AS h)
       AND c.version = criterion_words.version
       AND num_nonnulls(c.value_th, c.value_en) > 0
     GROUP BY 1, 2, 3
  ), line AS (
    SELECT r AS row, w.words
      FROM equity.scorecard_rows(card, criterion_words.version) AS r
      LEFT JOIN value_words AS w
        ON w.criterion = r.criterion
       AND w.kind = r.kind
       AND w.value = CASE WHEN r.kind <> 'gate' THEN equity_internal.read_word(r.value, '') #>> '{}' ELSE '' END
     WHERE r.kind <> 'class'
  ), said AS (
    SELECT (l.row).criterion,
           (l.row).kind,
           concat_ws('; ',
             string_agg(equity_internal.line_words(l.row, l.words, names, lang), '; ' ORDER BY (l.row).position),
             CASE WHEN max((l.row).otherwise) IS NOT NULL THEN
               equity.reason_text('RULE otherwise', lang, jsonb_build_object('points', max((l.row).otherwise))) END) AS rule,
           jsonb_object_agg(equity_internal.read_word((l.row).value, '') #>> '{}', l.words)
             FILTER (WHERE (l.row).kind = 'enum' AND l.words IS NOT NULL) AS "values",
           max((l.row).than) AS than
      FROM line AS l
     GROUP BY (l.row).criterion, (l.row).kind
  )
  SELECT s.criterion,
         coalesce(names ->> s.criterion, s.criterion),
         CASE WHEN s.kind = 'linear' THEN equity.reason_text('RULE linear', lang, jsonb_build_object('value', s.rule)) ELSE s.rule END,
         coalesce(s."values", '{}'),
         s.than
    FROM said AS s;
END;
$$;

COMMENT ON FUNCTION equity_internal.criterion_words(equity.scorecard, integer, text) IS
  'Each criterion of a version of a scorecard in the given language: its label, or else its code; its rule; of an enum the words of its values; of a gate between two fields the other field.';
