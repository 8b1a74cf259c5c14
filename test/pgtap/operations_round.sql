-- The steps of a round in their order: each before its time, of no round or by the wrong seed is refused
-- with its SQLSTATE. A round for which nobody applied goes all the way too.
\ir fixture/round.psql
BEGIN;
SELECT plan(20);

SELECT make_round(1, 2566::smallint);
-- every operation before its time
SELECT throws_ok('SELECT equity.close_round(1, ''test seed'')', '55000', 'round 1 is draft', 'close a draft');
SELECT throws_ok('SELECT equity.score_round(1)', '55000', 'round 1 is draft', 'score a draft');
SELECT throws_ok('SELECT equity.allocate_round(1)', '55000', 'round 1 is draft', 'allocate a draft');
SELECT throws_ok('SELECT equity.allocate_round(1, true)', '55000', 'round 1 is draft', 'dry run of a draft');
SELECT throws_ok(
  'SELECT equity.open_round(1, ''seed'')', '22023', NULL, 'open with something else than a sha256');
SELECT throws_ok('SELECT equity.open_round(1, NULL)', '22023', NULL, 'open without a commitment');
SELECT throws_ok(
  'SELECT equity.open_round(2, repeat(''0'', 64))', 'P0002', 'round 2 does not exist',
  'open an unknown round');
SELECT throws_ok(
  'SELECT equity.close_round(2, ''x'')', 'P0002', 'round 2 does not exist', 'close an unknown round');
SELECT throws_ok('SELECT equity.score_round(NULL)', 'P0002', 'round NULL does not exist', 'score no round');
SELECT throws_ok(
  'SELECT equity.allocate_round(2)', 'P0002', 'round 2 does not exist', 'allocate an unknown round');
SELECT throws_ok(
  'SELECT equity.allocate_round(2, true)', 'P0002', 'round 2 does not exist', 'dry run of an unknown round');
SELECT throws_ok(
  'SELECT * FROM equity.verify_run(2)', 'P0002', 'allocation run 2 does not exist', 'verify an unknown run');
SELECT throws_ok(
  'SELECT equity.publish_run(NULL)', 'P0002', 'allocation run NULL does not exist', 'publish no run');


-- opening seals, and only the seed that was committed to closes
SELECT run_as_far(1, 'open');
SELECT throws_ok(
  'UPDATE equity.scorecard_version SET valid_from = now() WHERE card_code = ''test''', '55000', NULL,
  'opening seals the cards');
SELECT throws_ok(
  'SELECT equity.close_round(1, ''other seed'')', '22023', 'seed does not match the commitment of round 1',
  'close with another seed');
SELECT throws_ok(
  'SELECT equity.close_round(1, NULL)', '22023', 'seed does not match the commitment of round 1',
  'close without a seed');
SELECT lives_ok('SELECT equity.close_round(1, ''test seed'')', 'close with the seed');
SELECT throws_ok('SELECT equity.allocate_round(1)', '55000', 'round 1 is closed', 'allocate before scoring');

-- a round for which nobody applied goes the same way
SELECT make_round(2, 2567::smallint);
DELETE FROM equity.choice WHERE round_id = 2;
SELECT lives_ok('SELECT run_as_far(2, ''publish'')', 'a round without applications');
SELECT results_eq(
  'SELECT status, applicants, applications, seats, admitted
     FROM equity.allocation_run
    WHERE round_id = 2',
  'VALUES (''published'', 0, 0::bigint, 17::bigint, 0::bigint)',
  'places nobody');

SELECT * FROM finish();
ROLLBACK;
