-- What comes after the award, for :awards of them with ten events each, and every step as a ratio to a scan of the
-- events. Run in an empty database.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
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
SELECT pg_temp.measure('payment_due', 'SELECT * FROM equity.payment_due') \g /dev/null
SELECT pg_temp.measure('payment_reconciliation', 'SELECT * FROM equity.payment_reconciliation') \g /dev/null
SELECT pg_temp.measure('budget_projection', 'SELECT * FROM equity.budget_projection') \g /dev/null

SELECT s.name AS step, round(s.milliseconds) AS ms,
       round(s.milliseconds / (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.milliseconds)::numeric
                                 FROM step AS c WHERE c.name = 'scan'), 1) AS scans_of_events
  FROM step AS s
 WHERE s.name <> 'scan'
 ORDER BY s.number;
