-- compare_placements: what one set of placements means against another, and for whom.
\set SHOW_CONTEXT never

CREATE TABLE application (applicant_id bigint, pool_id bigint, choice integer, score numeric, groups text[], _sex text);
INSERT INTO application VALUES
  (1, 10, 1, 90, '{poor}', 'f'), (1, 20, 2, 90, '{poor}', 'f'),
  (2, 20, 1, 80, '{poor,far}', 'm'), (2, 10, 2, 80, '{poor,far}', 'm'),
  (3, 10, 1, 70, '{}', NULL), (3, 20, 2, 70, '{}', NULL),
  (4, 10, 1, 60, NULL, 'f');

-- one seat in each pool, then two in the first: 3 has a seat only now, and nobody loses
CREATE FUNCTION pg_temp.seats(first integer, second integer) RETURNS text LANGUAGE sql
RETURN format('SELECT * FROM equity.allocate(''TABLE application'', %L, seed => ''x'')',
              format('SELECT 10 AS pool_id, %s AS seats UNION ALL SELECT 20, %s', first, second));
\pset null (null)
SELECT * FROM equity.compare_placements('TABLE application', pg_temp.seats(1, 1), pg_temp.seats(2, 1)) \gx
SELECT value, applicants, admitted_before, admitted_after, gains, loses
  FROM equity.compare_placements('TABLE application', pg_temp.seats(1, 1), pg_temp.seats(2, 1), 'groups');
SELECT value, applicants, admitted_before, admitted_after, mean_choice_before, mean_choice_after, gains, loses
  FROM equity.compare_placements('TABLE application', pg_temp.seats(2, 0), pg_temp.seats(0, 2), '_sex');
-- by pool: who asks for it, who holds it, who gains by it, and who loses it
SELECT value, applicants, admitted_before, admitted_after, first_choices_before, first_choices_after, gains, loses
  FROM equity.compare_placements('TABLE application', pg_temp.seats(2, 0), pg_temp.seats(0, 2), 'pool_id');

-- errors
\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION pg_temp.refused(applications text DEFAULT 'TABLE application',
                                before text DEFAULT 'SELECT 1 AS applicant_id, 10 AS pool_id',
                                after text DEFAULT 'SELECT 2 AS applicant_id, 10 AS pool_id, 2 AS choice',
                                dimension text DEFAULT NULL)
  RETURNS text
  LANGUAGE sql
AS $$
  SELECT pg_temp.refusal(format('SELECT count(*) || '' rows'' FROM equity.compare_placements(%L, %L, %L, %L)',
                                applications, before, after, dimension))
$$;
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.refused();
SELECT pg_temp.refused(NULL);
SELECT pg_temp.refused(before => NULL);
SELECT pg_temp.refused(after => NULL);
SELECT pg_temp.refused(dimension => 'score');
SELECT pg_temp.refused(dimension => '_age');
SELECT pg_temp.refused('SELECT applicant_id, pool_id, choice FROM application', dimension => 'groups');
SELECT pg_temp.refused('SELECT *, date ''2023-05-01'' AS _day FROM application', dimension => '_day');
SELECT pg_temp.refused('SELECT applicant_id, pool_id FROM application');
SELECT pg_temp.refused('SELECT *, 1 AS rank FROM application');
SELECT pg_temp.refused('SELECT applicant_id, pool_id, -1 AS choice FROM application');
SELECT pg_temp.refused('TABLE application UNION ALL SELECT 4, 10, 2, 1, NULL, NULL');
SELECT pg_temp.refused('TABLE application UNION ALL SELECT 4, 20, 1, 1, NULL, NULL');
SELECT pg_temp.refused(before => 'SELECT 1 AS applicant_id');
SELECT pg_temp.refused(before => 'SELECT 4 AS applicant_id, 20 AS pool_id');
SELECT pg_temp.refused(after => 'SELECT 5 AS applicant_id, 20 AS pool_id');
SELECT pg_temp.refused(after => 'SELECT 0 AS applicant_id, 20 AS pool_id');
SELECT pg_temp.refused(after => 'SELECT 1 AS applicant_id, 10 * i AS pool_id FROM generate_series(1, 2) AS i');
SELECT pg_temp.refused(after => 'SELECT 1 AS applicant_id, 10 AS pool_id, 2 AS choice');
SET equity.max_memory = '1MB';
SELECT pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice FROM generate_series(1, 100000) AS i');
SELECT pg_temp.refused('SELECT i AS applicant_id, 1 AS pool_id, 1 AS choice, lpad(i::text, 10000, ''0'') AS _x
                          FROM generate_series(1, 200) AS i', dimension => '_x');
