-- A round on one row: its dates, what it announced, the seats and how many of them it gave.

--- For readers counts of one to four persons are NULL, with what is reckoned with them. How many applied, were eligible
--- and accepted is in equity.application_funnel.
CREATE VIEW equity.round_summary WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         r.call_number::integer AS call_number,
         r.name_th AS round_th,
         r.name_en AS round_en,
         r.status,
         r.opens_at,
         r.closes_at,
         c.run_id,
         c.status AS run_status,
         q.programmes,
         q.quota,
         coalesce(s.institutions, 0)::bigint AS institutions,
         coalesce(s.pools, 0)::bigint AS pools,
         coalesce(s.seats, 0)::bigint AS seats,
         t.admitted,
         s.seats - t.admitted AS unfilled,
         (100.0 * t.admitted / nullif(s.seats, 0))::numeric(7,1) AS fill_percent,
         w.offers
    FROM equity.round AS r
    LEFT JOIN equity.current_run AS c ON c.round_id = r.round_id
    LEFT JOIN (SELECT rp.round_id, count(*) AS programmes, sum(rp.quota) AS quota
                 FROM equity.round_programme AS rp
                GROUP BY rp.round_id) AS q
           ON q.round_id = r.round_id
    LEFT JOIN (SELECT p.round_id, count(DISTINCT p.institution_id) AS institutions, count(*) AS pools, sum(p.seats) AS seats
                 FROM equity.seat_pool AS p
                GROUP BY p.round_id) AS s
           ON s.round_id = r.round_id
    LEFT JOIN LATERAL (SELECT CASE WHEN n.admitted NOT BETWEEN 1 AND 4 OR equity_internal.may_count() THEN n.admitted END AS admitted
                         FROM (SELECT count(*) AS admitted FROM equity.placement AS m WHERE m.run_id = c.run_id) AS n
                        WHERE c.run_id IS NOT NULL) AS t
           ON true
    LEFT JOIN LATERAL (SELECT CASE WHEN n.offers NOT BETWEEN 1 AND 4 OR equity_internal.may_count() THEN n.offers END AS offers
                         FROM (SELECT count(*) AS offers FROM equity.award AS o WHERE o.round_id = r.round_id) AS n) AS w
           ON true;

COMMENT ON VIEW equity.round_summary IS
  'Each round with its dates, quota, seats, and how many of them its current run (equity.current_run) gave.';
COMMENT ON COLUMN equity.round_summary.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.round_summary.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.round_summary.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.round_summary.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.round_summary.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.round_summary.round_th IS 'Thai name of the round (ชื่อรอบ).';
COMMENT ON COLUMN equity.round_summary.round_en IS 'English name of the round, or NULL.';
COMMENT ON COLUMN equity.round_summary.status IS 'draft, open, closed, scored, allocated, verified or published.';
COMMENT ON COLUMN equity.round_summary.opens_at IS 'When applications open (เปิดรับสมัคร); NULL when not fixed.';
COMMENT ON COLUMN equity.round_summary.closes_at IS 'When applications close (ปิดรับสมัคร); NULL when not fixed.';
COMMENT ON COLUMN equity.round_summary.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร); NULL before there is one.';
COMMENT ON COLUMN equity.round_summary.run_status IS 'Status of that run: draft, verified or published; NULL before there is one.';
COMMENT ON COLUMN equity.round_summary.programmes IS 'Programmes that the round serves (โครงการ); NULL for none.';
COMMENT ON COLUMN equity.round_summary.quota IS 'Scholarships that the round announces (โควตาทุน); NULL when it announces no number.';
COMMENT ON COLUMN equity.round_summary.institutions IS 'Institutions with a seat pool in the round (สถานศึกษา).';
COMMENT ON COLUMN equity.round_summary.pools IS 'Seat pools of the round (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.round_summary.seats IS 'Seats of these pools (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.round_summary.admitted IS 'Applicants whom the run admits (จำนวนผู้ได้รับการจัดสรร); NULL before there is a run, and where it is withheld.';
COMMENT ON COLUMN equity.round_summary.unfilled IS 'Seats left empty (ที่นั่งทุนคงเหลือ); NULL where admitted is.';
COMMENT ON COLUMN equity.round_summary.fill_percent IS 'Admitted in percent of the seats (ร้อยละที่จัดสรร), one decimal; NULL where admitted is and without seats.';
COMMENT ON COLUMN equity.round_summary.offers IS 'Awards that the round offered, whatever became of them (จำนวนที่ประกาศให้ทุน); 0 before publication.';
