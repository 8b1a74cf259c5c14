-- The page of a letter says what the letter says, all of it and nothing else, whatever is in the data; it needs nothing
-- from elsewhere. What a letter must not tell of others is not on it either.
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(22);

SELECT make_levels();
UPDATE equity.institution SET name_th = 'วิทยาลัย <b>"ก" & ''ข''</b><script>alert(1)</script>', name_en = NULL;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (12, 'stateless', 2);
UPDATE equity.application SET gpa = NULL WHERE applicant_id = 4;
UPDATE equity.application SET status = 'withdrawn' WHERE applicant_id = 5;
UPDATE equity.reason SET text_en = text_en || ' </p><img src=x onerror=alert(1)>' WHERE reason_code = 'SUBMITTED';
SELECT run_as_far(1, 'publish');

-- without what keeps Thai words on one line
CREATE TEMPORARY TABLE page AS
SELECT a.applicant_id, a.application_id, g.lang,
       regexp_replace(equity.letter_html(a.application_id, g.lang),
                      '<span class="word">([^<]*)</span>', '\1', 'g') AS html
  FROM equity.application AS a CROSS JOIN (VALUES ('th'), ('en')) AS g (lang)
 WHERE a.applicant_id <= 12;
-- what a reader sees of it
CREATE TEMPORARY TABLE seen AS
SELECT applicant_id, application_id, lang,
       regexp_replace(replace(replace(replace(replace(replace(
         regexp_replace(split_part(html, '<body>', 2), '<[^>]*>', E'\n', 'g'),
         '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&'), '\n+', E'\n', 'g') AS words
  FROM page;
CREATE TEMPORARY TABLE line AS
SELECT p.applicant_id, p.application_id, p.lang, (l).*
  FROM (SELECT p.*, equity.explain_application(p.application_id, p.lang) AS l FROM page AS p) AS p;

SELECT is_empty(
  $$SELECT l.applicant_id, l.lang, v.words
      FROM line AS l
      JOIN seen AS s USING (applicant_id, lang)
     CROSS JOIN LATERAL unnest(ARRAY[l.label, l.value, l.rule, l.message, l.advice, l.points::text, l.max_points::text])
                          AS v (words)
     WHERE v.words IS NOT NULL
       AND l.section IN ('rule', 'eligibility', 'score')
       AND strpos(s.words, v.words) = 0$$,
  'every rule is there, with value, answer and points');
SELECT is_empty(
  $$SELECT l.applicant_id, l.lang, v.words
      FROM line AS l
      JOIN seen AS s USING (applicant_id, lang)
     CROSS JOIN LATERAL unnest(ARRAY[l.label, l.value, l.message, l.advice]) AS v (words)
     WHERE v.words IS NOT NULL
       AND strpos(s.words, v.words) = 0$$,
  'and every other line');
SELECT is_empty(
  $$SELECT s.applicant_id, m.figure[1]
      FROM seen AS s
     CROSS JOIN LATERAL regexp_matches(s.words, '[0-9]+[.][0-9]+', 'g') AS m (figure)
     WHERE m.figure[1] <> '1.4'
       AND NOT EXISTS (SELECT FROM line AS l
                        WHERE (l.applicant_id, l.lang) = (s.applicant_id, s.lang)
                          AND strpos(concat_ws(' ', l.label, l.value, l.rule, l.message, l.advice,
                                               l.points, l.max_points), m.figure[1]) > 0)$$,
  'and no figure that the letter has not');
SELECT is_empty(
  $$SELECT p.applicant_id, p.lang
      FROM page AS p
      JOIN (SELECT l.applicant_id, l.lang, string_agg(l.label, '|' ORDER BY l.line) AS labels
              FROM line AS l GROUP BY 1, 2) AS l USING (applicant_id, lang)
     WHERE l.labels <> (SELECT string_agg(regexp_replace(replace(replace(replace(replace(replace(m.label[2],
                                '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&'),
                                CASE m.label[1] WHEN '<h3>' THEN format(': %s$', p.application_id) ELSE '^$' END, ''),
                                                 '|' ORDER BY m.n)
                          FROM regexp_matches(p.html, '(<h3>|<th scope="row">)([^<]*)</', 'g')
                                 WITH ORDINALITY AS m (label, n))$$, 'in the order of the letter');
SELECT cmp_ok((SELECT count(DISTINCT reason) FROM line), '>=', 8::bigint, 'letters of several kinds');

SELECT is_empty($$SELECT applicant_id FROM page WHERE html ~* '<(script|img|b|iframe|link|object)[ >]'$$,
                'what stands in the data is no markup');
SELECT is_empty($$SELECT applicant_id FROM page WHERE html ~ '<[^>]*(src|href)=|url\(|@import|https?:|javascript:'$$,
                'nothing is fetched from elsewhere');
SELECT is_empty($$SELECT applicant_id FROM page WHERE html !~ 'default-src ''none''; style-src ''unsafe-inline'''$$,
                'nor may it be');
SELECT is_empty($$SELECT applicant_id FROM page WHERE html !~ '@page \{ size: A4'$$, 'it prints on A4');
SELECT lives_ok($$SELECT xmlparse(DOCUMENT regexp_replace(regexp_replace(regexp_replace(
                           html, '<!DOCTYPE html>', ''), '<meta ([^>]*)>', '<meta \1/>', 'g'), '<style>.*</style>', ''))
                    FROM page$$, 'tags are closed in order');
SELECT is_empty($$SELECT applicant_id FROM page WHERE html !~ format('<html lang="%s">', lang)$$,
                'its language is told');
SELECT is_empty($$SELECT applicant_id FROM page
                   WHERE html !~ CASE lang WHEN 'th' THEN '<h1>ผลการพิจารณาใบสมัครทุน เลขที่ '
                                           ELSE '<h1>Result of scholarship application ' END$$, 'Thai or English');
SELECT is((SELECT equity.letter_html(application_id, 'th') FROM page WHERE applicant_id = 1 AND lang = 'th'),
          (SELECT equity.letter_html(application_id) FROM page WHERE applicant_id = 1 AND lang = 'th'),
          'Thai unless asked');
SELECT throws_ok('SELECT equity.letter_html(1, ''fr'')', '22023', NULL, 'no such language');
SELECT throws_ok('SELECT equity.letter_html(0)', 'P0002', 'application 0 does not exist', 'no such application');
SELECT throws_ok('SELECT equity.letter_html(NULL)', 'P0002', 'application NULL does not exist', 'nor none');

-- two hold the reserve: nobody is told their score
SELECT results_eq($$SELECT held FROM equity.cutoffs((SELECT max(run_id) FROM equity.allocation_run))
                     WHERE seat = 'stateless'$$, ARRAY[2::bigint], 'two hold the reserve');
SELECT is_empty(
  $$SELECT l.applicant_id FROM line AS l WHERE l.lang = 'en' AND l.section = 'queue' AND l.label ~ 'Stateless'
       AND l.message ~ 'lowest|below'$$, 'of whom the page tells no score');
SELECT isnt_empty(
  $$SELECT l.applicant_id FROM line AS l WHERE l.lang = 'en' AND l.section = 'queue' AND l.label ~ 'Stateless'$$,
  'although others wait for it');

-- whose page
CREATE TEMPORARY TABLE own AS
SELECT application_id, applicant_id, lang, equity.letter_html(application_id, lang) AS html FROM page WHERE lang = 'th';
INSERT INTO own SELECT application_id, applicant_id, 'th', NULL FROM equity.application WHERE applicant_id = 50;
GRANT SELECT ON own TO PUBLIC;
SET LOCAL ROLE regress_officer;
SELECT is((SELECT equity.letter_html(application_id) FROM own WHERE applicant_id = 9),
          (SELECT html FROM own WHERE applicant_id = 9), 'an officer has the page that the ministry has');
SELECT throws_ok($$SELECT equity.letter_html(application_id) FROM own WHERE applicant_id = 50$$, 'P0002', NULL,
                 'of own applicants');
RESET ROLE;
SET LOCAL ROLE regress_reader;
SELECT throws_ok($$SELECT equity.letter_html(application_id) FROM own WHERE applicant_id = 9$$, '42501', NULL,
                 'a reader has none');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
