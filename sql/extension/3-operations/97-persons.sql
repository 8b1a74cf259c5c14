-- The law of personal data (PDPA): what is held of a person, who is named to whom and for what, and how a person is
-- forgotten while what was decided stays proved.
--
-- Of somebody who is forgotten stay the number, the choices, scores, seats and awards under that number, and
-- what ranked the applicant among equal scores: with them each digest is what it was. Identity, names, answers,
-- household and groups go, and nothing leads from the number to the person.

CREATE FUNCTION equity_internal.find_applicant(applicant_id bigint) RETURNS equity.applicant
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found_applicant equity.applicant;
BEGIN
  SELECT p.* INTO found_applicant FROM equity.applicant AS p WHERE p.applicant_id = find_applicant.applicant_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('applicant %s does not exist', coalesce(find_applicant.applicant_id::text, 'NULL')),
      HINT = 'The ids are in equity.applicant.';
  END IF;
  RETURN found_applicant;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_applicant(bigint) IS
  'Returns the row of an applicant. Error P0002 when the caller sees no such applicant.';

CREATE FUNCTION equity_internal.require_purpose(purpose text, what text) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_words(
    purpose, what, 'Say who decided it and what for, without personal data: it stays in the audit trail.');
END;
$$;

COMMENT ON FUNCTION equity_internal.require_purpose(text, text) IS
  'Raises 22023 with the given message unless there is a purpose.';

CREATE FUNCTION equity_internal.record_reading(operation text, detail jsonb) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF operation IN ('export_identities', 'subject_record') THEN
    PERFORM equity.audit_append(operation, NULL, NULL, detail || jsonb_build_object('role', equity_internal.calling_role()));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_reading(text, jsonb) IS
  'Leaves in the audit trail that an officer has read identities or a record of a person.';

CREATE FUNCTION equity_internal.note_reading(operation text, detail jsonb) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF equity_internal.has_level('officer') THEN
    PERFORM equity_internal.record_reading(operation, detail);
  ELSE
    PERFORM equity.audit_append(operation, NULL, NULL, detail);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.note_reading(text, jsonb) IS
  'Leaves in the audit trail who has read identities or a record of a person.';

--- The purpose says what the identities are for, without personal data. With a round only of those who
--- applied to it, with applicants only of those; both NULL are all. An officer gets those of the
--- own applicants. The audit trail has purpose, round and counts.
---
--- Errors: 22023 no purpose; P0002 no such round.
CREATE FUNCTION equity.export_identities(purpose text, round_id bigint DEFAULT NULL, applicants bigint[] DEFAULT NULL)
  RETURNS TABLE (applicant_id bigint, identity_kind text, identity text, title text, given_name text, family_name text)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rows_read bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.export_identities(export_identities.purpose, export_identities.round_id, export_identities.applicants) AS d;
    RETURN;
  END IF;
  PERFORM equity_internal.require_purpose(purpose, 'reading identities in bulk needs a purpose');
  IF round_id IS NOT NULL THEN
    PERFORM equity_internal.find_round(round_id);
  END IF;
  RETURN QUERY
  SELECT i.applicant_id, i.identity_kind, i.identity, i.title, i.given_name, i.family_name
    FROM equity.applicant_identity AS i
   WHERE i.valid_to IS NULL
     AND (export_identities.applicants IS NULL OR i.applicant_id = ANY (export_identities.applicants))
     AND (export_identities.round_id IS NULL
          OR i.applicant_id IN (SELECT a.applicant_id FROM equity.application AS a WHERE a.round_id = export_identities.round_id))
   ORDER BY i.applicant_id, i.identity_kind COLLATE "C";
  GET DIAGNOSTICS rows_read = ROW_COUNT;
  PERFORM equity_internal.note_reading('export_identities', jsonb_strip_nulls(jsonb_build_object(
    'purpose', purpose, 'round_id', export_identities.round_id, 'asked_for', cardinality(export_identities.applicants), 'identities', rows_read)));
END;
$$;

COMMENT ON FUNCTION equity.export_identities(text, bigint, bigint[]) IS
  'Current identities and names (เลขประจำตัวและชื่อ) of many persons for a stated purpose, which the audit trail keeps with who read how many. Reads the registry.';

--- Each table of the registry that has rows of the person is a key, with its rows. Reading it is
--- an event of the audit trail.
---
--- Errors: P0002 no such applicant, or none that the caller sees; 42501 the caller may not read one of
--- the tables.
CREATE FUNCTION equity.subject_record(applicant_id bigint) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  person equity.applicant;
  relation record;
  found_rows jsonb;
  document jsonb := '{}';
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.subject_record(subject_record.applicant_id);
  END IF;
  person := equity_internal.find_applicant(subject_record.applicant_id);
  FOR relation IN
    SELECT c.relname,
           CASE WHEN bool_or(a.attname = 'applicant_id') THEN 't.applicant_id = $1'
                ELSE 't.award_id IN (SELECT w.award_id FROM equity.award AS w WHERE w.applicant_id = $1)' END AS condition
      FROM pg_class AS c
      JOIN pg_attribute AS a
        ON a.attrelid = c.oid
       AND a.attname IN ('applicant_id', 'award_id')
       AND NOT a.attisdropped
     WHERE c.relnamespace = 'equity'::regnamespace
       AND c.relkind = 'r'
     GROUP BY c.relname
     ORDER BY c.relname COLLATE "C"
  LOOP
    EXECUTE format('SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text COLLATE "C") FROM equity.%I AS t WHERE %s',
                   relation.relname, relation.condition)
       INTO found_rows
      USING person.applicant_id;
    IF found_rows IS NOT NULL THEN
      document := document || jsonb_build_object(relation.relname, found_rows);
    END IF;
  END LOOP;
  PERFORM equity_internal.note_reading('subject_record', jsonb_build_object('applicant_id', person.applicant_id));
  RETURN document;
END;
$$;

COMMENT ON FUNCTION equity.subject_record(bigint) IS
  'All that the registry holds of a person as one JSON document (ข้อมูลของเจ้าของข้อมูล), for the subject''s right of access. Reads the registry.';

CREATE FUNCTION equity_internal.why_needed(applicants bigint[]) RETURNS TABLE (applicant_id bigint, why text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT e.applicant_id, format('takes part in round %s, which is %s', r.round_id, r.status)
    FROM equity.entry AS e
    JOIN equity.round AS r ON r.round_id = e.round_id
   WHERE e.applicant_id = ANY (applicants)
     AND r.status NOT IN ('draft', 'published')
  UNION ALL
  SELECT w.applicant_id, format('has award %s, which is %s', w.award_id, w.status)
    FROM equity.award AS w
   WHERE w.applicant_id = ANY (applicants)
     AND w.status IN ('offered', 'accepted', 'studying', 'suspended')
  UNION ALL
  SELECT p.applicant_id,
         CASE p.kind WHEN 'refund' THEN format('has %s baht to give back', sum(p.amount)) ELSE format('has %s baht to get', sum(p.amount)) END
    FROM equity.payment AS p
   WHERE p.applicant_id = ANY (applicants)
     AND p.status IN ('planned', 'batched')
   GROUP BY p.applicant_id, p.kind;
END;

COMMENT ON FUNCTION equity_internal.why_needed(bigint[]) IS
  'Why applicants cannot be forgotten yet: they take part in a round that is not decided, have an award, or money is due to them or from them.';

-- Until it ends nobody gives them an award, which the rounds do, or enters an application, whose foreign key
-- needs the applicant: so only what is judged after this is still true when they are forgotten.
CREATE FUNCTION equity_internal.lock_persons(applicants bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.lock_round(r.round_id)
     FROM (SELECT DISTINCT a.round_id FROM equity.application AS a WHERE a.applicant_id = ANY (applicants) ORDER BY a.round_id) AS r;
  PERFORM equity_internal.lock_audit();
  PERFORM FROM equity.applicant AS p WHERE p.applicant_id = ANY (applicants) ORDER BY p.applicant_id FOR UPDATE;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_persons(bigint[]) IS
  'Locks persons and the rounds that they took part in until the end of the transaction. Error 55P03 when an operation is at work on one of the rounds.';

CREATE FUNCTION equity_internal.forget(applicants bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  UPDATE equity.application AS a
     SET forgotten_tie = k.tie,
         forgotten_groups = coalesce(k.groups, '{}'),
         education_level = NULL,
         gpa = NULL,
         graduated_year = NULL,
         welfare_card = NULL,
         disability_registered = NULL,
         answers = NULL,
         verified_need = NULL,
         source = NULL,
         source_key = NULL,
         late_reason = CASE WHEN a.late_reason IS NOT NULL THEN '-' END
    FROM equity.application AS o
    LEFT JOIN (SELECT DISTINCT ON (i.applicant_id, i.round_id) i.applicant_id, i.round_id, i.tie, i.groups
                 FROM equity.allocation_input AS i
                WHERE i.applicant_id = ANY (applicants)) AS k
      ON k.applicant_id = o.applicant_id
     AND k.round_id = o.round_id
   WHERE a.applicant_id = ANY (applicants)
     AND o.applicant_id = a.applicant_id
     AND o.round_id = a.round_id;
  DELETE FROM equity.household_member AS m WHERE m.applicant_id = ANY (applicants);
  DELETE FROM equity.household AS h WHERE h.applicant_id = ANY (applicants);
  DELETE FROM equity.dwelling AS d WHERE d.applicant_id = ANY (applicants);
  DELETE FROM equity.applicant_group AS g WHERE g.applicant_id = ANY (applicants);
  DELETE FROM equity.applicant_disability AS b WHERE b.applicant_id = ANY (applicants);
  DELETE FROM equity.adjustment AS j WHERE j.applicant_id = ANY (applicants);
  DELETE FROM equity.applicant_identity AS i WHERE i.applicant_id = ANY (applicants);
  DELETE FROM equity.import_reject AS j WHERE j.applicant_id = ANY (applicants);
  DELETE FROM equity.duplicate_candidate AS c WHERE c.applicant_id = ANY (applicants) OR c.other_applicant_id = ANY (applicants);
  UPDATE equity.award_event AS e
     SET note = NULL
    FROM equity.award AS w
   WHERE w.award_id = e.award_id
     AND w.applicant_id = ANY (applicants)
     AND e.note IS NOT NULL;
  UPDATE equity.care_record AS c
     SET note = NULL, concern = NULL
    FROM equity.award AS w
   WHERE w.award_id = c.award_id
     AND w.applicant_id = ANY (applicants)
     AND num_nonnulls(c.note, c.concern) > 0;
  UPDATE equity.payment AS m
     SET return_reason = '-'
   WHERE m.applicant_id = ANY (applicants)
     AND m.return_reason IS NOT NULL;
  UPDATE equity.applicant AS p
     SET birth_date = NULL,
         sex = NULL,
         province_code = NULL,
         intake_institution_id = NULL,
         source = NULL,
         source_key = NULL,
         forgotten_at = now()
   WHERE p.applicant_id = ANY (applicants);
END;
$$;

COMMENT ON FUNCTION equity_internal.forget(bigint[]) IS
  'Removes what is held of persons, but for what proves the rounds that they took part in. The caller has locked them (equity_internal.lock_persons).';

--- Identities, names, answers, household, dwelling, groups, disabilities, adjustments and notes are removed; number, choices, scores,
--- seats and awards stay under the number, so that runs still verify and repeat, and so do results of terms, renewals,
--- payments and outcomes: books of account are kept as long as their law asks, and reports go on adding up. Who waits for a seat
--- takes no part in refills any more. A second call changes nothing. Backups made before have the
--- person still.
---
--- Errors: P0002 no such applicant; 22023 no reason; 55000 the applicant takes part in a round that
--- is not published, has an award that is offered, accepted or used, or payments that are open; 55P03 another operation is
--- at work on one of the rounds.
CREATE FUNCTION equity.forget_applicant(applicant_id bigint, reason text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  person equity.applicant;
  needed text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.forget_applicant(forget_applicant.applicant_id, forget_applicant.reason);
    RETURN;
  END IF;
  PERFORM equity_internal.require_purpose(reason, 'forgetting an applicant needs a reason');
  PERFORM equity_internal.lock_persons(ARRAY[forget_applicant.applicant_id]);
  person := equity_internal.find_applicant(forget_applicant.applicant_id);
  IF person.forgotten_at IS NOT NULL THEN
    RAISE NOTICE 'applicant % is forgotten already: nothing was changed', person.applicant_id;
    RETURN;
  END IF;
  SELECT string_agg(n.why, '; ' ORDER BY n.why COLLATE "C") INTO needed
    FROM equity_internal.why_needed(ARRAY[person.applicant_id]) AS n;
  IF needed IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('applicant %s cannot be forgotten yet', person.applicant_id),
      DETAIL = format('The applicant %s.', needed),
      HINT = 'Withdraw the application, or the award (equity.withdraw_award), first; pay what is due, and receive what is to be given back (equity.receive_refund).';
  END IF;
  PERFORM equity_internal.forget(ARRAY[person.applicant_id]);
  PERFORM equity.audit_append('forget_applicant', NULL, NULL, jsonb_build_object('applicant_id', person.applicant_id, 'reason', reason));
END;
$$;

COMMENT ON FUNCTION equity.forget_applicant(bigint, text) IS
  'Forgets a person (ลบข้อมูลส่วนบุคคล) and keeps the proof of the rounds: what is left is under a number that leads to nobody. Reads the registry.';

CREATE FUNCTION equity_internal.lock_retained(at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.lock_round(r.round_id)
     FROM (SELECT d.round_id
             FROM equity.round AS d
            WHERE d.retain_until <= (lock_retained.at AT TIME ZONE 'Asia/Bangkok')::date
            ORDER BY d.round_id) AS r;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_retained(timestamptz) IS
  'Locks the rounds whose retention is over by a time until the end of the transaction. Error 55P03 when another operation is at work on one.';

CREATE FUNCTION equity_internal.retained_applicants(at timestamptz) RETURNS bigint[]
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH past AS MATERIALIZED (
    SELECT a.applicant_id
      FROM equity.application AS a
      JOIN equity.round AS r ON r.round_id = a.round_id
      JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
     WHERE p.forgotten_at IS NULL
     GROUP BY a.applicant_id
    HAVING bool_and(coalesce(r.retain_until <= (retained_applicants.at AT TIME ZONE 'Asia/Bangkok')::date, false))
  )
  SELECT ARRAY(SELECT o.applicant_id FROM past AS o
               EXCEPT
               SELECT n.applicant_id FROM equity_internal.why_needed(ARRAY(SELECT o.applicant_id FROM past AS o)) AS n);
END;

COMMENT ON FUNCTION equity_internal.retained_applicants(timestamptz) IS
  'Whose data need not be kept any longer at a time.';

--- Those are forgotten who applied, all of whose rounds have a day equity.round.retain_until that has
--- come, by the calendar of Thailand, and who have no award that is offered, accepted or used, nor open payments.
---
--- Errors: 22023 at is in the future; 55P03 another operation is at work on one of the rounds.
CREATE FUNCTION equity.apply_retention(at timestamptz DEFAULT now()) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  due bigint[];
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.apply_retention(apply_retention.at);
  END IF;
  PERFORM equity_internal.require_past_time('apply_retention', at);
  PERFORM equity_internal.lock_retained(at);
  due := equity_internal.retained_applicants(at);
  PERFORM equity_internal.lock_persons(due);
  due := ARRAY(SELECT d.applicant_id FROM unnest(due) AS d (applicant_id)
               INTERSECT
               SELECT d.applicant_id FROM unnest(equity_internal.retained_applicants(at)) AS d (applicant_id));
  IF due = '{}' THEN
    RETURN 0;
  END IF;
  PERFORM equity_internal.forget(due);
  PERFORM equity.audit_append('apply_retention', NULL, NULL, jsonb_build_object('at', at, 'applicants', cardinality(due)));
  RETURN cardinality(due);
END;
$$;

COMMENT ON FUNCTION equity.apply_retention(timestamptz) IS
  'Forgets everybody whose data need not be kept any longer (equity.round.retain_until), as equity.forget_applicant does, and returns how many there were. Reads the registry.';
