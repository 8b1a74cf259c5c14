-- How an award may move, and the triggers that let it move in no other way: a row of equity.award_event
-- is checked against equity.award_transition and moves its award.
--
-- The triggers have the rights of their owner: who may record an event need not be able to write an award.

CREATE TABLE equity.award_transition (
  from_status text NOT NULL,
  event text NOT NULL,
  to_status text NOT NULL,
  needs_note boolean NOT NULL DEFAULT false,
  frees_seat boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT award_transition_pkey PRIMARY KEY (from_status, event, to_status),
  CONSTRAINT award_transition_event_is_code CHECK (event ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT award_transition_from_status_known CHECK (
    from_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                    'suspended', 'graduated', 'discontinued', 'terminated')),
  CONSTRAINT award_transition_to_status_known CHECK (
    to_status IN ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'studying',
                  'suspended', 'graduated', 'discontinued', 'terminated')),
  CONSTRAINT award_transition_ended_frees_seat CHECK (
    to_status NOT IN ('declined', 'expired', 'withdrawn') OR frees_seat),
  CONSTRAINT award_transition_seat_of_ended CHECK (
    NOT frees_seat OR to_status IN ('declined', 'expired', 'withdrawn', 'discontinued', 'terminated'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.award_transition', 'WHERE NOT shipped');

COMMENT ON TABLE equity.award_transition IS
  'Which event moves an award from which status to which (การเปลี่ยนสถานะทุน). A site adds its own rows; a row of equity.award_event that no row here allows is refused.';
COMMENT ON COLUMN equity.award_transition.from_status IS
  'Status before the event.';
COMMENT ON COLUMN equity.award_transition.event IS
  'Code of the event, lower case.';
COMMENT ON COLUMN equity.award_transition.to_status IS
  'Status after it. Where one event leads to several, as corrected does, it is the status before the last event but for refunds, unless the event says otherwise.';
COMMENT ON COLUMN equity.award_transition.needs_note IS
  'True when the event needs a note: who decided it and why, without personal data.';
COMMENT ON COLUMN equity.award_transition.frees_seat IS
  'True when the seat goes to somebody else in the next equity.refill_round: always of declined, expired and withdrawn; of discontinued and terminated as the site decides.';
COMMENT ON COLUMN equity.award_transition.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.award_transition (from_status, event, to_status, needs_note, frees_seat, shipped) VALUES
  -- the offer
  ('offered', 'accepted', 'accepted', false, false, true),
  ('offered', 'declined', 'declined', false, true, true),
  ('offered', 'expired', 'expired', false, true, true),
  ('offered', 'withdrawn', 'withdrawn', true, true, true),
  ('offered', 'moved', 'offered', false, false, true),
  ('accepted', 'decided', 'accepted', false, false, true),
  ('accepted', 'moved', 'accepted', false, false, true),
  ('accepted', 'withdrawn', 'withdrawn', true, true, true),
  -- the study
  ('accepted', 'enrolled', 'studying', false, false, true),
  ('studying', 'transferred', 'studying', true, false, true),
  ('studying', 'warned', 'studying', false, false, true),
  ('studying', 'put_on_probation', 'studying', false, false, true),
  ('studying', 'suspended', 'suspended', true, false, true),
  ('suspended', 'resumed', 'studying', false, false, true),
  ('suspended', 'transferred', 'suspended', true, false, true),
  ('studying', 'graduated', 'graduated', false, false, true),
  ('studying', 'left', 'discontinued', true, false, true),
  ('suspended', 'left', 'discontinued', true, false, true),
  ('studying', 'deceased', 'discontinued', false, false, true),
  ('suspended', 'deceased', 'discontinued', false, false, true),
  ('studying', 'terminated', 'terminated', true, false, true),
  ('suspended', 'terminated', 'terminated', true, false, true),
  ('discontinued', 'resumed', 'studying', true, false, true),
  -- money given back
  ('studying', 'refunded', 'studying', true, false, true),
  ('suspended', 'refunded', 'suspended', true, false, true),
  ('graduated', 'refunded', 'graduated', true, false, true),
  ('discontinued', 'refunded', 'discontinued', true, false, true),
  ('terminated', 'refunded', 'terminated', true, false, true),
  -- what was recorded by mistake is taken back
  ('studying', 'corrected', 'studying', true, false, true),
  ('studying', 'corrected', 'accepted', true, false, true),
  ('studying', 'corrected', 'suspended', true, false, true),
  ('studying', 'corrected', 'discontinued', true, false, true),
  ('suspended', 'corrected', 'studying', true, false, true),
  ('suspended', 'corrected', 'suspended', true, false, true),
  ('graduated', 'corrected', 'studying', true, false, true),
  ('discontinued', 'corrected', 'studying', true, false, true),
  ('discontinued', 'corrected', 'suspended', true, false, true),
  ('terminated', 'corrected', 'studying', true, false, true),
  ('terminated', 'corrected', 'suspended', true, false, true);

CREATE TRIGGER award_transition_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.award_transition
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.award_transition ENABLE ALWAYS TRIGGER award_transition_reference_row;

CREATE TRIGGER award_transition_reference_truncate
  BEFORE TRUNCATE ON equity.award_transition
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

-- The first award of the round stands for all: whoever decides may lock it, and nobody else. The modes
-- leave the row free for the decision on that award itself, which is FOR NO KEY UPDATE.
CREATE FUNCTION equity_internal.lock_awards_shared(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.require_operator('award');
  PERFORM FROM equity.award AS w
    WHERE w.award_id = (SELECT min(o.award_id) FROM equity.award AS o WHERE o.round_id = lock_awards_shared.round_id)
      FOR KEY SHARE;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_awards_shared(bigint) IS
  'Locks the awards of a round, together with other decisions, until the end of the transaction; waits for a refill.';

CREATE FUNCTION equity_internal.lock_awards(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.require_operator('award');
  PERFORM FROM equity.award AS w
    WHERE w.award_id = (SELECT min(o.award_id) FROM equity.award AS o WHERE o.round_id = lock_awards.round_id)
      FOR UPDATE;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_awards(bigint) IS
  'Locks the awards of a round until the end of the transaction; waits for decisions that are being made, and later ones wait.';

CREATE FUNCTION equity_internal.lock_all_awards_shared() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity_internal.lock_awards_shared(r.round_id)
     FROM (SELECT d.round_id FROM equity.round AS d ORDER BY d.round_id) AS r;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_all_awards_shared() IS
  'Locks the awards of all rounds, together with other decisions, until the end of the transaction: for who does not know yet which awards it will move, and has to take the audit trail before.';

CREATE FUNCTION equity_internal.require_past_time(operation text, at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- not now(): a time that passed while the transaction ran is no time to come
  IF at > clock_timestamp() THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('%s cannot be done at a time in the future', operation),
      DETAIL = format('The time given is %s, now it is %s.', at, clock_timestamp()),
      HINT = 'Pass a time up to now(); its year is one of the common era (ค.ศ.).';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_past_time(text, timestamptz) IS
  'Raises 22023 when the time of an operation is in the future.';

CREATE FUNCTION equity_internal.possible_events(status text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(DISTINCT t.event COLLATE "C", ', ' ORDER BY t.event COLLATE "C")
    FROM equity.award_transition AS t
   WHERE t.from_status = possible_events.status;
END;

COMMENT ON FUNCTION equity_internal.possible_events(text) IS
  'The events that an award of a status may have, as a list; NULL when there is none.';

CREATE FUNCTION equity_internal.refuse_transition(award_id bigint, status text, event text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  events text := equity_internal.possible_events(status);
  ends text := (SELECT string_agg(t.to_status, ', ' ORDER BY t.to_status COLLATE "C")
                  FROM equity.award_transition AS t
                 WHERE t.from_status = refuse_transition.status
                   AND t.event = refuse_transition.event);
BEGIN
  IF ends IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('event "%s" of award %s needs its status after', equity_internal.excerpt(event), award_id),
      DETAIL = format('From %s it leads to %s, and the history does not say to which.', status, ends),
      HINT = 'INSERT it into equity.award_event with from_status and to_status.';
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('award %s is %s', award_id, status),
    DETAIL = format('Event "%s" does not go from there.', equity_internal.excerpt(event)),
    HINT = CASE WHEN events IS NULL THEN 'No event does; a site may add rows to equity.award_transition.'
                ELSE format('Events that do: %s. A site may add rows to equity.award_transition.', events) END;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_transition(bigint, text, text) IS
  'Raises 55000: an award of a status has no such event, or one that leads from there to several others and does not say to which.';

CREATE FUNCTION equity_internal.status_after(award_id bigint, from_status text, event text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  ends text[] := ARRAY(SELECT t.to_status
                         FROM equity.award_transition AS t
                        WHERE t.from_status = status_after.from_status
                          AND t.event = status_after.event);
  before text;
BEGIN
  IF cardinality(ends) <= 1 THEN
    RETURN ends[1];
  END IF;
  SELECT coalesce(e.from_status, e.to_status) INTO before
    FROM equity.award_event AS e
   WHERE e.award_id = status_after.award_id
     AND e.event <> 'refunded'              -- money that has come is not taken back
   ORDER BY e.event_number DESC
   LIMIT 1;
  RETURN CASE WHEN before = ANY (ends) THEN before END;
END;
$$;

COMMENT ON FUNCTION equity_internal.status_after(bigint, text, text) IS
  'Where an event leads an award of a status: the one end that there is, or of several that from which its last event came, refunds aside. NULL when there is none.';

-- Fires for few rows of a statement for a million: those that leave to the trigger what it then looks up.
CREATE FUNCTION equity_internal.fill_award_event() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.is_restoring() THEN
    RETURN NEW;
  END IF;
  SELECT w.* INTO this_award FROM equity.award AS w WHERE w.award_id = NEW.award_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('award %s does not exist', coalesce(NEW.award_id::text, 'NULL')),
      HINT = 'The ids are in equity.award.';
  END IF;
  IF NEW.to_status IS NULL THEN
    NEW.from_status := coalesce(NEW.from_status, this_award.status);
    NEW.to_status := equity_internal.status_after(NEW.award_id, NEW.from_status, NEW.event);
    IF NEW.to_status IS NULL THEN
      PERFORM equity_internal.refuse_transition(NEW.award_id, NEW.from_status, NEW.event);
    END IF;
  END IF;
  IF (NEW.event = 'transferred') <> (NEW.to_institution_id IS NOT NULL OR NEW.to_field_code IS NOT NULL) THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = CASE NEW.event WHEN 'transferred' THEN format('a transfer of award %s needs its target', NEW.award_id)
                  ELSE format('event "%s" of award %s has the target of a transfer', equity_internal.excerpt(NEW.event), NEW.award_id) END,
      HINT = 'Give to_institution_id or to_field_code, or both, with event "transferred" and with no other.';
  END IF;
  IF NEW.event = 'transferred' THEN
    NEW.from_institution_id := this_award.institution_id;
    NEW.from_field_code := this_award.field_code;
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.fill_award_event() IS
  'Trigger of equity.award_event: fills in the statuses of an event of which only award and code are given, and where a transfer comes from. Of several events of an award in one statement the statuses have to be given.';

CREATE TRIGGER fill_event
  BEFORE INSERT ON equity.award_event
  FOR EACH ROW WHEN (NEW.to_status IS NULL OR NEW.event = 'transferred'
                     OR NEW.to_institution_id IS NOT NULL OR NEW.to_field_code IS NOT NULL)
  EXECUTE FUNCTION equity_internal.fill_award_event();

-- Before the trigger direct_write takes the audit trail, which a refill waits for. With the rights of the owner, as
-- the trigger that moves awards.
CREATE FUNCTION equity_internal.await_refills() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT equity_internal.in_operation() AND NOT equity_internal.is_restoring() THEN
    PERFORM equity_internal.lock_all_awards_shared();
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.await_refills() IS
  'Trigger of equity.award_event: events inserted by hand wait for refills, as decisions do, and not in a circle.';

CREATE TRIGGER await_refills
  BEFORE INSERT ON equity.award_event
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.await_refills();

CREATE FUNCTION equity_internal.refuse_event(event equity.award_event, this_award equity.award, status text, since timestamptz) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.require_past_time(format('event "%s"', equity_internal.excerpt(event.event)), event.at);
  IF coalesce(event.from_status, event.to_status) <> status THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('award %s is %s', event.award_id, status),
      DETAIL = CASE WHEN event.from_status IS NULL THEN format('Event "%s" without from_status says that it came in as %s.', event.event, event.to_status)
                    ELSE format('Event "%s" goes from %s.', event.event, event.from_status) END,
      HINT = 'Give award_id and event alone, or the statuses before and after.';
  END IF;
  IF NOT EXISTS (SELECT FROM equity.award_transition AS t
                  WHERE (t.from_status, t.event, t.to_status) = (event.from_status, event.event, event.to_status))
  THEN
    PERFORM equity_internal.refuse_transition(event.award_id, status, event.event);
  END IF;
  IF event.at < since THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('event "%s" of award %s is at %s', event.event, event.award_id, event.at),
      DETAIL = format('It is %s since %s.', status, since),
      HINT = 'Money is settled to the day: give events in the order of their days, or correct the earlier one first.';
  END IF;
  IF event.to_status = 'accepted' AND this_award.offer_expires_at <= event.at THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the offer of award %s has ended', event.award_id),
      DETAIL = format('It ended at %s.', this_award.offer_expires_at),
      HINT = 'An acceptance that came in time counts from then: pass that time as at. Otherwise the seat goes to somebody else.';
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('event "%s" of award %s needs a note', event.event, event.award_id),
    HINT = 'Say who decided it and why, without personal data: the note stays in the history.';
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_event(equity.award_event, equity.award, text, timestamptz) IS
  'Raises what is wrong with an event of an award that has that status since then: 22023 in the future, before the last one, or without a note; 55000 from another status, no such transition, or an offer that has ended.';

CREATE FUNCTION equity_internal.require_free_seats(awards bigint[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  taken bigint := (SELECT min(w.award_id)
                     FROM equity.award AS w
                     JOIN equity.round AS r ON r.round_id = w.round_id
                    WHERE w.award_id = ANY (awards)
                      AND NOT EXISTS (SELECT FROM equity.placement AS p
                                       WHERE p.run_id = r.published_run_id
                                         AND p.applicant_id = w.applicant_id));
BEGIN
  IF taken IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the seat of award %s was given to somebody else', taken),
      DETAIL = 'A refill has found it free.',
      HINT = 'Give the person an award of another round, or one without a round.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_free_seats(bigint[]) IS
  'Raises 55000 when one of these awards, which come back to life, has no seat any more in what its round has published.';

-- What a programme pays on a day or later, and does not let another pay too: by equity.rate_item, and where it has
-- no row for living by equity.rate.
CREATE FUNCTION equity_internal.sole_items(programme_code text, grant_type text, day date) RETURNS SETOF text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH item AS (
    SELECT r.item, r.amount, r.combinable, lead(r.valid_from) OVER (PARTITION BY r.item, r.level ORDER BY r.valid_from) AS until
      FROM equity.rate_item AS r
      LEFT JOIN equity.grant_type AS g ON g.grant_type = sole_items.grant_type
     WHERE r.programme_code = sole_items.programme_code
       AND (r.level IS NULL OR r.level = g.level)
  )
  SELECT i.item
    FROM item AS i
   WHERE i.amount > 0
     AND NOT i.combinable
     AND coalesce(i.until > day, true)
  UNION
  SELECT 'living'
    FROM equity.rate AS r
   WHERE r.programme_code = sole_items.programme_code
     AND r.grant_type = sole_items.grant_type
     AND r.academic_year >= equity.academic_year(day)
     AND NOT EXISTS (SELECT FROM item AS i WHERE i.item = 'living');
END;

COMMENT ON FUNCTION equity_internal.sole_items(text, text, date) IS
  'The cost items that a programme pays for a kind of grant from a day on and that no other programme may pay too.';

-- After the awards are moved: of two that change places in one statement the first has ended. Whoever moves an award
-- has the audit trail, so of two at once the second sees the first. Awards are looked up one by one, each by its key:
-- right after a load, with statistics of before, other plans go through all awards for each.
CREATE FUNCTION equity_internal.require_sole_funding(awards bigint[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off
AS $$
DECLARE
  twice record;
BEGIN
  SELECT w.award_id, o.award_id AS other_id, o.status, string_agg(s.item, ', ' ORDER BY s.item COLLATE "C") AS items INTO twice
    FROM unnest(awards) AS e (award_id)
   CROSS JOIN LATERAL (
     SELECT a.*
       FROM equity.award AS a
      WHERE a.award_id = e.award_id
        AND a.status IN ('studying', 'suspended')
     OFFSET 0) AS w
   CROSS JOIN LATERAL (
     SELECT a.*
       FROM equity.award AS a
      WHERE a.applicant_id = w.applicant_id
        AND a.award_id <> w.award_id
        AND a.status IN ('studying', 'suspended')
     OFFSET 0) AS o
   CROSS JOIN LATERAL (
     SELECT m.item
       FROM equity_internal.sole_items(w.programme_code, w.grant_type, (w.status_since AT TIME ZONE 'Asia/Bangkok')::date) AS m (item)
     INTERSECT
     SELECT n.item
       FROM equity_internal.sole_items(o.programme_code, o.grant_type, (w.status_since AT TIME ZONE 'Asia/Bangkok')::date) AS n (item)) AS s
   GROUP BY w.award_id, o.award_id, o.status
   ORDER BY w.award_id, o.award_id
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('award %s would be paid beside award %s', twice.award_id, twice.other_id),
      DETAIL = format('Both are of one person and pay %s, and award %s is %s.', twice.items, twice.other_id, twice.status),
      HINT = 'Record first how the other one ended; or say in equity.rate_item.combinable that both may be paid.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_sole_funding(bigint[]) IS
  'Raises 55000 when one of these awards is used beside another one of the same person that pays the same cost item, unless the rate says that both may.';

-- Two statements for all awards, however many there are: one finds what is wrong, the other moves them. It
-- finds each award in the status that the check saw, or the row was changed meanwhile. Loops are allowed:
-- what they look up is found by its key, and a single decision must not read all awards. The plan is that of the
-- first statement of a session, so after one for a million a single event reads them all.
CREATE FUNCTION equity_internal.move_award() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
DECLARE
  wrong record;
  moving bigint;
  moved bigint;
BEGIN
  IF equity_internal.is_restoring() THEN
    RETURN NULL;
  END IF;
  SELECT s.* INTO wrong
    FROM (SELECT i.award_id, i.event_number, i.from_status, i.to_status, i.at, i.note, t.needs_note, w.offer_expires_at,
                 coalesce(lag(i.to_status) OVER each_award, w.status) AS status,
                 CASE WHEN i.from_status IN ('studying', 'suspended') THEN coalesce(lag(i.at) OVER each_award, w.status_since) END AS since
            FROM inserted AS i
            JOIN equity.award AS w ON w.award_id = i.award_id
            LEFT JOIN equity.award_transition AS t
              ON t.from_status = i.from_status
             AND t.event = i.event
             AND t.to_status = i.to_status
          WINDOW each_award AS (PARTITION BY i.award_id ORDER BY i.event_number)) AS s
   WHERE coalesce(s.from_status, s.to_status) <> s.status
      OR s.from_status IS NOT NULL AND s.needs_note IS NULL
      OR s.needs_note AND coalesce(btrim(s.note), '') = ''
      OR s.at > clock_timestamp()
      OR s.at < s.since
      OR s.from_status = 'offered' AND s.to_status = 'accepted' AND s.offer_expires_at <= s.at
   ORDER BY s.event_number
   LIMIT 1;
  IF FOUND THEN
    PERFORM equity_internal.refuse_event(e, w, wrong.status, wrong.since)
       FROM equity.award_event AS e
       JOIN equity.award AS w ON w.award_id = e.award_id
      WHERE e.award_id = wrong.award_id
        AND e.event_number = wrong.event_number;
  END IF;

  PERFORM equity_internal.lock_awards_shared(r.round_id)
     FROM (SELECT DISTINCT w.round_id
             FROM inserted AS i
             JOIN equity.award AS w ON w.award_id = i.award_id
            WHERE i.from_status <> i.to_status
              AND w.round_id IS NOT NULL
            ORDER BY w.round_id) AS r;
  PERFORM equity_internal.require_free_seats(array_agg(i.award_id))
     FROM inserted AS i
     JOIN equity.award AS w ON w.award_id = i.award_id
     JOIN equity.award_transition AS t
       ON t.from_status = i.from_status
      AND t.event = i.event
      AND t.to_status = i.to_status
    WHERE i.from_status <> i.to_status
      AND (w.seat_freed OR w.status IN ('declined', 'expired', 'withdrawn'))
      AND NOT t.frees_seat
   HAVING count(*) > 0;
  WITH change AS MATERIALIZED (
    SELECT DISTINCT ON (i.award_id)
           i.award_id, i.to_status, i.at, t.frees_seat,
           first_value(i.from_status) OVER (PARTITION BY i.award_id ORDER BY i.event_number) AS from_status
      FROM inserted AS i
      JOIN equity.award_transition AS t
        ON t.from_status = i.from_status
       AND t.event = i.event
       AND t.to_status = i.to_status
     WHERE i.from_status <> i.to_status
     ORDER BY i.award_id, i.event_number DESC
  ), changed AS (
    UPDATE equity.award AS w
       SET status = c.to_status,
           status_since = c.at,
           decided_at = CASE WHEN c.to_status IN ('accepted', 'declined', 'expired', 'withdrawn') THEN c.at ELSE w.decided_at END,
           seat_freed = c.frees_seat
      FROM change AS c
     WHERE w.award_id = c.award_id
       AND w.status = c.from_status
    RETURNING w.award_id
  )
  SELECT (SELECT count(*) FROM change), (SELECT count(*) FROM changed) INTO moving, moved;
  IF moved <> moving THEN
    RAISE EXCEPTION USING
      ERRCODE = 'serialization_failure',
      MESSAGE = format('%s awards were changed at the same time', moving - moved),
      HINT = 'Record the events again, from what the awards are now.';
  END IF;

  PERFORM equity_internal.require_sole_funding(array_agg(i.award_id))
     FROM inserted AS i
    WHERE i.to_status IN ('studying', 'suspended')
      AND i.from_status NOT IN ('studying', 'suspended')
   HAVING count(*) > 0;

  IF EXISTS (SELECT FROM inserted AS i WHERE i.event = 'transferred') THEN
    UPDATE equity.award AS w
       SET institution_id = coalesce(c.institution_id, w.institution_id),
           field_code = coalesce(c.field_code, w.field_code),
           status_since = greatest(c.at, w.status_since)
      FROM (SELECT i.award_id, max(i.at) AS at,
                   (array_agg(i.to_institution_id ORDER BY i.event_number DESC) FILTER (WHERE i.to_institution_id IS NOT NULL))[1] AS institution_id,
                   (array_agg(i.to_field_code ORDER BY i.event_number DESC) FILTER (WHERE i.to_field_code IS NOT NULL))[1] AS field_code
              FROM inserted AS i
             WHERE i.event = 'transferred'
             GROUP BY i.award_id) AS c
     WHERE w.award_id = c.award_id;
  END IF;
  IF EXISTS (SELECT FROM inserted AS i WHERE i.event = 'corrected' AND i.from_status = i.to_status) THEN
    -- the last event of the award that is inserted, and what it corrects
    UPDATE equity.award AS w
       SET institution_id = CASE WHEN t.to_institution_id IS NULL THEN w.institution_id ELSE t.from_institution_id END,
           field_code = CASE WHEN t.to_field_code IS NULL THEN w.field_code ELSE t.from_field_code END
      FROM (SELECT DISTINCT ON (i.award_id) i.* FROM inserted AS i ORDER BY i.award_id, i.event_number DESC) AS c
     CROSS JOIN LATERAL (
       SELECT e.*
         FROM equity.award_event AS e
        WHERE e.award_id = c.award_id
          AND e.event_number < c.event_number
        ORDER BY e.event_number DESC
        LIMIT 1) AS t
     WHERE c.event = 'corrected'
       AND c.from_status = c.to_status
       AND t.event = 'transferred'
       AND w.award_id = c.award_id;
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.move_award() IS
  'Trigger of equity.award_event: checks the events of a statement against equity.award_transition and moves their awards; whatever is wrong is refused whole (equity_internal.refuse_event), and so are awards that changed meanwhile (40001).';

CREATE TRIGGER move_award
  AFTER INSERT ON equity.award_event
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.move_award();

-- Awards from before the system come in as they are, and are used from the day on which they come.
CREATE FUNCTION equity_internal.check_new_awards() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET jit = off
AS $$
BEGIN
  IF equity_internal.is_restoring() THEN
    RETURN NULL;
  END IF;
  PERFORM equity_internal.require_sole_funding(array_agg(i.award_id))
     FROM inserted AS i
    WHERE i.status IN ('studying', 'suspended')
   HAVING count(*) > 0;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_new_awards() IS
  'Trigger of equity.award: an award that comes in while it is used is refused (55000) beside another one of the person that pays the same cost item, as an event would be.';

CREATE TRIGGER check_sole_funding
  AFTER INSERT ON equity.award
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_new_awards();

CREATE FUNCTION equity_internal.keep_award_event() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF equity_internal.in_operation() THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = 'the history of awards is only added to',
    HINT = 'A mistake is made good by an event more: SELECT equity.record_event(award, ''corrected'', note => ''who decided it, and why'').';
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_award_event() IS
  'Trigger of equity.award_event: rows are neither changed nor deleted by hand, or 55000 is raised.';

CREATE TRIGGER keep_history
  BEFORE UPDATE OR DELETE OR TRUNCATE ON equity.award_event
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_award_event();

CREATE FUNCTION equity_internal.keep_award_status() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wrong record;
  event text;
BEGIN
  IF equity_internal.in_operation() THEN
    RETURN NULL;
  END IF;
  SELECT a.award_id, b.status AS from_status, a.status AS to_status INTO wrong
    FROM before AS b
    JOIN after AS a ON a.award_id = b.award_id
   WHERE a.status <> b.status
      OR a.seat_freed <> b.seat_freed
   ORDER BY a.award_id
   LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT min(t.event COLLATE "C") INTO event
    FROM equity.award_transition AS t
   WHERE t.from_status = wrong.from_status
     AND t.to_status = wrong.to_status
     AND t.from_status <> t.to_status;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('award %s is not moved from %s to %s by hand', wrong.award_id, wrong.from_status, wrong.to_status),
    DETAIL = 'The status of an award is that of its last event.',
    HINT = CASE WHEN event IS NULL
             THEN format('No event leads there. Events from %s: %s.', wrong.from_status,
                         coalesce(equity_internal.possible_events(wrong.from_status), 'none'))
             ELSE format('Record the event: SELECT equity.record_event(%s, ''%s''); or INSERT it into equity.award_event for many.', wrong.award_id, event)
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_award_status() IS
  'Trigger of equity.award: a status that somebody changes by hand is refused with 55000, and the hint names the event that does it.';

CREATE TRIGGER keep_status
  AFTER UPDATE ON equity.award
  REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_award_status();
