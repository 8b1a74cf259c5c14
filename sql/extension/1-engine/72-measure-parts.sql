-- Measures over shards: each shard sums up its own rows, and the parts, a few hundred bytes, are put together. Those
-- that are not here need the whole distribution in one place.

CREATE FUNCTION equity_internal.sums_part(state double precision[]) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_part';

COMMENT ON FUNCTION equity_internal.sums_part(double precision[]) IS
  'The state of a measure that is made from sums, as bytes.';

CREATE FUNCTION equity_internal.theil_t_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_merge';

COMMENT ON FUNCTION equity_internal.theil_t_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.theil_t_merge().';

--- Errors: those of `equity.theil_t`.
CREATE AGGREGATE equity.theil_t_part(x double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t_part(double precision) IS
  'What a shard says of its rows for equity.theil_t_merge(). NULL without rows.';

--- Errors: those of `equity.theil_t`.
CREATE AGGREGATE equity.theil_t_part(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t_part(double precision, double precision) IS
  'What a shard says of its rows for equity.theil_t_merge(); each row counts as weight equal rows. NULL without rows.';

--- To the last digit what `equity.theil_t` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.theil_t_part` did not give, those of `equity.theil_t`.
CREATE AGGREGATE equity.theil_t_merge(part bytea) (
  SFUNC = equity_internal.theil_t_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t_merge(bytea) IS
  'The measure equity.theil_t() of all rows, Theil index T, from the parts of all shards.';

CREATE FUNCTION equity_internal.theil_l_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_merge';

COMMENT ON FUNCTION equity_internal.theil_l_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.theil_l_merge().';

--- Errors: those of `equity.theil_l`.
CREATE AGGREGATE equity.theil_l_part(x double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l_part(double precision) IS
  'What a shard says of its rows for equity.theil_l_merge(). NULL without rows.';

--- Errors: those of `equity.theil_l`.
CREATE AGGREGATE equity.theil_l_part(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l_part(double precision, double precision) IS
  'What a shard says of its rows for equity.theil_l_merge(); each row counts as weight equal rows. NULL without rows.';

--- To the last digit what `equity.theil_l` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.theil_l_part` did not give, those of `equity.theil_l`.
CREATE AGGREGATE equity.theil_l_merge(part bytea) (
  SFUNC = equity_internal.theil_l_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l_merge(bytea) IS
  'The measure equity.theil_l() of all rows, Theil index L, from the parts of all shards.';

CREATE FUNCTION equity_internal.atkinson_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_merge';

COMMENT ON FUNCTION equity_internal.atkinson_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.atkinson_merge().';

--- Errors: those of `equity.atkinson`.
CREATE AGGREGATE equity.atkinson_part(x double precision, e double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson_part(double precision, double precision) IS
  'What a shard says of its rows for equity.atkinson_merge(). NULL without rows.';

--- Errors: those of `equity.atkinson`.
CREATE AGGREGATE equity.atkinson_part(x double precision, e double precision, weight double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson_part(double precision, double precision, double precision) IS
  'What a shard says of its rows for equity.atkinson_merge(); each row counts as weight equal rows. NULL without rows.';

--- To the last digit what `equity.atkinson` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.atkinson_part` did not give, those of `equity.atkinson`.
CREATE AGGREGATE equity.atkinson_merge(part bytea) (
  SFUNC = equity_internal.atkinson_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson_merge(bytea) IS
  'The measure equity.atkinson() of all rows, Atkinson index, from the parts of all shards.';

CREATE FUNCTION equity_internal.fgt_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_merge';

COMMENT ON FUNCTION equity_internal.fgt_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.fgt_merge().';

--- Errors: those of `equity.fgt`.
CREATE AGGREGATE equity.fgt_part(x double precision, line double precision, alpha double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt_part(double precision, double precision, double precision) IS
  'What a shard says of its rows for equity.fgt_merge(). NULL without rows.';

--- Errors: those of `equity.fgt`.
CREATE AGGREGATE equity.fgt_part(x double precision, line double precision, alpha double precision, weight double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt_part(double precision, double precision, double precision, double precision) IS
  'What a shard says of its rows for equity.fgt_merge(); each row counts as weight equal rows. NULL without rows.';

--- To the last digit what `equity.fgt` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.fgt_part` did not give, those of `equity.fgt`.
CREATE AGGREGATE equity.fgt_merge(part bytea) (
  SFUNC = equity_internal.fgt_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt_merge(bytea) IS
  'The measure equity.fgt() of all rows, poverty by Foster, Greer and Thorbecke, from the parts of all shards.';

CREATE FUNCTION equity_internal.inclusion_error_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_merge';

COMMENT ON FUNCTION equity_internal.inclusion_error_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.inclusion_error_merge().';

--- Errors: those of `equity.inclusion_error`.
CREATE AGGREGATE equity.inclusion_error_part(selected boolean, in_need boolean) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error_part(boolean, boolean) IS
  'What a shard says of its rows for equity.inclusion_error_merge(). NULL without rows.';

--- Errors: those of `equity.inclusion_error`.
CREATE AGGREGATE equity.inclusion_error_part(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error_part(boolean, boolean, double precision) IS
  'What a shard says of its rows for equity.inclusion_error_merge(); each row counts as weight equal rows. NULL without rows.';

--- To the last digit what `equity.inclusion_error` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.inclusion_error_part` did not give, those of `equity.inclusion_error`.
CREATE AGGREGATE equity.inclusion_error_merge(part bytea) (
  SFUNC = equity_internal.inclusion_error_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error_merge(bytea) IS
  'The measure equity.inclusion_error() of all rows, leakage, from the parts of all shards.';

CREATE FUNCTION equity_internal.exclusion_error_merge_accum(state double precision[], part bytea) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_merge';

COMMENT ON FUNCTION equity_internal.exclusion_error_merge_accum(double precision[], bytea) IS
  'Adds a part to the state of equity.exclusion_error_merge().';

--- Errors: those of `equity.exclusion_error`.
CREATE AGGREGATE equity.exclusion_error_part(selected boolean, in_need boolean) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error_part(boolean, boolean) IS
  'What a shard says of its rows for equity.exclusion_error_merge(). NULL without rows.';

--- Errors: those of `equity.exclusion_error`.
CREATE AGGREGATE equity.exclusion_error_part(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_part,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error_part(boolean, boolean, double precision) IS
  'What a shard says of its rows for equity.exclusion_error_merge(); each row counts as weight equal rows. NULL without rows.';

--- To the last digit what `equity.exclusion_error` gives over all rows, however they were spread. A NULL takes no part.
---
--- Errors: 22P03 bytes that `equity.exclusion_error_part` did not give, those of `equity.exclusion_error`.
CREATE AGGREGATE equity.exclusion_error_merge(part bytea) (
  SFUNC = equity_internal.exclusion_error_merge_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error_merge(bytea) IS
  'The measure equity.exclusion_error() of all rows, undercoverage, from the parts of all shards.';
