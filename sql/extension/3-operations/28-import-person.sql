-- Who a line is about, and which lines are about the same.
--
--   equity_import_key    a row for each identity or key that a line names
--   equity_import_found  the person of the registry that has it; of an application, its number
--   equity_import_person the first and the last of the persons that a line leads to, with the lines it is joined with
--   equity_import_same   lines with one label are about one and the same

CREATE FUNCTION equity_internal.find_keys(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format($q$
    INSERT INTO pg_temp.equity_import_key (line, key_kind, key, source)
    SELECT r.line, k.key_kind, k.key, k.source
      FROM pg_temp.equity_import_row AS r
     CROSS JOIN LATERAL (VALUES (CASE WHEN r.citizen_id LIKE 'G%%' THEN 'g_code' ELSE 'citizen_id' END, r.citizen_id, NULL),
                                ('g_code', r.g_code, NULL),
                                ('passport', r.passport, NULL),
                                ('source', r.%I, coalesce(r.source, 'file')) %s) AS k (key_kind, key, source)
     WHERE k.key IS NOT NULL$q$,
    CASE kind WHEN 'applicant' THEN 'source_key' ELSE 'applicant_key' END,
    CASE (SELECT k.about FROM equity_internal.import_kind AS k WHERE k.kind = find_keys.kind)
      WHEN 'award' THEN $q$, ('award', r.award_id::text, NULL)$q$
      ELSE CASE kind WHEN 'application' THEN $q$, ('application', r.source_key, coalesce(r.source, 'file'))$q$ ELSE '' END
    END);
  ANALYZE pg_temp.equity_import_key;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_keys(text) IS
  'Fills equity_import_key.';

-- An identity that nobody has any more leads to who had it: a child with a G-code is found by it later, too.
CREATE FUNCTION equity_internal.find_persons() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_found (line, key_kind, applicant_id, round_id)
  SELECT k.line, k.key_kind, i.applicant_id, NULL::bigint
    FROM pg_temp.equity_import_key AS k
    JOIN equity.applicant_identity AS i
      ON i.identity = k.key
     AND i.identity_kind = k.key_kind
   WHERE i.valid_to IS NULL
      OR NOT EXISTS (SELECT
                       FROM equity.applicant_identity AS c
                      WHERE c.identity = i.identity
                        AND c.identity_kind = i.identity_kind
                        AND c.valid_to IS NULL)
  UNION
  SELECT k.line, k.key_kind, a.applicant_id, NULL
    FROM pg_temp.equity_import_key AS k
    JOIN equity.applicant AS a
      ON a.source_key = k.key
     AND a.source = k.source
   WHERE k.key_kind = 'source'
  UNION
  SELECT k.line, k.key_kind, a.applicant_id, a.round_id
    FROM pg_temp.equity_import_key AS k
    JOIN equity.application AS a
      ON a.source_key = k.key
     AND a.source = k.source
   WHERE k.key_kind = 'application'
  UNION
  SELECT k.line, k.key_kind, w.applicant_id, NULL
    FROM pg_temp.equity_import_key AS k
    JOIN equity.award AS w ON w.award_id = CASE k.key_kind WHEN 'award' THEN k.key::bigint END;
  ANALYZE pg_temp.equity_import_found;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_persons() IS
  'Fills equity_import_found with the persons that the keys of each line lead to.';

CREATE FUNCTION equity_internal.note_persons(field text, must_be_known boolean) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, note_persons.field,
         CASE WHEN k.line IS NULL THEN 'ROW_NO_PERSON' WHEN k.award_alone THEN 'ROW_AWARD_UNKNOWN' ELSE 'ROW_PERSON_UNKNOWN' END, k.key
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN (SELECT y.line, min(y.key) FILTER (WHERE y.key_kind <> 'application') AS key, bool_and(y.key_kind = 'award') AS award_alone
                 FROM pg_temp.equity_import_key AS y
                GROUP BY y.line) AS k
      ON k.line = r.line
   WHERE r.applicant_id IS NULL
     AND (k.line IS NULL OR must_be_known)
     AND NOT EXISTS (SELECT FROM pg_temp.equity_import_problem AS p WHERE p.line = r.line AND p.reason_code = 'ROW_PERSONS_DIFFER')
     AND NOT EXISTS (SELECT
                       FROM pg_temp.equity_import_problem AS p
                       JOIN pg_temp.equity_import_given AS g ON g.label = p.field AND (g.role = 'person' OR g.field = 'award_id')
                      WHERE p.line = r.line);
END;
$$;

COMMENT ON FUNCTION equity_internal.note_persons(text, boolean) IS
  'Problems of lines that name nobody, and of those that name somebody who is not in the registry where that must be. A line with an identity that cannot be read has its problem already.';

-- A line joins what its keys lead to; so do lines with a key in common. label is the least line of those joined.
CREATE FUNCTION equity_internal.join_lines() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  changed bigint;
BEGIN
  CREATE TEMPORARY TABLE equity_import_link ON COMMIT DROP AS
  WITH node AS (
    SELECT k.line, concat_ws(' ', k.key_kind, length(k.source), k.source, k.key) AS node FROM pg_temp.equity_import_key AS k
    UNION
    SELECT f.line, 'applicant ' || f.applicant_id FROM pg_temp.equity_import_found AS f
  ), shared AS (
    SELECT n.node FROM node AS n GROUP BY n.node HAVING count(*) > 1
  )
  SELECT n.line, n.node, n.line AS label
    FROM node AS n
    JOIN shared AS s ON s.node = n.node;
  ANALYZE pg_temp.equity_import_link;

  LOOP
    UPDATE pg_temp.equity_import_link AS l
       SET label = m.label
      FROM (SELECT a.line, min(least(b.label, c.label)) AS label
              FROM pg_temp.equity_import_link AS a
              JOIN (SELECT n.node, min(n.label) AS label FROM pg_temp.equity_import_link AS n GROUP BY n.node) AS b ON b.node = a.node
              JOIN (SELECT n.line, min(n.label) AS label FROM pg_temp.equity_import_link AS n GROUP BY n.line) AS c ON c.line = a.label
             GROUP BY a.line) AS m
     WHERE m.line = l.line
       AND m.label < l.label;
    GET DIAGNOSTICS changed = ROW_COUNT;
    EXIT WHEN changed = 0;
  END LOOP;
  INSERT INTO pg_temp.equity_import_same (line, label)
  SELECT DISTINCT l.line, l.label::text FROM pg_temp.equity_import_link AS l;
  DROP TABLE pg_temp.equity_import_link;
END;
$$;

COMMENT ON FUNCTION equity_internal.join_lines() IS
  'Fills equity_import_same with the lines of persons that have a key or a person of the registry in common with another line, directly or by way of others.';

CREATE FUNCTION equity_internal.judge_persons(field text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_person (line, first_id, last_id)
  SELECT f.line, min(f.applicant_id) OVER w AS first_id, max(f.applicant_id) OVER w AS last_id
    FROM (SELECT DISTINCT coalesce(s.label, t.line::text) AS label, t.line, t.applicant_id
            FROM pg_temp.equity_import_found AS t
            LEFT JOIN pg_temp.equity_import_same AS s ON s.line = t.line
          UNION
          SELECT s.label, s.line, NULL
            FROM pg_temp.equity_import_same AS s) AS f
  WINDOW w AS (PARTITION BY f.label);
  ANALYZE pg_temp.equity_import_person;

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT DISTINCT p.line, judge_persons.field, 'ROW_PERSONS_DIFFER'
    FROM pg_temp.equity_import_person AS p
   WHERE p.first_id <> p.last_id;
  UPDATE pg_temp.equity_import_row AS r
     SET applicant_id = p.first_id
    FROM pg_temp.equity_import_person AS p
   WHERE p.line = r.line
     AND p.first_id = p.last_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_persons(text) IS
  'Gives lines the person that all their keys lead to, with those of the lines that they are joined with; where these are several it is a problem.';

-- Of others an officer is told nothing, not even their number.
CREATE FUNCTION equity_internal.leave_others(kind text, field text, institutions bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  CREATE TEMPORARY TABLE equity_import_other ON COMMIT DROP AS
  SELECT r.line
    FROM pg_temp.equity_import_row AS r
   WHERE r.applicant_id NOT IN (SELECT o.applicant_id FROM equity_internal.applicants_at(institutions) AS o (applicant_id));
  IF kind = 'applicant' THEN
    INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
    SELECT o.line, leave_others.field, 'ROW_NOT_OWN' FROM pg_temp.equity_import_other AS o;
  END IF;
  UPDATE pg_temp.equity_import_row AS r
     SET applicant_id = NULL
   WHERE r.line IN (SELECT o.line FROM pg_temp.equity_import_other AS o);
  DELETE FROM pg_temp.equity_import_person AS p
   WHERE p.line IN (SELECT o.line FROM pg_temp.equity_import_other AS o);
  DELETE FROM pg_temp.equity_import_found AS f
   WHERE f.line IN (SELECT o.line FROM pg_temp.equity_import_other AS o);
  DROP TABLE pg_temp.equity_import_other;
END;
$$;

COMMENT ON FUNCTION equity_internal.leave_others(text, text, bigint[]) IS
  'Takes lines off persons whom no officer of these institutions sees: a problem, or as if the person were unknown.';

CREATE FUNCTION equity_internal.resolve_persons(kind text, institutions bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field text := coalesce((SELECT g.field
                            FROM pg_temp.equity_import_given AS g
                           WHERE g.role = 'person' OR g.field = 'award_id'
                           ORDER BY array_position(ARRAY['citizen_id', 'g_code', 'passport', 'applicant_key', 'award_id'], g.field)
                           LIMIT 1), 'source_key');
BEGIN
  PERFORM equity_internal.find_keys(kind);
  PERFORM equity_internal.find_persons();
  IF kind = 'applicant' THEN
    PERFORM equity_internal.join_lines();
  END IF;
  PERFORM equity_internal.judge_persons(field);
  IF institutions IS NOT NULL THEN
    PERFORM equity_internal.leave_others(kind, field, institutions);
  END IF;
  IF kind = 'application' THEN
    PERFORM equity_internal.find_rounds();
  END IF;
  PERFORM equity_internal.note_persons(field, kind <> 'applicant');
END;
$$;

COMMENT ON FUNCTION equity_internal.resolve_persons(text, bigint[]) IS
  'Finds the person of each line by all identities and keys that it names, for officers of institutions only their own.';

-- An application that is named by its number need not name its round.
CREATE FUNCTION equity_internal.find_rounds() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'source_key', 'ROW_OTHER_SOURCE', r.source_key
    FROM pg_temp.equity_import_row AS r
    JOIN pg_temp.equity_import_found AS f ON f.line = r.line AND f.key_kind = 'application'
   WHERE r.round_id <> f.round_id;
  UPDATE pg_temp.equity_import_row AS r
     SET round_id = f.round_id
    FROM pg_temp.equity_import_found AS f
   WHERE f.line = r.line
     AND f.key_kind = 'application'
     AND r.round_id IS NULL
     AND NOT coalesce(r.unread ? 'round', false);
END;
$$;

COMMENT ON FUNCTION equity_internal.find_rounds() IS
  'Gives applications that are known by their number the round that they are in; another one is a problem.';

CREATE FUNCTION equity_internal.require_keys(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field record;
BEGIN
  FOR field IN
    SELECT f.field, f.column_name
      FROM equity_internal.import_field AS f
     WHERE f.kind = require_keys.kind
       AND f.role = 'key'
  LOOP
    EXECUTE format('INSERT INTO pg_temp.equity_import_problem (line, field, reason_code) '
                   'SELECT r.line, %1$L, ''ROW_MISSING'' FROM pg_temp.equity_import_row AS r '
                   'WHERE r.%2$I IS NULL AND NOT coalesce(r.unread ? %1$L, false)', field.field, field.column_name);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_keys(text) IS
  'Problems of lines without a part of their key.';

-- A person is told by any of several keys, everything else by the columns of its table's key.
CREATE FUNCTION equity_internal.label_lines(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF kind = 'applicant' THEN
    RETURN;
  END IF;
  EXECUTE format('INSERT INTO pg_temp.equity_import_same (line, label) SELECT r.line, ROW(%s)::text FROM pg_temp.equity_import_row AS r',
                 (SELECT string_agg(format('r.%I', c.name), ', ' ORDER BY c.place)
                    FROM equity_internal.import_kind AS k
                   CROSS JOIN LATERAL unnest(k.key_columns) WITH ORDINALITY AS c (name, place)
                   WHERE k.kind = label_lines.kind));
END;
$$;

COMMENT ON FUNCTION equity_internal.label_lines(text) IS
  'Fills equity_import_same by the key of each line.';

-- Which of two lines is right cannot be told, and their order says nothing; so both are for a person to decide. A pool
-- may be written in several ways, and so may whom a line is about, unless that is what it brings.
CREATE FUNCTION equity_internal.judge_repeats(field text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  names text[] := ARRAY(SELECT g.column_name FROM pg_temp.equity_import_given AS g WHERE g.role IN ('person', 'award') AND g.kind <> 'applicant');
  repeated bigint;
BEGIN
  CREATE TEMPORARY TABLE equity_import_repeat ON COMMIT DROP AS
  WITH several AS MATERIALIZED (
    SELECT s.line, s.label, r AS given
      FROM pg_temp.equity_import_same AS s
      JOIN pg_temp.equity_import_row AS r ON r.line = s.line
     WHERE s.label IN (SELECT d.label
                         FROM pg_temp.equity_import_same AS d
                         JOIN pg_temp.equity_import_row AS g ON g.line = d.line
                        GROUP BY d.label
                       HAVING count(*) > 1)
  ), chosen AS (
    SELECT c.line, jsonb_agg(jsonb_build_array(c.choice, c.pool_id) ORDER BY c.choice) AS pools
      FROM pg_temp.equity_import_choice AS c
     WHERE c.line IN (SELECT p.line FROM several AS p)
     GROUP BY c.line
  )
  SELECT t.line, min(t.line) OVER w AS first_line, min(t.content) OVER w = max(t.content) OVER w AS agrees
    FROM (SELECT p.line, p.label, concat(to_jsonb(p.given) - ('{line,choices}'::text[] || names), c.pools) COLLATE "C" AS content
            FROM several AS p
            LEFT JOIN chosen AS c ON c.line = p.line) AS t
  WINDOW w AS (PARTITION BY t.label);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT t.line, judge_repeats.field, CASE WHEN t.agrees THEN 'ROW_REPEATED' ELSE 'ROW_CONTRADICTED' END
    FROM pg_temp.equity_import_repeat AS t
   WHERE NOT t.agrees OR t.line <> t.first_line;
  DELETE FROM pg_temp.equity_import_row AS r
   USING pg_temp.equity_import_repeat AS t
   WHERE t.line = r.line
     AND t.agrees
     AND t.line <> t.first_line;
  GET DIAGNOSTICS repeated = ROW_COUNT;
  DROP TABLE pg_temp.equity_import_repeat;
  RETURN repeated;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_repeats(text) IS
  'Of lines that say the same of the same the first is kept, and the number of others returned; lines that contradict each other are a problem, all of them.';
