-- What cards of renewal read: one row for each award and term, as things were at the end of that term. No clock
-- is in it, so that a decision can be made again from the same rows.
--
-- A row for each result, and one without a result for whoever holds an award in a term and has none. Terms are
-- in the order of their first days, also across affiliations: a scholar may have been transferred.

CREATE VIEW equity_internal.award_term WITH (security_invoker = true) AS
  SELECT r.award_id, r.term_id, true AS reported
    FROM equity.term_result AS r
  UNION ALL
  SELECT w.award_id, t.term_id, false
    FROM equity.award AS w
    JOIN equity.institution AS i ON i.institution_id = w.institution_id
    JOIN equity.academic_term AS t
      ON t.affiliation = i.affiliation
     AND t.academic_year >= w.academic_year
   WHERE w.status IN ('studying', 'suspended')
     AND NOT EXISTS (SELECT FROM equity.term_result AS r
                      WHERE r.award_id = w.award_id
                        AND r.term_id = t.term_id);

COMMENT ON VIEW equity_internal.award_term IS
  'The terms of each award: those that a result tells of, and of who studies or is suspended those of the affiliation since the first year.';
COMMENT ON COLUMN equity_internal.award_term.award_id IS 'The award.';
COMMENT ON COLUMN equity_internal.award_term.term_id IS 'The term.';
COMMENT ON COLUMN equity_internal.award_term.reported IS 'Whether there is a result.';

CREATE VIEW equity.term_facts WITH (security_invoker = true) AS
  SELECT a.award_id,
         a.term_id,
         w.applicant_id,
         w.programme_code,
         w.grant_type,
         w.institution_id,
         w.field_code,
         t.academic_year,
         t.term,
         t.academic_year - w.academic_year + 1 AS year_of_study,
         a.reported,
         r.enrolled,
         r.gpa,
         r.credits_attempted,
         r.credits_earned,
         r.credits_earned * 100 / NULLIF(r.credits_attempted, 0) AS credits_percent,
         r.attendance,
         r.conduct,
         r.field_changed,
         s.gpa_cumulative,
         s.credits_attempted_total,
         s.credits_earned_total,
         s.credits_earned_total * 100 / NULLIF(s.credits_attempted_total, 0) AS pace_percent,
         s.terms_used,
         g.years * 2 AS terms_allowed,
         s.terms_used * 100::numeric / (g.years * 2) AS terms_percent,
         n.last_outcome,
         n.warnings_in_a_row,
         p.payment_delay
    FROM equity_internal.award_term AS a
    JOIN equity.award AS w ON w.award_id = a.award_id
    JOIN equity.academic_term AS t ON t.term_id = a.term_id
    LEFT JOIN equity.grant_type AS g ON g.grant_type = w.grant_type
    LEFT JOIN equity.term_result AS r
      ON r.award_id = a.award_id
     AND r.term_id = a.term_id
    LEFT JOIN LATERAL (
      SELECT pg_catalog.sum(b.gpa * b.credits_attempted) / NULLIF(pg_catalog.sum(b.credits_attempted) FILTER (WHERE b.gpa IS NOT NULL), 0) AS gpa_cumulative,
             pg_catalog.sum(b.credits_attempted) AS credits_attempted_total,
             pg_catalog.sum(b.credits_earned) AS credits_earned_total,
             pg_catalog.count(*) FILTER (WHERE b.enrolled AND o.term <= 2)::integer AS terms_used
        FROM equity.term_result AS b
        JOIN equity.academic_term AS o ON o.term_id = b.term_id
       WHERE b.award_id = a.award_id
         AND o.opens <= t.opens) AS s ON true
    LEFT JOIN LATERAL (
      SELECT d.outcomes[1] AS last_outcome, equity_internal.warnings_in_a_row(d.outcomes) AS warnings_in_a_row
        FROM (SELECT pg_catalog.array_agg(e.outcome ORDER BY o.opens DESC, o.term_id DESC) AS outcomes
                FROM equity.renewal AS e
                JOIN equity.academic_term AS o ON o.term_id = e.term_id
               WHERE e.award_id = a.award_id
                 AND o.opens < t.opens) AS d) AS n ON true
    LEFT JOIN LATERAL (
      SELECT pg_catalog.max(GREATEST(LEAST((m.paid_at AT TIME ZONE 'Asia/Bangkok')::date, t.closes) - m.due_on, 0)) AS payment_delay
        FROM (SELECT o.term_id, o.kind, o.due_on, o.paid_at      -- each by its index
                FROM equity.payment AS o
               WHERE o.award_id = a.award_id
                 AND o.status <> 'cancelled'
                 AND o.status <> 'returned'
              UNION ALL
              SELECT o.term_id, o.kind, o.due_on, o.paid_at
                FROM equity.payment AS o
               WHERE o.award_id = a.award_id
                 AND o.status = 'returned'
              OFFSET 0) AS m                  -- the index by terms has all awards
       WHERE m.term_id = a.term_id
         AND m.kind = 'grant'
         AND m.due_on <= t.closes) AS p ON true;

COMMENT ON VIEW equity.term_facts IS
  'What cards of renewal read: one row for each award and term, this term beside all terms up to it. What is not known is NULL. No names and no identity numbers.';
COMMENT ON COLUMN equity.term_facts.award_id IS 'The award; filter by it or by term_id.';
COMMENT ON COLUMN equity.term_facts.term_id IS 'The term (ภาคเรียน).';
COMMENT ON COLUMN equity.term_facts.applicant_id IS 'The scholar (ผู้รับทุน).';
COMMENT ON COLUMN equity.term_facts.programme_code IS 'Programme (โครงการ).';
COMMENT ON COLUMN equity.term_facts.grant_type IS 'Kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.term_facts.institution_id IS 'The institution (สถานศึกษา) where the scholar is now.';
COMMENT ON COLUMN equity.term_facts.field_code IS 'The field of study (สาขาวิชา) now.';
COMMENT ON COLUMN equity.term_facts.academic_year IS 'Academic year of the term (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity.term_facts.term IS 'Number of the term in the year (ภาคเรียนที่).';
COMMENT ON COLUMN equity.term_facts.year_of_study IS 'Year of the award that the term is in (ปีที่รับทุน), 1 for the first.';
COMMENT ON COLUMN equity.term_facts.reported IS 'Whether the institution has reported a result of the term.';
COMMENT ON COLUMN equity.term_facts.enrolled IS 'Whether the scholar was enrolled in the term (ลงทะเบียนเรียน).';
COMMENT ON COLUMN equity.term_facts.gpa IS 'Grade point average of the term (เกรดเฉลี่ยภาค).';
COMMENT ON COLUMN equity.term_facts.credits_attempted IS 'Credits attempted in the term (หน่วยกิตที่ลงทะเบียน).';
COMMENT ON COLUMN equity.term_facts.credits_earned IS 'Credits earned in the term (หน่วยกิตที่สอบได้).';
COMMENT ON COLUMN equity.term_facts.credits_percent IS 'Credits earned of those attempted in the term (ร้อยละหน่วยกิตที่สอบได้), percent, not rounded; NULL when none was attempted.';
COMMENT ON COLUMN equity.term_facts.attendance IS 'Share of lessons attended (ร้อยละการเข้าเรียน), percent.';
COMMENT ON COLUMN equity.term_facts.conduct IS 'Conduct points (คะแนนความประพฤติ).';
COMMENT ON COLUMN equity.term_facts.field_changed IS 'Whether the scholar changed the field of study in the term.';
COMMENT ON COLUMN equity.term_facts.gpa_cumulative IS 'Grade point average of all terms so far (เกรดเฉลี่ยสะสม), weighted by the credits attempted, not rounded.';
COMMENT ON COLUMN equity.term_facts.credits_attempted_total IS 'Credits attempted in all terms so far.';
COMMENT ON COLUMN equity.term_facts.credits_earned_total IS 'Credits earned in all terms so far.';
COMMENT ON COLUMN equity.term_facts.pace_percent IS 'Credits earned of those attempted in all terms so far (อัตราความก้าวหน้า), percent, not rounded.';
COMMENT ON COLUMN equity.term_facts.terms_used IS 'First and second terms so far in which the scholar was enrolled (จำนวนภาคเรียนที่ใช้ไป); summer terms do not count.';
COMMENT ON COLUMN equity.term_facts.terms_allowed IS 'Two terms for each year of the kind of grant (equity.grant_type.years); NULL when it has no fixed length.';
COMMENT ON COLUMN equity.term_facts.terms_percent IS 'Terms used of those allowed, percent: 150 is half as long again.';
COMMENT ON COLUMN equity.term_facts.last_outcome IS 'Outcome of the newest renewal before the term; NULL when there was none.';
COMMENT ON COLUMN equity.term_facts.warnings_in_a_row IS 'Renewals before the term since the last that said continue (จำนวนครั้งที่ถูกเตือนติดต่อกัน); 0 when none.';
COMMENT ON COLUMN equity.term_facts.payment_delay IS 'Longest delay of the term''s payments (จำนวนวันที่จ่ายล่าช้า), days from due to paid or to the end of the term; NULL when nothing was due.';
