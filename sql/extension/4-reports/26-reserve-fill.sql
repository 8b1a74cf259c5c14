-- Reserved seats: how many went to members of the group that they are for, and how many were passed on to others.

-- What equity.pool_cutoff withholds of a pool must not follow from the sum over all pools.
--- For readers counts of one to four are NULL, with what would tell them.
CREATE VIEW equity.reserve_fill WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         h.run_id,
         h.seat,
         coalesce(w.text_th, n.name_th, p.name_th, h.seat) AS seat_th,
         coalesce(w.text_en, n.name_en, p.name_en, h.seat) AS seat_en,
         h.pools,
         h.seats,
         CASE WHEN v.told AND v.parts_told THEN h.members END AS held_by_members,
         CASE WHEN v.told AND v.parts_told THEN h.others END AS held_by_others,
         CASE WHEN v.told THEN h.seats - h.members - h.others END AS unfilled
    FROM (SELECT k.round_id,
                 k.run_id,
                 k.seat,
                 count(*) AS pools,
                 sum(k.seats) AS seats,
                 coalesce(sum(t.members), 0)::bigint AS members,
                 coalesce(sum(t.others), 0)::bigint AS others,
                 equity_internal.sum_tells(count(*) FILTER (WHERE k.admitted IS NULL),
                                           coalesce(sum(t.members + t.others) FILTER (WHERE k.admitted IS NULL), 0)) AS tells
            FROM equity.pool_cutoff AS k
            LEFT JOIN (SELECT m.run_id, m.pool_id, m.seat,
                              count(*) FILTER (WHERE m.tier = 0) AS members,
                              count(*) FILTER (WHERE m.tier > 0) AS others
                         FROM equity.placement AS m
                        WHERE m.seat <> 'open'
                        GROUP BY m.run_id, m.pool_id, m.seat) AS t
                   ON t.run_id = k.run_id
                  AND t.pool_id = k.pool_id
                  AND t.seat = k.seat
           WHERE k.seat <> 'open'
           GROUP BY k.round_id, k.run_id, k.seat) AS h
    JOIN equity.round AS r ON r.round_id = h.round_id
    LEFT JOIN equity.reason AS w ON w.reason_code = 'SEAT ' || h.seat
    LEFT JOIN equity.need_group AS n ON n.group_code = h.seat
    LEFT JOIN equity.province AS p ON 'province_' || p.province_code = h.seat
   CROSS JOIN LATERAL (SELECT equity_internal.may_count() OR NOT h.tells AND h.members + h.others NOT BETWEEN 1 AND 4 AS told,
                              equity_internal.may_count() OR h.members NOT BETWEEN 1 AND 4 AND h.others NOT BETWEEN 1 AND 4 AS parts_told) AS v;

COMMENT ON VIEW equity.reserve_fill IS
  'The reserved seats of each round by group: held by members of the group, passed on to others (equity.pool_reserve.cascade), or empty, in the current run (equity.current_run).';
COMMENT ON COLUMN equity.reserve_fill.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.reserve_fill.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.reserve_fill.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.reserve_fill.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.reserve_fill.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.reserve_fill.seat IS 'Name of the reserve (ประเภทที่นั่ง), as in equity.pool_reserve.';
COMMENT ON COLUMN equity.reserve_fill.seat_th IS 'Thai name of the group that it is for.';
COMMENT ON COLUMN equity.reserve_fill.seat_en IS 'English name of the group.';
COMMENT ON COLUMN equity.reserve_fill.pools IS 'Seat pools with such a reserve (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.reserve_fill.seats IS 'Seats reserved for the group in all of them (จำนวนที่นั่งสงวน).';
COMMENT ON COLUMN equity.reserve_fill.held_by_members IS 'Of them, held by members of the group (ผู้อยู่ในกลุ่ม); NULL where it is withheld.';
COMMENT ON COLUMN equity.reserve_fill.held_by_others IS 'Of them, passed on to others (ผู้อยู่นอกกลุ่ม); NULL where it is withheld.';
COMMENT ON COLUMN equity.reserve_fill.unfilled IS 'Of them, empty (ที่นั่งคงเหลือ); NULL where it is withheld.';
