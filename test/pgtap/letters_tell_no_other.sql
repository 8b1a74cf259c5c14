-- Of others a letter tells counts alone, and the lowest score of five or more; never a value of theirs, be
-- it what broke a tie. And who may not read what breaks ties gets a letter all the same.
\ir fixture/round.psql
BEGIN;
SELECT plan(22);

SELECT make_round(1, 2566::smallint);
UPDATE equity.round SET tie_field = 'income_per_head' WHERE round_id = 1;
SELECT make_round(2, 2567::smallint);
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (22, 'stateless', 2);
INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
SELECT n, 'stateless', true
  FROM generate_series(3, 60, 6) AS n;
SELECT run_as_far(n, 'publish') FROM generate_series(1, 2) AS n;

CREATE FUNCTION pg_temp.letters(lang text)
  RETURNS TABLE (round_id bigint, applicant_id bigint, letter equity.explanation_line) LANGUAGE sql AS $$
  SELECT a.round_id, a.applicant_id, l
    FROM (SELECT * FROM equity.application OFFSET 0) AS a, equity.explain_application(a.application_id, lang) AS l
$$;
CREATE TEMPORARY TABLE letter AS SELECT l.round_id, l.applicant_id, (l.letter).* FROM pg_temp.letters('en') AS l;
CREATE TEMPORARY TABLE edge AS
SELECT r.round_id, k.* FROM equity.round AS r, equity.cutoffs(r.published_run_id) AS k;
CREATE TEMPORARY TABLE queue AS
SELECT r.round_id, q.* FROM equity.round AS r, equity.ranking(r.published_run_id) AS q;

SELECT set_eq('SELECT pool_id, seat FROM edge WHERE held < 5',
              $$VALUES (22::bigint, 'stateless')$$, 'two hold the reserve, five or more all other seats');
SELECT cmp_ok(
  (SELECT count(DISTINCT reason)
     FROM letter
    WHERE reason IN ('BELOW_CUTOFF', 'TIE_VALUE_LOST', 'LOTTERY_LOST', 'OTHERS_BEFORE')),
  '=',
  4::bigint,
  'refusals of all sorts');

-- two seats
CREATE TEMPORARY VIEW reserve_line AS
  SELECT * FROM letter WHERE round_id = 2 AND section = 'queue' AND label !~ 'open seats';
SELECT cmp_ok((SELECT count(*) FROM reserve_line), '>', 20::bigint, 'many wait for the reserve');
SELECT is_empty(
  'SELECT * FROM reserve_line WHERE coalesce(cutoff, distance) IS NOT NULL',
  'none of them is told the score of two holders, nor how far it is');
SELECT set_eq(
  'SELECT DISTINCT reason FROM reserve_line',
  ARRAY['OTHERS_BEFORE', 'TIER_AFTER'],
  'only that they come before');
SELECT is_empty($$
  SELECT l.message FROM reserve_line AS l
    JOIN edge AS k ON k.pool_id = 22 AND k.seat = 'stateless'
   WHERE strpos(l.message, k.last_score::text) > 0 OR strpos(l.message, k.last_lottery::text) > 0
$$, 'in their sentences neither');

-- five and more
SELECT is_empty(
  $$SELECT l.*
      FROM letter AS l
      JOIN queue AS q
        ON (q.round_id, q.applicant_id, q.seat) = (l.round_id, l.applicant_id, 'open')
       AND l.label ~ format('^Choice %s:', q.choice)
      JOIN edge AS k USING (pool_id, seat)
     WHERE l.section = 'choice'
       AND (l.cutoff, l.distance) IS DISTINCT FROM (k.last_score, greatest(k.last_score - q.score, 0))$$,
  'cut-off and distance of open seats are told');

-- what broke a tie
SELECT is_empty(
  format($$SELECT l.applicant_id, l.message
             FROM letter AS l
             JOIN queue AS q
               ON q.round_id = l.round_id
              AND q.applicant_id = l.applicant_id
              AND q.seat = 'open'
             JOIN edge AS k USING (pool_id, seat)
            WHERE l.round_id = %1$s
              AND l.section IN ('choice', 'queue')
              AND l.reason IN ('TIE_VALUE_LOST', 'LOTTERY_LOST')
              AND (strpos(l.message, k.last_lottery::text) > 0
                   OR strpos(l.message, trim_scale(k.last_tie)::text) > 0 AND k.last_tie > 99)$$,
         n),
  'nobody is told by what the last one admitted came before, round ' || n)
  FROM generate_series(1, 2) AS n;
SELECT is_empty($$
  SELECT l.* FROM letter AS l JOIN queue AS q USING (round_id, applicant_id)
   WHERE l.reason = 'LOTTERY_LOST' AND l.section = 'choice' AND strpos(l.message, q.lottery::text) = 0
$$, 'who lost by lottery is told the own number');
SELECT is_empty(
  $$SELECT l.*
      FROM letter AS l
     CROSS JOIN LATERAL regexp_matches(l.message, '[0-9][0-9,.]*[0-9]|[0-9]', 'g') AS m (figure)
     WHERE l.section = 'choice'
       AND rtrim(m.figure[1], '.')::numeric NOT
             IN (SELECT unnest(ARRAY[l.place, l.asked, l.seats, l.cutoff, l.distance]))
       AND rtrim(m.figure[1], '.')::numeric NOT IN (SELECT q.lottery
                                                      FROM queue AS q
                                                     WHERE (q.round_id, q.applicant_id) = (l.round_id,
                                                                                           l.applicant_id))$$,
  'every figure of a sentence is a count, a cut-off, the own place or the own lottery number');
SELECT is_empty(
  $$SELECT reason_code FROM equity.reason WHERE text_th ~ '\{last' OR text_en ~ '\{last'$$,
  'no sentence has a figure of the last one admitted');
SELECT is_empty($$SELECT * FROM letter WHERE message ~ '[{}]'$$, 'no sentence is left unfinished');
SELECT is_empty(
  $$SELECT l.* FROM pg_temp.letters('th') AS l WHERE (l.letter).message ~ '[{}]|[a-z]{4}'$$,
  'nor in Thai');

-- who may not read what breaks ties, nor the view that has it
CREATE ROLE regress_clerk;
GRANT USAGE ON SCHEMA equity TO regress_clerk;
GRANT SELECT ON ALL TABLES IN SCHEMA equity TO regress_clerk;
REVOKE SELECT ON equity.household, equity.allocation_input FROM regress_clerk;
GRANT SELECT ON letter TO regress_clerk;
SET LOCAL ROLE regress_clerk;
CREATE TEMPORARY TABLE clerks AS SELECT l.round_id, l.applicant_id, (l.letter).* FROM pg_temp.letters('en') AS l;
RESET ROLE;
SELECT is((SELECT count(DISTINCT (round_id, applicant_id)) FROM clerks), 120::bigint, 'a letter to everybody');
SELECT is_empty(
  $$SELECT * FROM clerks WHERE reason = 'TIE_VALUE_LOST'$$,
  'which does not say that a value broke a tie');
SELECT set_eq(
  $$SELECT applicant_id, label, passed, points, place, asked, seats, cutoff, distance, reason
      FROM clerks WHERE round_id = 1 AND section = 'choice'$$,
  $$SELECT applicant_id, label, passed, points, place, asked, seats, cutoff, distance,
           CASE WHEN reason IN ('TIE_VALUE_LOST', 'LOTTERY_LOST') THEN 'TIE_LOST' ELSE reason END
      FROM letter WHERE round_id = 1 AND section = 'choice'$$,
  'and is the same otherwise');
SELECT set_eq(
  $$SELECT applicant_id, label, reason
      FROM clerks
     WHERE round_id = 2
       AND section = 'choice'
       AND reason <> 'ADMITTED'$$,
  $$SELECT applicant_id, label, reason
      FROM letter
     WHERE round_id = 2
       AND section = 'choice'
       AND reason NOT IN ('ADMITTED', 'ADMITTED_SEAT')$$,
  'where no field breaks ties the lottery is told');
SELECT is_empty($$SELECT * FROM clerks WHERE section = 'queue' AND label !~ 'open seats'$$, 'of reserves nothing');

-- before publication, when nothing is kept
SELECT make_round(3, 2568::smallint);
UPDATE equity.round SET tie_field = 'birth_date' WHERE round_id = 3;
SELECT run_as_far(3, 'verify');
REVOKE SELECT ON equity.applicant FROM regress_clerk;
GRANT SELECT (applicant_id, sex, province_code) ON equity.applicant TO regress_clerk;
SELECT application_id FROM equity.application WHERE round_id = 3 ORDER BY 1 LIMIT 1 \gset
SET LOCAL ROLE regress_clerk;
SELECT isnt_empty(
  format('SELECT * FROM equity.explain_application(%s, ''en'') WHERE section = ''choice''', :application_id),
  'a letter of a run that is not published');
SELECT is_empty(
  format('SELECT * FROM equity.explain_application(%s, ''en'') WHERE place IS NOT NULL', :application_id),
  'without places, which would take what ranks everybody');
SELECT throws_ok(
  format('SELECT * FROM equity.cutoffs(%s)', newest_run(3)), '42501', NULL,
  'the cut-offs themselves, with what broke ties, are for whoever may read that');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
