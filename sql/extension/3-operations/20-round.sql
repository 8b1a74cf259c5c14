-- Opening and closing a round. The seed of the lottery is chosen before the round
-- opens and only its sha256 is published; closing the round reveals the seed. Nobody
-- can then choose a seed that suits somebody.

--- Gaps are programmes, scorecards or seats that are missing, seats beyond the quota of a
--- programme, reserves beyond the seats of a pool or for groups that nobody can belong to,
--- ceilings that are no tree, and what the mechanism or the tie break cannot honour.
---
--- No rows when nothing does.
CREATE FUNCTION equity.round_gaps(round_id bigint) RETURNS TABLE (gap text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT 'no programme takes part in it'
   WHERE NOT EXISTS (SELECT FROM equity.round_programme AS rp WHERE rp.round_id = round_gaps.round_id)
  UNION ALL
  SELECT format('programme %s has no scorecard', rp.programme_code)
    FROM equity.round_programme AS rp
   WHERE rp.round_id = round_gaps.round_id
     AND NOT EXISTS (SELECT FROM equity.scorecard_version AS v
                      WHERE v.card_code = rp.card_code
                        AND v.version = rp.card_version)
  UNION ALL
  SELECT format('programme %s has a scorecard without rules', rp.programme_code)
    FROM equity.round_programme AS rp
    JOIN equity.scorecard_version AS v
      ON v.card_code = rp.card_code
     AND v.version = rp.card_version
   WHERE rp.round_id = round_gaps.round_id
     AND v.card IS NULL
     AND NOT EXISTS (SELECT FROM equity.criterion AS c
                      WHERE c.card_code = v.card_code
                        AND c.version = v.version)
  UNION ALL
  SELECT format('programme %s has no seats', rp.programme_code)
    FROM equity.round_programme AS rp
   WHERE rp.round_id = round_gaps.round_id
     AND NOT EXISTS (SELECT FROM equity.seat_pool AS p
                      WHERE p.round_id = rp.round_id
                        AND p.programme_code = rp.programme_code
                        AND p.seats > 0)
  UNION ALL
  SELECT format('programme %s has %s seats, more than its quota of %s', rp.programme_code, sum(p.seats), rp.quota)
    FROM equity.round_programme AS rp
    JOIN equity.seat_pool AS p
      ON p.round_id = rp.round_id
     AND p.programme_code = rp.programme_code
   WHERE rp.round_id = round_gaps.round_id
   GROUP BY rp.programme_code, rp.quota
  HAVING sum(p.seats) > rp.quota
  UNION ALL
  SELECT g.gap FROM equity_internal.reserve_problems(round_gaps.round_id) AS g
  UNION ALL
  SELECT g.gap FROM equity_internal.cap_problems(round_gaps.round_id) AS g
  UNION ALL
  SELECT g.gap FROM equity_internal.mechanism_problems(round_gaps.round_id) AS g;
END;

COMMENT ON FUNCTION equity.round_gaps(bigint) IS
  'What keeps a round from opening, one row for each gap.';

--- Seals the scorecards of the round; they, mechanism, tie_break, tie_field and commitment
--- are fixed from then on. A second call with the same commitment changes nothing.
---
--- Errors: P0002 no such round; 22023 malformed commitment; 55000 not a draft, or something
--- is missing or wrong (see equity.round_gaps); 22023, 23P01 a scorecard cannot be sealed
--- (see equity.seal_scorecard); 55P03 another operation is at work on the round.
CREATE FUNCTION equity.open_round(round_id bigint, commitment text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  this_round equity.round;
  gaps text;
BEGIN
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

  SELECT string_agg(g.gap, '; ' ORDER BY g.gap COLLATE "C") INTO gaps
    FROM equity.round_gaps(this_round.round_id) AS g;
  IF gaps IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round %s is not ready to open', this_round.round_id),
      DETAIL = format('What is missing or wrong: %s.', gaps),
      HINT = 'Complete or correct equity.round, equity.round_programme, equity.seat_pool, equity.pool_reserve and equity.seat_cap: equity.round_gaps(round) lists what is missing or wrong.';
  END IF;

  UPDATE equity.round AS r
     SET status = 'open',
         seed_commitment = open_round.commitment
   WHERE r.round_id = this_round.round_id;
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity.audit_append('open_round', this_round.round_id, NULL,
                              jsonb_build_object('mechanism', this_round.mechanism,
                                                 'tie_break', this_round.tie_break,
                                                 'tie_field', this_round.tie_field,
                                                 'seed_commitment', commitment,
                                                 'rules', equity_internal.rule_digests(this_round.round_id)));
END;
$$;

COMMENT ON FUNCTION equity.open_round(bigint, text) IS
  'Opens a draft round for applications and publishes the commitment, the sha256 of the secret lottery seed in 64 hexadecimal digits (see equity.commitment).';

CREATE FUNCTION equity_internal.seal_cards(round_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
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

--- Tells in which pool two states differ.
CREATE FUNCTION equity_internal.round_application_pools(round_id bigint) RETURNS TABLE (pool_id bigint, choices bigint, digest text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
  SET enable_nestloop = off
  SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY
  SELECT c.pool_id,
         count(*),
         equity.text_digest(string_agg(concat(c.applicant_id, ',', c.choice, E'\n'), '' ORDER BY c.applicant_id))
    FROM equity.choice AS c
    JOIN equity.application AS a
      ON a.applicant_id = c.applicant_id
     AND a.round_id = c.round_id
   WHERE c.round_id = round_application_pools.round_id
     AND a.round_id = round_application_pools.round_id
     AND a.status = 'submitted'
   GROUP BY c.pool_id;
END;
$$;

COMMENT ON FUNCTION equity_internal.round_application_pools(bigint) IS
  'Digest, pool by pool, of who asks for what in a round now: pool, number of choices of submitted applications, and the sha256 in hexadecimal of their lines "applicant_id,choice" in order of applicant_id, each ending with a line feed.';

CREATE FUNCTION equity_internal.application_record(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT jsonb_build_object('applications', (SELECT count(*)
                                               FROM equity.application AS a
                                              WHERE a.round_id = application_record.round_id
                                                AND a.status = 'submitted'),
                            'choices', coalesce(sum(d.choices), 0),
                            'application_digest', equity.text_digest(
                              coalesce(string_agg(concat(d.pool_id, ',', d.digest, E'\n'), '' ORDER BY d.pool_id), '')))
    FROM equity_internal.round_application_pools(application_record.round_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.application_record(bigint) IS
  'What the audit trail keeps of who applied: numbers of submitted applications and of their choices, and the digest that equity.round_application_digest describes.';

--- What people answered plays no part: answers may be corrected, and scoring again is
--- audited.
CREATE FUNCTION equity.round_application_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT equity_internal.application_record(round_application_digest.round_id) ->> 'application_digest';
END;

COMMENT ON FUNCTION equity.round_application_digest(bigint) IS
  'Digest of who asks for what in a round now, in hexadecimal: the sha256 of the lines "pool_id,digest" of equity_internal.round_application_pools in order of pool_id, each ending with a line feed. A pool that nobody asks for has no line.';

CREATE FUNCTION equity_internal.announced_rules(round_id bigint) RETURNS jsonb
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT e.detail
    FROM equity.audit_event AS e
   WHERE e.round_id = announced_rules.round_id
     AND e.operation = 'open_round'
   ORDER BY e.event_id
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.announced_rules(bigint) IS
  'The rules with which a round was opened, by the audit trail; NULL when the trail does not say.';

CREATE FUNCTION equity_internal.fixed_application_digest(round_id bigint) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET row_security = off
BEGIN ATOMIC
  SELECT e.detail ->> 'application_digest'
    FROM equity.audit_event AS e
   WHERE e.round_id = fixed_application_digest.round_id
     AND e.operation IN ('close_round', 'amend_round')
   ORDER BY e.event_id DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.fixed_application_digest(bigint) IS
  'Digest of the applications and choices of a round (equity.round_application_digest) as they were when it was closed, or last amended, by the audit trail; NULL when the trail does not say.';

--- A second call with the same seed changes nothing.
---
--- Errors: P0002 no such round; 22023 the seed is NULL or does not match; 55000 the round was
--- never opened; 55P03 another operation is at work on the round.
CREATE FUNCTION equity.close_round(round_id bigint, seed text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  this_round equity.round;
BEGIN
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

  UPDATE equity.round AS r
     SET status = 'closed',
         seed = close_round.seed
   WHERE r.round_id = this_round.round_id;
  PERFORM equity.audit_append('close_round', this_round.round_id, NULL,
                              jsonb_build_object('seed', seed) || equity_internal.application_record(this_round.round_id));
END;
$$;

COMMENT ON FUNCTION equity.close_round(bigint, text) IS
  'Closes an open round and reveals the seed of its lottery, whose sha256 must be the published commitment. Who asks for what is fixed by its digest in the audit trail (equity.round_application_digest); later changes need equity.amend_round.';

--- Their digest and the note go to the audit trail for everybody to see. Until then
--- verification finds applications_changed.
---
--- The note says who decided and why, without personal data. Score and allocate again
--- afterwards. A call when nothing has changed writes nothing.
---
--- Errors: P0002 no such round; 22023 no note; 55000 not closed yet, or published; 55P03
--- another operation is at work on the round.
CREATE FUNCTION equity.amend_round(round_id bigint, note text) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET row_security = off
AS $$
DECLARE
  this_round equity.round;
  present jsonb;
BEGIN
  IF note IS NULL OR btrim(note) = '' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'amending a round needs a note',
      HINT = 'Say who decided it and why, without personal data: the note stays in the audit trail.';
  END IF;

  this_round := equity_internal.lock_round(amend_round.round_id);
  PERFORM equity_internal.require_status(this_round, 'amend_round', 'closed', 'scored', 'allocated', 'verified');
  present := equity_internal.application_record(this_round.round_id);
  IF present ->> 'application_digest' = equity_internal.fixed_application_digest(this_round.round_id) THEN
    RAISE NOTICE 'the applications of round % are those that are fixed: nothing was changed', this_round.round_id;
    RETURN;
  END IF;
  PERFORM equity.audit_append('amend_round', this_round.round_id, NULL, present || jsonb_build_object('note', note));
END;
$$;

COMMENT ON FUNCTION equity.amend_round(bigint, text) IS
  'Takes the applications and choices of a closed round, as they are now, for those that count, after a late withdrawal or a decision by hand.';
