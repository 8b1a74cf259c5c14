-- What long operations report while they run.

CREATE VIEW equity.progress WITH (security_invoker = true) AS
  SELECT s.pid, s.operation, s.round_id, s.phase, s.done, s.total,
         round(s.done / t.seconds) AS rate,
         CASE WHEN s.done > 0 AND s.total > 0 THEN make_interval(secs => ceil(t.seconds * (s.total - s.done) / s.done)::double precision) END AS time_left,
         s.started_at
    FROM equity_internal.progress_slots() AS s
   CROSS JOIN LATERAL (SELECT greatest(extract(epoch FROM clock_timestamp() - s.phase_started_at), 0.001) AS seconds) AS t;

COMMENT ON VIEW equity.progress IS
  'How far the long operations have come that run in this database now: one row for each session that is at one. Counts are renewed every 100,000 rows.';
COMMENT ON COLUMN equity.progress.pid IS 'Process of the session, as in pg_stat_activity; pg_cancel_backend(pid) ends the work without a trace.';
COMMENT ON COLUMN equity.progress.operation IS 'Operation: load_rows, close_round, score_round, allocate_round, verify_run, publish_run or refill_round; allocate or verify when one is called by itself.';
COMMENT ON COLUMN equity.progress.round_id IS 'Round (รอบการรับสมัคร) of the operation, NULL for load_rows, and for allocate and verify by themselves.';
COMMENT ON COLUMN equity.progress.phase IS 'What it is doing.';
COMMENT ON COLUMN equity.progress.done IS 'Rows that the phase has read; 0 where it does not count them: scoring, of which several processes may do a part, tells its scorecard alone.';
COMMENT ON COLUMN equity.progress.total IS 'About how many rows the phase will have; NULL when it is not known.';
COMMENT ON COLUMN equity.progress.rate IS 'Rows a second since the phase began.';
COMMENT ON COLUMN equity.progress.time_left IS 'How long the phase will still take at this rate; NULL when that is not known.';
COMMENT ON COLUMN equity.progress.started_at IS 'When the operation began.';
