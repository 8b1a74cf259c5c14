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

CREATE FUNCTION equity_internal.few_apart(VARIADIC counts bigint[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM unnest(counts || 0::bigint) AS a (n), unnest(counts || 0::bigint) AS b (n) WHERE b.n - a.n BETWEEN 1 AND 4);
END;

COMMENT ON FUNCTION equity_internal.few_apart(bigint[]) IS
  'Whether one of the counts is of one to four, or the difference of two.';

-- The newest academic year of each affiliation is the pattern of the years after it.
--
-- Money at known rates tells how many awards it is for, of each kind, affiliation and year in which they began, and
-- beside the recipients of equity.programme_summary how many are only accepted, or ended. So a reader gets awards and
-- money of a programme when none of these groups (counted) is of one to four. equity.cohort_outcome tells of all
-- programmes together: where those withheld are as few in an affiliation, year or state, or in all, the next smallest
-- programme that has some there is withheld too (untold).
--
--- Whoever may read awards and outcomes reads every figure. For others awards and money of a programme are NULL when
--- one to four awards are of one kind, affiliation, year and state (accepted, taken up, ended), with those of the next
--- smallest programme where a sum would tell them. renewals_kept, renewals_decided, terms_stayed, terms_enrolled and what
--- is expected are NULL when one of these counts, the difference of two, or of one and the awards held or received so
--- far, or the scholars behind one are one to four, likewise.
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
  ), counted AS (
    SELECT w.programme_code, w.academic_year, coalesce(i.affiliation, '') AS affiliation, t.state,
           CASE WHEN t.state <> 'ended' THEN w.grant_type END AS grant_type,
           pg_catalog.sum(w.awards)::bigint AS awards
      FROM (SELECT n.programme_code, n.academic_year, n.institution_id, n.grant_type, n.status, pg_catalog.count(*) AS awards
              FROM equity.award AS n
             GROUP BY n.programme_code, n.academic_year, n.institution_id, n.grant_type, n.status) AS w
      JOIN (VALUES ('accepted', 'accepted'), ('studying', 'taken up'), ('suspended', 'taken up'),
                   ('graduated', 'ended'), ('discontinued', 'ended'), ('terminated', 'ended')) AS t (status, state) ON t.status = w.status
      LEFT JOIN equity.institution AS i ON i.institution_id = w.institution_id
     GROUP BY w.programme_code, w.academic_year, coalesce(i.affiliation, ''), t.state, 5
  ), held AS (
    SELECT c.programme_code, c.grant_type, c.affiliation, c.academic_year + g.years AS ends_before, c.awards
      FROM counted AS c
      JOIN equity.grant_type AS g ON g.grant_type = c.grant_type
     WHERE c.state <> 'ended'
       AND c.affiliation <> ''
  ), untold AS (
    SELECT k.programme_code, pg_catalog.bool_or(k.few OR k.few_together < 5 AND k.place = 1) AS awards
      FROM (SELECT p.programme_code, p.few,
                   pg_catalog.sum(p.awards) FILTER (WHERE p.few) OVER (PARTITION BY p.affiliation, p.academic_year, p.state) AS few_together,
                   pg_catalog.row_number() OVER (PARTITION BY p.affiliation, p.academic_year, p.state, p.few
                                                 ORDER BY p.whole, p.programme_code COLLATE "C") AS place
              FROM (SELECT c.programme_code, c.affiliation, c.academic_year, c.state, c.few, c.whole, pg_catalog.sum(c.awards) AS awards
                      FROM (SELECT n.*, pg_catalog.bool_or(n.awards < 5) OVER of_programme AS few, pg_catalog.sum(n.awards) OVER of_programme AS whole
                              FROM counted AS n
                            WINDOW of_programme AS (PARTITION BY n.programme_code)) AS c
                     GROUP BY c.programme_code, c.few, c.whole, CUBE (c.affiliation, c.academic_year, c.state)) AS p) AS k
     GROUP BY k.programme_code
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
    SELECT w.programme_code,
           pg_catalog.sum(d.decided) AS decided,
           pg_catalog.sum(d.kept) AS kept,
           pg_catalog.sum(e.terms) AS enrolled,
           pg_catalog.sum(e.terms) - pg_catalog.count(*) FILTER (WHERE l.leaver) AS stayed,
           pg_catalog.count(*) FILTER (WHERE l.leaver) AS leavers,
           pg_catalog.count(*) FILTER (WHERE w.status IN ('accepted', 'studying', 'suspended')) AS held,
           pg_catalog.count(*) FILTER (WHERE w.status IN ('graduated', 'studying', 'discontinued', 'suspended', 'terminated')) AS recipients,
           ARRAY[pg_catalog.count(d.award_id),
                 pg_catalog.count(*) FILTER (WHERE d.kept > 0),
                 pg_catalog.count(*) FILTER (WHERE d.kept < d.decided),
                 pg_catalog.count(e.award_id),
                 pg_catalog.count(*) FILTER (WHERE e.terms > l.leaver::integer),
                 pg_catalog.count(*) FILTER (WHERE l.leaver),
                 pg_catalog.count(*) FILTER (WHERE w.status IN ('discontinued', 'terminated') AND l.leaver IS NOT TRUE)] AS scholars
      FROM equity.award AS w
      LEFT JOIN decided AS d ON d.award_id = w.award_id
      LEFT JOIN enrolled AS e ON e.award_id = w.award_id
     -- who is refused is no leaver, although the award then ends
     CROSS JOIN LATERAL (SELECT e.terms > 0 AND w.status IN ('discontinued', 'terminated') AND d.refused_last IS NOT TRUE AS leaver) AS l
     GROUP BY w.programme_code
  ), retention AS (
    SELECT f.*,
           coalesce(f.kept / f.decided, 1) * coalesce(f.stayed / f.enrolled, 1) AS of_a_term,
           f.few OR pg_catalog.sum(f.leavers) FILTER (WHERE f.few) OVER () BETWEEN 1 AND 4
                    AND f.leavers = pg_catalog.min(f.leavers) FILTER (WHERE NOT f.few AND f.leavers > 0) OVER () AS untold
      FROM (SELECT s.*,
                   s.scholars && '{1, 2, 3, 4}'::bigint[]
                   OR equity_internal.few_apart(s.held, s.recipients, s.decided::bigint, s.kept::bigint, s.enrolled::bigint, s.stayed::bigint) AS few
              FROM seen AS s) AS f
  ), told AS (
    SELECT r.programme_code, v.whole OR NOT u.awards AS awards, v.whole OR NOT r.untold AS shares
      FROM retention AS r
      JOIN untold AS u ON u.programme_code = r.programme_code
     CROSS JOIN (SELECT equity_internal.counts_scholars() AS whole) AS v
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
         (CASE WHEN t.awards THEN y.committed END)::numeric(16,2) AS committed,
         (CASE WHEN t.awards AND t.shares THEN y.expected END)::numeric(16,2) AS expected,
         (CASE WHEN t.awards THEN pg_catalog.sum(y.committed) OVER so_far END)::numeric(16,2) AS committed_total,
         (CASE WHEN t.awards AND t.shares THEN pg_catalog.sum(y.expected) OVER so_far END)::numeric(16,2) AS expected_total,
         CASE WHEN t.awards THEN y.awards::bigint END AS awards,
         CASE WHEN t.shares THEN coalesce(y.kept, 0)::bigint END AS renewals_kept,
         CASE WHEN t.shares THEN coalesce(y.decided, 0)::bigint END AS renewals_decided,
         CASE WHEN t.shares THEN coalesce(y.stayed, 0)::bigint END AS terms_stayed,
         CASE WHEN t.shares THEN coalesce(y.enrolled, 0)::bigint END AS terms_enrolled
    FROM year AS y
    JOIN equity.programme AS g ON g.programme_code = y.programme_code
    JOIN told AS t ON t.programme_code = y.programme_code
  WINDOW so_far AS (PARTITION BY y.programme_code ORDER BY y.fiscal_year_ce);

COMMENT ON VIEW equity.budget_projection IS
  'What the awards that people hold will cost in the years after the newest academic year (ประมาณการงบประมาณ), by programme and fiscal year, at the newest rates: committed if everybody stays to the end of the kind of grant, expected with the retention seen so far, of renewals and of who left.';
COMMENT ON COLUMN equity.budget_projection.programme_code IS 'The programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.budget_projection.programme_th IS 'Its Thai name (ชื่อโครงการ).';
COMMENT ON COLUMN equity.budget_projection.programme_en IS 'Its English name.';
COMMENT ON COLUMN equity.budget_projection.fiscal_year IS 'Fiscal year (ปีงบประมาณ), พ.ศ.: from 1 October, named by its end.';
COMMENT ON COLUMN equity.budget_projection.fiscal_year_ce IS 'The same year in the common era, ค.ศ.';
COMMENT ON COLUMN equity.budget_projection.years_ahead IS 'Number of the year, 1 for the first: take 1, 2 or 5 for what the totals cover.';
COMMENT ON COLUMN equity.budget_projection.committed IS 'Cost of the year when everybody who holds an award now stays (ผูกพัน), baht; NULL with awards.';
COMMENT ON COLUMN equity.budget_projection.expected IS 'Cost of the year when of each term as many go on as so far (คาดการณ์): renewals_kept / renewals_decided * terms_stayed / terms_enrolled; a share of which there is nothing yet is 1. NULL with awards or renewals_kept.';
COMMENT ON COLUMN equity.budget_projection.committed_total IS 'Committed of this and the years before it; NULL with awards.';
COMMENT ON COLUMN equity.budget_projection.expected_total IS 'Expected of this and the years before it; NULL with awards or renewals_kept.';
COMMENT ON COLUMN equity.budget_projection.awards IS 'Awards that are held now, accepted, studying or suspended: what committed counts, those with a fixed length alone. NULL for whoever may not read awards where it, or money at known rates, would tell one to four.';
COMMENT ON COLUMN equity.budget_projection.renewals_kept IS 'Renewals of the programme so far that said continue, warn or probation. NULL, as the three after it, for whoever may not read awards where one of the four would tell one to four scholars.';
COMMENT ON COLUMN equity.budget_projection.renewals_decided IS 'All renewals of the programme so far: the denominator of renewals_kept; NULL with it.';
COMMENT ON COLUMN equity.budget_projection.terms_stayed IS 'terms_enrolled without the last one of each scholar who left, died, or whose award was ended otherwise than by a renewal (คงอยู่); NULL with renewals_kept.';
COMMENT ON COLUMN equity.budget_projection.terms_enrolled IS 'Terms in which scholars of the programme were enrolled so far, each scholar''s counted: the denominator of terms_stayed; NULL with renewals_kept.';
