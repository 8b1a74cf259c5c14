-- A proposal of seats for the pools of a round: the quota of each programme by need, from the nation
-- to regions, provinces, institutions and fields of study, within the rules for institution projects.

--- For equity.propose_seats.
CREATE FUNCTION equity_internal.pool_need(round_id bigint, need_round bigint) RETURNS TABLE (pool_id bigint, weight numeric)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH first_choice AS (
    SELECT DISTINCT ON (c.applicant_id)
           c.applicant_id, p.programme_code, p.institution_id, p.field_code, p.grant_type
      FROM equity.competing_choice AS c
      JOIN equity.seat_pool AS p
        ON p.pool_id = c.pool_id
     WHERE c.round_id = pool_need.need_round
     ORDER BY c.applicant_id, c.choice
  )
  SELECT p.pool_id, count(f.applicant_id)::numeric
    FROM equity.seat_pool AS p
    LEFT JOIN first_choice AS f
      ON f.programme_code = p.programme_code
     AND f.institution_id = p.institution_id
     AND f.field_code = p.field_code
     AND f.grant_type = p.grant_type
   WHERE p.round_id = pool_need.round_id
   GROUP BY p.pool_id
   ORDER BY p.pool_id;
END;

COMMENT ON FUNCTION equity_internal.pool_need(bigint, bigint) IS
  'Need for each pool of a round, persons: the applicants of need_round (the same round or an earlier one) who submitted and are eligible, each counted once, at the first choice for whose programme they are; pools of the two rounds are the same when programme, institution, field and grant type are.';

-- A project is named by programme, institution and grant type. Each step gives to the parts what the
-- step before gave to the whole, between the sums of their limits.
CREATE FUNCTION equity_internal.seat_proposal(round_id bigint, pool_ids bigint[], weights numeric[], method text, scheme text)
RETURNS TABLE (
  pool_id bigint, programme_code text, region_code text, province_code text, institution_id bigint, field_code text,
  grant_type text, weight numeric, seats integer, proposed integer, rule text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH pool AS (
    SELECT p.pool_id, p.programme_code, coalesce(m.region_code, '') AS region_code, i.province_code,
           p.institution_id, p.field_code, p.grant_type, p.seats, q.quota, coalesce(n.weight, 0) AS weight,
           coalesce(r.min_seats, 0) AS min_seats, r.max_seats,
           coalesce(r.min_field_seats, 0) AS min_field_seats, r.max_fields,
           row_number() OVER (PARTITION BY p.programme_code, p.institution_id, p.grant_type
                              ORDER BY coalesce(n.weight, 0) DESC, p.field_code COLLATE "C") AS place
      FROM equity.seat_pool AS p
      JOIN equity.round_programme AS q
        ON q.round_id = p.round_id
       AND q.programme_code = p.programme_code
      JOIN equity.institution AS i
        ON i.institution_id = p.institution_id
      LEFT JOIN equity.region_province AS m
        ON m.scheme = seat_proposal.scheme
       AND m.province_code = i.province_code
      LEFT JOIN unnest(seat_proposal.pool_ids, seat_proposal.weights) AS n (pool_id, weight)
        ON n.pool_id = p.pool_id
      LEFT JOIN equity.seat_rule AS r
        ON r.round_id = p.round_id
       AND r.programme_code = p.programme_code
       AND r.institution_kind = i.kind
       AND r.grant_type = p.grant_type
     WHERE p.round_id = seat_proposal.round_id
       AND q.quota IS NOT NULL
  ), project AS (
    SELECT p.programme_code, p.region_code, p.province_code, p.institution_id, p.grant_type, p.quota,
           p.min_seats, p.max_seats, p.min_field_seats, count(*) AS fields, sum(p.weight) AS weight
      FROM pool AS p
     WHERE p.weight > 0
       AND p.place <= coalesce(p.max_fields, p.place)
     GROUP BY p.programme_code, p.region_code, p.province_code, p.institution_id, p.grant_type, p.quota,
              p.min_seats, p.max_seats, p.min_field_seats
  ), by_need AS (
    SELECT p.*,
           sum(p.min_seats) OVER (PARTITION BY p.programme_code
                                  ORDER BY p.weight DESC, p.institution_id, p.grant_type COLLATE "C") AS minima
      FROM project AS p
  ), chosen AS (
    SELECT b.* FROM by_need AS b WHERE b.min_seats = 0 OR b.minima <= b.quota
  ), region AS (
    SELECT r.programme_code, r.region_code,
           equity.apportion(r.weight, r.quota, seat_proposal.method, r.least, r.most)
             OVER (PARTITION BY r.programme_code ORDER BY r.region_code COLLATE "C") AS seats
      FROM (SELECT c.programme_code, c.region_code, c.quota, sum(c.weight) AS weight, sum(c.min_seats)::integer AS least,
                   CASE WHEN every(c.max_seats IS NOT NULL) THEN least(sum(c.max_seats), 2147483647)::integer END AS most
              FROM chosen AS c
             GROUP BY c.programme_code, c.region_code, c.quota) AS r
  ), province AS (
    SELECT v.programme_code, v.province_code,
           equity.apportion(v.weight, v.regional, seat_proposal.method, v.least, v.most)
             OVER (PARTITION BY v.programme_code, v.region_code ORDER BY v.province_code COLLATE "C") AS seats
      FROM (SELECT c.programme_code, c.region_code, c.province_code, r.seats AS regional, sum(c.weight) AS weight,
                   sum(c.min_seats)::integer AS least,
                   CASE WHEN every(c.max_seats IS NOT NULL) THEN least(sum(c.max_seats), 2147483647)::integer END AS most
              FROM chosen AS c
              JOIN region AS r
                ON r.programme_code = c.programme_code
               AND r.region_code = c.region_code
             GROUP BY c.programme_code, c.region_code, c.province_code, r.seats) AS v
  ), granted AS (
    SELECT c.*,
           equity.apportion(c.weight, v.seats, seat_proposal.method, c.min_seats, c.max_seats)
             OVER (PARTITION BY c.programme_code, c.province_code ORDER BY c.institution_id, c.grant_type COLLATE "C") AS granted
      FROM chosen AS c
      JOIN province AS v
        ON v.programme_code = c.programme_code
       AND v.province_code = c.province_code
  ), opened AS (
    SELECT g.*,
           CASE WHEN g.min_field_seats = 0 THEN g.fields
                ELSE least(g.fields, greatest(g.granted / g.min_field_seats, 1)) END AS open_fields
      FROM granted AS g
  ), field AS (
    SELECT p.pool_id,
           equity.apportion(p.weight, o.granted, seat_proposal.method, least(o.min_field_seats, o.granted))
             OVER (PARTITION BY o.programme_code, o.institution_id, o.grant_type ORDER BY p.field_code COLLATE "C") AS seats
      FROM opened AS o
      JOIN pool AS p
        ON p.programme_code = o.programme_code
       AND p.institution_id = o.institution_id
       AND p.grant_type = o.grant_type
       AND p.place <= o.open_fields
  )
  SELECT p.pool_id, p.programme_code, p.region_code, p.province_code, p.institution_id, p.field_code, p.grant_type,
         p.weight, p.seats, coalesce(f.seats, 0),
         CASE WHEN p.weight = 0 THEN 'no_need'
              WHEN p.place > p.max_fields THEN 'max_fields'
              WHEN o.granted IS NULL THEN 'quota'
              WHEN f.seats IS NULL THEN 'min_field_seats'
              WHEN o.granted = p.max_seats THEN 'max_seats'
              WHEN o.granted > 0 AND o.granted = p.min_seats THEN 'min_seats'
              WHEN f.seats > 0 AND f.seats = p.min_field_seats THEN 'min_field_seats'
              ELSE 'need' END
    FROM pool AS p
    LEFT JOIN opened AS o
      ON o.programme_code = p.programme_code
     AND o.institution_id = p.institution_id
     AND o.grant_type = p.grant_type
    LEFT JOIN field AS f
      ON f.pool_id = p.pool_id
   ORDER BY p.programme_code COLLATE "C", p.region_code COLLATE "C", p.province_code COLLATE "C", p.institution_id,
            p.grant_type COLLATE "C", p.field_code COLLATE "C";
END;

COMMENT ON FUNCTION equity_internal.seat_proposal(bigint, bigint[], numeric[], text, text) IS
  'The proposal for given weights of pools (pool_ids and weights in step; a pool not named has weight 0).';

-- A cursor takes one query and nothing else, in a function that is STABLE it may not have a part that
-- writes, and in a transaction that only reads no function that the query calls writes either. That ends
-- with the block, which is a subtransaction because it has a handler; from PostgreSQL 16 on a function
-- may not have the setting for itself.
CREATE FUNCTION equity_internal.read_need(need text) RETURNS TABLE (pool_id bigint, weight numeric)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given refcursor;
BEGIN
  PERFORM set_config('transaction_read_only', 'on', true);
  OPEN given FOR EXECUTE format('SELECT n.pool_id::bigint, n.weight::numeric FROM (%s) AS n', need);
  LOOP
    FETCH given INTO pool_id, weight;
    EXIT WHEN NOT FOUND;
    RETURN NEXT;
  END LOOP;
  CLOSE given;
EXCEPTION
  WHEN OTHERS THEN
    RAISE;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_need(text) IS
  'The rows of a query with pool_id and weight, which may only read.';

--- weight is the need: equity_internal.pool_need of need_round (NULL: of the round itself),
--- or what the query need says (pool_id and weight, names qualified; a pool left out has 0),
--- for example a headcount by a proxy means test. seats: as they are; proposed: as they would
--- be. When the quota cannot hold the minima of all projects, those with the least need get
--- no seats; of a project the fields with the most need get seats. rule, what bound the pool:
--- no_need, max_fields, quota (its project has no seats), max_seats or min_seats (the project
--- is at that limit), min_field_seats (the field is at that minimum, or has no seats because
--- of it), else need. Nothing is written, unless apply is true: then equity.seat_pool takes
--- the proposed seats, which the round must be a draft for.
---
--- Errors: P0002 no such round, 55000 a round that is not a draft, 55P03 another operation at
--- work, 23503, 23505 and 22023 in need a pool of another round, a pool twice or a negative
--- weight, those of equity.apportion.
CREATE FUNCTION equity.propose_seats(
  round_id bigint,
  need_round bigint DEFAULT NULL,
  need text DEFAULT NULL,
  method text DEFAULT 'sainte_lague',
  scheme text DEFAULT 'six_region',
  apply boolean DEFAULT false
) RETURNS TABLE (
  pool_id bigint, programme_code text, region_code text, province_code text, institution_id bigint, field_code text,
  grant_type text, weight numeric, seats integer, proposed integer, rule text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
#variable_conflict use_column
DECLARE
  this_round equity.round;
  pool_ids bigint[];
  weights numeric[];
  wrong bigint;
BEGIN
  IF apply THEN
    this_round := equity_internal.lock_round(propose_seats.round_id);
    PERFORM equity_internal.require_status(this_round, 'propose_seats', 'draft');
  ELSE
    this_round := equity_internal.find_round(propose_seats.round_id);
  END IF;

  IF need IS NULL THEN
    SELECT array_agg(n.pool_id), array_agg(n.weight) INTO pool_ids, weights
      FROM equity_internal.pool_need(this_round.round_id, coalesce(need_round, this_round.round_id)) AS n;
  ELSE
    SELECT array_agg(n.pool_id), array_agg(n.weight) INTO pool_ids, weights
      FROM equity_internal.read_need(need) AS n;
  END IF;
  pool_ids := coalesce(pool_ids, '{}');
  weights := coalesce(weights, '{}');
  SELECT min(n.pool_id) INTO wrong
    FROM unnest(pool_ids) AS n (pool_id)
   WHERE NOT EXISTS (SELECT FROM equity.seat_pool AS p WHERE p.round_id = this_round.round_id AND p.pool_id = n.pool_id);
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'need names pool %, which is not of round %', wrong, this_round.round_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  SELECT min(n.pool_id) INTO wrong
    FROM (SELECT u.pool_id FROM unnest(pool_ids) AS u (pool_id) GROUP BY u.pool_id HAVING count(*) > 1) AS n;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'duplicate need for pool %', wrong
      USING ERRCODE = 'unique_violation';
  END IF;
  SELECT min(n.pool_id) INTO wrong
    FROM unnest(pool_ids, weights) AS n (pool_id, weight)
   WHERE n.weight < 0;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'need of pool % is negative', wrong
      USING ERRCODE = 'invalid_parameter_value';
  END IF;

  IF NOT apply THEN
    RETURN QUERY
    SELECT s.*
      FROM equity_internal.seat_proposal(this_round.round_id, pool_ids, weights, propose_seats.method, propose_seats.scheme) AS s;
    RETURN;
  END IF;
  RETURN QUERY
  WITH proposal AS MATERIALIZED (
    SELECT s.*
      FROM equity_internal.seat_proposal(this_round.round_id, pool_ids, weights, propose_seats.method, propose_seats.scheme) AS s
  ), written AS (
    UPDATE equity.seat_pool AS p
       SET seats = s.proposed
      FROM proposal AS s
     WHERE p.pool_id = s.pool_id
       AND p.seats <> s.proposed
  )
  SELECT s.* FROM proposal AS s;
END;
$$;

COMMENT ON FUNCTION equity.propose_seats(bigint, bigint, text, text, text, boolean) IS
  'Proposes the seats of a round''s pools, one row for each pool of the programmes that have a quota (equity.round_programme). Need decides, from the nation down to fields of study, within equity.seat_rule. Reads the registry.';
