-- What foreign keys would have refused, where there are none because operations write the rows of a
-- whole round. A check is one SELECT of the list below, over whole sets of rows.

-- RETURN QUERY may use parallel workers.
--- relation: the table whose rows lack what they refer to. violation:
---
--- - orphan_assessment: no application of this applicant in the round, no such programme in the round,
---   or no such version of the scorecard with this digest;
--- - orphan_placement: no application of this applicant in the round of the run, or no such pool there;
--- - orphan_ranking: no application in the round of the run.
---
--- run_id: of placements and rankings. Without round_id, or with NULL, all rounds are checked. Writes
--- nothing: SELECT rights are enough.
---
--- Errors: P0002 no such round.
CREATE FUNCTION equity.check_integrity(round_id bigint DEFAULT NULL)
  RETURNS TABLE (relation text, violation text, run_id bigint, applicant_id bigint, pool_id bigint, detail text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  IF round_id IS NOT NULL THEN
    PERFORM equity_internal.find_round(round_id);
  END IF;

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no application in round %s', s.round_id)
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = s.applicant_id
                        AND a.round_id = s.round_id);

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no programme %s in round %s', equity_internal.excerpt(s.programme_code), s.round_id)
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.round_programme AS rp
                      WHERE rp.round_id = s.round_id
                        AND rp.programme_code = s.programme_code);

  RETURN QUERY
  SELECT 'assessment', 'orphan_assessment', NULL::bigint, s.applicant_id, NULL::bigint,
         format('no version %s of scorecard %s with the digest stored', s.card_version, equity_internal.excerpt(s.card_code))
    FROM equity.assessment AS s
   WHERE (check_integrity.round_id IS NULL OR s.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.scorecard_version AS v
                      WHERE v.card_code = s.card_code
                        AND v.version = s.card_version
                        AND v.digest = s.card_digest);

  RETURN QUERY
  SELECT 'placement', 'orphan_placement', t.run_id, t.applicant_id, t.pool_id,
         format('no application in round %s', r.round_id)
    FROM equity.placement AS t
    JOIN equity.allocation_run AS r
      ON r.run_id = t.run_id
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = t.applicant_id
                        AND a.round_id = r.round_id);

  RETURN QUERY
  SELECT 'placement', 'orphan_placement', t.run_id, t.applicant_id, t.pool_id,
         format('no such pool in round %s', r.round_id)
    FROM equity.placement AS t
    JOIN equity.allocation_run AS r
      ON r.run_id = t.run_id
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.seat_pool AS p
                      WHERE p.pool_id = t.pool_id
                        AND p.round_id = r.round_id);

  RETURN QUERY
  SELECT 'run_ranking', 'orphan_ranking', k.run_id, u.applicant_id, k.pool_id,
         format('no application in round %s', r.round_id)
    FROM equity.run_ranking AS k
    JOIN equity.allocation_run AS r
      ON r.run_id = k.run_id
   CROSS JOIN LATERAL unnest(k.applicants) AS u (applicant_id)
   WHERE (check_integrity.round_id IS NULL OR r.round_id = check_integrity.round_id)
     AND NOT EXISTS (SELECT FROM equity.application AS a
                      WHERE a.applicant_id = u.applicant_id
                        AND a.round_id = r.round_id);
END;
$$;

COMMENT ON FUNCTION equity.check_integrity(bigint) IS
  'Rows of a round, or of all, that refer to what is not there: what foreign keys would have refused in the tables that operations fill. No rows when nothing is amiss. Reads the registry.';

-- What a row of the child and the row that it names have in common, for each foreign key of the registry.
CREATE FUNCTION equity_internal.foreign_keys()
  RETURNS TABLE (relation text, foreign_key text, referenced text, named text, matched text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT c.relname, k.conname, k.confrelid::regclass::text,
         string_agg(format('t.%I IS NOT NULL', a.attname), ' AND ' ORDER BY p.place),
         string_agg(format('r.%I = t.%I', b.attname, a.attname), ' AND ' ORDER BY p.place)
    FROM pg_constraint AS k
    JOIN pg_class AS c ON c.oid = k.conrelid
   CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS p (child, parent, place)
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = p.child
    JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = p.parent
   WHERE k.contype = 'f'
     AND c.relnamespace = 'equity'::regnamespace
   GROUP BY c.relname, k.conname, k.confrelid
   ORDER BY c.relname COLLATE "C", k.conname COLLATE "C";
END;

COMMENT ON FUNCTION equity_internal.foreign_keys() IS
  'The foreign keys of the registry, with the SQL of whether row t of the table names something and of whether it is row r.';

--- PostgreSQL holds every key while rows are written, so there is nothing to find, except after rows
--- came unchecked: from a dump that was restored with session_replication_role = replica, which
--- pg_restore -j needs, or by logical replication. Writes nothing; it needs SELECT on all tables of the
--- registry.
---
--- Errors: 42501 on a table that the caller may not read whole.
CREATE FUNCTION equity.key_violations() RETURNS TABLE (relation text, foreign_key text, orphans bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  key record;
BEGIN
  FOR key IN SELECT f.* FROM equity_internal.foreign_keys() AS f LOOP
    EXECUTE format('SELECT count(*) FROM equity.%I AS t WHERE %s AND NOT EXISTS (SELECT FROM %s AS r WHERE %s)',
                   key.relation, key.named, key.referenced, key.matched) INTO orphans;
    IF orphans > 0 THEN
      relation := key.relation;
      foreign_key := key.foreign_key;
      RETURN NEXT;
    END IF;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity.key_violations() IS
  'Foreign keys of the registry that do not hold, each with the number of rows that name what is not there. No rows when all hold, as they must unless rows came unchecked.';
