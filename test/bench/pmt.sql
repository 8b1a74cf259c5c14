-- Least squares of 20 columns over :rows rows, beside regr_slope of one and an aggregate that only
-- makes the same arrays. Each statement runs five times in turn with the others, without parallel
-- workers; medians are printed.
SET client_min_messages = warning;
CREATE EXTENSION equity;
SET max_parallel_workers_per_gather = 0;

CREATE TABLE survey AS
  SELECT hashint8extended(i, 0) % 1000 / 1000.0::double precision AS y, a.x
    FROM generate_series(1::bigint, :rows) AS i
   CROSS JOIN LATERAL (SELECT array_agg((hashint8extended(i, j) & 65535)::double precision ORDER BY j) AS x
                         FROM generate_series(1, 20) AS j) AS a;
VACUUM (ANALYZE, FREEZE) survey;

CREATE TEMP TABLE contestant (position integer GENERATED ALWAYS AS IDENTITY, name text, statement text);
INSERT INTO contestant (name, statement) VALUES
  ('regr_slope of one column', 'SELECT regr_slope(y, x[1]) FROM survey'),
  ('twenty of them',
   (SELECT 'SELECT ' || string_agg(format('regr_slope(y, x[%s])', j), ', ') || ' FROM survey'
      FROM generate_series(1, 20) AS j)),
  ('pmt_fit of twenty columns', 'SELECT equity.pmt_fit(y, x) FROM survey'),
  ('pmt_fit with weights', 'SELECT equity.pmt_fit(y, x, 0.5 + x[1]) FROM survey'),
  ('pmt_robust_errors',
   'SELECT equity.pmt_robust_errors(f.fit, y, x)
      FROM survey, (SELECT equity.pmt_fit(y, x) AS fit FROM survey) AS f'),
  ('pmt_predict',
   'SELECT sum(equity.pmt_predict(f.fit, x))
      FROM survey, (SELECT equity.pmt_fit(y, x) AS fit FROM survey LIMIT 1) AS f');

\ir timing.psql

\echo
\echo Least squares over :rows rows; medians of five runs in turn (the last two include a fit)
SELECT c.name,
       round(m.median) AS milliseconds,
       round(:rows / m.median / 1000, 2) AS "million rows/s"
  FROM contestant AS c
  JOIN timed AS m USING (position)
 ORDER BY c.position;
