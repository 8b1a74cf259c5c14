-- Jobs name a round by its code, and mean its newest run.
\ir fixture/round.psql
BEGIN;
SELECT plan(11);
SELECT make_round(1, 2566::smallint);

SELECT is(equity.round_id('test-1'), 1::bigint, 'a round is found by its code');
SELECT throws_ok(
  $$SELECT equity.round_id('test-2')$$, 'P0002', 'no round has the code ''test-2''', 'a code of no round');
SELECT throws_ok($$SELECT equity.round_id(NULL)$$, 'P0002', 'no round has the code NULL', 'no code');
SELECT throws_ok($$SELECT equity.newest_run(1)$$, '55000', 'round 1 has no allocation run', 'a round without a run');
SELECT throws_ok($$SELECT equity.newest_run(7)$$, 'P0002', 'round 7 does not exist', 'a round that is not there');

SELECT run_as_far(1, 'allocate');
SELECT is(
  equity.newest_run(equity.round_id('test-1')),
  (SELECT max(run_id) FROM equity.allocation_run),
  'the newest run of a round');
SELECT is_empty('SELECT * FROM equity.verify_round(1)', 'verify_round verifies it');
SELECT is((SELECT status FROM equity.allocation_run), 'verified', 'and records that');
SELECT is(equity.replay_round(1), equity.replay_run(equity.newest_run(1)), 'replay_round replays it');
SELECT is(
  equity.publish_round(1),
  (SELECT count(*) FROM equity.placement),
  'publish_round offers its placements');
SELECT is((SELECT status FROM equity.round), 'published', 'and the round is published');

SELECT * FROM finish();
ROLLBACK;
