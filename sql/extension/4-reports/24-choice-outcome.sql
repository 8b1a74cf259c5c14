-- At which of their choices people were admitted.

--- For readers counts of one to four are NULL, with the next smallest where the whole would tell them.
CREATE VIEW equity.choice_outcome WITH (security_barrier = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         h.run_id,
         h.choice,
         v.admitted,
         (100.0 * v.admitted / h.total)::numeric(7,1) AS percent
    FROM (SELECT n.*,
                 sum(n.admitted) OVER of_round AS total,
                 n.admitted < 5
                   OR n.admitted = min(n.admitted) FILTER (WHERE n.admitted >= 5) OVER of_round
                      AND equity_internal.sum_tells(count(*) FILTER (WHERE n.admitted < 5) OVER of_round,
                                                    sum(n.admitted) FILTER (WHERE n.admitted < 5) OVER of_round) AS hidden
            FROM (SELECT c.round_id, c.run_id, t.choice, count(*) AS admitted
                    FROM equity.current_run AS c
                    JOIN equity.placement AS t ON t.run_id = c.run_id
                   GROUP BY c.round_id, c.run_id, t.choice) AS n
          WINDOW of_round AS (PARTITION BY n.round_id)) AS h
    JOIN equity.round AS r ON r.round_id = h.round_id
   CROSS JOIN LATERAL (SELECT CASE WHEN NOT h.hidden OR equity_internal.may_count() THEN h.admitted END) AS v (admitted);

COMMENT ON VIEW equity.choice_outcome IS
  'How many applicants the current run of each round (equity.current_run) admitted to their first choice, their second, and so on.';
COMMENT ON COLUMN equity.choice_outcome.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.choice_outcome.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.choice_outcome.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.choice_outcome.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.choice_outcome.run_id IS 'Allocation run that the figures come from (ครั้งที่จัดสรร).';
COMMENT ON COLUMN equity.choice_outcome.choice IS 'Rank that the applicant gave to the pool (อันดับที่เลือก), 1 and up.';
COMMENT ON COLUMN equity.choice_outcome.admitted IS 'Applicants admitted at that rank (จำนวนผู้ได้รับการจัดสรร); NULL where it is withheld.';
COMMENT ON COLUMN equity.choice_outcome.percent IS 'The same in percent of all who were admitted (ร้อยละ), one decimal.';
