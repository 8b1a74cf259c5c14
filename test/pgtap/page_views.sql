-- The views that pages of reports are made of, against plain counts of the rows; and what a reader of them does not
-- learn.
\ir fixture/random.psql
\ir fixture/subtraction.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;
SELECT plan(31);

SELECT make_levels();
UPDATE equity.institution SET kind = 'innovation' WHERE institution_code = '1300000002';
INSERT INTO equity.applicant (applicant_id) SELECT n FROM generate_series(61, 260) AS n;

-- Rounds in which pools of both kinds of institution have a few or many, and reserves that are passed on.
CREATE FUNCTION pg_temp.play(round bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key text := 'round ' || round;
BEGIN
  INSERT INTO equity.round (round_id, round_code, academic_year, name_th, offer_days)
  VALUES (round, 'played-' || round, 2540 + round, 'รอบทดสอบ', 7);
  INSERT INTO equity.round_programme (round_id, programme_code, card_code, card_version, quota)
  VALUES (round, 'innovation_general', 'test', 1, 200), (round, 'innovation_special', 'test', 1, NULL);
  INSERT INTO equity.seat_pool (pool_id, round_id, programme_code, institution_id, field_code, grant_type, seats)
  SELECT round * 100 + n, round, CASE WHEN n < 7 THEN 'innovation_general' ELSE 'innovation_special' END,
         i.institution_id, 'F' || 1 + n % 3, 'two_year',
         1 + pg_temp.roll(concat_ws('/', key, n, 'seats'), 14)
    FROM generate_series(1, 9) AS n
    JOIN (SELECT institution_id, row_number() OVER (ORDER BY institution_code) AS place FROM equity.institution) AS i
      ON i.place = 1 + n / 3 % 2;
  INSERT INTO equity.application (applicant_id, round_id, status, submitted_at, gpa)
  SELECT a, round, pg_temp.pick(concat_ws('/', key, a, 'status'), 'submitted', 'submitted', 'submitted', 'draft'),
         '2023-05-01 00:00+07', 2 + a % 20 / 10.0
    FROM generate_series(1, 40 + 40 * pg_temp.roll(key || 'many', 5)) AS a;
  UPDATE equity.application AS a SET submitted_at = NULL WHERE a.round_id = round AND a.status = 'draft';
  INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
  SELECT a.applicant_id, round, 3, nullif(300 * pg_temp.roll(concat_ws('/', key, a.applicant_id), 40), 0)
    FROM equity.application AS a WHERE a.round_id = round;
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id)
  SELECT a.applicant_id, round, row_number() OVER (PARTITION BY a.applicant_id ORDER BY md5(concat_ws('/', key,
      a.applicant_id, n))),
         round * 100 + n
    FROM equity.application AS a CROSS JOIN generate_series(1, 9) AS n
   WHERE a.round_id = round AND pg_temp.roll(concat_ws('/', key, a.applicant_id, n, 'asks'), 4) = 0;
  INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade)
  SELECT p.pool_id, r.reserve, 1 + pg_temp.roll(p.pool_id || r.reserve, p.seats / 2),
         pg_temp.pick(p.pool_id || r.reserve || 'mode', 'after_open', 'before_open'), CASE r.reserve WHEN 'male'
             THEN '{*}'::text[] ELSE '{}' END
    FROM equity.seat_pool AS p CROSS JOIN (VALUES ('female'), ('male')) AS r (reserve)
   WHERE p.round_id = round AND p.seats > 3 AND pg_temp.roll(p.pool_id || 'has ' || r.reserve, 2) = 0;
  PERFORM run_as_far(round, 'publish');
END $$;
UPDATE equity.applicant SET sex = CASE WHEN pg_temp.roll('sex' || applicant_id, 5) = 0 THEN 'male' ELSE 'female' END;
SELECT pg_temp.play(n) FROM generate_series(11, 40) AS n;
SELECT make_round(2, 2567::smallint);

-- ---- every figure is a count of rows ----

CREATE FUNCTION pg_temp.same_rows(a text, b text, name text) RETURNS text LANGUAGE sql AS $$
  SELECT is_empty(format('(%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)', '(' || a || ')',
      '(' || b || ')'), name)
$$;

SELECT pg_temp.same_rows(
  $$SELECT round_id, quota, programmes, institutions, pools, seats, admitted, unfilled, offers
      FROM equity.round_summary$$,
  $$SELECT r.round_id,
           (SELECT sum(p.quota) FROM equity.round_programme AS p WHERE p.round_id = r.round_id),
           nullif((SELECT count(*) FROM equity.round_programme AS p WHERE p.round_id = r.round_id), 0),
           (SELECT count(DISTINCT p.institution_id) FROM equity.seat_pool AS p WHERE p.round_id = r.round_id),
           (SELECT count(*) FROM equity.seat_pool AS p WHERE p.round_id = r.round_id),
           coalesce((SELECT sum(p.seats) FROM equity.seat_pool AS p WHERE p.round_id = r.round_id), 0),
           t.n, (SELECT sum(p.seats) FROM equity.seat_pool AS p WHERE p.round_id = r.round_id) - t.n,
           (SELECT count(*) FROM equity.award AS w WHERE w.round_id = r.round_id)
      FROM equity.round AS r
      LEFT JOIN equity.current_run AS c ON c.round_id = r.round_id
     CROSS JOIN LATERAL (SELECT CASE WHEN c.run_id IS NOT NULL
                                  THEN (SELECT count(*) FROM equity.placement AS t WHERE t.run_id = c.run_id)
                                      END AS n) AS t$$,
  'round_summary');
SELECT is_empty('SELECT FROM equity.round_summary
                  WHERE fill_percent IS DISTINCT FROM round(100.0 * admitted / seats, 1)',
  'with the seats that were given in percent');
SELECT pg_temp.same_rows(
  $$SELECT round_id, programme_code, kind, quota, institutions, pools, seats, admitted FROM equity.seat_use$$,
  $$SELECT p.round_id, p.programme_code, i.kind, min(q.quota), count(DISTINCT i.institution_id), count(*), sum(p.seats),
           CASE WHEN min(c.run_id) IS NOT NULL THEN sum((SELECT count(*) FROM equity.placement AS t
                                                          WHERE t.run_id = c.run_id AND t.pool_id = p.pool_id))
                                                              END::bigint
      FROM equity.seat_pool AS p
      JOIN equity.institution AS i USING (institution_id)
      JOIN equity.round_programme AS q USING (round_id, programme_code)
      LEFT JOIN equity.current_run AS c USING (round_id)
     GROUP BY p.round_id, p.programme_code, i.kind$$,
  'seat_use');
SELECT is_empty(
  $$SELECT round_id FROM equity.seat_use GROUP BY round_id, academic_year
    HAVING sum(admitted) <> (SELECT s.admitted FROM equity.round_summary AS s WHERE s.round_id = seat_use.round_id)$$,
  'whose parts are the round');
SELECT pg_temp.same_rows(
  $$SELECT round_id, choice, admitted, percent FROM equity.choice_outcome$$,
  $$SELECT c.round_id, t.choice, count(*), round(100.0 * count(*) / (SELECT count(*) FROM equity.placement AS a
      WHERE a.run_id = c.run_id), 1)
      FROM equity.current_run AS c JOIN equity.placement AS t USING (run_id)
     GROUP BY c.round_id, c.run_id, t.choice$$,
  'choice_outcome');
SELECT pg_temp.same_rows(
  $$SELECT round_id, seat, pools, seats, held_by_members, held_by_others, unfilled FROM equity.reserve_fill$$,
  $$SELECT p.round_id, v.reserve, count(*), sum(v.seats),
           sum(h.members)::bigint, sum(h.others)::bigint, (sum(v.seats) - sum(h.members) - sum(h.others))::bigint
      FROM equity.pool_reserve AS v
      JOIN equity.seat_pool AS p USING (pool_id)
      JOIN equity.current_run AS c USING (round_id)
     CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE m.applicant_id IS NOT NULL) AS members,
                                count(*) FILTER (WHERE m.applicant_id IS NULL) AS others
                           FROM equity.placement AS t
                           LEFT JOIN equity.reserve_member AS m
                                  ON m.round_id = p.round_id AND m.applicant_id = t.applicant_id
                                      AND m.group_code = v.reserve
                          WHERE t.run_id = c.run_id AND t.pool_id = v.pool_id AND t.seat = v.reserve) AS h
     GROUP BY p.round_id, v.reserve$$,
  'reserve_fill: members are those of the group');
SELECT cmp_ok((SELECT sum(held_by_others) FROM equity.reserve_fill), '>', 10::numeric,
    'others too have got such seats');
SELECT cmp_ok((SELECT sum(unfilled) FROM equity.reserve_fill), '>', 10::numeric, 'some are empty');
SELECT results_eq(
  $$SELECT DISTINCT seat, seat_th, seat_en FROM equity.reserve_fill ORDER BY 1$$,
  $$VALUES ('female', 'เพศหญิง', 'women'), ('male', 'เพศชาย', 'men')$$, 'named in both languages');

-- Lorenz and Gini by their definitions: the share of the poorest tenth by sums of sorted incomes
CREATE TEMPORARY TABLE income AS
SELECT a.round_id, v.persons_of, (h.monthly_income / h.household_size)::double precision AS income
  FROM equity.application AS a
  JOIN equity.household AS h USING (applicant_id, round_id)
 CROSS JOIN (VALUES ('applicants'), ('awarded')) AS v (persons_of)
 WHERE a.status = 'submitted'
   AND h.monthly_income IS NOT NULL
   AND EXISTS (SELECT FROM equity.choice AS c WHERE (c.applicant_id, c.round_id) = (a.applicant_id, a.round_id))
   AND (v.persons_of = 'applicants' OR EXISTS (
     SELECT FROM equity.current_run AS u JOIN equity.placement AS t USING (run_id)
      WHERE u.round_id = a.round_id AND t.applicant_id = a.applicant_id));
ANALYZE income;
CREATE TEMPORARY TABLE curve AS SELECT * FROM equity.income_curve;
SELECT pg_temp.same_rows(
  $$SELECT DISTINCT round_id, persons_of, persons FROM curve WHERE persons > 0$$,
  $$SELECT round_id, persons_of, count(*) FROM income GROUP BY 1, 2$$, 'income_curve: who told the income');
SELECT is_empty(
  $$SELECT k.round_id, k.persons_of, k.gini, g.gini
      FROM (SELECT DISTINCT round_id, persons_of, gini FROM curve WHERE persons > 0) AS k
      JOIN (SELECT a.round_id, a.persons_of, sum(abs(a.income - b.income)) / (2 * count(*) * avg(a.income)) AS gini
              FROM income AS a JOIN income AS b USING (round_id, persons_of)
             GROUP BY a.round_id, a.persons_of) AS g USING (round_id, persons_of)
     WHERE k.gini IS NULL OR abs(k.gini - g.gini) > 0.0001$$,
  'its Gini coefficient is half the mean difference over the mean');
SELECT is_empty(
  $$SELECT c.round_id, c.persons_of, c.poorest_percent, c.income_percent, s.share
      FROM curve AS c
      JOIN (SELECT round_id, persons_of, place, n, 100 * sum(income) OVER (PARTITION BY round_id, persons_of
          ORDER BY place) / total AS share
              FROM (SELECT i.*, row_number() OVER (PARTITION BY round_id, persons_of ORDER BY income) AS place,
                           count(*) OVER (PARTITION BY round_id, persons_of) AS n,
                           sum(income) OVER (PARTITION BY round_id, persons_of) AS total
                      FROM income AS i) AS o) AS s
        ON (s.round_id, s.persons_of) = (c.round_id, c.persons_of) AND s.place * 100 = c.poorest_percent * s.n
     WHERE c.income_percent IS NULL OR abs(c.income_percent - s.share) > 0.0051$$,
  'its points are shares of the sorted incomes');
SELECT pg_temp.same_rows(
  $$SELECT round_id, persons_of, count(*), min(income_percent), max(income_percent) FROM curve
      WHERE persons > 0 GROUP BY 1, 2$$,
  $$SELECT DISTINCT round_id, persons_of, 21::bigint, 0.00, 100.00 FROM income$$, 'and go from nothing to all');

SELECT is_empty(
  $$SELECT p.run_id, p.is_current
      FROM equity.run_proof AS p
     CROSS JOIN LATERAL equity.run_manifest(p.run_id) AS m
     WHERE jsonb_strip_nulls(m -> 'digests') <> jsonb_strip_nulls(jsonb_build_object(
             'cards', p.cards_digest, 'quotas', p.quotas_digest, 'pools', p.pools_digest, 'reserves', p.reserves_digest,
             'caps', p.caps_digest, 'applications', p.applications_digest, 'standing', p.standing_digest,
             'seed', m #>> '{digests,seed}', 'placements', p.placements_digest))
        OR (p.seed, p.seed_commitment, p.mechanism, p.tie_break, p.violations, p.seed_was_committed)
           IS DISTINCT FROM (m ->> 'seed', m ->> 'seed_commitment', m ->> 'mechanism', m ->> 'tie_break', 0::bigint,
               true)
        OR p.is_current <> (p.run_id IN (SELECT c.run_id FROM equity.current_run AS c))$$,
  'run_proof says what the manifest does');
SELECT results_eq('SELECT count(*) FROM equity.run_proof', 'SELECT count(*) FROM equity.allocation_run',
    'of every run');
SELECT is_empty(
  $$SELECT c.round_id, c.province_code FROM equity.province_coverage AS c
      JOIN equity.equity_gap AS g
        ON g.round_id = c.round_id AND g.dimension = 'province' AND g.category = c.province_code
     WHERE c.award_rate IS DISTINCT FROM g.award_rate$$,
  'province_coverage and equity_gap tell one award rate');

-- ---- form ----

CREATE TEMPORARY TABLE page_view AS
SELECT format('equity.%I', v.name)::regclass AS oid
  FROM unnest(ARRAY['round_summary', 'run_proof', 'seat_use', 'choice_outcome', 'reserve_fill', 'income_curve',
                    'entry_year_outcome']) AS v (name);
SELECT is_empty(
  $$SELECT v.oid, a.attname, format_type(a.atttypid, a.atttypmod)
      FROM page_view AS v JOIN pg_attribute AS a ON a.attrelid = v.oid
     WHERE a.attnum > 0
       AND format_type(a.atttypid, a.atttypmod)
           !~ '^(text|boolean|integer|bigint|numeric\(\d+,\d+\)|date|timestamp with time zone)$'$$,
  'columns of plain types');
SELECT is_empty(
  $$SELECT v.oid FROM page_view AS v
     WHERE (SELECT count(*) FROM pg_attribute AS a
             WHERE a.attrelid = v.oid AND a.attname IN ('academic_year', 'academic_year_ce', 'entry_year',
                 'entry_year_ce')) <> 2$$,
  'both eras');

-- ---- what a reader learns ----

CREATE FUNCTION pg_temp.keep_as(role text, prefix text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  report text;
BEGIN
  FOREACH report IN ARRAY ARRAY['programme_summary', 'pool_fill', 'pool_cutoff', 'round_summary', 'seat_use',
                                'choice_outcome', 'reserve_fill', 'income_curve', 'equity_gap'] LOOP
    EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE equity.%I)', prefix || report, report);
    EXECUTE format('GRANT INSERT ON %I TO %I', prefix || report, role);
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE format('INSERT INTO %I SELECT * FROM equity.%I', prefix || report, report);
    RESET ROLE;
  END LOOP;
END $$;
SELECT pg_temp.keep_as('regress_reader', 'reader_'), pg_temp.keep_as(current_user, 'owner_') \g /dev/null
SELECT is_empty(format('SELECT * FROM reader_%s WHERE %s BETWEEN 1 AND 4', v.report, v.figure),
                format('a reader sees no small %s of %s', v.figure, v.report))
  FROM (VALUES ('seat_use', 'admitted'), ('choice_outcome', 'admitted'), ('reserve_fill', 'held_by_members'),
               ('reserve_fill', 'held_by_others')) AS v (report, figure);
SELECT is_empty('SELECT * FROM reader_income_curve WHERE persons < 100 AND num_nonnulls(income_percent, gini) > 0',
                'nor a curve of fewer than a hundred persons');
SELECT cmp_ok((SELECT count(*) FROM reader_income_curve WHERE income_percent IS NOT NULL), '>', 100::bigint,
    'others are shown');

-- An equation: a whole is the sum of its parts. What a reader sees is known; a reader works out the one that lacks.
CREATE TEMPORARY TABLE cell AS
SELECT 'whole/' || o.round_id AS id, o.admitted AS truth, r.admitted IS NOT NULL AS known
  FROM owner_round_summary AS o JOIN reader_round_summary AS r USING (round_id) WHERE o.admitted IS NOT NULL
UNION ALL
SELECT 'programme/' || o.academic_year || o.programme_code, o.placed, r.placed IS NOT NULL
  FROM owner_programme_summary AS o JOIN reader_programme_summary AS r USING (academic_year, programme_code)
UNION ALL
SELECT concat('kind/', o.round_id, o.programme_code, o.kind), o.admitted, r.admitted IS NOT NULL
  FROM owner_seat_use AS o JOIN reader_seat_use AS r USING (round_id, programme_code, kind) WHERE o.admitted IS NOT NULL
UNION ALL
SELECT 'pool/' || o.pool_id, o.admitted, r.admitted IS NOT NULL
  FROM owner_pool_fill AS o JOIN reader_pool_fill AS r USING (pool_id) WHERE o.admitted IS NOT NULL
UNION ALL
SELECT concat('choice/', o.round_id, o.choice), o.admitted, r.admitted IS NOT NULL
  FROM owner_choice_outcome AS o JOIN reader_choice_outcome AS r USING (round_id, choice)
UNION ALL
SELECT concat('reserve/', o.round_id, o.seat), o.seats - o.unfilled, r.unfilled IS NOT NULL
  FROM owner_reserve_fill AS o JOIN reader_reserve_fill AS r USING (round_id, seat)
UNION ALL
SELECT concat('members/', o.round_id, o.seat), o.held_by_members, r.held_by_members IS NOT NULL
  FROM owner_reserve_fill AS o JOIN reader_reserve_fill AS r USING (round_id, seat)
UNION ALL
SELECT concat('others/', o.round_id, o.seat), o.held_by_others, r.held_by_others IS NOT NULL
  FROM owner_reserve_fill AS o JOIN reader_reserve_fill AS r USING (round_id, seat)
UNION ALL
SELECT concat('seat/', o.pool_id, o.seat), t.n, r.admitted IS NOT NULL
  FROM owner_pool_cutoff AS o
  JOIN reader_pool_cutoff AS r USING (pool_id, seat)
 CROSS JOIN LATERAL (SELECT count(*) AS n FROM equity.placement AS t
                      WHERE (t.run_id, t.pool_id, t.seat) = (o.run_id, o.pool_id, o.seat)) AS t;
CREATE TEMPORARY TABLE equation AS
SELECT 'programmes ' || s.round_id AS equation, 'whole/' || s.round_id AS whole,
    'programme/' || s.academic_year || s.programme_code AS part
  FROM owner_seat_use AS s WHERE s.run_id IS NOT NULL GROUP BY s.round_id, s.academic_year, s.programme_code
UNION ALL
SELECT concat('kinds ', s.round_id, s.programme_code), 'programme/' || s.academic_year || s.programme_code,
    concat('kind/', s.round_id, s.programme_code, s.kind)
  FROM owner_seat_use AS s WHERE s.run_id IS NOT NULL
UNION ALL
SELECT concat('pools ', f.academic_year, f.programme_code), 'programme/' || f.academic_year || f.programme_code,
    'pool/' || f.pool_id
  FROM owner_pool_fill AS f WHERE f.run_id IS NOT NULL
UNION ALL
SELECT concat('pools of a kind ', f.round_id, f.programme_code, i.kind), concat('kind/', f.round_id,
    f.programme_code, i.kind), 'pool/' || f.pool_id
  FROM owner_pool_fill AS f JOIN equity.institution AS i USING (institution_code) WHERE f.run_id IS NOT NULL
UNION ALL
SELECT 'choices ' || c.round_id, 'whole/' || c.round_id, concat('choice/', c.round_id, c.choice)
    FROM owner_choice_outcome AS c
UNION ALL
SELECT concat('seats ', c.pool_id), 'pool/' || c.pool_id, concat('seat/', c.pool_id, c.seat) FROM owner_pool_cutoff AS c
UNION ALL
SELECT concat('reserves ', c.round_id, c.seat), concat('reserve/', c.round_id, c.seat), concat('seat/', c.pool_id,
    c.seat)
  FROM owner_pool_cutoff AS c WHERE c.seat <> 'open'
UNION ALL
SELECT concat('holders ', r.round_id, r.seat), concat('reserve/', r.round_id, r.seat), concat(k.kind, '/',
    r.round_id, r.seat)
  FROM owner_reserve_fill AS r CROSS JOIN (VALUES ('members'), ('others')) AS k (kind);
CREATE INDEX ON cell (id);
SELECT is_empty(
  $$SELECT e.equation FROM equation AS e JOIN cell AS p ON p.id = e.part JOIN cell AS w ON w.id = e.whole
     GROUP BY e.equation, w.truth HAVING w.truth <> sum(p.truth)$$, 'parts add up');
CREATE TEMPORARY TABLE shown AS SELECT * FROM cell;
SELECT work_out() \g /dev/null
SELECT is_empty('SELECT * FROM cell WHERE known AND truth BETWEEN 1 AND 4',
    'by no subtraction does a small count follow');
SELECT is_empty('SELECT * FROM few_together()', 'nor that several are as few together');
SELECT cmp_ok((SELECT count(*) FROM shown WHERE id LIKE v.level || '%' AND known AND truth > 0), '>', v.least,
              'many are shown of ' || v.level)
  FROM (VALUES ('kind', 20::bigint), ('choice', 20), ('reserve', 5)) AS v (level, least);
-- the oracle finds what there is to find
UPDATE cell SET known = s.known OR s.truth >= 5 FROM shown AS s WHERE s.id = cell.id;
SELECT cmp_ok(work_out(), '>', 20, 'without the next smallest many would follow');

SELECT * FROM finish();
ROLLBACK;
