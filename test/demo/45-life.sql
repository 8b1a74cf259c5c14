-- The demonstration, part 6: the earlier cohorts live on, term by term, by the operations that an office runs: they
-- enrol, are paid and renewed, some leave, most graduate, and a survey finds them.
--
-- EXAMPLE FIGURES of this demonstration, announced by nobody: the days of the terms, the rates, the cards of
-- renewal, watch and recognition, and how people fare. In words:
--
--   grades         1.80 to 4.00, by an ability that stays and a draw for each term
--   credits        20 a term, of which the weaker earn fewer; attendance 65 to 100 percent
--   leaving        in the first or second year, 8 to 130 days after a term opens; 1 in 30 of them dies
--   transfers      1 in 60 goes to another institution of the programme, in the second term
--   follow-up      a year after graduation, of 5 in 6 graduates: 65 in 100 work, 20 study further, 8 do both
--   teachers       three at each institution; two visits in three to whom a term has warned

\pset format unaligned
\pset tuples_only on
SELECT clock_timestamp() AS started \gset

INSERT INTO equity.academic_term (affiliation, academic_year, term, opens, closes)
SELECT a.affiliation, y, t.term, make_date(y - 543, t.month, t.day),
       make_date(y - 543 + t.years, t.last_month, t.last_day)
  FROM unnest(ARRAY['ovec', 'community_college']) AS a (affiliation)
 CROSS JOIN generate_series(2562, 2566) AS y
 CROSS JOIN (VALUES (1, 5, 16, 0, 10, 10), (2, 11, 1, 1, 3, 31)) AS t (term, month, day, years, last_month, last_day)
 WHERE y < 2566
    OR t.term = 1;

INSERT INTO equity.rate_item (programme_code, item, level, period, amount, valid_from, source)
SELECT g.programme_code, r.item, r.level, r.period, r.amount, '2019-05-01', 'example figure of the demonstration'
  FROM equity.programme AS g
 CROSS JOIN (VALUES ('living', 'vocational_to_high', 'month', 6500), ('living', 'high_vocational', 'month', 7500),
                    ('living', 'bachelor', 'month', 7500), ('tuition', NULL, 'term', 6000),
                    ('equipment', NULL, 'once', 3000)) AS r (item, level, period, amount);

INSERT INTO equity.scorecard_version (card_code, version, name_th, name_en, card) VALUES
  ('RENEWAL-DEMO', 1, 'เกณฑ์ตัวอย่าง การต่อทุน', 'Example card, renewal',
   '{"code": "RENEWAL-DEMO", "scale": 0, "criteria": [
     {"code": "G_GPA", "kind": "gate", "field": "gpa_cumulative", "op": ">=", "value": 2.00, "reason": "GPA_BELOW"},
     {"code": "G_PACE", "kind": "gate", "field": "pace_percent", "op": ">=", "value": 67, "reason": "PACE_BELOW"},
     {"code": "GPA", "kind": "band", "field": "gpa_cumulative", "bands": [[null, 2.00, -2], [2.00, null, 0]]},
     {"code": "PACE", "kind": "band", "field": "pace_percent", "bands": [[null, 67, -2], [67, null, 0]]},
     {"code": "PROGRESS", "kind": "section", "members": ["GPA", "PACE"], "min": -2},
     {"code": "FIRST", "kind": "band", "field": "warnings_in_a_row", "bands": [[null, 1, 1], [1, null, 0]]}],
     "classes": [[null, -1, "probation"], [-1, 0, "warn"], [0, null, "continue"]]}'),
  ('WATCH-DEMO', 1, 'เกณฑ์ตัวอย่าง การเฝ้าระวัง', 'Example card, dropout watch',
   '{"code": "WATCH-DEMO", "scale": 0, "criteria": [
     {"code": "G_ATTENDANCE", "kind": "gate", "field": "attendance", "op": ">=", "value": 80, "missing": "reject",
      "reason": "ATTENDANCE_BELOW"},
     {"code": "ATTENDANCE", "kind": "band", "field": "attendance", "missing": "best",
      "bands": [[null, 70, 40], [70, 80, 20], [80, null, 0]]},
     {"code": "PACE", "kind": "band", "field": "pace", "missing": "best",
      "bands": [[null, 0.75, 20], [0.75, 0.9, 10], [0.9, null, 0]]},
     {"code": "WARNINGS", "kind": "coef", "field": "warnings", "coef": 10, "min": 0, "max": 3}],
     "classes": [[null, 20, "low"], [20, 40, "some"], [40, null, "high"]]}'),
  ('RECOGNITION-DEMO', 1, 'เกณฑ์ตัวอย่าง การยกย่องสถานศึกษา', 'Example card, recognition',
   '{"code": "RECOGNITION-DEMO", "scale": 2, "criteria": [
     {"code": "CURRICULUM", "kind": "coef", "field": "curriculum_score", "coef": 0.15, "min": 0, "max": 100},
     {"code": "WELLBEING", "kind": "coef", "field": "wellbeing_score", "coef": 0.15, "min": 0, "max": 100},
     {"code": "EMPLOYMENT", "kind": "coef", "field": "employment_score", "coef": 0.10, "min": 0, "max": 100},
     {"code": "RETENTION", "kind": "linear", "field": "retention_low", "points": [[0.5, 0], [1, 30]]},
     {"code": "PLACEMENT", "kind": "linear", "field": "placement_low", "points": [[0.3, 0], [1, 30]],
      "missing": "worst"}],
     "classes": [[null, 66, "takes_part"], [66, 75, "good"], [75, null, "model"]]}');
INSERT INTO equity.reason (reason_code, text_th, text_en)
VALUES ('ATTENDANCE_BELOW', 'เข้าเรียนน้อยกว่าเกณฑ์', 'Attends less than the limit asks');
SELECT equity.seal_scorecard('RENEWAL-DEMO', 1, 'equity.term_facts'),
       equity.seal_scorecard('WATCH-DEMO', 1, 'equity.watch_facts'),
       equity.seal_scorecard('RECOGNITION-DEMO', 1, 'equity.institution_facts') \g /dev/null
UPDATE equity.criterion AS c
   SET label_th = l.label_th, label_en = l.label_en
  FROM (VALUES ('WATCH-DEMO', 'low', 'ต่ำ', 'Low'), ('WATCH-DEMO', 'some', 'ปานกลาง', 'Some'),
               ('WATCH-DEMO', 'high', 'สูง', 'High'),
               ('RECOGNITION-DEMO', 'takes_part', 'ร่วมโครงการ', 'Takes part'),
               ('RECOGNITION-DEMO', 'good', 'ดี', 'Good'),
               ('RECOGNITION-DEMO', 'model', 'ต้นแบบ', 'Model'),
               ('RECOGNITION-DEMO', 'CURRICULUM', 'หลักสูตรและการสอน', 'Curriculum and teaching'),
               ('RECOGNITION-DEMO', 'WELLBEING', 'การดูแลความเป็นอยู่', 'Care for wellbeing'),
               ('RECOGNITION-DEMO', 'EMPLOYMENT', 'โอกาสการมีงานทำ', 'Chances of employment'),
               ('RECOGNITION-DEMO', 'RETENTION', 'อัตราการคงอยู่ ขอบล่าง', 'Retention, lower bound'),
               ('RECOGNITION-DEMO', 'PLACEMENT', 'การมีงานทำหรือศึกษาต่อ ขอบล่าง', 'Placement, lower bound'))
         AS l (card_code, criterion, label_th, label_en)
 WHERE c.card_code = l.card_code
   AND c.criterion = l.criterion;
INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version) VALUES
  ('renewal', 2562, 'RENEWAL-DEMO', 1), ('watch', 2562, 'WATCH-DEMO', 1),
  ('recognition', 2562, 'RECOGNITION-DEMO', 1);

-- ---- what becomes of whom ----

CREATE TABLE demo.fate AS
SELECT r.applicant_id AS award_id, r.programme_code, r.academic_year AS entry_year, r.status,
       1 + demo.draw('ability', r.applicant_id, 140) AS ability,
       CASE WHEN r.leaves
         THEN least(2565, r.academic_year + demo.draw('leaving year', r.applicant_id, 2)) END AS leaves_year,
       CASE WHEN r.leaves THEN 1 + demo.draw('leaving term', r.applicant_id, 2) END AS leaves_term,
       8 + demo.draw('leaving day', r.applicant_id, 122)::integer AS leaves_day,
       demo.draw('leaving by death', r.applicant_id, 30) = 0 AS dies,
       NOT r.leaves AND r.programme_code <> 'full_potential'
         AND demo.draw('transfer', r.applicant_id, 60) = 0 AS transfers,
       CASE WHEN NOT r.leaves AND r.status = 'graduated' THEN r.academic_year + 1 END AS graduates_year
  FROM demo.recipient AS r;
ALTER TABLE demo.fate ADD PRIMARY KEY (award_id);
ANALYZE demo.fate;

CREATE FUNCTION demo.time_of(day date) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE
RETURN (day + time '09:00') AT TIME ZONE 'Asia/Bangkok';

-- Another person than who opens a batch approves it.
CREATE ROLE demo_treasurer;
SELECT equity.grant_access('demo_treasurer', 'operator') \g /dev/null

CREATE FUNCTION demo.pay(this_term equity.academic_term, at timestamptz) RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  batch bigint;
BEGIN
  FOR batch IN SELECT b.* FROM equity.open_batch(this_term.term_id) AS b LOOP
    SET SESSION AUTHORIZATION demo_treasurer;
    PERFORM equity.approve_batch(batch);
    RESET SESSION AUTHORIZATION;
    PERFORM equity.pay_batch(batch, format('DEMO %s', batch), at);
  END LOOP;
END;
$$;

CREATE FUNCTION demo.enrol(this_term equity.academic_term) RETURNS void
  LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, at)
  SELECT w.award_id, 'enrolled', 'accepted', 'studying', demo.time_of((this_term).opens)
    FROM demo.fate AS f
    JOIN equity.award AS w USING (award_id)
    JOIN equity.institution AS i USING (institution_id)
   WHERE f.entry_year = (this_term).academic_year
     AND i.affiliation = (this_term).affiliation
   ORDER BY w.award_id;
END;

CREATE FUNCTION demo.report(this_term equity.academic_term, is_over boolean) RETURNS void
  LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa, credits_attempted, credits_earned, attendance,
                                  conduct, source)
  SELECT d.award_id, (this_term).term_id, true,
         CASE WHEN is_over THEN least(400, 180 + d.ability + d.luck - 20) / 100.0 END,
         CASE WHEN is_over THEN 20 END,
         CASE WHEN is_over THEN 20 - greatest(0, (60 - d.ability - d.luck) / 6) END,
         100 - greatest(0, 36 - (d.ability + d.luck) / 3), 100 - d.luck / 4, 'demonstration'
    FROM (SELECT f.award_id, f.ability,
                 demo.draw('term', 16 * f.award_id + (this_term).academic_year % 8 * 2 + (this_term).term, 61) AS luck
            FROM demo.fate AS f
            JOIN equity.award AS w USING (award_id)
            JOIN equity.institution AS i USING (institution_id)
           WHERE w.status = 'studying'
             AND i.affiliation = (this_term).affiliation) AS d;
END;

CREATE FUNCTION demo.leave(this_term equity.academic_term) RETURNS void
  LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, at, note)
  SELECT w.award_id, CASE WHEN f.dies THEN 'deceased' ELSE 'left' END, 'studying', 'discontinued',
         demo.time_of((this_term).opens + f.leaves_day), 'generated'
    FROM demo.fate AS f
    JOIN equity.award AS w USING (award_id)
    JOIN equity.institution AS i USING (institution_id)
   WHERE (f.leaves_year, f.leaves_term) = ((this_term).academic_year, (this_term).term)
     AND i.affiliation = (this_term).affiliation
   ORDER BY w.award_id;
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, at, note, to_institution_id,
                                  to_field_code)
  SELECT w.award_id, 'transferred', 'studying', 'studying', demo.time_of((this_term).opens + f.leaves_day),
         'generated',
         o.institution_id, t.field_codes[1]
    FROM demo.fate AS f
    JOIN equity.award AS w USING (award_id)
    JOIN equity.institution AS i USING (institution_id)
    JOIN demo.project AS p USING (institution_id)
    JOIN demo.project AS o
      ON o.programme_code = p.programme_code
     AND o.popularity = 1 + p.popularity % (SELECT max(m.popularity)
                                               FROM demo.project AS m
                                              WHERE m.programme_code = p.programme_code)
    JOIN equity.institution AS n
      ON n.institution_id = o.institution_id
     AND n.affiliation = i.affiliation
    JOIN demo.college_type AS t
      ON t.programme_code = o.programme_code
     AND t.turn = 1 + (o.popularity - 1) % t.turns
   WHERE f.transfers
     AND (f.entry_year, 2) = ((this_term).academic_year, (this_term).term)
     AND i.affiliation = (this_term).affiliation
   ORDER BY w.award_id;
END;

CREATE FUNCTION demo.graduate(this_term equity.academic_term) RETURNS void
  LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, at)
  SELECT w.award_id, 'graduated', 'studying', 'graduated', demo.time_of((this_term).closes + 15)
    FROM demo.fate AS f
    JOIN equity.award AS w USING (award_id)
    JOIN equity.institution AS i USING (institution_id)
   WHERE (f.graduates_year, 2) = ((this_term).academic_year, (this_term).term)
     AND i.affiliation = (this_term).affiliation
   ORDER BY w.award_id;
END;

-- A term: who comes, what is paid, who goes, what is settled, what was achieved, who keeps the award.
CREATE FUNCTION demo.live_through(this_term equity.academic_term) RETURNS void
  LANGUAGE plpgsql
AS $$
BEGIN
  IF this_term.term = 1 THEN
    PERFORM demo.enrol(this_term);
  END IF;
  PERFORM demo.report(this_term, true);
  PERFORM equity.plan_payments(this_term.term_id);
  PERFORM demo.pay(this_term, demo.time_of(this_term.opens + 20));
  PERFORM demo.leave(this_term);
  PERFORM equity.plan_payments(this_term.term_id);
  PERFORM demo.pay(this_term, demo.time_of(this_term.closes));
  PERFORM equity.receive_refund(p.award_id, 'DEMO', demo.time_of(this_term.closes))
     FROM (SELECT DISTINCT r.award_id
             FROM equity.payment AS r
            WHERE r.term_id = this_term.term_id
              AND r.kind = 'refund'
            ORDER BY r.award_id) AS p;
  PERFORM equity.renew_term(this_term.term_id);
  PERFORM demo.graduate(this_term);
END;
$$;

CREATE PROCEDURE demo.live()
  LANGUAGE plpgsql
AS $$
DECLARE
  past equity.academic_term;
BEGIN
  FOR past IN
    SELECT t.* FROM equity.academic_term AS t WHERE t.academic_year < 2566 ORDER BY t.opens, t.affiliation
  LOOP
    PERFORM demo.live_through(past);
    COMMIT;
    ANALYZE equity.award, equity.award_event, equity.term_result, equity.renewal, equity.payment;
  END LOOP;
END;
$$;

-- ---- the terms before this one, each a transaction of its own ----

SET client_min_messages = warning;
CALL demo.live();
-- of the term that is on, enrolment is reported and the first instalment is on its way
SELECT demo.report(t, false), equity.plan_payments(t.term_id)
  FROM equity.academic_term AS t
 WHERE t.academic_year = 2566
 ORDER BY t.affiliation \g /dev/null
SELECT count(*)
  FROM equity.academic_term AS t
 CROSS JOIN LATERAL equity.open_batch(t.term_id)
 WHERE t.academic_year = 2566 \g /dev/null
RESET client_min_messages;

SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(12, :'took', 'ภาคเรียน การจ่ายเงิน และการต่อทุน', 'terms, money, renewal, graduation',
                 format('ผลการเรียน / results %s   การต่อทุน / renewals %s', demo.number(r.results),
                        demo.number(n.renewals)),
                 format('จ่าย / payments %s = %s ล้านบาท million baht', demo.number(p.payments),
                        round(p.amount / 1000000, 1)),
                 format('สำเร็จการศึกษา / graduated %s   กำลังศึกษา / studying %s   ออก / left %s',
                        demo.number(w.graduated), demo.number(w.studying), demo.number(w.gone)))
  FROM (SELECT count(*) AS results FROM equity.term_result) AS r
 CROSS JOIN (SELECT count(*) AS renewals FROM equity.renewal) AS n
 CROSS JOIN (SELECT count(*) AS payments, sum(amount) AS amount
               FROM equity.payment
              WHERE kind = 'grant'
                AND status = 'paid') AS p
 CROSS JOIN (SELECT count(*) FILTER (WHERE status = 'graduated') AS graduated,
                    count(*) FILTER (WHERE status = 'studying') AS studying,
                    count(*) FILTER (WHERE status = 'discontinued') AS gone
               FROM equity.award) AS w;

-- ---- work, care, quality, special needs, reports ----

SELECT clock_timestamp() AS started \gset
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study, monthly_income, in_field)
SELECT o.award_id, make_date(o.graduates_year - 543 + 2, 6, 30), 'follow-up (generated)', o.works, o.studies,
       CASE WHEN o.works AND demo.draw('no income told', o.award_id, 10) > 0
         THEN 9000 + 100 * demo.draw('wage', o.award_id, 91) END,
       CASE WHEN o.works THEN demo.draw('in field', o.award_id, 100) < 70 END
  FROM (SELECT f.award_id, f.graduates_year, d.draw < 73 AS works, d.draw BETWEEN 65 AND 92 AS studies
          FROM demo.fate AS f
         CROSS JOIN LATERAL (SELECT demo.draw('outcome', f.award_id, 100) AS draw) AS d
         WHERE f.graduates_year IS NOT NULL
           AND demo.draw('followed', f.award_id, 6) > 0) AS o
 ORDER BY o.award_id;

INSERT INTO equity.mentor (institution_id, title, given_name, family_name, position_th, source, source_key)
SELECT i.institution_id, CASE k WHEN 1 THEN 'นาย' ELSE 'นาง' END, demo.given_name(200000 + 3 * i.institution_id + k),
       demo.family_name(200000 + 3 * i.institution_id + k), 'ครูชำนาญการ (ข้อมูลจำลอง)', 'demonstration',
       concat_ws('/', i.institution_id, k)
  FROM equity.institution AS i
 CROSS JOIN generate_series(1, 3) AS k
 ORDER BY i.institution_id, k;
INSERT INTO equity.mentor_assignment (award_id, mentor_id, valid_from, valid_to)
SELECT w.award_id, m.mentor_id, make_date(f.entry_year - 543, 5, 16),
       CASE WHEN w.status <> 'studying' THEN (w.status_since AT TIME ZONE 'Asia/Bangkok')::date END
  FROM demo.fate AS f
  JOIN equity.award AS w USING (award_id)
  JOIN equity.mentor AS m
    ON m.source_key = concat_ws('/', w.institution_id, 1 + demo.draw('mentor', w.award_id, 3));
INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind, concern, result, next_on, recorded_by)
SELECT n.award_id, a.mentor_id, t.closes + 20,
       (ARRAY['home_visit', 'meeting', 'call'])[1 + demo.draw('care', 16 * n.award_id + t.term_id, 3)], n.reasons[1],
       CASE WHEN w.status = 'discontinued' THEN 'left' ELSE 'stays' END, t.closes + 60, 'demonstration'
  FROM equity.renewal AS n
  JOIN equity.academic_term AS t USING (term_id)
  JOIN equity.award AS w USING (award_id)
  JOIN equity.mentor_assignment AS a
    ON a.award_id = n.award_id
   AND t.closes + 20 BETWEEN a.valid_from AND coalesce(a.valid_to, 'infinity')
 WHERE n.outcome <> 'continue'
   AND demo.draw('cared for', 16 * n.award_id + t.term_id, 3) > 0
 ORDER BY t.closes, n.award_id;

INSERT INTO equity.quality_assessment (institution_id, academic_year, indicator_code, value, source, assessed_on)
SELECT i.institution_id, y, q.indicator_code,
       round(q.worst + (q.best - q.worst)
             * (30 + demo.draw('quality ' || q.indicator_code, 8 * i.institution_id + y % 8, 71)) / 100, 1),
       'self-assessment (generated)', make_date(y - 542, 4, 30)
  FROM equity.institution AS i
 CROSS JOIN generate_series(2564, 2565) AS y
 CROSS JOIN equity.quality_indicator AS q;
SELECT equity.recognize_institutions(y) FROM generate_series(2564, 2565) AS y ORDER BY y \g /dev/null

INSERT INTO equity.applicant_disability (applicant_id, disability_code, verified, verified_at, verified_by)
SELECT r.applicant_id, c.code, true, timestamptz '2019-05-10 09:00+07', 'provincial office (generated)'
  FROM demo.recipient AS r
  JOIN (VALUES (0, 'education_seeing', 'card_seeing'), (1, 'education_hearing', 'card_hearing'),
               (2, 'education_body', 'card_movement'), (3, 'education_learning', 'card_learning'),
               (4, 'education_autism', 'card_autism')) AS d (draw, education, card)
    ON d.draw = demo.draw('disability type', r.applicant_id, 5)
 CROSS JOIN LATERAL unnest(ARRAY[d.education, d.card]) AS c (code)
 WHERE r.programme_code = 'innovation_special'
    OR NOT r.leaves AND r.status = 'studying' AND demo.draw('has a disability', r.applicant_id, 6) = 0;
INSERT INTO equity.support_centre (centre_code, name_th, name_en)
VALUES ('DEMO', 'ศูนย์บริหารงานการศึกษาพิเศษอาชีวศึกษา (ข้อมูลจำลอง)',
        'Special-education administration centre (generated)');
INSERT INTO equity.centre_institution (centre_id, institution_id, valid_from)
SELECT c.centre_id, p.institution_id, '2019-05-01'
  FROM equity.support_centre AS c
 CROSS JOIN demo.project AS p
 WHERE p.programme_code = 'innovation_special';
INSERT INTO equity.adjustment (applicant_id, kind, asked_on, institution_id, centre_id, given_on)
SELECT w.applicant_id, a.kind, make_date(w.academic_year - 543, 6, 1), w.institution_id, c.centre_id,
       CASE WHEN demo.draw('adjustment given', w.applicant_id, 8) > 0
         THEN make_date(w.academic_year - 543, 6, 5) + demo.draw('adjustment days', w.applicant_id, 40)::integer END
  FROM equity.award AS w
  JOIN equity.applicant_disability AS d USING (applicant_id)
  JOIN (VALUES ('education_seeing', 'large_print'), ('education_hearing', 'sign_interpreter'),
               ('education_body', 'ramp'), ('education_learning', 'more_time')) AS a (disability_code, kind)
    USING (disability_code)
  JOIN equity.centre_institution AS c USING (institution_id)
 ORDER BY w.applicant_id;

UPDATE equity.programme_body SET report_days = 60 WHERE role = 'reports';
INSERT INTO equity.body_report (programme_code, body_code, term_id, kind, delivered_on, audited, reference)
SELECT d.programme_code, d.body_code, d.term_id, d.kind, t.closes + 45, d.kind = 'finance' AND d.needs_auditor,
       'generated'
  FROM equity.report_due AS d
  JOIN equity.academic_term AS t USING (term_id)
 WHERE (t.academic_year, t.term) < (2565, 2)
    OR t.academic_year = 2565 AND d.kind = 'scholars';
ANALYZE;

SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(13, :'took', 'งาน การดูแล คุณภาพสถานศึกษา', 'work, care, quality of institutions',
                 format('ติดตามผล / followed %s   การดูแล / records of care %s', demo.number(o.outcomes),
                        demo.number(c.records)),
                 format('ครู / teachers %s   ยกย่อง / institutions recognized %s', demo.number(m.mentors),
                        demo.number(r.recognized)))
  FROM (SELECT count(*) AS outcomes FROM equity.outcome) AS o
 CROSS JOIN (SELECT count(*) AS records FROM equity.care_record) AS c
 CROSS JOIN (SELECT count(*) AS mentors FROM equity.mentor) AS m
 CROSS JOIN (SELECT count(*) AS recognized FROM equity.institution_recognition WHERE academic_year = 2565) AS r;

-- ---- what must be true ----

SELECT demo.expect('there are as many graduates and students as were published',
                   (SELECT bool_and(g.published_recipients
                                      = CASE g.published_recipients_status WHEN 'graduated' THEN w.graduated
                                                                           ELSE w.studying END)
                      FROM (SELECT a.programme_code, count(*) FILTER (WHERE a.status = 'graduated') AS graduated,
                                   count(*) FILTER (WHERE a.status = 'studying') AS studying
                              FROM equity.award AS a
                             GROUP BY a.programme_code) AS w
                     RIGHT JOIN equity.programme AS g USING (programme_code))) \g /dev/null
SELECT demo.expect('entrants balance in each cohort',
                   (SELECT bool_and(balanced) FROM equity.cohort_outcome)) \g /dev/null
SELECT demo.expect('the money balances in each term, institution and programme',
                   (SELECT bool_and(balance = 0) FROM equity.payment_reconciliation)) \g /dev/null
SELECT demo.expect('nobody is paid without enrolment',
                   NOT EXISTS (SELECT FROM equity.payment AS p
                                LEFT JOIN equity.term_result AS r USING (award_id, term_id)
                                WHERE r.enrolled IS NOT TRUE)) \g /dev/null
SELECT demo.expect('nobody keeps more of an item and period than it is worth',
                   NOT EXISTS (SELECT FROM equity.payment AS p
                                WHERE p.status = 'paid'
                                GROUP BY p.award_id, p.item, p.period
                               HAVING sum(CASE p.kind WHEN 'grant' THEN p.amount ELSE -p.amount END)
                                      > max(p.full_amount))) \g /dev/null
SELECT demo.expect('no batch was approved by who opened it',
                   NOT EXISTS (SELECT FROM equity.payment_batch WHERE approved_by = opened_by)) \g /dev/null
SELECT demo.expect('the status of each award is that of its last event',
                   NOT EXISTS (SELECT FROM equity.award AS w
                                JOIN (SELECT DISTINCT ON (e.award_id) e.award_id, e.to_status
                                        FROM equity.award_event AS e
                                       ORDER BY e.award_id, e.event_number DESC) AS l USING (award_id)
                                WHERE w.status <> l.to_status)) \g /dev/null
