-- Proposing seats: a quota by need through regions, provinces, institutions and fields, within the rules
-- for institution projects.
BEGIN;
SELECT plan(33);

INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership,
                                affiliation)
OVERRIDING SYSTEM VALUE
SELECT n, lpad(n::text, 10, '0'), 'ก', (ARRAY['10', '12', '50', '57', '90'])[1 + n % 5],
       CASE WHEN n % 4 = 0 THEN 'innovation' ELSE 'general' END, 'state', 'ovec'
  FROM generate_series(1, 30) AS n;
INSERT INTO equity.field_of_study (field_code, name_th)
SELECT 'F' || f, 'ข'
  FROM generate_series(1, 7) AS f;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th)
OVERRIDING SYSTEM VALUE
VALUES (1, 'r1', 2566, 'ค'), (2, 'r2', 2567, 'ค');
INSERT INTO equity.round_programme (round_id, programme_code, quota) VALUES
  (1, 'innovation_general', 1265), (1, 'innovation_special', NULL), (2, 'innovation_general', 600);
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type,
                              seats)
OVERRIDING SYSTEM VALUE
SELECT r * 10000 + n * 10 + f, r, 'innovation_general', n, 'F' || f, 'two_year', 1
  FROM generate_series(1, 2) AS r, generate_series(1, 30) AS n, generate_series(1, 7) AS f;
INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats) VALUES
  (1, 'innovation_special', 1, 'F1', 'two_year', 9);
CREATE FUNCTION pg_temp.need(pool_id bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN pool_id / 10 % 30 = 7 THEN 0 ELSE (abs(hashint8(pool_id)) % 40 + 1) * (1 + pool_id / 10 % 10) END
$$;
CREATE TEMPORARY VIEW proposal AS
SELECT *
  FROM equity.propose_seats(1,
                            need => $$SELECT pool_id, pg_temp.need(pool_id) AS weight
                                        FROM equity.seat_pool
                                       WHERE round_id = 1
                                         AND programme_code = 'innovation_general'$$);

--
-- Without rules: nested apportionment
--

CREATE TEMPORARY TABLE free AS TABLE proposal;
SELECT is((SELECT sum(proposed) FROM free), 1265::bigint, 'the quota is proposed, and no seat more');
SELECT is((SELECT count(*) FROM free), 210::bigint, 'a row for each pool of a programme with a quota');
SELECT is_empty(
  $$SELECT *
      FROM free
     WHERE weight <> pg_temp.need(pool_id)
        OR seats <> 1
        OR rule <> CASE weight WHEN 0 THEN 'no_need' ELSE 'need' END$$,
  'with its need, its seats and what bound it');
SELECT set_eq(
  $$SELECT region_code, sum(proposed)::integer FROM free GROUP BY 1$$,
  $$SELECT region_code, equity.apportion(sum(weight), 1265) OVER (ORDER BY region_code COLLATE "C")
      FROM free
     GROUP BY 1$$,
  'regions have what the nation gives them');
SELECT set_eq(
  $$SELECT province_code, sum(proposed)::integer FROM free GROUP BY 1$$,
  $$SELECT province_code,
           equity.apportion(sum(weight), regional::integer) OVER (
             PARTITION BY region_code ORDER BY province_code COLLATE "C")
      FROM (SELECT *, sum(proposed) OVER (PARTITION BY region_code) AS regional FROM free) AS a
     GROUP BY region_code, regional, province_code$$,
  'provinces what their region does');
SELECT set_eq(
  $$SELECT institution_id, sum(proposed)::integer FROM free GROUP BY 1$$,
  $$SELECT institution_id,
           CASE WHEN sum(weight) > 0 THEN equity.apportion(sum(weight), provincial::integer) OVER (
                  PARTITION BY province_code ORDER BY institution_id)
                ELSE 0 END
      FROM (SELECT *, sum(proposed) OVER (PARTITION BY province_code) AS provincial FROM free) AS a
     GROUP BY province_code, provincial, institution_id$$,
  'institutions what their province does');
SELECT set_eq(
  $$SELECT pool_id, proposed FROM free$$,
  $$SELECT pool_id,
           equity.apportion(weight, own::integer) OVER (
             PARTITION BY institution_id ORDER BY field_code COLLATE "C")
      FROM (SELECT *, sum(proposed) OVER (PARTITION BY institution_id) AS own FROM free) AS a$$,
  'fields what their institution does');
SELECT is((SELECT sum(seats) FROM equity.seat_pool WHERE round_id = 1), 219::bigint, 'nothing is written');

--
-- With rules
--

INSERT INTO equity.seat_rule (round_id, programme_code, institution_kind, grant_type, min_seats, max_seats,
                              min_field_seats, max_fields) VALUES
  (1, 'innovation_general', 'general', 'two_year', 30, 150, 15, 5),
  (1, 'innovation_general', 'innovation', 'two_year', 30, 45, 15, 3);
CREATE TEMPORARY TABLE bound AS
SELECT p.*, i.kind
  FROM proposal AS p
  JOIN equity.institution AS i USING (institution_id);
CREATE TEMPORARY TABLE project AS
SELECT institution_id, kind, sum(proposed) AS proposed, count(*) FILTER (WHERE proposed > 0) AS fields,
       sum(weight) AS weight
  FROM bound
 GROUP BY 1, 2;
SELECT is((SELECT sum(proposed) FROM bound), 1265::bigint, 'the quota again');
SELECT is_empty(
  $$SELECT *
      FROM project
     WHERE proposed NOT BETWEEN 30 AND CASE kind WHEN 'innovation' THEN 45 ELSE 150 END
       AND proposed > 0$$,
  'projects have seats within their limits, or none');
SELECT is_empty(
  $$SELECT * FROM project WHERE fields > CASE kind WHEN 'innovation' THEN 3 ELSE 5 END$$,
  'and not more fields than they may');
SELECT is_empty(
  $$SELECT * FROM bound WHERE proposed BETWEEN 1 AND 14$$,
  'a field has at least 15 seats, or none');
SELECT is_empty(
  $$SELECT *
      FROM bound AS a
      JOIN bound AS b USING (institution_id)
     WHERE a.weight > b.weight
       AND a.proposed < b.proposed$$,
  'of a project the field of more need has not fewer seats');
SELECT is_empty(
  $$SELECT *
      FROM bound
     WHERE (proposed = 0) <> (rule IN ('no_need', 'max_fields', 'quota')
                              OR rule = 'min_field_seats' AND proposed = 0)$$,
  'who gets nothing is told why');
SELECT set_eq(
  $$SELECT DISTINCT rule FROM bound$$,
  ARRAY['no_need', 'max_fields', 'min_field_seats', 'max_seats', 'min_seats', 'need'],
  'all kinds of limits bind somewhere');

-- a quota that cannot hold the minima of all
UPDATE equity.round_programme SET quota = 200 WHERE round_id = 1;
CREATE TEMPORARY TABLE scarce AS TABLE proposal;
SELECT is((SELECT sum(proposed) FROM scarce), 200::bigint, 'a small quota is proposed whole');
SELECT is_empty(
  $$SELECT *
      FROM (SELECT institution_id, sum(weight) FILTER (WHERE rule <> 'max_fields') AS weight,
                   sum(proposed) AS proposed
              FROM scarce
             GROUP BY 1) AS a,
           (SELECT institution_id, sum(weight) FILTER (WHERE rule <> 'max_fields') AS weight,
                   sum(proposed) AS proposed
              FROM scarce
             GROUP BY 1) AS b
     WHERE a.weight > b.weight
       AND a.proposed = 0
       AND b.proposed > 0$$,
  'to the projects of the most need');
SELECT is(
  (SELECT count(DISTINCT institution_id) FROM scarce WHERE proposed > 0),
  6::bigint,
  'as many as it holds minima for');

--
-- Need from an earlier round; writing
--

INSERT INTO equity.scorecard_version (card_code, version, card) VALUES
  ('c', 1, '{"code": "c", "criteria": [{"code": "K", "kind": "const", "points": 1}]}');
INSERT INTO equity.applicant (applicant_id)
OVERRIDING SYSTEM VALUE
SELECT generate_series(1, 40);
INSERT INTO equity.application (applicant_id, round_id, status, submitted_at)
SELECT n, 1, CASE WHEN n = 40 THEN 'withdrawn' ELSE 'submitted' END, now()
  FROM generate_series(1, 40) AS n;
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
SELECT n, 1, c, 10000 + (1 + (n + c) % 3) * 10 + 1
  FROM generate_series(1, 40) AS n, generate_series(1, 2) AS c;
INSERT INTO equity.assessment (applicant_id, round_id, programme_code, eligible, score, card_code, card_version,
                               card_digest)
SELECT n, 1, 'innovation_general', n % 4 > 0, 1, 'c', 1, repeat('0', 64)
  FROM generate_series(1, 40) AS n;
SELECT set_eq(
  'SELECT pool_id, weight FROM equity_internal.pool_need(2, 1) WHERE weight > 0',
  $$SELECT 20000 + (1 + (n + 1) % 3) * 10 + 1, count(*)::numeric
      FROM generate_series(1, 39) AS n
     WHERE n % 4 > 0
     GROUP BY 1$$,
  'eligible applicants, each at the first choice');
SELECT is(
  (SELECT sum(proposed) FROM equity.propose_seats(2, 1, apply => true)),
  600::bigint,
  'the proposal that is written');
SELECT is((SELECT sum(seats) FROM equity.seat_pool WHERE round_id = 2), 600::bigint, 'is in the pools');
UPDATE equity.round
   SET status = 'open', seed_commitment = repeat('0', 64)
 WHERE round_id = 2;
SELECT throws_ok(
  'SELECT equity.propose_seats(2, 1, apply => true)', '55000', NULL, 'the seats of an open round stay');
SELECT throws_ok(
  $$SELECT equity.propose_seats(1, need => 'VALUES (20011, 1)')$$, '42703', NULL, 'need without its columns');

SELECT throws_ok(
  $$SELECT equity.propose_seats(1, need => 'SELECT 20011 AS pool_id, 1 AS weight')$$, '23503', NULL,
  'need for a pool of another round');
SELECT throws_ok(
  $$SELECT equity.propose_seats(1,
                                need => 'SELECT 10011 AS pool_id, 1 AS weight FROM generate_series(1, 2)')$$,
  '23505', NULL, 'need for a pool twice');
SELECT throws_ok(
  $$SELECT equity.propose_seats(1, need => 'SELECT 10011 AS pool_id, -1 AS weight')$$, '22023', NULL,
  'negative need');
SELECT throws_ok('SELECT equity.propose_seats(1, method => NULL)', '22004', NULL, 'no method');
SELECT throws_ok('SELECT equity.propose_seats(3)', 'P0002', NULL, 'no such round');
SET LOCAL transaction_read_only = on;
SELECT is(
  (SELECT sum(proposed) FROM equity.propose_seats(1)),
  200::bigint,
  'a proposal is made in a transaction that may not write');

-- the query for the need is one, and only reads
CREATE FUNCTION pg_temp.write_one() RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  UPDATE equity.round_programme SET quota = 1;
  RETURN 1;
END $$;
SELECT throws_ok(
  format('SELECT equity.propose_seats(1, need => %L)', n), c, NULL, n)
  FROM (VALUES ('SELECT 1 AS pool_id, 1 AS weight) AS n; DELETE FROM equity.choice; SELECT 1 FROM (SELECT 1', '42P11'),
               ('SELECT 10011 AS pool_id, pg_temp.write_one() AS weight', '25006'),
               ('WITH d AS (DELETE FROM equity.choice RETURNING 1) SELECT 1 AS pool_id, 1 AS weight', '0A000'))
         AS v (n, c);
SELECT lives_ok('UPDATE equity.applicant SET sex = sex', 'and the transaction goes on and writes');

SELECT * FROM finish();
ROLLBACK;
