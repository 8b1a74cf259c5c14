-- Scoring :rows rows by 12 criteria and 4 gates over numeric, integer, boolean and text columns,
-- beside a plain scan of the same rows and the same rules written in SQL. Each statement runs seven
-- times in turn with the others; medians and their ratios are printed. The sums must agree.

CREATE EXTENSION equity;

CREATE TABLE student AS
  SELECT i AS id,
         ((hashint8(i) & 65535) % 401 / 100.0)::numeric(3,2) AS gpa,
         ((hashint8(i + 1) & 16777215) % 9000000 / 1000.0)::numeric(10,3) AS income,
         (hashint8(i + 2) & 7) + 1 AS size,
         (hashint8(i + 3) & 65535) % 5 AS vehicles,
         (hashint8(i + 4) & 65535) % 40 AS land,
         (hashint8(i + 5) & 3) = 0 AS welfare_card,
         (ARRAY['own', 'rent', 'none', 'temple', 'kin'])[(hashint8(i + 6) & 65535) % 5 + 1] AS tenure,
         (ARRAY['tile', 'wood', 'earth'])[(hashint8(i + 7) & 65535) % 3 + 1] AS floor,
         (ARRAY['zinc', 'tile', 'thatch'])[(hashint8(i + 8) & 65535) % 3 + 1] AS roof,
         (hashint8(i + 9) & 1) = 0 AS television,
         (hashint8(i + 10) & 3) = 0 AS car,
         (hashint8(i + 11) & 65535) % 11 AS children
    FROM generate_series(1::bigint, :rows) AS i;

-- the same, with decimals scaled up to integers: the fastest form that plain SQL has
CREATE TABLE scaled AS
  SELECT id, (gpa * 100)::integer AS gpa, (income * 1000)::bigint AS income, size, vehicles, land, welfare_card,
         tenure, floor, roof, television, car, children
    FROM student;

VACUUM ANALYZE student;
VACUUM ANALYZE scaled;

SELECT '{"code": "BENCH", "criteria": [
  {"code": "G1", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.00},
  {"code": "G2", "kind": "gate", "field": "income", "op": "<=", "value": 3000, "group": "need"},
  {"code": "G3", "kind": "gate", "field": "welfare_card", "op": "=", "value": true, "group": "need"},
  {"code": "G4", "kind": "gate", "field": "size", "op": "between", "value": [1, 12]},
  {"code": "B1", "kind": "band", "field": "income", "bands": [[null, 1000, 20], [1000, 2000, 12], [2000, null, 4]]},
  {"code": "B2", "kind": "band", "field": "size", "bands": [[null, 3, 0], [3, 6, 3], [6, null, 8]]},
  {"code": "B3", "kind": "band", "field": "land", "bands": [[null, 1, 6], [1, 10, 3], [10, null, 0]]},
  {"code": "L1", "kind": "linear", "field": "gpa", "points": [[2, 0], [4, 15]]},
  {"code": "E1", "kind": "enum", "field": "tenure", "points": {"none": 10, "rent": 6, "kin": 4}, "otherwise": 0},
  {"code": "E2", "kind": "enum", "field": "floor", "points": {"earth": 5, "wood": 2}, "otherwise": 0},
  {"code": "E3", "kind": "enum", "field": "roof", "points": {"thatch": 5, "zinc": 2}, "otherwise": 0},
  {"code": "E4", "kind": "enum", "field": "television", "points": {"true": 0, "false": 2}},
  {"code": "E5", "kind": "enum", "field": "car", "points": {"true": 0, "false": 6}},
  {"code": "C1", "kind": "coef", "field": "vehicles", "coef": -0.1183, "min": 0, "max": 10},
  {"code": "C2", "kind": "coef", "field": "children", "coef": 0.25, "min": 0, "max": 10},
  {"code": "K", "kind": "const", "points": 8.41}]}' AS card \gset

CREATE FUNCTION pl_score(s student) RETURNS numeric LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE points numeric := 8.41;
BEGIN
  IF s.income < 1000 THEN
    points := points + 20;
  ELSIF s.income < 2000 THEN
    points := points + 12;
  ELSE
    points := points + 4;
  END IF;
  IF s.size >= 6 THEN
    points := points + 8;
  ELSIF s.size >= 3 THEN
    points := points + 3;
  END IF;
  IF s.land < 1 THEN
    points := points + 6;
  ELSIF s.land < 10 THEN
    points := points + 3;
  END IF;
  points := points + round(greatest(least(s.gpa, 4) - 2, 0) * 15 / 2, 4);
  IF s.tenure = 'none' THEN
    points := points + 10;
  ELSIF s.tenure = 'rent' THEN
    points := points + 6;
  ELSIF s.tenure = 'kin' THEN
    points := points + 4;
  END IF;
  IF s.floor = 'earth' THEN
    points := points + 5;
  ELSIF s.floor = 'wood' THEN
    points := points + 2;
  END IF;
  IF s.roof = 'thatch' THEN
    points := points + 5;
  ELSIF s.roof = 'zinc' THEN
    points := points + 2;
  END IF;
  IF NOT s.television THEN points := points + 2; END IF;
  IF NOT s.car THEN points := points + 6; END IF;
  points := points + round(-0.1183 * least(greatest(s.vehicles, 0), 10), 4)
            + round(0.25 * least(greatest(s.children, 0), 10), 4);
  RETURN points;
END $$;

CREATE TEMP TABLE contestant (position integer, name text, statement text, jit boolean, workers integer);
INSERT INTO contestant VALUES
  (1, 'scan: sum(income)', 'SELECT sum(income) FROM student', false, 0),
  (2, 'score', format('SELECT sum(equity.score(%L, s)) FROM student AS s', :'card'), false, 0),
  (3, 'score, 2 workers', format('SELECT sum(equity.score(%L, s)) FROM student AS s', :'card'), false, 2),
  (4, 'eligible', format('SELECT count(*) FROM student AS s WHERE equity.eligible(%L, s)', :'card'), false,
   0),
  (5, 'assess', format('SELECT count((equity.assess(%L, s)).score) FROM student AS s', :'card'), false, 0),
  (6, 'CASE on numeric',
   $$SELECT sum(CASE WHEN income < 1000 THEN 20.0 WHEN income < 2000 THEN 12 ELSE 4 END
                + CASE WHEN size < 3 THEN 0 WHEN size < 6 THEN 3 ELSE 8 END
                + CASE WHEN land < 1 THEN 6 WHEN land < 10 THEN 3 ELSE 0 END
                + round(CASE WHEN gpa <= 2 THEN 0 WHEN gpa >= 4 THEN 15 ELSE (gpa - 2) * 15 / 2 END, 4)
                + CASE tenure WHEN 'none' THEN 10 WHEN 'rent' THEN 6 WHEN 'kin' THEN 4 ELSE 0 END
                + CASE floor WHEN 'earth' THEN 5 WHEN 'wood' THEN 2 ELSE 0 END
                + CASE roof WHEN 'thatch' THEN 5 WHEN 'zinc' THEN 2 ELSE 0 END
                + CASE WHEN television THEN 0 ELSE 2 END + CASE WHEN car THEN 0 ELSE 6 END
                + round(-0.1183 * least(greatest(vehicles, 0), 10), 4)
                + round(0.25 * least(greatest(children, 0), 10), 4) + 8.41)
       FROM student$$,
   false, 0),
  (7, 'CASE on scaled integers, JIT',
   $$SELECT sum(CASE WHEN income < 1000000 THEN 200000 WHEN income < 2000000 THEN 120000 ELSE 40000 END
                + CASE WHEN size < 3 THEN 0 WHEN size < 6 THEN 30000 ELSE 80000 END
                + CASE WHEN land < 1 THEN 60000 WHEN land < 10 THEN 30000 ELSE 0 END
                + CASE WHEN gpa <= 200 THEN 0 WHEN gpa >= 400 THEN 150000 ELSE (gpa - 200) * 750 END
                + CASE tenure WHEN 'none' THEN 100000 WHEN 'rent' THEN 60000 WHEN 'kin' THEN 40000 ELSE 0 END
                + CASE floor WHEN 'earth' THEN 50000 WHEN 'wood' THEN 20000 ELSE 0 END
                + CASE roof WHEN 'thatch' THEN 50000 WHEN 'zinc' THEN 20000 ELSE 0 END
                + CASE WHEN television THEN 0 ELSE 20000 END + CASE WHEN car THEN 0 ELSE 60000 END
                - 1183 * least(greatest(vehicles, 0), 10) + 2500 * least(greatest(children, 0), 10)
                + 84100)::numeric / 10000
       FROM scaled$$,
   true, 0),
  (8, 'PL/pgSQL function', 'SELECT sum(pl_score(s)) FROM student AS s', false, 0);

CREATE TEMP TABLE lap (position integer, turn integer, milliseconds numeric, answer text);

DO $$
DECLARE
  c contestant;
  started timestamptz;
  result text;
BEGIN
  SET LOCAL max_parallel_workers = 8;
  SET LOCAL min_parallel_table_scan_size = 0;
  FOR turn IN 1 .. 7 LOOP
    FOR c IN SELECT * FROM contestant ORDER BY position LOOP
      PERFORM set_config('jit', c.jit::text, true),
              set_config('jit_above_cost', '0', true), set_config('jit_optimize_above_cost', '0', true),
              set_config('jit_inline_above_cost', '0', true),
              set_config('max_parallel_workers_per_gather', c.workers::text, true);
      started := clock_timestamp();
      EXECUTE c.statement INTO result;
      INSERT INTO lap VALUES (c.position, turn, extract(epoch FROM clock_timestamp() - started) * 1000, result);
    END LOOP;
  END LOOP;
END $$;

\echo
\echo Scoring :rows rows, 12 criteria and 4 gates; medians of seven runs in turn
SELECT c.name, round(m.median) AS milliseconds, round(:rows / m.median / 1000, 2) AS "million rows/s",
       round(m.median / scan.median, 2) AS "times the scan",
       round(m.median / score.median, 2) AS "times score", m.answer
  FROM contestant AS c
  JOIN (SELECT position, percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds)::numeric AS median,
               min(answer) AS answer
          FROM lap
         GROUP BY position) AS m USING (position)
 CROSS JOIN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds)::numeric AS median
               FROM lap
              WHERE position = 1) AS scan
 CROSS JOIN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds)::numeric AS median
               FROM lap
              WHERE position = 2) AS score
 ORDER BY c.position;

\echo Explaining all of it in one query: memory of the backend before and after
SELECT pg_size_pretty(sum(used_bytes)) AS before FROM pg_backend_memory_contexts;
SELECT count(*) AS lines, sum(e.points) AS points FROM student AS s, equity.explain(:'card', s) AS e;
SELECT pg_size_pretty(sum(used_bytes)) AS after FROM pg_backend_memory_contexts;
