-- call_order: a waiting list of which every beginning holds a minimum share of each group.
\set SHOW_CONTEXT never

CREATE TABLE candidate (pool_id bigint, applicant_id bigint, rank integer, groups text[]);
INSERT INTO candidate
SELECT 1, i, i,
       CASE WHEN i = 9 THEN '{remote,poor}'::text[]
            WHEN i IN (5, 6) THEN '{poor}'
            WHEN i IN (8, 10) THEN '{remote,other}' END
  FROM generate_series(1, 10) AS i;
CREATE TABLE share (pool_id bigint, reserve text, min_percent numeric, position integer);
INSERT INTO share VALUES (1, 'poor', 30, 1), (1, 'remote', 20, 2);

-- 9 is of both groups and serves both shares at position 1; 5 is due at position 4 (ceil(0.3 * 4) = 2), 8 at position 6
SELECT * FROM equity.call_order('TABLE candidate', 'TABLE share');
-- whatever the order of rows, and with ids of other types
SELECT array_agg(applicant_id ORDER BY position) AS called
  FROM equity.call_order('SELECT groups::varchar[] AS groups, rank::bigint AS rank,
                                 applicant_id::integer AS applicant_id, pool_id::smallint AS pool_id
                            FROM candidate
                           ORDER BY md5(rank::text)',
                         'SELECT pool_id, min_percent::double precision AS min_percent,
                                 reserve::varchar AS reserve, position
                            FROM share
                           ORDER BY position DESC');
-- the share with the smaller position goes first; without positions, the name
SELECT array_agg(applicant_id ORDER BY position) AS called
  FROM equity.call_order('SELECT * FROM candidate WHERE applicant_id <> 9',
                         'SELECT pool_id, reserve, min_percent, -position AS position FROM share');
SELECT array_agg(applicant_id ORDER BY position) AS called
  FROM equity.call_order('SELECT * FROM candidate WHERE applicant_id <> 9',
                         'SELECT pool_id, reserve, min_percent FROM share');
-- nothing is due of 0 percent; of 100 percent, all before anybody else
SELECT array_agg(applicant_id ORDER BY position) AS called
  FROM equity.call_order('TABLE candidate', 'SELECT pool_id, reserve, 0 AS min_percent FROM share');
SELECT array_agg(applicant_id ORDER BY position) AS called
  FROM equity.call_order('TABLE candidate',
                         'SELECT pool_id, reserve, 100 AS min_percent, position FROM share');
-- shares are exact: a third of 3 is 1, a little more than a third is 2
SELECT p AS min_percent, array_agg(applicant_id ORDER BY position) AS called
  FROM (VALUES (33.333333333333333333333333), (33.333333333333333333333334)) AS v (p),
       equity.call_order($$SELECT 1 AS pool_id, i AS applicant_id, i AS rank,
                                  CASE WHEN i > 4 THEN '{g}'::text[] END AS groups
                             FROM generate_series(1, 6) AS i$$,
                         format('SELECT 1 AS pool_id, ''g''::text AS reserve, %s AS min_percent', p))
 GROUP BY p
 ORDER BY p;
SELECT array_agg(applicant_id ORDER BY position) AS called
  FROM equity.call_order($$SELECT 1 AS pool_id, i AS applicant_id, i AS rank,
                                  CASE WHEN i > 4 THEN '{g}'::text[] END AS groups
                             FROM generate_series(1, 6) AS i$$,
                         'SELECT 1 AS pool_id, ''g''::text AS reserve, 100::numeric / 3 AS min_percent');
-- equal ranks go by id; pools have nothing to do with each other; a share of a pool without candidates is no trouble
SELECT *
  FROM equity.call_order('SELECT p AS pool_id, -i AS applicant_id, 0 AS rank, ARRAY[i::text] AS groups
                            FROM generate_series(1, 3) AS i, generate_series(1, 2) AS p',
                         $$SELECT *
                             FROM (VALUES (2, '1'::text, 50.0), (9, '1', 50))
                                    AS v (pool_id, reserve, min_percent)$$);
-- shares rounded down, as India's roster of posts counts: one of the other backward classes at 4, 8, 12, the scheduled
-- castes at 7, the scheduled tribes at 14 and there before the second of the castes
SELECT string_agg(CASE WHEN applicant_id > 100 THEN (ARRAY['ST', 'SC', 'OBC'])[applicant_id / 100] ELSE '-' END, ' '
                  ORDER BY position) AS roster
  FROM equity.call_order('SELECT 1 AS pool_id, i AS applicant_id, i AS rank, NULL::text[] AS groups
                            FROM generate_series(1, 20) AS i
                          UNION ALL
                          SELECT 1, 100 * g + i, 100 * g + i, ARRAY[(ARRAY[''ST'', ''SC'', ''OBC''])[g]]
                            FROM generate_series(1, 3) AS g, generate_series(1, 20) AS i',
                         'SELECT 1 AS pool_id, v.*
                            FROM (VALUES (''ST'', 7.5, 1), (''SC'', 15, 2), (''OBC'', 27, 3))
                              AS v (reserve, min_percent, position)',
                         'down')
 WHERE position <= 16;
SELECT array_agg(applicant_id ORDER BY position) AS rounded_down
  FROM equity.call_order('TABLE candidate', 'TABLE share', rounding => 'down');
-- nobody
SELECT * FROM equity.call_order('SELECT * FROM candidate WHERE false', 'TABLE share');

--
-- Errors
--

\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION pg_temp.refused(candidates text, shares text DEFAULT 'TABLE share', rounding text DEFAULT 'up')
  RETURNS text
  LANGUAGE sql
AS $$
  SELECT pg_temp.refusal(format('SELECT count(*) || '' rows'' FROM equity.call_order(%L, %L, %L)',
                                candidates, shares, rounding))
$$;
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.refused(NULL);
SELECT pg_temp.refused('TABLE candidate', NULL);
SELECT pg_temp.refused('TABLE candidate', rounding => NULL);
SELECT pg_temp.refused('TABLE candidate', rounding => 'nearest');
SELECT pg_temp.refused('TABLE candidate', 'SELECT 1 AS pool_id, ''a''::text AS reserve, 100.001 AS min_percent');
SELECT pg_temp.refused('TABLE candidate', 'SELECT 1 AS pool_id, ''a''::text AS reserve, -1 AS min_percent');
SELECT pg_temp.refused('TABLE candidate',
                       'SELECT 1 AS pool_id, ''a''::text AS reserve, ''NaN''::numeric AS min_percent');
SELECT pg_temp.refused('TABLE candidate', 'SELECT 1 AS pool_id, ''a''::text AS reserve, 1e-25 AS min_percent');
SELECT pg_temp.refused('TABLE candidate', 'SELECT 1 AS pool_id, ''a''::text AS reserve, NULL::numeric AS min_percent');
SELECT pg_temp.refused('TABLE candidate',
                       'SELECT pool_id, ''a''::text AS reserve, 5 AS min_percent, position FROM share');
SELECT pg_temp.refused('TABLE candidate',
                       'SELECT 3 AS pool_id, i::text AS reserve, 1 AS min_percent
                          FROM generate_series(1, 64) AS i');
SELECT pg_temp.refused('SELECT pool_id, 4 AS applicant_id, rank, groups FROM candidate');
SELECT pg_temp.refused('SELECT pool_id, applicant_id, NULL::integer AS rank, groups FROM candidate');
SELECT pg_temp.refused('SELECT pool_id, applicant_id, rank FROM candidate');
SELECT pg_temp.refused('SELECT pool_id, applicant_id, rank, 1 AS groups FROM candidate');
SELECT pg_temp.refused('SELECT 1 AS pool_id, 1 AS applicant_id, 1 AS rank, ARRAY[NULL, ''a''] AS groups');
SET equity.max_memory = '1MB';
SELECT pg_temp.refused('SELECT 1 AS pool_id, i AS applicant_id, 1 AS rank, NULL::text[] AS groups
                          FROM generate_series(1, 100000) AS i');
SELECT pg_temp.refused('TABLE candidate',
                       $$SELECT i AS pool_id, lpad(i::text, 10000, '0') AS reserve, 1 AS min_percent
                           FROM generate_series(1, 200) AS i$$);
RESET equity.max_memory;
