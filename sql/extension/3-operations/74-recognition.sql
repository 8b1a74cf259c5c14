-- Recognition of institutions: a sealed card over equity.institution_facts, whose classes are the levels.

CREATE FUNCTION equity_internal.recognition_card(academic_year integer) RETURNS equity.scorecard_version
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  card equity.scorecard_version;
BEGIN
  IF academic_year BETWEEN 2400 AND 2700 IS NOT TRUE THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('academic year %s is none of the Buddhist era', coalesce(academic_year::text, 'NULL')),
      HINT = 'Years go from 2400 to 2700.';
  END IF;
  SELECT v.* INTO card
    FROM equity.programme_policy AS y
    JOIN equity.scorecard_version AS v
      ON v.card_code = y.card_code
     AND v.version = y.card_version
   WHERE y.policy_id = equity_internal.policy_card(NULL, 'recognition', recognition_card.academic_year);
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('no card recognizes institutions in academic year %s', academic_year),
      DETAIL = 'A card of recognition is of no single programme.',
      HINT = 'Seal one over equity.institution_facts (equity.seal_scorecard), and name it in equity.programme_policy: purpose recognition, without a programme.';
  END IF;
  RETURN card;
END;
$$;

COMMENT ON FUNCTION equity_internal.recognition_card(integer) IS
  'The sealed card that recognizes institutions in an academic year (equity.programme_policy). Errors: 22023 no such year; P0002 no card.';

--- Every institution that has facts of the academic year is put to the card that equity.programme_policy names
--- for recognition. A row is added to
--- equity.recognition where card, facts or outcome differ from the newest of that year, and nothing
--- changes where they do not: a second call adds nothing. Two at once with one card wait for each other.
---
--- Errors: 22023 a year that is none of the Buddhist era; P0002 no card for that year, or no facts of it; 42703
--- and 42804 the card reads what the facts do not have.
CREATE FUNCTION equity.recognize_institutions(academic_year integer,
                                              OUT institutions bigint, OUT recognized bigint, OUT changed bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
AS $$
DECLARE
  rule equity.scorecard_version;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.institutions, d.recognized, d.changed INTO institutions, recognized, changed
      FROM equity_internal.recognize_institutions(recognize_institutions.academic_year) AS d;
    RETURN;
  END IF;
  rule := equity_internal.recognition_card(recognize_institutions.academic_year);
  PERFORM FROM equity.scorecard_version AS v
    WHERE v.card_code = rule.card_code
      AND v.version = rule.version
      FOR NO KEY UPDATE;

  WITH judged AS MATERIALIZED (
    SELECT f.institution_id, to_jsonb(f) AS facts, a.eligible, a.score, CASE WHEN a.eligible THEN a.class END AS level, a.reasons
      FROM equity.institution_facts AS f
     CROSS JOIN LATERAL equity.assess(rule.card, f) AS a
     WHERE f.academic_year = recognize_institutions.academic_year
  ), newest AS (
    SELECT DISTINCT ON (r.institution_id) r.*
      FROM equity.recognition AS r
     WHERE r.academic_year = recognize_institutions.academic_year
     ORDER BY r.institution_id, r.recognized_at DESC
  ), added AS (
    INSERT INTO equity.recognition (institution_id, academic_year, recognized_at, card_code, card_version, card_digest,
                                    eligible, score, level, reasons, facts)
    SELECT j.institution_id, recognize_institutions.academic_year, clock_timestamp(), rule.card_code, rule.version, rule.digest,
           j.eligible, j.score, j.level, j.reasons, j.facts
      FROM judged AS j
      LEFT JOIN newest AS n ON n.institution_id = j.institution_id
     WHERE n.card_digest IS DISTINCT FROM rule.digest
        OR n.facts IS DISTINCT FROM j.facts
    RETURNING 1
  )
  SELECT count(*), count(j.level), (SELECT count(*) FROM added) INTO institutions, recognized, changed
    FROM judged AS j;
  IF institutions = 0 THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('there are no facts of academic year %s', recognize_institutions.academic_year),
      HINT = 'Institutions have facts of a year in which scholars entered (equity.award) or something was assessed (equity.quality_assessment).';
  END IF;
  PERFORM equity.audit_append('recognize_institutions', NULL, NULL, jsonb_build_object(
    'academic_year', recognize_institutions.academic_year, 'card', rule.card_code, 'version', rule.version, 'digest', rule.digest,
    'institutions', institutions, 'recognized', recognized, 'changed', changed));
END;
$$;

COMMENT ON FUNCTION equity.recognize_institutions(integer) IS
  'Puts all institutions to a sealed card over equity.institution_facts, for an academic year, and keeps the level, reasons and facts of each (equity.recognition); its classes are the levels. Reads the registry.';
