-- Reference rows: what a table with a column "shipped" promises.
--
-- Such a table is dumped WHERE NOT shipped, because CREATE EXTENSION brings the shipped rows
-- back. One trigger keeps that true: an edited row is dumped, and the row that a restore
-- brings takes the place of the shipped row of the same key. It takes its place by UPDATE, so
-- that foreign keys onto the row hold at every moment.
--
-- The base script inserts the shipped rows before it creates a table's triggers, so "shipped"
-- is true only for rows that a script of the extension brought.
--
-- The trigger fires always, so that rows find their places where session_replication_role is
-- replica too: when a dump is restored in parallel, or comes by logical replication. There it
-- refuses nothing, and a row stays shipped as it comes.

--- An INSERT of the key of a shipped row changes that row in its place (the command tag
--- counts 0 rows), so that a restored dump carries edits. Deleting a shipped row, changing
--- its key or truncating the table is refused with 55000, because a restore would bring the
--- row back. An edited row may be deleted, but a restore brings its shipped form back.
CREATE FUNCTION equity_internal.keep_reference_row() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key_match text;
  assignments text;
  key_changed boolean;
  replaced bigint;
  replayed boolean := current_setting('session_replication_role') = 'replica';
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'cannot truncate %.%: its shipped rows belong to the extension',
      TG_TABLE_SCHEMA, TG_TABLE_NAME
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Delete your own rows with DELETE ... WHERE NOT shipped.';
  END IF;

  IF TG_OP = 'DELETE' THEN
    IF OLD.shipped AND NOT replayed THEN
      RAISE EXCEPTION 'cannot delete a shipped row of %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = format('The row is %s.', to_jsonb(OLD)),
              HINT = 'A restored dump would bring the row back; leave it unused instead.';
    END IF;
    RETURN OLD;
  END IF;

  IF TG_OP = 'UPDATE' THEN
    IF OLD IS NOT DISTINCT FROM NEW OR replayed THEN
      RETURN NEW;
    END IF;
    IF OLD.shipped THEN
      SELECT bool_or(to_jsonb(OLD) -> a.attname IS DISTINCT FROM to_jsonb(NEW) -> a.attname)
        INTO key_changed
        FROM pg_index AS i
        JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
       WHERE i.indrelid = TG_RELID AND i.indisprimary;
      IF key_changed THEN
        RAISE EXCEPTION 'cannot change the key of a shipped row of %.%',
          TG_TABLE_SCHEMA, TG_TABLE_NAME
          USING ERRCODE = 'object_not_in_prerequisite_state',
                DETAIL = format('The row is %s.', to_jsonb(OLD)),
                HINT = 'Insert a row with the new key instead.';
      END IF;
    END IF;
    NEW.shipped := false;
    RETURN NEW;
  END IF;

  NEW.shipped := NEW.shipped AND replayed;
  SELECT string_agg(format('t.%1$I = ($1).%1$I', a.attname), ' AND ' ORDER BY a.attnum)
           FILTER (WHERE a.attnum = ANY (i.indkey)),
         string_agg(format('%1$I = ($1).%1$I', a.attname), ', ' ORDER BY a.attnum)
           FILTER (WHERE a.attnum <> ALL (i.indkey))
    INTO key_match, assignments
    FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum > 0 AND NOT a.attisdropped
                          AND a.attgenerated = ''
   WHERE i.indrelid = TG_RELID AND i.indisprimary;
  EXECUTE format('UPDATE %I.%I AS t SET %s WHERE t.shipped AND %s',
                 TG_TABLE_SCHEMA, TG_TABLE_NAME, assignments, key_match)
    USING NEW;
  GET DIAGNOSTICS replaced = ROW_COUNT;
  IF replaced > 0 THEN
    RETURN NULL;                -- the shipped row now is the new row
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_reference_row() IS
  'Trigger of every reference table with a column shipped. An UPDATE that changes a row clears shipped, so that the row is dumped.';
