-- compare_placements against its meaning in plain SQL, over random markets and placements: two allocations
-- with other seats, and placements that nobody allocated.
\ir fixture/random.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(6);

CREATE TEMPORARY TABLE application AS
SELECT m, a AS applicant_id, p AS pool_id, 2 * place::integer AS choice,
       pg_temp.roll('score' || m || '/' || a, 9) AS score,
       CASE WHEN a % 4 > 0 THEN ARRAY(SELECT g FROM unnest('{girl,poor,far,poor}'::text[]) AS g
                                       WHERE pg_temp.roll('group' || m || '/' || a || g, 3) = 0) END AS groups,
       (ARRAY['ชาย', 'หญิง', NULL])[1 + a % 3] AS _sex, pg_temp.roll('year' || m || '/' || a || '/' || p, 3) AS _year,
       p % 2 = 0 AS _near, a / 10.0 AS _share
  FROM (SELECT m, a, p, row_number() OVER (PARTITION BY m, a ORDER BY md5(m || '/' || a || '/' || p)) AS place
          FROM generate_series(1, 60) AS m, generate_series(-5, 20) AS a, generate_series(1, 5) AS p) AS x
 WHERE place <= pg_temp.roll('length' || m || '/' || a, 6);
CREATE FUNCTION pg_temp.applications(m integer) RETURNS text LANGUAGE sql
RETURN format('SELECT applicant_id, pool_id, choice, score, groups, _sex, _year, _near, _share
                 FROM pg_temp.application WHERE m = %s ORDER BY md5(m || ''/'' || applicant_id || pool_id)', m);
-- Of every third market any of an applicant's own applications, else an allocation.
CREATE FUNCTION pg_temp.placements(m integer, seats integer) RETURNS text LANGUAGE sql
RETURN CASE m % 3
         WHEN 0 THEN
           format('SELECT DISTINCT ON (applicant_id) applicant_id, pool_id %s
                     FROM pg_temp.application
                    WHERE m = %s
                      AND pg_temp.roll(''any'' || %s || ''/'' || applicant_id || ''/'' || pool_id, 3) = 0
                    ORDER BY applicant_id, md5(%s || ''/'' || pool_id)',
                  CASE WHEN m % 2 = 0 THEN ', choice' END, m, seats, seats)
         ELSE
           format('SELECT *
                     FROM equity.allocate(%L, ''SELECT p AS pool_id, %s AS seats FROM generate_series(1, 5) AS p'',
                                                 seed => ''%s'')', pg_temp.applications(m), seats, m)
       END;

CREATE TEMPORARY TABLE placement (m integer, side text, applicant_id bigint, pool_id bigint);
DO $$
DECLARE
  m integer;
BEGIN
  FOR m IN SELECT generate_series(1, 60) LOOP
    EXECUTE format('INSERT INTO placement SELECT %s, ''before'', applicant_id, pool_id FROM (%s) AS b',
                   m, pg_temp.placements(m, 2));
    EXECUTE format('INSERT INTO placement SELECT %s, ''after'', applicant_id, pool_id FROM (%s) AS a',
                   m, pg_temp.placements(m, 3));
  END LOOP;
END $$;

CREATE TEMPORARY TABLE dimension (name text);
INSERT INTO dimension VALUES (NULL), ('groups'), ('pool_id'), ('_sex'), ('_year'), ('_near'), ('_share');
CREATE TEMPORARY TABLE counted AS
SELECT a.m, d.name AS dimension, c.*
  FROM (SELECT DISTINCT m FROM application) AS a
 CROSS JOIN dimension AS d
 CROSS JOIN LATERAL equity.compare_placements(pg_temp.applications(a.m), pg_temp.placements(a.m, 2),
                                              pg_temp.placements(a.m, 3), d.name) AS c;

-- An application, for each value that it counts for; and what its applicant had and has.
CREATE TEMPORARY TABLE counting AS
SELECT a.m, d.name AS dimension, v.value, a.applicant_id, a.choice,
       a.choice = min(a.choice) OVER (PARTITION BY a.m, a.applicant_id) AS is_first,
       coalesce(b.pool_id = a.pool_id, false) AS before, coalesce(n.pool_id = a.pool_id, false) AS after,
       bc.choice AS had, nc.choice AS has
  FROM application AS a
 CROSS JOIN dimension AS d
 CROSS JOIN LATERAL (
   SELECT DISTINCT g AS value FROM unnest(a.groups) AS g WHERE d.name = 'groups'
   UNION ALL
   SELECT CASE d.name WHEN 'pool_id' THEN a.pool_id::text WHEN '_sex' THEN a._sex WHEN '_year' THEN a._year::text
                      WHEN '_near' THEN a._near::text WHEN '_share' THEN a._share::text END
    WHERE d.name IS DISTINCT FROM 'groups') AS v
  LEFT JOIN placement AS b ON b.m = a.m AND b.applicant_id = a.applicant_id AND b.side = 'before'
  LEFT JOIN application AS bc ON bc.m = a.m AND bc.applicant_id = b.applicant_id AND bc.pool_id = b.pool_id
  LEFT JOIN placement AS n ON n.m = a.m AND n.applicant_id = a.applicant_id AND n.side = 'after'
  LEFT JOIN application AS nc ON nc.m = a.m AND nc.applicant_id = n.applicant_id AND nc.pool_id = n.pool_id;
CREATE TEMPORARY TABLE expected AS
SELECT c.m, c.dimension, c.value, count(DISTINCT c.applicant_id) AS applicants,
       count(*) FILTER (WHERE c.before) AS admitted_before, count(*) FILTER (WHERE c.after) AS admitted_after,
       count(*) FILTER (WHERE c.before AND c.is_first) AS first_choices_before,
       count(*) FILTER (WHERE c.after AND c.is_first) AS first_choices_after,
       round(avg(c.choice) FILTER (WHERE c.before), 4) AS mean_choice_before,
       round(avg(c.choice) FILTER (WHERE c.after), 4) AS mean_choice_after,
       count(*) FILTER (WHERE c.after AND (c.had IS NULL OR c.has < c.had)) AS gains,
       count(*) FILTER (WHERE c.before AND (c.has IS NULL OR c.has > c.had)) AS loses
  FROM counting AS c
 GROUP BY c.m, c.dimension, c.value;

SELECT ok(count(*) > 800 AND sum(gains) > 500 AND sum(loses) > 500 AND count(*) FILTER (WHERE value IS NULL) > 100
          AND count(*) FILTER (WHERE admitted_before = 0) > 5,
          'the markets have all that there is to compare')
  FROM expected;
SELECT is_empty('(TABLE counted EXCEPT ALL TABLE expected) UNION ALL (TABLE expected EXCEPT ALL TABLE counted)',
                'every count is that of its meaning in SQL');
SELECT is_empty(
  $$SELECT c.m, c.dimension
      FROM (SELECT c.*, row_number() OVER (PARTITION BY m, dimension ORDER BY value COLLATE "C" NULLS LAST) AS place,
                   row_number() OVER (PARTITION BY m, dimension ORDER BY ctid) AS given
              FROM counted AS c) AS c
     WHERE c.place <> c.given$$,
  'rows are in byte order of their values, those without one last');
SELECT is_empty(
  $$SELECT c.m
      FROM counted AS c
      JOIN counted AS n ON n.m = c.m AND n.dimension IS NULL AND c.dimension IN ('_sex', '_share', '_near')
     GROUP BY c.m, c.dimension
    HAVING sum(c.admitted_before) <> max(n.admitted_before) OR sum(c.admitted_after) <> max(n.admitted_after)
        OR sum(c.gains) <> max(n.gains) OR sum(c.loses) <> max(n.loses)$$,
  'whatever parts the seats, its rows add up to that of all');
SELECT is_empty(
  $$SELECT c.m
      FROM counted AS c
     WHERE c.dimension IS NULL
       AND (c.gains, c.loses) IS DISTINCT FROM
           (SELECT (r.loses, r.gains)
              FROM equity.compare_placements(pg_temp.applications(c.m), pg_temp.placements(c.m, 3),
                                             pg_temp.placements(c.m, 2)) AS r)$$,
  'the other way round gains are losses');
SELECT results_eq(
  $$SELECT * FROM equity.compare_placements('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice WHERE false',
                                            'SELECT 1 AS applicant_id, 1 AS pool_id WHERE false',
                                            'SELECT 1 AS applicant_id, 1 AS pool_id WHERE false')$$,
  $$VALUES (NULL::text, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, NULL::numeric, NULL::numeric,
            0::bigint, 0::bigint)$$,
  'of nobody there is one row of zeros');
SELECT finish();
ROLLBACK;
