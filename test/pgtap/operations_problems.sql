-- What keeps a round shut is named before it opens, and what can be allocated is not among it.
\ir fixture/round.psql
BEGIN;
SELECT plan(8);

SELECT make_round(1, 2566::smallint);
-- a programme without a card keeps the round shut
UPDATE equity.round_programme
   SET card_code = NULL, card_version = NULL
 WHERE programme_code = 'innovation_special';
SELECT throws_ok(
  'SELECT equity.open_round(1, equity.commitment(''test seed''))', '55000', 'round 1 is not ready to open',
  'open without a card');
SELECT results_eq(
  'SELECT gap FROM equity.round_gaps(1)',
  ARRAY['programme innovation_special has no scorecard'],
  'the gap is named');
UPDATE equity.round_programme
   SET card_code = 'test', card_version = 1
 WHERE programme_code = 'innovation_special';
SELECT is_empty('SELECT gap FROM equity.round_gaps(1)', 'no gap is left');
SAVEPOINT gaps;
UPDATE equity.round SET mechanism = 'top_trading_cycles', tie_break = 'admit_all';
UPDATE equity.seat_pool SET seats = 6 WHERE pool_id = 13;
SELECT set_eq(
  'SELECT gap FROM equity.round_gaps(1)',
  ARRAY['mechanism top_trading_cycles cannot honour tie_break admit_all',
        'programme innovation_special has 6 seats, more than its quota of 5'],
  'what cannot be allocated, and what was not announced');
SELECT throws_ok(
  'SELECT equity.open_round(1, equity.commitment(''test seed''))', '55000', 'round 1 is not ready to open',
  'keeps the round shut');
ROLLBACK TO gaps;
SELECT lives_ok(
  format($$SELECT equity.allocate('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score',
                                  'SELECT 1 AS pool_id, 1 AS seats', tie_break => %L, seed => 's')$$,
         t),
  'allocate supports ' || t)
  FROM unnest(ARRAY['lottery', 'lottery_per_pool', 'strict']) AS t;

SELECT * FROM finish();
ROLLBACK;
