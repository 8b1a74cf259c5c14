-- The funnel of a round adds up, agrees with the other reports, and tells a reader of no loss of one to four persons.
-- What each of its rows means is in fixture/plain_reports.psql, and compared in reports_oracle.
\ir fixture/random.psql
\ir fixture/subtraction.psql
\ir fixture/round.psql
BEGIN;
SET LOCAL jit = off;
SELECT plan(20);

-- Rounds in which some turn away, some have nothing to ask for, some are not eligible, and some decline.
CREATE FUNCTION pg_temp.play(round bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key text := 'round ' || round;
  often integer := 4 + pg_temp.roll(key, 3) * 12;
BEGIN
  PERFORM make_round(round, 2566::smallint);
  UPDATE equity.application AS a
     SET status = pg_temp.pick(concat_ws('/', key, 'status', a.applicant_id), 'draft', 'withdrawn'),
         submitted_at = '2023-05-01 00:00+07'
   WHERE a.round_id = round
     AND pg_temp.roll(concat_ws('/', key, 'turns away', a.applicant_id), often) = 0;
  DELETE FROM equity.choice AS c
   WHERE c.round_id = round
     AND pg_temp.roll(concat_ws('/', key, 'no choice', c.applicant_id), often) = 0;
  UPDATE equity.application AS a
     SET gpa = CASE WHEN pg_temp.roll(concat_ws('/', key, 'gpa', a.applicant_id), often) = 0 THEN 1.99 ELSE 2.5 END
   WHERE a.round_id = round;
  UPDATE equity.seat_pool AS p SET seats = 1 + pg_temp.roll(key || p.pool_id, 25) WHERE p.round_id = round;
  UPDATE equity.round_programme AS p SET quota = 60 WHERE p.round_id = round;
  PERFORM run_as_far(round, 'publish');
  PERFORM equity.decline_award(w.award_id)
     FROM equity.award AS w
    WHERE w.round_id = round
      AND pg_temp.roll(concat_ws('/', key, 'declines', w.applicant_id), often) = 0;
  PERFORM equity.accept_award(w.award_id)
     FROM equity.award AS w
    WHERE w.round_id = round
      AND w.status = 'offered'
      AND pg_temp.roll(concat_ws('/', key, 'accepts', w.applicant_id), 3) > 0;
END $$;
SELECT pg_temp.play(n) FROM generate_series(1, 40) AS n;

-- one total agrees with another
SELECT is_empty(
  $$SELECT s.round_id, s.step
      FROM equity.application_funnel AS s
      JOIN equity.application_funnel AS n ON (n.round_id, n.step) = (s.round_id, s.step + 1) AND n.reason IS NULL
     WHERE s.reason IS NULL
       AND s.applicants <> n.applicants + coalesce((SELECT sum(l.applicants) FROM equity.application_funnel AS l
                                                     WHERE (l.round_id, l.step) = (s.round_id, s.step)
                                                       AND l.reason IS NOT NULL), 0)$$,
  'each stage is the next one and who was lost between them');
SELECT set_eq(
  $$SELECT round_id, applicants FROM equity.application_funnel WHERE stage = 'applied' AND reason IS NULL$$,
  $$SELECT round_id, count(*) FROM equity.application GROUP BY round_id$$,
  'the first stage is every application');
SELECT is_empty(
  $$SELECT g.round_id, f.stage
      FROM equity.equity_gap AS g
     CROSS JOIN LATERAL (VALUES ('has_choice', g.applicants), ('eligible', g.eligible), ('admitted', g.awarded))
                          AS v (stage, n)
      JOIN equity.application_funnel AS f ON (f.round_id, f.stage) = (g.round_id, v.stage) AND f.reason IS NULL
     WHERE g.dimension = 'whole'
       AND v.n <> f.applicants$$,
  'choice, eligibility and admission are those of equity_gap');
SELECT is(
  (SELECT sum(applicants) FROM equity.programme_summary WHERE academic_year = 2566),
  (SELECT count(DISTINCT (c.round_id, c.applicant_id, p.programme_code))::numeric
     FROM equity.entry AS e JOIN equity.choice AS c USING (round_id, applicant_id)
     JOIN equity.seat_pool AS p USING (pool_id)),
  'a programme''s applicants are those who ask for it');
SELECT is_empty(
  'SELECT * FROM equity.programme_summary WHERE judged <> applicants OR judged < eligible + undetermined',
  'whom the scorecard has judged, once it has');
SELECT make_round(50, 2567::smallint);
SELECT run_as_far(50, 'close');
SELECT results_eq(
  $$SELECT applicants, judged FROM equity.programme_summary
     WHERE (programme_code, academic_year) = ('innovation_general', 2567)$$,
  'VALUES (60::bigint, 0::bigint)', 'before scoring nobody is judged');
SELECT set_eq(
  $$SELECT step, reason, applicants FROM equity.application_funnel WHERE round_id = 50 AND applicants > 0$$,
  $$VALUES (1, NULL, 60::bigint), (2, NULL, 60), (3, NULL, 60), (3, 'ASSESSED_LATER', 60)$$,
  'and all are at the stage before');
SELECT results_eq(
  $$SELECT count(*), sum(applicants)
      FROM equity.application_funnel
     WHERE round_id = (SELECT round_id FROM equity.round WHERE round_code = 'empty')$$,
  'VALUES (0::bigint, NULL::numeric)', 'no round, no row');
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) VALUES (60, 'empty', 2568, 'ว่าง');
SELECT results_eq(
  'SELECT count(*), sum(applicants), count(percent) FROM equity.application_funnel WHERE round_id = 60',
  'VALUES (7::bigint, 0::numeric, 0::bigint)', 'a round without applications has its stages');
SELECT is_empty(
  $$SELECT * FROM equity.application_funnel
     WHERE stage_th !~ '[ก-๙]' OR stage_en !~ '^[A-Z]' OR reason_th !~ '[ก-๙]' OR reason_en !~ '^[A-Z]'
        OR concat(reason_th, reason_en) ~ '[{}]'$$,
  'stages and reasons are in Thai and English');

-- readers
CREATE TEMPORARY TABLE truth AS SELECT * FROM equity.application_funnel WHERE round_id <= 40;
CREATE ROLE regress_reader;
SELECT equity.grant_access('regress_reader', 'reader');
SET LOCAL ROLE regress_reader;
CREATE TEMPORARY TABLE shown AS SELECT * FROM equity.application_funnel WHERE round_id <= 40;
RESET ROLE;
SELECT is_empty('SELECT * FROM shown WHERE applicants BETWEEN 1 AND 4', 'a reader sees no count of one to four');
SELECT is_empty(
  $$SELECT round_id, step, reason, applicants FROM shown WHERE applicants IS NOT NULL
    EXCEPT SELECT round_id, step, reason, applicants FROM truth$$, 'and sees no other than there are');
SELECT is_empty('SELECT * FROM shown WHERE applicants IS NULL AND percent IS NOT NULL',
                'nor a share of what is hidden');

-- What a reader knows: what is shown, and of three stages the other reports; rows that are missing are in no sum.
CREATE TEMPORARY TABLE cell AS
SELECT concat_ws('/', t.round_id, t.step, t.reason) AS id, t.round_id, t.step, t.reason, t.applicants AS truth,
       s.applicants IS NOT NULL OR t.reason IS NULL AND t.stage IN ('has_choice', 'eligible', 'admitted')
         AND t.applicants >= 5 AS known,
       t.reason IS NOT NULL AND s.round_id IS NULL AS missing
  FROM truth AS t
  LEFT JOIN shown AS s ON (t.round_id, t.step) = (s.round_id, s.step) AND t.reason IS NOT DISTINCT FROM s.reason;
-- a stage is the sum of its parts: the next stage, and who was lost; and so are the stages that others tell of
CREATE TEMPORARY TABLE equation AS
SELECT concat_ws('/', w.round_id, w.first, w.last) AS equation, concat_ws('/', w.round_id, w.first) AS whole,
       p.id AS part
  FROM (SELECT r.round_id, s.first, s.last
          FROM (SELECT DISTINCT round_id FROM truth) AS r
         CROSS JOIN (VALUES (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (1, 3), (3, 5)) AS s (first, last)) AS w
  JOIN cell AS p
    ON p.round_id = w.round_id
   AND (p.step = w.last AND p.reason IS NULL OR p.step >= w.first AND p.step < w.last AND p.reason IS NOT NULL)
 WHERE NOT EXISTS (SELECT FROM cell AS m
                    WHERE m.round_id = w.round_id AND m.missing AND m.step >= w.first AND m.step < w.last);
CREATE TEMPORARY TABLE before AS SELECT * FROM cell;
SELECT work_out() \g /dev/null
SELECT is_empty('SELECT * FROM cell WHERE known AND truth BETWEEN 1 AND 4', 'none follows by subtraction');
SELECT is_empty('SELECT * FROM few_together()', 'nor that several are as few together');
SELECT cmp_ok((SELECT count(*) FROM cell WHERE NOT known AND truth BETWEEN 1 AND 4), '>', 20::bigint,
              'although there are such');
SELECT cmp_ok((SELECT count(*) FROM cell WHERE missing), '>', 5::bigint, 'some reasons are not told at all');
SELECT cmp_ok((SELECT count(*) FROM before WHERE known AND reason IS NOT NULL), '>', 60::bigint, 'and many are');
UPDATE cell SET known = b.known OR b.truth >= 5 FROM before AS b WHERE b.id = cell.id;
SELECT cmp_ok(work_out(), '>', 10, 'without what is hidden beside them many would follow');
SELECT is((SELECT count(*) FROM shown WHERE reason IS NULL), 7 * 40::bigint, 'every stage has its row');

SELECT * FROM finish();
ROLLBACK;
