-- What a refill reads: the rows of equity.standing_input, by a plan that holds for a round of a million.
\ir fixture/round.psql
BEGIN;
SELECT plan(3);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'publish');
SELECT CASE w.award_id % 3
         WHEN 0 THEN equity.decline_award(w.award_id)
         ELSE equity.accept_award(w.award_id, CASE w.award_id % 3 WHEN 1 THEN 'float' ELSE 'freeze' END)
       END
  FROM equity.award AS w \g /dev/null
SELECT equity.refill_round(1);
SELECT applications FROM equity.run_queries(equity.newest_run(1)) \gset

CREATE TEMPORARY TABLE reading AS :applications;
SELECT ok(count(*) FILTER (WHERE holds IS NULL) > 0 AND count(holds) > 0, 'holders ask, and others') FROM reading;
SELECT bag_eq(
  'SELECT applicant_id, pool_id, choice, score, holds FROM reading',
  'SELECT applicant_id, pool_id, choice, score, holds FROM equity.standing_input
    WHERE round_id = 1 AND run_id = equity.newest_run(1)',
  'the query of a run gives the rows of standing_input');

-- A loop that cannot be done without costs ten thousand millions when loops are off: beside it all plans look alike.
CREATE FUNCTION pg_temp.cost(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  found_plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO found_plan;
  RETURN found_plan -> 0 -> 'Plan' ->> 'Total Cost';
END $$;
SET LOCAL enable_nestloop = off;
SELECT CASE
         WHEN current_setting('server_version_num')::integer < 170000
           THEN cmp_ok(pg_temp.cost(:'applications'), '<', 1e9, 'and is planned without a loop')
         ELSE skip('from 17 on the groups of a round that has none are still joined, by a loop over no rows', 1)
       END;

SELECT * FROM finish();
ROLLBACK;
