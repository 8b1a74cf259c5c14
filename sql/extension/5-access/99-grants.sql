-- Access. The tables hold personal data, so nobody but who is granted it reads them, whatever the
-- default privileges of the database are. When an ordinary role makes a trusted install, the objects
-- belong to the bootstrap superuser; that role may do everything with the rows and let others do it. It
-- may not create objects in the schema: what the extension calls by a qualified name is its own. And
-- it has neither TRIGGER nor REFERENCES: the checks of foreign keys run with the rights of the
-- tables' owner, so a trigger or a cast that comes with them would run as a superuser.

-- What default privileges gave away is taken back from whoever got it. PUBLIC keeps what PostgreSQL
-- gives it, to run functions, and what the pieces gave, to use the schemas.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT DISTINCT o.object, a.grantee
      FROM (SELECT format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS object,
                   c.relacl AS acl, c.relowner AS owner, false AS is_public
              FROM pg_class AS c
             WHERE c.relnamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
               AND c.relkind IN ('r', 'v', 'S')
            UNION ALL
            SELECT format('ROUTINE %s', p.oid::regprocedure), p.proacl, p.proowner, true
              FROM pg_proc AS p
             WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
            UNION ALL
            SELECT format('SCHEMA %s', n.oid::regnamespace), n.nspacl, n.nspowner, true
              FROM pg_namespace AS n
             WHERE n.oid IN ('equity'::regnamespace, 'equity_internal'::regnamespace)) AS o
     CROSS JOIN LATERAL aclexplode(o.acl) AS a
     WHERE a.grantee <> o.owner
       AND NOT (a.grantee = 0 AND o.is_public)
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', given.object,
                   CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END);
  END LOOP;
END;
$$;

REVOKE CREATE ON SCHEMA equity, equity_internal FROM PUBLIC;

-- What has the rights of its owner is called by those whom a level lets (equity_internal.level_right), or by
-- nobody but the server, as a trigger.
DO $$
DECLARE
  delegate regprocedure;
BEGIN
  FOR delegate IN
    SELECT p.oid
      FROM pg_proc AS p
     WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
       AND p.prosecdef
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', delegate);
  END LOOP;
END;
$$;

GRANT USAGE ON SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON ALL SEQUENCES IN SCHEMA equity TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON ALL ROUTINES IN SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT USAGE ON TYPE equity_internal.officer TO @extowner@ WITH GRANT OPTION;

-- These show a caller nothing that the tables behind them do not: letters and operations read them.
GRANT SELECT ON equity_internal.entered_choice, equity_internal.entered_input, equity_internal.fact_group, equity_internal.pool_cap,
  equity_internal.programme_application, equity_internal.reserve_groups,
  equity_internal.sensitive_field, equity_internal.import_kind, equity_internal.import_reader, equity_internal.import_field,
  equity_internal.import_word, equity_internal.import_reason, equity_internal.pool_code, equity_internal.care_word,
  equity_internal.known_person, equity_internal.policy_span, equity_internal.province_tile TO PUBLIC;

GRANT SELECT ON equity_internal.level_right TO PUBLIC;
