-- A scholar's record and the right to be forgotten: all of the life of an award is in the record; while money is due
-- the person is needed; and afterwards terms, renewals, payments and outcomes stay under the number, as books of
-- account and reports need them, without a word that tells of the person.
\ir ../lib/refusal.psql
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;
SELECT plan(16);

SELECT make_scholars(3), make_progress_card();
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, given_name, family_name, valid_from)
SELECT n, 'passport', 'AA' || 1000 + n, 'สมใจ', 'ดี', '2010-01-01' FROM generate_series(1, 3) AS n;
INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
SELECT p.programme_code, 'living', 'month', 7500, '2020-01-01' FROM equity.programme AS p;
INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa, credits_attempted, credits_earned)
SELECT n, 1, true, 3, 18, 18 FROM generate_series(1, 3) AS n;
SELECT equity.plan_payments(1), equity.renew_term(1) \g /dev/null
SELECT count(*) FROM equity.open_batch(1) \g /dev/null
UPDATE equity.payment_batch AS b
   SET status = 'approved', opened_by = 'somebody', approved_at = now(), approved_by = 'another',
       digest = (equity_internal.batch_content(b.batch_id)).digest;
SELECT equity.pay_batch(batch_id, 'KTB 1', '2021-06-01') FROM equity.payment_batch \g /dev/null
SELECT equity.return_payment(min(payment_id), 'สมใจ closed the account')
  FROM equity.payment WHERE award_id = 1 \g /dev/null
INSERT INTO equity.mentor (mentor_id, institution_id, given_name) VALUES (1, 1, 'ครู');
INSERT INTO equity.mentor_assignment (award_id, mentor_id, valid_from)
SELECT n, 1, '2021-06-01' FROM generate_series(1, 3) AS n;
INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind, result, note)
SELECT n, 1, '2021-08-01', 'home_visit', 'stays', 'mother is ill' FROM generate_series(1, 3) AS n;
SELECT equity.record_event(1, 'graduated', '2021-11-01'),
       equity.record_event(2, 'left', '2021-08-01', 'works elsewhere');
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study, monthly_income)
VALUES (1, '2022-11-01', 'survey', true, false, 12000);

-- the record
SELECT set_eq('SELECT jsonb_object_keys(equity.subject_record(1))',
              ARRAY['applicant', 'applicant_identity', 'award', 'award_event', 'care_record', 'mentor_assignment',
                    'outcome', 'payment', 'renewal', 'term_result'],
              'the record has terms, renewals, payments, care and outcomes');
SELECT is((SELECT count(*) FROM jsonb_each(equity.subject_record(1)) AS t, jsonb_array_elements(t.value) AS r
            WHERE coalesce(r ->> 'award_id', '1') <> '1' OR coalesce(r ->> 'applicant_id', '1') <> '1'),
          0::bigint,
          'of nobody else');
SELECT is((equity.subject_record(1) -> 'payment')::text LIKE '%closed the account%', true, 'with every word');

-- while money is due
SELECT is(pg_temp.refusal('SELECT equity.forget_applicant(3, ''asked'')'),
          '55000 applicant 3 cannot be forgotten yet (The applicant has award 3, which is studying.) '
          '[Withdraw the application, or the award (equity.withdraw_award), first; pay what is due, and receive '
          'what is to be given back (equity.receive_refund).]', 'who has an award is needed');
SELECT lives_ok('SELECT equity.plan_payments(1)', 'settled again');
SELECT is(pg_temp.refusal('SELECT equity.forget_applicant(1, ''asked'')') ~ 'The applicant has 7500.00 baht to get',
          true,
          'who has money to get is needed');
SELECT is(pg_temp.refusal('SELECT equity.forget_applicant(2, ''asked'')')
            ~ 'The applicant has [0-9.]+ baht to give back', true, 'and so is who has money to give back');
SELECT sum(amount) AS returned FROM equity.payment WHERE status = 'returned' \gset
UPDATE equity.payment SET status = 'cancelled', batch_id = NULL WHERE award_id = 1 AND status = 'planned';
SELECT equity.receive_refund(2, 'KTB 2') \g /dev/null
CREATE TEMPORARY TABLE money AS SELECT p.* FROM equity.payment AS p;
CREATE TEMPORARY TABLE books AS SELECT r.* FROM equity.payment_reconciliation AS r;
CREATE TEMPORARY TABLE cohort AS SELECT c.* FROM equity.cohort_outcome AS c;
SELECT lives_ok('SELECT equity.forget_applicant(n, ''asked'') FROM generate_series(1, 2) AS n',
                'then both are forgotten');

-- what stays
SELECT is_empty('SELECT * FROM equity.applicant_identity WHERE applicant_id < 3', 'no identity is left');
SELECT is_empty($$SELECT note FROM equity.award_event WHERE award_id < 3 AND note IS NOT NULL
                  UNION ALL SELECT coalesce(note, concern) FROM equity.care_record
                             WHERE award_id < 3 AND num_nonnulls(note, concern) > 0
                  UNION ALL SELECT return_reason FROM equity.payment
                             WHERE award_id < 3 AND return_reason <> '-'$$,
                'nor a note of anybody');
SELECT set_eq('SELECT payment_id, applicant_id, award_id, item, period, kind, amount, status FROM equity.payment',
              'SELECT payment_id, applicant_id, award_id, item, period, kind, amount, status FROM money',
              'every payment stays under the number');
SELECT set_eq('SELECT * FROM equity.payment_reconciliation', 'SELECT * FROM books', 'so the books still add up');
SELECT set_eq('SELECT * FROM equity.cohort_outcome', 'SELECT * FROM cohort', 'and so do the reports');
SELECT is_empty($$SELECT r.award_id FROM equity.renewal AS r
                   JOIN equity.term_facts AS f USING (award_id, term_id)
                   JOIN equity.scorecard_version AS v ON v.card_code = r.card_code AND v.version = r.card_version
                  CROSS JOIN LATERAL equity.assess(v.card, f) AS a
                  WHERE (a.class, a.score) IS DISTINCT FROM (r.outcome, r.score)$$,
                'and every renewal can be recomputed');
SELECT set_eq('SELECT jsonb_object_keys(equity.subject_record(1))',
              ARRAY['applicant', 'award', 'award_event', 'care_record', 'mentor_assignment', 'outcome', 'payment',
                    'renewal', 'term_result'], 'that is what the record is then');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the trail holds');

SELECT * FROM finish();
ROLLBACK;
