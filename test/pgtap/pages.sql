-- The lines that digests are of, written as rows are read: the same as PostgreSQL's own functions write,
-- whatever order the rows come in.
\ir ../lib/refusal.psql
BEGIN;
SELECT plan(18);
SELECT setseed(0.75);

-- numbers of every length and scale that are read, with zeros before and after their point
CREATE FUNCTION pg_temp.any_number() RETURNS numeric LANGUAGE sql VOLATILE AS $$
  SELECT CASE floor(5 * r.dice)
           WHEN 0 THEN round((random() * 100)::numeric, (random() * 6)::integer)
           WHEN 1 THEN - round((random() / 1000)::numeric, (random() * 12)::integer)
           WHEN 2 THEN round((9.22 * random())::numeric * 1000000000000000000, (random() * 16)::integer)
           WHEN 3 THEN round(random()::numeric, 2) - 0.5
           ELSE 0.00 END
    FROM (SELECT random() AS dice) AS r
$$;
CREATE TEMPORARY TABLE asked AS
SELECT n.applicant_id, p.pool_id,
       row_number() OVER (PARTITION BY n.applicant_id ORDER BY random())::integer AS choice,
       pg_temp.any_number() AS score,
       CASE WHEN random() < 0.8 THEN pg_temp.any_number() END AS tie,
       (ARRAY[NULL, '{}', '{female}', E'{"a \\"b\\"","c\\\\d, e"}', '{ชาย,ญ}', '{"x\y"}', E'{"line\nfeed"}',
              '{' || repeat('g,', 900) || 'g}'])[1 + floor(8 * random())::integer]::text[] AS groups
  FROM (SELECT DISTINCT floor(100000 * random() - 50000)::bigint AS applicant_id
          FROM generate_series(1, 1500)) AS n
  JOIN (SELECT 1 - 20 * p AS pool_id FROM generate_series(1, 30) AS p) AS p
    ON random() < 0.2;
CREATE TEMPORARY VIEW shuffled AS SELECT a.* FROM asked AS a ORDER BY random();
CREATE TEMPORARY VIEW ordered AS SELECT a.* FROM asked AS a ORDER BY a.applicant_id;
SELECT cmp_ok((SELECT count(*) FROM asked), '>', 5000::bigint, 'lines');

-- two levels of lines as SQL writes them
CREATE FUNCTION pg_temp.pages(query text)
  RETURNS TABLE (whole boolean, pool_id bigint, lines bigint, digest text, content text)
  LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    WITH page AS MATERIALIZED (
      SELECT i.pool_id::bigint, count(*) AS lines,
             encode(sha256(convert_to(string_agg(i.line || E'\n', '' ORDER BY i.applicant_id), 'UTF8')), 'hex')
               AS digest
        FROM (%s) AS i
       GROUP BY i.pool_id
    ), entire AS (
      SELECT sum(p.lines)::bigint AS lines,
             string_agg(p.pool_id || ',' || p.digest || E'\n', '' ORDER BY p.pool_id) AS content
        FROM page AS p
    )
    SELECT false, p.pool_id, p.lines, p.digest, NULL FROM page AS p
    UNION ALL
    SELECT true, NULL, e.lines, encode(sha256(e.content::bytea), 'hex'), e.content FROM entire AS e
  $query$, query);
END $$;

SELECT set_eq(
  format('SELECT * FROM equity_internal.application_pages(%L)',
         'SELECT applicant_id, pool_id, choice, score, tie, groups FROM ' || v.name),
  $$SELECT * FROM pg_temp.pages('SELECT applicant_id, pool_id,
                                        concat(applicant_id, '','', choice, '','', score, '','', tie, '','',
                                               to_json(groups)) AS line
                                   FROM asked')$$,
  'applications: ' || v.name)
  FROM (VALUES ('ordered'), ('shuffled')) AS v (name);
SELECT set_eq(
  $$SELECT * FROM equity_internal.application_pages('SELECT applicant_id, pool_id, choice, score FROM shuffled')$$,
  $$SELECT * FROM pg_temp.pages('SELECT applicant_id, pool_id,
                                        concat(applicant_id, '','', choice, '','', score, '',,'') AS line
                                   FROM asked')$$,
  'applications without tie and groups');
SELECT set_eq(
  format('SELECT * FROM equity_internal.choice_pages(%L)', 'SELECT applicant_id, pool_id, choice FROM ' || v.name),
  $$SELECT *
      FROM pg_temp.pages('SELECT applicant_id, pool_id, concat(applicant_id, '','', choice) AS line FROM asked')$$,
  'choices: ' || v.name)
  FROM (VALUES ('ordered'), ('shuffled')) AS v (name);
CREATE TEMPORARY TABLE placed AS
SELECT a.applicant_id, a.pool_id, a.choice, (ARRAY['open', 'female', E'a "b"\n', 'ญ\'])[1 + a.choice % 4] AS seat,
       a.choice % 3 AS tier, CASE WHEN random() < 0.9 THEN a.score END AS score
  FROM asked AS a
 ORDER BY random();
SELECT set_eq(
  $$SELECT * FROM equity_internal.placement_pages('TABLE placed')$$,
  $$SELECT * FROM pg_temp.pages('SELECT applicant_id, pool_id,
                                        concat(applicant_id, '','', choice, '','', to_json(seat), '','', tier, '','',
                                               score) AS line
                                   FROM placed')$$,
  'placements');
SELECT set_eq(
  $$SELECT * FROM equity_internal.placement_pages('SELECT applicant_id, pool_id, seat FROM placed')$$,
  $$SELECT * FROM pg_temp.pages('SELECT applicant_id, pool_id,
                                        concat(applicant_id, '',,'', to_json(seat), '',,'') AS line
                                   FROM placed')$$,
  'placements of which no more is known');
SELECT results_eq(
  $$SELECT whole, lines, digest, content FROM equity_internal.application_pages('SELECT * FROM asked WHERE false')$$,
  $$VALUES (true, 0::bigint, encode(sha256(''), 'hex'), '')$$,
  'nothing');

-- allocation and verification tell of the same rows, in one reading or beside
CREATE TEMPORARY TABLE pool AS SELECT DISTINCT a.pool_id, 20 AS seats FROM asked AS a;
CREATE TEMPORARY TABLE solution AS
SELECT s.*
  FROM equity_internal.allocate_and_read('SELECT applicant_id, pool_id, choice, score FROM shuffled', 'TABLE pool',
                                         NULL, NULL, 'deferred_acceptance', 'lottery', 's',
                                         'SELECT applicant_id, pool_id, choice, score FROM shuffled') AS s;
SELECT set_eq(
  $$SELECT s.whole, CASE WHEN s.whole THEN NULL ELSE split_part(s.content, E'\n', 1) END, s.lines, s.digest
      FROM solution AS s
     WHERE s.input = 'applications'$$,
  $$SELECT p.whole, f.line, p.lines, p.digest
      FROM equity_internal.application_pages('SELECT applicant_id, pool_id, choice, score FROM asked') AS p
      LEFT JOIN (SELECT DISTINCT ON (a.pool_id) a.pool_id,
                        concat(a.applicant_id, ',', a.choice, ',', a.score, ',,') AS line
                   FROM asked AS a
                  ORDER BY a.pool_id, a.applicant_id) AS f
        ON f.pool_id = p.pool_id$$,
  'the allocation has the pages of what it read');
SELECT set_eq(
  $$SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score FROM solution AS s WHERE s.seat IS NOT NULL$$,
  $$SELECT a.*
      FROM equity.allocate('SELECT applicant_id, pool_id, choice, score FROM asked', 'TABLE pool', seed => 's') AS a$$,
  'the placements of equity.allocate');
SELECT results_eq(
  $$SELECT s.applicants, s.choices FROM solution AS s WHERE s.applicants IS NOT NULL$$,
  $$SELECT count(DISTINCT a.applicant_id), count(*) FROM asked AS a$$,
  'and the counts');
CREATE TEMPORARY VIEW placements AS
SELECT s.applicant_id, s.pool_id, s.choice, s.seat, s.tier, s.score FROM solution AS s WHERE s.seat IS NOT NULL;
SELECT results_eq(
  $$SELECT s.digest FROM solution AS s WHERE s.input = 'placements' AND s.whole$$,
  $$SELECT p.digest FROM equity_internal.placement_pages('TABLE placements') AS p WHERE p.whole$$,
  'and the digest of what came out');
SELECT results_eq(
  $$SELECT v.violation, v.input, v.digest
      FROM equity_internal.verify_and_read('SELECT applicant_id, pool_id, choice, score FROM shuffled', 'TABLE pool',
                                           NULL, NULL, 'TABLE placements', 'lottery', 's',
                                           'SELECT applicant_id, pool_id, choice, score, tie FROM shuffled') AS v
     ORDER BY v.input$$,
  $$SELECT NULL::text, 'applications', p.digest
      FROM equity_internal.application_pages('SELECT applicant_id, pool_id, choice, score, tie FROM asked') AS p
     WHERE p.whole
    UNION ALL
    SELECT NULL, 'choices', p.digest
      FROM equity_internal.choice_pages('SELECT applicant_id, pool_id, choice FROM asked') AS p
     WHERE p.whole
    UNION ALL
    SELECT NULL, 'placements', p.digest FROM equity_internal.placement_pages('TABLE placements') AS p WHERE p.whole$$,
  'verification finds nothing wrong, and the digests of all');

-- who does not compete is read beside
CREATE TEMPORARY VIEW entered AS
SELECT s.applicant_id, s.pool_id, s.choice, s.score FROM shuffled AS s
UNION ALL
SELECT 1000000 + n, 1 - 20 * (1 + n % 30), 1, NULL FROM generate_series(1, 200) AS n;
CREATE TEMPORARY VIEW expected AS
SELECT 'applications' AS input, p.digest
  FROM equity_internal.application_pages('SELECT applicant_id, pool_id, choice, score FROM asked') AS p
 WHERE p.whole
UNION ALL
SELECT 'choices', p.digest
  FROM equity_internal.choice_pages('SELECT applicant_id, pool_id, choice FROM entered') AS p
 WHERE p.whole;
SELECT results_eq(
  $$SELECT v.violation, v.input, v.digest
      FROM equity_internal.verify_and_read('TABLE entered', 'TABLE pool', NULL, NULL, 'TABLE placements',
                                           'lottery', 's', 'TABLE entered') AS v
     WHERE v.input IS DISTINCT FROM 'placements'
     ORDER BY v.input$$,
  'SELECT NULL::text, e.input, e.digest FROM expected AS e ORDER BY e.input',
  'choices without a score have a digest and no seat');
SELECT results_eq(
  $$SELECT k.input, k.digest
      FROM equity_internal.packed_ranking('TABLE entered', 'TABLE pool', NULL, NULL,
                                          'SELECT applicant_id, choice FROM placements',
                                          'lottery', 's', 'TABLE entered') AS k
     WHERE k.pool_id IS NULL
     ORDER BY k.input$$,
  'SELECT e.input, e.digest FROM expected AS e ORDER BY e.input',
  'a ranking has the digests of what it read');
SELECT set_eq(
  $$SELECT k.pool_id, k.seat, k.applicants, k.waiting
      FROM equity_internal.packed_ranking('TABLE entered', 'TABLE pool', NULL, NULL,
                                          'SELECT applicant_id, choice FROM placements',
                                          'lottery', 's', 'TABLE entered') AS k
     WHERE k.pool_id IS NOT NULL$$,
  $$SELECT k.pool_id, k.seat, k.applicants, k.waiting
      FROM equity_internal.packed_ranking('SELECT applicant_id, pool_id, choice, score FROM asked', 'TABLE pool',
                                          NULL, NULL, 'SELECT applicant_id, choice FROM placements',
                                          'lottery', 's') AS k$$,
  'and ranks those who compete');

SET LOCAL equity.max_memory = '1MB';
SELECT is(
  pg_temp.state_of($$SELECT count(*)
                       FROM equity_internal.choice_pages('SELECT n AS applicant_id, n % 3 AS pool_id, 1 AS choice
                                                            FROM generate_series(1, 200000) AS n')$$),
  '53400',
  'text that is longer than allowed');

SELECT * FROM finish();
ROLLBACK;
