-- Money: what is due, what was paid and what came back, and what the coming years cost.

CREATE VIEW equity.payment_due WITH (security_invoker = true) AS
  SELECT p.term_id,
         t.academic_year::integer AS academic_year,
         t.academic_year - 543 AS academic_year_ce,
         t.term::integer AS term,
         p.institution_id,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         p.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         p.item,
         p.status,
         p.payments,
         p.amount::numeric(14,2) AS amount,
         p.due_from,
         p.due_to
    FROM (SELECT m.term_id, m.institution_id, m.programme_code, m.item, m.status,
                 pg_catalog.count(*) AS payments,
                 pg_catalog.sum(m.amount) AS amount,
                 pg_catalog.min(m.due_on) AS due_from,
                 pg_catalog.max(m.due_on) AS due_to
            FROM equity.payment AS m
           WHERE m.kind = 'grant'
             AND m.status IN ('planned', 'batched')
           GROUP BY m.term_id, m.institution_id, m.programme_code, m.item, m.status) AS p
    JOIN equity.academic_term AS t ON t.term_id = p.term_id
    JOIN equity.institution AS i ON i.institution_id = p.institution_id
    JOIN equity.programme AS g ON g.programme_code = p.programme_code;

COMMENT ON VIEW equity.payment_due IS
  'What is due and not paid yet (ค้างจ่าย), by term, institution, programme and item: planned, or in a batch.';
COMMENT ON COLUMN equity.payment_due.term_id IS 'The term (ภาคเรียน).';
COMMENT ON COLUMN equity.payment_due.academic_year IS 'Academic year (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity.payment_due.academic_year_ce IS 'The same year in the common era, ค.ศ.';
COMMENT ON COLUMN equity.payment_due.term IS 'Number of the term in the year.';
COMMENT ON COLUMN equity.payment_due.institution_id IS 'The institution.';
COMMENT ON COLUMN equity.payment_due.institution_th IS 'Its Thai name (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.payment_due.institution_en IS 'Its English name, or NULL.';
COMMENT ON COLUMN equity.payment_due.programme_code IS 'The programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.payment_due.programme_th IS 'Its Thai name (ชื่อโครงการ).';
COMMENT ON COLUMN equity.payment_due.programme_en IS 'Its English name.';
COMMENT ON COLUMN equity.payment_due.item IS 'What it is for (รายการ).';
COMMENT ON COLUMN equity.payment_due.status IS 'planned or batched.';
COMMENT ON COLUMN equity.payment_due.payments IS 'Number of payments.';
COMMENT ON COLUMN equity.payment_due.amount IS 'Their sum (จำนวนเงิน), baht.';
COMMENT ON COLUMN equity.payment_due.due_from IS 'Day on which the first is due.';
COMMENT ON COLUMN equity.payment_due.due_to IS 'Day on which the last is due.';

CREATE VIEW equity.payment_reconciliation WITH (security_invoker = true) AS
  SELECT s.term_id,
         t.academic_year::integer AS academic_year,
         t.academic_year - 543 AS academic_year_ce,
         t.term::integer AS term,
         s.institution_id,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         s.programme_code,
         s.due::numeric(14,2) AS due,
         s.paid_out::numeric(14,2) AS paid_out,
         s.returned::numeric(14,2) AS returned,
         s.refund_due::numeric(14,2) AS refund_due,
         s.refunded::numeric(14,2) AS refunded,
         s.open::numeric(14,2) AS open,
         (s.due - (s.paid_out - s.returned - s.refund_due - s.refunded + s.open))::numeric(14,2) AS balance,
         g.name_th AS programme_th,
         g.name_en AS programme_en
    FROM (SELECT p.term_id, p.institution_id, p.programme_code,
                 coalesce(pg_catalog.sum(CASE p.kind WHEN 'grant' THEN p.amount ELSE -p.amount END) FILTER (WHERE p.status NOT IN ('cancelled', 'returned')), 0) AS due,
                 coalesce(pg_catalog.sum(p.amount) FILTER (WHERE p.kind = 'grant' AND p.status IN ('paid', 'returned')), 0) AS paid_out,
                 coalesce(pg_catalog.sum(p.amount) FILTER (WHERE p.status = 'returned'), 0) AS returned,
                 coalesce(pg_catalog.sum(p.amount) FILTER (WHERE p.kind = 'refund' AND p.status = 'planned'), 0) AS refund_due,
                 coalesce(pg_catalog.sum(p.amount) FILTER (WHERE p.kind = 'refund' AND p.status = 'paid'), 0) AS refunded,
                 coalesce(pg_catalog.sum(p.amount) FILTER (WHERE p.kind = 'grant' AND p.status IN ('planned', 'batched')), 0) AS open
            FROM equity.payment AS p
           GROUP BY p.term_id, p.institution_id, p.programme_code) AS s
    JOIN equity.academic_term AS t ON t.term_id = s.term_id
    JOIN equity.institution AS i ON i.institution_id = s.institution_id
    JOIN equity.programme AS g ON g.programme_code = s.programme_code;

COMMENT ON VIEW equity.payment_reconciliation IS
  'Due, paid, returned, refunded and open (กระทบยอด), by term, institution and programme; each row balances to zero.';
COMMENT ON COLUMN equity.payment_reconciliation.term_id IS 'The term (ภาคเรียน).';
COMMENT ON COLUMN equity.payment_reconciliation.academic_year IS 'Academic year (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity.payment_reconciliation.academic_year_ce IS 'The same year in the common era, ค.ศ.';
COMMENT ON COLUMN equity.payment_reconciliation.term IS 'Number of the term in the year.';
COMMENT ON COLUMN equity.payment_reconciliation.institution_id IS 'The institution.';
COMMENT ON COLUMN equity.payment_reconciliation.institution_th IS 'Its Thai name (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.payment_reconciliation.institution_en IS 'Its English name, or NULL.';
COMMENT ON COLUMN equity.payment_reconciliation.programme_code IS 'The programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.payment_reconciliation.due IS 'What is earned (ยอดที่ต้องจ่าย), baht.';
COMMENT ON COLUMN equity.payment_reconciliation.paid_out IS 'What was paid out (จ่ายแล้ว), also what came back.';
COMMENT ON COLUMN equity.payment_reconciliation.returned IS 'What came back because it could not be paid (เงินตีกลับ).';
COMMENT ON COLUMN equity.payment_reconciliation.refund_due IS 'What scholars have to give back and have not (ค้างเรียกคืน).';
COMMENT ON COLUMN equity.payment_reconciliation.refunded IS 'What they gave back (เรียกคืนแล้ว).';
COMMENT ON COLUMN equity.payment_reconciliation.open IS 'What is planned or in a batch (ค้างจ่าย).';
COMMENT ON COLUMN equity.payment_reconciliation.balance IS 'due less (paid_out - returned - refund_due - refunded + open): 0.';
COMMENT ON COLUMN equity.payment_reconciliation.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.payment_reconciliation.programme_en IS 'English name of the programme.';

-- The newest academic year of each affiliation is the pattern of the years after it.
CREATE VIEW equity.budget_projection WITH (security_barrier = true) AS
  WITH pattern AS (
    SELECT t.*, pg_catalog.row_number() OVER (PARTITION BY t.affiliation ORDER BY t.term) AS number,
           pg_catalog.count(*) OVER (PARTITION BY t.affiliation) AS terms
      FROM (SELECT a.*, pg_catalog.max(a.academic_year) OVER (PARTITION BY a.affiliation) AS newest FROM equity.academic_term AS a) AS t
     WHERE t.academic_year = t.newest
  ), cost AS (
    SELECT t.affiliation, t.academic_year AS base_year, y.ahead, r.programme_code, r.grant_type,
           (y.ahead - 1) * t.terms + t.number AS terms_ahead,
           (pg_catalog.date_part('year', p.starts + pg_catalog.make_interval(years => y.ahead, months => 3)))::integer AS fiscal_year_ce,
           pg_catalog.sum(r.amount) AS amount
      FROM pattern AS t
     CROSS JOIN pg_catalog.generate_series(1, 5) AS y (ahead)
      JOIN equity_internal.term_rate AS r ON r.term_id = t.term_id
      JOIN LATERAL equity_internal.term_periods(ROW(t.term_id, t.affiliation, t.academic_year, t.term, t.opens, t.closes)::equity.academic_term) AS p
        ON p.unit = r.unit
     WHERE r.unit <> 'once'
     GROUP BY t.affiliation, t.academic_year, y.ahead, t.terms, t.number, r.programme_code, r.grant_type, 7
  ), held AS (
    SELECT w.programme_code, w.grant_type, i.affiliation, w.academic_year + g.years AS ends_before, pg_catalog.count(*) AS awards
      FROM equity.award AS w
      JOIN equity.institution AS i ON i.institution_id = w.institution_id
      JOIN equity.grant_type AS g ON g.grant_type = w.grant_type
     WHERE w.status IN ('accepted', 'studying', 'suspended')
     GROUP BY w.programme_code, w.grant_type, i.affiliation, w.academic_year + g.years
  ), decided AS (
    SELECT n.award_id,
           pg_catalog.count(*) AS decided,
           pg_catalog.count(*) FILTER (WHERE n.outcome IN ('continue', 'warn', 'probation')) AS kept,
           pg_catalog.max(t.opens) FILTER (WHERE n.outcome IN ('suspend', 'terminate')) = pg_catalog.max(t.opens) AS refused_last
      FROM equity.renewal AS n
      JOIN equity.academic_term AS t ON t.term_id = n.term_id
     GROUP BY n.award_id
  ), enrolled AS (
    SELECT r.award_id, pg_catalog.count(*) AS terms
      FROM equity.term_result AS r
     WHERE r.enrolled
     GROUP BY r.award_id
  ), seen AS (
    -- who is refused is no leaver, although the award then ends
    SELECT w.programme_code,
           pg_catalog.sum(d.decided) AS decided,
           pg_catalog.sum(d.kept) AS kept,
           pg_catalog.sum(e.terms) AS enrolled,
           pg_catalog.sum(e.terms) - pg_catalog.count(*) FILTER (WHERE e.terms > 0
                                                                   AND w.status IN ('discontinued', 'terminated')
                                                                   AND d.refused_last IS NOT TRUE) AS stayed
      FROM equity.award AS w
      LEFT JOIN decided AS d ON d.award_id = w.award_id
      LEFT JOIN enrolled AS e ON e.award_id = w.award_id
     GROUP BY w.programme_code
  ), retention AS (
    SELECT s.*, coalesce(s.kept / s.decided, 1) * coalesce(s.stayed / s.enrolled, 1) AS of_a_term
      FROM seen AS s
  ), year AS (
    SELECT c.programme_code, c.fiscal_year_ce,
           pg_catalog.max(h.total) AS awards,
           pg_catalog.sum(c.amount * h.awards) AS committed,
           pg_catalog.sum(c.amount * h.awards * pg_catalog.power(r.of_a_term, c.terms_ahead::numeric)) AS expected,
           pg_catalog.max(r.kept) AS kept,
           pg_catalog.max(r.decided) AS decided,
           pg_catalog.max(r.stayed) AS stayed,
           pg_catalog.max(r.enrolled) AS enrolled
      FROM cost AS c
      JOIN (SELECT x.*, pg_catalog.sum(x.awards) OVER (PARTITION BY x.programme_code) AS total FROM held AS x) AS h
        ON h.programme_code = c.programme_code
       AND h.grant_type = c.grant_type
       AND h.affiliation = c.affiliation
       AND h.ends_before > c.base_year + c.ahead
      JOIN retention AS r ON r.programme_code = c.programme_code
     GROUP BY c.programme_code, c.fiscal_year_ce
  )
  SELECT y.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         y.fiscal_year_ce + 543 AS fiscal_year,
         y.fiscal_year_ce,
         (pg_catalog.row_number() OVER so_far)::integer AS years_ahead,
         y.committed::numeric(16,2) AS committed,
         y.expected::numeric(16,2) AS expected,
         (pg_catalog.sum(y.committed) OVER so_far)::numeric(16,2) AS committed_total,
         (pg_catalog.sum(y.expected) OVER so_far)::numeric(16,2) AS expected_total,
         y.awards::bigint AS awards,
         coalesce(y.kept, 0)::bigint AS renewals_kept,
         coalesce(y.decided, 0)::bigint AS renewals_decided,
         coalesce(y.stayed, 0)::bigint AS terms_stayed,
         coalesce(y.enrolled, 0)::bigint AS terms_enrolled
    FROM year AS y
    JOIN equity.programme AS g ON g.programme_code = y.programme_code
  WINDOW so_far AS (PARTITION BY y.programme_code ORDER BY y.fiscal_year_ce);

COMMENT ON VIEW equity.budget_projection IS
  'What the awards that people hold will cost in the years after the newest academic year (ประมาณการงบประมาณ), by programme and fiscal year, at the newest rates: committed if everybody stays to the end of the kind of grant, expected with the retention seen so far, of renewals and of who left.';
COMMENT ON COLUMN equity.budget_projection.programme_code IS 'The programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.budget_projection.programme_th IS 'Its Thai name (ชื่อโครงการ).';
COMMENT ON COLUMN equity.budget_projection.programme_en IS 'Its English name.';
COMMENT ON COLUMN equity.budget_projection.fiscal_year IS 'Fiscal year (ปีงบประมาณ), พ.ศ.: from 1 October, named by its end.';
COMMENT ON COLUMN equity.budget_projection.fiscal_year_ce IS 'The same year in the common era, ค.ศ.';
COMMENT ON COLUMN equity.budget_projection.years_ahead IS 'Number of the year, 1 for the first: take 1, 2 or 5 for what the totals cover.';
COMMENT ON COLUMN equity.budget_projection.committed IS 'Cost of the year when everybody who holds an award now stays (ผูกพัน), baht.';
COMMENT ON COLUMN equity.budget_projection.expected IS 'Cost of the year when of each term as many go on as so far (คาดการณ์): renewals_kept / renewals_decided * terms_stayed / terms_enrolled; a share of which there is nothing yet is 1.';
COMMENT ON COLUMN equity.budget_projection.committed_total IS 'Committed of this and the years before it.';
COMMENT ON COLUMN equity.budget_projection.expected_total IS 'Expected of this and the years before it.';
COMMENT ON COLUMN equity.budget_projection.awards IS 'Awards that are held now, accepted, studying or suspended: what committed counts, those with a fixed length alone.';
COMMENT ON COLUMN equity.budget_projection.renewals_kept IS 'Renewals of the programme so far that said continue, warn or probation.';
COMMENT ON COLUMN equity.budget_projection.renewals_decided IS 'All renewals of the programme so far: the denominator of renewals_kept.';
COMMENT ON COLUMN equity.budget_projection.terms_stayed IS 'terms_enrolled without the last one of each scholar who left, died, or whose award was ended otherwise than by a renewal (คงอยู่).';
COMMENT ON COLUMN equity.budget_projection.terms_enrolled IS 'Terms in which scholars of the programme were enrolled so far, each scholar''s counted: the denominator of terms_stayed.';
