-- Loading applications: their choices, and the members of their households.
--
--   equity_import_choice    the choices of applications, and of rows of kind choice

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
   WHERE c.pools IS DISTINCT FROM 1
     AND c.round_id IS NOT NULL;

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT c.line, min(c.field), 'ROW_CHOICE_TWICE', min(c.code)
    FROM pg_temp.equity_import_choice AS c
   WHERE c.pools = 1
   GROUP BY c.line, c.pool_id
  HAVING count(*) > 1;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_choices(text) IS
  'Fills equity_import_choice, with the pools that the codes mean; a code that means none or several is a problem, and so is a pool that a line has twice.';

-- The columns choice1, choice2 … are the whole list of an application.
CREATE FUNCTION equity_internal.judge_choice_lists() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
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
  'A list that is not that of the registry changes its application.';

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
   WHERE r.source_key IS NOT NULL
     AND (a.source, a.source_key) <> (coalesce(r.source, 'file'), r.source_key);

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, 'submitted_at', 'ROW_NO_TIME'
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN equity.application AS a ON a.applicant_id = r.applicant_id AND a.round_id = r.round_id
   WHERE coalesce(r.status, a.status) = 'submitted'
     AND coalesce(r.submitted_at, a.submitted_at) IS NULL;

  IF EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.role = 'choice') THEN
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
