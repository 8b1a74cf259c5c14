-- verify: nothing about a right allocation, and each wrong one by its name.
\set SHOW_CONTEXT never

CREATE TABLE pool (pool_id bigint PRIMARY KEY, seats integer);
CREATE TABLE wish (applicant_id bigint, pool_id bigint, choice integer, score numeric,
                   PRIMARY KEY (applicant_id, choice));
INSERT INTO pool VALUES (1, 2), (2, 1), (3, 0), (4, 3);
INSERT INTO wish VALUES
  (10, 1, 1, 90), (10, 2, 2, 90),
  (20, 1, 1, 80), (20, 2, 2, 80), (20, 4, 3, 80),
  (30, 1, 1, 70), (30, 2, 2, 95),
  (40, 2, 1, 60), (40, 4, 2, 60),
  (50, 3, 1, 99), (50, 1, 2, 50);
CREATE TABLE placed AS SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
SELECT * FROM placed ORDER BY applicant_id;

-- nothing, with all columns of the placements or with the three that are needed
SELECT * FROM equity.verify('TABLE wish', 'TABLE pool', NULL, NULL, 'TABLE placed', seed => 'seed');
SELECT *
  FROM equity.verify('TABLE wish', 'TABLE pool', NULL, NULL,
                     'SELECT seat, pool_id, applicant_id::integer FROM placed ORDER BY seat, pool_id DESC',
                     seed => 'seed');
-- nothing of nothing
SELECT *
  FROM equity.verify('SELECT * FROM wish WHERE false', 'TABLE pool', NULL, NULL,
                     'SELECT * FROM placed WHERE false', seed => 'seed');

-- stable, but the worst of what is stable: each wants the pool where the other ranks higher
CREATE TABLE crossed AS
SELECT *
  FROM (VALUES (1, 1, 1, 10), (1, 2, 2, 20), (2, 2, 1, 10), (2, 1, 2, 20))
         AS v (applicant_id, pool_id, choice, score);
SELECT *
  FROM equity.verify('TABLE crossed', 'SELECT 1 AS pool_id, 1 AS seats UNION ALL SELECT 2, 1', NULL, NULL,
                     'SELECT applicant_id, pool_id, ''open'' AS seat FROM crossed WHERE choice = 1',
                     tie_break => 'strict');
SELECT *
  FROM equity.verify('TABLE crossed', 'SELECT 1 AS pool_id, 1 AS seats UNION ALL SELECT 2, 1', NULL, NULL,
                     'SELECT applicant_id, pool_id, ''open'' AS seat FROM crossed WHERE choice = 2',
                     tie_break => 'strict');
-- under a cap, with a floor or where classes are kept whole that is not looked for
SELECT *
  FROM equity.verify('TABLE crossed',
                     'SELECT 1 AS pool_id, 1 AS seats, 1 AS min_seats
                      UNION ALL
                      SELECT 2, 1, 0
                      UNION ALL
                      SELECT 3, 2, 2',
                     NULL, NULL,
                     'SELECT applicant_id, pool_id, ''open'' AS seat FROM crossed WHERE choice = 2',
                     tie_break => 'strict');
SELECT *
  FROM equity.verify('TABLE crossed',
                     'SELECT 1 AS pool_id, 1 AS seats, 9 AS cap_id UNION ALL SELECT 2, 1, NULL', NULL,
                     'SELECT 9 AS cap_id, 1 AS seats',
                     'SELECT applicant_id, pool_id, ''open'' AS seat FROM crossed WHERE choice = 2',
                     tie_break => 'strict');
SELECT *
  FROM equity.verify('TABLE crossed', 'SELECT 1 AS pool_id, 1 AS seats UNION ALL SELECT 2, 1', NULL, NULL,
                     'SELECT applicant_id, pool_id, ''open'' AS seat FROM crossed WHERE choice = 2',
                     tie_break => 'admit_all');
DROP TABLE crossed;

-- what it finds when the placements are changed
CREATE FUNCTION pg_temp.found(placements text, tie_break text DEFAULT 'strict')
  RETURNS TABLE (violation text, applicant_id bigint, pool_id bigint, other_applicant_id bigint, detail text)
  LANGUAGE sql
AS $$
  SELECT *
    FROM equity.verify('TABLE wish', 'TABLE pool', NULL, NULL, placements, tie_break, 'seed') AS v
   ORDER BY 1, 2, 3, 4, 5
$$;

-- nobody is placed: every wish but those for pool 3 was refused with a seat free
SELECT * FROM pg_temp.found('SELECT * FROM placed WHERE false');
-- one is left out: 10 had pool 1
SELECT * FROM pg_temp.found('SELECT * FROM placed WHERE applicant_id <> 10');
-- two are swapped: 30 gets pool 1 for pool 2 and 20 the other way
SELECT *
  FROM pg_temp.found('SELECT applicant_id,
                             CASE applicant_id WHEN 30 THEN 1 WHEN 20 THEN 2 ELSE pool_id END AS pool_id, seat
                        FROM placed');
-- one is moved down to a place that was asked for
SELECT *
  FROM pg_temp.found('SELECT applicant_id, CASE applicant_id WHEN 20 THEN 4 ELSE pool_id END AS pool_id, seat
                        FROM placed');
-- one is moved to a place that was not asked for, one to a pool that is not there, a stranger comes in
SELECT *
  FROM pg_temp.found('SELECT applicant_id, CASE applicant_id WHEN 10 THEN 4 ELSE pool_id END AS pool_id, seat
                        FROM placed');
SELECT *
  FROM pg_temp.found('SELECT applicant_id, CASE applicant_id WHEN 10 THEN 77 ELSE pool_id END AS pool_id, seat
                        FROM placed');
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat FROM placed UNION ALL SELECT 99, 4, ''open''');
-- one too many in a full pool, and in one without seats
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat FROM placed UNION ALL SELECT 50, 1, ''open''');
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat FROM placed UNION ALL SELECT 50, 3, ''open''');
-- placed twice: in two pools, in the same
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat FROM placed UNION ALL SELECT 20, 4, ''open''');
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat FROM placed UNION ALL SELECT 40, 4, ''open''');
-- the columns of a placement say what the inputs don't
SELECT *
  FROM pg_temp.found($$SELECT applicant_id, pool_id,
                              CASE applicant_id WHEN 10 THEN 'poor' WHEN 20 THEN 'Open' ELSE seat END AS seat
                         FROM placed$$);
SELECT *
  FROM pg_temp.found('SELECT applicant_id, pool_id, seat, choice + (applicant_id = 10)::integer AS choice
                        FROM placed');
SELECT *
  FROM pg_temp.found('SELECT applicant_id, pool_id, seat, tier + (applicant_id = 10)::integer AS tier
                        FROM placed');
SELECT *
  FROM pg_temp.found('SELECT applicant_id, pool_id, seat,
                             score + CASE applicant_id WHEN 10 THEN 1e-15 ELSE 0 END AS score
                        FROM placed');
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat, nullif(score, 90) AS score FROM placed');
-- 90 and 90.000 are one number, also as a double
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat, score::numeric(10,3) AS score FROM placed');
SELECT * FROM pg_temp.found('SELECT applicant_id, pool_id, seat, score::double precision AS score FROM placed');
-- several things at once are all told
SELECT violation, count(*)
  FROM pg_temp.found($$SELECT *
                         FROM (VALUES (30, 1, 'open'), (40, 1, 'open'), (30, 2, 'open'), (50, 1, 'open'),
                                      (20, 1, 'x'), (10, 2, 'open')) AS v (applicant_id, pool_id, seat)$$)
 GROUP BY 1
 ORDER BY 1;

-- who wins a tie is checked too: by lottery, by lottery of each pool, by tie column and with strict by id
CREATE TABLE tied AS
SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score,
       CASE i WHEN 4 THEN 1.5 WHEN 3 THEN 0.5 END AS tie
  FROM generate_series(1, 4) AS i;
SELECT i AS applicant_id, rank() OVER (ORDER BY equity.lottery('s1', i)) AS lottery,
       rank() OVER (ORDER BY equity.lottery('s1', i, 1)) AS in_pool
  FROM generate_series(1, 4) AS i;
SELECT columns, tie_break, winner, array_agg(v.applicant_id ORDER BY v.applicant_id) AS envious
  FROM unnest('{"applicant_id, pool_id, choice, score",*}'::text[]) AS columns,
       unnest('{lottery,lottery_per_pool,strict}'::text[]) AS tie_break, generate_series(1, 4) AS winner,
       equity.verify(format('SELECT %s FROM tied', columns), 'SELECT 1 AS pool_id, 1 AS seats', NULL, NULL,
                     format('SELECT %s AS applicant_id, 1 AS pool_id, ''open'' AS seat', winner), tie_break,
                     's1') AS v
 WHERE v.violation = 'justified_envy'
   AND v.other_applicant_id = winner
 GROUP BY columns, tie_break, winner
 ORDER BY columns COLLATE "C" DESC, tie_break COLLATE "C", winner;
DROP TABLE tied;

--
-- Reserves, caps, floors and seats from before
--

-- Two colleges of a province; college 1 keeps a seat for the poor, and one for girls, which may pass to
-- the poor, then to anyone
CREATE TABLE cap (cap_id bigint, seats integer, parent_id bigint, min_seats integer);
INSERT INTO cap VALUES (100, 4, NULL, NULL), (101, 3, 100, 2);
CREATE TABLE college (pool_id bigint, seats integer, min_seats integer, cap_id bigint);
INSERT INTO college VALUES (1, 3, NULL, 101), (2, 2, 2, 100), (3, 5, 2, 100);
CREATE TABLE reserve (pool_id bigint, reserve text, seats integer, mode text, cascade text[], position integer);
INSERT INTO reserve VALUES (1, 'poor', 1, 'before_open', '{}', NULL), (1, 'girl', 1, 'after_open', '{poor,*}', 1);
CREATE TABLE choice (applicant_id bigint, pool_id bigint, choice integer, score numeric, groups text[],
                     tie numeric, holds text, PRIMARY KEY (applicant_id, choice));
INSERT INTO choice VALUES
  (1, 1, 1, 90, '{}', NULL, NULL),
  (1, 2, 2, 90, NULL, NULL, NULL),
  (2, 1, 1, 80, '{poor}', NULL, NULL),
  (3, 1, 1, 70, '{poor,girl}', NULL, NULL),
  (4, 1, 1, 60, '{girl}', NULL, NULL),
  (4, 2, 2, 60, NULL, NULL, NULL),
  (5, 2, 1, 10, NULL, NULL, 'open'),
  (6, 2, 1, 50, NULL, 1, NULL),
  (7, 2, 1, 50, NULL, NULL, NULL),
  (7, 3, 2, 50, NULL, NULL, NULL);
CREATE TABLE seated AS
SELECT *
  FROM equity.allocate('TABLE choice', 'TABLE college', 'TABLE reserve', 'TABLE cap', seed => 'seed');
SELECT * FROM seated ORDER BY applicant_id;
CREATE FUNCTION pg_temp.told(placements text, choices text DEFAULT 'TABLE choice',
                             colleges text DEFAULT 'TABLE college', reserves text DEFAULT 'TABLE reserve',
                             caps text DEFAULT 'TABLE cap', tie_break text DEFAULT 'lottery')
  RETURNS TABLE (violation text, applicant_id bigint, pool_id bigint, other_applicant_id bigint, detail text)
  LANGUAGE sql
AS $$
  SELECT *
    FROM equity.verify(choices, colleges, reserves, caps, placements, tie_break, 'seed') AS v
   ORDER BY 1, 2, 3, 4, 5
$$;
-- all of it holds, rows in any order
SELECT *
  FROM pg_temp.told('SELECT * FROM seated ORDER BY score', 'SELECT * FROM choice ORDER BY score',
                    'SELECT * FROM college ORDER BY seats', 'SELECT * FROM reserve ORDER BY reserve',
                    'SELECT * FROM cap ORDER BY cap_id DESC');
-- one is left out
SELECT * FROM pg_temp.told('SELECT * FROM seated WHERE applicant_id <> 2');
-- two change their seats in a pool
SELECT *
  FROM pg_temp.told($$SELECT applicant_id, pool_id,
                             CASE applicant_id WHEN 2 THEN 'open' WHEN 1 THEN 'poor' ELSE seat END AS seat
                        FROM seated$$);
-- seat, tier, score and choice that the inputs do not give
SELECT *
  FROM pg_temp.told($$SELECT applicant_id, pool_id,
                             CASE applicant_id WHEN 2 THEN 'girls' ELSE seat END AS seat
                        FROM seated$$);
SELECT *
  FROM pg_temp.told('SELECT applicant_id, pool_id, seat, tier + (applicant_id = 3)::integer AS tier,
                            score + (applicant_id = 2)::integer AS score,
                            choice + (applicant_id = 1)::integer AS choice
                       FROM seated');
-- one more than a cap has seats
SELECT * FROM pg_temp.told('SELECT applicant_id, pool_id, seat FROM seated UNION ALL SELECT 6, 2, ''open''');
-- who held a seat before goes, and another comes
SELECT *
  FROM pg_temp.told('SELECT CASE applicant_id WHEN 5 THEN 6 ELSE applicant_id END AS applicant_id, pool_id,
                            seat
                       FROM seated');
-- fewer than a floor, of a pool and of a cap; who holds a seat from before keeps pool 2 open
SELECT *
  FROM pg_temp.told($$SELECT applicant_id, pool_id, seat
                        FROM seated
                       WHERE pool_id = 2
                          OR applicant_id = 1
                      UNION ALL
                      SELECT 7, 3, 'open'$$,
                    caps => 'SELECT cap_id, 9 AS seats, parent_id, min_seats FROM cap');
-- ties that are not broken: three equals for two seats
SELECT admitted, tie_break, v.violation, v.applicant_id, v.other_applicant_id, v.detail
  FROM unnest('{"",1,"1,2","1,2,3"}'::text[]) AS admitted,
       unnest('{admit_all,admit_none}'::text[]) AS tie_break,
       pg_temp.told(format($$SELECT a AS applicant_id, 1 AS pool_id, 'open' AS seat
                               FROM unnest(%L::bigint[]) AS a$$,
                           '{' || admitted || '}'),
                    'SELECT a AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score
                       FROM generate_series(1, 3) AS a',
                    'SELECT 1 AS pool_id, 2 AS seats', NULL, NULL, tie_break) AS v
 ORDER BY length(admitted), tie_break COLLATE "C", v.applicant_id;

--
-- What it refuses
--

\pset format unaligned
\pset tuples_only on
\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION pg_temp.refused(applications text DEFAULT 'TABLE wish', pools text DEFAULT 'TABLE pool',
                                placements text DEFAULT 'TABLE placed', reserves text DEFAULT NULL,
                                caps text DEFAULT NULL, tie_break text DEFAULT 'lottery',
                                seed text DEFAULT 'seed')
  RETURNS text
  LANGUAGE sql
AS $$
  SELECT pg_temp.refusal(format('SELECT count(*) || '' violations''
                                   FROM equity.verify(%L, %L, %L, %L, %L, %L, %L)',
                                applications, pools, reserves, caps, placements, tie_break, seed))
$$;
SELECT pg_temp.refused();
SELECT pg_temp.refused(applications => NULL)
UNION ALL
SELECT pg_temp.refused(pools => NULL)
UNION ALL
SELECT pg_temp.refused(placements => NULL)
UNION ALL
SELECT pg_temp.refused(tie_break => NULL)
UNION ALL
SELECT pg_temp.refused(seed => NULL)
UNION ALL
SELECT pg_temp.refused(tie_break => 'random')
UNION ALL
SELECT pg_temp.refused(reserves => 'SELECT 1')
UNION ALL
SELECT pg_temp.refused(caps => 'SELECT 1');
SELECT pg_temp.refused(placements => q)
  FROM unnest(ARRAY['SELECT 1', 'SELECT applicant_id, pool_id FROM placed',
                    'SELECT applicant_id, seat FROM placed', 'SELECT pool_id, seat FROM placed',
                    'SELECT applicant_id, pool_id, 1 AS seat FROM placed',
                    'SELECT applicant_id, pool_id, seat, choice::text AS choice FROM placed',
                    'SELECT applicant_id, pool_id, seat, tier::text AS tier FROM placed',
                    'SELECT applicant_id, pool_id, seat, score::text AS score FROM placed',
                    'SELECT NULL::bigint AS applicant_id, 1 AS pool_id, ''open'' AS seat',
                    'SELECT 10 AS applicant_id, NULL::bigint AS pool_id, ''open'' AS seat',
                    'SELECT 10 AS applicant_id, 1 AS pool_id, NULL::text AS seat',
                    'SELECT applicant_id, pool_id, seat, ''NaN''::numeric AS score FROM placed',
                    'SELECT applicant_id, pool_id, seat, 1 AS points FROM placed',
                    'DELETE FROM placed RETURNING *', 'TABLE placed; TABLE placed']) AS q;
SELECT pg_temp.refused(q)
  FROM unnest(ARRAY['SELECT *, 1 AS junk FROM wish',
                    'SELECT *, 1 AS _junk FROM wish UNION ALL SELECT 10, 4, 2, 1, 1',
                    'SELECT applicant_id, pool_id, choice, score FROM wish UNION ALL SELECT 10, 2, 3, 1',
                    'SELECT applicant_id, pool_id, choice, score FROM wish UNION ALL SELECT 10, 77, 3, 1',
                    'SELECT applicant_id, pool_id, -choice AS choice, score FROM wish',
                    'SELECT applicant_id, pool_id, choice, score / 0 AS score FROM wish',
                    'SELECT applicant_id, pool_id, choice, nullif(score, 50) AS score FROM wish',
                    'SELECT *, ''open'' AS holds FROM wish']) AS q;
SELECT pg_temp.refused(pools => q)
  FROM unnest(ARRAY['SELECT pool_id, -seats AS seats FROM pool', 'TABLE pool UNION ALL SELECT 1, 5',
                    'SELECT * FROM pool WHERE pool_id <> 4', 'SELECT *, 3 AS cap_id FROM pool']) AS q;
-- reserves: 22004 NULL, 22023 what makes no sense, 23503 unknown, 23505 twice, 42703 and 42804 columns
SELECT pg_temp.refused(reserves => 'SELECT * FROM (VALUES ' || r
                       || ') AS v (pool_id, reserve, seats, mode, cascade, position)')
  FROM unnest(ARRAY['(1, ''poor'', 1, NULL, NULL::text[], NULL::integer)',
                    '(NULL::integer, ''poor'', 1, NULL, NULL::text[], 1)',
                    '(1, NULL::text, 1, NULL, NULL::text[], 1)',
                    '(1, ''poor'', NULL::integer, NULL, NULL::text[], 1)',
                    '(1, ''poor'', 1, ''sideways'', NULL::text[], 1)',
                    '(1, ''poor'', 1, NULL, ARRAY[''a'', NULL], 1)',
                    '(1, ''poor'', 1, NULL, ARRAY[''*'', ''a''], 1)',
                    '(1, ''poor'', 1, NULL, ARRAY[''a'', ''b'', ''a''], 1)',
                    '(1, ''poor'', 3, NULL, NULL::text[], 1)', '(1, ''poor'', -1, NULL, NULL::text[], 1)',
                    '(1, ''open'', 1, NULL, NULL::text[], 1)', '(77, ''poor'', 1, NULL, NULL::text[], 1)',
                    '(1, ''poor'', 1, NULL, NULL::text[], 1), (1, ''poor'', 1, NULL, NULL, 2)']) AS r;
SELECT pg_temp.refused(reserves => q)
  FROM unnest(ARRAY['SELECT 1 AS pool_id, 1 AS seats', 'SELECT 1 AS pool_id, 1 AS reserve, 1 AS seats',
                    'SELECT 1 AS pool_id, ''a'' AS reserve, 1 AS seats, ''{}'' AS cascade']) AS q;
-- caps
SELECT pg_temp.refused(caps => 'SELECT * FROM (VALUES ' || r
                       || ') AS v (cap_id, seats, parent_id, min_seats)')
  FROM unnest(ARRAY['(1, 5, NULL::integer, NULL::integer)', '(NULL::integer, 5, 1, 1)',
                    '(1, NULL::integer, 1, 1)', '(1, -5, 1, 1)', '(1, 5, NULL::integer, -1)', '(1, 5, 2, 1)',
                    '(1, 5, NULL::integer, 0), (1, 6, NULL, 0)', '(1, 5, 1, 0)',
                    '(3, 5, 2, 0), (2, 5, 1, 0), (1, 5, 2, 0)']) AS r;
SELECT pg_temp.refused(caps => 'SELECT 1 AS cap_id, 5 AS seats', tie_break => t)
  FROM unnest('{admit_all,admit_none,strict}'::text[]) AS t;
-- pools and seats from before
SELECT pg_temp.refused(pools => q, caps => 'SELECT 3 AS cap_id, 1 AS seats')
  FROM unnest(ARRAY['SELECT *, 3 AS cap_id FROM pool', 'SELECT *, 4 AS cap_id FROM pool',
                    'SELECT *, -1 AS min_seats FROM pool',
                    'SELECT pool_id, 3000000000 AS seats FROM pool']) AS q;
SELECT pg_temp.refused('SELECT applicant_id, pool_id, choice, score, ' || q || ' FROM wish')
  FROM unnest(ARRAY['CASE WHEN choice = 1 AND applicant_id IN (10, 20) THEN ''open'' END AS holds',
                    'CASE WHEN choice = 1 THEN ''open'' END AS holds',
                    'CASE WHEN choice = 1 THEN ''poor'' END AS holds', 'ARRAY[NULL, ''a''] AS groups',
                    '''a'' AS groups', 'ARRAY[ARRAY[''a'']] AS groups']) AS q;

DROP TABLE placed, wish, pool, seated, choice, reserve, college, cap;
