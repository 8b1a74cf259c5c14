-- Giving and taking levels. Rights are ordinary ones of PostgreSQL, given by GRANT in the name of whoever calls,
-- so that they are seen where rights are looked for, and dumped.

CREATE FUNCTION equity_internal.rights_of(level text) RETURNS TABLE (object text, privilege text, columns text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE r.kind
           WHEN 'table' THEN format('TABLE equity.%I', r.object)
           WHEN 'internal' THEN format('TABLE equity_internal.%I', r.object)
           WHEN 'type' THEN format('TYPE equity_internal.%I', r.object)
           ELSE (SELECT format('FUNCTION equity_internal.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid))
                   FROM pg_proc AS p
                  WHERE p.pronamespace = 'equity_internal'::regnamespace
                    AND p.proname = r.object)
         END,
         CASE m.part[1]
           WHEN 'r' THEN 'SELECT'
           WHEN 'a' THEN 'INSERT'
           WHEN 'w' THEN 'UPDATE'
           WHEN 'd' THEN 'DELETE'
           WHEN 'x' THEN 'EXECUTE'
           WHEN 'U' THEN 'USAGE'
         END,
         m.part[2]
    FROM equity_internal.level_right AS r
   CROSS JOIN LATERAL regexp_matches(to_jsonb(r) ->> rights_of.level, '([a-zU])([(][^)]*[)])?', 'g') AS m (part);
END;

COMMENT ON FUNCTION equity_internal.rights_of(text) IS
  'The rights of a level (equity_internal.level_right) in the words of GRANT: object, privilege, and columns in parentheses or NULL for all.';

CREATE FUNCTION equity_internal.grant_rights(role text, level text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT r.* FROM equity_internal.rights_of(grant_rights.level) AS r LOOP
    EXECUTE format('GRANT %s%s ON %s TO %I', given.privilege, given.columns, given.object, role);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.grant_rights(text, text) IS
  'Gives a role the rights of a level.';

CREATE FUNCTION equity_internal.role_exists(role text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = role_exists.role);

COMMENT ON FUNCTION equity_internal.role_exists(text) IS
  'Whether there is a role of that name.';

-- An upgrade that changes what levels may do ends with it.
CREATE FUNCTION equity_internal.renew_access() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.grant_rights(g.role_name, g.level)
     FROM (SELECT DISTINCT a.role_name, a.level FROM equity.access_grant AS a) AS g
    WHERE equity_internal.role_exists(g.role_name);
END;
$$;

COMMENT ON FUNCTION equity_internal.renew_access() IS
  'Gives each role that has a level (equity.access_grant) the rights that it has now.';

CREATE FUNCTION equity_internal.require_known_access(role text, level text, institution_id bigint) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT equity_internal.owns_registry() THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = 'permission denied for levels of access',
      HINT = 'Only who has installed the extension, or a superuser, gives and takes them.';
  END IF;
  IF role IS NULL OR level IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'a level of access needs a role and a level',
      HINT = 'For example equity.grant_access(''nan_college'', ''officer'', 17).';
  END IF;
  IF level NOT IN ('reader', 'analyst', 'officer', 'operator', 'auditor') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('unrecognized level "%s"', equity_internal.excerpt(level)),
      HINT = 'Levels are reader, analyst, officer, operator and auditor.';
  END IF;
  IF level <> 'officer' AND institution_id IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('level %s is not for an institution', level),
      HINT = 'Only an officer is of an institution.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_known_access(text, text, bigint) IS
  'Errors of what equity.grant_access and equity.revoke_access are given: 42501, 22004, 22023.';

--- role is a login, or better a group that logins are members of. reader reads the reports and
--- nothing behind them; analyst also rules, facts and scores, but neither identities nor what
--- is sensitive in law; officer the rows and letters of the applicants of one institution, whom
--- it enters and corrects (a call for each institution); operator sets up rounds and does the
--- operations, without a right to write scores, placements or awards; auditor reads all but
--- identities and verifies. A role may have several levels. A second call gives again what the
--- level has.
---
--- Errors: 42501 the caller has not installed the extension; 42704 no such role; P0002 no such
--- institution; 22004 no role or level, or an officer without institution; 22023 another level,
--- or an institution for a level that has none.
CREATE FUNCTION equity.grant_access(role text, level text, institution_id bigint DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_known_access(grant_access.role, grant_access.level, grant_access.institution_id);
  IF NOT equity_internal.role_exists(role) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'undefined_object',
      MESSAGE = format('role "%s" does not exist', equity_internal.excerpt(role)),
      HINT = 'Make it first: CREATE ROLE.';
  END IF;
  IF level = 'officer' AND grant_access.institution_id IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'an officer needs an institution',
      HINT = 'Pass its id as third argument, from equity.institution.';
  END IF;
  IF level = 'officer' AND NOT EXISTS (SELECT FROM equity.institution AS i WHERE i.institution_id = grant_access.institution_id) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('institution %s does not exist', grant_access.institution_id),
      HINT = 'The ids are in equity.institution.';
  END IF;
  IF equity_internal.owns_registry(role::name) THEN
    RAISE NOTICE 'role "%" owns the registry: levels neither narrow nor help it', role;
  END IF;

  INSERT INTO equity.access_grant (role_name, level, institution_id)
  VALUES (grant_access.role, grant_access.level, grant_access.institution_id)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RAISE NOTICE 'role "%" has level % already', role, level;
  END IF;
  PERFORM equity_internal.grant_rights(grant_access.role, grant_access.level);
  PERFORM equity.audit_append('grant_access', NULL, NULL,
                              jsonb_strip_nulls(jsonb_build_object('role', role, 'level', level, 'institution_id', institution_id)));
END;
$$;

COMMENT ON FUNCTION equity.grant_access(text, text, bigint) IS
  'Gives a role a level: reader, analyst, officer of an institution, operator or auditor, with exactly the rights that its work needs, and leaves it in the audit trail. Reads the registry.';

CREATE FUNCTION equity_internal.require_revoked(role text, level text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  others text;
BEGIN
  SELECT string_agg(DISTINCT a.grantor::regrole::text, ', ') INTO others
    FROM equity_internal.rights_of(require_revoked.level) AS r
    JOIN pg_class AS c ON r.object = format('TABLE %s', c.oid::regclass)
   CROSS JOIN LATERAL aclexplode(c.relacl) AS a
   WHERE a.grantee = to_regrole(quote_ident(role))
     AND a.privilege_type = r.privilege;
  IF others IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = format('role "%s" would keep rights of level %s', role, level),
      DETAIL = format('They were granted by %s.', others),
      HINT = 'Take the level back as that role: SET ROLE.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_revoked(text, text) IS
  'Error 42501 when a role has rights of a level from somebody in whose name the caller cannot revoke them.';

--- What another level of the role needs stays. Without institution_id an officer loses all
--- institutions. A level that the role has not, or a role that is gone, is no error.
---
--- Errors: 42501 the caller has not installed the extension, or somebody else granted the rights;
--- 22004 no role or level; 22023 another level, or an institution for a level that has none.
CREATE FUNCTION equity.revoke_access(role text, level text, institution_id bigint DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  taken record;
BEGIN
  PERFORM equity_internal.require_known_access(revoke_access.role, revoke_access.level, revoke_access.institution_id);
  DELETE FROM equity.access_grant AS g
   WHERE g.role_name = revoke_access.role
     AND g.level = revoke_access.level
     AND (revoke_access.institution_id IS NULL OR g.institution_id = revoke_access.institution_id);
  IF NOT FOUND THEN
    RAISE NOTICE 'role "%" has no such level: nothing was changed', equity_internal.excerpt(role);
    RETURN;
  END IF;

  IF equity_internal.role_exists(role)
     AND NOT EXISTS (SELECT FROM equity.access_grant AS g
                      WHERE g.role_name = revoke_access.role
                        AND g.level = revoke_access.level)
  THEN
    FOR taken IN SELECT r.* FROM equity_internal.rights_of(revoke_access.level) AS r LOOP
      EXECUTE format('REVOKE %s%s ON %s FROM %I', taken.privilege, taken.columns, taken.object, role);
    END LOOP;
    PERFORM equity_internal.require_revoked(revoke_access.role, revoke_access.level);
    PERFORM equity_internal.grant_rights(g.role_name, g.level)
       FROM (SELECT DISTINCT a.role_name, a.level FROM equity.access_grant AS a WHERE a.role_name = revoke_access.role) AS g;
  END IF;
  PERFORM equity.audit_append('revoke_access', NULL, NULL,
                              jsonb_strip_nulls(jsonb_build_object('role', role, 'level', level, 'institution_id', institution_id)));
END;
$$;

COMMENT ON FUNCTION equity.revoke_access(text, text, bigint) IS
  'Takes a level back from a role with the rights that it gave, and leaves it in the audit trail. Reads the registry.';
