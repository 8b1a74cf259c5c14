-- A scorecard's text, its equality, and what it says of a record.
\set SHOW_CONTEXT never

-- A card of one criterion, or of several: cards are long, and one criterion is what matters here.
CREATE FUNCTION pg_temp.card(criteria text, head text DEFAULT '') RETURNS equity.scorecard LANGUAGE sql AS $$
  SELECT format('{"code":"C"%s,"criteria":[%s]}', $2, $1)::equity.scorecard
$$;

--
-- Canonical form
--

-- no spaces, keys in byte order, defaults left out, numbers trimmed, criteria in their order
\pset format unaligned
SELECT $${"scale": 4, "rounding": "half_up", "code": "ทุน-2566", "as_of": "2023-05-16",
          "classes": [[20, 40, "POOR"], [null, 20.00, "NON_POOR"], [40, null, "EXTREME"]], "criteria": [
          {"kind": "gate", "code": "Z", "field": "gpa", "op": ">=", "value": 2.50, "missing": "undetermined",
           "reason": "Z"},
          {"code": "A", "reason": "TOO_FAR", "kind": "gate", "group": "near", "field": "km", "op": "between",
           "value": [1e1, 2.0E+1], "missing": "reject"},
          {"code": "B", "kind": "band", "field": "km", "missing": {"points": 0.50}, "otherwise": 0,
           "bands": [[10, 20, 1.0], [null, 10, 20]]},
          {"code": "E", "kind": "enum", "field": "rooms", "points": {"rent": 6, "3.00": 1, "true": -0},
           "otherwise": 0.0},
          {"code": "L", "kind": "linear", "field": "gpa", "points": [[2.00, 0], [4.0, 15.5000]]},
          {"code": "K", "kind": "coef", "field": "km", "coef": -0.118300, "max": 3.0, "min": -0.0},
          {"code": "S", "kind": "section", "max": 25.0, "members": ["E", "B"]},
          {"code": "D", "kind": "derive", "fn": "age_years", "field": "birth_date"},
          {"code": "O", "kind": "const", "points": 8.4100}]}$$::equity.scorecard;
\pset format aligned

-- a card without its defaults is the card with them; the order of criteria counts
SELECT a OPERATOR(equity.=) b AS defaults_left_out, a OPERATOR(equity.=) c AS order_left_out
  FROM (SELECT pg_temp.card('{"code":"K","kind":"const","points":1},{"code":"L","kind":"const","points":2}'),
               pg_temp.card('{"kind":"const","points":1.0e0,"code":"K"},
                             {"points":20E-1,"code":"L","kind":"const"}',
                            ',"scale":4,"rounding":"half_up"'),
               pg_temp.card('{"code":"L","kind":"const","points":2},
                             {"code":"K","kind":"const","points":1}')) AS v (a, b, c);

-- canonical of canonical is itself, also with characters that JSON escapes
SELECT card, card::text::equity.scorecard::text = card::text AS fixed
  FROM pg_temp.card($${"code":"a\"\\\/\b\f\n\r\t\u001f\u0e01é","kind":"enum","field":"x",
                       "points":{"\u0e01":1,"\"":2,"":3,"-":4,"1.":5,"-1.50":6,"1.5x":7}}$$) AS card;

-- scale and rounding are kept when they are not the defaults
SELECT pg_temp.card('{"code":"K","kind":"const","points":1}', ',"scale":0,"rounding":"down"');

--
-- Equality, order, hash, digest
--

CREATE TABLE card_list (card_id integer, card equity.scorecard);
INSERT INTO card_list
SELECT i, pg_temp.card(format('{"code":"K","kind":"const","points":%s}', i % 5)) FROM generate_series(1, 1000) AS i;
SELECT count(DISTINCT card) AS different, count(*) AS cards FROM card_list;
SELECT card, count(*) FROM card_list GROUP BY card ORDER BY card;
CREATE INDEX card_list_btree ON card_list (card);
CREATE INDEX card_list_hash ON card_list USING hash (card);
ANALYZE card_list;

-- indexes and joins find the operators although equity is not in the path
SHOW search_path;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF)
SELECT count(*)
  FROM card_list
 WHERE card OPERATOR(equity.>=) '{"code":"C","criteria":[{"code":"K","kind":"const","points":3}]}';
SELECT count(*)
  FROM card_list
 WHERE card OPERATOR(equity.>=) '{"code":"C","criteria":[{"code":"K","kind":"const","points":3.0}]}';
EXPLAIN (COSTS OFF)
SELECT count(*)
  FROM card_list
 WHERE card OPERATOR(equity.=) '{"code":"C","criteria":[{"code":"K","kind":"const","points":3}]}';
SELECT count(*)
  FROM card_list
 WHERE card OPERATOR(equity.=) '{"code":"C","criteria":[{"code":"K","kind":"const","points":3.0}]}';
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP INDEX card_list_btree, card_list_hash;
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM card_list AS a JOIN card_list AS b ON a.card OPERATOR(equity.=) b.card;
SELECT count(*) FROM card_list AS a JOIN card_list AS b ON a.card OPERATOR(equity.=) b.card;
SET enable_hashjoin = off;
SET enable_mergejoin = on;
SELECT count(*) FROM card_list AS a JOIN card_list AS b ON a.card OPERATOR(equity.=) b.card;
RESET enable_mergejoin;
RESET enable_nestloop;
RESET enable_hashjoin;
SELECT a OPERATOR(equity.<) b AS lt, a OPERATOR(equity.<=) b AS le, a OPERATOR(equity.>) b AS gt,
       a OPERATOR(equity.>=) b AS ge, a OPERATOR(equity.<>) b AS ne,
       equity_internal.scorecard_cmp(a, b) < 0 AS cmp,
       equity_internal.scorecard_hash(a) = equity_internal.scorecard_hash(a::text::equity.scorecard) AS hash
  FROM (SELECT pg_temp.card('{"code":"K","kind":"const","points":1}'),
               pg_temp.card('{"code":"K","kind":"const","points":2}')) AS v (a, b);
-- a card as the key of hash partitions
CREATE TABLE card_part (card equity.scorecard) PARTITION BY HASH (card);
CREATE TABLE card_part_0 PARTITION OF card_part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE card_part_1 PARTITION OF card_part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO card_part SELECT card FROM card_list;
SELECT count(*), count(DISTINCT card) FROM card_part;
DROP TABLE card_part, card_list;

-- the digest is the SHA-256 of the canonical text in UTF-8
SELECT equity.digest(card) = encode(sha256(convert_to(card::text, 'UTF8')), 'hex') AS same, length(equity.digest(card))
  FROM pg_temp.card('{"code":"ก","kind":"const","points":1}') AS card;

-- fields: columns, each once, in order of first use; a path names its column; what is derived is not read
SELECT equity.fields(pg_temp.card($$
  {"code":"A","kind":"gate","field":"h.income","op":"<","value":1},
  {"code":"B","kind":"gate","field":"z","op":"isnull"},
  {"code":"r","kind":"derive","fn":"ratio","fields":["y","h.size"]},
  {"code":"C","kind":"coef","field":"r","coef":1},
  {"code":"D","kind":"coef","field":"z","coef":1},
  {"code":"E","kind":"const","points":1}$$));
SELECT equity.fields(pg_temp.card('{"code":"E","kind":"const","points":1}'));

--
-- Gates: every op on every type that it serves
--

CREATE TYPE need AS ENUM ('none', 'rent', 'own');
CREATE DOMAIN money_thb AS numeric(12,2) CHECK (VALUE >= 0);
CREATE DOMAIN household_money AS money_thb;
CREATE TABLE person (id integer, i2 smallint, i4 integer, i8 bigint, num numeric, f4 real,
                     f8 double precision, dom household_money, yes boolean, born date, t text, v varchar(20),
                     ch character(8), nm name, en need, groups text[], vgroups varchar[], j jsonb);
INSERT INTO person VALUES
  (1, 3, 3, 3, 3.00, 3, 3, 3, true, '2004-02-29', 'rent', 'rent', 'rent', 'rent', 'rent', '{poor,orphan}',
   '{poor,orphan}',
   '{"n": 3.00, "yes": true, "born": "2004-02-29", "t": "rent", "groups": ["poor", "orphan"],
     "deep": {"er": {"n": 3}}}'),
  (2, -4, -4, -4, -4.5, -4.5, -4.5, 0.5, false, '2005-12-31', 'none', 'none', 'none', 'none', 'none', '{}',
   '{NULL}',
   '{"n": -4.5, "yes": false, "born": "2005-12-31", "t": "none", "groups": [], "deep": {"er": {"n": -4.5}}}'),
  (3, NULL, NULL, NULL, 'NaN', 'NaN', 'Infinity', NULL, NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL,
   NULL, '{"n": null, "yes": null, "deep": {"er": 1}}');

-- for each field a line: what the three records say to each op (t, f, or - where it is undetermined)
CREATE FUNCTION pg_temp.answers(field text, op text, value text) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(coalesce(left(equity.eligible(pg_temp.card(
                                                    format(
                                                      '{"code":"G","kind":"gate","field":"%s","op":"%s"%s}',
                                                      $1, $2, ',"value":' || $3)),
                                                  p)::text,
                                  1),
                             '-'),
                    ''
                    ORDER BY p.id)
    FROM person AS p
$$;
CREATE FUNCTION pg_temp.all_answers(fields text[], low text, high text)
  RETURNS TABLE (field text, eq text, ne text, lt text, le text, gt text, ge text, between_ text, in_ text,
                 notin text)
  LANGUAGE sql
AS $$
  SELECT f, pg_temp.answers(f, '=', $2), pg_temp.answers(f, '<>', $2), pg_temp.answers(f, '<', $2),
         pg_temp.answers(f, '<=', $2), pg_temp.answers(f, '>', $2), pg_temp.answers(f, '>=', $2),
         pg_temp.answers(f, 'between', format('[%s,%s]', $2, $3)),
         pg_temp.answers(f, 'in', format('[%s,%s]', $3, $2)),
         pg_temp.answers(f, 'notin', format('[%s,%s]', $3, $2))
    FROM unnest($1) AS f
$$;
SELECT * FROM pg_temp.all_answers('{i2,i4,i8,num,f4,f8,dom,j.n,j.deep.er.n}', '3.0', '4');
SELECT * FROM pg_temp.all_answers('{born,j.born}', '"2004-02-29"', '"2005-12-30"');
SELECT * FROM pg_temp.all_answers('{t,v,ch,nm,en,j.t}', '"rent"', '"rest"');
SELECT f AS field, pg_temp.answers(f, '=', 'true') AS eq, pg_temp.answers(f, '<>', 'true') AS ne,
       pg_temp.answers(f, 'in', '[true]') AS in_, pg_temp.answers(f, 'notin', '[true]') AS notin
  FROM unnest('{yes,j.yes}'::text[]) AS f;
SELECT f AS field, pg_temp.answers(f, 'overlaps', '["poor","deaf"]') AS overlaps,
       pg_temp.answers(f, 'contains', '["orphan","poor"]') AS contains_both,
       pg_temp.answers(f, 'contains', '["poor","deaf"]') AS contains_one
  FROM unnest('{groups,vgroups,j.groups}'::text[]) AS f;
-- NULL, JSON null, what is not there, NaN and infinity are missing, and nothing else is
SELECT f AS field, pg_temp.answers(f, 'isnull', NULL) AS isnull,
       pg_temp.answers(f, 'notnull', NULL) AS notnull
  FROM unnest('{i2,i4,i8,num,f4,f8,dom,yes,born,t,v,ch,nm,en,groups,j,j.n,j.yes,j.t,j.deep,j.deep.er.n,
                j.nowhere}'::text[]) AS f;
SELECT equity.eligible(pg_temp.card('{"code":"G","kind":"gate","field":"j","op":"isnull"}'),
                       q) AS json_null_is_missing
  FROM (VALUES (jsonb 'null')) AS q (j);

-- dates are days, whatever DateStyle and TimeZone say
SET DateStyle = 'German, DMY';
SET TimeZone = 'America/New_York';
SELECT pg_temp.answers('born', '=', '"2004-02-29"') AS column,
       pg_temp.answers('j.born', '=', '"2004-02-29"') AS text,
       equity.score(pg_temp.card('{"code":"E","kind":"enum","field":"born","points":{"2004-02-29":1},
                                   "otherwise":0}'),
                    p) AS label,
       (SELECT value
          FROM equity.explain(pg_temp.card('{"code":"G","kind":"gate","field":"born","op":"isnull"}'),
                              p)) AS explained
  FROM person AS p
 WHERE id = 1;
RESET DateStyle;
RESET TimeZone;

-- groups: one gate of a group is enough; groups and lone gates must all hold (Kleene's three values)
SELECT a, b, c,
       (equity.assess(pg_temp.card(
                        $${"code":"A","kind":"gate","group":"need","field":"a","op":"=","value":true},
                          {"code":"B","kind":"gate","group":"need","field":"b","op":"=","value":true,
                           "reason":"NO_B"},{"code":"C","kind":"gate","field":"c","op":"=","value":true}$$),
                      q)).*
  FROM (SELECT a, b, c
          FROM unnest('{t,f,NULL}'::boolean[]) AS a, unnest('{t,f,NULL}'::boolean[]) AS b,
               unnest('{t,f,NULL}'::boolean[]) AS c) AS q;

--
-- Points
--

-- bands at their exact ends: half-open, exact to the last of thirty decimals
CREATE FUNCTION pg_temp.score_of(criteria text, x anyelement, head text DEFAULT '') RETURNS numeric LANGUAGE sql AS $$
  SELECT equity.score(pg_temp.card($1, $3), q) FROM (SELECT $2) AS q (x)
$$;
SELECT x,
       pg_temp.score_of('{"code":"N","kind":"band","field":"x",
                          "bands":[[null,-0.5,20],[-0.5,1000,12],[1000,1000.000000000001,7],
                                   [1000.000000000001,null,4]]}',
                        x)
  FROM unnest('{-1e40,-0.500000000000000000000000000001,-0.5,-0.499999999999999999999999999999,0,
                999.999999999999999999999999999999,1000,1000.000000000000000000000000000001,
                1000.000000000000999999999999999999,1000.000000000001,1000.000000000001000000000000000001,
                1e12,1e40}'::numeric[]) AS x;
-- gaps take the points of otherwise; a missing value does not
SELECT x, pg_temp.score_of('{"code":"N","kind":"band","field":"x","bands":[[1,2,10],[3,4,30]],"otherwise":-1}', x)
  FROM unnest('{0.9,1,1.9,2,2.9,3,4,NULL}'::numeric[]) AS x;
-- a float stands for the shortest decimal that reads back as the same
SELECT pg_temp.score_of('{"code":"E","kind":"enum","field":"x","points":{"0.1":1},"otherwise":0}',
                        0.1::real) AS real,
       pg_temp.score_of('{"code":"E","kind":"enum","field":"x","points":{"0.30000000000000004":1},
                          "otherwise":0}',
                        0.1::float8 + 0.2::float8) AS double;
SELECT x, pg_temp.score_of('{"code":"N","kind":"band","field":"x","bands":[[null,0.3,1],[0.3,null,2]]}', x)
  FROM unnest(ARRAY[0.1::float8 + 0.2::float8, 0.3, 0.29999999, 1e300, -1e300]) AS x;
-- integers of every size
SELECT x,
       pg_temp.score_of('{"code":"N","kind":"band","field":"x",
                          "bands":[[null,-999999999999,1],[-999999999999,999999999999,2],
                                   [999999999999,null,3]]}',
                        x)
  FROM unnest('{-9223372036854775808,-1000000000000,-999999999999,
                999999999998,999999999999,9223372036854775807}'::bigint[]) AS x;

-- linear: between its points on the line, beyond them the last points
SELECT x,
       pg_temp.score_of('{"code":"M","kind":"linear","field":"x","points":[[-1,10],[2.00,0],[4.00,15]]}', x)
  FROM unnest('{-1e40,-1,-0.5,0,2,2.00000000000000001,2.0001,3.333333333333333333,3.9999999999999,4,1e40,
                NULL}'::numeric[]) AS x;

-- enum: the value's text; a number is trimmed on both sides; what is not listed is missing without otherwise
SELECT x, pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"3.00":1,"-0.5":2,"0":3,"12":4}}', x)
  FROM unnest('{3,3.0,3.000,-0.50,0.000,12.0,1.2,NULL}'::numeric[]) AS x;
SELECT pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"true":1,"false":2}}', true) AS yes,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"3":1}}', 3::smallint) AS small,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"2.5":1}}', 2.5::float8) AS float,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"3":1}}', '3.00'::text) AS text,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"rent":1}}', 'rent'::need) AS enum,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"rent":1}}',
                        'rent'::character(8)) AS blanks,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"2004-02-29":1}}',
                        date '2004-02-29') AS day,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"บ้านเช่า":1},"otherwise":0}',
                        'บ้านเช่า'::text) AS thai,
       pg_temp.score_of('{"code":"H","kind":"enum","field":"x","points":{"":1}}', ''::text) AS empty;

-- coef: times the value, held between min and max
SELECT x, pg_temp.score_of('{"code":"V","kind":"coef","field":"x","coef":-0.1183,"max":3,"min":-1.5}', x)
  FROM unnest('{-1e40,-2,-1.5,0,1,2.99999,3,4,1e40,NULL}'::numeric[]) AS x;
SELECT pg_temp.score_of('{"code":"V","kind":"coef","field":"x","coef":2.5}', true) AS yes,
       pg_temp.score_of('{"code":"V","kind":"coef","field":"x","coef":2.5}', false) AS no,
       pg_temp.score_of('{"code":"V","kind":"coef","field":"x","coef":100}', 999999999999.9999) AS large;

-- separate values: a literal needs no type, and NULL is missing, whatever the criterion asks for
SELECT equity.score_fields(card, 'rent', 2, '2004-02-29') AS literals,
       equity.score_fields(card, NULL, 2, '2004-02-29') AS missing_text,
       equity.score_fields(card, 'rent', NULL, NULL) AS missing_number,
       equity.eligible_fields(card, NULL, NULL, NULL) AS missing_all,
       equity.assess_fields(card, 'own', 2, '2005-02-28') AS not_listed
  FROM pg_temp.card('{"code":"H","kind":"enum","field":"home","points":{"rent":6},"otherwise":1,"missing":"worst"},
                     {"code":"V","kind":"coef","field":"n","coef":0.5,"missing":{"points":9}},
                     {"code":"G","kind":"gate","field":"born","op":"<","value":"2005-01-01"}') AS card;
SELECT equity.eligible_fields(card, NULL, 5) AS one_missing, equity.eligible_fields(card, 'a', 'b'::text) AS two_texts
  FROM pg_temp.card('{"code":"G","kind":"gate","field":"a","op":"<","than":"b"}') AS card;
SELECT equity.eligible_fields(pg_temp.card('{"code":"G","kind":"gate","field":"j.a","op":"<","value":1}'), NULL) IS NULL
         AS path;
SELECT equity.score_fields(pg_temp.card('{"code":"V","kind":"coef","field":"n","coef":1}'), 1, 2);
SELECT equity.score_fields(pg_temp.card('{"code":"V","kind":"coef","field":"n","coef":1}'), VARIADIC '{1}'::integer[]);

-- rounding, once at each criterion: halves away from zero, to even, toward zero
SELECT rounding,
       array_agg(pg_temp.score_of('{"code":"V","kind":"coef","field":"x","coef":0.1}', x,
                                  format(',"scale":0,"rounding":"%s"', rounding))
                 ORDER BY x)
  FROM unnest('{half_up,half_even,down}'::text[]) AS rounding,
       unnest('{-25,-15,-14.99,-5,-4.9,4.9,5,5.000000000001,14.99,15,25,26}'::numeric[]) AS x
 GROUP BY rounding
 ORDER BY rounding;
-- two halves are two roundings: 0.5 + 0.5 is 2 at scale 0
SELECT pg_temp.score_of('{"code":"V","kind":"coef","field":"x","coef":0.5},
                         {"code":"W","kind":"coef","field":"x","coef":0.5}',
                        1, ',"scale":0') AS twice;
-- results print all decimals of the scale
SELECT scale, pg_temp.score_of('{"code":"K","kind":"const","points":20}', 1, format(',"scale":%s', scale))
  FROM generate_series(0, 6) AS scale;

-- sections hold a sum of members between limits; what they hold is not counted again
SELECT x,
       pg_temp.score_of($${"code":"A","kind":"coef","field":"x","coef":1},
                          {"code":"B","kind":"coef","field":"x","coef":2},
                          {"code":"C","kind":"const","points":100},
                          {"code":"S","kind":"section","members":["A","B"],"min":-3,"max":6}$$,
                        x)
  FROM unnest('{-10,-1,0,1.5,2,3,NULL}'::numeric[]) AS x;

-- derive: later criteria read it, earlier ones read the column of its name
SELECT (equity.assess(pg_temp.card($$
          {"code":"BEFORE","kind":"gate","field":"income","op":"=","value":9000},
          {"code":"income","kind":"derive","fn":"ratio","fields":["income","size"]},
          {"code":"AFTER","kind":"gate","field":"income","op":"=","value":3000}$$), q)).*
  FROM (VALUES (9000, 3)) AS q (income, size);
-- a third is more than 0.333333333333 and less than 0.333333333334; zero persons give no income a head
SELECT a, b, (equity.assess(pg_temp.card($$
          {"code":"r","kind":"derive","fn":"ratio","fields":["a","b"]},
          {"code":"GT","kind":"gate","field":"r","op":">","value":0.333333333333},
          {"code":"LT","kind":"gate","field":"r","op":"<","value":0.333333333334}$$), q)).reasons
  FROM (VALUES (1, 3), (-1, -3), (-1, 3), (333333333333, 1000000000000 - 1), (1, 0), (NULL, 1)) AS q (a, b);
-- a third times 1.5 is a half, on both sides of zero: quotients are multiplied as fractions, then rounded once
SELECT a, b,
       equity.score(pg_temp.card('{"code":"r","kind":"derive","fn":"ratio","fields":["a","b"]},
                                  {"code":"X","kind":"coef","field":"r","coef":1.5}',
                                 ',"scale":0'),
                    q) AS half_up,
       equity.score(pg_temp.card('{"code":"r","kind":"derive","fn":"ratio","fields":["a","b"]},
                                  {"code":"X","kind":"coef","field":"r","coef":1.5}',
                                 ',"scale":0,"rounding":"half_even"'),
                    q) AS half_even,
       equity.score(pg_temp.card('{"code":"r","kind":"derive","fn":"ratio","fields":["a","b"]},
                                  {"code":"X","kind":"linear","field":"r",
                                   "points":[[-3,-4.5],[0,0],[3,4.5]]}',
                                 ',"scale":1,"rounding":"down"'),
                    q) AS down
  FROM (VALUES (1, 3), (-1, 3), (1, -3), (5, 3), (0.1, 0.3)) AS q (a, b);
SELECT q.*,
       equity.score(pg_temp.card($${"code":"s","kind":"derive","fn":"sum","fields":["a","b","c"]},
                                   {"code":"S","kind":"coef","field":"s","coef":1}$$),
                    q) AS sum,
       equity.score(pg_temp.card($${"code":"s","kind":"derive","fn":"min","fields":["a","b","c"]},
                                   {"code":"S","kind":"coef","field":"s","coef":1}$$),
                    q) AS min,
       equity.score(pg_temp.card($${"code":"s","kind":"derive","fn":"max","fields":["a","b","c"]},
                                   {"code":"S","kind":"coef","field":"s","coef":1}$$),
                    q) AS max,
       equity.score(pg_temp.card($${"code":"s","kind":"derive","fn":"count_true","fields":["a","b","c","d"]},
                                   {"code":"S","kind":"coef","field":"s","coef":1}$$),
                    q) AS count_true
  FROM (VALUES (1.5, -2, 0::float8, true), (0, 0, 0, false), (1, 2, NULL, true)) AS q (a, b, c, d);
-- ages in completed years at as_of: a birthday counts from its day on
SELECT born,
       equity.score(pg_temp.card($${"code":"age","kind":"derive","fn":"age_years","field":"born"},
                                   {"code":"A","kind":"coef","field":"age","coef":1}$$,
                                 ',"scale":0,"as_of":"2023-02-28"'),
                    q) AS age,
       equity.score(pg_temp.card($${"code":"age","kind":"derive","fn":"age_years","field":"born"},
                                   {"code":"A","kind":"coef","field":"age","coef":1}$$,
                                 ',"scale":0,"as_of":"2023-03-01"'),
                    q) AS next_day
  FROM (VALUES (date '2004-02-28'), ('2004-02-29'), ('2004-03-01'), ('2023-02-28'), ('2023-03-01'),
               ('0044-03-15 BC'), ('-infinity'), (NULL)) AS q (born);
-- an age may be looked up like any other value
SELECT equity.score(pg_temp.card($$
          {"code":"age","kind":"derive","fn":"age_years","field":"born"},
          {"code":"A","kind":"enum","field":"age","points":{"17":5,"18":10}}$$, ',"as_of":"2023-03-01"'), q)
  FROM (VALUES (date '2004-03-02'), ('2005-03-02'), ('2010-01-01')) AS q (born);

--
-- Missing values: each policy on each kind
--

SELECT kind, policy,
       (equity.assess(pg_temp.card(format('{"code":"X","field":"x","missing":%s,%s},
                                           {"code":"K","kind":"const","points":100}',
                                          policy, kind)),
                      q)).*
  FROM unnest(ARRAY['"kind":"gate","op":"=","value":1',
                    '"kind":"band","bands":[[null,0,-5],[0,1,50],[1,null,7]]',
                    '"kind":"linear","points":[[0,3],[1,-2],[2,9]]',
                    '"kind":"enum","points":{"a":1,"b":-4},"otherwise":6',
                    '"kind":"coef","coef":-2,"min":-3,"max":5']) AS kind,
       unnest(ARRAY['"undetermined"', '"reject"', '"worst"', '"best"', '{"points":0.5}']) AS policy,
       (VALUES (NULL::integer)) AS q (x)
 WHERE kind !~ 'gate'
    OR policy !~ 'points';
-- an enum's value that is not listed is missing too
SELECT policy,
       (equity.assess(pg_temp.card(format('{"code":"X","kind":"enum","field":"x","missing":%s,
                                            "points":{"a":1,"b":-4}}',
                                          policy)),
                      q)).*
  FROM unnest(ARRAY['"undetermined"', '"reject"', '"worst"', '"best"', '{"points":0.5}']) AS policy,
       (VALUES ('c')) AS q (x);
-- undetermined in a section is undetermined in the sum; rejected by a score is not eligible
SELECT (equity.assess(pg_temp.card($${"code":"A","kind":"coef","field":"x","coef":1},
                                     {"code":"S","kind":"section","members":["A"],"max":1}$$),
                      q)).*
  FROM (VALUES (NULL::integer)) AS q (x);

--
-- Classes
--

SELECT x,
       (equity.assess(
          pg_temp.card(
            '{"code":"V","kind":"coef","field":"x","coef":1}',
            ',"scale":2,"classes":[[null,20,"NON_POOR"],[20,40.5,"POOR"],[40.5,null,"ยากจนพิเศษ"]]'),
          q)).*
  FROM (VALUES (-1e9), (19.99), (19.995), (20), (40.49), (40.5), (1e9), (NULL)) AS q (x);

--
-- Gates between two fields, "none of", bands that hold their high ends, Thai ages
--

-- income against a limit by the size of the household, which is a column, a path or derived
CREATE FUNCTION pg_temp.passes(gate text, record) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN equity.eligible(pg_temp.card(format('{"code":"G","kind":"gate",%s}', gate)), $2);
END $$;
SELECT income, "limit", pg_temp.passes('"field":"income","op":"<=","than":"limit"', l) AS within,
       pg_temp.passes('"field":"income","op":">","than":"limit"', l) AS above,
       pg_temp.passes('"field":"income","op":"=","than":"limit"', l) AS at
  FROM (VALUES (9000::bigint, 9000.00), (9000, 8999.99), (9000, 9000.000000000000000000000000001),
               (9000, NULL), (NULL, 1), (9000, 'NaN')) AS l (income, "limit");
SELECT pg_temp.passes('"field":"a","op":"=","than":"b"', v) FROM (VALUES (0.1::real, 0.1)) AS v (a, b);
SELECT pg_temp.passes('"field":"a","op":"<","than":"b"', v)
  FROM (VALUES (1e300::float8, 1e11), (-1e300, -5), (-5, 1e300)) AS v (a, b);
SELECT pg_temp.passes('"field":"a","op":"<","than":"b"', v)
  FROM (VALUES ('Z', 'a'::varchar), ('a', 'ab'), ('a', 'a')) AS v (a, b);
SELECT pg_temp.passes('"field":"a","op":"=","than":"b"', v)
  FROM (VALUES ('own'::char(8), 'own'::need), ('rent', 'own')) AS v (a, b);
SELECT pg_temp.passes('"field":"a","op":"<>","than":"b"', v) FROM (VALUES (true, false), (true, true)) AS v (a, b);
SELECT pg_temp.passes('"field":"a","op":"<=","than":"j.b"', v)
  FROM (VALUES (date '2023-05-16', '{"b":"2023-05-16"}'::jsonb), ('2023-05-17', '{"b":"2023-05-16"}'),
               ('2023-05-16', '{"b":null}'), ('infinity', '{"b":"2023-05-16"}')) AS v (a, j);
SELECT pg_temp.passes('"field":"j.a","op":">=","than":"j.b"', v)
  FROM (VALUES ('{"a":2,"b":1.5}'::jsonb), ('{"a":"b","b":"a"}'), ('{"a":1,"b":2}'), ('{"a":1}')) AS v (j);
SELECT size,
       equity.eligible(pg_temp.card($${"code":"head","kind":"derive","fn":"ratio","fields":["income","size"]},
                                      {"code":"G","kind":"gate","field":"head","op":"<=","than":"limit",
                                       "missing":"reject"}$$),
                       q)
  FROM (VALUES (10000, 3, 3333.333333333333), (10000, 3, 3333.333333333334), (9999, 3, 3333),
               (10000, 0, 1)) AS q (income, size, "limit");
SELECT pg_temp.card('{"code":"G","than":"b","kind":"gate","field":"a","op":"<","missing":"best"}');
SELECT equity.fields(pg_temp.card('{"code":"G","kind":"gate","field":"a","op":"<","than":"h.b"}'));
SELECT field, value, rule, passed, reason
  FROM equity.explain(pg_temp.card('{"code":"G","kind":"gate","field":"a","op":"<","than":"b"},
                                    {"code":"H","kind":"gate","field":"a","op":"<","than":"c"}'),
                      (SELECT v FROM (VALUES (5.00, 4.50, NULL::integer)) AS v (a, b, c)));

SELECT g, pg_temp.passes('"field":"g","op":"disjoint","value":["poor","orphan"]', v) AS none,
       pg_temp.passes('"field":"g","op":"overlaps","value":["poor","orphan"]', v) AS any
  FROM (VALUES ('{poor}'::text[]), ('{deaf,orphan}'), ('{deaf}'), ('{}'), ('{NULL}'), (NULL)) AS v (g);
SELECT pg_temp.passes('"field":"j.g","op":"disjoint","value":["poor"]', v)
  FROM (VALUES ('{"g":["poor"]}'::jsonb), ('{"g":["deaf"]}'), ('{}')) AS v (j);

SELECT x,
       equity.score(pg_temp.card('{"code":"B","kind":"band","field":"x","upper":true,
                                   "bands":[[null,1000,20],[1000,2000,12],[2000,null,4]]}'),
                    v) AS upper,
       equity.score(pg_temp.card('{"code":"B","kind":"band","field":"x",
                                   "bands":[[null,1000,20],[1000,2000,12],[2000,null,4]]}'),
                    v) AS lower
  FROM (VALUES (999.99), (1000), (1000.01), (1000.000000000000000000000000001), (2000), (2000.5),
               (1e15)) AS v (x);
SELECT rule
  FROM equity.explain(pg_temp.card('{"code":"B","kind":"band","field":"x","upper":true,
                                     "bands":[[null,1000,20],[1000,2000,12],[2000,null,4]]}'),
                      (SELECT v FROM (VALUES (1)) AS v (x)));
SELECT pg_temp.card('{"code":"B","kind":"band","field":"x","upper":false,"bands":[[null,null,1]]}');

-- a year is complete the day before the birthday, of 29 February on the last day of a shorter one
SELECT born, as_of,
       equity.score(format('{"code":"C","scale":0,"as_of":"%s","criteria":[
                             {"code":"age","kind":"derive","fn":"age_years","field":"born"},
                             {"code":"X","kind":"coef","field":"age","coef":1}]}',
                           to_char(as_of, 'YYYY-MM-DD'))::equity.scorecard,
                    v) AS years,
       equity.score(format('{"code":"C","scale":0,"as_of":"%s","criteria":[
                             {"code":"age","kind":"derive","fn":"age_years_thai","field":"born"},
                             {"code":"X","kind":"coef","field":"age","coef":1}]}',
                           to_char(as_of, 'YYYY-MM-DD'))::equity.scorecard,
                    v) AS thai
  FROM (VALUES (date '1949-10-01', date '2009-09-29'),
               ('1949-10-01', '2009-09-30'),
               ('1949-10-01', '2009-10-01'),
               ('2004-02-29', '2022-02-27'),
               ('2004-02-29', '2022-02-28'),
               ('2004-02-29', '2024-02-28'),
               ('2005-01-01', '2022-12-31')) AS v (born, as_of);

-- of whole numbers shortfall gives whole numbers
SELECT s.criterion, s.needed, s.points, s.needed_points
  FROM (SELECT 3 AS members, 2.00::numeric(5,0) AS rai, 2.5 AS gpa, '{"n":3}'::jsonb AS j,
               date '2005-05-17' AS born) AS q
 CROSS JOIN LATERAL equity.shortfall(
              '{"code":"C","as_of":"2023-05-16","criteria":[
                {"code":"M","kind":"linear","field":"members","points":[[0,0],[7,10]]},
                {"code":"R","kind":"band","field":"rai","upper":true,
                 "bands":[[null,1.5,5],[1.5,10,0],[10,null,3]]},
                {"code":"U","kind":"band","field":"gpa","upper":true,
                 "bands":[[null,2.5,0],[2.5,3.5,1],[3.5,null,2]]},
                {"code":"G","kind":"linear","field":"gpa","points":[[0,0],[3,10]]},
                {"code":"J","kind":"linear","field":"j.n","points":[[0,0],[7,10]]},
                {"code":"age","kind":"derive","fn":"age_years","field":"born"},
                {"code":"sum","kind":"derive","fn":"sum","fields":["members","age"]},
                {"code":"half","kind":"derive","fn":"ratio","fields":["sum","members"]},
                {"code":"A","kind":"linear","field":"age","points":[[10,0],[20,3]]},
                {"code":"S","kind":"linear","field":"sum","points":[[10,0],[30,7]]},
                {"code":"H","kind":"linear","field":"half","points":[[0,0],[11,7]]}]}',
              q,
              (SELECT score + 1
                 FROM equity.assess('{"code":"C","as_of":"2023-05-16","criteria":[
                                      {"code":"M","kind":"linear","field":"members","points":[[0,0],[7,10]]},
                                      {"code":"R","kind":"band","field":"rai","upper":true,
                                       "bands":[[null,1.5,5],[1.5,10,0],[10,null,3]]},
                                      {"code":"U","kind":"band","field":"gpa","upper":true,
                                       "bands":[[null,2.5,0],[2.5,3.5,1],[3.5,null,2]]},
                                      {"code":"G","kind":"linear","field":"gpa","points":[[0,0],[3,10]]},
                                      {"code":"J","kind":"linear","field":"j.n","points":[[0,0],[7,10]]},
                                      {"code":"age","kind":"derive","fn":"age_years","field":"born"},
                                      {"code":"sum","kind":"derive","fn":"sum","fields":["members","age"]},
                                      {"code":"half","kind":"derive","fn":"ratio","fields":["sum","members"]},
                                      {"code":"A","kind":"linear","field":"age","points":[[10,0],[20,3]]},
                                      {"code":"S","kind":"linear","field":"sum","points":[[10,0],[30,7]]},
                                      {"code":"H","kind":"linear","field":"half","points":[[0,0],[11,7]]}]}',
                                    q))) AS s;

-- a result of a named type: a table may keep it, and it is what assess gives
CREATE TABLE assessed AS
SELECT c.card, r.x, equity.assess_typed(c.card, r) AS result
  FROM (VALUES ('{"code": "T", "criteria": [
                   {"code": "G", "kind": "gate", "field": "x", "op": ">", "value": 1, "reason": "SMALL"},
                   {"code": "C", "kind": "coef", "field": "x", "coef": 2}],
                  "classes": [[null, 5, "LOW"], [5, null, "HIGH"]]}'::equity.scorecard)) AS c (card),
       (VALUES (1), (3), (NULL::integer)) AS r (x);
SELECT x, (result).* FROM assessed ORDER BY x;
SELECT count(*) AS different
  FROM assessed AS r,
       equity.assess(r.card, r) AS a,
       equity.assess_typed_fields(r.card, r.x) AS f
 WHERE a::text <> r.result::text OR f::text <> r.result::text;
SELECT pg_typeof(result), pg_typeof(equity.assess(card, r)) FROM assessed AS r LIMIT 1;
DROP TABLE assessed;

DROP TABLE person;
DROP DOMAIN household_money, money_thb;
DROP TYPE need;
