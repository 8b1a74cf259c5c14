-- Values as people write them: dates, times, numbers and facts, in Thai or English.

CREATE FUNCTION equity_internal.value_words(value text, is_amount boolean, lang text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_value_words';

COMMENT ON FUNCTION equity_internal.value_words(text, boolean, text) IS
  'A value as people read it: a dash for an empty list, days (YYYY-MM-DD) with the name of the month, in Thai with the year of the Buddhist era (พ.ศ.), amounts with commas, no more than two zeros after the point, dots for what follows the fourth decimal.';

CREATE FUNCTION equity_internal.time_words(at timestamptz, lang text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  -- Thai time, whatever the time zone of the session
  SELECT equity_internal.value_words(to_char(t.local, 'YYYY-MM-DD'), false, lang)
         || CASE lang WHEN 'en' THEN to_char(t.local, '", "HH24:MI" (UTC+7)"') ELSE to_char(t.local, '" เวลา "HH24.MI" น."') END
    FROM (SELECT at AT TIME ZONE interval '7 hours' AS local) AS t
   WHERE isfinite(at);
END;

COMMENT ON FUNCTION equity_internal.time_words(timestamptz, text) IS
  'A time as people write it, in Thai time (UTC+7); NULL for one that never comes.';

CREATE FUNCTION equity_internal.is_amount(field text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT NOT EXISTS (SELECT FROM pg_attribute AS a
                      WHERE a.attrelid = 'equity.application_facts'::regclass
                        AND a.attname = split_part(field, '.', 1)
                        AND a.atttypid <> 'numeric'::regtype);
END;

COMMENT ON FUNCTION equity_internal.is_amount(text) IS
  'Whether the values of a field are amounts, written with commas between thousands: columns of type numeric and derived fields, but no years, ids and answers.';

CREATE FUNCTION equity_internal.plain_value(value text, field text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(CASE WHEN plain_value.value IN ('true', 'false') THEN equity.reason_text(plain_value.value, lang) END,
                  equity_internal.value_words(plain_value.value, equity_internal.is_amount(field), lang));
END;

COMMENT ON FUNCTION equity_internal.plain_value(text, text, text) IS
  'A value of a field as people read it: truth values in words, all else by equity_internal.value_words.';
