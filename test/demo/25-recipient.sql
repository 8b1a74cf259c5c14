-- The demonstration, part 3: earlier recipients, from before the system.
--
-- As many generated persons and award rows as were published: 2,177 general and 62 special needs, who
-- will have graduated; 136 innovation, who study; 27 full potential, students of vocational institutes. To
-- them come some who will have left: nobody published how many, so their number is an EXAMPLE FIGURE. All have
-- accepted their awards; part 6 lets them live. What a report says of them is counted from these rows.
--
--   starting year   three cohorts: 2562 to 2564 with two-year grants; of those who study 2563 to 2565
--   age             a two-year grant starts at 18, a five-year grant at 15, a bachelor's at 20; the day is drawn
--   institution     of the same programme, each as likely as the others
--   numbers         those who will have left are numbered from 100,001 on

\pset format unaligned
\pset tuples_only on
SELECT clock_timestamp() AS started \gset

CREATE TABLE demo.recipient AS
SELECT CASE WHEN r.leaves THEN 100000 ELSE 0 END
       + row_number() OVER (PARTITION BY r.leaves ORDER BY r.programme_code COLLATE "C", r.number) AS applicant_id, r.*
  FROM (SELECT g.programme_code,
               k.number,
               k.number > g.published_recipients AS leaves,
               CASE g.published_recipients_status WHEN 'graduated' THEN 'graduated' ELSE 'studying' END AS status,
               CASE WHEN g.programme_code = 'full_potential' THEN 'bachelor'
                    WHEN g.published_recipients_status = 'graduated' THEN 'two_year'
                    ELSE 'five_year' END AS grant_type,
               CASE g.published_recipients_status WHEN 'graduated' THEN 2562 ELSE 2563 END AS first_year
          FROM equity.programme AS g
          LEFT JOIN (VALUES ('innovation_general', 148), ('innovation_innovation', 9), ('innovation_special', 6))
                 AS x (programme_code, leave) USING (programme_code)
         CROSS JOIN LATERAL generate_series(1, g.published_recipients + coalesce(x.leave, 0)) AS k (number)) AS r;

ALTER TABLE demo.recipient ADD PRIMARY KEY (applicant_id);
ALTER TABLE demo.recipient ADD COLUMN academic_year smallint;
UPDATE demo.recipient SET academic_year = first_year + demo.draw('recipient year', applicant_id, 3);

INSERT INTO equity.applicant (applicant_id, birth_date, sex, province_code, created_at)
OVERRIDING SYSTEM VALUE
SELECT r.applicant_id,
       make_date(r.academic_year - 543
                 - CASE r.grant_type WHEN 'bachelor' THEN 20 WHEN 'two_year' THEN 18 ELSE 15 END,
                 5, 16) - demo.draw('recipient birthday', r.applicant_id, 365)::integer,
       CASE demo.draw('recipient sex', r.applicant_id, 2) WHEN 0 THEN 'female' ELSE 'male' END,
       v.province_code, timestamptz '2023-07-07 09:00+07'
  FROM demo.recipient AS r
  JOIN (SELECT province_code, row_number() OVER (ORDER BY province_code) - 1 AS number
          FROM equity.province) AS v
    ON v.number = demo.draw('recipient province', r.applicant_id, 77);

INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name,
                                       valid_from)
SELECT p.applicant_id, 'citizen_id', demo.citizen_id(p.applicant_id), demo.title(p.sex, p.birth_date),
       demo.given_name(p.applicant_id), demo.family_name(p.applicant_id), p.birth_date
  FROM equity.applicant AS p;

INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, field_code,
                          academic_year, status)
OVERRIDING SYSTEM VALUE
SELECT r.applicant_id, r.applicant_id, r.programme_code, r.grant_type, j.institution_id, t.field_codes[1],
       r.academic_year, 'accepted'
  FROM demo.recipient AS r
  JOIN (SELECT programme_code, popularity - 1 AS number,
               count(*) OVER (PARTITION BY programme_code) AS institutions, institution_id, popularity
          FROM demo.project) AS j
    ON j.programme_code = r.programme_code
   AND j.number = demo.draw('recipient institution', r.applicant_id, j.institutions)
  JOIN demo.college_type AS t
    ON t.programme_code = j.programme_code
   AND t.turn = 1 + (j.popularity - 1) % t.turns;

INSERT INTO equity.award_event (award_id, event, to_status, actor, at, note)
SELECT w.award_id, 'recorded', w.status, 'demonstration',
       make_date(w.academic_year - 543, 5, 2) + timetz '09:00+07', 'generated; from before the system'
  FROM equity.award AS w;

SELECT setval('equity.award_award_id_seq', max(award_id)) FROM equity.award \g /dev/null

SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.done(3, :'took', 'ผู้รับทุนก่อนหน้า', 'earlier recipients',
                 format('ระเบียนทุน %s รายการ (บุคคลจำลอง) เริ่มปี %s ถึง %s', demo.number(w.awards), w.first_year,
                        w.last_year),
                 format('%s award rows (generated persons), who start in %s to %s', demo.number(w.awards),
                        w.first_year, w.last_year))
  FROM (SELECT count(*) AS awards, min(academic_year) AS first_year, max(academic_year) AS last_year
          FROM equity.award) AS w;
