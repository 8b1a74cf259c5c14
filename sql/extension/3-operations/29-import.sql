-- Loading rows: from judging them to the record of the load. 26 to 29 have the parts.

-- ---- a kind's own ways ----

CREATE FUNCTION equity_internal.judge_kind(kind text, institutions bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  CASE kind
    WHEN 'applicant' THEN
      IF institutions IS NOT NULL THEN
        PERFORM equity_internal.judge_intake(institutions);
      END IF;
      PERFORM equity_internal.judge_applicants();
    WHEN 'application' THEN
      PERFORM equity_internal.judge_applications();
    WHEN 'choice' THEN
      PERFORM equity_internal.judge_choices();
    WHEN 'household_member' THEN
      PERFORM equity_internal.require_applications('round');
    WHEN 'term_result' THEN
      PERFORM equity_internal.judge_term_results();
    WHEN 'outcome' THEN
      PERFORM equity_internal.judge_outcomes();
    WHEN 'care_record' THEN
      PERFORM equity_internal.judge_care_records();
    WHEN 'payment' THEN
      PERFORM equity_internal.judge_payments();
    ELSE
      NULL;
  END CASE;
  PERFORM equity_internal.drop_rejected();
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_kind(text, bigint[]) IS
  'What only rows of this kind can get wrong.';

CREATE FUNCTION equity_internal.judge_plan(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_fields(kind);
  IF EXISTS (SELECT FROM equity_internal.import_kind AS k WHERE k.kind = judge_plan.kind AND 'round_id' = ANY (k.key_columns)) THEN
    PERFORM equity_internal.hold_rounds();
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
    FROM (SELECT k.name, format('r.%I::%s', k.name, equity_internal.column_type(insert_rows.target, k.name))
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

-- A number that the sequence gives is taken where somebody has set one by hand, ahead of it.
CREATE FUNCTION equity_internal.refuse_taken_number(target text, broken text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  numbered record;
BEGIN
  SELECT a.attname AS name, pg_get_serial_sequence(c.conrelid::regclass::text, a.attname) AS sequence INTO numbered
    FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
   WHERE c.conrelid = format('equity.%I', target)::regclass
     AND c.conname = broken
     AND cardinality(c.conkey) = 1
     AND a.attidentity <> '';
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the next number of equity.%I is taken', target),
      DETAIL = format('Rows were written with their %s given, ahead of the sequence %s.', numbered.name, numbered.sequence),
      HINT = format('Who owns the tables moves the sequence on, once: SELECT setval(''%s'', max(%I)) FROM equity.%I. Then do this again.',
                    numbered.sequence, numbered.name, target);
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_taken_number(text, text) IS
  'Error 55000 where a broken constraint is the key of a table whose numbers come from a sequence.';

-- No nested loop: it would read anew, for each row, what the statement itself has written so far.
CREATE FUNCTION equity_internal.write_kind(kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = off
AS $$
DECLARE
  target text;
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
    WHEN 'payment' THEN
      PERFORM equity_internal.write_payments();
    ELSE
      PERFORM equity_internal.write_rows(kind);
  END CASE;
EXCEPTION
  WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS target = TABLE_NAME, broken = CONSTRAINT_NAME;
    PERFORM equity_internal.refuse_taken_number(target, broken);
    -- what the plan did not see was written meanwhile
    RAISE EXCEPTION 'another transaction wrote some of these rows first'
      USING ERRCODE = 'serialization_failure',
            DETAIL = format('They would break constraint "%s".', broken),
            HINT = 'Run the transaction again.';
END;
$$;

COMMENT ON FUNCTION equity_internal.write_kind(text) IS
  'Writes the rows of a kind. Error 40001 when somebody else wrote one of them meanwhile, 55000 where the number of a new row is taken.';

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

CREATE FUNCTION equity_internal.read_source(this equity.import_batch) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.open_import();
  PERFORM equity_internal.match_columns(this.kind);
  PERFORM equity_internal.require_columns(this.kind);
  this.ignored_columns := equity_internal.ignored_columns(this.kind);
  this.rows_read := equity_internal.read_rows(this.kind);
  PERFORM equity_internal.note_unread();
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_source(equity.import_batch) IS
  'Reads the source that is kept into the tables of a load.';

CREATE FUNCTION equity_internal.judge_rows(this equity.import_batch, institutions bigint[]) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this_kind equity_internal.import_kind;
  first_key text;
BEGIN
  SELECT k.* INTO this_kind FROM equity_internal.import_kind AS k WHERE k.kind = this.kind;
  SELECT f.field INTO first_key
    FROM equity_internal.import_field AS f
   WHERE f.kind = this.kind
     AND f.column_name = this_kind.key_columns[cardinality(this_kind.key_columns)];
  IF this_kind.about IS NOT NULL THEN
    PERFORM equity_internal.resolve_persons(this.kind, institutions);
  END IF;
  IF this_kind.about = 'award' THEN
    PERFORM equity_internal.resolve_awards(this.kind, institutions);
  END IF;
  PERFORM equity_internal.require_keys(this.kind);
  -- before the first lines are dropped, so that all that is wrong with one is told at once
  IF EXISTS (SELECT FROM pg_temp.equity_import_given AS g WHERE g.role = 'choice') THEN
    PERFORM equity_internal.read_choices(this.kind);
  END IF;
  PERFORM equity_internal.drop_rejected();

  PERFORM equity_internal.label_lines(this.kind);
  this.unchanged := equity_internal.judge_repeats(coalesce(first_key, 'citizen_id'));
  PERFORM equity_internal.drop_rejected();
  PERFORM equity_internal.judge_kind(this.kind, institutions);
  PERFORM equity_internal.plan_rows(this.kind);
  PERFORM equity_internal.judge_plan(this.kind);
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_rows(equity.import_batch, bigint[]) IS
  'Judges the rows that were read and makes the plan of their load.';

CREATE FUNCTION equity_internal.require_kind(kind text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM equity_internal.import_kind AS k WHERE k.kind = require_kind.kind) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('unrecognized kind of rows: %s', coalesce('"' || equity_internal.excerpt(kind) || '"', 'NULL')),
      HINT = format('Kinds are %s.', (SELECT string_agg(k.kind, ', ' ORDER BY k.kind COLLATE "C") FROM equity_internal.import_kind AS k));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_kind(text) IS
  'Error 22023 for an unknown kind of rows.';

-- What an officer loads takes the place of what officers of the same institutions loaded, and of nothing else.
CREATE FUNCTION equity_internal.require_own_batch(batch text, institutions bigint[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT
               FROM equity.import_batch AS b
              WHERE b.batch = require_own_batch.batch
                AND NOT (b.institution_ids <> '{}' AND b.institution_ids <@ institutions))
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = format('permission denied for batch "%s"', equity_internal.excerpt(batch)),
      DETAIL = 'Somebody else has loaded it.',
      HINT = 'Give the batch another name.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_own_batch(text, bigint[]) IS
  'Error 42501 when a batch was not loaded by officers of these institutions.';

CREATE FUNCTION equity_internal.loading_session() RETURNS text
  LANGUAGE sql VOLATILE PARALLEL RESTRICTED
BEGIN ATOMIC
  SELECT string_agg(format('process %s of role "%s"', l.pid, coalesce(a.usename, '?')), ', ' ORDER BY l.pid)
    FROM pg_locks AS l
    LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
   WHERE l.relation = 'equity.import_batch'::regclass
     AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
     AND l.granted
     AND l.mode = 'ShareRowExclusiveLock'
     AND l.pid <> pg_backend_pid();
END;

COMMENT ON FUNCTION equity_internal.loading_session() IS
  'Which other session has the loads to itself now, in the words of a message; NULL when none has.';

-- Loads wait for each other, so that each sees the persons of the one before.
CREATE FUNCTION equity_internal.take_loads() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  other text := equity_internal.loading_session();
  hint text := 'A load ends with its transaction: whoever has left one open commits it, or pg_terminate_backend ends it.';
BEGIN
  IF other IS NOT NULL THEN
    RAISE NOTICE 'waiting until another load has ended'
      USING DETAIL = format('It is that of %s.', other), HINT = hint;
  END IF;
  LOCK TABLE equity.import_batch IN SHARE ROW EXCLUSIVE MODE;
EXCEPTION
  WHEN lock_not_available THEN
    RAISE EXCEPTION 'another load has not ended within lock_timeout'
      USING ERRCODE = 'lock_not_available',
            DETAIL = format('It is that of %s.', coalesce(equity_internal.loading_session(), 'a session that has just ended')),
            HINT = format('Load again later. %s', hint);
END;
$$;

COMMENT ON FUNCTION equity_internal.take_loads() IS
  'Has the loads to itself until the end of the transaction; says so when it must wait. Error 55P03 when it has waited longer than lock_timeout.';

CREATE FUNCTION equity_internal.begin_batch(kind text, batch text, dry_run boolean, institutions bigint[]) RETURNS equity.import_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this equity.import_batch;
BEGIN
  PERFORM equity_internal.take_loads();
  this.batch := coalesce(nullif(btrim(batch), ''), format('%s %s', kind, to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')));
  this.kind := kind;
  this.dry_run := coalesce(dry_run, false);
  this.institution_ids := coalesce(institutions, '{}');
  IF institutions IS NOT NULL THEN
    PERFORM equity_internal.require_own_batch(this.batch, institutions);
  END IF;
  RETURN this;
END;
$$;

COMMENT ON FUNCTION equity_internal.begin_batch(text, text, boolean, bigint[]) IS
  'The row of a load that begins, which has the loads to itself until the end of the transaction.';

-- ---- with whose rights ----

-- The registry has no statistics yet of what was loaded just before, and a guess of one row would cost hours over a
-- file; while of a few rows each is looked up in a registry of millions.
CREATE FUNCTION equity_internal.load_kept(kind text, batch text, dry_run boolean, institutions bigint[],
                                          OUT loaded equity.import_batch, OUT candidates bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET jit = off
  SET enable_nestloop = on
AS $$
BEGIN
  PERFORM equity_internal.report_progress('load_rows', 0, 'waiting for other loads');
  loaded := equity_internal.begin_batch(kind, batch, dry_run, institutions);
  loaded := equity_internal.read_source(loaded);
  PERFORM equity_internal.drop_source();
  PERFORM equity_internal.report_progress('load_rows', 0, 'judging rows');
  PERFORM set_config('enable_nestloop', CASE WHEN loaded.rows_read > 1000 THEN 'off' ELSE 'on' END, true);
  loaded := equity_internal.judge_rows(loaded, institutions);
  IF NOT loaded.dry_run THEN
    PERFORM equity_internal.report_progress('load_rows', 0, 'writing rows');
    PERFORM equity_internal.write_kind(kind);
    PERFORM equity_internal.report_progress('load_rows', 0, 'looking for duplicates');
    candidates := CASE WHEN kind = 'applicant' THEN equity_internal.find_candidates(loaded.batch, institutions) ELSE 0 END;
  END IF;
  PERFORM equity_internal.report_progress('load_rows', 0, 'recording the load');
  loaded := equity_internal.record_batch(loaded);
  PERFORM equity_internal.close_import();
  IF NOT loaded.dry_run THEN
    PERFORM equity.audit_append('load_rows', NULL, NULL,
                                to_jsonb(loaded) - '{dry_run,loaded_at,loaded_by,ignored_columns}'::text[]
                                || jsonb_build_object('candidates', candidates));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.load_kept(text, text, boolean, bigint[]) IS
  'Loads the source that is kept. With institutions as an officer of them may: their persons alone, and new ones.';

-- The two that follow have the rights of the owner of the tables, which an operator and an officer have not. What they
-- load are rows that the caller has read already (equity_internal.keep_source): no text of a caller's is run.
CREATE FUNCTION equity_internal.load_as_operator(kind text, batch text, dry_run boolean)
  RETURNS TABLE (loaded equity.import_batch, candidates bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_kind(kind);
  RETURN QUERY SELECT l.* FROM equity_internal.load_kept(kind, batch, dry_run, NULL) AS l;
END;
$$;

COMMENT ON FUNCTION equity_internal.load_as_operator(text, text, boolean) IS
  'equity_internal.load_kept with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.load_as_officer(kind text, batch text, dry_run boolean)
  RETURNS TABLE (loaded equity.import_batch, candidates bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  institutions bigint[] := equity_internal.institutions_of(equity_internal.calling_role());
BEGIN
  PERFORM equity_internal.require_kind(kind);
  IF NOT EXISTS (SELECT FROM equity_internal.import_kind AS k
                  WHERE k.kind = load_as_officer.kind
                    AND k.about IS NOT NULL)
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = format('permission denied for rows of kind "%s"', kind),
      HINT = 'An officer loads the own applicants and what belongs to them and their awards; an operator loads the rest.';
  END IF;
  RETURN QUERY SELECT l.* FROM equity_internal.load_kept(kind, batch, dry_run, institutions) AS l;
END;
$$;

COMMENT ON FUNCTION equity_internal.load_as_officer(text, text, boolean) IS
  'equity_internal.load_kept with the rights of the owner, for an officer and the persons of the own institutions.';

CREATE FUNCTION equity_internal.load_source(kind text, source text, batch text, dry_run boolean, search_path text)
  RETURNS TABLE (loaded equity.import_batch, candidates bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF source IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'null_value_not_allowed',
      MESSAGE = 'the source query is NULL',
      HINT = 'Pass a query over a table of the file, for example SELECT * FROM staging.';
  END IF;
  PERFORM equity_internal.require_kind(kind);
  PERFORM equity_internal.report_progress('load_rows', 0, 'preparing');
  PERFORM equity_internal.keep_source(source, search_path);
  IF equity_internal.has_level('operator') THEN
    RETURN QUERY SELECT l.* FROM equity_internal.load_as_operator(kind, batch, dry_run) AS l;
  ELSIF equity_internal.has_level('officer') THEN
    RETURN QUERY SELECT l.* FROM equity_internal.load_as_officer(kind, batch, dry_run) AS l;
  ELSE
    RETURN QUERY SELECT l.* FROM equity_internal.load_kept(kind, batch, dry_run, NULL) AS l;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.load_source(text, text, text, boolean, text) IS
  'equity.load_rows, with the search_path of the source: it is read with the rights of the caller, and loaded with those that the level of the caller lets.';

--- The source is one SELECT over a table of texts, as a file was copied into it; it is run with the rights and the search_path of
--- the caller. Columns are found by the name of a field or by a heading of `equity.import_column`, in any order. What is a date or a time in the
--- source is taken as such; everything else is read as text, in Thai or other digits, with years of the Buddhist era.
---
--- | kind | who or what | fields |
--- | --- | --- | --- |
--- | `institution` | `institution_code` | `name_th`, `name_en`, `province_code`, `kind`, `ownership`, `affiliation` |
--- | `applicant` | person | `source_key`, `full_name`, `title`, `given_name`, `family_name`, `birth_date`, `sex`, `province_code`, `intake_institution` |
--- | `application` | person, `round`, or `source_key` alone | `source_key`, `status`, `submitted_at`, `education_level`, `gpa`, `graduated_year`, `welfare_card`, `disability_registered`, `verified_need`, `answers.KEY`; `household_size`, `monthly_income`; the columns of `equity.dwelling`; `choice1`, `choice2` … |
--- | `choice` | person, `round`, `choice` | `pool` |
--- | `household_member` | person, `round`, `member_number` | the columns of `equity.household_member` |
--- | `applicant_group` | person, `group_code` | `verified`, `verified_by`, `evidence` |
--- | `term_result` | award, `term` | `enrolled`, `gpa`, `credits_attempted`, `credits_earned`, `attendance`, `conduct`, `field_changed`, `origin`; `affiliation` of the term |
--- | `outcome` | award, `followed_on` | `origin`, `employed`, `self_employed`, `further_study`, `monthly_income`, `in_field` |
--- | `care_record` | award, `cared_on`, `kind` | `mentor`, `concern`, `result`, `next_on`, `note` |
--- | `payment` | `payment_id` | `result` (paid or returned), `amount`, `reference`, `reason`, `at` |
---
--- A person is named by one or more of `citizen_id` (which may hold a G-code), `g_code`, `passport`, and `applicant_key` (for an
--- applicant's own row `source_key`), which belongs to the system that `source` names (`file` unless given). A pool is named by
--- its number or as `institution_code/field_code`, with `/grant_type` and `/programme_code` where several would fit. `line` numbers the lines.
--- An award is named by `award_id`, or by its person, with `programme`, `round` or `entry_year` where the person has several that were taken up.
--- A term is written `2566/1` or `1/2566`, and is one of the affiliation of the institution of the award. A mentor is named by number, or by the key
--- of the system that `source` names. `origin` is the survey or system that the row is from.
---
--- - A row with an error is not loaded, and `equity.import_reject` says why; so of rows that contradict each other none is.
--- - A column that the source does not have leaves what is there; a blank cell or a dash empties it, but never an identity, a name, a status or a
---   key. `choice1` and those that follow are the whole list.
--- - `rows_read` is the sum of `inserted`, `updated`, `unchanged` and `rejected`. The same source once more is all unchanged.
--- - `candidates` are new rows of `equity.duplicate_candidate`. With `dry_run` nothing is written but `equity.import_batch` and
---   `equity.import_reject`, and `candidates` is NULL.
--- - Of payments `amount` is only compared. `paid` pays a batch that is approved (`equity.pay_batch`), when the source has all its payments with one
---   `reference`; `returned` records why a payment came back (`equity.return_payment`). Without `at` it is now.
--- - Rows of a round that is no longer open change nothing, unless `equity.amend_round` was called in the same transaction.
---
--- An operator loads all kinds. An officer loads the applicants of the own institutions with what belongs to them and their awards, but no
--- payments; and new ones, who are then of the institution; an officer of several names it in `intake_institution`. A person whom the officer does not see is left alone
--- and told as `ROW_NOT_OWN`. Who has no level needs rights on the tables, and the one to make temporary tables. Loads wait for each other.
---
--- Errors: 22023 an unknown kind, or lines whose numbers are not each once; 22004 no source; 42601 not one SELECT; 42703 the source lacks
--- a column of the key, with the nearest heading; 42701 a field comes twice; 40001 somebody else wrote one of the rows meanwhile; 55000 the number
--- of a new row is taken; 55P03 another load has not ended within lock_timeout; 42501 the caller may not load these, rows are hidden, or the batch
--- is another's; and those of the source.
CREATE FUNCTION equity.load_rows(kind text, source text, INOUT batch text DEFAULT NULL, dry_run boolean DEFAULT false,
                                 OUT rows_read bigint, OUT inserted bigint, OUT updated bigint, OUT unchanged bigint,
                                 OUT rejected bigint, OUT warnings bigint, OUT candidates bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT (l.loaded).batch, (l.loaded).rows_read, (l.loaded).inserted, (l.loaded).updated, (l.loaded).unchanged, (l.loaded).rejected,
         (l.loaded).warnings, l.candidates
    FROM equity_internal.load_source(load_rows.kind, load_rows.source, load_rows.batch, load_rows.dry_run, current_setting('search_path')) AS l;
END;

COMMENT ON FUNCTION equity.load_rows(text, text, text, boolean) IS
  'Loads the rows of a query into the registry: each cell is read and judged, good rows are inserted or updated, and the others are told in equity.import_reject. Returns the name of the batch and its counts. Reads the registry.';
