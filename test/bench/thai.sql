-- The Thai helpers over :rows rows, beside a plain scan and what regular expressions and normalize()
-- do of the same. Each statement runs five times in turn with the others, without parallel workers;
-- medians are printed.
SET client_min_messages = warning;
CREATE EXTENSION equity;
SET max_parallel_workers_per_gather = 0;

CREATE TABLE person AS
SELECT lpad((hashint8extended(i, 1) & 1099511627775)::text, 13, '1') AS id,
       CASE i % 4 WHEN 0 THEN 'นํ้าทิพย์  เเก้วมณี'
                  WHEN 1 THEN 'สมชาย ใจดี'
                  WHEN 2 THEN 'ฐิติรัตน์ ท่ีรักษ์'
                  ELSE 'พันธ์ุทิพย์ ณ อยุธยา' END AS name,
       (1 + i % 28) || CASE i % 3 WHEN 0 THEN ' พ.ค. ' WHEN 1 THEN ' พฤษภาคม ' ELSE '/05/' END
       || 2530 + i % 40 AS birth_date
  FROM generate_series(1, :rows) AS i;
VACUUM (ANALYZE, FREEZE) person;

CREATE TEMP TABLE contestant (position integer GENERATED ALWAYS AS IDENTITY, name text, statement text);
INSERT INTO contestant (name, statement) VALUES
  ('scan', 'SELECT count(id) FROM person'),
  ('citizen_id_valid', 'SELECT count(*) FILTER (WHERE equity.citizen_id_valid(id)) FROM person'),
  ('the form alone, by regular expression', $$SELECT count(*) FILTER (WHERE id ~ '^[0-9]{13}$') FROM person$$),
  ('citizen_id_normal', 'SELECT count(equity.citizen_id_normal(id)) FROM person'),
  ('citizen_id_mask', 'SELECT count(equity.citizen_id_mask(id)) FROM person'),
  ('thai_normal', 'SELECT count(equity.thai_normal(name)) FROM person'),
  ('normalize(name, NFC)', 'SELECT count(normalize(name, NFC)) FROM person'),
  ('parse_date_be', 'SELECT count(equity.parse_date_be(birth_date)) FROM person'),
  ('try_date_be', 'SELECT count(equity.try_date_be(birth_date)) FROM person'),
  ('try_amount', 'SELECT count(equity.try_amount(id)) FROM person'),
  ('province_code_of', 'SELECT count(equity.province_code_of(name)) FROM person');

\ir timing.psql

\echo
\echo Thai helpers over :rows rows; medians of five runs in turn
SELECT c.name, round(m.median) AS milliseconds, round(:rows / m.median / 1000, 1) AS "million rows/s",
       m.answer
  FROM contestant AS c
  JOIN timed AS m USING (position)
 ORDER BY c.position;
