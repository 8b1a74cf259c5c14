-- One call that does what is due, for cron: CALL equity.run_due(). How far it may take a round is said by
-- the round itself (equity.round.run_until).
--
-- Each step is a transaction, and its row in equity.job_run is finished in the same one: a step is recorded
-- as done exactly when its work is there. The row is begun in a transaction before, and locked
-- while the step is at work, so that a row that is running and not locked was interrupted.
--
-- Two calls at once do the work once: a step takes its round as every operation does, finds it taken and
-- leaves it, or finds it free and the step no longer due.
--
-- The functions of a step have the rights of the owner: whom an operator's cron job logs in as needs no right to
-- read the seeds or to write what the job did.

--- Without a seed a random one of 244 bits is chosen. Given again, it replaces the one before while the
--- round is a draft.
---
--- Errors: P0002 no such round; 22023 an empty seed; 55000 the round is closed, or open with the
--- commitment of another seed; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.keep_seed(round_id bigint, seed text DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  kept text := coalesce(keep_seed.seed, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.keep_seed(keep_seed.round_id, keep_seed.seed);
  END IF;
  this_round := equity_internal.lock_round(keep_seed.round_id);
  IF kept = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'the seed is empty',
      HINT = 'Pass a long random text, or nothing to have one chosen.';
  END IF;
  PERFORM equity_internal.require_status(this_round, 'keep_seed', 'draft', 'open');
  IF this_round.status = 'open' AND equity.commitment(kept) <> this_round.seed_commitment THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('seed does not match the commitment of round %s', this_round.round_id),
      DETAIL = format('The commitment is %s.', this_round.seed_commitment),
      HINT = 'Pass the seed whose equity.commitment(seed) was published when the round was opened.';
  END IF;
  INSERT INTO equity.kept_seed AS k (round_id, seed)
  VALUES (this_round.round_id, kept)
  ON CONFLICT ON CONSTRAINT kept_seed_pkey DO UPDATE
     SET seed = excluded.seed,
         kept_at = excluded.kept_at,
         kept_by = excluded.kept_by;
  PERFORM equity.audit_append('keep_seed', this_round.round_id, NULL, jsonb_build_object('commitment', equity.commitment(kept)));
  RETURN equity.commitment(kept);
END;
$$;

COMMENT ON FUNCTION equity.keep_seed(bigint, text) IS
  'Keeps the secret seed of a round''s lottery for equity.run_due to open and close the round with, and returns its commitment. Reads the registry.';

CREATE FUNCTION equity_internal.step_place(step text) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_position(ARRAY['open', 'close', 'score', 'allocate', 'verify', 'publish', 'expire', 'refill', 'forget', 'checkpoint'],
                      step);

COMMENT ON FUNCTION equity_internal.step_place(text) IS
  'The place of a step of equity.run_due in the order in which steps are done, 1 first.';

CREATE FUNCTION equity_internal.may_do(this_round equity.round, step text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(array_position(ARRAY['open', 'closed', 'scored', 'allocated', 'verified', 'published', 'refilled'], (this_round).run_until)
                >= array_position(ARRAY['open', 'close', 'score', 'allocate', 'verify', 'publish', 'refill'], step), false);

COMMENT ON FUNCTION equity_internal.may_do(equity.round, text) IS
  'Whether a round lets equity.run_due do a step (equity.round.run_until).';

CREATE FUNCTION equity_internal.vacated_since(run_id bigint) RETURNS timestamptz
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT min(CASE WHEN w.seat_freed THEN w.status_since ELSE w.decided_at END)
    FROM equity.allocation_run AS a
    JOIN equity.award AS w
      ON w.round_id = a.round_id
    JOIN equity.placement AS t
      ON t.run_id = a.run_id
     AND t.applicant_id = w.applicant_id
   WHERE a.run_id = vacated_since.run_id
     AND (w.status IN ('declined', 'expired', 'withdrawn') OR w.seat_freed);
END;

COMMENT ON FUNCTION equity_internal.vacated_since(bigint) IS
  'Since when a seat that a published run gave is free again; NULL when all are held.';

-- Once a day: to look whether anybody is left goes through all applications of these rounds.
CREATE FUNCTION equity_internal.forgetting_due(at timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT greatest(min(r.retain_until), max(j.day) + 1)::timestamp AT TIME ZONE 'Asia/Bangkok'
    FROM equity.round AS r
   CROSS JOIN (SELECT max((d.finished_at AT TIME ZONE 'Asia/Bangkok')::date) AS day
                 FROM equity.job_run AS d
                WHERE d.step = 'forget'
                  AND d.status = 'done') AS j
   WHERE r.retain_until <= (forgetting_due.at AT TIME ZONE 'Asia/Bangkok')::date;
END;

COMMENT ON FUNCTION equity_internal.forgetting_due(timestamptz) IS
  'From when on equity.run_due has to apply the retention that is over by a time: from the first such day on, and then once a day; NULL when no round has one.';

CREATE FUNCTION equity_internal.checkpoint_due() RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT CASE WHEN f.at IS NOT NULL THEN least(coalesce(c.checked_at, f.at) + interval '1 day', m.at) END
    FROM (SELECT max(k.event_id) AS event_id, max(k.checked_at) AS checked_at
            FROM equity.audit_checkpoint AS k) AS c
    LEFT JOIN LATERAL (SELECT e.at
                         FROM equity.audit_event AS e
                        WHERE e.event_id >= coalesce(c.event_id + 2, 1)   -- not the event of the checkpoint itself
                        ORDER BY e.event_id
                        LIMIT 1) AS f ON true
    LEFT JOIN LATERAL (SELECT e.at
                         FROM equity.audit_event AS e
                        WHERE e.event_id >= coalesce(c.event_id, 0) + 10000
                        ORDER BY e.event_id
                        LIMIT 1) AS m ON true;
END;

COMMENT ON FUNCTION equity_internal.checkpoint_due() IS
  'From when on equity.run_due has to make a checkpoint of the audit trail: a day after the last one, or when ten thousand events came since; NULL while there is no new event.';

--- blocked says why a step cannot be done although its time has come: NULL when it can.
CREATE FUNCTION equity.due_steps(at timestamptz DEFAULT now()) RETURNS TABLE (round_id bigint, step text, due_since timestamptz, blocked text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT d.round_id, d.step, d.due_since, d.blocked
    FROM (SELECT r.round_id, s.step, s.due_since,
                 CASE WHEN s.needs_seed AND NOT EXISTS (SELECT FROM equity.kept_seed AS k WHERE k.round_id = r.round_id)
                   THEN format('its seed is not kept: equity.keep_seed(%s)', r.round_id) END AS blocked
            FROM equity.round AS r
           CROSS JOIN LATERAL (VALUES ('open', r.status = 'draft' AND r.opens_at <= due_steps.at, r.opens_at, true),
                                      ('close', r.status = 'open' AND r.closes_at <= due_steps.at, r.closes_at, true),
                                      ('score', r.status = 'closed', r.closes_at, false),
                                      ('allocate', r.status = 'scored', r.closes_at, false),
                                      ('verify', r.status = 'allocated', r.closes_at, false),
                                      ('publish', r.status = 'verified', r.closes_at, false))
                        AS s (step, has_come, due_since, needs_seed)
           WHERE s.has_come
             AND equity_internal.may_do(r, s.step)
             -- what failed a verification is for a person to look at
             AND (s.step <> 'verify' OR EXISTS (SELECT FROM equity.allocation_run AS a
                                                 WHERE a.run_id = equity.newest_run(r.round_id)
                                                   AND a.status = 'draft'))
          UNION ALL
          SELECT NULL, 'expire', min(w.offer_expires_at), NULL
            FROM equity.award AS w
           WHERE w.status = 'offered'
             AND w.offer_expires_at <= due_steps.at
          HAVING count(*) > 0
          UNION ALL
          SELECT r.round_id, 'refill', v.since, NULL
            FROM equity.round AS r
           CROSS JOIN LATERAL equity_internal.vacated_since(r.published_run_id) AS v (since)
           WHERE r.status = 'published'
             AND equity_internal.may_do(r, 'refill')
             AND v.since <= due_steps.at
          UNION ALL
          SELECT NULL, t.step, t.since, NULL
            FROM (VALUES ('forget', equity_internal.forgetting_due(due_steps.at)),
                         ('checkpoint', equity_internal.checkpoint_due())) AS t (step, since)
           WHERE t.since <= due_steps.at) AS d
   ORDER BY equity_internal.step_place(d.step), d.round_id;
END;

COMMENT ON FUNCTION equity.due_steps(timestamptz) IS
  'What equity.run_due would do at a time, in its order: rounds to open, close, score, allocate, verify and publish as far as equity.round.run_until lets it, offers to expire, free seats to give on, retention that is over, the next checkpoint of the audit trail. Reads the registry.';

CREATE FUNCTION equity_internal.begin_run_due() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  -- who is at work holds the row
  UPDATE equity.job_run AS j
     SET status = 'interrupted',
         finished_at = clock_timestamp()
   WHERE j.job_run_id IN (SELECT s.job_run_id FROM equity.job_run AS s WHERE s.status = 'running' FOR UPDATE SKIP LOCKED);
  DELETE FROM equity.job_run AS j
   WHERE j.job_run_id IN (SELECT s.job_run_id
                            FROM equity.job_run AS s
                           WHERE s.finished_at < now() - interval '1 year'
                             AND s.step <> 'run_due'
                             FOR UPDATE SKIP LOCKED);
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_run_due() IS
  'Marks the steps that were interrupted, and deletes what equity.job_run has of more than a year ago.';

CREATE FUNCTION equity_internal.end_run_due(started timestamptz, steps integer) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  only_row bigint := (SELECT j.job_run_id FROM equity.job_run AS j WHERE j.step = 'run_due' ORDER BY j.job_run_id LIMIT 1 FOR UPDATE SKIP LOCKED);
BEGIN
  IF only_row IS NOT NULL THEN
    UPDATE equity.job_run AS j
       SET started_at = end_run_due.started,
           finished_at = clock_timestamp(),
           attempts = j.attempts + 1,
           result = jsonb_build_object('steps', steps),
           run_by = session_user
     WHERE j.job_run_id = only_row;
  ELSIF NOT EXISTS (SELECT FROM equity.job_run AS j WHERE j.step = 'run_due') THEN
    INSERT INTO equity.job_run (step, status, started_at, finished_at, result)
    VALUES ('run_due', 'done', started, clock_timestamp(), jsonb_build_object('steps', steps));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.end_run_due(timestamptz, integer) IS
  'Records that equity.run_due came, and how many steps it tried.';

--- tried are the steps that this call has tried already, as "step round_id".
CREATE FUNCTION equity_internal.begin_step(at timestamptz, tried text[], OUT job_run_id bigint, OUT now_tried text[])
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  due record;
BEGIN
  SELECT d.round_id, d.step INTO due
    FROM equity.due_steps(begin_step.at) AS d
   WHERE d.blocked IS NULL
     AND concat_ws(' ', d.step, d.round_id) <> ALL (tried)
   ORDER BY d.round_id NULLS LAST, equity_internal.step_place(d.step)
   LIMIT 1;
  IF FOUND THEN
    INSERT INTO equity.job_run AS j (step, round_id)
    VALUES (due.step, due.round_id)
    RETURNING j.job_run_id INTO job_run_id;
    now_tried := tried || concat_ws(' ', due.step, due.round_id);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_step(timestamptz, text[]) IS
  'Begins the row of the next step that is due and was not tried yet, round by round; NULL when there is none.';

CREATE FUNCTION equity_internal.perform_step(round_id bigint, step text, at timestamptz) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  kept text;
  result jsonb;
BEGIN
  CASE
    WHEN perform_step.round_id IS NOT NULL THEN PERFORM equity_internal.lock_round(perform_step.round_id);
    WHEN perform_step.step = 'forget' THEN PERFORM equity_internal.lock_retained(perform_step.at);
    WHEN perform_step.step = 'checkpoint' THEN PERFORM equity_internal.lock_audit();
    ELSE NULL;     -- offers are taken one by one
  END CASE;
  IF NOT EXISTS (SELECT FROM equity.due_steps(perform_step.at) AS d
                  WHERE d.step = perform_step.step
                    AND d.round_id IS NOT DISTINCT FROM perform_step.round_id)
  THEN
    RETURN NULL;
  END IF;

  CASE perform_step.step
    WHEN 'open' THEN
      SELECT k.seed INTO STRICT kept FROM equity.kept_seed AS k WHERE k.round_id = perform_step.round_id;
      PERFORM equity.open_round(perform_step.round_id, equity.commitment(kept));
    WHEN 'close' THEN
      DELETE FROM equity.kept_seed AS k WHERE k.round_id = perform_step.round_id RETURNING k.seed INTO STRICT kept;
      PERFORM equity.close_round(perform_step.round_id, kept);
    WHEN 'score' THEN
      SELECT to_jsonb(s) INTO result FROM equity.score_round(perform_step.round_id) AS s;
    WHEN 'allocate' THEN
      SELECT to_jsonb(a) INTO result FROM equity.allocate_round(perform_step.round_id) AS a;
    WHEN 'verify' THEN
      SELECT jsonb_build_object('run_id', equity.newest_run(perform_step.round_id), 'violations', count(*)) INTO result
        FROM equity.verify_round(perform_step.round_id);
    WHEN 'publish' THEN
      result := jsonb_build_object('offers', equity.publish_round(perform_step.round_id));
    WHEN 'expire' THEN
      result := jsonb_build_object('offers', equity.expire_offers(perform_step.at));
    WHEN 'refill' THEN
      SELECT to_jsonb(f) INTO result FROM equity.refill_round(perform_step.round_id, perform_step.at) AS f;
    WHEN 'forget' THEN
      result := jsonb_build_object('applicants', equity.apply_retention(perform_step.at));
    WHEN 'checkpoint' THEN
      result := jsonb_build_object('event_id', equity.audit_checkpoint());
  END CASE;
  RETURN coalesce(result, '{}');
END;
$$;

COMMENT ON FUNCTION equity_internal.perform_step(bigint, text, timestamptz) IS
  'Does a step with the operation that it is named for, and returns its counts; NULL when it is no longer due, because somebody else did it. Errors: those of the operation.';

--- An error leaves nothing of the step, only its row. A cancelled step leaves the row running, which
--- the next call marks as interrupted.
CREATE FUNCTION equity_internal.do_step(job_run_id bigint, at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  job equity.job_run;
  outcome equity.job_run;
  detail text;
  hint text;
BEGIN
  SELECT j.* INTO STRICT job FROM equity.job_run AS j WHERE j.job_run_id = do_step.job_run_id FOR UPDATE;
  BEGIN
    outcome.result := equity_internal.perform_step(job.round_id, job.step, at);
    IF outcome.result ->> 'violations' <> '0' THEN
      outcome.error := format('run %s has %s violations: see equity.run_violations(%1$s)', outcome.result ->> 'run_id', outcome.result ->> 'violations');
    END IF;
  EXCEPTION
    WHEN lock_not_available THEN NULL;     -- who has the round does its work
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
      outcome.error_code := SQLSTATE;
      outcome.error := concat_ws(E'\n', SQLERRM, nullif(detail, ''), nullif(hint, ''));
  END;

  IF outcome.result IS NULL AND outcome.error IS NULL THEN
    DELETE FROM equity.job_run AS j WHERE j.job_run_id = job.job_run_id;
    RETURN;
  END IF;
  UPDATE equity.job_run AS j
     SET status = CASE WHEN outcome.error IS NULL THEN 'done' ELSE 'failed' END,
         finished_at = clock_timestamp(),
         result = outcome.result,
         error_code = outcome.error_code,
         error = outcome.error
   WHERE j.job_run_id = job.job_run_id;
  PERFORM equity_internal.count_failures(job.job_run_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.do_step(bigint, timestamptz) IS
  'Does a step that was begun and finishes its row, whether it succeeds or fails; takes the row away when another session did the work.';

CREATE FUNCTION equity_internal.count_failures(job_run_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  failed equity.job_run;
  before equity.job_run;
BEGIN
  SELECT j.* INTO STRICT failed FROM equity.job_run AS j WHERE j.job_run_id = count_failures.job_run_id;
  SELECT j.* INTO before
    FROM equity.job_run AS j
   WHERE j.round_id IS NOT DISTINCT FROM failed.round_id
     AND j.step = failed.step
     AND j.job_run_id < failed.job_run_id
   ORDER BY j.job_run_id DESC
   LIMIT 1;
  IF (before.status, before.error) IS NOT DISTINCT FROM ('failed', failed.error) THEN
    UPDATE equity.job_run AS j
       SET attempts = before.attempts + failed.attempts,
           started_at = before.started_at
     WHERE j.job_run_id = failed.job_run_id;
    DELETE FROM equity.job_run AS j WHERE j.job_run_id = before.job_run_id;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.count_failures(bigint) IS
  'Makes one row of a step that failed as it did the last time, so that a job that fails each minute does not fill the table.';

-- A procedure that commits cannot have a search_path of its own, so each name in it is qualified, and it
-- uses no operator.
--- Call it from cron as often as you like; outside a transaction block, because each step is a
--- transaction of its own. It goes on after a step that fails (equity.job_run, equity.job_health), and
--- tries that step again when it is called again.
---
--- Errors: 22023 at is in the future; 2D000 called in a transaction block.
CREATE PROCEDURE equity.run_due(at timestamptz DEFAULT pg_catalog.now())
  LANGUAGE plpgsql
AS $$
DECLARE
  started timestamptz := pg_catalog.clock_timestamp();
  due_at timestamptz := at;
  job bigint;
  tried text[] := '{}';
BEGIN
  PERFORM equity_internal.require_past_time('run_due', due_at);
  PERFORM equity_internal.begin_run_due();
  COMMIT;
  LOOP
    SELECT s.job_run_id, coalesce(s.now_tried, tried) INTO job, tried
      FROM equity_internal.begin_step(due_at, tried) AS s;
    COMMIT;
    EXIT WHEN job IS NULL;
    PERFORM equity_internal.do_step(job, due_at);
    COMMIT;
  END LOOP;
  PERFORM equity_internal.end_run_due(started, pg_catalog.cardinality(tried));
  COMMIT;
END;
$$;

COMMENT ON PROCEDURE equity.run_due(timestamptz) IS
  'Does everything that is due (equity.due_steps), each step in a transaction of its own, and records it in equity.job_run. Reads the registry.';

--- next_due is when the round's next date comes, or now where a step waits; it is NULL when nothing is
--- in sight.
CREATE VIEW equity.job_health WITH (security_invoker = true) AS
  WITH last AS (
    SELECT j.step, j.round_id,
           max(j.finished_at) FILTER (WHERE j.status = 'done') AS last_success,
           max(j.job_run_id) AS newest
      FROM equity.job_run AS j
     GROUP BY j.step, j.round_id
  ), state AS (
    SELECT l.step, l.round_id, l.last_success, j.status, j.attempts, j.started_at, j.finished_at, j.error_code, j.error, NULL::text AS blocked
      FROM last AS l
      JOIN equity.job_run AS j ON j.job_run_id = l.newest
    UNION ALL
    SELECT d.step, d.round_id, NULL, 'blocked', 0, NULL, NULL, NULL, NULL, d.blocked
      FROM equity.due_steps(now()) AS d
     WHERE d.blocked IS NOT NULL
  )
  SELECT s.step,
         s.round_id,
         r.round_code,
         s.status,
         s.last_success,
         (extract(epoch FROM now() - s.last_success))::bigint AS seconds_since_success,
         CASE WHEN s.status IN ('failed', 'interrupted') THEN s.finished_at END AS last_failure,
         CASE WHEN s.status = 'failed' THEN s.attempts ELSE 0 END AS failures_in_a_row,
         s.error_code,
         coalesce(s.blocked, s.error) AS error,
         CASE s.step
           WHEN 'run_due' THEN NULL
           WHEN 'expire' THEN (SELECT min(w.offer_expires_at) FROM equity.award AS w WHERE w.status = 'offered')
           WHEN 'forget' THEN equity_internal.forgetting_due('infinity')
           WHEN 'checkpoint' THEN equity_internal.checkpoint_due()
           ELSE CASE r.status WHEN 'draft' THEN r.opens_at WHEN 'open' THEN r.closes_at END
         END AS next_due
    FROM state AS s
    LEFT JOIN equity.round AS r ON r.round_id = s.round_id;

COMMENT ON VIEW equity.job_health IS
  'How the steps of equity.run_due are doing, for a monitor: a row for each step and round that was ever tried or is blocked, and one, run_due, that tells when the call last came.';
COMMENT ON COLUMN equity.job_health.step IS 'The step, as in equity.job_run.';
COMMENT ON COLUMN equity.job_health.round_id IS 'The round (รอบ); NULL for run_due, expire, forget and checkpoint.';
COMMENT ON COLUMN equity.job_health.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.job_health.status IS 'How the newest try ended: running, done, failed or interrupted; blocked when it cannot be tried.';
COMMENT ON COLUMN equity.job_health.last_success IS 'When it was last done; NULL when never.';
COMMENT ON COLUMN equity.job_health.seconds_since_success IS 'How long ago that is, in seconds.';
COMMENT ON COLUMN equity.job_health.last_failure IS 'When the newest try failed or was found to be interrupted; NULL when it did not.';
COMMENT ON COLUMN equity.job_health.failures_in_a_row IS 'How many times in a row it failed in this way; 0 when the newest try did not fail.';
COMMENT ON COLUMN equity.job_health.error_code IS 'SQLSTATE of the newest failure.';
COMMENT ON COLUMN equity.job_health.error IS 'What went wrong, or why it is blocked, and what to do; NULL when nothing is wrong.';
COMMENT ON COLUMN equity.job_health.next_due IS 'When the next date of the round, the end of an open offer, the next day of retention or the next checkpoint comes; NULL when none is in sight.';

--- Call it in the database where pg_cron lives; elsewhere schedule the same statement with
--- cron.schedule_in_database. A second call changes the schedule.
---
--- Errors: 55000 pg_cron is not there; and those of cron.schedule.
CREATE FUNCTION equity.schedule_with_pg_cron(schedule text DEFAULT '*/10 * * * *') RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  job bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension AS x WHERE x.extname = 'pg_cron') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'extension pg_cron is not in this database',
      HINT = format('Where it is: SELECT cron.schedule_in_database(''equity'', %L, ''CALL equity.run_due()'', %L).',
                    equity_internal.excerpt(schedule), current_database());
  END IF;
  EXECUTE 'SELECT cron.schedule(''equity'', $1, ''CALL equity.run_due()'')' INTO job USING schedule;
  RETURN job;
END;
$$;

COMMENT ON FUNCTION equity.schedule_with_pg_cron(text) IS
  'Lets pg_cron call equity.run_due by a schedule in cron''s notation, every ten minutes by default, and returns the number of the job. Reads the registry.';
