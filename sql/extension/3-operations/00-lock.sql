-- Steps that all operations on a round share. An operation is one transaction: it
-- takes the round, checks its status, does its work on whole sets of rows, moves the
-- round on and writes one audit event. It runs with the caller's rights, and with
-- equity_internal.whole_rows on, so that a role that sees only some rows gets an error instead
-- of a smaller round: the views that say who takes part are security_invoker. The facts
-- and the reports read with the rights of their owner.
--
-- Operations lock rows, never advisory locks, which any role may take: a row is locked by who may
-- SELECT it and UPDATE a column of it. So only who may change a round holds up its operations, only
-- who may change awards holds up decisions and refills, and only who may UPDATE equity.audit_lock
-- holds up the audit trail. Where several are needed, the round comes first, then the awards of the
-- round, then the audit trail, then single awards. A load, also an officer's, shares the rounds that
-- it writes to until it commits: they do not close over what is on its way.
--
-- Settings of the planner on functions of operations and reports have these reasons:
--
-- - enable_nestloop = off: right after a step its rows have no statistics, and a guess of one row
--   would cost hours over a whole round.
-- - jit = off: what cannot do without a nested loop then looks so dear that the smallest query would
--   be compiled; and compiling the many columns of the facts costs more than it saves.
-- - plan_cache_mode = force_custom_plan: the plan must know the round, whose share of a table is
--   anything from nothing to all, and see a scorecard as a constant.
-- - parallel_tuple_cost = 0.01: a row from a worker costs about what a join of it does, a tenth of
--   what the server takes it for.

CREATE FUNCTION equity_internal.require_words(words text, what text, advice text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF coalesce(btrim(words), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = what,
      HINT = advice;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_words(text, text, text) IS
  'Raises 22023 with the given message and hint unless something was said: a reason, a note, a reference.';

CREATE FUNCTION equity_internal.find_round(round_id bigint) RETURNS equity.round
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_round equity.round;
BEGIN
  SELECT r.* INTO found_round
    FROM equity.round AS r
   WHERE r.round_id = find_round.round_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('round %s does not exist', coalesce(find_round.round_id::text, 'NULL')),
      HINT = 'The ids are in equity.round.';
  END IF;
  RETURN found_round;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_round(bigint) IS
  'Returns the row of a round. Error P0002 when there is no such round.';

CREATE FUNCTION equity_internal.find_run(run_id bigint) RETURNS equity.allocation_run
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_run equity.allocation_run;
BEGIN
  SELECT a.* INTO found_run
    FROM equity.allocation_run AS a
   WHERE a.run_id = find_run.run_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('allocation run %s does not exist', coalesce(find_run.run_id::text, 'NULL')),
      HINT = 'The ids are in equity.allocation_run.';
  END IF;
  RETURN found_run;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_run(bigint) IS
  'Returns the row of an allocation run. Error P0002 when there is no such run.';

CREATE FUNCTION equity_internal.lock_round(round_id bigint) RETURNS equity.round
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
BEGIN
  PERFORM equity_internal.require_operator('round');
  -- intake goes on beside it: foreign keys onto the round lock in a weaker mode
  SELECT r.* INTO this_round
    FROM equity.round AS r
   WHERE r.round_id = lock_round.round_id
     FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM equity_internal.find_round(lock_round.round_id);
    RAISE EXCEPTION USING
      ERRCODE = 'lock_not_available',
      MESSAGE = format('another operation is at work on round %s', lock_round.round_id),
      HINT = 'Run this again when that operation has ended.';
  END IF;
  RETURN this_round;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_round(bigint) IS
  'Locks a round until the end of the transaction and returns its row. Error 55P03 when another operation holds it, P0002 when there is no such round.';

CREATE FUNCTION equity_internal.require_status(this_round equity.round, operation text, VARIADIC allowed text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF this_round.status = ANY (allowed) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('round %s is %s', this_round.round_id, this_round.status),
    DETAIL = format('%s needs a round that is %s.', operation, array_to_string(allowed, ' or ')),
    HINT = CASE this_round.status
             WHEN 'draft' THEN format('Open it first: equity.open_round(%s, commitment).', this_round.round_id)
             WHEN 'open' THEN format('Close it first: equity.close_round(%s, seed).', this_round.round_id)
             WHEN 'closed' THEN format('Score it first: equity.score_round(%s).', this_round.round_id)
             WHEN 'scored' THEN format('Allocate it first: equity.allocate_round(%s).', this_round.round_id)
             WHEN 'allocated' THEN 'Verify its newest run first: equity.verify_run(run).'
             WHEN 'verified' THEN 'Publish its newest run: equity.publish_run(run).'
             ELSE 'The awards of this round are published: they change one by one, no longer as a round.'
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_status(equity.round, text, text[]) IS
  'Raises 55000 unless the round has one of the statuses that the operation needs; the hint names the step to do first.';

CREATE FUNCTION equity_internal.lock_run(run_id bigint) RETURNS equity.allocation_run
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.lock_round(a.round_id)
     FROM equity.allocation_run AS a
    WHERE a.run_id = lock_run.run_id;
  -- read once the round is ours: what another operation did to the run is seen
  RETURN equity_internal.find_run(lock_run.run_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_run(bigint) IS
  'Locks the round of an allocation run until the end of the transaction and returns the run. Error 55P03 when another operation holds the round, P0002 when there is no such run.';

CREATE FUNCTION equity_internal.supersede_runs(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  changed bigint;
BEGIN
  UPDATE equity.allocation_run AS a
     SET status = 'superseded'
   WHERE a.round_id = supersede_runs.round_id
     AND a.status IN ('draft', 'verified', 'failed');
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.supersede_runs(bigint) IS
  'Marks the unpublished allocation runs of a round as superseded and returns how many there were.';
