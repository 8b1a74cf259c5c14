-- Reports: views of plain columns for people and reporting tools. Thai and English
-- labels, years in both eras, a comment on every column. They read with the rights of their
-- owner, so that figures are whole for whoever may read a report alone; hence they read tables and
-- each other, never a view with security_invoker.

-- Counts of one to four persons are for those who may count the rows themselves. A reader gets none, and no
-- count from which such a one follows by a subtraction. Views that hide some are security_barrier: a function of the
-- reader's own in a condition sees the rows of the report, not those that were counted for it.

CREATE FUNCTION equity_internal.may_count() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN equity_internal.owns_registry()
       OR equity_internal.has_level('analyst', 'operator', 'auditor')
       OR has_table_privilege('equity.application', 'SELECT')
          AND has_table_privilege('equity.choice', 'SELECT')
          AND has_table_privilege('equity.assessment', 'SELECT')
          AND has_table_privilege('equity.placement', 'SELECT')
          AND has_table_privilege('equity.award', 'SELECT')
          AND NOT has_type_privilege('equity_internal.officer', 'USAGE');

COMMENT ON FUNCTION equity_internal.may_count() IS
  'Whether the caller may read all rows that the reports count, and so sees small counts in them.';

CREATE FUNCTION equity_internal.counts_scholars() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN has_table_privilege('equity.award', 'SELECT')
       AND has_table_privilege('equity.outcome', 'SELECT')
       AND equity_internal.sees_whole('award');

COMMENT ON FUNCTION equity_internal.counts_scholars() IS
  'Whether the caller may read all awards and outcomes, and so count them: then reports withhold no count.';

CREATE FUNCTION equity_internal.sum_tells(counts bigint, total numeric) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN counts > 0 AND (counts = 1 OR total < 5);

COMMENT ON FUNCTION equity_internal.sum_tells(bigint, numeric) IS
  'Whether the sum of so many hidden counts tells what they are: of one alone, and of several that are less than five together.';

CREATE VIEW equity.current_run AS
  SELECT DISTINCT ON (a.round_id)
         a.round_id,
         a.run_id,
         a.status
    FROM equity.allocation_run AS a
   WHERE a.status IN ('draft', 'verified', 'published')
   ORDER BY a.round_id, a.status = 'published' DESC, a.run_id DESC;

COMMENT ON VIEW equity.current_run IS
  'The allocation run that the reports of a round show: the published one, else the newest that has not failed. A round that is not allocated has no row.';
COMMENT ON COLUMN equity.current_run.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.current_run.run_id IS 'Allocation run (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.current_run.status IS 'Status of the run: draft, verified or published.';

-- Choices are as many as applicants times choices, so they are counted without looking up who made them: nearly
-- everybody asks for one programme, that of the first choice, and takes part. Counted one by one are only other
-- programmes, and who takes no part, whom all the choices count too.
--
-- What a reader does not get: a programme's count of one to four, the next smallest of the year where what is hidden
-- would follow from the whole of the year, and sums over the years where the step to one is of one to four.
--- For readers counts of one to four are NULL, with those from which they would follow.
CREATE VIEW equity.programme_summary WITH (security_barrier = true) AS
  WITH caller AS MATERIALIZED (
    SELECT equity_internal.may_count() AS counts
  ), year AS (
    SELECT r.academic_year FROM equity.round AS r
    UNION
    SELECT w.academic_year FROM equity.award AS w
  ), quota AS (
    SELECT rp.programme_code, r.academic_year, sum(rp.quota) AS quota
      FROM equity.round_programme AS rp
      JOIN equity.round AS r ON r.round_id = rp.round_id
     GROUP BY rp.programme_code, r.academic_year
  ), seat AS (
    SELECT p.programme_code, r.academic_year, sum(p.seats) AS seats
      FROM equity.seat_pool AS p
      JOIN equity.round AS r ON r.round_id = p.round_id
     GROUP BY p.programme_code, r.academic_year
  ), asked AS (
    SELECT k.programme_code, r.academic_year, sum(k.applicants) AS applicants
      FROM (SELECT p.programme_code, p.round_id, sum(c.applicants) AS applicants
              FROM (SELECT f.pool_id, count(*) AS applicants
                      FROM equity.choice AS f
                     WHERE f.choice = 1
                     GROUP BY f.pool_id) AS c
              JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
             GROUP BY p.programme_code, p.round_id
            UNION ALL
            SELECT o.programme_code, o.round_id, count(*)
              FROM (SELECT DISTINCT c.applicant_id, c.round_id, p.programme_code
                      FROM equity.choice AS c
                      JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
                      LEFT JOIN (SELECT n.applicant_id, n.round_id, q.programme_code
                                   FROM equity.choice AS n
                                   JOIN equity.seat_pool AS q ON q.pool_id = n.pool_id
                                  WHERE n.choice = 1) AS f
                             ON f.applicant_id = c.applicant_id
                            AND f.round_id = c.round_id
                     WHERE c.choice > 1
                       AND f.programme_code IS DISTINCT FROM p.programme_code) AS o
             GROUP BY o.programme_code, o.round_id
            UNION ALL
            SELECT o.programme_code, o.round_id, - count(*)
              FROM (SELECT DISTINCT c.applicant_id, c.round_id, p.programme_code
                      FROM equity.application AS n
                      JOIN equity.choice AS c
                        ON c.applicant_id = n.applicant_id
                       AND c.round_id = n.round_id
                      JOIN equity.seat_pool AS p ON p.pool_id = c.pool_id
                     WHERE NOT equity_internal.takes_part(n.status, n.late)) AS o
             GROUP BY o.programme_code, o.round_id) AS k
      JOIN equity.round AS r ON r.round_id = k.round_id
     GROUP BY k.programme_code, r.academic_year
  ), assessed AS (
    SELECT s.programme_code, r.academic_year, sum(s.judged) AS judged, sum(s.eligible) AS eligible, sum(s.undetermined) AS undetermined
      FROM (SELECT a.round_id,
                   a.programme_code,
                   count(*) AS judged,
                   count(*) FILTER (WHERE equity_internal.competes(a.eligible, a.score)) AS eligible,
                   count(*) FILTER (WHERE a.eligible IS NULL OR a.eligible AND a.score IS NULL) AS undetermined
              FROM equity.assessment AS a
             GROUP BY a.round_id, a.programme_code) AS s
      JOIN equity.round AS r ON r.round_id = s.round_id
     GROUP BY s.programme_code, r.academic_year
  ), placed AS (
    SELECT p.programme_code, r.academic_year, sum(t.placed) AS placed
      FROM (SELECT c.round_id, s.pool_id, count(*) AS placed
              FROM equity.current_run AS c
              JOIN equity.placement AS s ON s.run_id = c.run_id
             GROUP BY c.round_id, s.pool_id) AS t
      JOIN equity.seat_pool AS p ON p.pool_id = t.pool_id
      JOIN equity.round AS r ON r.round_id = t.round_id
     GROUP BY p.programme_code, r.academic_year
  ), awarded AS (
    SELECT w.programme_code,
           w.academic_year,
           count(*) FILTER (WHERE w.round_id IS NOT NULL) AS offers,
           count(*) FILTER (WHERE w.status = 'graduated') AS graduated,
           count(*) FILTER (WHERE w.status = 'studying') AS studying,
           count(*) FILTER (WHERE w.status = 'discontinued') AS discontinued,
           count(*) FILTER (WHERE w.status = 'suspended') AS suspended,
           count(*) FILTER (WHERE w.status = 'terminated') AS terminated
      FROM equity.award AS w
     GROUP BY w.programme_code, w.academic_year
  )
  SELECT h.programme_code,
         h.programme_th,
         h.programme_en,
         h.academic_year::integer AS academic_year,
         h.academic_year - 543 AS academic_year_ce,
         h.quota,
         h.seats,
         CASE WHEN i.counts OR NOT h.applicants_hidden THEN h.applicants END AS applicants,
         CASE WHEN i.counts OR NOT h.eligible_hidden THEN h.eligible END AS eligible,
         CASE WHEN i.counts OR h.undetermined NOT BETWEEN 1 AND 4 THEN h.undetermined END AS undetermined,
         CASE WHEN i.counts OR NOT h.placed_hidden THEN h.placed END AS placed,
         CASE WHEN i.counts OR NOT h.placed_hidden AND h.offers NOT BETWEEN 1 AND 4 THEN h.offers END AS offers,
         CASE WHEN i.counts OR NOT h.parts_hidden THEN h.all_graduated END AS recipients_graduated,
         CASE WHEN i.counts OR NOT h.parts_hidden THEN h.all_studying END AS recipients_studying,
         CASE WHEN i.counts OR NOT h.parts_hidden THEN h.all_discontinued END AS recipients_discontinued,
         CASE WHEN i.counts OR NOT h.recipients_hidden THEN h.all_recipients END AS recipients,
         CASE WHEN i.counts OR NOT h.parts_hidden THEN h.all_suspended END AS recipients_suspended,
         CASE WHEN i.counts OR NOT h.parts_hidden THEN h.all_terminated END AS recipients_terminated,
         CASE WHEN i.counts OR NOT (h.applicants_hidden OR h.judged BETWEEN 1 AND 4 OR h.applicants - h.judged BETWEEN 1 AND 4) THEN h.judged END AS judged
    FROM (SELECT c.*,
                 c.applicants BETWEEN 1 AND 4
                   OR c.applicants >= 5
                      AND equity_internal.sum_tells(count(*) FILTER (WHERE c.applicants BETWEEN 1 AND 4) OVER of_year,
                                                    sum(c.applicants) FILTER (WHERE c.applicants BETWEEN 1 AND 4) OVER of_year)
                      AND c.applicants = min(c.applicants) FILTER (WHERE c.applicants >= 5) OVER of_year AS applicants_hidden,
                 c.eligible BETWEEN 1 AND 4
                   OR c.eligible >= 5
                      AND equity_internal.sum_tells(count(*) FILTER (WHERE c.eligible BETWEEN 1 AND 4) OVER of_year,
                                                    sum(c.eligible) FILTER (WHERE c.eligible BETWEEN 1 AND 4) OVER of_year)
                      AND c.eligible = min(c.eligible) FILTER (WHERE c.eligible >= 5) OVER of_year AS eligible_hidden,
                 c.placed BETWEEN 1 AND 4
                   OR c.placed >= 5
                      AND equity_internal.sum_tells(count(*) FILTER (WHERE c.placed BETWEEN 1 AND 4) OVER of_year,
                                                    sum(c.placed) FILTER (WHERE c.placed BETWEEN 1 AND 4) OVER of_year)
                      AND c.placed = min(c.placed) FILTER (WHERE c.placed >= 5) OVER of_year AS placed_hidden,
                 c.graduated[cardinality(c.graduated)] BETWEEN 1 AND 4
                   OR c.studying[cardinality(c.studying)] BETWEEN 1 AND 4
                   OR c.discontinued[cardinality(c.discontinued)] BETWEEN 1 AND 4
                   OR c.suspended[cardinality(c.suspended)] BETWEEN 1 AND 4
                   OR c.terminated[cardinality(c.terminated)] BETWEEN 1 AND 4 AS parts_hidden,
                 c.recipients[cardinality(c.recipients)] BETWEEN 1 AND 4 AS recipients_hidden
            FROM (SELECT n.programme_code,
                         n.programme_th,
                         n.programme_en,
                         n.academic_year,
                         n.quota,
                         n.seats,
                         n.applicants,
                         n.judged,
                         n.eligible,
                         n.undetermined,
                         n.placed,
                         n.offers,
                         coalesce(sum(n.graduated) OVER so_far, 0)::bigint AS all_graduated,
                         coalesce(sum(n.studying) OVER so_far, 0)::bigint AS all_studying,
                         coalesce(sum(n.discontinued) OVER so_far, 0)::bigint AS all_discontinued,
                         coalesce(sum(n.suspended) OVER so_far, 0)::bigint AS all_suspended,
                         coalesce(sum(n.terminated) OVER so_far, 0)::bigint AS all_terminated,
                         coalesce(sum(n.recipients) OVER so_far, 0)::bigint AS all_recipients,
                         -- the steps to each sum, whose last one it tells
                         coalesce(array_agg(n.graduated) FILTER (WHERE n.graduated > 0) OVER so_far, '{0}') AS graduated,
                         coalesce(array_agg(n.studying) FILTER (WHERE n.studying > 0) OVER so_far, '{0}') AS studying,
                         coalesce(array_agg(n.discontinued) FILTER (WHERE n.discontinued > 0) OVER so_far, '{0}') AS discontinued,
                         coalesce(array_agg(n.suspended) FILTER (WHERE n.suspended > 0) OVER so_far, '{0}') AS suspended,
                         coalesce(array_agg(n.terminated) FILTER (WHERE n.terminated > 0) OVER so_far, '{0}') AS terminated,
                         coalesce(array_agg(n.recipients) FILTER (WHERE n.recipients > 0) OVER so_far, '{0}') AS recipients
                    FROM (SELECT g.programme_code,
                                 g.name_th AS programme_th,
                                 g.name_en AS programme_en,
                                 y.academic_year,
                                 q.quota,
                                 coalesce(s.seats, 0)::bigint AS seats,
                                 coalesce(k.applicants, 0)::bigint AS applicants,
                                 coalesce(e.judged, 0)::bigint AS judged,
                                 coalesce(e.eligible, 0)::bigint AS eligible,
                                 coalesce(e.undetermined, 0)::bigint AS undetermined,
                                 coalesce(t.placed, 0)::bigint AS placed,
                                 coalesce(w.offers, 0)::bigint AS offers,
                                 w.graduated,
                                 w.studying,
                                 w.discontinued,
                                 w.suspended,
                                 w.terminated,
                                 w.graduated + w.studying + w.discontinued + w.suspended + w.terminated AS recipients
                            FROM equity.programme AS g
                           CROSS JOIN year AS y
                            LEFT JOIN quota AS q USING (programme_code, academic_year)
                            LEFT JOIN seat AS s USING (programme_code, academic_year)
                            LEFT JOIN asked AS k USING (programme_code, academic_year)
                            LEFT JOIN assessed AS e USING (programme_code, academic_year)
                            LEFT JOIN placed AS t USING (programme_code, academic_year)
                            LEFT JOIN awarded AS w USING (programme_code, academic_year)) AS n
                  WINDOW so_far AS (PARTITION BY n.programme_code ORDER BY n.academic_year)) AS c
          WINDOW of_year AS (PARTITION BY c.academic_year)) AS h
   CROSS JOIN caller AS i;

COMMENT ON VIEW equity.programme_summary IS
  'Each programme in each academic year that has a round or an award: quota, seats, applicants, judged, eligible, undetermined, placed, offers, and the recipients so far. Every figure is counted from rows.';
COMMENT ON COLUMN equity.programme_summary.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.programme_summary.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.programme_summary.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.programme_summary.academic_year IS 'Academic year (ปีการศึกษา) in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.programme_summary.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.programme_summary.quota IS 'Scholarships that the rounds of the year announce (โควตาทุน); NULL when no round of the year has a quota for the programme.';
COMMENT ON COLUMN equity.programme_summary.seats IS 'Seats in the pools of the year''s rounds (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.programme_summary.applicants IS 'Submitted applications that choose at least one pool of the programme (ผู้สมัคร); who applies in two rounds of a year counts twice. Who asks for no pool is in no programme: equity.application_funnel counts those.';
COMMENT ON COLUMN equity.programme_summary.eligible IS 'Of the applicants, those whom the scorecard found eligible and gave a score (ผู้มีคุณสมบัติ): they compete; 0 before scoring.';
COMMENT ON COLUMN equity.programme_summary.undetermined IS 'Of the applicants, those whose eligibility or score is undetermined because an answer is missing (ข้อมูลไม่ครบ): they do not compete; 0 before scoring.';
COMMENT ON COLUMN equity.programme_summary.placed IS 'Applicants whom the current run of each round admits (ผู้ได้รับการจัดสรร); see equity.current_run.';
COMMENT ON COLUMN equity.programme_summary.offers IS 'Awards of the year that a published round offered, whatever became of them (จำนวนที่ประกาศให้ทุน).';
COMMENT ON COLUMN equity.programme_summary.recipients_graduated IS 'Awards of this and earlier years whose holder has graduated by now (ผู้รับทุนที่สำเร็จการศึกษา).';
COMMENT ON COLUMN equity.programme_summary.recipients_studying IS 'Awards of this and earlier years whose holder is studying now (ผู้รับทุนที่กำลังศึกษา).';
COMMENT ON COLUMN equity.programme_summary.recipients_discontinued IS 'Awards of this and earlier years whose holder left without graduating (ผู้รับทุนที่พ้นสภาพ).';
COMMENT ON COLUMN equity.programme_summary.recipients IS 'Awards received so far (ผู้รับทุนสะสม): graduated, studying, discontinued, suspended and terminated together. Offers that are not taken up do not count.';
COMMENT ON COLUMN equity.programme_summary.recipients_suspended IS 'Awards of this and earlier years that are suspended now (ผู้รับทุนที่ถูกพักทุน).';
COMMENT ON COLUMN equity.programme_summary.recipients_terminated IS 'Awards of this and earlier years that were terminated (ผู้รับทุนที่ถูกยุติทุน).';
COMMENT ON COLUMN equity.programme_summary.judged IS 'Of the applicants, those whom the scorecard has judged (ผู้ได้รับการประเมิน): eligible, undetermined and ineligible together; 0 before scoring.';
