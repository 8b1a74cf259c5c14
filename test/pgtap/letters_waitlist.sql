-- What letters say of waiting lists, against the waiting lists and cut-offs themselves, over random rounds:
-- before publication, when places are computed, and with the rankings that publication keeps.
\ir fixture/random.psql
\ir fixture/random_round.psql
BEGIN;
SELECT plan(15);

SELECT random_basis();
SELECT random_round(n) FROM generate_series(1, 6) AS n;
CREATE TEMPORARY TABLE run AS
SELECT n, a.run_id FROM generate_series(1, 6) AS n, equity.allocate_round(n) AS a;
CREATE FUNCTION pg_temp.letters(lang text)
  RETURNS TABLE (run_id bigint, applicant_id bigint, letter equity.explanation_line)
  LANGUAGE sql
AS $$
  SELECT r.run_id, a.applicant_id, l::equity.explanation_line
    FROM run AS r
    JOIN equity.application AS a
      ON a.round_id = r.n, equity.explain_application(a.application_id, lang) AS l
$$;
CREATE TEMPORARY TABLE letter AS
SELECT l.run_id, l.applicant_id, (l.letter).* FROM pg_temp.letters('en') AS l;
CREATE TEMPORARY TABLE list AS
SELECT r.n, r.run_id, w.*, count(*) OVER (PARTITION BY r.run_id, w.pool_id, w.seat) AS waiting
  FROM run AS r, equity.waitlist(r.run_id) AS w;
CREATE TEMPORARY TABLE cut AS SELECT r.run_id, k.* FROM run AS r, equity.cutoffs(r.run_id) AS k;
CREATE TEMPORARY TABLE told AS
SELECT DISTINCT ON (l.run_id, l.applicant_id, q.line)
       l.run_id, l.applicant_id, split_part(split_part(q.label, ':', 1), 'choice ', 2)::integer AS choice,
       CASE split_part(q.label, ': ', 2)
         WHEN 'open seats' THEN 'open'
         WHEN 'women' THEN 'female'
         ELSE 'welfare_card' END AS seat,
       q.place, q.asked, q.seats, q.cutoff, q.distance, q.reason, q.message
  FROM letter AS l
  JOIN letter AS q USING (run_id, applicant_id)
 WHERE q.section = 'queue';

SELECT set_eq(
  'SELECT run_id, applicant_id, choice, seat, place, asked, cutoff FROM told',
  $$SELECT l.run_id, l.applicant_id, l.choice, l.seat, l.position, l.waiting,
           CASE WHEN k.held >= 5 THEN k.last_score END
      FROM list AS l
      JOIN cut AS k USING (run_id, pool_id, seat)
     WHERE k.seats > 0$$,
  'a line for each waiting list that the applicant is on, with position, length and cut-off');
SELECT ok(
  (SELECT count(*) > 100 FROM told) AND (SELECT count(DISTINCT seat) = 3 FROM told),
  'they are many, of all kinds');
SELECT is_empty(
  $$SELECT t.*, k.stopped_by
      FROM told AS t
      JOIN list AS l USING (run_id, applicant_id, choice, seat)
      JOIN cut AS k USING (run_id, pool_id, seat)
     WHERE t.reason IS DISTINCT FROM CASE WHEN k.stopped_by = 'cap' THEN CASE WHEN t.distance > 0
                                                                                THEN 'CEILING_BELOW'
                                                                              ELSE 'CEILING_REACHED' END
                                          WHEN l.tier > k.last_tier THEN 'TIER_AFTER'
                                          WHEN k.held < 5 THEN 'OTHERS_BEFORE'
                                          WHEN l.score < k.last_score THEN 'BELOW_CUTOFF'
                                          WHEN l.tie IS DISTINCT FROM k.last_tie THEN 'TIE_VALUE_LOST'
                                          ELSE 'LOTTERY_LOST' END$$,
  'each says what refused the applicant');
SELECT set_has(
  'SELECT DISTINCT reason FROM told',
  $$VALUES ('CEILING_REACHED'), ('TIER_AFTER'), ('OTHERS_BEFORE')$$,
  'of all sorts');
SELECT is_empty(
  $$SELECT t.*
      FROM told AS t
      JOIN list AS l USING (run_id, applicant_id, choice, seat)
      JOIN cut AS k USING (run_id, pool_id, seat)
     WHERE k.stopped_by = 'seat'
       AND t.distance IS DISTINCT FROM CASE WHEN k.held >= 5 THEN greatest(k.last_score - l.score, 0) END$$,
  'the distance is that to the cut-off');
SELECT is_empty(
  $$SELECT c.*
      FROM letter AS c
      JOIN told AS t
        ON (t.run_id, t.applicant_id, t.seat) = (c.run_id, c.applicant_id, 'open')
       AND c.label ~ format('Choice %s:', t.choice)
     WHERE c.section = 'choice'
       AND (c.reason, c.cutoff, c.distance) IS DISTINCT FROM (t.reason, t.cutoff, t.distance)$$,
  'the choice itself speaks of the open seats');
SELECT is_empty(
  $$SELECT l.*
      FROM letter AS l
      JOIN equity.placement AS t USING (run_id, applicant_id)
     WHERE l.section = 'choice'
       AND l.passed
       AND l.reason <> CASE t.seat WHEN 'open' THEN 'ADMITTED' ELSE 'ADMITTED_SEAT' END$$,
  'who is admitted is told to what seat');
SELECT ok((SELECT count(*) > 3 FROM letter WHERE reason = 'ADMITTED_SEAT'), 'to reserved ones too');
SELECT is_empty(
  $$SELECT reason_code FROM equity.reason WHERE concat(text_th, advice_th) ~ 'ที่นั่งสำรอง'$$,
  'a reserved seat is สงวน: สำรอง is who waits for one');
SELECT is_empty(
  $$SELECT *
      FROM letter
     WHERE message ~ '[{}]'
        OR section <> 'rule' AND (label IS NULL OR label ~ '[{}]')
        OR section IN ('choice', 'queue', 'result') AND message IS NULL$$,
  'no sentence is left unfinished');
SELECT is_empty(
  $$SELECT *
      FROM pg_temp.letters('th') AS l
     WHERE (l.letter).section = 'queue'
       AND ((l.letter).message ~ '[{}]' OR (l.letter).message !~ '[ก-๛]' OR (l.letter).label !~ '[ก-๛]')$$,
  'in Thai neither');

-- who may not read what makes a group is not told of reserves, nor of places that are not kept yet
CREATE ROLE regress_clerk;
GRANT SELECT ON ALL TABLES IN SCHEMA equity TO regress_clerk;
REVOKE SELECT ON equity.applicant_group FROM regress_clerk;
GRANT SELECT ON run TO regress_clerk;
CREATE FUNCTION pg_temp.clerks_letters() RETURNS SETOF equity.explanation_line LANGUAGE sql AS $$
  SELECT l.*
    FROM (SELECT a.application_id FROM run AS r JOIN equity.application AS a ON a.round_id = r.n OFFSET 0) AS a,
         equity.explain_application(a.application_id, 'en') AS l
$$;
SET ROLE regress_clerk;
SELECT is_empty(
  $$SELECT *
      FROM pg_temp.clerks_letters() AS l
     WHERE l.section = 'queue'
        OR l.reason = 'ADMITTED_SEAT'$$,
  'groups are not told to whom they do not concern');
RESET ROLE;

-- the same letters from what publication keeps
SELECT equity_internal.keep_ranking(run_id) FROM run;
SELECT set_eq(
  'SELECT l.run_id, l.applicant_id, (l.letter).* FROM pg_temp.letters(''en'') AS l',
  'TABLE letter',
  'kept rankings give the same letters');
SET ROLE regress_clerk;
CREATE TEMPORARY TABLE clerks AS SELECT l.* FROM pg_temp.clerks_letters() AS l WHERE l.section = 'queue';
SELECT is_empty($$SELECT * FROM clerks WHERE label !~ 'open seats'$$, 'then the clerk may tell of open seats');
SELECT isnt_empty('TABLE clerks', 'and does');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
