-- What allocate refuses: SQLSTATE, message, and in the detail the ids.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on

CREATE TABLE pool (pool_id integer, seats integer);
CREATE TABLE wish (applicant_id integer, pool_id integer, choice integer, score numeric);
INSERT INTO pool VALUES (1, 1), (2, 2);
INSERT INTO wish VALUES (10, 1, 1, 3.5), (10, 2, 2, 9), (20, 1, 1, 4);

\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION pg_temp.refused(
  applications text, pools text DEFAULT 'TABLE pool', reserves text DEFAULT NULL, caps text DEFAULT NULL,
  mechanism text DEFAULT 'deferred_acceptance', tie_break text DEFAULT 'lottery', seed text DEFAULT 'seed')
  RETURNS text
  LANGUAGE sql
AS $$
  SELECT pg_temp.refusal(format('SELECT count(*) || '' rows''
                                   FROM equity.allocate(%L, %L, %L, %L, %L, %L, %L)',
                                applications, pools, reserves, caps, mechanism, tie_break, seed))
$$;
-- the rows of the market, and one more
CREATE FUNCTION pg_temp.with_wish(row_values text) RETURNS text LANGUAGE sql AS $$
  SELECT 'SELECT applicant_id::bigint, pool_id::bigint, choice::bigint, score FROM wish UNION ALL VALUES ('
         || $1 || ')'
$$;
CREATE FUNCTION pg_temp.with_pool(row_values text) RETURNS text LANGUAGE sql AS $$
  SELECT 'SELECT pool_id::bigint, seats::bigint FROM pool UNION ALL VALUES (' || $1 || ')'
$$;

-- arguments
SELECT pg_temp.refused(NULL);
SELECT pg_temp.refused('TABLE wish', NULL);
SELECT pg_temp.refused('TABLE wish', mechanism => NULL);
SELECT pg_temp.refused('TABLE wish', tie_break => NULL);
SELECT pg_temp.refused('TABLE wish', seed => NULL);
SELECT pg_temp.refused('TABLE wish', tie_break => 'lottery_per_pool', seed => NULL);
SELECT pg_temp.refused('TABLE wish', tie_break => 'strict', seed => NULL);
SELECT pg_temp.refused('TABLE wish', seed => '');
SELECT pg_temp.refused('TABLE wish', tie_break => t) FROM unnest('{Lottery,random,""}'::text[]) AS t;
SELECT pg_temp.refused('TABLE wish', mechanism => m) FROM unnest('{boston,"",NULL}'::text[]) AS m;

-- what a mechanism or a tie break cannot honour: 0A000
SELECT m || ': ' || pg_temp.refused('SELECT applicant_id, pool_id, choice, 1 AS score FROM wish',
                                    mechanism => m,
                                    reserves => 'SELECT 1 AS pool_id, ''poor'' AS reserve, 1 AS seats')
  FROM unnest(
         '{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS m;
SELECT m || ': ' || pg_temp.refused('SELECT applicant_id, pool_id, choice, 1 AS score FROM wish',
                                    mechanism => m, caps => 'SELECT 1 AS cap_id, 1 AS seats')
  FROM unnest(
         '{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS m;
SELECT m || ': ' || pg_temp.refused('SELECT applicant_id, pool_id, choice, 1 AS score FROM wish',
                                    'SELECT *, 1 AS min_seats FROM pool', mechanism => m)
  FROM unnest(
         '{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS m;
SELECT m || ': ' || pg_temp.refused($$SELECT applicant_id, pool_id, choice, 1 AS score,
                                             CASE applicant_id WHEN 20 THEN 'open' END AS holds
                                        FROM wish$$,
                                    mechanism => m)
  FROM unnest(
         '{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS m;
SELECT m || ', ' || t || ': '
       || pg_temp.refused('SELECT applicant_id, pool_id, choice, 1 AS score, applicant_id AS tie FROM wish',
                          mechanism => m, tie_break => t)
  FROM unnest(
         '{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS m,
       unnest('{lottery,lottery_per_pool,strict,admit_all,admit_none}'::text[]) AS t;
SELECT t || ': ' || pg_temp.refused('TABLE wish', tie_break => t, caps => 'SELECT 1 AS cap_id, 1 AS seats')
  FROM unnest('{lottery,lottery_per_pool,strict,admit_all,admit_none}'::text[]) AS t;
-- queries without rows ask for nothing
SELECT m || ': ' || pg_temp.refused($$SELECT applicant_id, pool_id, choice, 1 AS score,
                                             '{poor}'::text[] AS groups, NULL::text AS holds
                                        FROM wish$$,
                                    'SELECT *, 0 AS min_seats, NULL::bigint AS cap_id FROM pool',
                                    'SELECT 1 AS pool_id, ''poor''::text AS reserve, 1 AS seats WHERE false',
                                    'SELECT 1 AS cap_id, 1 AS seats WHERE false', m)
  FROM unnest(
         '{deferred_acceptance,serial_dictatorship,immediate_acceptance,top_trading_cycles}'::text[]) AS m;
-- a serial dictatorship has one score and tie for each applicant: 22023
SELECT pg_temp.refused('TABLE wish', mechanism => 'serial_dictatorship');
SELECT pg_temp.refused('SELECT applicant_id, pool_id, choice, 1 AS score, choice AS tie FROM wish',
                       mechanism => 'serial_dictatorship');

-- reserves
CREATE FUNCTION pg_temp.with_reserve(VARIADIC row_values text[]) RETURNS text LANGUAGE sql AS $$
  SELECT 'SELECT pool_id::bigint, reserve::text, seats::bigint, mode::text, "cascade"::text[], position::bigint'
         || ' FROM (VALUES ' || array_to_string($1, ', ')
         || ') AS v (pool_id, reserve, seats, mode, "cascade", position)'
$$;
SELECT pg_temp.refused('TABLE wish', reserves => pg_temp.with_reserve(r))
  FROM unnest(ARRAY[
         $$(2, 'poor', 2, NULL, NULL, NULL)$$,
         $$(2, 'poor', 0, 'before_open', '{}', -1)$$,
         $$(2, 'poor', 1, 'after_open', '{far,*}', 9223372036854775807)$$,
         -- NULL
         $$(NULL, 'poor', 1, NULL, NULL, NULL)$$,
         $$(2, NULL, 1, NULL, NULL, NULL)$$,
         $$(2, 'poor', NULL, NULL, NULL, NULL)$$,
         $$(2, 'poor', 1, NULL, '{far,NULL}', NULL)$$,
         -- out of range
         $$(2, 'poor', -1, NULL, NULL, NULL)$$,
         $$(2, 'poor', 2147483648, NULL, NULL, NULL)$$,
         $$(2, 'poor', 3, NULL, NULL, NULL)$$,
         -- words
         $$(2, 'open', 1, NULL, NULL, NULL)$$,
         $$(2, 'poor', 1, 'first', NULL, NULL)$$,
         $$(2, 'poor', 1, '', NULL, NULL)$$,
         $$(2, 'poor', 1, NULL, '{*,far}', NULL)$$,
         $$(2, 'poor', 1, NULL, '{far,far}', NULL)$$,
         $$(2, 'poor', 1, NULL, '{*,*}', NULL)$$,
         -- unknown pool
         $$(3, 'poor', 1, NULL, NULL, NULL)$$]) AS r;
SELECT pg_temp.refused('TABLE wish',
                       reserves => pg_temp.with_reserve(
                         $$(2, 'poor', 1, NULL, NULL, NULL)$$, $$(2, 'far', 0, NULL, NULL, NULL)$$,
                         $$(2, 'poor', 1, 'before_open', NULL, NULL)$$));
SELECT pg_temp.refused('TABLE wish',
                       reserves => pg_temp.with_reserve(
                         $$(2, 'poor', 1, NULL, NULL, NULL)$$, $$(2, 'far', 2, NULL, NULL, NULL)$$));
SELECT pg_temp.refused('TABLE wish', reserves => q)
  FROM unnest(ARRAY['SELECT 1 AS pool_id, 1 AS seats', 'SELECT 1 AS pool_id, 1 AS reserve, 1 AS seats',
                    'SELECT 1 AS pool_id, ''poor'' AS reserve',
                    'SELECT 1 AS pool_id, ''poor'' AS reserve, 1 AS seats, ''{*}'' AS "cascade"',
                    'SELECT 1 AS pool_id, ''poor'' AS reserve, 1 AS seats, 1.5 AS position']) AS q;
SELECT pg_temp.refused('SELECT *, ''poor'' AS groups FROM wish');
SELECT pg_temp.refused('SELECT *, ''{poor,NULL}''::text[] AS groups FROM wish',
                       reserves => pg_temp.with_reserve($$(2, 'poor', 1, NULL, NULL, NULL)$$));

-- caps
CREATE FUNCTION pg_temp.with_cap(VARIADIC row_values text[]) RETURNS text LANGUAGE sql AS $$
  SELECT 'SELECT cap_id::bigint, seats::bigint, parent_id::bigint, min_seats::bigint FROM (VALUES '
         || array_to_string($1, ', ') || ') AS v (cap_id, seats, parent_id, min_seats)'
$$;
SELECT pg_temp.refused('TABLE wish', caps => pg_temp.with_cap(VARIADIC r::text[]))
  FROM unnest(ARRAY['{"(7, 1, NULL, NULL)"}', '{"(7, 1, 8, NULL)","(8, 0, NULL, NULL)"}',
                    '{"(NULL, 1, NULL, NULL)"}', '{"(7, NULL, NULL, NULL)"}', '{"(7, -1, NULL, NULL)"}',
                    '{"(7, 2147483648, NULL, NULL)"}', '{"(7, 1, NULL, -1)"}', '{"(7, 1, 9, NULL)"}',
                    '{"(7, 1, NULL, NULL)","(7, 2, NULL, NULL)"}', '{"(7, 1, 7, NULL)"}',
                    '{"(9, 1, 8, NULL)","(7, 1, 9, NULL)","(8, 1, 7, NULL)","(1, 1, 8, NULL)"}']) AS r;
SELECT pg_temp.refused('TABLE wish', 'SELECT *, 7 AS cap_id FROM pool');
SELECT pg_temp.refused('TABLE wish', 'SELECT *, 7 AS cap_id FROM pool', caps => pg_temp.with_cap('(8, 1, NULL, NULL)'));
SELECT pg_temp.refused('TABLE wish', 'SELECT *, -1 AS min_seats FROM pool');
SELECT pg_temp.refused('TABLE wish', caps => 'SELECT 1 AS cap_id');

-- seats held from before
SELECT pg_temp.refused('SELECT *, CASE applicant_id WHEN 20 THEN ''poor'' END AS holds FROM wish');
SELECT pg_temp.refused('SELECT *, '''' AS holds FROM wish');
SELECT pg_temp.refused('SELECT *, ''open'' AS holds FROM wish WHERE pool_id = 1');
SELECT pg_temp.refused('SELECT *, ''poor'' AS holds FROM wish WHERE pool_id = 1',
                       reserves => pg_temp.with_reserve($$(1, 'poor', 1, NULL, NULL, NULL)$$));
SELECT pg_temp.refused('SELECT *, ''open'' AS holds FROM wish WHERE choice = 1',
                       'SELECT pool_id, 9 AS seats, 7 AS cap_id FROM pool',
                       caps => pg_temp.with_cap('(7, 5, 8, NULL)', '(8, 1, NULL, NULL)'));

-- columns: 42703 missing, 42804 of a type that does not serve
SELECT pg_temp.refused(q)
  FROM unnest(ARRAY['SELECT 1', 'VALUES (1, 1, 1, 7)', 'SELECT pool_id, choice, score FROM wish',
                    'SELECT applicant_id, choice, score FROM wish',
                    'SELECT applicant_id, pool_id, score FROM wish',
                    'SELECT applicant_id, pool_id, choice FROM wish',
                    'SELECT applicant_id AS "Applicant_id", pool_id, choice, score FROM wish']) AS q;
SELECT pg_temp.refused('TABLE wish', q) FROM unnest(ARRAY['SELECT 1 AS pool', 'SELECT pool_id FROM pool']) AS q;
-- a column that is not read may be a misspelt one: 42703, with the nearest name, unless it begins with _
SELECT pg_temp.refused('SELECT *, ' || q || ' FROM wish')
  FROM unnest(ARRAY['''{poor}''::text[] AS "group"', '1 AS ties', '''open'' AS hold', '1 AS now, 2 AS then',
                    '1 AS _now']) AS q;
SELECT pg_temp.refused('TABLE wish', 'SELECT *, 7 AS cap FROM pool', caps => 'SELECT 7 AS cap_id, 0 AS seats');
SELECT pg_temp.refused('TABLE wish', 'SELECT *, 1 AS minimum FROM pool');
SELECT pg_temp.refused('TABLE wish',
                       reserves => 'SELECT 1 AS pool_id, ''poor'' AS reserve, 1 AS seats, 1 AS positon');
SELECT pg_temp.refused('TABLE wish', caps => 'SELECT 7 AS cap_id, 0 AS seats, NULL::integer AS parent');
SELECT pg_temp.refused('SELECT *, score FROM wish');
SELECT pg_temp.refused(format('SELECT applicant_id%s, pool_id%s, choice%s, score%s FROM wish', a, p, c, s))
  FROM (VALUES ('::text AS applicant_id', '', '', ''),
               ('::numeric AS applicant_id', '', '', ''),
               ('', '::text AS pool_id', '', ''),
               ('', '', '::float8 AS choice', ''),
               ('', '', '', '::text AS score'),
               ('', '', '', ' > 3 AS score'),
               ('', '', '', ', ''x''::text AS tie'),
               ('', '', '', ', now() AS tie')) AS v (a, p, c, s);
SELECT pg_temp.refused('TABLE wish', 'SELECT pool_id, seats::numeric AS seats FROM pool');
-- an optional column without a type is for NULL alone, whatever else is wrong with the row
SELECT pg_temp.refused('TABLE wish', q)
  FROM unnest(ARRAY['SELECT *, NULL AS cap_id FROM pool',
                    'SELECT *, CASE pool_id WHEN 2 THEN ''9'' END AS cap_id FROM pool',
                    'SELECT pool_id, nullif(seats, 2) AS seats, ''9'' AS cap_id FROM pool',
                    'SELECT pool_id, NULL AS seats FROM pool']) AS q;

-- NULL: 22004
SELECT pg_temp.refused(pg_temp.with_wish(r))
  FROM unnest(ARRAY['NULL::bigint, 1, 3, 5', '30, NULL::bigint, 1, 5', '30, 1, NULL::bigint, 5',
                    '30, 1, 1, NULL::numeric']) AS r;
SELECT pg_temp.refused('TABLE wish', pg_temp.with_pool(r))
  FROM unnest(ARRAY['NULL::bigint, 1', '3, NULL::bigint']) AS r;

-- out of range: 22023
SELECT pg_temp.refused(pg_temp.with_wish(r))
  FROM unnest(ARRAY['30, 1, -1, 5', '30, 1, 2147483648, 5', '30, 1, 1, numeric ''NaN''',
                    '30, 1, 1, numeric ''Infinity''', '30, 1, 1, numeric ''-Infinity''']) AS r;
SELECT pg_temp.refused(format('SELECT applicant_id, pool_id, choice, %L::%s AS score FROM wish', n, t))
  FROM unnest('{NaN,Infinity,-Infinity}'::text[]) AS n, unnest('{real,double precision}'::text[]) AS t;
SELECT pg_temp.refused('SELECT *, ''NaN''::numeric AS tie FROM wish');
SELECT pg_temp.refused('SELECT *, ''-Infinity''::float8 AS tie FROM wish');
SELECT pg_temp.refused('TABLE wish', pg_temp.with_pool(r)) FROM unnest(ARRAY['3, -1', '3, 2147483648']) AS r;
-- numbers that cannot be held exactly
SELECT pg_temp.refused(pg_temp.with_wish(r))
  FROM unnest(ARRAY['30, 1, 1, 1e36', '30, 1, 1, 1e-40', '30, 1, 1, 1e35', '30, 1, 1, 1e30']) AS r;
SELECT pg_temp.refused('SELECT applicant_id, pool_id, choice, 1e300::float8 AS score FROM wish');

-- twice: 23505
SELECT pg_temp.refused(pg_temp.with_wish('20, 1, 2, 5'));
SELECT pg_temp.refused(pg_temp.with_wish('10, 2, 2, 9'));
SELECT pg_temp.refused(pg_temp.with_wish('20, 2, 1, 5'));
SELECT pg_temp.refused('TABLE wish', pg_temp.with_pool('2, 1'));
-- unknown pool: 23503
SELECT pg_temp.refused(pg_temp.with_wish('30, 99, 1, 5'));
SELECT pg_temp.refused('TABLE wish', 'SELECT * FROM pool WHERE false');

-- a tie at a cut-off: 22023 with strict, naming pool and score
SELECT pg_temp.refused(pg_temp.with_wish('30, 1, 1, 4.00'), tie_break => 'strict');
SELECT pg_temp.refused('SELECT i AS applicant_id, -7 AS pool_id, 1 AS choice,
                               0.123456789012345678901234567890 AS score
                          FROM generate_series(1, 3) AS i',
                       'SELECT -7 AS pool_id, 2 AS seats', tie_break => 'strict');
SELECT pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score, NULL::integer AS tie
                          FROM generate_series(1, 3) AS i',
                       tie_break => 'strict');
SELECT pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score, nullif(i, 3) AS tie
                          FROM generate_series(1, 3) AS i',
                       tie_break => 'strict');

-- also of a cap, and of a reserve
SELECT pg_temp.refused('SELECT *
                          FROM (VALUES (1, 1, 1, 5), (2, 2, 1, 5)) AS v (applicant_id, pool_id, choice,
                                                                         score)',
                       'SELECT pool_id, 1 AS seats, 7 AS cap_id FROM pool',
                       caps => pg_temp.with_cap('(7, 1, NULL, NULL)'), tie_break => 'strict');
SELECT pg_temp.refused(
         $$SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, 5 AS score, '{poor}'::text[] AS groups
             FROM generate_series(1, 2) AS i$$,
         reserves => pg_temp.with_reserve($$(1, 'poor', 1, NULL, '{}', NULL)$$), tie_break => 'strict');

-- queries that are no queries, that raise, or that write
SELECT pg_temp.refused(q)
  FROM unnest(ARRAY['', ';', '-- nothing', 'SELEC', 'TABLE nowhere', 'SELECT 1/0 AS applicant_id',
                    'SET work_mem = 100', 'SHOW work_mem', 'EXPLAIN TABLE wish', 'COMMIT', 'VACUUM',
                    'LISTEN x', 'TABLE wish; TABLE wish', 'TABLE wish; DROP TABLE wish', 'DROP TABLE wish',
                    'CREATE TABLE other AS TABLE wish', 'SELECT * INTO other FROM wish', 'TRUNCATE wish',
                    'COPY wish TO STDOUT', 'DECLARE c CURSOR FOR TABLE wish', 'CALL nothing()',
                    'DO $d$ BEGIN END $d$', 'SELECT $1 AS applicant_id',
                    'INSERT INTO wish VALUES (1, 2, 3, 4) RETURNING *',
                    'UPDATE wish SET choice = choice RETURNING *', 'DELETE FROM wish RETURNING *',
                    'WITH w AS (DELETE FROM wish RETURNING *) TABLE w',
                    'SELECT * FROM wish FOR UPDATE']) AS q;
SELECT pg_temp.refused('TABLE wish', q)
  FROM unnest(ARRAY['', 'TABLE pool; TABLE pool', 'DELETE FROM pool RETURNING *',
                    'SELECT pool_id, seats / 0 AS seats FROM pool']) AS q;
-- nor may a function write that a query calls; also where the caller catches the error, and goes on writing
CREATE FUNCTION pg_temp.writes() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO wish VALUES (99, 1, 1, 1);
  RETURN 1;
END $$;
SELECT pg_temp.refused('SELECT applicant_id, pool_id, choice, pg_temp.writes() AS score FROM wish');
SELECT pg_temp.refused('SELECT applicant_id, pool_id, choice,
                               set_config(''transaction_read_only'', ''off'', true)::integer AS score FROM wish');
SELECT current_setting('transaction_read_only');
CREATE TABLE written AS
SELECT pg_temp.refused('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, pg_temp.writes() AS score');
TABLE written;
DROP TABLE written;
SELECT count(*) FROM wish;

-- rights are the caller's: also behind a view that may be read
CREATE ROLE regress_equity_applicant;
GRANT SELECT ON pool TO regress_equity_applicant;
GRANT USAGE ON SCHEMA equity TO regress_equity_applicant;
CREATE VIEW allocation AS SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
GRANT SELECT ON allocation TO regress_equity_applicant;
SET ROLE regress_equity_applicant;
\set VERBOSITY sqlstate
SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
SELECT * FROM allocation;
SELECT *
  FROM equity.allocate('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score', 'TABLE pool',
                       seed => 'seed');
RESET ROLE;
-- row security holds for whom it is made: the caller sees own rows only
ALTER TABLE wish ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON wish TO regress_equity_applicant USING (applicant_id = 20);
GRANT SELECT ON wish TO regress_equity_applicant;
SET ROLE regress_equity_applicant;
SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
SET row_security = off;
SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
RESET row_security;
RESET ROLE;
\set VERBOSITY default
DROP OWNED BY regress_equity_applicant;
DROP ROLE regress_equity_applicant;
DROP VIEW allocation;

-- memory: a market that may not fit is refused before it is held
SET equity.max_memory = '1MB';
SELECT left(pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, i AS score
                               FROM generate_series(1, 100000) AS i'),
            64);
SELECT pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, i AS score
                          FROM generate_series(1, 1000) AS i');
SELECT left(pg_temp.refused('SELECT i AS applicant_id, i AS pool_id, 1 AS choice, i AS score
                               FROM generate_series(1, 5) AS i',
                            'SELECT i AS pool_id, 1 AS seats FROM generate_series(1, 1000000) AS i'),
            64);
SELECT left(pg_temp.refused('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score',
                            reserves => 'SELECT 1 AS pool_id, i::text AS reserve, 0 AS seats
                                           FROM generate_series(1, 100000) AS i'),
            64);
SELECT left(pg_temp.refused('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score',
                            caps => 'SELECT i AS cap_id, 0 AS seats FROM generate_series(1, 100000) AS i'),
            64);
RESET equity.max_memory;
SELECT pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, i AS score
                          FROM generate_series(1, 100000) AS i');

-- after all that, everything still works
SELECT * FROM equity.allocate('TABLE wish', 'TABLE pool', seed => 'seed');
DROP TABLE wish, pool;
