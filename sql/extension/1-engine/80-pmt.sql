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
  'A fitted proxy means test: y = b0 + b1*x[1] + b2*x[2] + ... by least squares, as equity.pmt_fit() returns it.';
COMMENT ON COLUMN equity.pmt_model.coefficients IS
  'The constant b0, then a coefficient for each column of x: one more than the columns.';
COMMENT ON COLUMN equity.pmt_model.standard_errors IS
  'Standard errors of the coefficients, provided that the residuals spread alike in all rows (and weights are their precision); equity.pmt_robust_errors() does without that. NULL when there are as many coefficients as rows.';
COMMENT ON COLUMN equity.pmt_model.r_squared IS
  'Share of the (weighted) variance of y that the columns explain, 0 to 1; NULL when y is the same in all rows.';
COMMENT ON COLUMN equity.pmt_model.n IS
  'Rows that took part: y, x and the weight not NULL, the weight above zero.';
COMMENT ON COLUMN equity.pmt_model.adjusted_r_squared IS
  'r_squared less what as many columns would explain by chance; may be negative.';
COMMENT ON COLUMN equity.pmt_model.residual_error IS
  'Standard deviation of the residuals, in the unit of y: the root of their (weighted) sum of squares over n less the number of coefficients.';
COMMENT ON COLUMN equity.pmt_model.inverse IS
  'Inverse of the (weighted) cross products of the constant and the columns, for equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_fit_accum(state double precision[], y double precision, x double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_accum';

COMMENT ON FUNCTION equity_internal.pmt_fit_accum(double precision[], double precision, double precision[]) IS
  'Adds a row to the state of equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_accum(state double precision[], y double precision, x double precision[], weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_accum';

COMMENT ON FUNCTION equity_internal.pmt_fit_accum(double precision[], double precision, double precision[], double precision) IS
  'Adds a row with a weight to the state of equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_combine';

COMMENT ON FUNCTION equity_internal.pmt_fit_combine(double precision[], double precision[]) IS
  'Joins two states of equity.pmt_fit().';

CREATE FUNCTION equity_internal.pmt_fit_final(state double precision[]) RETURNS equity.pmt_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_fit_final';

COMMENT ON FUNCTION equity_internal.pmt_fit_final(double precision[]) IS
  'The result of equity.pmt_fit().';

--- It takes one pass, by sums of twice a double's digits, and at most 500 columns. A row with a NULL takes no part; no rows give NULL. Over
--- shards: `equity.pmt_fit_part`. No award depends on the last digits once `equity.pmt_card` has rounded.
---
--- Errors: 22023 NaN or infinity, arrays of different lengths, fewer rows than coefficients, and columns that are constant or a linear
--- combination of others, which are named by their number.
CREATE AGGREGATE equity.pmt_fit(y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit(double precision, double precision[]) IS
  'Fits y by least squares on a constant and the columns of x: coefficients, standard errors, R squared and n, as a pmt_model.';

--- Standard errors take weights as precision: with survey weights use `equity.pmt_robust_errors`. A row of weight NULL or 0 takes no part.
---
--- Errors: those of `equity.pmt_fit(y, x)`, and 22023 for a negative weight.
CREATE AGGREGATE equity.pmt_fit(y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_fit_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_fit_combine,
  FINALFUNC = equity_internal.pmt_fit_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_fit(double precision, double precision[], double precision) IS
  'Fits y by weighted least squares on a constant and the columns of x, for example over a sample survey.';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[]) IS
  'Adds a row to the state of equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[], weight double precision) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[], double precision) IS
  'Adds a row with a weight to the state of equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_accum(state double precision[], model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) RETURNS double precision[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_accum';

COMMENT ON FUNCTION equity_internal.pmt_robust_accum(double precision[], equity.pmt_model, double precision, double precision[], double precision, text) IS
  'Adds a row with a weight to the state of equity.pmt_robust_errors(), for a kind of error.';

CREATE FUNCTION equity_internal.pmt_robust_combine(state double precision[], other double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_combine';

COMMENT ON FUNCTION equity_internal.pmt_robust_combine(double precision[], double precision[]) IS
  'Joins two states of equity.pmt_robust_errors().';

CREATE FUNCTION equity_internal.pmt_robust_final(state double precision[]) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_robust_final';

COMMENT ON FUNCTION equity_internal.pmt_robust_final(double precision[]) IS
  'The result of equity.pmt_robust_errors().';

--- It is a second pass over the rows that made the model. The kind is HC1 (White 1980; MacKinnon and White 1985).
---
--- Errors: 22023 as `equity.pmt_fit`, and for other rows than those of the model.
CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[]) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[]) IS
  'Standard errors of the coefficients of a model that hold when residuals spread more in some rows than in others.';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[], weight double precision) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[], double precision) IS
  'Robust standard errors of the coefficients of a weighted fit.';

CREATE AGGREGATE equity.pmt_robust_errors(model equity.pmt_model, y double precision, x double precision[], weight double precision, kind text) (
  SFUNC = equity_internal.pmt_robust_accum,
  STYPE = double precision[],
  COMBINEFUNC = equity_internal.pmt_robust_combine,
  FINALFUNC = equity_internal.pmt_robust_final,
  PARALLEL = SAFE
);

COMMENT ON AGGREGATE equity.pmt_robust_errors(equity.pmt_model, double precision, double precision[], double precision, text) IS
  'Robust standard errors of a weighted fit, of a kind: HC1, or HC3, which is safer for a few hundred rows or fewer.';

--- It is for trying a model out: an award is scored by the card of `equity.pmt_card`. NULL when an element is NULL.
---
--- Errors: 22023 when `x` has not as many numbers as the model has columns.
CREATE FUNCTION equity.pmt_predict(model equity.pmt_model, x double precision[]) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_pmt_predict';

COMMENT ON FUNCTION equity.pmt_predict(equity.pmt_model, double precision[]) IS
  'The prediction of a model for one row: b0 + b1*x[1] + b2*x[2] and so on.';

--- The card has a `const` for b0 (6 decimals) and a `coef` for each field, in the order of `x` (12 decimals, of the 15 digits that a double
--- precision is good for). From here on all is exact: the score is the prediction, but for half a millionth in each criterion. Fields are
--- numeric columns, or paths into jsonb; `classes` are as in a card, for example `[[null, 7.6, "POOR"], [7.6, null, "NON_POOR"]]`.
---
--- Errors: 22023 when there are not as many fields as columns, and what the type `scorecard` refuses.
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
    RAISE EXCEPTION 'the model has % columns, but % fields are given', cardinality(model.coefficients) - 1, cardinality(fields)
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
  'The scorecard of a model, at scale 6, which scores a row by its prediction, exactly.';

--- Who scores at least `cutoff` is selected, or with `low_is_poor` (a predicted income) who scores at most `cutoff`. Rows with a NULL take no part.
--- Exact, without floating point.
---
--- | column | meaning |
--- | --- | --- |
--- | `selected` | TP + FP, a count or a sum of weights |
--- | `in_need_total` | TP + FN |
--- | `selected_in_need` | TP |
--- | `exclusion_error` | FN / (TP + FN), to six decimals; NULL when nobody is in need |
--- | `inclusion_error` | FP / (TP + FP), to six decimals |
---
--- Errors: 22023 when the arrays are not of the same length or a weight is negative.
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
    RAISE EXCEPTION 'scores, in_need and weights must be arrays of the same length'
      USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Gather them over the same rows: array_agg(score), array_agg(in_need), array_agg(weight).';
  END IF;
  IF EXISTS (SELECT FROM unnest(weights) AS w (weight) WHERE w.weight < 0 OR w.weight = 'NaN' OR w.weight = 'Infinity') THEN
    RAISE EXCEPTION 'weights must be finite and not negative'
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
  'Both errors of targeting at each cut-off that there can be, the narrowest first.';
