-- Refills against deferred acceptance in the plainest SQL, coded from its definition over facts, choices and
-- the states of awards: random rounds with reserves, ceilings and ties, decided at random and
-- refilled three times. Then what a refill promises, its chains and its errors.
\ir fixture/random.psql
\ir fixture/random_round.psql
BEGIN;
SELECT plan(33);

-- One proposal after another: the first choice that is left of somebody without a seat; a group of seats or a
-- ceiling that holds too many lets go the one whom nobody ranks after.
CREATE FUNCTION pg_temp.naive(n bigint) RETURNS TABLE (applicant_id bigint, pool_id bigint, seat text)
  LANGUAGE plpgsql
AS $$
DECLARE
  asked record;
  node record;
  loser integer;
BEGIN
  CREATE TEMPORARY TABLE IF NOT EXISTS market (id integer, applicant bigint, pool bigint, seat text,
                                               walk bigint, holder boolean, tier integer, cap_tier integer,
                                               score numeric, tie numeric, draw bigint, state text);
  DELETE FROM market;
  INSERT INTO market
  SELECT row_number() OVER (), c.applicant_id, c.pool_id, c.seat, c.walk,
         coalesce(w.pool_id = c.pool_id, false), c.tier, c.cap_tier, c.score, c.tie, c.draw, 'left'
    FROM contracts(naive.n) AS c
    LEFT JOIN equity.award AS w
      ON w.applicant_id = c.applicant_id
     AND w.round_id = naive.n
    LEFT JOIN now_held AS h
      ON h.applicant_id = c.applicant_id
   WHERE w.award_id IS NULL
      OR w.status IN ('offered', 'accepted', 'studying')
         AND (c.pool_id = h.pool_id AND c.seat = h.seat
              OR (w.status = 'offered' OR w.decision = 'float')
                 AND c.choice < (SELECT o.choice
                                   FROM equity.choice AS o
                                  WHERE o.applicant_id = c.applicant_id
                                    AND o.pool_id = h.pool_id));
  LOOP
    SELECT m.* INTO asked
      FROM market AS m
     WHERE m.state = 'left'
       AND NOT EXISTS (SELECT FROM market AS h WHERE h.applicant = m.applicant AND h.state = 'held')
     ORDER BY md5(m.applicant::text), m.walk
     LIMIT 1;
    EXIT WHEN NOT FOUND;
    UPDATE market SET state = 'held' WHERE id = asked.id;
    FOR node IN
      SELECT 1 AS level,
             p.seats
             - coalesce((SELECT sum(v.seats) FROM equity.pool_reserve AS v WHERE v.pool_id = p.pool_id),
                        0) AS seats,
             NULL::bigint AS cap
        FROM equity.seat_pool AS p
       WHERE p.pool_id = asked.pool
         AND asked.seat = 'open'
      UNION ALL
      SELECT 1, v.seats, NULL
        FROM equity.pool_reserve AS v
       WHERE v.pool_id = asked.pool
         AND v.reserve = asked.seat
      UNION ALL
      SELECT 2, c.seats, c.cap_id
        FROM equity.seat_pool AS p
        JOIN equity.seat_cap AS c USING (cap_id)
       WHERE p.pool_id = asked.pool
      UNION ALL
      SELECT 3, u.seats, u.cap_id
        FROM equity.seat_pool AS p
        JOIN equity.seat_cap AS c USING (cap_id)
        JOIN equity.seat_cap AS u
          ON u.cap_id = c.parent_id
       WHERE p.pool_id = asked.pool
       ORDER BY 1
    LOOP
      CREATE TEMPORARY TABLE IF NOT EXISTS inside (LIKE market);
      DELETE FROM inside;
      INSERT INTO inside
      SELECT m.*
        FROM market AS m
        JOIN equity.seat_pool AS p
          ON p.pool_id = m.pool
        LEFT JOIN equity.seat_cap AS c USING (cap_id)
       WHERE m.state = 'held'
         AND CASE WHEN node.cap IS NULL THEN (m.pool, m.seat) = (asked.pool, asked.seat)
                  ELSE node.cap IN (p.cap_id, c.parent_id) END;
      IF (SELECT count(*) FROM inside) > node.seats THEN
        SELECT i.id INTO loser
          FROM inside AS i
         ORDER BY i.holder, CASE WHEN node.cap IS NULL THEN i.tier ELSE i.cap_tier END DESC, i.score,
                  i.tie DESC NULLS FIRST, i.draw DESC, i.applicant DESC
         LIMIT 1;
        UPDATE market SET state = 'refused' WHERE id = loser;
      END IF;
    END LOOP;
  END LOOP;
  RETURN QUERY SELECT m.applicant, m.pool, m.seat FROM market AS m WHERE m.state = 'held';
END $$;

SELECT random_basis();
CREATE TEMPORARY TABLE market_number AS SELECT n FROM generate_series(1, 6) AS n;
SELECT random_round(n) FROM market_number;
SELECT equity.allocate_round(n) FROM market_number;
SELECT (SELECT count(*) FROM equity.verify_run(run_id)) FROM equity.allocation_run;
SELECT equity.publish_run(run_id) FROM equity.allocation_run ORDER BY run_id;
CREATE TEMPORARY VIEW now_held AS
SELECT t.*
  FROM equity.placement AS t
  JOIN equity.round AS r
    ON r.published_run_id = t.run_id;
CREATE TEMPORARY VIEW gap AS
SELECT r.round_id, g.*
  FROM equity.round AS r, equity.award_mismatches(r.published_run_id) AS g
 WHERE r.status = 'published';
SELECT is_empty('TABLE gap', 'each placement has its award');
CREATE TEMPORARY TABLE expected (stage integer, n bigint, applicant_id bigint, pool_id bigint, seat text);
CREATE TEMPORARY TABLE result (stage integer, n bigint, run_id bigint, vacated bigint, moved bigint,
                               offered bigint, unfilled bigint);
CREATE TEMPORARY TABLE before_it AS
SELECT 0 AS stage, w.*, h.choice, h.seat
  FROM equity.award AS w
  LEFT JOIN now_held AS h USING (applicant_id)
 LIMIT 0;

-- a fourth decline, some expire or are withdrawn, the others accept in either way or wait
CREATE FUNCTION pg_temp.decide(stage integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  w record;
  dice integer;
BEGIN
  FOR w IN SELECT * FROM equity.award ORDER BY award_id LOOP
    dice := pg_temp.roll('decision' || stage || '/' || w.applicant_id, 16);
    IF w.status = 'offered' THEN
      CASE WHEN dice < 4 THEN PERFORM equity.decline_award(w.award_id);
           WHEN dice < 7 THEN PERFORM equity.accept_award(w.award_id, 'float');
           WHEN dice < 9 THEN PERFORM equity.accept_award(w.award_id);
           WHEN dice < 11 THEN UPDATE equity.award SET offered_at = '2023-01-01',
                offer_expires_at = '2023-01-02' WHERE award_id = w.award_id;
           ELSE NULL; END CASE;
    ELSIF w.status = 'accepted' AND dice < 2 THEN
      PERFORM equity.withdraw_award(w.award_id, 'test');
    END IF;
  END LOOP;
  PERFORM equity.expire_offers('2023-01-03');
END $$;
CREATE FUNCTION pg_temp.refill(stage integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_temp.decide(stage);
  INSERT INTO before_it
  SELECT stage, w.*, h.choice, h.seat
    FROM equity.award AS w
    LEFT JOIN now_held AS h USING (applicant_id);
  INSERT INTO expected SELECT stage, m.n, e.* FROM market_number AS m, pg_temp.naive(m.n) AS e;
  INSERT INTO result
  SELECT stage, m.n, f.*
    FROM market_number AS m, equity.refill_round(m.n) AS f;
END $$;

SET client_min_messages = warning;
SELECT pg_temp.refill(1);
SELECT set_eq(
  'SELECT applicant_id, pool_id, seat FROM now_held',
  'SELECT applicant_id, pool_id, seat FROM expected WHERE stage = 1',
  'the first refill is the allocation that keeps rights');
SELECT is_empty('TABLE gap', 'and its awards are its placements');
SELECT results_eq(
  $$SELECT pool_id, highest_refused
      FROM equity.pool_cutoff
     WHERE seat = 'open'
       AND highest_refused IS NOT NULL
     ORDER BY pool_id$$,
  $$SELECT w.pool_id, max(w.score)::text
      FROM equity.round AS r, equity.waitlist(r.published_run_id) AS w
     WHERE w.seat = 'open'
     GROUP BY w.pool_id
    HAVING count(*) >= 5
     ORDER BY w.pool_id$$,
  'refused are those who wait, not who declined');
SELECT pg_temp.refill(2);
SELECT set_eq(
  'SELECT applicant_id, pool_id, seat
     FROM now_held
    WHERE run_id IN (SELECT run_id FROM result WHERE stage = 2 AND vacated > 0)',
  'SELECT e.applicant_id, e.pool_id, e.seat
     FROM expected AS e
     JOIN result AS r USING (stage, n)
    WHERE stage = 2
      AND vacated > 0',
  'the second too');
SELECT is_empty('TABLE gap', 'with its awards');
SELECT pg_temp.refill(3);
SELECT set_eq(
  'SELECT applicant_id, pool_id, seat
     FROM now_held
    WHERE run_id IN (SELECT run_id FROM result WHERE stage = 3 AND vacated > 0)',
  'SELECT e.applicant_id, e.pool_id, e.seat
     FROM expected AS e
     JOIN result AS r USING (stage, n)
    WHERE stage = 3
      AND vacated > 0',
  'the third too');
SELECT is_empty('TABLE gap', 'with its awards, too');
SELECT ok(
  (SELECT count(*) > 8 FROM result WHERE vacated > 0)
  AND (SELECT sum(moved) > 2 AND sum(offered) > 8 FROM result),
  'many moves and offers');

-- what is promised
SELECT is_empty(
  $$SELECT b.stage, b.applicant_id
      FROM before_it AS b
      LEFT JOIN equity.allocation_run AS a
        ON a.round_id = b.round_id
       AND a.run_id = (SELECT r.run_id FROM result AS r WHERE (r.stage, r.n) = (b.stage, b.round_id))
      LEFT JOIN equity.placement AS t
        ON t.run_id = a.run_id
       AND t.applicant_id = b.applicant_id
     WHERE b.status IN ('offered', 'accepted')
       AND (t.choice IS NULL OR t.choice > b.choice)$$,
  'nobody who holds is made worse');
SELECT is_empty(
  $$SELECT b.stage, b.applicant_id
      FROM before_it AS b
      JOIN result AS r
        ON (r.stage, r.n) = (b.stage, b.round_id)
      LEFT JOIN equity.placement AS t
        ON t.run_id = r.run_id
       AND t.applicant_id = b.applicant_id
     WHERE b.status = 'accepted'
       AND b.decision = 'freeze'
       AND (t.pool_id, t.seat) IS DISTINCT FROM (b.pool_id, b.seat)$$,
  'who froze the seat keeps the very seat');
SELECT is_empty(
  $$SELECT b.stage, b.applicant_id
      FROM before_it AS b
      JOIN result AS r
        ON (r.stage, r.n) = (b.stage, b.round_id)
       AND r.vacated > 0
      JOIN equity.placement AS t
        ON t.run_id = r.run_id
       AND t.applicant_id = b.applicant_id
     WHERE b.status IN ('declined', 'expired', 'withdrawn')$$,
  'who is out stays out');
SELECT is_empty(
  $$SELECT r.*
      FROM result AS r
     WHERE r.vacated > 0
       AND EXISTS (SELECT FROM equity_internal.proof_violations(r.run_id) WHERE r.stage = 3)$$,
  'refills hold by verify');
SELECT is_empty(
  $$SELECT round_id, applicant_id
      FROM equity.award
     GROUP BY round_id, applicant_id
    HAVING count(*) > 1$$,
  'one award each');
SELECT is_empty(
  $$SELECT p.pool_id
      FROM equity.seat_pool AS p
      LEFT JOIN equity.award AS w
        ON w.pool_id = p.pool_id
       AND w.status IN ('offered', 'accepted')
     GROUP BY p.pool_id, p.seats
    HAVING count(w.award_id) > p.seats$$,
  'no pool above its seats');
SELECT is_empty(
  $$SELECT b.applicant_id, e.*
      FROM before_it AS b
      JOIN equity.award AS w USING (award_id)
      LEFT JOIN equity.award_event AS e
        ON e.award_id = b.award_id
       AND e.event = 'moved'
     WHERE b.stage = 1
       AND w.pool_id <> b.pool_id
       AND e.award_id IS NULL$$,
  'each move is in the history of the award');
SELECT is_empty(
  $$SELECT e.*
      FROM equity.award_event AS e
     WHERE e.event = 'moved'
       AND (e.from_status <> e.to_status OR e.from_pool_id = e.to_pool_id)$$,
  'with its pools');
SELECT results_eq(
  $$SELECT sum((detail ->> 'moved')::integer), sum((detail ->> 'offered')::integer)
      FROM equity.audit_event
     WHERE operation = 'refill_round'$$,
  $$SELECT (SELECT count(*) FROM equity.award_event WHERE event = 'moved'),
           (SELECT sum(offered) FROM result)::bigint$$,
  'and counted in the audit trail');

-- chains
SELECT is_empty(
  $$SELECT m.*
      FROM equity.refill_move AS m
      LEFT JOIN equity.refill_move AS p
        ON (p.run_id, p.chain, p.step) = (m.run_id, m.chain, m.step - 1)
     WHERE m.step > 1
           AND (p.from_pool_id, p.from_seat, p.applicant_id)
                 IS DISTINCT FROM (m.to_pool_id, m.to_seat, m.vacated_by)
        OR m.step = 1
           AND p.run_id IS NOT NULL
           AND (p.from_pool_id, p.from_seat, p.applicant_id)
                 IS DISTINCT FROM (m.to_pool_id, m.to_seat, m.vacated_by)
        OR m.step > 1 AND p.run_id IS NULL$$,
  'each takes the seat that the step before left');
SELECT set_eq(
  'SELECT run_id, applicant_id, to_pool_id, to_seat
     FROM equity.refill_move
    WHERE to_pool_id IS NOT NULL',
  $$SELECT t.run_id, t.applicant_id, t.pool_id, t.seat
      FROM equity.placement AS t
      JOIN equity.allocation_run AS a USING (run_id)
      LEFT JOIN equity.placement AS o
        ON o.run_id = a.parent_run_id
       AND o.applicant_id = t.applicant_id
     WHERE a.kind = 'refill'
       AND (o.pool_id, o.seat) IS DISTINCT FROM (t.pool_id, t.seat)$$,
  'all whose seat changed are in a chain');
SELECT set_eq(
  'SELECT run_id, count(*) FROM equity.refill_move WHERE step = 0 GROUP BY run_id',
  'SELECT run_id, vacated FROM result WHERE vacated > 0',
  'and all who left');
SELECT ok((SELECT max(step) >= 2 FROM equity.refill_move), 'a chain of several steps');
SELECT is(
  (SELECT count(*) FROM equity.refill_chain),
  (SELECT count(*) FROM equity.refill_move),
  'each is shown with names');

-- nothing to do; new seats
CREATE TEMPORARY TABLE done AS
SELECT r.round_id, f.* FROM equity.round AS r, equity.refill_round(r.round_id) AS f;
SELECT set_eq(
  'SELECT round_id, run_id, vacated, moved, offered FROM done',
  'SELECT round_id, published_run_id, 0::bigint AS vacated, 0::bigint AS moved, 0::bigint AS offered
     FROM equity.round',
  'a refill without a free seat changes nothing');
SELECT is(
  (SELECT max(run_id) FROM equity.allocation_run),
  (SELECT max(run_id) FROM result),
  'and makes no run');
SELECT equity.amend_round(n, 'new seats') FROM (VALUES (3), (5)) AS r (n);
UPDATE equity.seat_pool SET seats = seats + 1 WHERE pool_id IN (34, 54); -- no ceilings there
SELECT ok(
  (SELECT sum(f.offered + f.moved) > 0 AND sum(f.vacated) = 0
     FROM (VALUES (3), (5)) AS r (n), equity.refill_round(r.n) AS f),
  'new seats are given too');
SELECT is_empty('TABLE gap', 'with awards');

-- errors
SELECT throws_ok(
  'SELECT equity.refill_round(-1)', 'P0002', 'round -1 does not exist', 'refill an unknown round');
SELECT throws_ok('SELECT equity.refill_round(1, NULL)', '22004', NULL, 'refill at no time');
SELECT throws_ok(
  format('SELECT equity.award_mismatches(%s)', a.parent_run_id), '55000',
  format('allocation run %s is not what round %s has published', a.parent_run_id, a.round_id),
  'gaps of a run that a refill followed')
  FROM equity.allocation_run AS a
 WHERE a.kind = 'refill'
 ORDER BY a.run_id
 LIMIT 1;
SELECT throws_ok('SELECT equity.award_mismatches(-1)', 'P0002', NULL, 'gaps of an unknown run');
SAVEPOINT fewer;
SET LOCAL session_replication_role = replica;
UPDATE equity.seat_pool
   SET min_seats = NULL, seats = 0
 WHERE pool_id = (SELECT min(pool_id)
                    FROM now_held
                    JOIN equity.award USING (applicant_id, pool_id)
                   WHERE status IN ('offered', 'accepted'));
DELETE FROM equity.pool_reserve AS v
 USING equity.seat_pool AS p
 WHERE p.pool_id = v.pool_id
   AND p.seats = 0;
SET LOCAL session_replication_role = origin;
SELECT throws_ok(
  format('SELECT equity.refill_round(%s)',
         (SELECT min(p.round_id)
            FROM equity.seat_pool AS p
            JOIN now_held USING (pool_id)
           WHERE p.seats = 0)),
  '22023', NULL, 'refill when holders have lost their seats');
ROLLBACK TO fewer;
CREATE TEMPORARY TABLE misplaced AS
SELECT min(award_id) AS award_id
  FROM equity.award
 WHERE status IN ('offered', 'accepted');
UPDATE equity.award AS w
   SET pool_id = (SELECT min(p.pool_id)
                    FROM equity.seat_pool AS p
                   WHERE p.round_id = w.round_id
                     AND p.pool_id <> w.pool_id)
 WHERE award_id = (SELECT award_id FROM misplaced);
SELECT throws_ok(
  format('SELECT equity.refill_round(%s)', round_id), '55000', NULL,
  'refill when an award was put elsewhere by hand')
  FROM equity.award
 WHERE award_id = (SELECT award_id FROM misplaced);
SELECT * FROM finish();
ROLLBACK;
