-- Renewal: after a term each scholar's facts (equity.term_facts) are put to the sealed card of the programme, whose
-- classes name the outcomes; what follows from an outcome is an event of the award. Only what is new or different
-- is written, so that renewing again changes nothing, and a late result changes what it touches.
--
-- Gates do not decide, the score does; a gate that is not met is the reason that people are told.

CREATE FUNCTION equity_internal.find_term(term_id bigint) RETURNS equity.academic_term
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  found_term equity.academic_term;
BEGIN
  SELECT t.* INTO found_term FROM equity.academic_term AS t WHERE t.term_id = find_term.term_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('term %s does not exist', coalesce(find_term.term_id::text, 'NULL')),
      HINT = 'The ids are in equity.academic_term.';
  END IF;
  RETURN found_term;
END;
$$;

COMMENT ON FUNCTION equity_internal.find_term(bigint) IS
  'Returns the row of a term. Error P0002 when there is no such term.';

CREATE FUNCTION equity_internal.lock_term(term_id bigint) RETURNS equity.academic_term
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_term equity.academic_term;
BEGIN
  PERFORM equity_internal.require_operator('academic_term');
  SELECT t.* INTO this_term
    FROM equity.academic_term AS t
   WHERE t.term_id = lock_term.term_id
     FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM equity_internal.find_term(lock_term.term_id);
    RAISE EXCEPTION USING
      ERRCODE = 'lock_not_available',
      MESSAGE = format('another operation is at work on term %s', lock_term.term_id),
      HINT = 'Run this again when that operation has ended.';
  END IF;
  RETURN this_term;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_term(bigint) IS
  'Locks a term until the end of the transaction and returns its row. Error 55P03 when another operation holds it, P0002 when there is no such term.';

CREATE FUNCTION equity_internal.require_closed(this_term equity.academic_term) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  today date := equity_internal.today();
BEGIN
  IF this_term.closes >= today THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('term %s is not closed', this_term.term_id),
      DETAIL = format('Its last day is %s, today is %s.', to_char(this_term.closes, 'YYYY-MM-DD'), to_char(today, 'YYYY-MM-DD')),
      HINT = 'Wait for its end; or, when the day is wrong, correct equity.academic_term.closes.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_closed(equity.academic_term) IS
  'Error 55000 unless the last day of a term is over, by the calendar of Thailand.';

-- Who is renewed after a term: whoever studies, whoever is suspended and has a result, and those whose
-- award this very renewal has moved.
CREATE FUNCTION equity_internal.renewed_awards(term_id bigint)
  RETURNS TABLE (award_id bigint, programme_code text, status text, outcome text, score numeric, reasons text[], card_digest text,
                 event_number bigint, status_before text)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
BEGIN ATOMIC
  SELECT w.award_id, w.programme_code, w.status, n.outcome, n.score, n.reasons, n.card_digest, n.event_number, e.from_status
    FROM equity_internal.award_term AS a
    JOIN equity.award AS w ON w.award_id = a.award_id
    LEFT JOIN equity.renewal AS n
      ON n.award_id = a.award_id
     AND n.term_id = a.term_id
    LEFT JOIN equity.award_event AS e                    -- the event of the renewal, if nothing has happened since
      ON e.award_id = n.award_id
     AND e.event_number = n.event_number
     AND NOT EXISTS (SELECT FROM equity.award_event AS later
                      WHERE later.award_id = e.award_id
                        AND later.event_number > e.event_number)
   WHERE a.term_id = renewed_awards.term_id
     AND (w.status = 'studying'
          OR w.status = 'suspended' AND a.reported
          OR e.award_id IS NOT NULL);
END;

COMMENT ON FUNCTION equity_internal.renewed_awards(bigint) IS
  'The awards to renew after a term, with what was decided before, and the status before the event of that decision when nothing has happened to the award since.';

-- Not grouped by the card itself: pg_upgrade makes functions before operator classes.
CREATE FUNCTION equity_internal.renewal_rules(this_term equity.academic_term)
  RETURNS TABLE (policy_id bigint, card_code text, version integer, digest text, card equity.scorecard, programmes text[])
  LANGUAGE sql STABLE PARALLEL SAFE
  SET enable_nestloop = off
BEGIN ATOMIC
  SELECT y.policy_id, v.card_code, v.version, v.digest, v.card, g.programmes
    FROM (SELECT equity_internal.policy_card(p.programme_code, 'renewal', this_term.academic_year) AS policy_id,
                 array_agg(p.programme_code) AS programmes
            FROM (SELECT DISTINCT a.programme_code FROM equity_internal.renewed_awards(this_term.term_id) AS a) AS p
           GROUP BY 1) AS g
    LEFT JOIN equity.programme_policy AS y
      ON y.policy_id = g.policy_id
    LEFT JOIN equity.scorecard_version AS v
      ON v.card_code = y.card_code
     AND v.version = y.card_version;
END;

COMMENT ON FUNCTION equity_internal.renewal_rules(equity.academic_term) IS
  'The cards that renew after a term, each with its programmes; one row without a card for programmes that have none.';

CREATE FUNCTION equity_internal.require_renewal_rules(this_term equity.academic_term) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  rule record;
BEGIN
  FOR rule IN SELECT r.* FROM equity_internal.renewal_rules(this_term) AS r LOOP
    IF rule.card IS NULL THEN
      RAISE EXCEPTION USING
        ERRCODE = 'object_not_in_prerequisite_state',
        MESSAGE = format('no card renews programme %s', rule.programmes[1]),
        DETAIL = format('Programmes with scholars in term %s and no policy: %s.', this_term.term_id, array_to_string(rule.programmes, ', ')),
        HINT = format('Seal a card for equity.term_facts and add a row to equity.programme_policy with purpose renewal and from_year %s or less.', this_term.academic_year);
    END IF;
    PERFORM equity_internal.require_clean_card(v, rule.card, 'equity.term_facts')
       FROM equity.scorecard_version AS v
      WHERE v.card_code = rule.card_code
        AND v.version = rule.version;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_renewal_rules(equity.academic_term) IS
  'Error 55000 when a programme with scholars in a term has no card of renewal, 22023 when one does not suit equity.term_facts.';

CREATE FUNCTION equity_internal.renewal_event(status text, outcome text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
         WHEN outcome = 'terminate' THEN 'terminated'
         WHEN outcome = 'suspend' THEN CASE WHEN status = 'studying' THEN 'suspended' END
         WHEN status = 'suspended' THEN 'resumed'
         WHEN outcome = 'warn' THEN 'warned'
         WHEN outcome = 'probation' THEN 'put_on_probation'
       END;

COMMENT ON FUNCTION equity_internal.renewal_event(text, text) IS
  'The event that an outcome causes to an award of a status: terminated, suspended, resumed, warned or put_on_probation; NULL for none.';

CREATE FUNCTION equity_internal.renewal_decisions(this_term equity.academic_term)
  RETURNS TABLE (award_id bigint, status text, outcome text, score numeric, reasons text[], card_code text, card_version integer,
                 card_digest text, eligible boolean, old_outcome text, old_event bigint, status_before text, changed boolean)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 100000
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off    -- a term that was just reported has no statistics
  SET jit = off
AS $$
DECLARE
  rule record;
BEGIN
  FOR rule IN SELECT r.* FROM equity_internal.renewal_rules(this_term) AS r LOOP
    RETURN QUERY
    SELECT d.award_id, d.status, (d.result).class, (d.result).score, (d.result).reasons, rule.card_code, rule.version, rule.digest,
           (d.result).eligible, d.outcome, d.event_number, d.status_before,
           (d.outcome, d.score, d.reasons, d.card_digest)
             IS DISTINCT FROM ((d.result).class, (d.result).score, (d.result).reasons, rule.digest)
      FROM (SELECT a.*, equity.assess(rule.card, f) AS result
              FROM equity_internal.renewed_awards(this_term.term_id) AS a
              JOIN equity.term_facts AS f
                ON f.award_id = a.award_id
               AND f.term_id = this_term.term_id
             WHERE a.programme_code = ANY (rule.programmes)
            OFFSET 0) AS d;                     -- assess once a row, not once a column
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.renewal_decisions(equity.academic_term) IS
  'What the cards say of everybody who is renewed after a term, beside what was decided before; the outcome is NULL while facts are missing.';

CREATE FUNCTION equity_internal.refuse_contradiction(award_id bigint, this_term equity.academic_term) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  decision equity.renewal;
BEGIN
  SELECT n.* INTO decision
    FROM equity.renewal AS n
   WHERE n.award_id = refuse_contradiction.award_id
     AND n.term_id = this_term.term_id;
  RAISE EXCEPTION USING
    ERRCODE = 'invalid_parameter_value',
    MESSAGE = format('scorecard "%s" version %s contradicts itself', decision.card_code, decision.card_version),
    DETAIL = format('Award %s does not meet a gate in term %s, and its score is in class continue.', decision.award_id, this_term.term_id),
    HINT = 'The classes decide, and gates give the reasons: make a new version whose score takes in what its gates ask.';
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_contradiction(bigint, equity.academic_term) IS
  'Raises 22023: a card lets an award continue that does not meet one of its gates.';

--- continued, warned, on_probation, suspended and terminated are how many there are after it; undetermined
--- those of whom a fact is missing, of whom nothing is decided or what was decided stays; changed how many
--- decisions are new or different. What has happened to an award since a decision stands: then a different
--- outcome is recorded without an event, and the next term's renewal takes it in.
---
--- Errors: P0002 no such term; 55000 the term is not closed, or a programme has no card; 22023 a card that does
--- not suit, or contradicts itself; 55P03 another operation is at work on the term; 40001 awards were changed
--- meanwhile.
CREATE FUNCTION equity.renew_term(term_id bigint,
                                  OUT continued bigint, OUT warned bigint, OUT on_probation bigint, OUT suspended bigint,
                                  OUT terminated bigint, OUT undetermined bigint, OUT changed bigint)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_term equity.academic_term;
  contradiction bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO continued, warned, on_probation, suspended, terminated, undetermined, changed
      FROM equity_internal.renew_term(renew_term.term_id) AS d;
    RETURN;
  END IF;
  this_term := equity_internal.lock_term(renew_term.term_id);
  PERFORM equity_internal.require_closed(this_term);
  PERFORM equity_internal.require_renewal_rules(this_term);
  PERFORM equity_internal.lock_all_awards_shared();
  PERFORM equity_internal.lock_audit();

  WITH decision AS MATERIALIZED (
    SELECT d.*, coalesce(d.status_before, d.status) AS base,
           d.changed AND d.outcome IS NOT NULL AND d.eligible IS NOT NULL AND d.score IS NOT NULL AS due,
           d.outcome IS DISTINCT FROM d.old_outcome AND (d.old_event IS NULL OR d.status_before IS NOT NULL) AS moves
      FROM equity_internal.renewal_decisions(this_term) AS d
  ), told AS (
    INSERT INTO equity.award_event (award_id, event, from_status, to_status, actor, note)
    SELECT s.award_id, s.event, s.from_status, t.to_status, session_user,
           concat_ws(': ', format('renewal after term %s/%s', this_term.academic_year, this_term.term), nullif(array_to_string(s.reasons, ', '), ''))
      FROM (SELECT d.award_id, d.reasons, v.step, v.event, v.from_status, v.to_status
              FROM decision AS d
             CROSS JOIN LATERAL (VALUES (1, CASE WHEN d.status_before IS NOT NULL THEN 'corrected' END, d.status, d.status_before),
                                        (2, equity_internal.renewal_event(d.base, d.outcome), d.base, NULL)) AS v (step, event, from_status, to_status)
             WHERE d.due
               AND d.moves
               AND v.event IS NOT NULL) AS s
      JOIN equity.award_transition AS t
        ON t.from_status = s.from_status
       AND t.event = s.event
       AND t.to_status = coalesce(s.to_status, t.to_status)
     ORDER BY s.award_id, s.step
    RETURNING award_event.award_id, award_event.event_number, award_event.event
  ), kept AS (
    INSERT INTO equity.renewal AS n (award_id, term_id, outcome, score, reasons, card_code, card_version, card_digest, event_number, decided_at)
    SELECT d.award_id, this_term.term_id, d.outcome, d.score, d.reasons, d.card_code, d.card_version, d.card_digest,
           CASE WHEN d.moves THEN t.event_number ELSE d.old_event END, now()
      FROM decision AS d
      LEFT JOIN told AS t
        ON t.award_id = d.award_id
       AND t.event <> 'corrected'
     WHERE d.due
    ON CONFLICT ON CONSTRAINT renewal_pkey DO UPDATE
       SET outcome = excluded.outcome,
           score = excluded.score,
           reasons = excluded.reasons,
           card_code = excluded.card_code,
           card_version = excluded.card_version,
           card_digest = excluded.card_digest,
           event_number = excluded.event_number,
           decided_at = excluded.decided_at
    RETURNING 1
  ), verdict AS (
    SELECT d.award_id, d.eligible,
           CASE WHEN d.eligible IS NOT NULL AND d.score IS NOT NULL THEN d.outcome END AS outcome
      FROM decision AS d
  )
  SELECT count(*) FILTER (WHERE v.outcome = 'continue'),
         count(*) FILTER (WHERE v.outcome = 'warn'),
         count(*) FILTER (WHERE v.outcome = 'probation'),
         count(*) FILTER (WHERE v.outcome = 'suspend'),
         count(*) FILTER (WHERE v.outcome = 'terminate'),
         count(*) FILTER (WHERE v.outcome IS NULL),
         (SELECT count(*) FROM kept),
         min(v.award_id) FILTER (WHERE v.outcome = 'continue' AND NOT v.eligible)
    INTO continued, warned, on_probation, suspended, terminated, undetermined, changed, contradiction
    FROM verdict AS v;
  IF contradiction IS NOT NULL THEN
    PERFORM equity_internal.refuse_contradiction(contradiction, this_term);
  END IF;
  IF changed = 0 THEN
    RAISE NOTICE 'term % is renewed already: nothing was changed', this_term.term_id;
    RETURN;
  END IF;
  PERFORM equity.audit_append('renew_term', NULL, NULL,
                              jsonb_build_object('term', this_term.term_id, 'continued', continued, 'warned', warned,
                                                 'on_probation', on_probation, 'suspended', suspended, 'terminated', terminated,
                                                 'undetermined', undetermined, 'changed', changed,
                                                 'cards', (SELECT jsonb_agg(r.digest ORDER BY r.digest) FROM equity_internal.renewal_rules(this_term) AS r)));
END;
$$;

COMMENT ON FUNCTION equity.renew_term(bigint) IS
  'Decides who keeps the award after a term (ต่อทุน) by the sealed card of each programme over equity.term_facts, writes equity.renewal and the events that follow, and returns how many have which outcome. Reads the registry.';
