-- Copies of reports: a view counts when it is read, which takes too long for a dashboard over a big round.

CREATE FUNCTION equity_internal.copied_reports() RETURNS SETOF text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  ROWS 20
BEGIN ATOMIC
  VALUES ('adjustment_summary'), ('application_funnel'), ('budget_projection'), ('choice_outcome'), ('cohort_outcome'),
         ('composition_change'), ('current_run'), ('entry_year_outcome'), ('equity_gap'), ('income_curve'), ('institution_recognition'),
         ('learner_count'), ('pool_cutoff'), ('pool_fill'), ('pool_label'), ('programme_summary'), ('province_coverage'),
         ('report_due'), ('reserve_fill'), ('round_summary'), ('run_proof'), ('seat_use'), ('targeting');
END;

COMMENT ON FUNCTION equity_internal.copied_reports() IS
  'The reports that equity.refresh_reports copies: those of a reader (equity_internal.level_right) that are counted.';

-- Whoever owns a schema or a table can let a trigger run with the rights of who writes there.
CREATE FUNCTION equity_internal.require_own_schema(schema_name text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  owner oid := (SELECT n.nspowner FROM pg_namespace AS n WHERE n.nspname = schema_name);
BEGIN
  IF owner IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_schema_name',
      MESSAGE = format('schema %s does not exist', coalesce(quote_literal(equity_internal.excerpt(schema_name)), 'NULL')),
      HINT = format('Make it first: CREATE SCHEMA %I AUTHORIZATION %I.', coalesce(equity_internal.excerpt(schema_name), 'dashboard'), current_user);
  ELSIF pg_get_userbyid(owner) <> current_user THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = format('schema "%s" is not that of role "%s"', equity_internal.excerpt(schema_name), current_user),
      HINT = 'Copies are made by the role that owns their schema: SET ROLE to it, or name a schema of your own.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_own_schema(text) IS
  'Error 3F000 when there is no such schema, 42501 when it is not the caller''s.';

CREATE FUNCTION equity_internal.require_own_copy(schema_name text, report text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT
               FROM pg_class AS c
              WHERE c.oid = to_regclass(format('%I.%I', schema_name, report))
                AND (c.relkind <> 'r' OR pg_get_userbyid(c.relowner) <> current_user))
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'wrong_object_type',
      MESSAGE = format('"%s.%s" is not a table of role "%s"', schema_name, report, current_user),
      HINT = 'A copy would have that name: give the other one another name, or choose another schema.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_own_copy(text, text) IS
  'Error 42809 when something else has the name of a copy.';

-- Of two that make it at once the second waits for the first, and finds it made.
CREATE FUNCTION equity_internal.make_copy(schema_name text, report text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('CREATE TABLE %I.%I AS SELECT v.* FROM equity.%2$I AS v WITH NO DATA', schema_name, report);
  EXECUTE format('COMMENT ON TABLE %I.%I IS %L', schema_name, report,
                 format('A copy of equity.%s, by equity.refresh_reports.', report));
EXCEPTION
  WHEN duplicate_table OR unique_violation THEN
    NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.make_copy(text, text) IS
  'Makes the empty copy of a report, unless somebody else has just made it.';

-- Columns of a report are only ever added.
CREATE FUNCTION equity_internal.widen_copy(schema_name text, report text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own regclass := format('%I.%I', schema_name, report);
  missing record;
BEGIN
  FOR missing IN
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
      FROM pg_attribute AS a
     WHERE a.attrelid = format('equity.%I', report)::regclass
       AND a.attnum > 0
       AND NOT EXISTS (SELECT FROM pg_attribute AS c WHERE c.attrelid = own AND c.attname = a.attname AND NOT c.attisdropped)
     ORDER BY a.attnum
  LOOP
    EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', own, missing.name, missing.type);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.widen_copy(text, text) IS
  'Gives a copy the columns that its report has got since.';

CREATE FUNCTION equity_internal.describe_copy(schema_name text, report text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own regclass := format('%I.%I', schema_name, report);
  described record;
BEGIN
  FOR described IN
    SELECT a.attname AS name, col_description(a.attrelid, a.attnum) AS words
      FROM pg_attribute AS a
      JOIN pg_attribute AS c
        ON c.attrelid = own
       AND c.attname = a.attname
     WHERE a.attrelid = format('equity.%I', report)::regclass
       AND a.attnum > 0
       AND col_description(a.attrelid, a.attnum) IS DISTINCT FROM col_description(own, c.attnum)
  LOOP
    EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', own, described.name, described.words);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.describe_copy(text, text) IS
  'Gives the columns of a copy the comments of its report.';

-- Who reads meanwhile sees the rows of before until the transaction ends.
CREATE FUNCTION equity_internal.fill_copy(schema_name text, report text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  columns text := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                     FROM pg_attribute AS a
                    WHERE a.attrelid = format('equity.%I', report)::regclass
                      AND a.attnum > 0);
  copied bigint;
BEGIN
  EXECUTE format('DELETE FROM %I.%I', schema_name, report);
  EXECUTE format('INSERT INTO %I.%I (%s) SELECT %3$s FROM equity.%2$I', schema_name, report, columns);
  GET DIAGNOSTICS copied = ROW_COUNT;
  EXECUTE format('ANALYZE %I.%I', schema_name, report);
  RETURN copied;
END;
$$;

COMMENT ON FUNCTION equity_internal.fill_copy(text, text) IS
  'Puts what a report says now in the place of what its copy has; returns how many rows these are.';

--- A table for each report, of the same name and columns, which the first call makes; later ones
--- renew its rows and add what columns the report has got since. They are the caller's own, in a
--- schema that the caller owns, and have what the caller may read: let a role of level reader own
--- them, or they have small counts. reports names some; NULL is all of them.
---
--- Who reads a copy sees the rows of before until the transaction ends. Of two calls at once the
--- second waits. In a transaction of isolation level repeatable read all copies are of one moment.
---
--- Errors: 3F000 no such schema; 42501 it is not the caller's, or the caller may not read a report;
--- 42809 something else has the name of a copy; 22023 no such report.
CREATE FUNCTION equity.refresh_reports(schema_name text DEFAULT 'dashboard', reports text[] DEFAULT NULL)
  RETURNS TABLE (report text, copied bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  ROWS 20
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  stranger text := (SELECT min(r.name)
                      FROM unnest(reports) AS r (name)
                     WHERE coalesce(r.name, '') NOT IN (SELECT c.name FROM equity_internal.copied_reports() AS c (name)));
BEGIN
  IF stranger IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('there is no report "%s" to copy', equity_internal.excerpt(stranger)),
      HINT = format('Reports are %s.', (SELECT string_agg(c.name, ', ' ORDER BY c.name COLLATE "C")
                                          FROM equity_internal.copied_reports() AS c (name)));
  END IF;
  PERFORM equity_internal.require_own_schema(schema_name);
  FOR report IN
    SELECT c.name
      FROM equity_internal.copied_reports() AS c (name)
     WHERE reports IS NULL
        OR c.name = ANY (reports)
     ORDER BY c.name COLLATE "C"           -- two at once wait for each other in one order only
  LOOP
    IF to_regclass(format('%I.%I', schema_name, report)) IS NULL THEN
      PERFORM equity_internal.make_copy(schema_name, report);
    END IF;
    PERFORM equity_internal.require_own_copy(schema_name, report);
    EXECUTE format('LOCK TABLE %I.%I IN SHARE ROW EXCLUSIVE MODE', schema_name, report);
    PERFORM equity_internal.widen_copy(schema_name, report);
    PERFORM equity_internal.describe_copy(schema_name, report);
    copied := equity_internal.fill_copy(schema_name, report);
    RETURN NEXT;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity.refresh_reports(text, text[]) IS
  'Copies reports into tables of a schema of the caller, for dashboards over big rounds, and tells how many rows each has.';
