-- A scorecard kept as rows: filled in, copied in and out as CSV, sealed, copied to the next version.
\set SHOW_CONTEXT never
\pset null ''

-- What a clerk fills in. What the rows of one criterion share stands on the first of them here.
INSERT INTO equity.scorecard_version (card_code, version, name_th, name_en, scale, as_of, valid_from)
VALUES ('CLERK', 1, 'เกณฑ์ตัวอย่าง', 'Example card', 2, '2023-05-16', '2023-01-01');
COPY equity.criterion (card_code, version, position, criterion, kind, field, op, value, low, high, points,
                       otherwise, gate_group, missing, missing_points, maximum, members, fn, reason, label_th,
                       label_en, value_th, value_en, legal_reference, sensitive)
  FROM STDIN (FORMAT csv, HEADER);
card_code,version,position,criterion,kind,field,op,value,low,high,points,otherwise,gate_group,missing,missing_points,maximum,members,fn,reason,label_th,label_en,value_th,value_en,legal_reference,sensitive
CLERK,1,10,AGE,derive,birth_date,,,,,,,,,,,,age_years,,อายุ (ปีเต็ม),Age in completed years,,,,FALSE
CLERK,1,20,E1,gate,AGE,<=,25,,,,,,reject,,,,,AGE_ABOVE,อายุไม่เกินเกณฑ์,Age,,,ข้อ 4 (1),FALSE
CLERK,1,30,E2,gate,gpa,>=,2.00,,,,,,,,,,,GPA_BELOW,เกรดเฉลี่ยสะสม,Grade point average,,,ข้อ 4 (2),FALSE
CLERK,1,40,E3,gate,income_per_head,<=,3000,,,,,need,,,,,,INCOME_ABOVE,รายได้ต่อคนต่อเดือน,Income a head and month,,,,FALSE
CLERK,1,50,E4,gate,disability_registered,=,TRUE,,,,,need,,,,,,NO_REGISTRATION,จดทะเบียนคนพิการ,Registered disability,,,,TRUE
CLERK,1,60,E5,gate,province_code,in,"""10"", ""50""",,,,,,,,,,,PROVINCE_OTHER,ภูมิลำเนา,Home province,กรุงเทพฯ เชียงใหม่,Bangkok or Chiang Mai,,FALSE
CLERK,1,70,N1,band,income_per_head,,,,1000,20,,,worst,,,,,,รายได้,Income,,,,FALSE
CLERK,1,71,N1,band,,,,1000,3000,12,,,,,,,,,,,,,,FALSE
CLERK,1,72,N1,band,,,,3000,,0,,,,,,,,,,,,,,FALSE
CLERK,1,80,M1,linear,gpa,,2.00,,,0,,,points,1.5,,,,,ผลการเรียน,Grades,,,,FALSE
CLERK,1,81,M1,linear,,,4.00,,,15,,,,,,,,,,,,,,FALSE
CLERK,1,90,H1,enum,tenure,,none,,,10,0,,worst,,,,,,การอยู่อาศัย,Tenure,ไม่มีที่อยู่,None,,FALSE
CLERK,1,91,H1,enum,,,rent,,,6,,,,,,,,,,,เช่า,Rented,,FALSE
CLERK,1,100,NEED,section,,,,,,,,,,,25,"N1, H1",,,ความจำเป็น,Need,,,,FALSE
CLERK,1,900,LOW,class,,,,,20,,,,,,,,,,ระดับต่ำ,Low,,,,FALSE
CLERK,1,901,HIGH,class,,,,20,,,,,,,,,,,ระดับสูง,High,,,,FALSE
\.
SELECT equity.card_from_rows('CLERK', 1);

-- What is wrong is named: criterion and column
\set try 'BEGIN; UPDATE equity.criterion SET'
:try op = '>=' WHERE card_code = 'CLERK' AND position = 70; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = '2.50' WHERE card_code = 'CLERK' AND position = 70; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try low = 1 WHERE card_code = 'CLERK' AND position = 90; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try kind = 'enum', value = '1' WHERE card_code = 'CLERK' AND position = 71;
SELECT equity.card_from_rows('CLERK', 1);
ROLLBACK;
:try points = 1 WHERE card_code = 'CLERK' AND position = 30; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try missing = 'best' WHERE card_code = 'CLERK' AND position = 72; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = 'none' WHERE card_code = 'CLERK' AND position = 91; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try low = 999 WHERE card_code = 'CLERK' AND position = 71; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = '"10' WHERE card_code = 'CLERK' AND position = 60; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = '10,' WHERE card_code = 'CLERK' AND position = 60; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = NULL WHERE card_code = 'CLERK' AND position = 60; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = '2,5' WHERE card_code = 'CLERK' AND position = 81; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try points = NULL WHERE card_code = 'CLERK' AND position = 81; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try criterion = 'E1' WHERE card_code = 'CLERK' AND position = 30; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try members = 'N1, X' WHERE card_code = 'CLERK' AND position = 100; SELECT equity.card_from_rows('CLERK', 1); ROLLBACK;
:try value = NULL WHERE card_code = 'CLERK' AND position = 91; ROLLBACK;
:try missing_points = NULL WHERE card_code = 'CLERK' AND position = 80; ROLLBACK;
:try points = 1 WHERE card_code = 'CLERK' AND position = 900; ROLLBACK;
:try kind = 'gates' WHERE card_code = 'CLERK' AND position = 10; ROLLBACK;
SELECT equity.card_from_rows('CLERK', 2);
SELECT equity.card_from_rows('CLERK', NULL);

-- Cells and what they mean
SELECT cell, equity_internal.read_word(cell, 'here') AS word,
       equity_internal.read_words(cell, 'here') AS list, equity_internal.read_names(cell, 'here') AS names
  FROM (VALUES ('2.00'), (' 10 '), ('010'), ('"10"'), ('TRUE'), ('rent'), ('2023-05-16'), ('1e3'),
               ('["a,b", 3]')) AS v (cell);
SELECT equity_internal.read_words('a, "b" ,3', 'here'), equity_internal.read_names('a, "b" ,3', 'here');
SELECT equity_internal.read_word('5" pipe', 'here');
SELECT word, equity_internal.write_word(word, false) AS cell,
       equity_internal.write_word(word, true) AS text_cell
  FROM unnest('{3,"\"3\"","\"3.00\"","\"-0\"","true","\"true\"","\"TRUE\"","\"\"","\" x\"","\"a,b\"","\"[\"",
                "\"a\\\"b\""}'::jsonb[]) AS word;
SELECT equity_internal.write_words('["a", "b c", 3]', false),
       equity_internal.write_words('["a,b", "c"]', false), equity_internal.write_words('["3", "x"]', true);

-- A card is checked against what it reads when it is sealed
:try field = 'gpa_x' WHERE card_code = 'CLERK' AND position = 30; SELECT equity.seal_scorecard('CLERK', 1); ROLLBACK;
:try field = 'province_code', op = 'in', value = '10, 50' WHERE card_code = 'CLERK' AND position = 30;
SELECT equity.seal_scorecard('CLERK', 1);
ROLLBACK;
BEGIN;
UPDATE equity.criterion SET field = 'gpa_x' WHERE card_code = 'CLERK' AND position = 30;
SELECT length(equity.seal_scorecard('CLERK', 1, NULL));
ROLLBACK;
SELECT equity.seal_scorecard('CLERK', 1);
SELECT equity.seal_scorecard('CLERK', 1) = digest AS same, equity.digest(card) = digest AS of_the_card, scale,
       rounding, as_of, sealed_at IS NOT NULL AS sealed
  FROM equity.scorecard_version
 WHERE card_code = 'CLERK'
   AND version = 1;
SELECT equity.seal_scorecard('CLERK', 7);

-- Sealed: neither rows nor card change, only words do
\set VERBOSITY terse
UPDATE equity.criterion SET points = 21 WHERE card_code = 'CLERK' AND position = 70;
UPDATE equity.criterion SET position = 11 WHERE card_code = 'CLERK' AND position = 10;
UPDATE equity.criterion SET legal_reference = 'ข้อ 5' WHERE card_code = 'CLERK' AND position = 20;
DELETE FROM equity.criterion WHERE card_code = 'CLERK' AND position = 91;
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, points) VALUES
  ('CLERK', 1, 200, 'K', 'const', 1);
TRUNCATE equity.criterion;
SET client_min_messages = warning;
TRUNCATE equity.scorecard_version CASCADE;
RESET client_min_messages;
UPDATE equity.scorecard_version SET scale = 3 WHERE card_code = 'CLERK';
UPDATE equity.scorecard_version SET card = NULL WHERE card_code = 'CLERK';
DELETE FROM equity.scorecard_version WHERE card_code = 'CLERK';
UPDATE equity.criterion
   SET label_en = 'Age, completed years', value_en = '25 years', sensitive = true
 WHERE card_code = 'CLERK'
   AND position = 20;
UPDATE equity.scorecard_version SET name_en = 'The example card' WHERE card_code = 'CLERK';

-- The next version: a copy that is edited, and follows the first in time
SELECT equity.copy_scorecard('CLERK', 1, 2);
SELECT equity.copy_scorecard('CLERK', 1, 2);
SELECT equity.copy_scorecard('CLERK', 8, 9);
SELECT card, name_en, scale, as_of, valid_from, sealed_at
  FROM equity.scorecard_version
 WHERE card_code = 'CLERK'
   AND version = 2;
UPDATE equity.criterion SET value = '2.25' WHERE card_code = 'CLERK' AND version = 2 AND criterion = 'E2';
UPDATE equity.scorecard_version SET valid_from = '2024-01-01' WHERE card_code = 'CLERK' AND version = 2;
\set VERBOSITY default
SELECT equity.seal_scorecard('CLERK', 2);
UPDATE equity.scorecard_version SET valid_to = '2024-01-01' WHERE card_code = 'CLERK' AND version = 1;
SELECT equity.seal_scorecard('CLERK', 2);
\set VERBOSITY terse
UPDATE equity.scorecard_version SET valid_to = '2023-12-31' WHERE card_code = 'CLERK' AND version = 1;
\set VERBOSITY default
UPDATE equity.scorecard_version SET valid_from = '2024-01-02' WHERE card_code = 'CLERK' AND version = 2;
SELECT length(equity.seal_scorecard('CLERK', 2));

-- Out again as CSV, as filled in
COPY (SELECT criterion, kind, field, op, value, low, high, points, otherwise, gate_group, missing,
             missing_points, maximum, members, fn, reason
        FROM equity.criterion
       WHERE card_code = 'CLERK'
         AND version = 2
       ORDER BY position)
  TO STDOUT (FORMAT csv, HEADER);
-- and the rows of the card by itself
SELECT position AS n, criterion, kind, field, op, value, low, high, points, otherwise AS other, gate_group,
       missing, missing_points AS m, maximum AS max, members, fn, reason
  FROM equity.scorecard_rows(
         (SELECT card FROM equity.scorecard_version WHERE card_code = 'CLERK' AND version = 2));

-- A card given as a value gets its rows when it is sealed, and must call itself by its code
INSERT INTO equity.scorecard_version (card_code, version, card)
VALUES ('VALUE', 1, '{"code": "VALUE", "scale": 1, "criteria": [{"code": "K", "kind": "const", "points": 2.5},
  {"code": "R", "kind": "derive", "fn": "ratio", "fields": ["monthly_income", "household_size"]},
  {"code": "C", "kind": "coef", "field": "R", "coef": -0.001, "min": 0, "max": 10000, "missing": "worst"}]}'),
       ('OTHER', 1, '{"code": "VALUE", "criteria": [{"code": "K", "kind": "const", "points": 2.5}]}');
SELECT * FROM equity.scorecard_header((SELECT card FROM equity.scorecard_version WHERE card_code = 'VALUE'));
SELECT length(equity.seal_scorecard('VALUE', 1));
SELECT position, criterion, kind, field, points, coef, minimum, maximum, missing, fn
  FROM equity.criterion
 WHERE card_code = 'VALUE'
 ORDER BY position;
SELECT equity.seal_scorecard('OTHER', 1);
UPDATE equity.scorecard_version SET card = NULL WHERE card_code = 'OTHER';
SELECT equity.seal_scorecard('OTHER', 1);
-- card and rows, or card and scale, that say different things are not sealed
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, points) VALUES
  ('OTHER', 1, 1, 'K', 'const', 2.5);
UPDATE equity.scorecard_version
   SET card = '{"code": "OTHER", "criteria": [{"code": "K", "kind": "const", "points": 2}]}'
 WHERE card_code = 'OTHER';
SELECT equity.seal_scorecard('OTHER', 1);
UPDATE equity.scorecard_version SET sealed_at = now() WHERE card_code = 'OTHER';
DELETE FROM equity.criterion WHERE card_code = 'OTHER';
UPDATE equity.scorecard_version SET scale = 2 WHERE card_code = 'OTHER';
SELECT equity.seal_scorecard('OTHER', 1);
-- deleting a draft deletes its rows
DELETE FROM equity.scorecard_version WHERE card_code = 'OTHER';
SELECT count(*) FROM equity.criterion WHERE card_code = 'OTHER';

-- What a row cannot say is told in words, with the place
INSERT INTO equity.scorecard_version (card_code, version) VALUES ('WORDS', 1);
INSERT INTO equity.criterion (card_code, version, position, criterion, kind) VALUES ('WORDS', 1, 3, 'X', 'bonus');
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, points) VALUES
  ('WORDS', 1, 3, 'X', 'enum', 4);
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, field, coef, missing) VALUES
  ('WORDS', 1, 3, 'X', 'coef', 'gpa', 1, 'zero');
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, field, coef, missing) VALUES
  ('WORDS', 1, 3, 'X', 'coef', 'gpa', 1, 'points');
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, field, coef, missing_points) VALUES
  ('WORDS', 1, 3, 'X', 'coef', 'gpa', 1, 0);

-- rows are made in time that grows with their number: a card of 10,000 values
CREATE TEMPORARY TABLE wide AS
SELECT format('{"code":"WIDE","criteria":[{"code":"E","kind":"enum","field":"x","points":{%s}}]}',
              string_agg(format('"k%s":%s', i, i % 9), ','))::equity.scorecard AS card
  FROM generate_series(1, 10000) AS i;
SET statement_timeout = '15s';
SELECT count(*), count(DISTINCT value), sum(points) FROM wide, equity.scorecard_rows(card);
RESET statement_timeout;
DROP TABLE wide;

-- a gate between two fields, one of "none of" and a band with its high ends, as rows and back
SELECT position, criterion, field, op, value, than, low, high, upper, points
  FROM equity.scorecard_rows(
         '{"code":"TWO", "criteria":[
           {"code":"G", "kind":"gate", "field":"income", "op":"<=", "than":"limit"},
           {"code":"D", "kind":"gate", "field":"groups", "op":"disjoint", "value":["staff", "a, b"]},
           {"code":"B", "kind":"band", "field":"gpa", "upper":true, "bands":[[null, 2, 0], [2, null, 5]]}]}');
INSERT INTO equity.scorecard_version (card_code, version) VALUES ('TWO', 1);
INSERT INTO equity.criterion (card_code, version, position, criterion, kind, field, op, value, than, low,
                              high, upper, points, fn) VALUES
  ('TWO', 1, 1, 'AGE', 'derive', 'birth_date', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'age_years_thai'),
  ('TWO', 1, 2, 'G', 'gate', 'monthly_income', '<=', NULL, 'answers.limit', NULL, NULL, NULL, NULL, NULL),
  ('TWO', 1, 3, 'D', 'gate', 'groups', 'disjoint', '["staff", "a, b"]', NULL, NULL, NULL, NULL, NULL, NULL),
  ('TWO', 1, 4, 'B', 'band', 'gpa', NULL, NULL, NULL, NULL, 2, true, 0, NULL),
  ('TWO', 1, 5, 'B', 'band', 'gpa', NULL, NULL, NULL, 2, NULL, NULL, 5, NULL);
UPDATE equity.scorecard_version SET as_of = '2023-05-16' WHERE card_code = 'TWO';
SELECT equity.card_from_rows('TWO', 1);
UPDATE equity.criterion SET upper = false WHERE card_code = 'TWO' AND position = 5;
SELECT equity.card_from_rows('TWO', 1);
UPDATE equity.criterion SET upper = NULL, than = 'x' WHERE card_code = 'TWO' AND position = 5;
SELECT equity.card_from_rows('TWO', 1);
DELETE FROM equity.scorecard_version WHERE card_code = 'TWO';
