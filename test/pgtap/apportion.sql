-- Apportionment: published tables, the rule carried out seat by seat in SQL, the properties that each
-- method is known to have (Balinski and Young 1982), and what it minimises, by brute force.
BEGIN;
SELECT plan(50);

CREATE FUNCTION pg_temp.apportion(weights numeric[], seats integer, method text,
                                  minima integer[] DEFAULT NULL, maxima integer[] DEFAULT NULL)
  RETURNS integer[]
  LANGUAGE sql
AS $$
  SELECT array_agg(s ORDER BY i)
    FROM (SELECT i, equity.apportion(w, $2, $3, $4[i], $5[i]) OVER (ORDER BY i) AS s
            FROM unnest($1) WITH ORDINALITY AS u (w, i)) AS a
$$;

--
-- Published
--

SELECT is(
  pg_temp.apportion('{5117,4400,162,161,160}', 100, 'hamilton'),
  '{51,44,2,2,1}'::integer[],
  'Balinski & Young 1975: hamilton');
SELECT is(
  pg_temp.apportion('{5117,4400,162,161,160}', 100, 'dhondt'),
  '{52,45,1,1,1}'::integer[],
  'Balinski & Young 1975: dhondt');
SELECT is(
  pg_temp.apportion('{5117,4400,162,161,160}', 100, 'sainte_lague'),
  '{51,43,2,2,2}'::integer[],
  'Balinski & Young 1975: sainte_lague');
SELECT is(
  pg_temp.apportion('{5117,4400,162,161,160}', 100, 'huntington_hill'),
  '{51,43,2,2,2}'::integer[],
  'Balinski & Young 1975: huntington_hill');
SELECT is(
  pg_temp.apportion('{5117,4400,162,161,160}', 100, 'adams'),
  '{51,43,2,2,2}'::integer[],
  'Balinski & Young 1975: adams');
SELECT is(
  pg_temp.apportion('{5117,4400,162,161,160}', 100, 'dean'),
  '{51,43,2,2,2}'::integer[],
  'Balinski & Young 1975: dean');
SELECT is(
  pg_temp.apportion('{2560,3315,995,5012}', 20, 'adams'),
  '{4,6,2,8}'::integer[],
  'US Census "methods of apportionment" example: adams');
SELECT is(
  pg_temp.apportion('{2560,3315,995,5012}', 20, 'dean'),
  '{4,6,2,8}'::integer[],
  'US Census "methods of apportionment" example: dean');
SELECT is(
  pg_temp.apportion('{2560,3315,995,5012}', 20, 'hamilton'),
  '{4,6,2,8}'::integer[],
  'US Census "methods of apportionment" example: hamilton');
SELECT is(
  pg_temp.apportion('{2560,3315,995,5012}', 20, 'huntington_hill'),
  '{4,6,2,8}'::integer[],
  'US Census "methods of apportionment" example: huntington_hill');
SELECT is(
  pg_temp.apportion('{2560,3315,995,5012}', 20, 'dhondt'),
  '{4,6,1,9}'::integer[],
  'US Census "methods of apportionment" example: dhondt');
SELECT is(
  pg_temp.apportion('{2560,3315,995,5012}', 20, 'sainte_lague'),
  '{4,6,2,8}'::integer[],
  'US Census "methods of apportionment" example: sainte_lague');
SELECT is(
  pg_temp.apportion('{43,33,12,8,4}', 10, 'adams'),
  '{4,3,1,1,1}'::integer[],
  'wahlrecht.de / Wikipedia: adams');
SELECT is(
  pg_temp.apportion('{43,33,12,8,4}', 10, 'huntington_hill'),
  '{4,3,1,1,1}'::integer[],
  'wahlrecht.de / Wikipedia: huntington_hill');
SELECT is(
  pg_temp.apportion('{43,33,12,8,4}', 10, 'dean'),
  '{4,3,1,1,1}'::integer[],
  'wahlrecht.de / Wikipedia: dean');
SELECT is(
  pg_temp.apportion('{43,33,12,8,4}', 10, 'sainte_lague'),
  '{5,3,1,1,0}'::integer[],
  'wahlrecht.de / Wikipedia: sainte_lague');
SELECT is(
  pg_temp.apportion('{43,33,12,8,4}', 10, 'dhondt'),
  '{5,4,1,0,0}'::integer[],
  'wahlrecht.de / Wikipedia: dhondt');
SELECT is(
  pg_temp.apportion('{43,33,12,8,4}', 10, 'hamilton'),
  '{4,3,1,1,1}'::integer[],
  'wahlrecht.de / Wikipedia: hamilton');
SELECT is(
  pg_temp.apportion('{11828277,9990488,6316080,5155933,4643272,2830238}', 598, 'sainte_lague'),
  '{173,146,93,76,68,42}'::integer[],
  'wahlrecht.de / Wikipedia: sainte_lague');
SELECT is(
  pg_temp.apportion('{2000,2000,1600,1600,800}', 20, 'dhondt', NULL, '{4,5,4,4,3}'),
  '{4,5,4,4,3}'::integer[],
  'kiesraad/abacus list exhaustion (upper bounds): dhondt');
CREATE TEMPORARY TABLE state_1880 (state text, population integer);
INSERT INTO state_1880 VALUES
  ('Alabama', 1262505),
  ('Arkansas', 802525),
  ('California', 864694),
  ('Colorado', 194327),
  ('Connecticut', 622700),
  ('Delaware', 146608),
  ('Florida', 269493),
  ('Georgia', 1542180),
  ('Illinois', 3077871),
  ('Indiana', 1978301),
  ('Iowa', 1624615),
  ('Kansas', 996096),
  ('Kentucky', 1648690),
  ('Louisiana', 939946),
  ('Maine', 648936),
  ('Maryland', 934943),
  ('Massachusetts', 1783085),
  ('Michigan', 1636937),
  ('Minnesota', 780773),
  ('Mississippi', 1131597),
  ('Missouri', 2168380),
  ('Nebraska', 452402),
  ('Nevada', 62266),
  ('New Hampshire', 346991),
  ('New Jersey', 1131116),
  ('New York', 5082871),
  ('North Carolina', 1399750),
  ('Ohio', 3198062),
  ('Oregon', 174768),
  ('Pennsylvania', 4282891),
  ('Rhode Island', 276531),
  ('South Carolina', 995577),
  ('Tennessee', 1542359),
  ('Texas', 1591749),
  ('Vermont', 332286),
  ('Virginia', 1512565),
  ('West Virginia', 618457),
  ('Wisconsin', 1315497);
SELECT results_eq(
  $$SELECT house, string_agg(left(state, 2) || seats, ' ' ORDER BY state)
      FROM (SELECT house, state,
                   equity.apportion(population, house, 'hamilton', 1) OVER (
                     PARTITION BY house ORDER BY state) AS seats
              FROM state_1880, unnest('{299,300}'::integer[]) AS house) AS a
     WHERE state IN ('Alabama', 'Illinois', 'Texas')
     GROUP BY house
     ORDER BY house$$,
  $$VALUES (299, 'Al8 Il18 Te9'), (300, 'Al7 Il19 Te10')$$,
  'the Alabama paradox: one seat more for the house of 1880, one less for Alabama');
SELECT is_empty(
  $$SELECT method, state
      FROM (SELECT method, state,
                   equity.apportion(population, 299, method, 1) OVER (
                     PARTITION BY method ORDER BY state) AS before,
                   equity.apportion(population, 300, method, 1) OVER (
                     PARTITION BY method ORDER BY state) AS after
              FROM state_1880,
                   unnest('{sainte_lague,dhondt,huntington_hill,adams,dean}'::text[]) AS method) AS a
     WHERE after < before$$,
  'which divisor methods do not know');
CREATE TEMPORARY TABLE state_2020 (state text, population integer, seats integer);
INSERT INTO state_2020 VALUES
  ('Alabama', 5030053, 7),
  ('Alaska', 736081, 1),
  ('Arizona', 7158923, 9),
  ('Arkansas', 3013756, 4),
  ('California', 39576757, 52),
  ('Colorado', 5782171, 8),
  ('Connecticut', 3608298, 5),
  ('Delaware', 990837, 1),
  ('Florida', 21570527, 28),
  ('Georgia', 10725274, 14),
  ('Hawaii', 1460137, 2),
  ('Idaho', 1841377, 2),
  ('Illinois', 12822739, 17),
  ('Indiana', 6790280, 9),
  ('Iowa', 3192406, 4),
  ('Kansas', 2940865, 4),
  ('Kentucky', 4509342, 6),
  ('Louisiana', 4661468, 6),
  ('Maine', 1363582, 2),
  ('Maryland', 6185278, 8),
  ('Massachusetts', 7033469, 9),
  ('Michigan', 10084442, 13),
  ('Minnesota', 5709752, 8),
  ('Mississippi', 2963914, 4),
  ('Missouri', 6160281, 8),
  ('Montana', 1085407, 2),
  ('Nebraska', 1963333, 3),
  ('Nevada', 3108462, 4),
  ('New Hampshire', 1379089, 2),
  ('New Jersey', 9294493, 12),
  ('New Mexico', 2120220, 3),
  ('New York', 20215751, 26),
  ('North Carolina', 10453948, 14),
  ('North Dakota', 779702, 1),
  ('Ohio', 11808848, 15),
  ('Oklahoma', 3963516, 5),
  ('Oregon', 4241500, 6),
  ('Pennsylvania', 13011844, 17),
  ('Rhode Island', 1098163, 2),
  ('South Carolina', 5124712, 7),
  ('South Dakota', 887770, 1),
  ('Tennessee', 6916897, 9),
  ('Texas', 29183290, 38),
  ('Utah', 3275252, 4),
  ('Vermont', 643503, 1),
  ('Virginia', 8654542, 11),
  ('Washington', 7715946, 10),
  ('West Virginia', 1795045, 2),
  ('Wisconsin', 5897473, 8),
  ('Wyoming', 577719, 1);
SELECT results_eq(
  $$SELECT state, equity.apportion(population, 435, 'huntington_hill') OVER (ORDER BY state)
      FROM state_2020
     ORDER BY state$$,
  'SELECT state, seats FROM state_2020 ORDER BY state',
  'House of Representatives by the census of 2020');
SELECT results_eq(
  $$SELECT state, equity.apportion(population, 435, 'huntington_hill', 1) OVER (ORDER BY population)
      FROM state_2020
     ORDER BY state$$,
  'SELECT state, seats FROM state_2020 ORDER BY state',
  'the same with the constitution''s seat for each state said, in another order');
-- New York's last claim of 2020 was 89 persons short of Minnesota's last seat
SELECT results_eq(
  $$SELECT state,
           equity.apportion(population + CASE state WHEN 'New York' THEN more ELSE 0 END, 435,
                            'huntington_hill') OVER (PARTITION BY more ORDER BY state)
      FROM state_2020, unnest('{88,89}'::integer[]) AS more
     ORDER BY more, state$$,
  $$SELECT state,
           seats + CASE WHEN more < 89 THEN 0
                        WHEN state = 'New York' THEN 1
                        WHEN state = 'Minnesota' THEN -1
                        ELSE 0 END
      FROM state_2020, unnest('{88,89}'::integer[]) AS more
     ORDER BY more, state$$,
  'with 89 persons more New York had kept a seat, as the Census Bureau said');

--
-- Seat by seat, in numeric
--

CREATE TEMPORARY TABLE house AS
SELECT h, m AS method, 1 + abs(hashint4(h * 7)) % 40 AS seats, 2 + abs(hashint4(h * 11)) % 5 AS rows,
       h % 3 AS kind
  FROM generate_series(1, 90) AS h,
       unnest('{hamilton,sainte_lague,dhondt,huntington_hill,adams,dean}'::text[]) AS m;
CREATE TEMPORARY TABLE party AS
SELECT h, method, i,
       CASE WHEN kind = 0 THEN abs(hashint4(h * 100 + i)) % 6
            WHEN kind = 1 THEN abs(hashint4(h * 100 + i)) / 100.0
            ELSE 123456789012345678901234567890 - abs(hashint4(h * 100 + i)) % 3 END AS weight,
       CASE WHEN h % 2 = 0 THEN abs(hashint4(h * 300 + i)) % 4 ELSE 0 END AS minimum,
       CASE WHEN h % 2 = 0 AND i % 2 = 0 THEN 3 + abs(hashint4(h * 500 + i)) % 9 END AS maximum
  FROM house, generate_series(1, rows) AS i;
DELETE FROM house AS h
 WHERE (SELECT sum(minimum) FROM party AS p WHERE (p.h, p.method) = (h.h, h.method)) > seats;

-- above 0 when weight a with s seats has the stronger claim; huntington_hill by squares
CREATE FUNCTION pg_temp.stronger(method text, a numeric, s integer, b numeric, t integer, seats integer,
                                 total numeric)
  RETURNS numeric
  LANGUAGE sql
AS $$
  SELECT CASE method
           WHEN 'hamilton' THEN (a * seats - s * total) - (b * seats - t * total)
           WHEN 'dhondt' THEN a * (t + 1) - b * (s + 1)
           WHEN 'sainte_lague' THEN a * (2 * t + 1) - b * (2 * s + 1)
           ELSE CASE WHEN s = 0 OR t = 0 THEN (s = 0)::integer - (t = 0)::integer
                     WHEN method = 'adams' THEN a * t - b * s
                     WHEN method = 'dean' THEN a * (2 * s + 1) * t * (t + 1) - b * (2 * t + 1) * s * (s + 1)
                     ELSE a * a * t * (t + 1) - b * b * s * (s + 1) END
         END
$$;
CREATE FUNCTION pg_temp.seat_by_seat(h integer, method text) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
  w numeric[] := ARRAY(SELECT weight FROM party AS p WHERE p.h = $1 AND p.method = $2 ORDER BY i);
  s integer[] := ARRAY(SELECT minimum FROM party AS p WHERE p.h = $1 AND p.method = $2 ORDER BY i);
  m integer[] := ARRAY(SELECT maximum FROM party AS p WHERE p.h = $1 AND p.method = $2 ORDER BY i);
  n integer := (SELECT seats FROM house WHERE house.h = $1 AND house.method = $2);
  total numeric := (SELECT sum(x) FROM unnest(w) AS x);
  best integer;
  order_ numeric;
BEGIN
  FOR turn IN 1 .. n - (SELECT sum(x) FROM unnest(s) AS x) LOOP
    best := NULL;
    FOR i IN 1 .. cardinality(w) LOOP
      CONTINUE WHEN w[i] = 0 OR s[i] >= m[i];
      order_ := CASE WHEN best IS NULL THEN 1
                     ELSE pg_temp.stronger(method, w[i], s[i], w[best], s[best], n, total) END;
      IF order_ > 0 OR order_ = 0 AND w[i] > w[best] THEN best := i; END IF;
    END LOOP;
    EXIT WHEN best IS NULL;
    s[best] := s[best] + 1;
  END LOOP;
  RETURN s;
END $$;
SET LOCAL client_min_messages = error;
SELECT is_empty(
  format($$SELECT h, method, a.s, pg_temp.seat_by_seat(h, method)
             FROM house
            CROSS JOIN LATERAL (SELECT pg_temp.apportion(
                                         array_agg(weight ORDER BY i), seats, %1$L,
                                         array_agg(minimum ORDER BY i), array_agg(maximum ORDER BY i)) AS s
                                  FROM party AS p
                                 WHERE (p.h, p.method) = (house.h, house.method)) AS a
            WHERE method = %1$L
              AND a.s IS DISTINCT FROM pg_temp.seat_by_seat(h, method)$$,
         m),
  m || ' is what giving seat by seat comes to')
  FROM unnest('{hamilton,sainte_lague,dhondt,huntington_hill,adams,dean}'::text[]) AS m;

--
-- Properties
--

CREATE TEMPORARY TABLE free AS
SELECT h, method, i, seats, weight, equity.apportion(weight, seats, method) OVER w AS s,
       equity.apportion(weight, seats + 1, method) OVER w AS s_more,
       equity.apportion(weight * 1.5, seats, method) OVER w AS s_scaled,
       equity.apportion(weight + CASE WHEN i = 1 THEN 7 ELSE 0 END, seats, method) OVER w AS s_grown,
       seats * weight / sum(weight) OVER (PARTITION BY h, method) AS quota
  FROM house
  JOIN party USING (h, method)
 WHERE weight > 0
WINDOW w AS (PARTITION BY h, method ORDER BY i);
SELECT is_empty(
  $$SELECT h, method FROM free GROUP BY h, method, seats HAVING sum(s) <> seats$$,
  'all seats are given');
SELECT is_empty(
  $$SELECT * FROM free WHERE method = 'hamilton' AND (s < floor(quota) OR s > ceil(quota))$$,
  'hamilton keeps the quota');
SELECT is_empty(
  $$SELECT *
      FROM free
     WHERE method = 'dhondt' AND s < floor(quota)
        OR method = 'adams' AND s > ceil(quota)$$,
  'dhondt keeps the lower quota, adams the upper one');
SELECT is_empty(
  $$SELECT * FROM free WHERE method <> 'hamilton' AND s_more < s$$,
  'divisor methods are house monotone');
SELECT is_empty($$SELECT * FROM free WHERE s_scaled <> s$$, 'only proportions matter');
SELECT is_empty(
  $$SELECT *
      FROM free
     WHERE method <> 'hamilton'
       AND (i = 1 AND s_grown < s OR i > 1 AND s_grown > s)$$,
  'who grows alone loses nothing to others who do not (divisor methods)');
SELECT is_empty(
  $$SELECT *
      FROM free AS a
      JOIN free AS b USING (h, method)
     WHERE a.weight > b.weight
       AND a.s < b.s$$,
  'who has more weight has not fewer seats');
SELECT is_empty(
  $$SELECT *
      FROM free AS a
      JOIN free AS b USING (h, method)
     WHERE a.weight = b.weight
       AND a.i < b.i
       AND a.s NOT IN (b.s, b.s + 1)$$,
  'who has equal weight has equal seats, or the earlier row one more');

--
-- What each method minimises, over all ways to give the seats
--

CREATE TEMPORARY TABLE small AS SELECT h, abs(hashint4(h)) % 8 + 4 AS seats FROM generate_series(1, 40) AS h;
CREATE TEMPORARY TABLE small_party AS
SELECT h, i, (abs(hashint4(h * 50 + i)) % 1000 + 1)::numeric AS weight
  FROM small, generate_series(1, 4) AS i;
CREATE TEMPORARY TABLE way AS
SELECT h, ARRAY[a, b, c, seats - a - b - c] AS s,
       (SELECT array_agg(weight ORDER BY i) FROM small_party AS p WHERE p.h = small.h) AS w,
       (SELECT sum(weight) FROM small_party AS p WHERE p.h = small.h) AS total, seats
  FROM small, LATERAL generate_series(0, seats) AS a, LATERAL generate_series(0, seats - a) AS b,
       LATERAL generate_series(0, seats - a - b) AS c;
-- where d(0) is 0, nobody may be without a seat
CREATE FUNCTION pg_temp.measure(method text, s integer[], w numeric[], total numeric, seats integer)
  RETURNS numeric
  LANGUAGE sql
AS $$
  SELECT CASE method
           WHEN 'hamilton' THEN sum(abs(s[i] - seats * w[i] / total))
           WHEN 'sainte_lague' THEN sum(s[i] * s[i] / w[i])
           WHEN 'dhondt' THEN max(s[i] / w[i])
           WHEN 'huntington_hill' THEN sum(CASE WHEN s[i] = 0 THEN 'Infinity' ELSE w[i] * w[i] / greatest(s[i], 1) END)
           WHEN 'adams' THEN max(CASE WHEN s[i] = 0 THEN 'Infinity' ELSE w[i] / greatest(s[i], 1) END) END
    FROM generate_series(1, 4) AS i
$$;
-- no transfer of a seat brings two rows' persons a seat nearer to each other
CREATE FUNCTION pg_temp.unfair_pairs(s integer[], w numeric[]) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM generate_series(1, 4) AS i, generate_series(1, 4) AS j
   WHERE i <> j AND s[i] > 1 AND abs(w[i] / greatest(s[i] - 1, 1) - w[j] / (s[j] + 1)) < abs(w[i] / s[i] - w[j] / s[j])
$$;
SELECT is_empty(
  format($$SELECT h, chosen.s, chosen.value, best.value
             FROM (SELECT DISTINCT ON (h)
                          h, pg_temp.apportion(w, seats, %1$L) AS s,
                          pg_temp.measure(%1$L, pg_temp.apportion(w, seats, %1$L), w, total, seats) AS value
                     FROM way) AS chosen
             JOIN (SELECT h, min(pg_temp.measure(%1$L, s, w, total, seats)) AS value
                     FROM way
                    GROUP BY h) AS best USING (h)
            WHERE chosen.value > best.value + 1e-12$$,
         m),
  m || ' minimises what it should')
  FROM unnest('{hamilton,sainte_lague,dhondt,huntington_hill,adams}'::text[]) AS m;
SELECT is_empty(
  $$SELECT h
      FROM (SELECT DISTINCT ON (h) h, w, pg_temp.apportion(w, seats, 'dean') AS s FROM way) AS a
     WHERE pg_temp.unfair_pairs(s, w) > 0$$,
  'dean: no transfer brings two rows nearer in persons a seat');

--
-- Plans
--

CREATE TEMPORARY TABLE many AS
SELECT i, abs(hashint4(i)) % 100000 + 1 AS weight, i % 7 AS part
  FROM generate_series(1, 20000) AS i;
CREATE FUNCTION pg_temp.digest() RETURNS text LANGUAGE sql AS $$
  SELECT md5(string_agg(s::text, ',' ORDER BY i))
    FROM (SELECT i, equity.apportion(weight, 5000, 'dean') OVER (PARTITION BY part ORDER BY i) AS s
            FROM many) AS a
$$;
CREATE TEMPORARY TABLE first AS SELECT pg_temp.digest();
-- by Hamilton's method the whole quota, and one more for the largest remainders
CREATE FUNCTION pg_temp.many_remainders(divisor bigint) RETURNS SETOF many LANGUAGE sql AS $$
  SELECT i, s,
         (floor(q) + (row_number() OVER (ORDER BY q - floor(q) DESC, weight DESC, i)
                        <= 123456 - sum(floor(q)) OVER ())::integer)::integer
    FROM (SELECT i, weight / divisor AS weight,
                 123456 * (weight / divisor)::numeric / sum(weight / divisor) OVER () AS q,
                 equity.apportion(weight / divisor, 123456, 'hamilton') OVER (ORDER BY i) AS s
            FROM many) AS a
$$;
SELECT is_empty(
  'SELECT * FROM pg_temp.many_remainders(1) AS m WHERE weight <> part',
  'hamilton: 20000 rows have whole quotas and the largest remainders one more');
SELECT is_empty(
  'SELECT * FROM pg_temp.many_remainders(30000) AS m WHERE weight <> part',
  'also when remainders are few and equal');
CREATE INDEX ON many (part, i);
SET LOCAL enable_sort = off;
SELECT is(pg_temp.digest(), (TABLE first), 'by an index');
SET LOCAL enable_sort = on;
SET LOCAL work_mem = '64kB';
SELECT is(pg_temp.digest(), (TABLE first), 'with partitions on disk');
DELETE FROM many WHERE i % 2 = 0;
INSERT INTO many
SELECT i, abs(hashint4(i)) % 100000 + 1 AS weight, i % 7 AS part
  FROM generate_series(20000, 1, -1) AS i
 WHERE i % 2 = 0;
SELECT is(pg_temp.digest(), (TABLE first), 'with rows in another order');

SELECT * FROM finish();
ROLLBACK;
