-- Loading what a bank or an institution reports of payments: paid, with the reference, or returned, with the reason.
-- A batch is paid whole, as equity.pay_batch does it, so a report has all payments of a batch or pays none.
--
--   equity_import_report  what each line reports of which payment, and how that stands

CREATE FUNCTION equity_internal.read_reports() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  CREATE TEMPORARY TABLE equity_import_report ON COMMIT DROP AS
  SELECT r.line, r.result, r.amount AS reported_amount, r.reference, r.reason, r.at,
         p.payment_id, p.term_id, p.kind, p.status, p.amount, p.paid_at, p.return_reason, p.batch_id,
         b.status AS batch_status, b.reference AS batch_reference, b.digest,
         p.status = 'batched' AND b.status = 'approved' AS is_approved
    FROM pg_temp.equity_import_row AS r
    LEFT JOIN equity.payment AS p ON p.payment_id = r.payment_id
    LEFT JOIN equity.payment_batch AS b ON b.batch_id = p.batch_id;
  ANALYZE pg_temp.equity_import_report;
END;
$$;

COMMENT ON FUNCTION equity_internal.read_reports() IS
  'Makes equity_import_report.';

-- The day alone says nothing of the hour: what came back on the day of the payment came back after it.
CREATE FUNCTION equity_internal.judge_reports() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code, value)
  SELECT t.line, d.field, d.reason_code, d.value
    FROM pg_temp.equity_import_report AS t
   CROSS JOIN LATERAL (VALUES
     ('payment_id', 'ROW_PAYMENT', NULL, t.payment_id IS NULL),
     ('payment_id', 'ROW_REFUND', NULL, t.kind = 'refund'),
     ('payment_id', 'ROW_NOT_APPROVED', NULL, t.kind = 'grant' AND NOT (t.is_approved OR t.status IN ('paid', 'returned'))),
     ('amount', 'ROW_AMOUNT_DIFFERS', t.reported_amount::text, t.reported_amount <> t.amount),
     ('reference', 'ROW_MISSING', NULL, t.reference IS NULL AND (t.result = 'paid' OR t.is_approved)),
     ('reason', 'ROW_MISSING', NULL, t.reason IS NULL AND t.result = 'returned'),
     ('reference', 'ROW_PAID_OTHERWISE', t.reference,
      t.status IN ('paid', 'returned') AND t.kind = 'grant' AND t.reference IS NOT NULL AND t.batch_reference IS DISTINCT FROM t.reference),
     ('reason', 'ROW_PAID_OTHERWISE', t.reason, t.result = 'returned' AND t.status = 'returned' AND t.return_reason <> t.reason),
     ('at', 'ROW_FUTURE', t.at::text, t.at > clock_timestamp()),
     ('at', 'ROW_BEFORE_PAID', t.at::text,
      t.result = 'returned' AND t.status = 'paid' AND (t.at AT TIME ZONE 'Asia/Bangkok')::date < (t.paid_at AT TIME ZONE 'Asia/Bangkok')::date)
   ) AS d (field, reason_code, value, is_wrong)
   WHERE d.is_wrong;
  DELETE FROM pg_temp.equity_import_report AS t
   USING pg_temp.equity_import_problem AS p
   WHERE p.line = t.line;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_reports() IS
  'Problems of single lines of a report of payments.';

CREATE FUNCTION equity_internal.judge_batches() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
BEGIN
  INSERT INTO pg_temp.equity_import_problem (line, field, reason_code)
  SELECT t.line, 'payment_id', CASE WHEN b.is_whole THEN 'ROW_BATCH_CHANGED' ELSE 'ROW_BATCH_PART' END
    FROM (SELECT o.batch_id, c.digest = o.digest AS is_unchanged,
                 o.lines = c.payments AND o.is_one AS is_whole
            FROM (SELECT r.batch_id, r.digest, count(*) AS lines, min(r.reference) = max(r.reference) AS is_one
                    FROM pg_temp.equity_import_report AS r
                   WHERE r.is_approved
                   GROUP BY r.batch_id, r.digest) AS o
           CROSS JOIN LATERAL equity_internal.batch_content(o.batch_id) AS c) AS b
    JOIN pg_temp.equity_import_report AS t ON t.batch_id = b.batch_id AND t.is_approved
   WHERE NOT (b.is_whole AND b.is_unchanged);
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_batches() IS
  'Problems of batches that a report would pay: not whole, not with one reference, or changed since they were approved.';

CREATE FUNCTION equity_internal.judge_payments() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.read_reports();
  PERFORM equity_internal.judge_reports();
  PERFORM equity_internal.judge_batches();
  INSERT INTO pg_temp.equity_import_touched (line)
  SELECT t.line
    FROM pg_temp.equity_import_report AS t
   WHERE t.is_approved
      OR t.result = 'returned' AND t.status = 'paid';
  DROP TABLE pg_temp.equity_import_report;
END;
$$;

COMMENT ON FUNCTION equity_internal.judge_payments() IS
  'Problems of a report of payments, and which lines of it record something.';

CREATE FUNCTION equity_internal.write_payments() RETURNS void
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
AS $$
DECLARE
  reported record;
BEGIN
  PERFORM equity_internal.lock_term(o.term_id)
     FROM (SELECT DISTINCT p.term_id
             FROM pg_temp.equity_import_row AS r
             JOIN pg_temp.equity_import_plan AS n ON n.line = r.line AND n.action = 'update'
             JOIN equity.payment AS p ON p.payment_id = r.payment_id
            ORDER BY p.term_id) AS o;
  FOR reported IN
    SELECT p.batch_id, min(r.reference) AS reference, coalesce(min(r.at), now()) AS at
      FROM pg_temp.equity_import_row AS r
      JOIN equity.payment AS p ON p.payment_id = r.payment_id
     WHERE p.status = 'batched'
     GROUP BY p.batch_id
     ORDER BY p.batch_id
  LOOP
    PERFORM equity.pay_batch(reported.batch_id, reported.reference, reported.at);
  END LOOP;
  FOR reported IN
    SELECT p.payment_id, r.reason, greatest(coalesce(r.at, now()), p.paid_at) AS at
      FROM pg_temp.equity_import_row AS r
      JOIN equity.payment AS p ON p.payment_id = r.payment_id
     WHERE r.result = 'returned'
       AND p.status = 'paid'
     ORDER BY p.payment_id
  LOOP
    PERFORM equity.return_payment(reported.payment_id, reported.reason, reported.at);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.write_payments() IS
  'Pays the batches of a report (equity.pay_batch), then returns what came back (equity.return_payment).';
