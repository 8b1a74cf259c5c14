-- Scoring stores what the cards say, once for each programme that is asked for, and a second time nothing.
\ir fixture/round.psql
\ir fixture/no_trace.psql
BEGIN;
SELECT plan(13);

SELECT make_round(1, 2566::smallint);
SELECT run_as_far(1, 'close');
SELECT results_eq(
  'SELECT applications, eligible + ineligible + undetermined FROM equity.score_round(1)',
  'SELECT count(*), count(*) FROM equity_internal.programme_application WHERE round_id = 1',
  'every application is assessed once for each programme that it asks for');
SELECT is_empty(
  'SELECT *
     FROM equity.assessment AS s
     JOIN equity.application_facts AS f USING (applicant_id, round_id)
     JOIN equity.scorecard_version AS v
       ON v.card_code = s.card_code
      AND v.version = s.card_version
    WHERE (s.eligible, s.score, s.card_digest)
            IS DISTINCT FROM (equity.eligible(v.card, f), equity.score(v.card, f), equity.digest(v.card))',
  'what is stored is what the card says');
SELECT pg_temp.leaves_no_trace('SELECT equity.score_round(1)', 'scoring twice leaves no trace');
SELECT results_eq(
  'SELECT applications, eligible, ineligible, undetermined FROM equity.score_round(1)',
  'SELECT count(*), count(*) FILTER (WHERE eligible AND score IS NOT NULL), count(*) FILTER (WHERE NOT eligible),
          count(*) FILTER (WHERE eligible IS NULL OR eligible AND score IS NULL)
     FROM equity.assessment',
  'and counts what is stored');

-- Once whoever asks again, in whatever order the rows lie; nobody who takes no part.
UPDATE equity.choice SET choice = choice + 10 WHERE applicant_id % 2 = 0;
UPDATE equity.application SET status = 'withdrawn' WHERE applicant_id IN (7, 8);
DELETE FROM equity.choice WHERE pool_id = 13 AND applicant_id IN (9, 10);
SELECT bag_eq(
  $$SELECT applicant_id, programme_code
      FROM equity_internal.programme_applications(1, '{innovation_special, innovation_general}')$$,
  $$SELECT DISTINCT c.applicant_id, p.programme_code
      FROM equity.choice AS c
      JOIN equity.seat_pool AS p USING (pool_id)
      JOIN equity.application AS a USING (applicant_id)
     WHERE a.status = 'submitted'$$,
  'each applicant and programme that is asked for, once');
SELECT is_empty(
  $$SELECT 1 FROM equity_internal.programme_applications(1, '{innovation_special}') AS a
     WHERE a.programme_code <> 'innovation_special' OR a.applicant_id IN (7, 8, 9, 10)$$,
  'of the programmes given alone');
SELECT results_eq(
  'SELECT applications FROM equity.score_round(1)',
  'SELECT count(*) FROM equity_internal.programme_application',
  'scoring again drops what nobody asks for any more');
SELECT is_empty(
  'SELECT 1 FROM equity.assessment AS s
    WHERE NOT EXISTS (SELECT FROM equity_internal.programme_application AS a
                       WHERE (a.applicant_id, a.programme_code) = (s.applicant_id, s.programme_code))',
  'and leaves nothing else out');
UPDATE equity.application SET gpa = 4 WHERE applicant_id IN (11, 12);
SELECT equity.score_round(1);
SELECT is_empty(
  'SELECT *
     FROM equity.assessment AS s
     JOIN equity.application_facts AS f USING (applicant_id, round_id)
     JOIN equity.scorecard_version AS v
       ON v.card_code = s.card_code
      AND v.version = s.card_version
    WHERE (s.eligible, s.score) IS DISTINCT FROM (equity.eligible(v.card, f), equity.score(v.card, f))',
  'what is otherwise now is replaced');
SELECT pg_temp.leaves_no_trace('SELECT equity.score_round(1)', 'and then nothing is left to do');
SET LOCAL equity.max_memory = '1MB';
SELECT throws_ok(
  $$SELECT count(*)
      FROM equity_internal.asked_programmes('SELECT n AS applicant_id, 11 AS pool_id FROM generate_series(1, 100000) n',
                                            'SELECT pool_id, programme_code FROM equity.seat_pool')$$,
  '53400', NULL, 'it keeps to equity.max_memory');
RESET equity.max_memory;

-- What a card does not read is not read: on a round of a million it would take most of the time.
CREATE FUNCTION pg_temp.scans(relation regclass) RETURNS bigint LANGUAGE sql AS $$
  SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relid = relation
$$;
CREATE TEMPORARY TABLE scans AS
SELECT pg_temp.scans('equity.choice') AS choices, pg_temp.scans('equity.household_member') AS members,
       pg_temp.scans('equity.applicant_group') AS groups;
SELECT equity.score_round(1);
SELECT is(
  (SELECT ARRAY[pg_temp.scans('equity.choice') - choices, pg_temp.scans('equity.household_member') - members,
                pg_temp.scans('equity.applicant_group') - groups] FROM scans),
  '{1, 0, 0}'::bigint[],
  'scoring reads who asks for what once, and of the facts those that a card needs');

-- A guess of one row for who asks for a programme would read the facts anew for every choice.
SELECT is_empty(
  $$SELECT p.oid::regprocedure
      FROM pg_proc AS p
     WHERE p.pronamespace = 'equity_internal'::regnamespace
       AND p.proname NOT LIKE 'programme\_application%'
       AND p.prosrc ~ '\mequity_internal\.programme_applications?\M'
       AND p.proconfig @> '{enable_nestloop=off}' IS NOT TRUE$$,
  'whatever joins those who ask for a programme does it without a loop over a guess');

SELECT * FROM finish();
ROLLBACK;
