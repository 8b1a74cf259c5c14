-- explain: a row for each criterion, with what was read, the rule, the points and the reason.
\set SHOW_CONTEXT never
\pset null '(null)'

CREATE TABLE household_card AS
SELECT $${"code": "HVIS-2566", "scale": 4, "rounding": "half_up", "as_of": "2023-05-16", "criteria": [
          {"code":"G1", "kind":"gate", "field":"gpa", "op":">=", "value":2.00, "missing":"reject",
           "reason":"GPA_BELOW"},
          {"code":"G2", "kind":"gate", "group":"need", "field":"income_per_head", "op":"<=", "value":3000},
          {"code":"G3", "kind":"gate", "group":"need", "field":"welfare_card", "op":"=", "value":true,
           "missing":"reject"},
          {"code":"N1", "kind":"band", "field":"income_per_head",
           "bands":[[null, 1000, 20], [1000, 2000, 12], [2000, null, 4]], "missing":{"points":0}},
          {"code":"M1", "kind":"linear", "field":"gpa", "points":[[2.00, 0], [4.00, 15]],
           "missing":"undetermined"},
          {"code":"H1", "kind":"enum", "field":"dwelling", "points":{"none":10, "rent":6}, "otherwise":0,
           "missing":"worst"},
          {"code":"V1", "kind":"coef", "field":"vehicles", "coef":-0.1183, "max":3},
          {"code":"K0", "kind":"const", "points":8.41},
          {"code":"SEC", "kind":"section", "members":["N1", "H1"], "max":25}],
          "classes": [[null, 20, "NON_POOR"], [20, 40, "POOR"],
                      [40, null, "EXTREME"]]}$$::equity.scorecard AS card;
CREATE TABLE household (id integer, gpa numeric, income_per_head numeric, welfare_card boolean, dwelling text,
                        vehicles integer);
INSERT INTO household VALUES
  (1, 3.25, 999.99, false, 'none', 1),
  (2, 1.99, 3000.01, NULL, 'own', 5),
  (3, NULL, NULL, true, NULL, NULL),
  (4, 'NaN', 2000, false, 'rent', 0);

SELECT h.id, e.seq, e.criterion, e.kind, e.field, e.value, e.passed, e.points, e.max_points, e.reason
  FROM household_card AS c CROSS JOIN household AS h CROSS JOIN equity.explain(c.card, h) AS e
 ORDER BY h.id, e.seq;
SELECT h.id, a.*
  FROM household_card AS c
 CROSS JOIN household AS h
 CROSS JOIN equity.assess(c.card, h) AS a
 ORDER BY h.id;
SELECT e.seq, e.rule
  FROM household_card AS c
 CROSS JOIN household AS h
 CROSS JOIN equity.explain(c.card, h) AS e
 WHERE h.id = 1
 ORDER BY e.seq;

-- the points of sections and of criteria outside them add up to the score
SELECT h.id, equity.score(c.card, h) AS score,
       (SELECT sum(e.points)
          FROM equity.explain(c.card, h) AS e
         WHERE e.criterion NOT IN ('N1', 'H1')) AS sum_of_points,
       (SELECT array_agg(e.reason ORDER BY e.seq) FILTER (WHERE e.reason IS NOT NULL)
          FROM equity.explain(c.card, h) AS e) AS reasons
  FROM household_card AS c
 CROSS JOIN household AS h
 ORDER BY h.id;

-- a derived field shows what it came to, for whatever it is used; too large a number too
SELECT q.*, e.seq, e.criterion, e.field, e.value, e.rule, e.passed, e.points
  FROM (VALUES (1, 3), (9000, 4), (-1, 0)) AS q (income, size)
 CROSS JOIN equity.explain($${"code":"C","criteria":[
         {"code":"head","kind":"derive","fn":"ratio","fields":["income","size"]},
         {"code":"G","kind":"gate","field":"head","op":"<=","value":3000},
         {"code":"double","kind":"derive","fn":"sum","fields":["head","head"]},
         {"code":"V","kind":"coef","field":"double","coef":0.5}]}$$, q) AS e;
SELECT e.criterion, e.value, e.passed
  FROM (VALUES (999999999999, 999999999999)) AS q (a, b)
 CROSS JOIN equity.explain($${"code":"C","criteria":[
         {"code":"both","kind":"derive","fn":"sum","fields":["a","b"]},
         {"code":"G","kind":"gate","field":"both","op":">","value":3000}]}$$, q) AS e;

-- rules and values of every op and kind, over columns and paths
SELECT e.seq, e.criterion, e.field, e.value, e.rule, e.passed, e.points, e.max_points
  FROM (VALUES (numeric '2.50', text 'b', date '2004-02-29', '{poor,NULL,"a b"}'::text[], 1.5::float8,
                '{"a": {"b": 12.50, "t": "x\"y", "l": ["p", "q"]}}'::jsonb)) AS q (n, t, d, g, f, j)
 CROSS JOIN equity.explain(
              $${"code":"C","scale":2,"rounding":"half_even","as_of":"2023-05-16","criteria":[
                 {"code":"01","kind":"gate","field":"n","op":"=","value":2.500},
                 {"code":"02","kind":"gate","field":"n","op":"<>","value":-1},
                 {"code":"03","kind":"gate","field":"t","op":"<","value":"c"},
                 {"code":"04","kind":"gate","field":"d","op":">","value":"2004-02-28"},
                 {"code":"05","kind":"gate","field":"n","op":"between","value":[0.000000000001,3]},
                 {"code":"06","kind":"gate","field":"t","op":"in","value":["c","b"]},
                 {"code":"07","kind":"gate","field":"n","op":"notin","value":[3,1]},
                 {"code":"08","kind":"gate","field":"f","op":"isnull"},
                 {"code":"09","kind":"gate","field":"g","op":"notnull"},
                 {"code":"10","kind":"gate","field":"g","op":"overlaps","value":["poor","orphan"]},
                 {"code":"11","kind":"gate","field":"j.a.l","op":"contains","value":["p"]},
                 {"code":"12","kind":"gate","field":"j.a.t","op":"=","value":"x\"y"},
                 {"code":"13","kind":"gate","field":"j.a.none","op":"=","value":true},
                 {"code":"20","kind":"band","field":"j.a.b","bands":[[10,12.5,1.5],[12.5,15,2]],
                  "otherwise":-1},
                 {"code":"21","kind":"band","field":"f","bands":[[null,null,7]]},
                 {"code":"22","kind":"linear","field":"n","points":[[-1,10],[0,0],[4,1]]},
                 {"code":"23","kind":"enum","field":"d","points":{"2004-02-29":1}},
                 {"code":"24","kind":"enum","field":"n","points":{"2.5":3,"a":4}},
                 {"code":"25","kind":"coef","field":"n","coef":0.1,"min":-0.5,"max":2},
                 {"code":"26","kind":"coef","field":"f","coef":-1},
                 {"code":"27","kind":"const","points":-2.5},
                 {"code":"30","kind":"section","members":["20","21","27"],"min":-1,"max":6.5},
                 {"code":"40","kind":"derive","fn":"age_years","field":"d"},
                 {"code":"41","kind":"derive","fn":"count_true","fields":["n","f"]},
                 {"code":"42","kind":"derive","fn":"max","fields":["n","40"]}]}$$,
              q) AS e
 ORDER BY e.seq;

-- no record, no rows; in the select list too
SELECT count(*) FROM household_card AS c CROSS JOIN equity.explain(c.card, NULL::household);
SELECT (equity.explain(c.card, h)).criterion FROM household_card AS c CROSS JOIN household AS h WHERE h.id = 1 LIMIT 3;

DROP TABLE household, household_card;
