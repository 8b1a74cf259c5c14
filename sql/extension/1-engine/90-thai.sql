CREATE FUNCTION equity.citizen_id_valid(id text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_valid';

COMMENT ON FUNCTION equity.citizen_id_valid(text) IS
  'Whether a text is a Thai citizen id (เลขประจำตัวประชาชน): 13 digits, of which the last is the check digit (11 - s mod 11) mod 10, s being the sum of (14 - i) times the i-th digit over the first twelve. Dashes, spaces, zero-width characters and Thai digits are accepted. Says nothing of whether the id was ever given.';

CREATE FUNCTION equity.citizen_id_normal(id text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_normal';

COMMENT ON FUNCTION equity.citizen_id_normal(text) IS
  'The plain form of a citizen id: 13 ASCII digits, leading zeros kept. NULL when the text is not 13 digits with dashes and spaces; the check digit is not looked at (citizen_id_valid does).';

CREATE FUNCTION equity.citizen_id_mask(id text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_mask';

COMMENT ON FUNCTION equity.citizen_id_mask(text) IS
  'A citizen id for lists, with its last three digits alone: x-xxxx-xxxxx-56-2; a G-code likewise: Gxxxxxxxxx123. Of any other text nothing is shown: x-xxxx-xxxxx-xx-x.';

CREATE FUNCTION equity.g_code_valid(code text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_g_code_valid';

COMMENT ON FUNCTION equity.g_code_valid(text) IS
  'Whether a text is a G-code (รหัส G) of a child without registration: a capital G and 12 digits. Dashes, spaces, zero-width characters and Thai digits are accepted; there is no check digit.';

CREATE FUNCTION equity.g_code_normal(code text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_g_code_normal';

COMMENT ON FUNCTION equity.g_code_normal(text) IS
  'The plain form of a G-code: G and 12 ASCII digits. NULL when the text is none.';

CREATE FUNCTION equity.thai_normal(string text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_thai_normal';

COMMENT ON FUNCTION equity.thai_normal(text) IS
  'One way to write what looks the same, to compare and join names: sara am (ำ) as one character behind the tone, two เ as แ, vowels, tones and signs of a consonant in one order and each once, zero-width characters left out, blanks of any kind as one space and none at the ends, Thai digits as 0 to 9. Everything else stays. Doing it twice changes nothing, and the result is in NFC where the text was.';

CREATE FUNCTION equity.be_year(day date) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_be_year';

COMMENT ON FUNCTION equity.be_year(date) IS
  'Calendar year of a date in the Buddhist era (พ.ศ.): 543 more than the common era. Years begin on 1 January, also before 2484, when they began on 1 April. Error 22008 for an infinite date.';

CREATE FUNCTION equity.academic_year(day date, starts text DEFAULT '05-16') RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_academic_year_text';

COMMENT ON FUNCTION equity.academic_year(date, text) IS
  'Academic year (ปีการศึกษา) of a date, พ.ศ.: the year in which its first term opened, so that the second term, which ends in the next calendar year, has the same one. starts is the day on which it opens, as MM-DD, 16 May unless said otherwise; a date YYYY-MM-DD counts with its month and day. Errors: 22007 for another text, 22008 for an infinite date.';

CREATE FUNCTION equity.academic_year(day date, starts date) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_academic_year';

COMMENT ON FUNCTION equity.academic_year(date, date) IS
  'The same where the opening day is a date: its month and day count, its year does not.';

CREATE FUNCTION equity.parse_date_be(string text) RETURNS date
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_parse_date_be';

COMMENT ON FUNCTION equity.parse_date_be(text) IS
  'The date that a text names in the Buddhist era: 16 พฤษภาคม 2566, 16 พ.ค. 66, 16/05/2566 (also with - or .) or 2566-05-16, in Thai or other digits, with or without วันที่, เดือน and พ.ศ. A year of two digits is 2500 to 2599. Errors: 22007 for a text that is no date, 22008 for a day that does not exist (leap years are those of the common era) and for a year outside 2400 to 2700, as one of the common era is.';
