-- Who loads what: an operator all kinds, an officer the applicants of the own institutions, nobody else; with the
-- caller's rights on the source, whatever is tried.
\ir ../lib/refusal.psql
\ir fixture/levels.psql
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(58);

SELECT make_levels();
SELECT institution_id AS a FROM equity.institution WHERE institution_code = '1300000001' \gset
SELECT institution_id AS b FROM equity.institution WHERE institution_code = '1300000002' \gset
UPDATE equity.applicant_identity
   SET identity = d || (11 - (SELECT sum((14 - i) * substr(d, i, 1)::int) FROM generate_series(1, 12) AS i) % 11) % 10
  FROM (SELECT n, to_char(200000000000 + n, 'FM000000000000') AS d FROM generate_series(1, 60) AS n) AS v
 WHERE n = applicant_id;
CREATE FUNCTION public.id_of(applicant bigint) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT identity FROM equity.applicant_identity WHERE applicant_id = applicant AND valid_to IS NULL
$$;
INSERT INTO equity.applicant (applicant_id, birth_date, source, source_key)
VALUES (61, '2005-01-01', 'file', 'S61'), (62, NULL, NULL, NULL);
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, given_name, family_name, valid_from,
                                       valid_to)
VALUES (61, 'passport', 'AB123', 'ก', 'ข', '2020-01-01', '2021-01-01');
INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity, given_name, family_name)
VALUES (61, 'passport', 'AB124', 'ก', 'ข');
SELECT setval('equity.applicant_applicant_id_seq', 100) \g /dev/null

-- As a role: the counts of a load, or its refusal
CREATE FUNCTION pg_temp.load_as(role text, kind text, source text, batch text DEFAULT 'mine') RETURNS text
  LANGUAGE plpgsql
AS $$
DECLARE
  told text;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  BEGIN
    SELECT format('%s = %s + %s + %s + %s', rows_read, inserted, updated, unchanged, rejected) INTO told
      FROM equity.load_rows(kind, source, batch);
  EXCEPTION
    WHEN OTHERS THEN
      told := SQLSTATE || ' ' || SQLERRM;
  END;
  RESET ROLE;
  RETURN told;
END $$;
CREATE FUNCTION pg_temp.findings(role text, given text DEFAULT 'mine') RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', role);
  RETURN QUERY SELECT concat_ws(' ', r.line, r.field, r.reason_code, r.applicant_id)
                 FROM equity.import_reject AS r WHERE r.batch = given;
  RESET ROLE;
END $$;

-- ---- operator ----
SELECT is(pg_temp.load_as('regress_operator', kind, source, 'operator'), counts, 'an operator loads ' || kind)
  FROM (VALUES
    ('institution', $$SELECT '1300000009' AS institution_code, 'ค' AS name_th, '10' AS province_code,
                             'general' AS kind, 'state' AS ownership, 'ovec' AS affiliation$$, '1 = 1 + 0 + 0 + 0'),
    ('applicant', $$SELECT 'X1' AS source_key, '1/1/2550' AS birth_date, '1300000009' AS intake_institution$$,
     '1 = 1 + 0 + 0 + 0'),
    ('application', $$SELECT 'X1' AS applicant_key, 'test-1' AS round, '14' AS choice1$$, '1 = 1 + 0 + 0 + 0'),
    ('choice', $$SELECT 'X1' AS applicant_key, 'test-1' AS round, 2 AS choice, '11' AS pool$$, '1 = 1 + 0 + 0 + 0'),
    ('household_member', $$SELECT 'X1' AS applicant_key, 'test-1' AS round, 1 AS member_number$$,
     '1 = 1 + 0 + 0 + 0'),
    ('applicant_group', $$SELECT 'X1' AS applicant_key, 'stateless' AS group_code$$, '1 = 1 + 0 + 0 + 0')
  ) AS v (kind, source, counts);
SELECT is(i.institution_code, '1300000009', 'and says which institution has somebody')
  FROM equity.applicant AS a JOIN equity.institution AS i ON i.institution_id = a.intake_institution_id
 WHERE a.source_key = 'X1';
SELECT set_eq(
  $$SELECT DISTINCT actor FROM equity.audit_event WHERE operation = 'load_rows'$$,
  'SELECT session_user::text', 'and the trail has who logged in');

-- ---- officer ----
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant',
    $$SELECT public.id_of(n) AS citizen_id, '51' AS province_code FROM unnest('{2, 35, 50, 61}'::int[]) AS n$$),
  '4 = 0 + 2 + 0 + 2', 'an officer corrects the own applicants');
SELECT results_eq('SELECT applicant_id FROM equity.applicant WHERE province_code = ''51'' ORDER BY 1',
                  ARRAY[35, 50]::bigint[], 'and no other');
SELECT set_eq($$SELECT pg_temp.findings('regress_officer_b')$$,
  ARRAY['1 citizen_id ROW_NOT_OWN', '4 citizen_id ROW_IDENTITY'],
  'which is told, without who it is');
SELECT is_empty($$SELECT pg_temp.findings('regress_officer')$$, 'to officers of the same institution alone');
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', source), '1 = 0 + 0 + 0 + 1', 'nor is somebody found by '
    || name)
  FROM (VALUES ('a key of another system', $$SELECT 'S61' AS source_key, '1/1/2551' AS birth_date$$),
               ('an identity of before', $$SELECT 'AB123' AS passport, '1/1/2551' AS birth_date$$),
               ('one that is new', $$SELECT 'AB124' AS passport, 'G123456789012' AS g_code$$),
               ('an own person''s key beside it', $$SELECT public.id_of(35) AS citizen_id, 'AB124' AS passport$$)
       ) AS v (name, source);
SELECT is(birth_date, '2005-01-01', 'and is left as he was') FROM equity.applicant WHERE applicant_id = 61;
SELECT is((SELECT count(*) FROM equity.applicant_identity WHERE applicant_id = 61), 2::bigint, 'with his identities');
SELECT is(pg_temp.load_as('regress_officer_b', kind, source), '2 = ' || counts, 'of a foreign person no ' || kind)
  FROM (VALUES
    ('application', $$SELECT public.id_of(n) AS citizen_id, 'test-1' AS round, '1.25' AS gpa
                        FROM unnest('{2, 50}'::int[]) AS n$$, '0 + 1 + 0 + 1'),
    ('choice', $$SELECT public.id_of(n) AS citizen_id, 'test-1' AS round, 5 AS choice, '12' AS pool
                   FROM unnest('{3, 50}'::int[]) AS n$$, '1 + 0 + 0 + 1'),
    ('household_member', $$SELECT public.id_of(n) AS citizen_id, 'test-1' AS round, 2 AS member_number
                             FROM unnest('{2, 50}'::int[]) AS n$$, '1 + 0 + 0 + 1'),
    ('applicant_group', $$SELECT public.id_of(n) AS citizen_id, 'orphan_or_abandoned' AS group_code
                            FROM unnest('{2, 50}'::int[]) AS n$$, '1 + 0 + 0 + 1')
  ) AS v (kind, source, counts);
SELECT set_eq($$SELECT pg_temp.findings('regress_officer_b')$$,
  ARRAY['1 citizen_id ROW_PERSONS_DIFFER', '1 citizen_id ROW_PERSON_UNKNOWN', '2 member_number ROW_MEMBERS_DIFFER 50'],
  'who is as good as unknown');
SELECT is(pg_temp.load_as('regress_officer_b', 'institution', $$SELECT '1300000002' AS institution_code$$),
  '42501 permission denied for rows of kind "institution"', 'institutions are not the officers''');

-- new persons
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', $$SELECT 'N' || n AS source_key, i AS intake_institution
    FROM (VALUES (1, NULL), (2, '1300000002'), (3, '1300000001')) AS v (n, i)$$, 'new'), '3 = 2 + 0 + 0 + 1',
  'an officer enters persons of the own institution');
SELECT set_eq('SELECT source_key, intake_institution_id FROM equity.applicant WHERE source_key LIKE ''N%''',
  format('VALUES (''N1'', %s::bigint), (''N2'', %1$s)', :b), 'and of no other');
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', $$SELECT public.id_of(35) AS citizen_id,
    '1300000002' AS intake_institution$$), '1 = 0 + 0 + 1 + 0', 'nor does an officer move anybody');
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', $$SELECT 'N1' AS source_key, '1/2/2550' AS birth_date$$),
  '1 = 0 + 1 + 0 + 0', 'a second file finds whom the first one brought');
SELECT is(pg_temp.load_as('regress_officer', 'applicant', $$SELECT 'N1' AS source_key, '1/2/2551' AS birth_date$$,
    'a'), '1 = 0 + 0 + 0 + 1', 'where another officer may not');
CREATE ROLE regress_both;
GRANT regress_officer, regress_officer_b TO regress_both;
SELECT is(pg_temp.load_as('regress_both', 'applicant', $$SELECT 'M' || n AS source_key, i AS intake_institution
    FROM (VALUES (1, NULL), (2, '1300000002'), (3, '1300000001')) AS v (n, i)$$, 'both'), '3 = 2 + 0 + 0 + 1',
  'an officer of several institutions says which one');
SELECT set_eq($$SELECT pg_temp.findings('regress_both', 'both')$$, ARRAY['1 intake_institution ROW_MISSING'],
              'for each');

-- what candidates tell
SELECT is((SELECT count(*) FROM equity.duplicate_candidate), 1::bigint, 'a pair of one line is there');
SET LOCAL ROLE regress_officer_b;
SELECT is((SELECT candidates FROM equity.load_rows('applicant', $$SELECT 'G123456789012' AS g_code, 'ก' AS given_name,
    'ข' AS family_name, '1/1/2548' AS birth_date$$)), 0::bigint,
  'whether somebody elsewhere has a name and a birth date is not told');
SELECT is_empty('SELECT FROM equity.duplicate_candidate', 'nor shown');
RESET ROLE;
SELECT is((SELECT count(*) FROM equity.duplicate_candidate WHERE reason = 'name_and_birth_date'), 1::bigint,
          'but found, for an operator');

-- batches
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', $$SELECT 'N1' AS source_key$$, batch),
    '42501 permission denied for batch "' || batch || '"', 'a batch of others is left: ' || batch)
  FROM (VALUES ('operator'), ('a'), ('both')) AS v (batch);
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', $$SELECT 'N1' AS source_key$$, 'mine'),
    '1 = 0 + 0 + 1 + 0', 'the own one is loaded again');

-- ---- nobody else ----
SELECT matches(pg_temp.load_as('regress_' || level, 'applicant', $$SELECT 'N1' AS source_key$$),
    '^42501 ', level || ' loads nothing')
  FROM unnest('{reader, analyst, auditor}'::text[]) AS level;

-- ---- ways round ----
CREATE TABLE public.secret (citizen_id text);
CREATE SCHEMA trap;
GRANT ALL ON SCHEMA trap TO PUBLIC;
CREATE TABLE trap.told (who text);
GRANT ALL ON trap.told TO PUBLIC;
SET LOCAL ROLE regress_officer_b;
CREATE FUNCTION trap.write() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trap.told VALUES (current_user);
  RETURN '1100000000016';
END $$;
CREATE FUNCTION trap.who() RETURNS text LANGUAGE sql VOLATILE AS 'SELECT current_user::text';
CREATE FUNCTION trap.grasp() RETURNS text LANGUAGE sql VOLATILE
AS $$SELECT equity.grant_access('regress_officer_b', 'operator')::text$$;
CREATE FUNCTION trap.again() RETURNS text LANGUAGE sql VOLATILE
AS $$SELECT equity_internal.keep_source('SELECT ''N2'' AS source_key', 'public')::text$$;
RESET ROLE;
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', source), told, source)
  FROM (VALUES
    ('SELECT trap.write() AS citizen_id', '25006 cannot execute INSERT in a read-only transaction'),
    ('SELECT trap.grasp() AS source_key', '42501 permission denied for levels of access'),
    ('SELECT citizen_id FROM public.secret', '42501 permission denied for table secret'),
    ('SELECT identity AS citizen_id FROM equity.applicant_identity WHERE applicant_id < 31', '0 = 0 + 0 + 0 + 0'),
    ('SELECT trap.who() AS citizen_id', '1 = 0 + 0 + 0 + 1'),
    ('SELECT ''N1'' AS source_key, trap.again() AS _x', '1 = 0 + 0 + 1 + 0'),
    ('DELETE FROM trap.told RETURNING who AS source_key', '42601 the source query must be a SELECT'),
    ('WITH x AS (DELETE FROM trap.told RETURNING who) SELECT who AS source_key FROM x',
     '42601 the source query must be a SELECT'),
    ('SELECT ''N1'' AS source_key; SELECT 1', '42601 the source query must be one statement')
  ) AS v (source, told);
SELECT is(pg_temp.load_as('regress_officer_b', 'applicant', 'SELECT ''N3'' AS source_key, trap.who() AS province_code'),
  '1 = 0 + 0 + 0 + 1', 'functions run as their caller');
SELECT is_empty('SELECT who FROM trap.told', 'and leave nothing');

-- the delegates called by themselves, with objects of the same name in the way
SET LOCAL ROLE regress_officer_b;
SELECT is(pg_temp.state_of(statement), state, statement)
  FROM (VALUES
    ('SELECT * FROM equity_internal.load_as_operator(''applicant'', ''x'', false)', '42501'),
    ('SELECT * FROM equity_internal.load_as_officer(''applicant'', ''x'', false)', '55000'),
    ('SELECT * FROM equity_internal.load_kept(''applicant'', ''x'', false, NULL)', '42501')
  ) AS v (statement, state);
CREATE TEMPORARY VIEW equity_import_row AS SELECT 1 AS line, 2::bigint AS applicant_id, trap.write() AS citizen_id;
SELECT is(pg_temp.state_of($$SELECT * FROM equity.load_rows('applicant', 'SELECT ''N1'' AS source_key')$$), '42P07',
          'a table of the same name is no table of the load');
DROP VIEW equity_import_row;
RESET ROLE;
SELECT is_empty('SELECT who FROM trap.told', 'and is not read');

SELECT * FROM finish();
ROLLBACK;
