-- Published markets with known outcomes, of applicant-proposing deferred acceptance but where another
-- mechanism is named.
BEGIN;
SELECT plan(33);

CREATE TEMPORARY TABLE source (case_id text, title text);
INSERT INTO source VALUES
  ('gs1', 'Gale and Shapley 1962, Example 1'),
  ('gs3', 'Gale and Shapley 1962, Example 3: one stable matching'),
  ('as1', 'Abdulkadiroğlu and Sönmez 2003, Example 1: the one stable matching is Pareto-dominated'),
  ('ku', 'Kojima and Ünver 2014, as in R package matchingMarkets'),
  ('readme', 'README of the Python library matching: hospitals and residents'),
  ('same', 'stable-matching-suite, test 3: everyone agrees'),
  ('kojima', 'Kojima 2012, Theorem 1, without a policy'),
  ('quota', 'Kojima 2012, Theorem 1: a quota that holds a seat of c1 empty'),
  ('daria',
   'Rajesh Kumar Daria v. RPSC 2007, paragraph 7: 19 posts by merit, which hold the four women that are due');

-- Lists, best first; a pool gives its seats and whom it ranks
CREATE TEMPORARY TABLE list (case_id text, applicant text, pools text[], expected text);
INSERT INTO list VALUES
  ('gs1', 'alpha', '{A,B,C}', 'A'),
  ('gs1', 'beta', '{B,C,A}', 'B'),
  ('gs1', 'gamma', '{C,A,B}', 'C'),
  ('gs3', 'alpha', '{A,B,C,D}', 'C'),
  ('gs3', 'beta', '{A,D,C,B}', 'D'),
  ('gs3', 'gamma', '{B,A,C,D}', 'A'),
  ('gs3', 'delta', '{D,B,C,A}', 'B'),
  ('as1', 'i1', '{s2,s1,s3}', 's1'),
  ('as1', 'i2', '{s1,s2,s3}', 's2'),
  ('as1', 'i3', '{s1,s2,s3}', 's3'),
  ('ku', '1', '{c1,c2,c3}', 'c1'),
  ('ku', '2', '{c1,c2,c3}', 'c2'),
  ('ku', '3', '{c1,c2,c3}', 'c3'),
  ('ku', '4', '{c2,c1,c3}', 'c1'),
  ('ku', '5', '{c2,c1,c3}', 'c2'),
  ('readme', 'A', '{C}', 'C'),
  ('readme', 'S', '{C,M}', 'M'),
  ('readme', 'D', '{C,M,G}', 'C'),
  ('readme', 'J', '{C,G,M}', 'G'),
  ('readme', 'L', '{M,C,G}', 'M'),
  ('kojima', 's1', '{c1}', 'c1'),
  ('kojima', 's2', '{c1,c2}', 'c1'),
  ('kojima', 's3', '{c2,c1}', 'c2');
INSERT INTO list
SELECT 'same', a::text, '{0,1,2,3,4,5,6,7}', (a / 2)::text
  FROM generate_series(0, 7) AS a;
CREATE TEMPORARY TABLE pool (case_id text, pool text, seats integer, ranking text[]);
INSERT INTO pool VALUES
  ('gs1', 'A', 1, '{beta,gamma,alpha}'),
  ('gs1', 'B', 1, '{gamma,alpha,beta}'),
  ('gs1', 'C', 1, '{alpha,beta,gamma}'),
  ('gs3', 'A', 1, '{delta,gamma,alpha,beta}'),
  ('gs3', 'B', 1, '{beta,delta,alpha,gamma}'),
  ('gs3', 'C', 1, '{delta,alpha,beta,gamma}'),
  ('gs3', 'D', 1, '{gamma,beta,alpha,delta}'),
  ('as1', 's1', 1, '{i1,i3,i2}'),
  ('as1', 's2', 1, '{i2,i1,i3}'),
  ('as1', 's3', 1, '{i2,i1,i3}'),
  ('ku', 'c1', 2, '{1,4,2,3,5}'),
  ('ku', 'c2', 2, '{5,2,3,4,1}'),
  ('ku', 'c3', 1, '{1,2,3,4,5}'),
  ('readme', 'M', 2, '{D,L,S,J}'),
  ('readme', 'C', 2, '{D,A,S,L,J}'),
  ('readme', 'G', 2, '{D,J,L}'),
  ('kojima', 'c1', 2, '{s1,s2,s3}'),
  ('kojima', 'c2', 1, '{s1,s2,s3}');
INSERT INTO pool
SELECT 'same', p::text, 2, '{0,1,2,3,4,5,6,7}'
  FROM generate_series(0, 7) AS p;
INSERT INTO pool VALUES
  ('daria', 'post', 19,
   '{M1,W2,M3,M4,M5,M6,W7,M8,M9,M10,W11,M12,M13,M14,M15,M16,M17,W18,M19,M20,M21,M22,M23,M24,W25,M26,M27,M28,
     M29,M30,M31,M32,M33,M34,M35,M36,M37,M38,M39,M40}');
INSERT INTO list
SELECT 'daria', a, '{post}', CASE WHEN place <= 19 THEN 'post' END
  FROM pool, unnest(ranking) WITH ORDINALITY AS u (a, place)
 WHERE case_id = 'daria';
-- the quota of one majority student at c1 is a seat less for s1 and s2: c1 is two pools, one for the
-- majority and one for the minority
INSERT INTO list VALUES
  ('quota', 's1', '{c1}', 'c1'), ('quota', 's2', '{c1,c2}', 'c2'), ('quota', 's3', '{c2,c1m}', 'c1m');
INSERT INTO pool VALUES
  ('quota', 'c1', 1, '{s1,s2}'), ('quota', 'c1m', 1, '{s3}'), ('quota', 'c2', 1, '{s1,s2,s3}');

-- Names become numbers; a pool's ranking becomes a score, the first the highest
CREATE TEMPORARY VIEW applicant_number AS
SELECT case_id, applicant,
       row_number() OVER (PARTITION BY case_id ORDER BY applicant COLLATE "C") AS applicant_id
  FROM list;
CREATE TEMPORARY VIEW pool_number AS
SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY pool COLLATE "C") + 1000 AS pool_id
  FROM pool;
CREATE TEMPORARY VIEW application AS
SELECT l.case_id, n.applicant_id, p.pool_id, u.choice::integer AS choice,
       -array_position(p.ranking, l.applicant) AS score
  FROM list AS l
  JOIN applicant_number AS n USING (case_id, applicant)
 CROSS JOIN unnest(l.pools) WITH ORDINALITY AS u (pool, choice)
  JOIN pool_number AS p
    ON p.case_id = l.case_id
   AND p.pool = u.pool;
CREATE FUNCTION pg_temp.applications(id text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT applicant_id, pool_id, choice, score FROM application WHERE case_id = %L', id)
$$;
CREATE FUNCTION pg_temp.pools(id text) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT pool_id, seats FROM pool_number WHERE case_id = %L', id)
$$;
CREATE FUNCTION pg_temp.outcome(id text) RETURNS TABLE (applicant text, pool text, score numeric)
  LANGUAGE sql
AS $$
  SELECT n.applicant, p.pool, a.score
    FROM equity.allocate(pg_temp.applications(id), pg_temp.pools(id), tie_break => 'strict') AS a
    JOIN applicant_number AS n ON n.case_id = id AND n.applicant_id = a.applicant_id
    JOIN pool_number AS p ON p.case_id = id AND p.pool_id = a.pool_id
$$;

SELECT set_eq(
  format('SELECT applicant, pool FROM pg_temp.outcome(%L)', case_id),
  format('SELECT applicant, expected FROM list WHERE case_id = %L AND expected IS NOT NULL', case_id),
  title)
  FROM source
 ORDER BY case_id;
-- a lottery has nothing to decide where nobody is tied
SELECT set_eq(
  format('SELECT applicant_id, pool_id, choice, seat, tier, score
            FROM equity.allocate(%L, %L, seed => %L)',
         pg_temp.applications(case_id), pg_temp.pools(case_id), 'any'),
  format('SELECT applicant_id, pool_id, choice, seat, tier, score
            FROM equity.allocate(%L, %L, tie_break => %L)',
         pg_temp.applications(case_id), pg_temp.pools(case_id), 'strict'),
  'with a lottery: ' || title)
  FROM source
 ORDER BY case_id;

-- verify accepts the outcome, and says of the other stable matchings of Gale and Shapley's first
-- example only that they are not the best
SELECT is(
  (SELECT count(*)
     FROM equity.verify(pg_temp.applications(case_id), pg_temp.pools(case_id), NULL, NULL,
                        format('SELECT n.applicant_id, p.pool_id, %L AS seat
                                  FROM list AS l
                                  JOIN applicant_number AS n USING (case_id, applicant)
                                  JOIN pool_number AS p
                                    ON p.case_id = l.case_id
                                   AND p.pool = l.expected
                                 WHERE l.case_id = %L',
                               'open', case_id),
                        'strict')),
  0::bigint,
  'verify: ' || title)
  FROM source
 WHERE case_id IN ('gs1', 'gs3', 'as1', 'ku', 'readme', 'same', 'daria')
 ORDER BY case_id;
SELECT results_eq(
  $$SELECT a, b, c, f.found
      FROM unnest('{A,B,C}'::text[]) AS a, unnest('{A,B,C}'::text[]) AS b, unnest('{A,B,C}'::text[]) AS c,
           LATERAL (SELECT array_agg(v.violation) AS found
                      FROM equity.verify(
                             pg_temp.applications('gs1'), pg_temp.pools('gs1'), NULL, NULL,
                             format('SELECT applicant_id, pool_id, ''open'' AS seat
                                       FROM (VALUES (1, %s), (2, %s), (3, %s)) AS v (applicant_id, pool_id)',
                                    936 + ascii(a), 936 + ascii(b), 936 + ascii(c)),
                             'strict') AS v) AS f
     WHERE f.found IS NULL
        OR f.found = '{not_applicant_best}'
     ORDER BY a$$,
  $$VALUES ('A', 'B', 'C', NULL),
           ('B', 'C', 'A', '{not_applicant_best}'::text[]),
           ('C', 'A', 'B', '{not_applicant_best}')$$,
  'Gale and Shapley''s first example has these stable matchings');
-- the Pareto-better outcome of top trading cycles (Abdulkadiroğlu and Sönmez) is justified envy of i3 at s1
SELECT results_eq(
  $$SELECT violation, applicant_id, pool_id, other_applicant_id
      FROM equity.verify(pg_temp.applications('as1'), pg_temp.pools('as1'), NULL, NULL,
                         'SELECT applicant_id, pool_id, ''open'' AS seat
                            FROM (VALUES (1, 1002), (2, 1001), (3, 1003)) AS v (applicant_id, pool_id)',
                         'strict')$$,
  $$VALUES ('justified_envy', 3::bigint, 1001::bigint, 2::bigint)$$,
  'the outcome of top trading cycles leaves justified envy');

-- the other mechanisms
CREATE FUNCTION pg_temp.outcome_by(id text, mechanism text) RETURNS TABLE (applicant text, pool text)
  LANGUAGE sql
AS $$
  SELECT n.applicant, p.pool
    FROM equity.allocate(pg_temp.applications(id), pg_temp.pools(id), mechanism => $2, tie_break => 'strict') AS a
    JOIN applicant_number AS n ON n.case_id = id AND n.applicant_id = a.applicant_id
    JOIN pool_number AS p ON p.case_id = id AND p.pool_id = a.pool_id
$$;
SELECT set_eq(
  $$SELECT applicant, pool FROM pg_temp.outcome_by('ku', 'immediate_acceptance')$$,
  $$VALUES ('1', 'c1'), ('2', 'c1'), ('3', 'c3'), ('4', 'c2'), ('5', 'c2')$$,
  'immediate acceptance: Kojima and Ünver 2014, as in R package matchingMarkets');
SELECT set_eq(
  $$SELECT applicant, pool FROM pg_temp.outcome_by('as1', 'top_trading_cycles')$$,
  $$VALUES ('i1', 's2'), ('i2', 's1'), ('i3', 's3')$$,
  'top trading cycles: Abdulkadiroğlu and Sönmez 2003, Example 1');
INSERT INTO list VALUES
  ('as2', 'i1', '{s2,s1,s3,s4}', 's2'),
  ('as2', 'i2', '{s1,s2,s3,s4}', 's1'),
  ('as2', 'i3', '{s3,s2,s1,s4}', 's3'),
  ('as2', 'i4', '{s3,s4,s1,s2}', 's3'),
  ('as2', 'i5', '{s1,s3,s4,s2}', 's1'),
  ('as2', 'i6', '{s4,s1,s2,s3}', 's4'),
  ('as2', 'i7', '{s1,s2,s3,s4}', 's2'),
  ('as2', 'i8', '{s1,s2,s4,s3}', 's4');
INSERT INTO pool VALUES
  ('as2', 's1', 2, '{i1,i2,i3,i4,i5,i6,i7,i8}'), ('as2', 's2', 2, '{i3,i5,i4,i8,i7,i2,i1,i6}'),
  ('as2', 's3', 3, '{i5,i3,i1,i7,i2,i8,i6,i4}'), ('as2', 's4', 3, '{i6,i8,i7,i4,i2,i3,i5,i1}');
SELECT set_eq(
  $$SELECT applicant, pool FROM pg_temp.outcome_by('as2', 'top_trading_cycles')$$,
  $$SELECT applicant, expected FROM list WHERE case_id = 'as2'$$,
  'top trading cycles: Abdulkadiroğlu and Sönmez 2003, Example 2: eight students, schools of two and three seats');

-- reserves
CREATE FUNCTION pg_temp.outcome_with(id text, groups text, reserves text)
  RETURNS TABLE (applicant text, pool text)
  LANGUAGE sql
AS $$
  SELECT n.applicant, p.pool
    FROM equity.allocate(format('SELECT a.applicant_id, a.pool_id, a.choice, a.score, (%s)::text[] AS groups
                                   FROM application AS a
                                   JOIN applicant_number AS n USING (case_id, applicant_id)
                                  WHERE a.case_id = %L',
                                groups, id),
                         pg_temp.pools(id),
                         format('SELECT pool_id, reserve, r.seats, mode, "cascade"
                                   FROM pool_number
                                   JOIN (VALUES %s) AS r (pool, reserve, seats, mode, "cascade") USING (pool)
                                  WHERE case_id = %L',
                                reserves, id),
                         tie_break => 'strict') AS a
    JOIN applicant_number AS n
      ON n.case_id = id
     AND n.applicant_id = a.applicant_id
    JOIN pool_number AS p
      ON p.case_id = id
     AND p.pool_id = a.pool_id
$$;
SELECT set_eq(
  $$SELECT applicant, pool
      FROM pg_temp.outcome_with('kojima', 'CASE applicant WHEN ''s3'' THEN ''{minority}'' END',
                                '(''c1'', ''minority'', 1, ''before_open'', ''{*}''::text[])')$$,
  $$VALUES ('s1', 'c1'), ('s2', 'c1'), ('s3', 'c2')$$,
  'Hafalir, Yenmez and Yildirim 2013, Example 1: a minority reserve harms nobody');
SELECT set_eq(
  $$SELECT applicant, pool
      FROM pg_temp.outcome_with('kojima', 'CASE applicant WHEN ''s3'' THEN ''{minority}'' END',
                                '(''c1'', ''minority'', 1, ''before_open'', ''{}''::text[])')$$,
  $$VALUES ('s1', 'c1'), ('s2', 'c2'), ('s3', 'c1')$$,
  'Kojima 2012, Theorem 1: a majority quota, as a seat that stays empty otherwise, harms the minority student');
SELECT set_eq(
  $$SELECT applicant
      FROM pg_temp.outcome_with('daria', 'CASE WHEN applicant LIKE ''W%'' THEN ''{women}'' END',
                                '(''post'', ''women'', 4, ''before_open'', ''{*}''::text[])')$$,
  $$SELECT applicant FROM list WHERE case_id = 'daria' AND expected IS NOT NULL$$,
  'Rajesh Kumar Daria v. RPSC 2007: a minimum of four women, which the 19 best hold already, adds none');

SELECT * FROM finish();
ROLLBACK;
