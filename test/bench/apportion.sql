-- Apportioning seats to :rows rows in one partition, and calling :rows candidates with three shares,
-- beside row_number() over the same rows in the same order. Each statement runs five times in turn
-- with the others; medians and their ratios are printed.

CREATE EXTENSION equity;

CREATE TABLE area AS
  SELECT i AS id, (hashint8(i) & 16777215)::bigint AS weight, 7 AS same,
         (hashint8(i) & 16777215) * 123456789012345678901::numeric AS wide
    FROM generate_series(1::bigint, :rows) AS i;
CREATE TABLE candidate AS
SELECT 1 AS pool_id, i AS applicant_id, hashint8(i) & 16777215 AS rank,
       ARRAY(SELECT g
               FROM unnest('{poor,remote,disabled}'::text[]) WITH ORDINALITY AS u (g, n)
              WHERE hashint8(i + n) % (2 * n + 1) = 0) AS groups
  FROM generate_series(1::bigint, :rows) AS i;
CREATE TABLE share AS
SELECT 1 AS pool_id, reserve, min_percent, position::integer
  FROM unnest('{poor,remote,disabled}'::text[], '{60,25,12.5}'::numeric[]) WITH ORDINALITY AS u (
         reserve, min_percent, position);
VACUUM ANALYZE area;
VACUUM ANALYZE candidate;

CREATE TEMP TABLE contestant (position integer, name text, statement text);
INSERT INTO contestant
SELECT n, name, format('SELECT sum(id * r) FROM (SELECT id, %s OVER (ORDER BY id) AS r FROM area) AS a', call)
  FROM (VALUES (1, 'row_number()', 'row_number()'),
               (2, 'hamilton', format('equity.apportion(weight, %s, ''hamilton'')', 10 * :rows)),
               (3, 'sainte_lague', format('equity.apportion(weight, %s)', 10 * :rows)),
               (4, 'sainte_lague, few seats', format('equity.apportion(weight, %s)', :rows / 10)),
               (5, 'sainte_lague, a billion seats', 'equity.apportion(weight, 1000000000)'),
               (6, 'huntington_hill',
                format('equity.apportion(weight, %s, ''huntington_hill'')', 10 * :rows)),
               (7, 'dhondt, equal weights',
                format('equity.apportion(same, %s, ''dhondt'')', 10 * :rows + :rows / 2)),
               (8, 'dhondt, weights of 28 digits',
                format('equity.apportion(wide, %s, ''dhondt'')', 10 * :rows))) AS v (n, name, call);
INSERT INTO contestant VALUES
  (9, 'row_number() of candidates',
   'SELECT sum(applicant_id * r)
      FROM (SELECT applicant_id, row_number() OVER (ORDER BY rank, applicant_id) AS r FROM candidate) AS a'),
  (10, 'call_order, three shares',
   'SELECT sum(applicant_id * position) FROM equity.call_order(''TABLE candidate'', ''TABLE share'')');

SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;
SET jit = off;
\ir timing.psql

\echo
\echo Apportioning and calling :rows rows; medians of five runs in turn
SELECT c.name, round(m.median) AS milliseconds, round(m.median / base.median, 2) AS "times row_number()"
  FROM contestant AS c
  JOIN timed AS m USING (position)
  JOIN timed AS base
    ON base.position = CASE WHEN c.position < 9 THEN 1 ELSE 9 END
 ORDER BY c.position;

\echo A matrix of 77 provinces and 12 programmes
CREATE TABLE cell AS
SELECT 'p' || p AS row_key, 'c' || c AS col_key, abs(hashint4(p * 100 + c)) % 2000 + 1 AS weight
  FROM generate_series(1, 77) AS p, generate_series(1, 12) AS c;
CREATE TABLE row_total AS
SELECT row_key, equity.apportion(sum(weight), 4000) OVER (ORDER BY row_key COLLATE "C") AS seats
  FROM cell
 GROUP BY row_key;
CREATE TABLE col_total AS
SELECT col_key, equity.apportion(sum(weight) + 5000, 4000) OVER (ORDER BY col_key COLLATE "C") AS seats
  FROM cell
 GROUP BY col_key;
\timing on
SELECT sum(seats) FROM equity.apportion_matrix('TABLE cell', 'TABLE row_total', 'TABLE col_total');
SELECT sum(seats) FROM equity.apportion_matrix('TABLE cell', 'TABLE row_total', 'TABLE col_total');
SELECT sum(seats) FROM equity.apportion_divisors('TABLE cell', 'TABLE row_total', 'TABLE col_total');
