-- Decisions on awards: what each may follow, that a second call changes nothing, that time counts
-- as it is told, and that each leaves an event in the history and one in the audit trail.
\ir fixture/round.psql
\ir fixture/no_trace.psql
BEGIN;
SELECT plan(50);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
CREATE FUNCTION pg_temp.nth(n integer) RETURNS bigint LANGUAGE sql AS $$
  SELECT award_id FROM equity.award ORDER BY award_id OFFSET n - 1 LIMIT 1
$$;
-- the offers were made on 1 June and end seven days later
UPDATE equity.award
   SET offered_at = '2023-06-01 00:00+07', offer_expires_at = '2023-06-08 00:00+07';
CREATE FUNCTION pg_temp.day(n integer) RETURNS timestamptz LANGUAGE sql AS $$
  SELECT '2023-06-01 00:00+07'::timestamptz + make_interval(hours => 24 * n)
$$;
SELECT ok((SELECT count(*) >= 8 FROM equity.award), 'there are awards enough');

-- what is refused
SELECT throws_ok(
  'SELECT equity.accept_award(0)', 'P0002', 'award 0 does not exist', 'accept an unknown award');
SELECT throws_ok(
  'SELECT equity.decline_award(NULL)', 'P0002', 'award NULL does not exist', 'decline no award');
SELECT throws_ok(
  'SELECT equity.withdraw_award(0, ''note'')', 'P0002', 'award 0 does not exist',
  'withdraw an unknown award');
SELECT throws_ok(
  'SELECT equity.accept_award(pg_temp.nth(1), ''maybe'')', '22023', 'unrecognized decision "maybe"',
  'another decision');
SELECT throws_ok(
  'SELECT equity.accept_award(pg_temp.nth(1), NULL)', '22023', 'decision is NULL', 'no decision');
SELECT throws_ok(
  'SELECT equity.withdraw_award(pg_temp.nth(1), '' '')', '22023', 'withdrawing an award needs a note',
  'withdraw without a note');
SELECT throws_ok(
  'SELECT equity.accept_award(pg_temp.nth(1), at => pg_temp.day(-1))', '22023', NULL,
  'accepted before it was offered');
SELECT throws_ok('SELECT equity.decline_award(pg_temp.nth(1), NULL)', '22023', NULL, 'declined at no time');
SELECT throws_ok(
  'SELECT equity.accept_award(pg_temp.nth(1))', '55000',
  format('the offer of award %s has ended', pg_temp.nth(1)), 'accept long afterwards');
SELECT throws_ok(
  'SELECT equity.accept_award(pg_temp.nth(1), at => pg_temp.day(7))', '55000', NULL,
  'accept at the very end');
SELECT throws_ok(
  s, '22023',
  format('%s cannot be done at a time in the future', split_part(split_part(s, '.', 2), '(', 1)), s)
  FROM (VALUES ('SELECT equity.accept_award(pg_temp.nth(5), at => now() + interval ''1 hour'')'),
               ('SELECT equity.decline_award(pg_temp.nth(5), ''infinity'')'),
               ('SELECT equity.withdraw_award(pg_temp.nth(5), ''note'', now() + interval ''543 years'')'),
               ('SELECT equity.refill_round(1, now() + interval ''1 day'')')) AS v (s);
SELECT is(
  (SELECT count(*) FROM equity.award WHERE status <> 'offered'),
  0::bigint,
  'nothing of that was kept');

-- accept
SELECT lives_ok(
  'SELECT equity.accept_award(pg_temp.nth(1), at => pg_temp.day(7) - interval ''1 microsecond'')',
  'accept just before the end');
SELECT lives_ok(
  'SELECT equity.accept_award(pg_temp.nth(2), ''float'', pg_temp.day(0))',
  'accept at once, hoping for better');
SELECT results_eq(
  'SELECT status, decision, decided_at
     FROM equity.award
    WHERE award_id IN (pg_temp.nth(1), pg_temp.nth(2))
    ORDER BY award_id',
  $$VALUES ('accepted', 'freeze', pg_temp.day(7) - interval '1 microsecond'),
           ('accepted', 'float', pg_temp.day(0))$$,
  'status, decision and time');
SELECT pg_temp.leaves_no_trace('SELECT equity.accept_award(pg_temp.nth(2), ''float'', pg_temp.day(3))',
                               'accept again: no trace');
SELECT lives_ok(
  'SELECT equity.accept_award(pg_temp.nth(2), at => pg_temp.day(9))',
  'another decision, even after the end of the offer');
SELECT results_eq(
  $$SELECT event, from_status, to_status, at, note
      FROM equity.award_event
     WHERE award_id = pg_temp.nth(2)
       AND event <> 'offered'
     ORDER BY event_number$$,
  $$VALUES ('accepted', 'offered', 'accepted', pg_temp.day(0), NULL),
           ('decided', 'accepted', 'accepted', pg_temp.day(9), NULL)$$,
  'the history');
SELECT results_eq(
  'SELECT operation, round_id, detail FROM equity.audit_event ORDER BY event_id DESC LIMIT 1',
  $$SELECT 'accept_award', 1::bigint,
           jsonb_build_object('award', pg_temp.nth(2), 'from_status', 'accepted', 'decision', 'freeze',
                              'at', pg_temp.day(9))$$,
  'the audit trail');
SELECT throws_ok(
  'SELECT equity.decline_award(pg_temp.nth(1), pg_temp.day(8))', '55000',
  format('award %s is accepted', pg_temp.nth(1)), 'decline what was accepted');

-- decline
SELECT lives_ok('SELECT equity.decline_award(pg_temp.nth(3), pg_temp.day(2))', 'decline');
SELECT pg_temp.leaves_no_trace('SELECT equity.decline_award(pg_temp.nth(3), pg_temp.day(3))',
                               'decline again: no trace');
SELECT throws_ok(
  'SELECT equity.accept_award(pg_temp.nth(3), at => pg_temp.day(3))', '55000',
  format('award %s is declined', pg_temp.nth(3)), 'accept what was declined');
SELECT throws_ok(
  'SELECT equity.withdraw_award(pg_temp.nth(3), ''note'')', '55000', NULL, 'withdraw what was declined');
SELECT results_eq(
  'SELECT status, decision, decided_at FROM equity.award WHERE award_id = pg_temp.nth(3)',
  $$VALUES ('declined', NULL::text, pg_temp.day(2))$$,
  'declined');
SELECT lives_ok(
  'SELECT equity.decline_award(pg_temp.nth(6), pg_temp.day(8))',
  'decline after the end, before somebody noticed');

-- withdraw
SELECT lives_ok(
  'SELECT equity.withdraw_award(pg_temp.nth(1), ''the holder moved abroad'', pg_temp.day(20))',
  'withdraw an accepted award');
SELECT lives_ok('SELECT equity.withdraw_award(pg_temp.nth(4), ''forged papers'')', 'withdraw an offer');
SELECT pg_temp.leaves_no_trace('SELECT equity.withdraw_award(pg_temp.nth(4), ''again'')',
                               'withdraw again: no trace');
SELECT results_eq(
  'SELECT status, decision, decided_at FROM equity.award WHERE award_id = pg_temp.nth(1)',
  $$VALUES ('withdrawn', 'freeze', pg_temp.day(20))$$,
  'withdrawn');
SELECT is(
  (SELECT note
     FROM equity.award_event
    WHERE award_id = pg_temp.nth(1)
      AND event = 'withdrawn'),
  'the holder moved abroad',
  'its note');

-- expire
SELECT is(
  equity.expire_offers(pg_temp.day(7) - interval '1 microsecond'),
  0::bigint,
  'nothing ends before its time');
UPDATE equity.award SET offer_expires_at = NULL WHERE award_id = pg_temp.nth(5);
UPDATE equity.award
   SET offer_expires_at = offer_expires_at + interval '1 day'
 WHERE award_id = pg_temp.nth(7);
CREATE TEMPORARY TABLE open_before AS SELECT award_id FROM equity.award WHERE status = 'offered';
SELECT is(
  equity.expire_offers(pg_temp.day(7)),
  (SELECT count(*) - 2 FROM open_before),
  'at its time each offer ends');
SELECT set_eq(
  'SELECT award_id FROM equity.award WHERE status = ''offered''',
  ARRAY[pg_temp.nth(5), pg_temp.nth(7)],
  'but those that end later or never');
SELECT is_empty(
  $$SELECT award_id
      FROM equity.award
     WHERE status = 'expired'
       AND decided_at IS DISTINCT FROM pg_temp.day(7)$$,
  'at the time that was told');
SELECT results_eq(
  $$SELECT award_id
      FROM equity.award_event
     WHERE event = 'expired'
       AND from_status = 'offered'
       AND at = pg_temp.day(7)
     ORDER BY award_id$$,
  $$SELECT award_id FROM equity.award WHERE status = 'expired' ORDER BY award_id$$,
  'each in its history');
SELECT results_eq(
  $$SELECT round_id, detail ->> 'offers'
      FROM equity.audit_event
     WHERE operation = 'expire_offers'$$,
  $$SELECT 1::bigint, count(*)::text FROM equity.award WHERE status = 'expired'$$,
  'one event a round in the audit trail');
SELECT pg_temp.leaves_no_trace('SELECT equity.expire_offers(pg_temp.day(7))', 'expire again: no trace');
SELECT pg_temp.leaves_no_trace('SELECT equity.expire_offers(NULL)', 'expire at no time: no trace');
SELECT throws_ok(
  format('SELECT equity.accept_award(%s, at => pg_temp.day(6))', min(award_id)), '55000',
  format('award %s is expired', min(award_id)), 'accept what has expired')
  FROM equity.award
 WHERE status = 'expired';
SELECT lives_ok(
  'SELECT equity.accept_award(pg_temp.nth(5))',
  'an offer without an end is accepted at any time');

-- an award from before the system
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, offered_at) VALUES
  (1, 'innovation_general', 2565, 'offered', pg_temp.day(0));
SELECT lives_ok('SELECT equity.accept_award(max(award_id)) FROM equity.award', 'an offer without a round');
INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, offered_at, offer_expires_at) VALUES
  (1, 'innovation_general', 2565, 'offered', pg_temp.day(0), pg_temp.day(30));
SELECT is(equity.expire_offers(pg_temp.day(30)), 2::bigint, 'expires too, beside one of the round');
SELECT set_eq(
  $$SELECT round_id
      FROM equity.audit_event
     WHERE operation = 'expire_offers'
       AND (detail ->> 'at')::timestamptz = pg_temp.day(30)$$,
  ARRAY[1, NULL]::bigint[],
  'each round by itself');

SELECT throws_ok(
  $$INSERT INTO equity.award (applicant_id, programme_code, academic_year, status, round_id)
    SELECT applicant_id, programme_code, academic_year, 'accepted', 1
      FROM equity.award
     WHERE award_id = pg_temp.nth(1)$$,
  '23505', NULL, 'nobody has two awards in a round, not even by hand');
SELECT is_empty('SELECT * FROM equity.audit_check()', 'the audit trail holds');
SELECT * FROM finish();
ROLLBACK;
