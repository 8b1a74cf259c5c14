-- The demonstration, part 8: what became of the earlier cohorts. Every figure is counted from the rows of part 6.

\pset format unaligned
\pset tuples_only on

SELECT demo.heading('รุ่นก่อนหน้า ตามแบบของกองทุน',
                    'Earlier cohorts, as the fund''s form has them: equity.cohort_outcome');
\pset format aligned
\pset tuples_only off
SELECT c.entry_year AS "ปีที่เข้า entry", sum(c.entrants) AS "แรกเข้า entrants", sum(c.studying) AS "เรียน studying",
       sum(c.graduated) AS "จบ graduated", sum(c.dropped_out) AS "ออก left", sum(c.transferred) AS "ย้าย moved",
       sum(c.deceased) AS "เสียชีวิต died", sum(c.followed) AS "ติดตาม followed", sum(c.employed) AS "ทำงาน work",
       sum(c.further_study) AS "เรียนต่อ study", sum(c.work_and_study) AS "ทั้งสอง both",
       round(100.0 * sum(c.placed) / nullif(sum(c.followed), 0), 1) AS "% ของที่ติดตาม"
  FROM equity.cohort_outcome AS c
 GROUP BY c.entry_year
 ORDER BY c.entry_year;
\pset format unaligned
\pset tuples_only on
\qecho '  แต่ละแถวสมดุล: แรกเข้า = เรียน + จบ + ออก + ย้าย + เสียชีวิต / each row balances: entrants are one of five.'
SELECT format(E'  %s: %s %s (เผยแพร่ published %s)', s.programme_en, demo.number(f.figure), f.word,
              demo.number(g.published_recipients))
  FROM equity.programme_summary AS s
  JOIN equity.programme AS g USING (programme_code)
 CROSS JOIN LATERAL (SELECT CASE g.published_recipients_status WHEN 'graduated' THEN s.recipients_graduated
                                                               ELSE s.recipients_studying END AS figure,
                            CASE g.published_recipients_status WHEN 'graduated' THEN 'สำเร็จการศึกษา graduated'
                                                               ELSE 'กำลังศึกษา studying' END AS word) AS f
 WHERE s.academic_year = 2566
 ORDER BY g.published_recipients DESC;

SELECT demo.heading('เงินทุน', 'Money: equity.payment_reconciliation, budget_projection');
\pset format aligned
\pset tuples_only off
SELECT r.academic_year AS "ปี year", demo.number(sum(r.due)) AS "ครบกำหนด due",
       demo.number(sum(r.paid_out)) AS "จ่าย paid",
       demo.number(sum(r.refunded)) AS "เรียกคืน refunded", demo.number(sum(r.open)) AS "ค้าง open",
       sum(r.balance) AS "สมดุล balance"
  FROM equity.payment_reconciliation AS r
 GROUP BY r.academic_year
 ORDER BY r.academic_year;
SELECT b.fiscal_year AS "ปีงบประมาณ fiscal year", demo.number(sum(b.committed)) AS "ผูกพัน committed",
       demo.number(sum(b.expected)) AS "คาดว่าจะจ่าย expected"
  FROM equity.budget_projection AS b
 GROUP BY b.fiscal_year
 ORDER BY b.fiscal_year;
\pset format unaligned
\pset tuples_only on

SELECT n.award_id AS warned, n.term_id AS warned_term
  FROM equity.renewal AS n
 WHERE n.outcome = 'warn'
 ORDER BY demo.draw('warned', n.award_id, 1000000000)
 LIMIT 1 \gset
SELECT demo.heading('การต่อทุนของผู้รับทุนหนึ่งราย', 'One renewal, explained: equity.explain_renewal');
SELECT format('  %s%s%s', rpad(coalesce(l.label, l.criterion, ''), 60), coalesce(l.value, ''),
              CASE WHEN l.message IS NOT NULL THEN '   ' || l.message END)
  FROM equity.explain_renewal(:warned, :warned_term, 'en') AS l
 ORDER BY l.line;

SELECT demo.heading('เฝ้าระวังการออกกลางคัน: เยี่ยมใครก่อน',
                    'The dropout watch, whom to visit first: equity.dropout_watch');
SELECT format('  %s. %s · %s (%s)   %s', w.place_at_institution, w.institution_en, w.risk_en, round(w.score),
              coalesce(w.reasons_en, ''))
  FROM equity.dropout_watch AS w
 WHERE w.place_at_institution <= 2
 ORDER BY w.score DESC, w.award_id
 LIMIT 6;

SELECT demo.heading('การยกย่องสถานศึกษา ปี 2565',
                    'Recognition of institutions in 2565: equity.institution_recognition');
SELECT format(E'  %s  %s  %s · %s\n            → %s: %s', lpad(round(r.score, 2)::text, 6), rpad(r.level_en, 10),
              r.institution_th, r.institution_en, coalesce(r.next_level_en, '–'), coalesce(r.missing_en, '–'))
  FROM equity.institution_recognition AS r
 WHERE r.academic_year = 2565
 ORDER BY r.next_level IS NULL, r.score DESC, r.institution_id
 LIMIT 4;
SELECT format('  %s: %s แห่ง institutions', r.level_en, count(*))
  FROM equity.institution_recognition AS r
 WHERE r.academic_year = 2565
 GROUP BY r.level_en
 ORDER BY min(r.score);

SELECT c.mentor_id AS teacher
  FROM equity.care_record AS c
 GROUP BY c.mentor_id
 ORDER BY count(*) DESC, c.mentor_id
 LIMIT 1 \gset
SELECT demo.heading('ผลงานการดูแลของครูหนึ่งคน', 'What one teacher did, evidence and no score: equity.mentor_record');
SELECT format('  %s × %s / %s → %s', lpad(count(*)::text, 3), m.what_th, m.what_en, m.result_en)
  FROM equity.mentor_record(:teacher, '2019-05-01', '2023-07-07') AS m
 GROUP BY m.what_th, m.what_en, m.result_en
 ORDER BY count(*) DESC, m.what_en COLLATE "C", m.result_en COLLATE "C"
 LIMIT 6;

SELECT demo.heading('ความต้องการพิเศษ และรายงานที่ค้างส่ง', 'Special needs, and reports that are owed');
SELECT format('  %s  ขอ asked %s   ได้ given %s   รอ waiting %s', rpad(a.kind, 18), sum(a.asked), sum(a.given),
              sum(a.waiting))
  FROM equity.adjustment_summary AS a
 GROUP BY a.kind
 ORDER BY a.kind COLLATE "C";
SELECT format('  %s  %s: ส่งแล้ว delivered %s   ค้าง owed %s', rpad(d.body_code, 6), rpad(d.kind, 9),
              count(*) FILTER (WHERE NOT d.owed), count(*) FILTER (WHERE d.owed))
  FROM equity.report_due AS d
 GROUP BY d.body_code, d.kind
 ORDER BY d.body_code COLLATE "C", d.kind COLLATE "C";

SELECT demo.expect('each view of what comes after the award has something to show',
                   (SELECT bool_and(v.shows)
                      FROM (VALUES (EXISTS (SELECT FROM equity.cohort_outcome WHERE placed > 0)),
                                   (EXISTS (SELECT FROM equity.payment_due)),
                                   (EXISTS (SELECT FROM equity.payment_reconciliation WHERE refunded > 0)),
                                   (EXISTS (SELECT FROM equity.budget_projection WHERE expected < committed)),
                                   (EXISTS (SELECT FROM equity.dropout_watch WHERE risk = 'high')),
                                   (EXISTS (SELECT FROM equity.institution_recognition WHERE next_level IS NOT NULL)),
                                   (EXISTS (SELECT FROM equity.learner_count)),
                                   (EXISTS (SELECT FROM equity.adjustment_summary)),
                                   (EXISTS (SELECT FROM equity.report_due WHERE NOT owed)),
                                   (EXISTS (SELECT FROM equity.report_due WHERE owed))) AS v (shows))) \g /dev/null
SELECT demo.expect('the audit trail holds', NOT EXISTS (SELECT FROM equity.audit_check())) \g /dev/null
\qecho
SELECT demo.rule('=');
\qecho '  ข้อมูลจำลองทั้งหมด: บุคคล สถานศึกษา คำตอบ คะแนน และผลการจัดสรร'
\qecho '  ข้อมูลจริงมีเพียง: จังหวัด ชื่อโครงการ และตัวเลขของโครงการที่เผยแพร่แล้ว'
\qecho '  GENERATED: all people, institutions, answers, scores and results.'
SELECT E'  REAL: only the provinces, the programmes and their published figures:\n        '
       || min(published_source)
  FROM equity.programme;
SELECT demo.rule('=');
