-- Foreign keys of tables into which operations and loads write hundreds of thousands of rows at once. The keys are
-- PostgreSQL's; but whether what new rows name is there is looked up once a statement, not once a row
-- (src/keys.c says how, and why nothing is lost by it).

CREATE FUNCTION equity_internal.check_keys() RETURNS trigger
  LANGUAGE c VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'equity_check_keys';

COMMENT ON FUNCTION equity_internal.check_keys() IS
  'Trigger AFTER INSERT FOR EACH STATEMENT: checks the foreign keys whose check of each row is off (equity_internal.check_keys_at_once) for all new rows, or raises 23503 as PostgreSQL does.';

--- The table needs a trigger of equity_internal.check_keys. Only a superuser may turn a row's
--- check off: the extension's script does. Where a check is on again, after pg_upgrade or
--- ALTER TABLE … ENABLE TRIGGER ALL, rows are checked one by one, until this is called again.
CREATE FUNCTION equity_internal.check_keys_at_once(relation regclass) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  row_check name;
BEGIN
  FOR row_check IN
    SELECT t.tgname
      FROM pg_trigger AS t
     WHERE t.tgrelid = relation
       AND t.tgfoid = 'pg_catalog."RI_FKey_check_ins"'::regproc
  LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', relation, row_check);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_keys_at_once(regclass) IS
  'Turns off the check of each new row against the foreign keys of a table, which is left to equity_internal.check_keys.';
