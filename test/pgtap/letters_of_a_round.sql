-- All letters of a round at once say what each says alone: over random rounds at every stage, in both
-- languages, for whoever reads everything and for whoever does not.
\ir fixture/random.psql
\ir fixture/random_round.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(14);

SELECT random_basis();
INSERT INTO equity.scorecard_version (card_code, version, card)
VALUES ('told', 1, '{"code": "told", "scale": 2, "criteria": [
  {"code": "W", "kind": "gate", "field": "welfare_card", "op": "=", "value": true, "group": "need",
   "reason": "NO_WELFARE_CARD"},
  {"code": "D", "kind": "gate", "field": "disability_registered", "op": "=", "value": true, "group": "need"},
  {"code": "G", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.00, "reason": "GPA_BELOW"},
  {"code": "R", "kind": "derive", "fn": "ratio", "fields": ["monthly_income", "household_size"]},
  {"code": "T", "kind": "gate", "field": "R", "op": "<=", "than": "monthly_income"},
  {"code": "B", "kind": "band", "field": "R", "bands": [[null, 1000, 20], [1000, null, 5]], "missing": {"points": 0}},
  {"code": "E", "kind": "enum", "field": "sex", "points": {"female": 3}, "otherwise": 1},
  {"code": "N", "kind": "gate", "field": "graduated_year", "op": "isnull"},
  {"code": "A", "kind": "linear", "field": "members_disabled", "points": [[0, 0], [4, 10]], "missing": "worst"},
  {"code": "S", "kind": "section", "members": ["B", "E"], "max": 22}]}');
-- rounds 7 and 8 go by that card: 7 is allocated, 8 only scored
CREATE FUNCTION pg_temp.with_card(n bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM random_round(n);
  SET LOCAL session_replication_role = replica;
  UPDATE equity.round_programme SET card_code = 'told' WHERE round_id = n;
  SET LOCAL session_replication_role = origin;
  PERFORM equity.score_round(n);
END $$;
SELECT random_round(n) FROM generate_series(1, 6) AS n;
SELECT pg_temp.with_card(n) FROM generate_series(7, 8) AS n;
SELECT equity.allocate_round(n) FROM generate_series(1, 7) AS n \g /dev/null
SELECT equity.verify_round(n) FROM generate_series(1, 4) AS n;
SELECT equity.publish_round(n) FROM generate_series(1, 3) AS n \g /dev/null
UPDATE equity.award SET offer_expires_at = NULL WHERE round_id = 3;
SELECT random_round(9);
UPDATE equity.application SET gpa = 1.5 WHERE applicant_id % 100 = 3 AND round_id IN (7, 8);
INSERT INTO equity.applicant (applicant_id, sex) OVERRIDING SYSTEM VALUE VALUES (999, 'male');
INSERT INTO equity.round (round_id, round_code, academic_year, name_th, offer_days, tie_break)
OVERRIDING SYSTEM VALUE
VALUES (10, 'draft', 2566, 'รอบร่าง', 7, 'lottery'), (11, 'empty', 2566, 'รอบว่าง', 7, 'lottery');
INSERT INTO equity.application (applicant_id, round_id, status) VALUES (999, 10, 'draft');

CREATE ROLE some_reader;
GRANT USAGE ON SCHEMA equity, equity_internal TO some_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA equity TO some_reader;
REVOKE SELECT ON equity.applicant_group, equity.application, equity.household_member, equity.reserve_member
  FROM some_reader;
GRANT SELECT (applicant_id, round_id, application_id, status, submitted_at, late, welfare_card)
  ON equity.application TO some_reader;

CREATE FUNCTION pg_temp.alone(lang text)
  RETURNS TABLE (application_id bigint, line integer, told jsonb) LANGUAGE sql AS $$
  SELECT a.application_id, l.line, jsonb_strip_nulls(to_jsonb(l))
    FROM (SELECT application_id FROM equity.application WHERE round_id < 12 OFFSET 0) AS a,
         equity.explain_application(a.application_id, lang) AS l
$$;
CREATE FUNCTION pg_temp.together(lang text)
  RETURNS TABLE (application_id bigint, line integer, told jsonb) LANGUAGE sql AS $$
  SELECT e.application_id, (l.value ->> 'line')::integer, l.value
    FROM generate_series(1, 11) AS n,
         equity.letters(n, lang) AS e,
         jsonb_array_elements(e.sections) AS s,
         jsonb_array_elements(s.value -> 'lines') AS l
$$;
-- each way is gone once a reader and language
CREATE TEMPORARY TABLE told (reader text, lang text, way text, application_id bigint, line integer, told jsonb);
GRANT ALL ON told TO some_reader;
CREATE FUNCTION pg_temp.tell(reader text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO told
  SELECT reader, l, 'alone', t.* FROM unnest('{th,en}'::text[]) AS l, pg_temp.alone(l) AS t
  UNION ALL
  SELECT reader, l, 'together', t.* FROM unnest('{th,en}'::text[]) AS l, pg_temp.together(l) AS t
$$;
SELECT pg_temp.tell('all') \g /dev/null
SET LOCAL ROLE some_reader;
SELECT pg_temp.tell('some') \g /dev/null
RESET ROLE;
CREATE FUNCTION pg_temp.differ(who text, in_lang text) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT min(t.way) || ' ' || t.application_id || ' ' || t.line || ' ' || t.told
    FROM told AS t
   WHERE t.reader = who AND t.lang = in_lang
   GROUP BY t.application_id, t.line, t.told
  HAVING count(*) FILTER (WHERE t.way = 'alone') <> count(*) FILTER (WHERE t.way = 'together')
$$;
SELECT is_empty(format('SELECT pg_temp.differ(%L, %L)', who, l),
                format('together as alone, to who reads %s: %s', who, l))
  FROM unnest('{all,some}'::text[]) AS who, unnest('{th,en}'::text[]) AS l;
DELETE FROM told WHERE way = 'together';
SELECT is(
  (SELECT count(DISTINCT t.application_id) FROM told AS t WHERE t.reader = 'all'),
  (SELECT count(*) FROM equity.application),
  'each application has a letter');
SELECT ok(
  count(DISTINCT told ->> 'reason') FILTER (WHERE reader = 'all') > 20
  AND count(*) FILTER (WHERE reader = 'all' AND told ->> 'section' = 'queue'
                         AND told ->> 'label' !~ 'open seats|ทั่วไป') > 50,
  'the rounds have much to tell of')
  FROM told;
SELECT ok(
  bool_and((told ->> 'value' = '***') = (reader = 'some'))
  FILTER (WHERE told ->> 'criterion' IN ('D', 'A') AND told ? 'value')
  AND count(*) FILTER (WHERE told ->> 'value' = '***') > 0,
  'what is sensitive is withheld from one of them alone')
  FROM told;

-- the rows
SELECT is_empty(
  $$SELECT e.application_id
      FROM generate_series(1, 11) AS n, equity.letters(n, 'en') AS e
      LEFT JOIN equity.application AS a ON a.application_id = e.application_id AND a.applicant_id = e.applicant_id
     WHERE a.round_id IS DISTINCT FROM n$$,
  'each row is of an application of the round');
SELECT is_empty(
  $$SELECT e.application_id, s.n
      FROM equity.letters(7, 'en') AS e,
           jsonb_array_elements(e.sections) WITH ORDINALITY AS s (section, n),
           jsonb_array_elements(s.section -> 'lines') AS l
     WHERE l ->> 'section' <> s.section ->> 'section'
        OR s.section - 'section' - 'lines' <> '{}'
        OR s.section ->> 'section' = (e.sections -> (s.n::integer - 2)) ->> 'section' AND s.n > 1$$,
  'a section is of neighbouring lines that have its name');
SELECT is_empty(
  $$SELECT e.application_id, t.told
      FROM equity.letters(7, 'th') AS e
      JOIN told AS t ON t.application_id = e.application_id AND t.lang = 'th' AND t.reader = 'all'
     CROSS JOIN LATERAL unnest(ARRAY[t.told ->> 'label', t.told ->> 'value', t.told ->> 'rule', t.told ->> 'message',
                                     t.told ->> 'advice', t.told ->> 'points']) AS words
     WHERE t.told ->> 'section' IN ('rule', 'application', 'score', 'result')
       AND strpos(e.text, words) = 0$$,
  'the text has all that a reader wants to know');
-- a letter is made when it is asked for
SELECT ok(p.plan::text ~ 'letter_entries' AND p.plan::text !~ '"Function Name": "letters"', 'letters stream')
  FROM (SELECT pg_temp.refusal('EXPLAIN (FORMAT JSON) SELECT * FROM equity.letters(1)')) AS p (plan);

SELECT is(pg_temp.refusal('SELECT * FROM equity.letters(1, ''fr'')'),
          $$22023 there are no letters in language 'fr' [Languages are th and en.]$$, 'another language');
SELECT is(pg_temp.refusal('SELECT * FROM equity.letters(404)'),
          'P0002 round 404 does not exist [The ids are in equity.round.]', 'no such round');
SELECT ok(count(*) FILTER (WHERE text ~ 'The award is on offer') > 0 AND count(*) FILTER (WHERE text ~ 'until -') = 0,
          'of an offer without an end none is told')
  FROM equity.letters(3, 'en');
SELECT finish();
ROLLBACK;
