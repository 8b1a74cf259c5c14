-- What 1.1 changes of what 1.0 froze.

-- Awards have fewer indexes. Their foreign keys are checked once a statement, as are those of what else a
-- refill writes.
DROP INDEX equity.award_by_applicant;
DROP INDEX equity.award_by_programme;
DROP INDEX equity.award_one_in_a_round;
CREATE UNIQUE INDEX award_one_in_a_round ON equity.award (applicant_id, round_id);

-- The text behind digests is compressed more quickly.
DO $$
BEGIN
  ALTER TABLE equity.digest_source ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION
  WHEN feature_not_supported THEN NULL;
END;
$$;

-- RE-CREATE
SELECT equity_internal.check_keys_at_once('equity.award');
SELECT equity_internal.check_keys_at_once('equity.award_event');
SELECT equity_internal.check_keys_at_once('equity.placement');
SELECT equity_internal.check_keys_at_once('equity.refill_move');
SELECT equity_internal.check_keys_at_once('equity.run_standing');
DROP FUNCTION equity_internal.require_refillable(equity.allocation_run);
DROP FUNCTION equity_internal.run_inputs(bigint);
DROP FUNCTION equity_internal.application_sources(bigint);
DROP FUNCTION equity_internal.input_size(text);
DROP FUNCTION equity_internal.placement_violations(bigint);
