-- Scoring stores what the cards say, once for each programme that is asked for, and a second time nothing.
\ir fixture/round.psql
\ir fixture/no_trace.psql
BEGIN;
SELECT plan(5);

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
