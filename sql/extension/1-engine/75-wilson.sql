-- How sure a rate is.

-- The interval holds for small counts and never leaves 0 to 1. z = 1.959963984540054, its square 3.841458820694124.

--- Six decimals, computed in numeric. NULL without trials, and unless 0 <= hits <= trials.
CREATE FUNCTION equity.wilson_low(hits bigint, trials bigint) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN trials > 0 AND hits BETWEEN 0 AND trials
           THEN greatest(0, round((hits + 1.920729410347062
                                   - 1.959963984540054 * sqrt(hits * (trials - hits)::numeric / trials + 0.960364705173531))
                                  / (trials + 3.841458820694124), 6))
         END;
END;

COMMENT ON FUNCTION equity.wilson_low(bigint, bigint) IS
  'Lower end of the 95 % interval of Wilson (1927) for a rate of hits in trials, 0 to 1.';

--- Six decimals, computed in numeric. NULL without trials, and unless 0 <= hits <= trials.
CREATE FUNCTION equity.wilson_high(hits bigint, trials bigint) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN trials > 0 AND hits BETWEEN 0 AND trials
           THEN least(1, round((hits + 1.920729410347062
                                + 1.959963984540054 * sqrt(hits * (trials - hits)::numeric / trials + 0.960364705173531))
                               / (trials + 3.841458820694124), 6))
         END;
END;

COMMENT ON FUNCTION equity.wilson_high(bigint, bigint) IS
  'Upper end of the 95 % interval of Wilson (1927) for a rate of hits in trials, 0 to 1.';
