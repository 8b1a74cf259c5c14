-- The page of an academic year: whole in both languages, its numbers those of the views, money for whoever may read
-- it; and what entry_year_outcome adds up.
\ir ../lib/refusal.psql
\ir fixture/scholars.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(29);
SELECT setseed(0.5);

SELECT make_scholars(120);
DELETE FROM equity.academic_term WHERE academic_year > 2564;
INSERT INTO equity.term_result (award_id, term_id, enrolled) SELECT n, 1, true FROM generate_series(1, 120) AS n;
INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from, combinable) VALUES
  ('innovation_general', 'living', 'month', 6500, '2020-05-16', false),
  ('innovation_special', 'tuition', 'term', 12000, '2020-05-16', false);
SELECT equity.plan_payments(1) \g /dev/null

-- scholars of three years more, in cohorts of few and of many
INSERT INTO equity.field_of_study (field_code, name_th) SELECT 'F' || n, 'สาขา ' || n FROM generate_series(1, 5) AS n;
INSERT INTO equity.applicant (applicant_id) SELECT n FROM generate_series(1001, 1400) AS n;
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, field_code, academic_year, status)
SELECT n, n, 'innovation_general', 1 + floor(random() ^ 2 * 3)::integer, 'F' || 1 + floor(random() ^ 3 * 5)::integer,
       2561 + floor(random() * 3)::integer,
       (ARRAY['studying', 'graduated', 'graduated', 'graduated', 'discontinued'])[1 + floor(random() * 5)::integer]
  FROM generate_series(1001, 1400) AS n;
INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes) OVERRIDING SYSTEM VALUE
VALUES (9, 'ovec', 2563, 2, '2020-11-01', '2021-03-31');
UPDATE equity.award SET grant_type = 'two_year' WHERE award_id BETWEEN 1001 AND 1040;
INSERT INTO equity.term_result (award_id, term_id, enrolled)
SELECT w.award_id, 9, true FROM equity.award AS w WHERE w.award_id BETWEEN 1001 AND 1040 AND w.institution_id < 3;
SELECT equity.plan_payments(9) \g /dev/null
INSERT INTO equity.outcome (award_id, followed_on, source, employed, further_study, monthly_income)
SELECT w.award_id, '2024-01-01', 'survey', v.employed, random() < 0.3, CASE WHEN v.employed THEN 12000 END
  FROM equity.award AS w
 CROSS JOIN LATERAL (SELECT random() < 0.6 OR w.award_id IS NULL AS employed) AS v
 WHERE w.status = 'graduated' AND random() < 0.8;
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) VALUES (1, 'r', 2564, 'รอบ <b>');
INSERT INTO equity.round_programme (round_id, programme_code, quota) VALUES (1, 'innovation_general', 1234567);
INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
VALUES (1, 1, 'innovation_general', 1, 'F1', 'two_year', 4321);

-- ---- entry_year_outcome ----

CREATE FUNCTION pg_temp.figures() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT unnest(ARRAY['entrants', 'came_by_transfer', 'studying', 'graduated', 'dropped_out', 'transferred', 'deceased',
                      'retained', 'followed', 'employed', 'further_study', 'work_and_study', 'neither', 'placed'])
$$;
SELECT is_empty(
  format($$SELECT y.entry_year, %1$s, c.* FROM equity.entry_year_outcome AS y
             JOIN (SELECT entry_year, %2$s FROM equity.cohort_outcome GROUP BY entry_year) AS c USING (entry_year)
            WHERE (%1$s) IS DISTINCT FROM (%3$s)$$,
         (SELECT string_agg('y.' || f, ', ') FROM pg_temp.figures() AS f),
         (SELECT string_agg(format('sum(%1$s)::bigint AS %1$s', f), ', ') FROM pg_temp.figures() AS f),
         (SELECT string_agg('c.' || f, ', ') FROM pg_temp.figures() AS f)),
  'a year is its cohorts together');
SELECT results_eq('SELECT entry_year, entry_year_ce FROM equity.entry_year_outcome ORDER BY 1',
                  'SELECT n, n - 543 FROM generate_series(2561, 2564) AS n', 'each year of entry');
SELECT is_empty(
  $$SELECT entry_year FROM equity.entry_year_outcome
     WHERE retention_rate IS DISTINCT FROM round(retained / entrants::numeric, 4)
        OR graduation_rate IS DISTINCT FROM round(graduated / entrants::numeric, 4)
        OR placement_rate_followed IS DISTINCT FROM round(placed / nullif(followed, 0)::numeric, 4)
        OR retention_rate NOT BETWEEN retention_rate_low AND retention_rate_high
        OR placement_rate_followed NOT BETWEEN placement_rate_low AND placement_rate_high$$, 'with its rates');

CREATE ROLE regress_reader;
SELECT equity.grant_access('regress_reader', 'reader');
CREATE TEMPORARY TABLE whole AS SELECT * FROM equity.cohort_outcome;
CREATE TEMPORARY TABLE year_shown (LIKE equity.entry_year_outcome);
CREATE TEMPORARY TABLE cohort_shown (LIKE equity.cohort_outcome);
GRANT INSERT ON year_shown, cohort_shown TO regress_reader;
SET LOCAL ROLE regress_reader;
INSERT INTO year_shown SELECT * FROM equity.entry_year_outcome;
INSERT INTO cohort_shown SELECT * FROM equity.cohort_outcome;
RESET ROLE;
SELECT cmp_ok((SELECT count(*) FROM cohort_shown WHERE entrants IS NULL), '>', 5::bigint,
              'some cohorts are not shown to a reader');
SELECT is_empty(
  $$SELECT * FROM (SELECT y.entry_year, to_jsonb(y) AS y FROM year_shown AS y) AS s, pg_temp.figures() AS f
            WHERE (s.y ->> f)::bigint BETWEEN 1 AND 4$$,
  'a reader sees no count of one to four');
SELECT is_empty(
  $$SELECT y.entry_year, f.figure
      FROM (SELECT o.entry_year, to_jsonb(o) AS y FROM year_shown AS o) AS y
     CROSS JOIN pg_temp.figures() AS f (figure)
      JOIN (SELECT w.entry_year, w.institution_id, w.field_code, to_jsonb(w) AS w, to_jsonb(s) AS s
              FROM whole AS w
              JOIN cohort_shown AS s
                ON (s.institution_id, s.entry_year) = (w.institution_id, w.entry_year)
               AND s.field_code IS NOT DISTINCT FROM w.field_code) AS c ON c.entry_year = y.entry_year
     WHERE y.y ->> f.figure IS NOT NULL
       AND c.s ->> f.figure IS NULL
       AND f.figure NOT IN ('retained', 'employed', 'further_study', 'placed', 'followed')
     GROUP BY y.entry_year, f.figure
    HAVING count(*) FILTER (WHERE (c.w ->> f.figure)::bigint > 0) = 1
        OR sum((c.w ->> f.figure)::bigint) BETWEEN 1 AND 4$$,
  'nor does one follow from the sum over the cohorts');
SELECT cmp_ok((SELECT count(retention_rate) FROM year_shown), '>=', 3::bigint, 'most years are shown');

-- ---- the page ----

CREATE TEMPORARY TABLE page AS
SELECT l.lang, equity.programme_report(2564, l.lang) AS html FROM (VALUES ('th'), ('en')) AS l (lang);
CREATE FUNCTION pg_temp.tree(html text) RETURNS xml LANGUAGE sql AS $$
  SELECT regexp_replace(replace(html, '<!DOCTYPE html>', ''), '<meta ([^>]*)>', '<meta \1/>', 'g')::xml
$$;
CREATE FUNCTION pg_temp.cells(section text) RETURNS SETOF text[] LANGUAGE sql AS $$
  SELECT ARRAY(SELECT array_to_string(xpath('.//text()', c.cell), '')
                 FROM unnest(xpath('/tr/th|/tr/td', r.line)) AS c (cell))
    FROM page AS p
   CROSS JOIN unnest(xpath(format('//section[@id="%s"]//tbody/tr', section), pg_temp.tree(p.html))) AS r (line)
   WHERE p.lang = 'en'
$$;
CREATE FUNCTION pg_temp.words(n numeric, decimals integer DEFAULT 0, unit text DEFAULT '') RETURNS text
  LANGUAGE sql AS $$
  SELECT coalesce(reverse(regexp_replace(reverse(split_part(s.t, '.', 1)), '(\d{3})(?=\d)', '\1,', 'g'))
                  || CASE WHEN decimals > 0 THEN '.' || split_part(s.t, '.', 2) ELSE '' END || unit, 'not shown')
    FROM (SELECT round(n, decimals)::text AS t) AS s
$$;
CREATE FUNCTION pg_temp.interval(low numeric, high numeric) RETURNS text LANGUAGE sql AS $$
  SELECT round(100 * low, 1) || ' - ' || round(100 * high, 1) || '%'
$$;
SELECT is(ARRAY(SELECT x::text FROM unnest(xpath('//section/@id', pg_temp.tree(p.html))) AS x),
          '{programmes, rounds, years, recipients, retention, work, money}', 'every section: ' || p.lang)
  FROM page AS p;
SELECT ok(p.html !~ '[๐-๙]', 'no Thai digits: ' || p.lang) FROM page AS p;
SELECT ok(p.html !~* '<script|javascript:|\son\w+=|<iframe|<object|<embed|<link|@import|url\(|src=|http://|https://',
          'no script, nothing from elsewhere: ' || p.lang)
  FROM page AS p;
SELECT ok(th.html ~ 'พ.ศ. 2564' AND en.html ~ 'academic year 2021 CE' AND th.html ~ 'รอบ &lt;b&gt;', 'years and names')
  FROM page AS th, page AS en
 WHERE th.lang = 'th' AND en.lang = 'en';

SELECT bag_eq(
  $$SELECT c[1:1] || c[3:8] FROM pg_temp.cells('programmes') AS c$$,
  $$SELECT ARRAY[programme_en, coalesce(nullif(pg_temp.words(quota), 'not shown'), '-'), pg_temp.words(seats),
                 pg_temp.words(applicants), pg_temp.words(eligible), pg_temp.words(placed), pg_temp.words(offers)]
      FROM equity.programme_summary WHERE academic_year = 2564$$, 'programmes');
SELECT bag_eq(
  $$SELECT c FROM pg_temp.cells('rounds') AS c$$,
  $$SELECT ARRAY['รอบ &lt;b&gt; (r)', '1,234,567', '1', '4,321', 'not shown', 'not shown', 'not shown', '0']$$,
  'rounds');
SELECT bag_eq(
  $$SELECT c FROM pg_temp.cells('years') AS c$$,
  $$SELECT ARRAY[academic_year_ce::text, CASE WHEN sum(seats) > 0 THEN pg_temp.words(sum(seats)) ELSE '-' END,
                 CASE WHEN sum(seats) > 0 THEN pg_temp.words(sum(placed)) ELSE '-' END, pg_temp.words(sum(recipients))]
      FROM equity.programme_summary WHERE academic_year <= 2564 GROUP BY academic_year_ce$$, 'years');
SELECT bag_eq(
  $$SELECT c[1:1] || c[3:8] FROM pg_temp.cells('recipients') AS c$$,
  $$SELECT ARRAY[programme_en, pg_temp.words(recipients), pg_temp.words(recipients_graduated),
                 pg_temp.words(recipients_studying), pg_temp.words(recipients_suspended),
                 pg_temp.words(recipients_discontinued), pg_temp.words(recipients_terminated)]
      FROM equity.programme_summary WHERE academic_year = 2564$$, 'recipients');
SELECT bag_eq(
  $$SELECT c FROM pg_temp.cells('retention') AS c$$,
  $$SELECT ARRAY[entry_year_ce::text, '', pg_temp.words(entrants),
                 pg_temp.words(CASE WHEN retention_rate IS NOT NULL THEN 100.0 * retained / entrants END, 1, '%'),
                 coalesce(pg_temp.interval(retention_rate_low, retention_rate_high), 'not shown'),
                 pg_temp.words(studying), pg_temp.words(graduated), pg_temp.words(dropped_out),
                 pg_temp.words(CASE WHEN graduation_rate IS NOT NULL THEN 100.0 * graduated / entrants END, 1, '%')]
      FROM equity.entry_year_outcome$$, 'retention and graduation');
SELECT bag_eq(
  $$SELECT c FROM pg_temp.cells('work') AS c$$,
  $$SELECT ARRAY[entry_year_ce::text, '', pg_temp.words(graduated), pg_temp.words(followed),
                 pg_temp.words(CASE WHEN placement_rate_followed IS NOT NULL
                                 THEN 100.0 * placed / followed END, 1, '%'),
                 coalesce(pg_temp.interval(placement_rate_low, placement_rate_high), 'not shown'),
                 pg_temp.words(employed), pg_temp.words(further_study), pg_temp.words(neither)]
      FROM equity.entry_year_outcome WHERE followed > 0$$, 'work and further study');
SELECT bag_has(
  $$SELECT c[1:1] || c[3:8] FROM pg_temp.cells('money') AS c$$,
  $$SELECT ARRAY[g.name_en, pg_temp.words(sum(p.due)), pg_temp.words(sum(p.paid_out)), pg_temp.words(sum(p.returned)),
                 pg_temp.words(sum(p.refund_due)), pg_temp.words(sum(p.refunded)), pg_temp.words(sum(p.open))]
      FROM equity.payment_reconciliation AS p JOIN equity.programme AS g USING (programme_code)
     WHERE p.academic_year = 2564 GROUP BY g.name_en$$, 'money');
SELECT bag_has(
  $$SELECT c FROM pg_temp.cells('money') AS c$$,
  $$SELECT ARRAY[academic_year_ce::text, count(DISTINCT term)::text, pg_temp.words(sum(due)),
                 pg_temp.words(sum(due) - sum(open)), pg_temp.words(sum(open))]
      FROM equity.payment_reconciliation GROUP BY academic_year_ce$$, 'that of the years before beside it');
SELECT bag_has(
  $$SELECT c[1:1] || c[3:6] FROM pg_temp.cells('money') AS c$$,
  $$SELECT ARRAY[programme_en || ', ' || fiscal_year_ce, pg_temp.words(awards), pg_temp.words(committed),
                 CASE WHEN renewals_decided + terms_enrolled > 0
                   THEN round(100 * coalesce(renewals_kept::numeric / nullif(renewals_decided, 0), 1)
                                  * coalesce(terms_stayed::numeric / nullif(terms_enrolled, 0), 1), 1) || '%'
                   ELSE '-' END,
                 pg_temp.words(expected)] FROM equity.budget_projection$$, 'and budget');
SELECT cmp_ok((SELECT count(*) FROM pg_temp.cells('money')), '>=', 5::bigint, 'of which there is some');
SELECT ok(html !~ 'Baht due', 'the first year has none to compare with')
  FROM equity.programme_report(2563, 'en') AS html;

SET LOCAL ROLE regress_reader;
SELECT ok(html ~ 'do not extend to payments' AND html ~ 'If everybody stays' AND html !~ 'Came back',
          'a reader gets the budget without the payments')
  FROM equity.programme_report(2564, 'en') AS html;
RESET ROLE;

SELECT is(pg_temp.refusal('SELECT equity.programme_report(2599)'),
          'P0002 academic year 2599 has no round and no award '
          '[Years are of the Buddhist era; equity.programme_summary has those that there are.]', 'no such year');
SELECT is(pg_temp.refusal('SELECT equity.programme_report(NULL)'),
          'P0002 academic year NULL has no round and no award '
          '[Years are of the Buddhist era; equity.programme_summary has those that there are.]', 'no year');
SELECT is(pg_temp.refusal($$SELECT equity.programme_report(2564, NULL)$$),
          '22023 there are no pages in language NULL [Languages are th and en.]', 'no such language');

SELECT * FROM finish();
ROLLBACK;
