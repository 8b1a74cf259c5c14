-- A reader finds no count of one to four persons in any view, nor one that follows by subtraction; who may count the
-- rows sees them all. Which views and columns there are is asked of the catalog: a new one is judged until it is
-- named here as no count of persons.
--
-- Rounds with random numbers of applicants, each of whom asks for one pool: so that kinds of seats add up to pools,
-- pools to programmes, and programmes to the whole round, of which equity.equity_gap tells.
\ir fixture/random.psql
\ir fixture/subtraction.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(25);

CREATE TEMPORARY TABLE no_count_of_persons AS
SELECT * FROM unnest(ARRAY['round_id', 'previous_round_id', 'pool_id', 'run_id', 'call_number', 'academic_year',
    'academic_year_ce', 'calendar_year', 'calendar_year_ce', 'month',
    'institution_id',
                           'step', 'seats', 'pool_seats', 'quota', 'unfilled', 'institutions',
                           'population', 'programmes', 'pools', 'parent_run_id', 'violations', 'choice',
                           'poorest_percent', 'entry_year', 'entry_year_ce']) AS n (name);

-- ---- rounds, and what became of awards of years before ----

SELECT make_levels();
DELETE FROM equity.choice;
DELETE FROM equity.household_member;
DELETE FROM equity.household;
DELETE FROM equity.dwelling;
DELETE FROM equity.application;
UPDATE equity.applicant SET sex = pg_temp.pick('sex' || applicant_id, 'female', 'male');
INSERT INTO equity.applicant (applicant_id) SELECT n FROM generate_series(61, 400) AS n;

CREATE FUNCTION pg_temp.make_year(n bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  programme record;
  pools integer;
  asked integer;
  next_applicant integer := 1;
BEGIN
  INSERT INTO equity.round (round_id, round_code, academic_year, name_th, offer_days)
  VALUES (n, 'year-' || n, 2560 + n, 'รอบทดสอบ', 7);
  FOR programme IN SELECT p.programme_code, row_number() OVER (ORDER BY p.programme_code) AS place
      FROM equity.programme AS p LIMIT 4 LOOP
    INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version)
    VALUES (n, programme.programme_code, 'test', 1);
    pools := 1 + pg_temp.roll(concat_ws('/', n, programme.place, 'pools'), 3);
    FOR pool IN 1 .. pools LOOP
      INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
      SELECT n * 100 + programme.place * 10 + pool, n, programme.programme_code, min(institution_id), 'F' || pool,
          'two_year',
             1 + pg_temp.roll(concat_ws('/', n, programme.place, pool, 'seats'), 14)
        FROM equity.institution;
      asked := pg_temp.roll(concat_ws('/', n, programme.place, pool, 'asked'), 5);
      IF pg_temp.roll(concat_ws('/', n, programme.place, pool, 'many'), 2) = 0 THEN
        asked := asked * 4;
      END IF;
      INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa)
      SELECT a, n, 'submitted', now(), 2 + a % 20 / 10.0 FROM generate_series(next_applicant,
          next_applicant + asked - 1) AS a;
      INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
      SELECT a, n, 3, 300 * (a % 40) FROM generate_series(next_applicant, next_applicant + asked - 1) AS a;
      INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
      SELECT a, n, 1, n * 100 + programme.place * 10 + pool FROM generate_series(next_applicant,
          next_applicant + asked - 1) AS a;
      next_applicant := next_applicant + asked;
    END LOOP;
  END LOOP;
  INSERT INTO equity.pool_reserve (pool_id, reserve, seats)
  SELECT p.pool_id, r.reserve, 1 + pg_temp.roll(p.pool_id || r.reserve, p.seats / 2)
    FROM equity.seat_pool AS p CROSS JOIN (VALUES ('female'), ('male')) AS r (reserve)
   WHERE p.round_id = n AND p.seats > 2 AND pg_temp.roll(p.pool_id || 'has ' || r.reserve, 2) = 0;
  PERFORM run_as_far(n, 'publish');
END $$;
SELECT pg_temp.make_year(n) FROM generate_series(11, 40) AS n;

INSERT INTO equity.award (applicant_id, programme_code, institution_id, academic_year, status)
SELECT y * 10 + n + s.after, p.programme_code, i.institution_id, 2500 + y, s.status
  FROM generate_series(1, 30) AS y
 CROSS JOIN (SELECT programme_code FROM equity.programme ORDER BY programme_code LIMIT 3) AS p
 CROSS JOIN (VALUES ('graduated', 0), ('studying', 20), ('discontinued', 40)) AS s (status, after)
 CROSS JOIN LATERAL generate_series(1, pg_temp.roll(concat_ws('/', y, p.programme_code, s.status), 3)
                                       * (1 + pg_temp.roll(concat_ws('/', y, p.programme_code, s.status, 'many'),
                                           5))) AS n
 CROSS JOIN (SELECT min(institution_id) AS institution_id FROM equity.institution) AS i;

-- ---- no such count is shown ----

CREATE TEMPORARY TABLE report AS
SELECT c.relname::text AS name
  FROM pg_class AS c
 WHERE c.relnamespace = 'equity'::regnamespace AND has_table_privilege('regress_reader', c.oid, 'SELECT')
 ORDER BY 1;
CREATE TEMPORARY TABLE counting AS
SELECT r.name AS report, a.attname::text AS figure
  FROM report AS r
  JOIN pg_attribute AS a ON a.attrelid = format('equity.%I', r.name)::regclass
 WHERE a.attnum > 0 AND a.atttypid IN ('integer'::regtype, 'bigint'::regtype)
   AND a.attname NOT IN (SELECT name FROM no_count_of_persons);
SELECT cmp_ok((SELECT count(*) FROM counting), '>=', 20::bigint, 'many columns count persons');

CREATE FUNCTION pg_temp.keep_as(role text, prefix text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  report text;
BEGIN
  FOR report IN SELECT r.name FROM report AS r LOOP
    EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE equity.%I)', prefix || report, report);
    EXECUTE format('GRANT INSERT ON %I TO %I', prefix || report, role);
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE format('INSERT INTO %I SELECT * FROM equity.%I', prefix || report, report);
    RESET ROLE;
  END LOOP;
END $$;
GRANT SELECT ON report TO PUBLIC;
SELECT pg_temp.keep_as('regress_reader', 'reader_'), pg_temp.keep_as(current_user, 'owner_') \g /dev/null

CREATE FUNCTION pg_temp.small_ones(prefix text) RETURNS TABLE (report text, figure text,
    n bigint) LANGUAGE plpgsql AS $$
BEGIN
  FOR report, figure IN SELECT c.report, c.figure FROM counting AS c LOOP
    RETURN QUERY EXECUTE format('SELECT %L, %L, count(*) FROM %I WHERE %I BETWEEN 1 AND 4', report, figure,
        prefix || report, figure);
  END LOOP;
END $$;
SELECT is_empty($$SELECT * FROM pg_temp.small_ones('reader_') WHERE n > 0$$, 'a reader sees no count of one to four');
SELECT is_empty($$SELECT * FROM pg_temp.small_ones('owner_')
                   WHERE n = 0 AND report IN ('programme_summary', 'pool_fill', 'pool_cutoff')
                     AND figure <> 'undetermined' AND figure !~ '^(recipients|admitted_)'$$, 'although there are such');
SELECT cmp_ok((SELECT count(*) FROM owner_pool_cutoff
                WHERE admitted_members > 0 OR admitted_others > 0),
              '>', 3::bigint, 'in reserves members and others are told apart');
SELECT is_empty('SELECT pool_id, seat FROM owner_pool_cutoff
                  WHERE admitted_members BETWEEN 1 AND 4 OR admitted_others BETWEEN 1 AND 4
                     OR admitted_members + admitted_others <> admitted', 'of whom nobody is told one to four');
SELECT is_empty('SELECT * FROM reader_pool_fill WHERE admitted IS NULL AND num_nonnulls(unfilled, fill_percent) > 0',
                'what is reckoned with one is hidden too');

-- ---- nor does one follow from others ----

-- A count, and of which other it is a part; known is what the reader was shown.
CREATE TEMPORARY TABLE cell AS
SELECT f.figure, 'whole/' || f.year AS id, NULL AS part_of, f.truth, f.truth IS NOT NULL AS known
  FROM (SELECT w.academic_year AS year, v.*
          FROM reader_equity_gap AS w
         CROSS JOIN LATERAL (VALUES ('admitted', w.awarded), ('applicants', w.applicants), ('first_choices',
             w.applicants),
                                    ('eligible', w.eligible)) AS v (figure, truth)
         WHERE w.dimension = 'whole') AS f
UNION ALL
SELECT v.figure, concat_ws('/', 'programme', o.academic_year, o.programme_code), 'whole/' || o.academic_year, v.truth,
    v.shown IS NOT NULL
  FROM owner_programme_summary AS o
  JOIN reader_programme_summary AS r USING (academic_year, programme_code)
 CROSS JOIN LATERAL (VALUES ('admitted', o.placed, r.placed), ('applicants', o.applicants, r.applicants),
                            ('first_choices', o.applicants, r.applicants), ('eligible', o.eligible,
                                r.eligible)) AS v (figure, truth, shown)
 WHERE o.academic_year > 2570
UNION ALL
SELECT v.figure, 'pool/' || o.pool_id, concat_ws('/', 'programme', o.academic_year, o.programme_code), v.truth,
    v.shown IS NOT NULL
  FROM owner_pool_fill AS o
  JOIN reader_pool_fill AS r USING (pool_id)
 CROSS JOIN LATERAL (VALUES ('admitted', o.admitted, r.admitted), ('applicants', o.applicants, r.applicants),
                            ('first_choices', o.first_choices, r.first_choices)) AS v (figure, truth, shown)
 WHERE o.academic_year > 2570
UNION ALL
SELECT 'admitted', concat_ws('/', 'seat', t.pool_id, t.seat), 'pool/' || t.pool_id, t.admitted, r.admitted IS NOT NULL
  FROM (SELECT p.pool_id, p.seat, count(*) AS admitted
          FROM equity.placement AS p JOIN equity.current_run AS c ON c.run_id = p.run_id
         GROUP BY p.pool_id, p.seat) AS t
  JOIN reader_pool_cutoff AS r USING (pool_id, seat)
UNION ALL
SELECT v.figure, concat_ws('/', 'reserve', o.round_id, o.seat), NULL, v.truth, v.shown IS NOT NULL
  FROM owner_reserve_fill AS o
  JOIN reader_reserve_fill AS r USING (round_id, seat)
 CROSS JOIN LATERAL (VALUES ('members', o.held_by_members, r.held_by_members),
                            ('others', o.held_by_others, r.held_by_others)) AS v (figure, truth, shown)
UNION ALL
SELECT v.figure, concat_ws('/', 'part', t.pool_id, t.seat), concat_ws('/', 'reserve', r.round_id, t.seat), v.truth,
       v.shown IS NOT NULL
  FROM (SELECT p.pool_id, p.seat, count(*) FILTER (WHERE p.tier = 0) AS members,
               count(*) FILTER (WHERE p.tier > 0) AS others
          FROM equity.placement AS p JOIN equity.current_run AS c ON c.run_id = p.run_id
         WHERE p.seat <> 'open'
         GROUP BY p.pool_id, p.seat) AS t
  JOIN reader_pool_cutoff AS r USING (pool_id, seat)
 CROSS JOIN LATERAL (VALUES ('members', t.members, r.admitted_members),
                            ('others', t.others, r.admitted_others)) AS v (figure, truth, shown);
CREATE INDEX ON cell (figure, part_of);
SELECT is_empty($$
  SELECT w.figure, w.id, w.truth, sum(c.truth) FROM cell AS w JOIN cell AS c ON c.part_of = w.id AND c.figure = w.figure
   GROUP BY w.figure, w.id, w.truth HAVING w.truth <> sum(c.truth)$$, 'parts add up');
SELECT cmp_ok((SELECT count(*) FROM cell WHERE part_of LIKE level || '%' AND NOT known), '>', 30::bigint,
    'some parts of a ' || level || ' are hidden')
  FROM unnest(ARRAY['whole', 'programme', 'pool']) AS level;
SELECT cmp_ok((SELECT count(*) FROM cell WHERE NOT known AND truth >= 5), '>', 30::bigint, 'also of five or more');
SELECT cmp_ok((SELECT count(*) FROM cell WHERE known AND truth > 0), '>', 300::bigint, 'and much is shown');

CREATE TEMPORARY TABLE equation AS
SELECT w.figure || ' ' || w.id AS equation, w.figure || ' ' || w.id AS whole, c.figure || ' ' || c.id AS part
  FROM cell AS w JOIN cell AS c ON c.part_of = w.id AND c.figure = w.figure;
UPDATE cell SET id = figure || ' ' || id;
CREATE INDEX ON cell (id);
CREATE TEMPORARY TABLE shown AS SELECT * FROM cell;
SELECT work_out() \g /dev/null
SELECT is_empty('SELECT * FROM cell WHERE known AND truth BETWEEN 1 AND 4', 'by no subtraction does one follow');
SELECT is_empty('SELECT * FROM few_together()', 'nor that several are as few together');
-- the oracle finds what there is to find
UPDATE cell SET known = shown.known OR shown.truth >= 5 FROM shown WHERE shown.id = cell.id;
SELECT cmp_ok(work_out(), '>', 20, 'without the next smallest many would');

-- ---- nor from the year before ----

CREATE FUNCTION pg_temp.steps() RETURNS TABLE (programme_code text, academic_year integer, figure text,
    step bigint) LANGUAGE sql AS $$
  SELECT s.programme_code, s.academic_year, v.figure, v.n - coalesce(lag(v.n) OVER (PARTITION BY s.programme_code,
      v.figure ORDER BY s.academic_year), 0)
    FROM reader_programme_summary AS s
   CROSS JOIN LATERAL (VALUES ('graduated', s.recipients_graduated), ('studying', s.recipients_studying),
                              ('discontinued', s.recipients_discontinued), ('recipients', s.recipients)) AS v (figure,
                                  n)
   WHERE v.n IS NOT NULL
$$;
SELECT is_empty('SELECT * FROM pg_temp.steps() WHERE step BETWEEN 1 AND 4', 'no sum over the years tells a small step');
SELECT cmp_ok((SELECT count(*) FROM pg_temp.steps() WHERE step >= 5), '>', 20::bigint, 'many tell others');
SELECT is_empty('SELECT * FROM reader_programme_summary
                  WHERE num_nulls(recipients_graduated, recipients_studying, recipients_discontinued) NOT IN (0, 3)',
                'and the sum of all does not tell one of its parts');

-- ---- who sees what ----

CREATE ROLE regress_plain;
GRANT SELECT ON ALL TABLES IN SCHEMA equity TO regress_plain;
CREATE ROLE regress_reports;
GRANT SELECT ON equity.programme_summary, equity.pool_fill, equity.pool_cutoff TO regress_reports;
CREATE FUNCTION pg_temp.nulls_of(role text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  nulls bigint;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  SELECT (SELECT count(*) FROM equity.programme_summary WHERE placed IS NULL OR recipients IS NULL)
         + (SELECT count(*) FROM equity.pool_fill WHERE run_id IS NOT NULL AND (admitted IS NULL
             OR applicants IS NULL)) INTO nulls;
  RESET ROLE;
  RETURN nulls;
END $$;
SELECT is(pg_temp.nulls_of(role) > 0, hidden, format('%s: small counts are %s', role, CASE WHEN hidden THEN 'hidden'
    ELSE 'shown' END))
  FROM (VALUES ('regress_reader', true), ('regress_officer', true), ('regress_reports', true), ('regress_analyst',
      false),
               ('regress_operator', false), ('regress_auditor', false), ('regress_plain', false)) AS v (role, hidden);

SELECT * FROM finish();
ROLLBACK;
