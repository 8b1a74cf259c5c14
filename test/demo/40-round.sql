-- The demonstration, part 5: the round, from open to published. These are the statements that an office runs.

\pset format unaligned
\pset tuples_only on
SELECT round_id AS round FROM equity.round WHERE round_code = '2566-1' \gset

-- An office draws the seed in public and keeps it secret until the round closes. This one is for show.
\set seed 'equity demonstration 2566'

SELECT clock_timestamp() AS started, equity.commitment(:'seed') AS commitment \gset
SELECT equity.open_round(:round, :'commitment') \g /dev/null
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(5, :'took', 'เปิดรอบ', 'open_round',
                 'ประกาศค่าผูกมัดของเมล็ดสุ่มก่อนปิดรับสมัคร',
                 'the commitment to the seed is published before applications close:',
                 :'commitment');

SELECT clock_timestamp() AS started \gset
SELECT equity.close_round(:round, :'seed') \g /dev/null
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(6, :'took', 'ปิดรอบ', 'close_round',
                 format('เปิดเผยเมล็ดสุ่ม ตรงกับค่าผูกมัด / the seed is revealed and matches: %s', :'seed'));

SELECT clock_timestamp() AS started \gset
SELECT applications, eligible, ineligible, undetermined FROM equity.score_round(:round) \gset
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(7, :'took', 'ตัดสินคะแนน', 'score_round',
                 format('ประเมิน %s รายการ (ใบสมัคร × โครงการ): มีสิทธิ์ %s ไม่มีสิทธิ์ %s ข้อมูลไม่ครบ %s',
                        demo.number(:applications), demo.number(:eligible), demo.number(:ineligible),
                        demo.number(:undetermined)),
                 format('%s assessments (application × programme): %s eligible, %s not, %s open',
                        demo.number(:applications), demo.number(:eligible), demo.number(:ineligible),
                        demo.number(:undetermined)),
                 format('ผู้มีสิทธิ์ %s คน ต่อ %s ที่นั่ง: %s คนต่อที่นั่ง', persons, seats, ratio),
                 format('%s eligible persons ask for %s seats: %s for each seat', persons, seats, ratio))
  FROM (SELECT demo.number(i.persons) AS persons, demo.number(s.seats) AS seats,
               round(i.persons / s.seats::numeric, 1) AS ratio
          FROM (SELECT count(DISTINCT applicant_id) AS persons
                  FROM equity.allocation_input
                 WHERE round_id = :round) AS i,
               (SELECT sum(seats) AS seats FROM equity.seat_pool WHERE round_id = :round) AS s) AS n;

SELECT clock_timestamp() AS started \gset
SELECT admitted AS dry_admitted, unfilled AS dry_unfilled FROM equity.allocate_round(:round, dry_run => true) \gset
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(8, :'took', 'ทดลองจัดสรร', 'allocate_round, dry run',
                 format('ไม่บันทึกผล: จะได้รับทุน %s คน เหลือ %s ที่นั่ง', demo.number(:dry_admitted),
                        demo.number(:dry_unfilled)),
                 format('nothing is written: %s would be admitted, %s seats left', demo.number(:dry_admitted),
                        demo.number(:dry_unfilled)));

SELECT clock_timestamp() AS started \gset
SELECT run_id AS run, applicants, applications, seats, admitted, unfilled FROM equity.allocate_round(:round) \gset
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(9, :'took', 'จัดสรรที่นั่งทุน', 'allocate_round',
                 format('ผู้มีสิทธิ์ %s คน %s อันดับ ที่นั่ง %s: ได้รับทุน %s คน เหลือ %s ที่นั่ง',
                        demo.number(:applicants), demo.number(:applications), demo.number(:seats),
                        demo.number(:admitted), demo.number(:unfilled)),
                 format('%s eligible persons, %s choices, %s seats: %s admitted, %s seats left',
                        demo.number(:applicants), demo.number(:applications), demo.number(:seats),
                        demo.number(:admitted), demo.number(:unfilled)),
                 'ได้อันดับที่เลือก / by rank of the choice: '
                 || (SELECT string_agg(format('%s → %s', c.choice, demo.number(c.placed)), '   '
                                       ORDER BY c.choice)
                       FROM (SELECT choice, count(*) AS placed
                               FROM equity.placement
                              WHERE run_id = :run
                              GROUP BY choice) AS c));
SELECT demo.expect('the dry run foretells the run',
                   :admitted = :dry_admitted AND :unfilled = :dry_unfilled) \g /dev/null
SELECT demo.expect('whoever is placed asked for the pool, is eligible, of age and of the right level,'
                   || ' and in the round only once',
                   (SELECT count(*) = :admitted
                           AND count(DISTINCT t.applicant_id) = :admitted
                           AND bool_and(s.eligible
                                        AND a.status = 'submitted'
                                        AND v.birth_date > date '1997-05-16'
                                        AND (a.education_level = 'm3') = (p.grant_type = 'five_year'))
                      FROM equity.placement AS t
                      JOIN equity.seat_pool AS p USING (pool_id)
                      JOIN equity.choice AS c
                        ON c.applicant_id = t.applicant_id
                       AND c.pool_id = t.pool_id
                       AND c.choice = t.choice
                      JOIN equity.application AS a
                        ON a.applicant_id = t.applicant_id
                       AND a.round_id = p.round_id
                      JOIN equity.applicant AS v
                        ON v.applicant_id = t.applicant_id
                      JOIN equity.assessment AS s
                        ON s.applicant_id = t.applicant_id
                       AND s.round_id = p.round_id
                       AND s.programme_code = p.programme_code
                     WHERE t.run_id = :run)) \g /dev/null

SELECT clock_timestamp() AS started \gset
SELECT count(*) AS violations FROM equity.verify_run(:run) \gset
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.expect('verification finds nothing', :violations = 0) \g /dev/null
SELECT demo.done(10, :'took', 'ตรวจสอบผล', 'verify_run',
                 'ตรวจสอบแล้วไม่พบข้อผิดพลาด / verification found nothing',
                 'คะแนนคำนวณซ้ำได้ ไม่มีผู้ถูกข้าม ไม่มีที่นั่งเสียเปล่า ไม่เกินที่นั่ง',
                 'scores recompute, nobody was passed over, no seat is wasted, no pool is over its seats');

SELECT clock_timestamp() AS started \gset
SELECT equity.publish_run(:run) AS offers \gset
SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(11, :'took', 'ประกาศผล', 'publish_run',
                 format('เสนอทุน %s ราย ตอบรับภายใน %s วัน / %s offers, open for %s days',
                        demo.number(:offers), r.offer_days, demo.number(:offers), r.offer_days))
  FROM equity.round AS r
 WHERE r.round_id = :round;

SELECT E'\n' || format('  สร้างข้อมูล / making the data: %s s      รอบการให้ทุน / the round: %s s',
                       round(sum(seconds) FILTER (WHERE number < 5), 2),
                       round(sum(seconds) FILTER (WHERE number >= 5), 2))
  FROM demo.step;
