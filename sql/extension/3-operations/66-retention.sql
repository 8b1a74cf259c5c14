-- Texts behind digests are kept for as long as a run that counts needs them.

--- Call it when no run is being made.
CREATE FUNCTION equity.prune_digest_sources() RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  dropped bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.prune_digest_sources();
  END IF;
  WITH entire AS MATERIALIZED (
    SELECT DISTINCT i.digest
      FROM equity.run_input AS i
      JOIN equity.allocation_run AS a
        ON a.run_id = i.run_id
     WHERE a.status NOT IN ('superseded', 'failed')
  ), needed AS (
    SELECT e.digest FROM entire AS e
    UNION
    -- the rules that were announced
    SELECT d.digest
      FROM equity.round AS r
     CROSS JOIN LATERAL jsonb_each_text(equity_internal.announced_rules(r.round_id) -> 'rules') AS d (rule, digest)
    UNION
    -- and what the lines of a text name; other values are no digests and match nothing
    SELECT l.after_value
      FROM entire AS e
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(e.digest)) AS l
  )
  DELETE FROM equity.digest_source AS p
   WHERE NOT EXISTS (SELECT FROM needed AS n WHERE n.digest = p.digest);
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END;
$$;

COMMENT ON FUNCTION equity.prune_digest_sources() IS
  'Deletes from equity.digest_source the texts that only superseded and failed runs used, and returns how many there were. The runs and their digests stay; they can no longer be compared with others (equity.diff_runs). Reads the registry.';
