-- What operations write is written by hand only in the open: the audit trail has each statement that does.

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.assessment
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.allocation_run
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.placement
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.run_standing
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.run_input
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.digest_source
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.run_ranking
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.published_list
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.refill_move
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.award
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.award_event
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.renewal
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.payment_batch
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.payment
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.recognition
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.access_grant
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.audit_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON equity.kept_seed
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();

CREATE TRIGGER direct_write
  BEFORE UPDATE OF status, seed, seed_commitment, published_run_id OR DELETE OR TRUNCATE ON equity.round
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.record_direct_write();
