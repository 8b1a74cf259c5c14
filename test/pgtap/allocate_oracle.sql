-- Random small markets against brute force: all matchings are listed, the stable ones kept, and the one
-- that is best for every applicant must be the allocation. Lottery numbers come from an HMAC of SQL.
-- Nothing is random but by hash, so that every run is the same.
\ir fixture/random.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(20);

--
-- Markets
--

-- 3 to 7 applicants, 2 to 4 pools; a fourth of the markets are balanced, with a seat for each and whole lists:
-- those have several stable matchings. The product of (list length + 1) is what brute force goes through.
CREATE TEMPORARY TABLE market AS
SELECT m, m % 4 = 1 AS balanced,
       CASE WHEN m % 4 = 1 THEN 3 + m / 4 % 2
            WHEN m % 10 = 0 THEN 6 + pg_temp.roll('n' || m, 2)
            ELSE 3 + pg_temp.roll('n' || m, 3) END AS applicants,
       CASE WHEN m % 4 = 1 THEN 3 + m / 4 % 2 ELSE 2 + pg_temp.roll('p' || m, 3) END AS pools,
       (ARRAY['lottery', 'lottery_per_pool', 'strict'])[1 + m % 3] AS tie_break, 'seed ' || m AS seed,
       (ARRAY['integer', 'numeric', 'double precision'])[1 + pg_temp.roll('t' || m, 3)] AS score_type
  FROM generate_series(1, 600) AS m;
-- ids of both signs, in no order of creation; 0 to 3 seats
CREATE TEMPORARY TABLE pool AS
SELECT m, pg_temp.roll('pid' || m, 7) + p * 13 - 30 AS pool_id,
       CASE WHEN balanced THEN 1
            ELSE ('{0,1,1,1,2,3}'::integer[])[1 + pg_temp.roll('s' || m || '/' || p, 6)] END AS seats
  FROM market, generate_series(1, pools) AS p;
-- Choice numbers have gaps; some pools nobody wants; in every other market few different scores, so that there are ties
CREATE TEMPORARY TABLE application AS
SELECT m, applicant_id, pool_id, choice, score, tie
  FROM (SELECT m, a * 37 - 100 AS applicant_id, pool_id,
               row_number() OVER (PARTITION BY m, a
                                  ORDER BY md5('order' || m || '/' || a || '/' || pool_id)) AS place,
               CASE WHEN m % 7 = 0 THEN 100 ELSE 0 END + 1
               + 3 * row_number() OVER (PARTITION BY m, a
                                        ORDER BY md5('order' || m || '/' || a || '/' || pool_id))
               - pg_temp.roll('gap' || m || a, 2) AS choice,
               CASE WHEN balanced THEN 4
                    WHEN applicants > 5 THEN 2
                    ELSE 1 + pg_temp.roll('len' || m || '/' || a, 3) END AS length,
               CASE score_type
                 WHEN 'integer' THEN pg_temp.roll('score' || m || '/' || a || '/' || pool_id,
                                                  CASE WHEN m % 2 = 0 THEN 2 ELSE 1000 END) - 1
                 ELSE (pg_temp.roll('score' || m || '/' || a || '/' || pool_id,
                                    CASE WHEN m % 2 = 0 THEN 2 ELSE 1000 END) - 2) / 4.0 END AS score,
               CASE WHEN m % 4 = 0 THEN nullif(pg_temp.roll('tie' || m || '/' || a || '/' || pool_id, 4),
                                               0) / 8.0 END AS tie
          FROM market
          JOIN pool USING (m)
         CROSS JOIN generate_series(1, applicants) AS a
         WHERE balanced
            OR pg_temp.roll('unwanted' || m || '/' || pool_id, 8) > 0) AS a
 WHERE place <= length;
CREATE INDEX ON application (m);
CREATE INDEX ON pool (m);
ANALYZE market, pool, application;

-- The queries of a market; with the tie column or without
CREATE FUNCTION pg_temp.applications(m integer, score_type text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format('SELECT applicant_id, pool_id, choice::integer, score::%s%s
                   FROM pg_temp.application
                  WHERE m = %s',
                score_type, CASE WHEN m % 4 = 0 THEN ', tie' ELSE '' END, m)
$$;
CREATE FUNCTION pg_temp.pools(m integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format('SELECT pool_id, seats FROM pg_temp.pool WHERE m = %s', m)
$$;

--
-- Brute force
--

-- One order for each pool: score descending, tie ascending with NULL last, lottery, id
CREATE TEMPORARY TABLE ranked AS
SELECT a.*, row_number() OVER (PARTITION BY m, applicant_id ORDER BY choice) AS place,
       row_number() OVER (PARTITION BY m, pool_id
                          ORDER BY score DESC, tie NULLS LAST,
                                   CASE tie_break
                                     WHEN 'lottery' THEN pg_temp.draw(seed, applicant_id::text)
                                     WHEN 'lottery_per_pool'
                                       THEN pg_temp.draw(seed, applicant_id || '/' || pool_id) END,
                                   applicant_id) AS rank
  FROM application AS a
  JOIN market USING (m);
CREATE TEMPORARY TABLE applicant AS
SELECT m, applicant_id, row_number() OVER (PARTITION BY m ORDER BY applicant_id)::integer AS number
  FROM (SELECT DISTINCT m, applicant_id FROM application) AS a;
CREATE INDEX ON ranked (m, applicant_id);
CREATE INDEX ON applicant (m, number);
ANALYZE ranked, applicant;
-- Every matching: for each applicant the place on the own list, 0 for nothing
CREATE TEMPORARY TABLE matching AS
WITH RECURSIVE option AS MATERIALIZED (
  SELECT m, number, 0 AS place
    FROM applicant
  UNION ALL
  SELECT m, number, place::integer
    FROM ranked
    JOIN applicant USING (m, applicant_id)
), extended AS (
  SELECT m, 0 AS number, '{}'::integer[] AS places
    FROM market
  UNION ALL
  SELECT e.m, o.number, e.places || o.place
    FROM extended AS e
    JOIN option AS o
      ON o.m = e.m
     AND o.number = e.number + 1
), last AS (
  SELECT m, max(number) AS number FROM applicant GROUP BY m
)
SELECT row_number() OVER (ORDER BY m, places)::integer AS matching_id, m, places
  FROM extended
  JOIN last USING (m, number);
CREATE TEMPORARY TABLE held AS
SELECT x.matching_id, x.m, a.applicant_id, r.place, r.pool_id, r.rank
  FROM matching AS x
  JOIN applicant AS a USING (m)
  JOIN ranked AS r
    ON r.m = x.m
   AND r.applicant_id = a.applicant_id
   AND r.place = x.places[a.number];
CREATE TEMPORARY TABLE filled AS
SELECT matching_id, m, pool_id, count(*) AS holders, max(rank) AS worst
  FROM held
 GROUP BY matching_id, m, pool_id;
-- Stable: no pool above its seats, and nobody is refused a better place by a pool with a free seat or
-- one that holds somebody below
CREATE TEMPORARY TABLE possible AS
SELECT x.*
  FROM matching AS x
 WHERE NOT EXISTS (SELECT FROM filled AS f
                     JOIN pool AS p USING (m, pool_id)
                    WHERE f.matching_id = x.matching_id
                      AND f.holders > p.seats);
ANALYZE filled, possible;
CREATE TEMPORARY TABLE complaint AS
SELECT DISTINCT x.matching_id
  FROM possible AS x
  JOIN applicant AS a USING (m)
  JOIN ranked AS r USING (m, applicant_id)
  JOIN pool AS p USING (m, pool_id)
  LEFT JOIN filled AS f
    ON f.matching_id = x.matching_id
   AND f.pool_id = r.pool_id
 WHERE (x.places[a.number] = 0 OR r.place < x.places[a.number])
   AND (coalesce(f.holders, 0) < p.seats OR r.rank < f.worst);
CREATE TEMPORARY TABLE stable AS
SELECT *
  FROM possible AS x
 WHERE NOT EXISTS (SELECT FROM complaint AS c WHERE c.matching_id = x.matching_id);
-- The best place that each applicant has in any of them
CREATE TEMPORARY TABLE best AS
SELECT m, number, min(nullif(s.places[number], 0)) AS place
  FROM stable AS s
  JOIN applicant USING (m)
 GROUP BY m, number;
CREATE TEMPORARY TABLE expected AS
SELECT m, applicant_id, r.pool_id, r.choice, r.score, r.rank
  FROM best
  JOIN applicant USING (m, number)
  JOIN ranked AS r USING (m, applicant_id, place);

SELECT is(
  (SELECT count(DISTINCT m) FROM stable),
  (SELECT count(DISTINCT m) FROM application),
  'every market has a stable matching');
SELECT ok((SELECT count(DISTINCT m) > 550 FROM stable), 'and they are many');
SELECT ok(
  (SELECT count(*) FROM (SELECT m FROM stable GROUP BY m HAVING count(*) > 1) AS s) > 40,
  'some have several');
SELECT is_empty(
  $$SELECT m
      FROM market
     WHERE NOT EXISTS (SELECT FROM stable AS s
                        WHERE s.m = market.m
                          AND s.places = (SELECT array_agg(coalesce(place::integer, 0) ORDER BY number)
                                            FROM best AS b
                                           WHERE b.m = market.m))
       AND EXISTS (SELECT FROM applicant AS a WHERE a.m = market.m)$$,
  'the best places of all are together stable');

--
-- The allocation
--

-- With strict, a tie at a cut-off is an error: someone refused equals, in score and tie, someone held
CREATE TEMPORARY TABLE tied AS
SELECT DISTINCT m
  FROM market
  JOIN ranked AS r USING (m)
 WHERE tie_break = 'strict'
   AND NOT EXISTS (SELECT FROM expected AS e
                    WHERE e.m = r.m
                      AND e.applicant_id = r.applicant_id
                      AND e.choice <= r.choice)
   AND EXISTS (SELECT FROM expected AS e
                 JOIN ranked AS h USING (m, applicant_id, pool_id)
                WHERE e.m = r.m
                  AND e.pool_id = r.pool_id
                  AND h.score = r.score
                  AND h.tie IS NOT DISTINCT FROM r.tie);
CREATE TEMPORARY TABLE allocated AS
SELECT m, a.*
  FROM market,
       LATERAL equity.allocate(pg_temp.applications(m, score_type), pg_temp.pools(m), tie_break => tie_break,
                               seed => seed) AS a
 WHERE m NOT IN (SELECT m FROM tied);
SELECT is_empty(
  $$SELECT m, applicant_id, pool_id, choice, score
      FROM allocated
    EXCEPT
    SELECT m, applicant_id, pool_id, choice, score
      FROM expected$$,
  'nobody has what the best stable matching does not give');
SELECT is_empty(
  $$SELECT m, applicant_id, pool_id, choice, score
      FROM expected
     WHERE m NOT IN (SELECT m FROM tied)
    EXCEPT
    SELECT m, applicant_id, pool_id, choice, score
      FROM allocated$$,
  'everybody has what it gives');
SELECT is_empty(
  $$SELECT * FROM allocated WHERE seat <> 'open' OR tier <> 0$$,
  'all seats are open ones of tier 0');
SELECT ok(
  (SELECT count(*) > 20 FROM tied)
  AND (SELECT count(*) > 20
         FROM market
        WHERE tie_break = 'strict'
          AND m NOT IN (SELECT m FROM tied)),
  'strict markets with and without a tie');
SELECT is_empty(
  $$SELECT m
      FROM market
     WHERE m IN (SELECT m FROM tied)
       AND pg_temp.state_of(format('SELECT * FROM equity.allocate(%L, %L, tie_break => ''strict'')',
                                   pg_temp.applications(m, score_type), pg_temp.pools(m))) <> '22023'$$,
  'strict refuses each market with a tie at a cut-off');
-- lottery numbers decide often
SELECT ok(
  (SELECT count(DISTINCT m) > 30
     FROM ((SELECT m, a.applicant_id, a.pool_id
              FROM market,
                   LATERAL equity.allocate(pg_temp.applications(m, score_type), pg_temp.pools(m),
                                           tie_break => tie_break, seed => 'other') AS a
             WHERE tie_break <> 'strict')
           EXCEPT
           SELECT m, applicant_id, pool_id
             FROM allocated) AS d),
  'another seed gives other results');
-- verify finds nothing
SELECT is_empty(
  $$SELECT m, v.*
      FROM market,
           LATERAL equity.verify(pg_temp.applications(m, score_type), pg_temp.pools(m), NULL, NULL,
                                 format('SELECT applicant_id, pool_id, choice, seat, tier, score
                                           FROM pg_temp.allocated
                                          WHERE m = %s',
                                        m),
                                 tie_break, seed) AS v
     WHERE m NOT IN (SELECT m FROM tied)$$,
  'verify finds nothing');

-- the order of rows and the type of scores have no say
SELECT is_empty(format($$(SELECT m, a.*
                            FROM market,
                                 LATERAL equity.allocate(
                                   pg_temp.applications(m, %1$L) || ' ORDER BY md5(application::text)',
                                   pg_temp.pools(m) || ' ORDER BY md5(pool::text)', tie_break => tie_break,
                                   seed => seed) AS a
                           WHERE m NOT IN (SELECT m FROM tied)
                             AND (score_type <> 'integer' OR %1$L <> 'integer'))
                         EXCEPT
                         TABLE allocated$$,
                       type),
                'shuffled rows, scores of type ' || type)
  FROM unnest('{numeric,double precision}'::text[]) AS type;

--
-- What deferred acceptance promises
--

-- nobody gains by any other list: tiny markets in which each has a score in each pool, every list of each applicant
CREATE TEMPORARY TABLE tiny AS SELECT m, 3 + m % 2 AS applicants FROM generate_series(1, 60) AS m;
CREATE TEMPORARY TABLE tiny_pool AS
SELECT m, p AS pool_id, pg_temp.roll('tiny seats' || m || '/' || p, 3) AS seats
  FROM tiny, generate_series(1, 3) AS p;
CREATE TEMPORARY TABLE tiny_application AS
SELECT m, a AS applicant_id, pool_id,
       row_number() OVER (PARTITION BY m, a
                          ORDER BY md5('tiny' || m || '/' || a || '/' || pool_id))::integer AS choice,
       pg_temp.roll('tiny score' || m || '/' || a || '/' || pool_id, 3) AS score
  FROM tiny
  JOIN tiny_pool USING (m)
 CROSS JOIN generate_series(1, applicants) AS a;
-- the true list is a part of it: its first 1 to 3 choices
CREATE TEMPORARY TABLE truth AS
SELECT *
  FROM tiny_application
 WHERE choice <= 1 + pg_temp.roll('tiny length' || m || '/' || applicant_id, 3);
CREATE TEMPORARY TABLE false_list AS
WITH RECURSIVE list AS (
  SELECT '{}'::bigint[] AS pools
  UNION ALL
  SELECT pools || p
    FROM list, generate_series(1, 3) AS p
   WHERE NOT p = ANY (pools)
)
SELECT pools
  FROM list;
CREATE TEMPORARY TABLE told AS
SELECT t.m, t.applicant_id AS liar, f.pools, a.applicant_id, a.pool_id
  FROM (SELECT DISTINCT m, applicant_id FROM truth) AS t
 CROSS JOIN false_list AS f
 CROSS JOIN LATERAL equity.allocate(
              format('SELECT applicant_id, pool_id, choice, score
                        FROM pg_temp.truth
                       WHERE m = %1$s
                         AND applicant_id <> %2$s
                      UNION ALL
                      SELECT a.applicant_id, a.pool_id, u.choice::integer, a.score
                        FROM pg_temp.tiny_application AS a
                        JOIN unnest(%3$L::bigint[]) WITH ORDINALITY AS u (pool_id, choice) USING (pool_id)
                       WHERE a.m = %1$s
                         AND a.applicant_id = %2$s',
                     t.m, t.applicant_id, f.pools),
              format('SELECT pool_id, seats FROM pg_temp.tiny_pool WHERE m = %s', t.m), seed => 'tiny') AS a;
CREATE TEMPORARY TABLE honest AS
SELECT m, a.*
  FROM tiny,
       LATERAL equity.allocate(
         format('SELECT applicant_id, pool_id, choice, score FROM pg_temp.truth WHERE m = %s', m),
         format('SELECT pool_id, seats FROM pg_temp.tiny_pool WHERE m = %s', m), seed => 'tiny') AS a;
SELECT ok((SELECT count(DISTINCT (m, liar, pools)) > 2000 FROM told), 'thousands of false lists');
SELECT is_empty(
  $$SELECT t.m, t.liar, t.pools
      FROM told AS t
      JOIN truth AS x
        ON x.m = t.m
       AND x.applicant_id = t.liar
       AND x.pool_id = t.pool_id
      LEFT JOIN honest AS h
        ON h.m = t.m
       AND h.applicant_id = t.liar
     WHERE t.applicant_id = t.liar
       AND (h.choice IS NULL OR x.choice < h.choice)$$,
  'no false list gains its teller anything');

-- one seat more, or one applicant fewer, hurts nobody
CREATE TEMPORARY TABLE helped AS
SELECT p.m, p.pool_id AS added, NULL::bigint AS gone, a.applicant_id, a.choice
  FROM pool AS p
  JOIN market USING (m),
       LATERAL equity.allocate(
         pg_temp.applications(p.m, score_type),
         format('SELECT pool_id, seats + (pool_id = %s)::integer AS seats FROM pg_temp.pool WHERE m = %s',
                p.pool_id, p.m),
         tie_break => tie_break, seed => seed) AS a
 WHERE p.m <= 150
   AND tie_break <> 'strict'
UNION ALL
SELECT g.m, NULL, g.applicant_id, a.applicant_id, a.choice
  FROM applicant AS g
  JOIN market USING (m),
       LATERAL equity.allocate(pg_temp.applications(g.m, score_type)
                               || format(' AND applicant_id <> %s', g.applicant_id),
                               pg_temp.pools(g.m), tie_break => tie_break, seed => seed) AS a
 WHERE g.m <= 150
   AND tie_break <> 'strict';
SELECT is_empty(
  $$SELECT c.m, c.added, c.gone, x.applicant_id
      FROM (SELECT DISTINCT m, added, gone FROM helped) AS c
      JOIN allocated AS x USING (m)
     WHERE x.applicant_id IS DISTINCT FROM c.gone
       AND NOT EXISTS (SELECT FROM helped AS h
                        WHERE (h.m, h.applicant_id) = (x.m, x.applicant_id)
                          AND h.added IS NOT DISTINCT FROM c.added
                          AND h.gone IS NOT DISTINCT FROM c.gone
                          AND h.choice <= x.choice)$$,
  'one seat more, or one applicant fewer, hurts nobody');

--
-- A larger market, against proposals in rounds
--

CREATE TEMPORARY TABLE big_pool AS
SELECT p AS pool_id, CASE WHEN p % 10 = 0 THEN 0 ELSE 5 + pg_temp.roll('big seats' || p, 60) END AS seats
  FROM generate_series(1, 50) AS p;
CREATE TEMPORARY TABLE big_application AS
SELECT a AS applicant_id, pool_id, place AS choice, score,
       rank() OVER (PARTITION BY pool_id
                    ORDER BY score DESC, pg_temp.draw('big', a::text), a)::integer AS rank
  FROM (SELECT a, pool_id,
               row_number() OVER (PARTITION BY a
                                  ORDER BY md5(a || '/' || pool_id) || pool_id)::integer AS place,
               pg_temp.roll('big score' || a, 40) / 4.0 AS score
          FROM generate_series(1, 3000) AS a,
               LATERAL (SELECT DISTINCT 1 + pg_temp.roll('big pool' || a || '/' || i, 50) AS pool_id
                          FROM generate_series(1, 5) AS i) AS p) AS a;
CREATE FUNCTION pg_temp.in_rounds() RETURNS TABLE (applicant_id integer, pool_id integer)
  LANGUAGE plpgsql
AS $$
BEGIN
  -- standing: proposals not refused yet; each applicant's first is on the table
  CREATE TEMPORARY TABLE standing AS TABLE big_application;
  LOOP
    DELETE FROM standing AS s
     USING (SELECT t.applicant_id, t.pool_id
              FROM (SELECT f.applicant_id, f.pool_id,
                           row_number() OVER (PARTITION BY f.pool_id ORDER BY f.rank) AS place
                      FROM (SELECT DISTINCT ON (x.applicant_id) x.applicant_id, x.pool_id, x.rank
                              FROM standing AS x
                             ORDER BY x.applicant_id, x.choice) AS f) AS t
              JOIN big_pool AS p USING (pool_id)
             WHERE t.place > p.seats) AS refused
     WHERE s.applicant_id = refused.applicant_id
       AND s.pool_id = refused.pool_id;
    EXIT WHEN NOT FOUND;
  END LOOP;
  RETURN QUERY
  SELECT DISTINCT ON (s.applicant_id) s.applicant_id, s.pool_id
    FROM standing AS s
   ORDER BY s.applicant_id, s.choice;
END $$;
CREATE TEMPORARY TABLE big_expected AS SELECT * FROM pg_temp.in_rounds();
SELECT set_eq(
  $$SELECT applicant_id, pool_id
      FROM equity.allocate('SELECT applicant_id, pool_id, choice, score FROM pg_temp.big_application',
                           'TABLE pg_temp.big_pool', seed => 'big')$$,
  'SELECT applicant_id::bigint, pool_id::bigint FROM big_expected',
  'a market of 3,000 as in rounds of proposals');
SELECT ok(
  (SELECT count(*) > 1000 FROM big_expected) AND (SELECT count(*) < 2500 FROM big_expected),
  'with many admitted and many not');
SELECT results_eq(
  $$SELECT applicant_id
      FROM equity.allocate('SELECT applicant_id, pool_id, choice, score
                              FROM pg_temp.big_application
                             ORDER BY md5(applicant_id::text)',
                           'TABLE pg_temp.big_pool', seed => 'big')$$,
  'SELECT applicant_id::bigint FROM big_expected ORDER BY 1',
  'rows come by applicant, however they went in');
SELECT is(
  (SELECT count(*)
     FROM equity.verify('SELECT applicant_id, pool_id, choice, score FROM pg_temp.big_application',
                        'TABLE pg_temp.big_pool', NULL, NULL,
                        $$SELECT *, 'open' AS seat FROM pg_temp.big_expected$$, seed => 'big')),
  0::bigint,
  'and verify agrees');

SELECT * FROM finish();
ROLLBACK;
