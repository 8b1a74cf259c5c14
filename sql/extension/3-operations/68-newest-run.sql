-- Rounds by their code, and the run that a job means when it names a round.

--- Errors: P0002 no round has the code.
CREATE FUNCTION equity.round_id(round_code text) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_id bigint;
BEGIN
  SELECT r.round_id INTO found_id
    FROM equity.round AS r
   WHERE r.round_code = round_id.round_code;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('no round has the code %s', coalesce(quote_literal(equity_internal.excerpt(round_id.round_code)), 'NULL')),
      HINT = 'The codes are in equity.round.';
  END IF;
  RETURN found_id;
END;
$$;

COMMENT ON FUNCTION equity.round_id(text) IS
  'The id of a round by its code, for example equity.round_id(''2566/1''). Reads the registry.';

--- Whatever its status: a run that failed is the newest until the round is allocated again.
---
--- Errors: P0002 no such round; 55000 the round has no run.
CREATE FUNCTION equity.newest_run(round_id bigint) RETURNS bigint
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round := equity_internal.find_round(newest_run.round_id);
  newest bigint := (SELECT max(a.run_id) FROM equity.allocation_run AS a WHERE a.round_id = this_round.round_id);
BEGIN
  IF newest IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s has no allocation run', this_round.round_id),
      HINT = format('Allocate it first: equity.allocate_round(%s).', this_round.round_id);
  END IF;
  RETURN newest;
END;
$$;

COMMENT ON FUNCTION equity.newest_run(bigint) IS
  'The newest allocation run of a round. Give it to what takes a run, for example equity.waitlist(equity.newest_run(1)). Reads the registry.';

--- Errors: those of equity.newest_run and equity.verify_run.
CREATE FUNCTION equity.verify_round(round_id bigint) RETURNS SETOF equity.violation
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT v.violation, v.applicant_id, v.pool_id, v.other_applicant_id, v.detail
    FROM equity.verify_run(equity.newest_run(verify_round.round_id)) AS v;
END;

COMMENT ON FUNCTION equity.verify_round(bigint) IS
  'equity.verify_run for the newest allocation run of a round. Reads the registry.';

--- Errors: those of equity.newest_run and equity.publish_run.
CREATE FUNCTION equity.publish_round(round_id bigint) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
RETURN equity.publish_run(equity.newest_run(publish_round.round_id));

COMMENT ON FUNCTION equity.publish_round(bigint) IS
  'equity.publish_run for the newest allocation run of a round; returns the number of offers. Reads the registry.';

--- Errors: those of equity.newest_run and equity.replay_run.
CREATE FUNCTION equity.replay_round(round_id bigint) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
RETURN equity.replay_run(equity.newest_run(replay_round.round_id));

COMMENT ON FUNCTION equity.replay_round(bigint) IS
  'equity.replay_run for the newest allocation run of a round. Reads the registry.';
