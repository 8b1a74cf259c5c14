-- Measures of inequality, poverty and targeting. A transition function with fewer arguments is the same one.
--
-- A weight is so many equal rows, and need not be a whole number. A row with a weight of NULL or 0 takes no part, nor does one with
-- NULL in another argument. A negative weight is an error (22023).

-- ---- from sums: to the last digit the same in any order of the rows; over shards see 72-measure-parts.sql ----

CREATE FUNCTION equity_internal.sums_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_combine';

COMMENT ON FUNCTION equity_internal.sums_combine(double precision[], double precision[]) IS
  'Adds up two states of a measure that is made from sums.';

CREATE FUNCTION equity_internal.sums_final(state double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_final';

COMMENT ON FUNCTION equity_internal.sums_final(double precision[]) IS
  'The measure of a state that is made from sums.';

CREATE FUNCTION equity_internal.theil_t_accum(state double precision[], x double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_accum';

COMMENT ON FUNCTION equity_internal.theil_t_accum(double precision[], double precision) IS
  'Adds a row to the state of equity.theil_t().';

CREATE FUNCTION equity_internal.theil_t_accum(state double precision[], x double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_accum';

COMMENT ON FUNCTION equity_internal.theil_t_accum(double precision[], double precision, double precision) IS
  'Adds a row with a weight to the state of equity.theil_t().';

--- It is the sum of a part between groups, `theil_t(m, n)` over the means and sizes of the groups, and a part within them, the mean of
--- `theil_t` in each group weighted by `n * m`. 0 * ln 0 counts as 0. NULL for no rows and when all are 0.
---
--- Errors: 22023 for a negative value, NaN or infinity.
CREATE AGGREGATE equity.theil_t(x double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t(double precision) IS
  'Theil index T of x, the mean of x/m * ln(x/m) where m is the mean of x: 0 when all are equal, ln(n) when one has all.';

CREATE AGGREGATE equity.theil_t(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t(double precision, double precision) IS
  'Theil index T of x, the mean of x/m * ln(x/m) where m is the mean of x: 0 when all are equal, ln(n) when one has all; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.theil_l_accum(state double precision[], x double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_accum';

COMMENT ON FUNCTION equity_internal.theil_l_accum(double precision[], double precision) IS
  'Adds a row to the state of equity.theil_l().';

CREATE FUNCTION equity_internal.theil_l_accum(state double precision[], x double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_accum';

COMMENT ON FUNCTION equity_internal.theil_l_accum(double precision[], double precision, double precision) IS
  'Adds a row with a weight to the state of equity.theil_l().';

--- It is the sum of a part between groups, `theil_l(m, n)` over the means and sizes of the groups, and a part within them, the mean of
--- `theil_l` in each group weighted by `n`. NULL for no rows.
---
--- Errors: 22023 for a value that is not above 0, NaN or infinity.
CREATE AGGREGATE equity.theil_l(x double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l(double precision) IS
  'Theil index L of x, the mean logarithmic deviation: ln of the mean less the mean of ln(x), 0 when all are equal.';

CREATE AGGREGATE equity.theil_l(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l(double precision, double precision) IS
  'Theil index L of x, the mean logarithmic deviation: ln of the mean less the mean of ln(x), 0 when all are equal; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.atkinson_accum(state double precision[], x double precision, e double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_accum';

COMMENT ON FUNCTION equity_internal.atkinson_accum(double precision[], double precision, double precision) IS
  'Adds a row to the state of equity.atkinson().';

CREATE FUNCTION equity_internal.atkinson_accum(state double precision[], x double precision, e double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_accum';

COMMENT ON FUNCTION equity_internal.atkinson_accum(double precision[], double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.atkinson().';

--- `e` is 0 or more and the same in all rows; with 1 the index rests on the geometric mean. It is 1 when someone has nothing and `e` is 1
--- or more. NULL for no rows and when all are 0.
---
--- Errors: 22023 for a negative value or `e`, NaN or infinity.
CREATE AGGREGATE equity.atkinson(x double precision, e double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson(double precision, double precision) IS
  'Atkinson index of x, 0 to 1: the share of the total that could be given up if the rest were divided equally, at the aversion e to inequality.';

CREATE AGGREGATE equity.atkinson(x double precision, e double precision, weight double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson(double precision, double precision, double precision) IS
  'Atkinson index of x, 0 to 1: the share of the total that could be given up if the rest were divided equally, at the aversion e to inequality; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.fgt_accum(state double precision[], x double precision, line double precision, alpha double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_accum';

COMMENT ON FUNCTION equity_internal.fgt_accum(double precision[], double precision, double precision, double precision) IS
  'Adds a row to the state of equity.fgt().';

CREATE FUNCTION equity_internal.fgt_accum(state double precision[], x double precision, line double precision, alpha double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_accum';

COMMENT ON FUNCTION equity_internal.fgt_accum(double precision[], double precision, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.fgt().';

--- `alpha` 0 gives the headcount (the share below the line), 1 the poverty gap, 2 its severity; it is the same in all rows. The line may
--- differ from row to row, for example by province. NULL for no rows.
---
--- Errors: 22023 for a line that is not above 0, a negative `alpha`, NaN or infinity.
CREATE AGGREGATE equity.fgt(x double precision, line double precision, alpha double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt(double precision, double precision, double precision) IS
  'Poverty by Foster, Greer and Thorbecke: the mean of ((line - x) / line)^alpha over all, where those at or above the line count 0.';

CREATE AGGREGATE equity.fgt(x double precision, line double precision, alpha double precision, weight double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt(double precision, double precision, double precision, double precision) IS
  'Poverty by Foster, Greer and Thorbecke: the mean of ((line - x) / line)^alpha over all, where those at or above the line count 0; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.inclusion_error_accum(state double precision[], selected boolean, in_need boolean) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_accum';

COMMENT ON FUNCTION equity_internal.inclusion_error_accum(double precision[], boolean, boolean) IS
  'Adds a row to the state of equity.inclusion_error().';

CREATE FUNCTION equity_internal.inclusion_error_accum(state double precision[], selected boolean, in_need boolean, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_accum';

COMMENT ON FUNCTION equity_internal.inclusion_error_accum(double precision[], boolean, boolean, double precision) IS
  'Adds a row with a weight to the state of equity.inclusion_error().';

--- NULL when nobody is selected. Its interval: `equity.wilson_low` and `equity.wilson_high` of the two counts.
CREATE AGGREGATE equity.inclusion_error(selected boolean, in_need boolean) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error(boolean, boolean) IS
  'Leakage, FP / (TP + FP): of those selected, the share that is not in need, 0 to 1.';

CREATE AGGREGATE equity.inclusion_error(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error(boolean, boolean, double precision) IS
  'Leakage, FP / (TP + FP): of those selected, the share that is not in need, 0 to 1; each row counts as weight equal rows.';

CREATE FUNCTION equity_internal.exclusion_error_accum(state double precision[], selected boolean, in_need boolean) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_accum';

COMMENT ON FUNCTION equity_internal.exclusion_error_accum(double precision[], boolean, boolean) IS
  'Adds a row to the state of equity.exclusion_error().';

CREATE FUNCTION equity_internal.exclusion_error_accum(state double precision[], selected boolean, in_need boolean, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_accum';

COMMENT ON FUNCTION equity_internal.exclusion_error_accum(double precision[], boolean, boolean, double precision) IS
  'Adds a row with a weight to the state of equity.exclusion_error().';

--- NULL when nobody is in need. Its interval: `equity.wilson_low` and `equity.wilson_high` of the two counts.
CREATE AGGREGATE equity.exclusion_error(selected boolean, in_need boolean) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error(boolean, boolean) IS
  'Undercoverage, FN / (TP + FN): of those in need, the share that is not selected, 0 to 1.';

CREATE AGGREGATE equity.exclusion_error(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.sums_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error(boolean, boolean, double precision) IS
  'Undercoverage, FN / (TP + FN): of those in need, the share that is not selected, 0 to 1; each row counts as weight equal rows.';

-- ---- from distributions: the state gathers the rows, 24 bytes each ----

CREATE FUNCTION equity_internal.distribution_accum(state internal, x double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum';

COMMENT ON FUNCTION equity_internal.distribution_accum(internal, double precision) IS
  'Adds a row to the state of measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_accum(state internal, x double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum';

COMMENT ON FUNCTION equity_internal.distribution_accum(internal, double precision, double precision) IS
  'Adds a row with a weight to the state of measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_accum_rank(state internal, x double precision, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_rank';

COMMENT ON FUNCTION equity_internal.distribution_accum_rank(internal, double precision, double precision) IS
  'Adds a row to the state of equity.concentration_index().';

CREATE FUNCTION equity_internal.distribution_accum_rank(state internal, x double precision, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_rank';

COMMENT ON FUNCTION equity_internal.distribution_accum_rank(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.concentration_index().';

CREATE FUNCTION equity_internal.distribution_accum_range(state internal, x double precision, lo double precision, hi double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_range';

COMMENT ON FUNCTION equity_internal.distribution_accum_range(internal, double precision, double precision, double precision) IS
  'Adds a row to the state of equity.quantile_share().';

CREATE FUNCTION equity_internal.distribution_accum_range(state internal, x double precision, lo double precision, hi double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_range';

COMMENT ON FUNCTION equity_internal.distribution_accum_range(internal, double precision, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.quantile_share().';

CREATE FUNCTION equity_internal.distribution_accum_points(state internal, x double precision, points integer) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_points';

COMMENT ON FUNCTION equity_internal.distribution_accum_points(internal, double precision, integer) IS
  'Adds a row to the state of equity.lorenz().';

CREATE FUNCTION equity_internal.distribution_accum_points(state internal, x double precision, points integer, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_points';

COMMENT ON FUNCTION equity_internal.distribution_accum_points(internal, double precision, integer, double precision) IS
  'Adds a row with a weight to the state of equity.lorenz().';

CREATE FUNCTION equity_internal.distribution_accum_quantile(state internal, x double precision, p double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_quantile';

COMMENT ON FUNCTION equity_internal.distribution_accum_quantile(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.weighted_quantile().';

CREATE FUNCTION equity_internal.distribution_accum_line(state internal, x double precision, line double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_line';

COMMENT ON FUNCTION equity_internal.distribution_accum_line(internal, double precision, double precision) IS
  'Adds a row to the state of equity.sen_index().';

CREATE FUNCTION equity_internal.distribution_accum_line(state internal, x double precision, line double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_line';

COMMENT ON FUNCTION equity_internal.distribution_accum_line(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.sen_index().';

CREATE FUNCTION equity_internal.distribution_accum_outcome(state internal, outcome boolean, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_outcome';

COMMENT ON FUNCTION equity_internal.distribution_accum_outcome(internal, boolean, double precision) IS
  'Adds a row to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_accum_outcome(state internal, outcome boolean, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_outcome';

COMMENT ON FUNCTION equity_internal.distribution_accum_outcome(internal, boolean, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_accum_share(state internal, outcome double precision, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_share';

COMMENT ON FUNCTION equity_internal.distribution_accum_share(internal, double precision, double precision) IS
  'Adds a row to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_accum_share(state internal, outcome double precision, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_share';

COMMENT ON FUNCTION equity_internal.distribution_accum_share(internal, double precision, double precision, double precision) IS
  'Adds a row with a weight to the state of equity.erreygers_index() and equity.wagstaff_index().';

CREATE FUNCTION equity_internal.distribution_combine(state internal, other internal) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_combine';

COMMENT ON FUNCTION equity_internal.distribution_combine(internal, internal) IS
  'Joins two states of a measure that needs values in order.';

CREATE FUNCTION equity_internal.distribution_serialize(state internal) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_serialize';

COMMENT ON FUNCTION equity_internal.distribution_serialize(internal) IS
  'Writes a state so that a parallel worker may hand it over.';

CREATE FUNCTION equity_internal.distribution_deserialize(serialized bytea, dummy internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_deserialize';

COMMENT ON FUNCTION equity_internal.distribution_deserialize(bytea, internal) IS
  'Reads a state that a parallel worker has written.';

CREATE FUNCTION equity_internal.gini_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_gini_final';

COMMENT ON FUNCTION equity_internal.gini_final(internal) IS
  'The result of equity.gini().';

CREATE FUNCTION equity_internal.gini_interval_final(state internal) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_gini_interval_final';

COMMENT ON FUNCTION equity_internal.gini_interval_final(internal) IS
  'The result of equity.gini_interval().';

CREATE FUNCTION equity_internal.hoover_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_hoover_final';

COMMENT ON FUNCTION equity_internal.hoover_final(internal) IS
  'The result of equity.hoover().';

CREATE FUNCTION equity_internal.palma_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_palma_final';

COMMENT ON FUNCTION equity_internal.palma_final(internal) IS
  'The result of equity.palma().';

CREATE FUNCTION equity_internal.quantile_share_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_quantile_share_final';

COMMENT ON FUNCTION equity_internal.quantile_share_final(internal) IS
  'The result of equity.quantile_share().';

CREATE FUNCTION equity_internal.concentration_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_concentration_final';

COMMENT ON FUNCTION equity_internal.concentration_final(internal) IS
  'The result of equity.concentration_index().';

CREATE FUNCTION equity_internal.lorenz_final(state internal) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_lorenz_final';

COMMENT ON FUNCTION equity_internal.lorenz_final(internal) IS
  'The result of equity.lorenz().';

CREATE FUNCTION equity_internal.quantile_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_quantile_final';

COMMENT ON FUNCTION equity_internal.quantile_final(internal) IS
  'The result of equity.weighted_quantile().';

CREATE FUNCTION equity_internal.sen_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sen_final';

COMMENT ON FUNCTION equity_internal.sen_final(internal) IS
  'The result of equity.sen_index().';

CREATE FUNCTION equity_internal.erreygers_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_erreygers_final';

COMMENT ON FUNCTION equity_internal.erreygers_final(internal) IS
  'The result of equity.erreygers_index().';

CREATE FUNCTION equity_internal.wagstaff_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_wagstaff_final';

COMMENT ON FUNCTION equity_internal.wagstaff_final(internal) IS
  'The result of equity.wagstaff_index().';

--- It is the population formula; multiply by n / (n - 1) for the corrected one. Negative values are allowed, and it may then exceed 1.
--- NULL for no rows and when the values add up to 0.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.gini(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini(double precision) IS
  'Gini coefficient of x: twice the area between the diagonal and the Lorenz curve, 0 when all are equal, (n - 1) / n when one has all.';

CREATE AGGREGATE equity.gini(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini(double precision, double precision) IS
  'Gini coefficient of x: twice the area between the diagonal and the Lorenz curve, 0 when all are equal, (n - 1) / n when one has all; each row counts as weight equal rows.';

--- It is plus and minus 1.96 standard errors by leaving out each row (the jackknife of Ogwang 2000), for rows that are a simple random
--- sample, a few dozen at least. NULL also for one row. NULL for no rows and when the values add up to 0.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.gini_interval(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_interval_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini_interval(double precision) IS
  'The 95 % confidence interval of equity.gini(), as {low, high}, within 0 to 1.';

CREATE AGGREGATE equity.gini_interval(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.gini_interval_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini_interval(double precision, double precision) IS
  'The 95 % confidence interval of equity.gini(), as {low, high}, within 0 to 1; each row counts as weight equal rows.';

--- It is half the mean absolute deviation over the mean. NULL for no rows and when the values add up to 0.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.hoover(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.hoover_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.hoover(double precision) IS
  'Hoover index of x (Robin Hood index, Ricci-Schutz coefficient): the share of the total that would have to change hands for all to be equal.';

CREATE AGGREGATE equity.hoover(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.hoover_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.hoover(double precision, double precision) IS
  'Hoover index of x (Robin Hood index, Ricci-Schutz coefficient): the share of the total that would have to change hands for all to be equal; each row counts as weight equal rows.';

--- A row on the border counts in part. NULL also when the lowest four tenths have nothing. NULL for no rows and when the values add up to 0.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.palma(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.palma_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.palma(double precision) IS
  'Palma ratio of x: the share of the highest tenth over that of the lowest four tenths.';

CREATE AGGREGATE equity.palma(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.palma_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.palma(double precision, double precision) IS
  'Palma ratio of x: the share of the highest tenth over that of the lowest four tenths; each row counts as weight equal rows.';

--- `lo` and `hi` are from 0 to 1 and the same in all rows. A row on the border counts in part.
--- NULL for no rows and when the values add up to 0.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.quantile_share(x double precision, lo double precision, hi double precision) (
  SFUNC = equity_internal.distribution_accum_range,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.quantile_share_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.quantile_share(double precision, double precision, double precision) IS
  'The share of the total that those between two parts of the population have: (x, 0.8, 1) is the share of the highest fifth.';

CREATE AGGREGATE equity.quantile_share(x double precision, lo double precision, hi double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_range,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.quantile_share_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.quantile_share(double precision, double precision, double precision, double precision) IS
  'The share of the total that those between two parts of the population have: (x, 0.8, 1) is the share of the highest fifth; each row counts as weight equal rows.';

--- `p` is from 0 to 1 and the same in all rows. Where the part ends just between two rows it is their mean, as the statistical offices of
--- the European Union compute poverty lines. Without weights PostgreSQL has `percentile_cont` and `percentile_disc`. NULL for no rows.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for another `p`, NaN or infinity; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.weighted_quantile(x double precision, p double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_quantile,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.quantile_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.weighted_quantile(double precision, double precision, double precision) IS
  'The value of x below which the part p of the weights lies, such as the weighted median with p = 0.5.';

--- It is the formula for many people. The line is the same in all rows. 0 when nobody is below it; NULL for no rows.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for a negative value, a line that is not above 0, NaN or infinity; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.sen_index(x double precision, line double precision) (
  SFUNC = equity_internal.distribution_accum_line,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.sen_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.sen_index(double precision, double precision) IS
  'Sen index of poverty, 0 to 1: H * (I + (1 - I) * G), with the headcount H of those below the line, their mean gap I, and the Gini coefficient G among them.';

CREATE AGGREGATE equity.sen_index(x double precision, line double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_line,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.sen_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.sen_index(double precision, double precision, double precision) IS
  'Sen index of poverty, 0 to 1: H * (I + (1 - I) * G), with the headcount H of those below the line, their mean gap I, and the Gini coefficient G among them; each row counts as weight equal rows.';

--- People of equal `rank_by` have their mean rank. NULL for no rows and when the values add up to 0.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.concentration_index(x double precision, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_rank,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.concentration_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.concentration_index(double precision, double precision) IS
  'Concentration index of x over people in order of rank_by, for example of awards over income: -1 when the lowest has all, 0 when it does not depend on rank_by, 1 when the highest has all.';

CREATE AGGREGATE equity.concentration_index(x double precision, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_rank,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.concentration_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.concentration_index(double precision, double precision, double precision) IS
  'Concentration index of x over people in order of rank_by, for example of awards over income: -1 when the lowest has all, 0 when it does not depend on rank_by, 1 when the highest has all; each row counts as weight equal rows.';

--- It is four times the mean of the outcome times its concentration index (Erreygers 2009): an index of yes and one of no differ in sign
--- only. 0 when all say the same; NULL for no rows.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.erreygers_index(outcome boolean, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(boolean, double precision) IS
  'Erreygers index of an outcome, yes or no, over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by.';

CREATE AGGREGATE equity.erreygers_index(outcome boolean, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(boolean, double precision, double precision) IS
  'Erreygers index of an outcome, yes or no, over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by; each row counts as weight equal rows.';

--- It is the concentration index over 1 less the mean of the outcome (Wagstaff 2005). NULL for no rows, and when all say yes or all no.
---
--- Over shards it gathers all rows: it has no parts that could be put together.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.wagstaff_index(outcome boolean, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(boolean, double precision) IS
  'Wagstaff index of an outcome, yes or no, over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1.';

CREATE AGGREGATE equity.wagstaff_index(outcome boolean, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_outcome,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(boolean, double precision, double precision) IS
  'Wagstaff index of an outcome, yes or no, over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1; each row counts as weight equal rows.';

--- It is four times the mean of the outcome times its concentration index (Erreygers 2009): an index of yes and one of no differ in sign
--- only. 0 when all say the same; NULL for no rows.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.erreygers_index(outcome double precision, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(double precision, double precision) IS
  'Erreygers index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by.';

CREATE AGGREGATE equity.erreygers_index(outcome double precision, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.erreygers_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.erreygers_index(double precision, double precision, double precision) IS
  'Erreygers index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: -1 when the lower half says yes and the upper half no, 1 the other way round, 0 when it does not depend on rank_by; each row counts as weight equal rows.';

--- It is the concentration index over 1 less the mean of the outcome (Wagstaff 2005). NULL for no rows, and when all say yes or all no.
---
--- Errors: 22023 for an outcome outside 0 to 1 and for NaN or infinity in `rank_by`; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.wagstaff_index(outcome double precision, rank_by double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(double precision, double precision) IS
  'Wagstaff index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1.';

CREATE AGGREGATE equity.wagstaff_index(outcome double precision, rank_by double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum_share,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.wagstaff_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.wagstaff_index(double precision, double precision, double precision) IS
  'Wagstaff index of an outcome, from 0 (no) to 1 (yes), over people in order of rank_by: the concentration index over its greatest value at that mean, -1 to 1; each row counts as weight equal rows.';

--- Over shards it gathers all rows: it has no parts that could be put together.
CREATE AGGREGATE equity.lorenz(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.lorenz_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.lorenz(double precision) IS
  'The Lorenz curve of x at 101 points, as equity.lorenz(x, 100).';

--- The array has `points` + 1 numbers; `points` is 1 to 10000 and the same in all rows. NULL for no rows and when the values add up to 0.
---
--- Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than `equity.max_memory`.
CREATE AGGREGATE equity.lorenz(x double precision, points integer) (
  SFUNC = equity_internal.distribution_accum_points,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.lorenz_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.lorenz(double precision, integer) IS
  'The Lorenz curve of x for plots: the shares of the total that the lowest 0, 1/points, 2/points ... 1 of the population have.';

CREATE AGGREGATE equity.lorenz(x double precision, points integer, weight double precision) (
  SFUNC = equity_internal.distribution_accum_points,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.lorenz_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.lorenz(double precision, integer, double precision) IS
  'The Lorenz curve of x for plots: the shares of the total that the lowest 0, 1/points, 2/points ... 1 of the population have; each row counts as weight equal rows.';
