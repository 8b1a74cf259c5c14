-- The dropout watch: facts as they stand today, a sealed card over them, and whom to visit first. Scholars of whom
-- nothing is heard stand out. An oracle gathers the facts of each scholar with plain loops.
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(39);
SELECT setseed(0.125);

INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership, affiliation)
SELECT n, to_char(1300000000 + n, 'FM0000000000'), 'วิทยาลัย ' || n, '10', 'general', 'state',
       CASE n WHEN 3 THEN 'community_college' ELSE 'ovec' END
  FROM generate_series(1, 3) AS n;
-- of ovec four terms, the last of which is on; of community colleges two, which are over; the next is to come
INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes)
SELECT n, 'ovec', 2565 + n / 2, 1 + n % 2, current_date - 600 + n * 150, current_date - 480 + n * 150
  FROM generate_series(1, 5) AS n
UNION ALL
SELECT 10 + n, 'community_college', 2566, n, current_date - 400 + n * 150, current_date - 280 + n * 120
  FROM generate_series(1, 2) AS n;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) VALUES (1, 'r', 2565, 'รอบ');
INSERT INTO equity.applicant (applicant_id, birth_date, province_code)
SELECT n, '2005-05-16', (ARRAY['10', '50', NULL])[1 + n % 3] FROM generate_series(1, 120) AS n;
INSERT INTO equity.application (applicant_id, round_id) SELECT n, 1 FROM generate_series(1, 120, 2) AS n;
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
SELECT n, 1, 1 + n % 4, n * 100 FROM generate_series(1, 120, 2) AS n;
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, academic_year, status, round_id)
SELECT n, n, CASE WHEN n % 5 = 0 THEN 'innovation_special' ELSE 'innovation_general' END, 1 + n % 3, 2565 + n % 2,
       (ARRAY['studying', 'suspended', 'studying', 'studying', 'graduated'])[1 + n * 7 % 5],
       CASE n % 2 WHEN 1 THEN 1 END
  FROM generate_series(1, 120) AS n;
INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa, credits_attempted, credits_earned, attendance,
                                conduct)
SELECT w.award_id, t.term_id, random() < 0.9, CASE WHEN random() < 0.9 THEN round((random() * 4)::numeric, 2) END, 20,
       floor(random() * 21)::integer, CASE WHEN random() < 0.9 THEN round((random() * 100)::numeric, 2) END,
       round((random() * 100)::numeric, 2)
  FROM equity.award AS w
  JOIN equity.institution AS i USING (institution_id)
  JOIN equity.academic_term AS t ON t.affiliation = i.affiliation AND t.academic_year >= w.academic_year
                                AND t.opens < current_date
 WHERE random() < 0.6;
INSERT INTO equity.renewal (award_id, term_id, outcome, score, card_code, card_version, card_digest, decided_at)
SELECT r.award_id, r.term_id, (ARRAY['continue', 'warn', 'probation', 'warn'])[1 + floor(random() * 4)::integer], 1,
       'C',
       1, repeat('0', 64), now()
  FROM equity.term_result AS r WHERE random() < 0.7;
INSERT INTO equity.payment (applicant_id, award_id, term_id, programme_code, institution_id, kind, item, period,
                            starts, ends,
                            full_amount, amount, due_on, status, paid_at)
SELECT w.applicant_id, w.award_id, t.term_id, w.programme_code, w.institution_id, 'grant', 'living', p::text,
       t.opens, t.closes, 1000, 1000, current_date - 40 + p * 20, CASE WHEN s THEN 'paid' ELSE 'planned' END,
       CASE WHEN s THEN now() END
  FROM equity.award AS w
 CROSS JOIN generate_series(1, 3) AS p
 CROSS JOIN LATERAL (SELECT * FROM equity.academic_term AS t WHERE t.term_id = 4) AS t
 CROSS JOIN LATERAL (SELECT random() < 0.5 + 0 * p AS s) AS d
 WHERE w.award_id % 3 = 0;
INSERT INTO equity.mentor (mentor_id, institution_id, given_name) SELECT n, n, 'ครู' FROM generate_series(1, 3) AS n;
INSERT INTO equity.mentor_assignment (award_id, mentor_id, valid_from, valid_to)
SELECT award_id, institution_id, current_date - 100, CASE WHEN award_id % 7 = 0 THEN current_date - 50 END
  FROM equity.award WHERE award_id % 4 <> 0;
INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind, result, next_on)
SELECT award_id, institution_id, current_date - d, 'home_visit', CASE WHEN random() < 0.5 THEN 'stays' ELSE 'open' END,
       CASE WHEN random() < 0.5 THEN current_date - d + 20 END
  FROM equity.award CROSS JOIN unnest(ARRAY[5, 30, 90]) AS d WHERE random() < 0.4;
INSERT INTO equity.adjustment (applicant_id, kind, asked_on, given_on)
SELECT n, 'ramp', current_date - 10, CASE WHEN n % 2 = 0 THEN current_date END FROM generate_series(1, 120, 3) AS n;

CREATE FUNCTION pg_temp.plain(award bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  w record; t record; r record; c record; p record; n record;
  results integer := 0; unreported integer := 0; attempted numeric := 0; earned numeric := 0;
  newest equity.term_result; before equity.term_result; this_term equity.academic_term;
  warnings integer := 0; last_renewal text; delay integer := 0;
  care record;
BEGIN
  SELECT a.*, i.affiliation, i.province_code AS at, y.province_code AS home INTO w
    FROM equity.award AS a JOIN equity.institution AS i USING (institution_id)
    JOIN equity.applicant AS y USING (applicant_id)
   WHERE a.award_id = award;
  FOR t IN SELECT * FROM equity.academic_term AS x WHERE x.affiliation = w.affiliation ORDER BY x.opens LOOP
    IF t.opens <= current_date THEN this_term := t; END IF;
    SELECT x.* INTO r FROM equity.term_result AS x WHERE x.award_id = award AND x.term_id = t.term_id;
    IF FOUND THEN
      results := results + 1;
      unreported := 0;
      attempted := attempted + r.credits_attempted;
      earned := earned + r.credits_earned;
      before := newest;
      newest := r;
    ELSIF t.closes < current_date AND t.academic_year >= w.academic_year THEN
      unreported := unreported + 1;
    END IF;
    SELECT x.* INTO n FROM equity.renewal AS x WHERE x.award_id = award AND x.term_id = t.term_id;
    IF FOUND THEN
      last_renewal := n.outcome;
      IF n.outcome = 'continue' THEN warnings := 0; ELSE warnings := warnings + 1; END IF;
    END IF;
  END LOOP;
  FOR p IN SELECT * FROM equity.payment AS x WHERE x.award_id = award AND x.status = 'planned' LOOP
    delay := greatest(delay, current_date - p.due_on);
  END LOOP;
  SELECT x.* INTO care FROM equity.care_record AS x WHERE x.award_id = award ORDER BY x.cared_on DESC LIMIT 1;
  RETURN jsonb_build_object('term_id', this_term.term_id, 'academic_year', this_term.academic_year, 'results', results,
    'terms_unreported', unreported, 'last_renewal', last_renewal, 'warnings', warnings, 'payment_delay', delay,
    'lives_elsewhere', w.home <> w.at, 'entry_year', w.academic_year,
    'has_mentor', EXISTS (SELECT FROM equity.mentor_assignment AS x WHERE x.award_id = award AND x.valid_to IS NULL),
    'days_since_care', current_date - care.cared_on, 'last_care_result', care.result,
    'care_overdue', care.next_on < current_date,
    'income_per_head', CASE WHEN award % 2 = 1 THEN (award * 100)::numeric / (1 + award % 4) END,
    'adjustments_waiting', CASE WHEN award % 3 = 1 AND award % 2 = 1 THEN 1 ELSE 0 END)
    || CASE WHEN results = 0 THEN '{"gpa": null, "pace": null, "gpa_change": null, "enrolled": null}'
       ELSE jsonb_build_object('enrolled', newest.enrolled, 'gpa', newest.gpa, 'attendance', newest.attendance,
              'conduct', newest.conduct, 'pace', round(earned / attempted, 4)) END
    || CASE WHEN results < 2 THEN '{"attendance_change": null}'
       ELSE jsonb_build_object('gpa_change', newest.gpa - before.gpa,
              'attendance_change', newest.attendance - before.attendance)
       END;
END $$;
SELECT set_eq('SELECT award_id FROM equity.watch_facts',
              $$SELECT award_id FROM equity.award WHERE status IN ('studying', 'suspended')$$,
              'who studies is watched');
SELECT is_empty($$
  SELECT f.award_id, k.key, k.value AS plain, to_jsonb(f) -> k.key AS told
    FROM equity.watch_facts AS f
   CROSS JOIN LATERAL jsonb_each(pg_temp.plain(f.award_id)) AS k
   WHERE to_jsonb(f) -> k.key IS DISTINCT FROM k.value$$, 'every fact is that of a plain search');
SELECT cmp_ok((SELECT count(*) FROM equity.watch_facts WHERE warnings > 1 OR payment_delay > 10), '>', 5::bigint,
              'of many kinds');
SELECT cmp_ok((SELECT count(*) FROM equity.watch_facts WHERE terms_unreported > 1), '>', 3::bigint,
              'who is not heard of stands out');

-- without a policy
SELECT results_eq('SELECT count(*), count(score), count(card_code) FROM equity.dropout_watch',
                  'SELECT count(*), 0::bigint, 0::bigint FROM equity.watch_facts', 'without a card nobody is left out');

-- a card
INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('WATCH', 1, '{"code": "WATCH", "scale": 0,
  "criteria": [
    {"code": "A", "kind": "gate", "field": "attendance", "op": ">=", "value": 80, "reason": "ATTENDANCE_LOW"},
    {"code": "U", "kind": "gate", "field": "terms_unreported", "op": "=", "value": 0, "reason": "NOT_REPORTED"},
    {"code": "P1", "kind": "band", "field": "attendance", "bands": [[null, 60, 30], [60, 80, 15], [80, null, 0]],
     "missing": "best"},
    {"code": "P2", "kind": "coef", "field": "warnings", "coef": 10, "max": 3},
    {"code": "P3", "kind": "enum", "field": "has_mentor", "points": {"false": 5}, "otherwise": 0},
    {"code": "P4", "kind": "band", "field": "gpa", "bands": [[null, 2, 20], [2, null, 0]]}],
  "classes": [[null, 20, "low"], [20, 40, "watch"], [40, null, "high"]]}');
SELECT equity.seal_scorecard('WATCH', 1, 'equity.watch_facts') \g /dev/null
UPDATE equity.criterion SET label_th = 'สูง', label_en = 'High' WHERE card_code = 'WATCH' AND criterion = 'high';
INSERT INTO equity.reason (reason_code, text_th, text_en) VALUES ('ATTENDANCE_LOW', 'ขาดเรียน', 'Often absent');
INSERT INTO equity.programme_policy (programme_code, purpose, from_year, card_code, card_version)
VALUES ('innovation_general', 'watch', 2565, 'WATCH', 1);
CREATE TEMPORARY TABLE watch AS SELECT * FROM equity.dropout_watch;
SELECT is_empty($$SELECT * FROM watch WHERE (card_code IS NULL) <> (programme_code <> 'innovation_general')$$,
                'the card of the programme''s policy decides');
SELECT is_empty($$
  SELECT w.award_id, w.score, w.risk, a.*
    FROM watch AS w JOIN equity.watch_facts AS f USING (award_id)
   CROSS JOIN (SELECT card FROM equity.scorecard_version WHERE card_code = 'WATCH') AS v
   CROSS JOIN LATERAL equity.assess(v.card, f) AS a
   WHERE w.card_code IS NOT NULL AND (a.score, a.class) IS DISTINCT FROM (w.score, w.risk)$$, 'by the engine');
SELECT is_empty($$
  SELECT w.award_id, w.score
    FROM watch AS w JOIN equity.watch_facts AS f USING (award_id)
   WHERE w.card_code IS NOT NULL
     AND w.score IS DISTINCT FROM CASE WHEN f.gpa < 2 THEN 20 WHEN f.gpa IS NOT NULL THEN 0 END
           + CASE WHEN f.attendance >= 80 THEN 0 WHEN f.attendance >= 60 THEN 15 ELSE 30 END
           + 10 * least(3, f.warnings) + CASE WHEN f.has_mentor THEN 0 ELSE 5 END$$, 'as anybody reckons');
SELECT is_empty('SELECT * FROM watch WHERE undetermined <> (card_code IS NOT NULL AND score IS NULL)', 'or not');
SELECT is_empty($$
  SELECT w.award_id, w.reasons_en
    FROM watch AS w JOIN equity.watch_facts AS f USING (award_id)
   WHERE w.card_code IS NOT NULL
     AND coalesce(w.reasons_en, '') IS DISTINCT FROM concat_ws('; ',
           CASE WHEN f.attendance < 80 THEN 'Often absent' END,
           CASE WHEN f.terms_unreported > 0 THEN 'NOT_REPORTED' END, CASE WHEN f.gpa IS NULL THEN 'P4' END)
     AND f.attendance IS NOT NULL$$, 'reasons are the gates that fail, in words where there are some');
SELECT results_eq('SELECT DISTINCT risk, risk_th, risk_en FROM watch WHERE risk = ''high''',
                  $$VALUES ('high', 'สูง', 'High')$$, 'degrees have the words of the card''s rows');
SELECT is_empty($$
  SELECT a.award_id, b.award_id
    FROM watch AS a JOIN watch AS b USING (institution_id)
   WHERE a.place_at_institution < b.place_at_institution
     AND (a.card_code IS NULL AND b.card_code IS NOT NULL
          OR (a.card_code IS NULL) = (b.card_code IS NULL)
             AND (a.score < b.score
                  OR a.score = b.score AND coalesce(a.days_since_care, 9999) < coalesce(b.days_since_care, 9999)))$$,
  'the riskiest come first, and of equals those whom nobody has seen for long');
SELECT is_empty($$
  SELECT institution_id FROM watch GROUP BY institution_id
  HAVING max(place_at_institution) <> count(*) OR count(DISTINCT place_at_institution) <> count(*)$$,
  'places go from one on');
SELECT is_empty($$
  SELECT mentor_id FROM watch WHERE mentor_id IS NOT NULL GROUP BY mentor_id
  HAVING max(place_of_mentor) <> count(*) OR count(DISTINCT place_of_mentor) <> count(*)$$,
  'for each teacher too');
SELECT is((SELECT count(*) FROM watch WHERE mentor_id IS NULL AND place_of_mentor IS NOT NULL), 0::bigint,
          'and for nobody where there is none');
INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version) VALUES ('watch', 2500, 'WATCH', 1);
SELECT is((SELECT count(*) FROM equity.dropout_watch WHERE card_code IS NULL), 0::bigint,
          'a policy of no programme is for all others');

-- reports of bodies
SELECT is_empty('SELECT * FROM equity.report_due WHERE NOT owed OR num_nonnulls(due_on, days_late) > 0',
                'without an agreed day reports are owed, not late');
UPDATE equity.programme_body SET report_days = 30 WHERE body_code = 'ovec' AND role = 'reports';
SELECT results_eq(
  $$SELECT programme_code, affiliation, term_id, count(*), bool_and(owed), min(due_on) FROM equity.report_due
     WHERE body_code = 'ovec' GROUP BY 1, 2, 3 ORDER BY programme_code COLLATE "C", 3$$,
  $$SELECT g.programme_code, 'ovec', t.term_id, 3::bigint, true, t.closes + 30
      FROM unnest(ARRAY['innovation_general', 'innovation_special']) AS g (programme_code)
     CROSS JOIN equity.academic_term AS t
     WHERE t.affiliation = 'ovec' AND t.closes < current_date
       AND EXISTS (SELECT FROM equity.award AS w JOIN equity.institution AS i USING (institution_id)
                    WHERE w.programme_code = g.programme_code AND i.affiliation = 'ovec'
                      AND w.academic_year <= t.academic_year AND w.status IN ('studying', 'suspended'))
     ORDER BY g.programme_code COLLATE "C", 3$$, 'three reports for each programme and term that is over');
SELECT is_empty('SELECT * FROM equity.report_due WHERE body_code = ''ovec''
                 AND days_late IS DISTINCT FROM greatest(0, current_date - due_on)',
                'late by the day');
INSERT INTO equity.programme_body (programme_code, body_code, role) VALUES ('innovation_general', 'eef', 'reports');
SELECT set_eq($$SELECT affiliation FROM equity.report_due WHERE body_code = 'eef'$$,
              ARRAY['ovec', 'community_college'], 'a body that is no affiliation reports on all terms');
SELECT min(term_id) AS over FROM equity.report_due
 WHERE body_code = 'ovec' AND programme_code = 'innovation_general' \gset
INSERT INTO equity.body_report (programme_code, body_code, term_id, kind, delivered_on)
SELECT 'innovation_general', 'ovec', :over, k, current_date FROM unnest(ARRAY['scholars', 'finance']) AS k;
SELECT results_eq(format('SELECT kind, owed FROM equity.report_due WHERE programme_code = ''innovation_general''
                   AND body_code = ''ovec'' AND term_id = %s ORDER BY kind COLLATE "C"', :over),
                  $$VALUES ('finance', false), ('progress', true), ('scholars', false)$$,
                  'what is handed in is not owed');
INSERT INTO equity.payment_batch (term_id, institution_id, programme_code, payments, total, needs_auditor, opened_at,
                                  opened_by)
VALUES (:over, 1, 'innovation_general', 1, 600000, true, now(), 'x');
SELECT results_eq(format('SELECT kind, owed, needs_auditor FROM equity.report_due WHERE programme_code
                   = ''innovation_general'' AND body_code = ''ovec'' AND term_id = %s
                          ORDER BY kind COLLATE "C"', :over),
                  $$VALUES ('finance', true, true), ('progress', true, false), ('scholars', false, false)$$,
                  'an instalment that needs an auditor needs one');
UPDATE equity.body_report SET audited = true WHERE kind = 'finance';
SELECT is((SELECT count(*) FROM equity.report_due WHERE needs_auditor AND owed AND body_code = 'ovec'), 0::bigint,
          'and then it is done');
SELECT is(pg_temp.state_of($$UPDATE equity.body_report SET audited = true$$), '23514', 'of finance alone');
SELECT results_eq(
  $$SELECT body_code, role, count(*) FROM equity.programme_body WHERE shipped GROUP BY 1, 2 ORDER BY 1, 2$$,
  $$VALUES ('eef', 'approves', 4::bigint), ('eef', 'funds', 4), ('mhesi', 'reports', 1)$$,
  'roles are shipped as examples');
SELECT is((SELECT count(*) FROM equity.body WHERE shipped), 3::bigint, 'with three bodies');

-- who
CREATE ROLE regress_reader;
CREATE ROLE regress_analyst;
CREATE ROLE regress_officer;
SELECT equity.grant_access('regress_reader', 'reader'), equity.grant_access('regress_analyst', 'analyst'),
       equity.grant_access('regress_officer', 'officer', 2) \g /dev/null
SELECT award_id AS first, coalesce(score::text, 'NULL') AS first_score FROM equity.dropout_watch
 WHERE institution_id = 2 AND place_at_institution = 1 \gset
SET LOCAL ROLE regress_officer;
SELECT set_eq('SELECT DISTINCT institution_id FROM equity.dropout_watch', ARRAY[2::bigint],
              'an officer watches over the own scholars');
SELECT results_eq('SELECT award_id, score FROM equity.dropout_watch WHERE place_at_institution = 1',
                  format('VALUES (%s::bigint, %s::numeric(18,6))', :first, :'first_score'), 'in the same order');
SELECT lives_ok(format('INSERT INTO equity.care_record (award_id, mentor_id, cared_on, kind, concern)
                        VALUES (%s, 2, current_date, ''home_visit'', ''ATTENDANCE_LOW'')', :first),
                'visits are written');
SELECT is((SELECT days_since_care FROM equity.dropout_watch WHERE award_id = :first), 0, 'and seen');
-- ---- a watch, explained ----
SELECT set_eq(
  $$SELECT w.award_id, e.points FROM equity.dropout_watch AS w, equity.explain_watch(w.award_id, 'en') AS e
     WHERE w.card_code IS NOT NULL AND e.section = 'score'$$,
  'SELECT award_id, score FROM equity.dropout_watch WHERE card_code IS NOT NULL',
  'the score explained is that of the watch');
SELECT set_eq(
  $$SELECT DISTINCT w.award_id, e.message FROM equity.dropout_watch AS w, equity.explain_watch(w.award_id, 'en') AS e
     WHERE w.risk IS NOT NULL AND e.section = 'result' AND e.reason = 'RISK'$$,
  'SELECT award_id, risk_en FROM equity.dropout_watch WHERE risk IS NOT NULL', 'and so is the degree');
SELECT set_eq(
  $$SELECT w.award_id, string_agg(e.message, '; ' ORDER BY e.line)
      FROM equity.dropout_watch AS w, equity.explain_watch(w.award_id, 'en') AS e
     WHERE w.card_code IS NOT NULL AND e.section = 'rule' AND e.reason IS NOT NULL GROUP BY 1$$,
  'SELECT award_id, reasons_en FROM equity.dropout_watch WHERE card_code IS NOT NULL AND reasons_en IS NOT NULL',
  'the rules that are not met are its reasons');
SELECT matches((SELECT label FROM equity.explain_watch(:first) WHERE section = 'result'), 'ความเสี่ยง', 'in Thai too');
SELECT is(pg_temp.state_of('SELECT equity.explain_watch(5)'), 'P0002', 'who has graduated is not watched');
SELECT is(pg_temp.state_of(format('SELECT equity.explain_watch(%s, ''fr'')', :first)), '22023', 'nor in French');

SET LOCAL ROLE regress_analyst;
SELECT is((SELECT count(adjustments_waiting) FROM equity.watch_facts), 0::bigint, 'an analyst reads nothing sensitive');
SET LOCAL ROLE regress_reader;
SELECT is(pg_temp.state_of('SELECT * FROM equity.dropout_watch'), '42501', 'a reader does not watch');
RESET ROLE;

-- the day is that of Thailand: 26 hours apart, two sessions never have the same one of their own
CREATE TEMPORARY TABLE seen (zone text, facts jsonb, owed jsonb);
CREATE FUNCTION pg_temp.see() RETURNS void LANGUAGE sql VOLATILE AS $$
  INSERT INTO seen
  SELECT current_setting('timezone'), (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.award_id) FROM equity.watch_facts AS f),
         (SELECT jsonb_agg(to_jsonb(r) ORDER BY to_jsonb(r)::text COLLATE "C") FROM equity.report_due AS r) $$;
UPDATE equity.award
   SET status_since = (SELECT min(t.opens) FROM equity.academic_term AS t)::timestamp AT TIME ZONE 'UTC'
 WHERE status = 'graduated';
SET LOCAL timezone = 'Etc/GMT+12';
SELECT pg_temp.see();
SET LOCAL timezone = 'Etc/GMT-14';
SELECT pg_temp.see();
RESET timezone;
SELECT is(count(DISTINCT (facts, owed)), 1::bigint, 'everywhere it is the day that it is in Thailand') FROM seen;

SELECT * FROM finish();
ROLLBACK;
