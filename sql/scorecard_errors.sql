-- What is refused, when a card is made and when it is used: SQLSTATE, and a message that names the criterion.
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on

-- What a card of these criteria is refused with
CREATE FUNCTION pg_temp.refused(card text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  PERFORM card::equity.scorecard;
  RETURN 'accepted: ' || card;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN format('%s %s%s', SQLSTATE, SQLERRM, ' (' || nullif(detail, '') || ')');
END $$;
CREATE FUNCTION pg_temp.refused_criteria(VARIADIC criteria text[]) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT pg_temp.refused(format('{"code":"C","as_of":"2023-05-16","criteria":[%s]}', c)) FROM unnest($1) AS c
$$;

-- syntax: 22P02
SELECT pg_temp.refused(j)
  FROM unnest(ARRAY['', 'card', '{', '{}x', '{"code":"C",}', '{"code":''C''}', '[1,', '{"code":"\ud800"}',
                    '{"code":"\u0000"}', '{"code":"C","scale":01}', '{"code":"C","scale":+1}',
                    '{"code":"C","scale":NaN}', '{"code":"C","scale":.5}']) AS j;

-- the head: 22023
SELECT pg_temp.refused(j) FROM unnest(ARRAY[
  '1', '[]', 'null', '"C"', '{}',
  '{"code":"C"}',
  '{"criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":7,"criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","criteria":[]}',
  '{"code":"C","criteria":{}}',
  '{"code":"C","criteria":[1]}',
  '{"code":"C","criteria":[{"code":"K","kind":"const","points":1}],"remark":"x"}',
  '{"code":"C","code":"C","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","c\u006fde":"C","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","Scale":2,"criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","scale":-1,"criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","scale":7,"criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","scale":1.5,"criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","scale":"2","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","rounding":"up","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","as_of":"2023-02-29","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","as_of":"16/05/2023","criteria":[{"code":"K","kind":"const","points":1}]}',
  '{"code":"C","as_of":20230516,"criteria":[{"code":"K","kind":"const","points":1}]}']) AS j;

-- classes: they cover every score, once
SELECT pg_temp.refused(
         format('{"code":"C","scale":2,"classes":%s,"criteria":[{"code":"K","kind":"const","points":1}]}', c))
  FROM unnest(ARRAY['[]', '{}', '[[null,null]]', '[[null,20,"A"]]', '[[20,null,"A"]]',
                    '[[null,20,"A"],[21,null,"B"]]', '[[null,20,"A"],[19,null,"B"]]',
                    '[[null,20,"A"],[20,20,"B"],[20,null,"C"]]', '[[null,20.001,"A"],[20.001,null,"B"]]',
                    '[[null,null,""]]', '[[null,null,5]]']) AS c;

-- every criterion
SELECT pg_temp.refused_criteria(
  '{"kind":"const","points":1}',
  '{"code":"X","points":1}',
  '{"code":"","kind":"const","points":1}',
  '{"code":null,"kind":"const","points":1}',
  '{"code":"X","kind":"bonus","points":1}',
  '{"code":"X","kind":"Const","points":1}',
  '{"code":"X","kind":"const","points":1,"points":1}',
  '{"code":"X","kind":"const","points":1,"field":"x"}',
  '{"code":"X","kind":"const","points":1,"missing":"worst"}',
  '{"code":"X","kind":"const"}',
  '{"code":"X","kind":"const","points":"1"}',
  '{"code":"X","kind":"const","points":null}',
  '{"code":"X","kind":"const","points":1},{"code":"X","kind":"const","points":2}',
  '{"code":"X","kind":"coef","field":"","coef":1}',
  '{"code":"X","kind":"coef","field":"a..b","coef":1}',
  '{"code":"X","kind":"coef","field":".a","coef":1}',
  '{"code":"X","kind":"coef","field":"a.","coef":1}',
  '{"code":"X","kind":"coef","field":["a"],"coef":1}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"reason":""}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":"zero"}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":"points"}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":0}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":null}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":{}}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":{"points":1,"then":2}}');

-- numbers beyond the scale, beyond twelve decimals or beyond their range
SELECT pg_temp.refused_criteria(
  '{"code":"X","kind":"const","points":0.00001}',
  '{"code":"X","kind":"const","points":1e12}',
  '{"code":"X","kind":"const","points":1e400}',
  '{"code":"X","kind":"const","points":1e-400}',
  '{"code":"X","kind":"coef","field":"a","coef":0.0000000000001}',
  '{"code":"X","kind":"coef","field":"a","coef":1e12}',
  '{"code":"X","kind":"coef","field":"a","coef":999999999999}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,0.1234567890123,1],[0.1234567890123,null,2]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,1,1.00001],[1,null,2]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,1,1],[1,null,2]],"otherwise":0.00001}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,1,1],[1,null,2]],"missing":{"points":0.00001}}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":1e12}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":1e-13}',
  '{"code":"X","kind":"linear","field":"a","points":[[0,0],[1e-13,1]]}',
  '{"code":"X","kind":"enum","field":"a","points":{"a":1.00001}}',
  '{"code":"X","kind":"const","points":1},{"code":"S","kind":"section","members":["X"],"max":0.00001}');
-- sums of points that could leave 64 bits are refused, not found at run time
SELECT left(pg_temp.refused(format('{"code":"C","scale":6,"criteria":[%s]}',
                                   string_agg(
                                     format('{"code":"K%s","kind":"const","points":999999999999}', i), ','
                                     ORDER BY i))),
            80)
  FROM generate_series(1, 20) AS i;

-- gates
SELECT pg_temp.refused_criteria(
  '{"code":"X","kind":"gate","field":"a","value":1}',
  '{"code":"X","kind":"gate","op":"=","value":1}',
  '{"code":"X","kind":"gate","field":"a","op":"==","value":1}',
  '{"code":"X","kind":"gate","field":"a","op":"IN","value":[1]}',
  '{"code":"X","kind":"gate","field":"a","op":"="}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":null}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":[1]}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":{}}',
  '{"code":"X","kind":"gate","field":"a","op":"<","value":true}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":1}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":[1]}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":[1,2,3]}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":[2,1]}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":["b","a"]}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":["2023-05-16","2023-05-15"]}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":[false,true]}',
  '{"code":"X","kind":"gate","field":"a","op":"between","value":[1,null]}',
  '{"code":"X","kind":"gate","field":"a","op":"in","value":[]}',
  '{"code":"X","kind":"gate","field":"a","op":"in","value":1}',
  '{"code":"X","kind":"gate","field":"a","op":"in","value":[1,"1"]}',
  '{"code":"X","kind":"gate","field":"a","op":"in","value":[[1]]}',
  '{"code":"X","kind":"gate","field":"a","op":"isnull","value":1}',
  '{"code":"X","kind":"gate","field":"a","op":"notnull","missing":"reject"}',
  '{"code":"X","kind":"gate","field":"a","op":"overlaps","value":[1]}',
  '{"code":"X","kind":"gate","field":"a","op":"contains","value":"a"}',
  '{"code":"X","kind":"gate","field":"a","op":"contains","value":[]}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":1,"group":""}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":1,"group":7}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":1,"missing":{"points":1}}',
  '{"code":"X","kind":"gate","field":"a","op":"=","value":1,"points":1}');

-- bands: overlaps, and gaps that nothing fills
SELECT pg_temp.refused_criteria(
  '{"code":"X","kind":"band","field":"a"}',
  '{"code":"X","kind":"band","field":"a","bands":[]}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,null]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,null,1,2]]}',
  '{"code":"X","kind":"band","field":"a","bands":[["0","1",1]],"otherwise":0}',
  '{"code":"X","kind":"band","field":"a","bands":[[1,1,1]],"otherwise":0}',
  '{"code":"X","kind":"band","field":"a","bands":[[2,1,1]],"otherwise":0}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,2,1],[1,null,2]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[1,null,2],[null,2,1]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[0,5,1],[1,2,2]],"otherwise":0}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,1,1],[null,2,2]],"otherwise":0}',
  '{"code":"X","kind":"band","field":"a","bands":[[1,null,1],[2,null,2]],"otherwise":0}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,1,1],[1.000000000001,null,2]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[0,1,1],[1,null,2]]}',
  '{"code":"X","kind":"band","field":"a","bands":[[null,1,1],[1,2,2]]}');

-- linear, enum, coef
SELECT pg_temp.refused_criteria(
  '{"code":"X","kind":"linear","field":"a","points":[]}',
  '{"code":"X","kind":"linear","field":"a","points":[[0,0]]}',
  '{"code":"X","kind":"linear","field":"a","points":[[0,0],[0,1]]}',
  '{"code":"X","kind":"linear","field":"a","points":[[1,0],[0,1]]}',
  '{"code":"X","kind":"linear","field":"a","points":[[0,0],[1]]}',
  '{"code":"X","kind":"linear","field":"a","points":[[0,0],[null,1]]}',
  '{"code":"X","kind":"linear","field":"a","points":{"0":1}}',
  '{"code":"X","kind":"linear","field":"a","points":[[0,0],[1,1]],"otherwise":1}',
  '{"code":"X","kind":"enum","field":"a","points":{}}',
  '{"code":"X","kind":"enum","field":"a","points":[["a",1]]}',
  '{"code":"X","kind":"enum","field":"a","points":{"a":1,"a":2}}',
  '{"code":"X","kind":"enum","field":"a","points":{"3":1,"3.0":2}}',
  '{"code":"X","kind":"enum","field":"a","points":{"a":"1"}}',
  '{"code":"X","kind":"coef","field":"a"}',
  '{"code":"X","kind":"coef","field":"a","coef":"1"}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"min":2,"max":1}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"otherwise":1}',
  '{"code":"X","kind":"coef","field":"a","coef":1,"missing":"worst"}');

-- sections name criteria that give points, each in one section at most
SELECT pg_temp.refused_criteria(
         '{"code":"S","kind":"section","members":[],"max":1}',
         '{"code":"S","kind":"section","members":["X"],"max":1}',
         '{"code":"S","kind":"section","members":["S"],"max":1}',
         '{"code":"S","kind":"section","members":"A","max":1},{"code":"A","kind":"const","points":1}',
         '{"code":"S","kind":"section","members":[1],"max":1},{"code":"A","kind":"const","points":1}',
         '{"code":"S","kind":"section","members":["A"]},{"code":"A","kind":"const","points":1}',
         '{"code":"S","kind":"section","members":["A"],"min":2,"max":1},
          {"code":"A","kind":"const","points":1}',
         '{"code":"S","kind":"section","members":["A","A"],"max":1},{"code":"A","kind":"const","points":1}',
         '{"code":"S","kind":"section","members":["G"],"max":1},
          {"code":"G","kind":"gate","field":"a","op":"isnull"}',
         '{"code":"S","kind":"section","members":["D"],"max":1},
          {"code":"D","kind":"derive","fn":"sum","fields":["a"]}',
         '{"code":"S","kind":"section","members":["A"],"max":1},
          {"code":"T","kind":"section","members":["A"],"max":1},{"code":"A","kind":"const","points":1}',
         '{"code":"S","kind":"section","members":["A"],"max":1},
          {"code":"T","kind":"section","members":["S"],"max":1},{"code":"A","kind":"const","points":1}');

-- derived fields
SELECT pg_temp.refused_criteria('{"code":"D","kind":"derive","fields":["a"]}',
                                '{"code":"D","kind":"derive","fn":"avg","fields":["a"]}',
                                '{"code":"D","kind":"derive","fn":"sum"}',
                                '{"code":"D","kind":"derive","fn":"sum","fields":[]}',
                                '{"code":"D","kind":"derive","fn":"sum","fields":["a",""]}',
                                '{"code":"D","kind":"derive","fn":"sum","field":"a"}',
                                '{"code":"D","kind":"derive","fn":"ratio","fields":["a"]}',
                                '{"code":"D","kind":"derive","fn":"ratio","fields":["a","b","c"]}',
                                '{"code":"D","kind":"derive","fn":"age_years","fields":["a"]}',
                                '{"code":"D","kind":"derive","fn":"sum","fields":["a"]},
                                 {"code":"G","kind":"gate","field":"D","op":"=","value":"x"}',
                                '{"code":"D","kind":"derive","fn":"sum","fields":["a"]},
                                 {"code":"G","kind":"gate","field":"D","op":"=","value":true}');
SELECT pg_temp.refused('{"code":"C","criteria":[{"code":"D","kind":"derive","fn":"age_years","field":"a"}]}');

-- a field is compared with values of one kind
SELECT pg_temp.refused_criteria('{"code":"G","kind":"gate","field":"a","op":"=","value":true},
                                 {"code":"B","kind":"band","field":"a","bands":[[null,1,1],[1,null,2]]}',
                                '{"code":"G","kind":"gate","field":"a","op":"=","value":1},
                                 {"code":"H","kind":"gate","field":"a","op":"=","value":"2023-05-16"}');

-- size and depth
SELECT pg_temp.refused(repeat('[', 100000));
SELECT pg_temp.refused(repeat('{"a":', 1000) || '1' || repeat('}', 1000));
SELECT pg_temp.refused('{"code":"' || repeat('x', 1100000) || '","criteria":[{"code":"K","kind":"const","points":1}]}');
SELECT pg_temp.refused(format('{"code":"C","criteria":[%s]}',
                              string_agg(format('{"code":"K%s","kind":"const","points":1}', i), ',')))
  FROM generate_series(1, 1001) AS i;

--
-- When a card is used
--

CREATE FUNCTION pg_temp.refused_for(criterion text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text;
  detail text;
BEGIN
  EXECUTE format('SELECT (equity.assess(%L, q))::text FROM (%s) AS q',
                 format('{"code":"C","as_of":"2023-05-16","criteria":[%s]}', criterion), query) INTO result;
  RETURN 'accepted: ' || result;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN format('%s %s%s', SQLSTATE, SQLERRM, ' (' || nullif(detail, '') || ')');
END $$;

-- 42703: a field that the record lacks, also for a column that differs in case or was not named
SELECT pg_temp.refused_for('{"code":"X","kind":"coef","field":"income","coef":1}', q)
  FROM unnest(ARRAY['SELECT 1 AS size', 'SELECT 1 AS "Income"', 'SELECT 1', 'SELECT NULL::record AS r']) AS q;
SELECT pg_temp.refused_for('{"code":"D","kind":"derive","fn":"ratio","fields":["income","size"]},
                            {"code":"X","kind":"coef","field":"D","coef":1}',
                           'SELECT 1 AS income');
SELECT pg_temp.refused_for('{"code":"X","kind":"coef","field":"answers.income","coef":1}', 'SELECT 1 AS income');

-- 42804: a type that cannot be judged, which the message names: here are the others, none
SELECT criterion, type, result
  FROM (VALUES ('{"code":"X","kind":"gate","field":"x","op":"=","value":1}',
                '{text,boolean,date,jsonb,text[],integer[],uuid,money,timestamptz,interval,oid,bytea}'::text[]),
               ('{"code":"X","kind":"gate","field":"x","op":"=","value":"a"}',
                '{integer,numeric,boolean,date,jsonb,text[],uuid}'),
               ('{"code":"X","kind":"gate","field":"x","op":"=","value":"2023-05-16"}',
                '{integer,boolean,timestamp,timestamptz}'),
               ('{"code":"X","kind":"gate","field":"x","op":"=","value":true}', '{integer,text,date}'),
               ('{"code":"X","kind":"gate","field":"x","op":"overlaps","value":["a"]}',
                '{text,integer[],jsonb,tsvector}'),
               ('{"code":"X","kind":"band","field":"x","bands":[[null,null,1]]}',
                '{text,boolean,date,interval}'),
               ('{"code":"X","kind":"linear","field":"x","points":[[0,0],[1,1]]}', '{text,boolean}'),
               ('{"code":"X","kind":"coef","field":"x","coef":1}', '{text,date}'),
               ('{"code":"X","kind":"enum","field":"x","points":{"a":1}}', '{text[],jsonb,uuid,timestamp}'),
               ('{"code":"X","kind":"derive","fn":"age_years","field":"x"}', '{integer,timestamp,boolean}'),
               ('{"code":"X","kind":"derive","fn":"sum","fields":["x"]}', '{text,date}'))
         AS v (criterion, types),
       unnest(types) AS type, pg_temp.refused_for(criterion, format('SELECT NULL::%s AS x', type)) AS result
 WHERE result NOT LIKE format('42804 field "x" of type %s cannot be judged by criterion "X"',
                              format_type(to_regtype(type), -1));
SELECT pg_temp.refused_for('{"code":"X","kind":"coef","field":"x","coef":1}', 'SELECT ''3''::text AS x');
SELECT type,
       pg_temp.refused_for('{"code":"X","kind":"coef","field":"x.y","coef":1}',
                           format('SELECT NULL::%s AS x', type))
  FROM unnest('{json,text,integer}'::text[]) AS type;
-- the criterion that is named is the one that cannot judge, not the first that reads the field
SELECT pg_temp.refused_for('{"code":"A","kind":"enum","field":"x","points":{"a":1}},
                            {"code":"B","kind":"coef","field":"x","coef":1}',
                           'SELECT ''3''::text AS x');
-- of a jsonb path the type is known from the value
SELECT criterion, j, pg_temp.refused_for(criterion, format('SELECT %L::jsonb AS j', j))
  FROM (VALUES ('{"code":"X","kind":"coef","field":"j.a","coef":1}',
                ARRAY['{"a":"1"}', '{"a":[1]}', '{"a":{}}', '{"a":true}']),
               ('{"code":"X","kind":"gate","field":"j.a","op":"=","value":true}',
                ARRAY['{"a":"true"}', '{"a":1}']),
               ('{"code":"X","kind":"gate","field":"j.a","op":"=","value":"x"}',
                ARRAY['{"a":1}', '{"a":["x"]}']),
               ('{"code":"X","kind":"enum","field":"j.a","points":{"1":1}}',
                ARRAY['{"a":[1]}', '{"a":1.0}', '{"a":"1"}']),
               ('{"code":"X","kind":"gate","field":"j.a","op":"overlaps","value":["x"]}',
                ARRAY['{"a":"x"}', '{"a":{"x":1}}', '{"a":[1]}', '{"a":[["x"]]}', '{"a":[null,"x"]}']))
         AS v (criterion, documents),
       unnest(documents) AS j;

-- 22007: a text that is compared with dates and is none
SELECT pg_temp.refused_for('{"code":"X","kind":"gate","field":"x","op":"<","value":"2023-05-16"}',
                           'SELECT ''16/05/2023''::text AS x');
SELECT pg_temp.refused_for('{"code":"age","kind":"derive","fn":"age_years","field":"x"},
                            {"code":"X","kind":"coef","field":"age","coef":1}',
                           'SELECT ''2023-02-29''::text AS x');

-- 22023: a date in a year that only a Thai calendar means, where it is compared; 9999 means never
SELECT criterion, x, pg_temp.refused_for(criterion, format('SELECT %s AS x, date ''2020-01-01'' AS y', x))
  FROM (VALUES ('{"code":"X","kind":"gate","field":"x","op":"<","value":"2023-05-16"}',
                ARRAY['date ''2399-12-31''', 'date ''2400-01-01''', 'date ''2700-12-31''', 'date ''2701-01-01''',
                      'date ''9999-12-31''', 'date ''infinity''', '''2547-01-01''::text']),
               ('{"code":"X","kind":"gate","field":"x.day","op":"<","value":"2023-05-16"}',
                ARRAY['''{"day":"2547-01-01"}''::jsonb']),
               ('{"code":"age","kind":"derive","fn":"age_years","field":"x"},
                 {"code":"X","kind":"gate","field":"age","op":"<=","value":25}', ARRAY['date ''2547-01-01''']),
               ('{"code":"X","kind":"gate","field":"x","op":">=","than":"y"}', ARRAY['date ''2547-01-01''']),
               ('{"code":"X","kind":"gate","field":"x","op":"notnull"}', ARRAY['date ''2547-01-01''']),
               ('{"code":"X","kind":"enum","field":"x","points":{"2547-01-01":1}}', ARRAY['date ''2547-01-01''']))
         AS v (criterion, days),
       unnest(days) AS x;

-- 22003: a number of 10^12 or more where it must be multiplied; comparing, and limits that hold it, are no trouble
SELECT criterion, x, pg_temp.refused_for(criterion, format('SELECT %s AS x', x))
  FROM (VALUES ('{"code":"X","kind":"coef","field":"x","coef":1}',
                ARRAY['999999999999.999', '1e12::numeric', '-1e12::numeric', '1e300::float8',
                      '9223372036854775807']),
               ('{"code":"X","kind":"coef","field":"x","coef":1,"max":5}',
                ARRAY['1e12::numeric', '-1e12::numeric']),
               ('{"code":"D","kind":"derive","fn":"sum","fields":["x"]},
                 {"code":"X","kind":"gate","field":"D","op":">","value":1}',
                ARRAY['1e12::numeric']),
               ('{"code":"X","kind":"linear","field":"x","points":[[0,0],[1,1]]}',
                ARRAY['1e12::numeric', '-1e12::numeric']),
               ('{"code":"X","kind":"gate","field":"x","op":">","value":1}',
                ARRAY['1e12::numeric', '-1e12::numeric'])) AS v (criterion, numbers),
       unnest(numbers) AS x;

-- what to do: the words that there are, and how a value is written for its column
CREATE FUNCTION pg_temp.advice(criterion text, query text DEFAULT 'SELECT 1 AS x') RETURNS text
  LANGUAGE plpgsql
AS $$
DECLARE
  hint text;
BEGIN
  EXECUTE format('SELECT equity.assess(%L, q) FROM (%s) AS q',
                 format('{"code":"C","criteria":[%s]}', criterion), query);
  RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN hint;
END $$;
SELECT pg_temp.advice(c)
  FROM unnest(ARRAY[
    '{"code":"X","kind":"gte"}',
    '{"code":"X","kind":"gate","field":"x","op":"=>","value":1}',
    '{"code":"X","kind":"gate","field":"x","op":"=","value":1,"misssing":"reject"}',
    '{"code":"X","kind":"gate","field":"x","op":"=","value":1,"missing":"zero"}',
    '{"code":"X","kind":"coef","field":"x","coef":1,"missing":{"point":1}}',
    '{"code":"X","kind":"derive","fn":"avg","fields":["x"]}',
    '{"code":"X","kind":"derive","fn":"age_years","field":"x"}']) AS c;
SELECT value, type,
       pg_temp.advice(format('{"code":"X","kind":"gate","field":"x","op":"=","value":%s}', value),
                      format('SELECT NULL::%s AS x', type))
  FROM (VALUES ('"01/02/2005"', 'date'),
               ('"2"', 'numeric'),
               ('"true"', 'boolean'),
               ('10', 'text'),
               ('true', 'varchar'),
               ('"a"', 'text[]'),
               ('1', 'date')) AS v (value, type);
SELECT field, j,
       pg_temp.advice(format('{"code":"E","kind":"enum","field":%1$s,"points":{"a":1}},
                              {"code":"X","kind":"coef","field":%1$s,"coef":1}',
                             field),
                      format('SELECT %L::jsonb AS j', j))
  FROM (VALUES ('"j.income.per_head"', '{"income":{"per_head":"1500"}}'),
               ('"j.it''s"', '{"it''s":[1500]}')) AS v (field, j);
SELECT pg_temp.advice('{"code":"X","kind":"gate","field":"j.a","op":"overlaps","value":["x"]}',
                      format('SELECT %L::jsonb AS j', j))
  FROM unnest(ARRAY['{"a":"x"}', '{"a":[1]}']) AS j;
SELECT pg_temp.refused_for('{"code":"X","kind":"gate","field":"j.a","op":"overlaps","value":["x"]},
                            {"code":"E","kind":"enum","field":"j.a","points":{"x":1}}',
                           format('SELECT %L::jsonb AS j', j))
  FROM unnest(ARRAY['{"a":"x"}', '{"a":["x"]}']) AS j;

-- NULL in, NULL out
SELECT equity.score(NULL, q) IS NULL,
       equity.score('{"code":"C","criteria":[{"code":"K","kind":"const","points":1}]}', NULL::record) IS NULL,
       equity.eligible(NULL, q) IS NULL, equity.assess(NULL, q) IS NULL,
       (SELECT count(*) FROM equity.explain(NULL, q))
  FROM (SELECT 1) AS q;

-- lint with a number that is no relation's
SELECT * FROM equity.lint('{"code":"C","criteria":[{"code":"K","kind":"const","points":1}]}', '4294967295'::regclass);

-- two fields that cannot be compared
SELECT pg_temp.refused_for('{"code":"X","kind":"gate","field":"a","op":"<","than":"b"}',
                           format('SELECT %s', v))
  FROM unnest(ARRAY['1 AS a, ''x''::text AS b', 'true AS a, false AS b', 'current_date AS a, 1 AS b',
                    'current_date AS a, ''16/05/2566''::text AS b', '''{}''::text[] AS a, 1 AS b',
                    '1e12 AS a, 2e12 AS b', '1 AS a, ''{"b":"x"}''::jsonb AS b']) AS v;
SELECT pg_temp.refused_for('{"code":"X","kind":"gate","field":"a","op":"<","than":"j.b"}',
                           format('SELECT 1 AS a, %L::jsonb AS j', j))
  FROM unnest(ARRAY['{"b":"x"}', '{"b":true}', '{"b":[1]}', '{"b":{}}']) AS j;
CREATE TABLE pairs (a integer, b text, c boolean, d boolean, e date, day text, j jsonb);
SELECT *
  FROM equity.lint('{"code":"C","criteria":[
                     {"code":"P","kind":"gate","field":"a","op":"<","than":"b"},
                     {"code":"Q","kind":"gate","field":"c","op":">=","than":"d"},
                     {"code":"R","kind":"gate","field":"c","op":"=","than":"d"},
                     {"code":"S","kind":"gate","field":"e","op":"<","than":"day"},
                     {"code":"T","kind":"gate","field":"a","op":"<","than":"j"},
                     {"code":"U","kind":"gate","field":"a","op":"<","than":"j.x"},
                     {"code":"V","kind":"gate","field":"a","op":"<","than":"gone"}]}',
                   'pairs');
-- a name that is nearly one of the record
SELECT pg_temp.advice('{"code":"X","kind":"gate","field":"GPA","op":"<","value":1}', 'SELECT 1 AS gap, 2 AS gpa');
SELECT pg_temp.advice('{"code":"X","kind":"gate","field":"monthly_incom","op":"<","value":1}',
                      'SELECT 1 AS monthly_income, 2 AS yearly_income');
SELECT pg_temp.advice('{"code":"X","kind":"gate","field":"gpa","op":"<","value":1}',
                      'SELECT 1 AS income') = '' AS no_advice;
SELECT * FROM equity.lint('{"code":"C","criteria":[{"code":"X","kind":"gate","field":"Day","op":"isnull"}]}', 'pairs');
-- each criterion that cannot judge a column, not the first alone
SELECT criterion, message
  FROM equity.lint('{"code":"C","criteria":[
                     {"code":"G","kind":"gate","field":"b","op":">=","value":2},
                     {"code":"E","kind":"enum","field":"b","points":{"a":1},"otherwise":0},
                     {"code":"M","kind":"linear","field":"b","points":[[2,0],[4,15]]},
                     {"code":"N","kind":"coef","field":"gone","coef":1,"min":0,"max":1},
                     {"code":"O","kind":"coef","field":"gone","coef":2,"min":0,"max":1}]}',
                   'pairs')
 WHERE severity = 'error';
DROP TABLE pairs;
-- a year that only a Thai calendar means
SELECT '{"code":"C","as_of":"2566-05-16","criteria":[{"code":"K","kind":"const","points":1}]}'::equity.scorecard;
SELECT '{"code":"C",
         "criteria":[{"code":"X","kind":"gate","field":"d","op":"in",
                      "value":["2023-05-16","2400-01-01"]}]}'::equity.scorecard;

-- names are quoted in part, to the end of a character
CREATE FUNCTION pg_temp.with_long_names(path text, query text) RETURNS text LANGUAGE sql AS $$
  SELECT pg_temp.refused_for(format('{"code":"%s","kind":"coef","field":"%s%s","coef":1}',
                                    repeat('ข', 5000), path, repeat('ก', 5000)), query)
$$;
SELECT octet_length(message) < 500 AS short, left(message, 40) AS message
  FROM (VALUES ('', 'SELECT 1 AS a'),
               ('', format('SELECT 1 AS %I', repeat('ก', 21))),
               ('j.', 'SELECT 1 AS j'),
               ('j.', format('SELECT jsonb_build_object(%L, ''x'') AS j', repeat('ก', 5000))),
               ('j.', format('SELECT jsonb_build_object(%L, ARRAY[1]) AS j', repeat('ก', 5000)))) AS v (path, query)
 CROSS JOIN LATERAL pg_temp.with_long_names(path, query) AS message;
SELECT octet_length(pg_temp.advice(format('{"code":"X","kind":"coef","field":"j.%s","coef":1}',
                                          repeat('ก', 5000)),
                                   format('SELECT jsonb_build_object(%L, ''x'') AS j', repeat('ก', 5000))))
         < 500 AS short;
