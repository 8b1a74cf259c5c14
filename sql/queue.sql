-- cutoffs and waitlist: up to whom the seats of an allocation went, what stops who comes next, who waits.
\set SHOW_CONTEXT never

-- a college (pool 7) whose province (cap 1) is full, with seats for a group; another without a ceiling
CREATE TABLE pool (pool_id bigint PRIMARY KEY, seats integer, min_seats integer, cap_id bigint);
CREATE TABLE reserve (pool_id bigint, reserve text, seats integer, cascade text[]);
CREATE TABLE cap (cap_id bigint PRIMARY KEY, seats integer, parent_id bigint, min_seats integer);
CREATE TABLE wish (applicant_id bigint, pool_id bigint, choice integer, score numeric(5,2), tie integer, groups text[],
                   holds text);
INSERT INTO cap VALUES (1, 30, 2, NULL), (2, 300, NULL, NULL), (3, 9, NULL, 3);
INSERT INTO pool VALUES (8, 12, NULL, 1), (7, 38, NULL, 1), (9, 3, 5, NULL), (6, 0, NULL, 2), (5, 2, NULL, NULL),
                        (4, 2, NULL, 3);
INSERT INTO reserve VALUES (7, 'island', 2, '{}'), (5, 'poor', 1, '{sick,*}');
INSERT INTO wish (applicant_id, pool_id, choice, score)
SELECT 100 + i, 7, 1, 50.30 + i / 100.0 FROM generate_series(1, 60) AS i
 UNION ALL
SELECT 200 + i, 8, 1, 70 + i FROM generate_series(1, 7) AS i;
INSERT INTO wish VALUES
  (300, 9, 1, 80, NULL, '{}', NULL),
  (1, 5, 1, 10, 3, '{}', NULL), (2, 5, 1, 10, 2, '{}', NULL), (3, 5, 1, 4, 1, '{sick,poor}', 'poor'),
  (4, 5, 1, 10, NULL, '{sick}', NULL), (5, 5, 2, 99, NULL, '{}', NULL), (5, 6, 1, 99, NULL, '{}', NULL),
  (101, 5, 2, 3, NULL, '{poor}', NULL), (300, 5, 2, 80, NULL, '{}', NULL);

CREATE TABLE placed AS
SELECT *
  FROM equity.allocate('TABLE wish', 'TABLE pool', 'TABLE reserve', 'TABLE cap', seed => 'seed');
CREATE VIEW cutoff AS
SELECT *
  FROM equity.cutoffs('TABLE wish', 'TABLE pool', 'TABLE reserve', 'TABLE cap', 'TABLE placed', seed => 'seed');
CREATE VIEW waiting AS
SELECT *
  FROM equity.waitlist('TABLE wish', 'TABLE pool', 'TABLE reserve', 'TABLE cap', 'TABLE placed', seed => 'seed');

-- why was 50.60 refused while that college has 23 of 38 filled?
SELECT applicant_id, "position", score FROM waiting WHERE pool_id = 7 AND seat = 'open' AND score = 50.60;
SELECT sum(held) AS filled, sum(seats) AS of FROM cutoff WHERE pool_id = 7;
SELECT seat, seats, held, is_full, last_score, stopped_by, cap_id FROM cutoff WHERE pool_id = 7;
SELECT sum(held) FROM cutoff WHERE pool_id IN (7, 8);

-- all of it, pool by pool in the order of their seats
SELECT pool_id, seat, precedence, seats, held, members_held, is_full, last_tier, last_score, last_tie, last_kept,
       stopped_by, cap_id
  FROM cutoff;
SELECT pool_id, seat, "position", applicant_id, choice, tier, score, tie,
       lottery = equity.lottery('seed', applicant_id) AS lottery
  FROM waiting
 WHERE pool_id <> 7;
-- who got better does not wait
SELECT count(*), min(score), max(score), max("position") FROM waiting WHERE pool_id = 7 AND seat = 'open';
SELECT count(*) FROM waiting WHERE pool_id = 8;

-- the lottery number of the last holder, of the applicant or of the applicant in the pool
SELECT last_score, last_lottery = equity.lottery('seed', 5) AS last_lottery
  FROM cutoff
 WHERE pool_id = 5
   AND seat = 'open';
SELECT last_lottery = equity.lottery('seed', 2, 5) AS last_lottery
  FROM equity.cutoffs('SELECT * FROM wish WHERE holds IS NULL', 'TABLE pool', NULL, 'TABLE cap',
                      'SELECT 2 AS applicant_id, 5 AS pool_id, ''open'' AS seat', 'lottery_per_pool', 'seed')
 WHERE pool_id = 5;

-- without reserves, caps, ties, groups and lottery; the order of rows has no say
SELECT *
  FROM equity.cutoffs('SELECT applicant_id, pool_id, choice, score FROM wish WHERE pool_id = 5',
                      'SELECT pool_id, 2::bigint AS seats FROM pool WHERE pool_id = 5', NULL, NULL,
                      'SELECT 4 AS applicant_id, 5 AS pool_id, ''open'' AS seat', tie_break => 'strict');
SELECT *
  FROM equity.waitlist('SELECT applicant_id, pool_id, choice, score FROM wish WHERE pool_id = 5 ORDER BY score',
                       'SELECT pool_id, seats FROM pool ORDER BY pool_id DESC', NULL, NULL,
                       'SELECT 4 AS applicant_id, 5 AS pool_id, ''open'' AS seat', tie_break => 'strict');
-- equals who are all in, beyond the seats; and a class that is out, though seats are left
CREATE VIEW same AS
SELECT applicant_id, pool_id, choice, score FROM wish WHERE applicant_id IN (1, 2, 4, 101) AND pool_id = 5;
CREATE FUNCTION pg_temp.of_classes(tie_break text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT * FROM equity.allocate(''TABLE same'', ''SELECT 5 AS pool_id, 2 AS seats'', tie_break => %L)',
                tie_break)
$$;
SELECT t AS tie_break, c.seats, c.held, c.is_full, c.last_score, c.stopped_by,
       (SELECT string_agg(w.applicant_id || ' with ' || w.score, ', ' ORDER BY w."position")
          FROM equity.waitlist('TABLE same', 'SELECT 5 AS pool_id, 2 AS seats', NULL, NULL, pg_temp.of_classes(t),
                               t) AS w) AS waiting
  FROM unnest('{admit_all,admit_none}'::text[]) AS t,
       equity.cutoffs('TABLE same', 'SELECT 5 AS pool_id, 2 AS seats', NULL, NULL, pg_temp.of_classes(t), t) AS c;
-- nobody, nothing
SELECT count(*), sum(held), bool_or(is_full)
  FROM equity.cutoffs('SELECT * FROM wish WHERE false', 'SELECT * FROM pool WHERE pool_id > 6', NULL, 'TABLE cap',
                      'SELECT * FROM placed WHERE false', 'strict');
SELECT count(*)
  FROM equity.waitlist('SELECT * FROM wish WHERE false', 'SELECT * FROM pool WHERE false', NULL, NULL,
                       'SELECT * FROM placed WHERE false', 'strict');

--
-- Errors
--

\pset format unaligned
\pset tuples_only on
\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
-- what both say
CREATE FUNCTION pg_temp.refused(placements text, wishes text DEFAULT 'TABLE wish', tie_break text DEFAULT 'strict')
  RETURNS SETOF text
  LANGUAGE sql
AS $$
  SELECT DISTINCT
         pg_temp.refusal(format('SELECT count(*)
                                   FROM equity.%I(%L, ''TABLE pool'', ''TABLE reserve'', ''TABLE cap'', %L, %L)',
                                f, wishes, placements, tie_break))
    FROM unnest('{cutoffs,waitlist}'::text[]) AS f
$$;
CREATE FUNCTION pg_temp.also(row_values text) RETURNS text LANGUAGE sql AS $$
  SELECT 'SELECT applicant_id, pool_id, seat FROM placed WHERE pool_id = 5 UNION ALL VALUES (' || $1 || ')'
$$;
-- an unknown applicant, an application that is not there, a pool that is not there
SELECT pg_temp.refused(pg_temp.also('999, 5, ''open'''));
SELECT pg_temp.refused(pg_temp.also('101, 8, ''open'''));
SELECT pg_temp.refused(pg_temp.also('101, 77, ''open'''));
-- placed twice
SELECT pg_temp.refused(pg_temp.also('101, 7, ''open''), (101, 5, ''open'''));
SELECT pg_temp.refused(pg_temp.also('101, 7, ''open''), (101, 7, ''open'''));
-- a seat that is not there, not for the applicant, or not the one held from before
SELECT pg_temp.refused(pg_temp.also('101, 7, ''poor'''));
SELECT pg_temp.refused(pg_temp.also('101, 7, ''island'''));
SELECT pg_temp.refused('SELECT 3 AS applicant_id, 5 AS pool_id, ''open'' AS seat');
-- columns of placements
SELECT pg_temp.refused('SELECT 3 AS applicant_id, 5 AS pool_id');
SELECT pg_temp.refused('SELECT 3 AS applicant_id, 5 AS pool_id, ''poor'' AS seat, 1 AS rank');
SELECT pg_temp.refused('SELECT 3 AS applicant_id, ''5'' AS pool_id, ''poor'' AS seat');
SELECT pg_temp.refused('SELECT 3 AS applicant_id, 5 AS pool_id, NULL AS seat');
SELECT pg_temp.refused(NULL);
SELECT pg_temp.refused('DELETE FROM placed RETURNING applicant_id, pool_id, seat');
-- what allocate refuses
SELECT pg_temp.refused('TABLE placed', NULL);
SELECT pg_temp.refused('TABLE placed', 'SELECT * FROM wish UNION ALL SELECT * FROM wish');
SELECT pg_temp.refused('TABLE placed', tie_break => 'lottery');
SELECT pg_temp.refused('TABLE placed', tie_break => 'luck');
SELECT pg_temp.refused('TABLE placed', tie_break => NULL);
-- memory
SET equity.max_memory = '1MB';
SELECT pg_temp.refusal($$SELECT count(*)
                           FROM equity.waitlist('SELECT i AS applicant_id, pool_id, pool_id AS choice, i AS score
                                                   FROM generate_series(1, 3300) AS i,
                                                        generate_series(4, 9) AS pool_id',
                                                'SELECT pool_id, seats FROM pool', NULL, NULL,
                                                'SELECT * FROM placed WHERE false', 'strict')$$);
RESET equity.max_memory;
DROP VIEW cutoff, waiting, same;
DROP TABLE pool, reserve, cap, wish, placed;
