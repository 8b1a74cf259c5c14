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

  RETURN QUERY SELECT r.* FROM equity_internal.card_lines(rule, facts, facts.programme_code, lang) AS r;
  GET DIAGNOSTICS last_line = ROW_COUNT;

  note := equity_internal.renewal_result(recorded, verdict.class);
  RETURN NEXT equity_internal.closing_line('score', last_line + 1, facts.programme_code, equity.reason_text('SCORE', lang),
                                           coalesce(recorded.score, verdict.score), 'SCORE', NULL, NULL);
  RETURN QUERY
  SELECT l.*
    FROM unnest(ARRAY['RENEWAL ' || coalesce(recorded.outcome, CASE WHEN verdict.eligible IS NOT NULL THEN verdict.class END, 'undetermined'), note])
           WITH ORDINALITY AS r (code, n)
   CROSS JOIN LATERAL equity_internal.closing_line('result', last_line + 1 + r.n::integer, facts.programme_code, equity.reason_text('RENEWAL', lang), NULL,
                                                   r.code, equity.reason_text(r.code, lang), equity.reason_advice(r.code, lang)) AS l
   WHERE r.code IS NOT NULL
   ORDER BY r.n;
END;
$$;

COMMENT ON FUNCTION equity.explain_renewal(bigint, bigint, text) IS
  'Why an award was renewed or not after a term, line by line, in Thai (th) or English (en): each rule with what was read, the score, and the outcome. Reads the registry.';
