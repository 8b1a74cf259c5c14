-- What comes after the award, for :awards of them with ten events each, and every step as a ratio to a scan of the
-- events. Run in an empty database.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET jit = off;                          -- what it takes to compile a view hides what the view takes
CREATE EXTENSION equity;
\ir ../pgtap/fixture/scholars.psql

CREATE TEMPORARY TABLE step (number integer GENERATED ALWAYS AS IDENTITY, name text, milliseconds numeric);
CREATE FUNCTION pg_temp.measure(name text, statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  started timestamptz := clock_timestamp();
BEGIN
  EXECUTE statement;
  INSERT INTO step (name, milliseconds)
  VALUES (measure.name, extract(epoch FROM clock_timestamp() - started) * 1000);
END $$;

SELECT make_scholars(:awards), make_progress_card(), make_credit_card() \g /dev/null
INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
SELECT p.programme_code, i.item, i.period, i.amount, '2020-01-01'
  FROM (VALUES ('innovation_general'), ('innovation_special')) AS p (programme_code)
 CROSS JOIN (VALUES ('living', 'month', 7500), ('tuition', 'term', 10000)) AS i (item, period, amount);
SELECT report_results(1) \g /dev/null
SELECT pg_temp.measure('events: INSERT of ten for each award', $$
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, at, note)
  SELECT w.award_id, e.event, e.from_status, e.to_status, '2021-05-01', 'bench'
    FROM equity.award AS w
   CROSS JOIN (VALUES ('warned', 'studying', 'studying'), ('suspended', 'studying', 'suspended'),
                      ('resumed', 'suspended', 'studying'), ('put_on_probation', 'studying', 'studying'),
                      ('suspended', 'studying', 'suspended'), ('resumed', 'suspended', 'studying'),
                      ('warned', 'studying', 'studying'), ('suspended', 'studying', 'suspended'),
                      ('resumed', 'suspended', 'studying'), ('warned', 'studying', 'studying'))
     AS e (event, from_status, to_status)
   WHERE w.status = 'studying'$$) \g /dev/null
VACUUM (ANALYZE) equity.award, equity.award_event, equity.term_result;
SELECT pg_temp.measure('scan', 'SELECT count(*), max(at) FROM equity.award_event')
  FROM generate_series(1, 5) \g /dev/null
SELECT pg_temp.measure('renew_term', 'SELECT equity.renew_term(1)') \g /dev/null
SELECT pg_temp.measure('renew_term again', 'SELECT equity.renew_term(1)') \g /dev/null
VACUUM (ANALYZE) equity.award, equity.award_event, equity.renewal;
SELECT pg_temp.measure('plan_payments', 'SELECT equity.plan_payments(1)') \g /dev/null
VACUUM (ANALYZE) equity.payment;
SELECT pg_temp.measure('plan_payments again', 'SELECT equity.plan_payments(1)') \g /dev/null
SELECT pg_temp.measure('open_batch', 'SELECT count(*) FROM equity.open_batch(1)') \g /dev/null
CREATE ROLE bench_second LOGIN;
SELECT equity.grant_access('bench_second', 'operator') \g /dev/null
SET SESSION AUTHORIZATION bench_second;
SELECT count(equity.approve_batch(b.batch_id)) FROM equity.payment_batch AS b \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT pg_temp.measure('pay_batch', 'SELECT equity.pay_batch(b.batch_id, ''bench'') FROM equity.payment_batch AS b')
\g /dev/null
VACUUM (ANALYZE) equity.payment;

-- two terms more, of which one is not paid yet; teachers and visits; a quarter has graduated, and most were found
SELECT report_results(2), report_results(3) \g /dev/null
VACUUM (ANALYZE) equity.term_result;
SELECT equity.plan_payments(2) \g /dev/null
VACUUM (ANALYZE) equity.payment;
SELECT pg_temp.measure('renew_term, with payments', 'SELECT equity.renew_term(2)') \g /dev/null
VACUUM (ANALYZE) equity.award, equity.award_event, equity.renewal;
SELECT equity.plan_payments(3) \g /dev/null
INSERT INTO equity.mentor (mentor_id, institution_id, given_name) OVERRIDING SYSTEM VALUE
SELECT n, 1 + n % 2, 'ครู' FROM generate_series(1, 1000) AS n;
INSERT INTO equity.mentor_assignment (award_id, mentor_id)
SELECT w.award_id, 1 + w.award_id / 2 % 500 * 2 + w.institution_id % 2
  FROM equity.award AS w WHERE w.award_id % 10 > 0;
INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind, result)
SELECT w.award_id, 1, date '2022-06-01' + dice('care' || k, w.award_id, 300), 'home_visit', 'stays'
  FROM equity.award AS w CROSS JOIN generate_series(1, 2) AS k WHERE dice('cared' || k, w.award_id, 3) = 0;
INSERT INTO equity.award_event (award_id, event, at)
SELECT w.award_id, 'graduated', now() FROM equity.award AS w WHERE w.status = 'studying' AND w.award_id % 4 = 0;
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study, monthly_income)
SELECT w.award_id, CURRENT_DATE, 'bench', dice('work', w.award_id, 3) > 0, dice('study', w.award_id, 4) = 0,
       CASE WHEN dice('work', w.award_id, 3) > 0 THEN 9000 + dice('income', w.award_id, 9000) END
  FROM equity.award AS w WHERE w.status = 'graduated' AND w.award_id % 7 > 0;
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('watch', 1, '
  {"code": "watch", "scale": 0, "criteria": [
    {"code": "G_ATTENDANCE", "kind": "gate", "field": "gpa", "op": ">=", "value": 2, "missing": "reject",
     "reason": "GPA_BELOW"},
    {"code": "GPA", "kind": "band", "field": "gpa", "missing": "best",
     "bands": [[null, 2, 40], [2, 3, 20], [3, null, 0]]},
    {"code": "PACE", "kind": "band", "field": "pace", "missing": "best",
     "bands": [[null, 0.75, 20], [0.75, 0.9, 10], [0.9, null, 0]]},
    {"code": "WARNINGS", "kind": "coef", "field": "warnings", "coef": 10, "min": 0, "max": 3}],
   "classes": [[null, 20, "low"], [20, 40, "some"], [40, null, "high"]]}');
SELECT equity.seal_scorecard('watch', 1, 'equity.watch_facts') \g /dev/null
INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version) VALUES ('watch', 2560, 'watch', 1);
VACUUM (ANALYZE) equity.award, equity.award_event, equity.renewal, equity.payment, equity.mentor_assignment,
  equity.care_record, equity.outcome;

SELECT pg_temp.measure('payment_due', 'SELECT * FROM equity.payment_due') \g /dev/null
SELECT pg_temp.measure('payment_reconciliation', 'SELECT * FROM equity.payment_reconciliation') \g /dev/null
SELECT pg_temp.measure('budget_projection', 'SELECT * FROM equity.budget_projection') \g /dev/null
SELECT pg_temp.measure('term_facts of a term', 'SELECT * FROM equity.term_facts WHERE term_id = 3') \g /dev/null
SELECT pg_temp.measure('watch_facts', 'SELECT * FROM equity.watch_facts') \g /dev/null
SELECT pg_temp.measure('dropout_watch', 'SELECT * FROM equity.dropout_watch') \g /dev/null
SELECT pg_temp.measure('cohort_outcome', 'SELECT * FROM equity.cohort_outcome') \g /dev/null
SELECT pg_temp.measure('entry_year_outcome', 'SELECT * FROM equity.entry_year_outcome') \g /dev/null
SELECT pg_temp.measure('institution_facts', 'SELECT * FROM equity.institution_facts') \g /dev/null

SELECT s.name AS step, round(s.milliseconds) AS ms,
       round(s.milliseconds / (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.milliseconds)::numeric
                                 FROM step AS c WHERE c.name = 'scan'), 1) AS scans_of_events
  FROM step AS s
 WHERE s.name <> 'scan'
 ORDER BY s.number;
