CREATE FUNCTION equity.verify(
  applications text,
  pools text,
  reserves text,
  caps text,
  placements text,
  tie_break text DEFAULT 'lottery',
  seed text DEFAULT NULL,
  OUT violation text,
  OUT applicant_id bigint,
  OUT pool_id bigint,
  OUT other_applicant_id bigint,
  OUT detail text
) RETURNS SETOF record
  LANGUAGE c STABLE PARALLEL UNSAFE COST 100000 ROWS 10
  AS 'MODULE_PATHNAME', 'equity_verify';

COMMENT ON FUNCTION equity.verify(text, text, text, text, text, text, text) IS
  'Proves or refutes an allocation without the code that made it: no rows when all holds. applications, pools, tie_break and seed are those of allocate; placements is a query with applicant_id, pool_id, seat and optionally choice, tier and score, which are then checked too. violation: unknown_application (no such application), double_placement (an applicant placed twice), over_capacity (a pool holds more than its seats), wrong_tier (seat, tier, choice or score are not what the inputs say), justified_envy (an applicant was refused by a pool that holds one who ranks below: other_applicant_id, the worst holder), wasted_seat (an applicant was refused by a pool with a free seat). Errors: as allocate.';
