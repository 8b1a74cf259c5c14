-- Measures of inequality, poverty and targeting. A transition function with fewer arguments is the same one.

CREATE FUNCTION equity_internal.sums_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_sums_combine';

COMMENT ON FUNCTION equity_internal.sums_combine(double precision[], double precision[]) IS
  'Adds up two parts; for the measures that are made from sums.';

-- ---- from sums ----

CREATE FUNCTION equity_internal.theil_t_accum(state double precision[], x double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_accum';

COMMENT ON FUNCTION equity_internal.theil_t_accum(double precision[], double precision) IS
  'Takes a row; for equity.theil_t().';

CREATE FUNCTION equity_internal.theil_t_accum(state double precision[], x double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_accum';

COMMENT ON FUNCTION equity_internal.theil_t_accum(double precision[], double precision, double precision) IS
  'Takes a row with a weight; for equity.theil_t().';

CREATE FUNCTION equity_internal.theil_t_final(state double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_t_final';

COMMENT ON FUNCTION equity_internal.theil_t_final(double precision[]) IS
  'The measure; for equity.theil_t().';

CREATE AGGREGATE equity.theil_t(x double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.theil_t_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t(double precision) IS
  'Theils T of x, the mean of x/m * ln(x/m), where m is the mean: 0 when all are equal, ln(n) when one has all; 0 * ln 0 counts as 0. It is the sum of a part between groups, which is theil_t(m_g, n_g) over the groups means and sizes, and one within, the mean of theil_t in each group weighted by n_g * m_g. NULL for no rows and when all are 0. Errors: 22023 for a negative value, NaN or infinity.';

CREATE AGGREGATE equity.theil_t(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_t_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.theil_t_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_t(double precision, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

CREATE FUNCTION equity_internal.theil_l_accum(state double precision[], x double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_accum';

COMMENT ON FUNCTION equity_internal.theil_l_accum(double precision[], double precision) IS
  'Takes a row; for equity.theil_l().';

CREATE FUNCTION equity_internal.theil_l_accum(state double precision[], x double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_accum';

COMMENT ON FUNCTION equity_internal.theil_l_accum(double precision[], double precision, double precision) IS
  'Takes a row with a weight; for equity.theil_l().';

CREATE FUNCTION equity_internal.theil_l_final(state double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_theil_l_final';

COMMENT ON FUNCTION equity_internal.theil_l_final(double precision[]) IS
  'The measure; for equity.theil_l().';

CREATE AGGREGATE equity.theil_l(x double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.theil_l_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l(double precision) IS
  'Theils L of x, the mean logarithmic deviation ln(mean x) - mean(ln x): 0 when all are equal. Between groups it is theil_l(m_g, n_g), within the mean of theil_l in each group weighted by n_g. NULL for no rows. Errors: 22023 for a value that is not above 0, NaN or infinity.';

CREATE AGGREGATE equity.theil_l(x double precision, weight double precision) (
  SFUNC = equity_internal.theil_l_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.theil_l_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.theil_l(double precision, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

CREATE FUNCTION equity_internal.atkinson_accum(state double precision[], x double precision, e double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_accum';

COMMENT ON FUNCTION equity_internal.atkinson_accum(double precision[], double precision, double precision) IS
  'Takes a row; for equity.atkinson().';

CREATE FUNCTION equity_internal.atkinson_accum(state double precision[], x double precision, e double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_accum';

COMMENT ON FUNCTION equity_internal.atkinson_accum(double precision[], double precision, double precision, double precision) IS
  'Takes a row with a weight; for equity.atkinson().';

CREATE FUNCTION equity_internal.atkinson_final(state double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_atkinson_final';

COMMENT ON FUNCTION equity_internal.atkinson_final(double precision[]) IS
  'The measure; for equity.atkinson().';

CREATE AGGREGATE equity.atkinson(x double precision, e double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.atkinson_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson(double precision, double precision) IS
  'Atkinsons index of x, 0 to 1: the share of the total that could be given up if the rest were divided equally, at the aversion e (0 and up, the same in all rows; with 1 by the geometric mean). 1 when someone has nothing and e is 1 or more. NULL for no rows and when all are 0. Errors: 22023 for a negative value or e, NaN or infinity.';

CREATE AGGREGATE equity.atkinson(x double precision, e double precision, weight double precision) (
  SFUNC = equity_internal.atkinson_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.atkinson_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.atkinson(double precision, double precision, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

CREATE FUNCTION equity_internal.mean_term_final(state double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_mean_term_final';

COMMENT ON FUNCTION equity_internal.mean_term_final(double precision[]) IS
  'The mean; for equity.fgt() and the errors of targeting.';

CREATE FUNCTION equity_internal.fgt_accum(state double precision[], x double precision, line double precision, alpha double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_accum';

COMMENT ON FUNCTION equity_internal.fgt_accum(double precision[], double precision, double precision, double precision) IS
  'Takes a row; for equity.fgt().';

CREATE FUNCTION equity_internal.fgt_accum(state double precision[], x double precision, line double precision, alpha double precision, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_fgt_accum';

COMMENT ON FUNCTION equity_internal.fgt_accum(double precision[], double precision, double precision, double precision, double precision) IS
  'Takes a row with a weight; for equity.fgt().';

CREATE AGGREGATE equity.fgt(x double precision, line double precision, alpha double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.mean_term_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt(double precision, double precision, double precision) IS
  'Poverty by Foster, Greer and Thorbecke: the mean of ((line - x) / line)^alpha over all, where those at or above the line count 0. alpha 0 is the headcount (the share below the line), 1 the poverty gap, 2 its severity; the same in all rows. The line may differ by row, for example by province. NULL for no rows. Errors: 22023 for a line that is not above 0, a negative alpha, NaN or infinity.';

CREATE AGGREGATE equity.fgt(x double precision, line double precision, alpha double precision, weight double precision) (
  SFUNC = equity_internal.fgt_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.mean_term_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.fgt(double precision, double precision, double precision, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

CREATE FUNCTION equity_internal.inclusion_error_accum(state double precision[], selected boolean, in_need boolean) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_accum';

COMMENT ON FUNCTION equity_internal.inclusion_error_accum(double precision[], boolean, boolean) IS
  'Takes a row; for equity.inclusion_error().';

CREATE FUNCTION equity_internal.inclusion_error_accum(state double precision[], selected boolean, in_need boolean, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_inclusion_error_accum';

COMMENT ON FUNCTION equity_internal.inclusion_error_accum(double precision[], boolean, boolean, double precision) IS
  'Takes a row with a weight; for equity.inclusion_error().';

CREATE AGGREGATE equity.inclusion_error(selected boolean, in_need boolean) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.mean_term_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error(boolean, boolean) IS
  'Leakage, FP / (TP + FP): of those selected, the share that is not in need, 0 to 1. Rows with a NULL take no part; NULL when nobody is selected. Its interval: equity.wilson_low() and equity.wilson_high() of the two counts.';

CREATE AGGREGATE equity.inclusion_error(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.inclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.mean_term_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.inclusion_error(boolean, boolean, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

CREATE FUNCTION equity_internal.exclusion_error_accum(state double precision[], selected boolean, in_need boolean) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_accum';

COMMENT ON FUNCTION equity_internal.exclusion_error_accum(double precision[], boolean, boolean) IS
  'Takes a row; for equity.exclusion_error().';

CREATE FUNCTION equity_internal.exclusion_error_accum(state double precision[], selected boolean, in_need boolean, weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_exclusion_error_accum';

COMMENT ON FUNCTION equity_internal.exclusion_error_accum(double precision[], boolean, boolean, double precision) IS
  'Takes a row with a weight; for equity.exclusion_error().';

CREATE AGGREGATE equity.exclusion_error(selected boolean, in_need boolean) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.mean_term_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error(boolean, boolean) IS
  'Undercoverage, FN / (TP + FN): of those in need, the share that is not selected, 0 to 1. Rows with a NULL take no part; NULL when nobody is in need. Its interval: equity.wilson_low() and equity.wilson_high() of the two counts.';

CREATE AGGREGATE equity.exclusion_error(selected boolean, in_need boolean, weight double precision) (
  SFUNC = equity_internal.exclusion_error_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.sums_combine,
  FINALFUNC = equity_internal.mean_term_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.exclusion_error(boolean, boolean, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

-- ---- from distributions ----

CREATE FUNCTION equity_internal.distribution_accum(state internal, x double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum';

COMMENT ON FUNCTION equity_internal.distribution_accum(internal, double precision) IS
  'Takes a row; for the measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_accum(state internal, x double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum';

COMMENT ON FUNCTION equity_internal.distribution_accum(internal, double precision, double precision) IS
  'Takes a row with a weight; for the measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_accum_rank(state internal, x double precision, rank_by double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_rank';

COMMENT ON FUNCTION equity_internal.distribution_accum_rank(internal, double precision, double precision) IS
  'Takes a row; for equity.concentration_index().';

CREATE FUNCTION equity_internal.distribution_accum_rank(state internal, x double precision, rank_by double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_rank';

COMMENT ON FUNCTION equity_internal.distribution_accum_rank(internal, double precision, double precision, double precision) IS
  'Takes a row with a weight; for equity.concentration_index().';

CREATE FUNCTION equity_internal.distribution_accum_range(state internal, x double precision, lo double precision, hi double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_range';

COMMENT ON FUNCTION equity_internal.distribution_accum_range(internal, double precision, double precision, double precision) IS
  'Takes a row; for equity.quantile_share().';

CREATE FUNCTION equity_internal.distribution_accum_range(state internal, x double precision, lo double precision, hi double precision, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_range';

COMMENT ON FUNCTION equity_internal.distribution_accum_range(internal, double precision, double precision, double precision, double precision) IS
  'Takes a row with a weight; for equity.quantile_share().';

CREATE FUNCTION equity_internal.distribution_accum_points(state internal, x double precision, points integer) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_points';

COMMENT ON FUNCTION equity_internal.distribution_accum_points(internal, double precision, integer) IS
  'Takes a row; for equity.lorenz().';

CREATE FUNCTION equity_internal.distribution_accum_points(state internal, x double precision, points integer, weight double precision) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_accum_points';

COMMENT ON FUNCTION equity_internal.distribution_accum_points(internal, double precision, integer, double precision) IS
  'Takes a row with a weight; for equity.lorenz().';

CREATE FUNCTION equity_internal.distribution_combine(state internal, other internal) RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_combine';

COMMENT ON FUNCTION equity_internal.distribution_combine(internal, internal) IS
  'Joins two parts; for the measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_serialize(state internal) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_serialize';

COMMENT ON FUNCTION equity_internal.distribution_serialize(internal) IS
  'Hands a part over; for the measures that need values in order.';

CREATE FUNCTION equity_internal.distribution_deserialize(packed bytea, dummy internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_distribution_deserialize';

COMMENT ON FUNCTION equity_internal.distribution_deserialize(bytea, internal) IS
  'Takes a part over; for the measures that need values in order.';

CREATE FUNCTION equity_internal.concentration_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_concentration_final';

COMMENT ON FUNCTION equity_internal.concentration_final(internal) IS
  'The measure; for the measures that need values in order.';

CREATE FUNCTION equity_internal.hoover_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_hoover_final';

COMMENT ON FUNCTION equity_internal.hoover_final(internal) IS
  'The measure; for the measures that need values in order.';

CREATE FUNCTION equity_internal.palma_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_palma_final';

COMMENT ON FUNCTION equity_internal.palma_final(internal) IS
  'The measure; for the measures that need values in order.';

CREATE FUNCTION equity_internal.quantile_share_final(state internal) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_quantile_share_final';

COMMENT ON FUNCTION equity_internal.quantile_share_final(internal) IS
  'The measure; for the measures that need values in order.';

CREATE FUNCTION equity_internal.lorenz_final(state internal) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_lorenz_final';

COMMENT ON FUNCTION equity_internal.lorenz_final(internal) IS
  'The measure; for the measures that need values in order.';

CREATE FUNCTION equity_internal.gini_interval_final(state internal) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_gini_interval_final';

COMMENT ON FUNCTION equity_internal.gini_interval_final(internal) IS
  'The measure; for the measures that need values in order.';

CREATE AGGREGATE equity.gini(x double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.concentration_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini(double precision) IS
  'Gini coefficient of x: twice the area between the diagonal and the Lorenz curve, 0 when all are equal, (n - 1) / n when one has all (the population formula: multiply by n / (n - 1) for the corrected one). Negative values are allowed, and it may then exceed 1. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

CREATE AGGREGATE equity.gini(x double precision, weight double precision) (
  SFUNC = equity_internal.distribution_accum,
  STYPE = internal,
  SSPACE = 1024,
  COMBINEFUNC = equity_internal.distribution_combine,
  SERIALFUNC = equity_internal.distribution_serialize,
  DESERIALFUNC = equity_internal.distribution_deserialize,
  FINALFUNC = equity_internal.concentration_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.gini(double precision, double precision) IS
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

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
  'The 95 % confidence interval of equity.gini(), as {low, high}: plus and minus 1.96 standard errors by leaving out each row (the jackknife of Ogwang 2000). For rows that are a simple random sample, a few dozen at least. NULL also for one row. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

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
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

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
  'Hoover index of x (Robin Hood index, Ricci-Schutz coefficient): the share of the total that would have to change hands for all to be equal, half the mean absolute deviation over the mean. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

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
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

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
  'Palma ratio of x: the share of the highest tenth over that of the lowest four tenths. A row on the border counts in part. NULL also when the lowest four tenths have nothing. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

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
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

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
  'Share of the total that those between two parts of the population have, lo and hi from 0 to 1 and the same in all rows: (x, 0.8, 1) is the share of the highest fifth. A row on the border counts in part. Error 22023 also for other parts. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

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
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

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
  'Concentration index of x over people in order of rank_by, for example of awards over income: -1 when the lowest has all, 0 when it does not depend on rank_by, 1 when the highest has all. People of equal rank_by have their mean rank. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

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
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';

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
  'Lorenz curve of x for plots: the shares of the total that the lowest 0, 1/points, 2/points … 1 of the population have, points + 1 numbers; points 1 to 10000 and the same in all rows. NULL for no rows and when the values add up to 0. Gathers the rows, 24 bytes each. Errors: 22023 for NaN or infinity, and when the values add up to less than 0; 53400 for more memory than equity.max_memory.';

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
  'The same with a weight for each row: so many equal rows, which need not be a whole number. Weight NULL or 0: the row takes no part; negative: 22023.';
