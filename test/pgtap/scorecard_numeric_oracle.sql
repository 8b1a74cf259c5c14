-- Random scorecards as plain SQL over numeric, set against the engine over a whole table: how many rows
-- differ, with no, one and two parallel workers. The rows lie on the numbers of the cards, a unit beside
-- them, anywhere, or nowhere. For more of both on any server:
--   psql -v cards=100 -v rows=1000000 -f test/pgtap/scorecard_numeric_oracle.sql
\if :{?cards} \else \set cards 100 \endif
\if :{?rows} \else \set rows 3000 \endif
\ir fixture/random.psql
\ir fixture/card_as_sql.psql
BEGIN;
SELECT plan(7);

--
-- Random cards
--

-- A number of the size that a field holds
CREATE FUNCTION pg_temp.some_constant(key text, field text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE field
           WHEN 'i2' THEN pg_temp.roll(key, 36) - 5 + pg_temp.roll(key || 'h', 2) * 0.5
           WHEN 'i4' THEN pg_temp.roll(key, 20001) - 2000
           WHEN 'i8' THEN (pg_temp.roll(key, 2000001) - 1000000) * 100000::bigint
           WHEN 'n2' THEN pg_temp.roll(key, 2000001) / 100.0 - 1000
           WHEN 'money' THEN pg_temp.roll(key, 500001) / 100.0
           WHEN 'n4' THEN pg_temp.roll(key, 40001) / 10000.0
           WHEN 'nx' THEN (pg_temp.roll(key, 2000001) - 1000000) / 1000.0 + pg_temp.roll(key || 'f', 1000) * 1e-12
           WHEN 'j.n' THEN pg_temp.roll(key, 3001) / 10.0
           WHEN 'j.p.m' THEN pg_temp.roll(key, 21) - 10
           WHEN 'ratio' THEN pg_temp.roll(key, 100001) / 100.0 - 100
           WHEN 'age' THEN pg_temp.roll(key, 40)
           WHEN 'count' THEN pg_temp.roll(key, 4)
           ELSE (pg_temp.roll(key, 20001) - 10000) / 100.0
         END
$$;
-- Some of them, at least two, rising
CREATE FUNCTION pg_temp.some_constants(key text, field text, n integer) RETURNS numeric[]
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT array_agg(DISTINCT trim_scale(pg_temp.some_constant(key || greatest(i, 1), field)
                                       + (i = 0)::integer))
    FROM generate_series(0, n) AS i
$$;
CREATE FUNCTION pg_temp.some_points(key text, scale integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT (pg_temp.roll(key, 81) - 40) + pg_temp.roll(key || 'd', (10 ^ scale)::integer) / 10::numeric ^ scale
$$;
CREATE FUNCTION pg_temp.some_missing(key text, scale integer, bounded boolean) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE pg_temp.roll(key, CASE WHEN bounded THEN 12 ELSE 8 END)
           WHEN 0 THEN '{"missing":"undetermined"}'
           WHEN 1 THEN '{"missing":"reject"}'
           WHEN 2 THEN '{}'
           WHEN 8 THEN '{"missing":"worst"}'
           WHEN 9 THEN '{"missing":"worst"}'
           WHEN 10 THEN '{"missing":"best"}'
           WHEN 11 THEN '{"missing":"best"}'
           ELSE jsonb_build_object('missing', jsonb_build_object(
                                     'points', pg_temp.some_points(key || 'm', scale))) END
$$;

-- numbers: {"field": what its size is like}
CREATE FUNCTION pg_temp.some_gate(key text, numbers jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  kind text := pg_temp.pick(key || 'gate kind', 'number', 'number', 'number', 'number', 'text', 'date', 'boolean',
                            'array', 'null', 'than', 'than');
  op text := pg_temp.pick(key || 'op', '=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'notin');
  field text := pg_temp.pick(
    key || 'f',
    VARIADIC CASE kind WHEN 'number' THEN ARRAY(SELECT jsonb_object_keys(numbers))
                       WHEN 'text' THEN '{t,v,ch,e,kind,j.t}'
                       WHEN 'date' THEN '{d,j.d}'
                       WHEN 'boolean' THEN '{y,j.y}'
                       WHEN 'array' THEN '{g,j.g}'
                       WHEN 'than' THEN ARRAY(SELECT jsonb_object_keys(numbers))
                       ELSE '{i2,i8,n2,nx,f4,f8,money,y,t,e,kind,d,g,j.n,j.t,j.g}' END::text[]);
  choices jsonb := CASE kind
                     WHEN 'number' THEN to_jsonb(pg_temp.some_constants(
                                                   key, numbers ->> field, 2 + pg_temp.roll(key || 'n', 20)))
                     WHEN 'text'
                       THEN to_jsonb(ARRAY(SELECT t
                                             FROM unnest('{none,rent,own,Rent,3.00,บ้าน,""}'::text[]) AS t
                                            ORDER BY md5(key || t)
                                            LIMIT 1 + pg_temp.roll(key || 'n', 4)))
                     WHEN 'date' THEN to_jsonb(ARRAY(SELECT date '1998-01-01' + pg_temp.roll(key || i, 4000)
                                                       FROM generate_series(1, 2) AS i
                                                      ORDER BY 1))
                     WHEN 'array'
                       THEN pg_temp.pick(key || 'v', '["poor"]', '["poor","deaf"]',
                                         '["orphan","x y"]')::jsonb END;
  range jsonb := CASE kind WHEN 'text' THEN '["none","rent"]'
                           ELSE jsonb_build_array(choices -> 0, choices -> -1) END;
BEGIN
  IF kind = 'null' THEN
    RETURN jsonb_build_object('field', field, 'op', pg_temp.pick(key || 'o', 'isnull', 'notnull'));
  ELSIF kind = 'boolean' THEN
    op := pg_temp.pick(key || 'o', '=', '<>');
  ELSIF kind = 'array' THEN
    op := pg_temp.pick(key || 'o', 'overlaps', 'contains', 'disjoint');
  ELSIF kind = 'than' THEN      -- two numbers that are not both too large, or two texts or days
    RETURN pg_temp.pick(key || 'pair', '{"field":"t","than":"v"}', '{"field":"kind","than":"j.t"}',
                        '{"field":"d","than":"j.d"}',
                        jsonb_build_object('field', field,
                                           'than', pg_temp.pick(key || 'w', VARIADIC ARRAY(
                                             SELECT k
                                               FROM jsonb_object_keys(numbers) AS k
                                              WHERE k NOT IN (field, 'i8', 'nx', 'f8'))))::text,
                        jsonb_build_object('field', field,
                                           'than', CASE field WHEN 'n2' THEN 'money' ELSE 'n2' END)::text)::jsonb
           || jsonb_build_object('op', pg_temp.pick(key || 'o', '=', '<>', '<', '<=', '>', '>='))
           || pg_temp.pick(key || 'm', '{"missing":"reject"}', '{"missing":"best"}', '{}')::jsonb;
  END IF;
  RETURN jsonb_build_object('field', field, 'op', op,
                            'value', CASE WHEN kind = 'boolean' THEN to_jsonb(pg_temp.roll(key || 'v', 2) = 0)
                                          WHEN op = 'between' THEN range
                                          WHEN op IN ('in', 'notin') OR kind = 'array' THEN choices
                                          ELSE choices -> 0 END)
         || pg_temp.pick(key || 'm', '{"missing":"reject"}', '{"missing":"worst"}', '{"missing":"best"}',
                         '{}', '{}')::jsonb;
END $$;

CREATE FUNCTION pg_temp.some_criterion(key text, scale integer, numbers jsonb) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  kind text := pg_temp.pick(key || 'kind', 'gate', 'gate', 'gate', 'band', 'band', 'linear', 'linear', 'enum',
                            'coef', 'coef', 'const');
  field text := pg_temp.pick(key || 'field', VARIADIC ARRAY(SELECT jsonb_object_keys(numbers)));
  n numeric[] := pg_temp.some_constants(key, numbers ->> field, 4 + pg_temp.roll(key || 'n', 30));
  last integer := cardinality(n);
  loose boolean := pg_temp.roll(key || 'loose', 2) = 0;
  otherwise jsonb := CASE WHEN loose
                            THEN jsonb_build_object('otherwise', pg_temp.some_points(key || 'o', scale))
                          ELSE '{}' END;
  body jsonb;
BEGIN
  CASE kind
    WHEN 'gate' THEN
      RETURN pg_temp.some_gate(key, numbers)
             || pg_temp.pick(key || 'group', '{"group":"need"}', '{"group":"merit"}', '{}', '{}')::jsonb
             || '{"kind":"gate"}';
    WHEN 'const' THEN
      RETURN jsonb_build_object('kind', kind, 'points', pg_temp.some_points(key, scale));
    WHEN 'band' THEN
      body := otherwise
              || jsonb_build_object('field', field,
                                    'bands', (SELECT jsonb_agg(
                                                       jsonb_build_array(
                                                         CASE WHEN i > 0 THEN n[i] END, n[i + 1],
                                                         pg_temp.some_points(key || i, scale))
                                                       ORDER BY md5(key || i))
                                                FROM generate_series(0, last) AS i
                                               WHERE NOT loose
                                                  OR i = 1
                                                  OR pg_temp.roll(key || 'gap' || i, 3) > 0))
              || pg_temp.pick(key || 'upper', '{"upper":true}', '{}')::jsonb;
    WHEN 'linear' THEN
      body := jsonb_build_object(
        'field', field,
        'points', (SELECT jsonb_agg(jsonb_build_array(n[i], pg_temp.some_points(key || i, scale)) ORDER BY i)
                     FROM generate_series(1, last) AS i));
    WHEN 'enum' THEN
      IF (numbers ->> field) IN ('ratio') OR pg_temp.roll(key || 'e', 2) = 0 THEN
        field := pg_temp.pick(key || 'f', 't', 'v', 'ch', 'e', 'kind', 'j.t', 'y', 'j.y', 'd', 'j.d');
      END IF;
      body := otherwise
              || jsonb_build_object(
                'field', field,
                'points', (SELECT jsonb_object_agg(k, pg_temp.some_points(key || k, scale))
                             FROM unnest('{none,rent,Rent,บ้าน,"",true,2004-02-29,3.00}'::text[]
                                         || ARRAY(SELECT x || CASE WHEN scale(x) > 0 THEN '0' ELSE '.00' END
                                                    FROM unnest(n) AS x
                                                   WHERE x <> 3)) AS k
                            WHERE k = 'true'
                               OR pg_temp.roll(key || k, 2) = 0));
    WHEN 'coef' THEN
      body := jsonb_build_object(
        'field', CASE WHEN pg_temp.roll(key || 'y', 8) = 0 THEN pg_temp.pick(key || 'b', 'y', 'j.y')
                      ELSE field END,
        'coef', pg_temp.pick(key || 'c', '-0.1183', '0.333333333333', '0.000000000001', '-0.05', '0.25',
                             '0.5', '0.00005')::numeric);
      IF loose OR field IN ('i8', 'nx', 'f8') THEN
        body := body || jsonb_build_object('min', n[1], 'max', n[last]);
      END IF;
  END CASE;
  RETURN body || jsonb_build_object('kind', kind)
         || pg_temp.some_missing(key || 'm', scale, kind <> 'coef' OR body ? 'min');
END $$;

-- Some derived fields, of columns whose numbers are never too large
CREATE FUNCTION pg_temp.some_derive(key text, INOUT numbers jsonb, OUT criteria jsonb[])
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  fn text;
  code text;
  first text;
  second text;
BEGIN
  FOR i IN 1 .. pg_temp.roll(key, 5) LOOP
    fn := pg_temp.pick(key || i, 'ratio', 'ratio', 'age_years', 'age_years_thai', 'count_true', 'sum', 'min',
                       'max');
    code := CASE WHEN i = 4 THEN 'n4' ELSE 'x' || i END;  -- n4 hides a column
    first := pg_temp.pick(key || 'first' || i,
                          VARIADIC ARRAY(SELECT k
                                           FROM jsonb_object_keys(numbers) AS k
                                          WHERE k NOT IN ('i8', 'nx', 'f8')
                                            AND numbers ->> k NOT IN ('ratio', 'count')));
    second := pg_temp.pick(key || 'second' || i, 'i2', 'i2', 'n2', 'j.n', 'j.p.m');
    criteria := criteria || (
      jsonb_build_object('kind', 'derive', 'code', code, 'fn', fn)
      || CASE fn WHEN 'age_years' THEN jsonb_build_object('field', pg_temp.pick(key || 'd' || i, 'd', 'j.d'))
                 WHEN 'age_years_thai' THEN jsonb_build_object('field', pg_temp.pick(key || 'd' || i, 'd', 'j.d'))
                 WHEN 'ratio' THEN jsonb_build_object('fields', jsonb_build_array(first, second))
                 WHEN 'count_true' THEN jsonb_build_object('fields', jsonb_build_array('y', 'j.y', first))
                 ELSE jsonb_build_object('fields', jsonb_build_array(first, second, 'money')) END);
    numbers := numbers || jsonb_build_object(code, CASE fn WHEN 'age_years' THEN 'age'
                                                           WHEN 'age_years_thai' THEN 'age'
                                                           WHEN 'ratio' THEN 'ratio'
                                                           WHEN 'count_true' THEN 'count'
                                                           ELSE numbers ->> first END);
  END LOOP;
END $$;

CREATE FUNCTION pg_temp.some_card(k integer) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  key text := 'numeric ' || k || ' ';
  scale integer := k % 7;
  cuts numeric[] := ARRAY(SELECT DISTINCT pg_temp.some_points(key || 'class' || i, scale)
                            FROM generate_series(1, 4) AS i
                           ORDER BY 1);
  numbers jsonb;
  criteria jsonb[];
  givers text[];
BEGIN
  SELECT s.numbers, coalesce(s.criteria, '{}') INTO numbers, criteria
    FROM pg_temp.some_derive(key,
                             (SELECT jsonb_object_agg(f, f)
                                FROM unnest('{i2,i4,i8,n2,n4,nx,money,f4,f8,j.n,j.p.m}'::text[]) AS f)) AS s;
  FOR i IN 1 .. 5 + pg_temp.roll(key || 'n', 8) LOOP
    criteria := criteria || (pg_temp.some_criterion(key || i, scale, numbers)
                             || jsonb_build_object('code', 'C' || i));
  END LOOP;
  givers := ARRAY(SELECT c ->> 'code'
                    FROM unnest(criteria) WITH ORDINALITY AS u (c, i)
                   WHERE c ->> 'kind' IN ('band', 'linear', 'enum', 'coef', 'const')
                   ORDER BY i);
  IF cardinality(givers) > 2 AND k % 2 = 0 THEN
    criteria := criteria
                || (jsonb_build_object('kind', 'section', 'code', 'S1', 'members', to_jsonb(givers[1:2]))
                    || pg_temp.pick(key || 's', '{"max":15}', '{"min":-3}', '{"min":-20,"max":20}')::jsonb);
  END IF;
  RETURN jsonb_build_object(
           'code', key, 'scale', scale, 'rounding', pg_temp.pick(key || 'r', 'half_up', 'half_even', 'down'),
           'criteria', to_jsonb(criteria),
           'as_of', pg_temp.pick(key || 'as of', '2023-02-28', '2023-03-01', '2024-02-29', '2023-05-16'))
         || CASE WHEN k % 4 > 0 THEN jsonb_build_object(
                   'classes', (SELECT jsonb_agg(jsonb_build_array(
                                                  CASE WHEN i > 0 THEN cuts[i] END, cuts[i + 1],
                                                  'class ' || i))
                                 FROM generate_series(0, cardinality(cuts)) AS i))
                 ELSE '{}' END::jsonb;
END $$;

CREATE TEMPORARY TABLE cards AS
SELECT k, c AS json, c::text::equity.scorecard AS card, s.*
  FROM generate_series(1, :cards) AS k, pg_temp.some_card(k) AS c, pg_temp.card_as_sql(c) AS s;

--
-- Random rows, about the numbers that the cards name
--

CREATE TEMPORARY TABLE landmarks AS
WITH criterion AS (
  SELECT c,
         coalesce((SELECT d #>> '{fields,0}'
                     FROM jsonb_array_elements(json -> 'criteria') AS d
                    WHERE d -> 'code' = c -> 'field'
                      AND d ? 'fields'
                      AND d ->> 'fn' <> 'ratio'),
                  c ->> 'field') AS field
    FROM cards, jsonb_array_elements(json -> 'criteria') AS c
), constant AS (
  SELECT field, value
    FROM criterion, jsonb_path_query(c, '$.value ? (@.type() == "number")') AS value
  UNION
  SELECT field, value
    FROM criterion, jsonb_path_query(c, '$.value[*] ? (@.type() == "number")') AS value
  UNION
  SELECT field, value
    FROM criterion, jsonb_path_query(c, '$.bands[*][0 to 1] ? (@.type() == "number")') AS value
  UNION
  SELECT field, value
    FROM criterion, jsonb_path_query(c, '$.points[*][0] ? (@.type() == "number")') AS value
  UNION
  SELECT field, value
    FROM criterion, jsonb_path_query(c, '$.min') AS value
   WHERE c ->> 'kind' = 'coef'
  UNION
  SELECT field, value
    FROM criterion, jsonb_path_query(c, '$.max') AS value
   WHERE c ->> 'kind' = 'coef'
)
SELECT field, array_agg(DISTINCT value::numeric) AS numbers
  FROM constant
 GROUP BY field;

CREATE FUNCTION pg_temp.dice(id bigint, salt integer, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT ((hashint8extended(id, salt) >> 1) & 9223372036854775807) % n
$$;
-- On a landmark, a unit beside it, between them all, or nothing
CREATE FUNCTION pg_temp.near(id bigint, salt integer, landmarks numeric[], unit numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE pg_temp.dice(id, salt, 10)
           WHEN 0 THEN NULL
           WHEN 1 THEN landmarks[1 + pg_temp.dice(id, salt + 1, cardinality(landmarks))] + unit
           WHEN 2 THEN landmarks[1 + pg_temp.dice(id, salt + 1, cardinality(landmarks))] - unit
           WHEN 3 THEN (landmarks[1]
                        + (landmarks[cardinality(landmarks)] - landmarks[1])
                          * pg_temp.dice(id, salt + 2, 1000003) / 1000003)
           ELSE landmarks[1 + pg_temp.dice(id, salt + 1, cardinality(landmarks))] END
$$;
CREATE FUNCTION pg_temp.chosen(id bigint, salt integer, VARIADIC choices text[]) RETURNS text
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT choices[1 + pg_temp.dice(id, salt, cardinality(choices))]
$$;

CREATE SCHEMA oracle;
CREATE TYPE oracle.dwelling AS ENUM ('rent', 'own', 'none');
CREATE DOMAIN oracle.money AS numeric(10,2) CHECK (VALUE >= -1);
CREATE DOMAIN oracle.kind AS varchar(10) COLLATE "C";
CREATE TEMPORARY TABLE rolled (id bigint, i2 smallint, i4 integer, i8 bigint, n2 numeric(12,2),
                               n4 numeric(10,4), nx numeric, money oracle.money, f4 real, f8 double precision,
                               y boolean, t text, v varchar(20), ch character(8), e oracle.dwelling,
                               kind oracle.kind, d date, g text[], j jsonb);
INSERT INTO rolled
SELECT id, round(pg_temp.near(id, 100, i2, 1)), round(pg_temp.near(id, 200, i4, 1)),
       CASE pg_temp.dice(id, 310, 40) WHEN 0 THEN 9223372036854775807
                                      WHEN 1 THEN -9223372036854775808
                                      WHEN 2 THEN 1000000000000
                                      ELSE round(pg_temp.near(id, 300, i8, 1)) END,
       pg_temp.near(id, 400, n2, 0.01), pg_temp.near(id, 500, n4, 0.0001),
       CASE pg_temp.dice(id, 610, 40)
         WHEN 0 THEN 'NaN'
         WHEN 1 THEN 'Infinity'
         WHEN 2 THEN '-Infinity'
         WHEN 3 THEN 1e40
         WHEN 4 THEN -1e12
         WHEN 5 THEN 1e-24
         ELSE round(pg_temp.near(id, 600, nx, CASE id % 3 WHEN 0 THEN 1e-24 WHEN 1 THEN 1e-13 ELSE 1e-12 END),
                    24) END,
       pg_temp.near(id, 700, money, 0.01), pg_temp.near(id, 800, f4, 0.01),
       CASE pg_temp.dice(id, 910, 40) WHEN 0 THEN 'NaN'
                                      WHEN 1 THEN 'Infinity'
                                      WHEN 2 THEN '-Infinity'
                                      WHEN 3 THEN 1e300
                                      WHEN 4 THEN '-0'
                                      WHEN 5 THEN 1e-300
                                      ELSE pg_temp.near(id, 900, f8, 1e-9) END,
       pg_temp.chosen(id, 1000, 'true', 'false', NULL)::boolean,
       pg_temp.chosen(id, 1001, 'none', 'rent', 'own', 'Rent', '3.00', '3', 'บ้าน', '', 'zzz', NULL),
       pg_temp.chosen(id, 1002, 'none', 'rent', 'บ้าน', '3.0', NULL),
       pg_temp.chosen(id, 1003, 'none', 'rent', 'บ้าน', '', NULL),
       pg_temp.chosen(id, 1004, 'rent', 'own', 'none', NULL)::oracle.dwelling,
       pg_temp.chosen(id, 1005, 'rent', 'own', 'Rent', NULL),
       CASE pg_temp.dice(id, 1006, 8) WHEN 0 THEN NULL
                                      WHEN 1 THEN 'infinity'
                                      WHEN 2 THEN date '2004-02-29'
                                      WHEN 3 THEN date '2023-02-28'
                                                  - 365 * pg_temp.dice(id, 1007, 30)::integer
                                                  - pg_temp.dice(id, 1008, 12)::integer + 4
                                      ELSE date '1998-01-01' + pg_temp.dice(id, 1009, 9500)::integer END,
       pg_temp.chosen(id, 1010, '{}', '{poor}', '{poor,NULL}', '{orphan,"x y",poor}', '{NULL}', NULL)::text[],
       CASE WHEN pg_temp.dice(id, 1011, 10) > 0
              THEN jsonb_build_object('n', pg_temp.near(id, 1100, jn, 0.1),
                                      't', pg_temp.chosen(id, 1012, 'none', 'rent', '3.00', NULL),
                                      'y', pg_temp.chosen(id, 1013, 'true', 'false', NULL)::boolean,
                                      'd', date '1998-01-01' + pg_temp.dice(id, 1014, 9500)::integer,
                                      'p', CASE WHEN id % 4 > 0 THEN jsonb_build_object(
                                                  'm', round(pg_temp.near(id, 1200, jpm, 1))) END)
                   || CASE WHEN id % 5 = 0 THEN '{}'
                           ELSE jsonb_build_object('g', to_jsonb(
                                                     pg_temp.chosen(
                                                       id, 1015, '{}', '{poor,NULL}', '{orphan,"x y"}',
                                                       NULL)::text[])) END END
  FROM generate_series(1::bigint, :rows) AS id,
       (SELECT max(numbers) FILTER (WHERE field = 'i2'), max(numbers) FILTER (WHERE field = 'i4'),
               max(numbers) FILTER (WHERE field = 'i8'), max(numbers) FILTER (WHERE field = 'n2'),
               max(numbers) FILTER (WHERE field = 'n4'), max(numbers) FILTER (WHERE field = 'nx'),
               max(numbers) FILTER (WHERE field = 'money'), max(numbers) FILTER (WHERE field = 'f4'),
               max(numbers) FILTER (WHERE field = 'f8'), max(numbers) FILTER (WHERE field = 'j.n'),
               max(numbers) FILTER (WHERE field = 'j.p.m')
          FROM landmarks) AS l (i2, i4, i8, n2, n4, nx, money, f4, f8, jn, jpm);
-- a fraction that is just what a card names
UPDATE rolled
   SET n2 = i2 * (SELECT numbers[1 + pg_temp.dice(id, 1016, cardinality(numbers))]
                    FROM landmarks
                   WHERE field = 'x1')
 WHERE id % 7 = 0;
SELECT format('CREATE TABLE oracle.applicants AS SELECT a.*, %s FROM rolled AS a',
              (SELECT string_agg(format('%s AS %I', pg_temp.seen_sql(f), 'seen ' || f), ', ')
                 FROM unnest('{i2,i4,i8,n2,n4,nx,money,f4,f8,y,t,v,ch,e,kind,d,g,
                               j.n,j.p.m,j.y,j.t,j.d,j.g}'::text[]) AS f)) \gexec
ANALYZE oracle.applicants;

--
-- The comparison
--

CREATE TEMPORARY TABLE differences (k integer, workers integer, rows bigint, score bigint, class bigint,
                                    eligible bigint, scored bigint, passed bigint, determined bigint);
-- scores as texts, so that all decimals of the scale must be there
CREATE FUNCTION pg_temp.comparison(card text, k integer) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT count(*),
                        count(*) FILTER (WHERE equity.score(%1$s, a)::text
                                           IS DISTINCT FROM round(%2$s, %3$s)::text),
                        count(*) FILTER (WHERE (equity.assess(%1$s, a)).class IS DISTINCT FROM %4$s),
                        count(*) FILTER (WHERE equity.eligible(%1$s, a) IS DISTINCT FROM (%5$s))',
                comparison.card, score, json -> 'scale',
                format(class, format('equity.score(%s, a)', comparison.card)), eligible)
    FROM cards
   WHERE cards.k = comparison.k
$$;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL jit = off;
DO $$
DECLARE
  c record;
  seen text;
BEGIN
  FOR c IN SELECT k, card FROM cards LOOP
    FOR workers IN 0 .. 2 LOOP
      PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
      -- one of the three sees a card that the planner does not
      seen := CASE WHEN (c.k + workers) % 3 = 0 THEN format('(SELECT card FROM cards WHERE k = %s)', c.k)
                   ELSE format('%L::equity.scorecard', c.card) END;
      EXECUTE format('INSERT INTO differences SELECT %s, %s, s.* FROM (%s FROM oracle.applicants AS a) AS s',
                     c.k, workers, pg_temp.comparison(seen, c.k));
    END LOOP;
    EXECUTE format('UPDATE differences
                       SET (scored, passed, determined)
                             = (SELECT count(equity.score(%1$L, a)),
                                       count(*) FILTER (WHERE equity.eligible(%1$L, a)),
                                       count(equity.eligible(%1$L, a))
                                  FROM oracle.applicants AS a)
                     WHERE k = %2$s',
                   c.card, c.k);
  END LOOP;
END $$;

SELECT is(
  (SELECT sum(rows) FROM differences),
  :cards * :rows::numeric * 3,
  :cards || ' cards judged ' || :rows || ' rows with no, one and two workers');
SELECT is_empty(
  'SELECT k, workers, score FROM differences WHERE score > 0',
  'score as SQL says, with all decimals of the scale');
SELECT is_empty('SELECT k, workers, class FROM differences WHERE class > 0', 'class as SQL says');
SELECT is_empty('SELECT k, workers, eligible FROM differences WHERE eligible > 0', 'eligible as SQL says');

-- the workers were there, and the cards and rows did try everything
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF) ' || query;
END $$;
SELECT ok(EXISTS (SELECT FROM pg_temp.plan_of(pg_temp.comparison(
                                                quote_literal(card) || '::equity.scorecard', k)
                                              || ' FROM oracle.applicants AS a') AS line
                   WHERE line ~ 'Workers Launched: [12]'),
          'workers took part')
  FROM cards
 WHERE k = 1;
SELECT is(
  ARRAY(SELECT DISTINCT coalesce(c ->> 'op', c ->> 'fn', c ->> 'kind') COLLATE "C"
          FROM cards, jsonb_array_elements(json -> 'criteria') AS c
        UNION
        SELECT DISTINCT 'missing '
               || (CASE jsonb_typeof(c -> 'missing') WHEN 'object' THEN 'points' ELSE c ->> 'missing' END)
          FROM cards, jsonb_array_elements(json -> 'criteria') AS c
         WHERE c ? 'missing'
         ORDER BY 1),
  '{<,<=,<>,=,>,>=,age_years,age_years_thai,band,between,coef,const,contains,count_true,disjoint,enum,in,isnull,
    linear,max,min,
    "missing best","missing points","missing reject","missing undetermined","missing worst",notin,notnull,
    overlaps,ratio,section,sum}'::text[],
  'every kind, op, fn and missing policy was tried');
SELECT ok(
  (SELECT sum(scored) > 0.5 * sum(rows)
          AND sum(scored) < 0.9 * sum(rows)
          AND sum(passed) > 0.1 * sum(rows)
          AND sum(determined) < 0.98 * sum(rows)
     FROM differences),
  'and every answer was given often');

SELECT * FROM finish();
ROLLBACK;
