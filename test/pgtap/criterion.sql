-- Scorecards as rows: random cards go to rows and back unchanged, with cells that look like something
-- else; a sealed version keeps its rows, however it is attacked. Nothing is random but by hash.
BEGIN;
SELECT plan(34);
SET LOCAL client_min_messages = warning;

--
-- Random cards
--

CREATE FUNCTION pg_temp.h(seed integer, place text, size integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT abs(hashtextextended(place, seed) % size)::integer
$$;
-- words that a cell could mistake for something else
CREATE FUNCTION pg_temp.word(seed integer, place text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (ARRAY['rent', '3', '3.00', '-0', '1e3', 'true', 'TRUE', 'null', 'a,b', '"q"', '"', ' x ', '[',
                '[1]', 'ก ข', E'tab\tin', E'line\nin', '010', '=1+1', '\x', '{}', E'\u00a0'])[
                  1 + pg_temp.h(seed, place || 'w', 22)]
$$;
CREATE FUNCTION pg_temp.number(seed integer, place text, scale integer) RETURNS numeric
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT trim_scale((pg_temp.h(seed, place || 'n', 2000001) - 1000000)
                    / 10::numeric ^ pg_temp.h(seed, place || 's', scale + 1))
$$;
CREATE FUNCTION pg_temp.code(seed integer, n integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE pg_temp.h(seed, 'code' || n, 4) WHEN 0 THEN pg_temp.word(seed, 'code' || n) || n ELSE 'C' || n END
$$;
CREATE FUNCTION pg_temp.missing(seed integer, n text, gate boolean, scale integer) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE pg_temp.h(seed, n || 'm', 5)
           WHEN 0 THEN '"reject"'
           WHEN 1 THEN '"worst"'
           WHEN 2 THEN '"undetermined"'
           WHEN 3 THEN CASE WHEN NOT gate THEN jsonb_build_object(
                              'points',
                                trim_scale(round(pg_temp.number(seed, n || 'mp', scale), scale))) END END
$$;
CREATE FUNCTION pg_temp.criterion(seed integer, n integer, scale integer) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
  place text := n::text;
  kind text := (ARRAY['gate', 'band', 'linear', 'enum', 'coef', 'const', 'derive'])[
    1 + pg_temp.h(seed, place || 'k', 7)];
  op text := (ARRAY['=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'notin', 'isnull', 'notnull',
                    'overlaps', 'contains', 'disjoint'])[1 + pg_temp.h(seed, place || 'o', 14)];
  field text := 'f' || n || CASE pg_temp.h(seed, place || 'f', 4)
                              WHEN 0 THEN '.' || replace(pg_temp.word(seed, place || 'f'), '.', '') || 'x'
                              ELSE '' END;
  size integer := 1 + pg_temp.h(seed, place || 'z', 4);
  numbers boolean := pg_temp.h(seed, place || 't', 2) = 0;
  extra jsonb := '{}';
BEGIN
  extra := jsonb_strip_nulls(jsonb_build_object(
                               'missing', CASE WHEN kind IN ('band', 'linear', 'enum', 'coef')
                                                    OR kind = 'gate' AND op NOT IN ('isnull', 'notnull')
                                                 THEN pg_temp.missing(seed, place, kind = 'gate', scale) END,
                               'reason', CASE WHEN kind NOT IN ('const', 'derive')
                                                   AND pg_temp.h(seed, place || 'r', 3) = 0
                                                THEN pg_temp.word(seed, place || 'r') END));
  IF kind = 'coef' THEN
    extra := extra - 'missing';       -- no worst and best without limits
  END IF;
  RETURN jsonb_build_object('code', pg_temp.code(seed, n), 'kind', kind) || extra
         || CASE kind
              WHEN 'gate' THEN
                jsonb_build_object('field', field, 'op', op)
                || CASE WHEN pg_temp.h(seed, place || 'g', 3) = 0 THEN
                          jsonb_build_object('group', pg_temp.word(seed, place || 'g'))
                        ELSE '{}'::jsonb END
                || CASE WHEN op IN ('isnull', 'notnull') THEN '{}'::jsonb
                        WHEN op = 'between' THEN jsonb_build_object('value', jsonb_build_array(-5.5, 7))
                        WHEN op IN ('in', 'notin') AND numbers THEN
                          (SELECT jsonb_build_object('value', jsonb_agg(pg_temp.number(seed, place || i, 6)))
                             FROM generate_series(1, size) AS i)
                        WHEN op IN ('in', 'notin', 'overlaps', 'contains', 'disjoint')
                          THEN (SELECT jsonb_build_object('value', jsonb_agg(pg_temp.word(seed, place || i)))
                                  FROM generate_series(1, size) AS i)
                        WHEN size = 2 THEN jsonb_build_object('than', 'other.' || n)
                        WHEN numbers THEN jsonb_build_object('value', pg_temp.number(seed, place || 'v', 6))
                        WHEN op IN ('=', '<>') AND size = 1 THEN jsonb_build_object('value', true)
                        ELSE jsonb_build_object('value', pg_temp.word(seed, place || 'v')) END
              WHEN 'band' THEN (SELECT CASE WHEN size > 2 THEN '{"upper": true}' ELSE '{}' END::jsonb
                                       || jsonb_build_object(
                                         'field', field, 'otherwise', 0,
                                         'bands', jsonb_agg(
                                           jsonb_build_array(
                                             CASE WHEN i > 1 OR numbers THEN i * 10.5 END,
                                             CASE WHEN i < size OR numbers THEN i * 10.5 + 10.5 END,
                                             round(pg_temp.number(seed, place || i, scale), scale))
                                           ORDER BY -i))
                                  FROM generate_series(1, size) AS i)
              WHEN 'linear' THEN (SELECT jsonb_build_object(
                                           'field', field,
                                           'points', jsonb_agg(
                                             jsonb_build_array(
                                               i * 1.25 - 2,
                                               round(pg_temp.number(seed, place || i, scale), scale))
                                             ORDER BY i))
                                    FROM generate_series(0, size) AS i)
              WHEN 'enum' THEN
                (SELECT jsonb_build_object('field', field,
                                           'points', jsonb_object_agg(
                                             pg_temp.word(seed, place || i) || CASE WHEN i > 1 THEN i::text
                                                                                    ELSE '' END,
                                             round(pg_temp.number(seed, place || i, scale), scale)))
                        || CASE WHEN numbers THEN '{"otherwise": 1}'::jsonb ELSE '{}'::jsonb END
                   FROM generate_series(1, size) AS i)
              WHEN 'coef' THEN jsonb_build_object(
                'field', field,
                'coef', trim_scale(round(pg_temp.number(seed, place || 'c', 6) / CASE WHEN numbers THEN 1
                                                                                      ELSE 1000000 END,
                                         12))) || CASE WHEN numbers THEN '{"min": -1.5, "max": 30}'::jsonb
                                                       ELSE '{}'::jsonb END
              WHEN 'const' THEN jsonb_build_object('points',
                                                     round(pg_temp.number(seed, place || 'p', scale), scale))
              ELSE CASE WHEN numbers THEN jsonb_build_object('fn', 'age_years', 'field', field)
                        ELSE jsonb_build_object(
                          'fn', (ARRAY['sum', 'min', 'max', 'count_true'])[size],
                          'fields', (SELECT jsonb_agg(
                                              replace(
                                                replace(pg_temp.word(seed, place || i), '.', ''), E'\u00a0',
                                                'y') || i)
                                       FROM generate_series(1, size) AS i)) END END;
END $$;
CREATE FUNCTION pg_temp.random_card(seed integer) RETURNS equity.scorecard LANGUAGE sql IMMUTABLE AS $$
  SELECT (jsonb_build_object('code', pg_temp.word(seed, 'card') || seed, 'scale', s.scale,
                             'as_of', '2023-05-16',
                             'rounding', (ARRAY['half_up', 'half_even', 'down'])[1 + seed % 3],
                             'criteria', k.criteria || coalesce(m.section, '[]'))
          || CASE WHEN seed % 2 = 0 THEN jsonb_build_object(
                    'classes', jsonb_build_array(jsonb_build_array(NULL, -5, pg_temp.word(seed, 'k1')),
                                                 jsonb_build_array(-5, 12, 'B'),
                                                 jsonb_build_array(12, NULL, 'C')))
                  ELSE '{}'::jsonb END)::text::equity.scorecard
    FROM (SELECT seed % 7 AS scale) AS s
   CROSS JOIN LATERAL (SELECT jsonb_agg(pg_temp.criterion(seed, n, s.scale) ORDER BY n) AS criteria
                         FROM generate_series(1, 1 + pg_temp.h(seed, 'count', 9)) AS n) AS k
    LEFT JOIN LATERAL (SELECT jsonb_build_array(jsonb_build_object(
                                                  'code', 'section', 'kind', 'section', 'max', 7,
                                                  'members', jsonb_agg(c.c -> 'code'))) AS section
                         FROM jsonb_array_elements(k.criteria) AS c (c)
                        WHERE c.c ->> 'kind' IN ('band', 'linear', 'enum', 'const')
                       HAVING count(*) > 0) AS m
      ON true
$$;

CREATE TEMPORARY TABLE sample AS
SELECT n AS version, pg_temp.random_card(n) AS card FROM generate_series(1, 400) AS n;
INSERT INTO equity.scorecard_version (card_code, version, scale, rounding, as_of)
SELECT h.card_code, s.version, h.scale, h.rounding, h.as_of
  FROM sample AS s, equity.scorecard_header(s.card) AS h;
INSERT INTO equity.criterion
SELECT r.*
  FROM sample AS s, equity.scorecard_rows(s.card, s.version) AS r;

SELECT is(
  (SELECT count(DISTINCT kind) FROM equity.criterion),
  9::bigint,
  'the cards have criteria of every kind');
SELECT is((SELECT count(DISTINCT op) FROM equity.criterion), 14::bigint, 'and gates of every op');
SELECT is_empty(
  $$SELECT s.version, s.card
      FROM sample AS s, equity.scorecard_header(s.card) AS h
     WHERE equity.card_from_rows(h.card_code, s.version)::text <> s.card::text$$,
  '400 random cards become rows and the same cards again');
SELECT is_empty(
  $$SELECT s.version
      FROM sample AS s, equity.scorecard_header(s.card) AS h
     WHERE equity.digest(equity.card_from_rows(h.card_code, s.version)) <> equity.digest(s.card)$$,
  'with the same digests');
SELECT is_empty(
  $$SELECT r.*
      FROM sample AS s,
           equity.scorecard_rows(
             equity.card_from_rows((equity.scorecard_header(s.card)).card_code, s.version), s.version) AS r
    EXCEPT
    SELECT c.*
      FROM equity.criterion AS c$$,
  'whose rows are the same rows');

-- Rows that say the shared things on each row, in another order and with gaps, make the same card
UPDATE equity.criterion AS c
   SET position = c.position * 100 + 7, field = f.field, missing = f.missing,
       missing_points = f.missing_points, otherwise = f.otherwise, reason = f.reason
  FROM (SELECT DISTINCT ON (card_code, version, criterion) *
          FROM equity.criterion
         WHERE kind IN ('band', 'linear', 'enum')
         ORDER BY card_code, version, criterion, position) AS f
 WHERE (c.card_code, c.version, c.criterion, c.kind) = (f.card_code, f.version, f.criterion, f.kind);
UPDATE equity.criterion
   SET position = position * 100 + 7
 WHERE kind NOT IN ('band', 'linear', 'enum');
SELECT is_empty(
  $$SELECT s.version
      FROM sample AS s, equity.scorecard_header(s.card) AS h
     WHERE equity.digest(equity.card_from_rows(h.card_code, s.version)) <> equity.digest(s.card)$$,
  'shared cells on every row and gaps in the numbering make no difference');

-- Cells: what is written is read
SELECT is_empty(
  $$SELECT w
      FROM (SELECT to_jsonb(pg_temp.word(n, 'cell') || CASE n % 3 WHEN 0 THEN pg_temp.word(n, 'more')
                                                                  ELSE '' END) AS w
              FROM generate_series(1, 500) AS n) AS v
     WHERE equity_internal.read_word(equity_internal.write_word(w, false), '') <> w$$,
  'a text written into a cell is read as that text');
SELECT is_empty(
  $$SELECT w
      FROM (SELECT jsonb_build_array(pg_temp.word(n, 'a'), pg_temp.number(n, 'b', 6), n % 2 = 0,
                                     pg_temp.word(n, 'c')) AS w
              FROM generate_series(1, 500) AS n) AS v
     WHERE equity_internal.read_words(equity_internal.write_words(w, false), '') <> w$$,
  'a list written into a cell is read as that list');
SELECT throws_ok(
  format('SELECT equity_internal.read_word(%L, %L)', cell, 'criterion "G"'), '22023',
  'criterion "G": a value cannot be read', format('refused: %s', cell))
  FROM unnest(ARRAY['', '  ', '"', '"a', 'a"b', '[1', '"a" b']) AS cell;

--
-- Sealed
--

INSERT INTO equity.scorecard_version (card_code, version, card, valid_to) VALUES
  ('S', 1,
   '{"code": "S",
     "criteria": [{"code": "A", "kind": "const", "points": 1}, {"code": "B", "kind": "const", "points": 2}]}',
   '2023-12-31'),
  ('S', 2, '{"code": "S", "criteria": [{"code": "A", "kind": "const", "points": 1}]}', NULL);
DO $$ BEGIN PERFORM equity.seal_scorecard('S', 1); END $$;
SELECT is(
  (SELECT count(*) FROM equity.criterion WHERE card_code = 'S'),
  2::bigint,
  'a card sealed as a value has its rows');
SELECT throws_ok(
  change, '55000', NULL, change)
  FROM unnest(ARRAY[
                'UPDATE equity.criterion SET points = 3 WHERE card_code = ''S'' AND position = 1',
                'UPDATE equity.criterion SET version = 2 WHERE card_code = ''S'' AND position = 1',
                'UPDATE equity.criterion SET legal_reference = ''x'' WHERE card_code = ''S''',
                'DELETE FROM equity.criterion WHERE card_code = ''S''',
                'DELETE FROM equity.scorecard_version WHERE card_code = ''S'' AND version = 1',
                'TRUNCATE equity.criterion', 'TRUNCATE equity.scorecard_version CASCADE',
                $$INSERT INTO equity.criterion (card_code, version, position, criterion, kind, points) VALUES
                    ('S', 1, 9, 'C', 'const', 1)$$,
                $$UPDATE equity.criterion
                     SET card_code = 'S', version = 1, position = 9999
                   WHERE position = 107
                     AND card_code = (SELECT min(card_code)
                                        FROM sample, equity.scorecard_header(card)
                                       WHERE sample.version = 5)
                     AND version = 5$$]) AS change;
SELECT lives_ok(
  'UPDATE equity.criterion SET label_th = ''ก'', sensitive = true WHERE card_code = ''S''',
  'labels may change');
SELECT throws_ok('SELECT equity.seal_scorecard(''S'', 2)', '23P01', NULL, 'two versions on one day');
SELECT lives_ok(
  $$UPDATE equity.scorecard_version
       SET valid_from = '2024-01-01'
     WHERE card_code = 'S'
       AND version = 2;
    SELECT equity.seal_scorecard('S', 2)$$,
  'one after the other');
SELECT throws_ok(
  $$UPDATE equity.scorecard_version
       SET valid_to = '2023-06-30'
     WHERE card_code = 'S'
       AND version = 1$$,
  '55000', NULL, 'an end that is set stays');
SELECT lives_ok(
  $$UPDATE equity.scorecard_version
       SET valid_to = '2024-12-31'
     WHERE card_code = 'S'
       AND version = 2$$,
  'an open end may be set');

-- A restore brings sealed versions before their rows, in one statement or in many
CREATE TEMPORARY TABLE kept AS SELECT * FROM equity.criterion WHERE card_code = 'S' AND version = 1;
ALTER TABLE equity.criterion DISABLE TRIGGER USER;
DELETE FROM equity.criterion WHERE card_code = 'S' AND version = 1;
ALTER TABLE equity.criterion ENABLE TRIGGER USER;
SELECT lives_ok(
  'INSERT INTO equity.criterion SELECT * FROM kept WHERE position = 1',
  'a first row comes back');
SELECT throws_ok(
  $$INSERT INTO equity.criterion
    SELECT (jsonb_populate_record(k, '{"points": 7}')).*
      FROM kept AS k
     WHERE position = 2$$,
  '55000', NULL, 'but not another one than the card has');
SELECT lives_ok(
  'INSERT INTO equity.criterion SELECT * FROM kept WHERE position = 2',
  'the last row comes back');
SELECT throws_ok(
  $$INSERT INTO equity.criterion
    SELECT (jsonb_populate_record(k, '{"position": 3}')).*
      FROM kept AS k
     WHERE position = 2$$,
  '55000', NULL, 'and then no more');

SELECT * FROM finish();
ROLLBACK;
