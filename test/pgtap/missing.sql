-- Who is in no register: found is who is there by any identity that the person has or had, others may be there under
-- the same name; an oracle goes through persons and lines one by one. Those found outside school come into a round.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(44);
SELECT setseed(0.75);

SELECT make_levels();
-- a valid citizen id for each number, a G-code, a name that several share
CREATE FUNCTION pg_temp.citizen(n bigint) RETURNS text LANGUAGE sql AS $$
  SELECT d || (11 - sum((14 - i) * substr(d, i, 1)::integer) % 11) % 10
    FROM (SELECT to_char(300000000000 + n, 'FM000000000000') AS d) AS t CROSS JOIN generate_series(1, 12) AS i
   GROUP BY d
$$;
CREATE FUNCTION pg_temp.g_code(n bigint) RETURNS text LANGUAGE sql RETURN to_char(n, 'FM"G"000000000000');
DELETE FROM equity.applicant_identity;
INSERT INTO equity.applicant (applicant_id, birth_date) SELECT n, '2005-05-16' FROM generate_series(61, 90) AS n;
UPDATE equity.applicant SET birth_date = '2005-05-01'::date + (applicant_id % 3)::integer;
UPDATE equity.applicant SET birth_date = NULL WHERE applicant_id % 11 = 0;
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, given_name, family_name, valid_from,
                                       valid_to)
-- every fourth had a G-code until the citizen id came, every fifth has one still, every ninth has nothing
SELECT n, 'g_code', pg_temp.g_code(n), 'น้ำ' || n % 7, 'ใส', date '2010-01-01', date '2022-01-01'
  FROM generate_series(1, 90) AS n WHERE n % 4 = 0 AND n % 9 <> 0
UNION ALL
SELECT n, 'g_code', pg_temp.g_code(n), 'น้ำ' || n % 7, 'ใส', date '2010-01-01', NULL
  FROM generate_series(1, 90) AS n WHERE n % 5 = 0 AND n % 4 <> 0 AND n % 9 <> 0
UNION ALL
SELECT n, 'citizen_id', pg_temp.citizen(n), 'น้ำ' || n % 7, 'ใส', date '2022-01-01', NULL
  FROM generate_series(1, 90) AS n WHERE (n % 5 <> 0 OR n % 4 = 0) AND n % 9 <> 0;
-- an id that was 1's by mistake and is 2's now, and one that was 3's and is nobody's
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, valid_from, valid_to) VALUES
  (1, 'citizen_id', pg_temp.citizen(2), '2010-01-01', '2011-01-01'),
  (3, 'citizen_id', pg_temp.citizen(1003), '2010-01-01', '2011-01-01');
INSERT INTO equity.award (award_id, applicant_id, programme_code, institution_id, academic_year, status)
SELECT n, n, 'innovation_general', i.institution_id, 2560 + n % 3,
       (ARRAY['studying', 'graduated', 'suspended', 'discontinued', 'accepted'])[1 + n % 5]
  FROM generate_series(21, 75) AS n
  JOIN equity.institution AS i ON i.institution_code = CASE WHEN n <= 40 OR n > 60 THEN '1300000001'
                                                         ELSE '1300000002' END;
INSERT INTO equity.award (award_id, applicant_id, programme_code, academic_year, status)
VALUES (100, 21, 'innovation_special', 2565, 'studying'), (101, 21, 'innovation_special', 2566, 'declined');
UPDATE equity.applicant SET forgotten_at = now() WHERE applicant_id = 74;

-- the register: some lines of persons by some of their identities, dirty as files are; some of strangers, a few of
-- whom have somebody's name and birth date
CREATE TABLE public.enrolment AS
SELECT row_number() OVER (ORDER BY random()) AS n, d.*
  FROM (SELECT CASE WHEN random() < 0.5 THEN regexp_replace(pg_temp.citizen(p), '^(.)(.{4})', '\1-\2-')
                    ELSE pg_temp.g_code(p) END AS id,
               p AS person, NULL::text AS name, NULL::text AS born
          FROM generate_series(1, 90) AS p WHERE random() < 0.5
        UNION ALL VALUES (pg_temp.citizen(2), 2, NULL, NULL), (pg_temp.citizen(1003), 1003, NULL, NULL)
        UNION ALL
        SELECT CASE WHEN random() < 0.5 THEN pg_temp.citizen(2000 + s) WHEN random() < 0.5 THEN 'ไม่มี' END, 2000 + s,
               'นาย' || CASE WHEN s % 2 = 0 THEN 'น้ำ' ELSE 'นํ้า' END || s % 9 || ' ใส',
               (ARRAY['1 พ.ค. 2548', '2548-05-02', '3/5/2548', NULL])[1 + s % 4]
          FROM generate_series(1, 40) AS s) AS d (id, person, name, born);
GRANT SELECT ON public.enrolment TO regress_officer;

CREATE FUNCTION pg_temp.plain() RETURNS TABLE (applicant_id bigint, holder boolean, candidates bigint)
  LANGUAGE plpgsql AS $$
DECLARE
  p record; l record; i record;
  found_here boolean;
  digits text;
  owners bigint;
BEGIN
  FOR p IN SELECT a.* FROM equity.applicant AS a
            WHERE a.forgotten_at IS NULL
              AND (EXISTS (SELECT FROM equity.application AS x WHERE x.applicant_id = a.applicant_id)
                   OR EXISTS (SELECT FROM equity.award AS x WHERE x.applicant_id = a.applicant_id))
  LOOP
    found_here := false;
    candidates := 0;
    FOR l IN SELECT * FROM public.enrolment ORDER BY n LOOP
      digits := replace(l.id, '-', '');
      owners := 0;
      FOR i IN SELECT * FROM equity.applicant_identity AS y WHERE y.identity = digits LOOP
        CONTINUE WHEN i.valid_to IS NOT NULL AND EXISTS (SELECT FROM equity.applicant_identity AS z
          WHERE z.identity = i.identity AND z.valid_to IS NULL);
        owners := owners + 1;
        found_here := found_here OR i.applicant_id = p.applicant_id;
      END LOOP;
      IF owners = 0 AND p.birth_date = (CASE l.born WHEN '1 พ.ค. 2548' THEN '2005-05-01'::date
                                                   WHEN '2548-05-02' THEN '2005-05-02'
                                                   WHEN '3/5/2548' THEN '2005-05-03' END)
         AND EXISTS (SELECT FROM equity.applicant_identity AS y WHERE y.applicant_id = p.applicant_id
                      AND replace('นาย' || y.given_name || ' ใส', 'ํา', 'ำ') = replace(l.name, 'ํ้า', '้ำ'))
      THEN
        candidates := candidates + 1;
      END IF;
    END LOOP;
    CONTINUE WHEN found_here;
    applicant_id := p.applicant_id;
    holder := EXISTS (SELECT FROM equity.award AS w WHERE w.applicant_id = p.applicant_id
                       AND w.status IN ('accepted', 'studying', 'suspended'));
    RETURN NEXT;
  END LOOP;
END $$;

SELECT 'SELECT id AS "เลขประจำตัวประชาชน", name AS full_name, born AS "วันเกิด" FROM enrolment ORDER BY n'
         AS register \gset
CREATE TEMPORARY TABLE missing AS SELECT * FROM equity.find_missing(:'register');
SELECT bag_eq('SELECT applicant_id, holder, candidates FROM missing', 'SELECT * FROM pg_temp.plain()',
              'who is missing is who is missing line by line');
SELECT cmp_ok((SELECT count(*) FROM missing), '>', 25::bigint, 'they are many');
SELECT cmp_ok((SELECT count(*) FROM missing WHERE candidates > 0), '>', 5::bigint,
              'some may be there under their name');
SELECT ok(NOT EXISTS (SELECT FROM missing WHERE applicant_id = 3),
          'an identity that nobody has any more finds who had it');
SELECT is((SELECT count(*) FROM missing WHERE applicant_id = 2), 0::bigint, 'an identity finds its owner');
SELECT is_empty('SELECT * FROM missing WHERE applicant_id IN (74) OR applicant_id > 75',
                'not who is forgotten, nor who never applied');
SELECT is_empty($$SELECT applicant_id FROM missing WHERE has_identity <> (applicant_id % 9 <> 0
                                                                            OR applicant_id IN (1, 3))$$,
                'who has no identity is not looked for, and that is said');
SELECT is_empty($$
  SELECT m.applicant_id FROM missing AS m
   CROSS JOIN LATERAL unnest(m.candidate_lines) AS c (line)
    JOIN (SELECT row_number() OVER (ORDER BY n) AS line, e.person FROM enrolment AS e) AS e USING (line)
   WHERE e.person < 2000
  UNION ALL SELECT m.applicant_id FROM missing AS m WHERE cardinality(m.candidate_lines) <> m.candidates$$,
  'candidates are lines of the register by their number');
SELECT results_eq('SELECT award_id, status FROM equity.find_missing(''SELECT NULL::text AS citizen_id'')
                    WHERE applicant_id = 21', $$VALUES (100::bigint, 'studying')$$,
                  'the award that counts is the one in use');
SELECT is((SELECT max(last_round_id) FROM missing), 1::bigint, 'and the round they last applied to');
SELECT is((SELECT count(*) FROM equity.find_missing('SELECT NULL::text AS citizen_id')),
          74::bigint, 'an empty register misses everybody');
SELECT is((SELECT count(*) FROM equity.find_missing($$SELECT identity AS citizen_id FROM equity.applicant_identity$$)),
          (SELECT count(*) FROM missing WHERE NOT has_identity), 'and a whole one nobody with an identity');
SELECT results_eq(
  $$SELECT array_agg(holder ORDER BY r) FROM (SELECT holder, row_number() OVER () AS r
      FROM equity.find_missing('SELECT NULL::text AS citizen_id')) AS m$$,
  $$SELECT array_agg(holder ORDER BY holder DESC) FROM equity.find_missing('SELECT NULL::text AS citizen_id')$$,
  'holders come first');
SELECT results_eq(
  $$SELECT applicant_id FROM equity.find_missing('SELECT id AS citizen_id, ''x'' AS given_name FROM enrolment')$$,
  'SELECT applicant_id FROM missing ORDER BY holder DESC, applicant_id', 'without names there are no candidates');

-- errors
SELECT is(pg_temp.refusal($$SELECT equity.find_missing('SELECT name AS full_name FROM enrolment')$$),
          '42703 the register has no column "citizen_id" (Without it nobody is found for certain; names and '
          'birth dates give candidates alone.) '
          '[Name it with AS citizen_id, or add its heading to equity.import_column.]',
          'a register has an identity');
SELECT is(pg_temp.refusal($$
            SELECT equity.find_missing('SELECT id AS citizen_id, id AS "เลขบัตรประชาชน" FROM enrolment')$$),
          '42701 the register has field "citizen_id" more than once [Leave one of its columns out of the query.]',
          'once');
SELECT is(pg_temp.state_of($$SELECT equity.find_missing('DELETE FROM enrolment RETURNING id AS citizen_id')$$), '42601',
          'is read, and not changed');
SELECT is(pg_temp.state_of($$SELECT equity.find_missing('SELECT id AS citizen_id FROM nowhere')$$), '42P01',
          'and is there');
SET LOCAL search_path = pg_catalog;
SELECT pg_temp.state_of($$SELECT equity.find_missing('SELECT id AS citizen_id FROM enrolment')$$) AS state \gset
RESET search_path;
SELECT is(:'state'::text, '42P01', 'by the search_path of the caller');

-- with the rights of the caller
CREATE TEMPORARY TABLE told AS
SELECT array_agg(applicant_id) AS everybody FROM equity.find_missing('SELECT NULL::text AS citizen_id');
GRANT SELECT ON told TO regress_operator;
SET LOCAL ROLE regress_officer;
SELECT is_empty(format($$SELECT applicant_id FROM equity.find_missing(%L)
                           WHERE applicant_id > 40 AND applicant_id < 61$$,
                       :'register'), 'an officer learns it of the own applicants');
SELECT cmp_ok((SELECT count(*) FROM equity.find_missing(:'register')), '>', 10::bigint, 'and of many of them');
SET LOCAL ROLE regress_officer_b;
SELECT is(pg_temp.state_of(format('SELECT equity.find_missing(%L)', :'register')), '42501',
          'whoever may not read the register does not');
SET LOCAL ROLE regress_operator;
SELECT is(pg_temp.state_of(format('SELECT equity.find_missing(%L)', :'register')), '42501',
          'an operator reads a register by the own rights');
SELECT results_eq($$SELECT array_agg(applicant_id) FROM equity.find_missing('SELECT NULL::text AS citizen_id')$$,
                  'SELECT everybody FROM told', 'and learns whom it lacks');
RESET ROLE;
SELECT results_eq($$SELECT (detail ->> 'lines')::bigint, (detail ->> 'missing')::bigint FROM equity.audit_event
                     WHERE operation = 'find_missing'$$,
                  'SELECT 1::bigint, cardinality(everybody)::bigint FROM told', 'which the trail has');
SET LOCAL ROLE regress_auditor;
SELECT is(pg_temp.state_of($$SELECT equity.find_missing('SELECT NULL::text AS citizen_id')$$), '42501',
          'nobody learns it who may not read identities');
RESET ROLE;

-- back into a round
SELECT make_round(2, 2567::smallint);
DELETE FROM equity.choice WHERE round_id = 2 AND applicant_id > 20;
DELETE FROM equity.household WHERE round_id = 2 AND applicant_id > 20;
DELETE FROM equity.application WHERE round_id = 2 AND applicant_id > 20;
SELECT array_agg(applicant_id ORDER BY applicant_id) AS outside FROM missing
 WHERE NOT holder AND applicant_id > 20 AND award_id IS NOT NULL AND applicant_id <> 74 \gset
SELECT applicant_id AS held, award_id AS held_award FROM missing WHERE holder AND status = 'studying' LIMIT 1 \gset
SELECT cmp_ok(cardinality(:'outside'::bigint[]), '>', 3, 'some of those missing were scholars');
SELECT is(pg_temp.refusal(format('SELECT equity.nominate_missing(2, ''{%s}'', ''visit'')', :held)),
          format('55000 applicant %s cannot be nominated (The applicant has award %s, which is studying.) '
                 '[Record first that the scholar left (an event of the award), or leave the applicant out.]', :held,
                 :held_award), 'who still holds an award has to leave first');
SELECT is(pg_temp.state_of(statement), state, statement)
  FROM (VALUES ('SELECT equity.nominate_missing(2, ''{30}'', '' '')', '22023'),
               ('SELECT equity.nominate_missing(2, NULL, ''visit'')', '22004'),
               ('SELECT equity.nominate_missing(2, ''{30, NULL}'', ''visit'')', '22004'),
               ('SELECT equity.nominate_missing(2, ''{-1}'', ''visit'')', 'P0002'),
               ('SELECT equity.nominate_missing(9, ''{30}'', ''visit'')', 'P0002'),
               ('SELECT equity.nominate_missing(2, ''{74}'', ''visit'')', '55000')) AS v (statement, state);
DELETE FROM equity.applicant_group WHERE applicant_id = 22;
SELECT is(equity.nominate_missing(2, :'outside', 'visited by the district office'),
          cardinality(:'outside'::bigint[])::bigint,
          'the others are nominated');
SELECT is(equity.nominate_missing(2, :'outside', 'again'), 0::bigint, 'once');
SELECT set_eq(
  $$SELECT applicant_id FROM equity.application WHERE round_id = 2 AND status = 'draft'$$,
  format('SELECT unnest(%L::bigint[])', :'outside'), 'with a draft application');
SELECT set_eq(
  $$SELECT applicant_id, verified, evidence FROM equity.applicant_group WHERE group_code = 'out_of_school'$$,
  format('SELECT unnest(%L::bigint[]) AS a, true AS b, ''visited by the district office'' AS c', :'outside'),
  'and the group');
UPDATE equity.seat_pool SET seats = 5 WHERE pool_id = 21;
INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (21, 'out_of_school', 2);
UPDATE equity.application SET status = 'submitted', submitted_at = '2023-05-01', gpa = 2.0 WHERE status = 'draft';
INSERT INTO equity.household (applicant_id, round_id, household_size, monthly_income)
SELECT unnest(:'outside'::bigint[]), 2, 1, 5000;
INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id) SELECT unnest(:'outside'::bigint[]), 2, 1, 21;
SELECT run_as_far(2, 'publish');
SELECT is((SELECT count(*) FROM equity.placement AS p WHERE p.run_id = equity.newest_run(2) AND pool_id = 21
            AND seat = 'out_of_school' AND tier = 0 AND applicant_id = ANY (:'outside')), 2::bigint,
          'the reserve is theirs');
SELECT is_empty('SELECT * FROM equity.run_violations(equity.newest_run(2))', 'and the round verifies');
SELECT is(regexp_replace(pg_temp.refusal('SELECT equity.nominate_missing(2, ''{22}'', ''visit'')'), ' \(.*', ''),
          '55000 round 2 is published', 'later nobody is');
SELECT make_round(3, 2568::smallint);
SELECT r.applicant_id AS one FROM unnest(:'outside'::bigint[]) AS r (applicant_id)
 WHERE r.applicant_id NOT IN (SELECT applicant_id FROM equity.award WHERE round_id = 2) ORDER BY 1 LIMIT 1 \gset
DELETE FROM equity.choice WHERE round_id = 3;
DELETE FROM equity.household WHERE round_id = 3;
DELETE FROM equity.application WHERE round_id = 3;
SET LOCAL ROLE regress_operator;
SELECT is(equity.nominate_missing(3, ARRAY[:one], 'visit'), 1::bigint, 'an operator nominates');
SET LOCAL ROLE regress_officer;
SELECT is(pg_temp.state_of('SELECT equity.nominate_missing(3, ''{50}'', ''visit'')'), 'P0002',
          'an officer nobody of another institution');
RESET ROLE;

SELECT throws_ok('SELECT equity.find_missing(NULL)', '22004', 'the query over the register is NULL',
  'no query is no register');

SELECT * FROM finish();
ROLLBACK;
