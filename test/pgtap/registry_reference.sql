-- Reference data: what the extension ships, and that a user's edit of it is kept.

BEGIN;

SELECT plan(43);

-- What is shipped.

SELECT is(count(*), 77::bigint, '77 provinces') FROM equity.province;
SELECT is(count(*), 77::bigint, 'each province is shipped') FROM equity.province WHERE shipped;
SELECT is(count(DISTINCT name_th), 77::bigint, 'Thai names of provinces differ') FROM equity.province;
SELECT is(count(DISTINCT name_en), 77::bigint, 'English names of provinces differ') FROM equity.province;
SELECT results_eq(
  $$SELECT name_th, name_en
      FROM equity.province
     WHERE province_code IN ('10', '38', '96')
     ORDER BY province_code$$,
  $$VALUES ('กรุงเทพมหานคร', 'Bangkok'), ('บึงกาฬ', 'Bueng Kan'), ('นราธิวาส', 'Narathiwat')$$,
  'first, youngest and last province');

SELECT results_eq(
  $$SELECT r.region_code, r.name_th, r.name_en, count(*)
      FROM equity.region AS r
      JOIN equity.region_province AS m USING (scheme, region_code)
     WHERE r.scheme = 'six_region'
     GROUP BY r.region_code, r.name_th, r.name_en
     ORDER BY r.region_code COLLATE "C"$$,
  $$VALUES ('central', 'ภาคกลาง', 'Central', 22::bigint),
           ('east', 'ภาคตะวันออก', 'Eastern', 7),
           ('north', 'ภาคเหนือ', 'Northern', 9),
           ('northeast', 'ภาคตะวันออกเฉียงเหนือ', 'Northeastern', 20),
           ('south', 'ภาคใต้', 'Southern', 14),
           ('west', 'ภาคตะวันตก', 'Western', 5)$$,
  'six regions and the number of their provinces');
SELECT is_empty(
  $$SELECT province_code
      FROM equity.province
    EXCEPT
    SELECT province_code
      FROM equity.region_province
     WHERE scheme = 'six_region'$$,
  'every province has a region');
SELECT results_eq(
  $$SELECT region_code
      FROM equity.region_province
     WHERE province_code IN ('10', '50', '63')
     ORDER BY province_code$$,
  $$VALUES ('central'), ('north'), ('west')$$,
  'Bangkok is central, Chiang Mai north, Tak west');

SELECT results_eq(
  $$SELECT programme_code, published_year::integer, published_quota, published_recipients,
           published_recipients_status, special_needs
      FROM equity.programme
     ORDER BY programme_code COLLATE "C"$$,
  $$VALUES ('full_potential', 2566, NULL::integer, 27, 'received', false),
           ('innovation_general', 2566, 1265, 2177, 'graduated', false),
           ('innovation_innovation', 2566, 275, 136, 'studying', false),
           ('innovation_special', 2566, 140, 62, 'graduated', true)$$,
  'four programmes with their published figures');
SELECT is_empty(
  $$SELECT programme_code
      FROM equity.programme
     WHERE published_source IS DISTINCT FROM 'OVEC (สอศ.) article of 7 July 2566'$$,
  'the figures name their source');
SELECT is(
  name_th,
  'โครงการพัฒนาเต็มศักยภาพสายอาชีพ "ทุนพระกนิษฐาสัมมาชีพ"',
  'Thai name of the full-potential programme')
  FROM equity.programme
 WHERE programme_code = 'full_potential';
SELECT results_eq(
  $$SELECT grant_type, years::integer FROM equity.grant_type ORDER BY years$$,
  $$VALUES ('one_year', 1), ('two_year', 2), ('five_year', 5), ('bachelor', NULL)$$,
  'grant types and their length');
SELECT is(count(*), 10::bigint, 'ten need groups') FROM equity.need_group WHERE shipped;
SELECT is_empty(
  $$SELECT FROM equity.need_group WHERE confirmed$$,
  'no shipped need group claims to be confirmed');
SELECT is_empty($$SELECT FROM equity.rate$$, 'no rate is shipped');

-- A shipped row that is edited is the user's.

UPDATE equity.province SET name_en = 'Krung Thep' WHERE province_code = '10';
SELECT is(
  shipped,
  false,
  'an edited row is no longer shipped')
  FROM equity.province
 WHERE province_code = '10';
UPDATE equity.province SET name_en = name_en WHERE province_code = '11';
SELECT is(
  shipped,
  true,
  'an update that changes nothing leaves the row shipped')
  FROM equity.province
 WHERE province_code = '11';
UPDATE equity.province SET shipped = true WHERE province_code = '10';
SELECT is(
  shipped,
  false,
  'shipped cannot be given back by hand')
  FROM equity.province
 WHERE province_code = '10';
INSERT INTO equity.province (province_code, name_th, name_en, shipped) VALUES
  ('99', 'ทดสอบ', 'Test', true);
SELECT is(
  shipped,
  false,
  'a new row is not shipped, whatever it says')
  FROM equity.province
 WHERE province_code = '99';
UPDATE equity.province SET province_code = '98' WHERE province_code = '99';
SELECT is(
  name_en,
  'Test',
  'the key of an own row may change')
  FROM equity.province
 WHERE province_code = '98';
SELECT lives_ok($$DELETE FROM equity.province WHERE province_code = '98'$$, 'an own row may be deleted');

-- What a restore does: the row of the dump takes the place of the shipped one.

SELECT lives_ok(
  $$INSERT INTO equity.province VALUES ('50', 'เชียงใหม่', 'Chiangmai', false)$$,
  'a row with the key of a shipped row is accepted');
SELECT results_eq(
  $$SELECT name_en, shipped FROM equity.province WHERE province_code = '50'$$,
  $$VALUES ('Chiangmai', false)$$,
  'it has taken the place of the shipped row');
SELECT is(
  count(*),
  1::bigint,
  'rows that refer to it are still there')
  FROM equity.region_province
 WHERE province_code = '50';
SELECT lives_ok(
  $$INSERT INTO equity.region_province VALUES ('six_region', '76', 'south', false)$$,
  'a key of two columns is found');
SELECT results_eq(
  $$SELECT region_code, shipped
      FROM equity.region_province
     WHERE scheme = 'six_region'
       AND province_code = '76'$$,
  $$VALUES ('south', false)$$,
  'and its row replaced');
SELECT lives_ok(
  $$INSERT INTO equity.programme
    SELECT programme_code, name_th, name_en, special_needs, 2567::smallint, 7, NULL, NULL, 'call of 2567',
           false
      FROM equity.programme
     WHERE programme_code = 'innovation_special'$$,
  'a programme with new figures replaces the shipped one');
SELECT results_eq(
  $$SELECT published_quota, published_recipients, shipped
      FROM equity.programme
     WHERE programme_code = 'innovation_special'$$,
  $$VALUES (7, NULL::integer, false)$$,
  'also where the new value is NULL');
SELECT lives_ok(
  $$INSERT INTO equity.grant_type VALUES ('bachelor', 4, 'bachelor', 'ก', 'b', false)$$,
  'grant type likewise');
SELECT lives_ok(
  $$INSERT INTO equity.region VALUES ('six_region', 'west', 'ก', 'w', false)$$,
  'region likewise');
SELECT lives_ok(
  $$INSERT INTO equity.need_group VALUES ('stateless', 'ก', 's', true, true, false)$$,
  'need group likewise');
SELECT throws_ok(
  $$INSERT INTO equity.province VALUES ('50', 'ก', 'again', false)$$, '23505', NULL,
  'a row with the key of an own row is a duplicate');
SELECT throws_ok(
  $$INSERT INTO equity.region_province VALUES ('six_region', '77', 'nowhere', false)$$, '23503', NULL,
  'a replacing row is checked like any other');

-- What a restore would undo is refused.

SELECT throws_ok(
  $$DELETE FROM equity.province WHERE province_code = '96'$$, '55000',
  'cannot delete a shipped row of equity.province', 'a shipped row is not deleted');
SELECT throws_ok(
  $$UPDATE equity.need_group SET group_code = 'refugee' WHERE group_code = 'teenage_mother'$$, '55000',
  'cannot change the key of a shipped row of equity.need_group', 'a shipped row keeps its key');
SELECT throws_ok(
  $$TRUNCATE equity.region_province$$, '55000',
  'cannot truncate equity.region_province: its shipped rows belong to the extension',
  'a reference table is not truncated');

-- What the tables refuse.

SELECT throws_ok(
  $$INSERT INTO equity.province VALUES ('๑๐', 'ก', 'a')$$, '23514', NULL, 'a province code in Thai digits');
SELECT throws_ok(
  $$INSERT INTO equity.province VALUES ('100', 'ก', 'a')$$, '23514', NULL, 'a province code of three digits');
SELECT throws_ok(
  $$INSERT INTO equity.programme (programme_code, name_th, name_en, published_quota) VALUES
      ('p', 'ก', 'a', 1)$$,
  '23514', NULL, 'a published figure without year and source');
SELECT throws_ok(
  $$INSERT INTO equity.programme (programme_code, name_th, name_en, published_year) VALUES
      ('p', 'ก', 'a', 2023)$$,
  '23514', NULL, 'a year that is not พ.ศ.');
SELECT throws_ok(
  $$INSERT INTO equity.rate VALUES ('full_potential', 'bachelor', 2566, -1)$$, '23514', NULL,
  'a negative amount');
SELECT throws_ok(
  $$INSERT INTO equity.rate VALUES ('full_potential', 'bachelor', 2566, 1, true)$$, '23514', NULL,
  'a confirmed rate without a source');
SELECT throws_ok(
  $$INSERT INTO equity.rate VALUES ('full_potential', 'three_year', 2566, 1)$$, '23503', NULL,
  'a rate of an unknown grant type');

SELECT * FROM finish();

ROLLBACK;
