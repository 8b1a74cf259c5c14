-- apportion: seats in proportion to weights, as a window function.
\set SHOW_CONTEXT never

CREATE TABLE area (region text, province text, need integer);
INSERT INTO area VALUES
  ('north', 'a', 43), ('north', 'b', 33), ('north', 'c', 12), ('south', 'd', 8), ('south', 'e', 4),
  ('south', 'f', NULL);

-- the six methods
SELECT province, need,
       equity.apportion(need, 10, 'hamilton') OVER w AS hamilton,
       equity.apportion(need, 10) OVER w AS sainte_lague,
       equity.apportion(need, 10, 'dhondt') OVER w AS dhondt,
       equity.apportion(need, 10, 'huntington_hill') OVER w AS huntington_hill,
       equity.apportion(need, 10, 'adams') OVER w AS adams,
       equity.apportion(need, 10, 'dean') OVER w AS dean
  FROM area WINDOW w AS (ORDER BY province) ORDER BY province;
-- bounds; named arguments
SELECT province, equity.apportion(need, 10, minimum => 1) OVER w AS at_least_one,
       equity.apportion(need, 10, maximum => 3) OVER w AS at_most_three,
       equity.apportion(need, 10, 'dhondt', CASE province WHEN 'e' THEN 4 END,
                        CASE province WHEN 'a' THEN 2 END) OVER w AS some
  FROM area
WINDOW w AS (ORDER BY province)
 ORDER BY province;
-- nested: the seats of a region are those of its provinces
SELECT region, regional, province,
       equity.apportion(need, regional) OVER (PARTITION BY region ORDER BY province) AS seats
  FROM (SELECT a.*, r.regional
          FROM area AS a
          JOIN (SELECT region, equity.apportion(sum(need), 20) OVER (ORDER BY region) AS regional
                  FROM area
                 GROUP BY region) AS r USING (region)) AS x
 ORDER BY region, province;
-- a NULL weight takes no part, NULL seats give none; a zero weight keeps its minimum; no seats, no rows
SELECT w AS weight, equity.apportion(w, 5, 'adams') OVER o AS a, equity.apportion(w, NULL) OVER o AS b,
       equity.apportion(w, 7, 'dhondt', 1) OVER o AS c, equity.apportion(w, 0) OVER o AS d
  FROM unnest('{2,0,NULL,3}'::numeric[]) WITH ORDINALITY AS u (w, i)
WINDOW o AS (ORDER BY i);
SELECT equity.apportion(1, 5) OVER () FROM area WHERE false;
-- equal claims: the larger weight, then the earlier row
SELECT i, w AS weight, equity.apportion(w, 1, 'dhondt') OVER (ORDER BY i) AS one,
       equity.apportion(w, 4, 'dhondt') OVER (ORDER BY i) AS four,
       equity.apportion(w, 4, 'dhondt') OVER (ORDER BY i DESC) AS backwards
  FROM unnest('{6,6,3,3}'::integer[]) WITH ORDINALITY AS u (w, i)
 ORDER BY i;
SELECT w AS weight, equity.apportion(w, 2, 'dhondt') OVER (ORDER BY w) AS seats FROM unnest('{6,3}'::integer[]) AS w;
-- peers of equal weight are no trouble unless the last seat is tied between them
SELECT w AS weight, equity.apportion(w, 4) OVER () AS seats FROM unnest('{1,1,2}'::integer[]) AS w ORDER BY 1;
-- exact: thirty digits that differ in the last, any scale, a billion seats
SELECT i, equity.apportion(w, 1000000001, m) OVER (PARTITION BY m ORDER BY i) AS seats, m
  FROM unnest('{123456789012345678901234567890,123456789012345678901234567891,0.000001}'::numeric[])
         WITH ORDINALITY AS u (w, i),
       unnest('{hamilton,dean}'::text[]) AS m
 ORDER BY m, i;
SELECT equity.apportion(w, 3, 'huntington_hill') OVER (ORDER BY i) AS seats
  FROM (VALUES (1, 0.30000000000000000000000000000000000000000), (2, 3e-1), (3, 0.3000000000000001))
         AS v (i, w);
-- frames have no meaning
SELECT province,
       equity.apportion(need, 10) OVER (ORDER BY province ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS seats
  FROM area
 ORDER BY province;
-- quotas renewed after the minima, as Swiss law has it, and after maxima
SELECT canton,
       equity.apportion(w, 22, 'hamilton', 1) OVER o AS hamilton,
       equity.apportion(w, 22, 'hamilton_renewed', 1) OVER o AS renewed,
       equity.apportion(w, 22, 'hamilton_renewed', 1, 10) OVER o AS at_most_ten
  FROM (VALUES (1, 186), (2, 273), (3, 9)) AS v (canton, w)
WINDOW o AS (ORDER BY canton);
SELECT i, w AS weight,
       equity.apportion(w, 20, 'hamilton_renewed', CASE i WHEN 1 THEN 3 END) OVER (ORDER BY i) AS seats
  FROM unnest('{0,NULL,5,11,17}'::integer[]) WITH ORDINALITY AS u (w, i);
SELECT equity.apportion(w, 9, 'hamilton_renewed', 0, 3) OVER (ORDER BY w) AS all_at_the_maximum
  FROM (VALUES (1), (5), (9)) AS v (w);
SELECT seat, row_key, held, weight, quotient, rule, tied
  FROM equity.apportion_steps('SELECT i::text AS row_key, w AS weight, i AS position, 1 AS minimum, 4 AS maximum
                                 FROM (VALUES (1, 186), (2, 273), (3, 9), (4, 60)) AS v (i, w)',
                              9, 'hamilton_renewed');
-- weights of any kind of number: a float is its shortest decimal, and no whole number is too large
SELECT equity.apportion(w, 3, 'huntington_hill') OVER (ORDER BY i) AS floats,
       equity.apportion(w::numeric, 3, 'huntington_hill') OVER (ORDER BY i) AS numerics
  FROM (VALUES (1, 0.3::double precision), (2, 0.1 + 0.2::double precision), (3, 0.3)) AS v (i, w);
SELECT equity.apportion(w, 1) OVER (ORDER BY i) AS of_bigint, pg_typeof(w)
  FROM (VALUES (1, 9007199254740992), (2, 9007199254740993)) AS v (i, w);
SELECT equity.apportion(1::smallint, 5) OVER () AS of_smallint,
       equity.apportion(1.5, 5) OVER () AS of_numeric,
       equity.apportion(NULL, 5) OVER () AS of_nothing;
-- wide rows lie in memory of their own, which reading a later argument frees
SELECT sum(s)
  FROM (SELECT equity.apportion(w, 10, 'hamilton', 0 * length(repeat(big, 1))) OVER (ORDER BY i) AS s, big
          FROM (SELECT i, (i * 1.5)::numeric AS w, repeat('x', 20000) AS big
                  FROM generate_series(1, 6) AS i
                OFFSET 0) AS t) AS q
 WHERE length(big) > 0;
SELECT string_agg(s::text, ' ')
  FROM (SELECT equity.apportion(w, 10, method, 0 * length(repeat(big, 1))) OVER (ORDER BY i) AS s, big
          FROM (SELECT i, (i * 1.5)::numeric AS w, 'hamilton' || substr('', i) AS method, repeat('x', 20000) AS big
                  FROM generate_series(1, 6) AS i OFFSET 0) AS t) AS q
 WHERE length(big) > 0;
-- maxima below the seats
SELECT province,
       equity.apportion(need, 10, maximum => 1) OVER (PARTITION BY region ORDER BY province) AS seats
  FROM area
 ORDER BY province;
SELECT equity.apportion(0, 4, 'hamilton', 1) OVER () AS seats FROM area WHERE province < 'd';

--
-- Step by step
--

SELECT *
  FROM equity.apportion_steps($$SELECT chr(96 + i::integer) AS row_key, w AS weight, i AS position,
                                       CASE i WHEN 5 THEN 1 END AS minimum
                                  FROM unnest('{6,6,3,3,0.5}'::numeric[]) WITH ORDINALITY AS u (w, i)$$,
                              8, 'dhondt');
SELECT *
  FROM equity.apportion_steps('SELECT province AS row_key, need AS weight, ascii(province) AS position,
                                      2 AS maximum
                                 FROM area',
                              6, 'hamilton');
SELECT * FROM equity.apportion_steps('SELECT province AS row_key, need AS weight FROM area', 7, 'huntington_hill');
SELECT * FROM equity.apportion_steps('SELECT province AS row_key, need AS weight FROM area', 7, 'dean');
-- every method gives a row what apportion gives it
SELECT m AS method, p.province, p.seats, s.seats AS steps
  FROM unnest('{hamilton,hamilton_renewed,sainte_lague,dhondt,huntington_hill,adams,dean}'::text[]) AS m,
       LATERAL (SELECT province, equity.apportion(need, 23, m, 1, 9) OVER (ORDER BY province) AS seats
                  FROM area) AS p
  LEFT JOIN LATERAL (SELECT count(*) AS seats
                       FROM equity.apportion_steps('SELECT province AS row_key, need AS weight, 1 AS minimum,
                                                           9 AS maximum
                                                      FROM area',
                                                   23, m)
                      WHERE row_key = p.province) AS s
    ON true
 WHERE p.seats <> s.seats;

--
-- Errors
--

\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION pg_temp.refused(arguments text, rows text DEFAULT '(VALUES (1), (2)) AS v (i)',
                                over text DEFAULT 'ORDER BY i')
  RETURNS text
  LANGUAGE sql
AS $$
  SELECT pg_temp.refusal(format('SELECT array_agg(s)::text
                                   FROM (SELECT equity.apportion(%s) OVER (%s) AS s FROM %s) AS a',
                                arguments, over, rows))
$$;
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.refused('1.5 - i, 5');
SELECT pg_temp.refused('''NaN'', 5');
SELECT pg_temp.refused('''NaN''::numeric, 5');
SELECT pg_temp.refused('''Infinity'', 5');
SELECT pg_temp.refused('i, -5');
SELECT pg_temp.refused('i, 5 + i');
SELECT pg_temp.refused('i, nullif(i, 1)');
SELECT pg_temp.refused('i, nullif(i, 2)');
SELECT pg_temp.refused('i, 5, ''webster''');
SELECT length(pg_temp.refused('i, 5, repeat(''x'', 100000)')) AS message_is_cut;
SELECT pg_temp.refused('i, 5, NULL');
SELECT pg_temp.refused('i, 5, CASE i WHEN 1 THEN ''dhondt'' ELSE ''dean'' END');
SELECT pg_temp.refused('i, 5, CASE i WHEN 1 THEN ''dhondt'' ELSE ''Dhondt'' END');
SELECT pg_temp.refused('i, 5, minimum => -1');
SELECT pg_temp.refused('i, 5, minimum => 3, maximum => i');
SELECT pg_temp.refused('i, 5, minimum => 3');
SELECT pg_temp.refused('i, 5, minimum => 3, maximum => 3');
SELECT pg_temp.refused('1, 5');
SELECT pg_temp.refused('1, 5', over => '');
SELECT pg_temp.refused('1, 5', over => 'ORDER BY i / 9');
SELECT pg_temp.refused('1, 4', over => '');
SELECT pg_temp.refused('1, 5, ''hamilton''', over => '');
SELECT pg_temp.refused('1, 1, ''adams''', over => '');
SELECT pg_temp.refused('i * 1e35, 5');
SELECT pg_temp.refused('i * 1e35, 5, ''hamilton''', '(VALUES (5), (6)) AS v (i)');
SELECT pg_temp.refused('i * 1e36, 5');
SELECT pg_temp.refused('i * 1e-37, 5');
SET equity.max_memory = '1MB';
SELECT pg_temp.refused('i, 5', 'generate_series(1, 100000) AS i');
-- keys count too
SELECT count(*)
  FROM equity.apportion_steps($$SELECT lpad(i::text, 10000, '0') AS row_key, i AS weight, i AS position
                                  FROM generate_series(1, 200) AS i$$,
                              9);
RESET equity.max_memory;
SELECT equity.apportion(1, 5);
\set VERBOSITY sqlstate
SELECT * FROM equity.apportion_steps(NULL, 1);
SELECT * FROM equity.apportion_steps('SELECT ''a''::text AS row_key, 1 AS weight', NULL);
SELECT * FROM equity.apportion_steps('SELECT ''a''::text AS row_key, 1 AS weight', -1);
SELECT * FROM equity.apportion_steps('SELECT ''a''::text AS row_key, 1 AS weight', 1, 'webster');
SELECT * FROM equity.apportion_steps('SELECT ''a''::text AS row_key, 1 AS weight FROM area', 1);
SELECT * FROM equity.apportion_steps('SELECT province AS row_key, 1 AS weight FROM area', 1);
SELECT * FROM equity.apportion_steps('SELECT province AS row_key, 1 AS weight, 3000000000 AS maximum FROM area', 1);
SELECT * FROM equity.apportion_steps('SELECT 1 AS row_key, 1 AS weight', 1);
SELECT * FROM equity.apportion_steps('SELECT ''a''::text AS row_key, 1 AS weight', 1000000000);
