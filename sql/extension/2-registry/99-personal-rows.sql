-- Personal data stays out of error messages, and so out of the server's log. PostgreSQL prints the
-- whole row that violates a CHECK or NOT NULL. So each table with a row for a person, or with what is
-- gathered of many, is changed here:
--   - the condition of each CHECK is put into equity_internal.row_keeps, which names the applicant
--     by number alone;
--   - a trigger, whose condition costs next to nothing, comes before NOT NULL is looked at.
-- Unique keys are ids, or equity_internal.unprinted.

CREATE FUNCTION equity_internal.refuse_row(relation text, constraint_name text, applicant_id bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation',
    MESSAGE = format('new row for relation "%s" violates check constraint "%s"', relation, constraint_name),
    DETAIL = CASE WHEN applicant_id IS NULL THEN '' ELSE format('The applicant is %s.', applicant_id) END,
    SCHEMA = 'equity', TABLE = relation, CONSTRAINT = constraint_name;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_row(text, text, bigint) IS
  'Raises 23514 as PostgreSQL does, without printing the row.';

-- Inlined, so a row that keeps its conditions calls no function; not IMMUTABLE, or a refusal without an
-- applicant would be worked out beforehand.
CREATE FUNCTION equity_internal.row_keeps(condition boolean, relation text, constraint_name text, applicant_id bigint) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
         WHEN condition IS NOT FALSE THEN true
         ELSE equity_internal.refuse_row(relation, constraint_name, applicant_id)
       END;

COMMENT ON FUNCTION equity_internal.row_keeps(boolean, text, text, bigint) IS
  'For constraints: true unless the condition is false, which is error 23514 that does not print the row.';

CREATE FUNCTION equity_internal.refuse_null() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  given jsonb := to_jsonb(NEW);
  missing text := (SELECT a.attname
                     FROM pg_attribute AS a
                    WHERE a.attrelid = TG_RELID
                      AND a.attnum > 0
                      AND a.attnotnull
                      AND given ->> a.attname IS NULL
                    ORDER BY a.attnum
                    LIMIT 1);
BEGIN
  IF missing IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'not_null_violation',
    MESSAGE = format('null value in column "%s" of relation "%s" violates not-null constraint', missing, TG_TABLE_NAME),
    DETAIL = CASE WHEN given ->> 'applicant_id' IS NULL THEN '' ELSE format('The applicant is %s.', given ->> 'applicant_id') END,
    SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = missing;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_null() IS
  'Trigger of tables with personal data: error 23502 as PostgreSQL raises it, without the row.';

DO $$
DECLARE
  personal record;
  checked record;
BEGIN
  FOR personal IN
    SELECT c.oid, c.relname,
           CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'applicant_id')
             THEN 'applicant_id' ELSE 'NULL' END AS applicant,
           (SELECT string_agg(format('NEW.%I IS NULL', a.attname), ' OR ' ORDER BY a.attnum)
              FROM pg_attribute AS a
             WHERE a.attrelid = c.oid
               AND a.attnum > 0
               AND a.attnotnull) AS null_somewhere
      FROM pg_class AS c
     WHERE c.relnamespace = 'equity'::regnamespace
       AND c.relkind = 'r'
       AND (EXISTS (SELECT FROM pg_attribute AS a
                     WHERE a.attrelid = c.oid
                       AND (a.attname, a.atttypid) IN (('applicant_id', 'bigint'::regtype), ('applicants', 'bigint[]'::regtype),
                                                       ('award_id', 'bigint'::regtype), ('content', 'text'::regtype)))
            OR c.oid = 'equity.mentor'::regclass)
       AND c.oid <> 'equity.award_event'::regclass    -- which tells nothing of its person
     ORDER BY c.relname COLLATE "C"
  LOOP
    FOR checked IN
      SELECT n.conname, pg_get_expr(n.conbin, n.conrelid) AS condition
        FROM pg_constraint AS n
       WHERE n.conrelid = personal.oid
         AND n.contype = 'c'
       ORDER BY n.conname COLLATE "C"
    LOOP
      EXECUTE format('ALTER TABLE equity.%1$I DROP CONSTRAINT %2$I, '
                     'ADD CONSTRAINT %2$I CHECK (equity_internal.row_keeps(%3$s, %1$L, %2$L, %4$s))',
                     personal.relname, checked.conname, checked.condition, personal.applicant);
    END LOOP;
    EXECUTE format('CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.%I '
                   'FOR EACH ROW WHEN (%s) EXECUTE FUNCTION equity_internal.refuse_null()',
                   personal.relname, personal.null_somewhere);
  END LOOP;
END;
$$;
