-- Calibration over shards.

CREATE FUNCTION equity_internal.pmt_fit_part(state double precision[]) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_part';

COMMENT ON FUNCTION equity_internal.pmt_fit_part(double precision[]) IS
  'The state of equity.pmt_fit() as bytes.';

CREATE FUNCTION equity_internal.pmt_fit_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_merge';

COMMENT ON FUNCTION equity_internal.pmt_fit_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.pmt_fit_merge().';

--- Errors: those of `equity.pmt_fit`.
CREATE AGGREGATE equity.pmt_fit_part(y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit_part(double precision, double precision[]) IS
  'What a shard says of its rows for equity.pmt_fit_merge(). NULL without rows.';

--- Errors: those of `equity.pmt_fit`.
CREATE AGGREGATE equity.pmt_fit_part(y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit_part(double precision, double precision[], double precision) IS
  'What a shard says of its rows for equity.pmt_fit_merge(), with weights. NULL without rows.';

--- What `equity.pmt_fit` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.pmt_fit_part` did not give; those of `equity.pmt_fit`.
CREATE AGGREGATE equity.pmt_fit_merge(part bytea) (
  SFUNC = equity_internal.pmt_fit_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit_merge(bytea) IS
  'The fit equity.pmt_fit() of all rows, from the parts of all shards.';

CREATE FUNCTION equity_internal.pmt_robust_part(state double precision[]) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_part';

COMMENT ON FUNCTION equity_internal.pmt_robust_part(double precision[]) IS
  'The state of equity.pmt_robust_errors() as bytes.';

CREATE FUNCTION equity_internal.pmt_robust_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_merge';

COMMENT ON FUNCTION equity_internal.pmt_robust_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.pmt_robust_errors_merge().';

--- The model is that of all shards, from `equity.pmt_fit_merge`.
---
--- Errors: those of `equity.pmt_robust_errors`.
CREATE AGGREGATE equity.pmt_robust_errors_part(model equity.pmt_model, y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors_part(equity.pmt_model, double precision, double precision[]) IS
  'What a shard says of its rows for equity.pmt_robust_errors_merge(). NULL without rows.';

--- Errors: those of `equity.pmt_robust_errors`.
CREATE AGGREGATE equity.pmt_robust_errors_part(model equity.pmt_model, y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors_part(equity.pmt_model, double precision, double precision[], double precision) IS
  'What a shard says of its rows for equity.pmt_robust_errors_merge(), with weights. NULL without rows.';

--- Errors: those of `equity.pmt_robust_errors`.
CREATE AGGREGATE equity.pmt_robust_errors_part(model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors_part(equity.pmt_model, double precision, double precision[], double precision, text) IS
  'What a shard says of its rows for equity.pmt_robust_errors_merge(), with weights, of a kind: HC1 or HC3. NULL without rows.';

--- What `equity.pmt_robust_errors` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.pmt_robust_errors_part` did not give; 22023 parts of other models, and those of
--- `equity.pmt_robust_errors`.
CREATE AGGREGATE equity.pmt_robust_errors_merge(part bytea) (
  SFUNC = equity_internal.pmt_robust_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors_merge(bytea) IS
  'Robust standard errors equity.pmt_robust_errors() of all rows, from the parts of all shards.';
