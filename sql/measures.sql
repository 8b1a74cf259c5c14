-- Measures of inequality, poverty and targeting: published values, definitions, and what they promise.
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET extra_float_digits = 0;

\set ECHO none
\getenv srcdir PG_ABS_SRCDIR
\set refusal :srcdir '/test/lib/refusal.psql'
\i :refusal
\set ECHO all
CREATE FUNCTION near(got double precision, wanted double precision) RETURNS boolean LANGUAGE sql
  RETURN abs(got - wanted) < 1e-9 * greatest(1, abs(wanted));

-- household incomes of four Philippine provinces (Philippine National Statistics Office, surveys of
-- 1997 and 1998, as in R's package ineq)
CREATE TABLE ilocos AS
SELECT province, income::double precision
  FROM (VALUES ('Ilocos Norte',
                ARRAY[133582, 312800, 395434, 519235, 321952, 663557, 84412, 724614, 69895, 124910, 168141,
                      46968, 103500, 60430, 110821, 124456, 80349, 42298, 118025, 111718, 74957, 224714,
                      100754, 57334, 49142, 74903, 149488, 60935, 145781, 71789, 80750, 67792, 22896, 84435,
                      103747, 91449, 76797, 38810, 188885, 38162, 48813, 60409, 58306, 87679, 51468, 50898,
                      172284, 50597, 71161, 60414, 37167, 35490, 42269, 116266, 36809, 64872, 34487, 107866,
                      68654, 53394, 33017, 146867, 135039, 31733, 208322]),
               ('Ilocos Sur',
                ARRAY[394650, 116423, 26990, 85954, 378117, 74167, 349685, 143324, 395089, 83053, 348268,
                      31670, 78279, 58247, 156226, 52897, 77116, 71870, 169347, 44647, 88414, 242550, 144523,
                      76505, 62136, 125247, 88349, 78666, 31749, 56820, 156867, 68852, 146120, 389678, 65604,
                      106913, 128390, 95960, 362662, 37600, 175966, 683574, 89285, 76022, 52259, 26262, 46371,
                      23921, 45043, 19863, 39762, 152545, 125690, 61260, 35377, 55856, 109846, 41641, 103402,
                      41754, 31289, 66235, 43387, 136487, 33508, 49287, 47136, 22826]),
               ('La Union',
                ARRAY[447364, 312915, 119625, 253837, 51151, 69147, 157024, 153784, 198699, 85264, 465263,
                      87412, 51470, 59495, 51520, 70378, 63187, 451365, 137887, 203240, 205097, 33320, 37578,
                      163665, 25050, 132080, 60578, 94522, 46123, 45497, 55884, 42915, 70058, 48906, 128434,
                      116147, 122287, 85613, 44810, 258058, 59650, 169039, 31909, 78197, 55425, 45082, 42202,
                      32896, 36877, 22534, 42070, 38000, 80142, 41896, 28082, 63570, 30163, 193764, 55953,
                      392699, 134432, 81309, 73285, 276079, 206004, 19451, 31341, 44040, 86104, 59180, 41971,
                      32631, 31599, 31573, 39567, 20217, 63276, 26713, 17525, 55814, 30876, 39628, 33368,
                      276881, 76372, 13999, 33260, 43785, 43656, 49738, 41393, 29738, 61664, 386678, 328215,
                      82406, 65514, 255400, 116258, 24512, 76741, 212846, 164093, 117206, 32562, 101932,
                      230685, 44304, 157930, 66588, 38416, 58230, 297090, 36669, 48156, 240042]),
               ('Pangasinan',
                ARRAY[
                  78252, 169533, 120286, 91300, 53088, 75829, 72556, 120516, 212132, 29644, 49844, 65053,
                  47535, 104390, 107993, 50531, 40177, 60313, 45687, 244880, 138409, 76247, 101411, 57626,
                  96889, 37971, 36028, 57391, 87571, 30191, 67362, 68930, 28618, 109836, 189281, 58759, 56540,
                  178426, 140748, 110300, 112460, 125181, 137196, 108858, 89814, 130220, 138547, 244354,
                  196067, 82399, 43366, 104523, 113912, 195607, 137025, 216190, 123109, 300071, 63231, 226425,
                  145700, 294880, 226866, 64665, 257290, 171281, 369106, 54742, 172510, 47068, 39442, 114419,
                  70133, 22374, 196977, 303714, 36221, 50368, 46343, 114766, 77918, 78461, 202086, 116418,
                  312056, 66106, 241190, 53771, 84529, 32221, 95442, 71712, 45850, 49815, 33755, 58403,
                  212968, 62677, 57244, 50169, 60382, 46451, 163754, 111061, 56582, 167486, 179184, 48987,
                  39271, 69231, 47379, 71572, 36362, 121156, 61321, 91600, 73835, 19781, 129060, 116067,
                  121780, 172110, 197290, 57462, 55295, 150028, 134431, 111501, 167073, 121883, 190837,
                  131992, 162960, 200274, 121884, 198450, 125175, 55812, 51053, 40620, 399506, 235600, 43110,
                  51467, 215102, 36696, 60892, 142738, 70653, 361900, 74850, 582000, 389000, 25638, 46200,
                  87940, 64860, 639416, 56690, 835742, 38776, 46818, 41275, 100640, 144846, 42925, 118060,
                  148820, 308807, 169732, 72730, 72377, 108686, 127125, 42576, 78018, 50485, 151200, 133040,
                  89554, 69276, 77691, 76870, 126471, 59624, 86347, 140272, 40240, 24561, 83892, 132245,
                  113629, 59738, 176020, 85416, 148130, 324101, 60382, 172770, 329505, 266825, 121574, 60277,
                  36032, 77729, 167892, 116431, 74748, 36426, 158347, 262608, 205263, 135445, 150798, 282864,
                  118588, 51650, 719016, 79634, 147926, 116355, 41667, 109297, 54197, 357795, 124346, 175276,
                  166367, 145224, 49081, 101768, 140748, 93074, 63984, 71335, 30049, 120341, 187684, 233426,
                  45435, 274964, 136233, 34115, 180047, 267634, 23776, 137668, 47382, 90946, 149879, 57313,
                  36643, 123276, 70469, 51754, 34866, 126840, 115462, 50628, 96744, 31354, 30979, 32586,
                  64356, 20775, 27419, 77963, 61724, 31053, 32640, 149227, 39012, 48595, 61175, 66212, 255910,
                  37950, 84530, 375800, 78120, 37702, 20908, 151140, 54750, 45230, 38982, 42138, 27795, 72995,
                  78134, 65053, 27128, 128940, 47337, 37697, 69162, 59140, 148033, 37322, 23375, 38199, 23445,
                  30151, 6067, 264496, 82775, 66642, 98713, 66344, 136834, 54694, 79089, 47310, 99777, 109651,
                  648558, 110600, 35980, 92420, 22710, 138887, 137403, 141090, 64126, 64500, 85820, 278927,
                  66880, 81226, 149140, 54400, 25445, 46228, 48352, 196172, 35629, 90222, 52305, 40038,
                  124720, 51742, 192734, 212345, 225400, 101920, 65400, 73230, 279563, 84237, 45520, 70553,
                  159242, 131663, 56863, 51617, 89235, 142969, 54283, 70504, 133905, 101679, 58312, 33570,
                  78238, 50466, 67383, 39866, 24670, 29089, 38889, 67828, 39920, 122504, 61653, 63844, 49422,
                  39785, 36362, 65484, 52634, 51458, 64313, 61487])) AS v (province, incomes),
       unnest(incomes) AS income;
CREATE TABLE example AS
SELECT 'example' AS name,
       unnest(ARRAY[541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261])::double precision AS x
UNION ALL
SELECT 'ilocos', income
  FROM ilocos
UNION ALL
SELECT 'one rich', CASE WHEN i = 10 THEN 50 ELSE 50 / 9.0 END
  FROM generate_series(1, 10) AS i
UNION ALL
SELECT 'half rich', CASE WHEN i > 5 THEN 18 ELSE 2 END
  FROM generate_series(1, 10) AS i;

-- as R's package ineq 0.2-13 has them
SELECT e.name, p.measure, near(p.got, r.value) AS right
  FROM (SELECT name, array_agg(x) AS x FROM example GROUP BY name) AS e
 CROSS JOIN LATERAL (SELECT equity.gini(v) AS gini, equity.gini(v) * count(*) / (count(*) - 1) AS corrected,
                            equity.hoover(v) AS hoover, equity.atkinson(v, 0.5) AS a05,
                            equity.atkinson(v, 1) AS a1, equity.atkinson(v, 2) AS a2, equity.theil_t(v) AS t,
                            equity.theil_l(v) AS l, equity.fgt(v, 2000, 0) AS headcount
                       FROM unnest(e.x) AS v) AS m
 CROSS JOIN LATERAL (VALUES ('gini', m.gini),
                            ('gini corrected', m.corrected),
                            ('hoover', m.hoover),
                            ('atkinson 0.5', m.a05),
                            ('atkinson 1', m.a1),
                            ('atkinson 2', m.a2),
                            ('theil_t', m.t),
                            ('theil_l', m.l),
                            ('headcount', m.headcount)) AS p (measure, got)
  JOIN (VALUES ('example', 'gini', 0.462091130268),
               ('example', 'gini corrected', 0.513434589186),
               ('example', 'hoover', 0.337806746163),
               ('example', 'atkinson 0.5', 0.179659098046),
               ('example', 'atkinson 1', 0.351825059735),
               ('example', 'atkinson 2', 0.629011054512),
               ('example', 'theil_t', 0.362341242344),
               ('example', 'theil_l', 0.433594649520),
               ('example', 'headcount', 0.2),
               ('ilocos', 'gini', 0.426950770210),
               ('ilocos', 'gini corrected', 0.427627395837),
               ('ilocos', 'hoover', 0.314980560149),
               ('ilocos', 'atkinson 0.5', 0.144686467345),
               ('ilocos', 'atkinson 1', 0.260539938870),
               ('ilocos', 'atkinson 2', 0.426282805197),
               ('ilocos', 'theil_t', 0.319915852164),
               ('ilocos', 'theil_l', 0.301835006228),
               ('one rich', 'gini corrected', 4 / 9.0),
               ('half rich', 'gini corrected', 4 / 9.0)) AS r (name, measure, value)
    ON (r.name, r.measure) = (e.name, p.measure)
 ORDER BY 1, 2;

-- weighted values against the definitions, pair by pair
CREATE TABLE person AS
SELECT i AS id, i % 4 AS area, round(100 * exp(sin(i * i)))::double precision AS x,
       (i * 37 % 50)::double precision AS rank_by, 1 + i % 3 AS copies, 0.5 + i % 5 / 4.0 AS weight,
       i % 7 < 3 AS selected, i % 5 < 2 AS in_need
  FROM generate_series(1, 300) AS i;
WITH s AS (
  SELECT sum(weight) AS w, sum(weight * x) / sum(weight) AS mean FROM person
), pair AS (
  SELECT sum(a.weight * b.weight * abs(a.x - b.x)) AS difference
    FROM person AS a, person AS b
), ranked AS (
  SELECT p.*,
         (SELECT sum(weight * CASE WHEN o.rank_by < p.rank_by THEN 1 ELSE 0.5 END)
            FROM person AS o
           WHERE o.rank_by <= p.rank_by) / s.w AS place
    FROM person AS p, s
)
SELECT near(m.gini, difference / (2 * w * w * mean)) AS gini,
       near(m.hoover, (SELECT sum(weight * abs(x - mean)) FROM person) / (2 * w * mean)) AS hoover,
       near(m.concentration,
            (SELECT 2 * sum(weight * (x - mean) * (place - 0.5)) FROM ranked) / (w * mean)) AS concentration,
       near(m.t, (SELECT sum(weight * x / mean * ln(x / mean)) FROM person) / w) AS theil_t,
       near(m.l, (SELECT sum(weight * ln(mean / x)) FROM person) / w) AS theil_l,
       near(m.atkinson,
            1 - ((SELECT sum(weight * (x / mean) ^ 0.3) FROM person) / w) ^ (1 / 0.3)) AS atkinson,
       near(m.severity, (SELECT sum(weight * greatest(0, (120 - x) / 120) ^ 2) FROM person) / w) AS fgt
  FROM s, pair,
       (SELECT equity.gini(x, weight) AS gini, equity.hoover(x, weight) AS hoover,
               equity.concentration_index(x, rank_by, weight) AS concentration,
               equity.theil_t(x, weight) AS t, equity.theil_l(x, weight) AS l,
               equity.atkinson(x, 0.7, weight) AS atkinson, equity.fgt(x, 120, 2, weight) AS severity
          FROM person) AS m;
-- a weight is so many equal rows
CREATE FUNCTION all_measures(weighted boolean) RETURNS double precision[] LANGUAGE sql
BEGIN ATOMIC
  SELECT CASE WHEN weighted THEN (SELECT ARRAY[equity.gini(x, copies), equity.hoover(x, copies),
                                               equity.palma(x, copies),
                                               equity.quantile_share(x, 0.25, 0.815, copies),
                                               equity.concentration_index(x, rank_by, copies),
                                               equity.theil_t(x, copies), equity.theil_l(x, copies),
                                               equity.atkinson(x, 1, copies), equity.fgt(x, 100, 1, copies),
                                               equity.inclusion_error(selected, in_need, copies),
                                               equity.exclusion_error(selected, in_need, copies)]
                                         || equity.lorenz(x, 7, copies)
                                    FROM person)
              ELSE (SELECT ARRAY[equity.gini(x), equity.hoover(x), equity.palma(x),
                                 equity.quantile_share(x, 0.25, 0.815),
                                 equity.concentration_index(x, rank_by), equity.theil_t(x), equity.theil_l(x),
                                 equity.atkinson(x, 1), equity.fgt(x, 100, 1),
                                 equity.inclusion_error(selected, in_need),
                                 equity.exclusion_error(selected, in_need)] || equity.lorenz(x, 7)
                      FROM person, generate_series(1, copies)) END;
END;
SELECT count(*) AS measures, bool_and(near(a, b)) AS same
  FROM unnest(all_measures(true), all_measures(false)) AS v (a, b);
-- the jackknife, leaving out each
WITH g AS (
  SELECT o.id, equity.gini(p.x, p.weight) AS without
    FROM person AS o
    JOIN person AS p
      ON p.id <> o.id
   GROUP BY o.id
), e AS (
  SELECT 1.959963984540054 * sqrt((count(*) - 1) * var_pop(without)) AS margin FROM g
)
SELECT near(i.interval[1], gini - margin) AS low, near(i.interval[2], gini + margin) AS high
  FROM e,
       (SELECT equity.gini(x, weight) AS gini, equity.gini_interval(x, weight) AS interval
          FROM person) AS i;
-- shares: the curve at its points, and Palma's of them
SELECT bool_and(near(c.share,
                     (SELECT equity.quantile_share(income, 0, (c.i - 1) / 8.0) FROM ilocos))) AS lorenz,
       count(*) AS points
  FROM (SELECT equity.lorenz(income, 8) AS curve FROM ilocos) AS l,
       unnest(curve) WITH ORDINALITY AS c (share, i);
SELECT near(equity.palma(income),
            equity.quantile_share(income, 0.9, 1) / equity.quantile_share(income, 0, 0.4)) AS palma,
       near(equity.quantile_share(income, 0, 0.3) + equity.quantile_share(income, 0.3, 1), 1) AS whole,
       equity.quantile_share(income, 0.5, 0.5) AS nothing,
       equity.lorenz(income) = equity.lorenz(income, 100) AS usual_points,
       near(equity.concentration_index(income, income), equity.gini(income))
       AND near(equity.concentration_index(income, - income), - equity.gini(income)) AS concentration
  FROM ilocos;
SELECT equity.lorenz(x, 4), equity.lorenz(x, 1), equity.quantile_share(x, 0.5, 1), equity.palma(x),
       equity.hoover(x), equity.gini(x)
  FROM unnest('{1,2,3,4}'::double precision[]) AS x;
-- Theil between and within provinces
SELECT near(equity.theil_t(g.mean, g.n) + sum(g.n * g.mean * g.t) / sum(g.n * g.mean),
            (SELECT equity.theil_t(income) FROM ilocos)) AS theil_t,
       near(equity.theil_l(g.mean, g.n) + sum(g.n * g.l) / sum(g.n),
            (SELECT equity.theil_l(income) FROM ilocos)) AS theil_l,
       count(*) AS provinces
  FROM (SELECT avg(income) AS mean, count(*) AS n, equity.theil_t(income) AS t, equity.theil_l(income) AS l
          FROM ilocos
         GROUP BY province) AS g;

-- poverty at and around the line; a line for each row
SELECT equity.fgt(x, 3000, 0) AS headcount, equity.fgt(x, 3000, 1) AS gap, equity.fgt(x, 3000, 2) AS severity,
       equity.fgt(x, CASE WHEN x > 2999 THEN 6000 ELSE 3000 END, 1) AS own_lines
  FROM unnest('{1500,3000,3000.01,0}'::double precision[]) AS x;
-- targeting: each with its denominator
SELECT equity.inclusion_error(selected, in_need), equity.exclusion_error(selected, in_need)
  FROM (VALUES (true, true),
               (true, false),
               (true, false),
               (true, false),
               (false, true),
               (NULL, true),
               (true, NULL),
               (false, false)) AS v (selected, in_need);
SELECT equity.inclusion_error(false, true) AS nobody_selected, equity.exclusion_error(true, false) AS nobody_in_need;

-- where a measure is not defined, and at its ends
SELECT equity.gini(x) AS gini, equity.gini_interval(x) AS interval, equity.hoover(x) AS hoover,
       equity.palma(x) AS palma, equity.lorenz(x) AS lorenz, equity.theil_t(x) AS t, equity.theil_l(x) AS l,
       equity.atkinson(x, 1) AS atkinson, equity.fgt(x, 1, 0) AS fgt
  FROM unnest('{}'::double precision[]) AS x;
SELECT equity.gini(x), equity.hoover(x), equity.palma(x), equity.lorenz(x), equity.theil_t(x),
       equity.atkinson(x, 1), equity.gini_interval(x)
  FROM unnest('{0,0}'::double precision[]) AS x;
SELECT equity.gini(x), equity.gini_interval(x), equity.hoover(x), equity.palma(x), equity.theil_t(x),
       equity.theil_l(x), equity.atkinson(x, 3)
  FROM unnest('{5}'::double precision[]) AS x;
SELECT equity.gini(x), equity.hoover(x), equity.palma(x), equity.theil_t(x) / ln(4) AS theil_t,
       equity.atkinson(x, 0) AS atkinson_0, equity.atkinson(x, 1) AS atkinson_1,
       equity.atkinson(x, 2) AS atkinson_2
  FROM unnest('{0,0,0,9}'::double precision[]) AS x;
SELECT equity.gini(x) AS above_one FROM unnest('{-2,1,3}'::double precision[]) AS x;
SELECT equity.gini(x, w), equity.theil_t(x, w), equity.fgt(x, 2, 0, w)
  FROM (VALUES (1, 1), (2, NULL), (NULL, 1), (3, 0), (3, 2)) AS v (x, w);

-- where all are equal a measure is exactly 0, whatever the unit, and its square root is no error;
-- nothing that is 0 to 1 leaves it
SELECT income, sqrt(equity.theil_t(income)) AS t, sqrt(equity.theil_l(income)) AS l,
       equity.atkinson(income, 0.5) AS a05, equity.atkinson(income, 1) AS a1,
       equity.atkinson(income, 45) AS a45, equity.gini(income) AS gini, equity.hoover(income) AS hoover,
       equity.gini_interval(income) AS interval
  FROM unnest('{3000,0.1,1e-200,1e200}'::double precision[]) AS income, generate_series(1, 1000)
 GROUP BY income
 ORDER BY income;
SELECT bool_and(m.t >= 0
                AND m.l >= 0
                AND m.a BETWEEN 0 AND 1
                AND m.g BETWEEN 0 AND 1
                AND m.h BETWEEN 0 AND 1
                AND m.low >= 0
                AND m.high <= 1) AS in_range
  FROM generate_series(1, 50) AS seed,
       LATERAL (SELECT equity.theil_t(x) AS t, equity.theil_l(x) AS l, equity.atkinson(x, seed / 10.0) AS a,
                       equity.gini(x) AS g, equity.hoover(x) AS h, (equity.gini_interval(x))[1] AS low,
                       (equity.gini_interval(x))[2] AS high
                  FROM (SELECT 3000 + (seed * i * i % 7) * 10.0 ^ (seed % 17 - 16) AS x
                          FROM generate_series(1, 20) AS i) AS v) AS m;
-- a great aversion, and one beside that of the geometric mean
SELECT equity.atkinson(x, 45) AS of_large,
       (SELECT equity.atkinson(x, 200) FROM unnest('{0.02,0.5}'::double precision[]) AS x) AS greater,
       near(equity.atkinson(x, 1 + 1e-12), equity.atkinson(x, 1))
       AND near(equity.atkinson(x, 1 - 1e-12), equity.atkinson(x, 1)) AS beside_one
  FROM unnest('{1e8,2e8}'::double precision[]) AS x;
SELECT round((1 - power(0.5 + 0.5 * power(2::numeric, -44), -1 / 44.0) / 1.5)::numeric, 12) AS of_large,
       round(1 - power(0.5, -1 / 199.0) / 13, 12) AS greater;
-- quantiles as the statistical offices of the European Union reckon them, the mean of two where the
-- part ends between them
SELECT p, equity.weighted_quantile(x, p, 1) AS plain, equity.weighted_quantile(x, p, w) AS weighted
  FROM (VALUES (10, 1), (20, 2), (30, 3), (40, 4), (NULL, 9), (0, 0)) AS v (x, w),
       unnest('{0,0.1,0.25,0.3,0.5,0.6,0.75,1}'::double precision[]) AS p
 GROUP BY p
 ORDER BY p;
SELECT near(equity.weighted_quantile(income, 0.5, 1),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY income)) AS median
  FROM ilocos;
-- Sen's index as R's ineq has it, by its parts; and by its definition over ranks, in the limit of many people
SELECT near(s.sen, s.h * (s.g / s.h + (1 - s.g / s.h) * s.gini)) AS parts, near(s.copies, s.sen) AS of_copies,
       s.nobody
  FROM (SELECT equity.sen_index(income, 50000) AS sen, equity.fgt(income, 50000, 0) AS h,
               equity.fgt(income, 50000, 1) AS g, equity.gini(income) FILTER (WHERE income < 50000) AS gini,
               equity.sen_index(income, 50000, 3) AS copies, equity.sen_index(income, 1) AS nobody
          FROM ilocos) AS s;
SELECT equity.sen_index(x, 40) AS sen, 0.3 * (0.5 + 0.5 * 2 / 9.0) AS wanted FROM generate_series(10, 100, 10) AS x;
-- outcomes: the two ends, no and yes are mirrors (Erreygers), the bounds at any mean (Wagstaff)
SELECT equity.erreygers_index(i < 3, i) AS poor_have_it, equity.erreygers_index(i > 2, i) AS rich_have_it,
       equity.wagstaff_index(i < 2, i) AS poorest, equity.wagstaff_index(i > 1, i) AS all_but_the_poorest,
       equity.erreygers_index(true, i) AS all, equity.wagstaff_index(true, i) AS not_defined
  FROM generate_series(1, 4) AS i;
SELECT near(equity.erreygers_index(selected, rank_by, weight),
            4 * sum(weight * selected::integer) / sum(weight)
            * equity.concentration_index(selected::integer, rank_by, weight)) AS erreygers,
       near(equity.erreygers_index(selected, rank_by),
            - equity.erreygers_index(NOT selected, rank_by)) AS mirror,
       near(equity.wagstaff_index(selected, rank_by, weight),
            equity.concentration_index(selected::integer, rank_by, weight)
            / (1 - sum(weight * selected::integer) / sum(weight))) AS wagstaff,
       near(equity.erreygers_index(selected::integer, rank_by, copies),
            equity.erreygers_index(selected, rank_by, copies)) AS of_numbers
  FROM person;

-- what makes no sense is told
SELECT pg_temp.refusal(statement) FROM (VALUES
  ($$SELECT equity.gini(x) FROM unnest('{-2,1}'::double precision[]) AS x$$),
  ($$SELECT equity.gini('NaN'::double precision)$$),
  ($$SELECT equity.hoover('Infinity'::double precision)$$),
  ($$SELECT equity.gini(1, -1)$$),
  ($$SELECT equity.gini(1, 'NaN')$$),
  ($$SELECT equity.gini(x) FROM unnest('{1e308,1e308}'::double precision[]) AS x$$),
  ($$SELECT equity.theil_t(-1)$$),
  ($$SELECT equity.theil_l(0)$$),
  ($$SELECT equity.theil_l('NaN')$$),
  ($$SELECT equity.fgt(-1e300, 1e-300, 1)$$),
  ($$SELECT equity.atkinson(-1, 1)$$),
  ($$SELECT equity.atkinson(1, -1)$$),
  ($$SELECT equity.atkinson(x, x) FROM generate_series(1, 2) AS x$$),
  ($$SELECT equity.fgt(1, 0, 0)$$),
  ($$SELECT equity.fgt(1, 1, -1)$$),
  ($$SELECT equity.fgt(1, 1, x) FROM generate_series(1, 2) AS x$$),
  ($$SELECT equity.quantile_share(1, 0.5, 0.2)$$),
  ($$SELECT equity.quantile_share(1, 0, 1.5)$$),
  ($$SELECT equity.quantile_share(1, 'NaN', 1)$$),
  ($$SELECT equity.quantile_share(x, 0, x / 4.0) FROM generate_series(1, 2) AS x$$),
  ($$SELECT equity.lorenz(1, 0)$$),
  ($$SELECT equity.lorenz(1, 10001)$$),
  ($$SELECT equity.concentration_index(1, 'NaN')$$),
  ($$SELECT equity.weighted_quantile(1, 1.5, 1)$$),
  ($$SELECT equity.weighted_quantile(x, x / 4.0, 1) FROM generate_series(1, 2) AS x$$),
  ($$SELECT equity.sen_index(-1, 3000)$$),
  ($$SELECT equity.sen_index(1, 0)$$),
  ($$SELECT equity.erreygers_index(1.5, 1)$$),
  ($$SELECT equity.wagstaff_index(true, 'NaN')$$),
  ($$SELECT equity_internal.sums_combine('{1,2,0,3,4,5}', '{1,2,0,3,4}')$$),
  ($$SELECT equity_internal.sums_combine(equity_internal.theil_t_accum(NULL, 1),
                                         equity_internal.theil_l_accum(NULL, 1))$$),
  ($$SELECT equity_internal.sums_combine(equity_internal.atkinson_accum(NULL, 1, 2),
                                         equity_internal.atkinson_accum(NULL, 1, 3))$$),
  ($$SELECT equity_internal.theil_l_accum(equity_internal.theil_t_accum(NULL, 1), 1)$$),
  ($$SELECT equity_internal.sums_final(array_fill('NaN'::double precision, '{11}'))$$),
  ($$SELECT equity_internal.sums_final(array_fill(1::double precision, '{11}'))$$)) AS v (statement);
SET equity.max_memory = '1MB';
SELECT pg_temp.refusal($$SELECT equity.gini(x) FROM generate_series(1, 100000) AS x$$),
       pg_temp.state_of($$SELECT equity.theil_t(x) FROM generate_series(1, 100000) AS x$$);
RESET equity.max_memory;

-- Parts: what each shard says of its rows, put together. To the last digit it is the measure of all rows, however
-- they were spread and weighted; a shard without rows says nothing.
CREATE TABLE spread AS
SELECT p.*, spreads, abs(hashint8extended(id * 100 + spreads, 7)) % (spreads % 8 + 1) AS shard
  FROM person AS p, generate_series(1, 24) AS spreads;
CREATE VIEW part AS
SELECT spreads, shard, equity.theil_t_part(x) AS t, equity.theil_t_part(x, weight) AS tw,
       equity.theil_l_part(x) AS l, equity.theil_l_part(x, weight) AS lw,
       equity.atkinson_part(x, 0.8) AS a, equity.atkinson_part(x, 3, weight) AS aw,
       equity.fgt_part(x, 120, 2) AS f, equity.fgt_part(x, 120 + rank_by, 1, weight) AS fw,
       equity.inclusion_error_part(selected, in_need) AS i,
       equity.inclusion_error_part(selected, in_need, weight) AS iw,
       equity.exclusion_error_part(selected, in_need) AS e,
       equity.exclusion_error_part(selected, in_need, weight) AS ew
  FROM spread
 GROUP BY spreads, shard;
SELECT count(*) AS spreads, count(DISTINCT m) AS results,
       bool_and(m = (SELECT ARRAY[equity.theil_t(x), equity.theil_t(x, weight), equity.theil_l(x),
                                  equity.theil_l(x, weight), equity.atkinson(x, 0.8), equity.atkinson(x, 3, weight),
                                  equity.fgt(x, 120, 2), equity.fgt(x, 120 + rank_by, 1, weight),
                                  equity.inclusion_error(selected, in_need),
                                  equity.inclusion_error(selected, in_need, weight),
                                  equity.exclusion_error(selected, in_need),
                                  equity.exclusion_error(selected, in_need, weight)]
                       FROM person)) AS as_whole
  FROM (SELECT ARRAY[equity.theil_t_merge(t ORDER BY md5(shard::text)), equity.theil_t_merge(tw),
                     equity.theil_l_merge(l), equity.theil_l_merge(lw),
                     equity.atkinson_merge(a), equity.atkinson_merge(aw), equity.fgt_merge(f), equity.fgt_merge(fw),
                     equity.inclusion_error_merge(i), equity.inclusion_error_merge(iw),
                     equity.exclusion_error_merge(e), equity.exclusion_error_merge(ew)] AS m
          FROM part
         GROUP BY spreads) AS s;
SELECT equity.theil_t_part(x) IS NULL AS no_rows, equity.theil_t_merge(NULL) IS NULL AS no_parts,
       equity.theil_t_merge(p) = 0 AS one
  FROM (SELECT NULL::double precision AS x) AS n,
       (SELECT equity.theil_t_part(3) AS p) AS o
 GROUP BY o.p;
SELECT max(length(t)) < 1000 AS small FROM part;
-- bytes can be anybody's
SELECT pg_temp.refusal(statement) FROM (VALUES
  ($$SELECT equity.theil_t_merge('')$$),
  ($$SELECT equity.theil_t_merge('\x65710103')$$),
  ($$SELECT equity.theil_t_merge(substr(t, 1, length(t) - 1)) FROM part$$),
  ($$SELECT equity.theil_t_merge(set_byte(t, 4, 255)) FROM part$$),
  ($$SELECT equity.theil_t_merge(set_byte(t, 44, 255)) FROM part$$),
  ($$SELECT equity.theil_t_merge(l) FROM part$$),
  ($$SELECT equity.fgt_merge(i) FROM part$$),
  ($$SELECT equity.atkinson_merge(CASE WHEN shard = 0 THEN a ELSE aw END) FROM part WHERE spreads = 7$$),
  ($$SELECT equity.fgt_part(-1e300, 1e-300, 1)$$)) AS v (statement);
DROP VIEW part;
DROP TABLE spread;

-- the order of the rows has no say, to the last digit; windows may move
SELECT count(DISTINCT (g, h, c)) AS results
  FROM (SELECT equity.gini(x, weight ORDER BY x) AS g, equity.hoover(x, weight ORDER BY x) AS h,
               equity.concentration_index(x, rank_by, weight ORDER BY x) AS c
          FROM person
        UNION ALL
        SELECT equity.gini(x, weight ORDER BY id DESC), equity.hoover(x, weight ORDER BY id DESC),
               equity.concentration_index(x, rank_by, weight ORDER BY id DESC)
          FROM person
        UNION ALL
        SELECT equity.gini(x, weight ORDER BY md5(id::text)), equity.hoover(x, weight ORDER BY md5(id::text)),
               equity.concentration_index(x, rank_by, weight ORDER BY md5(id::text))
          FROM person) AS r;
SELECT count(*) AS rows,
       bool_and(near(coalesce(w.g, 0),
                     coalesce((SELECT equity.gini(p.x) FROM person AS p WHERE p.id <= w.id), 0))) AS running
  FROM (SELECT id, equity.gini(x) OVER (ORDER BY id) AS g FROM person WHERE id <= 40) AS w;

-- workers add up parts
CREATE TABLE serial AS
SELECT all_measures(false) AS m, area, equity.gini(x) AS g, equity.gini_interval(x) AS i,
       equity.theil_t(x) AS t
  FROM person
 GROUP BY area;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE person SET (parallel_workers = 3);
EXPLAIN (COSTS off) SELECT equity.gini(x), equity.theil_t(x), equity.lorenz(x, 4) FROM person;
SELECT near(equity.sen_index(x, 100),
            (SELECT equity.sen_index(x, 100) FROM (SELECT x FROM person ORDER BY x OFFSET 0) AS o)) AS sen,
       near(equity.erreygers_index(selected, rank_by),
            (SELECT equity.erreygers_index(selected, rank_by)
               FROM (SELECT selected, rank_by FROM person ORDER BY id OFFSET 0) AS o)) AS erreygers,
       equity.weighted_quantile(x, 0.3, weight)
         = (SELECT equity.weighted_quantile(x, 0.3, weight)
              FROM (SELECT x, weight FROM person ORDER BY id OFFSET 0) AS o) AS quantile
  FROM person;
SELECT equity.gini(x) = max(s.g) AS gini_to_the_last_digit, equity.gini_interval(x) = max(s.i) AS interval,
       equity.theil_t(x) = max(s.t) AS theil
  FROM person
  JOIN serial AS s USING (area)
 GROUP BY area;
SELECT equity.gini(x) IS NULL AND equity.lorenz(x) IS NULL AND equity.theil_t(x) IS NULL AS nothing
  FROM person
 WHERE id < 0;
SELECT bool_and(near(a, b)) AS same FROM serial, unnest(m, all_measures(true)) AS v (a, b);
SELECT bool_and(p.proparallel = 's' AND a.aggcombinefn <> 0) AS parallel_safe, count(*) AS aggregates,
       count(*) FILTER (WHERE a.aggtranstype <> 'internal'::regtype) AS may_be_split
  FROM pg_aggregate AS a
  JOIN pg_proc AS p
    ON p.oid = a.aggfnoid
 WHERE p.pronamespace = 'equity'::regnamespace
   AND p.proname IN ('gini', 'gini_interval', 'theil_t', 'theil_l', 'atkinson', 'hoover', 'palma',
                     'quantile_share', 'fgt', 'concentration_index', 'lorenz', 'inclusion_error',
                     'exclusion_error', 'weighted_quantile', 'sen_index', 'erreygers_index',
                     'wagstaff_index');

DROP FUNCTION all_measures(boolean), near(double precision, double precision);
DROP TABLE ilocos, example, person, serial;
