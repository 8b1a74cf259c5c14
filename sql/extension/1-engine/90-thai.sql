-- What Thai registers and files hold: identities, names, dates of the Buddhist era, amounts, yes and no.

--- Accepted: dashes, spaces, Thai digits, and characters that nobody sees (Unicode's property, as the direction marks
--- that come along when an id is copied from a page). It says nothing of whether the id was ever given.
CREATE FUNCTION equity.citizen_id_valid(id text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_valid';

COMMENT ON FUNCTION equity.citizen_id_valid(text) IS
  'Whether a text is a Thai citizen id (เลขประจำตัวประชาชน): 13 digits, the last of which is the check digit (11 - s mod 11) mod 10, s being the sum of (14 - i) times the i-th digit over the first twelve.';

--- NULL when the text is not 13 digits with dashes and spaces. The check digit is not looked at; `citizen_id_valid` does.
CREATE FUNCTION equity.citizen_id_normal(id text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_normal';

COMMENT ON FUNCTION equity.citizen_id_normal(text) IS
  'The plain form of a citizen id: 13 ASCII digits, leading zeros kept.';

--- Of any text that is neither, nothing is shown: `x-xxxx-xxxxx-xx-x`.
CREATE FUNCTION equity.citizen_id_mask(id text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_citizen_id_mask';

COMMENT ON FUNCTION equity.citizen_id_mask(text) IS
  'A citizen id for public lists, with its last three digits only: x-xxxx-xxxxx-56-2. A G-code is masked alike: Gxxxxxxxxx123.';

--- Dashes, spaces, Thai digits and characters that nobody sees are accepted. A G-code has no check digit.
CREATE FUNCTION equity.g_code_valid(code text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_g_code_valid';

COMMENT ON FUNCTION equity.g_code_valid(text) IS
  'Whether a text is a G-code (รหัส G), the identity of a child without registration: a capital G and 12 digits.';

--- NULL when the text is no G-code.
CREATE FUNCTION equity.g_code_normal(code text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_g_code_normal';

COMMENT ON FUNCTION equity.g_code_normal(text) IS
  'The plain form of a G-code: G and 12 ASCII digits.';

--- - Sara am (ำ) is one character, after the tone; two เ are แ; ๅ is า but after ฤ and ฦ.
--- - Vowels, tones and signs of a consonant come in one order, each once, and before a vowel that follows: `บา้น` is `บ้าน`.
--- - Characters that nobody sees are left out, by Unicode's property; blanks of any kind are one space, and none at the ends.
--- - Thai digits are 0 to 9. Everything else stays.
---
--- Doing it twice changes nothing. The result is in Unicode's normal form NFC (in an SQL_ASCII database, where the text is UTF-8).
CREATE FUNCTION equity.thai_normal(string text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_thai_normal';

COMMENT ON FUNCTION equity.thai_normal(text) IS
  'A text with all that looks the same written in one way, to compare, join and index names.';

--- Until 2483 years began on 1 April, and that one lasted nine months: 1940-03-31 is in 2482, 1940-12-31 in 2483,
--- 1941-01-01 in 2484.
---
--- Errors: 22008 for an infinite date.
CREATE FUNCTION equity.be_year(day date) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_be_year';

COMMENT ON FUNCTION equity.be_year(date) IS
  'The year of the Buddhist era (พ.ศ.) that a date is in: 543 more than the common era.';

--- equity.parse_date_be reads it back.
---
--- Errors: 22008 for an infinite date.
CREATE FUNCTION equity.thai_date(day date) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_thai_date';

COMMENT ON FUNCTION equity.thai_date(date) IS
  'A date as Thai letters write it, with the year of the Buddhist era: 16 พฤษภาคม 2566.';

--- The second term, which ends in the next calendar year, has the same academic year as the first. `starts` is MM-DD; of a whole
--- date YYYY-MM-DD month and day count.
---
--- Errors: 22007 for another text, 22008 for an infinite date.
CREATE FUNCTION equity.academic_year(day date, starts text DEFAULT '05-16') RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_academic_year_text';

COMMENT ON FUNCTION equity.academic_year(date, text) IS
  'The academic year (ปีการศึกษา) of a date: the year of the Buddhist era in which its first term opened. It opens on 16 May unless starts says otherwise.';

--- Errors: 22008 for an infinite date.
CREATE FUNCTION equity.academic_year(day date, starts date) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'equity_academic_year';

COMMENT ON FUNCTION equity.academic_year(date, date) IS
  'The academic year of a date, where the day of opening is a date: its month and day count, its year does not.';

--- It reads, in Thai or other digits:
---
--- - `16 พฤษภาคม 2566`, `16 พฤษภา 2566`, `16 พ.ค. 66`, `16-พ.ค.-66`, `พ.ค. 16, 2566`, also with `วันที่`, `เดือน`, `พ.ศ.`, `พุทธศักราช`;
--- - `16/05/2566`, also with `-` or `.`, and `2566-05-16`;
--- - a day of the week before it (`วันอังคารที่ …`) and a time of day after it (`08:28`, `เวลา 08.28 น.`), which it reads over.
---
--- A year of two digits is one of 2500 to 2599 where the month is named or พ.ศ. stands before it; in figures alone it is an error.
--- Until 2483 years began on 1 April: `15 มกราคม 2482` is 1940-01-15, and January to March 2483 never were.
---
--- Errors: 22007 for a text that is no date and for a year of two digits in figures alone; 22008 for a day that does not exist
--- (leap years are those of the common era) and for a year outside 2400 to 2700, as one of the common era is.
CREATE FUNCTION equity.parse_date_be(string text) RETURNS date
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_parse_date_be';

COMMENT ON FUNCTION equity.parse_date_be(text) IS
  'The date that a text names in the Buddhist era, as letters, forms and spreadsheets write it: 16 พฤษภาคม 2566, 16 พ.ค. 66, 16/05/2566 or 2566-05-16.';

--- Beside what `parse_date_be` reads: the number of days that a spreadsheet leaves of a date (`45062`, also with a time as fraction; six
--- digits where a year of the Buddhist era had been typed), and, when `century` is given, years of two digits in figures alone: with 2500
--- `16/05/05` is in 2505, with 2000 in the common era's 2005.
---
--- Errors: 22023 for a century that is not a multiple of 100.
CREATE FUNCTION equity.try_date_be(string text, century integer DEFAULT NULL) RETURNS date
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_try_date_be';

COMMENT ON FUNCTION equity.try_date_be(text, integer) IS
  'The date that a text of a file names in the Buddhist era, or NULL where parse_date_be would raise an error. It also reads the day numbers of spreadsheets and, with a century, years of two digits.';

--- Accepted: `12,500`, `฿12,500.50`, `12,500 บาท`, `๑๒`, `500.-`, `(500)` for -500. NULL: blanks, `-`, commas that do not stand between
--- thousands (`1,25` may be meant as a fraction), exponents, more than 36 digits, any other text.
CREATE FUNCTION equity.try_amount(string text) RETURNS numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_try_amount';

COMMENT ON FUNCTION equity.try_amount(text) IS
  'The amount of money that a text of a file holds, or NULL when it holds none.';

--- True: `ใช่`, `มี`, `เป็น`, `จริง`, `ได้`, `ถูก`, `ถูกต้อง`, `เคย`, `Y`, `yes`, `T`, `true`, `1`, `on`, `/`, a tick. False: these after `ไม่`, `ไม่` alone, `เท็จ`, `ผิด`, `N`, `no`,
--- `F`, `false`, `0`, `off`, a ballot cross. Anything else is NULL, also `x`, which ticks on one form and crosses out on another.
CREATE FUNCTION equity.try_boolean(string text) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
  AS 'MODULE_PATHNAME', 'equity_try_boolean';

COMMENT ON FUNCTION equity.try_boolean(text) IS
  'Whether a text of a file says yes (ใช่, มี, Y, 1) or no (ไม่, ไม่มี, N, 0), or NULL when it says neither.';

--- Read are the Thai and English names, with `จังหวัด` or `จ.`, `Province` or `Changwat`, whatever the case, blanks and hyphens; `กทม.`,
--- `กรุงเทพฯ`, `อยุธยา`, `โคราช`; and codes (`50`, `TH-50`). The names are part of the function: it reads no table, so it may stand in an
--- index or a generated column. NULL for any other text.
CREATE FUNCTION equity.province_code_of(string text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
  AS 'MODULE_PATHNAME', 'equity_province_code_of';

COMMENT ON FUNCTION equity.province_code_of(text) IS
  'The code of the province that a text names, as in equity.province: 50 for จ.เชียงใหม่ or Chiang Mai.';

--- The order of a Thai dictionary: a vowel that is written before its consonant counts behind it, tone marks count when all
--- else is equal, blanks and punctuation do not. It needs no collation of the server's, so lists are in the same order
--- everywhere. `ORDER BY equity.thai_sort_key(name_th) COLLATE "C"`.
CREATE FUNCTION equity.thai_sort_key(string text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT concat(translate(s.spelt, '็่้๊๋์ ฯ.,-()/"''', ''), chr(1), s.spelt)
    FROM (SELECT regexp_replace(lower(equity.thai_normal(string) COLLATE "C"), '([เแโใไ])([ก-ฮ])', E'\\2\\1', 'g') AS spelt) AS s;
END;

COMMENT ON FUNCTION equity.thai_sort_key(text) IS
  'What a Thai name is sorted by in a printed list, compared with COLLATE "C".';
