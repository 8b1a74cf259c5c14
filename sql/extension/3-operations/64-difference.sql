-- What changed from one run of a round to another: in the rows that they read, by the text behind
-- their digests (equity.digest_source), and in who got what, each with a cause.

CREATE FUNCTION equity_internal.require_comparable(a bigint, b bigint) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  run_a equity.allocation_run := equity_internal.find_run(a);
  run_b equity.allocation_run := equity_internal.find_run(b);
  missing text;
BEGIN
  IF run_a.round_id <> run_b.round_id THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('allocation runs %s and %s are of different rounds', a, b),
      DETAIL = format('They are of rounds %s and %s.', run_a.round_id, run_b.round_id),
      HINT = 'Compare two runs of one round.';
  END IF;

  SELECT string_agg(DISTINCT coalesce(i.digest, format('the inputs of run %s', r.run_id)), ', ') INTO missing
    FROM (VALUES (a), (b)) AS r (run_id)
    LEFT JOIN equity.run_input AS i ON i.run_id = r.run_id
   WHERE i.digest IS NULL
      OR equity.digest_text(i.digest) IS NULL;
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('what allocation runs %s and %s read is not kept', a, b),
      DETAIL = format('equity.digest_source lacks %s.', missing),
      HINT = 'Compare runs whose text was not deleted.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_comparable(bigint, bigint) IS
  'Raises 22023 unless two runs are of one round, 55000 unless the text behind their digests is kept.';

--- input is mechanism, tie_break, tie_field, seed, pool, reserve, cap, standing, application, or cards
--- or quotas and a programme. Values are as in the text behind the digest (equity.run_manifest).
---
--- Errors: P0002 no such run; 22023 runs of different rounds; 55000 the text is not kept.
CREATE FUNCTION equity.diff_inputs(a bigint, b bigint)
  RETURNS TABLE (input text, applicant_id bigint, pool_id bigint, cap_id bigint, before_value text, after_value text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.require_comparable(a, b);

  RETURN QUERY
  WITH pair AS MATERIALIZED (
    SELECT x AS run_a, y AS run_b,
           x.tie_field IS NOT DISTINCT FROM y.tie_field
           AND (equity_internal.input_digests(x.run_id) ->> 'reserves' = equity.text_digest(''))
               = (equity_internal.input_digests(y.run_id) ->> 'reserves' = equity.text_digest('')) AS alike
      FROM equity.allocation_run AS x
      JOIN equity.allocation_run AS y
        ON y.run_id = diff_inputs.b
     WHERE x.run_id = diff_inputs.a
  ), line AS MATERIALIZED (
    SELECT i.input, d.key, d.before_value, d.after_value
      FROM equity.run_input AS i
      JOIN equity.run_input AS j
        ON j.run_id = diff_inputs.b
       AND j.input = i.input
       AND j.digest <> i.digest
     CROSS JOIN LATERAL equity_internal.diff_lines(equity.digest_text(i.digest), equity.digest_text(j.digest)) AS d
     WHERE i.run_id = diff_inputs.a
       AND i.input <> 'seed'
  ), person AS (
    SELECT l.input, l.key AS pool, d.key, d.before_value, d.after_value
      FROM line AS l
     CROSS JOIN LATERAL equity_internal.diff_lines(equity.digest_text(l.before_value), equity.digest_text(l.after_value)) AS d
     WHERE l.input IN ('applications', 'standing')
  )
  SELECT r.rule, NULL::bigint, NULL::bigint, NULL::bigint, r.before_value, r.after_value
    FROM pair AS p
   CROSS JOIN LATERAL (VALUES ('mechanism', (p.run_a).mechanism::text, (p.run_b).mechanism::text),
                              ('tie_break', (p.run_a).tie_break, (p.run_b).tie_break),
                              ('tie_field', (p.run_a).tie_field, (p.run_b).tie_field),
                              ('seed', (p.run_a).seed, (p.run_b).seed)) AS r (rule, before_value, after_value)
   WHERE r.before_value IS DISTINCT FROM r.after_value
  UNION ALL
  SELECT l.input || ' ' || l.key, NULL, NULL, NULL, l.before_value, l.after_value
    FROM line AS l
   WHERE l.input IN ('cards', 'quotas')
  UNION ALL
  SELECT rtrim(l.input, 's'), NULL, l.key::bigint, NULL, l.before_value, l.after_value
    FROM line AS l
   WHERE l.input IN ('pools', 'reserves')
  UNION ALL
  SELECT rtrim(l.input, 's'), NULL, NULL, l.key::bigint, l.before_value, l.after_value
    FROM line AS l
   WHERE l.input = 'caps'
  UNION ALL
  -- what a line says of tie and groups counts only when both runs went by such columns
  SELECT rtrim(p.input, 's'), p.key::bigint, nullif(p.pool, '')::bigint, NULL, p.before_value, p.after_value
    FROM person AS p
   WHERE p.input = 'standing'
      OR (SELECT r.alike FROM pair AS r)
      OR (split_part(p.before_value, ',', 1), split_part(p.before_value, ',', 2))
         IS DISTINCT FROM (split_part(p.after_value, ',', 1), split_part(p.after_value, ',', 2));
END;
$$;

COMMENT ON FUNCTION equity.diff_inputs(bigint, bigint) IS
  'Rows that differ between what two allocation runs of a round read, a before b: which input, whom and which pool or ceiling it is about, and its value before and after; NULL when it was not there. Reads the registry.';

CREATE FUNCTION equity_internal.touched_pools(a bigint, b bigint) RETURNS TABLE (pool_id bigint, cause text, cause_cap_id bigint, detail text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH RECURSIVE input AS MATERIALIZED (
    SELECT d.input, d.pool_id, d.cap_id, d.before_value, d.after_value
      FROM equity.diff_inputs(touched_pools.a, touched_pools.b) AS d
     WHERE d.input IN ('pool', 'reserve', 'cap')
  ), over (cap_id, parent_id) AS (
    SELECT l.key::bigint, nullif(split_part(l.after_value, ',', 3), '')::bigint
      FROM equity.run_input AS y
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(y.digest)) AS l
     WHERE y.run_id = touched_pools.b
       AND y.input = 'caps'
  ), under (pool_id, cap_id) AS (
    SELECT l.key::bigint, nullif(split_part(l.after_value, ',', 3), '')::bigint
      FROM equity.run_input AS y
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(y.digest)) AS l
     WHERE y.run_id = touched_pools.b
       AND y.input = 'pools'
    UNION
    SELECT u.pool_id, o.parent_id
      FROM under AS u
      JOIN over AS o ON o.cap_id = u.cap_id
  )
  SELECT DISTINCT ON (t.pool_id) t.pool_id, t.input, t.cap_id, t.detail
    FROM (SELECT i.pool_id, i.input, NULL::bigint AS cap_id,
                 format('%s %s: %s, before %s', i.input, i.pool_id, coalesce(i.after_value, 'nothing'), coalesce(i.before_value, 'nothing')) AS detail
            FROM input AS i
           WHERE i.pool_id IS NOT NULL
          UNION ALL
          SELECT u.pool_id, i.input, i.cap_id,
                 format('cap %s: %s, before %s', i.cap_id, coalesce(i.after_value, 'nothing'), coalesce(i.before_value, 'nothing'))
            FROM input AS i
            JOIN under AS u ON u.cap_id = i.cap_id) AS t
   ORDER BY t.pool_id, t.input = 'pool' DESC, t.input = 'reserve' DESC, t.cap_id;
END;

COMMENT ON FUNCTION equity_internal.touched_pools(bigint, bigint) IS
  'Pools of which seats, floor, reserves or a ceiling above are others in run b than in run a, with the nearest of these changes.';

CREATE FUNCTION equity_internal.diff_placements(a bigint, b bigint)
  RETURNS TABLE (applicant_id bigint, change text,
                 from_pool_id bigint, from_seat text, from_choice integer,
                 to_pool_id bigint, to_seat text, to_choice integer,
                 departure bigint, arrival bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  SELECT m.applicant_id,
         CASE WHEN m.from_pool_id IS NULL THEN 'admitted'
              WHEN m.to_pool_id IS NULL THEN 'dropped'
              WHEN m.to_choice < m.from_choice THEN 'better'
              WHEN m.to_choice > m.from_choice THEN 'worse'
              ELSE 'seat' END,
         m.from_pool_id, m.from_seat, m.from_choice,
         m.to_pool_id, m.to_seat, m.to_choice,
         CASE WHEN m.from_pool_id IS NOT NULL AND m.moved
           THEN row_number() OVER (PARTITION BY m.from_pool_id, m.moved ORDER BY m.from_score DESC, m.applicant_id) END,
         CASE WHEN m.to_pool_id IS NOT NULL AND m.moved
           THEN row_number() OVER (PARTITION BY m.to_pool_id, m.moved ORDER BY m.to_score DESC, m.applicant_id) END
    FROM (SELECT coalesce(x.applicant_id, y.applicant_id) AS applicant_id,
                 x.pool_id AS from_pool_id, x.seat AS from_seat, x.choice AS from_choice, x.score AS from_score,
                 y.pool_id AS to_pool_id, y.seat AS to_seat, y.choice AS to_choice, y.score AS to_score,
                 x.pool_id IS DISTINCT FROM y.pool_id AS moved
            FROM (SELECT t.* FROM equity.placement AS t WHERE t.run_id = diff_placements.a) AS x
            FULL JOIN (SELECT t.* FROM equity.placement AS t WHERE t.run_id = diff_placements.b) AS y
              ON y.applicant_id = x.applicant_id
           WHERE (x.pool_id, x.seat) IS DISTINCT FROM (y.pool_id, y.seat)) AS m;
END;

COMMENT ON FUNCTION equity_internal.diff_placements(bigint, bigint) IS
  'Who has another seat in run b than in run a, with a number among those who leave the pool (departure) and among those who come to it (arrival), the highest score first.';

--- cause, the first of these that is there: application (a row of the applicant's own was
--- another: choice, score, tie or groups), standing (the applicant was out in one of the
--- runs), rule (mechanism, tie break, tie field or seed), pool, reserve or cap (of the pool
--- that was lost or won: seats, floor, reserved seats, or the ceiling cause_cap_id above it),
--- displaced or vacated (cause_applicant_id came to the pool that was lost, or left the one
--- that was won: look that applicant up for the next link of the chain), limit (none of
--- these: a ceiling or floor decided elsewhere). detail is the row, after and before, as in
--- equity.diff_inputs. Applicants of one pool are matched to those who come and go in order
--- of score: with several at once, a link says whose place it is, not that nobody else had a
--- part.
---
--- Errors: as equity.diff_inputs.
CREATE FUNCTION equity.diff_runs(a bigint, b bigint)
  RETURNS TABLE (applicant_id bigint, change text,
                 from_pool_id bigint, from_seat text, from_choice integer,
                 to_pool_id bigint, to_seat text, to_choice integer,
                 cause text, cause_applicant_id bigint, cause_pool_id bigint, cause_cap_id bigint, detail text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
BEGIN ATOMIC
  WITH moved AS MATERIALIZED (
    SELECT d.*,
           CASE WHEN d.change IN ('dropped', 'worse') THEN d.from_pool_id ELSE d.to_pool_id END AS at_pool_id
      FROM equity_internal.diff_placements(diff_runs.a, diff_runs.b) AS d
  ), input AS MATERIALIZED (
    SELECT d.* FROM equity.diff_inputs(diff_runs.a, diff_runs.b) AS d
  ), own AS (
    SELECT DISTINCT ON (i.applicant_id) i.applicant_id, i.input, i.pool_id,
           format('%s for pool %s: %s, before %s', i.input, i.pool_id, coalesce(i.after_value, 'nothing'), coalesce(i.before_value, 'nothing')) AS detail
      FROM input AS i
     WHERE i.input = 'application'
        OR i.input = 'standing' AND (i.before_value LIKE '"out"%' OR i.after_value LIKE '"out"%')
     ORDER BY i.applicant_id, i.input = 'standing' DESC, i.pool_id
  ), rule AS (
    SELECT string_agg(format('%s: %s, before %s', i.input, coalesce(i.after_value, 'none'), coalesce(i.before_value, 'none')), '; '
                      ORDER BY i.input COLLATE "C") AS detail
      FROM input AS i
     WHERE i.input IN ('mechanism', 'tie_break', 'tie_field', 'seed')
  ), neighbour AS (
    SELECT m.applicant_id, n.applicant_id AS by_applicant_id
      FROM moved AS m
      JOIN moved AS n ON n.to_pool_id = m.at_pool_id AND n.arrival = m.departure
     WHERE m.change IN ('dropped', 'worse')
    UNION ALL
    SELECT m.applicant_id, n.applicant_id
      FROM moved AS m
      JOIN moved AS n ON n.from_pool_id = m.at_pool_id AND n.departure = m.arrival
     WHERE m.change IN ('admitted', 'better')
  )
  SELECT m.applicant_id, m.change,
         m.from_pool_id, m.from_seat, m.from_choice, m.to_pool_id, m.to_seat, m.to_choice,
         CASE WHEN o.applicant_id IS NOT NULL THEN o.input
              WHEN r.detail IS NOT NULL THEN 'rule'
              WHEN t.pool_id IS NOT NULL THEN t.cause
              WHEN n.applicant_id IS NULL THEN 'limit'
              WHEN m.change IN ('dropped', 'worse') THEN 'displaced'
              ELSE 'vacated' END,
         CASE WHEN coalesce(o.detail, r.detail, t.detail) IS NULL THEN n.by_applicant_id END,
         coalesce(o.pool_id, m.at_pool_id),
         CASE WHEN coalesce(o.detail, r.detail) IS NULL THEN t.cause_cap_id END,
         coalesce(o.detail, r.detail, t.detail)
    FROM moved AS m
   CROSS JOIN rule AS r
    LEFT JOIN own AS o ON o.applicant_id = m.applicant_id
    LEFT JOIN equity_internal.touched_pools(diff_runs.a, diff_runs.b) AS t ON t.pool_id = m.at_pool_id
    LEFT JOIN neighbour AS n ON n.applicant_id = m.applicant_id
   ORDER BY m.applicant_id;
END;

COMMENT ON FUNCTION equity.diff_runs(bigint, bigint) IS
  'Who has another seat in run b of a round than in run a, and why. change: admitted, dropped, better or worse (by their own choices), seat (another seat of the same pool). Reads the registry.';
