-- Dates are of the common era, while people here write years of the Buddhist era: one that lies five centuries ahead is
-- refused where it is written, since what goes by it would only be missing.

CREATE FUNCTION equity_internal.require_common_era() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET datestyle = 'ISO'
AS $$
DECLARE
  dates jsonb := to_jsonb(NEW);
  wrong text;
BEGIN
  SELECT c INTO wrong
    FROM unnest(TG_ARGV) AS c
   WHERE left(dates ->> c, 5) BETWEEN '2400-' AND '2700-'
   LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('%s of equity.%s is in a year of the Buddhist era', wrong, TG_TABLE_NAME),
      DETAIL = format('It is %s.', left(dates ->> wrong, 10)),
      HINT = format('Write the year of the common era: %s is %s.', left(dates ->> wrong, 4), left(dates ->> wrong, 4)::integer - 543);
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_common_era() IS
  'Trigger: refuses dates of a row, in the columns that its arguments name, whose year is one of the Buddhist era, 2400 to 2700.';

CREATE TRIGGER common_era BEFORE INSERT OR UPDATE OF opens_at, closes_at, retain_until ON equity.round
  FOR EACH ROW EXECUTE FUNCTION equity_internal.require_common_era('opens_at', 'closes_at', 'retain_until');
CREATE TRIGGER common_era BEFORE INSERT OR UPDATE OF valid_from, valid_to ON equity.scorecard_version
  FOR EACH ROW EXECUTE FUNCTION equity_internal.require_common_era('valid_from', 'valid_to');
CREATE TRIGGER common_era BEFORE INSERT OR UPDATE OF opens, closes ON equity.academic_term
  FOR EACH ROW EXECUTE FUNCTION equity_internal.require_common_era('opens', 'closes');
CREATE TRIGGER common_era BEFORE INSERT OR UPDATE OF valid_from ON equity.rate_item
  FOR EACH ROW EXECUTE FUNCTION equity_internal.require_common_era('valid_from');
-- Outcomes come by the hundred thousand: it is called for few.
CREATE TRIGGER common_era BEFORE INSERT OR UPDATE OF followed_on ON equity.outcome
  FOR EACH ROW WHEN (NEW.followed_on >= '2400-01-01')
  EXECUTE FUNCTION equity_internal.require_common_era('followed_on');
