\echo Use "CREATE EXTENSION equity" to load this file. \quit

CREATE SCHEMA equity;

COMMENT ON SCHEMA equity IS
  'Scholarship eligibility and allocation: scorecards, quota allocation with proof, the scholarship registry, its operations and reports.';

GRANT USAGE ON SCHEMA equity TO PUBLIC;

CREATE FUNCTION equity.library_version() RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_library_version';

COMMENT ON FUNCTION equity.library_version() IS
  'Version of the loaded shared library, for example 1.0.';

CREATE FUNCTION equity.version(OUT sql text, OUT library text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT e.extversion, equity.library_version()
    FROM pg_catalog.pg_extension AS e
   WHERE e.extname = 'equity';
END;

COMMENT ON FUNCTION equity.version(OUT text, OUT text) IS
  'Version of the SQL objects and of the loaded library; they differ between a package upgrade and ALTER EXTENSION equity UPDATE.';
