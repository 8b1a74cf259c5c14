\echo Use "CREATE EXTENSION equity" to load this file. \quit

CREATE SCHEMA equity;

COMMENT ON SCHEMA equity IS
  'Scholarship eligibility and allocation: scorecards, quota allocation with proof, the scholarship registry, its operations and reports.';

GRANT USAGE ON SCHEMA equity TO PUBLIC;

-- What is called by plpgsql is found with the caller's rights, hence USAGE; what may be read or
-- done there is settled object by object, as in equity.
CREATE SCHEMA equity_internal;

COMMENT ON SCHEMA equity_internal IS
  'What only other parts of the extension equity call: no promise is made about it, and it changes with any version.';

GRANT USAGE ON SCHEMA equity_internal TO PUBLIC;

CREATE FUNCTION equity.text_digest(content text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN encode(sha256(convert_to(content, 'UTF8')), 'hex');

COMMENT ON FUNCTION equity.text_digest(text) IS
  'The sha256 of a text in UTF-8, 64 hexadecimal digits.';

CREATE FUNCTION equity_internal.library_version() RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_library_version';

COMMENT ON FUNCTION equity_internal.library_version() IS
  'Version of the loaded shared library, for example 1.0.';

CREATE FUNCTION equity.version(OUT sql text, OUT library text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT e.extversion, equity_internal.library_version()
    FROM pg_catalog.pg_extension AS e
   WHERE e.extname = 'equity';
END;

COMMENT ON FUNCTION equity.version(OUT text, OUT text) IS
  'Version of the SQL objects and of the loaded library; they differ between a package upgrade and ALTER EXTENSION equity UPDATE.';

-- What a caller gives may be as long as memory is; an error, and so the server's log, tells where it begins.
CREATE FUNCTION equity_internal.excerpt(given text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN length(given) > 100 THEN left(given, 100) || '...' ELSE given END;

COMMENT ON FUNCTION equity_internal.excerpt(text) IS
  'The first hundred characters of a text, for messages that quote it.';
