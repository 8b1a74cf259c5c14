-- Recognition of institutions: facts weighed as the rows say, a level that a sealed card gives and that anybody can
-- reckon again, a history, and what is missing to the next. Three graduates do not beat three hundred.
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(43);
SELECT setseed(0.5);

-- 1: three scholars, all placed. 2: three hundred, 285 placed. 3: forty, half of them gone. 4: none, but assessed.
INSERT INTO equity.institution (institution_id, institution_code, name_th, name_en, province_code, kind, ownership,
                                affiliation)
SELECT n, to_char(1300000000 + n, 'FM0000000000'), 'วิทยาลัย ' || n, 'College ' || n, '10', 'general', 'state', 'ovec'
  FROM generate_series(1, 4) AS n;
INSERT INTO equity.applicant (applicant_id) SELECT generate_series(1, 500);
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, academic_year, status)
SELECT n, n, 'innovation_general', CASE WHEN n <= 3 THEN 1 WHEN n <= 303 THEN 2 ELSE 3 END, 2562 + n % 2,
       CASE WHEN n > 303 AND n % 2 = 0 THEN 'discontinued' ELSE 'graduated' END
  FROM generate_series(1, 343) AS n;
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study, monthly_income)
SELECT award_id, '2024-05-16', 'survey', award_id % 20 <> 0, false, CASE WHEN award_id % 20 <> 0 THEN 10000 END
  FROM equity.award WHERE status = 'graduated';
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, academic_year, status)
SELECT n, n, 'innovation_general', 2, 2565, 'studying' FROM generate_series(401, 410) AS n;
INSERT INTO equity.mentor (mentor_id, institution_id, given_name) VALUES (1, 2, 'ครู');
INSERT INTO equity.mentor_assignment (award_id, mentor_id) SELECT n, 1 FROM generate_series(401, 404) AS n;

-- quality: random values of the shipped indicators, some not assessed, some beyond their range
SELECT is((SELECT count(*) FROM equity.quality_indicator WHERE shipped AND NOT confirmed), 9::bigint,
          'nine indicators are shipped, as examples');
SELECT set_eq('SELECT DISTINCT area FROM equity.quality_indicator',
              ARRAY['curriculum', 'wellbeing', 'employment'], 'of the three areas');
INSERT INTO equity.quality_assessment (institution_id, academic_year, indicator_code, value, source)
SELECT i.institution_id, y.year, q.indicator_code, round((random() * 160 - 20)::numeric, 3), 'visit'
  FROM equity.institution AS i
 CROSS JOIN (VALUES (2562), (2563), (2565)) AS y (year)
 CROSS JOIN equity.quality_indicator AS q
 WHERE random() < 0.8 AND (i.institution_id <> 4 OR y.year = 2565);
UPDATE equity.quality_indicator SET weight = 0 WHERE indicator_code = 'weeks_in_firms';

-- reckoned value by value
CREATE FUNCTION pg_temp.area(institution bigint, year integer, of_area text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  q record;
  points numeric;
  total numeric := 0;
  weights numeric := 0;
BEGIN
  FOR q IN SELECT * FROM equity.quality_assessment AS a NATURAL JOIN equity.quality_indicator AS i
            WHERE a.institution_id = institution AND a.academic_year = year AND i.area = of_area LOOP
    IF q.worst < q.best THEN
      points := CASE WHEN q.value <= q.worst THEN 0 WHEN q.value >= q.best THEN 100
                     ELSE 100 * (q.value - q.worst) / (q.best - q.worst) END;
    ELSE
      points := CASE WHEN q.value >= q.worst THEN 0 WHEN q.value <= q.best THEN 100
                     ELSE 100 * (q.worst - q.value) / (q.worst - q.best) END;
    END IF;
    total := total + points * q.weight;
    weights := weights + q.weight;
  END LOOP;
  RETURN round(total / nullif(weights, 0), 6);
END $$;
SELECT is_empty($$
  SELECT f.institution_id, f.academic_year, a.name, a.score
    FROM equity.institution_facts AS f
   CROSS JOIN LATERAL (VALUES ('curriculum', f.curriculum_score), ('wellbeing', f.wellbeing_score),
                              ('employment', f.employment_score)) AS a (name, score)
   WHERE a.score IS DISTINCT FROM pg_temp.area(f.institution_id, f.academic_year, a.name)$$,
  'areas are the weighted means of what was assessed');
SELECT is_empty($$
  SELECT f.institution_id, f.academic_year
    FROM equity.institution_facts AS f
   WHERE f.indicators_missing <> 8 - (SELECT count(*) FROM equity.quality_assessment AS a
                                       WHERE (a.institution_id, a.academic_year) = (f.institution_id, f.academic_year)
                                         AND a.indicator_code <> 'weeks_in_firms')$$,
  'what was not assessed is counted, and is not zero');
SELECT results_eq(
  $$SELECT institution_id, entrants, graduated, dropped_out, followed, placed, studying, mentored_rate
      FROM equity.institution_facts WHERE academic_year = 2565 ORDER BY 1$$,
  $$VALUES (1::bigint, 3::bigint, 3::bigint, 0::bigint, 3::bigint, 3::bigint, 0::bigint, NULL::numeric),
           (2, 310, 300, 0, 300, 285, 10, 0.4),
           (3, 40, 20, 20, 20, 20, 0, NULL),
           (4, 0, 0, 0, 0, 0, 0, NULL)$$,
  'cohorts count together');
SELECT results_eq(
  'SELECT entrants FROM equity.institution_facts WHERE institution_id = 2 ORDER BY academic_year',
  $$SELECT count(*) FROM equity.award WHERE institution_id = 2 AND academic_year <= 2562
    UNION ALL VALUES (300::bigint), (310)$$, 'those that had entered by the year');
SELECT results_eq(
  'SELECT placement_rate > 0.94, placement_low FROM equity.institution_facts WHERE academic_year = 2565
    AND institution_id <= 2 ORDER BY institution_id',
  'VALUES (true, equity.wilson_low(3, 3)), (true, equity.wilson_low(285, 300))', 'rates have their lower bound');

-- a card
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('REC', 1, '{"code": "REC", "scale": 2,
  "criteria": [
    {"code": "F", "kind": "gate", "field": "followed_rate", "op": ">=", "value": 0.5, "reason": "FOLLOWED_BELOW"},
    {"code": "P", "kind": "linear", "field": "placement_low", "points": [[0, 0], [1, 60]], "missing": "worst"},
    {"code": "R", "kind": "linear", "field": "retention_low", "points": [[0, 0], [1, 40]], "missing": "worst"}],
  "classes": [[null, 40, "member"], [40, 70, "good"], [70, null, "model"]]}');
SELECT is(
  pg_temp.refusal($$SELECT equity.recognize_institutions(2565)$$),
  'P0002 no card recognizes institutions in academic year 2565 (A card of recognition is of no single programme.) '
  '[Seal one over equity.institution_facts (equity.seal_scorecard), and name it in equity.programme_policy: '
  'purpose recognition, without a programme.]', 'a policy names the card');
SELECT is(pg_temp.state_of($$INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
                             VALUES ('recognition', 2560, 'REC', 1)$$), '55000', 'which is sealed');
SELECT is(pg_temp.state_of($$SELECT equity.seal_scorecard('REC', 1)$$), '22023',
          'a card over other facts is told so by the lint');
SELECT lives_ok($$SELECT equity.seal_scorecard('REC', 1, 'equity.institution_facts')$$, 'a card over these is sealed');
UPDATE equity.criterion SET label_th = 'การมีงานทำ', label_en = 'Placement' WHERE card_code = 'REC' AND criterion = 'P';
UPDATE equity.criterion SET label_th = 'ต้นแบบ', label_en = 'Model' WHERE card_code = 'REC' AND criterion = 'model';
INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
VALUES ('recognition', 2560, 'REC', 1);
SELECT is(pg_temp.state_of('SELECT equity.recognize_institutions(2559)'), 'P0002', 'from its first year on');
SELECT is(pg_temp.refusal($$SELECT equity.recognize_institutions(2022)$$),
          '22023 academic year 2022 is none of the Buddhist era [Years go from 2400 to 2700.]', 'for a year');
SELECT is(pg_temp.state_of($$SELECT equity.recognize_institutions(NULL)$$), '22023', 'that is given');
SELECT is(
  pg_temp.refusal($$SELECT equity.recognize_institutions(2600)$$),
  'P0002 there are no facts of academic year 2600 [Institutions have facts of a year in which scholars entered '
  '(equity.award) or something was assessed (equity.quality_assessment).]', 'of which there are facts');

SELECT results_eq($$SELECT * FROM equity.recognize_institutions(2563)$$,
                  'VALUES (4::bigint, 3::bigint, 4::bigint)', 'all are put to it');
SELECT results_eq($$SELECT * FROM equity.recognize_institutions(2565)$$,
                  'VALUES (4::bigint, 3::bigint, 4::bigint)', 'for another year too');
SELECT results_eq(
  $$SELECT institution_id, level, eligible, undetermined FROM equity.institution_recognition
     WHERE academic_year = 2565 ORDER BY 1$$,
  $$VALUES (1::bigint, 'good', true, false), (2, 'model', true, false), (3, 'good', true, false),
           (4, NULL, NULL, true)$$,
  'three graduates do not beat three hundred');
SELECT is_empty($$
  SELECT r.institution_id, r.academic_year, a.*
    FROM equity.recognition AS r
    JOIN equity.scorecard_version AS v ON (v.card_code, v.version) = (r.card_code, r.card_version)
   CROSS JOIN LATERAL equity.assess(v.card, jsonb_populate_record(NULL::equity.institution_facts, r.facts)) AS a
   WHERE (a.eligible, a.score, a.reasons) IS DISTINCT FROM (r.eligible, r.score, r.reasons)
      OR CASE WHEN a.eligible THEN a.class END IS DISTINCT FROM r.level
      OR v.digest <> r.card_digest$$, 'an auditor reckons each again from what is kept');
SELECT is(
  (SELECT score FROM equity.institution_recognition WHERE academic_year = 2565 AND institution_id = 2),
  round(60 * equity.wilson_low(285, 300), 2) + round(40 * equity.wilson_low(310, 310), 2), 'the score is the card''s');

-- what is missing
SELECT results_eq(
  $$SELECT next_level, next_level_th, next_level_en, points_missing = 70 - score FROM equity.institution_recognition
     WHERE academic_year = 2565 AND institution_id IN (1, 2) ORDER BY institution_id$$,
  $$VALUES ('model', 'ต้นแบบ', 'Model', true), (NULL, NULL, NULL, NULL)$$, 'the next level, and none above the last');
SELECT results_eq(
  $$SELECT substring(missing_en FROM 'Placement: [0-9.]+, needs (>= [0-9.]+)')
      FROM equity.institution_recognition WHERE academic_year = 2565 AND institution_id = 3$$,
  $$SELECT s.needed
      FROM equity.institution_facts AS f CROSS JOIN equity.scorecard_version AS v
     CROSS JOIN LATERAL equity.shortfall(v.card, f, 70) AS s
     WHERE f.academic_year = 2565 AND f.institution_id = 3 AND s.criterion = 'P'$$, 'says how far a criterion must go');
SELECT is(
  (SELECT equity.score(v.card, jsonb_populate_record(f, jsonb_build_object('placement_low',
     substring(r.missing_th FROM 'การมีงานทำ: [0-9.]+ ต้องได้ >= ([0-9.]+)')::numeric))) >= 70
     FROM equity.institution_facts AS f CROSS JOIN equity.scorecard_version AS v
     JOIN equity.institution_recognition AS r USING (institution_id, academic_year)
    WHERE f.academic_year = 2565 AND f.institution_id = 3), true, 'and then the level is reached');
SELECT results_eq(
  $$SELECT reasons_th IS NOT NULL, reasons_en, points_missing IS NOT NULL FROM equity.institution_recognition
     WHERE academic_year = 2565 AND institution_id = 4$$,
  $$SELECT true, coalesce((SELECT text_en FROM equity.reason WHERE reason_code = r.reasons[1]), r.reasons[1]), true
      FROM equity.recognition AS r WHERE academic_year = 2565 AND institution_id = 4$$,
  'who is not eligible is told why');
SELECT results_eq('SELECT academic_year, previous_level FROM equity.institution_recognition WHERE institution_id = 2
                    ORDER BY 1', $$VALUES (2563, NULL), (2565, 'model')$$, 'with the level before');

-- again
SELECT results_eq($$SELECT changed FROM equity.recognize_institutions(2565)$$, ARRAY[0::bigint],
                  'a second time changes nothing');
UPDATE equity.outcome SET employed = false, monthly_income = NULL WHERE award_id = 1;
SELECT results_eq($$SELECT changed FROM equity.recognize_institutions(2565)$$, ARRAY[1::bigint],
                  'late answers touch the one that they are of');
SELECT results_eq(
  $$SELECT institution_id, level, earlier FROM equity.institution_recognition WHERE academic_year = 2565 ORDER BY 1$$,
  $$VALUES (1::bigint, 'member', 1::bigint), (2, 'model', 0), (3, 'good', 0), (4, NULL, 0)$$,
  'the newest counts, and the earlier one is history');
SELECT results_eq(
  $$SELECT level FROM equity.recognition WHERE academic_year = 2565 AND institution_id = 1 ORDER BY recognized_at$$,
  $$VALUES ('good'), ('member')$$, 'that stays');
SELECT is((SELECT count(*) FROM equity.audit_event WHERE operation = 'recognize_institutions'), 4::bigint,
          'each is in the audit trail');
SELECT is_empty($$SELECT * FROM equity.audit_event WHERE operation = 'direct_write'
                   AND detail ->> 'table' = 'recognition'$$, 'and none was written by hand');
DELETE FROM equity.recognition WHERE institution_id = 4;
SELECT is((SELECT count(*) FROM equity.audit_event WHERE operation = 'direct_write'
            AND detail ->> 'table' = 'recognition'), 1::bigint, 'what is written by hand is seen');

-- who
CREATE ROLE regress_reader;
CREATE ROLE regress_officer;
CREATE ROLE regress_operator;
SELECT equity.grant_access('regress_reader', 'reader'), equity.grant_access('regress_officer', 'officer', 1),
       equity.grant_access('regress_operator', 'operator') \g /dev/null
SET LOCAL ROLE regress_operator;
SELECT results_eq($$SELECT changed FROM equity.recognize_institutions(2563)$$, ARRAY[2::bigint],
                  'an operator recognizes');
SELECT is(pg_temp.state_of($$UPDATE equity.recognition SET level = 'model'$$), '42501', 'and writes no level');
SET LOCAL ROLE regress_reader;
SELECT is((SELECT count(*) FROM equity.institution_recognition), 7::bigint, 'a reader reads levels');
SELECT is((SELECT missing_en FROM equity.institution_recognition WHERE institution_id = 1 AND academic_year = 2565),
          NULL, 'but no rates of three');
SELECT isnt((SELECT missing_en FROM equity.institution_recognition WHERE institution_id = 3 AND academic_year = 2565),
            NULL, 'of forty they do');
SELECT is(pg_temp.state_of('SELECT * FROM equity.institution_facts'), '42501', 'and no facts');
SELECT is(pg_temp.state_of($$SELECT equity.recognize_institutions(2563)$$), '42501', 'nor recognizes');
RESET ROLE;
SELECT set_eq(
  $$SELECT r.institution_id, r.academic_year, e.points, f.message
      FROM equity.institution_recognition AS r,
           equity.explain_recognition(r.institution_id, r.academic_year, 'en') AS e,
           equity.explain_recognition(r.institution_id, r.academic_year, 'en') AS f
     WHERE e.section = 'score' AND f.section = 'result' AND f.reason = 'LEVEL'$$,
  'SELECT institution_id, academic_year, score, level_en FROM equity.institution_recognition WHERE level IS NOT NULL',
  'a level is explained by the facts that it was given for');
SELECT is(pg_temp.state_of('SELECT equity.explain_recognition(1, 2400)'), 'P0002', 'where there is one');
SET LOCAL ROLE regress_officer;
SELECT results_eq('SELECT DISTINCT institution_id FROM equity.institution_facts', ARRAY[1::bigint],
                  'an officer has the facts of the own institution');
SELECT isnt((SELECT missing_en FROM equity.institution_recognition WHERE institution_id = 1 AND academic_year = 2565),
            NULL, 'and what is missing there');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
