-- A closed round of :applicants applicants, each with five choices. Everything follows from the
-- hash of a number and a seed, so that every run has the same rows. In words:
--   pools        one for 200 applicants, 30 to 90 seats: about 3.3 ask for a seat
--   programmes   four fifths of pools and applicants in one, one fifth in the other
--   choices      Zipf (exponent 1): the pool of rank k is asked for as often as 1/k
--   income       skewed to the low side, 0 to 12,000 baht a head
--   households   2 members listed, 1 dwelling, a need group for one in ten
SET client_min_messages = warning;
CREATE EXTENSION equity;
SET session_replication_role = replica;  -- rows are right by construction: no key checks one by one
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';

-- the n-th number of a stream, uniform in [0, 1)
CREATE FUNCTION pg_temp.uniform(n bigint, stream bigint) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(n, 20230707 + stream) & 9007199254740991)::double precision / 9007199254740992;

SELECT :applicants / 200 AS pools, :applicants / 200 * 4 / 5 AS general_pools \gset

INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('bench', 1,
   '{"code": "bench", "scale": 4, "as_of": "2023-05-16", "criteria": [
     {"kind": "derive", "code": "age", "fn": "age_years", "field": "birth_date"},
     {"code": "G1", "kind": "gate", "field": "gpa", "op": ">=", "value": 2.00, "missing": "reject",
      "reason": "GPA_BELOW"},
     {"code": "G2", "kind": "gate", "field": "age", "op": "<=", "value": 25, "missing": "reject",
      "reason": "AGE_ABOVE"},
     {"code": "G3", "kind": "gate", "group": "need", "field": "income_per_head", "op": "<=", "value": 3000},
     {"code": "G4", "kind": "gate", "group": "need", "field": "welfare_card", "op": "=", "value": true,
      "missing": "reject"},
     {"code": "N1", "kind": "band", "field": "income_per_head",
      "bands": [[null, 1000, 30], [1000, 2000, 20], [2000, 3000, 10], [3000, null, 0]],
      "missing": {"points": 0}},
     {"code": "N2", "kind": "enum", "field": "tenure", "points": {"none": 10, "rent": 6, "free": 4},
      "otherwise": 0, "missing": {"points": 0}},
     {"code": "N3", "kind": "enum", "field": "toilet", "points": {"none": 5, "shared": 3}, "otherwise": 0,
      "missing": {"points": 0}},
     {"code": "M1", "kind": "linear", "field": "gpa", "points": [[2.00, 0], [4.00, 40]],
      "missing": {"points": 0}}]}');
INSERT INTO equity.field_of_study (field_code, name_th)
SELECT 'F' || n, 'สาขาตัวอย่าง ' || n FROM generate_series(0, 9) AS n;
INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership,
                                affiliation)
OVERRIDING SYSTEM VALUE
SELECT n, '13' || lpad(n::text, 8, '0'), 'วิทยาลัยตัวอย่าง ' || n, p.province_code, 'general', 'state', 'ovec'
  FROM generate_series(1, :pools / 10 + 1) AS n
  JOIN (SELECT province_code, row_number() OVER (ORDER BY province_code COLLATE "C") AS number
          FROM equity.province) AS p
    ON p.number = 1 + n % 77;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th, offer_days)
OVERRIDING SYSTEM VALUE VALUES (1, 'bench', 2566, 'รอบทดสอบ', 14);
INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version, quota)
VALUES (1, 'innovation_general', 'bench', 1, NULL), (1, 'innovation_special', 'bench', 1, NULL);
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
OVERRIDING SYSTEM VALUE
SELECT n, 1, CASE WHEN n <= :general_pools THEN 'innovation_general' ELSE 'innovation_special' END,
       1 + n / 10, 'F' || n % 10, 'two_year', 30 + floor(61 * pg_temp.uniform(n, 1))::integer
  FROM generate_series(1, :pools) AS n;

INSERT INTO equity.applicant (applicant_id, birth_date, sex, province_code)
OVERRIDING SYSTEM VALUE
SELECT n, date '1998-01-01' + floor(3600 * pg_temp.uniform(n, 2))::integer,
       CASE WHEN pg_temp.uniform(n, 3) < 0.5 THEN 'female' ELSE 'male' END, '10'
  FROM generate_series(1, :applicants) AS n;
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT n, g.group_code, true
  FROM generate_series(1, :applicants, 10) AS n,
       (SELECT min(group_code COLLATE "C") AS group_code FROM equity.need_group) AS g;
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa, welfare_card)
SELECT n, 1, 'submitted', timestamptz '2023-05-01 00:00+07',
       round((1.9 + 2.1 * pg_temp.uniform(n, 4))::numeric, 2), pg_temp.uniform(n, 5) < 0.9
  FROM generate_series(1, :applicants) AS n;
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
SELECT n, 1, s.size, round((s.size * 12000 * pg_temp.uniform(n, 6) ^ 2)::numeric, 2)
  FROM generate_series(1, :applicants) AS n
 CROSS JOIN LATERAL (SELECT 1 + floor(6 * pg_temp.uniform(n, 7))::integer AS size) AS s;
INSERT INTO equity.household_member (applicant_id, round_id, member_number, relation, disabled, elderly)
SELECT n, 1, m, 'parent', pg_temp.uniform(n, 8 + m) < 0.05, pg_temp.uniform(n, 10 + m) < 0.2
  FROM generate_series(1, :applicants) AS n CROSS JOIN generate_series(1, 2) AS m;
INSERT INTO equity.dwelling (applicant_id, round_id, tenure, floor, toilet, vehicles)
SELECT n, 1, (ARRAY['own', 'own', 'own', 'rent', 'free', 'none'])[1 + floor(6 * pg_temp.uniform(n, 13))::integer],
       'cement', (ARRAY['own', 'own', 'own', 'shared', 'none'])[1 + floor(5 * pg_temp.uniform(n, 14))::integer],
       floor(3 * pg_temp.uniform(n, 15))::smallint
  FROM generate_series(1, :applicants) AS n;

-- sixteen draws an applicant, of which the first five different pools are the choices
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
SELECT applicant_id, 1, number, pool_id
  FROM (SELECT applicant_id, pool_id, row_number() OVER (PARTITION BY applicant_id ORDER BY min(draw)) AS number
          FROM (SELECT n AS applicant_id, d AS draw,
                       CASE WHEN n % 5 > 0
                         THEN floor((:general_pools + 1) ^ pg_temp.uniform(n, 15 + d))::bigint
                         ELSE :general_pools + floor((:pools - :general_pools + 1) ^ pg_temp.uniform(n, 15 + d))::bigint
                       END AS pool_id
                  FROM generate_series(1, :applicants) AS n CROSS JOIN generate_series(1, 16) AS d) AS draws
         GROUP BY applicant_id, pool_id) AS distinct_draws
 WHERE number <= 5;

RESET session_replication_role;
SELECT equity.open_round(1, equity.commitment('bench')) \g /dev/null
SELECT equity.close_round(1, 'bench') \g /dev/null
VACUUM (ANALYZE);
CHECKPOINT;
