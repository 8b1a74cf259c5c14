-- What each body has handed in and still owes: for each programme that it reports on, each term that is over
-- and in which the programme had scholars there, three reports.

--- A body that is an affiliation of institutions, as ovec and mhesi are, reports on the terms of these; any other on all terms.
--- Scholars of a term are those who had entered by its year and were studying or suspended at its beginning or later. A
--- report of finance is owed until an external auditor has signed it, where a batch of payments needs one
--- (equity.payment_batch).
CREATE VIEW equity.report_due WITH (security_barrier = true) AS
  WITH scholar AS (
    SELECT t.term_id, w.programme_code, count(*) AS scholars
      FROM equity.academic_term AS t
      JOIN equity.institution AS i ON i.affiliation = t.affiliation
      JOIN equity.award AS w
        ON w.institution_id = i.institution_id
       AND w.academic_year <= t.academic_year
       AND (w.status IN ('studying', 'suspended')
            OR w.status IN ('graduated', 'discontinued', 'terminated') AND (w.status_since AT TIME ZONE 'Asia/Bangkok')::date >= t.opens)
     WHERE t.closes < equity_internal.today()
     GROUP BY t.term_id, w.programme_code
  ), audit AS (
    SELECT DISTINCT p.term_id, p.programme_code
      FROM equity.payment_batch AS p
     WHERE p.needs_auditor
       AND p.status <> 'cancelled'
  )
  SELECT b.body_code,
         b.name_th AS body_th,
         b.name_en AS body_en,
         g.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         t.affiliation,
         t.academic_year::integer AS academic_year,
         t.academic_year - 543 AS academic_year_ce,
         t.term::integer AS term,
         k.kind,
         k.kind_th,
         k.kind_en,
         CASE WHEN s.scholars > 4 OR v.whole THEN s.scholars END AS scholars,
         k.kind = 'finance' AND a.term_id IS NOT NULL AS needs_auditor,
         t.closes + r.report_days AS due_on,
         d.delivered_on,
         o.owed,
         CASE WHEN o.owed AND r.report_days IS NOT NULL THEN greatest(0, equity_internal.today() - (t.closes + r.report_days)) END AS days_late,
         t.term_id
    FROM equity.programme_body AS r
    JOIN equity.body AS b ON b.body_code = r.body_code
    JOIN equity.programme AS g ON g.programme_code = r.programme_code
    JOIN scholar AS s ON s.programme_code = r.programme_code
    JOIN equity.academic_term AS t
      ON t.term_id = s.term_id
     AND (t.affiliation = r.body_code OR r.body_code NOT IN ('ovec', 'community_college', 'mhesi', 'other'))
   CROSS JOIN (VALUES ('progress', 'รายงานความก้าวหน้าของสถานศึกษา', 'Progress of the institutions'),
                      ('scholars', 'รายงานผู้รับทุน', 'Scholars'),
                      ('finance', 'รายงานการเงิน', 'Finance')) AS k (kind, kind_th, kind_en)
    LEFT JOIN audit AS a
           ON a.term_id = t.term_id
          AND a.programme_code = r.programme_code
    LEFT JOIN equity.body_report AS d
           ON d.programme_code = r.programme_code
          AND d.body_code = r.body_code
          AND d.term_id = t.term_id
          AND d.kind = k.kind
   CROSS JOIN LATERAL (SELECT d.delivered_on IS NULL
                              OR k.kind = 'finance' AND a.term_id IS NOT NULL AND NOT d.audited AS owed) AS o
   CROSS JOIN (SELECT equity_internal.counts_scholars() AS whole) AS v
   WHERE r.role = 'reports';

COMMENT ON VIEW equity.report_due IS
  'Reports of each body on each programme and term, handed in and still owed (รายงานที่ต้องส่ง): progress, scholars and finance.';
COMMENT ON COLUMN equity.report_due.body_code IS 'Body that reports (หน่วยงานที่รายงาน).';
COMMENT ON COLUMN equity.report_due.body_th IS 'Thai name of the body (ชื่อหน่วยงาน).';
COMMENT ON COLUMN equity.report_due.body_en IS 'English name of the body.';
COMMENT ON COLUMN equity.report_due.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.report_due.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.report_due.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.report_due.affiliation IS 'Affiliation of the institutions whose term it is (สังกัด).';
COMMENT ON COLUMN equity.report_due.academic_year IS 'Academic year (ปีการศึกษา) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.report_due.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.report_due.term IS 'Number of the term in the year (ภาคเรียนที่).';
COMMENT ON COLUMN equity.report_due.kind IS 'progress, scholars or finance.';
COMMENT ON COLUMN equity.report_due.kind_th IS 'The report in Thai (ชื่อรายงาน).';
COMMENT ON COLUMN equity.report_due.kind_en IS 'The report in English.';
COMMENT ON COLUMN equity.report_due.scholars IS 'Scholars of the programme in the term (ผู้รับทุนในภาคเรียน); fewer than five are withheld from readers.';
COMMENT ON COLUMN equity.report_due.needs_auditor IS 'Of finance: true when an external auditor must sign it (ต้องมีผู้สอบบัญชีรับรอง).';
COMMENT ON COLUMN equity.report_due.due_on IS 'When it is due (กำหนดส่ง); NULL when no day is agreed (equity.programme_body.report_days).';
COMMENT ON COLUMN equity.report_due.delivered_on IS 'When it was handed in (วันที่ส่ง); NULL when it was not.';
COMMENT ON COLUMN equity.report_due.owed IS 'True when it was not handed in, or lacks the auditor that it needs (ค้างส่ง).';
COMMENT ON COLUMN equity.report_due.days_late IS 'Of one that is owed, days since it was due, 0 while it is not late; NULL when no day is agreed, or it is not owed.';
COMMENT ON COLUMN equity.report_due.term_id IS 'The term (equity.academic_term).';
