-- What nobody sees, for all of Unicode beside what the server's ICU says of it.
BEGIN;
SELECT plan(3);

SELECT count(*) = 0 AS without_icu
  FROM pg_collation
 WHERE collname = 'und-x-icu'
\gset
\if :without_icu
SELECT skip('the server has no ICU', 3);
\else

CREATE COLLATION leaving_out (provider = icu, locale = 'und', deterministic = false);
CREATE TEMPORARY TABLE letter AS
SELECT i,
       equity.thai_normal('a' || chr(i) || 'b') = 'ab' AS left_out,
       equity.thai_normal('a' || chr(i) || 'b') = 'a b' AS blank,
       chr(i) ~ '[[:graph:]]' COLLATE "und-x-icu" AS printed,
       'a' || chr(i) || 'b' = 'ab' COLLATE leaving_out AS ignored
  FROM generate_series(1, 1114111) AS i
 WHERE i NOT BETWEEN 55296 AND 57343;

SELECT is(
  (SELECT string_agg(to_hex(i), ' ' ORDER BY i)
     FROM letter
    WHERE ignored AND NOT printed AND NOT left_out),
  '600 601 602 603 604 605 6dd 70f 890 891 8e2 110bd 110cd',
  'of what is not printed and counts for nothing in a comparison, only signs that are drawn around numbers stay');
SELECT is(
  (SELECT string_agg(to_hex(i), ' ' ORDER BY i)
     FROM letter
    WHERE left_out AND NOT ignored AND i NOT BETWEEN 917504 AND 921599),
  '115f 1160 2065 3164 ffa0 fff0 fff1 fff2 fff3 fff4 fff5 fff6 fff7 fff8',
  'what is left out counts for nothing in a comparison, but fillers of Hangul and code points that are reserved');
SELECT is(
  (SELECT string_agg(to_hex(i), ' ' ORDER BY i) FROM letter WHERE blank),
  '9 a b c d 20 85 a0 1680 2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200a 2028 2029 202f 205f 3000',
  'blanks are those of Unicode');
\endif

SELECT * FROM finish();
ROLLBACK;
