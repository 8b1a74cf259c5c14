-- Random scorecards over random records, against an oracle that reads the card's JSON and computes in
-- SQL's exact numeric, from the documented meaning of cards and with no code of the engine. Nothing is
-- random but by hash, so that every run is the same.
\ir fixture/random.psql
BEGIN;
SELECT plan(17);

--
-- The oracle
--

-- A field of the record, or a derived one as its fraction: {"num": n, "den": d}
CREATE FUNCTION pg_temp.field_value(record jsonb, derived jsonb, name text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT nullif(CASE WHEN derived ? name THEN derived -> name ELSE record #> string_to_array(name, '.') END, 'null')
$$;
CREATE FUNCTION pg_temp.numerator(v jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(v) WHEN 'object' THEN (v ->> 'num')::numeric
                              WHEN 'boolean' THEN v::boolean::integer
                              ELSE v::numeric END
$$;
CREATE FUNCTION pg_temp.denominator(v jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(v) WHEN 'object' THEN (v ->> 'den')::numeric ELSE 1 END
$$;
-- A number that others are derived from, or that is multiplied: its first 24 decimals; a quotient is
-- multiplied as the fraction that it is
CREATE FUNCTION pg_temp.wide(v jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT div(pg_temp.numerator(v) * 1e24, pg_temp.denominator(v)) * 1e-24
$$;
-- How an exact number compares: -1, 0 or 1
CREATE FUNCTION pg_temp.compare(v jsonb, constant numeric) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT sign(pg_temp.numerator(v) - constant * pg_temp.denominator(v)) * sign(pg_temp.denominator(v))
$$;
-- How the values of two fields compare: numbers exactly, truths as 0 and 1, texts by bytes, as are ISO dates
CREATE FUNCTION pg_temp.compare_values(v jsonb, w jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(v)
           WHEN 'string' THEN (v #>> '{}' COLLATE "C" > w #>> '{}' COLLATE "C")::integer
                              - (v #>> '{}' COLLATE "C" < w #>> '{}' COLLATE "C")::integer
           WHEN 'boolean' THEN v::boolean::integer - w::boolean::integer
           ELSE sign(pg_temp.numerator(v) * pg_temp.denominator(w) - pg_temp.numerator(w) * pg_temp.denominator(v))
                * sign(pg_temp.denominator(v)) * sign(pg_temp.denominator(w))
         END
$$;
-- numerator / denominator at the scale, rounded by the remainder as one does by hand
CREATE FUNCTION pg_temp.rounded(num numeric, den numeric, scale integer, rounding text) RETURNS numeric
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  quotient numeric := div(num * 10::numeric ^ scale, den);
  rest numeric := abs(num * 10::numeric ^ scale - quotient * den);
BEGIN
  IF (rounding = 'half_up' AND 2 * rest >= abs(den))
     OR (rounding = 'half_even' AND (2 * rest > abs(den) OR (2 * rest = abs(den) AND quotient % 2 <> 0))) THEN
    quotient := quotient + sign(num) * sign(den);
  END IF;
  RETURN round(quotient / 10::numeric ^ scale, scale);
END $$;
-- A number's text is trimmed: 3.00 is 3
CREATE FUNCTION pg_temp.label(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN value ~ '^-?\d+\.\d+$' THEN trim_scale(value::numeric)::text ELSE value END
$$;

-- Whether an order is what the op asks
CREATE FUNCTION pg_temp.order_holds(op text, "order" integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE op WHEN '=' THEN "order" = 0
                 WHEN '<>' THEN "order" <> 0
                 WHEN '<' THEN "order" < 0
                 WHEN '<=' THEN "order" <= 0
                 WHEN '>' THEN "order" > 0
                 WHEN '>=' THEN "order" >= 0 END
$$;

-- Whether the comparison of a gate holds for a value that is there
CREATE FUNCTION pg_temp.gate_holds(c jsonb, v jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  op text := c ->> 'op';
  value jsonb := c -> 'value';
  texts text[];
  low integer;
  high integer;
BEGIN
  IF op = 'disjoint' THEN
    RETURN NOT pg_temp.gate_holds(jsonb_set(c, '{op}', '"overlaps"'), v);
  ELSIF op IN ('overlaps', 'contains') THEN
    texts := ARRAY(SELECT t FROM jsonb_array_elements_text(v) AS t WHERE t IS NOT NULL);
    RETURN CASE op WHEN 'overlaps' THEN texts && ARRAY(SELECT jsonb_array_elements_text(value))
                   ELSE texts @> ARRAY(SELECT jsonb_array_elements_text(value)) END;
  ELSIF op IN ('in', 'notin') THEN
    RETURN (op = 'in') = EXISTS (SELECT FROM jsonb_array_elements(value) AS e
                                  WHERE pg_temp.gate_holds(jsonb_build_object('op', '=', 'value', e), v));
  ELSIF op = 'between' THEN
    RETURN pg_temp.gate_holds(jsonb_build_object('op', '>=', 'value', value -> 0), v)
           AND pg_temp.gate_holds(jsonb_build_object('op', '<=', 'value', value -> 1), v);
  END IF;
  -- texts by bytes; ISO dates are in the same order
  low := CASE jsonb_typeof(value) WHEN 'number' THEN pg_temp.compare(v, value::numeric)
                                  WHEN 'boolean' THEN v::boolean::integer - value::boolean::integer
                                  ELSE (v #>> '{}' COLLATE "C" > value #>> '{}' COLLATE "C")::integer
                                       - (v #>> '{}' COLLATE "C" < value #>> '{}' COLLATE "C")::integer END;
  RETURN pg_temp.order_holds(op, low);
END $$;

-- The points of a criterion whose value is there; NULL where an enum names no such value
CREATE FUNCTION pg_temp.points_of(c jsonb, v jsonb, scale integer, rounding text) RETURNS numeric
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  num numeric := CASE WHEN c ->> 'kind' IN ('coef', 'linear')
                        THEN CASE jsonb_typeof(v) WHEN 'object' THEN pg_temp.numerator(v)
                                                                     * sign(pg_temp.denominator(v))
                                                  ELSE pg_temp.wide(v) END END;
  den numeric := CASE WHEN c ->> 'kind' IN ('coef', 'linear') THEN abs(pg_temp.denominator(v)) END;
  a jsonb;
  b jsonb;
BEGIN
  CASE c ->> 'kind'
    WHEN 'const' THEN
      RETURN c -> 'points';
    WHEN 'band' THEN
      FOR b IN SELECT jsonb_array_elements(c -> 'bands') LOOP
        IF (b -> 0 = 'null' OR pg_temp.compare(v, (b -> 0)::numeric) >= CASE WHEN c ? 'upper' THEN 1 ELSE 0 END)
           AND (b -> 1 = 'null' OR pg_temp.compare(v, (b -> 1)::numeric) <= CASE WHEN c ? 'upper' THEN 0 ELSE -1 END)
        THEN
          RETURN b -> 2;
        END IF;
      END LOOP;
      RETURN c -> 'otherwise';
    WHEN 'enum' THEN
      RETURN coalesce((SELECT p.value::numeric
                         FROM jsonb_each(c -> 'points') AS p
                        WHERE pg_temp.label(p.key)
                                = pg_temp.label(CASE jsonb_typeof(v) WHEN 'object' THEN pg_temp.wide(v)::text
                                                                     ELSE v #>> '{}' END)),
                      (c -> 'otherwise')::numeric);
    WHEN 'coef' THEN
      IF num < (c -> 'min')::numeric * den THEN num := (c -> 'min')::numeric * den; END IF;
      IF num > (c -> 'max')::numeric * den THEN num := (c -> 'max')::numeric * den; END IF;
      RETURN pg_temp.rounded((c -> 'coef')::numeric * num, den, scale, rounding);
    WHEN 'linear' THEN
      a := c #> '{points,0}';
      IF num <= (a -> 0)::numeric * den THEN RETURN a -> 1; END IF;
      FOR b IN SELECT jsonb_array_elements(c -> 'points') LOOP
        IF num <= (b -> 0)::numeric * den THEN
          RETURN pg_temp.rounded((a -> 1)::numeric * ((b -> 0)::numeric - (a -> 0)::numeric) * den
                                 + (num - (a -> 0)::numeric * den) * ((b -> 1)::numeric - (a -> 1)::numeric),
                                 ((b -> 0)::numeric - (a -> 0)::numeric) * den, scale, rounding);
        END IF;
        a := b;
      END LOOP;
      RETURN a -> 1;
  END CASE;
END $$;

-- Every number of points that a criterion can give: worst and best are the ends
CREATE FUNCTION pg_temp.possible_points(c jsonb, scale integer, rounding text) RETURNS SETOF numeric
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT (b -> 2)::numeric
    FROM jsonb_array_elements(c -> 'bands') AS b
   WHERE c ->> 'kind' = 'band'
  UNION ALL
  SELECT (c -> 'otherwise')::numeric
   WHERE c ->> 'kind' = 'band'
     AND c ? 'otherwise'
     AND (EXISTS (SELECT FROM jsonb_array_elements(c -> 'bands') AS b
                   WHERE b -> 1 <> 'null'
                     AND NOT EXISTS (SELECT FROM jsonb_array_elements(c -> 'bands') AS n
                                      WHERE n -> 0 = b -> 1))
          OR NOT EXISTS (SELECT FROM jsonb_array_elements(c -> 'bands') AS b WHERE b -> 0 = 'null'))
  UNION ALL
  SELECT p.value::numeric
    FROM jsonb_each(CASE c ->> 'kind' WHEN 'enum' THEN c -> 'points' ELSE '{}' END) AS p
  UNION ALL
  SELECT (c -> 'otherwise')::numeric
   WHERE c ->> 'kind' = 'enum'
     AND c ? 'otherwise'
  UNION ALL
  SELECT (p -> 1)::numeric
    FROM jsonb_array_elements(CASE c ->> 'kind' WHEN 'linear' THEN c -> 'points' ELSE '[]' END) AS p
  UNION ALL
  SELECT pg_temp.rounded((c -> 'coef')::numeric * e::numeric, 1, scale, rounding)
    FROM unnest(ARRAY[c -> 'min', c -> 'max']) AS e
   WHERE c ->> 'kind' = 'coef'
$$;

-- A derived field as {"num": n, "den": d}, or NULL when it is missing
CREATE FUNCTION pg_temp.derive(c jsonb, record jsonb, derived jsonb, as_of date) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  fn text := c ->> 'fn';
  arguments jsonb[];
  numbers numeric[];
BEGIN
  arguments := ARRAY(SELECT pg_temp.field_value(record, derived, f)
                       FROM jsonb_array_elements_text(
                              coalesce(c -> 'fields', jsonb_build_array(c ->> 'field'))) AS f);
  IF array_position(arguments, NULL) IS NOT NULL THEN
    RETURN NULL;
  END IF;
  IF fn = 'age_years' THEN
    RETURN jsonb_build_object('num', extract(year FROM age(as_of, (arguments[1] #>> '{}')::date)), 'den', 1);
  ELSIF fn = 'age_years_thai' THEN      -- the day of birth counts
    RETURN jsonb_build_object('num', extract(year FROM age(as_of + 1, (arguments[1] #>> '{}')::date)), 'den', 1);
  END IF;
  numbers := ARRAY(SELECT pg_temp.wide(a) FROM unnest(arguments) AS a);
  IF fn = 'ratio' THEN
    RETURN CASE WHEN numbers[2] <> 0 THEN jsonb_build_object('num', numbers[1], 'den', numbers[2]) END;
  END IF;
  RETURN (SELECT jsonb_build_object('num', CASE fn WHEN 'sum' THEN sum(n)
                                                   WHEN 'min' THEN min(n)
                                                   WHEN 'max' THEN max(n)
                                                   ELSE count(*) FILTER (WHERE n <> 0) END,
                                    'den', 1)
            FROM unnest(numbers) AS n);
END $$;

-- Eligible, score, class and reasons of a record. Outcomes: p passed, f failed, u undetermined.
CREATE FUNCTION pg_temp.oracle(card jsonb, record jsonb, OUT eligible boolean, OUT score numeric,
                               OUT class text, OUT reasons text[])
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  scale integer := coalesce((card -> 'scale')::integer, 4);
  rounding text := coalesce(card ->> 'rounding', 'half_up');
  criteria jsonb[] := ARRAY(SELECT jsonb_array_elements(card -> 'criteria'));
  derived jsonb := '{}';
  points jsonb := '{}';
  outcomes text[];
  group_outcomes jsonb := '{}';
  in_sections text[] := ARRAY(SELECT jsonb_array_elements_text(c -> 'members')
                                FROM unnest(criteria) AS c
                               WHERE c ->> 'kind' = 'section');
  determined boolean := true;
  c jsonb;
  v jsonb;
  w jsonb;
  p numeric;
  missing jsonb;
  outcome text;
BEGIN
  FOREACH c IN ARRAY criteria LOOP
    outcome := 'p';
    p := NULL;
    missing := coalesce(c -> 'missing', '"undetermined"');
    CASE c ->> 'kind'
      WHEN 'section' THEN
        NULL;
      WHEN 'derive' THEN
        derived := derived
                   || jsonb_build_object(c ->> 'code',
                                           pg_temp.derive(c, record, derived, (card ->> 'as_of')::date));
      WHEN 'gate' THEN
        v := pg_temp.field_value(record, derived, c ->> 'field');
        w := pg_temp.field_value(record, derived, c ->> 'than');
        outcome := CASE
          WHEN c ? 'than' AND v IS NOT NULL AND w IS NOT NULL
            THEN CASE WHEN pg_temp.order_holds(c ->> 'op', pg_temp.compare_values(v, w)) THEN 'p' ELSE 'f' END
          WHEN c ->> 'op' = 'isnull' THEN CASE WHEN v IS NULL THEN 'p' ELSE 'f' END
          WHEN c ->> 'op' = 'notnull' THEN CASE WHEN v IS NULL THEN 'f' ELSE 'p' END
          WHEN v IS NOT NULL AND NOT c ? 'than' THEN CASE WHEN pg_temp.gate_holds(c, v) THEN 'p' ELSE 'f' END
          WHEN missing = '"undetermined"' THEN 'u'
          WHEN missing = '"best"' THEN 'p'
          ELSE 'f' END;
        IF c ? 'group' THEN
          group_outcomes := group_outcomes || jsonb_build_object(c ->> 'group', CASE
            WHEN 'p' IN (outcome, group_outcomes ->> (c ->> 'group')) THEN 'p'
            WHEN 'u' IN (outcome, group_outcomes ->> (c ->> 'group')) THEN 'u'
            ELSE 'f' END);
        END IF;
      ELSE
        v := pg_temp.field_value(record, derived, c ->> 'field');
        IF v IS NOT NULL OR c ->> 'kind' = 'const' THEN
          p := pg_temp.points_of(c, v, scale, rounding);
        END IF;
        IF p IS NULL THEN
          CASE missing
            WHEN '"undetermined"' THEN outcome := 'u';
            WHEN '"reject"' THEN outcome := 'f';
            WHEN '"worst"' THEN p := (SELECT min(x)
                                        FROM pg_temp.possible_points(c, scale, rounding) AS x);
            WHEN '"best"' THEN p := (SELECT max(x) FROM pg_temp.possible_points(c, scale, rounding) AS x);
            ELSE p := missing -> 'points';
          END CASE;
        END IF;
        determined := determined AND outcome = 'p';
    END CASE;
    outcomes := outcomes || outcome;
    points := points || jsonb_build_object(c ->> 'code', p);
  END LOOP;

  -- points: those of sections between their limits, and those outside
  IF determined THEN
    score := round((SELECT coalesce(sum((points -> (m ->> 'code'))::numeric), 0)
                      FROM unnest(criteria) AS m
                     WHERE m ->> 'kind' IN ('band', 'linear', 'enum', 'coef', 'const')
                       AND NOT m ->> 'code' = ANY (in_sections)),
                   scale);
    FOREACH c IN ARRAY criteria LOOP
      IF c ->> 'kind' = 'section' THEN
        p := (SELECT sum((points -> m)::numeric) FROM jsonb_array_elements_text(c -> 'members') AS m);
        score := score + least(greatest(p, (c -> 'min')::numeric), (c -> 'max')::numeric);
      END IF;
    END LOOP;
    class := (SELECT k ->> 2
                FROM jsonb_array_elements(card -> 'classes') AS k
               WHERE (k -> 0 = 'null' OR score >= (k -> 0)::numeric)
                 AND (k -> 1 = 'null' OR score < (k -> 1)::numeric));
  END IF;

  -- groups and lone criteria must all hold: those that score speak only when they reject
  SELECT CASE WHEN bool_or(o = 'f') THEN false WHEN bool_or(o = 'u') THEN NULL ELSE true END INTO eligible
    FROM (SELECT outcomes[i] AS o
            FROM generate_subscripts(criteria, 1) AS i
           WHERE NOT criteria[i] ? 'group'
             AND (criteria[i] ->> 'kind' = 'gate' OR outcomes[i] = 'f')
          UNION ALL
          SELECT value
            FROM jsonb_each_text(group_outcomes)) AS o;
  reasons := ARRAY(SELECT coalesce(criteria[i] ->> 'reason', criteria[i] ->> 'code')
                     FROM generate_subscripts(criteria, 1) AS i
                    WHERE outcomes[i] <> 'p'
                      AND (NOT criteria[i] ? 'group' OR group_outcomes ->> (criteria[i] ->> 'group') <> 'p')
                    ORDER BY i);
END $$;

--
-- Random cards
--

-- Numbers that cards and records share, so that values lie on the ends and just beside them
CREATE FUNCTION pg_temp.landmarks() RETURNS numeric[] LANGUAGE sql IMMUTABLE AS $$
  SELECT '{-1000.25,-7.5,-2,-1,-0.5,0,0.000000000001,0.5,1,1.5,1.999999999999,2,3,10,99.99,1000}'::numeric[]
$$;
CREATE FUNCTION pg_temp.some_points(key text, scale integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT (pg_temp.roll(key, 81) - 40)
         + CASE WHEN scale > 0 THEN pg_temp.roll(key || 'd', (10 ^ scale)::integer) / 10::numeric ^ scale
                ELSE 0 END
$$;
-- Some landmarks, rising
CREATE FUNCTION pg_temp.some_numbers(key text, n integer) RETURNS numeric[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(x ORDER BY x)
    FROM (SELECT x FROM unnest(pg_temp.landmarks()) AS x ORDER BY md5(key || x) LIMIT n) AS s
$$;
CREATE FUNCTION pg_temp.missing_policy(key text, scale integer, bounded boolean) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE pg_temp.roll(key, CASE WHEN bounded THEN 6 ELSE 4 END)
           WHEN 0 THEN '"undetermined"'
           WHEN 1 THEN '"reject"'
           WHEN 2 THEN NULL
           WHEN 4 THEN '"worst"'
           WHEN 5 THEN '"best"'
           ELSE jsonb_build_object('points', pg_temp.some_points(key || 'm', scale)) END
$$;
CREATE FUNCTION pg_temp.some_gate(key text, numbers text[]) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  gate jsonb;
  op text;
  n numeric[] := pg_temp.some_numbers(key, 3);
  texts text[] := ARRAY(SELECT t
                          FROM unnest('{none,rent,own,Rent,3.00,บ้าน,""}'::text[]) AS t
                         ORDER BY md5(key || t)
                         LIMIT 2);
  days text[] := ARRAY['2004-02-29', '2005-12-31'];
BEGIN
  IF pg_temp.roll(key || 'null', 9) = 0 THEN
    RETURN jsonb_build_object('field',
                                pg_temp.pick(key || 'f', 'a', 'c', 'f', 't', 'y', 'd', 'g', 'j.n', 'j.x.y'),
                              'op', pg_temp.pick(key || 'o', 'isnull', 'notnull'));
  END IF;
  op := pg_temp.pick(key || 'op', '=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'notin');
  CASE pg_temp.roll(key || 'gate kind', 8)
    WHEN 0 THEN
      gate := jsonb_build_object('field', pg_temp.pick(key || 'f', 't', 'e', 'v', 'j.t'), 'op', op,
                                 'value', CASE WHEN op = 'between' THEN jsonb_build_array(
                                                 least(texts[1] COLLATE "C", texts[2]),
                                                 greatest(texts[1] COLLATE "C", texts[2]))
                                               WHEN op IN ('in', 'notin') THEN to_jsonb(texts)
                                               ELSE to_jsonb(texts[1]) END);
    WHEN 1 THEN
      gate := jsonb_build_object('field', pg_temp.pick(key || 'f', 'd', 'j.d'), 'op', op,
                                 'value', CASE WHEN op IN ('between', 'in', 'notin') THEN to_jsonb(days)
                                               ELSE to_jsonb(pg_temp.pick(key || 'v', VARIADIC days)) END);
    WHEN 2 THEN
      gate := jsonb_build_object('field', pg_temp.pick(key || 'f', 'y', 'j.y'),
                                 'op', pg_temp.pick(key || 'o', '=', '<>'),
                                 'value', pg_temp.roll(key || 'v', 2) = 0);
    WHEN 3 THEN
      gate := jsonb_build_object('field', pg_temp.pick(key || 'f', 'g', 'j.g'),
                                 'op', pg_temp.pick(key || 'o', 'overlaps', 'contains', 'disjoint'),
                                 'value', to_jsonb(CASE pg_temp.roll(key || 'v', 3)
                                                     WHEN 0 THEN '{poor}'
                                                     WHEN 1 THEN '{poor,deaf}'
                                                     ELSE '{orphan,x y}' END::text[]));
    WHEN 4 THEN      -- two fields: texts, days, truths, most often numbers
      CASE pg_temp.roll(key || 'than', 6)
        WHEN 0 THEN
          gate := jsonb_build_object('field', pg_temp.pick(key || 'f', 't', 'e'),
                                     'than', pg_temp.pick(key || 'w', 'v', 'j.t'));
        WHEN 1 THEN
          gate := '{"field":"d","than":"j.d"}';
        WHEN 2 THEN
          gate := '{"field":"y","than":"j.y"}';
        ELSE
          gate := jsonb_build_object('field', numbers[1 + pg_temp.roll(key || 'f', cardinality(numbers) - 1)],
                                     'than', numbers[cardinality(numbers)]);
      END CASE;
      gate := gate
              || jsonb_build_object('op', CASE WHEN gate ->> 'field' = 'y' THEN pg_temp.pick(key || 'o', '=', '<>')
                                               ELSE pg_temp.pick(key || 'o', '=', '<>', '<', '<=', '>', '>=') END);
    ELSE
      gate := jsonb_build_object('field', pg_temp.pick(key || 'f', VARIADIC numbers || ARRAY['h']), 'op', op,
                                 'value', CASE WHEN op = 'between' THEN to_jsonb(n[1:2])
                                               WHEN op IN ('in', 'notin') THEN to_jsonb(n)
                                               ELSE to_jsonb(n[2]) END);
  END CASE;
  RETURN gate
         || jsonb_strip_nulls(jsonb_build_object('reason', pg_temp.pick(key || 'r', 'LOW', 'ไม่ผ่าน', NULL),
                                                 'missing', CASE pg_temp.roll(key || 'm', 5)
                                                              WHEN 0 THEN 'reject'
                                                              WHEN 1 THEN 'worst'
                                                              WHEN 2 THEN 'best' END));
END $$;

CREATE FUNCTION pg_temp.some_criterion(key text, scale integer, numbers text[]) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  kind text := pg_temp.pick(key || 'kind', 'gate', 'gate', 'gate', 'band', 'band', 'linear', 'linear', 'enum',
                            'enum', 'coef', 'coef', 'const');
  field text := pg_temp.pick(key || 'field', VARIADIC numbers);
  n numeric[] := pg_temp.some_numbers(key, 2 + pg_temp.roll(key || 'n', 3));
  bounded boolean := pg_temp.roll(key || 'bounded', 2) = 0;
  gaps boolean := pg_temp.roll(key || 'gaps', 2) = 0;
  body jsonb;
BEGIN
  CASE kind
    WHEN 'gate' THEN
      body := pg_temp.some_gate(key, numbers)
              || CASE WHEN pg_temp.roll(key || 'group', 2) = 0
                        THEN jsonb_build_object('group', pg_temp.pick(key || 'g', 'need', 'merit'))
                      ELSE '{}' END::jsonb;
      RETURN body || '{"kind":"gate"}';
    WHEN 'const' THEN
      RETURN jsonb_build_object('kind', kind, 'points', pg_temp.some_points(key, scale));
    WHEN 'band' THEN
      body := jsonb_build_object(
        'field', CASE WHEN pg_temp.roll(key || 'h', 5) = 0 THEN 'h' ELSE field END,
        'bands', (SELECT jsonb_agg(jsonb_build_array(lo, hi, pg_temp.some_points(key || i, scale))
                                   ORDER BY md5(key || i))
                    FROM (SELECT i, CASE WHEN i > 0 THEN n[i] END AS lo, n[i + 1] AS hi
                            FROM generate_series(0, cardinality(n)) AS i) AS b
                   WHERE NOT gaps
                      OR i = 1
                      OR pg_temp.roll(key || 'gap' || i, 3) > 0))
              || CASE WHEN pg_temp.roll(key || 'upper', 3) = 0 THEN '{"upper":true}' ELSE '{}' END::jsonb;
      IF gaps THEN
        body := body || jsonb_build_object('otherwise', pg_temp.some_points(key || 'o', scale));
      END IF;
    WHEN 'linear' THEN
      body := jsonb_build_object(
        'field', field,
        'points', (SELECT jsonb_agg(jsonb_build_array(n[i], pg_temp.some_points(key || i, scale)) ORDER BY i)
                     FROM generate_subscripts(n, 1) AS i));
    WHEN 'enum' THEN
      body := jsonb_build_object(
        'field', pg_temp.pick(key || 'e', 't', 'e', 'v', 'c', 'a', 'y', 'd', 'h', 'f', 'j.t', 'j.n', 'j.y'),
        'points', (SELECT jsonb_object_agg(k, pg_temp.some_points(key || k, scale))
                     FROM unnest('{none,rent,Rent,บ้าน,"",true,2004-02-29,3.00,-7.50,0,1.5,99.990,
                                   1000000000000000}'::text[]) AS k
                    WHERE k = 'true'
                       OR pg_temp.roll(key || k, 2) = 0));
      IF gaps THEN
        body := body || jsonb_build_object('otherwise', pg_temp.some_points(key || 'o', scale));
      END IF;
    WHEN 'coef' THEN
      body := jsonb_build_object(
        'field', CASE WHEN pg_temp.roll(key || 'y', 4) = 0 THEN pg_temp.pick(key || 'b', 'y', 'j.y')
                      ELSE field END,
        'coef', pg_temp.pick(key || 'c', '-0.1183', '0.333333333333', '0.000000000001', '-0.05',
                             '0.25')::numeric);
      IF bounded THEN
        body := body
                || jsonb_build_object('coef', pg_temp.pick(
                                        key || 'c', '-0.1183', '12.5', '-333333.333333333333', '1.5', '-1.5',
                                        '0')::numeric,
                                      'min', n[1], 'max', n[2]);
      ELSIF gaps THEN
        body := body || jsonb_build_object(pg_temp.pick(key || 'one', 'min', 'max'), n[1]);
      END IF;
  END CASE;
  RETURN body || jsonb_build_object('kind', kind)
         || jsonb_strip_nulls(jsonb_build_object('missing', pg_temp.missing_policy(
                                                   key || 'm', scale, bounded OR kind <> 'coef')));
END $$;

CREATE FUNCTION pg_temp.some_card(k integer) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  key text := 'card ' || k || ' ';
  scale integer := k % 7;
  numbers text[] := '{a,b,c,f,j.n}';
  criteria jsonb[] := '{}';
  cuts numeric[] := ARRAY(SELECT DISTINCT round(x, scale)
                            FROM unnest(pg_temp.some_numbers(key || 'class', 3)) AS x
                           ORDER BY 1);
  givers text[];
BEGIN
  -- derived fields first, then what may read them; one reads another
  FOR i IN 1 .. pg_temp.roll(key || 'derive', 4) LOOP
    criteria := criteria
                || (CASE pg_temp.roll(key || 'derive' || i, 6)
                      WHEN 0 THEN jsonb_build_object(
                        'fn', 'ratio',
                        'fields', jsonb_build_array(pg_temp.pick(key || 'num' || i, VARIADIC numbers), 'c'))
                      WHEN 1 THEN jsonb_build_object(
                        'fn', pg_temp.pick(key || 'age' || i, 'age_years', 'age_years_thai'), 'field', 'd')
                      WHEN 2 THEN jsonb_build_object(
                        'fn', 'count_true',
                        'fields',
                          jsonb_build_array('y', 'j.y', pg_temp.pick(key || 'x' || i, VARIADIC numbers)))
                      ELSE jsonb_build_object('fn', pg_temp.pick(key || 'fn' || i, 'sum', 'min', 'max'),
                                              'fields', jsonb_build_array(
                                                pg_temp.pick(key || 'x' || i, VARIADIC numbers),
                                                pg_temp.pick(key || 'y' || i, VARIADIC numbers), 'a')) END
                    || jsonb_build_object('kind', 'derive',
                                          'code', CASE WHEN i = 3 THEN 'b' ELSE 'D' || i END));
    numbers := numbers || CASE WHEN i = 3 THEN 'b' ELSE 'D' || i END;
  END LOOP;
  FOR i IN 1 .. 4 + pg_temp.roll(key || 'n', 6) LOOP
    criteria := criteria || (pg_temp.some_criterion(key || i, scale, numbers)
                             || jsonb_build_object('code', 'C' || i));
  END LOOP;
  -- a section over the first two that give points
  givers := ARRAY(SELECT c ->> 'code'
                    FROM unnest(criteria) WITH ORDINALITY AS u (c, i)
                   WHERE c ->> 'kind' IN ('band', 'linear', 'enum', 'coef', 'const')
                   ORDER BY i
                   LIMIT 2);
  IF cardinality(givers) = 2 AND k % 2 = 0 THEN
    criteria := criteria || (jsonb_build_object('kind', 'section', 'code', 'SEC', 'members', to_jsonb(givers))
                             || CASE WHEN k % 3 > 0 THEN '{"max":15}' ELSE '{}' END::jsonb
                             || CASE WHEN k % 3 < 2 THEN '{"min":-3}' ELSE '{}' END::jsonb);
  END IF;
  RETURN jsonb_build_object('code', key, 'scale', scale,
                            'rounding', pg_temp.pick(key || 'r', 'half_up', 'half_even', 'down'),
                            'as_of', '2023-02-28', 'criteria', to_jsonb(criteria))
         || CASE WHEN k % 4 > 0 THEN jsonb_build_object(
                   'classes', (SELECT jsonb_agg(jsonb_build_array(
                                                  CASE WHEN i > 0 THEN cuts[i] END, cuts[i + 1],
                                                  'class ' || i))
                                 FROM generate_series(0, cardinality(cuts)) AS i))
                 ELSE '{}' END::jsonb;
END $$;

CREATE TEMPORARY TABLE cards AS
SELECT k, c AS json, c::text::equity.scorecard AS card
  FROM generate_series(1, 84) AS k, pg_temp.some_card(k) AS c;

--
-- Random records
--

-- On a landmark, just beside it, between, or far away; sometimes nothing
CREATE FUNCTION pg_temp.some_number(key text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE pg_temp.roll(key || 'kind', 9)
    WHEN 0 THEN NULL
    WHEN 1 THEN CASE WHEN pg_temp.roll(key, 3) = 0 THEN 'NaN' ELSE l END
    WHEN 2 THEN l + 1e-12
    WHEN 3 THEN l - 1e-12
    WHEN 4 THEN l + 1e-30
    WHEN 5 THEN l - 1e-30
    WHEN 6 THEN round(l, 20)
    WHEN 7 THEN (pg_temp.roll(key || 'x', 2000001) - 1000000) / 3000.0
    ELSE l END
    FROM (SELECT (pg_temp.landmarks())[1 + pg_temp.roll(key || 'l', cardinality(pg_temp.landmarks()))] AS l) AS p
$$;
CREATE TYPE pg_temp.dwelling AS ENUM ('rent', 'own', 'none');
CREATE TEMPORARY TABLE records AS
SELECT i AS id, pg_temp.some_number('a' || i) AS a, pg_temp.some_number('b' || i) AS b,
       CASE WHEN pg_temp.roll('cn' || i, 8) > 0 THEN pg_temp.roll('c' || i, 7) - 2 END AS c,
       CASE pg_temp.roll('fn' || i, 8)
         WHEN 0 THEN NULL
         WHEN 1 THEN 'Infinity'
         WHEN 2 THEN 'NaN'
         ELSE pg_temp.some_number('f' || i)::double precision END AS f,
       CASE pg_temp.roll('hn' || i, 4)
         WHEN 0 THEN NULL
         WHEN 1 THEN pg_temp.some_number('h' || i) * 1e20
         WHEN 2 THEN 1000000000000000.00
         ELSE pg_temp.some_number('h' || i) END AS h,
       pg_temp.pick('t' || i, 'none', 'rent', 'own', 'Rent', '3.00', '3', 'บ้าน', '', 'zzz', NULL) AS t,
       pg_temp.pick('v' || i, 'none', 'rent', 'บ้าน', NULL)::character(10) AS v,
       pg_temp.pick('e' || i, 'rent', 'own', 'none', NULL)::pg_temp.dwelling AS e,
       pg_temp.pick('y' || i, 'true', 'false', NULL)::boolean AS y,
       pg_temp.pick('d' || i, '2004-02-28', '2004-02-29', '2004-03-01', '2005-12-31', '2023-02-28',
                    '1900-01-01', NULL)::date AS d,
       pg_temp.pick('g' || i, '{}', '{poor}', '{poor,NULL}', '{orphan,"x y",poor}', '{NULL}', NULL)::text[] AS g,
       CASE WHEN pg_temp.roll('jn' || i, 10) > 0
              THEN jsonb_build_object('n', nullif(pg_temp.some_number('jn' || i), 'NaN'),
                                      't', pg_temp.pick('jt' || i, 'none', 'rent', '3.00', NULL),
                                      'y', pg_temp.pick('jy' || i, 'true', 'false', NULL)::boolean,
                                      'd', pg_temp.pick('jd' || i, '2004-02-29', '2004-03-01', NULL),
                                      'x', CASE WHEN i % 3 = 0 THEN '{"y":1}'
                                                WHEN i % 3 = 1 THEN '7' END::jsonb)
                   || CASE WHEN i % 5 = 0 THEN '{}'
                           ELSE jsonb_build_object('g', to_jsonb(
                                                     pg_temp.pick(
                                                       'jg' || i, '{}', '{poor,NULL}', '{orphan,"x y"}',
                                                       NULL)::text[])) END END AS j
  FROM generate_series(1, 200) AS i;
-- What the oracle sees: floats by the shortest decimal that reads back as the same, NaN and infinity as
-- nothing, char(n) without its blanks
CREATE TEMPORARY TABLE seen AS
SELECT id,
       to_jsonb(r)
       || jsonb_build_object(
         'a', nullif(a, 'NaN'), 'b', nullif(b, 'NaN'), 'h', nullif(h, 'NaN'), 'v', rtrim(v),
         'f', CASE WHEN f NOT IN ('NaN', 'Infinity', '-Infinity') THEN f::text::numeric END) AS record
  FROM records AS r;

--
-- The comparison
--

CREATE TEMPORARY TABLE verdicts AS
SELECT k, id, a.eligible, a.score, a.class, a.reasons, o.eligible AS o_eligible, o.score AS o_score,
       o.class AS o_class, o.reasons AS o_reasons, equity.eligible(card, r) AS only_eligible,
       equity.score(card, r) AS only_score
  FROM cards
 CROSS JOIN records AS r
  JOIN seen USING (id)
 CROSS JOIN LATERAL equity.assess(card, r) AS a
 CROSS JOIN LATERAL pg_temp.oracle(json, record) AS o;

SELECT is((SELECT count(*) FROM verdicts), 84 * 200::bigint, '84 cards judge 200 records each');
SELECT is_empty(
  'SELECT k, id, eligible, o_eligible
     FROM verdicts
    WHERE eligible IS DISTINCT FROM o_eligible
    LIMIT 10',
  'eligible as the oracle says');
SELECT is_empty(
  'SELECT k, id, score, o_score FROM verdicts WHERE score IS DISTINCT FROM o_score LIMIT 10',
  'score as the oracle says');
SELECT is_empty(
  'SELECT k, id, score, o_score FROM verdicts WHERE scale(score) <> k % 7 LIMIT 10',
  'score has all decimals of the scale');
SELECT is_empty(
  'SELECT k, id, score, class, o_class
     FROM verdicts
    WHERE class IS DISTINCT FROM o_class
    LIMIT 10',
  'class as the oracle says');
SELECT is_empty(
  'SELECT k, id, reasons, o_reasons
     FROM verdicts
    WHERE reasons IS DISTINCT FROM o_reasons
    LIMIT 10',
  'reasons as the oracle says');
SELECT is_empty(
  'SELECT k, id
     FROM verdicts
    WHERE only_eligible IS DISTINCT FROM eligible
       OR only_score IS DISTINCT FROM score
    LIMIT 10',
  'eligible and score alone say what assess says');

-- the planner may look into a constant card: the answers stay the same; also over separate values
ANALYZE records;
CREATE TEMPORARY TABLE chosen (k integer, id integer);
CREATE TEMPORARY TABLE constant_verdicts (k integer, id integer, eligible boolean, score numeric,
                                          eligible_fields boolean, score_fields numeric);
DO $$
DECLARE
  c record;
BEGIN
  FOR c IN
    SELECT k, card,
           (SELECT string_agg(', ' || f, '' ORDER BY i)
              FROM unnest(equity.fields(card)) WITH ORDINALITY AS u (f, i)) AS columns
      FROM cards
  LOOP
    EXECUTE format('INSERT INTO constant_verdicts
                    SELECT %s, id, equity.eligible(%L, r), equity.score(%2$L, r),
                           equity.eligible_fields(%2$L%3$s), equity.score_fields(%2$L%3$s)
                      FROM records AS r',
                   c.k, c.card, c.columns);
    EXECUTE format('INSERT INTO chosen
                    SELECT %s, id
                      FROM records AS r
                     WHERE equity.eligible(%L, r)
                       AND equity.score(%2$L, r) IS NOT NULL',
                   c.k, c.card);
  END LOOP;
END $$;
SELECT is_empty(
  $$SELECT k, id
      FROM verdicts AS v
      FULL JOIN constant_verdicts AS c USING (k, id)
     WHERE (v.eligible, v.score) IS DISTINCT FROM (c.eligible, c.score)
     LIMIT 10$$,
  'a constant card says the same');
SELECT set_eq(
  'TABLE chosen',
  'SELECT k, id FROM verdicts WHERE eligible AND score IS NOT NULL',
  'and chooses the same rows in WHERE');
SELECT is_empty(
  $$SELECT k, id
      FROM verdicts AS v
      FULL JOIN constant_verdicts AS c USING (k, id)
     WHERE (v.eligible, v.score) IS DISTINCT FROM (c.eligible_fields, c.score_fields)
     LIMIT 10$$,
  'separate values say the same');

-- whatever comes in the place of missing fields, the score stays between its bounds
CREATE TEMPORARY TABLE completed AS
SELECT r.id, coalesce(nullif(r.a, 'NaN'), o.a) AS a, coalesce(nullif(r.b, 'NaN'), o.b) AS b,
       coalesce(r.c, o.c) AS c,
       CASE WHEN r.f NOT IN ('NaN', 'Infinity', '-Infinity') THEN r.f ELSE o.f END AS f,
       coalesce(nullif(r.h, 'NaN'), o.h) AS h, coalesce(r.t, o.t) AS t, coalesce(r.v, o.v) AS v,
       coalesce(r.e, o.e) AS e, coalesce(r.y, o.y) AS y, coalesce(r.d, o.d) AS d, coalesce(r.g, o.g) AS g,
       coalesce(jsonb_strip_nulls(o.j), '{}') || coalesce(jsonb_strip_nulls(r.j), '{}') AS j
  FROM records AS r
  JOIN records AS o
    ON o.id = (r.id * 7) % 200 + 1;
SELECT is_empty(
  $$SELECT c.k, r.id, b.lo, b.hi, v.score, equity.score(c.card, done)
      FROM cards AS c
     CROSS JOIN records AS r
      JOIN completed AS done USING (id)
      JOIN verdicts AS v USING (k, id)
     CROSS JOIN LATERAL equity.score_bounds(c.card, r) AS b
     WHERE v.score NOT BETWEEN b.lo AND b.hi
        OR equity.score(c.card, done) NOT BETWEEN b.lo AND b.hi
     LIMIT 10$$,
  'scores lie between their bounds');

-- explain agrees: the points outside sections add up, the reasons are the same, no points above the most
SELECT is_empty(
  $$SELECT v.k, v.id, v.score, e.total, v.reasons, e.reasons
      FROM verdicts AS v
      JOIN cards AS c USING (k)
      JOIN records AS r USING (id)
     CROSS JOIN LATERAL (SELECT sum(x.points) FILTER (
                                  WHERE NOT coalesce(
                                    (SELECT bool_or(s -> 'members' ? x.criterion)
                                       FROM jsonb_array_elements(c.json -> 'criteria') AS s),
                                    false)) AS total,
                                coalesce(array_agg(x.reason ORDER BY x.seq) FILTER (
                                           WHERE x.reason IS NOT NULL),
                                         '{}') AS reasons,
                                bool_and(x.points <= x.max_points) AS within
                           FROM equity.explain(c.card, r) AS x) AS e
     WHERE v.id % 4 = 0
       AND ((v.score IS NOT NULL AND v.score IS DISTINCT FROM coalesce(e.total, 0))
            OR v.reasons <> e.reasons
            OR NOT e.within)
     LIMIT 10$$,
  'explain adds up to the score and gives the same reasons');

-- the canonical text is a fixed point with the same meaning, also through jsonb
SELECT is_empty(
  'SELECT k
     FROM cards
    WHERE card::text::equity.scorecard::text <> card::text
       OR card::text::jsonb::text::equity.scorecard::text <> card::text',
  'canonical of canonical is itself');
SELECT is(
  (SELECT count(DISTINCT equity.digest(card)) FROM cards),
  84::bigint,
  'each card has a digest of its own');

-- the cards did try everything
SELECT is(
  ARRAY(SELECT DISTINCT coalesce(c ->> 'op', c ->> 'fn', c ->> 'kind') COLLATE "C"
          FROM cards, jsonb_array_elements(json -> 'criteria') AS c
         ORDER BY 1),
  '{<,<=,<>,=,>,>=,age_years,age_years_thai,band,between,coef,const,contains,count_true,disjoint,enum,in,isnull,
    linear,max,min,notin,notnull,overlaps,ratio,section,sum}'::text[],
  'every kind, op and fn was tried');
SELECT ok(
  (SELECT count(*) FILTER (WHERE c ? 'than') > 10
          AND count(*) FILTER (WHERE c ? 'upper') > 10
     FROM cards, jsonb_array_elements(json -> 'criteria') AS c),
  'gates between two fields and bands with their high ends too');
SELECT ok(
  (SELECT min(n) > 500
     FROM (SELECT count(*) AS n FROM verdicts GROUP BY eligible IS TRUE, eligible IS FALSE) AS a)
  AND (SELECT min(n) > 2000
         FROM (SELECT count(*) AS n FROM verdicts GROUP BY score IS NULL) AS b),
  'and every answer was given often');

SELECT * FROM finish();
ROLLBACK;
