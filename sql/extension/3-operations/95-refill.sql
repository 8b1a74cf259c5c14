-- Refilling the seats that came free after publication. A refill is a run of its own, whose parent is the
-- published run: who holds an award keeps at least that seat, and ranks first for it. Who accepted it
-- for good (freeze) asks for nothing else. Who accepted it and hopes for better (float), and who has
-- not decided yet, also asks for the own choices that are wanted more: nobody loses by it, and
-- otherwise a seat that they want more would go to somebody who ranks below them. Who declined,
-- let the offer expire, was withdrawn or left a seat free takes no part any more. Everybody else asks for all choices.
-- So the refill is the allocation by equity.allocate that keeps the rights of the holders.

CREATE FUNCTION equity_internal.award_standing(run_id bigint)
  RETURNS TABLE (applicant_id bigint, award_id bigint, award_pool_id bigint, decision text,
                 pool_id bigint, seat text, choice integer, score numeric)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT coalesce(w.applicant_id, t.applicant_id),
         w.award_id,
         w.pool_id,
         CASE
           WHEN w.status IN ('declined', 'expired', 'withdrawn') OR w.seat_freed THEN 'out'
           WHEN w.status = 'offered' OR w.status = 'accepted' AND w.decision = 'float' THEN 'float'
           WHEN w.status IS NOT NULL THEN 'freeze'
         END,
         t.pool_id, t.seat, t.choice, t.score
    FROM (SELECT p.applicant_id, p.pool_id, p.seat, p.choice, p.score
            FROM equity.placement AS p
           WHERE p.run_id = award_standing.run_id) AS t
    FULL JOIN (SELECT o.applicant_id, o.award_id, o.pool_id, o.status, o.decision, o.seat_freed
                 FROM equity.award AS o
                WHERE o.round_id = (SELECT a.round_id FROM equity.allocation_run AS a WHERE a.run_id = award_standing.run_id)) AS w
      ON w.applicant_id = t.applicant_id
  UNION ALL
  -- who was forgotten waits no longer
  SELECT o.applicant_id, NULL, NULL, 'out', NULL, NULL, NULL, NULL
    FROM equity.application AS o
   WHERE o.round_id = (SELECT a.round_id FROM equity.allocation_run AS a WHERE a.run_id = award_standing.run_id)
     AND o.forgotten_groups IS NOT NULL
     AND NOT EXISTS (SELECT FROM equity.award AS w WHERE w.round_id = o.round_id AND w.applicant_id = o.applicant_id);
END;

COMMENT ON FUNCTION equity_internal.award_standing(bigint) IS
  'Each award of the round of a published run beside the placement of the run, and the standing of its holder in a refill (see equity.run_standing); NULL for a placement without an award.';

-- Inlined.
CREATE FUNCTION equity_internal.award_gap(award_id bigint, decision text, award_pool_id bigint, pool_id bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN award_id IS NULL AND pool_id IS NULL THEN NULL
         WHEN award_id IS NULL THEN 'a placement without an award'
         WHEN decision = 'out' OR award_pool_id IS NOT DISTINCT FROM pool_id THEN NULL
         WHEN pool_id IS NULL THEN 'an award without a placement'
         ELSE 'an award of another pool than its placement'
       END;

COMMENT ON FUNCTION equity_internal.award_gap(bigint, text, bigint, bigint) IS
  'In what an award and a placement do not agree, from a row of equity_internal.award_standing; NULL when they do.';

--- No rows after each publication and refill: no double award, no lost seat.
---
--- Errors: P0002 no such run; 55000 another run than the newest published one, whose
--- placements are no longer those of the awards.
CREATE FUNCTION equity.award_mismatches(run_id bigint) RETURNS TABLE (applicant_id bigint, award_id bigint, gap text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(award_mismatches.run_id);
  published bigint := (SELECT r.published_run_id FROM equity.round AS r WHERE r.round_id = found_run.round_id);
BEGIN
  IF published IS DISTINCT FROM found_run.run_id THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('allocation run %s is not what round %s has published', found_run.run_id, found_run.round_id),
      DETAIL = CASE WHEN published IS NULL THEN 'It has published no run: there are no awards yet.'
                    ELSE format('Its awards are those of run %s.', published) END,
      HINT = CASE WHEN published IS NULL THEN format('Publish it first: equity.publish_run(%s).', found_run.run_id)
                  ELSE format('Ask equity.award_mismatches(%s).', published) END;
  END IF;
  RETURN QUERY
  SELECT s.applicant_id, s.award_id, equity_internal.award_gap(s.award_id, s.decision, s.award_pool_id, s.pool_id)
    FROM equity_internal.award_standing(found_run.run_id) AS s
   WHERE equity_internal.award_gap(s.award_id, s.decision, s.award_pool_id, s.pool_id) IS NOT NULL;
END;
$$;

COMMENT ON FUNCTION equity.award_mismatches(bigint) IS
  'Where the awards of a round and the placements of its newest published run (equity.round.published_run_id) do not agree: a row for each placement without an award, and for each award offered, accepted or used without a placement, or in another pool. Reads the registry.';

CREATE FUNCTION equity_internal.count_vacated(parent equity.allocation_run) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  vacated bigint;
  agree boolean;
BEGIN
  SELECT count(*) FILTER (WHERE s.decision = 'out' AND s.pool_id IS NOT NULL),
         count(equity_internal.award_gap(s.award_id, s.decision, s.award_pool_id, s.pool_id)) = 0
    INTO vacated, agree
    FROM equity_internal.award_standing(parent.run_id) AS s;
  IF agree THEN
    RETURN vacated;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('the awards of round %s do not agree with its published run %s', parent.round_id, parent.run_id),
    DETAIL = (SELECT format('Among others: %s.', string_agg(format('applicant %s: %s', g.applicant_id, g.gap), '; ' ORDER BY g.applicant_id))
                FROM (SELECT x.* FROM equity.award_mismatches(parent.run_id) AS x ORDER BY x.applicant_id LIMIT 10) AS g),
    HINT = format('equity.award_mismatches(%s) lists all of them: put the awards right first.', parent.run_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.count_vacated(equity.allocation_run) IS
  'How many seats of a published run came free. Raises 55000 unless the awards of the round are those of the run (equity.award_mismatches).';

CREATE FUNCTION equity_internal.rules_changed(parent equity.allocation_run) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT NOT equity_internal.input_digests(parent.run_id) @> equity_internal.rule_digests(parent.round_id);
END;

COMMENT ON FUNCTION equity_internal.rules_changed(equity.allocation_run) IS
  'Whether the rules of the round, among them its pools, reserves and ceilings, are others than those of a run.';

--- Applications and placements are not read again for their digests: this very transaction
--- made them.
---
--- Scores were verified at publication: they are put to the current facts, which may have
--- been corrected for good reasons since then, only when the applications or scores are
--- others than those of the parent run.
CREATE FUNCTION equity_internal.require_sound_refill(made equity.allocation_run, parent equity.allocation_run) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_violations text;
BEGIN
  SELECT string_agg(concat_ws(' ', v.violation, 'applicant ' || v.applicant_id, 'pool ' || v.pool_id), '; ')
    INTO found_violations
    FROM (SELECT p.*
            FROM equity_internal.proof_violations(made.run_id) AS p
          UNION ALL
          SELECT s.*
            FROM equity_internal.assessment_violations(made.round_id) AS s
           WHERE equity_internal.input_digests(made.run_id) ->> 'applications'
                 <> equity_internal.input_digests(parent.run_id) ->> 'applications'
          LIMIT 10) AS v;
  IF found_violations IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the refill of round %s does not hold', made.round_id),
      DETAIL = format('Violations, at most ten: %s.', found_violations),
      HINT = format('Nothing was written. See what changed since run %s: equity.run_violations(%s).', parent.run_id, parent.run_id);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_sound_refill(equity.allocation_run, equity.allocation_run) IS
  'Raises 55000 unless the refill holds by equity.verify and its digests.';

CREATE FUNCTION equity_internal.move_awards(made equity.allocation_run, at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  due bigint;
  moved bigint;
BEGIN
  WITH move AS MATERIALIZED (
    SELECT s.applicant_id, s.pool_id AS from_pool_id, t.pool_id AS to_pool_id
      FROM equity.run_standing AS s
      JOIN equity.placement AS t
        ON t.run_id = made.run_id
       AND t.applicant_id = s.applicant_id
     WHERE s.run_id = made.run_id
       AND s.decision = 'float'
       AND t.pool_id <> s.pool_id
  ), changed AS (
    UPDATE equity.award AS w
       SET run_id = made.run_id,
           pool_id = p.pool_id,
           programme_code = p.programme_code,
           grant_type = p.grant_type,
           institution_id = p.institution_id,
           field_code = p.field_code,
           offered_at = CASE WHEN w.status = 'offered' AND r.offer_days IS NOT NULL THEN move_awards.at ELSE w.offered_at END,
           offer_expires_at = CASE WHEN w.status = 'offered' AND w.offer_expires_at IS NOT NULL
                                THEN greatest(w.offer_expires_at, move_awards.at + r.offer_days * interval '24 hours')
                                ELSE w.offer_expires_at END
      FROM move AS m
      JOIN equity.seat_pool AS p ON p.pool_id = m.to_pool_id
      JOIN equity.round AS r ON r.round_id = p.round_id
     WHERE w.round_id = made.round_id
       AND w.applicant_id = m.applicant_id
       AND w.pool_id = m.from_pool_id
       AND (w.status = 'offered' OR w.status = 'accepted' AND w.decision = 'float')
    RETURNING w.award_id, w.status, m.from_pool_id, m.to_pool_id
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at, from_pool_id, to_pool_id)
    SELECT c.award_id, 'moved', c.status, c.status, session_user, move_awards.at, c.from_pool_id, c.to_pool_id
      FROM changed AS c
     ORDER BY c.award_id
  )
  SELECT (SELECT count(*) FROM move), (SELECT count(*) FROM changed) INTO due, moved;
  IF moved <> due THEN
    RAISE EXCEPTION USING
      ERRCODE = 'serialization_failure',
      MESSAGE = format('awards of round %s were changed by hand at the same time', made.round_id),
      HINT = 'Run the refill again.';
  END IF;
  RETURN moved;
END;
$$;

COMMENT ON FUNCTION equity_internal.move_awards(equity.allocation_run, timestamptz) IS
  'Gives the holders whom a refill moved up their new seats, and returns how many. An offer that is not decided yet starts anew, and ends no sooner than before.';

CREATE FUNCTION equity_internal.offer_free_seats(made equity.allocation_run, at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  offers bigint;
BEGIN
  WITH offered AS (
    INSERT INTO equity.award (applicant_id, programme_code, grant_type, institution_id, field_code, academic_year,
                              round_id, run_id, pool_id, status, offered_at, offer_expires_at)
    SELECT t.applicant_id, p.programme_code, p.grant_type, p.institution_id, p.field_code, r.academic_year,
           r.round_id, t.run_id, t.pool_id, 'offered', offer_free_seats.at,
           offer_free_seats.at + r.offer_days * interval '24 hours'
      FROM equity.placement AS t
      JOIN equity.seat_pool AS p ON p.pool_id = t.pool_id
      JOIN equity.round AS r ON r.round_id = p.round_id
      LEFT JOIN equity.run_standing AS s
        ON s.run_id = t.run_id
       AND s.applicant_id = t.applicant_id
     WHERE t.run_id = made.run_id
       AND s.applicant_id IS NULL
     ORDER BY t.pool_id, t.applicant_id
    RETURNING award_id
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at)
    SELECT o.award_id, 'offered', NULL, 'offered', session_user, offer_free_seats.at
      FROM offered AS o
    RETURNING award_id
  )
  SELECT count(*) INTO offers FROM told;
  RETURN offers;
END;
$$;

COMMENT ON FUNCTION equity_internal.offer_free_seats(equity.allocation_run, timestamptz) IS
  'Offers an award to each who has a placement in a refill and had none before, and returns how many there are.';

--- Seats of one kind are alike: those who leave them are paired with those who come in the
--- order of their ids, who left the round first.
CREATE FUNCTION equity_internal.link_moves(made equity.allocation_run)
  RETURNS TABLE (applicant_id bigint, from_pool_id bigint, from_seat text, to_pool_id bigint, to_seat text,
                 vacated_by bigint, next_one bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH moved AS MATERIALIZED (
    SELECT coalesce(s.applicant_id, t.applicant_id) AS applicant_id,
           s.pool_id AS from_pool_id, s.seat AS from_seat, t.pool_id AS to_pool_id, t.seat AS to_seat
      FROM (SELECT x.* FROM equity.run_standing AS x WHERE x.run_id = made.run_id AND x.pool_id IS NOT NULL) AS s
      FULL JOIN (SELECT p.* FROM equity.placement AS p WHERE p.run_id = made.run_id) AS t
        ON t.applicant_id = s.applicant_id
     WHERE (s.pool_id, s.seat) IS DISTINCT FROM (t.pool_id, t.seat)
  ), leaving AS (
    SELECT m.applicant_id, m.from_pool_id AS pool_id, m.from_seat AS seat,
           row_number() OVER (PARTITION BY m.from_pool_id, m.from_seat
                              ORDER BY m.to_pool_id IS NOT NULL, m.applicant_id) AS number
      FROM moved AS m
     WHERE m.from_pool_id IS NOT NULL
  ), coming AS (
    SELECT m.applicant_id, m.to_pool_id AS pool_id, m.to_seat AS seat,
           row_number() OVER (PARTITION BY m.to_pool_id, m.to_seat ORDER BY m.applicant_id) AS number
      FROM moved AS m
     WHERE m.to_pool_id IS NOT NULL
  ), taken AS MATERIALIZED (
    SELECT l.applicant_id AS left_by, c.applicant_id AS taken_by
      FROM leaving AS l
      JOIN coming AS c
        ON c.pool_id = l.pool_id
       AND c.seat = l.seat
       AND c.number = l.number
  )
  SELECT m.applicant_id, m.from_pool_id, m.from_seat, m.to_pool_id, m.to_seat, b.left_by, n.taken_by
    FROM moved AS m
    LEFT JOIN taken AS b ON b.taken_by = m.applicant_id
    LEFT JOIN taken AS n ON n.left_by = m.applicant_id;
END;

COMMENT ON FUNCTION equity_internal.link_moves(equity.allocation_run) IS
  'Each applicant whose seat a refill changed, with who had the seat before (vacated_by) and who takes the one that was left (next_one).';

CREATE FUNCTION equity_internal.chain_moves(made equity.allocation_run) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  applicants bigint[];
  successors integer[];
  leaves boolean[];
  chains integer[];
  steps integer[];
  present integer;
  chain integer := 0;
  step integer;
BEGIN
  -- beginnings first: who left the round, who took an empty seat; what is left then are circles
  WITH link AS MATERIALIZED (
    SELECT l.applicant_id, l.next_one, l.to_pool_id IS NULL AS leaves,
           row_number() OVER (ORDER BY l.to_pool_id IS NOT NULL, l.vacated_by IS NOT NULL, l.applicant_id)::integer AS number
      FROM equity_internal.link_moves(made) AS l
  )
  SELECT array_agg(l.applicant_id ORDER BY l.number), array_agg(n.number ORDER BY l.number), array_agg(l.leaves ORDER BY l.number)
    INTO applicants, successors, leaves
    FROM link AS l
    LEFT JOIN link AS n ON n.applicant_id = l.next_one;
  chains := array_fill(NULL::integer, ARRAY[coalesce(cardinality(applicants), 0)]);
  steps := chains;

  FOR beginning IN 1 .. coalesce(cardinality(applicants), 0) LOOP
    CONTINUE WHEN chains[beginning] IS NOT NULL;
    chain := chain + 1;
    step := CASE WHEN leaves[beginning] THEN 0 ELSE 1 END;
    present := beginning;
    WHILE present IS NOT NULL AND chains[present] IS NULL LOOP
      chains[present] := chain;
      steps[present] := step;
      step := step + 1;
      present := successors[present];
    END LOOP;
  END LOOP;

  INSERT INTO equity.refill_move (run_id, applicant_id, chain, step, from_pool_id, from_seat, to_pool_id, to_seat, vacated_by)
  SELECT made.run_id, l.applicant_id, c.chain, c.step, l.from_pool_id, l.from_seat, l.to_pool_id, l.to_seat, l.vacated_by
    FROM unnest(applicants, chains, steps) AS c (applicant_id, chain, step)
    JOIN equity_internal.link_moves(made) AS l ON l.applicant_id = c.applicant_id
   ORDER BY c.chain, c.step;
  RETURN chain;
END;
$$;

COMMENT ON FUNCTION equity_internal.chain_moves(equity.allocation_run) IS
  'Writes who went where in a refill (equity.refill_move), in chains that begin with who left the round, then with who took an empty seat, each in the order of their ids; returns how many chains there are.';

CREATE FUNCTION equity_internal.make_refill(this_round equity.round, parent equity.allocation_run) RETURNS equity.allocation_run
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  made equity.allocation_run;
BEGIN
  made.run_id := equity_internal.begin_run(this_round, 'refill', parent.run_id);
  INSERT INTO equity.run_standing (run_id, applicant_id, decision, pool_id, seat, choice, score)
  SELECT made.run_id, s.applicant_id, s.decision, s.pool_id, s.seat, s.choice, s.score
    FROM equity_internal.award_standing(parent.run_id) AS s
   ORDER BY s.applicant_id;
  PERFORM equity_internal.complete_run(made.run_id);
  made := equity_internal.find_run(made.run_id);
  PERFORM equity_internal.require_sound_refill(made, parent);
  RETURN made;
END;
$$;

COMMENT ON FUNCTION equity_internal.make_refill(equity.round, equity.allocation_run) IS
  'Allocates a round anew beside the rights of those who hold awards, in a new run, and verifies it.';

--- Nobody who holds an offer or an award is made worse: who accepted with freeze keeps the
--- seat, who accepted with float or has not decided keeps it or moves up to a choice that is
--- wanted more; who declined, let the offer expire or was withdrawn takes no part. Moves up
--- and new offers are made at the time at, now by default; an offer ends offer_days times 24
--- hours later. Returns the refill and its counts: seats vacated since the last run, awards
--- moved, awards offered, seats left empty. The chains of moves are in equity.refill_move,
--- with names in equity.refill_chain. When no seat came free it changes nothing and returns
--- the published run. Waits for decisions that are being made, also those that begin while
--- it waits; two refills do not run at once.
---
--- Errors: P0002 no such round; 22004 at is NULL; 22023 it is in the future; 55000 not
--- published, the awards do not agree with the published run, or the refill does not hold
--- because rows were changed; 55P03 another operation is at work on the round; 40001 awards
--- were changed by hand meanwhile; and those of equity.allocate.
CREATE FUNCTION equity.refill_round(round_id bigint, at timestamptz DEFAULT now(),
                                    OUT run_id bigint, OUT vacated bigint, OUT moved bigint, OUT offered bigint, OUT unfilled bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off    -- the rows of a new run have no statistics
  SET jit = off
  SET work_mem = '128MB'
AS $$
DECLARE
  this_round equity.round;
  parent equity.allocation_run;
  made equity.allocation_run;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO run_id, vacated, moved, offered, unfilled
      FROM equity_internal.refill_round(refill_round.round_id, refill_round.at) AS d;
    RETURN;
  END IF;
  IF at IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'a refill needs the time of its offers',
      HINT = 'Pass it as at, or nothing for now.';
  END IF;
  PERFORM equity_internal.require_past_time('refill_round', at);
  this_round := equity_internal.lock_round(refill_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'refill_round', 'published');
  PERFORM equity_internal.require_quotas(this_round);
  PERFORM equity_internal.report_progress('refill_round', this_round.round_id, 'reading awards');
  PERFORM equity_internal.lock_awards(this_round.round_id);
  parent := equity_internal.find_run(this_round.published_run_id);
  vacated := equity_internal.count_vacated(parent);
  IF vacated = 0 AND NOT equity_internal.rules_changed(parent) THEN
    RAISE NOTICE 'no seat of round % came free since run %: nothing was changed', this_round.round_id, parent.run_id;
    SELECT parent.run_id, 0, 0, equity_internal.run_unfilled(parent.run_id) INTO run_id, moved, offered, unfilled;
    RETURN;
  END IF;

  made := equity_internal.make_refill(this_round, parent);
  PERFORM equity_internal.report_progress('refill_round', this_round.round_id, 'moving awards');
  moved := equity_internal.move_awards(made, at);
  offered := equity_internal.offer_free_seats(made, at);
  run_id := made.run_id;
  unfilled := equity_internal.run_unfilled(made.run_id);
  UPDATE equity.allocation_run AS a
     SET status = 'published',
         violations = 0
   WHERE a.run_id = made.run_id;
  UPDATE equity.round AS r SET published_run_id = made.run_id WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.report_progress('refill_round', this_round.round_id, 'keeping the ranking');
  PERFORM equity_internal.keep_ranking(made.run_id);
  PERFORM equity_internal.keep_published_list(this_round.round_id, made.run_id);
  PERFORM equity.audit_append('refill_round', this_round.round_id, made.run_id, equity_internal.run_record(made.run_id)
    || jsonb_build_object('parent_run', parent.run_id, 'vacated', vacated, 'moved', moved, 'offered', offered,
                          'unfilled', unfilled, 'chains', equity_internal.chain_moves(made)));
END;
$$;

COMMENT ON FUNCTION equity.refill_round(bigint, timestamptz) IS
  'Gives the seats of a published round that came free (declined, expired, withdrawn; or new seats of its pools) to those who wait, in a run of kind refill that is verified before anything is written. Reads the registry.';
