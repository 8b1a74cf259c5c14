-- Publishing a run: every placement becomes an award on offer. Only a verified run
-- whose rows are those that were verified can be published, and only once.

CREATE FUNCTION equity_internal.require_publishable(this_run equity.allocation_run) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF this_run.kind <> 'main' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is a %s', this_run.run_id, this_run.kind),
      DETAIL = 'publish_run offers the awards of a first run.',
      HINT = format('Seats that came free are offered by equity.refill_round(%s).', this_run.round_id);
  END IF;
  IF this_run.status <> 'verified' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is %s', this_run.run_id, this_run.status),
      DETAIL = 'publish_run needs a run that is verified.',
      HINT = CASE this_run.status
               WHEN 'draft' THEN format('Verify it first: equity.verify_run(%s).', this_run.run_id)
               ELSE format('Make and verify a new run: equity.allocate_round(%s).', this_run.round_id)
             END;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_publishable(equity.allocation_run) IS
  'Raises 55000 unless the run is a main one and verified.';

-- One statement: what is checked, what is offered and what is ranked are the same rows, whatever commits
-- meanwhile; and they are read once.
--- When the rows are not those that were verified it offers nothing and names what has
--- changed (equity_internal.digest_violations).
CREATE FUNCTION equity_internal.offer_awards(run_id bigint, OUT offers bigint, OUT changes text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
AS $$
BEGIN
  WITH ranking AS MATERIALIZED (
    SELECT k.*
      FROM equity_internal.ranking_queries(offer_awards.run_id) AS q
     CROSS JOIN LATERAL equity_internal.entered_queries(offer_awards.run_id) AS r
     CROSS JOIN LATERAL equity_internal.packed_ranking(r.applications, q.pools, q.reserves, q.caps, q.placements, q.tie_break,
                                                       q.seed, r.applications) AS k
  ), changed AS MATERIALIZED (
    SELECT string_agg(DISTINCT d.violation COLLATE "C", ', ' ORDER BY d.violation COLLATE "C") AS violations
      FROM equity_internal.placement_pages(equity_internal.placement_query(offer_awards.run_id)) AS p
     CROSS JOIN LATERAL equity_internal.digest_violations(
             offer_awards.run_id,
             (SELECT k.digest FROM ranking AS k WHERE k.input = 'applications'),
             (SELECT k.digest FROM ranking AS k WHERE k.input = 'choices'),
             p.digest) AS d
     WHERE p.whole
  ), kept AS (
    INSERT INTO equity.run_ranking (run_id, pool_id, seat, applicants, waiting)
    SELECT offer_awards.run_id, k.pool_id, k.seat, k.applicants, k.waiting
      FROM ranking AS k
     WHERE k.pool_id IS NOT NULL
       AND (SELECT c.violations FROM changed AS c) IS NULL
  ), offered AS (
    INSERT INTO equity.award (applicant_id, programme_code, grant_type, institution_id, field_code, academic_year,
                              round_id, run_id, pool_id, status, offered_at, offer_expires_at)
    SELECT t.applicant_id, p.programme_code, p.grant_type, p.institution_id, p.field_code, r.academic_year,
           r.round_id, t.run_id, t.pool_id, 'offered', now(), now() + r.offer_days * interval '24 hours'
      FROM equity.placement AS t
      JOIN equity.seat_pool AS p
        ON p.pool_id = t.pool_id
      JOIN equity.round AS r
        ON r.round_id = p.round_id
     WHERE t.run_id = offer_awards.run_id
       AND (SELECT c.violations FROM changed AS c) IS NULL
     ORDER BY t.pool_id, t.applicant_id
    RETURNING award_id
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at)
    SELECT o.award_id, 'offered', NULL, 'offered', session_user, now()
      FROM offered AS o
    RETURNING award_id
  )
  SELECT (SELECT count(*) FROM told), c.violations
    INTO offers, changes
    FROM changed AS c;
END;
$$;

COMMENT ON FUNCTION equity_internal.offer_awards(bigint) IS
  'Offers an award for each placement of a run, until the round''s offer_days times 24 hours from now, keeps the ranking (equity.run_ranking), and returns how many offers there are.';

--- Errors: P0002 no such run; 55000 the run is not verified, or its inputs or placements have
--- changed since; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.publish_run(run_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_run equity.allocation_run;
  offers bigint;
  changes text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.publish_run(publish_run.run_id);
  END IF;
  this_run := equity_internal.lock_run(publish_run.run_id);
  IF this_run.status = 'published' THEN
    RAISE NOTICE 'allocation run % is published already: nothing was changed', this_run.run_id;
    RETURN this_run.admitted;
  END IF;

  PERFORM equity_internal.require_publishable(this_run);
  PERFORM equity_internal.report_progress('publish_run', this_run.round_id, 'offering awards');
  SELECT o.offers, o.changes INTO offers, changes
    FROM equity_internal.offer_awards(this_run.run_id) AS o;
  IF changes IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s was verified on other rows', this_run.run_id),
      DETAIL = format('Since then: %s.', changes),
      HINT = format('See equity.run_violations(%s); then score and allocate round %s again, and verify the new run.', this_run.run_id, this_run.round_id);
  END IF;
  UPDATE equity.allocation_run AS a SET status = 'published' WHERE a.run_id = this_run.run_id;
  UPDATE equity.round AS r
     SET status = 'published',
         published_run_id = this_run.run_id
   WHERE r.round_id = this_run.round_id;
  PERFORM equity_internal.keep_published_list(this_run.round_id, this_run.run_id);
  PERFORM equity.audit_append('publish_run', this_run.round_id, this_run.run_id,
                              jsonb_build_object('offers', offers, 'result_digest', this_run.result_digest));
  RETURN offers;
END;
$$;

COMMENT ON FUNCTION equity.publish_run(bigint) IS
  'Publishes a verified run: offers an award for each placement, keeps the lists to post (equity.published_list), and returns how many offers there are. A second call changes nothing. Reads the registry.';
