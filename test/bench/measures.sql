-- Measures of :rows incomes, beside avg, a sort of the same, and the formulas in SQL. Each statement
-- runs five times in turn with the others, without parallel workers and with work_mem for the sort;
-- medians are printed. Measures must agree with their formulas.
SET client_min_messages = warning;
CREATE EXTENSION equity;
SET max_parallel_workers_per_gather = 0;
SET work_mem = '1GB';
SET jit = off;

CREATE TABLE person AS
SELECT (1500 * exp(sqrt(-2 * ln((1 + (hashint8extended(i, 1) & 1048575)) / 1048577.0))
                   * cos((hashint8extended(i, 2) & 1048575) / 166886.0)))::double precision AS x,
       0.5 + (hashint8extended(i, 3) & 7) / 4.0::double precision AS weight,
       (hashint8extended(i, 4) & 3) = 0 AS selected, (hashint8extended(i, 5) & 3) = 0 AS in_need
  FROM generate_series(1::bigint, :rows) AS i;
VACUUM (ANALYZE, FREEZE) person;

CREATE TEMP TABLE contestant (position integer GENERATED ALWAYS AS IDENTITY, sorts boolean, name text, statement text);
INSERT INTO contestant (sorts, name, statement) VALUES
  (false, 'avg', 'SELECT avg(x) FROM person'),
  (false, 'avg of x * weight', 'SELECT avg(x * weight) FROM person'),
  (false, 'theil_t', 'SELECT equity.theil_t(x) FROM person'),
  (false, 'theil_t with weights', 'SELECT equity.theil_t(x, weight) FROM person'),
  (false, 'theil_t by its formula', 'SELECT sum(x * ln(x)) / sum(x) - ln(avg(x)) FROM person'),
  (false, 'theil_l', 'SELECT equity.theil_l(x) FROM person'),
  (false, 'atkinson 1', 'SELECT equity.atkinson(x, 1) FROM person'),
  (false, 'atkinson 0.5', 'SELECT equity.atkinson(x, 0.5) FROM person'),
  (false, 'fgt 0', 'SELECT equity.fgt(x, 3000, 0) FROM person'),
  (false, 'fgt 2', 'SELECT equity.fgt(x, 3000, 2) FROM person'),
  (false, 'inclusion_error', 'SELECT equity.inclusion_error(selected, in_need) FROM person'),
  (true, 'sort', 'SELECT count(*) FROM (SELECT x FROM person ORDER BY x OFFSET 0) AS s'),
  (true, 'percentile_cont', 'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM person'),
  (true, 'gini', 'SELECT equity.gini(x) FROM person'),
  (true, 'gini with weights', 'SELECT equity.gini(x, weight) FROM person'),
  (true, 'gini by its formula',
   'SELECT 2 * sum(x * i) / (count(*) * sum(x)) - (count(*) + 1.0) / count(*)
      FROM (SELECT x, row_number() OVER (ORDER BY x) AS i FROM person) AS r'),
  (true, 'gini_interval', 'SELECT equity.gini_interval(x) FROM person'),
  (true, 'hoover', 'SELECT equity.hoover(x) FROM person'),
  (true, 'palma', 'SELECT equity.palma(x) FROM person'),
  (true, 'quantile_share', 'SELECT equity.quantile_share(x, 0.8, 1) FROM person'),
  (true, 'concentration_index', 'SELECT equity.concentration_index(weight, x) FROM person'),
  (true, 'weighted_quantile', 'SELECT equity.weighted_quantile(x, 0.5, weight) FROM person'),
  (true, 'sen_index', 'SELECT equity.sen_index(x, 3000) FROM person'),
  (true, 'erreygers_index', 'SELECT equity.erreygers_index(selected, x) FROM person'),
  (true, 'lorenz', 'SELECT equity.lorenz(x) FROM person');

\ir timing.psql

\echo
\echo Measures of :rows rows; medians of five runs in turn
SELECT c.name, round(m.median) AS milliseconds,
       round(m.median / first_value(m.median) OVER (PARTITION BY c.sorts ORDER BY c.position),
             2) AS "times avg or sort",
       left(m.answer, 40) AS answer
  FROM contestant AS c
  JOIN timed AS m USING (position)
 ORDER BY c.position;
