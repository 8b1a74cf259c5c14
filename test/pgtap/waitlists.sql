-- Cut-offs, rankings and waiting lists against their definitions in plain SQL, over random rounds
-- with reserves, ceilings and ties.
\ir fixture/random.psql
\ir fixture/random_round.psql
BEGIN;
SELECT plan(21);

SELECT random_basis();
SELECT random_round(n) FROM generate_series(1, 36) AS n;
CREATE TEMPORARY TABLE run AS
SELECT n, a.run_id FROM generate_series(1, 36) AS n, equity.allocate_round(n) AS a;
CREATE TEMPORARY TABLE contract AS SELECT r.n, r.run_id, c.* FROM run AS r, contracts(r.n) AS c;
CREATE TEMPORARY TABLE held AS
SELECT c.*, c AS me
  FROM contract AS c
  JOIN equity.placement AS t USING (run_id, applicant_id, pool_id, seat);
SELECT is(
  (SELECT count(*) FROM held),
  (SELECT count(*) FROM equity.placement),
  'each placement is a contract');
CREATE TEMPORARY TABLE waiting AS
SELECT c.*, c AS me
  FROM contract AS c
  LEFT JOIN equity.placement AS t USING (run_id, applicant_id)
 WHERE t.choice IS NULL
    OR c.choice < t.choice;
-- a ranks before b among equals of a tier
CREATE FUNCTION pg_temp.before(a contract, b contract) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN a.score <> b.score THEN a.score > b.score
              WHEN a.tie IS DISTINCT FROM b.tie THEN coalesce(a.tie, 'infinity') < coalesce(b.tie, 'infinity')
              WHEN a.draw <> b.draw THEN a.draw < b.draw
              ELSE a.applicant_id < b.applicant_id END
$$;

--
-- Waiting lists
--

CREATE TEMPORARY TABLE list AS SELECT r.n, r.run_id, w.* FROM run AS r, equity.waitlist(r.run_id) AS w;
SELECT set_eq(
  'SELECT run_id, pool_id, seat, applicant_id, choice, tier, score, tie, lottery FROM list',
  $$SELECT w.run_id, w.pool_id, w.seat, w.applicant_id, w.choice, w.tier, w.score,
           CASE r.tie_field WHEN 'birth_date' THEN w.tie + (date '1900-01-01' - date '1857-01-01')
                            ELSE w.tie END,
           w.draw
      FROM waiting AS w
      JOIN equity.round AS r
        ON r.round_id = w.n$$,
  'on a list is who was refused and holds nothing better');
SELECT is_empty(
  $$SELECT l.run_id, l.pool_id, l.seat, l.applicant_id
      FROM list AS l
      JOIN contract AS c USING (run_id, pool_id, seat, applicant_id)
     WHERE l.position <> 1 + (SELECT count(*)
                                FROM list AS o
                                JOIN contract AS d USING (run_id, pool_id, seat, applicant_id)
                               WHERE (o.run_id, o.pool_id, o.seat) = (l.run_id, l.pool_id, l.seat)
                                 AND (d.tier < c.tier OR d.tier = c.tier AND pg_temp.before(d, c)))$$,
  'a position is one more than those who rank before');
SELECT ok(
  (SELECT count(*) > 1000 FROM list)
  AND (SELECT count(DISTINCT seat) = 3 FROM list)
  AND (SELECT max(tier) = 2 FROM list),
  'the lists are many, of all kinds');
SELECT ok(
  (SELECT count(*) > 30
     FROM list AS a
     JOIN list AS b USING (run_id, pool_id, seat, tier, score)
    WHERE a.tie = b.tie
      AND a.position = b.position + 1),
  'with ties that a lottery broke');
CREATE TEMPORARY TABLE ranked AS SELECT r.run_id, q.* FROM run AS r, equity.ranking(r.run_id) AS q;
SELECT is_empty(
  $$SELECT q.run_id, q.pool_id, q.seat, q.applicant_id
      FROM ranked AS q
      JOIN contract AS c USING (run_id, pool_id, seat, applicant_id)
     WHERE q.place <> 1 + (SELECT count(*)
                             FROM contract AS d
                            WHERE (d.run_id, d.pool_id, d.seat) = (c.run_id, c.pool_id, c.seat)
                              AND (d.tier < c.tier OR d.tier = c.tier AND pg_temp.before(d, c)))$$,
  'a place is one more than those who rank before, admitted or not');
SELECT is((SELECT count(*) FROM ranked), (SELECT count(*) FROM contract), 'everybody has a place');
SELECT throws_ok(
  'SELECT * FROM equity.waitlist(-1)', 'P0002', 'allocation run -1 does not exist',
  'the list of an unknown run');

--
-- Cut-offs
--

CREATE TEMPORARY TABLE cut AS SELECT r.n, r.run_id, k.* FROM run AS r, equity.cutoffs(r.run_id) AS k;
SELECT set_eq(
  'SELECT run_id, pool_id, seat, precedence, seats FROM cut',
  $$SELECT r.run_id, p.pool_id, s.seat,
           row_number() OVER (PARTITION BY p.pool_id
                              ORDER BY s.phase, s.position NULLS LAST, s.seat COLLATE "C"),
           s.seats
      FROM run AS r
      JOIN equity.seat_pool AS p
        ON p.round_id = r.n
     CROSS JOIN LATERAL (SELECT 'open' AS seat, 1 AS phase, NULL::integer AS position,
                                p.seats - coalesce((SELECT sum(v.seats)
                                                      FROM equity.pool_reserve AS v
                                                     WHERE v.pool_id = p.pool_id),
                                                   0) AS seats
                         UNION ALL
                         SELECT v.reserve, CASE v.mode WHEN 'before_open' THEN 0 ELSE 2 END, v.position,
                                v.seats
                           FROM equity.pool_reserve AS v
                          WHERE v.pool_id = p.pool_id) AS s$$,
  'a row for each pool and kind of seat');
SELECT is_empty(
  $$SELECT *
      FROM cut AS k
     WHERE k.held <> (SELECT count(*)
                        FROM held AS h
                       WHERE (h.run_id, h.pool_id, h.seat) = (k.run_id, k.pool_id, k.seat))
        OR k.is_full <> (k.held = k.seats)$$,
  'holders are counted');
CREATE TEMPORARY TABLE last_held AS
SELECT h.*
  FROM held AS h
 WHERE NOT EXISTS (SELECT FROM held AS o
                    WHERE (o.run_id, o.pool_id, o.seat) = (h.run_id, h.pool_id, h.seat)
                      AND (o.tier > h.tier OR o.tier = h.tier AND pg_temp.before(h.me, o.me)));
SELECT set_eq(
  'SELECT run_id, pool_id, seat, last_tier, last_score, last_lottery FROM cut WHERE held > 0',
  'SELECT run_id, pool_id, seat, tier, score, draw FROM last_held',
  'the last holder is the one whom nobody ranks after');
SELECT is_empty(
  $$SELECT *
      FROM cut
     WHERE held = 0
       AND (last_tier, last_score, last_tie, last_lottery, last_kept)
             IS DISTINCT FROM (NULL, NULL, NULL, NULL, NULL)$$,
  'nobody is the last of none');
SELECT is_empty(
  $$SELECT *
      FROM cut
      JOIN last_held AS h USING (n, run_id, pool_id, seat)
      JOIN equity.round AS r
        ON r.round_id = n
     WHERE last_kept
        OR last_tie IS DISTINCT FROM h.tie + CASE r.tie_field WHEN 'birth_date'
                                                                THEN date '1900-01-01' - date '1857-01-01'
                                                              ELSE 0 END$$,
  'nor is anybody kept from before');

-- ceilings
CREATE TEMPORARY TABLE under AS
SELECT r.run_id, p.pool_id, c.cap_id
  FROM run AS r
  JOIN equity.seat_pool AS p
    ON p.round_id = r.n
  JOIN equity.seat_cap AS c
    ON c.cap_id = p.cap_id
UNION ALL
SELECT r.run_id, p.pool_id, c.parent_id
  FROM run AS r
  JOIN equity.seat_pool AS p
    ON p.round_id = r.n
  JOIN equity.seat_cap AS c
    ON c.cap_id = p.cap_id
 WHERE c.parent_id IS NOT NULL;
CREATE TEMPORARY TABLE cap_cut AS SELECT r.run_id, k.* FROM run AS r, equity.cap_cutoffs(r.run_id) AS k;
SELECT set_eq(
  'SELECT run_id, cap_id, held, is_full FROM cap_cut',
  $$SELECT r.run_id, c.cap_id,
           (SELECT count(*)
              FROM held
              JOIN under AS u USING (run_id, pool_id)
             WHERE run_id = r.run_id
               AND u.cap_id = c.cap_id) AS held,
           (SELECT count(*)
              FROM held
              JOIN under AS u USING (run_id, pool_id)
             WHERE run_id = r.run_id
               AND u.cap_id = c.cap_id) = c.seats
      FROM run AS r
      JOIN equity.seat_cap AS c
        ON c.round_id = r.n$$,
  'holders under each ceiling are counted');
SELECT is_empty(
  $$SELECT k.run_id, k.cap_id
      FROM cap_cut AS k
      JOIN held AS h
        ON h.run_id = k.run_id
       AND h.pool_id = k.last_pool_id
       AND h.draw = k.last_lottery
       AND h.seat = k.last_seat
      JOIN held AS o
        ON o.run_id = k.run_id
      JOIN under AS u
        ON u.run_id = k.run_id
       AND u.pool_id = o.pool_id
       AND u.cap_id = k.cap_id
     WHERE o.cap_tier > h.cap_tier
        OR o.cap_tier = h.cap_tier AND pg_temp.before(h.me, o.me)$$,
  'nobody ranks after the last one under it');
SELECT set_eq(
  'SELECT run_id, cap_id, last_tier, last_score FROM cap_cut WHERE held > 0',
  $$SELECT DISTINCT ON (u.run_id, u.cap_id) u.run_id, u.cap_id, nullif(h.cap_tier, 999), h.score
      FROM under AS u
      JOIN held AS h USING (run_id, pool_id)
     ORDER BY u.run_id, u.cap_id, h.cap_tier DESC, h.score, h.tie DESC NULLS FIRST, h.draw DESC,
              h.applicant_id DESC$$,
  'the last one under each ceiling');
SELECT ok(
  (SELECT count(*) > 20 FROM cut WHERE stopped_by = 'cap')
  AND (SELECT count(*) > 100 FROM cut WHERE stopped_by = 'seat'),
  'seats or ceilings stop the next one');

-- what stopped a refused one ranks the refused after its last holder
SELECT is_empty(
  $$SELECT w.run_id, w.pool_id, w.seat, w.applicant_id, k.stopped_by
      FROM waiting AS w
      JOIN cut AS k USING (run_id, pool_id, seat)
      LEFT JOIN last_held AS h USING (run_id, pool_id, seat)
      LEFT JOIN cap_cut AS u USING (run_id, cap_id)
      LEFT JOIN held AS g
        ON g.run_id = w.run_id
       AND g.pool_id = u.last_pool_id
       AND g.seat = u.last_seat
       AND g.draw = u.last_lottery
     WHERE CASE k.stopped_by
             WHEN 'seat' THEN k.held > 0
                              AND NOT (w.tier > h.tier OR w.tier = h.tier AND pg_temp.before(h.me, w.me))
             WHEN 'cap' THEN u.held > 0
                             AND NOT (w.cap_tier > g.cap_tier
                                      OR w.cap_tier = g.cap_tier AND pg_temp.before(g.me, w.me))
             ELSE true END$$,
  'who waits was stopped by just that');
SELECT set_eq(
  'SELECT r.run_id, k.pool_id, k.seat, k.last_score, k.cap_id
     FROM run AS r, equity.cutoffs(r.run_id, ARRAY[r.n * 10 + 1]) AS k',
  'SELECT run_id, pool_id, seat, last_score, cap_id FROM cut WHERE pool_id = n * 10 + 1',
  'some pools alone');
SELECT throws_ok(
  'SELECT * FROM equity.cutoffs(-1)', 'P0002', 'allocation run -1 does not exist',
  'cut-offs of an unknown run');

-- what is kept is what was computed
SELECT equity_internal.keep_ranking(run_id) FROM run;
SELECT set_eq(
  'SELECT k.run_id, k.pool_id, k.seat, a.applicant_id, a.place, get_bit(k.waiting, a.place::integer - 1) = 1
     FROM equity.run_ranking AS k, unnest(k.applicants) WITH ORDINALITY AS a (applicant_id, place)',
  'SELECT run_id, pool_id, seat, applicant_id, place, position IS NOT NULL FROM ranked',
  'rankings are kept as they were');
SELECT * FROM finish();
ROLLBACK;
