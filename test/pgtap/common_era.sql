-- Dates of what is set up are of the common era: a year of the Buddhist era is refused where it is written, and the
-- hint has the other one.
\ir ../lib/refusal.psql
BEGIN;
SELECT plan(9);

INSERT INTO equity.round (round_code, academic_year, name_th, closes_at) VALUES ('2566/1', 2566, 'รอบ', '2023-06-01');
SELECT is(
  pg_temp.refusal($$UPDATE equity.round SET closes_at = '2566-06-01'$$),
  '22023 closes_at of equity.round is in a year of the Buddhist era (It is 2566-06-01.)'
    ' [Write the year of the common era: 2566 is 2023.]', 'a round');
SELECT throws_ok(t.statement, '22023', NULL, t.promise)
  FROM (VALUES
    ($$UPDATE equity.round SET opens_at = '2566-06-01'$$, 'its opening'),
    ($$UPDATE equity.round SET retain_until = '2576-06-01'$$, 'its retention'),
    ($$INSERT INTO equity.scorecard_version (card_code, version, valid_from) VALUES ('A', 1, '2566-05-16')$$,
     'a card'),
    ($$INSERT INTO equity.academic_term (affiliation, academic_year, term, opens, closes)
       VALUES ('ovec', 2566, 1, '2566-05-16', '2566-10-10')$$, 'a term'),
    ($$INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
       VALUES ('innovation_general', 'living', 'month', 1, '2566-05-16')$$, 'a rate'),
    ($$INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study)
       VALUES (1, '2566-05-16', 'survey', true, false)$$, 'an answer of a survey')) AS t (statement, promise);
SELECT lives_ok($$UPDATE equity.round SET opens_at = '2023-05-01', retain_until = 'infinity'$$,
                'other dates are taken');
SELECT lives_ok($$SET LOCAL datestyle = 'SQL, DMY'; UPDATE equity.round SET opens_at = '02/05/2023'$$,
                'however dates are written');

SELECT finish();
ROLLBACK;
