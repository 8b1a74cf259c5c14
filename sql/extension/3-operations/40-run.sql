-- Allocating a round: the run, its placements, and the digests of what went in and what came out.

CREATE TYPE equity_internal.seat_placement AS (
  applicant_id bigint,
  pool_id bigint,
  choice integer,
  seat text,
  tier integer,
  score numeric
);

COMMENT ON TYPE equity_internal.seat_placement IS
  'A row of equity.allocate: who got which seat.';

--- No rows for a round that does not exist.
---
--- Errors: those of equity.allocate.
CREATE FUNCTION equity_internal.round_solution(round_id bigint)
  RETURNS SETOF equity_internal.seat_placement
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score
    FROM equity.round AS r
   CROSS JOIN LATERAL equity.round_queries(r.round_id) AS q
   CROSS JOIN LATERAL equity.allocate(q.applications, q.pools, q.reserves, q.caps, r.mechanism, r.tie_break, r.seed) AS s
   WHERE r.round_id = round_solution.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_solution(bigint) IS
  'Allocation of a round as it would come out now, by equity.allocate over equity.round_queries with the round''s mechanism, tie-break and seed. Writes nothing.';

--- Three kinds of rows. Placements, as of equity.allocate. One row with applicants and choices: how many
--- applicants the applications have, and how many rows. And, when read is given, which is the
--- applications query whose text is wanted, the pages of what was read (input applications, with
--- content) and of the placements (input placements, content of the whole alone), as of
--- equity_internal.application_pages. Applications are read once when read is the same query.
---
--- Errors: those of equity.allocate.
CREATE FUNCTION equity_internal.allocate_and_read(
  applications text, pools text, reserves text, caps text, mechanism text, tie_break text, seed text, read text,
  OUT applicant_id bigint, OUT pool_id bigint, OUT choice integer, OUT seat text, OUT tier integer, OUT score numeric,
  OUT input text, OUT whole boolean, OUT lines bigint, OUT digest text, OUT content text,
  OUT applicants bigint, OUT choices bigint
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 100000
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
  SET work_mem = '128MB'
  AS 'MODULE_PATHNAME', 'equity_allocate_and_read';

COMMENT ON FUNCTION equity_internal.allocate_and_read(text, text, text, text, text, text, text, text) IS
  'equity.allocate with counts, and the text and digests of what it read and of what came out.';

CREATE FUNCTION equity_internal.allocate_dry(round_id bigint,
                                    OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  WITH solved AS MATERIALIZED (
    SELECT s.pool_id, count(s.applicant_id) AS admitted, sum(s.applicants) AS applicants, sum(s.choices) AS choices
      FROM equity.round AS r
     CROSS JOIN LATERAL equity.round_queries(r.round_id) AS q
     CROSS JOIN LATERAL equity_internal.allocate_and_read(q.applications, q.pools, q.reserves, q.caps, r.mechanism, r.tie_break, r.seed, NULL) AS s
     WHERE r.round_id = allocate_dry.round_id
     GROUP BY s.pool_id
  )
  SELECT (SELECT sum(s.applicants) FROM solved AS s)::bigint,
         (SELECT sum(s.choices) FROM solved AS s)::bigint,
         coalesce(sum(p.seats), 0)::bigint,
         coalesce(sum(s.admitted), 0)::bigint,
         coalesce(sum(greatest(p.seats - coalesce(s.admitted, 0), 0)), 0)::bigint
    FROM equity.seat_pool AS p
    LEFT JOIN solved AS s
      ON s.pool_id = p.pool_id
   WHERE p.round_id = allocate_dry.round_id;
END;

COMMENT ON FUNCTION equity_internal.allocate_dry(bigint) IS
  'Counts of the allocation of a round as it would come out now; writes nothing and takes no lock.';

CREATE FUNCTION equity_internal.matching_run(this_round equity.round) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  newest equity.allocation_run;
BEGIN
  SELECT a.* INTO newest
    FROM equity.allocation_run AS a
   WHERE a.round_id = this_round.round_id
     AND a.kind = 'main'
     AND a.status IN ('draft', 'verified')
   ORDER BY a.run_id DESC
   LIMIT 1;
  IF (newest.mechanism, newest.tie_break, newest.tie_field, newest.seed)
     IS NOT DISTINCT FROM (this_round.mechanism, this_round.tie_break, this_round.tie_field, this_round.seed)
     AND NOT EXISTS (SELECT FROM equity_internal.changed_inputs(newest.run_id))
  THEN
    RETURN newest.run_id;
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.matching_run(equity.round) IS
  'The first allocation run of a round, not published and not failed, that came from exactly the current inputs; NULL when there is none.';

CREATE FUNCTION equity_internal.begin_run(this_round equity.round, kind text DEFAULT 'main', parent bigint DEFAULT NULL) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  INSERT INTO equity.allocation_run (round_id, kind, parent_run_id, status, mechanism, tie_break, tie_field, seed,
                                     equity_version, started_at, run_by)
  VALUES (this_round.round_id, begin_run.kind, parent, 'draft', this_round.mechanism, this_round.tie_break, this_round.tie_field, this_round.seed,
          (SELECT v.sql FROM equity.version() AS v), clock_timestamp(), session_user)
  RETURNING run_id;
END;

COMMENT ON FUNCTION equity_internal.begin_run(equity.round, text, bigint) IS
  'A new draft run of a round by its rules, still without placements. Put those who have a standing into equity.run_standing, then call equity_internal.complete_run.';

--- A row of equity_internal.allocate_and_read has counts, a placement or a page.
---
--- Errors: those of equity.allocate.
CREATE FUNCTION equity_internal.repeat_run(run_id bigint)
  RETURNS TABLE (applicant_id bigint, pool_id bigint, choice integer, seat text, tier integer, score numeric,
                 input text, whole boolean, digest text, content text, applicants bigint, choices bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score, s.input, s.whole, s.digest, s.content, s.applicants, s.choices
    FROM equity.allocation_run AS a
   CROSS JOIN LATERAL equity_internal.entered_queries(a.run_id) AS q
   CROSS JOIN LATERAL (SELECT q.applications || ' AND equity_internal.has_score(i.score)' AS applications) AS n
   CROSS JOIN LATERAL equity_internal.allocate_and_read(n.applications, q.pools, q.reserves, q.caps, a.mechanism, a.tie_break, a.seed,
                                                        n.applications) AS s
   WHERE a.run_id = repeat_run.run_id;
END;

COMMENT ON FUNCTION equity_internal.repeat_run(bigint) IS
  'Allocation of a run as it comes out of the current rows, with counts and pages (equity_internal.allocate_and_read): the pages are of the applications of the round, before anybody had a standing.';

CREATE FUNCTION equity_internal.placement_query(run_id bigint) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('SELECT t.applicant_id, t.pool_id, t.choice, t.seat, t.tier, t.score FROM equity.placement AS t WHERE t.run_id = %s', run_id);

COMMENT ON FUNCTION equity_internal.placement_query(bigint) IS
  'The placements query of an allocation run, fully qualified.';

-- Both for the placements as they are and for those that come out again, so that one text is compared with
-- the other.
CREATE FUNCTION equity_internal.result_lines(run_id bigint, again boolean DEFAULT false) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
  SET jit = off
BEGIN ATOMIC
  SELECT p.content
    FROM equity_internal.placement_pages(equity_internal.placement_query(result_lines.run_id)) AS p
   WHERE NOT again
     AND p.whole
  UNION ALL
  SELECT n.content
    FROM equity_internal.repeat_run(result_lines.run_id) AS n
   WHERE again
     AND n.input = 'placements'
     AND n.whole;
END;

COMMENT ON FUNCTION equity_internal.result_lines(bigint, boolean) IS
  'The placements of an allocation run as they are now, or again as they come out of the current rows: the lines "pool_id,digest" in order of pool_id, each digest that of the lines "applicant_id,choice,seat,tier,score" in order of applicant_id.';

-- One statement allocates, so that placements, counts and digests see the same rows.
CREATE FUNCTION equity_internal.complete_run(run_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  WITH solved AS MATERIALIZED (
    SELECT s.* FROM equity_internal.repeat_run(complete_run.run_id) AS s
  ), placed AS (
    INSERT INTO equity.placement (run_id, applicant_id, pool_id, choice, seat, tier, score)
    SELECT complete_run.run_id, s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score
      FROM solved AS s
     WHERE s.applicant_id IS NOT NULL
    RETURNING pool_id
  ), source AS (
    SELECT s.input, s.whole, s.digest, s.content FROM solved AS s WHERE s.input = 'applications'
    UNION ALL
    SELECT c.input, c.whole, c.digest, c.content FROM equity_internal.run_conditions(complete_run.run_id) AS c
  ), stored AS (
    INSERT INTO equity.run_input (run_id, input, digest)
    SELECT complete_run.run_id, s.input, s.digest FROM source AS s WHERE s.whole
  ), kept AS (
    INSERT INTO equity.digest_source (digest, content)
    SELECT s.digest, s.content
      FROM source AS s
     ORDER BY s.digest COLLATE "C"          -- two rounds at once wait for each other in one order only
    ON CONFLICT DO NOTHING
  )
  UPDATE equity.allocation_run AS a
     SET applicants = z.applicants,
         applications = z.choices,
         seats = (SELECT coalesce(sum(p.seats), 0) FROM equity.seat_pool AS p WHERE p.round_id = a.round_id),
         admitted = (SELECT count(*) FROM placed),
         result_digest = (SELECT s.digest FROM solved AS s WHERE s.input = 'placements' AND s.whole)
    FROM solved AS z
   WHERE a.run_id = complete_run.run_id
     AND z.applicants IS NOT NULL;

  UPDATE equity.allocation_run AS a
     SET finished_at = clock_timestamp()
   WHERE a.run_id = complete_run.run_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.complete_run(bigint) IS
  'Allocates a run that equity_internal.begin_run made: its placements, counts and digests, and the text behind the digests (equity.digest_source).';

CREATE FUNCTION equity_internal.input_digests(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(jsonb_object_agg(i.input, i.digest), '{}')
    FROM equity.run_input AS i
   WHERE i.run_id = input_digests.run_id;
END;

COMMENT ON FUNCTION equity_internal.input_digests(bigint) IS
  'The digests of what an allocation run read (equity.run_input), by their names.';

CREATE FUNCTION equity_internal.run_record(run_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_build_object('kind', a.kind, 'mechanism', a.mechanism, 'tie_break', a.tie_break, 'tie_field', a.tie_field,
                            'applicants', a.applicants, 'applications', a.applications,
                            'seats', a.seats, 'admitted', a.admitted,
                            'inputs', equity_internal.input_digests(a.run_id), 'result_digest', a.result_digest)
    FROM equity.allocation_run AS a
   WHERE a.run_id = run_record.run_id;
END;

COMMENT ON FUNCTION equity_internal.run_record(bigint) IS
  'What the audit trail keeps of an allocation run, its counts and digests.';

CREATE FUNCTION equity_internal.run_unfilled(run_id bigint) RETURNS bigint
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(sum(greatest(p.seats - coalesce(t.admitted, 0), 0)), 0)::bigint
    FROM equity.allocation_run AS a
    JOIN equity.seat_pool AS p
      ON p.round_id = a.round_id
    LEFT JOIN (SELECT s.pool_id, count(*) AS admitted
                 FROM equity.placement AS s
                WHERE s.run_id = run_unfilled.run_id
                GROUP BY s.pool_id) AS t
      ON t.pool_id = p.pool_id
   WHERE a.run_id = run_unfilled.run_id;
END;

COMMENT ON FUNCTION equity_internal.run_unfilled(bigint) IS
  'How many seats of its round''s pools an allocation run leaves empty (ที่นั่งทุนคงเหลือ).';

--- Earlier unpublished runs are superseded; when the newest one came from the very same
--- inputs it is returned and nothing is written. With dry_run it only counts: nothing is
--- written, run_id is NULL, and it waits for nobody.
---
--- Errors: P0002 no such round; 55000 not scored yet, or published; 55P03 another operation
--- is at work on the round; and those of equity.allocate.
CREATE FUNCTION equity.allocate_round(round_id bigint, dry_run boolean DEFAULT false,
                                      OUT run_id bigint,
                                      OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO run_id, applicants, applications, seats, admitted, unfilled
      FROM equity_internal.allocate_round(allocate_round.round_id, allocate_round.dry_run) AS d;
    RETURN;
  END IF;
  this_round := CASE WHEN dry_run THEN equity_internal.find_round(allocate_round.round_id) ELSE equity_internal.lock_round(allocate_round.round_id) END;
  PERFORM equity_internal.require_status(this_round, 'allocate_round', 'scored', 'allocated', 'verified');
  PERFORM equity_internal.require_quotas(this_round);
  PERFORM equity_internal.report_progress('allocate_round', this_round.round_id, 'comparing with the newest run');
  IF dry_run THEN
    SELECT NULL, d.applicants, d.applications, d.seats, d.admitted, d.unfilled
      INTO run_id, applicants, applications, seats, admitted, unfilled
      FROM equity_internal.allocate_dry(this_round.round_id) AS d;
    RETURN;
  END IF;

  run_id := equity_internal.matching_run(this_round);
  IF run_id IS NULL THEN
    PERFORM equity_internal.supersede_runs(this_round.round_id);
    run_id := equity_internal.begin_run(this_round);
    PERFORM equity_internal.complete_run(run_id);
    UPDATE equity.round AS r SET status = 'allocated' WHERE r.round_id = this_round.round_id;
    PERFORM equity.audit_append('allocate_round', this_round.round_id, run_id, equity_internal.run_record(run_id));
  ELSE
    RAISE NOTICE 'round % is allocated already, by run % from the same inputs: nothing was changed', this_round.round_id, run_id;
  END IF;

  SELECT a.applicants, a.applications, a.seats, a.admitted, equity_internal.run_unfilled(a.run_id)
    INTO applicants, applications, seats, admitted, unfilled
    FROM equity.allocation_run AS a
   WHERE a.run_id = allocate_round.run_id;
END;
$$;

COMMENT ON FUNCTION equity.allocate_round(bigint, boolean) IS
  'Allocates the seats of a scored round in a new run and returns its counts: applicants who compete, their applications (choices), seats, admitted applicants and seats left empty. Reads the registry.';
