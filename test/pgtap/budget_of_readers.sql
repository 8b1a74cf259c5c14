-- What the coming years cost tells a reader no number of persons of one to four: not by its counts, nor by money
-- divided by the rate, nor by a sum or difference with what else there is to read. Who may read awards reads it all.
--
-- Random worlds: awards of four programmes, two kinds, two affiliations, two years, in every state, some groups small.
\ir fixture/scholars.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(22);

SELECT make_levels();
DELETE FROM equity.award;
INSERT INTO equity.institution (institution_id, institution_code, name_th, province_code, kind, ownership, affiliation)
VALUES (101, '1300000101', 'วิทยาลัยหนึ่ง', '10', 'general', 'state', 'ovec'),
       (102, '1400000102', 'วิทยาลัยชุมชน', '63', 'general', 'state', 'community_college');
INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes) OVERRIDING SYSTEM VALUE
VALUES (1, 'ovec', 2566, 1, '2023-05-16', '2023-10-10'), (2, 'ovec', 2566, 2, '2023-11-01', '2024-03-31'),
       (3, 'community_college', 2566, 1, '2023-06-01', '2023-10-31'),
       (4, 'community_college', 2566, 2, '2023-11-15', '2024-04-15');
INSERT INTO equity.rate_item (programme_code, item, level, period, amount, valid_from)
SELECT p.programme_code, 'living', r.level, 'month', r.amount, '2020-05-16'
  FROM equity.programme AS p CROSS JOIN (VALUES (NULL, 6500), ('high_vocational', 7500)) AS r (level, amount);
INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE SELECT n FROM generate_series(1001, 4000) AS n;

CREATE TEMPORARY TABLE life (award_id bigint, programme_code text, grant_type text, institution_id bigint,
                             academic_year integer, status text, terms integer, renewals integer, refused boolean);
CREATE FUNCTION pg_temp.live() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM equity.renewal;
  DELETE FROM equity.term_result;
  DELETE FROM equity.award;
  INSERT INTO equity.award (award_id, applicant_id, programme_code, grant_type, institution_id, academic_year, status)
  OVERRIDING SYSTEM VALUE
  SELECT l.award_id, l.award_id, l.programme_code, l.grant_type, l.institution_id, l.academic_year, l.status
    FROM life AS l;
  INSERT INTO equity.term_result (award_id, term_id, enrolled)
  SELECT l.award_id, t.term_id, true
    FROM life AS l
    JOIN equity.institution AS i USING (institution_id)
    JOIN equity.academic_term AS t ON t.affiliation = i.affiliation AND t.term <= l.terms;
  INSERT INTO equity.renewal (award_id, term_id, outcome, score, card_code, card_version, card_digest, decided_at)
  SELECT l.award_id, t.term_id, CASE WHEN l.refused AND t.term = l.renewals THEN 'suspend' ELSE 'continue' END, 0,
         'test', 1, repeat('0', 64), now()
    FROM life AS l
    JOIN equity.institution AS i USING (institution_id)
    JOIN equity.academic_term AS t ON t.affiliation = i.affiliation AND t.term <= l.renewals;
END $$;

CREATE TEMPORARY TABLE seen_by (world integer, reader text, LIKE equity.budget_projection);
GRANT INSERT ON seen_by TO PUBLIC;
CREATE FUNCTION pg_temp.look(world integer, reader text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', reader);
  INSERT INTO seen_by SELECT world, reader, b.* FROM equity.budget_projection AS b;
  RESET ROLE;
END $$;

-- ---- three awards ----

CREATE FUNCTION pg_temp.add(programme text, kind text, place bigint, year integer, state text, awards integer)
  RETURNS void LANGUAGE sql AS $$
  INSERT INTO life
  SELECT 1001 + (SELECT count(*) FROM life) + n, programme, kind, place, year, state, 2, 2, false
    FROM generate_series(0, awards - 1) AS n
$$;
SELECT pg_temp.add('full_potential', 'two_year', 102, 2566, 'studying', 3),
       pg_temp.add('innovation_general', 'two_year', 102, 2566, 'studying', 30),
       pg_temp.add('innovation_special', 'two_year', 101, 2566, 'studying', 40),
       pg_temp.live(), pg_temp.look(-1, 'regress_reader'), pg_temp.look(-1, 'regress_analyst') \g /dev/null
SELECT is(count(*), 2::bigint, 'a programme of three has its years')
  FROM seen_by WHERE reader = 'regress_reader' AND programme_code = 'full_potential';
SELECT is_empty($$SELECT * FROM seen_by WHERE reader = 'regress_reader' AND programme_code = 'full_potential'
                     AND num_nonnulls(committed, expected, committed_total, expected_total, awards, renewals_kept,
                                      renewals_decided, terms_stayed, terms_enrolled) > 0$$,
                'of which a reader gets no figure');
SELECT results_eq(
  $$SELECT awards, committed, renewals_decided, terms_enrolled FROM seen_by
     WHERE reader = 'regress_analyst' AND programme_code = 'full_potential' AND years_ahead = 1$$,
  'VALUES (3::bigint, (3 * 4 * 7500)::numeric(16,2), 6::bigint, 6::bigint)', 'whoever may read awards gets them all');
SELECT is_empty($$SELECT * FROM seen_by WHERE reader = 'regress_reader' AND programme_code = 'innovation_general'
                     AND num_nonnulls(committed, expected, committed_total, expected_total, awards) > 0$$,
                'nor of those from whom they would follow: all scholars of the year in community colleges are told');
SELECT is_empty($$SELECT * FROM seen_by WHERE reader = 'regress_reader' AND programme_code = 'innovation_special'
                     AND (num_nulls(committed, expected, committed_total, expected_total) > 0
                          OR awards <> 40 OR renewals_decided <> 80)$$, 'the others are shown');
SELECT is(count(*), 2::bigint, 'in two fiscal years') FROM seen_by
 WHERE reader = 'regress_reader' AND programme_code = 'innovation_special';

-- ---- the page says that they are not shown, and names no sum of the rest ----

SET LOCAL ROLE regress_reader;
SELECT ok(html ~ shown AND html !~ sums, 'the page tells so: ' || lang)
  FROM (VALUES ('en', 'not shown / not shown|class="none">not shown', 'are expected</figcaption>'),
               ('th', 'class="none">(<span class="word">)?ไม่แสดง', '</span> [0-9,]+ บาท</figcaption>'))
         AS l (lang, shown, sums)
 CROSS JOIN LATERAL substring(equity.programme_report(2566, lang) FROM '<section id="money".*?</section>') AS html;
RESET ROLE;
DELETE FROM life WHERE programme_code <> 'full_potential';
SELECT pg_temp.live() \g /dev/null
SET LOCAL ROLE regress_reader;
SELECT ok(html ~ '<td class="none">not shown</td>' AND html ~ 'in the years to come</figcaption>' AND html !~ 'NaN',
          'a page with nothing to show too')
  FROM substring(equity.programme_report(2566, 'en') FROM '<section id="money".*?</section>') AS html;
RESET ROLE;
SELECT ok(html ~ 'are expected</figcaption>' AND html !~ 'not shown', 'of whoever may read awards it has all')
  FROM substring(equity.programme_report(2566, 'en') FROM '<section id="money".*?</section>') AS html;

-- ---- random worlds ----

CREATE TEMPORARY TABLE truth (world integer, LIKE life);
CREATE FUNCTION pg_temp.make_world(world integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rarely integer := 10 + 10 * (world % 4);
BEGIN
  DELETE FROM life;
  INSERT INTO life
  SELECT 1000 + row_number() OVER (), g.programme_code, g.kind, g.place, g.year, g.status,
         CASE WHEN g.status <> 'accepted' THEN d.terms END,
         CASE WHEN g.status <> 'accepted' THEN least(d.terms, d.renewals) END,
         g.status IN ('suspended', 'terminated') AND d.refused
    FROM (SELECT p.programme_code, k.kind, i.place, y.year, s.status, concat_ws('/', world, p.programme_code, k.kind,
                 i.place, y.year, s.status) AS id,
                 p.programme_code = 'innovation_general' AS big
            FROM equity.programme AS p
           CROSS JOIN (VALUES ('two_year'), ('five_year')) AS k (kind)
           CROSS JOIN (VALUES (101), (102)) AS i (place)
           CROSS JOIN (VALUES (2565), (2566)) AS y (year)
           CROSS JOIN (VALUES ('accepted'), ('studying'), ('suspended'), ('graduated'), ('discontinued'),
                              ('terminated')) AS s (status)) AS g
   CROSS JOIN LATERAL generate_series(1, CASE
     WHEN (kind, place, year, status) = ('two_year', 101, 2566, 'studying') THEN 8 + dice('many' || id, 0, 20)
     WHEN dice('there' || id, 0, 3) > 0 THEN 0
     WHEN dice('small' || id, 0, rarely) = 0 THEN 1 + dice('few' || id, 0, 4)
     ELSE 5 + dice('size' || id, 0, 5) END) AS n
   CROSS JOIN LATERAL (SELECT dice('terms' || id, n, 12 - world % 10) % 3 AS terms,
                              dice('renewals' || id, n, 2 + world % 2) AS renewals,
                              dice('refused' || id, n, 2) = 0 AS refused) AS d;
  INSERT INTO truth SELECT world, l.* FROM life AS l;
  PERFORM pg_temp.live(), pg_temp.look(world, 'regress_reader'), pg_temp.look(world, 'regress_analyst');
END $$;
SELECT pg_temp.make_world(n) FROM generate_series(1, 60) AS n \g /dev/null

CREATE TEMPORARY VIEW shown AS
SELECT DISTINCT world, programme_code, awards IS NOT NULL AS awards, renewals_kept IS NOT NULL AS shares
  FROM seen_by WHERE reader = 'regress_reader' AND world > 0;
SELECT is_empty('SELECT world, programme_code FROM shown GROUP BY 1, 2 HAVING count(*) > 1',
                'what is withheld of a year is withheld of all years of the programme');
SELECT is_empty($$SELECT * FROM seen_by WHERE reader = 'regress_reader'
                     AND ((awards IS NULL) <> (committed IS NULL) OR (awards IS NULL) <> (committed_total IS NULL)
                          OR (expected IS NULL) <> (awards IS NULL OR renewals_kept IS NULL)
                          OR (expected_total IS NULL) <> (expected IS NULL)
                          OR num_nulls(renewals_kept, renewals_decided, terms_stayed, terms_enrolled) NOT IN (0, 4))$$,
                'with the money that is reckoned with it');
SELECT is_empty($$SELECT * FROM seen_by AS r JOIN seen_by AS a USING (world, programme_code, fiscal_year)
                   WHERE (r.reader, a.reader) = ('regress_reader', 'regress_analyst')
                     AND (r.awards <> a.awards OR r.committed <> a.committed OR r.expected <> a.expected
                          OR r.terms_stayed <> a.terms_stayed OR r.committed_total <> a.committed_total)$$,
                'what is shown is what there is');
SELECT is_empty($$SELECT * FROM seen_by WHERE reader = 'regress_analyst'
                     AND num_nulls(committed, expected, committed_total, expected_total, awards, renewals_kept,
                                   renewals_decided, terms_stayed, terms_enrolled) > 0$$,
                'from whoever may read awards nothing is withheld');
SELECT cmp_ok(least(count(*) FILTER (WHERE awards), count(*) FILTER (WHERE NOT awards),
                    count(*) FILTER (WHERE shares), count(*) FILTER (WHERE NOT shares)), '>', 20::bigint,
              'much is shown, much is not') FROM shown;

SELECT is_empty($$
  SELECT s.*
    FROM seen_by AS s
   CROSS JOIN LATERAL unnest(ARRAY[0, s.awards, s.renewals_kept, s.renewals_decided, s.terms_stayed,
                                   s.terms_enrolled]) AS a (n)
   CROSS JOIN LATERAL unnest(ARRAY[0, s.awards, s.renewals_kept, s.renewals_decided, s.terms_stayed,
                                   s.terms_enrolled]) AS b (n)
   WHERE s.reader = 'regress_reader'
     AND num_nonnulls(s.awards, s.renewals_kept) > 0
     AND a.n - b.n BETWEEN 1 AND 4$$, 'no count is of one to four, nor the difference of two');

-- what money at known rates tells: who holds an award, of each kind, affiliation and year; and, beside the recipients
-- of other reports, who has only accepted and whose award ended
CREATE TEMPORARY TABLE part AS
SELECT t.world, t.programme_code, i.affiliation, t.academic_year, t.grant_type,
       CASE WHEN t.status = 'accepted' THEN 'accepted' WHEN t.status IN ('studying', 'suspended') THEN 'held'
            ELSE 'ended' END AS state, count(*) AS n, s.awards AS known
  FROM truth AS t JOIN equity.institution AS i USING (institution_id) JOIN shown AS s USING (world, programme_code)
 GROUP BY 1, 2, 3, 4, 5, 6, 8;
SELECT is_empty($$SELECT world, programme_code FROM part WHERE known
                   GROUP BY world, programme_code, affiliation, academic_year, state,
                            CASE WHEN state <> 'ended' THEN grant_type END HAVING sum(n) < 5$$,
                'no money tells so few');
SELECT is_empty($$
  SELECT p.world
    FROM part AS p
   CROSS JOIN LATERAL unnest(ARRAY['any', p.affiliation]) AS a
   CROSS JOIN LATERAL unnest(ARRAY['any', p.academic_year::text]) AS y
   CROSS JOIN LATERAL unnest(ARRAY['any', p.state]) AS s
   GROUP BY p.world, a, y, s
  HAVING bool_or(p.known) AND sum(p.n) FILTER (WHERE NOT p.known) < 5$$,
  'nor the sum over all programmes without it');

-- the scholars behind the shares, one by one
SELECT is_empty($$
  SELECT f.world, f.programme_code
    FROM (SELECT t.world, t.programme_code,
                 count(*) FILTER (WHERE t.renewals > 0) AS decided,
                 count(*) FILTER (WHERE t.renewals > t.refused::int) AS kept,
                 count(*) FILTER (WHERE t.renewals > 0 AND t.refused) AS refused,
                 count(*) FILTER (WHERE t.terms > 0) AS enrolled,
                 count(*) FILTER (WHERE t.terms > 0 AND l.leaves) AS leavers,
                 count(*) FILTER (WHERE t.terms > l.leaves::int) AS stayers,
                 count(*) FILTER (WHERE t.status IN ('discontinued', 'terminated')
                                    AND NOT (t.terms > 0 AND l.leaves)) AS refused_or_absent
            FROM truth AS t
            JOIN shown AS s USING (world, programme_code)
           CROSS JOIN LATERAL (SELECT t.status IN ('discontinued', 'terminated')
                                      AND NOT (t.refused AND t.renewals > 0) AS leaves) AS l
           WHERE s.shares
           GROUP BY t.world, t.programme_code) AS f
   CROSS JOIN LATERAL (VALUES (decided), (kept), (refused), (enrolled), (leavers), (stayers),
                              (refused_or_absent)) AS v (n)
   WHERE v.n BETWEEN 1 AND 4$$, 'no share is of one to four scholars');
SELECT is_empty($$
  SELECT t.world FROM truth AS t JOIN shown AS s USING (world, programme_code)
   WHERE t.status IN ('discontinued', 'terminated') AND t.terms > 0 AND NOT (t.refused AND t.renewals > 0)
   GROUP BY t.world
  HAVING bool_or(s.shares) AND count(*) FILTER (WHERE NOT s.shares) BETWEEN 1 AND 4$$,
  'and who left elsewhere are not so few that all who left tell them');

DELETE FROM life;
SELECT pg_temp.add(p, 'two_year', 101, 2566, 'studying', 60), pg_temp.add(p, 'two_year', 101, 2566, 'discontinued', n)
  FROM (VALUES ('full_potential', 3), ('innovation_general', 6), ('innovation_special', 8)) AS v (p, n) \g /dev/null
SELECT pg_temp.live(), pg_temp.look(-3, 'regress_reader') \g /dev/null
SELECT set_eq('SELECT DISTINCT programme_code, terms_enrolled - terms_stayed FROM seen_by WHERE world = -3',
              $$VALUES ('full_potential', NULL::bigint), ('innovation_general', NULL), ('innovation_special', 8)$$,
              'where three left it is withheld, with the next fewest');

-- ---- who sees what ----

DELETE FROM life;
SELECT pg_temp.add('full_potential', 'two_year', 102, 2566, 'studying', 3), pg_temp.live() \g /dev/null
SELECT pg_temp.look(-2, r) FROM unnest(ARRAY['regress_reader', 'regress_officer', 'regress_analyst', 'regress_operator',
                                             'regress_auditor']) AS r \g /dev/null
SELECT set_eq('SELECT reader FROM seen_by WHERE world = -2 GROUP BY 1 HAVING count(*) > count(awards)',
              ARRAY['regress_reader', 'regress_officer'], 'levels that read no or not all awards get no small count');

SELECT * FROM finish();
ROLLBACK;
