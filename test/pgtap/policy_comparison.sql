-- compare_policies against the same changes made for real: each policy's rows are those of the round once
-- it was changed that way, counted anew. Afterwards nothing is left of it.
\ir fixture/round.psql
BEGIN;
SELECT plan(55);

SELECT make_round(1, 2566::smallint);
UPDATE equity.applicant
   SET sex = (ARRAY['female', 'male', NULL])[1 + applicant_id % 3],
       province_code = (ARRAY['10', '50'])[1 + applicant_id % 2];
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT applicant_id, 'stateless', applicant_id % 2 = 0
  FROM equity.applicant
 WHERE applicant_id % 5 < 2
UNION ALL
SELECT applicant_id, 'out_of_school', true
  FROM equity.applicant
 WHERE applicant_id % 7 = 0;
INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats, parent_id)
OVERRIDING SYSTEM VALUE
VALUES (1, 1, 'nation', 'ประเทศ', 14, NULL), (2, 1, 'college', 'วิทยาลัย', 9, 1);
UPDATE equity.seat_pool
   SET cap_id = CASE WHEN pool_id = 13 THEN 1 ELSE 2 END, min_seats = CASE WHEN pool_id = 13 THEN 5 END;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade) VALUES
  (11, 'stateless', 2, 'before_open', '{out_of_school,*}'), (12, 'female', 3, 'after_open', '{}'),
  (13, 'province_50', 2, 'after_open', '{*}');
SELECT run_as_far(1, 'score');
CREATE TEMPORARY TABLE own AS SELECT * FROM equity_internal.round_solution(1);

CREATE TEMPORARY TABLE policy (name text PRIMARY KEY, settings jsonb, change text);
INSERT INTO policy VALUES
  ('a more seats', '{"seats": 1.5}',
   'UPDATE equity.seat_pool
       SET seats = floor(seats * 1.5);
    UPDATE equity.pool_reserve
       SET seats = floor(seats * 1.5)'),
  ('b fewer seats', '{"seats": 0.5, "floors": false}',
   'UPDATE equity.pool_reserve
       SET seats = floor(seats * 0.5);
    UPDATE equity.seat_pool
       SET min_seats = NULL, seats = floor(seats * 0.5)'),
  ('c one pool', '{"seats": {"11": 2, "13": 9}}',
   'UPDATE equity.seat_pool
       SET seats = CASE pool_id WHEN 11 THEN 2 WHEN 13 THEN 9 ELSE seats END'),
  ('d no reserves', '{"reserves": "none"}', 'DELETE FROM equity.pool_reserve'),
  ('e guarantees', '{"reserves": {"mode": "before_open"}}',
   'UPDATE equity.pool_reserve SET mode = ''before_open'''),
  ('f half reserves', '{"reserves": {"scale": 0.5, "mode": "after_open"}}',
   'UPDATE equity.pool_reserve SET seats = floor(seats * 0.5), mode = ''after_open'''),
  ('g no ceilings', '{"caps": false}', 'UPDATE equity.seat_pool SET cap_id = NULL'),
  ('h no floors', '{"floors": false}', 'UPDATE equity.seat_pool SET min_seats = NULL'),
  ('i own draw', '{"tie_break": "lottery_per_pool"}',
   'UPDATE equity.round SET tie_break = ''lottery_per_pool'''),
  ('j other seed', '{"seed": "other"}',
   'UPDATE equity.round SET seed_commitment = equity.commitment(''other''), seed = ''other'''),
  ('k all of a class', '{"tie_break": "admit_all", "caps": false, "reserves": "none"}',
   $$UPDATE equity.round
        SET tie_break = 'admit_all';
     UPDATE equity.seat_pool
        SET cap_id = NULL;
     DELETE FROM equity.pool_reserve$$),
  ('l immediate', '{"mechanism": "immediate_acceptance", "caps": false, "floors": false, "reserves": "none"}',
   $$UPDATE equity.round
        SET mechanism = 'immediate_acceptance';
     UPDATE equity.seat_pool
        SET cap_id = NULL, min_seats = NULL;
     DELETE FROM equity.pool_reserve$$),
  ('m trading', '{"mechanism": "top_trading_cycles", "caps": false, "floors": false, "reserves": "none"}',
   $$UPDATE equity.round
        SET mechanism = 'top_trading_cycles';
     UPDATE equity.seat_pool
        SET cap_id = NULL, min_seats = NULL;
     DELETE FROM equity.pool_reserve$$),
  ('n the same', '{}', ''),
  ('o other ceilings', '{"caps": {"1": 11, "2": 6}}',
   'UPDATE equity.seat_cap SET seats = CASE cap_id WHEN 1 THEN 11 ELSE 6 END'),
  ('p by grade', '{"tie_field": "gpa"}', 'UPDATE equity.round SET tie_field = ''gpa'''),
  ('q another card', '{"cards": {"innovation_general": "other/1"}}',
   'UPDATE equity.assessment AS s
       SET (eligible, score) = (SELECT a.eligible, a.score
                                  FROM equity.scorecard_version AS v
                                  JOIN equity.application_facts AS f
                                    ON f.applicant_id = s.applicant_id
                                   AND f.round_id = s.round_id
                                 CROSS JOIN LATERAL equity.assess(v.card, f) AS a
                                 WHERE v.card_code = ''other'')
     WHERE s.programme_code = ''innovation_general''');
INSERT INTO equity.scorecard_version (card_code, version, card)
SELECT 'other', 1, replace(replace(replace(v.card::text, '"test"', '"other"'), '"value":2', '"value":1.6'),
                           '1000,20]', '1000,35]')::equity.scorecard
  FROM equity.scorecard_version AS v;

CREATE TEMPORARY TABLE made (policy text, applicant_id bigint, choice integer);
CREATE FUNCTION pg_temp.make(policy text, change text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMPORARY TABLE outcome (applicant_id bigint, choice integer) ON COMMIT DROP;
  BEGIN
    SET LOCAL session_replication_role = replica;
    EXECUTE change;
    RAISE EXCEPTION USING ERRCODE = 'XUNDO',
    MESSAGE = (SELECT coalesce(jsonb_agg(jsonb_build_array(s.applicant_id, s.choice)), '[]')::text
                 FROM equity_internal.round_solution(1) AS s);
  EXCEPTION WHEN SQLSTATE 'XUNDO' THEN
    INSERT INTO made
    SELECT policy, (r.value ->> 0)::bigint, (r.value ->> 1)::integer
      FROM jsonb_array_elements(SQLERRM::jsonb) AS r;
  END;
  DROP TABLE outcome;
END $$;
SELECT pg_temp.make(name, change) FROM policy ORDER BY name \g /dev/null
INSERT INTO made SELECT 'baseline', applicant_id, choice FROM own;

CREATE TEMPORARY TABLE present AS
SELECT (SELECT count(*) FROM equity.allocation_run) AS runs,
       (SELECT count(*) FROM equity.audit_event) AS events;
CREATE TEMPORARY TABLE compared AS
SELECT *
  FROM equity.compare_policies(1, (SELECT jsonb_object_agg(name, settings) FROM policy));
SELECT results_eq(
  'SELECT runs, events FROM present',
  'SELECT count(*), (SELECT count(*) FROM equity.audit_event) FROM equity.allocation_run',
  'nothing is written');

CREATE TEMPORARY VIEW member AS
SELECT v.applicant_id, d.dimension, d.value
  FROM equity.applicant AS v
 CROSS JOIN LATERAL (SELECT 'all' AS dimension, 'all' AS value
                     UNION ALL
                     SELECT 'sex', coalesce(v.sex, 'unknown')
                     UNION ALL
                     SELECT 'province', v.province_code
                     UNION ALL
                     SELECT 'group', g.group_code
                       FROM equity.applicant_group AS g
                      WHERE g.applicant_id = v.applicant_id
                        AND g.verified) AS d
 WHERE v.applicant_id IN (SELECT applicant_id FROM equity.allocation_input);
CREATE TEMPORARY VIEW wanted AS
SELECT n.policy, m.dimension, m.value, count(*) AS applicants, count(x.choice) AS admitted,
       round(100.0 * count(x.choice) / count(*), 2) AS admitted_percent,
       count(*) FILTER (WHERE x.choice = 1) AS first_choices, round(avg(x.choice), 4) AS mean_choice,
       count(*) - count(x.choice) AS unassigned,
       count(*) FILTER (WHERE coalesce(x.choice, 99) < coalesce(b.choice, 99)) AS gains,
       count(*) FILTER (WHERE coalesce(x.choice, 99) > coalesce(b.choice, 99)) AS loses
  FROM (SELECT name AS policy FROM policy UNION ALL SELECT 'baseline') AS n
 CROSS JOIN member AS m
  LEFT JOIN made AS x
    ON x.policy = n.policy
   AND x.applicant_id = m.applicant_id
  LEFT JOIN made AS b
    ON b.policy = 'baseline'
   AND b.applicant_id = m.applicant_id
 GROUP BY n.policy, m.dimension, m.value;
SELECT set_eq(
  format('SELECT * FROM compared WHERE policy = %L', n),
  format('SELECT * FROM wanted WHERE policy = %L', n),
  n)
  FROM (SELECT name FROM policy WHERE name <> 'q another card' UNION ALL SELECT 'baseline') AS p (n)
 ORDER BY n;
SELECT results_eq(
  $$SELECT admitted, first_choices, mean_choice
      FROM compared
     WHERE policy = 'q another card'
       AND dimension = 'all'$$,
  $$SELECT count(*), count(*) FILTER (WHERE choice = 1), round(avg(choice), 4)
      FROM made
     WHERE policy = 'q another card'$$,
  'q another card');
SELECT cmp_ok(
  (SELECT applicants FROM compared WHERE policy = 'q another card' AND dimension = 'all'), '>',
  (SELECT applicants FROM compared WHERE policy = 'baseline' AND dimension = 'all'),
  'by which more compete');
SELECT results_eq(
  $$SELECT count(DISTINCT (admitted, first_choices, mean_choice, gains, loses)) > 8
      FROM compared
     WHERE dimension = 'all'$$,
  ARRAY[true],
  'and they do differ');
SELECT results_eq(
  $$SELECT policy, dimension, value, admitted, gains, loses
      FROM equity.simulate(1, '{"seats": 1.5}')
     WHERE policy <> 'baseline'
       AND dimension <> 'cap'$$,
  $$SELECT 'simulation', dimension, value, admitted, gains, loses
      FROM compared
     WHERE policy = 'a more seats'$$,
  'a simulation is one policy');
SELECT set_eq(
  $$SELECT value, admitted
      FROM equity.simulate(1, '{"seats": 1.5}')
     WHERE policy = 'simulation'
       AND dimension = 'cap'$$,
  $$SELECT cap_code, seats::bigint FROM equity.seat_cap$$,
  'it tells that more seats change nothing because the ceilings bind');
SELECT is_empty(
  $$SELECT *
      FROM equity.simulate(1, '{"caps": {"1": 1000, "2": 1000}}')
     WHERE policy = 'simulation'
       AND dimension = 'cap'$$,
  'and that wide ones do not');
SELECT results_eq(
  'SELECT DISTINCT policy FROM equity.compare_policies(1, ''{}'')',
  ARRAY['baseline'],
  'without policies there is the round''s own');

-- what is refused
SELECT throws_ok(
  format('SELECT equity.compare_policies(1, %L)', j), '22023', m, coalesce(j, 'NULL'))
  FROM (VALUES (NULL, 'policies are not a JSON object'),
               ('[]', 'policies are not a JSON object'),
               ('{"x": 1}', 'policy "x" is not a JSON object'),
               ('{"baseline": {}}', 'policy "baseline" has a name that is taken'),
               ('{"x": {"seat": 1}}', 'policy "x" has an unrecognized or malformed "seat"'),
               ('{"x": {"seats": -1}}', 'policy "x" has an unrecognized or malformed "seats"'),
               ('{"x": {"seats": "2"}}', 'policy "x" has an unrecognized or malformed "seats"'),
               ('{"x": {"seats": null}}', 'policy "x" has an unrecognized or malformed "seats"'),
               ('{"x": {"seats": {"11": 1.5}}}', 'policy "x" has an unrecognized or malformed "seats"'),
               ('{"x": {"seats": {"11": null}}}', 'policy "x" has an unrecognized or malformed "seats"'),
               ('{"x": {"seats": {"11": 1, "999": 1}}}',
                'policy "x" gives seats to a pool that is not of the round'),
               ('{"x": {"seats": {"011": 1}}}', 'policy "x" gives seats to a pool that is not of the round'),
               ('{"x": {"reserves": "some"}}', 'policy "x" has an unrecognized or malformed "reserves"'),
               ('{"x": {"reserves": {"size": 1}}}', 'policy "x" has an unrecognized or malformed "reserves"'),
               ('{"x": {"reserves": {"mode": "before"}}}',
                'policy "x" has an unrecognized or malformed "reserves"'),
               ('{"x": {"reserves": {"scale": null}}}', 'policy "x" has an unrecognized or malformed "reserves"'),
               ('{"x": {"caps": "no"}}', 'policy "x" has an unrecognized or malformed "caps"'),
               ('{"x": {"tie_field": "age"}}', 'policy "x" has an unrecognized or malformed "tie_field"'),
               ('{"x": {"cards": {"innovation_general": 1}}}',
                'policy "x" has an unrecognized or malformed "cards"'),
               ('{"x": {"cards": {"innovation_general": "other/2"}}}',
                'policy "x" names a scorecard that does not exist'),
               ('{"x": {"cards": {"bursary": "other/1"}}}',
                'policy "x" gives a scorecard to a programme that is not of the round'),
               ('{"x": {"caps": {"3": 1}}}', 'policy "x" gives seats to a ceiling that is not of the round'),
               ('{"x": {"floors": 0}}', 'policy "x" has an unrecognized or malformed "floors"'),
               ('{"x": {"seed": 1}}', 'policy "x" has an unrecognized or malformed "seed"'),
               ('{"x": {"tie_break": "age"}}', 'policy "x" has an unrecognized or malformed "tie_break"'),
               ('{"x": {"mechanism": null}}', 'policy "x" has an unrecognized or malformed "mechanism"'))
         AS v (j, m);
SELECT throws_ok(
  'SELECT equity.compare_policies(1, ''{"x": {"mechanism": "top_trading_cycles"}}'')', '0A000',
  'policy "x" cannot be honoured: mechanism top_trading_cycles cannot honour reserves',
  'a mechanism that cannot honour the reserves');
SELECT lives_ok(
  $$SELECT equity.compare_policies(1,
                                   '{"x": {"mechanism": "top_trading_cycles", "reserves": "none",
                                           "caps": false, "floors": false}}')$$,
  'but the rest of the round');
SELECT throws_ok(
  'SELECT equity.compare_policies(2, ''{}'')', 'P0002', 'round 2 does not exist', 'an unknown round');
UPDATE equity.round SET status = 'closed';
SELECT throws_ok(
  'SELECT equity.compare_policies(1, ''{}'')', '55000', 'round 1 is closed', 'a round that is not scored');

SELECT * FROM finish();
ROLLBACK;
