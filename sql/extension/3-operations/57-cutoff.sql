-- Up to whom the seats of a run went: the last holder of each kind of seat and under each ceiling, and
-- what turns away those who come after.

CREATE FUNCTION equity_internal.run_holders(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, seat text, applicant_id bigint, tier integer, score numeric, kept boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
BEGIN
  RETURN QUERY
  SELECT t.pool_id, t.seat, t.applicant_id, t.tier, t.score, s.applicant_id IS NOT NULL
    FROM equity.placement AS t
    LEFT JOIN equity.run_standing AS s
      ON s.run_id = t.run_id
     AND s.applicant_id = t.applicant_id
     AND s.pool_id = t.pool_id
     AND s.decision <> 'out'
   WHERE t.run_id = run_holders.run_id
     AND (run_holders.pools IS NULL OR t.pool_id = ANY (run_holders.pools));
END;
$$;

COMMENT ON FUNCTION equity_internal.run_holders(bigint, bigint[]) IS
  'The placements of a run, in some pools or in all, and whether each was kept from before (equity.run_standing).';

CREATE FUNCTION equity_internal.full_caps(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, cap_id bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  of_round bigint := (SELECT a.round_id FROM equity.allocation_run AS a WHERE a.run_id = full_caps.run_id);
BEGIN
  IF NOT EXISTS (SELECT FROM equity.seat_cap AS c WHERE c.round_id = of_round) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH ceiling AS MATERIALIZED (
    SELECT u.pool_id, u.cap_id, u.height FROM equity_internal.pool_cap AS u WHERE u.round_id = of_round
  ), held AS (
    SELECT t.pool_id, count(*) AS holders
      FROM equity.placement AS t
     WHERE t.run_id = full_caps.run_id
     GROUP BY t.pool_id
  ), reached AS (
    SELECT c.cap_id
      FROM equity.seat_cap AS c
      JOIN ceiling AS u ON u.cap_id = c.cap_id
      LEFT JOIN held AS h ON h.pool_id = u.pool_id
     GROUP BY c.cap_id, c.seats
    HAVING coalesce(sum(h.holders), 0) >= c.seats
  )
  SELECT DISTINCT ON (u.pool_id) u.pool_id, u.cap_id
    FROM ceiling AS u
    JOIN reached AS r ON r.cap_id = u.cap_id
   WHERE full_caps.pools IS NULL OR u.pool_id = ANY (full_caps.pools)
   ORDER BY u.pool_id, u.height;
END;
$$;

COMMENT ON FUNCTION equity_internal.full_caps(bigint, bigint[]) IS
  'The nearest ceiling above each pool that a run fills up, of some pools or of all; no row for a pool under none.';

CREATE FUNCTION equity_internal.closed_pools(run_id bigint) RETURNS TABLE (pool_id bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.pool_id
    FROM equity.allocation_run AS a
    JOIN equity.seat_pool AS p ON p.round_id = a.round_id
   WHERE a.run_id = closed_pools.run_id
     AND p.min_seats >= 2
     AND NOT EXISTS (SELECT FROM equity.placement AS t WHERE t.run_id = closed_pools.run_id AND t.pool_id = p.pool_id)
  UNION
  SELECT u.pool_id
    FROM equity.allocation_run AS a
    JOIN equity.seat_cap AS c ON c.round_id = a.round_id
    JOIN equity_internal.pool_cap AS u ON u.cap_id = c.cap_id
   WHERE a.run_id = closed_pools.run_id
     AND c.min_seats >= 2
     AND NOT EXISTS (SELECT FROM equity_internal.pool_cap AS o
                       JOIN equity.placement AS t ON t.run_id = closed_pools.run_id AND t.pool_id = o.pool_id
                      WHERE o.cap_id = c.cap_id);
END;

COMMENT ON FUNCTION equity_internal.closed_pools(bigint) IS
  'The pools that a run leaves empty under a floor of two or more, their own or that of a ceiling above.';

CREATE FUNCTION equity_internal.run_cutoffs(run_id bigint, pools bigint[], with_ties boolean)
  RETURNS TABLE (pool_id bigint, seat text, precedence integer, seats integer, held bigint, is_full boolean,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean,
                 stopped_by text, cap_id bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 1000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(run_cutoffs.run_id);
BEGIN
  RETURN QUERY
  WITH ordered AS (
    SELECT h.*,
           count(*) OVER (PARTITION BY h.pool_id, h.seat) AS holders,
           rank() OVER (PARTITION BY h.pool_id, h.seat ORDER BY h.kept, h.tier DESC, h.score) AS rank_from_last
      FROM equity_internal.run_holders(run_cutoffs.run_id, run_cutoffs.pools) AS h
  ), last_class AS MATERIALIZED (
    SELECT o.*,
           CASE WHEN with_ties AND found_run.tie_field IS NOT NULL THEN equity_internal.input_tie(found_run.round_id, o.applicant_id, o.pool_id) END AS tie,
           equity_internal.lottery_number(found_run.tie_break, found_run.seed, o.applicant_id, o.pool_id) AS lottery
      FROM ordered AS o
     WHERE o.rank_from_last = 1
  ), last_holder AS (
    SELECT DISTINCT ON (l.pool_id, l.seat) l.*
      FROM last_class AS l
     ORDER BY l.pool_id, l.seat, l.tie DESC NULLS FIRST, l.lottery DESC, l.applicant_id DESC
  )
  SELECT g.pool_id, g.seat, g.precedence, g.seats, coalesce(l.holders, 0), coalesce(l.holders, 0) >= g.seats,
         l.tier, l.score, l.tie, l.lottery, l.kept,
         CASE
           WHEN coalesce(l.holders, 0) >= g.seats THEN 'seat'
           WHEN c.cap_id IS NOT NULL THEN 'cap'
           WHEN k.pool_id IS NOT NULL THEN 'floor'
         END,
         c.cap_id
    FROM equity.seat_group AS g
    LEFT JOIN last_holder AS l
      ON l.pool_id = g.pool_id
     AND l.seat = g.seat
    LEFT JOIN equity_internal.full_caps(run_cutoffs.run_id, run_cutoffs.pools) AS c ON c.pool_id = g.pool_id
    LEFT JOIN equity_internal.closed_pools(run_cutoffs.run_id) AS k ON k.pool_id = g.pool_id
   WHERE g.round_id = found_run.round_id
     AND (run_cutoffs.pools IS NULL OR g.pool_id = ANY (run_cutoffs.pools))
   ORDER BY g.pool_id, g.precedence;
END;
$$;

COMMENT ON FUNCTION equity_internal.run_cutoffs(bigint, bigint[], boolean) IS
  'equity.cutoffs; without ties for whoever may not read what breaks them: the last holder is then one of those with the lowest score.';

--- Beside seats and holders a row tells of the last holder in its order the tier in the
--- cascade, the score, the value of tie and the lottery number; they are NULL when nobody
--- holds a seat or the round does not use them. last_kept is true when even the last holder
--- kept the seat from before.
---
--- stopped_by is what turns others away: seat (these seats are full), cap (cap_id, the
--- nearest ceiling above that is reached, see equity.cap_cutoffs), floor (the pool was closed
--- for want of people), or NULL when nobody is turned away except by a tie break that refuses
--- tied applicants together. pools limits it to some pools.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.cutoffs(run_id bigint, pools bigint[] DEFAULT NULL)
  RETURNS TABLE (pool_id bigint, seat text, precedence integer, seats integer, held bigint, is_full boolean,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean,
                 stopped_by text, cap_id bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 1000
BEGIN ATOMIC
  SELECT k.* FROM equity_internal.run_cutoffs(cutoffs.run_id, cutoffs.pools, true) AS k;
END;

COMMENT ON FUNCTION equity.cutoffs(bigint, bigint[]) IS
  'How far down the seats of an allocation run reached (คะแนนต่ำสุดที่ได้รับ), one row for each pool and kind of seat, in the order in which the seats of a pool are filled (precedence). Reads the registry.';

CREATE FUNCTION equity_internal.input_tie(round_id bigint, applicant bigint, pool bigint) RETURNS numeric
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT i.tie
    FROM equity.allocation_input AS i
   WHERE i.round_id = input_tie.round_id
     AND i.applicant_id = input_tie.applicant
     AND i.pool_id = input_tie.pool;
END;

COMMENT ON FUNCTION equity_internal.input_tie(bigint, bigint, bigint) IS
  'What ranks an applicant among equal scores in a pool, by the round''s tie_field (equity.allocation_input); NULL when there is no such row.';

CREATE FUNCTION equity_internal.cap_tier(seat text, cascade text[], tier integer) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN cap_tier.seat <> 'open' AND cap_tier.cascade[cap_tier.tier] IS DISTINCT FROM '*' THEN cap_tier.tier END;

COMMENT ON FUNCTION equity_internal.cap_tier(text, text[], integer) IS
  'The tier that counts under a ceiling: that of the reserve, but NULL, which is last, for open seats and for whoever has a reserved seat as anybody.';

CREATE FUNCTION equity_internal.run_cap_cutoffs(run_id bigint, caps bigint[], with_ties boolean)
  RETURNS TABLE (cap_id bigint, seats integer, held bigint, is_full boolean, last_pool_id bigint, last_seat text,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET jit = off
AS $$
DECLARE
  found_run equity.allocation_run := equity_internal.find_run(run_cap_cutoffs.run_id);
BEGIN
  RETURN QUERY
  WITH below AS MATERIALIZED (
    SELECT u.cap_id, u.pool_id
      FROM equity_internal.pool_cap AS u
     WHERE u.round_id = found_run.round_id
       AND (run_cap_cutoffs.caps IS NULL OR u.cap_id = ANY (run_cap_cutoffs.caps))
  ), holder AS MATERIALIZED (
    SELECT h.*, equity_internal.cap_tier(h.seat, v.cascade, h.tier) AS last_tier
      FROM equity_internal.run_holders(run_cap_cutoffs.run_id, (SELECT array_agg(DISTINCT b.pool_id) FROM below AS b)) AS h
      LEFT JOIN equity.pool_reserve AS v
        ON v.pool_id = h.pool_id
       AND v.reserve = h.seat
  ), ordered AS (
    SELECT b.cap_id, h.*,
           count(*) OVER (PARTITION BY b.cap_id) AS holders,
           rank() OVER (PARTITION BY b.cap_id ORDER BY h.kept, h.last_tier DESC NULLS FIRST, h.score) AS rank_from_last
      FROM below AS b
      JOIN holder AS h ON h.pool_id = b.pool_id
  ), last_class AS MATERIALIZED (
    SELECT o.*,
           CASE WHEN with_ties AND found_run.tie_field IS NOT NULL THEN equity_internal.input_tie(found_run.round_id, o.applicant_id, o.pool_id) END AS tie,
           equity_internal.lottery_number(found_run.tie_break, found_run.seed, o.applicant_id, o.pool_id) AS lottery
      FROM ordered AS o
     WHERE o.rank_from_last = 1
  ), last_holder AS (
    SELECT DISTINCT ON (l.cap_id) l.*
      FROM last_class AS l
     ORDER BY l.cap_id, l.tie DESC NULLS FIRST, l.lottery DESC, l.applicant_id DESC
  )
  SELECT c.cap_id, c.seats, coalesce(l.holders, 0), coalesce(l.holders, 0) >= c.seats,
         l.pool_id, l.seat, l.last_tier, l.score, l.tie, l.lottery, l.kept
    FROM equity.seat_cap AS c
    LEFT JOIN last_holder AS l ON l.cap_id = c.cap_id
   WHERE c.round_id = found_run.round_id
     AND (run_cap_cutoffs.caps IS NULL OR c.cap_id = ANY (run_cap_cutoffs.caps))
   ORDER BY c.cap_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.run_cap_cutoffs(bigint, bigint[], boolean) IS
  'equity.cap_cutoffs; without ties for whoever may not read what breaks them: the last holder is then one of those with the lowest score.';

--- Of the last holder it tells pool, kind of seat, tier, score, value of tie, lottery number,
--- and whether the seat was kept from before. The tier is NULL for open seats and for whoever
--- has a reserved seat as anybody: they come last.
---
--- caps limits it to some ceilings.
---
--- Errors: P0002 no such run.
CREATE FUNCTION equity.cap_cutoffs(run_id bigint, caps bigint[] DEFAULT NULL)
  RETURNS TABLE (cap_id bigint, seats integer, held bigint, is_full boolean, last_pool_id bigint, last_seat text,
                 last_tier integer, last_score numeric, last_tie numeric, last_lottery bigint, last_kept boolean)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 100
BEGIN ATOMIC
  SELECT k.* FROM equity_internal.run_cap_cutoffs(cap_cutoffs.run_id, cap_cutoffs.caps, true) AS k;
END;

COMMENT ON FUNCTION equity.cap_cutoffs(bigint, bigint[]) IS
  'How far down an allocation run reached under each ceiling (equity.seat_cap): its seats, how many the pools below hold together, whether it is reached, and the last holder in its order. Reads the registry.';
