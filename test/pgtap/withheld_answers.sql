-- What a letter withholds from its reader is not to be read beside it: neither in the facts nor in the
-- lines that come from them. And nobody scores with answers that are withheld from them.
\ir fixture/round.psql
BEGIN;
SELECT plan(13);

SELECT make_round(1, 2566::smallint);
UPDATE equity.application SET disability_registered = true, answers = '{"ill": {"a": 4, "b": 1}, "why": "x"}'
         WHERE applicant_id = 1;
INSERT INTO equity.applicant_group (applicant_id, group_code, verified) VALUES (1, 'stateless', true);
INSERT INTO equity.household_member (applicant_id, round_id, member_number, disabled, chronically_ill,
                                     elderly)
VALUES (1, 1, 1, true, true, true);
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('SENS', 1, '{"code": "SENS", "criteria": [
     {"code": "SICK", "kind": "derive", "fn": "sum", "fields": ["answers.ill.a", "answers.ill.b"]},
     {"code": "B", "kind": "band", "field": "SICK", "bands": [[null, 1, 0], [1, null, 20]], "missing": {"points": 0}},
     {"code": "D", "kind": "gate", "field": "disability_registered", "op": "=", "value": true}]}');
SELECT equity.seal_scorecard('SENS', 1, NULL) \g /dev/null
UPDATE equity.criterion SET sensitive = true WHERE card_code = 'SENS' AND criterion = 'SICK';
UPDATE equity.round_programme SET card_code = 'SENS', card_version = 1 WHERE programme_code = 'innovation_general';
SELECT run_as_far(1, 'close');
SELECT application_id FROM equity.application WHERE applicant_id = 1 \gset

CREATE ROLE regress_clerk;
GRANT USAGE ON SCHEMA equity TO regress_clerk;
GRANT SELECT ON ALL TABLES IN SCHEMA equity TO regress_clerk;
REVOKE SELECT ON equity.application, equity.applicant_group, equity.household_member FROM regress_clerk;
GRANT SELECT (applicant_id, round_id, application_id, status) ON equity.application TO regress_clerk;
GRANT INSERT, UPDATE, DELETE ON equity.assessment, equity.round TO regress_clerk;
CREATE TEMPORARY VIEW sensitive_facts AS
  SELECT f.disability_registered, f.members_disabled, f.members_chronically_ill, f.groups, f.answers,
         f.members_elderly, f.gpa
    FROM equity.application_facts AS f WHERE f.applicant_id = 1;

SELECT results_eq('SELECT disability_registered, members_disabled, members_chronically_ill, groups, answers
         FROM equity.application_facts WHERE applicant_id = 1',
                  $$VALUES (true, 1, 1, ARRAY['stateless'], '{"ill": {"a": 4, "b": 1}, "why": "x"}'::jsonb)$$,
         'who may read the tables reads all facts');
SET LOCAL ROLE regress_clerk;
SELECT results_eq('SELECT disability_registered, members_disabled, members_chronically_ill, groups, answers
         FROM equity.application_facts WHERE applicant_id = 1',
                  $$VALUES (NULL::boolean, NULL::integer, NULL::integer, NULL::text[],
         '{"ill": {}, "why": "x"}'::jsonb)$$, 'who may not reads none that is sensitive');
SELECT results_eq('SELECT members_elderly, gpa FROM equity.application_facts WHERE applicant_id = 1',
         'VALUES (1, 2.20::numeric(3,2))', 'but the others');
SELECT is_empty($$SELECT * FROM equity.application_facts
         WHERE disability_registered OR groups && ARRAY['stateless'] OR answers @> '{"ill": {"a": 4}}'$$,
         'nor finds anybody by them');
SELECT throws_ok($$SELECT * FROM equity_internal.assessment_changes(1)$$, '42501',
         'permission denied for facts that the scorecard reads', 'nobody scores by what is withheld');
SELECT throws_ok($$SELECT * FROM equity_internal.assessment_violations(1)$$, '42501', NULL,
         'or finds a score wrong');
SELECT results_eq(format('SELECT criterion, value, passed, points FROM equity.explain_application(%s)
         WHERE section = ''rule'' AND programme = ''innovation_general''', :application_id),
                  $$VALUES ('SICK', '***', NULL::boolean, NULL::numeric), ('B', '***', NULL, NULL), ('D',
         '***', NULL, NULL)$$, 'the letter withholds them');
SELECT results_eq(format('SELECT section, reason, points FROM equity.explain_application(%s)
         WHERE section IN (''eligibility'', ''score'') AND programme = ''innovation_general''', :application_id),
                  $$VALUES ('score', 'ASSESSED_LATER', NULL::numeric)$$, 'and judges nothing without them');
RESET ROLE;
SELECT lives_ok('SELECT equity.score_round(1)', 'who reads all facts scores');
SET LOCAL ROLE regress_clerk;
SELECT results_eq(format('SELECT section, passed, reason, points FROM equity.explain_application(%s)
         WHERE section IN (''eligibility'', ''score'') AND programme = ''innovation_general''', :application_id),
                  $$VALUES ('eligibility', true, 'ELIGIBLE', NULL::numeric), ('score', NULL, NULL, 20.0000)$$,
         'then the letter has the score that counts, and does not find it changed');
RESET ROLE;

-- an answer is sensitive whatever the card that reads it
UPDATE equity.criterion SET sensitive = true WHERE card_code = 'test' AND criterion = 'N1';
REVOKE SELECT ON equity.household FROM regress_clerk;
SET LOCAL ROLE regress_clerk;
SELECT results_eq('SELECT income_per_head, monthly_income FROM equity.application_facts WHERE applicant_id = 1',
         'VALUES (NULL::numeric, NULL::numeric)', 'a fact that a card marks is withheld, and what it comes from');
SELECT throws_ok('SELECT disability_registered FROM equity.application', '42501', NULL,
         'as it is where it is stored');
RESET ROLE;
SELECT is((SELECT array_agg(field) FROM equity_internal.sensitive_field
         WHERE field LIKE 'income%'), ARRAY['income_per_head'], 'it is one of those');

SELECT * FROM finish();
ROLLBACK;
