-- Manifest, repetition and difference of runs: replay_run repeats a run or names what changed, and
-- diff_inputs and diff_runs say what a plain comparison of the rows says, over rounds changed at random.
\ir fixture/round.psql
BEGIN;
SELECT plan(30);
SELECT setseed(0.25);

SELECT make_round(1, 2566::smallint);
UPDATE equity.round_programme SET quota = NULL;
SELECT run_as_far(1, 'allocate');
SELECT newest_run(1) AS first_run \gset

SELECT results_eq(
  'SELECT equity.replay_run(newest_run(1))',
  'SELECT result_digest FROM equity.allocation_run',
  'a run is repeated');
SELECT throws_ok(
  'SELECT equity.replay_run(-1)', 'P0002', 'allocation run -1 does not exist', 'an unknown run');
SELECT throws_ok('SELECT equity.run_manifest(NULL)', 'P0002', 'allocation run NULL does not exist', 'no run');
SELECT is(
  m -> 'digests',
  (SELECT jsonb_object_agg(i.input, i.digest) || jsonb_build_object('placements', a.result_digest)
     FROM equity.run_input AS i
     JOIN equity.allocation_run AS a
       ON a.run_id = i.run_id
    GROUP BY a.run_id),
  'the manifest has every digest')
  FROM equity.run_manifest(:first_run) AS m;
SELECT is_empty(
  $$SELECT key
      FROM jsonb_each(equity.run_manifest(newest_run(1)) -> 'digests')
     WHERE value #>> '{}' !~ '^[0-9a-f]{64}$'$$,
  'and each is one');
SELECT set_eq(
  $$SELECT jsonb_object_keys(equity.run_manifest(newest_run(1)) -> 'digests')$$,
  ARRAY['applications', 'caps', 'cards', 'placements', 'pools', 'quotas', 'reserves', 'seed', 'standing'],
  'of all that a run reads');

-- what differs is named
CREATE FUNCTION pg_temp.replay_detail(run bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
  PERFORM equity.replay_run(run);
  RETURN 'the same';
EXCEPTION WHEN SQLSTATE '55000' THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN regexp_replace(detail, '[0-9a-f]{64}', '#', 'g');
END $$;
SAVEPOINT same;
SET LOCAL session_replication_role = replica;
UPDATE equity.seat_pool SET seats = 6 WHERE pool_id = 12;
SET LOCAL session_replication_role = origin;
SELECT is(pg_temp.replay_detail(:first_run), 'pools: stored #, now #, at 12', 'other seats');
ROLLBACK TO same;
SET LOCAL session_replication_role = replica;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (13, 'female', 1);
SET LOCAL session_replication_role = origin;
SELECT is(
  pg_temp.replay_detail(:first_run),
  E'applications: stored #, now #, at 11, 12, 13\nreserves: stored #, now #, at 13',
  'a reserve');
ROLLBACK TO same;
SET LOCAL session_replication_role = replica;
INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats)
OVERRIDING SYSTEM VALUE
VALUES (7, 1, 'all', 'ทั้งหมด', 10);
SET LOCAL session_replication_role = origin;
SELECT is(pg_temp.replay_detail(:first_run), 'caps: stored #, now #, at 7', 'a ceiling');
ROLLBACK TO same;
UPDATE equity.assessment
   SET score = score + 1
 WHERE applicant_id = 20
   AND programme_code = 'innovation_special';
SELECT is(pg_temp.replay_detail(:first_run), 'applications: stored #, now #, at 13', 'a score');
ROLLBACK TO same;
INSERT INTO equity.run_standing (run_id, applicant_id, decision) VALUES
  (:first_run, 20, 'out');
SELECT is(pg_temp.replay_detail(:first_run), 'standing: stored #, now #', 'a standing');
ROLLBACK TO same;
UPDATE equity.allocation_run SET seed = 'other';
SELECT is(pg_temp.replay_detail(:first_run), 'seed: stored #, now #, at other, test seed', 'another seed');
ROLLBACK TO same;
UPDATE equity.placement SET score = score + 1 WHERE pool_id = 12;
SELECT is(
  pg_temp.replay_detail(:first_run),
  E'placements: stored #, now #\nthe placements are not those that come out again, at pool 12',
  'placements changed by hand');
UPDATE equity.allocation_run
   SET result_digest = equity.text_digest(equity_internal.result_lines(run_id));
SELECT is(
  pg_temp.replay_detail(:first_run),
  E'result: stored #, again #\nthe placements are not those that come out again, at pool 12',
  'and their digest too');
ROLLBACK TO same;

-- pages
SELECT throws_ok(
  $$INSERT INTO equity.digest_source VALUES (repeat('0', 64), 'text')$$, '23514', NULL,
  'a page has the digest of its text');
CREATE TEMPORARY VIEW present AS
SELECT p.input, p.whole, p.digest, p.content
  FROM equity_internal.repeat_run(newest_run(1)) AS p
 WHERE p.input = 'applications'
UNION ALL
SELECT c.input, c.whole, c.digest, c.content
  FROM equity_internal.run_conditions(newest_run(1)) AS c;
SELECT is_empty(
  $$SELECT p.input FROM present AS p WHERE p.content IS DISTINCT FROM equity.digest_text(p.digest)$$,
  'what the run read is kept, to the last line');
SELECT set_eq(
  'SELECT input, digest FROM equity.run_input',
  'SELECT p.input, p.digest FROM present AS p WHERE p.whole',
  'under its digests');
SELECT is(equity.prune_digest_sources(), 0::bigint, 'nothing is dropped that a run needs');

-- changes at random: what the rows were is remembered beside, as tables
CREATE TEMPORARY TABLE was AS
SELECT newest_run(1) AS run, i.applicant_id, i.pool_id, i.choice, i.score
  FROM equity.allocation_input AS i;
CREATE TEMPORARY TABLE seats_were AS SELECT newest_run(1) AS run, pool_id, seats FROM equity.seat_pool;
CREATE FUNCTION pg_temp.change_and_allocate() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE equity.application
     SET gpa = round((2 + 2 * random())::numeric, 2)
   WHERE random() < 0.05;
  UPDATE equity.application
     SET status = CASE status WHEN 'submitted' THEN 'withdrawn' ELSE 'submitted' END
   WHERE random() < 0.03;
  UPDATE equity.seat_pool
     SET seats = greatest(1, seats + 1 - (3 * random())::integer)
   WHERE random() < 0.15;
  PERFORM equity.score_round(1);
  PERFORM equity.allocate_round(1);
  INSERT INTO was
  SELECT newest_run(1), i.applicant_id, i.pool_id, i.choice, i.score
    FROM equity.allocation_input AS i
   WHERE NOT EXISTS (SELECT FROM was AS w WHERE w.run = newest_run(1));
  INSERT INTO seats_were SELECT newest_run(1), pool_id, seats FROM equity.seat_pool
   WHERE NOT EXISTS (SELECT FROM seats_were AS w WHERE w.run = newest_run(1));
END $$;
SET LOCAL client_min_messages = warning;
SELECT equity.amend_round(1, 'changes at random');
SELECT pg_temp.change_and_allocate() FROM generate_series(1, 40) \g /dev/null
CREATE TEMPORARY TABLE pair AS
SELECT a.run_id AS a, b.run_id AS b
  FROM equity.allocation_run AS a, equity.allocation_run AS b
 WHERE b.run_id IN (a.run_id + 1, a.run_id - 3);
SELECT cmp_ok((SELECT count(*) FROM pair), '>', 50::bigint, 'runs to compare');
CREATE TEMPORARY TABLE input_difference AS
SELECT p.a, p.b, d.* FROM pair AS p, equity.diff_inputs(p.a, p.b) AS d;
CREATE TEMPORARY TABLE difference AS SELECT p.a, p.b, d.* FROM pair AS p, equity.diff_runs(p.a, p.b) AS d;

SELECT set_eq(
  $$SELECT a, b, applicant_id, pool_id, before_value, after_value
      FROM input_difference
     WHERE input = 'application'$$,
  $$SELECT p.a, p.b, k.applicant_id, k.pool_id, x.choice || ',' || x.score || ',,' AS x,
           y.choice || ',' || y.score || ',,' AS y
      FROM pair AS p
      JOIN (SELECT DISTINCT applicant_id, pool_id FROM was) AS k
        ON true
      LEFT JOIN was AS x
        ON x.run = p.a
       AND x.applicant_id = k.applicant_id
       AND x.pool_id = k.pool_id
      LEFT JOIN was AS y
        ON y.run = p.b
       AND y.applicant_id = k.applicant_id
       AND y.pool_id = k.pool_id
     WHERE (x.choice, x.score) IS DISTINCT FROM (y.choice, y.score)$$,
  'applications that differ');
SELECT set_eq(
  $$SELECT a, b, input, pool_id, split_part(before_value, ',"', 1) AS x, split_part(after_value, ',"', 1) AS y
      FROM input_difference
     WHERE input <> 'application'$$,
  $$SELECT p.a, p.b, 'pool', x.pool_id, x.seats || ',,' AS x, y.seats || ',,' AS y
      FROM pair AS p
      JOIN seats_were AS x
        ON x.run = p.a
      JOIN seats_were AS y
        ON y.run = p.b
       AND y.pool_id = x.pool_id
     WHERE x.seats <> y.seats$$,
  'pools that differ, and nothing else');
SELECT set_eq(
  $$SELECT a, b, applicant_id, from_pool_id, to_pool_id, change FROM difference$$,
  $$SELECT p.a, p.b, v.applicant_id, x.pool_id AS x, y.pool_id AS y,
           CASE WHEN x.pool_id IS NULL THEN 'admitted'
                WHEN y.pool_id IS NULL THEN 'dropped'
                WHEN x.choice > y.choice THEN 'better'
                ELSE 'worse' END
      FROM pair AS p
     CROSS JOIN equity.applicant AS v
      LEFT JOIN equity.placement AS x
        ON x.run_id = p.a
       AND x.applicant_id = v.applicant_id
      LEFT JOIN equity.placement AS y
        ON y.run_id = p.b
       AND y.applicant_id = v.applicant_id
     WHERE x.pool_id IS DISTINCT FROM y.pool_id$$,
  'who has another seat');
SELECT is_empty(
  $$SELECT *
      FROM difference AS d
     WHERE (cause = 'application') <> EXISTS (SELECT FROM input_difference AS i
                                               WHERE (i.a, i.b, i.input, i.applicant_id)
                                                       = (d.a, d.b, 'application', d.applicant_id))$$,
  'whose own row differs, has that for a cause');
SELECT is_empty(
  $$SELECT *
      FROM difference AS d
     WHERE cause = 'pool'
       AND NOT EXISTS (SELECT FROM input_difference AS i
                        WHERE (i.a, i.b, i.input, i.pool_id) = (d.a, d.b, 'pool', d.cause_pool_id))$$,
  'a pool that is a cause differs');
SELECT is_empty(
  $$SELECT *
      FROM difference AS d
     WHERE cause = 'displaced'
       AND NOT EXISTS (SELECT FROM difference AS n
                        WHERE (n.a, n.b, n.applicant_id, n.to_pool_id) = (d.a, d.b, d.cause_applicant_id,
                                                                          d.from_pool_id))$$,
  'who displaced somebody came to that pool');
SELECT is_empty(
  $$SELECT *
      FROM difference AS d
     WHERE cause = 'vacated'
       AND NOT EXISTS (SELECT FROM difference AS n
                        WHERE (n.a, n.b, n.applicant_id, n.from_pool_id) = (d.a, d.b, d.cause_applicant_id,
                                                                            d.to_pool_id))$$,
  'who made room left that pool');
SELECT is_empty(
  $$SELECT *
      FROM difference
     WHERE cause NOT IN ('application', 'pool', 'displaced', 'vacated')$$,
  'without ceilings and floors every change has a link');
SELECT bag_has(
  $$SELECT DISTINCT cause FROM difference$$,
  $$VALUES ('application'), ('pool'), ('displaced'), ('vacated')$$,
  'each cause was met');

-- pages of runs that no longer count
SELECT cmp_ok(equity.prune_digest_sources(), '>', 0::bigint, 'pages of superseded runs are dropped');
SELECT throws_ok(
  format('SELECT * FROM equity.diff_runs(%s, newest_run(1))', :first_run), '55000', NULL,
  'and the runs no longer compared');

SELECT * FROM finish();
ROLLBACK;
