-- Ceilings, floors and reserves as rows: what is refused, what keeps a round from opening, who belongs to a
-- group, the queries that read them, and rounds of all of them at once from open to verified.
\ir fixture/round.psql
BEGIN;
SELECT plan(51);
SET LOCAL client_min_messages = warning;

SELECT make_round(1, 2566::smallint);
SELECT make_round(2, 2567::smallint);
INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats)
OVERRIDING SYSTEM VALUE
VALUES (100, 1, 'nation', 'ประเทศ', 15), (200, 2, 'nation', 'ประเทศ', 15);

-- what cannot be stored
SELECT throws_ok(
  format('INSERT INTO equity.seat_cap (round_id, cap_code, name_th, seats, min_seats, parent_id) VALUES
            (%s)',
         v),
  s, NULL, 'a ceiling of ' || v)
  FROM (VALUES ('1, '''', ''ก'', 1, NULL, NULL', '23514'),
               ('1, ''x'', ''ก'', -1, NULL, NULL', '23514'),
               ('1, ''x'', ''ก'', 3, 4, NULL', '23514'),
               ('1, ''x'', ''ก'', 3, -1, NULL', '23514'),
               ('1, ''nation'', ''ก'', 3, NULL, NULL', '23505'),
               ('1, ''x'', ''ก'', 3, NULL, 200', '23503'),
               ('9, ''x'', ''ก'', 3, NULL, NULL', '23503')) AS r (v, s);
SELECT throws_ok('UPDATE equity.seat_cap SET parent_id = cap_id', '23514', NULL, 'its own parent');
SELECT throws_ok(
  'UPDATE equity.seat_pool SET cap_id = 200 WHERE round_id = 1', '23503', NULL,
  'a pool under a ceiling of another round');
SELECT throws_ok(
  'UPDATE equity.seat_pool SET min_seats = seats + 1', '23514', NULL, 'a floor above the seats');
SELECT throws_ok(
  format('INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade) VALUES (%s)', v), s, NULL,
  'a reserve of ' || v)
  FROM (VALUES ('11, ''open'', 1, ''after_open'', ''{}''', '23514'),
               ('11, '''', 1, ''after_open'', ''{}''', '23514'),
               ('11, ''*'', 1, ''after_open'', ''{}''', '23514'),
               ('11, ''female'', -1, ''after_open'', ''{}''', '23514'),
               ('11, ''female'', 1, ''later'', ''{}''', '23514'),
               ('11, ''female'', 1, ''after_open'', ''{*,male}''', '23514'),
               ('11, ''female'', 1, ''after_open'', ''{male,male}''', '23514'),
               ('11, ''female'', 1, ''after_open'', ''{male,NULL}''', '23514'),
               ('11, ''female'', 1, ''after_open'', ''{open}''', '23514'),
               ('11, ''female'', 1, ''after_open'', ''{{male,stateless}}''', '23514'),
               ('11, ''female'', 1, ''after_open'', NULL', '23502'),
               ('99, ''female'', 1, ''after_open'', ''{}''', '23503')) AS r (v, s);
SELECT lives_ok(
  $$INSERT INTO equity.pool_reserve (pool_id, reserve, seats, cascade) VALUES
      (11, 'stateless', 2, '{out_of_school,female,*}'), (12, 'welfare_card', 1, '{}')$$,
  'reserves');
SELECT throws_ok(
  $$INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (11, 'stateless', 1)$$, '23505', NULL,
  'a reserve twice');
SELECT throws_ok(
  $$UPDATE equity.round SET tie_field = 'name' WHERE round_id = 1$$, '23514', NULL,
  'a field that breaks no ties');

-- what keeps a round from opening
CREATE FUNCTION pg_temp.gaps(change text) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE change;
  RAISE EXCEPTION USING ERRCODE = 'XUNDO',
  MESSAGE = (SELECT coalesce(array_agg(g.gap ORDER BY g.gap COLLATE "C"), '{}')::text
               FROM equity.round_gaps(1) AS g);
EXCEPTION WHEN SQLSTATE 'XUNDO' THEN RETURN SQLERRM::text[];
END $$;
UPDATE equity.seat_pool SET cap_id = 100 WHERE pool_id = 12;
SELECT is(pg_temp.gaps('SELECT'), '{}', 'this round may open');
SELECT is(
  pg_temp.gaps('UPDATE equity.pool_reserve SET seats = 6 WHERE pool_id = 11'),
  ARRAY['pool 11 reserves 6 seats, more than its 5'],
  'too many reserved');
SELECT is(
  pg_temp.gaps('UPDATE equity.pool_reserve SET cascade = ''{nobody,province_99}'' WHERE pool_id = 11'),
  ARRAY['nobody can belong to the group nobody, for which seats are reserved',
        'nobody can belong to the group province_99, for which seats are reserved'],
  'unknown groups');
SELECT is(
  pg_temp.gaps($$INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats, parent_id)
                 OVERRIDING SYSTEM VALUE
                 VALUES (101, 1, 'a', 'ก', 1, 100), (102, 1, 'b', 'ข', 1, 101);
                 UPDATE equity.seat_cap
                    SET parent_id = 102
                  WHERE cap_id = 101$$),
  ARRAY['ceiling a is above itself, or under one that is', 'ceiling b is above itself, or under one that is'],
  'a circle');
SELECT is(
  pg_temp.gaps('UPDATE equity.round SET mechanism = ''immediate_acceptance'''),
  ARRAY['mechanism immediate_acceptance cannot honour caps',
        'mechanism immediate_acceptance cannot honour reserves'],
  'a mechanism');
SELECT is(
  pg_temp.gaps('UPDATE equity.round SET tie_break = ''admit_none'''),
  ARRAY['tie_break admit_none cannot honour caps'],
  'a tie break');
SELECT is(
  pg_temp.gaps($$UPDATE equity.round
                    SET mechanism = 'serial_dictatorship', tie_break = 'lottery_per_pool';
                 DELETE FROM equity.pool_reserve;
                 UPDATE equity.seat_pool
                    SET cap_id = NULL;
                 INSERT INTO equity.scorecard_version (card_code, version, card) VALUES (
                   'two', 1, '{"code":"two","criteria":[{"code":"K","kind":"const","points":1}]}');
                 UPDATE equity.round_programme
                    SET card_code = 'two'
                  WHERE programme_code = 'innovation_special'$$),
  ARRAY['mechanism serial_dictatorship cannot honour tie_break lottery_per_pool',
        'mechanism serial_dictatorship needs one score an applicant, and there are 2 scorecards'],
  'a dictatorship');

-- who belongs to which group
UPDATE equity.applicant
   SET sex = (ARRAY['female', 'male', 'other', NULL])[1 + applicant_id % 4], province_code = '50',
       birth_date = date '2004-01-01' + (applicant_id % 9)::integer;
UPDATE equity.application
   SET welfare_card = (ARRAY[true, false, NULL])[1 + applicant_id % 3];
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT applicant_id, g, applicant_id % 4 <> 0
  FROM equity.applicant, unnest(ARRAY['stateless', 'out_of_school', 'teenage_mother']) AS g
 WHERE (applicant_id + length(g)) % 3 = 0;
SELECT set_eq(
  'SELECT applicant_id, group_code FROM equity.reserve_member WHERE round_id = 1',
  $$SELECT applicant_id, group_code
      FROM equity.applicant_group
     WHERE verified
       AND group_code IN ('stateless', 'out_of_school')
    UNION
    SELECT applicant_id, 'female'
      FROM equity.applicant
     WHERE sex = 'female'
    UNION
    SELECT applicant_id, 'welfare_card'
      FROM equity.application
     WHERE welfare_card
       AND round_id = 1$$,
  'groups that matter, and only verified ones');
SELECT is_empty(
  'SELECT * FROM equity.reserve_member WHERE round_id = 2',
  'in a round without reserves none matters');
SELECT is_empty(
  $$SELECT *
      FROM equity_internal.reserve_groups AS g
     WHERE groups IS DISTINCT FROM (SELECT array_agg(m.group_code ORDER BY m.group_code::bytea)
                                      FROM equity.reserve_member AS m
                                     WHERE (m.round_id, m.applicant_id) = (g.round_id, g.applicant_id))$$,
  'as lists in byte order');
UPDATE equity.pool_reserve SET cascade = '{province_50,province_10}' WHERE pool_id = 12;
SELECT results_eq(
  $$SELECT count(*) FILTER (WHERE group_code = 'province_50'),
           count(*) FILTER (WHERE group_code = 'province_10')
      FROM equity.reserve_member$$,
  'VALUES (60::bigint, 0::bigint)',
  'home provinces');

-- the queries have what the round needs, and nothing else
SELECT is(
  q,
  ROW('SELECT i.applicant_id, i.pool_id, i.choice, i.score'
        || ' FROM equity.allocation_input AS i WHERE i.round_id = 2',
      'SELECT p.pool_id, p.seats FROM equity.seat_pool AS p WHERE p.round_id = 2',
      NULL::text, NULL::text)::text,
  'a plain round')
  FROM (SELECT r::text AS q FROM equity.round_queries(2) AS r) AS v;
SELECT ok(
  applications ~ 'i.groups'
  AND applications !~ 'i.tie'
  AND pools ~ 'cap_id'
  AND pools !~ 'min_seats'
  AND reserves IS NOT NULL
  AND caps IS NOT NULL,
  'a round with reserves and a ceiling')
  FROM equity.round_queries(1);
UPDATE equity.round SET tie_field = 'gpa' WHERE round_id = 2;
UPDATE equity.seat_pool SET min_seats = 2 WHERE pool_id = 21;
SELECT ok(
  applications ~ 'i.tie'
  AND applications !~ 'groups'
  AND pools !~ 'cap_id'
  AND pools ~ 'min_seats'
  AND caps IS NULL,
  'a round with a field for ties and a floor')
  FROM equity.round_queries(2);

-- ties by a field: among equal scores whoever is refused has no smaller value
SELECT run_as_far(2, 'score');
SELECT is_empty(
  format($$SELECT *
             FROM equity.allocation_input AS i
             JOIN equity.application AS a USING (applicant_id, round_id)
             JOIN equity.household AS h USING (applicant_id, round_id)
             JOIN equity.applicant AS v USING (applicant_id)
            WHERE i.round_id = 2
              AND i.tie IS DISTINCT FROM (%s)$$,
         '-a.gpa'),
  'a higher grade is first');
SET LOCAL session_replication_role = replica;
UPDATE equity.round SET tie_field = 'birth_date' WHERE round_id = 2;
SET LOCAL session_replication_role = origin;
SELECT results_eq(
  'SELECT DISTINCT i.tie FROM equity.allocation_input AS i WHERE round_id = 2 ORDER BY tie',
  'SELECT 53690 + n::numeric FROM generate_series(0, 8) AS n',
  'the older is first');
SET LOCAL session_replication_role = replica;
UPDATE equity.round SET tie_field = 'income_per_head' WHERE round_id = 2;
SET LOCAL session_replication_role = origin;
SELECT equity.allocate_round(2);
SELECT is_empty(
  $$SELECT i.*
      FROM equity.allocation_input AS i
      JOIN equity.placement AS t
        ON t.run_id = newest_run(2)
       AND t.pool_id = i.pool_id
      JOIN equity.allocation_input AS h
        ON h.applicant_id = t.applicant_id
       AND h.pool_id = t.pool_id
      LEFT JOIN equity.placement AS own
        ON own.run_id = newest_run(2)
       AND own.applicant_id = i.applicant_id
     WHERE i.round_id = 2
       AND i.score = h.score
       AND i.tie < h.tie
       AND (own.choice IS NULL OR own.choice > i.choice)$$,
  'and the lower income before the lot is drawn');
SELECT results_eq(
  'SELECT tie_field FROM equity.allocation_run WHERE round_id = 2',
  ARRAY['income_per_head'],
  'the run tells');
SELECT set_eq(
  'SELECT violation FROM equity.run_violations(newest_run(2))',
  ARRAY['rules_changed'],
  'and that it was not announced');

-- a standing: what a refill reads
INSERT INTO equity.run_standing (run_id, applicant_id, decision, pool_id, seat, choice, score)
SELECT newest_run(2), t.applicant_id, (ARRAY['freeze', 'float', 'out'])[1 + t.applicant_id % 3], t.pool_id,
       t.seat, t.choice, t.score
  FROM equity.placement AS t
 WHERE t.run_id = newest_run(2);
CREATE TEMPORARY TABLE asked (applicant_id bigint, pool_id bigint, choice integer, score numeric, tie numeric,
                              holds text);
DO $$ BEGIN EXECUTE 'INSERT INTO asked ' || (SELECT applications FROM equity.run_queries(newest_run(2))); END $$;
SELECT set_eq(
  'SELECT applicant_id, pool_id, choice, holds FROM asked',
  $$SELECT i.applicant_id, i.pool_id, i.choice, CASE WHEN i.pool_id = s.pool_id THEN s.seat END
      FROM equity.allocation_input AS i
      LEFT JOIN equity.run_standing AS s
        ON s.run_id = newest_run(2)
       AND s.applicant_id = i.applicant_id
     WHERE i.round_id = 2
       AND coalesce(CASE s.decision WHEN 'freeze' THEN i.pool_id = s.pool_id
                                    WHEN 'float' THEN i.choice <= s.choice
                                    WHEN 'out' THEN false END,
                    true)$$,
  'holders, floating ones, those who are out and everybody else');
SELECT results_eq(
  $$SELECT violation
      FROM equity_internal.digest_violations(newest_run(2))
     WHERE violation = 'standing_changed'$$,
  ARRAY['standing_changed'],
  'a standing put in later is found');

-- rounds of everything at once, from open to verified
SELECT setseed(0.5);
INSERT INTO equity.applicant_group (applicant_id, group_code, verified) VALUES
  (5, 'juvenile_centre', true), (9, 'juvenile_centre', true);
CREATE FUNCTION pg_temp.whole_round(number integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  id bigint := 1000 + number;
  outcome text;
BEGIN
  PERFORM make_round(id, (2570 + number % 100)::smallint);
  INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats, min_seats, parent_id)
  OVERRIDING SYSTEM VALUE
  VALUES (id * 10, id, 'n', 'ก', (6 + 10 * random())::integer, 3, NULL),
         (id * 10 + 1, id, 'i', 'ข', (3 + 7 * random())::integer, NULL, id * 10);
  UPDATE equity.seat_pool AS p
     SET cap_id = id * 10 + p.pool_id % 2, min_seats = (4 * random())::integer
   WHERE p.round_id = id
     AND random() < 0.8;
  INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade, position)
  SELECT p.pool_id, g.name, (2 * random())::integer,
         (ARRAY['after_open', 'before_open'])[1 + (random() < 0.5)::integer],
         (ARRAY['{*}', '{}', '{female,*}', '{male,stateless}'])[1 + floor(4 * random())::integer]::text[],
         (2 * random())::integer
    FROM equity.seat_pool AS p, (VALUES ('stateless'), ('juvenile_centre')) AS g (name)
   WHERE p.round_id = id
     AND random() < 0.7;
  UPDATE equity.round
     SET tie_field = (ARRAY['gpa', 'income_per_head', 'birth_date', NULL])[1 + floor(4 * random())::integer],
         tie_break = (ARRAY['lottery', 'lottery_per_pool'])[1 + (random() < 0.5)::integer]
   WHERE round_id = id;
  PERFORM run_as_far(id, 'allocate');
  SELECT string_agg(DISTINCT v.violation, ',') INTO outcome
    FROM equity.verify_run(newest_run(id)) AS v;
  RETURN coalesce(outcome,
                  CASE WHEN equity.replay_run(newest_run(id)) = (SELECT result_digest
                                                                   FROM equity.allocation_run
                                                                  WHERE run_id = newest_run(id))
                         THEN 'verified and repeated' END);
END $$;
SELECT results_eq(
  'SELECT pg_temp.whole_round(n), count(*) FROM generate_series(1, 40) AS n GROUP BY 1',
  $$VALUES ('verified and repeated', 40::bigint)$$,
  'forty rounds are verified and repeated');
SELECT set_has(
  'SELECT DISTINCT seat, tier FROM equity.placement',
  $$VALUES ('open', 0), ('stateless', 0), ('juvenile_centre', 0), ('juvenile_centre', 1)$$,
  'with seats of all kinds');
SELECT cmp_ok(
  (SELECT count(*)
     FROM equity.current_run AS c
     JOIN equity.seat_pool AS p USING (round_id)
    WHERE p.min_seats > 1
      AND NOT EXISTS (SELECT FROM equity.placement AS t WHERE t.run_id = c.run_id AND t.pool_id = p.pool_id)),
  '>',
  0::bigint,
  'and pools that closed');
SAVEPOINT whole;
SET LOCAL session_replication_role = replica;
UPDATE equity.pool_reserve
   SET cascade = '{}', mode = 'before_open'
 WHERE pool_id >= 10000;
SET LOCAL session_replication_role = origin;
SELECT set_has(
  'SELECT violation
     FROM equity.allocation_run AS a, equity_internal.digest_violations(a.run_id)
    WHERE a.round_id > 1000',
  'VALUES (''reserves_changed'')',
  'reserves that change are found');
ROLLBACK TO whole;
SET LOCAL session_replication_role = replica;
UPDATE equity.seat_cap SET seats = seats + 1;
SET LOCAL session_replication_role = origin;
SELECT set_has(
  'SELECT violation
     FROM equity.allocation_run AS a, equity_internal.digest_violations(a.run_id)
    WHERE a.round_id > 1000',
  'VALUES (''caps_changed'')',
  'and ceilings');

SELECT * FROM finish();
ROLLBACK;
