-- Delegates: each does one operation with the rights of the owner of the tables, for an operator, who has no
-- right to write what operations write. An operation that an operator calls calls its delegate, which does
-- nothing but call the operation again, now as the owner; whoever else calls it goes on with their own
-- rights, as ever. Who may call a delegate is in equity_internal.level_right.
--
-- SECURITY DEFINER is what PostgreSQL has for this. They run no text of a caller's, their search_path is pinned,
-- and the audit trail has who logged in (session_user).

CREATE FUNCTION equity_internal.open_round(round_id bigint, commitment text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.open_round(open_round.round_id, open_round.commitment);

COMMENT ON FUNCTION equity_internal.open_round(bigint, text) IS
  'equity.open_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.close_round(round_id bigint, seed text, early text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.close_round(close_round.round_id, close_round.seed, close_round.early);

COMMENT ON FUNCTION equity_internal.close_round(bigint, text, text) IS
  'equity.close_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.amend_round(round_id bigint, note text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.amend_round(amend_round.round_id, amend_round.note);

COMMENT ON FUNCTION equity_internal.amend_round(bigint, text) IS
  'equity.amend_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.copy_round(round_id bigint, new_code text, academic_year integer) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.copy_round(copy_round.round_id, copy_round.new_code, copy_round.academic_year);

COMMENT ON FUNCTION equity_internal.copy_round(bigint, text, integer) IS
  'equity.copy_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.accept_late(application_id bigint, reason text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.accept_late(accept_late.application_id, accept_late.reason);

COMMENT ON FUNCTION equity_internal.accept_late(bigint, text) IS
  'equity.accept_late with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.score_round(round_id bigint,
                                            OUT applications bigint, OUT eligible bigint, OUT ineligible bigint, OUT undetermined bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.score_round(score_round.round_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.score_round(bigint) IS
  'equity.score_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.allocate_round(round_id bigint, dry_run boolean,
                                               OUT run_id bigint,
                                               OUT applicants bigint, OUT applications bigint, OUT seats bigint, OUT admitted bigint, OUT unfilled bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.allocate_round(allocate_round.round_id, allocate_round.dry_run) AS d;
END;

COMMENT ON FUNCTION equity_internal.allocate_round(bigint, boolean) IS
  'equity.allocate_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.verify_run(run_id bigint) RETURNS SETOF equity.violation
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.verify_run(verify_run.run_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.verify_run(bigint) IS
  'equity.verify_run with the rights of the owner, for an operator or an auditor.';

CREATE FUNCTION equity_internal.publish_run(run_id bigint) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.publish_run(publish_run.run_id);

COMMENT ON FUNCTION equity_internal.publish_run(bigint) IS
  'equity.publish_run with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.accept_award(award_id bigint, decision text, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.accept_award(accept_award.award_id, accept_award.decision, accept_award.at);

COMMENT ON FUNCTION equity_internal.accept_award(bigint, text, timestamptz) IS
  'equity.accept_award with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.decline_award(award_id bigint, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.decline_award(decline_award.award_id, decline_award.at);

COMMENT ON FUNCTION equity_internal.decline_award(bigint, timestamptz) IS
  'equity.decline_award with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.withdraw_award(award_id bigint, note text, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.withdraw_award(withdraw_award.award_id, withdraw_award.note, withdraw_award.at);

COMMENT ON FUNCTION equity_internal.withdraw_award(bigint, text, timestamptz) IS
  'equity.withdraw_award with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.expire_offers(at timestamptz) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.expire_offers(expire_offers.at);

COMMENT ON FUNCTION equity_internal.expire_offers(timestamptz) IS
  'equity.expire_offers with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.record_event(award_id bigint, event text, at timestamptz, note text) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.record_event(record_event.award_id, record_event.event, record_event.at, record_event.note);

COMMENT ON FUNCTION equity_internal.record_event(bigint, text, timestamptz, text) IS
  'equity.record_event with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.renew_term(term_id bigint,
                                           OUT continued bigint, OUT warned bigint, OUT on_probation bigint, OUT suspended bigint,
                                           OUT terminated bigint, OUT undetermined bigint, OUT changed bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.renew_term(renew_term.term_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.renew_term(bigint) IS
  'equity.renew_term with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.plan_payments(term_id bigint,
                                              OUT planned bigint, OUT changed bigint, OUT cancelled bigint, OUT refunds bigint,
                                              OUT elsewhere bigint, OUT due numeric)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.plan_payments(plan_payments.term_id) AS d;
END;

COMMENT ON FUNCTION equity_internal.plan_payments(bigint) IS
  'equity.plan_payments with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.open_batch(term_id bigint, institution_id bigint, programme_code text) RETURNS SETOF bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.open_batch(open_batch.term_id, open_batch.institution_id, open_batch.programme_code) AS d;
END;

COMMENT ON FUNCTION equity_internal.open_batch(bigint, bigint, text) IS
  'equity.open_batch with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.approve_batch(batch_id bigint) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.approve_batch(approve_batch.batch_id);

COMMENT ON FUNCTION equity_internal.approve_batch(bigint) IS
  'equity.approve_batch with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.pay_batch(batch_id bigint, reference text, at timestamptz) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.pay_batch(pay_batch.batch_id, pay_batch.reference, pay_batch.at);

COMMENT ON FUNCTION equity_internal.pay_batch(bigint, text, timestamptz) IS
  'equity.pay_batch with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.cancel_batch(batch_id bigint) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.cancel_batch(cancel_batch.batch_id);

COMMENT ON FUNCTION equity_internal.cancel_batch(bigint) IS
  'equity.cancel_batch with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.return_payment(payment_id bigint, reason text, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.return_payment(return_payment.payment_id, return_payment.reason, return_payment.at);

COMMENT ON FUNCTION equity_internal.return_payment(bigint, text, timestamptz) IS
  'equity.return_payment with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.receive_refund(award_id bigint, reference text, at timestamptz) RETURNS numeric
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.receive_refund(receive_refund.award_id, receive_refund.reference, receive_refund.at);

COMMENT ON FUNCTION equity_internal.receive_refund(bigint, text, timestamptz) IS
  'equity.receive_refund with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.refill_round(round_id bigint, at timestamptz,
                                             OUT run_id bigint, OUT vacated bigint, OUT moved bigint, OUT offered bigint, OUT unfilled bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.refill_round(refill_round.round_id, refill_round.at) AS d;
END;

COMMENT ON FUNCTION equity_internal.refill_round(bigint, timestamptz) IS
  'equity.refill_round with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.prune_digest_sources() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.prune_digest_sources();

COMMENT ON FUNCTION equity_internal.prune_digest_sources() IS
  'equity.prune_digest_sources with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.keep_seed(round_id bigint, seed text) RETURNS text
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.keep_seed(keep_seed.round_id, keep_seed.seed);

COMMENT ON FUNCTION equity_internal.keep_seed(bigint, text) IS
  'equity.keep_seed with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.export_identities(purpose text, round_id bigint, applicants bigint[])
  RETURNS TABLE (applicant_id bigint, identity_kind text, identity text, title text, given_name text, family_name text)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.export_identities(export_identities.purpose, export_identities.round_id, export_identities.applicants) AS d;
END;

COMMENT ON FUNCTION equity_internal.export_identities(text, bigint, bigint[]) IS
  'equity.export_identities with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.subject_record(applicant_id bigint) RETURNS jsonb
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.subject_record(subject_record.applicant_id);

COMMENT ON FUNCTION equity_internal.subject_record(bigint) IS
  'equity.subject_record with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.forget_applicant(applicant_id bigint, reason text) RETURNS void
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.forget_applicant(forget_applicant.applicant_id, forget_applicant.reason);

COMMENT ON FUNCTION equity_internal.forget_applicant(bigint, text) IS
  'equity.forget_applicant with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.apply_retention(at timestamptz) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.apply_retention(apply_retention.at);

COMMENT ON FUNCTION equity_internal.apply_retention(timestamptz) IS
  'equity.apply_retention with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.recognize_institutions(academic_year integer,
                                                       OUT institutions bigint, OUT recognized bigint, OUT changed bigint)
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.* FROM equity.recognize_institutions(recognize_institutions.academic_year) AS d;
END;

COMMENT ON FUNCTION equity_internal.recognize_institutions(integer) IS
  'equity.recognize_institutions with the rights of the owner, for an operator.';

CREATE FUNCTION equity_internal.nominate_missing(round_id bigint, applicants bigint[], note text) RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL UNSAFE
  SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
RETURN equity.nominate_missing(nominate_missing.round_id, nominate_missing.applicants, nominate_missing.note);

COMMENT ON FUNCTION equity_internal.nominate_missing(bigint, bigint[], text) IS
  'equity.nominate_missing with the rights of the owner, for an operator.';
