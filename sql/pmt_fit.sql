-- Calibration: least squares, robust errors, a card made from a model, and what each cut-off costs.
-- The arithmetic against 113 bits is in test/unit/least_squares.c.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET extra_float_digits = 0;

\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
-- the largest relative difference of two arrays
CREATE FUNCTION distance(got double precision[], wanted double precision[]) RETURNS double precision
  LANGUAGE sql
  RETURN (SELECT max(abs(g - w) / abs(w)) + CASE WHEN cardinality(got) = cardinality(wanted) THEN 0 END
            FROM unnest(got, wanted) AS v (g, w));

-- Longley's data (1967) and the values that NIST certifies of it: columns that are nearly each other
CREATE TABLE longley (y double precision, x double precision[]);
INSERT INTO longley VALUES
  (60323, '{83.0,234289,2356,1590,107608,1947}'), (61122, '{88.5,259426,2325,1456,108632,1948}'),
  (60171, '{88.2,258054,3682,1616,109773,1949}'), (61187, '{89.5,284599,3351,1650,110929,1950}'),
  (63221, '{96.2,328975,2099,3099,112075,1951}'), (63639, '{98.1,346999,1932,3594,113270,1952}'),
  (64989, '{99.0,365385,1870,3547,115094,1953}'), (63761, '{100.0,363112,3578,3350,116219,1954}'),
  (66019, '{101.2,397469,2904,3048,117388,1955}'), (67857, '{104.6,419180,2822,2857,118734,1956}'),
  (68169, '{108.4,442769,2936,2798,120445,1957}'), (66513, '{110.8,444546,4681,2637,121950,1958}'),
  (68655, '{112.6,482704,3813,2552,123366,1959}'), (69564, '{114.2,502601,3931,2514,125368,1960}'),
  (69331, '{115.7,518173,4806,2572,127852,1961}'), (70551, '{116.9,554894,4007,2827,130081,1962}');
SELECT distance((m).coefficients,
                '{-3482258.63459582,15.0618722713733,-0.0358191792925910,-2.02022980381683,
                  -1.03322686717359,-0.0511041056535807,1829.15146461355}')
         < 1e-9 AS coefficients,
       distance((m).standard_errors,
                '{890420.383607373,84.9149257747669,0.0334910077722432,0.488399681651699,
                  0.214274163161675,0.226073200069370,455.478499142212}')
         < 1e-9 AS standard_errors,
       abs((m).residual_error - 304.854073561965) < 1e-7 AS residual_error,
       abs((m).r_squared - 0.995479004577296) < 1e-12 AS r_squared,
       abs((m).adjusted_r_squared - (1 - (1 - 0.995479004577296) * 15 / 9)) < 1e-12 AS adjusted, (m).n
  FROM (SELECT equity.pmt_fit(y, x) AS m FROM longley) AS f;

-- households of a survey
CREATE TABLE survey AS
SELECT i AS id, 1 + i % 7 AS members, i % 3 AS vehicles, (i * i % 11)::double precision / 3 AS rooms,
       i % 5 = 0 AS television, 0.25 + i % 13 AS weight,
       8.4 - 0.11 * (1 + i % 7) + 0.2 * (i % 3) + sin(i) * (0.1 + 0.05 * (i % 7)) AS income
  FROM generate_series(1, 3000) AS i;
CREATE VIEW sample AS
SELECT id, income AS y, ARRAY[members, vehicles, rooms, television::integer]::double precision[] AS x, weight
  FROM survey;

-- with one column it is what regr_slope and its like say
SELECT distance((m).coefficients, ARRAY[intercept, slope]) < 1e-12 AS coefficients,
       abs((m).r_squared / r2 - 1) < 1e-10 AS r_squared, (m).n = n AS n
  FROM (SELECT equity.pmt_fit(income, ARRAY[members]::double precision[]) AS m,
               regr_intercept(income, members) AS intercept, regr_slope(income, members) AS slope,
               regr_r2(income, members) AS r2, regr_count(income, members) AS n
          FROM survey) AS f;
-- a weight is a row repeated, as far as coefficients go
SELECT distance((a.m).coefficients, (b.m).coefficients) < 1e-10 AS coefficients, (a.m).n AS rows, (b.m).n AS repeated
  FROM (SELECT equity.pmt_fit(y, x, id % 4) AS m FROM sample) AS a,
       (SELECT equity.pmt_fit(y, x) AS m FROM sample, generate_series(1, id % 4)) AS b;
-- what is left is at right angles to the constant and every column
SELECT bool_and(abs(dot) < 1e-8) AS normal_equations
  FROM (SELECT equity.pmt_fit(y, x, weight) AS m FROM sample) AS f,
       LATERAL (SELECT sum(weight * (y - equity.pmt_predict(m, x)) * v) AS dot
                  FROM sample, unnest(1::double precision || x) WITH ORDINALITY AS c (v, i) GROUP BY i) AS d;
-- robust errors by their definition
CREATE TABLE fit AS SELECT equity.pmt_fit(y, x, weight) AS m FROM sample;
CREATE FUNCTION sandwich(kind text) RETURNS double precision[] LANGUAGE sql
BEGIN ATOMIC
  WITH b AS (
    SELECT i, j, (m).inverse[i][j] AS v
      FROM fit, generate_series(1, 5) AS i, generate_series(1, 5) AS j
  ), r AS (
    SELECT id, weight AS w, y - equity.pmt_predict(m, x) AS e, 1::double precision || x AS x
      FROM sample, fit
  ), s AS (
    SELECT r.*,
           CASE kind WHEN 'HC3' THEN e / (1 - w * (SELECT sum(r.x[i] * v * r.x[j]) FROM b))
                     ELSE e * sqrt(3000 / 2995.0) END AS e2
      FROM r
  ), t AS (
    SELECT b.i, sum((w * e2 * h.v) ^ 2) AS v
      FROM s, generate_series(1, 5) AS b (i),
           LATERAL (SELECT sum(b2.v * s.x[b2.j]) AS v FROM b AS b2 WHERE b2.i = b.i) AS h
     GROUP BY b.i
  )
  SELECT array_agg(sqrt(v) ORDER BY i)
    FROM t;
END;
SELECT distance(equity.pmt_robust_errors(m, y, x, weight), sandwich('HC1')) < 1e-10 AS hc1,
       distance(equity.pmt_robust_errors(m, y, x, weight, 'HC3'), sandwich('HC3')) < 1e-10 AS hc3
  FROM sample, fit;

-- a NULL keeps a row out, and nothing comes of nothing
SELECT (equity.pmt_fit(y, x, w)).n
  FROM (SELECT y, x, 1 AS w
          FROM sample
        UNION ALL VALUES (NULL, '{1,2,3,4}'::double precision[], 1), (1, NULL, 1), (1, '{1,NULL,3,4}', 1),
                         (1, '{1,2,3,4}', NULL), (1, '{1,2,3,4}', 0)) AS v (y, x, w);
SELECT equity.pmt_fit(y, x) IS NULL AS nothing, equity.pmt_robust_errors(NULL, y, x) IS NULL AS no_model
  FROM sample
 WHERE id < 0;
-- the mean is a model too; as many coefficients as rows leave no errors
SELECT m.* FROM (SELECT (equity.pmt_fit(y, '{}')).* FROM (VALUES (1), (2), (6)) AS v (y)) AS m;
SELECT m.coefficients, m.standard_errors, m.r_squared, m.adjusted_r_squared
  FROM (SELECT (equity.pmt_fit(y, ARRAY[y * 2])).* FROM (VALUES (1), (2)) AS v (y)) AS m;
SELECT m.r_squared FROM (SELECT (equity.pmt_fit(3, ARRAY[y])).* FROM (VALUES (1), (2), (3)) AS v (y)) AS m;

-- workers add up parts
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE survey SET (parallel_workers = 3);
EXPLAIN (COSTS off) SELECT equity.pmt_fit(income, ARRAY[members, vehicles, rooms]::double precision[]) FROM survey;
SELECT distance((equity.pmt_fit(y, x, weight)).coefficients,
                (SELECT (m).coefficients FROM fit)) < 1e-10 AS same,
       distance((equity.pmt_fit(y, x, weight)).standard_errors,
                (SELECT (m).standard_errors FROM fit)) < 1e-10 AS same_errors
  FROM sample;
SELECT distance(equity.pmt_robust_errors((SELECT m FROM fit), y, x, weight),
                sandwich('HC1')) < 1e-10 AS same_robust
  FROM sample;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SELECT bool_and(p.proparallel = 's') AS parallel_safe,
       bool_and(a.aggtranstype <> 'internal'::regtype AND a.aggcombinefn <> 0) AS may_be_split
  FROM pg_aggregate AS a
  JOIN pg_proc AS p
    ON p.oid = a.aggfnoid
 WHERE p.pronamespace = 'equity'::regnamespace
   AND p.proname LIKE 'pmt%';

-- Parts of shards: to the last digit the fit of all rows, however they were spread
CREATE VIEW part AS
SELECT spread, abs(hashint8extended(id * 100 + spread, 7)) % (spread % 8 + 1) AS shard, equity.pmt_fit_part(y, x) AS p,
       equity.pmt_fit_part(y, x, weight) AS w
  FROM sample, generate_series(1, 8) AS spread
 GROUP BY 1, 2;
SELECT count(*) AS spreads, count(DISTINCT (m, w)) AS results,
       bool_and(m = (SELECT equity.pmt_fit(y, x) FROM sample) AND w = (SELECT f.m FROM fit AS f)) AS as_whole
  FROM (SELECT equity.pmt_fit_merge(p) AS m, equity.pmt_fit_merge(w) AS w FROM part GROUP BY spread) AS s;
SELECT equity.pmt_fit_merge(NULL) IS NULL AS nothing;
SELECT pg_temp.refusal(statement)
  FROM (VALUES ($$SELECT equity.pmt_fit_merge('\x65710140')$$),
               ($$SELECT equity.pmt_fit_merge(substr(p, 1, length(p) - 8)) FROM part$$),
               ($$SELECT equity.pmt_fit_merge(set_byte(p, 12, 255)) FROM part$$),
               ($$SELECT equity.pmt_fit_merge(t) FROM (SELECT equity.theil_t_part(1) AS t) AS q$$),
               ($$SELECT equity.pmt_fit_merge(p)
                    FROM (SELECT p FROM part UNION ALL SELECT equity.pmt_fit_part(1, '{1}')) AS q (p)$$),
               ($$SELECT equity.pmt_fit_part(1e300, '{1}')$$)) AS v (statement);
DROP VIEW part;

-- ... and so are the robust errors, of the model of all
CREATE VIEW part AS
SELECT spread, abs(hashint8extended(id * 100 + spread, 7)) % (spread % 8 + 1) AS shard,
       equity.pmt_robust_errors_part((SELECT m FROM fit), y, x, weight) AS p,
       equity.pmt_robust_errors_part((SELECT m FROM fit), y, x, weight, 'HC3') AS safe
  FROM sample, generate_series(1, 8) AS spread
 GROUP BY 1, 2;
SELECT count(*) AS spreads, count(DISTINCT (p, safe)) AS results,
       bool_and(p = (SELECT equity.pmt_robust_errors(m, y, x, weight) FROM sample, fit)
                AND safe = (SELECT equity.pmt_robust_errors(m, y, x, weight, 'HC3') FROM sample, fit)) AS as_whole
  FROM (SELECT equity.pmt_robust_errors_merge(p) AS p, equity.pmt_robust_errors_merge(safe) AS safe
          FROM part
         GROUP BY spread) AS s;
SELECT equity.pmt_robust_errors_merge(NULL) IS NULL AS nothing;
SELECT pg_temp.refusal(statement)
  FROM (VALUES ($$SELECT equity.pmt_robust_errors_merge('\x65710141')$$),
               ($$SELECT equity.pmt_robust_errors_merge(substr(p, 1, length(p) - 8)) FROM part$$),
               ($$SELECT equity.pmt_robust_errors_merge(set_byte(p, 12, 255)) FROM part$$),
               ($$SELECT equity.pmt_robust_errors_merge(f)
                    FROM (SELECT equity.pmt_fit_part(y, x) AS f FROM sample) AS q$$),
               ($$SELECT equity.pmt_robust_errors_merge(p)
                    FROM (SELECT p FROM part UNION ALL SELECT safe FROM part) AS q$$),
               ($$SELECT equity.pmt_robust_errors_merge(p)
                    FROM part
                   WHERE spread = 3 AND shard > 0$$)) AS v (statement);
DROP VIEW part;

-- what makes no sense is told
SELECT pg_temp.refusal(statement)
  FROM (VALUES ($$SELECT equity.pmt_fit(y, x || x[1]) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, ARRAY[id % 2, 5, (id + 1) % 2]) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, x) FROM sample WHERE id < 5$$),
               ($$SELECT equity.pmt_fit(y, x[1 : id]) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, ARRAY[x, x]) FROM sample$$),
               ($$SELECT equity.pmt_fit('NaN', x) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, x || 'Infinity'::double precision) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, x, -weight) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, x, 'NaN') FROM sample$$),
               ($$SELECT equity.pmt_fit(y * 1e200, x) FROM sample$$),
               ($$SELECT equity.pmt_fit(y, array_fill(1::double precision, '{501}')) FROM sample$$),
               ($$SELECT equity_internal.pmt_fit_accum('{1,2,3}', 1, '{1}')$$),
               ($$SELECT equity_internal.pmt_fit_combine('{1e300}', '{NaN}')$$),
               ($$SELECT equity_internal.pmt_fit_final('{}')$$),
               ($$SELECT equity_internal.pmt_robust_combine('{1}', '{2}')$$),
               ($$SELECT equity.pmt_robust_errors(m, y, x, weight, 'HC2') FROM sample, fit$$),
               ($$SELECT equity.pmt_robust_errors(m, y, x, weight, NULL) FROM sample, fit$$),
               ($$SELECT equity.pmt_robust_errors(m, y, x, weight) FROM sample, fit WHERE id > 10$$),
               ($$SELECT equity.pmt_robust_errors(m, y, x || x[1]) FROM sample, fit$$),
               ($$SELECT equity.pmt_robust_errors(f.m, y, x, 1, 'HC3')
                    FROM (SELECT equity.pmt_fit(y, ARRAY[(id = 7)::integer]) AS m FROM sample) AS f,
                         (SELECT y, ARRAY[(id = 7)::integer]::double precision[] AS x FROM sample) AS s$$),
               ($$SELECT equity.pmt_robust_errors(row(NULL, NULL, 1, 1, 1, 1, NULL)::equity.pmt_model, y, x)
                    FROM sample$$),
               ($$SELECT equity.pmt_robust_errors(row('{1,2}', NULL, 1, 1, 1, 1, '{1}')::equity.pmt_model, y,
                                                  x)
                    FROM sample$$),
               ($$SELECT equity.pmt_predict(m, '{1}') FROM fit$$),
               ($$SELECT equity.pmt_card(m, '{members}') FROM fit$$),
               ($$SELECT equity.pmt_card(m, '{members,members,rooms,television}') FROM fit$$))
         AS v (statement);

-- a card of the model scores what the model predicts
SELECT equity.pmt_card(m, '{members,vehicles,rooms,television}', 'SURVEY',
                       '[[null, 7.8, "EXTREME"], [7.8, 8.1, "POOR"], [8.1, null, "NON_POOR"]]') AS card
  FROM fit \gset
SELECT :'card'::jsonb #- '{criteria}' AS head, jsonb_array_length(:'card'::jsonb -> 'criteria') AS criteria,
       equity.fields(:'card');
SELECT max(abs(a.score - equity.pmt_predict(m, x)::numeric)) < 0.000004 AS as_predicted,
       count(DISTINCT a.class) AS classes
  FROM fit, sample
  JOIN (SELECT id, members, vehicles, rooms, television::integer AS television FROM survey) AS s USING (id),
       equity.assess(:'card', s) AS a;
SELECT equity.pmt_predict(m, '{1,NULL,2,3}') IS NULL AS unknown, equity.pmt_card(NULL, '{}') IS NULL AS no_model,
       equity.pmt_card(row('{7.5}', NULL, NULL, 1, NULL, NULL, NULL), '{}', 'MEAN') AS mean FROM fit;

-- the errors at each cut-off
SELECT c.* FROM equity.targeting_curve('{5,4,4.00,3,2,NULL,1}', '{t,t,f,t,f,t,NULL}') AS c;
SELECT c.* FROM equity.targeting_curve('{1,2,3}', '{t,f,t}', '{2,1.5,0.5}', low_is_poor => true) AS c;
SELECT c.* FROM equity.targeting_curve('{1,2}', '{f,f}') AS c;
SELECT count(*) FROM equity.targeting_curve('{}', '{}');
-- by its definition
WITH h AS (
  SELECT round(income::numeric, 2) AS score, (id * 7 % 10 < 4) AS need, weight FROM survey
), c AS (
  SELECT c.*
    FROM (SELECT array_agg(score) AS s, array_agg(need) AS n, array_agg(weight) AS w FROM h) AS a,
         equity.targeting_curve(s, n, w, true) AS c
), d AS (
  SELECT v.score, sum(weight) FILTER (WHERE h.score <= v.score) AS chosen,
         sum(weight) FILTER (WHERE need) AS poor,
         coalesce(sum(weight) FILTER (WHERE need AND h.score <= v.score), 0) AS hits
    FROM h, (SELECT DISTINCT score FROM h) AS v
   GROUP BY v.score
)
SELECT count(*) > 50 AS many,
       bool_and((c.selected, c.in_need_total, c.selected_in_need, c.exclusion_error, c.inclusion_error)
                  IS NOT DISTINCT FROM (chosen, poor, hits, round(1 - hits / poor, 6),
                                        round(1 - hits / chosen, 6))) AS same
  FROM c
  FULL JOIN d
    ON d.score = c.cutoff;
SELECT pg_temp.refusal(statement) FROM (VALUES
  ($$SELECT * FROM equity.targeting_curve('{1,2}', '{t}')$$),
  ($$SELECT * FROM equity.targeting_curve('{1}', '{t}', '{1,2}')$$),
  ($$SELECT * FROM equity.targeting_curve('{1}', '{t}', '{-1}')$$)) AS v (statement);

DROP TABLE longley, survey, fit CASCADE;
DROP FUNCTION distance(double precision[], double precision[]);
