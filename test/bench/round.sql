-- What the steps of the round of data.sql take, each three times. A step that writes is rolled back
-- and its dead rows vacuumed away, but for the last time, whose result the next step needs.
-- Memory is the most that the server process had for itself during a step: its high-water mark
-- less the pages of shared memory and of files. CPU is that process's, without parallel workers, and says
-- more than the clock on a machine that does other things too. WAL is what the whole server wrote meanwhile.
SET client_min_messages = warning;
SET jit = off;                          -- what it takes to compile a view hides what the view takes
CREATE TEMPORARY TABLE measured (number integer GENERATED ALWAYS AS IDENTITY, step text, seconds numeric,
                                 cpu_seconds numeric, wal_mb numeric, peak_mb numeric);

CREATE FUNCTION pg_temp.status_mb(item text) RETURNS numeric
  LANGUAGE sql
RETURN substring(pg_read_file('/proc/self/status') FROM item || ':\s*(\d+)')::numeric / 1024;

CREATE FUNCTION pg_temp.cpu_seconds() RETURNS numeric
  LANGUAGE sql
RETURN (SELECT (f[12]::numeric + f[13]::numeric) / 100
          FROM string_to_array(split_part(pg_read_file('/proc/self/stat'), ') ', 2), ' ') AS f);

CREATE FUNCTION pg_temp.measure(step text, statement text, undo boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql
AS $$
DECLARE
  began timestamptz;
  ended timestamptz;
  cpu_began numeric;
  cpu_ended numeric;
  wal_began pg_lsn;
  wal_ended pg_lsn;
  peak_mb numeric;
BEGIN
  COPY (SELECT 5) TO '/proc/self/clear_refs';  -- Linux starts a new high-water mark
  BEGIN
    wal_began := pg_current_wal_insert_lsn();
    cpu_began := pg_temp.cpu_seconds();
    began := clock_timestamp();
    EXECUTE statement;
    ended := clock_timestamp();
    cpu_ended := pg_temp.cpu_seconds();
    wal_ended := pg_current_wal_insert_lsn();
    peak_mb := pg_temp.status_mb('VmHWM') - pg_temp.status_mb('RssShmem') - pg_temp.status_mb('RssFile');
    IF undo THEN
      RAISE EXCEPTION USING ERRCODE = 'XUNDO';
    END IF;
  EXCEPTION
    WHEN SQLSTATE 'XUNDO' THEN NULL;
  END;
  INSERT INTO measured (step, seconds, cpu_seconds, wal_mb, peak_mb)
  VALUES (step, extract(epoch FROM ended - began), cpu_ended - cpu_began, (wal_ended - wal_began) / 1048576, peak_mb);
END;
$$;

SELECT pg_temp.measure('score_round', 'SELECT equity.score_round(1)', undo => true) \g /dev/null
VACUUM equity.assessment, equity.application;
SELECT pg_temp.measure('score_round', 'SELECT equity.score_round(1)', undo => true) \g /dev/null
VACUUM equity.assessment, equity.application;
SELECT pg_temp.measure('score_round', 'SELECT equity.score_round(1)') \g /dev/null
VACUUM (ANALYZE) equity.assessment, equity.application;

SELECT pg_temp.measure('score_round, nothing changed', 'SELECT equity.score_round(1)')
  FROM generate_series(1, 3) \g /dev/null
SELECT pg_temp.measure('allocate_round, dry run', 'SELECT equity.allocate_round(1, dry_run => true)')
  FROM generate_series(1, 3) \g /dev/null

SELECT pg_temp.measure('allocate_round', 'SELECT equity.allocate_round(1)', undo => true) \g /dev/null
VACUUM equity.placement;
SELECT pg_temp.measure('allocate_round', 'SELECT equity.allocate_round(1)', undo => true) \g /dev/null
VACUUM equity.placement;
SELECT pg_temp.measure('allocate_round', 'SELECT equity.allocate_round(1)') \g /dev/null
VACUUM (ANALYZE) equity.placement;

SELECT pg_temp.measure('verify_run', 'SELECT equity.verify_run(max(run_id)) FROM equity.allocation_run')
  FROM generate_series(1, 3) \g /dev/null

SELECT pg_temp.measure('publish_run', 'SELECT equity.publish_run(max(run_id)) FROM equity.allocation_run',
                       undo => true) \g /dev/null
VACUUM equity.award, equity.award_event;
SELECT pg_temp.measure('publish_run', 'SELECT equity.publish_run(max(run_id)) FROM equity.allocation_run',
                       undo => true) \g /dev/null
VACUUM equity.award, equity.award_event;
SELECT pg_temp.measure('publish_run', 'SELECT equity.publish_run(max(run_id)) FROM equity.allocation_run') \g /dev/null
VACUUM (ANALYZE) equity.award, equity.award_event;

SELECT pg_temp.measure('report ' || r.report, 'SELECT * FROM equity.' || r.report)
  FROM generate_series(1, 3), (VALUES ('programme_summary'), ('pool_cutoff'), ('pool_fill')) AS r (report) \g /dev/null
SELECT pg_temp.measure('page of the round', 'SELECT equity.round_report(1)') FROM generate_series(1, 3) \g /dev/null

-- one in a hundred declines, the others accept
INSERT INTO equity.award_event (award_id, event, from_status, to_status)
SELECT w.award_id, e.event, 'offered', e.event
  FROM equity.award AS w
 CROSS JOIN LATERAL (SELECT CASE WHEN w.award_id % 100 = 0 THEN 'declined' ELSE 'accepted' END) AS e (event);
UPDATE equity.award SET decision = CASE award_id % 3 WHEN 0 THEN 'float' ELSE 'freeze' END WHERE status = 'accepted';
VACUUM (ANALYZE) equity.award;
SELECT pg_temp.measure('refill_round, 1 % declined', 'SELECT equity.refill_round(1)', undo => true)
  FROM generate_series(1, 3) \g /dev/null
VACUUM equity.award, equity.award_event, equity.placement, equity.run_standing, equity.run_ranking;

SELECT pg_temp.measure('letters', 'SELECT count(sections), count(text) FROM equity.letters(1)') \g /dev/null

-- the yardsticks: what the allocation reads, as a table
CREATE UNLOGGED TABLE bench_input AS
SELECT applicant_id, pool_id, choice, score
  FROM equity.allocation_input
 WHERE round_id = 1;
VACUUM (ANALYZE) bench_input;
SELECT pg_temp.measure('scan', 'SELECT count(*), sum(score) FROM bench_input')
  FROM generate_series(1, 3) \g /dev/null
SELECT pg_temp.measure(
         'sort',
         'SELECT count(*)
            FROM (SELECT * FROM bench_input ORDER BY pool_id, score DESC, applicant_id OFFSET 0) AS s')
  FROM generate_series(1, 3) \g /dev/null

SELECT to_char(applicants, 'FM9,999,999') AS applicants, to_char(applications, 'FM9,999,999') AS "choices that compete",
       to_char(seats, 'FM9,999,999') AS seats, to_char(admitted, 'FM9,999,999') AS admitted, violations
  FROM equity.allocation_run WHERE status = 'published';

WITH median AS (
  SELECT step, min(number) AS number,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::numeric AS seconds,
         min(seconds) AS fastest, max(seconds) AS slowest,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu_seconds)::numeric AS cpu_seconds,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY wal_mb)::numeric AS wal_mb, max(peak_mb) AS peak_mb
    FROM measured GROUP BY step
)
SELECT m.step,
       round(m.seconds, 2) AS "median s",
       round(m.fastest, 2) AS "fastest s",
       round(m.slowest, 2) AS "slowest s",
       round(m.seconds / scan.seconds, 1) AS "of a scan",
       round(m.seconds / sort.seconds, 1) AS "of a sort",
       round(m.cpu_seconds, 2) AS "CPU s",
       round(m.cpu_seconds / sort.cpu_seconds, 1) AS "of a sort's",
       round(m.wal_mb, 1) AS "WAL MB",
       round(m.peak_mb) AS "memory MB"
  FROM median AS m, median AS scan, median AS sort
 WHERE scan.step = 'scan' AND sort.step = 'sort'
 ORDER BY m.number;

SELECT c.relname AS "table", c.reltuples::bigint AS rows,
       round(pg_table_size(c.oid) / 1048576.0, 1) AS "table MB",
       round(pg_indexes_size(c.oid) / 1048576.0, 1) AS "indexes MB"
  FROM pg_class AS c
 WHERE c.relnamespace = 'equity'::regnamespace
   AND c.relkind = 'r'
   AND pg_total_relation_size(c.oid) > 1048576
 ORDER BY pg_total_relation_size(c.oid) DESC;
