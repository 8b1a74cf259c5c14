-- Loading rows: what they would change, what stands in the way of it, and writing it.
--
--   equity_import_touched   lines that change more than the columns of their tables
--   equity_import_plan      what is to be done with each line that is still good: insert, update, unchanged
--   equity_import_identity  identities that a person does not have yet
--   equity_import_choice    the choices of applications, and of rows of kind choice

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
             format('coalesce(r.%1$I::%2$s, t.%1$I)', f.column_name, equity_internal.column_type(f.target, f.column_name))
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
     AND g.target = written_columns.target;
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

-- ---- persons ----

CREATE FUNCTION equity_internal.judge_applicants() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'given_name', 'ROW_NAME_STRANGE', r.given_name
    FROM pg_temp.equity_import_row AS r
   WHERE concat_ws(' ', r.title, r.given_name, r.family_name) ~ '[][0-9<>{}@#$%^*_=|~]';

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'given_name', 'ROW_NAME_NOT_KEPT', r.given_name
    FROM pg_temp.equity_import_row AS r
   WHERE num_nonnulls(r.title, r.given_name, r.family_name) > 0
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_key AS k WHERE k.line = r.line AND k.key_kind <> 'source')
     AND NOT EXISTS (SELECT FROM equity.applicant_identity AS i WHERE i.applicant_id = r.applicant_id AND i.valid_to IS NULL);

  WITH kept AS (
    UPDATE pg_temp.equity_import_row AS r
       SET source_key = NULL
      FROM equity.applicant AS a
     WHERE a.applicant_id = r.applicant_id
       AND (a.source, a.source_key) <> (coalesce(r.source, 'file'), r.source_key)
    RETURNING r.line
  )
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT k.line, 'source_key', 'ROW_KNOWN_ELSEWHERE' FROM kept AS k;

  INSERT INTO pg_temp.equity_import_identity (line, identity_kind, identity, replaces)
  SELECT DISTINCT r.line, k.key_kind, k.key, i.identity IS NOT NULL
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_key AS k ON k.line = r.line AND k.key_kind <> 'source'
    LEFT JOIN equity.applicant_identity AS i
      ON i.applicant_id = r.applicant_id
     AND i.identity_kind = k.key_kind
     AND i.valid_to IS NULL
   WHERE NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS o
                      WHERE o.applicant_id = r.applicant_id
                        AND o.identity_kind = k.key_kind
                        AND o.identity = k.key);
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT n.line, n.identity_kind,
         CASE WHEN f.line IS NULL OR n.identities > 1 THEN 'ROW_IDENTITY_DIFFERS' ELSE 'ROW_IDENTITY_REPLACED' END, n.identity
    FROM (SELECT i.line, i.identity_kind, min(i.identity) AS identity, count(*) AS identities, bool_or(i.replaces) AS replaces
            FROM pg_temp.equity_import_identity AS i
           GROUP BY i.line, i.identity_kind) AS n
    LEFT JOIN pg_temp.equity_import_found AS f ON f.line = n.line AND f.key_kind = 'source'
   WHERE n.replaces OR n.identities > 1;

  INSERT INTO pg_temp.equity_import_touched (line)
  SELECT i.line FROM pg_temp.equity_import_identity AS i
  UNION
  SELECT r.line
    FROM pg_temp.equity_import_row AS r
    JOIN equity.applicant_identity AS i ON i.applicant_id = r.applicant_id AND i.valid_to IS NULL
   WHERE (i.title, i.given_name, i.family_name)
         IS DISTINCT FROM (coalesce(r.title, i.title), coalesce(r.given_name, i.given_name), coalesce(r.family_name, i.family_name));
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_applicants() IS
  'What lines say of names and identities: problems, equity_import_identity, and which lines change some of it.';

CREATE FUNCTION equity_internal.write_identities() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  -- an identity that began today has no history worth keeping, nor room for it
  UPDATE equity.applicant_identity AS i
     SET identity = n.identity
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.replaces
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = n.identity_kind
     AND i.valid_to IS NULL
     AND i.valid_from >= CURRENT_DATE;
  UPDATE equity.applicant_identity AS i
     SET valid_to = CURRENT_DATE
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.replaces
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = n.identity_kind
     AND i.valid_to IS NULL
     AND i.identity <> n.identity;

  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
  SELECT r.applicant_id, n.identity_kind, n.identity,
         coalesce(r.title, o.title), coalesce(r.given_name, o.given_name), coalesce(r.family_name, o.family_name)
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
    LEFT JOIN (SELECT DISTINCT ON (i.applicant_id) i.applicant_id, i.title, i.given_name, i.family_name
                 FROM equity.applicant_identity AS i
                WHERE i.applicant_id IN (SELECT t.applicant_id FROM pg_temp.equity_import_row AS t)
                ORDER BY i.applicant_id, i.valid_to DESC NULLS FIRST, i.valid_from DESC, i.identity_kind) AS o
      ON o.applicant_id = r.applicant_id
   WHERE NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS i
                      WHERE i.applicant_id = r.applicant_id
                        AND i.identity_kind = n.identity_kind
                        AND i.identity = n.identity);

  -- whoever has a citizen id needs a G-code no longer
  UPDATE equity.applicant_identity AS i
     SET valid_to = greatest(CURRENT_DATE, i.valid_from + 1)
    FROM pg_temp.equity_import_identity AS n
    JOIN pg_temp.equity_import_row AS r ON r.line = n.line
   WHERE n.identity_kind = 'citizen_id'
     AND i.applicant_id = r.applicant_id
     AND i.identity_kind = 'g_code'
     AND i.valid_to IS NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_identities() IS
  'Gives persons the identities of equity_import_identity; those that they take the place of end.';

CREATE FUNCTION equity_internal.write_names() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  WITH renamed AS (
    SELECT i.applicant_id, i.identity_kind, i.valid_from,
           coalesce(r.title, i.title) AS title, coalesce(r.given_name, i.given_name) AS given_name, coalesce(r.family_name, i.family_name) AS family_name
      FROM pg_temp.equity_import_row AS r
      JOIN equity.applicant_identity AS i ON i.applicant_id = r.applicant_id AND i.valid_to IS NULL
     WHERE (i.title, i.given_name, i.family_name)
           IS DISTINCT FROM (coalesce(r.title, i.title), coalesce(r.given_name, i.given_name), coalesce(r.family_name, i.family_name))
  ), corrected AS (
    UPDATE equity.applicant_identity AS i
       SET title = n.title, given_name = n.given_name, family_name = n.family_name
      FROM renamed AS n
     WHERE (i.applicant_id, i.identity_kind, i.valid_from) = (n.applicant_id, n.identity_kind, n.valid_from)
       AND i.valid_from >= CURRENT_DATE
  ), ended AS (
    UPDATE equity.applicant_identity AS i
       SET valid_to = CURRENT_DATE
      FROM renamed AS n
     WHERE (i.applicant_id, i.identity_kind, i.valid_from) = (n.applicant_id, n.identity_kind, n.valid_from)
       AND i.valid_from < CURRENT_DATE
    RETURNING i.applicant_id, i.identity_kind, i.identity, n.title, n.given_name, n.family_name
  )
  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, title, given_name, family_name)
  SELECT e.applicant_id, e.identity_kind, e.identity, e.title, e.given_name, e.family_name FROM ended AS e;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_names() IS
  'Gives persons the names of their lines. A name of before today stays in the history.';

-- Only who shares birth date and name with another is looked at, and what was decided stays decided.
CREATE FUNCTION equity_internal.find_candidates(batch text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET enable_nestloop = off
AS $$
DECLARE
  found_pairs bigint;
BEGIN
  WITH touched AS MATERIALIZED (
    SELECT a.applicant_id, a.birth_date
      FROM pg_temp.equity_import_row AS r
      JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action <> 'unchanged'
      JOIN equity.applicant AS a ON a.applicant_id = r.applicant_id
     WHERE a.birth_date IS NOT NULL
  ), known AS MATERIALIZED (
    SELECT DISTINCT a.applicant_id, a.birth_date,
           lower(equity.thai_normal(i.given_name)) AS given_name, lower(equity.thai_normal(coalesce(i.family_name, ''))) AS family_name
      FROM equity.applicant AS a
      JOIN equity.applicant_identity AS i ON i.applicant_id = a.applicant_id AND i.valid_to IS NULL
     WHERE a.birth_date IN (SELECT t.birth_date FROM touched AS t)
       AND i.given_name IS NOT NULL
  ), pair AS (
    SELECT least(k.applicant_id, o.applicant_id) AS first_id, greatest(k.applicant_id, o.applicant_id) AS other_id, 'name_and_birth_date' AS reason
      FROM touched AS t
      JOIN known AS k ON k.applicant_id = t.applicant_id
      JOIN known AS o
        ON o.birth_date = k.birth_date
       AND o.given_name = k.given_name
       AND o.family_name = k.family_name
       AND o.applicant_id <> k.applicant_id
    UNION ALL
    SELECT p.first_id, p.last_id, 'identities'
      FROM pg_temp.equity_import_person AS p
     WHERE p.first_id < p.last_id
  )
  INSERT INTO equity.duplicate_candidate (applicant_id, other_applicant_id, reason, batch)
  SELECT p.first_id, p.other_id, min(p.reason), find_candidates.batch
    FROM pair AS p
   GROUP BY p.first_id, p.other_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS found_pairs = ROW_COUNT;
  RETURN found_pairs;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_candidates(text) IS
  'Puts pairs of persons who may be one into equity.duplicate_candidate and returns how many are new.';

-- ---- applications ----

CREATE VIEW equity_internal.pool_code (round_id, code, pool_id, pools) WITH (security_invoker = true) AS
  SELECT p.round_id, c.code, min(p.pool_id), count(*)
    FROM equity.seat_pool AS p
    JOIN equity.institution AS i ON i.institution_id = p.institution_id
   CROSS JOIN LATERAL (VALUES (p.pool_id::text),
                              (concat_ws('/', i.institution_code, p.field_code)),
                              (concat_ws('/', i.institution_code, p.field_code, p.grant_type)),
                              (concat_ws('/', i.institution_code, p.field_code, p.grant_type, p.programme_code))) AS c (code)
   GROUP BY p.round_id, c.code;

COMMENT ON VIEW equity_internal.pool_code IS
  'What a seat pool may be called in a file: its number, or institution code and field code, with grant type and programme as needed, parted by /.';
COMMENT ON COLUMN equity_internal.pool_code.round_id IS 'The round.';
COMMENT ON COLUMN equity_internal.pool_code.code IS 'What it is called.';
COMMENT ON COLUMN equity_internal.pool_code.pool_id IS 'The pool, the first of several.';
COMMENT ON COLUMN equity_internal.pool_code.pools IS 'How many pools are called so.';

CREATE FUNCTION equity_internal.read_choices(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  choices text := CASE kind
                    WHEN 'choice' THEN $q$SELECT r.line, r.applicant_id, r.round_id, r.choice, 'pool' AS field, r.pool_id AS code FROM pg_temp.equity_import_row AS r$q$
                    ELSE $q$SELECT r.line, r.applicant_id, r.round_id, g.choice, g.field, c.code
                              FROM pg_temp.equity_import_row AS r
                             CROSS JOIN LATERAL unnest(r.choices) WITH ORDINALITY AS c (code, place)
                              JOIN (SELECT w.label AS field, w.place::numeric AS choice, row_number() OVER (ORDER BY w.place::numeric) AS place
                                      FROM pg_temp.equity_import_given AS w
                                     WHERE w.role = 'choice') AS g ON g.place = c.place$q$
                  END;
BEGIN
  EXECUTE format('INSERT INTO pg_temp.equity_import_choice (line, applicant_id, round_id, choice, field, code, pool_id, pools) '
                 'SELECT c.line, c.applicant_id, c.round_id, c.choice, c.field, c.code, p.pool_id, p.pools FROM (%s) AS c '
                 'LEFT JOIN equity_internal.pool_code AS p ON p.round_id = c.round_id AND p.code = translate(c.code, '' '', '''') '
                 'WHERE c.code IS NOT NULL', choices);
  ANALYZE pg_temp.equity_import_choice;

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT c.line, c.field, CASE WHEN c.pools IS NULL THEN 'ROW_POOL' ELSE 'ROW_POOL_SEVERAL' END, c.code
    FROM pg_temp.equity_import_choice AS c
   WHERE c.pools IS DISTINCT FROM 1;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_choices(text) IS
  'Fills equity_import_choice, with the pools that the codes mean; a code that means none or several is a problem.';

-- The columns choice1, choice2 … are the whole list of an application.
CREATE FUNCTION equity_internal.judge_choice_lists() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT c.line, min(c.field), 'ROW_CHOICE_TWICE', min(c.code)
    FROM pg_temp.equity_import_choice AS c
   WHERE c.pools = 1
   GROUP BY c.line, c.pool_id
  HAVING count(*) > 1;

  INSERT INTO pg_temp.equity_import_touched (line)
  SELECT DISTINCT coalesce(n.line, o.line)
    FROM pg_temp.equity_import_choice AS n
    FULL JOIN (SELECT r.line, c.choice, c.pool_id
                 FROM pg_temp.equity_import_row AS r
                 JOIN equity.choice AS c ON c.applicant_id = r.applicant_id AND c.round_id = r.round_id) AS o
      ON o.line = n.line
     AND o.choice = n.choice
     AND o.pool_id = n.pool_id
   WHERE n.line IS NULL OR o.line IS NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_choice_lists() IS
  'A pool that a list has twice is a problem; a list that is not that of the registry changes its application.';

CREATE FUNCTION equity_internal.judge_applications() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'source_key', 'ROW_CONTRADICTED', r.source_key
    FROM pg_temp.equity_import_row AS r
   WHERE (coalesce(r.source, 'file'), r.source_key) IN (SELECT coalesce(s.source, 'file'), s.source_key
                                                          FROM pg_temp.equity_import_row AS s
                                                         WHERE s.source_key IS NOT NULL
                                                         GROUP BY 1, 2
                                                        HAVING count(*) > 1);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'source_key', 'ROW_OTHER_SOURCE', r.source_key
    FROM pg_temp.equity_import_row AS r
    JOIN equity.application AS a ON a.applicant_id = r.applicant_id AND a.round_id = r.round_id
   WHERE (a.source, a.source_key) <> (coalesce(r.source, 'file'), r.source_key);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, 'submitted_at', 'ROW_NO_TIME'
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN equity.application AS a ON a.applicant_id = r.applicant_id AND a.round_id = r.round_id
   WHERE coalesce(r.status, a.status) = 'submitted'
     AND coalesce(r.submitted_at, a.submitted_at) IS NULL;

  IF EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.role = 'choice') THEN
    PERFORM equity_internal.read_choices('application');
    PERFORM equity_internal.judge_choice_lists();
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_applications() IS
  'Problems of applications: one number for two, another number for one, no time of submission, choices.';

CREATE FUNCTION equity_internal.write_choice_lists() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.role = 'choice') THEN
    RETURN;
  END IF;
  DELETE FROM equity.choice AS c
   USING pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action = 'update'
   WHERE c.applicant_id = r.applicant_id
     AND c.round_id = r.round_id
     AND NOT EXISTS (SELECT
                       FROM pg_temp.equity_import_choice AS n
                      WHERE n.line = r.line
                        AND n.choice = c.choice
                        AND n.pool_id = c.pool_id);
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
  SELECT n.applicant_id, n.round_id, n.choice, n.pool_id
    FROM pg_temp.equity_import_choice AS n
    JOIN pg_temp.equity_import_plan AS p ON p.line = n.line AND p.action <> 'unchanged'
   WHERE NOT EXISTS (SELECT
                       FROM equity.choice AS c
                      WHERE c.applicant_id = n.applicant_id
                        AND c.round_id = n.round_id
                        AND c.choice = n.choice);
END;
$$;

COMMENT ON FUNCTION equity_internal.write_choice_lists() IS
  'Makes the choices of applications those of their lines.';

-- A choice that was read alone: the others of its application stay. What one line gives up may be what
-- another asks for, so a line that falls may make another fall.
CREATE FUNCTION equity_internal.judge_choices() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  fallen bigint;
BEGIN
  PERFORM equity_internal.require_applications('round');
  PERFORM equity_internal.read_choices('choice');
  PERFORM equity_internal.drop_rejected();
  UPDATE pg_temp.equity_import_row AS r
     SET pool_id = c.pool_id::text
    FROM pg_temp.equity_import_choice AS c
   WHERE c.line = r.line;
  LOOP
    INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
    SELECT r.line, 'pool', 'ROW_CHOICE_TWICE', c.code
      FROM pg_temp.equity_import_row AS r
      JOIN pg_temp.equity_import_choice AS c ON c.line = r.line
     WHERE EXISTS (SELECT
                     FROM pg_temp.equity_import_row AS o
                    WHERE (o.applicant_id, o.round_id, o.pool_id) = (r.applicant_id, r.round_id, r.pool_id)
                      AND o.line <> r.line)
        OR EXISTS (SELECT
                     FROM equity.choice AS t
                    WHERE (t.applicant_id, t.round_id, t.pool_id) = (r.applicant_id, r.round_id, r.pool_id::bigint)
                      AND t.choice <> r.choice
                      AND NOT EXISTS (SELECT
                                        FROM pg_temp.equity_import_row AS o
                                       WHERE (o.applicant_id, o.round_id, o.choice) = (t.applicant_id, t.round_id, t.choice)));
    GET DIAGNOSTICS fallen = ROW_COUNT;
    EXIT WHEN fallen = 0;
    PERFORM equity_internal.drop_rejected();
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_choices() IS
  'Problems of rows of kind choice: no application, no pool, and a pool that its application would have twice.';

-- In one statement a pool could come to its new place before it has left the old one.
CREATE FUNCTION equity_internal.write_choices() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  DELETE FROM equity.choice AS c
   USING pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action = 'update'
   WHERE c.applicant_id = r.applicant_id
     AND c.round_id = r.round_id
     AND c.choice = r.choice;
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
  SELECT r.applicant_id, r.round_id, r.choice, r.pool_id::bigint
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_plan AS p ON p.line = r.line AND p.action <> 'unchanged';
END;
$$;

COMMENT ON FUNCTION equity_internal.write_choices() IS
  'Writes rows of kind choice.';

-- The applicant is one of the household, whether listed as self or not.
CREATE FUNCTION equity_internal.compare_households() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  WITH member AS (
    SELECT r.applicant_id, r.round_id, r.line, coalesce(r.relation, m.relation) AS relation,
           CASE WHEN EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = 'monthly_income') THEN r.monthly_income ELSE m.monthly_income END AS income
      FROM pg_temp.equity_import_row AS r
      LEFT JOIN equity.household_member AS m
        ON m.applicant_id = r.applicant_id
       AND m.round_id = r.round_id
       AND m.member_number = r.member_number
    UNION ALL
    SELECT m.applicant_id, m.round_id, NULL, m.relation, m.monthly_income
      FROM equity.household_member AS m
     WHERE (m.applicant_id, m.round_id) IN (SELECT r.applicant_id, r.round_id FROM pg_temp.equity_import_row AS r)
       AND NOT EXISTS (SELECT
                         FROM pg_temp.equity_import_row AS r
                        WHERE (r.applicant_id, r.round_id, r.member_number) = (m.applicant_id, m.round_id, m.member_number))
  ), listed AS (
    SELECT m.applicant_id, m.round_id, min(m.line) AS line, count(*) AS members,
           bool_or(m.relation IS NOT DISTINCT FROM 'self') AS has_self,
           CASE WHEN count(m.income) = count(*) THEN sum(m.income) END AS income
      FROM member AS m
     GROUP BY m.applicant_id, m.round_id
  )
  SELECT l.line, d.field, d.reason_code
    FROM listed AS l
    JOIN equity.household AS h ON h.applicant_id = l.applicant_id AND h.round_id = l.round_id
   CROSS JOIN LATERAL (VALUES ('member_number', 'ROW_MEMBERS_DIFFER',
                               h.household_size <> l.members AND (l.has_self OR h.household_size <> l.members + 1)),
                              ('monthly_income', 'ROW_INCOME_DIFFERS', h.monthly_income <> l.income)) AS d (field, reason_code, differs)
   WHERE d.differs;
END;
$$;

COMMENT ON FUNCTION equity_internal.compare_households() IS
  'Warnings at the first line of each household whose members, with those that the registry has already, do not make the number or the income declared.';

-- ---- a kind's own ways ----

CREATE FUNCTION equity_internal.judge_kind(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CASE kind
    WHEN 'applicant' THEN
      PERFORM equity_internal.judge_applicants();
    WHEN 'application' THEN
      PERFORM equity_internal.judge_applications();
    WHEN 'choice' THEN
      PERFORM equity_internal.judge_choices();
    WHEN 'household_member' THEN
      PERFORM equity_internal.require_applications('round');
    ELSE
      NULL;
  END CASE;
  PERFORM equity_internal.drop_rejected();
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_kind(text) IS
  'What only rows of this kind can get wrong.';

CREATE FUNCTION equity_internal.judge_plan(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_fields(kind);
  IF EXISTS (SELECT FROM equity_internal.import_kind AS k WHERE k.kind = judge_plan.kind AND 'round_id' = ANY (k.key_columns)) THEN
    PERFORM equity_internal.require_open_rounds();
  END IF;
  PERFORM equity_internal.drop_planned();
  IF kind = 'household_member' THEN
    PERFORM equity_internal.compare_households();
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_plan(text) IS
  'What is wrong with rows because of what they would change.';

-- ---- writing ----

CREATE FUNCTION equity_internal.insert_rows(kind text, target text, condition text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  columns record;
BEGIN
  SELECT string_agg(quote_ident(c.name), ', ') AS names,
         string_agg(c.value, ', ') AS values
    INTO columns
    FROM (SELECT k.name, format('r.%I', k.name)
            FROM equity_internal.import_kind AS i
           CROSS JOIN LATERAL unnest(i.key_columns) AS k (name)
           WHERE i.kind = insert_rows.kind
          UNION ALL
          SELECT w.column_name, w.new_value
            FROM equity_internal.written_columns(insert_rows.kind, insert_rows.target) AS w) AS c (name, value);
  EXECUTE format('INSERT INTO equity.%I (%s) SELECT %s '
                 'FROM pg_temp.equity_import_row AS r JOIN pg_temp.equity_import_plan AS p ON p.line = r.line WHERE %s',
                 target, columns.names, columns.values, condition);
END;
$$;

COMMENT ON FUNCTION equity_internal.insert_rows(text, text, text) IS
  'Inserts the rows r that the plan p has under a condition into a table.';

CREATE FUNCTION equity_internal.update_rows(kind text, target text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  assignments text := (SELECT string_agg(format('%I = %s', w.column_name, w.next_value), ', ')
                         FROM equity_internal.written_columns(update_rows.kind, update_rows.target) AS w);
BEGIN
  IF assignments IS NOT NULL THEN
    EXECUTE format('UPDATE equity.%I AS t SET %s FROM pg_temp.equity_import_row AS r JOIN pg_temp.equity_import_plan AS p ON p.line = r.line '
                   'WHERE p.action = ''update'' AND %s AND (%s)',
                   target, assignments, equity_internal.key_match(kind), equity_internal.changed_columns(kind, target));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.update_rows(text, text) IS
  'Updates the rows of a table of which the rows r say something new.';

CREATE FUNCTION equity_internal.write_rows(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  target text := (SELECT k.target FROM equity_internal.import_kind AS k WHERE k.kind = write_rows.kind);
  side text;
BEGIN
  PERFORM equity_internal.insert_rows(kind, target, 'p.action = ''insert''');
  PERFORM equity_internal.update_rows(kind, target);
  FOR side IN SELECT s.target FROM equity_internal.side_targets(kind) AS s (target) LOOP
    PERFORM equity_internal.update_rows(kind, side);
    PERFORM equity_internal.insert_rows(kind, side,
      format('p.action <> ''unchanged'' AND %s AND NOT EXISTS (SELECT FROM equity.%I AS t WHERE %s)',
             equity_internal.some_given(kind, side), side, equity_internal.key_match(kind)));
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_rows(text) IS
  'Writes the tables of a kind by its plan.';

CREATE FUNCTION equity_internal.number_applicants() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  UPDATE pg_temp.equity_import_row AS r
     SET applicant_id = n.applicant_id
    FROM (SELECT o.line, nextval('equity.applicant_applicant_id_seq') AS applicant_id
            FROM (SELECT g.line FROM pg_temp.equity_import_row AS g WHERE g.applicant_id IS NULL ORDER BY g.line) AS o) AS n
   WHERE n.line = r.line;
END;
$$;

COMMENT ON FUNCTION equity_internal.number_applicants() IS
  'Gives new persons their numbers, in the order of the lines.';

CREATE FUNCTION equity_internal.write_households() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO equity.household (applicant_id, round_id)
  SELECT DISTINCT r.applicant_id, r.round_id
    FROM pg_temp.equity_import_row AS r
  ON CONFLICT DO NOTHING;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_households() IS
  'Makes the households of members of whom nothing is declared.';

-- No nested loop: it would read anew, for each row, what the statement itself has written so far.
CREATE FUNCTION equity_internal.write_kind(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = off
AS $$
DECLARE
  broken text;
BEGIN
  CASE kind
    WHEN 'applicant' THEN
      PERFORM equity_internal.number_applicants();
      PERFORM equity_internal.write_rows(kind);
      PERFORM equity_internal.write_identities();
      PERFORM equity_internal.write_names();
    WHEN 'application' THEN
      PERFORM equity_internal.write_rows(kind);
      PERFORM equity_internal.write_choice_lists();
    WHEN 'choice' THEN
      PERFORM equity_internal.write_choices();
    WHEN 'household_member' THEN
      PERFORM equity_internal.write_households();
      PERFORM equity_internal.write_rows(kind);
    ELSE
      PERFORM equity_internal.write_rows(kind);
  END CASE;
EXCEPTION
  WHEN unique_violation THEN
    -- what the plan did not see was written meanwhile
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    RAISE EXCEPTION 'another transaction wrote some of these rows first'
      USING ERRCODE = 'serialization_failure',
            DETAIL = format('They would break constraint "%s".', broken),
            HINT = 'Run the transaction again.';
END;
$$;

COMMENT ON FUNCTION equity_internal.write_kind(text) IS
  'Writes the rows of a kind. Error 40001 when somebody else wrote one of them meanwhile.';

-- ---- the record ----

CREATE FUNCTION equity_internal.record_rejects(batch text, kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO equity.import_reject (batch, kind, line, field, reason_code, severity, masked_value, reason_th, reason_en, applicant_id)
  SELECT record_rejects.batch, record_rejects.kind, p.line, p.field, p.reason_code, s.severity,
         equity_internal.import_mask(coalesce(f.mask, g.mask, 'hidden'), min(p.value)), s.reason_th, s.reason_en,
         min(o.first_id)
    FROM pg_temp.equity_import_problem AS p
    JOIN equity_internal.import_reason AS s ON s.reason_code = p.reason_code
    LEFT JOIN equity_internal.import_field AS f ON f.kind = record_rejects.kind AND f.field = p.field
    LEFT JOIN pg_temp.equity_import_given AS g ON g.label = p.field
    LEFT JOIN pg_temp.equity_import_person AS o ON o.line = p.line AND o.first_id = o.last_id
   GROUP BY p.line, p.field, p.reason_code, s.severity, f.mask, g.mask, s.reason_th, s.reason_en;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_rejects(text, text) IS
  'Writes the problems of a load to equity.import_reject, with masked values.';

CREATE FUNCTION equity_internal.record_batch(this equity.import_batch) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  SELECT count(*) FILTER (WHERE p.action = 'insert'), count(*) FILTER (WHERE p.action = 'update'),
         this.unchanged + count(*) FILTER (WHERE p.action = 'unchanged')
    INTO this.inserted, this.updated, this.unchanged
    FROM pg_temp.equity_import_plan AS p;
  SELECT count(DISTINCT p.line) FILTER (WHERE s.severity = 'error'),
         count(DISTINCT (p.line, p.field, p.reason_code)) FILTER (WHERE s.severity = 'warning')
    INTO this.rejected, this.warnings
    FROM pg_temp.equity_import_problem AS p
    JOIN equity_internal.import_reason AS s ON s.reason_code = p.reason_code;
  this.loaded_at := clock_timestamp();
  this.loaded_by := session_user;

  DELETE FROM equity.import_batch AS b WHERE b.batch = this.batch AND b.kind = this.kind;
  INSERT INTO equity.import_batch SELECT this.*;
  PERFORM equity_internal.record_rejects(this.batch, this.kind);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_batch(equity.import_batch) IS
  'Counts a load and writes it to equity.import_batch and equity.import_reject, in the place of the last load of its batch and kind.';

CREATE FUNCTION equity_internal.judge_source(this equity.import_batch, source text, search_path text) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key_columns text[] := (SELECT k.key_columns FROM equity_internal.import_kind AS k WHERE k.kind = this.kind);
  first_key text := (SELECT f.field
                       FROM equity_internal.import_field AS f
                      WHERE f.kind = this.kind
                        AND f.column_name = key_columns[cardinality(key_columns)]);
BEGIN
  PERFORM equity_internal.open_import();
  PERFORM equity_internal.match_columns(this.kind, source, search_path);
  PERFORM equity_internal.require_columns(this.kind);
  this.ignored_columns := equity_internal.ignored_columns(this.kind);
  this.rows_read := equity_internal.read_rows(this.kind, source, search_path);
  PERFORM equity_internal.note_unread();
  IF 'applicant_id' = ANY (key_columns) THEN
    PERFORM equity_internal.resolve_persons(this.kind);
  END IF;
  PERFORM equity_internal.require_keys(this.kind);
  PERFORM equity_internal.drop_rejected();

  PERFORM equity_internal.label_lines(this.kind);
  this.unchanged := equity_internal.judge_repeats(coalesce(first_key, 'citizen_id'));
  PERFORM equity_internal.drop_rejected();
  PERFORM equity_internal.judge_kind(this.kind);
  PERFORM equity_internal.plan_rows(this.kind);
  PERFORM equity_internal.judge_plan(this.kind);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_source(equity.import_batch, text, text) IS
  'Reads a source and makes the plan of its load.';

CREATE FUNCTION equity_internal.begin_batch(kind text, batch text, dry_run boolean) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this equity.import_batch;
BEGIN
  IF NOT EXISTS (SELECT FROM equity_internal.import_kind AS k WHERE k.kind = begin_batch.kind) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('unrecognized kind of rows: %s', coalesce(format('"%s"', equity_internal.excerpt(kind)), 'NULL')),
      HINT = format('Kinds are %s.', (SELECT string_agg(k.kind, ', ' ORDER BY k.kind COLLATE "C") FROM equity_internal.import_kind AS k));
  END IF;
  -- loads wait for each other, so that each sees the persons of the one before
  LOCK TABLE equity.import_batch IN SHARE ROW EXCLUSIVE MODE;
  this.batch := coalesce(nullif(btrim(batch), ''), format('%s %s', kind, to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')));
  this.kind := kind;
  this.dry_run := coalesce(dry_run, false);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_batch(text, text, boolean) IS
  'The row of a load that begins, which has the loads to itself until the end of the transaction. Error 22023 for an unknown kind.';

CREATE FUNCTION equity_internal.load_source(kind text, source text, batch text, dry_run boolean, search_path text,
                                            OUT batch_name text, OUT rows_read bigint, OUT inserted bigint, OUT updated bigint, OUT unchanged bigint,
                                            OUT rejected bigint, OUT warnings bigint, OUT candidates bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
AS $$
DECLARE
  this equity.import_batch;
BEGIN
  IF source IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'the source query is NULL',
      HINT = 'Pass a query over a table of the file, for example SELECT * FROM staging.';
  END IF;
  this := equity_internal.begin_batch(kind, batch, dry_run);
  this := equity_internal.judge_source(this, source, search_path);
  IF NOT this.dry_run THEN
    PERFORM equity_internal.write_kind(this.kind);
    candidates := CASE WHEN this.kind = 'applicant' THEN equity_internal.find_candidates(this.batch) ELSE 0 END;
  END IF;
  this := equity_internal.record_batch(this);
  PERFORM equity_internal.close_import();
  IF NOT this.dry_run THEN
    PERFORM equity.audit_append('load_rows', NULL, NULL,
                                to_jsonb(this) - '{dry_run,loaded_at,loaded_by,ignored_columns}'::text[]
                                || jsonb_build_object('candidates', candidates));
  END IF;
  SELECT this.batch, this.rows_read, this.inserted, this.updated, this.unchanged, this.rejected, this.warnings
    INTO batch_name, rows_read, inserted, updated, unchanged, rejected, warnings;
END;
$$;

COMMENT ON FUNCTION equity_internal.load_source(text, text, text, boolean, text) IS
  'equity.load_rows, with the search_path of the source.';

--- The source is one SELECT over a table of texts, as a file was copied into it; it is run with the rights and the search_path of
--- the caller. Columns are found by the name of a field or by a heading of `equity.import_column`, in any order. What is a date or a time in the
--- source is taken as such; everything else is read as text, in Thai or other digits, with years of the Buddhist era.
---
--- | kind | who or what | fields |
--- | --- | --- | --- |
--- | `institution` | `institution_code` | `name_th`, `name_en`, `province_code`, `kind`, `ownership`, `affiliation` |
--- | `applicant` | person | `source_key`, `full_name`, `title`, `given_name`, `family_name`, `birth_date`, `sex`, `province_code` |
--- | `application` | person, `round`, or `source_key` alone | `source_key`, `status`, `submitted_at`, `education_level`, `gpa`, `graduated_year`, `welfare_card`, `disability_registered`, `verified_need`, `answers.KEY`; `household_size`, `monthly_income`; the columns of `equity.dwelling`; `choice1`, `choice2` … |
--- | `choice` | person, `round`, `choice` | `pool` |
--- | `household_member` | person, `round`, `member_number` | the columns of `equity.household_member` |
--- | `applicant_group` | person, `group_code` | `verified`, `verified_by`, `evidence` |
---
--- A person is named by one or more of `citizen_id` (which may hold a G-code), `g_code`, `passport`, and `applicant_key` (for an
--- applicant's own row `source_key`), which belongs to the system that `source` names (`file` unless given). A pool is named by
--- its number or as `institution_code/field_code`, with `/grant_type` and `/programme_code` where several would fit. `line` numbers the lines.
---
--- - A row with an error is not loaded, and `equity.import_reject` says why; so of rows that contradict each other none is.
--- - A column that the source does not have leaves what is there; a blank cell or a dash empties it, but never an identity, a name, a status or a
---   key. `choice1` and those that follow are the whole list.
--- - `rows_read` is the sum of `inserted`, `updated`, `unchanged` and `rejected`. The same source once more is all unchanged.
--- - `candidates` are new rows of `equity.duplicate_candidate`. With `dry_run` nothing is written but `equity.import_batch` and
---   `equity.import_reject`, and `candidates` is NULL.
--- - Rows of a round that is no longer open change nothing, unless `equity.amend_round` was called in the same transaction.
---
--- It needs the right to make temporary tables. Loads wait for each other.
---
--- Errors: 22023 an unknown kind, or lines whose numbers are not each once; 22004 no source; 42601 not one SELECT; 42703 the source lacks
--- a column of the key, with the nearest heading; 42701 a field comes twice; 40001 somebody else wrote one of the rows meanwhile; 42501 rows
--- are hidden from the caller; and those of the source.
CREATE FUNCTION equity.load_rows(kind text, source text, INOUT batch text DEFAULT NULL, dry_run boolean DEFAULT false,
                                 OUT rows_read bigint, OUT inserted bigint, OUT updated bigint, OUT unchanged bigint,
                                 OUT rejected bigint, OUT warnings bigint, OUT candidates bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT l.batch_name, l.rows_read, l.inserted, l.updated, l.unchanged, l.rejected, l.warnings, l.candidates
    FROM equity_internal.load_source(load_rows.kind, load_rows.source, load_rows.batch, load_rows.dry_run, current_setting('search_path')) AS l;
END;

COMMENT ON FUNCTION equity.load_rows(text, text, text, boolean) IS
  'Loads the rows of a query into the registry: each cell is read and judged, good rows are inserted or updated, and the others are told in equity.import_reject. Returns the name of the batch and its counts.';
