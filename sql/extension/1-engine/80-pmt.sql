-- Calibration of proxy means tests. A transition function with fewer arguments is the same one.

CREATE TYPE equity.pmt_model AS (
  coefficients double precision[],
  standard_errors double precision[],
  r_squared double precision,
  n bigint,
  adjusted_r_squared double precision,
  residual_error double precision,
  inverse double precision[]
);

COMMENT ON TYPE equity.pmt_model IS
  'A fitted proxy means test: y = b0 + b1*x[1] + b2*x[2] + … by least squares, as equity.pmt_fit() returns it.';
COMMENT ON COLUMN equity.pmt_model.coefficients IS
  'The constant b0, then a coefficient for each column of x: one more than the columns.';
COMMENT ON COLUMN equity.pmt_model.standard_errors IS
  'Standard errors of the coefficients, if what is left spreads alike in all rows (and weights are its precision); equity.pmt_robust_errors() gives those without that. NULL when there are as many coefficients as rows.';
COMMENT ON COLUMN equity.pmt_model.r_squared IS
  'Share of the (weighted) variance of y that the columns explain, 0 to 1; NULL when y is the same in all rows.';
COMMENT ON COLUMN equity.pmt_model.n IS
  'Rows that took part: y, x and the weight not NULL, the weight above zero.';
COMMENT ON COLUMN equity.pmt_model.adjusted_r_squared IS
  'r_squared less what as many columns explain by chance; may be negative.';
COMMENT ON COLUMN equity.pmt_model.residual_error IS
  'Standard deviation of what is left, in the unit of y: the root of the (weighted) sum of squares over n less the coefficients.';
COMMENT ON COLUMN equity.pmt_model.inverse IS
  'Inverse of the (weighted) cross products of the constant and the columns, for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_fit_accum(state double precision[], y double precision, x double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_accum';

COMMENT ON FUNCTION equity_internal.pmt_fit_accum(double precision[], double precision, double precision[]) IS
  'Takes a row; for equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_accum(state double precision[], y double precision, x double precision[], weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_accum';

COMMENT ON FUNCTION equity_internal.pmt_fit_accum(double precision[], double precision, double precision[], double precision) IS
  'Takes a row with a weight; for equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_combine';

COMMENT ON FUNCTION equity_internal.pmt_fit_combine(double precision[], double precision[]) IS
  'Adds up two parts; for equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_final(state double precision[]) RETURNS equity.pmt_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_final';

COMMENT ON FUNCTION equity_internal.pmt_fit_final(double precision[]) IS
  'The model; for equity.pmt_fit().';

CREATE AGGREGATE equity.pmt_fit(y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit(double precision, double precision[]) IS
  'Least squares of y on a constant and the columns of x (at most 500), in one pass by planar rotations: coefficients, standard errors, R squared, n (equity.pmt_model). A row with a NULL takes no part; no rows give NULL. The last digits may differ with the order of the rows and the workers: no award depends on them once equity.pmt_card() has rounded. Errors: 22023 for NaN or infinity, arrays of different lengths, fewer rows than coefficients, and for columns that others make up, which are named by their number.';

CREATE AGGREGATE equity.pmt_fit(y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit(double precision, double precision[], double precision) IS
  'The same with a weight for each row, for example of a sample survey. Standard errors take weights as precision: with survey weights use equity.pmt_robust_errors(). Weight NULL or 0: the row takes no part; negative: 22023.';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[]) IS
  'Takes a row; for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[], weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[], double precision) IS
  'Takes a row with a weight; for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[], double precision, text) IS
  'Takes a row with a weight, for a kind of error; for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_combine';

COMMENT ON FUNCTION equity_internal.pmt_robust_combine(double precision[], double precision[]) IS
  'Adds up two parts; for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_final(state double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_final';

COMMENT ON FUNCTION equity_internal.pmt_robust_final(double precision[]) IS
  'The standard errors; for equity.pmt_robust_errors().';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[]) IS
  'Standard errors of the coefficients of a model that hold when what is left spreads more in some rows than in others (HC1: White 1980, MacKinnon and White 1985), in a second pass over the rows that made it. Errors: 22023 as equity.pmt_fit(), and for other rows than those.';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[], double precision) IS
  'The same for a weighted fit.';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[], double precision, text) IS
  'The same, of a kind: HC1, or HC3, which is safer for a few hundred rows or less.';

CREATE FUNCTION equity.pmt_predict(model equity.pmt_model, x double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_predict';

COMMENT ON FUNCTION equity.pmt_predict(equity.pmt_model, double precision[]) IS
  'What a model says of a row: b0 + b1*x[1] + …; NULL when an element is NULL. To try a model out: an award is scored by the card of equity.pmt_card(). Error 22023 when x has not as many numbers as the model has columns.';

CREATE FUNCTION equity.pmt_card(
  model equity.pmt_model,
  fields text[],
  code text DEFAULT 'PMT',
  classes jsonb DEFAULT NULL
) RETURNS equity.scorecard
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  terms jsonb;
BEGIN
  IF model IS NULL OR fields IS NULL THEN
    RETURN NULL;
  END IF;
  IF cardinality(fields) <> cardinality(model.coefficients) - 1 THEN
    RAISE EXCEPTION 'the model has % columns and fields %', cardinality(model.coefficients) - 1, cardinality(fields)
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Give a field for each column of x, in their order.';
  END IF;
  SELECT jsonb_agg(jsonb_build_object('code', f.field, 'kind', 'coef', 'field', f.field, 'coef', round(c.coef::numeric, 12))
                   ORDER BY f.position)
    INTO terms
    FROM unnest(fields) WITH ORDINALITY AS f (field, position)
    JOIN unnest(model.coefficients) WITH ORDINALITY AS c (coef, position) ON c.position = f.position + 1;
  RETURN (jsonb_build_object('code', code, 'scale', 6, 'criteria',
            jsonb_build_array(jsonb_build_object('code', 'CONSTANT', 'kind', 'const', 'points', round(model.coefficients[1]::numeric, 6)))
            || coalesce(terms, '[]'))
          || CASE WHEN classes IS NULL THEN '{}' ELSE jsonb_build_object('classes', classes) END)::text::equity.scorecard;
END;
$$;

COMMENT ON FUNCTION equity.pmt_card(equity.pmt_model, text[], text, jsonb) IS
  'The scorecard of a model, at scale 6: a const for b0 (6 decimals) and a coef for each field, in the order of x (12 decimals, of the 15 digits that a double precision is good for). From here on all is exact: the score is the prediction within half a millionth for each criterion. Fields are numeric columns, or paths into jsonb; classes as in a card, for example [[null, 7.6, "POOR"], [7.6, null, "NON_POOR"]]. Errors: 22023 when fields and columns are not as many, and what the type scorecard refuses.';

CREATE FUNCTION equity.targeting_curve(
  scores numeric[],
  in_need boolean[],
  weights numeric[] DEFAULT NULL,
  low_is_poor boolean DEFAULT false,
  OUT cutoff numeric,
  OUT selected numeric,
  OUT in_need_total numeric,
  OUT selected_in_need numeric,
  OUT exclusion_error numeric,
  OUT inclusion_error numeric
) RETURNS SETOF record
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF cardinality(scores) <> cardinality(targeting_curve.in_need) OR cardinality(scores) <> cardinality(weights) THEN
    RAISE EXCEPTION 'scores, in_need and weights are not as many'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Gather them over the same rows: array_agg(score), array_agg(in_need), array_agg(weight).';
  END IF;
  IF EXISTS (SELECT FROM unnest(weights) AS w (weight) WHERE w.weight < 0 OR w.weight = 'NaN' OR w.weight = 'Infinity') THEN
    RAISE EXCEPTION 'a weight is negative, infinite or NaN'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN QUERY
    WITH point AS (
      SELECT p.score, sum(coalesce(p.weight, 1)) AS weight, coalesce(sum(coalesce(p.weight, 1)) FILTER (WHERE p.need), 0) AS need
        FROM unnest(scores, targeting_curve.in_need, weights) AS p (score, need, weight)
       WHERE p.score IS NOT NULL AND p.need IS NOT NULL AND (weights IS NULL OR p.weight IS NOT NULL)
       GROUP BY p.score),
    curve AS (
      SELECT p.score, sum(p.weight) OVER so_far AS weight, sum(p.need) OVER so_far AS need, sum(p.need) OVER () AS total
        FROM point AS p
      WINDOW so_far AS (ORDER BY CASE WHEN low_is_poor THEN p.score ELSE - p.score END))
    SELECT c.score, c.weight, c.total, c.need,
           round((c.total - c.need) / nullif(c.total, 0), 6),
           round((c.weight - c.need) / nullif(c.weight, 0), 6)
      FROM curve AS c
     ORDER BY CASE WHEN low_is_poor THEN c.score ELSE - c.score END;
END;
$$;

COMMENT ON FUNCTION equity.targeting_curve(numeric[], boolean[], numeric[], boolean) IS
  'Both errors of targeting at each cut-off that there can be, the narrowest first: who scores at least cutoff is selected, or with low_is_poor (a predicted income) at most cutoff. Counts, or sums of weights: selected (TP + FP), in_need_total (TP + FN), selected_in_need (TP). exclusion_error is FN/(TP + FN), inclusion_error FP/(TP + FP), to six decimals, NULL without a denominator. Exact. Rows with a NULL take no part. Error 22023 when the arrays are not as long as each other or a weight is negative.';
