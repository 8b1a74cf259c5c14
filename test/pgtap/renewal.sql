-- Renewal: whoever studied in a term that is over is put to the sealed card of the programme, and what follows is
-- an event. The oracle decides the same by plain SQL over the results, for both cards.
\ir ../lib/refusal.psql
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(39);

SELECT make_scholars(400);

-- what is refused
SELECT is(pg_temp.refusal('SELECT equity.renew_term(99)'),
  'P0002 term 99 does not exist [The ids are in equity.academic_term.]', 'no such term');
SELECT matches(pg_temp.refusal('SELECT equity.renew_term(8)'),
  '^55000 term 8 is not closed \(Its last day is 2056-10-10, today is .*\) \[Wait for its end', 'a term that goes on');
SELECT is(pg_temp.refusal('SELECT equity.renew_term(1)'),
  '55000 no card renews programme innovation_general '
  '(Programmes with scholars in term 1 and no policy: innovation_general, innovation_special.) '
  '[Seal a card for equity.term_facts and add a row to equity.programme_policy with purpose renewal '
  'and from_year 2564 or less.]', 'a programme without a card');
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('draft', 1, '{"code": "draft", "criteria": [{"code": "A", "kind": "const", "points": 1}]}');
SELECT throws_ok(
  $$INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
    VALUES ('renewal', 2560, 'draft', 1)$$,
  '55000', 'scorecard "draft" version 1 is not sealed', 'a card that is not sealed');
SELECT equity.seal_scorecard('draft', 1, NULL) \g /dev/null
SELECT is(
  pg_temp.refusal($$INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
                    VALUES ('renewal', 2560, 'draft', 1)$$),
  '22023 scorecard "draft" version 1 does not name outcomes of a renewal (It has no classes.) '
  '[Its classes are continue, warn, probation, suspend and terminate.]', 'a card without outcomes');
SELECT lives_ok(
  $$INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
    VALUES ('watch', 2560, 'draft', 1)$$,
  'another purpose may have other classes');

SELECT make_progress_card();
SELECT make_credit_card();

-- results
SELECT equity.record_event(400, 'left', '2021-04-01', 'works') \g /dev/null
SELECT is(
  pg_temp.refusal('INSERT INTO equity.term_result (award_id, term_id, enrolled) VALUES (400, 1, true)'),
  '55000 award 400 is discontinued (There is a result of term 1, which opened on 2021-05-16, '
  'and it is so since 2021-04-01 00:00:00+07.) [Leave the result out; or, when the scholar does study, '
  'record that event first: equity.record_event.]', 'a result of somebody who left');
SELECT equity.record_event(399, 'left', '2021-08-01', 'works') \g /dev/null
SELECT lives_ok('INSERT INTO equity.term_result (award_id, term_id, enrolled) VALUES (399, 1, true)',
  'who left within the term has one');
SELECT throws_ok('INSERT INTO equity.term_result (award_id, term_id, enrolled) VALUES (1, 7, true)', '22023',
  'term 7 is not one of award 1', 'a term of another affiliation');
SELECT throws_ok('INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa) VALUES (1, 1, true, 4.5)', '23514',
  NULL, 'a grade beyond the scale');
SELECT report_results(1);

-- by plain SQL: what the cards say, from results and earlier outcomes
CREATE TEMPORARY VIEW expected AS
SELECT q.award_id, q.term_id,
       CASE
         WHEN q.programme_code = 'innovation_special' THEN
           CASE WHEN q.enrolled IS NULL OR q.enrolled AND q.attempted IS NULL THEN NULL
                WHEN NOT q.enrolled THEN NULL                     -- no credits: nothing to judge
                WHEN q.earned * 2 < q.attempted THEN 'suspend'
                WHEN q.terms >= 3 AND q.earned * 10 < q.attempted * 6 THEN 'suspend'
                WHEN q.field_changed THEN 'probation'
                ELSE 'continue' END
         WHEN q.all_attempted IS NULL OR q.points IS NULL THEN NULL
         WHEN q.terms * 100 > 150 * 4 THEN 'terminate'
         WHEN q.points < 2 * q.all_attempted OR q.all_earned * 100 < 67 * q.all_attempted
           THEN CASE WHEN q.warnings > 0 THEN 'suspend' ELSE 'warn' END
         ELSE 'continue'
       END AS outcome
  FROM (SELECT w.award_id, w.programme_code, t.term_id, r.enrolled, r.credits_attempted AS attempted,
               r.credits_earned AS earned, r.field_changed,
               (SELECT sum(b.gpa * b.credits_attempted) FROM equity.term_result AS b
                 WHERE b.award_id = w.award_id AND b.term_id <= t.term_id) AS points,
               (SELECT sum(b.credits_attempted) FROM equity.term_result AS b
                 WHERE b.award_id = w.award_id AND b.term_id <= t.term_id) AS all_attempted,
               (SELECT sum(b.credits_earned) FROM equity.term_result AS b
                 WHERE b.award_id = w.award_id AND b.term_id <= t.term_id) AS all_earned,
               (SELECT count(*) FROM equity.term_result AS b
                 WHERE b.award_id = w.award_id AND b.term_id <= t.term_id AND b.enrolled) AS terms,
               (SELECT count(*) FROM equity.renewal AS n
                 WHERE n.award_id = w.award_id AND n.term_id < t.term_id
                   AND NOT EXISTS (SELECT FROM equity.renewal AS c
                                    WHERE c.award_id = n.award_id AND c.outcome = 'continue'
                                      AND c.term_id BETWEEN n.term_id AND t.term_id - 1)) AS warnings
          FROM equity.award AS w
         CROSS JOIN equity.academic_term AS t
          LEFT JOIN equity.term_result AS r USING (award_id, term_id)
         WHERE t.term_id <= 6) AS q;
CREATE TEMPORARY TABLE judged (award_id bigint, term_id bigint);
CREATE FUNCTION pg_temp.renewed(term bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  IF term > 1 THEN
    PERFORM report_results(term);
  END IF;
  INSERT INTO judged
  SELECT w.award_id, term FROM equity.award AS w
   WHERE w.status = 'studying'
      OR w.status = 'suspended' AND EXISTS (SELECT FROM equity.term_result AS r
                                             WHERE r.award_id = w.award_id AND r.term_id = term);
  PERFORM equity.renew_term(term);
  RETURN NEXT set_eq(
    format('SELECT award_id, outcome FROM equity.renewal WHERE term_id = %s', term),
    format('SELECT award_id, outcome FROM expected JOIN judged USING (award_id, term_id)
             WHERE term_id = %s AND outcome IS NOT NULL', term),
    format('the outcomes of term %s are those of the oracle', term));
  RETURN NEXT is_empty(
    format($q$SELECT w.award_id, w.status, n.outcome
                FROM equity.award AS w JOIN equity.renewal AS n USING (award_id)
               WHERE n.term_id = %s
                 AND w.status <> CASE n.outcome WHEN 'suspend' THEN 'suspended' WHEN 'terminate' THEN 'terminated'
                                                ELSE 'studying' END$q$, term),
    format('and after term %s each award is what its outcome says', term));
END;
$$;

SELECT pg_temp.renewed(1);
SELECT results_eq(
  $$SELECT (detail ->> 'continued')::bigint, (detail ->> 'warned')::bigint, (detail ->> 'on_probation')::bigint,
           (detail ->> 'suspended')::bigint, (detail ->> 'changed')::bigint
      FROM equity.audit_event WHERE operation = 'renew_term'$$,
  $$SELECT count(*) FILTER (WHERE outcome = 'continue'), count(*) FILTER (WHERE outcome = 'warn'),
           count(*) FILTER (WHERE outcome = 'probation'), count(*) FILTER (WHERE outcome = 'suspend'), count(*)
      FROM equity.renewal$$,
  'the audit trail has the counts');
SELECT ok((SELECT min(n) >= 5
             FROM (SELECT count(*) AS n FROM equity.renewal WHERE outcome <> 'terminate' GROUP BY outcome) AS o),
  'of each outcome there are some');
CREATE TEMPORARY TABLE decided AS SELECT * FROM equity.renewal;
CREATE TEMPORARY TABLE lived AS SELECT * FROM equity.award_event;
SELECT is((SELECT changed FROM equity.renew_term(1)), 0::bigint, 'a second time changes nothing');
SELECT set_eq('SELECT * FROM equity.renewal', 'SELECT * FROM decided', 'no decision');
SELECT set_eq('SELECT * FROM equity.award_event', 'SELECT * FROM lived', 'and no award');

-- a result that comes late, and one that was wrong
CREATE TEMPORARY TABLE touched AS
SELECT min(award_id) FILTER (WHERE outcome = 'warn') AS warned,
       min(award_id) FILTER (WHERE outcome = 'suspend') AS suspended
  FROM equity.renewal;
INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa, credits_attempted, credits_earned)
SELECT w.award_id, 1, true, 3.5, 18, 18
  FROM equity.award AS w
 WHERE w.status = 'studying' AND w.award_id NOT IN (SELECT award_id FROM equity.term_result) LIMIT 1
RETURNING award_id AS late \gset
UPDATE equity.term_result SET gpa = 3, credits_earned = 18, field_changed = false
 WHERE award_id IN (SELECT warned FROM touched UNION SELECT suspended FROM touched);
SELECT is((SELECT changed FROM equity.renew_term(1)), 3::bigint, 'late results change what they touch');
SELECT set_eq(
  'SELECT award_id, outcome FROM equity.renewal EXCEPT SELECT award_id, outcome FROM decided',
  format($$SELECT award_id, 'continue'
             FROM (SELECT warned FROM touched UNION SELECT suspended FROM touched UNION VALUES (%s)) AS t (award_id)$$,
         :late),
  'and nothing else');
SELECT results_eq(
  $$SELECT w.status, array_agg(e.event ORDER BY e.event_number)
      FROM equity.award AS w JOIN equity.award_event AS e USING (award_id)
     WHERE w.award_id IN (SELECT suspended FROM touched) GROUP BY w.status$$,
  $$VALUES ('studying', '{suspended,corrected}'::text[])$$, 'an event takes back what another did');

-- letters
SELECT set_eq(
  format($$SELECT section, criterion, reason FROM equity.explain_renewal(%s, 1, 'en') WHERE reason IS NOT NULL$$,
         (SELECT min(award_id) FROM equity.renewal WHERE outcome = 'warn' AND reasons = '{GPA_BELOW}')),
  $$VALUES ('rule', 'G_GPA', 'GPA_BELOW'), ('score', NULL, 'SCORE'), ('result', NULL, 'RENEWAL warn')$$,
  'a letter says which rule was not met, and what came of it');
SELECT matches(
  (SELECT string_agg(message, ' ')
     FROM equity.explain_renewal((SELECT min(award_id) FROM equity.renewal WHERE outcome = 'warn'), 1)),
  'ได้รับการต่อทุนโดยมีการตักเตือน', 'in Thai too');
SELECT throws_ok('SELECT equity.explain_renewal(1, 1, ''fr'')', '22023', NULL, 'in no other language');
SELECT throws_ok('SELECT equity.explain_renewal(400, 1)', 'P0002', 'award 400 is not renewed after term 1',
  'nobody else has one');
UPDATE equity.term_result SET gpa = 4, credits_earned = 18
 WHERE award_id = (SELECT min(award_id) FROM equity.renewal WHERE outcome = 'warn');
SELECT is(
  (SELECT count(*) FROM equity.explain_renewal((SELECT min(award_id) FROM equity.renewal WHERE outcome = 'warn'), 1)
    WHERE reason = 'RENEWAL changed'), 1::bigint, 'a letter says when the facts have changed since');
SELECT equity.renew_term(1) \g /dev/null

-- five more terms; who does not continue has fewer chances
SELECT pg_temp.renewed(term) FROM generate_series(2, 6) AS term;
SELECT ok(EXISTS (SELECT FROM equity.award_event WHERE event = 'resumed'), 'somebody comes back from a suspension');
SELECT is_empty(
  $$SELECT n.award_id, n.term_id FROM equity.renewal AS n JOIN equity.scorecard_version AS v
      ON v.card_code = n.card_code AND v.version = n.card_version
     JOIN equity.term_facts AS f USING (award_id, term_id)
    WHERE n.card_digest <> equity.digest(v.card) OR (equity.assess(v.card, f)).class <> n.outcome
       OR (equity.assess(v.card, f)).score <> n.score$$,
  'each decision is made again from its card and its facts');

-- a card that contradicts itself
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('lenient', 1, '
  {"code": "lenient", "criteria": [{"code": "G", "kind": "gate", "field": "reported", "op": "=", "value": false},
   {"code": "C", "kind": "const", "points": 1}], "classes": [[null, null, "continue"]]}');
SELECT equity.seal_scorecard('lenient', 1, 'equity.term_facts') \g /dev/null
UPDATE equity.programme_policy SET card_code = 'lenient' WHERE programme_code IS NULL AND purpose = 'renewal';
SELECT throws_ok('SELECT equity.renew_term(6)', '22023', 'scorecard "lenient" version 1 contradicts itself',
  'a card that lets somebody continue who does not meet its gate');
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('strange', 1, '
  {"code": "strange", "criteria": [{"code": "G", "kind": "gate", "field": "shoe_size", "op": ">", "value": 30},
   {"code": "C", "kind": "const", "points": 1}], "classes": [[null, null, "continue"]]}');
SELECT equity.seal_scorecard('strange', 1, NULL) \g /dev/null
UPDATE equity.programme_policy SET card_code = 'strange' WHERE programme_code IS NULL AND purpose = 'renewal';
SELECT throws_ok('SELECT equity.renew_term(6)', '22023', NULL, 'or reads what is no fact');

SELECT * FROM finish();
ROLLBACK;
