-- What would make equity.allocate refuse the seats of a round, told before the round opens.

CREATE FUNCTION equity_internal.reserve_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT format('pool %s reserves %s seats, more than its %s', p.pool_id, sum(v.seats), p.seats)
    FROM equity.seat_pool AS p
    JOIN equity.pool_reserve AS v
      ON v.pool_id = p.pool_id
   WHERE p.round_id = reserve_problems.round_id
   GROUP BY p.pool_id, p.seats
  HAVING sum(v.seats) > p.seats
  UNION ALL
  SELECT format('nobody can belong to the group %s, for which seats are reserved', g.group_code)
    FROM equity.reserve_group AS g
   WHERE g.round_id = reserve_problems.round_id
     AND NOT EXISTS (SELECT FROM equity.need_group AS n WHERE n.group_code = g.group_code)
     AND NOT EXISTS (SELECT FROM equity_internal.fact_group AS f WHERE f.group_code = g.group_code);
END;

COMMENT ON FUNCTION equity_internal.reserve_problems(bigint) IS
  'What is wrong with the reserves of a round, for equity.round_gaps: more reserved seats than seats, groups that nobody can belong to (see equity.pool_reserve).';

CREATE FUNCTION equity_internal.cap_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  WITH RECURSIVE rooted (cap_id) AS (
    SELECT c.cap_id
      FROM equity.seat_cap AS c
     WHERE c.round_id = cap_problems.round_id
       AND c.parent_id IS NULL
    UNION
    SELECT c.cap_id
      FROM rooted AS o
      JOIN equity.seat_cap AS c
        ON c.parent_id = o.cap_id
  )
  SELECT format('ceiling %s is above itself, or under one that is', c.cap_code)
    FROM equity.seat_cap AS c
   WHERE c.round_id = cap_problems.round_id
     AND c.cap_id NOT IN (SELECT o.cap_id FROM rooted AS o);
END;

COMMENT ON FUNCTION equity_internal.cap_problems(bigint) IS
  'Ceilings of a round that are not in a tree, for equity.round_gaps.';

CREATE FUNCTION equity_internal.mechanism_problems(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT DISTINCT p.problem
    FROM equity.round AS r
   CROSS JOIN LATERAL equity_internal.round_features(r.round_id) AS t
   CROSS JOIN generate_series(1, 3) AS n
   CROSS JOIN LATERAL equity_internal.policy_problem(r.mechanism, r.tie_break, n = 1 AND t.has_reserves, n = 2 AND t.has_caps, n = 3 AND t.has_floors) AS p (problem)
   WHERE r.round_id = mechanism_problems.round_id
     AND p.problem IS NOT NULL
  UNION ALL
  SELECT format('mechanism serial_dictatorship needs one score an applicant, and there are %s scorecards', count(DISTINCT (rp.card_code, rp.card_version)))
    FROM equity.round AS r
    JOIN equity.round_programme AS rp
      ON rp.round_id = r.round_id
   WHERE r.round_id = mechanism_problems.round_id
     AND r.mechanism = 'serial_dictatorship'
  HAVING count(DISTINCT (rp.card_code, rp.card_version)) > 1;
END;

COMMENT ON FUNCTION equity_internal.mechanism_problems(bigint) IS
  'What the mechanism and the tie break of a round cannot do, for equity.round_gaps.';
