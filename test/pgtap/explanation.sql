-- What letters rest on: every fact has its column, sensitive ones are known, what criteria read is found
-- through derived fields and sections, and the place in a queue agrees with a plain count.
BEGIN;
SELECT plan(11);

SELECT set_eq(
  $$SELECT DISTINCT fact FROM equity.fact_column$$,
  $$SELECT attname::text FROM pg_attribute WHERE attrelid = 'equity.application_facts'::regclass AND attnum > 0$$,
  'each fact that a scorecard can read has its columns');
SELECT is_empty($$
  SELECT f.* FROM equity.fact_column AS f
   WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = format('equity.%I', f.base_table)::regclass AND a.attname = f.base_column)
$$, 'which exist');
SELECT set_eq($$SELECT DISTINCT fact FROM equity.fact_column WHERE sensitive$$,
              ARRAY['disability_registered', 'members_disabled', 'members_chronically_ill', 'groups'], 'disability, health and groups are sensitive');
SELECT is_empty($$SELECT reason_code FROM equity.reason WHERE text_th !~ '[ก-๛{]' OR text_en ~ '[ก-๛]' OR (advice_th IS NULL) <> (advice_en IS NULL)$$,
                'each shipped sentence is in both languages');
SELECT is_empty($$
  SELECT reason_code FROM equity.reason
   WHERE ARRAY(SELECT m[1] FROM regexp_matches(text_th, '\{[a-z]+\}', 'g') AS m ORDER BY 1)
      <> ARRAY(SELECT m[1] FROM regexp_matches(text_en, '\{[a-z]+\}', 'g') AS m ORDER BY 1)
$$, 'with the same figures');

SELECT set_eq($$
  SELECT criterion, fact FROM equity.criterion_facts('{"code": "X", "criteria": [
    {"code": "gpa", "kind": "derive", "fn": "max", "fields": ["gpa", "answers.other.gpa"]},
    {"code": "D", "kind": "derive", "fn": "sum", "fields": ["gpa", "members_disabled"]},
    {"code": "G", "kind": "gate", "field": "D", "op": ">", "value": 1},
    {"code": "B", "kind": "linear", "field": "gpa", "points": [[0, 0], [1, 1]]},
    {"code": "S", "kind": "section", "members": ["B", "K"], "max": 1},
    {"code": "K", "kind": "const", "points": 1}]}')
$$, $$VALUES ('gpa', 'gpa'), ('gpa', 'answers'), ('D', 'gpa'), ('D', 'answers'), ('D', 'members_disabled'),
             ('G', 'gpa'), ('G', 'answers'), ('G', 'members_disabled'), ('B', 'gpa'), ('B', 'answers'), ('S', 'gpa'), ('S', 'answers')$$,
  'what criteria read, through derived fields that hide columns and through sections');

-- A whole round
\i test/pgtap/fixture/round.psql
SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
CREATE TEMPORARY TABLE letter AS
  SELECT a.applicant_id, l.* FROM equity.application AS a, equity.explain_application(a.application_id, 'en') AS l WHERE a.round_id = 1;
SELECT is_empty($$
  WITH queue AS (
    SELECT i.applicant_id, i.choice,
           rank() OVER (PARTITION BY i.pool_id ORDER BY i.score DESC, equity.lottery('test seed', i.applicant_id), i.applicant_id) AS place,
           count(*) OVER (PARTITION BY i.pool_id) AS asked
      FROM equity.allocation_input AS i
  ), told AS (
    SELECT applicant_id, row_number() OVER (PARTITION BY applicant_id ORDER BY line) AS choice, place, asked FROM letter WHERE section = 'choice'
  )
  SELECT * FROM queue FULL JOIN told USING (applicant_id, choice)
   WHERE (queue.place, queue.asked) IS DISTINCT FROM (told.place, told.asked)
$$, 'the place in each queue is the place by score and lottery');
SELECT is_empty($$
  SELECT l.applicant_id, l.points, s.score
    FROM letter AS l JOIN equity.assessment AS s ON s.applicant_id = l.applicant_id AND s.programme_code = l.programme
   WHERE l.section = 'score' AND (l.points IS DISTINCT FROM s.score OR l.reason IS NOT NULL)
$$, 'the score is the one recorded');
SELECT is_empty($$
  SELECT l.applicant_id FROM letter AS l LEFT JOIN equity.placement AS t USING (applicant_id)
   WHERE l.section = 'result' AND l.passed <> (t.pool_id IS NOT NULL)
$$, 'the result is the placement');
SELECT is_empty($$
  SELECT * FROM letter
   WHERE section = 'choice'
     AND reason <> CASE
           WHEN passed THEN 'ADMITTED' WHEN points IS NULL THEN 'NOT_CONSIDERED' WHEN points < cutoff THEN 'BELOW_CUTOFF'
           WHEN reason = 'BETTER_CHOICE' THEN 'BETTER_CHOICE' ELSE 'TIE_LOST' END
     AND reason <> 'BETTER_CHOICE'
$$, 'each outcome has its reason');
SELECT is_empty($$SELECT * FROM letter WHERE message ~ '[{}]' OR section <> 'rule' AND label IS NULL OR section IN ('choice', 'result') AND message IS NULL$$,
                'no sentence is left unfinished');

SELECT * FROM finish();
ROLLBACK;
