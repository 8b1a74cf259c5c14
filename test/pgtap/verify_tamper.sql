-- Whatever is changed in a right allocation, verify tells it by its name, and of any placements at all it
-- says what an oracle in SQL says.
\ir fixture/random.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(24);

-- Markets of 24 applicants, 6 pools and 1 to 4 choices, with ties
CREATE TEMPORARY TABLE market AS
SELECT m, (ARRAY['lottery', 'lottery_per_pool', 'strict'])[1 + m % 3] AS tie_break, 'seed ' || m AS seed
  FROM generate_series(1, 45) AS m;
CREATE TEMPORARY TABLE pool AS
SELECT m, p AS pool_id, CASE WHEN p = 6 THEN 30 ELSE pg_temp.roll('seats' || m || '/' || p, 5) END AS seats
  FROM market, generate_series(1, 6) AS p;
CREATE TEMPORARY TABLE application AS
SELECT m, a AS applicant_id, p AS pool_id, place::integer * 2 AS choice, score,
       CASE WHEN m % 2 = 0 THEN tie END AS tie,
       row_number() OVER (PARTITION BY m, p
                          ORDER BY score DESC, CASE WHEN m % 2 = 0 THEN tie END NULLS LAST,
                                   CASE tie_break
                                     WHEN 'lottery' THEN pg_temp.draw(seed, a::text)
                                     WHEN 'lottery_per_pool' THEN pg_temp.draw(seed, a || '/' || p) END,
                                   a) AS rank
  FROM (SELECT m, tie_break, seed, a, p,
               row_number() OVER (PARTITION BY m, a ORDER BY md5(m || '/' || a || '/' || p)) AS place,
               -- with strict no two are tied
               CASE WHEN tie_break = 'strict'
                      THEN a + 100.5 * pg_temp.roll('score' || m || '/' || a || '/' || p, 5)
                    ELSE pg_temp.roll('score' || m || '/' || a || '/' || p, 5) / 4.0 END AS score,
               nullif(pg_temp.roll('tie' || m || '/' || a || '/' || p, 3), 0) AS tie
          FROM market, generate_series(1, 24) AS a, generate_series(1, 6) AS p) AS x
 WHERE place <= 1 + pg_temp.roll('length' || m || '/' || a, 4);
CREATE TEMPORARY TABLE placement AS
SELECT m, a.*
  FROM market,
       LATERAL equity.allocate(
         format('SELECT applicant_id, pool_id, choice, score, tie FROM pg_temp.application WHERE m = %s', m),
         format('SELECT pool_id, seats FROM pg_temp.pool WHERE m = %s', m), tie_break => tie_break,
         seed => seed) AS a;

-- Changed placements: each kind of change in each market, at a place that the hash picks
CREATE TEMPORARY TABLE changed (change text, m integer, applicant_id bigint, pool_id bigint, choice integer,
                                seat text, tier integer, score numeric);
CREATE FUNCTION pg_temp.first_of(change text, m integer, key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT md5(change || m || key)
$$;
-- What verify must tell of a change
CREATE TEMPORARY TABLE due (change text, m integer, violation text, applicant_id bigint, pool_id bigint);

-- nothing
INSERT INTO changed SELECT 'nothing', p.* FROM placement AS p;

-- one placement is dropped: a seat is wasted on its applicant
INSERT INTO due
SELECT DISTINCT ON (m) 'drop one', m, 'wasted_seat', applicant_id, pool_id
  FROM placement
 ORDER BY m, pg_temp.first_of('drop one', m, applicant_id::text);
INSERT INTO changed
SELECT 'drop one', p.*
  FROM placement AS p
 WHERE NOT EXISTS (SELECT FROM due AS d
                    WHERE d.change = 'drop one'
                      AND (d.m, d.applicant_id) = (p.m, p.applicant_id));

-- one is moved to a worse choice: a seat is wasted on the one
CREATE TEMPORARY TABLE moved AS
SELECT DISTINCT ON (p.m) p.m, p.applicant_id, p.pool_id AS from_pool, a.*
  FROM placement AS p,
       LATERAL (SELECT a.pool_id, a.choice, a.score
                  FROM application AS a
                 WHERE (a.m, a.applicant_id) = (p.m, p.applicant_id)
                   AND a.choice > p.choice) AS a
 ORDER BY p.m, pg_temp.first_of('move one down', p.m, p.applicant_id || '/' || a.pool_id);
INSERT INTO due
SELECT 'move one down', m, 'wasted_seat', applicant_id, from_pool
  FROM moved;
INSERT INTO changed
SELECT 'move one down', p.m, p.applicant_id, coalesce(x.pool_id, p.pool_id), coalesce(x.choice, p.choice),
       p.seat, p.tier, coalesce(x.score, p.score)
  FROM placement AS p
  LEFT JOIN moved AS x USING (m, applicant_id)
 WHERE p.m IN (SELECT m FROM moved);

-- one is moved to a pool without an application
CREATE TEMPORARY TABLE strayed AS
SELECT DISTINCT ON (p.m) p.m, p.applicant_id, q.pool_id
  FROM placement AS p
  JOIN pool AS q USING (m)
 WHERE NOT EXISTS (SELECT FROM application AS a
                    WHERE (a.m, a.applicant_id, a.pool_id) = (p.m, p.applicant_id, q.pool_id))
 ORDER BY p.m, pg_temp.first_of('move one astray', p.m, p.applicant_id || '/' || q.pool_id);
INSERT INTO due
SELECT 'move one astray', m, 'unknown_application', applicant_id, pool_id
  FROM strayed;
INSERT INTO changed
SELECT 'move one astray', p.m, p.applicant_id, coalesce(x.pool_id, p.pool_id), p.choice, p.seat, p.tier,
       p.score
  FROM placement AS p
  LEFT JOIN strayed AS x USING (m, applicant_id);

-- one who has nothing is let in where all seats are taken
CREATE TEMPORARY TABLE added AS
SELECT DISTINCT ON (a.m) a.*
  FROM application AS a
 WHERE NOT EXISTS (SELECT FROM placement AS p WHERE (p.m, p.applicant_id) = (a.m, a.applicant_id))
 ORDER BY a.m, pg_temp.first_of('add one', a.m, a.applicant_id || '/' || a.pool_id);
INSERT INTO due SELECT 'add one', m, 'over_capacity', NULL, pool_id FROM added;
INSERT INTO changed
SELECT 'add one', p.*
  FROM placement AS p
 WHERE m IN (SELECT m FROM added)
UNION ALL
SELECT 'add one', m, applicant_id, pool_id, choice, 'open', 0, score
  FROM added;

-- one gives way to another who was refused: justified envy
CREATE TEMPORARY TABLE replaced AS
SELECT DISTINCT ON (a.m) a.m, a.applicant_id AS comer, a.pool_id, a.choice, a.score, p.applicant_id AS goer
  FROM application AS a
  JOIN placement AS p USING (m, pool_id)
 WHERE NOT EXISTS (SELECT FROM placement AS h WHERE (h.m, h.applicant_id) = (a.m, a.applicant_id))
 ORDER BY a.m, pg_temp.first_of('replace one', a.m, a.applicant_id || '/' || p.applicant_id);
INSERT INTO due SELECT 'replace one', m, 'justified_envy', goer, pool_id FROM replaced;
INSERT INTO changed
SELECT 'replace one', p.m, coalesce(x.comer, p.applicant_id), p.pool_id, coalesce(x.choice, p.choice), p.seat,
       p.tier, coalesce(x.score, p.score)
  FROM placement AS p
  LEFT JOIN replaced AS x
    ON x.m = p.m
   AND x.goer = p.applicant_id
 WHERE p.m IN (SELECT m FROM replaced);

-- two are swapped
CREATE TEMPORARY TABLE swapped AS
SELECT DISTINCT ON (p.m)
       p.m, p.applicant_id AS a, q.applicant_id AS b, p.pool_id AS pool_a, q.pool_id AS pool_b
  FROM placement AS p
  JOIN placement AS q
    ON q.m = p.m
   AND q.pool_id > p.pool_id
 ORDER BY p.m, pg_temp.first_of('swap two', p.m, p.applicant_id || '/' || q.applicant_id);
INSERT INTO changed
SELECT 'swap two', p.m, p.applicant_id,
       CASE p.applicant_id WHEN a THEN pool_b WHEN b THEN pool_a ELSE p.pool_id END, coalesce(w.choice, 0),
       p.seat, p.tier, coalesce(w.score, 0)
  FROM placement AS p
  JOIN swapped AS x USING (m)
  LEFT JOIN application AS w
    ON (w.m, w.applicant_id, w.pool_id)
         = (p.m, p.applicant_id,
            CASE p.applicant_id WHEN a THEN pool_b WHEN b THEN pool_a ELSE p.pool_id END);

-- one placement twice, and one applicant in two pools
INSERT INTO due
SELECT DISTINCT ON (m) 'place twice', m, 'double_placement', applicant_id, pool_id
  FROM placement
 ORDER BY m, pg_temp.first_of('place twice', m, applicant_id::text);
INSERT INTO changed
SELECT 'place twice', p.*
  FROM placement AS p
UNION ALL
SELECT 'place twice', p.*
  FROM placement AS p
  JOIN due AS d USING (m, applicant_id)
 WHERE d.change = 'place twice';
INSERT INTO due
SELECT 'place in two', m, 'double_placement', applicant_id, greatest(from_pool, pool_id)
  FROM moved;
INSERT INTO changed
SELECT 'place in two', p.*
  FROM placement AS p
 WHERE m IN (SELECT m FROM moved)
UNION ALL
SELECT 'place in two', m, applicant_id, pool_id, choice, 'open', 0, score
  FROM moved;

-- one column of one placement is changed
INSERT INTO changed
SELECT change, m, applicant_id, pool_id, choice + (hit AND change = 'another choice')::integer,
       CASE WHEN hit AND change = 'another seat' THEN 'poor' ELSE seat END,
       tier + (hit AND change = 'another tier')::integer,
       score + CASE WHEN hit AND change = 'another score' THEN 1e-20 ELSE 0 END
  FROM (SELECT c.change, p.*,
               pg_temp.first_of(c.change, p.m, applicant_id::text)
                 = min(pg_temp.first_of(c.change, p.m, applicant_id::text)) OVER (
                   PARTITION BY p.m, c.change) AS hit
          FROM placement AS p,
               unnest('{another choice,another seat,another tier,another score}'::text[]) AS c (change)) AS x;
INSERT INTO due
SELECT c.change, c.m, 'wrong_tier', c.applicant_id, c.pool_id
  FROM changed AS c
  JOIN placement AS p USING (m, applicant_id)
 WHERE c.change ~ '^another'
   AND (c.choice, c.seat, c.tier, c.score) IS DISTINCT FROM (p.choice, p.seat, p.tier, p.score);

-- anything: each applicant holds 0 to 2 pools of the market and one beyond, asked for or not
INSERT INTO changed
SELECT 'anything ' || t, m, a, p, coalesce(w.choice, 0), 'open', 0, coalesce(w.score, 0)
  FROM market AS k
 CROSS JOIN generate_series(1, 4) AS t
 CROSS JOIN generate_series(0, 26) AS a
 CROSS JOIN generate_series(1, 2) AS n
 CROSS JOIN LATERAL (SELECT 1 + pg_temp.roll(t || '/' || m || '/' || a || '/' || n, 7) AS p) AS x
  LEFT JOIN LATERAL (SELECT choice, score
                       FROM application AS w
                      WHERE (w.m, w.applicant_id, w.pool_id) = (k.m, a, p)) AS w
    ON true
 WHERE pg_temp.roll('n' || t || '/' || m || '/' || a || '/' || n, 2 + 3 * n) < 2
   AND (w.choice IS NOT NULL OR pg_temp.roll('u' || t || '/' || m || '/' || a || '/' || n, 6) = 0);
-- nobody holds anything
CREATE TEMPORARY TABLE trial AS SELECT DISTINCT change, m FROM changed UNION SELECT 'nobody', m FROM market;

--
-- What verify says, and what the oracle says
--

CREATE TEMPORARY TABLE told AS
SELECT t.change, t.m, v.violation, v.applicant_id, v.pool_id, v.other_applicant_id
  FROM trial AS t
  JOIN market USING (m),
       LATERAL equity.verify(
         format('SELECT applicant_id, pool_id, choice, score, tie FROM pg_temp.application WHERE m = %s', m),
         format('SELECT pool_id, seats FROM pg_temp.pool WHERE m = %s', m), NULL, NULL,
         format('SELECT applicant_id, pool_id, choice, seat, tier, score
                   FROM pg_temp.changed
                  WHERE m = %s
                    AND change = %L',
                m, change),
         tie_break, seed) AS v;

-- A placement that grants an application counts; it holds that application's rank in its pool
CREATE TEMPORARY TABLE held AS
SELECT c.change, m, applicant_id, pool_id, a.choice, a.rank, c.choice AS said_choice, c.seat, c.tier,
       c.score AS said_score, a.score
  FROM changed AS c
  JOIN application AS a USING (m, applicant_id, pool_id);
CREATE TEMPORARY TABLE expected AS
WITH holders AS (
  SELECT change, m, pool_id, count(*) AS n, max(rank) AS worst FROM held GROUP BY 1, 2, 3
), best AS (
  SELECT change, m, applicant_id, min(choice) AS choice FROM held GROUP BY 1, 2, 3
), complaint AS (
  SELECT t.change, m, a.applicant_id, a.pool_id, coalesce(h.n, 0) AS n, p.seats, h.worst, a.rank
    FROM trial AS t
    JOIN application AS a USING (m)
    JOIN pool AS p USING (m, pool_id)
    LEFT JOIN best AS b USING (change, m, applicant_id)
    LEFT JOIN holders AS h USING (change, m, pool_id)
   WHERE b.choice IS NULL
      OR a.choice < b.choice
)
SELECT change, m, 'unknown_application' AS violation, applicant_id, pool_id,
       NULL::bigint AS other_applicant_id
  FROM changed AS c
 WHERE NOT EXISTS (SELECT FROM application AS a
                    WHERE (a.m, a.applicant_id, a.pool_id) = (c.m, c.applicant_id, c.pool_id))
UNION ALL
SELECT change, m, 'wrong_tier', applicant_id, pool_id, NULL
  FROM held
 WHERE (said_choice, seat, tier, said_score) IS DISTINCT FROM (choice, 'open', 0, score)
UNION ALL
SELECT change, m, 'over_capacity', NULL, pool_id, NULL
  FROM holders
  JOIN pool USING (m, pool_id)
 WHERE n > seats
UNION ALL
SELECT change, m, 'wasted_seat', applicant_id, pool_id, NULL
  FROM complaint
 WHERE n < seats
UNION ALL
SELECT change, m, 'justified_envy', applicant_id, pool_id,
       (SELECT h.applicant_id
          FROM held AS h
         WHERE (h.change, h.m, h.pool_id, h.rank) = (c.change, c.m, c.pool_id, c.worst)
         LIMIT 1)
  FROM complaint AS c
 WHERE n >= seats
   AND rank < worst;
-- each placement of an applicant beyond the first is told; which one is the first is nobody's matter
CREATE TEMPORARY TABLE expected_double AS
SELECT change, m, applicant_id, count(*) - 1 AS times
  FROM changed
 GROUP BY 1, 2, 3
HAVING count(*) > 1;

SELECT ok((SELECT count(*) > 750 FROM trial), 'hundreds of trials');
SELECT is_empty($$SELECT * FROM told WHERE change = 'nothing'$$, 'nothing is told of right results');
SELECT is_empty(
  $$TABLE expected EXCEPT ALL SELECT * FROM told WHERE violation <> 'double_placement' LIMIT 10$$,
  'verify tells what the oracle tells');
SELECT is_empty(
  $$SELECT *
      FROM told
     WHERE violation <> 'double_placement'
    EXCEPT ALL
    TABLE expected
     LIMIT 10$$,
  'and nothing else');
SELECT is_empty(
  $$WITH told_double AS (
      SELECT change, m, applicant_id, count(*)
        FROM told
       WHERE violation = 'double_placement'
       GROUP BY 1, 2, 3
    )
    (TABLE expected_double EXCEPT TABLE told_double)
    UNION ALL
    (TABLE told_double EXCEPT TABLE expected_double)$$,
  'double placements too');
SELECT is(
  ARRAY(SELECT DISTINCT violation COLLATE "C" FROM told ORDER BY 1),
  '{double_placement,justified_envy,over_capacity,unknown_application,wasted_seat,wrong_tier}'::text[],
  'every violation came up');
-- each change is told by the name that it has, in every market
SELECT is_empty(
  format($$SELECT *
             FROM due AS d
            WHERE d.change = %L
              AND NOT EXISTS (SELECT FROM told AS t
                               WHERE (t.change, t.m, t.violation, t.pool_id) = (d.change, d.m, d.violation,
                                                                                d.pool_id)
                                 AND t.applicant_id IS NOT DISTINCT FROM d.applicant_id)$$,
         change),
  change || ' is found')
  FROM (SELECT DISTINCT change COLLATE "C" AS change FROM due) AS c
 ORDER BY change;
SELECT ok(
  n >= 30,
  format('%s: in %s markets', change, n))
  FROM (SELECT change COLLATE "C" AS change, count(*) AS n
          FROM trial
         WHERE change !~ 'anything'
         GROUP BY 1) AS c
 WHERE change IN ('add one', 'replace one', 'move one down', 'swap two')
 ORDER BY change;
SELECT ok(
  (SELECT count(DISTINCT m) FROM told WHERE change = 'swap two') >= 43,
  'two swapped are found, but where the swap is stable too');
SELECT is_empty(
  $$SELECT m
      FROM trial
     WHERE change = 'swap two'
       AND m NOT IN (SELECT m FROM told WHERE change = 'swap two')
       AND EXISTS (SELECT FROM expected AS e WHERE e.change = 'swap two' AND e.m = trial.m)$$,
  'which is for the oracle to say');
-- one column more or fewer, rows in any order: the same
SELECT is_empty(
  $$SELECT t.change, t.m, v.violation, v.applicant_id, v.pool_id, v.other_applicant_id
      FROM trial AS t
      JOIN market USING (m),
           LATERAL equity.verify(
             format('SELECT applicant_id, pool_id, choice, score, tie
                       FROM pg_temp.application
                      WHERE m = %s
                      ORDER BY md5(application::text)',
                    m),
             format('SELECT pool_id, seats FROM pg_temp.pool WHERE m = %s ORDER BY seats', m), NULL, NULL,
             format('SELECT applicant_id, pool_id, seat
                       FROM pg_temp.changed
                      WHERE m = %s
                        AND change = %L
                      ORDER BY md5(changed::text)',
                    m, change),
             tie_break, seed) AS v
     WHERE change ~ 'anything'
    EXCEPT
    TABLE told$$,
  'rows in another order, without the columns that may be left out');

SELECT * FROM finish();
ROLLBACK;
