-- application_facts: what scorecards read.

BEGIN;

SELECT plan(17);

INSERT INTO equity.round (round_code, academic_year, name_th) VALUES
  ('R1', 2566, 'รอบหนึ่ง'), ('R2', 2567, 'รอบสอง');
INSERT INTO equity.applicant (birth_date, sex, province_code) VALUES
  ('2005-05-16', 'female', '50');
INSERT INTO equity.applicant DEFAULT VALUES;
CREATE TEMPORARY TABLE known AS
SELECT min(applicant_id) AS a, max(applicant_id) AS b, (SELECT min(round_id) FROM equity.round) AS r1,
       (SELECT max(round_id) FROM equity.round) AS r2
  FROM equity.applicant;

INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, education_level, gpa,
                                graduated_year, welfare_card, disability_registered, answers)
SELECT a, r1, 'submitted', '2023-06-01', 'm6', 3.25, 2565, true, false, '{"talent": {"level": 2}}'
  FROM known;
INSERT INTO equity.application (applicant_id, round_id) SELECT a, r2 FROM known;
INSERT INTO equity.application (applicant_id, round_id) SELECT b, r1 FROM known;
INSERT INTO equity.household SELECT a, r1, 3, 10000 FROM known;
INSERT INTO equity.household SELECT a, r2, 5, 15000 FROM known;
INSERT INTO equity.household_member (applicant_id, round_id, member_number, disabled, chronically_ill,
                                     elderly, without_income)
SELECT a, r1, n, disabled, ill, elderly, false
  FROM known,
       (VALUES (1, false, false, NULL), (2, true, false, true), (3, true, false, true)) AS v (n, disabled,
                                                                                              ill, elderly);
INSERT INTO equity.dwelling (applicant_id, round_id, tenure, farm_land_rai, vehicles, television)
SELECT a, r1, 'rent', 0.25, 0, false
  FROM known;
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT a, code, verified
  FROM known,
       (VALUES ('stateless', true), ('ethnic_minority', true), ('teenage_mother', false)) AS v (code,
                                                                                                verified);
INSERT INTO equity.need_group (group_code, name_th, name_en) VALUES ('ethnic', 'ก', 'a');
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT a, 'ethnic', true
  FROM known;

SELECT is(count(*), 3::bigint, 'one row an application, of any status') FROM equity.application_facts;

PREPARE of_r1 AS
SELECT f.*
  FROM equity.application_facts AS f, known
 WHERE f.applicant_id = a
   AND f.round_id = r1;
CREATE TEMPORARY TABLE full_answer AS EXECUTE of_r1;
CREATE TEMPORARY TABLE no_answer AS
SELECT f.*
  FROM equity.application_facts AS f, known
 WHERE f.applicant_id = b
   AND f.round_id = r1;

SELECT results_eq(
  $$SELECT status, academic_year::integer, birth_date, sex, province_code, education_level, gpa,
           graduated_year::integer, years_since_graduation::integer, welfare_card, disability_registered
      FROM full_answer$$,
  $$VALUES ('submitted', 2566, DATE '2005-05-16', 'female', '50', 'm6', 3.25, 2565, 1, true, false)$$,
  'answers of the application and the applicant');
SELECT is(
  income_per_head,
  10000::numeric / 3,
  'income per head is income / size as numeric')
  FROM full_answer;
SELECT cmp_ok(
  abs(income_per_head * 3 - 10000),
  '<',
  0.000000000001,
  'with no rounding to satang')
  FROM full_answer;
SELECT is(
  f.income_per_head,
  3000.0,
  '15,000 baht of five is 3,000 each')
  FROM equity.application_facts AS f, known
 WHERE f.applicant_id = a
   AND f.round_id = r2;
SELECT results_eq(
  $$SELECT tenure, floor, farm_land_rai, vehicles::integer, television, computer
      FROM full_answer$$,
  $$VALUES ('rent', NULL, 0.25, 0, false, NULL::boolean)$$,
  'dwelling: what is not answered is NULL, 0 and false are answers');
SELECT results_eq(
  $$SELECT members_listed, members_disabled, members_chronically_ill, members_elderly, members_without_income
      FROM full_answer$$,
  $$VALUES (3, 2, 0, NULL::integer, 0)$$,
  'members are counted; a missing answer makes the count unknown');
SELECT is(
  groups,
  ARRAY['ethnic', 'ethnic_minority', 'stateless'],
  'verified groups only, in byte order')
  FROM full_answer;
SELECT is(answers #>> '{talent,level}', '2', 'other answers of the form') FROM full_answer;
SELECT is(groups, '{}'::text[], 'no verified group is an empty list, not a missing one') FROM no_answer;
SELECT is(
  (SELECT array_agg(e.key ORDER BY e.key COLLATE "C")
     FROM jsonb_each(to_jsonb(n)) AS e
    WHERE e.value <> 'null'),
  ARRAY['academic_year', 'applicant_id', 'application_id', 'awards_active', 'awards_before', 'disabilities',
        'groups', 'round_id',
        'status'],
  'every answer that was not given is NULL')
  FROM no_answer AS n;
SELECT is(
  count(*),
  0::bigint,
  'no column names a person')
  FROM pg_attribute
 WHERE attrelid = 'equity.application_facts'::regclass
   AND attname ~ 'name|title|identity|citizen';

-- Reading one application or one round touches no more of groups and members than it must.

CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RETURN plan;
END; $$;
INSERT INTO equity.applicant SELECT FROM generate_series(1, 5000);
INSERT INTO equity.application (applicant_id, round_id)
SELECT applicant_id, r1
  FROM equity.applicant, known
 WHERE applicant_id > b;
INSERT INTO equity.household
SELECT applicant_id, r1, 4, 9000
  FROM equity.applicant, known
 WHERE applicant_id > b;
INSERT INTO equity.household_member (applicant_id, round_id, member_number)
SELECT applicant_id, r1, n
  FROM equity.applicant, known, generate_series(1, 4) AS n
 WHERE applicant_id > b;
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT applicant_id, 'stateless', true
  FROM equity.applicant, known
 WHERE applicant_id > b;
ANALYZE equity.applicant, equity.application, equity.household, equity.household_member,
equity.applicant_group;

SELECT matches(
  pg_temp.plan_of('SELECT f FROM equity.application_facts AS f WHERE round_id = 1'),
  'Index [A-Za-z ]*household_member_pkey',
  'members are found by their key for a round');
SELECT matches(
  pg_temp.plan_of('SELECT f FROM equity.application_facts AS f WHERE round_id = 1'),
  'Index [A-Za-z ]*applicant_group_pkey',
  'and so are groups');
SELECT unalike(pg_temp.plan_of(
                 'SELECT f FROM equity.application_facts AS f WHERE round_id = 1 AND applicant_id = 5'),
               '%Seq Scan on%member%', 'one application reads no whole table of members');
SELECT unalike(pg_temp.plan_of(
                 'SELECT f FROM equity.application_facts AS f WHERE round_id = 1 AND applicant_id = 5'),
               '%Seq Scan on application%', 'nor of applications');
-- A join with one row would be a loop even so, which looks dear when loops are off: then all plans look alike.
SET LOCAL enable_nestloop = off;
SELECT unalike(
  pg_temp.plan_of('SELECT applicant_id, gpa, tenure, monthly_income FROM equity.application_facts WHERE round_id = 1'),
  '%Nested Loop%', 'without members, groups and awards the facts of a round need no loop');

SELECT * FROM finish();

ROLLBACK;
