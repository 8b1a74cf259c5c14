-- Loading what is about awards: which award a line means, results of terms, what became of graduates, and care.
--
--   equity_import_award  the awards of its person that fit a line: how many, and one of them

-- An offer that nobody took up has no results; one that is named by its number is what it is.
CREATE FUNCTION equity_internal.find_awards() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  named text := coalesce((SELECT g.field
                            FROM pg_temp.equity_import_given AS g
                           WHERE g.role = 'award'
                           ORDER BY array_position(ARRAY['award_id', 'programme', 'round', 'entry_year'], g.field)
                           LIMIT 1), 'award_id');
BEGIN
  CREATE TEMPORARY TABLE equity_import_award ON COMMIT DROP AS
  SELECT r.line, count(*) AS awards, min(w.award_id) AS award_id
    FROM pg_temp.equity_import_row AS r
    JOIN equity.award AS w ON w.applicant_id = r.applicant_id
   WHERE CASE WHEN r.award_id IS NULL THEN w.status NOT IN ('offered', 'declined', 'expired', 'withdrawn') ELSE w.award_id = r.award_id END
     AND coalesce(w.programme_code = r.programme_code, r.programme_code IS NULL)
     AND coalesce(w.round_id = r.round_id, r.round_id IS NULL)
     AND coalesce(w.academic_year = r.entry_year, r.entry_year IS NULL)
   GROUP BY r.line;
  ANALYZE pg_temp.equity_import_award;

  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, named, CASE WHEN f.line IS NULL THEN 'ROW_AWARD_UNKNOWN' ELSE 'ROW_AWARD_SEVERAL' END, r.award_id::text
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN pg_temp.equity_import_award AS f ON f.line = r.line
   WHERE r.applicant_id IS NOT NULL
     AND f.awards IS DISTINCT FROM 1
     AND NOT EXISTS (SELECT
                       FROM pg_temp.equity_import_problem AS p
                       JOIN pg_temp.equity_import_given AS g ON g.label = p.field AND g.role IN ('person', 'award')
                      WHERE p.line = r.line);
  UPDATE pg_temp.equity_import_row AS r
     SET award_id = f.award_id
    FROM pg_temp.equity_import_award AS f
   WHERE f.line = r.line
     AND f.awards = 1;
  DROP TABLE pg_temp.equity_import_award;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_awards() IS
  'Gives lines the award of their person that they name, or the one that there is; none or several is a problem.';

-- Terms differ between affiliations: a line means that of the institution of its award, unless it says otherwise.
CREATE FUNCTION equity_internal.find_terms() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  WITH known AS MATERIALIZED (
    SELECT r.line, t.term_id
      FROM pg_temp.equity_import_row AS r
      JOIN equity.award AS w ON w.award_id = r.award_id
      LEFT JOIN equity.institution AS i ON i.institution_id = w.institution_id
      JOIN equity.academic_term AS t
        ON t.affiliation = coalesce(r.affiliation, i.affiliation)
       AND format('%s/%s', t.academic_year, t.term) = r.term_id
  ), given AS (
    UPDATE pg_temp.equity_import_row AS r
       SET term_id = k.term_id::text
      FROM known AS k
     WHERE k.line = r.line
  )
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'term', 'ROW_TERM', r.term_id
    FROM pg_temp.equity_import_row AS r
    JOIN equity.award AS w ON w.award_id = r.award_id AND w.applicant_id = r.applicant_id
   WHERE r.term_id IS NOT NULL
     AND NOT coalesce(r.unread ? 'affiliation', false)
     AND NOT EXISTS (SELECT FROM known AS k WHERE k.line = r.line);
END;
$$;

COMMENT ON FUNCTION equity_internal.find_terms() IS
  'Gives lines the id of the term that they name; one that its affiliation does not have is a problem.';

-- Of several teachers whom a number or key could mean none is taken. An officer names those of the own institutions.
CREATE FUNCTION equity_internal.find_mentors(institutions bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  WITH own AS MATERIALIZED (
    SELECT m.mentor_id, m.source, m.source_key
      FROM equity.mentor AS m
     WHERE institutions IS NULL
        OR m.institution_id = ANY (institutions)
  ), named AS (                -- a union: a condition with OR would compare each line with each teacher
    SELECT r.line, m.mentor_id
      FROM pg_temp.equity_import_row AS r
      JOIN own AS m ON m.mentor_id::text = r.mentor_id
    UNION
    SELECT r.line, m.mentor_id
      FROM pg_temp.equity_import_row AS r
      JOIN own AS m
        ON m.source_key = r.mentor_id
       AND m.source = coalesce(r.source, 'file')
  ), known AS MATERIALIZED (
    SELECT n.line, min(n.mentor_id) AS mentor_id
      FROM named AS n
     GROUP BY n.line
    HAVING count(*) = 1
  ), given AS (
    UPDATE pg_temp.equity_import_row AS r
       SET mentor_id = k.mentor_id::text
      FROM known AS k
     WHERE k.line = r.line
  )
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT r.line, 'mentor', 'ROW_MENTOR', r.mentor_id
    FROM pg_temp.equity_import_row AS r
   WHERE r.mentor_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM known AS k WHERE k.line = r.line);
END;
$$;

COMMENT ON FUNCTION equity_internal.find_mentors(bigint[]) IS
  'Gives lines the teacher whom they name by number, or by the key that the system of the file has; none or several is a problem.';

CREATE FUNCTION equity_internal.resolve_awards(kind text, institutions bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.find_awards();
  CASE kind
    WHEN 'term_result' THEN
      PERFORM equity_internal.find_terms();
    WHEN 'care_record' THEN
      PERFORM equity_internal.find_mentors(institutions);
    ELSE
      NULL;
  END CASE;
END;
$$;

COMMENT ON FUNCTION equity_internal.resolve_awards(text, bigint[]) IS
  'Finds the award of each line, and its term or teacher, once its person is known.';

CREATE FUNCTION equity_internal.is_given(field text) RETURNS boolean
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.field = is_given.field);
END;
$$;

COMMENT ON FUNCTION equity_internal.is_given(text) IS
  'Whether the source has a field: what it does not have stays as the registry has it.';

CREATE FUNCTION equity_internal.judge_term_results() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  attempted_given boolean := equity_internal.is_given('credits_attempted');
  earned_given boolean := equity_internal.is_given('credits_earned');
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, d.field, d.reason_code
    FROM pg_temp.equity_import_row AS r
    JOIN equity.award AS w ON w.award_id = r.award_id
    JOIN equity.academic_term AS t ON t.term_id = r.term_id::bigint
    LEFT JOIN equity.institution AS i ON i.institution_id = w.institution_id
    LEFT JOIN equity.term_result AS o ON o.award_id = r.award_id AND o.term_id = t.term_id
   CROSS JOIN LATERAL (VALUES
     ('term', 'ROW_AWARD_OVER', equity_internal.award_over(w.status, w.status_since, t.opens)),
     ('affiliation', 'ROW_TERM', t.affiliation <> i.affiliation
        AND NOT EXISTS (SELECT FROM equity.award_event AS e WHERE e.award_id = w.award_id AND e.event = 'transferred')),
     ('credits_earned', 'ROW_EARNED_ABOVE', CASE WHEN earned_given THEN r.credits_earned ELSE o.credits_earned END
                                            > CASE WHEN attempted_given THEN r.credits_attempted ELSE o.credits_attempted END)
   ) AS d (field, reason_code, is_wrong)
   WHERE d.is_wrong;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_term_results() IS
  'Problems of results: of an award that was over, of another affiliation''s term, and more credits earned than attempted.';

CREATE FUNCTION equity_internal.judge_outcomes() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  employed_given boolean := equity_internal.is_given('employed');
  self_employed_given boolean := equity_internal.is_given('self_employed');
  income_given boolean := equity_internal.is_given('monthly_income');
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, d.field, d.reason_code
    FROM pg_temp.equity_import_row AS r
    JOIN equity.award AS w ON w.award_id = r.award_id
    LEFT JOIN equity.outcome AS o ON o.award_id = r.award_id AND o.followed_on = r.followed_on
   CROSS JOIN LATERAL (SELECT NOT CASE WHEN employed_given THEN r.employed ELSE o.employed END AS without_work) AS e
   CROSS JOIN LATERAL (VALUES
     ('followed_on', 'ROW_NOT_GRADUATED', w.status <> 'graduated'),
     ('self_employed', 'ROW_NOT_EMPLOYED',
      e.without_work AND CASE WHEN self_employed_given THEN r.self_employed ELSE o.self_employed END),
     ('monthly_income', 'ROW_NOT_EMPLOYED',
      e.without_work AND CASE WHEN income_given THEN r.monthly_income ELSE o.monthly_income END IS NOT NULL)
   ) AS d (field, reason_code, is_wrong)
   WHERE d.is_wrong;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_outcomes() IS
  'Problems of what surveys found: of who has not graduated, and work or income of who has no work.';

CREATE FUNCTION equity_internal.judge_care_records() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  next_given boolean := equity_internal.is_given('next_on');
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT r.line, d.field, d.reason_code
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN (SELECT c.award_id, c.cared_on, c.kind, count(*) AS records, max(c.next_on) AS next_on
                 FROM equity.care_record AS c
                WHERE c.award_id IN (SELECT t.award_id FROM pg_temp.equity_import_row AS t)
                GROUP BY c.award_id, c.cared_on, c.kind) AS o
      ON o.award_id = r.award_id
     AND o.cared_on = r.cared_on
     AND o.kind = r.kind
   CROSS JOIN LATERAL (VALUES
     ('kind', 'ROW_CARE_SEVERAL', o.records > 1),
     ('next_on', 'ROW_NEXT_BEFORE', CASE WHEN next_given THEN r.next_on ELSE o.next_on END < r.cared_on)
   ) AS d (field, reason_code, is_wrong)
   WHERE d.is_wrong;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_care_records() IS
  'Problems of care: a next day that is before, and several records of one day and kind.';
