-- A registry over shards: the rows of persons lie on other servers, as foreign tables that inherit from the registry's
-- tables; everything else stays here.

CREATE FUNCTION equity_internal.server_options(server text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT format('ALTER SERVER %I OPTIONS (%s)', server_options.server,
                string_agg(format('ADD %s %L', w.name, w.value), ', ' ORDER BY w.name))
    FROM pg_foreign_server AS s
   CROSS JOIN (VALUES ('extensions', 'equity'), ('async_capable', 'true'), ('fetch_size', '10000'), ('batch_size', '1000')) AS w (name, value)
   WHERE s.srvname = server_options.server
     AND NOT EXISTS (SELECT FROM pg_options_to_table(s.srvoptions) AS o WHERE o.option_name = w.name)
  HAVING count(*) > 0;
END;

COMMENT ON FUNCTION equity_internal.server_options(text) IS
  'The statement that gives a server of postgres_fdw the options that it lacks; NULL when it has all.';

CREATE FUNCTION equity_internal.shard_tables(names text[])
  RETURNS TABLE (relation regclass, schema_name name, table_name name, place bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT c.oid::regclass, n.nspname, c.relname, t.place
    FROM unnest(names) WITH ORDINALITY AS t (name, place)
    JOIN pg_class AS c ON c.oid = (CASE WHEN t.name LIKE '%.%' THEN t.name ELSE format('equity.%I', t.name) END)::regclass
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
   ORDER BY t.place;
END;

COMMENT ON FUNCTION equity_internal.shard_tables(text[]) IS
  'The tables of these names: of schema equity, where a name tells no schema. Error 42P01 for one that does not exist.';

CREATE FUNCTION equity_internal.require_no_rows(tables text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  one regclass;
  has_rows boolean;
BEGIN
  FOR one IN SELECT t.relation FROM equity_internal.shard_tables(tables) AS t LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s)', one) INTO has_rows;
    IF has_rows THEN
      RAISE EXCEPTION USING
        ERRCODE = 'object_not_in_prerequisite_state',
        MESSAGE = format('table %s has rows of its own', one),
        DETAIL = 'They would be read beside those of the shards.',
        HINT = format('Bring them to the shards, then TRUNCATE ONLY %s: without ONLY the shards would be emptied, too.', one);
    END IF;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_no_rows(text[]) IS
  'Raises 55000 when one of the tables has rows in this database itself.';

--- The statements that make the registry read the rows of persons from shards, for \gexec. Each server is a
--- database with equity of the same version, the same reference rows, rounds and pools, and other applicants, whose
--- rows lie in its own tables. Awards, runs and all else stay here.
---
--- tables are those of the registry that hold persons; a name with a schema, as in `public.wish`, is an empty table of
--- one's own, which then has the rows of what is called so on the shards: of tables, or of views that score there.
---
--- It gives the servers what they lack of `extensions`, `async_capable`, `fetch_size` and `batch_size`, makes a foreign
--- table for each table and shard in the schema, drops the foreign keys that would look for rows here alone, and
--- analyses each foreign table by name: `ANALYZE` alone passes them by, and plans of tables of unknown size take
--- quadratic time. Say `TRUNCATE ONLY`: a `TRUNCATE` of a table that inherits empties the shards.
---
--- Errors: 22004, 22023, 42704 for servers; 42P01 no such table; 55000 a table has rows here; 42P07 there is such a
--- foreign table.
CREATE FUNCTION equity.prepare_shards(
  servers text[],
  schema text DEFAULT 'shard',
  tables text[] DEFAULT '{applicant,applicant_group,applicant_disability,application,choice,household,household_member,dwelling}'
) RETURNS SETOF text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.check_servers(servers);
  PERFORM equity_internal.require_no_rows(tables);
  RETURN QUERY
  SELECT o.statement
    FROM unnest(servers) WITH ORDINALITY AS s (name, place)
   CROSS JOIN LATERAL equity_internal.server_options(s.name) AS o (statement)
   WHERE o.statement IS NOT NULL
   ORDER BY s.place;
  RETURN NEXT format('CREATE SCHEMA IF NOT EXISTS %I', schema);
  RETURN QUERY
  SELECT format('CREATE FOREIGN TABLE %I.%I () INHERITS (%s) SERVER %I OPTIONS (schema_name %L, table_name %L)',
                schema, t.table_name || '_' || s.place, t.relation, s.name, t.schema_name, t.table_name)
    FROM equity_internal.shard_tables(tables) AS t
   CROSS JOIN unnest(servers) WITH ORDINALITY AS s (name, place)
   ORDER BY t.place, s.place;
  RETURN QUERY
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname)
    FROM pg_constraint AS c
   WHERE c.contype = 'f'
     AND c.confrelid IN (SELECT t.relation FROM equity_internal.shard_tables(tables) AS t)
   ORDER BY c.conrelid::regclass::text COLLATE "C", c.conname;
  RETURN QUERY
  SELECT format('ANALYZE %I.%I', schema, t.table_name || '_' || s.place)
    FROM equity_internal.shard_tables(tables) AS t
   CROSS JOIN generate_series(1, cardinality(servers)) AS s (place)
   ORDER BY t.place, s.place;
  RETURN QUERY SELECT format('ANALYZE %s', t.relation) FROM equity_internal.shard_tables(tables) AS t ORDER BY t.place;
END;
$$;

COMMENT ON FUNCTION equity.prepare_shards(text[], text, text[]) IS
  'Prints the statements that spread the registry, or tables of one''s own, over foreign servers: applicants and what they declare lie there, runs and awards here.';
