-- Allocating a round: the queries that equity.allocate reads, the digests that prove
-- what went in and what came out, and the run that keeps both.
--
-- Digests have two levels, so that no text grows with the whole round: first a sha256 over
-- the lines of each pool, then one over the pools' digests.
-- Each line ends with a line feed, numbers are printed as PostgreSQL prints them, text is UTF-8.

CREATE VIEW equity.allocation_input WITH (security_invoker = true) AS
  SELECT c.round_id,
         c.applicant_id,
         c.pool_id,
         c.choice::integer AS choice,
         s.score
    FROM equity.choice AS c
    JOIN equity.seat_pool AS p
      ON p.pool_id = c.pool_id
     AND p.round_id = c.round_id
    JOIN equity.application AS a
      ON a.applicant_id = c.applicant_id
     AND a.round_id = c.round_id
    JOIN equity.assessment AS s
      ON s.applicant_id = c.applicant_id
     AND s.round_id = c.round_id
     AND s.programme_code = p.programme_code
   WHERE a.status = 'submitted'
     AND s.eligible
     AND s.score IS NOT NULL;

COMMENT ON VIEW equity.allocation_input IS
  'What the allocation of a round reads: one row for each choice of a submitted application whose applicant is eligible, with a score, for the programme of the chosen pool.';
COMMENT ON COLUMN equity.allocation_input.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.allocation_input.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity.allocation_input.pool_id IS 'Seat pool that is asked for (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.allocation_input.choice IS 'Rank of the pool in the applicant''s own list, 1 first (อันดับที่เลือก); ranks of pools for which the applicant is not eligible are missing from the sequence.';
COMMENT ON COLUMN equity.allocation_input.score IS 'Points by the programme''s scorecard (คะแนน).';

-- Nested loops are off for what reads whole rounds: right after a step its rows have no statistics,
-- and a guess of one row would cost hours.
--
-- RETURN QUERY and EXECUTE below may use parallel workers; a query that yields a value for INTO, or
-- for a function in SQL, may not.
CREATE FUNCTION equity.round_pool_digests(round bigint) RETURNS TABLE (pool_id bigint, applications bigint, digest text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
  SELECT i.pool_id,
         count(*),
         encode(sha256(convert_to(string_agg(concat(i.applicant_id, ',', i.choice, ',', i.score, E'\n'), '' ORDER BY i.applicant_id), 'UTF8')), 'hex')
    FROM equity.allocation_input AS i
   WHERE i.round_id = round_pool_digests.round
   GROUP BY i.pool_id;
END;
$$;

COMMENT ON FUNCTION equity.round_pool_digests(bigint) IS
  'Digest, pool by pool, of what the allocation of a round reads now (equity.allocation_input): pool, number of applications, and the sha256 in hexadecimal of its lines "applicant_id,choice,score" in order of applicant_id, each ending with a line feed. Tells in which pool two states differ.';

CREATE FUNCTION equity.round_input_digest(round bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT encode(sha256(convert_to(
           coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id), ''),
           'UTF8')), 'hex')
    FROM equity.round_pool_digests(round_input_digest.round) AS d;
END;

COMMENT ON FUNCTION equity.round_input_digest(bigint) IS
  'Digest of what the allocation of a round reads now, in hexadecimal: the sha256 of the lines "pool_id,digest" of equity.round_pool_digests in order of pool_id, each ending with a line feed. A pool that nobody asks for has no line.';

CREATE FUNCTION equity.round_input_size(round bigint, OUT applicants bigint, OUT applications bigint)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
AS $$
BEGIN
  EXECUTE 'SELECT count(*), coalesce(sum(a.applications), 0)
             FROM (SELECT count(*) AS applications
                     FROM equity.allocation_input AS i
                    WHERE i.round_id = $1
                    GROUP BY i.applicant_id) AS a'
     INTO applicants, applications
    USING round;
END;
$$;

COMMENT ON FUNCTION equity.round_input_size(bigint) IS
  'How many applicants compete in the allocation of a round as it is now, and with how many choices (equity.allocation_input).';

CREATE FUNCTION equity.round_seat_digest(round bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT encode(sha256(convert_to(
           coalesce(string_agg(concat(p.pool_id, ',', p.seats, E'\n'), '' ORDER BY p.pool_id), ''),
           'UTF8')), 'hex')
    FROM equity.seat_pool AS p
   WHERE p.round_id = round_seat_digest.round;
END;

COMMENT ON FUNCTION equity.round_seat_digest(bigint) IS
  'Digest of the seats of a round as they are now, in hexadecimal: the sha256 of the lines "pool_id,seats" of all its pools in order of pool_id, each ending with a line feed.';

CREATE FUNCTION equity.round_card_digest(round bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT encode(sha256(convert_to(
           coalesce(string_agg(concat(rp.programme_code, ',', equity.digest(v.card), E'\n'), ''
                                          ORDER BY rp.programme_code COLLATE "C"), ''),
           'UTF8')), 'hex')
    FROM equity.round_programme AS rp
    LEFT JOIN equity.scorecard_version AS v
      ON v.card_code = rp.card_code
     AND v.version = rp.card_version
   WHERE rp.round_id = round_card_digest.round;
END;

COMMENT ON FUNCTION equity.round_card_digest(bigint) IS
  'Digest of the scorecards of a round as they are now, in hexadecimal: the sha256 of the lines "programme_code,equity.digest(card)" of its programmes in byte order of programme_code, each ending with a line feed.';

CREATE FUNCTION equity.run_result_digest(run bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT encode(sha256(convert_to(
           coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id), ''),
           'UTF8')), 'hex')
    FROM (SELECT p.pool_id,
                 encode(sha256(convert_to(
                   string_agg(concat(p.applicant_id, ',', p.choice, ',', to_json(p.seat), ',', p.tier, ',', p.score, E'\n'), ''
                                         ORDER BY p.applicant_id),
                   'UTF8')), 'hex') AS digest
            FROM equity.placement AS p
           WHERE p.run_id = run_result_digest.run
           GROUP BY p.pool_id) AS d;
END;

COMMENT ON FUNCTION equity.run_result_digest(bigint) IS
  'Digest of the placements of an allocation run as they are now, in hexadecimal. For each pool the sha256 of its lines "applicant_id,choice,seat,tier,score" in order of applicant_id, the seat as a JSON string ("open" in double quotes); then the sha256 of the lines "pool_id,digest" in order of pool_id. Each line ends with a line feed.';

CREATE FUNCTION equity.round_solution(round bigint)
  RETURNS TABLE (applicant_id bigint, pool_id bigint, choice integer, seat text, tier integer, score numeric)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
BEGIN ATOMIC
  SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score
    FROM equity.round AS r
   CROSS JOIN LATERAL equity.allocate(
           applications => format('SELECT i.applicant_id, i.pool_id, i.choice, i.score FROM equity.allocation_input AS i WHERE i.round_id = %s', r.round_id),
           pools => format('SELECT p.pool_id, p.seats FROM equity.seat_pool AS p WHERE p.round_id = %s', r.round_id),
           mechanism => r.mechanism,
           tie_break => r.tie_break,
           seed => r.seed) AS s
   WHERE r.round_id = round_solution.round;
END;

COMMENT ON FUNCTION equity.round_solution(bigint) IS
  'Allocation of a round as it would come out now, by equity.allocate over equity.allocation_input and equity.seat_pool with the round''s mechanism, tie-break and seed. Writes nothing: an auditor compares it with equity.placement. No rows for a round that does not exist. Errors: those of equity.allocate.';

CREATE FUNCTION equity.allocate_dry(round bigint,
                                    OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  SELECT z.applicants, z.applications INTO applicants, applications
    FROM equity.round_input_size(allocate_dry.round) AS z;

  SELECT coalesce(sum(p.seats), 0),
         coalesce(sum(a.admitted), 0),
         coalesce(sum(greatest(p.seats - coalesce(a.admitted, 0), 0)), 0)
    INTO seats, admitted, unfilled
    FROM equity.seat_pool AS p
    LEFT JOIN (SELECT s.pool_id, count(*) AS admitted
                 FROM equity.round_solution(allocate_dry.round) AS s
                GROUP BY s.pool_id) AS a
      ON a.pool_id = p.pool_id
   WHERE p.round_id = allocate_dry.round;
END;
$$;

COMMENT ON FUNCTION equity.allocate_dry(bigint) IS
  'For the operations: counts of the allocation of a round as it would come out now; writes nothing and takes no lock.';

CREATE FUNCTION equity.standing_run(held equity.round) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  newest equity.allocation_run;
BEGIN
  SELECT a.* INTO newest
    FROM equity.allocation_run AS a
   WHERE a.round_id = held.round_id
     AND a.status IN ('draft', 'verified')
   ORDER BY a.run_id DESC
   LIMIT 1;
  IF FOUND
     AND (newest.mechanism, newest.tie_break, newest.seed) IS NOT DISTINCT FROM (held.mechanism, held.tie_break, held.seed)
     AND newest.card_digest = equity.round_card_digest(held.round_id)
     AND newest.seat_digest = equity.round_seat_digest(held.round_id)
     AND newest.input_digest = equity.round_input_digest(held.round_id)
  THEN
    RETURN newest.run_id;
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity.standing_run(equity.round) IS
  'For the operations: the allocation run of a round, not published and not failed, that came from the very inputs of now; NULL when there is none.';

CREATE FUNCTION equity.make_run(held equity.round) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  made bigint;
BEGIN
  INSERT INTO equity.allocation_run (round_id, status, mechanism, tie_break, seed, seed_digest, equity_version, started_at, run_by)
  VALUES (held.round_id, 'draft', held.mechanism, held.tie_break, held.seed, equity.commitment(held.seed),
          (SELECT v.sql FROM equity.version() AS v), clock_timestamp(), session_user)
  RETURNING run_id INTO made;

  -- one statement, so that placements, counts and digests see the same rows
  WITH solved AS (
    INSERT INTO equity.placement (run_id, applicant_id, pool_id, choice, seat, tier, score)
    SELECT made, s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score
      FROM equity.round_solution(held.round_id) AS s
    RETURNING pool_id
  )
  UPDATE equity.allocation_run AS a
     SET card_digest = equity.round_card_digest(held.round_id),
         input_digest = equity.round_input_digest(held.round_id),
         seat_digest = equity.round_seat_digest(held.round_id),
         applicants = z.applicants,
         applications = z.applications,
         seats = (SELECT coalesce(sum(p.seats), 0) FROM equity.seat_pool AS p WHERE p.round_id = held.round_id),
         admitted = (SELECT count(*) FROM solved)
    FROM equity.round_input_size(held.round_id) AS z
   WHERE a.run_id = made;

  UPDATE equity.allocation_run AS a
     SET result_digest = equity.run_result_digest(made),
         finished_at = clock_timestamp()
   WHERE a.run_id = made;
  RETURN made;
END;
$$;

COMMENT ON FUNCTION equity.make_run(equity.round) IS
  'For the operations: allocates a round into a new draft run with its placements, counts and digests, and returns the run.';

CREATE FUNCTION equity.run_record(run bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT jsonb_build_object('mechanism', a.mechanism, 'tie_break', a.tie_break,
                            'applicants', a.applicants, 'applications', a.applications,
                            'seats', a.seats, 'admitted', a.admitted,
                            'card_digest', a.card_digest, 'input_digest', a.input_digest, 'seat_digest', a.seat_digest,
                            'seed_digest', a.seed_digest, 'result_digest', a.result_digest)
    FROM equity.allocation_run AS a
   WHERE a.run_id = run_record.run;
END;

COMMENT ON FUNCTION equity.run_record(bigint) IS
  'For the operations: what the audit trail keeps of an allocation run, its counts and digests.';

CREATE FUNCTION equity.run_unfilled(run bigint) RETURNS bigint
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT coalesce(sum(greatest(p.seats - coalesce(t.admitted, 0), 0)), 0)::bigint
    FROM equity.allocation_run AS a
    JOIN equity.seat_pool AS p
      ON p.round_id = a.round_id
    LEFT JOIN (SELECT s.pool_id, count(*) AS admitted
                 FROM equity.placement AS s
                WHERE s.run_id = run_unfilled.run
                GROUP BY s.pool_id) AS t
      ON t.pool_id = p.pool_id
   WHERE a.run_id = run_unfilled.run;
END;

COMMENT ON FUNCTION equity.run_unfilled(bigint) IS
  'How many seats of its round''s pools an allocation run leaves empty (ที่นั่งทุนคงเหลือ).';

CREATE FUNCTION equity.allocate_round(round bigint, dry_run boolean DEFAULT false,
                                      OUT run_id bigint,
                                      OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  held equity.round;
BEGIN
  held := CASE WHEN dry_run THEN equity.find_round(allocate_round.round) ELSE equity.hold_round(allocate_round.round) END;
  PERFORM equity.require_status(held, 'allocate_round', 'scored', 'allocated', 'verified');
  IF dry_run THEN
    SELECT NULL, d.applicants, d.applications, d.seats, d.admitted, d.unfilled
      INTO run_id, applicants, applications, seats, admitted, unfilled
      FROM equity.allocate_dry(held.round_id) AS d;
    RETURN;
  END IF;

  run_id := equity.standing_run(held);
  IF run_id IS NULL THEN
    PERFORM equity.supersede_runs(held.round_id);
    run_id := equity.make_run(held);
    UPDATE equity.round AS r SET status = 'allocated' WHERE r.round_id = held.round_id;
    PERFORM equity.audit_append('allocate_round', held.round_id, run_id, equity.run_record(run_id));
  ELSE
    RAISE NOTICE 'round % is allocated already, by run % from the same inputs: nothing was changed', held.round_id, run_id;
  END IF;

  SELECT a.applicants, a.applications, a.seats, a.admitted, equity.run_unfilled(a.run_id)
    INTO applicants, applications, seats, admitted, unfilled
    FROM equity.allocation_run AS a
   WHERE a.run_id = allocate_round.run_id;
END;
$$;

COMMENT ON FUNCTION equity.allocate_round(bigint, boolean) IS
  'Allocates the seats of a scored round in a new run and returns its counts: applicants who compete, their applications (choices), seats, admitted applicants and seats left empty. Earlier unpublished runs are superseded; when the newest one came from the very same inputs it is returned and nothing is written. With dry_run it only counts: nothing is written, run_id is NULL, and it waits for nobody. Errors: P0002 no such round; 55000 not scored yet, or published; 55P03 another operation is at work on the round; and those of equity.allocate.';
