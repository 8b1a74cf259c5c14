-- The demonstration runs, and the figures that were published come out of its rows: nobody wrote them down.
\o /dev/null
SET client_min_messages = warning;
\set ON_ERROR_STOP 1
\ir ../demo/00-generator.sql
\ir ../demo/10-programme.sql
\ir ../demo/20-institution.sql
\ir ../demo/25-recipient.sql
\ir ../demo/30-applicant.sql
\ir ../demo/40-round.sql
\ir ../demo/45-life.sql
SET client_min_messages = warning;
\ir ../demo/50-report.sql
\ir ../demo/60-after.sql
\o
\pset format unaligned
\pset tuples_only on
BEGIN;
SELECT plan(7);

CREATE TEMPORARY VIEW status_count AS
SELECT w.programme_code, w.status, count(*) AS awards
  FROM equity.award AS w WHERE w.round_id IS NULL GROUP BY w.programme_code, w.status;
SELECT results_eq(
  $$SELECT programme_code, status, awards FROM status_count WHERE status IN ('graduated', 'studying') ORDER BY 1$$,
  $$VALUES ('full_potential', 'studying', 27::bigint), ('innovation_general', 'graduated', 2177),
           ('innovation_innovation', 'studying', 136), ('innovation_special', 'graduated', 62)$$,
  'the figures of the article: 27, 2,177, 136 and 62');
SELECT is_empty(
  $$SELECT w.award_id FROM equity.award AS w
     WHERE w.status = 'graduated'
       AND (SELECT count(*) FROM equity.term_result AS r WHERE r.award_id = w.award_id AND r.enrolled) < 4$$,
  'nobody graduates who was not enrolled for two years');
SELECT is(
  (SELECT count(*) FROM equity.award_event AS e WHERE e.event = 'graduated'), 2239::bigint,
  'each graduation is an event');
SELECT results_eq(
  $$SELECT sum(entrants) - sum(came_by_transfer), sum(graduated), sum(dropped_out) + sum(deceased)
      FROM equity.cohort_outcome$$,
  $$SELECT count(*)::numeric, count(*) FILTER (WHERE status = 'graduated')::numeric,
           count(*) FILTER (WHERE status = 'discontinued')::numeric
      FROM equity.award WHERE round_id IS NULL$$, 'the form of the fund counts the same people');
SELECT cmp_ok((SELECT count(*) FROM equity.award_event WHERE event = 'transferred'), '>', 10::bigint, 'some transfer');
SELECT is((SELECT sum(quota) FROM equity.programme_summary WHERE academic_year = 2566), 1680::numeric,
          'quotas of the year are those published');
SELECT is_empty($$SELECT * FROM equity.audit_check()$$, 'and the trail holds');

SELECT * FROM finish();
ROLLBACK;
DROP OWNED BY demo_treasurer;
DROP ROLE demo_treasurer;
