-- The demonstration, part 4: applicants, from fixed streams of numbers. In words:
--
--   applicants      8,120, of whom about 80 never submitted or withdrew
--   programme       the first choice: general 77 %, innovation 15 %, special needs 8 %
--   home            a province; those of the north-east three times as often as those of the centre, west and
--                   east, those of the north and south twice as often
--   level           for general and innovation 43 % finished lower secondary (m3: five-year grants), the others
--                   upper secondary (m6) or a vocational certificate (pvc): two-year grants
--   age             mostly 15 (m3) and 18 (m6, pvc); about 3 in 100 are over 25
--   income a head   near log-normal: median 2,000 baht, sigma 0.6, as a table of quantiles with straight
--                   lines between; the household's income is rounded to 100 baht
--   household       1 to 9 members
--   dwelling        answers from worse to better by a number that is six tenths the place in the distribution
--                   of income and four tenths drawn: who has less lives worse, but not surely
--   groups          each disadvantaged group with its own share; 85 in 100 are verified
--   grades          1.60 to 4.00, the sum of two equal draws: most are near 2.80
--   choices         one to five pools that fit the level; an institution of popularity rank k is asked for as
--                   often as 1/k (Zipf), four times as often by those of its own region; some choices go to
--                   another programme
--   missing         1 to 3 in 100 of the answers, each by its own draw
--
-- So about 3.3 persons ask for each seat: those who are eligible for a programme of which they chose a pool, each
-- counted once, over all seats.

\pset format unaligned
\pset tuples_only on
SELECT clock_timestamp() AS started \gset
SELECT round_id AS round FROM equity.round WHERE round_code = '2566-1' \gset

-- ---- distributions ----

SELECT demo.distribution(d.question, d.codes, d.percent)
  FROM (VALUES
    ('programme', ARRAY['innovation_general', 'innovation_innovation', 'innovation_special'], ARRAY[77, 15, 8]),
    ('level', ARRAY['m3', 'm6', 'pvc'], ARRAY[43, 30, 27]),
    ('age after m3', ARRAY['15', '16', '17', '19', '22', '27'], ARRAY[66, 20, 6, 4, 2, 2]),
    ('age after m6', ARRAY['18', '19', '20', '22', '24', '25', '26', '30'], ARRAY[60, 20, 8, 4, 3, 1, 2, 2]),
    ('household size', ARRAY['1', '2', '3', '4', '5', '6', '7', '8', '9'], ARRAY[2, 9, 18, 27, 20, 12, 6, 4, 2]),
    ('choices', ARRAY['1', '2', '3', '4', '5'], ARRAY[10, 15, 25, 20, 30]),
    ('tenure', ARRAY['none', 'free', 'rent', 'own'], ARRAY[4, 12, 18, 66]),
    ('floor', ARRAY['earth', 'bamboo', 'wood', 'cement', 'tile'], ARRAY[8, 7, 25, 40, 20]),
    ('wall', ARRAY['scrap', 'bamboo', 'wood', 'cement'], ARRAY[6, 8, 32, 54]),
    ('roof', ARRAY['scrap', 'thatch', 'metal', 'tile'], ARRAY[4, 8, 48, 40]),
    ('toilet', ARRAY['none', 'shared', 'own'], ARRAY[5, 12, 83]),
    ('drinking_water', ARRAY['river', 'rain', 'well', 'tap', 'bottled'], ARRAY[5, 15, 12, 38, 30]),
    ('electricity', ARRAY['none', 'shared', 'solar', 'grid'], ARRAY[4, 6, 4, 86]),
    ('farm land', ARRAY['0', '0.50', '2', '4.25', '8', '15'], ARRAY[45, 8, 15, 14, 12, 6]),
    ('vehicles', ARRAY['0', '1', '2', '3'], ARRAY[20, 45, 25, 10])
  ) AS d (question, codes, percent) \g /dev/null

-- Income a head and month at places 0 to 10,000 of the distribution.
CREATE TABLE demo.income AS
SELECT q.place AS low, lead(q.place) OVER in_order AS high, q.baht, lead(q.baht) OVER in_order - q.baht AS rise
  FROM (VALUES (0, 200), (100, 495), (500, 745), (1000, 927), (2500, 1334), (5000, 2000),
               (7500, 2998), (9000, 4315), (9500, 5366), (9900, 8075), (10000, 20000)) AS q (place, baht)
WINDOW in_order AS (ORDER BY q.place);

-- Shares of the disadvantaged groups, in 10,000.
CREATE TABLE demo.group_share AS
SELECT row_number() OVER (ORDER BY g.group_code COLLATE "C") AS number, g.*
  FROM (VALUES ('orphan_or_abandoned', 300), ('guardian_disabled_or_imprisoned', 150), ('ethnic_minority', 200),
               ('stateless', 60), ('remote_or_risky_area', 250), ('family_emergency', 200), ('teenage_mother', 40),
               ('juvenile_centre', 30), ('hiv_or_drugs', 40), ('out_of_school', 150)) AS g (group_code, share);

-- Home provinces by region, as ranges of one number.
CREATE TABLE demo.home AS
SELECT h.province_code, h.region_code, sum(h.weight) OVER in_order - h.weight AS low,
       sum(h.weight) OVER in_order AS high, sum(h.weight) OVER () AS total
  FROM (SELECT rp.province_code, rp.region_code,
               CASE rp.region_code WHEN 'northeast' THEN 3
                                   WHEN 'north' THEN 2
                                   WHEN 'south' THEN 2
                                   ELSE 1 END AS weight
          FROM equity.region_province AS rp
         WHERE rp.scheme = 'six_region') AS h
WINDOW in_order AS (ORDER BY h.province_code);

-- What draws people of a region to a pool, as ranges from 0 to 1,000,000 for each programme and grant type.
CREATE TABLE demo.attraction AS
SELECT w.region_code, w.programme_code, w.grant_type, w.pool_id,
       1000000 * (sum(w.weight) OVER (same ORDER BY w.pool_id))::bigint / (sum(w.weight) OVER same)::bigint AS high
  FROM (SELECT r.region_code, p.programme_code, p.grant_type, p.pool_id,
               CASE WHEN rp.region_code = r.region_code THEN 4 ELSE 1 END * p.weight AS weight
          FROM demo.pool AS p
          JOIN equity.institution AS i USING (institution_id)
          JOIN equity.region_province AS rp ON rp.scheme = 'six_region' AND rp.province_code = i.province_code
         CROSS JOIN equity.region AS r
         WHERE r.scheme = 'six_region') AS w
WINDOW same AS (PARTITION BY w.region_code, w.programme_code, w.grant_type);

CREATE INDEX ON demo.attraction (region_code, programme_code, grant_type, high, pool_id);

-- Where the later choices go, in 100: mostly to the programme of the first choice.
CREATE TABLE demo.taste (home text, programme_code text, low integer, high integer);
INSERT INTO demo.taste VALUES
  ('innovation_general', 'innovation_general', 0, 95),
  ('innovation_general', 'innovation_innovation', 95, 100),
  ('innovation_innovation', 'innovation_innovation', 0, 85),
  ('innovation_innovation', 'innovation_general', 85, 100),
  ('innovation_special', 'innovation_special', 0, 85),
  ('innovation_special', 'innovation_general', 85, 100);

-- ---- people ----

-- The numbers that decide an applicant. Ids follow those of the earlier recipients.
CREATE TABLE demo.number AS
SELECT n AS applicant_id,
       demo.draw('programme', n, 10000) AS programme,
       demo.draw('home', n, (SELECT max(high) FROM demo.home)) AS home,
       demo.draw('level', n, 10000) AS level,
       demo.draw('age', n, 10000) AS age,
       demo.draw('birthday', n, 365) AS birthday,
       demo.draw('sex', n, 2) AS sex,
       demo.draw('income', n, 10000) AS income,
       demo.draw('household size', n, 10000) AS household_size,
       demo.draw('choices', n, 10000) AS choices
  FROM (SELECT max(applicant_id) AS last_id FROM demo.recipient WHERE NOT leaves) AS r
 CROSS JOIN LATERAL generate_series(r.last_id + 1, r.last_id + 8120) AS n;

-- What they mean: one row an applicant.
CREATE TABLE demo.entrant AS
SELECT n.applicant_id, p.code AS programme_code, v.level, a.code::integer AS age,
       date '2023-05-16' - make_interval(years => a.code::integer, days => n.birthday::integer) AS born,
       CASE n.sex WHEN 0 THEN 'female' ELSE 'male' END AS sex, h.province_code, h.region_code,
       n.income AS income_place, q.baht + q.rise * (n.income - q.low) / (q.high - q.low) AS income_per_head,
       s.code::integer AS household_size, k.code::integer AS wanted
  FROM demo.number AS n
  JOIN demo.answer AS p
    ON p.question = 'programme'
   AND p.low <= n.programme
   AND n.programme < p.high
  JOIN demo.answer AS l
    ON l.question = 'level'
   AND l.low <= n.level
   AND n.level < l.high
 CROSS JOIN LATERAL (SELECT CASE WHEN p.code = 'innovation_special' AND l.code = 'm3' THEN 'm6'
                                 ELSE l.code END AS level) AS v
  JOIN demo.answer AS a
    ON a.question = CASE v.level WHEN 'm3' THEN 'age after m3' ELSE 'age after m6' END
   AND a.low <= n.age
   AND n.age < a.high
  JOIN demo.answer AS s
    ON s.question = 'household size'
   AND s.low <= n.household_size
   AND n.household_size < s.high
  JOIN demo.answer AS k
    ON k.question = 'choices'
   AND k.low <= n.choices
   AND n.choices < k.high
  JOIN demo.home AS h
    ON h.low <= n.home
   AND n.home < h.high
  JOIN demo.income AS q
    ON q.low <= n.income
   AND n.income < q.high;

ALTER TABLE demo.entrant ADD PRIMARY KEY (applicant_id);
ANALYZE demo.entrant, demo.attraction, demo.answer, demo.taste;

INSERT INTO equity.applicant (applicant_id, birth_date, sex, province_code, created_at)
OVERRIDING SYSTEM VALUE
SELECT e.applicant_id,
       CASE WHEN demo.draw('no birth date', e.applicant_id, 1000) >= 5 THEN e.born END,
       e.sex,
       e.province_code,
       timestamptz '2023-03-01 08:00+07'
  FROM demo.entrant AS e;

SELECT setval('equity.applicant_applicant_id_seq', max(applicant_id)) FROM equity.applicant \g /dev/null

INSERT INTO equity.applicant_group (applicant_id, group_code, verified, verified_at, verified_by)
SELECT g.applicant_id, g.group_code, g.verified,
       CASE WHEN g.verified THEN timestamptz '2023-05-08 09:00+07' END,
       CASE WHEN g.verified THEN 'provincial office (generated)' END
  FROM (SELECT e.applicant_id, s.group_code,
               demo.draw('group verified', 16 * e.applicant_id + s.number, 100) < 85 AS verified
          FROM demo.entrant AS e
          JOIN demo.group_share AS s
            ON demo.draw('group', 16 * e.applicant_id + s.number, 10000) < s.share
         WHERE s.group_code <> 'teenage_mother'
            OR e.sex = 'female' AND e.age < 20) AS g;

-- Of those without registration some have a G-code, and some had one until they got a citizen id.
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name,
                                       valid_from, valid_to)
SELECT e.applicant_id, k.identity_kind,
       CASE k.identity_kind WHEN 'g_code' THEN demo.g_code(e.applicant_id)
                            ELSE demo.citizen_id(e.applicant_id) END,
       demo.title(e.sex, e.born::date), demo.given_name(e.applicant_id), demo.family_name(e.applicant_id),
       CASE WHEN k.identity_kind = 'citizen_id' AND g.was THEN date '2022-10-03' ELSE e.born::date END,
       CASE WHEN k.identity_kind = 'g_code' AND g.was THEN date '2022-10-03' END
  FROM demo.entrant AS e
  LEFT JOIN (SELECT applicant_id, demo.draw('g code', applicant_id, 3) AS turn
               FROM equity.applicant_group
              WHERE group_code = 'stateless') AS s USING (applicant_id)
 CROSS JOIN LATERAL (SELECT coalesce(s.turn = 2, false) AS was) AS g
 CROSS JOIN LATERAL unnest(CASE WHEN g.was THEN ARRAY['g_code', 'citizen_id']
                                WHEN s.turn IS NOT NULL THEN ARRAY['g_code']
                                ELSE ARRAY['citizen_id'] END) AS k (identity_kind);

-- ---- applications ----

-- Of special needs 60 in 100 are registered as disabled and 55 hold a welfare card; of the others 3 and 35.
INSERT INTO equity.application (application_id, applicant_id, round_id, status, submitted_at, education_level,
                                gpa, graduated_year, welfare_card, disability_registered)
OVERRIDING SYSTEM VALUE
SELECT row_number() OVER (ORDER BY a.applicant_id), a.applicant_id, :round, a.status,
       CASE WHEN a.status <> 'draft' THEN
              timestamptz '2023-03-01 08:00+07'
              + make_interval(secs => demo.draw('submitted', a.applicant_id, 5200000)) END,
       a.level,
       CASE WHEN demo.draw('no gpa', a.applicant_id, 1000) >= 12 THEN
              (160 + demo.draw('gpa', 2 * a.applicant_id, 121)
               + demo.draw('gpa', 2 * a.applicant_id + 1, 121)) / 100.00 END,
       2565 - (a.age - CASE a.level WHEN 'm3' THEN 15 ELSE 18 END),
       CASE WHEN demo.draw('no welfare answer', a.applicant_id, 100) >= 3
              THEN demo.draw('welfare card', a.applicant_id, 100) < CASE WHEN a.special THEN 55
                                                                         ELSE 35 END END,
       CASE WHEN demo.draw('no disability answer', a.applicant_id, 100) >= 2
              THEN demo.draw('disability', a.applicant_id, 100) < CASE WHEN a.special THEN 60 ELSE 3 END END
  FROM (SELECT e.*, e.programme_code = 'innovation_special' AS special,
               CASE demo.draw('status', e.applicant_id, 200)
                 WHEN 0 THEN 'draft'
                 WHEN 1 THEN 'withdrawn'
                 ELSE 'submitted' END AS status
          FROM demo.entrant AS e) AS a;

SELECT setval('equity.application_application_id_seq', max(application_id)) FROM equity.application \g /dev/null

-- Twice as many draws as choices are wanted, and one of the first programme before them; the first different
-- pools are the choices.
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
SELECT c.applicant_id, :round, c.choice, c.pool_id
  FROM (SELECT d.applicant_id, d.pool_id, d.wanted,
               row_number() OVER (PARTITION BY d.applicant_id ORDER BY min(d.draw)) AS choice
          FROM (SELECT n.applicant_id, n.wanted, n.draw, p.pool_id
                  FROM (SELECT e.*, k.draw,
                               demo.draw('programme of choice', 16 * e.applicant_id + k.draw,
                                         100) AS programme,
                               demo.draw('choice', 16 * e.applicant_id + k.draw, 1000000) AS place
                          FROM demo.entrant AS e
                         CROSS JOIN LATERAL generate_series(0, 2 * e.wanted) AS k (draw)
                        OFFSET 0) AS n
                  JOIN demo.taste AS t
                    ON t.home = n.programme_code
                   AND t.low <= n.programme
                   AND n.programme < t.high
                 CROSS JOIN LATERAL (SELECT a.pool_id
                                       FROM demo.attraction AS a
                                      WHERE a.region_code = n.region_code
                                        AND a.programme_code = CASE n.draw WHEN 0 THEN n.programme_code
                                                                           ELSE t.programme_code END
                                        AND a.grant_type = CASE n.level WHEN 'm3' THEN 'five_year'
                                                                        ELSE 'two_year' END
                                        AND a.high > n.place
                                      ORDER BY a.high
                                      LIMIT 1) AS p) AS d
         GROUP BY d.applicant_id, d.pool_id, d.wanted) AS c
 WHERE c.choice <= c.wanted;

-- ---- households ----

INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
SELECT e.applicant_id, :round,
       CASE WHEN demo.draw('no household size', e.applicant_id, 1000) >= 5 THEN e.household_size END,
       CASE WHEN demo.draw('no income', e.applicant_id, 1000) >= 25 THEN (e.income_per_head * e.household_size
                                                                          + 50) / 100 * 100 END
  FROM demo.entrant AS e;

-- The applicant, a guardian and a second one, brothers, sisters and grandparents. Of two guardians the second
-- earns 30 to 70 in 100 of the income, or in 1 household of 10 nothing; a single guardian, or an applicant who
-- lives alone, earns it all.
INSERT INTO equity.household_member (applicant_id, round_id, member_number, relation, birth_year,
                                     monthly_income, disabled, chronically_ill, elderly, without_income)
SELECT m.applicant_id, :round, m.number, m.relation, m.birth_year,
       CASE WHEN m.number = least(2, m.members) THEN m.income - m.second
            WHEN m.number = 3 THEN m.second
            ELSE 0 * m.income END,
       CASE WHEN demo.draw('no member answer', m.row_id, 1000) >= 3 THEN
              CASE m.number WHEN 1 THEN coalesce(m.disability_registered, false)
                            ELSE demo.draw('member disabled', m.row_id, 100) < 3 END END,
       demo.draw('member ill', m.row_id, 100)
         < CASE m.relation WHEN 'sibling' THEN 2 WHEN 'self' THEN 2 ELSE 9 END,
       m.birth_year <= 2506,
       m.relation = 'guardian' AND m.number = 3 AND m.second = 0
       OR m.relation = 'sibling' AND m.birth_year <= 2548 AND demo.draw('member idle', m.row_id, 100) < 30
  FROM (SELECT h.applicant_id, n.number, e.household_size AS members, h.monthly_income::integer AS income,
               CASE WHEN e.household_size >= 3 AND demo.draw('second idle', h.applicant_id, 100) >= 10
                      THEN h.monthly_income::integer * (30
                                                        + demo.draw('second share', h.applicant_id, 41)) / 100
                    ELSE 0 END AS second,
               a.disability_registered, 16 * h.applicant_id + n.number AS row_id, r.relation,
               CASE r.relation
                 WHEN 'self' THEN extract(year FROM e.born) + 543
                 WHEN 'guardian' THEN 2505 + demo.draw('guardian born', 16 * h.applicant_id + n.number, 24)
                 WHEN 'sibling' THEN 2545 + demo.draw('sibling born', 16 * h.applicant_id + n.number, 18)
                 ELSE 2480 + demo.draw('grandparent born', 16 * h.applicant_id + n.number,
                                       24) END AS birth_year
          FROM equity.household AS h
          JOIN demo.entrant AS e USING (applicant_id)
          JOIN equity.application AS a USING (applicant_id, round_id)
         CROSS JOIN LATERAL generate_series(1, e.household_size) AS n (number)
         CROSS JOIN LATERAL (SELECT CASE n.number WHEN 1 THEN 'self'
                                                  WHEN 2 THEN 'guardian'
                                                  WHEN 3 THEN 'guardian'
                                                  WHEN 5 THEN 'grandparent'
                                                  WHEN 7 THEN 'grandparent'
                                                  ELSE 'sibling' END AS relation) AS r
         WHERE h.round_id = :round
           AND h.household_size IS NOT NULL) AS m;

-- Home visits: 1 in 100 not visited, 2 in 100 answers missing.
INSERT INTO equity.dwelling (applicant_id, round_id, tenure, floor, wall, roof, toilet, drinking_water,
                             electricity, farm_land_rai, vehicles, refrigerator, air_conditioner,
                             washing_machine, television, computer)
SELECT q.applicant_id, :round, max(q.code) FILTER (WHERE q.question = 'tenure'),
       max(q.code) FILTER (WHERE q.question = 'floor'), max(q.code) FILTER (WHERE q.question = 'wall'),
       max(q.code) FILTER (WHERE q.question = 'roof'), max(q.code) FILTER (WHERE q.question = 'toilet'),
       max(q.code) FILTER (WHERE q.question = 'drinking_water'),
       max(q.code) FILTER (WHERE q.question = 'electricity'),
       max(q.code) FILTER (WHERE q.question = 'farm land')::numeric,
       max(q.code) FILTER (WHERE q.question = 'vehicles')::smallint,
       q.income_place > demo.draw('refrigerator', q.applicant_id, 3000),
       q.income_place > 4000 + demo.draw('air conditioner', q.applicant_id, 8000),
       q.income_place > demo.draw('washing machine', q.applicant_id, 8000),
       q.income_place > demo.draw('television', q.applicant_id, 5000),
       q.income_place > 2000 + demo.draw('computer', q.applicant_id, 9000)
  FROM (SELECT d.applicant_id, d.income_place, d.question, a.code
          FROM (SELECT e.applicant_id, e.income_place, k.question,
                       (6 * e.income_place
                        + 4 * demo.draw('dwelling', 16 * e.applicant_id + k.number, 10000)) / 10 AS place,
                       demo.draw('no dwelling answer', 16 * e.applicant_id + k.number, 100) < 2 AS missing
                  FROM demo.entrant AS e
                 CROSS JOIN unnest(ARRAY['tenure', 'floor', 'wall', 'roof', 'toilet', 'drinking_water',
                                         'electricity', 'farm land', 'vehicles']) WITH ORDINALITY AS k (
                                           question, number)
                OFFSET 0) AS d
          LEFT JOIN demo.answer AS a
            ON a.question = d.question
           AND a.low <= d.place
           AND d.place < a.high
           AND NOT d.missing) AS q
 WHERE demo.draw('no visit', q.applicant_id, 100) >= 1
 GROUP BY q.applicant_id, q.income_place;

ANALYZE;

SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.expect('each citizen id has a right check digit',
                   (SELECT bool_and(i.identity ~ '^9[0-9]{12}$' AND right(i.identity, 1)::integer = c.digit)
                      FROM equity.applicant_identity AS i
                     CROSS JOIN LATERAL (SELECT (11 - sum((14 - k) * substr(i.identity, k, 1)::integer) % 11)
                                                % 10 AS digit
                                           FROM generate_series(1, 12) AS k) AS c
                     WHERE i.identity_kind = 'citizen_id')) \g /dev/null
SELECT demo.expect('the members of a household earn its income',
                   (SELECT bool_and(m.income = h.monthly_income)
                      FROM equity.household AS h
                      JOIN (SELECT applicant_id, sum(monthly_income) AS income
                              FROM equity.household_member
                             GROUP BY applicant_id) AS m USING (applicant_id))) \g /dev/null

SELECT demo.done(4, :'took', 'ผู้สมัคร', 'applicants',
                 format('ผู้สมัคร %s คน (บุคคลจำลอง) ยื่นแล้ว %s ใบ', a.applicants, a.submitted),
                 format('%s applicants (generated persons), %s submitted', a.applicants, a.submitted),
                 format('สมาชิกครัวเรือน / household members %s   อันดับที่เลือก / choices %s', m.members,
                        c.choices))
  FROM (SELECT demo.number(count(*)) AS applicants,
               demo.number(count(*) FILTER (WHERE status = 'submitted')) AS submitted
          FROM equity.application) AS a
 CROSS JOIN (SELECT demo.number(count(*)) AS members FROM equity.household_member) AS m
 CROSS JOIN (SELECT demo.number(count(*)) AS choices FROM equity.choice) AS c;
