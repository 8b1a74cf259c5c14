-- Next year's round: the rules and seats of this one, and nothing of what happened in it.
\ir ../lib/refusal.psql
\ir fixture/round.psql
BEGIN;
SELECT plan(15);

SELECT make_round(1, 2566::smallint);
INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats, min_seats, parent_id)
OVERRIDING SYSTEM VALUE
VALUES (901, 1, 'nation', 'ประเทศ', 15, 2, NULL), (902, 1, 'college', 'วิทยาลัย', 9, NULL, 901);
UPDATE equity.seat_pool SET cap_id = 902 WHERE pool_id <> 13;
UPDATE equity.seat_pool SET cap_id = 901, min_seats = 2 WHERE pool_id = 13;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade, position) VALUES
  (11, 'female', 2, 'before_open', '{welfare_card,*}', 1),
  (13, 'welfare_card', 1, 'after_open', '{}', NULL);
INSERT INTO equity.seat_rule (round_id, programme_code, institution_kind, grant_type, max_seats) VALUES
  (1, 'innovation_general', 'general', 'two_year', 30);
UPDATE equity.round SET opens_at = '2023-02-28 00:00+07', closes_at = '2023-06-01 00:00+07', tie_field = 'gpa';
SELECT setval('equity.seat_cap_cap_id_seq', 1000), setval('equity.seat_pool_pool_id_seq', 1000),
       setval('equity.round_round_id_seq', 1000);
SELECT run_as_far(1, 'publish');

SELECT equity.copy_round(1, '2567/1', 2567) AS copied \gset
SELECT results_eq(
  format('SELECT status, academic_year, call_number, name_th, opens_at, closes_at, offer_days, tie_field, seed,
                 seed_commitment, published_run_id
            FROM equity.round WHERE round_id = %s', :copied),
  $$VALUES ('draft', 2567::smallint, 1::smallint, 'รอบทดสอบ', timestamptz '2024-02-28 00:00+07',
            timestamptz '2024-06-01 00:00+07', 7, 'gpa', NULL, NULL, NULL::bigint)$$,
  'that is a draft without seed, its dates a year later');
SELECT results_eq(
  format('SELECT programme_code, card_code, card_version, quota FROM equity.round_programme WHERE round_id = %s
           ORDER BY 1', :copied),
  $$SELECT programme_code, card_code, card_version, quota FROM equity.round_programme WHERE round_id = 1 ORDER BY 1$$,
  'with the programmes, their cards and quotas');

-- seats without the numbers that the database gives
CREATE FUNCTION pg_temp.seats(round bigint) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT concat_ws(' ', 'pool', p.programme_code, p.institution_id, p.field_code, p.grant_type, p.seats, p.min_seats,
                   'under', c.cap_code)
    FROM equity.seat_pool AS p
    LEFT JOIN equity.seat_cap AS c ON c.cap_id = p.cap_id AND c.round_id = round
   WHERE p.round_id = round
  UNION ALL
  SELECT concat_ws(' ', 'cap', c.cap_code, c.name_th, c.seats, c.min_seats, 'under', o.cap_code)
    FROM equity.seat_cap AS c
    LEFT JOIN equity.seat_cap AS o ON o.cap_id = c.parent_id AND o.round_id = round
   WHERE c.round_id = round
  UNION ALL
  SELECT concat_ws(' ', 'reserve', p.field_code, v.reserve, v.seats, v.mode, v.cascade, v.position)
    FROM equity.pool_reserve AS v
    JOIN equity.seat_pool AS p USING (pool_id)
   WHERE p.round_id = round
  UNION ALL
  SELECT concat_ws(' ', 'rule', s.programme_code, s.institution_kind, s.grant_type, s.max_seats)
    FROM equity.seat_rule AS s
   WHERE s.round_id = round
$$;
SELECT is((SELECT count(*) FROM pg_temp.seats(1)), 8::bigint, 'there is something to copy');
SELECT bag_eq(format('SELECT pg_temp.seats(%s)', :copied), 'SELECT pg_temp.seats(1)', 'and the same seats');
SELECT is_empty(
  format('SELECT FROM equity.seat_pool AS p JOIN equity.seat_pool AS o USING (pool_id)
           WHERE p.round_id = %s AND o.round_id = 1', :copied), 'with numbers of their own');
SELECT is_empty(format('SELECT FROM equity.application WHERE round_id = %s', :copied), 'nobody has applied');
SELECT is(detail, '{"from_round_id": 1}', 'the audit trail says where it comes from')
  FROM equity.audit_event
 WHERE operation = 'copy_round';
SELECT equity.copy_round(1, '2566/2', 2566);
SELECT ok(opens_at IS NULL AND closes_at IS NULL AND call_number = 2, 'a call of the same year has no dates yet')
  FROM equity.round
 WHERE round_code = '2566/2';
SELECT lives_ok(format($$SELECT equity.open_round(%s, equity.commitment('next'))$$, :copied), 'the copy can be opened');

SELECT is(pg_temp.refusal('SELECT equity.copy_round(99, ''x'', 2567)'),
          'P0002 round 99 does not exist [The ids are in equity.round.]', 'no such round');
SELECT is(pg_temp.refusal('SELECT equity.copy_round(1, ''2567/1'', 2567)'),
          '23505 round "2567/1" exists already [The codes are in equity.round.]', 'a code that there is');
SELECT is(pg_temp.state_of('SELECT equity.copy_round(1, '' '', 2567)'), '22023', 'no code');
SELECT is(pg_temp.refusal('SELECT equity.copy_round(1, ''x'', 2024)'),
          '22023 academic year 2024 cannot follow that of round 1 (The round is of academic year 2566.) '
          '[Academic years are of the Buddhist era, at most 2700.]', 'a year of the common era');
SELECT is(pg_temp.state_of('SELECT equity.copy_round(1, ''x'', NULL)'), '22023', 'no year');

INSERT INTO equity.round (round_id, round_code, academic_year, name_th)
SELECT nextval('equity.round_round_id_seq') + 1, 'given', 2570, 'รอบ';
SELECT throws_ok($$SELECT equity.copy_round(1, '2571/1', 2571)$$, '55000', 'the next number of equity.round is taken',
  'a number that somebody gave is met with what helps');

SELECT * FROM finish();
ROLLBACK;
