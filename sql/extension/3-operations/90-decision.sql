-- What becomes of an offer: it is accepted, declined, expires or is withdrawn. A decision shares the
-- awards of its round with all other decisions. A refill, which must see each decision whole or not
-- at all, takes them for itself.
--
-- Always in this order: the awards of the round, the audit trail, the award. Whoever has an award has the trail
-- too, so however many awards transactions of one round decide, in whatever order, they wait in one
-- line and never in a circle.
--
-- The time of a decision is an argument, so that a letter that came in time and was entered late
-- counts from the day it came. The audit trail has the clock's time.

CREATE FUNCTION equity_internal.lock_award(award_id bigint) RETURNS equity.award
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  -- the round first: who waits for a refill must not hold what the refill waits for
  PERFORM equity_internal.lock_awards_shared(w.round_id)
     FROM equity.award AS w
    WHERE w.award_id = lock_award.award_id
      AND w.round_id IS NOT NULL;
  PERFORM equity_internal.lock_audit();
  SELECT w.* INTO this_award
    FROM equity.award AS w
   WHERE w.award_id = lock_award.award_id
     FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('award %s does not exist', coalesce(lock_award.award_id::text, 'NULL')),
      HINT = 'The ids are in equity.award.';
  END IF;
  RETURN this_award;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_award(bigint) IS
  'Locks an award until the end of the transaction, waiting for any other decision, and returns its row. Error P0002 when there is no such award.';

CREATE FUNCTION equity_internal.require_decision_time(this_award equity.award, operation text, at timestamptz) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF at IS NULL OR at < this_award.offered_at THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('award %s cannot be decided at %s', this_award.award_id, coalesce(at::text, 'NULL')),
      DETAIL = format('It was offered at %s.', this_award.offered_at),
      HINT = 'Pass the time of the decision, or nothing for now.';
  END IF;
  PERFORM equity_internal.require_past_time(operation, at);
END;
$$;

COMMENT ON FUNCTION equity_internal.require_decision_time(equity.award, text, timestamptz) IS
  'Raises 22023 when the time of a decision is NULL, before the offer or in the future.';

CREATE FUNCTION equity_internal.require_award_status(this_award equity.award, operation text, VARIADIC allowed text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF this_award.status = ANY (allowed) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('award %s is %s', this_award.award_id, this_award.status),
    DETAIL = format('%s needs an award that is %s.', operation, array_to_string(allowed, ' or ')),
    HINT = CASE
             WHEN this_award.status = 'accepted' THEN format('Give it back with equity.withdraw_award(%s, note).', this_award.award_id)
             WHEN this_award.status IN ('studying', 'suspended')
               THEN format('Who studies leaves by an event: SELECT equity.record_event(%s, ''left'', note => ''why'').', this_award.award_id)
             WHEN this_award.status IN ('declined', 'expired', 'withdrawn') THEN 'Its seat goes to somebody else: equity.refill_round(round).'
             ELSE 'The history of the award is in equity.award_event.'
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_award_status(equity.award, text, text[]) IS
  'Raises 55000 unless the award has one of the statuses that the decision needs.';

CREATE FUNCTION equity_internal.record_decision(this_award equity.award, operation text, event text, status text, decision text, at timestamptz, note text)
  RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at, note)
  VALUES (this_award.award_id, event, this_award.status, record_decision.status, session_user, record_decision.at, record_decision.note);
  UPDATE equity.award AS w
     SET decision = record_decision.decision,
         decided_at = record_decision.at
   WHERE w.award_id = this_award.award_id;
  PERFORM equity.audit_append(operation, this_award.round_id, this_award.run_id,
                              jsonb_strip_nulls(jsonb_build_object('award', this_award.award_id, 'from_status', this_award.status,
                                                                   'decision', record_decision.decision, 'at', record_decision.at,
                                                                   'note', record_decision.note)));
END;
$$;

COMMENT ON FUNCTION equity_internal.record_decision(equity.award, text, text, text, text, timestamptz, text) IS
  'Records a decision as an event, which moves the award, and in the audit trail.';

--- at is when the applicant accepted, now by default; it must be before the offer ends. A
--- second call with the same decision changes nothing, with the other one it changes the
--- decision. Waits for decisions of others that are not committed yet, and for a refill of
--- its round: one transaction may decide many awards of one round in any order; with awards
--- of two rounds it can meet a refill in a deadlock (40P01), and is run again.
---
--- Errors: P0002 no such award; 22023 another decision, or a time before the offer or in the
--- future; 55000 the offer has ended, or the award is neither offered nor accepted.
CREATE FUNCTION equity.accept_award(award_id bigint, decision text DEFAULT 'freeze', at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.accept_award(accept_award.award_id, accept_award.decision, accept_award.at);
    RETURN;
  END IF;
  IF decision IS NULL OR decision NOT IN ('freeze', 'float') THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = CASE WHEN decision IS NULL THEN 'decision is NULL' ELSE format('unrecognized decision "%s"', equity_internal.excerpt(decision)) END,
      HINT = 'freeze keeps this seat for good; float keeps it and may move up to a choice that is wanted more.';
  END IF;
  this_award := equity_internal.lock_award(accept_award.award_id);
  IF this_award.status = 'accepted' AND this_award.decision = accept_award.decision THEN
    RAISE NOTICE 'award % is accepted already: nothing was changed', this_award.award_id;
    RETURN;
  END IF;

  PERFORM equity_internal.require_award_status(this_award, 'accept_award', 'offered', 'accepted');
  PERFORM equity_internal.require_decision_time(this_award, 'accept_award', at);
  IF this_award.status = 'offered' AND this_award.offer_expires_at <= at THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the offer of award %s has ended', this_award.award_id),
      DETAIL = format('It ended at %s.', this_award.offer_expires_at),
      HINT = 'An acceptance that came in time counts from then: pass that time as at. Otherwise the seat goes to somebody else.';
  END IF;
  PERFORM equity_internal.record_decision(this_award, 'accept_award', CASE this_award.status WHEN 'offered' THEN 'accepted' ELSE 'decided' END,
                                 'accepted', accept_award.decision, at, NULL);
END;
$$;

COMMENT ON FUNCTION equity.accept_award(bigint, text, timestamptz) IS
  'Accepts an offer. decision: freeze (the default) keeps this seat and asks for nothing else; float keeps it and moves up when a refill has a seat of a choice that is wanted more. Reads the registry.';

--- A second call changes nothing. Waits as equity.accept_award does.
---
--- Errors: P0002 no such award; 22023 a time before the offer or in the future; 55000 the
--- award is not offered (an accepted one is given back with equity.withdraw_award).
CREATE FUNCTION equity.decline_award(award_id bigint, at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.decline_award(decline_award.award_id, decline_award.at);
    RETURN;
  END IF;
  this_award := equity_internal.lock_award(decline_award.award_id);
  IF this_award.status = 'declined' THEN
    RAISE NOTICE 'award % is declined already: nothing was changed', this_award.award_id;
    RETURN;
  END IF;
  PERFORM equity_internal.require_award_status(this_award, 'decline_award', 'offered');
  PERFORM equity_internal.require_decision_time(this_award, 'decline_award', at);
  PERFORM equity_internal.record_decision(this_award, 'decline_award', 'declined', 'declined', NULL, at, NULL);
END;
$$;

COMMENT ON FUNCTION equity.decline_award(bigint, timestamptz) IS
  'Declines an offer: the next equity.refill_round gives its seat to somebody else, and the applicant takes no further part in the round. at is when the applicant declined, now by default. Reads the registry.';

--- The note says who decided and why, without personal data, and stays in the audit trail; at
--- is when, now by default. A second call changes nothing. Waits as equity.accept_award does.
---
--- Errors: P0002 no such award; 22023 no note, or a time before the offer or in the future;
--- 55000 neither offered nor accepted.
CREATE FUNCTION equity.withdraw_award(award_id bigint, note text, at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_award equity.award;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.withdraw_award(withdraw_award.award_id, withdraw_award.note, withdraw_award.at);
    RETURN;
  END IF;
  PERFORM equity_internal.require_words(
    note, 'withdrawing an award needs a note',
    'Say who decided it and why, without personal data: the note stays in the audit trail.');
  this_award := equity_internal.lock_award(withdraw_award.award_id);
  IF this_award.status = 'withdrawn' THEN
    RAISE NOTICE 'award % is withdrawn already: nothing was changed', this_award.award_id;
    RETURN;
  END IF;
  PERFORM equity_internal.require_award_status(this_award, 'withdraw_award', 'offered', 'accepted');
  PERFORM equity_internal.require_decision_time(this_award, 'withdraw_award', at);
  PERFORM equity_internal.record_decision(this_award, 'withdraw_award', 'withdrawn', 'withdrawn', this_award.decision, at, withdraw_award.note);
END;
$$;

COMMENT ON FUNCTION equity.withdraw_award(bigint, text, timestamptz) IS
  'Takes back an award that is offered or accepted, because its holder gave it up or the committee decided so: the next equity.refill_round gives its seat to somebody else, and the applicant takes no further part in the round. Reads the registry.';

--- Waits for decisions that are not committed yet, and for a refill of a round concerned; an
--- offer whose row somebody holds by hand is left to them.
---
--- Errors: 22023 at is in the future.
CREATE FUNCTION equity.expire_offers(at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  due_rounds bigint[] := ARRAY(SELECT DISTINCT w.round_id
                                 FROM equity.award AS w
                                WHERE w.status = 'offered'
                                  AND w.offer_expires_at <= expire_offers.at
                                ORDER BY w.round_id);
  done record;
  total bigint := 0;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.expire_offers(expire_offers.at);
  END IF;
  PERFORM equity_internal.require_past_time('expire_offers', expire_offers.at);
  PERFORM equity_internal.lock_awards_shared(d.round_id)
     FROM unnest(due_rounds) AS d (round_id)
    WHERE d.round_id IS NOT NULL;
  IF due_rounds = '{}' THEN
    RETURN 0;
  END IF;
  PERFORM equity_internal.lock_audit();

  FOR done IN
    WITH due AS MATERIALIZED (
      SELECT w.award_id, w.round_id
        FROM equity.award AS w
       WHERE w.status = 'offered'
         AND w.offer_expires_at <= expire_offers.at
         AND (w.round_id IS NULL OR w.round_id = ANY (due_rounds))
         FOR NO KEY UPDATE SKIP LOCKED   -- a row held by hand is left to its holder
    ), told AS (
      INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, at)
      SELECT d.award_id, 'expired', 'offered', 'expired', session_user, expire_offers.at
        FROM due AS d
       ORDER BY d.award_id
    )
    SELECT d.round_id, count(*) AS offers FROM due AS d GROUP BY d.round_id ORDER BY d.round_id
  LOOP
    PERFORM equity.audit_append('expire_offers', done.round_id, NULL,
                                jsonb_build_object('at', expire_offers.at, 'offers', done.offers));
    total := total + done.offers;
  END LOOP;
  RETURN total;
END;
$$;

COMMENT ON FUNCTION equity.expire_offers(timestamptz) IS
  'Ends all offers, of every round, that nobody accepted or declined and that end at the given time or before; returns how many. A second call finds none. Reads the registry.';
