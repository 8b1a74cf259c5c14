-- What letters rest on: every fact has its column, sensitive ones are known, what criteria read is found
-- through derived fields and sections, and the place in a queue agrees with a plain count.
BEGIN;
SELECT plan(22);

SELECT set_eq(
  $$SELECT DISTINCT fact FROM equity.fact_column$$,
  $$SELECT attname::text
      FROM pg_attribute
     WHERE attrelid = 'equity.application_facts'::regclass
       AND attnum > 0$$,
  'each fact that a scorecard can read has its columns');
SELECT is_empty(
  $$SELECT f.*
      FROM equity.fact_column AS f
     WHERE NOT EXISTS (SELECT FROM pg_attribute AS a
                        WHERE a.attrelid = format('equity.%I', f.base_table)::regclass
                          AND a.attname = f.base_column)$$,
  'which exist');
SELECT set_eq(
  $$SELECT DISTINCT fact FROM equity.fact_column WHERE sensitive$$,
  ARRAY['disability_registered', 'members_disabled', 'members_chronically_ill', 'groups', 'disabilities'],
  'disability, health and groups are sensitive');
SELECT is_empty(
  $$SELECT reason_code
      FROM equity.reason
     WHERE text_th !~ '[ก-๛{]'
        OR text_en ~ '[ก-๛]'
        OR (advice_th IS NULL) <> (advice_en IS NULL)$$,
  'each shipped sentence is in both languages');
SELECT is_empty(
  $$SELECT reason_code
      FROM equity.reason
     WHERE ARRAY(SELECT m[1] FROM regexp_matches(text_th, '\{[a-z]+\}', 'g') AS m ORDER BY 1)
             <> ARRAY(SELECT m[1] FROM regexp_matches(text_en, '\{[a-z]+\}', 'g') AS m ORDER BY 1)$$,
  'with the same figures');

SELECT set_eq(
  $$SELECT criterion, field
      FROM equity_internal.criterion_fields(
             '{"code": "X", "criteria": [
               {"code": "gpa", "kind": "derive", "fn": "max", "fields": ["gpa", "answers.other.gpa"]},
               {"code": "D", "kind": "derive", "fn": "sum", "fields": ["gpa", "members_disabled"]},
               {"code": "G", "kind": "gate", "field": "D", "op": ">", "value": 1},
               {"code": "T", "kind": "gate", "field": "vehicles", "op": "<", "than": "D"},
               {"code": "B", "kind": "linear", "field": "gpa", "points": [[0, 0], [1, 1]]},
               {"code": "S", "kind": "section", "members": ["B", "K"], "max": 1},
               {"code": "K", "kind": "const", "points": 1}]}')$$,
  $$VALUES ('gpa', 'gpa'),
           ('gpa', 'answers.other.gpa'),
           ('D', 'gpa'),
           ('D', 'answers.other.gpa'),
           ('D', 'members_disabled'),
           ('G', 'gpa'),
           ('G', 'answers.other.gpa'),
           ('G', 'members_disabled'),
           ('T', 'vehicles'),
           ('T', 'gpa'),
           ('T', 'answers.other.gpa'),
           ('T', 'members_disabled'),
           ('B', 'gpa'),
           ('B', 'answers.other.gpa'),
           ('S', 'gpa'),
           ('S', 'answers.other.gpa')$$,
  'what criteria read, through derived fields that hide columns, than and sections');

-- what one sensitive criterion reads is sensitive wherever it is read
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('SENS', 1,
   '{"code": "SENS", "criteria": [
     {"code": "SICK", "kind": "derive", "fn": "sum", "fields": ["answers.ill.a", "answers.ill.b"]},
     {"code": "TWICE", "kind": "derive", "fn": "sum", "fields": ["SICK", "SICK"]},
     {"code": "GATE", "kind": "gate", "field": "SICK", "op": ">=", "value": 3},
     {"code": "DEEP", "kind": "gate", "field": "TWICE", "op": ">=", "value": 3},
     {"code": "THAN", "kind": "gate", "field": "gpa", "op": "<=", "than": "SICK"},
     {"code": "SAME", "kind": "linear", "field": "answers.ill.b", "points": [[0, 0], [9, 9]]},
     {"code": "ABOVE", "kind": "gate", "field": "answers.ill", "op": "notnull"},
     {"code": "OTHER", "kind": "gate", "field": "answers.illness_free_days", "op": ">", "value": 1},
     {"code": "GPA", "kind": "linear", "field": "gpa", "points": [[0, 0], [4, 4]]},
     {"code": "SUM", "kind": "section", "members": ["SAME", "GPA"], "max": 9}]}');
SELECT is(length(equity.seal_scorecard('SENS', 1, NULL)), 64, 'a card is sealed');
UPDATE equity.criterion SET sensitive = true WHERE card_code = 'SENS' AND criterion = 'SICK';
CREATE ROLE equity_test_reader;
GRANT USAGE ON SCHEMA equity, equity_internal TO equity_test_reader;
GRANT SELECT ON equity.criterion, equity.scorecard_version, equity.fact_column TO equity_test_reader;
SET LOCAL ROLE equity_test_reader;
CREATE TEMPORARY TABLE hidden AS
  SELECT h.criterion
    FROM equity.scorecard_version AS v, equity_internal.hidden_criteria(v.card, 1) AS h
   WHERE v.card_code = 'SENS';
GRANT SELECT ON hidden TO PUBLIC;
RESET ROLE;
SELECT set_eq(
  'TABLE hidden',
  ARRAY['SICK', 'TWICE', 'GATE', 'DEEP', 'THAN', 'SAME', 'ABOVE', 'SUM'],
  'with a sensitive derived field goes every criterion that reads it, or what it reads');

-- every kind, op and fn is said in words of both languages
CREATE TEMPORARY TABLE every_rule AS
SELECT $card${"code": "EVERY", "as_of": "2023-05-16", "criteria": [
              {"code": "ratio", "kind": "derive", "fn": "ratio",
               "fields": ["monthly_income", "household_size"]},
              {"code": "sum", "kind": "derive", "fn": "sum", "fields": ["ratio", "gpa"]},
              {"code": "min", "kind": "derive", "fn": "min", "fields": ["gpa", "answers.x"]},
              {"code": "max", "kind": "derive", "fn": "max", "fields": ["gpa", "vehicles"]},
              {"code": "count", "kind": "derive", "fn": "count_true", "fields": ["welfare_card", "computer"]},
              {"code": "age", "kind": "derive", "fn": "age_years", "field": "birth_date"},
              {"code": "thai", "kind": "derive", "fn": "age_years_thai", "field": "birth_date"},
              {"code": "than", "kind": "gate", "field": "monthly_income", "op": "<=", "than": "ratio"},
              {"code": "disjoint", "kind": "gate", "field": "groups", "op": "disjoint", "value": ["stateless"]},
              {"code": "upper", "kind": "band", "field": "gpa", "upper": true,
               "bands": [[null, 1, 0], [1, 2, 5], [2, null, 7]]},
              {"code": "eq", "kind": "gate", "field": "gpa", "op": "=", "value": 2},
              {"code": "ne", "kind": "gate", "field": "tenure", "op": "<>", "value": "a, \"b\""},
              {"code": "lt", "kind": "gate", "field": "gpa", "op": "<", "value": 2},
              {"code": "le", "kind": "gate", "field": "gpa", "op": "<=", "value": 2},
              {"code": "gt", "kind": "gate", "field": "gpa", "op": ">", "value": 2},
              {"code": "ge", "kind": "gate", "field": "birth_date", "op": ">=", "value": "2004-02-29"},
              {"code": "between", "kind": "gate", "field": "gpa", "op": "between", "value": [2, 3.5]},
              {"code": "in", "kind": "gate", "field": "tenure", "op": "in", "value": ["10", "rent"]},
              {"code": "notin", "kind": "gate", "field": "gpa", "op": "notin", "value": [1, 2]},
              {"code": "isnull", "kind": "gate", "field": "gpa", "op": "isnull"},
              {"code": "notnull", "kind": "gate", "field": "gpa", "op": "notnull"},
              {"code": "overlaps", "kind": "gate", "field": "groups", "op": "overlaps",
               "value": ["stateless"]},
              {"code": "contains", "kind": "gate", "field": "groups", "op": "contains",
               "value": ["stateless", "orphan"]},
              {"code": "band", "kind": "band", "field": "gpa",
               "bands": [[null, 1, 0], [1, 2, 5], [3, null, 7]], "otherwise": 1},
              {"code": "all", "kind": "band", "field": "gpa", "bands": [[null, null, 2]]},
              {"code": "linear", "kind": "linear", "field": "gpa", "points": [[2, 0], [4, 15]]},
              {"code": "enum", "kind": "enum", "field": "tenure", "points": {"rent": 6, "3.00": 1, "true": 2},
               "otherwise": 0},
              {"code": "coef", "kind": "coef", "field": "vehicles", "coef": -0.5, "min": 1, "max": 3},
              {"code": "const", "kind": "const", "points": 8.41},
              {"code": "section", "kind": "section", "members": ["band", "enum"], "min": -2,
               "max": 5}]}$card$::equity.scorecard AS card;
SELECT is(
  (SELECT count(*) FROM every_rule, equity_internal.criterion_words(card, 1, 'en')),
  30::bigint,
  'each criterion has words');
SELECT is_empty(
  $$SELECT criterion, rule
      FROM every_rule, unnest('{th,en}'::text[]) AS lang, equity_internal.criterion_words(card, 1, lang) AS w
     WHERE rule IS NULL
        OR rule ~ '[<>=*{}"]' AND criterion <> 'ne'
        OR (rule ~ '[ก-๛]') <> (lang = 'th') AND criterion <> 'eq'$$,
  'and no signs, in the language asked for');
SELECT results_eq(
  $$SELECT criterion, rule
      FROM every_rule, equity_internal.criterion_words(card, 1, 'en') AS w
     WHERE criterion IN ('ne', 'between', 'in', 'ratio', 'sum', 'band', 'coef', 'section', 'than', 'disjoint',
                         'upper', 'thai')
     ORDER BY criterion COLLATE "C"$$,
  $$VALUES ('band',
            'less than 1: 0 points; from 1 to less than 2: 5 points; 3 or more: 7 points; otherwise: 1 point'),
           ('between', 'from 2 to 3.5'),
           ('coef', '-0.5 points for each unit, at least 1 units count, at most 3 units count'),
           ('disjoint', 'none of stateless'),
           ('in', 'one of 10, rent'),
           ('ne', 'other than a, "b"'),
           ('ratio', 'household income a month divided by household members'),
           ('section', 'sum of band, enum; at least -2 points; at most 5 points'),
           ('sum', 'sum of ratio, grade point average'),
           ('thai', 'completed years since date of birth, the first day counted'),
           ('than', 'at most ratio'),
           ('upper', '1 or less: 0 points; more than 1 up to 2: 5 points; more than 2: 7 points')$$,
  'as people say it');

-- days, times and amounts
SELECT results_eq(
  $$SELECT equity_internal.time_words('2026-12-07 18:19Z', 'th'),
           equity_internal.time_words('2026-12-07 18:19Z', 'en'),
           equity_internal.time_words('infinity', 'en')$$,
  $$VALUES ('8 ธันวาคม 2569 เวลา 01.19 น.', '8 December 2026, 01:19 (UTC+7)', NULL::text)$$,
  'times, in Thai time wherever the session is');
SELECT results_eq(
  $$SELECT string_agg(equity_internal.value_words(d::date::text, false, l), '/')
      FROM unnest('{th,en}'::text[]) AS l,
           generate_series('2024-01-31', '2024-12-31', interval '1 month') AS d
     GROUP BY l
    HAVING l = 'en'$$,
  $$SELECT string_agg(to_char(d, 'FMDD FMMonth YYYY'), '/')
      FROM generate_series('2024-01-31', '2024-12-31', interval '1 month') AS d$$,
  'each month has its name');
SELECT results_eq(
  $$SELECT equity_internal.plain_value(v, f, 'th')
      FROM (VALUES (1, '1234567.890000', 'monthly_income'), (2, '999.9', 'monthly_income'),
                   (3, '-12345.6789012', 'derived'), (4, '2565', 'graduated_year'),
                   (5, '10300', 'answers.postcode'), (6, '2004-02-29', 'birth_date')) AS c (n, v, f)
     ORDER BY n$$,
  ARRAY['1,234,567.89', '999.9', '-12,345.6789…', '2565', '10300', '29 กุมภาพันธ์ 2547'],
  'amounts have commas, years and codes have none');

-- A whole round
\i test/pgtap/fixture/round.psql
SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
CREATE TEMPORARY TABLE letter AS
SELECT a.applicant_id, l.*
  FROM equity.application AS a, equity.explain_application(a.application_id, 'en') AS l
 WHERE a.round_id = 1;
SELECT is_empty(
  $$WITH queue AS (
      SELECT i.applicant_id, i.choice,
             rank() OVER (PARTITION BY i.pool_id
                          ORDER BY i.score DESC, equity.lottery('test seed', i.applicant_id),
                                   i.applicant_id) AS place,
             count(*) OVER (PARTITION BY i.pool_id) AS asked
        FROM equity.allocation_input AS i
    ), told AS (
      SELECT applicant_id, row_number() OVER (PARTITION BY applicant_id ORDER BY line) AS choice, place, asked
        FROM letter
       WHERE section = 'choice'
    )
    SELECT *
      FROM queue
      FULL JOIN told USING (applicant_id, choice)
     WHERE (queue.place, queue.asked) IS DISTINCT FROM (told.place, told.asked)$$,
  'the place in each queue is the place by score and lottery');
SELECT ok(
  bool_and(r.rule ~ '^at most ratio [(]([0-9,]+([.][0-9]+…?)?)[)]$' OR f.income_per_head IS NULL),
  'a gate between two fields is said with the value of the other')
  FROM every_rule AS v,
       equity.application_facts AS f,
       unnest(equity_internal.letter_lines(
                ('en', ' ', '{}',
                 ARRAY[('p', v.card, false,
                        equity_internal.letter_criteria(v.card, 1, 'en'))::equity_internal.letter_card]
                )::equity_internal.letter_words,
                f, f.application_id, 'SUBMITTED', false,
                ARRAY[jsonb_populate_record(NULL::equity_internal.letter_bid,
                                            '{"choice": 1, "programme": "p", "pool_seats": 1, "seats": 1}')],
                'NONE_CHOSEN', false, NULL, NULL, false)) AS r
 WHERE f.round_id = 1
   AND r.criterion = 'than';
SELECT is_empty(
  $$SELECT l.applicant_id, l.points, s.score
      FROM letter AS l
      JOIN equity.assessment AS s
        ON s.applicant_id = l.applicant_id
       AND s.programme_code = l.programme
     WHERE l.section = 'score'
       AND (l.points IS DISTINCT FROM s.score OR l.reason IS NOT NULL)$$,
  'the score is the one recorded');
SELECT is_empty(
  $$SELECT l.applicant_id
      FROM letter AS l
      LEFT JOIN equity.placement AS t USING (applicant_id)
     WHERE l.section = 'result'
       AND l.passed <> (t.pool_id IS NOT NULL)$$,
  'the result is the placement');
SELECT is_empty(
  $$SELECT *
      FROM letter
     WHERE section = 'choice'
       AND reason <> CASE WHEN passed THEN 'ADMITTED'
                          WHEN points IS NULL THEN 'NOT_CONSIDERED'
                          WHEN points < cutoff THEN 'BELOW_CUTOFF'
                          WHEN reason = 'BETTER_CHOICE' THEN 'BETTER_CHOICE'
                          ELSE 'LOTTERY_LOST' END
       AND reason <> 'BETTER_CHOICE'$$,
  'each outcome has its reason');
SELECT is_empty(
  $$SELECT *
      FROM letter
     WHERE message ~ '[{}]'
        OR section <> 'rule' AND label IS NULL
        OR section IN ('choice', 'result') AND message IS NULL$$,
  'no sentence is left unfinished');

CREATE TEMPORARY TABLE left_round AS
SELECT application_id, n
  FROM (SELECT a.*, row_number() OVER (ORDER BY application_id) AS n
          FROM equity.application AS a
         WHERE NOT EXISTS (SELECT FROM equity.placement AS t WHERE t.applicant_id = a.applicant_id)
           AND EXISTS (SELECT FROM equity.choice AS c WHERE c.applicant_id = a.applicant_id)) AS a
 WHERE n <= 2;
UPDATE equity.application
   SET status = 'withdrawn'
 WHERE application_id IN (SELECT application_id FROM left_round WHERE n = 1);
SELECT set_eq(
  $$SELECT DISTINCT l.reason
      FROM left_round, equity.explain_application(application_id, 'en') AS l
     WHERE n = 1
       AND l.section IN ('application', 'choice', 'result')$$,
  ARRAY['WITHDRAWN'],
  'who withdrew is told so of each choice too');
SELECT matches(
  (SELECT l.message
     FROM equity.award AS w
     JOIN equity.application AS a USING (applicant_id, round_id),
          equity.explain_application(a.application_id, 'th') AS l
    WHERE l.reason = 'AWARD offered'
      AND w.offer_expires_at IS NOT NULL
    LIMIT 1),
  'ภายใน [0-9]+ [ก-๛]+ 25[0-9]{2} เวลา [0-9]{2}[.][0-9]{2} น[.]$',
  'an offer ends at a Thai time');

SELECT * FROM finish();
ROLLBACK;
