-- Thai helpers: identities, text and dates. What they do with every kind of text is in test/unit/thai.c.
\set SHOW_CONTEXT never
\pset format unaligned

-- errors by SQLSTATE
CREATE FUNCTION refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE told text; detail text; hint text;
BEGIN
  EXECUTE statement;
  RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS told = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN concat_ws(' | ', SQLSTATE, told, nullif(detail, ''), nullif(hint, ''));
END $$;

-- a citizen id, as forms and spreadsheets bring it
SELECT id, equity.citizen_id_valid(id) AS valid, equity.citizen_id_normal(id) AS normal, equity.citizen_id_mask(id) AS mask
  FROM (VALUES
    ('1112034563562'), ('1-1120-34563-56-2'), ('๑ ๑๑๒๐ ๓๔๕๖๓ ๕๖ ๒'), (E'1112034563562\u200b\n'),
    ('1112034563561'),                        -- another last digit
    ('112034563562'), ('1.11203456356E+12'),  -- what a spreadsheet leaves of one
    ('0112034563564'),                        -- a leading zero stays
    ('G123456789012'), ('AB1234567'), ('')) AS v (id);
SELECT code, equity.g_code_valid(code) AS valid, equity.g_code_normal(code) AS normal
  FROM (VALUES ('G123456789012'), ('G ๑๒๓๔ ๕๖๗๘ ๙๐๑๒'), ('g123456789012'), ('G12345678901'), ('1112034563562')) AS v (code);

-- of all ids that begin alike, one in ten is valid
SELECT count(*) FILTER (WHERE equity.citizen_id_valid(id::text)) AS valid
  FROM generate_series(1112034560000, 1112034569999) AS id;

-- a regular expression's \d does not know Thai digits in the C locale: the helpers do
SELECT '๒๕๖๖' COLLATE "C" ~ '^\d+$' AS regular_expression, equity.thai_normal('๒๕๖๖') AS normal;

-- what looks the same compares the same: NFC does not help
SELECT 'น้ำ' = 'นํ้า' AS equal, normalize('น้ำ', NFC) = normalize('นํ้า', NFC) AS equal_in_nfc,
       equity.thai_normal('น้ำ') = equity.thai_normal('นํ้า') AS equal_when_normal;
SELECT given, equity.thai_normal(given) = wanted AS right, equity.thai_normal(given) AS normal
  FROM (VALUES
    ('นํ้า', 'น้ำ'), ('น้ํา', 'น้ำ'), ('นำ้', 'น้ำ'), ('เเม่', 'แม่'), ('ท่ี', 'ที่'), ('สิทธ์ิ', 'สิทธิ์'), ('ที่่', 'ที่'),
    (E'สม\u200bชาย  ใจดี\u00a0', 'สมชาย ใจดี'), ('ชั้น ๓/๑', 'ชั้น 3/1'), ('Somchai', 'Somchai'), ('', '')) AS v (given, wanted);
-- and stays in NFC
SELECT bool_and(equity.thai_normal(name) IS NFC NORMALIZED) AS in_nfc, bool_and(equity.thai_normal(name) = name) AS shipped_names_unchanged
  FROM (SELECT name_th FROM equity.province UNION ALL SELECT name_th FROM equity.need_group) AS n (name);

-- dates
SELECT given, equity.parse_date_be(given) AS date
  FROM (VALUES ('16 พฤษภาคม 2566'), ('16 พ.ค. 66'), ('16/05/2566'), ('16-5-66'), ('2566-05-16'), ('๑๖ พฤษภาคม ๒๕๖๖'),
    ('วันที่ 16 เดือน พฤษภาคม พ.ศ. 2566'), ('16พค66'), ('29 กุมภาพันธ์ 2567'), ('1 มกราคม 2400'), ('31 ธันวาคม 2700')) AS v (given);
SELECT refusal(format('SELECT equity.parse_date_be(%L)', given))
  FROM (VALUES (''), ('16'), ('พรุ่งนี้'), ('16 May 2566'), ('16/05-2566'), ('16 พ.ค. 256'), ('29 ก.พ. 2566'), ('29 ก.พ. 2568'), ('31/04/2566'), ('1/13/2566'),
    ('16/05/2023'), ('1/1/2399'), ('1/1/2701')) AS v (given);
-- of a long text the start is quoted, up to a whole character
SELECT refusal($$SELECT equity.parse_date_be('x' || repeat('ก', 100000))$$);
SELECT refusal($$SELECT equity.academic_year('2023-05-16', repeat('5', 100000))$$);
-- no DateStyle has a say
SET datestyle = 'German, MDY';
SELECT equity.parse_date_be('1/2/2566') = make_date(2023, 2, 1) AS day_first;
RESET datestyle;

-- years: the second term, in the next calendar year, is of the academic year in which the first opened
SELECT day, equity.be_year(day), equity.academic_year(day), equity.academic_year(day, '11-01') AS november,
       equity.academic_year(day, date '2020-07-01') AS july
  FROM (VALUES (date '2023-05-15'), ('2023-05-16'), ('2023-12-31'), ('2024-01-01'), ('2024-03-31'), ('2024-05-15'), ('0001-12-31 BC')) AS v (day);
SELECT equity.academic_year('2023-05-16', '2023-05-16') AS from_texts, equity.academic_year(starts => '05-17', day => '2023-05-16') AS by_name,
       equity.academic_year('2023-02-28', '02-29') AS leap_day;
SELECT refusal(statement)
  FROM (VALUES ($$SELECT equity.be_year('infinity')$$), ($$SELECT equity.academic_year('-infinity')$$), ($$SELECT equity.academic_year('2023-05-16', '5-16')$$),
    ($$SELECT equity.academic_year('2023-05-16', '02-30')$$), ($$SELECT equity.academic_year('2023-05-16', date 'infinity')$$)) AS v (statement);

-- nothing of nothing
SELECT count(*) AS functions, bool_and(proisstrict AND provolatile = 'i' AND proparallel = 's') AS immutable_strict_safe
  FROM pg_proc
 WHERE pronamespace = 'equity'::regnamespace
   AND proname IN ('citizen_id_valid', 'citizen_id_normal', 'citizen_id_mask', 'g_code_valid', 'g_code_normal', 'thai_normal', 'be_year', 'academic_year', 'parse_date_be');

-- an index serves a search by normal name
CREATE TABLE person (name text, id text CHECK (equity.citizen_id_valid(id)));
CREATE UNIQUE INDEX person_name ON person (equity.thai_normal(name));
INSERT INTO person VALUES ('น้ำ', '1112034563562');
SELECT refusal($$INSERT INTO person VALUES ('นํ้า')$$) LIKE '23505%' AS same_name, refusal($$INSERT INTO person VALUES ('ฟ้า', '1112034563561')$$) LIKE '23514%' AS wrong_id;

DROP TABLE person;
DROP FUNCTION refusal(text);
