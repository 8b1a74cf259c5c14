-- Who is in no school any more: holders and past applicants who are not in a register of enrolments, and how they
-- come back into a round. The register is a query of the caller's, read with the caller's rights.

CREATE FUNCTION equity_internal.register_columns() RETURNS TABLE (cell integer, field text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cells integer[];
  fields text[];
  twice text;
BEGIN
  SELECT array_agg(c.position ORDER BY c.position), array_agg(h.field ORDER BY c.position) INTO cells, fields
    FROM equity_internal.source_columns() AS c
   CROSS JOIN LATERAL equity_internal.heading_field('applicant', c.heading) AS h
   WHERE h.field IN ('citizen_id', 'g_code', 'full_name', 'given_name', 'family_name', 'birth_date');
  SELECT min(f.name COLLATE "C") INTO twice
    FROM (SELECT u.name FROM unnest(fields) AS u (name) GROUP BY u.name HAVING count(*) > 1) AS f;
  IF twice IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'duplicate_column',
      MESSAGE = format('the register has field "%s" more than once', twice),
      HINT = 'Leave one of its columns out of the query.';
  END IF;
  IF fields && ARRAY['citizen_id', 'g_code'] IS NOT TRUE THEN
    RAISE EXCEPTION USING
      ERRCODE = 'undefined_column',
      MESSAGE = 'the register has no column "citizen_id"',
      DETAIL = 'Without it nobody is found for certain; names and birth dates give candidates alone.',
      HINT = 'Name it with AS citizen_id, or add its heading to equity.import_column.';
  END IF;
  RETURN QUERY SELECT f.cell, f.field FROM unnest(cells, fields) AS f (cell, field);
END;
$$;

COMMENT ON FUNCTION equity_internal.register_columns() IS
  'Which columns of a register, whose rows are kept (equity_internal.keep_source), are what, by the headings that equity.load_rows knows. Errors 42701 for a field that is there twice, 42703 without an identity.';

-- SQL of the lines of a register, each with what it says of a person, NULL where it says nothing that can be read.
CREATE FUNCTION equity_internal.register_lines() RETURNS text
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  cells jsonb;
  positions integer[];
  texts text;
  cell text[];
BEGIN
  SELECT jsonb_object_agg(c.field, format('t.c%s', c.cell)),
         array_agg(c.cell ORDER BY c.cell),
         string_agg(format('c%s text', c.cell), ', ' ORDER BY c.cell)
    INTO cells, positions, texts
    FROM equity_internal.register_columns() AS c;
  cell := ARRAY(SELECT coalesce(cells ->> f.field, 'NULL::text')
                  FROM unnest(ARRAY['citizen_id', 'g_code', 'full_name', 'given_name', 'family_name', 'birth_date'])
                         WITH ORDINALITY AS f (field, place)
                 ORDER BY f.place);
  RETURN format(
    'SELECT t.line, '
    'CASE WHEN equity.citizen_id_valid(%1$s) THEN equity.citizen_id_normal(%1$s) END AS citizen_id, '
    'coalesce(equity.g_code_normal(%2$s), equity.g_code_normal(%1$s)) AS g_code, '
    'lower(n.person_given) AS given_name, lower(coalesce(n.person_family, '''')) AS family_name, '
    'equity.try_date_be(%6$s) AS birth_date '
    'FROM equity_internal.source_rows(%7$L) AS t (line bigint, %8$s) '
    'CROSS JOIN LATERAL equity_internal.split_name(equity_internal.import_cell(%3$s), NULL, '
    'equity_internal.import_cell(%4$s), equity_internal.import_cell(%5$s)) AS n',
    cell[1], cell[2], cell[3], cell[4], cell[5], cell[6], positions, texts);
END;
$$;

COMMENT ON FUNCTION equity_internal.register_lines() IS
  'The query of the lines of a register whose rows are kept: line, citizen_id, g_code, given_name, family_name, birth_date.';

-- Whom a register may miss: holders of an award, and everybody who has applied or held one. Of several awards the one
-- that is in use counts, and then the newest.
CREATE VIEW equity_internal.known_person WITH (security_invoker = true) AS
  SELECT p.applicant_id,
         p.birth_date,
         w.award_id,
         w.status,
         w.programme_code,
         w.institution_id,
         coalesce(w.status IN ('accepted', 'studying', 'suspended'), false) AS holder,
         (SELECT max(a.round_id) FROM equity.application AS a WHERE a.applicant_id = p.applicant_id) AS last_round_id
    FROM equity.applicant AS p
    LEFT JOIN (SELECT DISTINCT ON (c.applicant_id) c.*
                 FROM equity.award AS c
                ORDER BY c.applicant_id, c.status IN ('accepted', 'studying', 'suspended') DESC, c.academic_year DESC,
                         c.award_id DESC) AS w
           ON w.applicant_id = p.applicant_id
   WHERE p.forgotten_at IS NULL
     AND (w.award_id IS NOT NULL
          OR EXISTS (SELECT FROM equity.application AS a WHERE a.applicant_id = p.applicant_id));

COMMENT ON VIEW equity_internal.known_person IS
  'Everybody who has applied or held an award and is not forgotten, with the award that counts.';
COMMENT ON COLUMN equity_internal.known_person.applicant_id IS 'The person.';
COMMENT ON COLUMN equity_internal.known_person.birth_date IS 'Date of birth (วันเกิด); NULL when unknown.';
COMMENT ON COLUMN equity_internal.known_person.award_id IS 'The award in use, or else the newest; NULL when there was none.';
COMMENT ON COLUMN equity_internal.known_person.status IS 'Its status.';
COMMENT ON COLUMN equity_internal.known_person.programme_code IS 'Its programme (โครงการ).';
COMMENT ON COLUMN equity_internal.known_person.institution_id IS 'Its institution (สถานศึกษา).';
COMMENT ON COLUMN equity_internal.known_person.holder IS 'True when it is in use: accepted, studying or suspended.';
COMMENT ON COLUMN equity_internal.known_person.last_round_id IS 'The newest round that the person applied to; NULL when none.';

-- An identity that somebody else has now leads to its owner; one that nobody has any more leads to who had it.
CREATE FUNCTION equity_internal.kept_register_misses()
  RETURNS TABLE (applicant_id bigint, holder boolean, award_id bigint, status text, programme_code text, institution_id bigint,
                 last_round_id bigint, has_identity boolean, candidates bigint, candidate_lines bigint[])
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = off
  SET jit = off
AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    WITH line AS MATERIALIZED (%s),
    key AS (
      SELECT l.line, 'citizen_id' AS identity_kind, l.citizen_id AS identity FROM line AS l WHERE l.citizen_id IS NOT NULL
      UNION ALL
      SELECT l.line, 'g_code', l.g_code FROM line AS l WHERE l.g_code IS NOT NULL
    ), owner AS MATERIALIZED (
      SELECT i.identity_kind, i.identity, i.applicant_id
        FROM equity.applicant_identity AS i
        LEFT JOIN (SELECT c.identity_kind, c.identity FROM equity.applicant_identity AS c WHERE c.valid_to IS NULL) AS c
               ON c.identity_kind = i.identity_kind
              AND c.identity = i.identity
       WHERE i.identity_kind IN ('citizen_id', 'g_code')
         AND (i.valid_to IS NULL OR c.identity IS NULL)
    ), met AS MATERIALIZED (
      SELECT DISTINCT k.line, o.applicant_id
        FROM key AS k
        JOIN owner AS o
          ON o.identity_kind = k.identity_kind
         AND o.identity = k.identity
    ), named AS (
      SELECT DISTINCT i.applicant_id, lower(equity.thai_normal(i.given_name)) AS given_name,
             lower(equity.thai_normal(coalesce(i.family_name, ''))) AS family_name
        FROM equity.applicant_identity AS i
       WHERE i.given_name IS NOT NULL
    ), candidate AS (
      SELECT p.applicant_id, count(DISTINCT l.line) AS candidates, array_agg(DISTINCT l.line) AS lines
        FROM equity_internal.known_person AS p
        JOIN named AS n ON n.applicant_id = p.applicant_id
        JOIN line AS l
          ON l.birth_date = p.birth_date
         AND l.given_name = n.given_name
         AND l.family_name = n.family_name
        LEFT JOIN (SELECT DISTINCT m.line FROM met AS m) AS taken ON taken.line = l.line
       WHERE taken.line IS NULL
       GROUP BY p.applicant_id
    )
    SELECT p.applicant_id, p.holder, p.award_id, p.status, p.programme_code, p.institution_id, p.last_round_id,
           e.applicant_id IS NOT NULL, coalesce(c.candidates, 0), coalesce(c.lines, '{}')
      FROM equity_internal.known_person AS p
      LEFT JOIN (SELECT DISTINCT m.applicant_id FROM met AS m) AS f ON f.applicant_id = p.applicant_id
      LEFT JOIN candidate AS c ON c.applicant_id = p.applicant_id
      LEFT JOIN (SELECT DISTINCT o.applicant_id FROM owner AS o) AS e ON e.applicant_id = p.applicant_id
     WHERE f.applicant_id IS NULL
     ORDER BY p.holder DESC, coalesce(c.candidates, 0), p.applicant_id$query$,
    equity_internal.register_lines());
END;
$$;

COMMENT ON FUNCTION equity_internal.kept_register_misses() IS
  'Who is not in the register whose rows are kept (equity_internal.keep_source), as equity.find_missing has it.';

-- An operator reads no identities; with the rights of the owner, and in the audit trail, an operator learns who of
-- the registry a register lacks.
CREATE FUNCTION equity_internal.find_missing()
  RETURNS TABLE (applicant_id bigint, holder boolean, award_id bigint, status text, programme_code text, institution_id bigint,
                 last_round_id bigint, has_identity boolean, candidates bigint, candidate_lines bigint[])
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing bigint;
BEGIN
  RETURN QUERY SELECT m.* FROM equity_internal.kept_register_misses() AS m;
  GET DIAGNOSTICS missing = ROW_COUNT;
  PERFORM equity.audit_append('find_missing', NULL, NULL, jsonb_build_object('lines', equity_internal.source_size(), 'missing', missing));
END;
$$;

COMMENT ON FUNCTION equity_internal.find_missing() IS
  'equity.find_missing over the register that is kept, with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.missing_persons(register text, search_path text)
  RETURNS TABLE (applicant_id bigint, holder boolean, award_id bigint, status text, programme_code text, institution_id bigint,
                 last_round_id bigint, has_identity boolean, candidates bigint, candidate_lines bigint[])
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF register IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'the query over the register is NULL',
      HINT = 'Pass a query over a table of the register, for example SELECT * FROM enrolment.';
  END IF;
  PERFORM equity_internal.keep_source(register, search_path);
  IF equity_internal.has_level('operator') THEN
    RETURN QUERY SELECT m.* FROM equity_internal.find_missing() AS m;
  ELSE
    RETURN QUERY SELECT m.* FROM equity_internal.kept_register_misses() AS m;
  END IF;
  PERFORM equity_internal.drop_source();
END;
$$;

COMMENT ON FUNCTION equity_internal.missing_persons(text, text) IS
  'equity.find_missing with the search_path of its caller.';

--- register is a query, run with the caller's rights and read-only, over an enrolment register: a column
--- citizen_id (or g_code), and for candidates given_name and family_name (or full_name) and birth_date, also under
--- the Thai headings of equity.import_column. Found is who is in it by any identity that the person has or had, so
--- that a child with a G-code is found by a later citizen id, and the reverse.
---
--- A row is somebody who is not found. candidates counts the lines of the register with the same name and birth date whose
--- own identity leads to nobody: perhaps the same person, for somebody to look at. Where has_identity is false
--- the registry has no identity to look for, and absence says nothing. Lines are numbered in the order of the query.
---
--- An officer learns it of the own applicants; of an operator it is an event of the audit trail. Whoever else may not
--- read identities gets 42501: with a register of one line it would tell whose an identity is.
---
--- Errors: 22004 no query; 42703 the register has no identity; 42701 it has a field twice; 42501 the caller may not read identities;
--- and those of the query.
CREATE FUNCTION equity.find_missing(register text)
  RETURNS TABLE (applicant_id bigint, holder boolean, award_id bigint, status text, programme_code text, institution_id bigint,
                 last_round_id bigint, has_identity boolean, candidates bigint, candidate_lines bigint[])
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT m.applicant_id, m.holder, m.award_id, m.status, m.programme_code, m.institution_id, m.last_round_id, m.has_identity,
         m.candidates, m.candidate_lines
    FROM equity_internal.missing_persons(find_missing.register, current_setting('search_path')) AS m;
END;

COMMENT ON FUNCTION equity.find_missing(text) IS
  'Holders and past applicants who are not in an enrolment register given as a query (ผู้ที่ไม่พบในทะเบียนนักเรียน), holders first, with how many lines of it have the same name and birth date. Reads the registry.';

CREATE FUNCTION equity_internal.require_nominable(this_round equity.round, applicants bigint[], note text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  refused record;
BEGIN
  PERFORM equity_internal.require_purpose(note, 'a nomination from outside school needs a note');
  IF applicants IS NULL OR array_position(applicants, NULL) IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'a nomination needs applicants',
      HINT = 'Give their ids as an array, for example those that equity.find_missing found and a visit confirmed.';
  END IF;
  IF this_round.status NOT IN ('draft', 'open') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s is %s', this_round.round_id, this_round.status),
      DETAIL = 'Who comes from outside school is nominated while people apply.',
      HINT = 'Nominate them into a round that is a draft or open.';
  END IF;
  PERFORM equity_internal.find_applicant(u.applicant_id)
     FROM (SELECT DISTINCT a.applicant_id FROM unnest(applicants) AS a (applicant_id) ORDER BY 1) AS u;
  SELECT p.applicant_id, w.award_id, w.status, p.forgotten_at INTO refused
    FROM equity.applicant AS p
    LEFT JOIN equity.award AS w
           ON w.applicant_id = p.applicant_id
          AND w.status IN ('offered', 'accepted', 'studying', 'suspended')
   WHERE p.applicant_id = ANY (applicants)
     AND (w.award_id IS NOT NULL OR p.forgotten_at IS NOT NULL)
   ORDER BY p.applicant_id, w.award_id
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('applicant %s cannot be nominated', refused.applicant_id),
      DETAIL = CASE WHEN refused.award_id IS NULL THEN 'The person is forgotten.'
                    ELSE format('The applicant has award %s, which is %s.', refused.award_id, refused.status) END,
      HINT = CASE WHEN refused.award_id IS NULL THEN 'Enter somebody who applies anew as a new applicant.'
                  ELSE 'Record first that the scholar left (an event of the award), or leave the applicant out.' END;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_nominable(equity.round, bigint[], text) IS
  'Errors of equity.nominate_missing: 22023, 22004, 55000, P0002.';

--- Each gets a draft application to the round, unless there is one, and belongs to the verified group out_of_school,
--- for which pools can reserve seats (equity.pool_reserve). The note says who visited and decided; it is kept as the
--- evidence. Returns how many applications are new: a second call makes none.
---
--- Errors: P0002 no such round or applicant; 22023 no note; 22004 no applicants; 55000 the round is neither draft nor open, or
--- an applicant has an award that is offered, accepted or used, or is forgotten.
CREATE FUNCTION equity.nominate_missing(round_id bigint, applicants bigint[], note text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this_round equity.round;
  nominated bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.nominate_missing(nominate_missing.round_id, nominate_missing.applicants, nominate_missing.note);
  END IF;
  this_round := equity_internal.find_round(nominate_missing.round_id);
  PERFORM equity_internal.require_nominable(this_round, applicants, note);
  INSERT INTO equity.application (applicant_id, round_id, status)
  SELECT DISTINCT u.applicant_id, this_round.round_id, 'draft'
    FROM unnest(applicants) AS u (applicant_id)
   ORDER BY u.applicant_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS nominated = ROW_COUNT;
  INSERT INTO equity.applicant_group AS g (applicant_id, group_code, verified, verified_at, verified_by, evidence)
  SELECT DISTINCT u.applicant_id, 'out_of_school', true, now(), session_user, nominate_missing.note
    FROM unnest(applicants) AS u (applicant_id)
   ORDER BY u.applicant_id
  ON CONFLICT (applicant_id, group_code) DO UPDATE
     SET verified = true, verified_at = excluded.verified_at, verified_by = excluded.verified_by, evidence = excluded.evidence
   WHERE NOT g.verified;
  RETURN nominated;
END;
$$;

COMMENT ON FUNCTION equity.nominate_missing(bigint, bigint[], text) IS
  'Brings persons found outside school into a round (เสนอชื่อผู้ที่หลุดจากระบบการศึกษา): a draft application each, and the verified group out_of_school, for which seats can be reserved. Reads the registry.';
