-- An allocation run: the dry run foretells it and leaves nothing, the run can be computed again, and
-- to ask for it again gives the same run.
\ir fixture/round.psql
\ir fixture/no_trace.psql
BEGIN;
SELECT plan(7);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'score');
SELECT pg_temp.leaves_no_trace('CREATE TEMPORARY TABLE dry AS SELECT * FROM equity.allocate_round(1, true)',
                               'a dry run leaves no trace');
SELECT is((SELECT count(*) FROM dry), 1::bigint, 'and answers');
CREATE TEMPORARY TABLE made AS SELECT * FROM equity.allocate_round(1);
SELECT results_eq(
  'SELECT applicants, applications, seats, admitted, unfilled FROM made',
  'SELECT applicants, applications, seats, admitted, unfilled FROM dry',
  'the run comes out as the dry run said');
SELECT results_eq(
  'SELECT admitted, seats - unfilled FROM made',
  'SELECT count(*), count(*) FROM equity.placement WHERE run_id = newest_run(1)',
  'its counts are those of its placements');
SELECT set_eq(
  'SELECT applicant_id, pool_id, choice, seat, tier, score
     FROM equity.placement
    WHERE run_id = newest_run(1)',
  'SELECT * FROM equity_internal.round_solution(1)',
  'the solution can be computed again');
SELECT results_eq(
  'SELECT run_id FROM equity.allocate_round(1)',
  'SELECT run_id FROM made',
  'allocate again: the same run');
SELECT pg_temp.leaves_no_trace('SELECT equity.allocate_round(1)', 'allocating twice leaves no trace');

SELECT * FROM finish();
ROLLBACK;
