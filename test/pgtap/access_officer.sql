-- An officer sees the applicants of the own institutions, of each table those rows and no others, has their
-- letters as the ministry prints them, and enters new ones; everybody else sees all that is granted to them.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(74);

SELECT make_levels();
SELECT run_as_far(1, 'publish');
SELECT institution_id AS a FROM equity.institution WHERE institution_code = '1300000001' \gset
SELECT institution_id AS b FROM equity.institution WHERE institution_code = '1300000002' \gset
INSERT INTO equity.applicant (applicant_id, intake_institution_id) VALUES (61, :b);
INSERT INTO equity.applicant (applicant_id) VALUES (62);
INSERT INTO equity.award (applicant_id, programme_code, institution_id, academic_year, status)
VALUES (1, 'innovation_general', :b, 2560, 'graduated');
INSERT INTO equity.applicant_disability (applicant_id, disability_code) SELECT applicant_id, 'education_seeing'
  FROM equity.applicant;
INSERT INTO equity.adjustment (applicant_id, kind, asked_on) SELECT applicant_id, 'braille', '2023-06-01'
  FROM equity.applicant;

-- by the rule, without the views of the extension
CREATE TEMPORARY TABLE visible AS
SELECT n AS applicant_id, n <= 40 AS to_a, n > 30 AND n <= 61 OR n = 1 AS to_b FROM generate_series(1, 62) AS n;
GRANT SELECT ON visible TO PUBLIC;
CREATE TEMPORARY VIEW narrowed AS
SELECT c.relname::text AS name FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    AND a.attname = 'applicant_id'
 WHERE c.relnamespace = 'equity'::regnamespace AND c.relkind = 'r';

SELECT set_eq(
  $$SELECT c.relname::text FROM pg_class AS c WHERE c.relnamespace = 'equity'::regnamespace AND c.relrowsecurity$$,
  $$SELECT name FROM narrowed UNION ALL VALUES ('award_event'), ('run_ranking'), ('digest_source'), ('published_list'),
                                               ('term_result'), ('renewal'), ('mentor'), ('mentor_assignment'),
                                               ('care_record'), ('outcome')$$,
  'row security is in force on each table of persons');
SELECT is_empty(
  $$SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'equity'::regnamespace AND c.relkind = 'r'
     AND (SELECT count(*) FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polname = 'equity_rows') <> 1$$,
  'and each table has the policy');
SELECT is_empty(
  $$SELECT p.polrelid::regclass FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
     WHERE c.relnamespace = 'equity'::regnamespace
       AND pg_get_expr(p.polqual, p.polrelid) NOT LIKE format('%%SELECT equity_internal.sees_whole(''%s''::text)%%',
            c.relname)$$,
  'of its own name');

CREATE FUNCTION pg_temp.seen_by(role text, relation text) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  RETURN QUERY EXECUTE format('SELECT applicant_id FROM equity.%I', relation);
  RESET ROLE;
END $$;
SELECT bag_eq(
  format('SELECT pg_temp.seen_by(%L, %L)', v.role, n.name),
  format('SELECT t.applicant_id FROM equity.%I AS t JOIN visible AS v USING (applicant_id) WHERE v.%I',
      n.name, v.own),
  format('%s sees the own rows of %s', v.role, n.name))
  FROM (SELECT name FROM narrowed WHERE name NOT IN ('refill_move')
        UNION ALL VALUES ('application_facts'), ('entry'), ('competing_choice'),
            ('allocation_input'), ('reserve_member')) AS n
 CROSS JOIN (VALUES ('regress_officer', 'to_a'), ('regress_officer_b', 'to_b')) AS v (role, own);
SELECT bag_eq(
  $$SELECT pg_temp.seen_by('regress_auditor',
      'application_facts')$$, 'SELECT applicant_id FROM equity.application_facts',
  'an auditor sees all');
SET LOCAL ROLE regress_officer_b;
SELECT set_eq('SELECT award_id FROM equity.award_event', 'SELECT award_id FROM equity.award WHERE run_id IS NOT NULL',
    'events of own awards');
RESET ROLE;

-- letters
CREATE TEMPORARY TABLE letter AS
SELECT f.application_id, f.applicant_id, e.* FROM equity.application_facts AS f
 CROSS JOIN LATERAL equity.explain_application(f.application_id, 'en') AS e WHERE f.applicant_id IN (35, 50);
GRANT SELECT ON letter TO PUBLIC;
SET LOCAL ROLE regress_officer;
SELECT results_eq(
  'SELECT e.* FROM equity.explain_application(
            (SELECT DISTINCT application_id FROM letter WHERE applicant_id = 35), ''en'') AS e',
  'SELECT section, line, programme, criterion, label, value, rule, passed, points, max_points, place, asked, seats,
          cutoff, distance, reason,
          message, advice FROM letter WHERE applicant_id = 35 ORDER BY line',
  'the letter of an own applicant is the one that the ministry has');
SELECT is(
  pg_temp.refusal('SELECT count(*)
    FROM equity.explain_application((SELECT DISTINCT application_id FROM letter WHERE applicant_id = 50))'),
  format('P0002 application %s does not exist [An officer has the letters of those who applied to the own '
         'institutions, '
         'or were entered or hold '
         'an award there.]', (SELECT DISTINCT application_id FROM letter WHERE applicant_id = 50)),
  'of others there is none');
SELECT is(
  pg_temp.state_of('SELECT count(*) FROM equity_internal.explain_application(
    (SELECT DISTINCT application_id FROM letter WHERE applicant_id = 50), ''en'')'),
  'P0002', 'by no other door');
SELECT set_eq('SELECT l.applicant_id FROM equity.letters(1) AS l', 'SELECT applicant_id FROM visible WHERE to_a',
              'all letters of a round are those of the own applicants');
SELECT is(
  pg_temp.refusal('SELECT count(*) FROM equity.cutoffs((SELECT max(run_id) FROM equity.allocation_run))'),
  '42501 permission denied for the whole of placement (Row security hides rows that this has to see, '
  'and it never goes by a part of them.) '
  '[An officer sees the own institutions alone: let an operator, an auditor or an analyst do it '
  '(equity.grant_access).]',
  'what judges all says who may ask for it');
RESET ROLE;

-- intake
SET LOCAL ROLE regress_officer_b;
SELECT lives_ok(format($$
  INSERT INTO equity.applicant (applicant_id, intake_institution_id) VALUES (70, %s) RETURNING applicant_id
$$, :b), 'an officer enters an applicant');
SELECT lives_ok($$
  INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity)
      VALUES (70, 'citizen_id', '1112034563562');
  INSERT INTO equity.application (applicant_id, round_id, status) VALUES (70, 1, 'draft');
  INSERT INTO equity.household (applicant_id, round_id, household_size) VALUES (70, 1, 3);
  INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id) VALUES (70, 1, 1, 14), (70, 1, 2, 11)
$$, 'with all that belongs to it');
SELECT is(pg_temp.state_of(statement), '42501', statement)
  FROM (VALUES (format('INSERT INTO equity.applicant (applicant_id, intake_institution_id) VALUES (71, %s)', :a)),
               ('INSERT INTO equity.applicant (applicant_id) VALUES (72)'),
               ('INSERT INTO equity.choice (applicant_id, round_id, choice, pool_id) VALUES (2, 1, 9, 14)'),
               ('INSERT INTO equity.application (applicant_id, round_id) VALUES (62, 1)'),
               ('INSERT INTO equity.household_member (applicant_id, round_id, member_number) VALUES (2, 1, 7)')
              ) AS v (statement);
WITH changed AS (UPDATE equity.household SET household_size = 2 RETURNING applicant_id)
SELECT is((SELECT count(*) FROM changed), 32::bigint, 'a change reaches the own applicants alone');
RESET ROLE;

-- who is what
CREATE ROLE regress_login;
GRANT regress_officer, regress_officer_b TO regress_login;
SELECT bag_eq($$SELECT pg_temp.seen_by('regress_login',
    'application')$$, 'SELECT applicant_id FROM equity.application',
              'a login is what its groups are, together');
SELECT equity.revoke_access('regress_officer_b', 'officer', :b), equity.grant_access('regress_officer_b',
    'analyst') \g /dev/null
SELECT equity.grant_access('regress_officer_b', 'officer', :b) \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_officer_b', 'application')), 61::bigint,
    'an officer who is an analyst too sees the scores of all');
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_officer_b', 'applicant_identity')), 32::bigint,
    'but not their identities');
ALTER ROLE regress_officer RENAME TO regress_renamed;
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_renamed',
    'applicant')), 0::bigint, 'an officer whose role got another name sees nobody');
ALTER ROLE regress_renamed RENAME TO regress_officer;
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_officer', 'applicant')), 41::bigint,
    'until it has its name again');
SELECT equity.grant_access('regress_officer', 'officer', :b) \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_officer', 'application')), 61::bigint,
    'an officer of two institutions sees both');
SELECT equity.revoke_access('regress_officer', 'officer', :a) \g /dev/null
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_officer', 'applicant_identity')), 32::bigint,
    'and one of them when the other is taken back');
DELETE FROM equity.access_grant WHERE role_name = 'regress_officer';
SELECT is((SELECT count(*) FROM pg_temp.seen_by('regress_officer',
    'applicant')), 0::bigint, 'a right without its row opens nothing');

-- a role without a level is as it was before there were levels
CREATE ROLE regress_plain;
GRANT ALL ON ALL TABLES IN SCHEMA equity TO regress_plain;
SELECT bag_eq($$SELECT pg_temp.seen_by('regress_plain',
    'applicant_identity')$$, 'SELECT applicant_id FROM equity.applicant_identity',
              'a role that was granted a table reads all of it');
CREATE TEMPORARY TABLE violation AS SELECT v.* FROM equity.run_violations((SELECT max(run_id)
    FROM equity.allocation_run)) AS v;
GRANT SELECT ON violation TO PUBLIC;
SET LOCAL ROLE regress_plain;
SELECT bag_eq('SELECT * FROM equity.run_violations((SELECT max(run_id) FROM equity.allocation_run))',
    'TABLE violation', 'and verifies');
RESET ROLE;
CREATE POLICY of_the_site ON equity.applicant_identity TO regress_plain USING (applicant_id = 7);
SELECT results_eq($$SELECT pg_temp.seen_by('regress_plain', 'applicant_identity')$$, ARRAY[7::bigint],
    'where a site has a policy it decides');
CREATE POLICY of_the_site ON equity.placement TO regress_plain USING (pool_id = 11);
SET LOCAL ROLE regress_plain;
SELECT is(pg_temp.refusal('SELECT count(*) FROM equity.cutoffs((SELECT max(run_id) FROM equity.allocation_run))'),
          '42501 permission denied for the whole of placement (Row security hides rows that this has to see, '
  'and it never goes by a part of them.) '
          '[Policies of this database on equity.placement hide rows from the role.]',
              'and an operation says which one is in its way');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
