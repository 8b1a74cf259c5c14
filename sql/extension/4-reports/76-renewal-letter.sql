-- The letter to a scholar after a term: every rule of the card that renews, the score, and the outcome.

CREATE FUNCTION equity_internal.renewal_result(recorded equity.renewal, outcome text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN recorded.outcome IS NULL THEN 'RENEWAL not decided'
         WHEN recorded.outcome IS DISTINCT FROM outcome THEN 'RENEWAL changed'
       END;

COMMENT ON FUNCTION equity_internal.renewal_result(equity.renewal, text) IS
  'Code of the sentence that says how the outcome by the facts of now differs from what was decided; NULL when it does not.';

--- The lines are those of equity.explain_application with sections rule, score and result. Rules are put to
--- the facts of now (equity.term_facts); the outcome that counts is the one recorded, by its card, and a line
--- says when they differ or nothing was decided yet. Of an officer only own scholars.
---
--- Errors: 22023 another language; P0002 no such award in the term, or no card renews its programme.
CREATE FUNCTION equity.explain_renewal(award_id bigint, term_id bigint, lang text DEFAULT 'th') RETURNS SETOF equity.explanation_line
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
DECLARE
  facts equity.term_facts;
  recorded equity.renewal;
  rule equity.scorecard_version;
  verdict record;
  last_line integer;
  note text;
BEGIN
  PERFORM equity_internal.require_language(lang, 'letters');
  SELECT f.* INTO facts
    FROM equity.term_facts AS f
   WHERE f.award_id = explain_renewal.award_id
     AND f.term_id = explain_renewal.term_id;
  SELECT n.* INTO recorded
    FROM equity.renewal AS n
   WHERE n.award_id = explain_renewal.award_id
     AND n.term_id = explain_renewal.term_id;
  SELECT v.* INTO rule
    FROM equity.scorecard_version AS v
    LEFT JOIN equity.programme_policy AS y
      ON y.policy_id = equity_internal.policy_card(facts.programme_code, 'renewal', facts.academic_year)
   WHERE (v.card_code, v.version) = (coalesce(recorded.card_code, y.card_code), coalesce(recorded.card_version, y.card_version));
  IF facts.award_id IS NULL OR rule.card IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('award %s is not renewed after term %s', coalesce(explain_renewal.award_id::text, 'NULL'), coalesce(explain_renewal.term_id::text, 'NULL')),
      HINT = CASE WHEN facts.award_id IS NULL THEN 'Its terms are in equity.term_facts.'
                  ELSE format('No card renews programme %s: equity.programme_policy.', facts.programme_code) END;
  END IF;
  verdict := equity.assess(rule.card, facts);

  RETURN QUERY
  SELECT 'rule', e.seq, facts.programme_code, e.criterion, w.label,
         coalesce(w."values" ->> e.value, equity_internal.plain_value(e.value, e.field, lang)),
         w.rule, e.passed, e.points, e.max_points,
         NULL::bigint, NULL::bigint, NULL::integer, NULL::numeric, NULL::numeric,
         e.reason, CASE WHEN e.reason IS NOT NULL THEN coalesce(equity.reason_text(e.reason, lang), e.reason) END, equity.reason_advice(e.reason, lang)
    FROM equity.explain(rule.card, facts) AS e
    LEFT JOIN equity_internal.criterion_words(rule.card, rule.version, lang) AS w ON w.criterion = e.criterion
   ORDER BY e.seq;
  GET DIAGNOSTICS last_line = ROW_COUNT;

  note := equity_internal.renewal_result(recorded, verdict.class);
  RETURN QUERY
  SELECT 'score', last_line + 1, facts.programme_code, NULL, equity.reason_text('SCORE', lang), NULL, NULL, NULL::boolean,
         coalesce(recorded.score, verdict.score), NULL::numeric, NULL::bigint, NULL::bigint, NULL::integer, NULL::numeric, NULL::numeric,
         'SCORE', NULL, NULL
  UNION ALL
  SELECT 'result', last_line + 1 + r.n::integer, facts.programme_code, NULL, equity.reason_text('RENEWAL', lang), NULL, NULL, NULL::boolean,
         NULL::numeric, NULL::numeric, NULL::bigint, NULL::bigint, NULL::integer, NULL::numeric, NULL::numeric,
         r.code, equity.reason_text(r.code, lang), equity.reason_advice(r.code, lang)
    FROM unnest(ARRAY['RENEWAL ' || coalesce(recorded.outcome, CASE WHEN verdict.eligible IS NOT NULL THEN verdict.class END, 'undetermined'), note])
           WITH ORDINALITY AS r (code, n)
   WHERE r.code IS NOT NULL
   ORDER BY 2;
END;
$$;

COMMENT ON FUNCTION equity.explain_renewal(bigint, bigint, text) IS
  'Why an award was renewed or not after a term, line by line, in Thai (th) or English (en): each rule with what was read, the score, and the outcome. Reads the registry.';
