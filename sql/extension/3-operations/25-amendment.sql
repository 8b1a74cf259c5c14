-- From its opening on the rules of a round are fixed: what equity_internal.round_rules lists and, of the round
-- itself, mechanism, tie_break, tie_field, opens_at and closes_at. The audit trail has them. Whoever
-- changes one of them in the same transaction after equity.amend_round leaves before and after in the
-- trail, and every other change is refused. The permission is the event of equity.amend_round itself, so it
-- cannot be had without leaving a note for everybody to see, and it ends with the transaction.
--
-- The triggers have the rights of the owner: whoever may change a rule leaves it in the audit trail, and needs no right
-- to write there, where a forged event would change what was announced.

CREATE FUNCTION equity_internal.is_amending(round_id bigint) RETURNS boolean
  LANGUAGE sql STABLE STRICT PARALLEL UNSAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM equity.audit_event AS e
                  WHERE e.round_id = is_amending.round_id
                    AND e.operation = 'amend_round'
                    AND e.detail ->> 'transaction' = pg_current_xact_id()::text
                    AND e.at >= now());
END;

COMMENT ON FUNCTION equity_internal.is_amending(bigint) IS
  'Whether equity.amend_round was called for a round in this transaction.';

CREATE FUNCTION equity_internal.refuse_rule_change(this_round equity.round, rules text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('the rules of round "%s" are fixed', this_round.round_code),
    DETAIL = format('The round is %s, and this would change what was announced: %s.', this_round.status, rules),
    HINT = format('Call equity.amend_round(%s, ''who decided, and why'') first, in the same transaction.', this_round.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_rule_change(equity.round, text) IS
  'Error 55000 that names what was to change.';

CREATE FUNCTION equity_internal.rule_changes(round_id bigint) RETURNS TABLE (rule text, key text, before_value text, after_value text)
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  WITH terms AS MATERIALIZED (
    SELECT equity_internal.announced_rules(rule_changes.round_id) AS announced,
           equity_internal.round_terms(rule_changes.round_id) AS present
  )
  SELECT coalesce(b.rule, n.rule), NULL, b.value, n.value
    FROM (SELECT e.key, e.value FROM terms AS t CROSS JOIN LATERAL jsonb_each_text(t.present - 'rules') AS e) AS n (rule, value)
    FULL JOIN (SELECT e.key, e.value
                 FROM terms AS t
                CROSS JOIN LATERAL jsonb_each_text(t.announced) AS e
                WHERE t.present - 'rules' ? e.key) AS b (rule, value)
      ON b.rule = n.rule
   WHERE b.value IS DISTINCT FROM n.value
  UNION ALL
  SELECT r.input, d.key, d.before_value, d.after_value
    FROM terms AS t
   CROSS JOIN LATERAL equity_internal.round_rules(rule_changes.round_id) AS r
   CROSS JOIN LATERAL equity_internal.diff_lines(equity.digest_text(t.announced #>> ARRAY['rules', r.input]), r.content) AS d
   WHERE t.announced #>> ARRAY['rules', r.input] IS DISTINCT FROM t.present #>> ARRAY['rules', r.input];
END;

COMMENT ON FUNCTION equity_internal.rule_changes(bigint) IS
  'Where the rules of a round are no longer those that the audit trail has: which rule, which line of it (pool, ceiling, programme), and its value before and after.';

--- After publication only seats, reserves, ceilings and quotas may change, for the next refill,
--- and no pool gets fewer seats than the published run has given.
CREATE FUNCTION equity_internal.require_change_after_publication(this_round equity.round) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  wrong text;
BEGIN
  SELECT string_agg(DISTINCT c.rule, ', ') INTO wrong
    FROM equity_internal.rule_changes(this_round.round_id) AS c
   WHERE c.rule NOT IN ('pools', 'reserves', 'caps', 'quotas');
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the awards of round "%s" are published', this_round.round_code),
      DETAIL = format('This would change by what they were given: %s.', wrong),
      HINT = 'After publication only pools, reserves, ceilings and quotas may change, for the next refill.';
  END IF;

  SELECT string_agg(format('pool %s has %s and would have %s seats', p.pool_id, p.holders, p.seats), ', ' ORDER BY p.pool_id) INTO wrong
    FROM (SELECT c.key::bigint AS pool_id,
                 coalesce(split_part(c.after_value, ',', 1), '0')::integer AS seats,
                 (SELECT count(*)
                    FROM equity.placement AS t
                   WHERE t.run_id = this_round.published_run_id
                     AND t.pool_id = c.key::bigint) AS holders
            FROM equity_internal.rule_changes(this_round.round_id) AS c
           WHERE c.rule = 'pools'
             AND coalesce(split_part(c.after_value, ',', 1), '0')::integer < coalesce(split_part(c.before_value, ',', 1), '0')::integer) AS p
   WHERE p.seats < p.holders;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('round "%s" has given more seats than this would leave', this_round.round_code),
      DETAIL = format('By its published run %s: %s.', this_round.published_run_id, wrong),
      HINT = 'Seats that were declined come free with equity.refill_round.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_change_after_publication(equity.round) IS
  'Error 55000 when the change of a published round touches more than its seats, or takes seats that were given.';

CREATE FUNCTION equity_internal.record_rule_change(this_round equity.round, closing_moved boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF NOT equity_internal.is_amending(this_round.round_id) THEN
    PERFORM equity_internal.refuse_rule_change(this_round, string_agg(DISTINCT c.rule, ', '))
       FROM equity_internal.rule_changes(this_round.round_id) AS c;
  END IF;
  IF this_round.status = 'published' THEN
    PERFORM equity_internal.require_change_after_publication(this_round);
  END IF;
  PERFORM equity_internal.seal_cards(this_round.round_id);
  PERFORM equity.audit_append('amend_round', this_round.round_id, NULL,
                              equity_internal.round_terms(this_round.round_id)
                              || jsonb_build_object('changes', jsonb_agg(jsonb_build_object('rule', c.rule, 'key', c.key,
                                                                                            'before', c.before_value, 'after', c.after_value)
                                                                         ORDER BY c.rule COLLATE "C", c.key COLLATE "C"))
                              || CASE WHEN closing_moved THEN equity_internal.retake_applications(this_round) ELSE '{}' END)
     FROM equity_internal.rule_changes(this_round.round_id) AS c;
  PERFORM equity_internal.keep_rule_texts(this_round.round_id);
END;
$$;

COMMENT ON FUNCTION equity_internal.record_rule_change(equity.round, boolean) IS
  'Leaves what a statement has changed in the audit trail, in a transaction that amends the round; otherwise error 55000. When closes_at has moved, others may be late: the applications are taken anew (equity_internal.retake_applications).';

CREATE FUNCTION equity_internal.round_of(line jsonb) RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce((line ->> 'round_id')::bigint,
                  (SELECT p.round_id FROM equity.seat_pool AS p WHERE p.pool_id = (line ->> 'pool_id')::bigint));
END;

COMMENT ON FUNCTION equity_internal.round_of(jsonb) IS
  'The round of a row of equity.round_programme, seat_pool, seat_cap or pool_reserve.';

CREATE FUNCTION equity_internal.keep_rules() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  touched bigint[];
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      IF equity_internal.is_restoring() THEN
        RETURN NULL;
      END IF;
      SELECT array_agg(DISTINCT equity_internal.round_of(to_jsonb(n))) INTO touched FROM new_rows AS n;
    WHEN 'DELETE' THEN
      SELECT array_agg(DISTINCT equity_internal.round_of(to_jsonb(o))) INTO touched FROM old_rows AS o;
    WHEN 'UPDATE' THEN
      SELECT array_agg(DISTINCT equity_internal.round_of(c.line)) INTO touched
        FROM (SELECT to_jsonb(n) FROM new_rows AS n UNION ALL SELECT to_jsonb(o) FROM old_rows AS o) AS c (line);
    ELSE
      touched := ARRAY(SELECT r.round_id FROM equity.round AS r WHERE r.status <> 'draft');
  END CASE;

  PERFORM equity_internal.record_rule_change(r)
     FROM (SELECT r.*
             FROM equity.round AS r
            WHERE r.round_id = ANY (touched)
              AND r.status <> 'draft'
            ORDER BY r.round_id) AS r
    CROSS JOIN LATERAL equity_internal.announced_rules(r.round_id) AS announced
    WHERE announced -> 'rules' IS DISTINCT FROM equity_internal.rule_digests(r.round_id)
      AND NOT (TG_OP = 'INSERT' AND announced IS NULL);    -- nobody has opened it by equity.open_round
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_rules() IS
  'Trigger of equity.round_programme, seat_pool, seat_cap and pool_reserve: the rules of a round that is not draft change only after equity.amend_round in the same transaction, else 55000. A restored dump is taken as it is.';

CREATE TRIGGER round_programme_inserted
  AFTER INSERT ON equity.round_programme
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER round_programme_updated
  AFTER UPDATE ON equity.round_programme
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER round_programme_deleted
  AFTER DELETE ON equity.round_programme
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_pool_inserted
  AFTER INSERT ON equity.seat_pool
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_pool_updated
  AFTER UPDATE ON equity.seat_pool
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_pool_deleted
  AFTER DELETE ON equity.seat_pool
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_cap_inserted
  AFTER INSERT ON equity.seat_cap
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_cap_updated
  AFTER UPDATE ON equity.seat_cap
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER seat_cap_deleted
  AFTER DELETE ON equity.seat_cap
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_inserted
  AFTER INSERT ON equity.pool_reserve
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_updated
  AFTER UPDATE ON equity.pool_reserve
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_deleted
  AFTER DELETE ON equity.pool_reserve
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE TRIGGER pool_reserve_truncated
  AFTER TRUNCATE ON equity.pool_reserve
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_rules();

CREATE FUNCTION equity_internal.keep_round() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  IF NEW.seed_commitment IS DISTINCT FROM OLD.seed_commitment
     OR OLD.seed IS NOT NULL AND NEW.seed IS DISTINCT FROM OLD.seed
     OR NEW.status = 'draft'
  THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the seed of round "%s" is fixed', OLD.round_code),
      DETAIL = format('The round is %s: its commitment and a seed that is known were announced, and it is no draft again.', OLD.status),
      HINT = 'Make a new round for another seed.';
  END IF;
  IF (NEW.mechanism, NEW.tie_break, NEW.tie_field, NEW.opens_at, NEW.closes_at)
     IS DISTINCT FROM (OLD.mechanism, OLD.tie_break, OLD.tie_field, OLD.opens_at, OLD.closes_at)
  THEN
    PERFORM equity_internal.record_rule_change(NEW, NEW.closes_at IS DISTINCT FROM OLD.closes_at);
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.keep_round() IS
  'Trigger of equity.round: once a round is not draft it keeps its commitment, its seed only becomes known, it does not become draft again, and its rules and dates change only after equity.amend_round in the same transaction; else 55000.';

CREATE TRIGGER round_rules_fixed
  AFTER UPDATE ON equity.round
  FOR EACH ROW WHEN (OLD.status <> 'draft')
  EXECUTE FUNCTION equity_internal.keep_round();
