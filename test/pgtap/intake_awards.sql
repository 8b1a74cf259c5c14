-- Loading what is about awards: which award a line means, what is wrong with a line and what is left of it, and who may
-- load which kind.
\ir ../lib/refusal.psql
\ir fixture/scholars.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(64);

SELECT make_scholars(12);
UPDATE equity.applicant SET source = 'file', source_key = 'S' || applicant_id;
UPDATE equity.applicant SET intake_institution_id = w.institution_id FROM equity.award AS w
 WHERE w.applicant_id = applicant.applicant_id;
INSERT INTO equity.applicant (applicant_id, source, source_key) VALUES (20, 'file', 'S20');
-- scholar 12 has two awards that were taken up, and one that was declined
INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
VALUES (112, 12, 'full_potential', 'five_year', 1, 2561, 'graduated'),
       (212, 12, 'innovation_innovation', 'two_year', 1, 2564, 'declined'),
       (120, 20, 'innovation_innovation', 'two_year', 1, 2564, 'declined'),
       (121, 11, 'full_potential', 'five_year', NULL, 2561, 'graduated');
SELECT equity.record_event(9, 'left', '2022-04-01', 'test'), equity.record_event(10, 'graduated',
    '2023-03-31') \g /dev/null

CREATE TEMPORARY TABLE seen (reason_code text);
GRANT INSERT ON seen TO PUBLIC;
CREATE FUNCTION pg_temp.load(kind text, source text, batch text DEFAULT 'b') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  told text;
BEGIN
  SELECT format('%s = %s + %s + %s + %s', rows_read, inserted, updated, unchanged, rejected) INTO told
    FROM equity.load_rows(kind, source, batch);
  INSERT INTO seen
  SELECT r.reason_code FROM equity.import_reject AS r WHERE r.batch = load.batch AND r.kind = load.kind;
  RETURN told;
EXCEPTION
  WHEN OTHERS THEN
    RETURN concat_ws(' ', SQLSTATE, SQLERRM);
END $$;
CREATE FUNCTION pg_temp.findings(given text) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', r.line, r.field, r.reason_code) FROM equity.import_reject AS r
      WHERE r.batch = 'b' AND r.kind = given
$$;

-- ---- which award ----

CREATE TABLE public.results (line int, award_id text, applicant_key text, programme text, entry_year text,
                             "ภาคเรียน" text, "ลงทะเบียนเรียน" text, "เกรดเฉลี่ยภาค" text, credits_attempted text,
                             credits_earned text, attendance text);
INSERT INTO public.results VALUES
  (1, '1', NULL, NULL, NULL, '2564/1', 'ใช่', '3.25', '18', '15.5', '92.5 %'),
  (2, NULL, 'S2', NULL, NULL, 'ภาคเรียนที่ ๑/๒๕๖๔', 'ไม่', '-', '-', '-', '-'),
  (3, '3', 'S3', 'innovation_special', '2564', '1/2564', 'Y', '4', '18', '18', '100'),
  (4, NULL, 'S12', NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (5, NULL, 'S12', 'innovation_special', NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (6, '12', NULL, NULL, '2561', '1/2564', 'Y', '2', '18', '18', '-'),
  (7, '4', 'S5', NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (8, '999', NULL, NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (9, '999', 'S6', NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (10, NULL, 'S99', NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (11, NULL, 'S20', NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (12, NULL, NULL, 'innovation_special', NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (13, 'x', 'S6', NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (14, '6', NULL, 'ไม่มี', NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (15, '6', NULL, NULL, NULL, '3/2564', 'Y', '2', '18', '18', '-'),
  (16, '7', NULL, NULL, NULL, 'ภาคต้น', 'Y', '2', '18', '18', '-'),
  (17, '8', NULL, NULL, NULL, '-', 'Y', '2', '18', '18', '-'),
  (18, '11', NULL, NULL, NULL, '1/2564', 'Y', '4.01', '18.05', '-', '101'),
  (22, '11', NULL, NULL, NULL, '1/2564', '-', '4', '18', '18', '100'),
  (23, '11', NULL, NULL, NULL, '2/2564', 'Y', '4', '18', '18.5', '100'),
  (19, '9', NULL, NULL, NULL, '1/2565', 'Y', '2', '18', '18', '-'),
  (20, '9', NULL, NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-'),
  (21, '121', NULL, NULL, NULL, '1/2564', 'Y', '2', '18', '18', '-');
SELECT is(pg_temp.load('term_result', 'SELECT * FROM results'), '23 = 5 + 0 + 0 + 18', 'results are loaded');
SELECT results_eq('SELECT award_id, term_id FROM equity.term_result ORDER BY 1, 2',
  'VALUES (1::bigint, 1::bigint), (2, 1), (3, 1), (9, 1), (12, 1)',
  'an award is found by its number, or by its person when there is one, or one of the programme');
SELECT row_eq('SELECT enrolled, gpa, credits_attempted, credits_earned, attendance, conduct, field_changed '
              'FROM equity.term_result WHERE award_id = 1',
              ROW(true, 3.25::numeric(3,2), 18.0::numeric(5,1), 15.5::numeric(5,1), 92.5::numeric(5,2),
                  NULL::numeric(5,2), false),
              'with what the cells say');
SELECT set_eq($$SELECT * FROM pg_temp.findings('term_result')$$, ARRAY[
  '4 award_id ROW_AWARD_SEVERAL', '6 award_id ROW_AWARD_UNKNOWN', '7 applicant_key ROW_PERSONS_DIFFER',
  '8 applicant_key ROW_AWARD_UNKNOWN', '9 award_id ROW_AWARD_UNKNOWN', '10 applicant_key ROW_PERSON_UNKNOWN',
  '11 award_id ROW_AWARD_UNKNOWN', '12 applicant_key ROW_NO_PERSON', '13 award_id ROW_COUNT',
  '14 programme ROW_PROGRAMME', '15 term ROW_TERM', '16 term ROW_TERM', '17 term ROW_MISSING',
  '18 gpa ROW_GPA', '18 attendance ROW_PERCENT', '18 credits_attempted ROW_CREDITS', '22 enrolled ROW_MISSING',
  '23 credits_earned ROW_EARNED_ABOVE', '19 term ROW_AWARD_OVER', '21 term ROW_TERM'], 'what is wrong is told');

-- ---- a file again, and one that says otherwise ----

CREATE TEMPORARY VIEW written AS SELECT t.award_id, t.term_id, t.ctid::text AS place FROM equity.term_result AS t;
CREATE TEMPORARY TABLE before AS TABLE written;
SELECT is(pg_temp.load('term_result', 'SELECT * FROM results ORDER BY line DESC'), '23 = 0 + 0 + 5 + 18',
          'a file again changes nothing');
SELECT set_eq('TABLE written', 'TABLE before', 'and writes nothing');
SELECT is(pg_temp.load('term_result',
    $$SELECT '1' AS award_id, '1/2564' AS term, '3.00' AS gpa, 'file A' AS origin UNION ALL
    SELECT '2', '1/2564', '-', NULL$$), '2 = 0 + 1 + 1 + 0', 'a later report changes what it says otherwise');
SELECT row_eq('SELECT gpa, credits_earned, source FROM equity.term_result WHERE award_id = 1',
              ROW(3.00::numeric(3,2), 15.5::numeric(5,1), 'file A'::text), 'and leaves what it does not say');
SELECT is(pg_temp.load('term_result', $$SELECT '1' AS award_id, '1/2564' AS term, '15' AS credits_attempted$$),
          '1 = 0 + 0 + 0 + 1', 'also where both would not go together');
SELECT is(pg_temp.load('term_result', $$SELECT '5' AS award_id, '1/2564' AS term, 'Y' AS enrolled, '2' AS gpa UNION ALL
    SELECT '5', '1/2564', 'Y', '3'$$), '2 = 0 + 0 + 0 + 2', 'of lines that contradict each other none is loaded');
SELECT is(pg_temp.load('term_result',
    $$SELECT '5' AS award_id, '1/2564' AS term, 'Y' AS enrolled, 'อว.' AS affiliation UNION ALL
    SELECT '5', '1/2564', 'Y', 'community_college'$$), '2 = 0 + 0 + 0 + 2', 'nor another affiliation''s term');
SELECT set_eq($$SELECT * FROM pg_temp.findings('term_result')$$, ARRAY['1 term ROW_TERM', '2 affiliation ROW_TERM'],
              'that there is none is told, and whose it is');
INSERT INTO equity.award_event (award_id, event, at, note, to_institution_id)
VALUES (5, 'transferred', '2021-06-01', 'test', 3);
SELECT is(pg_temp.load('term_result',
    $$SELECT '5' AS award_id, '1/2564' AS term, 'Y' AS enrolled, 'ovec' AS affiliation UNION ALL
    SELECT '5', '1/2564', 'Y', NULL$$), '2 = 2 + 0 + 0 + 0', 'but who was transferred has results of both');
SELECT is(pg_temp.load('term_result', 'SELECT ''1'' AS award_id, ''Y'' AS enrolled'),
          '42703 the source of kind "term_result" has no column "term"', 'a key is needed');
SELECT is(pg_temp.load('term_result', 'SELECT ''1/2564'' AS term, ''Y'' AS enrolled'),
          '42703 the source of kind "term_result" has no column "citizen_id", nor another that says who the person is',
          'and something that says whose');

-- ---- outcomes ----

CREATE TABLE public.survey (line int, award_id text, "วันที่ติดตาม" text, "แหล่งข้อมูล" text, employed text,
                            self_employed text, further_study text, "รายได้" text, in_field text);
INSERT INTO public.survey VALUES
  (1, '10', '1 ก.ย. 2566', 'ศูนย์ติดตาม', 'มี', 'ไม่', 'ไม่', '12,000 บาท', 'ใช่'),
  (2, '10', '1/9/2567', 'ศูนย์ติดตาม', 'ไม่', '-', 'ใช่', '-', '-'),
  (3, '112', '2023-09-01', 'ศูนย์ติดตาม', 'มี', '-', 'ไม่', '-', '-'),
  (4, '1', '1/9/2566', 'ศูนย์ติดตาม', 'มี', '-', 'ไม่', '-', '-'),
  (5, '121', '1/9/2566', 'ศูนย์ติดตาม', 'ไม่', 'ใช่', 'ไม่', '9000', '-'),
  (6, '121', '2/9/2566', '-', 'มี', '-', 'ไม่', '-', '-'),
  (7, '121', '3/9/2566', 'ศูนย์ติดตาม', '-', '-', '-', '-', '-');
SELECT is(pg_temp.load('outcome', 'SELECT * FROM survey'), '7 = 2 + 0 + 0 + 5', 'outcomes are loaded');
SELECT set_eq($$SELECT *
    FROM pg_temp.findings('outcome')$$, ARRAY['3 followed_on ROW_DATE', '4 followed_on ROW_NOT_GRADUATED',
  '5 self_employed ROW_NOT_EMPLOYED', '5 monthly_income ROW_NOT_EMPLOYED', '6 origin ROW_MISSING',
  '7 employed ROW_MISSING', '7 further_study ROW_MISSING'], 'of graduates, in whole');
SELECT row_eq('SELECT source, employed, self_employed, further_study, monthly_income, in_field FROM equity.outcome '
              'WHERE award_id = 10 AND followed_on = ''2023-09-01''',
              ROW('ศูนย์ติดตาม'::text, true, false, false, 12000::numeric(12,2), true), 'as the cells say');
SELECT is(pg_temp.load('outcome', 'SELECT * FROM survey'), '7 = 0 + 0 + 2 + 5', 'once');
SELECT is(pg_temp.load('outcome', $$SELECT '10' AS award_id, '1/9/2566' AS followed_on, 'ไม่' AS employed$$),
          '1 = 0 + 0 + 0 + 1', 'who has no work has no income, of before either');
SELECT is(pg_temp.load('outcome', $$SELECT 'S10' AS applicant_key, '1/9/2566' AS followed_on, 'ไม่' AS employed,
    '-' AS monthly_income, '-' AS self_employed$$), '1 = 0 + 1 + 0 + 0', 'unless the file says so');
SELECT row_eq('SELECT source, employed, monthly_income FROM equity.outcome
    WHERE award_id = 10 AND followed_on = ''2023-09-01''',
              ROW('ศูนย์ติดตาม'::text, false, NULL::numeric(12,2)), 'the rest stays');

-- ---- care ----

INSERT INTO equity.mentor (mentor_id, institution_id, given_name, source, source_key) OVERRIDING SYSTEM VALUE
VALUES (1, 1, 'ครูหนึ่ง', 'hr', 'T1'), (2, 2, 'ครูสอง', 'file', 'T2'), (3, 2, 'ครูสาม', 'file', '1');
CREATE TABLE public.visits (line int, award_id text, "วันที่" text, "ประเภท" text, "ครูผู้ดูแล" text, concern text,
                            "ผล" text, "วันนัดถัดไป" text, "รายละเอียด" text);
INSERT INTO public.visits VALUES
  (1, '1', '1/9/2566', 'เยี่ยมบ้าน', 'T2', 'ATTENDANCE', 'เรียนต่อ', '1/10/2566', 'พูดคุย'),
  (2, '1', '1/9/2566', 'โทรศัพท์', '2', '-', '-', '-', '-'),
  (3, '1', '2/9/2566', 'โทรศัพท์', '1', '-', '-', '-', '-'),
  (4, '1', '3/9/2566', 'โทรศัพท์', 'T9', '-', '-', '-', '-'),
  (5, '1', '4/9/2566', 'จดหมาย', '-', 'ขาดเรียน', 'ดี', '-', '-'),
  (6, '1', '5/9/2566', 'call', '-', '-', '-', '4/9/2566', '-'),
  (7, '2', '5/9/2566', 'call', '-', '-', 'open', '-', '-');
SELECT is(pg_temp.load('care_record', 'SELECT * FROM visits'), '7 = 3 + 0 + 0 + 4', 'care is loaded');
SELECT set_eq($$SELECT *
    FROM pg_temp.findings('care_record')$$, ARRAY['3 mentor ROW_MENTOR', '4 mentor ROW_MENTOR', '5 kind ROW_WORD',
  '5 concern ROW_CODE', '5 result ROW_WORD', '6 next_on ROW_NEXT_BEFORE'], 'a teacher who is not one alone is none');
SELECT results_eq('SELECT award_id, cared_on, kind, mentor_id, concern, result, next_on, note '
                  'FROM equity.care_record ORDER BY award_id, kind DESC', $$VALUES
  (1::bigint, date '2023-09-01', 'home_visit', 2::bigint, 'ATTENDANCE', 'stays', date '2023-10-01', 'พูดคุย'),
  (1, '2023-09-01', 'call', 2, NULL, 'open', NULL, NULL), (2, '2023-09-05', 'call', NULL, NULL, 'open', NULL, NULL)$$,
  'as the cells say');
SELECT is(pg_temp.load('care_record', 'SELECT * FROM visits'), '7 = 0 + 0 + 3 + 4', 'once');
SELECT is(pg_temp.load('care_record', $$SELECT '1' AS award_id, '1/9/2566' AS cared_on, 'เยี่ยมบ้าน' AS kind,
    'กลับเข้าเรียน' AS result
        UNION ALL SELECT '1', '1/9/2566', 'call', '-'$$), '2 = 0 + 1 + 1 + 0', 'what came of it is added later');
SELECT row_eq('SELECT mentor_id, result, next_on FROM equity.care_record WHERE kind = ''home_visit''',
              ROW(2::bigint, 'returned'::text, date '2023-10-01'), 'the rest stays');
INSERT INTO equity.care_record (award_id, cared_on, kind) VALUES (2, '2023-09-05', 'call');
SELECT is(pg_temp.load('care_record', 'SELECT * FROM visits WHERE line = 7'), '1 = 0 + 0 + 0 + 1',
          'which of two of a day is meant is not guessed');

-- ---- payments ----

INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
VALUES ('innovation_general', 'tuition', 'term', 10000, '2020-01-01'), ('innovation_special', 'tuition',
    'term', 8000, '2020-01-01');
CREATE ROLE regress_second LOGIN;
SELECT equity.grant_access('regress_second', 'operator') \g /dev/null
SELECT equity.plan_payments(1), equity.open_batch(1) \g /dev/null
CREATE FUNCTION pg_temp.report(result text, reference text, reason text, awards int[], at text DEFAULT NULL)
  RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT payment_id AS "เลขที่รายการ", %L AS "ผลการโอน", amount AS "จำนวนเงิน", %L AS "เลขที่อ้างอิง", '
                '%L AS "สาเหตุ", %L AS "วันที่โอน" FROM equity.payment
                    WHERE institution_id = 2 AND award_id = ANY (%L) '
                'AND status <> ''planned'' ORDER BY award_id', result, reference, reason, at, awards)
$$;
CREATE FUNCTION pg_temp.standing() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', p.award_id, p.status, b.status, b.reference, p.return_reason)
    FROM equity.payment AS p LEFT JOIN equity.payment_batch AS b USING (batch_id) WHERE p.institution_id = 2
$$;
SELECT set_eq('SELECT pg_temp.standing()', ARRAY['1 batched open', '5 batched open', '3 batched open',
    '9 batched open'],
              'payments of two batches are due');
SELECT is(pg_temp.load('payment', pg_temp.report('โอนสำเร็จ', 'KTB 1', NULL, '{1, 5}')), '2 = 0 + 0 + 0 + 2',
          'what nobody has approved is not paid');
SELECT set_eq($$SELECT * FROM pg_temp.findings('payment')$$,
              ARRAY['1 payment_id ROW_NOT_APPROVED', '2 payment_id ROW_NOT_APPROVED'], 'and told');
SET SESSION AUTHORIZATION regress_second;
SELECT equity.approve_batch(b.batch_id) FROM equity.payment_batch AS b WHERE b.institution_id = 2 \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT is(pg_temp.load('payment', source), told, 'a batch is not paid ' || name)
  FROM (VALUES
    ('in part', pg_temp.report('paid', 'KTB 1', NULL, '{1}'), '1 = 0 + 0 + 0 + 1'),
    ('with two references', format('(%s) UNION ALL (%s)', pg_temp.report('paid', 'KTB 1', NULL, '{1}'),
                                   pg_temp.report('paid', 'KTB 2', NULL, '{5}')), '2 = 0 + 0 + 0 + 2'),
    ('without one', pg_temp.report('paid', NULL, NULL, '{1, 5}'), '2 = 0 + 0 + 0 + 2'),
    ('in the future', pg_temp.report('paid', 'KTB 1', NULL, '{1, 5}', '1/1/2650'), '2 = 0 + 0 + 0 + 2'),
    ('with another amount',
        'SELECT "เลขที่รายการ", "ผลการโอน", "เลขที่อ้างอิง",
            CASE WHEN n = 1 THEN ''1'' ELSE "จำนวนเงิน"::text END AS amount '
       'FROM (SELECT *, row_number() OVER () AS n
           FROM (' || pg_temp.report('paid', 'KTB 1', NULL, '{1, 5}') || ') AS a) AS b',
     '2 = 0 + 0 + 0 + 2')) AS v (name, source, told);
SELECT set_eq($$SELECT * FROM pg_temp.findings('payment')$$,
              ARRAY['1 amount ROW_AMOUNT_DIFFERS', '2 payment_id ROW_BATCH_PART'], 'all of it or nothing');
CREATE FUNCTION pg_temp.pay_as(role text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  told text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  told := pg_temp.load('payment', '(' || pg_temp.report('paid', 'KTB 1', NULL, '{1, 5}', '2/7/2564')
    || ') UNION ALL (' || pg_temp.report('ตีกลับ', 'KTB 2', 'บัญชีปิด', '{3}', '3/7/2564') || ') UNION ALL ('
    || pg_temp.report('paid', 'KTB 2', NULL, '{9}', '3/7/2564 15:00') || ')');
  RESET ROLE;
  RETURN told;
END $$;
SELECT is(pg_temp.pay_as('regress_second'), '4 = 0 + 4 + 0 + 0', 'an operator loads what the bank says of both');
SELECT set_eq('SELECT pg_temp.standing()', ARRAY['1 paid paid KTB 1', '5 paid paid KTB 1', '9 paid paid KTB 2',
              '3 returned paid KTB 2 บัญชีปิด'], 'they are paid, and what did not come through is returned');
SELECT set_eq($$SELECT award_id, paid_at, returned_at FROM equity.payment WHERE status IN ('paid', 'returned')$$,
  $$VALUES (1::bigint, timestamptz '2021-07-02 00:00+07', NULL::timestamptz), (5, '2021-07-02 00:00+07', NULL),
           (9, '2021-07-03 00:00+07', NULL), (3, '2021-07-03 00:00+07', '2021-07-03 00:00+07')$$, 'on their days');
SELECT is(pg_temp.pay_as('regress_second'), '4 = 0 + 0 + 4 + 0', 'a report again changes nothing');
SELECT equity.plan_payments(1) \g /dev/null
SELECT is(pg_temp.pay_as('regress_second'), '4 = 0 + 0 + 4 + 0', 'also when the payment is planned anew');
SELECT set_eq('SELECT operation, count(*) FROM equity.audit_event
    WHERE operation IN (''pay_batch'', ''return_payment'') GROUP BY 1',
              $$VALUES ('pay_batch', 2::bigint), ('return_payment', 1)$$, 'the trail has what was done');
SELECT is(pg_temp.load('payment', source), told, name)
  FROM (VALUES
    ('what was paid with one reference was not paid with another', pg_temp.report('paid', 'KTB 3', NULL, '{1}'),
        '1 = 0 + 0 + 0 + 1'),
    ('a return needs its reason', pg_temp.report('returned', NULL, '-', '{1}'), '1 = 0 + 0 + 0 + 1'),
    ('nothing comes back before it was paid', pg_temp.report('returned', NULL, 'ก', '{1}', '1/7/2564'),
        '1 = 0 + 0 + 0 + 1'),
    ('on the day itself it does', pg_temp.report('returned', NULL, 'ก', '{9}', '3/7/2564'), '1 = 0 + 1 + 0 + 0'),
    ('nor for another reason again', pg_temp.report('returned', NULL, 'ข', '{9}'), '1 = 0 + 0 + 0 + 1'),
    ('an unknown payment is told', 'SELECT 999999 AS payment_id, ''paid'' AS result, ''KTB 9'' AS reference',
        '1 = 0 + 0 + 0 + 1')
  ) AS v (name, source, told);
SELECT set_eq($$SELECT * FROM pg_temp.findings('payment')$$, ARRAY['1 payment_id ROW_PAYMENT'], 'by its number');
UPDATE equity.payment SET status = 'cancelled' WHERE status = 'planned';
SELECT equity.plan_payments(1), equity.open_batch(1) \g /dev/null
SET SESSION AUTHORIZATION regress_second;
SELECT equity.approve_batch(b.batch_id) FROM equity.payment_batch AS b
    WHERE b.status = 'open' AND b.institution_id = 2 \g /dev/null
RESET SESSION AUTHORIZATION;
UPDATE equity.payment SET amount = amount - 1 WHERE status = 'batched' AND institution_id = 2 AND award_id = 3;
SELECT is(pg_temp.load('payment', $$SELECT payment_id, 'paid' AS result, 'KTB 4' AS reference FROM equity.payment
    WHERE institution_id = 2 AND status = 'batched'$$), '2 = 0 + 0 + 0 + 2',
        'what has changed since it was approved is not paid');
SELECT set_eq($$SELECT * FROM pg_temp.findings('payment')$$,
              ARRAY['1 payment_id ROW_BATCH_CHANGED', '2 payment_id ROW_BATCH_CHANGED'], 'and told');
INSERT INTO equity.payment (payment_id, applicant_id, award_id, term_id, programme_code, institution_id, kind,
    item, period, starts,
                            ends, full_amount, amount, due_on)
VALUES (5000, 2, 2, 1, 'innovation_general', 1, 'refund', 'tuition', '2564/1', '2021-05-16', '2021-10-10', 10, 10,
    '2021-06-01');
SELECT is(pg_temp.load('payment',
    $$SELECT 5000 AS payment_id, 'paid' AS result, 'x' AS reference$$), '1 = 0 + 0 + 0 + 1',
          'a refund is received otherwise');

-- ---- who loads what ----

CREATE ROLE regress_officer;
SELECT equity.grant_access('regress_officer', 'officer', 1) \g /dev/null
CREATE FUNCTION pg_temp.load_as(role text, kind text, source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  told text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  told := pg_temp.load(kind, source, role);
  RESET ROLE;
  RETURN told;
END $$;
SELECT is(pg_temp.load_as('regress_second', kind, source), '2 = 2 + 0 + 0 + 0', 'an operator loads ' || kind)
  FROM (VALUES
    ('term_result', $$SELECT n AS award_id, '2/2564' AS term, 'Y' AS enrolled FROM unnest('{1, 2}'::int[]) AS n$$),
    ('outcome', $$SELECT n AS award_id, '1/1/2567' AS followed_on, 'a' AS origin, 'Y' AS employed, 'N' AS further_study
                    FROM unnest('{112, 121}'::int[]) AS n$$),
    ('care_record', $$SELECT n AS award_id, '1/1/2567' AS cared_on, 'call' AS kind FROM unnest('{1, 2}'::int[]) AS n$$)
  ) AS v (kind, source);
SELECT is(pg_temp.load_as('regress_officer', kind, source), '3 = 1 + 0 + 0 + 2',
    'an officer of the own institution ' || kind)
  FROM (VALUES
    ('term_result', $$SELECT n AS award_id, k AS applicant_key, '2/2565' AS term, 'Y' AS enrolled
                        FROM (VALUES ('2', NULL), ('1', NULL), (NULL, 'S3')) AS v (n, k)$$),
    ('outcome', $$SELECT n AS award_id, k AS applicant_key, '2/1/2567' AS followed_on, 'a' AS origin,
        'Y' AS employed, 'N' AS further_study
                    FROM (VALUES ('112', NULL), ('121', NULL), (NULL, 'S1')) AS v (n, k)$$),
    ('care_record', $$SELECT n AS award_id, k AS applicant_key, m AS mentor, '2/1/2567' AS cared_on, 'call' AS kind
                        FROM (VALUES ('2', NULL, NULL), ('1', NULL, NULL), ('4', NULL, 'T2')) AS v (n, k, m)$$)
  ) AS v (kind, source);
SELECT set_eq($$SELECT DISTINCT kind, reason_code FROM equity.import_reject WHERE batch = 'regress_officer'$$,
  $$VALUES ('term_result', 'ROW_AWARD_UNKNOWN'), ('term_result', 'ROW_PERSON_UNKNOWN'), ('outcome',
      'ROW_AWARD_UNKNOWN'),
           ('outcome', 'ROW_PERSON_UNKNOWN'), ('care_record', 'ROW_AWARD_UNKNOWN'), ('care_record', 'ROW_MENTOR')$$,
  'awards and teachers of others are as good as unknown');
SELECT is(pg_temp.load_as('regress_officer', 'payment', 'SELECT 1 AS payment_id, ''paid'' AS result'),
          '42501 permission denied for rows of kind "payment"', 'payments are not the officers''');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the trail holds');
SELECT set_has('SELECT reason_code FROM seen', $$SELECT unnest('{
  ROW_AMOUNT_DIFFERS, ROW_AWARD_OVER, ROW_AWARD_SEVERAL, ROW_AWARD_UNKNOWN, ROW_BATCH_CHANGED, ROW_BATCH_PART,
  ROW_BEFORE_PAID, ROW_CARE_SEVERAL, ROW_CODE, ROW_CREDITS, ROW_EARNED_ABOVE, ROW_FUTURE, ROW_MENTOR, ROW_NEXT_BEFORE,
  ROW_NOT_APPROVED, ROW_NOT_EMPLOYED, ROW_NOT_GRADUATED, ROW_PAID_OTHERWISE, ROW_PAYMENT, ROW_PERCENT, ROW_PROGRAMME,
  ROW_REFUND, ROW_TERM}'::text[])$$, 'every reason that these kinds have was seen');

SELECT * FROM finish();
ROLLBACK;
