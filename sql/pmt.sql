-- Calibrated poverty scores: a published scorecard of ten questions, and a formula of coefficients.
\set SHOW_CONTEXT never
\pset null '(null)'

-- The simple poverty scorecard of Bangladesh: 0 to 100 points, few points are poor. Its likelihoods of an
-- income below 2.50 dollars a day are classes, named by their percentage.
CREATE TABLE bangladesh (
  id integer, members_young integer, all_in_school text, work text, rooms integer, wall text,
  television boolean, fans integer, phones integer, bicycle boolean, farm_land text, points integer);
SELECT '{"code": "BANGLADESH", "scale": 0, "criteria": [
         {"code": "Q1", "kind": "band", "field": "members_young",
          "bands": [[null, 1, 32], [1, 2, 16], [2, 3, 10], [3, null, 0]]},
         {"code": "Q2", "kind": "enum", "field": "all_in_school",
          "points": {"no": 0, "none of that age": 0, "yes": 6}},
         {"code": "Q3", "kind": "enum", "field": "work", "points": {"day labour": 0, "other": 8}},
         {"code": "Q4", "kind": "band", "field": "rooms", "bands": [[null, 2, 0], [2, 3, 3], [3, null, 5]]},
         {"code": "Q5", "kind": "enum", "field": "wall", "points": {"thatch": 0, "tin": 2, "brick": 9}},
         {"code": "Q6", "kind": "enum", "field": "television", "points": {"true": 7}, "otherwise": 0},
         {"code": "Q7", "kind": "band", "field": "fans", "bands": [[null, 1, 0], [1, 2, 4], [2, null, 7]]},
         {"code": "Q8", "kind": "band", "field": "phones", "bands": [[null, 1, 0], [1, 2, 8], [2, null, 15]]},
         {"code": "Q9", "kind": "enum", "field": "bicycle", "points": {"true": 4}, "otherwise": 0},
         {"code": "Q10", "kind": "enum", "field": "farm_land", "points": {"none": 0, "some": 7}}],
         "classes": [[null, 5, "100"], [5, 25, "99.7"], [25, 30, "98.7"], [30, 35, "98.2"], [35, 40, "96.9"],
                     [40, 45, "94.9"], [45, 50, "91.5"], [50, 55, "87.9"], [55, 60, "84.3"], [60, 65, "73.2"],
                     [65, 70, "63.3"], [70, 75, "60.4"], [75, 80, "50.7"], [80, 85, "40.9"], [85, 90, "33.3"],
                     [90, 95, "12.3"], [95, null, "0"]]}' AS card \gset
SELECT equity.digest(:'card');
SELECT severity, criterion, message FROM equity.lint(:'card', 'bangladesh') WHERE severity <> 'info';

INSERT INTO bangladesh VALUES
  (1, 4, 'no', 'day labour', 1, 'thatch', false, 0, 0, false, 'none', 0),       -- the poorest answers
  (2, 0, 'yes', 'other', 3, 'brick', true, 2, 2, true, 'some', 100),            -- the richest
  (3, 2, 'yes', 'other', 2, 'tin', false, 1, 1, false, 'none', 41),             -- 10 + 6 + 8 + 3 + 2 + 0 + 4 + 8
  (4, 3, 'no', 'day labour', 1, 'tin', false, 0, 0, false, 'none', 2),
  (5, 3, 'no', 'day labour', 2, 'tin', false, 0, 0, false, 'none', 5),          -- the first of its class
  (6, 1, 'none of that age', 'other', 3, 'brick', true, 2, 2, false, 'none', 67),
  (7, 0, 'yes', 'other', 3, 'brick', true, 2, 1, true, 'some', 93),
  (8, 1, 'no', NULL, 1, 'tin', false, 0, 1, false, 'none', NULL);               -- a question left open
SELECT b.id, a.score, a.score IS NOT DISTINCT FROM b.points AS as_on_paper, a.class AS likelihood, a.reasons
  FROM bangladesh AS b, equity.assess(:'card', b) AS a ORDER BY b.id;
-- what the open question leaves open
SELECT lo, hi FROM bangladesh AS b, equity.score_bounds(:'card', b) WHERE b.id = 8;
SELECT e.seq, e.criterion, e.value, e.points, e.max_points
  FROM bangladesh AS b, equity.explain(:'card', b) AS e
 WHERE b.id = 3;

-- Every way to answer, by the published tables: points in 0 to 100, one class each
CREATE TABLE answer AS
SELECT y.members_young, s.all_in_school, w.work, r.rooms, l.wall, t.television, f.fans, p.phones, c.bicycle,
       g.farm_land, y.n + s.n + w.n + r.n + l.n + t.n + f.n + p.n + c.n + g.n AS points
  FROM (VALUES (0, 32), (1, 16), (2, 10), (3, 0)) AS y (members_young, n),
       (VALUES ('no', 0), ('none of that age', 0), ('yes', 6)) AS s (all_in_school, n),
       (VALUES ('day labour', 0), ('other', 8)) AS w (work, n),
       (VALUES (1, 0), (2, 3), (3, 5)) AS r (rooms, n),
       (VALUES ('thatch', 0), ('tin', 2), ('brick', 9)) AS l (wall, n),
       (VALUES (false, 0), (true, 7)) AS t (television, n), (VALUES (0, 0), (1, 4), (2, 7)) AS f (fans, n),
       (VALUES (0, 0), (1, 8), (2, 15)) AS p (phones, n), (VALUES (false, 0), (true, 4)) AS c (bicycle, n),
       (VALUES ('none', 0), ('some', 7)) AS g (farm_land, n);
SELECT count(*), count(*) FILTER (WHERE a.score <> t.points) AS wrong, min(a.score), max(a.score)
  FROM answer AS t, equity.assess(:'card', t) AS a;
SELECT a.class::numeric AS likelihood, min(a.score), max(a.score)
  FROM answer AS t, equity.assess(:'card', t) AS a GROUP BY a.class ORDER BY 2;

-- A proxy means test as EEF's is in form: the logarithm of income by least squares, six decimals, ratios as
-- derived fields, poor below the line. Example weights, of no published formula.
CREATE TABLE household (id integer, province text, members integer, dependants integer, rooms integer,
                        farm_land_rai numeric, vehicles integer, floor text);
INSERT INTO household VALUES
  (1, '10', 5, 3, 2, 0, 1, 'wood'),
  (2, '10', 4, 0, 4, 2.75, 4, 'tile'),
  (3, '34', 7, 4, 2, 12.5, 0, 'earth'),
  (4, '34', 3, 1, 1, NULL, 1, 'bamboo'),
  (5, '34', 0, 0, 1, 0, 0, 'wood');
SELECT '{"code": "PMT", "scale": 6, "criteria": [
         {"code": "B0", "kind": "const", "points": 8.410212},
         {"code": "DEPENDENCY", "kind": "derive", "fn": "ratio", "fields": ["dependants", "members"]},
         {"code": "CROWDING", "kind": "derive", "fn": "ratio", "fields": ["members", "rooms"]},
         {"code": "B1", "kind": "coef", "field": "DEPENDENCY", "coef": -0.412305, "min": 0, "max": 1},
         {"code": "B2", "kind": "coef", "field": "CROWDING", "coef": -0.071, "min": 0, "max": 8},
         {"code": "B3", "kind": "coef", "field": "farm_land_rai", "coef": 0.009125, "min": 0, "max": 50,
          "missing": "worst"},
         {"code": "B4", "kind": "coef", "field": "vehicles", "coef": 0.118300, "min": 0, "max": 3},
         {"code": "B5", "kind": "enum", "field": "floor",
          "points": {"earth": -0.205117, "bamboo": -0.15, "wood": -0.02}, "otherwise": 0}],
         "classes": [[null, 8.006368, "POOR"], [8.006368, null, "NOT_POOR"]]}' AS card \gset
SELECT severity, criterion, message FROM equity.lint(:'card', 'household') WHERE severity <> 'info';
-- beside the same in SQL: each term is rounded once
SELECT h.id, a.score, a.class, round(exp(a.score)) AS baht,
       8.410212 + round(-0.412305 * h.dependants / nullif(h.members, 0), 6)
       + round(-0.071 * least(h.members::numeric(30,20) / h.rooms, 8), 6)
       + round(0.009125 * coalesce(h.farm_land_rai, 0), 6) + round(0.1183 * least(h.vehicles, 3), 6)
       + CASE h.floor WHEN 'earth' THEN -0.205117 WHEN 'bamboo' THEN -0.15 WHEN 'wood' THEN -0.02 ELSE 0 END
         = a.score AS as_in_sql
  FROM household AS h, equity.assess(:'card', h) AS a
 ORDER BY h.id;

-- Weights by province: a card for each, chosen by a join; all may be sealed and compared
CREATE TABLE province_card (province text PRIMARY KEY, card equity.scorecard NOT NULL);
INSERT INTO province_card VALUES
  ('10', :'card'),
  ('34', replace(replace(:'card', '8.410212', '7.902'), '"PMT"', '"PMT-34"')::equity.scorecard);
SELECT h.id, h.province, a.score, a.class
  FROM household AS h JOIN province_card AS p USING (province), equity.assess(p.card, h) AS a ORDER BY h.id;

-- As rows and back, with six decimals
INSERT INTO equity.scorecard_version (card_code, version, scale) VALUES ('PMT', 1, 6);
INSERT INTO equity.criterion SELECT * FROM equity.scorecard_rows(:'card');
SELECT equity.card_from_rows('PMT', 1)::text = :'card'::equity.scorecard::text AS same;
SELECT equity.seal_scorecard('PMT', 1, 'household') = equity.digest(:'card') AS sealed;
-- against the facts of applications it would lack columns
SELECT equity.copy_scorecard('PMT', 1, 2);
SELECT equity.seal_scorecard('PMT', 2);
DELETE FROM equity.scorecard_version WHERE card_code = 'PMT' AND version = 2;
DROP TABLE bangladesh, answer, household, province_card;
