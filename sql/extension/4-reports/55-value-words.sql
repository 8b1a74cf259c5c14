-- Values as people write them: dates, times, numbers and facts, in Thai or English.

CREATE FUNCTION equity_internal.date_words(day text, lang text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE lang
           WHEN 'en' THEN format('%s %s %s', d.part[3], ('{January,February,March,April,May,June,July,August,September,October,November,December}'::text[])[d.part[2]], d.part[1])
           ELSE equity.thai_date(make_date(d.part[1], d.part[2], d.part[3]))
         END
    FROM (SELECT string_to_array(day, '-')::integer[] AS part) AS d;
END;

COMMENT ON FUNCTION equity_internal.date_words(text, text) IS
  'A day, given as year-month-day of the common era, as people write it: in Thai with the year of the Buddhist era (พ.ศ.).';

CREATE FUNCTION equity_internal.time_words(at timestamptz, lang text) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  -- Thai time, whatever the time zone of the session
  SELECT equity_internal.date_words(to_char(t.local, 'YYYY-MM-DD'), lang)
         || CASE lang WHEN 'en' THEN to_char(t.local, '", "HH24:MI" (UTC+7)"') ELSE to_char(t.local, '" เวลา "HH24.MI" น."') END
    FROM (SELECT at AT TIME ZONE interval '7 hours' AS local) AS t
   WHERE isfinite(at);
END;

COMMENT ON FUNCTION equity_internal.time_words(timestamptz, text) IS
  'A time as people write it, in Thai time (UTC+7); NULL for one that never comes.';

CREATE FUNCTION equity_internal.grouped_digits(number text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT regexp_replace(split_part(number, '.', 1), '([0-9])(?=([0-9]{3})+$)', E'\\1,', 'g') || coalesce(substring(number, '[.].*$'), '');
END;

COMMENT ON FUNCTION equity_internal.grouped_digits(text) IS
  'A number with commas between thousands.';

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
  SELECT CASE
           WHEN plain_value.value IN ('true', 'false') THEN coalesce(equity.reason_text(plain_value.value, lang), plain_value.value)
           WHEN plain_value.value IN ('{}', '[]') THEN '–'
           WHEN plain_value.value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN equity_internal.date_words(plain_value.value, lang)
           WHEN plain_value.value ~ '^-?[0-9]+([.][0-9]+)?$' AND equity_internal.is_amount(field) THEN equity_internal.grouped_digits(d.value)
           ELSE d.value
         END
    FROM (SELECT regexp_replace(regexp_replace(plain_value.value, '^(-?[0-9]+[.][0-9]{2})0+$', E'\\1'),
                                '^(-?[0-9]+[.][0-9]{4})[0-9]+$', E'\\1…') AS value) AS d;
END;

COMMENT ON FUNCTION equity_internal.plain_value(text, text, text) IS
  'A value of a field as people read it: truth values in words, a dash for an empty list, days with the name of the month, amounts with commas, no more than two zeros after the point, dots for what follows the fourth decimal.';
