-- Opening and closing a round. The seed of the lottery is chosen before the round
-- opens and only its sha256 is published; closing the round reveals the seed. Nobody
-- can then choose a seed that suits somebody.

--- No rows when all is well. Before the round is opened they are what equity.open_round refuses;
--- and, which it only tells, that no scorecard of a programme asks for awards that people hold.
--- Afterwards they are what people who applied may want to know: groups with reserves to which
--- nobody belongs, groups claimed but not verified, applications that ask for nothing or were not
--- submitted.
---
--- Errors: P0002 no such round.
CREATE FUNCTION equity.round_gaps(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.problem
    FROM equity_internal.find_round(round_gaps.round_id) AS r
   CROSS JOIN LATERAL equity_internal.round_problems(r.round_id) AS p
   ORDER BY p.shuts DESC, p.problem COLLATE "C";
END;

COMMENT ON FUNCTION equity.round_gaps(bigint) IS
  'What keeps a draft round from opening, or is amiss in one that is open, one row a gap. Reads the registry.';

CREATE FUNCTION equity_internal.round_terms(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_build_object('mechanism', r.mechanism,
                            'tie_break', r.tie_break,
                            'tie_field', r.tie_field,
                            'seed_commitment', r.seed_commitment,
                            'opens_at', to_char(r.opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                            'closes_at', to_char(r.closes_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                            'rules', equity_internal.rule_digests(r.round_id))
    FROM equity.round AS r
   WHERE r.round_id = round_terms.round_id;
END;

COMMENT ON FUNCTION equity_internal.round_terms(bigint) IS
  'By what a round is decided, as it is now and as the audit trail keeps it: mechanism, tie break, tie field, commitment, dates in UTC, and the digests of its rules (equity_internal.round_rules).';

--- event_id: as they were announced when that event was appended.
CREATE FUNCTION equity_internal.announced_rules(round_id bigint, event_id bigint DEFAULT NULL) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT e.detail
    FROM equity.audit_event AS e
   WHERE e.round_id = announced_rules.round_id
     AND e.operation IN ('open_round', 'amend_round')
     AND e.detail ? 'rules'
     AND (announced_rules.event_id IS NULL OR e.event_id < announced_rules.event_id)
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.announced_rules(bigint, bigint) IS
  'equity_internal.round_terms of a round as it was opened or last amended, by the audit trail; NULL when the trail does not say.';

CREATE FUNCTION equity_internal.keep_rule_texts(round_id bigint) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  INSERT INTO equity.digest_source (digest, content)
  SELECT equity.text_digest(r.content), r.content
    FROM equity_internal.round_rules(keep_rule_texts.round_id) AS r
   ORDER BY 1
  ON CONFLICT DO NOTHING;
END;

COMMENT ON FUNCTION equity_internal.keep_rule_texts(bigint) IS
  'Keeps the texts of the rules of a round as they are now (equity.digest_source), so that a change of them can be told.';

--- Seals the scorecards of the round. From then on the rules are fixed (cards, quotas, pools,
--- reserves, ceilings, mechanism, tie_break, tie_field and dates) and change only after
--- equity.amend_round. A second call with the same commitment changes nothing.
---
--- Errors: P0002 no such round; 22023 malformed commitment; 55000 not a draft, or something
--- is missing or wrong (see equity.round_gaps); 22023, 23P01 a scorecard cannot be sealed
--- (see equity.seal_scorecard); 55P03 another operation is at work on the round.
CREATE FUNCTION equity.open_round(round_id bigint, commitment text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  gaps text;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.open_round(open_round.round_id, open_round.commitment);
    RETURN;
  END IF;
  IF commitment IS NULL OR commitment !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'commitment is not a sha256 in 64 lower-case hexadecimal digits',
      DETAIL = format('It has %s characters.', coalesce(length(commitment), 0)),
      HINT = 'Choose a secret seed, keep it, and pass equity.commitment(seed).';
  END IF;

  this_round := equity_internal.lock_round(open_round.round_id);
  IF this_round.status <> 'draft' AND this_round.seed_commitment = commitment THEN
    RAISE NOTICE 'round % is open already: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  IF this_round.status <> 'draft' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s is %s', this_round.round_id, this_round.status),
      DETAIL = 'It was opened with another commitment.',
      HINT = 'A published commitment cannot be changed: make a new round for another seed.';
  END IF;

  SELECT string_agg(p.problem, '; ' ORDER BY p.problem COLLATE "C") INTO gaps
    FROM equity_internal.round_problems(this_round.round_id) AS p
   WHERE p.shuts;
  IF gaps IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s is not ready to open', this_round.round_id),
      DETAIL = format('What is missing or wrong: %s.', gaps),
      HINT = format('equity.round_gaps(%s) lists what is missing or wrong in equity.round, equity.round_programme, equity.seat_pool, equity.pool_reserve, equity.seat_cap and the scorecards.', this_round.round_id);
  END IF;
  FOR gaps IN
    SELECT p.problem
      FROM equity_internal.round_problems(this_round.round_id) AS p
     ORDER BY p.problem COLLATE "C"
  LOOP
    RAISE NOTICE 'round %: %', this_round.round_id, gaps;
  END LOOP;

  UPDATE equity.round AS r
     SET status = 'open',
         seed_commitment = open_round.commitment
   WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity_internal.keep_rule_texts(this_round.round_id);
  PERFORM equity.audit_append('open_round', this_round.round_id, NULL, equity_internal.round_terms(this_round.round_id));
END;
$$;

COMMENT ON FUNCTION equity.open_round(bigint, text) IS
  'Opens a draft round for applications and publishes the commitment, the sha256 of the secret lottery seed in 64 hexadecimal digits (see equity.commitment). Reads the registry.';

CREATE FUNCTION equity_internal.seal_cards(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  PERFORM equity.seal_scorecard(v.card_code, v.version)
     FROM (SELECT d.card_code, d.version
             FROM equity.scorecard_version AS d
            WHERE d.sealed_at IS NULL
              AND (d.card_code, d.version) IN (SELECT rp.card_code, rp.card_version
                                                 FROM equity.round_programme AS rp
                                                WHERE rp.round_id = seal_cards.round_id)
            ORDER BY d.card_code COLLATE "C", d.version) AS v;
END;
$$;

COMMENT ON FUNCTION equity_internal.seal_cards(bigint) IS
  'Seals the scorecards of a round with equity.seal_scorecard, so that they cannot change while people apply. Errors: those of equity.seal_scorecard.';

CREATE FUNCTION equity_internal.mark_late(this_round equity.round) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  changed bigint;
BEGIN
  UPDATE equity.application AS a
     SET late = NOT a.late
   WHERE a.round_id = this_round.round_id
     AND a.late IS DISTINCT FROM coalesce(a.status = 'submitted' AND a.late_reason IS NULL AND a.submitted_at > this_round.closes_at, false);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END;
$$;

COMMENT ON FUNCTION equity_internal.mark_late(equity.round) IS
  'Sets equity.application.late of the applications to a round: submitted after its closes_at, and not accepted late. Returns how many it changed.';

CREATE FUNCTION equity_internal.choice_query(round_id bigint) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN format('SELECT c.applicant_id, c.pool_id, c.choice FROM equity.choice AS c'
              ' JOIN equity.entry AS e ON e.applicant_id = c.applicant_id AND e.round_id = c.round_id'
              ' WHERE c.round_id = %1$s AND e.round_id = %1$s', round_id);

COMMENT ON FUNCTION equity_internal.choice_query(bigint) IS
  'The query for who asks for what in a round: each choice of the applications that take part, fully qualified.';

--- Tells in which pool two states differ.
CREATE FUNCTION equity_internal.round_application_pools(round_id bigint) RETURNS TABLE (pool_id bigint, choices bigint, digest text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.pool_id, p.lines, p.digest
    FROM equity_internal.choice_pages(equity_internal.choice_query(round_application_pools.round_id)) AS p
   WHERE NOT p.whole;
END;

COMMENT ON FUNCTION equity_internal.round_application_pools(bigint) IS
  'Digest, pool by pool, of who asks for what in a round now: pool, number of choices of applications that take part, and the sha256 in hexadecimal of their lines "applicant_id,choice" in order of applicant_id, each ending with a line feed.';

CREATE FUNCTION equity_internal.choices_digest(round_id bigint, OUT choices numeric, OUT digest text)
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT p.lines, p.digest
    FROM equity_internal.choice_pages(equity_internal.choice_query(choices_digest.round_id)) AS p
   WHERE p.whole;
END;

COMMENT ON FUNCTION equity_internal.choices_digest(bigint) IS
  'How many choices the applications that take part in a round have, and the digest that equity.round_application_digest describes.';

CREATE FUNCTION equity_internal.application_record(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT jsonb_strip_nulls(jsonb_build_object('applications', e.entries,
                                              'without_choices', nullif(e.without_choices, 0),
                                              'late', nullif(e.late, 0),
                                              'choices', d.choices,
                                              'application_digest', d.digest))
    FROM equity_internal.count_entries(application_record.round_id) AS e
   CROSS JOIN equity_internal.choices_digest(application_record.round_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.application_record(bigint) IS
  'What the audit trail keeps of who applied: numbers of applications that take part, of their choices, of those without choices and of those that came late, and the digest that equity.round_application_digest describes.';

--- What people answered plays no part: answers may be corrected, and scoring again is
--- audited.
---
--- Errors: P0002 no such round.
CREATE FUNCTION equity.round_application_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT d.digest
    FROM equity_internal.find_round(round_application_digest.round_id) AS r
   CROSS JOIN LATERAL equity_internal.choices_digest(r.round_id) AS d;
END;

COMMENT ON FUNCTION equity.round_application_digest(bigint) IS
  'Digest of who asks for what in a round now, in hexadecimal: the sha256 of the lines "pool_id,digest" of equity_internal.round_application_pools in order of pool_id, each ending with a line feed. A pool that nobody asks for has no line. Reads the registry.';

CREATE FUNCTION equity_internal.fixed_application_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT e.detail ->> 'application_digest'
    FROM equity.audit_event AS e
   WHERE e.round_id = fixed_application_digest.round_id
     AND e.operation IN ('close_round', 'accept_late', 'amend_round')
     AND e.detail ? 'application_digest'
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.fixed_application_digest(bigint) IS
  'Digest of the applications and choices of a round (equity.round_application_digest) as they were when it was closed, last amended or last accepted a late one, by the audit trail; NULL when the trail does not say.';

--- A second call with the same seed changes nothing. Before closes_at a round closes only with a
--- reason, as early, which stays in the audit trail. NOTICEs count submitted applications that
--- came after closes_at and do not take part (equity.accept_late), and those that ask for no
--- seat pool.
---
--- Errors: P0002 no such round; 22023 the seed is NULL or does not match; 55000 the round was
--- never opened, or closes_at has not come; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.close_round(round_id bigint, seed text, early text DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
  entered jsonb;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.close_round(close_round.round_id, close_round.seed, close_round.early);
    RETURN;
  END IF;
  this_round := equity_internal.lock_round(close_round.round_id);
  IF this_round.status = 'draft' THEN
    PERFORM equity_internal.require_status(this_round, 'close_round', 'open');
  END IF;
  IF seed IS NULL OR equity.commitment(seed) IS DISTINCT FROM this_round.seed_commitment THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('seed does not match the commitment of round %s', this_round.round_id),
      DETAIL = CASE WHEN seed IS NULL THEN 'The given seed is NULL.'
                    ELSE format('The commitment is %s, that of the given seed is %s.', this_round.seed_commitment, equity.commitment(seed)) END,
      HINT = 'Pass the seed whose equity.commitment(seed) was published when the round was opened.';
  END IF;
  IF this_round.status <> 'open' THEN
    RAISE NOTICE 'round % is closed already: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  IF this_round.closes_at > clock_timestamp() AND coalesce(btrim(early), '') = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('applications to round %s have not closed', this_round.round_id),
      DETAIL = format('It was announced that they close at %s.', this_round.closes_at),
      HINT = format('Wait, or say who decided it and why: equity.close_round(%s, seed, early => ''reason'').', this_round.round_id);
  END IF;

  PERFORM equity_internal.require_quotas(this_round);
  UPDATE equity.round AS r
     SET status = 'closed',
         seed = close_round.seed
   WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.report_progress('close_round', this_round.round_id, 'marking who is late');
  PERFORM equity_internal.mark_late(this_round);
  PERFORM equity_internal.report_progress('close_round', this_round.round_id, 'fixing who asks for what');
  entered := equity_internal.application_record(this_round.round_id);
  PERFORM equity.audit_append('close_round', this_round.round_id, NULL,
                              jsonb_build_object('seed', seed) || entered
                              || CASE WHEN this_round.closes_at > clock_timestamp() THEN jsonb_build_object('early', early) ELSE '{}' END);
  IF entered ? 'late' THEN
    RAISE NOTICE '% submitted applications to round % came too late and take no part', entered ->> 'late', this_round.round_id
      USING HINT = 'equity.accept_late(application_id, reason) lets one take part.';
  END IF;
  IF entered ? 'without_choices' THEN
    RAISE NOTICE '% applications to round % ask for no seat pool', entered ->> 'without_choices', this_round.round_id;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity.close_round(bigint, text, text) IS
  'Closes an open round and reveals the seed of its lottery, whose sha256 must be the published commitment. Who asks for what is fixed by its digest in the audit trail (equity.round_application_digest); later changes need equity.amend_round. Reads the registry.';

--- When others are late than before, runs and scores are of other people: unpublished runs are
--- superseded, and the round must be scored again. The record is empty while the round is open,
--- whose closing takes it, and after publication.
CREATE FUNCTION equity_internal.retake_applications(this_round equity.round) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  changed bigint := equity_internal.mark_late(this_round);
BEGIN
  IF this_round.status IN ('open', 'published') THEN
    RETURN '{}';
  END IF;
  IF changed > 0 THEN
    PERFORM equity_internal.supersede_runs(this_round.round_id);
    UPDATE equity.round AS r SET status = 'closed' WHERE r.round_id = this_round.round_id;
  END IF;
  RETURN equity_internal.application_record(this_round.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.retake_applications(equity.round) IS
  'Marks who is late in a round by its closes_at, and returns equity_internal.application_record of those who take part from now on, for the audit trail.';

--- The reason says who decided and why, without personal data. In a round that is closed already
--- the applications as they are at the call count from then on, as with equity.amend_round, and
--- the round must be scored again. An application that is not late, or is accepted already, is
--- left as it is.
---
--- Errors: P0002 no such application; 22023 no reason; 55000 it was not submitted, or the round
--- is draft or published; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.accept_late(application_id bigint, reason text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  late equity.application;
  this_round equity.round;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.accept_late(accept_late.application_id, accept_late.reason);
    RETURN;
  END IF;
  PERFORM equity_internal.require_words(
    reason, 'accepting a late application needs a reason',
    'Say who decided it and why, without personal data: the reason stays in the audit trail.');
  SELECT a.* INTO late FROM equity.application AS a WHERE a.application_id = accept_late.application_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('application %s does not exist', coalesce(accept_late.application_id::text, 'NULL')),
      HINT = 'The ids are in equity.application.';
  END IF;
  this_round := equity_internal.lock_round(late.round_id);
  PERFORM equity_internal.require_status(this_round, 'accept_late', 'open', 'closed', 'scored', 'allocated', 'verified');
  IF late.status <> 'submitted' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('application %s is %s', late.application_id, late.status),
      HINT = 'Only a submitted application can be accepted.';
  END IF;

  IF late.late_reason IS NOT NULL OR late.submitted_at <= this_round.closes_at OR this_round.closes_at IS NULL THEN
    RAISE NOTICE 'application % is %: nothing was changed', late.application_id,
      CASE WHEN late.late_reason IS NULL THEN 'not late' ELSE 'accepted already' END;
    RETURN;
  END IF;

  PERFORM equity_internal.mark_late(this_round);
  UPDATE equity.application AS a
     SET late_reason = accept_late.reason
   WHERE a.application_id = late.application_id;
  PERFORM equity.audit_append('accept_late', this_round.round_id, NULL,
                              jsonb_build_object('application_id', late.application_id, 'reason', reason)
                              || equity_internal.retake_applications(this_round));
END;
$$;

COMMENT ON FUNCTION equity.accept_late(bigint, text) IS
  'Lets an application take part that was submitted after its round''s closes_at, and leaves the reason in the audit trail. Reads the registry.';

--- The note says who decided and why, without personal data. What follows in the same
--- transaction may change the rules of the round (equity.round_programme, seat_pool,
--- pool_reserve, seat_cap; mechanism, tie_break, tie_field and dates of equity.round), and each
--- statement that does leaves before and after in the audit trail. In a round that is closed
--- the applications and choices as they are at the call count from then on, after a late
--- withdrawal or a decision by hand; until then verification finds applications_changed.
--- Score and allocate again afterwards. After publication only pools, reserves, ceilings and
--- quotas can change, for the next refill, and no pool gets fewer seats than were given.
---
--- Errors: P0002 no such round; 22023 no note; 55000 not opened yet; 55P03 another operation is
--- at work on the round.
CREATE FUNCTION equity.amend_round(round_id bigint, note text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_round equity.round;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.amend_round(amend_round.round_id, amend_round.note);
    RETURN;
  END IF;
  PERFORM equity_internal.require_words(
    note, 'amending a round needs a note',
    'Say who decided it and why, without personal data: the note stays in the audit trail.');

  this_round := equity_internal.lock_round(amend_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'amend_round', 'open', 'closed', 'scored', 'allocated', 'verified', 'published');
  PERFORM equity.audit_append('amend_round', this_round.round_id, NULL,
                              jsonb_build_object('note', note, 'transaction', pg_current_xact_id()::text)
                              || equity_internal.retake_applications(this_round));
END;
$$;

COMMENT ON FUNCTION equity.amend_round(bigint, text) IS
  'Opens the rules of a round that is no draft to changes in the rest of the transaction, and takes its applications as they are now for those that count; the note stays in the audit trail for everybody to see. Reads the registry.';
