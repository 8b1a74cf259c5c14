-- Random markets with reserves, caps, floors, seats held from before and every tie rule, against an
-- oracle in SQL: proposals in rounds, written with window functions from the meaning alone. All markets
-- are solved at once. In each round everybody proposes for the first step that has not refused them,
-- the seat groups keep the best, and then each cap keeps the best of those, from the innermost cap
-- outwards. Nothing is random but by hash, so that every run is the same.
\ir fixture/random.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(17);
-- 1 to n
CREATE FUNCTION pg_temp.die(key text, n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT 1 + pg_temp.roll(key, n)
$$;

--
-- Markets
--

CREATE TEMPORARY TABLE market AS
SELECT m, (ARRAY['lottery', 'lottery_per_pool', 'strict', 'admit_all', 'admit_none'])[1 + m % 5] AS tie_break,
       'seed ' || m AS seed, m % 5 < 3 AND pg_temp.die('caps' || m, 3) > 1 AS has_caps,
       pg_temp.die('floors' || m, 3) = 1 AS has_floors, pg_temp.die('held' || m, 3) = 1 AS has_holders,
       4 + pg_temp.die('applicants' || m, 20) AS applicants
  FROM generate_series(1, 500) AS m;
-- 0 to 5 caps, each under an earlier one or none, at most three deep
CREATE TEMPORARY TABLE cap AS
SELECT m, c * 3 - 4 AS cap_id, pg_temp.die('capseats' || m || '/' || c, 9) - 1 AS seats,
       CASE WHEN c BETWEEN 2 AND 3 AND pg_temp.die('child' || m || '/' || c, 3) > 1 THEN -1
            WHEN c > 3 AND pg_temp.die('child' || m || '/' || c, 3) > 1 THEN 2 END AS parent_id,
       CASE WHEN has_floors THEN pg_temp.die('capfloor' || m || '/' || c, 6) - 1 END AS min_seats
  FROM market, generate_series(1, 5) AS c
 WHERE has_caps;
CREATE TEMPORARY TABLE pool AS
SELECT m, p * 7 - 10 AS pool_id, pg_temp.die('seats' || m || '/' || p, 6) - 1 AS seats,
       CASE WHEN has_floors THEN pg_temp.die('floor' || m || '/' || p, 5) - 1 END AS min_seats,
       CASE WHEN has_caps AND pg_temp.die('free' || m || '/' || p, 5) > 1
              THEN pg_temp.die('under' || m || '/' || p, 5) * 3 - 4 END AS cap_id
  FROM market, generate_series(1, 4) AS p;
-- up to three reserves a pool, for the first of which the seats suffice
CREATE TEMPORARY TABLE reserve AS
SELECT m, pool_id, (ARRAY['far', 'poor', 'Poor'])[r] AS reserve,
       CASE WHEN r = 1 + pg_temp.die('most' || m || '/' || pool_id, 3) THEN seats / 2
            ELSE seats / 4 END AS seats,
       pg_temp.pick('mode' || m || '/' || pool_id || '/' || r, 'before_open', 'after_open', NULL) AS mode,
       pg_temp.pick('cascade' || m || '/' || pool_id || '/' || r,
                    '{}', '{*}', '{poor}', '{far,poor}', '{poor,*}', '{none,Poor,*}', NULL)::text[] AS "cascade",
       nullif(pg_temp.die('position' || m || '/' || pool_id || '/' || r, 3), 3) AS position
  FROM pool, generate_series(1, 3) AS r
 WHERE pg_temp.die('reserve' || m || '/' || pool_id || '/' || r, 2) = 1;
CREATE TEMPORARY TABLE application AS
SELECT m, a * 37 - 100 AS applicant_id, pool_id,
       row_number() OVER (PARTITION BY m, a
                          ORDER BY md5('order' || m || '/' || a || '/' || pool_id))::integer AS choice,
       (pg_temp.die('score' || m || '/' || a || '/' || pool_id,
                    CASE WHEN m % 2 = 0 THEN 3 ELSE 40 END) - 2) / 4.0 AS score,
       nullif(pg_temp.die('tie' || m || '/' || a || '/' || pool_id, 4), 4) AS tie,
       pg_temp.pick('groups' || m || '/' || a,
                    '{}', '{poor}', '{far}', '{poor,far}', '{Poor,none}', NULL)::text[] AS groups,
       NULL::text AS holds
  FROM market
  JOIN pool USING (m)
 CROSS JOIN generate_series(1, 24) AS a
 WHERE a <= applicants
   AND pg_temp.die('asks' || m || '/' || a || '/' || pool_id, 3) > 1;
-- some hold a seat: no more than one of eight, and only where all fit
CREATE TEMPORARY TABLE wanted AS
SELECT m, applicant_id, pool_id,
       coalesce((SELECT reserve
                   FROM reserve AS r
                  WHERE (r.m, r.pool_id) = (a.m, a.pool_id)
                  ORDER BY md5('seat' || a.m || '/' || applicant_id || reserve)
                  LIMIT 1),
                'open') AS seat
  FROM application AS a
  JOIN market USING (m)
 WHERE has_holders
   AND pg_temp.die('holds' || m || '/' || applicant_id || '/' || pool_id, 8) = 1;
CREATE TEMPORARY TABLE seat_group AS
SELECT m, pool_id, reserve AS seat, seats, coalesce("cascade", '{*}') AS "cascade",
       CASE WHEN mode = 'before_open' THEN 1 ELSE 3 END AS part, position
  FROM reserve
UNION ALL
SELECT m, pool_id, 'open',
       seats - coalesce((SELECT sum(r.seats) FROM reserve AS r WHERE (r.m, r.pool_id) = (p.m, p.pool_id)), 0),
       NULL, 2, NULL
  FROM pool AS p;
-- the caps above a pool: at the top, under it, under that
CREATE TEMPORARY TABLE path AS
SELECT p.m, p.pool_id, caps[1] AS cap1, caps[2] AS cap2, caps[3] AS cap3
  FROM pool AS p
  LEFT JOIN cap AS a USING (m, cap_id)
  LEFT JOIN cap AS b
    ON (b.m, b.cap_id) = (a.m, a.parent_id)
  LEFT JOIN cap AS c
    ON (c.m, c.cap_id) = (b.m, b.parent_id)
 CROSS JOIN LATERAL (SELECT array_remove(ARRAY[c.cap_id, b.cap_id, a.cap_id], NULL) AS caps) AS x;
DELETE FROM wanted AS w
 WHERE (SELECT count(*) FROM wanted AS o WHERE (o.m, o.pool_id, o.seat) = (w.m, w.pool_id, w.seat))
       > (SELECT seats FROM seat_group AS g WHERE (g.m, g.pool_id, g.seat) = (w.m, w.pool_id, w.seat))
    OR EXISTS (SELECT FROM path AS p
                 JOIN cap AS c
                   ON c.m = p.m
                  AND c.cap_id IN (cap1, cap2, cap3)
                WHERE (p.m, p.pool_id) = (w.m, w.pool_id)
                  AND c.seats < (SELECT count(*)
                                   FROM wanted AS o
                                   JOIN path AS q USING (m, pool_id)
                                  WHERE o.m = w.m
                                    AND c.cap_id IN (q.cap1, q.cap2, q.cap3)));
UPDATE application AS a
   SET holds = seat
  FROM wanted AS w
 WHERE (w.m, w.applicant_id, w.pool_id) = (a.m, a.applicant_id, a.pool_id);
CREATE INDEX ON application (m);
CREATE INDEX ON pool (m);
CREATE INDEX ON reserve (m);
CREATE INDEX ON cap (m);
ANALYZE market, application, pool, reserve, cap;

--
-- Rounds
--

-- A step is an application for a seat of one group, in the order in which its applicant wants them.
-- tier: 0 for whom the seats are meant for, then by the cascade; a holder stays behind all of it.
-- Open seats and * are for anyone, in caps one last tier.
CREATE TEMPORARY TABLE step AS
SELECT s.*,
       row_number() OVER (PARTITION BY m, applicant_id
                          ORDER BY choice, tier > 0, part, position NULLS LAST, seat COLLATE "C") AS place,
       rank() OVER (PARTITION BY m
                    ORDER BY NOT is_holder, tier, score DESC, tie NULLS LAST, draw, applicant_id) AS rank,
       dense_rank() OVER (PARTITION BY m ORDER BY NOT is_holder, tier, score DESC, tie NULLS LAST) AS class,
       rank() OVER (PARTITION BY m
                    ORDER BY NOT is_holder, cap_tier, score DESC, tie NULLS LAST, draw,
                             applicant_id) AS cap_rank,
       dense_rank() OVER (PARTITION BY m
                          ORDER BY NOT is_holder, cap_tier, score DESC, tie NULLS LAST) AS cap_class
  FROM (SELECT a.m, a.applicant_id, a.pool_id, a.choice, a.score, a.tie, g.seat, g.seats, g.part, g.position,
               cap1, cap2, cap3, a.holds IS NOT NULL AS is_holder, tier,
               CASE WHEN g.seat = 'open' OR "cascade"[tier] = '*' THEN 1000 ELSE tier END AS cap_tier,
               CASE tie_break
                 WHEN 'lottery' THEN pg_temp.draw(seed, a.applicant_id::text)
                 WHEN 'lottery_per_pool' THEN pg_temp.draw(seed, a.applicant_id || '/' || a.pool_id)
               END AS draw
          FROM application AS a
          JOIN market USING (m)
          JOIN seat_group AS g USING (m, pool_id)
          JOIN path USING (m, pool_id)
         CROSS JOIN LATERAL (SELECT CASE WHEN g.seat = 'open' OR g.seat = ANY (a.groups) THEN 0
                                         ELSE (SELECT min(i)::integer
                                                 FROM unnest(g."cascade") WITH ORDINALITY AS u (word, i)
                                                WHERE word = '*' OR word = ANY (a.groups))
                                    END AS found) AS f
         CROSS JOIN LATERAL (SELECT coalesce(found,
                                             CASE WHEN a.holds = g.seat
                                                    THEN cardinality(g."cascade") + 1 END) AS tier) AS t
         WHERE tier IS NOT NULL
           AND (a.holds IS NULL OR a.holds = g.seat)) AS s;
CREATE INDEX ON step (m, applicant_id, place);
ANALYZE step;
CREATE TEMPORARY TABLE refused AS SELECT m, applicant_id, place, pool_id, seat, class FROM step WHERE false;
CREATE INDEX ON refused (m, applicant_id, place);
CREATE TEMPORARY TABLE closed (m integer, pool_id integer);
CREATE TEMPORARY TABLE held AS SELECT * FROM step WHERE false;

-- Rounds until nobody is refused. held: everybody's first step that is neither refused nor closed;
-- kept0: what the seat groups keep of it; kept3, kept2, kept1: what the caps at each depth keep of that.
CREATE FUNCTION pg_temp.in_rounds() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOOP
    DELETE FROM held;
    INSERT INTO held
    SELECT DISTINCT ON (s.m, s.applicant_id) s.*
      FROM step AS s
     WHERE NOT EXISTS (SELECT FROM refused AS r
                        WHERE (r.m, r.applicant_id, r.place) = (s.m, s.applicant_id, s.place))
       AND NOT EXISTS (SELECT FROM closed AS c WHERE (c.m, c.pool_id) = (s.m, s.pool_id))
     ORDER BY s.m, s.applicant_id, s.place;
    WITH in_group AS (
      SELECT h.*, tie_break, row_number() OVER g AS n, rank() OVER (g_class) - 1 AS above,
             count(*) OVER (g_class) AS with_class
        FROM held AS h
        JOIN market USING (m)
      WINDOW g AS (PARTITION BY m, pool_id, seat ORDER BY rank),
             g_class AS (PARTITION BY m, pool_id, seat ORDER BY class)
    ), kept0 AS (
      SELECT *
        FROM in_group AS i
       WHERE CASE tie_break
               WHEN 'admit_all' THEN above < seats
               WHEN 'admit_none' THEN
                 with_class <= seats
                 AND NOT EXISTS (SELECT FROM refused AS r
                                  WHERE (r.m, r.pool_id, r.seat) = (i.m, i.pool_id, i.seat)
                                    AND r.class <= i.class)
               ELSE n <= seats END
    ), kept3 AS (
      SELECT k.*
        FROM (SELECT *, row_number() OVER (PARTITION BY m, cap3 ORDER BY cap_rank) AS c FROM kept0) AS k
        LEFT JOIN cap
          ON (cap.m, cap.cap_id) = (k.m, k.cap3)
       WHERE cap3 IS NULL
          OR c <= cap.seats
    ), kept2 AS (
      SELECT k.*
        FROM (SELECT kept3.*, row_number() OVER (PARTITION BY m, cap2 ORDER BY cap_rank) AS d
                FROM kept3) AS k
        LEFT JOIN cap
          ON (cap.m, cap.cap_id) = (k.m, k.cap2)
       WHERE cap2 IS NULL
          OR d <= cap.seats
    ), kept1 AS (
      SELECT k.*
        FROM (SELECT kept2.*, row_number() OVER (PARTITION BY m, cap1 ORDER BY cap_rank) AS e
                FROM kept2) AS k
        LEFT JOIN cap
          ON (cap.m, cap.cap_id) = (k.m, k.cap1)
       WHERE cap1 IS NULL
          OR e <= cap.seats
    )
    INSERT INTO refused
    SELECT m, applicant_id, place, pool_id, seat, class
      FROM held AS h
     WHERE NOT EXISTS (SELECT FROM kept1 AS k WHERE (k.m, k.applicant_id) = (h.m, h.applicant_id));
    EXIT WHEN NOT FOUND;
  END LOOP;
END $$;
-- In each market one pool or cap closes, the furthest below its floor, and all starts anew there
CREATE FUNCTION pg_temp.with_closures() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  times integer := 0;
BEGIN
  LOOP
    PERFORM pg_temp.in_rounds();
    CREATE TEMPORARY TABLE due ON COMMIT DROP AS
    SELECT DISTINCT ON (m) m, pool_id, cap_id
      FROM (SELECT p.m, p.pool_id, NULL::integer AS cap_id, p.min_seats - count(h.m) AS missing,
                   p.pool_id AS id
              FROM pool AS p
              LEFT JOIN held AS h USING (m, pool_id)
             WHERE NOT EXISTS (SELECT FROM application AS a
                                WHERE (a.m, a.pool_id) = (p.m, p.pool_id)
                                  AND holds IS NOT NULL)
             GROUP BY p.m, p.pool_id, p.min_seats
            HAVING count(h.m) > 0
            UNION ALL
            SELECT c.m, NULL, c.cap_id, c.min_seats - count(h.m), c.cap_id
              FROM cap AS c
              JOIN held AS h
                ON h.m = c.m
               AND c.cap_id IN (cap1, cap2, cap3)
             WHERE NOT EXISTS (SELECT FROM application AS a
                                 JOIN path AS p USING (m, pool_id)
                                WHERE a.m = c.m
                                  AND holds IS NOT NULL
                                  AND c.cap_id IN (p.cap1, p.cap2, p.cap3))
             GROUP BY c.m, c.cap_id, c.min_seats) AS d
     WHERE missing > 0
     ORDER BY m, missing DESC, cap_id IS NOT NULL, id;
    EXIT WHEN NOT EXISTS (SELECT FROM due);
    times := times + 1;
    INSERT INTO closed
    SELECT p.m, p.pool_id
      FROM due AS d
      JOIN path AS p
        ON p.m = d.m
       AND (p.pool_id = d.pool_id OR d.cap_id IN (cap1, cap2, cap3));
    DELETE FROM refused AS r USING due AS d WHERE d.m = r.m;
    DROP TABLE due;
  END LOOP;
  DROP TABLE due;
  RETURN times;
END $$;
SELECT ok(pg_temp.with_closures() > 2, 'closures, some after others');
ANALYZE held, refused, closed;

-- With strict, the innermost full group or cap whose holders all rank above an open step before the one
-- held refuses it, and may hold nobody who is tied with it
CREATE TEMPORARY TABLE missed AS
SELECT s.*
  FROM step AS s
  JOIN market USING (m)
  LEFT JOIN held AS h USING (m, applicant_id)
 WHERE tie_break = 'strict'
   AND (h.place IS NULL OR s.place < h.place)
   AND NOT EXISTS (SELECT FROM closed AS c WHERE (c.m, c.pool_id) = (s.m, s.pool_id));
CREATE TEMPORARY TABLE refusing AS
SELECT x.m, x.applicant_id, x.place, 0 AS height, coalesce(g.class = x.class, false) AS is_tied
  FROM missed AS x
  LEFT JOIN (SELECT m, pool_id, seat, count(*) AS holders, max(rank) AS worst, max(class) AS class
               FROM held
              GROUP BY m, pool_id, seat) AS g USING (m, pool_id, seat)
 WHERE coalesce(g.holders, 0) >= x.seats
   AND coalesce(g.worst < x.rank, true)
UNION ALL
SELECT x.m, x.applicant_id, x.place, array_position(ARRAY[cap1, cap2, cap3], c.cap_id),
       coalesce(g.class = x.cap_class, false)
  FROM missed AS x
  JOIN cap AS c
    ON c.m = x.m
   AND c.cap_id IN (cap1, cap2, cap3)
  LEFT JOIN (SELECT b.m, b.cap_id, count(*) AS holders, max(cap_rank) AS worst, max(cap_class) AS class
               FROM held AS h
               JOIN cap AS b
                 ON b.m = h.m
                AND b.cap_id IN (cap1, cap2, cap3)
              GROUP BY b.m, b.cap_id) AS g
    ON (g.m, g.cap_id) = (c.m, c.cap_id)
 WHERE coalesce(g.holders, 0) >= c.seats
   AND coalesce(g.worst < x.cap_rank, true);
CREATE TEMPORARY TABLE tied AS
SELECT DISTINCT i.m
  FROM (SELECT DISTINCT ON (m, applicant_id, place) *
          FROM refusing
         ORDER BY m, applicant_id, place, height) AS i
 WHERE i.is_tied;

--
-- The allocation
--

CREATE FUNCTION pg_temp.query(what text, m integer, tail text DEFAULT '') RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT %s FROM pg_temp.%s WHERE m = %s %s',
                CASE what
                  WHEN 'application' THEN 'applicant_id, pool_id, choice, score, tie, groups, holds'
                  WHEN 'pool' THEN 'pool_id, seats, min_seats, cap_id'
                  WHEN 'reserve' THEN 'pool_id, reserve, seats, mode, cascade, position'
                  WHEN 'cap' THEN 'cap_id, seats, parent_id, min_seats'
                  ELSE 'applicant_id, pool_id, choice, seat, tier, score'
                END, what, m, tail)
$$;
CREATE TEMPORARY TABLE allocated AS
SELECT m, a.*
  FROM market,
       LATERAL equity.allocate(pg_temp.query('application', m), pg_temp.query('pool', m),
                               pg_temp.query('reserve', m), pg_temp.query('cap', m), tie_break => tie_break,
                               seed => seed) AS a
 WHERE m NOT IN (SELECT m FROM tied);
SELECT is_empty(
  $$SELECT m, applicant_id, pool_id, choice, seat, tier, score
      FROM allocated
    EXCEPT
    SELECT m, applicant_id, pool_id, choice, seat, tier, score
      FROM held$$,
  'nobody has what the rounds do not give');
SELECT is_empty(
  $$SELECT m, applicant_id, pool_id, choice, seat, tier, score
      FROM held
     WHERE m NOT IN (SELECT m FROM tied)
    EXCEPT
    SELECT m, applicant_id, pool_id, choice, seat, tier, score
      FROM allocated$$,
  'everybody has what they give');
SELECT is(
  (SELECT count(*) FROM allocated),
  (SELECT count(*) FROM held WHERE m NOT IN (SELECT m FROM tied)),
  'once');
SELECT is_empty(
  $$SELECT m
      FROM tied
     WHERE pg_temp.state_of(format('SELECT * FROM equity.allocate(%L, %L, %L, %L, tie_break => ''strict'')',
                                   pg_temp.query('application', m), pg_temp.query('pool', m),
                                   pg_temp.query('reserve', m), pg_temp.query('cap', m))) <> '22023'$$,
  'strict refuses each market with a tie that decides');
SELECT is_empty(
  $$(SELECT m, a.*
       FROM market,
            LATERAL equity.allocate(pg_temp.query('application', m, 'ORDER BY md5(application::text)'),
                                    pg_temp.query('pool', m, 'ORDER BY md5(pool::text)'),
                                    pg_temp.query('reserve', m, 'ORDER BY md5(reserve::text)'),
                                    pg_temp.query('cap', m, 'ORDER BY md5(cap::text)'),
                                    tie_break => tie_break, seed => seed) AS a
      WHERE m NOT IN (SELECT m FROM tied))
    EXCEPT
    TABLE allocated$$,
  'the order of rows has no say');

SELECT is_empty(
  $$SELECT m, tie_break, v.*
      FROM market,
           LATERAL equity.verify(pg_temp.query('application', m), pg_temp.query('pool', m),
                                 pg_temp.query('reserve', m), pg_temp.query('cap', m),
                                 pg_temp.query('allocated', m), tie_break => tie_break, seed => seed) AS v
     WHERE m NOT IN (SELECT m FROM tied)$$,
  'verify finds nothing');

-- what the markets have in them
SELECT ok(
  (SELECT count(*) > 20 FROM tied)
  AND (SELECT count(*) > 20
         FROM market
        WHERE tie_break = 'strict'
          AND m NOT IN (SELECT m FROM tied)),
  'strict markets with and without a tie that decides');
SELECT ok(
  (SELECT count(DISTINCT tier) = 4 FROM allocated WHERE seat <> 'open'),
  'reserved seats of every tier');
SELECT ok((SELECT count(*) > 20 FROM application WHERE holds IS NOT NULL), 'seats held from before');
SELECT is_empty(
  $$SELECT m, applicant_id, pool_id
      FROM application AS a
     WHERE holds IS NOT NULL
       AND m NOT IN (SELECT m FROM tied)
       AND NOT EXISTS (SELECT FROM allocated AS x
                        WHERE (x.m, x.applicant_id) = (a.m, a.applicant_id)
                          AND x.choice <= a.choice)$$,
  'nobody ends below a seat held before');
SELECT ok((SELECT count(*) > 50 FROM closed), 'pools that close');
SELECT is_empty($$SELECT m, pool_id FROM allocated JOIN closed USING (m, pool_id)$$, 'and hold nobody');
SELECT ok(
  (SELECT count(*) > 10
     FROM (SELECT m, pool_id, seat
             FROM allocated
             JOIN market USING (m)
             JOIN seat_group USING (m, pool_id, seat)
            WHERE tie_break = 'admit_all'
            GROUP BY m, pool_id, seat, seats
           HAVING count(*) > seats) AS o),
  'admit_all goes beyond the seats');
SELECT is_empty(
  $$SELECT m, pool_id, seat
      FROM allocated
      JOIN market USING (m)
      JOIN seat_group USING (m, pool_id, seat)
     WHERE tie_break <> 'admit_all'
     GROUP BY m, pool_id, seat, seats
    HAVING count(*) > seats$$,
  'no other rule does');
SELECT ok(
  (SELECT count(*) > 50
     FROM (SELECT c.m, c.cap_id
             FROM allocated AS a
             JOIN path USING (m, pool_id)
             JOIN cap AS c
               ON c.m = a.m
              AND c.cap_id IN (cap1, cap2, cap3)
            GROUP BY c.m, c.cap_id, c.seats
           HAVING count(*) = c.seats) AS f),
  'many caps are full');
SELECT is_empty(
  $$SELECT c.m, c.cap_id
      FROM allocated AS a
      JOIN path USING (m, pool_id)
      JOIN cap AS c
        ON c.m = a.m
       AND c.cap_id IN (cap1, cap2, cap3)
     GROUP BY c.m, c.cap_id, c.seats
    HAVING count(*) > c.seats$$,
  'none is overfull');

SELECT * FROM finish();
ROLLBACK;
