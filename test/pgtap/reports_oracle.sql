-- The reports against the plainest SQL (fixture/plain_reports.psql), at each stage of rounds with random
-- applications: drafts and withdrawn ones, some without choices, some whose choices begin at a later rank, some
-- for two programmes. And when rows are changed by hand afterwards.
\ir fixture/random.psql
\ir fixture/round.psql
\ir fixture/plain_reports.psql
BEGIN;
SET LOCAL jit = off;
SELECT plan(20);

-- The rows of a report that only one of the two has
CREATE FUNCTION pg_temp.difference(report text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    (SELECT 'report: ' || r::text FROM equity.%1$I AS r EXCEPT ALL SELECT 'report: ' || p::text FROM plain_%1$s AS p)
    UNION ALL
    (SELECT 'plain: ' || p::text FROM plain_%1$s AS p EXCEPT ALL SELECT 'plain: ' || r::text FROM equity.%1$I AS r)
  $query$, report);
END $$;

CREATE FUNCTION pg_temp.same(stage text) RETURNS text LANGUAGE sql AS $$
  SELECT is_empty(
    $q$SELECT d FROM unnest(ARRAY['programme_summary', 'pool_cutoff', 'pool_fill', 'application_funnel']) AS r,
              pg_temp.difference(r) AS d$q$, stage)
$$;

-- Some choices go, some lists begin later, some people turn away; differently in each round and stage.
CREATE FUNCTION pg_temp.disturb(stage text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM equity.choice AS c
   WHERE pg_temp.roll(concat_ws('/', stage, 'gone', c.round_id, c.applicant_id, c.choice), 6) = 0;
  DELETE FROM equity.choice AS c
   WHERE pg_temp.roll(concat_ws('/', stage, 'all gone', c.round_id, c.applicant_id), 12) = 0;
  UPDATE equity.choice AS c
     SET choice = c.choice + 10
   WHERE c.choice < 10
     AND pg_temp.roll(concat_ws('/', stage, 'later', c.round_id, c.applicant_id), 8) = 0;
  UPDATE equity.application AS a
     SET status = pg_temp.pick(concat_ws('/', stage, 'as', a.round_id, a.applicant_id),
                               'draft', 'withdrawn', 'submitted'),
         late = pg_temp.roll(concat_ws('/', stage, 'late', a.round_id, a.applicant_id), 3) = 0
   WHERE pg_temp.roll(concat_ws('/', stage, 'status', a.round_id, a.applicant_id), 6) = 0;
$$;

CREATE FUNCTION pg_temp.same_once_disturbed(stage text) RETURNS text LANGUAGE sql AS $$
  SELECT pg_temp.disturb(stage);
  SELECT pg_temp.same('changed by hand: ' || stage);
$$;

SELECT make_round(n, (2564 + n % 3)::smallint) FROM generate_series(1, 4) AS n;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats)
VALUES (12, 'female', 2), (22, 'female', 1), (23, 'male', 3), (32, 'male', 5);
UPDATE equity.applicant SET sex = pg_temp.pick('sex' || applicant_id, 'female', 'male');
SELECT pg_temp.same('drafts of rounds');
SELECT pg_temp.disturb('draft');
SELECT pg_temp.same('applications that are no longer alike');
SELECT cmp_ok(
  (SELECT count(*) FILTER (WHERE f.first > 1)
     FROM (SELECT min(c.choice) AS first FROM equity.choice AS c GROUP BY c.round_id, c.applicant_id) AS f),
  '>', 10::bigint, 'lists that begin later are among them');

SELECT equity.open_round(n, equity.commitment('seed ' || n)) FROM generate_series(1, 4) AS n;
SELECT pg_temp.same('open');
SELECT equity.close_round(n, 'seed ' || n) FROM generate_series(1, 3) AS n;
SELECT pg_temp.same('closed');
SELECT equity.score_round(n) FROM generate_series(1, 3) AS n;
SELECT pg_temp.same('scored');
SELECT equity.allocate_round(n) FROM generate_series(1, 3) AS n;
SELECT pg_temp.same('allocated');
SELECT (SELECT count(*) FROM equity.verify_run(public.newest_run(n))) FROM generate_series(1, 3) AS n;
SELECT pg_temp.same('verified');
SELECT equity.publish_run(public.newest_run(n)) FROM generate_series(1, 2) AS n;
SELECT pg_temp.same('published');
SELECT equity.decline_award(w.award_id) FROM equity.award AS w WHERE w.round_id = 1 AND w.applicant_id % 3 = 0;
SELECT pg_temp.same('declined');
SELECT equity.refill_round(1);
SELECT pg_temp.same('refilled');
SELECT cmp_ok(
  (SELECT sum(admitted) FROM equity.pool_fill WHERE round_id = 1), '>', 0::numeric, 'somebody is admitted');
SELECT pg_temp.same_once_disturbed('time ' || n) FROM generate_series(1, 6) AS n;
UPDATE equity.placement SET score = score + 1 WHERE applicant_id % 4 = 0;
DELETE FROM equity.assessment WHERE applicant_id % 7 = 0;
SELECT pg_temp.same('results changed by hand');
INSERT INTO equity.award_event (award_id, event, from_status, to_status)
SELECT w.award_id, e.event, e.from_status, e.to_status
  FROM equity.award AS w
 CROSS JOIN (VALUES (1, 'accepted', 'offered', 'accepted'), (2, 'enrolled', 'accepted', 'studying'))
    AS e (step, event, from_status, to_status)
 WHERE w.status = 'offered'
 ORDER BY w.award_id, e.step;
SELECT pg_temp.same('scholars');

SELECT * FROM finish();
ROLLBACK;
