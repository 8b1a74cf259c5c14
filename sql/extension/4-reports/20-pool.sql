-- Reports on seat pools: how far down each one reached, and how full it is.

CREATE VIEW equity.pool_label AS
  SELECT p.pool_id,
         p.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         r.call_number::integer AS call_number,
         p.programme_code,
         g.name_th AS programme_th,
         g.name_en AS programme_en,
         i.institution_code,
         i.name_th AS institution_th,
         i.name_en AS institution_en,
         i.province_code,
         v.name_th AS province_th,
         v.name_en AS province_en,
         p.field_code,
         f.name_th AS field_th,
         f.name_en AS field_en,
         p.grant_type,
         t.name_th AS grant_type_th,
         t.name_en AS grant_type_en,
         p.seats
    FROM equity.seat_pool AS p
    JOIN equity.round AS r ON r.round_id = p.round_id
    JOIN equity.programme AS g ON g.programme_code = p.programme_code
    JOIN equity.institution AS i ON i.institution_id = p.institution_id
    JOIN equity.province AS v ON v.province_code = i.province_code
    JOIN equity.field_of_study AS f ON f.field_code = p.field_code
    JOIN equity.grant_type AS t ON t.grant_type = p.grant_type;

COMMENT ON VIEW equity.pool_label IS
  'Each seat pool with the names of its round, programme, institution, province, field of study and grant type.';
COMMENT ON COLUMN equity.pool_label.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_label.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.pool_label.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.pool_label.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.pool_label.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.pool_label.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.pool_label.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.pool_label.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.pool_label.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.pool_label.institution_code IS 'Institution (รหัสสถานศึกษา), ten digits.';
COMMENT ON COLUMN equity.pool_label.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.pool_label.institution_en IS 'English name of the institution, or NULL.';
COMMENT ON COLUMN equity.pool_label.province_code IS 'Province of the institution (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.pool_label.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.pool_label.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.pool_label.field_code IS 'Field of study (รหัสสาขาวิชา).';
COMMENT ON COLUMN equity.pool_label.field_th IS 'Thai name of the field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.pool_label.field_en IS 'English name of the field of study, or NULL.';
COMMENT ON COLUMN equity.pool_label.grant_type IS 'Kind of grant (รหัสประเภททุน), for example two_year.';
COMMENT ON COLUMN equity.pool_label.grant_type_th IS 'Thai name of the kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.pool_label.grant_type_en IS 'English name of the kind of grant.';
COMMENT ON COLUMN equity.pool_label.seats IS 'Seats of the pool (จำนวนที่นั่งทุน).';

-- A count of one to four is hidden from readers. What is hidden follows from the figure of the programme in the year
-- (equity.programme_summary) when it is one pool alone, or less than five together: then the next smallest pool is
-- hidden too. So is the smallest of a programme whose own figure is hidden there, which the sum of its pools would tell.
--
-- As in equity.programme_summary: all choices are counted, those of who takes no part are taken off, and a
-- first choice is one of rank 1, but for the few who have none of that rank.
CREATE VIEW equity_internal.pool_count AS
  WITH asked AS MATERIALIZED (
    SELECT n.pool_id, count(*) AS applicants, count(*) FILTER (WHERE n.choice = 1) AS first_choices
      FROM equity.choice AS n
     GROUP BY n.pool_id
    UNION ALL
    SELECT n.pool_id, - count(*), - count(*) FILTER (WHERE n.choice = 1)
      FROM equity.application AS p
      JOIN equity.choice AS n
        ON n.applicant_id = p.applicant_id
       AND n.round_id = p.round_id
     WHERE NOT equity_internal.takes_part(p.status, p.late)
     GROUP BY n.pool_id
  ), asking AS MATERIALIZED (
    SELECT k.pool_id, sum(k.applicants)::bigint AS applicants, sum(k.first_choices)::bigint AS first_choices
      FROM (SELECT a.pool_id, a.applicants, a.first_choices FROM asked AS a
            UNION ALL
            SELECT n.pool_id, 0, count(*)
              FROM equity.application AS p
             CROSS JOIN LATERAL (SELECT f.pool_id
                                   FROM equity.choice AS f
                                  WHERE f.applicant_id = p.applicant_id
                                    AND f.round_id = p.round_id
                                  ORDER BY f.choice
                                  LIMIT 1) AS n
             WHERE equity_internal.takes_part(p.status, p.late)
               AND NOT EXISTS (SELECT FROM equity.choice AS f
                                WHERE f.applicant_id = p.applicant_id
                                  AND f.round_id = p.round_id
                                  AND f.choice = 1)
               -- nobody is looked for when as many have a choice of rank 1 as take part
               AND (SELECT sum(a.first_choices) FROM asked AS a)
                   IS DISTINCT FROM (SELECT count(*) FROM equity.application AS e
                                      WHERE equity_internal.takes_part(e.status, e.late))
             GROUP BY n.pool_id) AS k
     GROUP BY k.pool_id
  )
  SELECT h.pool_id,
         h.figure,
         h.counted,
         h.counted BETWEEN 1 AND 4
           OR h.counted >= 5
              AND h.counted = h.smallest_other
              AND (equity_internal.sum_tells(h.small_pools, h.in_small_pools)
                   OR h.small_pools = 0
                      AND h.next_smallest
                      AND equity_internal.sum_tells(h.small_programmes, h.in_small_programmes)) AS hidden
    FROM (SELECT t.*,
                 t.total = min(t.total) FILTER (WHERE t.total >= 5) OVER of_year AS next_smallest,
                 count(*) FILTER (WHERE t.is_first AND t.total BETWEEN 1 AND 4) OVER of_year AS small_programmes,
                 sum(t.total) FILTER (WHERE t.is_first AND t.total BETWEEN 1 AND 4) OVER of_year AS in_small_programmes
            FROM (SELECT n.*,
                         sum(n.counted) OVER of_programme AS total,
                         count(*) FILTER (WHERE n.counted BETWEEN 1 AND 4) OVER of_programme AS small_pools,
                         sum(n.counted) FILTER (WHERE n.counted BETWEEN 1 AND 4) OVER of_programme AS in_small_pools,
                         min(n.counted) FILTER (WHERE n.counted >= 5) OVER of_programme AS smallest_other,
                         n.pool_id = min(n.pool_id) OVER of_programme AS is_first
                    FROM (SELECT p.pool_id, p.programme_code, r.academic_year, f.figure, f.counted
                            FROM (SELECT 'admitted' AS figure, t.pool_id, count(*) AS counted
                                    FROM equity.current_run AS c
                                    JOIN equity.placement AS t ON t.run_id = c.run_id
                                   GROUP BY t.pool_id
                                  UNION ALL
                                  SELECT 'applicants', q.pool_id, q.applicants FROM asking AS q
                                  UNION ALL
                                  SELECT 'first_choices', q.pool_id, q.first_choices FROM asking AS q
                                 ) AS f
                            JOIN equity.seat_pool AS p ON p.pool_id = f.pool_id
                            JOIN equity.round AS r ON r.round_id = p.round_id) AS n
                  WINDOW of_programme AS (PARTITION BY n.figure, n.academic_year, n.programme_code)) AS t
          WINDOW of_year AS (PARTITION BY t.figure, t.academic_year)) AS h;

COMMENT ON VIEW equity_internal.pool_count IS
  'How many applicants each seat pool has, the source of the reports on pools; a pool that has none has no row. Small counts are shown; hidden says which the reports withhold from readers.';
COMMENT ON COLUMN equity_internal.pool_count.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.pool_count.figure IS 'What is counted, as the columns of equity.pool_fill: admitted, applicants or first_choices.';
COMMENT ON COLUMN equity_internal.pool_count.counted IS 'How many there are.';
COMMENT ON COLUMN equity_internal.pool_count.hidden IS 'True when readers do not get the figure: it is 1 to 4, or such a one would follow from it.';

-- Of a published run the ranking is kept: whoever waits first for an open seat is the one. Of another run all
-- choices are gone through.
CREATE VIEW equity_internal.pool_refused AS
  SELECT f.pool_id,
         (SELECT s.score
            FROM (SELECT a.programme_code, a.score
                    FROM equity.assessment AS a
                   WHERE a.applicant_id = f.applicant_id
                     AND a.round_id = f.round_id
                  OFFSET 0) AS s            -- by the person: without statistics all of a programme look as few
           WHERE s.programme_code = f.programme_code) AS highest_refused_score
    FROM (SELECT k.pool_id, c.round_id, p.programme_code, k.applicants[position(B'1' IN k.waiting)] AS applicant_id
            FROM equity.current_run AS c
            JOIN equity.run_ranking AS k ON k.run_id = c.run_id
            JOIN equity.seat_pool AS p ON p.pool_id = k.pool_id
           WHERE k.seat = 'open'
             AND bit_count(k.waiting) >= 5
          OFFSET 0) AS f                    -- a ranking is unpacked once
   UNION ALL
  SELECT n.pool_id, max(s.score)
    FROM equity.round AS r
    JOIN equity.choice AS n ON n.round_id = r.round_id
    JOIN equity.seat_pool AS p ON p.pool_id = n.pool_id
    JOIN equity.assessment AS s
      ON s.applicant_id = n.applicant_id
     AND s.round_id = n.round_id
     AND s.programme_code = p.programme_code
    LEFT JOIN (SELECT u.round_id, h.applicant_id, h.choice
                 FROM equity.current_run AS u
                 JOIN equity.placement AS h ON h.run_id = u.run_id) AS t
           ON t.round_id = n.round_id
          AND t.applicant_id = n.applicant_id
   WHERE NOT EXISTS (SELECT
                       FROM equity.current_run AS c
                       JOIN equity.run_ranking AS k ON k.run_id = c.run_id
                      WHERE c.round_id = r.round_id)
     AND equity_internal.competes(s.eligible, s.score)
     AND (t.choice IS NULL OR n.choice < t.choice)
     AND NOT EXISTS (SELECT FROM equity.application AS h    -- few, and so looked up at once
                      WHERE h.applicant_id = n.applicant_id
                        AND h.round_id = n.round_id
                        AND NOT equity_internal.takes_part(h.status, h.late))
   GROUP BY n.pool_id
  HAVING count(*) >= 5;

COMMENT ON VIEW equity_internal.pool_refused IS
  'The highest score of those whom a pool refused in the current run of its round and who got nothing they wanted more; pools that refused fewer than five have no row.';
COMMENT ON COLUMN equity_internal.pool_refused.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity_internal.pool_refused.highest_refused_score IS 'Their highest score.';

--- Scores are those of five or more: the lowest of fewer holders and the highest of fewer who
--- were refused is NULL. So is how many of one to four were admitted to a reserve, and to the
--- open seats beside a single such reserve, of which it would tell the number; for readers also
--- how many of one to four were admitted to the open seats, and what would tell it. Members of a reserve's
--- group and others are told apart where neither are one to four; for readers, where this holds in all pools.
---
--- Who was refused by a published run is told as it was at publication. Before, reading highest_refused_score goes
--- through all choices; without it the view is much quicker.
CREATE VIEW equity.pool_cutoff WITH (security_barrier = true) AS
  WITH caller AS MATERIALIZED (
    SELECT equity_internal.may_count() AS counts
  ), pool AS MATERIALIZED (
    SELECT n.pool_id, n.hidden FROM equity_internal.pool_count AS n WHERE n.figure = 'admitted'
  ), placed AS MATERIALIZED (
    SELECT t.run_id,
           t.pool_id,
           t.seat,
           t.admitted,
           t.last_admitted_score,
           t.members,
           t.last_member_score,
           t.split_small,
           bool_or(t.hidden OR t.split_small) OVER (PARTITION BY t.run_id, t.seat) AS split_hidden_from_readers,
           t.hidden,
           t.hidden
             OR t.admitted < 5
             OR t.admitted = t.smallest_other
                AND (n.hidden AND t.small = 0 OR equity_internal.sum_tells(t.small, t.in_small)) AS hidden_from_readers
      FROM (SELECT h.*,
                   count(*) FILTER (WHERE h.hidden OR h.admitted < 5) OVER of_pool AS small,
                   sum(h.admitted) FILTER (WHERE h.hidden OR h.admitted < 5) OVER of_pool AS in_small,
                   min(h.admitted) FILTER (WHERE NOT h.hidden AND h.admitted >= 5) OVER of_pool AS smallest_other
              FROM (SELECT s.*,
                           coalesce(s.members BETWEEN 1 AND 4 OR s.admitted - s.members BETWEEN 1 AND 4, false) AS split_small,
                           CASE WHEN s.seat = 'open'
                             THEN count(*) FILTER (WHERE s.seat <> 'open' AND s.admitted < 5) OVER (PARTITION BY s.run_id, s.pool_id) = 1
                             ELSE s.admitted < 5
                           END AS hidden
                      FROM (SELECT t.run_id,
                                   t.pool_id,
                                   t.seat,
                                   count(*) AS admitted,
                                   CASE WHEN count(*) >= 5 THEN min(t.score) END AS last_admitted_score,
                                   CASE WHEN t.seat <> 'open' THEN count(*) FILTER (WHERE t.tier = 0) END AS members,
                                   CASE WHEN t.seat <> 'open' AND count(*) FILTER (WHERE t.tier = 0) >= 5
                                     THEN min(t.score) FILTER (WHERE t.tier = 0)
                                   END AS last_member_score
                              FROM equity.placement AS t
                             GROUP BY t.run_id, t.pool_id, t.seat) AS s) AS h
            WINDOW of_pool AS (PARTITION BY h.run_id, h.pool_id)) AS t
      LEFT JOIN pool AS n ON n.pool_id = t.pool_id
  )
  SELECT l.round_id,
         l.round_code,
         l.academic_year,
         l.academic_year_ce,
         l.call_number,
         c.run_id,
         c.status AS run_status,
         l.pool_id,
         l.programme_code,
         l.programme_th,
         l.programme_en,
         l.institution_code,
         l.institution_th,
         l.institution_en,
         l.province_code,
         l.province_th,
         l.province_en,
         l.field_code,
         l.field_th,
         l.field_en,
         l.grant_type,
         l.grant_type_th,
         l.grant_type_en,
         g.seat,
         g.seats,
         CASE WHEN o.told THEN coalesce(a.admitted, 0) END AS admitted,
         a.last_admitted_score::numeric(18,6) AS last_admitted_score,
         d.highest_refused_score::numeric(18,6) AS highest_refused_score,
         a.last_admitted_score::text AS last_admitted,
         d.highest_refused_score::text AS highest_refused,
         l.seats AS pool_seats,
         CASE WHEN o.told_apart THEN coalesce(a.members, 0) END AS admitted_members,
         CASE WHEN o.told_apart THEN coalesce(a.admitted - a.members, 0) END AS admitted_others,
         a.last_member_score::numeric(18,6) AS last_member_score
    FROM equity.pool_label AS l
   CROSS JOIN caller AS i
    JOIN equity.current_run AS c ON c.round_id = l.round_id
    JOIN (SELECT p.pool_id,
                 'open' AS seat,
                 p.seats - (SELECT coalesce(sum(v.seats), 0) FROM equity.pool_reserve AS v WHERE v.pool_id = p.pool_id)::integer AS seats
            FROM equity.seat_pool AS p
          UNION ALL
          SELECT v.pool_id, v.reserve, v.seats
            FROM equity.pool_reserve AS v) AS g
      ON g.pool_id = l.pool_id
    LEFT JOIN placed AS a
           ON a.run_id = c.run_id
          AND a.pool_id = l.pool_id
          AND a.seat = g.seat
   CROSS JOIN LATERAL (SELECT t.told,
                              t.told AND g.seat <> 'open' AND a.split_small IS NOT TRUE
                                AND (i.counts OR a.split_hidden_from_readers IS NOT TRUE) AS told_apart
                         FROM (SELECT a.admitted IS NULL OR NOT a.hidden AND (i.counts OR NOT a.hidden_from_readers) AS told) AS t) AS o
    LEFT JOIN equity_internal.pool_refused AS d
           ON d.pool_id = l.pool_id
          AND g.seat = 'open';

COMMENT ON VIEW equity.pool_cutoff IS
  'How far down each seat pool reached in the current run of its round (equity.current_run), a row for the open seats of each pool and one for each reserve, also those that nobody got.';
COMMENT ON COLUMN equity.pool_cutoff.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.pool_cutoff.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.pool_cutoff.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.pool_cutoff.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.pool_cutoff.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.pool_cutoff.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.pool_cutoff.run_status IS 'Status of that run: draft, verified or published.';
COMMENT ON COLUMN equity.pool_cutoff.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_cutoff.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.pool_cutoff.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.pool_cutoff.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.pool_cutoff.institution_code IS 'Institution (รหัสสถานศึกษา), ten digits.';
COMMENT ON COLUMN equity.pool_cutoff.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.pool_cutoff.institution_en IS 'English name of the institution, or NULL.';
COMMENT ON COLUMN equity.pool_cutoff.province_code IS 'Province of the institution (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.pool_cutoff.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.pool_cutoff.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.pool_cutoff.field_code IS 'Field of study (รหัสสาขาวิชา).';
COMMENT ON COLUMN equity.pool_cutoff.field_th IS 'Thai name of the field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.pool_cutoff.field_en IS 'English name of the field of study, or NULL.';
COMMENT ON COLUMN equity.pool_cutoff.grant_type IS 'Kind of grant (รหัสประเภททุน), for example two_year.';
COMMENT ON COLUMN equity.pool_cutoff.grant_type_th IS 'Thai name of the kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.pool_cutoff.grant_type_en IS 'English name of the kind of grant.';
COMMENT ON COLUMN equity.pool_cutoff.seat IS 'Kind of seat (ประเภทที่นั่ง): open, or the name of a reserve.';
COMMENT ON COLUMN equity.pool_cutoff.seats IS 'Seats of this kind in the pool (จำนวนที่นั่งของประเภทนี้): reserved for the group, or what the reserves leave open.';
COMMENT ON COLUMN equity.pool_cutoff.admitted IS 'Applicants admitted to such a seat (จำนวนผู้ได้รับการจัดสรร); NULL where it is withheld.';
COMMENT ON COLUMN equity.pool_cutoff.last_admitted_score IS 'Lowest score that was admitted (คะแนนต่ำสุดที่ได้รับทุน), six decimals; NULL when fewer than five were. Others of the same score may have lost a tie.';
COMMENT ON COLUMN equity.pool_cutoff.highest_refused_score IS 'Highest score of those whom the pool refused and who got nothing they wanted more (คะแนนสูงสุดของผู้ไม่ได้รับการจัดสรร), six decimals, on the row of the open seats; NULL when fewer than five were refused, and for reserves.';
COMMENT ON COLUMN equity.pool_cutoff.last_admitted IS 'last_admitted_score as it is printed, with the decimals of the scorecard.';
COMMENT ON COLUMN equity.pool_cutoff.highest_refused IS 'highest_refused_score as it is printed, with the decimals of the scorecard.';
COMMENT ON COLUMN equity.pool_cutoff.pool_seats IS 'Seats of the pool (จำนวนที่นั่งทุน), of all kinds, the same on each of its rows.';
COMMENT ON COLUMN equity.pool_cutoff.admitted_members IS 'Of a reserve, those admitted who are of its group (ผู้ได้รับการจัดสรรที่อยู่ในกลุ่ม); NULL where one to four of them or of the others were, where admitted is, and for open seats.';
COMMENT ON COLUMN equity.pool_cutoff.admitted_others IS 'Of a reserve, those admitted who are not of its group, because its cascade opened what was left over to them; NULL where admitted_members is.';
COMMENT ON COLUMN equity.pool_cutoff.last_member_score IS 'Of a reserve, the lowest score of the admitted members of its group, six decimals; NULL when fewer than five were, and for open seats.';

--- For readers counts of one to four are NULL, with those from which they would follow.
CREATE VIEW equity.pool_fill WITH (security_barrier = true) AS
  WITH caller AS MATERIALIZED (
    SELECT equity_internal.may_count() AS counts
  ), figure AS MATERIALIZED (
    SELECT n.pool_id,
           max(n.counted) FILTER (WHERE n.figure = 'applicants') AS applicants,
           max(n.counted) FILTER (WHERE n.figure = 'first_choices') AS first_choices,
           max(n.counted) FILTER (WHERE n.figure = 'admitted') AS admitted,
           bool_or(n.hidden) FILTER (WHERE n.figure = 'applicants') AS applicants_hidden,
           bool_or(n.hidden) FILTER (WHERE n.figure = 'first_choices') AS first_choices_hidden,
           bool_or(n.hidden) FILTER (WHERE n.figure = 'admitted') AS admitted_hidden
      FROM equity_internal.pool_count AS n
     GROUP BY n.pool_id
  )
  SELECT l.round_id,
         l.round_code,
         l.academic_year,
         l.academic_year_ce,
         l.call_number,
         c.run_id,
         c.status AS run_status,
         l.pool_id,
         l.programme_code,
         l.programme_th,
         l.programme_en,
         l.institution_code,
         l.institution_th,
         l.institution_en,
         l.province_code,
         l.province_th,
         l.province_en,
         l.field_code,
         l.field_th,
         l.field_en,
         l.grant_type,
         l.grant_type_th,
         l.grant_type_en,
         l.seats,
         CASE WHEN i.counts OR k.applicants_hidden IS NOT TRUE THEN coalesce(k.applicants, 0) END AS applicants,
         CASE WHEN i.counts OR k.first_choices_hidden IS NOT TRUE THEN coalesce(k.first_choices, 0) END AS first_choices,
         CASE WHEN o.told THEN coalesce(k.admitted, 0) END AS admitted,
         CASE WHEN o.told THEN greatest(l.seats - coalesce(k.admitted, 0), 0) END AS unfilled,
         (CASE WHEN o.told THEN 100.0 * k.admitted / nullif(l.seats, 0) END)::numeric(9,1) AS fill_percent
    FROM equity.pool_label AS l
   CROSS JOIN caller AS i
    LEFT JOIN equity.current_run AS c ON c.round_id = l.round_id
    LEFT JOIN figure AS k ON k.pool_id = l.pool_id
   CROSS JOIN LATERAL (SELECT c.run_id IS NOT NULL AND (i.counts OR k.admitted_hidden IS NOT TRUE) AS told) AS o;

COMMENT ON VIEW equity.pool_fill IS
  'How full each seat pool is and how many ask for it, one row for each pool of every round; admitted and unfilled by the current run of the round (equity.current_run), NULL before there is one.';
COMMENT ON COLUMN equity.pool_fill.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.pool_fill.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.pool_fill.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.pool_fill.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.pool_fill.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.pool_fill.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร); NULL before there is one.';
COMMENT ON COLUMN equity.pool_fill.run_status IS 'Status of that run: draft, verified or published; NULL before there is one.';
COMMENT ON COLUMN equity.pool_fill.pool_id IS 'Seat pool (กลุ่มที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_fill.programme_code IS 'Programme (รหัสโครงการ).';
COMMENT ON COLUMN equity.pool_fill.programme_th IS 'Thai name of the programme (ชื่อโครงการ).';
COMMENT ON COLUMN equity.pool_fill.programme_en IS 'English name of the programme.';
COMMENT ON COLUMN equity.pool_fill.institution_code IS 'Institution (รหัสสถานศึกษา), ten digits.';
COMMENT ON COLUMN equity.pool_fill.institution_th IS 'Thai name of the institution (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.pool_fill.institution_en IS 'English name of the institution, or NULL.';
COMMENT ON COLUMN equity.pool_fill.province_code IS 'Province of the institution (รหัสจังหวัด), two digits.';
COMMENT ON COLUMN equity.pool_fill.province_th IS 'Thai name of the province (จังหวัด).';
COMMENT ON COLUMN equity.pool_fill.province_en IS 'English name of the province.';
COMMENT ON COLUMN equity.pool_fill.field_code IS 'Field of study (รหัสสาขาวิชา).';
COMMENT ON COLUMN equity.pool_fill.field_th IS 'Thai name of the field of study (สาขาวิชา).';
COMMENT ON COLUMN equity.pool_fill.field_en IS 'English name of the field of study, or NULL.';
COMMENT ON COLUMN equity.pool_fill.grant_type IS 'Kind of grant (รหัสประเภททุน), for example two_year.';
COMMENT ON COLUMN equity.pool_fill.grant_type_th IS 'Thai name of the kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.pool_fill.grant_type_en IS 'English name of the kind of grant.';
COMMENT ON COLUMN equity.pool_fill.seats IS 'Seats of the pool (จำนวนที่นั่งทุน).';
COMMENT ON COLUMN equity.pool_fill.applicants IS 'Submitted applications that choose the pool at any rank (จำนวนผู้สมัคร).';
COMMENT ON COLUMN equity.pool_fill.first_choices IS 'Submitted applications whose first choice the pool is (เลือกเป็นอันดับหนึ่ง).';
COMMENT ON COLUMN equity.pool_fill.admitted IS 'Applicants admitted to the pool (จำนวนผู้ได้รับการจัดสรร); NULL before there is a run, and where it is withheld.';
COMMENT ON COLUMN equity.pool_fill.unfilled IS 'Seats left empty (ที่นั่งทุนคงเหลือ); NULL where admitted is.';
COMMENT ON COLUMN equity.pool_fill.fill_percent IS 'Admitted in percent of the seats (ร้อยละที่จัดสรร), one decimal; NULL before there is a run and for a pool without seats.';
