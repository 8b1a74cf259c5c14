-- apportion_matrix: seats with the totals of rows and of columns fixed.
\set SHOW_CONTEXT never

CREATE TABLE need (row_key text, col_key text, weight numeric);
INSERT INTO need VALUES
  ('north', 'a', 123),
  ('north', 'b', 45),
  ('north', 'c', 815),
  ('east', 'a', 912),
  ('east', 'b', 714),
  ('east', 'c', 414),
  ('south', 'a', 312),
  ('south', 'b', 255),
  ('south', 'c', 215);
CREATE TABLE province (row_key text, seats integer);
INSERT INTO province VALUES ('north', 5), ('east', 11), ('south', 4);
CREATE TABLE programme (col_key text, seats integer);
INSERT INTO programme VALUES ('a', 7), ('b', 5), ('c', 8);

SELECT * FROM equity.apportion_matrix('TABLE need', 'TABLE province', 'TABLE programme');
-- any order of rows and columns, other types
SELECT row_key, array_agg(seats ORDER BY col_key) AS seats
  FROM equity.apportion_matrix('SELECT weight::double precision AS weight, col_key::varchar AS col_key,
                                       row_key
                                  FROM need
                                 ORDER BY md5(row_key || col_key)',
                               'SELECT seats::bigint AS seats, row_key FROM province ORDER BY 1',
                               'SELECT seats::smallint AS seats, col_key FROM programme ORDER BY 1')
 GROUP BY 1
 ORDER BY 1;
-- only proportions within rows and columns matter: a row times a thousand, two columns by eight
SELECT row_key, array_agg(seats ORDER BY col_key) AS seats
  FROM equity.apportion_matrix($$SELECT row_key, col_key,
                                        weight * CASE row_key WHEN 'east' THEN 1000 ELSE 1 END
                                        / CASE col_key WHEN 'b' THEN 1 ELSE 8 END AS weight
                                   FROM need$$,
                               'TABLE province', 'TABLE programme')
 GROUP BY 1
 ORDER BY 1;
-- ties: the lexicographically largest
SELECT row_key, array_agg(seats ORDER BY col_key) AS seats
  FROM equity.apportion_matrix('SELECT r::text AS row_key, c::text AS col_key, 1 AS weight
                                  FROM generate_series(1, 3) AS r, generate_series(1, 3) AS c',
                               'SELECT r::text AS row_key, 4 AS seats FROM generate_series(1, 3) AS r',
                               'SELECT c::text AS col_key, 4 AS seats FROM generate_series(1, 3) AS c')
 GROUP BY 1
 ORDER BY 1;
-- a cell that is not given has no seat
SELECT row_key, array_agg(seats ORDER BY col_key) AS seats
  FROM equity.apportion_matrix('SELECT * FROM need WHERE row_key <> ''north'' OR col_key = ''c''',
                               'TABLE province', 'TABLE programme')
 GROUP BY 1
 ORDER BY 1;
-- nothing at all
SELECT *
  FROM equity.apportion_matrix('SELECT * FROM need WHERE false', 'SELECT * FROM province WHERE false',
                               'SELECT * FROM programme WHERE false');
SELECT *
  FROM equity.apportion_matrix('SELECT * FROM need WHERE false', 'SELECT row_key, 0 AS seats FROM province',
                               'SELECT col_key, 0 AS seats FROM programme LIMIT 1');

--
-- Divisors: each cell by one division
--

SELECT row_key, col_key, seats, weight, round(row_divisor, 6) AS row_divisor, round(col_divisor, 6) AS col_divisor,
       round(quotient, 6) AS quotient, tied
  FROM equity.apportion_divisors('TABLE need', 'TABLE province', 'TABLE programme');
SELECT bool_and(d.seats = m.seats) AS same_seats,
       bool_and(round(d.weight / (d.row_divisor * d.col_divisor)) = d.seats OR d.tied) AS cells_by_division
  FROM equity.apportion_divisors('TABLE need', 'TABLE province', 'TABLE programme') AS d
  JOIN equity.apportion_matrix('TABLE need', 'TABLE province', 'TABLE programme') AS m USING (row_key, col_key);
-- ties are told; a row without weights has no divisor
SELECT row_key, col_key, seats, weight, row_divisor IS NULL AS no_divisor, round(quotient, 6) AS quotient, tied
  FROM equity.apportion_divisors(
         'SELECT *
            FROM (VALUES (''a'', ''x'', 1), (''a'', ''y'', 1), (''b'', ''x'', 1), (''b'', ''y'', 1), (''c'', ''x'', 0))
              AS v (row_key, col_key, weight)',
         'SELECT * FROM (VALUES (''a'', 1), (''b'', 1), (''c'', 0)) AS v (row_key, seats)',
         'SELECT * FROM (VALUES (''x'', 1), (''y'', 1)) AS v (col_key, seats)');

--
-- Errors
--

\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION pg_temp.refused(weights text DEFAULT 'TABLE need', row_seats text DEFAULT 'TABLE province',
                                col_seats text DEFAULT 'TABLE programme')
  RETURNS text
  LANGUAGE sql
AS $$
  SELECT pg_temp.refusal(format('SELECT count(*) || '' rows'' FROM equity.apportion_matrix(%L, %L, %L)',
                                weights, row_seats, col_seats))
$$;
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.refused(NULL);
SELECT pg_temp.refused(row_seats => NULL);
SELECT pg_temp.refused(col_seats => NULL);
SELECT pg_temp.refused(col_seats => 'SELECT col_key, seats + 1 AS seats FROM programme');
SELECT pg_temp.refused('SELECT * FROM need WHERE row_key <> ''east'' OR col_key = ''c''');
SELECT pg_temp.refused('SELECT * FROM need WHERE row_key <> ''east''');
SELECT pg_temp.refused('SELECT * FROM need WHERE col_key <> ''b''');
SELECT pg_temp.refused('SELECT row_key, col_key, weight - 100 AS weight FROM need');
SELECT pg_temp.refused('SELECT row_key, col_key, ''NaN''::numeric AS weight FROM need');
SELECT pg_temp.refused('SELECT row_key, col_key, NULL::numeric AS weight FROM need');
SELECT pg_temp.refused($$SELECT row_key, col_key,
                                weight * CASE col_key WHEN 'a' THEN 1e18 ELSE 1e-18 END AS weight
                           FROM need$$);
SELECT pg_temp.refused('TABLE need UNION ALL VALUES (''north'', ''a'', 1)');
SELECT pg_temp.refused('TABLE need UNION ALL VALUES (''west'', ''a'', 1)');
SELECT pg_temp.refused('TABLE need UNION ALL VALUES (''north'', ''d'', 1)');
SELECT pg_temp.refused(row_seats => 'TABLE province UNION ALL VALUES (''north'', 0)');
SELECT pg_temp.refused(col_seats => 'TABLE programme UNION ALL VALUES (''a'', 0)');
SELECT pg_temp.refused(row_seats => 'SELECT row_key, seats - 10 AS seats FROM province');
SELECT pg_temp.refused(row_seats => 'SELECT row_key, NULL::integer AS seats FROM province');
SELECT pg_temp.refused('SELECT row_key, weight FROM need');
SELECT pg_temp.refused('SELECT 1 AS row_key, col_key, weight FROM need');
SET equity.max_memory = '1MB';
SELECT pg_temp.refused(
         row_seats => 'SELECT i::text AS row_key, 0 AS seats FROM generate_series(1, 2000) AS i',
         col_seats => 'SELECT i::text AS col_key, 0 AS seats FROM generate_series(1, 1000) AS i');
SELECT pg_temp.refused(row_seats => $$SELECT lpad(i::text, 10000, '0') AS row_key, 0 AS seats
                                        FROM generate_series(1, 200) AS i$$);
DROP TABLE need, province, programme;
