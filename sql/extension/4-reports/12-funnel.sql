-- How far the applications of a round came, and why no further.

-- Every application of a round is at one stage: the last of those below that it reached. A stage counts whoever
-- reached it or a later one, so each is what the next one counts and those who were lost between.
--
-- Nearly everybody has a choice of rank 1: few are looked for among all choices.
CREATE VIEW equity_internal.application_end AS
  SELECT e.round_id, e.step, e.reason, count(*) AS applicants
    FROM (SELECT a.round_id,
                 CASE
                   WHEN NOT equity_internal.takes_part(a.status, a.late) THEN 1
                   WHEN c.applicant_id IS NULL AND NOT EXISTS (SELECT FROM equity.choice AS n
                                                               WHERE n.applicant_id = a.applicant_id
                                                                 AND n.round_id = a.round_id) THEN 2
                   WHEN s.applicant_id IS NULL THEN 3
                   WHEN NOT s.competes THEN 4
                   WHEN t.applicant_id IS NULL AND w.applicant_id IS NULL THEN 5
                   WHEN w.status IS NULL OR w.status IN ('offered', 'declined', 'expired', 'withdrawn') THEN 6
                   ELSE 7
                 END AS step,
                 CASE
                   WHEN a.status = 'draft' THEN 'NOT_SUBMITTED'
                   WHEN a.status = 'withdrawn' THEN 'WITHDRAWN'
                   WHEN a.late THEN 'LATE'
                   WHEN c.applicant_id IS NULL AND NOT EXISTS (SELECT FROM equity.choice AS n
                                                               WHERE n.applicant_id = a.applicant_id
                                                                 AND n.round_id = a.round_id) THEN 'NO_CHOICE'
                   WHEN s.applicant_id IS NULL THEN 'ASSESSED_LATER'
                   WHEN NOT s.competes THEN CASE WHEN s.undetermined THEN 'UNDETERMINED' ELSE coalesce(s.reason, 'INELIGIBLE') END
                   WHEN t.applicant_id IS NULL AND w.applicant_id IS NULL THEN
                     CASE WHEN r.run_id IS NULL THEN 'NOT_ALLOCATED' WHEN d.decision = 'out' THEN 'TAKES_NO_PART' ELSE 'NONE_CHOSEN' END
                   WHEN w.status IS NULL THEN 'PROVISIONAL'
                   WHEN w.status IN ('offered', 'declined', 'expired', 'withdrawn') THEN 'AWARD ' || w.status
                 END AS reason
            FROM equity.application AS a
            LEFT JOIN equity.choice AS c
                   ON c.round_id = a.round_id
                  AND c.applicant_id = a.applicant_id
                  AND c.choice = 1
            LEFT JOIN (SELECT s.round_id,
                              s.applicant_id,
                              bool_or(coalesce(equity_internal.competes(s.eligible, s.score), false)) AS competes,
                              bool_or(s.eligible IS NULL OR s.eligible AND s.score IS NULL) AS undetermined,
                              min(s.reasons[1] COLLATE "C") FILTER (WHERE NOT s.eligible) AS reason
                         FROM equity.assessment AS s
                        GROUP BY s.round_id, s.applicant_id) AS s
                   ON s.round_id = a.round_id
                  AND s.applicant_id = a.applicant_id
            LEFT JOIN equity.current_run AS r ON r.round_id = a.round_id
            LEFT JOIN equity.placement AS t
                   ON t.run_id = r.run_id
                  AND t.applicant_id = a.applicant_id
            LEFT JOIN equity.run_standing AS d
                   ON d.run_id = r.run_id
                  AND d.applicant_id = a.applicant_id
            LEFT JOIN equity.award AS w
                   ON w.round_id = a.round_id
                  AND w.applicant_id = a.applicant_id) AS e
   GROUP BY e.round_id, e.step, e.reason;

COMMENT ON VIEW equity_internal.application_end IS
  'How many applications of a round came how far and no further, and why: the source of equity.application_funnel. Small counts are shown.';
COMMENT ON COLUMN equity_internal.application_end.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.application_end.step IS 'The last stage reached, 1 to 7, as in equity.application_funnel.';
COMMENT ON COLUMN equity_internal.application_end.reason IS 'Why no further (equity.reason); NULL at the last stage.';
COMMENT ON COLUMN equity_internal.application_end.applicants IS 'How many applications, 1 or more.';

CREATE VIEW equity_internal.funnel_stage (step, stage, stage_th, stage_en, part, part_of_loss) AS
  VALUES (1, 'applied', 'เริ่มกรอกใบสมัคร', 'Began an application', 3, 3),
         (2, 'asked', 'ยื่นใบสมัครทันเวลา', 'Applied in time', 3, 3),
         (3, 'has_choice', 'เลือกที่นั่งทุน', 'Chose a place', 3, 5),
         (4, 'judged', 'ได้รับการประเมิน', 'Judged by a scorecard', 5, 5),
         (5, 'eligible', 'มีคุณสมบัติและมีคะแนน', 'Eligible, with a score', 5, 6),
         (6, 'admitted', 'ได้รับการจัดสรร', 'Admitted', 6, 7),
         (7, 'accepted', 'ยืนยันรับทุน', 'Accepted the award', 7, NULL);

COMMENT ON VIEW equity_internal.funnel_stage IS
  'The stages of equity.application_funnel. Other reports tell of has_choice, eligible and admitted; between two of these is a part of the funnel.';
COMMENT ON COLUMN equity_internal.funnel_stage.step IS 'Number of the stage, 1 to 7.';
COMMENT ON COLUMN equity_internal.funnel_stage.stage IS 'Code of the stage.';
COMMENT ON COLUMN equity_internal.funnel_stage.stage_th IS 'Thai name of the stage.';
COMMENT ON COLUMN equity_internal.funnel_stage.stage_en IS 'English name of the stage.';
COMMENT ON COLUMN equity_internal.funnel_stage.part IS 'The part that the stage is in: the number of the stage that ends it.';
COMMENT ON COLUMN equity_internal.funnel_stage.part_of_loss IS 'The part that those are in who reached the stage and no other.';

-- What readers do not get: a count of one to four; where the sum of a part would tell what is hidden of it, the next
-- smallest loss too, or, when there is none, which losses there are; and a stage within a part of which they do not
-- get all.
CREATE VIEW equity_internal.funnel_count AS
  SELECT p.round_id,
         p.step,
         p.is_stage,
         p.reason,
         p.applicants,
         p.hidden OR p.is_between AND bool_or(p.hidden) OVER of_part AS hidden,
         p.sum_tells AND p.next_smallest IS NULL AND NOT p.is_stage AS untold
    FROM (SELECT t.*,
                 t.small OR t.sum_tells AND t.may_hide AND t.applicants = t.next_smallest AS hidden
            FROM (SELECT c.*,
                         equity_internal.sum_tells(count(*) FILTER (WHERE c.small AND NOT c.is_between) OVER of_part,
                                                   sum(c.applicants) FILTER (WHERE c.small AND NOT c.is_between) OVER of_part) AS sum_tells,
                         min(c.applicants) FILTER (WHERE c.may_hide AND c.applicants >= 5) OVER of_part AS next_smallest
                    FROM (SELECT n.*,
                                 n.applicants BETWEEN 1 AND 4 AS small,
                                 n.is_stage AND n.step <> n.part AS is_between,
                                 NOT n.is_stage OR n.step = 7 AS may_hide
                            FROM (SELECT e.round_id,
                                         e.step,
                                         e.is_stage,
                                         e.reason,
                                         CASE WHEN e.is_stage THEN s.part ELSE s.part_of_loss END AS part,
                                         CASE WHEN e.is_stage
                                           THEN sum(e.ended) OVER (PARTITION BY e.round_id ORDER BY e.step DESC)
                                           ELSE e.ended
                                         END::bigint AS applicants
                                    FROM (SELECT a.round_id, a.step, false AS is_stage, a.reason, a.applicants AS ended
                                            FROM equity_internal.application_end AS a
                                          UNION ALL
                                          SELECT r.round_id, s.step, true, NULL, 0
                                            FROM equity.round AS r
                                           CROSS JOIN equity_internal.funnel_stage AS s) AS e
                                    JOIN equity_internal.funnel_stage AS s ON s.step = e.step) AS n
                           WHERE n.part IS NOT NULL) AS c
                  WINDOW of_part AS (PARTITION BY c.round_id, c.part)) AS t) AS p
  WINDOW of_part AS (PARTITION BY p.round_id, p.part);

COMMENT ON VIEW equity_internal.funnel_count IS
  'The counts of equity.application_funnel: of each stage of each round, and of who was lost there by reason. Small counts are shown; hidden and untold say which the report withholds from readers.';
COMMENT ON COLUMN equity_internal.funnel_count.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.funnel_count.step IS 'Number of the stage, 1 to 7.';
COMMENT ON COLUMN equity_internal.funnel_count.is_stage IS 'True when the row counts whoever reached the stage; false when it counts who came no further.';
COMMENT ON COLUMN equity_internal.funnel_count.reason IS 'Why those came no further.';
COMMENT ON COLUMN equity_internal.funnel_count.applicants IS 'How many there are.';
COMMENT ON COLUMN equity_internal.funnel_count.hidden IS 'True when readers do not get the count: it is 1 to 4, or such a one would follow from it.';
COMMENT ON COLUMN equity_internal.funnel_count.untold IS 'True when readers do not get the row: its reason would tell what befell one to four.';

--- A row without a reason counts the applications that came to the stage, whether they went further or not; a row with
--- one those that came no further because of it. So each stage is the next one and who was lost between them, and
--- every application is counted at its last stage once. Who was ineligible for all programmes asked for counts by the
--- first reason recorded, of several programmes by the one whose code comes first.
---
--- For readers counts of one to four are NULL, with those from which they would follow, and where few were lost it
--- is not told why. Filter by round_id.
CREATE VIEW equity.application_funnel WITH (security_barrier = true) AS
  WITH caller AS MATERIALIZED (
    SELECT equity_internal.may_count() AS counts
  )
  SELECT f.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         r.call_number::integer AS call_number,
         f.step,
         s.stage,
         s.stage_th,
         s.stage_en,
         f.reason,
         CASE f.reason WHEN 'AWARD offered' THEN 'รอการยืนยันรับทุน' ELSE coalesce(m.text_th, f.reason) END AS reason_th,
         CASE f.reason WHEN 'AWARD offered' THEN 'The award is on offer' ELSE coalesce(m.text_en, f.reason) END AS reason_en,
         f.told AS applicants,
         (100.0 * f.told / nullif(max(f.told) FILTER (WHERE f.is_stage AND f.step = 2) OVER (PARTITION BY f.round_id), 0))::numeric(9,1) AS percent
    FROM (SELECT c.*,
                 CASE WHEN i.counts OR NOT c.hidden THEN c.applicants END AS told
            FROM equity_internal.funnel_count AS c
           CROSS JOIN caller AS i
           WHERE i.counts OR NOT c.untold) AS f
    JOIN equity_internal.funnel_stage AS s ON s.step = f.step
    JOIN equity.round AS r ON r.round_id = f.round_id
    LEFT JOIN equity.reason AS m ON m.reason_code = f.reason;

COMMENT ON VIEW equity.application_funnel IS
  'How far the applications of each round came, from asking to accepting an award: a row for each of seven stages, and one for each reason why some came no further.';
COMMENT ON COLUMN equity.application_funnel.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.application_funnel.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.application_funnel.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.application_funnel.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.application_funnel.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.application_funnel.step IS 'Number of the stage (ขั้นที่), 1 to 7: order by step, then reason.';
COMMENT ON COLUMN equity.application_funnel.stage IS 'Stage: applied, asked (submitted in time), has_choice, judged, eligible, admitted (also when the award has ended since), accepted (also when it has ended after it was taken up).';
COMMENT ON COLUMN equity.application_funnel.stage_th IS 'Thai name of the stage (ขั้นตอน).';
COMMENT ON COLUMN equity.application_funnel.stage_en IS 'English name of the stage.';
COMMENT ON COLUMN equity.application_funnel.reason IS 'Why the counted came no further (สาเหตุ), a code of equity.reason or of the scorecard; NULL where whoever reached the stage is counted.';
COMMENT ON COLUMN equity.application_funnel.reason_th IS 'The reason in Thai.';
COMMENT ON COLUMN equity.application_funnel.reason_en IS 'The reason in English.';
COMMENT ON COLUMN equity.application_funnel.applicants IS 'How many applications (จำนวนใบสมัคร); NULL where it is withheld.';
COMMENT ON COLUMN equity.application_funnel.percent IS 'The same in percent of those who applied in time (ร้อยละของผู้ยื่นใบสมัครทันเวลา), one decimal; NULL where either is withheld, and when nobody did.';
