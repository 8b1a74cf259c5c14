-- Paying: planned payments are put into batches, one for each institution and programme, which one person opens
-- and another approves; what was approved is what is paid, or nothing is.

CREATE FUNCTION equity_internal.lock_batch(batch_id bigint) RETURNS equity.payment_batch
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_batch equity.payment_batch;
BEGIN
  PERFORM equity_internal.require_operator('payment_batch');
  -- the term first, as plan_payments does
  PERFORM equity_internal.lock_term(b.term_id)
     FROM equity.payment_batch AS b
    WHERE b.batch_id = lock_batch.batch_id;
  PERFORM equity_internal.lock_audit();
  SELECT b.* INTO this_batch
    FROM equity.payment_batch AS b
   WHERE b.batch_id = lock_batch.batch_id
     FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('batch %s does not exist', coalesce(lock_batch.batch_id::text, 'NULL')),
      HINT = 'The ids are in equity.payment_batch.';
  END IF;
  RETURN this_batch;
END;
$$;

COMMENT ON FUNCTION equity_internal.lock_batch(bigint) IS
  'Locks a batch and its term until the end of the transaction and returns its row. Error P0002 when there is none, 55P03 when another operation holds the term.';

CREATE FUNCTION equity_internal.batch_content(batch_id bigint, OUT payments bigint, OUT total numeric, OUT digest text)
  LANGUAGE sql STABLE PARALLEL SAFE
  SET equity_internal.whole_rows = on
BEGIN ATOMIC
  SELECT count(*), coalesce(sum(p.amount), 0),
         equity.text_digest(coalesce(string_agg(format('%s,%s,%s,%s,%s,%s', p.payment_id, p.award_id, p.item, p.period, p.part, p.amount),
                                                E'\n' ORDER BY p.payment_id), ''))
    FROM equity.payment AS p
   WHERE p.batch_id = batch_content.batch_id
     AND p.status IN ('batched', 'paid');
END;

COMMENT ON FUNCTION equity_internal.batch_content(bigint) IS
  'How many payments a batch has, their sum, and the sha256 of their ids, awards, items, periods, parts and amounts.';

CREATE FUNCTION equity_internal.refuse_batch(this_batch equity.payment_batch, operation text, wanted text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = format('batch %s is %s', this_batch.batch_id, this_batch.status),
    DETAIL = format('%s needs a batch that is %s.', operation, wanted),
    HINT = CASE this_batch.status
             WHEN 'open' THEN format('Let another person approve it first: equity.approve_batch(%s).', this_batch.batch_id)
             WHEN 'cancelled' THEN format('Open a new one: equity.open_batch(%s).', this_batch.term_id)
             WHEN 'paid' THEN 'Money that came back is returned one by one: equity.return_payment(payment, reason).'
             ELSE format('Pay it with equity.pay_batch(%s, reference), or take it back with equity.cancel_batch.', this_batch.batch_id)
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.refuse_batch(equity.payment_batch, text, text) IS
  'Raises 55000: a batch has another status than an operation needs.';

CREATE FUNCTION equity_internal.needs_auditor(programme_code text, academic_year integer, total numeric) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(needs_auditor.total >= (SELECT r.audit_from
                                            FROM equity_internal.payment_rule(needs_auditor.programme_code, needs_auditor.academic_year) AS r), false);
END;

COMMENT ON FUNCTION equity_internal.needs_auditor(text, integer, numeric) IS
  'Whether an instalment of that total needs an external auditor (equity.payment_rule.audit_from).';

--- Without institution and programme for all that have planned payments in the term. Returns the ids.
---
--- Errors: P0002 no such term; 55P03 another operation is at work on it.
CREATE FUNCTION equity.open_batch(term_id bigint, institution_id bigint DEFAULT NULL, programme_code text DEFAULT NULL) RETURNS SETOF bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_term equity.academic_term;
  made equity.payment_batch;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN QUERY SELECT d.* FROM equity_internal.open_batch(open_batch.term_id, open_batch.institution_id, open_batch.programme_code) AS d;
    RETURN;
  END IF;
  this_term := equity_internal.lock_term(open_batch.term_id);
  PERFORM equity_internal.lock_audit();
  FOR made IN
    WITH opened AS (
      INSERT INTO equity.payment_batch (term_id, institution_id, programme_code, payments, total, needs_auditor, opened_at, opened_by)
      SELECT this_term.term_id, p.institution_id, p.programme_code, count(*), sum(p.amount),
             equity_internal.needs_auditor(p.programme_code, this_term.academic_year, sum(p.amount)),
             now(), session_user
        FROM equity.payment AS p
       WHERE p.term_id = this_term.term_id
         AND p.kind = 'grant'
         AND p.status = 'planned'
         AND (open_batch.institution_id IS NULL OR p.institution_id = open_batch.institution_id)
         AND (open_batch.programme_code IS NULL OR p.programme_code = open_batch.programme_code)
       GROUP BY p.institution_id, p.programme_code
       ORDER BY p.institution_id, p.programme_code
      RETURNING payment_batch.*
    ), filled AS (
      UPDATE equity.payment AS p
         SET status = 'batched',
             batch_id = o.batch_id
        FROM opened AS o
       WHERE p.term_id = this_term.term_id
         AND p.institution_id = o.institution_id
         AND p.programme_code = o.programme_code
         AND p.kind = 'grant'
         AND p.status = 'planned'
    )
    SELECT o.* FROM opened AS o ORDER BY o.batch_id
  LOOP
    PERFORM equity.audit_append('open_batch', NULL, NULL,
                                jsonb_build_object('batch', made.batch_id, 'term', made.term_id, 'payments', made.payments, 'total', made.total,
                                                   'needs_auditor', made.needs_auditor));
    RETURN NEXT made.batch_id;
  END LOOP;
  IF made.batch_id IS NULL THEN
    RAISE NOTICE 'nothing is planned there for term %: no batch was opened', this_term.term_id;
  END IF;
END;
$$;

COMMENT ON FUNCTION equity.open_batch(bigint, bigint, text) IS
  'Puts the planned payments of a term into batches (เปิดงวดการจ่าย), one for each institution and programme, and returns their ids. Reads the registry.';

--- Another person than who opened it: another login (session_user). A batch that was approved and has changed
--- since is approved again, as it is now. A second call changes nothing.
---
--- Errors: P0002 no such batch; 55000 the same person, or neither open nor approved; 55P03 another operation is
--- at work on the term.
CREATE FUNCTION equity.approve_batch(batch_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_batch equity.payment_batch;
  content record;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.approve_batch(approve_batch.batch_id);
    RETURN;
  END IF;
  this_batch := equity_internal.lock_batch(approve_batch.batch_id);
  content := equity_internal.batch_content(this_batch.batch_id);
  IF this_batch.status = 'approved' AND this_batch.digest = content.digest THEN
    RAISE NOTICE 'batch % is approved already: nothing was changed', this_batch.batch_id;
    RETURN;
  END IF;
  IF this_batch.status NOT IN ('open', 'approved') THEN
    PERFORM equity_internal.refuse_batch(this_batch, 'approve_batch', 'open');
  END IF;
  IF this_batch.opened_by = session_user THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('batch %s was opened by the same person', this_batch.batch_id),
      DETAIL = format('It was opened by role "%s".', this_batch.opened_by),
      HINT = 'Let another person approve it, logged in as another role.';
  END IF;
  UPDATE equity.payment_batch AS b
     SET status = 'approved',
         payments = content.payments,
         total = content.total,
         needs_auditor = equity_internal.needs_auditor(b.programme_code, (SELECT t.academic_year FROM equity.academic_term AS t WHERE t.term_id = b.term_id),
                                                      content.total),
         digest = content.digest,
         approved_at = now(),
         approved_by = session_user
   WHERE b.batch_id = this_batch.batch_id;
  PERFORM equity.audit_append('approve_batch', NULL, NULL,
                              jsonb_build_object('batch', this_batch.batch_id, 'payments', content.payments, 'total', content.total, 'digest', content.digest));
END;
$$;

COMMENT ON FUNCTION equity.approve_batch(bigint) IS
  'Approves a batch (อนุมัติงวดการจ่าย): another person than opened it stands for its payments as they are, and its digest. Reads the registry.';

--- reference is that of the transfer; at is when it was paid, now by default. A second call with the same
--- reference changes nothing.
---
--- Errors: P0002 no such batch; 22023 no reference, or a time in the future; 55000 not approved, changed since
--- it was approved, or paid with another reference; 55P03 another operation is at work on the term.
CREATE FUNCTION equity.pay_batch(batch_id bigint, reference text, at timestamptz DEFAULT now()) RETURNS bigint
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_batch equity.payment_batch;
  content record;
  paid bigint;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.pay_batch(pay_batch.batch_id, pay_batch.reference, pay_batch.at);
  END IF;
  PERFORM equity_internal.require_words(
    CASE WHEN at IS NOT NULL THEN reference END, 'a payment needs its reference and its time',
    'Pass the reference of the transfer, by which the bank finds it.');
  PERFORM equity_internal.require_past_time('pay_batch', at);
  this_batch := equity_internal.lock_batch(pay_batch.batch_id);
  IF this_batch.status = 'paid' AND this_batch.reference = pay_batch.reference THEN
    RAISE NOTICE 'batch % is paid already: nothing was changed', this_batch.batch_id;
    RETURN this_batch.payments;
  END IF;
  IF this_batch.status <> 'approved' THEN
    PERFORM equity_internal.refuse_batch(this_batch, 'pay_batch', 'approved');
  END IF;
  content := equity_internal.batch_content(this_batch.batch_id);
  IF content.digest <> this_batch.digest THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('batch %s has changed since it was approved', this_batch.batch_id),
      DETAIL = format('Approved were %s payments of %s baht, now there are %s of %s baht.',
                      this_batch.payments, this_batch.total, content.payments, content.total),
      HINT = format('Let another person look at it and approve it again: equity.approve_batch(%s).', this_batch.batch_id);
  END IF;
  UPDATE equity.payment AS p
     SET status = 'paid',
         paid_at = pay_batch.at
   WHERE p.batch_id = this_batch.batch_id
     AND p.status = 'batched';
  GET DIAGNOSTICS paid = ROW_COUNT;
  UPDATE equity.payment_batch AS b
     SET status = 'paid',
         paid_at = pay_batch.at,
         paid_by = session_user,
         reference = pay_batch.reference
   WHERE b.batch_id = this_batch.batch_id;
  PERFORM equity.audit_append('pay_batch', NULL, NULL,
                              jsonb_build_object('batch', this_batch.batch_id, 'reference', reference, 'at', at, 'payments', paid, 'total', content.total,
                                                 'digest', content.digest));
  RETURN paid;
END;
$$;

COMMENT ON FUNCTION equity.pay_batch(bigint, text, timestamptz) IS
  'Records that an approved batch was paid (จ่ายเงิน), with the reference of the transfer, and returns the number of payments. Reads the registry.';

--- Its payments are planned again. A second call changes nothing.
---
--- Errors: P0002 no such batch; 55000 it is paid; 55P03 another operation is at work on the term.
CREATE FUNCTION equity.cancel_batch(batch_id bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_batch equity.payment_batch;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.cancel_batch(cancel_batch.batch_id);
    RETURN;
  END IF;
  this_batch := equity_internal.lock_batch(cancel_batch.batch_id);
  IF this_batch.status = 'cancelled' THEN
    RAISE NOTICE 'batch % is cancelled already: nothing was changed', this_batch.batch_id;
    RETURN;
  END IF;
  IF this_batch.status = 'paid' THEN
    PERFORM equity_internal.refuse_batch(this_batch, 'cancel_batch', 'open or approved');
  END IF;
  UPDATE equity.payment AS p
     SET status = 'planned',
         batch_id = NULL
   WHERE p.batch_id = this_batch.batch_id;
  UPDATE equity.payment_batch AS b
     SET status = 'cancelled',
         digest = NULL,
         approved_at = NULL,
         approved_by = NULL
   WHERE b.batch_id = this_batch.batch_id;
  PERFORM equity.audit_append('cancel_batch', NULL, NULL, jsonb_build_object('batch', this_batch.batch_id));
END;
$$;

COMMENT ON FUNCTION equity.cancel_batch(bigint) IS
  'Takes back a batch that is not paid (ยกเลิกงวดการจ่าย). Reads the registry.';

--- The money came back, for the reason given, without personal data: an account that is closed, for example. The
--- next equity.plan_payments plans what is still due anew. A second call changes nothing.
---
--- Errors: P0002 no such payment; 22023 no reason, or a time in the future or before it was paid; 55000 it is
--- not paid, or a refund; 55P03 another operation is at work on the term.
CREATE FUNCTION equity.return_payment(payment_id bigint, reason text, at timestamptz DEFAULT now()) RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  this_payment equity.payment;
BEGIN
  IF equity_internal.has_level('operator') THEN
    PERFORM equity_internal.return_payment(return_payment.payment_id, return_payment.reason, return_payment.at);
    RETURN;
  END IF;
  PERFORM equity_internal.require_words(
    reason, 'returning a payment needs a reason',
    'Say why the money came back, without personal data: it stays in the audit trail.');
  PERFORM equity_internal.require_past_time('return_payment', at);
  PERFORM equity_internal.require_operator('payment');
  PERFORM equity_internal.lock_term(p.term_id) FROM equity.payment AS p WHERE p.payment_id = return_payment.payment_id;
  PERFORM equity_internal.lock_audit();
  SELECT p.* INTO this_payment FROM equity.payment AS p WHERE p.payment_id = return_payment.payment_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('payment %s does not exist', coalesce(return_payment.payment_id::text, 'NULL')),
      HINT = 'The ids are in equity.payment.';
  END IF;
  IF this_payment.status = 'returned' THEN
    RAISE NOTICE 'payment % is returned already: nothing was changed', this_payment.payment_id;
    RETURN;
  END IF;
  IF this_payment.status <> 'paid' OR this_payment.kind <> 'grant' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('payment %s is a %s that is %s', this_payment.payment_id, this_payment.kind, this_payment.status),
      DETAIL = 'return_payment needs a grant that is paid.',
      HINT = 'What is planned or in a batch follows equity.plan_payments; a refund is received with equity.receive_refund(award, reference).';
  END IF;
  IF at IS NULL OR at < this_payment.paid_at THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('payment %s cannot be returned at %s', this_payment.payment_id, coalesce(at::text, 'NULL')),
      DETAIL = format('It was paid at %s.', this_payment.paid_at),
      HINT = 'Pass the time when the money came back, or nothing for now.';
  END IF;
  UPDATE equity.payment AS p
     SET status = 'returned',
         returned_at = return_payment.at,
         return_reason = return_payment.reason
   WHERE p.payment_id = this_payment.payment_id;
  PERFORM equity.audit_append('return_payment', NULL, NULL,
                              jsonb_build_object('payment', this_payment.payment_id, 'amount', this_payment.amount, 'at', at, 'reason', reason));
END;
$$;

COMMENT ON FUNCTION equity.return_payment(bigint, text, timestamptz) IS
  'Records that a payment came back (เงินตีกลับ) and why; what is still due is planned anew. Reads the registry.';

--- All refunds of the award that are open are received, and an event refunded says so. Returns their sum, baht.
---
--- Errors: P0002 no such award; 22023 no reference, no time or one in the future; 55000 nothing is to be refunded.
CREATE FUNCTION equity.receive_refund(award_id bigint, reference text, at timestamptz DEFAULT now()) RETURNS numeric
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  received numeric;
BEGIN
  IF equity_internal.has_level('operator') THEN
    RETURN equity_internal.receive_refund(receive_refund.award_id, receive_refund.reference, receive_refund.at);
  END IF;
  PERFORM equity_internal.require_words(
    CASE WHEN at IS NOT NULL THEN reference END, 'a refund needs the reference and the time of its transfer',
    'Pass the reference, by which the bank finds it, and the time when the money came, or nothing for now.');
  PERFORM equity_internal.require_operator('payment');
  PERFORM equity_internal.require_past_time('receive_refund', at);
  PERFORM equity_internal.lock_term(t.term_id)
     FROM (SELECT DISTINCT p.term_id FROM equity.payment AS p WHERE p.award_id = receive_refund.award_id AND p.kind = 'refund' ORDER BY p.term_id) AS t;
  PERFORM equity_internal.lock_award(receive_refund.award_id);
  WITH refund AS (
    UPDATE equity.payment AS p
       SET status = 'paid',
           paid_at = receive_refund.at
     WHERE p.award_id = receive_refund.award_id
       AND p.kind = 'refund'
       AND p.status = 'planned'
    RETURNING p.amount
  )
  SELECT sum(r.amount) INTO received FROM refund AS r;
  IF received IS NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('award %s has nothing to give back', receive_refund.award_id),
      HINT = 'What is to be given back is planned by equity.plan_payments, for each term.';
  END IF;
  PERFORM equity.record_event(receive_refund.award_id, 'refunded', at, format('%s baht: %s', received, reference));
  RETURN received;
END;
$$;

COMMENT ON FUNCTION equity.receive_refund(bigint, text, timestamptz) IS
  'Records that a scholar gave back what was paid and not earned (รับเงินคืน), and returns the sum. Reads the registry.';
