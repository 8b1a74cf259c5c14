-- Loading persons: their identities and names, whose they are, and who may be one and the same.
--
--   equity_import_identity  identities that a person does not have yet

-- Whom an officer enters belongs to the officer's institution, and nobody is moved to another.
CREATE FUNCTION equity_internal.judge_intake(institutions bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, 'intake_institution', 'ROW_NOT_OWN'
    FROM pg_temp.equity_import_row AS r
   WHERE r.intake_institution_id <> ALL (institutions);
  UPDATE pg_temp.equity_import_row AS r
     SET intake_institution_id = NULL
   WHERE r.applicant_id IS NOT NULL
     AND r.intake_institution_id IS NOT NULL;
  IF cardinality(institutions) = 1 THEN
    UPDATE pg_temp.equity_import_row AS r
       SET intake_institution_id = institutions[1]
     WHERE r.applicant_id IS NULL;
  END IF;
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, 'intake_institution', 'ROW_MISSING'
    FROM pg_temp.equity_import_row AS r
   WHERE r.applicant_id IS NULL
     AND r.intake_institution_id IS NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_intake(bigint[]) IS
  'Gives new persons the institution of the officer who enters them; one of several has to be named.';

CREATE FUNCTION equity_internal.judge_applicants() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'given_name', 'ROW_NAME_STRANGE', r.given_name
    FROM pg_temp.equity_import_row AS r
   WHERE concat_ws(' ', r.title, r.given_name, r.family_name) ~ '[][0-9<>{}@#$%^*_=|~]';

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'given_name', 'ROW_NAME_NOT_KEPT', r.given_name
    FROM pg_temp.equity_import_row AS r
   WHERE num_nonnulls(r.title, r.given_name, r.family_name) > 0
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_key AS k WHERE k.line = r.line AND k.key_kind <> 'source')
     AND NOT EXISTS (SELECT FROM equity.applicant_identity AS i WHERE i.applicant_id = r.applicant_id AND i.valid_to IS NULL);

  WITH kept AS (
    UPDATE pg_temp.equity_import_row AS r
       SET source_key = NULL
      FROM equity.applicant AS a
     WHERE a.applicant_id = r.applicant_id
       AND r.source_key IS NOT NULL
       AND (a.source, a.source_key) <> (coalesce(r.source, 'file'), r.source_key)
    RETURNING r.line
  )
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT k.line, 'source_key', 'ROW_KNOWN_ELSEWHERE' FROM kept AS k;

  INSERT INTO pg_temp.equity_import_identity (line, identity_kind, identity, replaces)
  SELECT DISTINCT r.line, k.key_kind, k.key, i.identity IS NOT NULL
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_key AS k ON k.line = r.line AND k.key_kind <> 'source'
    LEFT JOIN equity.applicant_identity AS i
      ON i.applicant_id = r.applicant_id
     AND i.identity_kind = k.key_kind
     AND i.valid_to IS NULL
   WHERE NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS o
                      WHERE o.applicant_id = r.applicant_id
                        AND o.identity_kind = k.key_kind
                        AND o.identity = k.key);
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT n.line, n.identity_kind,
         CASE WHEN f.line IS NULL OR n.identities > 1 THEN 'ROW_IDENTITY_DIFFERS' ELSE 'ROW_IDENTITY_REPLACED' END, n.identity
    FROM (SELECT i.line, i.identity_kind, min(i.identity) AS identity, count(*) AS identities, bool_or(i.replaces) AS replaces
            FROM pg_temp.equity_import_identity AS i
           GROUP BY i.line, i.identity_kind) AS n
    LEFT JOIN pg_temp.equity_import_found AS f ON f.line = n.line AND f.key_kind = 'source'
   WHERE n.replaces OR n.identities > 1;

  INSERT INTO pg_temp.equity_import_touched (line)
  SELECT i.line FROM pg_temp.equity_import_identity AS i
  UNION
  SELECT r.line
    FROM pg_temp.equity_import_row AS r
    JOIN equity.applicant_identity AS i ON i.applicant_id = r.applicant_id AND i.valid_to IS NULL
   WHERE (i.title, i.given_name, i.family_name)
         IS DISTINCT FROM (coalesce(r.title, i.title), coalesce(r.given_name, i.given_name), coalesce(r.family_name, i.family_name));
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_applicants() IS
  'What lines say of names and identities: problems, equity_import_identity, and which lines change some of it.';

CREATE FUNCTION equity_internal.write_identities() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  -- an identity that began today has no history worth keeping, nor room for it
  UPDATE equity.applicant_identity AS i
     SET identity = n.identity
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.replaces
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = n.identity_kind
     AND i.valid_to IS NULL
     AND i.valid_from >= CURRENT_DATE;
  UPDATE equity.applicant_identity AS i
     SET valid_to = CURRENT_DATE
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.replaces
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = n.identity_kind
     AND i.valid_to IS NULL
     AND i.identity <> n.identity;

  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
  SELECT r.applicant_id, n.identity_kind, n.identity,
         coalesce(r.title, o.title), coalesce(r.given_name, o.given_name), coalesce(r.family_name, o.family_name)
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
    LEFT JOIN (SELECT DISTINCT ON (i.applicant_id) i.applicant_id, i.title, i.given_name, i.family_name
                 FROM equity.applicant_identity AS i
                WHERE i.applicant_id IN (SELECT t.applicant_id FROM pg_temp.equity_import_row AS t)
                ORDER BY i.applicant_id, i.valid_to DESC NULLS FIRST, i.valid_from DESC, i.identity_kind) AS o
      ON o.applicant_id = r.applicant_id
   WHERE NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS i
                      WHERE i.applicant_id = r.applicant_id
                        AND i.identity_kind = n.identity_kind
                        AND i.identity = n.identity);

  -- whoever has a citizen id needs a G-code no longer
  UPDATE equity.applicant_identity AS i
     SET valid_to = greatest(CURRENT_DATE, i.valid_from + 1)
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.identity_kind = 'citizen_id'
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = 'g_code'
     AND i.valid_to IS NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_identities() IS
  'Gives persons the identities of equity_import_identity; those that they take the place of end.';

CREATE FUNCTION equity_internal.write_names() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  WITH renamed AS (
    SELECT i.applicant_id, i.identity_kind, i.valid_from,
           coalesce(r.title, i.title) AS title, coalesce(r.given_name, i.given_name) AS given_name, coalesce(r.family_name, i.family_name) AS family_name
      FROM pg_temp.equity_import_row AS r
      JOIN equity.applicant_identity AS i ON i.applicant_id = r.applicant_id AND i.valid_to IS NULL
     WHERE (i.title, i.given_name, i.family_name)
           IS DISTINCT FROM (coalesce(r.title, i.title), coalesce(r.given_name, i.given_name), coalesce(r.family_name, i.family_name))
  ), corrected AS (
    UPDATE equity.applicant_identity AS i
       SET title = n.title, given_name = n.given_name, family_name = n.family_name
      FROM renamed AS n
     WHERE (i.applicant_id, i.identity_kind, i.valid_from) = (n.applicant_id, n.identity_kind, n.valid_from)
       AND i.valid_from >= CURRENT_DATE
  ), ended AS (
    UPDATE equity.applicant_identity AS i
       SET valid_to = CURRENT_DATE
      FROM renamed AS n
     WHERE (i.applicant_id, i.identity_kind, i.valid_from) = (n.applicant_id, n.identity_kind, n.valid_from)
       AND i.valid_from < CURRENT_DATE
    RETURNING i.applicant_id, i.identity_kind, i.identity, n.title, n.given_name, n.family_name
  )
  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
  SELECT e.applicant_id, e.identity_kind, e.identity, e.title, e.given_name, e.family_name FROM ended AS e;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_names() IS
  'Gives persons the names of their lines. A name of before today stays in the history.';

-- Only who shares birth date and name with another is looked at, and what was decided stays decided.
CREATE FUNCTION equity_internal.find_candidates(batch text, institutions bigint[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  found_pairs bigint;
BEGIN
  WITH touched AS MATERIALIZED (
    SELECT a.applicant_id, a.birth_date
      FROM pg_temp.equity_import_row AS r
      JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action <> 'unchanged'
      JOIN equity.applicant AS a ON a.applicant_id = r.applicant_id
     WHERE a.birth_date IS NOT NULL
  ), known AS MATERIALIZED (
    SELECT DISTINCT a.applicant_id, a.birth_date,
           lower(equity.thai_normal(i.given_name)) AS given_name, lower(equity.thai_normal(coalesce(i.family_name, ''))) AS family_name
      FROM equity.applicant AS a
      JOIN equity.applicant_identity AS i ON i.applicant_id = a.applicant_id AND i.valid_to IS NULL
     WHERE a.birth_date IN (SELECT t.birth_date FROM touched AS t)
       AND i.given_name IS NOT NULL
  ), pair AS (
    SELECT least(k.applicant_id, o.applicant_id) AS first_id, greatest(k.applicant_id, o.applicant_id) AS other_id, 'name_and_birth_date' AS reason
      FROM touched AS t
      JOIN known AS k ON k.applicant_id = t.applicant_id
      JOIN known AS o
        ON o.birth_date = k.birth_date
       AND o.given_name = k.given_name
       AND o.family_name = k.family_name
       AND o.applicant_id <> k.applicant_id
    UNION ALL
    SELECT p.first_id, p.last_id, 'identities'
      FROM pg_temp.equity_import_person AS p
     WHERE p.first_id < p.last_id
  ), added AS (
    INSERT INTO equity.duplicate_candidate (applicant_id, other_applicant_id, reason, batch)
    SELECT p.first_id, p.other_id, min(p.reason), find_candidates.batch
      FROM pair AS p
     GROUP BY p.first_id, p.other_id
    ON CONFLICT DO NOTHING
    RETURNING applicant_id, other_applicant_id
  )
  SELECT count(*) INTO found_pairs
    FROM added AS n
   WHERE institutions IS NULL
      OR n.applicant_id IN (SELECT o.applicant_id FROM equity_internal.applicants_at(institutions) AS o (applicant_id))
         AND n.other_applicant_id IN (SELECT o.applicant_id FROM equity_internal.applicants_at(institutions) AS o (applicant_id));
  RETURN found_pairs;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_candidates(text, bigint[]) IS
  'Puts pairs of persons who may be one into equity.duplicate_candidate and returns how many are new, of those whom officers of these institutions see.';
