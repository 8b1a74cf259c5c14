-- Reading a source: whose column is which, and the rows with each cell judged. A load keeps what it is
-- working on in temporary tables of its own, which have statistics and are gone at its end:
--
--   equity_import_given    a row for each column of the source that is a field
--   equity_import_row      a row for each line that is still good: line, applicant_id, and the columns of
--                          its kind as the registry has them
--   equity_import_problem  what is wrong with which line
--
-- and others, which the pieces behind this one describe.

CREATE FUNCTION equity_internal.open_import() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CREATE TEMPORARY TABLE equity_import_problem (line bigint, field text, reason_code text, value text) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_key (line bigint, key_kind text, key text, source text) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_found (line bigint, key_kind text, applicant_id bigint, round_id bigint) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_person (line bigint, first_id bigint, last_id bigint) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_same (line bigint, label text) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_identity (line bigint, identity_kind text, identity text, replaces boolean) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_choice (line bigint, applicant_id bigint, round_id bigint, choice numeric, field text, code text, pool_id bigint,
                                               pools bigint) ON COMMIT DROP;
  CREATE TEMPORARY TABLE equity_import_touched (line bigint) ON COMMIT DROP;
END;
$$;

COMMENT ON FUNCTION equity_internal.open_import() IS
  'Makes the temporary tables of a load that do not depend on its kind.';

CREATE FUNCTION equity_internal.close_import() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DROP TABLE pg_temp.equity_import_problem, pg_temp.equity_import_key, pg_temp.equity_import_found, pg_temp.equity_import_person,
    pg_temp.equity_import_same, pg_temp.equity_import_identity, pg_temp.equity_import_choice, pg_temp.equity_import_touched,
    pg_temp.equity_import_given, pg_temp.equity_import_row, pg_temp.equity_import_plan;
END;
$$;

COMMENT ON FUNCTION equity_internal.close_import() IS
  'Drops the temporary tables of a load.';

CREATE FUNCTION equity_internal.import_heading(given text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(equity.thai_normal(given)), ' ._-/():*"''', '');

COMMENT ON FUNCTION equity_internal.import_heading(text) IS
  'A heading as headings are compared: in lower case, in one way of writing, without blanks and the signs . _ - / ( ) : * " and apostrophe.';

-- What a field is called, best first. A heading that PostgreSQL cut to 63 bytes as a column's name is known too.
CREATE FUNCTION equity_internal.field_headings(kind text) RETURNS TABLE (field text, role text, heading text, place integer)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT f.field, f.role, equity_internal.import_heading(f.field), 1
    FROM equity_internal.import_field AS f
   WHERE f.kind = field_headings.kind
     AND f.role <> 'answer'
  UNION ALL
  SELECT f.field, f.role, equity_internal.import_heading(n.heading), CASE c.kind WHEN '*' THEN 3 ELSE 2 END
    FROM equity_internal.import_field AS f
    JOIN equity.import_column AS c
      ON c.field = f.field
     AND c.kind IN (f.kind, '*')
   CROSS JOIN LATERAL (VALUES (c.heading), (c.heading::name::text)) AS n (heading)
   WHERE f.kind = field_headings.kind;
END;

COMMENT ON FUNCTION equity_internal.field_headings(text) IS
  'The headings of the fields of a kind, as equity_internal.import_heading writes them, the smaller place before the larger.';

CREATE FUNCTION equity_internal.heading_field(kind text, heading text, OUT field text, OUT place text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT m.field, m.place
    FROM (SELECT h.field,
                 CASE h.role WHEN 'choice' THEN substring(g.heading FROM '[0-9]+$') END AS place,
                 h.heading = g.heading AS is_exact,
                 h.place AS rank
            FROM (SELECT equity_internal.import_heading(heading_field.heading) AS heading) AS g
            JOIN equity_internal.field_headings(heading_field.kind) AS h
              ON h.heading IN (g.heading, regexp_replace(g.heading, '[0-9]+$', '#'))
           WHERE h.role <> 'choice' OR g.heading ~ '[0-9]$'
          UNION ALL
          SELECT f.field, substr(heading_field.heading, 9), true, 0
            FROM equity_internal.import_field AS f
           WHERE f.kind = heading_field.kind
             AND f.role = 'answer'
             AND heading_field.heading ~ '^answers[.].') AS m
   ORDER BY m.is_exact DESC, m.rank
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.heading_field(text, text) IS
  'The field of a kind that a column is by its heading, with the number of a choice or the name of an answer; NULL when it is none.';

CREATE FUNCTION equity_internal.match_columns(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CREATE TEMPORARY TABLE equity_import_given ON COMMIT DROP AS
  SELECT c.position AS cell, c.heading, c.type AS source_type, m.place,
         regexp_replace(m.field, '[#*]$', coalesce(m.place, '')) AS label, f.*
    FROM equity_internal.source_columns() AS c
   CROSS JOIN LATERAL equity_internal.heading_field(match_columns.kind, c.heading) AS m
    LEFT JOIN equity_internal.import_field AS f
      ON f.kind = match_columns.kind
     AND f.field = m.field;
END;
$$;

COMMENT ON FUNCTION equity_internal.match_columns(text) IS
  'Makes equity_import_given of the headings of the source; a column that is no field has no field there.';

CREATE FUNCTION equity_internal.nearest_heading(kind text, field text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT equity_internal.excerpt(g.heading)
            FROM pg_temp.equity_import_given AS g
            JOIN equity_internal.field_headings(nearest_heading.kind) AS h
              ON h.field = nearest_heading.field
           CROSS JOIN LATERAL (SELECT equity_internal.import_heading(g.heading) AS heading) AS n
           WHERE g.field IS NULL
             AND n.heading <> ''
           ORDER BY equity_internal.word_distance(n.heading, h.heading)::numeric / greatest(length(n.heading), length(h.heading)), g.cell
           LIMIT 1);
END;
$$;

COMMENT ON FUNCTION equity_internal.nearest_heading(text, text) IS
  'Of the columns of the source that are no field, the heading that is most like one of a field; NULL when there is none.';

CREATE FUNCTION equity_internal.refuse_missing_column(kind text, field text, others text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  nearest text := equity_internal.nearest_heading(kind, field);
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'undefined_column',
    MESSAGE = format('the source of kind "%s" has no column "%s"%s', kind, field, others),
    DETAIL = format('Also known as: %s.', coalesce((SELECT string_agg(format('"%s"', c.heading), ', ' ORDER BY c.heading COLLATE "C")
                                                      FROM equity.import_column AS c
                                                     WHERE c.field = refuse_missing_column.field
                                                       AND c.kind IN (refuse_missing_column.kind, '*')), 'nothing else')),
    HINT = concat(CASE WHEN nearest IS NOT NULL THEN format('Perhaps you meant "%s". ', nearest) END,
                  format('Name it with AS %s, or add its heading to equity.import_column.', field));
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_missing_column(text, text, text) IS
  'Error 42703 that names the field, its headings and the nearest heading of the source.';

-- An application may be named by its number alone, once it has one.
CREATE FUNCTION equity_internal.require_columns(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  named_otherwise boolean := require_columns.kind = 'application'
                             AND EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = 'source_key');
  twice record;
BEGIN
  SELECT g.label, string_agg(format('"%s"', equity_internal.excerpt(g.heading)), ', ' ORDER BY g.cell) AS headings INTO twice
    FROM pg_temp.equity_import_given AS g
   WHERE g.field IS NOT NULL
   GROUP BY g.label
  HAVING count(*) > 1
   ORDER BY g.label COLLATE "C"
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'duplicate_column',
      MESSAGE = format('the source of kind "%s" has field "%s" more than once', kind, twice.label),
      DETAIL = format('Its columns are %s.', twice.headings),
      HINT = 'Leave one of them out of the query.';
  END IF;

  PERFORM equity_internal.refuse_missing_column(require_columns.kind, f.field, '')
     FROM equity_internal.import_field AS f
    WHERE f.kind = require_columns.kind
      AND f.role = 'key'
      AND NOT named_otherwise
      AND NOT EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = f.field);
  IF NOT named_otherwise
     AND EXISTS (SELECT FROM equity_internal.import_field AS f WHERE f.kind = require_columns.kind AND f.role = 'person')
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_given AS g
                      WHERE g.role = 'person' OR g.field = 'award_id' OR g.kind = 'applicant' AND g.field = 'source_key')
  THEN
    PERFORM equity_internal.refuse_missing_column(require_columns.kind, 'citizen_id', ', nor another that says who the person is');
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_columns(text) IS
  'Errors 42701 for a field that the source has twice, 42703 for a key that it lacks.';

-- Whether another kind reads it: one file serves several kinds, and nothing need be said of their columns.
CREATE FUNCTION equity_internal.ignored_columns(kind text) RETURNS text[]
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ignored text[];
BEGIN
  SELECT coalesce(array_agg(equity_internal.excerpt(g.heading) ORDER BY g.cell), '{}') INTO ignored
    FROM pg_temp.equity_import_given AS g
   WHERE g.field IS NULL
     AND left(g.heading, 1) <> '_'
     AND NOT EXISTS (SELECT
                       FROM equity_internal.import_kind AS k
                      CROSS JOIN LATERAL equity_internal.heading_field(k.kind, g.heading) AS m
                      WHERE m.field IS NOT NULL);
  IF ignored <> '{}' THEN
    RAISE NOTICE 'not read, because no field is called so: "%"', array_to_string(ignored, '", "')
      USING HINT = 'Add their headings to equity.import_column if they should be read.';
  END IF;
  RETURN ignored;
END;
$$;

COMMENT ON FUNCTION equity_internal.ignored_columns(text) IS
  'Headings of the source that are a field of no kind, after a NOTICE that names them. One that begins with _ is for the caller''s own use.';

-- The SQL of a column of equity_import_row, over the cells as read, v1, v2 …, by their positions in the source.
CREATE FUNCTION equity_internal.row_column(kind text, column_name text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field record;
  given text := (SELECT format('p.v%s', g.cell)
                   FROM pg_temp.equity_import_given AS g
                  WHERE g.column_name = row_column.column_name
                    AND g.place IS NULL);
BEGIN
  SELECT f.role, r.type INTO field
    FROM equity_internal.import_field AS f
    JOIN equity_internal.import_reader AS r ON r.reader = f.reader
   WHERE f.kind = row_column.kind
     AND f.column_name = row_column.column_name;
  CASE field.role
    WHEN 'name' THEN
      RETURN CASE column_name WHEN 'title' THEN 'n.person_title' WHEN 'given_name' THEN 'n.person_given' WHEN 'family_name' THEN 'n.person_family'
             ELSE 'NULL::text' END;
    WHEN 'choice' THEN
      RETURN coalesce((SELECT 'ARRAY[' || string_agg('p.v' || g.cell, ', ' ORDER BY g.place::numeric) || ']'
                         FROM pg_temp.equity_import_given AS g
                        WHERE g.role = 'choice'), 'NULL::text[]');
    WHEN 'answer' THEN
      RETURN coalesce((SELECT 'jsonb_strip_nulls(' || string_agg(format('jsonb_build_object(%L, p.v%s)', g.place, g.cell), ' || ') || ')'
                         FROM pg_temp.equity_import_given AS g
                        WHERE g.role = 'answer'), 'NULL::jsonb');
    ELSE
      RETURN coalesce(given, format('NULL::%s', field.type));
  END CASE;
END;
$$;

COMMENT ON FUNCTION equity_internal.row_column(text, text) IS
  'SQL of a column of the rows of a kind, over the cells of the source.';

CREATE FUNCTION equity_internal.read_rows(kind text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cells record;
  columns text;
  name_parts text;
  numbered text;
  read_count bigint;
  numbers bigint;
BEGIN
  PERFORM equity_internal.report_progress('load_rows', 0, 'reading cells', equity_internal.source_size());
  SELECT array_agg(g.cell ORDER BY g.cell) AS positions,
         string_agg(format('c%s text', g.cell), ', ' ORDER BY g.cell) AS texts,
         string_agg(format('equity_internal.import_cell(t.c%1$s) AS c%1$s', g.cell), ', ' ORDER BY g.cell) AS normal,
         string_agg(format('%s AS v%s',
                           format(CASE WHEN r.plain IS NOT NULL AND g.source_type ~ '^(date|timestamp)' THEN r.plain ELSE r.expression END,
                                  format('c.c%s', g.cell), equity_internal.import_words(g.words)),
                           g.cell), ', ' ORDER BY g.cell) AS readings,
         coalesce(string_agg(format('p.c%1$s IS NOT NULL AND p.v%1$s IS NULL', g.cell), ' OR ') FILTER (WHERE r.reason_code IS NOT NULL), 'false') AS wrong,
         coalesce(string_agg(format('jsonb_build_object(%2$L, CASE WHEN p.v%1$s IS NULL THEN p.c%1$s END)', g.cell, g.label), ' || ')
                    FILTER (WHERE r.reason_code IS NOT NULL), 'NULL::jsonb') AS unread
    INTO cells
    FROM pg_temp.equity_import_given AS g
    JOIN equity_internal.import_reader AS r ON r.reader = g.reader
   WHERE g.field IS NOT NULL;
  SELECT string_agg(format('%s AS %I', equity_internal.row_column(read_rows.kind, f.column_name), f.column_name), ', ') INTO columns
    FROM (SELECT DISTINCT i.column_name
            FROM equity_internal.import_field AS i
           WHERE i.kind = read_rows.kind
             AND i.role <> 'line') AS f;
  SELECT string_agg(coalesce('p.v' || g.cell, 'NULL::text'), ', ' ORDER BY f.place) INTO name_parts
    FROM unnest(ARRAY['full_name', 'title', 'given_name', 'family_name']) WITH ORDINALITY AS f (field, place)
    LEFT JOIN pg_temp.equity_import_given AS g ON g.field = f.field;
  numbered := coalesce((SELECT format('equity_internal.read_number(p.v%s, 0, 999999999999999999, 0)::bigint', g.cell)
                          FROM pg_temp.equity_import_given AS g
                         WHERE g.role = 'line'), 'p.row_number');

  EXECUTE format('CREATE TEMPORARY TABLE equity_import_row ON COMMIT DROP AS '
                 'SELECT equity_internal.count_row(%s) AS line, NULL::bigint AS applicant_id, %s, CASE WHEN %s THEN jsonb_strip_nulls(%s) END AS unread '
                 'FROM (SELECT c.*, %s '
                 'FROM (SELECT t.row_number, %s FROM equity_internal.source_rows(%L) AS t (row_number bigint, %s) OFFSET 0) AS c OFFSET 0) AS p '
                 'CROSS JOIN LATERAL equity_internal.split_name(%s) AS n',
                 numbered, columns, cells.wrong, cells.unread, cells.readings, cells.normal, cells.positions, cells.texts, name_parts);
  ANALYZE pg_temp.equity_import_row;

  SELECT count(*), count(DISTINCT r.line) INTO read_count, numbers FROM pg_temp.equity_import_row AS r;
  IF read_count <> numbers THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'column "line" of the source must number its rows',
      DETAIL = format('It has %s different whole numbers for %s rows.', numbers, read_count),
      HINT = 'Leave it out to have the rows numbered in the order of the query.';
  END IF;
  RETURN read_count;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_rows(text) IS
  'Makes equity_import_row of the rows of the source and returns how many there are. Error 22023 when the source numbers its lines and a number is missing or comes twice.';

CREATE FUNCTION equity_internal.note_unread() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, u.key, d.reason_code, u.value
    FROM pg_temp.equity_import_row AS r
   CROSS JOIN LATERAL jsonb_each_text(r.unread) AS u
    JOIN pg_temp.equity_import_given AS g ON g.label = u.key
    JOIN equity_internal.import_reader AS d ON d.reader = g.reader
   WHERE r.unread IS NOT NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.note_unread() IS
  'Problems of the cells that could not be read.';

-- The rows that are left are good as far as anybody has looked.
CREATE FUNCTION equity_internal.drop_rejected() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  DELETE FROM pg_temp.equity_import_row AS r
   USING pg_temp.equity_import_problem AS p
    JOIN equity_internal.import_reason AS s ON s.reason_code = p.reason_code AND s.severity = 'error'
   WHERE p.line = r.line;
END;
$$;

COMMENT ON FUNCTION equity_internal.drop_rejected() IS
  'Takes lines with an error out of equity_import_row.';
