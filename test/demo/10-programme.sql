-- The demonstration, part 1: fields of study, scorecards and the round.
--
-- From announcements: at most 25 completed years of age; OR a disadvantaged group. From secondary sources: income
-- of at most 3,000 baht a head and month; for special needs a state welfare card OR a registered disability.
-- EXAMPLE FIGURES of this demonstration, announced by nobody: every grade point limit (2.00 and 2.50), every
-- point and weight, the day on which age counts (16 May 2566), the list of groups, the monthly rates and
-- the dates of the call.

\pset format unaligned
\pset tuples_only on
SELECT clock_timestamp() AS started \gset

INSERT INTO equity.field_of_study (field_code, name_th, name_en, special_needs) VALUES
  ('mechanical', 'เทคนิคเครื่องกล', 'Mechanical Technology', false),
  ('electrical', 'ไฟฟ้า', 'Electrical Power', false),
  ('electronics', 'อิเล็กทรอนิกส์', 'Electronics', false),
  ('construction', 'ก่อสร้าง', 'Construction', false),
  ('welding', 'เทคนิคโลหะ', 'Metal Technology', false),
  ('accounting', 'การบัญชี', 'Accounting', false),
  ('digital_business', 'เทคโนโลยีธุรกิจดิจิทัล', 'Digital Business', false),
  ('hotel', 'การโรงแรม', 'Hotel', false),
  ('food', 'อาหารและโภชนาการ', 'Food and Nutrition', false),
  ('logistics', 'การจัดการโลจิสติกส์', 'Logistics', false),
  ('information', 'เทคโนโลยีสารสนเทศ', 'Information Technology', false),
  ('crops', 'พืชศาสตร์', 'Plant Science', false),
  ('livestock', 'สัตวศาสตร์', 'Animal Science', false),
  ('farm_machinery', 'ช่างกลเกษตร', 'Agricultural Machinery', false),
  ('food_industry', 'อุตสาหกรรมเกษตร', 'Agro-Industry', false),
  ('robotics', 'เมคคาทรอนิกส์และหุ่นยนต์', 'Mechatronics and Robotics', false),
  ('rail', 'ระบบขนส่งทางราง', 'Rail Transport', false),
  ('electric_vehicle', 'ยานยนต์ไฟฟ้า', 'Electric Vehicles', false),
  ('digital_office', 'งานสำนักงานดิจิทัล', 'Digital Office Work', true),
  ('food_service', 'อาหารและการบริการ', 'Food and Service', true),
  ('applied_technology', 'เทคโนโลยีประยุกต์', 'Applied Technology', false);

INSERT INTO equity.rate (programme_code, grant_type, academic_year, monthly_amount, confirmed, source)
SELECT g.programme_code, r.grant_type, 2566, r.monthly_amount, false, 'example figure of the demonstration'
  FROM equity.programme AS g
 CROSS JOIN (VALUES ('five_year', 6500), ('two_year', 7500)) AS r (grant_type, monthly_amount)
 WHERE g.published_quota IS NOT NULL;

-- Each card gives 0 to 100 points: need, dependants, dwelling, land, vehicles, grades. An answer that is
-- missing gives the fewest points; a missing answer that a gate needs leaves the case open.

INSERT INTO equity.scorecard_version (card_code, version, name_th, name_en, card) VALUES
  ('GENERAL-2566', 1, 'เกณฑ์ตัวอย่าง สถานศึกษาทั่วไป', 'Example card, general institutions',
   '{"code": "GENERAL-2566", "scale": 2, "as_of": "2023-05-16", "criteria": [
     {"code": "AGE", "kind": "derive", "fn": "age_years", "field": "birth_date"},
     {"code": "E1", "kind": "gate", "field": "AGE", "op": "<=", "value": 25, "reason": "AGE_ABOVE"},
     {"code": "E2", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.00, "reason": "GPA_BELOW"},
     {"code": "E3", "kind": "gate", "group": "need", "field": "income_per_head", "op": "<=", "value": 3000,
      "reason": "INCOME_ABOVE"},
     {"code": "E4", "kind": "gate", "group": "need", "field": "groups", "op": "overlaps",
      "reason": "NO_GROUP",
      "value": ["orphan_or_abandoned", "guardian_disabled_or_imprisoned", "ethnic_minority", "stateless",
                "remote_or_risky_area", "family_emergency", "teenage_mother", "juvenile_centre",
                "hiv_or_drugs", "out_of_school"]},
     {"code": "N1", "kind": "linear", "field": "income_per_head", "points": [[0, 40], [3000, 10], [6000, 0]],
      "missing": "worst"},
     {"code": "DEP", "kind": "derive", "fn": "sum",
      "fields": ["members_disabled", "members_chronically_ill", "members_elderly", "members_without_income"]},
     {"code": "N2", "kind": "band", "field": "DEP",
      "bands": [[null, 1, 0], [1, 2, 4], [2, 3, 7], [3, null, 10]], "missing": "worst"},
     {"code": "H1", "kind": "enum", "field": "tenure", "points": {"none": 8, "free": 6, "rent": 5, "own": 0},
      "otherwise": 0, "missing": "worst"},
     {"code": "H2", "kind": "enum", "field": "floor",
      "points": {"earth": 4, "bamboo": 3, "wood": 1, "tile": 0, "cement": 0}, "otherwise": 0,
      "missing": "worst"},
     {"code": "H3", "kind": "enum", "field": "wall",
      "points": {"scrap": 4, "bamboo": 3, "wood": 1, "cement": 0}, "otherwise": 0, "missing": "worst"},
     {"code": "H4", "kind": "enum", "field": "roof",
      "points": {"scrap": 4, "thatch": 3, "metal": 1, "tile": 0}, "otherwise": 0, "missing": "worst"},
     {"code": "H5", "kind": "enum", "field": "toilet", "points": {"none": 4, "shared": 2, "own": 0},
      "otherwise": 0, "missing": "worst"},
     {"code": "H6", "kind": "enum", "field": "drinking_water",
      "points": {"river": 3, "well": 2, "rain": 2, "bottled": 0, "tap": 0}, "otherwise": 0,
      "missing": "worst"},
     {"code": "H7", "kind": "enum", "field": "electricity",
      "points": {"none": 4, "shared": 2, "solar": 2, "grid": 0}, "otherwise": 0, "missing": "worst"},
     {"code": "HOME", "kind": "section", "members": ["H1", "H2", "H3", "H4", "H5", "H6", "H7"], "max": 25},
     {"code": "L1", "kind": "band", "field": "farm_land_rai",
      "bands": [[null, 1, 5], [1, 5, 3], [5, null, 0]], "missing": "worst"},
     {"code": "V1", "kind": "band", "field": "vehicles", "bands": [[null, 1, 5], [1, 2, 2], [2, null, 0]],
      "missing": "worst"},
     {"code": "M1", "kind": "linear", "field": "gpa", "points": [[2.00, 0], [4.00, 15]], "missing": "worst"}],
     "classes": [[null, 30, "LOWER_NEED"], [30, 50, "NEED"], [50, null, "HIGH_NEED"]]}'),
  ('INNOVATION-2566', 1, 'เกณฑ์ตัวอย่าง สถานศึกษานวัตกรรม', 'Example card, innovation institutions',
   '{"code": "INNOVATION-2566", "scale": 2, "as_of": "2023-05-16", "criteria": [
     {"code": "AGE", "kind": "derive", "fn": "age_years", "field": "birth_date"},
     {"code": "E1", "kind": "gate", "field": "AGE", "op": "<=", "value": 25, "reason": "AGE_ABOVE"},
     {"code": "E2", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.50, "reason": "GPA_BELOW"},
     {"code": "E3", "kind": "gate", "group": "need", "field": "income_per_head", "op": "<=", "value": 3000,
      "reason": "INCOME_ABOVE"},
     {"code": "E4", "kind": "gate", "group": "need", "field": "groups", "op": "overlaps",
      "reason": "NO_GROUP",
      "value": ["orphan_or_abandoned", "guardian_disabled_or_imprisoned", "ethnic_minority", "stateless",
                "remote_or_risky_area", "family_emergency", "teenage_mother", "juvenile_centre",
                "hiv_or_drugs", "out_of_school"]},
     {"code": "N1", "kind": "linear", "field": "income_per_head", "points": [[0, 30], [3000, 8], [6000, 0]],
      "missing": "worst"},
     {"code": "DEP", "kind": "derive", "fn": "sum",
      "fields": ["members_disabled", "members_chronically_ill", "members_elderly", "members_without_income"]},
     {"code": "N2", "kind": "band", "field": "DEP",
      "bands": [[null, 1, 0], [1, 2, 4], [2, 3, 7], [3, null, 10]], "missing": "worst"},
     {"code": "H1", "kind": "enum", "field": "tenure", "points": {"none": 8, "free": 6, "rent": 5, "own": 0},
      "otherwise": 0, "missing": "worst"},
     {"code": "H2", "kind": "enum", "field": "floor",
      "points": {"earth": 4, "bamboo": 3, "wood": 1, "tile": 0, "cement": 0}, "otherwise": 0,
      "missing": "worst"},
     {"code": "H5", "kind": "enum", "field": "toilet", "points": {"none": 4, "shared": 2, "own": 0},
      "otherwise": 0, "missing": "worst"},
     {"code": "H7", "kind": "enum", "field": "electricity",
      "points": {"none": 4, "shared": 2, "solar": 2, "grid": 0}, "otherwise": 0, "missing": "worst"},
     {"code": "HOME", "kind": "section", "members": ["H1", "H2", "H5", "H7"], "max": 15},
     {"code": "L1", "kind": "band", "field": "farm_land_rai",
      "bands": [[null, 1, 5], [1, 5, 3], [5, null, 0]], "missing": "worst"},
     {"code": "V1", "kind": "band", "field": "vehicles", "bands": [[null, 1, 5], [1, 2, 2], [2, null, 0]],
      "missing": "worst"},
     {"code": "M1", "kind": "linear", "field": "gpa", "points": [[2.50, 0], [4.00, 35]],
      "missing": "worst"}]}'),
  ('SPECIAL-2566', 1, 'เกณฑ์ตัวอย่าง ผู้มีความต้องการจำเป็นพิเศษ', 'Example card, persons with special needs',
   '{"code": "SPECIAL-2566", "scale": 2, "as_of": "2023-05-16", "criteria": [
     {"code": "AGE", "kind": "derive", "fn": "age_years", "field": "birth_date"},
     {"code": "E1", "kind": "gate", "field": "AGE", "op": "<=", "value": 25, "reason": "AGE_ABOVE"},
     {"code": "E5", "kind": "gate", "group": "status", "field": "welfare_card", "op": "=", "value": true,
      "reason": "NO_WELFARE_CARD"},
     {"code": "E6", "kind": "gate", "group": "status", "field": "disability_registered", "op": "=",
      "value": true, "reason": "NO_REGISTRATION"},
     {"code": "N1", "kind": "linear", "field": "income_per_head", "points": [[0, 30], [3000, 8], [6000, 0]],
      "missing": "worst"},
     {"code": "D1", "kind": "enum", "field": "disability_registered", "points": {"true": 10}, "otherwise": 0,
      "missing": "worst"},
     {"code": "W1", "kind": "enum", "field": "welfare_card", "points": {"true": 10}, "otherwise": 0,
      "missing": "worst"},
     {"code": "DEP", "kind": "derive", "fn": "sum",
      "fields": ["members_disabled", "members_chronically_ill", "members_elderly", "members_without_income"]},
     {"code": "N2", "kind": "band", "field": "DEP",
      "bands": [[null, 1, 0], [1, 2, 4], [2, 3, 7], [3, null, 10]], "missing": "worst"},
     {"code": "H1", "kind": "enum", "field": "tenure", "points": {"none": 8, "free": 6, "rent": 5, "own": 0},
      "otherwise": 0, "missing": "worst"},
     {"code": "H2", "kind": "enum", "field": "floor",
      "points": {"earth": 4, "bamboo": 3, "wood": 1, "tile": 0, "cement": 0}, "otherwise": 0,
      "missing": "worst"},
     {"code": "H5", "kind": "enum", "field": "toilet", "points": {"none": 4, "shared": 2, "own": 0},
      "otherwise": 0, "missing": "worst"},
     {"code": "H7", "kind": "enum", "field": "electricity",
      "points": {"none": 4, "shared": 2, "solar": 2, "grid": 0}, "otherwise": 0, "missing": "worst"},
     {"code": "HOME", "kind": "section", "members": ["H1", "H2", "H5", "H7"], "max": 15},
     {"code": "L1", "kind": "band", "field": "farm_land_rai",
      "bands": [[null, 1, 5], [1, 5, 3], [5, null, 0]], "missing": "worst"},
     {"code": "V1", "kind": "band", "field": "vehicles", "bands": [[null, 1, 5], [1, 2, 2], [2, null, 0]],
      "missing": "worst"},
     {"code": "M1", "kind": "linear", "field": "gpa", "points": [[0, 0], [4.00, 15]], "missing": "worst"}]}');

INSERT INTO equity.round (round_code, academic_year, name_th, name_en, opens_at, closes_at, offer_days)
VALUES ('2566-1', 2566, 'รอบปีการศึกษา 2566 (ข้อมูลจำลอง)', 'Round of academic year 2566 (generated)',
        timestamptz '2023-03-01 08:00+07', timestamptz '2023-04-30 16:30+07', 14);

-- The programmes with a published quota; the full potential programme had none in 2566.
INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version, quota)
SELECT r.round_id, g.programme_code, c.card_code, 1, g.published_quota
  FROM equity.round AS r
  JOIN equity.programme AS g ON g.published_year = r.academic_year AND g.published_quota IS NOT NULL
  JOIN (VALUES ('innovation_general', 'GENERAL-2566'),
               ('innovation_innovation', 'INNOVATION-2566'),
               ('innovation_special', 'SPECIAL-2566')) AS c (programme_code, card_code) USING (programme_code);

-- What people are told a criterion and a reason mean.
CREATE TABLE demo.label (
  code text PRIMARY KEY,
  name_th text NOT NULL,
  name_en text NOT NULL
);

INSERT INTO demo.label (code, name_th, name_en) VALUES
  ('AGE', 'อายุ (ปีเต็ม)', 'age in completed years'),
  ('E1', 'อายุไม่เกิน 25 ปี', 'age at most 25'),
  ('E2', 'เกรดเฉลี่ย (เกณฑ์สมมติ)', 'grades (assumed limit)'),
  ('E3', 'รายได้ต่อคนไม่เกิน 3,000', 'income ≤ 3,000'),
  ('E4', 'หรือ อยู่ในกลุ่มด้อยโอกาส', 'or a need group'),
  ('E5', 'มีบัตรสวัสดิการแห่งรัฐ', 'state welfare card'),
  ('E6', 'หรือ จดทะเบียนคนพิการ', 'or registered disabled'),
  ('N1', 'รายได้ต่อคนต่อเดือน', 'income a head and month'),
  ('DEP', 'จำนวนภาระพึ่งพิง', 'number of burdens'),
  ('N2', 'ภาระพึ่งพิง', 'dependants'),
  ('D1', 'ความพิการ', 'disability'),
  ('W1', 'บัตรสวัสดิการแห่งรัฐ', 'state welfare card'),
  ('H1', 'การอยู่อาศัย', 'tenure'),
  ('H2', 'พื้นบ้าน', 'floor'),
  ('H3', 'ฝาบ้าน', 'walls'),
  ('H4', 'หลังคา', 'roof'),
  ('H5', 'ส้วม', 'toilet'),
  ('H6', 'น้ำดื่ม', 'drinking water'),
  ('H7', 'ไฟฟ้า', 'electricity'),
  ('HOME', 'รวมที่อยู่อาศัย', 'dwelling together'),
  ('L1', 'ที่ดินทำการเกษตร (ไร่)', 'farm land, rai'),
  ('V1', 'ยานพาหนะ', 'vehicles'),
  ('M1', 'เกรดเฉลี่ย', 'grade average'),
  ('AGE_ABOVE', 'อายุเกินเกณฑ์', 'too old'),
  ('GPA_BELOW', 'เกรดเฉลี่ยต่ำกว่าเกณฑ์', 'grade average too low'),
  ('INCOME_ABOVE', 'รายได้ต่อคนเกินเกณฑ์', 'income a head too high'),
  ('NO_GROUP', 'ไม่อยู่ในกลุ่มด้อยโอกาส', 'in no verified need group'),
  ('NO_WELFARE_CARD', 'ไม่มีบัตรสวัสดิการแห่งรัฐ', 'no state welfare card'),
  ('NO_REGISTRATION', 'ไม่ได้จดทะเบียนคนพิการ', 'not registered disabled');

-- The cards as rows, with the words of letters: a gate is called by what it asks about, and says the limit itself.
INSERT INTO equity.criterion
SELECT r.* FROM equity.scorecard_version AS v CROSS JOIN LATERAL equity.scorecard_rows(v.card, v.version) AS r;
UPDATE equity.criterion AS c
   SET label_th = l.name_th, label_en = upper(left(l.name_en, 1)) || substr(l.name_en, 2)
  FROM demo.label AS l
 WHERE l.code = c.criterion;
UPDATE equity.criterion AS c
   SET label_th = g.label_th, label_en = g.label_en, value_th = g.value_th, value_en = g.value_en
  FROM (VALUES ('E1', 'อายุ (ปีเต็ม)', 'Age in completed years', NULL, NULL),
               ('E2', 'เกรดเฉลี่ยสะสม', 'Grade point average', NULL, NULL),
               ('E3', 'รายได้ต่อคนต่อเดือน', 'Income per head and month', '3,000 บาท', '3,000 baht'),
               ('E4', 'กลุ่มผู้ด้อยโอกาส', 'Disadvantaged groups', 'กลุ่มตามประกาศ',
                'the groups of the announcement'),
               ('E5', 'บัตรสวัสดิการแห่งรัฐ', 'State welfare card', NULL, NULL),
               ('E6', 'การจดทะเบียนคนพิการ', 'Registration of a disability', NULL, NULL))
         AS g (criterion, label_th, label_en, value_th, value_en)
 WHERE g.criterion = c.criterion;
UPDATE equity.criterion AS c
   SET value_th = w.word_th, value_en = w.word_en
  FROM (VALUES ('tenure', 'none', 'ไม่มีที่อยู่ของตนเอง', 'no dwelling of their own'),
               ('tenure', 'free', 'อยู่ฟรี', 'free of rent'),
               ('tenure', 'rent', 'เช่า', 'rented'),
               ('tenure', 'own', 'เป็นของตนเอง', 'their own'),
               ('floor', 'earth', 'ดิน', 'earth'),
               ('floor', 'bamboo', 'ไม้ไผ่', 'bamboo'),
               ('floor', 'wood', 'ไม้', 'wood'),
               ('floor', 'cement', 'ซีเมนต์', 'cement'),
               ('floor', 'tile', 'กระเบื้อง', 'tiles'),
               ('wall', 'scrap', 'เศษวัสดุ', 'scrap'),
               ('wall', 'bamboo', 'ไม้ไผ่', 'bamboo'),
               ('wall', 'wood', 'ไม้', 'wood'),
               ('wall', 'cement', 'ปูน', 'cement'),
               ('roof', 'scrap', 'เศษวัสดุ', 'scrap'),
               ('roof', 'thatch', 'จากหรือหญ้าคา', 'thatch'),
               ('roof', 'metal', 'สังกะสี', 'metal'),
               ('roof', 'tile', 'กระเบื้อง', 'tiles'),
               ('toilet', 'none', 'ไม่มี', 'none'),
               ('toilet', 'shared', 'ใช้ร่วมกับบ้านอื่น', 'shared'),
               ('toilet', 'own', 'มีของตนเอง', 'their own'),
               ('drinking_water', 'river', 'แม่น้ำลำธาร', 'river'),
               ('drinking_water', 'well', 'บ่อ', 'well'),
               ('drinking_water', 'rain', 'น้ำฝน', 'rain'),
               ('drinking_water', 'tap', 'น้ำประปา', 'tap'),
               ('drinking_water', 'bottled', 'น้ำดื่มบรรจุขวด', 'bottled'),
               ('electricity', 'none', 'ไม่มี', 'none'),
               ('electricity', 'shared', 'ต่อจากบ้านอื่น', 'shared'),
               ('electricity', 'solar', 'โซลาร์เซลล์', 'solar'),
               ('electricity', 'grid', 'การไฟฟ้า', 'grid')) AS w (field, value, word_th, word_en)
 WHERE w.field = c.field
   AND w.value = c.value;

SELECT clock_timestamp() - :'started' AS took \gset
SELECT demo.expect('every criterion and reason has a label',
                   (SELECT bool_and(l.code IS NOT NULL)
                      FROM equity.scorecard_version AS v
                     CROSS JOIN LATERAL jsonb_array_elements(v.card::text::jsonb -> 'criteria') AS c (criterion)
                     CROSS JOIN LATERAL unnest(ARRAY[c.criterion ->> 'code', c.criterion ->> 'reason']) AS w (code)
                      LEFT JOIN demo.label AS l ON l.code = w.code
                     WHERE w.code IS NOT NULL)) \g /dev/null

SELECT demo.done(1, :'took', 'โครงการ เกณฑ์ และรอบ', 'programmes, scorecards and the round',
                 format('โครงการ %s โครงการ เกณฑ์ %s ฉบับ โควตาปี 2566 รวม %s ทุน', count(*),
                        count(DISTINCT card_code), demo.number(sum(quota))),
                 format('%s programmes, %s scorecards, quotas of 2566 together %s scholarships', count(*),
                        count(DISTINCT card_code), demo.number(sum(quota))),
                 'เกณฑ์เกรด คะแนน น้ำหนัก และอัตราทุน เป็นตัวเลขตัวอย่างของการสาธิตนี้',
                 'grade limits, points, weights and rates are example figures of this demonstration')
  FROM equity.round_programme;
