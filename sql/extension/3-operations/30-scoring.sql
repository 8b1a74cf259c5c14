-- Scoring a round: for each programme one INSERT ... SELECT that puts the programme's
-- scorecard, as a parameter, to the facts of everybody who applied to it. Only rows
-- that are new or different are written, so that scoring twice changes nothing.

CREATE VIEW equity_internal.programme_application WITH (security_invoker = true) AS
  SELECT DISTINCT
         a.applicant_id,
         a.round_id,
         p.programme_code
    FROM equity.entry AS a
    JOIN equity.choice AS c
      ON c.applicant_id = a.applicant_id
     AND c.round_id = a.round_id
    JOIN equity.seat_pool AS p
      ON p.pool_id = c.pool_id
     AND p.round_id = c.round_id;

COMMENT ON VIEW equity_internal.programme_application IS
  'Who asks for which programme: one row for each application that takes part and programme of which it chooses a pool.';
COMMENT ON COLUMN equity_internal.programme_application.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.programme_application.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.programme_application.programme_code IS 'Programme (โครงการ) of at least one of the chosen pools.';

CREATE FUNCTION equity_internal.score_programme(round_id bigint, programme_code text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  rule equity.scorecard_version;
  changed bigint;
BEGIN
  SELECT v.* INTO STRICT rule
    FROM equity.round_programme AS rp
    JOIN equity.scorecard_version AS v
      ON v.card_code = rp.card_code
     AND v.version = rp.card_version
   WHERE rp.round_id = score_programme.round_id
     AND rp.programme_code = score_programme.programme_code;
  PERFORM equity_internal.require_facts(rule.card);

  INSERT INTO equity.assessment
         (applicant_id, round_id, programme_code, eligible, score, class, reasons, card_code, card_version, card_digest, assessed_at)
  SELECT n.applicant_id,
         n.round_id,
         n.programme_code,
         (n.result).eligible,
         (n.result).score,
         (n.result).class,
         (n.result).reasons,
         rule.card_code,
         rule.version,
         rule.digest,
         now()
    FROM (SELECT a.applicant_id,
                 a.round_id,
                 a.programme_code,
                 equity.assess(rule.card, f) AS result
            FROM equity_internal.programme_application AS a
            JOIN equity.application_facts AS f
              ON f.applicant_id = a.applicant_id
             AND f.round_id = a.round_id
           WHERE a.round_id = score_programme.round_id
             AND f.round_id = score_programme.round_id
             AND a.programme_code = score_programme.programme_code
          OFFSET 0) AS n                -- assess once a row, not once a column
    LEFT JOIN equity.assessment AS old
      ON old.applicant_id = n.applicant_id
     AND old.round_id = n.round_id
     AND old.programme_code = n.programme_code
   WHERE (old.eligible, old.score, old.class, old.reasons, old.card_code, old.card_version, old.card_digest)
         IS DISTINCT FROM
         ((n.result).eligible, (n.result).score, (n.result).class, (n.result).reasons, rule.card_code, rule.version, rule.digest)
  ON CONFLICT ON CONSTRAINT assessment_pkey DO UPDATE
     SET eligible = excluded.eligible,
         score = excluded.score,
         class = excluded.class,
         reasons = excluded.reasons,
         card_code = excluded.card_code,
         card_version = excluded.card_version,
         card_digest = excluded.card_digest,
         assessed_at = excluded.assessed_at;
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.score_programme(bigint, text) IS
  'Assesses everybody who asks for a programme in a round with the programme''s scorecard, and returns how many assessments are new or different.';

CREATE FUNCTION equity_internal.drop_stale_assessments(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  changed bigint;
BEGIN
  DELETE FROM equity.assessment AS s
   WHERE s.round_id = drop_stale_assessments.round_id
     AND NOT EXISTS (SELECT FROM equity_internal.programme_application AS a
                      WHERE a.applicant_id = s.applicant_id
                        AND a.round_id = s.round_id
                        AND a.programme_code = s.programme_code);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.drop_stale_assessments(bigint) IS
  'Deletes the assessments of a round whose application was withdrawn or no longer asks for the programme, and returns how many there were.';

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
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity_internal.mark_late(this_round);
  changed := equity_internal.drop_stale_assessments(this_round.round_id);
  changed := changed + coalesce((SELECT sum(equity_internal.score_programme(rp.round_id, rp.programme_code))
                                   FROM equity.round_programme AS rp
                                  WHERE rp.round_id = this_round.round_id), 0);

  SELECT count(*),
         count(*) FILTER (WHERE s.eligible AND s.score IS NOT NULL),
         count(*) FILTER (WHERE NOT s.eligible),
         count(*) FILTER (WHERE s.eligible IS NULL OR s.eligible AND s.score IS NULL)
    INTO applications, eligible, ineligible, undetermined
    FROM equity.assessment AS s
   WHERE s.round_id = this_round.round_id;

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
  'Assesses every submitted application of a closed round, once for each programme that it asks for, with that programme''s scorecard.';
