-- How the seats of a round are spread over programmes and kinds of institution, and how many were given.

CREATE VIEW equity_internal.institution_kind (kind, position, kind_th, kind_en) WITH (security_invoker = true) AS
  VALUES ('general', 1, 'สถานศึกษาทั่วไป', 'General institution'),
         ('innovation', 2, 'สถานศึกษานวัตกรรม', 'Innovation institution'),
         ('institute', 3, 'สถาบันการอาชีวศึกษา', 'Vocational institute');

COMMENT ON VIEW equity_internal.institution_kind IS
  'Thai and English names of the kinds of institution, in the order of reports.';
COMMENT ON COLUMN equity_internal.institution_kind.kind IS 'Kind, as in equity.institution.';
COMMENT ON COLUMN equity_internal.institution_kind.position IS 'Place in reports.';
COMMENT ON COLUMN equity_internal.institution_kind.kind_th IS 'Thai name.';
COMMENT ON COLUMN equity_internal.institution_kind.kind_en IS 'English name.';

-- A reader must not find what equity.pool_fill withholds: where the pools that it withholds would follow from a kind's sum,
-- all kinds of the programme with such a pool are withheld. What is left over then are all withheld pools of the
-- programme, of which the reports on pools have made sure that their sum tells nothing.
--- For readers counts are NULL where equity.pool_fill withholds pools that would follow from them.
CREATE VIEW equity.seat_use WITH (security_barrier = true) AS
  WITH admitted AS MATERIALIZED (
    SELECT n.pool_id, n.counted, n.hidden FROM equity_internal.pool_count AS n WHERE n.figure = 'admitted'
  )
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         c.run_id,
         u.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         u.kind,
         k.kind_th,
         k.kind_en,
         q.quota,
         u.institutions,
         u.pools,
         u.seats,
         v.admitted,
         u.seats - v.admitted AS unfilled,
         (100.0 * v.admitted / nullif(u.seats, 0))::numeric(7,1) AS fill_percent
    FROM (SELECT s.*,
                 bool_or(equity_internal.sum_tells(s.hidden_pools, s.in_hidden_pools)) OVER (PARTITION BY s.academic_year, s.programme_code)
                   AND s.hidden_pools > 0 AS withheld
            FROM (SELECT p.round_id,
                         o.academic_year,
                         p.programme_code,
                         i.kind,
                         count(DISTINCT p.institution_id) AS institutions,
                         count(*) AS pools,
                         sum(p.seats) AS seats,
                         coalesce(sum(a.counted), 0)::bigint AS admitted,
                         count(*) FILTER (WHERE a.hidden) AS hidden_pools,
                         coalesce(sum(a.counted) FILTER (WHERE a.hidden), 0) AS in_hidden_pools
                    FROM equity.seat_pool AS p
                    JOIN equity.round AS o ON o.round_id = p.round_id
                    JOIN equity.institution AS i ON i.institution_id = p.institution_id
                    LEFT JOIN admitted AS a ON a.pool_id = p.pool_id
                   GROUP BY p.round_id, o.academic_year, p.programme_code, i.kind) AS s) AS u
    JOIN equity.round AS r ON r.round_id = u.round_id
    JOIN equity.programme AS g ON g.programme_code = u.programme_code
    JOIN equity_internal.institution_kind AS k ON k.kind = u.kind
    LEFT JOIN equity.round_programme AS q
           ON q.round_id = u.round_id
          AND q.programme_code = u.programme_code
    LEFT JOIN equity.current_run AS c ON c.round_id = u.round_id
   CROSS JOIN LATERAL (SELECT CASE WHEN c.run_id IS NOT NULL AND (NOT u.withheld OR equity_internal.may_count()) THEN u.admitted END) AS v (admitted);

COMMENT ON VIEW equity.seat_use IS
  'The seats of each round by programme and kind of institution, and how many of them the current run gave.';
COMMENT ON COLUMN equity.seat_use.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.seat_use.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.seat_use.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.seat_use.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.seat_use.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร); NULL before there is one.';
COMMENT ON COLUMN equity.seat_use.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.seat_use.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.seat_use.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.seat_use.kind IS 'Kind of institution (ประเภทสถานศึกษา): general, innovation or institute.';
COMMENT ON COLUMN equity.seat_use.kind_th IS 'Thai name of the kind.';
COMMENT ON COLUMN equity.seat_use.kind_en IS 'English name of the kind.';
COMMENT ON COLUMN equity.seat_use.quota IS 'Scholarships that the round announces for the programme (โควตาทุน), the same for all kinds; NULL when none was announced.';
COMMENT ON COLUMN equity.seat_use.institutions IS 'Institutions of the kind with a seat pool of the programme (สถานศึกษา).';
COMMENT ON COLUMN equity.seat_use.pools IS 'Their seat pools (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.seat_use.seats IS 'Seats of these pools (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.seat_use.admitted IS 'Applicants admitted to them (จำนวนผู้ได้รับการจัดสรร); NULL before there is a run, and where it is withheld.';
COMMENT ON COLUMN equity.seat_use.unfilled IS 'Seats left empty (ที่นั่งทุนคงเหลือ); NULL where admitted is.';
COMMENT ON COLUMN equity.seat_use.fill_percent IS 'Admitted in percent of the seats (ร้อยละที่จัดสรร), one decimal; NULL where admitted is and without seats.';
