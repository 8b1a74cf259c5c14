-- Biproportional apportionment: a published table, small ones beside all matrices with the same totals,
-- and matrices of 77 provinces and 12 programmes in which no cycle improves.
BEGIN;
SELECT plan(12);

CREATE TEMPORARY TABLE published (row_key text, col_key text, weight integer, expected integer);
INSERT INTO published VALUES
  ('p1', 'd1', 123, 1),
  ('p1', 'd2', 45, 0),
  ('p1', 'd3', 815, 4),
  ('p2', 'd1', 912, 4),
  ('p2', 'd2', 714, 4),
  ('p2', 'd3', 414, 3),
  ('p3', 'd1', 312, 2),
  ('p3', 'd2', 255, 1),
  ('p3', 'd3', 215, 1);
SELECT results_eq(
  $$SELECT *
      FROM equity.apportion_matrix('SELECT row_key, col_key, weight FROM published',
                                   'SELECT row_key, sum(expected) AS seats FROM published GROUP BY 1',
                                   'SELECT col_key, sum(expected) AS seats FROM published GROUP BY 1')$$,
  'SELECT row_key, col_key, expected FROM published ORDER BY 1, 2',
  'three parties in three districts, English Wikipedia');

--
-- Small tables: every matrix with the same totals, in numeric
--

CREATE TEMPORARY TABLE cell AS
SELECT t, r, c,
       (CASE WHEN t % 3 = 0 THEN abs(hashint4(t * 97 + r * 7 + c)) % 3
             ELSE 1 + abs(hashint4(t * 97 + r * 7 + c)) % 50 END)::numeric AS weight,
       abs(hashint4(t * 31 + r * 5 + c)) % 3 AS given
  FROM generate_series(1, 60) AS t, generate_series(1, 2) AS r, generate_series(1, 3) AS c;
UPDATE cell SET given = 0 WHERE weight = 0;
CREATE TEMPORARY VIEW row_total AS SELECT t, r, sum(given) AS seats FROM cell GROUP BY 1, 2;
CREATE TEMPORARY VIEW col_total AS SELECT t, c, sum(given) AS seats FROM cell GROUP BY 1, 2;
-- two rows: the first one decides the second
CREATE TEMPORARY TABLE matrix AS
SELECT t,
       ARRAY[a, b, r1.seats - a - b, c1.seats - a, c2.seats - b, c3.seats - (r1.seats - a - b)]::integer[] AS x
  FROM (SELECT * FROM row_total WHERE r = 1) AS r1
  JOIN (SELECT * FROM col_total WHERE c = 1) AS c1 USING (t)
  JOIN (SELECT * FROM col_total WHERE c = 2) AS c2 USING (t)
  JOIN (SELECT * FROM col_total WHERE c = 3) AS c3 USING (t),
       LATERAL generate_series(0, least(r1.seats, c1.seats)::integer) AS a,
       LATERAL generate_series(0, least(r1.seats - a, c2.seats)::integer) AS b
 WHERE r1.seats - a - b <= c3.seats;
DELETE FROM matrix AS m
 USING cell AS k
 WHERE m.t = k.t
   AND k.weight = 0
   AND x[(r - 1) * 3 + c] > 0;
-- the product of weight / d over all seats, as a fraction
CREATE AGGREGATE pg_temp.product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = 1);
CREATE TEMPORARY TABLE valued AS
SELECT m.t, x, pg_temp.product(k.weight) AS above, pg_temp.product(2 * s - 1) AS below
  FROM matrix AS m
  JOIN cell AS k
    ON k.t = m.t
 CROSS JOIN LATERAL generate_series(1, x[(r - 1) * 3 + c]) AS s
 GROUP BY m.t, x;
CREATE FUNCTION pg_temp.solve(t integer) RETURNS integer[] LANGUAGE sql AS $$
  SELECT array_agg(m.seats ORDER BY row_key, col_key)
    FROM equity.apportion_matrix(
           format('SELECT r::text AS row_key, c::text AS col_key, weight
                     FROM cell
                    WHERE t = %s
                    ORDER BY md5(r || ''/'' || c)',
                  t),
           format('SELECT r::text AS row_key, seats::integer AS seats FROM row_total WHERE t = %s ORDER BY 2',
                  t),
           format('SELECT c::text AS col_key, seats::integer AS seats FROM col_total WHERE t = %s ORDER BY 2',
                  t)) AS m
$$;
CREATE TEMPORARY TABLE solved AS SELECT t, pg_temp.solve(t) AS x FROM generate_series(1, 60) AS t;
SELECT is_empty(
  $$SELECT s.t
      FROM solved AS s
     WHERE NOT EXISTS (SELECT FROM matrix AS m WHERE (m.t, m.x) = (s.t, s.x))$$,
  'each result has both totals and no seat without weight');
SELECT is_empty(
  $$SELECT s.t, s.x, better.x
      FROM solved AS s
      JOIN valued AS v
        ON (v.t, v.x) = (s.t, s.x)
      JOIN valued AS better
        ON better.t = s.t
     WHERE better.above * v.below > v.above * better.below
        OR better.above * v.below = v.above * better.below AND better.x > s.x$$,
  'none is better, none as good is lexicographically larger');

--
-- 77 provinces, 12 programmes
--

CREATE TEMPORARY TABLE large AS
SELECT n, 'p' || lpad(r::text, 2, '0') AS row_key, 'c' || lpad(c::text, 2, '0') AS col_key,
       abs(hashint4(n * 7001 + r * 100 + c)) % 2000 + 1 AS weight
  FROM generate_series(1, 3) AS n, generate_series(1, 77) AS r, generate_series(1, 12) AS c
 WHERE abs(hashint4(n * 9001 + r * 100 + c)) % 5 > 0;
CREATE TEMPORARY VIEW large_row AS
SELECT n, row_key, equity.apportion(sum(weight), 4000) OVER (PARTITION BY n ORDER BY row_key) AS seats
  FROM large
 GROUP BY 1, 2;
CREATE TEMPORARY VIEW large_col AS
SELECT n, col_key,
       equity.apportion(1000 + abs(hashtext(col_key || n)) % 1000, 4000) OVER (
         PARTITION BY n ORDER BY col_key) AS seats
  FROM large
 GROUP BY 1, 2;
CREATE TEMPORARY TABLE filled AS
SELECT n, m.*
  FROM generate_series(1, 3) AS n,
       equity.apportion_matrix(format('SELECT row_key, col_key, weight FROM large WHERE n = %s', n),
                               format('SELECT row_key, seats FROM large_row WHERE n = %s', n),
                               format('SELECT col_key, seats FROM large_col WHERE n = %s', n)) AS m;
SELECT set_eq(
  'SELECT n, row_key, sum(seats)::integer FROM filled GROUP BY 1, 2',
  'SELECT n, row_key, seats FROM large_row',
  'the totals of provinces hold');
SELECT set_eq(
  'SELECT n, col_key, sum(seats)::integer FROM filled GROUP BY 1, 2',
  'SELECT n, col_key, seats FROM large_col',
  'the totals of programmes hold');
SELECT is(
  (SELECT count(*)
     FROM filled AS f
     LEFT JOIN large AS l USING (n, row_key, col_key)
    WHERE f.seats > 0
      AND l.weight IS NULL),
  0::bigint,
  'no seat without weight');
SELECT is((SELECT count(*) FROM filled), 3 * 77 * 12::bigint, 'a row for each cell, given or not');
-- A seat may move from one column to another in any row: the cheapest row makes a distance between the columns,
-- and an alternating cycle is a cycle of such distances, which are followed through all columns in turn.
CREATE TEMPORARY TABLE distance AS
SELECT a.n, a.col_key AS add_col, b.col_key AS take_col,
       min(ln((2 * a.seats + 1)::numeric / a.weight) + ln(b.weight::numeric / (2 * b.seats - 1))) AS cost
  FROM (SELECT * FROM filled JOIN large USING (n, row_key, col_key)) AS a
  JOIN (SELECT * FROM filled JOIN large USING (n, row_key, col_key) WHERE seats > 0) AS b USING (n, row_key)
 WHERE a.col_key <> b.col_key
 GROUP BY 1, 2, 3;
DO $$
BEGIN
  FOR k IN 1 .. 12 LOOP
    INSERT INTO distance
    SELECT a.n, a.add_col, b.take_col, a.cost + b.cost
      FROM distance AS a
      JOIN distance AS b
        ON b.n = a.n
       AND a.take_col = b.add_col
     WHERE b.add_col = 'c' || lpad(k::text, 2, '0');
    CREATE TEMPORARY TABLE shortest AS
    SELECT n, add_col, take_col, min(cost) AS cost FROM distance GROUP BY 1, 2, 3;
    TRUNCATE distance;
    INSERT INTO distance TABLE shortest;
    DROP TABLE shortest;
  END LOOP;
END $$;
SELECT is(
  (SELECT count(*) FROM distance WHERE add_col = take_col),
  36::bigint,
  'every programme is part of cycles');
SELECT is_empty(
  'SELECT * FROM distance WHERE add_col = take_col AND cost < -1e-12',
  'no alternating cycle improves');

--
-- Divisors: anybody checks a cell by one division
--

SELECT is_empty(
  format($$SELECT d.*
             FROM equity.apportion_divisors('SELECT row_key, col_key, weight FROM large WHERE n = %1$s',
                                            'SELECT row_key, seats FROM large_row WHERE n = %1$s',
                                            'SELECT col_key, seats FROM large_col WHERE n = %1$s') AS d
            WHERE CASE WHEN d.tied THEN abs(abs(d.quotient - d.seats) - 0.5) > 1e-9
                       ELSE round(d.weight / (d.row_divisor * d.col_divisor)) <> d.seats END$$,
         n),
  'matrix ' || n || ': each cell is its weight over both divisors, rounded')
  FROM generate_series(1, 3) AS n;

SELECT * FROM finish();
ROLLBACK;
