-- The audit trail: append-only, and chained by hashes, so that a row that was changed or taken
-- out afterwards, even by a superuser, is found by anyone who may read the table.

CREATE TABLE equity.audit_event (
  event_id bigint NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  acting_as text NOT NULL,
  operation text NOT NULL,
  round_id bigint,
  run_id bigint,
  detail jsonb NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_event_pkey PRIMARY KEY (event_id),
  CONSTRAINT audit_event_one_successor UNIQUE (previous_hash),
  CONSTRAINT audit_event_id_positive CHECK (event_id >= 1),
  CONSTRAINT audit_event_detail_object CHECK (pg_catalog.jsonb_typeof(detail) = 'object'),
  CONSTRAINT audit_event_previous_hash_is_sha256 CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
  CONSTRAINT audit_event_hash_is_sha256 CHECK (hash ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.audit_event', '');

COMMENT ON TABLE equity.audit_event IS
  'What the operations did (บันทึกการตรวจสอบ), one row for each operation, numbered from 1 without gaps. Rows are only appended, by equity.audit_append(); each holds the hash of the row before, and equity.audit_check() proves the chain.';
COMMENT ON COLUMN equity.audit_event.event_id IS
  'Number of the event, 1 and up without gaps.';
COMMENT ON COLUMN equity.audit_event.at IS
  'When it was appended.';
COMMENT ON COLUMN equity.audit_event.actor IS
  'Database role that logged in (session_user).';
COMMENT ON COLUMN equity.audit_event.acting_as IS
  'Database role whose rights were used (current_user).';
COMMENT ON COLUMN equity.audit_event.operation IS
  'Name of the operation, for example open_round.';
COMMENT ON COLUMN equity.audit_event.round_id IS
  'Round concerned, or NULL. No foreign key: the trail outlives what it names.';
COMMENT ON COLUMN equity.audit_event.run_id IS
  'Allocation run concerned, or NULL. No foreign key: the trail outlives what it names.';
COMMENT ON COLUMN equity.audit_event.detail IS
  'Counts, digests and parameters as a JSON object; no personal data and no unrevealed seed.';
COMMENT ON COLUMN equity.audit_event.previous_hash IS
  'Hash of the event before, 64 zeros for the first.';
COMMENT ON COLUMN equity.audit_event.hash IS
  'Sha256 of this row as equity.audit_hash() defines it, 64 hexadecimal digits.';

CREATE FUNCTION equity_internal.refuse_audit_change() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'audit events cannot be changed or removed'
    USING ERRCODE = 'insufficient_privilege',
          DETAIL = format('%s of %s.%s was refused.', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME),
          HINT = 'Append a correcting event with equity.audit_append().';
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_audit_change() IS
  'Trigger of equity.audit_event: UPDATE, DELETE and TRUNCATE are refused to everybody with 42501.';

CREATE TRIGGER audit_event_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON equity.audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.refuse_audit_change();

-- Also in a session that replays changes (session_replication_role = replica).
ALTER TABLE equity.audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;

--- The array is [event_id, at, actor, acting_as, operation, round_id, run_id, detail,
--- previous_hash] in UTF-8, as PostgreSQL prints jsonb: one space after each comma and colon,
--- keys of an object ordered by length and then by bytes. at is UTC with microseconds, for
--- example 2023-07-07T02:30:00.000000Z.
---
--- The column hash itself plays no part.
CREATE FUNCTION equity.audit_hash(event equity.audit_event) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity.text_digest(
           pg_catalog.jsonb_build_array(
             (event).event_id,
             pg_catalog.to_char((event).at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
             (event).actor,
             (event).acting_as,
             (event).operation,
             (event).round_id,
             (event).run_id,
             (event).detail,
             (event).previous_hash)::text);
END;

COMMENT ON FUNCTION equity.audit_hash(equity.audit_event) IS
  'Hash that an audit event must have: the sha256, in lower-case hexadecimal, of a JSON array of its other columns.';

CREATE TABLE equity.audit_lock (
  only_row boolean NOT NULL DEFAULT true,
  CONSTRAINT audit_lock_pkey PRIMARY KEY (only_row),
  CONSTRAINT audit_lock_only_row CHECK (only_row)
);

SELECT pg_catalog.pg_extension_config_dump('equity.audit_lock', 'WHERE false');

INSERT INTO equity.audit_lock (only_row) VALUES (true);

COMMENT ON TABLE equity.audit_lock IS
  'The row that is locked while an event is appended to the audit trail. Whoever may SELECT and UPDATE it may append.';
COMMENT ON COLUMN equity.audit_lock.only_row IS
  'Always true.';

CREATE FUNCTION equity_internal.lock_audit() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM FROM equity.audit_lock FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'the row of equity.audit_lock is gone',
      HINT = 'Put it back: INSERT INTO equity.audit_lock DEFAULT VALUES.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_audit() IS
  'Locks the audit trail until the end of the transaction. equity.audit_append() does so itself; an operation that locks rows one by one calls it before the first, so that nobody waits for a row while holding the trail.';

-- pg_dump turns check_function_bodies off in each of its scripts, and whoever restores owns the extension. Who
-- logged in counts too: triggers may have the rights of the owner, whoever sets them off.
CREATE FUNCTION equity_internal.is_restoring() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT NOT current_setting('check_function_bodies')::boolean
         AND (SELECT pg_has_role(x.extowner, 'USAGE') AND pg_has_role(session_user, x.extowner, 'MEMBER')
                FROM pg_extension AS x
               WHERE x.extname = 'equity');
END;

COMMENT ON FUNCTION equity_internal.is_restoring() IS
  'Whether the owner of the extension restores a dump, whose rows are taken as they were.';

-- A dump is loaded as it was taken, also where somebody had tampered with it: that is for
-- equity.audit_check() to find. A stray INSERT of the owner is filled in too, and so is, even then,
-- what comes without a hash: it is new, and of no dump. Replicated
-- rows come as they are because the trigger does not fire where session_replication_role is replica.
CREATE FUNCTION equity_internal.fill_audit_event() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  last_event equity.audit_event;
BEGIN
  IF NEW.hash IS NOT NULL AND equity_internal.is_restoring() THEN
    RETURN NEW;
  END IF;

  PERFORM equity_internal.lock_audit();   -- the next appender must read this event's hash
  SELECT e.* INTO last_event
    FROM equity.audit_event AS e
   ORDER BY e.event_id DESC
   LIMIT 1;
  NEW.event_id := coalesce(last_event.event_id, 0) + 1;
  NEW.previous_hash := coalesce(last_event.hash, repeat('0', 64));
  NEW.at := clock_timestamp();
  NEW.actor := session_user;
  NEW.acting_as := current_user;
  NEW.hash := equity.audit_hash(NEW);
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.fill_audit_event() IS
  'Trigger of equity.audit_event: number, time, roles and hashes of a new event are filled in, whatever was given. Only a dump that the owner of the extension restores brings events as they were.';

CREATE TRIGGER audit_event_filled
  BEFORE INSERT ON equity.audit_event
  FOR EACH ROW EXECUTE FUNCTION equity_internal.fill_audit_event();

--- Appends wait for each other until the end of the transaction, so call it last. It needs
--- SELECT and INSERT on equity.audit_event, SELECT and UPDATE on equity.audit_lock.
---
--- Errors: 22004 without an operation; 40001 when a repeatable-read transaction finds that
--- another appended first.
CREATE FUNCTION equity.audit_append(
  operation text,
  round_id bigint,
  run_id bigint,
  detail jsonb
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  number bigint;
BEGIN
  IF audit_append.operation IS NULL THEN
    RAISE EXCEPTION 'an audit event needs an operation'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = 'Pass the name of the operation.';
  END IF;

  INSERT INTO equity.audit_event (operation, round_id, run_id, detail)
  VALUES (audit_append.operation, audit_append.round_id, audit_append.run_id, coalesce(audit_append.detail, '{}'))
  RETURNING event_id INTO number;
  RETURN number;
EXCEPTION
  WHEN unique_violation THEN
    -- A snapshot older than the lock did not see the last event.
    RAISE EXCEPTION 'another transaction appended an audit event first'
      USING ERRCODE = 'serialization_failure',
            HINT = 'Run the transaction again.';
END;
$$;

COMMENT ON FUNCTION equity.audit_append(text, bigint, bigint, jsonb) IS
  'Appends one audit event and returns its number. Arguments: operation, round and run concerned (or NULL), detail (a JSON object without personal data; NULL is {}).';

-- Up to where the chain was proved already. Whoever forges a row here is found by equity.audit_check_whole().
CREATE TABLE equity.audit_checkpoint (
  event_id bigint NOT NULL,
  hash text NOT NULL,
  checked_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  checked_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (event_id),
  CONSTRAINT audit_checkpoint_hash_is_sha256 CHECK (hash ~ '^[0-9a-f]{64}$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.audit_checkpoint', '');

COMMENT ON TABLE equity.audit_checkpoint IS
  'Events of the audit trail up to which the chain was proved (จุดตรวจสอบ), by equity.audit_checkpoint(): equity.audit_check() begins at the newest one.';
COMMENT ON COLUMN equity.audit_checkpoint.event_id IS
  'The last event that was proved.';
COMMENT ON COLUMN equity.audit_checkpoint.hash IS
  'Its hash.';
COMMENT ON COLUMN equity.audit_checkpoint.checked_at IS
  'When it was proved.';
COMMENT ON COLUMN equity.audit_checkpoint.checked_by IS
  'Database role of the session that had it proved.';

CREATE FUNCTION equity_internal.audit_problems(after_event bigint, after_hash text)
  RETURNS TABLE (event_id bigint, step integer, problem text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH chain AS (
    SELECT e.event_id,
           e.previous_hash,
           e.hash,
           equity.audit_hash(e) AS proper_hash,
           pg_catalog.lag(e.event_id, 1, audit_problems.after_event) OVER in_order AS event_before,
           pg_catalog.lag(e.hash, 1, audit_problems.after_hash) OVER in_order AS hash_before
      FROM equity.audit_event AS e
     WHERE e.event_id > audit_problems.after_event
    WINDOW in_order AS (ORDER BY e.event_id)
  )
  SELECT c.event_id, p.step, p.problem
    FROM chain AS c
   CROSS JOIN LATERAL (VALUES (1, 'events before it are missing', c.event_id <> c.event_before + 1),
                              (2, 'previous_hash is not the hash of the event before', c.previous_hash <> c.hash_before),
                              (3, 'hash does not match the row', c.hash <> c.proper_hash)) AS p (step, problem, holds)
   WHERE p.holds;
END;

COMMENT ON FUNCTION equity_internal.audit_problems(bigint, text) IS
  'What is wrong with the events of the audit trail after one that has the given number and hash; 0 and 64 zeros for all of them.';

CREATE FUNCTION equity_internal.checkpoint_problems() RETURNS TABLE (event_id bigint, problem text)
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT c.event_id, 'the event is not the one of its checkpoint'
    FROM equity.audit_checkpoint AS c
    LEFT JOIN equity.audit_event AS e ON e.event_id = c.event_id
   WHERE e.hash IS DISTINCT FROM c.hash
      OR c.hash <> equity.audit_hash(e);
END;

COMMENT ON FUNCTION equity_internal.checkpoint_problems() IS
  'Checkpoints that the audit trail does not have.';

--- The chain is proved from the newest checkpoint on (equity.audit_checkpoint), and that the
--- events of the checkpoints are what they were; without a checkpoint it is proved from the
--- beginning, as equity.audit_check_whole() always does.
---
--- Events cut off at the end leave a proper chain, so note the last hash from time to time
--- (equity.audit_head) and pass it as known_hash: when no event has it, a row without event_id
--- says so.
CREATE FUNCTION equity.audit_check(
  known_hash text DEFAULT NULL,
  OUT event_id bigint,
  OUT problem text
) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE
  SET jit = off      -- compiling takes longer than what came since a checkpoint
BEGIN ATOMIC
  WITH start AS (
    SELECT coalesce(max(c.event_id), 0) AS event_id,
           coalesce((pg_catalog.array_agg(c.hash ORDER BY c.event_id DESC))[1], pg_catalog.repeat('0', 64)) AS hash
      FROM equity.audit_checkpoint AS c
  )
  SELECT f.event_id, f.problem
    FROM (SELECT c.event_id, 0 AS step, c.problem
            FROM equity_internal.checkpoint_problems() AS c
          UNION ALL
          SELECT p.event_id, p.step, p.problem
            FROM start AS s
           CROSS JOIN LATERAL equity_internal.audit_problems(s.event_id, s.hash) AS p
          UNION ALL
          SELECT NULL, 4, 'no event has the known hash'
           WHERE known_hash IS NOT NULL
             AND NOT EXISTS (SELECT FROM equity.audit_event AS e WHERE e.previous_hash = known_hash)
             AND known_hash IS DISTINCT FROM (SELECT e.hash FROM equity.audit_event AS e ORDER BY e.event_id DESC LIMIT 1)) AS f
   ORDER BY f.event_id, f.step;
END;

COMMENT ON FUNCTION equity.audit_check(text) IS
  'Proves the audit trail with SELECT alone: a row (event_id, problem) for each event that is missing before another, does not follow from the one before, or does not match its hash; no row when the chain holds. Reads the registry.';

CREATE FUNCTION equity.audit_check_whole(OUT event_id bigint, OUT problem text) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT f.event_id, f.problem
    FROM (SELECT c.event_id, 0 AS step, c.problem
            FROM equity_internal.checkpoint_problems() AS c
          UNION ALL
          SELECT p.event_id, p.step, p.problem
            FROM equity_internal.audit_problems(0, pg_catalog.repeat('0', 64)) AS p) AS f
   ORDER BY f.event_id, f.step;
END;

COMMENT ON FUNCTION equity.audit_check_whole() IS
  'equity.audit_check from the first event on, whatever checkpoints say. Reads the registry.';

--- Publish it, or note it where nobody can change it, and pass the hash to equity.audit_check
--- later. No row for an empty trail.
CREATE FUNCTION equity.audit_head(OUT event_id bigint, OUT hash text, OUT at timestamptz) RETURNS SETOF record
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 1
BEGIN ATOMIC
  SELECT e.event_id, e.hash, e.at
    FROM equity.audit_event AS e
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity.audit_head() IS
  'The last event of the audit trail: its number, its hash, which all events before it went into, and its time. Reads the registry.';

--- Errors: 55000 the chain does not hold; 40001 as of equity.audit_append.
CREATE FUNCTION equity.audit_checkpoint() RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  head record;
  found_problems text;
BEGIN
  IF equity_internal.has_level('operator', 'auditor') THEN
    RETURN equity_internal.audit_checkpoint();
  END IF;
  PERFORM equity_internal.lock_audit();
  SELECT string_agg(format('event %s: %s', p.event_id, p.problem), '; ' ORDER BY p.event_id) INTO found_problems
    FROM (SELECT c.* FROM equity.audit_check() AS c LIMIT 10) AS p;
  IF found_problems IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'the audit trail does not hold',
      DETAIL = format('Among others: %s.', found_problems),
      HINT = 'equity.audit_check() lists all that is wrong.';
  END IF;

  SELECT h.* INTO head FROM equity.audit_head() AS h;
  IF NOT FOUND OR EXISTS (SELECT FROM equity.audit_checkpoint AS c WHERE c.event_id >= head.event_id - 1) THEN
    RAISE NOTICE 'no event came since the last checkpoint: nothing was changed';
    RETURN (SELECT max(c.event_id) FROM equity.audit_checkpoint AS c);
  END IF;
  INSERT INTO equity.audit_checkpoint (event_id, hash) VALUES (head.event_id, head.hash);
  PERFORM equity.audit_append('audit_checkpoint', NULL, NULL, jsonb_build_object('event_id', head.event_id, 'hash', head.hash));
  RETURN head.event_id;
END;
$$;

COMMENT ON FUNCTION equity.audit_checkpoint() IS
  'Proves the audit trail since the last checkpoint and makes a new one, so that equity.audit_check() stays quick however long the trail is; returns the number of its event. Reads the registry.';

CREATE FUNCTION equity_internal.audit_checkpoint() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.audit_checkpoint();

COMMENT ON FUNCTION equity_internal.audit_checkpoint() IS
  'equity.audit_checkpoint with the rights of the owner, for an operator or an auditor.';

CREATE FUNCTION equity_internal.in_operation() RETURNS boolean
  LANGUAGE c VOLATILE PARALLEL UNSAFE
  AS 'MODULE_PATHNAME', 'equity_in_operation';

COMMENT ON FUNCTION equity_internal.in_operation() IS
  'For equity_internal.record_direct_write: whether a function of the extension made the statement that set it off.';

-- Before the statement: operations take the trail before the rows too. With the rights of the owner, since who may
-- change a row need not be able to write to the trail.
CREATE FUNCTION equity_internal.record_direct_write() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT equity_internal.in_operation() AND NOT equity_internal.is_restoring() THEN
    PERFORM equity.audit_append('direct_write', NULL, NULL,
                                jsonb_build_object('table', TG_TABLE_NAME, 'statement', TG_OP, 'role', equity_internal.calling_role()));
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.record_direct_write() IS
  'Trigger of tables that operations write: a statement that writes to one by hand is an event of the audit trail (direct_write), which names the role, the table and the kind of statement.';
