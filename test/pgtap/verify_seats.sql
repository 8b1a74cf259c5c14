-- With reserves, caps, floors and seats from before: verify finds nothing in what allocate makes, finds each
-- change by its name, and refuses what allocate refuses.
\ir fixture/random.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(19);

-- Markets of 20 applicants and 6 pools under a tree of caps (but where equals are not parted); every
-- second applicant applied before, and who was placed then holds that seat
CREATE TEMPORARY TABLE market AS
SELECT m,
       (ARRAY['lottery', 'lottery_per_pool', 'lottery', 'admit_all', 'admit_none'])[1 + m % 5] AS tie_break,
       m % 5 < 3 AS capped, m % 3 = 0 AS floored, 'seed ' || m AS seed
  FROM generate_series(1, 150) AS m;
CREATE TEMPORARY TABLE cap AS
SELECT m, c AS cap_id,
       CASE c WHEN 1 THEN 9 WHEN 2 THEN 6 ELSE pg_temp.roll('cap' || m || '/' || c, 6) END AS seats,
       CASE WHEN c <> 1 THEN c / 2 END AS parent_id,
       CASE WHEN floored THEN pg_temp.roll('cap floor' || m || '/' || c, 4) END AS min_seats
  FROM market, generate_series(1, 5) AS c
 WHERE capped;
CREATE TEMPORARY TABLE pool AS
SELECT m, p AS pool_id, pg_temp.roll('seats' || m || '/' || p, 6) AS seats,
       CASE WHEN capped AND p < 6 THEN 3 + p % 3 END AS cap_id,
       CASE WHEN floored THEN nullif(pg_temp.roll('floor' || m || '/' || p, 4), 1) END AS min_seats
  FROM market, generate_series(1, 6) AS p;
CREATE TEMPORARY TABLE reserve AS
SELECT m, pool_id, name AS reserve, seats / 3 AS seats,
       pg_temp.pick('mode' || m || '/' || pool_id || name, 'after_open', 'before_open', NULL) AS mode,
       (ARRAY['{}', '{*}', '{far}', '{girl,*}', '{far,poor}', NULL])[
         1 + pg_temp.roll('cascade' || m || '/' || pool_id || name, 6)]::text[] AS cascade,
       nullif(pg_temp.roll('position' || m || '/' || pool_id || name, 3), 0) AS position
  FROM pool, unnest('{poor,girl,far}'::text[]) AS name
 WHERE pg_temp.roll('reserve' || m || '/' || pool_id || name, 3) > 0;
CREATE TEMPORARY TABLE application AS
SELECT m, a AS applicant_id, p AS pool_id, place::integer AS choice,
       pg_temp.roll('score' || m || '/' || a || '/' || p, 12) / 4.0 AS score,
       nullif(pg_temp.roll('tie' || m || '/' || a, 3), 0) AS tie,
       ARRAY(SELECT g
               FROM unnest('{poor,girl,far,else}'::text[]) AS g
              WHERE pg_temp.roll('group' || m || '/' || a || g, 3) = 0) AS groups,
       NULL::text AS holds
  FROM (SELECT m, a, p, row_number() OVER (PARTITION BY m, a ORDER BY md5(m || '/' || a || '/' || p)) AS place
          FROM market, generate_series(1, 20) AS a, generate_series(1, 6) AS p) AS x
 WHERE place <= 1 + pg_temp.roll('length' || m || '/' || a, 5);
CREATE FUNCTION pg_temp.rows_of(what text, m integer, wanted text DEFAULT 'true') RETURNS text
  LANGUAGE sql
AS $$
  SELECT format('SELECT %s FROM pg_temp.%I WHERE m = %s AND %s',
                CASE what
                  WHEN 'application' THEN 'applicant_id, pool_id, choice, score, tie, groups, holds'
                  WHEN 'pool' THEN 'pool_id, seats, min_seats, cap_id'
                  WHEN 'reserve' THEN 'pool_id, reserve, seats, mode, cascade, position'
                  WHEN 'cap' THEN 'cap_id, seats, parent_id, min_seats'
                  ELSE 'applicant_id, pool_id, choice, seat, tier, score'
                END, what, m, wanted)
$$;
CREATE TEMPORARY TABLE before AS
SELECT m, a.*
  FROM market,
       LATERAL equity.allocate(pg_temp.rows_of('application', m, 'applicant_id % 2 = 0'),
                               format('SELECT pool_id, seats, cap_id FROM pg_temp.pool WHERE m = %s', m),
                               pg_temp.rows_of('reserve', m),
                               format('SELECT cap_id, seats, parent_id FROM pg_temp.cap WHERE m = %s', m),
                               seed => 'before') AS a
 WHERE m % 4 = 0
   AND capped;
UPDATE application AS a
   SET holds = b.seat
  FROM before AS b
 WHERE (b.m, b.applicant_id, b.pool_id) = (a.m, a.applicant_id, a.pool_id);
CREATE TEMPORARY TABLE placement AS
SELECT m, a.*
  FROM market,
       LATERAL equity.allocate(pg_temp.rows_of('application', m), pg_temp.rows_of('pool', m),
                               pg_temp.rows_of('reserve', m), pg_temp.rows_of('cap', m),
                               tie_break => tie_break, seed => seed) AS a;
SELECT ok(
  (SELECT count(*) > 700 FROM placement)
  AND (SELECT count(*) > 150 FROM placement WHERE seat <> 'open')
  AND (SELECT count(*) > 50 FROM placement WHERE tier > 0)
  AND (SELECT count(*) > 40 FROM application WHERE holds IS NOT NULL),
  'many placements, on reserved seats too, in all tiers; seats from before');

CREATE TEMPORARY TABLE changed (change text, m integer, applicant_id bigint, pool_id bigint, choice integer,
                                seat text, tier integer, score numeric);
-- What verify must tell of a change, at least; NULL for anything
CREATE TEMPORARY TABLE due (change text, m integer, violations text[], applicant_id bigint, pool_id bigint,
                            detail text);
CREATE FUNCTION pg_temp.first_of(change text, m integer, key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT md5(change || m || key)
$$;
CREATE FUNCTION pg_temp.without(change text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO changed
  SELECT change, p.*
    FROM placement AS p
   WHERE m IN (SELECT d.m FROM due AS d WHERE d.change = $1)
     AND NOT EXISTS (SELECT FROM due AS d WHERE (d.change, d.m, d.applicant_id) = ($1, p.m, p.applicant_id))
$$;

INSERT INTO changed SELECT 'nothing', p.* FROM placement AS p;
INSERT INTO due
SELECT DISTINCT ON (m) 'drop one', m, '{wasted_seat,justified_envy}'::text[], applicant_id, pool_id
  FROM placement
 ORDER BY m, pg_temp.first_of('drop one', m, applicant_id::text);
SELECT pg_temp.without('drop one');
INSERT INTO due
SELECT DISTINCT ON (m) 'drop a holder', m, '{holder_worse}'::text[], applicant_id, pool_id
  FROM placement
  JOIN application AS a USING (m, applicant_id, pool_id)
 WHERE a.holds IS NOT NULL
 ORDER BY m, pg_temp.first_of('drop a holder', m, applicant_id::text);
SELECT pg_temp.without('drop a holder');
-- a floor is broken: all but one of a pool that nobody holds from before go
INSERT INTO due
SELECT DISTINCT ON (p.m) 'break a floor', p.m, '{below_minimum}'::text[], NULL::bigint, p.pool_id
  FROM pool AS p
  JOIN placement USING (m, pool_id)
 WHERE min_seats >= 2
   AND NOT EXISTS (SELECT FROM application AS a
                    WHERE (a.m, a.pool_id) = (p.m, p.pool_id)
                      AND a.holds IS NOT NULL)
 ORDER BY p.m, pg_temp.first_of('break a floor', p.m, p.pool_id::text);
INSERT INTO changed
SELECT 'break a floor', p.*
  FROM placement AS p
  JOIN due AS d
    ON d.change = 'break a floor'
   AND d.m = p.m
 WHERE p.pool_id <> d.pool_id
    OR p.applicant_id
         = (SELECT min(q.applicant_id) FROM placement AS q WHERE (q.m, q.pool_id) = (p.m, p.pool_id));
-- one who has nothing gets a reserved or open seat that somebody has: one more than there are
CREATE TEMPORARY TABLE added AS
SELECT DISTINCT ON (a.m) a.m, a.applicant_id, a.pool_id, a.choice, p.seat, p.tier, a.score
  FROM application AS a
  JOIN placement AS p USING (m, pool_id)
 WHERE NOT EXISTS (SELECT FROM placement AS q WHERE (q.m, q.applicant_id) = (a.m, a.applicant_id))
   AND (SELECT count(*)
          FROM placement AS q
         WHERE (q.m, q.pool_id, q.seat) = (a.m, a.pool_id, p.seat))
         = CASE p.seat
             WHEN 'open' THEN
               (SELECT seats FROM pool AS s WHERE (s.m, s.pool_id) = (a.m, a.pool_id))
               - coalesce((SELECT sum(r.seats) FROM reserve AS r WHERE (r.m, r.pool_id) = (a.m, a.pool_id)),
                          0)
             ELSE (SELECT seats
                     FROM reserve AS r
                    WHERE (r.m, r.pool_id, r.reserve) = (a.m, a.pool_id, p.seat)) END
   AND a.m % 5 <> 3
 ORDER BY a.m, pg_temp.first_of('add one', a.m, a.applicant_id || '/' || a.pool_id);
INSERT INTO due
SELECT 'add one', m, '{over_capacity}'::text[], NULL, pool_id, format('seat %s: %% hold %% seats', seat)
  FROM added;
INSERT INTO changed
SELECT 'add one', p.*
  FROM placement AS p
 WHERE m IN (SELECT m FROM added)
UNION ALL
SELECT 'add one', m, applicant_id, pool_id, choice, seat, tier, score
  FROM added;
-- one seat fewer than a cap or a pool has holders
CREATE TEMPORARY TABLE under AS
WITH RECURSIVE path AS (
  SELECT m, pool_id, cap_id
    FROM pool
   WHERE cap_id IS NOT NULL
  UNION ALL
  SELECT p.m, p.pool_id, c.parent_id
    FROM path AS p
    JOIN cap AS c USING (m, cap_id)
   WHERE c.parent_id IS NOT NULL
)
SELECT *
  FROM path;
INSERT INTO due
SELECT DISTINCT ON (m)
       'exceed a cap', m, '{over_cap}'::text[], NULL, NULL,
       format('cap %s: %s hold %s seats', cap_id, n, n - 1)
  FROM (SELECT m, u.cap_id, count(*) AS n
          FROM under AS u
          JOIN placement USING (m, pool_id)
         GROUP BY 1, 2) AS c
 WHERE m NOT IN (SELECT a.m FROM application AS a WHERE a.holds IS NOT NULL)
 ORDER BY m, pg_temp.first_of('exceed a cap', m, cap_id::text);
INSERT INTO changed
SELECT 'exceed a cap', p.*
  FROM placement AS p
 WHERE m IN (SELECT m FROM due WHERE change = 'exceed a cap');
-- one comes where nobody asked, or once more
INSERT INTO due
SELECT DISTINCT ON (p.m) 'move one astray', p.m, '{unknown_application}'::text[], p.applicant_id, q.pool_id
  FROM placement AS p
  JOIN pool AS q USING (m)
 WHERE NOT EXISTS (SELECT FROM application AS a
                    WHERE (a.m, a.applicant_id, a.pool_id) = (p.m, p.applicant_id, q.pool_id))
 ORDER BY p.m, pg_temp.first_of('move one astray', p.m, p.applicant_id || '/' || q.pool_id);
INSERT INTO changed
SELECT 'move one astray', p.m, p.applicant_id, coalesce(d.pool_id, p.pool_id), p.choice, p.seat, p.tier,
       p.score
  FROM placement AS p
  LEFT JOIN due AS d
    ON d.change = 'move one astray'
   AND (d.m, d.applicant_id) = (p.m, p.applicant_id)
 WHERE p.m IN (SELECT m FROM due WHERE change = 'move one astray');
INSERT INTO due
SELECT DISTINCT ON (m) 'place twice', m, '{double_placement}'::text[], applicant_id, pool_id
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
-- one gives the place to another who was refused there: envy, by the one or by others, or a seat or
-- tier that is not for the other
CREATE TEMPORARY TABLE replaced AS
SELECT DISTINCT ON (a.m) a.m, a.applicant_id AS comer, a.pool_id, a.choice, a.score, p.applicant_id AS goer
  FROM application AS a
  JOIN placement AS p USING (m, pool_id)
 WHERE NOT EXISTS (SELECT FROM placement AS q WHERE (q.m, q.applicant_id) = (a.m, a.applicant_id))
 ORDER BY a.m, pg_temp.first_of('replace one', a.m, a.applicant_id || '/' || p.applicant_id);
INSERT INTO due
SELECT 'replace one', m, '{justified_envy,wasted_seat}'::text[], goer, pool_id
  FROM replaced;
INSERT INTO changed
SELECT 'replace one', p.m, coalesce(x.comer, p.applicant_id), p.pool_id, coalesce(x.choice, p.choice), p.seat,
       p.tier, coalesce(x.score, p.score)
  FROM placement AS p
  LEFT JOIN replaced AS x
    ON x.m = p.m
   AND x.goer = p.applicant_id
 WHERE p.m IN (SELECT m FROM replaced);
-- one column of one placement is changed; the seat to one that the pool does not have, or has
INSERT INTO changed
SELECT change, m, applicant_id, pool_id, choice + (hit AND change = 'another choice')::integer,
       CASE WHEN hit AND change = 'no such seat' THEN 'rich'
            WHEN hit AND change = 'another seat' THEN other
            ELSE seat END,
       tier + (hit AND change = 'another tier')::integer,
       score + CASE WHEN hit AND change = 'another score' THEN 1e-20 ELSE 0 END
  FROM (SELECT c.change, p.*,
               pg_temp.first_of(c.change, p.m, applicant_id::text)
                 = min(pg_temp.first_of(c.change, p.m, applicant_id::text)) OVER (
                   PARTITION BY p.m, c.change) AS hit,
               CASE p.seat WHEN 'open' THEN
                             coalesce((SELECT min(r.reserve)
                                         FROM reserve AS r
                                        WHERE (r.m, r.pool_id) = (p.m, p.pool_id)),
                                      'poor')
                           ELSE 'open' END AS other
          FROM placement AS p,
               unnest('{another choice,no such seat,another tier,another score,another seat}'::text[])
                 AS c (change)) AS x;
INSERT INTO due
SELECT c.change, c.m, CASE c.change WHEN 'another seat' THEN NULL ELSE '{wrong_tier}'::text[] END,
       c.applicant_id, c.pool_id
  FROM changed AS c
  JOIN placement AS p USING (m, applicant_id)
 WHERE c.change ~ '^(another|no such)'
   AND (c.choice, c.seat, c.tier, c.score) IS DISTINCT FROM (p.choice, p.seat, p.tier, p.score);

CREATE TEMPORARY TABLE told AS
SELECT t.change, t.m, v.*
  FROM (SELECT change, m FROM due UNION SELECT 'nothing', m FROM market) AS t
  JOIN market USING (m),
       LATERAL equity.verify(
         pg_temp.rows_of('application', m), pg_temp.rows_of('pool', m), pg_temp.rows_of('reserve', m),
         CASE change WHEN 'exceed a cap' THEN
                       (SELECT format('SELECT cap_id,
                                              seats - CASE WHEN cap_id = %s THEN seats - %s
                                                           ELSE 0 END AS seats,
                                              parent_id, min_seats
                                         FROM pg_temp.cap
                                        WHERE m = %s',
                                      substring(d.detail from 'cap (\d+)'),
                                      substring(d.detail from '(\d+) seats'), m)
                          FROM due AS d
                         WHERE (d.change, d.m) = (t.change, t.m))
                     ELSE pg_temp.rows_of('cap', m) END,
         pg_temp.rows_of('changed', m, format('change = %L', change)), tie_break, seed) AS v;
SELECT is_empty(
  $$SELECT * FROM told WHERE change = 'nothing' LIMIT 10$$,
  'nothing is told of what allocate makes');
SELECT is_empty(
  format($$SELECT *
             FROM due AS d
            WHERE d.change = %L
              AND NOT EXISTS (SELECT FROM told AS t
                               WHERE (t.change, t.m) = (d.change, d.m)
                                 AND (d.violations IS NULL
                                      OR t.violation = ANY (d.violations)
                                         AND t.pool_id IS NOT DISTINCT FROM d.pool_id
                                         AND (d.applicant_id IS NULL OR t.applicant_id = d.applicant_id)
                                         AND (d.detail IS NULL OR t.detail LIKE d.detail)))$$,
         change),
  change || ' is found')
  FROM (SELECT DISTINCT change COLLATE "C" AS change FROM due) AS c
 ORDER BY change;
SELECT ok(
  (SELECT min(n) >= 15 FROM (SELECT count(*) AS n FROM due GROUP BY change) AS c),
  'each in many markets');
SELECT is(
  ARRAY(SELECT DISTINCT violation COLLATE "C" FROM told ORDER BY 1),
  '{below_minimum,double_placement,holder_worse,justified_envy,over_cap,over_capacity,unknown_application,
    wasted_seat,wrong_seat,wrong_tier}'::text[],
  'every violation came up');

--
-- What allocate refuses, verify refuses alike
--

CREATE TEMPORARY TABLE input (what text, good text);
INSERT INTO input VALUES
  ('applications',
   $$SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score, '{poor}'::text[] AS groups, 1.5 AS tie,
            NULL::text AS holds$$),
  ('pools', 'SELECT 1 AS pool_id, 2 AS seats, 0 AS min_seats, 7 AS cap_id'),
  ('reserves',
   $$SELECT 1 AS pool_id, 'poor' AS reserve, 1 AS seats, 'before_open' AS mode, '{girl,*}'::text[] AS cascade,
            1 AS position$$),
  ('caps', 'SELECT 7 AS cap_id, 3 AS seats, NULL::bigint AS parent_id, 0 AS min_seats');
CREATE TEMPORARY TABLE wrong (what text, name text, value text, state text);
INSERT INTO wrong VALUES
  ('applications', 'applicant_id', 'NULL::bigint', '22004'),
  ('applications', 'pool_id', 'NULL::bigint', '22004'),
  ('applications', 'choice', 'NULL::bigint', '22004'),
  ('applications', 'score', 'NULL::numeric', '22004'),
  ('applications', 'score', '''NaN''::numeric', '22023'),
  ('applications', 'score', '''infinity''::float8', '22023'),
  ('applications', 'tie', '''NaN''::numeric', '22023'),
  ('applications', 'tie', 'NULL::integer', 'accepted'),
  ('applications', 'choice', '-1', '22023'),
  ('applications', 'choice', '2147483648', '22023'),
  ('applications', 'choice', '2147483647', 'accepted'),
  ('applications', 'pool_id', '2', '23503'),
  ('applications', 'groups', 'ARRAY[''poor'', NULL]', '22004'),
  ('applications', 'groups', 'NULL::text[]', 'accepted'),
  ('applications', 'groups', '''poor''::text', '42804'),
  ('applications', 'groups', 'ARRAY[ARRAY[''poor'']]', 'accepted'),
  ('applications', 'holds', '''rich''::text', '22023'),
  ('applications', 'holds', '''open''::text', 'accepted'),
  ('applications', 'holds', '''poor''::varchar', 'accepted'),
  ('applications', 'holds', '1', '42804'),
  ('pools', 'pool_id', 'NULL::bigint', '22004'),
  ('pools', 'seats', 'NULL::bigint', '22004'),
  ('pools', 'seats', '-1', '22023'),
  ('pools', 'seats', '2147483648', '22023'),
  ('pools', 'seats', '0', '22023'),
  ('pools', 'min_seats', '-1', '22023'),
  ('pools', 'min_seats', 'NULL::integer', 'accepted'),
  ('pools', 'min_seats', '9', 'accepted'),
  ('pools', 'cap_id', '8', '23503'),
  ('pools', 'cap_id', 'NULL::bigint', 'accepted'),
  ('pools', 'cap_id', '''7''::text', '42804'),
  ('reserves', 'pool_id', '2', '23503'),
  ('reserves', 'pool_id', 'NULL::integer', '22004'),
  ('reserves', 'reserve', 'NULL::text', '22004'),
  ('reserves', 'reserve', '''open''::text', '22023'),
  ('reserves', 'reserve', '''*''::text', 'accepted'),
  ('reserves', 'seats', '3', '22023'),
  ('reserves', 'seats', '-1', '22023'),
  ('reserves', 'seats', 'NULL::integer', '22004'),
  ('reserves', 'mode', '''within_open''::text', '22023'),
  ('reserves', 'mode', 'NULL::text', 'accepted'),
  ('reserves', 'position', 'NULL::integer', 'accepted'),
  ('reserves', 'position', '-5', 'accepted'),
  ('reserves', 'cascade', 'NULL::text[]', 'accepted'),
  ('reserves', 'cascade', '''{}''::text[]', 'accepted'),
  ('reserves', 'cascade', '''{poor}''::text[]', 'accepted'),
  ('reserves', 'cascade', '''{*,girl}''::text[]', '22023'),
  ('reserves', 'cascade', '''{girl,girl}''::text[]', '22023'),
  ('reserves', 'cascade', 'ARRAY[NULL, ''*'']', '22004'),
  ('caps', 'cap_id', 'NULL::bigint', '22004'),
  ('caps', 'seats', 'NULL::bigint', '22004'),
  ('caps', 'seats', '-1', '22023'),
  ('caps', 'seats', '3000000000', '22023'),
  ('caps', 'min_seats', '-1', '22023'),
  ('caps', 'parent_id', '7', '22023'),
  ('caps', 'parent_id', '8', '23503');
-- a query with one column replaced
CREATE FUNCTION pg_temp.spoilt(good text, name text, value text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT %s FROM (%s) AS v',
                string_agg(CASE c WHEN name THEN value || ' AS ' || c ELSE c END, ', '), good)
    FROM (SELECT (regexp_matches(good, ' AS (\w+)', 'g'))[1] AS c) AS columns
$$;
CREATE TEMPORARY TABLE spoilt AS
SELECT w.*,
       jsonb_object_agg(i.what,
                        CASE i.what WHEN w.what THEN pg_temp.spoilt(good, name, value) ELSE good END) AS q
  FROM wrong AS w
 CROSS JOIN input AS i
 GROUP BY w.what, w.name, w.value, w.state;
INSERT INTO spoilt
SELECT i.what, 'twice', NULL, '23505',
       jsonb_object_agg(g.what,
                        CASE g.what WHEN i.what THEN g.good || ' UNION ALL ' || g.good ELSE g.good END)
  FROM input AS i
 CROSS JOIN input AS g
 GROUP BY i.what;
SELECT is_empty(
  $$SELECT what, name, value, state, a, v
      FROM (SELECT *,
                   pg_temp.state_of(
                     format('SELECT count(*) FROM equity.allocate(%L, %L, %L, %L, seed => ''s'')',
                            q ->> 'applications', q ->> 'pools', q ->> 'reserves', q ->> 'caps')) AS a,
                   pg_temp.state_of(format('SELECT count(*)
                                              FROM equity.verify(%L, %L, %L, %L,
                                                                 ''SELECT 1 AS applicant_id, 1 AS pool_id,
                                                                         ''''open'''' AS seat'',
                                                                 seed => ''s'')',
                                           q ->> 'applications', q ->> 'pools', q ->> 'reserves',
                                           q ->> 'caps')) AS v
              FROM spoilt) AS s
     WHERE state <> a
        OR state <> v$$,
  'one value that is wrong: the same SQLSTATE');
SELECT is_empty(
  $$SELECT b, t
      FROM unnest('{admit_all,admit_none}'::text[]) AS t,
           unnest(ARRAY['allocate(%L, %L, %L, %L, tie_break => %L)',
                        'verify(%L, %L, %L, %L, ''SELECT 1 AS applicant_id, 1 AS pool_id, ''''open'''' AS seat'','
                        || ' tie_break => %L)']) AS b
     WHERE pg_temp.state_of(format('SELECT count(*) FROM equity.' || b,
                                   (SELECT good FROM input WHERE what = 'applications'),
                                   (SELECT good FROM input WHERE what = 'pools'),
                                   (SELECT good FROM input WHERE what = 'reserves'),
                                   (SELECT good FROM input WHERE what = 'caps'), t)) <> '0A000'$$,
  'classes of equals do not go with caps');

SELECT * FROM finish();
ROLLBACK;
