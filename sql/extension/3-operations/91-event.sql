-- One event of one award. For many there is INSERT INTO equity.award_event … SELECT: both go through the same
-- trigger (2-registry/94-transition.sql).

--- at is when it happened, now by default; the note says who decided it and why, without personal data.
--- A transfer has more to say than there are arguments: INSERT its event. Returns the number of the event.
---
--- Errors: P0002 no such award; 22023 no event, a time in the future or before the last event, or a note that
--- is needed; 55000 an award of that status has no such event.
CREATE FUNCTION equity.record_event(award_id bigint, event text, at timestamptz DEFAULT now(), note text DEFAULT NULL) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
  made equity.award_event;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.record_event(record_event.award_id, record_event.event, record_event.at, record_event.note);
  END IF;
  IF event IS NULL OR at IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'an event needs its code and its time',
      HINT = 'The codes are in equity.award_transition; without a time it is now.';
  END IF;
  this_award := equity_internal.lock_award(record_event.award_id);
  INSERT INTO equity.award_event (award_id, event, actor, at, note)
  VALUES (this_award.award_id, record_event.event, session_user, record_event.at, record_event.note)
  RETURNING award_event.* INTO made;
  PERFORM equity.audit_append('record_event', this_award.round_id, this_award.run_id,
                              jsonb_strip_nulls(jsonb_build_object('award', this_award.award_id, 'event', made.event, 'from_status', made.from_status,
                                                                   'to_status', made.to_status, 'at', made.at, 'note', made.note)));
  RETURN made.event_number;
END;
$$;

COMMENT ON FUNCTION equity.record_event(bigint, text, timestamptz, text) IS
  'Records what happened to an award (บันทึกเหตุการณ์ของทุน) and moves it by equity.award_transition: enrolled, suspended, resumed, left, graduated, terminated and so on. Reads the registry.';
