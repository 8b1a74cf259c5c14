-- What foreign keys would have refused, where there are none because operations write the rows of a
-- whole round. A check is one SELECT of the list below, over whole sets of rows.

-- RETURN QUERY may use parallel workers.
--- relation: the table whose rows lack what they refer to. violation:
---
--- - orphan_assessment: no application of this applicant in the round, no such programme in the round,
---   or no such version of the scorecard with this digest;
--- - orphan_placement: no application of this applicant in the round of the run, or no such pool there;
--- - orphan_ranking: no application in the round of the run.
---
--- run_id: of placements and rankings. Without round_id, or with NULL, all rounds are checked. Writes
--- nothing: SELECT rights are enough.
CREATE FUNCTION equity.check_integrity(round_id bigint DEFAULT NULL)
  RETURNS TABLE (relation text, violation text, run_id bigint, applicant_id bigint, pool_id bigint, detail text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no application in round %s', s.round_id)
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = s.applicant_id
                        AND a.round_id = s.round_id);

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no programme %s in round %s', equity_internal.excerpt(s.programme_code), s.round_id)
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.round_programme AS rp
                      WHERE rp.round_id = s.round_id
                        AND rp.programme_code = s.programme_code);

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no version %s of scorecard %s with the digest stored', s.card_version, equity_internal.excerpt(s.card_code))
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.scorecard_version AS v
                      WHERE v.card_code = s.card_code
                        AND v.version = s.card_version
                        AND v.digest = s.card_digest);

  RETURN QUERY
  SELECT 'placement', 'orphan_placement', t.run_id, t.applicant_id, t.pool_id,
         format('no application in round %s', r.round_id)
    FROM equity.placement AS t
    JOIN equity.allocation_run AS r
      ON r.run_id = t.run_id
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = t.applicant_id
                        AND a.round_id = r.round_id);

  RETURN QUERY
  SELECT 'placement', 'orphan_placement', t.run_id, t.applicant_id, t.pool_id,
         format('no such pool in round %s', r.round_id)
    FROM equity.placement AS t
    JOIN equity.allocation_run AS r
      ON r.run_id = t.run_id
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.seat_pool AS p
                      WHERE p.pool_id = t.pool_id
                        AND p.round_id = r.round_id);

  RETURN QUERY
  SELECT 'run_ranking', 'orphan_ranking', k.run_id, u.applicant_id, k.pool_id,
         format('no application in round %s', r.round_id)
    FROM equity.run_ranking AS k
    JOIN equity.allocation_run AS r
      ON r.run_id = k.run_id
   CROSS JOIN LATERAL unnest(k.applicants) AS u (applicant_id)
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = u.applicant_id
                        AND a.round_id = r.round_id);
END;
$$;

COMMENT ON FUNCTION equity.check_integrity(bigint) IS
  'Rows of a round, or of all, that refer to what is not there: what foreign keys would have refused in the tables that operations fill. No rows when nothing is amiss.';
