-- The demonstration, part 7: what the round gave, why, and how anybody can check it.

\pset format unaligned
\pset tuples_only on
\pset border 1
\pset linestyle unicode
\pset footer off
SELECT r.round_id AS round, r.published_run_id AS run FROM equity.round AS r WHERE r.round_code = '2566-1' \gset

CREATE FUNCTION demo.heading(name_th text, name_en text) RETURNS text
  LANGUAGE sql IMMUTABLE
RETURN format(E'\n%s\n  %s\n  %s\n%s', demo.rule('─'), name_th, name_en, demo.rule('─'));

-- ---- the programmes ----

SELECT demo.heading('สรุปรายโครงการ ปีการศึกษา 2566',
                    'The programmes in academic year 2566 (2023): equity.programme_summary');
SELECT format(E'  %s\n      %s', programme_th, programme_en)
  FROM equity.programme_summary
 WHERE academic_year = 2566
 ORDER BY seats DESC;

\pset format aligned
\pset tuples_only off
\qecho
SELECT m.label AS "นับจากระเบียน / counted from rows",
       max(m.figure) FILTER (WHERE s.programme_code = 'innovation_general') AS "ทั่วไป general",
       max(m.figure) FILTER (WHERE s.programme_code = 'innovation_innovation') AS "นวัตกรรม innov.",
       max(m.figure) FILTER (WHERE s.programme_code = 'innovation_special') AS "พิเศษ special",
       max(m.figure) FILTER (WHERE s.programme_code = 'full_potential') AS "ศักยภาพ full"
  FROM equity.programme_summary AS s
 CROSS JOIN LATERAL (VALUES
         (1, 'โควตา / quota', s.quota),
         (2, 'ที่นั่งทุน / seats', s.seats),
         (3, 'ผู้สมัคร / applicants', s.applicants),
         (4, 'ผู้มีสิทธิ์ / eligible', s.eligible),
         (5, 'ข้อมูลไม่ครบ / undetermined', s.undetermined),
         (6, 'ได้รับการจัดสรร / placed', s.placed),
         (7, 'เสนอทุน / offers', s.offers),
         (8, 'สำเร็จการศึกษาแล้ว / graduated so far', s.recipients_graduated),
         (9, 'กำลังศึกษา / studying', s.recipients_studying),
         (10, 'ออกกลางคัน / left', s.recipients_discontinued),
         (11, 'ผู้รับทุนสะสม / recipients so far', s.recipients)) AS f (position, label, count)
 CROSS JOIN LATERAL (SELECT f.position, f.label, lpad(demo.number(f.count), 10) AS figure) AS m
 WHERE s.academic_year = 2566
 GROUP BY m.position, m.label
 ORDER BY m.position;

\pset format unaligned
\pset tuples_only on
SELECT demo.expect('the report shows the published figures',
                   (SELECT bool_and(s.quota IS NOT DISTINCT FROM g.published_quota
                                    AND (g.published_quota IS NULL OR s.seats = g.published_quota)
                                    AND CASE g.published_recipients_status
                                          WHEN 'graduated' THEN s.recipients_graduated
                                          ELSE s.recipients_studying END = g.published_recipients)
                      FROM equity.programme_summary AS s
                      JOIN equity.programme AS g USING (programme_code)
                     WHERE s.academic_year = 2566)) \g /dev/null
SELECT demo.expect('the report and scoring agree on who is eligible and who is undetermined',
                   (SELECT (sum(s.eligible), sum(s.undetermined))
                             = (SELECT count(*) FILTER (WHERE a.eligible AND a.score IS NOT NULL),
                                       count(*) FILTER (
                                         WHERE a.eligible IS NULL OR a.eligible AND a.score IS NULL)
                                  FROM equity.assessment AS a
                                 WHERE a.round_id = :round)
                      FROM equity.programme_summary AS s
                     WHERE s.academic_year = 2566)) \g /dev/null
\qecho '  ผู้สมัครคนหนึ่งขอได้หลายโครงการ / one applicant may ask for several programmes.'
SELECT format(E'  โควตา ผู้สำเร็จการศึกษา และผู้กำลังศึกษาตรงกับที่เผยแพร่ / quotas, graduates and students'
              || E' are those published:\n  %s',
              min(published_source))
  FROM equity.programme;

SELECT demo.heading('เหตุที่ไม่ผ่านเกณฑ์ หรือยังตัดสินไม่ได้',
                    'Why applications were not eligible, or are undetermined because an answer is missing');
\pset format aligned
\pset tuples_only off
SELECT concat(l.name_th, ' / ', l.name_en) AS "เหตุ / reason",
       lpad(demo.number(count(*) FILTER (WHERE NOT s.eligible)), 12) AS "ไม่มีสิทธิ์ not eligible",
       lpad(demo.number(count(*) FILTER (WHERE s.eligible IS NULL OR s.eligible AND s.score IS NULL)),
            12) AS "ขาดข้อมูล undetermined"
  FROM equity.assessment AS s
 CROSS JOIN LATERAL unnest(s.reasons) AS r (reason)
  JOIN demo.label AS l
    ON l.code = r.reason
 WHERE s.round_id = :round
 GROUP BY l.code
 ORDER BY count(*) DESC, l.code COLLATE "C";
\pset format unaligned
\pset tuples_only on

-- ---- the pools ----

SELECT demo.heading('ห้ากลุ่มที่นั่งที่คะแนนต่ำสุดที่ได้รับทุนสูงที่สุด',
                    'The five hardest cut-offs: equity.pool_cutoff and equity.pool_fill');
SELECT format(E'  %s.  %s  %s · %s · %s\n            %s · %s · %s\n'
              || '            ที่นั่ง seats %s   ผู้สมัคร asked %s   คะแนนสูงสุดที่ไม่ได้ best refused %s',
              row_number() OVER hardest, round(c.last_admitted_score, 2), c.institution_th, c.field_th,
              c.grant_type_th, c.institution_en, c.field_en, c.grant_type, c.pool_seats,
              demo.number(f.applicants), round(c.highest_refused_score, 2))
  FROM equity.pool_cutoff AS c
  JOIN equity.pool_fill AS f USING (pool_id)
 WHERE c.round_id = :round
   AND c.seat = 'open'
   AND c.last_admitted_score IS NOT NULL
WINDOW hardest AS (ORDER BY c.last_admitted_score DESC, c.pool_id)
 ORDER BY row_number() OVER hardest
 LIMIT 5;

SELECT format(E'\n  จับสลากตัดสินคะแนนเท่ากันที่ %s จาก %s กลุ่ม'
              || ' / the lottery decided a tie at the cut-off of %s of %s pools',
              count(*) FILTER (WHERE last_admitted_score = highest_refused_score), count(*),
              count(*) FILTER (WHERE last_admitted_score = highest_refused_score), count(*))
  FROM equity.pool_cutoff
 WHERE round_id = :round
   AND seat = 'open';

-- ---- two applicants ----

-- The place of an applicant among those who asked for a pool and got nothing better. It is made from the scores
-- and the published seed alone; who has a place within the open seats must be the one who was admitted to one.
CREATE VIEW demo.queue AS
SELECT i.round_id, i.applicant_id, i.pool_id, i.choice, i.score,
       row_number() OVER (PARTITION BY i.pool_id
                          ORDER BY i.score DESC, equity.lottery(r.seed, i.applicant_id),
                                   i.applicant_id) AS place,
       count(*) OVER (PARTITION BY i.pool_id) AS asked
  FROM equity.allocation_input AS i
  JOIN equity.round AS r
    ON r.round_id = i.round_id
  LEFT JOIN equity.placement AS t
    ON t.run_id = r.published_run_id
   AND t.applicant_id = i.applicant_id
 WHERE t.choice IS NULL
    OR i.choice <= t.choice;

SELECT demo.expect('who has a place within the open seats is admitted to one, and nobody else',
                   (SELECT bool_and((t.seat IS NOT DISTINCT FROM 'open') = (q.place <= u.seats))
                      FROM demo.queue AS q
                      JOIN equity.pool_cutoff AS u
                        ON u.pool_id = q.pool_id
                       AND u.seat = 'open'
                      LEFT JOIN equity.placement AS t
                        ON t.run_id = :run
                       AND t.applicant_id = q.applicant_id
                       AND t.pool_id = q.pool_id
                     WHERE q.round_id = :round)) \g /dev/null
SELECT demo.expect('no project has more than 150 scholars or fewer than 30',
                   (SELECT bool_and(s.placed BETWEEN 30 AND 150)
                      FROM (SELECT p.institution_id, count(*) AS placed
                              FROM equity.placement AS t
                              JOIN equity.seat_pool AS p USING (pool_id)
                             WHERE t.run_id = :run
                             GROUP BY p.institution_id) AS s)) \g /dev/null
SELECT demo.expect('reserved seats go to those for whom they are, while there are any',
                   (SELECT bool_and(a.disability_registered)
                      FROM equity.placement AS t
                      JOIN equity.application AS a
                        ON a.applicant_id = t.applicant_id
                       AND a.round_id = :round
                     WHERE t.run_id = :run
                       AND t.seat = 'disability_registered'
                       AND t.tier = 0)) \g /dev/null

-- An applicant's answers by the criteria of a programme's scorecard; which groups somebody is in stays private.
CREATE FUNCTION demo.criteria(applicant_id bigint, round_id bigint, programme_code text)
  RETURNS TABLE (seq integer, criterion text, answer text, verdict text, points text)
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT x.seq, concat(x.criterion, repeat(' ', 5 - length(x.criterion)), l.name_th, ' / ', l.name_en),
         CASE WHEN x.kind = 'section' THEN ''
              WHEN x.value IS NULL THEN '–'
              WHEN x.field = 'groups' THEN format('%s กลุ่ม groups', cardinality(x.value::text[]))
              WHEN x.value ~ '^[0-9]+[.][0-9]{3,}$' THEN round(x.value::numeric, 2)::text
              ELSE x.value END,
         CASE WHEN x.kind <> 'gate' THEN ''
              WHEN x.passed THEN 'ผ่าน pass'
              WHEN NOT x.passed THEN 'ไม่ผ่าน no'
              ELSE 'รอข้อมูล ?' END,
         CASE WHEN x.kind NOT IN ('gate', 'derive') THEN lpad(coalesce(x.points::text, '–'), 6) || ' /'
                                                         || lpad(x.max_points::text, 6)
              ELSE '' END
    FROM equity.round_programme AS rp
    JOIN equity.scorecard_version AS v
      ON v.card_code = rp.card_code
     AND v.version = rp.card_version
    JOIN equity.application_facts AS f
      ON f.round_id = rp.round_id
   CROSS JOIN LATERAL equity.explain(v.card, f) AS x
    JOIN demo.label AS l
      ON l.code = x.criterion
   WHERE rp.round_id = criteria.round_id
     AND rp.programme_code = criteria.programme_code
     AND f.applicant_id = criteria.applicant_id;
END;

-- How each choice of an applicant ended.
CREATE FUNCTION demo.choices(applicant_id bigint, round_id bigint) RETURNS SETOF text LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT format(E'  %s. %s · %s\n     %s · %s · %s\n     %s', c.choice, u.institution_th, u.field_th,
                u.institution_en, u.field_en, u.grant_type,
                CASE WHEN i.score IS NULL THEN 'ไม่มีสิทธิ์ในโครงการนี้ / not eligible for this programme'
                     WHEN q.place IS NULL THEN 'ได้อันดับก่อนหน้าแล้ว / not needed: a better choice was given'
                     ELSE format(
                       'ลำดับในคิว place %s of %s   ที่นั่งทั่วไป open seats %s   คะแนนตัด cut-off %s   %s',
                       q.place, q.asked, u.seats, round(u.last_admitted_score, 2),
                       CASE WHEN t.seat = 'open' THEN '→ ได้รับ ADMITTED'
                            WHEN t.seat IS NOT NULL THEN '→ ได้รับที่นั่งสงวน ADMITTED, reserved seat'
                            WHEN i.score = round(u.last_admitted_score, 2) THEN 'แพ้สลาก / lost the draw'
                            ELSE format('ขาด short %s', round(u.last_admitted_score, 2) - i.score) END) END)
    FROM equity.choice AS c
    JOIN equity.pool_cutoff AS u
      ON u.pool_id = c.pool_id
     AND u.seat = 'open'
    LEFT JOIN equity.placement AS t
      ON t.run_id = u.run_id
     AND t.applicant_id = c.applicant_id
     AND t.pool_id = c.pool_id
    LEFT JOIN equity.allocation_input AS i
      ON i.applicant_id = c.applicant_id
     AND i.pool_id = c.pool_id
    LEFT JOIN demo.queue AS q
      ON q.applicant_id = c.applicant_id
     AND q.pool_id = c.pool_id
   WHERE c.applicant_id = choices.applicant_id
     AND c.round_id = choices.round_id
   ORDER BY c.choice;
END;

CREATE FUNCTION demo.who(applicant_id bigint, round_id bigint, programme_code text) RETURNS text
  LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT format(E'  เลขที่ใบสมัคร / application %s   %s   (ข้อมูลจำลอง / generated)\n'
                || '  เกณฑ์ / scorecard %s   ผล / result: %s   คะแนน / score %s',
                a.application_id, demo.masked(i), s.card_code,
                CASE WHEN s.eligible THEN 'มีสิทธิ์ eligible'
                     WHEN NOT s.eligible THEN 'ไม่มีสิทธิ์ not eligible'
                     ELSE 'ข้อมูลไม่ครบ undetermined' END,
                s.score)
    FROM equity.application AS a
    JOIN equity.applicant_identity AS i
      ON i.applicant_id = a.applicant_id
     AND i.valid_to IS NULL
    JOIN equity.assessment AS s
      ON s.applicant_id = a.applicant_id
     AND s.round_id = a.round_id
   WHERE a.applicant_id = who.applicant_id
     AND a.round_id = who.round_id
     AND s.programme_code = who.programme_code;
END;

-- Admitted: by lot one who got a third or later choice. Refused: the best score of those who asked for three
-- pools or more, all of one programme, and got none.
SELECT t.applicant_id AS admitted, p.programme_code AS admitted_programme
  FROM equity.placement AS t
  JOIN equity.seat_pool AS p USING (pool_id)
 WHERE t.run_id = :run AND t.choice >= 3
 ORDER BY demo.draw('explained', t.applicant_id, 1000000000)
 LIMIT 1 \gset

SELECT i.applicant_id AS refused, min(p.programme_code) AS refused_programme
  FROM equity.allocation_input AS i
  JOIN equity.seat_pool AS p USING (pool_id)
  LEFT JOIN equity.placement AS t ON t.run_id = :run AND t.applicant_id = i.applicant_id
 WHERE i.round_id = :round AND t.applicant_id IS NULL AND p.programme_code = 'innovation_general'
 GROUP BY i.applicant_id
HAVING count(*) >= 3
 ORDER BY max(i.score) DESC, i.applicant_id
 LIMIT 1 \gset

SELECT demo.heading('คำอธิบายผลของผู้ได้รับทุนหนึ่งราย', 'One who was admitted: why');
SELECT demo.who(:admitted, :round, :'admitted_programme');
\qecho
\pset format aligned
\pset tuples_only off
SELECT criterion AS "เกณฑ์ / criterion", answer AS "คำตอบ answer", verdict AS "ผล result", points AS "คะแนน points"
  FROM demo.criteria(:admitted, :round, :'admitted_programme')
 ORDER BY seq;
\pset format unaligned
\pset tuples_only on
\qecho '  อันดับที่เลือก / choices'
SELECT demo.choices(:admitted, :round);

SELECT demo.heading('คำอธิบายผลของผู้ไม่ได้รับทุนหนึ่งราย', 'One who was refused: why, and what was missing');
SELECT demo.who(:refused, :round, :'refused_programme');
\qecho
\pset format aligned
\pset tuples_only off
SELECT criterion AS "เกณฑ์ / criterion", answer AS "คำตอบ answer", verdict AS "ผล result", points AS "คะแนน points"
  FROM demo.criteria(:refused, :round, :'refused_programme')
 ORDER BY seq;
\pset format unaligned
\pset tuples_only on
\qecho '  อันดับที่เลือก / choices'
SELECT demo.choices(:refused, :round);

-- ---- other rules ----

SELECT demo.heading('หากใช้กติกาอื่น', 'What other rules would give: equity.compare_policies, nothing is written');
\pset format aligned
\pset tuples_only off
SELECT c.policy AS "กติกา / policy", lpad(demo.number(c.admitted), 8) AS "ได้รับ admitted",
       lpad(demo.number(c.first_choices), 8) AS "อันดับหนึ่ง first", c.mean_choice AS "อันดับเฉลี่ย mean",
       lpad(demo.number(c.gains), 6) AS "ดีขึ้น gain", lpad(demo.number(c.loses), 6) AS "แย่ลง lose"
  FROM equity.compare_policies(:round,
                               '{"no reserves": {"reserves": "none"},
                                 "a tenth fewer seats": {"seats": 0.9, "floors": false},
                                 "immediate acceptance": {"mechanism": "immediate_acceptance",
                                                          "reserves": "none", "caps": false}}') AS c
 WHERE c.dimension = 'all';
\pset format unaligned
\pset tuples_only on

-- ---- proof ----

SELECT demo.heading('หลักฐาน', 'Proof');
SELECT demo.expect('the published run still holds', NOT EXISTS (SELECT FROM equity.run_violations(:run))) \g /dev/null
SELECT demo.expect('the run allocated again has the same digest',
                   equity.replay_run(:run)
                     = (SELECT result_digest FROM equity.allocation_run WHERE run_id = :run)) \g /dev/null
SELECT demo.expect('the audit trail holds', NOT EXISTS (SELECT FROM equity.audit_check())) \g /dev/null
\qecho '  ตรวจสอบแล้วไม่พบข้อผิดพลาด / verification found nothing                 equity.run_violations(run)'
SELECT format('  บันทึกการตรวจสอบต่อเนื่องครบ %s รายการ'
              || ' / the audit trail''s chain holds: %s events   equity.audit_check()',
              count(*), count(*))
  FROM equity.audit_event;
\qecho '  จัดสรรซ้ำได้ผลเดียวกัน / allocated again, the result has the same digest   equity.replay_run(run)'
\qecho '  ทำซ้ำแล้วต้องได้ค่าเดียวกัน / another run of this demonstration prints the same digests (sha256):'
SELECT format('    %s%s  %s', rpad(n.input, 14), m.digests ->> n.input, n.thai)
  FROM (SELECT equity.run_manifest(:run) -> 'digests' AS digests) AS m
 CROSS JOIN (VALUES (1, 'cards', 'เกณฑ์'),
                    (2, 'applications', 'คำขอ'),
                    (3, 'pools', 'ที่นั่ง'),
                    (4, 'seed', 'เมล็ดสุ่ม'),
                    (5, 'placements', 'ผล')) AS n (place, input, thai)
 ORDER BY n.place;
