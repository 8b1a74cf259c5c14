-- What the rows of a load would change, and what stands in the way of it.
--
--   equity_import_touched   lines that change more than the columns of their tables
--   equity_import_plan      what is to be done with each line that is still good: insert, update, unchanged

-- ---- columns and what they become ----

CREATE FUNCTION equity_internal.column_type(target text, column_name text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT format_type(a.atttypid, NULL)
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
   WHERE c.relnamespace = 'equity'::regnamespace
     AND c.relname = column_type.target
     AND a.attname = column_type.column_name;
END;

COMMENT ON FUNCTION equity_internal.column_type(text, text) IS
  'The type of a column of a table of equity.';

-- new_value is over the row as r; next_value is over it and the row of the registry as t.
CREATE FUNCTION equity_internal.written_columns(kind text, target text) RETURNS TABLE (column_name text, new_value text, next_value text)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT f.column_name,
         CASE WHEN f.role = 'answer' THEN 'nullif(r.answers, ''{}'')'
              ELSE format('coalesce(r.%I, %s)::%s', f.column_name, coalesce(f.fallback, 'NULL'), equity_internal.column_type(f.target, f.column_name)) END,
         CASE f.role
           WHEN 'answer' THEN
             format('nullif(coalesce(t.answers, ''{}'') - %L::text[] || coalesce(r.answers, ''{}''), ''{}'')',
                    ARRAY(SELECT g.place FROM pg_temp.equity_import_given AS g WHERE g.role = 'answer'))
           WHEN 'kept' THEN
             format('coalesce(r.%1$I::%2$s, %3$st.%1$I)', f.column_name, equity_internal.column_type(f.target, f.column_name),
                    -- what was no more than a draft is submitted by its time
                    CASE WHEN f.kind = 'application' AND f.field = 'status'
                      THEN 'CASE WHEN t.status = ''draft'' AND t.submitted_at IS NULL AND r.submitted_at IS NOT NULL THEN ''submitted'' END, ' END)
           ELSE format('r.%I::%s', f.column_name, equity_internal.column_type(f.target, f.column_name))
         END
    FROM equity_internal.import_field AS f
   WHERE f.kind = written_columns.kind
     AND f.target = written_columns.target
     AND f.role IN ('required', 'kept', 'optional', 'answer')
     AND (f.fallback IS NOT NULL OR EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = f.field))
  UNION ALL
  SELECT 'source', 'CASE WHEN r.source_key IS NOT NULL THEN coalesce(r.source, ''file'') END',
         'CASE WHEN r.source_key IS NULL THEN t.source ELSE coalesce(r.source, ''file'') END'
    FROM pg_temp.equity_import_given AS g
   WHERE g.field = 'source_key'
     AND g.target = written_columns.target
  UNION ALL
  -- source is whose keys the lines name, so what a row is from has another name
  SELECT 'source', 'r.origin', 'coalesce(r.origin, t.source)'
    FROM pg_temp.equity_import_given AS g
   WHERE g.field = 'origin';
END;
$$;

COMMENT ON FUNCTION equity_internal.written_columns(text, text) IS
  'The columns of a table that a load writes, with the SQL of what a new row has and of what a row that is there gets.';

CREATE FUNCTION equity_internal.key_match(kind text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(format('t.%1$I = r.%1$I::%2$s', c.name, equity_internal.column_type(k.target, c.name)), ' AND ' ORDER BY c.place)
    FROM equity_internal.import_kind AS k
   CROSS JOIN LATERAL unnest(k.key_columns) WITH ORDINALITY AS c (name, place)
   WHERE k.kind = key_match.kind;
END;

COMMENT ON FUNCTION equity_internal.key_match(text) IS
  'SQL of whether row r is row t of the registry.';

CREATE FUNCTION equity_internal.changed_columns(kind text, target text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT coalesce(string_agg(format('t.%I IS DISTINCT FROM %s', w.column_name, w.next_value), ' OR '), 'false')
    FROM equity_internal.written_columns(changed_columns.kind, changed_columns.target) AS w;
END;

COMMENT ON FUNCTION equity_internal.changed_columns(text, text) IS
  'SQL of whether row r says anything new of row t.';

-- Beside its own table a kind may write others with the same key: those of the household for an application.
CREATE FUNCTION equity_internal.side_targets(kind text) RETURNS SETOF text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT DISTINCT g.target
    FROM pg_temp.equity_import_given AS g
    JOIN equity_internal.import_kind AS k ON k.kind = g.kind
   WHERE g.target <> k.target;
END;
$$;

COMMENT ON FUNCTION equity_internal.side_targets(text) IS
  'The other tables that a load writes.';

CREATE FUNCTION equity_internal.some_given(kind text, target text) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT format('num_nonnulls(%s) > 0', string_agg(w.new_value, ', '))
    FROM equity_internal.written_columns(some_given.kind, some_given.target) AS w;
END;

COMMENT ON FUNCTION equity_internal.some_given(text, text) IS
  'SQL of whether row r has anything for a table: of nothing no row is made.';

CREATE FUNCTION equity_internal.plan_rows(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this equity_internal.import_kind;
  sides text;
BEGIN
  SELECT k.* INTO this FROM equity_internal.import_kind AS k WHERE k.kind = plan_rows.kind;
  SELECT coalesce(string_agg(format('coalesce((SELECT %s FROM equity.%I AS t WHERE %s), %s)',
                                    equity_internal.changed_columns(this.kind, s.target), s.target,
                                    equity_internal.key_match(this.kind), equity_internal.some_given(this.kind, s.target)), ' OR '), 'false') INTO sides
    FROM equity_internal.side_targets(this.kind) AS s (target);
  EXECUTE format('CREATE TEMPORARY TABLE equity_import_plan ON COMMIT DROP AS '
                 'SELECT r.line, CASE WHEN t.%I IS NULL THEN ''insert'' '
                 'WHEN %s OR r.line IN (SELECT x.line FROM pg_temp.equity_import_touched AS x) OR %s THEN ''update'' ELSE ''unchanged'' END AS action '
                 'FROM pg_temp.equity_import_row AS r LEFT JOIN equity.%I AS t ON %s',
                 this.key_columns[1], equity_internal.changed_columns(this.kind, this.target), sides, this.target, equity_internal.key_match(this.kind));
  ANALYZE pg_temp.equity_import_plan;
END;
$$;

COMMENT ON FUNCTION equity_internal.plan_rows(text) IS
  'Makes equity_import_plan.';

CREATE FUNCTION equity_internal.drop_planned() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.drop_rejected();
  DELETE FROM pg_temp.equity_import_plan AS p
   WHERE NOT EXISTS (SELECT FROM pg_temp.equity_import_row AS r WHERE r.line = p.line);
END;
$$;

COMMENT ON FUNCTION equity_internal.drop_planned() IS
  'Takes lines with an error out of equity_import_row and equity_import_plan.';

-- ---- what stands in the way ----

CREATE FUNCTION equity_internal.require_fields(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field record;
BEGIN
  FOR field IN
    SELECT f.field, f.column_name, EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = f.field) AS is_given
      FROM equity_internal.import_field AS f
     WHERE f.kind = require_fields.kind
       AND f.role = 'required'
  LOOP
    EXECUTE format('INSERT INTO pg_temp.equity_import_problem (line, field, reason_code) '
                   'SELECT r.line, %L, ''ROW_MISSING'' '
                   'FROM pg_temp.equity_import_row AS r JOIN pg_temp.equity_import_plan AS p ON p.line = r.line '
                   'WHERE r.%I IS NULL AND (%L OR p.action = ''insert'')', field.field, field.column_name, field.is_given);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_fields(text) IS
  'Problems of new rows without a field that they need, and of rows that would empty it.';

-- A round that closes meanwhile would be without what is on its way. Whoever may not change rounds holds none up,
-- and loads beside their operations as plain INSERTs do.
CREATE FUNCTION equity_internal.hold_rounds() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF has_any_column_privilege('equity.round', 'UPDATE') THEN
    PERFORM
       FROM equity.round AS d
      WHERE d.round_id IN (SELECT r.round_id FROM pg_temp.equity_import_row AS r)
      ORDER BY d.round_id
        FOR SHARE;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.hold_rounds() IS
  'Lets the rounds of a load stay as they are until the transaction ends.';

CREATE FUNCTION equity_internal.require_open_rounds() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'round', 'ROW_ROUND_FIXED', d.round_code
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line
    JOIN (SELECT e.round_id, e.round_code
            FROM equity.round AS e
           WHERE e.status NOT IN ('draft', 'open')
             AND NOT equity_internal.is_amending(e.round_id)) AS d
      ON d.round_id = r.round_id
   WHERE p.action <> 'unchanged';
END;
$$;

COMMENT ON FUNCTION equity_internal.require_open_rounds() IS
  'Problems of lines that would change something in a round that is closed, unless equity.amend_round was called in this transaction.';

CREATE FUNCTION equity_internal.require_applications(field text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, require_applications.field, 'ROW_NO_APPLICATION'
    FROM pg_temp.equity_import_row AS r
   WHERE NOT EXISTS (SELECT FROM equity.application AS a WHERE a.applicant_id = r.applicant_id AND a.round_id = r.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.require_applications(text) IS
  'Problems of lines that belong to an application which is not there.';
