-- What a round and its refill read: the latter the rows of equity.standing_input; by plans that hold for a million.
\ir fixture/round.psql
BEGIN;
SELECT plan(5);

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

-- Right after a load nothing has statistics: an inner join of assessments may begin with all pools of the programme.
CREATE FUNCTION pg_temp.lines(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE 'EXPLAIN ' || query;
END $$;
SELECT matches((SELECT string_agg(l, E'\n') FROM pg_temp.lines(q.applications) AS l),
               'Left Join[^\n]*\n *(Hash|Merge) Cond: [^\n]*programme_code',
               q.what || ' looks up assessments by applicant and programme together')
  FROM (SELECT 'a round' AS what, applications FROM equity.round_queries(1)
        UNION ALL SELECT 'a refill', applications FROM equity.run_queries(equity.newest_run(1))) AS q;

SELECT * FROM finish();
ROLLBACK;
