-- The page of a round: whole in both languages, its numbers those of the views, harmless whatever names there are, and
-- for a reader without small counts. That it looks right is in tap/t/065_pages_rendered.pl.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(54);

SELECT make_levels();
UPDATE equity.applicant SET sex = CASE WHEN applicant_id % 3 = 0 THEN 'male' ELSE 'female' END,
    province_code = CASE WHEN applicant_id <= 3 THEN '96' WHEN applicant_id % 2 = 0 THEN '10' ELSE '50' END;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats, cascade) VALUES (11, 'male', 2, '{*}'), (12, 'male', 3, '{}');
SELECT run_as_far(1, 'publish');
INSERT INTO equity.reference_population (academic_year, dimension, category, persons, source)
VALUES (2566, 'province', '10', 4000, 'made up');
SELECT make_round(2, 2567::smallint);
SELECT run_as_far(2, 'allocate');

CREATE TEMPORARY TABLE page AS
SELECT r.round_id, l.lang, equity.round_report(r.round_id, l.lang) AS html
  FROM (VALUES (1), (2)) AS r (round_id) CROSS JOIN (VALUES ('th'), ('en')) AS l (lang);

-- The tables of a page, parsed as XML: its void elements and the document type are not of XML.
CREATE FUNCTION pg_temp.tree(html text) RETURNS xml LANGUAGE sql AS $$
  SELECT regexp_replace(replace(html, '<!DOCTYPE html>', ''), '<meta ([^>]*)>', '<meta \1/>', 'g')::xml
$$;
CREATE FUNCTION pg_temp.cells(html text, section text) RETURNS SETOF text[] LANGUAGE sql AS $$
  SELECT ARRAY(SELECT array_to_string(xpath('.//text()', c.cell), '') FROM unnest(xpath('/tr/th|/tr/td',
      r.line)) AS c (cell))
    FROM unnest(xpath(format('//section[@id="%s"]//tbody/tr', section), pg_temp.tree(html))) AS r (line)
$$;
CREATE FUNCTION pg_temp.page(round bigint, language text) RETURNS text LANGUAGE sql AS $$
  SELECT p.html FROM page AS p WHERE p.round_id = round AND p.lang = language
$$;
-- a number as people write it, by another way than the page's
CREATE FUNCTION pg_temp.words(n numeric, decimals integer DEFAULT 0,
    unit text DEFAULT '') RETURNS text LANGUAGE sql AS $$
  SELECT coalesce(reverse(regexp_replace(reverse(split_part(s.t, '.', 1)), '(\d{3})(?=\d)', '\1,', 'g'))
                  || CASE WHEN decimals > 0 THEN '.' || split_part(s.t, '.', 2) ELSE '' END || unit, 'not shown')
    FROM (SELECT round(n, decimals)::text AS t) AS s
$$;

-- ---- whole ----

SELECT ok(p.html IS DOCUMENT, 'well formed: ' || p.round_id || p.lang)
  FROM (SELECT q.round_id, q.lang, pg_temp.tree(q.html) AS html FROM page AS q) AS p;
SELECT is(ARRAY(SELECT x::text FROM unnest(xpath('//section/@id', pg_temp.tree(p.html))) AS x),
          '{figures, funnel, seats, cutoffs, choices, reserves, provinces, gaps, incomes, changes, proof}',
          'every section: ' || p.round_id || p.lang)
  FROM page AS p;
CREATE TEMPORARY VIEW element AS
SELECT p.round_id, p.lang,
       regexp_replace(regexp_replace(p.html, '<span class="word">([^<]*)</span>', '\1', 'g'),
                      '>[^<]+<|(?<!<html) lang="th"|"[^"]*"|<pre.*?</pre>', '', 'g') AS elements
  FROM page AS p;
SELECT is((SELECT elements FROM element WHERE round_id = 1 AND lang = 'th'),
          (SELECT elements FROM element WHERE round_id = 1 AND lang = 'en'),
          'the two languages have the same elements');
SELECT ok(p.html !~ '[๐-๙]', 'no Thai digits: ' || p.round_id || p.lang) FROM page AS p;
SELECT ok(p.html !~* '<script|javascript:|\son\w+=|<iframe|<object|<embed|<link|@import|url\(|src=|http://|https://',
          'no script, nothing from elsewhere: ' || p.round_id || p.lang)
  FROM page AS p;
SELECT ok(regexp_replace(p.html, '<[^>]*>', '', 'g') !~ '[ก-๛]', 'English alone where every name is English')
  FROM (SELECT regexp_replace(pg_temp.page(1, 'en'), 'รอบทดสอบ|วิทยาลัย ข', '', 'g') AS html) AS p;
SELECT ok(pg_temp.page(1, 'th') ~ 'พ.ศ. 2566' AND pg_temp.page(1, 'en') ~ '2023 CE' AND pg_temp.page(1,
    'en') !~ 'year 2566',
          'the years are those of the era of the language');
SELECT ok(pg_temp.page(2, 'en') ~ 'This result is not published' AND pg_temp.page(1,
    'en') !~ 'This result is not published',
          'a result that is not published says so');
SELECT is_empty(
  $$SELECT x::text FROM page AS p,
      unnest(xpath('//table[not(caption)]|//svg[not(@role and @aria-label) and not(@aria-hidden)]'
                                              '|//th[not(@scope)]|//section[not(h2)]', pg_temp.tree(p.html))) AS x$$,
  'tables have captions, charts a text, heads a scope, sections a heading');

-- ---- its numbers are those of the views ----

SELECT is(
  ARRAY(SELECT x::text FROM unnest(xpath('//section[@id="figures"]//dd/text()', pg_temp.tree(pg_temp.page(1,
      'en')))) AS x),
  (SELECT ARRAY[pg_temp.words(s.quota), pg_temp.words(s.seats), pg_temp.words(f.asked), pg_temp.words(f.eligible),
                pg_temp.words(s.admitted), pg_temp.words(s.fill_percent, 1, '%'), pg_temp.words(s.unfilled),
                pg_temp.words(f.on_offer), pg_temp.words(f.accepted)]
     FROM equity.round_summary AS s
    CROSS JOIN (SELECT max(applicants) FILTER (WHERE stage = 'has_choice') AS asked,
                       max(applicants) FILTER (WHERE stage = 'eligible') AS eligible,
                       max(applicants) FILTER (WHERE stage = 'accepted') AS accepted,
                       (SELECT max(applicants) FROM equity.application_funnel
                         WHERE round_id = 1 AND reason = 'AWARD offered') AS on_offer
                  FROM equity.application_funnel WHERE round_id = 1 AND reason IS NULL) AS f
    WHERE s.round_id = 1), 'figures');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'funnel')$$,
  $$SELECT ARRAY[coalesce(reason_en, stage_en), '', pg_temp.words(applicants), pg_temp.words(percent, 1, '%')]
      FROM equity.application_funnel WHERE round_id = 1$$, 'funnel');
SELECT bag_has(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'seats')$$,
  $$SELECT ARRAY[kind_en, '', pg_temp.words(institutions), pg_temp.words(seats), pg_temp.words(admitted),
                 pg_temp.words(unfilled), pg_temp.words(fill_percent, 1, '%')]
      FROM equity.seat_use WHERE round_id = 1$$, 'seats');
SELECT results_eq(
  $$SELECT c[2:6] FROM pg_temp.cells(pg_temp.page(1, 'en'), 'cutoffs') WITH ORDINALITY AS c (c, n)
     WHERE cardinality(c) = 6 AND c[3] !~ '\.' ORDER BY n$$,
  $$SELECT ARRAY[pg_temp.words(f.seats), pg_temp.words(f.applicants), pg_temp.words(f.first_choices),
                 pg_temp.words(f.admitted), c.last_admitted]
      FROM equity.pool_cutoff AS c JOIN equity.pool_fill AS f USING (pool_id)
     WHERE c.round_id = 1 AND c.seat = 'open' AND c.last_admitted IS NOT NULL
     ORDER BY c.programme_code COLLATE "C", c.last_admitted_score DESC, pool_id$$,
  'cut-offs of pools, those of each programme by themselves');
SELECT bag_has(
  $$SELECT c[1:1] || c[3:6] FROM pg_temp.cells(pg_temp.page(1, 'en'), 'cutoffs') AS c$$,
  $$SELECT ARRAY[programme_en, pg_temp.words(min(last_admitted_score), 2),
                 pg_temp.words(percentile_disc(0.5) WITHIN GROUP (ORDER BY last_admitted_score), 2),
                 pg_temp.words(max(last_admitted_score), 2), pg_temp.words(count(last_admitted_score))]
      FROM equity.pool_cutoff WHERE round_id = 1 AND seat = 'open' GROUP BY programme_en$$, 'and of programmes');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'choices')$$,
  $$SELECT ARRAY[choice::text, '', pg_temp.words(admitted), pg_temp.words(percent, 1, '%')]
      FROM equity.choice_outcome WHERE round_id = 1$$, 'choices');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'provinces')$$,
  $$SELECT ARRAY[province_en, pg_temp.words(institutions), pg_temp.words(seats), pg_temp.words(applicants),
                 pg_temp.words(eligible), pg_temp.words(awarded),
                 pg_temp.words(CASE WHEN award_rate IS NOT NULL THEN 100.0 * awarded / applicants END, 1, '%'),
                 pg_temp.words(awarded_per_thousand, 2)]
      FROM equity.province_coverage WHERE round_id = 1$$, 'provinces');
SELECT set_eq(
  $$SELECT cardinality(c) FROM pg_temp.cells(pg_temp.page(2, 'en'), 'provinces') AS c$$, ARRAY[7],
  'without the population of a year nothing is told per thousand');
SELECT bag_eq(
  $$SELECT x::text FROM unnest(xpath('(//svg[@class="map"])[1]//title/text()', pg_temp.tree(pg_temp.page(1,
      'en')))) AS x$$,
  $$SELECT province_en || ': ' || pg_temp.words(applicants) FROM equity.province_coverage WHERE round_id = 1$$,
  'each province has its tile');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'reserves')$$,
  $$SELECT ARRAY[seat_en, '', pg_temp.words(seats), pg_temp.words(held_by_members), pg_temp.words(held_by_others),
                 pg_temp.words(unfilled)]
      FROM equity.reserve_fill WHERE round_id = 1$$, 'reserved seats');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'gaps')$$,
  $$SELECT ARRAY[category_en, '', pg_temp.words(awarded), pg_temp.words(applicants),
                 pg_temp.words(CASE WHEN award_rate IS NOT NULL THEN 100.0 * awarded / applicants END, 1, '%'),
                 coalesce(nullif(pg_temp.words(100 * award_rate_low, 1), 'not shown') || ' - '
                          || pg_temp.words(100 * award_rate_high, 1, '%'), 'not shown'),
                 pg_temp.words(ratio_to_whole, 2)]
      FROM equity.equity_gap WHERE round_id = 1 AND dimension NOT IN ('whole', 'province')$$, 'gaps');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(1, 'en'), 'incomes')$$,
  $$SELECT ARRAY[persons_of_en, pg_temp.words(max(persons)), pg_temp.words(max(gini), 4)]
           || array_agg(pg_temp.words(income_percent, 1, '%') ORDER BY poorest_percent)
                FILTER (WHERE poorest_percent IN (20, 40, 60, 80))
      FROM equity.income_curve WHERE round_id = 1 GROUP BY persons_of_en$$, 'incomes');
SELECT bag_eq(
  $$SELECT * FROM pg_temp.cells(pg_temp.page(2, 'en'), 'changes')$$,
  $$SELECT ARRAY[category_en, '', pg_temp.words(applicant_percent, 1, '%'),
                 pg_temp.words(previous_award_percent, 1, '%'), pg_temp.words(award_percent, 1, '%'),
                 pg_temp.words(change_points, 1)]
      FROM equity.composition_change WHERE round_id = 2 AND dimension <> 'province'$$, 'changes');
SELECT ok(pg_temp.page(1, 'en') ~ 'There is no earlier round', 'the first round has none to compare with');
SELECT bag_has(
  $$SELECT c[2] FROM pg_temp.cells(pg_temp.page(1, 'en'), 'proof') AS c$$,
  $$SELECT v.value FROM equity.run_proof AS p
     CROSS JOIN LATERAL jsonb_each_text(to_jsonb(p)) AS v (name, value)
     WHERE p.round_id = 1 AND (v.name LIKE '%digest' OR v.name IN ('seed', 'seed_commitment', 'mechanism'))$$, 'proof');
SELECT ok(pg_temp.page(1, 'en') LIKE E'%printf \\%s &#39;test seed&#39; | openssl dgst -sha256\n%',
          'with how to redo it');
SELECT is_empty(
  $$SELECT p.province_code FROM equity.province AS p
      LEFT JOIN equity_internal.province_tile AS t USING (province_code)
     WHERE p.shipped AND t.province_code IS NULL
    UNION ALL
    SELECT min(province_code) FROM equity_internal.province_tile GROUP BY across, down HAVING count(*) > 1$$,
  'each province has a place of its own on the map');

-- ---- whatever names there are ----

UPDATE equity.institution SET name_en = NULL;
UPDATE page SET html = equity.round_report(round_id, lang);
CREATE TEMPORARY VIEW named AS
SELECT p.lang, (xpath('string(.)', e.element))[1]::text AS name, (xpath('/*/@lang', e.element))[1]::text AS says
  FROM page AS p, unnest(xpath('//main//th', pg_temp.tree(p.html))) AS e (element)
 WHERE p.round_id = 1;
SELECT is_empty(
  $$SELECT * FROM named
     WHERE lang = 'en' AND (name ~ '^[^A-Za-z]*[ก-๛]') <> (says IS NOT DISTINCT FROM 'th')$$,
  'an English page says which names are in Thai');
SELECT isnt_empty($$SELECT FROM named WHERE lang = 'en' AND says = 'th'$$, 'for example of a college');
SELECT is_empty($$SELECT FROM named WHERE lang = 'th' AND says IS NOT NULL$$, 'a Thai page has no need to');

UPDATE equity.institution SET name_th = '<script>alert("ก")</script>', name_en = '"><img src=x onerror=alert(1)>&amp;';
UPDATE equity.programme SET name_th = '</title></style><b onmouseover=''x()''>',
    name_en = E'line\nend\x01<svg/onload=x>';
UPDATE equity.field_of_study SET name_th = '{{7*7}} %s %1$s $1 \1', name_en = repeat('<', 300);
UPDATE equity.province SET name_th = '<u>' || name_th WHERE province_code = '10';
UPDATE equity.round SET name_th = '</h1><h1 class="x">', name_en = '<!-- --> ]]> <![CDATA[' WHERE round_id = 1;
UPDATE page SET html = equity.round_report(round_id, lang);
SELECT is_empty(
  $$SELECT DISTINCT x::text FROM page AS p,
         unnest(xpath('//script|//img|//b|//u|//@*[starts-with(local-name(), "on")]', pg_temp.tree(p.html))) AS x$$,
  'a hostile name stays text');
SELECT is((xpath('//h1/text()', pg_temp.tree(pg_temp.page(1, 'th'))))[1]::text,
    'รายงานผล &lt;/h1&gt;&lt;h1 class="x"&gt;',
          'and is read as it is written');
SELECT ok(pg_temp.page(1, 'th') LIKE '%{{7*7}} \%s \%1$s $1 \\1%', 'nothing in it is filled in');

-- ---- who sees what ----

CREATE FUNCTION pg_temp.page_of(role text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  html text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  html := equity.round_report(1, 'en');
  RESET ROLE;
  RETURN html;
END $$;
SELECT is(pg_temp.page_of(role), pg_temp.page(1, 'en'), role || ' gets the page with all counts')
  FROM unnest(ARRAY['regress_analyst', 'regress_operator', 'regress_auditor']) AS role;
CREATE TEMPORARY TABLE reader_page AS SELECT pg_temp.page_of('regress_reader') AS html;
SELECT is_empty(
  $$SELECT s.section, c FROM reader_page AS p
     CROSS JOIN (VALUES ('funnel', 2, 2), ('seats', 4, 4), ('choices', 2, 2), ('provinces', 4, 6), ('reserves', 3, 4),
                        ('gaps', 2, 3)) AS s (section, low, high)
     CROSS JOIN LATERAL pg_temp.cells(p.html, s.section) AS c
     WHERE c[s.low:s.high] && '{1, 2, 3, 4}'$$,
  'a reader gets no count of one to four');
SELECT cmp_ok((SELECT regexp_count(html, 'not shown') FROM (SELECT html FROM reader_page) AS p), '>', 10,
    'they are said not to be shown');

-- ---- refusals ----

SELECT is(pg_temp.refusal('SELECT equity.round_report(99)'),
          'P0002 round 99 does not exist [The ids are in equity.round_summary.]', 'no such round');
SELECT is(pg_temp.refusal('SELECT equity.round_report(NULL)'),
          'P0002 round NULL does not exist [The ids are in equity.round_summary.]', 'no round');
SELECT is(pg_temp.refusal($$SELECT equity.round_report(1, 'fr')$$),
          '22023 there are no pages in language ''fr'' [Languages are th and en.]', 'no such language');

-- an empty round has every section too
INSERT INTO equity.round (round_id, round_code, academic_year, name_th) VALUES (3, 'empty', 2568, 'ว่าง');
SELECT is(ARRAY(SELECT x::text FROM unnest(xpath('//section/@id', pg_temp.tree(equity.round_report(3, l.lang)))) AS x),
          '{figures, funnel, seats, cutoffs, choices, reserves, provinces, gaps, incomes, changes, proof}',
          'an empty round has every section: ' || l.lang)
  FROM (VALUES ('th'), ('en')) AS l (lang);

SELECT * FROM finish();
ROLLBACK;
