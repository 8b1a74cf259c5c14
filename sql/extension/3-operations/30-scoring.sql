-- Scoring a round: each scorecard of the round, as a constant, is put to the facts of everybody who
-- applied to a programme that goes by it. Only rows that are new or different are written, so that
-- scoring twice changes nothing.

--- Both arguments are queries: choices for applicant_id and pool_id, pools for pool_id and
--- programme_code. A choice of a pool that is not among these counts for nothing.
---
--- Errors: 53400 more memory than equity.max_memory.
CREATE FUNCTION equity_internal.asked_programmes(choices text, pools text)
  RETURNS TABLE (applicant_id bigint, programme_code text)
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100000
  AS 'MODULE_PATHNAME', 'equity_asked_programmes';

COMMENT ON FUNCTION equity_internal.asked_programmes(text, text) IS
  'Which programmes have a pool among the choices of whom: each applicant and programme once.';

-- Inlined.
CREATE FUNCTION equity_internal.programme_applications(round_id bigint, programmes text[])
  RETURNS TABLE (applicant_id bigint, programme_code text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT a.applicant_id, c.programme_code
    FROM equity_internal.asked_programmes(
           format('SELECT c.applicant_id, c.pool_id FROM equity.choice AS c WHERE c.round_id = %s',
                  programme_applications.round_id),
           format('SELECT q.pool_id, q.programme_code FROM equity.seat_pool AS q'
                  ' WHERE q.round_id = %s AND q.programme_code = ANY (%L::text[])',
                  programme_applications.round_id, programme_applications.programmes)) AS c
    JOIN equity.entry AS a
      ON a.applicant_id = c.applicant_id
   WHERE a.round_id = programme_applications.round_id;
END;

COMMENT ON FUNCTION equity_internal.programme_applications(bigint, text[]) IS
  'Who asks for which of some programmes in a round: one row for each application that takes part and programme of which it chooses a pool.';

CREATE VIEW equity_internal.programme_application WITH (security_invoker = true) AS
  SELECT a.applicant_id,
         rp.round_id,
         a.programme_code
    FROM equity.round_programme AS rp
   CROSS JOIN LATERAL equity_internal.programme_applications(rp.round_id, ARRAY[rp.programme_code]) AS a;

COMMENT ON VIEW equity_internal.programme_application IS
  'Who asks for which programme: one row for each application that takes part and programme of which it chooses a pool.';
COMMENT ON COLUMN equity_internal.programme_application.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.programme_application.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.programme_application.programme_code IS 'Programme (โครงการ) of at least one of the chosen pools.';

CREATE FUNCTION equity_internal.round_cards(round_id bigint)
  RETURNS TABLE (card_code text, version integer, digest text, card equity.scorecard, programmes text[])
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT v.card_code, v.version, v.digest, v.card, r.programmes
    FROM (SELECT rp.card_code, rp.card_version, array_agg(rp.programme_code) AS programmes
            FROM equity.round_programme AS rp
           WHERE rp.round_id = round_cards.round_id
           GROUP BY rp.card_code, rp.card_version) AS r
    JOIN equity.scorecard_version AS v
      ON v.card_code = r.card_code
     AND v.version = r.card_version;
END;

COMMENT ON FUNCTION equity_internal.round_cards(bigint) IS
  'The scorecards of a round, each with the programmes that go by it.';

-- RETURN QUERY may use parallel workers; INSERT ... SELECT may not.
--- stored: there is a row. stale: it is of an application that no longer takes part or no
--- longer asks for the programme, and its other columns say nothing.
CREATE FUNCTION equity_internal.assessment_changes(round_id bigint)
  RETURNS TABLE (applicant_id bigint, programme_code text, stored boolean, stale boolean,
                 eligible boolean, score numeric, class text, reasons text[],
                 card_code text, card_version integer, card_digest text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
AS $$
DECLARE
  rule record;
BEGIN
  PERFORM equity_internal.require_facts(c.card) FROM equity_internal.round_cards(assessment_changes.round_id) AS c;
  FOR rule IN SELECT c.* FROM equity_internal.round_cards(assessment_changes.round_id) AS c LOOP
    PERFORM equity_internal.report_progress('score_round', assessment_changes.round_id, format('assessing with %s %s', rule.card_code, rule.version));
    RETURN QUERY
    SELECT coalesce(n.applicant_id, old.applicant_id), coalesce(n.programme_code, old.programme_code),
           old.applicant_id IS NOT NULL, n.applicant_id IS NULL,
           (n.result).eligible, (n.result).score, (n.result).class, (n.result).reasons,
           rule.card_code, rule.version, rule.digest
      FROM (SELECT a.applicant_id, a.programme_code, equity.assess_typed(rule.card, f) AS result
              FROM equity_internal.programme_applications(assessment_changes.round_id, rule.programmes) AS a
              JOIN equity.application_facts AS f
                ON f.applicant_id = a.applicant_id
               AND f.round_id = assessment_changes.round_id
            OFFSET 0) AS n                 -- assess once a row, not once a column
      FULL JOIN (SELECT s.*
                   FROM equity.assessment AS s
                  WHERE s.round_id = assessment_changes.round_id
                    AND s.programme_code = ANY (rule.programmes)) AS old
        ON old.applicant_id = n.applicant_id
       AND old.programme_code = n.programme_code
     WHERE n.applicant_id IS NULL
        OR (old.card_code, old.card_version, old.card_digest) IS DISTINCT FROM (rule.card_code, rule.version, rule.digest)
        OR ((n.result).eligible, (n.result).score, (n.result).class, (n.result).reasons)
           IS DISTINCT FROM (old.eligible, old.score, old.class, old.reasons);
  END LOOP;

  RETURN QUERY
  SELECT s.applicant_id, s.programme_code, true, true, NULL::boolean, NULL::numeric, NULL, NULL::text[], NULL, NULL::integer, NULL
    FROM equity.assessment AS s
   WHERE s.round_id = assessment_changes.round_id
     AND s.programme_code NOT IN (SELECT rp.programme_code
                                    FROM equity.round_programme AS rp
                                   WHERE rp.round_id = assessment_changes.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.assessment_changes(bigint) IS
  'Where equity.assessment does not have what the scorecards of a round say of everybody who asks for a programme, by the same card: what they say, or that a row is stale.';

CREATE FUNCTION equity_internal.write_assessments(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET work_mem = '128MB'
AS $$
DECLARE
  changed bigint;
BEGIN
  WITH change AS MATERIALIZED (
    SELECT c.* FROM equity_internal.assessment_changes(write_assessments.round_id) AS c
  ), deleted AS (
    DELETE FROM equity.assessment AS s
     USING change AS c
     WHERE c.stale
       AND s.applicant_id = c.applicant_id
       AND s.round_id = write_assessments.round_id
       AND s.programme_code = c.programme_code
  ), replaced AS (
    UPDATE equity.assessment AS s
       SET eligible = c.eligible,
           score = c.score,
           class = c.class,
           reasons = c.reasons,
           card_code = c.card_code,
           card_version = c.card_version,
           card_digest = c.card_digest,
           assessed_at = now()
      FROM change AS c
     WHERE c.stored
       AND NOT c.stale
       AND s.applicant_id = c.applicant_id
       AND s.round_id = write_assessments.round_id
       AND s.programme_code = c.programme_code
  ), written AS (
    INSERT INTO equity.assessment
           (applicant_id, round_id, programme_code, eligible, score, class, reasons, card_code, card_version, card_digest, assessed_at)
    SELECT c.applicant_id, write_assessments.round_id, c.programme_code, c.eligible, c.score, c.class, c.reasons,
           c.card_code, c.card_version, c.card_digest, now()
      FROM change AS c
     WHERE NOT c.stored
     ORDER BY c.applicant_id                -- the order of the key
  )
  SELECT count(*) INTO changed FROM change;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_assessments(bigint) IS
  'Makes the assessments of a round what its scorecards say, and returns how many were deleted, new or different.';

CREATE FUNCTION equity_internal.count_assessments(round_id bigint)
  RETURNS TABLE (applications bigint, eligible bigint, ineligible bigint, undetermined bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT count(*),
         count(*) FILTER (WHERE s.eligible AND s.score IS NOT NULL),
         count(*) FILTER (WHERE NOT s.eligible),
         count(*) FILTER (WHERE s.eligible IS NULL OR s.eligible AND s.score IS NULL)
    FROM equity.assessment AS s
   WHERE s.round_id = count_assessments.round_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.count_assessments(bigint) IS
  'How many assessments a round has, and of those how many are eligible with a score, not eligible, and undetermined.';

--- Returns how many were assessed (applications: one for each application and programme) and
--- how many of those are eligible with a score, not eligible, and undetermined because a fact
--- is missing. Scoring again replaces what changed, and then the allocation runs that are not
--- published are superseded; when nothing changed, nothing is written.
---
--- Errors: P0002 no such round; 55000 not closed yet, or published; 55P03 another operation
--- is at work on the round; and those of equity.seal_scorecard, when a card is not sealed
--- yet.
CREATE FUNCTION equity.score_round(round_id bigint,
                                   OUT applications bigint, OUT eligible bigint, OUT ineligible bigint, OUT undetermined bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  changed bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO applications, eligible, ineligible, undetermined
      FROM equity_internal.score_round(score_round.round_id) AS d;
    RETURN;
  END IF;
  this_round := equity_internal.lock_round(score_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'score_round', 'closed', 'scored', 'allocated', 'verified');

  -- A score from a card that can still change could not be recomputed.
  PERFORM equity_internal.report_progress('score_round', this_round.round_id, 'preparing');
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity_internal.mark_late(this_round);
  changed := equity_internal.write_assessments(this_round.round_id);
  SELECT c.* INTO applications, eligible, ineligible, undetermined
    FROM equity_internal.count_assessments(this_round.round_id) AS c;

  IF changed = 0 AND this_round.status <> 'closed' THEN
    RAISE NOTICE 'round % is scored already: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  PERFORM equity_internal.supersede_runs(this_round.round_id);
  UPDATE equity.round AS r SET status = 'scored' WHERE r.round_id = this_round.round_id;
  PERFORM equity.audit_append('score_round', this_round.round_id, NULL,
                              jsonb_build_object('cards', equity_internal.rule_digests(this_round.round_id) -> 'cards',
                                                 'applications', applications,
                                                 'eligible', eligible,
                                                 'ineligible', ineligible,
                                                 'undetermined', undetermined,
                                                 'changed', changed));
END;
$$;

COMMENT ON FUNCTION equity.score_round(bigint) IS
  'Assesses every submitted application of a closed round, once for each programme that it asks for, with that programme''s scorecard. Reads the registry.';
