-- Money: what is planned is what a clerk would count day by day; it is paid once, after two persons have agreed, and
-- every account balances, whatever lives people lead.
\ir ../lib/refusal.psql
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(54);

SELECT make_scholars(120);
CREATE ROLE regress_second SUPERUSER;
INSERT INTO equity.term_result (award_id, term_id, enrolled) SELECT n, 1, n % 10 > 0 FROM generate_series(1, 120) AS n;

-- rates
SELECT is(pg_temp.refusal('SELECT equity.plan_payments(1)'),
  '55000 programme innovation_general has no rate for grant two_year (72 scholars are enrolled in term 1.) '
  '[Add rows to equity.rate_item, valid from 2021-05-16 or before.]', 'a rate lacks');
SELECT throws_ok('SELECT equity.plan_payments(99)', 'P0002', NULL, 'no such term');
INSERT INTO equity.rate_item (programme_code, item, level, period, amount, valid_from, combinable) VALUES
  ('innovation_general', 'living', NULL, 'month', 6500, '2020-05-16', false),
  ('innovation_general', 'living', 'high_vocational', 'month', 7500, '2020-05-16', false),
  ('innovation_general', 'living', 'high_vocational', 'month', 8000, '2022-05-16', false),
  ('innovation_general', 'tuition', NULL, 'term', 9999.99, '2020-05-16', false),
  ('innovation_general', 'equipment', NULL, 'once', 3000, '2020-05-16', false),
  ('innovation_special', 'tuition', NULL, 'term', 12000, '2020-05-16', false),
  ('innovation_special', 'care', NULL, 'month', 1000, '2020-05-16', true);
INSERT INTO equity.rate (programme_code, grant_type, academic_year, monthly_amount)
VALUES ('innovation_special', 'two_year', 2564, 6500);

-- the years to come: when 2566 is the last that there are terms of, a grant of two years from then has a year to go
SAVEPOINT projection;
DELETE FROM equity.academic_term WHERE academic_year > 2566;
UPDATE equity.award SET academic_year = 2566;
SELECT results_eq(
  $$SELECT programme_code, fiscal_year, years_ahead, committed, expected, awards, renewals_decided
      FROM equity.budget_projection ORDER BY 1, 2$$,
  format($$VALUES ('innovation_general', 2567, 1, %1$s::numeric(16,2), %1$s::numeric(16,2), 80::bigint, 0::bigint),
                  ('innovation_general', 2568, 2, %2$s, %2$s, 80, 0),
                  ('innovation_special', 2567, 1, %3$s, %3$s, 40, 0),
                  ('innovation_special', 2568, 2, %4$s, %4$s, 40, 0)$$,
         80 * (5 * 8000 + 9999.99), 80 * (5 * 8000 + 9999.99), 40 * (5 * 1000 + 12000), 40 * (5 * 1000 + 12000)),
  'the budget of the coming fiscal years, from October to September');
ROLLBACK TO projection;

-- random lives
INSERT INTO equity.award_event (award_id, event, at, note)
SELECT n, 'suspended', timestamptz '2021-05-10 00:00+07' + make_interval(days => dice('suspended', n, 160)), 'test'
  FROM generate_series(1, 120) AS n WHERE dice('suspends', n, 3) = 0;
INSERT INTO equity.award_event (award_id, event, at, note)
SELECT w.award_id, e.event, w.status_since + make_interval(days => dice('resumed', w.award_id, 40)), 'test'
  FROM equity.award AS w
 CROSS JOIN LATERAL (SELECT CASE dice('then', w.award_id, 3)
                               WHEN 0 THEN 'left' WHEN 1 THEN 'corrected' ELSE 'resumed' END) AS e (event)
 WHERE w.status = 'suspended' AND dice('goes on', w.award_id, 5) > 0;
INSERT INTO equity.award_event (award_id, event, at, note, to_institution_id)
SELECT w.award_id, 'transferred',
       greatest(w.status_since, timestamptz '2021-06-01 09:00+07')
         + make_interval(days => dice('moved', w.award_id, 60)),
       'test', 3 - w.institution_id
  FROM equity.award AS w WHERE w.status IN ('studying', 'suspended') AND dice('moves', w.award_id, 4) = 0;
INSERT INTO equity.award_event (award_id, event, at, note)
SELECT w.award_id, 'corrected', w.status_since, 'test'
  FROM equity.award AS w
 WHERE dice('moved by mistake', w.award_id, 3) = 0
   AND 'transferred' = (SELECT e.event FROM equity.award_event AS e WHERE e.award_id = w.award_id
                         ORDER BY e.event_number DESC LIMIT 1);
SELECT cmp_ok(count(*), '>', 3::bigint, 'transfers are taken back')
  FROM equity.award_event AS e JOIN equity.award_event AS n USING (award_id)
 WHERE e.event = 'transferred' AND n.event = 'corrected' AND n.event_number > e.event_number;
INSERT INTO equity.award_event (award_id, event, at)
SELECT w.award_id, 'graduated',
       greatest(w.status_since, timestamptz '2021-09-20 10:00+07')
         + make_interval(days => dice('graduated', w.award_id, 30))
  FROM equity.award AS w WHERE w.status = 'studying' AND dice('graduates', w.award_id, 6) = 0;

-- a clerk with a calendar: the last event up to a day, but for those that were corrected
CREATE FUNCTION pg_temp.clerk(term bigint)
  RETURNS TABLE (award_id bigint, item text, period text, institution_id bigint, days bigint, all_days bigint,
                 length integer, amount numeric)
  LANGUAGE sql AS $$
  WITH valid AS (
    SELECT e.award_id, e.event_number, e.event, (e.at AT TIME ZONE 'Asia/Bangkok')::date AS day,
           e.from_status, e.to_status, e.from_institution_id, e.to_institution_id
      FROM equity.award_event AS e
     WHERE e.event <> 'corrected'
       AND (SELECT n.event FROM equity.award_event AS n
             WHERE n.award_id = e.award_id AND n.event_number > e.event_number
               AND n.event IN ('corrected', 'suspended', 'resumed', 'left', 'graduated', 'transferred')
             ORDER BY n.event_number LIMIT 1) IS DISTINCT FROM 'corrected'
  ), studied AS (
    SELECT w.award_id, w.programme_code, d.day::date AS day,
           coalesce((SELECT v.to_institution_id FROM valid AS v
                      WHERE v.award_id = w.award_id AND v.event = 'transferred' AND v.day <= d.day
                      ORDER BY v.event_number DESC LIMIT 1),
                    (SELECT v.from_institution_id FROM valid AS v
                      WHERE v.award_id = w.award_id AND v.event = 'transferred'
                      ORDER BY v.event_number LIMIT 1), w.institution_id) AS institution_id
      FROM equity.award AS w
      JOIN equity.term_result AS r ON r.award_id = w.award_id AND r.term_id = term AND r.enrolled
      JOIN equity.academic_term AS t USING (term_id)
     CROSS JOIN generate_series(t.opens, t.closes, '1 day') AS d (day)
     WHERE 'studying' = coalesce((SELECT v.to_status FROM valid AS v
                                   WHERE v.award_id = w.award_id AND v.day <= d.day
                                   ORDER BY v.event_number DESC LIMIT 1),
                                 (SELECT v.from_status FROM valid AS v
                                   WHERE v.award_id = w.award_id
                                   ORDER BY v.event_number LIMIT 1),
                                 w.status)
  ), due (programme_code, item, period, starts, ends, amount) AS (
    SELECT x.programme_code, x.item, m.period, m.starts::date, m.ends::date, x.amount
      FROM (VALUES ('innovation_general', 'living', 7500.00), ('innovation_special', 'living', 6500),
                   ('innovation_special', 'care', 1000)) AS x (programme_code, item, amount)
     CROSS JOIN (VALUES ('2564-05', '2021-05-16', '2021-06-15'), ('2564-06', '2021-06-16', '2021-07-15'),
                        ('2564-07', '2021-07-16', '2021-08-15'), ('2564-08', '2021-08-16', '2021-09-15'),
                        ('2564-09', '2021-09-16', '2021-10-10')) AS m (period, starts, ends)
    UNION ALL VALUES ('innovation_general', 'tuition', '2564/1', date '2021-05-16', date '2021-10-10', 9999.99),
                     ('innovation_special', 'tuition', '2564/1', '2021-05-16', '2021-10-10', 12000),
                     ('innovation_general', 'equipment', '2564', '2021-05-16', '2021-10-10', 3000)
  )
  SELECT s.award_id, d.item, d.period, s.institution_id, count(*),
         sum(count(*)) OVER (PARTITION BY s.award_id, d.item, d.period)::bigint, d.ends - d.starts + 1, d.amount
    FROM studied AS s JOIN due AS d ON d.programme_code = s.programme_code AND s.day BETWEEN d.starts AND d.ends
   GROUP BY s.award_id, d.item, d.period, s.institution_id, d.starts, d.ends, d.amount
$$;
CREATE TEMPORARY VIEW account AS
SELECT award_id, item, period, institution_id, sum(CASE kind WHEN 'grant' THEN amount ELSE -amount END) AS amount
  FROM equity.payment
 WHERE status NOT IN ('cancelled', 'returned')
 GROUP BY 1, 2, 3, 4;
CREATE FUNCTION pg_temp.agrees(what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMPORARY TABLE clerk ON COMMIT DROP AS
  SELECT c.*, CASE c.item WHEN 'equipment' THEN c.amount ELSE round(c.amount * c.all_days / c.length, 2) END AS earned
    FROM pg_temp.clerk(1) AS c;
  RETURN NEXT set_eq(
    'SELECT award_id, item, period, sum(amount) FROM account GROUP BY 1, 2, 3 HAVING sum(amount) > 0',
    'SELECT DISTINCT award_id, item, period, earned FROM clerk',
    what || ': what is planned is what a clerk counts');
  RETURN NEXT is_empty(
    $q$SELECT award_id, item, period, institution_id
         FROM account AS p
         FULL JOIN clerk AS c USING (award_id, item, period, institution_id)
        WHERE abs(coalesce(p.amount, 0) - coalesce(c.earned * c.days / c.all_days, 0)) >= 0.01$q$,
    what || ': each institution has its days, to the satang');
  RETURN NEXT is_empty(
    'SELECT * FROM equity.payment_reconciliation WHERE balance <> 0', what || ': each account balances');
  DROP TABLE clerk;
END;
$$;

CREATE TEMPORARY TABLE first_plan AS SELECT * FROM equity.plan_payments(1);
SELECT is((SELECT planned FROM first_plan), (SELECT count(*) FROM equity.payment), 'payments are planned');
SELECT is((SELECT due FROM first_plan), (SELECT sum(amount) FROM equity.payment_due), 'their sum is what is due');
SELECT pg_temp.agrees('at first');
SELECT is_empty(
  $$SELECT p.payment_id FROM equity.payment AS p
     WHERE NOT EXISTS (SELECT FROM equity.term_result AS r
                        WHERE r.award_id = p.award_id AND r.term_id = p.term_id AND r.enrolled)$$,
  'nobody is paid who is not enrolled');
CREATE TEMPORARY TABLE planned AS SELECT * FROM equity.payment;
SELECT results_eq('SELECT planned, changed, cancelled, refunds FROM equity.plan_payments(1)',
  'VALUES (0::bigint, 0::bigint, 0::bigint, 0::bigint)',
  'a second time changes nothing');
SELECT set_eq('SELECT * FROM equity.payment', 'SELECT * FROM planned', 'nothing at all');
SELECT ok((SELECT count(*) > 5 FROM equity.payment WHERE part > 1), 'some periods are split between institutions');

-- batches
CREATE TEMPORARY TABLE batch AS SELECT * FROM equity.open_batch(1) AS batch_id;
SELECT is((SELECT count(*) FROM batch), (SELECT count(DISTINCT (institution_id, programme_code)) FROM equity.payment),
  'a batch for each institution and programme');
SELECT is((SELECT sum(total) FROM equity.payment_batch), (SELECT sum(amount) FROM equity.payment),
  'with all that is planned');
SELECT set_eq('SELECT batch_id FROM equity.payment_batch WHERE needs_auditor',
  'SELECT batch_id FROM equity.payment GROUP BY batch_id HAVING sum(amount) >= 500000',
  'from 500,000 baht on an auditor is needed');
SELECT cmp_ok((SELECT count(*) FROM equity.payment_batch WHERE needs_auditor), '>', 0::bigint, 'of some');
SELECT is_empty('SELECT * FROM equity.open_batch(1)', 'nothing is left to put into one');
SELECT min(batch_id) AS first FROM batch \gset
SELECT is(pg_temp.refusal(format('SELECT equity.approve_batch(%s)', :first)),
  format('55000 batch %s was opened by the same person (It was opened by role "%s".) '
         '[Let another person approve it, logged in as another role.]', :first, session_user),
  'who opened a batch does not approve it');
SELECT throws_ok(format('SELECT equity.pay_batch(%s, ''KTB 1'')', :first), '55000', NULL,
  'what nobody approved is not paid');
SET SESSION AUTHORIZATION regress_second;
SELECT lives_ok('SELECT equity.approve_batch(batch_id) FROM batch', 'another person does');
RESET SESSION AUTHORIZATION;
SELECT throws_ok(format('SELECT equity.pay_batch(%s, '' '')', :first), '22023', NULL, 'with a reference');

-- somebody leaves between approval and payment
SELECT award_id AS leaver, batch_id AS changed FROM equity.payment JOIN equity.award USING (award_id)
 WHERE status_since IS NULL AND equity.award.status = 'studying' AND award_id % 3 > 0 LIMIT 1 \gset
SELECT equity.record_event(:leaver, 'left', '2021-07-01', 'works') \g /dev/null
SELECT equity.plan_payments(1) \g /dev/null
SELECT matches(pg_temp.refusal(format('SELECT equity.pay_batch(%s, ''KTB 1'')', :changed)),
  format('^55000 batch %s has changed since it was approved \(Approved were .*\) \[Let another person look at it',
         :changed),
  'a batch that changed after approval is not paid');
SELECT is_empty('SELECT * FROM equity.payment WHERE status = ''paid''', 'not a part of it');
SET SESSION AUTHORIZATION regress_second;
SELECT equity.approve_batch(:changed);
RESET SESSION AUTHORIZATION;
SELECT pg_temp.agrees('after somebody left');
SELECT sum(equity.pay_batch(batch_id, 'KTB ' || batch_id, '2021-11-01'))::bigint AS paid FROM batch \gset
SELECT is(:paid::bigint, (SELECT count(*) FROM equity.payment WHERE status = 'paid'), 'now all are paid');
SELECT lives_ok(format('SELECT equity.pay_batch(%1$s, ''KTB %1$s'')', :changed),
  'the same payment again changes nothing');
SELECT throws_ok(format('SELECT equity.pay_batch(%s, ''other'')', :changed), '55000', NULL, 'another one is refused');
SELECT throws_ok(format('SELECT equity.cancel_batch(%s)', :changed), '55000', NULL, 'what is paid is not taken back');

-- money comes back; lives go on
SELECT throws_ok('SELECT equity.return_payment(0, ''closed account'')', 'P0002', 'payment 0 does not exist',
  'no such payment');
SELECT equity.return_payment(min(payment_id), 'the account was closed') FROM equity.payment WHERE award_id = :leaver;
SELECT is((SELECT count(*) FROM equity.payment WHERE status = 'returned'), 1::bigint, 'a payment comes back');
SELECT is((SELECT planned FROM equity.plan_payments(1)), 1::bigint, 'and is planned anew');
SELECT award_id AS stayer FROM equity.award
 WHERE status = 'studying' AND award_id % 10 > 0 AND award_id % 3 > 0
   AND award_id NOT IN (SELECT award_id FROM equity.award_event) LIMIT 1 \gset
SELECT equity.record_event(:stayer, 'terminated', '2021-08-01', 'false statements') \g /dev/null
SELECT ok((SELECT refunds > 0 FROM equity.plan_payments(1)),
  'what was paid and is not earned is to be given back');
SELECT pg_temp.agrees('after a termination');
SELECT equity.receive_refund(:stayer, 'KTB 77') AS received \gset
SELECT is(:received, (SELECT sum(amount) FROM equity.payment WHERE kind = 'refund' AND status = 'paid'),
  'which is done');
SELECT is(
  (SELECT event FROM equity.award_event WHERE award_id = :stayer ORDER BY event_number DESC LIMIT 1), 'refunded',
  'the history has it');
SELECT throws_ok(format('SELECT equity.receive_refund(%s, ''KTB 78'')', :stayer), '55000', NULL, 'once');
SELECT throws_ok(format('SELECT equity.receive_refund(%s, ''KTB 78'', NULL)', :stayer), '22023', NULL, 'at a time');
SELECT pg_temp.agrees('after the refund');
SELECT is_empty('SELECT award_id, item, period FROM equity.payment WHERE status = ''paid'' GROUP BY 1, 2, 3
                 HAVING sum(CASE kind WHEN ''grant'' THEN amount ELSE -amount END) > max(full_amount)',
  'nobody gets more of a period than its amount');

-- a second award of the same person
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
SELECT 1000, applicant_id, 'innovation_special', 'two_year', institution_id, 2564, 'studying'
  FROM equity.award
 WHERE award_id = (SELECT min(award_id) FROM equity.payment
                    WHERE programme_code = 'innovation_general' AND status = 'paid');
INSERT INTO equity.term_result (award_id, term_id, enrolled) VALUES (1000, 1, true);
SELECT cmp_ok((SELECT elsewhere FROM equity.plan_payments(1)), '>', 0::bigint, 'no item is paid twice for a period');
SELECT is_empty('SELECT applicant_id, item, period FROM equity.payment
                  WHERE kind = ''grant'' AND status NOT IN (''cancelled'', ''returned'') AND NOT combinable
                  GROUP BY 1, 2, 3 HAVING count(DISTINCT award_id) > 1', 'by two programmes');
SELECT ok(EXISTS (SELECT FROM equity.payment WHERE award_id = 1000 AND item = 'care'), 'but one that is declared');

-- other rules of settlement
SELECT throws_ok('UPDATE equity.payment SET amount = -1', '23514', NULL, 'no amount is negative');
UPDATE equity.payment_rule SET settlement = 'none';
SELECT equity.plan_payments(1) \g /dev/null
SELECT is_empty($$SELECT award_id, item, period FROM equity.payment
                   WHERE status NOT IN ('cancelled', 'returned') GROUP BY 1, 2, 3
                  HAVING sum(CASE kind WHEN 'grant' THEN amount ELSE -amount END) NOT IN (0, max(full_amount))$$,
  'without settlement what is begun is earned');
SELECT is_empty('SELECT * FROM equity.payment_reconciliation WHERE balance <> 0', 'and the accounts balance');

-- what a card of renewal reads of the delay: of all payments but those cancelled, also of those that came back
SELECT set_eq($$SELECT award_id, term_id, payment_delay FROM equity.term_facts WHERE payment_delay IS NOT NULL$$,
  $$SELECT p.award_id, p.term_id,
           max(greatest(least((p.paid_at AT TIME ZONE 'Asia/Bangkok')::date, t.closes) - p.due_on, 0))
      FROM equity.payment AS p
      JOIN equity.academic_term AS t USING (term_id)
      JOIN equity_internal.award_term AS a USING (award_id, term_id)
     WHERE p.kind = 'grant' AND p.status <> 'cancelled' AND p.due_on <= t.closes
     GROUP BY p.award_id, p.term_id$$, 'the delay of payments is that of the latest');
SELECT cmp_ok((SELECT count(*) FROM equity.payment WHERE status = 'returned'), '>', 0::bigint, 'some came back');

SELECT * FROM finish();
ROLLBACK;
