-- What cards of the dropout watch read: one row for each scholar who studies, as things stand today.
--
-- The term is the newest that has opened for the affiliation of the institution; results are the newest that
-- were reported, whatever term they are of, so that a scholar of whom nothing is heard stands out and does
-- not look like one with good results.

CREATE VIEW equity.watch_facts WITH (security_barrier = true) AS
  WITH this_term AS (
    SELECT DISTINCT ON (t.affiliation) t.*
      FROM equity.academic_term AS t
     WHERE t.opens <= equity_internal.today()
     ORDER BY t.affiliation, t.opens DESC
  ), result AS (                               -- of the newest nothing is reckoned for the others
    SELECT n.*
      FROM (SELECT r.award_id,
                   t.opens,
                   r.enrolled,
                   r.gpa,
                   lead(r.gpa) OVER newest_first AS gpa_before,
                   r.attendance,
                   lead(r.attendance) OVER newest_first AS attendance_before,
                   r.conduct,
                   r.field_changed,
                   row_number() OVER newest_first AS place
              FROM equity.term_result AS r
              JOIN equity.academic_term AS t ON t.term_id = r.term_id
            WINDOW newest_first AS (PARTITION BY r.award_id ORDER BY t.opens DESC, t.term_id DESC)) AS n
     WHERE n.place <= 1
  ), total AS (
    SELECT r.award_id,
           count(*) AS results,
           round(sum(r.credits_earned) / nullif(sum(r.credits_attempted), 0), 4) AS pace
      FROM equity.term_result AS r
     GROUP BY r.award_id
  ), unreported AS (                           -- for each year of entry and newest result that there can be
    SELECT a.affiliation, y.entry_year, s.opens,
           count(*) FILTER (WHERE o.closes < equity_internal.today() AND o.academic_year >= y.entry_year AND o.opens > s.opens)::integer AS terms
      FROM (SELECT DISTINCT t.affiliation FROM equity.academic_term AS t) AS a
     CROSS JOIN (SELECT DISTINCT w.academic_year AS entry_year FROM equity.award AS w WHERE w.status IN ('studying', 'suspended')) AS y
     CROSS JOIN (SELECT DISTINCT t.opens FROM equity.academic_term AS t UNION ALL SELECT '-infinity') AS s
      JOIN equity.academic_term AS o ON o.affiliation = a.affiliation
     GROUP BY a.affiliation, y.entry_year, s.opens
  ), decided AS (
    SELECT r.award_id, array_agg(r.outcome ORDER BY t.opens DESC, t.term_id DESC) AS outcomes
      FROM equity.renewal AS r
      JOIN equity.academic_term AS t ON t.term_id = r.term_id
     GROUP BY r.award_id
  ), owed AS (                                 -- a day by itself is reckoned once, not once a payment
    SELECT p.award_id, (SELECT equity_internal.today()) - min(p.due_on) AS payment_delay
      FROM equity.payment AS p
     WHERE p.kind = 'grant'
       AND p.status IN ('planned', 'batched')
       AND p.due_on < (SELECT equity_internal.today())
     GROUP BY p.award_id
  ), care AS (
    SELECT DISTINCT ON (c.award_id) c.award_id, c.cared_on, c.result, c.next_on
      FROM equity.care_record AS c
     ORDER BY c.award_id, c.cared_on DESC, c.care_id DESC
  ), asked AS (
    SELECT j.applicant_id, count(*)::integer AS waiting
      FROM equity.adjustment AS j
     WHERE num_nonnulls(j.given_on, j.refused_on) = 0
     GROUP BY j.applicant_id
  )
  SELECT w.award_id,
         w.applicant_id,
         w.programme_code,
         w.grant_type,
         w.institution_id,
         w.field_code,
         w.academic_year::integer AS entry_year,
         w.status,
         t.term_id,
         t.academic_year::integer AS academic_year,
         t.term::integer AS term,
         coalesce(s.results, 0)::integer AS results,
         coalesce(u.terms, 0) AS terms_unreported,
         r.enrolled,
         r.gpa,
         r.gpa - r.gpa_before AS gpa_change,
         s.pace,
         r.attendance,
         r.attendance - r.attendance_before AS attendance_change,
         r.conduct,
         r.field_changed,
         d.outcomes[1] AS last_renewal,
         equity_internal.warnings_in_a_row(d.outcomes) AS warnings,
         coalesce(o.payment_delay, 0) AS payment_delay,
         m.mentor_id,
         m.mentor_id IS NOT NULL AS has_mentor,
         (SELECT equity_internal.today()) - c.cared_on AS days_since_care,
         c.result AS last_care_result,
         c.next_on < (SELECT equity_internal.today()) AS care_overdue,
         p.birth_date,
         p.province_code <> i.province_code AS lives_elsewhere,
         h.monthly_income / h.household_size AS income_per_head,
         CASE WHEN a.reads THEN coalesce(j.waiting, 0) END AS adjustments_waiting
    FROM equity.award AS w
    JOIN equity.applicant AS p ON p.applicant_id = w.applicant_id
    LEFT JOIN equity.institution AS i ON i.institution_id = w.institution_id
    LEFT JOIN this_term AS t ON t.affiliation = i.affiliation
    LEFT JOIN result AS r ON r.award_id = w.award_id
    LEFT JOIN total AS s ON s.award_id = w.award_id
    LEFT JOIN unreported AS u
           ON u.affiliation = i.affiliation
          AND u.entry_year = w.academic_year
          AND u.opens = coalesce(r.opens, '-infinity')
    LEFT JOIN decided AS d ON d.award_id = w.award_id
    LEFT JOIN owed AS o ON o.award_id = w.award_id
    LEFT JOIN care AS c ON c.award_id = w.award_id
    LEFT JOIN equity.mentor_assignment AS m
           ON m.award_id = w.award_id
          AND m.valid_to IS NULL
    LEFT JOIN asked AS j ON j.applicant_id = w.applicant_id
    LEFT JOIN equity.household AS h
           ON h.applicant_id = w.applicant_id
          AND h.round_id = w.round_id
   CROSS JOIN (SELECT has_table_privilege('equity.adjustment', 'SELECT') AS reads) AS a
   WHERE w.status IN ('studying', 'suspended')
     AND ((SELECT equity_internal.sees_whole('watch_facts'))
          OR w.applicant_id IN (SELECT equity_internal.own_applicants()));

COMMENT ON VIEW equity.watch_facts IS
  'What cards of the dropout watch read: each scholar whose award is studying or suspended, as things stand today. What is not known is NULL. No names and no identity numbers.';
COMMENT ON COLUMN equity.watch_facts.award_id IS 'Award (ทุน).';
COMMENT ON COLUMN equity.watch_facts.applicant_id IS 'Scholar (ผู้รับทุน).';
COMMENT ON COLUMN equity.watch_facts.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.watch_facts.grant_type IS 'Kind of grant (ประเภททุน); NULL when an old record does not say.';
COMMENT ON COLUMN equity.watch_facts.institution_id IS 'Institution (สถานศึกษา).';
COMMENT ON COLUMN equity.watch_facts.field_code IS 'Field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.watch_facts.entry_year IS 'Academic year of entry (ปีการศึกษาที่เข้า), พ.ศ.';
COMMENT ON COLUMN equity.watch_facts.status IS 'studying or suspended.';
COMMENT ON COLUMN equity.watch_facts.term_id IS 'The newest term that has opened for the institutions affiliation (ภาคเรียนปัจจุบัน); NULL when none has.';
COMMENT ON COLUMN equity.watch_facts.academic_year IS 'Its academic year (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity.watch_facts.term IS 'Its number in the year (ภาคเรียนที่).';
COMMENT ON COLUMN equity.watch_facts.results IS 'Number of terms with a result (equity.term_result).';
COMMENT ON COLUMN equity.watch_facts.terms_unreported IS 'Number of terms that are over, since entry or the newest result, of which nothing was reported (ภาคเรียนที่ยังไม่มีผล).';
COMMENT ON COLUMN equity.watch_facts.enrolled IS 'Whether the scholar was enrolled in the newest term with a result (ลงทะเบียนเรียน).';
COMMENT ON COLUMN equity.watch_facts.gpa IS 'Grade point average of that term (เกรดเฉลี่ยภาค).';
COMMENT ON COLUMN equity.watch_facts.gpa_change IS 'Its difference from the result before; NULL without one.';
COMMENT ON COLUMN equity.watch_facts.pace IS 'Credits earned / credits attempted in all terms (สัดส่วนหน่วยกิตที่สอบได้), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.watch_facts.attendance IS 'Attendance in that term (ร้อยละการเข้าเรียน), 0 to 100.';
COMMENT ON COLUMN equity.watch_facts.attendance_change IS 'Its difference from the result before; NULL without one.';
COMMENT ON COLUMN equity.watch_facts.conduct IS 'Conduct in that term (คะแนนความประพฤติ), 0 to 100.';
COMMENT ON COLUMN equity.watch_facts.field_changed IS 'Whether the field was changed in that term (เปลี่ยนสาขาวิชา).';
COMMENT ON COLUMN equity.watch_facts.last_renewal IS 'Newest outcome of renewal (ผลการต่อทุนล่าสุด), as in equity.renewal; NULL when none.';
COMMENT ON COLUMN equity.watch_facts.warnings IS 'Number of renewals since the last that said continue (คำเตือนติดต่อกัน); 0 when none, never NULL.';
COMMENT ON COLUMN equity.watch_facts.payment_delay IS 'Days since the oldest payment was due that is not paid (วันที่จ่ายเงินล่าช้า); 0 when none, never NULL.';
COMMENT ON COLUMN equity.watch_facts.mentor_id IS 'The teacher who looks after the scholar now (ครูผู้ดูแล); NULL when nobody does.';
COMMENT ON COLUMN equity.watch_facts.has_mentor IS 'Whether somebody does (มีครูผู้ดูแล).';
COMMENT ON COLUMN equity.watch_facts.days_since_care IS 'Days since the last record of care (วันนับจากการดูแลครั้งล่าสุด); NULL when there is none.';
COMMENT ON COLUMN equity.watch_facts.last_care_result IS 'Its result, as in equity.care_record.';
COMMENT ON COLUMN equity.watch_facts.care_overdue IS 'Whether the day it planned to look again has passed (เลยกำหนดติดตาม); NULL when none was planned.';
COMMENT ON COLUMN equity.watch_facts.birth_date IS 'Date of birth (วันเกิด).';
COMMENT ON COLUMN equity.watch_facts.lives_elsewhere IS 'Whether the home province is another than the institutions (ต่างจังหวัด); NULL when not known.';
COMMENT ON COLUMN equity.watch_facts.income_per_head IS 'Income per head and month at the application (รายได้ต่อหัวเมื่อสมัคร), baht, not rounded; NULL when not known.';
COMMENT ON COLUMN equity.watch_facts.adjustments_waiting IS 'Adjustments asked for and neither given nor refused (สิ่งอำนวยความสะดวกที่รอ); NULL for who may not read equity.adjustment. Sensitive.';
