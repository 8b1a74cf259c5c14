-- Texts behind digests are kept for as long as a run that counts needs them.

--- Call it when no run is being made.
CREATE FUNCTION equity.prune_digest_sources() RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  dropped bigint;
BEGIN
  WITH list AS MATERIALIZED (
    SELECT d.digest, d.two_levels
      FROM equity.allocation_run AS a
     CROSS JOIN LATERAL (VALUES (a.input_digest, true), (a.standing_digest, true), (a.seat_digest, false),
                                (a.reserve_digest, false), (a.cap_digest, false), (a.card_digest, false)) AS d (digest, two_levels)
     WHERE a.status NOT IN ('superseded', 'failed')
  ), needed AS (
    SELECT l.digest FROM list AS l
    UNION
    SELECT e.after_value
      FROM (SELECT DISTINCT l.digest FROM list AS l WHERE l.two_levels) AS t
     CROSS JOIN LATERAL equity_internal.diff_lines(NULL, equity.digest_text(t.digest)) AS e
  )
  DELETE FROM equity.digest_source AS p
   WHERE NOT EXISTS (SELECT FROM needed AS n WHERE n.digest = p.digest);
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END;
$$;

COMMENT ON FUNCTION equity.prune_digest_sources() IS
  'Deletes from equity.digest_source the texts that only superseded and failed runs went by, and returns how many there were. The runs and their digests stay; they can no longer be compared with others (equity.diff_runs).';
