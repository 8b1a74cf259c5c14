-- What allocate takes beside what it reads, each three times, over the market of allocation_data.sql; where its time
-- goes; a chain of rejections as long as the market; the same market in small by a loop of set operations.
-- Memory is the most that the server process had for itself during a step: its high-water mark less the pages of shared
-- memory and of files.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE TEMPORARY TABLE measured (number integer GENERATED ALWAYS AS IDENTITY, step text, seconds numeric,
                                 cpu_seconds numeric, peak_mb numeric);

CREATE FUNCTION pg_temp.status_mb(item text) RETURNS numeric
  LANGUAGE sql
RETURN substring(pg_read_file('/proc/self/status') FROM item || ':\s*(\d+)')::numeric / 1024;

CREATE FUNCTION pg_temp.cpu_seconds() RETURNS numeric
  LANGUAGE sql
RETURN (SELECT (f[12]::numeric + f[13]::numeric) / 100
          FROM string_to_array(split_part(pg_read_file('/proc/self/stat'), ') ', 2), ' ') AS f);

CREATE FUNCTION pg_temp.measure(step text, statement text, times integer DEFAULT 3) RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  began timestamptz;
  cpu_began numeric;
  before_mb numeric;
BEGIN
  FOR i IN 1 .. times LOOP
    COPY (SELECT 5) TO '/proc/self/clear_refs';  -- Linux starts a new high-water mark
    before_mb := pg_temp.status_mb('RssAnon');
    cpu_began := pg_temp.cpu_seconds();
    began := clock_timestamp();
    EXECUTE statement;
    INSERT INTO measured (step, seconds, cpu_seconds, peak_mb) VALUES
      (step, extract(epoch FROM clock_timestamp() - began), pg_temp.cpu_seconds() - cpu_began,
       pg_temp.status_mb('VmHWM') - pg_temp.status_mb('RssShmem') - pg_temp.status_mb('RssFile') - before_mb);
  END LOOP;
END;
$$;

-- Queries of the market: plain; with two reserves a pool under three levels of caps; with floors, which close
-- pools that too few ask for
CREATE FUNCTION pg_temp.query(what text) RETURNS text LANGUAGE sql
  RETURN CASE what WHEN 'applications' THEN 'SELECT applicant_id, pool_id, choice, score FROM public.wish'
                   WHEN 'pools' THEN 'SELECT pool_id, seats FROM public.pool'
                   WHEN 'grouped' THEN 'SELECT applicant_id, pool_id, choice, score, groups FROM public.wish'
                   WHEN 'capped' THEN 'SELECT pool_id, seats, cap_id FROM public.pool'
                   WHEN 'floored' THEN 'SELECT pool_id, seats, 30 AS min_seats, cap_id FROM public.pool'
                   WHEN 'reserves' THEN
                     $$SELECT pool_id, r.*
                         FROM public.pool,
                              (VALUES ('poor', 12, 'before_open', '{far,*}'::text[]),
                                      ('far', 6, 'after_open', '{*}'))
                                AS r (reserve, seats, mode, "cascade")$$
                   WHEN 'caps' THEN 'TABLE public.cap' END;

SELECT pg_temp.measure('sequential scan', 'SELECT count(*), sum(score) FROM public.wish') \g /dev/null
SELECT pg_temp.measure('order by',
                       'SELECT count(*)
                          FROM (SELECT applicant_id, pool_id, choice, score
                                  FROM public.wish
                                 ORDER BY pool_id, score DESC, applicant_id
                                OFFSET 0) AS s') \g /dev/null
SELECT pg_temp.measure('allocate',
                       format('CREATE TEMPORARY TABLE IF NOT EXISTS admitted AS
                               SELECT * FROM equity.allocate(%L, %L, seed => ''bench'')',
                              pg_temp.query('applications'), pg_temp.query('pools')),
                       1) \g /dev/null
SELECT pg_temp.measure('allocate',
                       format('SELECT count(*) FROM equity.allocate(%L, %L, seed => ''bench'')',
                              pg_temp.query('applications'), pg_temp.query('pools'))) \g /dev/null
SELECT pg_temp.measure('verify',
                       format($$SELECT count(*)
                                  FROM equity.verify(
                                         %L, %L, NULL, NULL, 'TABLE pg_temp.admitted', seed => 'bench')$$,
                              pg_temp.query('applications'), pg_temp.query('pools'))) \g /dev/null
-- what reads the result: as the engine does it, and as windows over the same rows
CREATE FUNCTION pg_temp.over_placements(what text) RETURNS text LANGUAGE sql AS $$
  SELECT format('equity.%I(%L, %L, NULL, NULL, ''SELECT applicant_id, pool_id, seat FROM pg_temp.admitted'',
                           seed => ''bench'')',
                what, pg_temp.query('applications'), pg_temp.query('pools'))
$$;
SELECT pg_temp.measure('cutoffs', 'SELECT count(*) FROM ' || pg_temp.over_placements('cutoffs')) \g /dev/null
SELECT pg_temp.measure('cutoffs by windows',
                       $$SELECT count(last), sum(held)
                           FROM (SELECT DISTINCT ON (a.pool_id)
                                        a.pool_id, a.applicant_id AS last,
                                        count(*) OVER (PARTITION BY a.pool_id) AS held
                                   FROM pg_temp.admitted AS a
                                  ORDER BY a.pool_id, a.score, equity.lottery('bench', a.applicant_id) DESC,
                                           a.applicant_id DESC) AS l$$) \g /dev/null
SELECT pg_temp.measure('waitlist', 'SELECT count(*) FROM ' || pg_temp.over_placements('waitlist')) \g /dev/null
SELECT pg_temp.measure('waitlist by windows',
                       $$SELECT count(*)
                           FROM (SELECT w.*, row_number() OVER (PARTITION BY w.pool_id
                                                                ORDER BY w.score DESC, w.lottery, w.applicant_id)
                                   FROM (SELECT w.*, equity.lottery('bench', w.applicant_id) AS lottery
                                           FROM public.wish AS w
                                           LEFT JOIN pg_temp.admitted AS a ON a.applicant_id = w.applicant_id
                                          WHERE a.applicant_id IS NULL
                                             OR w.choice < a.choice) AS w
                                 OFFSET 0) AS w$$) \g /dev/null
SELECT pg_temp.measure('rankings as arrays',
                       format('SELECT count(*)
                                 FROM equity_internal.packed_ranking(
                                        %L, %L, NULL, NULL, ''SELECT applicant_id, choice FROM pg_temp.admitted'',
                                        ''lottery'', ''bench'')',
                              pg_temp.query('applications'), pg_temp.query('pools'))) \g /dev/null
SELECT pg_temp.measure('compare_placements, by group',
                       format($$SELECT count(*)
                                  FROM equity.compare_placements(
                                         %L, 'TABLE pg_temp.admitted',
                                         'SELECT * FROM pg_temp.admitted WHERE applicant_id %% 10 > 0', 'groups')$$,
                              pg_temp.query('grouped'))) \g /dev/null
SELECT pg_temp.measure('allocate, reserves and caps',
                       format('SELECT count(*) FROM equity.allocate(%L, %L, %L, %L, seed => ''bench'')',
                              pg_temp.query('grouped'), pg_temp.query('capped'), pg_temp.query('reserves'),
                              pg_temp.query('caps'))) \g /dev/null
SELECT pg_temp.measure('allocate, caps',
                       format('SELECT count(*) FROM equity.allocate(%L, %L, NULL, %L, seed => ''bench'')',
                              pg_temp.query('applications'), pg_temp.query('capped'),
                              pg_temp.query('caps'))) \g /dev/null
SELECT pg_temp.measure('allocate, caps and floors',
                       format('SELECT count(*) FROM equity.allocate(%L, %L, NULL, %L, seed => ''bench'')',
                              pg_temp.query('applications'), pg_temp.query('floored'),
                              pg_temp.query('caps'))) \g /dev/null
SELECT count(*) AS "pools that floors close"
  FROM pool AS p
 WHERE NOT EXISTS (SELECT
                     FROM equity.allocate(pg_temp.query('applications'), pg_temp.query('floored'), NULL,
                                          pg_temp.query('caps'), seed => 'bench') AS a
                    WHERE a.pool_id = p.pool_id);

\echo
\echo :applicants applicants: seconds (medians), beside scan, sort and allocate; bytes an application at the peak
WITH median AS (
  SELECT step, min(number) AS number, max(peak_mb) AS peak_mb,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::numeric AS seconds,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu_seconds)::numeric AS cpu_seconds
    FROM measured
   GROUP BY step
)
SELECT m.step,
       round(m.seconds, 2) AS seconds,
       round(m.seconds / scan.seconds, 1) AS "scans",
       round(m.seconds / sort.seconds, 2) AS "sorts",
       round(m.seconds / allocation.seconds, 2) AS "allocations",
       round(m.cpu_seconds, 2) AS "CPU s",
       round(m.cpu_seconds / sort.cpu_seconds, 2) AS "of a sort's",
       round(m.peak_mb * 1048576 / (SELECT count(*) FROM wish)) AS bytes
  FROM median AS m, median AS scan, median AS sort, median AS allocation
 WHERE scan.step = 'sequential scan' AND sort.step = 'order by' AND allocation.step = 'allocate'
 ORDER BY m.number;

\echo where the time of one allocation goes
SET client_min_messages = debug1;
SELECT count(*) AS admitted
  FROM equity.allocate(pg_temp.query('applications'), pg_temp.query('pools'), seed => 'bench');
SET client_min_messages = warning;

\echo the last applicant displaces the first, who displaces the next, and so on: seconds for n/10 and n
CREATE FUNCTION pg_temp.chain(length bigint) RETURNS void LANGUAGE sql AS $$
  SELECT pg_temp.measure(
           'chain of ' || length,
           format('SELECT count(*)
                     FROM equity.allocate(
                            ''SELECT i AS applicant_id, i + k AS pool_id, k AS choice, 1 + k AS score
                               FROM generate_series(0::bigint, %1$s - 1) AS i, generate_series(0, 1) AS k
                             UNION ALL
                             SELECT %1$s, 0, 0, 3'',
                            ''SELECT i AS pool_id, 1 AS seats FROM generate_series(0::bigint, %1$s) AS i'',
                            tie_break => ''strict'')',
                  length))
$$;
SELECT pg_temp.chain(:applicants / 10), pg_temp.chain(:applicants) \g /dev/null
SELECT step, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::numeric, 2) AS seconds
  FROM measured
 WHERE step LIKE 'chain%'
 GROUP BY step
 ORDER BY min(number);

-- Deferred acceptance as set operations: in each round everybody's first wish not refused yet; each
-- pool refuses whom it has no seat for
CREATE UNLOGGED TABLE small_wish AS SELECT * FROM wish WHERE applicant_id <= :applicants / 10;
CREATE UNLOGGED TABLE small_pool AS SELECT pool_id, greatest(seats / 10, 1) AS seats FROM pool;
ANALYZE small_wish, small_pool;
CREATE FUNCTION pg_temp.in_sets() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMPORARY TABLE standing AS SELECT w.*, equity.lottery('bench', applicant_id) AS lottery FROM small_wish AS w;
  LOOP
    DELETE FROM standing AS s
     USING (SELECT t.applicant_id, t.choice
              FROM (SELECT f.applicant_id, f.choice, f.pool_id,
                           row_number() OVER (PARTITION BY f.pool_id
                                              ORDER BY f.score DESC, f.lottery, f.applicant_id) AS place
                      FROM (SELECT DISTINCT ON (x.applicant_id) x.*
                              FROM standing AS x
                             ORDER BY x.applicant_id, x.choice) AS f) AS t
              JOIN small_pool AS p USING (pool_id)
             WHERE t.place > p.seats) AS refused
     WHERE (s.applicant_id, s.choice) = (refused.applicant_id, refused.choice);
    EXIT WHEN NOT FOUND;
  END LOOP;
  RETURN (SELECT count(DISTINCT applicant_id) FROM standing);
END;
$$;
SELECT pg_temp.measure('in plpgsql by sets', 'SELECT pg_temp.in_sets()', 1),
       pg_temp.measure('the same by allocate',
                       $$SELECT count(*)
                           FROM equity.allocate('SELECT applicant_id, pool_id, choice, score
                                                   FROM public.small_wish',
                                                'TABLE public.small_pool', seed => 'bench')$$) \g /dev/null
\echo a tenth of the market
SELECT step, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::numeric, 3) AS seconds
  FROM measured
 WHERE step LIKE '%sets'
    OR step LIKE 'the same%'
 GROUP BY step
 ORDER BY min(number);
DROP TABLE small_wish, small_pool;
