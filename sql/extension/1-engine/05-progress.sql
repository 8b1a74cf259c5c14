-- How far long work has come (src/progress.c). allocate and verify report by themselves, an operation for all of
-- its parts.

--- A call that names another phase ends the one before; the work itself ends with the statement in which it began.
CREATE FUNCTION equity_internal.report_progress(operation text, round_id bigint, phase text, total bigint DEFAULT 0) RETURNS void
  LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED
  AS 'MODULE_PATHNAME', 'equity_report_progress';

COMMENT ON FUNCTION equity_internal.report_progress(text, bigint, text, bigint) IS
  'Tells other sessions that an operation on a round begins a phase, of about so many rows, or of 0 when that is not known. No personal data in it.';

CREATE FUNCTION equity_internal.count_row(line bigint) RETURNS bigint
  LANGUAGE c VOLATILE PARALLEL RESTRICTED
  AS 'MODULE_PATHNAME', 'equity_count_row';

COMMENT ON FUNCTION equity_internal.count_row(bigint) IS
  'Its argument, and one row more of the phase under way.';

-- SECURITY DEFINER only so that whom no level lets may not call it.
CREATE FUNCTION equity_internal.progress_slots(
  OUT pid integer, OUT operation text, OUT round_id bigint, OUT phase text, OUT done bigint, OUT total bigint,
  OUT started_at timestamptz, OUT phase_started_at timestamptz
) RETURNS SETOF record
  LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000 ROWS 5
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'equity_progress_slots';

COMMENT ON FUNCTION equity_internal.progress_slots() IS
  'The work that runs in this database, as each backend last reported it (equity_internal.report_progress).';
