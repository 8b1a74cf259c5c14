-- Rankings, waiting lists and cut-offs of runs, and the engine's over the same queries, against windows and joins
-- in SQL: random rounds with reserves, ceilings, floors, seats held from before and every tie break.
\ir fixture/random.psql
\ir fixture/random_round.psql
\ir fixture/ranking_by_sql.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(19);

SELECT random_basis();
CREATE TEMPORARY TABLE policy AS
SELECT n, (ARRAY['lottery', 'lottery_per_pool', 'admit_all', 'admit_none', 'strict'])[1 + n % 5] AS tie_break
  FROM generate_series(1, 55) AS n;
SELECT random_round(n, tie_break, floors => n % 4 > 1) FROM policy;
CREATE TEMPORARY TABLE run (n bigint, tie_break text, run_id bigint);
-- where strict finds a tie there is no run
CREATE FUNCTION pg_temp.try_round(n bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT a.run_id FROM equity.allocate_round(n) AS a);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END $$;
INSERT INTO run
SELECT n, tie_break, run_id
  FROM policy
 CROSS JOIN LATERAL pg_temp.try_round(n) AS run_id
 WHERE run_id IS NOT NULL;
-- as after a refill: some of those placed had their seat from before, some of the others take no part
INSERT INTO equity.run_standing (run_id, applicant_id, decision, pool_id, seat, choice, score)
SELECT t.run_id, t.applicant_id, pg_temp.pick('decision' || t.applicant_id, 'freeze', 'float'), t.pool_id, t.seat,
       t.choice, t.score
  FROM run AS r
  JOIN equity.placement AS t USING (run_id)
 WHERE n % 3 = 0
   AND pg_temp.roll('standing' || t.applicant_id, 3) > 0
 UNION ALL
SELECT r.run_id, a.applicant_id, 'out', NULL, NULL, NULL, NULL
  FROM run AS r
  JOIN equity.application AS a ON a.round_id = r.n
 WHERE n % 3 = 0
   AND pg_temp.roll('out' || a.applicant_id, 4) = 0
   AND NOT EXISTS (SELECT FROM equity.placement AS t
                    WHERE t.run_id = r.run_id
                      AND t.applicant_id = a.applicant_id);
CREATE TEMPORARY TABLE wanted AS SELECT r.n, r.tie_break, q.* FROM run AS r, public.run_ranking(r.run_id) AS q;
SELECT is_empty(
  $$SELECT t
      FROM unnest('{lottery,lottery_per_pool,admit_all,admit_none,strict}'::text[]) AS t
     WHERE (SELECT count(*) FROM wanted WHERE tie_break = t) < 20$$,
  'there are rounds of each tie break');
SELECT ok(
  (SELECT count(*) > 1000 FROM wanted)
  AND (SELECT count(*) > 100 FROM wanted WHERE tier > 0)
  AND (SELECT count(*) > 30 FROM equity.run_standing WHERE decision <> 'out'),
  'with many who ask, for seats of others too, and who hold one from before');

--
-- Rankings
--

CREATE TEMPORARY TABLE got AS
SELECT r.n, r.tie_break, q.* FROM run AS r, equity.ranking(r.run_id) AS q;
SELECT set_eq('TABLE got', 'TABLE wanted', 'everybody ranks where the windows say');
SELECT is((SELECT count(*) FROM got), (SELECT count(*) FROM wanted), 'once');
SELECT set_eq(
  'SELECT w.* FROM run AS r, equity.waitlist(r.run_id) AS w',
  'SELECT pool_id, seat, position, applicant_id, choice, tier, score, tie, lottery
     FROM wanted
    WHERE position IS NOT NULL',
  'and waits where they say');
CREATE VIEW pg_temp.argument AS
SELECT r.run_id, a.tie_break, a.seed, q.*,
       'SELECT applicant_id, pool_id, seat, score FROM equity.placement WHERE run_id = ' || r.run_id AS placements
  FROM run AS r
  JOIN equity.allocation_run AS a USING (run_id)
 CROSS JOIN LATERAL equity.run_queries(r.run_id) AS q;
SELECT set_eq(
  'SELECT w.*
     FROM argument AS a,
          equity.waitlist(applications, pools, reserves, caps, placements, tie_break, seed) AS w',
  'SELECT pool_id, seat, position, applicant_id, choice, tier, score, tie, lottery
     FROM wanted
    WHERE position IS NOT NULL',
  'also over the queries');
SELECT results_eq(
  'SELECT k.*
     FROM run AS r, equity.ranking(r.run_id, ARRAY[r.n * 10 + 2, r.n * 10 + 3]) AS k
    ORDER BY k.pool_id, k.precedence, k.place',
  'SELECT pool_id, seat, precedence, place, position, applicant_id, choice, tier, score, tie, lottery
     FROM wanted
    WHERE pool_id IN (n * 10 + 2, n * 10 + 3)
    ORDER BY pool_id, precedence, place',
  'some pools alone, though others hold who waits');

-- what is kept
SELECT equity_internal.keep_ranking(run_id) FROM run;
SELECT set_eq(
  'SELECT r.n, k.pool_id, k.seat, a.applicant_id, a.place, get_bit(k.waiting, a.place::integer - 1) = 1
     FROM run AS r
     JOIN equity.run_ranking AS k USING (run_id)
    CROSS JOIN LATERAL unnest(k.applicants) WITH ORDINALITY AS a (applicant_id, place)',
  'SELECT n, pool_id, seat, applicant_id, place, position IS NOT NULL FROM wanted',
  'is the same');
SELECT is_empty(
  $$SELECT FROM equity.run_ranking WHERE cardinality(applicants) = 0$$,
  'where nobody asks nothing is kept');

--
-- Cut-offs
--

CREATE TEMPORARY TABLE cut AS SELECT r.run_id, k.* FROM run AS r, public.run_cutoffs(r.run_id, NULL, true) AS k;
SELECT set_eq(
  'SELECT r.run_id, k.* FROM run AS r, equity.cutoffs(r.run_id) AS k',
  'TABLE cut',
  'seats reach down to whom the windows say');
SELECT set_eq(
  'SELECT r.run_id, k.* FROM run AS r, equity.cutoffs(r.run_id, ARRAY[r.n * 10 + 2, r.n * 10 + 3]) AS k',
  'SELECT k.* FROM run AS r JOIN cut AS k USING (run_id) WHERE k.pool_id IN (r.n * 10 + 2, r.n * 10 + 3)',
  'some pools alone, though others fill the ceilings');
SELECT set_eq(
  'SELECT r.run_id, k.* FROM run AS r, equity_internal.run_cutoffs(r.run_id, NULL, false) AS k',
  'SELECT r.run_id, k.* FROM run AS r, public.run_cutoffs(r.run_id, NULL, false) AS k',
  'also for who may not read what breaks ties');
-- a seat held from before has no tie in what a run reads
CREATE TEMPORARY TABLE engine AS
SELECT k.*, a.run_id
  FROM argument AS a,
       equity.cutoffs(applications, pools, reserves, caps, placements, tie_break, seed) AS k;
SELECT set_eq(
  'SELECT run_id, pool_id, seat, precedence, seats, held, is_full, last_tier, last_score, last_kept, stopped_by, cap_id
     FROM engine',
  'SELECT run_id, pool_id, seat, precedence, seats, held, is_full, last_tier, last_score, last_kept, stopped_by, cap_id
     FROM cut',
  'and over the queries');
SELECT set_eq(
  'SELECT run_id, pool_id, seat, last_tie, last_lottery FROM engine WHERE NOT last_kept',
  'SELECT run_id, pool_id, seat, last_tie, last_lottery FROM cut WHERE NOT last_kept',
  'with tie and lottery of who is last');
SELECT set_eq(
  'SELECT run_id, pool_id, seat, members_held FROM engine',
  'SELECT k.run_id, k.pool_id, k.seat, count(t.applicant_id)
     FROM cut AS k
     LEFT JOIN equity.placement AS t
       ON (t.run_id, t.pool_id, t.seat, t.tier) = (k.run_id, k.pool_id, k.seat, 0)
    GROUP BY k.run_id, k.pool_id, k.seat',
  'those whom the seats are for are counted');
SELECT ok(
  (SELECT count(*) FILTER (WHERE stopped_by = 'floor') > 5
          AND count(*) FILTER (WHERE stopped_by = 'cap') > 5
          AND count(*) FILTER (WHERE stopped_by = 'seat') > 100
          AND count(*) FILTER (WHERE last_kept) > 10
          AND count(*) FILTER (WHERE held > 0 AND stopped_by IS NULL) > 0
          AND count(*) FILTER (WHERE last_tie IS NOT NULL) > 20
     FROM cut),
  'seats, ceilings and floors stop the next one, or nothing does');

-- ceilings
SELECT set_eq(
  'SELECT r.run_id, k.* FROM run AS r, equity.cap_cutoffs(r.run_id) AS k',
  'SELECT r.run_id, k.* FROM run AS r, public.run_cap_cutoffs(r.run_id, NULL, true) AS k',
  'ceilings reach down to whom the windows say');
SELECT set_eq(
  'SELECT r.run_id, k.* FROM run AS r, equity.cap_cutoffs(r.run_id, ARRAY[r.n * 10 + 1]) AS k',
  'SELECT r.run_id, k.* FROM run AS r, public.run_cap_cutoffs(r.run_id, ARRAY[r.n * 10 + 1], true) AS k',
  'some of them alone');
SELECT set_eq(
  'SELECT r.run_id, k.* FROM run AS r, equity_internal.run_cap_cutoffs(r.run_id, NULL, false) AS k',
  'SELECT r.run_id, k.* FROM run AS r, public.run_cap_cutoffs(r.run_id, NULL, false) AS k',
  'without ties too');
SELECT * FROM finish();
ROLLBACK;
