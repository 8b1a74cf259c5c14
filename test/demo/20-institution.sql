-- The demonstration, part 2: institutions and their seat pools.
--
-- 36 institutions have a project in this round and 3 institutes had one before, each in another real
-- province, drawn by lot; 39 provinces in all. A project is for at least 30 and at most 150 scholars, in at
-- most 5 (general), 3 (innovation) or 2 (special needs) fields of study with at least 15 seats each, as the
-- institutions' proposal form asks; so the quotas permit these numbers of institutions and fields:

\pset format unaligned
\pset tuples_only on
SELECT clock_timestamp() AS started \gset

CREATE TABLE demo.project AS
SELECT row_number() OVER (ORDER BY p.position, f.popularity) AS institution_id,
       p.programme_code,
       f.popularity,            -- 1 is the institution of the programme that most people want
       f.fields
  FROM (VALUES (1, 'innovation_general', ARRAY[5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3,
                                              2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]),
               (2, 'innovation_innovation', ARRAY[3, 3, 3, 2, 2, 2]),
               (3, 'innovation_special', ARRAY[2, 2, 2, 2]),
               (4, 'full_potential', ARRAY[1, 1, 1])) AS p (position, programme_code, fields)
 CROSS JOIN LATERAL unnest(p.fields) WITH ORDINALITY AS f (fields, popularity);

-- The colleges of a programme are of its types by turns; a type says what can be studied there.
CREATE TABLE demo.college_type AS
SELECT t.*, row_number() OVER (PARTITION BY t.programme_code ORDER BY t.position) AS turn,
       count(*) OVER (PARTITION BY t.programme_code) AS turns
  FROM (VALUES (1, 'innovation_general', 'วิทยาลัยเทคนิค', 'Technical College', 'general', 'state', 'ovec',
                ARRAY['mechanical', 'electrical', 'electronics', 'construction', 'welding']),
               (2, 'innovation_general', 'วิทยาลัยอาชีวศึกษา', 'Vocational College', 'general', 'state',
                'ovec', ARRAY['accounting', 'digital_business', 'hotel', 'food', 'logistics']),
               (3, 'innovation_general', 'วิทยาลัยการอาชีพ', 'Industrial and Community Education College',
                'general', 'state', 'ovec',
                ARRAY['electrical', 'accounting', 'mechanical', 'information', 'food']),
               (4, 'innovation_general', 'วิทยาลัยเกษตรและเทคโนโลยี', 'Agriculture and Technology College',
                'general', 'state', 'ovec',
                ARRAY['crops', 'livestock', 'food_industry', 'farm_machinery', 'accounting']),
               (5, 'innovation_general', 'วิทยาลัยเทคโนโลยีเอกชน', 'Private Technological College', 'general',
                'private', 'ovec',
                ARRAY['digital_business', 'logistics', 'accounting', 'hotel', 'information']),
               (6, 'innovation_general', 'วิทยาลัยชุมชน', 'Community College', 'general', 'state',
                'community_college', ARRAY['information', 'food', 'accounting', 'crops', 'hotel']),
               (7, 'innovation_innovation', 'วิทยาลัยเทคนิคนวัตกรรม', 'Innovation Technical College',
                'innovation', 'state', 'ovec', ARRAY['robotics', 'electric_vehicle', 'rail']),
               (8, 'innovation_special', 'วิทยาลัยเพื่อผู้มีความต้องการพิเศษ', 'College for Special Needs',
                'general', 'state', 'ovec', ARRAY['digital_office', 'food_service']),
               (9, 'full_potential', 'สถาบันการอาชีวศึกษา', 'Vocational Education Institute', 'institute',
                'state', 'ovec', ARRAY['applied_technology']))
         AS t (position, programme_code, name_th, name_en, kind, ownership, affiliation, field_codes);

INSERT INTO equity.institution (institution_id, institution_code, name_th, name_en, province_code, kind,
                                ownership, affiliation)
OVERRIDING SYSTEM VALUE
SELECT j.institution_id,
       CASE t.affiliation WHEN 'ovec' THEN '13' ELSE '99' END
       || lpad((99000000 + j.institution_id)::text, 8, '0'),
       format('%sตัวอย่าง %s %s (ข้อมูลจำลอง)', t.name_th, lpad(j.institution_id::text, 2, '0'), v.name_th),
       format('Generated %s %s, %s', t.name_en, lpad(j.institution_id::text, 2, '0'), v.name_en),
       v.province_code, t.kind, t.ownership, t.affiliation
  FROM demo.project AS j
  JOIN demo.college_type AS t
    ON t.programme_code = j.programme_code
   AND t.turn = 1 + (j.popularity - 1) % t.turns
  JOIN (SELECT p.*,
               row_number() OVER (ORDER BY demo.draw('province', p.province_code::bigint, 1000000000),
                                           p.province_code) AS number
          FROM equity.province AS p) AS v
    ON v.number = j.institution_id;

-- Every pool has 15 seats; what is left of the quota goes to the institutions by popularity, as 1/rank. The
-- running total is rounded, not the single pool, so that the seats add up to the quota. Of a project's
-- fields the odd ones give two-year grants and the even ones five-year grants, in special needs all two-year.
CREATE TABLE demo.pool AS
SELECT row_number() OVER (ORDER BY j.institution_id, f.number) AS pool_id, j.programme_code, j.institution_id,
       j.popularity, t.field_codes[f.number] AS field_code,
       CASE WHEN f.number % 2 = 0 AND j.programme_code <> 'innovation_special' THEN 'five_year'
            ELSE 'two_year' END AS grant_type,
       5040 / j.popularity AS weight
  FROM demo.project AS j
  JOIN demo.college_type AS t
    ON t.programme_code = j.programme_code
   AND t.turn = 1 + (j.popularity - 1) % t.turns
 CROSS JOIN LATERAL generate_series(1, j.fields) AS f (number)
 WHERE j.programme_code IN (SELECT programme_code FROM equity.round_programme);

INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
SELECT s.pool_id, s.round_id, s.programme_code, s.institution_id, s.field_code, s.grant_type,
       15 + s.rest * s.weight_so_far / s.total_weight - s.rest * (s.weight_so_far - s.weight) / s.total_weight
  FROM (SELECT p.*,
               rp.round_id,
               rp.quota - 15 * count(*) OVER (PARTITION BY p.programme_code) AS rest,
               sum(p.weight) OVER (PARTITION BY p.programme_code ORDER BY p.pool_id)::bigint AS weight_so_far,
               sum(p.weight) OVER (PARTITION BY p.programme_code)::bigint AS total_weight
          FROM demo.pool AS p
          JOIN equity.round_programme AS rp USING (programme_code)) AS s;

-- What the form asks is kept by the allocation too: a tree of ceilings, the nation's over one for each project,
-- which closes when it ends with fewer than 30 scholars.
INSERT INTO equity.seat_cap (round_id, cap_code, name_th, name_en, seats)
SELECT rp.round_id, 'nation', 'ทั้งประเทศ', 'The nation', sum(rp.quota)
  FROM equity.round_programme AS rp
 GROUP BY rp.round_id;
INSERT INTO equity.seat_cap (round_id, cap_code, name_th, name_en, seats, min_seats, parent_id)
SELECT DISTINCT c.round_id, 'institution-' || i.institution_code, i.name_th, i.name_en, 150, 30, c.cap_id
  FROM equity.seat_pool AS p
  JOIN equity.institution AS i USING (institution_id)
  JOIN equity.seat_cap AS c USING (round_id)
 ORDER BY 2;
UPDATE equity.seat_pool AS p
   SET cap_id = c.cap_id
  FROM equity.institution AS i
  JOIN equity.seat_cap AS c ON c.cap_code = 'institution-' || i.institution_code
 WHERE i.institution_id = p.institution_id;

-- An example figure of this demonstration: of 20 seats or more, two are for registered disabled persons, over and above
-- those who win an open seat; when nobody asks for them, for anybody.
INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade)
SELECT p.pool_id, 'disability_registered', 2, 'after_open', '{*}'
  FROM equity.seat_pool AS p
 WHERE p.programme_code = 'innovation_general' AND p.seats >= 20;

SELECT setval('equity.institution_institution_id_seq', max(institution_id)) FROM equity.institution \g /dev/null
SELECT setval('equity.seat_pool_pool_id_seq', max(pool_id)) FROM equity.seat_pool \g /dev/null

SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.expect('the seats of each programme are its published quota',
                   (SELECT bool_and(s.seats = g.published_quota)
                      FROM (SELECT programme_code, sum(seats) AS seats
                              FROM equity.seat_pool
                             GROUP BY programme_code) AS s
                      JOIN equity.programme AS g USING (programme_code))) \g /dev/null
SELECT demo.expect('a project is for 30 to 150 scholars',
                   (SELECT bool_and(s.seats BETWEEN 30 AND 150)
                      FROM (SELECT institution_id, sum(seats) AS seats
                              FROM equity.seat_pool
                             GROUP BY institution_id) AS s)) \g /dev/null

SELECT demo.done(
         2, :'took', 'สถานศึกษาและที่นั่งทุน', 'institutions and seats',
         format('สถานศึกษา %s แห่ง (ข้อมูลจำลอง) ใน %s จังหวัด', i.institutions, i.provinces),
         format('%s institutions (generated) in %s provinces', i.institutions, i.provinces),
         format('กลุ่มที่นั่ง / pools %s   ที่นั่งทุน / seats %s = %s', s.pools, demo.number(s.seats),
                s.parts),
         format('เพดาน / ceilings %s: แห่งละ 30 ถึง 150 / 30 to 150 each   ที่นั่งสงวน / reserved seats %s',
                c.ceilings, v.reserved))
  FROM (SELECT count(*) AS institutions, count(DISTINCT province_code) AS provinces
          FROM equity.institution) AS i
 CROSS JOIN (SELECT sum(pools) AS pools, sum(seats) AS seats,
                    string_agg(demo.number(seats), ' + ' ORDER BY seats DESC) AS parts
               FROM (SELECT count(*) AS pools, sum(seats) AS seats
                       FROM equity.seat_pool
                      GROUP BY programme_code) AS p) AS s
 CROSS JOIN (SELECT count(*) AS ceilings FROM equity.seat_cap) AS c
 CROSS JOIN (SELECT sum(seats) AS reserved FROM equity.pool_reserve) AS v;
