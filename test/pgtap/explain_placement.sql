-- explain_placement over queries says what the letters of the registry say, of the same rounds; and where it
-- has to, that it cannot.
\ir fixture/random.psql
\ir fixture/random_round.psql
\ir ../lib/refusal.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(9);

SELECT random_basis();
SELECT random_round(n) FROM generate_series(1, 6) AS n;
CREATE TEMPORARY TABLE run AS
SELECT n, a.run_id FROM generate_series(1, 6) AS n, equity.allocate_round(n) AS a;
CREATE FUNCTION pg_temp.told(n bigint, applicant bigint, lang text DEFAULT 'en')
  RETURNS TABLE (section text, line integer, choice integer, pool_id bigint, seat text, label text,
                 passed boolean, points numeric, place bigint, asked bigint, seats integer, cutoff numeric,
                 distance numeric, reason text, message text)
  LANGUAGE sql
AS $$
  SELECT e.*
    FROM equity.round AS r,
         equity.explain_placement(
           format('SELECT applicant_id, pool_id, choice, score, tie, groups
                     FROM equity.allocation_input
                    WHERE round_id = %s', n),
           format('SELECT pool_id, seats, min_seats, cap_id FROM equity.seat_pool WHERE round_id = %s', n),
           format('SELECT o.pool_id, o.reserve, o.seats, o.mode, o.cascade, o.position
                     FROM equity.pool_reserve AS o
                     JOIN equity.seat_pool AS p ON p.pool_id = o.pool_id
                    WHERE p.round_id = %s;', n),
           format('SELECT cap_id, seats, parent_id FROM equity.seat_cap WHERE round_id = %s', n),
           format('SELECT t.applicant_id, t.pool_id, t.seat
                     FROM equity.placement AS t
                     JOIN equity.allocation_run AS a ON a.run_id = t.run_id
                    WHERE a.round_id = %s', n),
           applicant, lang, r.tie_break, r.seed) AS e
   WHERE r.round_id = n
$$;
CREATE TEMPORARY TABLE own AS
SELECT i.round_id, i.applicant_id, e.*
  FROM (SELECT DISTINCT round_id, applicant_id FROM equity.allocation_input) AS i,
       pg_temp.told(i.round_id, i.applicant_id) AS e;
CREATE TEMPORARY TABLE letter AS
SELECT a.round_id, a.applicant_id, substring(l.label FROM '[Cc]hoice ([0-9]+)')::integer AS choice, l.*
  FROM (SELECT DISTINCT i.round_id, i.applicant_id, n.application_id
          FROM equity.allocation_input AS i
          JOIN equity.application AS n USING (round_id, applicant_id)) AS a,
       equity.explain_application(a.application_id, 'en') AS l
 WHERE l.section IN ('choice', 'queue', 'result')
   AND l.reason <> 'PROVISIONAL';

SELECT ok(count(*) > 300 AND count(DISTINCT reason) > 8, 'there is much to tell of') FROM own;
SELECT set_eq(
  $$SELECT round_id, applicant_id, section, choice, passed, points, place, asked, seats, cutoff, reason
      FROM own WHERE section = 'choice'$$,
  $$SELECT round_id, applicant_id, section, choice, passed, points, place, asked, seats, cutoff, reason
      FROM letter WHERE section = 'choice'$$,
  'of each choice the same figures and the same outcome');
SELECT is_empty(
  $$SELECT o.*
      FROM own AS o
      JOIN letter AS l USING (round_id, applicant_id, section, choice)
     WHERE section = 'choice'
       AND o.reason <> 'ADMITTED_SEAT'                  -- which has a name
       AND (o.distance IS DISTINCT FROM l.distance
            OR o.message NOT LIKE split_part(l.message, 'ceiling', 1) || '%')$$,
  'the same distance, and the same sentence but for names');
SELECT set_eq(
  $$SELECT round_id, applicant_id, choice, points, place, asked, seats, cutoff,
           replace(reason, 'CEILING_BELOW', 'CEILING_REACHED')
      FROM own WHERE section = 'queue'$$,
  $$SELECT round_id, applicant_id, choice, points, place, asked, seats, cutoff,
           replace(reason, 'CEILING_BELOW', 'CEILING_REACHED')
      FROM letter WHERE section = 'queue'$$,
  'the same waiting lists');
SELECT set_eq(
  $$SELECT round_id, applicant_id, passed, reason FROM own WHERE section = 'result'$$,
  $$SELECT round_id, applicant_id, passed, reason FROM letter WHERE section = 'result'$$,
  'the same result');
SELECT is_empty(
  $$SELECT o.* FROM own AS o
      JOIN pg_temp.run AS r ON r.n = o.round_id
     CROSS JOIN LATERAL equity.cutoffs(r.run_id) AS k
     WHERE k.pool_id = o.pool_id AND k.seat = coalesce(o.seat, 'open') AND k.held < 5 AND o.cutoff IS NOT NULL$$,
  'the score of fewer than five is told to nobody');
SELECT ok(bool_and(message ~ '[ก-๛]' AND label ~ '[ก-๛]'), 'in Thai too') FROM pg_temp.told(1, 101, 'th');
SELECT is(pg_temp.refusal('SELECT pg_temp.told(1, 404)'),
          'P0002 applicant 404 has no application [Name one of column "applicant_id" of the applications query.]',
          'nobody');
SELECT is(pg_temp.refusal('SELECT pg_temp.told(1, 101, ''fr'')'),
          $$22023 there are no explanations in language 'fr' [Languages are th and en.]$$, 'another language');
SELECT finish();
ROLLBACK;
