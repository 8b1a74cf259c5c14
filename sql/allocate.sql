-- allocate: deferred acceptance over the rows of two queries.
\set SHOW_CONTEXT never

CREATE TABLE pool (pool_id integer PRIMARY KEY, seats integer);
CREATE TABLE wish (applicant_id integer, pool_id integer, choice integer, score numeric,
                   PRIMARY KEY (applicant_id, choice));
INSERT INTO pool VALUES (1, 1), (2, 1), (3, 0), (4, 5);
INSERT INTO wish VALUES
  (10, 1, 1, 3.5), (10, 2, 2, 9),
  (20, 1, 1, 4), (20, 3, 2, 9),
  (30, 2, 1, 8), (30, 1, 2, 5),
  (40, 3, 1, 9), (40, 2, 2, 8.5);

-- 10 loses pool 1 to 20 and takes pool 2 from 30, who takes pool 1 from 20, for whom only pool 3 without seats
-- is left; 40 wants that one too, and is below 10 at pool 2; nobody asks for pool 4
SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');

-- columns are found by name, in any order, among those of the caller's own, which begin with _; ids and
-- numbers of every type; choice numbers may have gaps and begin at 0
SELECT *
  FROM equity.allocate($$SELECT now() AS _at, score::real, choice * 10 - 10 AS choice, 'x'::text AS _x,
                                applicant_id::bigint, pool_id::smallint
                           FROM wish$$,
                       'SELECT seats::bigint AS seats, md5(''x'') AS "_", pool_id::bigint FROM pool',
                       seed => 'seed');
-- the order of rows has no say
SELECT *
  FROM equity.allocate('SELECT * FROM wish ORDER BY score, pool_id', 'SELECT * FROM pool ORDER BY seats DESC',
                       seed => 'seed');

--
-- Ties
--

-- by lottery: one number each, the smallest win
SELECT i AS applicant_id, equity.lottery('s1', i) AS number FROM generate_series(1, 5) AS i ORDER BY number;
SELECT applicant_id
  FROM equity.allocate('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 7 AS score
                          FROM generate_series(1, 5) AS i',
                       'SELECT 1 AS pool_id, 3 AS seats', seed => 's1');
-- each pool draws anew
SELECT p AS pool_id, i AS applicant_id, equity.lottery('s1', i, p) AS number
  FROM generate_series(1, 5) AS i, generate_series(1, 2) AS p
 ORDER BY p, number;
SELECT pool_id, applicant_id
  FROM equity.allocate('SELECT i AS applicant_id, p AS pool_id,
                               CASE WHEN p = 1 + i % 2 THEN 1 ELSE 2 END AS choice, 7 AS score
                          FROM generate_series(1, 5) AS i, generate_series(1, 2) AS p',
                       'SELECT p AS pool_id, 2 AS seats FROM generate_series(1, 2) AS p',
                       tie_break => 'lottery_per_pool', seed => 's1')
 ORDER BY 1, 2;
-- first by the tie column: smaller wins, negative too, NULL last; only then by lottery
SELECT n AS seats,
       (SELECT array_agg(applicant_id ORDER BY applicant_id)
          FROM equity.allocate(
                 'SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 7 AS score, t::numeric AS tie
                    FROM (VALUES (1, NULL), (2, 0), (3, -0.001), (4, NULL), (5, 1e20)) AS v (i, t)',
                 format('SELECT 1 AS pool_id, %s AS seats', n), seed => 's1')) AS admitted
  FROM generate_series(1, 5) AS n;
-- a higher score goes before any tie
SELECT applicant_id
  FROM equity.allocate('SELECT *
                          FROM (VALUES (1, 1, 1, 7, 5.0), (2, 1, 1, 6.999, -5))
                                 AS v (applicant_id, pool_id, choice, score, tie)',
                       'SELECT 1 AS pool_id, 1 AS seats', seed => 's1');
-- strict: no lottery; ties that decide nothing are no trouble
SELECT *
  FROM equity.allocate('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, i / 2 AS score
                          FROM generate_series(1, 6) AS i',
                       'SELECT 1 AS pool_id, 3 AS seats', tie_break => 'strict');
SELECT *
  FROM equity.allocate('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, i / 2 AS score
                          FROM generate_series(1, 6) AS i',
                       'SELECT 1 AS pool_id, 2 AS seats', tie_break => 'strict');
SELECT *
  FROM equity.allocate('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, i / 2 AS score, i AS tie
                          FROM generate_series(1, 6) AS i',
                       'SELECT 1 AS pool_id, 2 AS seats', tie_break => 'strict');
-- two tied at a pool, but the one it refused has a better place; and a pool of no seats
SELECT *
  FROM equity.allocate('SELECT *
                          FROM (VALUES (1, 1, 1, 5), (1, 2, 2, 5), (2, 2, 1, 5), (3, 3, 1, 5),
                                       (4, 3, 1, 5)) AS v (applicant_id, pool_id, choice, score)',
                       'SELECT * FROM (VALUES (1, 1), (2, 1), (3, 0)) AS v (pool_id, seats)',
                       tie_break => 'strict');

--
-- Numbers
--

-- scores are exact: thirty digits that differ in the last, mixed scales, negative ones
SELECT *
  FROM equity.allocate($$SELECT *
                           FROM (VALUES (1, 1, 1, 123456789012345678.012345678901),
                                        (2, 1, 1, 123456789012345678.012345678902),
                                        (3, 1, 1, 123456789012345678.0123456789009))
                                  AS v (applicant_id, pool_id, choice, score)$$,
                       'SELECT 1 AS pool_id, 1 AS seats', seed => 's1');
SELECT *
  FROM equity.allocate($$SELECT *
                           FROM (VALUES (1, 1, 1, -0.5), (2, 1, 1, -0.50000000000000000000000000000000001),
                                        (3, 1, 1, -0.49999999999999999999999999999999999),
                                        (4, 1, 1, -1)) AS v (applicant_id, pool_id, choice, score)$$,
                       'SELECT 1 AS pool_id, 2 AS seats', tie_break => 'strict');
-- 0.5 and 0.500 are tied
SELECT *
  FROM equity.allocate('SELECT *
                          FROM (VALUES (1, 1, 1, 0.5), (2, 1, 1, 0.500))
                                 AS v (applicant_id, pool_id, choice, score)',
                       'SELECT 1 AS pool_id, 1 AS seats', tie_break => 'strict');
-- doubles stand for the shortest decimal that reads back as the same: 0.1 + 0.2 is more than 0.3
SELECT *
  FROM equity.allocate($$SELECT *
                           FROM (VALUES (1, 1, 1, 0.3::float8), (2, 1, 1, 0.1::float8 + 0.2::float8))
                                  AS v (applicant_id, pool_id, choice, score)$$,
                       'SELECT 1 AS pool_id, 1 AS seats', tie_break => 'strict');
-- the ends of bigint
SELECT *
  FROM equity.allocate($$SELECT *
                           FROM (VALUES (9223372036854775807, -9223372036854775808, 2147483647,
                                         -9223372036854775808),
                                        (-9223372036854775808, -9223372036854775808, 0,
                                         9223372036854775807)) AS v (applicant_id, pool_id, choice, score)$$,
                       'SELECT -9223372036854775808 AS pool_id, 2147483647 AS seats', seed => 's1');

--
-- Reserves
--

CREATE TABLE ask (applicant_id integer, pool_id integer, choice integer, score integer, groups text[], holds text);
INSERT INTO ask VALUES
  (1, 1, 1, 90, '{}'), (2, 1, 1, 80, '{poor}'), (3, 1, 1, 70, '{poor}'), (4, 1, 1, 60, NULL),
  (5, 1, 1, 50, '{far}'), (6, 1, 1, 40, '{poor,far}');
-- open seats first: 1 and 2 by merit, then two seats more for the poor; reserved seats first: the poor
-- have two in any case, and the rest is for the best
SELECT mode, array_agg(applicant_id || ' ' || seat || ' ' || tier ORDER BY applicant_id) AS admitted
  FROM unnest('{after_open,before_open,NULL}'::text[]) AS mode,
       LATERAL equity.allocate(
         'TABLE ask', 'SELECT 1 AS pool_id, 4 AS seats',
         format('SELECT 1 AS pool_id, ''poor'' AS reserve, 2 AS seats, %L::text AS mode', mode),
         tie_break => 'strict')
 GROUP BY mode
 ORDER BY mode;
-- who takes what the group leaves: in order of the cascade; with none it stays empty
SELECT c AS "cascade", array_agg(applicant_id || ' ' || seat || ' ' || tier ORDER BY applicant_id) AS admitted
  FROM unnest('{"{}","{*}","{far}","{far,*}","{none,far}",NULL}'::text[]) AS c,
       LATERAL equity.allocate(
         'TABLE ask', 'SELECT 1 AS pool_id, 5 AS seats',
         format('SELECT 1 AS pool_id, ''blind'' AS reserve, 3 AS seats, %L::text[] AS "cascade"', c),
         tie_break => 'strict')
 GROUP BY c
 ORDER BY c;
-- what may well be a mistake of the queries is counted: caps above no pool, reserves for groups of nobody,
-- pools that nobody asks for
SELECT count(*)
  FROM equity.allocate(
         'TABLE ask',
         'SELECT i AS pool_id, 4 AS seats, CASE i WHEN 2 THEN 9 END AS cap_id FROM generate_series(1, 3) AS i',
         'SELECT 1 AS pool_id, r AS reserve, 0 AS seats FROM unnest(''{poor,poorr}''::text[]) AS r',
         'SELECT * FROM (VALUES (7, 1, NULL), (8, 4, NULL), (9, 2, 8), (10, 2, 8)) AS v (cap_id, seats, parent_id)',
         tie_break => 'strict');
-- the own seats first, then those that a cascade opens: 1 of q takes the seat of q, though that of p
-- comes before and is open to q; so what is left of p passes to 2 of r, who has no seat of the own, and
-- 3 of none gets nothing
CREATE TABLE passed_on AS
SELECT *
  FROM (VALUES (1, '{q}'::text[], 500), (2, '{r}', 400), (3, '{}', 450)) AS v (applicant_id, groups, score)
 CROSS JOIN (VALUES (1, 1)) AS w (pool_id, choice);
CREATE TABLE passing AS
SELECT *
  FROM (VALUES (1, 'p', 1, '{q,r}'::text[], 1), (1, 'q', 1, '{*}', 2))
         AS v (pool_id, reserve, seats, cascade, position);
SELECT applicant_id, seat, tier
  FROM equity.allocate('TABLE passed_on', 'SELECT 1 AS pool_id, 2 AS seats', 'TABLE passing',
                       tie_break => 'strict');
SELECT violation, applicant_id, detail
  FROM equity.verify('TABLE passed_on', 'SELECT 1 AS pool_id, 2 AS seats', 'TABLE passing', NULL,
                     'SELECT * FROM (VALUES (1, 1, ''p''), (3, 1, ''q'')) AS v (applicant_id, pool_id, seat)',
                     tie_break => 'strict');
DROP TABLE passed_on, passing;
-- the order of reserves: by position, then by name, byte by byte; the rows' order has no say
SELECT applicant_id, seat
  FROM equity.allocate('SELECT * FROM ask WHERE applicant_id = 6', 'SELECT 1 AS pool_id, 4 AS seats',
                       $$SELECT *
                           FROM (VALUES (1, 'poor', 1, 'before_open', NULL), (1, 'far', 1, 'before_open', 2),
                                        (1, 'x', 1, 'before_open', 1))
                                  AS v (pool_id, reserve, seats, mode, position)$$,
                       tie_break => 'strict');
SELECT applicant_id, seat
  FROM equity.allocate('SELECT * FROM ask WHERE applicant_id = 6', 'SELECT 1 AS pool_id, 2 AS seats',
                       $$SELECT *
                           FROM (VALUES (1, 'poor', 1, 'before_open', NULL),
                                        (1, 'far', 1, 'before_open', NULL::integer))
                                  AS v (pool_id, reserve, seats, mode, position)$$,
                       tie_break => 'strict');

--
-- Caps
--

-- pools 1 and 2 under an institution of three seats, pool 3 under one of a single seat, all under a province of three
CREATE TABLE house AS SELECT * FROM (VALUES (1, 2, 10), (2, 2, 10), (3, 2, 11)) AS v (pool_id, seats, cap_id);
CREATE TABLE ceiling AS SELECT * FROM (VALUES (10, 3, 20), (11, 1, 20), (20, 3, NULL)) AS v (cap_id, seats, parent_id);
INSERT INTO ask SELECT a + 10, 1 + a % 3, 1, 100 - a FROM generate_series(1, 6) AS a;
SELECT pool_id, applicant_id, score
  FROM equity.allocate('SELECT * FROM ask WHERE applicant_id > 10', 'TABLE house', caps => 'TABLE ceiling',
                       tie_break => 'strict')
 ORDER BY 1, 2;
-- a cap never takes a reserved seat from its group for the sake of a better open applicant
SELECT pool_id, applicant_id, seat, score
  FROM equity.allocate($$SELECT applicant_id, pool_id, choice, score,
                                CASE WHEN applicant_id = 16 THEN '{poor}'::text[] END AS groups
                           FROM ask
                          WHERE applicant_id > 10$$,
                       'TABLE house', 'SELECT 1 AS pool_id, ''poor'' AS reserve, 1 AS seats', 'TABLE ceiling',
                       tie_break => 'strict')
 ORDER BY 1, 2;
-- but it does from somebody else who sits there
SELECT pool_id, applicant_id, seat, tier, score
  FROM equity.allocate('SELECT * FROM ask WHERE applicant_id > 10', 'TABLE house',
                       'SELECT 1 AS pool_id, ''poor'' AS reserve, 1 AS seats', 'TABLE ceiling',
                       tie_break => 'strict')
 ORDER BY 1, 2;

--
-- Floors
--

-- pool 1 would hold one, needs two: it closes, and who was there goes to the next choice
CREATE TABLE class AS
SELECT *
  FROM (VALUES (1, 1, 1, 9), (1, 2, 2, 9), (2, 2, 1, 8), (3, 2, 1, 7))
         AS v (applicant_id, pool_id, choice, score);
SELECT applicant_id, pool_id
  FROM equity.allocate('TABLE class',
                       'SELECT * FROM (VALUES (1, 5, 2), (2, 2, 2)) AS v (pool_id, seats, min_seats)',
                       tie_break => 'strict');
SELECT applicant_id, pool_id
  FROM equity.allocate('TABLE class',
                       'SELECT * FROM (VALUES (1, 5, 1), (2, 2, 2)) AS v (pool_id, seats, min_seats)',
                       tie_break => 'strict');
-- a cap that cannot fill its floor closes with all its pools; not when somebody holds a seat there
SELECT applicant_id, pool_id
  FROM equity.allocate('TABLE class',
                       'SELECT * FROM (VALUES (1, 5, 7), (2, 2, 7)) AS v (pool_id, seats, cap_id)',
                       caps => 'SELECT 7 AS cap_id, 9 AS seats, 4 AS min_seats', tie_break => 'strict');
SELECT applicant_id, pool_id
  FROM equity.allocate('SELECT *, CASE WHEN applicant_id = 3 THEN ''open'' END AS holds FROM class',
                       'SELECT * FROM (VALUES (1, 5, 7), (2, 2, 7)) AS v (pool_id, seats, cap_id)',
                       caps => 'SELECT 7 AS cap_id, 9 AS seats, 4 AS min_seats', tie_break => 'strict');

--
-- Seats held from before
--

-- 3 holds an open seat of pool 2 and keeps it against better ones; who holds a seat may still move up
SELECT applicant_id, pool_id
  FROM equity.allocate($$SELECT *,
                                CASE WHEN (applicant_id, pool_id) IN ((3, 2), (1, 2)) THEN 'open' END AS holds
                           FROM class$$,
                       'SELECT * FROM (VALUES (1, 1), (2, 2)) AS v (pool_id, seats)', tie_break => 'strict');
-- in the pool the holder asks for that seat alone; one who fits no place of the cascade has the place behind the last
SELECT applicant_id, seat, tier
  FROM equity.allocate($$SELECT applicant_id, pool_id, choice, score, groups,
                                CASE applicant_id WHEN 4 THEN 'poor' END AS holds
                           FROM ask
                          WHERE applicant_id < 7$$,
                       'SELECT 1 AS pool_id, 3 AS seats',
                       $$SELECT 1 AS pool_id, 'poor' AS reserve, 2 AS seats,
                                '{blind,far}'::text[] AS "cascade"$$,
                       tie_break => 'strict');

--
-- Classes of equals
--

-- two seats, three tied for the second: all of them, none of them
SELECT t AS tie_break, array_agg(applicant_id ORDER BY applicant_id) AS admitted
  FROM unnest('{admit_all,admit_none}'::text[]) AS t,
       LATERAL equity.allocate('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice,
                                       CASE WHEN i = 3 THEN 9 WHEN i = 5 THEN 7 ELSE 8 END AS score
                                  FROM generate_series(1, 5) AS i',
                               'SELECT 1 AS pool_id, 2 AS seats', tie_break => t)
 GROUP BY t
 ORDER BY t;
-- with a tie column that parts them, like any
SELECT t AS tie_break, array_agg(applicant_id ORDER BY applicant_id) AS admitted
  FROM unnest('{admit_all,admit_none}'::text[]) AS t,
       LATERAL equity.allocate('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 8 AS score, i AS tie
                                  FROM generate_series(1, 5) AS i',
                               'SELECT 1 AS pool_id, 2 AS seats', tie_break => t)
 GROUP BY t
 ORDER BY t;

--
-- Mechanisms
--

-- 1 is refused by pool 1; when everybody's first wish counts first, pool 2 is gone by then
SELECT mechanism, array_agg(applicant_id || ':' || pool_id ORDER BY applicant_id) AS admitted
  FROM unnest('{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS mechanism,
       LATERAL equity.allocate('SELECT *
                                  FROM (VALUES (1, 1, 1, 5), (1, 2, 2, 5), (2, 1, 1, 9), (3, 2, 1, 3))
                                         AS v (applicant_id, pool_id, choice, score)',
                               'SELECT * FROM (VALUES (1, 1), (2, 1)) AS v (pool_id, seats)',
                               mechanism => mechanism, tie_break => 'strict')
 GROUP BY mechanism
 ORDER BY mechanism;
-- two who rank first where the other wants to be trade
SELECT mechanism, array_agg(applicant_id || ':' || pool_id ORDER BY applicant_id) AS admitted
  FROM unnest('{deferred_acceptance,immediate_acceptance,top_trading_cycles}'::text[]) AS mechanism,
       LATERAL equity.allocate('SELECT *
                                  FROM (VALUES (1, 2, 1, 8), (1, 1, 2, 10), (2, 1, 1, 8), (2, 2, 2, 10),
                                               (3, 1, 1, 9)) AS v (applicant_id, pool_id, choice, score)',
                               'SELECT * FROM (VALUES (1, 1), (2, 1)) AS v (pool_id, seats)',
                               mechanism => mechanism, tie_break => 'strict')
 GROUP BY mechanism
 ORDER BY mechanism;
DROP TABLE ask, house, ceiling, class;

--
-- Queries
--

-- no rows, one row
SELECT * FROM equity.allocate('SELECT * FROM wish WHERE false', 'TABLE pool', seed => 's1');
SELECT * FROM equity.allocate('SELECT * FROM wish WHERE false', 'SELECT * FROM pool WHERE false', seed => 's1');
SELECT * FROM equity.allocate('SELECT * FROM wish WHERE applicant_id = 10 AND choice = 2', 'TABLE pool', seed => 's1');

-- any query that gives rows: with a CTE, with comments and a semicolon, over a function, over another allocation
SELECT *
  FROM equity.allocate('WITH w AS (SELECT * FROM wish) SELECT * FROM w /* all */;  -- the end',
                       'SELECT * FROM (VALUES (1, 1), (2, 1), (3, 0)) AS v (pool_id, seats);',
                       seed => 'seed');
SELECT *
  FROM equity.allocate($$SELECT applicant_id, pool_id, choice, score
                           FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed')$$,
                       'TABLE pool', seed => 'seed');
-- optional columns that are empty ask for nothing
SELECT count(*)
  FROM equity.allocate('SELECT *, NULL::text[] AS groups, NULL::text AS holds FROM wish',
                       'SELECT *, NULL::integer AS min_seats, NULL::bigint AS cap_id FROM pool',
                       seed => 'seed');
SELECT count(*)
  FROM equity.allocate('SELECT *, NULL AS tie, NULL AS groups, NULL AS holds FROM wish',
                       'SELECT *, NULL AS min_seats, 7 AS cap_id FROM pool',
                       'SELECT pool_id, ''poor'' AS reserve, 0 AS seats, NULL AS "cascade", NULL AS position
                          FROM pool
                         WHERE false',
                       'SELECT 7 AS cap_id, 9 AS seats, NULL AS parent_id', seed => 'seed');
SELECT count(*)
  FROM equity.allocate('SELECT *, ''{poor}''::text[] AS groups FROM wish',
                       'SELECT *, 0 AS min_seats FROM pool', seed => 'seed');

-- in views, CTEs, prepared statements, the select list, with LIMIT, joined to the rows it came from
CREATE VIEW admitted AS SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
SELECT pool_id, count(*) FROM admitted GROUP BY pool_id ORDER BY pool_id;
WITH a AS (
  SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed')
)
SELECT w.applicant_id, w.choice, a.applicant_id IS NOT NULL AS admitted
  FROM wish AS w
  LEFT JOIN a USING (applicant_id, pool_id)
 ORDER BY 1, 2;
PREPARE admit(text) AS SELECT applicant_id, pool_id FROM equity.allocate('TABLE wish', 'TABLE pool', seed => $1);
EXECUTE admit('seed');
UPDATE pool SET seats = 0 WHERE pool_id = 1;
EXECUTE admit('seed');
UPDATE pool SET seats = 1 WHERE pool_id = 1;
SELECT (equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed')).applicant_id LIMIT 2;
DROP VIEW admitted;

-- the statement sees the tables as they were when it began; the next one sees what this one did
WITH gone AS (
  DELETE FROM wish WHERE applicant_id = 30 RETURNING applicant_id
)
SELECT (SELECT count(*) FROM gone) AS gone, array_agg(applicant_id)
  FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
SELECT array_agg(applicant_id) FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');

-- names are found in the caller's search_path
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.pool AS SELECT 2 AS pool_id, 9 AS seats UNION ALL SELECT 1, 0 UNION ALL SELECT 3, 0;
SET search_path = elsewhere, public;
SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
RESET search_path;
DROP SCHEMA elsewhere CASCADE;

DROP TABLE wish, pool;
